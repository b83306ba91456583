"""Chat: a message is stored first and told afterwards.

Messages that came together are stored together (docs/decisions/chat-batches.md). Each takes the next `seq`
of its space in that transaction, under the space's row lock; so does each change of a message
(`server.chat.changes`). So the numbers have no gap, and whoever knows the last one they saw can ask for
exactly what they missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.access import NOTHING, Access, Grant, access_of
from server.chat.models import ChatMessage
from server.chat.rules import search_text
from server.db import UnitOfWork
from server.errors import DomainError, Invalid, NoAccess, NotAllowed, NotFound
from server.events import ChatPosted
from server.safeguarding import holding
from server.safeguarding.holding import Held
from server.spaces import service as spaces


class Post(msgspec.Struct, frozen=True):
    """A message as its author sent it. The same `client_id` of the same author again is the same message."""

    author_id: UUID
    client_id: UUID
    text: str
    reply_to_id: UUID | None = None
    """The message that it answers, of the same space."""


Answer = int | Held | DomainError
"""What became of a message: the `seq` under which it is stored, that it waits for an adult, or why it is not
stored."""


# Built once, and run past the ORM: to build and recognise a statement takes longer than to run it.
_STORED = select(ChatMessage.author_id, ChatMessage.client_id, ChatMessage.seq).where(
    ChatMessage.space_id == bindparam("space"),
    ChatMessage.author_id.in_(bindparam("authors", expanding=True)),
    ChatMessage.client_id.in_(bindparam("client_ids", expanding=True)),
)
_STORE = insert(ChatMessage)


async def post_all(uow: UnitOfWork, space_id: UUID, posts: Sequence[Post]) -> list[Answer]:
    """Store messages in order; returns the `seq` of each, or why it alone was not stored.

    A message that is stored already, or comes twice, has the `seq` that it has. One that waits for an adult
    is `Held`, and kept apart (`server.safeguarding.holding`). The reasons are:
    `NoAccess` (the author may not be in the space now), `NotAllowed` (they are in it, but may not write),
    `Invalid` (nothing is left of the text without its spaces) and `NotFound` (what it answers is not here).
    """
    # The lock comes first: access is then read after every change that was committed before.
    last_seq = await spaces.take_seqs(uow.session, space_id, len(posts))
    allowed = await access_of(uow.session, {post.author_id for post in posts}, space_id)
    seqs = await _stored(uow.session, space_id, posts)
    threads = await _threads(uow.session, space_id, posts)
    gate = await holding.gate_for(uow, space_id, posts)
    now = clock.now()
    seq = 0 if last_seq is None else last_seq - len(posts)
    answers: list[Answer] = []
    rows: list[dict[str, Any]] = []
    for post in posts:
        text = clean(post.text)
        refusal = _refusal(allowed.get(post.author_id, Access(NOTHING, "not_found")), text)
        if refusal is None and post.reply_to_id is not None and post.reply_to_id not in threads:
            refusal = NotFound()
        if refusal is not None:
            answers.append(refusal)
            continue
        key = post.author_id, post.client_id
        if key not in seqs and (stopped := gate.check(post, text, allowed[post.author_id])) is not None:
            answers.append(stopped)
            continue
        if key not in seqs:
            seq += 1
            seqs[key] = seq
            thread_id = None if post.reply_to_id is None else threads[post.reply_to_id]
            rows.append(_row(space_id, seq, post, text, thread_id, now))
        answers.append(seqs[key])
    if rows:
        await (await uow.session.connection()).execute(_STORE, rows)
    if len(rows) < len(posts):
        await spaces.give_seqs_back(uow.session, space_id, len(posts) - len(rows))
    uow.events.extend(_posted(row) for row in rows)
    return answers


async def say(
    uow: UnitOfWork, space_id: UUID, author_id: UUID, client_id: UUID, text: str,
    *, reply_to_id: UUID | None = None, sent_at: datetime | None = None, is_announced: bool = False,
) -> int:
    """Store one message that somebody has let through, under the next `seq`, which is returned.

    Whether its author may write is not asked here. Of one that is stored already, the `seq` it has.

    Args:
        sent_at: when it was written; None: now.
        is_announced: it is said to the space and all of its groups at once.
    """
    post = Post(author_id, client_id, text, reply_to_id)
    last_seq = await spaces.take_seqs(uow.session, space_id, 1)  # the lock, before it is looked for
    known = (await _stored(uow.session, space_id, [post])).get((author_id, client_id))
    if known is not None or last_seq is None:
        await spaces.give_seqs_back(uow.session, space_id, 1)
        return known or 0
    threads = await _threads(uow.session, space_id, [post])
    thread_id = None if reply_to_id is None else threads.get(reply_to_id)
    row = _row(space_id, last_seq, post, clean(text), thread_id, sent_at or clock.now())
    row["announced"] = is_announced
    await (await uow.session.connection()).execute(_STORE, [row])
    uow.events.append(_posted(row))
    return last_seq


def clean(text: str) -> str:
    """A text as it is stored. Postgres stores no NUL, and nobody can see one."""
    return text.replace("\0", "").strip()


def _row(
    space_id: UUID, seq: int, post: Post, text: str, thread_id: UUID | None, sent_at: datetime
) -> dict[str, Any]:
    return {
        "id": uuid4(), "space_id": space_id, "seq": seq, "changed_seq": seq, "author_id": post.author_id,
        "client_id": post.client_id, "text": text, "search_text": search_text(text),
        "reply_to_id": thread_id, "sent_at": sent_at, "announced": False,
    }


def _posted(row: dict[str, Any]) -> ChatPosted:
    return ChatPosted(
        row["space_id"], row["seq"], row["id"], row["client_id"], row["author_id"], row["text"],
        row["sent_at"], row["reply_to_id"], row["announced"],
    )


_THREADS = select(ChatMessage.id, ChatMessage.reply_to_id).where(
    ChatMessage.space_id == bindparam("space"), ChatMessage.id.in_(bindparam("ids", expanding=True))
)


async def _threads(session: AsyncSession, space_id: UUID, posts: Sequence[Post]) -> dict[UUID, UUID]:
    """By message that is answered, the one its thread begins with: threads are one level deep."""
    asked = {post.reply_to_id for post in posts if post.reply_to_id is not None}
    if not asked:
        return {}
    connection = await session.connection()
    rows = (await connection.execute(_THREADS, {"space": space_id, "ids": list(asked)})).tuples()
    return {id_: begins_id or id_ for id_, begins_id in rows}


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
