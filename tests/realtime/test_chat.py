"""Chat: stored first, in order without a gap, once, whatever the network and the bus do."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from realtime import joining, protocol
from realtime.protocol import ChatAck, ChatPosted, Error, ErrorCode
from server.chat.models import ChatMessage
from server.events import ChatPosted as Posted
from server.events import Event
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.client import LiveClient
from tests.realtime.conftest import PLAIN_WEBSOCKETS, Visit, archive, hub_of, make_live
from tests.services import Valkey


async def stored(node: Node, space_id: UUID) -> list[tuple[int, str]]:
    async with node.database.read() as session:
        rows = await session.execute(
            select(ChatMessage.seq, ChatMessage.text)
            .where(ChatMessage.space_id == space_id)
            .order_by(ChatMessage.seq)
        )
        return [(seq, text) for seq, text in rows.tuples()]


async def heard(client: LiveClient, count: int) -> list[int]:
    """The numbers of the next messages, in the order in which they came."""
    return [(await client.expect(ChatPosted)).message.seq for _ in range(count)]


async def test_a_message_is_stored_and_told(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben = world.home.students[0].id, world.abroad.students[0].id
    from_ana = await visit.enter(live_node, ana, world.space.id)
    from_ben = await visit.enter(live_node, ben, world.space.id)
    client_id = uuid4()
    ack = await from_ana.say("  Habari, 🐦!  ", client_id)
    assert (ack.client_id, ack.seq) == (client_id, 1)
    for page in (from_ana, from_ben):
        message = (await page.expect(ChatPosted)).message
        assert (message.seq, message.client_id, message.text) == (1, client_id, "Habari, 🐦!")
        assert (message.author.user_id, message.author.name) == (ana, "Heron 1")
    assert await stored(live_node, world.space.id) == [(1, "Habari, 🐦!")]


async def test_it_is_stored_before_anyone_hears_it(live_node: Node, world: Pair, visit: Visit) -> None:
    """A bus handler runs before any socket is written to: what it sees in the records was there first."""
    page = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    seen: list[asyncio.Task[list[tuple[int, str]]]] = []

    def look(event: Event) -> None:
        if isinstance(event, Posted) and event.space_id == world.space.id:
            seen.append(asyncio.create_task(stored(live_node, world.space.id)))

    live_node.bus.subscribe(look)
    await page.say("one")
    assert await asyncio.gather(*seen) == [[(1, "one")]]


async def test_what_was_not_stored_is_not_told(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    commit = AsyncSession.commit

    async def fail(session: AsyncSession) -> None:
        raise OperationalError("COMMIT", {}, Exception("gone"))

    client_id = uuid4()
    monkeypatch.setattr(AsyncSession, "commit", fail)
    await page.send(protocol.ChatPost(ref=70, client_id=client_id, text="lost"))
    assert (await page.expect(Error, ref=70)).code is ErrorCode.UNAVAILABLE
    monkeypatch.setattr(AsyncSession, "commit", commit)
    assert (await page.say("said again", client_id)).seq == 1
    assert (await page.expect(ChatPosted)).message.text == "said again"
    assert page.pending(ChatPosted) == []


async def test_a_page_that_comes_back_gets_what_it_missed(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben = world.home.students[0].id, world.abroad.students[0].id
    page = await visit.enter(live_node, ana, world.space.id)
    other = await visit.enter(live_node, ben, world.space.id)
    for number in range(1, 4):
        await other.say(f"{number}")
    await heard(page, 3)
    await page.socket.close()
    for number in range(4, 7):
        await other.say(f"{number}")
    back = await visit.page(live_node, ana)
    await back.greet()
    joined = await back.join(world.space.id, last_seq=3)
    assert [message.seq for message in joined.messages] == [4, 5, 6]
    assert (joined.from_seq, joined.seq) == (4, 6)
    await other.say("7")
    assert await heard(back, 1) == [7]
    again = await back.join(world.space.id, last_seq=7)
    assert (again.messages, again.from_seq, again.seq) == ([], 8, 7)


@pytest.mark.parametrize("options", [{}, {"uvicorn_options": PLAIN_WEBSOCKETS}], ids=["prepared", "plain"])
async def test_all_hear_all_in_order_while_pages_come_and_go(
    sqlite_records: Records, make_node: MakeNode, world: Pair, visit: Visit, options: dict[str, object]
) -> None:
    node = await make_live(make_node, sqlite_records, **options)
    people = [each.id for side in (world.home, world.abroad) for each in side.students]
    writers = [await visit.enter(node, each, world.space.id) for each in people[:4]]
    listener = await visit.enter(node, people[4], world.space.id)

    async def write(page: LiveClient) -> None:
        for number in range(10):
            await page.say(f"{number}")

    async def come_late(delay: int) -> list[int]:
        while hub_of(node)._channels[world.space.id].seq < delay:
            await listener.expect(ChatPosted)
        page = await visit.page(node, people[5])
        joined = await page.enter(world.space.id)
        known = [message.seq for message in joined.messages]
        assert known == list(range(1, joined.seq + 1))
        return known + await heard(page, 40 - joined.seq)

    late = [asyncio.create_task(come_late(at)) for at in (1, 10, 25)]
    await asyncio.gather(*(write(page) for page in writers))
    for page in writers:
        assert await heard(page, 40) == list(range(1, 41))
    for each in late:
        assert await each == list(range(1, 41))


async def test_writers_on_two_nodes(live_nodes: tuple[Node, Node], world: Pair, visit: Visit) -> None:
    people = [each.id for side in (world.home, world.abroad) for each in side.students]
    pages = [
        await visit.enter(live_nodes[number % 2], each, world.space.id) for number, each in enumerate(people)
    ]

    async def write(page: LiveClient) -> list[int]:
        return [(await page.say(f"{number}")).seq for number in range(8)]

    said = await asyncio.gather(*(write(page) for page in pages))
    total = 8 * len(pages)
    assert sorted(seq for each in said for seq in each) == list(range(1, total + 1))
    for page in pages:
        assert await heard(page, total) == list(range(1, total + 1))
        assert page.pending(ChatPosted) == []


async def test_a_message_sent_again_is_stored_once(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    one, other = live_nodes
    ana = world.home.students[0].id
    pages = [await visit.enter(node, ana, world.space.id) for node in (one, one, other)]
    client_id = uuid4()
    first = await pages[0].say("once", client_id)
    again = [await page.say("once", client_id) for page in pages]
    assert {ack.seq for ack in again} == {first.seq}
    # And all at once, on both nodes.
    client_id = uuid4()
    acks = await asyncio.gather(*(page.say("twice?", client_id) for page in pages for _ in range(3)))
    assert {ack.seq for ack in acks} == {2}
    await pages[0].say("end")
    assert await stored(one, world.space.id) == [(1, "once"), (2, "twice?"), (3, "end")]
    for page in pages:
        assert await heard(page, 3) == [1, 2, 3]
        assert page.pending(ChatPosted) == []


async def test_another_person_may_use_the_same_client_id(live_node: Node, world: Pair, visit: Visit) -> None:
    client_id = uuid4()
    seqs = []
    for person in (world.home.students[0].id, world.abroad.students[0].id):
        page = await visit.enter(live_node, person, world.space.id)
        seqs.append((await page.say("mine", client_id)).seq)
    assert seqs == [1, 2]


def lose_chat(node: Node, how_many: int) -> None:
    """The node's live half does not hear of the next messages of its own."""
    bus = node.bus
    local = getattr(bus, "_local", bus)
    live = hub_of(node)
    at = local._handlers.index(live._on_event)
    left = [how_many]

    def handler(event: Event) -> None:
        if isinstance(event, Posted) and left[0] > 0:
            left[0] -= 1
        else:
            live._on_event(event)

    local._handlers[at] = handler


