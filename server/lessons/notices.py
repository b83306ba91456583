"""Who is told what about lessons by mail, and the calendar entry that goes with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from server import clock
from server.db import UnitOfWork
from server.lessons import invitations, sides
from server.lessons.invitations import Planned
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import AskKind, LessonAsk, LessonSeries
from server.lessons.sides import Table
from server.mail import service as mail
from server.mail.letters import Kind


def page_of(space_id: UUID) -> str:
    """Where lessons of a space are planned and answered."""
    return f"/spaces/{space_id}/lessons"


def planned(table: Table, series: LessonSeries, lessons: Sequence[Lesson]) -> Planned:
    """A row of lessons for a calendar."""
    return Planned(
        series, lessons, table.record.name, page_of(table.space.id),
        [(each.school.short_name, each.school.timezone) for each in table.sides],
    )


async def tell(
    uow: UnitOfWork, table: Table, kind: Kind, series: LessonSeries, lessons: Sequence[Lesson],
    school_ids: Iterable[UUID], *, ask: LessonAsk, with_calendar: bool, about: Sequence[Lesson] = (),
    by: UUID | None = None,
) -> None:
    """Mail the adults of these schools, whoever did it left out.

    Args:
        lessons: all of the row.
        about: those that it is about; without, those that are not over.
        by: the school that did it; without, the one that asked.
    """
    now = clock.now()
    spoken_of = about or [each for each in lessons if each.ends_at > now] or lessons
    if not spoken_of:
        return
    first = next((each for each in lessons if each.id == ask.lesson_id), spoken_of[0])
    if about:
        first = about[0]
    values = _values(table, first)
    values["school"] = _school(table, by or ask.school_id)
    if ask.kind is AskKind.MOVE and kind is Kind.LESSON_MOVE_ASKED:
        values |= {"starts_at": ask.starts_at, "ends_at": ask.ends_at}
    if ask.kind is AskKind.PLAN and kind in (Kind.LESSON_ASKED, Kind.LESSON_SCHEDULED):
        values["times"] = len(spoken_of)
    elif ask.all_to_come and ask.kind is not AskKind.PLAN:
        values["note"] = "all_to_come"
    calendar = _calendar(table, series, lessons) if with_calendar else ""
    receivers = await sides.adults(uow.session, table, school_ids)
    me = table.who.user_id if table.who else None
    # Whoever plans gets the entry of their own calendar too, and no mail that only asks or declines.
    to = [each for each in receivers if each != me or kind in (Kind.LESSON_SCHEDULED, Kind.LESSON_MOVED,
                                                               Kind.LESSON_CANCELLED)]
    await mail.queue_all(uow, to, kind, values, calendar=calendar)


async def tell_called_off(
    uow: UnitOfWork, table: Table, series: LessonSeries, lessons: Sequence[Lesson],
    school_ids: Iterable[UUID], *, about: Sequence[Lesson], why: str,
) -> None:
    """Mail the adults of these schools that lessons of a row do not take place: one mail, however many.

    Args:
        lessons: all of the row.
        about: those that are cancelled.
        why: what ended (`server.mail.words.OTHER`).
    """
    values = {**_values(table, about[0]), "times": len(about), "note": why}
    receivers = await sides.adults(uow.session, table, school_ids, reading=True)
    await mail.queue_all(
        uow, receivers, Kind.LESSON_CANCELLED, values, calendar=_calendar(table, series, lessons)
    )


def _values(table: Table, lesson: Lesson) -> dict[str, Any]:
    return {
        "title": lesson.title, "space": table.space.name, "partnership": table.record.name,
        "starts_at": lesson.starts_at, "ends_at": lesson.ends_at, "path": page_of(table.space.id),
        "clocks": [
            {"school": each.school.short_name, "timezone": each.school.timezone} for each in table.sides
        ],
    }


def _calendar(table: Table, series: LessonSeries, lessons: Sequence[Lesson]) -> str:
    over = all(each.status is LessonStatus.CANCELLED for each in lessons)
    method = invitations.CANCEL if over else invitations.REQUEST
    return invitations.calendar_of([planned(table, series, lessons)], method)


def _school(table: Table, school_id: UUID) -> str:
    return next(
        (each.school.name for each in table.record.memberships if each.school_id == school_id), ""
    )
