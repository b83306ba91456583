"""Partner requests over HTTP: asking, the conversation, the answer. For verified staff of the two schools."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.finder import requests
from server.finder.models import PartnerRequest
from server.paging import Cursor, Limit
from server.partnerships.models import Partnership, PartnershipKind, RequestStatus
from server.schools.views import SchoolView

Text = Annotated[str, Meta(max_length=1000)]


class NewPartnerRequest(msgspec.Struct, forbid_unknown_fields=True):
    to_school_id: UUID
    programme_id: UUID
    kind: PartnershipKind
    offers: Annotated[str, Meta(max_length=1000, pattern=r"\S")]
    looks_for: Annotated[str, Meta(max_length=1000, pattern=r"\S")]
    message: Annotated[str, Meta(max_length=2000)] = ""


class NewRequestMessage(msgspec.Struct, forbid_unknown_fields=True):
    text: Annotated[str, Meta(min_length=1, max_length=2000)]


class RequestDecision(msgspec.Struct, forbid_unknown_fields=True):
    """`accept` and `decline` for the asked school, `withdraw` for the asking one. `message` is the last
    word of the conversation."""

    move: Annotated[str, Meta(max_length=20)]
    answer_offers: Text = ""
    answer_looks_for: Text = ""
    message: Annotated[str, Meta(max_length=2000)] = ""


class PartnerRequestItem(msgspec.Struct, frozen=True, kw_only=True):
    """A request on a list. `partnership_id` is the draft, for whoever sees it."""

    id: UUID
    is_mine: bool
    """My school asked."""
    from_school: SchoolView
    to_school: SchoolView
    programme_name: str
    kind: str
    status: str
    asked_at: datetime
    decided_at: datetime | None
    partnership_id: UUID | None


class PartnerRequestPage(msgspec.Struct, frozen=True):
    items: list[PartnerRequestItem]
    next: str


class RequestMessageView(msgspec.Struct, frozen=True):
    author_name: str
    school_id: UUID
    text: str
    sent_at: datetime


class PartnerRequestDetail(PartnerRequestItem, frozen=True, kw_only=True):
    """`moves`: what the person who asks may do now (`write`, `accept`, `decline`, `withdraw`)."""

    offers: str
    looks_for: str
    answer_offers: str
    answer_looks_for: str
    asked_by: str
    messages: list[RequestMessageView]
    moves: list[str]


def _item(found: PartnerRequest, draft: Partnership | None, who: SignedIn) -> dict[str, Any]:
    return {
        "id": found.id,
        "is_mine": found.from_school_id == who.school_id,
        "from_school": SchoolView.of(found.from_school),
        "to_school": SchoolView.of(found.to_school, 1),
        "programme_name": found.programme.name,
        "kind": found.kind.value,
        "status": found.status.value,
        "asked_at": found.asked_at,
        "decided_at": found.decided_at,
        "partnership_id": requests.draft_seen(found, draft, who),
    }


async def _detail(database: Database, who: SignedIn, request_id: UUID) -> PartnerRequestDetail:
    async with database.read() as session:
        found = await requests.get_visible(session, who, request_id)
        said = await requests.conversation(session, found.id)
        draft = await requests.draft_of(session, found)
        names = await requests.names_of(session, [found.asked_by_id])
    return PartnerRequestDetail(
        **_item(found, draft, who),
        offers=found.offers,
        looks_for=found.looks_for,
        answer_offers=found.answer_offers,
        answer_looks_for=found.answer_looks_for,
        asked_by=names.get(found.asked_by_id, ""),
        messages=[
            RequestMessageView(each.author.name, each.author.school_id, each.text, each.sent_at)
            for each in said
        ],
        moves=requests.moves_for(found, who),
    )


@get("/partner-requests")
async def list_requests(
    request: Request[SignedIn, Any, Any],
    database: NamedDependency[Database],
    mine: Annotated[bool | None, QueryParameter(description="My school asked, or it was asked.")] = None,
    status: Annotated[RequestStatus | None, QueryParameter()] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> PartnerRequestPage:
    """The requests that my school made or got, the newest first. 403 `not_allowed`."""
    who = request.user
    async with database.read() as session:
        found, more = await requests.of_school(
            session, who, is_asking=mine, status=status, after=cursor, limit=limit
        )
    return PartnerRequestPage([PartnerRequestItem(**_item(each, draft, who)) for each, draft in found], more)


@post("/partner-requests")
async def ask_school(
    request: Request[SignedIn, Any, Any],
    data: JSONBody[NewPartnerRequest],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> PartnerRequestDetail:
    """Ask a school. 400 `invalid`, 403 `not_allowed`, 404 `not_found`, 409 `already_asked`."""
    new = requests.NewRequest(
        data.to_school_id, data.programme_id, data.kind, data.offers, data.looks_for, data.message
    )
    async with UnitOfWork(database, bus) as uow:
        found = await requests.ask(uow, request.user, new)
    return await _detail(database, request.user, found.id)


@get("/partner-requests/{request_id:uuid}")
async def get_request(
    request: Request[SignedIn, Any, Any], request_id: FromPath[UUID], database: NamedDependency[Database]
) -> PartnerRequestDetail:
    """A request with its conversation. 404 `not_found`."""
    return await _detail(database, request.user, request_id)


@post("/partner-requests/{request_id:uuid}/messages")
async def write_message(
    request: Request[SignedIn, Any, Any],
    request_id: FromPath[UUID],
    data: JSONBody[NewRequestMessage],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> PartnerRequestDetail:
    """Say something about an open request. 400 `invalid`, 404 `not_found`, 409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await requests.write(uow, request.user, request_id, data.text)
    return await _detail(database, request.user, request_id)


@post("/partner-requests/{request_id:uuid}/decision", status_code=200)
async def decide_request(
    request: Request[SignedIn, Any, Any],
    request_id: FromPath[UUID],
    data: JSONBody[RequestDecision],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> PartnerRequestDetail:
    """Accept, which makes a draft partnership, decline, or take back. 403 `not_allowed`, 404 `not_found`,
    409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await requests.decide(
            uow, request.user, request_id, data.move, answer_offers=data.answer_offers,
            answer_looks_for=data.answer_looks_for, message=data.message,
        )
    return await _detail(database, request.user, request_id)


HANDLERS = [list_requests, ask_school, get_request, write_message, decide_request]
