"""Schools: registration, profiles and verification. Rules in words: docs/schools.md.

An office is stored as a school, and is none: nothing here finds one.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from server import clock
from server.accounts import staffing
from server.accounts.models import StaffPost, StaffRole, User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import Invalid, InvalidTransition, NotAllowed, NotFound
from server.hours import service as hours
from server.partnerships import record as partnership_records
from server.partnerships.models import Membership, MemberStatus, Partnership, PartnershipStatus
from server.programmes import service as programmes
from server.programmes.models import Programme
from server.programmes.rules import ProgrammeRules
from server.schools import vocabulary
from server.schools.calendar import BellTimes, usual_day_utc_min
from server.schools.models import Phase, School, SchoolKind
from server.schools.profile import TAGS, Profile, checked, profile_of, tagged, tags

KEEPS_PROFILE = frozenset({StaffRole.ADMINISTRATOR, StaffRole.HEADTEACHER})
_TEXTS = frozenset({"offers", "looks_for"})
"""What people write in sentences: the log says that it changed, and never what it said."""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of schools is narrowed down to."""

    search: str = ""
    """Part of the name, the town or the country's code; case and accents do not matter."""
    country: str = ""
    phase: Phase | None = None
    verified: bool | None = None


class Staffing(msgspec.Struct, frozen=True):
    """Who is there, without a name."""

    staff: int
    has_headteacher: bool
    has_safeguarding_lead: bool


def search_text(name: str, town: str, country: str) -> str:
    """What a school is found by."""
    return vocabulary.plain(f"{name} {town} {country}")[:400]


def bell_times_of(school: School) -> BellTimes:
    """Its bell times; seven days without periods where it has given none."""
    return msgspec.convert(school.bell_times, BellTimes)


def may_keep_profile(who: SignedIn, school_id: UUID) -> bool:
    """Whether the school's profile and calendar are this person's to change."""
    return who.school_id == school_id and bool(who.roles & KEEPS_PROFILE)


def check_own(who: SignedIn, school_id: UUID) -> None:
    """Raises: NotAllowed: it is not this person's to change the school (403)."""
    if not may_keep_profile(who, school_id):
        raise NotAllowed("A school's administrator or headteacher changes its profile and calendar.")


async def own(uow: UnitOfWork, who: SignedIn, school_id: UUID) -> School:
    """One's own school, its row held until the transaction ends.

    Raises:
        NotAllowed: it is not this person's to change, or they are not verified (403).
    """
    check_own(who, school_id)
    if not await programmes.is_verified(uow.session, who):
        raise NotAllowed("Your own account has to be verified first. Ask your school's administrator.")
    return _no_office(await staffing.lock_school(uow.session, school_id))


def _no_office(school: School | None) -> School:
    if school is None or school.kind is SchoolKind.OFFICE:
        raise NotFound
    return school


def _covered(programmes_run: Sequence[ProgrammeRules]) -> list[ColumnElement[bool]]:
    """The schools in countries that take part in one of these programmes; as alternatives."""
    return [
        School.country.in_([rules.home_country, *rules.participating_countries])
        if rules.participating_countries else true()
        for rules in programmes_run
    ]


async def page(
    session: AsyncSession, who: SignedIn, filters: Filters, after: tuple[str, UUID] | None, limit: int
) -> tuple[Sequence[School], tuple[str, UUID] | None]:
    """Schools by name, and the place where the next page begins.

    Staff find verified schools; officers also those that are not, in the countries that they cover.

    Args:
        after: name and id of the last school of the page before.
    """
    seen = or_(School.verified_at.is_not(None), *_covered(await programmes.run_by(session, who)))
    wanted: list[ColumnElement[bool]] = [School.kind == SchoolKind.SCHOOL, seen]
    if words := vocabulary.plain(filters.search):
        wanted.append(School.search_text.contains(words, autoescape=True))
    if filters.country:
        wanted.append(School.country == filters.country)
    if filters.phase is not None:
        wanted.append(School.phase == filters.phase)
    if filters.verified is not None:
        wanted.append(School.verified_at.is_not(None) if filters.verified else School.verified_at.is_(None))
    if after is not None:
        name, last = after
        # The first half alone says where in the index of names to begin.
        wanted += [School.name >= name, or_(School.name > name, School.id > last)]
    found = (
        await session.scalars(
            select(School).where(*wanted).order_by(School.name, School.id).limit(limit + 1)
        )
    ).all()
    shown = found[:limit]
    return shown, (shown[-1].name, shown[-1].id) if len(found) > limit else None


