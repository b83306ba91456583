"""A participant's publishing connection: the browser offers, the server answers.

RFC 8829 (offer and answer). The same tracks stay for as long as the connection: switched off they
are only not live. An offer with another certificate comes from a fresh peer connection of the
browser (a reload, a new network) and starts over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from uuid import UUID

from aiortc import RTCPeerConnection, RTCSessionDescription

from realtime.sfu.codecs import MEANING_BY_URI
from realtime.sfu.errors import MediaError
from realtime.sfu.forwarding import Track
from realtime.sfu.limits import Budget
from realtime.sfu.offers import Offer
from realtime.sfu.transport import MediaTransport
from realtime.sfu.uplink import Line, Uplink

log = logging.getLogger(__name__)

CLOSE_S = 5.0


class Publisher:
    """One publishing peer connection and its tracks."""

    def __init__(
        self,
        peer_connection: RTCPeerConnection,
        fingerprint: str,
        user_id: UUID,
        budget: Budget,
        on_ended: Callable[[Publisher], None],
    ) -> None:
        self.fingerprint = fingerprint
        self.tracks: dict[str, Track] = {}
        """By the name of the line in the offer (mid)."""
        self.closed = False
        self._pc = peer_connection
        self._user_id = user_id
        self._budget = budget
        self._on_ended = on_ended
        self._uplink: Uplink | None = None

    @property
    def uplink(self) -> Uplink | None:
        return self._uplink

    @property
    def live(self) -> list[Track]:
        return [track for track in self.tracks.values() if track.live]

    async def answer(self, offer: Offer, permitted: frozenset[str]) -> str:
        """Answer an offer: lines of a kind not in `permitted` are answered inactive.

        Nothing is live before the last step, and that step does not wait.

        Raises:
            MediaError: the offer cannot be answered; this connection is of no more use.
        """
        try:
            await self._pc.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
            if self._uplink is None:
                self._uplink = self._open_uplink()
            for transceiver in self._pc.getTransceivers():
                allowed = transceiver.kind in permitted
                transceiver.direction = "recvonly" if allowed else "inactive"
            await self._pc.setLocalDescription(await self._pc.createAnswer())
            sdp = self._pc.localDescription.sdp
        except MediaError:
            raise
        except Exception as error:
            # aiortc has no one error for what it cannot use (AssertionError, KeyError, ...). What it
            # says may quote the offer, addresses in it too, so only its name is logged.
            log.info("an offer could not be answered: %s", type(error).__name__)
            raise MediaError("The offer could not be answered.") from error
        if self.closed:
            raise MediaError("The connection was closed.")
        return sdp

    def _open_uplink(self) -> Uplink:
        transport = self._pc.getTransceivers()[0].receiver.transport
        assert isinstance(transport, MediaTransport)
        uplink = Uplink(transport, self._user_id.hex.encode(), self._budget, self._ended)
        transport.link = uplink
        return uplink

    def take_up(self, permitted: frozenset[str]) -> None:
        """Make live what the last answer agreed on and `permitted` still allows."""
        assert self._uplink is not None
        lines: list[Line] = []
        for transceiver in self._pc.getTransceivers():
            mid = transceiver.mid or ""
            active = transceiver.currentDirection == "recvonly" and transceiver.kind in permitted
            track = self.tracks.get(mid)
            if not active:
                if track is not None:
                    track.switch_off()
                continue
            if track is None:
                track = Track(self._uplink, self._user_id, transceiver.kind, mid)
                self.tracks[mid] = track
            track.live = True
            agreed = transceiver._codecs
            rtx = frozenset(c.payloadType or 0 for c in agreed if c.name.lower() == "rtx")
            extensions = {
                extension.id: MEANING_BY_URI[extension.uri]
                for extension in transceiver._headerExtensions
                if extension.uri in MEANING_BY_URI
            }
            media = frozenset(c.payloadType or 0 for c in agreed) - rtx
            lines.append(Line(track, media, rtx, extensions))
        self._uplink.configure(lines)

    def restrict(self, permitted: frozenset[str]) -> bool:
        """Switch off what is no longer permitted, now. True when that changed anything."""
        lost = [track for track in self.live if track.kind not in permitted]
        for track in lost:
            assert self._uplink is not None
            self._uplink.switch_off(track)
        return bool(lost)

    def stop(self) -> None:
        """Receive nothing more, now. `close` frees the rest."""
        self.closed = True
        for track in self.live:
            assert self._uplink is not None
            self._uplink.switch_off(track)

    async def close(self) -> None:
        self.stop()
        await close_peer_connection(self._pc)

    def _ended(self) -> None:
        if not self.closed:
            self._on_ended(self)


async def close_peer_connection(peer_connection: RTCPeerConnection) -> None:
    """Close within `CLOSE_S`, and never raise: there is nobody left to tell."""
    try:
        async with asyncio.timeout(CLOSE_S):
            await peer_connection.close()
    except Exception:
        log.exception("a media connection did not close cleanly")
