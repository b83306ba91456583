"""A lesson of the demo world that is over: who was there, a question they answered, and the balance.

It is a morning of talk in the river project, so that the talk is what was said in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import msgspec

from server.balance.models import Contribution
from server.db import Model
from server.demo import drawing
from server.demo.shapes import demo_id, school_day
from server.demo.world import WORLD
from server.lessons.models import Attendance, Lesson, LessonStatus
from server.polls.models import Poll, PollKind, PollStatus, Vote
from server.polls.rules import Choice

DAYS_AGO = 2
"""Of school: that of the orange race."""
STARTED, ENDED = time(9, 0, tzinfo=UTC), time(9, 40, tzinfo=UTC)
TALK_S = {"willow": 512.0, "nakuru-hill": 431.0}


def held(now: datetime) -> Iterator[Model]:
    """The last lesson of the river project."""
    space = WORLD.space("Rivers: measuring together")
    day = school_day(now.date(), DAYS_AGO)
    started, ended = datetime.combine(day, STARTED), datetime.combine(day, ENDED)
    host = WORLD.school("nakuru-hill")
    lesson = Lesson(
        id=demo_id("lesson", space.name, "held"), space_id=space.id, title="The orange race",
        status=LessonStatus.ENDED, starts_at=started, ends_at=ended + timedelta(minutes=5),
        host_school_id=host.id, created_by_id=host.person("wanjiru"), created_at=started - timedelta(days=3),
        started_at=started, ended_at=ended,
    )
    poll = Poll(
        id=demo_id("poll", space.name, "held"), space_id=space.id, lesson_id=lesson.id,
        kind=PollKind.SINGLE, status=PollStatus.REVEALED, question="Which river is faster?",
        options=["Willow's stream", "The Njoro"], created_by_id=host.person("wanjiru"),
        created_at=started + timedelta(minutes=12), opened_at=started + timedelta(minutes=12),
        closed_at=started + timedelta(minutes=15),
    )
    yield lesson
    yield poll
    for key in space.schools:
        school = WORLD.school(key)
        students = [school.person(each.alias) for each in school.school_class.students]
        said = sum(when == DAYS_AGO and who.startswith(f"{key}/") for when, _, who, _ in space.talk)
        yield Contribution(
            lesson_id=lesson.id, school_id=school.id, talk_s=TALK_S[key], messages=said,
            marks=drawing.count_of(key),
        )
        for place, user_id in enumerate([school.person(school.school_class.teacher), *students]):
            yield Attendance(
                id=demo_id("attendance", key, str(place)), lesson_id=lesson.id, user_id=user_id,
                school_id=school.id, came_at=started + timedelta(seconds=20 * place), left_at=ended,
            )
        for place, user_id in enumerate(students):
            yield Vote(
                poll_id=poll.id, user_id=user_id, school_id=school.id,
                choice=msgspec.to_builtins(Choice(picks=[int(place % 4 > 0)])),
                at=poll.opened_at or started,
            )
