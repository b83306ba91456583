"""Taking a lesson along: who may, what goes into it, and the line in the log. docs/recap.md."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.access import Grant
from server.accounts.service import SignedIn
from server.boards import content
from server.boards.models import Board, PageKind
from server.chat.models import ChatMessage
from server.db import UnitOfWork
from server.errors import NotAllowed
from server.files.models import FileState, StoredFile
from server.lessons import attendance
from server.lessons.models import Lesson
from server.polls import service as polls
from server.polls.models import Poll
from server.polls.rules import Results
from server.recap import service
from server.recap.service import RecapCard, RecapRoom, Seen
from server.recap.sheets import (
    MESSAGES_IN_TABLE,
    MESSAGES_PRINTED,
    POLLS_PRINTED,
    Sheet,
    fitting,
    messages_csv,
)
from server.schools.models import School

FILES_PRINTED = 200


@runtime_checkable  # Litestar checks what it injects
class NotesText(Protocol):
    """Reads shared notes, which are bytes to the records. The live half of the product provides it."""

    def lines(self, updates: Sequence[bytes]) -> list[str]:
        """The text of notes, a line for each paragraph. Takes some time: call it in a thread."""
        ...


async def _may_take(session: AsyncSession, who: SignedIn, lesson_id: UUID) -> Seen:
    seen = await service.lesson_for(session, who, lesson_id)
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
    rooms = await service.rooms(uow.session, who, seen)
    ids = [each.space_id for each in rooms]
    said = await service.said(uow.session, seen.lesson, ids, MESSAGES_IN_TABLE)
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
    """Everything that is printed of a lesson, but its notes, and those as they are stored, by room (None:
    they are too large to be read here); that it was taken is logged. Raises as `messages_table`."""
    session = uow.session
    seen = await _may_take(session, who, lesson_id)
    rooms = await service.rooms(session, who, seen)
    ids = [each.space_id for each in rooms]
    said = fitting(await service.said(session, seen.lesson, ids, MESSAGES_PRINTED))
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
        made_at=clock.now(),
    )
    notes = await _notes(session, rooms)
    await attendance.note_export(uow, who, seen.lesson, "recap", "pdf")
    return found, notes


async def _count(session: AsyncSession, lesson: Lesson, room_ids: Sequence[UUID]) -> int:
    found = await session.scalar(
        select(func.count()).where(ChatMessage.space_id.in_(room_ids), service.said_in(lesson))
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
