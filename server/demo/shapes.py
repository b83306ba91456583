"""What the demo world is made of."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

import msgspec

from server.accounts.models import StaffRole
from server.partnerships.models import MemberRole, MemberStatus, PartnershipKind, PartnershipStatus
from server.schools.models import Experience, Funding, Internet, Phase, SchoolKind
from server.spaces.models import SpaceKind

PASSPHRASE = "two rivers one sea"
"""Every member of staff of the demo signs in with it."""

_NAMESPACE = UUID("5a1b0d0e-6f6e-4f63-8d6d-636f6d6d6f6e")


def demo_id(*words: str) -> UUID:
    """The id of something in the demo world: `demo_id("school", "willow")`, the same everywhere."""
    return uuid5(_NAMESPACE, "/".join(words))


def at_ten(now: datetime, days_ago: int) -> datetime:
    """Ten in the morning, UTC, so many days before: people of the demo keep school hours."""
    return datetime.combine(now.date() - timedelta(days=days_ago), time(10), UTC)


class DemoStudent(msgspec.Struct, frozen=True):
    """Signs in with the code of the class, the alias, and three pictures in order."""

    id: UUID
    alias: str
    avatar: str
    pictures: tuple[str, str, str]
    given_name: str
    """For the staff of their own school."""


class DemoStaff(msgspec.Struct, frozen=True):
    """Signs in with e-mail and `PASSPHRASE`."""

    id: UUID
    name: str
    email: str
    posts: tuple[StaffRole, ...]
    duty: str = ""
    """What else they are, in words, for the printed table."""


class DemoClass(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    school_year: str
    code: str
    teacher: str
    """The first word of the teacher's e-mail address."""
    students: tuple[DemoStudent, ...]

    @property
    def typed_code(self) -> str:
        """The code with the dash that makes it easy to copy."""
        return f"{self.code[:3]}-{self.code[3:]}"


class DemoProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What a school says of itself to schools that look for a partner."""

    town: str
    latitude: float
    longitude: float
    ages: tuple[int, int] = (5, 11)
    funding: Funding = Funding.STATE
    internet: Internet = Internet.LIMITED
    experience: Experience = Experience.SOME
    interests: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    offers: str = ""
    looks_for: str = ""
    day: tuple[str, ...] = ()
    """Begin and end of each lesson, "08:30-09:20", the same on every school day."""
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    """0 is Monday."""
    terms: tuple[tuple[str, str, str], ...] = ()
    """(name, first day, last day)."""


class DemoSchool(msgspec.Struct, frozen=True):
    id: UUID
    key: str
    name: str
    short_name: str
    country: str
    timezone: str
    phase: Phase
    languages: tuple[str, ...]
    staff: tuple[DemoStaff, ...]
    classes: tuple[DemoClass, ...]
    profile: DemoProfile
    kind: SchoolKind = SchoolKind.SCHOOL

    @property
    def school_class(self) -> DemoClass:
        """The class of a school that has one."""
        return self.classes[0]

    def person(self, who: str) -> UUID:
        """The id of a student by alias, or of staff by the first word of their e-mail address."""
        return demo_id("person", self.key, who)


class DemoSpace(msgspec.Struct, frozen=True):
    id: UUID
    kind: SpaceKind
    name: str
    schools: tuple[str, ...] = ()
    """Keys of the schools whose class is enrolled; its teacher is their link teacher."""
    talk: tuple[tuple[int, str, str, str], ...] = ()
    """(days of school ago, "HH:MM" in UTC, "school/who", what they wrote), in order."""


class DemoAgreement(msgspec.Struct, frozen=True):
    """Versions of an agreement, each with the schools that agreed and the heads that signed."""

    goals: tuple[str, ...]
    agreed: tuple[str, ...]
    """Keys of schools."""
    signed: tuple[str, ...]
    amended_goals: tuple[str, ...] = ()
    """Goals of a second version that waits for signatures; empty: there is none."""


class DemoPartnership(msgspec.Struct, frozen=True):
    id: UUID
    kind: PartnershipKind
    name: str
    status: PartnershipStatus
    members: tuple[tuple[str, MemberRole, MemberStatus], ...]
    """(key of the school, role, state), in the order of their colours."""
    coordinators: tuple[str, ...]
    """As "school/who"."""
    spaces: tuple[DemoSpace, ...] = ()
    agreement: DemoAgreement | None = None
    programme: str = "global-learning"


def school_day(today: date, days_ago: int) -> date:
    """The weekday that was `days_ago` weekdays before today."""
    day = today
    while days_ago:
        day -= timedelta(days=1)
        days_ago -= day.weekday() < 5
    return day
