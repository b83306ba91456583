"""What was said in a lesson, as it reads now: nothing that was deleted, held or refused. docs/recap.md."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import service as accounts
from server.accounts.models import User, UserKind
from server.accounts.service import SignedIn
from server.chat.models import ChatMessage
from server.errors import NotFound
from server.lessons.models import Lesson
from server.recap import reading
from server.spaces.models import Space

QUOTE_LIMIT = 200
"""So much of a message stands above its answer."""


class Speaker(msgspec.Struct, frozen=True):
    """Who said something, as everybody sees them: a student by alias and class."""

    user_id: UUID
    name: str
    kind: str
    avatar: str
    school_id: UUID
    class_name: str


class Quote(msgspec.Struct, frozen=True):
    """The beginning of the message that one answers."""

    name: str
    text: str


class RecapMessage(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was said in a lesson, as it reads now."""

    id: UUID
    seq: int
    room_id: UUID
    author: Speaker
    text: str
    sent_at: datetime
    edited_at: datetime | None
    pinned: bool
    is_reply: bool
    quote: Quote | None
    """What it answers; null when that is gone."""


async def messages(
    session: AsyncSession, who: SignedIn, lesson_id: UUID, room_id: UUID | None, after: int, limit: int
) -> list[RecapMessage]:
    """What was said in one room of a lesson, in order.

    Args:
        room_id: a group of the lesson's space; None: the space.
        after: the number of the last message of the page before.

    Raises:
        NotFound, NoAccess: as `reading.access_to`, of the lesson's space and of the group.
    """
    seen = await reading.lesson_for(session, who, lesson_id)
    if room_id is not None and room_id != seen.space.id:
        group = await session.get(Space, room_id)
        if group is None or group.parent_id != seen.space.id:
            raise NotFound
        await reading.access_to(session, who, room_id)
    return await said(session, seen.lesson, [room_id or seen.space.id], limit, after)


async def said(
    session: AsyncSession, lesson: Lesson, room_ids: Sequence[UUID], limit: int, after: int = 0
) -> list[RecapMessage]:
    """The first `limit` messages of a lesson in these rooms, in the order of the rooms."""
    place = case({room_id: at for at, room_id in enumerate(room_ids)}, value=ChatMessage.space_id)
    found = (
        await session.scalars(
            select(ChatMessage)
            .where(ChatMessage.space_id.in_(room_ids), ChatMessage.seq > after, reading.said_in(lesson))
            .order_by(place, ChatMessage.seq)
            .limit(limit)
        )
    ).all()
    quoted = await _quoted(session, room_ids, {each.reply_to_id for each in found if each.reply_to_id})
    people = {each.author_id for each in found} | {each.author_id for each in quoted.values()}
    speakers = await _speakers(session, people)
    return [
        RecapMessage(
            id=each.id, seq=each.seq, room_id=each.space_id, author=speakers[each.author_id], text=each.text,
            sent_at=each.sent_at, edited_at=each.edited_at, pinned=each.pinned_at is not None,
            is_reply=each.reply_to_id is not None,
            quote=_quote(quoted.get(each.reply_to_id), speakers) if each.reply_to_id else None,
        )
        for each in found
    ]


async def _quoted(
    session: AsyncSession, room_ids: Sequence[UUID], message_ids: Collection[UUID]
) -> dict[UUID, ChatMessage]:
    """The messages that are answered, those that are still there and of the same rooms."""
    if not message_ids:
        return {}
    found = await session.scalars(
        select(ChatMessage).where(
            ChatMessage.id.in_(message_ids), ChatMessage.space_id.in_(room_ids),
            ChatMessage.deleted_at.is_(None),
        )
    )
    return {each.id: each for each in found}


def _quote(message: ChatMessage | None, speakers: dict[UUID, Speaker]) -> Quote | None:
    if message is None:
        return None
    flat = " ".join(message.text.split())
    text = flat if len(flat) <= QUOTE_LIMIT else flat[: QUOTE_LIMIT - 1].rstrip() + "…"
    return Quote(speakers[message.author_id].name, text)


async def _speakers(session: AsyncSession, user_ids: Collection[UUID]) -> dict[UUID, Speaker]:
    found: dict[UUID, User] = await accounts.people(session, user_ids)
    students = [user.id for user in found.values() if user.kind is UserKind.STUDENT]
    classes = await accounts.class_names(session, students)
    return {
        user.id: Speaker(
            user.id, user.name, user.kind.value, user.avatar, user.school_id, classes.get(user.id, "")
        )
        for user in found.values()
    }
