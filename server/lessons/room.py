"""How the room of a space is run at one moment: one value, and the moves that make the next one of it.

Pure: a move takes the room and gives another one, or says why not. What a phase or a lock means for what
people may do is said here too (`taken_from`); who may make a move is said in `server.lessons.live`. The rules
in words: docs/lessons.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec.structs import replace

from server.access import LOOK, NOTHING, TAKE_PART, Grant
from server.errors import Invalid, InvalidTransition, NotAllowed
from server.lessons.step_rules import StepKind

HANDS_MAX = 200
NAMED_MAX = 500
"""So many people may be muted, or without camera, by name."""
TIMER_S_MIN, TIMER_S_MAX = 5, 3 * 3600
CALL_BACK_S_MIN, CALL_BACK_S_MAX = 10, 5 * 60
DONE_MAX = 40
"""So many steps are remembered as done: a plan has half as many, and may be changed while it runs."""
HAND_LASTS = timedelta(hours=2)
"""A hand that nobody has seen for so long is of another lesson."""


class Phase(StrEnum):
    """Where a lesson stands in its room."""

    OPEN = "open"
    """No lesson: the rules of the space apply."""
    LOBBY = "lobby"
    """Students gather and look; staff prepare."""
    LIVE = "live"
    HELD = "held"
    """A teacher has paused the lesson: students look, hear and see, and do not write, draw or speak."""


NEXT: dict[Phase, frozenset[Phase]] = {
    Phase.OPEN: frozenset({Phase.LOBBY, Phase.LIVE}),
    Phase.LOBBY: frozenset({Phase.LIVE, Phase.OPEN}),
    Phase.LIVE: frozenset({Phase.HELD, Phase.OPEN}),
    Phase.HELD: frozenset({Phase.LIVE, Phase.OPEN}),
}


class Device(StrEnum):
    MICROPHONE = "microphone"
    CAMERA = "camera"


class Lock(StrEnum):
    """What can be shut for every student at once."""

    BOARD = "board"
    MICROPHONES = "microphones"
    CAMERAS = "cameras"


class Hand(msgspec.Struct, frozen=True):
    user_id: UUID
    raised_at: datetime


class Timer(msgspec.Struct, frozen=True):
    """Counts down to a moment, by the server's clock."""

    ends_at: datetime
    length_s: int


class Running(msgspec.Struct, frozen=True):
    """The lesson in the room, as everyone there may know it."""

    id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    """Both as planned."""


class RunningStep(msgspec.Struct, frozen=True):
    """The step of the plan that the class is at. Its title is kept: the plan may be changed meanwhile."""

    id: UUID
    kind: StepKind
    title: str
    started_at: datetime
    ends_at: datetime
    """As planned, from when it began."""
    due_at: datetime
    """When it should be over, had everything before it taken as long as planned."""


class Room(msgspec.Struct, frozen=True):
    """The whole of it. A space that was never run has this one, with nothing in it."""

    phase: Phase = Phase.OPEN
    lesson: Running | None = None
    """None exactly while it is open."""
    board_locked: bool = False
    microphones_off: bool = False
    """Students cannot turn them on."""
    cameras_off: bool = False
    muted: tuple[UUID, ...] = ()
    """Students who cannot turn their microphone on."""
    without_camera: tuple[UUID, ...] = ()
    spotlight: UUID | None = None
    hands: tuple[Hand, ...] = ()
    """In the order in which they went up."""
    timer: Timer | None = None
    silenced: int = 0
    """How often microphones were turned off at once. It never goes back: who finds a higher number turns
    them off."""
    silenced_id: UUID | None = None
    """Whose that was the last time; None: every student's."""
    step: RunningStep | None = None
    steps_done: tuple[UUID, ...] = ()
    plan_version: int = 0
    """Of the plan of the lesson, when it was changed while the lesson runs."""
    page_id: UUID | None = None
    """The page of the board that everyone was brought to."""
    page_turns: int = 0
    """How often everyone was brought to a page. It never goes back: who finds a higher number turns to it."""
    call_back: Timer | None = None
    """When everyone is called back from the groups."""


