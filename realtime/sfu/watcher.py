"""A participant's watching connection: the server offers, the browser answers.

Each line of the offer carries one track and stays bound to it while its publisher is there, muted
or not; a line whose publisher has left is made inactive with the next offer and used again after.
One offer is under way at a time, and what changes meanwhile goes into the next: a class that comes
in at once costs each page a few offers, not one for each of the others.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from aiortc import RTCPeerConnection, RTCRtpTransceiver, RTCSessionDescription

from realtime import protocol
from realtime.sfu.downlink import Downlink
from realtime.sfu.errors import MediaError
from realtime.sfu.forwarding import Track
from realtime.sfu.publisher import close_peer_connection
from realtime.sfu.transport import MediaTransport

log = logging.getLogger(__name__)

ANSWER_S = 20.0
OFFER_INTERVAL_S = 0.2
LINES_LIMIT = 120
"""Lines of one offer. More would not fit a frame of the live channel."""


@dataclass(eq=False)
class _Line:
    transceiver: RTCRtpTransceiver
    track: Track | None
    """What it should carry; None once the publisher has left."""
    offered: Track | None = None
    """What it carried in the latest offer."""

    @property
    def is_free(self) -> bool:
        return self.track is None and self.transceiver.currentDirection == "inactive"


class Watcher:
    """One watching peer connection and the task that keeps its offers up to date.

    Args:
        peer_connection: fresh, owned from here on.
        offer_ids: gives each offer of the participant its number.
        wanted: the live tracks this participant should get.
        turn: held while SDP is worked on; that is slow, and one at a time leaves room for media.
        send: to the participant's page.
        on_ended: called once when the connection is lost or the browser does not answer.
    """

    def __init__(
        self,
        peer_connection: RTCPeerConnection,
        offer_ids: Callable[[], int],
        wanted: Callable[[], Iterable[Track]],
        turn: asyncio.Lock,
        send: Callable[[protocol.ServerFrame], None],
        on_ended: Callable[[Watcher, str], None],
    ) -> None:
        self.closed = False
        self._pc = peer_connection
        self._offer_ids = offer_ids
        self._wanted = wanted
        self._turn = turn
        self._send = send
        self._on_ended = on_ended
        self._lines: list[_Line] = []
        self._downlink: Downlink | None = None
        self._offer_id = -1
        self._awaiting_answer = False
        self._changed = asyncio.Event()
        self._answered = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name="media offers")
        self._changed.set()

    @property
    def downlink(self) -> Downlink | None:
        return self._downlink

    def tracks_changed(self) -> None:
        """Look again at what is wanted, soon."""
        self._changed.set()

    def drop(self, tracks: Iterable[Track]) -> None:
        """Send these tracks no more, now; their publisher has left."""
        gone = set(tracks)
        for line in self._lines:
            if line.track in gone:
                if self._downlink is not None:
                    self._downlink.drop(line.track)
                line.track = None

    def pause(self, track_id: str, paused: bool) -> None:
        """Stop one track for now, or start it again. Ids not on offer are a stale page's."""
        bound = any(line.track is not None and line.track.id == track_id for line in self._lines)
        if bound and self._downlink is not None:
            self._downlink.pause(track_id, paused)

    def bar(self, tracks: Iterable[Track], *, barred: bool) -> None:
        """Keep these tracks from this participant, at once, or let them through again."""
        downlink = self._downlink
        if downlink is not None:
            for track in {line.track for line in self._lines} & set(tracks):
                assert track is not None
                downlink.bar(track, barred=barred)

    def expects(self, offer_id: int) -> bool:
        """Whether an answer to this offer is still wanted."""
        return self._awaiting_answer and offer_id == self._offer_id

    async def answer(self, offer_id: int, sdp: str) -> None:
        """Take the browser's answer. One to an offer that is no longer open is passed over.

        Raises:
            MediaError: the answer does not fit the offer; this connection is of no more use.
        """
        async with self._turn:
            downlink = self._downlink
            if self.closed or not self.expects(offer_id) or downlink is None:
                return
            try:
                await self._pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
            except Exception as error:
                log.info("an answer could not be used: %s", type(error).__name__)
                raise MediaError("The answer does not fit the offer.") from error
            if self.closed:
                return
            self._awaiting_answer = False
            for line in self._lines:
                agreed = line.transceiver.currentDirection == "sendonly"
                if agreed and line.track is not None and line.track is line.offered:
                    downlink.agree(line.track)
            self._answered.set()

    def stop(self) -> None:
        """Send nothing more, now. `close` frees the rest."""
        self.closed = True
        if self._downlink is not None:
            self._downlink.close()

    async def close(self) -> None:
        self.stop()
        if self._task is not asyncio.current_task():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await close_peer_connection(self._pc)

    # --- offers ---

    async def _run(self) -> None:
        reason = "The media connection ended."
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                async with self._turn:
                    frame = await self._next_offer()
                if frame is None:
                    continue
                self._answered.clear()
                self._send(frame)
                async with asyncio.timeout(ANSWER_S):
                    await self._answered.wait()
                await asyncio.sleep(OFFER_INTERVAL_S)
        except TimeoutError:
            reason = "The browser did not answer the offer in time."
        except Exception:
            log.exception("media could not be offered")
        self._ended(reason)

    async def _next_offer(self) -> protocol.MediaOffer | None:
        """Bind lines to tracks that lack one, and offer; None when nothing is lacking."""
        bound = {line.track for line in self._lines}
        lacking = [track for track in self._wanted() if track not in bound]
        if not lacking or self.closed:
            return None
        free = [line for line in self._lines if line.is_free]
        for line in self._lines:
            if line.track is None:
                line.transceiver.direction = "inactive"
        for track in lacking:
            line = next((x for x in free if x.transceiver.kind == track.kind), None)
            if line is not None:
                free.remove(line)
                line.track = track
                line.transceiver.direction = "sendonly"
            elif len(self._lines) < LINES_LIMIT:
                transceiver = self._pc.addTransceiver(track.kind, direction="sendonly")
                line = _Line(transceiver, track)
                self._lines.append(line)
            else:
                log.warning("a watcher has %d lines; a track is left out", LINES_LIMIT)
                continue
            sender: Any = line.transceiver.sender
            sender._ssrc, sender._rtx_ssrc = track.ssrc, track.rtx_ssrc
            # Sound and picture of one stream id are played in step.
            sender._stream_id = track.uplink.stream_id
            sender._track_id = track.id
        if all(line.track not in lacking for line in self._lines):
            return None
        if self._downlink is None:
            transport = self._lines[0].transceiver.sender.transport
            assert isinstance(transport, MediaTransport)
            self._downlink = Downlink(transport, lambda: self._ended("The line was lost."))
            transport.link = self._downlink
        for line in self._lines:
            line.offered = line.track
        await self._pc.setLocalDescription(await self._pc.createOffer())
        self._offer_id = self._offer_ids()
        self._awaiting_answer = True
        return protocol.MediaOffer(
            offer_id=self._offer_id,
            sdp=self._pc.localDescription.sdp,
            tracks=[
                protocol.MediaTrack(
                    id=line.track.id,
                    user_id=line.track.user_id,
                    kind=line.track.kind,
                    mid=line.transceiver.mid,
                )
                for line in self._lines
                if line.track is not None
            ],
        )

    def _ended(self, reason: str) -> None:
        if not self.closed:
            self._on_ended(self, reason)
