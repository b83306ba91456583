"""When a space is open for the students of a school. Pure; docs/access.md states it in words.

Inside the hours of their own school, around a lesson of the space, or while an adult of their own school
has opened it and said why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.errors import Invalid
from server.schools.calendar import Days, Timetable, is_school_day, school_day

BEFORE_LESSON: Final = timedelta(minutes=10)
AFTER_LESSON: Final = timedelta(minutes=10)
OVERRUN_MAX: Final = timedelta(hours=3)
"""So long after its planned end a lesson that nobody has ended still opens its space."""
OPENING_MAX: Final = timedelta(hours=24)
DAYS_BACK, DAYS_AHEAD = 1, 14
"""The days around today that are worked out."""

Stretch = tuple[datetime, datetime]
"""From a moment to another, in UTC."""


def open_between(timetable: Timetable, dates: Sequence[Days], first: date, last: date) -> list[Stretch]:
    """The hours of a school on its school days from `first` to `last`, both included, by its own calendar."""
    zone = ZoneInfo(timetable.timezone)
    found = []
    for days in range((last - first).days + 1):
        on = first + timedelta(days=days)
        day = school_day(timetable.bell_times, on.weekday())
        if day is None or not is_school_day(dates, timetable.bell_times, on):
            continue
        start, end = (
            datetime.combine(on, time(*divmod(minute, 60)), zone).astimezone(UTC) for minute in day
        )
        if start < end:  # where clocks go back or forth in between, a short day may vanish
            found.append((start, end))
    return found


def around(now: datetime, timetable: Timetable, dates: Sequence[Days]) -> list[Stretch]:
    """The hours of a school from yesterday on, for `DAYS_AHEAD` days."""
    today = now.astimezone(ZoneInfo(timetable.timezone)).date()
    return open_between(
        timetable, dates, today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
    )


def check_until(now: datetime, until: datetime) -> datetime:
    """Until when an adult may open a space, in UTC.

    Raises:
        Invalid: it is over already, or further away than `OPENING_MAX` (400).
    """
    if until.tzinfo is None:
        raise Invalid("Say until when, with its time zone. Nothing was changed.", field="until")
    if until <= now:
        raise Invalid("This time is over already. Choose a later one. Nothing was changed.", field="until")
    if until > now + OPENING_MAX:
        raise Invalid("A space is opened for a day at most. Nothing was changed.", field="until")
    return until.astimezone(UTC)


def next_opening(now: datetime, stretches: Iterable[Stretch]) -> datetime | None:
    """When the earliest of these begins that has not begun; None: none is known."""
    return min((start for start, _ in stretches if start > now), default=None)
