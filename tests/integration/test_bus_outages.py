"""The bus between nodes while the way to Valkey fails: what waits, what is dropped, and who is told.

`here` is a node behind a line that can fail; `there` reaches Valkey directly.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from uuid import uuid4

import msgspec
import pytest
from redis.asyncio import Redis

from server import bus_redis
from server.bus_redis import CHANNEL, RedisBus
from server.events import AnyEvent, BoardSignalled, Event, NodeLeft
from tests.faults import Line, Way
from tests.services import Valkey

WAIT_S = 15.0


class Ear:
    """A started bus, and everything it hears."""

    def __init__(self, bus: RedisBus, name: str) -> None:
        self.bus = bus
        self.name = name
        self.heard: list[Event] = []
        self.gaps = 0
        bus.subscribe(self._on_event)
        bus.on_gap(self._on_gap)

    def _on_event(self, event: Event) -> None:
        if not (isinstance(event, NodeLeft) and event.node_id.startswith(self.name)):
            self.heard.append(event)

    def _on_gap(self) -> None:
        self.gaps += 1

    def say(self, *words: str) -> None:
        """Publish something that lasts."""
        self.bus.publish([NodeLeft(f"{self.name} {each}") for each in words])

    def signal(self) -> None:
        """Publish something passing."""
        self.bus.publish([BoardSignalled(uuid4(), b"")])

    @property
    def words(self) -> list[str]:
        return [event.node_id for event in self.heard if isinstance(event, NodeLeft)]


async def until(condition: Callable[[], bool]) -> None:
    """Wait for it; none of this can be waited for otherwise, as it shows only in what follows."""
    async with asyncio.timeout(WAIT_S):
        while not condition():
            await asyncio.sleep(0.01)


class Between:
    """Two nodes, the line of one of them, and Valkey's own view."""

    def __init__(self, here: Ear, there: Ear, line: Line, valkey: Redis) -> None:
        self.here = here
        self.there = there
        self.line = line
        self.valkey = valkey

    async def heals(self, *before: str) -> None:
        """Mend the line; both ways work, and `there` has heard exactly this, in order, and nothing twice."""
        self.line.mend()
        self.here.say("at last")
        await until(lambda: self.there.words[-1:] == ["here at last"])
        assert self.there.words == [*(f"here {each}" for each in before), "here at last"]
        async with asyncio.timeout(WAIT_S):
            await self.here.bus.connected.wait()
        self.there.say("too")
        await until(lambda: self.here.words[-1:] == ["there too"])

    async def lose_sending(self) -> None:
        """The connection that `here` sends on ends, and it gets no other."""
        await self._lose("sends")

    async def lose_listening(self) -> None:
        """The connection that `here` listens on ends, and it gets no other."""
        await self._lose("listens")

    async def _lose(self, what: str) -> None:
        self.line.refuse()
        clients = await self.valkey.client_list()
        (found,) = (each["id"] for each in clients if each["name"] == f"commonroom-here-{what}")
        await self.valkey.client_kill_filter(_id=found)


@pytest.fixture(scope="module")
def own_valkey() -> Iterator[Valkey]:
    """What is done to it must not reach the nodes of other tests."""
    server = Valkey()
    yield server
    server.close()


@asynccontextmanager
async def started(url: str, name: str) -> AsyncIterator[Ear]:
    ear = Ear(RedisBus(url, name), name)
    await ear.bus.start()
    try:
        async with asyncio.timeout(WAIT_S):
            await ear.bus.connected.wait()
        yield ear
    finally:
        await ear.bus.close()


@pytest.fixture
async def between(own_valkey: Valkey) -> AsyncIterator[Between]:
    async with (
        Line(f"127.0.0.1:{own_valkey.port}") as line,
        started(f"redis://{line.address}/0", "here") as here,
        started(own_valkey.url, "there") as there,
        Redis.from_url(own_valkey.url) as admin,
    ):
        here.say("hello")
        await until(lambda: there.words == ["here hello"])
        there.heard.clear()
        here.gaps = there.gaps = 0
        yield Between(here, there, line, admin)


async def test_what_lasts_waits_for_the_bus_and_what_passes_does_not(between: Between) -> None:
    here, there = between.here, between.there
    between.line.cut()
    here.signal()
    here.say("one")
    here.signal()
    await until(lambda: here.bus._is_away)
    here.signal()
    here.say("two", "three")
    assert len(here.bus._outbox) == 2
    await between.heals("one", "two", "three")
    assert not any(isinstance(event, BoardSignalled) for event in there.heard)
    here.signal()
    await until(lambda: any(isinstance(event, BoardSignalled) for event in there.heard))
    # Nothing was lost for the others; the node itself may have missed something.
    assert there.gaps == 0
    assert here.gaps > 0


