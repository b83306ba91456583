"""Every open socket of this node, by person and by space, and what the facts on the bus mean for them.

The hub holds no access of its own: `server.access` is asked when someone joins (`realtime.joining`),
whenever a fact says that access may differ, after each gap on the bus, and every `recheck_s` in case such a
fact was lost (`realtime.rechecking`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence, Set
from uuid import UUID

from prometheus_client import Gauge

from realtime import protocol
from realtime.attendance import AttendanceDesk
from realtime.balance import BalanceDesk
from realtime.board_rooms import BoardRooms
from realtime.calling_back import CallBackDesk
from realtime.channel import Channel
from realtime.chat import ChatDesk
from realtime.connection import Broadcast, Connection
from realtime.desks import Desk
from realtime.draining import NOTICE_SHARE, slices
from realtime.filing import FilingDesk
from realtime.groups import GroupsDesk
from realtime.joining import IN_SPACES, Joining
from realtime.media import MediaDesk
from realtime.moderation import ModerationDesk
from realtime.notes import NotesDesk
from realtime.pages import PagesDesk
from realtime.polling import PollDesk
from realtime.presence import Presence
from realtime.protocol import CloseCode
from realtime.readings import Readings
from realtime.rechecking import Rechecking
from realtime.room import RoomDesk
from realtime.sharing import SharingDesk
from realtime.supervision import SupervisionDesk
from realtime.voices import VoicesDesk
from realtime.writing import Writing
from server.access import NOTHING, Grant, less
from server.accounts.service import SignedIn
from server.bus import Bus
from server.config import Settings
from server.db import Database
from server.events import (
    AccessChanged,
    BoardEmptied,
    BoardSignalled,
    BoardUpdated,
    ChatChanged,
    ChatPosted,
    Event,
    SessionEnded,
)
from server.translation import service as translation

CONNECTIONS_PER_PERSON = 10

SOCKETS = Gauge("commonroom_sockets", "Open sockets on this node.")


class Hub:
    """The live half of one node."""

    def __init__(
        self, node_id: str, settings: Settings, database: Database, bus: Bus, media: MediaDesk
    ) -> None:
        self.node_id = node_id
        self.database = database
        self.bus = bus
        self.media = media
        self.boards = BoardRooms(database, bus)
        self.translates = translation.is_on(settings)
        self.chat = ChatDesk(database, bus, settings.database_timeout_s)
        self.presence = Presence(node_id, bus, self._on_presence)
        self.writing = Writing(bus, self.presence.people, self._members_of)
        self.supervision = SupervisionDesk(self)
        self.room = RoomDesk(self)
        self.pages = PagesDesk(self, settings.database_timeout_s)
        self.groups = GroupsDesk(self, settings.database_timeout_s)
        self.voices = VoicesDesk(self)
        self.sharing = SharingDesk(self)
        self.desks: Sequence[Desk] = (
            self.supervision, self.room, self.groups, self.voices,
            CallBackDesk(self, settings.database_timeout_s), AttendanceDesk(self),
            PollDesk(self, settings.database_timeout_s),
            ModerationDesk(self, settings.database_timeout_s),
            FilingDesk(self),
            self.pages,
            NotesDesk(self, settings.database_timeout_s),
            BalanceDesk(self),
            self.sharing,
        )
        self._desk_for = {frame: desk for desk in self.desks for frame in desk.frames}
        self._hearers: dict[type[Event], list[Desk]] = {}
        for desk in self.desks:
            for kind in desk.events:
                self._hearers.setdefault(kind, []).append(desk)
        self.is_draining = False
        self.readings = Readings()
        self._joining = Joining(self, settings.database_timeout_s)
        self._rechecking = Rechecking(self, settings.recheck_s, settings.database_timeout_s)
        self._connections: set[Connection] = set()
        self._by_user: dict[UUID, set[Connection]] = {}
        self._channels: dict[UUID, Channel] = {}
        self._families: dict[UUID, list[Channel]] = {}
        """By space, the channels of it and of its groups."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._recheck_task: asyncio.Task[None] | None = None
        bus.subscribe(self._on_event)
        bus.on_gap(self._on_gap)

    async def start(self) -> None:
        await self.presence.start()
        for desk in self.desks:
            await desk.start()
        self._recheck_task = asyncio.create_task(self._rechecking.run())

    async def drain(self, over_s: float) -> None:
        """Tell everyone to come back, to another node: spread over some seconds, whole spaces together."""
        self.is_draining = True
        groups: dict[object, list[Connection]] = {}
        for connection in self._connections:
            groups.setdefault(connection.channel or connection, []).append(connection)
        started = asyncio.get_running_loop().time()
        for at_s, members in slices(groups.values(), over_s):
            await asyncio.sleep(started + at_s - asyncio.get_running_loop().time())
            self._send_away(members)
        await asyncio.sleep(started + over_s * NOTICE_SHARE - asyncio.get_running_loop().time())

    def _send_away(self, connections: Iterable[Connection]) -> None:
        for connection in tuple(connections):
            self.take_out(connection)
            connection.close(CloseCode.RESTARTING, "restarting")

    async def close(self) -> None:
        """Tell everyone to come back, to another node or after the restart, and let go of everything."""
        if self._recheck_task is not None:
            self._recheck_task.cancel()
            await asyncio.gather(self._recheck_task, return_exceptions=True)
        await self._joining.close()
        await self.chat.close()  # first, so that its answers still go out
        self._send_away(self._connections)
        self.writing.close()
        for desk in self.desks:
            await desk.close()
        await self.boards.close()
        for channel in list(self._channels.values()):
            await channel.close()
        for task in tuple(self._tasks):
            task.cancel()
        # Those that close are not broken off: what they wait for gives its connection back first.
        await asyncio.gather(*self._tasks, *self._closing, return_exceptions=True)
        await self.media.close()
        await self.presence.close()

    # --- sockets

    def add(self, connection: Connection) -> bool:
        """Take a socket in. False when this person has too many."""
        theirs = self._by_user.setdefault(connection.user_id, set())
        if len(theirs) >= CONNECTIONS_PER_PERSON:
            return False
        connection.pace = next((each.pace for each in theirs), connection.pace)
        theirs.add(connection)
        self._connections.add(connection)
        SOCKETS.set(len(self._connections))
        return True

    def remove(self, connection: Connection) -> None:
        """Let a socket go."""
        self.take_out(connection)
        self._connections.discard(connection)
        theirs = self._by_user.get(connection.user_id, set())
        theirs.discard(connection)
        if not theirs:
            self._by_user.pop(connection.user_id, None)
        SOCKETS.set(len(self._connections))

    def has(self, connection: Connection) -> bool:
        """Whether this socket is still open."""
        return connection in self._connections

    @property
    def count(self) -> int:
        """How many sockets are open."""
        return len(self._connections)

    def not_joined(self) -> list[Connection]:
        """The sockets that are in no space."""
        return [each for each in self._connections if each.channel is None]

    @property
    def channels(self) -> Mapping[UUID, Channel]:
        """The spaces that somebody on this node is in."""
        return self._channels

    def open(self, channel: Channel) -> None:
        """Somebody is about to be the first in a space."""
        self._channels[channel.space_id] = channel
        self._families.setdefault(channel.root_id, []).append(channel)
        self._rechecking.checked(channel.space_id)

    def take_out(self, connection: Connection) -> None:
        """Out of media, board and space, at once: nothing more reaches this socket."""
        connection.access = connection.grants = NOTHING
        self.media.leave(connection)
        self.boards.leave(connection)
        channel, connection.channel = connection.channel, None
        if channel is None:
            return
        IN_SPACES.dec()
        channel.connections.discard(connection)
        self.presence.remove(channel.space_id, connection.user_id)
        for desk in self.desks:
            desk.on_page_gone(connection, channel)
        if not channel.connections and self._channels.get(channel.space_id) is channel:
            self._shut(channel)

    def _shut(self, channel: Channel) -> None:
        """Nobody of this node is in the space any more."""
        del self._channels[channel.space_id]
        family = self._families[channel.root_id]
        family.remove(channel)
        if not family:
            del self._families[channel.root_id]
        for desk in self.desks:
            if not desk.of_root:
                desk.forget(channel.space_id)
            elif not family:
                desk.forget(channel.root_id)
        closing = asyncio.create_task(channel.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    # --- a space and its groups

    @property
    def roots(self) -> Set[UUID]:
        """The spaces that somebody on this node is in, or in a group of."""
        return self._families.keys()

    def family(self, root_id: UUID) -> Sequence[Channel]:
        """The channels of a space and of its groups that somebody on this node is in."""
        return self._families.get(root_id, ())

    def root_of(self, space_id: UUID) -> UUID:
        """What a space is a group of, as far as this node knows; else the space itself."""
        channel = self._channels.get(space_id)
        return channel.root_id if channel is not None else self.groups.root_of(space_id)

    def people_of(self, root_id: UUID) -> Set[UUID]:
        """Everyone in a space or one of its groups, on any node. Without groups it costs nothing."""
        spaces = {*self.groups.ids(root_id), *(each.space_id for each in self.family(root_id))} - {root_id}
        if not spaces:
            return self.presence.people(root_id)
        return set(self.presence.people(root_id)).union(*(self.presence.people(each) for each in spaces))

    # --- what a page may do

    def desk_for(self, frame: protocol.ClientFrame) -> Desk:
        """Who takes frames of this kind."""
        return self._desk_for[type(frame)]

    def settle(self, connection: Connection, granted: frozenset[Grant]) -> None:
        """The records grant this to a page that is in a space."""
        if (channel := connection.channel) is None or granted == connection.access:
            return
        connection.access = granted
        self.permit([connection])
        for desk in self.desks:
            desk.on_access(connection, channel)

    def permit(self, connections: Iterable[Connection]) -> None:
        """Work out what these may do now; what they lost ends at once, and they are told."""
        for connection in tuple(connections):
            channel = connection.channel
            if channel is None:
                continue
            grants = self.allowed(connection, channel)
            if grants == connection.grants:
                continue
            connection.grants = grants
            # First, so that a page does not take the loss of its track for a fault that it can mend.
            connection.send(protocol.AccessUpdate(grants=sorted(grants)))
            self.media.permit(connection)
            if Grant.BOARD_VIEW not in grants:
                self.boards.leave(connection)

    def allowed(self, connection: Connection, channel: Channel) -> frozenset[Grant]:
        """What the records grant, less what is taken away for now."""
        taken = NOTHING.union(*(desk.taken(connection, channel) for desk in self.desks))
        return less(connection.access, taken)

    def may(self, who: SignedIn, space_id: UUID, root_id: UUID, grant: Grant) -> bool:
        """Whether a person may use now what the records grant them (`server.spaces.liveness.Liveness`).

        Their page may be on another node: then what this node has heard of their school's adults decides.
        """
        pages = (*self._by_user.get(who.user_id, ()), *self.sharing.devices_of([who.user_id]))
        here = [
            each for each in pages
            if each.channel is not None and each.channel.space_id == space_id and who.user_id in each.people
        ]
        if here:
            return any(grant in each.grants for each in here)
        return who.is_staff or self.supervision.may(who.school_id, root_id)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- joining

    async def join(self, connection: Connection, frame: protocol.SpaceJoin) -> None:
        """Let a person into a space and show it to them, or close with the reason.

        Raises:
            SQLAlchemyError, OSError: the records cannot be read; the page is in no space.
        """
        self.take_out(connection)
        await self._joining.join(connection, frame)

    def on_typing(self, connection: Connection, channel: Channel, as_id: UUID | None = None) -> None:
        """Somebody is writing: of interest to the others only, and only while they may write."""
        user_id = as_id or connection.user_id
        if Grant.CHAT_POST in connection.grants and user_id in connection.people:
            self.writing.seen(channel.space_id, user_id)

    def _members_of(self, space_id: UUID) -> Broadcast | None:
        channel = self._channels.get(space_id)
        return channel.members if channel is not None else None

    # --- facts

    def _on_event(self, event: Event) -> None:
        for desk in self._hearers.get(type(event), ()):
            desk.on_event(event)
        match event:
            case ChatPosted():
                if channel := self._channels.get(event.space_id):
                    channel.on_posted(event)
            case ChatChanged():
                if channel := self._channels.get(event.space_id):
                    channel.on_changed(event)
            case BoardUpdated():
                self.boards.on_updated(event)
            case BoardSignalled():
                self.boards.on_signalled(event)
            case BoardEmptied():
                self.boards.on_emptied(event)
            case AccessChanged():
                self._on_access_changed(event)
            case SessionEnded():
                self._on_session_ended(event)
            case _:
                self.presence.handle(event)

    def _on_presence(self, space_ids: Iterable[UUID]) -> None:
        self.writing.on_presence(space_ids)
        roots = set()
        for space_id in space_ids:
            if channel := self._channels.get(space_id):
                channel.on_presence()
            roots.add(self.root_of(space_id))
        for channel in [each for root_id in roots for each in self.family(root_id)]:
            for desk in self.desks:
                desk.on_people(channel)

    def _on_session_ended(self, event: SessionEnded) -> None:
        self.readings.overtake(event)
        for connection in tuple(self._connections):
            if connection.who.session_id == event.session_id:
                self.take_out(connection)
                connection.close(CloseCode.SIGNED_OUT, "signed_out")

    def _on_access_changed(self, event: AccessChanged) -> None:
        self.readings.overtake(event)
        affected = {c for user_id in event.user_ids for c in self._by_user.get(user_id, ())}
        affected |= self.sharing.devices_of(event.user_ids)
        for space_id in event.space_ids:
            if channel := self._channels.get(space_id):
                affected |= channel.connections
            for channel in self.family(space_id):
                affected |= channel.connections
        if affected:
            self._spawn(self.recheck(affected))

    def _on_gap(self) -> None:
        self.readings.overtake(None)
        self._spawn(self.recheck(set(self._connections)))
        self.boards.catch_up()
        for channel in self._channels.values():
            channel.refresh()

    async def recheck(self, connections: Iterable[Connection]) -> None:
        """Hold open sockets against the records, and take away what was lost."""
        await self._rechecking.recheck(connections)
