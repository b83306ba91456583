"""Every open socket of this node, by person and by space; where access that is lost is taken away.

The hub holds no access of its own: it asks `server.access` when someone joins, whenever a fact says that
access may differ, every `recheck_s` in case such a fact was lost, and after each gap on the bus. What was
lost is taken first (out of the space, off the board, out of the media), then the person is told. When
the records cannot be read, the doubt closes the socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from uuid import UUID

import structlog
from prometheus_client import Gauge
from sqlalchemy.exc import SQLAlchemyError

from realtime import protocol
from realtime.board_rooms import BoardRooms
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.media import MediaDesk
from realtime.people import chat_messages, people, school_infos, space_info
from realtime.presence import Presence
from realtime.protocol import CloseCode
from server import access
from server.access import Access, Grant
from server.accounts import service as accounts
from server.bus import Bus
from server.chat import service as chat
from server.config import Settings
from server.db import Database
from server.events import AccessChanged, BoardSignalled, BoardUpdated, ChatPosted, Event, SessionEnded
from server.spaces import service as spaces

log = structlog.get_logger()

CONNECTIONS_PER_PERSON = 10
RECHECKS_AT_ONCE = 5
JOIN_TRIES = 10
"""So often a join reads the records again when they change under it; then the page comes back later."""

SOCKETS = Gauge("commonroom_sockets", "Open sockets on this node.")
IN_SPACES = Gauge("commonroom_sockets_in_spaces", "Sockets that have joined a space.")


class Hub:
    """The live half of one node."""

    def __init__(
        self, node_id: str, settings: Settings, database: Database, bus: Bus, media: MediaDesk
    ) -> None:
        self.database = database
        self.bus = bus
        self.media = media
        self.boards = BoardRooms(database, bus)
        self.presence = Presence(node_id, bus, self._on_presence)
        self._recheck_s = settings.recheck_s
        self._timeout_s = settings.database_timeout_s
        self._connections: set[Connection] = set()
        self._by_user: dict[UUID, set[Connection]] = {}
        self._channels: dict[UUID, Channel] = {}
        self._access_version = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._recheck_task: asyncio.Task[None] | None = None
        bus.subscribe(self._on_event)
        bus.on_gap(self._on_gap)

    async def start(self) -> None:
        await self.presence.start()
        self._recheck_task = asyncio.create_task(self._recheck_for_ever())

    async def close(self) -> None:
        """Tell everyone to come back, to another node or after the restart, and let go of everything."""
        if self._recheck_task is not None:
            self._recheck_task.cancel()
            await asyncio.gather(self._recheck_task, return_exceptions=True)
        for connection in tuple(self._connections):
            self._take_out(connection)
            connection.close(CloseCode.RESTARTING, "restarting")
        await self.boards.close()
        for channel in list(self._channels.values()):
            await channel.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
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
        self._take_out(connection)
        self._connections.discard(connection)
        theirs = self._by_user.get(connection.user_id, set())
        theirs.discard(connection)
        if not theirs:
            self._by_user.pop(connection.user_id, None)
        SOCKETS.set(len(self._connections))

    def _take_out(self, connection: Connection) -> None:
        """Out of media, board and space, at once: nothing more reaches this socket."""
        connection.grants = access.NOTHING
        self.media.leave(connection)
        self.boards.leave(connection)
        channel, connection.channel = connection.channel, None
        if channel is None:
            return
        IN_SPACES.dec()
        channel.connections.discard(connection)
        self.presence.remove(channel.space_id, connection.user_id)
        if not channel.connections and self._channels.get(channel.space_id) is channel:
            del self._channels[channel.space_id]
            self._spawn(channel.close())

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- joining

    async def join(self, connection: Connection, frame: protocol.SpaceJoin) -> None:
        """Let a person into a space and show it to them, or close with the reason.

        A change of access that passes while the records are read makes the reading start again.
        """
        self._take_out(connection)
        for _ in range(JOIN_TRIES):
            if connection.is_closing:
                return
            version = self._access_version
            async with self.database.read() as session:
                found = await access.access_in(session, connection.user_id, frame.space_id)
                if not found.may_enter:
                    if version == self._access_version:
                        connection.close(CloseCode.ACCESS_LOST, found.reason)
                        return
                    continue
                if not await accounts.alive(session, [connection.who.session_id]):
                    connection.close(CloseCode.SIGNED_OUT, "signed_out")
                    return
                space = (await spaces.with_schools(session, [frame.space_id]))[0]
                boards = await spaces.boards_in(session, frame.space_id)
                # Who knows more than is stored has seen records that were put back since: all is told anew.
                last_seq = frame.last_seq if (frame.last_seq or 0) <= space.last_seq else None
                stored = await chat.between(session, frame.space_id, last_seq or 0)
                here = self.presence.people(frame.space_id) | {connection.user_id}
                found_people = await people(session, here | {each.author_id for each in stored})
                schools = await school_infos(session, space, found_people.values())
            # From here to the end nothing waits, so nothing can come in between.
            if version != self._access_version or connection.is_closing:
                continue
            seq = max(space.last_seq, stored[-1].seq if stored else 0)
            messages = chat_messages(stored, found_people)
            channel = self._channels.get(frame.space_id)
            if channel is None:
                channel = Channel(frame.space_id, seq, self.database, self.presence)
                self._channels[frame.space_id] = channel
            elif channel.seq > seq:
                # The others have been sent more than was read.
                if (since := channel.since(seq)) is None:
                    continue
                seq, messages = channel.seq, [*messages, *since]
            elif channel.seq < seq and (last_seq or 0) <= channel.seq:
                # What is on its way to the others comes to this page with them, not twice.
                seq, messages = channel.seq, [each for each in messages if each.seq <= channel.seq]
                channel.refresh()
            connection.grants, connection.channel = found.grants, channel
            channel.learn(schools)
            # Shown to the others first and added after, so that nobody is told of their own coming.
            for user_id in here & found_people.keys():
                channel.show(found_people[user_id])
            self.presence.add(frame.space_id, connection.user_id)
            channel.members.flush()
            channel.connections.add(connection)
            self.media.join(connection, frame.space_id)
            IN_SPACES.inc()
            history = [protocol.ChatHistory(messages=messages)] if messages else []
            connection.send(
                protocol.SpaceJoined(
                    ref=frame.ref,
                    space=space_info(space),
                    schools=schools,
                    boards=[protocol.BoardInfo(id=b.id, title=b.title, position=b.position) for b in boards],
                    grants=sorted(found.grants),
                    seq=seq,
                    from_seq=messages[0].seq if messages else seq + 1,
                    tracks=self.media.tracks(frame.space_id),
                    ice_servers=self.media.ice_servers(connection.user_id),
                ),
                protocol.PresenceState(people=channel.people()),
                *history,
            )
            return
        connection.close(CloseCode.RESYNC, "busy")

    def on_typing(self, connection: Connection, channel: Channel) -> None:
        """Somebody is writing: of interest to the others only, and only while they may write."""

    # --- facts

    def _on_event(self, event: Event) -> None:
        match event:
            case ChatPosted():
                if channel := self._channels.get(event.space_id):
                    channel.on_posted(event)
            case BoardUpdated():
                self.boards.on_updated(event)
            case BoardSignalled():
                self.boards.on_signalled(event)
            case AccessChanged():
                self._on_access_changed(event)
            case SessionEnded():
                self._on_session_ended(event)
            case _:
                self.presence.handle(event)

    def _on_presence(self, space_ids: Iterable[UUID]) -> None:
        for space_id in space_ids:
            if channel := self._channels.get(space_id):
                channel.on_presence()

    def _on_session_ended(self, event: SessionEnded) -> None:
        self._access_version += 1  # a page that is just joining reads again whether it is signed in
        for connection in tuple(self._connections):
            if connection.who.session_id == event.session_id:
                self._take_out(connection)
                connection.close(CloseCode.SIGNED_OUT, "signed_out")

    def _on_access_changed(self, event: AccessChanged) -> None:
        self._access_version += 1
        affected = {c for user_id in event.user_ids for c in self._by_user.get(user_id, ())}
        for space_id in event.space_ids:
            if channel := self._channels.get(space_id):
                affected |= channel.connections
        if affected:
            self._spawn(self.recheck(affected))

    def _on_gap(self) -> None:
        self._access_version += 1
        self._spawn(self.recheck(set(self._connections)))
        self.boards.catch_up()
        for channel in self._channels.values():
            channel.refresh()

    # --- access of what is open

    async def recheck(self, connections: Iterable[Connection]) -> None:
        """Hold open connections against the records, and take away what was lost."""
        by_space: dict[UUID, list[Connection]] = {}
        for connection in connections:
            if connection.channel is not None:
                by_space.setdefault(connection.channel.space_id, []).append(connection)
        some_at_once, doubt = asyncio.Semaphore(RECHECKS_AT_ONCE), asyncio.Event()

        async def recheck_in(space_id: UUID, members: list[Connection]) -> None:
            async with some_at_once:
                if doubt.is_set() or not await self._recheck_in(space_id, members):
                    # Who waited for the records in vain does not let the others wait as long again.
                    doubt.set()
                    self._close_in_doubt(members)

        async with asyncio.TaskGroup() as group:
            for space_id, members in by_space.items():
                group.create_task(recheck_in(space_id, members))

    def _close_in_doubt(self, members: Iterable[Connection]) -> None:
        for connection in members:
            self._take_out(connection)
            connection.close(CloseCode.RESYNC, "unavailable")

    async def _recheck_in(self, space_id: UUID, members: list[Connection]) -> bool:
        """Returns whether the records could be read."""
        is_current = False
        while not is_current:
            version = self._access_version
            try:
                async with asyncio.timeout(self._timeout_s), self.database.read() as session:
                    found = await access.access_of(session, {each.user_id for each in members}, space_id)
            except (SQLAlchemyError, OSError) as error:
                log.error("access could not be read, sockets closed", error=type(error).__name__)
                return False
            # An answer that a change has overtaken takes away, but gives nothing: it is asked for again.
            is_current = version == self._access_version
            gone = Access(access.NOTHING, "access_lost")
            for connection in members:
                if connection.channel is not None and connection.channel.space_id == space_id:
                    self._reconcile(connection, found.get(connection.user_id, gone), is_current)
        return True

    def _reconcile(self, connection: Connection, found: Access, is_current: bool) -> None:
        if not found.may_enter:
            self._take_out(connection)
            connection.close(CloseCode.ACCESS_LOST, found.reason)
            return
        grants = found.grants if is_current else found.grants & connection.grants
        if grants != connection.grants:
            connection.grants = grants
            self.media.permit(connection)
            if Grant.BOARD_VIEW not in grants:
                self.boards.leave(connection)
            connection.send(protocol.AccessUpdate(grants=sorted(grants)))

    async def _recheck_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._recheck_s)
            try:
                await self._recheck_sessions()
                await self.recheck(set(self._connections))
                for channel in list(self._channels.values()):
                    channel.refresh()
                self.boards.catch_up()
            except Exception:
                log.exception("recheck failed, tried again")  # it is the last safeguard: it never ends

    async def _recheck_sessions(self) -> None:
        sessions = {connection.who.session_id for connection in self._connections}
        try:
            async with asyncio.timeout(self._timeout_s), self.database.read() as session:
                alive = await accounts.alive(session, sessions)
        except (SQLAlchemyError, OSError) as error:
            log.warning("sign-ins could not be read", error=type(error).__name__)
            return
        for connection in tuple(self._connections):
            if connection.who.session_id in sessions - alive:
                self._take_out(connection)
                connection.close(CloseCode.SIGNED_OUT, "signed_out")
