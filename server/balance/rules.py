"""Shares of the schools in what they did together. Pure; docs/balance.md says what each measure counts."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Amounts(msgspec.Struct, frozen=True):
    """What one school gave."""

    talk_s: float = 0.0
    messages: int = 0
    marks: int = 0
    hosted: int = 0
    """Lessons."""

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(
            self.talk_s + other.talk_s, self.messages + other.messages, self.marks + other.marks,
            self.hosted + other.hosted,
        )


class Share(msgspec.Struct, frozen=True):
    """A school's part of one measure."""

    value: int
    """Whole seconds of talk; messages, marks or lessons."""
    percent: int
    """Those of all schools make 100; or 0, when there is nothing yet."""


class Shares(msgspec.Struct, frozen=True):
    """A school's part of every measure."""

    talk: Share
    messages: Share
    marks: Share
    hosted: Share


def percents(values: Sequence[int]) -> list[int]:
    """Whole percents that make 100 together: what rounding down leaves goes where it cut off most.

    Who has more never gets less, and each is within one of the exact figure. All 0 when there is nothing.
    """
    total = sum(values)
    if total == 0:
        return [0] * len(values)
    found = [value * 100 // total for value in values]
    by_cut = sorted(range(len(values)), key=lambda place: values[place] * 100 % total, reverse=True)
    for place in by_cut[: 100 - sum(found)]:
        found[place] += 1
    return found


def shares(amounts: Sequence[Amounts]) -> list[Shares]:
    """The parts of these schools, in their order."""
    columns = [
        [Share(value, percent) for value, percent in zip(values, percents(values), strict=True)]
        for values in (
            [round(each.talk_s) for each in amounts], [each.messages for each in amounts],
            [each.marks for each in amounts], [each.hosted for each in amounts],
        )
    ]
    return [Shares(*parts) for parts in zip(*columns, strict=True)]
