"""The notes: stock Yjs pages come to one text, who may only look changes nothing, and nothing is lost."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from uuid import UUID

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from sqlalchemy import select

from realtime.frames.notes import NotesRestore
from realtime.protocol import Error, ErrorCode, Ok
from server import clock
from server.audit.models import AuditEntry
from server.boards import service, versions
from server.boards.models import NoteEditor, NoteVersion, VersionReason
from server.db import UnitOfWork
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.board_page import BoardPage
from tests.realtime.client import WAIT_S, LiveClient
from tests.realtime.conftest import Visit, archive, first_board, notes_in, room_of
from tests.realtime.test_yjs_clients import YjsPages, yjs  # noqa: F401  # a fixture
from tests.unit import yjs_bytes as raw


class NotesPage(BoardPage):
    """A person's page of notes."""

    def __init__(self, user_id: UUID, client_id: int | None = None) -> None:
        super().__init__(user_id, client_id)
        self.notes = self.doc.get("notes", type=XmlFragment)

    def write(self, text: str) -> None:
        """Another paragraph at the end."""
        with self.doc.transaction():
            self.notes.children.append(XmlElement("paragraph"))
            self.notes.children[len(self.notes.children) - 1].children.append(XmlText(text))

    def clear(self) -> None:
        with self.doc.transaction():
            while len(self.notes.children):
                del self.notes.children[0]

    @property
    def text(self) -> str:
        return str(self.notes)

    async def until_kept(self) -> None:
        """Wait until the server has told that what stands here is stored."""
        stored, own = self._stored, self.doc
        await self.until(lambda: raw.state_vector(stored.get_state()) == raw.state_vector(own.get_state()))


def parts(of: XmlFragment | XmlElement | XmlText) -> object:
    """What stands there, with its marks; the library writes those of one letter in any order."""
    if isinstance(of, XmlText):
        joined: list[tuple[str, dict[str, object]]] = []
        for text, attributes in of.diff():
            marks = {name: value for name, value in (attributes or {}).items() if value is not None}
            before = joined.pop()[0] if joined and joined[-1][1] == marks else ""
            joined.append((before + text, marks))
        return joined
    return (of.tag if isinstance(of, XmlElement) else "", [parts(each) for each in of.children])


async def open_notes(visit: Visit, node: Node, user_id: UUID, world: Pair) -> NotesPage:
    client = await visit.enter(node, user_id, world.space.id)
    page = NotesPage(user_id)
    await visit._stack.enter_async_context(page)
    await page.open(client, await notes_in(node, world.space.id))
    return page


async def kept(node: Node, world: Pair) -> list[tuple[versions.Version, list[UUID]]]:
    board_id = await notes_in(node, world.space.id)
    async with node.database.read() as session:
        return await versions.listed(session, board_id, None, 100)


async def until_kept(node: Node, world: Pair, count: int) -> list[tuple[versions.Version, list[UUID]]]:
    async with asyncio.timeout(WAIT_S):
        while len(found := await kept(node, world)) < count:
            await asyncio.sleep(0.02)
    assert len(found) == count
    return found


async def held(node: Node, world: Pair, seq: int) -> str:
    board_id = await notes_in(node, world.space.id)
    async with node.database.read() as session:
        state = await versions.state_of(session, board_id, seq)
    doc = Doc()
    doc.apply_update(state)
    return str(doc.get("notes", type=XmlFragment))


async def make_older(node: Node, world: Pair, by: timedelta) -> None:
    """The versions of the notes, and what their room knows of them, were made before."""
    board_id = await notes_in(node, world.space.id)
    async with UnitOfWork(node.database, node.bus) as uow:
        for version in await uow.session.scalars(select(NoteVersion)):
            version.made_at -= by
    room = room_of(node, board_id)
    assert room is not None
    assert room._versioned_at is not None
    room._versioned_at -= by


