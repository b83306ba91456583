"""Calendar entries: what other programs read out of them, and the definitions of time zones."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from server.lessons import vtimezone
from server.lessons.invitations import CANCEL, PUBLISH, REQUEST, Planned, calendar_of
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import LessonSeries
from server.lessons.times import places
from tests.unit.test_lesson_times import ZONES

SPACE, PERSON = uuid4(), uuid4()
FIRST = datetime(2026, 10, 13, 8, 0, tzinfo=UTC)  # 09:00 in London, in summer time


def row(
    timezone: str = "Europe/London", times: int = 1, first: datetime = FIRST, minutes: int = 45,
    title: str = "Rivers, and seas; \"deep\"\nones", status: LessonStatus = LessonStatus.SCHEDULED,
) -> Planned:
    series = LessonSeries(
        id=UUID(int=7), space_id=SPACE, timezone=timezone, first_at=first, minutes=minutes, every_weeks=1,
        times=times, sequence=3, created_by_id=PERSON,
    )
    lessons = [
        Lesson(
            id=uuid4(), space_id=SPACE, title=title, status=status, starts_at=each,
            ends_at=each + timedelta(minutes=minutes), created_by_id=PERSON, series_id=series.id,
            place_at=each,
        )
        for each in places(first, timezone, times, 1)
    ]
    return Planned(
        series, lessons, "Willow and Nakuru Hill", f"/spaces/{SPACE}/lessons",
        [("Willow", "Europe/London"), ("Nakuru", "Africa/Nairobi")],
    )


def entries(text: str, kind: str = "VEVENT") -> list[Any]:
    """The components of a calendar file."""
    return list(icalendar.Calendar.from_ical(text).walk(kind))


def starts(text: str) -> list[datetime]:
    """When it takes place, as another reader unfolds it."""
    found: Any = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(
        datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    )
    return sorted(each["DTSTART"].dt.astimezone(UTC) for each in found)


def test_lines_end_as_the_format_says_and_none_is_too_long() -> None:
    text = calendar_of([row(title="Flüsse " * 20, times=5)], REQUEST, site="https://commonroom.example")
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    for line in text.split("\r\n"):
        assert len(line.encode()) <= 75, line
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", line)


def test_a_row_is_one_entry_that_keeps_to_the_clock_over_the_change() -> None:
    planned = row(times=4)
    text = calendar_of([planned], REQUEST)
    assert "METHOD:REQUEST\r\n" in text
    assert "DTSTART;TZID=Europe/London:20261013T090000\r\n" in text
    assert "UID:00000000-0000-0000-0000-000000000007@commonroom\r\n" in text
    assert "SEQUENCE:3\r\n" in text
    assert text.count("BEGIN:VEVENT") == 1
    assert starts(text) == [each.starts_at for each in planned.lessons]
    assert [each.hour for each in starts(text)] == [8, 8, 9, 9]  # the clocks go back on 25 October


def test_what_was_cancelled_is_excepted_and_what_was_moved_stands_beside() -> None:
    planned = row(times=5)
    lessons = list(planned.lessons)
    lessons[0].status = LessonStatus.CANCELLED
    lessons[3].starts_at += timedelta(hours=26)
    lessons[3].ends_at += timedelta(hours=26)
    del lessons[1]  # left out when it was planned
    text = calendar_of([Planned(planned.series, lessons, "P", "/p")], PUBLISH)
    assert starts(text) == sorted(each.starts_at for each in lessons[1:])
    assert "RECURRENCE-ID;TZID=Europe/London:20261103T090000" in text


def test_a_cancelled_row_is_told_as_such_and_leaves_a_feed() -> None:
    planned = row(times=2)
    for each in planned.lessons:
        each.status = LessonStatus.CANCELLED
    text = calendar_of([planned], CANCEL)
    assert "METHOD:CANCEL" in text
    assert "STATUS:CANCELLED" in text
    assert calendar_of([planned], PUBLISH).count("VEVENT") == 0


def test_a_proposal_is_tentative_and_an_entry_names_no_person() -> None:
    proposed = row(status=LessonStatus.PROPOSED)
    text = calendar_of([proposed], PUBLISH, site="https://c.example", name="Commonroom")
    event = entries(text)[0]
    assert str(event["STATUS"]) == "TENTATIVE"
    assert str(event["SUMMARY"]) == "Rivers, and seas; \"deep\"\nones"
    assert str(event["DESCRIPTION"]) == (
        f"Willow and Nakuru Hill\n2026-10-13 09:00 Willow\n2026-10-13 11:00 Nakuru\n"
        f"https://c.example/spaces/{SPACE}/lessons"
    )
    assert {"ATTENDEE", "ORGANIZER"}.isdisjoint(event)


def offset_by(zone: Any, moment: datetime) -> timedelta:
    """The offset that a VTIMEZONE gives for a moment, read as RFC 5545 says, by hand."""
    best: tuple[datetime, timedelta] | None = None
    for part in zone.subcomponents:
        before, after = part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td
        first: datetime = part["DTSTART"].dt
        onsets = [first]
        if "RRULE" in part:
            rule = part["RRULE"]
            (month,), (byday,) = rule["BYMONTH"], rule["BYDAY"]
            which, weekday = int(str(byday)[:-2]), ("MO", "TU", "WE", "TH", "FR", "SA", "SU").index(
                str(byday)[-2:]
            )
            onsets = []
            for year in range(first.year, moment.year + 1):
                days = [
                    date(year, month, number) for number in range(1, 32)
                    if number <= (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
                    and date(year, month, number).weekday() == weekday
                ]
                onsets.append(datetime.combine(days[which if which < 0 else which - 1], first.time()))
        for local in onsets:
            at = (local - before).replace(tzinfo=UTC)
            if at <= moment and (best is None or at > best[0]):
                best = at, after
    assert best is not None, "no definition covers this moment"
    return best[1]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [*ZONES, "Europe/Dublin", "America/Santiago", "Africa/Cairo", "Asia/Beirut", "Asia/Gaza"]
    ),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_definition_gives_the_offset_of_every_moment_it_is_for(
    timezone: str, one: datetime, other: datetime
) -> None:
    zone = ZoneInfo(timezone)
    years = one.astimezone(zone).year, other.astimezone(zone).year
    found = vtimezone.component(timezone, min(years), max(years))
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{found.to_ical().decode()}END:VCALENDAR\r\n"
    (read,) = entries(text, "VTIMEZONE")
    for moment in (one, other):
        assert offset_by(read, moment) == moment.astimezone(zone).utcoffset()


def test_the_rules_of_britain_are_written_as_rules() -> None:
    text = vtimezone.component("Europe/London", 2026, 2026).to_ical().decode()
    assert "DTSTART:20250330T010000" in text  # at one o'clock by the winter's clock
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in text
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in text


@pytest.mark.parametrize("timezone", ["Africa/Nairobi", "Africa/Casablanca", "Asia/Kathmandu"])
def test_where_no_rule_holds_each_change_is_written(timezone: str) -> None:
    assert "RRULE" not in vtimezone.component(timezone, 2026, 2027).to_ical().decode()


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(ZONES), st.integers(2, 12),
    st.datetimes(datetime(2026, 1, 5), datetime(2027, 6, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_another_reader_finds_the_lessons_where_they_are(timezone: str, times: int, first: datetime) -> None:
    first = first.astimezone(ZoneInfo(timezone)).replace(
        hour=10, minute=30, second=0, microsecond=0
    ).astimezone(UTC)
    planned = row(timezone, times, first)
    assert starts(calendar_of([planned], PUBLISH)) == [each.starts_at for each in planned.lessons]
