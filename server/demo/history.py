"""What was done in the demo world before anybody looked: the timelines of its partnerships."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select

from server.accounts.models import UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.demo.schools import PROGRAMME_OFFICES
from server.demo.world import WORLD
from server.partnerships.models import PartnershipStatus
from server.programmes.models import Programme


def _by(seat: str) -> SignedIn:
    key, who = seat.split("/")
    school = WORLD.school(key)
    return SignedIn(school.person(who), uuid4(), UserKind.STAFF, school.id)


async def tell(uow: UnitOfWork, now: datetime) -> None:
    """Ties the programmes to their offices, and writes the first entries of the audit log."""
    for programme in await uow.session.scalars(select(Programme)):
        programme.office_id = WORLD.school(PROGRAMME_OFFICES[programme.slug]).id
    for tie in WORLD.partnerships:
        starter = _by(tie.coordinators[0])

        def note(act: str, who: SignedIn = starter, /, tie_id=tie.id, **after: str) -> None:
            audit.record(
                uow, who, act, subject_id=tie_id, school_id=who.school_id, partnership_id=tie_id, after=after
            )

        note("partnership.create", status="draft")
        note("partnership.propose", status="proposed")
        for seat in tie.coordinators[1:]:
            note("membership.accept", _by(seat), status="accepted")
        if tie.status is PartnershipStatus.ACTIVE:
            note("partnership.activate", status="active")
