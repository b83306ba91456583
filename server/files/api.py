"""Files over HTTP: adding, listing, opening, deciding, deleting. docs/files.md.

A file comes as the bare body of its request, so that it can be counted as it comes. It goes out through us:
whether this person may have it is asked each time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import unquote
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.exceptions import InternalServerException
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody
from litestar.response import Stream
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Access
from server.accounts.models import User
from server.accounts.service import SignedIn
from server.bus import Bus
from server.chat.sealed import SealedReason
from server.db import Database, UnitOfWork
from server.devices.acting import acting_in
from server.errors import NotFound, problem
from server.files import rules, service
from server.files.errors import FileCut, FilesUnavailable
from server.files.intake import Intake
from server.files.models import Scan, StoredFile
from server.files.store import THUMBNAIL
from server.paging import PAGE_LIMIT, Cursor, Limit, cursor, place
from server.spaces.liveness import Liveness

PAGE = 30
POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox; "
    "frame-ancestors 'none'"
)
"""A file that is opened by itself is a document of nobody: no scripts, no forms, no cookies."""


class Uploader(msgspec.Struct, frozen=True):
    """Who added a file: a student by alias."""

    user_id: UUID
    name: str
    kind: str
    avatar: str
    school_id: UUID

    @classmethod
    def of(cls, user: User) -> Uploader:
        return cls(user.id, user.name, user.kind.value, user.avatar, user.school_id)


class FileView(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a space."""

    id: UUID
    name: str
    kind: str
    """"picture", "pdf", "sound", "text" or "document"."""
    media_type: str
    size_bytes: int
    width: int | None
    """Of a picture, in pixels."""
    height: int | None
    has_thumbnail: bool
    state: str
    """"waiting", "shown", "refused" or "deleted"."""
    needs_adult: bool
    """It waits until an adult shows it."""
    checking: bool
    """It waits for the virus scanner."""
    created_at: datetime
    deleted_at: datetime | None
    uploader: Uploader
    moves: list[str]
    """What I may do with it now: "open", "show", "refuse", "delete"."""


class FilePage(msgspec.Struct, frozen=True):
    """Files of a space, the newest first. `next` leads to the older ones; empty when there are none."""

    files: list[FileView]
    next: str
    opens_sealed: bool
    """I may look at what was deleted (`sealed=true`)."""
    taken: dict[str, int]
    """The endings of what can be added, and the most bytes of each."""


class SealedBody(msgspec.Struct, forbid_unknown_fields=True):
    reason: SealedReason


AsId = FromQuery[UUID | None]
"""Who of those at this device it is for; none: the one who signed in first (docs/devices.md)."""

TAKEN = {each.ending: rules.LIMIT_BYTES[each.kind] for each in rules.TYPES.values()}


def _view(who: SignedIn, found: Access, file: StoredFile) -> FileView:
    return FileView(
        id=file.id, name=file.name, kind=rules.type_of(file.media_type).kind.value,
        media_type=file.media_type, size_bytes=file.size_bytes, width=file.width, height=file.height,
        has_thumbnail=file.has_thumbnail, state=file.state.value, needs_adult=file.needs_adult,
        checking=file.scan is Scan.WAITING, created_at=file.created_at, deleted_at=file.deleted_at,
        uploader=Uploader.of(file.uploader), moves=service.moves_for(who, found, file),
    )


@get("/spaces/{space_id:uuid}/files")
async def files(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    database: NamedDependency[Database],
    sealed: FromQuery[bool] = False,
    limit: Limit = PAGE,
    cursor: Cursor = "",
    as_id: AsId = None,
) -> FilePage:
    """The files of a space, and what I may do with them. `as_id`: what somebody may who shares my device.
    `sealed`: what was deleted or refused, for safeguarding leads; nothing for others. 403 with the reason as
    its code when the space is closed to this person, else 404."""
    after = place(cursor, datetime, UUID)
    async with database.read() as session:
        who = await acting_in(session, request.user, as_id, space_id)
        found = await service.reading(session, who, space_id)
        condition = (service.sealed_for if sealed else service.shown_to)(who, found)
        size = min(limit, PAGE_LIMIT)
        rows = await service.page(session, space_id, condition, after, size + 1)
    shown = rows[:size]
    return FilePage(
        [_view(who, found, each) for each in shown],
        _cursor(shown[-1]) if len(rows) > size else "",
        service.opens_sealed(who, found),
        TAKEN,
    )


