"""How a school comes into a partnership: it is invited, or asks a cluster to be.

Either way its headteacher says the yes that counts (the move `accept`). Who may do what is the table in
docs/partnerships.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import clock, typed
from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.agreements import service as agreements
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import AlreadyAsked, AlreadyDone, AlreadyIn, Invalid, NotAllowed, NotFound
from server.partnerships import record as records
from server.partnerships.models import (
    JoinRequest,
    MemberRole,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
    RequestStatus,
)
from server.programmes.models import Programme
from server.programmes.rules import ProgrammeRules
from server.schools.models import School, SchoolKind

PRESENT = (MemberStatus.INVITED, MemberStatus.ACCEPTED)
JOINABLE = (PartnershipStatus.PROPOSED, PartnershipStatus.ACTIVE)


async def invite(
    uow: UnitOfWork, who: SignedIn, partnership_id: UUID, school_id: UUID, role: MemberRole
) -> None:
    """Invite a school; one that left or said no may be invited again.

    Raises:
        NotFound: no such partnership for this person, or no such verified school (404).
        NotAllowed: neither a coordinator nor a delegate who invites, or their school's role does not
            invite in this programme; or a delegate who would make the school a lead (403).
        InvalidTransition: the partnership has ended (409).
        AlreadyIn: the school takes part or is invited (409).
        Invalid: the pair has its two schools, or the school's country has no part in the programme (400).
    """
    record, standing = await records.open_for(uow, who, partnership_id)
    if not records.may_invite(record, who, standing):
        raise NotAllowed
    _may_give(record, who, role)
    await _invite(uow, who, record, school_id, role)
    # Who is invited directly need not be answered as well.
    asked = await uow.session.scalar(_open_request(record.id, school_id))
    if asked is not None:
        asked.status, asked.decided_at = RequestStatus.ACCEPTED, clock.now()
    await records.settle(uow, record.id)


def _may_give(record: Partnership, who: SignedIn, role: MemberRole) -> None:
    """Raises: NotAllowed: only a coordinator makes a school a lead (403)."""
    if role is MemberRole.LEAD and not records.coordinates(record, who):
        raise NotAllowed("Only the coordinator makes a school a lead. Invite it in another role.")


def _open_request(partnership_id: UUID, school_id: UUID) -> Select[tuple[JoinRequest]]:
    return select(JoinRequest).where(
        JoinRequest.partnership_id == partnership_id,
        JoinRequest.school_id == school_id,
        JoinRequest.status == RequestStatus.OPEN,
    )


async def _invite(
    uow: UnitOfWork, who: SignedIn, record: Partnership, school_id: UUID, role: MemberRole
) -> None:
    school = await uow.session.get(School, school_id)
    if school is None or school.kind is not SchoolKind.SCHOOL or school.verified_at is None:
        raise NotFound
    member = records.member_of(record, school_id)
    if member is not None and member.status in PRESENT:
        raise AlreadyIn
    if not records.has_room(record):
        raise Invalid("A one-to-one partnership has two schools, and they are named. Nothing was changed.")
    if not records.programme_rules(record).takes_part(school.country):
        raise Invalid("Schools in this country have no part in the programme. Nothing was changed.")
    before = member.status if member else None
    now = clock.now()
    if member is None:
        member = Membership(
            partnership_id=record.id, school_id=school_id, invited_at=now, status=MemberStatus.INVITED,
            role=role, colour=max((each.colour for each in record.memberships), default=-1) + 1,
        )
        uow.session.add(member)
    else:
        # The same row, so that what the school did here before keeps its colour.
        member.status, member.role, member.mentor_id = MemberStatus.INVITED, role, None
        member.invited_at, member.accepted_at, member.left_at = now, None, None
    await uow.session.flush()
    audit.record(
        uow, who, "membership.invite", subject_id=member.id, school_id=school_id, partnership_id=record.id,
        before={"status": before}, after={"status": MemberStatus.INVITED, "role": role},
    )


async def withdraw_invitation(uow: UnitOfWork, who: SignedIn, partnership_id: UUID, school_id: UUID) -> None:
    """Take an invitation back before it is answered.

    Raises:
        NotFound: no such partnership for this person, or the school is not in it (404).
        NotAllowed: as for `invite` (403).
        AlreadyDone: the school has answered, or the invitation is withdrawn (409).
    """
    record, standing = await records.open_for(uow, who, partnership_id)
    if not records.may_invite(record, who, standing):
        raise NotAllowed
    member = records.member_of(record, school_id)
    if member is None:
        raise NotFound
    if member.status is not MemberStatus.INVITED:
        raise AlreadyDone("This school has answered, or is not invited any more. Nothing was changed.")
    audit.record(
        uow, who, "membership.withdraw", subject_id=member.id, school_id=school_id,
        partnership_id=record.id, before={"status": MemberStatus.INVITED},
        after={"status": MemberStatus.LEFT},
    )
    member.status, member.left_at = MemberStatus.LEFT, clock.now()
    records.unsign(record, school_id)
    if not await agreements.settle_agreement(uow, record.id, who):
        await records.settle(uow, record.id)


# Asking to join


class Cluster(msgspec.Struct, frozen=True):
    """A cluster that a school may ask to join."""

    record: Partnership
    asked: JoinRequest | None
    """What the school has asked and not been answered."""


async def _asker(session: AsyncSession, who: SignedIn) -> School:
    """The school of somebody who may ask for it. Raises: NotAllowed: they may not (403)."""
    user = await session.get_one(User, who.user_id)
    school = await session.get_one(School, who.school_id)
    if (
        user.verified_at is None or school.verified_at is None or school.kind is not SchoolKind.SCHOOL
        or not who.roles & {StaffRole.TEACHER, StaffRole.HEADTEACHER}
    ):
        raise NotAllowed(
            "This is for teachers and headteachers. Your school has to be verified, and has to verify you."
        )
    return school


async def _programmes_for(session: AsyncSession, country: str) -> list[UUID]:
    """The programmes that a school in this country can be in a cluster of."""
    found = await session.execute(select(Programme.id, Programme.rules))
    read = ((programme_id, msgspec.convert(rules, ProgrammeRules)) for programme_id, rules in found.tuples())
    return [
        programme_id
        for programme_id, rules in read
        if rules.takes_part(country) and PartnershipKind.CLUSTER in rules.kinds
    ]


async def clusters(
    session: AsyncSession, who: SignedIn, *, words: str, after: tuple[str, UUID] | None, limit: int
) -> list[Cluster]:
    """Clusters that my school is not in and may ask to join, by name.

    Args:
        words: part of the name of the cluster or of one of its schools; empty: all.

    Raises:
        NotAllowed: not a verified teacher or headteacher of a verified school (403).
    """
    mine = await _asker(session, who)
    members_now = select(Membership.partnership_id).where(
        Membership.school_id == mine.id, Membership.status.in_(PRESENT)
    )
    condition = and_(
        Partnership.kind == PartnershipKind.CLUSTER,
        Partnership.status.in_(JOINABLE),
        Partnership.programme_id.in_(await _programmes_for(session, mine.country)),
        Partnership.id.not_in(members_now),
    )
    if words.strip():
        wanted = words.strip().lower()
        by_school = (
            select(Membership.partnership_id)
            .join(School, School.id == Membership.school_id)
            .where(
                Membership.status == MemberStatus.ACCEPTED,
                func.lower(School.name).contains(wanted, autoescape=True),
            )
        )
        condition = and_(
            condition,
            or_(func.lower(Partnership.name).contains(wanted, autoescape=True),
                Partnership.id.in_(by_school)),
        )
    if after is not None:
        name, partnership_id = after
        condition = and_(
            condition,
            or_(Partnership.name > name, and_(Partnership.name == name, Partnership.id > partnership_id)),
        )
    found = await session.scalars(
        select(Partnership).where(condition).options(*records.WHOLE)
        .order_by(Partnership.name, Partnership.id).limit(limit)
    )
    listed = found.unique().all()
    asked = await session.scalars(
        select(JoinRequest).where(
            JoinRequest.school_id == mine.id,
            JoinRequest.status == RequestStatus.OPEN,
            JoinRequest.partnership_id.in_([record.id for record in listed]),
        )
    )
    by_cluster = {request.partnership_id: request for request in asked}
    return [Cluster(record, by_cluster.get(record.id)) for record in listed]


async def ask(uow: UnitOfWork, who: SignedIn, partnership_id: UUID, message: str) -> tuple[JoinRequest, str]:
    """Ask on behalf of my school to join a cluster; returns the request, and the name of the cluster.

    Raises:
        NotAllowed: not a verified teacher or headteacher of a verified school (403).
        NotFound: no such cluster that schools of this country may ask to join (404).
        AlreadyIn: the school takes part or is invited (409).
        AlreadyAsked: it has asked and waits for an answer (409).
        Invalid: an empty message (400).
    """
    mine = await _asker(uow.session, who)
    message = typed.text(message)
    if not message:
        raise Invalid("Say in a few words why your school would like to join. Nothing was sent.")
    record = await records.get_whole(uow.session, partnership_id, lock=True)
    if (
        record.kind is not PartnershipKind.CLUSTER or record.status not in JOINABLE
        or not records.programme_rules(record).takes_part(mine.country)
    ):
        raise NotFound
    member = records.member_of(record, mine.id)
    if member is not None and member.status in PRESENT:
        raise AlreadyIn
    if await uow.session.scalar(_open_request(record.id, mine.id)) is not None:
        raise AlreadyAsked
    request = JoinRequest(
        partnership_id=record.id, school_id=mine.id, message=message, asked_by_id=who.user_id,
        asked_at=clock.now(), status=RequestStatus.OPEN, school=mine,
    )
    uow.session.add(request)
    await uow.session.flush()
    audit.record(
        uow, who, "join_request.ask", subject_id=request.id, school_id=mine.id, partnership_id=record.id,
        after={"status": RequestStatus.OPEN},
    )
    return request, record.name


async def asked_by(
    session: AsyncSession, who: SignedIn, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[tuple[JoinRequest, str]]:
    """What my school has asked, and the names of the clusters, the newest first."""
    wanted = (
        select(JoinRequest, Partnership.name)
        .join(Partnership, Partnership.id == JoinRequest.partnership_id)
        .where(JoinRequest.school_id == who.school_id)
        .options(joinedload(JoinRequest.school))
    )
    if after is not None:
        at, request_id = after
        wanted = wanted.where(
            or_(JoinRequest.asked_at < at, and_(JoinRequest.asked_at == at, JoinRequest.id > request_id))
        )
    found = await session.execute(
        wanted.order_by(JoinRequest.asked_at.desc(), JoinRequest.id).limit(limit)
    )
    return found.tuples().all()


async def asked_of(session: AsyncSession, record: Partnership) -> Sequence[JoinRequest]:
    """The schools that wait for an answer, who waits longest first."""
    found = await session.scalars(
        select(JoinRequest)
        .where(JoinRequest.partnership_id == record.id, JoinRequest.status == RequestStatus.OPEN)
        .options(joinedload(JoinRequest.school))
        .order_by(JoinRequest.asked_at, JoinRequest.id)
        .limit(100)
    )
    return found.all()


async def withdraw_request(uow: UnitOfWork, who: SignedIn, request_id: UUID) -> None:
    """Take my school's request back.

    Raises:
        NotAllowed: not a verified teacher or headteacher (403).
        NotFound: no such request of this school (404).
        AlreadyDone: it has been answered or withdrawn (409).
    """
    await _asker(uow.session, who)
    request = await _locked(uow, request_id)
    if request is None or request.school_id != who.school_id:
        raise NotFound
    _close(uow, who, request, "withdraw", RequestStatus.WITHDRAWN)


async def decide(
    uow: UnitOfWork, who: SignedIn, request_id: UUID, *, accept: bool, answer: str,
    role: MemberRole = MemberRole.PARTNER,
) -> UUID:
    """Answer a school that asks to join; returns the partnership. Accepting invites the school.

    Raises:
        NotFound: no such request in a partnership that this person sees; or the school is not verified
            any more (404).
        NotAllowed: as for `invite` (403).
        AlreadyDone: it has been answered or withdrawn (409).
        InvalidTransition: the partnership has ended (409).
        AlreadyIn, Invalid: as for `invite`.
    """
    request = await _locked(uow, request_id)
    if request is None:
        raise NotFound
    record, standing = await records.open_for(uow, who, request.partnership_id)
    if not records.may_invite(record, who, standing):
        raise NotAllowed
    request.answer = typed.text(answer)
    _close(uow, who, request, "accept" if accept else "decline",
           RequestStatus.ACCEPTED if accept else RequestStatus.DECLINED)
    if accept:
        _may_give(record, who, role)
        await _invite(uow, who, record, request.school_id, role)
        await records.settle(uow, record.id)
    return record.id


async def _locked(uow: UnitOfWork, request_id: UUID) -> JoinRequest | None:
    """A request, under the lock of its partnership: what is decided at once is decided in turn."""
    partnership_id = await uow.session.scalar(
        select(JoinRequest.partnership_id).where(JoinRequest.id == request_id)
    )
    if partnership_id is None:
        return None
    await uow.session.execute(
        select(Partnership.id).where(Partnership.id == partnership_id).with_for_update()
    )
    return await uow.session.get(JoinRequest, request_id, populate_existing=True)


def _close(
    uow: UnitOfWork, who: SignedIn, request: JoinRequest, move: str, status: RequestStatus
) -> None:
    if request.status is not RequestStatus.OPEN:
        raise AlreadyDone
    request.status, request.decided_at = status, clock.now()
    audit.record(
        uow, who, f"join_request.{move}", subject_id=request.id, school_id=request.school_id,
        partnership_id=request.partnership_id, before={"status": RequestStatus.OPEN},
        after={"status": status},
    )
