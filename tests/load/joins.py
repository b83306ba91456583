"""Coming into a space with 500 messages of history, 50 people a second for ten seconds.

    python3 dev.py bench joins

`first`: pages that have nothing. `resume`: pages that name `last_seq` 0 and get all there is. Each stays for
a second, so about 60 are there at a time. `crowd`: 500 people come and stay. The time runs from opening the
socket to the last message of the history (`join_p99_ms`: from sending `space.join`). "-deflate": the page
offers permessage-deflate; `kb_a_join` is what went over the wire.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

from tests.load import figures, server, worlds
from tests.load.figures import Row
from tests.load.processes import program, run
from tests.load.server import Node
from tests.load.worlds import Lesson, Records

RATE = 50
JOINS = 500
MESSAGES = 500
STAY_S = 1.0
TARGET_MS = 150


class Case(NamedTuple):
    name: str
    last_seq: int | None = None
    deflate: bool = False
    stay_s: float | None = STAY_S


CASES = (
    Case("first"), Case("resume", 0), Case("first-deflate", None, True), Case("resume-deflate", 0, True),
    Case("crowd", None, False, None),
)
ON_POSTGRES = (Case("first"), Case("resume", 0))


async def measure(node: Node, records: Records, lesson: Lesson, case: Case) -> Row:
    """One case."""
    async with program("tests.load.pages") as pages:
        tickets = lesson.tickets(last_seq=case.last_seq)
        await pages.call("join", url=node.url, tickets=tickets[:5], deflate=case.deflate)  # warms up
        await pages.call("leave")
        with node.measured() as spent:
            told = await pages.call(
                "join", url=node.url, tickets=tickets, at_once=JOINS, rate=RATE, stay_s=case.stay_s,
                deflate=case.deflate,
            )
    joined = max(told["joined"], 1)
    return {
        "bench": "joins", "case": f"{case.name}-{records.name}", "joined": told["joined"],
        "messages": round(told["messages"] / joined),
        **figures.delays(told["took_ms"]), "target_ms": TARGET_MS,
        "join_p99_ms": round(figures.percentile(told["join_ms"], 0.99) or 0, 1),
        "cpu_ms_a_join": round(spent.cpu_s * 1000 / joined, 2),
        "core_percent": round(100 * spent.cpu_s / told["seconds"]), "waited_s": round(spent.waited_s, 2),
        "kb_a_join": round(told["size_bytes"] / 1000 / joined, 1), **figures.refusals(told["refused"]),
    }


async def main() -> None:
    """All cases on SQLite, the plain ones on PostgreSQL and Valkey."""
    with figures.Report() as report:
        for kind, cases in ((worlds.sqlite, CASES), (worlds.postgres, ON_POSTGRES)):
            async with kind() as records:
                event = await worlds.fill(records.database_url, [JOINS], MESSAGES)
                async with server.node(records.database_url, records.redis_url) as node:
                    for case in cases:
                        if not sys.argv[1:] or case.name in sys.argv[1:]:
                            report.add(await measure(node, records, event.lessons[0], case))


if __name__ == "__main__":
    run(main())
