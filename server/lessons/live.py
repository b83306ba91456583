"""The life of a lesson: its lobby, its start, pauses and end; and how the room it is held in is kept.

Any member of staff who may moderate the space runs it, whichever school planned it. A change of the room
locks its row, makes the move (`server.lessons.room`), and is told whole (`RoomChanged`): who missed it reads
the row. Hands, locks and the like: `server.lessons.order`. docs/lessons.md says it in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.access import NOTHING, Access, Grant, access_of
from server.accounts.models import User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.bus import Bus
from server.db import Database, UnitOfWork, insert_into
from server.errors import InvalidTransition, NoAccess, NotAllowed, NotFound
from server.events import AccessChanged, RoomChanged
from server.groups import service as groups
from server.lessons import room as rules
from server.lessons.models import Attendance, Lesson, LessonOver, LessonRoom, LessonStatus
from server.lessons.room import Phase, Room, Running
from server.spaces import service as spaces
from server.spaces.models import Space

UNPLANNED = timedelta(hours=1)
LEFT_AFTER = timedelta(minutes=30)
"""So long after its planned end a lesson that no staff is in is ended."""
EARLY = timedelta(hours=2)
"""So long before it is planned a lesson may be begun: earlier, it is another one."""
ENDED_AT_ONCE = 50

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Room).decode


class Stored(msgspec.Struct, frozen=True):
    """The room of a space, and how often it was changed."""

    version: int = 0
    room: Room = Room()


def read_state(state: bytes) -> Room:
    """The room that `RoomChanged` carries."""
    return _decode(state)


# --- reading

_ROOMS = select(LessonRoom.space_id, LessonRoom.version, LessonRoom.state).where(
    LessonRoom.space_id.in_(bindparam("spaces", expanding=True))
)


async def rooms(session: AsyncSession, space_ids: Iterable[UUID]) -> dict[UUID, Stored]:
    """The rooms of these spaces; one that was never run is not among them."""
    rows = (await session.execute(_ROOMS, {"spaces": list(space_ids)})).tuples()
    return {space_id: Stored(version, msgspec.convert(state, Room)) for space_id, version, state in rows}


async def lesson_in(session: AsyncSession, space_id: UUID) -> Lesson | None:
    """The lesson that runs in a space, or whose lobby is open."""
    return await session.scalar(
        select(Lesson).where(Lesson.space_id == space_id, Lesson.status == LessonStatus.LIVE)
    )


# --- changing the room


async def locked_space(uow: UnitOfWork, space_id: UUID) -> Space:
    """The space, its row locked. Raises: NotFound: there is none (404)."""
    space = await uow.session.scalar(select(Space).where(Space.id == space_id).with_for_update())
    if space is None:
        raise NotFound
    return space


async def check_inside(uow: UnitOfWork, who: SignedIn, space_id: UUID) -> Access:
    """The access of somebody who may be in the space now. Raises: NoAccess: they may not (403)."""
    found = await access_of(uow.session, [who.user_id], space_id)
    access = found.get(who.user_id, Access(NOTHING, "not_found"))
    if not access.may_enter:
        raise NoAccess(access.reason)
    return access


async def check_leads(uow: UnitOfWork, who: SignedIn, space_id: UUID) -> None:
    """Raises: NoAccess, NotAllowed: they may not run lessons in this space (403)."""
    if Grant.SPACE_MODERATE not in (await check_inside(uow, who, space_id)).grants:
        raise NotAllowed("Lessons are run by the teachers of the schools that take part.")


async def change_room(uow: UnitOfWork, space_id: UUID, move: Callable[[Room], Room]) -> tuple[Room, Room]:
    """Make a move on the room under its row's lock, and tell of it. Returns it as it was and as it is."""
    wanted = select(LessonRoom).where(LessonRoom.space_id == space_id).with_for_update()
    row = await uow.session.scalar(wanted)
    if row is None:
        first = insert_into(uow.session, LessonRoom).values(space_id=space_id, version=0, state={})
        await uow.session.execute(first.on_conflict_do_nothing())
        row = (await uow.session.scalars(wanted)).one()
    before = msgspec.convert(row.state, Room)
    after = move(before)
    if after != before:
        row.version += 1
        row.state = msgspec.to_builtins(after)
        uow.events.append(RoomChanged(space_id, row.version, _encode(after)))
    return before, after


