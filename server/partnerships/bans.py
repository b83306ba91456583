"""Bans: a person who may not be in anything of a partnership, said by any of its schools for all.

Who may say so is in docs/partnerships.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock, typed
from server.accounts.models import User
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from server.events import AccessChanged
from server.partnerships import people
from server.partnerships import record as records
from server.partnerships.models import (
    Ban,
    Partnership,
    Visit,
)


async def listed(
    session: AsyncSession, who: SignedIn, partnership_id: UUID, *, after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[tuple[Ban, User]]:
    """Who is banned, the newest first, for those who may ban.

    Raises:
        NotFound: no such partnership for this person (404).
        NotAllowed: banned oneself, not verified, or not a coordinator, headteacher or safeguarding lead
            of a school that takes part (403).
    """
    record = await records.get_visible(session, partnership_id, who.school_id)
    if not (records.may_steer(record, who) and (await records.standing(session, record, who)).may_act):
        raise NotAllowed
    wanted = select(Ban, User).join(User, User.id == Ban.user_id).where(Ban.partnership_id == record.id)
    if after is not None:
        at, ban_id = after
        wanted = wanted.where(or_(Ban.banned_at < at, and_(Ban.banned_at == at, Ban.id > ban_id)))
    found = await session.execute(wanted.order_by(Ban.banned_at.desc(), Ban.id).limit(limit))
    return found.tuples().all()


async def ban(
    uow: UnitOfWork, who: SignedIn, partnership_id: UUID, user_id: UUID, reason: str
) -> tuple[Ban, User]:
    """Keep a person out of everything of this partnership, for all its schools, at once.

    Raises:
        NotFound: no such partnership, or the person is neither of a school that takes part nor visits (404).
        NotAllowed: not a coordinator, headteacher or safeguarding lead of a school that takes part (403).
        AlreadyDone: they are banned (409).
        Invalid: no reason, or it is oneself (400).
    """
    record, _ = await records.open_for(uow, who, partnership_id)
    if not records.may_steer(record, who):
        raise NotAllowed
    user = await uow.session.get(User, user_id)
    if user is None or not await _is_around(uow.session, record, user):
        raise NotFound
    reason = typed.text(reason)
    if not reason:
        raise Invalid("Say why: whoever looks at the ban later needs it. Nothing was changed.")
    if user.id == who.user_id:
        raise Invalid("You cannot ban yourself. Nothing was changed.")
    if await records.is_banned(uow.session, record.id, user.id):
        raise AlreadyDone
    made = Ban(partnership_id=record.id, user_id=user.id, reason=reason, banned_at=clock.now())
    uow.session.add(made)
    ended = await people.end_parts(uow, record, User.id == user.id, Visit.user_id == user.id)
    # The reason speaks of a person: it stays with the ban, and goes when the ban does.
    audit.record(
        uow, who, "ban.set", subject_id=user.id, school_id=user.school_id, partnership_id=record.id,
        after=ended,
    )
    uow.events.append(AccessChanged(user_ids=frozenset({user.id})))
    await records.settle(uow, record.id)
    return made, user


async def _is_around(session: AsyncSession, record: Partnership, user: User) -> bool:
    if records.taking_part(record, user.school_id) is not None:
        return True
    visit = await session.scalar(
        select(Visit.id)
        .where(
            Visit.partnership_id == record.id, Visit.user_id == user.id, Visit.revoked_at.is_(None),
            Visit.ends_at > clock.now(),
        )
        .limit(1)
    )
    return visit is not None


async def lift_ban(uow: UnitOfWork, who: SignedIn, partnership_id: UUID, user_id: UUID) -> None:
    """Let a banned person in again; what ended with the ban does not come back by itself.

    Raises:
        NotFound: no such partnership for this person, or no such ban (404).
        NotAllowed: banned oneself, or not a coordinator, headteacher or safeguarding lead of a school
            that takes part (403).
    """
    record, _ = await records.open_for(uow, who, partnership_id)
    if not records.may_steer(record, who):
        raise NotAllowed
    found = await uow.session.scalar(
        select(Ban).where(Ban.partnership_id == record.id, Ban.user_id == user_id)
    )
    if found is None:
        raise NotFound
    await uow.session.delete(found)
    school_id = await uow.session.scalar(select(User.school_id).where(User.id == user_id))
    audit.record(
        uow, who, "ban.lift", subject_id=user_id, school_id=school_id, partnership_id=record.id,
    )
    uow.events.append(AccessChanged(user_ids=frozenset({user_id})))
