"""Today, and one space: what a person sees before they go in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from server import access
from server.access import Access
from server.accounts import service as accounts
from server.accounts.models import User
from server.accounts.service import SignedIn
from server.db import Database
from server.errors import DomainError, NoAccess, NotFound
from server.hours import service as hours
from server.lessons import upcoming
from server.lessons.upcoming import LessonCard
from server.schools.models import School
from server.schools.views import SchoolView
from server.spaces import duties, service
from server.spaces.duties import Duties
from server.spaces.models import LinkTeacher, Space
from server.spaces.service import LivePresence


class PersonHere(msgspec.Struct, frozen=True):
    """Someone who is in a space at this moment."""

    user_id: UUID
    name: str
    kind: str
    avatar: str
    school_id: UUID


class LinkTeacherView(msgspec.Struct, frozen=True):
    """Who answers for a project at one school."""

    school_id: UUID
    name: str


class SpaceCard(msgspec.Struct, frozen=True, kw_only=True):
    """A space on a list. When it is not `open`, `closed_reason` is the code that says why, and `opens_at`
    when it opens by itself, where that is known."""

    id: UUID
    name: str
    kind: str
    partnership_id: UUID
    partnership_name: str
    open: bool
    closed_reason: str
    opens_at: datetime | None
    schools: list[SchoolView]
    visiting: list[SchoolView]
    """Schools and offices of people who are invited and belong to none of `schools`."""
    link_teachers: list[LinkTeacherView]
    here: list[PersonHere]
    grants: list[str]


class Today(msgspec.Struct, frozen=True):
    """The first page: my school, the schools I work with, and my spaces."""

    school: SchoolView
    partners: list[SchoolView]
    spaces: list[SpaceCard]
    duties: Duties
    """What waits for me; empty for students."""
    lessons: list[LessonCard]
    """Those that run now, then the next few."""


def _card(
    space: Space, found: Access, people: Iterable[User], links: Iterable[LinkTeacher],
    visiting: Iterable[School], opens_at: datetime | None,
) -> SpaceCard:
    members = service.schools_in(space)
    return SpaceCard(
        id=space.id,
        name=space.name,
        kind=space.kind.value,
        partnership_id=space.partnership_id,
        partnership_name=space.partnership.name,
        open=found.may_enter,
        closed_reason=found.reason,
        opens_at=opens_at,
        schools=[SchoolView.of_member(member) for member in members],
        visiting=[
            SchoolView.of(school, service.colour_after(space, place))
            for place, school in enumerate(visiting)
        ],
        link_teachers=[
            LinkTeacherView(link.school_id, link.user.name)
            for member in members
            for link in links
            if link.space_id == space.id and link.school_id == member.school_id
        ],
        here=[
            PersonHere(each.id, each.name, each.kind.value, each.avatar, each.school_id) for each in people
        ],
        grants=sorted(found.grants),
    )


def _refusal(found: Access) -> DomainError:
    return NotFound() if found.reason == "not_found" else NoAccess(found.reason)


async def _cards(
    database: Database, presence: LivePresence, allowed: dict[UUID, Access], who: SignedIn
) -> list[SpaceCard]:
    async with database.read() as session:
        here = await service.people_in(
            session, presence.here, [space_id for space_id, found in allowed.items() if found.may_enter]
        )
        spaces = await service.with_schools(session, allowed)
        people = await accounts.people(session, {user_id for ids in here.values() for user_id in ids})
        links = await service.link_teachers(session, allowed)
        visiting = await service.visiting_schools(session, spaces)
        shut = [space_id for space_id, found in allowed.items() if found.reason == "outside_hours"]
        opens_at = await hours.opens_at(session, who.school_id, shut) if shut else {}
    return [
        _card(
            space, allowed[space.id], [people[each] for each in here.get(space.id, []) if each in people],
            links, visiting[space.id], opens_at.get(space.id),
        )
        for space in spaces
    ]


@get("/today")
async def today(
    request: Request[SignedIn, Any, Any],
    database: NamedDependency[Database],
    presence: NamedDependency[LivePresence],
) -> Today:
    """My spaces, who is in them now, and the schools I share them with."""
    async with database.read() as session:
        user, _, _ = await accounts.profile(session, request.user.user_id)
        allowed = await access.spaces_of(session, request.user.user_id)
        waiting = await duties.of(session, request.user)
        asked = await upcoming.to_answer(session, request.user, allowed)
        lessons = await upcoming.for_today(session, allowed)
    cards = await _cards(database, presence, allowed, request.user)
    partners = {
        school.id: school for card in cards for school in card.schools if school.id != user.school_id
    }
    return Today(
        SchoolView.of(user.school), sorted(partners.values(), key=lambda school: school.name), cards,
        duties.with_lessons(waiting, asked), lessons,
    )


@get("/spaces/{space_id:uuid}")
async def space(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    database: NamedDependency[Database],
    presence: NamedDependency[LivePresence],
) -> SpaceCard:
    """One space. 403 with the reason as its code when it is closed to this person, else 404."""
    async with database.read() as session:
        found = await access.access_in(session, request.user.user_id, space_id)
    if not found.grants:
        raise _refusal(found)
    return (await _cards(database, presence, {space_id: found}, request.user))[0]


router = Router("/", route_handlers=[today, space], tags=["Spaces"])
