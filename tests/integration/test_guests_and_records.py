"""A guest who got an account at the school that invited them is a visitor there: not one of its staff."""

from __future__ import annotations

from datetime import timedelta

from server import clock
from server.bus import InProcessBus
from server.db import UnitOfWork
from server.lessons.models import Attendance, Lesson, LessonStatus
from server.partnerships.models import VisitRole
from tests.factories import World, pair
from tests.nodes import Node, refusal, signed_in


async def test_who_was_in_a_lesson_is_not_for_guests_of_a_school_that_takes_part(node: Node) -> None:
    tied = await pair(node.database)
    now, student = clock.now(), tied.abroad.students[0]
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        guest = await world.staff(tied.home.school, verified=False)
        await world.visit(
            tied.partnership, guest, VisitRole.GUEST, by=tied.home.teacher, space=tied.space
        )
        lesson = Lesson(
            space_id=tied.space.id, title="Rivers", status=LessonStatus.ENDED, starts_at=now, started_at=now,
            ends_at=now + timedelta(hours=1), ended_at=now, created_by_id=tied.home.teacher.id,
            created_at=now,
        )
        await world.add(lesson)
        await world.add(Attendance(lesson_id=lesson.id, user_id=student.id, school_id=tied.abroad.school.id,
                                   came_at=now, left_at=now))
    private = [
        f"/api/lessons/{lesson.id}/attendance", f"/api/lessons/{lesson.id}/balance",
        f"/api/spaces/{tied.space.id}/attendance", f"/api/spaces/{tied.space.id}/balance",
    ]
    teacher, visitor = await signed_in(node, tied.home.teacher), await signed_in(node, guest)
    for path in private:
        assert (await teacher.get(path)).status_code == 200, path
        assert refusal(await visitor.get(path))[0] in (403, 404), path
    recap = (await visitor.get(f"/api/lessons/{lesson.id}/recap")).json()
    assert (recap["may_see_people"], recap["may_export"]) == (False, False)
    assert {(each["came_at"], each["left_at"]) for each in recap["lesson"]["schools"]} == {(None, None)}
