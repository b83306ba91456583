"""What the records say of shared devices, for whoever asks who is there: sign-in, requests, live pages."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import User
from server.devices.models import ClassroomDevice, SessionCompanion
from server.schools.models import SchoolClass


class Companion(NamedTuple):
    """Somebody who is at the device of another student, as the others see them."""

    user_id: UUID
    alias: str
    avatar: str


# Asked for every join and recheck: built once.
_COMPANIONS = (
    select(SessionCompanion.session_id, User.id, User.name, User.avatar)
    .join(User, User.id == SessionCompanion.user_id)
    .where(
        SessionCompanion.session_id.in_(bindparam("session_ids", expanding=True)), User.disabled_at.is_(None)
    )
    .order_by(SessionCompanion.since, User.name)
)


async def companions_of(
    session: AsyncSession, session_ids: Collection[UUID]
) -> dict[UUID, tuple[Companion, ...]]:
    """Who else is at the devices of these sign-ins, in the order in which they came."""
    rows = (await session.execute(_COMPANIONS, {"session_ids": list(session_ids)})).tuples()
    found: dict[UUID, tuple[Companion, ...]] = {}
    for session_id, user_id, alias, avatar in rows:
        found[session_id] = (*found.get(session_id, ()), Companion(user_id, alias, avatar))
    return found


def hashed(token: str) -> str:
    """A device's token as it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


async def device_behind(
    session: AsyncSession, token: str, *, to_use: bool = False
) -> ClassroomDevice | None:
    """The device whose cookie this is, while it is one.

    Args:
        to_use: hold its row, so that it is not taken back meanwhile.
    """
    if not token:
        return None
    wanted = (
        select(ClassroomDevice)
        .join(SchoolClass, SchoolClass.id == ClassroomDevice.class_id)
        .where(
            ClassroomDevice.token_hash == hashed(token), ClassroomDevice.revoked_at.is_(None),
            SchoolClass.archived_at.is_(None),
        )
    )
    if to_use:
        wanted = wanted.with_for_update(of=ClassroomDevice)
    found: ClassroomDevice | None = await session.scalar(wanted)
    return found
