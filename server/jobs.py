"""Periodic work of a node: small, safe to do twice, and safe to miss once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.accounts import service as accounts
from server.agreements import service as agreements
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.hours import service as hours
from server.lessons import live
from server.schools import service as schools
from server.spaces.service import LivePresence

log = structlog.get_logger()

PURGE_EVERY_S = 3600.0
USUAL_DAYS_FIRST_S = 60.0
USUAL_DAYS_EVERY_S = 24 * 3600.0
EXPIRE_EVERY_S = 60.0
END_LEFT_EVERY_S = 60.0


@asynccontextmanager
async def running(
    database: Database, bus: Bus, presence: Callable[[], LivePresence | None] = lambda: None
) -> AsyncIterator[None]:
    """Within the block, the jobs run; leaving it ends them.

    Args:
        presence: who is in which space; None where nothing is live.
    """
    tasks = [
        asyncio.create_task(_purge_for_ever(database, bus)),
        asyncio.create_task(_expire_for_ever(database, bus)),
        asyncio.create_task(_follow_the_clocks(database, bus)),
        asyncio.create_task(_end_left_for_ever(database, bus, presence)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _purge_for_ever(database: Database, bus: Bus) -> None:
    while True:
        await asyncio.sleep(PURGE_EVERY_S)
        try:
            async with UnitOfWork(database, bus) as uow:
                await accounts.purge(uow.session)
        except (SQLAlchemyError, OSError) as error:
            log.warning("purge failed, tried again later", error=type(error).__name__)
        except Exception:  # a job that ends is started by nobody
            log.exception("purge failed, tried again later")


async def _expire_for_ever(database: Database, bus: Bus) -> None:
    while True:
        await asyncio.sleep(EXPIRE_EVERY_S)
        try:
            await agreements.expire_overdue(database, bus)
        except (SQLAlchemyError, OSError) as error:
            log.warning("expiry failed, tried again later", error=type(error).__name__)
        except Exception:
            log.exception("expiry failed, tried again later")


async def _follow_the_clocks(database: Database, bus: Bus) -> None:
    """When clocks change, schools open at another time than the finder ranks them by; and each day one more
    day is near enough to be worked out."""
    await asyncio.sleep(USUAL_DAYS_FIRST_S)
    while True:
        try:
            async with UnitOfWork(database, bus) as uow:
                await schools.refresh_usual_days(uow.session)
            await hours.refresh_all(database, bus)
        except (SQLAlchemyError, OSError) as error:
            log.warning("school days not worked out, tried again later", error=type(error).__name__)
        except Exception:
            log.exception("school days not worked out, tried again later")
        await asyncio.sleep(USUAL_DAYS_EVERY_S)


async def _end_left_for_ever(
    database: Database, bus: Bus, presence: Callable[[], LivePresence | None]
) -> None:
    """Lessons that everybody has left. Not by a node that cannot know who is there."""
    while True:
        await asyncio.sleep(END_LEFT_EVERY_S)
        try:
            if (known := presence()) is not None:
                await live.end_those_left(database, bus, known.here)
        except (SQLAlchemyError, OSError) as error:
            log.warning("lessons that were left go on, tried again later", error=type(error).__name__)
        except Exception:
            log.exception("lessons that were left go on, tried again later")
