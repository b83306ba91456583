"""What is done with the records by the clock (`server.rounds`)."""

from __future__ import annotations

from collections.abc import Callable

from server.accounts import service as accounts
from server.agreements import service as agreements
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.hours import service as hours
from server.lessons import live
from server.rounds import Round
from server.schools import service as schools
from server.spaces.service import LivePresence

PURGE_EVERY_S = 3600.0
USUAL_DAYS_FIRST_S = 60.0
USUAL_DAYS_EVERY_S = 24 * 3600.0
EXPIRE_EVERY_S = 60.0
END_LEFT_EVERY_S = 60.0


def rounds(
    database: Database, bus: Bus, presence: Callable[[], LivePresence | None] = lambda: None
) -> list[Round]:
    """Expired sign-ins, overdue agreements, school days, lessons that everybody has left.

    Args:
        presence: who is in which space; None where nothing is live.
    """

    async def purge() -> None:
        async with UnitOfWork(database, bus) as uow:
            await accounts.purge(uow.session)

    async def follow_the_clocks() -> None:
        # When clocks change, schools open at another time than the finder ranks them by; and each day one
        # more day is near enough to be worked out.
        async with UnitOfWork(database, bus) as uow:
            await schools.refresh_usual_days(uow.session)
        await hours.refresh_all(database, bus)

    async def end_left() -> None:
        if (known := presence()) is not None:  # not by a node that cannot know who is there
            await live.end_those_left(database, bus, known.here)

    return [
        Round("purge of sign-ins", PURGE_EVERY_S, purge),
        Round("expiry of agreements", EXPIRE_EVERY_S, lambda: agreements.expire_overdue(database, bus)),
        Round("school days", USUAL_DAYS_EVERY_S, follow_the_clocks, USUAL_DAYS_FIRST_S),
        Round("lessons that were left", END_LEFT_EVERY_S, end_left),
    ]
