"""Processes of a benchmark: started, called over their standard streams, measured from outside, ended.

Server, readers and floor each have a process of their own, so that the CPU time of one is its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

import uvloop

ANSWER_S = 150.0
LINE_LIMIT_BYTES = 64 * 1024 * 1024
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def raise_file_limit() -> None:
    """Allow this process, and those it starts, as many sockets as the system lets it have."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run on uvloop, as the server does, to the end or until a signal."""

    async def until_stopped() -> None:
        task = asyncio.ensure_future(work)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        await task

    raise_file_limit()
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        uvloop.run(until_stopped())


def cpu_s(pid: int) -> float:
    """CPU time of a process so far, all its threads, user and system."""
    # What clock_getcpuclockid(3) returns on Linux; /proc/PID/stat counts in steps of 10 ms.
    return time.clock_gettime((~pid << 3) | 2)


def waited_s(pid: int) -> float:
    """How long the main thread of a process has been ready to run while others had the cores."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9


def rss_bytes(pid: int) -> int:
    """Resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES


class Program:
    """A module of `tests.load` as a process: each line it reads is a call, and it answers with a line."""

    def __init__(self, process: asyncio.subprocess.Process, log: IO[bytes]) -> None:
        self._process = process
        self._log = log
        self.pid = process.pid

    @classmethod
    async def start(cls, *words: str) -> Program:
        """Start `words`: the module's name and its arguments."""
        log = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the process)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=log, limit=LINE_LIMIT_BYTES,
        )
        return cls(process, log)

    async def hear(self) -> Any:
        """The next line it writes. Raises: RuntimeError: it ended instead, with its last words."""
        assert self._process.stdout is not None
        async with asyncio.timeout(ANSWER_S):
            line = await self._process.stdout.readline()
        if not line:
            self._log.seek(0)
            raise RuntimeError(self._log.read()[-3000:].decode(errors="replace"))
        return json.loads(line)

    async def call(self, name: str, **arguments: Any) -> Any:
        """Call a method of the object that the process serves."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([name, arguments]).encode() + b"\n")
        return await self.hear()

    async def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it, and wait until it has gone: by force, when it takes longer than ten seconds."""
        if self._process.returncode is None:
            self._process.send_signal(number)
            try:
                async with asyncio.timeout(10):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        self._log.close()


@asynccontextmanager
async def program(*words: str) -> AsyncIterator[Program]:
    """A `Program` that is ended with the block."""
    started = await Program.start(*words)
    try:
        yield started
    finally:
        await started.end()


async def answer_calls(served: object) -> None:
    """The other side of `Program`: do what each line of standard input asks, until it ends."""
    reader = asyncio.StreamReader(limit=LINE_LIMIT_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        name, arguments = json.loads(line)
        print(json.dumps(await getattr(served, name)(**arguments)), flush=True)
