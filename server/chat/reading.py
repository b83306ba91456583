"""Messages as they are now: for the live channel, which knows the authors, and for those who look back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.chat.models import ChatMessage, ChatReaction
from server.chat.rules import search_words

HISTORY_LIMIT = 200
"""How many messages an entry into a space brings at most."""
THREAD_LIMIT = 200


class Said(NamedTuple):
    """A stored message. For the live channel: a record takes longer to make."""

    seq: int
    changed_seq: int
    id: UUID
    client_id: UUID
    author_id: UUID
    text: str
    """Empty when it is deleted."""
    sent_at: datetime
    reply_to_id: UUID | None
    edited_at: datetime | None
    deleted_at: datetime | None
    deleted_by_id: UUID | None
    pinned_at: datetime | None
    announced: bool
    reactions: tuple[tuple[str, tuple[UUID, ...]], ...] = ()
    """By kind, who reacted, the first of them first."""


_COLUMNS = (
    ChatMessage.seq, ChatMessage.changed_seq, ChatMessage.id, ChatMessage.client_id, ChatMessage.author_id,
    ChatMessage.text, ChatMessage.sent_at, ChatMessage.reply_to_id, ChatMessage.edited_at,
    ChatMessage.deleted_at, ChatMessage.deleted_by_id, ChatMessage.pinned_at, ChatMessage.announced,
)
_IN_SPACE = ChatMessage.space_id == bindparam("space")

# Built once, for every join: to build and recognise a statement takes longer than to run it.
_CHANGED = (
    select(*_COLUMNS)
    .where(_IN_SPACE, ChatMessage.changed_seq > bindparam("after"))
    .order_by(ChatMessage.changed_seq)
    .limit(bindparam("limit"))
)
_NEWEST = (
    select(*_COLUMNS)
    .where(
        _IN_SPACE, ChatMessage.seq > bindparam("after"), ChatMessage.seq < bindparam("before"),
    )
    .order_by(ChatMessage.seq.desc())
    .limit(bindparam("limit"))
)
_REACTIONS = (
    select(ChatReaction.message_id, ChatReaction.kind, ChatReaction.user_id)
    .where(ChatReaction.message_id.in_(bindparam("ids", expanding=True)))
    .order_by(ChatReaction.reacted_at, ChatReaction.user_id)
)
_AFTER_ALL = 2**31 - 1
"""No `seq` is as high."""
_IDS_AT_ONCE = 500


async def changed_after(session: AsyncSession, space_id: UUID, after: int, limit: int) -> list[Said]:
    """The messages that are new or have changed after this number, as they are now, by `seq`.

    More than `limit` of them: those that changed first.
    """
    return await _read(session, _CHANGED, {"space": space_id, "after": after, "limit": limit})


async def newest(
    session: AsyncSession, space_id: UUID, limit: int = HISTORY_LIMIT, *, after: int = 0,
    before: int | None = None,
) -> list[Said]:
    """The newest `limit` messages after `after` and before `before`, by `seq`."""
    asked = {
        "space": space_id, "after": after, "before": _AFTER_ALL if before is None else before, "limit": limit
    }
    return await _read(session, _NEWEST, asked)


async def pinned(session: AsyncSession, space_id: UUID) -> list[Said]:
    """The messages that are pinned, by `seq`."""
    found = select(*_COLUMNS).where(_IN_SPACE, ChatMessage.pinned_at.is_not(None)).order_by(ChatMessage.seq)
    return await _read(session, found, {"space": space_id})


async def thread(session: AsyncSession, space_id: UUID, message_id: UUID) -> list[Said]:
    """A message and the first `THREAD_LIMIT` that answer it, by `seq`; empty: it is not in this space."""
    begins = select(*_COLUMNS).where(_IN_SPACE, ChatMessage.id == message_id)
    answers = (
        select(*_COLUMNS).where(_IN_SPACE, ChatMessage.reply_to_id == message_id)
        .order_by(ChatMessage.seq).limit(THREAD_LIMIT)
    )
    found = await _read(session, begins, {"space": space_id})
    return [*found, *await _read(session, answers, {"space": space_id})] if found else []


async def search(
    session: AsyncSession, space_id: UUID, query: str, limit: int, before: int | None = None
) -> list[Said]:
    """The newest `limit` messages before `before` that hold each word of the query, the newest first.

    What is deleted has no text left to be found by. The space's messages are looked through one after the
    other, which the statement's own time limit bounds.
    """
    words = search_words(query)
    if not words:
        return []
    held = [ChatMessage.search_text.contains(word, autoescape=True) for word in words]
    found = (
        select(*_COLUMNS)
        .where(
            _IN_SPACE, ChatMessage.seq < (_AFTER_ALL if before is None else before),
            ChatMessage.deleted_at.is_(None), *held,
        )
        .order_by(ChatMessage.seq.desc())
        .limit(limit)
    )
    return list(reversed(await _read(session, found, {"space": space_id})))


async def _read(session: AsyncSession, statement: Select[Any], asked: dict[str, Any]) -> list[Said]:
    connection = await session.connection()
    rows = (await connection.execute(statement, asked)).tuples().all()
    found = sorted((Said(*row) for row in rows), key=lambda each: each.seq)
    # Only a message that has changed may have a reaction.
    reacted = await reactions(session, [each.id for each in found if each.changed_seq > each.seq])
    if not reacted:
        return found
    return [
        each._replace(reactions=tuple((kind, tuple(by)) for kind, by in reacted[each.id].items()))
        if each.id in reacted else each
        for each in found
    ]


async def reactions(
    session: AsyncSession, message_ids: Sequence[UUID]
) -> dict[UUID, dict[str, list[UUID]]]:
    """By message and kind, who reacted, the first of them first."""
    found: dict[UUID, dict[str, list[UUID]]] = {}
    connection = await session.connection()
    for place in range(0, len(message_ids), _IDS_AT_ONCE):
        asked = {"ids": list(message_ids[place : place + _IDS_AT_ONCE])}
        for message_id, kind, user_id in (await connection.execute(_REACTIONS, asked)).tuples():
            found.setdefault(message_id, {}).setdefault(kind.value, []).append(user_id)
    return found


async def is_in(session: AsyncSession, space_id: UUID, message_id: UUID) -> bool:
    """Whether there is such a message in this space."""
    found = select(ChatMessage.id).where(ChatMessage.space_id == space_id, ChatMessage.id == message_id)
    return await session.scalar(found) is not None
