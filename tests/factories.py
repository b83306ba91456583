"""Small worlds for tests: records with sensible defaults, made in the order they need.

`World` makes one thing at a time; `pair` makes two partnered schools with everything a test of the
HTTP API or of the live channel usually wants. Passwords are hashed as cheaply as Argon2 allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID, uuid4

import msgspec
from argon2 import PasswordHasher
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts.models import StaffPost, StaffRole, User, UserKind
from server.boards.models import Board, PageKind
from server.bus import InProcessBus
from server.consent import ground_rules
from server.consent.models import Consent, ConsentKind, Giver, GroundRulesAccepted
from server.db import Database, Identified, Model, UnitOfWork
from server.hours.models import SchoolDay
from server.partnerships.models import (
    Coordinator,
    Delegation,
    Duty,
    MemberRole,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
    Visit,
    VisitRole,
)
from server.programmes.models import Programme
from server.programmes.rules import ProgrammeRules
from server.schools.models import (
    Phase,
    RosterEntry,
    RosterRole,
    School,
    SchoolClass,
    SchoolKind,
    SchoolTag,
    TagKind,
)
from server.spaces.models import ChatMode, Enrolment, Space, SpaceKind

PASSWORD = "a kettle on the blue stove"
PICTURES = ("drum", "cat", "moon")

_cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD_HASH = _cheap.hash(PASSWORD)
PICTURES_HASH = _cheap.hash("-".join(PICTURES))

ZONES = {"GB": "Europe/London", "KE": "Africa/Nairobi", "GH": "Africa/Accra", "FR": "Europe/Paris"}
_numbers = count(1)

Record = TypeVar("Record", bound=Model)


class Student(msgspec.Struct, frozen=True):
    """What a test needs to sign a student in."""

    id: UUID
    alias: str
    code: str
    """Of the class."""


class World:
    """Adds records to a session and flushes each, so that ids and links hold at once.

    Args:
        is_at_once: records have their ids at once, and all are written together by `write`: for a whole
            world, of which nothing is read before.
        is_open: schools are open at every hour, from weeks ago for a year.
        accepts: people have accepted the ground rules.
        consents: students have consent to be seen and heard.
    """

    def __init__(
        self, session: AsyncSession, *, is_open: bool = True, accepts: bool = True, consents: bool = True,
        is_at_once: bool = False,
    ) -> None:
        self.session = session
        self._waiting: list[Model] | None = [] if is_at_once else None
        self.is_open, self.accepts, self.consents = is_open, accepts, consents

    async def add(self, record: Record) -> Record:
        if self._waiting is not None:
            if isinstance(record, Identified) and record.id is None:
                record.id = uuid4()
            self._waiting.append(record)
            return record
        self.session.add(record)
        await self.session.flush()
        return record

    async def write(self) -> None:
        """Write what waits, table by table: what others refer to first."""
        waiting, self._waiting = self._waiting or [], None
        for table in Model.metadata.sorted_tables:
            if records := [each for each in waiting if each.__table__ is table]:
                self.session.add_all(records)
                await self.session.flush()

    async def programme(self, **rules: Any) -> Programme:
        stored = msgspec.to_builtins(ProgrammeRules(**{"home_country": "GB", **rules}))
        number = next(_numbers)
        return await self.add(
            Programme(slug=f"programme-{number}", name=f"Programme {number}", rules=stored,
                      changed_at=clock.now())
        )

    async def school(self, name: str = "Willow", country: str = "GB") -> School:
        school = await self.add(
            School(name=name, short_name=name[:24], country=country, timezone=ZONES[country],
                   phase=Phase.PRIMARY, verified_at=clock.now(), created_at=clock.now(),
                   search_text=name.lower(),
                   tags=[SchoolTag(kind=TagKind.LANGUAGE, value="en", position=0)])
        )
        if self.is_open:
            await self.open_always(school)
        return school

    async def open_always(self, school: School) -> None:
        """It began so long ago that the daily job does not look at it, and is not over."""
        now = clock.now()
        await self.add(
            SchoolDay(school_id=school.id, starts_at=now - timedelta(days=30),
                      ends_at=now + timedelta(days=365))
        )

    async def accept(self, user_id: UUID) -> None:
        """They have accepted the ground rules."""
        await self.add(
            GroundRulesAccepted(user_id=user_id, version=ground_rules.VERSION, wording="staff",
                                accepted_at=clock.now())
        )

    async def consent(self, user_id: UUID, *kinds: ConsentKind, given: bool = True) -> None:
        """A parent has answered for a student who has no answer yet."""
        for kind in kinds:
            await self.add(
                Consent(user_id=user_id, kind=kind, given=given, giver=Giver.PARENT, paper="",
                        recorded_by_id=None, since=clock.now())
            )

    async def staff(self, school: School, *posts: StaffRole, verified: bool = True) -> User:
        number = next(_numbers)
        user = await self.add(
            User(kind=UserKind.STAFF, school_id=school.id, name=f"Staff {number}",
                 email=f"staff{number}@school.example", secret_hash=PASSWORD_HASH,
                 verified_at=clock.now() if verified else None)
        )
        for post in posts:
            await self.add(StaffPost(user_id=user.id, role=post))
        if self.accepts:
            await self.accept(user.id)
        return user

    async def school_class(self, school: School, *teachers: User) -> SchoolClass:
        record = await self.add(
            SchoolClass(school_id=school.id, name="5W", school_year="2026-27", code=f"C{next(_numbers):05}")
        )
        for teacher in teachers:
            await self.add(RosterEntry(class_id=record.id, user_id=teacher.id, role=RosterRole.TEACHER))
        return record

    async def student(self, school_class: SchoolClass, alias: str = "Blue Heron") -> Student:
        user = await self.add(
            User(kind=UserKind.STUDENT, school_id=school_class.school_id, name=alias,
                 avatar=alias.lower().replace(" ", "-"), secret_hash=PICTURES_HASH)
        )
        await self.add(RosterEntry(class_id=school_class.id, user_id=user.id, role=RosterRole.STUDENT))
        if self.accepts:
            await self.accept(user.id)
        if self.consents:
            await self.consent(user.id, ConsentKind.CAMERA, ConsentKind.VOICE)
        return Student(user.id, alias, school_class.code)

    async def partnership(
        self,
        programme: Programme,
        *schools: School,
        kind: PartnershipKind = PartnershipKind.ONE_TO_ONE,
        status: PartnershipStatus = PartnershipStatus.ACTIVE,
        invited: Sequence[School] = (),
        coordinators: Sequence[User] = (),
    ) -> Partnership:
        """The first school is the lead; those in `invited` have not accepted yet."""
        now = clock.now()
        record = await self.add(
            Partnership(programme_id=programme.id, kind=kind, name="A partnership", status=status,
                        status_changed_at=now, created_at=now)
        )
        for colour, school in enumerate([*schools, *invited]):
            accepted = school not in invited
            await self.add(
                Membership(
                    partnership_id=record.id, school_id=school.id, colour=colour, invited_at=now,
                    role=MemberRole.LEAD if colour == 0 else MemberRole.PARTNER,
                    status=MemberStatus.ACCEPTED if accepted else MemberStatus.INVITED,
                    accepted_at=now if accepted else None,
                )
            )
        for user in coordinators:
            await self.add(Coordinator(partnership_id=record.id, user_id=user.id, since=now))
        return record

    async def office(self, programme: Programme, *posts: StaffRole) -> list[User]:
        """An office that runs the programme, and a member of its staff for each post."""
        number = next(_numbers)
        office = await self.school(f"Office {number}")
        office.kind, programme.office_id = SchoolKind.OFFICE, office.id
        await self.session.flush()
        return [await self.staff(office, post) for post in posts]

    async def delegation(
        self, partnership: Partnership, user: User, duty: Duty, *, by: User, days: int = 30
    ) -> Delegation:
        now = clock.now()
        return await self.add(
            Delegation(partnership_id=partnership.id, user_id=user.id, duty=duty, granted_by_id=by.id,
                       granted_at=now, until=now + timedelta(days=days))
        )

    async def visit(
        self, partnership: Partnership, user: User, role: VisitRole, *, by: User, space: Space | None = None,
        days: int = 7,
    ) -> Visit:
        now = clock.now()
        return await self.add(
            Visit(partnership_id=partnership.id, user_id=user.id, space_id=space.id if space else None,
                  role=role, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=days),
                  invited_by_id=by.id)
        )

    async def space(
        self, partnership: Partnership, *classes: SchoolClass, name: str = "Rivers",
        kind: SpaceKind = SpaceKind.PROJECT, chat_mode: ChatMode = ChatMode.OPEN,
        works_alone: bool = True,
    ) -> Space:
        """By default students may write and draw here without an adult, and nothing they write is held."""
        now = clock.now() - timedelta(days=1)
        record = await self.add(
            Space(partnership_id=partnership.id, kind=kind, name=name, created_at=now, chat_mode=chat_mode,
                  works_alone=works_alone)
        )
        await self.add(Board(space_id=record.id, title="1", position=1))
        await self.add(Board(space_id=record.id, title="", position=0, kind=PageKind.NOTES))
        for each in classes:
            await self.add(Enrolment(space_id=record.id, class_id=each.id, enrolled_at=now))
        return record


class Side(msgspec.Struct, frozen=True):
    """One school of a pair."""

    school: School
    school_class: SchoolClass
    teacher: User
    """Also the school's partnership coordinator."""
    head: User
    safeguarding: User
    students: list[Student]


