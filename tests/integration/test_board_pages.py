"""Pages of a board over HTTP: whose they are to prepare, what students see, and that nothing is lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from server import clock
from server.accounts.models import User
from server.audit.models import AuditEntry
from server.boards import pages, service
from server.boards.models import Board, BoardSnapshot, BoardWriter
from server.boards.service import Drawn
from server.bus import InProcessBus
from server.db import Database, UnitOfWork
from server.spaces.models import Space
from tests import factories
from tests.factories import Pair, Student
from tests.nodes import Node, Visitor, refusal


@pytest.fixture
async def world(database: Database) -> Pair:
    return await factories.pair(database)


async def enter(node: Node, who: User | Student) -> Visitor:
    visitor = node.visitor()
    signing = visitor.sign_in_student(who) if isinstance(who, Student) else visitor.sign_in_staff(who)
    assert (await signing).status_code < 300
    return visitor


def path(world: Pair, page_id: str = "", more: str = "") -> str:
    return f"/api/spaces/{world.space.id}/pages" + (f"/{page_id}{more}" if page_id else "")


async def add(who: Visitor, world: Pair, title: str, **more: Any) -> list[dict[str, Any]]:
    answer = await who.post(path(world), {"title": title, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["items"]


async def titles(who: Visitor, world: Pair) -> list[str]:
    return [each["title"] for each in (await who.get(path(world))).json()["items"]]


async def test_pages_are_added_named_moved_and_taken_away(node: Node, world: Pair) -> None:
    teacher, other = await enter(node, world.home.teacher), await enter(node, world.abroad.head)
    await add(teacher, world, " Draw  both ")
    made = await add(other, world, "Measure")
    assert [(each["title"], each["place"]) for each in made] == [("1", 1), ("Draw both", 2), ("Measure", 3)]
    ids = {each["title"]: each["id"] for each in made}
    moved = await other.send("PATCH", path(world, ids["Measure"]), {"place": 1, "title": "First"})
    assert [each["title"] for each in moved.json()["items"]] == ["First", "1", "Draw both"]
    assert [each["place"] for each in moved.json()["items"]] == [1, 2, 3]
    gone = await teacher.delete(path(world, ids["1"]))
    assert [each["title"] for each in gone.json()["items"]] == ["First", "Draw both", "1"]
    assert gone.json()["items"][2]["removed_at"] and gone.json()["may_prepare"]
    back = await other.post(path(world, ids["1"], "/return"))
    assert [(each["title"], each["place"]) for each in back.json()["items"]] == [
        ("First", 1), ("Draw both", 2), ("1", 3)
    ]
    for title in ("", " ", "x" * 81, "a\u0000b"):
        assert (await teacher.post(path(world), {"title": title})).status_code == 400
    for body in ({"place": 0}, {"place": 4}, {"title": "x" * 81}, {"other": 1}):
        assert (await teacher.send("PATCH", path(world, ids["1"]), body)).status_code == 400


async def test_students_see_only_what_is_shown_and_change_nothing(node: Node, world: Pair) -> None:
    teacher, student = await enter(node, world.home.teacher), await enter(node, world.abroad.students[0])
    made = await add(teacher, world, "For later", is_prepared=True)
    removed, hidden = made[0]["id"], made[1]["id"]
    assert await titles(student, world) == ["1"]
    # One at least stays for them.
    assert refusal(await teacher.delete(path(world, removed))) == (400, "invalid")
    hide = await teacher.send("PATCH", path(world, removed), {"is_prepared": True})
    assert refusal(hide) == (400, "invalid")
    await teacher.send("PATCH", path(world, hidden), {"is_prepared": False})
    assert await titles(student, world) == ["1", "For later"]
    await teacher.delete(path(world, removed))
    assert await titles(student, world) == ["For later"]
    assert (await student.get(path(world))).json()["may_prepare"] is False
    for method, where, body in [
        ("POST", path(world), {"title": "Mine"}),
        ("PATCH", path(world, hidden), {"is_prepared": True}),
        ("DELETE", path(world, hidden), None),
        ("POST", path(world, removed, "/return"), None),
    ]:
        assert (await student.send(method, where, body)).status_code == 403


async def test_pages_of_another_space_are_out_of_reach(
    node: Node, database: Database, world: Pair
) -> None:
    elsewhere = await factories.pair(database)
    stranger, teacher = await enter(node, elsewhere.home.teacher), await enter(node, world.home.teacher)
    mine = (await teacher.get(path(world))).json()["items"][0]["id"]
    assert refusal(await stranger.get(path(world))) == (403, "not_a_member")
    assert refusal(await stranger.post(path(world), {"title": "x"})) == (403, "not_a_member")
    theirs = (await stranger.get(path(elsewhere))).json()["items"][0]["id"]
    for who, where in ((teacher, path(world, theirs)), (stranger, path(elsewhere, mine))):
        assert refusal(await who.send("PATCH", where, {"title": "x"})) == (404, "not_found")
        assert refusal(await who.delete(where)) == (404, "not_found")
    copied = await teacher.post(path(world), {"title": "x", "copy_of": theirs})
    assert refusal(copied) == (404, "not_found")
    # Notes are no page of the board.
    async with database.read() as session:
        notes = await session.scalar(
            select(Board.id).where(Board.space_id == world.space.id, Board.kind == "notes")
        )
    assert refusal(await teacher.delete(path(world, str(notes)))) == (404, "not_found")


async def test_there_is_an_end_to_pages(
    node: Node, database: Database, world: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = await enter(node, world.home.teacher)
    for number in range(2, pages.PAGES_MAX + 1):
        await add(teacher, world, str(number))
    full = await teacher.post(path(world), {"title": "one more"})
    assert refusal(full) == (400, "invalid")
    monkeypatch.setattr(pages, "KEPT_MAX", 1)
    there = (await teacher.get(path(world))).json()["items"]
    assert (await teacher.delete(path(world, there[5]["id"]))).status_code == 200
    assert refusal(await teacher.delete(path(world, there[6]["id"]))) == (400, "invalid")
    await add(teacher, world, "in its place")
    assert refusal(await teacher.post(path(world, there[5]["id"], "/return"))) == (400, "invalid")


async def drawn_on(database: Database, page_id: UUID, who: UUID, *data: bytes) -> None:
    async with UnitOfWork(database, InProcessBus()) as uow:
        await service.bind(uow, page_id, [7], who)
        await service.append(uow, page_id, [Drawn(who, each) for each in data])


async def test_a_copy_holds_what_was_drawn_and_goes_its_own_way(
    node: Node, database: Database, world: Pair
) -> None:
    teacher, artist = await enter(node, world.home.teacher), world.home.students[0].id
    source = UUID((await teacher.get(path(world))).json()["items"][0]["id"])
    await drawn_on(database, source, artist, b"a", b"b", b"c", b"d")
    async with UnitOfWork(database, InProcessBus()) as uow:
        await service.compact(uow, source, b"ab", 2)
    copy_id = UUID((await add(teacher, world, "Copy", copy_of=str(source)))[1]["id"])
    await drawn_on(database, source, artist, b"e")
    async with database.read() as session:
        before, copied = await service.load(session, source), await service.load(session, copy_id)
        assert (copied.snapshot, copied.snapshot_seq, copied.last_seq) == (b"ab", 2, 4)
        assert list(copied.updates) == [(3, artist, b"c"), (4, artist, b"d")]
        assert copied.writers == before.writers == {7: artist}
        assert before.last_seq == 5
    assert [each["is_empty"] for each in (await teacher.get(path(world))).json()["items"]] == [False, False]


async def test_a_page_that_was_taken_away_keeps_what_is_on_it(
    node: Node, database: Database, world: Pair
) -> None:
    teacher = await enter(node, world.home.teacher)
    page_id = UUID((await add(teacher, world, "Second"))[1]["id"])
    await drawn_on(database, page_id, world.home.teacher.id, b"a")
    await teacher.delete(path(world, str(page_id)))
    async with database.read() as session:
        assert list((await service.load(session, page_id)).updates) == [(1, world.home.teacher.id, b"a")]
        acts = (
            await session.execute(
                select(AuditEntry.act, AuditEntry.after).where(AuditEntry.act.startswith("page."))
            )
        ).tuples().all()
    assert acts == [("page.remove", {"page_id": str(page_id), "updates": 1})]
    await teacher.post(path(world, str(page_id), "/return"))
    await teacher.post(path(world, str(page_id), "/return"))  # again changes nothing
    async with database.read() as session:
        kept = await session.scalars(select(AuditEntry.act).where(AuditEntry.act.startswith("page.")))
        assert list(kept) == ["page.remove", "page.return"]
        assert await session.get(BoardSnapshot, page_id) is None
        assert await session.get(BoardWriter, (page_id, 7)) is not None


async def test_in_an_archived_space_pages_stay_as_they_are(
    node: Node, database: Database, world: Pair
) -> None:
    async with UnitOfWork(database, InProcessBus()) as uow:
        (await uow.session.get_one(Space, world.space.id)).archived_at = clock.now()
    teacher = await enter(node, world.home.teacher)
    assert await titles(teacher, world) == ["1"]
    assert refusal(await teacher.post(path(world), {"title": "x"})) == (403, "not_allowed")
    assert (await teacher.post(path(world, str(uuid4()), "/return"))).status_code == 403
