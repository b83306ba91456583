"""Periodic work that tells people something: mail from the outbox, reminders, questions that lapse.

Like `server.jobs`: safe to do twice, safe to miss once. Apart from it, as it needs to know how to reach the
world outside.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.lessons import asks, reminders
from server.mail import sending
from server.mail import service as mail
from server.safeguarding import reports

log = structlog.get_logger()

MAIL_EVERY_S = 10.0
REMIND_EVERY_S = 60.0
LAPSE_EVERY_S = 60.0
OVERDUE_EVERY_S = 300.0
PURGE_EVERY_S = 3600.0


@asynccontextmanager
async def running(database: Database, bus: Bus, settings: Settings) -> AsyncIterator[None]:
    """Within the block, people are told things; leaving it ends that."""

    async def purge() -> None:
        async with UnitOfWork(database, bus) as uow:
            await mail.purge(uow.session)

    work: list[tuple[str, float, Callable[[], Awaitable[object]]]] = [
        ("reminders", REMIND_EVERY_S, lambda: reminders.give(database, bus, settings)),
        ("lapsed questions", LAPSE_EVERY_S, lambda: asks.settle_overdue(database, bus)),
        ("overdue reports", OVERDUE_EVERY_S, lambda: reports.remind_overdue(database, bus)),
        ("purge of mail", PURGE_EVERY_S, purge),
    ]
    if sending.is_set_up(settings):
        work.append(("mail", MAIL_EVERY_S, lambda: sending.send_due(database, bus, settings)))
    tasks = [asyncio.create_task(_for_ever(*each)) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _for_ever(name: str, every_s: float, do: Callable[[], Awaitable[object]]) -> None:
    while True:
        await asyncio.sleep(every_s)
        try:
            await do()
        except (SQLAlchemyError, OSError) as error:
            log.warning("failed, tried again later", work=name, error=type(error).__name__)
        except Exception:  # a job that ends is started by nobody
            log.exception("failed, tried again later", work=name)
