"""Shares of the schools: whole percents that make 100, and say who gave more."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from server.balance.rules import Amounts, Share, percents, shares

COUNTS = st.lists(st.integers(0, 10**6), max_size=40)
AMOUNTS = st.builds(
    Amounts, st.floats(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 1000)
)


@given(COUNTS)
@example([1, 1, 1])
@example([0, 0])
@example([1] * 40)
@example([10**6, 1, 1, 1])
def test_percents_make_a_hundred_and_keep_the_order(values: list[int]) -> None:
    found = percents(values)
    assert len(found) == len(values)
    total = sum(values)
    assert sum(found) == (100 if total else 0)
    for value, percent in zip(values, found, strict=True):
        assert abs(percent * total - value * 100) < max(total, 1)
        assert value or not percent, "who gave nothing has nothing"
    for one, other in zip(sorted(values), sorted(values)[1:], strict=False):
        of = dict(zip(values, found, strict=True))
        assert of[one] <= of[other] or one == other


@given(st.lists(AMOUNTS, max_size=12))
def test_each_measure_is_shared_by_itself(amounts: list[Amounts]) -> None:
    found = shares(amounts)
    assert [each.messages.value for each in found] == [each.messages for each in amounts]
    assert [each.talk.value for each in found] == [round(each.talk_s) for each in amounts]
    for measure in ("talk", "messages", "marks", "hosted"):
        parts: list[Share] = [getattr(each, measure) for each in found]
        assert [part.percent for part in parts] == percents([part.value for part in parts])


@given(st.lists(AMOUNTS, min_size=1, max_size=8), st.integers(0, 8))
def test_what_several_nodes_saw_adds_up(amounts: list[Amounts], cut: int) -> None:
    def together(some: list[Amounts]) -> Amounts:
        total = Amounts()
        for each in some:
            total += each
        return total

    one, other = together(amounts[:cut]), together(amounts[cut:])
    whole, parts = together(amounts), one + other
    assert (whole.messages, whole.marks, whole.hosted) == (parts.messages, parts.marks, parts.hosted)
    assert abs(whole.talk_s - parts.talk_s) < 1e-6 * max(1.0, whole.talk_s)
    assert whole.marks == sum(each.marks for each in amounts)


def test_one_school_of_two_gave_all() -> None:
    home, abroad = shares([Amounts(90.4, 3, 0, 2), Amounts(0, 1, 0, 1)])
    assert home.talk == Share(90, 100)
    assert (home.messages, abroad.messages) == (Share(3, 75), Share(1, 25))
    assert (home.marks, abroad.marks) == (Share(0, 0), Share(0, 0))
    assert (home.hosted, abroad.hosted) == (Share(2, 67), Share(1, 33))
