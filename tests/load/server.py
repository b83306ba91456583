"""The server of a benchmark: the product as it is served, in a process that says where it listens.

Two things can be lifted. People may send as fast as they like (`realtime.pace` would slow down the few
senders that stand for many), and pings are left out where readers only count.
With BENCH_PROFILE=file in the environment cProfile looks on while something is measured, and file.PID is
written as the process ends; meanwhile it is about half as fast.
"""

from __future__ import annotations

import cProfile
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import IO, Any

import msgspec
import uvicorn

from realtime import pace
from realtime.__main__ import server_config
from realtime.asgi import create_app
from realtime.serving import keep_what_is_loaded
from server import logging as logs
from server.config import Settings
from tests.load.processes import Program, cpu_s, raise_file_limit, waited_s

PROFILE = "BENCH_PROFILE"
SECRET = "the same on every node of a benchmark"


class Options(msgspec.Struct):
    """How a node of a benchmark runs."""

    database_url: str
    redis_url: str = ""
    port: int = 0
    is_hurried: bool = False
    """Whether the pace of a person applies."""
    pings: bool = True


class Listening(msgspec.Struct):
    """What the process says once it listens."""

    url: str
    loop: str
    at: float
    """`time.monotonic()`"""


class AnnouncedServer(uvicorn.Server):
    """Writes `Listening` when it does."""

    def __init__(self, config: uvicorn.Config, url: str, told: IO[bytes]) -> None:
        super().__init__(config)
        self._url = url
        self._told = told

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        loop = type(self.servers[0].get_loop()).__module__.split(".")[0] if self.servers else ""
        fact = Listening(self._url, loop, time.monotonic())
        self._told.write(msgspec.json.encode(fact) + b"\n")
        self._told.close()


def _end_with_the_benchmark() -> None:
    """Standard input ends when whoever started this has gone."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    raise_file_limit()
    threading.Thread(target=_end_with_the_benchmark, daemon=True).start()
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is logged goes where it is kept
    options = msgspec.json.decode(sys.argv[1], type=Options)
    if not options.is_hurried:
        assert pace.FRAMES_BURST
        assert pace.BYTES_BURST
        pace.FRAMES_BURST, pace.BYTES_BURST = 1e9, 1e12
    logs.configure(readable=False)
    settings = Settings(
        database_url=options.database_url, redis_url=options.redis_url, secret=SECRET,
        client_dir="no-client", media_host="127.0.0.1",
    )
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", options.port))
    port = listener.getsockname()[1]
    config = server_config(create_app(settings), "127.0.0.1", port)
    if not options.pings:
        config.ws_ping_interval = None
    keep_what_is_loaded()
    server = AnnouncedServer(config, f"http://127.0.0.1:{port}", told)
    if path := os.environ.get(PROFILE):
        with _profiled(path):
            server.run(sockets=[listener])
    else:
        server.run(sockets=[listener])


@contextmanager
def _profiled(path: str) -> Iterator[None]:
    """Each `SIGUSR1` starts the profile, or pauses it."""
    profile, is_on = cProfile.Profile(), False

    def toggle(*_: object) -> None:
        nonlocal is_on
        is_on = not is_on
        profile.enable() if is_on else profile.disable()

    signal.signal(signal.SIGUSR1, toggle)
    # uvicorn raises the signal that has ended it once more, which would end this before the file is written.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    finally:
        profile.dump_stats(f"{path}.{os.getpid()}")


class Spent:
    """What a stretch took that was measured: CPU time, and waiting for a core that others had."""

    cpu_s = 0.0
    waited_s = 0.0


class Node:
    """A running server process."""

    def __init__(self, program: Program, listening: Listening) -> None:
        self.program = program
        self.pid = program.pid
        self.url = listening.url
        self.port = int(listening.url.rsplit(":", 1)[1])
        self.loop = listening.loop
        self.listening_at = listening.at

    @contextmanager
    def measured(self) -> Iterator[Spent]:
        """The stretch whose cost is wanted: known after the block."""
        self._toggle_profile()
        spent, cpu, waited = Spent(), cpu_s(self.pid), waited_s(self.pid)
        yield spent
        spent.cpu_s, spent.waited_s = cpu_s(self.pid) - cpu, waited_s(self.pid) - waited
        self._toggle_profile()

    def _toggle_profile(self) -> None:
        if PROFILE in os.environ:
            os.kill(self.pid, signal.SIGUSR1)


async def start_node(database_url: str, redis_url: str = "", **options: Any) -> Node:
    """Start a server process and wait until it listens."""
    wanted = msgspec.json.encode(Options(database_url, redis_url, **options)).decode()
    started = await Program.start("tests.load.server", wanted)
    return Node(started, msgspec.convert(await started.hear(), Listening))


@asynccontextmanager
async def node(database_url: str, redis_url: str = "", **options: Any) -> AsyncIterator[Node]:
    """A server process that is ended with the block."""
    started = await start_node(database_url, redis_url, **options)
    try:
        yield started
    finally:
        await started.program.end()


if __name__ == "__main__":
    main()
