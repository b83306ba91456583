"""The log of a board page: what was drawn, in order, with a snapshot to start from.

What an update may contain is decided before it comes here (`realtime.board_guard`). One transaction
stores everything that arrived in one tick; the page's row lock gives the numbers their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.boards import versions
from server.boards.models import Board, BoardSnapshot, BoardUpdate, BoardWriter, PageKind
from server.db import UnitOfWork, insert_into
from server.errors import NotFound
from server.events import BoardEmptied, BoardUpdated


class Drawn(msgspec.Struct, frozen=True):
    """An accepted update that is not stored yet."""

    author_id: UUID
    data: bytes


Stored = tuple[int, UUID, bytes]
"""An update's number, its author, and itself."""


class Log(msgspec.Struct, frozen=True):
    """A page as stored: `snapshot` (may be empty) holds all updates up to `snapshot_seq`."""

    snapshot: bytes
    snapshot_seq: int
    updates: Sequence[Stored]
    """In order, after the snapshot."""
    writers: dict[int, UUID]
    """Yjs client id -> the person it belongs to."""
    last_seq: int
    """The number of the newest update; fewer here means that some were lost on the way."""
    kind: PageKind = PageKind.BOARD
    versioned_at: datetime | None = None
    """When the newest version of notes was kept."""


async def load(session: AsyncSession, board_id: UUID) -> Log:
    """Read a page. Raises: NotFound: there is no such page (404)."""
    last = await last_seq(session, board_id)
    kind = await session.scalar(select(Board.kind).where(Board.id == board_id)) or PageKind.BOARD
    newest = await versions.newest(session, board_id) if kind is PageKind.NOTES else None
    snapshot = await session.get(BoardSnapshot, board_id)
    writers = await session.execute(
        select(BoardWriter.client_id, BoardWriter.user_id).where(BoardWriter.board_id == board_id)
    )
    since = snapshot.upto_seq if snapshot else 0
    return Log(
        snapshot.state if snapshot else b"", since, await updates_after(session, board_id, since),
        dict(writers.tuples().all()), last, kind, newest.made_at if newest else None,
    )


async def last_seq(session: AsyncSession, board_id: UUID) -> int:
    """The number of the newest stored update. Raises: NotFound: there is no such page (404)."""
    seq = await session.scalar(select(Board.last_seq).where(Board.id == board_id))
    if seq is None:
        raise NotFound
    return seq


async def updates_after(session: AsyncSession, board_id: UUID, seq: int) -> Sequence[Stored]:
    """What was stored after `seq`, in order. Misses what a snapshot has swallowed since."""
    rows = await session.execute(
        select(BoardUpdate.seq, BoardUpdate.author_id, BoardUpdate.data)
        .where(BoardUpdate.board_id == board_id, BoardUpdate.seq > seq)
        .order_by(BoardUpdate.seq)
    )
    return rows.tuples().all()


async def bind(
    uow: UnitOfWork, board_id: UUID, client_ids: Sequence[int], user_id: UUID
) -> dict[int, UUID]:
    """Give client ids to a person; who has one already keeps it. Returns whom each belongs to now."""
    await uow.session.execute(
        insert_into(uow.session, BoardWriter)
        .values([{"board_id": board_id, "client_id": each, "user_id": user_id} for each in client_ids])
        .on_conflict_do_nothing()
    )
    owners = await uow.session.execute(
        select(BoardWriter.client_id, BoardWriter.user_id).where(
            BoardWriter.board_id == board_id, BoardWriter.client_id.in_(client_ids)
        )
    )
    return dict(owners.tuples().all())


async def append(uow: UnitOfWork, board_id: UUID, drawn: Sequence[Drawn]) -> list[int]:
    """Store updates in order; returns their numbers. Raises: NotFound: the page is gone (404)."""
    now = clock.now()
    last = await uow.session.scalar(
        update(Board)
        .where(Board.id == board_id)
        .values(last_seq=Board.last_seq + len(drawn), drawn_at=now)
        .returning(Board.last_seq)
    )
    if last is None:
        raise NotFound
    numbers = list(range(last - len(drawn) + 1, last + 1))
    for seq, each in zip(numbers, drawn, strict=True):
        uow.session.add(
            BoardUpdate(board_id=board_id, seq=seq, author_id=each.author_id, data=each.data, stored_at=now)
        )
        uow.events.append(BoardUpdated(board_id, seq, each.author_id, each.data))
    return numbers


async def compact(uow: UnitOfWork, board_id: UUID, state: bytes, upto_seq: int) -> None:
    """Replace the log up to `upto_seq` by a snapshot of it; later updates stay."""
    snapshot = await uow.session.get(BoardSnapshot, board_id, with_for_update=True)
    if snapshot is None:
        uow.session.add(BoardSnapshot(board_id=board_id, upto_seq=upto_seq, state=state))
    elif snapshot.upto_seq < upto_seq:
        snapshot.upto_seq, snapshot.state = upto_seq, state
    else:
        return  # another node was first
    await versions.remember_editors(uow.session, board_id, upto_seq)
    await uow.session.execute(
        delete(BoardUpdate).where(BoardUpdate.board_id == board_id, BoardUpdate.seq <= upto_seq)
    )


async def empty(uow: UnitOfWork, board_ids: Sequence[UUID]) -> None:
    """Delete everything that was drawn on these pages, and who drew it; the pages begin anew."""
    await versions.forget(uow.session, board_ids)
    for model in (BoardUpdate, BoardSnapshot, BoardWriter):
        await uow.session.execute(delete(model).where(model.board_id.in_(board_ids)))
    await uow.session.execute(update(Board).where(Board.id.in_(board_ids)).values(last_seq=0, drawn_at=None))
    uow.events.extend(BoardEmptied(each) for each in board_ids)
