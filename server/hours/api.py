"""When a space is open for my school's students, and opening it outside of that. For staff."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.guards import staff_only
from server.hours import service


class NewOpening(msgspec.Struct, forbid_unknown_fields=True):
    """`until`: a day from now at most. The reason is read by the staff of your own school."""

    until: Annotated[datetime, Meta(tz=True)]
    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class OpeningView(msgspec.Struct, frozen=True):
    starts_at: datetime
    ends_at: datetime
    reason: str
    opened_by: str


class HoursView(msgspec.Struct, frozen=True, kw_only=True):
    """A space for the students of my school. `opens_at`: when it is closed now and opens by itself;
    `has_bell_times`: false closes it to them outside lessons and openings."""

    has_bell_times: bool
    open_now: bool
    opens_at: datetime | None
    opening: OpeningView | None
    may_open: bool


async def _hours(database: Database, who: SignedIn, space_id: UUID) -> HoursView:
    async with database.read() as session:
        found = await service.hours_of(session, who, space_id)
    now = found.opening
    return HoursView(
        has_bell_times=found.has_bell_times, open_now=found.open_now, opens_at=found.opens_at,
        may_open=found.may_open,
        opening=OpeningView(now.starts_at, now.ends_at, now.reason, found.opened_by) if now else None,
    )


@get("/spaces/{space_id:uuid}/hours")
async def space_hours(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], database: NamedDependency[Database]
) -> HoursView:
    """When it is open for my school's students. 404 `not_found`."""
    return await _hours(database, request.user, space_id)


@post("/spaces/{space_id:uuid}/opening", status_code=200)
async def open_space(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    data: JSONBody[NewOpening],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> HoursView:
    """Open it for my school's students, outside school hours and lessons. 400 `invalid`, 403 `not_allowed`,
    404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        await service.open_space(uow, request.user, space_id, data.until, data.reason)
    return await _hours(database, request.user, space_id)


@delete("/spaces/{space_id:uuid}/opening", status_code=200)
async def close_space(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> HoursView:
    """Close it again before its time. 403 `not_allowed`, 404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        await service.close_space(uow, request.user, space_id)
    return await _hours(database, request.user, space_id)


router = Router(
    "/", route_handlers=[space_hours, open_space, close_space], guards=[staff_only], tags=["Spaces"]
)
