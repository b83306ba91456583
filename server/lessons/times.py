"""The days of schools as moments, and what a time for a lesson would be like: pure. docs/lessons.md.

Each school's open time is worked out for each of its days by its own clock, through the time zone database,
and only then compared, in UTC: so it holds when either side's clocks change, across midnight and across the
date line. Which times suit everyone is found by `server.lessons.slots`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from server.schools.calendar import BellTimes, Days, Period, minutes
from server.schools.models import DateKind
from server.schools.vocabulary import plain

TIMES_MAX = 40
SHORTEST_MIN, LONGEST_MIN = 10, 240
STRETCH_MAX = timedelta(minutes=60)
ASSUMED = ("09:00", "15:00")
"""The day of a school that has given no bell times: Monday to Friday, until it says otherwise."""

_BREAK = re.compile(
    r"\b(break|breaks|lunch|recess|snack|playtime|interval|tea|recre|recreation|pause|dejeuner|cantine|gouter|"
    r"mapumziko|chakula|chai)\b|استراح|فسحة|غداء|الغداء"
)


class SchoolTime(msgspec.Struct, frozen=True):
    """What is known of one school's time."""

    school_id: UUID
    timezone: str
    """IANA name."""
    bell_times: BellTimes
    dates: Sequence[Days] = ()


class Busy(msgspec.Struct, frozen=True):
    """A stretch that is taken already: one of the classes has another lesson."""

    starts_at: datetime
    ends_at: datetime


class Occurrence(msgspec.Struct, frozen=True):
    """One of the repeated lessons.

    `code`: `fits`; `outside` (`school_ids` have school, but not at this hour: their clocks may have changed),
    `no_school` (`school_ids` have none that day) or `taken`. The last two are left out of a plan.
    """

    starts_at: datetime
    ends_at: datetime
    code: str
    school_ids: list[UUID] = []


class Day(msgspec.Struct, frozen=True):
    """One school day of one school, as moments in UTC."""

    opens: datetime
    closes: datetime
    lessons: list[tuple[datetime, datetime]]
    """The periods that are no break."""


class SchoolDays:
    """A school's days over a stretch of dates, and what stands at a moment of them."""

    def __init__(self, of: SchoolTime, first: date, last: date) -> None:
        self.id = of.school_id
        self.zone = ZoneInfo(of.timezone)
        self.is_assumed = not any(of.bell_times.days)
        self.bells = assumed_bells() if self.is_assumed else of.bell_times
        self.school_days = frozenset(days_of_school(of.dates, self.bells, first, last))
        self.days: dict[date, Day] = {day: self._day(day) for day in self.school_days}

    def _at(self, day: date, clock: str) -> datetime:
        return datetime.combine(day, time(*divmod(minutes(clock), 60)), self.zone).astimezone(UTC)

    def _day(self, day: date) -> Day:
        periods = self.bells.days[day.weekday()]
        moments = [(self._at(day, each.start), self._at(day, each.end), is_break(each)) for each in periods]
        return Day(
            min(start for start, _, _ in moments), max(end for _, end, _ in moments),
            [(start, end) for start, end, pause in moments if not pause],
        )

    def date_at(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def day_at(self, moment: datetime) -> Day | None:
        return self.days.get(self.date_at(moment))

    def is_open(self, starts: datetime, ends: datetime) -> bool:
        day = self.day_at(starts)
        return day is not None and day.opens <= starts and ends <= day.closes

    def stretch(self, starts: datetime, ends: datetime) -> tuple[timedelta, timedelta] | None:
        """How long before and after the nearest school day it is; None on a day without school."""
        none = timedelta()
        day = self.day_at(starts) or self.day_at(ends)
        return (max(none, day.opens - starts), max(none, ends - day.closes)) if day else None


def assumed_bells() -> BellTimes:
    """The day that is assumed of a school without bell times."""
    usual = [Period("", *ASSUMED)]
    return BellTimes([usual if weekday < 5 else [] for weekday in range(7)])


def is_break(period: Period) -> bool:
    """Whether a period is a break, by its name."""
    return bool(_BREAK.search(plain(period.name)))


def days_of_school(dates: Iterable[Days], bells: BellTimes, first: date, last: date) -> Iterator[date]:
    """The school days from one date to another: `calendar.is_school_day`, for many days at once."""
    terms: list[tuple[date, date]] = []
    closed: set[date] = set()
    for each in dates:
        if each.kind is DateKind.TERM:
            terms.append((each.first_day, each.last_day))
        else:
            day, until = max(first, each.first_day), min(last, each.last_day)
            while day <= until:
                closed.add(day)
                day += timedelta(days=1)
    day = first
    while day <= last:
        in_term = not terms or any(begin <= day <= end for begin, end in terms)
        if in_term and day not in closed and bells.days[day.weekday()]:
            yield day
        day += timedelta(days=1)


def is_taken(starts: datetime, ends: datetime, busy: Iterable[Busy]) -> bool:
    return any(each.starts_at < ends and starts < each.ends_at for each in busy)


def places(first_at: datetime, timezone: str, times: int, every_weeks: int) -> list[datetime]:
    """When repeated lessons begin: at the same clock where that zone is, whatever the clocks there do."""
    zone = ZoneInfo(timezone)
    local, step = first_at.astimezone(zone), timedelta(weeks=every_weeks)
    return [
        # A clock time that is skipped when clocks go forward is read as the time after it.
        datetime.combine(local.date() + step * number, local.time(), zone).astimezone(UTC)
        for number in range(times)
    ]


def repeated(
    known: Sequence[SchoolDays], host: SchoolDays, starts: datetime, ends: datetime, times: int,
    every_weeks: int, busy: Sequence[Busy], asked: frozenset[UUID],
) -> list[Occurrence]:
    """Each of the repeated lessons, and whether it fits; schools in `asked` may stretch their day."""
    found = []
    for start in places(starts, str(host.zone), times, every_weeks):
        end = start + (ends - starts)
        away = [each.id for each in known if not (each.day_at(start) or each.day_at(end))]
        outside = [
            each.id for each in known
            if not each.is_open(start, end) and not (each.id in asked and _is_near(each, start, end))
        ]
        if away:
            found.append(Occurrence(start, end, "no_school", away))
        elif outside:
            found.append(Occurrence(start, end, "outside", outside))
        elif is_taken(start, end, busy):
            found.append(Occurrence(start, end, "taken"))
        else:
            found.append(Occurrence(start, end, "fits"))
    return found


def _is_near(school: SchoolDays, starts: datetime, ends: datetime) -> bool:
    given = school.stretch(starts, ends)
    return given is not None and sum(given, timedelta()) <= STRETCH_MAX


def check(
    schools: Sequence[SchoolTime], host_id: UUID, starts_at: datetime, ends_at: datetime, *, times: int = 1,
    every_weeks: int = 1, busy: Sequence[Busy] = (),
) -> list[Occurrence]:
    """What a wanted time would be like, each of its lessons: for a plan that is not one of the slots.

    Nothing forbids a time outside a school's day: its school says yes or no. But it is said.
    """
    first = starts_at.date() - timedelta(days=2)
    last = ends_at.date() + timedelta(weeks=every_weeks * (times - 1), days=2)
    known = [SchoolDays(each, first, last) for each in schools]
    host = next((each for each in known if each.id == host_id), known[0])
    return repeated(known, host, starts_at, ends_at, times, every_weeks, busy, frozenset())
