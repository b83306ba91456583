"""Planning lessons: proposing them, asking for another time, asking to cancel, taking a question back.

What one side does here is a question to the others (`server.lessons.asks` takes their answers); until each
has said yes, what held before holds. docs/lessons.md says it in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import DomainError, Invalid, InvalidTransition, NotAllowed, NotFound
from server.lessons import asks, rows, sides, times
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import AskKind, AskStatus, LessonAsk, LessonSeries
from server.lessons.rows import TimeTaken
from server.lessons.sides import Table
from server.lessons.times import Busy, Occurrence
from server.programmes.rules import Hosting

AHEAD_MAX = timedelta(days=400)
OUT_OF_REACH = "Choose a time that is still to come, within the next 400 days. Nothing was changed."
UPCOMING_MAX = 200
"""Lessons that are still to come, in one space."""


class Waiting(DomainError):
    """A question about these lessons waits for an answer already. Nothing was changed."""

    code = "question_open"
    status = 409


class CannotHost(DomainError):
    """In this programme a school in this role does not host lessons. Choose another school to host. Nothing
    was changed."""

    code = "cannot_host"
    status = 409


class NeedsMentor(DomainError):
    """This school hosts lessons with a mentor school, and has none yet. Ask the coordinator to name one.
    Nothing was changed."""

    code = "needs_mentor"
    status = 409


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson that somebody would like, or several."""

    title: str
    starts_at: datetime
    minutes: int
    times: int = 1
    every_weeks: int = 1
    host_school_id: UUID | None = None
    """None: the school of whoever plans, or else the first."""


async def plan(uow: UnitOfWork, who: SignedIn, space_id: UUID, wanted: Wanted) -> LessonSeries:
    """Propose lessons to the other schools; where there is no other, they are scheduled at once.

    Repeated lessons keep to the clock of the hosting school. Those on a day without school, or when a class
    has another lesson, are left out.

    Raises:
        NotFound, NoAccess: the space is not open to them (404, 403).
        NotAllowed: planning is not theirs (403).
        Invalid: it is not in the coming 400 days, nobody could host, or there are too many already (400).
        TimeTaken: a class has another lesson then (409).
        CannotHost, NeedsMentor: the host's role does not host, or not alone (409).
    """
    table = await _planning(uow, who, space_id)
    now = clock.now()
    starts_at = _wanted_moment(wanted.starts_at, now)
    host = _host(table, wanted.host_school_id)
    length = timedelta(minutes=wanted.minutes)
    zone = host.school.timezone
    last = times.places(starts_at, zone, wanted.times, wanted.every_weeks)[-1]
    if last > now + AHEAD_MAX:
        raise Invalid(OUT_OF_REACH)
    if not (title := " ".join(wanted.title.replace("\0", "").split())):
        raise Invalid("A lesson needs a title. Nothing was changed.")
    taken = await sides.busy(uow.session, space_id, starts_at, last + length)
    known = await sides.times_of(uow.session, table.sides)
    found = times.check(
        known, host.school_id, starts_at, starts_at + length, times=wanted.times,
        every_weeks=wanted.every_weeks, busy=taken,
    )
    planned = [each for each in found if _is_planned(each, alone=wanted.times == 1, taken=taken)]
    if not planned:
        raise TimeTaken
    await _check_room(uow.session, space_id, len(planned))

    series = LessonSeries(
        space_id=space_id, timezone=zone, first_at=starts_at, minutes=wanted.minutes,
        every_weeks=wanted.every_weeks, times=wanted.times, created_by_id=who.user_id, created_at=now,
    )
    uow.session.add(series)
    await uow.session.flush()
    uow.session.add_all(
        Lesson(
            space_id=space_id, title=title, status=LessonStatus.PROPOSED, starts_at=each.starts_at,
            ends_at=each.ends_at, host_school_id=host.school_id, created_by_id=who.user_id, created_at=now,
            series_id=series.id, place_at=each.starts_at,
        )
        for each in planned
    )
    await uow.session.flush()
    ask = LessonAsk(
        series_id=series.id, kind=AskKind.PLAN, all_to_come=True, school_id=who.school_id,
        asked_by_id=who.user_id, asked_at=now,
    )
    audit.record(
        uow, who, "lesson.propose", subject_id=space_id, partnership_id=table.record.id,
        school_id=who.school_id,
        after={"series_id": series.id, "starts_at": [each.starts_at for each in planned],
               "minutes": wanted.minutes, "host_school_id": host.school_id},
    )
    await asks.put(uow, table, ask, series)
    return series


