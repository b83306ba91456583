"""The partnership record: loading it whole, who sees it, how it stands, and what follows when a rule breaks.

An active partnership meets every rule of its programme. Whatever changes a record that the rules look
at ends with `settle`, which suspends what no longer does (docs/partnerships.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from server import clock
from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.agreements.models import AgreementVersion, AssentKind, VersionStatus
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import InvalidTransition, NotAllowed, NotFound
from server.events import AccessChanged
from server.partnerships import rules
from server.partnerships.models import (
    Ban,
    Coordinator,
    Delegation,
    Duty,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
)
from server.programmes.rules import ProgrammeRules
from server.spaces import service as spaces

WHOLE = (
    joinedload(Partnership.programme),
    selectinload(Partnership.memberships).joinedload(Membership.school),
    selectinload(Partnership.coordinators).joinedload(Coordinator.user),
    selectinload(Partnership.agreements).selectinload(AgreementVersion.assents),
)
"""Loads a partnership with everything its rules look at, in six queries however many there are."""


def member_of(record: Partnership, school_id: UUID) -> Membership | None:
    """The membership of a school, in whatever state."""
    return next((member for member in record.memberships if member.school_id == school_id), None)


def taking_part(record: Partnership, school_id: UUID) -> Membership | None:
    """The membership of a school that takes part now."""
    member = member_of(record, school_id)
    return member if member is not None and member.status is MemberStatus.ACCEPTED else None


def is_seen_by(record: Partnership, school_id: UUID) -> bool:
    """Whether the staff of a school see the record: a draft is its starters' own business."""
    member = member_of(record, school_id)
    if member is None:
        return False
    if member.status is MemberStatus.INVITED:
        return record.status not in (PartnershipStatus.DRAFT, PartnershipStatus.ENDED)
    return member.status is MemberStatus.ACCEPTED


async def load(session: AsyncSession, condition: ColumnElement[bool]) -> Sequence[Partnership]:
    """Whole records, the newest first."""
    found = await session.scalars(
        select(Partnership).where(condition).options(*WHOLE).order_by(Partnership.created_at.desc())
    )
    return found.unique().all()


async def visible_to(session: AsyncSession, school_id: UUID) -> Sequence[Partnership]:
    """Every partnership that a school is in or is asked to join, the newest first."""
    theirs = select(Membership.partnership_id).where(Membership.school_id == school_id)
    found = await load(session, Partnership.id.in_(theirs))
    return [record for record in found if is_seen_by(record, school_id)]


async def get_whole(session: AsyncSession, partnership_id: UUID, *, lock: bool = False) -> Partnership:
    """One whole record, whoever asks.

    Args:
        lock: hold its row until the transaction ends: of two moves at once, the second sees what the
            first made.

    Raises:
        NotFound: there is none (404).
    """
    if lock:
        await session.execute(
            select(Partnership.id).where(Partnership.id == partnership_id).with_for_update()
        )
    found = await session.scalars(
        select(Partnership)
        .where(Partnership.id == partnership_id)
        .options(*WHOLE)
        .execution_options(populate_existing=lock)
    )
    record = found.unique().one_or_none()
    if record is None:
        raise NotFound
    return record


async def get_visible(
    session: AsyncSession, partnership_id: UUID, school_id: UUID, *, lock: bool = False
) -> Partnership:
    """A whole record, for the staff of one of its schools.

    Raises:
        NotFound: there is none, or the school has no part in it (404).
    """
    record = await get_whole(session, partnership_id, lock=lock)
    if not is_seen_by(record, school_id):
        raise NotFound
    return record


def programme_rules(record: Partnership) -> ProgrammeRules:
    """What the programme asks for now."""
    return msgspec.convert(record.programme.rules, ProgrammeRules)


def version(record: Partnership, status: VersionStatus) -> AgreementVersion | None:
    """The agreement version in that state: `IN_FORCE` or `PROPOSED`."""
    return next((each for each in record.agreements if each.status is status), None)


def in_force(record: Partnership) -> AgreementVersion | None:
    """The agreement in force. One whose last day is over is not, even before the job has ended it."""
    found = version(record, VersionStatus.IN_FORCE)
    return found if found is not None and found.expires_on >= clock.now().date() else None


