"""A lesson that was really held, read afterwards by somebody who was not there."""

from __future__ import annotations

import io
from uuid import uuid4

import pypdf
import pytest
from pycrdt import Doc, Map, XmlElement, XmlFragment, XmlText
from sqlalchemy import select

from realtime import attendance as desk
from realtime.frames.lesson import LessonEnd, LessonStart
from realtime.protocol import ChatPost, ChatPosted
from server.boards import service as boards
from server.boards.models import Board, PageKind
from server.boards.service import Drawn
from server.bus import InProcessBus
from server.db import UnitOfWork
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.conftest import Visit
from tests.realtime.test_attendance import lesson_of, there
from tests.realtime.test_lesson import done


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "GATHER_S", 0.05)


async def test_what_was_said_in_a_lesson_is_on_its_page_and_what_was_said_around_it_is_not(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near, far = live_nodes
    page = await visit.enter(near, world.home.teacher.id, world.space.id)

    async def say(text: str) -> None:
        await page.send(ChatPost(ref=next(refs), client_id=uuid4(), text=text))
        while (await page.expect(ChatPosted)).message.text != text:
            pass

    refs = iter(range(9_000, 9_100))
    await say("Before.")
    await done(page, LessonStart)
    await there(near, world, world.home.teacher.id)
    await say("In the lesson.")
    lesson = await lesson_of(near, world)
    student = await visit.browser(far, world.abroad.students[0].id)
    running = (await student.get(f"/api/lessons/{lesson.id}/recap")).json()
    assert running["lesson"]["ended_at"] is None
    await done(page, LessonEnd)
    await say("After.")

    said = (await student.get(f"/api/lessons/{lesson.id}/recap/messages")).json()["items"]
    assert [each["text"] for each in said] == ["In the lesson."]
    found = (await student.get(f"/api/lessons/{lesson.id}/recap")).json()
    schools = {each["school"]["name"]: each["staff"] for each in found["lesson"]["schools"]}
    assert schools == {"Willow": 1, "Nakuru Hill": 0}


async def test_paper_has_the_notes_and_the_board(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near = live_nodes[0]
    page = await visit.enter(near, world.home.teacher.id, world.space.id)
    await done(page, LessonStart)
    await done(page, LessonEnd)
    doc: Doc = Doc()
    notes = doc.get("notes", type=XmlFragment)
    notes.children.append(XmlElement("paragraph", {}, [XmlText("Half a metre in a second")]))
    drawn: Doc = Doc()
    drawn.get("elements", type=Map).update({
        "a": Map({"kind": "note", "text": "Oranges float", "w": 176, "h": 176}),
        "b": Map({"kind": "text", "text": "Taken off", "w": 100, "h": 30, "gone": True}),
    })
    async with UnitOfWork(near.database, InProcessBus()) as uow:
        pages_of = await uow.session.execute(
            select(Board.kind, Board.id).where(Board.space_id == world.space.id)
        )
        ids = dict(pages_of.tuples().all())
        await boards.append(uow, ids[PageKind.NOTES], [Drawn(world.home.teacher.id, doc.get_update())])
        await boards.append(uow, ids[PageKind.BOARD], [Drawn(world.home.teacher.id, drawn.get_update())])
    lesson = await lesson_of(near, world)
    browser = await visit.browser(near, world.abroad.head.id)
    answer = await browser.get(f"/api/lessons/{lesson.id}/recap.pdf")
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    found = " ".join(each.extract_text() for each in pages)
    assert "Half a metre in a second" in found
    assert "Oranges float" in " ".join(found.split())
    assert "Taken off" not in found


async def test_what_was_deleted_from_notes_does_not_leave_with_them(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    """It stays in the log of the page for a while, and in the versions, which are for adults."""
    near = live_nodes[0]
    doc: Doc = Doc()
    steps: list[bytes] = []
    doc.observe(lambda event: steps.append(event.update))
    notes = doc.get("notes", type=XmlFragment)
    notes.children.append(XmlElement("paragraph", {}, [XmlText("call me 07700 900123")]))
    del notes.children[0]
    notes.children.append(XmlElement("paragraph", {}, [XmlText("Half a metre")]))
    async with UnitOfWork(near.database, InProcessBus()) as uow:
        board_id = await uow.session.scalar(
            select(Board.id).where(Board.space_id == world.space.id, Board.kind == PageKind.NOTES)
        )
        assert board_id is not None
        await boards.append(uow, board_id, [Drawn(world.home.teacher.id, each) for each in steps])
    student = await visit.browser(near, world.abroad.students[0].id)
    answer = await student.get(f"/api/boards/{board_id}/state")
    assert answer.status_code == 200
    assert b"Half a metre" in answer.content
    assert b"07700" not in answer.content
