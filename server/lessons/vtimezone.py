"""The definition of a time zone inside a calendar file, as every calendar program reads it.

Where the rule is the same each year (the last Sunday of March) it is written as that rule, which Outlook
and Google know best; else each change of the clocks is written by itself, for the years that are needed. Made
from the time zone database here: what the calendar library writes puts the change in spring an hour off.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec
from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vDatetime, vRecur

LOOKED_AT_YEARS = 6
"""So many years on, a rule must hold to be written as one."""


class Change(msgspec.Struct, frozen=True):
    """The clocks change: at `at` (UTC), from one offset to another."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    """What the new time is called ("BST")."""

    @property
    def local(self) -> datetime:
        """By the clock that was in force until then: what the format wants."""
        return (self.at + self.before).replace(tzinfo=None)

    def rule(self) -> tuple[int, int, int, int, int, timedelta, timedelta]:
        """Month, weekday, which of them (-1: the last), hour, minute, and the offsets."""
        local = self.local
        last_day = calendar.monthrange(local.year, local.month)[1]
        which = -1 if local.day + 7 > last_day else (local.day - 1) // 7 + 1
        return local.month, local.weekday(), which, local.hour, local.minute, self.before, self.after


@lru_cache(maxsize=256)
def changes(timezone: str, first_year: int, last_year: int) -> tuple[Change, ...]:
    """Every change of the clocks there, from the first of January of one year to the end of another."""
    zone = ZoneInfo(timezone)

    def offset(moment: datetime) -> timedelta:
        return moment.astimezone(zone).utcoffset() or timedelta()

    found, day = [], datetime(first_year, 1, 1, tzinfo=UTC)
    before = offset(day)
    while day.year <= last_year:
        following = day + timedelta(days=1)
        after = offset(following)
        if after != before:
            low, high = day, following
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                middle = middle.replace(second=0, microsecond=0)
                if middle in (low, high):
                    break
                low, high = (low, middle) if offset(middle) != before else (middle, high)
            found.append(Change(high, before, after, high.astimezone(zone).tzname() or timezone))
            before = after
        day = following
    return tuple(found)


def component(timezone: str, first_year: int, last_year: int) -> Timezone:
    """The VTIMEZONE of a zone that holds for every moment of these years."""
    zone = Timezone()
    zone.add("tzid", timezone)
    # From the year before: a moment in January is under the rule of the autumn.
    found = changes(timezone, first_year - 1, max(last_year, first_year) + LOOKED_AT_YEARS)
    if yearly := _yearly(found, first_year - 1):
        for change in yearly:
            part = _part(change)
            month, weekday, which, *_ = change.rule()
            part.add("rrule", vRecur({
                "freq": "yearly", "bymonth": month,
                "byday": f"{which}{('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')[weekday]}",
            }))
            zone.add_component(part)
        return zone
    begin = datetime(first_year - 1, 1, 1, tzinfo=UTC)
    there = begin.astimezone(ZoneInfo(timezone))
    at_first = there.utcoffset() or timedelta()
    first = Change(begin - at_first, at_first, at_first, there.tzname() or timezone)
    for change in [first, *(each for each in found if each.at.year <= last_year + 1)]:
        zone.add_component(_part(change))
    return zone


def _yearly(found: Sequence[Change], first_year: int) -> list[Change]:
    """The two changes of the first year, if those of every year follow the same two rules."""
    first = [each for each in found if each.at.year == first_year]
    if len(first) != 2:
        return []
    rules = [each.rule() for each in first]
    years = {each.at.year for each in found}
    holds = all([each.rule() for each in found if each.at.year == year] == rules for year in years)
    return first if holds else []


def _part(change: Change) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if change.after > change.before else TimezoneStandard()
    part.add("dtstart", vDatetime(change.local))
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    return part