async def test_a_lost_event_is_healed_by_the_next(
    records: Records, make_node: MakeNode, world: Pair, visit: Visit
) -> None:
    node = await make_live(make_node, records, recheck_s=3600)
    page = await visit.enter(node, world.home.students[0].id, world.space.id)
    await page.say("1")
    lose_chat(node, 2)
    for number in ("2", "3", "4"):
        await page.say(number)
    assert await heard(page, 4) == [1, 2, 3, 4]


async def test_a_lost_event_is_healed_by_the_recheck(
    records: Records, make_node: MakeNode, world: Pair, visit: Visit
) -> None:
    node = await make_live(make_node, records, recheck_s=0.2)
    page = await visit.enter(node, world.home.students[0].id, world.space.id)
    lose_chat(node, 1)
    await page.say("1")
    assert await heard(page, 1) == [1]


async def test_who_comes_in_during_a_gap_hears_it_once(
    sqlite_records: Records, make_node: MakeNode, world: Pair, visit: Visit
) -> None:
    """What is stored but was not told yet is told to the others as soon as somebody comes in and reads it."""
    node = await make_live(make_node, sqlite_records, recheck_s=3600)
    page = await visit.enter(node, world.home.students[0].id, world.space.id)
    lose_chat(node, 1)
    await page.say("1")
    late = await visit.page(node, world.abroad.students[0].id)
    joined = await late.enter(world.space.id)
    assert (joined.seq, [message.seq for message in joined.messages]) == (1, [1])
    assert await heard(page, 1) == [1]
    await page.say("2")
    for each in (page, late):
        assert await heard(each, 1) == [2]
        assert each.pending(ChatPosted) == []


