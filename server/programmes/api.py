"""Programmes: what they ask for, and what an edit would change. Every member of staff reads them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.guards import staff_only
from server.programmes import service
from server.programmes.models import Programme
from server.programmes.rules import ProgrammeRules
from server.programmes.service import Preview

Name = Annotated[str, Meta(min_length=1, max_length=120)]


class RulesToTry(msgspec.Struct, forbid_unknown_fields=True):
    rules: ProgrammeRules


class NewProgramme(msgspec.Struct, forbid_unknown_fields=True):
    slug: Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
    """Its short name for good: "south-south"."""
    name: Name
    rules: ProgrammeRules


class ProgrammeEdit(msgspec.Struct, forbid_unknown_fields=True):
    """`version` is the one that was read, `digest` that of the preview of these rules."""

    version: Annotated[int, Meta(ge=1, le=1_000_000_000)]
    name: Name
    rules: ProgrammeRules
    digest: Annotated[str, Meta(min_length=64, max_length=64)]


class ProgrammeItem(msgspec.Struct, frozen=True, kw_only=True):
    """A programme on a list. `can_edit`: the person who asks is an officer of its office."""

    id: UUID
    slug: str
    name: str
    home_country: str
    participating_countries: list[str]
    """Empty: any country."""
    kinds: list[str]
    office_id: UUID | None
    can_edit: bool


class ProgrammeList(msgspec.Struct, frozen=True):
    items: list[ProgrammeItem]


class ProgrammeDetail(ProgrammeItem, frozen=True, kw_only=True):
    version: int
    changed_at: datetime
    rules: ProgrammeRules


def _item(programme: Programme, who: SignedIn) -> dict[str, Any]:
    rules = service.rules_of(programme)
    return {
        "id": programme.id, "slug": programme.slug, "name": programme.name,
        "home_country": rules.home_country, "participating_countries": rules.participating_countries,
        "kinds": [kind.value for kind in rules.kinds], "office_id": programme.office_id,
        "can_edit": service.may_edit(programme, who),
    }


async def _detail(database: Database, who: SignedIn, programme_id: UUID) -> ProgrammeDetail:
    async with database.read() as session:
        programme = await service.get(session, programme_id)
    return ProgrammeDetail(
        **_item(programme, who), version=programme.version, changed_at=programme.changed_at,
        rules=service.rules_of(programme),
    )


@get("/")
async def list_programmes(
    request: Request[SignedIn, Any, Any], database: NamedDependency[Database]
) -> ProgrammeList:
    """Every programme, by name."""
    async with database.read() as session:
        found = await service.every(session)
    return ProgrammeList([ProgrammeItem(**_item(programme, request.user)) for programme in found])


@get("/{programme_id:uuid}")
async def get_programme(
    request: Request[SignedIn, Any, Any], programme_id: FromPath[UUID], database: NamedDependency[Database]
) -> ProgrammeDetail:
    """One programme with its rules. 404 `not_found`."""
    return await _detail(database, request.user, programme_id)


@post("/")
async def create_programme(
    request: Request[SignedIn, Any, Any],
    data: JSONBody[NewProgramme],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> ProgrammeDetail:
    """Add a programme that my office runs. 400 `invalid`, 403 `not_allowed`, 409 `slug_taken`."""
    async with UnitOfWork(database, bus) as uow:
        made = await service.create(uow, request.user, data.slug, data.name, data.rules)
    return await _detail(database, request.user, made)


@post("/{programme_id:uuid}/preview", status_code=200)
async def preview_programme(
    request: Request[SignedIn, Any, Any],
    programme_id: FromPath[UUID],
    data: JSONBody[RulesToTry],
    database: NamedDependency[Database],
) -> Preview:
    """Which partnerships would not meet these rules. Changes nothing. 400 `invalid`, 403 `not_allowed`,
    404 `not_found`."""
    async with database.read() as session:
        return await service.preview(session, request.user, programme_id, data.rules)


@put("/{programme_id:uuid}")
async def edit_programme(
    request: Request[SignedIn, Any, Any],
    programme_id: FromPath[UUID],
    data: JSONBody[ProgrammeEdit],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> ProgrammeDetail:
    """Change a programme; active partnerships that no longer meet its rules are suspended. 400 `invalid`,
    403 `not_allowed`, 404 `not_found`, 409 `changed_meanwhile` or `preview_first`."""
    async with UnitOfWork(database, bus) as uow:
        await service.edit(
            uow, request.user, programme_id, data.version, data.name, data.rules, data.digest
        )
    return await _detail(database, request.user, programme_id)


router = Router(
    "/programmes",
    route_handlers=[list_programmes, get_programme, create_programme, preview_programme, edit_programme],
    guards=[staff_only],
    tags=["Programmes"],
)