def unsign(record: Partnership, school_id: UUID) -> None:
    """A school that goes is bound by nothing, and says its yes anew if it comes again."""
    for agreement in record.agreements:
        for assent in agreement.assents:
            if assent.school_id == school_id and assent.withdrawn_at is None:
                assent.withdrawn_at = clock.now()


def given(agreement: AgreementVersion | None, kind: AssentKind) -> frozenset[UUID]:
    """The schools that have said this yes to a version and not taken it back."""
    return frozenset(
        assent.school_id
        for assent in (agreement.assents if agreement else [])
        if assent.kind is kind and assent.withdrawn_at is None
    )


def members(record: Partnership) -> list[rules.Member]:
    """The schools as the rules see them."""
    seats = Counter(
        seat.user.school_id for seat in record.coordinators if seat.user.disabled_at is None
    )
    shown = in_force(record) or version(record, VersionStatus.PROPOSED)
    signed = given(shown, AssentKind.SIGNED)
    return [
        rules.Member(
            member.school.name, member.school.country, member.role, member.status, seats[member.school_id],
            member.school.verified_at is not None, member.school_id in signed,
        )
        for member in record.memberships
    ]


def checklist(record: Partnership, programme: ProgrammeRules | None = None) -> list[rules.Rule]:
    """The programme's rules, held against this partnership as it is now.

    Args:
        programme: other rules to hold it against: what an edit of the programme would do.
    """
    return _check(record, members(record), programme or programme_rules(record))


def would_break(record: Partnership, school_id: UUID, status: MemberStatus) -> list[rules.Rule]:
    """The rules that hold now and would not if this school's membership were in that state."""
    as_if = [
        msgspec.structs.replace(
            seen, status=status,
            # Whoever says yes for a school of a pair takes its seat.
            coordinators=max(seen.coordinators, 1)
            if record.kind is PartnershipKind.ONE_TO_ONE and status is MemberStatus.ACCEPTED
            else seen.coordinators,
        )
        if member.school_id == school_id
        else seen
        for member, seen in zip(record.memberships, members(record), strict=True)
    ]
    return rules.newly_failing(checklist(record), _check(record, as_if, programme_rules(record)))


def _check(
    record: Partnership, schools: Sequence[rules.Member], programme: ProgrammeRules
) -> list[rules.Rule]:
    return rules.check(
        programme, record.kind, record.status, schools,
        is_agreement_in_force=in_force(record) is not None,
    )


def may_steer(record: Partnership, who: SignedIn) -> bool:
    """Coordinators steer, and heads and safeguarding leads: those of schools that have accepted."""
    coordinates = any(seat.user_id == who.user_id for seat in record.coordinators)
    office = who.roles & {StaffRole.HEADTEACHER, StaffRole.SAFEGUARDING_LEAD}
    return (coordinates or bool(office)) and taking_part(record, who.school_id) is not None


def coordinates(record: Partnership, who: SignedIn) -> bool:
    """Whether this person holds a coordinator's seat, at a school that takes part."""
    return (
        any(seat.user_id == who.user_id for seat in record.coordinators)
        and taking_part(record, who.school_id) is not None
    )


class Standing(msgspec.Struct, frozen=True):
    """What the records say about one member of staff in one partnership, beside their posts and seat."""

    verified: bool
    banned: bool
    duties: frozenset[Duty]
    """The parts of the coordinator's role that are in their hands at this moment."""

    @property
    def may_act(self) -> bool:
        """Whoever is unverified or banned makes no move here, whatever their post."""
        return self.verified and not self.banned


async def standing(session: AsyncSession, record: Partnership, who: SignedIn) -> Standing:
    """How a person stands in a partnership now. A duty counts while their school takes part."""
    verified = await session.scalar(select(User.verified_at.is_not(None)).where(User.id == who.user_id))
    banned = await session.scalar(
        select(Ban.id).where(Ban.partnership_id == record.id, Ban.user_id == who.user_id)
    )
    if taking_part(record, who.school_id) is None or banned is not None:
        return Standing(bool(verified), banned is not None, frozenset())
    duties = await session.scalars(
        select(Delegation.duty).where(
            Delegation.partnership_id == record.id,
            Delegation.user_id == who.user_id,
            Delegation.revoked_at.is_(None),
            Delegation.until > clock.now(),
        )
    )
    return Standing(bool(verified), False, frozenset(duties))


