"""The agreement of a partnership over HTTP: versions, differences, signatures, and the paper."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, PathParameter, QueryParameter
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from server import paging, printing
from server.accounts import service as accounts
from server.accounts.models import User
from server.accounts.service import SignedIn
from server.agreements import difference, rules, service
from server.agreements.models import AgreementVersion, AssentKind
from server.agreements.paper import (
    AgreementPaper,
    PaperDuty,
    PaperSchool,
    PaperSignature,
    PaperTerms,
)
from server.agreements.rights import (
    IN_FORCE,
    LIVE,
    PROPOSED,
    Rights,
    counted,
    may_propose,
    moves_for,
    rights_of,
    today,
)
from server.agreements.rules import AgreementText
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.guards import staff_only
from server.partnerships import record as records
from server.partnerships.models import Partnership
from server.schools.views import SchoolView

PAGE = 20
"""Versions on a page of the list."""

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Password = Annotated[str, Meta(min_length=1, max_length=1024)]
LAST = 1_000_000
"""No partnership has so many versions."""
Number = Annotated[int, PathParameter(ge=1, le=LAST)]
Language = Annotated[str, QueryParameter(pattern="^[a-z]{2}$", description="Of the printed words.")]


class NewVersion(msgspec.Struct, forbid_unknown_fields=True):
    """A text to propose. `newest` is the number of the newest version that was on the page, 0 for none."""

    text: AgreementText
    newest: Annotated[int, Meta(ge=0, le=LAST)]


class Agreeing(msgspec.Struct, forbid_unknown_fields=True):
    digest: Digest


class Signing(msgspec.Struct, forbid_unknown_fields=True):
    digest: Digest
    password: Password


class Withdrawing(msgspec.Struct, forbid_unknown_fields=True):
    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    password: Password


class AssentView(msgspec.Struct, frozen=True):
    """A school's yes: `agreed`, or `signed` by its headteacher."""

    kind: str
    school_id: UUID
    person: str
    given_at: datetime
    digest: str
    withdrawn_at: datetime | None


class VersionItem(msgspec.Struct, frozen=True, kw_only=True):
    """A version on the list. Only those that are proposed or in force have a `may`."""

    number: int
    status: str
    digest: str
    review_on: date
    expires_on: date
    proposed_by: str
    proposed_at: datetime
    in_force_at: datetime | None
    ended_at: datetime | None
    assents: list[AssentView]


class LiveVersion(VersionItem, frozen=True, kw_only=True):
    """The version proposed, or in force, with its text."""

    text: AgreementText
    waiting: list[UUID]
    """Schools that count and whose headteacher has not signed it."""
    may: list[str]
    """What I may do with it: `agree`, `sign`, `withdraw`."""


class AgreementView(msgspec.Struct, frozen=True, kw_only=True):
    """The agreement, as the staff of its schools see it."""

    is_needed: bool
    """The programme asks for it."""
    latest_expiry: date
    """How long one that is proposed today may last."""
    schools: list[SchoolView]
    """Those whose yes counts: a text speaks of each."""
    in_force: LiveVersion | None
    proposed: LiveVersion | None
    is_review_due: bool
    may: list[str]
    """`propose`."""
    versions: list[VersionItem]
    """The newest first, a page at a time."""
    next: str | None


class Difference(msgspec.Struct, frozen=True):
    sections: list[difference.SectionChanges]


def _item(version: AgreementVersion, proposers: Mapping[UUID, User]) -> dict[str, Any]:
    return {
        "number": version.number,
        "status": version.status.value,
        "digest": version.digest,
        "review_on": version.review_on,
        "expires_on": version.expires_on,
        "proposed_by": proposers[version.proposed_by_id].name,
        "proposed_at": version.proposed_at,
        "in_force_at": version.in_force_at,
        "ended_at": version.ended_at,
        "assents": [
            AssentView(assent.kind.value, assent.school_id, assent.user.name, assent.given_at, assent.digest,
                       assent.withdrawn_at)
            for assent in version.assents
        ],
    }


