"""A lesson afterwards: the lists of those that are over, and what one of them left behind. docs/recap.md.

Everything is read from where it is kept anyway, as it is now: a board page shows what stands on it today, and
a file that was deleted since is gone. What was said: `server.recap.messages`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import access, clock
from server.access import Grant
from server.accounts.service import SignedIn
from server.boards import pages
from server.boards.models import Board, NoteVersion, PageKind, VersionReason
from server.files.models import FileState, Scan, StoredFile
from server.files.rules import type_of
from server.lessons import attendance, sides
from server.lessons.attendance import SchoolCount
from server.lessons.models import Lesson, LessonStatus
from server.recap import reading
from server.recap.reading import RecapRoom
from server.schools.views import SchoolView
from server.spaces import service as spaces
from server.spaces.models import Space

PAGES_MAX = 100
"""So many board pages of a lesson are named."""
LATELY = timedelta(days=7)
LATELY_SHOWN = 3
KEPT_WITHIN = timedelta(minutes=10)
"""A version of the notes that was kept so soon after the end of a lesson is that of its end."""


class RecapSchool(msgspec.Struct, frozen=True, kw_only=True):
    """A school of the lesson, with how many of it were there. Nobody: it was asleep, or away."""

    school: SchoolView
    students: int
    staff: int
    came_at: datetime | None
    """For staff of the schools: when the first of it came."""
    left_at: datetime | None


class RecapCard(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson on a list of those that are over."""

    lesson_id: UUID
    space_id: UUID
    space_name: str
    title: str
    started_at: datetime
    ended_at: datetime | None
    """None while it runs."""
    schools: list[RecapSchool]


class RecapPage(msgspec.Struct, frozen=True):
    """A board page with something on it; its content: `GET /api/boards/{id}/state`."""

    board_id: UUID
    room_id: UUID
    title: str
    drawn_at: datetime
    """When something was last drawn on it."""


class RecapNotes(msgspec.Struct, frozen=True):
    """The notes of a room. `kept_seq`: the version at the end of the lesson, for those who read versions."""

    board_id: UUID
    room_id: UUID
    kept_seq: int | None


