"""Messages on their way in: which of them wait, and how they are kept until an adult decides.

`server.chat.service` asks for every batch, under the lock of the space's row, so that a message is either
said or held, and once. Who decides, and what follows: `server.safeguarding.moderation`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import bindparam, exists, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server import clock
from server.access import Access, Grant
from server.accounts.models import User, UserKind
from server.db import UnitOfWork
from server.errors import NotAllowed
from server.events import ModerationChanged
from server.lessons.models import Lesson, LessonStatus
from server.safeguarding import screening
from server.safeguarding.filter import Finding
from server.safeguarding.models import HeldMessage, HeldState
from server.safeguarding.screening import Room
from server.spaces.models import ChatMode, Space

WAITING_MAX = 20
"""So many messages of one person may wait in a space."""


class Held(msgspec.Struct, frozen=True):
    """A message that was not said: it waits for an adult, or one has refused it."""

    held_id: UUID
    reasons: list[Finding]
    state: HeldState = HeldState.WAITING


class Post(Protocol):
    """A message as `server.chat.service` takes it."""

    @property
    def author_id(self) -> UUID: ...
    @property
    def client_id(self) -> UUID: ...
    @property
    def text(self) -> str: ...
    @property
    def reply_to_id(self) -> UUID | None: ...


# Lessons, and whether students work alone, are of the space; its groups follow.
_Root = aliased(Space, name="root")
_IS_LESSON = exists().where(Lesson.space_id == _Root.id, Lesson.status == LessonStatus.LIVE)
# Built once, and run past the ORM, as they run for every batch of messages.
_ROOM = (
    select(User.id, User.kind, Space.chat_mode, Space.kind, _IS_LESSON, _Root.works_alone)
    .select_from(User)
    .join(Space, true())
    .join(_Root, _Root.id == func.coalesce(Space.parent_id, Space.id))
    .where(User.id.in_(bindparam("authors", expanding=True)), Space.id == bindparam("space"))
)
_KNOWN = select(
    HeldMessage.author_id, HeldMessage.client_id, HeldMessage.id, HeldMessage.reasons, HeldMessage.state
).where(
    HeldMessage.space_id == bindparam("space"),
    HeldMessage.author_id.in_(bindparam("authors", expanding=True)),
    HeldMessage.client_id.in_(bindparam("client_ids", expanding=True)),
)
_COUNTS = (
    select(HeldMessage.author_id, func.count())
    .where(
        HeldMessage.space_id == bindparam("space"),
        HeldMessage.author_id.in_(bindparam("authors", expanding=True)),
        HeldMessage.state == HeldState.WAITING,
    )
    .group_by(HeldMessage.author_id)
)


class Gate:
    """Decides on the messages of one batch. Made by `gate_for`."""

    def __init__(
        self, uow: UnitOfWork, space_id: UUID, room: Room, kinds: dict[UUID, UserKind],
        known: dict[tuple[UUID, UUID], Held], counts: dict[UUID, int],
    ) -> None:
        self._uow = uow
        self._space_id = space_id
        self._room = room
        self._kinds = kinds
        self._known = known
        self._counts = counts

    def check(self, post: Post, text: str, access: Access) -> Held | NotAllowed | None:
        """What becomes of a message: None, it is said; `Held`, it waits, and is kept; or it is too much.

        Args:
            text: as it would be stored.
            access: of its author, to this space.
        """
        key = post.author_id, post.client_id
        if (known := self._known.get(key)) is not None:
            return known
        kind = self._kinds.get(post.author_id, UserKind.STUDENT)
        found = screening.screen(
            text, self._room, kind, may_moderate=Grant.SPACE_MODERATE in access.grants
        )
        if found is None:
            return None
        if self._counts.get(post.author_id, 0) >= WAITING_MAX:
            return NotAllowed("Many of your messages wait already. Wait for your teacher.")
        self._counts[post.author_id] = self._counts.get(post.author_id, 0) + 1
        held = self._known[key] = Held(uuid4(), found)
        row = HeldMessage(
            id=held.held_id, space_id=self._space_id, author_id=post.author_id, client_id=post.client_id,
            text=text, reasons=msgspec.to_builtins(found),
            post={"reply_to_id": str(post.reply_to_id or "")}, created_at=clock.now(),
            state=HeldState.WAITING,
        )
        self._uow.session.add(row)
        if not any(isinstance(event, ModerationChanged) for event in self._uow.events):
            self._uow.events.append(ModerationChanged(self._space_id))
        return held


async def gate_for(uow: UnitOfWork, space_id: UUID, posts: Sequence[Post]) -> Gate:
    """What must be known to decide on these messages: in one query when the chat is open, else in three."""
    asked: dict[str, Any] = {"space": space_id, "authors": list({post.author_id for post in posts})}
    connection = await uow.session.connection()
    rows = (await connection.execute(_ROOM, asked)).tuples().all()
    room = Room(ChatMode.FILTERED)
    kinds: dict[UUID, UserKind] = {}
    for user_id, kind, mode, space_kind, is_lesson, works_alone in rows:
        room = Room(mode, space_kind, bool(is_lesson), works_alone)
        kinds[user_id] = kind
    known: dict[tuple[UUID, UUID], Held] = {}
    counts: dict[UUID, int] = {}
    if room.effective_mode is not ChatMode.OPEN:
        asked["client_ids"] = [post.client_id for post in posts]
        for author_id, client_id, held_id, reasons, state in (
            await connection.execute(_KNOWN, asked)
        ).tuples():
            known[author_id, client_id] = Held(held_id, msgspec.convert(reasons, list[Finding]), state)
        if any(kind is UserKind.STUDENT for kind in kinds.values()) or known:
            counts = dict((await connection.execute(_COUNTS, asked)).tuples().all())
    return Gate(uow, space_id, room, kinds, known, counts)


async def rooms(session: AsyncSession, space_ids: Iterable[UUID]) -> dict[UUID, Room]:
    """How the chats of these spaces are moderated now."""
    rows = await session.execute(
        select(Space.id, Space.chat_mode, Space.kind, _IS_LESSON, _Root.works_alone)
        .join(_Root, _Root.id == func.coalesce(Space.parent_id, Space.id))
        .where(Space.id.in_(list(space_ids)))
    )
    return {
        space_id: Room(mode, kind, bool(is_lesson), works_alone)
        for space_id, mode, kind, is_lesson, works_alone in rows.tuples()
    }
