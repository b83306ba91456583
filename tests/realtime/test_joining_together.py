"""Coming in at the same time: one look at the records for all, and each for themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert
from sqlalchemy.exc import OperationalError

from realtime import joining, protocol
from realtime.protocol import CloseCode, ErrorCode, PresenceDiff
from realtime.rechecking import Rechecking
from server import access, clock
from server.accounts.models import LoginSession
from server.events import AccessChanged, NodeLeft, PresenceChanged, PresenceReported
from server.partnerships.models import Ban
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.nodes import Node
from tests.queries import counted
from tests.realtime.client import Entered, LiveClient
from tests.realtime.conftest import Visit, change, connections_of, hub_of, make_live


def everyone(world: Pair) -> list[UUID]:
    return [each.id for side in (world.home, world.abroad) for each in side.students]


class Gate:
    """Holds the readings of access: the first ones to come wait until it is opened."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.asked: list[set[UUID]] = []
        self._access_of = access.access_of

    async def access_of(self, session: Any, user_ids: Any, space_id: UUID) -> Any:
        self.asked.append(set(user_ids))
        found = await self._access_of(session, user_ids, space_id)
        await self.open.wait()
        return found

    async def reached(self, count: int = 1) -> None:
        async with asyncio.timeout(5):
            while len(self.asked) < count:
                await asyncio.sleep(0)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """While it is there nothing is looked at by the clock: that reads access too, and would be counted."""

    async def stand_still(rechecking: Rechecking) -> None:
        for space_id in list(rechecking._checked_at):
            rechecking.checked(space_id)

    monkeypatch.setattr(Rechecking, "_recheck_next", stand_still)
    gate = Gate()
    monkeypatch.setattr(access, "access_of", gate.access_of)
    yield gate
    gate.open.set()


async def waiting(node: Node, space_id: UUID, count: int) -> None:
    """Until so many wait for the next reading."""
    async with asyncio.timeout(5):
        while len(hub_of(node)._joining._waiting.get(space_id, ())) < count:
            await asyncio.sleep(0)


async def held_back(
    node: Node, world: Pair, visit: Visit, gate: Gate, users: list[UUID]
) -> tuple[list[LiveClient], list[asyncio.Task[Entered]]]:
    """Pages of which the first is being read for, and the others wait for the next reading."""
    pages = [await visit.page(node, each) for each in users]
    for page in pages:
        await page.greet()
    coming = [asyncio.create_task(pages[0].join(world.space.id))]
    await gate.reached()
    coming += [asyncio.create_task(page.join(world.space.id)) for page in pages[1:]]
    await waiting(node, world.space.id, len(pages) - 1)
    return pages, coming


@pytest.mark.usefixtures("unhurried")
async def test_a_class_costs_as_many_queries_as_two_do(
    live_node: Node, world: Pair, visit: Visit, gate: Gate
) -> None:
    staying = await visit.page(live_node, world.home.teacher.id)
    await staying.greet()
    gate.open.set()
    await staying.join(world.space.id)
    await staying.say("so that there is something to read")
    counts: list[int] = []
    few, many = everyone(world)[:2], [user for user in everyone(world) for _ in range(9)]
    for users in (few, many):
        gate.open.clear()
        gate.asked.clear()
        with counted(live_node.database) as statements:
            pages, coming = await held_back(live_node, world, visit, gate, users)
            before = len(statements)
            gate.open.set()
            entered = await asyncio.gather(*coming)
            counts.append(len(statements) - before)
        assert len(gate.asked) == 2
        assert {each.seq for each in entered} == {1}
        here = {person.user_id for person in entered[-1].people}
        assert here == {*users, world.home.teacher.id}
        for page in pages:
            await page.socket.close()
        for user in set(users):
            async with asyncio.timeout(5):
                while connections_of(live_node, user):
                    await asyncio.sleep(0)
    assert counts[1] <= counts[0] + 2


