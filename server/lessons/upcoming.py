"""Lessons as lists: of a space, mine, those of today, and what waits for my school's answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.access import CLOSED_FOR_NOW, Access
from server.accounts.models import User
from server.accounts.service import SignedIn
from server.lessons import asks, sides
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import AskKind, AskStatus, LessonAnswer, LessonAsk, LessonSeries
from server.lessons.sides import Table
from server.schools.views import SchoolView
from server.spaces import service as spaces
from server.spaces.models import Space, SpaceKind

NEXT_SHOWN = 5
LATE = timedelta(hours=2)
"""A lesson that nobody ended is on Today no longer than that after its time."""
WAITING_SHOWN = 20
_OPENS_AGAIN = CLOSED_FOR_NOW - {"partnership_suspended"}


class LessonCard(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson on the first page. `status`: `live`, or `scheduled`."""

    id: UUID
    space_id: UUID
    space_name: str
    title: str
    status: LessonStatus
    starts_at: datetime
    ends_at: datetime
    started_at: datetime | None
    schools: list[SchoolView]
    """That take part, in the order of their colours."""


class AskView(msgspec.Struct, frozen=True, kw_only=True):
    """A question about lessons that is open. `kind`: `plan`, `move`, `cancel`. `may`: what the person who
    reads it may do (`answer`, `withdraw`)."""

    id: UUID
    kind: AskKind
    all_to_come: bool
    lesson_id: UUID | None
    starts_at: datetime | None
    """The new time, of a move."""
    ends_at: datetime | None
    school_id: UUID
    """Who asks."""
    asked_by: str
    asked_at: datetime
    waiting_for: list[UUID]
    """Schools that have not answered."""
    said_yes: list[UUID]
    may: list[str]


