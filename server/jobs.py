"""Periodic work of a node: small, safe to do twice, and safe to miss once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.accounts import service as accounts
from server.bus import Bus
from server.db import Database, UnitOfWork

log = structlog.get_logger()

PURGE_EVERY_S = 3600.0


@asynccontextmanager
async def running(database: Database, bus: Bus) -> AsyncIterator[None]:
    """Within the block, the jobs run; leaving it ends them."""
    task = asyncio.create_task(_purge_for_ever(database, bus))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _purge_for_ever(database: Database, bus: Bus) -> None:
    while True:
        await asyncio.sleep(PURGE_EVERY_S)
        try:
            async with UnitOfWork(database, bus) as uow:
                await accounts.purge(uow.session)
        except (SQLAlchemyError, OSError) as error:
            log.warning("purge failed, tried again later", error=type(error).__name__)
