"""Chat: a message is stored first and told afterwards.

Every message takes the next `seq` of its space in the same transaction, under the space's row lock, so
the numbers have no gap and whoever knows the last one they saw can ask for exactly what they missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import clock
from server.access import Grant, access_in
from server.chat.models import ChatMessage
from server.db import UnitOfWork
from server.errors import Invalid, NoAccess, NotAllowed
from server.events import ChatPosted
from server.spaces import service as spaces

HISTORY_LIMIT = 200
"""How many messages an entry into a space brings at most."""


async def post(uow: UnitOfWork, user_id: UUID, space_id: UUID, client_id: UUID, text: str) -> int:
    """Store a message and return its `seq`. The same `client_id` again returns the same `seq`.

    Raises:
        NoAccess: the person may not be in the space now (403).
        NotAllowed: they are in it, but may not write (403).
        Invalid: nothing is left of the text without its spaces (400).
    """
    # The lock comes first: access is then read after every change that was committed before this message.
    seq = await spaces.take_seq(uow.session, space_id)
    access = await access_in(uow.session, user_id, space_id)
    if seq is None or not access.may_enter:
        raise NoAccess(access.reason)
    if Grant.CHAT_POST not in access.grants:
        raise NotAllowed("You can read here, not write.")
    text = text.replace("\0", "").strip()  # Postgres stores no NUL, and nobody can see one
    if not text:
        raise Invalid("There is nothing in this message.")
    stored = await uow.session.scalar(
        select(ChatMessage.seq).where(
            ChatMessage.space_id == space_id,
            ChatMessage.author_id == user_id,
            ChatMessage.client_id == client_id,
        )
    )
    if stored is not None:
        await spaces.give_seq_back(uow.session, space_id)
        return stored
    message = ChatMessage(
        space_id=space_id, seq=seq, author_id=user_id, client_id=client_id, text=text, sent_at=clock.now()
    )
    uow.session.add(message)
    await uow.session.flush()
    uow.events.append(
        ChatPosted(space_id, seq, message.id, client_id, user_id, text, message.sent_at)
    )
    return seq


async def between(
    session: AsyncSession, space_id: UUID, after_seq: int, limit: int = HISTORY_LIMIT,
    before_seq: int | None = None,
) -> Sequence[ChatMessage]:
    """The newest `limit` messages after `after_seq` and before `before_seq`, in order, with their authors."""
    wanted = (
        select(ChatMessage)
        .where(ChatMessage.space_id == space_id, ChatMessage.seq > after_seq)
        .options(joinedload(ChatMessage.author))
        .order_by(ChatMessage.seq.desc())
        .limit(limit)
    )
    if before_seq is not None:
        wanted = wanted.where(ChatMessage.seq < before_seq)
    found = await session.scalars(wanted)
    return list(reversed(found.all()))
