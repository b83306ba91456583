"""Chat: a message is stored first and told afterwards.

Messages that came together are stored together (docs/decisions/chat-batches.md). Each takes the next `seq`
of its space in that transaction, under the space's row lock, so the numbers have no gap and whoever knows
the last one they saw can ask for exactly what they missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import clock
from server.access import NOTHING, Access, Grant, access_of
from server.chat.models import ChatMessage
from server.db import UnitOfWork
from server.errors import DomainError, Invalid, NoAccess, NotAllowed
from server.events import ChatPosted
from server.spaces import service as spaces

HISTORY_LIMIT = 200
"""How many messages an entry into a space brings at most."""


class Post(msgspec.Struct, frozen=True):
    """A message as its author sent it. The same `client_id` of the same author again is the same message."""

    author_id: UUID
    client_id: UUID
    text: str


# Built once, and run past the ORM: to build and recognise a statement takes longer than to run it.
_STORED = select(ChatMessage.author_id, ChatMessage.client_id, ChatMessage.seq).where(
    ChatMessage.space_id == bindparam("space"),
    ChatMessage.author_id.in_(bindparam("authors", expanding=True)),
    ChatMessage.client_id.in_(bindparam("client_ids", expanding=True)),
)
_STORE = insert(ChatMessage)


async def post_all(uow: UnitOfWork, space_id: UUID, posts: Sequence[Post]) -> list[int | DomainError]:
    """Store messages in order; returns the `seq` of each, or why it alone was not stored.

    A message that is stored already, or comes twice, has the `seq` that it has. The reasons are:
    `NoAccess` (the author may not be in the space now), `NotAllowed` (they are in it, but may not write)
    and `Invalid` (nothing is left of the text without its spaces).
    """
    # The lock comes first: access is then read after every change that was committed before.
    last_seq = await spaces.take_seqs(uow.session, space_id, len(posts))
    allowed = await access_of(uow.session, {post.author_id for post in posts}, space_id)
    seqs = await _stored(uow.session, space_id, posts)
    now = clock.now()
    seq = 0 if last_seq is None else last_seq - len(posts)
    answers: list[int | DomainError] = []
    rows: list[dict[str, Any]] = []
    for post in posts:
        text = post.text.replace("\0", "").strip()  # Postgres stores no NUL, and nobody can see one
        refusal = _refusal(allowed.get(post.author_id, Access(NOTHING, "not_found")), text)
        if refusal is not None:
            answers.append(refusal)
            continue
        key = post.author_id, post.client_id
        if key not in seqs:
            seq += 1
            seqs[key] = seq
            rows.append(
                {"id": uuid4(), "space_id": space_id, "seq": seq, "author_id": post.author_id,
                 "client_id": post.client_id, "text": text, "sent_at": now}
            )
        answers.append(seqs[key])
    if rows:
        await (await uow.session.connection()).execute(_STORE, rows)
    if len(rows) < len(posts):
        await spaces.give_seqs_back(uow.session, space_id, len(posts) - len(rows))
    uow.events.extend(
        ChatPosted(space_id, row["seq"], row["id"], row["client_id"], row["author_id"], row["text"], now)
        for row in rows
    )
    return answers


async def _stored(
    session: AsyncSession, space_id: UUID, posts: Sequence[Post]
) -> dict[tuple[UUID, UUID], int]:
    """Those that are stored already: (author, client id) -> seq."""
    connection = await session.connection()
    found = await connection.execute(
        _STORED,
        {"space": space_id, "authors": list({post.author_id for post in posts}),
         "client_ids": [post.client_id for post in posts]},
    )
    return {(author_id, client_id): seq for author_id, client_id, seq in found.tuples()}


def _refusal(access: Access, text: str) -> DomainError | None:
    if not access.may_enter:
        return NoAccess(access.reason)
    if Grant.CHAT_POST not in access.grants:
        return NotAllowed("You can read here, not write.")
    return None if text else Invalid("There is nothing in this message.")


_BETWEEN = (
    select(ChatMessage)
    .where(
        ChatMessage.space_id == bindparam("space"),
        ChatMessage.seq > bindparam("after"),
        ChatMessage.seq < bindparam("before"),
    )
    .options(joinedload(ChatMessage.author))
    .order_by(ChatMessage.seq.desc())
    .limit(bindparam("limit"))
)
_AFTER_ALL = 2**31 - 1
"""No `seq` is as high."""


async def between(
    session: AsyncSession, space_id: UUID, after_seq: int, limit: int = HISTORY_LIMIT,
    before_seq: int | None = None,
) -> Sequence[ChatMessage]:
    """The newest `limit` messages after `after_seq` and before `before_seq`, in order, with their authors."""
    before = _AFTER_ALL if before_seq is None else before_seq
    asked = {"space": space_id, "after": after_seq, "before": before, "limit": limit}
    return list(reversed((await session.scalars(_BETWEEN, asked)).all()))


_AFTER = (
    select(
        ChatMessage.seq, ChatMessage.id, ChatMessage.client_id, ChatMessage.author_id, ChatMessage.text,
        ChatMessage.sent_at,
    )
    .where(ChatMessage.space_id == bindparam("space"), ChatMessage.seq > bindparam("after"))
    .order_by(ChatMessage.seq.desc())
    .limit(bindparam("limit"))
)


class Said(NamedTuple):
    """A stored message. For the live channel, which knows the authors: a record takes longer to make."""

    seq: int
    id: UUID
    client_id: UUID
    author_id: UUID
    text: str
    sent_at: datetime


async def said_after(session: AsyncSession, space_id: UUID, after_seq: int, limit: int) -> list[Said]:
    """The newest `limit` messages after `after_seq`, in order."""
    rows = (await session.execute(_AFTER, {"space": space_id, "after": after_seq, "limit": limit})).tuples()
    return [Said._make(row) for row in reversed(rows.all())]
