"""A lesson is run on one node and felt on the other: its life, hands, locks, mutes, spotlight, timer."""

from __future__ import annotations

import asyncio
from collections.abc import Set
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update

from realtime import room as room_desk
from realtime.frames.lesson import (
    HandLower,
    HandLowerAll,
    HandRaise,
    LessonEnd,
    LessonHold,
    LessonLobby,
    LessonPhase,
    LessonResume,
    LessonStart,
    MediaDevice,
    MuteAll,
    PersonMute,
    PersonSilence,
    RoomLock,
    RoomPart,
    RoomState,
    SpotlightSet,
    TimerSet,
)
from realtime.protocol import AccessUpdate, BoardOpen, BoardOpened, ChatPost, Error, ErrorCode, Ok
from server import clock, jobs
from server.access import LOOK, Grant
from server.accounts.models import User
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.db import UnitOfWork
from server.events import RoomChanged
from server.lessons import live
from server.lessons.models import Lesson, LessonRoom, LessonStatus
from server.partnerships.models import VisitRole
from server.spaces.models import Space
from tests.conftest import MakeNode, Records
from tests.factories import Pair, World
from tests.nodes import Node, signed_in
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, change, connections_of, first_board, hub_of, make_live

TALK = str(Grant.MEDIA_PUBLISH_AUDIO)
SHOW = str(Grant.MEDIA_PUBLISH_VIDEO)


async def ask(page: LiveClient, kind: type, **fields: Any) -> Ok | Error:
    """Send a request and wait for its answer."""
    ref = page.ref()
    await page.send(kind(ref=ref, **fields))
    async with asyncio.timeout(10):
        while True:
            for answer in (Ok, Error):
                if any(found.ref == ref for found in page.pending(answer)):
                    return await page.expect(answer, ref=ref)
            await page._more("an answer")


async def done(page: LiveClient, kind: type, **fields: Any) -> None:
    assert isinstance(answer := await ask(page, kind, **fields), Ok), answer


async def refused(
    page: LiveClient, kind: type, code: ErrorCode = ErrorCode.NOT_ALLOWED, **fields: Any
) -> None:
    answer = await ask(page, kind, **fields)
    assert isinstance(answer, Error)
    assert answer.code is code, answer


async def told(page: LiveClient, **fields: object) -> RoomState:
    """Wait until the room is so, as the page is told; nothing older comes after something newer."""
    version = -1
    while True:
        state = await page.expect(RoomState)
        assert state.version > version
        version = state.version
        if all(getattr(state, name) == value for name, value in fields.items()):
            return state


async def granted(page: LiveClient, *, has: Set[str] = frozenset(), lacks: Set[str] = frozenset()) -> None:
    while True:
        grants = set((await page.expect(AccessUpdate)).grants)
        if grants >= has and not grants & lacks:
            return


class Class:
    """Teachers of both schools on one node, two students of each on the other."""

    def __init__(self, world: Pair, pages: list[LiveClient]) -> None:
        self.world = world
        self.teacher, self.abroad, self.ada, self.ben, self.cho = pages

    @property
    def students(self) -> list[LiveClient]:
        return [self.ada, self.ben, self.cho]


@pytest.fixture
async def lesson(live_nodes: tuple[Node, Node], world: Pair, visit: Visit) -> Class:
    near, far = live_nodes
    staff = [await visit.enter(near, each.teacher.id, world.space.id) for each in (world.home, world.abroad)]
    ids = [world.home.students[0].id, world.home.students[1].id, world.abroad.students[0].id]
    pages = [*staff, *[await visit.enter(far, each, world.space.id) for each in ids]]
    made = Class(world, pages)
    for page in pages:
        assert (await page.expect(RoomState)).phase is LessonPhase.OPEN
    for each in ids:
        await allowed(far, each, Grant.CHAT_POST, Grant.MEDIA_PUBLISH_AUDIO)
    return made


