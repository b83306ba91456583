"""The purge by the clock: once a day, on every node; what another node has deleted is gone already."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.bus import Bus
from server.db import Database
from server.errors import DomainError
from server.files.store import FileStore
from server.retention.purge import purge

log = structlog.get_logger()

FIRST_S = 600.0
"""After a start: what starts again every day must purge as well."""
EVERY_S = 24 * 3600.0


@asynccontextmanager
async def running(database: Database, bus: Bus, store: FileStore) -> AsyncIterator[None]:
    """Within the block, the purge runs; leaving it ends it."""
    task = asyncio.create_task(_purge_for_ever(database, bus, store), name="retention")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _purge_for_ever(database: Database, bus: Bus, store: FileStore) -> None:
    await asyncio.sleep(FIRST_S)
    while True:
        try:
            counts = await purge(database, bus, store)
            log.info("kept long enough, deleted", **counts)
        except (SQLAlchemyError, OSError, DomainError) as error:
            log.warning("purge failed, tried again later", error=type(error).__name__)
        except Exception:  # a job that ends is started by nobody
            log.exception("purge failed, tried again later")
        await asyncio.sleep(EVERY_S)