class LessonView(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson on the list of its space. `may`: `change` (ask for another time) and `cancel` (ask to)."""

    id: UUID
    space_id: UUID
    series_id: UUID | None
    title: str
    status: LessonStatus
    starts_at: datetime
    ends_at: datetime
    host_school_id: UUID | None
    started_at: datetime | None
    ended_at: datetime | None
    number: int
    """Its place among those planned together, from 1."""
    of: int
    """How many were planned together."""
    ask: AskView | None
    """What is being asked about it; for staff."""
    may: list[str]


def seen(*, is_staff: bool) -> ColumnElement[bool]:
    """The lessons that a person sees in a space: a proposal is the business of staff."""
    if is_staff:
        return Lesson.status.in_(list(LessonStatus))
    return Lesson.status.not_in([LessonStatus.PROPOSED, LessonStatus.CANCELLED])


def to_come(now: datetime) -> ColumnElement[bool]:
    return or_(
        Lesson.status == LessonStatus.LIVE,
        and_(
            Lesson.status.in_([LessonStatus.PROPOSED, LessonStatus.SCHEDULED]), Lesson.ends_at > now
        ),
    )


async def page(
    session: AsyncSession, condition: ColumnElement[bool], *, past: bool,
    after: tuple[datetime, UUID] | None, limit: int,
) -> tuple[Sequence[Lesson], tuple[datetime, UUID] | None]:
    """Lessons that fit the condition: those to come, the soonest first; or those that are over, the newest
    first. With the place where the next page begins."""
    now = clock.now()
    wanted = [condition, ~to_come(now) if past else to_come(now)]
    if after is not None:
        moment, last = after
        beyond = Lesson.starts_at < moment if past else Lesson.starts_at > moment
        wanted.append(or_(beyond, and_(Lesson.starts_at == moment, Lesson.id > last)))
    order = Lesson.starts_at.desc() if past else Lesson.starts_at
    found = (
        await session.scalars(select(Lesson).where(*wanted).order_by(order, Lesson.id).limit(limit + 1))
    ).all()
    shown = found[:limit]
    return shown, (shown[-1].starts_at, shown[-1].id) if len(found) > limit else None


async def cards(
    session: AsyncSession, allowed: dict[UUID, Access], lessons: Sequence[Lesson]
) -> list[LessonCard]:
    """Lessons with the names of their spaces and schools, in the order given."""
    known = {
        each.id: each
        for each in await spaces.with_schools(session, {lesson.space_id for lesson in lessons})
    }
    return [
        LessonCard(
            id=each.id, space_id=each.space_id, space_name=known[each.space_id].name, title=each.title,
            status=each.status, starts_at=each.starts_at, ends_at=each.ends_at, started_at=each.started_at,
            schools=[SchoolView.of_member(member) for member in spaces.schools_in(known[each.space_id])],
        )
        for each in lessons
        if each.space_id in allowed
    ]


def may_look(allowed: dict[UUID, Access]) -> list[UUID]:
    """The spaces whose lessons concern somebody: those they can go into, now or when a lesson opens them."""
    return [
        space_id for space_id, found in allowed.items() if found.may_enter or found.reason in _OPENS_AGAIN
    ]


async def for_today(session: AsyncSession, allowed: dict[UUID, Access]) -> list[LessonCard]:
    """The lessons that run now, and the next few, in the spaces of a person."""
    mine, now = may_look(allowed), clock.now()
    if not mine:
        return []
    live = await session.scalars(
        select(Lesson)
        .where(
            Lesson.space_id.in_(mine), Lesson.status == LessonStatus.LIVE, Lesson.ends_at > now - LATE
        )
        .order_by(Lesson.starts_at)
        .limit(NEXT_SHOWN)
    )
    following = await session.scalars(
        select(Lesson)
        .join(Space, Space.id == Lesson.space_id)
        .where(
            Lesson.space_id.in_(mine), Lesson.status == LessonStatus.SCHEDULED, Lesson.ends_at > now,
            Space.archived_at.is_(None),
        )
        .order_by(Lesson.starts_at, Lesson.id)
        .limit(NEXT_SHOWN)
    )
    return await cards(session, allowed, [*live, *following])


async def views(session: AsyncSession, table: Table, lessons: Sequence[Lesson]) -> list[LessonView]:
    """Lessons of one space with what is asked about them, for staff at its table."""
    series_ids = {each.series_id for each in lessons if each.series_id}
    rows = {
        each.id: each
        for each in await session.scalars(select(LessonSeries).where(LessonSeries.id.in_(series_ids)))
    }
    order: dict[UUID, list[UUID]] = {}
    anchors: dict[UUID, datetime] = {}
    for lesson_id, series_id, starts_at in (
        await session.execute(
            select(Lesson.id, Lesson.series_id, Lesson.starts_at)
            .where(Lesson.series_id.in_(series_ids))
            .order_by(Lesson.place_at, Lesson.id)
        )
    ).tuples():
        if series_id is not None:
            order.setdefault(series_id, []).append(lesson_id)
            anchors[lesson_id] = starts_at
    open_asks = await asks.open_in(session, rows)
    given = await asks.answers_to(session, [each.id for each in open_asks.values()])
    names = dict(
        (
            await session.execute(
                select(User.id, User.name).where(
                    User.id.in_([each.asked_by_id for each in open_asks.values()])
                )
            )
        ).tuples().all()
    )
    now = clock.now()
    found = []
    for each in lessons:
        ask = open_asks.get(each.series_id) if each.series_id else None
        mine = order.get(each.series_id, []) if each.series_id else []
        found.append(
            LessonView(
                id=each.id, space_id=each.space_id, series_id=each.series_id, title=each.title,
                status=each.status, starts_at=each.starts_at, ends_at=each.ends_at,
                host_school_id=each.host_school_id, started_at=each.started_at, ended_at=each.ended_at,
                number=mine.index(each.id) + 1 if each.id in mine else 1, of=max(1, len(mine)),
                ask=_ask(table, ask, each, given.get(ask.id, {}), names)
                if ask is not None and _is_about(ask, each, anchors) else None,
                may=["change", "cancel"]
                if table.may_plan and ask is None and each.status is LessonStatus.SCHEDULED
                and each.starts_at > now else [],
            )
        )
    return found


def _is_about(ask: LessonAsk, lesson: Lesson, anchors: dict[UUID, datetime]) -> bool:
    if ask.lesson_id is None or ask.lesson_id == lesson.id:
        return True
    first = anchors.get(ask.lesson_id)
    return ask.all_to_come and first is not None and lesson.starts_at >= first


def _ask(
    table: Table, ask: LessonAsk, lesson: Lesson, given: dict[UUID, bool], names: dict[UUID, str]
) -> AskView:
    asked = table.asked_by(ask.school_id, lesson.host_school_id)
    mine = table.who.school_id if table.who else None
    may = ["answer"] if mine in asked and mine not in given else []
    if mine == ask.school_id and table.may_plan:
        may.append("withdraw")
    return AskView(
        id=ask.id, kind=ask.kind, all_to_come=ask.all_to_come, lesson_id=ask.lesson_id,
        starts_at=ask.starts_at, ends_at=ask.ends_at, school_id=ask.school_id,
        asked_by=names.get(ask.asked_by_id, ""), asked_at=ask.asked_at,
        waiting_for=sorted(asked - given.keys()), said_yes=sorted(each for each in given if given[each]),
        may=may,
    )


def plain_views(lessons: Iterable[Lesson]) -> list[LessonView]:
    """Lessons for somebody who only looks: a student, a guest."""
    return [
        LessonView(
            id=each.id, space_id=each.space_id, series_id=None, title=each.title, status=each.status,
            starts_at=each.starts_at, ends_at=each.ends_at, host_school_id=each.host_school_id,
            started_at=each.started_at, ended_at=each.ended_at, number=1, of=1, ask=None, may=[],
        )
        for each in lessons
    ]


async def to_answer(
    session: AsyncSession, who: SignedIn, allowed: dict[UUID, Access]
) -> list[tuple[UUID, str]]:
    """The spaces, with a lesson's title, in which a question waits for an adult of my school."""
    mine = [each for each, found in allowed.items() if sides.moderates(found)]
    if not who.is_staff or not mine:
        return []
    answered = exists().where(
        LessonAnswer.ask_id == LessonAsk.id, LessonAnswer.school_id == who.school_id
    )
    rows = await session.execute(
        select(LessonAsk.series_id, LessonSeries.space_id, Space.kind)
        .join(LessonSeries, LessonSeries.id == LessonAsk.series_id)
        .join(Space, Space.id == LessonSeries.space_id)
        .where(
            LessonSeries.space_id.in_(mine), LessonAsk.status == AskStatus.OPEN,
            LessonAsk.school_id != who.school_id, ~answered,
        )
        .order_by(LessonAsk.asked_at, LessonAsk.id)
        .limit(WAITING_SHOWN)
    )
    found = rows.tuples().all()
    if not found:
        return []
    enrolled = await sides.enrolled_schools(session, {space_id for _, space_id, _ in found})
    mine_to_answer = [
        (series_id, space_id) for series_id, space_id, kind in found
        if kind is SpaceKind.STAFF_ROOM or who.school_id in enrolled.get(space_id, ())
    ]
    titles: dict[UUID | None, str] = {}
    for series_id, title in (
        await session.execute(
            select(Lesson.series_id, Lesson.title)
            .where(Lesson.series_id.in_([each for each, _ in mine_to_answer]))
            .order_by(Lesson.starts_at)
        )
    ).tuples():
        titles.setdefault(series_id, title)
    return [(space_id, titles.get(series_id, "")) for series_id, space_id in mine_to_answer]
