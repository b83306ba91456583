"""What waits for a member of staff: decisions and signatures, counted, for the first page.

Each is asked of the domain that decides it, so that nothing is shown that would be refused. The number of
queries does not grow with the partnerships.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.agreements import rights
from server.agreements.models import AgreementVersion, Assent, AssentKind
from server.finder import requests
from server.finder.models import PartnerRequest
from server.partnerships import moves, rules
from server.partnerships import record as records
from server.partnerships.models import (
    Ban,
    Delegation,
    JoinRequest,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipStatus,
    RequestStatus,
)
from server.partnerships.record import Standing
from server.safeguarding import casework
from server.schools.models import School

SHOWN_MAX = 20


class WaitingThing(msgspec.Struct, frozen=True):
    """A partnership with its name, or a request with the name of the school that asks."""

    id: UUID
    name: str


class Waiting(msgspec.Struct, frozen=True):
    """Things of one kind that wait.

    `code`: `accept_invitation`, `decide_join_request`, `agree`, `sign` (of partnerships),
    `answer_partner_request` (of requests), or `answer_lesson` (of spaces, with the title of the lesson).
    """

    code: str
    count: int
    things: list[WaitingThing]
    """At most 20 of them."""


class Duties(msgspec.Struct, frozen=True):
    to_decide: list[Waiting] = []
    to_sign: list[Waiting] = []
    reports: int = 0
    """Reports that nobody of my school has acknowledged; 0 for who reads none."""


def _waiting(code: str, things: Sequence[WaitingThing], count: int | None = None) -> list[Waiting]:
    if not things:
        return []
    return [Waiting(code, len(things) if count is None else count, list(things[:SHOWN_MAX]))]


def with_lessons(duties: Duties, asked: Sequence[tuple[UUID, str]]) -> Duties:
    """The same, with the spaces in which a question about a lesson waits for the person's school."""
    waiting = _waiting("answer_lesson", [WaitingThing(*each) for each in asked])
    return msgspec.structs.replace(duties, to_decide=[*duties.to_decide, *waiting])


def _named(found: Iterable[Partnership]) -> list[WaitingThing]:
    return [WaitingThing(record.id, record.name) for record in found]


async def of(session: AsyncSession, who: SignedIn) -> Duties:
    """What waits for this person. Nothing for students."""
    if not who.is_staff:
        return Duties()
    me = await session.get_one(User, who.user_id)
    verified = me.verified_at is not None
    asked = await _partner_requests(session, who) if verified and who.roles & requests.DECIDING else []
    loaded = await _records_that_wait(session, who)
    standings = await _standings(session, who, loaded, verified=verified)
    joining = await _join_requests(session, loaded)
    invited = [
        record
        for record in loaded
        if rules.ACCEPT in moves.moves_for(record, who, standings[record.id])
    ]
    deciding = [
        record
        for record in loaded
        if record.id in joining and records.may_invite(record, who, standings[record.id])
    ]
    open_moves = {
        record.id: {
            move
            for version in record.agreements
            for move in rights.moves_for(record, version, _rights(record, who, standings[record.id]))
        }
        for record in loaded
    }
    return Duties(
        reports=await casework.unacknowledged(session, who),
        to_decide=[
            *_waiting("accept_invitation", _named(invited)),
            *_waiting(
                "decide_join_request", _named(deciding), sum(joining[record.id] for record in deciding)
            ),
            *_waiting("answer_partner_request", asked),
        ],
        to_sign=[
            waiting
            for move in ("agree", "sign")
            for waiting in _waiting(
                move, _named(record for record in loaded if move in open_moves[record.id])
            )
        ],
    )


async def _partner_requests(session: AsyncSession, who: SignedIn) -> list[WaitingThing]:
    found = await session.execute(
        select(PartnerRequest.id, School.name)
        .join(School, School.id == PartnerRequest.from_school_id)
        .where(PartnerRequest.to_school_id == who.school_id, PartnerRequest.status == RequestStatus.OPEN)
        .order_by(PartnerRequest.asked_at.desc())
    )
    return [WaitingThing(request_id, name) for request_id, name in found.tuples()]