def _is_planned(occurrence: Occurrence, *, alone: bool, taken: Sequence[Busy]) -> bool:
    """Nothing but another lesson forbids a single one: the schools know their days better than we do."""
    if any(each.starts_at < occurrence.ends_at and occurrence.starts_at < each.ends_at for each in taken):
        return False
    return alone or occurrence.code in ("fits", "outside")


def _wanted_moment(wanted: datetime, now: datetime) -> datetime:
    """A moment to the minute, in UTC. Raises: Invalid: it is over, or more than 400 days ahead (400)."""
    if not now < wanted <= now + AHEAD_MAX:
        raise Invalid(OUT_OF_REACH)
    return wanted.astimezone(UTC).replace(second=0, microsecond=0)


async def _check_room(session: AsyncSession, space_id: UUID, more: int) -> None:
    there = await session.scalar(
        select(func.count()).where(
            Lesson.space_id == space_id, Lesson.status.in_(sides.TAKES_TIME), Lesson.ends_at > clock.now()
        )
    )
    if (there or 0) + more > UPCOMING_MAX:
        raise Invalid(f"There are {UPCOMING_MAX} lessons to come in this space already. Nothing was changed.")


def _host(table: Table, wanted: UUID | None) -> sides.Membership:
    own = table.side(table.who.school_id) if table.who else None
    host = table.side(wanted) if wanted else own or next(iter(table.sides), None)
    if host is None:
        raise Invalid("A school hosts a lesson when one of its classes takes part. Nothing was changed.")
    hosting = table.hosting(host)
    if hosting is Hosting.NO:
        raise CannotHost
    if hosting is Hosting.WITH_MENTOR and (
        host.mentor_id is None or host.mentor_id not in table.asked_by(host.school_id, host.school_id)
    ):
        raise NeedsMentor
    return host


async def _planning(uow: UnitOfWork, who: SignedIn, space_id: UUID) -> Table:
    table = await sides.sit_down(uow.session, who, space_id, lock=True)
    if not table.may_plan:
        raise NotAllowed(
            "Lessons are planned by teachers of a class that takes part, the coordinator, and delegates who "
            "run lessons. Nothing was changed."
        )
    return table


async def _lesson_at_table(
    uow: UnitOfWork, who: SignedIn, lesson_id: UUID
) -> tuple[Table, Lesson, LessonSeries]:
    """A scheduled lesson that is still to come, its row held.

    Raises:
        NotFound (404). NotAllowed (403). InvalidTransition: it is not scheduled, or it has begun (409).
        Waiting: something else is being asked about its row (409).
    """
    space_id = await uow.session.scalar(select(Lesson.space_id).where(Lesson.id == lesson_id))
    if space_id is None:
        raise NotFound
    table = await _planning(uow, who, space_id)
    lesson = await uow.session.scalar(select(Lesson).where(Lesson.id == lesson_id).with_for_update())
    if lesson is None:
        raise NotFound
    if lesson.status is not LessonStatus.SCHEDULED or lesson.starts_at <= clock.now():
        raise InvalidTransition(
            "This lesson cannot be changed any more, or is not agreed yet. Nothing was changed.",
            state=lesson.status.value,
        )
    series = await _series_of(uow, table, lesson)
    if await asks.open_in(uow.session, [series.id]):
        raise Waiting
    return table, lesson, series


