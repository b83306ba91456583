"""A board page while somebody has it open on this node: its document, its log, its people.

An accepted update is applied to the document, stored with everything else of its tick in one
transaction, and only then sent on, to its sender too: the echo means "stored". When storing fails the
room is given up and its people come back to a fresh one; what was not echoed is still in their pages and
is sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID

import structlog
from pycrdt import Doc
from sqlalchemy.exc import SQLAlchemyError

from realtime import board_wire as wire
from realtime import yjs_update
from realtime.board_guard import UPDATE_LIMIT_BYTES, BoardGuard, Gap, Refused
from realtime.connection import Broadcast, Connection
from realtime.prepared import BINARY
from realtime.protocol import CloseCode, ErrorCode
from realtime.transport import Message
from server.boards import service
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.errors import DomainError
from server.events import BoardSignalled, BoardUpdated

log = structlog.get_logger()

TICK_S = 0.033
COMPACT_AFTER = 500
"""So many updates after the last snapshot, a new one is made when the page is left."""
UNSTORED_LIMIT = 5000
"""So many updates may wait for the database; then the room is given up."""


class BoardRoom:
    """One page on one node. Made by `BoardRooms.enter`, dropped when its last person leaves."""

    def __init__(
        self, board_id: UUID, database: Database, bus: Bus, stored: service.Log,
        on_broken: Callable[[BoardRoom], None],
    ) -> None:
        self.board_id = board_id
        self.is_broken = False
        self._on_broken = on_broken
        self.people = Broadcast(TICK_S)
        self._database = database
        self._bus = bus
        self._doc = Doc()
        self._guard = BoardGuard(stored.writers, lambda: self._doc.get_update(self._doc.get_state()))
        self._seq = stored.snapshot_seq
        """The number of the newest stored update that this room knows and has sent on."""
        self._snapshot_seq = stored.snapshot_seq
        self._states: dict[int, wire.State] = {}
        self._unstored: list[service.Drawn] = []
        self._storing: asyncio.Task[None] | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self._catch_up_again = False
        if stored.snapshot:
            self._take(stored.snapshot)
        for seq, data in stored.updates:
            self._take(data)
            self._seq = seq

    def _take(self, data: bytes, author_id: UUID | None = None) -> None:
        self._doc.apply_update(data)
        self._guard.observe(yjs_update.read_stored(data), author_id)

    # --- people

    def add(self, connection: Connection) -> None:
        """Bring a person in: they are asked what they have, and shown who else points where."""
        self.people.flush()
        self.people.members.add(connection)
        connection.board = self
        connection.send_binary(wire.sync(wire.STEP_1, self._doc.get_state()))
        if self._states:
            connection.send_binary(wire.awareness(list(self._states.values())))

    def remove(self, connection: Connection) -> None:
        """Take a person out at once; their cursor goes with them."""
        self.people.members.discard(connection)
        connection.board = None
        client_id, connection.board_client_id = connection.board_client_id, None
        if client_id is None:
            return
        self._guard.release(client_id)
        if state := self._states.pop(client_id, None):
            gone = wire.State(client_id, state.clock + 1, b"null")
            self._bus.publish([BoardSignalled(self.board_id, wire.awareness([gone]))])

    # --- messages of a person

    def receive(self, connection: Connection, data: bytes, may_edit: bool) -> None:
        """Act on a binary frame. What cannot be used is answered with an `error` frame."""
        try:
            reader = wire.Reader(data)
            kind = reader.uint()
            if kind == wire.SYNC:
                self._sync(connection, reader.uint(), reader.bytes(), may_edit)
            elif kind == wire.AWARENESS:
                self._awareness(connection, reader.bytes())
            elif kind == wire.STROKE:
                self._stroke(connection, reader.bytes(), may_edit)
            else:
                raise wire.BadMessage("no such message")
        except wire.BadMessage as error:
            connection.fail(ErrorCode.BAD_FRAME, f"No board message: {error}.")

    def _sync(self, connection: Connection, step: int, data: bytes, may_edit: bool) -> None:
        if step == wire.STEP_1:
            try:
                update = self._doc.get_update(data)
            except (ValueError, IndexError, AssertionError) as error:
                raise wire.BadMessage("no state vector") from error
            connection.send_binary(wire.sync(wire.STEP_2, update))
            return
        if step not in (wire.STEP_2, wire.UPDATE):
            raise wire.BadMessage("no such sync step")
        limit_bytes = UPDATE_LIMIT_BYTES if step == wire.UPDATE else len(data)
        try:
            verdict = self._guard.check(data, connection.user_id, limit_bytes)
        except Gap:
            connection.send_binary(wire.sync(wire.STEP_1, self._doc.get_state()))
            return
        except Refused as refusal:
            log.info("board update refused", board_id=str(self.board_id), why=str(refusal))
            connection.fail(ErrorCode.BOARD_REFUSED, f"The board did not take this: {refusal}.")
            return
        if not verdict.is_new:
            return
        if not may_edit:
            connection.fail(ErrorCode.BOARD_READ_ONLY, "You can look at this board, not draw on it.")
            return
        try:
            self._doc.apply_update(verdict.data)
        except (ValueError, IndexError, AssertionError, RuntimeError) as error:
            # Part of it may have been applied: what is stored is right, so start again from there.
            log.warning(
                "board update failed inside Yjs", board_id=str(self.board_id), error=type(error).__name__
            )
            connection.fail(ErrorCode.BOARD_REFUSED, "The board could not use this.")
            self.give_up()
            return
        self._guard.accept(verdict, connection.user_id)
        if not self._guard.is_deleted(verdict.doubtful):
            why = "it deletes what somebody else set"
            connection.fail(ErrorCode.BOARD_REFUSED, f"The board did not take this: {why}.")
        self._unstored.append(service.Drawn(connection.user_id, verdict.data, verdict.new_writers))
        if len(self._unstored) > UNSTORED_LIMIT:
            self.give_up()
        elif self._storing is None:
            self._storing = asyncio.create_task(self._store())

    def _awareness(self, connection: Connection, body: bytes) -> None:
        for state in wire.read_awareness(body):
            if connection.board_client_id is None:
                if not self._guard.reserve(state.client_id, connection.user_id):
                    raise wire.BadMessage("somebody else's client id")
                # The same page over a new socket, while the old one has not been found dead yet.
                for other in self.people.members:
                    if other.board_client_id == state.client_id:
                        other.board_client_id = None
                connection.board_client_id = state.client_id
            if state.client_id != connection.board_client_id:
                raise wire.BadMessage("not your client id")
            signed = wire.signed_state(state, connection.user_id)
            if signed.state == b"null":
                self._states.pop(state.client_id, None)
            else:
                self._states[state.client_id] = signed
            self._bus.publish([BoardSignalled(self.board_id, wire.awareness([signed]))])

    def _stroke(self, connection: Connection, payload: bytes, may_edit: bool) -> None:
        if len(payload) > wire.STROKE_LIMIT_BYTES:
            raise wire.BadMessage("a piece of stroke that is too long")
        if may_edit:
            self._bus.publish([BoardSignalled(self.board_id, wire.stroke(connection.user_id, payload))])

    # --- storing and sending on

    async def _store(self) -> None:
        while self._unstored and not self.is_broken:
            batch, self._unstored = self._unstored, []
            try:
                async with UnitOfWork(self._database, self._bus) as uow:
                    await service.append(uow, self.board_id, batch)
            except (SQLAlchemyError, OSError, DomainError) as error:
                log.error("board updates could not be stored", error=type(error).__name__, count=len(batch))
                self.give_up()
                break
            await asyncio.sleep(TICK_S)
        self._storing = None

    def on_updated(self, event: BoardUpdated) -> None:
        """An update is stored, by this node or another: send it on, in order."""
        if event.seq == self._seq + 1 and self._catching_up is None:
            self._send_on(event.seq, event.data, event.author_id)
        elif event.seq > self._seq:
            self.catch_up()

    def on_signalled(self, event: BoardSignalled) -> None:
        """Something passing: send it on as it is."""
        self.people.put(Message(event.data, BINARY, passing=True))

    def _send_on(self, seq: int, data: bytes, author_id: UUID | None = None) -> None:
        self._take(data, author_id)
        self._seq = seq
        self.people.put(Message(wire.sync(wire.UPDATE, data), BINARY))

    def catch_up(self) -> None:
        """Read what was stored after what is known here: events may have been lost or overtaken."""
        if self._catching_up is not None:
            self._catch_up_again = True  # what is being read now may be older than what is asked for
        elif not self.is_broken:
            self._catching_up = asyncio.create_task(self._read_missing())

    async def up_to_date(self) -> None:
        """Catch up, and wait for it."""
        self.catch_up()
        if self._catching_up is not None:
            await asyncio.wait([self._catching_up])

    async def _read_missing(self) -> None:
        try:
            while not self.is_broken:
                self._catch_up_again = False
                async with self._database.read() as session:
                    stored = await service.load(session, self.board_id)
                self._take_missing(stored)
                if not self._catch_up_again:
                    return
        except (SQLAlchemyError, OSError, DomainError) as error:
            log.error("board log could not be read", error=type(error).__name__)
            self.give_up()
        finally:
            self._catching_up = None

    def _take_missing(self, stored: service.Log) -> None:
        for client_id, owner in stored.writers.items():
            self._guard.writers.setdefault(client_id, owner)
        if stored.snapshot_seq > self._seq:
            self._take(stored.snapshot)
            self.people.put(Message(wire.sync(wire.UPDATE, stored.snapshot), BINARY))
            self._seq = stored.snapshot_seq
        for seq, data in stored.updates:
            if seq > self._seq:
                self._send_on(seq, data)

    def give_up(self) -> None:
        """Send everyone away to come back to a fresh room: this one may differ from the log."""
        if self.is_broken:
            return
        self.is_broken = True
        for connection in tuple(self.people.members):
            self.remove(connection)
            connection.close(CloseCode.RESYNC, "board_reload")
        self._on_broken(self)

    async def close(self) -> None:
        """Store what waits, make a snapshot when the log has grown, and end the tasks."""
        self.people.close()
        for task in (self._storing, self._catching_up):
            if task is not None:
                await asyncio.gather(task, return_exceptions=True)
        if not self.is_broken and self._seq - self._snapshot_seq >= COMPACT_AFTER:
            try:
                async with UnitOfWork(self._database, self._bus) as uow:
                    await service.compact(uow, self.board_id, self._doc.get_update(), self._seq)
            except (SQLAlchemyError, OSError) as error:
                log.warning("board snapshot failed, made another time", error=type(error).__name__)


class BoardRooms:
    """The pages that are open on this node."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus
        self._rooms: dict[UUID, BoardRoom] = {}
        self._opening: dict[UUID, asyncio.Lock] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def enter(self, board_id: UUID, connection: Connection, still_there: Callable[[], bool]) -> bool:
        """Open a page for a person, loading it when they are the first.

        Args:
            still_there: asked after the wait; a person who left meanwhile is not brought in.

        Raises:
            NotFound: there is no such page.
        """
        while True:
            room = await self._open(board_id)
            # Who comes from another node may know more than has arrived here, and would look like a forger.
            await room.up_to_date()
            if self._rooms.get(board_id) is room:
                break  # nobody else left it, and it did not break, meanwhile
        if not still_there():
            self._drop_if_empty(room)
            return False
        room.add(connection)
        return True

    async def _open(self, board_id: UUID) -> BoardRoom:
        async with self._opening.setdefault(board_id, asyncio.Lock()):
            if room := self._rooms.get(board_id):
                return room
            async with self._database.read() as session:
                stored = await service.load(session, board_id)
            # Asked again: the last one to leave throws the lock away, so two may have waited side by side.
            if room := self._rooms.get(board_id):
                return room
            room = BoardRoom(board_id, self._database, self._bus, stored, self._drop_if_empty)
            self._rooms[board_id] = room
            return room

    def leave(self, connection: Connection) -> None:
        """Take a person out of their page, if they have one open."""
        if (room := connection.board) is not None:
            room.remove(connection)
            self._drop_if_empty(room)

    def _drop_if_empty(self, room: BoardRoom) -> None:
        if room.people.members:
            return
        if self._rooms.get(room.board_id) is room:
            del self._rooms[room.board_id]
            self._opening.pop(room.board_id, None)
        task = asyncio.create_task(room.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def on_updated(self, event: BoardUpdated) -> None:
        if room := self._rooms.get(event.board_id):
            room.on_updated(event)

    def on_signalled(self, event: BoardSignalled) -> None:
        if room := self._rooms.get(event.board_id):
            room.on_signalled(event)

    def catch_up(self) -> None:
        """After a gap in the events."""
        for room in self._rooms.values():
            room.catch_up()

    async def close(self) -> None:
        """Store what waits in every room."""
        for room in list(self._rooms.values()):
            for connection in tuple(room.people.members):
                room.remove(connection)
            self._drop_if_empty(room)
        await asyncio.gather(*self._closing, return_exceptions=True)
