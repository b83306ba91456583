"""What is given up while its connection is fetched costs the pool nothing: the connection comes back."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import event, text

from server.bus import InProcessBus
from server.db import Database, UnitOfWork
from tests.services import Postgres


async def read(database: Database) -> None:
    async with database.read() as session:
        await session.execute(text("SELECT 1"))


async def write(database: Database) -> None:
    async with UnitOfWork(database, InProcessBus()) as uow:
        await uow.session.execute(text("SELECT 1"))


@pytest.mark.parametrize(
    ("use", "moment"),
    [(read, "connect"), (read, "ping"), (read, "isolation"), (write, "connect"), (write, "ping")],
)
async def test_a_connection_whose_user_goes_while_it_is_fetched_comes_back(
    postgres: Postgres, postgres_template: str, monkeypatch: pytest.MonkeyPatch,
    use: Callable[[Database], Coroutine[Any, Any, None]], moment: str,
) -> None:
    name = postgres.create(postgres_template)
    database = Database(postgres.url(name))
    fetching = asyncio.Event()

    def linger(connection: Any, *_: Any) -> bool:
        fetching.set()
        cursor = connection.cursor()
        cursor.execute("SELECT pg_sleep(0.2)")
        cursor.close()
        connection.rollback()
        return True

    if moment == "connect":
        event.listen(database.engine.sync_engine, "connect", linger)
    elif moment == "isolation":
        monkeypatch.setattr(database.engine.sync_engine.dialect, "set_isolation_level", linger)
    else:
        await use(database)
        monkeypatch.setattr(database.engine.sync_engine.dialect, "do_ping", linger)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        reading = asyncio.create_task(use(database))
        await fetching.wait()
        for _ in range(2):  # whoever closes after a cancellation may be cancelled again
            reading.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await reading
        await use(database)
        async with asyncio.timeout(10):
            while database._returning:
                await asyncio.sleep(0.01)
        await database.close()
        gc.collect()
    assert [str(each.message) for each in warned] == []
    postgres.drop(name)
