"""The pages of a space's board over HTTP. What is drawn on them is seen and made in the live space."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server.access import Access, Grant
from server.accounts.service import SignedIn
from server.boards import pages
from server.boards.models import Board
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.guards import staff_only
from server.spaces.liveness import Liveness

Title = Annotated[str, Meta(min_length=1, max_length=pages.TITLE_LIMIT, pattern=r"\S")]


class PageView(msgspec.Struct, frozen=True):
    """A page of the board. `place` counts from 1; of a page that was taken away it means nothing."""

    id: UUID
    title: str
    place: int
    is_prepared: bool
    """Students do not see it yet."""
    removed_at: datetime | None
    is_empty: bool
    """Nothing was ever drawn on it."""


class PageList(msgspec.Struct, frozen=True):
    """Pages in order, those that were taken away last: at most 130."""

    items: list[PageView]
    may_prepare: bool
    """Whether I may change them."""


class NewPage(msgspec.Struct, forbid_unknown_fields=True):
    title: Title
    copy_of: UUID | None = None
    """Begin with everything that is drawn on this page."""
    is_prepared: bool = False


class PageChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    title: Title | None = None
    place: Annotated[int, Meta(ge=1, le=pages.PAGES_MAX)] | None = None
    is_prepared: bool | None = None


def _list(found: list[Board], access: Access) -> PageList:
    return PageList(
        [
            PageView(each.id, each.title, each.position, each.is_prepared, each.removed_at,
                     each.drawn_at is None)
            for each in found
        ],
        Grant.SPACE_MODERATE in access.grants,
    )


async def _pages(database: Database, who: SignedIn, space_id: UUID) -> PageList:
    async with database.read() as session:
        return _list(*await pages.listed(session, who, space_id))


@get("/")
async def board_pages(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], database: NamedDependency[Database]
) -> PageList:
    """The pages of the board that I may see: for staff also those that are prepared or were taken away. 403
    with the reason as its code, 404 `not_found`."""
    return await _pages(database, request.user, space_id)


@post("/", guards=[staff_only])
async def add_page(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], data: JSONBody[NewPage],
    database: NamedDependency[Database], bus: NamedDependency[Bus], liveness: NamedDependency[Liveness],
) -> PageList:
    """Add a page, empty or as a copy. 400 `invalid`, 403 `not_allowed`, 404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        await pages.check_writes(uow.session, request.user, space_id, liveness)
        await pages.add(
            uow, request.user, space_id, data.title, copy_of=data.copy_of, is_prepared=data.is_prepared
        )
    return await _pages(database, request.user, space_id)


@patch("/{page_id:uuid}", guards=[staff_only])
async def change_page(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], page_id: FromPath[UUID],
    data: JSONBody[PageChange], database: NamedDependency[Database], bus: NamedDependency[Bus],
    liveness: NamedDependency[Liveness],
) -> PageList:
    """Name it, move it, hide it from students or show it. 400 `invalid`, 403 `not_allowed`,
    404 `not_found`."""
    wanted = pages.Change(data.title, data.place, data.is_prepared)
    async with UnitOfWork(database, bus) as uow:
        if data.title is not None:
            await pages.check_writes(uow.session, request.user, space_id, liveness)
        await pages.change(uow, request.user, space_id, page_id, wanted)
    return await _pages(database, request.user, space_id)


@delete("/{page_id:uuid}", guards=[staff_only], status_code=200)
async def remove_page(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], page_id: FromPath[UUID],
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> PageList:
    """Take a page away; it is kept and can be brought back. 400 `invalid`, 403 `not_allowed`,
    404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        await pages.remove(uow, request.user, space_id, page_id)
    return await _pages(database, request.user, space_id)


@post("/{page_id:uuid}/return", guards=[staff_only], status_code=200)
async def bring_page_back(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], page_id: FromPath[UUID],
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> PageList:
    """Bring back a page that was taken away. 400 `invalid`, 403 `not_allowed`, 404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        await pages.bring_back(uow, request.user, space_id, page_id)
    return await _pages(database, request.user, space_id)


router = Router(
    "/spaces/{space_id:uuid}/pages",
    route_handlers=[board_pages, add_page, change_page, remove_page, bring_page_back],
    tags=["Boards"],
)
