"""What tests can ask for. Every test that asks for `records` runs twice: on SQLite with the bus of one
process, and on PostgreSQL with Valkey.

- `records`: an empty, migrated database and a bus, as addresses; `shared_records`: the second kind only.
- `database`, `bus`: an open `Database` on `records`, and an in-process bus.
- `node`: a running node on `records`, kept for the tests that follow. `two_nodes`: two that share PostgreSQL
  and Valkey.
- `make_node`: a node with other settings, another application, or other uvicorn options.
"""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from pathlib import Path
from typing import Any, Protocol

import msgspec
import pytest

from server import jobs, migrations
from server.app import create_app
from server.bus import InProcessBus
from server.config import Settings
from server.db import Database
from tests.nodes import CreateApp, Node
from tests.services import Postgres, SqliteFiles, Valkey

SECRET = "the same on every node of a test"
KEPT_S = min(jobs.EXPIRE_EVERY_S, jobs.USUAL_DAYS_FIRST_S) - 20
"""A node is kept for so long: before its jobs meet the records of a test that does not expect them."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where processes share the tests, the long files come first: else one of them is alone at the end.

    Those with browsers come one by one among others, so that few browsers run at the same time.
    """
    if not hasattr(config, "workerinput"):
        return
    files = dict.fromkeys(item.nodeid.partition("::")[0] for item in items)
    longest = "tests/e2e/test_looks.py"

    def of(folder: str) -> list[str]:
        return [each for each in files if each.startswith(f"tests/{folder}/") and each != longest]

    browsers = of("e2e")
    order = [longest, *of("realtime")]
    for place, each in enumerate(of("integration")):
        order += [each, *browsers[place // 3 : place // 3 + (place % 3 == 0)]]
    order += [each for each in [*browsers, *of("media"), *of("unit"), *files] if each not in order]
    places = {each: place for place, each in enumerate(order)}
    items.sort(key=lambda item: places[item.nodeid.partition("::")[0]])


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


@pytest.fixture(scope="session")
def _sqlite_files(sqlite_template: Path) -> SqliteFiles:
    return SqliteFiles(sqlite_template, sqlite_template.parent)


@pytest.fixture
def sqlite_records(_sqlite_files: SqliteFiles) -> Iterator[Records]:
    url = _sqlite_files.borrow()
    yield Records(url, "")
    _sqlite_files.give_back(url)


@pytest.fixture
def shared_records(postgres: Postgres, postgres_template: str, valkey: Valkey) -> Iterator[Records]:
    """What several nodes can share: an empty PostgreSQL database, and Valkey."""
    name = postgres.borrow(postgres_template)
    # A number of its own: nodes that are kept for other tests go on telling each other that they live.
    yield Records(postgres.url(name), valkey.url_of(int(name.removeprefix("test_"))))
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
            "client_dir": str(tmp_path / "no-client"), "files_dir": str(tmp_path / "files"), **settings,
        }
        node = Node(Settings(**chosen), create, uvicorn_options or {})
        nodes.append(node)
        await node.start()
        return node

    yield make
    for node in reversed(nodes):
        await node.stop()


@pytest.fixture(scope="session")
async def _kept_nodes() -> AsyncIterator[dict[str, Node]]:
    """Nodes of the HTTP API by the address of their records. To make one takes longer than most tests."""
    kept: dict[str, Node] = {}
    yield kept
    for node in kept.values():
        await node.stop()


@pytest.fixture
async def node(
    _kept_nodes: dict[str, Node], records: Records, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Node]:
    """A running node of the HTTP API. It has served tests before, on records that were emptied since."""
    kept = _kept_nodes.pop(records.database_url, None)
    if kept is not None and time.monotonic() - kept.started_at > KEPT_S:
        await kept.stop()
        kept = None
    if kept is None:
        kept = Node(
            Settings(
                database_url=records.database_url, redis_url=records.redis_url, secret=SECRET,
                client_dir="no-client", files_dir=str(tmp_path_factory.mktemp("files")),
            ),
            create_app, {},
        )
        await kept.start()
    yield kept
    await kept.see_off()
    _kept_nodes[records.database_url] = kept


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