async def test_who_comes_in_while_others_write_misses_nothing(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The records were read, then more was said: the snapshot holds it, without reading again."""
    page = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    await page.say("1")
    late = await visit.page(live_node, world.abroad.students[0].id)
    await late.greet()
    read, reached, opened, reads = joining.people, asyncio.Event(), asyncio.Event(), []

    async def held(*arguments: Any) -> Any:
        found = await read(*arguments)
        reads.append(found)
        reached.set()
        await opened.wait()
        return found

    monkeypatch.setattr(joining, "people", held)
    coming = asyncio.create_task(late.join(world.space.id))
    await reached.wait()
    await page.say("2")
    await page.say("3")
    assert await heard(page, 3) == [1, 2, 3]
    opened.set()
    joined = await coming
    assert [message.seq for message in joined.messages] == [1, 2, 3]
    assert (joined.seq, len(reads)) == (3, 1)
    await page.say("4")
    assert await heard(late, 1) == [4]


@pytest.mark.usefixtures("unhurried")
async def test_a_long_gap_is_healed_whole(
    sqlite_records: Records, make_node: MakeNode, world: Pair, visit: Visit
) -> None:
    """More than an entry into a space brings: those here have seen all before, so they get all."""
    node = await make_live(make_node, sqlite_records, recheck_s=3600)
    page = await visit.enter(node, world.home.students[0].id, world.space.id)
    lose_chat(node, 210)
    for number in range(211):
        await page.send(protocol.ChatPost(ref=number + 1000, client_id=uuid4(), text="x"))
    assert await heard(page, 211) == list(range(1, 212))


async def test_an_outage_of_the_bus_is_healed(
    make_node: MakeNode, shared_records: Records, world: Pair, visit: Visit
) -> None:
    own_bus = Valkey()
    try:
        records = Records(shared_records.database_url, own_bus.url)
        one, other = [await make_live(make_node, records, recheck_s=3600) for _ in range(2)]
        here = await visit.enter(one, world.home.students[0].id, world.space.id)
        there = await visit.enter(other, world.abroad.students[0].id, world.space.id)
        await here.say("1")
        assert await heard(there, 1) == [1]
        own_bus.stop()
        async with asyncio.timeout(10):
            while one.bus.connected.is_set() or other.bus.connected.is_set():
                await asyncio.sleep(0.01)
        await here.say("2")
        await here.say("3")
        assert await heard(here, 3) == [1, 2, 3]
        own_bus.start()
        assert await heard(there, 2) == [2, 3]
        await there.say("4")
        assert await heard(here, 1) == [4]
    finally:
        own_bus.close()


async def test_the_database_goes_and_comes_back(
    make_node: MakeNode, sqlite_records: Records, world: Pair, visit: Visit
) -> None:
    node = await make_live(make_node, sqlite_records, database_timeout_s=0.3)
    page = await visit.enter(node, world.home.students[0].id, world.space.id)
    client_id = uuid4()
    async with node.database.engine.connect() as blocker:  # holds the one lock that writers need
        await blocker.exec_driver_sql("SELECT 1")
        await page.send(protocol.ChatPost(ref=90, client_id=client_id, text="in vain"))
        assert (await page.expect(Error, ref=90)).code is ErrorCode.UNAVAILABLE
        await blocker.rollback()
    assert (await page.say("works again", client_id)).seq == 1
    assert (await page.expect(ChatPosted)).message.text == "works again"


@pytest.mark.parametrize("text", [" ", "\n\t "])
async def test_nothing_is_no_message(live_node: Node, world: Pair, visit: Visit, text: str) -> None:
    page = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    await page.send(protocol.ChatPost(ref=9, client_id=uuid4(), text=text))
    assert (await page.expect(Error, ref=9)).code is ErrorCode.BAD_FRAME
    assert (await page.say("something")).seq == 1


async def test_an_archived_space_is_for_reading(live_node: Node, world: Pair, visit: Visit) -> None:
    page = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    await archive(live_node, world.space.id)
    assert "chat:post" not in (await page.expect(protocol.AccessUpdate)).grants
    await page.send(protocol.ChatPost(ref=9, client_id=uuid4(), text="too late"))
    assert (await page.expect(Error, ref=9)).code is ErrorCode.NOT_ALLOWED
    assert page.pending(ChatAck) == []
