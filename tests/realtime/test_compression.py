"""Large messages arrive compressed where that was agreed; what a page sends compressed stays bounded."""

from __future__ import annotations

import asyncio
import zlib
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from realtime import protocol
from realtime.prepared import INFLATED_AT_ONCE_BYTES
from realtime.protocol import FRAME_LIMIT_BYTES
from server.chat import service as chat
from server.db import UnitOfWork
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.client import WAIT_S, LiveClient
from tests.realtime.conftest import (
    PLAIN_WEBSOCKETS,
    Visit,
    connections_of,
    first_board,
    make_live,
    room_of,
    sign_in,
)

TEXT = ("What lives in your river? " * 40).strip()
COUNT = 30


async def fill(node: Node, world: Pair) -> None:
    """A history that is worth compressing."""
    posts = [chat.Post(world.home.students[0].id, uuid4(), TEXT) for _ in range(COUNT)]
    async with UnitOfWork(node.database, node.bus) as uow:
        assert await chat.post_all(uow, world.space.id, posts) == list(range(1, COUNT + 1))


def count_bytes(client: LiveClient) -> list[int]:
    """The sizes of what arrives from the network from now on."""
    sizes: list[int] = []
    take = client.socket.protocol.receive_data

    def receive_data(data: bytes | bytearray) -> None:
        sizes.append(len(data))
        take(data)

    client.socket.protocol.receive_data = receive_data  # type: ignore[method-assign]
    return sizes


@pytest.mark.parametrize("compression", ["deflate", None])
async def test_a_long_history_arrives_in_the_form_that_was_agreed(
    live_node: Node, world: Pair, compression: Literal["deflate"] | None
) -> None:
    await fill(live_node, world)
    student = world.home.students[1].id
    token = await sign_in(live_node, student)
    async with LiveClient(live_node.url, token, user_id=student, compression=compression) as page:
        agreed = page.socket.response and page.socket.response.headers.get("Sec-WebSocket-Extensions")
        if compression:
            # Neither side keeps state from one message to the next.
            assert agreed == "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        else:
            assert agreed is None
        [connection] = connections_of(live_node, student)
        assert connection.deflates is bool(compression)
        sizes = count_bytes(page)
        entered = await page.enter(world.space.id)
        assert [each.text for each in entered.messages] == [TEXT] * COUNT
        assert (sum(sizes) < COUNT * len(TEXT) / 2) is bool(compression)
        assert (await page.say("and small ones as ever")).seq == COUNT + 1


async def test_under_another_server_all_of_it_goes_plain(
    sqlite_records: Records, make_node: MakeNode, world: Pair
) -> None:
    node = await make_live(make_node, sqlite_records, uvicorn_options=PLAIN_WEBSOCKETS)
    await fill(node, world)
    student = world.home.students[1].id
    async with LiveClient(node.url, await sign_in(node, student), compression="deflate") as page:
        entered = await page.enter(world.space.id)
        assert [each.text for each in entered.messages] == [TEXT] * COUNT


async def opened(node: Node, user_id: UUID, **options: Any) -> ClientConnection:
    token = await sign_in(node, user_id)
    return await connect(
        node.url.replace("http", "ws", 1) + "/api/live",
        origin=node.url,  # type: ignore[arg-type]
        additional_headers={"Cookie": f"commonroom_session={token}"},
        **options,
    )


async def test_a_page_with_a_small_window_gets_nothing_compressed(live_node: Node, world: Pair) -> None:
    await fill(live_node, world)
    student = world.home.students[1].id
    window = ClientPerMessageDeflateFactory(server_max_window_bits=10)
    async with await opened(live_node, student, compression=None, extensions=[window]) as page:
        [connection] = connections_of(live_node, student)
        assert not connection.deflates
        for frame in (
            protocol.Hello(protocol=protocol.PROTOCOL_VERSION),
            protocol.SpaceJoin(ref=1, space_id=world.space.id),
        ):
            await page.send(protocol.encode(frame).decode())
        texts: list[str] = []
        while len(texts) < COUNT:
            told = protocol.decode_server(await page.recv())
            if isinstance(told, protocol.ChatHistory):
                texts += [each.text for each in told.messages]
        assert texts == [TEXT] * COUNT


BOMBS = {
    "one": [FRAME_LIMIT_BYTES + 1],
    "one of a thousand to one": [100 * FRAME_LIMIT_BYTES],
    "many in one read": [FRAME_LIMIT_BYTES] * (INFLATED_AT_ONCE_BYTES // FRAME_LIMIT_BYTES + 1),
}


@pytest.mark.parametrize("sizes", BOMBS.values(), ids=BOMBS)
async def test_what_swells_beyond_the_limit_ends_the_socket(
    live_node: Node, world: Pair, sizes: list[int]
) -> None:
    async with await opened(live_node, world.home.students[1].id) as page:
        await page.send(protocol.encode(protocol.Hello(protocol=protocol.PROTOCOL_VERSION)).decode())
        await page.recv()
        page.transport.write(b"".join(masked(swelling(each)) for each in sizes))
        async with asyncio.timeout(WAIT_S):
            await page.wait_closed()
        assert page.close_code == 1009


def swelling(size_bytes: int) -> bytes:
    """Nothing but zeros, compressed as a browser would."""
    deflate = zlib.compressobj(wbits=-15)
    return (deflate.compress(bytes(size_bytes)) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4]


def masked(data: bytes) -> bytes:
    """A compressed binary frame of a client, masked with zeros."""
    head = bytes((0xC2, 0xFF)) + len(data).to_bytes(8, "big")
    return head + bytes(4) + data


async def test_who_asks_for_the_same_board_shares_one_message(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    board_id = await first_board(live_node, world.space.id)
    ana = await visit.board(live_node, world.home.students[0].id, world.space.id, board_id)
    ana.add("a", points=bytes(20_000))
    await ana.until_stored("a", "points")
    ben = await visit.board(live_node, world.home.students[1].id, world.space.id, board_id)
    room = room_of(live_node, board_id)
    assert room is not None
    first = dict(room._answers)
    cyd = await visit.board(live_node, world.abroad.students[0].id, world.space.id, board_id)
    assert room._answers.keys() >= first.keys()
    assert all(room._answers[vector] is message for vector, message in first.items())
    ana.set("a", x=1)
    for each in (ben, cyd):
        await each.until(lambda each=each: each.drawn()["a"].get("x") == 1)
    assert not room._answers.keys() & first.keys()
    dan = await visit.board(live_node, world.abroad.students[1].id, world.space.id, board_id)
    await dan.until_same_as(ana)
    assert cyd.drawn() == ana.drawn()