async def test_when_too_much_has_waited_the_others_are_told_that_something_is_missing(
    between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = between.here, between.there
    monkeypatch.setattr(bus_redis, "OUTBOX_LIMIT", 5)
    between.line.cut()
    here.say("one")
    await until(lambda: here.bus._is_away)
    here.say(*map(str, range(20)))
    assert not here.bus._outbox
    between.line.mend()
    await until(lambda: there.gaps > 0)  # nobody has to say anything for it
    await between.heals("one")
    assert there.gaps == 1


async def test_what_waits_is_bounded_in_bytes_too(between: Between, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_redis, "OUTBOX_LIMIT_BYTES", 10_000)
    between.line.cut()
    between.here.say("one")
    await until(lambda: between.here.bus._is_away)
    for _ in range(20):
        between.here.say("x" * 1000)
        assert between.here.bus._outbox_bytes <= 10_000
    between.line.mend()
    await until(lambda: between.there.gaps > 0)


async def test_a_node_that_can_only_listen_keeps_hearing_and_then_compares(between: Between) -> None:
    here, there = between.here, between.there
    await between.lose_sending()
    here.say("one")
    await until(lambda: here.bus._is_away)
    there.say("meanwhile")
    await until(lambda: here.words == ["there meanwhile"])
    assert (here.gaps, there.gaps) == (0, 0)
    await between.heals("one")
    assert (here.gaps, there.gaps) == (1, 0)


async def test_a_node_that_can_only_send_is_heard_and_then_compares(between: Between) -> None:
    here, there = between.here, between.there
    there.say("heard")
    await until(lambda: here.words == ["there heard"])
    await between.lose_listening()
    await until(lambda: not here.bus.connected.is_set())
    there.say("missed")
    here.say("one")
    await until(lambda: there.words == ["here one"])
    await between.heals("one")
    assert (here.gaps, there.gaps) == (1, 0)
    assert here.words == ["there heard", "there too"]


@pytest.mark.parametrize("ways", [(), (Way.UP,), (Way.DOWN,)], ids=["both ways", "up", "down"])
async def test_a_line_that_swallows_everything_is_given_up_and_nothing_is_heard_twice(
    between: Between, ways: tuple[Way, ...]
) -> None:
    here, there = between.here, between.there
    between.line.stall(*ways)
    here.say("one")
    here.say("two")
    await until(lambda: here.bus._is_away)
    await until(lambda: not here.bus.connected.is_set())
    here.say("three")
    await between.heals("one", "two", "three")
    assert there.gaps == 0


async def test_a_bus_closes_in_peace_when_nothing_is_taken_any_more(between: Between) -> None:
    between.line.stall()
    for _ in range(100):
        between.here.say("x" * 80_000)
    async with asyncio.timeout(WAIT_S):
        await between.here.bus.close()


async def test_an_envelope_counts_once_and_one_that_is_missing_is_a_gap(between: Between) -> None:
    there, encode = between.there, msgspec.msgpack.encode

    async def post(number: int, *words: str) -> None:
        events: list[AnyEvent] = [NodeLeft(each) for each in words]
        await between.valkey.publish(CHANNEL, encode(["another", events, number]))
        await between.valkey.publish(CHANNEL, encode(["marker", [NodeLeft(f"after {number}")]]))
        await until(lambda: there.words[-1:] == [f"after {number}"])

    await post(7, "a")  # the first that is heard of a node says nothing of those before it
    await post(8, "b")
    await post(8, "b")
    await post(7, "a")
    assert there.gaps == 0
    await post(11, "c")
    assert there.gaps == 1
    await post(12)
    assert there.gaps == 1
    assert [each for each in there.words if not each.startswith("after")] == ["a", "b", "c"]


async def test_versions_that_do_not_understand_each_other_make_no_storm(between: Between) -> None:
    encode = msgspec.msgpack.encode
    for number in range(1, 50):
        newer = ["newer", [{"type": "LessonMoved", "by": number}], number, "and a field"]
        await between.valkey.publish(CHANNEL, encode(newer))
    await between.valkey.publish(CHANNEL, encode(["newer", [NodeLeft("end")], 50]))
    await until(lambda: between.there.words == ["end"])
    assert 1 <= between.there.gaps < 5