async def get_visible(session: AsyncSession, who: SignedIn, school_id: UUID) -> School:
    """A school with its tags, for staff: a verified one, one's own, or as an officer one that one may verify.

    Raises:
        NotFound: there is none that this person sees (404).
    """
    covered = _covered(await programmes.run_by(session, who))
    found = await session.scalar(
        select(School)
        .where(
            School.id == school_id, School.kind == SchoolKind.SCHOOL,
            or_(School.verified_at.is_not(None), School.id == who.school_id, *covered),
        )
        .options(selectinload(School.tags))
    )
    if found is None:
        raise NotFound
    return found


async def staffing_of(session: AsyncSession, school_id: UUID) -> Staffing:
    """How a school is staffed, by accounts that it has verified and not disabled; guests do not count."""
    here = and_(
        User.school_id == school_id, User.kind == UserKind.STAFF, User.disabled_at.is_(None),
        User.verified_at.is_not(None),
    )
    count = await session.scalar(select(func.count()).select_from(User).where(here))
    posts = set(
        await session.scalars(
            select(StaffPost.role).join(User, User.id == StaffPost.user_id).where(here).distinct()
        )
    )
    return Staffing(count or 0, StaffRole.HEADTEACHER in posts, StaffRole.SAFEGUARDING_LEAD in posts)


def _put(school: School, profile: Profile) -> None:
    """Write a profile into the columns; tags are rows of their own."""
    for field, value in msgspec.structs.asdict(profile).items():
        if field not in TAGS:
            setattr(school, field, value)
    school.search_text = search_text(school.name, school.town, school.country)
    put_usual_day(school)


def put_usual_day(school: School) -> None:
    """Work out again when it usually opens; after its bell times or its time zone changed."""
    usual = usual_day_utc_min(bell_times_of(school), school.timezone, clock.now().date())
    school.opens_utc_min, school.closes_utc_min = usual or (None, None)


async def register(
    uow: UnitOfWork, who: SignedIn, country: str, profile: Profile, administrator: str, email: str
) -> tuple[UUID, str]:
    """Add a school and its first administrator; returns its id and the token of the welcome link.

    It is not verified yet: that is a step of its own, when the officer has made sure that it is a school.

    Raises:
        NotAllowed: this person is no officer, or schools of that country take no part in a programme of
            their office (403).
        Invalid: the profile contradicts itself, or there is no such country (400).
        EmailTaken: the administrator has an account already (409).
    """
    if country not in vocabulary.COUNTRIES:
        raise Invalid("There is no country with this code. Nothing was changed.", field="country")
    if not await programmes.covers(uow.session, who, country):
        raise NotAllowed(
            "A programme officer registers schools, in the countries that take part in a programme of "
            "their office. Nothing was changed."
        )
    profile = checked(profile)
    school = School(country=country, tags=tags(profile), bell_times={}, created_at=clock.now())
    _put(school, profile)
    uow.session.add(school)
    await uow.session.flush()
    audit.record(
        uow, who, "school.register", subject_id=school.id, school_id=school.id,
        after={"name": school.name, "country": country},
    )
    token = await staffing.invite(
        uow, who, school.id, administrator, email, [StaffRole.ADMINISTRATOR]
    )
    return school.id, token


async def change_profile(uow: UnitOfWork, who: SignedIn, school_id: UUID, profile: Profile) -> None:
    """Say something else of one's own school.

    Raises:
        NotAllowed: it is not this person's to change (403).
        Invalid: the profile contradicts itself (400).
    """
    school = await own(uow, who, school_id)
    profile = checked(profile)
    await uow.session.refresh(school, ["tags"])
    before, after = profile_of(school), profile
    _put(school, after)
    if tagged(before) != tagged(after):
        school.tags.clear()
        await uow.session.flush()  # what stays may stand in another place: the old rows go first
        school.tags.extend(tags(after))
    was, now = msgspec.structs.asdict(before), msgspec.structs.asdict(after)
    changed = [field for field in now if now[field] != was[field]]
    if "timezone" in changed:
        await hours.changed(uow, school_id)
    if changed:
        audit.record(
            uow, who, "school.change_profile", subject_id=school_id, school_id=school_id,
            before={field: was[field] for field in changed if field not in _TEXTS},
            after={**{field: now[field] for field in changed if field not in _TEXTS},
                   "texts": [field for field in changed if field in _TEXTS]},
        )


