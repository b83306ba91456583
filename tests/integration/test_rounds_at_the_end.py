"""A node that stops while its rounds are at work: what they began comes to its end, and leaves nothing."""

from __future__ import annotations

import asyncio
import gc
import warnings

import pytest
from sqlalchemy import text

from server import jobs, telling
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.rounds import Round
from tests.conftest import MakeNode, Records


async def test_a_round_still_has_its_database_when_the_node_stops(
    make_node: MakeNode, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, stopping, ended = asyncio.Event(), asyncio.Event(), []

    def rounds(database: Database, bus: Bus, *_: object) -> list[Round]:
        async def slowly() -> None:
            begun.set()
            await stopping.wait()
            await asyncio.sleep(0)  # the others that stop go first, if the order lets them
            async with UnitOfWork(database, bus) as uow:
                await uow.session.execute(text("SELECT 1"))
            ended.append(database.engine.pool)

        return [Round("slow", 3600.0, slowly, first_s=0.0)]

    monkeypatch.setattr(jobs, "rounds", rounds)
    monkeypatch.setattr(telling, "rounds", lambda *_: [])
    node = await make_node(records)
    await asyncio.wait_for(begun.wait(), 10)
    pool = node.database.engine.pool
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        stopping.set()
        await node.stop()
        gc.collect()
    assert ended == [pool]  # a pool made after the first was closed is closed by nobody
    assert [str(each.message) for each in warned] == []
