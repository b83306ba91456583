"""The application: routes, who may reach them, how errors are told, and what every answer carries.

`create_app` makes the records and their HTTP API. Plugins add what lives on top of them; the whole
product is `realtime.asgi`.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from litestar import Litestar, Response, Router, get
from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders, State
from litestar.di import NamedDependency, Provide
from litestar.enums import ScopeType
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.plugins import PluginProtocol
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server import csrf, errors, jobs, migrations, printing, rounds, telling, web
from server.accounts import api as accounts
from server.accounts import service
from server.accounts import staff_api as staff
from server.agreements import api as agreements
from server.audit import api as audit
from server.balance import api as balance
from server.boards import api as notes
from server.boards import content_api as page_content
from server.boards import pages_api as pages
from server.bus import Bus, InProcessBus
from server.chat import api as chat
from server.config import Settings
from server.consent import api as consent
from server.db import Database
from server.description import Description
from server.devices import api as devices
from server.files import api as files
from server.files import rounds as file_rounds
from server.files import store as file_store
from server.files.examining import Examining
from server.files.intake import Intake
from server.files.scanning import Scanner
from server.finder import api as finder
from server.glossary import api as glossary
from server.hours import api as hours
from server.lessons import api as lessons
from server.lessons import attendance_api as attendance
from server.lessons import calendar_api as calendars
from server.lessons import steps_api as steps
from server.logging import RequestLog
from server.partnerships import api as partnerships
from server.partnerships import grants_api as grants
from server.partnerships import people_api as people
from server.polls import api as polls
from server.programmes import api as programmes
from server.recap import api as recap
from server.retention import api as people_data
from server.retention import rounds as retention
from server.rosters import api as rosters
from server.safeguarding import api as safeguarding
from server.schools import api as schools
from server.spaces import api as spaces
from server.spaces import manage_api as manage_spaces
from server.spaces.liveness import Liveness, NobodyLive
from server.spaces.service import LivePresence, NobodyHere
from server.translation import api as translation
from server.translation.service import Translating, translator_of

BODY_LIMIT_BYTES = 1024 * 1024

SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


async def add_security_headers(message: Message, scope: Scope) -> None:
    """Every answer says what its page may do: no other host, no frame, no guessed type.

    Not a middleware: an answer to a refused CSRF token or a wrong method is sent outside of those.
    """
    if message["type"] != "http.response.start":
        return
    message.setdefault("headers", [])
    headers = MutableScopeHeaders.from_message(message)
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    if str(scope.get("path", "")).startswith("/api"):
        headers.setdefault("cache-control", "no-store")


class WhoIsThere(ASGIMiddleware):
    """Puts the person of the session cookie, or None, into the scope of API requests and sockets."""

    scopes = (ScopeType.HTTP, ScopeType.WEBSOCKET)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
        token = connection.cookies.get(accounts.SESSION_COOKIE)
        is_api = str(scope.get("path", "")).startswith("/api")
        database: Database = scope["litestar_app"].state.database
        scope["user"] = None
        try:
            if token and is_api:
                scope["user"] = await service.who_is(database, token)
        except (DBAPIError, PoolTimeout, OSError) as error:
            if not _can_answer_handshake(scope):
                raise
            # Litestar would answer with 403, which is for who may never come: this one may soon.
            status: Any = errors.on_database_error(None, error).status_code
            refusal: list[Any] = [
                {"type": "websocket.http.response.start", "status": status, "headers": []},
                {"type": "websocket.http.response.body", "body": b""},
            ]
            for message in refusal:
                await send(message)
            return
        scope["auth"] = token
        await next_app(scope, receive, send)


def _can_answer_handshake(scope: Scope) -> bool:
    """Whether this is a websocket that can be refused with an HTTP status of our choice."""
    extensions = scope.get("extensions") or {}
    return scope["type"] == ScopeType.WEBSOCKET and "websocket.http.response" in extensions


def signed_in(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Default-deny: a route is for people who are signed in unless it says `public=True`."""
    if not handler.opt.get("public") and connection.user is None:
        raise errors.SignedOut


