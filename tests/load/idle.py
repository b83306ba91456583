"""What 5,000 open pages cost that do nothing: memory a socket, and a share of a core.

    python3 dev.py bench idle

84 spaces of 60 people on one process, on SQLite. The base is the memory of the process after its start and
one join. What opening them costs is told as CPU milliseconds a join.
"""

from __future__ import annotations

import asyncio
import sys

from tests.load import figures, server, worlds
from tests.load.figures import Row
from tests.load.processes import Program, cpu_s, program, rss_bytes, run
from tests.load.server import Node
from tests.load.worlds import Lesson

SPACES, PEOPLE = 84, 60
OPENING_S = 80
"""No more pages are opened after so long; the figures are then of those that there are."""
SETTLE_S = 4
IDLE_S = 22
"""More than the 20 s between two pings of a socket and the 15 s between two rechecks."""


async def main() -> None:
    spaces = int(sys.argv[1]) if sys.argv[1:] else SPACES
    with figures.Report() as report:
        async with worlds.sqlite() as records:
            lessons = (await worlds.fill(records.database_url, [1] + [PEOPLE] * spaces)).lessons
            async with server.node(records.database_url) as node, program("tests.load.pages") as pages:
                await pages.call("join", url=node.url, tickets=lessons[0].tickets())
                await asyncio.sleep(1)
                base = rss_bytes(node.pid)
                report.add(await open_pages(node, pages, lessons[1:]))
                await asyncio.sleep(SETTLE_S)
                report.add(await look_on(node, pages, base))


async def open_pages(node: Node, pages: Program, lessons: list[Lesson]) -> Row:
    tickets = [each for lesson in lessons for each in lesson.tickets()]
    before = cpu_s(node.pid)
    told = await pages.call("join", url=node.url, tickets=tickets, within_s=OPENING_S)
    cpu = cpu_s(node.pid) - before
    return {
        "bench": "idle", "case": "opening", "sockets": told["joined"],
        "cpu_s": round(cpu, 2), "cpu_ms_a_join": round(cpu * 1000 / max(told["joined"], 1), 2),
        "seconds": round(told["seconds"], 1), **figures.delays(told["took_ms"], 0),
        **figures.refusals(told["refused"]),
    }


async def look_on(node: Node, pages: Program, base_bytes: int) -> Row:
    readers_cpu = cpu_s(pages.pid)
    with node.measured() as spent:
        await asyncio.sleep(IDLE_S)
    readers_cpu = cpu_s(pages.pid) - readers_cpu
    ends = await pages.call("ends")
    sockets = ends.count(None)
    row: Row = {
        "bench": "idle", "case": "idle", "sockets": sockets, "lost": len(ends) - sockets,
        "rss_kb_per_socket": round((rss_bytes(node.pid) - base_bytes) / 1000 / sockets, 1),
        "rss_target": 20, "base_mb": round(base_bytes / 1e6), "cpu_s": round(spent.cpu_s, 2),
        "core_percent": round(100 * spent.cpu_s / IDLE_S, 1), "core_target": 5,
    }
    if readers_cpu > 0.8 * IDLE_S:
        row["note"] = "the readers were busy"
    return row


if __name__ == "__main__":
    run(main())
