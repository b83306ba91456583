"""A node stops and starts again: how soon the 60 people of a lesson have everything back.

    python3 dev.py bench restart

The server process ends (SIGTERM; SIGKILL as if it had crashed) and a new one takes its port. All 60 come back
at once, each with the `last_seq` it had, the moment it listens: harder than life, for real pages spread out.
`all_back_ms` runs from listening to the last message of the last of them, `down_ms` from the end of the first
socket to listening.
"""

from __future__ import annotations

import signal

from tests.load import figures, server, worlds
from tests.load.figures import Row
from tests.load.processes import program, run
from tests.load.worlds import Lesson, Records

PEOPLE = 60
MESSAGES = 500
MISSED = 20
TARGET_MS = 2000


async def measure(records: Records, lesson: Lesson, number: signal.Signals) -> Row:
    """One restart."""
    async with program("tests.load.pages") as pages:
        async with server.node(records.database_url, records.redis_url) as first:
            before = await pages.call("join", url=first.url, tickets=lesson.tickets())
            await first.program.end(number)
        ended_at = min(end[0] for end in await pages.call("ends") if end)
        ends = figures.tally(f"{end[1]} {end[2]}".strip() for end in await pages.call("ends") if end)
        await pages.call("leave")
        async with server.node(records.database_url, records.redis_url, port=first.port) as second:
            tickets = lesson.tickets(last_seq=MESSAGES - MISSED)
            with second.measured() as spent:
                told = await pages.call("join", url=second.url, tickets=tickets, at_once=PEOPLE)
        row: Row = {
            "bench": "restart", "case": f"{number.name.lower()}-{records.name}", "before": before["joined"],
            "back": told["joined"], "messages": round(told["messages"] / max(told["joined"], 1)),
            "all_back_ms": round((told["last_at"] - second.listening_at) * 1000), "target_ms": TARGET_MS,
            **figures.delays(told["took_ms"], 0), "down_ms": round((second.listening_at - ended_at) * 1000),
            "cpu_ms_a_join": round(spent.cpu_s * 1000 / PEOPLE, 2),
            "waited_s": round(spent.waited_s, 2), **figures.refusals(told["refused"]),
        }
        row["note"] = f"closed with {ends}; {row.get('note', '')}".strip("; ")
        return row


async def main() -> None:
    """Both signals, on both kinds of records."""
    with figures.Report() as report:
        for kind in (worlds.sqlite, worlds.postgres):
            async with kind() as records:
                event = await worlds.fill(records.database_url, [PEOPLE], MESSAGES)
                for number in (signal.SIGTERM, signal.SIGKILL):
                    report.add(await measure(records, event.lessons[0], number))


if __name__ == "__main__":
    run(main())
