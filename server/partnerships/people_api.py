"""People of a partnership: coordinators, delegates, visitors, bans. For staff of its schools."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server import clock, paging
from server.accounts.models import User
from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.guards import staff_only
from server.partnerships import bans, delegations, people, visits
from server.partnerships.models import Ban, Delegation, Duty, Visit, VisitRole
from server.partnerships.visits import Visitor

Moment = Annotated[datetime, Meta(tz=True)]


class Handover(msgspec.Struct, forbid_unknown_fields=True):
    """`from` is who holds the seat; null to fill an empty one."""

    to: UUID
    from_: UUID | None = msgspec.field(default=None, name="from")


class NewDelegation(msgspec.Struct, forbid_unknown_fields=True):
    user_id: UUID
    duty: Duty
    until: Moment


class NewVisit(msgspec.Struct, forbid_unknown_fields=True):
    """An adviser by `user_id`, to one space or (null) to all; a guest to one space, by `user_id` or, if
    they have no account yet, by name and e-mail address."""

    role: VisitRole
    ends_at: Moment
    starts_at: Moment | None = None
    """Null: now."""
    space_id: UUID | None = None
    user_id: UUID | None = None
    name: Annotated[str, Meta(max_length=80)] = ""
    email: Annotated[str, Meta(max_length=254)] = ""


class NewBan(msgspec.Struct, forbid_unknown_fields=True):
    user_id: UUID
    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class HandedOver(msgspec.Struct, frozen=True):
    """`warnings`: `outside_home_country` when the coordinator of a cluster is at a school abroad."""

    warnings: list[str]


class DelegationView(msgspec.Struct, frozen=True):
    id: UUID
    user_id: UUID
    name: str
    school_id: UUID
    duty: str
    granted_at: datetime
    until: datetime


class DelegationList(msgspec.Struct, frozen=True):
    items: list[DelegationView]


class VisitView(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    user_id: UUID
    name: str
    school_name: str
    """Their school, or the office of an adviser."""
    role: str
    space_id: UUID | None
    starts_at: datetime
    ends_at: datetime


class VisitList(msgspec.Struct, frozen=True):
    items: list[VisitView]


class VisitMade(msgspec.Struct, frozen=True):
    """`welcome_path` is where a guest who is new chooses a password, once; shown only now. Else empty."""

    id: UUID
    welcome_path: str


class BanView(msgspec.Struct, frozen=True):
    user_id: UUID
    name: str
    """A student's alias."""
    kind: str
    school_id: UUID
    reason: str
    banned_at: datetime


class BanPage(msgspec.Struct, frozen=True):
    items: list[BanView]
    next: str


class ColleagueView(msgspec.Struct, frozen=True):
    user_id: UUID
    name: str
    school_id: UUID
    school_name: str
    posts: list[str]


class ColleaguePage(msgspec.Struct, frozen=True):
    items: list[ColleagueView]
    next: str


def _delegation(each: Delegation) -> DelegationView:
    return DelegationView(
        each.id, each.user_id, each.user.name, each.user.school_id, each.duty.value, each.granted_at,
        each.until,
    )


def _visit(each: Visit) -> VisitView:
    return VisitView(
        id=each.id, user_id=each.user_id, name=each.user.name, school_name=each.user.school.name,
        role=each.role.value, space_id=each.space_id, starts_at=each.starts_at, ends_at=each.ends_at,
    )


def _ban(each: Ban, user: User) -> BanView:
    return BanView(user.id, user.name, user.kind.value, user.school_id, each.reason, each.banned_at)


@post("/coordinators", status_code=200)
async def hand_over(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    data: JSONBody[Handover],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> HandedOver:
    """Hand a coordinator's seat over, or fill an empty one. 400 `invalid`, 403 `not_allowed`,
    404 `not_found`, 409 `invalid_transition` or `already_done`."""
    async with UnitOfWork(database, bus) as uow:
        return HandedOver(await people.hand_over(uow, request.user, partnership_id, data.from_, data.to))


@get("/staff")
async def list_staff(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    database: NamedDependency[Database],
    cursor: paging.Cursor = "",
    limit: paging.Limit = 50,
) -> ColleaguePage:
    """Whom one can choose among for a seat, a duty or a visit, by name. 403 `not_allowed`."""
    async with database.read() as session:
        found = await people.staff(
            session, request.user, partnership_id, after=paging.place(cursor, str, UUID), limit=limit
        )
    last = found[-1][0] if len(found) == limit else None
    return ColleaguePage(
        [
            ColleagueView(user.id, user.name, user.school_id, user.school.name, [str(role) for role in posts])
            for user, posts in found
        ],
        paging.cursor(last.name, last.id) if last else "",
    )


@get("/delegations")
async def list_delegations(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID], database: NamedDependency[Database]
) -> DelegationList:
    """Duties that are delegated now. 403 `not_allowed`, 404 `not_found`."""
    async with database.read() as session:
        found = await delegations.running(session, request.user, partnership_id)
    return DelegationList([_delegation(each) for each in found])


