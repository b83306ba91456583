"""A school's time: bell times, terms and holidays, and the hours that two schools share. Pure.

Bell times and dates are local to the school; whatever is compared between schools goes through the
time zone database on real dates, so that it holds across midnight and when clocks change.
docs/schools.md says it in words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from server.errors import Invalid
from server.schools.models import DateKind, SchoolDate
from server.schools.vocabulary import plain

PERIODS_A_DAY_LIMIT = 20
FILE_LIMIT_BYTES = 512 * 1024
EVENTS_LIMIT = 500
SHORTEST_TERM_DAYS = 7
LONGEST_DAYS = 400
"""Nothing in a school's year is longer than this."""
FIRST_HOLIDAY_YEAR, LAST_HOLIDAY_YEAR = 2001, 2035
"""Between these, every list of public holidays that there is holds; beyond, some only guess."""

Clock = Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5)]
"""A time of day where the school is, "HH:MM"."""


class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A lesson or a break, by the school's own clock."""

    name: Annotated[str, Meta(max_length=40)]
    start: Clock
    end: Clock


Periods = Annotated[list[Period], Meta(max_length=PERIODS_A_DAY_LIMIT)]


class BellTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The periods of a usual week."""

    days: Annotated[list[Periods], Meta(min_length=7, max_length=7)] = msgspec.field(
        default_factory=lambda: [[] for _ in range(7)]
    )
    """Seven lists, Monday first; an empty one is a day without school."""


class Timetable(msgspec.Struct, frozen=True):
    """Bell times, and where the clock they go by is."""

    bell_times: BellTimes
    timezone: str
    """IANA name."""


def minutes(clock: str) -> int:
    """Minutes after midnight of "HH:MM"."""
    return int(clock[:2]) * 60 + int(clock[3:])


def check(bell_times: BellTimes) -> None:
    """Periods of a day end after they start, and do not overlap.

    Raises:
        Invalid: one does; `weekday` (0: Monday) and `period` (from 0, as it was sent) name it (400).
    """
    for weekday, periods in enumerate(bell_times.days):
        for place, period in enumerate(periods):
            if minutes(period.start) >= minutes(period.end):
                raise Invalid(
                    f"The period from {period.start} to {period.end} ends before it starts. "
                    "Nothing was changed.", weekday=weekday, period=place,
                )
        ordered = sorted(enumerate(periods), key=lambda each: minutes(each[1].start))
        for (_, before), (place, after) in pairwise(ordered):
            if minutes(after.start) < minutes(before.end):
                raise Invalid(
                    f"The period from {after.start} begins before the one from {before.start} has ended. "
                    "Nothing was changed.", weekday=weekday, period=place,
                )


def in_order(bell_times: BellTimes) -> BellTimes:
    """The same, with the periods of each day in the order of the clock."""
    return BellTimes([sorted(periods, key=lambda each: each.start) for periods in bell_times.days])


def school_day(bell_times: BellTimes, weekday: int) -> tuple[int, int] | None:
    """From the first start to the last end, in minutes after local midnight; None without periods.

    Args:
        weekday: 0 is Monday.
    """
    periods = bell_times.days[weekday]
    if not periods:
        return None
    return min(minutes(each.start) for each in periods), max(minutes(each.end) for each in periods)


def usual_day(bell_times: BellTimes) -> tuple[int, int] | None:
    """The school day that most weekdays have, and of several the one that comes first in the week."""
    days = Counter(day for weekday in range(7) if (day := school_day(bell_times, weekday)))
    return days.most_common(1)[0][0] if days else None


def usual_day_utc_min(bell_times: BellTimes, timezone: str, on: date) -> tuple[int, int] | None:
    """The usual school day in minutes after midnight UTC, as the clocks stand on that date.

    May be below 0 or above 1440, where the school is far from Greenwich. None without bell times.
    """
    usual = usual_day(bell_times)
    if usual is None:
        return None
    offset = datetime.combine(on, time(12), ZoneInfo(timezone)).utcoffset() or timedelta()
    ahead = int(offset.total_seconds() // 60)
    return usual[0] - ahead, usual[1] - ahead


class SharedTime(msgspec.Struct, frozen=True):
    """A stretch of time in which both schools are open, by the clock of each."""

    minutes: int
    first_start: datetime
    first_end: datetime
    second_start: datetime
    second_end: datetime


def shared_hours(first: Timetable, second: Timetable, on: date) -> list[SharedTime]:
    """When the second school is open during the first school's day of that date.

    Far apart it may be two stretches, since the first school's day may touch two days of the second.
    Holidays are not looked at: this is what the clocks allow.
    """
    mine = _open_utc(first, on)
    if mine is None:
        return []
    shared = []
    for days in range(-2, 3):  # the farthest zones are 26 hours apart
        theirs = _open_utc(second, on + timedelta(days=days))
        if theirs is None:
            continue
        start, end = max(mine[0], theirs[0]), min(mine[1], theirs[1])
        if start < end:
            here, there = ZoneInfo(first.timezone), ZoneInfo(second.timezone)
            shared.append(
                SharedTime(
                    int((end - start).total_seconds() // 60), start.astimezone(here), end.astimezone(here),
                    start.astimezone(there), end.astimezone(there),
                )
            )
    return shared


def shared_week(first: Timetable, second: Timetable, monday: date) -> list[list[SharedTime]]:
    """`shared_hours` for each of the seven days that begin there."""
    return [shared_hours(first, second, monday + timedelta(days=days)) for days in range(7)]


def _open_utc(timetable: Timetable, on: date) -> tuple[datetime, datetime] | None:
    day = school_day(timetable.bell_times, on.weekday())
    if day is None:
        return None
    zone = ZoneInfo(timetable.timezone)
    start, end = (
        datetime.combine(on, time(*divmod(minute, 60)), zone).astimezone(UTC) for minute in day
    )
    return start, end


class ReadDate(msgspec.Struct, frozen=True):
    """Days that a calendar file or a list of public holidays names."""

    kind: DateKind
    name: str
    first_day: date
    last_day: date
    """The last day that belongs to it."""


Days = ReadDate | SchoolDate
"""Some days of a school's year, read or written down."""


