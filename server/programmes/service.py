"""Programmes: reading them, and editing one after seeing which partnerships would fail.

An edit takes effect at once, and suspends what no longer meets the rules. So it names the preview that
the officer has seen, and is refused when a preview would say something else by now (docs/programmes.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock, typed
from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork, insert_into
from server.errors import ChangedMeanwhile, Invalid, NotAllowed, NotFound, PreviewFirst, SlugTaken
from server.partnerships import record as records
from server.partnerships import rules as partnership_rules
from server.partnerships.models import Partnership, PartnershipStatus
from server.partnerships.rules import Rule
from server.programmes.models import Programme
from server.programmes.rules import ProgrammeRules
from server.programmes.shipped import SHIPPED
from server.schools.vocabulary import COUNTRIES


class Affected(msgspec.Struct, frozen=True):
    """A partnership, and the rules that it would not meet."""

    id: UUID
    name: str
    kind: str
    status: str
    failing: list[Rule]


class Preview(msgspec.Struct, frozen=True):
    """What an edit would do. `digest` stands for all of it: the edit is made by naming it."""

    digest: str
    would_fail: list[Affected]
    """Meets the rules now and would not; those that are active would be suspended."""
    fail_already: list[Affected]
    """Do not meet the rules now, and would not either."""
    would_mend: int
    """How many do not meet the rules now and then would."""


async def ship(session: AsyncSession) -> None:
    """Put in the programmes that come with the software and are not there. Safe to do twice."""
    for slug, (name, rules) in SHIPPED.items():
        await session.execute(
            insert_into(session, Programme)
            .values(id=uuid4(), slug=slug, name=name, rules=msgspec.to_builtins(rules), version=1,
                    changed_at=clock.now())
            .on_conflict_do_nothing(index_elements=["slug"])
        )


async def every(session: AsyncSession) -> Sequence[Programme]:
    """All programmes by name: there are few."""
    return (await session.scalars(select(Programme).order_by(Programme.name, Programme.id))).all()


async def get(session: AsyncSession, programme_id: UUID) -> Programme:
    """One programme.

    Raises:
        NotFound: there is none (404).
    """
    found = await session.get(Programme, programme_id)
    if found is None:
        raise NotFound
    return found


def rules_of(programme: Programme) -> ProgrammeRules:
    """What it asks for."""
    return msgspec.convert(programme.rules, ProgrammeRules)


def may_edit(programme: Programme, who: SignedIn) -> bool:
    """Officers edit the programmes of their own office."""
    return StaffRole.PROGRAMME_OFFICER in who.roles and programme.office_id == who.school_id


async def is_verified(session: AsyncSession, who: SignedIn) -> bool:
    """Whether this person's own school or office has confirmed them."""
    return await session.scalar(select(User.verified_at).where(User.id == who.user_id)) is not None


async def _check_officer(session: AsyncSession, who: SignedIn, programme: Programme | None = None) -> None:
    """Raises: NotAllowed: no verified officer, or not of the programme's office (403)."""
    if programme is not None and not may_edit(programme, who):
        raise NotAllowed("Only the officers of the office that runs this programme edit it.")
    if StaffRole.PROGRAMME_OFFICER not in who.roles:
        raise NotAllowed("Only programme officers add programmes.")
    if not await is_verified(session, who):
        raise NotAllowed("Your own account has to be verified first. Ask another officer of your office.")


async def run_by(session: AsyncSession, who: SignedIn) -> list[ProgrammeRules]:
    """The rules of the programmes that this person is a verified officer of."""
    if StaffRole.PROGRAMME_OFFICER not in who.roles or not await is_verified(session, who):
        return []
    found = await session.scalars(select(Programme).where(Programme.office_id == who.school_id))
    return [rules_of(programme) for programme in found]


async def covers(session: AsyncSession, who: SignedIn, country: str) -> bool:
    """Whether this person is an officer of a programme in which schools of that country take part."""
    return any(rules.takes_part(country) for rules in await run_by(session, who))


def check(rules: ProgrammeRules) -> None:
    """What the types of the rules cannot say.

    Raises:
        Invalid: the rules contradict themselves, or name a country that does not exist; `field` (400).
    """
    countries = rules.participating_countries
    if unknown := {rules.home_country, *countries} - COUNTRIES:
        raise Invalid(f"There is no country with the code {min(unknown)!r}. Nothing was changed.",
                      field="participating_countries" if unknown & set(countries) else "home_country")
    if rules.home_country in countries:
        raise Invalid("The home country is not one of the countries abroad: take it out of that list. "
                      "Nothing was changed.", field="participating_countries")
    if len(set(countries)) < len(countries):
        raise Invalid("A country is named twice. Nothing was changed.", field="participating_countries")
    if len(set(rules.kinds)) < len(rules.kinds):
        raise Invalid("A kind of partnership is named twice. Nothing was changed.", field="kinds")
    if rules.cluster_min_schools < 2:
        raise Invalid("A cluster has at least two schools. Nothing was changed.", field="cluster_min_schools")
    if rules.cluster_min_home + rules.cluster_min_overseas > rules.cluster_min_schools:
        raise Invalid("The schools at home and abroad that a cluster needs are more than the schools that it "
                      "needs in all. Nothing was changed.", field="cluster_min_schools")
    codes = [grant.code for grant in rules.grants]
    if len(set(codes)) < len(codes):
        raise Invalid("Two grants have the same code. Nothing was changed.", field="grants")
    if any(grant.cap_per_school is not None and grant.cap_per_school > grant.cap for grant in rules.grants):
        raise Invalid("A grant's cap for one school is above its cap for the partnership. "
                      "Nothing was changed.", field="grants")
    if not any(powers.invites for powers in rules.roles.values()):
        raise Invalid("At least one role has to be able to invite schools. Nothing was changed.",
                      field="roles")


