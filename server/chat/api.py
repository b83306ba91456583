"""Chat over HTTP: what was said, a thread, who reacted, searching; and what is sealed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from server import access, paging
from server.access import Grant
from server.accounts import service as accounts
from server.accounts.service import SignedIn
from server.bus import Bus
from server.chat import reading, rules, sealed
from server.chat.models import ReactionKind
from server.chat.reading import Said
from server.chat.sealed import SealedMessage, SealedReason
from server.db import Database, UnitOfWork
from server.errors import NoAccess, NotFound
from server.guards import staff_only

PAGE = 30


class Speaker(msgspec.Struct, frozen=True):
    """Who said or did something, as the others see them."""

    user_id: UUID
    name: str
    kind: str
    avatar: str
    school_id: UUID
    class_name: str


class ReactionView(msgspec.Struct, frozen=True):
    """Everybody's reactions of one kind. `by`: the first 100 who reacted."""

    kind: ReactionKind
    count: int
    by: list[UUID]


class StoredMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it is now, as the live channel tells it."""

    seq: int
    changed_seq: int
    """The number of its latest change; 0: it never changed."""
    id: UUID
    client_id: UUID
    author: Speaker
    text: str
    """Empty when it is deleted."""
    sent_at: datetime
    reply_to: UUID | None
    """The message that its thread begins with."""
    edited_at: datetime | None
    deleted: Literal["author", "moderator"] | None
    """Who deleted it, if anyone did."""
    pinned: bool
    reactions: list[ReactionView]


class Transcript(msgspec.Struct, frozen=True):
    """What was said, in order. `more` when there are older messages than these."""

    messages: list[StoredMessage]
    more: bool


class Found(msgspec.Struct, frozen=True):
    """Messages that were looked for, the newest first. `next`: what to ask for as `before`; null: no more."""

    messages: list[StoredMessage]
    next: int | None


class Reactor(msgspec.Struct, frozen=True):
    """Somebody who reacted."""

    kind: ReactionKind
    person: Speaker


class SealedView(msgspec.Struct, frozen=True):
    """A message of which earlier words are kept, without them."""

    message: SealedMessage
    author: Speaker
    deleted_by: Speaker | None


class SealedList(msgspec.Struct, frozen=True):
    items: list[SealedView]
    next: str


class OpenSealed(msgspec.Struct, forbid_unknown_fields=True):
    """Why the words are opened. It is written into the audit log."""

    reason: SealedReason


class FormerWords(msgspec.Struct, frozen=True):
    text: str
    replaced_at: datetime


Before = Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1, description="Only older ones than this.")]


async def _check_may_read(session: AsyncSession, user_id: UUID, space_id: UUID) -> None:
    found = await access.access_in(session, user_id, space_id)
    if Grant.CHAT_READ not in found.grants:
        raise NotFound if found.reason == "not_found" else NoAccess(found.reason)


async def _speakers(session: AsyncSession, user_ids: Iterable[UUID]) -> dict[UUID, Speaker]:
    ids = set(user_ids)
    found = await accounts.people(session, ids)
    classes = await accounts.class_names(session, ids)
    return {
        user.id: Speaker(
            user.id, user.name, user.kind.value, user.avatar, user.school_id, classes.get(user.id, "")
        )
        for user in found.values()
    }


async def _views(session: AsyncSession, stored: Iterable[Said]) -> list[StoredMessage]:
    messages = list(stored)
    speakers = await _speakers(session, {each.author_id for each in messages})
    return [
        StoredMessage(
            seq=each.seq,
            changed_seq=each.changed_seq if each.changed_seq > each.seq else 0,
            id=each.id,
            client_id=each.client_id,
            author=speakers[each.author_id],
            text=each.text,
            sent_at=each.sent_at,
            reply_to=each.reply_to_id,
            edited_at=each.edited_at,
            deleted=None if each.deleted_at is None
            else "author" if each.deleted_by_id == each.author_id else "moderator",
            pinned=each.pinned_at is not None,
            reactions=[
                ReactionView(ReactionKind(kind), len(by), list(by[: rules.REACTORS_SHOWN]))
                for kind, by in each.reactions
            ],
        )
        for each in messages
    ]


@get("/spaces/{space_id:uuid}/messages")
async def messages(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    database: NamedDependency[Database],
    after: Annotated[int, QueryParameter(ge=0, le=2**31 - 1)] = 0,
    before: Before = None,
) -> Transcript:
    """The newest messages after `after`: staff read them also when the partnership is not active."""
    async with database.read() as session:
        await _check_may_read(session, request.user.user_id, space_id)
        stored = await reading.newest(session, space_id, after=after, before=before)
        views = await _views(session, stored)
    return Transcript(views, len(stored) == reading.HISTORY_LIMIT and stored[0].seq > after + 1)


@get("/spaces/{space_id:uuid}/messages/search")
async def search(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    database: NamedDependency[Database],
    q: Annotated[str, QueryParameter(min_length=1, max_length=200, description="Words; all must be there.")],
    before: Before = None,
) -> Found:
    """Messages of this space that hold every word, whatever their case and accents. What was deleted, or
    waits for an adult, is not found."""
    async with database.read() as session:
        await _check_may_read(session, request.user.user_id, space_id)
        stored = await reading.search(session, space_id, q, PAGE + 1, before)
        views = await _views(session, stored[:PAGE])
    return Found(views, stored[PAGE - 1].seq if len(stored) > PAGE else None)


@get("/spaces/{space_id:uuid}/messages/{message_id:uuid}/thread")
async def thread(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    message_id: FromPath[UUID],
    database: NamedDependency[Database],
) -> Transcript:
    """A message and what answers it, in order: the first 200. 404 when it is not of this space."""
    async with database.read() as session:
        await _check_may_read(session, request.user.user_id, space_id)
        stored = await reading.thread(session, space_id, message_id)
        if not stored:
            raise NotFound
        views = await _views(session, stored)
    return Transcript(views, more=False)


@get("/spaces/{space_id:uuid}/messages/{message_id:uuid}/reactions")
async def reactions(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    message_id: FromPath[UUID],
    database: NamedDependency[Database],
) -> list[Reactor]:
    """Who reacted to a message, and how: the first 100 of each kind. 404 when it is not of this space."""
    async with database.read() as session:
        await _check_may_read(session, request.user.user_id, space_id)
        if not await reading.is_in(session, space_id, message_id):
            raise NotFound
        found = (await reading.reactions(session, [message_id])).get(message_id, {})
        shown = [(kind, each) for kind, by in found.items() for each in by[: rules.REACTORS_SHOWN]]
        speakers = await _speakers(session, {each for _, each in shown})
    return [Reactor(ReactionKind(kind), speakers[each]) for kind, each in shown]


@get("/spaces/{space_id:uuid}/sealed", guards=[staff_only])
async def sealed_list(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    database: NamedDependency[Database],
    cursor: paging.Cursor = "",
    limit: paging.Limit = PAGE,
) -> SealedList:
    """Messages of which earlier words are kept: for safeguarding leads of the schools that take part (else
    403). The words are not among them."""
    before = paging.place(cursor, datetime, UUID)
    async with database.read() as session:
        await sealed.check_may_read(session, request.user, space_id)
        found = await sealed.sealed_in(
            session, space_id, limit + 1, (before[0], before[1]) if before else None
        )
        people = {each.author_id for each in found}
        people |= {each.deleted_by_id for each in found if each.deleted_by_id is not None}
        speakers = await _speakers(session, people)
    shown = found[:limit]
    return SealedList(
        [
            SealedView(each, speakers[each.author_id],
                       speakers.get(each.deleted_by_id) if each.deleted_by_id else None)
            for each in shown
        ],
        paging.cursor(shown[-1].last_at, shown[-1].message_id) if len(found) > limit else "",
    )


@post("/spaces/{space_id:uuid}/sealed/{message_id:uuid}", guards=[staff_only], status_code=200)
async def open_sealed(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    message_id: FromPath[UUID],
    data: JSONBody[OpenSealed],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> list[FormerWords]:
    """What a message said before it was edited or deleted, oldest first. Who opens it, and why, is written
    into the audit log. 404 when nothing is kept, 403 for everyone but safeguarding leads."""
    async with UnitOfWork(database, bus) as uow:
        found = await sealed.read(uow, request.user, space_id, message_id, data.reason)
    return [FormerWords(each.text, each.replaced_at) for each in found]


router = Router(
    "/", route_handlers=[messages, search, thread, reactions, sealed_list, open_sealed], tags=["Chat"]
)