async def partnership_of(session: AsyncSession, space_id: UUID) -> UUID | None:
    return await session.scalar(select(Space.partnership_id).where(Space.id == space_id))


# --- the life of a lesson


async def begin(
    uow: UnitOfWork, who: SignedIn, space_id: UUID, lesson_id: UUID | None, *, in_lobby: bool
) -> Lesson:
    """Open the lobby of a lesson, or start it.

    Args:
        lesson_id: a lesson that is planned here. None: the one whose lobby is open; else the one that is
            planned for now; else a new one, with the space's name and an hour.

    Raises:
        NotFound: no such space, or no such lesson here (404).
        NoAccess, NotAllowed: not theirs to begin (403).
        InvalidTransition: a lesson runs here already, or this one was ended or cancelled, or is planned for
            another time (409).
    """
    space = await locked_space(uow, space_id)
    await check_leads(uow, who, space_id)
    now = clock.now()
    phase = Phase.LOBBY if in_lobby else Phase.LIVE
    open_one = await lesson_in(uow.session, space_id)
    lesson = open_one or await _to_begin(uow, who, space, lesson_id, now)
    if open_one is not None and lesson_id not in (None, open_one.id):
        raise InvalidTransition("Another lesson runs in this space. End it first.", state="live")
    if open_one is not None and open_one.started_at is not None:
        # Also while it is paused: it goes on by `hold`, and began when it began.
        raise InvalidTransition("The lesson runs already. Look again, then choose.", state="live")

    await change_room(uow, space_id, lambda room: rules.move_to(room, phase, _running_as(lesson)))
    lesson.status = LessonStatus.LIVE
    if phase is Phase.LIVE:
        lesson.started_at = now
        lesson.host_school_id = lesson.host_school_id or who.school_id
    _note(uow, who, "lesson.lobby" if in_lobby else "lesson.start", lesson, space.partnership_id)
    uow.events.append(AccessChanged(space_ids=frozenset({space_id})))
    return lesson


async def _to_begin(
    uow: UnitOfWork, who: SignedIn, space: Space, lesson_id: UUID | None, now: datetime
) -> Lesson:
    planned = select(Lesson).where(Lesson.space_id == space.id).with_for_update()
    if lesson_id is not None:
        found = await uow.session.scalar(planned.where(Lesson.id == lesson_id))
        if found is None:
            raise NotFound
        if found.status is not LessonStatus.SCHEDULED:
            raise InvalidTransition("This lesson cannot be started any more.", state=found.status.value)
        if not (found.starts_at < now + EARLY and found.ends_at > now):
            # Begun now, it would open the space for students until long after it is planned.
            raise InvalidTransition(
                "This lesson is planned for another time. Start one without it, or move it first.",
                state=found.status.value,
            )
        return found
    found = await uow.session.scalar(
        planned.where(
            Lesson.status == LessonStatus.SCHEDULED, Lesson.starts_at < now + EARLY, Lesson.ends_at > now
        ).order_by(Lesson.starts_at).limit(1)
    )
    if found is not None:
        return found
    made = Lesson(
        space_id=space.id, title=space.name, status=LessonStatus.SCHEDULED, starts_at=now,
        ends_at=now + UNPLANNED, created_by_id=who.user_id, created_at=now,
    )
    uow.session.add(made)
    await uow.session.flush()
    return made