async def allowed(node: Node, user_id: UUID, *grants: Grant) -> None:
    """Wait until the person's page may do this."""
    async with asyncio.timeout(10):
        while not all(set(grants) <= each.grants for each in connections_of(node, user_id)):
            await asyncio.sleep(0.02)


# --- its life


async def test_a_lesson_is_opened_started_paused_and_ended(
    live_nodes: tuple[Node, Node], lesson: Class
) -> None:
    near = live_nodes[0]
    space_id, ada = lesson.world.space.id, lesson.ada
    await done(lesson.teacher, LessonLobby)
    state = await told(ada, phase=LessonPhase.LOBBY)
    assert state.lesson is not None
    assert state.lesson.title == "Rivers"
    assert state.lesson.ends_at - state.lesson.starts_at == timedelta(hours=1)
    while set((await ada.expect(AccessUpdate)).grants) != LOOK | {Grant.SPACE_ENTER}:
        pass  # what came before the lobby was opened
    await refused_message(ada)
    await refused(ada, HandRaise)
    await lesson.abroad.say("shall we?")  # staff prepare

    await done(lesson.abroad, LessonStart)
    assert (await told(ada, phase=LessonPhase.LIVE)).lesson == state.lesson
    await granted(ada, has={Grant.CHAT_POST, Grant.BOARD_EDIT, Grant.MEDIA_WATCH, TALK, SHOW})
    await ada.say("good morning")

    await done(lesson.teacher, LessonHold)
    await told(ada, phase=LessonPhase.HELD)
    await granted(ada, has={Grant.MEDIA_WATCH}, lacks={Grant.CHAT_POST, Grant.BOARD_EDIT, TALK, SHOW})
    await refused_message(ada)
    await done(lesson.teacher, LessonResume)
    await granted(ada, has={Grant.CHAT_POST})

    await done(lesson.abroad, LessonEnd)
    await told(ada, phase=LessonPhase.OPEN, lesson=None)
    async with near.database.read() as session:
        (stored,) = (await session.scalars(select(Lesson).where(Lesson.space_id == space_id))).all()
        acts = await session.scalars(
            select(AuditEntry.act).where(AuditEntry.subject_id == space_id).order_by(AuditEntry.seq)
        )
    assert stored.status is LessonStatus.ENDED
    assert stored.host_school_id == lesson.world.abroad.school.id, "who starts it leads it"
    assert stored.started_at is not None
    assert stored.ended_at is not None
    assert [act for act in acts if act.startswith("lesson.")] == [
        "lesson.lobby", "lesson.start", "lesson.hold", "lesson.resume", "lesson.end"
    ]


async def refused_message(page: LiveClient) -> None:
    await page.send(ChatPost(ref=page.ref(), client_id=uuid4(), text="hello?"))
    assert (await page.expect(Error)).code is ErrorCode.NOT_ALLOWED


@pytest.mark.parametrize("kind", [LessonLobby, LessonStart, LessonHold, LessonResume, LessonEnd, MuteAll])
async def test_students_do_not_run_lessons(lesson: Class, kind: type) -> None:
    if kind in (LessonHold, LessonEnd):
        await done(lesson.teacher, LessonStart)
    await refused(lesson.ada, kind)


async def test_a_lesson_goes_only_from_where_it_is(lesson: Class) -> None:
    for kind in (LessonHold, LessonResume, LessonEnd):
        await refused(lesson.teacher, kind)
    await done(lesson.teacher, LessonStart)
    for kind in (LessonStart, LessonLobby, LessonResume):
        await refused(lesson.abroad, kind)
    await refused(lesson.teacher, LessonStart, ErrorCode.NOT_ALLOWED, lesson_id=uuid4())


