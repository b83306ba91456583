"""No student is live without an adult of their own school: the leases of all schools, kept by every node.

An adult counts who may moderate the space by the records: verified staff of a member school. While their page
answers, their node renews the lease of their school, and tells the other nodes each `RENEW_S`. A node that
falls silent, or cannot be heard, renews nothing. What is taken from the students of a school without an adult
is taken in `taken`, so that chat, board and media end together, and is given back when an adult is heard.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from realtime import protocol
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.desks import Desk
from realtime.frames.supervision import SchoolWatch, SupervisionLetIn, SupervisionState, Watch
from realtime.lease import FRESH_S, GRACE_S, HOLD_S, RENEW_S, Lease
from server import clock
from server.access import NOTHING, Grant
from server.db import UnitOfWork
from server.errors import NotAllowed
from server.events import AccessChanged, AdultsHeard, Event
from server.lessons import live
from server.lessons.standing import Standing, standings

if TYPE_CHECKING:
    from realtime.hub import Hub

log = structlog.get_logger()

TICK_S = 0.5
FORGET_S = GRACE_S + HOLD_S
RETRY_S = 10.0

SOUND_AND_PICTURE = frozenset(
    {Grant.MEDIA_WATCH, Grant.MEDIA_PUBLISH_AUDIO, Grant.MEDIA_PUBLISH_VIDEO}
)
LIVE = SOUND_AND_PICTURE | {Grant.CHAT_POST, Grant.BOARD_EDIT, Grant.FILE_ADD}
"""What a student has only under supervision."""
_UNKNOWN = Standing()


class _Present(msgspec.Struct, frozen=True):
    """Who is in a space, or in a group."""

    version: int
    """Of its people (`Channel.people_version`)."""
    schools: list[UUID]
    """Those that have students there."""
    is_one_to_one: bool
    """Exactly one adult and one student are there."""


class SupervisionDesk(Desk):
    """The leases of all spaces, and what is taken from students who have none."""

    frames = (SupervisionLetIn,)
    events = (AdultsHeard, AccessChanged)
    of_root = True

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._leases: dict[UUID, dict[UUID, Lease]] = {}
        """By space and school: of spaces that nobody of this node is in, too, for `FORGET_S`.

        An adult anywhere in a space or its groups is there for their school's students everywhere in it. Of a
        group it says besides that somebody who runs the room is in that group.
        """
        self._standings: dict[UUID, Standing] = {}
        """What the records say of the spaces that somebody here is in."""
        self._told: dict[UUID, SupervisionState] = {}
        """What the pages of a space, or of a group, were told last."""
        self._ending: dict[tuple[UUID, UUID], float] = {}
        """Lessons and schools that are being ended, and when it may be tried again."""
        self._adults: set[Connection] = set()
        """Those of this node's pages that renew a lease."""
        self._present: WeakKeyDictionary[Channel, _Present] = WeakKeyDictionary()
        """Of the spaces, and groups, that somebody here is in. Not by their ids: a channel that is opened
        anew counts its people's versions from the beginning."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._asked_at = 0.0
        self._hears_from = 0.0
        """Since then the other nodes are heard, and have had time to tell of their adults."""
        self._clock: asyncio.Task[None] | None = None
        self._zero = clock.now()
        """The moment at which the loop's clock stood at nought."""

    async def start(self) -> None:
        self._zero = clock.now() - timedelta(seconds=_now())
        self._clock = asyncio.create_task(self._run(), name="supervision")

    async def close(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            await asyncio.gather(self._clock, return_exceptions=True)
        await asyncio.gather(*self._tasks, return_exceptions=True)  # each ends by the database's own timeout

    # --- signs of life

    def on_page(self, connection: Connection, channel: Channel) -> None:
        if _is_adult(connection):
            self._adults.add(connection)
            for space_id in _heard_in(channel):
                self._hear(space_id, connection.who.school_id, _now())
            self._publish([connection])
        else:
            self._adults.discard(connection)
        self._look_around(channel.root_id)

    def on_access(self, connection: Connection, channel: Channel) -> None:
        self.on_page(connection, channel)

    def on_page_gone(self, connection: Connection, channel: Channel) -> None:
        self._adults.discard(connection)
        if channel.connections:
            self._look(channel)
        else:
            self._told.pop(channel.space_id, None)
            self._present.pop(channel, None)

    def on_people(self, channel: Channel) -> None:
        self._look(channel)

    def on_event(self, event: Event) -> None:
        if isinstance(event, AdultsHeard):
            now = _now()
            for space_id, schools in event.heard.items():
                for school_id, ago_s in schools.items():
                    self._hear(space_id, school_id, now - max(0.0, ago_s))
                self._look_around(space_id)
        elif isinstance(event, AccessChanged) and (
            here := [each for each in event.space_ids if each in self._standings]
        ):
            # A lesson may have begun or ended.
            self._spawn(self._read_again(here))

    def _hear(self, space_id: UUID, school_id: UUID, at: float) -> None:
        self._lease(space_id, school_id).hear(at)

    def _lease(self, space_id: UUID, school_id: UUID) -> Lease:
        return self._leases.setdefault(space_id, {}).setdefault(school_id, Lease())

    def _publish(self, adults: Iterable[Connection]) -> None:
        now = _now()
        heard: dict[UUID, dict[UUID, float]] = {}
        for connection in adults:
            if connection.channel is not None:
                school_id = connection.who.school_id
                ago_s = now - connection.heard_at()
                for space_id in _heard_in(connection.channel):
                    schools = heard.setdefault(space_id, {})
                    schools[school_id] = min(ago_s, schools.get(school_id, ago_s))
        if heard:
            self._hub.bus.publish([AdultsHeard(self._hub.node_id, heard)])

    # --- the clock

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            try:
                self.beat()
            except Exception:
                log.exception("supervision met a fault")  # it guards everyone: it never ends

    def beat(self) -> None:
        """One turn of the clock: hear who answered, ask again when it is time, and act on what follows."""
        now = _now()
        if is_time_to_ask := now - self._asked_at >= RENEW_S:
            self._asked_at = now
        if not self._hub.bus.hears:
            self._hears_from = now + FRESH_S
        self._renew(is_time_to_ask=is_time_to_ask)
        for channel in list(self._hub.channels.values()):
            self._look(channel)
        self._forget_old(now)

    def _renew(self, *, is_time_to_ask: bool) -> None:
        for connection in tuple(self._adults):
            if connection.channel is not None:
                for space_id in _heard_in(connection.channel):
                    self._hear(space_id, connection.who.school_id, connection.heard_at())
                if is_time_to_ask:
                    connection.ask()
        if is_time_to_ask:
            self._publish(self._adults)

    def _forget_old(self, now: float) -> None:
        for space_id in [each for each in self._leases if not self._hub.family(each)]:
            schools = self._leases[space_id]
            if all(now - (each.heard_at or 0.0) > FORGET_S for each in schools.values()):
                del self._leases[space_id]
        self._ending = {key: until for key, until in self._ending.items() if now < until}

    # --- what follows

    def _look_around(self, root_id: UUID) -> None:
        for channel in self._hub.family(root_id):
            self._look(channel)

    def _look(self, channel: Channel) -> None:
        """Work out how the schools here are supervised, and act on what has changed."""
        state = self._state(channel)
        if state != self._told.get(channel.space_id):
            self._told[channel.space_id] = state
            # Taken first, and told after.
            self._hub.permit(channel.connections)
            channel.members.send([state])
        elif channel.is_group:  # adults of the space may have come into it, or gone
            self._hub.permit(each for each in channel.connections if _is_visitor(each))
        self._end_overdue(channel)

    def _state(self, channel: Channel) -> SupervisionState:
        now = _now()
        standing = self._standings.get(channel.root_id, _UNKNOWN)
        present = self._who_is(channel)
        watches = []
        for school_id in present.schools:
            lease = self._lease(channel.root_id, school_id)
            until = lease.until(now, is_lesson=standing.lesson_id is not None)
            at = None if until is None else self._zero + timedelta(seconds=until)
            watches.append(SchoolWatch(school_id=school_id, watch=lease.watch(now), until=at))
        return SupervisionState(schools=watches, alone=present.is_one_to_one)

    def _who_is(self, channel: Channel) -> _Present:
        """Worked out anew only when somebody has come or gone: it is asked of every page, twice a second."""
        present = self._present.get(channel)
        if present is None or present.version != channel.people_version:
            people = channel.shown.values()
            present = self._present[channel] = _Present(
                version=channel.people_version,
                schools=sorted({each.school_id for each in people if each.kind == "student"}),
                is_one_to_one=len(people) == 2 and len({each.kind for each in people}) == 2,
            )
        return present

    def _end_overdue(self, channel: Channel) -> None:
        standing = self._standings.get(channel.root_id, _UNKNOWN)
        if standing.lesson_id is None:
            return
        now = _now()
        if now < self._hears_from:
            return  # students are held all the same; their adult may be there, on a node that is not heard
        students = {each.who.school_id for each in channel.connections if not each.who.is_staff}
        for school_id in students:
            key = standing.lesson_id, school_id
            if self._lease(channel.root_id, school_id).is_overdue(now) and now >= self._ending.get(key, 0.0):
                self._ending[key] = now + RETRY_S
                self._spawn(self._end_for(*key))

    async def _end_for(self, lesson_id: UUID, school_id: UUID) -> None:
        """The lesson is over for a school. Every node may find that out: the records take it once."""
        try:
            async with UnitOfWork(self._hub.database, self._hub.bus) as uow:
                await live.end_for_school(uow, lesson_id, school_id)
        except (SQLAlchemyError, OSError) as error:
            log.warning("a lesson could not be ended, tried again", error=type(error).__name__)

    def taken(self, connection: Connection, channel: Channel) -> frozenset[Grant]:
        alone = NOTHING
        if self._who_is(channel).is_one_to_one:
            # What is written in the space itself others read later; in a group the two are by themselves.
            alone = LIVE if channel.is_group else SOUND_AND_PICTURE
        if connection.who.is_staff:
            return LIVE if self._is_by_themselves(connection, channel) else alone
        lease = self._leases.get(channel.root_id, {}).get(connection.who.school_id)
        if lease is not None and lease.watch(_now()) in (Watch.PRESENT, Watch.GRACE):
            return alone
        standing = self._standings.get(channel.root_id, _UNKNOWN)
        works_alone = standing.works_alone and standing.lesson_id is None
        return alone | (SOUND_AND_PICTURE if works_alone else LIVE)

    def _is_by_themselves(self, connection: Connection, channel: Channel) -> bool:
        """Whether an adviser, a guest or somebody unverified is in a group with students, and nobody who runs
        the room is in it, as far as this node has heard."""
        if not (channel.is_group and _is_visitor(connection) and self._who_is(channel).schools):
            return False
        now = _now()
        return not any(
            each.watch(now) in (Watch.PRESENT, Watch.GRACE)
            for each in self._leases.get(channel.space_id, {}).values()
        )

    def may(self, school_id: UUID, space_id: UUID) -> bool:
        """Whether students of a school are supervised in a space, as far as this node has heard.

        Args:
            space_id: no group, but the space that it is one of.
        """
        lease = self._leases.get(space_id, {}).get(school_id)
        return lease is not None and lease.watch(_now()) in (Watch.PRESENT, Watch.GRACE)

    def shown_to(self, connection: Connection, channel: Channel) -> Iterable[protocol.ServerFrame]:
        state = self._state(channel)
        self._told.setdefault(channel.space_id, state)  # the first to come is the only one to be told
        return [state]

    def forget(self, space_id: UUID) -> None:
        self._standings.pop(space_id, None)

    # --- what the records say

    async def read(self, session: AsyncSession, space_ids: Sequence[UUID]) -> None:
        found = await standings(session, space_ids)
        for space_id in space_ids:
            self._take_in(space_id, found.get(space_id, _UNKNOWN))

    def _take_in(self, space_id: UUID, standing: Standing) -> None:
        before, self._standings[space_id] = self._standings.get(space_id), standing
        for school_id, lease in self._leases.get(space_id, {}).items():
            lease.is_over = school_id in standing.over
        for school_id in standing.over:
            self._lease(space_id, school_id).is_over = True
        if standing != before:
            for channel in self._hub.family(space_id):
                self._hub.permit(channel.connections)
                self._look(channel)

    async def _read_again(self, space_ids: Sequence[UUID]) -> None:
        try:
            async with self._hub.database.read() as session:
                await self.read(session, space_ids)
        except (SQLAlchemyError, OSError) as error:
            log.warning("lessons could not be read, tried again by the clock", error=type(error).__name__)
        for space_id in space_ids:
            if not self._hub.family(space_id):
                self.forget(space_id)

    # --- what adults ask for

    async def handle(self, connection: Connection, channel: Channel, frame: protocol.ClientFrame) -> None:
        assert isinstance(frame, SupervisionLetIn)
        if not _is_adult(connection):
            raise NotAllowed("Only an adult of the school may let its students in again.")
        if (lesson_id := self._standings.get(channel.root_id, _UNKNOWN).lesson_id) is not None:
            async with UnitOfWork(self._hub.database, self._hub.bus) as uow:
                await live.let_back_in(uow, lesson_id, connection.who.school_id, connection.who)
        connection.send(protocol.Ok(ref=frame.ref))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _heard_in(channel: Channel) -> tuple[UUID, ...]:
    """Where an adult who is in a channel is heard."""
    return (channel.root_id, channel.space_id) if channel.is_group else (channel.root_id,)


def _is_visitor(connection: Connection) -> bool:
    return connection.who.is_staff and not _is_adult(connection)


def _is_adult(connection: Connection) -> bool:
    """Whether this page renews its school's lease: verified staff of a member school, as the records say."""
    return connection.who.is_staff and Grant.SPACE_MODERATE in connection.access