async def _series_of(uow: UnitOfWork, table: Table, lesson: Lesson) -> LessonSeries:
    """Its row of lessons; one that was made without gets one of its own."""
    if lesson.series_id is not None:
        return await uow.session.get_one(LessonSeries, lesson.series_id)
    host = next((each for each in table.sides if each.school_id == lesson.host_school_id), None)
    zone = (host or table.record.memberships[0]).school.timezone
    series = LessonSeries(
        space_id=lesson.space_id, timezone=zone, first_at=lesson.starts_at,
        minutes=int((lesson.ends_at - lesson.starts_at).total_seconds() // 60), every_weeks=1, times=1,
        created_by_id=lesson.created_by_id, created_at=lesson.created_at,
    )
    uow.session.add(series)
    await uow.session.flush()
    lesson.series_id, lesson.place_at = series.id, lesson.starts_at
    return series


async def ask_to_move(
    uow: UnitOfWork, who: SignedIn, lesson_id: UUID, starts_at: datetime, minutes: int, *, all_to_come: bool
) -> LessonAsk:
    """Ask the others for another time; until they say yes, the old one holds.

    Raises:
        NotFound (404). NoAccess, NotAllowed (403). InvalidTransition, Waiting, TimeTaken (409).
        Invalid: not in the coming 400 days, or nothing would change (400).
    """
    table, lesson, series = await _lesson_at_table(uow, who, lesson_id)
    starts_at = _wanted_moment(starts_at, clock.now())
    ends_at = starts_at + timedelta(minutes=minutes)
    if (starts_at, ends_at) == (lesson.starts_at, lesson.ends_at):
        raise Invalid("This is the time it has. Nothing was changed.")
    found = await rows.affected(uow.session, series.id, lesson, all_to_come=all_to_come)
    new = rows.moved((each.starts_at for each in found), lesson.starts_at, starts_at, series.timezone)
    if min(new) <= clock.now() or max(new) > clock.now() + AHEAD_MAX:
        raise Invalid(OUT_OF_REACH)
    await rows.check_free(uow.session, table.space.id, found, new, minutes)
    ask = LessonAsk(
        series_id=series.id, lesson_id=lesson.id, kind=AskKind.MOVE, all_to_come=all_to_come,
        starts_at=starts_at, ends_at=ends_at, school_id=who.school_id, asked_by_id=who.user_id,
        asked_at=clock.now(),
    )
    audit.record(
        uow, who, "lesson.ask_move", subject_id=table.space.id, partnership_id=table.record.id,
        school_id=who.school_id, before={"lesson_id": lesson.id, "starts_at": lesson.starts_at},
        after={"lesson_id": lesson.id, "starts_at": starts_at, "minutes": minutes,
               "all_to_come": all_to_come},
    )
    await asks.put(uow, table, ask, series)
    return ask


async def ask_to_cancel(
    uow: UnitOfWork, who: SignedIn, lesson_id: UUID, *, all_to_come: bool
) -> LessonAsk:
    """Ask the others to cancel; until they say yes, it takes place.

    Raises:
        NotFound (404). NoAccess, NotAllowed (403). InvalidTransition, Waiting (409).
    """
    table, lesson, series = await _lesson_at_table(uow, who, lesson_id)
    ask = LessonAsk(
        series_id=series.id, lesson_id=lesson.id, kind=AskKind.CANCEL, all_to_come=all_to_come,
        school_id=who.school_id, asked_by_id=who.user_id, asked_at=clock.now(),
    )
    audit.record(
        uow, who, "lesson.ask_cancel", subject_id=table.space.id, partnership_id=table.record.id,
        school_id=who.school_id, after={"lesson_id": lesson.id, "all_to_come": all_to_come},
    )
    await asks.put(uow, table, ask, series)
    return ask


async def withdraw(uow: UnitOfWork, who: SignedIn, ask_id: UUID) -> LessonAsk:
    """Take a question of my school back; lessons that were only proposed are gone with it.

    Raises:
        NotFound (404). NoAccess, NotAllowed: not theirs, or not of their school (403).
        AlreadyDone: it is answered (409).
    """
    table, ask, series = await asks.open_ask(uow, who, ask_id)
    if not table.may_plan or ask.school_id != who.school_id:
        raise NotAllowed("A question is taken back by those who plan at the school that asked.")
    await asks.close(uow, table, ask, series, AskStatus.WITHDRAWN, "lesson.withdraw", who)
    return ask
