"""Whether each school's students are live: only while an adult of their own school is there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from realtime.frames import Frame, Record, Ref


class Watch(StrEnum):
    """How the students of one school are supervised in a space."""

    PRESENT = "present"
    """A verified adult of their school is there."""
    GRACE = "grace"
    """The last of them was lost a moment ago: nothing is taken away yet."""
    HELD = "held"
    """Students look and do not write; sound and picture have stopped. It ends when an adult is back."""
    OVER = "over"
    """Held for too long during a lesson: it has ended for this school, until an adult lets them in again."""


class SchoolWatch(Record):
    school_id: UUID
    watch: Watch
    until: datetime | None = None
    """When the grace, or the hold, ends by itself. None: it does not."""


class SupervisionLetIn(Frame, tag="supervision.let_in"):
    """An adult lets the students of their school back into a lesson that was over for them."""

    ref: Ref


class SupervisionState(Frame, tag="supervision.state"):
    """How the schools that have students here are supervised: whole, each time it changes.

    `alone`: exactly one adult and one student are here, so sound and picture wait for a third.
    """

    schools: list[SchoolWatch]
    alone: bool = False
