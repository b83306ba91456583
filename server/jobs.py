"""Periodic work of a node: small, safe to do twice, and safe to miss once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.accounts import service as accounts
from server.agreements import service as agreements
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.schools import service as schools

log = structlog.get_logger()

PURGE_EVERY_S = 3600.0
USUAL_DAYS_FIRST_S = 60.0
USUAL_DAYS_EVERY_S = 24 * 3600.0
EXPIRE_EVERY_S = 60.0


@asynccontextmanager
async def running(database: Database, bus: Bus) -> AsyncIterator[None]:
    """Within the block, the jobs run; leaving it ends them."""
    tasks = [
        asyncio.create_task(_purge_for_ever(database, bus)),
        asyncio.create_task(_expire_for_ever(database, bus)),
        asyncio.create_task(_follow_the_clocks(database, bus)),
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
    """When clocks change, schools open at another time than the finder ranks them by."""
    await asyncio.sleep(USUAL_DAYS_FIRST_S)
    while True:
        try:
            async with UnitOfWork(database, bus) as uow:
                await schools.refresh_usual_days(uow.session)
        except (SQLAlchemyError, OSError) as error:
            log.warning("school days not worked out, tried again later", error=type(error).__name__)
        except Exception:
            log.exception("school days not worked out, tried again later")
        await asyncio.sleep(USUAL_DAYS_EVERY_S)
