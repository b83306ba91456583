"""Presence over several nodes: what they tell each other, and what one that cannot be heard costs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime import presence as presence_module
from realtime import protocol
from realtime.presence import Presence
from server.bus import Handler, InProcessBus
from server.bus_redis import RedisBus
from server.events import Event, NodeLeft, PresenceAsked, PresenceChanged, PresenceHeld, PresenceReported
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.faults import Line
from tests.realtime.conftest import Visit, hub_of, make_live
from tests.services import Valkey

WAIT_S = 15.0
SPACE, OTHER_SPACE = UUID(int=1), UUID(int=2)
ANNA, BEN, CARLA = UUID(int=11), UUID(int=12), UUID(int=13)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not condition():
            await asyncio.sleep(0.01)


class Member:
    """A node as far as presence goes: a bus behind a line of its own, and what it was told."""

    def __init__(self, line: Line, name: str) -> None:
        self.line = line
        self.bus = RedisBus(f"redis://{line.address}/0", name)
        self.heard: list[Event] = []
        self.changes: list[UUID] = []
        self.presence = Presence(name, self.bus, self.changes.extend)
        self.bus.subscribe(self.presence.handle)
        self.bus.subscribe(self.heard.append)

    def said(self, kind: type[Event]) -> int:
        return sum(isinstance(each, kind) for each in self.heard)

    def sees(self, *people: UUID, space_id: UUID = SPACE) -> Callable[[], bool]:
        return lambda: self.presence.people(space_id) == set(people)


MakeMember = Callable[[str], Awaitable[Member]]


@pytest.fixture(scope="module")
def own_valkey() -> Iterator[Valkey]:
    """Where nobody else reports."""
    server = Valkey()
    yield server
    server.close()


@pytest.fixture
async def members(
    own_valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MakeMember]:
    monkeypatch.setattr(presence_module, "REPORT_S", 0.1)
    async with AsyncExitStack() as stack:

        async def make(name: str) -> Member:
            member = Member(await stack.enter_async_context(Line(f"127.0.0.1:{own_valkey.port}")), name)
            await member.bus.start()
            stack.push_async_callback(member.bus.close)
            async with asyncio.timeout(WAIT_S):
                await member.bus.connected.wait()
            await member.presence.start()
            stack.push_async_callback(member.presence.close)
            return member

        yield make


@pytest.fixture
async def pair(members: MakeMember) -> tuple[Member, Member]:
    """Two nodes that know each other, with Anna on the first and Ben on the other."""
    name = os.urandom(4).hex()
    one, other = await members(f"one-{name}"), await members(f"other-{name}")
    one.presence.add(SPACE, ANNA)
    other.presence.add(SPACE, BEN)
    await until(one.sees(ANNA, BEN))
    await until(other.sees(ANNA, BEN))
    return one, other


async def test_a_steady_list_is_not_told_again_and_a_change_is_told_alone(
    pair: tuple[Member, Member],
) -> None:
    one, other = pair
    await until(lambda: other.said(PresenceHeld) >= 8)  # what was asked at the start has been answered
    other.heard.clear()
    await until(lambda: other.said(PresenceHeld) >= 8)
    assert not other.said(PresenceReported)
    assert not other.said(PresenceAsked)
    one.presence.add(SPACE, CARLA)
    one.presence.remove(SPACE, ANNA)
    await until(other.sees(BEN, CARLA))
    (told,) = (each for each in other.heard if isinstance(each, PresenceChanged))
    assert (told.joined, told.left) == ({SPACE: [CARLA]}, {SPACE: [ANNA]})
    assert not other.said(PresenceReported)


async def test_a_person_on_two_nodes_is_one_and_has_left_when_both_pages_have(
    pair: tuple[Member, Member]
) -> None:
    one, other = pair
    other.presence.add(SPACE, ANNA)
    other.presence.add(SPACE, ANNA)
    await until(lambda: one.said(PresenceChanged) >= 2)
    await until(lambda: ANNA in one.presence._others[other.presence._node_id].spaces[SPACE])
    one.changes.clear()
    one.presence.remove(SPACE, ANNA)
    assert one.presence.people(SPACE) == {ANNA, BEN}
    other.presence.remove(SPACE, ANNA)
    other.presence.remove(SPACE, BEN)
    await until(one.sees(ANNA))
    other.presence.remove(SPACE, ANNA)
    await until(one.sees())
    assert one.changes == [SPACE, SPACE]  # Ben left, then Anna: nothing else was a change
    assert one.presence.here([SPACE]) == {SPACE: []}


async def test_who_was_on_a_node_that_died_expires(
    pair: tuple[Member, Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    monkeypatch.setattr(presence_module, "LEASE_S", 0.5)
    one.line.cut()
    await until(other.sees(BEN))
    # The node that was cut off shows its own people, and has not lost them.
    await until(one.sees(ANNA))
    assert not other.said(NodeLeft)


async def test_after_an_outage_everyone_is_seen_again(
    pair: tuple[Member, Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    monkeypatch.setattr(presence_module, "LEASE_S", 0.5)
    one.line.cut()
    await until(other.sees(BEN))
    await until(one.sees(ANNA))
    one.presence.add(SPACE, CARLA)
    other.presence.add(OTHER_SPACE, BEN)
    one.line.mend()
    for each in pair:
        await until(each.sees(ANNA, BEN, CARLA))
        await until(each.sees(BEN, space_id=OTHER_SPACE))


async def test_an_outage_shorter_than_the_lease_hides_nobody_and_misses_nothing(
    pair: tuple[Member, Member],
) -> None:
    one, other = pair
    one.line.cut()
    await until(lambda: one.bus._is_away)
    one.presence.remove(SPACE, ANNA)
    one.presence.add(SPACE, CARLA)
    other.presence.remove(SPACE, BEN)
    assert other.presence.people(SPACE) == {ANNA}
    one.line.mend()
    for each in pair:
        await until(each.sees(CARLA))


async def test_a_node_that_stood_still_is_heard_again(
    pair: tuple[Member, Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    monkeypatch.setattr(presence_module, "LEASE_S", 0.5)
    one.line.stall()  # as others see it: connected, and silent
    await until(other.sees(BEN))
    one.line.mend()
    await until(other.sees(ANNA, BEN))
    await until(one.sees(ANNA, BEN))


async def test_a_node_that_itself_stood_still_does_not_take_the_others_for_dead(
    pair: tuple[Member, Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = pair
    monkeypatch.setattr(presence_module, "LEASE_S", 0.5)
    for known in one.presence._others.values():
        known.heard_at -= 10
    one.presence._forget_silent(stood_still=True)
    assert one.presence.people(SPACE) == {ANNA, BEN}
    for known in one.presence._others.values():
        known.heard_at -= 10
    one.presence._forget_silent(stood_still=False)
    assert one.presence.people(SPACE) == {ANNA}


async def test_a_node_that_leaves_takes_its_people_with_it_at_once(pair: tuple[Member, Member]) -> None:
    one, other = pair
    await one.presence.close()
    await until(other.sees(BEN))
    other.presence._on_gap()  # asks everyone: who has left does not answer
    await until(lambda: other.said(PresenceAsked) > 0)
    assert other.said(NodeLeft) == 1


async def test_pages_see_people_of_a_dead_node_leave(
    make_node: MakeNode, shared_records: Records, world: Pair, visit: Visit, own_valkey: Valkey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(presence_module, "REPORT_S", 0.1)
    url = shared_records.database_url
    async with Line(f"127.0.0.1:{own_valkey.port}") as line:
        dying = await make_live(make_node, Records(url, f"redis://{line.address}/0"))
        living = await make_live(make_node, Records(url, own_valkey.url))
        teacher, student = world.home.head, world.home.students[0]
        stays = await visit.enter(living, teacher.id, world.space.id)
        await visit.enter(dying, student.id, world.space.id)
        told = await stays.expect(protocol.PresenceDiff)
        assert [person.user_id for person in told.joined] == [student.id]
        monkeypatch.setattr(presence_module, "LEASE_S", 0.5)
        line.cut()
        told = await stays.expect(protocol.PresenceDiff)
        assert told.left == [student.id]
        assert hub_of(living).presence.people(world.space.id) == {teacher.id}
        line.mend()
        told = await stays.expect(protocol.PresenceDiff)
        assert [person.user_id for person in told.joined] == [student.id]


async def test_what_was_overtaken_on_the_way_changes_nothing() -> None:
    changes: list[UUID] = []
    presence = Presence("here", InProcessBus(), changes.extend)
    before = PresenceReported("there", 1, {SPACE: [ANNA]})
    came = PresenceChanged("there", 2, {SPACE: [BEN]}, {})
    went = PresenceChanged("there", 3, {}, {SPACE: [BEN]})
    for event in (before, came, went):
        presence.handle(event)
    presence.handle(PresenceChanged("there", 4, {}, {SPACE: [ANNA]}))
    assert len(changes) == 4
    for event in (before, came, went):
        presence.handle(event)
        assert presence.people(SPACE) == set()
    assert len(changes) == 4


# --- any losses ----------------------------------------------------------------------------------


class LossyBus(InProcessBus):
    """Connects presences within the test, and loses, doubles or delays what is published."""

    def __init__(self) -> None:
        super().__init__()
        self.others: list[LossyBus] = []
        self.fate = "kept"
        self.held: list[Sequence[Event]] = []

    def on_gap(self, handler: Callable[[], None]) -> None: ...

    def subscribe(self, handler: Handler) -> None:
        super().subscribe(handler)

    def publish(self, events: Sequence[Event]) -> None:
        if self.fate == "held":
            self.held.append(events)
        elif self.fate != "lost":
            self._tell(events)
            if self.fate == "doubled":
                self._tell(events)

    def release(self) -> None:
        held, self.held = self.held, []
        for events in held:
            self._tell(events)

    def _tell(self, events: Iterable[Event]) -> None:
        for other in self.others:
            InProcessBus.publish(other, list(events))


class Step(msgspec.Struct, frozen=True):
    """Somebody comes to a node or goes, and what becomes of what the node then says."""

    at: int
    space: int
    person: int
    comes: bool
    fate: str
    releases: bool


steps = st.lists(
    st.builds(
        Step,
        at=st.integers(0, 2), space=st.integers(1, 2), person=st.integers(11, 13), comes=st.booleans(),
        fate=st.sampled_from(["kept", "kept", "lost", "doubled", "held"]), releases=st.booleans(),
    ),
    max_size=25,
)


@given(steps)
@settings(max_examples=200, deadline=None)
def test_whatever_is_lost_doubled_or_late_all_nodes_agree_after_a_report(steps: list[Step]) -> None:
    asyncio.run(_agree(steps))


async def _agree(steps: list[Step]) -> None:
    buses = [LossyBus() for _ in range(3)]
    shown: list[dict[UUID, set[UUID]]] = [{}, {}, {}]
    nodes: list[Presence] = []
    open_pages: list[list[tuple[UUID, UUID]]] = [[], [], []]

    def follow(at: int) -> Callable[[Iterable[UUID]], None]:
        def changed(space_ids: Iterable[UUID]) -> None:
            for space_id in space_ids:
                shown[at][space_id] = set(nodes[at].people(space_id))

        return changed

    def settle() -> None:
        """What the timers would do a moment later."""
        for _ in range(6):
            for node in nodes:
                if node._report_timer is not None:
                    node._report_timer.cancel()
                    node._report_changes()
                if node._answer_timer is not None:
                    node._answer_timer.cancel()
                    node._answer()

    for at, bus in enumerate(buses):
        bus.others = [each for each in buses if each is not bus]
        nodes.append(Presence(f"node {at}", bus, follow(at)))
        bus.subscribe(nodes[at].handle)
        await nodes[at].start()
    settle()
    for step in steps:
        page = UUID(int=step.space), UUID(int=step.person)
        buses[step.at].fate = step.fate
        if step.comes:
            open_pages[step.at].append(page)
            nodes[step.at].add(*page)
        elif page in open_pages[step.at]:
            open_pages[step.at].remove(page)
            nodes[step.at].remove(*page)
        settle()
        if step.releases:
            buses[step.at].release()
    for bus in buses:
        bus.release()
        bus.fate = "kept"
    for node in nodes:
        node._report_held()
    settle()
    everyone = {page for pages in open_pages for page in pages}
    for at, node in enumerate(nodes):
        for space in (SPACE, OTHER_SPACE):
            expected = {person for where, person in everyone if where == space}
            assert node.people(space) == expected
            assert shown[at].get(space, set()) == expected
    for node in nodes:
        await node.close()
