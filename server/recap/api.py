"""A lesson afterwards, over HTTP: for everybody who may read its space; taking it along is for staff."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from server import clock, paging, printing
from server.accounts.service import SignedIn
from server.boards.objects import ReadPage
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.guards import staff_only
from server.lessons import attendance
from server.polls import tables
from server.recap import export, service
from server.recap import messages as said
from server.recap.export import NotesText
from server.recap.messages import RecapMessage
from server.recap.service import Recap, RecapCard, RecapFile
from server.recap.sheets import BoardPages

PAGE = 50
Language = Annotated[str, QueryParameter(pattern="^[a-z]{2}$", description="Of the printed words.")]
READING_AT_ONCE = 2
_reading = asyncio.Semaphore(READING_AT_ONCE)


class RecapCards(msgspec.Struct, frozen=True):
    """Lessons that are over, the newest first. `next` is the cursor of the page after; empty: none."""

    items: list[RecapCard]
    next: str


class RecapMessages(msgspec.Struct, frozen=True):
    """What was said, in order. `next` is the cursor of the page after; empty: none."""

    items: list[RecapMessage]
    next: str


class RecapFiles(msgspec.Struct, frozen=True):
    """Files, the oldest first. `next` is the cursor of the page after; empty: none."""

    items: list[RecapFile]
    next: str


class Lately(msgspec.Struct, frozen=True):
    """The few lessons that ended last, of any of my spaces."""

    items: list[RecapCard]


@get("/recaps")
async def lately(request: Request[SignedIn, Any, Any], database: NamedDependency[Database]) -> Lately:
    """The lessons of the last seven days that I may read, the newest first, at most three."""
    async with database.read() as session:
        return Lately(await service.lately(session, request.user))


@get("/spaces/{space_id:uuid}/recaps")
async def recaps(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], database: NamedDependency[Database],
    cursor: paging.Cursor = "", limit: paging.Limit = 20,
) -> RecapCards:
    """The lessons of a space that are over. 403 with the reason as its code, 404 `not_found`."""
    before = paging.place(cursor, datetime, UUID)
    async with database.read() as session:
        found = await service.held_in(
            session, request.user, space_id, (before[0], before[1]) if before else None, limit + 1
        )
    shown = found[:limit]
    more = paging.cursor(shown[-1].started_at, shown[-1].lesson_id) if len(found) > limit else ""
    return RecapCards(shown, more)


@get("/lessons/{lesson_id:uuid}/recap")
async def recap(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID], database: NamedDependency[Database]
) -> Recap:
    """One lesson: who was there by school, what was drawn, where it was noted. 403 with the reason as its
    code, 404 `not_found`."""
    async with database.read() as session:
        return await service.of_lesson(session, request.user, lesson_id)


@get("/lessons/{lesson_id:uuid}/recap/messages")
async def messages(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID], database: NamedDependency[Database],
    room_id: Annotated[UUID | None, QueryParameter(description="A group; else the space.")] = None,
    cursor: paging.Cursor = "", limit: paging.Limit = PAGE,
) -> RecapMessages:
    """What was said in one room of a lesson, as it reads now: nothing that was deleted or held. 403 with the
    reason as its code, 404 `not_found`."""
    after = paging.place(cursor, int)
    async with database.read() as session:
        found = await said.messages(
            session, request.user, lesson_id, room_id, after[0] if after else 0, limit + 1
        )
    shown = found[:limit]
    return RecapMessages(shown, paging.cursor(shown[-1].seq) if len(found) > limit else "")


@get("/lessons/{lesson_id:uuid}/recap/files")
async def files(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID], database: NamedDependency[Database],
    cursor: paging.Cursor = "", limit: paging.Limit = PAGE,
) -> RecapFiles:
    """The files that were added in a lesson, in the space and in the groups that I may read. 403 with the
    reason as its code, 404 `not_found`."""
    after = paging.place(cursor, datetime, UUID)
    async with database.read() as session:
        found = await service.files(
            session, request.user, lesson_id, (after[0], after[1]) if after else None, limit + 1
        )
    shown = found[:limit]
    more = paging.cursor(shown[-1].created_at, shown[-1].id) if len(found) > limit else ""
    return RecapFiles(shown, more)


# --- to take along


@get("/lessons/{lesson_id:uuid}/recap/messages.csv", media_type="text/csv", guards=[staff_only])
async def messages_csv(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID], database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> Response[bytes]:
    """What was said in a lesson and its groups, as a table; the export is logged. 403 `not_allowed`, 404
    `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        body = await export.messages_table(uow, request.user, lesson_id)
    return _file(body, f"messages-{lesson_id}.csv", "text/csv")


@get("/lessons/{lesson_id:uuid}/recap/polls.csv", media_type="text/csv", guards=[staff_only])
async def polls_csv(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID], database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> Response[bytes]:
    """The counts of a lesson's questions as a table, nothing by person; the export is logged. 403
    `not_allowed`, 404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        found, names = await export.polls_for_table(uow, request.user, lesson_id)
    return _file(tables.as_csv(found, names), f"polls-{lesson_id}.csv", "text/csv")


@get("/lessons/{lesson_id:uuid}/attendance.pdf", media_type="application/pdf", guards=[staff_only])
async def attendance_pdf(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID], database: NamedDependency[Database],
    bus: NamedDependency[Bus], language: Language = "en",
) -> Response[bytes]:
    """Who was in a lesson, on paper; the export is logged. 403 `not_allowed`, 404 `not_found`, 429
    `too_many_tries`."""
    async with UnitOfWork(database, bus) as uow:
        found = await attendance.export(uow, request.user, lesson_id, "pdf")
        card = await export.card_of(uow.session, request.user, lesson_id)
    from server.recap import sheets

    body = await printing.in_turn(sheets.attendance_pdf, card, found, clock.now(), language)
    return _file(body, f"attendance-{lesson_id}.pdf", "application/pdf")


@get("/lessons/{lesson_id:uuid}/recap.pdf", media_type="application/pdf", guards=[staff_only])
async def recap_pdf(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID], database: NamedDependency[Database],
    bus: NamedDependency[Bus], language: Language = "en",
) -> Response[bytes]:
    """A lesson on paper; the export is logged. 403 `not_allowed`, 404 `not_found`, 429
    `too_many_tries`."""
    async with UnitOfWork(database, bus) as uow:
        sheet, stored = await export.sheet(uow, request.user, lesson_id)
    reader = request.app.state.get("notes_text")
    if stored is not None and isinstance(reader, NotesText):
        sheet = msgspec.structs.replace(sheet, notes=await _read_notes(reader, stored))
    if read_page := request.app.state.get("read_page"):
        sheet = msgspec.structs.replace(sheet, boards=await _read_boards(database, read_page, sheet.boards))
    from server.recap import sheets

    body = await printing.in_turn(sheets.recap_pdf, sheet, language)
    return _file(body, f"lesson-{lesson_id}.pdf", "application/pdf")


async def _read_notes(
    reader: NotesText, stored: Sequence[tuple[UUID, list[bytes]]]
) -> list[tuple[UUID, list[str]]]:
    """In a thread: notes may be a megabyte."""
    async with _reading:
        return [(room_id, await asyncio.to_thread(reader.lines, updates)) for room_id, updates in stored]


async def _read_boards(database: Database, read: ReadPage, boards: BoardPages) -> BoardPages:
    """In a thread: a board page may be some megabytes."""
    async with _reading:
        async with database.read() as session:
            stored = await export.stored_boards(session, boards)
        return await asyncio.to_thread(export.with_figures, boards, read, stored)


def _file(body: bytes, name: str, media_type: str) -> Response[bytes]:
    return Response(
        body, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'}
    )


router = Router(
    "/",
    route_handlers=[
        lately, recaps, recap, messages, files, messages_csv, polls_csv, attendance_pdf, recap_pdf,
    ],
    tags=["Recap"],
)
