"""The program itself: started from nothing, and stopped by a signal."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from itertools import groupby
from pathlib import Path
from uuid import UUID

import httpx2
import pytest

from realtime import protocol
from realtime.draining import NOTICE_SHARE, slices
from realtime.protocol import CloseCode
from server.accounts.api import SESSION_COOKIE
from server.csrf import COOKIE, HEADER
from server.demo import WORLD
from tests.conftest import SECRET, MakeNode, Records
from tests.factories import Pair, pair
from tests.realtime.client import LiveClient
from tests.realtime.conftest import make_live, sign_in
from tests.services import free_port

ROOT = Path(__file__).parents[2]


class Program:
    """`python -m realtime`, in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process = process
        self.url = url

    async def said(self) -> str:
        """Everything it printed, once it has ended."""
        async with asyncio.timeout(20):
            out, _ = await self.process.communicate()
        return out.decode()

    async def answers(self, path: str = "/readyz") -> int:
        """Waits until it answers at all; returns the status."""
        async with asyncio.timeout(30), httpx2.AsyncClient(base_url=self.url, trust_env=False) as http:
            while True:
                try:
                    return (await http.get(path)).status_code
                except httpx2.ConnectError:
                    assert self.process.returncode is None, await self.said()
                    await asyncio.sleep(0.05)

    async def sign_in(self) -> str:
        """Signs a teacher in, as soon as it answers; returns the session token."""
        assert await self.answers() == 200
        async with asyncio.timeout(30), httpx2.AsyncClient(base_url=self.url, trust_env=False) as http:
            await http.get("/api/session")
            answer = await http.post(
                "/api/sign-in/staff",
                json={"email": "okafor@willow.example", "password": WORLD.passphrase},
                headers={HEADER: http.cookies[COOKIE]},
            )
            assert answer.status_code == 200
            return http.cookies[SESSION_COOKIE]


