"""What messages said before they were edited or deleted: for safeguarding leads, with a reason, on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Grant, access_in
from server.accounts.models import StaffRole
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.chat.models import ChatMessage, FormerText
from server.db import UnitOfWork
from server.errors import NoAccess, NotAllowed, NotFound
from server.spaces.models import Space

TEXTS_LIMIT = 100


class SealedReason(StrEnum):
    """Why somebody opens a sealed message. The log keeps this, and no words."""

    REPORT = "report"
    CONCERN = "concern"
    FAMILY = "family"
    AUTHORITY = "authority"


class SealedMessage(msgspec.Struct, frozen=True):
    """A message of which earlier words are kept. The words themselves are opened one message at a time."""

    message_id: UUID
    seq: int
    author_id: UUID
    sent_at: datetime
    deleted_at: datetime | None
    deleted_by_id: UUID | None
    texts: int
    """How many."""
    last_at: datetime
    """When the last of them was taken away."""


async def check_may_read(session: AsyncSession, who: SignedIn, space_id: UUID) -> None:
    """Verified safeguarding leads of the schools that take part, also when the space is closed.

    Raises:
        NotFound: there is no such space for them (404).
        NoAccess: the space is closed to them (403, with the reason as its code).
        NotAllowed: they see the space, but hold no such post (403).
    """
    found = await access_in(session, who.user_id, space_id)
    if not found.grants:
        raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
    # Who is invited from elsewhere holds their post there, not here; visitors may never export.
    if StaffRole.SAFEGUARDING_LEAD not in who.roles or Grant.SPACE_EXPORT not in found.grants:
        raise NotAllowed("Safeguarding leads of the schools that take part can read this.")


async def sealed_in(
    session: AsyncSession, space_id: UUID, limit: int, before: tuple[datetime, UUID] | None
) -> list[SealedMessage]:
    """The messages of a space of which earlier words are kept, those that changed last first."""
    last_at = func.max(FormerText.replaced_at)
    found = (
        select(
            ChatMessage.id, ChatMessage.seq, ChatMessage.author_id, ChatMessage.sent_at,
            ChatMessage.deleted_at, ChatMessage.deleted_by_id, func.count(), last_at,
        )
        .join(FormerText, FormerText.message_id == ChatMessage.id)
        .where(FormerText.space_id == space_id)
        .group_by(ChatMessage.id)
        .order_by(last_at.desc(), ChatMessage.id.desc())
        .limit(limit)
    )
    if before is not None:
        found = found.having(tuple_(last_at, ChatMessage.id) < before)
    return [SealedMessage(*row) for row in (await session.execute(found)).tuples()]


async def read(
    uow: UnitOfWork, who: SignedIn, space_id: UUID, message_id: UUID, reason: SealedReason
) -> Sequence[FormerText]:
    """Open what a message said before, oldest first: the newest `TEXTS_LIMIT`. It is written down who did.

    Raises:
        NotFound, NoAccess, NotAllowed: as `check_may_read`; `NotFound` also when nothing is kept (404).
    """
    await check_may_read(uow.session, who, space_id)
    kept = await uow.session.scalars(
        select(FormerText)
        .where(FormerText.space_id == space_id, FormerText.message_id == message_id)
        .order_by(FormerText.replaced_at.desc(), FormerText.id)
        .limit(TEXTS_LIMIT)
    )
    found = list(reversed(kept.all()))
    if not found:
        raise NotFound
    space = await uow.session.get_one(Space, space_id)
    audit.record(
        uow, who, "chat.sealed_read", subject_id=message_id, school_id=who.school_id,
        partnership_id=space.partnership_id, after={"space_id": space_id, "reason": reason.value},
    )
    return found
