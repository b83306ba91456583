"""Running a lesson: its life, hands, locks, spotlight, timer.

Every request is answered by `ok`. What came of it is told to everyone by `room.state`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from realtime.frames import AsId, Frame, Record, Ref


class LessonPhase(StrEnum):
    """Where a lesson stands in its room."""

    OPEN = "open"
    """No lesson: the rules of the space apply."""
    LOBBY = "lobby"
    """Students gather and look; staff prepare."""
    LIVE = "live"
    HELD = "held"
    """Paused by a teacher: students look and listen."""


class RoomPart(StrEnum):
    """What can be shut for every student at once."""

    BOARD = "board"
    MICROPHONES = "microphones"
    CAMERAS = "cameras"


class MediaDevice(StrEnum):
    MICROPHONE = "microphone"
    CAMERA = "camera"


class LessonLobby(Frame, tag="lesson.lobby"):
    """Open the lobby: students come in and look, and staff prepare. See `lesson.start`."""

    ref: Ref
    lesson_id: UUID | None = None


class LessonStart(Frame, tag="lesson.start"):
    """Start a lesson. Without `lesson_id`: the one whose lobby is open, or that is planned for now, or a new
    one with the space's name and an hour."""

    ref: Ref
    lesson_id: UUID | None = None


class LessonHold(Frame, tag="lesson.hold"):
    """Pause the lesson: students look and listen."""

    ref: Ref


class LessonResume(Frame, tag="lesson.resume"):
    """Go on with a paused lesson."""

    ref: Ref


class LessonEnd(Frame, tag="lesson.end"):
    """End the lesson, or close its lobby."""

    ref: Ref


class HandRaise(Frame, tag="hand.raise"):
    """Put this person's hand up, behind those that are up."""

    ref: Ref
    as_id: AsId = None


class HandLower(Frame, tag="hand.lower"):
    """Lower a hand: one's own (without `user_id`), or for staff anybody's."""

    ref: Ref
    user_id: UUID | None = None


class HandLowerAll(Frame, tag="hand.lower_all"):
    ref: Ref


class RoomLock(Frame, tag="room.lock"):
    """Shut the board, the microphones or the cameras for every student, or open them again."""

    ref: Ref
    lock: RoomPart
    on: bool


class PersonMute(Frame, tag="person.mute"):
    """Keep a student's microphone or camera off (`on`), or let them turn it on again."""

    ref: Ref
    user_id: UUID
    device: MediaDevice
    on: bool


class PersonSilence(Frame, tag="person.silence"):
    """Turn a student's microphone off now. They may turn it on again."""

    ref: Ref
    user_id: UUID


class MuteAll(Frame, tag="mute.all"):
    """Turn every student's microphone off now. They may turn them on again, unless they are locked."""

    ref: Ref


class SpotlightSet(Frame, tag="spotlight.set"):
    """Show somebody large to everyone; null: nobody."""

    ref: Ref
    user_id: UUID | None


class TimerSet(Frame, tag="timer.set"):
    """Start a countdown for everyone; null: stop it."""

    ref: Ref
    length_s: Annotated[int, Meta(ge=5, le=3 * 3600)] | None


class StepBegin(Frame, tag="step.begin"):
    """Go to a step of the lesson's plan: its timer starts, everyone turns to its page, its question is asked.

    A step that the class is at already stays as it is.
    """

    ref: Ref
    step_id: UUID


class StepEnd(Frame, tag="step.end"):
    """Leave the step that the class is at, and go to none."""

    ref: Ref


class PageBring(Frame, tag="page.bring"):
    """Bring everyone to a page of the space's board. One that is being prepared is shown with it."""

    ref: Ref
    page_id: UUID


class StepKind(StrEnum):
    """What a class does in a step."""

    TALK = "talk"
    BOARD = "board"
    POLL = "poll"
    GROUPS = "groups"
    DISCUSSION = "discussion"


class RoomStep(Record):
    """The step of the plan that the class is at."""

    id: UUID
    kind: StepKind
    title: str
    started_at: datetime
    ends_at: datetime
    """As planned, from when it began."""
    due_at: datetime | None
    """When it should be over, had everything before it taken as long as planned. For staff; else null."""


class RoomLesson(Record):
    id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    """Both as planned."""


class RoomTimer(Record):
    ends_at: datetime
    length_s: int


class RoomState(Frame, tag="room.state"):
    """How the room is run: whole, as a page comes in and when it changes. The higher `version` is newer."""

    version: int
    now: datetime
    """The server's clock when this was sent, to count down by."""
    phase: LessonPhase
    lesson: RoomLesson | None
    """None exactly while the phase is "open"."""
    board_locked: bool
    microphones_off: bool
    cameras_off: bool
    muted: list[UUID]
    """Students who cannot turn their microphone on. A student is told of themselves only."""
    without_camera: list[UUID]
    spotlight: UUID | None
    hands: list[UUID]
    """Whose hands are up, in order. Those who are not here now keep their place for a short while."""
    timer: RoomTimer | None
    silenced: int
    """Grows each time microphones are turned off: a higher number than before turns off one's own."""
    silenced_id: UUID | None
    """Whose microphone that was the last time; null: every student's."""
    step: RoomStep | None
    steps_done: list[UUID]
    """Steps of the plan that the class has been at. For staff; else empty."""
    plan_version: int
    """A higher number than before: the plan was changed while the lesson runs, read it again."""
    page_id: UUID | None
    """The page of the board that everyone was brought to."""
    page_turns: int
    """Grows each time everyone is brought to a page: a higher number than before turns to it."""
    call_back: RoomTimer | None
    """When everyone is called back from the groups, if that was said."""


LessonClientFrame = (
    LessonLobby
    | LessonStart
    | LessonHold
    | LessonResume
    | LessonEnd
    | HandRaise
    | HandLower
    | HandLowerAll
    | RoomLock
    | PersonMute
    | PersonSilence
    | MuteAll
    | SpotlightSet
    | TimerSet
    | StepBegin
    | StepEnd
    | PageBring
)
LessonServerFrame = RoomState
