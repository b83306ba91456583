"""Lessons over HTTP: finding a time, planning, answering, and lists of them."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from server import access, clock, paging
from server.access import Grant
from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.errors import NoAccess, NotFound
from server.guards import staff_only
from server.lessons import asks, plan, rows, sides, times, upcoming
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import LessonSeries
from server.lessons.slots import WEEKS_MAX, Found, find
from server.lessons.times import TIMES_MAX
from server.lessons.upcoming import LessonCard, LessonView
from server.schools.views import SchoolView
from server.spaces import manage

Minutes = Annotated[int, Meta(ge=times.SHORTEST_MIN, le=times.LONGEST_MIN)]
Moment = Annotated[datetime, Meta(tz=True)]
FINDING_AT_ONCE = 2
_finding = asyncio.Semaphore(FINDING_AT_ONCE)
"""To find a time in a large cluster keeps a core busy for a second: so many at once, and in a thread."""


class SlotsView(msgspec.Struct, frozen=True):
    """Times that suit every class, best first; times that nearly do; and what one should know of them."""

    schools: list[SchoolView]
    """The sides, in the order of their colours."""
    host_school_id: UUID
    """Whose clock repeated lessons keep to."""
    found: Found


class NewLesson(msgspec.Struct, forbid_unknown_fields=True):
    """`times` lessons, one every `every_weeks` weeks at the same clock of the hosting school."""

    title: Annotated[str, Meta(min_length=1, max_length=120, pattern=r"\S")]
    starts_at: Moment
    minutes: Minutes
    times: Annotated[int, Meta(ge=1, le=TIMES_MAX)] = 1
    every_weeks: Annotated[int, Meta(ge=1, le=4)] = 1
    host_school_id: UUID | None = None


class NewTime(msgspec.Struct, forbid_unknown_fields=True):
    """`all_to_come`: those planned together with it that come after move as far."""

    starts_at: Moment
    minutes: Minutes
    all_to_come: bool = False


class Cancelling(msgspec.Struct, forbid_unknown_fields=True):
    all_to_come: bool = False


class Answer(msgspec.Struct, forbid_unknown_fields=True):
    yes: bool


class LessonPage(msgspec.Struct, frozen=True):
    """`may_plan`: the person who asks may plan lessons in this space."""

    items: list[LessonView]
    next: str
    """The cursor of the next page; empty on the last one."""
    space_name: str
    schools: list[SchoolView]
    """That take part in the space's lessons."""
    may_plan: bool


class CardPage(msgspec.Struct, frozen=True):
    items: list[LessonCard]
    next: str


@get("/spaces/{space_id:uuid}/slots", guards=[staff_only])
async def slots(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    database: NamedDependency[Database],
    minutes: Annotated[int, QueryParameter(ge=times.SHORTEST_MIN, le=times.LONGEST_MIN)] = 45,
    weeks: Annotated[int, QueryParameter(ge=1, le=WEEKS_MAX)] = 4,
    count: Annotated[int, QueryParameter(ge=1, le=TIMES_MAX, description="How many lessons.")] = 1,
    every_weeks: Annotated[int, QueryParameter(ge=1, le=4)] = 1,
) -> SlotsView:
    """Find a time for a lesson: for those who moderate the space. 404 where no class takes part yet."""
    async with database.read() as session:
        table = await sides.sit_down(session, request.user, space_id)
        if not table.sides:
            raise NotFound("No class takes part in this space yet. Enrol one first.")
        now = clock.now()
        until = now + timedelta(weeks=weeks + every_weeks * (count - 1), days=2)
        known = await sides.times_of(session, table.sides)
        taken = await sides.busy(session, space_id, now, until)
    host = table.side(request.user.school_id) or table.sides[0]
    async with _finding:
        found = await asyncio.to_thread(
            find, known, length_min=minutes, weeks=weeks, now=now, host_id=host.school_id, busy=taken,
            times=count, every_weeks=every_weeks,
        )
    return SlotsView([SchoolView.of_member(each) for each in table.sides], host.school_id, found)


