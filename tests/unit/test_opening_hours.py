"""When a school is open: its bell times on its school days, as moments, across clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import Invalid
from server.hours import rules
from server.schools.calendar import BellTimes, Period, ReadDate, Timetable
from server.schools.models import DateKind

ZONES = ("Europe/London", "Africa/Nairobi", "Asia/Amman", "Pacific/Auckland", "America/St_Johns")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def week(start: str = "08:50", end: str = "15:15", days: range | tuple[int, ...] = range(5)) -> BellTimes:
    lesson = [Period("1", start, "12:00"), Period("2", "13:00", end)]
    return BellTimes([lesson if day in days else [] for day in range(7)])


def test_a_day_runs_from_the_first_bell_to_the_last_by_the_schools_own_clock() -> None:
    found = rules.open_between(
        Timetable(week(), "Europe/London"), [], date(2026, 10, 22), date(2026, 10, 26)
    )
    # Clocks go back on the 25th, a Sunday.
    assert found == [
        (datetime(2026, 10, 22, 7, 50, tzinfo=UTC), datetime(2026, 10, 22, 14, 15, tzinfo=UTC)),
        (datetime(2026, 10, 23, 7, 50, tzinfo=UTC), datetime(2026, 10, 23, 14, 15, tzinfo=UTC)),
        (datetime(2026, 10, 26, 8, 50, tzinfo=UTC), datetime(2026, 10, 26, 15, 15, tzinfo=UTC)),
    ]


def test_there_is_no_school_on_holidays_outside_terms_or_without_bell_times() -> None:
    monday = date(2026, 11, 23)
    term = ReadDate(DateKind.TERM, "Term", monday, monday + timedelta(days=3))
    holiday = ReadDate(DateKind.HOLIDAY, "Fair", monday, monday)
    place = Timetable(week(), "Africa/Nairobi")

    def days(*dates: ReadDate, bell_times: BellTimes = place.bell_times) -> list[int]:
        stretches = rules.open_between(
            Timetable(bell_times, place.timezone), dates, monday, monday + timedelta(days=6)
        )
        return [start.day for start, _ in stretches]

    assert days() == [23, 24, 25, 26, 27]
    assert days(holiday) == [24, 25, 26, 27]
    assert days(term, holiday) == [24, 25, 26]
    assert days(bell_times=BellTimes()) == []
    over = ReadDate(DateKind.TERM, "Before", monday - timedelta(days=90), monday - timedelta(days=9))
    assert days(over) == []


@given(
    st.integers(1_704_067_200, 1_893_456_000).map(lambda each: datetime.fromtimestamp(each, UTC)),
    st.sampled_from(ZONES), st.sets(st.integers(0, 6)),
)
def test_each_stretch_is_a_school_day_there_and_today_is_always_among_them(
    now: datetime, timezone: str, days: set[int]
) -> None:
    stretches = rules.around(now, Timetable(week(days=tuple(days)), timezone), [])
    there = ZoneInfo(timezone)
    for start, end in stretches:
        here = start.astimezone(there)
        assert here.weekday() in days
        assert (here.hour, here.minute) == (8, 50)
        assert (end.astimezone(there).hour, end.astimezone(there).minute) == (15, 15)
        assert end - start == timedelta(hours=6, minutes=25)
    dates = [start.astimezone(there).date() for start, _ in stretches]
    assert dates == sorted(set(dates))
    today = now.astimezone(there).date()
    for ahead in range(-rules.DAYS_BACK, rules.DAYS_AHEAD + 1):
        day = today + timedelta(days=ahead)
        assert (day in dates) is (day.weekday() in days)


@pytest.mark.parametrize(
    "until", [NOW, NOW - timedelta(hours=1), NOW + timedelta(hours=24, seconds=1), NOW.replace(tzinfo=None)]
)
def test_a_space_is_opened_for_a_while_that_is_still_to_come_and_a_day_at_most(until: datetime) -> None:
    with pytest.raises(Invalid):
        rules.check_until(NOW, until)


def test_until_is_kept_in_utc() -> None:
    there = datetime(2026, 11, 22, 18, tzinfo=ZoneInfo("Africa/Nairobi"))
    assert rules.check_until(NOW, there) == datetime(2026, 11, 22, 15, tzinfo=UTC)
    assert rules.check_until(NOW, NOW + rules.OPENING_MAX) == NOW + timedelta(days=1)


def test_the_next_opening_is_the_earliest_to_come() -> None:
    stretches = [(NOW + timedelta(hours=each), NOW + timedelta(hours=each + 1)) for each in (5, -2, 2)]
    assert rules.next_opening(NOW, stretches) == NOW + timedelta(hours=2)
    assert rules.next_opening(NOW, []) is None
