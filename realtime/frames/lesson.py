"""Running a lesson: its life, hands, locks, spotlight, timer."""

from __future__ import annotations

from uuid import UUID

from realtime.frames import Frame, Ref


class HandRaise(Frame, tag="hand.raise"):
    """Raise this person's hand, or lower it."""

    ref: Ref
    up: bool


class RoomState(Frame, tag="room.state"):
    """How the room is run now: whole, each time it changes. The higher `version` is the newer."""

    version: int
    lesson_id: UUID | None = None


LessonClientFrame = HandRaise
LessonServerFrame = RoomState
