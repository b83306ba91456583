"""Moderation in the live room: what waits for an adult, how the chat is moderated, and who asks for help.

Of each space with pages here a node keeps what the records say of it and its groups, whole, and reads it
again whenever a fact says that it has changed: at most once in `READ_EVERY_S`, however much is held. Adults
see the queue, everyone their own. Who asks for help is kept in memory, by every node, while it matters.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from realtime import protocol
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.desks import Desk
from realtime.frames import moderation as frames
from realtime.people import people
from server import clock
from server.access import Grant
from server.db import UnitOfWork
from server.errors import NotAllowed
from server.events import (
    AccessChanged,
    Event,
    HelpAnswered,
    HelpAsked,
    MessageRefused,
    ModerationChanged,
)
from server.safeguarding import holding
from server.safeguarding import moderation as service
from server.safeguarding.filter import Finding
from server.safeguarding.holding import Held
from server.safeguarding.models import HeldMessage, HeldState
from server.spaces.models import ChatMode, Space

if TYPE_CHECKING:
    from realtime.hub import Hub

log = structlog.get_logger()

QUEUE_SHOWN = 50
READ_EVERY_S = 0.25
RETRY_S = 1.0
HELP_S = 300.0
"""So long somebody who asks for help is shown to the adults, those who come in later too."""
ASK_AGAIN_S = 60.0
ASKING_MAX = 100


class _State(msgspec.Struct, frozen=True):
    """What the records say of a space."""

    mode: frames.ChatModeChanged
    queue: frames.ModerationQueue
    own: dict[tuple[UUID, UUID], list[frames.OwnHeld]]
    """By the space or group that they were written in, and their author."""


class _Room:
    """A space with its groups, of which pages are here, or are about to be."""

    def __init__(self) -> None:
        self.state: _State | None = None
        self.changes = 0
        """How often something changed: what was read before that may be old."""
        self.reading: asyncio.Task[None] | None = None


class ModerationDesk(Desk):
    """Held messages, chat modes and calls for help of this node's spaces."""

    frames = (
        frames.HelpAsk, frames.HelpAnswer, frames.ModerationApprove, frames.ModerationRefuse,
        frames.ChatSetMode,
    )
    events = (ModerationChanged, MessageRefused, HelpAsked, HelpAnswered, AccessChanged)
    of_root = True

    def __init__(self, hub: Hub, timeout_s: float) -> None:
        self._hub = hub
        self._timeout_s = timeout_s
        self._rooms: dict[UUID, _Room] = {}
        self._asking: dict[UUID, dict[UUID, datetime]] = {}
        """By space, who asks for help, and since when: of spaces that nobody of this node is in, too. The
        adult who comes may be the first here."""
        self._timers: dict[tuple[UUID, UUID], asyncio.TimerHandle] = {}
        self._ending: set[asyncio.Task[None]] = set()
        """Readings that are broken off: they still have to give their connection back."""
        hub.bus.on_gap(self._on_gap)

    async def close(self) -> None:
        for space_id in tuple(self._rooms):
            self.forget(space_id)
        for timer in self._timers.values():
            timer.cancel()
        await asyncio.gather(*self._ending, return_exceptions=True)

    def forget(self, space_id: UUID) -> None:
        room = self._rooms.pop(space_id, None)
        if room is None:
            return
        if room.reading is not None:
            room.reading.cancel()
            self._ending.add(room.reading)
            room.reading.add_done_callback(self._ending.discard)

    # --- what pages ask for

    async def handle(self, connection: Connection, channel: Channel, frame: protocol.ClientFrame) -> None:
        if isinstance(frame, frames.HelpAsk):
            self._ask(connection.acting(frame.as_id).user_id, channel)
            connection.send(protocol.Ok(ref=frame.ref))
            return
        if Grant.SPACE_MODERATE not in connection.grants:
            raise NotAllowed("Only adults who run the room do this.")
        space_id, who = channel.root_id, connection.who
        match frame:
            case frames.HelpAnswer():
                if frame.user_id in self._asking.get(space_id, ()):
                    self._hub.bus.publish([HelpAnswered(space_id, frame.user_id, who.user_id)])
            case frames.ModerationApprove() | frames.ModerationRefuse():
                is_approved = isinstance(frame, frames.ModerationApprove)
                async with asyncio.timeout(self._timeout_s), self._work() as uow:
                    await service.decide(uow, who, space_id, frame.held_id, is_approved=is_approved)
            case frames.ChatSetMode():
                async with asyncio.timeout(self._timeout_s), self._work() as uow:
                    await service.set_mode(uow, who, space_id, ChatMode(frame.mode.value))
            case _:
                raise NotImplementedError
        connection.send(protocol.Ok(ref=frame.ref))

    def _work(self) -> UnitOfWork:
        return UnitOfWork(self._hub.database, self._hub.bus)

    def _ask(self, user_id: UUID, channel: Channel) -> None:
        now = clock.now()
        asked_at = self._asking.get(channel.root_id, {}).get(user_id)
        if asked_at is not None and (now - asked_at).total_seconds() < ASK_AGAIN_S:
            return  # the adults know
        self._hub.bus.publish([HelpAsked(channel.root_id, user_id, now)])

    # --- facts

    def on_event(self, event: Event) -> None:
        match event:
            case ModerationChanged():
                self._refresh(self._hub.root_of(event.space_id))
            case AccessChanged():  # a lesson may have begun or ended
                for space_id in event.space_ids:
                    self._refresh(space_id)
            case MessageRefused():
                told = frames.ChatRefused(client_id=event.client_id, held_id=event.held_id)
                for connection in self._pages_of(event.space_id, event.author_id):
                    connection.send(told)
            case HelpAsked():
                self._on_asked(event)
            case HelpAnswered():
                self._on_answered(event.space_id, event.user_id, event.by_id)
            case _:
                pass

    def _on_asked(self, event: HelpAsked) -> None:
        asking = self._asking.setdefault(event.space_id, {})
        if len(asking) >= ASKING_MAX and event.user_id not in asking:
            return
        key = event.space_id, event.user_id
        left_s = HELP_S - (clock.now() - event.at).total_seconds()
        if (timer := self._timers.pop(key, None)) is not None:
            timer.cancel()
        asking[event.user_id] = event.at
        self._timers[key] = asyncio.get_running_loop().call_later(
            max(0.0, left_s), self._on_answered, *key, None
        )
        self._tell_of_help(*key, frames.HelpAsked(user_id=event.user_id, at=event.at))

    def _on_answered(self, space_id: UUID, user_id: UUID, by_id: UUID | None) -> None:
        asking = self._asking.get(space_id, {})
        if asking.pop(user_id, None) is None:
            return
        if not asking:
            del self._asking[space_id]
        self._timers.pop((space_id, user_id)).cancel()
        self._tell_of_help(space_id, user_id, frames.HelpAnswered(user_id=user_id, by=by_id))

    def _tell_of_help(self, space_id: UUID, user_id: UUID, frame: protocol.ServerFrame) -> None:
        for channel in self._hub.family(space_id):
            for connection in tuple(channel.connections):
                if _moderates(connection) or user_id in connection.people:
                    connection.send(frame)

    def _pages_of(self, space_id: UUID, user_id: UUID) -> list[Connection]:
        channel = self._hub.channels.get(space_id)
        return [] if channel is None else [each for each in channel.connections if user_id in each.people]

    def _on_gap(self) -> None:
        for space_id in tuple(self._rooms):
            self._refresh(space_id)

    # --- what the records say

    def _room(self, space_id: UUID) -> _Room:
        return self._rooms.setdefault(space_id, _Room())

    def _refresh(self, space_id: UUID) -> None:
        """Read a space again, if pages of it are here: soon, and once for all that changes until then."""
        room = self._rooms.get(space_id)
        if room is None:
            return
        room.changes += 1
        if room.reading is None:
            room.reading = asyncio.create_task(self._keep_reading(space_id, room), name="moderation")

    async def _keep_reading(self, space_id: UUID, room: _Room) -> None:
        try:
            read_at = -1
            while read_at != room.changes and self._rooms.get(space_id) is room:
                read_at, wait_s = room.changes, READ_EVERY_S
                try:
                    async with asyncio.timeout(self._timeout_s), self._hub.database.read() as session:
                        states = await _states(session, [space_id])
                    self._set(space_id, room, states.get(space_id))
                except (SQLAlchemyError, OSError) as error:
                    log.warning("what is held could not be read", error=type(error).__name__)
                    read_at, wait_s = -1, RETRY_S
                await asyncio.sleep(wait_s)
        finally:
            room.reading = None

    async def read(self, session: AsyncSession, space_ids: Sequence[UUID]) -> None:
        rooms = {space_id: (room := self._room(space_id), room.changes) for space_id in space_ids}
        states = await _states(session, space_ids)
        for space_id, (room, changes) in rooms.items():
            if self._rooms.get(space_id) is not room:
                continue
            if room.changes == changes or room.state is None:
                self._set(space_id, room, states.get(space_id))
        if len(self._rooms) > 2 * len(self._hub.channels) + 100:  # somebody was read for and did not come in
            for space_id in self._rooms.keys() - self._hub.roots - set(space_ids):
                self.forget(space_id)

    def _set(self, space_id: UUID, room: _Room, state: _State | None) -> None:
        before, room.state = room.state, state
        if state is None or state == before:
            return
        has_news = before is None or before.queue != state.queue
        for channel in self._hub.family(space_id):
            if before is None or before.mode != state.mode:
                channel.members.send([state.mode])
            for connection in tuple(channel.connections):
                if has_news and _moderates(connection):
                    connection.send(state.queue)
                own = _own_of(state, connection, channel)
                if before is None or _own_of(before, connection, channel) != own:
                    connection.send(frames.ChatWaiting(messages=own))

    # --- who comes in

    def shown_to(self, connection: Connection, channel: Channel) -> Iterable[protocol.ServerFrame]:
        room = self._room(channel.root_id)
        if room.state is not None:
            yield room.state.mode
            yield frames.ChatWaiting(messages=_own_of(room.state, connection, channel))
            if _moderates(connection):
                yield room.state.queue
        for user_id, at in self._asking.get(channel.root_id, {}).items():
            if _moderates(connection) or user_id in connection.people:
                yield frames.HelpAsked(user_id=user_id, at=at)

    def on_device(self, connection: Connection, channel: Channel) -> None:
        connection.send(*self.shown_to(connection, channel))

    def on_access(self, connection: Connection, channel: Channel) -> None:
        if _moderates(connection):
            connection.send(*self.shown_to(connection, channel))


