"""Pages that go in the middle of something: what was begun is ended, and nothing of them stays."""

from __future__ import annotations

import asyncio
import gc
import warnings

import pytest

from realtime import dispatch, protocol
from realtime.connection import Connection
from realtime.hub import Hub
from realtime.serving import WEBSOCKET_OPTIONS
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.client import LiveClient
from tests.realtime.conftest import (
    PLAIN_WEBSOCKETS,
    Visit,
    connections_of,
    hub_of,
    make_live,
    sign_in,
)


async def until_gone(node: Node, world: Pair) -> None:
    async with asyncio.timeout(10):
        while connections_of(node, world.home.students[0].id):
            await asyncio.sleep(0)


@pytest.mark.parametrize("server", ["prepared", "plain"])
@pytest.mark.parametrize("end", ["page", "node"])
async def test_a_frame_is_handled_to_its_end_though_its_page_has_gone(
    sqlite_records: Records,
    make_node: MakeNode,
    world: Pair,
    visit: Visit,
    monkeypatch: pytest.MonkeyPatch,
    server: str,
    end: str,
) -> None:
    options = {"uvicorn_options": PLAIN_WEBSOCKETS} if server == "plain" else {}
    node = await make_live(make_node, sqlite_records, **options)
    page = await visit.page(node, world.home.students[0].id)
    await page.greet()
    begun, may_go_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()
    handled: list[str] = []
    on_text = dispatch.on_text

    async def slowly(hub: Hub, connection: Connection, text: str) -> None:
        begun.set()
        try:
            await may_go_on.wait()
            await on_text(hub, connection, text)
            handled.append(text)
        finally:
            done.set()

    monkeypatch.setattr(dispatch, "on_text", slowly)
    join = protocol.SpaceJoin(ref=1, space_id=world.space.id)
    await page.send(join)
    await page.send(join)  # this one waits behind it, and is not begun any more
    await begun.wait()
    stopping: asyncio.Task[None] | None = None
    if end == "page":
        page.socket.transport.abort()
        if server == "prepared":  # the plain one looks again after the frame
            await until_gone(node, world)
    else:
        stopping = asyncio.create_task(node.stop())
        await page.closed()
    assert not handled
    may_go_on.set()
    await done.wait()
    await until_gone(node, world)
    assert handled == [protocol.encode(join).decode()] * len(handled)
    assert len(handled) == 1 or server == "plain"
    assert world.space.id not in hub_of(node).channels
    if stopping is not None:
        await stopping


async def test_pages_that_go_while_they_join_cost_no_database_connection(
    shared_records: Records, make_node: MakeNode, world: Pair
) -> None:
    node = await make_live(make_node, shared_records)
    student = world.home.students[0].id
    token = await sign_in(node, student)

    async def come_and_go(delay_s: float) -> None:
        async with LiveClient(node.url, token, user_id=student) as page:
            await page.greet()
            await page.send(protocol.SpaceJoin(ref=1, space_id=world.space.id))
            await asyncio.sleep(delay_s)
            page.socket.transport.abort()

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for _ in range(4):
            await asyncio.gather(*(come_and_go(0.002 * number) for number in range(5)))
        await until_gone(node, world)
        await node.stop()
        gc.collect()
    assert [str(each.message) for each in warned] == []


async def test_pages_that_come_together_are_not_asked_together_whether_they_live(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    student = world.home.students[0].id
    for _ in range(8):
        await visit.page(live_node, student)
    sockets = {each._transport._socket for each in connections_of(live_node, student)}  # type: ignore[attr-defined]
    heartbeat = next(iter(sockets))._server.heartbeat
    together = [len(sockets & slot) for slot in heartbeat._slots]
    assert (sum(together), max(together)) == (8, 1)


async def test_who_answers_pings_stays_and_who_does_not_is_cut_off(
    sqlite_records: Records, make_node: MakeNode, world: Pair, visit: Visit
) -> None:
    options = {**WEBSOCKET_OPTIONS, "ws_ping_interval": 0.1, "ws_ping_timeout": 0.2}
    node = await make_live(make_node, sqlite_records, uvicorn_options=options)
    here = await visit.enter(node, world.home.students[0].id, world.space.id)
    deaf = await visit.enter(node, world.home.students[1].id, world.space.id)
    deaf.socket.transport.pause_reading()
    async with asyncio.timeout(10):
        while connections_of(node, world.home.students[1].id):
            await asyncio.sleep(0.01)
    assert (await here.say("I am still here")).seq == 1
    deaf.socket.transport.abort()
