"""What is right on one node is right on another that nobody of the space was at, or that hears of nobody."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from realtime import lease, supervision
from realtime.frames.lesson import LessonHold, LessonPhase, LessonResume, LessonStart, RoomState
from realtime.frames.moderation import HelpAnswer, HelpAsk, HelpAsked
from realtime.frames.supervision import Watch
from realtime.protocol import Ok
from server.audit.models import AuditEntry
from server.lessons.models import Lesson, LessonOver
from tests import files
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.faults import Line
from tests.nodes import Node, refusal
from tests.realtime.conftest import Visit, connections_of, make_live
from tests.realtime.test_lesson import done
from tests.realtime.test_supervision import begin_lesson, policy, told
from tests.services import Valkey


async def test_help_is_found_by_an_adult_who_comes_where_nobody_of_the_space_was(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    here, there = live_nodes
    student_id = world.home.students[0].id
    student = await visit.enter(here, student_id, world.space.id)
    await student.send(HelpAsk(ref=1))
    assert (await student.expect(Ok)).ref == 1
    await student.expect(HelpAsked)
    for page in (student, *[await visit.page(there, student_id) for _ in range(2)]):
        await page.socket.close()  # a page that is loaded anew; nobody is in the space for a moment
    adult = await visit.enter(there, world.abroad.teacher.id, world.space.id)
    assert (await adult.expect(HelpAsked)).user_id == student_id
    await adult.send(HelpAnswer(ref=2, user_id=student_id))
    assert (await adult.expect(Ok)).ref == 2
    for node in live_nodes:
        late = await visit.enter(node, world.home.teacher.id, world.space.id)
        await late.say("is all well?")
        assert not late.pending(HelpAsked)


async def test_a_paused_lesson_takes_no_file_of_a_student_on_any_node(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near = live_nodes[0]
    teacher = await visit.enter(near, world.home.teacher.id, world.space.id)
    student_id = world.home.students[0].id
    page = await visit.enter(near, student_id, world.space.id)
    browsers = [await visit.browser(node, student_id) for node in live_nodes]

    async def sent() -> set[tuple[int, str]]:
        answers = [await files.send(each, world.space.id, b"words", "a.txt") for each in browsers]
        return {(201, "") if each.status_code == 201 else refusal(each) for each in answers}

    await done(teacher, LessonStart)
    await done(teacher, LessonHold)
    while (await page.expect(RoomState)).phase is not LessonPhase.HELD:
        pass
    assert await sent() == {(403, "file_held")}
    await done(teacher, LessonResume)
    while (await page.expect(RoomState)).phase is not LessonPhase.LIVE:
        pass
    async with asyncio.timeout(10):
        while (answer := await sent()) != {(201, "")}:
            assert answer <= {(201, ""), (403, "file_held")}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "FRESH_S", 1.0)
    monkeypatch.setattr(lease, "GRACE_S", 2.0)
    monkeypatch.setattr(lease, "HOLD_S", 1.0)
    monkeypatch.setattr(supervision, "RENEW_S", 0.2)
    monkeypatch.setattr(supervision, "TICK_S", 0.05)


@pytest.mark.usefixtures("short")
async def test_a_node_that_hears_nobody_holds_its_students_and_ends_the_lesson_of_none(
    make_node: MakeNode, shared_records: Records, valkey: Valkey, visit: Visit,
    live_nodes: tuple[Node, Node], world: Pair,
) -> None:
    near = live_nodes[0]
    await policy(near, world, works_alone=False)
    async with Line(f"127.0.0.1:{valkey.port}") as line:
        records = Records(near.settings.database_url, f"redis://{line.address}/0")
        cut_off = await make_live(make_node, records)
        await begin_lesson(near, world)
        student = await visit.enter(cut_off, world.home.students[0].id, world.space.id)
        other = await visit.enter(near, world.home.students[1].id, world.space.id)
        await visit.enter(near, world.home.teacher.id, world.space.id)
        await told(student, world.home, Watch.PRESENT)
        await told(other, world.home, Watch.PRESENT)
        line.cut()
        await told(student, world.home, Watch.HELD)
        await asyncio.sleep(lease.HOLD_S + 1.0)  # what must not happen would happen within this
        async with near.database.read() as session:
            ended = select(LessonOver).join(Lesson, Lesson.id == LessonOver.lesson_id)
            assert (await session.scalars(ended.where(Lesson.space_id == world.space.id))).all() == []
            over = select(AuditEntry.act).where(AuditEntry.subject_id == world.space.id)
            assert "lesson.end_for_school" not in (await session.scalars(over)).all()
        await other.say("our teacher is here")
        line.mend()
        await told(student, world.home, Watch.PRESENT)
        await student.say("and so are we")
        async with near.database.read() as session:
            assert (await session.scalars(ended.where(Lesson.space_id == world.space.id))).all() == []
        assert connections_of(cut_off, world.home.students[0].id)
