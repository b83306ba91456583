"""The access rule holds after any sequence of changes to the records.

`expected` states the rule once more, in the order of docs/access.md and over plain sets. The machine
changes the records in every way it can think of and compares the two for every person and space.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import access, clock
from server.access import Facts
from server.accounts.models import StaffPost, StaffRole, User, UserKind
from server.db import Database, Model
from server.partnerships.models import (
    Ban,
    Coordinator,
    MemberRole,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipStatus,
)
from server.schools.models import RosterEntry, RosterRole
from server.spaces.models import Enrolment, Space, SpaceKind
from tests.factories import World

READ = {"space:read", "chat:read", "board:view"}
TAKE_PART = READ | {
    "space:enter", "chat:post", "board:edit", "media:watch", "media:publish.audio", "media:publish.video",
}
T = TypeVar("T")

SCHOOLS = ("home", "kenyan", "ghanaian")
PEOPLE = {
    f"{school}/{who}": school for school in SCHOOLS for who in ("student", "other student", "teacher", "office")
}
PARTNERSHIPS = ("rivers", "weather")
SPACES = {"project": "rivers", "staff room": "rivers", "cluster-wide": "weather"}

people, schools = st.sampled_from(sorted(PEOPLE)), st.sampled_from(SCHOOLS)
staff = st.sampled_from([person for person in sorted(PEOPLE) if "student" not in person])
partnerships, spaces = st.sampled_from(PARTNERSHIPS), st.sampled_from(sorted(SPACES))
yes_or_no = st.booleans()


class Known:
    """What the machine has put into the records, as plain sets and words."""

    def __init__(self) -> None:
        self.status = dict.fromkeys(PARTNERSHIPS, "active")
        self.member: dict[tuple[str, str], str] = {}
        self.enrolled: set[tuple[str, str]] = set()
        self.roster: dict[tuple[str, str], str] = {}
        self.posts: set[tuple[str, str]] = set()
        self.coordinators: set[tuple[str, str]] = set()
        self.banned: set[tuple[str, str]] = set()
        self.disabled: set[str] = set()
        self.verified: set[str] = set()
        self.archived: set[str] = set()

    def expected(self, person: str, space: str) -> set[str]:
        partnership = SPACES[space]
        if person in self.disabled or (partnership, person) in self.banned:
            return set()
        if self.member.get((partnership, PEOPLE[person])) != "accepted":
            return set()
        is_student = "student" in person
        in_enrolled_class_as = {
            role for (group, who), role in self.roster.items() if who == person and (space, group) in self.enrolled
        }
        if is_student:
            if space == "staff room" or "student" not in in_enrolled_class_as:
                return set()
        elif not (
            "teacher" in in_enrolled_class_as
            or (partnership, person) in self.coordinators
            or (person, "headteacher") in self.posts
            or (person, "safeguarding_lead") in self.posts
        ):
            return set()
        status = self.status[partnership]
        if status in ("suspended", "ended"):
            return set() if is_student else READ | {"space:export"}
        if status != "active":
            return set()
        if space in self.archived:
            return READ | {"space:enter"} | (set() if is_student else {"space:export"})
        if not is_student and person in self.verified:
            return TAKE_PART | {"space:export", "space:moderate"}
        return TAKE_PART


class AccessMachine(RuleBasedStateMachine):
    """One transaction of changes to a small world; undone at the end."""

    runner: asyncio.Runner
    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.known = Known()
        self.session = AsyncSession(self.database.engine, expire_on_commit=False)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def _store(self, there: bool, model: type[Model], where: dict[str, Any], **rest: Any) -> None:
        """Make exactly one row, or none."""
        await self.session.execute(delete(model).filter_by(**where))
        if there:
            self.session.add(model(**where, **rest))
            await self.session.flush()

    @initialize()
    def begin(self) -> None:
        self.do(self._begin())

    async def _begin(self) -> None:
        world = World(self.session)
        school_ids = {name: (await world.school(name)).id for name in SCHOOLS}
        self.school_ids = school_ids
        records = {
            person: await world.add(
                User(kind=UserKind.STUDENT if "student" in person else UserKind.STAFF,
                     school_id=school_ids[school], name=person)
            )
            for person, school in PEOPLE.items()
        }
        self.ids: dict[str, UUID] = {person: user.id for person, user in records.items()}
        programme = await world.programme()
        self.partnership_ids = {name: (await world.partnership(programme)).id for name in PARTNERSHIPS}
        self.class_ids: dict[str, UUID] = {}
        for name in SCHOOLS:
            school = await self.session.get_one(world_school := type(programme).__mro__[0], programme.id)
            del school, world_school
        await self.session.flush()
