"""The room of a lesson: its moves by themselves, and any order of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from realtime.frames.lesson import LessonPhase, MediaDevice, RoomPart, TimerSet
from server.access import LOOK, NOTHING, TAKE_PART, Grant
from server.errors import DomainError, Invalid, InvalidTransition, NotAllowed
from server.lessons import room as rules
from server.lessons.room import Device, Lock, Phase, Room, Running

NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)
LESSON = Running(uuid4(), "Rivers", NOW, NOW + timedelta(hours=1))
ADA, BEN, CHO = uuid4(), uuid4(), uuid4()
PEOPLE = [ADA, BEN, CHO, *(uuid4() for _ in range(3))]


def live() -> Room:
    return rules.move_to(Room(), Phase.LIVE, LESSON)


# --- phases


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("then", list(Phase))
def test_a_lesson_goes_from_its_lobby_to_its_end(phase: Phase, then: Phase) -> None:
    room = Room() if phase is Phase.OPEN else Room(phase=phase, lesson=LESSON)
    allowed = {
        Phase.OPEN: {Phase.LOBBY, Phase.LIVE}, Phase.LOBBY: {Phase.LIVE, Phase.OPEN},
        Phase.LIVE: {Phase.HELD, Phase.OPEN}, Phase.HELD: {Phase.LIVE, Phase.OPEN},
    }
    if then in allowed[phase]:
        assert rules.move_to(room, then, LESSON).phase is then
    else:
        with pytest.raises(InvalidTransition):
            rules.move_to(room, then, LESSON)


def test_another_lesson_does_not_take_the_place_of_one_that_runs() -> None:
    other = Running(uuid4(), "Food maps", NOW, NOW)
    with pytest.raises(InvalidTransition):
        rules.move_to(Room(phase=Phase.LOBBY, lesson=LESSON), Phase.LIVE, other)


def test_the_end_clears_what_was_set_up_for_the_lesson() -> None:
    room = rules.raise_hand(live(), ADA, NOW)
    for lock in Lock:
        room = rules.set_lock(room, lock, True)
    for device in Device:
        room = rules.set_off(room, BEN, device, True)
    room = rules.silence(rules.set_timer(rules.set_spotlight(room, CHO), 60, NOW))
    over = rules.move_to(room, Phase.OPEN, LESSON)
    # The count of silences stays: a node that heard nothing of the end must not take the next for an old one.
    assert over == Room(silenced=1)
    assert rules.taken_from(over, BEN) == NOTHING


# --- what is taken


def test_before_a_lesson_students_only_look() -> None:
    lobby = rules.move_to(Room(), Phase.LOBBY, LESSON)
    left = TAKE_PART - rules.taken_from(lobby, ADA)
    assert left == LOOK | {Grant.SPACE_ENTER}
    assert not left & {Grant.CHAT_POST, Grant.BOARD_EDIT, Grant.MEDIA_WATCH, Grant.MEDIA_PUBLISH_AUDIO}


def test_in_a_pause_students_look_and_hear() -> None:
    held = rules.move_to(live(), Phase.HELD, LESSON)
    assert TAKE_PART - rules.taken_from(held, ADA) == LOOK | {Grant.SPACE_ENTER, Grant.MEDIA_WATCH}
    assert rules.taken_from(rules.move_to(held, Phase.LIVE, LESSON), ADA) == NOTHING


@pytest.mark.parametrize(
    ("lock", "grant"),
    [
        (Lock.BOARD, Grant.BOARD_EDIT), (Lock.MICROPHONES, Grant.MEDIA_PUBLISH_AUDIO),
        (Lock.CAMERAS, Grant.MEDIA_PUBLISH_VIDEO),
    ],
)
def test_a_lock_takes_one_thing_from_every_student(lock: Lock, grant: Grant) -> None:
    locked = rules.set_lock(live(), lock, True)
    assert rules.taken_from(locked, ADA) == {grant}
    assert rules.taken_from(rules.set_lock(locked, lock, False), ADA) == NOTHING


def test_a_mute_takes_the_microphone_of_one_student() -> None:
    room = rules.set_off(live(), ADA, Device.MICROPHONE, True)
    assert rules.taken_from(room, ADA) == {Grant.MEDIA_PUBLISH_AUDIO}
    assert rules.taken_from(room, BEN) == NOTHING
    # To unlock everyone's gives nobody back who was muted by name.
    unlocked = rules.set_lock(rules.set_lock(room, Lock.MICROPHONES, True), Lock.MICROPHONES, False)
    assert rules.taken_from(unlocked, ADA) == {Grant.MEDIA_PUBLISH_AUDIO}
    both = rules.set_off(room, ADA, Device.CAMERA, True)
    assert rules.taken_from(both, ADA) == {Grant.MEDIA_PUBLISH_AUDIO, Grant.MEDIA_PUBLISH_VIDEO}
    assert rules.taken_from(rules.set_off(both, ADA, Device.MICROPHONE, False), ADA) == {
        Grant.MEDIA_PUBLISH_VIDEO
    }


def test_who_leaves_stays_muted() -> None:
    room = rules.set_off(rules.raise_hand(live(), ADA, NOW), ADA, Device.MICROPHONE, True)
    gone = rules.without(rules.set_spotlight(room, ADA), [ADA], NOW)
    assert (gone.hands, gone.spotlight, gone.muted) == ((), None, (ADA,))


def test_a_silence_is_for_all_or_for_one() -> None:
    room = live()
    everyone = rules.silence(room)
    assert rules.was_silenced(room, everyone, ADA)
    one = rules.silence(everyone, ADA)
    assert rules.was_silenced(everyone, one, ADA)
    assert not rules.was_silenced(everyone, one, BEN)
    assert rules.was_silenced(room, one, BEN), "who missed one must take it for everybody's"
    assert not rules.was_silenced(one, rules.set_lock(one, Lock.BOARD, True), ADA)


# --- hands and timers


def test_hands_stand_in_line() -> None:
    room = live()
    for person in (ADA, BEN, CHO):
        room = rules.raise_hand(room, person, NOW)
    again = rules.raise_hand(room, ADA, NOW + timedelta(minutes=1))
    assert again == room, "a second time does not send anybody to the end"
    room = rules.lower_hand(room, BEN)
    assert [hand.user_id for hand in room.hands] == [ADA, CHO]
    assert rules.lower_all_hands(room).hands == ()


def test_a_clock_that_goes_back_does_not_upset_the_line() -> None:
    room = rules.raise_hand(rules.raise_hand(live(), ADA, NOW), BEN, NOW - timedelta(seconds=5))
    assert [hand.user_id for hand in room.hands] == [ADA, BEN]
    assert room.hands[1].raised_at >= room.hands[0].raised_at


def test_a_hand_of_long_ago_goes_down() -> None:
    room = rules.raise_hand(live(), ADA, NOW)
    assert rules.without(room, [], NOW + rules.HAND_LASTS) == room
    assert rules.without(room, [], NOW + rules.HAND_LASTS + timedelta(seconds=1)).hands == ()


def test_no_hands_before_the_lesson() -> None:
    with pytest.raises(NotAllowed):
        rules.raise_hand(rules.move_to(Room(), Phase.LOBBY, LESSON), ADA, NOW)


def test_hands_and_names_are_bounded() -> None:
    room = live()
    for _ in range(rules.HANDS_MAX):
        room = rules.raise_hand(room, uuid4(), NOW)
    with pytest.raises(Invalid):
        rules.raise_hand(room, ADA, NOW)
    for _ in range(rules.NAMED_MAX):
        room = rules.set_off(room, uuid4(), Device.MICROPHONE, True)
    with pytest.raises(Invalid):
        rules.set_off(room, ADA, Device.MICROPHONE, True)
    assert rules.set_off(room, room.muted[0], Device.MICROPHONE, True).muted[-1] == room.muted[0]


@pytest.mark.parametrize("length_s", [0, 4, 3 * 3600 + 1, -60])
def test_a_timer_has_a_sensible_length(length_s: int) -> None:
    with pytest.raises(Invalid):
        rules.set_timer(live(), length_s, NOW)


def test_a_timer_ends_at_a_moment() -> None:
    room = rules.set_timer(live(), 90, NOW)
    assert room.timer is not None
    assert room.timer.ends_at == NOW + timedelta(seconds=90)
    assert rules.set_timer(room, None, NOW).timer is None


def test_frames_and_records_say_the_same_words() -> None:
    for said, kept in ((LessonPhase, Phase), (RoomPart, Lock), (MediaDevice, Device)):
        assert {each.value for each in said} == {each.value for each in kept}
    for length_s in (rules.TIMER_S_MIN, rules.TIMER_S_MAX):
        assert msgspec.convert({"type": "timer.set", "ref": 1, "length_s": length_s}, TimerSet)
        outside = length_s + (1 if length_s == rules.TIMER_S_MAX else -1)
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"type": "timer.set", "ref": 1, "length_s": outside}, TimerSet)


# --- any order of moves


class AnyLesson(RuleBasedStateMachine):
    """Moves in any order, as the service would make them; what it refuses changes nothing."""

    people = st.sampled_from(PEOPLE)

    @initialize()
    def begin(self) -> None:
        self.room = Room()
        self.at = NOW
        self.up: list[UUID] = []
        """Whose hands must be up, in order."""
        self.silences = 0

    def make(self, move: object, *arguments: object) -> bool:
        try:
            self.room = move(self.room, *arguments)  # type: ignore[operator]
        except DomainError:
            return False
        return True

    @rule(phase=st.sampled_from(list(Phase)))
    def go_on(self, phase: Phase) -> None:
        before = self.room
        if not self.make(rules.move_to, phase, LESSON):
            assert phase not in rules.NEXT[before.phase]
        elif phase is Phase.OPEN:
            self.up = []
            assert self.room == Room(silenced=self.silences, silenced_id=before.silenced_id)

    @rule(who=people, later_s=st.integers(-5, 60))
    def raise_hand(self, who: UUID, later_s: int) -> None:
        self.at += timedelta(seconds=later_s)
        if self.make(rules.raise_hand, who, self.at) and who not in self.up:
            self.up.append(who)

    @rule(who=people)
    def lower_hand(self, who: UUID) -> None:
        self.make(rules.lower_hand, who)
        self.up = [each for each in self.up if each != who]

    @precondition(lambda self: self.up)
    @rule()
    def lower_all(self) -> None:
        self.make(rules.lower_all_hands)
        self.up = []

    @rule(away=st.sets(people, max_size=3))
    def leave(self, away: set[UUID]) -> None:
        self.make(rules.without, away, self.at)
        self.up = [each for each in self.up if each not in away]
        assert self.room.spotlight not in away

    @rule(lock=st.sampled_from(list(Lock)), on=st.booleans())
    def set_lock(self, lock: Lock, on: bool) -> None:
        self.make(rules.set_lock, lock, on)

    @rule(who=people, device=st.sampled_from(list(Device)), off=st.booleans())
    def set_off(self, who: UUID, device: Device, off: bool) -> None:
        self.make(rules.set_off, who, device, off)
        grant = {Device.MICROPHONE: Grant.MEDIA_PUBLISH_AUDIO, Device.CAMERA: Grant.MEDIA_PUBLISH_VIDEO}
        if off:
            assert grant[device] in rules.taken_from(self.room, who)

    @rule(who=st.none() | people)
    def silence(self, who: UUID | None) -> None:
        before = self.room
        self.make(rules.silence, who)
        self.silences += 1
        assert {each for each in PEOPLE if rules.was_silenced(before, self.room, each)} == (
            {who} if who else set(PEOPLE)
        )

    @rule(who=st.none() | people)
    def spotlight(self, who: UUID | None) -> None:
        self.make(rules.set_spotlight, who)

    @rule(length_s=st.none() | st.integers(-10, 20_000))
    def timer(self, length_s: int | None) -> None:
        before = self.room.timer
        if not self.make(rules.set_timer, length_s, self.at):
            assert self.room.timer == before

    @invariant()
    def hands_stand_in_line(self) -> None:
        if hasattr(self, "room"):
            assert [hand.user_id for hand in self.room.hands] == self.up
            times = [hand.raised_at for hand in self.room.hands]
            assert times == sorted(times)

    @invariant()
    def a_lesson_is_there_exactly_while_it_is_not_open(self) -> None:
        if hasattr(self, "room"):
            assert (self.room.lesson is None) == (self.room.phase is Phase.OPEN)
            assert self.room.silenced == self.silences

    @invariant()
    def names_come_once(self) -> None:
        if hasattr(self, "room"):
            assert len(set(self.room.muted)) == len(self.room.muted) <= rules.NAMED_MAX
            assert len(set(self.room.without_camera)) == len(self.room.without_camera)

    @invariant()
    def it_outlives_the_row(self) -> None:
        if hasattr(self, "room"):
            assert msgspec.convert(msgspec.to_builtins(self.room), Room) == self.room
            assert msgspec.json.decode(msgspec.json.encode(self.room), type=Room) == self.room

    @invariant()
    def nothing_but_taking_part_is_taken(self) -> None:
        if hasattr(self, "room"):
            for each in PEOPLE:
                taken = rules.taken_from(self.room, each)
                assert taken <= TAKE_PART - LOOK - {Grant.SPACE_ENTER}


TestAnyLesson = AnyLesson.TestCase
