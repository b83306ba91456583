"""Schools: the list, profiles, registration, verification and calendars; and the words they are found by."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from server import paging
from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.guards import staff_only
from server.programmes import service as programmes
from server.schools import calendar, dates, service, vocabulary
from server.schools.calendar import BellTimes, ReadDate, RowProblem
from server.schools.dates import NewDate
from server.schools.models import DateKind, DateSource, Phase, SchoolDate
from server.schools.profile import Profile, profile_of
from server.schools.service import Filters, Staffing
from server.schools.views import SchoolItem


class Administrator(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    email: Annotated[str, Meta(min_length=3, max_length=254)]


class NewSchool(msgspec.Struct, forbid_unknown_fields=True):
    """A school, and who manages it first."""

    country: vocabulary.Country
    profile: Profile
    administrator: Administrator


class NewDates(msgspec.Struct, forbid_unknown_fields=True):
    """All of them: what is not there is gone afterwards."""

    dates: Annotated[list[NewDate], Meta(max_length=dates.DATES_LIMIT)]


class CalendarFile(msgspec.Struct, forbid_unknown_fields=True):
    """The text of an .ics file. `otherwise` is what an event is whose name does not say; without it, such
    events are left out. With `dry_run` nothing is changed."""

    text: Annotated[str, Meta(min_length=1, max_length=calendar.FILE_LIMIT_BYTES)]
    otherwise: DateKind | None = None
    dry_run: bool = True


class SchoolPage(msgspec.Struct, frozen=True):
    items: list[SchoolItem]
    next: str
    """The cursor of the next page; empty on the last one."""


class SchoolDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A school as staff of others see it. `can_edit`: profile and calendar; `can_verify`: verifying it,
    or taking that back."""

    id: UUID
    country: str
    verified_at: datetime | None
    created_at: datetime
    profile: Profile
    staffing: Staffing
    can_edit: bool
    can_verify: bool


class Registered(msgspec.Struct, frozen=True):
    """A new school. Pass `welcome_path` to its administrator: it is shown once, and works once."""

    school: SchoolDetail
    welcome_path: str


class DateView(msgspec.Struct, frozen=True):
    kind: DateKind
    name: str
    first_day: date
    last_day: date
    source: DateSource

    @classmethod
    def of(cls, each: SchoolDate) -> DateView:
        return cls(each.kind, each.name, each.first_day, each.last_day, each.source)


class CalendarView(msgspec.Struct, frozen=True):
    """Bell times by the school's own clock, and its terms and holidays."""

    timezone: str
    bell_times: BellTimes
    dates: list[DateView]
    can_edit: bool


class ImportView(msgspec.Struct, frozen=True):
    """What a calendar file adds, what of it is there already, and what was left out."""

    is_dry_run: bool
    added: list[ReadDate]
    kept: int
    problems: list[RowProblem]


class HolidaysView(msgspec.Struct, frozen=True):
    """Public holidays of the school's country, to choose from. `is_known` is false where there is no list."""

    year: int
    is_known: bool
    dates: list[ReadDate]


class Vocabulary(msgspec.Struct, frozen=True):
    """Slugs that the client words, language tags to offer first, and the countries of our programmes."""

    interests: list[str]
    priorities: list[str]
    languages: list[str]
    countries: list[str]


async def _detail(database: Database, who: SignedIn, school_id: UUID) -> SchoolDetail:
    async with database.read() as session:
        school = await service.get_visible(session, who, school_id)
        return SchoolDetail(
            id=school.id, country=school.country, verified_at=school.verified_at,
            created_at=school.created_at, profile=profile_of(school),
            staffing=await service.staffing_of(session, school_id),
            can_edit=service.may_keep_profile(who, school_id),
            can_verify=await programmes.covers(session, who, school.country)
            and (school.verified_at is None or await service.may_unverify(session, who, school_id)),
        )


async def _calendar(database: Database, who: SignedIn, school_id: UUID) -> CalendarView:
    async with database.read() as session:
        school = await service.get_visible(session, who, school_id)
        known = await dates.dates_of(session, school_id)
        return CalendarView(
            school.timezone, service.bell_times_of(school), [DateView.of(each) for each in known],
            service.may_keep_profile(who, school_id),
        )


@get("/")
async def list_schools(
    request: Request[SignedIn, Any, Any],
    database: NamedDependency[Database],
    search: Annotated[str, QueryParameter(max_length=100, description="Part of name, town or country.")] = "",
    country: Annotated[str, QueryParameter(max_length=2, description="ISO 3166-1 alpha-2.")] = "",
    phase: Annotated[Phase | None, QueryParameter()] = None,
    verified: Annotated[bool | None, QueryParameter()] = None,
    cursor: paging.Cursor = "",
    limit: paging.Limit = 50,
) -> SchoolPage:
    """Verified schools by name; programme officers also find those that they may verify."""
    after = paging.place(cursor, str, UUID)
    filters = Filters(search=search, country=country, phase=phase, verified=verified)
    async with database.read() as session:
        found, place = await service.page(
            session, request.user, filters, (after[0], after[1]) if after else None, limit
        )
    return SchoolPage([SchoolItem.of(school) for school in found], paging.cursor(*place) if place else "")