async def test_a_paused_lesson_is_not_started_a_second_time(
    live_nodes: tuple[Node, Node], lesson: Class
) -> None:
    """Else it would seem to have begun then, and what was said before would not be of it."""
    await done(lesson.teacher, LessonStart)
    begun = select(Lesson.started_at).where(Lesson.space_id == lesson.world.space.id)
    async with live_nodes[0].database.read() as session:
        first = await session.scalar(begun)
    await done(lesson.teacher, LessonHold)
    for kind in (LessonStart, LessonLobby):  # of a page that has not heard yet
        await refused(lesson.abroad, kind)
    await done(lesson.abroad, LessonResume)
    async with live_nodes[0].database.read() as session:
        assert await session.scalar(begun) == first


async def test_guests_and_advisers_do_not_run_lessons(
    live_nodes: tuple[Node, Node], lesson: Class, visit: Visit
) -> None:
    world = lesson.world
    async with UnitOfWork(live_nodes[0].database, InProcessBus()) as uow:
        made = World(uow.session)
        guest = await made.staff(await made.school("Museum", "FR"))
        await made.visit(world.partnership, guest, VisitRole.GUEST, by=world.home.teacher, space=world.space)
    page = await visit.enter(live_nodes[0], guest.id, world.space.id)
    for kind in (LessonStart, MuteAll, HandLowerAll):
        await refused(page, kind)


async def test_the_planned_lesson_is_the_one_that_starts(
    live_nodes: tuple[Node, Node], lesson: Class
) -> None:
    """The one for now, not tomorrow's and not another space's; its host stays who it was planned to be."""
    now = clock.now()

    async def plan(starts_at: Any, space_id: UUID) -> Lesson:
        made = Lesson(
            space_id=space_id, title="Measuring", status=LessonStatus.SCHEDULED, starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1), created_by_id=lesson.world.abroad.teacher.id,
            created_at=now - timedelta(days=1), host_school_id=lesson.world.abroad.school.id,
        )
        async with UnitOfWork(live_nodes[0].database, InProcessBus()) as uow:
            uow.session.add(made)
        return made

    world = lesson.world
    tomorrow = await plan(now + timedelta(days=1), world.space.id)
    today = await plan(now + timedelta(minutes=10), world.space.id)
    elsewhere = await plan(now + timedelta(minutes=5), world.staff_room.id)
    await refused(lesson.teacher, LessonStart, ErrorCode.NOT_FOUND, lesson_id=elsewhere.id)
    for kind in (LessonStart, LessonLobby):  # else it would open the space for students until tomorrow
        await refused(lesson.teacher, kind, lesson_id=tomorrow.id)
    await done(lesson.teacher, LessonLobby)
    state = await told(lesson.ada, phase=LessonPhase.LOBBY)
    assert state.lesson is not None
    assert (state.lesson.id, state.lesson.title) == (today.id, "Measuring")
    await refused(lesson.teacher, LessonStart, lesson_id=tomorrow.id)
    # A lobby that is closed is no lesson that was held: it can be started again.
    await done(lesson.teacher, LessonEnd)
    await done(lesson.teacher, LessonStart, lesson_id=today.id)
    await done(lesson.teacher, LessonEnd)
    async with live_nodes[0].database.read() as session:
        assert (await session.get_one(Lesson, tomorrow.id)).status is LessonStatus.SCHEDULED
        stored = await session.get_one(Lesson, today.id)
    assert stored.status is LessonStatus.ENDED
    assert stored.host_school_id == world.abroad.school.id
    await refused(lesson.teacher, LessonStart, lesson_id=today.id)


async def test_who_starts_at_the_same_moment_starts_one_lesson(
    live_nodes: tuple[Node, Node], lesson: Class
) -> None:
    answers = await asyncio.gather(*(ask(page, LessonStart) for page in (lesson.teacher, lesson.abroad)))
    assert sorted(type(each).__name__ for each in answers) == ["Error", "Ok"]
    async with live_nodes[0].database.read() as session:
        found = await session.scalars(select(Lesson).where(Lesson.space_id == lesson.world.space.id))
    assert [each.status for each in found.all()] == [LessonStatus.LIVE]


