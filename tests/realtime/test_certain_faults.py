"""Faults at the moments that a random plan may miss, held against the same model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from realtime import protocol
from realtime.client import RequestFailed
from realtime.history import RETAINED
from realtime.protocol import ChatPosted, CloseCode, ErrorCode
from server import clock
from server.bus import InProcessBus
from server.chat.models import ChatMessage
from server.chat.reading import HISTORY_LIMIT
from server.db import Database, UnitOfWork
from server.events import ChatPosted as Posted
from server.events import Event
from server.postgres import CANCEL_S
from server.spaces.models import Space
from tests import factories
from tests.conftest import Records
from tests.factories import Pair
from tests.faults import Line, Way
from tests.realtime.client import LiveClient
from tests.realtime.cluster import DATABASE_TIMEOUT_S, RECHECK_S, Cluster, Machine, through
from tests.realtime.conftest import sign_in_to
from tests.realtime.lesson import Lesson, leftovers, no_surprises
from tests.services import Valkey

HEALED_S = 5.0
"""What was missed over the bus is there within this after the bus is back."""


@pytest.fixture(autouse=True)
async def _sound(cluster: Cluster) -> AsyncIterator[None]:
    """Each test starts with two sound nodes, and leaves nothing behind in them."""
    await cluster.mend()
    with no_surprises():
        yield
        await cluster.mend()
        await cluster.ended()
        async with asyncio.timeout(10):
            while left := [each for each in map(leftovers, cluster.running) if each]:
                await asyncio.sleep(0.05)
        assert not left


@pytest.fixture
async def pair(cluster: Cluster, sound_database: Database) -> Pair:
    return await factories.pair(sound_database, students=3)


class Seat:
    """Pages of one person over a line of their own."""

    def __init__(self, line: Line, token: str, user_id: UUID, space_id: UUID) -> None:
        self.line = line
        self.user_id = user_id
        self.space_id = space_id
        self._token = token

    def page(self) -> LiveClient:
        return LiveClient(f"http://{self.line.address}", self._token, user_id=self.user_id)


@pytest.fixture
async def seat(cluster: Cluster, sound_database: Database, pair: Pair) -> AsyncIterator[Seat]:
    """Of a student, at the first node."""
    user_id = pair.home.students[0].id
    token = await sign_in_to(sound_database, user_id)
    async with Line(cluster.running[0].node.address) as line:
        yield Seat(line, token, user_id, pair.space.id)


async def fill(database: Database, pair: Pair, count: int, words: str = "x") -> None:
    """Messages that were said long ago."""
    async with UnitOfWork(database, InProcessBus()) as uow:
        space = await uow.session.get_one(Space, pair.space.id, with_for_update=True)
        for _ in range(count):
            space.last_seq += 1
            uow.session.add(
                ChatMessage(
                    space_id=space.id, seq=space.last_seq, author_id=pair.home.teacher.id, client_id=uuid4(),
                    text=words, sent_at=clock.now(),
                )
            )


def numbers(messages: Sequence[protocol.ChatMessage]) -> list[int]:
    return [message.seq for message in messages]


async def cut_off(machine: Machine) -> None:
    """The node has noticed that it hears nobody."""
    machine.bus.cut()
    async with asyncio.timeout(10):
        while machine.node.bus.connected.is_set():
            await asyncio.sleep(0.01)


def go_deaf(machine: Machine) -> list[Event]:
    """From now on this node's events reach nobody, as if it died after each commit; returns them."""
    lost: list[Event] = []
    machine.node.bus.publish = lost.extend
    return lost


# --- the bus


async def test_both_nodes_heal_when_the_bus_comes_back(cluster: Cluster, sound_database: Database) -> None:
    async with Lesson.begin(cluster, sound_database, pupils=4, readers=2) as lesson:
        for machine in cluster.running:
            await cut_off(machine)
        for person in lesson.people:
            person.say("alone")
        for number, pupil in enumerate(lesson.pupils):
            pupil.draw()
            pupil.draw()
            await lesson.until(lambda pupil=pupil: not pupil.outbox, "it works without a bus", 10)
            assert number < 2 or pupil.board.drawn()
        for machine in cluster.running:
            machine.bus.mend()
        await lesson.until(
            lambda: all((each.last or 0) == 6 and len(each.board.drawn()) == 8 for each in lesson.pupils),
            "both halves have everything", HEALED_S,
        )
        await lesson.settle()


