"""A partnership is suspended: how soon 5,000 open sockets on two nodes are closed.

    python3 dev.py bench access

4,000 sockets in spaces of 50 and 1,000 in one space, all of one cluster, half on either node; PostgreSQL and
Valkey. The suspension is a request to the first node. Times run from that request to what the pages see.
People keep joining all the time (`joins`), and one page does not read. `left`: sockets, reader or not, that
a node counts as joined when all the pages have been closed.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from typing import Any
from uuid import UUID

import httpx2

from server.accounts.api import SESSION_COOKIE
from server.csrf import COOKIE as CSRF_COOKIE
from server.csrf import HEADER as CSRF_HEADER
from tests.load import figures, server, worlds
from tests.load.figures import Row
from tests.load.pages import Pages
from tests.load.processes import Program, program, run
from tests.load.server import Node
from tests.load.worlds import Event

SPACES, PEOPLE, CROWD = 80, 50, 1000
TARGET_MS = 1000
OPENING_S = 60
JOINING = 10
"""People a second that keep joining on each node."""
LOOK_S = 10.0


class Side:
    """One node and its pages."""

    def __init__(self, name: str, node: Node, pages: Program, joiners: Program) -> None:
        self.name, self.node, self.pages, self.joiners = name, node, pages, joiners

    async def in_spaces(self, http: httpx2.AsyncClient) -> int:
        """How many sockets the node still counts as joined."""
        text = (await http.get(f"{self.node.url}/metrics")).text
        line = next(each for each in text.splitlines() if each.startswith("commonroom_sockets_in_spaces "))
        return round(float(line.split()[1]))


@asynccontextmanager
async def sides(records: worlds.Records) -> AsyncIterator[list[Side]]:
    """Two nodes that share the records and the bus."""
    async with AsyncExitStack() as stack:
        found = []
        for name in ("first", "second"):
            node = await stack.enter_async_context(server.node(records.database_url, records.redis_url))
            pages = [await stack.enter_async_context(program("tests.load.pages")) for _ in range(2)]
            found.append(Side(name, node, *pages))
        yield found


async def suspend(node: Node, event: Event, partnership_id: UUID) -> float:
    """As the coordinator does. Returns when it was asked for."""
    cookies = {SESSION_COOKIE: event.coordinator_token}
    async with httpx2.AsyncClient(base_url=node.url, trust_env=False, timeout=30, cookies=cookies) as http:
        await http.get("/api/session")
        asked_at = time.monotonic()
        answer = await http.post(
            f"/api/partnerships/{partnership_id}/moves",
            json={"move": "suspend", "reason": "to be looked into"},
            headers={CSRF_HEADER: http.cookies.get(CSRF_COOKIE) or ""},
        )
        if answer.status_code != 200:
            raise RuntimeError(answer.text)
        return asked_at


def halves(event: Event) -> list[list[dict[str, Any]]]:
    """Who goes to which node: of each space every other person."""
    tickets = [lesson.tickets() for lesson in event.lessons[1:]]
    return [[each for people in tickets for each in people[place::2]] for place in (0, 1)]


async def measure(found: list[Side], event: Event) -> list[Row]:
    """Fill both nodes, suspend, and look."""
    late, own = event.lessons[0].tickets(), Pages()
    await suspend(found[0].node, event, event.spare_partnership_id)  # the first time of everything is slower
    filled = await asyncio.gather(
        *(
            side.pages.call("join", url=side.node.url, tickets=tickets, within_s=OPENING_S)
            for side, tickets in zip(found, halves(event), strict=True)
        )
    )
    await own.join_deaf(found[1].node.url, late.pop())
    async with httpx2.AsyncClient(trust_env=False, timeout=30) as http:
        joining = [
            asyncio.create_task(
                side.joiners.call("join", url=side.node.url, tickets=late[place::2], rate=JOINING)
            )
            for place, side in enumerate(found)
        ]
        await asyncio.sleep(1)
        with ExitStack() as stack:
            spent = [stack.enter_context(side.node.measured()) for side in found]
            at = await suspend(found[0].node, event, event.partnership_id)
            answered_ms = round((time.monotonic() - at) * 1000)
            came = await asyncio.gather(*joining)
            ends = [await side.pages.call("ends", within_s=LOOK_S) for side in found]
        still = [await side.in_spaces(http) for side in found]
    rows = []
    for side, told, cost, late_ones, closed, left in zip(
        found, filled, spent, came, ends, still, strict=True
    ):
        rows += [
            {
                **closings(f"{side.name} node", closed, at),
                "answered_ms": answered_ms, "left": left, "cpu_s": round(cost.cpu_s, 2),
                "waited_s": round(cost.waited_s, 2),
                **figures.refusals(told["refused"]),
            },
            {
                **closings(f"joins, {side.name} node", await side.joiners.call("ends", within_s=1), at),
                **figures.refusals(late_ones["refused"]),
            },
        ]
    deaf = closings("not reading", [await own.hear_again()], at)
    return [*rows, {"bench": "access", "case": "not reading", "note": deaf.get("note", "not closed")}]


def closings(case: str, ends: list[Any], at: float) -> Row:
    """When pages were closed, counted from `at`, and how."""
    times = sorted((end[0] - at) * 1000 for end in ends if end)
    row: Row = {"bench": "access", "case": case, "sockets": len(ends), "closed": len(times)}
    if times:
        row |= {"first_ms": round(times[0]), **figures.delays(times, 0), "last_ms": round(times[-1])}
    return {**row, "target_ms": TARGET_MS, "note": str(figures.tally(f"{e[1]} {e[2]}" for e in ends if e))}


async def main() -> None:
    scale = float(sys.argv[1]) if sys.argv[1:] else 1.0
    with figures.Report() as report:
        async with worlds.postgres() as records:
            sizes = [60, *[PEOPLE] * round(SPACES * scale), round(CROWD * scale)]
            event = await worlds.fill(records.database_url, sizes)
            async with sides(records) as found:
                report.add(*await measure(found, event))


if __name__ == "__main__":
    run(main())