async def test_who_comes_later_is_told_how_the_room_is_run(
    live_nodes: tuple[Node, Node], lesson: Class, visit: Visit
) -> None:
    await done(lesson.teacher, LessonStart)
    await done(lesson.teacher, LessonHold)
    await done(lesson.teacher, RoomLock, lock=RoomPart.BOARD, on=True)
    world = lesson.world
    for node in live_nodes:
        late = await visit.page(node, world.home.students[2].id)
        entered = await late.enter(world.space.id)
        assert not {Grant.CHAT_POST, Grant.BOARD_EDIT, TALK} & set(entered.grants)
        state = await late.expect(RoomState)
        assert (state.phase, state.board_locked) == (LessonPhase.HELD, True)


# --- hands


async def test_hands_stand_in_line_over_both_nodes(lesson: Class) -> None:
    world = lesson.world
    await done(lesson.teacher, LessonStart)
    ada, ben, cho = (world.home.students[0].id, world.home.students[1].id, world.abroad.students[0].id)
    for page in (lesson.ben, lesson.ada, lesson.cho):
        await done(page, HandRaise)
    await told(lesson.teacher, hands=[ben, ada, cho])
    await refused(lesson.ada, HandLower, user_id=ben)
    await refused(lesson.ada, HandLowerAll)
    await done(lesson.ada, HandLower)
    await told(lesson.cho, hands=[ben, cho])
    await done(lesson.abroad, HandLower, user_id=ben)
    await told(lesson.ben, hands=[cho])
    await done(lesson.teacher, HandLowerAll)
    await told(lesson.cho, hands=[])


async def test_everyone_at_once_and_nobody_is_lost(lesson: Class) -> None:
    await done(lesson.teacher, LessonStart)
    pages = [lesson.teacher, lesson.abroad, *lesson.students]
    await asyncio.gather(*(done(page, HandRaise) for page in pages))
    async with asyncio.timeout(10):
        for page in pages:  # each by itself: who heard the newest state will hear no other
            while len((await page.expect(RoomState)).hands) < len(pages):
                pass
    states = [await state_after(page, lesson) for page in pages]
    assert len({tuple(each.hands) for each in states}) == 1, "not everyone was told the same order"
    assert set(states[0].hands) == {page.user_id for page in pages}


async def state_after(page: LiveClient, lesson: Class) -> RoomState:
    """The room, once this page has seen a change that was made after everything before."""
    await done(lesson.teacher, SpotlightSet, user_id=page.user_id)
    return await told(page, spotlight=page.user_id)


async def test_the_hand_of_somebody_who_left_goes_down_after_a_while(
    lesson: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_desk, "AWAY_S", 0.3)
    await done(lesson.teacher, LessonStart)
    await done(lesson.ada, HandRaise)
    await done(lesson.ben, HandRaise)
    await done(lesson.teacher, SpotlightSet, user_id=lesson.ada.user_id)
    await lesson.ada.socket.close()
    await told(lesson.cho, hands=[lesson.ben.user_id], spotlight=None)


# --- locks and mutes


@pytest.mark.parametrize(
    ("part", "lost"),
    [(RoomPart.BOARD, str(Grant.BOARD_EDIT)), (RoomPart.MICROPHONES, TALK), (RoomPart.CAMERAS, SHOW)],
)
async def test_a_lock_is_felt_by_every_student_and_by_no_adult(
    live_nodes: tuple[Node, Node], lesson: Class, part: RoomPart, lost: str
) -> None:
    await done(lesson.teacher, LessonStart)
    await done(lesson.abroad, RoomLock, lock=part, on=True)
    for page in lesson.students:
        await granted(page, has={Grant.CHAT_POST}, lacks={lost})
    for page in (lesson.teacher, lesson.abroad):
        assert all(lost in each.grants for each in staff_connections(live_nodes, page))
    await done(lesson.abroad, RoomLock, lock=part, on=False)
    for page in lesson.students:
        await granted(page, has={lost})