async def _records_that_wait(session: AsyncSession, who: SignedIn) -> list[Partnership]:
    """Partnerships of my school in which anything at all waits, whole. Most days there is none."""

    def given(kind: AssentKind) -> ColumnElement[bool]:
        return exists().where(
            Assent.version_id == AgreementVersion.id,
            Assent.school_id == who.school_id,
            Assent.kind == kind,
            Assent.withdrawn_at.is_(None),
        )

    unsigned = exists().where(
        AgreementVersion.partnership_id == Partnership.id,
        AgreementVersion.status.in_(rights.LIVE),
        AgreementVersion.expires_on >= rights.today(),
        or_(~given(AssentKind.SIGNED), ~given(AssentKind.AGREED)),
    )
    asked = exists().where(
        JoinRequest.partnership_id == Partnership.id, JoinRequest.status == RequestStatus.OPEN
    )
    ids = (
        await session.scalars(
            select(Partnership.id)
            .join(Membership, Membership.partnership_id == Partnership.id)
            .where(
                Membership.school_id == who.school_id,
                Partnership.status != PartnershipStatus.ENDED,
                or_(
                    Membership.status == MemberStatus.INVITED,
                    and_(Membership.status == MemberStatus.ACCEPTED, or_(asked, unsigned)),
                ),
            )
        )
    ).all()
    if not ids:
        return []
    found = await records.load(session, Partnership.id.in_(ids))
    return [record for record in found if records.is_seen_by(record, who.school_id)]


async def _standings(
    session: AsyncSession, who: SignedIn, loaded: Iterable[Partnership], *, verified: bool
) -> dict[UUID, Standing]:
    """`records.standing`, for many partnerships at once."""
    by_id = {record.id: record for record in loaded}
    if not by_id:
        return {}
    banned = set(
        await session.scalars(
            select(Ban.partnership_id).where(Ban.user_id == who.user_id, Ban.partnership_id.in_(list(by_id)))
        )
    )
    rows = await session.execute(
        select(Delegation.partnership_id, Delegation.duty).where(
            Delegation.partnership_id.in_(list(by_id)),
            Delegation.user_id == who.user_id,
            Delegation.revoked_at.is_(None),
            Delegation.until > clock.now(),
        )
    )
    duties = defaultdict(set)
    for partnership_id, duty in rows.tuples():
        if partnership_id not in banned and records.taking_part(by_id[partnership_id], who.school_id):
            duties[partnership_id].add(duty)
    return {each: Standing(verified, each in banned, frozenset(duties[each])) for each in by_id}


async def _join_requests(session: AsyncSession, loaded: Iterable[Partnership]) -> dict[UUID, int]:
    """By partnership, how many schools ask to join."""
    counts: dict[UUID, int] = {}
    ids = [record.id for record in loaded]
    if not ids:
        return counts
    found = await session.scalars(
        select(JoinRequest.partnership_id).where(
            JoinRequest.partnership_id.in_(ids), JoinRequest.status == RequestStatus.OPEN
        )
    )
    for partnership_id in found:
        counts[partnership_id] = counts.get(partnership_id, 0) + 1
    return counts


def _rights(record: Partnership, who: SignedIn, found: Standing) -> rights.Rights:
    """`rights.rights_of`, with a standing that was read before."""
    return rights.Rights(
        school_id=who.school_id,
        is_accepted=records.taking_part(record, who.school_id) is not None,
        is_counted=any(each.school_id == who.school_id for each in rights.counted(record)),
        is_head=StaffRole.HEADTEACHER in who.roles and not found.banned,
        coordinates=records.coordinates(record, who) and not found.banned,
        reviews=rights.Duty.REVIEW in found.duties,
        is_verified=found.verified,
    )
