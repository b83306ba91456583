"""The plan of a lesson over HTTP. It is run in the live space (`realtime.room`)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server import paging
from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.guards import staff_only
from server.lessons import step_rules, steps
from server.lessons.models import LessonStatus
from server.lessons.step_rules import Step, StepKind
from server.polls.models import PollKind
from server.polls.rules import END_LIMIT, OPTION_LIMIT, OPTIONS_LIMIT, QUESTION_LIMIT, Draft
from server.spaces import manage


class StepPoll(msgspec.Struct, forbid_unknown_fields=True):
    """What a step asks."""

    kind: PollKind
    question: Annotated[str, Meta(min_length=1, max_length=QUESTION_LIMIT)]
    options: Annotated[
        list[Annotated[str, Meta(max_length=OPTION_LIMIT)]], Meta(max_length=OPTIONS_LIMIT)
    ] = []
    low: Annotated[str, Meta(max_length=END_LIMIT)] = ""
    high: Annotated[str, Meta(max_length=END_LIMIT)] = ""
    right: Annotated[list[int], Meta(max_length=OPTIONS_LIMIT)] | None = None


class StepView(msgspec.Struct, forbid_unknown_fields=True):
    """A step of a plan. `page_id`: of a step on the board; `poll`: of a poll; `group_count`: of groups.

    Who does not run lessons here reads `id`, `kind`, `title` and `minutes` alone.
    """

    id: UUID
    """Chosen by whoever adds the step."""
    kind: StepKind
    title: Annotated[str, Meta(min_length=1, max_length=step_rules.TITLE_LIMIT, pattern=r"\S")]
    minutes: Annotated[int, Meta(ge=1, le=step_rules.MINUTES_MAX)]
    page_id: UUID | None = None
    poll: StepPoll | None = None
    group_count: Annotated[int, Meta(ge=1, le=step_rules.GROUPS_MAX)] | None = None
    note: Annotated[str, Meta(max_length=step_rules.NOTE_LIMIT)] = ""
    """For the staff who run the lesson."""


class LessonSteps(msgspec.Struct, frozen=True):
    """A lesson and its plan. Version 0: it was never planned in steps."""

    lesson_id: UUID
    space_id: UUID
    space_name: str
    title: str
    status: LessonStatus
    starts_at: datetime
    ends_at: datetime
    started_at: datetime | None
    version: int
    items: list[StepView]
    may_edit: bool


class NewSteps(msgspec.Struct, forbid_unknown_fields=True):
    """`version`: of the plan that this one is to replace."""

    version: Annotated[int, Meta(ge=0, lt=2**31)]
    steps: Annotated[list[StepView], Meta(max_length=step_rules.STEPS_MAX)]


class PlannedLesson(msgspec.Struct, frozen=True):
    """A lesson that was planned in steps."""

    lesson_id: UUID
    title: str
    starts_at: datetime
    steps: int
    minutes: int


class PlannedLessons(msgspec.Struct, frozen=True):
    items: list[PlannedLesson]
    next: str


async def _view(database: Database, who: SignedIn, lesson_id: UUID) -> LessonSteps:
    async with database.read() as session:
        found = await steps.read(session, who, lesson_id)
        space = await manage.find(session, found.lesson.space_id)
    lesson, plan = found.lesson, found.plan
    return LessonSteps(
        lesson.id, space.id, space.name, lesson.title, lesson.status, lesson.starts_at, lesson.ends_at,
        lesson.started_at, plan.version, [_shown(step) for step in plan.steps], found.may_edit,
    )


def _shown(step: Step) -> StepView:
    poll = step.poll
    return StepView(
        step.id, step.kind, step.title, step.minutes, step.page_id,
        None if poll is None else StepPoll(
            poll.kind, poll.question, poll.options, poll.low, poll.high, poll.right
        ),
        step.group_count, step.note,
    )


def _meant(step: StepView) -> Step:
    poll = step.poll
    return Step(
        id=step.id, kind=step.kind, title=step.title, minutes=step.minutes, page_id=step.page_id,
        poll=None if poll is None else Draft(
            poll.kind, poll.question, poll.options, poll.low, poll.high, poll.right
        ),
        group_count=step.group_count, note=step.note,
    )


@get("/lessons/{lesson_id:uuid}/steps")
async def lesson_steps(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID], database: NamedDependency[Database]
) -> LessonSteps:
    """The plan of a lesson: whole for those who run lessons here; for the class while the lesson runs, and
    only what each step is, its title and its minutes. 403 with the reason as its code, 404 `not_found`."""
    return await _view(database, request.user, lesson_id)


@put("/lessons/{lesson_id:uuid}/steps", guards=[staff_only])
async def plan_steps(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID], data: JSONBody[NewSteps],
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> LessonSteps:
    """Store the plan. 400 `invalid`, 403 `not_allowed`, 404 `not_found`, 409 `steps_changed` with the plan
    that was `kept`, 409 `invalid_transition` when the lesson is over."""
    async with UnitOfWork(database, bus) as uow:
        wanted = [_meant(step) for step in data.steps]
        await steps.write(uow, request.user, lesson_id, data.version, wanted)
    return await _view(database, request.user, lesson_id)


@get("/spaces/{space_id:uuid}/lesson-plans", guards=[staff_only])
async def planned_lessons(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], database: NamedDependency[Database],
    cursor: paging.Cursor = "", limit: paging.Limit = 20,
) -> PlannedLessons:
    """The lessons of a space that were planned in steps, the latest first. 403 `not_allowed`,
    404 `not_found`."""
    below = paging.place(cursor, datetime, UUID)
    before = (below[0], below[1]) if below else None
    async with database.read() as session:
        found = await steps.planned(session, request.user, space_id, before, limit + 1)
    shown = found[:limit]
    items = [
        PlannedLesson(
            lesson.id, lesson.title, lesson.starts_at, len(plan.steps), step_rules.minutes_of(plan.steps)
        )
        for lesson, plan in shown
    ]
    more = paging.cursor(shown[-1][0].starts_at, shown[-1][0].id) if len(found) > limit else ""
    return PlannedLessons(items, more)


router = Router("/", route_handlers=[lesson_steps, plan_steps, planned_lessons], tags=["Lessons"])
