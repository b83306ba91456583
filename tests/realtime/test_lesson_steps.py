"""A plan is gone through on one node and felt on the other: its steps, its pages, its polls."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from realtime.frames.lesson import (
    LessonEnd,
    LessonLobby,
    LessonStart,
    PageBring,
    RoomState,
    StepBegin,
    StepEnd,
    StepKind,
    TimerSet,
)
from realtime.frames.pages import PagesChanged
from realtime.frames.polls import PollState, PollStatus
from realtime.protocol import BoardOpen, BoardOpened, Error, ErrorCode, Ok
from server.access import Grant
from server.accounts.models import UserKind
from server.accounts.service import SignedIn
from server.boards import pages
from server.boards.models import Board
from server.db import UnitOfWork
from server.lessons import live, step_rules, steps
from server.lessons.step_rules import Step
from server.lessons.step_rules import StepKind as Kind
from server.polls.models import Poll, PollKind
from server.polls.rules import Draft
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, connections_of, first_board, hub_of, room_of

ASKED = Draft(PollKind.SINGLE, "Which is longer?", ["Ours", "Yours"])


async def ask(page: LiveClient, kind: type, **fields: Any) -> Ok | Error | BoardOpened:
    """Send a request and wait for its answer."""
    ref = page.ref()
    await page.send(kind(ref=ref, **fields))
    async with asyncio.timeout(10):
        while True:
            for answer in (Ok, Error, BoardOpened):
                if any(found.ref == ref for found in page.pending(answer)):
                    return await page.expect(answer, ref=ref)
            await page._more("an answer")


async def done(page: LiveClient, kind: type, **fields: Any) -> None:
    assert isinstance(answer := await ask(page, kind, **fields), Ok), answer


async def refused(page: LiveClient, kind: type, code: ErrorCode, **fields: Any) -> None:
    answer = await ask(page, kind, **fields)
    assert isinstance(answer, Error) and answer.code is code, answer


async def opened(page: LiveClient, board_id: UUID) -> None:
    assert isinstance(answer := await ask(page, BoardOpen, board_id=board_id), BoardOpened), answer


async def told(page: LiveClient, **fields: object) -> RoomState:
    while True:
        state = await page.expect(RoomState)
        if all(getattr(state, name) == value for name, value in fields.items()):
            return state


async def listed(page: LiveClient, *ids: UUID) -> None:
    """Wait until the page is told of these pages of the board, in this order."""
    while [each.id for each in (await page.expect(PagesChanged)).boards] != list(ids):
        pass


def step(kind: Kind, minutes: int = 5, **more: Any) -> Step:
    return Step(id=uuid4(), kind=kind, title=f"We {kind}", minutes=minutes, **more)


class Class:
    """A teacher of each school on either node, a student on the far one."""

    def __init__(self, world: Pair, near: Node, far: Node, people: list[LiveClient], first: UUID) -> None:
        self.world, self.near, self.far = world, near, far
        self.teacher, self.other, self.student = people
        self.first = first
        self.who = SignedIn(world.home.teacher.id, uuid4(), UserKind.STAFF, world.home.school.id)

    @property
    def space_id(self) -> UUID:
        return self.world.space.id

    async def page(self, title: str, *, is_prepared: bool = False) -> UUID:
        async with UnitOfWork(self.near.database, self.near.bus) as uow:
            made = await pages.add(uow, self.who, self.space_id, title, is_prepared=is_prepared)
        return made.id

    async def change(self, page_id: UUID, **wanted: Any) -> None:
        async with UnitOfWork(self.near.database, self.near.bus) as uow:
            await pages.change(uow, self.who, self.space_id, page_id, pages.Change(**wanted))

    async def start(self, *plan: Step) -> UUID:
        """Start a lesson, and plan it."""
        await done(self.teacher, LessonStart)
        async with self.near.database.read() as session:
            lesson = await live.lesson_in(session, self.space_id)
        assert lesson is not None
        await self.plan(lesson.id, 0, *plan)
        return lesson.id

    async def plan(self, lesson_id: UUID, version: int, *plan: Step) -> None:
        async with UnitOfWork(self.near.database, self.near.bus) as uow:
            await steps.write(uow, self.who, lesson_id, version, plan)


@pytest.fixture
async def group(live_nodes: tuple[Node, Node], world: Pair, visit: Visit) -> Class:
    near, far = live_nodes
    people = [
        await visit.enter(near, world.home.teacher.id, world.space.id),
        await visit.enter(far, world.abroad.teacher.id, world.space.id),
        await visit.enter(far, world.home.students[0].id, world.space.id),
    ]
    return Class(world, near, far, people, await first_board(near, world.space.id))


# --- steps


async def test_a_step_reaches_everyone_on_both_nodes(group: Class) -> None:
    talk, discuss = step(Kind.TALK, 10), step(Kind.DISCUSSION, 20)
    await group.start(talk, discuss)
    await told(group.other, plan_version=1)  # a plan that changes while the lesson runs is told of
    await done(group.teacher, StepBegin, step_id=talk.id)
    for page in (group.teacher, group.other, group.student):
        while (state := await told(page)).step is None:
            pass
        assert (state.step.id, state.step.kind, state.step.title) == (talk.id, StepKind.TALK, talk.title)
        assert (state.step.ends_at - state.step.started_at).total_seconds() == 600
        assert state.timer is not None and state.timer.ends_at == state.step.ends_at
        assert (state.step.due_at is None) == (page is group.student)
    await done(group.other, StepBegin, step_id=discuss.id)
    at_staff = await told(group.teacher, steps_done=[talk.id])
    assert at_staff.step is not None and at_staff.step.due_at is not None
    assert at_staff.step.id == discuss.id
    # Twenty minutes early, less the moment since the lesson began: the ten of the talk were not used.
    ahead_s = (at_staff.step.due_at - at_staff.step.ends_at).total_seconds()
    assert 540 < ahead_s <= 600
    while (state := await told(group.student)).step is None or state.step.id != discuss.id:
        pass
    assert state.steps_done == []
    await done(group.teacher, StepEnd)
    over = await told(group.student, step=None)
    assert over.timer is None
    await done(group.teacher, LessonEnd)
    assert (await told(group.teacher, lesson=None)).steps_done == []


async def test_a_timer_of_ones_own_outlives_the_step(group: Class) -> None:
    talk = step(Kind.TALK)
    await group.start(talk)
    await done(group.teacher, StepBegin, step_id=talk.id)
    await done(group.teacher, TimerSet, length_s=90)
    await done(group.teacher, StepEnd)
    while (state := await told(group.student, step=None)).timer is None:
        pass
    assert state.timer.length_s == 90


async def test_only_staff_go_through_the_plan_and_only_in_a_lesson(group: Class) -> None:
    talk = step(Kind.TALK)
    await refused(group.teacher, StepBegin, ErrorCode.NOT_ALLOWED, step_id=talk.id)  # no lesson runs
    await done(group.teacher, LessonLobby)
    await refused(group.teacher, StepBegin, ErrorCode.NOT_FOUND, step_id=talk.id)  # no plan
    async with group.near.database.read() as session:
        lesson = await live.lesson_in(session, group.space_id)
    assert lesson is not None
    await group.plan(lesson.id, 0, talk)
    await refused(group.teacher, StepBegin, ErrorCode.NOT_ALLOWED, step_id=talk.id)  # the lobby is open
    await done(group.teacher, LessonStart)
    await refused(group.student, StepBegin, ErrorCode.NOT_ALLOWED, step_id=talk.id)
    await refused(group.student, StepEnd, ErrorCode.NOT_ALLOWED)
    await refused(group.student, PageBring, ErrorCode.NOT_ALLOWED, page_id=group.first)
    await refused(group.teacher, StepBegin, ErrorCode.NOT_FOUND, step_id=uuid4())
    await refused(group.teacher, PageBring, ErrorCode.NOT_FOUND, page_id=uuid4())
    await done(group.teacher, StepBegin, step_id=talk.id)


async def test_a_poll_is_opened_once_however_often_the_step_begins(group: Class) -> None:
    asks, talk = step(Kind.POLL, poll=ASKED), step(Kind.TALK)
    lesson_id = await group.start(asks, talk)
    clicks = [done(page, StepBegin, step_id=asks.id) for page in (group.teacher, group.other)]
    await asyncio.gather(*clicks)
    seen = (await group.student.expect(PollState)).poll
    assert (seen.id, seen.status) == (step_rules.poll_id(lesson_id, asks.id), PollStatus.OPEN)
    assert (seen.question, seen.options) == (ASKED.question, ASKED.options)
    await done(group.teacher, StepBegin, step_id=talk.id)
    await done(group.other, StepBegin, step_id=asks.id)  # by somebody else, again: the same poll
    async with group.near.database.read() as session:
        assert await session.scalar(select(func.count()).where(Poll.space_id == group.space_id)) == 1
        poll = await session.get_one(Poll, seen.id)
        assert (poll.lesson_id, poll.version) == (lesson_id, 1)


# --- pages


async def test_a_prepared_page_is_refused_until_its_step_begins(group: Class, visit: Visit) -> None:
    page_id = await group.page("Later", is_prepared=True)
    await listed(group.teacher, group.first, page_id)
    await refused(group.student, BoardOpen, ErrorCode.NOT_FOUND, board_id=page_id)
    await opened(group.other, page_id)  # staff of the other school prepare it too
    fresh = await visit.page(group.far, group.world.abroad.students[0].id)
    assert [each.id for each in (await fresh.enter(group.space_id)).boards] == [group.first]
    drawing = step(Kind.BOARD, page_id=page_id)
    await group.start(drawing)
    await done(group.teacher, StepBegin, step_id=drawing.id)
    for page in (group.student, fresh):
        await listed(page, group.first, page_id)
        await told(page, page_id=page_id, page_turns=1)
        await opened(page, page_id)
    clicks = [done(page, StepBegin, step_id=drawing.id) for page in (group.teacher, group.other)]
    await asyncio.gather(*clicks)
    await done(group.other, PageBring, page_id=group.first)
    assert (await told(group.student, page_id=group.first)).page_turns == 2


async def test_bringing_everyone_to_a_prepared_page_shows_it(group: Class) -> None:
    page_id = await group.page("Later", is_prepared=True)
    await done(group.teacher, PageBring, page_id=page_id)
    await listed(group.student, group.first, page_id)
    await told(group.student, page_id=page_id, page_turns=1)
    await done(group.teacher, PageBring, page_id=page_id)
    await told(group.student, page_id=page_id, page_turns=2)


async def test_who_has_a_page_open_that_is_hidden_or_taken_away_is_put_out(group: Class) -> None:
    page_id = await group.page("Two")
    for page in (group.student, group.other):
        await listed(page, group.first, page_id)
        await opened(page, page_id)
    await group.change(page_id, is_prepared=True)
    await listed(group.student, group.first)
    student, = connections_of(group.far, group.world.home.students[0].id)
    staff, = connections_of(group.far, group.world.abroad.teacher.id)
    assert student.board is None and staff.board is not None
    await refused(group.student, BoardOpen, ErrorCode.NOT_FOUND, board_id=page_id)
    async with UnitOfWork(group.near.database, group.near.bus) as uow:
        await pages.remove(uow, group.who, group.space_id, page_id)
    await listed(group.other, group.first)
    assert staff.board is None and room_of(group.far, page_id) is None
    await refused(group.other, BoardOpen, ErrorCode.NOT_FOUND, board_id=page_id)
    await opened(group.student, group.first)


async def test_pages_are_told_whole_and_in_order(group: Class) -> None:
    two = await group.page("Two")
    for page in (group.teacher, group.other, group.student):
        await listed(page, group.first, two)
    await group.change(two, place=1, title="New name")
    for page in (group.teacher, group.other, group.student):
        await listed(page, two, group.first)
    # Notes stay open whatever becomes of the pages.
    notes = hub_of(group.far).pages.notes(group.space_id)
    assert notes is not None
    await opened(group.student, notes.id)
    await group.change(two, is_prepared=True)
    await listed(group.student, group.first)
    student, = connections_of(group.far, group.world.home.students[0].id)
    assert student.board is not None and student.board.board_id == notes.id


async def test_a_page_that_was_hidden_while_it_was_being_opened_does_not_open(
    group: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_id, hub = await group.page("Two"), hub_of(group.far)
    await listed(group.student, group.first, page_id)
    enter, is_hidden = hub.boards.enter, False

    async def late(board_id: UUID, *others: Any) -> bool:
        nonlocal is_hidden
        if board_id == page_id and not is_hidden:
            is_hidden, heard = True, hub.pages.heard
            await group.change(page_id, is_prepared=True)
            async with asyncio.timeout(10):
                while hub.pages.heard == heard:
                    await asyncio.sleep(0.01)
        return await enter(board_id, *others)

    monkeypatch.setattr(hub.boards, "enter", late)
    await refused(group.student, BoardOpen, ErrorCode.NOT_FOUND, board_id=page_id)
    assert room_of(group.far, page_id) is None


async def test_what_an_event_should_have_told_is_found_by_the_clock(group: Class) -> None:
    page_id, hub = await group.page("Two"), hub_of(group.far)
    await listed(group.student, group.first, page_id)
    await opened(group.student, page_id)
    async with UnitOfWork(group.near.database, group.near.bus) as uow:
        (await uow.session.get_one(Board, page_id)).is_prepared = True
    async with group.far.database.read() as session:
        await hub.pages.read(session, [group.space_id])
    await listed(group.student, group.first)
    student, = connections_of(group.far, group.world.home.students[0].id)
    assert student.board is None and Grant.BOARD_VIEW in student.grants
