"""Writing to the audit log, reading it, and holding it against its own hashes.

`record` notes an act in a unit of work. The entries are written as its very last statements, since
they lock the end of the chain: two moves wait for each other no longer than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.audit import chain
from server.audit.models import AuditEntry, AuditHead
from server.db import UnitOfWork

if TYPE_CHECKING:
    from server.accounts.service import SignedIn

BATCH = 500


class Act(msgspec.Struct, frozen=True):
    """An act that was noted and not written yet."""

    actor_id: UUID | None
    actor_school_id: UUID | None
    act: str
    subject_id: UUID | None
    school_id: UUID | None
    partnership_id: UUID | None
    before: dict[str, Any]
    after: dict[str, Any]


def record(
    uow: UnitOfWork, actor: SignedIn | None, act: str, *, subject_id: UUID | None = None,
    school_id: UUID | None = None, partnership_id: UUID | None = None,
    before: dict[str, Any] | None = None, after: dict[str, Any] | None = None,
) -> None:
    """Note an act; it is written with the commit, or not at all.

    Args:
        actor: who did it; None when the server did, by a rule.
        act: `noun.verb`, listed in docs/audit.md.
        before, after: the values that changed. Ids and record values only: names and texts of
            people do not belong here, since an entry can never be deleted.
    """
    noted = Act(
        actor.user_id if actor else None, actor.school_id if actor else None, act, subject_id, school_id,
        partnership_id, _plain(before), _plain(after),
    )
    if not uow.noted:
        uow.last.append(lambda session: _append(session, uow.noted))
    uow.noted.append(noted)


def _plain(values: dict[str, Any] | None) -> dict[str, Any]:
    """The values as JSON keeps them: what is hashed now is what the database gives back."""
    return msgspec.to_builtins(values or {}, str_keys=True, order="deterministic")


async def _append(session: AsyncSession, noted: Sequence[Act]) -> None:
    await session.flush()
    head = await session.scalar(select(AuditHead).where(AuditHead.id == 1).with_for_update())
    if head is None:
        raise RuntimeError("the audit log has no head: the database is not migrated")
    now = clock.now()
    for each in noted:
        entry = chain.Entry(
            seq=head.seq + 1, at=now, previous_hash=head.hash, **msgspec.structs.asdict(each)
        )
        head.seq, head.hash = entry.seq, entry.hash()
        session.add(AuditEntry(**msgspec.structs.asdict(entry), hash=head.hash))


def _entry(stored: AuditEntry) -> chain.Entry:
    return chain.Entry(
        **{name: getattr(stored, name) for name in chain.Entry.__struct_fields__}
    )


class Verdict(msgspec.Struct, frozen=True):
    """How the chain stands."""

    entries: int
    """That hold, from the first."""
    head: str
    """The hash of the last of them. Kept elsewhere, it shows later that nothing before it was changed."""
    broken: chain.Broken | None


class Kept(msgspec.Struct, frozen=True):
    """An end of the chain that somebody wrote down elsewhere."""

    seq: int
    hash: str


async def verify(session: AsyncSession, kept: Kept | None = None) -> Verdict:
    """Hold every entry against its hash and the one before, `BATCH` rows at a time.

    Args:
        kept: an earlier end of the chain. Who can rewrite the whole chain, or cut it off and set its end
            back, makes one that holds in itself; it cannot hold what was kept outside of its reach.
    """
    seq, previous = 0, chain.GENESIS
    while True:
        batch = (
            await session.scalars(
                select(AuditEntry).where(AuditEntry.seq > seq).order_by(AuditEntry.seq).limit(BATCH)
            )
        ).all()
        for stored in batch:
            if broken := chain.check(_entry(stored), stored.hash, seq + 1, previous):
                return Verdict(seq, previous, broken)
            if kept and stored.seq == kept.seq and stored.hash != kept.hash:
                return Verdict(seq, previous, chain.Broken(stored.seq, "rewritten"))
            seq, previous = stored.seq, stored.hash
        session.expunge_all()
        if len(batch) < BATCH:
            break
    head = await session.scalar(select(AuditHead).where(AuditHead.id == 1))
    if head is None or (head.seq, head.hash) != (seq, previous) or (kept and kept.seq > seq):
        return Verdict(seq, previous, chain.Broken(seq + 1, "end"))
    return Verdict(seq, previous, None)


async def newest(
    session: AsyncSession, condition: ColumnElement[bool], *, before_seq: int | None = None, limit: int = 50
) -> Sequence[AuditEntry]:
    """Entries that fit the condition, the newest first.

    Args:
        before_seq: only those older than this one.
        limit: how many at most.
    """
    wanted = select(AuditEntry).where(condition).order_by(AuditEntry.seq.desc()).limit(limit)
    if before_seq is not None:
        wanted = wanted.where(AuditEntry.seq < before_seq)
    return (await session.scalars(wanted)).all()
