"""Lessons over HTTP: finding a time, planning, answering; lists, calendars and reminders."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from server import access, clock, paging
from server.access import Grant
from server.accounts.service import SignedIn
from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.errors import NoAccess, NotAllowed, NotFound
from server.guards import staff_only
from server.lessons import asks, feed, invitations, notices, plan, rows, sides, times, upcoming
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import LessonSeries, ReminderChoice
from server.lessons.times import TIMES_MAX, Found
from server.lessons.upcoming import LessonCard, LessonView
from server.mail.sending import is_set_up, site_of
from server.push import sending as push
from server.push import service as browsers
from server.schools.views import SchoolView
from server.spaces import manage

Minutes = Annotated[int, Meta(ge=times.SHORTEST_MIN, le=times.LONGEST_MIN)]
Moment = Annotated[datetime, Meta(tz=True)]
FEED_FOR_S = 600
CALENDAR_TYPE = "text/calendar; charset=utf-8"
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


class FeedView(msgspec.Struct, frozen=True):
    """Whether my calendar has an address, and since when. The address itself is shown once."""

    made_at: datetime | None


class NewFeed(msgspec.Struct, frozen=True):
    """The path of the new address; the old one works no more."""

    path: str


class RemindersView(msgspec.Struct, frozen=True):
    by_mail: bool
    mail_is_sent: bool
    """False where the operator has set no mail server."""
    push_key: str
    """What a browser subscribes with; empty where no push messages are sent."""
    browsers: int
    """How many of mine take push messages."""


class ReminderWish(msgspec.Struct, forbid_unknown_fields=True):
    by_mail: bool


class Browser(msgspec.Struct, forbid_unknown_fields=True):
    """A browser's push subscription, as it gives it."""

    endpoint: Annotated[str, Meta(min_length=10, max_length=1000)]
    p256dh: Annotated[str, Meta(min_length=80, max_length=120, pattern="^[A-Za-z0-9_-]+=*$")]
    auth: Annotated[str, Meta(min_length=16, max_length=40, pattern="^[A-Za-z0-9_-]+=*$")]
    language: Annotated[str, Meta(pattern="^(en|fr|ar|sw)$")] = "en"


class BrowserGone(msgspec.Struct, forbid_unknown_fields=True):
    endpoint: Annotated[str, Meta(min_length=1, max_length=1000)]


