"""The unit of work and the bus: a fact is told after the commit that made it true, and to every node."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest
from redis.asyncio import Redis
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, StatementError

from server import clock
from server.accounts import service as accounts
from server.accounts import tries
from server.accounts.models import LoginSession, SignInTries
from server.bus import InProcessBus
from server.bus_redis import CHANNEL, RedisBus
from server.db import Database, UnitOfWork
from server.errors import TooManyTries
from server.events import AccessChanged, AnyEvent, ChatPosted, Event, NodeLeft
from server.programmes.models import Programme
from tests.factories import World, pair
from tests.services import Valkey


def seen_on(bus: InProcessBus | RedisBus) -> list[Event]:
    seen: list[Event] = []
    bus.subscribe(seen.append)
    return seen


# --- unit of work --------------------------------------------------------------------------------


async def test_events_are_told_after_the_commit_in_order(database: Database, bus: InProcessBus) -> None:
    seen = seen_on(bus)
    facts = [NodeLeft("a"), NodeLeft("b")]
    async with UnitOfWork(database, bus) as uow:
        await World(uow.session).programme()
        uow.events.extend(facts)
        assert seen == []
    assert seen == facts


async def _store_the_same_slug_twice(database: Database, bus: InProcessBus) -> None:
    async with UnitOfWork(database, bus) as uow:
        # Only the commit finds out that the slug is taken.
        uow.session.add_all(Programme(slug="same", name="private words", rules={}) for _ in "ab")
        uow.events.append(NodeLeft("a"))


async def test_a_commit_that_fails_tells_nothing_and_changes_nothing(
    database: Database, bus: InProcessBus
) -> None:
    seen = seen_on(bus)
    with pytest.raises(IntegrityError) as caught:
        await _store_the_same_slug_twice(database, bus)
    assert seen == []
    # What people wrote is not in the text of the error, and so not in a log.
    assert "private words" not in str(caught.value)
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Programme)) == 0


async def test_an_exception_in_the_block_tells_nothing_and_changes_nothing(
    database: Database, bus: InProcessBus
) -> None:
    seen = seen_on(bus)

    async def change_of_mind() -> None:
        async with UnitOfWork(database, bus) as uow:
            await World(uow.session).programme()
            uow.events.append(NodeLeft("a"))
            raise LookupError

    with pytest.raises(LookupError):
        await change_of_mind()
    assert seen == []
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Programme)) == 0


async def test_a_moment_keeps_its_zone_and_one_without_is_refused(database: Database) -> None:
    moment = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
    with clock.set_clock(lambda: moment):
        tied = await pair(database)
    async with database.read() as session:
        record = await session.get_one(type(tied.partnership), tied.partnership.id)
        assert record.created_at == moment
    zoneless = moment.replace(tzinfo=None)
    async with database.read() as session:
        with pytest.raises(StatementError, match="time zone"):
            await session.execute(select(LoginSession).where(LoginSession.expires_at > zoneless))


# --- counts of tries -----------------------------------------------------------------------------


async def test_no_try_is_lost_when_300_come_at_once(database: Database, bus: InProcessBus) -> None:
    async def one() -> int:
        async with UnitOfWork(database, bus) as uow:
            return await tries.count(uow.session, "account:1")

    assert sorted(await asyncio.gather(*(one() for _ in range(300)))) == list(range(1, 301))


async def test_no_change_is_lost_when_300_read_and_then_write_one_record(
    database: Database, bus: InProcessBus
) -> None:
    async with UnitOfWork(database, bus) as uow:
        record = await World(uow.session).add(
            SignInTries(subject="account:1", window_start=clock.now(), failures=0)
        )
    key = record.subject, record.window_start

    async def one() -> None:
        async with UnitOfWork(database, bus) as uow:
            locked = await uow.session.get_one(SignInTries, key, with_for_update=True)
            locked.failures += 1

    await asyncio.gather(*(one() for _ in range(300)))
    async with database.read() as session:
        assert (await session.get_one(SignInTries, key)).failures == 300


async def test_tries_are_counted_anew_in_each_window_and_old_ones_forgotten(
    database: Database, bus: InProcessBus
) -> None:
    start = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)

    async def count_at(moment: datetime) -> int:
        with clock.set_clock(lambda: moment):
            async with UnitOfWork(database, bus) as uow:
                return await tries.count(uow.session, "account:1")

    last = start + tries.WINDOW - timedelta(seconds=1)
    assert [await count_at(start), await count_at(last), await count_at(start + tries.WINDOW)] == [1, 2, 1]
    with clock.set_clock(lambda: start + 3 * tries.WINDOW):
        async with UnitOfWork(database, bus) as uow:
            await accounts.purge(uow.session)
    async with database.read() as session:
        assert await session.scalar(select(SignInTries.failures)) == 1
        assert await session.scalar(select(func.count()).select_from(SignInTries)) == 1


async def test_a_right_try_is_taken_back_and_others_stay(database: Database, bus: InProcessBus) -> None:
    async with UnitOfWork(database, bus) as uow:
        for subject in ("account:1", "account:1", "account:2", "address:x"):
            await tries.count(uow.session, subject)
        await tries.take_back(uow.session, ["account:1", "address:x"])
    async with database.read() as session:
        counted = await session.execute(select(SignInTries.subject, SignInTries.failures))
        assert dict(counted.tuples().all()) == {"account:1": 1, "account:2": 1, "address:x": 0}


@pytest.mark.parametrize(
    ("subject", "limit"),
    [(tries.account("x"), tries.ACCOUNT_LIMIT), (tries.address("192.0.2.1", "secret"), tries.ADDRESS_LIMIT)],
)
def test_limits_of_an_account_and_of_an_address(subject: str, limit: int) -> None:
    tries.refuse_beyond_limit(subject, limit)
    with pytest.raises(TooManyTries):
        tries.refuse_beyond_limit(subject, limit + 1)


# --- the bus -------------------------------------------------------------------------------------


async def test_a_handler_that_fails_does_not_keep_others_from_hearing(bus: InProcessBus) -> None:
    def fail(_: Event) -> None:
        raise RuntimeError

    bus.subscribe(fail)
    seen = seen_on(bus)
    bus.publish([NodeLeft("a")])
    assert seen == [NodeLeft("a")]


@pytest.fixture
async def open_bus() -> AsyncIterator[Callable[[str, str], RedisBus]]:
    """Makes buses, not started yet; they are closed when the test is over."""
    buses: list[RedisBus] = []

    def make(url: str, node_id: str) -> RedisBus:
        buses.append(RedisBus(url, node_id))
        return buses[-1]

    yield make
    for each in buses:
        await each.close()


async def listening(*buses: RedisBus) -> None:
    async with asyncio.timeout(15):
        for each in buses:
            await each.start()
            await each.connected.wait()


async def arrival(seen: asyncio.Queue[Event]) -> Event:
    async with asyncio.timeout(10):
        return await seen.get()


APART = 9_999
"""A number of Valkey's at which no other test has nodes."""
EVENTS: list[AnyEvent] = [
    AccessChanged(frozenset({uuid4()}), frozenset({uuid4(), uuid4()})),
    ChatPosted(uuid4(), 7, uuid4(), uuid4(), uuid4(), "Habari, \u0635\u0628\u0627\u062d", datetime.now(UTC)),
    NodeLeft("a"),
]


