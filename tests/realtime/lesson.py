"""A space full of people on a cluster that fails, and the model of what each of them should have seen."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import structlog
from sqlalchemy import delete, select

from realtime import protocol
from realtime.client.model import Said, StartedAnew
from realtime.client.space import LiveSpace, ShutOut
from realtime.people import chat_messages
from server import clock
from server.accounts.api import SESSION_COOKIE
from server.bus import Bus
from server.chat import reading
from server.chat.models import FormerText
from server.chat.reading import Said as Stored
from server.db import Database, UnitOfWork
from server.events import AccessChanged
from server.schools.models import RosterEntry
from server.spaces import service as spaces
from tests import factories
from tests.factories import Pair
from tests.faults import Line
from tests.realtime.cluster import Cluster, Machine
from tests.realtime.conftest import sign_in_to
from tests.realtime.pupil import Pupil

SETTLED_S = 30.0
"""When all is mended, everyone has everything within this."""


class Reader:
    """Somebody who uses our client package: `LiveSpace`, and what it says has happened."""

    def __init__(self, line: Line, token: str, user_id: UUID, space_id: UUID) -> None:
        self.line = line
        self.user_id = user_id
        self.live = LiveSpace(
            f"http://{line.address}", space_id, cookie=f"{SESSION_COOKIE}={token}", random=lambda: 0.05
        )
        self.told: list[list[protocol.ChatMessage]] = [[]]
        """What was said, anew after each fresh start."""
        self.acked: dict[UUID, int] = {}
        self.said: dict[UUID, str] = {}
        self.shut_out: str | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Reader:
        await self.live.__aenter__()
        self._tasks.append(asyncio.create_task(self._listen()))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.live.__aexit__(None, None, None)
        for task in self._tasks:
            task.cancel()
        for found in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(found, AssertionError):
                raise found

    def say(self, text: str) -> None:
        client_id = uuid4()
        self.said[client_id] = text
        self._tasks.append(asyncio.create_task(self._say(text, client_id)))

    async def _say(self, text: str, client_id: UUID) -> None:
        with contextlib.suppress(ShutOut):
            self.acked[client_id] = await self.live.say(text, client_id)

    async def _listen(self) -> None:
        try:
            async for event in self.live:
                if isinstance(event, StartedAnew):
                    self.told.append([])
                elif isinstance(event, Said):
                    self.told[-1].append(event.message)
        except ShutOut as end:
            self.shut_out = end.reason


class Lesson:
    """A space of its own on the cluster, and the people in it.

    Args:
        database: reaches the records whatever is done to the nodes' lines.
    """

    def __init__(self, cluster: Cluster, database: Database, world: Pair, board_id: UUID) -> None:
        self.cluster = cluster
        self.database = database
        self.world = world
        self.board_id = board_id
        self.pupils: list[Pupil] = []
        self.readers: list[Reader] = []
        self.removed: dict[UUID, datetime] = {}
        """Who was taken out of the class, and when that was committed."""
        self._stack = AsyncExitStack()

    @classmethod
    @asynccontextmanager
    async def begin(
        cls, cluster: Cluster, database: Database, pupils: int, readers: int = 0
    ) -> AsyncIterator[Lesson]:
        """Make the space, and wait until so many pupils and readers are in it; their nodes alternate."""
        world = await factories.pair(database, students=(pupils + readers + 2) // 2)
        async with database.read() as session:
            board_id = (await spaces.boards_in(session, world.space.id))[0].id
        self = cls(cluster, database, world, board_id)
        students = [*world.home.students, *world.abroad.students]
        async with self._stack:
            for number, student in enumerate(students[:pupils]):
                self.pupils.append(await self.pupil(student.id, number % len(cluster.machines)))
            for number, student in enumerate(students[pupils : pupils + readers]):
                line = await self.line(number % len(cluster.machines))
                token = await sign_in_to(database, student.id)
                reader = Reader(line, token, student.id, self.space_id)
                self.readers.append(await self._stack.enter_async_context(reader))
            await self.until(lambda: all(each.is_in for each in self.pupils), "everyone came in")
            yield self

    @property
    def space_id(self) -> UUID:
        return self.world.space.id

    async def line(self, place: int) -> Line:
        """A new line to the node at this place."""
        machine = await self.cluster.start(place)
        return await self._stack.enter_async_context(Line(machine.node.address))

    async def pupil(self, user_id: UUID, place: int) -> Pupil:
        """Somebody new on a line of their own."""
        token = await sign_in_to(self.database, user_id)
        pupil = Pupil(await self.line(place), token, user_id, self.space_id, self.board_id)
        return await self._stack.enter_async_context(pupil)

    @property
    def people(self) -> list[Pupil | Reader]:
        return [*self.pupils, *self.readers]

    async def remove(self, user_id: UUID, bus: Bus) -> None:
        """Take a student out of their class; `bus` tells of it."""
        async with UnitOfWork(self.database, bus) as uow:
            await uow.session.execute(delete(RosterEntry).where(RosterEntry.user_id == user_id))
            uow.events.append(AccessChanged(user_ids=frozenset({user_id})))
        self.removed[user_id] = clock.now()

    async def stored(self) -> tuple[list[Stored], int]:
        """The messages as they are now, and the newest number of the space."""
        async with self.database.read() as session:
            found = await reading.newest(session, self.space_id, limit=100_000)
            return found, (await spaces.last_seqs(session, [self.space_id]))[self.space_id]

    async def until(self, condition: Callable[[], object], what: str, timeout_s: float = SETTLED_S) -> None:
        """Wait until this holds. Raises: AssertionError: it did not, within `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                while not condition():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"not within {timeout_s} s: {what}; {self.state()}") from None

    def state(self) -> str:
        """Everyone's view, for a failure's message."""
        names = {each.user_id: number for number, each in enumerate(self.people)}
        return "; ".join(
            f"{names[each.user_id]}: last {each.last}, in {each.is_in}, outbox {len(each.outbox)}, "
            f"here {sorted(names.get(user, -1) for user in each.here)}, "
            f"drawn {len(each.board.drawn())}, ends {each.ends[-5:]}, out {each.shut_out}"
            for each in self.pupils
        ) + "".join(
            f"; {names[each.user_id]}: last {each.live.seq}, pending {len(each.live.model.pending)}, "
            f"here {sorted(names.get(user, -1) for user in each.live.model.people)}, out {each.shut_out}"
            for each in self.readers
        )

    def move_to_running(self) -> None:
        """Lead the lines that lead nowhere to nodes that run."""
        running = self.cluster.running
        for number, each in enumerate(self.people):
            if self.cluster_address(each.line) is None:
                each.line.target = running[number % len(running)].node.address

    # --- the model

    async def settle(self, noticed_s: float = 1.0, *, in_order: bool = False) -> None:
        """Mend everything, wait until everyone has everything, and hold it against the model.

        Args:
            noticed_s: within this after somebody was removed, nothing more reached them.
            in_order: whether a pupil, too, was heard in order. They do not wait for an answer before they say
                the next thing, so a database that fails and comes back may refuse the first of two.
        """
        await self.cluster.mend()
        for each in self.people:
            each.line.mend()
        self.move_to_running()
        stay = [each for each in self.pupils if each.user_id not in self.removed]
        stay_readers = [each for each in self.readers if each.user_id not in self.removed]
        await self.until(
            lambda: not any(each.outbox for each in stay)
            and not any(each.live.model.pending for each in stay_readers),
            "all that was said is acknowledged",
        )
        await self.until(
            lambda: all(each.shut_out is not None for each in self.people if each.user_id in self.removed),
            "who was removed is shut out",
        )
        stored, top = await self.stored()
        await self._until_known(top, stay, stay_readers)
        while (again := await self.stored())[1] > top:  # a change that was under way has been made since
            stored, top = again
            await self._until_known(top, stay, stay_readers)
        everyone = {each.user_id for each in self.people} - self.removed.keys()
        await self.until(
            lambda: all(each.here.keys() == everyone for each in stay)
            and all(each.live.model.people.keys() == everyone for each in stay_readers),
            "everyone sees who is here",
        )
        async with AsyncExitStack() as stack:
            fresh = await stack.enter_async_context(await self._newcomer())
            await self.until(lambda: fresh.is_in and fresh.board.opened, "a newcomer is in")
            await self.until(
                lambda: all(each.board.drawn() == stay[0].board.drawn() for each in [*stay, fresh]),
                "all boards are alike",
            )
        self.check(stored, top, fresh, noticed_s)
        await self.check_changes(stored)
        ordered = [*self.readers, *self.pupils] if in_order else self.readers
        for person in ordered:
            theirs = [each.client_id for each in stored if each.author_id == person.user_id]
            assert theirs == [key for key in person.said if key in theirs], "not in the order it was said in"

    async def _until_known(self, top: int, pupils: list[Pupil], readers: list[Reader]) -> None:
        await self.until(
            lambda: all((each.last or 0) >= top for each in pupils)
            and all(each.live.seq >= top for each in readers), f"everyone knows everything up to {top}",
        )

    async def _newcomer(self) -> Pupil:
        newcomer = self.world.home.teacher
        machine = self.cluster.running[0]
        line = await self._stack.enter_async_context(Line(machine.node.address))
        token = await sign_in_to(self.database, newcomer.id)
        return Pupil(line, token, newcomer.id, self.space_id, self.board_id)

    def cluster_address(self, line: Line) -> Machine | None:
        """Where the line leads, if that is running."""
        return next((each for each in self.cluster.running if each.node.address == line.target), None)

    async def check_changes(self, stored: list[Stored]) -> None:
        """What was answered with `ok` was done, and no word of it is lost."""
        by_id = {each.id: each for each in stored}
        async with self.database.read() as session:
            kept = await session.scalars(select(FormerText).where(FormerText.space_id == self.space_id))
            former = {(each.message_id, each.text) for each in kept}
        for pupil in self.pupils:
            for done in pupil.done:
                message = by_id[done.message_id]
                if isinstance(done, protocol.ChatDelete):
                    assert message.deleted_at is not None, "deleted, and there again"
                if isinstance(done, protocol.ChatEdit):
                    assert message.text == done.text or (message.id, done.text) in former, "an edit is lost"
        assert not [each for each in stored if each.deleted_at is not None and each.text]

    def check(self, stored: list[Stored], top: int, fresh: Pupil, noticed_s: float) -> None:
        """What is shown, acknowledged and drawn is what is stored."""
        assert max((each.changed_seq for each in stored), default=0) == top, "a number was taken for nothing"
        numbers = [each.seq for each in stored] + [
            each.changed_seq for each in stored if each.changed_seq > each.seq
        ]
        assert len(numbers) == len(set(numbers)), "a number was taken twice"
        by_seq = {each.seq: each for each in stored}
        said = {client_id: (each, text) for each in self.people for client_id, text in each.said.items()}
        assert len({each.client_id for each in stored}) == len(stored), "something was stored twice"
        for each in stored:
            who, text = said[each.client_id]
            is_changed = each.edited_at is not None or each.deleted_at is not None
            assert (each.author_id, each.text) == (who.user_id, each.text if is_changed else text)
        for person in self.people:
            for client_id, seq in person.acked.items():
                assert by_seq[seq].client_id == client_id, "acknowledged, and not stored there"
            missing = person.said.keys() - {each.client_id for each in stored}
            assert not missing or person.user_id in self.removed, "said, and never stored"
        for pupil in [*self.pupils, fresh]:
            assert not pupil.wrong, pupil.wrong
            self._check_shown(pupil.shown, by_seq)
            if pupil.user_id not in self.removed:
                self._check_known(pupil.known, pupil.floor, stored)
            lost = pupil.board.stored_keys() - fresh.board.drawn().keys()
            assert not lost, "on the board for good, and gone"
        for reader in self.readers:
            for told in reader.told:
                seqs = [message.seq for message in told]
                between = range(seqs[0], seqs[-1] + 1) if seqs else range(0)
                assert seqs == [each.seq for each in stored if each.seq in between]
                self._check_shown(told, by_seq)
            if reader.user_id not in self.removed:
                known = {each.seq: each for each in reader.live.messages}
                self._check_known(known, min(known, default=1) - 1, stored)
        for user_id, at in self.removed.items():
            person = next(each for each in self.people if each.user_id == user_id)
            shown = person.shown if isinstance(person, Pupil) else [m for told in person.told for m in told]
            late = [each.seq for each in shown if each.sent_at > at + timedelta(seconds=noticed_s)]
            assert not late, f"{late} were shown to somebody who had been removed"
            after = [e for e in stored if e.author_id == user_id and e.sent_at > at + timedelta(seconds=0.5)]
            assert not after, "somebody who had been removed said something"

    def _check_shown(self, shown: list[protocol.ChatMessage], by_seq: dict[int, Stored]) -> None:
        for message in shown:
            true = by_seq[message.seq]
            assert (message.id, message.client_id, message.author.user_id, message.sent_at) == (
                true.id, true.client_id, true.author_id, true.sent_at
            )

    def _check_known(
        self, known: dict[int, protocol.ChatMessage], floor: int, stored: list[Stored]
    ) -> None:
        """In the end every page shows each message as the records have it."""
        shown = [known[seq] for seq in sorted(known)]
        # As they were known when it was said: somebody who was taken out of the class has none any more.
        authors = {each.author.user_id: each.author for each in shown}
        true = chat_messages([each for each in stored if each.seq > floor], authors)
        assert [each.author.user_id for each in shown] == [each.author.user_id for each in true]
        shown = [msgspec.structs.replace(each, author=authors[each.author.user_id]) for each in shown]
        assert shown == true, "shown otherwise than it is"


def leftovers(machine: Machine) -> dict[str, Any]:
    """What a node still holds of people who have gone; empty, when all is well."""
    hub = machine.hub
    held: dict[str, Any] = {
        "connections": hub._connections, "people": hub._by_user, "channels": hub._channels,
        "tasks": hub._tasks, "boards": hub.boards._rooms, "closing boards": hub.boards._closing,
        "present": hub.presence._local, "sockets": machine.node.server.server_state.connections,
        "database connections": machine.node.database.engine.pool.checkedout(),  # type: ignore[attr-defined]
    }
    return {name: each for name, each in held.items() if each}


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def no_surprises() -> Iterator[None]:
    """Fails when a node logs an exception that it did not expect, or a task dies unseen."""
    unseen: list[str] = []
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: unseen.append(repr(context)))
    handler = _Lines()
    logging.getLogger().addHandler(handler)
    try:
        with structlog.testing.capture_logs() as lines:
            yield
    finally:
        loop.set_exception_handler(before)
        logging.getLogger().removeHandler(handler)
    assert not [line for line in lines if line.get("exc_info")]
    assert not unseen
    assert not [line for line in handler.lines if "garbage collector" in line or "never retrieved" in line]
