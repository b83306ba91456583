"""Planning lessons: rows of them, what waits for a yes, calendars, reminders. docs/lessons.md."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server import clock
from server.db import Identified, Model, enum_column


class LessonSeries(Identified):
    """Lessons that were planned together: one, or one every so many weeks at the same clock."""

    __tablename__ = "lesson_series"

    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), index=True)
    timezone: Mapped[str] = mapped_column(String(64))
    """IANA: the clock that the lessons keep to, of the school that planned them."""
    first_at: Mapped[datetime]
    """When the first was planned for, whatever became of it."""
    minutes: Mapped[int]
    every_weeks: Mapped[int]
    times: Mapped[int]
    """How many places the row has; 1 for a single lesson. A place without a lesson was left out."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Grows with every change that a calendar must take in (RFC 5545 SEQUENCE)."""
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class AskKind(StrEnum):
    PLAN = "plan"
    MOVE = "move"
    CANCEL = "cancel"


class AskStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """Its time came, or the lesson changed, before everyone had answered."""


class LessonAsk(Identified):
    """What one school asks of the others; it takes effect when each has said yes."""

    __tablename__ = "lesson_ask"
    __table_args__ = (
        # One open question at a time about the same lessons.
        Index("uq_lesson_ask_open", "series_id", unique=True,
              sqlite_where=text("status = 'open'"), postgresql_where=text("status = 'open'")),
    )

    series_id: Mapped[UUID] = mapped_column(ForeignKey("lesson_series.id", ondelete="CASCADE"), index=True)
    lesson_id: Mapped[UUID | None] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), default=None)
    """The lesson it is about, or the first of those it is about; None for the whole plan."""
    kind: Mapped[AskKind] = mapped_column(enum_column(AskKind))
    all_to_come: Mapped[bool] = mapped_column(default=False)
    """Not that lesson alone: those of the row after it as well."""
    starts_at: Mapped[datetime | None] = mapped_column(default=None)
    """The new time of `lesson_id`, of a move. Those after it move as far, by the clock of the row."""
    ends_at: Mapped[datetime | None] = mapped_column(default=None)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"))
    """Who asks."""
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    status: Mapped[AskStatus] = mapped_column(enum_column(AskStatus), default=AskStatus.OPEN)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


class LessonAnswer(Model):
    """The yes or no of one school."""

    __tablename__ = "lesson_answer"

    ask_id: Mapped[UUID] = mapped_column(ForeignKey("lesson_ask.id", ondelete="CASCADE"), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    yes: Mapped[bool]
    at: Mapped[datetime]


class LessonNotice(Model):
    """A reminder that was given: whoever writes the row is the node that gives it."""

    __tablename__ = "lesson_notice"

    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    """`day_before` (mail) or `minutes_before` (push)."""
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    """The time it spoke of: a lesson that is moved is reminded of again."""
    at: Mapped[datetime]


class CalendarFeed(Model):
    """A secret address at which a calendar program reads one person's lessons."""

    __tablename__ = "calendar_feed"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token in the address, in hexadecimal."""
    made_at: Mapped[datetime]


class ReminderChoice(Model):
    """Which reminders a member of staff wants; without a row, mail."""

    __tablename__ = "reminder_choice"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    by_mail: Mapped[bool] = mapped_column(default=True)
