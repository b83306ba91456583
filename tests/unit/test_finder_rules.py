"""How well two schools fit, and the hours they share on real dates (docs/finder.md)."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.finder import rules
from server.finder.rules import Components, Profile, compare, reasons, shared_minutes, total, week_hours
from server.schools.calendar import BellTimes, Period, Timetable
from server.schools.models import Experience, Internet

WORDS = st.lists(st.sampled_from(["art", "music", "science", "sport", "history"]), unique=True, max_size=5)
MOMENT = st.one_of(st.none(), st.integers(-900, 2200))
PROFILES = st.builds(
    Profile,
    interests=WORDS,
    priorities=WORDS,
    languages=WORDS,
    opens_utc_min=MOMENT,
    closes_utc_min=MOMENT,
    internet=st.sampled_from(Internet),
    experience=st.sampled_from(Experience),
)


@given(PROFILES, PROFILES)
def test_the_score_lies_between_0_and_100_and_is_the_same_from_both_sides(
    one: Profile, other: Profile
) -> None:
    components = compare(one, other)
    assert components == compare(other, one)
    assert 0 <= total(components) <= 100


@given(PROFILES, PROFILES)
def test_the_reasons_add_up_to_the_score(one: Profile, other: Profile) -> None:
    components = compare(one, other)
    given_reasons = reasons(components, one, other)
    assert sum(reason.points for reason in given_reasons) == total(components)
    assert sum(reason.of for reason in given_reasons) == 100
    assert all(0 <= reason.points <= reason.of for reason in given_reasons)
    values = {reason.code: reason.params.get("values") for reason in given_reasons}
    assert values["shared_interests"] == [each for each in one.interests if each in other.interests]


def test_the_best_partner_scores_100_and_one_with_nothing_in_common_0() -> None:
    assert total(Components(3, 2, 1, 240, 2, 2)) == 100
    assert total(Components(9, 9, 9, 600, 2, 2)) == 100
    assert total(Components(0, 0, 0, 0, 0, 0)) == 0
    assert total(Components(1, 0, 0, 0, 0, 0)) > 0


@given(MOMENT, MOMENT, MOMENT, MOMENT, st.integers(-1, 1))
def test_shared_hours_do_not_depend_on_the_day_that_minutes_are_counted_from(
    opens: int | None, closes: int | None, their_opens: int | None, their_closes: int | None, days: int
) -> None:
    shared = shared_minutes((opens, closes), (their_opens, their_closes))
    assert shared >= 0
    if None in (opens, closes, their_opens, their_closes):
        assert shared == 0


@given(
    st.integers(0, 1439), st.integers(60, 600), st.integers(0, 1439), st.integers(60, 600), st.integers(-1, 1)
)
def test_a_whole_day_more_or_less_changes_nothing(
    opens: int, length: int, their_opens: int, their_length: int, days: int
) -> None:
    mine, theirs = (opens, opens + length), (their_opens, their_opens + their_length)
    moved = tuple(each + days * rules.DAY_MIN for each in theirs)
    assert shared_minutes(mine, theirs) == shared_minutes(mine, moved)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mine", "theirs", "shared"),
    [
        ((540, 960), (480, 900), 360),
        ((540, 960), (960, 1200), 0),
        # New Zealand opens at 20:00 UTC of the day before, a school in California at 16:00 UTC.
        ((-240, 180), (960, 1380), 180),
        ((None, None), (480, 900), 0),
    ],
)
def test_hours_are_shared_across_midnight(
    mine: tuple[int | None, int | None], theirs: tuple[int | None, int | None], shared: int
) -> None:
    assert shared_minutes(mine, theirs) == shared


def timetable(zone: str, start: str = "09:00", end: str = "15:30", weekdays: range = range(5)) -> Timetable:
    day = [Period("All day", start, end)]
    return Timetable(BellTimes([day if each in weekdays else [] for each in range(7)]), zone)


def test_a_week_looked_at_on_a_monday_is_this_one_and_later_the_next() -> None:
    monday = date(2027, 3, 22)
    assert rules.school_week(monday) == monday
    assert [rules.school_week(monday + timedelta(days=days)) for days in range(1, 8)] == [
        date(2027, 3, 29)
    ] * 7


def test_the_week_when_clocks_change_counts_as_it_is() -> None:
    london, nairobi = timetable("Europe/London"), timetable("Africa/Nairobi", "08:00", "16:00")
    before, after = (
        week_hours(london, nairobi, monday)[0] for monday in (date(2027, 3, 22), date(2027, 3, 29))
    )
    assert before.on == date(2027, 3, 22)
    # In winter London is three hours behind Nairobi, in summer two.
    for day, end in ((before, time(13)), (after, time(14))):
        (shared,) = day.shared
        assert (shared.start.time(), shared.end.time()) == (time(9), end)
        assert (shared.their_start.time(), shared.their_end.time()) == (
            (time(12), time(16)) if day is before else (time(11), time(16))
        )
        assert day.mine is not None
        assert (day.mine.start.time(), day.mine.end.time()) == (time(9), time(15, 30))
        assert [(each.their_start.time(), each.their_end.time()) for each in day.theirs] == [
            (time(8), time(16))
        ]


def test_a_day_of_mine_may_touch_two_of_theirs_and_weekends_are_their_own() -> None:
    london, auckland = timetable("Europe/London"), timetable("Pacific/Auckland")
    week = week_hours(london, auckland, date(2027, 6, 14))
    # 09:00 in Auckland is 22:00 of the day before in London: two of theirs touch a day of mine.
    assert [len(day.theirs) for day in week] == [2, 2, 2, 2, 1, 0, 1]
    assert all(day.shared == [] for day in week)
    assert week[5].mine is None
    jordan = timetable("Asia/Amman", weekdays=range(-1, 4))
    sunday = Timetable(
        BellTimes([*jordan.bell_times.days[:4], [], [], jordan.bell_times.days[0]]), "Asia/Amman"
    )
    week = week_hours(sunday, london, date(2027, 6, 14))
    assert [day.mine is not None for day in week] == [True, True, True, True, False, False, True]
    assert [len(day.shared) for day in week] == [1, 1, 1, 1, 0, 0, 0]


def test_schools_without_bell_times_share_nothing() -> None:
    empty = Timetable(BellTimes(), "Africa/Accra")
    for day in week_hours(empty, timetable("Europe/London"), date(2027, 6, 14)):
        assert (day.mine, day.shared) == (None, [])