def staff_connections(nodes: tuple[Node, Node], page: LiveClient) -> list[Any]:
    assert page.user_id is not None
    found = [each for node in nodes for each in connections_of(node, page.user_id)]
    assert found
    return found


async def test_a_locked_board_is_for_adults(
    live_nodes: tuple[Node, Node], lesson: Class
) -> None:
    world = lesson.world
    await done(lesson.teacher, LessonStart)
    await done(lesson.teacher, RoomLock, lock=RoomPart.BOARD, on=True)
    await granted(lesson.ada, lacks={Grant.BOARD_EDIT})
    board_id = await first_board(live_nodes[1], world.space.id)
    await lesson.ada.send(BoardOpen(ref=lesson.ada.ref(), board_id=board_id))
    assert (await lesson.ada.expect(BoardOpened)).can_edit is False
    await lesson.teacher.send(BoardOpen(ref=lesson.teacher.ref(), board_id=board_id))
    assert (await lesson.teacher.expect(BoardOpened)).can_edit is True


async def test_a_mute_by_name_is_told_to_staff_and_to_the_muted(
    live_nodes: tuple[Node, Node], lesson: Class, visit: Visit
) -> None:
    ada = lesson.ada.user_id
    assert ada is not None
    await done(lesson.teacher, LessonStart)
    await done(lesson.abroad, PersonMute, user_id=ada, device=MediaDevice.MICROPHONE, on=True)
    await granted(lesson.ada, has={SHOW}, lacks={TALK})
    await told(lesson.teacher, muted=[ada])
    await told(lesson.ada, muted=[ada])
    await done(lesson.teacher, SpotlightSet, user_id=ada)
    assert (await told(lesson.ben, spotlight=ada)).muted == []
    # Coming in again, by another node, is no way around it.
    page = await visit.page(live_nodes[0], ada)
    assert TALK not in (await page.enter(lesson.world.space.id)).grants
    await refused(lesson.ben, PersonMute, user_id=ada, device=MediaDevice.CAMERA, on=True)
    await refused(
        lesson.teacher, PersonMute, user_id=lesson.abroad.user_id, device=MediaDevice.CAMERA, on=True
    )
    await refused(
        lesson.teacher, PersonMute, ErrorCode.NOT_FOUND, user_id=uuid4(), device=MediaDevice.CAMERA, on=True
    )
    await done(lesson.teacher, PersonMute, user_id=ada, device=MediaDevice.MICROPHONE, on=False)
    await granted(lesson.ada, has={TALK})
    async with live_nodes[0].database.read() as session:
        rows = await session.scalars(
            select(AuditEntry).where(
                AuditEntry.subject_id == lesson.world.space.id, AuditEntry.act.startswith("person.")
            ).order_by(AuditEntry.seq)
        )
        noted = [(row.act, row.actor_id, row.after) for row in rows]
    after = {"user_id": str(ada), "device": "microphone"}
    assert noted == [
        ("person.mute", lesson.world.abroad.teacher.id, after),
        ("person.unmute", lesson.world.home.teacher.id, after),
    ]


async def test_mute_all_takes_microphones_for_a_moment(
    live_nodes: tuple[Node, Node], lesson: Class
) -> None:
    await done(lesson.teacher, LessonStart)
    await done(lesson.teacher, MuteAll)
    for page in lesson.students:
        assert (await told(page, silenced=1)).silenced_id is None
        await granted(page, has={SHOW}, lacks={TALK})
        await granted(page, has={TALK})
    assert lesson.teacher.pending(AccessUpdate) == []


async def test_one_can_be_silenced_alone(live_nodes: tuple[Node, Node], lesson: Class) -> None:
    await done(lesson.teacher, LessonStart)
    await done(lesson.abroad, PersonSilence, user_id=lesson.ada.user_id)
    await granted(lesson.ada, lacks={TALK})
    await granted(lesson.ada, has={TALK})
    assert (await told(lesson.ben, silenced=1)).silenced_id == lesson.ada.user_id
    assert lesson.ben.pending(AccessUpdate) == []