async def test_stock_clients_write_undo_and_come_back(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, yjs: YjsPages  # noqa: F811
) -> None:
    notes_id = await notes_in(live_nodes[0], world.space.id)
    people = [world.home.students[0], world.abroad.students[0], world.home.students[1]]
    clients: dict[int, LiveClient] = {}
    errors: list[Error] = []
    chance = random.Random(11)

    async def connect(page: int) -> None:
        clients[page] = await visit.enter(chance.choice(live_nodes), people[page].id, world.space.id)
        await yjs.connect(page, clients[page], notes_id)

    watching = await open_notes(visit, live_nodes[0], world.abroad.teacher.id, world)
    for page, person in enumerate(people):
        await yjs.ask(page, "open", userId=str(person.id))
        await connect(page)
    offline: set[int] = set()
    for label in range(90):
        page = chance.randrange(len(people))
        await yjs.ask(page, "write", count=chance.randint(1, 6), label=label)
        if chance.random() < 0.15 and page not in offline:
            errors += clients[page].pending(Error)
            await yjs.disconnect(page)
            offline.add(page)
        elif offline and chance.random() < 0.3:
            await connect(offline.pop())
    for page in offline:
        await connect(page)
    async with asyncio.timeout(WAIT_S):
        while True:
            texts = [(await yjs.ask(page, "read"))["notes"] for page in range(len(people))]
            room = room_of(live_nodes[0], notes_id)
            assert room is not None
            vectors = {str(raw.state_vector(each.get_state())) for each in (room._doc, watching.doc)}
            if len(set(texts)) == 1 and len(vectors) == 1:
                break
            await asyncio.sleep(0.05)
    for client in clients.values():
        errors += client.pending(Error)
    assert errors == []
    assert len(texts[0]) > 100
    late = await open_notes(visit, live_nodes[1], world.home.teacher.id, world)
    assert parts(late.notes) == parts(watching.notes)


async def test_notes_are_beside_the_board_pages(live_node: Node, world: Pair, visit: Visit) -> None:
    client = await visit.page(live_node, world.home.teacher.id)
    joined = await client.enter(world.space.id)
    board_id = await first_board(live_node, world.space.id)
    notes_id = await notes_in(live_node, world.space.id)
    assert [each.id for each in joined.boards] == [board_id]
    assert joined.notes is not None
    assert joined.notes.id == notes_id
    # What belongs on the one is refused on the other.
    drawn = await visit.board(live_node, world.home.students[0].id, world.space.id, board_id)
    drawn.send_update(raw.update((77, 0, [raw.child("notes", "paragraph")])))
    assert drawn.client
    assert (await drawn.client.expect(Error)).code is ErrorCode.BOARD_REFUSED
    page = await open_notes(visit, live_node, world.home.students[1].id, world)
    page.send_update(raw.drawing(78, "a", world.home.students[1].id))
    assert page.client
    assert (await page.client.expect(Error)).code is ErrorCode.BOARD_REFUSED


async def test_who_may_only_look_changes_nothing(live_node: Node, world: Pair, visit: Visit) -> None:
    ana = await open_notes(visit, live_node, world.home.students[0].id, world)
    ana.write("kept")
    await ana.until_kept()
    await archive(live_node, world.space.id)
    ben = await open_notes(visit, live_node, world.abroad.students[0].id, world)
    assert ben.opened
    assert not ben.opened.can_edit
    ben.write("forged")
    assert ben.client
    assert (await ben.client.expect(Error)).code is ErrorCode.BOARD_READ_ONLY
    late = await open_notes(visit, live_node, world.home.teacher.id, world)
    assert late.text == "<paragraph>kept</paragraph>"


