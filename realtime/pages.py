"""The pages of the boards of this node's spaces: which there are, and who may open which.

The list is read again whenever something about it changed (`PagesChanged`), and everybody is told the whole
of it, students without the pages that are being prepared. Who has a page open that is not on their list any
more is taken out of it here, whatever their page does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from realtime import protocol
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.desks import Desk
from realtime.frames.pages import BoardInfo
from realtime.frames.pages import PagesChanged as PagesFrame
from realtime.transport import Message
from server.access import Grant
from server.boards import pages
from server.boards.models import Board, PageKind
from server.events import Event, PagesChanged

if TYPE_CHECKING:
    from realtime.hub import Hub

log = structlog.get_logger()

RETRY_S = 1.0
LISTS_KEPT = 1000
"""Lists of spaces that nobody here is in: somebody may be about to come in."""


class _Kept:
    """The pages of one space, as they were read last."""

    def __init__(self) -> None:
        self.boards: tuple[BoardInfo, ...] = ()
        self.notes: BoardInfo | None = None
        self.is_stale = False
        """They may be others by now."""
        self.reading: asyncio.Task[None] | None = None

    def take(self, found: Iterable[Board]) -> bool:
        """Returns whether the pages of the board are others than before."""
        before, there = self.boards, list(found)
        self.boards = tuple(_info(each) for each in there if each.kind is PageKind.BOARD)
        self.notes = next((_info(each) for each in there if each.kind is PageKind.NOTES), None)
        return self.boards != before

    def open_to(self, grants: frozenset[Grant]) -> list[BoardInfo]:
        """The pages of the board that somebody may open."""
        sees_all = pages.sees_all(grants)
        return [each for each in self.boards if sees_all or not each.is_prepared]


class PagesDesk(Desk):
    """Tells which pages there are.

    Attributes:
        heard: how many changes this node has heard of: whoever reads the records for a while asks whether
            there was one meanwhile.
    """

    events = (PagesChanged,)

    def __init__(self, hub: Hub, timeout_s: float) -> None:
        self._hub = hub
        self._timeout_s = timeout_s
        self._kept: dict[UUID, _Kept] = {}
        self.heard = 0
        self._is_closing = False
        hub.bus.on_gap(self._on_gap)

    # --- what is known

    def boards(self, space_id: UUID, grants: frozenset[Grant]) -> list[BoardInfo]:
        """The pages of a board that somebody may open, in order."""
        kept = self._kept.get(space_id)
        return kept.open_to(grants) if kept is not None else []

    def notes(self, space_id: UUID) -> BoardInfo | None:
        """The notes of a space."""
        kept = self._kept.get(space_id)
        return kept.notes if kept is not None else None

    async def read(self, session: AsyncSession, space_ids: Sequence[UUID]) -> None:
        heard = self.heard
        found = await pages.pages_of(session, space_ids)
        for space_id, there in found.items():
            kept = self._kept.pop(space_id, None) or _Kept()
            self._kept[space_id] = kept
            if space_id not in self._hub.channels:
                kept.take(there)
                kept.is_stale = heard != self.heard
                continue
            read = _Kept()
            read.take(there)
            if (read.boards, read.notes) != (kept.boards, kept.notes):
                # Which of the two is newer, only another look can say.
                self._read_soon(space_id, kept)
        while len(self._kept) > LISTS_KEPT + len(self._hub.channels):
            del self._kept[next(each for each in self._kept if each not in self._hub.channels)]

    def on_page(self, connection: Connection, channel: Channel) -> None:
        kept = self._kept.setdefault(channel.space_id, _Kept())
        if kept.is_stale or not kept.boards:
            self._read_soon(channel.space_id, kept)

    # --- what changes

    def on_event(self, event: Event) -> None:
        assert isinstance(event, PagesChanged)
        self.heard += 1
        if (kept := self._kept.get(event.space_id)) is not None:
            kept.is_stale = True
            if event.space_id in self._hub.channels:
                self._read_soon(event.space_id, kept)

    def _on_gap(self) -> None:
        self.heard += 1
        for space_id, kept in self._kept.items():
            kept.is_stale = True
            if space_id in self._hub.channels:
                self._read_soon(space_id, kept)

    def _read_soon(self, space_id: UUID, kept: _Kept) -> None:
        kept.is_stale = True
        if kept.reading is None and not self._is_closing:
            kept.reading = asyncio.create_task(self._keep_reading(space_id, kept))

    async def _keep_reading(self, space_id: UUID, kept: _Kept) -> None:
        """Read and tell, until nothing has changed meanwhile."""
        try:
            while kept.is_stale and space_id in self._hub.channels and self._kept.get(space_id) is kept:
                kept.is_stale = False
                try:
                    async with asyncio.timeout(self._timeout_s), self._hub.database.read() as session:
                        found = await pages.pages_of(session, [space_id])
                except (SQLAlchemyError, OSError) as error:
                    log.warning("pages not up to date, trying again", error=type(error).__name__)
                    kept.is_stale = True
                    await asyncio.sleep(RETRY_S)
                    continue
                is_news = kept.take(found[space_id])
                if (channel := self._hub.channels.get(space_id)) is not None:
                    self._tell(channel, kept, is_news=is_news)
        except Exception:
            log.exception("pages could not be read")  # the next change is read all the same
        finally:
            kept.reading = None

    # --- who is told

    def _tell(self, channel: Channel, kept: _Kept, *, is_news: bool) -> None:
        shared: dict[bool, Message] = {}
        for connection in tuple(channel.connections):
            is_out = self._put_out(connection, kept)
            if not (is_news or is_out):
                continue
            sees_all = pages.sees_all(connection.access)
            if sees_all not in shared:
                frame = PagesFrame(boards=kept.open_to(connection.access))
                shared[sees_all] = Message(protocol.encode(frame))
            connection.put(shared[sees_all])

    def _put_out(self, connection: Connection, kept: _Kept) -> bool:
        """Take somebody out of a page that they may not have open. Returns whether they had."""
        room = connection.board
        if room is None or (kept.notes is not None and room.board_id == kept.notes.id):
            return False
        if any(each.id == room.board_id for each in kept.open_to(connection.access)):
            return False
        self._hub.boards.leave(connection)
        return True

    def on_access(self, connection: Connection, channel: Channel) -> None:
        kept = self._kept.get(channel.space_id)
        if connection.who.is_staff and kept is not None:  # a student sees no more, whatever else they may do
            self._put_out(connection, kept)
            connection.send(PagesFrame(boards=kept.open_to(connection.access)))

    # --- the node

    async def close(self) -> None:
        self._is_closing = True
        tasks = [kept.reading for kept in self._kept.values() if kept.reading is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _info(page: Board) -> BoardInfo:
    return BoardInfo(id=page.id, title=page.title, position=page.position, is_prepared=page.is_prepared)
