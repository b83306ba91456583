"""Keeps the attendance of lessons while they run: who came and who left, as this node sees it.

Who is in a group of the space is in the lesson. A node writes down the people of its own pages when they
come, and whoever is gone from every node when they leave: also people of a node that has died, whose lease
ran out. Each may do it; the record takes it once (`server.lessons.attendance`). What changes within
`GATHER_S` is written together, so that a page that is loaded again, or goes into a group, leaves no trace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from realtime.channel import Channel
from realtime.connection import Connection
from realtime.desks import Desk
from server import clock
from server.db import UnitOfWork
from server.events import Event, RoomChanged
from server.lessons import attendance
from server.lessons.room import Phase

if TYPE_CHECKING:
    from realtime.hub import Hub

log = structlog.get_logger()

GATHER_S = 2.0
RETRY_S = 5.0
RUNNING = (Phase.LIVE, Phase.HELD)


class _Book(msgspec.Struct):
    """What this node has written of a lesson that runs."""

    lesson_id: UUID
    there: set[UUID]
    """Who is there, by the record."""
    went: dict[UUID, datetime] = msgspec.field(default_factory=dict)
    """Who is not, and since when; not written yet."""


class AttendanceDesk(Desk):
    """The attendance of the lessons in this node's spaces."""

    events = (RoomChanged,)
    of_root = True

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._books: dict[UUID, _Book] = {}
        self._timers: dict[UUID, asyncio.TimerHandle] = {}
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._is_closing = False

    async def close(self) -> None:
        """Who was here to the end has left now, or is on another node by now: either is written."""
        self._is_closing = True
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await asyncio.gather(*(self._write(space_id) for space_id in list(self._books)))

    # --- what happens

    def on_event(self, event: Event) -> None:
        assert isinstance(event, RoomChanged)
        if self._hub.family(event.space_id):
            self._soon(event.space_id)

    async def read(self, session: AsyncSession, space_ids: Sequence[UUID]) -> None:
        """What another node has written, or could not: somebody may be there by the record who is not."""
        lessons = {each: lesson_id for each in space_ids if (lesson_id := self._running(each))}
        if not lessons:
            return
        found = await attendance.there(session, lessons.values())
        for space_id, lesson_id in lessons.items():
            book = self._book(space_id, lesson_id)
            book.there = found.get(lesson_id, set())
            self._note_gone(space_id)
            self._soon(space_id)

    def _running(self, space_id: UUID) -> UUID | None:
        """The lesson that has begun in a space."""
        room = self._hub.room.room(space_id)
        return room.lesson.id if room.lesson is not None and room.phase in RUNNING else None

    def _book(self, space_id: UUID, lesson_id: UUID) -> _Book:
        book = self._books.get(space_id)
        if book is None or book.lesson_id != lesson_id:
            book = self._books[space_id] = _Book(lesson_id, set())
        return book

    def on_page(self, connection: Connection, channel: Channel) -> None:
        self._soon(channel.root_id)

    def on_people(self, channel: Channel) -> None:
        self._note_gone(channel.root_id)
        self._soon(channel.root_id)

    def on_page_gone(self, connection: Connection, channel: Channel) -> None:
        self._note_gone(channel.root_id)
        self._soon(channel.root_id)

    def forget(self, space_id: UUID) -> None:
        self._note_gone(space_id)
        self._soon(space_id)

    def _note_gone(self, space_id: UUID) -> None:
        """The moment counts at which they left, not that at which it is written."""
        if (book := self._books.get(space_id)) is not None:
            now, here = clock.now(), self._hub.people_of(space_id)
            for user_id in book.there - here:
                book.went.setdefault(user_id, now)
            for user_id in here & book.went.keys():
                del book.went[user_id]

    def _soon(self, space_id: UUID, wait_s: float | None = None) -> None:
        if self._is_closing or space_id in self._timers:
            return
        if self._running(space_id) is None and space_id not in self._books:
            return
        loop = asyncio.get_running_loop()
        self._timers[space_id] = loop.call_later(
            GATHER_S if wait_s is None else wait_s, self._begin, space_id
        )

    # --- what is written

    def _begin(self, space_id: UUID) -> None:
        del self._timers[space_id]
        if space_id in self._tasks:  # the records are slow: once more when that is done
            self._soon(space_id)
            return
        task = self._tasks[space_id] = asyncio.create_task(self._write(space_id))
        task.add_done_callback(lambda _: self._tasks.pop(space_id, None))

    async def _write(self, space_id: UUID) -> None:
        lesson_id = self._running(space_id)
        if lesson_id is None:
            self._books.pop(space_id, None)  # its end has closed every row
            return
        book = self._book(space_id, lesson_id)
        here = self._hub.people_of(space_id)
        pages = [each for channel in self._hub.family(space_id) for each in channel.connections]
        mine = {user_id for each in pages for user_id in each.people}
        came = mine - book.there
        self._note_gone(space_id)
        went = dict(book.went)
        seen = (book.there | here) - went.keys()
        if came or went:
            try:
                async with UnitOfWork(self._hub.database, self._hub.bus) as uow:
                    await attendance.note(uow, space_id, came, went)
            except (SQLAlchemyError, OSError) as error:
                log.warning("attendance not written, tried again", error=type(error).__name__)
                self._soon(space_id, RETRY_S)
                return
        for user_id, at in went.items():
            if book.went.get(user_id) == at:
                del book.went[user_id]
        # Who has gone while it was written is among them, and found to be gone next time.
        book.there = seen
        self._note_gone(space_id)
        if book.went:
            self._soon(space_id)
        if not self._hub.family(space_id):
            self._books.pop(space_id, None)