def _cursor(file: StoredFile) -> str:
    return cursor(file.created_at, file.id)


@post("/spaces/{space_id:uuid}/files", request_max_body_size=rules.UPLOAD_LIMIT_BYTES + 64 * 1024)
async def add_file(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    file_name: Annotated[str, HeaderParameter(
        name="x-file-name", min_length=1, max_length=2000, description="The name, percent-encoded UTF-8.",
    )],
    intake: NamedDependency[Intake],
    liveness: NamedDependency[Liveness],
    as_id: AsId = None,
) -> FileView:
    """Add a file: its content is the body, of any media type. `as_id`: in the name of somebody who shares my
    device. 400 `file_type`, `file_mismatch`,
    `file_empty`, `file_unreadable`, `file_locked`, `file_unsafe`, `file_pages`, `file_infected` or
    `file_cut`, 403 `not_allowed` or `file_held`, 409 `file_space_full`, 413 `file_too_large` (with
    `most_bytes`), 429 `file_daily_limit` or `files_busy`, 503 `files_unavailable`."""
    announced_bytes = 0
    with suppress(ValueError):
        announced_bytes = max(0, int(request.headers.get("content-length", "0")))
    who, file, found = await intake.take(
        request.user, as_id, space_id, liveness, unquote(file_name), announced_bytes, _pieces(request)
    )
    return _view(who, found, file)


