"""Mixing students into groups."""

from __future__ import annotations

from collections import Counter
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from server.groups.rules import GROUPS_MAX, Voice, VoiceRefused, mixed, refused

students = st.dictionaries(st.uuids(), st.sampled_from([UUID(int=n) for n in range(1, 5)]), max_size=60)
counts = st.integers(min_value=1, max_value=GROUPS_MAX)


@given(students, counts, st.integers())
def test_everyone_is_in_one_group_and_the_schools_are_spread_evenly(
    schools: dict[UUID, UUID], count: int, seed: int
) -> None:
    groups = mixed(schools, count, Random(seed))
    assert len(groups) == min(count, max(len(schools) // 2, min(len(schools), 1))), "nobody is alone"
    assert Counter(each for group in groups for each in group) == Counter(schools.keys())
    if not groups:
        return
    sizes = [len(group) for group in groups]
    assert max(sizes) - min(sizes) <= 1
    for school in set(schools.values()):
        theirs = [sum(schools[each] == school for each in group) for group in groups]
        assert max(theirs) - min(theirs) <= 1


def test_who_is_with_whom_is_left_to_chance() -> None:
    schools = {UUID(int=n): UUID(int=n % 2 + 100) for n in range(20)}
    made = {
        tuple(sorted(tuple(sorted(group)) for group in mixed(schools, 5, Random(seed)))) for seed in range(20)
    }
    assert len(made) > 15


@given(students.filter(lambda each: len(each) > 7), st.integers())
def test_two_schools_meet_in_every_group_where_they_can(schools: dict[UUID, UUID], seed: int) -> None:
    sizes = Counter(schools.values())
    count = 4
    for group in mixed(schools, count, Random(seed)):
        for school, size in sizes.items():
            if size >= count:
                assert any(schools[each] == school for each in group)


@given(students.filter(len), counts, st.integers(), st.data())
def test_who_shares_a_device_stays_together(
    schools: dict[UUID, UUID], count: int, seed: int, data: st.DataObject
) -> None:
    left, parties = sorted(schools), []
    while left:
        first = left.pop()
        size = data.draw(st.integers(1, 6))
        party = {first, *[each for each in left if schools[each] == schools[first]][: size - 1]}
        left = [each for each in left if each not in party]
        parties.append(party)
    groups = mixed(schools, count, Random(seed), parties)
    assert 1 <= len(groups) <= min(count, len(parties))
    assert len(groups) == 1 or min(map(len, groups)) > 1
    assert Counter(each for group in groups for each in group) == Counter(schools.keys())
    assert all(any(party <= set(group) for group in groups) for party in parties)
    sizes = [len(group) for group in groups]
    assert max(sizes) - min(sizes) <= max(len(party) for party in parties)


voices = st.builds(
    Voice, runs=st.booleans(), may_speak=st.booleans(), has_microphone=st.booleans(), are_open=st.booleans(),
    is_paused=st.booleans(), others=st.integers(0, 4), elsewhere=st.integers(0, 2),
)


@given(voices)
def test_a_voice_to_all_needs_everything_at_once(voice: Voice) -> None:
    may = voice.runs and voice.may_speak and voice.has_microphone and voice.are_open and not voice.is_paused
    assert (refused(voice) is None) is (may and voice.others >= 2 and not voice.elsewhere)


@given(voices, st.sampled_from(["runs", "may_speak", "has_microphone", "are_open"]))
def test_nobody_begins_to_be_heard_by_losing_something(voice: Voice, lost: str) -> None:
    if refused(voice) is not None:
        assert refused(replace(voice, **{lost: False})) is not None


def test_who_may_not_run_the_space_is_told_nothing_else() -> None:
    for number in range(16):
        facts = [bool(number & 1 << bit) for bit in range(4)]
        assert refused(Voice(False, *facts, others=5, elsewhere=0)) is VoiceRefused.NOT_THEIRS
