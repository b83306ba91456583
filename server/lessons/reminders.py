"""Reminding staff of lessons: a mail the day before, and a push message minutes before.

Each is noted first, by one node, in a transaction (`LessonNotice`): it is given once, or, if the node dies
at that moment, not at all. A lesson that was moved is reminded of again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, select

from server import clock
from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork, insert_into
from server.lessons import notices, sides
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import LessonNotice, ReminderChoice
from server.lessons.sides import Table
from server.mail import service as mail
from server.mail.letters import Kind
from server.partnerships import record as records
from server.partnerships.record import Standing
from server.push import sending as push
from server.spaces.models import Space

DAY_BEFORE = timedelta(hours=24)
NOT_WITHIN = timedelta(hours=2)
"""A lesson that is set so late needs no mail of the day before."""
SHORTLY_BEFORE = timedelta(minutes=10)
BATCH = 50
MAIL, PUSH = "day_before", "minutes_before"


async def give(database: Database, bus: Bus, settings: Settings) -> None:
    """Give the reminders that are due."""
    for lesson_id in await _due(database, MAIL, DAY_BEFORE):
        await _remind(database, bus, lesson_id)
    if not push.is_set_up(settings):
        return
    for lesson_id in await _due(database, PUSH, SHORTLY_BEFORE):
        await _push(database, bus, settings, lesson_id)


async def _due(database: Database, kind: str, ahead: timedelta) -> Sequence[UUID]:
    now = clock.now()
    given = exists().where(
        LessonNotice.lesson_id == Lesson.id, LessonNotice.kind == kind,
        LessonNotice.starts_at == Lesson.starts_at,
    )
    async with database.read() as session:
        found = await session.scalars(
            select(Lesson.id)
            .where(
                Lesson.status == LessonStatus.SCHEDULED, Lesson.starts_at > now,
                Lesson.starts_at <= now + ahead, ~given,
            )
            .order_by(Lesson.starts_at)
            .limit(BATCH)
        )
        return found.all()


async def _take(uow: UnitOfWork, lesson_id: UUID, kind: str) -> tuple[Table, Lesson] | None:
    """The lesson at its table, if this node is the one to remind of it."""
    lesson = await uow.session.get(Lesson, lesson_id)
    if lesson is None or lesson.status is not LessonStatus.SCHEDULED:
        return None
    note = insert_into(uow.session, LessonNotice).values(
        lesson_id=lesson.id, kind=kind, starts_at=lesson.starts_at, at=clock.now()
    )
    taken = await uow.session.scalar(note.on_conflict_do_nothing().returning(LessonNotice.lesson_id))
    if taken is None:
        return None
    space = await uow.session.get_one(Space, lesson.space_id)
    record = await records.get_whole(uow.session, space.partnership_id)
    members = await sides.sides_of(uow.session, space, record)
    return Table(space, record, Standing(False, False, frozenset()), None, members, False), lesson


async def _remind(database: Database, bus: Bus, lesson_id: UUID) -> None:
    async with UnitOfWork(database, bus) as uow:
        taken = await _take(uow, lesson_id, MAIL)
        if taken is None or taken[1].starts_at < clock.now() + NOT_WITHIN:
            return
        table, lesson = taken
        people = await sides.adults(uow.session, table, [each.school_id for each in table.sides])
        unwanted = set(
            await uow.session.scalars(
                select(ReminderChoice.user_id).where(
                    ReminderChoice.user_id.in_(people), ReminderChoice.by_mail.is_(False)
                )
            )
        )
        await mail.queue_all(
            uow, [each for each in people if each not in unwanted], Kind.LESSON_TOMORROW,
            {
                "title": lesson.title, "space": table.space.name, "starts_at": lesson.starts_at,
                "ends_at": lesson.ends_at, "path": notices.page_of(table.space.id),
                "clocks": [
                    {"school": each.school.short_name, "timezone": each.school.timezone}
                    for each in table.sides
                ],
            },
        )


async def _push(database: Database, bus: Bus, settings: Settings, lesson_id: UUID) -> None:
    async with UnitOfWork(database, bus) as uow:
        taken = await _take(uow, lesson_id, PUSH)
        if taken is None:
            return
        table, lesson = taken
        people = await sides.adults(uow.session, table, [each.school_id for each in table.sides])
    shown = push.Shown(
        kind="lesson_soon", title=lesson.title, path=f"/spaces/{table.space.id}", starts_at=lesson.starts_at,
        tag=str(lesson.id),
    )
    await push.send(database, bus, settings, people, shown)