async def is_banned(session: AsyncSession, partnership_id: UUID, user_id: UUID) -> bool:
    """Whether a person may not be in anything of this partnership."""
    found = await session.scalar(
        select(Ban.id).where(Ban.partnership_id == partnership_id, Ban.user_id == user_id)
    )
    return found is not None


async def open_for(
    uow: UnitOfWork, who: SignedIn, partnership_id: UUID
) -> tuple[Partnership, Standing]:
    """The record under its lock, for somebody who may change anything about its people or schools at all.

    Raises:
        NotFound: no such partnership for this person (404).
        NotAllowed: their school does not take part or has not verified them, or they are banned (403).
        InvalidTransition: it has ended (409).
    """
    record = await get_visible(uow.session, partnership_id, who.school_id, lock=True)
    found = await standing(uow.session, record, who)
    if taking_part(record, who.school_id) is None or not found.may_act:
        raise NotAllowed
    if record.status is PartnershipStatus.ENDED:
        raise InvalidTransition("This partnership has ended. Nothing was changed.", state=record.status.value)
    return record, found


async def look_in(session: AsyncSession, who: SignedIn, partnership_id: UUID) -> Partnership:
    """The record, for the staff of a school that takes part.

    Raises:
        NotFound: no such partnership for this person (404).
        NotAllowed: their school has not accepted (403).
    """
    record = await get_visible(session, partnership_id, who.school_id)
    if taking_part(record, who.school_id) is None:
        raise NotAllowed
    return record


def invites_from(record: Partnership, member: Membership) -> bool:
    """Whether the programme lets schools in this one's role invite others. In a pair both may."""
    return record.kind is PartnershipKind.ONE_TO_ONE or programme_rules(record).powers(member.role).invites


def may_invite(record: Partnership, who: SignedIn, found: Standing) -> bool:
    """Coordinators and delegates invite schools and decide requests, from a school whose role invites."""
    member = taking_part(record, who.school_id)
    return (
        member is not None
        and (coordinates(record, who) or Duty.INVITE_SCHOOLS in found.duties)
        and found.may_act
        and invites_from(record, member)
    )


def has_room(record: Partnership) -> bool:
    """Whether one more school can be invited: a cluster has no upper limit, a pair has two."""
    present = rules.counted(members(record), PartnershipStatus.DRAFT)
    return record.kind is PartnershipKind.CLUSTER or len(present) < 2


def set_status(
    uow: UnitOfWork, record: Partnership, actor: SignedIn | None, move: str, new: PartnershipStatus,
    reason: str,
) -> None:
    """Put the record into a state, and write it into its timeline. `tell` says it to what is live."""
    audit.record(
        uow, actor, f"partnership.{move}", subject_id=record.id, partnership_id=record.id,
        before={"status": record.status.value}, after={"status": new.value, "reason": reason},
    )
    record.status = new
    record.status_reason = reason
    record.status_changed_at = clock.now()


async def tell(uow: UnitOfWork, record: Partnership) -> None:
    """Everyone's access in the spaces of this partnership is asked for again."""
    theirs = await spaces.of_partnership(uow.session, record.id)
    uow.events.append(AccessChanged(space_ids=frozenset(space.id for space in theirs)))


async def settle(uow: UnitOfWork, partnership_id: UUID) -> list[rules.Rule]:
    """Suspend the partnership if it is active and a rule no longer holds; returns the rules that fail.

    Reads the record anew, as this unit of work has left it, under its lock. Says `AccessChanged` for
    its spaces in any case: whoever calls this has changed something.
    """
    await uow.session.flush()
    record = await get_whole(uow.session, partnership_id, lock=True)
    failing = rules.failing(checklist(record))
    if record.status is PartnershipStatus.ACTIVE and failing:
        reason = " ".join(["A rule of the programme no longer holds.", *(rule.detail for rule in failing)])
        set_status(uow, record, None, "suspend", PartnershipStatus.SUSPENDED, reason[:500])
    await tell(uow, record)
    return failing
