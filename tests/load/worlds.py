"""The records of a benchmark: many people in spaces, each already signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import msgspec

from server import clock, migrations
from server.accounts.models import StaffRole, User, UserKind
from server.accounts.service import open_session
from server.bus import InProcessBus
from server.chat.models import ChatMessage
from server.consent.models import ConsentKind
from server.db import Database, UnitOfWork
from server.partnerships.models import PartnershipKind
from server.schools.models import RosterEntry, RosterRole, School
from tests.factories import PICTURES_HASH, World
from tests.services import Postgres, Valkey

ANIMALS = ("Blue Heron", "Quiet Otter", "Golden Weaver", "River Fox", "Early Swift", "Patient Crane")
TEXT = "Our river is 42 cm deep today, and we saw two otters near the old bridge before the rain. "


class Lesson(msgspec.Struct):
    """A space, and who belongs to it."""

    space_id: UUID
    user_ids: list[UUID]
    tokens: list[str]

    def tickets(self, count: int | None = None, last_seq: int | None = None) -> list[dict[str, Any]]:
        """What the first `count` people need to come in."""
        space_id = str(self.space_id)
        return [
            {"token": token, "space_id": space_id, "last_seq": last_seq} for token in self.tokens[:count]
        ]


class Event(msgspec.Struct):
    """A cluster of two schools, with a lesson for each size that was asked for."""

    partnership_id: UUID
    spare_partnership_id: UUID
    """One without spaces."""
    coordinator_token: str
    lessons: list[Lesson]


async def fill(database_url: str, sizes: Sequence[int], messages: int = 0) -> Event:
    """Make the records.

    Args:
        sizes: people in each space, half of them from either school.
        messages: history of each space.
    """
    database = Database(database_url, timeout_s=60)
    await migrations.upgrade(database)
    async with UnitOfWork(database, InProcessBus()) as uow:
        world = World(uow.session)
        schools = [await world.school("Willow"), await world.school("Nakuru Hill", "KE")]
        lead = await world.staff(schools[0], StaffRole.TEACHER)
        programme = await world.programme()
        partnership, spare = [
            await world.partnership(programme, *schools, kind=PartnershipKind.CLUSTER, coordinators=[lead])
            for _ in range(2)
        ]
        lessons = []
        for number, size in enumerate(sizes):
            classes = [await world.school_class(school) for school in schools]
            space = await world.space(partnership, *classes, name=f"Rivers {number}")
            people = [_student(schools[place % 2], place) for place in range(size)]
            uow.session.add_all(people)
            await uow.session.flush()
            uow.session.add_all(
                RosterEntry(class_id=classes[place % 2].id, user_id=person.id, role=RosterRole.STUDENT)
                for place, person in enumerate(people)
            )
            for person in people:
                await world.accept(person.id)
                await world.consent(person.id, ConsentKind.CAMERA, ConsentKind.VOICE)
            tokens = [open_session(uow, person.id, "bench", timedelta(hours=1)) for person in people]
            now = clock.now()
            uow.session.add_all(
                ChatMessage(
                    space_id=space.id, seq=seq, author_id=people[seq % size].id, client_id=uuid4(),
                    text=TEXT[: 20 + seq % 70], sent_at=now,
                )
                for seq in range(1, messages + 1)
            )
            space.last_seq = messages
            await uow.session.flush()
            lessons.append(Lesson(space.id, [person.id for person in people], tokens))
        token = open_session(uow, lead.id, "bench", timedelta(hours=1))
    await database.close()
    return Event(partnership.id, spare.id, token, lessons)


def _student(school: School, place: int) -> User:
    alias = ANIMALS[place % len(ANIMALS)]
    return User(
        kind=UserKind.STUDENT, school_id=school.id, name=f"{alias} {place}",
        avatar=alias.lower().replace(" ", "-"), secret_hash=PICTURES_HASH,
    )


class Records(msgspec.Struct):
    """Where the records are, and the bus, if there is one."""

    name: str
    database_url: str
    redis_url: str = ""


@asynccontextmanager
async def sqlite() -> AsyncIterator[Records]:
    """One node's records: an empty SQLite file."""
    with TemporaryDirectory() as directory:
        path = Path(directory, "bench.sqlite3")
        yield Records("sqlite", f"sqlite+aiosqlite:///{path}")


@asynccontextmanager
async def postgres() -> AsyncIterator[Records]:
    """What several nodes share: an empty PostgreSQL database, and Valkey."""
    server = Postgres()
    try:
        valkey = Valkey()
        try:
            yield Records("postgres", server.url(server.create()), valkey.url)
        finally:
            valkey.close()
    finally:
        server.close()