@post("/delegations")
async def delegate(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    data: JSONBody[NewDelegation],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> DelegationView:
    """Put a duty of the coordinator into somebody's hands. 400 `invalid`, 403 `not_allowed`,
    404 `not_found`, 409 `already_done`."""
    async with UnitOfWork(database, bus) as uow:
        given = await delegations.delegate(
            uow, request.user, partnership_id, data.user_id, data.duty, data.until
        )
    return _delegation(given)


@delete("/delegations/{delegation_id:uuid}")
async def revoke_delegation(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    delegation_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> None:
    """Take a duty back, or lay it down. 403 `not_allowed`, 404 `not_found`, 409 `already_done`."""
    async with UnitOfWork(database, bus) as uow:
        await delegations.revoke_delegation(uow, request.user, partnership_id, delegation_id)


@get("/visits")
async def list_visits(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID], database: NamedDependency[Database]
) -> VisitList:
    """Visits that run or are still to come. 403 `not_allowed`, 404 `not_found`."""
    async with database.read() as session:
        found = await visits.coming(session, request.user, partnership_id)
    return VisitList([_visit(each) for each in found])


@post("/visits")
async def invite_visitor(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    data: JSONBody[NewVisit],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> VisitMade:
    """Invite an adviser or a guest between two moments. 400 `invalid`, 403 `not_allowed`,
    404 `not_found`, 409 `email_taken`."""
    wanted = Visitor(
        role=data.role, starts_at=data.starts_at or clock.now(), ends_at=data.ends_at, user_id=data.user_id,
        space_id=data.space_id, name=data.name, email=data.email,
    )
    async with UnitOfWork(database, bus) as uow:
        visit_id, path = await visits.invite_visitor(uow, request.user, partnership_id, wanted)
    return VisitMade(visit_id, path)


@delete("/visits/{visit_id:uuid}")
async def revoke_visit(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    visit_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> None:
    """End a visit at once. 403 `not_allowed`, 404 `not_found`, 409 `already_done`."""
    async with UnitOfWork(database, bus) as uow:
        await visits.revoke_visit(uow, request.user, partnership_id, visit_id)


@get("/bans")
async def list_bans(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    database: NamedDependency[Database],
    cursor: paging.Cursor = "",
    limit: paging.Limit = 50,
) -> BanPage:
    """Who may not be in anything of this partnership, the newest first. 403 `not_allowed`."""
    async with database.read() as session:
        found = await bans.listed(
            session, request.user, partnership_id, after=paging.place(cursor, datetime, UUID), limit=limit
        )
    last = found[-1][0] if len(found) == limit else None
    return BanPage(
        [_ban(*each) for each in found], paging.cursor(last.banned_at, last.id) if last else ""
    )


@post("/bans")
async def ban(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    data: JSONBody[NewBan],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> BanView:
    """Keep a person out of the whole partnership. 400 `invalid`, 403 `not_allowed`, 404 `not_found`,
    409 `already_done`."""
    async with UnitOfWork(database, bus) as uow:
        made, user = await bans.ban(uow, request.user, partnership_id, data.user_id, data.reason)
    return _ban(made, user)


@delete("/bans/{user_id:uuid}")
async def lift_ban(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    user_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> None:
    """Let a banned person in again. 403 `not_allowed`, 404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        await bans.lift_ban(uow, request.user, partnership_id, user_id)


router = Router(
    "/partnerships/{partnership_id:uuid}",
    route_handlers=[
        hand_over, list_staff, list_delegations, delegate, revoke_delegation, list_visits, invite_visitor,
        revoke_visit, list_bans, ban, lift_ban,
    ],
    guards=[staff_only],
    tags=["Partnerships"],
)