async def test_a_node_that_alone_is_cut_off_works_and_heals(
    cluster: Cluster, sound_database: Database
) -> None:
    async with Lesson.begin(cluster, sound_database, pupils=4) as lesson:
        await cut_off(cluster.running[1])
        for _ in range(3):
            for pupil in lesson.pupils:
                pupil.say("on")
                pupil.draw()
            await asyncio.sleep(0.05)
        await lesson.until(
            lambda: all((each.last or 0) == 12 for each in lesson.pupils),
            "the recheck finds what the bus does not bring", RECHECK_S + 3,
        )
        await lesson.settle()


async def test_a_bus_that_hangs_holds_nobody_up(cluster: Cluster, sound_database: Database) -> None:
    async with Lesson.begin(cluster, sound_database, pupils=4) as lesson:
        for machine in cluster.running:
            machine.bus.stall()
        for _ in range(3):
            for pupil in lesson.pupils:
                pupil.say("on")
                pupil.draw()
        await lesson.until(
            lambda: all(not each.outbox and (each.last or 0) == 12 for each in lesson.pupils),
            "all hear all", RECHECK_S + 3,
        )
        await lesson.settle()


async def test_valkey_restarts(cluster: Cluster, sound_database: Database) -> None:
    own = Valkey()
    try:
        records = Records(cluster.records.database_url, own.url)
        async with (
            Cluster(records, recheck_s=3600, database_timeout_s=DATABASE_TIMEOUT_S) as alone,
            Lesson.begin(alone, sound_database, pupils=4) as lesson,
        ):
            for number in range(3):
                own.stop()
                for pupil in lesson.pupils:
                    pupil.say("without")
                    pupil.draw()
                own.start()
                for pupil in lesson.pupils:
                    pupil.say("with")
                await lesson.until(
                    lambda number=number: all(
                        (each.last or 0) == 8 * number + 8 and len(each.board.drawn()) == 4 * number + 4
                        for each in lesson.pupils
                    ),
                    "everything arrived, with no recheck to help", HEALED_S,
                )
            await lesson.settle()
    finally:
        own.close()


# --- nodes


@pytest.mark.parametrize("by", ["recheck", "next message"])
async def test_a_node_dies_between_the_commit_and_telling(
    cluster: Cluster, sound_database: Database, by: str
) -> None:
    async with Lesson.begin(cluster, sound_database, pupils=4) as lesson:
        teller, other = lesson.pupils[0], lesson.pupils[1]
        doomed = cluster.running[0]
        lost = go_deaf(doomed)
        teller.say("stored, and told to nobody")
        teller.draw()
        await lesson.until(lambda: any(isinstance(each, Posted) for each in lost), "it is stored", 10)
        cluster.kill(0)
        if by == "next message":
            other.say("and then?")
        await lesson.until(
            lambda: (other.last or 0) == 1 + (by == "next message"), "the others hear of it", RECHECK_S + 3
        )
        await lesson.settle()
        assert len((await lesson.stored())[0]) == 1 + (by == "next message")


async def test_a_node_dies_while_everyone_talks(cluster: Cluster, sound_database: Database) -> None:
    async with Lesson.begin(cluster, sound_database, pupils=4, readers=2) as lesson:
        for round_ in range(3):
            for person in lesson.people:
                person.say("on and on")
            for pupil in lesson.pupils:
                pupil.draw()
            await asyncio.sleep(0.01 * round_)
            cluster.kill(round_ % 2)
            lesson.move_to_running()
            await cluster.start(round_ % 2)
        await lesson.settle()


