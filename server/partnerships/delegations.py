"""Parts of the coordinator's role in other hands: what, whose, until when (docs/partnerships.md)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import clock
from server.accounts.models import User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from server.events import AccessChanged
from server.partnerships import record as records
from server.partnerships.models import (
    Delegation,
    Duty,
)

LONGEST = timedelta(days=400)
RUNNING_MAX = 100
"""Delegations of one partnership at a time."""


def _runs(now: datetime) -> ColumnElement[bool]:
    return and_(Delegation.revoked_at.is_(None), Delegation.until > now)


async def running(session: AsyncSession, who: SignedIn, partnership_id: UUID) -> Sequence[Delegation]:
    """The duties that are delegated now, by when they end; at most `RUNNING_MAX`.

    Raises:
        NotFound: no such partnership for this person (404).
        NotAllowed: their school does not take part (403).
    """
    await records.look_in(session, who, partnership_id)
    found = await session.scalars(
        select(Delegation)
        .where(Delegation.partnership_id == partnership_id, _runs(clock.now()))
        .options(joinedload(Delegation.user))
        .order_by(Delegation.until, Delegation.id)
    )
    return found.all()


async def delegate(
    uow: UnitOfWork, who: SignedIn, partnership_id: UUID, user_id: UUID, duty: Duty, until: datetime
) -> Delegation:
    """Put a duty of the coordinator into somebody's hands until a moment.

    Raises:
        NotFound: no such partnership, or no such member of staff at a school that takes part (404).
        NotAllowed: not a coordinator (403).
        AlreadyDone: they have this duty (409).
        Invalid: the date is over or more than 400 days ahead; the person coordinates, is not verified,
            disabled or banned; or their school's role does not invite (400).
    """
    record, _ = await records.open_for(uow, who, partnership_id)
    if not records.coordinates(record, who):
        raise NotAllowed
    now = clock.now()
    if not now < until <= now + LONGEST:
        raise Invalid("Choose a date that is not over, at most 400 days from now. Nothing was changed.")
    user = await uow.session.get(User, user_id)
    member = records.taking_part(record, user.school_id) if user and user.kind is UserKind.STAFF else None
    if user is None or member is None:
        raise NotFound
    if (
        user.verified_at is None or user.disabled_at is not None
        or any(seat.user_id == user.id for seat in record.coordinators)
        or await records.is_banned(uow.session, record.id, user.id)
    ):
        raise Invalid(
            "Delegate to somebody whom their school has verified, who does not coordinate and is not "
            "banned. Nothing was changed."
        )
    if duty is Duty.INVITE_SCHOOLS and not records.invites_from(record, member):
        raise Invalid("Schools in this role do not invite others in this programme. Nothing was changed.")
    running = (
        await uow.session.execute(
            select(Delegation.user_id, Delegation.duty).where(
                Delegation.partnership_id == record.id, _runs(now)
            )
        )
    ).tuples().all()
    if (user.id, duty) in running:
        raise AlreadyDone("They have this duty already. To change its date, revoke it first.")
    if len(running) >= RUNNING_MAX:
        raise Invalid("There are 100 delegations already. Revoke one first. Nothing was changed.")
    given = Delegation(
        partnership_id=record.id, user_id=user.id, duty=duty, granted_by_id=who.user_id, granted_at=now,
        until=until, user=user,
    )
    uow.session.add(given)
    await uow.session.flush()
    audit.record(
        uow, who, "delegation.give", subject_id=given.id, school_id=user.school_id,
        partnership_id=record.id, after={"user_id": user.id, "duty": duty, "until": until},
    )
    uow.events.append(AccessChanged(user_ids=frozenset({user.id})))
    return given


async def revoke_delegation(
    uow: UnitOfWork, who: SignedIn, partnership_id: UUID, delegation_id: UUID
) -> None:
    """Take a duty back; the delegate may also lay it down.

    Raises:
        NotFound: no such partnership for this person, or no such delegation in it (404).
        NotAllowed: neither a coordinator nor the delegate (403).
        AlreadyDone: it is over (409).
    """
    record, _ = await records.open_for(uow, who, partnership_id)
    given = await uow.session.get(Delegation, delegation_id)
    if given is None or given.partnership_id != record.id:
        raise NotFound
    if not (records.coordinates(record, who) or given.user_id == who.user_id):
        raise NotAllowed
    now = clock.now()
    if given.revoked_at is not None or given.until <= now:
        raise AlreadyDone
    given.revoked_at = now
    audit.record(
        uow, who, "delegation.revoke", subject_id=given.id, partnership_id=record.id,
        before={"user_id": given.user_id, "duty": given.duty, "until": given.until},
    )
    uow.events.append(AccessChanged(user_ids=frozenset({given.user_id})))
