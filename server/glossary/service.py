"""The glossary: who reads it, who writes in it, and what becomes of two who write at once.

It belongs to the schools together: whoever may run a space of the partnership (`space:moderate`) adds to it,
and changes and removes any entry. A change names the version that it is of; a later one is not written over.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import access, clock
from server.access import Access, Grant
from server.accounts.service import SignedIn
from server.chat.rules import search_words
from server.db import UnitOfWork
from server.errors import ChangedMeanwhile, Invalid, NoAccess, NotAllowed, NotFound
from server.glossary import rules
from server.glossary.models import GlossaryEntry
from server.glossary.rules import Draft, Word
from server.partnerships import record as records
from server.partnerships.models import Membership, MemberStatus, Partnership
from server.schools import vocabulary
from server.schools.models import School, SchoolTag, TagKind
from server.spaces.models import Space


class Stored(NamedTuple):
    """An entry, and the school that wrote it last."""

    entry: GlossaryEntry
    school_name: str


async def read_in_space(session: AsyncSession, who: SignedIn, space_id: UUID) -> tuple[UUID, bool]:
    """Whose glossary somebody reads in a space, and whether they write in it.

    Raises:
        NotFound: no such space for them (404).
        NoAccess: they may not read here now; the code is the reason (403).
    """
    found = await access.access_in(session, who.user_id, space_id)
    if Grant.CHAT_READ not in found.grants:
        raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
    partnership_id = (
        await session.scalars(select(Space.partnership_id).where(Space.id == space_id))
    ).one()
    return partnership_id, Grant.SPACE_MODERATE in found.grants


async def read_as_member(session: AsyncSession, who: SignedIn, partnership_id: UUID) -> bool:
    """Whether somebody who reads the glossary as staff of a school that takes part writes in it, too.

    Raises:
        NotFound: their school does not take part, or they are banned (404).
    """
    member = await session.scalar(
        select(Membership.id).where(
            Membership.partnership_id == partnership_id, Membership.school_id == who.school_id,
            Membership.status == MemberStatus.ACCEPTED,
        )
    )
    if member is None or await records.is_banned(session, partnership_id, who.user_id):
        raise NotFound
    return await _runs_a_space(session, who, partnership_id)


async def _runs_a_space(session: AsyncSession, who: SignedIn, partnership_id: UUID) -> bool:
    mine: dict[UUID, Access] = await access.spaces_of(session, who.user_id)
    run = [space_id for space_id, each in mine.items() if Grant.SPACE_MODERATE in each.grants]
    found = select(Space.id).where(Space.partnership_id == partnership_id, Space.id.in_(run)).limit(1)
    return await session.scalar(found) is not None


async def page(
    session: AsyncSession, partnership_id: UUID, query: str, after: tuple[str, UUID] | None, limit: int
) -> list[Stored]:
    """The entries that hold each word of the query, whatever its case and accents, by their first word."""
    wanted = GlossaryEntry.partnership_id == partnership_id
    for word in search_words(query):
        wanted &= GlossaryEntry.search_text.contains(word, autoescape=True)
    if after is not None:
        key, last = after
        wanted &= or_(
            GlossaryEntry.sort_key > key, and_(GlossaryEntry.sort_key == key, GlossaryEntry.id > last)
        )
    rows = await session.execute(
        select(GlossaryEntry, School.short_name)
        .join(School, School.id == GlossaryEntry.changed_by_school_id)
        .where(wanted)
        .order_by(GlossaryEntry.sort_key, GlossaryEntry.id)
        .limit(limit)
    )
    return [Stored(*each) for each in rows.tuples()]


async def languages(session: AsyncSession, partnership_id: UUID) -> list[str]:
    """The languages to offer where a word is added: those of the schools that take part, then others."""
    found = await session.scalars(
        select(SchoolTag.value)
        .join(Membership, Membership.school_id == SchoolTag.school_id)
        .where(
            Membership.partnership_id == partnership_id, Membership.status == MemberStatus.ACCEPTED,
            SchoolTag.kind == TagKind.LANGUAGE,
        )
        .distinct()
        .order_by(SchoolTag.value)
    )
    return list(dict.fromkeys((*found, *vocabulary.LANGUAGES)))


async def add(uow: UnitOfWork, who: SignedIn, partnership_id: UUID, draft: Draft) -> Stored:
    """Add an entry.

    Raises:
        NotFound: their school does not take part (404).
        NotAllowed: they run no space of the partnership (403).
        Invalid: it does not fit, or the glossary is full (400).
    """
    kept = rules.checked(draft)
    await _open_for(uow, who, partnership_id)
    count = select(func.count()).where(GlossaryEntry.partnership_id == partnership_id)
    if (await uow.session.scalar(count) or 0) >= rules.ENTRIES_LIMIT:
        raise Invalid(f"A glossary has at most {rules.ENTRIES_LIMIT} entries. Remove one first.")
    now = clock.now()
    entry = GlossaryEntry(
        partnership_id=partnership_id, added_by_id=who.user_id, added_at=now, version=1,
        changed_by_school_id=who.school_id, changed_at=now, **_columns(kept),
    )
    uow.session.add(entry)
    await uow.session.flush()
    return Stored(entry, await _short_name(uow.session, who.school_id))


async def change(
    uow: UnitOfWork, who: SignedIn, partnership_id: UUID, entry_id: UUID, version: int, draft: Draft
) -> Stored:
    """Write an entry anew.

    Args:
        version: of the entry that they saw.

    Raises:
        NotFound: their school does not take part; there is no such entry (404).
        NotAllowed: they run no space of the partnership (403).
        Invalid: it does not fit (400).
        ChangedMeanwhile: somebody has changed it since; `kept` is the entry as it is now (409).
    """
    kept = rules.checked(draft)
    await _open_for(uow, who, partnership_id)
    entry = await _of_version(uow.session, partnership_id, entry_id, version)
    for name, value in _columns(kept).items():
        setattr(entry, name, value)
    entry.version, entry.changed_at, entry.changed_by_school_id = version + 1, clock.now(), who.school_id
    return Stored(entry, await _short_name(uow.session, who.school_id))


async def remove(
    uow: UnitOfWork, who: SignedIn, partnership_id: UUID, entry_id: UUID, version: int
) -> None:
    """Take an entry out. Raises as `change`."""
    await _open_for(uow, who, partnership_id)
    await uow.session.delete(await _of_version(uow.session, partnership_id, entry_id, version))


async def _open_for(uow: UnitOfWork, who: SignedIn, partnership_id: UUID) -> None:
    """Lock the partnership, for whoever may write in its glossary."""
    await uow.session.execute(
        select(Partnership.id).where(Partnership.id == partnership_id).with_for_update()
    )
    if not await read_as_member(uow.session, who, partnership_id):
        raise NotAllowed("Whoever runs a space of the partnership writes in its glossary.")


async def _of_version(
    session: AsyncSession, partnership_id: UUID, entry_id: UUID, version: int
) -> GlossaryEntry:
    entry = await session.get(GlossaryEntry, entry_id)
    if entry is None or entry.partnership_id != partnership_id:
        raise NotFound
    if entry.version != version:
        name = await _short_name(session, entry.changed_by_school_id)
        raise ChangedMeanwhile(kept=msgspec.to_builtins(view(Stored(entry, name))))
    return entry


async def _short_name(session: AsyncSession, school_id: UUID) -> str:
    return (await session.scalars(select(School.short_name).where(School.id == school_id))).one()


def _columns(draft: Draft) -> dict[str, object]:
    return {
        "words": [[each.language, each.text] for each in draft.words], "note": draft.note,
        "sort_key": rules.sort_key(draft), "search_text": rules.searched(draft),
    }


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a glossary. `changed_by`: the short name of the school that wrote it last."""

    id: UUID
    version: int
    words: list[Word]
    note: str
    changed_by: str
    changed_at: datetime


def view(stored: Stored) -> EntryView:
    """An entry as people see it."""
    entry = stored.entry
    return EntryView(
        id=entry.id, version=entry.version, words=[Word(*each) for each in entry.words], note=entry.note,
        changed_by=stored.school_name, changed_at=entry.changed_at,
    )
