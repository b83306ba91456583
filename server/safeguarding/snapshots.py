"""How things stood at the moment of a report: what a safeguarding lead needs to understand it later.

The server takes it from the records, not from the page of who reports. Where nothing is live and so nothing
can read a board, an object is kept as it was shown to the reporter, and marked so.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server.accounts import service as accounts
from server.accounts.models import User
from server.boards.models import Board, PageKind
from server.boards.objects import BoardObject
from server.chat.models import ChatMessage, FormerText
from server.errors import NotFound
from server.files.models import StoredFile
from server.schools.models import School

AROUND = 10
"""So many messages before and after the one that is reported."""
LAST_OF_PERSON = 20
SHOWN_MAX_BYTES = 20_000


class Said(msgspec.Struct, frozen=True):
    """A message of a snapshot."""

    id: UUID
    author_id: UUID
    name: str
    school: str
    text: str
    sent_at: datetime
    is_reported: bool = False
    is_deleted: bool = False
    """It was deleted before the report; `text` is what it had said."""


class Whom(msgspec.Struct, frozen=True):
    """A person of a snapshot: a student by alias."""

    user_id: UUID
    name: str
    kind: str
    school: str
    class_name: str = ""


class ShownFile(msgspec.Struct, frozen=True):
    name: str
    media_type: str
    size_bytes: int
    created_at: datetime


class ShownObject(msgspec.Struct, frozen=True):
    """An object on the board: its fields as stored, or as the page of the reporter showed them."""

    page_title: str
    log_position: int
    """How many updates of the page were stored: the board can be put together as it was then."""
    shown: dict[str, Any] = {}
    is_as_stored: bool = False
    made_by: Whom | None = None
    """Who put it there, where that is known. Words in it may be those of another: `Snapshot.person`."""
    is_deleted: bool = False


class Snapshot(msgspec.Struct, frozen=True):
    """One of these is filled, by the kind of the report; `person` wherever it is known who it is about."""

    reporter: Whom
    person: Whom | None = None
    messages: list[Said] = []
    file: ShownFile | None = None
    object: ShownObject | None = None


async def whom(session: AsyncSession, user_id: UUID) -> Whom:
    """A person as the records know them now.

    Raises:
        NotFound: nobody has this id (404).
    """
    user = await session.get(User, user_id)
    if user is None:
        raise NotFound
    classes = await accounts.class_names(session, [user_id])
    school = await session.get(School, user.school_id)
    return Whom(user.id, user.name, user.kind.value, school.name if school else "", classes.get(user_id, ""))


async def around_message(session: AsyncSession, space_id: UUID, message_id: UUID) -> tuple[UUID, list[Said]]:
    """Who wrote a message, and what was said around it.

    Raises:
        NotFound: no such message in this space (404).
    """
    found = await session.scalar(
        select(ChatMessage).where(ChatMessage.id == message_id, ChatMessage.space_id == space_id)
    )
    if found is None:
        raise NotFound
    before = await _said(session, space_id, ChatMessage.seq <= found.seq, AROUND + 1, message_id)
    after = await _said(
        session, space_id, ChatMessage.seq > found.seq, AROUND, message_id, is_newest=False
    )
    return found.author_id, [*before, *after]


async def last_of(session: AsyncSession, space_id: UUID, user_id: UUID) -> list[Said]:
    """What a person said last in a space."""
    return await _said(session, space_id, ChatMessage.author_id == user_id, LAST_OF_PERSON)


async def _said(
    session: AsyncSession, space_id: UUID, condition: ColumnElement[bool], limit: int,
    reported_id: UUID | None = None, *, is_newest: bool = True,
) -> list[Said]:
    order = ChatMessage.seq.desc() if is_newest else ChatMessage.seq
    rows = (
        await session.scalars(
            select(ChatMessage)
            .where(ChatMessage.space_id == space_id, condition)
            .options(joinedload(ChatMessage.author))
            .order_by(order)
            .limit(limit)
        )
    ).all()
    rows = sorted(rows, key=lambda each: each.seq)
    deleted = [each.id for each in rows if each.deleted_at is not None]
    former: dict[UUID, str] = {}
    if deleted:
        texts = await session.execute(
            select(FormerText.message_id, FormerText.text)
            .where(FormerText.message_id.in_(deleted))
            .order_by(FormerText.replaced_at)
        )
        former = dict(texts.tuples().all())  # the last one of each
    schools = await _schools(session, {each.author.school_id for each in rows})
    return [
        Said(
            each.id, each.author_id, each.author.name, schools.get(each.author.school_id, ""),
            former.get(each.id, each.text), each.sent_at, each.id == reported_id,
            each.deleted_at is not None,
        )
        for each in rows
    ]


async def _schools(session: AsyncSession, ids: set[UUID]) -> dict[UUID, str]:
    found = await session.execute(select(School.id, School.name).where(School.id.in_(list(ids))))
    return dict(found.tuples().all())


async def of_file(session: AsyncSession, space_id: UUID, file_id: UUID) -> tuple[UUID, ShownFile]:
    """Who added a file, and what it is.

    Raises:
        NotFound: no such file in this space (404).
    """
    found = await session.scalar(
        select(StoredFile).where(StoredFile.id == file_id, StoredFile.space_id == space_id)
    )
    if found is None:
        raise NotFound
    return found.uploader_id, ShownFile(found.name, found.media_type, found.size_bytes, found.created_at)


async def page_of(session: AsyncSession, space_id: UUID, board_id: UUID) -> Board:
    """A page of the space's board.

    Raises:
        NotFound: no such page in this space (404).
    """
    board = await session.scalar(
        select(Board).where(Board.id == board_id, Board.space_id == space_id, Board.kind == PageKind.BOARD)
    )
    if board is None:
        raise NotFound
    return board


async def of_object(
    session: AsyncSession, space_id: UUID, board_id: UUID, shown: dict[str, Any], found: BoardObject | None
) -> tuple[UUID | None, ShownObject]:
    """An object on a page of the space's board, and who it is about: whose words are in it, or who made it.

    Args:
        shown: as the reporter's page shows it.
        found: as it is stored, where that could be read.

    Raises:
        NotFound: no such page in this space (404).
    """
    board = await page_of(session, space_id, board_id)
    if found is None:
        return None, ShownObject(board.title, board.last_seq, shown)
    maker_id, author_id = [await _still_known(session, each) for each in (found.made_by, found.words_by)]
    maker = await whom(session, maker_id) if maker_id else None
    return author_id or maker_id, ShownObject(
        board.title, board.last_seq, found.fields, True, maker, found.is_deleted
    )


async def _still_known(session: AsyncSession, user_id: UUID | None) -> UUID | None:
    """The person, if their account is still there."""
    return user_id if user_id is not None and await session.get(User, user_id) is not None else None