async def test_a_version_is_kept_before_a_change_after_some_minutes(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    ana = await open_notes(visit, live_node, world.home.students[0].id, world)
    ben = await open_notes(visit, live_node, world.abroad.students[0].id, world)
    ana.write("one")
    await ana.until_kept()
    ben.write("two")
    await ben.until_kept()
    assert await kept(live_node, world) == []
    await make_older(live_node, world, versions.EVERY)
    await ben.until(lambda: "one" in ben.text)
    ben.write("three")
    await ben.until_kept()
    [(version, authors)] = await until_kept(live_node, world, 1)
    assert version.reason is VersionReason.CHANGED
    assert set(authors) == {ana.user_id, ben.user_id}
    text = await held(live_node, world, version.seq)
    assert "one" in text
    assert "two" in text
    assert "three" not in text
    ana.write("four")  # at most one in five minutes
    await ana.until_kept()
    assert len(await kept(live_node, world)) == 1


async def test_a_version_is_kept_before_much_is_deleted(live_node: Node, world: Pair, visit: Visit) -> None:
    ana = await open_notes(visit, live_node, world.home.students[0].id, world)
    ana.write("a long story " * 30)
    await ana.until_kept()
    await make_older(live_node, world, versions.CLEARED_EVERY)
    ana.clear()
    await ana.until_kept()
    [(version, _)] = await until_kept(live_node, world, 1)
    assert version.reason is VersionReason.CLEARED
    assert "a long story" in await held(live_node, world, version.seq)


async def test_authors_are_known_after_the_log_was_made_shorter(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    ana = await open_notes(visit, live_node, world.home.students[0].id, world)
    ana.write("one")
    await ana.until_kept()
    board_id = await notes_in(live_node, world.space.id)
    async with UnitOfWork(live_node.database, live_node.bus) as uow:
        await service.compact(uow, board_id, ana.doc.get_update(), 1)
    await make_older(live_node, world, versions.EVERY)
    ana.write("two")
    [(_, authors)] = await until_kept(live_node, world, 1)
    assert authors == [ana.user_id]
    async with live_node.database.read() as session:
        assert (await session.scalars(select(NoteEditor))).all() == []


async def test_bringing_back_keeps_the_present_and_is_noted(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    ana = await open_notes(visit, live_node, world.home.students[0].id, world)
    teacher = await open_notes(visit, live_node, world.home.teacher.id, world)
    ana.write("old")
    await ana.until_kept()
    await make_older(live_node, world, versions.EVERY)
    ana.write("new")
    await ana.until_kept()
    [(old, _)] = await until_kept(live_node, world, 1)
    assert ana.client
    assert teacher.client
    await ana.client.send(NotesRestore(ref=1, version=old.seq))
    assert (await ana.client.expect(Error, ref=1)).code is ErrorCode.NOT_ALLOWED
    await teacher.client.send(NotesRestore(ref=2, version=old.seq + 50))
    assert (await teacher.client.expect(Error, ref=2)).code is ErrorCode.NOT_FOUND
    await teacher.client.send(NotesRestore(ref=3, version=old.seq))
    await teacher.client.expect(Ok, ref=3)
    found = await kept(live_node, world)
    assert found[0][0].reason is VersionReason.RESTORE
    assert "new" in await held(live_node, world, found[0][0].seq)
    async with live_node.database.read() as session:
        entry = await session.scalar(select(AuditEntry).where(AuditEntry.act == "notes.restore"))
    assert entry is not None
    assert (entry.actor_id, entry.subject_id) == (teacher.user_id, world.space.id)
    assert entry.after == {"version": old.seq}


async def test_emptied_notes_have_no_history(live_node: Node, world: Pair, visit: Visit) -> None:
    ana = await open_notes(visit, live_node, world.home.students[0].id, world)
    ana.write("one")
    await ana.until_kept()
    await make_older(live_node, world, versions.EVERY)
    ana.write("two")
    await until_kept(live_node, world, 1)
    async with UnitOfWork(live_node.database, live_node.bus) as uow:
        await service.empty(uow, [await notes_in(live_node, world.space.id)])
    assert await kept(live_node, world) == []


@pytest.mark.parametrize("is_old", [False, True])
def test_versions_are_thinned(is_old: bool) -> None:
    now = clock.now()
    start = now - timedelta(days=3 if is_old else 0)
    minutes = [start - timedelta(minutes=5 * n) for n in range(100)]
    given = [versions.Version(1000 - n, at, at, VersionReason.CHANGED) for n, at in enumerate(minutes)]
    given[7] = given[7]._replace(reason=VersionReason.LESSON)
    gone = versions.thinned(given, now)
    left = [each for each in given if each.seq not in gone]
    assert given[7] in left
    assert given[0] in left
    if is_old:
        hours = {each.made_at.replace(minute=0, second=0, microsecond=0) for each in given}
        assert len(hours) <= len(left) <= len(hours) + 1
    else:
        assert gone == set()
    many = [versions.Version(9000 - n, now, now, VersionReason.RESTORE) for n in range(300)]
    assert len(versions.thinned(many, now)) == 300 - versions.VERSIONS_LIMIT
