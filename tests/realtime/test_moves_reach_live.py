"""Moves on the records, made on one node as their users make them, reach pages on the other in a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from realtime.protocol import CloseCode
from server.accounts.models import User
from tests.factories import Pair
from tests.nodes import Node, signed_in
from tests.realtime.conftest import Visit


class Move(msgspec.Struct, frozen=True):
    """A request, who makes it, and whose page it closes with which code."""

    by: Callable[[Pair], User]
    method: str
    path: Callable[[Pair], str]
    body: Callable[[Pair], Any]
    whose: Callable[[Pair], Any]
    code: CloseCode = CloseCode.ACCESS_LOST


def first(world: Pair) -> Any:
    return world.home.students[0].id


MOVES = {
    "ban": Move(
        lambda world: world.abroad.head, "POST",
        lambda world: f"/api/partnerships/{world.partnership.id}/bans",
        lambda world: {"user_id": str(first(world)), "reason": "Said something unkind."}, first,
    ),
    "unenrol": Move(
        lambda world: world.home.teacher, "PUT", lambda world: f"/api/spaces/{world.space.id}/classes",
        lambda world: {"class_ids": []}, first,
    ),
    "leave": Move(
        lambda world: world.abroad.head, "POST",
        lambda world: f"/api/partnerships/{world.partnership.id}/moves",
        lambda world: {"move": "leave", "confirmed": True}, first,
    ),
    "remove a student": Move(
        lambda world: world.home.head, "DELETE",
        lambda world: f"/api/classes/{world.home.school_class.id}/students/{first(world)}",
        lambda world: None, first, CloseCode.SIGNED_OUT,
    ),
    "disable a colleague": Move(
        lambda world: world.home.head, "POST",
        lambda world: f"/api/staff/{world.home.safeguarding.id}/disabled",
        lambda world: None, lambda world: world.home.safeguarding.id, CloseCode.SIGNED_OUT,
    ),
    "take a post away": Move(
        lambda world: world.home.head, "PUT", lambda world: f"/api/staff/{world.home.safeguarding.id}",
        lambda world: {"name": "Ms Bell", "posts": ["teacher"]}, lambda world: world.home.safeguarding.id,
    ),
}


@pytest.mark.parametrize("name", MOVES)
async def test_a_move_reaches_an_open_page_on_the_other_node(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, name: str
) -> None:
    move = MOVES[name]
    page = await visit.enter(live_nodes[1], move.whose(world), world.space.id)
    stays = await visit.enter(live_nodes[1], world.abroad.teacher.id, world.space.id)
    browser = await signed_in(live_nodes[0], move.by(world))
    answer = await browser.send(move.method, move.path(world), move.body(world))
    assert answer.status_code < 300, answer.text
    async with asyncio.timeout(1):
        assert (await page.closed())[0] == move.code
    if name != "leave":  # which closes the partnership for everyone
        assert (await stays.say("still here")).seq