@post("/")
async def register_school(
    request: Request[SignedIn, Any, Any],
    data: JSONBody[NewSchool],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> Registered:
    """Add a school and its first administrator; it is not verified yet. 400 `invalid`, 403 `not_allowed`,
    409 `email_taken`."""
    async with UnitOfWork(database, bus) as uow:
        school_id, token = await service.register(
            uow, request.user, data.country, data.profile, data.administrator.name, data.administrator.email
        )
    return Registered(await _detail(database, request.user, school_id), f"/welcome#{token}")


@get("/{school_id:uuid}")
async def get_school(
    request: Request[SignedIn, Any, Any], school_id: FromPath[UUID], database: NamedDependency[Database]
) -> SchoolDetail:
    """One school: a verified one, one's own, or one that one may verify. 404 `not_found`."""
    return await _detail(database, request.user, school_id)


@put("/{school_id:uuid}")
async def change_school(
    request: Request[SignedIn, Any, Any],
    school_id: FromPath[UUID],
    data: JSONBody[Profile],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> SchoolDetail:
    """Replace my own school's profile. 400 `invalid`, 403 `not_allowed`."""
    async with UnitOfWork(database, bus) as uow:
        await service.change_profile(uow, request.user, school_id, data)
    return await _detail(database, request.user, school_id)


@post("/{school_id:uuid}/verification", status_code=200)
async def verify_school(
    request: Request[SignedIn, Any, Any],
    school_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> SchoolDetail:
    """Confirm that it is a school. 403 `not_allowed`, 404 `not_found`, 409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await service.verify(uow, request.user, school_id)
    return await _detail(database, request.user, school_id)


@delete("/{school_id:uuid}/verification", status_code=200)
async def unverify_school(
    request: Request[SignedIn, Any, Any],
    school_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> SchoolDetail:
    """Take its verification back: its active partnerships are suspended. 403 `not_allowed`, 404
    `not_found`, 409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await service.unverify(uow, request.user, school_id)
    return await _detail(database, request.user, school_id)


@get("/{school_id:uuid}/calendar")
async def get_calendar(
    request: Request[SignedIn, Any, Any], school_id: FromPath[UUID], database: NamedDependency[Database]
) -> CalendarView:
    """Bell times, terms and holidays. 404 `not_found`."""
    return await _calendar(database, request.user, school_id)


@put("/{school_id:uuid}/bell-times")
async def set_bell_times(
    request: Request[SignedIn, Any, Any],
    school_id: FromPath[UUID],
    data: JSONBody[BellTimes],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> CalendarView:
    """Replace my own school's bell times. 400 `invalid` (with `weekday` and `period`), 403 `not_allowed`."""
    async with UnitOfWork(database, bus) as uow:
        await dates.set_bell_times(uow, request.user, school_id, data)
    return await _calendar(database, request.user, school_id)


@put("/{school_id:uuid}/dates")
async def set_dates(
    request: Request[SignedIn, Any, Any],
    school_id: FromPath[UUID],
    data: JSONBody[NewDates],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> CalendarView:
    """Replace my own school's terms and holidays. 400 `invalid` (with `row`, from 0), 403 `not_allowed`."""
    async with UnitOfWork(database, bus) as uow:
        await dates.set_dates(uow, request.user, school_id, data.dates)
    return await _calendar(database, request.user, school_id)


@post("/{school_id:uuid}/dates/import", status_code=200)
async def import_dates(
    request: Request[SignedIn, Any, Any],
    school_id: FromPath[UUID],
    data: JSONBody[CalendarFile],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> ImportView:
    """Add the terms and holidays of a calendar file to those of my own school; first as a dry run. 400
    `invalid`, 403 `not_allowed`."""
    service.check_own(request.user, school_id)
    read = await asyncio.to_thread(calendar.read_file, data.text, data.otherwise)
    if data.dry_run:
        async with database.read() as session:
            added = calendar.new_dates(await dates.dates_of(session, school_id), read.dates)
    else:
        async with UnitOfWork(database, bus) as uow:
            added = await dates.add_dates(
                uow, request.user, school_id, read.dates, DateSource.CALENDAR_FILE
            )
    return ImportView(data.dry_run, added, len(read.dates) - len(added), read.problems)


@get("/{school_id:uuid}/public-holidays")
async def propose_public_holidays(
    request: Request[SignedIn, Any, Any],
    school_id: FromPath[UUID],
    database: NamedDependency[Database],
    year: Annotated[
        int, QueryParameter(ge=calendar.FIRST_HOLIDAY_YEAR, le=calendar.LAST_HOLIDAY_YEAR)
    ],
) -> HolidaysView:
    """Public holidays of the school's country in a year. Nothing is stored. 404 `not_found`."""
    async with database.read() as session:
        school = await service.get_visible(session, request.user, school_id)
    found = await asyncio.to_thread(calendar.public_holidays, school.country, year)
    return HolidaysView(year, found is not None, found or [])


@get("/vocabulary")
async def get_vocabulary(database: NamedDependency[Database]) -> Vocabulary:
    """The words that schools are found by."""
    async with database.read() as session:
        countries = await service.countries_offered(session)
    return Vocabulary(
        list(vocabulary.INTERESTS), list(vocabulary.PRIORITIES), list(vocabulary.LANGUAGES), countries
    )


router = Router(
    "/",
    route_handlers=[
        Router("/schools", route_handlers=[
            list_schools, register_school, get_school, change_school, verify_school, unverify_school,
            get_calendar, set_bell_times, set_dates, import_dates, propose_public_holidays,
        ]),
        get_vocabulary,
    ],
    guards=[staff_only],
    tags=["Schools"],
)
