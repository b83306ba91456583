"""Every socket is asked once an interval, few at a time, for as long as it is there."""

from __future__ import annotations

import asyncio
from collections import Counter

from realtime.heartbeat import SLOTS, Heartbeat

INTERVAL_S = 0.2


class Page:
    """Counts how often it was asked, and when the loop stood at that."""

    def __init__(self, turns: Counter[float]) -> None:
        self._turns = turns
        self.beats = 0
        self.asked = asyncio.Event()

    def beat(self) -> None:
        self.beats += 1
        self._turns[asyncio.get_running_loop().time()] += 1
        self.asked.set()


async def test_each_is_asked_in_its_turn_and_who_has_gone_is_not() -> None:
    turns: Counter[float] = Counter()
    heartbeat, pages = Heartbeat(INTERVAL_S), [Page(turns) for _ in range(3 * SLOTS)]
    for page in pages:
        heartbeat.add(page)
    assert {len(slot) for slot in heartbeat._slots} == {3}
    gone = pages.pop()
    heartbeat.discard(gone)
    heartbeat.discard(gone)
    async with asyncio.timeout(10):
        await asyncio.gather(*(page.asked.wait() for page in pages))
    assert {page.beats for page in pages} <= {1, 2}
    assert gone.beats == 0
    assert len(turns) >= SLOTS
    for page in pages:
        heartbeat.discard(page)
    async with asyncio.timeout(10):
        while heartbeat._timer is not None:
            await asyncio.sleep(0.001)
    late = Page(turns)
    heartbeat.add(late)
    async with asyncio.timeout(10):
        await late.asked.wait()
    heartbeat.discard(late)
