"""What becomes of a message after it was stored: edited, deleted, pinned, reacted to.

A change takes the next `seq` of the space as a message does, and its message says so (`changed_seq`). Who may
do what: `server.chat.rules`. The words that an edit or a deletion takes away are sealed (`FormerText`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import clock
from server.access import NOTHING, Access, Grant, access_of
from server.accounts.models import UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.chat import rules
from server.chat.models import ChatMessage, ChatReaction, FormerText, ReactionKind
from server.chat.rules import search_text
from server.chat.service import Answer, clean
from server.db import UnitOfWork
from server.errors import DomainError, Invalid, NoAccess, NotAllowed, NotFound
from server.events import ChatChanged
from server.safeguarding import holding, screening
from server.safeguarding.screening import Room
from server.spaces import service as spaces
from server.spaces.models import Space


class Change(msgspec.Struct, frozen=True):
    """Something that a person does to a message."""

    by: SignedIn
    message_id: UUID


class Edit(Change, frozen=True):
    text: str


class Delete(Change, frozen=True):
    pass


class React(Change, frozen=True):
    kind: ReactionKind
    on: bool


class Pin(Change, frozen=True):
    on: bool


_Reactions = set[tuple[UUID, UUID, ReactionKind]]


async def apply_all(uow: UnitOfWork, space_id: UUID, changes: Sequence[Change]) -> list[Answer]:
    """Make changes in order; returns the `seq` of each (0: it was so already), or why it alone was not made.

    The reasons are: `NoAccess` (the person may not be in the space now), `NotFound` (no such message here, or
    it is deleted), `NotAllowed` (it is not theirs to do, or no longer) and `Invalid` (an edit that leaves
    nothing).
    """
    session = uow.session
    # The lock comes first: access and messages are then read after every change that was committed before.
    last_seq = await spaces.take_seqs(session, space_id, len(changes))
    allowed = await access_of(session, {each.by.user_id for each in changes}, space_id)
    messages = await _messages(session, space_id, changes)
    reactions = await _reactions(session, changes)
    room = (await holding.rooms(session, [space_id])).get(space_id) if _some_edit(changes) else None
    now = clock.now()
    seq = first_seq = 0 if last_seq is None else last_seq - len(changes)
    answers: list[Answer] = []
    for each in changes:
        may = allowed.get(each.by.user_id, Access(NOTHING, "not_found"))
        try:
            if not may.may_enter:
                raise NoAccess(may.reason)
            message = messages.get(each.message_id)
            if message is None:
                raise NotFound
            match each:
                case Edit():
                    has_changed = _edit(uow, each, message, may.grants, now, room)
                case Delete():
                    has_changed = await _delete(uow, each, message, may.grants, now)
                    if has_changed:
                        reactions = {key for key in reactions if key[0] != message.id}
                case React():
                    has_changed = await _react(uow, each, message, may.grants, now, reactions)
                case Pin():
                    has_changed = await _pin(uow, each, message, may.grants, now)
                case _:
                    raise TypeError(each)
        except DomainError as error:
            answers.append(error)
            continue
        if has_changed:
            seq += 1
            message.changed_seq = seq
        answers.append(seq if has_changed else 0)
    await session.flush()
    if (made := seq - first_seq) < len(changes):
        await spaces.give_seqs_back(session, space_id, len(changes) - made)
    if made:
        uow.events.append(ChatChanged(space_id, seq))
    return answers


async def _messages(
    session: AsyncSession, space_id: UUID, changes: Sequence[Change]
) -> dict[UUID, ChatMessage]:
    found = await session.scalars(
        select(ChatMessage)
        .where(ChatMessage.space_id == space_id, ChatMessage.id.in_({each.message_id for each in changes}))
        .options(joinedload(ChatMessage.author))
        .execution_options(populate_existing=True)
    )
    return {each.id: each for each in found}


async def _reactions(session: AsyncSession, changes: Sequence[Change]) -> _Reactions:
    """Those of the people who react now."""
    reacting = [each for each in changes if isinstance(each, React)]
    if not reacting:
        return set()
    found = await session.scalars(
        select(ChatReaction).where(
            ChatReaction.message_id.in_({each.message_id for each in reacting}),
            ChatReaction.user_id.in_({each.by.user_id for each in reacting}),
        )
    )
    return {(each.message_id, each.user_id, each.kind) for each in found}


def _some_edit(changes: Sequence[Change]) -> bool:
    return any(isinstance(each, Edit) for each in changes)


def _edit(
    uow: UnitOfWork, edit: Edit, message: ChatMessage, grants: frozenset[Grant], now: datetime,
    room: Room | None,
) -> bool:
    _must_be_there(message)
    is_own = message.author_id == edit.by.user_id
    if not rules.may_edit(grants, is_own=is_own, sent_at=message.sent_at, now=now):
        raise NotAllowed("You can change your own message for 15 minutes.")
    text = clean(edit.text)
    if not text:
        raise Invalid("There is nothing in this message.")
    if text == message.text:
        return False
    may_moderate = Grant.SPACE_MODERATE in grants
    if room is None or screening.screen(text, room, edit.by.kind, may_moderate=may_moderate) is not None:
        # A message that everybody has read cannot go back and wait.
        raise NotAllowed("Your teacher reads this first. Write it as a new message.")
    _seal(uow, message, now)
    message.text, message.search_text, message.edited_at = text, search_text(text), now
    return True


async def _delete(
    uow: UnitOfWork, change: Delete, message: ChatMessage, grants: frozenset[Grant], now: datetime
) -> bool:
    if message.deleted_at is not None:
        return False
    is_own = message.author_id == change.by.user_id
    is_staff = change.by.kind is UserKind.STAFF
    if not rules.may_delete(grants, is_own=is_own, is_staff=is_staff, sent_at=message.sent_at, now=now):
        raise NotAllowed("You can delete your own message for 15 minutes. A teacher can do it at any time.")
    _seal(uow, message, now)
    message.text = message.search_text = ""
    message.deleted_at, message.deleted_by_id, message.pinned_at = now, change.by.user_id, None
    await uow.session.execute(delete(ChatReaction).where(ChatReaction.message_id == message.id))
    if not is_own:
        space = await uow.session.get_one(Space, message.space_id)
        audit.record(
            uow, change.by, "chat.delete", subject_id=message.id, school_id=message.author.school_id,
            partnership_id=space.partnership_id,
            after={"space_id": message.space_id, "author_id": message.author_id},
        )
    return True


async def _react(
    uow: UnitOfWork, change: React, message: ChatMessage, grants: frozenset[Grant], now: datetime,
    reactions: _Reactions,
) -> bool:
    _must_be_there(message)
    if Grant.CHAT_POST not in grants:
        raise NotAllowed("You can read here, not write.")
    key = message.id, change.by.user_id, change.kind
    if change.on is (key in reactions):
        return False
    if change.on:
        reactions.add(key)
        uow.session.add(
            ChatReaction(message_id=message.id, user_id=change.by.user_id, kind=change.kind, reacted_at=now)
        )
        await uow.session.flush()
    else:
        reactions.discard(key)
        await uow.session.execute(
            delete(ChatReaction).where(
                ChatReaction.message_id == message.id, ChatReaction.user_id == change.by.user_id,
                ChatReaction.kind == change.kind,
            )
        )
    return True


async def _pin(
    uow: UnitOfWork, change: Pin, message: ChatMessage, grants: frozenset[Grant], now: datetime
) -> bool:
    _must_be_there(message)
    if Grant.SPACE_MODERATE not in grants:
        raise NotAllowed("A teacher who runs this space can pin messages.")
    if change.on is (message.pinned_at is not None):
        return False
    if change.on:
        pinned = select(func.count()).where(
            ChatMessage.space_id == message.space_id, ChatMessage.pinned_at.is_not(None)
        )
        if (await uow.session.scalar(pinned) or 0) >= rules.PINS_LIMIT:
            raise NotAllowed(f"{rules.PINS_LIMIT} messages are pinned. Take one down first.")
    message.pinned_at = now if change.on else None
    return True


def _must_be_there(message: ChatMessage) -> None:
    if message.deleted_at is not None:
        raise NotFound


def _seal(uow: UnitOfWork, message: ChatMessage, now: datetime) -> None:
    uow.session.add(
        FormerText(message_id=message.id, space_id=message.space_id, text=message.text, replaced_at=now)
    )