async def test_events_reach_another_node_whole_in_order_and_their_own_once(
    valkey: Valkey, open_bus: Callable[[str, str], RedisBus]
) -> None:
    here, there = (open_bus(valkey.url_of(APART), each) for each in ("here", "there"))
    own, arrived = asyncio.Queue[Event](), asyncio.Queue[Event]()
    here.subscribe(own.put_nowait)
    there.subscribe(arrived.put_nowait)
    await listening(here, there)
    here.publish(EVENTS)
    assert [own.get_nowait() for _ in EVENTS] == EVENTS  # at once, without the network
    assert [await arrival(arrived) for _ in EVENTS] == EVENTS
    # The channel keeps its order: had a node's own events come back to it, they would be here first.
    there.publish([NodeLeft("there")])
    assert await arrival(own) == NodeLeft("there")


async def test_two_installations_that_share_a_valkey_by_its_numbers_do_not_hear_each_other(
    valkey: Valkey, open_bus: Callable[[str, str], RedisBus]
) -> None:
    here, there = (open_bus(valkey.url_of(APART), each) for each in ("here", "there"))
    other = open_bus(valkey.url_of(APART - 1), "other")
    arrived = asyncio.Queue[Event]()
    there.subscribe(arrived.put_nowait)
    await listening(here, there, other)
    other.publish([NodeLeft("another installation")])
    await other.close()  # it has been sent
    here.publish([NodeLeft("here")])
    assert await arrival(arrived) == NodeLeft("here")


