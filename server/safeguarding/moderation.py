"""What adults decide about the chat of a space: held messages, and the mode (docs/safeguarding.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.access import Grant, access_to_decide, grants_in
from server.accounts.models import User
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.chat import service as chat
from server.chat.models import ChatMessage
from server.db import UnitOfWork
from server.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from server.events import MessageRefused, ModerationChanged
from server.groups import service as groups
from server.safeguarding.models import HeldMessage, HeldState
from server.spaces.models import ChatMode, Space, SpaceKind

REFUSED_SHOWN = timedelta(hours=24)
"""So long the author of a refused message is told of it when they come back."""
READ_LIMIT = 500
"""So many held messages of a space are read at a time."""


async def decide(
    uow: UnitOfWork, who: SignedIn, space_id: UUID, held_id: UUID, *, is_approved: bool
) -> HeldMessage:
    """Let a held message through, or not. Approved, it is said now, in its author's name.

    Args:
        space_id: where it was written, or what that is a group of.

    Raises:
        NotAllowed: this person does not moderate the space now (403).
        NotFound: no such message was held here (404).
        AlreadyDone: somebody has decided already (409).
    """
    session = uow.session
    space_id = await _written_in(session, space_id, held_id)
    # The row of the space first, as whoever writes in it does.
    space = await session.scalar(select(Space).where(Space.id == space_id).with_for_update())
    if space is None:
        raise NotAllowed
    if Grant.SPACE_MODERATE not in (await access_to_decide(session, who.user_id, space_id)).grants:
        raise NotAllowed
    held = await session.scalar(
        select(HeldMessage)
        .where(HeldMessage.id == held_id, HeldMessage.space_id == space_id)
        .with_for_update()
    )
    if held is None:
        raise NotFound
    if held.state is not HeldState.WAITING:
        raise AlreadyDone
    held.state = HeldState.APPROVED if is_approved else HeldState.REFUSED
    held.decided_by_id, held.decided_at = who.user_id, clock.now()
    if is_approved:
        reply_to = held.post.get("reply_to_id")
        await chat.say(
            uow, space_id, held.author_id, held.client_id, held.text,
            reply_to_id=UUID(reply_to) if reply_to else None,
        )
        held.message_id = await session.scalar(
            select(ChatMessage.id).where(
                ChatMessage.space_id == space_id, ChatMessage.author_id == held.author_id,
                ChatMessage.client_id == held.client_id,
            )
        )
    else:
        uow.events.append(MessageRefused(space_id, held.author_id, held.client_id, held.id))
    audit.record(
        uow, who, "moderation.approve" if is_approved else "moderation.refuse", subject_id=held.author_id,
        school_id=await session.scalar(select(User.school_id).where(User.id == held.author_id)),
        partnership_id=space.partnership_id, after={"space_id": space_id, "held_id": held.id},
    )
    uow.events.append(ModerationChanged(space_id))
    return held


async def _written_in(session: AsyncSession, space_id: UUID, held_id: UUID) -> UUID:
    """The group of this space that a message was written in; else the space itself."""
    found = await session.scalar(
        select(HeldMessage.space_id)
        .join(Space, Space.id == HeldMessage.space_id)
        .where(HeldMessage.id == held_id, Space.parent_id == space_id)
    )
    return found or space_id


async def set_mode(uow: UnitOfWork, who: SignedIn, space_id: UUID, mode: ChatMode) -> None:
    """Choose how the chat of a space and its groups is moderated from now on. What waits goes on waiting.

    Raises:
        NotAllowed: this person does not moderate the space now (403).
        Invalid: a staff room's chat is always open, and one where students work alone never is (400).
    """
    space = await uow.session.scalar(select(Space).where(Space.id == space_id).with_for_update())
    if space is None or Grant.SPACE_MODERATE not in await grants_in(uow.session, who.user_id, space_id):
        raise NotAllowed
    if space.kind is SpaceKind.STAFF_ROOM:
        raise Invalid("The chat of a staff room is open. Nothing was changed.")
    if mode is ChatMode.OPEN and space.works_alone:
        raise Invalid("Students may work alone here, so an adult reads what they write. Nothing was changed.")
    if space.chat_mode is mode:
        return
    before, space.chat_mode = space.chat_mode, mode
    await groups.share_chat_mode(uow, space)
    audit.record(
        uow, who, "chat.mode", subject_id=space.id, partnership_id=space.partnership_id,
        before={"mode": before}, after={"mode": mode},
    )
    uow.events.append(ModerationChanged(space_id))


async def held_in(
    session: AsyncSession, space_ids: Iterable[UUID]
) -> Sequence[tuple[HeldMessage, Space]]:
    """What waits in these spaces and their groups, and what was refused lately, the oldest first.

    At most `READ_LIMIT`, each with the space or group that it was written in.
    """
    ids = list(space_ids)
    wanted = (
        select(HeldMessage, Space)
        .join(Space, Space.id == HeldMessage.space_id)
        .where(
            or_(Space.id.in_(ids), Space.parent_id.in_(ids)),
            or_(
                HeldMessage.state == HeldState.WAITING,
                (HeldMessage.state == HeldState.REFUSED)
                & (HeldMessage.decided_at > clock.now() - REFUSED_SHOWN),
            ),
        )
        .order_by(HeldMessage.state.desc(), HeldMessage.created_at, HeldMessage.id)
        .limit(READ_LIMIT)
    )
    return (await session.execute(wanted)).tuples().all()
