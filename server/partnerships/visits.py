"""Advisers and guests: people who are invited between two moments (docs/partnerships.md)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import clock, typed
from server.accounts.models import StaffPost, StaffRole, User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from server.events import AccessChanged
from server.partnerships import record as records
from server.partnerships.models import (
    Duty,
    Partnership,
    Visit,
    VisitRole,
)
from server.schools.models import SchoolKind
from server.spaces.models import Space, SpaceKind

GUEST_LONGEST = timedelta(days=30)
LONGEST = timedelta(days=400)
"""For an adviser's visit, and for how far ahead one may begin."""
RUNNING_MAX = 100
"""Visits of one partnership at a time."""


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Who is invited, as what, where to and when."""

    role: VisitRole
    starts_at: datetime
    ends_at: datetime
    user_id: UUID | None = None
    space_id: UUID | None = None
    name: str = ""
    email: str = ""


def may_invite(record: Partnership, who: SignedIn, standing: records.Standing) -> bool:
    """Coordinators, and whoever opens spaces for them."""
    return standing.may_act and (
        records.coordinates(record, who) or Duty.OPEN_SPACES in standing.duties
    )


async def coming(session: AsyncSession, who: SignedIn, partnership_id: UUID) -> Sequence[Visit]:
    """Visits that run or are still to come, by when they begin; at most `RUNNING_MAX`.

    Raises:
        NotFound: no such partnership for this person (404).
        NotAllowed: their school does not take part (403).
    """
    await records.look_in(session, who, partnership_id)
    found = await session.scalars(
        select(Visit)
        .where(
            Visit.partnership_id == partnership_id, Visit.revoked_at.is_(None), Visit.ends_at > clock.now()
        )
        .options(joinedload(Visit.user).joinedload(User.school))
        .order_by(Visit.starts_at, Visit.id)
    )
    return found.all()


async def invite_visitor(
    uow: UnitOfWork, who: SignedIn, partnership_id: UUID, wanted: Visitor
) -> tuple[UUID, str]:
    """Invite an adviser or a guest; returns the visit, and the path a new guest chooses a password at.

    Raises:
        NotFound: no such partnership, space or person, or no adviser of this programme's office (404).
        NotAllowed: neither a coordinator nor a delegate who opens spaces, or not verified (403).
        EmailTaken: somebody has an account with this address (409).
        Invalid: the dates, the space, or what is said of the person do not fit (400).
    """
    looked_at = await records.get_visible(uow.session, partnership_id, who.school_id)
    if not may_invite(looked_at, who, await records.standing(uow.session, looked_at, who)):
        raise NotAllowed
    wanted = msgspec.structs.replace(wanted, starts_at=max(wanted.starts_at, clock.now()))
    _check_dates(wanted)
    user_id, path = wanted.user_id, ""
    if wanted.role is VisitRole.GUEST and user_id is None:
        # Before the partnership's lock: accounts lock the school first, and then what it takes part in.
        user_id, path = await _register_guest(uow, who, wanted)
    elif user_id is not None:
        # Whoever takes a post away or disables them holds this row, too, and then ends their visits.
        await uow.session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
    record, standing = await records.open_for(uow, who, partnership_id)
    if not may_invite(record, who, standing):
        raise NotAllowed
    await _check_space(uow.session, record, wanted)
    user = await _visitor(uow.session, who, record, wanted.role, user_id)
    if await records.is_banned(uow.session, record.id, user.id):
        raise Invalid("This person is banned from the partnership. Nothing was changed.")
    now = clock.now()
    running = await uow.session.scalar(
        select(func.count()).where(
            Visit.partnership_id == record.id, Visit.revoked_at.is_(None), Visit.ends_at > now
        )
    )
    if (running or 0) >= RUNNING_MAX:
        raise Invalid("There are 100 visits already. Revoke one first. Nothing was changed.")
    visit = Visit(
        partnership_id=record.id, user_id=user.id, space_id=wanted.space_id, role=wanted.role,
        starts_at=wanted.starts_at, ends_at=wanted.ends_at, invited_by_id=who.user_id,
    )
    uow.session.add(visit)
    await uow.session.flush()
    audit.record(
        uow, who, "visit.invite", subject_id=visit.id, school_id=user.school_id, partnership_id=record.id,
        after={"user_id": user.id, "role": wanted.role, "space_id": wanted.space_id,
               "starts_at": wanted.starts_at, "ends_at": wanted.ends_at},
    )
    uow.events.append(AccessChanged(user_ids=frozenset({user.id})))
    return visit.id, path


def _check_dates(wanted: Visitor) -> None:
    now = clock.now()
    longest = GUEST_LONGEST if wanted.role is VisitRole.GUEST else LONGEST
    if not (
        wanted.starts_at <= now + LONGEST  # first: beyond the last year there is, nothing can be added
        and wanted.starts_at < wanted.ends_at <= wanted.starts_at + longest
    ):
        raise Invalid(
            "A visit ends after it begins and is not over yet; a guest's lasts 30 days at most, an "
            "adviser's 400. Nothing was changed."
        )


async def _register_guest(uow: UnitOfWork, who: SignedIn, wanted: Visitor) -> tuple[UUID, str]:
    from server.accounts import staffing  # which asks this module to pass seats on

    name = typed.line(wanted.name)
    token = await staffing.invite(uow, who, who.school_id, name, wanted.email, [])
    user_id = await uow.session.scalar(select(User.id).where(User.email == wanted.email.strip().lower()))
    if user_id is None:
        raise NotFound
    return user_id, f"/welcome#{token}"


async def _check_space(session: AsyncSession, record: Partnership, wanted: Visitor) -> None:
    if wanted.space_id is None:
        if wanted.role is VisitRole.GUEST:
            raise Invalid("A guest comes to one space: choose it. Nothing was changed.")
        return
    space = await session.get(Space, wanted.space_id)
    if space is None or space.partnership_id != record.id:
        raise NotFound
    if space.archived_at is not None:
        raise Invalid("This space is archived. Choose one that is in use. Nothing was changed.")
    if wanted.role is VisitRole.GUEST and space.kind is SpaceKind.STAFF_ROOM:
        raise Invalid("Guests do not come into a staff room. Nothing was changed.")


async def _visitor(
    session: AsyncSession, who: SignedIn, record: Partnership, role: VisitRole, user_id: UUID | None
) -> User:
    """The person, if they can come in this role. Raises: NotFound: they cannot (404)."""
    user = await session.scalar(
        select(User)
        .where(User.id == user_id, User.kind == UserKind.STAFF, User.disabled_at.is_(None))
        .options(joinedload(User.school))
    )
    if user is None:
        raise NotFound
    if role is VisitRole.GUEST:
        # Somebody of another school is known by being verified there; a guest of ours we bring ourselves.
        is_known = user.verified_at is not None or user.school_id == who.school_id
        if user.school.kind is not SchoolKind.SCHOOL or not is_known:
            raise NotFound
        return user
    advises = await session.scalar(
        select(StaffPost.id).where(StaffPost.user_id == user.id, StaffPost.role == StaffRole.ADVISER)
    )
    is_theirs = (
        user.school.kind is SchoolKind.OFFICE and user.school_id == record.programme.office_id
        and user.verified_at is not None
    )
    if advises is None or not is_theirs:
        raise NotFound
    return user


async def revoke_visit(uow: UnitOfWork, who: SignedIn, partnership_id: UUID, visit_id: UUID) -> None:
    """End a visit at once.

    Raises:
        NotFound: no such partnership for this person, or no such visit in it (404).
        NotAllowed: neither a coordinator, a delegate who opens spaces, the one who invited, nor a
            headteacher or safeguarding lead of a school that takes part (403).
        AlreadyDone: it is over (409).
    """
    record, standing = await records.open_for(uow, who, partnership_id)
    visit = await uow.session.get(Visit, visit_id)
    if visit is None or visit.partnership_id != record.id:
        raise NotFound
    if not (
        may_invite(record, who, standing) or records.may_steer(record, who)
        or visit.invited_by_id == who.user_id
    ):
        raise NotAllowed
    now = clock.now()
    if visit.revoked_at is not None or visit.ends_at <= now:
        raise AlreadyDone
    visit.revoked_at = now
    audit.record(
        uow, who, "visit.revoke", subject_id=visit.id, partnership_id=record.id,
        before={"user_id": visit.user_id, "role": visit.role, "space_id": visit.space_id,
                "starts_at": visit.starts_at, "ends_at": visit.ends_at},
    )
    uow.events.append(AccessChanged(user_ids=frozenset({visit.user_id})))