# --- spotlight and timer


async def test_spotlight_and_timer_reach_everyone(lesson: Class) -> None:
    await done(lesson.teacher, LessonStart)
    await done(lesson.teacher, SpotlightSet, user_id=lesson.cho.user_id)
    await refused(lesson.teacher, SpotlightSet, ErrorCode.NOT_FOUND, user_id=uuid4())
    await refused(lesson.ada, SpotlightSet, user_id=lesson.ada.user_id)
    await refused(lesson.ada, TimerSet, length_s=60)
    await done(lesson.abroad, TimerSet, length_s=60)
    state = await told(lesson.ben, spotlight=lesson.cho.user_id)
    while state.timer is None:
        state = await told(lesson.ben)
    left_s = (state.timer.ends_at - state.now).total_seconds()
    assert state.timer.length_s == 60
    assert 50 < left_s <= 60
    await done(lesson.teacher, TimerSet, length_s=None)
    await told(lesson.ada, timer=None, spotlight=lesson.cho.user_id)


async def test_a_timer_of_no_length_is_no_frame(lesson: Class) -> None:
    await lesson.teacher.socket.send('{"type":"timer.set","ref":9,"length_s":1}')
    assert (await lesson.teacher.expect(Error)).code is ErrorCode.BAD_FRAME


# --- what breaks


async def test_a_change_nobody_told_of_is_found_by_the_clock(
    make_node: MakeNode, sqlite_records: Records, world: Pair, visit: Visit
) -> None:
    node = await make_live(make_node, sqlite_records, recheck_s=0.3)
    await visit.enter(node, world.home.teacher.id, world.space.id)
    other = await visit.enter(node, world.abroad.teacher.id, world.space.id)
    student = await visit.enter(node, world.home.students[0].id, world.space.id)
    await student.expect(RoomState)
    who = connections_of(node, world.abroad.teacher.id)[0].who
    async with UnitOfWork(node.database, InProcessBus()) as uow:  # a bus that nobody hears
        await live.begin(uow, who, world.space.id, None, in_lobby=True)
    await told(student, phase=LessonPhase.LOBBY)
    await granted(student, lacks={Grant.CHAT_POST})
    await told(other, phase=LessonPhase.LOBBY)


async def test_the_room_outlives_its_node(
    make_node: MakeNode, shared_records: Records, world: Pair, visit: Visit
) -> None:
    first = await make_live(make_node, shared_records)
    teacher = await visit.enter(first, world.home.teacher.id, world.space.id)
    student = await visit.enter(first, world.home.students[0].id, world.space.id)
    await visit.enter(first, world.home.students[1].id, world.space.id)
    await done(teacher, LessonStart)
    await allowed(first, world.home.students[0].id, Grant.CHAT_POST)
    await done(student, HandRaise)
    await done(
        teacher, PersonMute, user_id=world.home.students[0].id, device=MediaDevice.MICROPHONE, on=True
    )
    before = await told(teacher, muted=[world.home.students[0].id])
    await first.stop()
    second = await make_live(make_node, shared_records)
    await visit.enter(second, world.home.teacher.id, world.space.id)
    page = await visit.page(second, world.home.students[0].id)
    assert TALK not in (await page.enter(world.space.id)).grants
    state = await page.expect(RoomState)
    assert (state.version, state.phase, state.lesson, state.hands, state.muted) == (
        before.version, LessonPhase.LIVE, before.lesson, before.hands, before.muted
    )


async def test_what_is_old_changes_nothing(live_nodes: tuple[Node, Node], lesson: Class) -> None:
    await done(lesson.teacher, LessonStart)
    state = await told(lesson.ada, phase=LessonPhase.LIVE)
    old = RoomChanged(lesson.world.space.id, state.version, b'{"phase":"lobby"}')
    for node in live_nodes:
        node.bus.publish([old])
    await done(lesson.teacher, LessonHold)
    assert (await lesson.ada.expect(RoomState)).phase is LessonPhase.HELD