class Recap(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson that was held, for whoever may read its space."""

    lesson: RecapCard
    host_school_id: UUID | None
    rooms: list[RecapRoom]
    """The space first, then those of its groups that I may read."""
    pages: list[RecapPage]
    notes: list[RecapNotes]
    open: bool
    """I may go into the space now."""
    may_see_people: bool
    """I may read who was there: staff of the schools that take part."""
    may_export: bool


class RecapFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was added in a lesson; its content: `GET /api/files/{id}`."""

    id: UUID
    name: str
    kind: str
    """"picture", "pdf", "sound", "text" or "document"."""
    size_bytes: int
    created_at: datetime
    added_by: str


# --- lists


async def held_in(
    session: AsyncSession, who: SignedIn, space_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[RecapCard]:
    """The lessons of a space that are over, the newest first.

    Args:
        before: start and id of the last one of the page before.

    Raises:
        NotFound, NoAccess: as `reading.access_to`.
    """
    await reading.access_to(session, who, space_id)
    wanted = (
        select(Lesson)
        .where(_is_over(), Lesson.space_id == space_id)
        .order_by(Lesson.started_at.desc(), Lesson.id.desc())
        .limit(limit)
    )
    if before is not None:
        at, last_id = before
        wanted = wanted.where(
            or_(Lesson.started_at < at, and_(Lesson.started_at == at, Lesson.id < last_id))
        )
    return await _cards(session, who, (await session.scalars(wanted)).all())


async def lately(session: AsyncSession, who: SignedIn) -> list[RecapCard]:
    """The few lessons that ended last in the spaces that somebody may read now, the newest first."""
    allowed = await access.spaces_of(session, who.user_id)
    mine = [space_id for space_id, found in allowed.items() if Grant.CHAT_READ in found.grants]
    if not mine:
        return []
    found = await session.scalars(
        select(Lesson)
        .where(_is_over(), Lesson.space_id.in_(mine), Lesson.ended_at > clock.now() - LATELY)
        .order_by(Lesson.ended_at.desc(), Lesson.id)
        .limit(LATELY_SHOWN)
    )
    return await _cards(session, who, found.all())


def _is_over() -> ColumnElement[bool]:
    return and_(Lesson.status == LessonStatus.ENDED, Lesson.started_at.is_not(None))


async def _cards(
    session: AsyncSession, who: SignedIn, lessons: Sequence[Lesson]
) -> list[RecapCard]:
    known = {
        each.id: each for each in await spaces.with_schools(session, {one.space_id for one in lessons})
    }
    enrolled = await sides.enrolled_schools(session, known)
    counts = await attendance.counted(session, [each.id for each in lessons])
    return [
        _card(
            who, known[each.space_id], each, counts.get(each.id, ()), enrolled.get(each.space_id, ())
        )
        for each in lessons
    ]


def _card(
    who: SignedIn, space: Space, lesson: Lesson, counts: Sequence[SchoolCount], enrolled: Collection[UUID]
) -> RecapCard:
    members = spaces.schools_in(space)
    # A guest who was given an account at a school of it has no post there, and is none of its staff.
    with_times = bool(who.roles) and any(each.school_id == who.school_id for each in members)
    there = {each.school_id: each for each in counts}
    # Those who take part, in the order of their colours, whether they came or not; then whoever else came.
    views = [
        SchoolView.of_member(each) for each in members if each.school_id in {*there, *enrolled}
    ]
    known = {each.id for each in views}
    views += [
        SchoolView(each.school_id, each.name, each.short_name, "", each.timezone, each.colour)
        for each in counts if each.school_id not in known
    ]
    return RecapCard(
        lesson_id=lesson.id, space_id=space.id, space_name=space.name, title=lesson.title,
        started_at=reading.start_of(lesson), ended_at=lesson.ended_at,
        schools=[_school(view, there.get(view.id), with_times=with_times) for view in views],
    )


def _school(view: SchoolView, count: SchoolCount | None, *, with_times: bool) -> RecapSchool:
    return RecapSchool(
        school=view, students=count.students if count else 0, staff=count.staff if count else 0,
        came_at=count.came_at if count and with_times else None,
        left_at=count.left_at if count and with_times else None,
    )


# --- one lesson


async def of_lesson(session: AsyncSession, who: SignedIn, lesson_id: UUID) -> Recap:
    """One lesson, in as many queries whatever happened in it.

    Raises:
        NotFound, NoAccess: as `reading.lesson_for`.
    """
    seen = await reading.lesson_for(session, who, lesson_id)
    lesson = seen.lesson
    found = await reading.rooms(session, who, seen)
    sees_all = pages.sees_all(seen.access.grants)
    is_open = true() if sees_all else Board.is_prepared.is_(False)
    boards = await session.scalars(drawn_in([each.space_id for each in found]).where(is_open))
    order = {each.space_id: place for place, each in enumerate(found)}
    there = sorted(boards, key=lambda each: order[each.space_id])
    notes = [each for each in there if each.kind is PageKind.NOTES]
    # Versions hold what was deleted since: they are for the adults who run the space.
    kept = await _kept_at_the_end(session, lesson, [each.id for each in notes]) if sees_all else {}
    return Recap(
        lesson=(await _cards(session, who, [lesson]))[0], host_school_id=lesson.host_school_id, rooms=found,
        pages=[
            RecapPage(each.id, each.space_id, each.title, each.drawn_at)
            for each in there if each.kind is PageKind.BOARD and each.drawn_at
        ],
        notes=[RecapNotes(each.id, each.space_id, kept.get(each.id)) for each in notes],
        open=seen.access.may_enter, may_see_people=seen.is_of_school,
        may_export=Grant.SPACE_EXPORT in seen.access.grants,
    )


def drawn_in(room_ids: Sequence[UUID]) -> Select[tuple[Board]]:
    """The pages of these rooms with something on them, and their notes, in order. What was taken away is not
    among them; what is being prepared is."""
    return (
        select(Board)
        .where(
            Board.space_id.in_(room_ids), Board.drawn_at.is_not(None), Board.last_seq > 0,
            Board.removed_at.is_(None),
        )
        .order_by(Board.position, Board.id)
        .limit(PAGES_MAX)
    )


async def _kept_at_the_end(
    session: AsyncSession, lesson: Lesson, board_ids: Sequence[UUID]
) -> dict[UUID, int]:
    """By page of notes, the number of the version that was kept as the lesson ended."""
    if lesson.ended_at is None or not board_ids:
        return {}
    rows = await session.execute(
        select(NoteVersion.board_id, func.max(NoteVersion.seq))
        .where(
            NoteVersion.board_id.in_(board_ids), NoteVersion.reason == VersionReason.LESSON,
            NoteVersion.made_at >= lesson.ended_at - KEPT_WITHIN,
            NoteVersion.made_at <= lesson.ended_at + KEPT_WITHIN,
        )
        .group_by(NoteVersion.board_id)
    )
    return dict(rows.tuples().all())


async def files(
    session: AsyncSession, who: SignedIn, lesson_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> list[RecapFile]:
    """The files that were added in a lesson and are shown, in the space and in the groups that are theirs to
    read, the oldest first.

    Args:
        after: when the last one of the page before was added, and its id.

    Raises:
        NotFound, NoAccess: as `reading.lesson_for`.
    """
    seen = await reading.lesson_for(session, who, lesson_id)
    wanted = (
        select(StoredFile)
        .join(Space, Space.id == StoredFile.space_id)
        .where(
            StoredFile.lesson_id == lesson_id, StoredFile.state == FileState.SHOWN,
            StoredFile.scan != Scan.WAITING,
            or_(Space.id == seen.space.id, reading.group_of(who, seen.space)),
        )
        .options(joinedload(StoredFile.uploader))
        .order_by(StoredFile.created_at, StoredFile.id)
        .limit(limit)
    )
    if after is not None:
        at, file_id = after
        wanted = wanted.where(
            or_(StoredFile.created_at > at, and_(StoredFile.created_at == at, StoredFile.id > file_id))
        )
    return [
        RecapFile(
            id=each.id, name=each.name, kind=type_of(each.media_type).kind.value, size_bytes=each.size_bytes,
            created_at=each.created_at, added_by=each.uploader.name,
        )
        for each in await session.scalars(wanted)
    ]
