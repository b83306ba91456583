"""The hours of a space as conditions of a query: for the access rule, and for whoever explains it.

They leave their moments open; `moments` gives them.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, or_
from sqlalchemy.orm import InstrumentedAttribute

from server.db import UtcDateTime
from server.hours import rules
from server.hours.models import SchoolDay, SpaceOpening
from server.lessons.models import Lesson, LessonStatus

Id = InstrumentedAttribute[UUID] | UUID


def _moment(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=UtcDateTime())


NOW = _moment("now")


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
    """On `Lesson`: it is one of the space, and opens it."""
    planned = and_(
        Lesson.status.in_([LessonStatus.SCHEDULED, LessonStatus.LIVE]),
        Lesson.starts_at <= _moment("soon"), Lesson.ends_at > _moment("lately"),
    )
    runs = and_(Lesson.status == LessonStatus.LIVE, Lesson.ends_at > _moment("overrun"))
    return and_(Lesson.space_id == space_id, or_(planned, runs))


def opening_holds(space_id: Id, school_id: Id) -> ColumnElement[bool]:
    """On `SpaceOpening`: it is one of the space for the school, and holds."""
    return and_(
        SpaceOpening.space_id == space_id, SpaceOpening.school_id == school_id,
        SpaceOpening.closed_at.is_(None), SpaceOpening.starts_at <= NOW, SpaceOpening.ends_at > NOW,
    )
