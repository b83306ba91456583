"""Who reads which entries of the audit log, and the names that make an entry readable.

An entry holds ids. Whoever may read it is shown by name only what they see elsewhere too: a member of staff
by name and school, a student by alias.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.audit import service
from server.audit.models import AuditEntry
from server.db import Database
from server.errors import DomainError, NotAllowed
from server.partnerships.models import Membership, MemberStatus, Partnership
from server.programmes import service as programmes
from server.programmes.models import Programme
from server.schools.models import School, SchoolClass
from server.spaces.models import Space

OF_A_SCHOOL = frozenset({StaffRole.SAFEGUARDING_LEAD, StaffRole.HEADTEACHER, StaffRole.ADMINISTRATOR})
FOR_OFFICERS = ("school.", "staff.")
"""What an officer reads of the schools they cover: the record of the school and of its staff, and nothing
of classes and students."""
VERIFY_TIMEOUT_S = 20.0
NAMED_MAX = 2000
"""So many of the ids among a page's values are looked up. A class has dozens, and a page 200 entries."""
UUID_LENGTH = 36


class Verifying(DomainError):
    """The log is being checked already. Try again in a minute."""

    code = "verifying"
    status = 429


class TooLong(DomainError):
    """The log is too long to be checked here. Ask the operator to run `verify-audit`."""

    code = "too_long"
    status = 503


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries are asked for."""

    act: str = ""
    """How the act begins: `partnership.` or `agreement.sign`."""
    partnership_id: UUID | None = None
    actor_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Before this moment."""

    def condition(self) -> ColumnElement[bool]:
        """As a condition on entries; true of all when nothing is asked for."""
        conditions = [AuditEntry.seq > 0]
        if self.act:
            conditions.append(AuditEntry.act.startswith(self.act, autoescape=True))
        if self.partnership_id:
            conditions.append(AuditEntry.partnership_id == self.partnership_id)
        if self.actor_id:
            conditions.append(AuditEntry.actor_id == self.actor_id)
        if self.since:
            conditions.append(AuditEntry.at >= self.since)
        if self.until:
            conditions.append(AuditEntry.at < self.until)
        return and_(*conditions)


class Names(msgspec.Struct, frozen=True):
    """What the ids on a page of entries stand for."""

    people: dict[UUID, User]
    """Name or alias, and school."""
    schools: dict[UUID, str]
    partnerships: dict[UUID, str]
    others: dict[UUID, str]
    """Classes, spaces, programmes."""

    def subject(self, entry: AuditEntry) -> str:
        """The name of what an entry is about; empty when it has none or is gone."""
        return self.of(entry.subject_id) if entry.subject_id else ""

    def of(self, any_id: UUID) -> str:
        """What an id stands for; empty when it has no name or is gone."""
        if person := self.people.get(any_id):
            return person.name
        for known in (self.schools, self.partnerships, self.others):
            if any_id in known:
                return known[any_id]
        return ""


async def visible_to(session: AsyncSession, who: SignedIn) -> ColumnElement[bool]:
    """The entries that this person may read, as a condition.

    Raises:
        NotAllowed: they hold no post that reads the log, or are not verified (403).
    """
    of_school = bool(who.roles & OF_A_SCHOOL)
    is_officer = StaffRole.PROGRAMME_OFFICER in who.roles
    if not (of_school or is_officer) or not await programmes.is_verified(session, who):
        raise NotAllowed(
            "The log is for safeguarding leads, headteachers, school administrators and programme officers "
            "whose own account is verified."
        )
    # Of a partnership that the school is not in (yet), it reads what its own people did and no more: a
    # draft is the business of those who started it.
    visible: list[ColumnElement[bool]] = [
        and_(
            AuditEntry.school_id == who.school_id,
            or_(AuditEntry.partnership_id.is_(None), AuditEntry.actor_school_id == who.school_id),
        )
    ]
    if of_school:
        theirs = select(Membership.partnership_id).where(
            Membership.school_id == who.school_id, Membership.status == MemberStatus.ACCEPTED
        )
        visible.append(AuditEntry.partnership_id.in_(theirs))
    if is_officer:
        visible.append(await _of_office(session, who))
    return or_(*visible)


