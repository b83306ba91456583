"""Calendars and reminders over HTTP: a lesson as a file, my lessons as a feed, what reminds me of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server.accounts.service import SignedIn
from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.errors import NotAllowed, NotFound
from server.guards import staff_only
from server.lessons import feed, invitations, notices, rows, sides
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import LessonSeries, ReminderChoice
from server.mail.sending import is_set_up, site_of
from server.push import sending as push
from server.push import service as browsers

FEED_FOR_S = 600
CALENDAR_TYPE = "text/calendar; charset=utf-8"


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
        calendar_file, feed_of_me, make_feed, end_feed, reminders, choose_reminders, add_browser,
        remove_browser,
    ],
    tags=["Lessons"],
)
