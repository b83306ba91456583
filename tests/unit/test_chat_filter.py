"""The chat filter: what it holds and what it lets through, in each language, and that it is never slow."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.frames import moderation as frames
from server.accounts.models import UserKind
from server.safeguarding import filter as chat_filter
from server.safeguarding.filter import FINDINGS_MAX, Reason
from server.safeguarding.models import HeldState
from server.safeguarding.screening import Room, screen
from server.spaces.models import ChatMode, SpaceKind
from tests.unit.chat_examples import FINE, HELD

TEXT_MAX = 2000
SLOW_S = 0.25
"""Far above what any text takes (some ms), far below what a regular expression gone wild takes."""


@pytest.mark.parametrize(("language", "reason", "text"), HELD)
def test_it_holds(language: str, reason: Reason, text: str) -> None:
    assert reason in {each.reason for each in chat_filter.find(text)}


@pytest.mark.parametrize(("language", "text"), FINE)
def test_it_lets_through(language: str, text: str) -> None:
    assert chat_filter.find(text) == []


def test_every_language_has_examples() -> None:
    held, fine = Counter(each[0] for each in HELD), Counter(each[0] for each in FINE)
    assert held.keys() == fine.keys() == {"en", "fr", "ar", "sw"}
    assert min(*held.values(), *fine.values()) >= 8


@pytest.mark.parametrize(("language", "reason", "text"), HELD)
def test_a_place_is_in_the_text(language: str, reason: Reason, text: str) -> None:
    found = chat_filter.find(f"😀 {text} 😀")
    for each in found:
        assert 0 <= each.start < each.end <= len(text) + 4
        assert text[0:1] == "😀" or each.start >= 1


def test_a_place_is_told_in_what_was_written() -> None:
    text = "Ça va? שלום ＣＡＬＬ ٠٧١٢٣٤٥٦٧٨ !"  # noqa: RUF001  # that is the point
    (found,) = [each for each in chat_filter.find(text) if each.reason is Reason.PHONE]
    assert text[found.start : found.end] == "٠٧١٢٣٤٥٦٧٨"


PIECES = st.sampled_from(
    ["a", "@", ".", " ", "com", "dot", "at", "1", "07", "-", "*", "f", "u", "x", "www.", "http://", "you",
     "are", "zero", "ش", "\u0660", "\u200b", "\u0301", "ﷺ", "(", ")", "+", "'", "_", "my ", "p.o. ", "s.l.p"]
)


@given(st.lists(PIECES, min_size=1, max_size=6), st.integers(1, 400))
def test_no_text_makes_it_slow(pieces: list[str], times: int) -> None:
    text = ("".join(pieces) * times)[:TEXT_MAX]
    started = time.thread_time()
    found = chat_filter.find(text)
    assert time.thread_time() - started < SLOW_S
    assert len(found) <= FINDINGS_MAX


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    for each in chat_filter.find(text):
        assert 0 <= each.start < each.end <= len(text)


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.sampled_from("+-*/"))
def test_sums_are_fine(left: int, right: int, sign: str) -> None:
    assert chat_filter.find(f"{left} {sign} {right} = ?") == []


@given(st.dates().filter(lambda day: day.year >= 1000), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"]))
def test_dates_are_fine(day: object, form: str) -> None:
    assert chat_filter.find(f"on {day:{form}}") == []


SEPARATORS = st.sampled_from(["", " ", "-", ".", " . ", "\u200b", "*"])


@given(st.text("23456789", min_size=8, max_size=8), SEPARATORS)
def test_numbers_are_found_however_they_are_spaced(digits: str, between: str) -> None:
    number = between.join("07" + digits)
    if len(set(digits)) > 2:
        assert chat_filter.find(number)


# --- what waits


KINDS = st.sampled_from(UserKind)
ROOMS = st.builds(
    Room, st.sampled_from(ChatMode), st.sampled_from(SpaceKind), is_lesson=st.booleans(),
    works_alone=st.booleans(),
)
TEXTS = st.sampled_from(["The river is long", "call me 07700 900123", "you are a sh1t"])


@given(TEXTS, ROOMS, KINDS)
def test_who_decides_waits_for_nobody(text: str, room: Room, kind: UserKind) -> None:
    assert screen(text, room, kind, may_moderate=True) is None


@given(TEXTS, ROOMS)
def test_a_student_never_waits_less_than_an_adult(text: str, room: Room) -> None:
    if screen(text, room, UserKind.STAFF, may_moderate=False) is not None:
        assert screen(text, room, UserKind.STUDENT, may_moderate=False) is not None


@given(TEXTS, ROOMS, KINDS)
def test_a_staff_room_is_open(text: str, room: Room, kind: UserKind) -> None:
    open_room = Room(room.mode, SpaceKind.STAFF_ROOM, room.is_lesson, room.works_alone)
    assert screen(text, open_room, kind, may_moderate=False) is None


@given(TEXTS, ROOMS)
def test_who_works_alone_waits_outside_lessons(text: str, room: Room) -> None:
    is_alone = room.works_alone and not room.is_lesson and room.kind is not SpaceKind.STAFF_ROOM
    if is_alone and room.mode is not ChatMode.OPEN:  # which nobody can choose there
        assert screen(text, room, UserKind.STUDENT, may_moderate=False)


def test_the_wire_says_what_the_records_say() -> None:
    for ours, theirs in (
        (ChatMode, frames.ChatMode), (Reason, frames.HeldFor), (HeldState, frames.HeldState)
    ):
        assert [each.value for each in ours] == [each.value for each in theirs]
