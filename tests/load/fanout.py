"""What it costs the server to hand one message to everyone in a room.

    python3 dev.py bench fanout

`stroke` is a piece of a board stroke, which is not stored: the hand-over alone. `chat` is stored first, so
its cost includes the records (SQLite, and PostgreSQL with Valkey). A case is named by what is sent, the
size of the room, how many send, and messages a second ("sat": as fast as the server takes them).

The floor stands beside each, measured in the same run before and after it: a bare loop that writes as many
bytes to as many sockets, one write a message. Times are CPU time of the server process over what has arrived
at the readers; `missing` says how much did not. The server's pace limits and its pings are lifted.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import NamedTuple
from uuid import uuid4

from realtime import board_wire, protocol
from realtime.prepared import BINARY
from tests.load import figures, server, worlds
from tests.load.figures import Row
from tests.load.pages import Pages, masked, stamp
from tests.load.processes import Program, cpu_s, program, run
from tests.load.server import Node
from tests.load.worlds import Lesson, Records

SECONDS = 2.5
FLOOR_SECONDS = 1.2
SATURATED = 0
WINDOW = 3000
"""Messages that may be on their way in a saturated case: some ticks full of them."""
BATCH = 32
STILL_S = 0.8
"""When so long nothing arrives, all has arrived that will."""

Make = Callable[[bool], bytes]


class Case(NamedTuple):
    kind: str
    senders: int
    rate: int
    """Messages a second over all senders, or `SATURATED`."""


STEADY = [(10, 30), (10, 200), (10, SATURATED)]
ALONE = [(1, 200), (1, SATURATED)]
ROOMS = {30: STEADY, 100: [*STEADY, (1, 30), *ALONE], 300: STEADY, 1000: [*STEADY, *ALONE]}


def stroke(is_sample: bool) -> bytes:
    """A piece of a stroke, as a page sends it."""
    payload = stamp(is_sample) + bytes(60)
    return masked(bytes((board_wire.STROKE,)) + board_wire.blob(payload), BINARY)


def chat(is_sample: bool) -> bytes:
    text = f"Our river is 42 cm deep. {stamp(is_sample).decode()}"
    return masked(protocol.encode(protocol.ChatPost(ref=1, client_id=uuid4(), text=text)))


def target(room: int, rate: int) -> float | None:
    """The ratio to the floor that is aimed at."""
    if rate == SATURATED:
        return 0.1
    return {200: 0.9, 30: 1.3}[rate] if room == 100 else None


class Room:
    """A server with one lesson, everybody of it in, and a floor beside it with as many sockets."""

    def __init__(self, lesson: Lesson, senders: int) -> None:
        self.size = len(lesson.tokens)
        self._lesson = lesson
        self._own = Pages()
        self._senders = senders
        self._node: Node
        self._readers: Program
        self._floor: Program

    async def open(self, stack: AsyncExitStack, records: Records, *, board: bool) -> Row:
        """Start everything. Returns what the joining took, and which loop the server runs on."""
        node = server.node(records.database_url, records.redis_url, pings=False)
        self._node = await stack.enter_async_context(node)
        self._readers = await stack.enter_async_context(program("tests.load.pages"))
        self._floor = await stack.enter_async_context(program("tests.load.floor"))
        tickets = self._lesson.tickets()
        cpu = cpu_s(self._node.pid)
        joined = [await self._own.join(self._node.url, tickets[: self._senders], board=board)]
        if tickets[self._senders :]:
            rest = {"url": self._node.url, "tickets": tickets[self._senders :], "board": board}
            joined.append(await self._readers.call("join", **rest))
        entered, wanted = sum(each["joined"] for each in joined), self.size
        cpu, self.size = cpu_s(self._node.pid) - cpu, entered
        await self._own.start_counting()
        await self._readers.call("start_counting")
        self._floor_readers = await stack.enter_async_context(program("tests.load.pages"))
        port = await self._floor.call("listen")
        await self._floor_readers.call("listen", port=port, count=self.size)
        stack.push_async_callback(self._own.leave)
        told: Row = {"loop": self._node.loop, "cpu_ms_a_join": round(cpu * 1000 / entered, 2)}
        if wanted != entered:
            told["refused"] = [each["refused"] for each in joined]
        return told

    async def measure(self, case: Case) -> Row:
        """One case; what came and what it cost."""
        await self._own.start_counting()
        await self._readers.call("start_counting")
        make = stroke if case.kind == "stroke" else chat
        readers_cpu, started = cpu_s(self._readers.pid), time.perf_counter()
        with self._node.measured() as spent:
            if case.rate:
                sent = await self._steadily(make, case)
            else:
                sent = await self._as_fast_as_it_goes(make, case)
            seconds = time.perf_counter() - started
            await self._until_still(sent)
        cpu, readers_cpu = spent.cpu_s, cpu_s(self._readers.pid) - readers_cpu
        own, theirs = await self._own.counts(), await self._readers.call("counts")
        deliveries = own["deliveries"] + theirs["deliveries"]
        row: Row = {
            "bench": "fanout", "case": "", "room": self.size, "messages": sent, "deliveries": deliveries,
            "cpu_s": round(cpu, 3), "us_per_delivery": round(cpu * 1e6 / max(deliveries, 1), 2),
            **figures.delays(own["delays_ms"] + theirs["delays_ms"]),
            "size_bytes": round((own["size_bytes"] + theirs["size_bytes"]) / max(deliveries, 1)),
        }
        notes = []
        if missing := sent * self.size - deliveries:
            row["missing"] = missing
        if case.rate == SATURATED:
            notes.append(f"{sent / seconds:.0f} messages a second, the server {cpu / seconds:.0%} busy")
        if readers_cpu > 0.85 * seconds or (case.rate == SATURATED and cpu < 0.8 * seconds):
            notes.append("the readers are the slower side, the delays are theirs")
        if notes:
            row["note"] = "; ".join(notes)
        return row

    async def floor_us(self, size_bytes: int, rate: int) -> float:
        """CPU microseconds of one write of the bare loop."""
        told = await self._floor.call("write", size_bytes=size_bytes, rate=rate, seconds=FLOOR_SECONDS)
        return told["cpu_s"] * 1e6 / told["writes"]

    async def size_of(self, kind: str) -> int:
        """What one message weighs when it arrives; sending some is also what warms everything up."""
        row = await self.measure(Case(kind, self._senders, 30))
        return row["size_bytes"]

    async def _steadily(self, make: Make, case: Case) -> int:
        started, sent = time.perf_counter(), 0
        pages = self._own.pages[: case.senders]
        while (elapsed := time.perf_counter() - started) < SECONDS:
            if sent < elapsed * case.rate:
                pages[sent % len(pages)].transport.write(make(True))
                sent += 1
            else:
                await asyncio.sleep(sent / case.rate - elapsed)
        return sent

    async def _as_fast_as_it_goes(self, make: Make, case: Case) -> int:
        """Keep `WINDOW` messages on their way to whoever is the slowest."""
        pages = self._own.pages[: case.senders]
        sent, least, still_since = 0, 0, time.perf_counter()
        started = time.perf_counter()
        while time.perf_counter() - started < SECONDS:
            while sent - least < WINDOW:
                page = pages[sent // BATCH % len(pages)]
                page.transport.write(b"".join(make(number == 0) for number in range(BATCH)))
                sent += BATCH
            await asyncio.sleep(0.002)
            now = await self._least()
            if now > least:
                least, still_since = now, time.perf_counter()
            elif time.perf_counter() - still_since > STILL_S:
                least, still_since = sent, time.perf_counter()  # what is missing has been left out
        return sent

    async def _least(self) -> int:
        own = await self._own.least()
        return own if self.size == self._senders else min(own, await self._readers.call("least"))

    async def _until_still(self, sent: int) -> None:
        last, still_since = -1, time.perf_counter()
        started = still_since
        while last < sent and time.perf_counter() - started < 15:
            await asyncio.sleep(0.05)
            now = await self._least()
            if now > last:
                last, still_since = now, time.perf_counter()
            elif time.perf_counter() - still_since > STILL_S:
                return


def _name(case: Case, room: int) -> str:
    return f"{case.kind}-{room}-{case.senders}-{case.rate or 'sat'}"


async def measure_room(
    records: Records, lesson: Lesson, kind: str, loads: list[tuple[int, int]]
) -> list[Row]:
    """All cases of one room: those of a rate between two floors of that rate."""
    rows: list[Row] = []
    senders = max(count for count, _ in loads)
    async with AsyncExitStack() as stack:
        room = Room(lesson, senders)
        opened = await room.open(stack, records, board=kind == "stroke")
        size_bytes = await room.size_of(kind)
        for rate in sorted({rate for _, rate in loads}, key=lambda rate: rate or 1e9):
            floors = [await room.floor_us(size_bytes, rate)]
            measured = []
            for case in [Case(kind, count, rate) for count, each in loads if each == rate]:
                row = await room.measure(case)
                row["case"] = _name(case, room.size) + ("" if kind == "stroke" else f"-{records.name}")
                measured.append(row)
                floors.append(await room.floor_us(size_bytes, rate))
            for place, row in enumerate(measured):
                floor = (floors[place] + floors[place + 1]) / 2
                row["floor_us"] = round(floor, 2)
                row["ratio"] = round(row["us_per_delivery"] / floor, 3)
                row["target"] = target(room.size, rate)
            rows += measured
        print(f"room of {room.size}: {opened}, {size_bytes} bytes a {kind} message", flush=True)
    return rows


async def main() -> None:
    """Rooms of all sizes with strokes, then the room of 100 with chat on either kind of records."""
    wanted = {int(word) for word in sys.argv[1:] if word.isdigit()} or set(ROOMS)
    with figures.Report() as report:
        for size in sorted(wanted):
            async with worlds.sqlite() as records:
                lesson = (await worlds.fill(records.database_url, [size])).lessons[0]
                report.add(*await measure_room(records, lesson, "stroke", ROOMS[size]))
        for kind in (worlds.sqlite, worlds.postgres) if 100 in wanted else ():
            async with kind() as records:
                lesson = (await worlds.fill(records.database_url, [100])).lessons[0]
                report.add(*await measure_room(records, lesson, "chat", [(100, 30), (100, 200)]))


if __name__ == "__main__":
    run(main())