_SPEAK = frozenset({Grant.MEDIA_PUBLISH_AUDIO})
_SHOW = frozenset({Grant.MEDIA_PUBLISH_VIDEO})
_DRAW = frozenset({Grant.BOARD_EDIT})
_LOBBY = TAKE_PART - LOOK - {Grant.SPACE_ENTER}
_HELD = _LOBBY - {Grant.MEDIA_WATCH}
MEANT_FOR_STUDENTS = "Only students' microphones and cameras can be turned off."


def taken_from(room: Room, student_id: UUID) -> frozenset[Grant]:
    """What the room takes from a student. It takes nothing from staff."""
    if room.phase is Phase.LOBBY:
        return _LOBBY
    if room.phase is Phase.HELD:
        return _HELD
    taken = NOTHING
    if room.board_locked:
        taken |= _DRAW
    if room.microphones_off or student_id in room.muted:
        taken |= _SPEAK
    if room.cameras_off or student_id in room.without_camera:
        taken |= _SHOW
    return taken


# --- the life of a lesson


def move_to(room: Room, phase: Phase, lesson: Running) -> Room:
    """Go on to another phase. The end of a lesson clears what was set up for it.

    Args:
        lesson: the one that is opened or started, or that is in the room already.

    Raises:
        InvalidTransition: `NEXT` does not list it, or there is another lesson in the room (409).
    """
    if phase not in NEXT[room.phase] or (room.lesson is not None and lesson.id != room.lesson.id):
        raise InvalidTransition(
            "The lesson is in another state now. Look again, then choose.", state=room.phase.value
        )
    return cleared(room) if phase is Phase.OPEN else replace(room, phase=phase, lesson=lesson)


def cleared(room: Room) -> Room:
    """The room after a lesson: nobody's hand is up, and nothing is locked, large or running out."""
    return Room(silenced=room.silenced, silenced_id=room.silenced_id, page_turns=room.page_turns)


# --- hands


def raise_hand(room: Room, user_id: UUID, now: datetime) -> Room:
    """Put one's hand up, behind those that are up. A second time changes nothing.

    Raises:
        NotAllowed: the lesson has not begun (403).
        Invalid: too many hands are up (400).
    """
    if any(hand.user_id == user_id for hand in room.hands):
        return room
    if room.phase is Phase.LOBBY:
        raise NotAllowed("The lesson has not begun yet. You can raise your hand when it has.")
    if len(room.hands) >= HANDS_MAX:
        raise Invalid("Very many hands are up already. Try again in a moment.")
    # Clocks of two nodes may differ: the order of the list is the order, and times follow it.
    after = room.hands[-1].raised_at if room.hands else now
    return replace(room, hands=(*room.hands, Hand(user_id, max(now, after))))


def lower_hand(room: Room, user_id: UUID) -> Room:
    return replace(room, hands=tuple(hand for hand in room.hands if hand.user_id != user_id))


def lower_all_hands(room: Room) -> Room:
    return replace(room, hands=())


def without(room: Room, away: Iterable[UUID], now: datetime) -> Room:
    """The room when these people have left it: their hands and their spotlight go, and hands of long ago.

    Who was muted stays muted: nobody gets around that by coming in again.
    """
    gone = frozenset(away)
    hands = tuple(
        hand for hand in room.hands if hand.user_id not in gone and now - hand.raised_at <= HAND_LASTS
    )
    spotlight = None if room.spotlight in gone else room.spotlight
    return replace(room, hands=hands, spotlight=spotlight)


# --- locks, microphones, cameras


def set_lock(room: Room, lock: Lock, on: bool) -> Room:
    match lock:
        case Lock.BOARD:
            return replace(room, board_locked=on)
        case Lock.MICROPHONES:
            return replace(room, microphones_off=on)
        case Lock.CAMERAS:
            return replace(room, cameras_off=on)


