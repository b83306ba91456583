"""The history of a space's notes. The notes themselves are read and written in the live space."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from server import paging
from server.access import Grant, access_in
from server.accounts import service as accounts
from server.accounts.service import SignedIn
from server.boards import versions
from server.boards.models import VersionReason
from server.db import Database
from server.errors import NoAccess, NotAllowed, NotFound
from server.guards import staff_only

YJS = "application/octet-stream"
_MAY_READ = frozenset({Grant.SPACE_MODERATE, Grant.SPACE_EXPORT})


class NotesAuthor(msgspec.Struct, frozen=True):
    """Who changed the notes, as the others see them."""

    user_id: UUID
    name: str
    avatar: str
    school_id: UUID


class NotesVersion(msgspec.Struct, frozen=True):
    """The notes as they were. `at`: when their last change then was stored."""

    seq: int
    at: datetime
    reason: VersionReason
    authors: list[NotesAuthor]
    """Who had changed them since the version before."""


class NotesVersions(msgspec.Struct, frozen=True):
    items: list[NotesVersion]
    next: str


async def _notes(session: AsyncSession, who: SignedIn, space_id: UUID) -> UUID:
    """The history holds what was deleted: it is for the adults who run the space."""
    found = await access_in(session, who.user_id, space_id)
    if Grant.SPACE_READ not in found.grants:
        raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
    if not _MAY_READ & found.grants:
        raise NotAllowed
    return await versions.notes_of(session, space_id)


@get("/versions", guards=[staff_only])
async def notes_versions(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    database: NamedDependency[Database],
    cursor: paging.Cursor = "",
    limit: paging.Limit = 30,
) -> NotesVersions:
    """Earlier versions of the notes, the newest first. 403 with the reason as its code, 404 `not_found`."""
    below = paging.place(cursor, int)
    async with database.read() as session:
        board_id = await _notes(session, request.user, space_id)
        found = await versions.listed(session, board_id, below[0] if below else None, limit + 1)
        shown = found[:limit]
        people = await accounts.people(session, {each for _, ids in shown for each in ids})
    authors = [
        sorted((people[each] for each in ids if each in people), key=lambda user: user.name)
        for _, ids in shown
    ]
    items = [
        NotesVersion(
            version.seq, version.at, version.reason,
            [NotesAuthor(user.id, user.name, user.avatar, user.school_id) for user in theirs],
        )
        for (version, _), theirs in zip(shown, authors, strict=True)
    ]
    more = paging.cursor(shown[-1][0].seq) if len(found) > limit else ""
    return NotesVersions(items, more)


@get("/versions/{seq:int}", guards=[staff_only], media_type=YJS)
async def notes_version(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    seq: FromPath[int],
    database: NamedDependency[Database],
) -> Response[bytes]:
    """One version, as a Yjs update (V1) of the whole document. 403 with the reason as its code, 404
    `not_found`: there is none, or no more."""
    async with database.read() as session:
        board_id = await _notes(session, request.user, space_id)
        state = await versions.state_of(session, board_id, seq)
    return Response(state, media_type=YJS)


router = Router(
    "/spaces/{space_id:uuid}/notes", route_handlers=[notes_versions, notes_version], tags=["Notes"]
)
