"""What tests can ask for. Every test that asks for `records` runs twice: on SQLite with the bus of one
process, and on PostgreSQL with Valkey.

- `records`: an empty, migrated database and a bus, as addresses; `shared_records`: the second kind only.
- `database`, `bus`: an open `Database` on `records`, and an in-process bus.
- `node`: a running node on `records`. `two_nodes`: two that share PostgreSQL and Valkey.
- `make_node`: a node with other settings, another application, or other uvicorn options.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Iterator
from pathlib import Path
from typing import Any, Protocol

import msgspec
import pytest

from server import migrations
from server.app import create_app
from server.bus import InProcessBus
from server.config import Settings
from server.db import Database
from tests.nodes import CreateApp, Node
from tests.services import Postgres, Valkey

SECRET = "the same on every node of a test"


class Records(msgspec.Struct, frozen=True):
    """Where a node keeps its records and meets the others."""

    database_url: str
    redis_url: str


class MakeNode(Protocol):
    def __call__(
        self, records: Records, *, create: CreateApp = ..., uvicorn_options: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Awaitable[Node]: ...


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server."""
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    """A Valkey server."""
    server = Valkey()
    yield server
    server.close()


async def _migrated(url: str) -> None:
    database = Database(url)
    await migrations.upgrade(database)
    await database.close()


@pytest.fixture(scope="session")
async def postgres_template(postgres: Postgres) -> str:
    """The name of a migrated database; a copy of it is made in a few milliseconds."""
    name = postgres.create()
    await _migrated(postgres.url(name))
    return name


@pytest.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    path = tmp_path_factory.mktemp("template") / "commonroom.sqlite3"
    await _migrated(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
def sqlite_records(sqlite_template: Path, tmp_path: Path) -> Records:
    path = shutil.copy(sqlite_template, tmp_path / "commonroom.sqlite3")
    return Records(f"sqlite+aiosqlite:///{path}", "")


@pytest.fixture
def shared_records(postgres: Postgres, postgres_template: str, valkey: Valkey) -> Iterator[Records]:
    """What several nodes can share: an empty PostgreSQL database, and Valkey."""
    name = postgres.borrow(postgres_template)
    yield Records(postgres.url(name), valkey.url)
    postgres.give_back(name)


@pytest.fixture(params=["sqlite_records", "shared_records"], ids=["sqlite", "postgres"])
def records(request: pytest.FixtureRequest) -> Records:
    return request.getfixturevalue(request.param)


@pytest.fixture
async def database(records: Records) -> AsyncIterator[Database]:
    database = Database(records.database_url)
    yield database
    await database.close()


@pytest.fixture
def bus() -> InProcessBus:
    return InProcessBus()


@pytest.fixture
async def make_node(tmp_path: Path) -> AsyncIterator[MakeNode]:
    """Start nodes; they are stopped, the last one first, when the test is over."""
    nodes: list[Node] = []

    async def make(
        records: Records, *, create: CreateApp = create_app, uvicorn_options: dict[str, Any] | None = None,
        **settings: Any,
    ) -> Node:
        chosen = {
            "database_url": records.database_url, "redis_url": records.redis_url, "secret": SECRET,
            "client_dir": str(tmp_path / "no-client"), **settings,
        }
        node = Node(Settings(**chosen), create, uvicorn_options or {})
        nodes.append(node)
        await node.start()
        return node

    yield make
    for node in reversed(nodes):
        await node.stop()


@pytest.fixture
async def node(make_node: MakeNode, records: Records) -> Node:
    """A running node of the HTTP API."""
    return await make_node(records)


@pytest.fixture
async def two_nodes(make_node: MakeNode, shared_records: Records) -> tuple[Node, Node]:
    """Two running nodes of the HTTP API that share their records and their bus."""
    return await make_node(shared_records), await make_node(shared_records)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A loopback port that refuses connections for as long as the test runs."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]
