"""Lessons: what is planned, what is running, and who was there. Rules and moves: docs/lessons.md."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.db import Identified, Model, enum_column
from server.spaces.models import Space


class LessonStatus(StrEnum):
    PROPOSED = "proposed"
    """Asked of the other schools."""
    SCHEDULED = "scheduled"
    """Every school said yes."""
    LIVE = "live"
    """Somebody has started it (or opened its lobby) and nobody has ended it."""
    ENDED = "ended"
    CANCELLED = "cancelled"


class Lesson(Identified):
    """A scheduled live event in a space."""

    __tablename__ = "lesson"
    __table_args__ = (
        # One at a time in a space.
        Index("uq_lesson_live", "space_id", unique=True,
              sqlite_where=text("status = 'live'"), postgresql_where=text("status = 'live'")),
    )

    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    status: Mapped[LessonStatus] = mapped_column(enum_column(LessonStatus))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    """As planned; an unplanned lesson has an hour."""
    host_school_id: Mapped[UUID | None] = mapped_column(ForeignKey("school.id"), default=None)
    """Who leads it, for the balance between the schools."""
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey("lesson_series.id"), index=True, default=None)
    """What it was planned in (`server.lessons.planning_models`); None for one that nobody planned."""
    place_at: Mapped[datetime | None] = mapped_column(default=None)
    """Its place in that row, which a move does not change: calendars know it by this."""

    space: Mapped[Space] = relationship(lazy="raise")


class LessonOver(Model):
    """A lesson has ended for one school, while it goes on for the others: its adult was away too long."""

    __tablename__ = "lesson_over"

    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]


class LessonRoom(Model):
    """How the room of a space is run at this moment: one row, which goes over the bus whole.

    What it holds is `server.lessons.room.Room`.
    """

    __tablename__ = "lesson_room"

    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int]
    """Grows by one with every change."""
    state: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class LessonPlan(Model):
    """What is planned for a lesson, in steps (docs/lesson-plan.md). One that was never planned has none."""

    __tablename__ = "lesson_plan"

    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int]
    """Grows by one with every change: who changes an older one is told."""
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """In order; each is a `server.lessons.step_rules.Step`."""


class Attendance(Identified):
    """Somebody was in a lesson, from one moment to another."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("lesson_id", "user_id", "came_at"),)

    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"))
    came_at: Mapped[datetime]
    left_at: Mapped[datetime | None] = mapped_column(default=None)
    """None while they are there."""
