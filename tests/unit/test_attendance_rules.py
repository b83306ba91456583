"""Stretches of attendance: overlaps and short breaks are one presence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from server.lessons.attendance import BREAK, Stretch, merged, minutes

NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)


def at(from_s: int, to_s: int | None) -> Stretch:
    return Stretch(NOW + timedelta(seconds=from_s), None if to_s is None else NOW + timedelta(seconds=to_s))


def test_two_pages_are_one_presence() -> None:
    assert merged([at(0, 600), at(300, 900)]) == [at(0, 900)]
    assert merged([at(0, 900), at(300, 600)]) == [at(0, 900)]


def test_a_short_break_is_none() -> None:
    assert merged([at(0, 600), at(660, 900)]) == [at(0, 900)]
    assert merged([at(0, 600), at(661, 900)]) == [at(0, 600), at(661, 900)]


def test_who_is_there_is_still_there() -> None:
    assert merged([at(0, 600), at(620, None)]) == [at(0, None)]
    assert merged([at(0, None), at(300, 500)]) == [at(0, None)]


def test_minutes_are_whole_and_at_least_one() -> None:
    assert minutes([at(0, 10)], NOW) == 1
    assert minutes([at(0, 600), at(1200, None)], NOW + timedelta(seconds=1800)) == 20


@given(
    st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 2000) | st.none()).map(
            lambda each: at(each[0], None if each[1] is None else each[0] + each[1])
        ),
        max_size=12,
    )
)
def test_merging_loses_nobody_and_adds_only_breaks(stretches: list[Stretch]) -> None:
    far = NOW + timedelta(seconds=5000)
    found = merged(stretches)

    def covers(many: list[Stretch], moment: datetime) -> bool:
        return any(each.came_at <= moment <= (each.left_at or far) for each in many)

    for earlier, later in pairwise(found):
        assert earlier.left_at is not None
        assert later.came_at - earlier.left_at > BREAK
    for second in range(0, 4200, 20):
        moment = NOW + timedelta(seconds=second)
        if covers(stretches, moment):
            assert covers(found, moment)
        elif covers(found, moment):
            assert covers(stretches, moment - BREAK) or covers(stretches, moment + BREAK) or any(
                covers(stretches, moment + timedelta(seconds=s)) for s in range(-60, 61)
            )
    assert merged(found) == found
