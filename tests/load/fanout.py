"""What it costs the server to hand one message to everyone in a room of 100.

    python3 dev.py bench fanout

The server is a process of its own on a SQLite file; its CPU time is read before and after. Readers only
count what arrives. Beside each case stands the floor, measured in the same run: a bare asyncio loop that
writes the same bytes to as many sockets, one write a message. Times are CPU time of the server process;
nothing is asserted, machines differ. Each case ends by itself after `SECONDS`.

Cases: `chat` is stored before it is handed on, so its cost includes the database; `stroke` is a board
stroke in progress, which is not stored: what it costs is the hand-over itself.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from realtime import board_wire, protocol
from realtime.asgi import create_app
from realtime.prepared import TEXT, frame
from realtime.serving import WEBSOCKET_OPTIONS
from server import migrations
from server.accounts.service import open_session
from server.bus import InProcessBus
from server.config import Settings
from server.db import Database, UnitOfWork
from tests.factories import World
from tests.nodes import Node
from tests.realtime.client import LiveClient

ROOM = 100
SENDERS = 10
SECONDS = 5.0
RATES = (30, 200)
"""Messages a second, over all senders."""


# --- the server's side, in processes of their own


async def serve_room(directory: Path) -> None:
    """The product with one space and `ROOM` people; says on standard output where and who."""
    settings = Settings(database_url=f"sqlite+aiosqlite:///{directory}/bench.sqlite3", media_host="127.0.0.1")
    database = Database(settings.database_url)
    await migrations.upgrade(database)
    async with UnitOfWork(database, InProcessBus()) as uow:
        world = World(uow.session)
        home, abroad = await world.school(), await world.school("Nakuru Hill", "KE")
        people = [await world.staff(home) for _ in range(ROOM)]
        group = await world.school_class(home, *people)
        space = await world.space(await world.partnership(await world.programme(), home, abroad), group)
        tokens = [open_session(uow, each.id, "bench", timedelta(hours=1)) for each in people]
    await database.close()
    node = Node(settings, create_app, WEBSOCKET_OPTIONS)
    await node.start()
    await _tell({"url": node.url, "space": str(space.id), "tokens": tokens})
    await asyncio.Event().wait()  # until the measuring process ends this one


async def serve_floor(size_bytes: int, rate: int) -> None:
    """A bare loop: `rate` times a second, the same bytes to every socket, for `SECONDS`."""
    writers: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0)
    await _tell({"port": server.sockets[0].getsockname()[1]})
    await asyncio.to_thread(sys.stdin.readline)
    payload = frame(b"x" * size_bytes, TEXT)
    started, cpu = time.perf_counter(), time.process_time()
    sent = 0
    while (elapsed := time.perf_counter() - started) < SECONDS:
        while sent < elapsed * rate:
            for writer in writers:
                writer.transport.write(payload)
            sent += 1
        await asyncio.sleep(0.5 / rate)
    await _tell({"cpu_s": time.process_time() - cpu, "deliveries": sent * len(writers)})
    server.close()


async def _tell(facts: dict[str, object]) -> None:
    print(json.dumps(facts), flush=True)


@asynccontextmanager
async def _process(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.load.fanout", *arguments,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _hear(process: asyncio.subprocess.Process) -> dict[str, object]:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        return json.loads(await process.stdout.readline())


def _cpu_s(pid: int) -> float:
    """CPU time of a process so far, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# --- readers


class Reader(asyncio.Protocol):
    """Counts the messages in what arrives, as cheaply as Python can, and when each came."""

    def __init__(self, mark: bytes) -> None:
        self._mark = mark
        self._rest = b""
        self.count = 0
        self.delays_ms: list[float] = []
        self.ready = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        whole = self._rest + data
        self.count += whole.count(self._mark)
        for sent_at in re.findall(rb"t=([0-9.]+);", whole):
            self.delays_ms.append((time.monotonic() - float(sent_at)) * 1000)
        # Nothing that ends inside a message is lost: keep what follows the last whole mark.
        self._rest = whole[max(whole.rfind(self._mark) + len(self._mark), len(whole) - 200) :]
        if b"space.joined" in whole or b"101 " in whole:
            self.ready.set()


async def _join_raw(url: str, token: str, space: UUID, mark: bytes) -> tuple[asyncio.Transport, Reader]:
    """A websocket client of a few lines: handshake, greeting, join; from then on it only counts."""
    loop, port = asyncio.get_running_loop(), int(url.rsplit(":", 1)[1])
    transport, reader = await loop.create_connection(lambda: Reader(mark), "127.0.0.1", port)
    key = base64.b64encode(os.urandom(16)).decode()
    transport.write(
        f"GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {url}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
        f"Sec-WebSocket-Version: 13\r\nCookie: commonroom_session={token}\r\n\r\n".encode()
    )
    await reader.ready.wait()
    reader.ready.clear()
    hello = protocol.Hello(protocol=protocol.PROTOCOL_VERSION)
    for each in (hello, protocol.SpaceJoin(ref=1, space_id=space)):
        transport.write(_masked(protocol.encode(each)))
    await reader.ready.wait()
    reader.count = 0
    return transport, reader