async def test_each_comes_in_or_not_alone(live_node: Node, world: Pair, visit: Visit, gate: Gate) -> None:
    ana, ben, cleo, dan, eve, fay = everyone(world)
    pages, coming = await held_back(live_node, world, visit, gate, [ana, ben, cleo, dan, eve, fay])
    [lost] = connections_of(live_node, eve)
    await change(live_node, insert(Ban).values(
        id=uuid4(), partnership_id=world.partnership.id, user_id=cleo, reason="", banned_at=clock.now()
    ))
    await change(live_node, delete(LoginSession).where(LoginSession.user_id == dan))
    pages[4].socket.transport.abort()
    async with asyncio.timeout(5):
        while connections_of(live_node, eve):
            await asyncio.sleep(0)
    gate.open.set()
    for each in (0, 1, 5):
        entered = await coming[each]
        assert ana in {person.user_id for person in entered.people}
    assert await pages[2].closed() == (CloseCode.ACCESS_LOST, "removed")
    assert await pages[3].closed() == (CloseCode.SIGNED_OUT, "signed_out")
    await asyncio.gather(*coming, return_exceptions=True)
    assert lost.channel is None
    hub = hub_of(live_node)
    assert {each.user_id for each in hub._channels[world.space.id].connections} == {ana, ben, fay}
    assert hub.presence.people(world.space.id) == {ana, ben, fay}
    assert world.space.id not in hub._joining._waiting


async def test_who_goes_while_the_records_are_read_is_not_brought_in(
    live_node: Node, world: Pair, visit: Visit, gate: Gate
) -> None:
    ana, ben = everyone(world)[:2]
    pages, coming = await held_back(live_node, world, visit, gate, [ana, ben])
    [lost] = connections_of(live_node, ana)
    pages[0].socket.transport.abort()
    async with asyncio.timeout(5):
        while connections_of(live_node, ana):
            await asyncio.sleep(0)
    gate.open.set()
    entered = await coming[1]
    assert [person.user_id for person in entered.people] == [ben]
    assert lost.channel is None
    assert hub_of(live_node).presence.people(world.space.id) == {ben}
    await asyncio.gather(*coming, return_exceptions=True)


async def test_who_is_overtaken_is_read_for_again_alone(
    live_node: Node, world: Pair, visit: Visit, gate: Gate
) -> None:
    """The reading began before the change of one person's access; the others' answers hold."""
    ana, ben, cleo = everyone(world)[:3]
    pages, coming = await held_back(live_node, world, visit, gate, [ana, ben, cleo])
    banned = insert(Ban).values(
        id=uuid4(), partnership_id=world.partnership.id, user_id=ana, reason="", banned_at=clock.now()
    )
    await change(live_node, banned, AccessChanged(user_ids=frozenset({ana})))
    gate.open.set()
    assert await pages[0].closed() == (CloseCode.ACCESS_LOST, "removed")
    assert pages[0].pending(protocol.SpaceJoined) == []
    await asyncio.gather(*coming[1:])
    assert gate.asked == [{ana}, {ana, ben, cleo}]


