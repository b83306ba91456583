"""A mute is a mute: real peers whose pages do not obey, and what the media server still passes on of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError

from realtime import room as room_desk
from realtime.frames.lesson import (
    LessonHold,
    LessonLobby,
    LessonStart,
    MediaDevice,
    MuteAll,
    PersonMute,
    RoomLock,
    RoomPart,
)
from realtime.protocol import (
    AccessUpdate,
    Error,
    ErrorCode,
    MediaAnswer,
    MediaOffer,
    MediaPublish,
    MediaPublished,
    MediaTracks,
    MediaWatch,
)
from realtime.sfu.counters import Counters
from server.access import Grant
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, connections_of, hub_of, make_live
from tests.realtime.test_lesson import done

TALK = str(Grant.MEDIA_PUBLISH_AUDIO)
SILENT_S = 0.5
"""A microphone sends 50 packets a second: so long without one is no accident."""


class Speaker:
    """A student's page that goes on sending until its own offer is answered otherwise, and a teacher's that
    listens."""

    def __init__(self, node: Node, student: LiveClient, teacher: LiveClient) -> None:
        self.node, self.student, self.teacher = node, student, teacher
        self.heard = 0
        self._sending = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._hearing = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._tasks: list[asyncio.Task[None]] = []

    async def speak(self) -> None:
        self._sending.addTransceiver(AudioStreamTrack(), direction="sendonly")
        published = await self.publish()
        assert [track.kind for track in published.tracks] == ["audio"]

    async def publish(self) -> MediaPublished:
        """Offer the microphone (again), and take what the server answers."""
        await self._sending.setLocalDescription(await self._sending.createOffer())
        ref = self.student.ref()
        await self.student.send(MediaPublish(ref=ref, sdp=self._sending.localDescription.sdp))
        published = await self.student.expect(MediaPublished, ref=ref)
        await self._sending.setRemoteDescription(RTCSessionDescription(published.sdp, "answer"))
        return published

    async def listen(self) -> None:
        self._hearing.on("track", lambda track: self._tasks.append(asyncio.create_task(self._hear(track))))
        await self.teacher.send(MediaWatch(ref=self.teacher.ref(), on=True))
        self._tasks.append(asyncio.create_task(self._answer()))
        await self.hears_more()

    async def _answer(self) -> None:
        while True:
            try:
                offer = await self.teacher.expect(MediaOffer)
            except TimeoutError:
                continue
            await self._hearing.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
            await self._hearing.setLocalDescription(await self._hearing.createAnswer())
            await self.teacher.send(
                MediaAnswer(offer_id=offer.offer_id, sdp=self._hearing.localDescription.sdp)
            )

    async def _hear(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame: Any = await track.recv()
                assert frame is not None
                self.heard += 1

    @property
    def counters(self) -> Counters:
        return hub_of(self.node).media._server.counters

    async def hears_more(self) -> None:
        enough = self.heard + 5
        async with asyncio.timeout(15):
            while self.heard < enough:
                await asyncio.sleep(0.02)

    async def is_silent(self) -> None:
        """Packets of the student still come in, and none goes out."""
        forwarded, arrived = self.counters.forwarded, self.counters.datagrams_in
        await asyncio.sleep(SILENT_S)
        assert self.counters.datagrams_in > arrived + 10, "the student's page has stopped by itself"
        assert self.counters.forwarded == forwarded

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._sending.close()
        await self._hearing.close()


@pytest.fixture
async def speaker(
    make_node: MakeNode, sqlite_records: Records, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Speaker]:
    # aiortc's own ICE leaves the loopback out; here it is all there is.
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda *_, **__: ["127.0.0.1"])
    node = await make_live(make_node, sqlite_records)
    teacher = await visit.enter(node, world.home.teacher.id, world.space.id)
    await visit.enter(node, world.home.head.id, world.space.id)  # never one adult and one student alone
    student = await visit.enter(node, world.home.students[0].id, world.space.id)
    await done(teacher, LessonStart)
    async with asyncio.timeout(10):
        while not all(Grant.MEDIA_PUBLISH_AUDIO in each.grants for each in
                      connections_of(node, world.home.students[0].id)):
            await asyncio.sleep(0.02)
    speaker = Speaker(node, student, teacher)
    await speaker.speak()
    await speaker.listen()
    yield speaker
    await speaker.close()


ENDS_IT = {
    "mute": (PersonMute, {"device": MediaDevice.MICROPHONE, "on": True}),
    "lock": (RoomLock, {"lock": RoomPart.MICROPHONES, "on": True}),
    "pause": (LessonHold, {}),
}


@pytest.mark.parametrize("how", ENDS_IT)
async def test_a_muted_microphone_is_not_heard_whatever_its_page_sends(speaker: Speaker, how: str) -> None:
    kind, fields = ENDS_IT[how]
    if kind is PersonMute:
        fields = {**fields, "user_id": speaker.student.user_id}
    asked_at = asyncio.get_running_loop().time()
    await done(speaker.teacher, kind, **fields)
    await speaker.teacher.expect(MediaTracks, tracks=[])
    assert asyncio.get_running_loop().time() - asked_at < 1.0
    await speaker.is_silent()
    # And it is not given back for the asking.
    assert (await speaker.publish()).tracks == []


async def test_mute_all_ends_what_is_sent_and_lets_it_begin_anew(
    speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_desk, "SILENCE_S", 1.0)
    await done(speaker.teacher, MuteAll)
    await speaker.teacher.expect(MediaTracks, tracks=[])
    async with asyncio.timeout(5):
        while TALK not in (await speaker.student.expect(AccessUpdate)).grants:
            pass
    # The right is there again, and nothing is heard: who wants to speak turns the microphone on.
    await speaker.is_silent()
    assert [track.kind for track in (await speaker.publish()).tracks] == ["audio"]
    await speaker.hears_more()


async def test_in_the_lobby_students_hear_nobody(
    make_node: MakeNode, sqlite_records: Records, world: Pair, visit: Visit
) -> None:
    node = await make_live(make_node, sqlite_records)
    teacher = await visit.enter(node, world.home.teacher.id, world.space.id)
    await done(teacher, LessonLobby)
    student = await visit.enter(node, world.home.students[0].id, world.space.id)
    await student.send(MediaWatch(ref=student.ref(), on=True))
    assert (await student.expect(Error)).code is ErrorCode.MEDIA_FAILED
