"""When everyone is called back from the groups: the rules by themselves, and after any order of moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.frames.groups import GroupsCallBack
from server.errors import Invalid
from server.lessons import room as rules
from server.lessons.room import Device, Lock, Phase, Room, Running, Timer

NOW = datetime(2026, 11, 3, 10, tzinfo=UTC)
ADA = UUID(int=1)
LESSON = Running(UUID(int=2), "Rivers", NOW, NOW + timedelta(hours=1))
LENGTHS_S = st.integers(rules.CALL_BACK_S_MIN, rules.CALL_BACK_S_MAX)


@given(st.integers(-1000, 10_000))
def test_only_so_soon_and_so_late(length_s: int) -> None:
    """The frame and the rule have the same limits."""
    sent = msgspec.json.encode({"ref": 1, "length_s": length_s, "type": "groups.call_back"})
    if rules.CALL_BACK_S_MIN <= length_s <= rules.CALL_BACK_S_MAX:
        assert msgspec.json.decode(sent, type=GroupsCallBack).length_s == length_s
        room = rules.call_back_in(Room(), length_s, NOW)
        assert room == Room(call_back=Timer(NOW + timedelta(seconds=length_s), length_s))
        return
    with pytest.raises(Invalid):
        rules.call_back_in(Room(), length_s, NOW)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(sent, type=GroupsCallBack)


OTHER_MOVES = (
    lambda room, at: rules.raise_hand(room, ADA, at),
    lambda room, at: rules.lower_all_hands(room),
    lambda room, at: rules.set_lock(room, Lock.BOARD, True),
    lambda room, at: rules.set_off(room, ADA, Device.MICROPHONE, True),
    lambda room, at: rules.silence(room),
    lambda room, at: rules.set_timer(room, 60, at),
    lambda room, at: rules.set_timer(room, None, at),
    lambda room, at: rules.without(room, [ADA], at),
    lambda room, at: rules.turn_to(room, ADA),
    lambda room, at: rules.move_to(room, Phase.HELD if room.phase is Phase.LIVE else Phase.LIVE, LESSON),
)
MOVES = st.one_of(
    LENGTHS_S.map(lambda length_s: ("in", length_s)),
    st.sampled_from([("cancel", 0), ("end", 0)]),
    st.integers(0, len(OTHER_MOVES) - 1).map(lambda number: ("other", number)),
)


@given(st.lists(st.tuples(st.integers(0, 90), MOVES), max_size=30), st.integers(0, 400))
def test_the_newest_word_counts_until_it_is_taken_back_or_the_lesson_ends(
    moves: list[tuple[int, tuple[str, int]]], later_s: int
) -> None:
    room, at = rules.move_to(Room(), Phase.LIVE, LESSON), NOW
    due: datetime | None = None
    for pause_s, (kind, number) in moves:
        at += timedelta(seconds=pause_s)
        if kind == "in":
            room, due = rules.call_back_in(room, number, at), at + timedelta(seconds=number)
        elif kind == "cancel":
            room, due = rules.without_call_back(room), None
        elif kind == "end":
            room, due = rules.move_to(rules.cleared(room), Phase.LIVE, LESSON), None
        else:
            room = OTHER_MOVES[number](room, at)
        assert (room.call_back.ends_at if room.call_back else None) == due
    then = at + timedelta(seconds=later_s)
    assert rules.is_call_back_due(room, then) is (due is not None and then >= due)