async def _to_judge(uow: UnitOfWork, who: SignedIn, school_id: UUID) -> School:
    """A school whose verification is this officer's to decide, its row held."""
    if StaffRole.PROGRAMME_OFFICER not in who.roles:
        raise NotAllowed("A programme officer verifies schools.")
    school = _no_office(await staffing.lock_school(uow.session, school_id))
    if not await programmes.covers(uow.session, who, school.country):
        if school.verified_at is None:
            raise NotFound
        raise NotAllowed("Its country takes part in no programme of your office.")
    return school


async def verify(uow: UnitOfWork, who: SignedIn, school_id: UUID) -> None:
    """Confirm that it is a school: from now on others find it, and it may be in partnerships.

    Raises:
        NotFound: there is no such school that this person sees (404).
        NotAllowed: it is not this person's to decide (403).
        InvalidTransition: it is verified already (409).
    """
    school = await _to_judge(uow, who, school_id)
    if school.verified_at is not None:
        raise InvalidTransition("This school is verified already.")
    school.verified_at = clock.now()
    audit.record(uow, who, "school.verify", subject_id=school_id, school_id=school_id)


async def may_unverify(session: AsyncSession, who: SignedIn, school_id: UUID) -> bool:
    """Whether a school is in nothing, or in something of this officer's office: else it is for others to say.

    Without this, whoever adds a programme for a country could close the partnerships of every office there.
    """
    offices = await session.scalars(
        select(Programme.office_id)
        .join(Partnership, Partnership.programme_id == Programme.id)
        .join(Membership, Membership.partnership_id == Partnership.id)
        .where(
            Membership.school_id == school_id, Membership.status == MemberStatus.ACCEPTED,
            Partnership.status != PartnershipStatus.ENDED,
        )
        .distinct()
    )
    found = offices.all()
    return not found or who.school_id in found


async def unverify(uow: UnitOfWork, who: SignedIn, school_id: UUID) -> None:
    """Take a school's verification back. Its active partnerships are suspended by their rules.

    Raises:
        NotFound, NotAllowed: as `verify`; NotAllowed also when it takes part in partnerships, and all of
            them are of programmes of other offices.
        InvalidTransition: it is not verified (409).
    """
    school = await _to_judge(uow, who, school_id)
    if school.verified_at is None:
        raise InvalidTransition("This school is not verified.")
    # Also those that are not active, and that it is only invited to: a move that makes one active, or the
    # school a part of it, is waited for.
    theirs = select(Membership.partnership_id).where(
        Membership.school_id == school_id,
        Membership.status.in_([MemberStatus.ACCEPTED, MemberStatus.INVITED]),
    )
    rows = await uow.session.execute(
        select(Partnership.id, Partnership.status)
        .where(Partnership.id.in_(theirs), Partnership.status != PartnershipStatus.ENDED)
        .order_by(Partnership.id)
        .with_for_update()
    )
    held = rows.tuples().all()
    if not await may_unverify(uow.session, who, school_id):
        raise NotAllowed(
            "This school takes part in partnerships of other offices' programmes. Ask one of those offices. "
            "Nothing was changed."
        )
    school.verified_at = None
    audit.record(uow, who, "school.unverify", subject_id=school_id, school_id=school_id)
    for partnership_id, status in held:
        if status is PartnershipStatus.ACTIVE:
            await partnership_records.settle(uow, partnership_id)


async def refresh_usual_days(session: AsyncSession) -> int:
    """Work out again when schools open, since clocks change; returns how many differ from before."""
    today = clock.now().date()
    rows = await session.execute(
        select(School.id, School.bell_times, School.timezone, School.opens_utc_min, School.closes_utc_min)
        .where(School.kind == SchoolKind.SCHOOL)
        .order_by(School.id)
    )
    changed = []
    for school_id, stored, timezone, *before in rows.tuples():
        usual = usual_day_utc_min(msgspec.convert(stored, BellTimes), timezone, today) or (None, None)
        if tuple(before) != usual:
            changed.append({"id": school_id, "opens_utc_min": usual[0], "closes_utc_min": usual[1]})
    if changed:
        await session.execute(update(School), changed)
    return len(changed)


async def countries_offered(session: AsyncSession) -> list[str]:
    """The countries whose schools can be in some programme."""
    every = [programmes.rules_of(programme) for programme in await programmes.every(session)]
    return sorted(
        country for country in vocabulary.COUNTRIES if any(rules.takes_part(country) for rules in every)
    )
