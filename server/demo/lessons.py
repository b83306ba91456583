"""The lessons of the demo world: one that is agreed, in the coming days, and one that waits for a yes.

Their times are found as the product finds them, from the demo schools' own days, so that they are true
whenever the demo is filled.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from server.boards.models import Board
from server.db import Model
from server.demo.shapes import DemoSchool, DemoSpace, demo_id
from server.demo.world import WORLD
from server.lessons import slots, times
from server.lessons.models import Lesson, LessonPlan, LessonStatus
from server.lessons.planning_models import AskKind, LessonAsk, LessonSeries
from server.lessons.step_rules import Step, StepKind, checked
from server.polls.models import PollKind
from server.polls.rules import Draft
from server.schools.calendar import BellTimes, Period

LENGTH_MIN = 45
FIRST_DAYS, LATER_DAYS = 1, 6
"""The agreed lesson is a day ahead at the least, the proposed one some days after that."""


def lessons(now: datetime) -> Iterator[Model]:
    """One scheduled lesson of the river project, and a proposal from Nakuru Hill about the food maps."""
    willow, nakuru = WORLD.school("willow"), WORLD.school("nakuru-hill")
    rivers, maps = WORLD.space("Rivers: measuring together"), WORLD.space("Food maps")
    agreed = _best(now + timedelta(days=FIRST_DAYS), now, willow, nakuru)
    proposed = _best(max(now + timedelta(days=LATER_DAYS), agreed + timedelta(days=1)), now, nakuru, willow)
    yield from _lesson(rivers, willow, "okafor", "Draw both rivers", agreed, now, LessonStatus.SCHEDULED)
    yield from _lesson(
        maps, nakuru, "wanjiru", "Where our beans come from", proposed, now, LessonStatus.PROPOSED
    )
    yield from _steps(rivers)
    yield LessonAsk(
        id=demo_id("lesson-ask", maps.name), series_id=demo_id("lesson-series", maps.name),
        kind=AskKind.PLAN, all_to_come=True, school_id=nakuru.id, asked_by_id=nakuru.person("wanjiru"),
        asked_at=now - timedelta(hours=3),
    )


def _lesson(
    space: DemoSpace, host: DemoSchool, planner: str, title: str, starts: datetime, now: datetime,
    status: LessonStatus,
) -> Iterator[Model]:
    series_id, made = demo_id("lesson-series", space.name), now - timedelta(hours=3)
    yield LessonSeries(
        id=series_id, space_id=space.id, timezone=host.timezone, first_at=starts, minutes=LENGTH_MIN,
        every_weeks=1, times=1, created_by_id=host.person(planner), created_at=made,
    )
    yield Lesson(
        id=demo_id("lesson", space.name), space_id=space.id, title=title, status=status, starts_at=starts,
        ends_at=starts + timedelta(minutes=LENGTH_MIN), host_school_id=host.id,
        created_by_id=host.person(planner), created_at=made, series_id=series_id, place_at=starts,
    )


def _steps(space: DemoSpace) -> Iterator[Model]:
    """How the lesson of this space is planned, with a page that students see when its step begins."""
    page = Board(
        id=demo_id("page", space.name), space_id=space.id, title="Both rivers", position=2, is_prepared=True
    )
    yield page
    asked = Draft(PollKind.SINGLE, "Which river is longer?", ["The Thames", "The Tana"], right=[1])
    planned: list[tuple[StepKind, int, str, dict[str, Any]]] = [
        (StepKind.TALK, 5, "Good morning, both classes", {"note": "Say hello in English and in Kiswahili."}),
        (StepKind.BOARD, 15, "Draw your river", {"page_id": page.id}),
        (StepKind.POLL, 5, "Which river is longer?", {"poll": asked}),
        (StepKind.GROUPS, 15, "Find three things that are the same", {"group_count": 3}),
        (StepKind.DISCUSSION, 5, "What surprised us", {}),
    ]
    steps = [
        Step(id=demo_id("step", space.name, title), kind=kind, minutes=minutes, title=title, **more)
        for kind, minutes, title, more in planned
    ]
    yield LessonPlan(
        lesson_id=demo_id("lesson", space.name), version=1, steps=msgspec.to_builtins(checked(steps))
    )


def _best(since: datetime, now: datetime, host: DemoSchool, other: DemoSchool) -> datetime:
    """The best time of the week that begins then, by the schools' usual days: the demo has no holidays
    that last."""
    known = [
        times.SchoolTime(
            each.id, each.timezone,
            BellTimes([
                [Period(str(number), *period.split("-")) for number, period in enumerate(each.profile.day, 1)]
                if day in each.profile.weekdays else []
                for day in range(7)
            ]),
        )
        for each in (host, other)
    ]
    found = slots.find(known, length_min=LENGTH_MIN, weeks=1, now=since, host_id=host.id)
    return found.slots[0].starts_at if found.slots else now + timedelta(days=2)
