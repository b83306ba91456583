"""The hours of a space as conditions of a query: for the access rule, and for whoever explains it.

They leave their moments open; `moments` gives them.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, literal_column, or_
from sqlalchemy.orm import InstrumentedAttribute

from server.db import UtcDateTime
from server.hours import rules
from server.hours.models import SchoolDay, SpaceOpening
from server.lessons.models import Lesson, LessonStatus

Id = InstrumentedAttribute[UUID] | UUID


def _moment(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=UtcDateTime())


NOW = _moment("now")


def word(value: StrEnum) -> ColumnElement[str]:
    """A word of ours, written into the statement.

    As a parameter it could change which partial index fits, and SQLite would plan the whole query anew each
    time: that took longer than to run it.
    """
    return literal_column(f"'{value.value}'")


def moments(now: datetime) -> dict[str, datetime]:
    """What the conditions leave open."""
    return {
        "now": now, "soon": now + rules.BEFORE_LESSON, "lately": now - rules.AFTER_LESSON,
        "overrun": now - rules.OVERRUN_MAX,
    }


def school_is_open(school_id: Id) -> ColumnElement[bool]:
    """On `SchoolDay`: it is one of the school, and runs."""
    return and_(SchoolDay.school_id == school_id, SchoolDay.starts_at <= NOW, SchoolDay.ends_at > NOW)


def lesson_opens(space_id: Id) -> ColumnElement[bool]:
    """On `Lesson`: it is one of the space, and opens it. One that nobody planned does not: no other
    school has said yes to it, and it may be evening there."""
    runs = Lesson.status == word(LessonStatus.LIVE)
    is_on = or_(Lesson.status == word(LessonStatus.SCHEDULED), runs)
    is_time = and_(Lesson.starts_at <= _moment("soon"), Lesson.ends_at > _moment("lately"))
    return and_(
        Lesson.space_id == space_id, Lesson.series_id.is_not(None),
        or_(and_(is_on, is_time), and_(runs, Lesson.ends_at > _moment("overrun"))),
    )


def opening_holds(space_id: Id, school_id: Id) -> ColumnElement[bool]:
    """On `SpaceOpening`: it is one of the space for the school, and holds."""
    return and_(
        SpaceOpening.space_id == space_id, SpaceOpening.school_id == school_id,
        SpaceOpening.closed_at.is_(None), SpaceOpening.starts_at <= NOW, SpaceOpening.ends_at > NOW,
    )
