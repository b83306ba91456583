"""Partnerships: the list, one record with its rules as a checklist, the moves, the coordinator's board, the
timeline. For staff."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server import clock, paging
from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.guards import staff_only
from server.partnerships import board, joining, joining_api, moves, rules, service, views
from server.partnerships import record as records
from server.partnerships.models import PartnershipKind
from server.partnerships.rules import Rule
from server.partnerships.views import PartnershipDetail, PartnershipItem
from server.schools.views import SchoolView


class NewPartnership(msgspec.Struct, forbid_unknown_fields=True):
    programme_id: UUID
    kind: PartnershipKind
    name: Annotated[str, Meta(min_length=1, max_length=160)]
    school_ids: Annotated[list[UUID], Meta(max_length=100)]


class Move(msgspec.Struct, forbid_unknown_fields=True):
    move: Annotated[str, Meta(max_length=20)]
    reason: Annotated[str, Meta(max_length=500)] = ""
    confirmed: bool = False
    """Leave although it breaks a rule."""


class PartnershipList(msgspec.Struct, frozen=True):
    items: list[PartnershipItem]


class Leaving(msgspec.Struct, frozen=True):
    """What would follow if my school left now. `breaks`: rules that hold today and would not."""

    breaks: list[Rule]
    ends: bool
    """No school would be left: the partnership would end."""


class BoardMember(msgspec.Struct, frozen=True):
    school: SchoolView
    role: str
    status: str
    latitude: float | None
    longitude: float | None


class BoardSpace(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    kind: str
    life: list[board.Life]


class BoardPartnership(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    kind: str
    status: str
    status_reason: str
    programme_name: str
    coordinates: bool
    """I hold a coordinator's seat."""
    rules: list[Rule]
    members: list[BoardMember]
    spaces: list[BoardSpace]


class BoardView(msgspec.Struct, frozen=True):
    """Each partnership of mine, with what its spaces have seen in `weeks`, the oldest first."""

    weeks: list[board.Week]
    items: list[BoardPartnership]


class TimelinePage(msgspec.Struct, frozen=True):
    items: list[board.TimelineEntry]
    next: str


@get("/")
async def list_partnerships(
    request: Request[SignedIn, Any, Any], database: NamedDependency[Database]
) -> PartnershipList:
    """The partnerships of my school, the newest first."""
    async with database.read() as session:
        found = await records.visible_to(session, request.user.school_id)
    return PartnershipList([PartnershipItem(**views.item(record)) for record in found])


@get("/{partnership_id:uuid}")
async def get_partnership(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID], database: NamedDependency[Database]
) -> PartnershipDetail:
    """One record, with its rules as a checklist. 404 `not_found`."""
    return await views.detail(database, request.user, partnership_id)


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
    return await views.detail(database, request.user, record.id)


@post("/{partnership_id:uuid}/moves", status_code=200)
async def make_move(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    data: JSONBody[Move],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> PartnershipDetail:
    """Propose, activate, suspend, resume or end; accept, decline or leave for my school. 403 `not_allowed`,
    409 `invalid_transition`, `rules_not_met`, `would_break` (both with `failing`) or `agreement_first`."""
    async with UnitOfWork(database, bus) as uow:
        await moves.make_move(
            uow, request.user, partnership_id, data.move, data.reason, confirmed=data.confirmed
        )
    gone = data.move in (rules.DECLINE, rules.LEAVE)
    return await views.detail(database, request.user, partnership_id, is_goodbye=gone)


@get("/{partnership_id:uuid}/leaving")
async def look_at_leaving(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID], database: NamedDependency[Database]
) -> Leaving:
    """What would break if my school left now. 403 `not_allowed`, 409 `invalid_transition`."""
    async with database.read() as session:
        return Leaving(*await moves.leaving(session, request.user, partnership_id))


@get("/board")
async def get_board(request: Request[SignedIn, Any, Any], database: NamedDependency[Database]) -> BoardView:
    """My partnerships at a glance: rules, schools, and how lively each space is."""
    async with database.read() as session:
        found = await board.on_board(session, request.user)
        theirs = await board.spaces_in(session, [record.id for record in found])
        lives = await board.life_of(session, [space.id for group in theirs.values() for space in group])
    return BoardView(
        board.weeks(clock.now()),
        [
            BoardPartnership(
                id=record.id, name=record.name, kind=record.kind.value, status=record.status.value,
                status_reason=record.status_reason, programme_name=record.programme.name,
                coordinates=records.coordinates(record, request.user), rules=records.checklist(record),
                members=[
                    BoardMember(
                        SchoolView.of_member(member), member.role.value, member.status.value,
                        member.school.latitude, member.school.longitude,
                    )
                    for member in record.memberships
                    if member.status in joining.PRESENT
                ],
                spaces=[
                    BoardSpace(space.id, space.name, space.kind.value, lives.get(space.id, []))
                    for space in theirs.get(record.id, [])
                ],
            )
            for record in found
        ],
    )


@get("/{partnership_id:uuid}/timeline")
async def get_timeline(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    database: NamedDependency[Database],
    cursor: paging.Cursor = "",
    limit: paging.Limit = 50,
) -> TimelinePage:
    """What was done in a partnership, the newest first. 403 `not_allowed`, 404 `not_found`."""
    at = paging.place(cursor, int)
    async with database.read() as session:
        found = await board.timeline(
            session, request.user, partnership_id, before_seq=at[0] if at else None, limit=limit
        )
    return TimelinePage(found, paging.cursor(found[-1].seq) if len(found) == limit else "")


router = Router(
    "/",
    route_handlers=[
        Router(
            "/partnerships",
            route_handlers=[
                list_partnerships, get_board, get_partnership, create_partnership, make_move, look_at_leaving,
                get_timeline,
            ],
        ),
        joining_api.router,
    ],
    guards=[staff_only],
    tags=["Partnerships"],
)
