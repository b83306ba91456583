"""Polls in the live room: what is asked, what is answered, and who is told what.

Answers that come together are stored together, as chat is: one transaction at a time for a space. However
many answer, a room's pages are told of new counts `TELLS_PER_S` times a second: a node then reads what has
changed, makes it into one frame for those who run the room and one for everybody else, and sends the second
only when it is another one than before. While a poll is open, that is never.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from realtime import protocol
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.desks import Desk
from realtime.frames import polls
from realtime.transport import Message
from server.access import Grant
from server.db import UnitOfWork
from server.errors import DomainError, NoAccess, NotAllowed
from server.events import Event, PollChanged
from server.polls import rules, service
from server.polls.models import Poll, PollKind, PollStatus
from server.polls.rules import Choice, Draft

if TYPE_CHECKING:
    from realtime.hub import Hub

log = structlog.get_logger()

TELLS_PER_S = 4.0
RETRY_S = 1.0
BATCH_LIMIT = 200
UNENTERED_S = 60.0
"""What was read for somebody who then did not come in is forgotten after so long."""
GONE_LIMIT = 100


class _Known(NamedTuple):
    """A poll as this node knows it."""

    poll: Poll
    choices: dict[UUID, Choice]
    to_run: polls.PollInfo
    to_answer: polls.PollInfo | None


class _Room:
    """The polls of one space."""

    def __init__(self, read_at: float) -> None:
        self.read_at = read_at
        self.known: dict[UUID, _Known] = {}
        """In the order in which they were made."""
        self.gone: deque[UUID] = deque(maxlen=GONE_LIMIT)
        """Deleted: what was read before that must not bring them back."""
        self.changed: set[UUID] = set()
        self.is_stale = False
        """Something may have been missed: all of it must be read."""
        self.reading: asyncio.Task[None] | None = None


class _Asked(NamedTuple):
    """An answer that waits to be stored."""

    connection: Connection
    channel: Channel
    answer: service.Answer
    done: asyncio.Future[Choice]


class PollDesk(Desk):
    """The polls of the spaces that somebody on this node is in."""

    frames = (polls.PollCreate, polls.PollSet, polls.PollDelete, polls.PollVote)
    events = (PollChanged,)

    def __init__(self, hub: Hub, timeout_s: float) -> None:
        self._hub = hub
        self._timeout_s = timeout_s
        self._rooms: dict[UUID, _Room] = {}
        self._waiting: dict[UUID, list[_Asked]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closing = False
        hub.bus.on_gap(self._on_gap)

    # --- what pages ask for

    async def handle(self, connection: Connection, channel: Channel, frame: protocol.ClientFrame) -> None:
        if isinstance(frame, polls.PollVote):
            await self._vote(connection, channel, frame)
            return
        if Grant.SPACE_MODERATE not in connection.grants:
            raise NotAllowed("Only staff who run the room ask questions.")
        if Grant.CHAT_POST not in connection.grants and not isinstance(frame, polls.PollDelete):
            # One adult and one student are by themselves in a group: a question is written, too.
            raise NotAllowed("You can look here, not ask.")
        space_id, who = channel.space_id, connection.who
        async with asyncio.timeout(self._timeout_s), UnitOfWork(self._hub.database, self._hub.bus) as uow:
            match frame:
                case polls.PollCreate():
                    draft = Draft(
                        PollKind(frame.kind.value), frame.question, frame.options, frame.low, frame.high,
                        frame.right,
                    )
                    await service.create(uow, who, space_id, frame.poll_id, draft, is_open=frame.is_open)
                case polls.PollSet():
                    await service.move(uow, who, space_id, frame.poll_id, PollStatus(frame.to.value))
                case polls.PollDelete():
                    await service.remove(uow, who, space_id, frame.poll_id)
                case _:
                    raise NotImplementedError
            ref = frame.ref
        connection.send(protocol.Ok(ref=ref))

    async def _vote(self, connection: Connection, channel: Channel, frame: polls.PollVote) -> None:
        """Put an answer in line, and say when it is stored."""
        user_id = connection.acting(frame.as_id).user_id
        answer = service.Answer(user_id, frame.poll_id, frame.picks, frame.words)
        asked = _Asked(connection, channel, answer, asyncio.get_running_loop().create_future())
        if (line := self._waiting.get(channel.space_id)) is None:
            line = self._waiting[channel.space_id] = []
            self._spawn(self._store_all(channel.space_id, line))
        line.append(asked)  # bounded: each page waits for its one answer
        try:
            choice = await asked.done
        except NoAccess:
            if connection.channel not in (None, channel):
                raise NotAllowed from None  # they are elsewhere by now, where they may be
            raise
        connection.send(protocol.Ok(ref=frame.ref))
        if connection.channel is not channel:
            return
        for each in tuple(channel.connections):
            if user_id in each.people:
                each.send(polls.PollMine(answer=_answer(frame.poll_id, choice, _as_id(each, user_id))))

    async def _store_all(self, space_id: UUID, line: list[_Asked]) -> None:
        batch: list[_Asked] = []
        try:
            while line:
                batch = line[:BATCH_LIMIT]
                del line[: len(batch)]
                await self._store(space_id, batch)
        finally:
            del self._waiting[space_id]
            for asked in (*batch, *line):
                if not asked.done.done():
                    asked.done.set_exception(TimeoutError())

    async def _store(self, space_id: UUID, batch: Sequence[_Asked]) -> None:
        may: list[_Asked] = []
        for asked in batch:
            page = asked.connection
            is_there = page.channel is asked.channel and asked.answer.user_id in page.people
            if is_there and Grant.CHAT_POST in page.grants:
                may.append(asked)
            else:
                asked.done.set_exception(NotAllowed("You can look here, not answer."))
        if not may:
            return
        try:
            async with asyncio.timeout(self._timeout_s), UnitOfWork(self._hub.database, self._hub.bus) as uow:
                done = await service.vote_all(uow, space_id, [asked.answer for asked in may])
        except (SQLAlchemyError, OSError) as error:
            for asked in may:
                asked.done.set_exception(error)
            return
        except Exception as error:
            log.exception("answers could not be stored", count=len(may))
            for asked in may:
                asked.done.set_exception(OSError(type(error).__name__))
            return
        for asked, said in zip(may, done, strict=True):
            if isinstance(said, DomainError):
                asked.done.set_exception(said)
            else:
                asked.done.set_result(said)

    # --- what changes

    def on_event(self, event: Event) -> None:
        assert isinstance(event, PollChanged)
        if (room := self._rooms.get(event.space_id)) is None:
            return
        known = room.known.get(event.poll_id)
        if known is None or known.poll.version < event.version:
            room.changed.add(event.poll_id)
            self._read_soon(event.space_id, room)

    def _on_gap(self) -> None:
        for space_id, room in self._rooms.items():
            room.is_stale = True
            self._read_soon(space_id, room)

    def _read_soon(self, space_id: UUID, room: _Room) -> None:
        if room.reading is None and not self._is_closing:
            room.reading = self._spawn(self._keep_reading(space_id, room))

    async def _keep_reading(self, space_id: UUID, room: _Room) -> None:
        """Read and tell at once, and then so often, until nothing has changed meanwhile."""
        try:
            while (room.changed or room.is_stale) and self._rooms.get(space_id) is room:
                changed, is_stale = room.changed, room.is_stale
                room.changed, room.is_stale = set(), False
                try:
                    async with asyncio.timeout(self._timeout_s), self._hub.database.read() as session:
                        if is_stale:
                            await self._read_room(session, space_id, room)
                            changed |= room.changed
                            room.changed = set()
                        await self._read_changed(session, space_id, room, changed)
                except (SQLAlchemyError, OSError) as error:
                    log.warning("polls not up to date, trying again", error=type(error).__name__)
                    room.changed |= changed
                    room.is_stale |= is_stale
                    await asyncio.sleep(RETRY_S)
                except Exception:
                    log.exception("polls could not be read")  # the next change is read all the same
                    await asyncio.sleep(RETRY_S)
                else:
                    await asyncio.sleep(1 / TELLS_PER_S)
        finally:
            room.reading = None

    async def read(self, session: AsyncSession, space_ids: Sequence[UUID]) -> None:
        now = asyncio.get_running_loop().time()
        for space_id, room in list(self._rooms.items()):
            if space_id not in self._hub.channels and now - room.read_at > UNENTERED_S:
                del self._rooms[space_id]
        for space_id in space_ids:
            room = self._rooms.setdefault(space_id, _Room(now))
            room.read_at = now
        shown = await service.shown_in(session, space_ids)
        by_space: dict[UUID, list[Poll]] = {space_id: [] for space_id in space_ids}
        for poll in shown:
            by_space[poll.space_id].append(poll)
        fresh = [poll for poll in shown if self._is_news(self._rooms.get(poll.space_id), poll)]
        cast = await service.cast_in(session, fresh)
        for space_id, there in by_space.items():
            if (room := self._rooms.get(space_id)) is not None:
                self._take(space_id, room, [poll for poll in there if poll in fresh], cast)
                self._doubt(space_id, room, {poll.id for poll in there})

    async def _read_room(self, session: AsyncSession, space_id: UUID, room: _Room) -> None:
        shown = await service.shown_in(session, [space_id])
        fresh = [poll for poll in shown if self._is_news(room, poll)]
        self._take(space_id, room, fresh, await service.cast_in(session, fresh))
        self._doubt(space_id, room, {poll.id for poll in shown})

    def _doubt(self, space_id: UUID, room: _Room, shown: set[UUID]) -> None:
        """What is known and was not read with the others may be gone, or may be new: it is looked for."""
        if missing := room.known.keys() - shown:
            room.changed |= missing
            self._read_soon(space_id, room)

    async def _read_changed(
        self, session: AsyncSession, space_id: UUID, room: _Room, changed: Iterable[UUID]
    ) -> None:
        wanted = set(changed)
        found = [poll for poll in await service.by_id(session, wanted) if poll.space_id == space_id]
        fresh = [poll for poll in found if self._is_news(room, poll)]
        self._take(space_id, room, fresh, await service.cast_in(session, fresh))
        for poll_id in wanted - {poll.id for poll in found}:
            room.gone.append(poll_id)
            if room.known.pop(poll_id, None) is not None:
                self._tell_all(space_id, polls.PollGone(poll_id=poll_id))

    @staticmethod
    def _is_news(room: _Room | None, poll: Poll) -> bool:
        if room is None or poll.id in room.gone:
            return False
        known = room.known.get(poll.id)
        return known is None or known.poll.version < poll.version

    def _take(
        self, space_id: UUID, room: _Room, fresh: Iterable[Poll], cast: dict[UUID, service.Cast]
    ) -> None:
        """These polls are new, or have changed: keep them, and tell the pages here."""
        for poll in fresh:
            if not self._is_news(room, poll):
                continue  # read anew while this was being read
            before = room.known.get(poll.id)
            results, choices = cast[poll.id]
            to_answer = None
            if rules.is_shown(poll.status, runs_room=False):
                to_answer = _info(poll, results, runs_room=False)
            now = _Known(poll, choices, _info(poll, results, runs_room=True), to_answer)
            room.known[poll.id] = now
            if before is None:
                room.known = dict(sorted(room.known.items(), key=lambda item: item[1].poll.created_at))
            self._tell(space_id, before, now)

    # --- who is told

    def _tell(self, space_id: UUID, before: _Known | None, now: _Known) -> None:
        channel = self._hub.channels.get(space_id)
        if channel is None:
            return
        to_run = to_answer = None
        if before is None or before.to_run != now.to_run:
            to_run = Message(protocol.encode(polls.PollState(poll=now.to_run)))
        if now.to_answer is not None and (before is None or before.to_answer != now.to_answer):
            to_answer = Message(protocol.encode(polls.PollState(poll=now.to_answer)))
        for connection in tuple(channel.connections):
            message = to_run if rules.runs_room(connection.access) else to_answer
            if message is not None:
                connection.put(message)

    def _tell_all(self, space_id: UUID, frame: polls.PollGone) -> None:
        if (channel := self._hub.channels.get(space_id)) is not None:
            channel.members.put(Message(protocol.encode(frame)))

    def shown_to(self, connection: Connection, channel: Channel) -> Iterable[protocol.ServerFrame]:
        room = self._rooms.get(channel.space_id)
        shown = list(room.known.values()) if room is not None else []
        runs_room = rules.runs_room(connection.access)
        seen = [info for each in shown if (info := each.to_run if runs_room else each.to_answer) is not None]
        yield polls.PollList(
            polls=_lately(seen),
            mine=[
                _answer(each.poll.id, each.choices[user_id], _as_id(connection, user_id))
                for each in shown
                for user_id in connection.people
                if user_id in each.choices
            ],
        )

    def on_access(self, connection: Connection, channel: Channel) -> None:
        if connection.who.is_staff:  # a student sees no more, whatever else they may do
            connection.send(*self.shown_to(connection, channel))

    def on_device(self, connection: Connection, channel: Channel) -> None:
        connection.send(*self.shown_to(connection, channel))

    # --- the node

    def forget(self, space_id: UUID) -> None:
        self._rooms.pop(space_id, None)

    async def close(self) -> None:
        self._is_closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _lately(seen: list[polls.PollInfo]) -> list[polls.PollInfo]:
    """No more than are shown to who comes in: the open ones, and of the others the newest."""
    if len(seen) <= service.SHOWN_LIMIT:
        return seen
    kept = {each.id for each in seen[-service.SHOWN_LIMIT :]}
    return [each for each in seen if each.id in kept or each.status is polls.PollStatus.OPEN]


def _as_id(connection: Connection, user_id: UUID) -> UUID | None:
    return None if user_id == connection.user_id else user_id


def _answer(poll_id: UUID, choice: Choice, as_id: UUID | None) -> polls.PollAnswer:
    return polls.PollAnswer(poll_id=poll_id, picks=choice.picks, words=choice.words, as_id=as_id)


def _info(poll: Poll, results: rules.Results, *, runs_room: bool) -> polls.PollInfo:
    """A poll in the words of the protocol, as one side may see it."""
    shown = rules.shown_results(poll.status, results, runs_room=runs_room)
    return polls.PollInfo(
        id=poll.id,
        kind=polls.PollKind(poll.kind.value),
        status=polls.PollStatus(poll.status.value),
        question=poll.question,
        options=poll.options,
        low=poll.low,
        high=poll.high,
        is_quiz=poll.right_options is not None,
        created_at=poll.created_at,
        right=rules.shown_right(poll.status, poll.right_options, runs_room=runs_room),
        results=None if shown is None else polls.PollResults(
            schools=shown.schools,
            voters=shown.voters,
            counts=[polls.PollCount(counts=each.counts, word=each.word, held=each.held)
                    for each in shown.counts],
        ),
    )
