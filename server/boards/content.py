"""What stands on a page, for whoever looks at it outside the live space: as bytes, which their page reads.

The bytes are Yjs updates (V1), each after its length, as lib0 writes an array of bytes: a page applies them
one after the other, in any order and more than once. The log of a page still has what was deleted from it: it
is made into one update without that before it leaves (`Merge`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Grant, access_in
from server.accounts.service import SignedIn
from server.boards import pages
from server.boards.models import Board, BoardSnapshot, BoardUpdate
from server.errors import DomainError, NoAccess, NotFound

LIMIT_BYTES = 16 * 1024 * 1024
"""A page is at most half of this, and its log is made shorter long before (`realtime.board_room`)."""


class PageTooLarge(DomainError):
    """This page is too large to be shown here. Open it in its space."""

    code = "page_too_large"
    status = 413


class Merge(Protocol):
    """Makes one update of those that a page is stored as, without what was deleted. The live half of the
    product provides it, as `app.state.merge_page`."""

    def __call__(self, updates: Sequence[bytes]) -> bytes:
        """Takes up to a second for a full page: call it in a thread."""
        ...


class Page(msgspec.Struct, frozen=True):
    """A page without its content. `etag` is another one after every change."""

    board_id: UUID
    etag: str
    may_see_deleted: bool
    """They may read what was deleted from it, too: as the versions of notes, it is for staff."""


async def page_for(session: AsyncSession, who: SignedIn, board_id: UUID) -> Page:
    """A page that somebody may look at.

    Raises:
        NotFound: there is none, or it is being prepared or was taken away (404).
        NoAccess: its space is closed to them at this moment (403, with the reason as its code).
    """
    board = await session.get(Board, board_id)
    if board is None:
        raise NotFound
    found = await access_in(session, who.user_id, board.space_id)
    if Grant.BOARD_VIEW not in found.grants:
        raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
    if not pages.is_open_to(board, found.grants):
        raise NotFound
    # A page that was emptied counts from 1 again, at another time.
    drawn = int(board.drawn_at.timestamp() * 1_000_000) if board.drawn_at else 0
    return Page(board.id, f'"{board.last_seq}-{drawn}"', pages.sees_all(found.grants))


async def updates_of(
    session: AsyncSession, board_ids: Collection[UUID], limit_bytes: int = LIMIT_BYTES
) -> dict[UUID, list[bytes]]:
    """By page, the updates that make it what it is now.

    Args:
        limit_bytes: of all of them together.

    Raises:
        PageTooLarge: there is more (413); nothing of it was read.
    """
    ids = list(board_ids)
    of_log = select(func.coalesce(func.sum(func.length(BoardUpdate.data)), 0)).where(
        BoardUpdate.board_id.in_(ids)
    )
    of_snapshots = select(func.coalesce(func.sum(func.length(BoardSnapshot.state)), 0)).where(
        BoardSnapshot.board_id.in_(ids)
    )
    size = await session.scalar(select(of_log.scalar_subquery() + of_snapshots.scalar_subquery()))
    if (size or 0) > limit_bytes:
        raise PageTooLarge
    found: dict[UUID, list[bytes]] = {each: [] for each in ids}
    # The log first: what a snapshot swallows in between is then read twice, and never not at all.
    log = await session.execute(
        select(BoardUpdate.board_id, BoardUpdate.data)
        .where(BoardUpdate.board_id.in_(ids))
        .order_by(BoardUpdate.board_id, BoardUpdate.seq)
    )
    for board_id, data in log.tuples():
        found[board_id].append(data)
    snapshots = await session.execute(
        select(BoardSnapshot.board_id, BoardSnapshot.state).where(BoardSnapshot.board_id.in_(ids))
    )
    for board_id, state in snapshots.tuples():
        found[board_id].insert(0, state)
    return found


async def sizes_of(session: AsyncSession, board_ids: Collection[UUID]) -> dict[UUID, int]:
    """By page, how many bytes `updates_of` would read of it."""
    ids = list(board_ids)
    sizes = dict.fromkeys(ids, 0)
    of_log = select(BoardUpdate.board_id, func.sum(func.length(BoardUpdate.data))).group_by(
        BoardUpdate.board_id
    )
    of_snapshots = select(BoardSnapshot.board_id, func.length(BoardSnapshot.state))
    for wanted in (
        of_log.where(BoardUpdate.board_id.in_(ids)), of_snapshots.where(BoardSnapshot.board_id.in_(ids))
    ):
        for board_id, size in (await session.execute(wanted)).tuples():
            sizes[board_id] += size
    return sizes


def framed(updates: Iterable[bytes]) -> bytes:
    """Updates one after the other, each after its length."""
    out = bytearray()
    for each in updates:
        length = len(each)
        while length > 0x7F:
            out.append(length & 0x7F | 0x80)
            length >>= 7
        out.append(length)
        out += each
    return bytes(out)
