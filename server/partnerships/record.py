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
from server.accounts.models import StaffRole
from server.accounts.service import SignedIn
from server.agreements.models import AgreementVersion, AssentKind, VersionStatus
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import NotFound
from server.events import AccessChanged
from server.partnerships import rules
from server.partnerships.models import (
    Coordinator,
    Membership,
    MemberStatus,
    Partnership,
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
    shown = version(record, VersionStatus.IN_FORCE) or version(record, VersionStatus.PROPOSED)
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
    in_force = version(record, VersionStatus.IN_FORCE)
    return rules.check(
        programme or programme_rules(record), record.kind, record.status, members(record),
        is_agreement_in_force=in_force is not None,
    )


def may_steer(record: Partnership, who: SignedIn) -> bool:
    """Coordinators steer, and heads and safeguarding leads: those of schools that have accepted."""
    coordinates = any(seat.user_id == who.user_id for seat in record.coordinators)
    office = who.roles & {StaffRole.HEADTEACHER, StaffRole.SAFEGUARDING_LEAD}
    member = member_of(record, who.school_id)
    return (coordinates or bool(office)) and member is not None and member.status is MemberStatus.ACCEPTED


def coordinates(record: Partnership, who: SignedIn) -> bool:
    """Whether this person holds a coordinator's seat, at a school that takes part."""
    member = member_of(record, who.school_id)
    return (
        any(seat.user_id == who.user_id for seat in record.coordinators)
        and member is not None
        and member.status is MemberStatus.ACCEPTED
    )


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