async def test_after_an_outage_a_node_works_on_alone_and_then_learns_that_it_may_have_missed_something(
    open_bus: Callable[[str, str], RedisBus]
) -> None:
    valkey = Valkey()
    try:
        here, there = open_bus(valkey.url, "here"), open_bus(valkey.url, "there")
        own, arrived = seen_on(here), asyncio.Queue[Event]()
        there.subscribe(arrived.put_nowait)
        await listening(here, there)
        gaps = asyncio.Queue[str]()
        here.on_gap(lambda: gaps.put_nowait("here"))
        there.on_gap(lambda: gaps.put_nowait("there"))
        valkey.stop()
        here.publish([NodeLeft("during the outage")])
        assert own == [NodeLeft("during the outage")]
        valkey.start()
        async with asyncio.timeout(15):
            assert {await gaps.get(), await gaps.get()} == {"here", "there"}
        here.publish([NodeLeft("afterwards")])
        while await arrival(arrived) != NodeLeft("afterwards"):
            pass
    finally:
        valkey.close()


async def test_a_node_starts_without_its_bus_and_joins_when_it_comes(
    open_bus: Callable[[str, str], RedisBus]
) -> None:
    valkey = Valkey()
    try:
        valkey.stop()
        bus = open_bus(valkey.url, "early")
        seen = seen_on(bus)
        await bus.start()
        bus.publish([NodeLeft("a")])
        assert seen == [NodeLeft("a")]
        valkey.start()
        async with asyncio.timeout(15):
            await bus.connected.wait()
    finally:
        valkey.close()


async def test_what_waits_is_sent_before_a_bus_closes(
    valkey: Valkey, open_bus: Callable[[str, str], RedisBus]
) -> None:
    here, there = (open_bus(valkey.url_of(APART), each) for each in ("here", "there"))
    heard: asyncio.Queue[Event] = asyncio.Queue()
    there.subscribe(heard.put_nowait)
    await listening(here, there)
    here.publish(EVENTS)
    await here.close()
    assert [await arrival(heard) for _ in EVENTS] == EVENTS


async def test_an_event_of_a_newer_version_hides_no_other(
    valkey: Valkey, open_bus: Callable[[str, str], RedisBus]
) -> None:
    there = open_bus(valkey.url_of(APART), "there")
    heard: asyncio.Queue[Event] = asyncio.Queue()
    gaps: asyncio.Queue[None] = asyncio.Queue()
    there.subscribe(heard.put_nowait)
    await listening(there)
    there.on_gap(lambda: gaps.put_nowait(None))
    encode = msgspec.msgpack.encode
    envelope = ["newer", [{"type": "LessonMoved", "by": 3}, msgspec.Raw(encode(EVENTS[0]))]]
    async with Redis.from_url(valkey.url) as redis:
        await redis.publish(f"{CHANNEL}:{APART}", encode(envelope))
    assert await arrival(heard) == EVENTS[0]
    assert gaps.qsize() == 1


async def test_a_session_reads_one_state_of_the_records(database: Database, bus: InProcessBus) -> None:
    """What is read in two statements fits together, whatever others commit between them."""
    async with UnitOfWork(database, bus) as uow:
        uow.session.add(Programme(slug="one", name="One", rules={}))
    async with database.read() as session:
        before = await session.scalar(select(func.count()).select_from(Programme))
        async with UnitOfWork(database, bus) as uow:
            uow.session.add(Programme(slug="two", name="Two", rules={}))
        assert await session.scalar(select(func.count()).select_from(Programme)) == before == 1


async def test_a_cancel_during_the_commit_loses_no_event(database: Database, bus: InProcessBus) -> None:
    """Either nothing was stored and nothing told, or both were done."""
    seen = seen_on(bus)

    async def store(number: int) -> None:
        async with UnitOfWork(database, bus) as uow:
            uow.session.add(Programme(slug=f"p{number}", name="P", rules={}))
            await uow.session.flush()
            uow.events.append(NodeLeft(f"p{number}"))

    for number in range(40):
        task = asyncio.create_task(store(number))
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with database.read() as session:
        stored = set(await session.scalars(select(Programme.slug)))
    assert {event.node_id for event in seen if isinstance(event, NodeLeft)} == stored


async def test_a_second_cancel_during_the_commit_loses_no_event_either(
    database: Database, bus: InProcessBus
) -> None:
    seen, committed = seen_on(bus), asyncio.Event()

    async def store() -> None:
        async with UnitOfWork(database, bus) as uow:
            uow.session.add(Programme(slug="p", name="P", rules={}))
            uow.events.append(NodeLeft("p"))
            real = uow.session.commit

            async def slow() -> None:
                await real()
                committed.set()
                await asyncio.sleep(0.1)

            uow.session.commit = slow

    task = asyncio.create_task(store())
    await committed.wait()
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == [NodeLeft("p")]
