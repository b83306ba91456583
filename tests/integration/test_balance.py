"""The balance between the schools: how it is written on both databases, and who reads what of it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select, update

from server import clock
from server.accounts.models import StaffRole, User
from server.balance import service
from server.balance.models import Contribution
from server.balance.rules import Amounts
from server.bus import InProcessBus
from server.chat.models import ChatMessage
from server.db import Database, UnitOfWork
from server.lessons.models import Lesson, LessonStatus
from server.partnerships.models import Membership, MemberStatus, Partnership, PartnershipStatus, VisitRole
from server.schools.models import School
from server.spaces.models import Space, SpaceKind
from tests import factories
from tests.factories import Pair, World
from tests.nodes import Node, Visitor
from tests.queries import counted


@pytest.fixture
async def world(database: Database) -> Pair:
    return await factories.pair(database, students=2)


async def lesson(
    database: Database, world: Pair, *, host: School | None = None, space_id: UUID | None = None,
    started_at: datetime | None = None, is_over: bool = False,
) -> UUID:
    """A lesson that has run for ten minutes, or is over since a moment ago."""
    now = clock.now()
    made = Lesson(
        space_id=space_id or world.space.id, title="Rivers", created_at=now,
        status=LessonStatus.ENDED if is_over else LessonStatus.LIVE, starts_at=now,
        ends_at=now + timedelta(hours=1), host_school_id=(host or world.home.school).id,
        created_by_id=world.home.teacher.id, started_at=started_at or now - timedelta(minutes=10),
        ended_at=now if is_over else None,
    )
    async with UnitOfWork(database, InProcessBus()) as uow:
        uow.session.add(made)
    return made.id


async def say(
    database: Database, space_id: UUID, user_id: UUID, *, ago: timedelta = timedelta(minutes=1), **more: Any
) -> UUID:
    async with UnitOfWork(database, InProcessBus()) as uow:
        newest = await uow.session.scalar(
            select(func.max(ChatMessage.seq)).where(ChatMessage.space_id == space_id)
        )
        message = ChatMessage(
            space_id=space_id, seq=(newest or 0) + 1, author_id=user_id, client_id=uuid4(), text="x",
            sent_at=clock.now() - ago, **more,
        )
        uow.session.add(message)
    return message.id


async def note(
    database: Database, lesson_id: UUID, seen: dict[UUID, Amounts] | None = None
) -> dict[str, tuple[int, int, int]]:
    """Write, and return by school: talk, messages, marks."""
    async with UnitOfWork(database, InProcessBus()) as uow:
        found = await service.note(uow, lesson_id, seen or {})
    return {each.name: (each.talk.value, each.messages.value, each.marks.value) for each in found}


async def signed_in(node: Node, who: Any) -> Visitor:
    visitor = node.visitor()
    if isinstance(who, factories.Student):
        assert (await visitor.sign_in_student(who)).status_code < 300
    else:
        assert (await visitor.sign_in_staff(who)).status_code < 300
    return visitor


async def test_what_nodes_see_adds_up_also_at_once(database: Database, world: Pair) -> None:
    home, abroad = world.home.school.id, world.abroad.school.id
    lesson_id = await lesson(database, world)
    assert await note(database, lesson_id) == {"Willow": (0, 0, 0), "Nakuru Hill": (0, 0, 0)}
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Contribution)) == 0, "nothing is nothing"
    seen = {home: Amounts(talk_s=2.5, marks=1), abroad: Amounts(talk_s=0.5, marks=2)}
    # In either order: two nodes that write the same rows do not stand in each other's way.
    other = dict(reversed(seen.items()))
    await asyncio.gather(*(note(database, lesson_id, each) for each in (seen, other) * 4))
    assert await note(database, lesson_id) == {"Willow": (20, 0, 8), "Nakuru Hill": (4, 0, 16)}


async def test_messages_are_those_of_the_lesson_and_its_groups(database: Database, world: Pair) -> None:
    ana, ben, teacher = world.home.students[0].id, world.abroad.students[0].id, world.home.teacher.id
    async with UnitOfWork(database, InProcessBus()) as uow:
        made = World(uow.session)
        group = await made.space(world.partnership, name="Group 1")
        other = await made.space(world.partnership, name="Another")
        await uow.session.execute(
            update(Space).where(Space.id == group.id).values(parent_id=world.space.id, group_no=1)
        )
    await say(database, world.space.id, ana, ago=timedelta(minutes=30))  # before it began
    lesson_id = await lesson(database, world)
    await say(database, world.space.id, ana)
    gone = await say(database, world.space.id, ana)
    await say(database, world.space.id, teacher, announced=True)
    await say(database, group.id, teacher, announced=True)  # the same, in each group
    await say(database, group.id, ben)
    await say(database, group.id, ben)
    await say(database, other.id, ben)
    assert await note(database, lesson_id) == {"Willow": (0, 3, 0), "Nakuru Hill": (0, 2, 0)}
    async with UnitOfWork(database, InProcessBus()) as uow:
        await uow.session.execute(
            update(ChatMessage).where(ChatMessage.id == gone).values(text="", deleted_at=clock.now())
        )
    assert await note(database, lesson_id) == {"Willow": (0, 2, 0), "Nakuru Hill": (0, 2, 0)}
    async with UnitOfWork(database, InProcessBus()) as uow:
        ended = {"status": LessonStatus.ENDED, "ended_at": clock.now() - timedelta(seconds=30)}
        await uow.session.execute(update(Lesson).where(Lesson.id == lesson_id).values(**ended))
    await say(database, world.space.id, ana, ago=timedelta())  # after its end
    found = await note(database, lesson_id)
    assert found == {"Willow": (0, 2, 0), "Nakuru Hill": (0, 2, 0)}
    # What the chat no longer keeps was counted.
    async with UnitOfWork(database, InProcessBus()) as uow:
        await uow.session.execute(delete(ChatMessage).where(ChatMessage.space_id == world.space.id))
    async with database.read() as session:
        kept = await session.execute(select(Contribution.school_id, Contribution.messages))
        assert dict(kept.tuples().all())[world.home.school.id] == 2


async def test_only_schools_of_the_partnership_count(database: Database, world: Pair) -> None:
    async with UnitOfWork(database, InProcessBus()) as uow:
        museum = await World(uow.session).school("Museum", "FR")
    lesson_id = await lesson(database, world)
    found = await note(database, lesson_id, {museum.id: Amounts(talk_s=60), uuid4(): Amounts(marks=3)})
    assert found == {"Willow": (0, 0, 0), "Nakuru Hill": (0, 0, 0)}
    assert await note(database, uuid4(), {museum.id: Amounts(talk_s=60)}) == {}
    async with UnitOfWork(database, InProcessBus()) as uow:
        await uow.session.execute(update(Lesson).where(Lesson.id == lesson_id).values(started_at=None))
    assert await note(database, lesson_id, {world.home.school.id: Amounts(talk_s=60)}) == {}, "only a lobby"


async def test_writing_costs_the_same_however_long_the_lesson(database: Database, world: Pair) -> None:
    lesson_id = await lesson(database, world)
    seen = {world.home.school.id: Amounts(talk_s=1)}
    with counted(database) as few:
        await note(database, lesson_id, seen)
    for _ in range(5):
        await say(database, world.space.id, world.abroad.students[0].id)
    with counted(database) as many:
        await note(database, lesson_id, seen)
    assert len(few) == len(many)


async def test_it_goes_with_the_lesson(database: Database, world: Pair) -> None:
    lesson_id = await lesson(database, world)
    await note(database, lesson_id, {world.home.school.id: Amounts(talk_s=1)})
    async with UnitOfWork(database, InProcessBus()) as uow:
        await uow.session.execute(delete(Lesson).where(Lesson.id == lesson_id))
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Contribution)) == 0


async def test_staff_read_it_by_lesson_and_for_the_space(node: Node, database: Database, world: Pair) -> None:
    home, abroad = world.home.school, world.abroad.school
    async with UnitOfWork(database, InProcessBus()) as uow:
        other = await World(uow.session).space(world.partnership, name="Food", kind=SpaceKind.PROJECT)
    first = await lesson(database, world, is_over=True)
    second = await lesson(database, world, host=abroad, is_over=True)
    await lesson(database, world, host=abroad, space_id=other.id, is_over=True)
    running = await lesson(database, world)
    await note(database, first, {home.id: Amounts(talk_s=90, marks=1), abroad.id: Amounts(talk_s=30)})
    await note(database, second, {abroad.id: Amounts(marks=3)})
    await note(database, running, {home.id: Amounts(talk_s=30)})
    browser = await signed_in(node, world.abroad.head)

    found = (await browser.get(f"/api/lessons/{first}/balance")).json()
    assert (found["lesson_id"], found["title"], bool(found["ended_at"])) == (str(first), "Rivers", True)
    assert found["host_school_id"] == str(home.id)
    by_name = {each["short_name"] or each["name"]: each for each in found["schools"]}
    assert len(by_name) == 2
    one, two = found["schools"]
    assert (one["school_id"], one["name"], one["colour"]) == (str(home.id), "Willow", 0)
    assert (one["talk"], two["talk"]) == ({"value": 90, "percent": 75}, {"value": 30, "percent": 25})
    assert (one["marks"]["percent"], two["marks"]["percent"]) == (100, 0)
    assert (one["hosted"], two["hosted"]) == ({"value": 1, "percent": 50}, {"value": 1, "percent": 50})
    # Nothing in it is of one person.
    assert set(one) == {
        "school_id", "name", "short_name", "colour", "talk", "messages", "marks", "hosted"
    }

    space = (await browser.get(f"/api/spaces/{world.space.id}/balance")).json()
    assert space["lessons"] == 3
    one, two = space["schools"]
    assert (one["talk"], two["talk"]) == ({"value": 120, "percent": 80}, {"value": 30, "percent": 20})
    assert (one["marks"]["value"], two["marks"]["value"]) == (1, 3)
    assert (one["hosted"]["value"], two["hosted"]["value"]) == (1, 1), "one that runs is not held yet"
    assert space["hosted_in_partnership"] == {
        str(home.id): {"value": 1, "percent": 33}, str(abroad.id): {"value": 2, "percent": 67}
    }
    empty = (await browser.get(f"/api/spaces/{other.id}/balance")).json()
    assert {each["talk"]["percent"] for each in empty["schools"]} == {0}


async def test_a_school_that_left_is_still_counted(node: Node, database: Database, world: Pair) -> None:
    lesson_id = await lesson(database, world, is_over=True)
    await note(database, lesson_id, {world.abroad.school.id: Amounts(talk_s=30)})
    async with UnitOfWork(database, InProcessBus()) as uow:
        await uow.session.execute(
            update(Membership)
            .where(Membership.school_id == world.abroad.school.id)
            .values(status=MemberStatus.LEFT, left_at=clock.now())
        )
        await uow.session.execute(
            update(Partnership)
            .where(Partnership.id == world.partnership.id)
            .values(status=PartnershipStatus.SUSPENDED)
        )
    browser = await signed_in(node, world.home.head)
    found = (await browser.get(f"/api/lessons/{lesson_id}/balance")).json()
    assert [(each["name"], each["talk"]["percent"]) for each in found["schools"]] == [
        ("Willow", 0), ("Nakuru Hill", 100)
    ]
    browser = await signed_in(node, world.abroad.head)
    assert (await browser.get(f"/api/lessons/{lesson_id}/balance")).status_code == 404


async def test_nobody_else_reads_it(node: Node, database: Database, world: Pair) -> None:
    lesson_id = await lesson(database, world, is_over=True)
    async with UnitOfWork(database, InProcessBus()) as uow:
        made = World(uow.session)
        stranger = await made.staff(await made.school("Museum", "FR"), StaffRole.TEACHER)
        guest: User = await made.staff(await made.school("Office", "FR"), StaffRole.TEACHER)
        await made.visit(world.partnership, guest, VisitRole.GUEST, by=world.home.teacher, space=world.space)
        group = await made.space(world.partnership, name="Group 1")
        await uow.session.execute(
            update(Space).where(Space.id == group.id).values(parent_id=world.space.id, group_no=1)
        )
    paths = (f"/api/spaces/{world.space.id}/balance", f"/api/lessons/{lesson_id}/balance")
    for who, status in ((stranger, 404), (guest, 404), (world.home.students[0], 403)):
        browser = await signed_in(node, who)
        assert [(await browser.get(each)).status_code for each in paths] == [status] * 2
    browser = await signed_in(node, world.home.head)
    for nowhere in (f"/api/spaces/{group.id}/balance", f"/api/lessons/{uuid4()}/balance",
                    f"/api/spaces/{uuid4()}/balance"):
        assert (await browser.get(nowhere)).status_code == 404
    assert (await node.visitor().get(paths[0])).status_code == 401