@get("/healthz", public=True, include_in_schema=False)
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/readyz", public=True, include_in_schema=False)
async def readyz(
    state: State, database: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Response[dict[str, str]]:
    """The node can do its work: the records answer, and have the shape that this version expects.

    A bus outage does not count: the node works alone. A node that is about to stop takes nobody new.
    """
    if state.get("is_stopping"):
        return Response({"status": "restarting"}, status_code=503)
    try:
        async with asyncio.timeout(settings.database_timeout_s), database.connect() as connection:
            revision = await connection.run_sync(migrations.revision_of)
    except (TimeoutError, DBAPIError, PoolTimeout, OSError):
        return Response({"status": "no database"}, status_code=503)
    if revision != migrations.HEAD:
        return Response({"status": "the database is not migrated"}, status_code=503)
    return Response({"status": "ok"})


@get("/metrics", public=True, include_in_schema=False)
async def metrics() -> Response[bytes]:
    """Figures for Prometheus. The proxy in docker/ keeps this path inside."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def make_bus(settings: Settings, node_id: str) -> Bus:
    """The bus that the settings ask for."""
    if not settings.redis_url:
        return InProcessBus()
    from server.bus_redis import RedisBus  # here: a single node need not load it

    return RedisBus(settings.redis_url, node_id)


def create_app(settings: Settings, plugins: Sequence[PluginProtocol] = ()) -> Litestar:
    """Build the application. Database and bus are opened when it starts and closed when it stops.

    Args:
        settings: how this node runs.
        plugins: what lives on top of the records (`realtime.plugin.RealtimePlugin`); without them
            the HTTP API works alone.
    """
    database = Database(settings.database_url, settings.database_timeout_s)
    node_id = uuid.uuid4().hex[:12]
    bus = make_bus(settings, node_id)
    printing.use_fonts(settings.print_fonts)
    intake = Intake(database, bus, file_store.of(settings), Scanner(settings.clamd), Examining())
    translating = Translating(database, translator_of(settings), settings.translation_timeout_s)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        await bus.start()
        work = [
            *jobs.rounds(database, bus, lambda: app.state.get("presence")),
            *telling.rounds(database, bus, settings),
            *file_rounds.rounds(database, bus, intake.store, intake.scanner),
            *retention.rounds(database, bus, intake.store),
        ]
        try:
            async with rounds.running(work):
                yield
        finally:  # after the rounds: what they have begun still reads, writes and tells
            await translating.close()
            await bus.close()
            await database.close()

    async def give_presence(scope: Scope) -> LivePresence:
        return scope["litestar_app"].state.get("presence") or NobodyHere()

    async def give_liveness(scope: Scope) -> Liveness:
        return scope["litestar_app"].state.get("liveness") or NobodyLive()

    def constant(value: Any) -> Provide:
        return Provide(lambda: value, use_cache=True, sync_to_thread=False)

    app = Litestar(
        route_handlers=[
            healthz, readyz, metrics,
            Router("/api", route_handlers=[
                accounts.router, devices.router, staff.router, schools.router, programmes.router,
                rosters.router, finder.router, partnerships.router, people.router, agreements.router,
                grants.router, spaces.router, manage_spaces.router, hours.router, consent.router,
                lessons.router, calendars.router, steps.router, attendance.router, balance.router,
                recap.router, chat.router, translation.router, glossary.router, polls.router, files.router,
                pages.router, page_content.router, notes.router, audit.router, safeguarding.router,
                people_data.router,
            ]),
            calendars.read_feed, *web.routes(Path(settings.client_dir)),
        ],
        guards=[signed_in],
        middleware=[RequestLog(), WhoIsThere()],
        before_send=[add_security_headers],
        csrf_config=csrf.config(settings),
        dependencies={
            "database": constant(database), "bus": constant(bus), "settings": constant(settings),
            "presence": Provide(give_presence), "liveness": Provide(give_liveness),
            "intake": constant(intake), "translating": constant(translating),
        },
        exception_handlers={**errors.HANDLERS},
        lifespan=[lifespan],
        openapi_config=Description(
            title="Commonroom", version="1", description="Read docs/api.md first.",
            openapi_router=Router("/api/schema", route_handlers=[], opt={"public": True}),
            render_plugins=[JsonRenderPlugin()],
        ),
        plugins=list(plugins),
        request_max_body_size=BODY_LIMIT_BYTES,
        logging_config=None,
    )
    app.state.update(
        {"database": database, "bus": bus, "settings": settings, "node_id": node_id, "intake": intake,
         "translating": translating}
    )
    return app