def _live(
    record: Partnership, version: AgreementVersion | None, mine: Rights, proposers: Mapping[UUID, User]
) -> LiveVersion | None:
    if version is None:
        return None
    signed = records.given(version, AssentKind.SIGNED)
    return LiveVersion(
        **_item(version, proposers), text=rules.read(version.text), may=moves_for(record, version, mine),
        waiting=[member.school_id for member in counted(record) if member.school_id not in signed],
    )


async def _proposers(session: AsyncSession, versions: Iterable[AgreementVersion]) -> dict[UUID, User]:
    return await accounts.people(session, {version.proposed_by_id for version in versions})


async def _view(
    database: Database, who: SignedIn, partnership_id: UUID, cursor: str = ""
) -> AgreementView:
    place = paging.place(cursor, int)
    below = max(0, min(place[0], LAST)) if place else None
    async with database.read() as session:
        record = await records.get_visible(session, partnership_id, who.school_id)
        mine = await rights_of(session, record, who)
        live = await service.versions(session, record.id, statuses=LIVE)
        page = await service.versions(session, record.id, below=below, limit=PAGE + 1)
        proposers = await _proposers(session, {*live, *page})
    programme = records.programme_rules(record)
    in_force = next((version for version in live if version.status is IN_FORCE), None)
    proposed = next((version for version in live if version.status is PROPOSED), None)
    return AgreementView(
        is_needed=programme.agreement_needed,
        latest_expiry=rules.latest_expiry(today(), programme.agreement_max_months),
        schools=[SchoolView.of_member(member) for member in counted(record)],
        in_force=_live(record, in_force, mine, proposers),
        proposed=_live(record, proposed, mine, proposers),
        is_review_due=in_force is not None and rules.is_review_due(in_force.review_on, today()),
        may=["propose"] if may_propose(record, mine) else [],
        versions=[VersionItem(**_item(version, proposers)) for version in page[:PAGE]],
        next=paging.cursor(page[PAGE - 1].number) if len(page) > PAGE else None,
    )


@get("/")
async def get_agreement(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID],
    database: NamedDependency[Database], cursor: paging.Cursor = "",
) -> AgreementView:
    """The versions and what I may do with them. 404 `not_found`."""
    return await _view(database, request.user, partnership_id, cursor)


