"""The floor: a bare loop that writes the same bytes to as many sockets, one write a message.

It runs on the loop that the server runs on (uvloop). `python -m tests.load.floor` is called over its
standard input: see `tests.load.processes`.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, cast

from realtime.prepared import BINARY, frame
from tests.load.pages import stamp
from tests.load.processes import answer_calls, run

UNSENT_LIMIT_BYTES = 256 * 1024


class _Socket(asyncio.Protocol):
    def __init__(self, sockets: list[asyncio.Transport]) -> None:
        self._sockets = sockets

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._sockets.append(cast(asyncio.Transport, transport))


class Floor:
    """Listens, and writes to whoever has connected."""

    def __init__(self) -> None:
        self._sockets: list[asyncio.Transport] = []

    async def listen(self) -> int:
        """Returns the port."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Socket(self._sockets), "127.0.0.1", 0, backlog=2048)
        return server.sockets[0].getsockname()[1]

    async def write(self, size_bytes: int, rate: float, seconds: float) -> dict[str, Any]:
        """Write messages of `size_bytes` for a while; `rate` 0: as fast as they are taken."""
        sockets, sent = self._sockets, 0
        payload = frame(stamp(is_sample=False).ljust(size_bytes - 2 - 2 * (size_bytes > 127), b"-"), BINARY)
        started, cpu = time.perf_counter(), time.process_time()
        while (elapsed := time.perf_counter() - started) < seconds:
            if rate and sent >= elapsed * rate:
                await asyncio.sleep(sent / rate - elapsed)
                continue
            for each in sockets:
                each.write(payload)
            sent += 1
            # The loop writes on its next turn: without one, two messages would share a write.
            await asyncio.sleep(0)
            if sent % 8 == 0:
                while max(each.get_write_buffer_size() for each in sockets) > UNSENT_LIMIT_BYTES:
                    await asyncio.sleep(0.001)
        return {"cpu_s": time.process_time() - cpu, "writes": sent * len(sockets)}


async def _answer() -> None:
    await answer_calls(Floor())


if __name__ == "__main__":
    run(_answer())
