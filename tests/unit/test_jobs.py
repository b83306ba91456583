"""The periodic work goes on whatever happens to it once."""

from __future__ import annotations

import asyncio
from types import ModuleType

import pytest
from sqlalchemy.exc import OperationalError

from server import jobs, rounds
from server.bus import InProcessBus
from server.db import Database

JOBS = [
    (jobs.accounts, "purge", ["PURGE_EVERY_S"]),
    (jobs.agreements, "expire_overdue", ["EXPIRE_EVERY_S"]),
    (jobs.schools, "refresh_usual_days", ["USUAL_DAYS_FIRST_S", "USUAL_DAYS_EVERY_S"]),
]


@pytest.mark.parametrize("error", [ValueError("odd"), OSError(), OperationalError("", {}, Exception())])
@pytest.mark.parametrize(("module", "name", "pauses"), JOBS, ids=[name for _, name, _ in JOBS])
async def test_a_job_that_fails_is_done_again(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, pauses: list[str], error: Exception
) -> None:
    again = asyncio.Event()
    times = 0

    async def fail(*_: object) -> None:
        nonlocal times
        times += 1
        if times == 3:
            again.set()
        raise error

    monkeypatch.setattr(module, name, fail)
    for pause in pauses:
        monkeypatch.setattr(jobs, pause, 0.001)
    database = Database("sqlite+aiosqlite://")
    try:
        async with rounds.running(jobs.rounds(database, InProcessBus())), asyncio.timeout(5):
            await again.wait()
    finally:
        await database.close()
