"""What comes together is stored together, and each message is answered by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, event, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from realtime import chat
from realtime.protocol import ChatAck, ChatPost, ChatPosted, CloseCode, Error, ErrorCode
from realtime.spacing import Spacing
from server import clock
from server.chat.models import ChatMessage
from server.db import UnitOfWork
from server.partnerships.models import Ban, Partnership, PartnershipStatus
from server.spaces import service as spaces
from server.spaces.models import ChatMode, Enrolment, Space, SpaceKind
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.client import WAIT_S, LiveClient
from tests.realtime.conftest import Visit, archive, change, connections_of, hub_of, make_live

pytestmark = pytest.mark.usefixtures("unhurried")


async def stored(node: Node, space_id: UUID) -> Sequence[ChatMessage]:
    """The messages of a space in order; their numbers have no gap, and the next one follows them."""
    async with node.database.read() as session:
        found = await session.scalars(
            select(ChatMessage).where(ChatMessage.space_id == space_id).order_by(ChatMessage.seq)
        )
        messages = found.all()
        last_seq = await session.scalar(select(Space.last_seq).where(Space.id == space_id))
    assert [each.seq for each in messages] == list(range(1, len(messages) + 1))
    assert last_seq == len(messages)
    return messages


def texts(messages: Sequence[ChatMessage]) -> list[str]:
    return [each.text for each in messages]


@asynccontextmanager
async def held(node: Node, space_id: UUID) -> AsyncIterator[AsyncConnection]:
    """Nothing is stored in the space within this block; it ends with a commit."""
    async with node.database.engine.begin() as connection:
        await connection.execute(update(Space).where(Space.id == space_id).values(name=Space.name))
        yield connection


def line(node: Node, space_id: UUID) -> chat._Line | None:
    return hub_of(node).chat._lines.get(space_id)


async def waiting(node: Node, space_id: UUID, count: int) -> None:
    """Until so many messages are being stored or in line."""
    async with asyncio.timeout(WAIT_S):
        while (found := line(node, space_id)) is None or len(found.batch) + len(found.waiting) != count:
            await asyncio.sleep(0.005)


async def write(page: LiveClient, ref: int, text: str, client_id: UUID | None = None) -> UUID:
    """Send a message and go on without waiting for its answer."""
    client_id = client_id or uuid4()
    await page.send(ChatPost(ref=1000 + ref, client_id=client_id, text=text))
    return client_id


async def answer(page: LiveClient, ref: int) -> int | ErrorCode:
    """The number under which a message is stored, or why it is not."""
    async with asyncio.timeout(WAIT_S):
        while True:
            for kind in (ChatAck, Error):
                if any(each.ref == 1000 + ref for each in page.pending(kind)):
                    found = await page.expect(kind, ref=1000 + ref)
                    return found.seq if isinstance(found, ChatAck) else found.code
            await asyncio.sleep(0.005)


async def pages_of(visit: Visit, world: Pair, *nodes: Node) -> list[LiveClient]:
    """Everybody's page, on each node in turn."""
    people = [each.id for side in (world.home, world.abroad) for each in side.students]
    return [
        await visit.enter(nodes[place % len(nodes)], each, world.space.id)
        for place, each in enumerate(people)
    ]


async def check_a_crowd(visit: Visit, world: Pair, *nodes: Node) -> None:
    pages, each_writes = await pages_of(visit, world, *nodes), 15

    async def write_much(page: LiveClient) -> list[int | ErrorCode]:
        for number in range(each_writes):
            await write(page, number, f"{page.user_id} {number}")
        return [await answer(page, number) for number in range(each_writes)]

    answers = await asyncio.gather(*(write_much(page) for page in pages))
    total = each_writes * len(pages)
    assert sorted(seq for each in answers for seq in each) == list(range(1, total + 1))
    messages = await stored(nodes[0], world.space.id)
    for page, seqs in zip(pages, answers, strict=True):
        assert [texts(messages)[int(seq) - 1] for seq in seqs] == [
            f"{page.user_id} {number}" for number in range(each_writes)
        ]
        assert seqs == sorted(seqs)  # in the order in which they were sent
        heard = [(await page.expect(ChatPosted)).message.seq for _ in range(total)]
        assert heard == list(range(1, total + 1))
        assert page.pending(ChatAck) == page.pending(ChatPosted) == page.pending(Error) == []
    assert len({each.sent_at for each in messages}) <= total // 2  # a batch is sent at one moment


