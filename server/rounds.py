"""Work that is done again and again as long as a node lives: small, safe to do twice, and safe to miss once.

What is done stands with its subject: `server.jobs` (records), `server.telling` (mail and reminders),
`server.files.rounds`, `server.retention.rounds`. Every node does all of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.errors import DomainError

log = structlog.get_logger()

END_S = 5.0
"""So long work that has begun is waited for when the node stops."""


class Round(NamedTuple):
    """One piece of such work.

    Args:
        name: for the log.
        every_s: the pause after it was done, or failed.
        do: does it once.
        first_s: the pause before the first time; None: as long as the others.
    """

    name: str
    every_s: float
    do: Callable[[], Awaitable[object]]
    first_s: float | None = None


@asynccontextmanager
async def running(rounds: Iterable[Round]) -> AsyncIterator[None]:
    """Within the block, the rounds are made; leaving it ends them: what has begun may come to its end."""
    stopping = asyncio.Event()
    tasks = [asyncio.create_task(_for_ever(each, stopping), name=each.name) for each in rounds]
    try:
        yield
    finally:
        stopping.set()
        _, late = await asyncio.wait(tasks, timeout=END_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _for_ever(each: Round, stopping: asyncio.Event) -> None:
    pause_s = each.every_s if each.first_s is None else each.first_s
    while not await _is_set_within(stopping, pause_s):
        pause_s = each.every_s
        try:
            await each.do()
        except (SQLAlchemyError, OSError, DomainError) as error:
            log.warning("failed, tried again later", work=each.name, error=type(error).__name__)
        except Exception:  # work that ends is started by nobody
            log.exception("failed, tried again later", work=each.name)


async def _is_set_within(event: asyncio.Event, pause_s: float) -> bool:
    try:
        async with asyncio.timeout(pause_s):
            return await event.wait()
    except TimeoutError:
        return False
