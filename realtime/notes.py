"""The notes of the spaces of this node, besides what is written in them: versions of lessons, and restoring.

What is written goes through `realtime.board_room`, as on the board.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from realtime import protocol
from realtime.board_room import BoardRoom
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.desks import Desk
from realtime.frames.notes import NotesRestore
from server.access import Grant
from server.audit import service as audit
from server.boards import versions
from server.boards.models import VersionReason
from server.db import UnitOfWork
from server.errors import NotAllowed, NotFound
from server.events import Event, RoomChanged
from server.lessons import live

if TYPE_CHECKING:
    from realtime.hub import Hub

log = structlog.get_logger()


class NotesDesk(Desk):
    """Keeps versions that no change asks for."""

    frames = (NotesRestore,)
    events = (RoomChanged,)

    def __init__(self, hub: Hub, timeout_s: float) -> None:
        self._hub = hub
        self._timeout_s = timeout_s
        self._lessons: dict[UUID, UUID | None] = {}
        """Space -> the lesson that runs in it."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def handle(self, connection: Connection, channel: Channel, frame: protocol.ClientFrame) -> None:
        assert isinstance(frame, NotesRestore)
        if not {Grant.SPACE_MODERATE, Grant.BOARD_EDIT} <= connection.grants:
            raise NotAllowed
        room = connection.board
        if room is None or not room.has_versions:
            raise NotFound("Open the notes first.")
        async with asyncio.timeout(self._timeout_s):
            await room.keep_version(VersionReason.RESTORE)
            async with UnitOfWork(self._hub.database, self._hub.bus) as uow:
                await versions.state_of(uow.session, room.board_id, frame.version)
                partnership_id = await versions.partnership_of(uow.session, channel.space_id)
                audit.record(
                    uow, connection.who, "notes.restore", subject_id=channel.space_id,
                    school_id=connection.who.school_id, partnership_id=partnership_id,
                    after={"version": frame.version},
                )
        connection.send(protocol.Ok(ref=frame.ref))

    def on_event(self, event: Event) -> None:
        assert isinstance(event, RoomChanged)
        channel = self._hub.channels.get(event.space_id)
        if channel is None:
            return
        running = live.read_state(event.state).lesson
        before = self._lessons.get(event.space_id)
        self._lessons[event.space_id] = running.id if running else None
        if before is not None and running is None:
            self._keep(channel)

    async def read(self, session: AsyncSession, space_ids: Sequence[UUID]) -> None:
        for space_id in space_ids:
            running = self._hub.room.room(space_id).lesson
            self._lessons.setdefault(space_id, running.id if running else None)

    def forget(self, space_id: UUID) -> None:
        self._lessons.pop(space_id, None)

    def _keep(self, channel: Channel) -> None:
        """A lesson has ended: keep what stands in the notes, if somebody here has them open."""
        boards = {each.board for each in channel.connections if each.board is not None}
        for room in boards:
            if room.has_versions:
                task = asyncio.create_task(self._keep_one(room))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _keep_one(self, room: BoardRoom) -> None:
        try:
            async with asyncio.timeout(self._timeout_s):
                await room.keep_version(VersionReason.LESSON)
        except OSError as error:  # TimeoutError is one
            log.warning("a version of the notes was not kept", error=type(error).__name__)
        except Exception:
            log.exception("a version of the notes was not kept")

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