async def hold(uow: UnitOfWork, who: SignedIn, space_id: UUID, *, on: bool) -> None:
    """Pause the lesson, or go on with it.

    Raises:
        NotFound: no such space (404). NoAccess, NotAllowed: not theirs to pause (403).
        InvalidTransition: no lesson runs, or it is paused already (409).
    """
    space = await locked_space(uow, space_id)
    await check_leads(uow, who, space_id)
    lesson = await running_lesson(uow.session, space_id)

    def move(room: Room) -> Room:
        if room.phase is not (Phase.LIVE if on else Phase.HELD):
            raise _elsewhere(room)
        return rules.move_to(room, Phase.HELD if on else Phase.LIVE, _running_as(lesson))

    await change_room(uow, space_id, move)
    _note(uow, who, "lesson.hold" if on else "lesson.resume", lesson, space.partnership_id)


async def end(uow: UnitOfWork, who: SignedIn, space_id: UUID) -> None:
    """End the lesson. A lobby that is closed ends none: a planned lesson can still be started.

    Raises:
        NotFound: no such space (404). NoAccess, NotAllowed: not theirs to end (403).
        InvalidTransition: no lesson runs (409).
    """
    space = await locked_space(uow, space_id)
    await check_leads(uow, who, space_id)
    await _end(uow, who, space, await running_lesson(uow.session, space_id))


async def end_with(uow: UnitOfWork, who: SignedIn, space: Space) -> None:
    """End what runs in a space because something else ends, whose caller holds the lock of its row."""
    lesson = await lesson_in(uow.session, space.id)
    if lesson is not None:
        await _end(uow, who, space, lesson)


async def running_lesson(session: AsyncSession, space_id: UUID) -> Lesson:
    """The lesson that runs in a space. Raises: InvalidTransition: none does (409)."""
    lesson = await lesson_in(session, space_id)
    if lesson is None:
        raise InvalidTransition("No lesson runs here now. Look again.", state=Phase.OPEN.value)
    return lesson


def _running_as(lesson: Lesson) -> Running:
    return Running(lesson.id, lesson.title, lesson.starts_at, lesson.ends_at)


def _elsewhere(room: Room) -> InvalidTransition:
    return InvalidTransition(
        "The lesson is in another state now. Look again, then choose.", state=room.phase.value
    )


async def _end(uow: UnitOfWork, who: SignedIn | None, space: Space, lesson: Lesson) -> None:
    now = clock.now()
    if lesson.started_at is None:
        # Only the lobby was open. What was made on the spot for it is of no use to anybody.
        was_planned = lesson.created_at < lesson.starts_at
        lesson.status = LessonStatus.SCHEDULED if was_planned and lesson.ends_at > now else (
            LessonStatus.CANCELLED
        )
    else:
        lesson.status, lesson.ended_at = LessonStatus.ENDED, now
    await uow.session.execute(
        update(Attendance)
        .where(Attendance.lesson_id == lesson.id, Attendance.left_at.is_(None))
        .values(left_at=now)
    )
    await change_room(uow, space.id, rules.cleared)
    await groups.close_with(uow, space.id)
    _note(uow, who, "lesson.end", lesson, space.partnership_id)
    uow.events.append(AccessChanged(space_ids=frozenset({space.id})))


def _note(uow: UnitOfWork, who: SignedIn | None, act: str, lesson: Lesson, partnership_id: UUID) -> None:
    audit.record(
        uow, who, act, subject_id=lesson.space_id, partnership_id=partnership_id,
        after={"lesson_id": lesson.id, "status": lesson.status},
    )


# --- ended for one school, by the rules of supervision


async def _live_lesson(uow: UnitOfWork, lesson_id: UUID) -> tuple[Lesson, UUID] | None:
    """A lesson that runs, its row locked, and its partnership. None: it does not run (any more)."""
    lesson = await uow.session.scalar(
        select(Lesson)
        .where(Lesson.id == lesson_id, Lesson.status == LessonStatus.LIVE)
        .with_for_update()
    )
    if lesson is None:
        return None
    partnership_id = await partnership_of(uow.session, lesson.space_id)
    return (lesson, partnership_id) if partnership_id is not None else None