def is_school_day(dates: Iterable[Days], bell_times: BellTimes, day: date) -> bool:
    """Whether there is school: the weekday has periods, no holiday covers it and, where the school has
    written down its terms, one of them does.
    """
    if not bell_times.days[day.weekday()]:
        return False
    terms = []
    for each in dates:
        covers = each.first_day <= day <= each.last_day
        if each.kind is DateKind.TERM:
            terms.append(covers)
        elif covers:
            return False
    return any(terms) or not terms


class RowProblem(msgspec.Struct, frozen=True):
    """An event of a file that was left out, and why.

    `code`: `repeats`, `cancelled`, `no_date`, `ends_before`, `too_long`, `short_term` or `which_kind`.
    """

    row: int
    """Its place among the events of the file, from 1."""
    name: str
    code: str
    detail: str


class ReadFile(msgspec.Struct, frozen=True):
    dates: list[ReadDate]
    problems: list[RowProblem]


_HOLIDAY = re.compile(
    r"\b(holidays?|half[ -]?term|break|recess|vacations?|inset|non[ -]?pupil|closed|closure|"
    r"vacances|conges?|feries?|pont|fermee?|relache|likizo|mapumziko|sikukuu|imefungwa)\b|عطل|اجاز"
)
_TERM = re.compile(
    r"\b(terms?|semesters?|trimesters?|school year|trimestres?|semestres?|annee scolaire|muhula|mihula)\b"
    r"|فصل|العام الدراسي"
)


def kind_of(summary: str) -> DateKind | None:
    """What an event of a calendar is, by its words; None when they do not say.

    A word for a holiday comes first, since "half-term holiday" has a word for both.
    """
    words = plain(summary)
    if _HOLIDAY.search(words):
        return DateKind.HOLIDAY
    return DateKind.TERM if _TERM.search(words) else None


def read_file(text: str, otherwise: DateKind | None = None) -> ReadFile:
    """Terms and holidays of an iCalendar file.

    Takes some time for a big file: call it in a thread.

    Args:
        text: at most `FILE_LIMIT_BYTES` and `EVENTS_LIMIT` events.
        otherwise: what an event is whose words do not say; None leaves it out as `which_kind`.

    Raises:
        Invalid: it is too big or not a calendar (400).
    """
    from icalendar import Calendar

    if len(text.encode("utf-8", "replace")) > FILE_LIMIT_BYTES:
        raise Invalid("The file is larger than 512 kB. Export one school year only. Nothing was changed.")
    try:
        events = Calendar.from_ical(_without_time_zones(text)).walk("VEVENT")
    # Somebody else's file in somebody else's parser: whatever it stumbles over, the file is no use.
    except Exception as error:
        raise Invalid("This file is not a calendar (.ics) that can be read. Nothing was changed.") from error
    if len(events) > EVENTS_LIMIT:
        raise Invalid(
            f"The file has more than {EVENTS_LIMIT} events. Export one school year only. Nothing was changed."
        )
    dates: list[ReadDate] = []
    problems: list[RowProblem] = []
    for row, event in enumerate(events, 1):
        name = _summary(event)
        read = _read(event, name, otherwise)
        if isinstance(read, ReadDate):
            dates.append(read)
        else:
            problems.append(RowProblem(row, name, *read))
    return ReadFile(dates, problems)


