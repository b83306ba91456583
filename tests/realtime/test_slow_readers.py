"""A page that does not read harms itself: it is cut off, and the others get everything."""

from __future__ import annotations

import asyncio
import random
import socket
from contextlib import suppress
from typing import Any, Literal

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from realtime import protocol
from realtime.connection import UNSENT_LIMIT_BYTES
from realtime.protocol import CloseCode
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.realtime.conftest import (
    PLAIN_WEBSOCKETS,
    Visit,
    connections_of,
    first_board,
    make_live,
    sign_in,
)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize(
    ("options", "compression"),
    [({}, None), ({}, "deflate"), ({"uvicorn_options": PLAIN_WEBSOCKETS}, None)],
    ids=["prepared", "deflated", "plain"],
)
async def test_who_stops_reading_is_cut_off(
    sqlite_records: Records,
    make_node: MakeNode,
    world: Pair,
    visit: Visit,
    options: dict[str, Any],
    compression: Literal["deflate"] | None,
) -> None:
    node = await make_live(make_node, sqlite_records, **options)
    board_id = await first_board(node, world.space.id)
    stuck_id = world.home.students[1].id
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.setblocking(False)
    host, port = node.address.split(":")
    await asyncio.get_running_loop().sock_connect(narrow, (host, int(port)))
    stuck = await connect(
        node.url.replace("http", "ws", 1) + "/api/live",
        sock=narrow,
        origin=node.url,  # type: ignore[arg-type]
        additional_headers={"Cookie": f"commonroom_session={await sign_in(node, stuck_id)}"},
        ping_interval=None,
        compression=compression,
        max_queue=1,
        max_size=None,
        close_timeout=0.1,
    )
    try:
        for frame in (
            protocol.Hello(protocol=protocol.PROTOCOL_VERSION),
            protocol.SpaceJoin(ref=1, space_id=world.space.id),
            protocol.BoardOpen(ref=2, board_id=board_id),
        ):
            await stuck.send(protocol.encode(frame).decode())
            await stuck.recv()
        stuck.transport.pause_reading()
        [connection] = connections_of(node, stuck_id)
        ana = await visit.board(node, world.home.students[0].id, world.space.id, board_id)
        ben = await visit.board(node, world.abroad.students[0].id, world.space.id, board_id)
        assert connection.deflates is bool(compression)
        most, noise = 0, random.Random(1)
        ana.add("a")
        sent = 0
        async with asyncio.timeout(20):
            while not connection.is_closing:
                for _ in range(4):
                    ana.set("a", points=noise.randbytes(60_000), x=sent)
                    sent += 1
                await ben.until(lambda sent=sent: ben.drawn().get("a", {}).get("x") == sent - 1)
                most = max(most, connection._transport.unsent())
        assert (connection.close_code, connection.close_reason) == (CloseCode.SLOW_READER, "slow_reader")
        assert most <= UNSENT_LIMIT_BYTES
        async with asyncio.timeout(10):
            while connections_of(node, stuck_id):
                await asyncio.sleep(0)
            stuck.transport.resume_reading()
            with suppress(ConnectionClosed):
                while await stuck.recv() is not None:
                    pass
        assert ana.client
        assert ben.client
        assert (await ana.client.say("on we go")).seq == 1
        assert (await ben.client.expect(protocol.ChatPosted)).message.seq == 1
    finally:
        stuck.transport.abort()
