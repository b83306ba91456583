"""The hours of schools as records, and openings outside of them. Rules: `server.hours.rules`.

`SchoolDay` follows from bell times, terms and holidays: whoever changes one of these calls `changed` in the
same transaction, and a job works all of them out anew each day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import Select, bindparam, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import access, clock
from server.access import Grant
from server.accounts.models import User
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.errors import Invalid, NotAllowed, NotFound
from server.events import AccessChanged
from server.hours import conditions, rules
from server.hours.models import SchoolDay, SpaceOpening
from server.lessons.models import Lesson, LessonStatus
from server.schools.calendar import BellTimes, Timetable
from server.schools.models import School, SchoolClass, SchoolDate, SchoolKind
from server.spaces.models import Enrolment, Space, SpaceKind

SCHOOLS_AT_ONCE = 100
"""Worked out in one transaction, which holds their rows."""


# --- school days


async def refresh(session: AsyncSession, school_ids: Collection[UUID]) -> int:
    """Work out the days of some schools around today; returns how many rows came or went.

    A row that began before the days that are worked out, and is not over, stays.

    Args:
        school_ids: their rows must be held, or two that do this at once could undo each other.
    """
    now = clock.now()
    since = now - timedelta(days=rules.DAYS_BACK + 2)  # the farthest zones are 26 hours apart
    schools = await session.execute(
        select(School.id, School.bell_times, School.timezone).where(School.id.in_(school_ids))
    )
    dates: dict[UUID, list[SchoolDate]] = defaultdict(list)
    for each in await session.scalars(select(SchoolDate).where(SchoolDate.school_id.in_(school_ids))):
        dates[each.school_id].append(each)
    wanted = {
        (school_id, start, end)
        for school_id, stored, timezone in schools.tuples()
        for start, end in rules.around(
            now, Timetable(msgspec.convert(stored, BellTimes), timezone), dates[school_id]
        )
    }
    rows = await session.execute(
        select(SchoolDay.school_id, SchoolDay.starts_at, SchoolDay.ends_at).where(
            SchoolDay.school_id.in_(school_ids), or_(SchoolDay.starts_at >= since, SchoolDay.ends_at < now)
        )
    )
    there = set(rows.tuples())
    gone, fresh = there - wanted, wanted - there
    connection = await session.connection()
    if gone:
        await connection.execute(
            delete(SchoolDay).where(
                SchoolDay.school_id == bindparam("of"), SchoolDay.starts_at == bindparam("began")
            ),
            [{"of": school_id, "began": start} for school_id, start, _ in gone],
        )
    session.add_all(
        SchoolDay(school_id=school_id, starts_at=start, ends_at=end) for school_id, start, end in fresh
    )
    await session.flush()
    return len(gone) + len(fresh)


async def changed(uow: UnitOfWork, school_id: UUID) -> None:
    """Bell times, terms, holidays or the time zone of a school changed, whose row is held."""
    await uow.session.flush()
    if await refresh(uow.session, [school_id]):
        spaces = await uow.session.scalars(
            select(Enrolment.space_id)
            .join(SchoolClass, SchoolClass.id == Enrolment.class_id)
            .where(SchoolClass.school_id == school_id)
            .distinct()
        )
        uow.events.append(AccessChanged(space_ids=frozenset(spaces)))


async def refresh_all(database: Database, bus: Bus) -> None:
    """Work out the days of every school, some at a time."""
    last: UUID | None = None
    while True:
        async with UnitOfWork(database, bus) as uow:
            wanted = select(School.id).where(School.kind == SchoolKind.SCHOOL)
            if last is not None:
                wanted = wanted.where(School.id > last)
            found = (
                await uow.session.scalars(
                    wanted.order_by(School.id).limit(SCHOOLS_AT_ONCE).with_for_update(key_share=True)
                )
            ).all()
            if found:
                await refresh(uow.session, found)
        if len(found) < SCHOOLS_AT_ONCE:
            return
        last = found[-1]


async def opens_at(
    session: AsyncSession, school_id: UUID, space_ids: Collection[UUID]
) -> dict[UUID, datetime | None]:
    """When each of these spaces opens next for the students of a school, where that is known."""
    now = clock.now()
    days = await session.execute(
        select(SchoolDay.starts_at, SchoolDay.ends_at)
        .where(SchoolDay.school_id == school_id, SchoolDay.starts_at > now)
        .order_by(SchoolDay.starts_at)
        .limit(1)
    )
    day = rules.next_opening(now, days.tuples())
    lessons: dict[UUID, datetime] = {}
    planned = await session.execute(
        select(Lesson.space_id, Lesson.starts_at)
        .where(
            Lesson.space_id.in_(space_ids), Lesson.status == LessonStatus.SCHEDULED,
            Lesson.starts_at > now + rules.BEFORE_LESSON,
            Lesson.starts_at < now + timedelta(days=rules.DAYS_AHEAD),
        )
        .order_by(Lesson.starts_at.desc())
    )
    for space_id, starts_at in planned.tuples():
        lessons[space_id] = starts_at - rules.BEFORE_LESSON
    return {
        space_id: min((each for each in (day, lessons.get(space_id)) if each), default=None)
        for space_id in space_ids
    }


# --- openings


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """When a space is open for the students of one school, as its staff see it."""

    has_bell_times: bool
    """False: it is closed for them outside lessons and openings, since nobody said when school is."""
    open_now: bool
    opens_at: datetime | None
    """When it opens next, where it is closed now and that is known."""
    opening: SpaceOpening | None
    """The one that holds now."""
    opened_by: str
    may_open: bool


async def hours_of(session: AsyncSession, who: SignedIn, space_id: UUID) -> Hours:
    """When a space is open for the students of this person's own school.

    Raises:
        NotFound: the person does not belong to the space (404).
    """
    moments = conditions.moments(clock.now())
    allowed = await access.access_in(session, who.user_id, space_id)
    if not allowed.grants:
        raise NotFound
    opening = await session.scalar(_holding(space_id, who.school_id).limit(1), moments)
    opens = [
        select(SchoolDay.school_id).where(conditions.school_is_open(who.school_id)),
        select(Lesson.id).where(conditions.lesson_opens(space_id)),
    ]
    is_open = opening is not None or any(
        [await session.scalar(each.limit(1), moments) is not None for each in opens]
    )
    bell_times = await session.scalar(select(School.bell_times).where(School.id == who.school_id))
    by = await session.scalar(select(User.name).where(User.id == opening.opened_by_id)) if opening else ""
    return Hours(
        has_bell_times=any(msgspec.convert(bell_times, BellTimes).days),
        open_now=is_open,
        opens_at=None if is_open else (await opens_at(session, who.school_id, [space_id]))[space_id],
        opening=opening, opened_by=by or "",
        may_open=Grant.SPACE_MODERATE in allowed.grants
        and await _has_students(session, who.school_id, space_id),
    )


def _holding(space_id: UUID, school_id: UUID) -> Select[tuple[SpaceOpening]]:
    return select(SpaceOpening).where(conditions.opening_holds(space_id, school_id))


async def _has_students(session: AsyncSession, school_id: UUID, space_id: UUID) -> bool:
    """Whether a class of the school takes part in a space that students come to."""
    found = await session.scalar(
        select(Enrolment.class_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.class_id)
        .join(Space, Space.id == Enrolment.space_id)
        .where(
            Enrolment.space_id == space_id, SchoolClass.school_id == school_id,
            SchoolClass.archived_at.is_(None), Space.kind != SpaceKind.STAFF_ROOM,
        )
        .limit(1)
    )
    return found is not None


async def _may_open(uow: UnitOfWork, who: SignedIn, space_id: UUID) -> None:
    """Raises: NotFound (404), NotAllowed (403): it is not theirs to open, or nobody of theirs would come."""
    # Held, so that of two openings at once one follows the other.
    held = await uow.session.scalar(select(Space.id).where(Space.id == space_id).with_for_update())
    allowed = await access.access_in(uow.session, who.user_id, space_id)
    if held is None or not allowed.grants:
        raise NotFound
    if Grant.SPACE_MODERATE not in allowed.grants:
        raise NotAllowed("Verified staff of the space open it for their own students. Nothing was changed.")
    if not await _has_students(uow.session, who.school_id, space_id):
        raise NotAllowed("No class of your school takes part in this space. Nothing was changed.")


async def open_space(
    uow: UnitOfWork, who: SignedIn, space_id: UUID, until: datetime, reason: str
) -> SpaceOpening:
    """Open a space for the students of this person's own school until a moment; it takes the place of the
    opening that holds, if there is one.

    Raises:
        NotFound, NotAllowed: it is not theirs to open (404, 403).
        Invalid: no reason, or `rules.check_until` (400).
    """
    now = clock.now()
    if not (reason := reason.strip()):
        raise Invalid("Say in some words why. Nothing was changed.", field="reason")
    until = rules.check_until(now, until)
    await _may_open(uow, who, space_id)
    await _end(uow.session, space_id, who.school_id, now)
    opening = SpaceOpening(
        space_id=space_id, school_id=who.school_id, opened_by_id=who.user_id, reason=reason, starts_at=now,
        ends_at=until,
    )
    uow.session.add(opening)
    audit.record(
        uow, who, "space.open_hours", subject_id=space_id, school_id=who.school_id, after={"until": until}
    )
    uow.events.append(AccessChanged(space_ids=frozenset({space_id})))
    return opening


async def close_space(uow: UnitOfWork, who: SignedIn, space_id: UUID) -> None:
    """End the opening that holds for this person's own school; without one, nothing happens.

    Raises:
        NotFound, NotAllowed: it is not theirs to close (404, 403).
    """
    await _may_open(uow, who, space_id)
    if await _end(uow.session, space_id, who.school_id, clock.now()):
        audit.record(uow, who, "space.close_hours", subject_id=space_id, school_id=who.school_id)
        uow.events.append(AccessChanged(space_ids=frozenset({space_id})))


async def _end(session: AsyncSession, space_id: UUID, school_id: UUID, now: datetime) -> bool:
    holding = await session.scalars(_holding(space_id, school_id), conditions.moments(now))
    ended = False
    for each in holding:
        each.closed_at, ended = now, True
    return ended
