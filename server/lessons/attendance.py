"""Who was in a lesson, from when to when. docs/lessons.md.

A stretch of time is a row; the live half writes it (`realtime.attendance`). Several pages of a person, and
breaks too short to matter, are one presence. Staff of the schools that take part read it: of a student their
alias and class, as everywhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import Integer, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.access import Access, Grant, access_in
from server.accounts import service as accounts
from server.accounts.models import User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import NotAllowed, NotFound
from server.lessons.models import Attendance, Lesson, LessonStatus
from server.partnerships.evidence import cell
from server.partnerships.models import Membership, MemberStatus
from server.schools.models import School
from server.spaces.models import Space

BREAK = timedelta(minutes=1)
"""Who is back within it was not away."""
PEOPLE_MAX = 1000
"""So many people of one lesson are listed."""
ROWS_MAX = 20 * PEOPLE_MAX


class Stretch(msgspec.Struct, frozen=True):
    """Of time in a lesson."""

    came_at: datetime
    left_at: datetime | None
    """None while they are there."""


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time without overlaps and without breaks of up to `BREAK`, in order."""
    found: list[Stretch] = []
    for each in sorted(stretches, key=lambda stretch: stretch.came_at):
        last = found[-1] if found else None
        if last is None or (last.left_at is not None and each.came_at - last.left_at > BREAK):
            found.append(each)
        elif last.left_at is not None and (each.left_at is None or each.left_at > last.left_at):
            found[-1] = Stretch(last.came_at, each.left_at)
    return found


def minutes(stretches: Iterable[Stretch], now: datetime) -> int:
    """How long these are together, in whole minutes; somebody who came at all was there for one."""
    total = sum(((each.left_at or now) - each.came_at for each in stretches), timedelta())
    return max(1, round(total / timedelta(minutes=1)))


# --- writing


async def note(
    uow: UnitOfWork, space_id: UUID, came: Collection[UUID], went: Mapping[UUID, datetime]
) -> bool:
    """People have come into the space, or left it. Every node that sees it may say so.

    Returns:
        Whether a lesson runs there. If not, nothing is kept.
    """
    # Its end takes the same lock, so nobody comes into a lesson that has ended.
    lesson_id = await uow.session.scalar(
        select(Lesson.id)
        .where(
            Lesson.space_id == space_id, Lesson.status == LessonStatus.LIVE, Lesson.started_at.is_not(None)
        )
        .with_for_update()
    )
    if lesson_id is None:
        return False
    rows = await uow.session.scalars(
        select(Attendance).where(
            Attendance.lesson_id == lesson_id, Attendance.left_at.is_(None),
            Attendance.user_id.in_({*came, *went}),
        )
    )
    open_rows = {row.user_id: row for row in rows}
    for user_id, at in went.items():
        if (row := open_rows.get(user_id)) is not None and user_id not in came:
            row.left_at = max(at, row.came_at)
    now = clock.now()
    schools = await uow.session.execute(
        select(User.id, User.school_id).where(User.id.in_(set(came) - open_rows.keys()))
    )
    uow.session.add_all(
        Attendance(lesson_id=lesson_id, user_id=user_id, school_id=school_id, came_at=now)
        for user_id, school_id in schools.tuples()
    )
    return True


