"""A page of a space as it stands, to be looked at outside of the live space."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from server.accounts.service import SignedIn
from server.boards import content
from server.db import Database
from server.errors import NotFound

YJS = "application/octet-stream"
MERGED_AT_ONCE = 2
_merging = asyncio.Semaphore(MERGED_AT_ONCE)


@get("/boards/{board_id:uuid}/state", media_type=YJS)
async def page_state(
    request: Request[SignedIn, Any, Any], board_id: FromPath[UUID], database: NamedDependency[Database]
) -> Response[bytes]:
    """A board page, or notes, as they are now: Yjs updates (V1), each after its length (a lib0 variable
    integer). 304 when `If-None-Match` names how it still is. 403 with the reason as its code, 404
    `not_found`, 413 `page_too_large`."""
    merge: content.Merge | None = request.app.state.get("merge_page")
    async with database.read() as session:
        page = await content.page_for(session, request.user, board_id)
        # A browser may keep it, and has to ask each time whether it may still show it.
        headers = {"etag": page.etag, "cache-control": "private, no-cache"}
        if page.etag in request.headers.get("if-none-match", ""):
            return Response(b"", status_code=304, headers=headers)
        if merge is None and not page.may_see_deleted:
            raise NotFound  # nothing is live here, and nothing can tell what was deleted from what was not
    async with _merging:
        async with database.read() as session:
            updates = (await content.updates_of(session, [board_id]))[board_id]
        if merge is not None:
            updates = [await asyncio.to_thread(merge, updates)]
    return Response(content.framed(updates), media_type=YJS, headers=headers)


router = Router("/", route_handlers=[page_state], tags=["Boards"])
