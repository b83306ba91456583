"""How schools come into a partnership: invitations, roles, clusters, and requests to join one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from server import paging
from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.partnerships import joining, service, views
from server.partnerships.models import MemberRole, MemberStatus
from server.partnerships.views import JoinRequestView, PartnershipDetail
from server.schools.views import SchoolView


class Invitation(msgspec.Struct, forbid_unknown_fields=True):
    school_id: UUID
    role: MemberRole = MemberRole.PARTNER


class MemberChange(msgspec.Struct, forbid_unknown_fields=True):
    role: MemberRole
    mentor_id: UUID | None = None


class JoinMessage(msgspec.Struct, forbid_unknown_fields=True):
    message: Annotated[str, Meta(min_length=1, max_length=1000)]


class JoinDecision(msgspec.Struct, forbid_unknown_fields=True):
    accept: bool
    answer: Annotated[str, Meta(max_length=500)] = ""
    role: MemberRole = MemberRole.PARTNER


class JoinRequestPage(msgspec.Struct, frozen=True):
    items: list[JoinRequestView]
    next: str


class ClusterView(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster that my school may ask to join: its schools, and nobody's name."""

    id: UUID
    name: str
    status: str
    programme_name: str
    schools: list[SchoolView]
    coordinator_school: SchoolView | None
    request_id: UUID | None
    """What my school has asked, and not been answered."""


class ClusterPage(msgspec.Struct, frozen=True):
    items: list[ClusterView]
    next: str


@post("/partnerships/{partnership_id:uuid}/invitations")
async def invite_school(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    data: JSONBody[Invitation],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> PartnershipDetail:
    """Invite a verified school. 400 `invalid`, 403 `not_allowed`, 409 `already_in`."""
    async with UnitOfWork(database, bus) as uow:
        await joining.invite(uow, request.user, partnership_id, data.school_id, data.role)
    return await views.detail(database, request.user, partnership_id)


@delete("/partnerships/{partnership_id:uuid}/invitations/{school_id:uuid}", status_code=200)
async def withdraw_invitation(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    school_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> PartnershipDetail:
    """Take an invitation back before it is answered. 403 `not_allowed`, 409 `already_done`."""
    async with UnitOfWork(database, bus) as uow:
        await joining.withdraw_invitation(uow, request.user, partnership_id, school_id)
    return await views.detail(database, request.user, partnership_id)


@put("/partnerships/{partnership_id:uuid}/members/{school_id:uuid}")
async def change_member(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    school_id: FromPath[UUID],
    data: JSONBody[MemberChange],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> PartnershipDetail:
    """Another role for a school, or its mentor. 400 `invalid`, 403 `not_allowed`, 409 `would_break`."""
    async with UnitOfWork(database, bus) as uow:
        await service.change_member(
            uow, request.user, partnership_id, school_id, data.role, data.mentor_id
        )
    return await views.detail(database, request.user, partnership_id)


@get("/clusters")
async def list_clusters(
    request: Request[SignedIn, Any, Any],
    database: NamedDependency[Database],
    q: Annotated[str, QueryParameter(max_length=100, description="Part of a name.")] = "",
    cursor: paging.Cursor = "",
    limit: paging.Limit = 20,
) -> ClusterPage:
    """Clusters that my school may ask to join, by name. 403 `not_allowed`."""
    async with database.read() as session:
        found = await joining.clusters(
            session, request.user, words=q, after=paging.place(cursor, str, UUID), limit=limit
        )
    last = found[-1].record if len(found) == limit else None
    return ClusterPage(
        [_cluster(each) for each in found], paging.cursor(last.name, last.id) if last else ""
    )


def _cluster(found: joining.Cluster) -> ClusterView:
    record = found.record
    members = [member for member in record.memberships if member.status is MemberStatus.ACCEPTED]
    seated = {seat.user.school_id for seat in record.coordinators if seat.user.disabled_at is None}
    return ClusterView(
        id=record.id, name=record.name, status=record.status.value, programme_name=record.programme.name,
        schools=[SchoolView.of_member(member) for member in members],
        coordinator_school=next(
            (SchoolView.of_member(member) for member in members if member.school_id in seated), None
        ),
        request_id=found.asked.id if found.asked else None,
    )


@post("/partnerships/{partnership_id:uuid}/join-requests")
async def ask_to_join(
    request: Request[SignedIn, Any, Any],
    partnership_id: FromPath[UUID],
    data: JSONBody[JoinMessage],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> JoinRequestView:
    """Ask for my school to join a cluster. 403 `not_allowed`, 404 `not_found`, 409 `already_asked` or
    `already_in`."""
    async with UnitOfWork(database, bus) as uow:
        asked, name = await joining.ask(uow, request.user, partnership_id, data.message)
    return views.request_view(asked, name)


@get("/join-requests")
async def list_join_requests(
    request: Request[SignedIn, Any, Any],
    database: NamedDependency[Database],
    cursor: paging.Cursor = "",
    limit: paging.Limit = 20,
) -> JoinRequestPage:
    """What my school has asked, the newest first."""
    async with database.read() as session:
        found = await joining.asked_by(
            session, request.user, after=paging.place(cursor, datetime, UUID), limit=limit
        )
    last = found[-1][0] if len(found) == limit else None
    return JoinRequestPage(
        [views.request_view(each, name) for each, name in found],
        paging.cursor(last.asked_at, last.id) if last else "",
    )


@delete("/join-requests/{request_id:uuid}")
async def withdraw_join_request(
    request: Request[SignedIn, Any, Any],
    request_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> None:
    """Take my school's request back. 403 `not_allowed`, 404 `not_found`, 409 `already_done`."""
    async with UnitOfWork(database, bus) as uow:
        await joining.withdraw_request(uow, request.user, request_id)


@post("/join-requests/{request_id:uuid}/decision", status_code=200)
async def decide_join_request(
    request: Request[SignedIn, Any, Any],
    request_id: FromPath[UUID],
    data: JSONBody[JoinDecision],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> PartnershipDetail:
    """Answer a school that asks to join; a yes invites it. 403 `not_allowed`, 404 `not_found`,
    409 `already_done` or `already_in`."""
    async with UnitOfWork(database, bus) as uow:
        partnership_id = await joining.decide(
            uow, request.user, request_id, accept=data.accept, answer=data.answer, role=data.role
        )
    return await views.detail(database, request.user, partnership_id)


router = Router(
    "/",
    route_handlers=[
        invite_school, withdraw_invitation, change_member, list_clusters, ask_to_join, list_join_requests,
        withdraw_join_request, decide_join_request,
    ],
)