async def there(session: AsyncSession, lesson_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """By lesson, who is in it, as far as is written."""
    rows = await session.execute(
        select(Attendance.lesson_id, Attendance.user_id).where(
            Attendance.lesson_id.in_(lesson_ids), Attendance.left_at.is_(None)
        )
    )
    found: dict[UUID, set[UUID]] = {}
    for lesson_id, user_id in rows.tuples():
        found.setdefault(lesson_id, set()).add(user_id)
    return found


# --- reading


class SchoolCount(msgspec.Struct, frozen=True):
    """How many of a school were there, and from when to when."""

    school_id: UUID
    name: str
    short_name: str
    timezone: str
    colour: int
    students: int
    staff: int
    came_at: datetime
    left_at: datetime | None


class LessonCount(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson that was held, with how many came."""

    lesson_id: UUID
    title: str
    starts_at: datetime
    """As planned."""
    started_at: datetime
    ended_at: datetime | None
    """None while it runs."""
    host_school_id: UUID | None
    schools: list[SchoolCount]


class Attended(msgspec.Struct, frozen=True, kw_only=True):
    """One person in a lesson."""

    user_id: UUID
    name: str
    """A student's alias."""
    kind: str
    class_name: str
    school_id: UUID
    minutes: int
    stretches: list[Stretch]


class LessonAttendance(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson and everyone who was there, by school and name."""

    lesson: LessonCount
    people: list[Attended]
    may_export: bool


async def reader(session: AsyncSession, who: SignedIn, space_id: UUID) -> tuple[Access, Space]:
    """What this person may do in the space.

    Raises:
        NotFound: no such space for them, or they are of no school that takes part (404).
    """
    space = await session.get(Space, space_id)
    found = await access_in(session, who.user_id, space_id)
    if space is None or Grant.SPACE_READ not in found.grants:
        raise NotFound
    member = await session.scalar(
        select(Membership.id).where(
            Membership.partnership_id == space.partnership_id, Membership.school_id == who.school_id,
            Membership.status == MemberStatus.ACCEPTED,
        )
    )
    if member is None:
        raise NotFound
    return found, space


async def held(
    session: AsyncSession, who: SignedIn, space_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[LessonCount]:
    """The lessons that were held in a space, the newest first.

    Args:
        before: start and id of the last one of the page before.

    Raises:
        NotFound: no such space for this person (404).
    """
    await reader(session, who, space_id)
    wanted = (
        select(Lesson)
        .where(Lesson.space_id == space_id, Lesson.started_at.is_not(None))
        .order_by(Lesson.started_at.desc(), Lesson.id.desc())
        .limit(limit)
    )
    if before is not None:
        at, last_id = before
        wanted = wanted.where(
            or_(Lesson.started_at < at, (Lesson.started_at == at) & (Lesson.id < last_id))
        )
    return await _with_counts(session, (await session.scalars(wanted)).all())


async def _with_counts(session: AsyncSession, lessons: Sequence[Lesson]) -> list[LessonCount]:
    counts = await counted(session, [each.id for each in lessons])
    return [
        LessonCount(
            lesson_id=each.id, title=each.title, starts_at=each.starts_at, started_at=each.started_at,
            ended_at=each.ended_at, host_school_id=each.host_school_id, schools=counts.get(each.id, []),
        )
        for each in lessons
        if each.started_at is not None
    ]


async def counted(session: AsyncSession, lesson_ids: Collection[UUID]) -> dict[UUID, list[SchoolCount]]:
    """By lesson, how many of each school were there, by the names of the schools. In one query; who may know
    is for the caller to ask."""
    is_there = func.max(Attendance.left_at.is_(None).cast(Integer))
    rows = await session.execute(
        select(
            Attendance.lesson_id, Attendance.school_id, School.name, School.short_name,
            School.timezone, func.coalesce(Membership.colour, 0),
            func.count(case((User.kind == UserKind.STUDENT, Attendance.user_id)).distinct()),
            func.count(case((User.kind == UserKind.STAFF, Attendance.user_id)).distinct()),
            func.min(Attendance.came_at), func.max(Attendance.left_at), is_there,
        )
        .join(User, User.id == Attendance.user_id)
        .join(School, School.id == Attendance.school_id)
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .join(Space, Space.id == Lesson.space_id)
        .outerjoin(
            Membership,
            (Membership.partnership_id == Space.partnership_id)
            & (Membership.school_id == Attendance.school_id),
        )
        .where(Attendance.lesson_id.in_(lesson_ids))
        .group_by(
            Attendance.lesson_id, Attendance.school_id, School.name, School.short_name, School.timezone,
            Membership.colour,
        )
        .order_by(School.name, Attendance.school_id)
    )
    counts: dict[UUID, list[SchoolCount]] = {}
    for lesson_id, school_id, name, short, timezone, colour, students, staff, came_at, left_at, there in rows:
        counts.setdefault(lesson_id, []).append(
            SchoolCount(
                school_id, name, short, timezone, colour % 8, students, staff, came_at,
                None if there else left_at,
            )
        )
    return counts


async def of_lesson(session: AsyncSession, who: SignedIn, lesson_id: UUID) -> LessonAttendance:
    """Who was in a lesson, in as many queries however many they were.

    Raises:
        NotFound: no such lesson for this person, or it was never started (404).
    """
    lesson = await session.get(Lesson, lesson_id)
    if lesson is None or lesson.started_at is None:
        raise NotFound
    found, _ = await reader(session, who, lesson.space_id)
    rows = await session.scalars(
        select(Attendance)
        .where(Attendance.lesson_id == lesson_id)
        .order_by(Attendance.came_at)
        .limit(ROWS_MAX)
    )
    stretches: dict[UUID, list[Stretch]] = {}
    schools: dict[UUID, UUID] = {}
    for row in rows:
        if row.user_id not in stretches and len(stretches) >= PEOPLE_MAX:
            continue
        stretches.setdefault(row.user_id, []).append(Stretch(row.came_at, row.left_at))
        schools[row.user_id] = row.school_id
    people = await accounts.people(session, stretches)
    classes = await accounts.class_names(session, stretches)
    about = (await _with_counts(session, [lesson]))[0]
    order = {each.school_id: place for place, each in enumerate(about.schools)}
    now = clock.now()
    attended = [
        Attended(
            user_id=user_id, name=person.name, kind=person.kind.value, class_name=classes.get(user_id, ""),
            school_id=schools[user_id], minutes=minutes(together, now), stretches=together,
        )
        for user_id, person in people.items()
        if (together := merged(stretches[user_id]))
    ]
    attended.sort(key=lambda each: (order[each.school_id], each.kind == "staff", each.class_name, each.name))
    return LessonAttendance(
        lesson=about, people=attended, may_export=Grant.SPACE_EXPORT in found.grants
    )


# --- export

HEADINGS = ("lesson", "date", "school", "name", "kind", "class", "came (UTC)", "left (UTC)", "minutes")


async def export(
    uow: UnitOfWork, who: SignedIn, lesson_id: UUID, form: str
) -> LessonAttendance:
    """The attendance of a lesson, for somebody who takes it along as `form`; that is logged.

    Raises:
        NotFound: no such lesson for this person (404).
        NotAllowed: it is not theirs to export (403).
    """
    found = await of_lesson(uow.session, who, lesson_id)
    if not found.may_export:
        raise NotAllowed("Verified staff of the schools that take part export this.")
    lesson = await uow.session.get_one(Lesson, lesson_id)
    await note_export(uow, who, lesson, "attendance", form)
    return found


async def note_export(uow: UnitOfWork, who: SignedIn, lesson: Lesson, what: str, form: str) -> None:
    """Write into the log that something of a lesson has left.

    Args:
        what: `attendance`, or what of `server.recap` it is.
        form: `csv` or `pdf`.
    """
    space = await uow.session.get_one(Space, lesson.space_id)
    audit.record(
        uow, who, "lesson.export", subject_id=space.id, school_id=who.school_id,
        partnership_id=space.partnership_id, after={"lesson_id": lesson.id, "what": what, "form": form},
    )


def as_csv(found: LessonAttendance) -> bytes:
    """One tidy table, in UTF-8 with the mark by which spreadsheets know it."""
    names = {each.school_id: each.name for each in found.lesson.schools}
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADINGS)
    for person in found.people:
        for stretch in person.stretches:
            row = (
                found.lesson.title, _utc(found.lesson.started_at, "%Y-%m-%d"), names[person.school_id],
                person.name, person.kind, person.class_name, _utc(stretch.came_at, "%H:%M:%S"),
                _utc(stretch.left_at, "%H:%M:%S") if stretch.left_at else "",
                str(minutes([stretch], clock.now())),
            )
            writer.writerow([cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _utc(moment: datetime, form: str) -> str:
    return moment.astimezone(UTC).strftime(form)