@get("/spaces/{space_id:uuid}/lessons")
async def lessons_in(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    database: NamedDependency[Database],
    past: Annotated[bool, QueryParameter(description="Those that are over.")] = False,
    limit: paging.Limit = 50,
    cursor: paging.Cursor = "",
) -> LessonPage:
    """The lessons of a space, to come or over. Proposals, and what was cancelled, are for the staff of its
    schools; what is asked is for the adults who may answer."""
    after = paging.place(cursor, datetime, UUID)
    async with database.read() as session:
        found = await access.access_in(session, request.user.user_id, space_id)
        if not upcoming.may_look({space_id: found}) and Grant.SPACE_READ not in found.grants:
            raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
        space = await manage.find(session, space_id)
        adult = request.user.is_staff and sides.moderates(found)
        page, place = await upcoming.page(
            session,
            (Lesson.space_id == space_id) & upcoming.seen(
                is_staff=request.user.is_staff and sides.keeps(found)
            ),
            past=past, after=after, limit=limit,
        )
        if adult:
            table = await sides.sit_down(session, request.user, space_id, moderating=False)
            items, may_plan = await upcoming.views(session, table, page), table.may_plan
            schools = [SchoolView.of_member(each) for each in table.sides]
        else:
            items, may_plan = upcoming.plain_views(page), False
            shown = await upcoming.cards(session, {space_id: found}, page[:1])
            schools = shown[0].schools if shown else []
    return LessonPage(items, paging.cursor(*place) if place else "", space.name, schools, may_plan)


@get("/lessons")
async def my_lessons(
    request: Request[SignedIn, Any, Any],
    database: NamedDependency[Database],
    limit: paging.Limit = 20,
    cursor: paging.Cursor = "",
) -> CardPage:
    """My lessons that run now or are agreed, in all my spaces, the soonest first."""
    after = paging.place(cursor, datetime, UUID)
    async with database.read() as session:
        allowed = await access.spaces_of(session, request.user.user_id)
        page, place = await upcoming.page(
            session,
            Lesson.space_id.in_(upcoming.may_look(allowed))
            & Lesson.status.in_([LessonStatus.SCHEDULED, LessonStatus.LIVE]),
            past=False, after=after, limit=limit,
        )
        items = await upcoming.cards(session, allowed, page)
    return CardPage(items, paging.cursor(*place) if place else "")


async def _views_of(database: Database, who: SignedIn, series_id: UUID) -> list[LessonView]:
    async with database.read() as session:
        series = await session.get_one(LessonSeries, series_id)
        table = await sides.sit_down(session, who, series.space_id, moderating=False)
        return await upcoming.views(session, table, await rows.lessons_of(session, series_id))


@post("/spaces/{space_id:uuid}/lessons", guards=[staff_only])
async def propose(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], data: JSONBody[NewLesson],
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> list[LessonView]:
    """Propose lessons to the other schools. 409 `time_taken`, `cannot_host`, `needs_mentor`."""
    async with UnitOfWork(database, bus) as uow:
        series = await plan.plan(
            uow, request.user, space_id,
            plan.Wanted(
                title=data.title, starts_at=data.starts_at, minutes=data.minutes, times=data.times,
                every_weeks=data.every_weeks, host_school_id=data.host_school_id,
            ),
        )
    return await _views_of(database, request.user, series.id)


@post("/lessons/{lesson_id:uuid}/move", guards=[staff_only], status_code=200)
async def move(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID], data: JSONBody[NewTime],
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> list[LessonView]:
    """Ask for another time; the old one holds until the others say yes. 409 `question_open`, `time_taken`."""
    async with UnitOfWork(database, bus) as uow:
        ask = await plan.ask_to_move(
            uow, request.user, lesson_id, data.starts_at, data.minutes, all_to_come=data.all_to_come
        )
    return await _views_of(database, request.user, ask.series_id)


@post("/lessons/{lesson_id:uuid}/cancellation", guards=[staff_only], status_code=200)
async def cancel(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID], data: JSONBody[Cancelling],
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> list[LessonView]:
    """Ask to cancel; it takes place unless the others say yes. 409 `question_open`."""
    async with UnitOfWork(database, bus) as uow:
        ask = await plan.ask_to_cancel(uow, request.user, lesson_id, all_to_come=data.all_to_come)
    return await _views_of(database, request.user, ask.series_id)


@post("/lesson-questions/{ask_id:uuid}/answer", guards=[staff_only], status_code=200)
async def answer(
    request: Request[SignedIn, Any, Any], ask_id: FromPath[UUID], data: JSONBody[Answer],
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> list[LessonView]:
    """Say yes or no for my school. 409 `already_done`, `time_taken`."""
    async with UnitOfWork(database, bus) as uow:
        ask = await asks.answer(uow, request.user, ask_id, yes=data.yes)
    return await _views_of(database, request.user, ask.series_id)


@delete("/lesson-questions/{ask_id:uuid}", guards=[staff_only], status_code=200)
async def withdraw(
    request: Request[SignedIn, Any, Any], ask_id: FromPath[UUID],
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> list[LessonView]:
    """Take a question of my school back. 409 `already_done`."""
    async with UnitOfWork(database, bus) as uow:
        ask = await plan.withdraw(uow, request.user, ask_id)
    return await _views_of(database, request.user, ask.series_id)


router = Router(
    "/",
    route_handlers=[slots, lessons_in, my_lessons, propose, move, cancel, answer, withdraw],
    tags=["Lessons"],
)
