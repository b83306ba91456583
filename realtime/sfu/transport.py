"""One peer connection's encrypted path: DTLS by aiortc, SRTP here, in place and without copies.

aiortc hands each datagram through a queue, a task and packet objects. Once its handshake is done,
media bypasses all that: `IcePort` calls `_on_media` with the datagram in its buffer, and what a
subscriber gets is encrypted in a slot of the batch (`realtime.sfu.forwarding`).

Rules: RFC 5764 (DTLS-SRTP), RFC 3711 (SRTP), RFC 7714 (AES-GCM), RFC 5761 4 (RTP and RTCP on one
port).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import Any, Protocol

import pylibsrtp
from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsParameters,
    RTCDtlsTransport,
    State,
)
from pylibsrtp._binding import ffi, lib

from realtime.sfu.ice import IceConnection, IceTransport

log = logging.getLogger(__name__)

HANDSHAKE_S = 15.0

STREAMS_LIMIT = 512
"""SSRCs a browser may use on one connection; each costs memory in libsrtp. Ample for hours."""

RTCP_LIMIT_BYTES = 1300


class Link(Protocol):
    """What a transport's media means: `realtime.sfu.uplink` or `realtime.sfu.downlink`."""

    takes_rtp: bool

    def has_room(self, ssrc: int | None, now: float) -> bool:
        """Whether one more packet of this stream (None: RTCP) may come; counts it when not."""
        ...

    def on_open(self) -> None: ...
    def on_closed(self) -> None: ...
    def on_rtp(self, data: bytes, now: float) -> None: ...
    def on_rtcp(self, data: bytes, now: float) -> None: ...


class MediaTransport(RTCDtlsTransport):
    """aiortc's DTLS transport with its own way for media."""

    def __init__(self, transport: IceTransport, certificates: list[RTCCertificate]) -> None:
        super().__init__(transport, certificates)  # type: ignore[arg-type]
        # As the passive side the server chooses the SRTP profile: AES-GCM, which is cheapest.
        self._role = "server"
        self.connection: IceConnection = transport._connection
        self.link: Link | None = None
        self.open = False
        self.tx_session: Any = None
        """libsrtp's session for sending; valid as long as this object lives."""
        self._rx_session: Any = None
        self._length = ffi.new("int *")
        self._ssrcs: set[int] = set()
        self._ended = False

    def getLocalParameters(self) -> RTCDtlsParameters:  # noqa: N802 (aiortc's name)
        parameters = super().getLocalParameters()
        # One fingerprint is enough (RFC 8122 5.1); the rest would be most of a long offer.
        parameters.fingerprints = [f for f in parameters.fingerprints if f.algorithm == "sha-256"]
        return parameters

    async def start(self, remoteParameters: RTCDtlsParameters) -> None:  # noqa: N803
        try:
            async with asyncio.timeout(HANDSHAKE_S):
                await super().start(remoteParameters)
        except TimeoutError:
            self.fail()

    async def stop(self) -> None:
        pump = self._task
        self._end()
        await super().stop()
        if pump is not None and pump is not asyncio.current_task():
            with contextlib.suppress(asyncio.CancelledError):
                await pump

    def fail(self) -> None:
        """Give up: the connection did not come about."""
        if self._state in (State.NEW, State.CONNECTING):
            self._set_state(State.FAILED)

    def abandon(self) -> None:
        """Cut a peer off that breaks a limit."""
        log.warning("media connection %s broke a limit", self.connection.ufrag)
        self._end()
        self.connection.close()

    def _set_state(self, state: State) -> None:
        if state is State.CONNECTED and not self._ended:
            self._rx_session = self._rx_srtp._srtp[0]
            self.tx_session = self._tx_srtp._srtp[0]
            self.open = True
            self.connection.on_media = self._on_media
        super()._set_state(state)
        if state is State.CONNECTED and self.open and self.link is not None:
            self.link.on_open()
        elif state in (State.CLOSED, State.FAILED):
            self._end()

    def _end(self) -> None:
        if self._ended:
            return
        self._ended = True
        self.open = False
        self.connection.on_media = None
        if self.link is not None:
            self.link.on_closed()

    def _on_media(self, size: int) -> None:
        port = self.connection.port
        link = self.link
        if link is None or size < 12:
            port.counters.dropped_malformed += 1
            return
        received = port.received
        length = self._length
        length[0] = size
        now = time.monotonic()
        # Excess is dropped before it is decrypted; the type and the SSRC are readable without.
        if 192 <= received[1] < 224:
            if not link.has_room(None, now):
                return
            if lib.srtp_unprotect_rtcp(self._rx_session, port.received_pointer, length):
                port.counters.dropped_unauthentic += 1
                return
            data = bytes(port.received_view[: length[0]])
            if self.admit(int.from_bytes(data[4:8], "big")):
                link.on_rtcp(data, now)
        elif link.takes_rtp:
            if not link.has_room(int.from_bytes(received[8:12], "big"), now):
                return
            if lib.srtp_unprotect(self._rx_session, port.received_pointer, length):
                port.counters.dropped_unauthentic += 1
                return
            link.on_rtp(bytes(port.received_view[: length[0]]), now)

    def admit(self, ssrc: int) -> bool:
        """Note an SSRC the peer uses. One too many ends the connection."""
        if ssrc not in self._ssrcs:
            if len(self._ssrcs) >= STREAMS_LIMIT:
                self.abandon()
                return False
            self._ssrcs.add(ssrc)
        return True

    def send_rtcp(self, data: bytes) -> None:
        """Encrypt and send one RTCP packet; nothing happens on a closed connection."""
        address = self.connection.address
        if self.open and address is not None and len(data) <= RTCP_LIMIT_BYTES:
            with contextlib.suppress(pylibsrtp.Error):
                self.connection.port.send(self._tx_srtp.protect_rtcp(data), address)

    def forget_stream(self, ssrc: int) -> None:
        """Free what libsrtp keeps for a stream that is sent no more. Never use the SSRC again."""
        if self.open:
            with contextlib.suppress(pylibsrtp.Error):
                self._tx_srtp.remove_stream(ssrc)
