"""How well two schools fit, from 0 to 100, and why. Pure: no database here.

The points are for ordering a long list, so that the likeliest partners come first; they decide nothing.
The finder works them out in SQL over every school (`server.finder.service`); these are the same sums in
Python, and a test holds one against the other. In words: docs/finder.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from server.schools.calendar import Timetable, school_day, shared_hours
from server.schools.models import Experience, Internet

DAY_MIN = 24 * 60
SHIFTS_MIN = tuple(days * DAY_MIN for days in (-2, -1, 0, 1, 2))
"""A usual school day is kept in minutes after midnight UTC, from below 0 to above 1440, as the zone has
it: the same hours may stand a day or two apart."""

POINTS_EACH_INTEREST, INTERESTS_AT_MOST = 10, 3
POINTS_EACH_PRIORITY, PRIORITIES_AT_MOST = 10, 2
POINTS_LANGUAGE = 15
MINUTES_EACH_HOUR_POINT, HOUR_POINTS_AT_MOST = 12, 20
"""Four hours a day in which both schools are open are as good as more."""
POINTS_EACH_INTERNET_STEP = 5
EXPERIENCE_POINTS = (0, 3, 5)
"""By how far apart the two are: a school with much experience helps one with none."""

INTERNET_RANK = {Internet.POOR: 0, Internet.LIMITED: 1, Internet.GOOD: 2}
EXPERIENCE_RANK = {Experience.NONE: 0, Experience.SOME: 1, Experience.STRONG: 2}


class Components(msgspec.Struct, frozen=True):
    """What the points are made of, for one school beside mine."""

    shared_interests: int
    shared_priorities: int
    shared_languages: int
    shared_minutes: int
    """Minutes of a usual day in which both schools are open."""
    internet: int
    """The weaker of the two lines: 0 poor, 1 limited, 2 good."""
    experience: int
    """How many steps of experience lie between the two, 0 to 2."""


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What of a school counts."""

    interests: Sequence[str] = ()
    priorities: Sequence[str] = ()
    languages: Sequence[str] = ()
    opens_utc_min: int | None = None
    closes_utc_min: int | None = None
    internet: Internet = Internet.LIMITED
    experience: Experience = Experience.NONE


class Reason(msgspec.Struct, frozen=True):
    """One part of the score. The client words it in the person's language."""

    code: str
    points: int
    of: int
    """The most that this part can give."""
    params: dict[str, Any]


def shared_minutes(mine: tuple[int | None, int | None], theirs: tuple[int | None, int | None]) -> int:
    """Minutes of a usual day in which both are open; 0 when one of them has no bell times.

    Args:
        mine, theirs: when the school opens and closes, in minutes after midnight UTC.
    """
    opens, closes = mine
    their_opens, their_closes = theirs
    if opens is None or closes is None or their_opens is None or their_closes is None:
        return 0
    return max(
        0,
        *(min(closes, their_closes + shift) - max(opens, their_opens + shift) for shift in SHIFTS_MIN),
    )


