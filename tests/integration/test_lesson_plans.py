"""The plan of a lesson over HTTP: who writes it, who reads how much of it, and two who write at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from server import clock
from server.accounts.models import User
from server.boards.models import Board
from server.bus import InProcessBus
from server.db import Database, UnitOfWork
from server.lessons.models import Lesson, LessonPlan, LessonStatus
from tests import factories
from tests.factories import Pair, Student
from tests.nodes import Node, Visitor, refusal

NOTE = "Ask Ada first."


@pytest.fixture
async def world(database: Database) -> Pair:
    return await factories.pair(database)


async def enter(node: Node, who: User | Student) -> Visitor:
    visitor = node.visitor()
    signing = visitor.sign_in_student(who) if isinstance(who, Student) else visitor.sign_in_staff(who)
    assert (await signing).status_code < 300
    return visitor


async def lesson_of(
    database: Database, world: Pair, status: LessonStatus = LessonStatus.SCHEDULED, in_days: int = 1
) -> UUID:
    starts = clock.now() + timedelta(days=in_days)
    async with UnitOfWork(database, InProcessBus()) as uow:
        lesson = Lesson(
            space_id=world.space.id, title="Rivers", status=status, starts_at=starts,
            ends_at=starts + timedelta(minutes=45), created_by_id=world.home.teacher.id,
            created_at=clock.now(), started_at=clock.now() if status is LessonStatus.LIVE else None,
        )
        uow.session.add(lesson)
        await uow.session.flush()
        return lesson.id


async def becomes(database: Database, lesson_id: UUID, status: LessonStatus) -> None:
    async with UnitOfWork(database, InProcessBus()) as uow:
        await uow.session.execute(update(Lesson).where(Lesson.id == lesson_id).values(status=status))


def step(kind: str = "talk", **more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "kind": kind, "title": f"We {kind}", "minutes": 5, **more}


ASKED = {"kind": "single", "question": "Which is longer?", "options": ["Ours", "Yours"], "right": [1]}


def path(lesson_id: UUID) -> str:
    return f"/api/lessons/{lesson_id}/steps"


async def write(
    who: Visitor, lesson_id: UUID, version: int, *steps: dict[str, Any]
) -> Any:
    return await who.send("PUT", path(lesson_id), {"version": version, "steps": list(steps)})


async def first_page(database: Database, world: Pair) -> UUID:
    async with database.read() as session:
        found = await session.scalar(
            select(Board.id).where(Board.space_id == world.space.id, Board.kind == "board")
        )
    assert found is not None
    return found


async def test_staff_of_both_schools_write_a_plan(node: Node, database: Database, world: Pair) -> None:
    lesson_id, page_id = await lesson_of(database, world), str(await first_page(database, world))
    home, abroad = await enter(node, world.home.teacher), await enter(node, world.abroad.teacher)
    empty = (await home.get(path(lesson_id))).json()
    assert (empty["version"], empty["items"], empty["may_edit"]) == (0, [], True)
    plan = [
        step(note=NOTE), step("board", page_id=page_id), step("poll", poll=ASKED),
        step("groups", group_count=4, minutes=20), step("discussion"),
    ]
    written = await write(home, lesson_id, 0, *plan)
    assert written.status_code == 200, written.text
    found = (await abroad.get(path(lesson_id))).json()
    assert found["version"] == 1 and found["title"] == "Rivers"
    assert [(each["id"], each["kind"], each["minutes"]) for each in found["items"]] == [
        (each["id"], each["kind"], each["minutes"]) for each in plan
    ]
    assert found["items"][0]["note"] == NOTE
    assert found["items"][1]["page_id"] == page_id
    assert found["items"][2]["poll"] == {**ASKED, "low": "", "high": ""}
    assert found["items"][3]["group_count"] == 4
    turned = await write(abroad, lesson_id, 1, *reversed(plan))
    assert [each["id"] for each in turned.json()["items"]] == [each["id"] for each in reversed(plan)]
    assert turned.json()["version"] == 2


async def test_of_two_who_write_at_once_the_second_is_told_what_was_kept(
    node: Node, database: Database, world: Pair
) -> None:
    lesson_id = await lesson_of(database, world)
    home, abroad = await enter(node, world.home.teacher), await enter(node, world.abroad.teacher)
    first, second = step(title="First"), step(title="Second")
    assert (await write(home, lesson_id, 0, first)).status_code == 200
    late = await write(abroad, lesson_id, 0, second)
    assert refusal(late) == (409, "steps_changed")
    kept = late.json()["kept"]
    assert kept["version"] == 1 and [each["title"] for each in kept["steps"]] == ["First"]
    assert [each["title"] for each in (await abroad.get(path(lesson_id))).json()["items"]] == ["First"]
    assert (await write(abroad, lesson_id, kept["version"], first, second)).status_code == 200


async def test_what_does_not_fit_is_refused(node: Node, database: Database, world: Pair) -> None:
    lesson_id = await lesson_of(database, world)
    elsewhere = await first_page(database, await factories.pair(database))
    teacher = await enter(node, world.home.teacher)
    async with database.read() as session:
        notes = await session.scalar(
            select(Board.id).where(Board.space_id == world.space.id, Board.kind == "notes")
        )
    twice = step()
    for steps in (
        [step(title=" ")], [step(minutes=0)], [step(minutes=181)], [step("dance")], [step("poll")],
        [step(poll=ASKED)], [step("poll", poll={**ASKED, "options": ["Ours", "ours"]})],
        [step("groups", group_count=21)], [step(note="x" * 501)], [step(other=1)], [twice, twice],
        [step() for _ in range(21)], [step("board", page_id=str(elsewhere))],
        [step("board", page_id=str(notes))], [step(page_id=str(await first_page(database, world)))],
    ):
        answer = await write(teacher, lesson_id, 0, *steps)
        assert answer.status_code == 400, (steps, answer.text)
    async with database.read() as session:
        assert await session.get(LessonPlan, lesson_id) is None


async def test_a_page_that_was_taken_away_may_stay_in_the_plan(
    node: Node, database: Database, world: Pair
) -> None:
    lesson_id, teacher = await lesson_of(database, world), await enter(node, world.home.teacher)
    pages = f"/api/spaces/{world.space.id}/pages"
    page_id = (await teacher.post(pages, {"title": "Two"})).json()["items"][1]["id"]
    assert (await teacher.delete(f"{pages}/{page_id}")).status_code == 200
    assert (await write(teacher, lesson_id, 0, step("board", page_id=page_id))).status_code == 200


async def test_students_read_no_more_than_the_titles_and_only_while_the_lesson_runs(
    node: Node, database: Database, world: Pair
) -> None:
    lesson_id, page_id = await lesson_of(database, world), str(await first_page(database, world))
    teacher, student = await enter(node, world.home.teacher), await enter(node, world.abroad.students[0])
    plan = [
        step(note=NOTE), step("board", page_id=page_id), step("poll", poll=ASKED),
        step("groups", group_count=3),
    ]
    assert (await write(teacher, lesson_id, 0, *plan)).status_code == 200
    assert refusal(await student.get(path(lesson_id))) == (404, "not_found")
    assert (await write(student, lesson_id, 1)).status_code == 403
    await becomes(database, lesson_id, LessonStatus.LIVE)
    answer = await student.get(path(lesson_id))
    assert [each["title"] for each in answer.json()["items"]] == [each["title"] for each in plan]
    assert answer.json()["may_edit"] is False
    for secret in (NOTE, ASKED["question"], "Yours", page_id):
        assert str(secret) not in answer.text
    assert {each["group_count"] for each in answer.json()["items"]} == {None}
    await becomes(database, lesson_id, LessonStatus.ENDED)
    assert refusal(await student.get(path(lesson_id))) == (404, "not_found")


async def test_a_lesson_that_is_over_keeps_its_plan(node: Node, database: Database, world: Pair) -> None:
    lesson_id, teacher = await lesson_of(database, world), await enter(node, world.home.teacher)
    assert (await write(teacher, lesson_id, 0, step())).status_code == 200
    for status in (LessonStatus.ENDED, LessonStatus.CANCELLED):
        await becomes(database, lesson_id, status)
        assert refusal(await write(teacher, lesson_id, 1)) == (409, "invalid_transition")
        found = (await teacher.get(path(lesson_id))).json()
        assert len(found["items"]) == 1 and found["may_edit"] is False


async def test_strangers_find_nothing(node: Node, database: Database, world: Pair) -> None:
    lesson_id = await lesson_of(database, world, LessonStatus.LIVE)
    stranger = await enter(node, (await factories.pair(database)).home.teacher)
    assert refusal(await stranger.get(path(lesson_id))) == (403, "not_a_member")
    assert refusal(await write(stranger, lesson_id, 0, step())) == (403, "not_a_member")
    plans = f"/api/spaces/{world.space.id}/lesson-plans"
    assert refusal(await stranger.get(plans)) == (403, "not_a_member")
    assert (await (await enter(node, world.home.students[0])).get(plans)).status_code == 403


async def test_earlier_plans_are_found_again(node: Node, database: Database, world: Pair) -> None:
    teacher, plans = await enter(node, world.home.teacher), f"/api/spaces/{world.space.id}/lesson-plans"
    lessons = [await lesson_of(database, world, in_days=days) for days in (1, 3, 2)]
    await lesson_of(database, world, in_days=4)  # not planned in steps
    for number, lesson_id in enumerate(lessons, start=1):
        assert (await write(teacher, lesson_id, 0, *(step() for _ in range(number)))).status_code == 200
    first = (await teacher.get(f"{plans}?limit=2")).json()
    assert [(each["lesson_id"], each["steps"], each["minutes"]) for each in first["items"]] == [
        (str(lessons[1]), 2, 10), (str(lessons[2]), 3, 15)
    ]
    rest = (await teacher.get(f"{plans}?limit=2&cursor={first['next']}")).json()
    assert [each["lesson_id"] for each in rest["items"]] == [str(lessons[0])] and rest["next"] == ""
