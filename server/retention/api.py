"""Giving out and erasing what is stored of one person. For their school alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import IO, Any
from uuid import UUID

from litestar import Request, Router, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database
from server.files.intake import Intake
from server.guards import staff_only
from server.retention import person

PIECE_BYTES = 256 * 1024


@post("/people/{user_id:uuid}/export", status_code=200, media_type="application/zip")
async def export_person(
    request: Request[SignedIn, Any, Any],
    user_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
    intake: NamedDependency[Intake],
) -> Stream:
    """Everything that is stored of a person of my school, as a zip; it is noted in the log.
    403 `not_allowed`, 404 `not_found`, 503 `files_unavailable`."""
    spool = await person.export(database, bus, intake.store, request.user, user_id)
    headers = {"content-disposition": f'attachment; filename="person-{user_id}.zip"'}
    return Stream(_pieces(spool), headers=headers, media_type="application/zip")


async def _pieces(spool: IO[bytes]) -> AsyncIterator[bytes]:
    with spool:
        while piece := spool.read(PIECE_BYTES):
            yield piece


@post("/people/{user_id:uuid}/erasure", status_code=204)
async def erase_person(
    request: Request[SignedIn, Any, Any],
    user_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
    intake: NamedDependency[Intake],
) -> None:
    """Erase a person of my school for good. 403 `not_allowed` (also for oneself), 404 `not_found`,
    409 `invalid_transition` (an open staff account), 503 `files_unavailable`."""
    await person.erase(database, bus, intake.store, request.user, user_id)


router = Router(
    "/", route_handlers=[export_person, erase_person], guards=[staff_only], tags=["People's data"]
)
