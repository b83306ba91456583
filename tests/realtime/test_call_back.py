"""Everyone is called back when a minute is up: on every node, once, whatever became of who was asked."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from realtime import calling_back as desk
from realtime.frames.groups import (
    GroupsArrange,
    GroupsCallBack,
    GroupsClose,
    GroupsOpen,
    GroupsState,
)
from realtime.frames.lesson import HandRaise, LessonEnd, LessonStart, RoomState
from realtime.protocol import ErrorCode
from server import clock
from server.accounts.models import StaffRole
from server.accounts.service import SignedIn
from server.audit.models import AuditEntry
from server.bus import Bus, InProcessBus
from server.db import Database, UnitOfWork
from server.groups import service as groups
from server.lessons import calling_back, live
from server.lessons.room import Room, Timer
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, hub_of, make_live
from tests.realtime.test_lesson import done, refused


async def set_moment(database: Database, bus: Bus, space_id: UUID, in_s: float) -> None:
    """As if somebody had asked for it a while ago."""
    async with UnitOfWork(database, bus) as uow:
        timer = Timer(clock.now() + timedelta(seconds=in_s), 60)
        await live.change_room(uow, space_id, lambda room: replace(room, call_back=timer))


async def arranged(teacher: LiveClient, world: Pair) -> list[UUID]:
    """Two groups of two, open."""
    pairs = zip(world.home.students[:2], world.abroad.students[:2], strict=True)
    await done(teacher, GroupsArrange, groups=[[each.id for each in group] for group in pairs])
    await done(teacher, GroupsOpen)
    return [each.id for each in (await state_of(teacher, is_open=True)).groups]


async def state_of(page: LiveClient, *, is_open: bool) -> GroupsState:
    while (state := await page.expect(GroupsState)).open is not is_open:
        pass
    return state


async def room_where(page: LiveClient, *, is_counting: bool) -> RoomState:
    while ((state := await page.expect(RoomState)).call_back is not None) is not is_counting:
        pass
    return state


async def called_back(database: Database, space_id: UUID) -> list[tuple[str, UUID | None, Any]]:
    async with database.read() as session:
        rows = await session.scalars(
            select(AuditEntry)
            .where(AuditEntry.subject_id == space_id)
            .where(AuditEntry.act.in_(["groups.call_back", "groups.close"]))
            .order_by(AuditEntry.seq)
        )
        return [(row.act, row.actor_id, row.after) for row in rows]


def waits(node: Node, space_id: UUID) -> bool:
    """Whether a node has a moment to wait for."""
    (found,) = [each for each in hub_of(node).desks if isinstance(each, desk.CallBackDesk)]
    return space_id in found._waiting


async def no_longer(node: Node, space_id: UUID) -> None:
    async with asyncio.timeout(5):
        while waits(node, space_id):
            await asyncio.sleep(0.01)


async def test_all_see_the_moment_come_and_all_come_back_once(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near, far = live_nodes
    teacher = await visit.enter(near, world.home.teacher.id, world.space.id)
    other = await visit.enter(far, world.abroad.teacher.id, world.space.id)
    first, _ = await arranged(teacher, world)
    student = await visit.enter(far, world.abroad.students[0].id, first)

    asked_at = clock.now()
    await done(teacher, GroupsCallBack, length_s=60)
    for page in (teacher, other, student):
        state = await room_where(page, is_counting=True)
        assert state.call_back is not None
        late = state.call_back.ends_at - asked_at - timedelta(seconds=60)
        assert timedelta() <= late < timedelta(seconds=5)
        assert state.call_back.length_s == 60
        assert state.now >= asked_at, "the server's clock, to count down by"
    newcomer = await visit.enter(near, world.home.students[0].id, first)
    assert (await newcomer.expect(RoomState)).call_back == state.call_back

    await set_moment(near.database, near.bus, world.space.id, 0.4)
    for page in (teacher, other, student, newcomer):
        await room_where(page, is_counting=False)
    for page in (teacher, other, student, newcomer):
        await state_of(page, is_open=False)
    for node in live_nodes:
        await no_longer(node, world.space.id)
    assert await called_back(near.database, world.space.id) == [
        ("groups.call_back", world.home.teacher.id, {"length_s": 60}),
        ("groups.close", None, {}),
    ]


async def take_back(page: LiveClient) -> None:
    await done(page, GroupsCallBack, length_s=None)


async def call_at_once(page: LiveClient) -> None:
    await done(page, GroupsClose)
    await state_of(page, is_open=False)
    await done(page, GroupsOpen)
    await state_of(page, is_open=True)


async def arrange_anew(page: LiveClient) -> None:
    await done(page, GroupsClose)
    students = [each for group in (await state_of(page, is_open=False)).groups for each in group.students]
    await done(page, GroupsArrange, groups=[students])
    await done(page, GroupsOpen)
    await state_of(page, is_open=True)


async def end_and_begin(page: LiveClient) -> None:
    await done(page, LessonEnd)
    await state_of(page, is_open=False)
    await done(page, LessonStart)
    await done(page, GroupsOpen)
    await state_of(page, is_open=True)


@pytest.mark.parametrize("what", [take_back, call_at_once, arrange_anew, end_and_begin])
async def test_nothing_happens_when_something_else_came_first(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, what: Any
) -> None:
    near, far = live_nodes
    teacher = await visit.enter(near, world.home.teacher.id, world.space.id)
    other = await visit.enter(far, world.abroad.teacher.id, world.space.id)
    await visit.enter(far, world.abroad.students[0].id, world.space.id)
    await done(teacher, LessonStart)
    await arranged(teacher, world)
    await done(other, GroupsCallBack, length_s=30)
    await room_where(teacher, is_counting=True)
    await set_moment(near.database, near.bus, world.space.id, 1.0)
    await what(teacher)  # any of the adults, not only the one who asked
    await room_where(other, is_counting=False)
    for node in live_nodes:
        await no_longer(node, world.space.id)
    # And if a node were late to hear of it, the records say no.
    async with UnitOfWork(near.database, near.bus) as uow:
        assert not await calling_back.close_if_due(uow, world.space.id)
    assert hub_of(near).groups.is_open(world.space.id)


async def test_the_newest_word_counts_and_other_moves_leave_it(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near, far = live_nodes
    teacher = await visit.enter(near, world.home.teacher.id, world.space.id)
    await visit.enter(far, world.abroad.teacher.id, world.space.id)
    await arranged(teacher, world)
    await done(teacher, GroupsCallBack, length_s=30)
    before = await room_where(teacher, is_counting=True)
    await done(teacher, GroupsCallBack, length_s=120)
    after = await room_where(teacher, is_counting=True)
    assert before.call_back is not None
    assert after.call_back is not None
    assert after.call_back.ends_at > before.call_back.ends_at + timedelta(seconds=60)
    await done(teacher, HandRaise)
    assert (await room_where(teacher, is_counting=True)).call_back == after.call_back
    async with UnitOfWork(near.database, near.bus) as uow:
        assert not await calling_back.close_if_due(uow, world.space.id), "the moment has not come"


async def test_it_is_for_adults_who_run_the_space_and_only_while_groups_are_open(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    student = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    await refused(teacher, GroupsCallBack, length_s=60)
    await arranged(teacher, world)
    for length_s in (60, None):
        await refused(student, GroupsCallBack, length_s=length_s)
    for length_s in (0, 9, 301):
        await refused(teacher, GroupsCallBack, ErrorCode.BAD_FRAME, length_s=length_s)
    await done(teacher, GroupsCallBack, length_s=None)  # nothing to take back
    assert await called_back(live_node.database, world.space.id) == []


async def test_another_node_steps_in_when_the_one_that_was_asked_is_gone(
    make_node: MakeNode, shared_records: Records, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when nobody of the space is there: all have lost their line with the node."""
    monkeypatch.setattr(desk, "STEP_IN_S", 0.1)
    asked, other = await make_live(make_node, shared_records), await make_live(make_node, shared_records)
    teacher = await visit.enter(asked, world.home.teacher.id, world.space.id)
    await visit.enter(asked, world.abroad.teacher.id, world.space.id)
    await arranged(teacher, world)
    await done(teacher, GroupsCallBack, length_s=60)
    await set_moment(asked.database, asked.bus, world.space.id, 2.0)
    async with asyncio.timeout(5):
        while not waits(other, world.space.id):
            await asyncio.sleep(0.01)
    await asked.stop()
    assert (await called_back(other.database, world.space.id))[-1][0] == "groups.call_back"
    async with asyncio.timeout(10):
        while (await called_back(other.database, world.space.id))[-1] != ("groups.close", None, {}):
            await asyncio.sleep(0.05)


