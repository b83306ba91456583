"""A page of a space as it stands, to be looked at outside of the live space."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from server.accounts.service import SignedIn
from server.boards import content
from server.db import Database

YJS = "application/octet-stream"


@get("/boards/{board_id:uuid}/state", media_type=YJS)
async def page_state(
    request: Request[SignedIn, Any, Any], board_id: FromPath[UUID], database: NamedDependency[Database]
) -> Response[bytes]:
    """A board page, or notes, as they are now: Yjs updates (V1), each after its length (a lib0 variable
    integer). 304 when `If-None-Match` names how it still is. 403 with the reason as its code, 404
    `not_found`, 413 `page_too_large`."""
    async with database.read() as session:
        page = await content.page_for(session, request.user, board_id)
        # A browser may keep it, and has to ask each time whether it may still show it.
        headers = {"etag": page.etag, "cache-control": "private, no-cache"}
        if page.etag in request.headers.get("if-none-match", ""):
            return Response(b"", status_code=304, headers=headers)
        found = await content.updates_of(session, [board_id])
    return Response(content.framed(found[board_id]), media_type=YJS, headers=headers)


router = Router("/", route_handlers=[page_state], tags=["Boards"])
