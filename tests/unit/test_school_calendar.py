"""A school's time: bell times, shared hours across zones and clock changes, and calendar files."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import Invalid
from server.schools import vocabulary
from server.schools.calendar import (
    EVENTS_LIMIT,
    FIRST_HOLIDAY_YEAR,
    LAST_HOLIDAY_YEAR,
    BellTimes,
    Period,
    ReadDate,
    RowProblem,
    SharedTime,
    Timetable,
    _without_time_zones,
    check,
    in_order,
    is_school_day,
    kind_of,
    new_dates,
    public_holidays,
    read_file,
    school_day,
    shared_hours,
    shared_week,
    usual_day,
    usual_day_utc_min,
)
from server.schools.models import DateKind

TERM, HOLIDAY = DateKind.TERM, DateKind.HOLIDAY
MONDAY = date(2026, 11, 23)


def weekdays(start: str, end: str, days: range = range(5)) -> BellTimes:
    return BellTimes([[Period("1", start, end)] if day in days else [] for day in range(7)])


LONDON = Timetable(weekdays("09:00", "15:30"), "Europe/London")
NAIROBI = Timetable(weekdays("08:00", "16:00"), "Africa/Nairobi")


def clocks(shared: list[SharedTime]) -> list[tuple[int, str, str, str, str]]:
    return [
        (each.minutes, f"{each.first_start:%H:%M}", f"{each.first_end:%H:%M}", f"{each.second_start:%H:%M}",
         f"{each.second_end:%H:%M}")
        for each in shared
    ]


# Bell times


@pytest.mark.parametrize(
    ("periods", "place"),
    [
        ([("09:00", "09:00")], 0),
        ([("10:00", "09:00")], 0),
        ([("09:00", "10:00"), ("09:59", "11:00")], 1),
        ([("11:00", "12:00"), ("09:00", "11:01")], 0),
        ([("09:00", "12:00"), ("10:00", "11:00")], 1),
    ],
)
def test_periods_that_end_before_they_start_or_overlap_are_named(
    periods: list[tuple[str, str]], place: int
) -> None:
    days: list[list[Period]] = [[] for _ in range(7)]
    days[3] = [Period("x", *each) for each in periods]
    with pytest.raises(Invalid) as refused:
        check(BellTimes(days))
    assert refused.value.extra == {"weekday": 3, "period": place}


def test_bell_times_are_seven_days_of_up_to_twenty_periods_with_real_times() -> None:
    good = {"name": "1", "start": "09:00", "end": "10:00"}
    wrong = [
        {"days": [[]] * 6}, {"days": [[]] * 8}, {"days": [[good] * 21] + [[]] * 6}, {"hours": []},
        *({"days": [[{**good, "start": text}]] + [[]] * 6}
          for text in ("9:00", "24:00", "09:60", "09:00\n", "")),
    ]
    for body in wrong:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(body, BellTimes)
    check(msgspec.convert({"days": [[good] * 1] * 7}, BellTimes))
    assert msgspec.convert({}, BellTimes).days == [[]] * 7


def test_a_school_day_goes_from_the_first_start_to_the_last_end() -> None:
    two = BellTimes([[Period("2", "11:00", "12:30"), Period("1", "08:15", "09:00")], *([[]] * 6)])
    assert school_day(two, 0) == (495, 750)
    assert school_day(two, 1) is None
    assert [each.name for each in in_order(two).days[0]] == ["1", "2"]


def test_the_usual_day_is_the_one_that_most_weekdays_have() -> None:
    bell_times = weekdays("09:00", "15:30")
    bell_times.days[4][:] = [Period("1", "09:00", "13:00")]
    assert usual_day(bell_times) == (540, 930)
    assert usual_day(BellTimes()) is None
    assert usual_day_utc_min(BellTimes(), "Europe/London", MONDAY) is None


def test_the_usual_day_follows_the_clocks_of_the_zone() -> None:
    day = weekdays("09:00", "15:30")
    assert usual_day_utc_min(day, "Europe/London", date(2026, 1, 12)) == (540, 930)
    assert usual_day_utc_min(day, "Europe/London", date(2026, 7, 13)) == (480, 870)
    assert usual_day_utc_min(day, "Asia/Kathmandu", MONDAY) == (195, 585)
    assert usual_day_utc_min(day, "Pacific/Auckland", MONDAY) == (-240, 150)  # the UTC day before
    assert usual_day_utc_min(day, "Pacific/Pago_Pago", MONDAY) == (1200, 1590)  # past UTC midnight


# Shared hours


def test_shared_hours_are_told_by_both_clocks() -> None:
    assert clocks(shared_hours(LONDON, NAIROBI, MONDAY)) == [(240, "09:00", "13:00", "12:00", "16:00")]
    # In British summer time the same bells are an hour earlier in Nairobi.
    assert clocks(shared_hours(LONDON, NAIROBI, date(2026, 6, 15))) == [
        (300, "09:00", "14:00", "11:00", "16:00")
    ]
    assert shared_hours(LONDON, NAIROBI, date(2026, 11, 22)) == []  # a Sunday
    assert [len(each) for each in shared_week(LONDON, NAIROBI, MONDAY)] == [1, 1, 1, 1, 1, 0, 0]


def test_between_two_clock_changes_the_hours_differ_for_those_weeks() -> None:
    new_york = Timetable(weekdays("08:00", "15:00"), "America/New_York")
    found = {day: shared_hours(LONDON, new_york, day)[0].minutes for day in
             (date(2026, 3, 2), date(2026, 3, 16), date(2026, 3, 30))}
    # The United States change on 8 March, the United Kingdom on 29 March.
    assert list(found.values()) == [150, 210, 150]


def test_a_day_may_touch_two_days_of_a_school_far_away() -> None:
    auckland = Timetable(weekdays("08:00", "23:00", range(7)), "Pacific/Auckland")
    west = Timetable(weekdays("06:00", "20:00", range(7)), "America/Los_Angeles")
    # Monday in Auckland begins on Sunday in Los Angeles.
    (shared,) = shared_hours(auckland, west, MONDAY)
    assert clocks([shared]) == [(540, "08:00", "17:00", "11:00", "20:00")]
    assert shared.second_start.date() == date(2026, 11, 22)
    all_day = Timetable(weekdays("00:00", "23:59", range(7)), "Pacific/Auckland")
    late = Timetable(weekdays("00:00", "23:00", range(7)), "America/Los_Angeles")
    assert clocks(shared_hours(all_day, late, MONDAY)) == [
        (1200, "00:00", "20:00", "03:00", "23:00"), (179, "21:00", "23:59", "00:00", "02:59")
    ]


half_hours = st.integers(0, 47).map(lambda n: f"{n // 2:02}:{n % 2 * 30:02}")
spans = st.tuples(half_hours, half_hours).filter(lambda span: span[0] < span[1])
zones = st.sampled_from(
    ["Europe/London", "Africa/Nairobi", "Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Auckland",
     "Pacific/Pago_Pago", "Pacific/Kiritimati", "America/St_Johns", "Australia/Lord_Howe",
     "Africa/Casablanca"]
)
timetables = st.builds(
    lambda days, zone: Timetable(
        BellTimes([[Period("", *span)] if span else [] for span in days]), zone
    ),
    st.lists(st.none() | spans, min_size=7, max_size=7), zones,
)
days_of_a_year = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def is_open(timetable: Timetable, moment: datetime) -> bool:
    local = moment.astimezone(ZoneInfo(timetable.timezone))
    clock = f"{local:%H:%M}"
    return any(each.start <= clock < each.end for each in timetable.bell_times.days[local.weekday()])


@given(timetables, timetables, days_of_a_year)
def test_shared_hours_are_what_a_minute_by_minute_look_finds(
    first: Timetable, second: Timetable, on: date
) -> None:
    shared = shared_hours(first, second, on)
    start = datetime.combine(on, time(0), ZoneInfo(first.timezone)).astimezone(UTC)
    quarters = [start + timedelta(minutes=15 * step) for step in range(-8, 27 * 4)]
    # On the few days when clocks change, a bell may ring twice or never: there only the sizes are held.
    assert all(each.minutes > 0 for each in shared)
    for zone in (ZoneInfo(first.timezone), ZoneInfo(second.timezone)):
        if len({moment.astimezone(zone).utcoffset() for moment in quarters}) > 1:
            return
    found = sum(
        15 for moment in quarters
        if moment.astimezone(ZoneInfo(first.timezone)).date() == on
        and is_open(first, moment) and is_open(second, moment)
    )
    assert sum(each.minutes for each in shared) == found
    for each in shared:
        assert each.first_start == each.second_start and each.first_end == each.second_end
        assert each.first_start.astimezone(ZoneInfo(first.timezone)).date() == on


@given(timetables, timetables, st.dates(date(2026, 1, 5), date(2026, 12, 1)))
def test_over_all_their_days_two_schools_share_the_same_time_whoever_asks(
    first: Timetable, second: Timetable, on: date
) -> None:
    """What both share in the middle of four weeks is found from either side."""
    def stretches(one: Timetable, other: Timetable, days: range) -> set[tuple[datetime, datetime]]:
        return {
            (each.first_start.astimezone(UTC), each.first_end.astimezone(UTC))
            for day in days for each in shared_hours(one, other, on + timedelta(days=day))
        }

    inner = stretches(first, second, range(5, 9))
    assert inner <= stretches(second, first, range(14))


# School days


def days(kind: DateKind, first: date, last: date) -> ReadDate:
    return ReadDate(kind, "x", first, last)


def test_there_is_school_on_a_weekday_with_periods_within_a_term_and_outside_holidays() -> None:
    bell_times = LONDON.bell_times
    sunday = date(2026, 11, 22)
    assert is_school_day([], bell_times, MONDAY)
    assert not is_school_day([], bell_times, sunday)
    assert not is_school_day([], BellTimes(), MONDAY)
    term = days(TERM, date(2026, 11, 1), date(2026, 12, 18))
    assert is_school_day([term], bell_times, MONDAY)
    assert is_school_day([term], bell_times, date(2026, 12, 18))
    assert not is_school_day([term], bell_times, date(2026, 12, 21))
    assert not is_school_day([term, days(HOLIDAY, MONDAY, MONDAY)], bell_times, MONDAY)
    assert is_school_day([days(HOLIDAY, date(2026, 11, 24), date(2026, 11, 27))], bell_times, MONDAY)


# Calendar files


def calendar_file(*events: str) -> str:
    parts = [f"BEGIN:VEVENT\r\nUID:{n}\r\n{event}\r\nEND:VEVENT" for n, event in enumerate(events)]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", *parts, "END:VCALENDAR", ""])


def test_all_day_and_timed_events_end_on_their_last_day() -> None:
    read = read_file(
        calendar_file(
            "SUMMARY:Autumn term\r\nDTSTART;VALUE=DATE:20260901\r\nDTEND;VALUE=DATE:20261219",
            "SUMMARY:Half-term holiday\r\nDTSTART;VALUE=DATE:20261026\r\nDTEND;VALUE=DATE:20261031",
            "SUMMARY:School closed\r\nDTSTART;VALUE=DATE:20261130",
            "SUMMARY:Winter break\r\nDTSTART:20261221T000000\r\nDTEND:20270102T000000",
            "SUMMARY:Holiday\\, late\r\nDTSTART;TZID=Africa/Nairobi:20270110T230000\r\nDURATION:PT2H",
        )
    )
    assert read.problems == []
    assert [(each.kind, each.first_day.isoformat(), each.last_day.isoformat()) for each in read.dates] == [
        (TERM, "2026-09-01", "2026-12-18"), (HOLIDAY, "2026-10-26", "2026-10-30"),
        (HOLIDAY, "2026-11-30", "2026-11-30"), (HOLIDAY, "2026-12-21", "2027-01-01"),
        (HOLIDAY, "2027-01-10", "2027-01-11"),
    ]
    assert read.dates[4].name == "Holiday, late"


def test_what_cannot_be_taken_is_left_out_with_its_row_and_the_reason() -> None:
    read = read_file(
        calendar_file(
            "SUMMARY:New Year holiday\r\nDTSTART;VALUE=DATE:20270101\r\nRRULE:FREQ=YEARLY",
            "SUMMARY:Holiday\r\nDTSTART;VALUE=DATE:20270101\r\nSTATUS:CANCELLED",
            "SUMMARY:Holiday",
            "SUMMARY:Holiday\r\nDTSTART:20261026T9999",
            "SUMMARY:Holiday\r\nDTSTART;VALUE=DATE:20270105\r\nDTEND;VALUE=DATE:20270101",
            "SUMMARY:Holiday\r\nDTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20280601",
            "SUMMARY:Autumn term begins\r\nDTSTART;VALUE=DATE:20260901",
            "SUMMARY:Sports day\r\nDTSTART;VALUE=DATE:20260901",
            "SUMMARY:Holiday\r\nDTSTART;VALUE=DATE:20270101\r\nDTSTART;VALUE=DATE:20270102",
            "SUMMARY:Holiday\r\nDTSTART:20270101T090000\r\nDTEND;VALUE=DATE:20270103",
        )
    )
    assert [(each.row, each.code) for each in read.problems] == [
        (1, "repeats"), (2, "cancelled"), (3, "no_date"), (4, "no_date"), (5, "ends_before"), (6, "too_long"),
        (7, "short_term"), (8, "which_kind"), (9, "no_date"),
    ]
    assert isinstance(read.problems[0], RowProblem) and read.problems[0].name == "New Year holiday"
    assert [(each.first_day, each.last_day) for each in read.dates] == [(date(2027, 1, 1), date(2027, 1, 2))]


def test_the_caller_says_what_an_event_is_whose_words_do_not() -> None:
    file = calendar_file("SUMMARY:Sports day\r\nDTSTART;VALUE=DATE:20260901", "DTSTART;VALUE=DATE:20260902")
    assert [each.code for each in read_file(file).problems] == ["which_kind", "which_kind"]
    assert [each.kind for each in read_file(file, HOLIDAY).dates] == [HOLIDAY, HOLIDAY]


@pytest.mark.parametrize(
    ("summary", "kind"),
    [
        ("HALF TERM", HOLIDAY), ("Bank Holiday", HOLIDAY), ("Spring Term 2027", TERM),
        ("First semester", TERM),
        ("Vacances de Noël", HOLIDAY), ("Congés d'été", HOLIDAY), ("Jour férié", HOLIDAY),
        ("2e trimestre", TERM), ("Année scolaire", TERM), ("العطلة الصيفية", HOLIDAY), ("إجازة", HOLIDAY),
        ("الفصل الدراسي الأول", TERM), ("Likizo ya Krismasi", HOLIDAY), ("Muhula wa pili", TERM),
        ("Determined reading", None), ("Breakfast club", None), ("", None),
    ],
)
def test_words_in_four_languages_say_what_an_event_is(summary: str, kind: DateKind | None) -> None:
    assert kind_of(summary) is kind


HOSTILE = [
    "", "garbage", "\x00\x01\x02", "BEGIN:VCALENDAR\r\n" * 20_000, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
    calendar_file("SUMMARY:x") * 2, "x" * (512 * 1024 + 1), "é" * (300 * 1024),
    calendar_file(*["SUMMARY:Holiday"] * (EVENTS_LIMIT + 1)), "\r\n" * 260_000, "\n" * 500_000 + "x",
    "\r\n " * 170_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_file_that_is_no_calendar_or_too_big_is_one_clean_refusal(text: str) -> None:
    with pytest.raises(Invalid):
        read_file(text)


def test_a_file_cannot_bring_its_own_clock_that_never_ends() -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Mine\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nRRULE:FREQ=SECONDLY\r\n"
        "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    event = "SUMMARY:Holiday\r\nDTSTART;TZID=Mine:20270101T090000"
    folded = zone.replace("BEGIN:VTIMEZONE", "begin:VTIME\r\n ZONE")
    with_words = zone.replace(":VTIMEZONE", ";X=1:vTimezone")
    for hidden in (zone, folded, with_words):
        text = calendar_file(event).replace("BEGIN:VEVENT", hidden + "BEGIN:VEVENT")
        assert "SECONDLY" not in _without_time_zones(text)
        assert [each.first_day for each in read_file(text).dates] == [date(2027, 1, 1)]


@given(st.text(max_size=300) | st.lists(
    st.sampled_from(["SUMMARY:Holiday", "DTSTART:20270101", "DTSTART:99999999T999999", "DTEND:00010101",
                     "DTEND:20270101T0000Z", "DURATION:P9999999D", "DURATION:-PT99999999999H", "RRULE:x",
                     "DTSTART;VALUE=PERIOD:20270101T000000Z/P1D", "DTSTART;TZID=/:20270101T000000",
                     "BEGIN:VEVENT", "END:VEVENT", "DTSTART;VALUE=DATE:20270101", "STATUS"]), max_size=8,
).map(lambda lines: calendar_file("\r\n".join(lines))))
def test_no_file_makes_anything_but_dates_problems_or_a_refusal(text: str) -> None:
    try:
        read = read_file(text, HOLIDAY)
    except Invalid:
        return
    for each in read.dates:
        assert each.first_day <= each.last_day
        assert len(each.name) <= 120


def test_only_dates_that_are_not_there_are_new_and_each_once() -> None:
    known = [days(HOLIDAY, MONDAY, MONDAY)]
    term = days(TERM, MONDAY, MONDAY + timedelta(days=30))
    assert new_dates(known, [*known, term, term]) == [term]


def test_public_holidays_of_a_country_and_none_where_no_list_is_known() -> None:
    kenya = public_holidays("KE", 2026)
    assert kenya is not None
    assert date(2026, 12, 12) in {each.first_day for each in kenya}
    assert kenya == sorted(kenya, key=lambda each: each.first_day)
    assert all(each.kind is HOLIDAY and each.first_day == each.last_day and each.name for each in kenya)
    assert public_holidays("ZZ", 2026) is None


@pytest.mark.parametrize("country", ["IN", *sorted(vocabulary.COUNTRIES)[::12]])
@pytest.mark.parametrize("year", [FIRST_HOLIDAY_YEAR, LAST_HOLIDAY_YEAR])
def test_public_holidays_of_any_country_are_a_list_or_nothing(country: str, year: int) -> None:
    for each in public_holidays(country, year) or []:
        assert each.first_day.year == year


def test_words_are_compared_without_case_accents_and_spaces() -> None:
    assert vocabulary.plain("  École   Fénelon ") == "ecole fenelon"
    assert vocabulary.plain("STRASSE") == vocabulary.plain("Straße")
    assert len(vocabulary.COUNTRIES) == 249
    tags = (*vocabulary.LANGUAGES, "pt-BR", "pa-Arab", "zh-Hant-TW", "es-419", "ca-valencia")
    assert all(vocabulary.is_language(tag) for tag in tags)
    assert not any(vocabulary.is_language(tag) for tag in ("english", "EN", "en\n", "", "en_GB", "e"))
    assert vocabulary.is_timezone("Africa/Nairobi") and not vocabulary.is_timezone("../etc/passwd")