def _without_time_zones(text: str) -> str:
    """The file without its own definitions of time zones: only dates count, and a rule that repeats
    every second would keep the parser busy. Runs of empty lines would, too, and go as well."""
    unfolded = re.sub(r"\n[ \t]", "", re.sub(r"[\r\n]+", "\n", text))
    kept, inside = [], 0
    for line in unfolded.split("\n"):
        mark = line.strip().upper()
        if re.match(r"BEGIN[;:].*VTIMEZONE", mark):  # parameters may stand before the colon
            inside += 1
        if line and not inside:
            kept.append(line)
        if inside and re.match(r"END[;:].*VTIMEZONE", mark):
            inside -= 1
    return "\r\n".join(kept) + "\r\n"


def _summary(event: dict[str, object]) -> str:
    return re.sub(r"[\s\x00-\x1f]+", " ", str(event.get("SUMMARY", ""))).strip()[:120]


def _read(
    event: dict[str, object], name: str, otherwise: DateKind | None
) -> ReadDate | tuple[str, str]:
    """The days of an event, or the code and the sentence that say why it was left out."""
    if "RRULE" in event or "RDATE" in event:
        return "repeats", "It repeats. Add each of its dates by itself."
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return "cancelled", "It is cancelled."
    try:
        first, last = _days(event)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return "no_date", "It has no date that can be read."
    if last < first:
        return "ends_before", "It ends before it begins."
    length = (last - first).days + 1
    if length > LONGEST_DAYS:
        return "too_long", f"It is longer than {LONGEST_DAYS} days."
    kind = kind_of(name) or otherwise
    if kind is None:
        return "which_kind", "Its name does not say whether it is a term or a holiday."
    if kind is DateKind.TERM and length < SHORTEST_TERM_DAYS:
        # "Autumn term begins": a day, from which the rest cannot be told.
        return "short_term", "It is shorter than a week. Add the term with its first and its last day."
    return ReadDate(kind, name, first, last)


def _days(event: dict[str, object]) -> tuple[date, date]:
    """First and last day that belong to an event. An end is the moment or day after, as the format says."""
    start = event["DTSTART"].dt if "DTSTART" in event else None  # type: ignore[attr-defined]
    if not isinstance(start, date):
        raise ValueError
    if "DTEND" in event:
        end = event["DTEND"].dt  # type: ignore[attr-defined]
    elif "DURATION" in event:
        end = start + event["DURATION"].dt  # type: ignore[attr-defined]
    else:
        end = start
    if not isinstance(end, date):
        raise ValueError
    first = start.date() if isinstance(start, datetime) else start
    last = end.date() if isinstance(end, datetime) else end
    ends_at_midnight = not isinstance(end, datetime) or end.time() == time(0)
    if last > first and ends_at_midnight:
        last -= timedelta(days=1)
    return first, last


def public_holidays(country: str, year: int) -> list[ReadDate] | None:
    """Public holidays of a whole country in a year, by date, in its own words; None if none are known.

    Takes up to a second the first time: call it in a thread.

    Args:
        year: from `FIRST_HOLIDAY_YEAR` to `LAST_HOLIDAY_YEAR`.
    """
    import holidays  # here: it is heavy, and few requests need it

    try:
        found = holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return None
    return [ReadDate(DateKind.HOLIDAY, name[:120], day, day) for day, name in sorted(found.items())]


def new_dates(known: Iterable[Days], read: Sequence[ReadDate]) -> list[ReadDate]:
    """Those of `read` that are not there yet: another kind, or other days. Each once."""
    seen = {(each.kind, each.first_day, each.last_day) for each in known}
    added = []
    for each in read:
        key = each.kind, each.first_day, each.last_day
        if key not in seen:
            seen.add(key)
            added.append(each)
    return added