@get("/spaces/{space_id:uuid}/slots", guards=[staff_only])
async def slots(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    database: NamedDependency[Database],
    minutes: Annotated[int, QueryParameter(ge=times.SHORTEST_MIN, le=times.LONGEST_MIN)] = 45,
    weeks: Annotated[int, QueryParameter(ge=1, le=times.WEEKS_MAX)] = 4,
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
            times.find, known, length_min=minutes, weeks=weeks, now=now, host_id=host.school_id, busy=taken,
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
    """The lessons of a space, to come or over. Proposals and what is asked are for its adults."""
    after = paging.place(cursor, datetime, UUID)
    async with database.read() as session:
        found = await access.access_in(session, request.user.user_id, space_id)
        if not upcoming.may_look({space_id: found}) and Grant.SPACE_READ not in found.grants:
            raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
        space = await manage.find(session, space_id)
        adult = request.user.is_staff and sides.moderates(found)
        page, place = await upcoming.page(
            session, (Lesson.space_id == space_id) & upcoming.seen(is_staff=adult), past=past,
            after=after, limit=limit,
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


@get("/lessons/{lesson_id:uuid}/calendar", guards=[staff_only])
async def calendar_file(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID],
    database: NamedDependency[Database], settings: NamedDependency[Settings],
) -> Response[str]:
    """The calendar entry of a lesson and those planned with it, as a file."""
    async with database.read() as session:
        lesson = await session.get(Lesson, lesson_id)
        if lesson is None or lesson.series_id is None:
            raise NotFound
        table = await sides.sit_down(session, request.user, lesson.space_id, moderating=False)
        if not table.may_plan and lesson.status is LessonStatus.PROPOSED:
            raise NotFound
        series = await session.get_one(LessonSeries, lesson.series_id)
        found = notices.planned(table, series, await rows.lessons_of(session, series.id))
    text = invitations.calendar_of([found], invitations.PUBLISH, site=site_of(settings))
    return Response(
        text, media_type=CALENDAR_TYPE,
        headers={"content-disposition": 'attachment; filename="lesson.ics"'},
    )


@get("/calendar-feed", guards=[staff_only])
async def feed_of_me(
    request: Request[SignedIn, Any, Any], database: NamedDependency[Database]
) -> FeedView:
    """Whether my calendar has an address."""
    async with database.read() as session:
        found = await feed.of_me(session, request.user)
    return FeedView(found.made_at if found else None)


@post("/calendar-feed", guards=[staff_only])
async def make_feed(
    request: Request[SignedIn, Any, Any], database: NamedDependency[Database], bus: NamedDependency[Bus]
) -> NewFeed:
    """A new secret address for my calendar; it is shown once, and ends the old one."""
    async with UnitOfWork(database, bus) as uow:
        return NewFeed(await feed.make(uow, request.user))


@delete("/calendar-feed", guards=[staff_only])
async def end_feed(
    request: Request[SignedIn, Any, Any], database: NamedDependency[Database], bus: NamedDependency[Bus]
) -> None:
    """My calendar's address works no more."""
    async with UnitOfWork(database, bus) as uow:
        await feed.end(uow, request.user)


@get("/calendar/{file_name:str}", public=True, include_in_schema=False)
async def read_feed(
    file_name: FromPath[str], database: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Response[str]:
    """A person's lessons, for their calendar program. Whoever knows the address may read it."""
    if not file_name.endswith(".ics"):
        raise NotFound
    async with database.read() as session:
        text = await feed.read(session, file_name.removesuffix(".ics"), site_of(settings))
    return Response(
        text, media_type=CALENDAR_TYPE,
        headers={"cache-control": f"private, max-age={FEED_FOR_S}", "x-robots-tag": "noindex"},
    )


async def _reminders(database: Database, settings: Settings, who: SignedIn) -> RemindersView:
    async with database.read() as session:
        chosen = await session.get(ReminderChoice, who.user_id)
        count = await browsers.count(session, who)
    return RemindersView(
        chosen is None or chosen.by_mail, is_set_up(settings), push.public_key(settings), count
    )


@get("/reminders", guards=[staff_only])
async def reminders(
    request: Request[SignedIn, Any, Any], database: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> RemindersView:
    """Which reminders I get."""
    return await _reminders(database, settings, request.user)


@put("/reminders", guards=[staff_only])
async def choose_reminders(
    request: Request[SignedIn, Any, Any], data: JSONBody[ReminderWish],
    database: NamedDependency[Database], bus: NamedDependency[Bus], settings: NamedDependency[Settings],
) -> RemindersView:
    """Choose whether a mail reminds me the day before. Invitations come in any case."""
    async with UnitOfWork(database, bus) as uow:
        await uow.session.merge(ReminderChoice(user_id=request.user.user_id, by_mail=data.by_mail))
    return await _reminders(database, settings, request.user)


@post("/reminders/browsers", guards=[staff_only])
async def add_browser(
    request: Request[SignedIn, Any, Any], data: JSONBody[Browser],
    database: NamedDependency[Database], bus: NamedDependency[Bus], settings: NamedDependency[Settings],
) -> RemindersView:
    """Take push messages in this browser. 403 where none are sent, 400 for an address inside."""
    if not push.is_set_up(settings):
        raise NotAllowed("No push messages are sent from here.")
    async with UnitOfWork(database, bus) as uow:
        await browsers.subscribe(
            uow, request.user, data.endpoint, data.p256dh, data.auth, data.language,
            loopback=settings.push_loopback,
        )
    return await _reminders(database, settings, request.user)


@post("/reminders/browsers/end", guards=[staff_only], status_code=200)
async def remove_browser(
    request: Request[SignedIn, Any, Any], data: JSONBody[BrowserGone],
    database: NamedDependency[Database], bus: NamedDependency[Bus], settings: NamedDependency[Settings],
) -> RemindersView:
    """No more push messages in this browser."""
    async with UnitOfWork(database, bus) as uow:
        await browsers.unsubscribe(uow, request.user, data.endpoint)
    return await _reminders(database, settings, request.user)


router = Router(
    "/",
    route_handlers=[
        slots, lessons_in, my_lessons, propose, move, cancel, answer, withdraw, calendar_file, feed_of_me,
        make_feed, end_feed, reminders, choose_reminders, add_browser, remove_browser,
    ],
    tags=["Lessons"],
)
