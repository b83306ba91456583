"""The partner finder and the directory. For verified staff. First contact: `requests_api`."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from server import clock
from server.accounts.service import SignedIn
from server.db import Database
from server.finder import directory, requests_api, rules, service
from server.finder.rules import DayHours, Reason
from server.finder.service import Found, Wanted
from server.guards import staff_only
from server.paging import PAGE_LIMIT, Cursor, Limit
from server.partnerships.models import PartnershipKind
from server.schools.calendar import BellTimes, Timetable
from server.schools.models import Internet, Phase, School, TagKind
from server.schools.views import SchoolView

Values = Annotated[list[str] | None, QueryParameter(max_items=20)]
Age = Annotated[int | None, QueryParameter(ge=0, le=25)]


class FinderSchool(msgspec.Struct, frozen=True, kw_only=True):
    """A school on the list, and why it is where it is."""

    school: SchoolView
    town: str
    phase: str
    youngest: int
    oldest: int
    internet: str
    experience: str
    languages: list[str]
    interests: list[str]
    priorities: list[str]
    score: int
    """0 to 100."""
    reasons: list[Reason]
    """On the list those that give points; on the profile all of them."""


class FinderPage(msgspec.Struct, frozen=True):
    items: list[FinderSchool]
    next: str


class FinderProfile(FinderSchool, frozen=True, kw_only=True):
    """A school in full. `week` is the school week to come, date by date, by both clocks."""

    offers: str
    looks_for: str
    funding: str
    week: list[DayHours]


class PartnershipName(msgspec.Struct, frozen=True):
    id: UUID
    name: str


class DirectoryEntry(msgspec.Struct, frozen=True):
    user_id: UUID
    name: str
    posts: list[str]
    school: SchoolView
    """Its colour is that of the first partnership below."""
    partnerships: list[PartnershipName]
    """Those that this person's school and mine are both in."""


class DirectoryPage(msgspec.Struct, frozen=True):
    items: list[DirectoryEntry]
    next: str


def _card(mine: School, found: Found, *, whole: bool = False) -> dict[str, Any]:
    school = found.school
    reasons = rules.reasons(found.components, service.profile(mine), service.profile(school))
    return {
        "school": SchoolView.of(school),
        "town": school.town,
        "phase": school.phase.value,
        "youngest": school.youngest,
        "oldest": school.oldest,
        "internet": school.internet.value,
        "experience": school.experience.value,
        "languages": school.tagged(TagKind.LANGUAGE),
        "interests": school.tagged(TagKind.INTEREST),
        "priorities": school.tagged(TagKind.PRIORITY),
        "score": found.score,
        "reasons": [reason for reason in reasons if whole or reason.points],
    }


def _timetable(school: School) -> Timetable:
    return Timetable(msgspec.convert(school.bell_times, BellTimes), school.timezone)


@get("/finder")
async def find_partners(
    request: Request[SignedIn, Any, Any],
    database: NamedDependency[Database],
    programme_id: Annotated[UUID, QueryParameter()],
    kind: Annotated[PartnershipKind, QueryParameter()],
    search: Annotated[str, QueryParameter(max_length=100)] = "",
    countries: Values = None,
    phase: Annotated[Phase | None, QueryParameter()] = None,
    youngest: Age = None,
    oldest: Age = None,
    languages: Values = None,
    interests: Values = None,
    priorities: Values = None,
    internet: Annotated[Internet | None, QueryParameter()] = None,
    cursor: Cursor = "",
    limit: Limit = 20,
) -> FinderPage:
    """Schools that could be partners of mine in a programme, the best fit first. 400 `invalid`,
    403 `not_allowed`, 404 `not_found`."""
    wanted = Wanted(
        text=search, countries=countries or (), phase=phase, youngest=youngest, oldest=oldest,
        languages=languages or (), interests=interests or (), priorities=priorities or (), internet=internet,
    )
    async with database.read() as session:
        mine, found, more = await service.search(
            session, request.user, programme_id, kind, wanted, cursor, min(limit, PAGE_LIMIT)
        )
    return FinderPage([FinderSchool(**_card(mine, each)) for each in found], more)


@get("/finder/{school_id:uuid}")
async def finder_profile(
    request: Request[SignedIn, Any, Any], school_id: FromPath[UUID], database: NamedDependency[Database]
) -> FinderProfile:
    """One school, how it fits mine, and the hours we share next week. 403 `not_allowed`, 404 `not_found`."""
    async with database.read() as session:
        mine, found = await service.one(session, request.user, school_id)
    theirs = found.school
    monday = rules.school_week(clock.now().astimezone(ZoneInfo(mine.timezone)).date())
    return FinderProfile(
        **_card(mine, found, whole=True),
        offers=theirs.offers,
        looks_for=theirs.looks_for,
        funding=theirs.funding.value,
        week=rules.week_hours(_timetable(mine), _timetable(theirs), monday),
    )


@get("/directory")
async def get_directory(
    request: Request[SignedIn, Any, Any],
    database: NamedDependency[Database],
    partnership: Annotated[UUID | None, QueryParameter()] = None,
    search: Annotated[str, QueryParameter(max_length=100)] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> DirectoryPage:
    """Staff of the schools that mine works with, by name. 403 `not_allowed`, 404 `not_found`."""
    async with database.read() as session:
        entries, more = await directory.staff(session, request.user, partnership, search, cursor, limit)
    return DirectoryPage(
        [
            DirectoryEntry(
                entry.user.id, entry.user.name, [post.value for post in entry.posts],
                SchoolView.of(entry.user.school, entry.colour),
                [PartnershipName(record.id, record.name) for record in entry.partnerships],
            )
            for entry in entries
        ],
        more,
    )


router = Router(
    "/",
    route_handlers=[find_partners, finder_profile, get_directory, *requests_api.HANDLERS],
    guards=[staff_only],
    tags=["Partner finder"],
)
