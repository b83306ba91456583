"""Students are live only while an adult of their own school is there, whatever happens to lines and nodes.

The times are short here; the rule itself, with the true ones, is in tests/unit/test_lease.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Set
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from realtime import lease, protocol, supervision
from realtime.frames.supervision import SchoolWatch, SupervisionLetIn, SupervisionState, Watch
from realtime.protocol import AccessUpdate, ChatAck, CloseCode, Error, ErrorCode
from server import clock
from server.access import Grant
from server.accounts.models import User
from server.audit.models import AuditEntry
from server.db import UnitOfWork
from server.events import AccessChanged
from server.lessons.models import Lesson, LessonOver, LessonStatus
from server.spaces.models import Space
from tests.conftest import MakeNode, Records
from tests.factories import Pair, Side
from tests.faults import Line
from tests.nodes import Node
from tests.realtime.board_page import BoardPage
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, change, connections_of, first_board, make_live, sign_in
from tests.services import Valkey

MEDIA = {"media:watch", "media:publish.audio", "media:publish.video"}
LIVE = MEDIA | {"chat:post", "board:edit"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seconds of grace instead of ten, and two of being held instead of five minutes."""
    monkeypatch.setattr(lease, "FRESH_S", 1.0)
    monkeypatch.setattr(lease, "GRACE_S", 2.0)
    monkeypatch.setattr(lease, "HOLD_S", 2.0)
    monkeypatch.setattr(supervision, "RENEW_S", 0.2)
    monkeypatch.setattr(supervision, "TICK_S", 0.05)


@pytest.fixture
async def world(world: Pair, request: pytest.FixtureRequest) -> Pair:
    """A space in which students do nothing without an adult."""
    node: Node = (
        request.getfixturevalue("live_node") if "live_node" in request.fixturenames
        else request.getfixturevalue("live_nodes")[0]
    )
    await policy(node, world, works_alone=False)
    return world


async def policy(node: Node, world: Pair, *, works_alone: bool) -> None:
    await change(
        node, update(Space).where(Space.id == world.space.id).values(works_alone=works_alone),
        AccessChanged(space_ids=frozenset({world.space.id})),
    )


async def begin_lesson(node: Node, world: Pair) -> UUID:
    now = clock.now()
    lesson = Lesson(
        space_id=world.space.id, title="Rivers", status=LessonStatus.LIVE, starts_at=now, started_at=now,
        ends_at=now + timedelta(hours=1), created_by_id=world.home.teacher.id, created_at=now,
    )
    async with UnitOfWork(node.database, node.bus) as uow:
        uow.session.add(lesson)
        uow.events.append(AccessChanged(space_ids=frozenset({world.space.id})))
    return lesson.id


def watch_of(state: SupervisionState, side: Side) -> Watch | None:
    return next((each.watch for each in state.schools if each.school_id == side.school.id), None)


async def told(page: LiveClient, side: Side, watch: Watch) -> SchoolWatch:
    """Wait until the page is told that this is how the school's students are supervised."""
    while True:
        state = await page.expect(SupervisionState)
        if watch_of(state, side) is watch:
            return next(each for each in state.schools if each.school_id == side.school.id)


async def granted(page: LiveClient, *, has: Set[str] = frozenset(), lacks: Set[str] = frozenset()) -> None:
    """Wait until the page is told that it has these grants, and lacks those."""
    while True:
        grants = set((await page.expect(AccessUpdate)).grants)
        if grants >= has and not grants & lacks:
            return


async def cannot_post(page: LiveClient) -> None:
    await page.send(protocol.ChatPost(ref=page.ref(), client_id=uuid4(), text="is anybody there?"))
    assert (await page.expect(Error)).code is ErrorCode.NOT_ALLOWED
    assert page.pending(ChatAck) == []


