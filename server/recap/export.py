"""Taking a lesson along: who may, what goes into it, and the line in the log. docs/recap.md."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.access import Grant
from server.accounts.service import SignedIn
from server.boards import content
from server.boards.figures import Figure, figure_of, in_order
from server.boards.models import Board, PageKind
from server.boards.objects import ReadPage
from server.chat.models import ChatMessage
from server.db import UnitOfWork
from server.errors import NotAllowed
from server.files.models import FileState, StoredFile
from server.lessons import attendance
from server.lessons.models import Lesson
from server.polls import service as polls
from server.polls.models import Poll
from server.polls.rules import Results
from server.recap import messages, reading, service
from server.recap.reading import RecapRoom, Seen
from server.recap.service import RecapCard, drawn_in
from server.recap.sheets import (
    BOARDS_PRINTED,
    MESSAGES_IN_TABLE,
    MESSAGES_PRINTED,
    POLLS_PRINTED,
    BoardPages,
    BoardSheet,
    Sheet,
    fitting,
    messages_csv,
)
from server.schools.models import School

FILES_PRINTED = 200
BOARDS_READ_BYTES = 6 * 1024 * 1024
"""Of all board pages of a paper together. Ten thousand strokes take a third of it."""


@runtime_checkable  # Litestar checks what it injects
class NotesText(Protocol):
    """Reads shared notes, which are bytes to the records. The live half of the product provides it."""

    def lines(self, updates: Sequence[bytes]) -> list[str]:
        """The text of notes, a line for each paragraph. Takes some time: call it in a thread."""
        ...


async def _may_take(session: AsyncSession, who: SignedIn, lesson_id: UUID) -> Seen:
    seen = await reading.lesson_for(session, who, lesson_id)
    if not seen.is_of_school or Grant.SPACE_EXPORT not in seen.access.grants:
        raise NotAllowed("Verified staff of the schools that take part export this.")
    return seen


async def card_of(session: AsyncSession, who: SignedIn, lesson_id: UUID) -> RecapCard:
    """The lesson as it stands on a list."""
    return (await service.of_lesson(session, who, lesson_id)).lesson


async def messages_table(uow: UnitOfWork, who: SignedIn, lesson_id: UUID) -> bytes:
    """What was said in a lesson and its groups, as a table; that it was taken is logged.

    Raises:
        NotFound, NoAccess: they may not read the lesson.
        NotAllowed: it is not theirs to export (403).
    """
    seen = await _may_take(uow.session, who, lesson_id)
    rooms = await reading.rooms(uow.session, who, seen)
    ids = [each.space_id for each in rooms]
    said = await messages.said(uow.session, seen.lesson, ids, MESSAGES_IN_TABLE)
    left_out = await _count(uow.session, seen.lesson, ids) - len(said)
    names = await _names(uow.session, {each.author.school_id for each in said})
    card = (await service.of_lesson(uow.session, who, lesson_id)).lesson
    await attendance.note_export(uow, who, seen.lesson, "messages", "csv")
    return await asyncio.to_thread(messages_csv, card, rooms, said, names, left_out)


async def polls_for_table(
    uow: UnitOfWork, who: SignedIn, lesson_id: UUID
) -> tuple[list[tuple[Poll, Results]], dict[UUID, str]]:
    """The questions of a lesson with their counts, oldest first, and the names of the schools; that they
    were taken is logged. Raises as `messages_table`."""
    seen = await _may_take(uow.session, who, lesson_id)
    found = await _polls(uow.session, seen.lesson, polls.POLLS_LIMIT)
    names = await _names(uow.session, {school_id for _, each in found for school_id in each.schools})
    await attendance.note_export(uow, who, seen.lesson, "polls", "csv")
    return found, names


async def sheet(
    uow: UnitOfWork, who: SignedIn, lesson_id: UUID
) -> tuple[Sheet, list[tuple[UUID, list[bytes]]] | None]:
    """Everything that is printed of a lesson, but its notes and what is on its board pages; and the notes as
    they are stored, by room (None: they are too large to be read here). That it was taken is logged. Raises
    as `messages_table`."""
    session = uow.session
    seen = await _may_take(session, who, lesson_id)
    rooms = await reading.rooms(session, who, seen)
    ids = [each.space_id for each in rooms]
    said = fitting(await messages.said(session, seen.lesson, ids, MESSAGES_PRINTED))
    asked = await _polls(session, seen.lesson, polls.POLLS_LIMIT)
    files = await session.scalars(
        select(StoredFile.name)
        .where(StoredFile.lesson_id == lesson_id, StoredFile.state == FileState.SHOWN)
        .order_by(StoredFile.created_at, StoredFile.id)
        .limit(FILES_PRINTED)
    )
    found = Sheet(
        card=(await service.of_lesson(session, who, lesson_id)).lesson,
        partnership_name=seen.space.partnership.name, rooms=rooms,
        attendance=await attendance.of_lesson(session, who, lesson_id), messages=said,
        messages_left_out=await _count(session, seen.lesson, ids) - len(said), polls=asked[:POLLS_PRINTED],
        polls_left_out=max(0, len(asked) - POLLS_PRINTED), files=list(files), notes=None,
        boards=await _boards(session, seen.lesson, ids),
        made_at=clock.now(),
    )
    notes = await _notes(session, rooms)
    await attendance.note_export(uow, who, seen.lesson, "recap", "pdf")
    return found, notes


async def _boards(session: AsyncSession, lesson: Lesson, room_ids: Sequence[UUID]) -> BoardPages:
    """The board pages that go onto paper, still without what is on them: paper is handed on, so what students
    do not see yet is not among them. Of too many, those on which something was drawn since the lesson began
    come first."""
    found = await session.scalars(drawn_in(room_ids).where(Board.kind == PageKind.BOARD))
    place = {room_id: at for at, room_id in enumerate(room_ids)}
    there = sorted(found, key=lambda each: place[each.space_id])
    shown = [each for each in there if not each.is_prepared]
    begun = lesson.started_at
    first = sorted(shown, key=lambda each: not (begun and each.drawn_at and each.drawn_at >= begun))
    printed = {each.id for each in first[:BOARDS_PRINTED]}
    return BoardPages(
        pages=[BoardSheet(each.id, each.space_id, each.title) for each in shown if each.id in printed],
        left_out=len(shown) - len(printed), prepared=len(there) - len(shown),
    )


async def stored_boards(session: AsyncSession, boards: BoardPages) -> dict[UUID, list[bytes]]:
    """The board pages of a sheet as they are stored; those that are not in it are too large."""
    sizes = await content.sizes_of(session, [each.board_id for each in boards.pages])
    left, wanted = BOARDS_READ_BYTES, list[UUID]()
    for board_id, size in sizes.items():
        if size <= left:
            left -= size
            wanted.append(board_id)
    try:
        return await content.updates_of(session, wanted)
    except content.PageTooLarge:  # much was drawn in between
        return {}


def with_figures(boards: BoardPages, read: ReadPage, stored: Mapping[UUID, Sequence[bytes]]) -> BoardPages:
    """The board pages of a sheet with what is on them. Takes up to a second: call it in a thread."""

    def figures(updates: Sequence[bytes]) -> list[Figure]:
        found: list[tuple[str, dict[str, Any]]] = read(updates)
        return in_order(each for each in (figure_of(*one) for one in found) if each)

    return msgspec.structs.replace(
        boards,
        pages=[
            msgspec.structs.replace(each, figures=figures(stored[each.board_id]))
            if each.board_id in stored else each
            for each in boards.pages
        ],
        is_read=True,
    )


async def _count(session: AsyncSession, lesson: Lesson, room_ids: Sequence[UUID]) -> int:
    found = await session.scalar(
        select(func.count()).where(ChatMessage.space_id.in_(room_ids), reading.said_in(lesson))
    )
    return found or 0


async def _polls(session: AsyncSession, lesson: Lesson, limit: int) -> list[tuple[Poll, Results]]:
    wanted = polls.newest_first(lesson.space_id, None, limit, runs_room=True, lesson_id=lesson.id)
    there = (await session.scalars(wanted)).all()
    cast = await polls.cast_in(session, there)
    return [(each, cast[each.id].results) for each in reversed(there)]


async def _notes(
    session: AsyncSession, rooms: Sequence[RecapRoom]
) -> list[tuple[UUID, list[bytes]]] | None:
    """The notes of these rooms as they are now."""
    place = {each.space_id: at for at, each in enumerate(rooms)}
    pages = await session.execute(
        select(Board.id, Board.space_id).where(
            Board.space_id.in_(place), Board.kind == PageKind.NOTES, Board.last_seq > 0
        )
    )
    room_of = dict(pages.tuples().all())
    try:
        stored = await content.updates_of(session, room_of)
    except content.PageTooLarge:
        return None
    return sorted(
        ((room_of[board_id], updates) for board_id, updates in stored.items()),
        key=lambda each: place[each[0]],
    )


async def _names(session: AsyncSession, school_ids: set[UUID]) -> dict[UUID, str]:
    found = await session.execute(select(School.id, School.name).where(School.id.in_(school_ids)))
    return dict(found.tuples().all())