def _both(mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    return [value for value in mine if value in set(theirs)]


def compare(mine: Profile, theirs: Profile) -> Components:
    """What two schools have in common, and where one adds to the other."""
    return Components(
        len(_both(mine.interests, theirs.interests)),
        len(_both(mine.priorities, theirs.priorities)),
        len(_both(mine.languages, theirs.languages)),
        shared_minutes(
            (mine.opens_utc_min, mine.closes_utc_min), (theirs.opens_utc_min, theirs.closes_utc_min)
        ),
        min(INTERNET_RANK[mine.internet], INTERNET_RANK[theirs.internet]),
        abs(EXPERIENCE_RANK[mine.experience] - EXPERIENCE_RANK[theirs.experience]),
    )


def _points(components: Components) -> tuple[int, int, int, int, int, int]:
    return (
        min(components.shared_interests, INTERESTS_AT_MOST) * POINTS_EACH_INTEREST,
        min(components.shared_priorities, PRIORITIES_AT_MOST) * POINTS_EACH_PRIORITY,
        POINTS_LANGUAGE if components.shared_languages else 0,
        min(components.shared_minutes // MINUTES_EACH_HOUR_POINT, HOUR_POINTS_AT_MOST),
        components.internet * POINTS_EACH_INTERNET_STEP,
        EXPERIENCE_POINTS[components.experience],
    )


def total(components: Components) -> int:
    """The score, 0 to 100."""
    return sum(_points(components))


def reasons(components: Components, mine: Profile, theirs: Profile) -> list[Reason]:
    """The parts of the score, each with what it rests on, also those that give nothing."""
    interests, priorities, languages, hours, internet, experience = _points(components)
    return [
        Reason("shared_interests", interests, INTERESTS_AT_MOST * POINTS_EACH_INTEREST,
               {"values": _both(mine.interests, theirs.interests)}),
        Reason("shared_priorities", priorities, PRIORITIES_AT_MOST * POINTS_EACH_PRIORITY,
               {"values": _both(mine.priorities, theirs.priorities)}),
        Reason("shared_languages", languages, POINTS_LANGUAGE,
               {"values": _both(mine.languages, theirs.languages)}),
        Reason("shared_hours", hours, HOUR_POINTS_AT_MOST, {"minutes": components.shared_minutes}),
        Reason("internet", internet, max(INTERNET_RANK.values()) * POINTS_EACH_INTERNET_STEP,
               {"mine": mine.internet.value, "theirs": theirs.internet.value}),
        Reason("experience", experience, max(EXPERIENCE_POINTS),
               {"mine": mine.experience.value, "theirs": theirs.experience.value}),
    ]



class Interval(msgspec.Struct, frozen=True):
    """A stretch of time, by the clock of each school."""

    start: datetime
    end: datetime
    their_start: datetime
    their_end: datetime


class DayHours(msgspec.Struct, frozen=True):
    """One date of my school: when each school is open, and when both are."""

    on: date
    mine: Interval | None
    theirs: list[Interval]
    """What of their school days falls on this date of mine: two where it touches two of theirs."""
    shared: list[Interval]


def school_week(today: date) -> date:
    """The Monday that a week looked at today begins with: today's, or the next."""
    return today + timedelta(days=-today.weekday() % 7)


def week_hours(mine: Timetable, theirs: Timetable, monday: date) -> list[DayHours]:
    """Both schools' hours on each of seven real dates, so that clocks that change count as they do.

    Holidays are not looked at: this is what the clocks allow.
    """
    return [_day_hours(mine, theirs, monday + timedelta(days=days)) for days in range(7)]


def _day_hours(mine: Timetable, theirs: Timetable, on: date) -> DayHours:
    here, there = ZoneInfo(mine.timezone), ZoneInfo(theirs.timezone)

    def interval(start: datetime, end: datetime) -> Interval:
        return Interval(start.astimezone(here), end.astimezone(here),
                        start.astimezone(there), end.astimezone(there))

    midnight = datetime.combine(on, time(), here).astimezone(UTC)
    next_midnight = datetime.combine(on + timedelta(days=1), time(), here).astimezone(UTC)
    my_day = _open(mine, on)
    their_days = [
        (max(day[0], midnight), min(day[1], next_midnight))
        for days in (-1, 0, 1)
        if (day := _open(theirs, on + timedelta(days=days)))
    ]
    return DayHours(
        on,
        interval(*my_day) if my_day else None,
        [interval(start, end) for start, end in their_days if start < end],
        [
            Interval(each.first_start, each.first_end, each.second_start, each.second_end)
            for each in shared_hours(mine, theirs, on)
        ],
    )


def _open(timetable: Timetable, on: date) -> tuple[datetime, datetime] | None:
    day = school_day(timetable.bell_times, on.weekday())
    if day is None:
        return None
    zone = ZoneInfo(timetable.timezone)
    start, end = (datetime.combine(on, time(*divmod(each, 60)), zone).astimezone(UTC) for each in day)
    return start, end