async def test_a_rolling_restart_while_everyone_talks(cluster: Cluster, sound_database: Database) -> None:
    # Nothing is at fault here, so nobody may leave for another reason: a busy machine is no hung database.
    async with (
        Cluster(cluster.records, recheck_s=RECHECK_S, database_timeout_s=10) as patient,
        Lesson.begin(patient, sound_database, pupils=4, readers=2) as lesson,
    ):
        for place in (0, 1):
            for person in lesson.people:
                person.say("before")
            for pupil in lesson.pupils:
                pupil.draw()
            await asyncio.sleep(0.02)
            patient.stop(place)
            lesson.move_to_running()
            for person in lesson.people:
                person.say("meanwhile")
            await patient.start(place)
            await lesson.until(lambda: all(each.is_in for each in lesson.pupils), "everyone is back", 10)
        await lesson.settle()
        ends = {code for each in lesson.pupils for code in each.ends}
        assert ends == {CloseCode.RESTARTING}, [each.reasons for each in lesson.pupils]


async def test_a_node_is_stopped_while_the_database_hangs(
    cluster: Cluster, sound_database: Database
) -> None:
    """It ends in bounded time all the same (`Machine.stop` has a limit)."""
    async with Lesson.begin(cluster, sound_database, pupils=2) as lesson:
        cluster.running[0].database.stall()
        for pupil in lesson.pupils:
            pupil.say("in vain?")
            pupil.draw()
        await asyncio.sleep(0.1)
        cluster.stop(0)
        await cluster.ended()
        lesson.move_to_running()
        await lesson.settle()


# --- lines


@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
@pytest.mark.parametrize("end", ["line", "node"])
async def test_it_ends_in_the_middle_of_the_history(
    seat: Seat, cluster: Cluster, sound_database: Database, pair: Pair, part: float, end: str
) -> None:
    """What was whole by then is known; the rest is told by whichever node is there next."""
    await fill(sound_database, pair, HISTORY_LIMIT, "x" * 500)
    before = seat.line.carried_bytes(Way.DOWN)
    async with seat.page() as page:
        whole = await page.enter(seat.space_id)
        assert numbers(whole.messages) == list(range(1, HISTORY_LIMIT + 1))
    size = seat.line.carried_bytes(Way.DOWN) - before
    known: list[int] = []

    def note(frame: protocol.ServerFrame) -> None:
        if isinstance(frame, protocol.ChatHistory):
            known.extend(numbers(frame.messages))

    async with seat.page() as page:
        page.on_frame = note
        seat.line.drop_after(int(size * part), Way.DOWN)
        while not page.is_over:  # a busy machine may say first that the records cannot be had now
            with pytest.raises(RequestFailed):
                await page.enter(seat.space_id)
            await asyncio.sleep(0.01)
    assert known == list(range(1, len(known) + 1))
    assert len(known) < HISTORY_LIMIT
    if end == "node":
        cluster.kill(0)
        seat.line.target = cluster.running[0].node.address
    async with seat.page() as page:
        back = await page.enter(seat.space_id, last_seq=len(known))
    assert known + numbers(back.messages) == list(range(1, HISTORY_LIMIT + 1))


async def test_a_request_dies_in_the_middle_of_its_frame(seat: Seat) -> None:
    client_id = uuid4()
    async with seat.page() as page:
        await page.enter(seat.space_id)
        seat.line.drop_after(50, Way.UP)
        with pytest.raises(RequestFailed):
            await page.say("a" * 1000, client_id)
    async with seat.page() as page:
        assert (await page.enter(seat.space_id)).seq == 0
        assert (await page.say("whole", client_id)).seq == 1


async def test_an_acknowledgement_is_lost(seat: Seat, sound_database: Database) -> None:
    client_id = uuid4()
    async with seat.page() as page:
        await page.enter(seat.space_id)
        seat.line.stall(Way.DOWN)
        saying = asyncio.ensure_future(page.say("once", client_id))
        is_stored = select(ChatMessage.seq).where(ChatMessage.client_id == client_id)
        async with asyncio.timeout(10):
            while True:
                async with sound_database.read() as session:
                    if await session.scalar(is_stored):
                        break
                await asyncio.sleep(0.01)
        seat.line.drop()
        with pytest.raises(RequestFailed):
            await saying
    seat.line.mend()
    async with seat.page() as page:
        back = await page.enter(seat.space_id, last_seq=0)
        assert [(each.seq, each.client_id) for each in back.messages] == [(1, client_id)]
        assert (await page.say("once", client_id)).seq == 1
        assert (await page.say("twice")).seq == 2


