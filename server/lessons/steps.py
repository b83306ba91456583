"""The plan of a lesson: read, written by several hands, and run step by step. docs/lesson-plan.md.

A plan is one row with a version. Who may run lessons in the space writes it, whichever school planned the
lesson. A step begins in the room of the lesson (`server.lessons.room`): its timer, its page and its poll come
with it, once, however often it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.access import Access, Grant, access_in
from server.accounts.service import SignedIn
from server.boards import pages
from server.boards.models import Board, PageKind
from server.db import UnitOfWork
from server.errors import Invalid, InvalidTransition, NoAccess, NotAllowed, NotFound, StepsChanged
from server.lessons import live, sides, step_rules
from server.lessons import room as rules
from server.lessons.models import Lesson, LessonPlan, LessonStatus
from server.lessons.room import RunningStep
from server.lessons.step_rules import Step
from server.polls import service as polls
from server.polls.models import Poll, PollStatus
from server.polls.rules import runs_room

OVER = frozenset({LessonStatus.ENDED, LessonStatus.CANCELLED})


class Plan(msgspec.Struct, frozen=True):
    """The steps of a lesson. Version 0: it was never planned."""

    version: int = 0
    steps: list[Step] = []


class Reading(NamedTuple):
    """A plan, as far as somebody may read it."""

    lesson: Lesson
    plan: Plan
    is_whole: bool
    """With notes, pages and polls: for staff. Else what the class sees."""
    may_edit: bool


# --- reading


async def plan_of(session: AsyncSession, lesson_id: UUID) -> Plan:
    """The whole plan of a lesson. Who may read it is asked elsewhere."""
    row = await session.get(LessonPlan, lesson_id)
    return Plan() if row is None else _read(row)


def _read(row: LessonPlan) -> Plan:
    return Plan(row.version, msgspec.convert(row.steps, list[Step]))


async def read(session: AsyncSession, who: SignedIn, lesson_id: UUID) -> Reading:
    """The plan of a lesson for this person. Who does not run lessons there reads it while the lesson runs,
    and reads of each step only what it is, its title and its minutes.

    Raises:
        NotFound: no such lesson for them, or it does not run (404). NoAccess: not open to them now (403).
    """
    lesson = await session.get(Lesson, lesson_id)
    if lesson is None:
        raise NotFound
    found = await access_in(session, who.user_id, lesson.space_id)
    is_whole = runs_room(found.grants)
    if not is_whole:
        if Grant.SPACE_READ not in found.grants:
            raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
        if lesson.status is not LessonStatus.LIVE:
            raise NotFound
    plan = await plan_of(session, lesson_id)
    if not is_whole:
        plan = Plan(plan.version, [_for_class(step) for step in plan.steps])
    return Reading(lesson, plan, is_whole, _may_edit(lesson, found))


def _for_class(step: Step) -> Step:
    return Step(id=step.id, kind=step.kind, title=step.title, minutes=step.minutes)


def _may_edit(lesson: Lesson, found: Access) -> bool:
    return sides.moderates(found) and lesson.status not in OVER


async def planned(
    session: AsyncSession, who: SignedIn, space_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[tuple[Lesson, Plan]]:
    """The lessons of a space that were planned in steps, the latest first: to use a plan again.

    Args:
        before: start and id of the last one of the page before.

    Raises:
        NotFound: no such space (404). NoAccess, NotAllowed: they do not run lessons there (403).
    """
    found = await access_in(session, who.user_id, space_id)
    if not found.grants:
        raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
    if not runs_room(found.grants):
        raise NotAllowed
    wanted = (
        select(Lesson, LessonPlan)
        .join(LessonPlan, LessonPlan.lesson_id == Lesson.id)
        .where(Lesson.space_id == space_id)
        .order_by(Lesson.starts_at.desc(), Lesson.id.desc())
        .limit(limit)
    )
    if before is not None:
        at, last_id = before
        wanted = wanted.where(or_(Lesson.starts_at < at, (Lesson.starts_at == at) & (Lesson.id < last_id)))
    return [(lesson, _read(row)) for lesson, row in (await session.execute(wanted)).tuples()]


# --- writing


async def write(
    uow: UnitOfWork, who: SignedIn, lesson_id: UUID, version: int, steps: Sequence[Step]
) -> Plan:
    """Store a plan in place of the one that was read.

    Args:
        version: of the plan that was read; 0 when there was none.

    Raises:
        NotFound: no such lesson (404). NoAccess, NotAllowed: not theirs to plan (403).
        InvalidTransition: the lesson is over (409).
        StepsChanged: it was changed since it was read; says what is kept (409).
        Invalid: something of it does not fit (400).
    """
    session = uow.session
    space_id = await session.scalar(select(Lesson.space_id).where(Lesson.id == lesson_id))
    if space_id is None:
        raise NotFound
    await live.locked_space(uow, space_id)  # first, as every move of a lesson does
    lesson = (await session.scalars(select(Lesson).where(Lesson.id == lesson_id).with_for_update())).one()
    found = await access_in(session, who.user_id, lesson.space_id)
    if not found.grants:
        raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
    if not sides.moderates(found):
        raise NotAllowed("Lessons are planned by the teachers of the schools that take part.")
    if lesson.status in OVER:
        raise InvalidTransition("This lesson is over. Its plan stays as it is.", state=lesson.status.value)
    row = await session.get(LessonPlan, lesson_id)
    kept = _read(row) if row is not None else Plan()
    if version != kept.version:
        raise StepsChanged(kept=msgspec.to_builtins(kept))
    fit = step_rules.checked(steps)
    await _check_pages(session, lesson.space_id, {step.page_id for step in fit if step.page_id is not None})
    if row is None:
        row = LessonPlan(lesson_id=lesson_id)
        session.add(row)
    row.version, row.steps = version + 1, msgspec.to_builtins(fit)
    if lesson.status is LessonStatus.LIVE:
        # Who runs the lesson sees the new plan at once.
        await live.change_room(
            uow, lesson.space_id, lambda room: msgspec.structs.replace(room, plan_version=version + 1)
        )
    return Plan(version + 1, fit)


async def _check_pages(session: AsyncSession, space_id: UUID, page_ids: set[UUID]) -> None:
    """One that was taken away may stay in a plan: it may come back."""
    known = await session.scalars(
        select(Board.id).where(
            Board.id.in_(page_ids), Board.space_id == space_id, Board.kind == PageKind.BOARD
        )
    )
    if page_ids - set(known):
        raise Invalid("A step begins with a page that is not on this board. Choose another page.")


# --- running


async def begin(uow: UnitOfWork, who: SignedIn, space_id: UUID, step_id: UUID) -> None:
    """Go to a step of the plan of the lesson that runs: with its timer, its page and its poll.

    At it already, nothing changes. One that was done before begins again, and its poll stays as it is.

    Raises:
        NotFound: no such space, or no such step in the plan (404).
        NoAccess, NotAllowed: not theirs to run (403).
        InvalidTransition: no lesson runs, or only its lobby is open (409).
    """
    await live.locked_space(uow, space_id)
    await live.check_leads(uow, who, space_id)
    lesson = await live.running_lesson(uow.session, space_id)
    plan = await plan_of(uow.session, lesson.id)
    step = next((each for each in plan.steps if each.id == step_id), None)
    if step is None:
        raise NotFound
    now = clock.now()
    running = RunningStep(
        step.id, step.kind, step.title, now, now + timedelta(minutes=step.minutes),
        step_rules.due_at(plan.steps, step.id, lesson.started_at or now),
    )
    before, after = await live.change_room(uow, space_id, lambda room: rules.begin_step(room, running))
    if before == after:
        return
    if step.page_id is not None:
        await _turn_to(uow, space_id, step.page_id)
    if step.poll is not None:
        await _ask(uow, who, lesson, step)


async def end(uow: UnitOfWork, who: SignedIn, space_id: UUID) -> None:
    """Leave the step that the class is at, and go to none.

    Raises:
        NoAccess, NotAllowed: not theirs to run (403).
    """
    await live.check_leads(uow, who, space_id)
    await live.change_room(uow, space_id, rules.end_step)


async def bring_to_page(uow: UnitOfWork, who: SignedIn, space_id: UUID, page_id: UUID) -> None:
    """Bring everyone to a page of the board. One that is being prepared is shown with it.

    Raises:
        NotFound: no such space, or no such page on its board (404).
        NoAccess, NotAllowed: not theirs to do (403).
    """
    await live.locked_space(uow, space_id)
    await live.check_leads(uow, who, space_id)
    if not await _turn_to(uow, space_id, page_id):
        raise NotFound


async def _turn_to(uow: UnitOfWork, space_id: UUID, page_id: UUID) -> bool:
    if not await pages.show(uow, space_id, page_id):
        return False
    await live.change_room(uow, space_id, lambda room: rules.turn_to(room, page_id))
    return True


async def _ask(uow: UnitOfWork, who: SignedIn, lesson: Lesson, step: Step) -> None:
    """Open the poll of a step, unless it was opened before."""
    assert step.poll is not None
    poll_id = step_rules.poll_id(lesson.id, step.id)
    poll = await uow.session.get(Poll, poll_id)
    if poll is None:
        await polls.create(uow, who, lesson.space_id, poll_id, step.poll, is_open=True)
    elif poll.status is PollStatus.DRAFT:
        await polls.move(uow, who, lesson.space_id, poll_id, PollStatus.OPEN)