async def test_a_crowd_writes_at_once(live_node: Node, world: Pair, visit: Visit) -> None:
    await check_a_crowd(visit, world, live_node)


async def test_a_crowd_on_two_nodes(live_nodes: tuple[Node, Node], world: Pair, visit: Visit) -> None:
    await check_a_crowd(visit, world, *live_nodes)


async def test_one_bad_message_is_no_trouble_for_the_others(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    ana, ben, banned, late = (await pages_of(visit, world, live_node))[:4]
    assert banned.user_id is not None
    before = (await ana.say("before")).client_id
    async with held(live_node, world.space.id) as connection:
        await write(late, 0, "first")
        await waiting(live_node, world.space.id, 1)
        twice = await write(ana, 1, "one")
        await write(banned, 2, "from a banned person")
        await write(ben, 3, " \n ")
        await write(ana, 4, "one again", twice)
        await write(ben, 5, "two", twice)
        await write(ana, 6, "stored long ago", before)
        await waiting(live_node, world.space.id, 7)
        await connection.execute(
            insert(Ban).values(
                id=uuid4(), partnership_id=world.partnership.id, user_id=banned.user_id, reason="",
                banned_at=clock.now(),
            )
        )
    assert [await answer(ana, ref) for ref in (1, 4, 6)] == [3, 3, 1]
    assert [await answer(ben, ref) for ref in (3, 5)] == [ErrorCode.BAD_FRAME, 4]
    assert await banned.closed() == (CloseCode.ACCESS_LOST, "removed")
    messages = await stored(live_node, world.space.id)
    assert texts(messages) == ["before", "first", "one", "two"]
    assert messages[2].sent_at == messages[3].sent_at


async def test_an_archived_space_refuses_all_and_keeps_everybody(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    pages = await pages_of(visit, world, live_node)
    await archive(live_node, world.space.id)
    for page in pages:
        await write(page, 0, "too late")
    assert {await answer(page, 0) for page in pages} == {ErrorCode.NOT_ALLOWED}
    assert await stored(live_node, world.space.id) == []
    assert (await pages[0].join(world.space.id)).seq == 0


async def test_a_suspension_that_commits_first_counts(live_node: Node, world: Pair, visit: Visit) -> None:
    """Who waits for the space's lock is judged by what was committed before they got it."""
    pages = await pages_of(visit, world, live_node)
    await pages[0].say("before")
    async with held(live_node, world.space.id) as connection:
        await write(pages[0], 0, "being stored")
        await waiting(live_node, world.space.id, 1)
        for page in pages[1:]:
            await write(page, 0, "in line")
        await waiting(live_node, world.space.id, len(pages))
        await connection.execute(
            update(Partnership)
            .where(Partnership.id == world.partnership.id)
            .values(status=PartnershipStatus.SUSPENDED)
        )
    for page in pages:
        assert await page.closed() == (CloseCode.ACCESS_LOST, "partnership_suspended")
    assert texts(await stored(live_node, world.space.id)) == ["before"]


async def test_a_suspension_between_two_batches(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben = (await pages_of(visit, world, live_node))[:2]
    assert (await ana.say("before")).seq == 1
    statement = update(Partnership).where(Partnership.id == world.partnership.id)
    await change(live_node, statement.values(status=PartnershipStatus.SUSPENDED))
    await write(ben, 0, "after")
    assert await ben.closed() == (CloseCode.ACCESS_LOST, "partnership_suspended")
    assert texts(await stored(live_node, world.space.id)) == ["before"]


async def test_who_has_gone_elsewhere_is_not_sent_away_from_there(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    classes = [side.school_class.id for side in (world.home, world.abroad)]
    async with UnitOfWork(live_node.database, live_node.bus) as uow:
        other = await spaces.open_space(uow, world.partnership.id, SpaceKind.PROJECT, "Other", classes)
        other.works_alone, other.chat_mode = True, ChatMode.OPEN
    page = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    async with held(live_node, world.space.id) as connection:
        await write(page, 0, "hello")
        await waiting(live_node, world.space.id, 1)
        await page.join(other.id)
        await connection.execute(delete(Enrolment).where(Enrolment.space_id == world.space.id))
    assert await answer(page, 0) is ErrorCode.NOT_ALLOWED
    assert (await page.say("still here")).seq == 1
    assert await stored(live_node, world.space.id) == []


class Trouble:
    """Makes statements of a node fail as they do when the database goes away."""

    def __init__(self, node: Node, start: str) -> None:
        self._engine = node.database.engine.sync_engine
        self._start = start
        self.failed = 0

    def _fail(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(self._start):
            self.failed += 1
            raise OperationalError(statement, None, OSError("gone"))

    def __enter__(self) -> Trouble:
        event.listen(self._engine, "before_cursor_execute", self._fail)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._fail)


@pytest.mark.parametrize("at", ["UPDATE space", "INSERT INTO chat_message"])
async def test_a_database_that_fails_in_the_middle(
    live_node: Node, world: Pair, visit: Visit, at: str
) -> None:
    pages = await pages_of(visit, world, live_node)
    async with held(live_node, world.space.id):
        await write(pages[0], 0, "first")
        await waiting(live_node, world.space.id, 1)
        for page in pages[1:]:
            await write(page, 1, "in line")
        await waiting(live_node, world.space.id, len(pages))
    assert await answer(pages[0], 0) == 1
    ids = []
    with Trouble(live_node, at) as trouble:
        ids = [await write(page, 2, f"{place}") for place, page in enumerate(pages)]
        assert {await answer(page, 2) for page in pages} == {ErrorCode.UNAVAILABLE}
        assert trouble.failed
    before = len(pages)
    assert len(await stored(live_node, world.space.id)) == before
    for _ in range(2):
        for place, page in enumerate(pages):
            await write(page, 3, f"{place}", ids[place])
        seqs = sorted([int(await answer(page, 3)) for page in pages])
        assert seqs == list(range(before + 1, 2 * before + 1))
    messages = await stored(live_node, world.space.id)
    assert sorted(texts(messages[before:])) == [f"{place}" for place in range(before)]
    for page in pages:
        heard = [(await page.expect(ChatPosted)).message.seq for _ in range(2 * before)]
        assert heard == list(range(1, 2 * before + 1))
        assert page.pending(ChatPosted) == []


async def test_a_lock_that_is_not_given_is_not_waited_for_for_ever(
    records: Records, make_node: MakeNode, world: Pair, visit: Visit
) -> None:
    node = await make_live(make_node, records, database_timeout_s=1)
    pages = await pages_of(visit, world, node)
    async with held(node, world.space.id):
        for page in pages:
            await write(page, 0, "in vain")
        assert {await answer(page, 0) for page in pages} == {ErrorCode.UNAVAILABLE}
    assert await stored(node, world.space.id) == []
    assert (await pages[0].say("works again")).seq == 1


async def test_what_the_records_refuse_harms_nothing_else(
    make_node: MakeNode, shared_records: Records, world: Pair, visit: Visit
) -> None:
    """No frame of the protocol gets so far; should one ever, it must not stop a room from talking."""
    node = await make_live(make_node, shared_records)
    ana, ben = (await pages_of(visit, world, node))[:2]
    assert ben.user_id is not None
    async with held(node, world.space.id):
        await write(ana, 0, "first")
        await waiting(node, world.space.id, 1)
        await write(ana, 1, "before it")
        await waiting(node, world.space.id, 2)
        too_long = ChatPost(ref=1002, client_id=uuid4(), text="x" * 2001)
        await hub_of(node).chat.take(connections_of(node, ben.user_id)[0], world.space.id, too_long)
        await write(ana, 3, "after it")
        await waiting(node, world.space.id, 4)
    assert [await answer(ana, ref) for ref in (0, 1, 3)] == [1, 2, 3]
    assert await answer(ben, 2) is ErrorCode.UNAVAILABLE
    assert texts(await stored(node, world.space.id)) == ["first", "before it", "after it"]


async def test_a_full_line_makes_pages_wait(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "WAITING_LIMIT", 3)
    monkeypatch.setattr(chat, "BATCH_LIMIT", 2)
    ana, ben = (await pages_of(visit, world, live_node))[:2]
    async with held(live_node, world.space.id):
        for number in range(12):
            await write(ana, number, f"{number}")
        async with asyncio.timeout(WAIT_S):
            while (found := line(live_node, world.space.id)) is None or len(found.waiting) < 3:
                await asyncio.sleep(0.005)
        await write(ben, 0, "patient")
        await asyncio.sleep(0.05)  # there is nothing to wait for: it must not get in
        assert len(found.waiting) == 3
    answers = [await answer(ana, number) for number in range(12)]
    assert answers == sorted(answers)
    assert sorted([*answers, await answer(ben, 0)]) == list(range(1, 14))
    assert sorted(texts(await stored(live_node, world.space.id))) == sorted(
        ["patient", *(f"{number}" for number in range(12))]
    )


async def test_a_closing_node_stores_what_waits(
    records: Records, make_node: MakeNode, world: Pair, visit: Visit
) -> None:
    node = await make_live(make_node, records)
    pages = await pages_of(visit, world, node)
    late = await visit.enter(node, world.home.teacher.id, world.space.id)
    async with held(node, world.space.id):
        for page in pages:
            await write(page, 0, "last words")
        await waiting(node, world.space.id, len(pages))
        closing = asyncio.create_task(hub_of(node).chat.close())
        await asyncio.sleep(0)
        await write(late, 0, "too late")
        assert await late.closed() == (CloseCode.RESTARTING, "restarting")
        assert not closing.done()
    assert sorted([int(await answer(page, 0)) for page in pages]) == list(range(1, len(pages) + 1))
    await closing
    assert texts(await stored(node, world.space.id)) == ["last words"] * len(pages)


async def test_a_closing_node_gives_up_when_the_records_do_not_answer(
    records: Records, make_node: MakeNode, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await make_live(make_node, records, database_timeout_s=2)
    pages = await pages_of(visit, world, node)
    desk = hub_of(node).chat
    monkeypatch.setattr(desk, "_timeout_s", 0.1)
    async with held(node, world.space.id):
        for page in pages:
            await write(page, 0, "in vain")
        await waiting(node, world.space.id, len(pages))
        await desk.close()
        assert {await answer(page, 0) for page in pages} == {ErrorCode.UNAVAILABLE}
    assert await stored(node, world.space.id) == []


async def test_a_room_that_keeps_writing_is_spaced_and_a_quiet_one_is_not(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_of(live_node).chat, "_spacing", Spacing(per_s=1, burst=3))
    ana, ben = (await pages_of(visit, world, live_node))[:2]
    for number in range(4):
        assert (await ana.say(f"{number}")).seq == number + 1
    for number in range(5):
        await write(ana, number, f"{number}")
        await write(ben, number, f"{number}")
    answers = [await answer(page, number) for number in range(5) for page in (ana, ben)]
    assert sorted(answers, key=int) == list(range(5, 15))
    messages = await stored(live_node, world.space.id)
    assert len({each.sent_at for each in messages[4:]}) <= 3
