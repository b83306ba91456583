"""A page without a browser: stock aiortc peers that publish and watch through the media server.

They encode and decode for real. The signalling between is a function call: `Peer` hands its SDP to
the participant and answers the offers that come out of `send`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import av
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError

from realtime import protocol
from realtime.sfu import MediaParticipant, MediaRoom

WAIT_S = 15.0


class FlatPicture(MediaStreamTrack):
    """A small moving picture of one brightness, by which a viewer knows whose it is."""

    kind = "video"

    def __init__(self, brightness: int) -> None:
        super().__init__()
        self._plane = bytes((brightness,)) * (160 * 120)
        self._count = 0

    async def recv(self) -> av.VideoFrame:
        if self.readyState != "live":
            raise MediaStreamError
        await asyncio.sleep(1 / 20)
        frame = av.VideoFrame(160, 120, "yuv420p")
        frame.planes[0].update(self._plane)
        for plane in frame.planes[1:]:
            plane.update(b"\x80" * plane.buffer_size)
        frame.pts = self._count * 4500
        frame.time_base = Fraction(1, 90_000)
        self._count += 1
        return frame


class Seen:
    """What has been decoded of one received line."""

    def __init__(self) -> None:
        self.frames = 0
        self.brightness = -1


class Peer:
    """One person's page."""

    def __init__(
        self, room: MediaRoom, *, may_publish: frozenset[str] = frozenset({"audio", "video"})
    ) -> None:
        self.user_id: UUID = uuid4()
        self.frames: list[protocol.ServerFrame] = []
        self.offered: dict[str, protocol.MediaTrack] = {}
        self.seen: dict[str, Seen] = {}
        """By track id."""
        self.published: list[protocol.MediaTrack] = []
        self.publishing: RTCPeerConnection | None = None
        self.watching: RTCPeerConnection | None = None
        self._happened = asyncio.Event()
        self._offers: asyncio.Queue[protocol.MediaOffer] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._by_mid: dict[str, Seen] = {}
        self.participant: MediaParticipant = room.join(
            participant_id=self.user_id.hex,
            user_id=self.user_id,
            send=self._on_frame,
            may_publish=may_publish,
        )

    def _on_frame(self, frame: protocol.ServerFrame) -> None:
        self.frames.append(frame)
        if isinstance(frame, protocol.MediaOffer):
            self._offers.put_nowait(frame)
        self._happened.set()

    async def publish(self, *tracks: MediaStreamTrack) -> list[protocol.MediaTrack]:
        """Send these from now on, over a fresh peer connection."""
        if self.publishing is not None:
            await self.publishing.close()
        self.publishing = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        for track in tracks:
            self.publishing.addTransceiver(track, direction="sendonly")
        return await self.negotiate()

    async def negotiate(self) -> list[protocol.MediaTrack]:
        """Offer what the publishing connection holds now."""
        pc = self.publishing
        assert pc is not None
        await pc.setLocalDescription(await pc.createOffer())
        answer, self.published = await self.participant.publish(pc.localDescription.sdp)
        await pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        return self.published

    async def watch(self) -> None:
        """Receive the others from now on."""
        self.watching = pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))

        @pc.on("track")
        def on_track(track: MediaStreamTrack) -> None:
            transceiver = next(t for t in pc.getTransceivers() if t.receiver.track is track)
            seen = self._by_mid.setdefault(transceiver.mid or "", Seen())
            self._tasks.append(asyncio.create_task(self._decode(track, seen)))

        self._tasks.append(asyncio.create_task(self._answer_offers(pc)))
        await self.participant.watch(True)

    async def _answer_offers(self, pc: RTCPeerConnection) -> None:
        while True:
            offer = await self._offers.get()
            await pc.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
            await pc.setLocalDescription(await pc.createAnswer())
            for track in offer.tracks:
                self.offered[track.id] = track
                self.seen[track.id] = self._by_mid.setdefault(track.mid or "", Seen())
            await self.participant.answer(offer.offer_id, pc.localDescription.sdp)
            self._happened.set()

    async def _decode(self, track: MediaStreamTrack, seen: Seen) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame: Any = await track.recv()
                seen.frames += 1
                if track.kind == "video":
                    seen.brightness = bytes(frame.planes[0])[0]
                self._happened.set()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something that came to this peer has made `condition` true."""
        async with asyncio.timeout(WAIT_S):
            while not condition():
                self._happened.clear()
                await self._happened.wait()

    def listed(self) -> list[protocol.MediaTrack]:
        """The latest `media.tracks`."""
        lists = [f.tracks for f in self.frames if isinstance(f, protocol.MediaTracks)]
        return lists[-1] if lists else []

    async def sees(self, track: protocol.MediaTrack, frames: int = 3) -> Seen:
        """Wait until some more frames of this track have been decoded."""
        await self.until(lambda: track.id in self.seen)
        seen = self.seen[track.id]
        enough = seen.frames + frames
        await self.until(lambda: seen.frames >= enough)
        return seen

    async def close(self) -> None:
        await self.participant.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for pc in (self.publishing, self.watching):
            if pc is not None:
                await pc.close()


def microphone() -> MediaStreamTrack:
    """Silence, in packets."""
    return AudioStreamTrack()


async def eventually(condition: Callable[[], object]) -> None:
    """Wait until `condition` is true, where nothing tells a peer that it has become so."""
    async with asyncio.timeout(WAIT_S):
        while not condition():
            await asyncio.sleep(0.01)
