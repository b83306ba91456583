"""Real peers see and hear each other through the server, and stop when they must."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiortc.mediastreams import AudioStreamTrack

from realtime import protocol
from realtime.sfu import MediaError, MediaRoom, MediaServer
from tests.media.peers import FlatPicture, Peer, eventually, microphone

Enter = Callable[..., Peer]


async def test_two_peers_see_and_hear_each_other(enter: Enter) -> None:
    ada, ben = enter(), enter()
    await ada.publish(FlatPicture(60), microphone())
    await ben.publish(FlatPicture(180), microphone())
    await ada.watch()
    await ben.watch()
    for viewer, other, brightness in ((ada, ben, 180), (ben, ada, 60)):
        for track in other.published:
            seen = await viewer.sees(track)
            if track.kind == "video":
                assert abs(seen.brightness - brightness) < 12
        assert not {t.user_id for t in viewer.offered.values()} & {viewer.user_id}


async def test_a_late_viewer_gets_a_key_frame(enter: Enter) -> None:
    ada, ben, cho = enter(), enter(), enter()
    (picture,) = await ada.publish(FlatPicture(90))
    await ben.watch()
    await ben.sees(picture)
    await cho.watch()
    await cho.sees(picture)


async def test_lost_rights_stop_the_next_packet(enter: Enter, media: MediaServer, room: MediaRoom) -> None:
    ada, ben = enter(), enter()
    await ada.publish(FlatPicture(60), microphone())
    await ben.watch()
    for track in ada.published:
        await ben.sees(track)
    ada.participant.permit(frozenset(), may_watch=True)
    forwarded = media.counters.forwarded
    assert room.tracks == []
    assert ben.listed() == []
    # Ada's browser does not know yet and goes on sending: let its packets come in.
    arrived = media.counters.dropped_unknown
    await eventually(lambda: media.counters.dropped_unknown > arrived + 20)
    assert media.counters.forwarded == forwarded


async def test_only_what_is_permitted_is_published(enter: Enter) -> None:
    ada = enter(may_publish=frozenset({"audio"}))
    published = await ada.publish(FlatPicture(60), microphone())
    assert [track.kind for track in published] == ["audio"]
    assert ada.publishing is not None
    directions = {t.kind: t.currentDirection for t in ada.publishing.getTransceivers()}
    assert directions == {"video": "inactive", "audio": "sendonly"}


async def test_who_may_not_watch_gets_nothing_more(enter: Enter, media: MediaServer) -> None:
    ada, ben = enter(), enter()
    (sound,) = await ada.publish(microphone())
    await ben.watch()
    await ben.sees(sound)
    ben.participant.permit(frozenset(), may_watch=False)
    forwarded = media.counters.forwarded
    arrived = media.counters.datagrams_in
    await eventually(lambda: media.counters.datagrams_in > arrived + 20)
    assert media.counters.forwarded == forwarded
    with pytest.raises(MediaError):
        await ben.participant.watch(True)


async def test_leaving_takes_the_tracks_along(enter: Enter, media: MediaServer, room: MediaRoom) -> None:
    ada, ben = enter(), enter()
    (sound,) = await ada.publish(microphone())
    await ben.watch()
    await ben.sees(sound)
    leaving = asyncio.ensure_future(ada.participant.close())
    await asyncio.sleep(0)
    forwarded = media.counters.forwarded
    assert room.tracks == []
    assert ben.listed() == []
    await leaving
    await ada.participant.close()  # twice is once
    assert media.counters.forwarded == forwarded
    with pytest.raises(MediaError):
        await ada.participant.watch(True)


async def test_muting_and_unmuting_asks_nobody_anything(enter: Enter) -> None:
    ada, ben = enter(), enter()
    (sound,) = await ada.publish(microphone())
    await ben.watch()
    await ben.sees(sound)
    offers = sum(isinstance(frame, protocol.MediaOffer) for frame in ben.frames)
    assert ada.publishing is not None
    (line,) = ada.publishing.getTransceivers()
    line.direction = "inactive"
    assert await ada.negotiate() == []
    assert ben.listed() == []
    line.direction = "sendonly"
    assert [track.id for track in await ada.negotiate()] == [sound.id]
    await ben.until(lambda: [track.id for track in ben.listed()] == [sound.id])
    await ben.sees(sound)
    assert sum(isinstance(frame, protocol.MediaOffer) for frame in ben.frames) == offers


async def test_a_paused_picture_comes_back(enter: Enter, media: MediaServer) -> None:
    ada, ben = enter(), enter()
    (picture,) = await ada.publish(FlatPicture(60))
    await ben.watch()
    await ben.sees(picture)
    ben.participant.pause(picture.id, True)
    forwarded = media.counters.forwarded
    arrived = media.counters.datagrams_in
    await eventually(lambda: media.counters.datagrams_in > arrived + 20)
    assert media.counters.forwarded == forwarded
    ben.participant.pause(picture.id, False)
    ben.participant.pause("no such track", True)
    await ben.sees(picture)


async def test_a_fresh_connection_takes_over(enter: Enter, room: MediaRoom) -> None:
    ada, ben = enter(), enter()
    (before,) = await ada.publish(FlatPicture(60))
    await ben.watch()
    await ben.sees(before)
    (after,) = await ada.publish(FlatPicture(200))
    assert [track.id for track in room.tracks] == [after.id]
    seen = await ben.sees(after)
    assert abs(seen.brightness - 200) < 12


async def test_lines_of_those_who_left_are_used_again(enter: Enter) -> None:
    # Offers only: a stock aiortc receiver keeps to the first SSRC of a line. Browsers do not.
    ben = enter()
    await ben.watch()
    for _ in range(4):
        ada = enter()
        (sound,) = await ada.publish(microphone())
        await ben.until(lambda sound=sound: sound.id in ben.offered)
        await ada.close()
    assert ben.watching is not None
    assert len(ben.watching.getTransceivers()) == 2


async def test_silence_has_no_speaker_and_sound_has_one(enter: Enter) -> None:
    ada, ben = enter(), enter()
    await ada.publish(Tone())
    await ben.until(lambda: protocol.MediaSpeaker(user_id=ada.user_id) in ben.frames)
    await ada.participant.close()
    await ben.until(lambda: ben.frames[-1] == protocol.MediaSpeaker(user_id=None))


class Tone(AudioStreamTrack):
    """A loud square wave."""

    async def recv(self) -> Any:
        frame: Any = await super().recv()
        half = (b"\xff\x5f" * 20 + b"\x00\xa0" * 20) * (frame.samples // 40)
        frame.planes[0].update(half[: frame.planes[0].buffer_size])
        return frame
