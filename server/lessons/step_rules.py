"""The plan of a lesson: its steps, what fits in them, and when each is due. Pure; docs/lesson-plan.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

import msgspec
from msgspec.structs import replace

from server.errors import Invalid
from server.polls import rules as polls
from server.polls.rules import Draft, plain

STEPS_MAX = 20
TITLE_LIMIT = 120
NOTE_LIMIT = 500
MINUTES_MAX = 180
GROUPS_MAX = 20


class StepKind(StrEnum):
    """What a class does in a step."""

    TALK = "talk"
    """Somebody tells or shows something."""
    BOARD = "board"
    """On a page of the board."""
    POLL = "poll"
    """Answer a question."""
    GROUPS = "groups"
    """Work in groups."""
    DISCUSSION = "discussion"
    """Everybody talks."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step as it is planned."""

    id: UUID
    kind: StepKind
    title: str
    minutes: int
    page_id: UUID | None = None
    """Of a step on the board: the page that it begins with."""
    poll: Draft | None = None
    """Of a poll: what is asked, as soon as the step begins."""
    group_count: int | None = None
    note: str = ""
    """For the staff who run the lesson."""


def checked(steps: Sequence[Step]) -> list[Step]:
    """The steps as they are stored.

    Raises:
        Invalid: too many, or something of a step does not fit or belongs to another kind (400).
    """
    if len(steps) > STEPS_MAX:
        raise Invalid(f"A lesson has at most {STEPS_MAX} steps.")
    if len({step.id for step in steps}) < len(steps):
        raise Invalid("A step is in the plan twice.")
    return [_checked(step) for step in steps]


def _checked(step: Step) -> Step:
    title = plain(step.title)
    if not title or len(title) > TITLE_LIMIT:
        raise Invalid(f"Give each step a title of at most {TITLE_LIMIT} characters.")
    if not 1 <= step.minutes <= MINUTES_MAX:
        raise Invalid(f"A step takes 1 to {MINUTES_MAX} minutes.")
    note = step.note.strip()
    if len(note) > NOTE_LIMIT:
        raise Invalid(f"A note has at most {NOTE_LIMIT} characters.")
    if step.page_id is not None and step.kind is not StepKind.BOARD:
        raise Invalid("Only a step on the board begins with a page.")
    if step.group_count is not None and step.kind is not StepKind.GROUPS:
        raise Invalid("Only a step in groups has a number of groups.")
    if step.group_count is not None and not 1 <= step.group_count <= GROUPS_MAX:
        raise Invalid(f"There can be 1 to {GROUPS_MAX} groups.")
    if (step.poll is None) == (step.kind is StepKind.POLL):
        raise Invalid("A step that asks something needs its question, and no other step has one.")
    poll = polls.checked(step.poll) if step.poll is not None else None
    return replace(step, title=title, note=note, poll=poll)


def minutes_of(steps: Iterable[Step]) -> int:
    return sum(step.minutes for step in steps)


def due_at(steps: Sequence[Step], step_id: UUID, started_at: datetime) -> datetime:
    """When a step should be over, had every one before it taken as long as planned.

    Args:
        steps: the plan, which holds the step.
        started_at: when the lesson began.
    """
    place = next(at for at, step in enumerate(steps) if step.id == step_id)
    return started_at + timedelta(minutes=minutes_of(steps[: place + 1]))


def poll_id(lesson_id: UUID, step_id: UUID) -> UUID:
    """The poll of a step: the same one however often the step begins."""
    return uuid5(lesson_id, str(step_id))
