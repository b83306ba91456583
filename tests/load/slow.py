"""What one page that stops reading costs the others, and the server.

    python3 dev.py bench slow

A room of 100 with 30 strokes a second and large board updates (60 kB, 20 a second), twice each: all read; one
more is there that has stopped reading. What it does not read piles up, first in the network's buffers, then
in the server until that cuts it off. `us_per_delivery` is all CPU time over the strokes at everybody else,
and the delays are theirs; `rss_growth_mib` is the most that the server's memory grew during the case. The
server's pace limits and its pings are lifted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from statistics import mean
from uuid import UUID

from pycrdt import Doc, Map

from realtime import board_wire
from realtime.prepared import BINARY
from tests.load import figures, server, worlds
from tests.load.fanout import stroke
from tests.load.figures import Row
from tests.load.pages import Pages, masked
from tests.load.processes import Program, program, rss_bytes, run
from tests.load.server import Node
from tests.load.worlds import Lesson

PEOPLE, SENDERS = 100, 10
STROKES, LARGE = 30, 20
LARGE_BYTES = 60_000
SECONDS = 6.0
MIB = 1024 * 1024
TARGET_MIB = 2
ROUNDS = 2


def large_updates(user_id: UUID) -> Iterator[bytes]:
    """Frames that set a note's points to something large, each time anew, as a person's page sends them."""
    doc, sent = Doc(), []
    elements = doc.get("elements", type=Map)
    subscription = doc.observe(lambda event: sent.append(event.update))
    elements["a"] = Map({"by": str(user_id), "kind": "note", "gone": False})
    try:
        while True:
            elements["a"]["points"] = bytes(LARGE_BYTES)
            for update in sent:
                yield masked(board_wire.sync(board_wire.UPDATE, update), BINARY)
            sent.clear()
    finally:
        doc.unobserve(subscription)


class Room:
    """A server with the lesson's people in: some that send, and readers in a process of their own."""

    def __init__(self, node: Node, readers: Program, lesson: Lesson) -> None:
        self._node, self._readers, self._lesson = node, readers, lesson
        self._own = Pages()
        self._updates = large_updates(lesson.user_ids[0])

    async def fill(self) -> None:
        tickets, url = self._lesson.tickets(PEOPLE), self._node.url
        await self._own.join(url, tickets[:SENDERS], board=True)
        await self._readers.call("join", url=url, tickets=tickets[SENDERS:], board=True)

    async def measure(self, case: str, *, is_one_deaf: bool) -> Row:
        """Send for a while."""
        if is_one_deaf:
            await self._own.join_deaf(self._node.url, self._lesson.tickets()[-1], board=True)
        await self._own.start_counting()
        await self._readers.call("start_counting")
        await asyncio.sleep(0.5)
        before = rss_bytes(self._node.pid)
        with self._node.measured() as spent:
            sent, large, most = await self._send()
            await asyncio.sleep(1)
        own, theirs = await self._own.counts(), await self._readers.call("counts")
        deliveries = own["deliveries"] + theirs["deliveries"]
        row: Row = {
            "bench": "slow", "case": case, "strokes": sent, "large": large, "deliveries": deliveries,
            "missing": sent * PEOPLE - deliveries, "cpu_s": round(spent.cpu_s, 2),
            "waited_s": round(spent.waited_s, 2),
            "us_per_delivery": round(spent.cpu_s * 1e6 / deliveries, 1),
            **figures.delays(own["delays_ms"] + theirs["delays_ms"]),
            "rss_growth_mib": round((most - before) / MIB, 1),
        }
        if is_one_deaf:
            row["note"] = "cut off" if await self._own.hear_again() else "not cut off"
        return row

    async def _send(self) -> tuple[int, int, int]:
        """Returns how many strokes, how many large updates, and the most memory of the server meanwhile."""
        sent = large = most = 0
        started = time.monotonic()
        while (elapsed := time.monotonic() - started) < SECONDS:
            if sent < elapsed * STROKES:
                self._own.pages[sent % SENDERS].transport.write(stroke(True))
                sent += 1
            if large < elapsed * LARGE:
                self._own.pages[0].transport.write(next(self._updates))
                large += 1
            most = max(most, rss_bytes(self._node.pid))
            await asyncio.sleep(0.01)
        return sent, large, most


async def main() -> None:
    with figures.Report() as report:
        async with worlds.sqlite() as records:
            lesson = (await worlds.fill(records.database_url, [PEOPLE + 1])).lessons[0]
            started = server.node(records.database_url, pings=False)
            async with started as node, program("tests.load.pages") as readers:
                room = Room(node, readers, lesson)
                await room.fill()
                await room.measure("warms up", is_one_deaf=False)
                for number in range(1, ROUNDS + 1):
                    report.add(await room.measure(f"all read {number}", is_one_deaf=False))
                    report.add(await room.measure(f"one stops {number}", is_one_deaf=True))
            read, stopped = report.rows[0::2], report.rows[1::2]
            us = [mean(row["us_per_delivery"] for row in rows) for rows in (read, stopped)]
            growth = [mean(row["rss_growth_mib"] for row in rows) for rows in (read, stopped)]
            report.add(
                {
                    "bench": "slow", "case": "what it costs", "ratio": round(us[1] / us[0], 2),
                    "rss_growth_mib": round(growth[1] - growth[0], 1), "target_mib": TARGET_MIB,
                }
            )


if __name__ == "__main__":
    run(main())