@asynccontextmanager
async def running(*command: str, **variables: str) -> AsyncIterator[Program]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "realtime", *command, "--port", str(port := free_port()),
        cwd=ROOT, env={**os.environ, **variables},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Program(process, f"http://127.0.0.1:{port}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    """The demo."""
    async with running("demo", "--data", str(tmp_path / "demo")) as program:
        yield program


def serving(records: Records, drain_s: float) -> AbstractAsyncContextManager[Program]:
    """A node on records that others share."""
    return running(
        "serve",
        COMMONROOM_DATABASE_URL=records.database_url, COMMONROOM_REDIS_URL=records.redis_url,
        COMMONROOM_SECRET=SECRET, COMMONROOM_MEDIA_HOST="127.0.0.1", COMMONROOM_DRAIN_S=str(drain_s),
    )


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["terminated", "Ctrl-C"])
async def test_pages_are_told_to_come_back_when_the_program_stops(
    program: Program, how: signal.Signals
) -> None:
    async with LiveClient(program.url, await program.sign_in()) as page:
        await page.enter(WORLD.space("Food maps").id)
        program.process.send_signal(how)
        assert await page.closed() == (CloseCode.RESTARTING, "restarting")
    said = await program.said()
    assert program.process.returncode == 0
    assert "WLW-5RV" in said
    assert "Traceback" not in said
    assert WORLD.passphrase not in said.partition("Commonroom runs on")[2]


# --- a rolling restart ---------------------------------------------------------------------------

DRAIN_S = 6.0


def people_of(world: Pair) -> list[UUID]:
    sides = (world.home, world.abroad)
    return [user.id for side in sides for user in (side.teacher, *side.students)]


async def test_a_node_that_restarts_sends_its_spaces_to_the_other_one_after_the_other(
    make_node: MakeNode, shared_records: Records
) -> None:
    stays = await make_live(make_node, shared_records)
    worlds = [await pair(stays.database, students=3) for _ in range(5)]
    async with AsyncExitStack() as stack:
        program = await stack.enter_async_context(serving(shared_records, DRAIN_S))
        assert await program.answers() == 200
        pages: dict[LiveClient, UUID] = {}
        tokens: dict[LiveClient, str] = {}
        ends: dict[LiveClient, float] = {}
        for world in worlds:
            for user_id in people_of(world):
                token = await sign_in(stays, user_id)
                page = await stack.enter_async_context(LiveClient(program.url, token, user_id=user_id))
                await page.enter(world.space.id)
                pages[page], tokens[page] = world.space.id, token
        assert len(pages) == 40

        async def note_end(page: LiveClient) -> None:
            assert await page.closed() == (CloseCode.RESTARTING, "restarting")
            ends[page] = time.monotonic()

        ended = asyncio.gather(*map(note_end, pages))
        began = time.monotonic()
        program.process.terminate()
        asked_at = time.monotonic()
        while await program.answers() != 503:
            await asyncio.sleep(0.02)
            asked_at = time.monotonic()
        # The proxy knows before the pages do: who had asked by then was told.
        assert all(ended_at > asked_at for ended_at in ends.values())
        page = next(iter(pages))
        async with LiveClient(program.url, tokens[page]) as late:
            assert await late.closed() == (CloseCode.RESTARTING, "restarting")

        # While some have moved and others not, somebody writes in every space.
        told: dict[UUID, list[str]] = {}
        for world in worlds:
            token = await sign_in(stays, world.home.head.id)
            writer = await stack.enter_async_context(LiveClient(stays.url, token))
            await writer.enter(world.space.id)
            told[world.space.id] = [f"{number} of {world.space.id}" for number in range(3)]
            for text in told[world.space.id]:
                await writer.say(text)
        await ended
        took = {page: at - began for page, at in ends.items()}
        assert not any(at < DRAIN_S / 10 for at in took.values())
        assert max(took.values()) < DRAIN_S + 2  # where they are told in time, and hear it late
        assert max(took.values()) - min(took.values()) > DRAIN_S / 10
        in_order = [pages[page] for page in sorted(ends, key=ends.__getitem__)]
        assert len([space_id for space_id, _ in groupby(in_order)]) == len(worlds)
        said = await program.said()
        assert program.process.returncode == 0, said
        assert "Traceback" not in said

        for page, space_id in pages.items():
            seen = [each.message for each in page.pending(protocol.ChatPosted)]
            async with LiveClient(stays.url, tokens[page]) as again:
                await again.greet()
                entered = await again.join(space_id, last_seq=seen[-1].seq if seen else 0)
                seen += entered.messages
            assert [message.text for message in seen] == told[space_id]
            assert [message.seq for message in seen] == [1, 2, 3]


async def test_a_second_signal_ends_it_at_once(make_node: MakeNode, shared_records: Records) -> None:
    stays = await make_live(make_node, shared_records)
    world = await pair(stays.database)
    async with serving(shared_records, drain_s=600) as program:
        assert await program.answers() == 200
        token = await sign_in(stays, world.home.head.id)
        async with LiveClient(program.url, token) as page:
            await page.enter(world.space.id)
            program.process.terminate()
            while await program.answers() != 503:
                await asyncio.sleep(0.02)
            program.process.terminate()
            await program.said()
            assert program.process.returncode == -signal.SIGTERM


async def test_ctrl_c_does_not_wait_for_anybody(make_node: MakeNode, shared_records: Records) -> None:
    stays = await make_live(make_node, shared_records)
    world = await pair(stays.database)
    async with serving(shared_records, drain_s=600) as program:
        assert await program.answers() == 200
        async with LiveClient(program.url, await sign_in(stays, world.home.head.id)) as page:
            await page.enter(world.space.id)
            program.process.send_signal(signal.SIGINT)
            assert await page.closed() == (CloseCode.RESTARTING, "restarting")
        await program.said()
        assert program.process.returncode == 0


def test_slices_are_even_and_leave_the_proxy_time_to_notice() -> None:
    times, groups = zip(*slices(range(100), 10.0), strict=True)
    assert sorted(groups) == list(range(100)) != list(groups)
    assert times[0] == 10.0 * NOTICE_SHARE
    assert list(times) == sorted(times)
    assert times[-1] < 10.0
    assert slices([], 10.0) == []
    assert slices(["one"], 0.0) == [(0.0, "one")]