async def test_a_moment_that_passed_while_no_node_ran_counts_as_soon_as_somebody_comes(
    make_node: MakeNode, records: Records, world: Pair, visit: Visit
) -> None:
    node = await make_live(make_node, records)
    teacher = await visit.enter(node, world.home.teacher.id, world.space.id)
    await arranged(teacher, world)
    await set_moment(node.database, InProcessBus(), world.space.id, -30.0)  # nobody hears of it
    again = await make_live(make_node, records)
    page = await visit.enter(again, world.home.students[0].id, world.space.id)
    await state_of(page, is_open=False)
    assert (await called_back(again.database, world.space.id))[-1] == ("groups.close", None, {})


async def test_many_who_try_at_once_call_back_once(records: Records, world: Pair) -> None:
    database = Database(records.database_url)
    bus = InProcessBus()
    try:
        await _open_groups(database, world)
        await set_moment(database, bus, world.space.id, -1.0)

        async def attempt() -> bool:
            async with UnitOfWork(database, bus) as uow:
                return await calling_back.close_if_due(uow, world.space.id)

        assert sorted(await asyncio.gather(*(attempt() for _ in range(5)))) == [False] * 4 + [True]
        assert await called_back(database, world.space.id) == [("groups.close", None, {})]
        async with database.read() as session:
            assert (await live.rooms(session, [world.space.id]))[world.space.id].room == Room()
    finally:
        await database.close()


async def _open_groups(database: Database, world: Pair) -> None:
    user = world.home.teacher
    who = SignedIn(user.id, uuid4(), user.kind, user.school_id, frozenset({StaffRole.TEACHER}))
    async with UnitOfWork(database, InProcessBus()) as uow:
        await groups.arrange(uow, who, world.space.id, [[each.id for each in world.home.students[:2]]])
        await groups.open_all(uow, who, world.space.id)


async def test_records_that_cannot_be_written_are_asked_again(
    make_node: MakeNode, sqlite_records: Records, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "RETRY_S", 0.05)
    node = await make_live(make_node, sqlite_records)
    teacher = await visit.enter(node, world.home.teacher.id, world.space.id)
    await arranged(teacher, world)
    tries = 0
    close_if_due = calling_back.close_if_due

    async def fails_twice(uow: UnitOfWork, space_id: UUID) -> bool:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise OperationalError("update", {}, Exception("locked"))
        return await close_if_due(uow, space_id)

    monkeypatch.setattr(calling_back, "close_if_due", fails_twice)
    await set_moment(node.database, node.bus, world.space.id, 0.1)
    await state_of(teacher, is_open=False)
    assert tries == 3
