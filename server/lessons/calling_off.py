"""Calling lessons off because what they are held in ends: the space is archived, or its partnership ends.

Nobody is asked, since there is no room left for them: what runs is ended, what is still to come is cancelled,
and what is being asked about it lapses. Those who would be told of any cancellation are told, once for each
row of lessons. docs/lessons.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from server import clock
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.events import AccessChanged
from server.lessons import live, notices, rows, sides
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import AskStatus, LessonAsk, LessonSeries
from server.lessons.sides import Table
from server.partnerships.models import Partnership
from server.partnerships.record import Standing
from server.spaces.models import Space


class Why(StrEnum):
    """What ended. The mail says it in words (`server.mail.words.OTHER`)."""

    SPACE_ARCHIVED = "space_archived"
    PARTNERSHIP_ENDED = "partnership_ended"


async def in_partnership(uow: UnitOfWork, who: SignedIn, record: Partnership) -> None:
    """Call off what is planned in every space of a partnership that ends; the caller holds its row."""
    planned = select(Lesson.space_id).where(or_(Lesson.status == LessonStatus.LIVE, _is_planned()))
    asked = (
        select(LessonSeries.space_id)
        .join(LessonAsk, LessonAsk.series_id == LessonSeries.id)
        .where(LessonAsk.status == AskStatus.OPEN)
    )
    theirs = await uow.session.scalars(
        select(Space.id)
        .where(Space.partnership_id == record.id, or_(Space.id.in_(planned), Space.id.in_(asked)))
        .order_by(Space.id)
    )
    for space_id in theirs.all():
        space = await live.locked_space(uow, space_id)
        await in_space(uow, who, space, record, Why.PARTNERSHIP_ENDED)


async def in_space(uow: UnitOfWork, who: SignedIn, space: Space, record: Partnership, why: Why) -> None:
    """Call off what is planned in a space. The caller holds the rows of the partnership and the space."""
    session = uow.session
    await live.end_with(uow, who, space)  # before: a lobby that closes leaves a lesson that is planned
    await _close_questions(uow, who, space)
    found = await session.scalars(
        select(Lesson)
        .where(Lesson.space_id == space.id, _is_planned())
        .order_by(Lesson.starts_at, Lesson.id)
        .with_for_update()
    )
    by_series: dict[UUID | None, list[Lesson]] = defaultdict(list)
    for each in found.all():
        each.status = LessonStatus.CANCELLED
        by_series[each.series_id].append(each)
    if not by_series:
        return
    table = Table(
        space, record, Standing(False, False, frozenset()), who,
        await sides.sides_of(session, space, record, of_this_year=False), False,
    )
    for series_id, lessons in by_series.items():
        audit.record(
            uow, who, "lesson.cancel", subject_id=space.id, partnership_id=record.id,
            after={"series_id": series_id, "lesson_ids": [each.id for each in lessons],
                   "starts_at": [each.starts_at for each in lessons], "reason": why},
        )
        if series_id is not None:  # what was never planned is in nobody's calendar
            series = await session.get_one(LessonSeries, series_id)
            series.sequence += 1
            await _tell(uow, table, series, lessons, why)
    uow.events.append(AccessChanged(space_ids=frozenset({space.id})))  # lessons open a space


def _is_planned() -> ColumnElement[bool]:
    return or_(
        Lesson.status == LessonStatus.PROPOSED,
        and_(Lesson.status == LessonStatus.SCHEDULED, Lesson.ends_at > clock.now()),
    )


async def _tell(
    uow: UnitOfWork, table: Table, series: LessonSeries, lessons: Sequence[Lesson], why: Why
) -> None:
    """The schools of the space, and the mentor that was asked with them."""
    host_id = lessons[0].host_school_id
    schools = {each.school_id for each in table.sides}
    if host_id is not None:
        schools |= table.asked_by(host_id, host_id)
    everything = await rows.lessons_of(uow.session, series.id)
    await notices.tell_called_off(uow, table, series, everything, schools, about=lessons, why=why.value)


async def _close_questions(uow: UnitOfWork, who: SignedIn, space: Space) -> None:
    found = await uow.session.scalars(
        select(LessonAsk)
        .join(LessonSeries, LessonSeries.id == LessonAsk.series_id)
        .where(LessonSeries.space_id == space.id, LessonAsk.status == AskStatus.OPEN)
        .order_by(LessonAsk.id)
        .with_for_update(of=LessonAsk)
    )
    for ask in found.all():
        ask.status, ask.closed_at = AskStatus.LAPSED, clock.now()
        audit.record(
            uow, who, "lesson.lapse", subject_id=space.id, partnership_id=space.partnership_id,
            after={"ask_id": ask.id, "kind": ask.kind, "series_id": ask.series_id},
        )
