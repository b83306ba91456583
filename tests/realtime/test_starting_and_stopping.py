"""The program itself: started from nothing, and stopped by a signal."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from realtime.protocol import CloseCode
from server.accounts.api import SESSION_COOKIE
from server.csrf import COOKIE, HEADER
from server.demo import WORLD
from tests.realtime.client import LiveClient

ROOT = Path(__file__).parents[2]


class Program:
    """`python -m realtime demo`, in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process = process
        self.url = url

    async def said(self) -> str:
        """Everything it printed, once it has ended."""
        async with asyncio.timeout(20):
            out, _ = await self.process.communicate()
        return out.decode()

    async def sign_in(self) -> str:
        """Signs a teacher in, as soon as it answers; returns the session token."""
        async with asyncio.timeout(30), httpx2.AsyncClient(base_url=self.url, trust_env=False) as http:
            while True:
                try:
                    await http.get("/api/session")
                    break
                except httpx2.ConnectError:
                    assert self.process.returncode is None, await self.said()
                    await asyncio.sleep(0.05)
            answer = await http.post(
                "/api/sign-in/staff",
                json={"email": "okafor@willow.example", "password": WORLD.passphrase},
                headers={HEADER: http.cookies[COOKIE]},
            )
            assert answer.status_code == 200
            return http.cookies[SESSION_COOKIE]


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "realtime", "demo", "--port", str(port), "--data", str(tmp_path / "demo"),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )
    yield Program(process, f"http://127.0.0.1:{port}")
    if process.returncode is None:
        process.kill()
        await process.wait()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["terminated", "Ctrl-C"])
async def test_pages_are_told_to_come_back_when_the_program_stops(
    program: Program, how: signal.Signals
) -> None:
    async with LiveClient(program.url, await program.sign_in()) as page:
        await page.enter(WORLD.space("Food maps").id)
        program.process.send_signal(how)
        assert await page.closed() == (CloseCode.RESTARTING, "restarting")
    said = await program.said()
    assert program.process.returncode in (0, -how)
    assert "WLW-5RV" in said
    assert "Traceback" not in said
    assert WORLD.passphrase not in said.partition("Commonroom runs on")[2]