class Pair(msgspec.Struct, frozen=True):
    """Two partnered schools with an active partnership, a project space and a staff room."""

    programme: Programme
    partnership: Partnership
    space: Space
    staff_room: Space
    home: Side
    abroad: Side


async def _side(world: World, name: str, country: str, aliases: Sequence[str]) -> Side:
    school = await world.school(name, country)
    teacher = await world.staff(school, StaffRole.TEACHER)
    group = await world.school_class(school, teacher)
    return Side(
        school, group, teacher, await world.staff(school, StaffRole.HEADTEACHER),
        await world.staff(school, StaffRole.SAFEGUARDING_LEAD),
        [await world.student(group, alias) for alias in aliases],
    )


async def pair(
    database: Database, status: PartnershipStatus = PartnershipStatus.ACTIVE, students: int = 2,
    **usual: bool,
) -> Pair:
    """Make a `Pair` and commit it.

    Args:
        students: how many at each school.
        usual: what a `World` usually makes of itself: `is_open`, `accepts`, `consents`.
    """
    async with UnitOfWork(database, InProcessBus()) as uow:
        world = World(uow.session, is_at_once=True, **usual)
        aliases = [f"Heron {number}" for number in range(1, students + 1)]
        home = await _side(world, "Willow", "GB", aliases)
        abroad = await _side(world, "Nakuru Hill", "KE", aliases)
        programme = await world.programme()
        partnership = await world.partnership(
            programme, home.school, abroad.school, status=status, coordinators=[home.teacher, abroad.teacher]
        )
        classes = home.school_class, abroad.school_class
        made = Pair(
            programme, partnership, await world.space(partnership, *classes),
            await world.space(partnership, *classes, name="Staff room", kind=SpaceKind.STAFF_ROOM),
            home, abroad,
        )
        await world.write()
        return made


