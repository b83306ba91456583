"""The demo can be tried at any hour: its spaces are opened for a day, anew whenever it starts."""

from __future__ import annotations

from sqlalchemy import delete

from server import clock
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.demo.shapes import demo_id
from server.demo.world import WORLD
from server.hours import rules, service
from server.hours.models import SpaceOpening
from server.schools.models import SchoolKind

REASON = "So that the demo can be tried at any hour."


async def keep_open(database: Database, bus: Bus) -> None:
    """Work out the days of its schools, and open its spaces for `rules.OPENING_MAX` from now."""
    now = clock.now()
    openings = [
        SpaceOpening(
            id=demo_id("opening", str(space.id), key), space_id=space.id, school_id=school.id, reason=REASON,
            opened_by_id=school.person(school.school_class.teacher), starts_at=now,
            ends_at=now + rules.OPENING_MAX,
        )
        for tie in WORLD.partnerships
        for space in tie.spaces
        for key in space.schools
        for school in [WORLD.school(key)]
        if school.classes
    ]
    async with UnitOfWork(database, bus) as uow:
        schools = [each.id for each in WORLD.schools if each.kind is SchoolKind.SCHOOL]
        await service.refresh(uow.session, schools)
        await uow.session.execute(
            delete(SpaceOpening).where(SpaceOpening.id.in_([each.id for each in openings]))
        )
        uow.session.add_all(openings)