async def test_a_line_that_hung_goes_on(seat: Seat, cluster: Cluster, sound_database: Database) -> None:
    """Nothing was lost, so nothing is told again."""
    async with Lesson.begin(cluster, sound_database, pupils=4) as lesson:
        slow = lesson.pupils[0]
        slow.line.stall(Way.DOWN)
        for pupil in lesson.pupils:
            pupil.say("on")
            pupil.draw()
        others = lesson.pupils[1:]
        await lesson.until(lambda: all((each.last or 0) == 4 for each in others), "the others go on", 10)
        assert not slow.last
        slow.line.mend()
        await lesson.settle()
        assert not slow.ends


@pytest.mark.parametrize("missed", [1, HISTORY_LIMIT + 1, RETAINED - 1, RETAINED, RETAINED + 1, 600])
async def test_the_edge_of_what_is_kept_for_who_comes_back(
    seat: Seat, sound_database: Database, pair: Pair, missed: int
) -> None:
    """Up to `RETAINED` missed messages are told; after more, the newest `HISTORY_LIMIT` are a fresh start."""
    await fill(sound_database, pair, 7)
    async with seat.page() as page:
        known = (await page.enter(seat.space_id)).seq
    await fill(sound_database, pair, missed)
    async with seat.page() as page:
        back = await page.enter(seat.space_id, last_seq=known)
        first = known + 1 if missed <= RETAINED else known + missed - HISTORY_LIMIT + 1
        assert (back.from_seq, back.seq) == (first, known + missed)
        assert numbers(back.messages) == list(range(first, known + missed + 1))
        assert (await page.say("next")).seq == known + missed + 1
        assert (await page.expect(ChatPosted)).message.seq == known + missed + 1


# --- the database


async def test_postgres_hangs_in_the_middle_of_what_everyone_says(
    cluster: Cluster, sound_database: Database
) -> None:
    """Writers are told within the timeout; nobody hears what is not stored; all of it is stored once."""
    async with Lesson.begin(cluster, sound_database, pupils=4, readers=2) as lesson:
        for person in lesson.people:
            person.say("before")
        machine = cluster.running[0]
        machine.database.stall(Way.DOWN)  # what is asked arrives; the answer does not
        for person in lesson.people:
            person.say("into the silence")
        for pupil in lesson.pupils:
            pupil.draw()
        here = [each for each in lesson.pupils if each.line.target == machine.node.address]
        await lesson.until(
            lambda: all(each.errors or each.ends for each in here),
            "they are told", 3 * DATABASE_TIMEOUT_S + 4,
        )
        machine.database.mend()
        await lesson.settle()


async def test_a_silent_database_is_told_of_in_bounded_time(seat: Seat, cluster: Cluster) -> None:
    """A post, an entry and a handshake: none waits for ever, and none of it ends for good."""
    database = cluster.running[0].database
    async with seat.page() as page, seat.page() as other:
        await page.enter(seat.space_id)
        await other.greet()
        database.stall()
        async with asyncio.timeout(2 * DATABASE_TIMEOUT_S + 3):
            answers = await asyncio.gather(
                page.say("in vain"), other.join(seat.space_id), return_exceptions=True
            )
        for answer in answers:
            assert isinstance(answer, RequestFailed)
            assert answer.code in (ErrorCode.UNAVAILABLE, "disconnected")
    assert max(page.closed_with()[0] or 0, other.closed_with()[0] or 0) < 4500


