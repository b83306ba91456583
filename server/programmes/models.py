"""Programmes: sets of partnership rules, as data. What the rules mean: `server.programmes.rules`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server import clock
from server.db import Identified
from server.schools.models import School


class Programme(Identified):
    """What schools take part in, run by the office whose programme officers may edit it."""

    __tablename__ = "programme"

    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("school.id"), index=True)
    """The office that runs it; None until one does, and then nobody can edit it."""
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    """A `server.programmes.rules.ProgrammeRules`."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows with each edit: who edits says which version they have read."""
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    office: Mapped[School | None] = relationship(lazy="raise")
