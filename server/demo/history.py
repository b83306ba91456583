"""What was done in the demo world before anybody looked: the timelines of its partnerships."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from server import clock
from server.accounts.models import UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.demo.shapes import at_ten
from server.demo.world import WORLD
from server.partnerships.models import PartnershipStatus


def _by(seat: str) -> SignedIn:
    key, who = seat.split("/")
    school = WORLD.school(key)
    return SignedIn(school.person(who), uuid4(), UserKind.STAFF, school.id)


async def tell(database: Database, bus: Bus, now: datetime) -> None:
    """Write the first entries of the audit log, each dated on its day."""
    steps = (
        (21, lambda tie: [("partnership.create", tie.coordinators[0], "draft"),
                          ("partnership.propose", tie.coordinators[0], "proposed")]),
        (18, lambda tie: [("membership.accept", seat, "accepted") for seat in tie.coordinators[1:]]),
        (14, lambda tie: [("partnership.activate", tie.coordinators[0], "active")]
         if tie.status is PartnershipStatus.ACTIVE else []),
    )
    for days_ago, acts in steps:
        day = at_ten(now, days_ago)
        with clock.set_clock(lambda day=day: day):
            async with UnitOfWork(database, bus) as uow:
                for tie in WORLD.partnerships:
                    for act, seat, status in acts(tie):
                        who = _by(seat)
                        audit.record(
                            uow, who, act, subject_id=tie.id, school_id=who.school_id,
                            partnership_id=tie.id, after={"status": status},
                        )
