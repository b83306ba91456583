"""Partnerships: the list, one record with its rules as a checklist, and the moves. For staff."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.guards import staff_only
from server.partnerships import record as records
from server.partnerships import service
from server.partnerships.models import Partnership, PartnershipKind
from server.partnerships.rules import Rule
from server.schools.views import SchoolView
from server.spaces import service as spaces


class NewPartnership(msgspec.Struct, forbid_unknown_fields=True):
    programme_id: UUID
    kind: PartnershipKind
    name: Annotated[str, Meta(min_length=1, max_length=160)]
    school_ids: Annotated[list[UUID], Meta(max_length=100)]


class Move(msgspec.Struct, forbid_unknown_fields=True):
    move: Annotated[str, Meta(max_length=20)]
    reason: Annotated[str, Meta(max_length=500)] = ""


class PartnershipItem(msgspec.Struct, frozen=True, kw_only=True):
    """A partnership on a list."""

    id: UUID
    name: str
    kind: str
    status: str
    programme_name: str
    schools: list[SchoolView]


class PartnershipList(msgspec.Struct, frozen=True):
    items: list[PartnershipItem]


class MembershipView(msgspec.Struct, frozen=True):
    school: SchoolView
    role: str
    status: str


class CoordinatorView(msgspec.Struct, frozen=True):
    name: str
    school_id: UUID


class SpaceItem(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    kind: str


class PartnershipDetail(PartnershipItem, frozen=True, kw_only=True):
    """The whole record. `moves` are those that the person who asks may make now."""

    status_reason: str
    status_changed_at: datetime
    memberships: list[MembershipView]
    coordinators: list[CoordinatorView]
    rules: list[Rule]
    spaces: list[SpaceItem]
    moves: list[str]


def _item(record: Partnership) -> dict[str, Any]:
    return {
        "id": record.id,
        "name": record.name,
        "kind": record.kind.value,
        "status": record.status.value,
        "programme_name": record.programme.name,
        "schools": [SchoolView.of_member(member) for member in record.memberships],
    }


async def _detail(database: Database, who: SignedIn, partnership_id: UUID) -> PartnershipDetail:
    async with database.read() as session:
        record = await records.get_visible(session, partnership_id, who.school_id)
        theirs = await spaces.of_partnership(session, record.id)
        return PartnershipDetail(
            **_item(record),
            status_reason=record.status_reason,
            status_changed_at=record.status_changed_at,
            memberships=[
                MembershipView(SchoolView.of_member(member), member.role.value, member.status.value)
                for member in record.memberships
            ],
            coordinators=[
                CoordinatorView(seat.user.name, seat.user.school_id) for seat in record.coordinators
            ],
            rules=records.checklist(record),
            spaces=[SpaceItem(space.id, space.name, space.kind.value) for space in theirs],
            moves=service.moves_for(record, who),
        )


@get("/")
async def list_partnerships(
    request: Request[SignedIn, Any, Any], database: NamedDependency[Database]
) -> PartnershipList:
    """The partnerships of my school, the newest first."""
    async with database.read() as session:
        found = await records.visible_to(session, request.user.school_id)
    return PartnershipList([PartnershipItem(**_item(record)) for record in found])


@get("/{partnership_id:uuid}")
async def get_partnership(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID], database: NamedDependency[Database]
) -> PartnershipDetail:
    """One record, with its rules as a checklist. 404 `not_found`."""
    return await _detail(database, request.user, partnership_id)


@post("/")
async def create_partnership(
    request: Request[SignedIn, Any, Any],
    data: JSONBody[NewPartnership],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> PartnershipDetail:
    """Start a draft with my school as its lead. 400 `invalid`, 404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        record = await service.create(
            uow, request.user, data.programme_id, data.kind, data.name, data.school_ids
        )
    return await _detail(database, request.user, record.id)


@post("/{partnership_id:uuid}/moves", status_code=200)
async def make_move(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    data: JSONBody[Move],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> PartnershipDetail:
    """Propose, accept, activate, suspend, resume or end. 403 `not_allowed`, 409 `invalid_transition`
    or `rules_not_met` (with `failing`)."""
    async with UnitOfWork(database, bus) as uow:
        await service.make_move(uow, request.user, partnership_id, data.move, data.reason)
    return await _detail(database, request.user, partnership_id)


router = Router(
    "/partnerships",
    route_handlers=[list_partnerships, get_partnership, create_partnership, make_move],
    guards=[staff_only],
    tags=["Partnerships"],
)
