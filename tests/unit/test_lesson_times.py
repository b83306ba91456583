"""Finding a time: every slot lies in every school's open time, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.lessons import rows
from server.lessons.slots import A_DAY, Found, find
from server.lessons.times import STRETCH_MAX, Busy, SchoolTime, check, days_of_school, is_break, places
from server.schools.calendar import BellTimes, Period, ReadDate, is_school_day, minutes
from server.schools.models import DateKind

A, B, C = (UUID(int=number) for number in (1, 2, 3))
ZONES = (
    "Europe/London", "Africa/Nairobi", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland",
    "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Shanghai",
    "America/St_Johns", "Asia/Amman",
)
NOW = datetime(2026, 11, 22, 7, tzinfo=UTC)  # a Sunday


def week(*periods: str, days: range | tuple[int, ...] = range(5)) -> BellTimes:
    day = [Period(f"{number}", *each.split("-")) for number, each in enumerate(periods, 1)]
    return BellTimes([day if weekday in days else [] for weekday in range(7)])


LONDON = SchoolTime(A, "Europe/London", week("09:00-10:00", "10:00-11:00", "11:20-12:20", "13:20-15:20"))
NAIROBI = SchoolTime(B, "Africa/Nairobi", week("08:00-10:00", "10:30-12:30", "13:30-15:30"))


def look(*schools: SchoolTime, length: int = 45, weeks: int = 2, now: datetime = NOW) -> Found:
    return find(schools, length_min=length, weeks=weeks, now=now, host_id=A)


def codes(found: list) -> list[str]:
    return [each.code for each in found]


@st.composite
def a_school(draw: st.DrawFn, school_id: UUID) -> SchoolTime:
    """A school with up to four periods from five in the morning on; clocks change earlier than that."""
    begin = draw(st.integers(5 * 60, 10 * 60))
    periods: list[Period] = []
    at = begin
    for number in range(draw(st.integers(0, 4))):
        end = at + draw(st.integers(20, 150))
        if end >= 22 * 60:
            break
        name = draw(st.sampled_from(["1", "Maths", "Lunch", "Pause"]))
        start, until = (f"{each // 60:02}:{each % 60:02}" for each in (at, end))
        periods.append(Period(f"{name}{number}", start, until))
        at = end + draw(st.sampled_from([0, 10, 40]))
    days = draw(st.sets(st.integers(0, 6), min_size=1))
    bells = BellTimes([periods if day in days else [] for day in range(7)])
    dates = []
    for kind in draw(st.lists(st.sampled_from(list(DateKind)), max_size=3)):
        first = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 700)))
        dates.append(ReadDate(kind, "", first, first + timedelta(days=draw(st.integers(0, 120)))))
    return SchoolTime(school_id, draw(st.sampled_from(ZONES)), bells, dates)


MOMENTS = st.datetimes(datetime(2026, 2, 1), datetime(2027, 11, 30), timezones=st.just(UTC))  # noqa: DTZ001


def local_day(school: SchoolTime, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(school.timezone))


def bells_of(school: SchoolTime) -> BellTimes:
    return school.bell_times if any(school.bell_times.days) else week("09:00-15:00")


def off(school: SchoolTime, starts: datetime, ends: datetime) -> tuple[int, int] | None:
    """Minutes before and after the school day, told by wall clocks alone; None without school that day."""
    begin, end = local_day(school, starts), local_day(school, ends)
    periods = bells_of(school).days[begin.weekday()]
    if not periods or not is_school_day(school.dates, bells_of(school), begin.date()):
        return None
    first, last = min(minutes(each.start) for each in periods), max(minutes(each.end) for each in periods)
    until = end.hour * 60 + end.minute + (end.date() - begin.date()).days * 24 * 60
    return max(0, first - begin.hour * 60 - begin.minute), max(0, until - last)


@settings(max_examples=80, deadline=None)
@given(a_school(A), a_school(B), MOMENTS, st.integers(10, 120), st.integers(1, 4))
def test_every_slot_lies_in_the_open_time_of_every_school(
    first: SchoolTime, second: SchoolTime, now: datetime, length: int, weeks: int
) -> None:
    schools = [first, second]
    found = find(schools, length_min=length, weeks=weeks, now=now, host_id=A)
    for slot in found.slots:
        assert now < slot.starts_at < now + timedelta(weeks=weeks)
        assert slot.ends_at - slot.starts_at == timedelta(minutes=length)
        assert 0 <= slot.score <= 100
        for school in schools:
            assert off(school, slot.starts_at, slot.ends_at) == (0, 0)
        for clock, school in zip(slot.clocks, schools, strict=True):
            assert (clock.starts, clock.ends) == (slot.starts_at, slot.ends_at)  # the same moment ...
            assert clock.starts.replace(tzinfo=None) == local_day(school, slot.starts_at).replace(tzinfo=None)
            assert clock.starts.utcoffset() == local_day(school, slot.starts_at).utcoffset()
    assert [each.score for each in found.slots] == sorted((each.score for each in found.slots), reverse=True)
    for near in found.near_misses:
        (stretch,) = near.stretches
        for school in schools:
            away = off(school, near.starts_at, near.ends_at)
            if school.school_id == stretch.school_id:
                assert 0 < stretch.before_min + stretch.after_min <= STRETCH_MAX.total_seconds() / 60
                assert away == (stretch.before_min, stretch.after_min) or away is None  # past midnight
            else:
                assert away == (0, 0)


@settings(max_examples=60, deadline=None)
@given(a_school(A), MOMENTS)
def test_a_shared_hour_that_is_there_is_found(school: SchoolTime, now: datetime) -> None:
    found = find([school], length_min=20, weeks=2, now=now, host_id=A)
    days = set()
    for number in range(-1, 16):
        day = local_day(school, now).date() + timedelta(days=number)
        if is_school_day(school.dates, bells_of(school), day):
            at = bells_of(school).days[day.weekday()][0].start
            moment = datetime.combine(day, datetime.min.time(), ZoneInfo(school.timezone)).replace(
                hour=int(at[:2]), minute=int(at[3:])
            )
            if now < moment.astimezone(UTC) < now + timedelta(weeks=2):
                days.add(day)
    assert days <= {local_day(school, each.starts_at).date() for each in found.slots}


@settings(max_examples=60)
@given(a_school(A), st.dates(date(2026, 1, 1), date(2027, 6, 1)))
def test_school_days_are_those_of_the_calendar(school: SchoolTime, first: date) -> None:
    last = first + timedelta(days=40)
    expected = [
        day for day in (first + timedelta(days=number) for number in range(41))
        if is_school_day(school.dates, school.bell_times, day)
    ]
    assert list(days_of_school(school.dates, school.bell_times, first, last)) == expected


def test_the_best_is_in_everyones_lessons_near_the_middle_and_says_so() -> None:
    found = look(LONDON, NAIROBI)
    best = found.slots[0]
    # 10:00 in London is 13:00 in Nairobi, their lunch; 10:30 there is 13:30: no break for anybody.
    assert local_day(NAIROBI, best.starts_at).time() >= datetime(2026, 1, 1, 13, 30).time()  # noqa: DTZ001
    assert "in_lessons" in codes(best.reasons) or "touches_break" not in codes(best.reasons)
    assert found.notes == [*found.notes]
    assert {each.code for each in found.notes} == {"no_terms"}


def test_slots_follow_each_sides_clock_through_the_weeks_in_which_only_one_changes() -> None:
    """London leaves summer time a week before New York: their difference is 4 hours for that week."""
    london = SchoolTime(A, "Europe/London", week("13:00-17:00"))
    york = SchoolTime(B, "America/New_York", week("08:00-12:00"))
    now = datetime(2026, 10, 19, tzinfo=UTC)
    found = look(london, york, length=180, weeks=3, now=now)
    starts = {}
    for slot in found.slots:
        monday = slot.starts_at.date() - timedelta(days=slot.starts_at.weekday())
        starts.setdefault(monday, set()).add(
            (f"{slot.clocks[0].starts:%H:%M}", f"{slot.clocks[1].starts:%H:%M}")
        )
    assert all(pair in {("13:00", "08:00"), ("13:15", "08:15"), ("13:30", "08:30"), ("13:45", "08:45"),
                        ("14:00", "09:00")} for pair in starts[date(2026, 10, 19)])
    assert ("13:00", "09:00") in starts[date(2026, 10, 26)]
    assert not starts[date(2026, 10, 26)] & {("13:00", "08:00")}
    assert ("13:00", "08:00") in starts[date(2026, 11, 2)]


def test_over_the_date_line_it_is_two_days_at_once() -> None:
    samoa = SchoolTime(A, "Pacific/Pago_Pago", week("08:00-15:00"))
    tonga = SchoolTime(B, "Pacific/Tongatapu", week("08:00-15:00"))
    slots = look(samoa, tonga).slots
    assert slots
    for slot in slots:
        here, there = (each.starts for each in slot.clocks)
        assert (there.date() - here.date()).days == 1
        assert here.weekday() < 4  # their Monday is Tuesday there; on Friday it is Saturday


def test_schools_that_never_overlap_are_told_so_and_offered_near_misses() -> None:
    west = SchoolTime(A, "America/Los_Angeles", week("09:00-15:00"))
    east = SchoolTime(B, "Europe/Madrid", week("09:00-18:00"))
    found = look(west, east)
    assert found.slots == []
    assert codes(found.notes)[-1] == "no_shared_hours"
    assert found.near_misses
    for near in found.near_misses:
        (stretch,) = near.stretches
        assert stretch.before_min + stretch.after_min <= 60


def test_a_holiday_on_one_side_takes_the_day_and_one_everywhere_is_said() -> None:
    holiday = ReadDate(DateKind.HOLIDAY, "Jamhuri", date(2026, 11, 23), date(2026, 12, 31))
    found = look(LONDON, SchoolTime(B, NAIROBI.timezone, NAIROBI.bell_times, [holiday]))
    assert found.slots == []
    assert codes(found.notes)[-1] == "never_together"


def test_a_school_without_bell_times_is_assumed_and_said_and_the_end_of_terms_too() -> None:
    term = ReadDate(DateKind.TERM, "Autumn", date(2026, 9, 1), date(2026, 11, 27))
    nairobi = SchoolTime(B, "Africa/Nairobi", BellTimes())
    found = look(SchoolTime(A, LONDON.timezone, LONDON.bell_times, [term]), nairobi)
    assert [(each.code, each.school_id, each.day) for each in found.notes] == [
        ("terms_end", A, date(2026, 11, 27)), ("assumed_day", B, None), ("no_terms", B, None)
    ]
    assert found.slots
    assert all(each.starts_at.date() <= date(2026, 11, 27) for each in found.slots)


def test_what_is_taken_is_not_offered_and_a_day_shows_some() -> None:
    free = look(LONDON, NAIROBI, weeks=1)
    best = free.slots[0]
    found = find(
        [LONDON, NAIROBI], length_min=45, weeks=1, now=NOW, host_id=A,
        busy=[Busy(best.starts_at, best.ends_at)],
    )
    for slot in found.slots:
        assert slot.ends_at <= best.starts_at or slot.starts_at >= best.ends_at
    per_day: dict[date, int] = {}
    for slot in free.slots:
        per_day[slot.starts_at.date()] = per_day.get(slot.starts_at.date(), 0) + 1
    assert max(per_day.values()) <= A_DAY


def test_repeated_lessons_say_which_of_them_do_not_suit() -> None:
    holiday = ReadDate(DateKind.HOLIDAY, "Half term", date(2026, 10, 26), date(2026, 10, 30))
    london = SchoolTime(A, "Europe/London", week("09:00-10:00"), [holiday])
    nairobi = SchoolTime(B, "Africa/Nairobi", week("11:00-12:00"))
    now = datetime(2026, 10, 11, tzinfo=UTC)
    found = find([london, nairobi], length_min=60, weeks=1, now=now, host_id=A, times=4)
    slot = found.slots[0]
    first = slot.starts_at.date()
    assert [each.code for each in slot.occurrences] == ["fits", "fits", "no_school", "outside"]
    assert slot.occurrences[2].school_ids == [A]
    assert slot.occurrences[3].school_ids == [B]  # London has left summer time: 09:00 is 12:00 there
    assert [(each.starts_at - slot.starts_at).days for each in slot.occurrences] == [0, 7, 14, 21]
    assert all(f"{each.starts_at.astimezone(ZoneInfo('Europe/London')):%H:%M}" == "09:00"
               for each in slot.occurrences)
    assert {"not_every_time", "clocks_change"} <= set(codes(slot.reasons))
    assert [(each.code, each.school_ids) for each in check(
        [london, nairobi], A, slot.starts_at, slot.ends_at, times=4)] == [
        (each.code, each.school_ids) for each in slot.occurrences]
    assert first.weekday() < 5


@given(st.sampled_from(ZONES), MOMENTS, st.integers(1, 40), st.integers(1, 4))
def test_repeated_lessons_keep_to_the_clock_of_their_zone(
    zone: str, first: datetime, times: int, every: int
) -> None:
    found = places(first, zone, times, every)
    local = [each.astimezone(ZoneInfo(zone)) for each in found]
    assert len(found) == times
    assert found == sorted(found)
    for number, each in enumerate(local):
        assert each.date() == local[0].date() + timedelta(weeks=every * number) or abs(
            each.replace(tzinfo=None) - local[0].replace(tzinfo=None) - timedelta(weeks=every * number)
        ) <= timedelta(hours=1)
        is_skipped = each.time() != local[0].time()
        assert not is_skipped or abs(
            (each.hour * 60 + each.minute) - (local[0].hour * 60 + local[0].minute)
        ) % (24 * 60) in (30, 60, 24 * 60 - 60)


@given(st.sampled_from(ZONES), MOMENTS, st.integers(-10, 10), st.integers(5, 20), st.integers(1, 10))
def test_lessons_that_move_together_move_as_many_days_to_the_same_clock(
    zone: str, first: datetime, days: int, hour: int, times: int
) -> None:
    there = ZoneInfo(zone)
    starts = places(first.replace(minute=0, second=0, microsecond=0), zone, times, 1)
    new = (starts[0].astimezone(there) + timedelta(days=days)).replace(hour=hour).astimezone(UTC)
    found = rows.moved(starts, starts[0], new, zone)
    assert found[0] == new
    for old, each in zip(starts, found, strict=True):
        local = each.astimezone(there)
        assert (local.date() - old.astimezone(there).date()).days == days
        assert local.time() == new.astimezone(there).time()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Lunch", True), ("Pause", True), ("Récréation", True), ("Mapumziko", True), ("استراحة", True),
     ("Breakdance", False), ("1", False), ("Maths", False)],
)
def test_a_break_is_known_by_its_name(name: str, expected: bool) -> None:
    assert is_break(Period(name, "10:00", "10:20")) is expected
