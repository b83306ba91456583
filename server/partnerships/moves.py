"""The moves of a partnership and of the schools in it: who may make them, and what each one changes.

Every grant in a partnership's spaces follows from its status (`server.access`), so each move that
changes it says `AccessChanged` for its spaces. States and moves: docs/partnerships.md. How schools come
in: `server.partnerships.joining`.
"""

from __future__ import annotations

from uuid import UUID

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock, typed
from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.agreements import service as agreements
from server.agreements.models import AssentKind
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import (
    AgreementFirst,
    DomainError,
    Invalid,
    InvalidTransition,
    NotAllowed,
    NotFound,
    RulesNotMet,
    WouldBreak,
)
from server.lessons import calling_off
from server.partnerships import people, rules
from server.partnerships import record as records
from server.partnerships.models import (
    Coordinator,
    JoinRequest,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
    RequestStatus,
    Visit,
)
from server.schools.models import SchoolClass
from server.spaces.models import Enrolment, Space


def moves_for(record: Partnership, who: SignedIn, standing: records.Standing) -> list[str]:
    """The moves that would succeed if this person made them now: leaving may want to be confirmed, and
    suspending a reason."""
    ready = not rules.failing(records.checklist(record))
    return [
        *(move for move in rules.ANSWERS if _why_not(record, who, move, standing) is None),
        *(
            move
            for move, (sources, _) in rules.TRANSITIONS.items()
            if record.status in sources
            and records.may_steer(record, who)
            and standing.may_act
            and (ready or move not in rules.NEEDS_RULES)
        ),
    ]


def _why_not(
    record: Partnership, who: SignedIn, move: str, standing: records.Standing
) -> DomainError | None:
    """What stands in the way of a person who would answer for their school, or take it out.

    Not a ban: whoever is banned speaks for their school all the same.
    """
    before, after, states = rules.ANSWERS[move]
    member = records.member_of(record, who.school_id)
    if member is None or not standing.verified or not _speaks_for_school(record, who, move):
        return NotAllowed()
    if member.status is not before or record.status not in states:
        return InvalidTransition(state=record.status.value)
    if move != rules.ACCEPT or record.status is PartnershipStatus.PROPOSED:
        return None
    in_force = records.in_force(record)
    if (
        records.programme_rules(record).agreement_needed
        and in_force is not None
        and who.school_id not in records.given(in_force, AssentKind.SIGNED)
    ):
        return AgreementFirst()
    # A yes never takes an active partnership down: a school may have lost its verification meanwhile.
    broken = records.would_break(record, who.school_id, after)
    if record.status is PartnershipStatus.ACTIVE and broken:
        return RulesNotMet(failing=[msgspec.to_builtins(rule) for rule in broken])
    return None


def _speaks_for_school(record: Partnership, who: SignedIn, move: str) -> bool:
    """The headteacher; to leave, also who coordinates there."""
    return StaffRole.HEADTEACHER in who.roles or (
        move == rules.LEAVE and any(seat.user_id == who.user_id for seat in record.coordinators)
    )


async def make_move(
    uow: UnitOfWork, who: SignedIn, partnership_id: UUID, move: str, reason: str, *, confirmed: bool = False
) -> None:
    """Make a move; every node whose access may differ is told after the commit.

    Args:
        confirmed: leave although a rule breaks.

    Raises:
        NotFound: no such partnership for this person (404).
        InvalidTransition: the state has no such move, perhaps since another person moved first (409).
        NotAllowed: the move exists, but is not this person's to make: their post does not, they are not
            verified, or they are banned, which leaves a headteacher to answer for the school (403).
        RulesNotMet: it would become active while a rule fails, or a yes would break one while it is
            active; `failing` lists them (409).
        AgreementFirst: accepting while an agreement is in force that this school has not signed (409).
        WouldBreak: leaving breaks rules, and that was not confirmed; `failing` lists them (409).
        Invalid: there is no such move, or a reason is missing (400).
    """
    reason = typed.text(reason)
    if move in rules.ANSWERS:
        await _answer(uow, who, partnership_id, move, reason, confirmed=confirmed)
        return
    record = await records.get_visible(uow.session, partnership_id, who.school_id, lock=True)
    if move not in rules.TRANSITIONS:
        raise Invalid("There is no such move. Nothing was changed.")
    if record.status not in rules.TRANSITIONS[move][0]:
        raise InvalidTransition(state=record.status.value)
    if not records.may_steer(record, who) or not (await records.standing(uow.session, record, who)).may_act:
        raise NotAllowed
    await _set_status(uow, who, record, move, reason)
    await records.settle(uow, record.id)


async def leaving(
    session: AsyncSession, who: SignedIn, partnership_id: UUID
) -> tuple[list[rules.Rule], bool]:
    """What would break if my school left now, and whether the partnership would end with it.

    Raises:
        NotFound: no such partnership for this person (404).
        NotAllowed: not a headteacher, nor who coordinates at this school, or not verified (403).
        InvalidTransition: the school does not take part, or the partnership has ended (409).
    """
    record = await records.get_visible(session, partnership_id, who.school_id)
    if hindrance := _why_not(record, who, rules.LEAVE, await records.standing(session, record, who)):
        raise hindrance
    return _without(record, who.school_id)