async def _pieces(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    try:
        async for piece in request.stream():
            if piece:
                yield piece
    except InternalServerException as error:  # how Litestar says that the other end has gone
        raise FileCut from error


def _on_cut(_: Request[Any, Any, Any], error: FileCut) -> Response[dict[str, Any]]:
    answer = problem(error.status, error.code, error.detail)
    answer.headers["connection"] = "close"  # the rest of the body is not waited for
    return answer


async def _acting(session: AsyncSession, who: SignedIn, as_id: UUID | None, file_id: UUID) -> SignedIn:
    """`acting_in` the space of a file. Raises: NotFound, NotAllowed."""
    if as_id is None:
        return who
    space_id = await session.scalar(select(StoredFile.space_id).where(StoredFile.id == file_id))
    if space_id is None:
        raise NotFound
    return await acting_in(session, who, as_id, space_id)


@get("/files/{file_id:uuid}", media_type="application/octet-stream")
async def content(
    request: Request[SignedIn, Any, Any],
    file_id: FromPath[UUID],
    database: NamedDependency[Database],
    intake: NamedDependency[Intake],
    as_id: AsId = None,
) -> Response[Any]:
    """The content of a file, or the part that `Range` asks for. `as_id`: for somebody who shares my device.
    404 `not_found`, also when it was deleted, 409 `file_checking`, 503 `files_unavailable`."""
    async with database.read() as session:
        file = await service.to_open(session, await _acting(session, request.user, as_id, file_id), file_id)
    kind = rules.type_of(file.media_type)
    etag = f'"{file.sha256[:32]}"'
    headers = _headers(file.name, etag, inline=kind.kind in rules.INLINE)
    headers["accept-ranges"] = "bytes"
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    start, end, status = 0, file.size_bytes, 200
    asked = request.headers.get("range", "")
    if asked and request.headers.get("if-range", etag) == etag:
        try:
            if part := rules.byte_range(asked, file.size_bytes):
                (start, end), status = part, 206
                headers["content-range"] = f"bytes {start}-{end - 1}/{file.size_bytes}"
        except ValueError:
            answer = problem(416, "invalid", "The file has no such part.")
            answer.headers["content-range"] = f"bytes */{file.size_bytes}"
            return answer
    return await _given(intake, file.key, start, end, headers, media_type=_declared(file), status=status)


@get("/files/{file_id:uuid}/thumbnail", media_type="image/webp")
async def thumbnail(
    request: Request[SignedIn, Any, Any],
    file_id: FromPath[UUID],
    database: NamedDependency[Database],
    intake: NamedDependency[Intake],
    as_id: AsId = None,
) -> Response[Any]:
    """A small picture of a file, as WebP. `as_id`: for somebody who shares my device. 404 `not_found`,
    409 `file_checking`, 503 `files_unavailable`."""
    async with database.read() as session:
        file = await service.to_open(session, await _acting(session, request.user, as_id, file_id), file_id)
    if not file.has_thumbnail:
        raise NotFound
    etag = f'"{file.sha256[:32]}-small"'
    headers = _headers("thumbnail.webp", etag, inline=True)
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    try:
        size_bytes = await intake.store.size_of(file.key + THUMBNAIL)
    except FileNotFoundError as error:
        raise NotFound from error
    return await _given(intake, file.key + THUMBNAIL, 0, size_bytes, headers, media_type="image/webp")


@post("/files/{file_id:uuid}/sealed", status_code=200, media_type="application/octet-stream")
async def sealed_content(
    request: Request[SignedIn, Any, Any],
    file_id: FromPath[UUID],
    data: JSONBody[SealedBody],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
    intake: NamedDependency[Intake],
) -> Response[Any]:
    """The content of a deleted or refused file, for a safeguarding lead, with the reason that goes into the
    log. 404 `not_found`, also for everybody else, 503 `files_unavailable`."""
    async with UnitOfWork(database, bus) as uow:
        file = await service.open_sealed(uow, request.user, file_id, data.reason)
    headers = {**_headers(file.name, "", inline=False), "cache-control": "no-store"}
    return await _given(intake, file.key, 0, file.size_bytes, headers, media_type=_declared(file))


@post("/files/{file_id:uuid}/show", status_code=200)
async def show_file(
    request: Request[SignedIn, Any, Any],
    file_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> None:
    """Let everyone in the space see a file that waits for an adult. 403 `not_allowed`, 404 `not_found`,
    409 `already_done` or `file_checking`."""
    async with UnitOfWork(database, bus) as uow:
        await service.show(uow, request.user, file_id)


@post("/files/{file_id:uuid}/refuse", status_code=200)
async def refuse_file(
    request: Request[SignedIn, Any, Any],
    file_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> None:
    """Do not show a file that waits for an adult. 403 `not_allowed`, 404 `not_found`, 409 `already_done`."""
    async with UnitOfWork(database, bus) as uow:
        await service.refuse(uow, request.user, file_id)


@delete("/files/{file_id:uuid}", status_code=204)
async def delete_file(
    request: Request[SignedIn, Any, Any],
    file_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
    liveness: NamedDependency[Liveness],
    as_id: AsId = None,
) -> None:
    """Delete a file: one's own, or any for an adult who may moderate. `as_id`: one of somebody who shares my
    device. 403 `not_allowed` or `file_held`, 404 `not_found`, 409 `already_done`."""
    async with UnitOfWork(database, bus) as uow:
        who = await _acting(uow.session, request.user, as_id, file_id)
        await service.remove(uow, who, file_id, liveness)


def _declared(file: StoredFile) -> str:
    return f"{file.media_type}; charset=utf-8" if file.media_type.startswith("text/") else file.media_type


def _headers(name: str, etag: str, *, inline: bool) -> dict[str, str]:
    return {
        "content-disposition": rules.disposition(name, inline=inline),
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        # A browser may keep it, and has to ask each time whether it may still show it.
        "cache-control": "private, no-cache",
        **({"etag": etag} if etag else {}),
    }


async def _given(
    intake: Intake, name: str, start: int, end: int, headers: dict[str, str], *, media_type: str,
    status: int = 200,
) -> Response[Any]:
    try:
        pieces = await intake.store.read(name, start, end)
    except FileNotFoundError as error:
        raise FilesUnavailable from error  # the record says that it is there
    # Among the headers, since the type of the route would stand before that of the answer.
    headers |= {"content-length": str(end - start), "content-type": media_type}
    return Stream(pieces, status_code=status, headers=headers)


router = Router(
    "/",
    route_handlers=[
        files, Router("/", route_handlers=[add_file], exception_handlers={FileCut: _on_cut}), content,
        thumbnail, sealed_content, show_file, refuse_file, delete_file,
    ],
    tags=["Files"],
)
