"""Who was in a lesson, as it is written while it runs and read afterwards: over nodes that come and go."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from realtime import attendance as desk
from realtime import presence
from realtime.frames.lesson import LessonEnd, LessonStart
from server.accounts.models import StaffRole
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.db import UnitOfWork
from server.lessons.models import Attendance, Lesson
from server.partnerships.models import VisitRole
from tests.conftest import MakeNode, Records
from tests.factories import Pair, World
from tests.nodes import Node
from tests.realtime.conftest import Visit, hub_of, make_live
from tests.realtime.test_lesson import done


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "GATHER_S", 0.05)


async def written(node: Node, world: Pair) -> list[Attendance]:
    async with node.database.read() as session:
        found = await session.scalars(
            select(Attendance)
            .join(Lesson, Lesson.id == Attendance.lesson_id)
            .where(Lesson.space_id == world.space.id)
            .order_by(Attendance.came_at)
        )
        return list(found)


async def eventually(check: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await check():
            await asyncio.sleep(0.05)


async def there(node: Node, world: Pair, *people: UUID) -> None:
    """Wait until exactly these are in the lesson, by the record, once each."""

    async def are() -> bool:
        rows = [row.user_id for row in await written(node, world) if row.left_at is None]
        return sorted(rows) == sorted(people)

    await eventually(are)


async def lesson_of(node: Node, world: Pair) -> Lesson:
    async with node.database.read() as session:
        found = await session.scalars(select(Lesson).where(Lesson.space_id == world.space.id))
        return found.one()


async def test_who_comes_and_who_leaves_is_written_once(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near, far = live_nodes
    teacher = world.home.teacher.id
    ada, ben = (each.id for each in world.home.students[:2])
    page = await visit.enter(near, teacher, world.space.id)
    first = await visit.enter(near, ada, world.space.id)
    assert await written(near, world) == [], "no lesson runs"
    await done(page, LessonStart)
    await there(near, world, teacher, ada)
    second = await visit.enter(far, ada, world.space.id)  # another tablet, at the other node
    benny = await visit.enter(far, ben, world.space.id)
    await there(near, world, teacher, ada, ben)
    await first.socket.close()
    await benny.socket.close()
    await there(near, world, teacher, ada)
    await second.socket.close()
    await there(near, world, teacher)
    await visit.enter(near, ben, world.space.id)
    await there(near, world, teacher, ben)
    await done(page, LessonEnd)
    await there(near, world)
    rows = await written(near, world)
    assert sorted(row.user_id for row in rows) == sorted([teacher, ada, ben, ben])
    assert {row.school_id for row in rows} == {world.home.school.id}
    lesson = await lesson_of(near, world)
    assert all(row.left_at is not None and row.came_at <= row.left_at for row in rows)
    last = [row.left_at for row in rows if row.user_id == teacher]
    assert last == [lesson.ended_at], "its end is the end for everyone"
    await visit.enter(near, ada, world.space.id)
    await asyncio.sleep(0.3)
    assert len(await written(near, world)) == 4, "afterwards nobody is in it"


async def test_people_of_a_node_that_died_have_left(
    make_node: MakeNode, shared_records: Records, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "REPORT_S", 0.2)
    monkeypatch.setattr(presence, "LEASE_S", 0.6)
    near = await make_live(make_node, shared_records)
    far = await make_live(make_node, shared_records)
    page = await visit.enter(near, world.home.teacher.id, world.space.id)
    await done(page, LessonStart)
    ada = world.home.students[0].id
    await visit.enter(far, ada, world.space.id)
    await there(near, world, world.home.teacher.id, ada)
    # It says nothing more: as if it had lost its power.
    hub = far.app.state.hub
    monkeypatch.setattr(hub.bus, "publish", lambda _: None)
    monkeypatch.setattr(desk_of(far), "_write", _nothing)
    await there(near, world, world.home.teacher.id)


def desk_of(node: Node) -> desk.AttendanceDesk:
    return next(each for each in hub_of(node).desks if isinstance(each, desk.AttendanceDesk))


async def _nothing(_: UUID) -> None:
    pass


async def test_what_a_node_left_open_is_closed_by_the_next(
    make_node: MakeNode, sqlite_records: Records, world: Pair, visit: Visit
) -> None:
    first = await make_live(make_node, sqlite_records)
    page = await visit.enter(first, world.home.teacher.id, world.space.id)
    await visit.enter(first, world.home.students[0].id, world.space.id)
    await done(page, LessonStart)
    await there(first, world, world.home.teacher.id, world.home.students[0].id)
    desk_of(first)._books.clear()  # it does not come to say goodbye
    await first.stop()
    second = await make_live(make_node, sqlite_records, recheck_s=0.3)
    await visit.enter(second, world.home.teacher.id, world.space.id)
    await there(second, world, world.home.teacher.id)


async def test_staff_read_and_export_it(live_nodes: tuple[Node, Node], world: Pair, visit: Visit) -> None:
    near, far = live_nodes
    page = await visit.enter(near, world.home.teacher.id, world.space.id)
    await visit.enter(far, world.home.students[0].id, world.space.id)
    await visit.enter(far, world.abroad.students[0].id, world.space.id)
    await visit.enter(far, world.abroad.students[1].id, world.space.id)
    await done(page, LessonStart)
    everyone = [
        world.home.teacher.id, world.home.students[0].id, *(each.id for each in world.abroad.students[:2])
    ]
    await there(near, world, *everyone)
    lesson = await lesson_of(near, world)

    browser = await visit.browser(near, world.abroad.head.id)
    listed = (await browser.get(f"/api/spaces/{world.space.id}/attendance")).json()
    assert listed["next"] == ""
    (held,) = listed["items"]
    assert held["title"] == "Rivers"
    assert held["ended_at"] is None
    assert held["host_school_id"] == str(world.home.school.id)
    counts = {each["name"]: (each["students"], each["staff"], each["left_at"]) for each in held["schools"]}
    assert counts == {"Nakuru Hill": (2, 0, None), "Willow": (1, 1, None)}

    await done(page, LessonEnd)
    found = (await browser.get(f"/api/lessons/{lesson.id}/attendance")).json()
    assert found["lesson"]["ended_at"]
    assert all(each["left_at"] for each in found["lesson"]["schools"])
    shown = [(each["name"], each["class_name"], each["kind"]) for each in found["people"]]
    staff = world.home.teacher.name
    # By school, and there by class and name; staff have no class.
    assert shown == [
        ("Heron 1", "5W", "student"), ("Heron 2", "5W", "student"), ("Heron 1", "5W", "student"),
        (staff, "", "staff"),
    ]
    # To a partner a student is an alias and a class.
    assert set(found["people"][0]) == {
        "user_id", "name", "kind", "class_name", "school_id", "minutes", "stretches"
    }
    table = await browser.get(f"/api/lessons/{lesson.id}/attendance.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert "attachment" in table.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["lesson", "date", "school", "name"]
    assert len(rows) == 1 + len(everyone)
    async with near.database.read() as session:
        entry = await session.scalar(
            select(AuditEntry).where(
                AuditEntry.act == "lesson.export", AuditEntry.subject_id == world.space.id
            )
        )
    assert entry is not None
    assert entry.actor_id == world.abroad.head.id


async def test_nobody_else_reads_it(live_nodes: tuple[Node, Node], world: Pair, visit: Visit) -> None:
    near = live_nodes[0]
    page = await visit.enter(near, world.home.teacher.id, world.space.id)
    await done(page, LessonStart)
    await there(near, world, world.home.teacher.id)
    lesson = await lesson_of(near, world)
    async with UnitOfWork(near.database, InProcessBus()) as uow:
        made = World(uow.session)
        stranger = await made.staff(await made.school("Museum", "FR"), StaffRole.TEACHER)
        guest = await made.staff(await made.school("Office", "FR"), StaffRole.TEACHER)
        await made.visit(world.partnership, guest, VisitRole.GUEST, by=world.home.teacher, space=world.space)
        unverified = await made.staff(world.home.school, StaffRole.HEADTEACHER, verified=False)
    paths = (
        f"/api/spaces/{world.space.id}/attendance", f"/api/lessons/{lesson.id}/attendance",
        f"/api/lessons/{lesson.id}/attendance.csv",
    )
    for user_id, status in (
        (stranger.id, 404), (guest.id, 404), (world.home.students[0].id, 403)
    ):
        browser = await visit.browser(near, user_id)
        assert [(await browser.get(path)).status_code for path in paths] == [status] * 3
    browser = await visit.browser(near, unverified.id)
    # Who is not verified yet looks, and takes nothing along.
    assert [(await browser.get(path)).status_code for path in paths] == [200, 200, 403]


async def test_a_long_list_comes_in_pages(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    node = live_nodes[0]
    page = await visit.enter(node, world.home.teacher.id, world.space.id)
    for _ in range(5):
        await done(page, LessonStart)
        await there(node, world, world.home.teacher.id)
        await done(page, LessonEnd)
    browser = await visit.browser(node, world.home.teacher.id)
    seen: list[str] = []
    cursor = ""
    while True:
        answer = await browser.get(f"/api/spaces/{world.space.id}/attendance?limit=2&cursor={cursor}")
        seen += [each["lesson_id"] for each in answer.json()["items"]]
        if not (cursor := answer.json()["next"]):
            break
    async with node.database.read() as session:
        stored = await session.scalars(
            select(Lesson.id).where(Lesson.space_id == world.space.id).order_by(Lesson.started_at.desc())
        )
        assert seen == [str(each) for each in stored]
    assert (await browser.get(f"/api/spaces/{world.space.id}/attendance?cursor=x")).status_code == 400
