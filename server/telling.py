"""What tells people something by the clock (`server.rounds`): mail from the outbox, reminders, questions that
lapse. Apart from `server.jobs`, as it needs to know how to reach the world outside.
"""

from __future__ import annotations

from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.lessons import asks, reminders
from server.mail import sending
from server.mail import service as mail
from server.rounds import Round
from server.safeguarding import casework

MAIL_EVERY_S = 10.0
REMIND_EVERY_S = 60.0
LAPSE_EVERY_S = 60.0
OVERDUE_EVERY_S = 300.0
PURGE_EVERY_S = 3600.0


def rounds(database: Database, bus: Bus, settings: Settings) -> list[Round]:
    """Mail only where a mail server is set."""

    async def purge() -> None:
        async with UnitOfWork(database, bus) as uow:
            await mail.purge(uow.session)

    found = [
        Round("reminders", REMIND_EVERY_S, lambda: reminders.give(database, bus, settings)),
        Round("lapsed questions", LAPSE_EVERY_S, lambda: asks.settle_overdue(database, bus)),
        Round("overdue reports", OVERDUE_EVERY_S, lambda: casework.remind_overdue(database, bus)),
        Round("purge of mail", PURGE_EVERY_S, purge),
    ]
    if sending.is_set_up(settings):
        found.append(Round("mail", MAIL_EVERY_S, lambda: sending.send_due(database, bus, settings)))
    return found