def _own_of(state: _State, connection: Connection, channel: Channel) -> list[frames.OwnHeld]:
    """What waits of those who are at this device."""
    return [
        each
        for user_id in sorted(connection.people)
        for each in state.own.get((channel.space_id, user_id), [])
    ]


def _moderates(connection: Connection) -> bool:
    return Grant.SPACE_MODERATE in connection.grants


async def _states(session: AsyncSession, space_ids: Sequence[UUID]) -> dict[UUID, _State]:
    rooms = await holding.rooms(session, space_ids)
    held = await service.held_in(session, space_ids)
    if len(held) == service.READ_LIMIT and len(space_ids) > 1:  # one space must not hide what another holds
        held = [each for space_id in space_ids for each in await service.held_in(session, [space_id])]
    by_root: dict[UUID, list[tuple[HeldMessage, Space]]] = {}
    for each, space in held:
        by_root.setdefault(space.parent_id or space.id, []).append((each, space))
    shown = {
        root_id: [(each, space) for each, space in theirs if each.state is HeldState.WAITING]
        for root_id, theirs in by_root.items()
    }
    authors = await people(
        session, {each.author_id for waiting in shown.values() for each, _ in waiting[:QUEUE_SHOWN]}
    )
    found: dict[UUID, _State] = {}
    for space_id, room in rooms.items():
        mode = room.effective_mode
        own: dict[tuple[UUID, UUID], list[frames.OwnHeld]] = {}
        for each, _ in by_root.get(space_id, ()):
            own.setdefault((each.space_id, each.author_id), []).append(_own(each))
        waiting = shown.get(space_id, [])
        found[space_id] = _State(
            frames.ChatModeChanged(
                mode=frames.ChatMode(room.mode.value if mode is not ChatMode.OPEN else mode.value),
                students_wait=mode in (ChatMode.STUDENTS_HELD, ChatMode.ALL_HELD),
            ),
            frames.ModerationQueue(
                waiting=[
                    _waiting(each, space, authors[each.author_id]) for each, space in waiting[:QUEUE_SHOWN]
                ],
                count=len(waiting),
            ),
            own,
        )
    return found


def _own(held: HeldMessage) -> frames.OwnHeld:
    return frames.OwnHeld(
        held_id=held.id, client_id=held.client_id, text=held.text, sent_at=held.created_at,
        state=frames.HeldState(held.state.value),
    )


def _waiting(held: HeldMessage, space: Space, author: protocol.Person) -> frames.WaitingMessage:
    reasons = msgspec.convert(held.reasons, list[Finding])
    return frames.WaitingMessage(
        held_id=held.id, author=author, text=held.text, reasons=_reasons(reasons), sent_at=held.created_at,
        group_no=space.group_no,
    )


def _reasons(found: Iterable[Finding]) -> list[frames.HeldReason]:
    return [
        frames.HeldReason(reason=frames.HeldFor(each.reason.value), start=each.start, end=each.end)
        for each in found
    ]


def held_frame(ref: int, client_id: UUID, held: Held) -> frames.ChatHeld:
    """The answer to a message that waits, or was refused."""
    return frames.ChatHeld(
        ref=ref, client_id=client_id, held_id=held.held_id, reasons=_reasons(held.reasons),
        state=frames.HeldState(held.state.value),
    )
