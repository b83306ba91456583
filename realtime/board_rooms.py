"""Which board pages are open on this node: opened by the first person, dropped after the last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID

import structlog

from realtime.board_room import BoardRoom, Hole
from realtime.connection import Connection
from server.boards import service
from server.bus import Bus
from server.db import Database
from server.events import BoardEmptied, BoardSignalled, BoardUpdated

log = structlog.get_logger()

LOAD_TRIES = 3


class BoardRooms:
    """The pages that are open on this node.

    Attributes:
        on_marks: told whose page has added how many things to a board.
    """

    def __init__(self, database: Database, bus: Bus) -> None:
        self.on_marks: Callable[[Connection, int], None] = lambda *_: None
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
            try:
                # Who comes from another node may know more than has arrived here, and would look like a
                # forger.
                await room.up_to_date()
            except BaseException:
                self._drop_if_empty(room)  # they have gone meanwhile
                raise
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
            for tries_left in reversed(range(LOAD_TRIES)):
                async with self._database.read() as session:
                    stored = await service.load(session, board_id)
                # Asked again: the last one to leave throws the lock away, so two may wait side by side.
                if room := self._rooms.get(board_id):
                    return room
                try:
                    room = BoardRoom(
                        board_id, self._database, self._bus, stored, self._drop_if_empty, self.on_marks
                    )
                except Hole:
                    log.error("board log read with a hole", board_id=str(board_id))
                    if not tries_left:
                        raise
                else:
                    break
            assert room is not None
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
            try:
                room.on_updated(event)
            except Exception:
                # What is stored was checked; a document that cannot take it is not the log's any more.
                log.exception("a stored update could not be taken", board_id=str(room.board_id))
                room.give_up()

    def on_emptied(self, event: BoardEmptied) -> None:
        if room := self._rooms.get(event.board_id):
            room.give_up()

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
