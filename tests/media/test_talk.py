"""Who spoke, as the media server tells it: by what is heard, whatever the page says it is doing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Set
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.sfu import MediaRoom, MediaServer
from realtime.sfu import server as media_server
from realtime.sfu.forwarding import SPEAKING_BELOW, Track
from tests.media.peers import Peer, eventually, microphone
from tests.media.test_forwarding import Tone

Enter = Callable[..., Peer]
LOUD, QUIET, SILENT = 20, 70, 127
PACKET_S = 0.02


class Told:
    """What `on_spoken` said."""

    def __init__(self, media: MediaServer) -> None:
        self.seconds: dict[UUID, float] = {}
        self.together_s = 0.0
        """In which two spoke."""
        self.spaces: set[UUID] = set()
        media.on_spoken = self._on_spoken

    def _on_spoken(self, space_id: UUID, users: Set[UUID], seconds: float) -> None:
        self.spaces.add(space_id)
        for user in users:
            self.seconds[user] = self.seconds.get(user, 0.0) + seconds
        if len(users) > 1:
            self.together_s += seconds


@pytest.fixture
def told(media: MediaServer) -> Iterator[Told]:
    yield Told(media)
    media.on_spoken = None


async def test_sound_is_talk_and_silence_is_none(
    enter: Enter, room: MediaRoom, told: Told
) -> None:
    ada, ben, cho = enter(), enter(), enter()
    began = asyncio.get_running_loop().time()
    await ada.publish(Tone())
    await cho.publish(Tone())
    await ben.publish(microphone())  # a microphone that is on, in a quiet room
    await eventually(lambda: told.seconds.get(ada.user_id, 0) > 1 and told.seconds.get(cho.user_id, 0) > 1)
    assert told.seconds[ada.user_id] <= asyncio.get_running_loop().time() - began + 0.5
    assert ben.user_id not in told.seconds
    assert told.spaces == {room.space_id}
    assert told.together_s > 0.5


async def test_who_is_muted_does_not_talk_however_loud(enter: Enter, media: MediaServer, told: Told) -> None:
    ada, ben = enter(), enter()
    await ada.publish(Tone())
    await ben.publish(Tone())
    await eventually(lambda: told.seconds.get(ada.user_id, 0) > 0.5)
    ada.participant.permit(frozenset(), may_watch=True)
    # Two looks later: what was heard before the mute has been told by then.
    before = told.seconds[ben.user_id]
    await eventually(lambda: told.seconds[ben.user_id] > before + 0.7)
    spoken = told.seconds[ada.user_id]
    arrived = media.counters.dropped_unknown
    await eventually(lambda: told.seconds[ben.user_id] > before + 1.5)
    assert media.counters.dropped_unknown > arrived, "her page goes on sending"
    assert told.seconds[ada.user_id] == spoken


async def test_a_clock_that_was_held_up_makes_nobody_talk_all_the_while(
    enter: Enter, media: MediaServer, told: Told
) -> None:
    ada = enter()
    await ada.publish(Tone())
    await eventually(lambda: told.seconds.get(ada.user_id, 0) > 0.3)
    before = told.seconds[ada.user_id]
    media._listened_at -= 3600
    await eventually(lambda: told.seconds[ada.user_id] > before)
    assert told.seconds[ada.user_id] <= before + 2 * media_server.LATE_S


# --- one track, packet by packet


def spoken_s(levels: list[tuple[int, float]]) -> float:
    """How long packets of these levels, each so many seconds after the one before, are talk: looked at
    every 300 ms, as the server does."""
    track = Track(None, uuid4(), "audio", "0")  # type: ignore[arg-type]
    now = looked_at = 1.0
    total = 0.0
    arrivals: list[tuple[float, int]] = []
    for level, after_s in levels:
        now += after_s
        arrivals.append((now, level))
    end = now + 2.0
    while looked_at < end:
        until = looked_at + 0.3
        while arrivals and arrivals[0][0] <= until:
            at, level = arrivals.pop(0)
            track.note_level(level, at)
        if track.spoke_at > looked_at:
            total += 0.3
        looked_at = until
    return total


def said(level: int, seconds: float) -> list[tuple[int, float]]:
    return [(level, PACKET_S)] * round(seconds / PACKET_S)


CASES: dict[str, tuple[list[tuple[int, float]], float, float]] = {
    "a sentence": (said(LOUD, 3.0), 2.9, 3.6),
    "a quiet room": (said(QUIET, 10.0), 0.0, 0.0),
    "a knock": (said(SILENT, 1.0) + said(LOUD, 0.08) + said(SILENT, 1.0), 0.0, 0.0),
    # A page that sends nothing while nobody speaks sends comfort noise every 400 ms.
    "a word and then such silence": (said(LOUD, 0.6) + [(SILENT, 0.4)] * 20, 0.5, 1.0),
    "a word and then nothing at all": ([*said(LOUD, 0.6), (SILENT, 30.0)], 0.5, 1.0),
    "words with pauses for breath": ((said(LOUD, 0.8) + said(QUIET, 0.2)) * 5, 4.0, 5.6),
    "two sentences and a pause": (said(LOUD, 1.0) + said(QUIET, 5.0) + said(LOUD, 1.0), 1.9, 3.1),
}


@pytest.mark.parametrize("case", CASES)
def test_what_counts_as_talk(case: str) -> None:
    levels, least, most = CASES[case]
    assert least <= spoken_s(levels) <= most


@given(st.lists(st.tuples(st.integers(0, 127), st.floats(0.01, 1.0)), max_size=60))
def test_whatever_comes_talk_is_no_longer_than_it_took(levels: list[tuple[int, float]]) -> None:
    lasted = sum(after_s for _, after_s in levels)
    talk = spoken_s(levels)
    assert 0 <= talk <= lasted + 0.6
    if all(level > SPEAKING_BELOW for level, _ in levels):
        assert talk == 0


def test_a_track_that_was_switched_off_begins_in_silence() -> None:
    track = Track(None, uuid4(), "audio", "0")  # type: ignore[arg-type]
    for number in range(20):
        track.note_level(LOUD, 1.0 + number * PACKET_S)
    heard: Any = track.spoke_at
    track.switch_off()
    track.note_level(LOUD, 9.0)
    assert track.spoke_at == heard, "one packet is a knock"
