"""The glossary of a partnership over HTTP: in its spaces for everyone, and for its schools' staff."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from server import paging
from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.glossary import rules, service
from server.glossary.rules import Draft, Word
from server.glossary.service import EntryView, Stored
from server.guards import staff_only
from server.partnerships.evidence import cell
from server.schools.vocabulary import Language

PAGE = 50
Query = Annotated[
    str, QueryParameter(max_length=200, description="Words, in any language; all must be there. Empty: all.")
]


class WordBody(msgspec.Struct, forbid_unknown_fields=True):
    """`language`: BCP 47."""

    language: Language
    text: Annotated[str, Meta(min_length=1, max_length=rules.WORD_LIMIT)]


class NewEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    words: Annotated[list[WordBody], Meta(min_length=1, max_length=rules.LANGUAGES_LIMIT)]
    note: Annotated[str, Meta(max_length=rules.NOTE_LIMIT)] = ""


class ChangedEntry(NewEntry, forbid_unknown_fields=True, kw_only=True):
    """`version`: of the entry that I saw."""

    version: Annotated[int, Meta(ge=1, le=2**31 - 1)]


class GlossaryPage(msgspec.Struct, frozen=True):
    """Entries by their first word. `languages`: to be offered, those of the schools first."""

    items: list[EntryView]
    next: str
    may_edit: bool
    languages: list[str]


def _draft(data: NewEntry) -> Draft:
    return Draft([Word(each.language, each.text) for each in data.words], data.note)


async def _page(
    session: AsyncSession, partnership_id: UUID, q: str, cursor: str, limit: int, *, may_edit: bool
) -> GlossaryPage:
    place = paging.place(cursor, str, UUID)
    found = await service.page(
        session, partnership_id, q, (place[0], place[1]) if place else None, limit + 1
    )
    shown = [each.entry for each in found[:limit]]
    return GlossaryPage(
        [service.view(each) for each in found[:limit]],
        paging.cursor(shown[-1].sort_key, shown[-1].id) if len(found) > limit else "",
        may_edit,
        await service.languages(session, partnership_id),
    )


@get("/spaces/{space_id:uuid}/glossary")
async def in_space(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    database: NamedDependency[Database],
    q: Query = "",
    cursor: paging.Cursor = "",
    limit: paging.Limit = PAGE,
) -> GlossaryPage:
    """The glossary of the partnership that the space is of, for whoever may read its chat. 403 with the
    reason as its code, 404 `not_found`."""
    async with database.read() as session:
        partnership_id, may_edit = await service.read_in_space(session, request.user, space_id)
        return await _page(session, partnership_id, q, cursor, limit, may_edit=may_edit)


@get("/partnerships/{partnership_id:uuid}/glossary", guards=[staff_only])
async def of_partnership(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    database: NamedDependency[Database],
    q: Query = "",
    cursor: paging.Cursor = "",
    limit: paging.Limit = PAGE,
) -> GlossaryPage:
    """The glossary, for staff of the schools that take part, also when the partnership is over. 404
    `not_found`."""
    async with database.read() as session:
        may_edit = await service.read_as_member(session, request.user, partnership_id)
        return await _page(session, partnership_id, q, cursor, limit, may_edit=may_edit)


@post("/partnerships/{partnership_id:uuid}/glossary", guards=[staff_only])
async def add(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    data: JSONBody[NewEntry],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> EntryView:
    """Add an entry: whoever runs a space of the partnership. 400 `invalid` (also: it is full), 403
    `not_allowed`, 404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        return service.view(await service.add(uow, request.user, partnership_id, _draft(data)))


@put("/partnerships/{partnership_id:uuid}/glossary/{entry_id:uuid}", guards=[staff_only])
async def change(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    entry_id: FromPath[UUID],
    data: JSONBody[ChangedEntry],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> EntryView:
    """Write an entry anew. 409 `changed_meanwhile`, with the entry as it is now in `kept`, when another
    version is there; else as for a new one."""
    async with UnitOfWork(database, bus) as uow:
        return service.view(
            await service.change(uow, request.user, partnership_id, entry_id, data.version, _draft(data))
        )


@delete("/partnerships/{partnership_id:uuid}/glossary/{entry_id:uuid}", guards=[staff_only])
async def remove(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    entry_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
    version: Annotated[int, QueryParameter(ge=1, le=2**31 - 1, description="Of the entry that I saw.")],
) -> None:
    """Take an entry out. Codes as for a change."""
    async with UnitOfWork(database, bus) as uow:
        await service.remove(uow, request.user, partnership_id, entry_id, version)


@get("/partnerships/{partnership_id:uuid}/glossary/export.csv", media_type="text/csv", guards=[staff_only])
async def export(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID], database: NamedDependency[Database]
) -> Response[bytes]:
    """The whole glossary as a table, with a column for each language. 404 `not_found`."""
    async with database.read() as session:
        await service.read_as_member(session, request.user, partnership_id)
        found = await service.page(session, partnership_id, "", None, rules.ENTRIES_LIMIT)
    return Response(
        _as_csv(found), media_type="text/csv",
        headers={"content-disposition": 'attachment; filename="glossary.csv"'},
    )


def _as_csv(found: Sequence[Stored]) -> bytes:
    """In UTF-8, with the mark by which spreadsheets know it."""
    tongues = sorted({language for each in found for language, _ in each.entry.words})
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow([*tongues, "note", "school", "changed"])
    for entry, school_name in found:
        words = dict(entry.words)
        writer.writerow(
            [*(cell(words.get(each, "")) for each in tongues), cell(entry.note), cell(school_name),
             f"{entry.changed_at.astimezone(UTC):%Y-%m-%d}"]
        )
    return out.getvalue().encode("utf-8-sig")


router = Router(
    "/", route_handlers=[in_space, of_partnership, add, change, remove, export], tags=["Glossary"]
)
