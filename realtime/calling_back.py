"""Calling everyone back from the groups: at once, or by the clock.

The moment is in the room of the lesson, so every node has it, also one that nobody of the space is on. Each
looks when it has come; the records take it once (`server.lessons.calling_back`). A node that has nobody there
waits a little longer: it steps in when those that have are gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from realtime import protocol
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.desks import Desk
from realtime.frames import groups as frames
from server import clock
from server.db import UnitOfWork
from server.errors import NotFound
from server.events import Event, RoomChanged
from server.lessons import calling_back

if TYPE_CHECKING:
    from realtime.hub import Hub

log = structlog.get_logger()

STEP_IN_S = 2.0
RETRY_S = 1.0
EARLY_S = 0.01
"""The loop's timers and the clock are not exact: asked a moment too early, the records would say no."""


class CallBackDesk(Desk):
    """When the groups of spaces are called back."""

    frames = (frames.GroupsClose, frames.GroupsCallBack)
    events = (RoomChanged,)
    of_root = True

    def __init__(self, hub: Hub, timeout_s: float) -> None:
        self._hub = hub
        self._timeout_s = timeout_s
        self._waiting: dict[UUID, tuple[datetime, asyncio.TimerHandle]] = {}
        """By space: the moment, and what waits for it."""
        self._acting: dict[UUID, asyncio.Task[None]] = {}

    async def close(self) -> None:
        for _, timer in self._waiting.values():
            timer.cancel()
        self._waiting.clear()
        for task in self._acting.values():
            task.cancel()
        await asyncio.gather(*self._acting.values(), return_exceptions=True)

    async def handle(self, connection: Connection, channel: Channel, frame: protocol.ClientFrame) -> None:
        who, root_id = connection.who, channel.root_id
        async with asyncio.timeout(self._timeout_s), UnitOfWork(self._hub.database, self._hub.bus) as uow:
            match frame:
                case frames.GroupsClose():
                    await calling_back.close(uow, who, root_id)
                case frames.GroupsCallBack(length_s=None):
                    await calling_back.cancel(uow, who, root_id)
                case frames.GroupsCallBack(length_s=int(length_s)):
                    await calling_back.begin(uow, who, root_id, length_s)
                case _:
                    raise AssertionError(type(frame).__name__)
        connection.send(protocol.Ok(ref=frame.ref))

    # --- by the clock

    def on_event(self, event: Event) -> None:
        assert isinstance(event, RoomChanged)
        self._look(event.space_id)

    async def read(self, session: AsyncSession, space_ids: Sequence[UUID]) -> None:
        for space_id in space_ids:
            self._look(space_id)  # the room was read just before

    def _moment(self, root_id: UUID) -> datetime | None:
        call_back = self._hub.room.room(root_id).call_back
        return call_back.ends_at if call_back is not None else None

    def _look(self, root_id: UUID) -> None:
        """Wait for the moment that the room names, and for no other."""
        at = self._moment(root_id)
        before, timer = self._waiting.get(root_id, (None, None))
        if at == before:
            return
        if timer is not None:
            timer.cancel()
            del self._waiting[root_id]
        if at is not None:
            self._wait(root_id, at)

    def _wait(self, root_id: UUID, at: datetime) -> None:
        left_s = max(0.0, (at - clock.now()).total_seconds())
        late_s = EARLY_S if self._hub.family(root_id) else STEP_IN_S
        loop = asyncio.get_running_loop()
        self._waiting[root_id] = at, loop.call_later(left_s + late_s, self._on_timer, root_id, at)

    def _on_timer(self, root_id: UUID, at: datetime) -> None:
        del self._waiting[root_id]
        if clock.now() < at:
            self._look(root_id)
        elif root_id not in self._acting:
            self._acting[root_id] = asyncio.create_task(self._act(root_id), name="call back")

    async def _act(self, root_id: UUID) -> None:
        try:
            while (at := self._moment(root_id)) is not None and clock.now() >= at:
                try:
                    async with asyncio.timeout(self._timeout_s):
                        await self._close(root_id)
                    return
                except NotFound:
                    return
                except (SQLAlchemyError, OSError) as error:
                    log.warning("nobody could be called back, tried again", error=type(error).__name__)
                    await asyncio.sleep(RETRY_S)
        finally:
            del self._acting[root_id]

    async def _close(self, root_id: UUID) -> None:
        async with UnitOfWork(self._hub.database, self._hub.bus) as uow:
            await calling_back.close_if_due(uow, root_id)
