"""What each school gave to a lesson. Rules: docs/balance.md."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Model


class Contribution(Model):
    """The people of one school together, in one lesson. Nothing of it is kept, or known, by person."""

    __tablename__ = "lesson_contribution"

    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), primary_key=True)
    talk_s: Mapped[float] = mapped_column(default=0.0)
    """Seconds in which at least one of them spoke."""
    messages: Mapped[int] = mapped_column(default=0)
    """As they were counted when the lesson ended, or lately."""
    marks: Mapped[int] = mapped_column(default=0)
    """What they added to the pages of the board."""
