"""When spaces are open for the students of a school (docs/access.md)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Identified, Model


class SchoolDay(Model):
    """A day of school, from the first bell to the last, as moments.

    Worked out from bell times, terms and holidays (`server.hours.service`), for the days around today only,
    so that the access rule finds it with one look.
    """

    __tablename__ = "school_day"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime]


class SpaceOpening(Identified):
    """An adult opened a space for the students of their own school, outside its hours, and said why."""

    __tablename__ = "space_opening"
    __table_args__ = (Index("ix_space_opening_space_id_school_id", "space_id", "school_id", "ends_at"),)

    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"))
    opened_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    """When an adult closed it before its time, or another opening took its place."""