async def end_for_school(uow: UnitOfWork, lesson_id: UUID, school_id: UUID) -> bool:
    """The lesson is over for a school whose adult was away too long; it goes on for the others.

    Every node may find that out: once it is so, or when the lesson does not run, this changes nothing.

    Returns:
        Whether it changed anything.
    """
    found = await _live_lesson(uow, lesson_id)
    if found is None or await uow.session.get(LessonOver, (lesson_id, school_id)) is not None:
        return False
    lesson, partnership_id = found
    uow.session.add(LessonOver(lesson_id=lesson_id, school_id=school_id, at=clock.now()))
    await uow.session.flush()
    audit.record(
        uow, None, "lesson.end_for_school", subject_id=lesson.space_id, school_id=school_id,
        partnership_id=partnership_id, after={"lesson_id": lesson_id},
    )
    uow.events.append(AccessChanged(space_ids=frozenset({lesson.space_id})))
    return True


async def let_back_in(uow: UnitOfWork, lesson_id: UUID, school_id: UUID, who: SignedIn) -> bool:
    """An adult of the school takes its students back into a lesson that had ended for them.

    Returns:
        Whether it changed anything.

    Raises:
        NoAccess, NotAllowed: they may not run lessons here, or are of another school (403).
    """
    found = await _live_lesson(uow, lesson_id)
    if found is None:
        return False
    lesson, partnership_id = found
    await check_leads(uow, who, lesson.space_id)
    if who.school_id != school_id:
        raise NotAllowed("Only an adult of the school may let its students in again.")
    over = await uow.session.get(LessonOver, (lesson_id, school_id))
    if over is None:
        return False
    await uow.session.delete(over)
    await uow.session.flush()
    audit.record(
        uow, who, "lesson.let_back_in", subject_id=lesson.space_id, school_id=school_id,
        partnership_id=partnership_id, after={"lesson_id": lesson_id},
    )
    uow.events.append(AccessChanged(space_ids=frozenset({lesson.space_id})))
    return True


# --- by the clock


async def end_those_left(
    database: Database, bus: Bus, here: Callable[[Iterable[UUID]], dict[UUID, list[UUID]]]
) -> int:
    """End lessons that nobody has ended: their planned end is `LEFT_AFTER` ago, and no staff are there.

    Args:
        here: who is in which space at this moment (`LivePresence.here`).

    Returns:
        How many were ended.
    """
    async with database.read() as session:
        found = await session.execute(
            select(Lesson.space_id, Lesson.id)
            .where(Lesson.status == LessonStatus.LIVE, Lesson.ends_at < clock.now() - LEFT_AFTER)
            .order_by(Lesson.ends_at)
            .limit(ENDED_AT_ONCE)
        )
        left = dict(found.tuples().all())
        people = await spaces.people_in(session, here, left)
        everyone = {user_id for found in people.values() for user_id in found}
        staff = set(
            await session.scalars(
                select(User.id).where(User.kind == UserKind.STAFF, User.id.in_(everyone))
            )
        ) if everyone else set[UUID]()
    ended = 0
    for space_id, lesson_id in left.items():
        if staff.isdisjoint(people.get(space_id, ())):
            async with UnitOfWork(database, bus) as uow:
                ended += await _end_left(uow, space_id, lesson_id)
    return ended


async def _end_left(uow: UnitOfWork, space_id: UUID, lesson_id: UUID) -> bool:
    """Nothing happens when it has ended since, or another one runs."""
    space = await locked_space(uow, space_id)
    lesson = await lesson_in(uow.session, space_id)
    if lesson is None or lesson.id != lesson_id:
        return False
    await _end(uow, None, space, lesson)
    return True
