"""A lesson afterwards: what whoever may read its space finds of it. docs/recap.md.

Everything is read from where it is kept anyway, as it is now: a message that was deleted since is gone, and a
board page shows what stands on it today. A lesson is of a space and of the groups of that space; who may read
which of them, `server.access` says.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import access, clock
from server.access import Access, Grant
from server.accounts import service as accounts
from server.accounts.models import User, UserKind
from server.accounts.service import SignedIn
from server.boards import pages
from server.boards.models import Board, NoteVersion, PageKind, VersionReason
from server.chat.models import ChatMessage
from server.errors import NoAccess, NotFound
from server.files.models import FileState, Scan, StoredFile
from server.files.rules import type_of
from server.lessons import attendance, sides
from server.lessons.attendance import SchoolCount
from server.lessons.models import Lesson, LessonStatus
from server.schools.views import SchoolView
from server.spaces import service as spaces
from server.spaces.models import GroupMember, Space

PAGES_MAX = 100
"""So many board pages of a lesson are named."""
GROUPS_MAX = 60
QUOTE_LIMIT = 200
"""So much of a message stands above its answer."""
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


class RecapRoom(msgspec.Struct, frozen=True):
    """The space, or a group of it in which something was said or drawn."""

    space_id: UUID
    number: int | None
    """Of a group; None of the space itself, and of a group that was replaced by others."""
    is_group: bool
    messages: int
    """How many were said in it during the lesson, and not deleted since."""


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


class Speaker(msgspec.Struct, frozen=True):
    """Who said something, as everybody sees them: a student by alias and class."""

    user_id: UUID
    name: str
    kind: str
    avatar: str
    school_id: UUID
    class_name: str


class Quote(msgspec.Struct, frozen=True):
    """The beginning of the message that one answers."""

    name: str
    text: str


class RecapMessage(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was said in a lesson, as it reads now."""

    id: UUID
    seq: int
    room_id: UUID
    author: Speaker
    text: str
    sent_at: datetime
    edited_at: datetime | None
    pinned: bool
    is_reply: bool
    quote: Quote | None
    """What it answers; null when that is gone."""


class RecapFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was added in a lesson; its content: `GET /api/files/{id}`."""

    id: UUID
    name: str
    kind: str
    """"picture", "pdf", "sound", "text" or "document"."""
    size_bytes: int
    created_at: datetime
    added_by: str


# --- who may


class Seen(msgspec.Struct, frozen=True):
    """A lesson with what whoever asked may do in its space."""

    lesson: Lesson
    space: Space
    access: Access
    is_of_school: bool
    """They are staff of a school that takes part."""


async def reading(session: AsyncSession, who: SignedIn, space_id: UUID) -> Access:
    """What somebody may do in a space that they may read.

    Raises:
        NotFound: no such space for them (404).
        NoAccess: it is closed to them at this moment (403, with the reason as its code).
    """
    found = await access.access_in(session, who.user_id, space_id)
    if Grant.SPACE_READ not in found.grants or Grant.CHAT_READ not in found.grants:
        raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
    return found


async def lesson_for(session: AsyncSession, who: SignedIn, lesson_id: UUID) -> Seen:
    """A lesson that was held, for somebody who may read its space.

    Raises:
        NotFound, NoAccess: as `reading`; a lesson that never started is not found.
    """
    lesson = await session.get(Lesson, lesson_id)
    if lesson is None or lesson.started_at is None:
        raise NotFound
    try:
        found = await reading(session, who, lesson.space_id)
    except NoAccess as error:
        if error.code in access.CLOSED_FOR_NOW:
            # The address of a lesson does not name its space: the page says when that opens again.
            error.extra["space_id"] = str(lesson.space_id)
        raise
    space = (await spaces.with_schools(session, [lesson.space_id]))[0]
    of_school = who.is_staff and any(each.school_id == who.school_id for each in spaces.schools_in(space))
    return Seen(lesson, space, found, of_school)


# --- lists


async def held_in(
    session: AsyncSession, who: SignedIn, space_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[RecapCard]:
    """The lessons of a space that are over, the newest first.

    Args:
        before: start and id of the last one of the page before.

    Raises:
        NotFound, NoAccess: as `reading`.
    """
    await reading(session, who, space_id)
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
    with_times = who.is_staff and any(each.school_id == who.school_id for each in members)
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
        started_at=_start(lesson), ended_at=lesson.ended_at,
        schools=[_school(view, there.get(view.id), with_times=with_times) for view in views],
    )


def _school(view: SchoolView, count: SchoolCount | None, *, with_times: bool) -> RecapSchool:
    return RecapSchool(
        school=view, students=count.students if count else 0, staff=count.staff if count else 0,
        came_at=count.came_at if count and with_times else None,
        left_at=count.left_at if count and with_times else None,
    )


def _start(lesson: Lesson) -> datetime:
    return lesson.started_at or lesson.starts_at


# --- one lesson


async def of_lesson(session: AsyncSession, who: SignedIn, lesson_id: UUID) -> Recap:
    """One lesson, in as many queries whatever happened in it.

    Raises:
        NotFound, NoAccess: as `lesson_for`.
    """
    seen = await lesson_for(session, who, lesson_id)
    lesson = seen.lesson
    found = await rooms(session, who, seen)
    sees_all = pages.sees_all(seen.access.grants)
    is_open = true() if sees_all else Board.is_prepared.is_(False)
    boards = await session.scalars(
        select(Board)
        .where(
            Board.space_id.in_([each.space_id for each in found]), Board.drawn_at.is_not(None),
            Board.last_seq > 0, Board.removed_at.is_(None), is_open,
        )
        .order_by(Board.position, Board.id)
        .limit(PAGES_MAX)
    )
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


async def rooms(session: AsyncSession, who: SignedIn, seen: Seen) -> list[RecapRoom]:
    """The space of a lesson, and the groups of it in which something was said or drawn: staff find every
    one, a student their own. What is in a group is asked for by its own id, and refused by `server.access`.
    """
    lesson, space = seen.lesson, seen.space
    counts = (
        select(func.count()).where(ChatMessage.space_id == Space.id, said_in(lesson))
        .correlate(Space).scalar_subquery()
    )
    was_drawn = exists().where(Board.space_id == Space.id, Board.drawn_at >= _start(lesson))
    rows = await session.execute(
        select(Space.id, Space.group_no, Space.parent_id.is_not(None), counts)
        .where(
            or_(
                Space.id == space.id,
                and_(
                    _group_of(who, space), Space.created_at <= (lesson.ended_at or clock.now()),
                    or_(counts > 0, was_drawn),
                ),
            )
        )
        .order_by(Space.parent_id.is_not(None), Space.group_no, Space.created_at, Space.id)
        .limit(GROUPS_MAX)
    )
    return [RecapRoom(*row) for row in rows.tuples()]


def _group_of(who: SignedIn, space: Space) -> ColumnElement[bool]:
    """Whether a space is a group of this one, and for a student one of theirs."""
    if who.is_staff:
        return Space.parent_id == space.id
    mine = exists().where(GroupMember.group_id == Space.id, GroupMember.user_id == who.user_id)
    return and_(Space.parent_id == space.id, mine)


def said_in(lesson: Lesson) -> ColumnElement[bool]:
    """The messages of a lesson, as a condition: between its start and its end, and not deleted since. What
    waits for an adult, or was refused, is no message."""
    return and_(
        ChatMessage.sent_at >= _start(lesson), ChatMessage.sent_at <= (lesson.ended_at or clock.now()),
        ChatMessage.deleted_at.is_(None),
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


async def messages(
    session: AsyncSession, who: SignedIn, lesson_id: UUID, room_id: UUID | None, after: int, limit: int
) -> list[RecapMessage]:
    """What was said in one room of a lesson, in order.

    Args:
        room_id: a group of the lesson's space; None: the space.
        after: the number of the last message of the page before.

    Raises:
        NotFound, NoAccess: as `reading`, of the lesson's space and of the group.
    """
    seen = await lesson_for(session, who, lesson_id)
    if room_id is not None and room_id != seen.space.id:
        group = await session.get(Space, room_id)
        if group is None or group.parent_id != seen.space.id:
            raise NotFound
        await reading(session, who, room_id)
    return await said(session, seen.lesson, [room_id or seen.space.id], limit, after)


async def said(
    session: AsyncSession, lesson: Lesson, room_ids: Sequence[UUID], limit: int, after: int = 0
) -> list[RecapMessage]:
    """The first `limit` messages of a lesson in these rooms, in the order of the rooms."""
    place = case({room_id: at for at, room_id in enumerate(room_ids)}, value=ChatMessage.space_id)
    found = (
        await session.scalars(
            select(ChatMessage)
            .where(ChatMessage.space_id.in_(room_ids), ChatMessage.seq > after, said_in(lesson))
            .order_by(place, ChatMessage.seq)
            .limit(limit)
        )
    ).all()
    quoted = await _quoted(session, room_ids, {each.reply_to_id for each in found if each.reply_to_id})
    people = {each.author_id for each in found} | {each.author_id for each in quoted.values()}
    speakers = await _speakers(session, people)
    return [
        RecapMessage(
            id=each.id, seq=each.seq, room_id=each.space_id, author=speakers[each.author_id], text=each.text,
            sent_at=each.sent_at, edited_at=each.edited_at, pinned=each.pinned_at is not None,
            is_reply=each.reply_to_id is not None,
            quote=_quote(quoted.get(each.reply_to_id), speakers) if each.reply_to_id else None,
        )
        for each in found
    ]


async def _quoted(
    session: AsyncSession, room_ids: Sequence[UUID], message_ids: Collection[UUID]
) -> dict[UUID, ChatMessage]:
    """The messages that are answered, those that are still there and of the same rooms."""
    if not message_ids:
        return {}
    found = await session.scalars(
        select(ChatMessage).where(
            ChatMessage.id.in_(message_ids), ChatMessage.space_id.in_(room_ids),
            ChatMessage.deleted_at.is_(None),
        )
    )
    return {each.id: each for each in found}


def _quote(message: ChatMessage | None, speakers: dict[UUID, Speaker]) -> Quote | None:
    if message is None:
        return None
    flat = " ".join(message.text.split())
    text = flat if len(flat) <= QUOTE_LIMIT else flat[: QUOTE_LIMIT - 1].rstrip() + "…"
    return Quote(speakers[message.author_id].name, text)


async def _speakers(session: AsyncSession, user_ids: Collection[UUID]) -> dict[UUID, Speaker]:
    found: dict[UUID, User] = await accounts.people(session, user_ids)
    students = [user.id for user in found.values() if user.kind is UserKind.STUDENT]
    classes = await accounts.class_names(session, students)
    return {
        user.id: Speaker(
            user.id, user.name, user.kind.value, user.avatar, user.school_id, classes.get(user.id, "")
        )
        for user in found.values()
    }


async def files(
    session: AsyncSession, who: SignedIn, lesson_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> list[RecapFile]:
    """The files that were added in a lesson and are shown, in the space and in the groups that are theirs to
    read, the oldest first.

    Args:
        after: when the last one of the page before was added, and its id.

    Raises:
        NotFound, NoAccess: as `lesson_for`.
    """
    seen = await lesson_for(session, who, lesson_id)
    wanted = (
        select(StoredFile)
        .join(Space, Space.id == StoredFile.space_id)
        .where(
            StoredFile.lesson_id == lesson_id, StoredFile.state == FileState.SHOWN,
            StoredFile.scan != Scan.WAITING, or_(Space.id == seen.space.id, _group_of(who, seen.space)),
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