async def test_who_is_overtaken_for_ever_comes_back_later(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = everyone(world)[0]
    read, reads = access.access_of, []

    async def overtaken(*arguments: Any) -> Any:
        found = await read(*arguments)
        reads.append(found)
        live_node.bus.publish([AccessChanged(space_ids=frozenset({world.space.id}))])
        return found

    monkeypatch.setattr(access, "access_of", overtaken)
    page = await visit.page(live_node, ana)
    await page.greet()
    await page.send(protocol.SpaceJoin(ref=1, space_id=world.space.id))
    assert await page.closed() == (CloseCode.RESYNC, "busy")
    assert len(reads) == joining.JOIN_TRIES
    assert world.space.id not in hub_of(live_node)._channels


async def test_changes_elsewhere_hold_nobody_up(
    live_node: Node, world: Pair, visit: Visit, gate: Gate
) -> None:
    ana, ben = everyone(world)[:2]
    _, coming = await held_back(live_node, world, visit, gate, [ana, ben])
    live_node.bus.publish([AccessChanged(frozenset({uuid4()}), frozenset({uuid4()}))])
    gate.open.set()
    await asyncio.gather(*coming)
    assert gate.asked == [{ana}, {ben}]


@pytest.mark.parametrize("error", [OperationalError("SELECT", {}, Exception("gone")), TimeoutError()])
async def test_when_the_records_cannot_be_read_all_are_told(
    live_node: Node, world: Pair, visit: Visit, gate: Gate, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    ana, ben, cleo = everyone(world)[:3]
    pages, coming = await held_back(live_node, world, visit, gate, [ana, ben, cleo])

    async def fail(*_: Any) -> Any:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(access, "access_of", fail)
        gate.open.set()
        await coming[0]  # its reading had begun
        results = await asyncio.gather(*coming[1:], return_exceptions=True)
    assert [getattr(each, "code", None) for each in results] == [ErrorCode.UNAVAILABLE] * 2
    assert {each.user_id for each in hub_of(live_node)._channels[world.space.id].connections} == {ana}
    for page in pages[1:]:
        assert (await page.join(world.space.id)).seq == 0


async def test_a_fault_ends_those_it_met_only(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben = everyone(world)[:2]

    async def fail(*_: Any) -> Any:
        raise ZeroDivisionError

    page = await visit.page(live_node, ana)
    await page.greet()
    with monkeypatch.context() as patch:
        patch.setattr(access, "access_of", fail)
        await page.send(protocol.SpaceJoin(ref=1, space_id=world.space.id))
        assert await page.closed() == (CloseCode.RESYNC, "unavailable")
    await visit.enter(live_node, ben, world.space.id)


async def test_those_who_come_together_are_told_of_together(
    live_node: Node, world: Pair, visit: Visit, gate: Gate
) -> None:
    gate.open.set()
    watching = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    gate.open.clear()
    gate.asked.clear()
    users = everyone(world)
    pages, coming = await held_back(live_node, world, visit, gate, users)
    gate.open.set()
    entered = await asyncio.gather(*coming)
    came = [await watching.expect(PresenceDiff) for _ in range(2)]
    assert [{person.user_id for person in each.joined} for each in came] == [{users[0]}, set(users[1:])]
    # Who came in by one reading was shown the same, and is not told of it again.
    assert {person.user_id for person in entered[1].people} == {*users, world.home.teacher.id}
    assert all(each.people == entered[1].people for each in entered[2:])
    assert not any(page.pending(PresenceDiff) for page in pages[1:])
    # Nor are those who leave told of one by one.
    hub = hub_of(live_node)
    hub._send_away([connection for user in users for connection in connections_of(live_node, user)])
    assert set((await watching.expect(PresenceDiff)).left) == set(users)
    assert watching.pending(PresenceDiff) == []


async def test_who_comes_to_another_node_while_the_records_are_read_is_shown(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the one who comes in here is known to be there already, from the other node."""
    ana, ben = everyone(world)[:2]
    space_id = world.space.id
    read = joining.school_infos

    async def overtaken(*arguments: Any) -> Any:
        live_node.bus.publish([PresenceChanged("elsewhere", 2, {space_id: [ben]}, {})])
        return await read(*arguments)

    monkeypatch.setattr(joining, "school_infos", overtaken)
    live_node.bus.publish([PresenceReported("elsewhere", 1, {space_id: [ana]})])
    page = await visit.page(live_node, ana)
    entered = await page.enter(space_id)
    assert [person.user_id for person in entered.people] == [ana]
    assert [person.user_id for person in (await page.expect(PresenceDiff)).joined] == [ben]
    live_node.bus.publish([NodeLeft("elsewhere")])
    assert (await page.expect(PresenceDiff)).left == [ben]


async def test_a_node_that_stops_answers_nobody(
    make_node: MakeNode, sqlite_records: Records, world: Pair, visit: Visit, gate: Gate
) -> None:
    node = await make_live(make_node, sqlite_records)
    pages, coming = await held_back(node, world, visit, gate, everyone(world)[:3])
    await node.stop()
    for page in pages:
        code, _ = await page.closed()
        assert not 4500 <= code < 5000
    await asyncio.gather(*coming, return_exceptions=True)
    assert hub_of(node)._channels == {}


@pytest.mark.usefixtures("unhurried")
async def test_a_class_comes_back_to_another_node(
    make_node: MakeNode, shared_records: Records, world: Pair, visit: Visit
) -> None:
    """One node stops; all of its pages come to the other at once, each with what it had, and miss nothing."""
    one, other = await make_live(make_node, shared_records), await make_live(make_node, shared_records)
    users = [user for user in everyone(world) for _ in range(3)]
    pages = [await visit.enter(one, each, world.space.id) for each in users]
    writer = await visit.enter(other, world.home.teacher.id, world.space.id)
    for number in range(5):
        await writer.say(f"{number}")
    for page in pages:
        for seq in range(1, 6):
            assert (await page.expect(protocol.ChatPosted)).message.seq == seq
    await one.stop()
    for number in range(5, 10):
        await writer.say(f"{number}")
    back = [await visit.page(other, each) for each in users]
    for page in back:
        await page.greet()
    writing = asyncio.create_task(writer.say("meanwhile"))
    entered = await asyncio.gather(*(page.join(world.space.id, 5) for page in back))
    last = (await writing).seq
    for page, each in zip(back, entered, strict=True):
        told = [message.seq for message in each.messages]
        while told[-1] < last:
            told.append((await page.expect(protocol.ChatPosted)).message.seq)
        assert told == list(range(6, last + 1))