class Member(msgspec.Struct, frozen=True):
    """One school of a cluster."""

    school: School
    head: User
    teacher: User


class Cluster(msgspec.Struct, frozen=True):
    """Four schools, of which the first leads and its teacher coordinates, and one that is not in it."""

    programme: Programme
    partnership: Partnership
    members: list[Member]
    outsider: Member

    @property
    def lead(self) -> Member:
        return self.members[0]


async def cluster(
    database: Database, status: PartnershipStatus = PartnershipStatus.ACTIVE, **rules: Any
) -> Cluster:
    """Make a `Cluster` that meets every rule but that of an agreement, and commit it.

    Args:
        rules: of the programme, beside its home country (GB).
    """
    async with UnitOfWork(database, InProcessBus()) as uow:
        world = World(uow.session, is_at_once=True)

        async def member(name: str, country: str) -> Member:
            school = await world.school(name, country)
            return Member(
                school, await world.staff(school, StaffRole.HEADTEACHER),
                await world.staff(school, StaffRole.TEACHER),
            )

        members = [
            await member(*each)
            for each in (("Willow", "GB"), ("Ash", "GB"), ("Nakuru Hill", "KE"), ("Cape Coast", "GH"))
        ]
        programme = await world.programme(**rules)
        partnership = await world.partnership(
            programme, *(each.school for each in members), kind=PartnershipKind.CLUSTER, status=status,
            coordinators=[members[0].teacher],
        )
        made = Cluster(programme, partnership, members, await member("Lyon", "FR"))
        await world.write()
        return made