@pytest.mark.parametrize("how", ["cut", "stall"])
async def test_who_comes_while_the_database_is_away_comes_back(
    cluster: Cluster, sound_database: Database, how: str
) -> None:
    """The handshake looks up who it is; that it cannot is no "never"."""
    async with Lesson.begin(cluster, sound_database, pupils=2, readers=2) as lesson:
        machine = cluster.running[0]
        getattr(machine.database, how)()
        for person in lesson.people:
            person.line.drop()
        await asyncio.sleep(2 * DATABASE_TIMEOUT_S)
        machine.database.mend()
        await lesson.settle()


async def test_a_commit_whose_answer_is_lost(cluster: Cluster, sound_database: Database, seat: Seat) -> None:
    """The writer cannot know; the message is told all the same, and sent again it is stored once."""
    machine = cluster.running[0]
    client_id = uuid4()
    commit = AsyncSession.commit

    async def lose_the_answer(session: AsyncSession) -> None:
        machine.database.stall(Way.DOWN)
        asyncio.get_running_loop().call_later(0.2, machine.database.drop)
        await commit(session)

    async with seat.page() as page, seat.page() as listener:
        await page.enter(seat.space_id)
        await listener.enter(seat.space_id)
        with pytest.MonkeyPatch.context() as monkeypatch:
            monkeypatch.setattr(AsyncSession, "commit", lose_the_answer)
            await page.send(protocol.ChatPost(ref=900, client_id=client_id, text="once"))
            failed = await page.expect(protocol.Error, ref=900)
        assert failed.code is ErrorCode.UNAVAILABLE
        machine.database.mend()
        message = (await listener.expect(ChatPosted)).message  # the recheck has found it
        assert (message.seq, message.client_id) == (1, client_id)
        assert (await page.say("once", client_id)).seq == 1
        assert (await page.say("two")).seq == 2
        assert (await listener.expect(ChatPosted)).message.seq == 2


async def test_who_no_longer_waits_for_a_silent_line_is_let_go(cluster: Cluster) -> None:
    """Cancelling a query asks the server for it, which may be as silent as before."""
    async with Line(cluster.running[0].database.target) as line:
        database = Database(through(cluster.records.database_url, line), DATABASE_TIMEOUT_S)
        try:
            async with database.connect() as connection:
                asking = asyncio.create_task(connection.execute(text("SELECT pg_sleep(30)")))
                await asyncio.sleep(0.1)
                line.stall()
                asking.cancel()
                async with asyncio.timeout(CANCEL_S + 2):
                    await asyncio.wait([asking])
                assert asking.cancelled()
            line.mend()
            async with database.connect() as connection:
                assert await connection.scalar(text("SELECT 1")) == 1
        finally:
            await database.close()


# --- access


@pytest.mark.parametrize("how", ["cut", "stall"])
async def test_who_is_removed_while_the_database_is_away_hears_no_more(
    cluster: Cluster, sound_database: Database, how: str
) -> None:
    """In doubt the sockets of that node close; the others go on."""
    async with Lesson.begin(cluster, sound_database, pupils=4) as lesson:
        machine = cluster.running[0]
        getattr(machine.database, how)()
        gone = lesson.pupils[0]
        await lesson.remove(gone.user_id, cluster.running[1].node.bus)
        bound_s = RECHECK_S + 2 * DATABASE_TIMEOUT_S + 1
        await lesson.until(lambda: not gone.is_in, "in doubt it is closed", bound_s + 2)
        lesson.pupils[1].say("nothing for you")
        await asyncio.sleep(0.3)
        await lesson.settle(bound_s)
        assert "nothing for you" not in [each.text for each in gone.shown]


async def test_who_is_removed_while_their_node_hears_nobody_hears_no_more(
    cluster: Cluster, sound_database: Database
) -> None:
    async with Lesson.begin(cluster, sound_database, pupils=4) as lesson:
        await cut_off(cluster.running[0])
        gone = lesson.pupils[0]
        await lesson.remove(gone.user_id, cluster.running[1].node.bus)
        await lesson.until(lambda: gone.shut_out, "the recheck finds it", RECHECK_S + 3)
        await lesson.settle(RECHECK_S + 1)
