"""The balance between the schools while a lesson runs: what this node sees of it, and who is told.

The media server says who spoke, and a board page whose update added something. Here both become a sum for a
school at once: nobody is counted, or remembered, by person. About every `LOOK_S` a node adds its sums to the
record (`server.balance`), so that several add up and a crash loses one such while at most, and tells the
adults who run the space how it stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence, Set
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
from realtime.frames.balance import BalanceState, SchoolBalance
from realtime.transport import Message
from server.access import Grant
from server.balance import service
from server.balance.rules import Amounts
from server.db import UnitOfWork
from server.events import Event, RoomChanged
from server.lessons.room import Phase

if TYPE_CHECKING:
    from realtime.hub import Hub

log = structlog.get_logger()

LOOK_S = 10.0
RUNNING = (Phase.LIVE, Phase.HELD)


class _Book(msgspec.Struct):
    """What this node knows of one lesson."""

    space_id: UUID
    """Of the space itself, also for what happens in its groups."""
    seen: dict[UUID, Amounts] = msgspec.field(default_factory=dict)
    """By school, since it was last written."""
    told: BalanceState | None = None

    def add(self, school_id: UUID, more: Amounts) -> None:
        self.seen[school_id] = self.seen.get(school_id, Amounts()) + more


class BalanceDesk(Desk):
    """The balance of the lessons in this node's spaces."""

    events = (RoomChanged,)
    of_root = True

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._books: dict[UUID, _Book] = {}
        """By lesson."""
        self._lessons: dict[UUID, UUID] = {}
        """By space, the lesson that was last found to run."""
        self._timers: dict[UUID, asyncio.TimerHandle] = {}
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._is_closing = False
        hub.media.listen(self._on_spoken)
        hub.boards.on_marks = self._on_marks

    async def close(self) -> None:
        self._is_closing = True
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await asyncio.gather(*(self._write(each) for each, book in list(self._books.items()) if book.seen))

    # --- what is seen

    def _on_spoken(self, space_id: UUID, user_ids: Set[UUID], seconds: float) -> None:
        """These people spoke in the last moment: it is the moment of each school that one of them is of."""
        channel = self._hub.channels.get(space_id)
        if channel is None or (book := self._book(channel.root_id)) is None:
            return
        for school_id in {each.who.school_id for each in channel.connections if each.user_id in user_ids}:
            book.add(school_id, Amounts(talk_s=seconds))

    def _on_marks(self, connection: Connection, count: int) -> None:
        channel = connection.channel
        if channel is not None and (book := self._book(channel.root_id)) is not None:
            book.add(connection.who.school_id, Amounts(marks=count))

    # --- which lessons run

    def on_event(self, event: Event) -> None:
        assert isinstance(event, RoomChanged)
        if event.space_id in self._hub.roots:
            self._book(event.space_id)

    async def read(self, session: AsyncSession, space_ids: Sequence[UUID]) -> None:
        for space_id in space_ids:
            if space_id in self._hub.roots:
                self._book(space_id)

    def on_page(self, connection: Connection, channel: Channel) -> None:
        self._book(channel.root_id)

    def forget(self, space_id: UUID) -> None:
        if (lesson_id := self._lessons.pop(space_id, None)) is not None:
            self._soon(lesson_id, 0)

    def _book(self, space_id: UUID) -> _Book | None:
        """The book of the lesson that has begun in a space. The one before it is closed soon."""
        room = self._hub.room.room(space_id)
        lesson_id = room.lesson.id if room.lesson is not None and room.phase in RUNNING else None
        before = self._lessons.get(space_id)
        if before == lesson_id:
            return self._books.get(lesson_id) if lesson_id is not None else None
        if before is not None:
            del self._lessons[space_id]
            self._soon(before, 0)
        if lesson_id is None:
            return None
        self._lessons[space_id] = lesson_id
        book = self._books.setdefault(lesson_id, _Book(space_id))
        self._soon(lesson_id, 0)
        return book

    # --- what is written

    def _soon(self, lesson_id: UUID, wait_s: float) -> None:
        """Look at a lesson in so many seconds, or earlier if that was settled before."""
        if self._is_closing or lesson_id not in self._books:
            return
        loop = asyncio.get_running_loop()
        if (timer := self._timers.get(lesson_id)) is not None:
            if timer.when() <= loop.time() + wait_s:
                return
            timer.cancel()
        self._timers[lesson_id] = loop.call_later(wait_s, self._begin, lesson_id)

    def _begin(self, lesson_id: UUID) -> None:
        del self._timers[lesson_id]
        if lesson_id in self._tasks:  # the records are slow: once more when that is done
            self._soon(lesson_id, 1.0)
            return
        task = self._tasks[lesson_id] = asyncio.create_task(self._write(lesson_id))
        task.add_done_callback(lambda _: self._tasks.pop(lesson_id, None))

    async def _write(self, lesson_id: UUID) -> None:
        if (book := self._books.get(lesson_id)) is None:
            return
        is_running = self._lessons.get(book.space_id) == lesson_id
        seen, book.seen = book.seen, {}
        try:
            async with UnitOfWork(self._hub.database, self._hub.bus) as uow:
                schools = await service.note(uow, lesson_id, seen)
        except (SQLAlchemyError, OSError) as error:
            log.warning("balance not written, tried again", error=type(error).__name__)
            for school_id, more in seen.items():
                book.add(school_id, more)
            self._soon(lesson_id, LOOK_S)
            return
        except Exception:
            log.exception("balance not written")  # what this lesson does next is counted all the same
            self._soon(lesson_id, LOOK_S)
            return
        self._tell(lesson_id, book, schools)
        if is_running or book.seen:
            self._soon(lesson_id, LOOK_S)
        elif lesson_id not in self._timers:
            del self._books[lesson_id]

    # --- who is told

    def _tell(self, lesson_id: UUID, book: _Book, schools: Iterable[service.SchoolBalance]) -> None:
        shown = [msgspec.convert(each, SchoolBalance, from_attributes=True) for each in schools]
        state = BalanceState(lesson_id=lesson_id, schools=shown)
        if not shown or state == book.told:
            return
        book.told = state
        message = Message(protocol.encode(state))
        for channel in self._hub.family(book.space_id):
            for connection in tuple(channel.connections):
                if _sees(connection):
                    connection.put(message)

    def shown_to(self, connection: Connection, channel: Channel) -> Iterable[protocol.ServerFrame]:
        book = self._book(channel.root_id)
        return [book.told] if book is not None and book.told is not None and _sees(connection) else ()

    def on_access(self, connection: Connection, channel: Channel) -> None:
        connection.send(*self.shown_to(connection, channel))


def _sees(connection: Connection) -> bool:
    """Whether this is the page of an adult who runs the space, by the records."""
    return connection.who.is_staff and Grant.SPACE_MODERATE in connection.access
