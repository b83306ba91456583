"""Nodes with their live half, a pair of classes, and pages opened in them.

- `live_node`: the whole product, on both kinds of records. `live_nodes`: two of them that share theirs.
  They run as long as the tests do: each test has a `Pair` of its own in them. What stops, delays or
  breaks something makes its own node with `make_live`.
- `world`: a `Pair` in the records of whichever of these the test asks for.
- `cluster`: two nodes of which everything can be cut, stalled or killed, and `sound_database` beside them.
- `visit`: opens a person's page, or their browser, without the cost of a password.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Executable, update

from realtime import pace, presence
from realtime.asgi import create_app
from realtime.board_room import BoardRoom
from realtime.connection import Connection
from realtime.hub import Hub
from realtime.serving import WEBSOCKET_OPTIONS
from server import clock
from server.accounts.api import SESSION_COOKIE
from server.accounts.models import LoginSession
from server.boards import versions
from server.bus import InProcessBus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.events import AccessChanged
from server.spaces import service as spaces
from server.spaces.models import Space
from tests import factories
from tests.conftest import SECRET, MakeNode, Records
from tests.factories import Pair
from tests.nodes import Node, Visitor
from tests.realtime.board_page import BoardPage
from tests.realtime.client import LiveClient
from tests.realtime.cluster import DATABASE_TIMEOUT_S, RECHECK_S, Cluster
from tests.services import Postgres, Valkey

PLAIN_WEBSOCKETS = {**WEBSOCKET_OPTIONS, "ws": "websockets-sansio"}


async def sign_in(node: Node, user_id: UUID) -> str:
    """A new sign-in of this person, straight into the records; returns its token."""
    return await sign_in_to(node.database, user_id)


async def sign_in_to(database: Database, user_id: UUID) -> str:
    """The same, without a node."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    async with UnitOfWork(database, InProcessBus()) as uow:
        uow.session.add(
            LoginSession(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                user_id=user_id,
                device="A browser",
                signed_in_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(hours=1),
            )
        )
    return token


async def change(node: Node, statement: Executable, told: AccessChanged | None = None) -> None:
    """Change the records, and tell of it or not."""
    async with UnitOfWork(node.database, node.bus) as uow:
        await uow.session.execute(statement)
        if told is not None:
            uow.events.append(told)


async def archive(node: Node, space_id: UUID) -> None:
    """Students may only look at the space from now on."""
    statement = update(Space).where(Space.id == space_id).values(archived_at=clock.now())
    await change(node, statement, AccessChanged(space_ids=frozenset({space_id})))


async def first_board(node: Node, space_id: UUID) -> UUID:
    async with node.database.read() as session:
        return (await spaces.boards_in(session, space_id))[0].id


async def notes_in(node: Node, space_id: UUID) -> UUID:
    async with node.database.read() as session:
        return await versions.notes_of(session, space_id)


def hub_of(node: Node) -> Hub:
    return node.app.state.hub


def connections_of(node: Node, user_id: UUID) -> list[Connection]:
    """The person's sockets, as the node sees them."""
    return list(hub_of(node)._by_user.get(user_id, ()))


def room_of(node: Node, board_id: UUID) -> BoardRoom | None:
    return hub_of(node).boards._rooms.get(board_id)


