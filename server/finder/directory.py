"""The directory: staff of the schools that mine works with. Never students, and no e-mail addresses.

Staff of different schools write to each other in the staff room, where others see it; the directory says
who they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server.accounts.models import StaffPost, StaffRole, User, UserKind
from server.accounts.service import SignedIn
from server.errors import NotAllowed, NotFound
from server.paging import cursor, place
from server.partnerships.models import Ban, Membership, MemberStatus, Partnership, PartnershipStatus
from server.schools.models import School
from server.schools.vocabulary import plain

WORDS_AT_MOST = 8


class Entry(msgspec.Struct, frozen=True):
    """A member of staff, and what my school and theirs are both in."""

    user: User
    posts: list[StaffRole]
    partnerships: list[Partnership]
    colour: int
    """Of their school in the first of these."""


async def _mine(session: AsyncSession, who: SignedIn) -> dict[UUID, Partnership]:
    """The partnerships whose people this person may know: not one that they were removed from."""
    removed = select(Ban.partnership_id).where(Ban.user_id == who.user_id)
    found = await session.scalars(
        select(Partnership)
        .join(Membership, Membership.partnership_id == Partnership.id)
        .where(
            Membership.school_id == who.school_id,
            Membership.status == MemberStatus.ACCEPTED,
            Partnership.status.in_([PartnershipStatus.ACTIVE, PartnershipStatus.SUSPENDED]),
            Partnership.id.not_in(removed),
        )
        .order_by(Partnership.name)
    )
    return {record.id: record for record in found}


async def staff(
    session: AsyncSession, who: SignedIn, partnership_id: UUID | None, text: str, after: str, limit: int
) -> tuple[list[Entry], str]:
    """A page of the directory by name, and the next cursor.

    Args:
        partnership_id: only the schools of this one.
        text: words of a person's or school's name.

    Raises:
        NotAllowed: the person is not verified by their school: guests are not (403).
        NotFound: my school has no part in that partnership, or it is not (or no longer) at work (404).
        Invalid: the cursor is none (400).
    """
    me = await session.get(User, who.user_id)
    if me is None or me.kind is not UserKind.STAFF or me.verified_at is None:
        raise NotAllowed("The directory is for staff whom their school has verified.")
    mine = await _mine(session, who)
    if partnership_id is not None:
        if partnership_id not in mine:
            raise NotFound
        mine = {partnership_id: mine[partnership_id]}
    shared = and_(Membership.partnership_id.in_(list(mine)), Membership.status == MemberStatus.ACCEPTED)
    wanted = (
        select(User)
        .join(School, School.id == User.school_id)
        .where(
            User.kind == UserKind.STAFF,
            User.verified_at.is_not(None),
            User.disabled_at.is_(None),
            User.school_id.in_(select(Membership.school_id).where(shared)),
            *(
                or_(
                    User.name.icontains(word, autoescape=True),
                    School.search_text.contains(plain(word), autoescape=True),
                )
                for word in text.split()[:WORDS_AT_MOST]
            ),
        )
        .options(joinedload(User.school))
        .order_by(User.name, User.id)
        .limit(limit + 1)
    )
    if begin := place(after, str, UUID):
        name, user_id = begin
        wanted = wanted.where(or_(User.name > name, and_(User.name == name, User.id > user_id)))
    users = (await session.scalars(wanted)).all()
    shown = users[:limit]
    posts = await _posts(session, shown)
    members: defaultdict[UUID, list[tuple[Partnership, int]]] = defaultdict(list)
    rows = await session.execute(
        select(Membership.school_id, Membership.partnership_id, Membership.colour).where(
            shared, Membership.school_id.in_({user.school_id for user in shown})
        )
    )
    for school_id, record_id, colour in rows.tuples():
        members[school_id].append((mine[record_id], colour))
    for both in members.values():
        both.sort(key=lambda each: (each[0].name, each[0].id))
    entries = [
        Entry(
            user, posts[user.id], [record for record, _ in members[user.school_id]],
            members[user.school_id][0][1],
        )
        for user in shown
    ]
    return entries, cursor(shown[-1].name, shown[-1].id) if len(users) > limit else ""


async def _posts(session: AsyncSession, users: Sequence[User]) -> dict[UUID, list[StaffRole]]:
    found: dict[UUID, list[StaffRole]] = {user.id: [] for user in users}
    rows = await session.execute(
        select(StaffPost.user_id, StaffPost.role).where(StaffPost.user_id.in_(list(found)))
    )
    for user_id, role in rows.tuples():
        found[user_id].append(role)
    return {user_id: sorted(roles) for user_id, roles in found.items()}
