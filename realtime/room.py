"""The room of each space as it is run now: what staff ask for, what all are told, what students lose by it.

Every node holds the rooms of the spaces that somebody here is in, as the row says (`server.lessons.live`). A
change comes over the bus whole; a lost one is found by reading the row by the clock. What is taken is taken
in `taken`, so a mute ends a microphone in the media server, and not in the browser that it belongs to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from realtime import protocol
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.desks import Desk
from realtime.frames import lesson as frames
from realtime.transport import Message
from server import clock
from server.access import NOTHING, Grant
from server.accounts.service import SignedIn
from server.db import UnitOfWork
from server.events import Event, RoomChanged
from server.lessons import live, order, steps
from server.lessons import room as rules
from server.lessons.live import Stored
from server.lessons.room import Device, Lock, Phase, Room, RunningStep, Timer

if TYPE_CHECKING:
    from realtime.hub import Hub

log = structlog.get_logger()

SILENCE_S = 1.5
"""So long a microphone that is turned off cannot be turned on: a page that only notices its lost track, and
asks for it anew, is refused, and shows that it is off."""
AWAY_S = 30.0
"""So long somebody who has left keeps their raised hand and the spotlight: a line may drop."""
ROOMS_KEPT = 1000
"""Rooms of spaces that nobody here is in: what was heard of them may be newer than a reading under way."""

_SPEAK = frozenset({Grant.MEDIA_PUBLISH_AUDIO})
_UNREAD = rules.taken_from(Room(phase=Phase.LOBBY), UUID(int=0))


class RoomDesk(Desk):
    """How the spaces of this node are run."""

    frames = (
        frames.LessonLobby, frames.LessonStart, frames.LessonHold, frames.LessonResume, frames.LessonEnd,
        frames.HandRaise, frames.HandLower, frames.HandLowerAll, frames.RoomLock, frames.PersonMute,
        frames.PersonSilence, frames.MuteAll, frames.SpotlightSet, frames.TimerSet,
        frames.StepBegin, frames.StepEnd, frames.PageBring,
    )
    events = (RoomChanged,)
    of_root = True

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._rooms: dict[UUID, Stored] = {}
        self._silenced: dict[Connection, asyncio.TimerHandle] = {}
        """Microphones that were just turned off."""
        self._away: dict[UUID, dict[UUID, float]] = {}
        """By space: who has a hand up or the spotlight and is not there, and since when."""
        self._timers: dict[UUID, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def room(self, space_id: UUID) -> Room:
        """How a space is run, as far as this node knows."""
        found = self._rooms.get(space_id)
        return found.room if found is not None else Room()

    async def close(self) -> None:
        for timer in (*self._timers.values(), *self._silenced.values()):
            timer.cancel()
        self._timers.clear()
        self._silenced.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- what is asked for

    async def handle(self, connection: Connection, channel: Channel, frame: protocol.ClientFrame) -> None:
        async with UnitOfWork(self._hub.database, self._hub.bus) as uow:
            await _do(uow, _name_of(connection, frame), channel.root_id, frame)
        connection.send(protocol.Ok(ref=frame.ref))  # type: ignore[union-attr]  # all of `frames` have one

    # --- what is known

    def on_event(self, event: Event) -> None:
        assert isinstance(event, RoomChanged)
        self._take_in(event.space_id, Stored(event.version, live.read_state(event.state)))

    async def read(self, session: AsyncSession, space_ids: Sequence[UUID]) -> None:
        found = await live.rooms(session, space_ids)
        for space_id in space_ids:
            self._take_in(space_id, found.get(space_id, Stored()))

    def _take_in(self, space_id: UUID, stored: Stored) -> None:
        before = self._rooms.get(space_id)
        if before is not None and stored.version <= before.version:
            return
        self._rooms.pop(space_id, None)
        self._rooms[space_id] = stored
        channels = self._hub.family(space_id)
        if not channels:
            self._keep_few()
            return
        for channel in channels:
            # Told before it is taken: a page that hears that its microphone is off does not try to mend it.
            self._tell(channel, stored)
            if before is not None:
                self._silence(channel, before.room, stored.room)
            self._hub.permit(channel.connections)
        self._look_for(space_id)

    def _keep_few(self) -> None:
        if len(self._rooms) > ROOMS_KEPT + len(self._hub.channels):
            oldest = next(each for each in self._rooms if not self._hub.family(each))
            del self._rooms[oldest]

    # --- what is told

    def shown_to(self, connection: Connection, channel: Channel) -> Iterable[protocol.ServerFrame]:
        return [_state(self._rooms.get(channel.root_id, Stored()), connection.who, connection.companions)]

    def _tell(self, channel: Channel, stored: Stored) -> None:
        """Each is told at once; what concerns one student goes to that student and to staff."""
        named = {*stored.room.muted, *stored.room.without_camera}
        shared: dict[bool, Message] = {}
        for connection in tuple(channel.connections):
            who = connection.who
            if not who.is_staff and not named.isdisjoint(connection.people):
                connection.send(_state(stored, who, connection.companions))
                continue
            if who.is_staff not in shared:
                shared[who.is_staff] = Message(protocol.encode(_state(stored, who)))
            connection.put(shared[who.is_staff])

    # --- what is taken

    def taken(self, connection: Connection, channel: Channel) -> frozenset[Grant]:
        if connection.who.is_staff:
            return NOTHING
        stored = self._rooms.get(channel.root_id)
        if stored is None:
            return _UNREAD
        taken = rules.taken_from(stored.room, connection.user_id)
        return taken | _SPEAK if connection in self._silenced else taken

    def _silence(self, channel: Channel, before: Room, now: Room) -> None:
        """Turn microphones off: taken for a moment, so that who wants to speak has to turn theirs on anew."""
        for connection in channel.connections:
            if not connection.who.is_staff and any(
                rules.was_silenced(before, now, each) for each in connection.people
            ):
                if (timer := self._silenced.pop(connection, None)) is not None:
                    timer.cancel()
                loop = asyncio.get_running_loop()
                self._silenced[connection] = loop.call_later(SILENCE_S, self._give_back, connection)

    def _give_back(self, connection: Connection) -> None:
        del self._silenced[connection]
        self._hub.permit([connection])

    def on_page_gone(self, connection: Connection, channel: Channel) -> None:
        if (timer := self._silenced.pop(connection, None)) is not None:
            timer.cancel()

    def on_device(self, connection: Connection, channel: Channel) -> None:
        connection.send(*self.shown_to(connection, channel))

    # --- those who left with their hand up

    def on_page(self, connection: Connection, channel: Channel) -> None:
        self._look_for(channel.root_id)

    def on_people(self, channel: Channel) -> None:
        self._look_for(channel.root_id)

    def forget(self, space_id: UUID) -> None:
        self._away.pop(space_id, None)
        if (timer := self._timers.pop(space_id, None)) is not None:
            timer.cancel()

    def _look_for(self, space_id: UUID) -> None:
        """Note who has a hand up or the spotlight and is not here; after a while they lose it."""
        room = self.room(space_id)
        if not room.hands and room.spotlight is None:
            self.forget(space_id)
            return
        loop = asyncio.get_running_loop()
        named = {hand.user_id for hand in room.hands} | ({room.spotlight} if room.spotlight else set())
        since = self._away.get(space_id, {})
        away = {each: since.get(each, loop.time()) for each in named - self._hub.people_of(space_id)}
        self._away[space_id] = away
        is_stale = any(clock.now() - hand.raised_at > rules.HAND_LASTS for hand in room.hands)
        if (away or is_stale) and space_id not in self._timers:
            self._timers[space_id] = loop.call_later(AWAY_S, self._forget_away, space_id)

    def _forget_away(self, space_id: UUID) -> None:
        del self._timers[space_id]
        if not self._hub.family(space_id):
            return
        self._look_for(space_id)
        due = asyncio.get_running_loop().time() - AWAY_S * 0.9  # the loop's timers are not exact
        gone = [each for each, since in self._away.get(space_id, {}).items() if since <= due]
        self._spawn(self._forget_people(space_id, gone))

    async def _forget_people(self, space_id: UUID, gone: Sequence[UUID]) -> None:
        """Every node that the space is open on may do this: the row takes it once."""
        try:
            async with UnitOfWork(self._hub.database, self._hub.bus) as uow:
                await order.forget_people(uow, space_id, gone)
        except (SQLAlchemyError, OSError) as error:
            log.warning("hands of people who left stay up for now", error=type(error).__name__)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _name_of(connection: Connection, frame: protocol.ClientFrame) -> SignedIn:
    """In whose name a frame is: of several students at one device, each has a hand of their own."""
    if isinstance(frame, frames.HandRaise):
        return connection.acting(frame.as_id)
    if isinstance(frame, frames.HandLower) and frame.user_id in connection.companions:
        return connection.acting(frame.user_id)
    return connection.who


async def _do(uow: UnitOfWork, who: SignedIn, space_id: UUID, frame: protocol.ClientFrame) -> None:
    """What a frame asks for; the service asks whether it is theirs to do."""
    match frame:
        case frames.LessonLobby():
            await live.begin(uow, who, space_id, frame.lesson_id, in_lobby=True)
        case frames.LessonStart():
            await live.begin(uow, who, space_id, frame.lesson_id, in_lobby=False)
        case frames.LessonHold():
            await live.hold(uow, who, space_id, on=True)
        case frames.LessonResume():
            await live.hold(uow, who, space_id, on=False)
        case frames.LessonEnd():
            await live.end(uow, who, space_id)
        case frames.HandRaise():
            await order.raise_hand(uow, who, space_id)
        case frames.HandLower():
            await order.lower_hand(uow, who, space_id, frame.user_id or who.user_id)
        case frames.HandLowerAll():
            await order.lower_hand(uow, who, space_id, None)
        case frames.RoomLock():
            await order.set_lock(uow, who, space_id, Lock(frame.lock), on=frame.on)
        case frames.PersonMute():
            await order.set_off(uow, who, space_id, frame.user_id, Device(frame.device), off=frame.on)
        case frames.PersonSilence():
            await order.silence(uow, who, space_id, frame.user_id)
        case frames.MuteAll():
            await order.silence(uow, who, space_id, None)
        case frames.SpotlightSet():
            await order.set_spotlight(uow, who, space_id, frame.user_id)
        case frames.TimerSet():
            await order.set_timer(uow, who, space_id, frame.length_s)
        case frames.StepBegin():
            await steps.begin(uow, who, space_id, frame.step_id)
        case frames.StepEnd():
            await steps.end(uow, who, space_id)
        case frames.PageBring():
            await steps.bring_to_page(uow, who, space_id, frame.page_id)
        case _:
            raise AssertionError(type(frame).__name__)


def _state(stored: Stored, who: SignedIn, companions: Collection[UUID] = ()) -> frames.RoomState:
    """The room as this page may see it: students are not told who else was muted."""
    room = stored.room

    def shown(named: Iterable[UUID]) -> list[UUID]:
        return [each for each in named if who.is_staff or each == who.user_id or each in companions]

    lesson = room.lesson
    return frames.RoomState(
        version=stored.version,
        now=clock.now(),
        phase=frames.LessonPhase(room.phase),
        lesson=frames.RoomLesson(
            id=lesson.id, title=lesson.title, starts_at=lesson.starts_at, ends_at=lesson.ends_at
        ) if lesson else None,
        board_locked=room.board_locked,
        microphones_off=room.microphones_off,
        cameras_off=room.cameras_off,
        muted=shown(room.muted),
        without_camera=shown(room.without_camera),
        spotlight=room.spotlight,
        hands=[hand.user_id for hand in room.hands],
        timer=_timer(room.timer),
        silenced=room.silenced,
        silenced_id=room.silenced_id,
        step=_step(room.step, who) if room.step else None,
        steps_done=list(room.steps_done) if who.is_staff else [],
        plan_version=room.plan_version,
        page_id=room.page_id,
        page_turns=room.page_turns,
        call_back=_timer(room.call_back),
    )


def _timer(timer: Timer | None) -> frames.RoomTimer | None:
    return frames.RoomTimer(ends_at=timer.ends_at, length_s=timer.length_s) if timer else None


def _step(step: RunningStep, who: SignedIn) -> frames.RoomStep:
    return frames.RoomStep(
        id=step.id, kind=frames.StepKind(step.kind), title=step.title, started_at=step.started_at,
        ends_at=step.ends_at, due_at=step.due_at if who.is_staff else None,
    )