async def _of_office(session: AsyncSession, who: SignedIn) -> ColumnElement[bool]:
    ours = select(Programme.id).where(Programme.office_id == who.school_id)
    asked = await programmes.run_by(session, who)
    covered = select(School.id)
    if all(rules.participating_countries for rules in asked):  # without a list, every country takes part
        countries = {each for rules in asked for each in (rules.home_country, *rules.participating_countries)}
        covered = covered.where(School.country.in_(countries))
    return or_(
        AuditEntry.subject_id.in_(ours),
        AuditEntry.partnership_id.in_(select(Partnership.id).where(Partnership.programme_id.in_(ours))),
        and_(
            AuditEntry.partnership_id.is_(None),
            AuditEntry.school_id.in_(covered),
            or_(*(AuditEntry.act.startswith(prefix, autoescape=True) for prefix in FOR_OFFICERS)),
        ),
    )


async def page(
    session: AsyncSession, who: SignedIn, wanted: Wanted, before_seq: int | None, limit: int
) -> Sequence[AuditEntry]:
    """Entries that this person may read, the newest first.

    Raises:
        NotAllowed: they read none (403).
    """
    condition = and_(await visible_to(session, who), wanted.condition())
    return await service.newest(session, condition, before_seq=before_seq, limit=limit)


async def names_on(session: AsyncSession, entries: Iterable[AuditEntry]) -> Names:
    """The names for a page of entries, in as many queries however many there are."""
    entries = list(entries)
    spoken_of = {entry.subject_id for entry in entries} | values_named(entries)
    people = await session.scalars(
        select(User).where(User.id.in_(_given({entry.actor_id for entry in entries} | spoken_of)))
    )
    found = {person.id: person for person in people}
    school_ids = {person.school_id for person in found.values()} | spoken_of
    for entry in entries:
        school_ids |= {entry.school_id, entry.actor_school_id}
    partnership_ids = {entry.partnership_id for entry in entries} | spoken_of
    others: dict[UUID, str] = {}
    for model in (SchoolClass, Space, Programme):
        others |= await _names(session, model, spoken_of)
    return Names(
        found, await _names(session, School, school_ids), await _names(session, Partnership, partnership_ids),
        others,
    )


async def _names(
    session: AsyncSession, model: type[School | Partnership | SchoolClass | Space | Programme],
    ids: set[UUID | None],
) -> dict[UUID, str]:
    found = await session.execute(select(model.id, model.name).where(model.id.in_(_given(ids))))
    return dict(found.tuples().all())


def values_named(entries: Iterable[AuditEntry]) -> set[UUID | None]:
    """The ids among the values of entries; of very many, some."""
    found: set[UUID | None] = set()
    for entry in entries:
        for each in _strings_in([entry.before, entry.after]):
            if len(found) >= NAMED_MAX:
                return found
            if len(each) == UUID_LENGTH:
                with contextlib.suppress(ValueError):
                    found.add(UUID(each))
    return found


def _strings_in(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _strings_in(each)
        case list():
            for each in value:
                yield from _strings_in(each)


def _given(ids: set[UUID | None]) -> list[UUID]:
    return [each for each in ids if each is not None]


class Verifier:
    """Checks the whole log for one person at a time, and for no longer than `VERIFY_TIMEOUT_S`.

    It reads every entry: people who press a button again and again must not keep the database busy.
    """

    def __init__(self) -> None:
        self._is_busy = False

    async def verdict(self, database: Database, who: SignedIn) -> service.Verdict:
        """How the chain stands.

        Raises:
            NotAllowed: this person is neither safeguarding lead nor programme officer, or is not verified
                (403).
            Verifying: somebody else is asking at this moment (429).
            TooLong: it took too long (503).
        """
        if not who.roles & {StaffRole.SAFEGUARDING_LEAD, StaffRole.PROGRAMME_OFFICER}:
            raise NotAllowed("Safeguarding leads and programme officers check the log.")
        async with database.read() as session:
            if not await programmes.is_verified(session, who):
                raise NotAllowed("Your own account has to be verified before you can check the log.")
        if self._is_busy:
            raise Verifying
        self._is_busy = True
        try:
            async with asyncio.timeout(VERIFY_TIMEOUT_S), database.read() as session:
                return await service.verify(session)
        except TimeoutError as error:
            raise TooLong from error
        finally:
            self._is_busy = False