class Visit:
    """Opens pages and browsers, and closes them when the test is over."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack

    async def page(self, node: Node, user_id: UUID, token: str | None = None) -> LiveClient:
        """A page whose socket is open, and that has said nothing yet."""
        client = LiveClient(node.url, token or await sign_in(node, user_id), user_id=user_id)
        return await self._stack.enter_async_context(client)

    async def enter(self, node: Node, user_id: UUID, space_id: UUID) -> LiveClient:
        """A page in a space."""
        client = await self.page(node, user_id)
        await client.enter(space_id)
        return client

    async def board(
        self, node: Node, user_id: UUID, space_id: UUID, board_id: UUID, **options: Any
    ) -> BoardPage:
        """A page in a space with a board open and filled."""
        client = await self.enter(node, user_id, space_id)
        board = BoardPage(user_id, **options)
        await self._stack.enter_async_context(board)
        await board.open(client, board_id)
        return board

    async def browser(self, node: Node, user_id: UUID) -> Visitor:
        """A browser that is signed in."""
        visitor = node.visitor()
        visitor.http.cookies.set(SESSION_COOKIE, await sign_in(node, user_id))
        return visitor


async def make_live(make_node: MakeNode, records: Records, **options: Any) -> Node:
    """A node of the whole product, for one test."""
    options.setdefault("uvicorn_options", WEBSOCKET_OPTIONS)
    return await make_node(records, create=create_app, media_host="127.0.0.1", **options)


@asynccontextmanager
async def _running(records: Records, files: Path) -> AsyncIterator[Node]:
    settings = Settings(
        database_url=records.database_url,
        redis_url=records.redis_url,
        secret=SECRET,
        client_dir="no-client",
        files_dir=str(files),
        media_host="127.0.0.1",
    )
    node = Node(settings, create_app, WEBSOCKET_OPTIONS)
    await node.start()
    yield node
    await node.stop()


@pytest.fixture(scope="session")
async def _sqlite_node(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Node]:
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("live") / "commonroom.sqlite3")
    async with _running(Records(f"sqlite+aiosqlite:///{path}", ""), Path(path).parent / "files") as node:
        yield node


@pytest.fixture(scope="session")
async def live_nodes(
    postgres: Postgres, postgres_template: str, valkey: Valkey, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Node, Node]]:
    name = postgres.create(postgres_template)
    records = Records(postgres.url(name), valkey.url)
    files = tmp_path_factory.mktemp("files")
    async with _running(records, files) as one, _running(records, files) as other:
        yield one, other
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgres"])
def live_node(request: pytest.FixtureRequest) -> Node:
    if request.param == "sqlite":
        return request.getfixturevalue("_sqlite_node")
    return request.getfixturevalue("live_nodes")[0]


@pytest.fixture
async def world(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    names = request.fixturenames
    if "live_nodes" in names:
        url = request.getfixturevalue("live_nodes")[0].settings.database_url
    elif "live_node" in names:
        url = request.getfixturevalue("live_node").settings.database_url
    else:
        kind = next(each for each in ("records", "shared_records", "sqlite_records") if each in names)
        url = request.getfixturevalue(kind).database_url
    database = Database(url)
    yield await factories.pair(database, students=3)
    await database.close()


@pytest.fixture
async def visit(request: pytest.FixtureRequest) -> AsyncIterator[Visit]:
    if "make_node" in request.fixturenames:
        request.getfixturevalue("make_node")  # so that pages are closed before their nodes stop
    async with AsyncExitStack() as stack:
        yield Visit(stack)


@pytest.fixture(scope="module")
async def cluster(postgres: Postgres, postgres_template: str, valkey: Valkey) -> AsyncIterator[Cluster]:
    """Two nodes behind lines that can fail. What a test does to them it undoes: `Cluster.mend`.

    When all nodes have stopped, no task of theirs is left.
    """
    before = asyncio.all_tasks()
    name = postgres.create(postgres_template)
    records = Records(postgres.url(name), valkey.url)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(presence, "REPORT_S", 0.5)
        monkeypatch.setattr(presence, "LEASE_S", 1.5)
        async with Cluster(records, recheck_s=RECHECK_S, database_timeout_s=DATABASE_TIMEOUT_S) as cluster:
            yield cluster
        async with asyncio.timeout(10):
            while left := asyncio.all_tasks() - before - {asyncio.current_task()}:
                await asyncio.sleep(0.05)
        assert not left
    postgres.drop(name)


@pytest.fixture
async def sound_database(cluster: Cluster) -> AsyncIterator[Database]:
    """The records of the cluster, over no line that can fail."""
    database = Database(cluster.records.database_url)
    yield database
    await database.close()


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages may send as fast as they can; for sockets opened from now on."""
    monkeypatch.setattr(pace, "FRAMES_BURST", 1e9)
    monkeypatch.setattr(pace, "BYTES_BURST", 1e12)