@post("/versions")
async def propose_version(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID], data: JSONBody[NewVersion],
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> AgreementView:
    """Propose the first text, or an amendment. 400 `invalid`, 403 `not_allowed`, 409 `text_changed` when
    somebody else proposed one meanwhile, `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await service.propose(uow, request.user, partnership_id, data.text, newest=data.newest)
    return await _view(database, request.user, partnership_id)


@get("/difference")
async def compare_versions(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID],
    database: NamedDependency[Database],
    older: Annotated[int, QueryParameter(name="from", ge=1, le=LAST)],
    newer: Annotated[int, QueryParameter(name="to", ge=1, le=LAST)],
) -> Difference:
    """What changed from one version to another, word by word. 404 `not_found`."""
    async with database.read() as session:
        record = await records.get_visible(session, partnership_id, request.user.school_id)
        before = await service.get_version(session, record.id, older)
        after = await service.get_version(session, record.id, newer)
    names = _school_names(record)
    # A long text that was written anew keeps a core busy for some time.
    sections = await asyncio.to_thread(
        difference.difference, rules.read(before.text), rules.read(after.text),
        lambda school_id: names.get(school_id, str(school_id)),
    )
    return Difference(sections)


@post("/versions/{number:int}/agree", status_code=200)
async def agree_with_version(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID], number: Number,
    data: JSONBody[Agreeing], database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> AgreementView:
    """Agree for my school with the text proposed. 403 `not_allowed`, 409 `text_changed`, `already_given`,
    `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await service.agree(uow, request.user, partnership_id, number, data.digest)
    return await _view(database, request.user, partnership_id)


@post("/versions/{number:int}/sign", status_code=200)
async def sign_version(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID], number: Number,
    data: JSONBody[Signing], database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> AgreementView:
    """Sign as headteacher, with the password again. 403 `wrong_password`, `not_allowed`, 409 `text_changed`,
    `already_given`, `invalid_transition`, 429 `too_many_tries`."""
    await service.sign(database, bus, request.user, partnership_id, number, data.digest, data.password)
    return await _view(database, request.user, partnership_id)


@post("/versions/{number:int}/withdraw", status_code=200)
async def withdraw_signature(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID], number: Number,
    data: JSONBody[Withdrawing], database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> AgreementView:
    """Take my school's signature back, with a reason and the password; one in force ends with it.
    403 `wrong_password`, `not_allowed`, 409 `text_changed`, `invalid_transition`, 429 `too_many_tries`."""
    await service.withdraw(
        database, bus, request.user, partnership_id, number, data.reason, data.password
    )
    return await _view(database, request.user, partnership_id)


@get("/versions/{number:int}/pdf", media_type="application/pdf")
async def print_version(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID], number: Number,
    database: NamedDependency[Database], language: Language = "en",
) -> Response[bytes]:
    """One version as a PDF, with its signatures. 404 `not_found`."""
    async with database.read() as session:
        record = await records.get_visible(session, partnership_id, request.user.school_id)
        version = await service.get_version(session, record.id, number)
        proposers = await _proposers(session, [version])
    from server.agreements.pdf import agreement_pdf  # here: what prints is heavy to load

    paper = _paper(record, version, proposers[version.proposed_by_id].name)
    body = await printing.in_turn(agreement_pdf, paper, language)
    name = f"agreement-{version.number}-{version.digest[:8]}.pdf"
    return Response(
        body, media_type="application/pdf",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _school_names(record: Partnership) -> dict[UUID, str]:
    """Every school that is or was on the record: an old text may speak of one that has left."""
    return {member.school_id: member.school.name for member in record.memberships}


def _paper(record: Partnership, version: AgreementVersion, proposed_by: str) -> AgreementPaper:
    text, names = rules.read(version.text), _school_names(record)
    zones = {member.school_id: member.school.timezone for member in record.memberships}
    signed = records.given(version, AssentKind.SIGNED)
    spoken_of = [
        member for member in record.memberships
        if member.school_id in text.weekly_minutes or member.school_id in signed
    ]
    return AgreementPaper(
        partnership_name=record.name, programme_name=record.programme.name, number=version.number,
        status=version.status.value, digest=version.digest, proposed_by=proposed_by,
        proposed_at=version.proposed_at, in_force_at=version.in_force_at, ended_at=version.ended_at,
        review_on=version.review_on, expires_on=version.expires_on,
        schools=[PaperSchool(member.school.name, member.school.country) for member in spoken_of],
        goals=text.goals,
        terms=[
            PaperTerms(
                names[school_id], text.weekly_minutes.get(school_id), text.typical_days.get(school_id, ""),
                text.internet[school_id].value if school_id in text.internet else "",
            )
            for school_id in (member.school_id for member in spoken_of)
            if school_id in text.weekly_minutes
        ],
        time_difference=text.time_difference, barriers=text.barriers,
        duties=[PaperDuty(duty.what, names.get(duty.who, "")) for duty in text.duties],
        extra=text.extra,
        signatures=[
            PaperSignature(
                names[assent.school_id], assent.user.name, assent.given_at, assent.digest,
                zones[assent.school_id],
            )
            for assent in version.assents
            if assent.kind is AssentKind.SIGNED and assent.withdrawn_at is None
        ],
        waiting=[
            member.school.name for member in counted(record) if member.school_id not in signed
        ] if version.status in LIVE else [],
    )


router = Router(
    "/partnerships/{partnership_id:uuid}/agreement",
    route_handlers=[
        get_agreement, propose_version, compare_versions, agree_with_version, sign_version,
        withdraw_signature, print_version,
    ],
    guards=[staff_only],
    tags=["Agreements"],
)
