"""The demo world as records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import secrets
from server.accounts.models import StaffPost, StaffRole, User, UserKind
from server.agreements import rules as agreement
from server.agreements.models import AgreementVersion, Assent, AssentKind, VersionStatus
from server.boards.models import Board, PageKind
from server.chat.models import ChatMessage
from server.consent import ground_rules
from server.consent.models import Consent, ConsentKind, Giver, GroundRulesAccepted
from server.db import Model
from server.demo import glossary, past
from server.demo.lessons import lessons
from server.demo.schools import PICTURE_CODES
from server.demo.shapes import (
    PASSPHRASE,
    DemoAgreement,
    DemoPartnership,
    DemoSchool,
    DemoSpace,
    at_ten,
    demo_id,
    school_day,
)
from server.demo.world import WORLD
from server.finder.models import PartnerRequest, RequestMessage
from server.partnerships.models import (
    Coordinator,
    Delegation,
    Duty,
    JoinRequest,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
    Visit,
    VisitRole,
)
from server.programmes.models import Programme
from server.schools import service as schools
from server.schools.calendar import BellTimes, Period
from server.schools.models import (
    DateKind,
    DateSource,
    RosterEntry,
    RosterRole,
    School,
    SchoolClass,
    SchoolDate,
    SchoolTag,
    TagKind,
)
from server.spaces.models import Enrolment, LinkTeacher, Space, SpaceKind

NEW_HERE = demo_id("person", "willow", "Hedgehog")
"""Has not been in a space yet, and sees the ground rules first."""
WITHOUT_A_FORM = demo_id("person", "willow", "Kingfisher")
"""Their form has not come back: neither camera nor microphone."""

Programmes = dict[str, UUID]
"""Slug -> id."""


async def everything(session: AsyncSession, now: datetime) -> list[Model]:
    """Every record but the programmes, which are there already."""
    programmes: Programmes = {}
    for programme in await session.scalars(select(Programme)):
        programmes[programme.slug] = programme.id
    # Each secret is hashed once: first start would take a second for every ten people else.
    passphrase = secrets.hash_now(PASSPHRASE)
    codes = {pictures: secrets.hash_now("-".join(pictures), student=True) for pictures in PICTURE_CODES}
    found: list[Model] = []
    for school in WORLD.schools:
        found += _school(school, now, passphrase, codes)
    for tie in WORLD.partnerships:
        found += _partnership(tie, programmes[tie.programme], now)
    found += _asked(programmes, now)
    found += lessons(now)
    found += past.held(now)
    found += glossary.entries(now)
    return found


def _school(
    school: DemoSchool, now: datetime, passphrase: str, codes: dict[tuple[str, str, str], str]
) -> Iterator[Model]:
    about = school.profile
    lessons = [
        Period(str(number), *each.split("-")) for number, each in enumerate(about.day, start=1)
    ]
    bell_times = BellTimes([lessons if day in about.weekdays else [] for day in range(7)])
    record = School(
        id=school.id, kind=school.kind, name=school.name, short_name=school.short_name,
        country=school.country, timezone=school.timezone, phase=school.phase, town=about.town,
        latitude=about.latitude, longitude=about.longitude, funding=about.funding,
        youngest=about.ages[0], oldest=about.ages[1], internet=about.internet, experience=about.experience,
        offers=about.offers, looks_for=about.looks_for, verified_at=now, created_at=now,
        bell_times=msgspec.to_builtins(bell_times),
        search_text=schools.search_text(school.name, about.town, school.country),
    )
    schools.put_usual_day(record)
    yield record
    tags = {
        TagKind.LANGUAGE: school.languages, TagKind.INTEREST: about.interests,
        TagKind.PRIORITY: about.priorities,
    }
    for kind, values in tags.items():
        for position, value in enumerate(values):
            yield SchoolTag(school_id=school.id, kind=kind, value=value, position=position)
    for name, first, last in about.terms:
        yield SchoolDate(
            school_id=school.id, kind=DateKind.TERM, name=name, source=DateSource.MANUAL,
            first_day=_this_year(first, now), last_day=_this_year(last, now),
        )
    for person in school.staff:
        yield User(
            id=person.id, kind=UserKind.STAFF, school_id=school.id, name=person.name, email=person.email,
            secret_hash=passphrase, verified_at=now,
        )
        for post in person.posts:
            yield StaffPost(user_id=person.id, role=post)
        yield _accepted(person.id, school, UserKind.STAFF, now)
    for group in school.classes:
        yield SchoolClass(
            id=group.id, school_id=school.id, name=group.name, school_year=group.school_year,
            code=group.code,
        )
        yield RosterEntry(class_id=group.id, user_id=school.person(group.teacher), role=RosterRole.TEACHER)
        for student in group.students:
            yield User(
                id=student.id, kind=UserKind.STUDENT, school_id=school.id, name=student.alias,
                avatar=student.avatar, given_name=student.given_name,
                secret_hash=codes[student.pictures],
            )
            yield RosterEntry(class_id=group.id, user_id=student.id, role=RosterRole.STUDENT)
            if student.id != NEW_HERE:
                yield _accepted(student.id, school, UserKind.STUDENT, now)
            if student.id != WITHOUT_A_FORM:
                yield from _consents(student.id, school.person(group.teacher), now)


def _accepted(user_id: UUID, school: DemoSchool, kind: UserKind, now: datetime) -> Model:
    return GroundRulesAccepted(
        user_id=user_id, version=ground_rules.VERSION, accepted_at=at_ten(now, 14),
        wording=ground_rules.wording_for(kind, school.phase),
    )


def _consents(user_id: UUID, teacher_id: UUID, now: datetime) -> Iterator[Model]:
    """What a form that came back says: yes to being seen, heard and recorded, no to being published."""
    for kind in ConsentKind:
        yield Consent(
            id=demo_id("consent", str(user_id), kind), user_id=user_id, kind=kind,
            given=kind is not ConsentKind.PUBLICATION, giver=Giver.PARENT, paper="Blue folder 2",
            recorded_by_id=teacher_id, since=at_ten(now, 15),
        )


def _partnership(tie: DemoPartnership, programme_id: UUID, now: datetime) -> Iterator[Model]:
    proposed, began = at_ten(now, 21), at_ten(now, 14)
    yield Partnership(
        id=tie.id, programme_id=programme_id, kind=tie.kind, name=tie.name, status=tie.status,
        status_changed_at=began if tie.status is PartnershipStatus.ACTIVE else proposed, created_at=proposed,
    )
    for colour, (key, role, status) in enumerate(tie.members):
        yield Membership(
            partnership_id=tie.id, school_id=WORLD.school(key).id, role=role, status=status, colour=colour,
            invited_at=proposed, accepted_at=began if status is MemberStatus.ACCEPTED else None,
        )
    for seat in tie.coordinators:
        yield Coordinator(partnership_id=tie.id, user_id=_person(seat), since=proposed)
    if tie.agreement:
        yield from _versions(tie, tie.agreement, now)
    for space in tie.spaces:
        yield from _space(tie, space, began, now)


def _versions(tie: DemoPartnership, kept: DemoAgreement, now: datetime) -> Iterator[Model]:
    proposed = at_ten(now, 20)
    is_signed = set(kept.signed) == {key for key, *_ in tie.members}
    yield from _version(
        tie, 1, kept.goals, VersionStatus.IN_FORCE if is_signed else VersionStatus.PROPOSED,
        proposed, kept.agreed, kept.signed, now,
    )
    if kept.amended_goals:
        yield from _version(
            tie, 2, kept.amended_goals, VersionStatus.PROPOSED, at_ten(now, 2), kept.agreed[:1], (),
            now,
        )


def _version(
    tie: DemoPartnership, number: int, goals: tuple[str, ...], status: VersionStatus, proposed: datetime,
    agreed: tuple[str, ...], signed: tuple[str, ...], now: datetime,
) -> Iterator[Model]:
    members = [WORLD.school(key) for key, *_ in tie.members]
    text = agreement.AgreementText(
        goals=[agreement.Goal(text=each) for each in goals],
        weekly_minutes={school.id: 45 for school in members},
        typical_days={
            school.id: f"{school.profile.day[0][:5]} to {school.profile.day[-1][-5:]}" for school in members
        },
        time_difference="We meet when both schools are in class, and look again when the clocks change.",
        internet={school.id: school.profile.internet for school in members},
        barriers=[agreement.Barrier("We speak English with different accents.",
                                    "We write key words on the board before we speak.")],
        duties=[agreement.Task(f"Prepares every {'first' if place == 0 else 'second'} lesson.", school.id)
                for place, school in enumerate(members)],
        review_on=(now + timedelta(days=120)).date(), expires_on=(now + timedelta(days=330)).date(),
    )
    version_id, digest = demo_id("agreement", str(tie.id), str(number)), agreement.digest(text)
    yield AgreementVersion(
        id=version_id, partnership_id=tie.id, number=number, text=agreement.stored(text), digest=digest,
        status=status, review_on=text.review_on, expires_on=text.expires_on,
        proposed_by_id=_person(tie.coordinators[0]), proposed_at=proposed,
        in_force_at=at_ten(now, 17) if status is VersionStatus.IN_FORCE else None,
    )
    seats = dict(seat.split("/") for seat in tie.coordinators)
    for key in agreed:
        yield Assent(
            version_id=version_id, school_id=WORLD.school(key).id, user_id=_person(f"{key}/{seats[key]}"),
            kind=AssentKind.AGREED, given_at=proposed + timedelta(hours=22), digest=digest,
        )
    for key in signed:
        head = next(each for each in WORLD.school(key).staff if StaffRole.HEADTEACHER in each.posts)
        yield Assent(
            version_id=version_id, school_id=WORLD.school(key).id, user_id=head.id,
            kind=AssentKind.SIGNED, given_at=proposed + timedelta(days=3), digest=digest,
        )


def _space(tie: DemoPartnership, space: DemoSpace, began: datetime, now: datetime) -> Iterator[Model]:
    yield Space(
        id=space.id, partnership_id=tie.id, kind=space.kind, name=space.name, created_at=began,
        last_seq=len(space.talk),
    )
    yield Board(id=demo_id("board", str(space.id)), space_id=space.id, title="1", position=1)
    yield Board(
        id=demo_id("notes", str(space.id)), space_id=space.id, title="", position=0, kind=PageKind.NOTES
    )
    for key in space.schools:
        school = WORLD.school(key)
        yield Enrolment(space_id=space.id, class_id=school.school_class.id, enrolled_at=began)
        if space.kind is SpaceKind.PROJECT:
            yield LinkTeacher(
                space_id=space.id, school_id=school.id, since=began,
                user_id=school.person(school.school_class.teacher),
            )
    for seq, (days, at, author, text) in enumerate(space.talk, start=1):
        yield ChatMessage(
            id=demo_id("message", str(space.id), str(seq)), space_id=space.id, seq=seq,
            author_id=_person(author), client_id=demo_id("sent", str(space.id), str(seq)), text=text,
            sent_at=datetime.combine(school_day(now.date(), days), time.fromisoformat(at), UTC),
        )


def _asked(programmes: Programmes, now: datetime) -> Iterator[Model]:
    """What waits for somebody: a request to Willow, one to join the cluster; a delegate and an adviser."""
    cluster = next(tie for tie in WORLD.partnerships if tie.kind is PartnershipKind.CLUSTER)
    willow, kumasi, kampala = (WORLD.school(key) for key in ("willow", "kumasi", "kampala"))
    asked = PartnerRequest(
        id=demo_id("request", "kumasi"), from_school_id=kumasi.id, to_school_id=willow.id,
        programme_id=programmes["global-learning"], kind=PartnershipKind.ONE_TO_ONE,
        offers=kumasi.profile.offers, looks_for=kumasi.profile.looks_for,
        asked_by_id=_person("kumasi/teacher"), asked_at=at_ten(now, 3),
    )
    yield asked
    talk = (
        (3, "kumasi/teacher", "Good morning! Our class keeps a garden book. Would yours like to keep one, "
         "too, and swap pages with us?"),
        (2, "willow/okafor", "That sounds lovely. Our beds are small. How old are your gardeners?"),
        (1, "kumasi/teacher", "Nine and ten. They are very proud of the cocoa trees."),
    )
    for days, author, text in talk:
        yield RequestMessage(
            request_id=asked.id, author_id=_person(author), text=text, sent_at=at_ten(now, days)
        )
    yield JoinRequest(
        partnership_id=cluster.id, school_id=kampala.id, asked_by_id=_person("kampala/head"),
        message="We keep a rain book since 2019 and would like to tell the others about our two rainy "
        "seasons.",
        asked_at=at_ten(now, 1),
    )
    coordinator = _person(cluster.coordinators[0])
    yield Delegation(
        partnership_id=cluster.id, user_id=_person("brookfield/morgan"), duty=Duty.OPEN_SPACES,
        granted_by_id=coordinator, granted_at=now - timedelta(days=6), until=now + timedelta(days=60),
    )
    yield Visit(
        partnership_id=cluster.id, user_id=_person("harbour-office/devi"), role=VisitRole.ADVISER,
        starts_at=now - timedelta(days=5), ends_at=now + timedelta(days=85), invited_by_id=coordinator,
    )


def _person(seat: str) -> UUID:
    key, who = seat.split("/")
    return WORLD.school(key).person(who)


def _this_year(day: str, now: datetime) -> date:
    """A day of the school year 2026-27, moved to the school year of `now`."""
    written = date.fromisoformat(day)
    return written.replace(year=written.year + (now - timedelta(days=212)).year - 2026)
