"""The demo world: schools, classes, partnerships and some days of talk, for a first look around."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID

import msgspec
from sqlalchemy import select

from server import clock
from server.accounts import secrets
from server.accounts.models import StaffPost, User, UserKind
from server.boards.models import Board
from server.bus import Bus
from server.chat.models import ChatMessage
from server.db import Database, Model, UnitOfWork
from server.demo.world import (
    GLOBAL_LEARNING,
    PASSPHRASE,
    PICTURE_CODES,
    PROGRAMME_ID,
    WORLD,
    DemoPartnership,
    DemoSchool,
    DemoWorld,
    demo_id,
)
from server.partnerships.models import Coordinator, Membership, MemberStatus, Partnership, PartnershipStatus
from server.programmes.models import Programme
from server.schools.models import RosterEntry, RosterRole, School, SchoolClass, SchoolTag, TagKind
from server.spaces.models import Enrolment, Space

__all__ = ["WORLD", "DemoWorld", "NotEmpty", "demo_id", "fill"]


class NotEmpty(Exception):
    """Other schools are in this database: accounts with a known password would open it to anyone."""


async def fill(database: Database, bus: Bus) -> DemoWorld:
    """Put the demo world into a migrated database; does nothing when it is there already.

    Raises:
        NotEmpty: the database holds schools that are not of the demo world. Nothing was changed.
    """
    async with database.read() as session:
        there = await session.get(Programme, PROGRAMME_ID)
        taken = await session.scalar(select(School.id).limit(1))
    if there is not None:
        return WORLD
    if taken is not None:
        raise NotEmpty("The demo world goes into an empty database only: its passwords are known to all.")
    records = list(_records(clock.now()))
    # Rows that others point to go first; the tables know their order.
    order = [table.name for table in Model.metadata.sorted_tables]
    records.sort(key=lambda record: order.index(record.__tablename__))
    async with UnitOfWork(database, bus) as uow:
        for _, same in groupby(records, key=lambda record: record.__tablename__):
            uow.session.add_all(same)
            await uow.session.flush()
    return WORLD


def _records(now: datetime) -> Iterator[Model]:
    yield Programme(
        id=PROGRAMME_ID, slug="global-learning", name="Global Learning",
        rules=msgspec.to_builtins(GLOBAL_LEARNING), changed_at=now,
    )
    # Each secret is hashed once: first start would take a second for every ten people else.
    passphrase = secrets.hash_now(PASSPHRASE)
    codes = {pictures: secrets.hash_now("-".join(pictures), student=True) for pictures in PICTURE_CODES}
    for school in WORLD.schools:
        yield from _school(school, now, passphrase, codes)
    for tie in WORLD.partnerships:
        yield from _partnership(tie, now)


def _school(
    school: DemoSchool, now: datetime, passphrase: str, codes: dict[tuple[str, str, str], str]
) -> Iterator[Model]:
    group = school.school_class
    yield School(
        id=school.id, name=school.name, short_name=school.short_name, country=school.country,
        timezone=school.timezone, phase=school.phase, verified_at=now, created_at=now,
    )
    for position, language in enumerate(school.languages):
        yield SchoolTag(school_id=school.id, kind=TagKind.LANGUAGE, value=language, position=position)
    yield SchoolClass(
        id=group.id, school_id=school.id, name=group.name, school_year=group.school_year, code=group.code
    )
    for person in school.staff:
        yield User(
            id=person.id, kind=UserKind.STAFF, school_id=school.id, name=person.name, email=person.email,
            secret_hash=passphrase, verified_at=now,
        )
        for post in person.posts:
            yield StaffPost(user_id=person.id, role=post)
    yield RosterEntry(class_id=group.id, user_id=school.person(group.teacher), role=RosterRole.TEACHER)
    for student in group.students:
        yield User(
            id=student.id, kind=UserKind.STUDENT, school_id=school.id, name=student.alias,
            avatar=student.avatar, secret_hash=codes[student.pictures],
        )
        yield RosterEntry(class_id=group.id, user_id=student.id, role=RosterRole.STUDENT)


def _partnership(tie: DemoPartnership, now: datetime) -> Iterator[Model]:
    proposed, began = now - timedelta(days=21), now - timedelta(days=14)
    yield Partnership(
        id=tie.id, programme_id=PROGRAMME_ID, kind=tie.kind, name=tie.name, status=tie.status,
        status_changed_at=began if tie.status is PartnershipStatus.ACTIVE else proposed, created_at=proposed,
    )
    for colour, (key, role, status) in enumerate(tie.members):
        yield Membership(
            partnership_id=tie.id, school_id=WORLD.school(key).id, role=role, status=status, colour=colour,
            invited_at=proposed, accepted_at=began if status is MemberStatus.ACCEPTED else None,
        )
    for seat in tie.coordinators:
        yield Coordinator(partnership_id=tie.id, user_id=_person(seat), since=proposed)
    for space in tie.spaces:
        yield Space(
            id=space.id, partnership_id=tie.id, kind=space.kind, name=space.name, created_at=began,
            last_seq=len(space.talk),
        )
        yield Board(id=demo_id("board", str(space.id)), space_id=space.id, title="1", position=1)
        for key in space.schools:
            yield Enrolment(
                space_id=space.id, class_id=WORLD.school(key).school_class.id, enrolled_at=began
            )
        for seq, (days, at, author, text) in enumerate(space.talk, start=1):
            yield ChatMessage(
                id=demo_id("message", str(space.id), str(seq)), space_id=space.id, seq=seq,
                author_id=_person(author), client_id=demo_id("sent", str(space.id), str(seq)), text=text,
                sent_at=datetime.combine(_school_day(now.date(), days), time.fromisoformat(at), UTC),
            )


def _person(seat: str) -> UUID:
    key, who = seat.split("/")
    return WORLD.school(key).person(who)


def _school_day(today: date, days_ago: int) -> date:
    """The weekday that was `days_ago` weekdays before today."""
    day = today
    while days_ago:
        day -= timedelta(days=1)
        days_ago -= day.weekday() < 5
    return day