async def preview(
    session: AsyncSession, who: SignedIn, programme_id: UUID, rules: ProgrammeRules
) -> Preview:
    """Which partnerships of a programme would not meet other rules. Changes nothing.

    Raises:
        NotFound: there is no such programme (404).
        NotAllowed: it is not one of this person's office (403).
        Invalid: the rules contradict themselves (400).
    """
    programme = await get(session, programme_id)
    await _check_officer(session, who, programme)
    check(rules)
    return await _preview(session, programme, rules)


async def _preview(session: AsyncSession, programme: Programme, rules: ProgrammeRules) -> Preview:
    would_fail, fail_already, would_mend = [], [], 0
    living = (Partnership.programme_id == programme.id) & (Partnership.status != PartnershipStatus.ENDED)
    for record in await records.load(session, living):
        now = partnership_rules.failing(records.checklist(record))
        then = partnership_rules.failing(records.checklist(record, rules))
        if then:
            affected = Affected(record.id, record.name, record.kind.value, record.status.value, then)
            (fail_already if now else would_fail).append(affected)
        elif now:
            would_mend += 1
    digest = hashlib.sha256(
        msgspec.json.encode(
            [programme.version, rules, sorted((each.id, each.status) for each in would_fail)],
            order="deterministic",
        )
    ).hexdigest()
    return Preview(digest, would_fail, fail_already, would_mend)


async def edit(
    uow: UnitOfWork, who: SignedIn, programme_id: UUID, version: int, name: str, rules: ProgrammeRules,
    digest: str,
) -> None:
    """Change a programme; active partnerships that no longer meet its rules are suspended.

    Args:
        version: the one that the officer has read.
        digest: of the preview that the officer has seen.

    Raises:
        NotFound: there is no such programme (404).
        NotAllowed: it is not one of this person's office (403).
        Invalid: the rules contradict themselves, or the name is empty (400).
        ChangedMeanwhile: somebody else has edited it since (409).
        PreviewFirst: the preview would say something else now (409).
    """
    session = uow.session
    programme = await session.scalar(
        # A partnership that starts now waits too, since it refers to this row: none slips past the edit.
        select(Programme).where(Programme.id == programme_id).with_for_update()
    )
    if programme is None:
        raise NotFound
    await _check_officer(session, who, programme)
    check(rules)
    name = _named(name)
    if programme.version != version:
        raise ChangedMeanwhile("Somebody else has edited this programme. Look at it again, then make your "
                               "change. Nothing was changed.", version=programme.version)
    # Whoever moves one of these waits, and then meets the new rules; always in this order, so that two
    # who lock several cannot wait for each other.
    await session.execute(
        select(Partnership.id)
        .where(Partnership.programme_id == programme_id, Partnership.status != PartnershipStatus.ENDED)
        .order_by(Partnership.id)
        .with_for_update()
    )
    seen = await _preview(session, programme, rules)
    if seen.digest != digest:
        raise PreviewFirst
    before = {"name": programme.name, "rules": programme.rules}
    programme.name, programme.rules = name, msgspec.to_builtins(rules)
    programme.version += 1
    programme.changed_at = clock.now()
    audit.record(
        uow, who, "programme.edit", subject_id=programme.id, school_id=programme.office_id,
        before=before, after={"name": programme.name, "rules": programme.rules, "version": programme.version},
    )
    failing = [*seen.would_fail, *seen.fail_already]
    active = PartnershipStatus.ACTIVE.value
    for partnership_id in sorted(each.id for each in failing if each.status == active):
        await records.settle(uow, partnership_id)


def _named(name: str) -> str:
    name = typed.line(name)
    if not name:
        raise Invalid("Give the programme a name. Nothing was changed.", field="name")
    return name


async def create(uow: UnitOfWork, who: SignedIn, slug: str, name: str, rules: ProgrammeRules) -> UUID:
    """Add a programme that the officer's own office runs; returns its id.

    Raises:
        NotAllowed: this person is no programme officer (403).
        Invalid: the rules contradict themselves, or the name is empty (400).
        SlugTaken: another programme has this short name (409).
    """
    await _check_officer(uow.session, who)
    check(rules)
    name = _named(name)
    stored = msgspec.to_builtins(rules)
    made: UUID | None = await uow.session.scalar(
        insert_into(uow.session, Programme)
        .values(id=uuid4(), slug=slug, name=name, office_id=who.school_id, rules=stored, version=1,
                changed_at=clock.now())
        .on_conflict_do_nothing(index_elements=["slug"])
        .returning(Programme.id)
    )
    if made is None:
        raise SlugTaken
    audit.record(
        uow, who, "programme.create", subject_id=made, school_id=who.school_id,
        after={"slug": slug, "name": name, "rules": stored},
    )
    return made
