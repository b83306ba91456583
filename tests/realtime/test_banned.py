"""A ban made from the menu beside a name: gone from chat, board and media at once, on every node."""

from __future__ import annotations

import asyncio

from realtime import protocol
from realtime.protocol import CloseCode, MediaWatch
from server.access import Grant
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.conftest import Visit, connections_of, first_board, hub_of, room_of

BANNED = (CloseCode.ACCESS_LOST, "removed")


async def test_a_ban_ends_chat_board_and_media_within_a_second(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    here, there = live_nodes
    student, space_id = world.home.students[0].id, world.space.id
    for adult in (world.home.teacher, world.abroad.teacher):  # without them no student sees a picture
        await visit.enter(there, adult.id, space_id)
    stays = await visit.enter(there, world.home.students[1].id, space_id)
    page = await visit.enter(here, student, space_id)
    board_id = await first_board(here, space_id)
    board = await visit.board(there, student, space_id, board_id)
    assert board.client is not None
    [drawing] = connections_of(there, student)
    async with asyncio.timeout(5):
        while Grant.MEDIA_WATCH not in drawing.grants:
            await asyncio.sleep(0.01)
        await board.client.send(MediaWatch(ref=board.client.ref(), on=True))
        while drawing.media is None:
            await asyncio.sleep(0.01)
    media = drawing.media
    open_before = [each for node in live_nodes for each in connections_of(node, student)]
    assert (len(open_before), drawing.board is not None) == (2, True)

    browser = await visit.browser(here, world.abroad.head.id)
    may = (await browser.get(f"/api/partnerships/{world.partnership.id}")).json()["may"]
    assert "ban" in may  # what the menu asks before it offers this
    body = {"user_id": str(student), "reason": "Asked a child for a number."}
    answer = await browser.post(f"/api/partnerships/{world.partnership.id}/bans", body)
    assert answer.status_code == 201, answer.text

    async with asyncio.timeout(1):
        assert await page.closed() == await board.client.closed() == BANNED
        while any(each.channel or each.board or each.media for each in open_before):
            await asyncio.sleep(0.01)
    assert media not in hub_of(there).media._server.participants
    assert room_of(there, board_id) is None
    for node in live_nodes:
        assert connections_of(node, student) == []
        async with asyncio.timeout(2):
            while student in hub_of(node).presence.people(space_id):
                await asyncio.sleep(0.01)
    again = await visit.page(there, student)
    await again.greet()
    await again.send(protocol.SpaceJoin(ref=1, space_id=space_id))
    assert await again.closed() == BANNED
    assert (await stays.say("I am still here")).seq

