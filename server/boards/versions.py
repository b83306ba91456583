"""Versions of the notes of a space: how they were, who had changed them, and how many are kept.

A version is kept before something is changed, when the one before is some minutes old: so whatever stood in
the notes for so long is in their history or in the notes. What a document holds is for the live half to say
(`realtime.board_room`); here it is bytes.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.boards.models import (
    Board,
    BoardUpdate,
    NoteEditor,
    NoteVersion,
    NoteVersionAuthor,
    PageKind,
    VersionReason,
)
from server.db import UnitOfWork, insert_into
from server.errors import NotFound
from server.spaces.models import Space

EVERY = timedelta(minutes=5)
"""While notes are changed, a version is kept so often."""
CLEARED_EVERY = timedelta(seconds=30)
"""And before a good part is deleted, at most so often."""
DENSE = timedelta(days=1)
"""Of what is older, one version an hour stays, besides those of lessons and of what was brought back."""
VERSIONS_LIMIT = 200

_ALWAYS = frozenset({VersionReason.LESSON, VersionReason.RESTORE})


class Version(NamedTuple):
    """A version without what it holds."""

    seq: int
    at: datetime
    made_at: datetime
    reason: VersionReason


def thinned(versions: Sequence[Version], now: datetime) -> set[int]:
    """Which of these versions go, as there are newer ones near them or too many. Pure.

    Args:
        versions: of one page, the newest first.
    """
    gone: set[int] = set()
    hours: set[datetime] = set()
    kept = 0
    for each in versions:
        is_old = now - each.made_at > DENSE
        hour = each.made_at.replace(minute=0, second=0, microsecond=0)
        if kept >= VERSIONS_LIMIT or (is_old and each.reason not in _ALWAYS and hour in hours):
            gone.add(each.seq)
            continue
        kept += 1
        if is_old:
            hours.add(hour)
    return gone


def is_due(newest: Version | None, reason: VersionReason, now: datetime) -> bool:
    """Whether it is time for another version. Pure."""
    wait = {VersionReason.CHANGED: EVERY, VersionReason.CLEARED: CLEARED_EVERY}.get(reason)
    return newest is None or wait is None or now - newest.made_at >= wait


async def keep(uow: UnitOfWork, board_id: UUID, seq: int, state: bytes, reason: VersionReason) -> bool:
    """Keep the notes as they are after update `seq`; the oldest versions go. The page's row is locked.

    Returns:
        False: nothing has changed since the newest version, or it is too new.

    Raises:
        NotFound: there are no such notes (404).
    """
    session = uow.session
    page = await session.scalar(
        select(Board).where(Board.id == board_id, Board.kind == PageKind.NOTES).with_for_update()
    )
    if page is None:
        raise NotFound
    versions = await _all(session, board_id)
    newest, now = versions[0] if versions else None, clock.now()
    # Emptied meanwhile: what the caller holds is of the notes before.
    if not 0 < seq <= page.last_seq or (newest is not None and seq <= newest.seq):
        return False
    if not is_due(newest, reason, now):
        return False
    at = await session.scalar(
        select(BoardUpdate.stored_at).where(BoardUpdate.board_id == board_id, BoardUpdate.seq == seq)
    )
    session.add(
        NoteVersion(board_id=board_id, seq=seq, state=zlib.compress(state), at=at or page.drawn_at or now,
                    made_at=now, reason=reason)
    )
    authors = await _authors_since(session, board_id, newest.seq if newest else 0, seq)
    session.add_all(NoteVersionAuthor(board_id=board_id, seq=seq, user_id=each) for each in authors)
    await session.execute(delete(NoteEditor).where(NoteEditor.board_id == board_id))
    await session.flush()
    await _thin(session, board_id, [Version(seq, now, now, reason), *versions], now)
    return True


async def _all(session: AsyncSession, board_id: UUID) -> list[Version]:
    found = await session.execute(
        select(NoteVersion.seq, NoteVersion.at, NoteVersion.made_at, NoteVersion.reason)
        .where(NoteVersion.board_id == board_id)
        .order_by(NoteVersion.seq.desc())
    )
    return [Version(*row) for row in found.tuples()]


async def _authors_since(session: AsyncSession, board_id: UUID, after: int, upto: int) -> set[UUID]:
    logged = await session.scalars(
        select(BoardUpdate.author_id)
        .where(BoardUpdate.board_id == board_id, BoardUpdate.seq > after, BoardUpdate.seq <= upto)
        .distinct()
    )
    before = await session.scalars(select(NoteEditor.user_id).where(NoteEditor.board_id == board_id))
    return {*logged, *before}


async def _thin(session: AsyncSession, board_id: UUID, versions: Sequence[Version], now: datetime) -> None:
    gone = thinned(versions, now)
    heir = 0
    for each in versions:
        if each.seq not in gone:
            heir = each.seq
            continue
        # Who changed what a version that goes held, changed what the next one holds.
        theirs = select(NoteVersionAuthor.user_id).where(
            NoteVersionAuthor.board_id == board_id, NoteVersionAuthor.seq == each.seq
        )
        for user_id in (await session.scalars(theirs)).all():
            row = {"board_id": board_id, "seq": heir, "user_id": user_id}
            handed_on = insert_into(session, NoteVersionAuthor).values(row)
            await session.execute(handed_on.on_conflict_do_nothing())
    for model in (NoteVersionAuthor, NoteVersion):
        if gone:
            await session.execute(delete(model).where(model.board_id == board_id, model.seq.in_(gone)))


async def remember_editors(session: AsyncSession, board_id: UUID, upto_seq: int) -> None:
    """The log of notes is made shorter: keep who wrote it until the next version names them."""
    newest = select(func.coalesce(func.max(NoteVersion.seq), 0)).where(NoteVersion.board_id == board_id)
    await session.execute(
        insert_into(session, NoteEditor)
        .from_select(
            ["board_id", "user_id"],
            select(BoardUpdate.board_id, BoardUpdate.author_id)
            .join(Board, Board.id == BoardUpdate.board_id)
            .where(
                BoardUpdate.board_id == board_id, BoardUpdate.seq <= upto_seq, Board.kind == PageKind.NOTES,
                BoardUpdate.seq > newest.scalar_subquery(),
            )
            .distinct(),
        )
        .on_conflict_do_nothing()
    )


async def forget(session: AsyncSession, board_ids: Iterable[UUID]) -> None:
    """Delete every version of these pages."""
    ids = list(board_ids)
    for model in (NoteVersionAuthor, NoteVersion, NoteEditor):
        await session.execute(delete(model).where(model.board_id.in_(ids)))


async def newest(session: AsyncSession, board_id: UUID) -> Version | None:
    """The newest version, without what it holds."""
    return next(iter(await _all(session, board_id)), None)


async def notes_of(session: AsyncSession, space_id: UUID) -> UUID:
    """The notes of a space. Raises: NotFound: there is no such space (404)."""
    found = await session.scalar(
        select(Board.id).where(Board.space_id == space_id, Board.kind == PageKind.NOTES)
    )
    if found is None:
        raise NotFound
    return found


async def partnership_of(session: AsyncSession, space_id: UUID) -> UUID | None:
    """Whose space it is."""
    return await session.scalar(select(Space.partnership_id).where(Space.id == space_id))


async def listed(
    session: AsyncSession, board_id: UUID, below: int | None, limit: int
) -> list[tuple[Version, list[UUID]]]:
    """Versions with who had changed the notes, the newest first."""
    wanted = (
        select(NoteVersion.seq, NoteVersion.at, NoteVersion.made_at, NoteVersion.reason)
        .where(NoteVersion.board_id == board_id)
        .order_by(NoteVersion.seq.desc())
        .limit(limit)
    )
    if below is not None:
        wanted = wanted.where(NoteVersion.seq < below)
    versions = [Version(*row) for row in (await session.execute(wanted)).tuples()]
    rows = await session.execute(
        select(NoteVersionAuthor.seq, NoteVersionAuthor.user_id).where(
            NoteVersionAuthor.board_id == board_id,
            NoteVersionAuthor.seq.in_([each.seq for each in versions]),
        )
    )
    authors: dict[int, list[UUID]] = defaultdict(list)
    for seq, user_id in rows.tuples():
        authors[seq].append(user_id)
    return [(each, authors[each.seq]) for each in versions]


async def state_of(session: AsyncSession, board_id: UUID, seq: int) -> bytes:
    """A version as one Yjs update. Raises: NotFound: there is no such version, or no more (404)."""
    stored = await session.scalar(
        select(NoteVersion.state).where(NoteVersion.board_id == board_id, NoteVersion.seq == seq)
    )
    if stored is None:
        raise NotFound
    return zlib.decompress(stored)


async def forget_old(uow: UnitOfWork, space_ids: Select[tuple[UUID]], before: datetime) -> int:
    """Delete the versions of notes that were kept before a moment. Returns how many."""
    pages = select(Board.id).where(Board.space_id.in_(space_ids))
    old = await uow.session.execute(
        delete(NoteVersion)
        .where(NoteVersion.board_id.in_(pages), NoteVersion.made_at < before)
        .returning(NoteVersion.board_id, NoteVersion.seq)
    )
    gone = old.tuples().all()
    for board_id in {each for each, _ in gone}:
        seqs = [seq for each, seq in gone if each == board_id]
        await uow.session.execute(
            delete(NoteVersionAuthor).where(
                NoteVersionAuthor.board_id == board_id, NoteVersionAuthor.seq.in_(seqs)
            )
        )
    return len(gone)