def _without(record: Partnership, school_id: UUID) -> tuple[list[rules.Rule], bool]:
    others = [
        member
        for member in record.memberships
        if member.status is MemberStatus.ACCEPTED and member.school_id != school_id
    ]
    return records.would_break(record, school_id, MemberStatus.LEFT), not others


async def _answer(
    uow: UnitOfWork, who: SignedIn, partnership_id: UUID, move: str, reason: str, *, confirmed: bool
) -> None:
    # Whoever disables this person holds this row, too: a seat never goes to somebody who is just leaving.
    me = await uow.session.scalar(
        select(User)
        .where(User.id == who.user_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    record = await records.get_whole(uow.session, partnership_id, lock=True)
    member = records.member_of(record, who.school_id)
    if member is None or me is None or me.disabled_at is not None:
        raise NotFound
    if not records.is_seen_by(record, who.school_id):
        # Their own school has just left or said no: they know of it, and not of what came after.
        gone = member.status in (MemberStatus.LEFT, MemberStatus.DECLINED)
        raise InvalidTransition if gone else NotFound
    if hindrance := _why_not(record, who, move, await records.standing(uow.session, record, who)):
        raise hindrance
    before, after, _ = rules.ANSWERS[move]
    breaks, is_last = _without(record, who.school_id) if move == rules.LEAVE else ([], False)
    if (breaks or is_last) and not confirmed:
        raise WouldBreak(failing=[msgspec.to_builtins(rule) for rule in breaks], ends=is_last)
    if is_last:
        await calling_off.in_partnership(uow, who, record)  # while its staff can still be told
    now = clock.now()
    member.status = after
    ended: dict[str, int] = {}
    if move == rules.ACCEPT:
        member.accepted_at = now
        await _seat(uow, record, me)
    else:
        member.left_at = now
        records.unsign(record, who.school_id)
    if move == rules.LEAVE:
        ended = await _end_school(uow, record, who.school_id)
    audit.record(
        uow, who, f"membership.{move}", subject_id=member.id, school_id=who.school_id,
        partnership_id=record.id, before={"status": before},
        after={"status": after, **({"reason": reason} if reason else {}), **ended},
    )
    if is_last:
        await _set_status(uow, who, record, "end", reason)
    if move == rules.ACCEPT or not await agreements.settle_agreement(uow, record.id, who):
        await records.settle(uow, record.id)


async def _seat(uow: UnitOfWork, record: Partnership, me: User) -> None:
    """Each school of a pair has a coordinator; until it names another, it is who accepted for it."""
    if record.kind is not PartnershipKind.ONE_TO_ONE or any(
        seat.user.school_id == me.school_id for seat in record.coordinators
    ):
        return
    if not await records.is_banned(uow.session, record.id, me.id):
        uow.session.add(Coordinator(partnership_id=record.id, user_id=me.id, since=clock.now()))


async def _end_school(uow: UnitOfWork, record: Partnership, school_id: UUID) -> dict[str, int]:
    """What a school's staff held and arranged here ends with its leaving."""
    for other in record.memberships:
        if other.mentor_id == school_id:
            other.mentor_id = None
    theirs = select(User.id).where(User.school_id == school_id)
    ended = await people.end_parts(
        uow, record, User.school_id == school_id, Visit.invited_by_id.in_(theirs)
    )
    # Else its classes would be in again, unasked, if it came again.
    enrolments = await uow.session.scalars(
        delete(Enrolment)
        .where(
            Enrolment.space_id.in_(select(Space.id).where(Space.partnership_id == record.id)),
            Enrolment.class_id.in_(select(SchoolClass.id).where(SchoolClass.school_id == school_id)),
        )
        .returning(Enrolment.class_id)
        .execution_options(synchronize_session=False)
    )
    return {**ended, "enrolments": len(enrolments.all())}


async def _set_status(uow: UnitOfWork, who: SignedIn, record: Partnership, move: str, reason: str) -> None:
    if move in rules.NEEDS_RULES and (failing := rules.failing(records.checklist(record))):
        raise RulesNotMet(failing=[msgspec.to_builtins(rule) for rule in failing])
    if move == "suspend" and not reason:
        raise Invalid("Say why it is suspended: the staff of its schools read it. Nothing was changed.")
    kept = reason if move in ("suspend", "end") else ""
    new = rules.TRANSITIONS[move][1]
    records.set_status(uow, record, who, move, new, kept)
    if new is PartnershipStatus.ENDED:
        await calling_off.in_partnership(uow, who, record)
        # Nobody can answer them any more.
        await uow.session.execute(
            update(JoinRequest)
            .where(JoinRequest.partnership_id == record.id, JoinRequest.status == RequestStatus.OPEN)
            .values(status=RequestStatus.DECLINED, decided_at=clock.now())
        )
