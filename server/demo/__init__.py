"""The demo world: schools, classes, partnerships and some days of talk, for a first look around."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import select

from server import clock
from server.boards.models import Board
from server.boards.objects import WritePage
from server.bus import Bus
from server.db import Database, Model, UnitOfWork
from server.demo import drawing, history, hours, records
from server.demo.schools import PROGRAMME_OFFICES
from server.demo.shapes import demo_id
from server.demo.world import WORLD, DemoWorld
from server.programmes import service as programmes
from server.programmes.models import Programme
from server.schools.models import School

__all__ = ["WORLD", "DemoWorld", "NotEmpty", "demo_id", "fill"]


class NotEmpty(Exception):
    """Other schools are in this database: accounts with a known password would open it to anyone."""


async def fill(database: Database, bus: Bus, write_page: WritePage | None = None) -> DemoWorld:
    """Put the demo world into a migrated database. When it is there already, its spaces are opened again.

    Args:
        write_page: without it the boards are empty.

    Raises:
        NotEmpty: the database holds schools that are not of the demo world. Nothing was changed.
    """
    async with database.read() as session:
        there = await session.get(School, WORLD.schools[0].id)
        taken = await session.scalar(select(School.id).limit(1))
    if there is not None:
        await hours.keep_open(database, bus)
        return WORLD
    if taken is not None:
        raise NotEmpty("The demo world goes into an empty database only: its passwords are known to all.")
    now = clock.now()
    async with UnitOfWork(database, bus) as uow:
        await programmes.ship(uow.session)
        await uow.session.flush()
        found = await records.everything(uow.session, now)
        if write_page is not None:
            found += drawing.drawn(write_page, now)
        # Rows that others point to go first; the tables know their order.
        order = [table.name for table in Model.metadata.sorted_tables]
        found.sort(key=lambda record: order.index(record.__tablename__))
        for _, same in groupby(found, key=lambda record: record.__tablename__):
            uow.session.add_all(same)
            await uow.session.flush()
        if write_page is not None:
            page = await uow.session.get_one(Board, drawing.PAGE_ID)
            page.last_seq, page.drawn_at = drawing.LAST_SEQ, drawing.drawn_at(now)
        for programme in await uow.session.scalars(select(Programme)):
            programme.office_id = WORLD.school(PROGRAMME_OFFICES[programme.slug]).id
    await hours.keep_open(database, bus)
    await history.tell(database, bus, now)
    return WORLD