async def test_students_wait_for_an_adult_of_their_own_school(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near, far = live_nodes
    student = await visit.page(near, world.home.students[0].id)
    entered = await student.enter(world.space.id)
    assert not LIVE & set(entered.grants)
    assert watch_of(await student.expect(SupervisionState), world.home) is Watch.HELD
    await cannot_post(student)

    abroad = await visit.enter(far, world.abroad.teacher.id, world.space.id)  # an adult, of the other school
    await abroad.expect(SupervisionState)
    await cannot_post(student)

    await visit.enter(far, world.home.teacher.id, world.space.id)
    await told(student, world.home, Watch.PRESENT)
    await granted(student, has=LIVE)
    await student.say("good morning")
    await told(abroad, world.home, Watch.PRESENT)


async def test_an_unverified_adult_is_none(live_node: Node, world: Pair, visit: Visit) -> None:
    await change(live_node, update(User).where(User.id == world.home.teacher.id).values(verified_at=None))
    student = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    await visit.enter(live_node, world.home.teacher.id, world.space.id)
    await visit.enter(live_node, world.home.students[1].id, world.space.id)
    await asyncio.sleep(0.5)
    await cannot_post(student)


async def test_a_plug_is_pulled_and_put_back(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    """The teacher's line goes dead without a word: connections stay open and nothing arrives."""
    near, far = live_nodes
    board_id = await first_board(near, world.space.id)
    async with Line(far.address) as line:
        token = await sign_in(far, world.home.teacher.id)
        teacher = await visit._stack.enter_async_context(
            LiveClient(f"http://{line.address}", token, user_id=world.home.teacher.id)
        )
        await teacher.enter(world.space.id)
        # Two of them, and a class abroad with its teacher, whom all this does not concern.
        student = await visit.enter(near, world.home.students[0].id, world.space.id)
        board = BoardPage(world.home.students[1].id)
        await visit._stack.enter_async_context(board)
        await board.open(await visit.enter(near, world.home.students[1].id, world.space.id), board_id)
        await visit.enter(near, world.abroad.teacher.id, world.space.id)
        abroad = await visit.enter(far, world.abroad.students[0].id, world.space.id)
        await told(abroad, world.home, Watch.PRESENT)
        await student.say("before")

        line.stall()
        pulled_at = clock.now()
        grace = await told(student, world.home, Watch.GRACE)
        assert grace.until is not None
        assert timedelta(0) < grace.until - pulled_at < timedelta(seconds=2.5)
        await student.say("within the grace")
        await told(student, world.home, Watch.HELD)
        await granted(student, lacks=LIVE)
        await cannot_post(student)
        [connection] = connections_of(near, world.home.students[1].id)
        assert not {Grant.BOARD_EDIT, Grant.MEDIA_WATCH} & connection.grants
        await told(abroad, world.home, Watch.HELD)
        await abroad.say("we go on")

        line.mend()
        await told(student, world.home, Watch.PRESENT)
        await granted(student, has=LIVE)
        await student.say("after")


async def test_held_students_draw_nothing(live_node: Node, world: Pair, visit: Visit) -> None:
    board_id = await first_board(live_node, world.space.id)
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    page = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    await visit.enter(live_node, world.home.students[1].id, world.space.id)
    opened = await page.open_board(board_id)
    assert opened.can_edit
    await teacher.socket.close()
    await told(page, world.home, Watch.HELD)
    await granted(page, lacks={"board:edit"})
    again = await page.open_board(board_id)
    assert not again.can_edit


async def test_a_teacher_who_leaves_on_one_page_is_there_on_the_other(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near, far = live_nodes
    laptop = await visit.enter(near, world.home.teacher.id, world.space.id)
    await visit.enter(far, world.home.teacher.id, world.space.id)
    student = await visit.enter(near, world.home.students[0].id, world.space.id)
    await laptop.socket.close()
    await asyncio.sleep(lease.GRACE_S + 0.5)
    await student.say("we are not alone")
    assert all(watch_of(each, world.home) is not Watch.HELD for each in student.pending(SupervisionState))


async def test_who_is_cut_off_from_the_other_nodes_holds_its_students(
    make_node: MakeNode, shared_records: Records, valkey: Valkey, visit: Visit, live_nodes: tuple[Node, Node],
    world: Pair,
) -> None:
    """A node that cannot hear of an adult must not believe in one."""
    async with Line(valkey.url.removeprefix("redis://").split("/")[0]) as line:
        records = Records(live_nodes[0].settings.database_url, f"redis://{line.address}/0")
        alone = await make_live(make_node, records)
        student = await visit.enter(alone, world.home.students[0].id, world.space.id)
        await visit.enter(live_nodes[0], world.home.teacher.id, world.space.id)
        await told(student, world.home, Watch.PRESENT)
        line.stall()
        await told(student, world.home, Watch.HELD)
        await cannot_post(student)
        line.mend()
        await told(student, world.home, Watch.PRESENT)
        await student.say("back")


async def test_a_lesson_ends_for_the_school_whose_adult_stays_away(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near, far = live_nodes
    lesson_id = await begin_lesson(near, world)
    teacher = await visit.enter(far, world.home.teacher.id, world.space.id)
    students = [await visit.enter(node, each.id, world.space.id)
                for node, each in zip((near, far), world.home.students, strict=False)]
    await visit.enter(near, world.abroad.teacher.id, world.space.id)
    abroad = await visit.enter(far, world.abroad.students[0].id, world.space.id)
    await told(students[0], world.home, Watch.PRESENT)
    await teacher.socket.close()
    held = await told(students[0], world.home, Watch.HELD)
    assert held.until is not None
    for student in students:
        assert await student.closed() == (CloseCode.ACCESS_LOST, "lesson_over")
    await abroad.say("our teacher is here")

    async with near.database.read() as session:
        over = (await session.scalars(select(LessonOver).where(LessonOver.lesson_id == lesson_id))).all()
        acts = (await session.scalars(
            select(AuditEntry.act).where(AuditEntry.subject_id == world.space.id).order_by(AuditEntry.seq)
        )).all()
    assert [each.school_id for each in over] == [world.home.school.id]
    assert list(acts).count("lesson.end_for_school") == 1  # both nodes found it out

    refused = await visit.page(near, world.home.students[0].id)
    await refused.greet()
    await refused.send(protocol.SpaceJoin(ref=1, space_id=world.space.id))
    assert await refused.closed() == (CloseCode.ACCESS_LOST, "lesson_over")

    back = await visit.enter(near, world.home.teacher.id, world.space.id)
    await refused_by_the_other_school(near, world, visit)
    await back.request(SupervisionLetIn(ref=back.ref()), protocol.Ok)
    student = await visit.enter(far, world.home.students[0].id, world.space.id)
    await told(student, world.home, Watch.PRESENT)
    await student.say("here again")


async def refused_by_the_other_school(node: Node, world: Pair, visit: Visit) -> None:
    """A student cannot let anybody in, and a teacher of the other school lets in their own at most."""
    student = await visit.enter(node, world.abroad.students[1].id, world.space.id)
    await student.send(SupervisionLetIn(ref=student.ref()))
    assert (await student.expect(Error)).code is ErrorCode.NOT_ALLOWED
    teacher = await visit.enter(node, world.abroad.teacher.id, world.space.id)
    await teacher.request(SupervisionLetIn(ref=teacher.ref()), protocol.Ok)
    still_out = await visit.page(node, world.home.students[1].id)
    await still_out.greet()
    await still_out.send(protocol.SpaceJoin(ref=1, space_id=world.space.id))
    assert await still_out.closed() == (CloseCode.ACCESS_LOST, "lesson_over")


async def test_a_space_may_let_them_write_alone_outside_lessons_and_never_be_seen_or_heard(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    await policy(live_node, world, works_alone=True)
    page = await visit.page(live_node, world.home.students[0].id)
    grants = set((await page.enter(world.space.id)).grants)
    assert LIVE - grants == MEDIA
    await page.say("homework")
    await begin_lesson(live_node, world)
    await granted(page, lacks=LIVE)
    await cannot_post(page)


async def test_one_adult_and_one_student_are_neither_seen_nor_heard(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    student = await visit.page(live_node, world.home.students[0].id)
    assert not MEDIA & set((await student.enter(world.space.id)).grants)
    await granted(teacher, lacks=MEDIA)
    assert (await student.expect(SupervisionState, alone=True)).alone
    third = await visit.enter(live_node, world.home.students[1].id, world.space.id)
    await granted(student, has=LIVE)
    await granted(teacher, has=MEDIA)
    await third.socket.close()
    await granted(student, lacks=MEDIA)
    await granted(teacher, lacks=MEDIA)
    assert (await student.say("the chat is for all to read")).seq == 1
