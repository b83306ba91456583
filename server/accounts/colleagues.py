"""Reading who the staff of a school or an office are, with their posts (docs/staff.md)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import StaffPost, StaffRole, User, UserKind
from server.accounts.service import SignedIn
from server.errors import NotAllowed, NotFound


async def posts_of(session: AsyncSession, user_ids: Collection[UUID]) -> dict[UUID, list[StaffRole]]:
    """The posts of several people, in one query."""
    found: dict[UUID, list[StaffRole]] = {user_id: [] for user_id in user_ids}
    rows = await session.execute(
        select(StaffPost.user_id, StaffPost.role).where(StaffPost.user_id.in_(list(user_ids)))
    )
    for user_id, role in rows.tuples():
        found[user_id].append(role)
    return {user_id: sorted(roles) for user_id, roles in found.items()}


class Colleague(msgspec.Struct, frozen=True):
    """A member of staff with their posts."""

    user: User
    posts: list[StaffRole]


async def staff_page(
    session: AsyncSession, who: SignedIn, after: tuple[str, UUID] | None, limit: int
) -> list[Colleague]:
    """The staff of one's own school by name, at most `limit` of them, from behind `after`.

    Accounts that were erased have no address, and are nobody.

    Raises:
        NotAllowed: a guest, who has no post there (403).
    """
    if not who.roles:
        raise NotAllowed("Guests do not see the staff of the school that invited them.")
    wanted: ColumnElement[bool] = and_(
        User.school_id == who.school_id, User.kind == UserKind.STAFF, User.email.is_not(None)
    )
    if after is not None:
        name, last_id = after
        wanted = and_(wanted, or_(User.name > name, and_(User.name == name, User.id > last_id)))
    found = await session.scalars(select(User).where(wanted).order_by(User.name, User.id).limit(limit))
    users = found.all()
    posts = await posts_of(session, [user.id for user in users])
    return [Colleague(user, posts[user.id]) for user in users]


async def colleague(session: AsyncSession, who: SignedIn, user_id: UUID) -> Colleague:
    """One member of staff of one's own school.

    Raises:
        NotFound: there is no such person there (404).
    """
    user = await session.scalar(
        select(User).where(
            User.id == user_id, User.school_id == who.school_id, User.kind == UserKind.STAFF
        )
    )
    if user is None:
        raise NotFound
    return Colleague(user, (await posts_of(session, [user.id]))[user.id])