def _masked(payload: bytes) -> bytes:
    """A client's frame, masked with zeros."""
    size = len(payload)
    head = bytes((0x81, 0x80 | size)) if size < 126 else bytes((0x81, 0x80 | 126)) + size.to_bytes(2, "big")
    return head + bytes(4) + payload


# --- cases

Send = Callable[[LiveClient], Awaitable[None]]


async def _say(client: LiveClient) -> None:
    text = f"Our river is 42 cm deep. t={time.monotonic():.6f};"
    await client.send(protocol.ChatPost(ref=client.ref(), client_id=uuid4(), text=text))


async def _draw(client: LiveClient) -> None:
    payload = f"t={time.monotonic():.6f};".encode() + bytes(60)
    await client.send_binary(bytes((board_wire.STROKE,)) + board_wire.blob(payload))


async def measure(name: str, send: Send, rate: int, mark: bytes, *, board: bool) -> dict[str, object]:
    """One case against a fresh server."""
    with tempfile.TemporaryDirectory() as directory:
        async with _process("--serve", directory) as process, AsyncExitStack() as stack:
            told = await _hear(process)
            url, space, tokens = str(told["url"]), UUID(str(told["space"])), told["tokens"]
            assert isinstance(tokens, list)
            senders: list[LiveClient] = []
            # Who looks at a board has opened it, which takes a whole client; chat is read by raw ones.
            for token in tokens if board else tokens[:SENDERS]:
                client = await stack.enter_async_context(LiveClient(url, token))
                joined = await client.enter(space)
                await client.open_board(joined.boards[0].id)
                senders.append(client)
            readers = [await _join_raw(url, each, space, mark) for each in tokens[len(senders) :]]
            cpu = _cpu_s(process.pid)
            sent = await _send_for_a_while(senders[:SENDERS], send, rate)
            await asyncio.sleep(0.5)
            cpu = _cpu_s(process.pid) - cpu
            delays = sorted(delay for _, reader in readers for delay in reader.delays_ms)
            for transport, _ in readers:
                transport.abort()
    floor = await measure_floor(230 if not board else 130, rate)
    us = cpu * 1e6 / (sent * ROOM)
    row: dict[str, object] = {
        "bench": "fanout", "case": f"{name}-{rate}", "room": ROOM, "messages": sent,
        "us_per_delivery": round(us, 2), "floor_us": round(floor, 2), "ratio": round(us / floor, 2),
    }
    if delays:
        row["p50_ms"] = round(statistics.median(delays), 1)
        row["p99_ms"] = round(delays[int(len(delays) * 0.99)], 1)
    return row


async def _send_for_a_while(senders: list[LiveClient], send: Send, rate: int) -> int:
    started, sent = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - started) < SECONDS:
        while sent < elapsed * rate:
            await send(senders[sent % len(senders)])
            sent += 1
        await asyncio.sleep(0.5 / rate)
    return sent


async def measure_floor(size_bytes: int, rate: int) -> float:
    """CPU microseconds that the bare loop takes for one write."""
    async with _process("--floor", str(size_bytes), str(rate)) as process:
        port = int(str((await _hear(process))["port"]))
        loop = asyncio.get_running_loop()
        readers = [
            await loop.create_connection(lambda: Reader(b"\0\0"), "127.0.0.1", port) for _ in range(ROOM)
        ]
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        told = await _hear(process)
        for transport, _ in readers:
            transport.abort()
    return float(str(told["cpu_s"])) * 1e6 / int(str(told["deliveries"]))


async def run() -> None:
    """All cases, as a table and as one JSON line each."""
    rows = []
    for rate in RATES:
        rows.append(await measure("chat", _say, rate, b"chat.posted", board=False))
        rows.append(await measure("stroke", _draw, rate, b"t=", board=True))
    print(f"{'case':<12} {'us/delivery':>12} {'floor us':>9} {'ratio':>6} {'p50 ms':>7} {'p99 ms':>7}")
    for row in rows:
        print(
            f"{row['case']:<12} {row['us_per_delivery']:>12} {row['floor_us']:>9} {row['ratio']:>6} "
            f"{row.get('p50_ms', ''):>7} {row.get('p99_ms', ''):>7}"
        )
    for row in rows:
        print(json.dumps(row))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--floor", nargs=2, type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        asyncio.run(serve_room(arguments.serve))
    elif arguments.floor:
        asyncio.run(serve_floor(*arguments.floor))
    else:
        asyncio.run(run())


if __name__ == "__main__":
    main()