async def test_who_loses_the_space_runs_nothing_any_more(
    live_nodes: tuple[Node, Node], lesson: Class
) -> None:
    """The records are asked with each request: not only what the page was granted as it came in."""
    node = live_nodes[0]
    await change(
        node, update(User).where(User.id == lesson.world.home.teacher.id).values(verified_at=None)
    )
    await refused(lesson.teacher, LessonStart)
    await change(node, delete(LessonRoom).where(LessonRoom.space_id == lesson.world.space.id))
    await change(
        node, update(Space).where(Space.id == lesson.world.space.id).values(archived_at=clock.now())
    )
    await refused(lesson.abroad, LessonStart)


# --- lessons that everybody has left


async def test_a_lesson_that_everybody_has_left_is_ended(
    live_nodes: tuple[Node, Node], lesson: Class
) -> None:
    near, far = live_nodes
    space_id = lesson.world.space.id
    await done(lesson.teacher, LessonStart)
    await told(lesson.ada, phase=LessonPhase.LIVE)
    here = hub_of(far).presence.here

    async def ended() -> bool:
        await live.end_those_left(near.database, near.bus, here)
        async with near.database.read() as session:
            return await live.lesson_in(session, space_id) is None

    assert not await ended()
    long_over = clock.now() - live.LEFT_AFTER - timedelta(minutes=1)
    await change(near, update(Lesson).where(Lesson.space_id == space_id).values(ends_at=long_over))
    assert not await ended(), "staff are there"
    for page in (lesson.teacher, lesson.abroad):
        await page.socket.close()
    async with asyncio.timeout(10):
        while len(here([space_id])[space_id]) > 3:
            await asyncio.sleep(0.02)
    assert await ended()
    await told(lesson.ada, phase=LessonPhase.OPEN)
    async with near.database.read() as session:
        entry = await session.scalar(
            select(AuditEntry).where(AuditEntry.subject_id == space_id, AuditEntry.act == "lesson.end")
        )
    assert entry is not None
    assert entry.actor_id is None


async def test_a_running_node_ends_what_everybody_has_left(
    make_node: MakeNode, sqlite_records: Records, world: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the node's own rounds, which have to know who is where."""
    monkeypatch.setattr(jobs, "END_LEFT_EVERY_S", 0.05)
    node = await make_live(make_node, sqlite_records)
    past = clock.now() - timedelta(hours=3)
    lesson = Lesson(
        space_id=world.space.id, title="Rivers", status=LessonStatus.LIVE, starts_at=past, started_at=past,
        ends_at=past + timedelta(hours=1), created_by_id=world.home.teacher.id, created_at=past,
    )
    async with UnitOfWork(node.database, node.bus) as uow:
        uow.session.add(lesson)
    async with asyncio.timeout(10):
        while True:
            async with node.database.read() as session:
                found = await session.get_one(Lesson, lesson.id)
                if found.status is LessonStatus.ENDED:
                    break
            await asyncio.sleep(0.02)


async def test_a_lesson_ends_for_everyone_when_its_space_is_archived(
    live_nodes: tuple[Node, Node], lesson: Class
) -> None:
    await done(lesson.teacher, LessonStart)
    await told(lesson.ada, phase=LessonPhase.LIVE)
    await done(lesson.ada, HandRaise)
    browser = await signed_in(live_nodes[0], lesson.world.home.teacher)
    answer = await browser.post(f"/api/spaces/{lesson.world.space.id}/archive")
    assert answer.status_code == 200, answer.text
    for page in (lesson.ada, lesson.abroad):
        assert (await told(page, phase=LessonPhase.OPEN, lesson=None)).hands == []
    await granted(lesson.ada, has={Grant.CHAT_READ}, lacks={Grant.CHAT_POST, Grant.BOARD_EDIT, TALK, SHOW})
    await refused_message(lesson.ada)
    await refused(lesson.teacher, LessonStart)
