"""Transactions of a space: a few at once, then spaced; each space by itself."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from realtime import spacing
from realtime.spacing import Spacing


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: self.now)


async def test_a_burst_goes_at_once_and_what_follows_is_spaced(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    space_id, each = uuid4(), Spacing(per_s=10, burst=3)
    assert [round(each.after(space_id), 6) for _ in range(5)] == [0, 0, 0, 0.1, 0.2]
    assert each.after(uuid4()) == 0
    clock.now += 0.6  # all of it is paid back
    assert [round(each.after(space_id), 6) for _ in range(4)] == [0, 0, 0, 0.1]


async def test_spaces_that_are_quiet_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spacing, "NOTED_LIMIT", 4)
    clock = Clock(monkeypatch)
    busy, each = uuid4(), Spacing(per_s=1, burst=1)
    for _ in range(5):
        each.after(busy)
    for _ in range(3):
        each.after(uuid4())
    clock.now += 2  # the three are quiet again, the busy one is not
    each.after(uuid4())
    assert len(each._paid_until) == 2
    assert each.after(busy) == 3.0
