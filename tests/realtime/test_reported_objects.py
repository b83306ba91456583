"""An object on the board is reported: the server keeps what is stored of it, whatever the page says of it."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from realtime.board_objects import read_object
from server.boards import service
from server.db import UnitOfWork
from server.safeguarding.models import Report
from tests.factories import Pair
from tests.nodes import Node, refusal, signed_in
from tests.realtime.board_page import BoardPage
from tests.realtime.conftest import Visit, first_board


async def pages(visit: Visit, node: Node, world: Pair) -> list[BoardPage]:
    """Of two students of the home school, and one of the school abroad."""
    board_id = await first_board(node, world.space.id)
    ids = [*(each.id for each in world.home.students[:2]), world.abroad.students[0].id]
    return [await visit.board(node, each, world.space.id, board_id) for each in ids]


def about(board_id: UUID, element_id: str, **shown: Any) -> dict[str, Any]:
    return {
        "kind": "board", "subject_id": str(board_id), "element_id": element_id, "reason": "unkind",
        "shown": shown,
    }


async def test_it_is_kept_as_it_is_stored(live_node: Node, world: Pair, visit: Visit) -> None:
    """One made the note, another wrote the words that now stand in it, and a third reports them."""
    ana, ben, cleo = await pages(visit, live_node, world)
    board_id = await first_board(live_node, world.space.id)
    ana.add("note", text="Rivers", kind="note", x=12.5, colour="yellow", points=b"\x00\x02\x04")
    await cleo.until(lambda: "note" in cleo.elements)
    cleo.set("note", text="Go away")
    cleo.set("note", colour="blue")
    await cleo.until_stored("note", "colour")
    ana.set("note", gone=True)
    await ana.until_stored("note")

    reporter = await visit.browser(live_node, ben.user_id)
    path = f"/api/spaces/{world.space.id}/reports"
    answer = await reporter.post(path, about(board_id, "note", text="What the page makes up"))
    assert answer.status_code == 204, answer.text
    async with live_node.database.read() as session:
        report_id = await session.scalar(select(Report.id).where(Report.subject_id == board_id))
    for side in (world.home, world.abroad):
        lead = await signed_in(live_node, side.safeguarding)
        view = (await lead.get(f"/api/reports/{report_id}")).json()
        found = view["snapshot"]["object"]
        assert found["shown"] == {
            "kind": "note", "text": "Go away", "colour": "blue", "x": 12.5,
            "points": base64.b64encode(b"\x00\x02\x04").decode(),
        }
        assert (found["is_as_stored"], found["is_deleted"]) == (True, True)
        assert found["made_by"]["user_id"] == str(ana.user_id)
        assert view["item"]["person"]["user_id"] == str(cleo.user_id)


async def test_what_is_not_there_is_refused(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, _, cleo = await pages(visit, live_node, world)
    board_id = await first_board(live_node, world.space.id)
    ana.add("mine", text="Hello")
    await ana.until_stored("mine")
    path = f"/api/spaces/{world.space.id}/reports"
    reporter = await visit.browser(live_node, cleo.user_id)
    for page, element_id in ((board_id, "made up"), (board_id, ""), (board_id, "text"), (uuid4(), "mine")):
        body = about(page, element_id, text="Something bad")
        assert refusal(await reporter.post(path, body)) == (404, "not_found")
    assert refusal(await reporter.post(f"/api/spaces/{uuid4()}/reports", about(board_id, "mine"))) == (
        404, "not_found",
    )
    own = await visit.browser(live_node, ana.user_id)
    assert refusal(await own.post(path, about(board_id, "mine"))) == (400, "invalid")
    async with live_node.database.read() as session:
        assert (await session.scalars(select(Report).where(Report.subject_id == board_id))).all() == []


@pytest.mark.parametrize("is_compacted", [False, True])
async def test_whose_the_words_are_is_known_however_often_they_changed(
    live_node: Node, world: Pair, visit: Visit, is_compacted: bool
) -> None:
    ana, ben, cleo = await pages(visit, live_node, world)
    board_id = await first_board(live_node, world.space.id)
    ana.add("a", text="one")
    ana.add("b", kind="rect")
    ana.add("c", text="mine alone")
    await ana.until_stored("c")
    for number in range(4):
        for page in (ben, cleo, ana, ben):
            page.set("a", text=f"{number} of {page.user_id}")
            await page.until_stored("a", "text")
            for other in (ana, ben, cleo):
                await other.until_same_as(page)
    # Two at once, each without knowing of the other: one of the two stays.
    ana.set("a", text="by ana")
    cleo.set("a", text="by cleo")
    await ana.until_stored("a", "text")
    await cleo.until_stored("a", "text")
    await ben.until_same_as(ana)
    await ben.until_same_as(cleo)
    if is_compacted:
        async with live_node.database.read() as session:
            last = await service.last_seq(session, board_id)
        async with UnitOfWork(live_node.database, live_node.bus) as uow:
            await service.compact(uow, board_id, ben.doc.get_update(), last)
    async with live_node.database.read() as session:
        log = await service.load(session, board_id)
    assert bool(log.updates) is not is_compacted
    found = {key: read_object(log, key) for key in ("a", "b", "c", "d")}
    last_writer = {"by ana": ana, "by cleo": cleo}[ben.elements["a"]["text"]]
    whose = {key: each and (each.made_by, each.words_by) for key, each in found.items()}
    assert whose == {
        "a": (ana.user_id, last_writer.user_id), "b": (ana.user_id, None), "c": (ana.user_id, ana.user_id),
        "d": None,
    }