def set_off(room: Room, student_id: UUID, device: Device, off: bool) -> Room:
    """Keep one student's microphone or camera off, or let it be turned on again.

    Raises:
        Invalid: too many are kept off one by one (400).
    """
    before = room.muted if device is Device.MICROPHONE else room.without_camera
    others = tuple(each for each in before if each != student_id)
    if off and len(others) >= NAMED_MAX:
        raise Invalid("That is too many one by one. Turn them off for everyone instead.")
    after = (*others, student_id) if off else others
    if device is Device.MICROPHONE:
        return replace(room, muted=after)
    return replace(room, without_camera=after)


def silence(room: Room, student_id: UUID | None = None) -> Room:
    """Turn microphones off now; they may be turned on again. None: every student's."""
    return replace(room, silenced=room.silenced + 1, silenced_id=student_id)


def was_silenced(before: Room, now: Room, student_id: UUID) -> bool:
    """Whether a student's microphone is to go off, having come from `before` to `now`.

    Who has missed one of several cannot know whose it was: then everybody's goes off.
    """
    if now.silenced <= before.silenced:
        return False
    return now.silenced > before.silenced + 1 or now.silenced_id in (None, student_id)


# --- what everyone sees


def set_spotlight(room: Room, user_id: UUID | None) -> Room:
    return replace(room, spotlight=user_id)


def set_timer(room: Room, length_s: int | None, now: datetime) -> Room:
    """Start a countdown, or stop it.

    Raises:
        Invalid: shorter than `TIMER_S_MIN` or longer than `TIMER_S_MAX` (400).
    """
    if length_s is None:
        return replace(room, timer=None)
    if not TIMER_S_MIN <= length_s <= TIMER_S_MAX:
        raise Invalid("A timer runs for 5 seconds to 3 hours. Nothing was changed.")
    return replace(room, timer=Timer(now + timedelta(seconds=length_s), length_s))


# --- everyone is called back


def call_back_in(room: Room, length_s: int, now: datetime) -> Room:
    """Everyone will be called back from the groups in a while. The newest word counts.

    Raises:
        Invalid: shorter than `CALL_BACK_S_MIN` or longer than `CALL_BACK_S_MAX` (400).
    """
    if not CALL_BACK_S_MIN <= length_s <= CALL_BACK_S_MAX:
        raise Invalid("Everyone can be called back in 10 seconds to 5 minutes. Nothing was changed.")
    return replace(room, call_back=Timer(now + timedelta(seconds=length_s), length_s))


def without_call_back(room: Room) -> Room:
    """Nobody is called back by the clock: it was taken back, or they are back."""
    return replace(room, call_back=None)


def is_call_back_due(room: Room, now: datetime) -> bool:
    return room.call_back is not None and now >= room.call_back.ends_at


# --- the plan


def begin_step(room: Room, step: RunningStep) -> Room:
    """Go to a step of the plan; the timer runs for as long as it is planned. At it already, nothing changes.

    Raises:
        InvalidTransition: the lesson has not begun, or is over (409).
    """
    if room.phase not in (Phase.LIVE, Phase.HELD):
        raise InvalidTransition("Start the lesson first. Then begin with its plan.", state=room.phase.value)
    if room.step is not None and room.step.id == step.id:
        return room
    done = tuple(each for each in _done(room) if each != step.id)
    length_s = round((step.ends_at - step.started_at).total_seconds())
    return replace(room, step=step, steps_done=done, timer=Timer(step.ends_at, length_s))


def end_step(room: Room) -> Room:
    """Leave the step that the class is at; its timer stops, and one that was set since goes on."""
    if room.step is None:
        return room
    is_its_own = room.timer is not None and room.timer.ends_at == room.step.ends_at
    return replace(room, step=None, steps_done=_done(room), timer=None if is_its_own else room.timer)


def _done(room: Room) -> tuple[UUID, ...]:
    if room.step is None or room.step.id in room.steps_done:
        return room.steps_done
    return (*room.steps_done, room.step.id)[-DONE_MAX:]


def turn_to(room: Room, page_id: UUID) -> Room:
    """Bring everyone to a page of the board, also those who are at another one since the last time."""
    return replace(room, page_id=page_id, page_turns=room.page_turns + 1)
