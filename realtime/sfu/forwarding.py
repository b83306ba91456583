"""From one publisher's packets to every subscriber's: tracks, layers, subscriptions.

`Subscription.send` is the fast path, run for each packet and subscriber; what can be done once for
a packet is done before (`realtime.sfu.rtp`, `realtime.sfu.uplink`). A subscriber sees one unbroken
stream, whatever happens before it (pause, another SSRC, another layer): sequence numbers continue,
and a video stream changes source at key frames only.

AES-GCM is broken by two different packets under one number (RFC 7714 8.1). So a layer accepts a
number once, and a subscription sends nothing that falls before the point where it changed source.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import TYPE_CHECKING
from uuid import UUID

from pylibsrtp._binding import ffi, lib

from realtime.sfu import codecs, feedback, limits, rtp
from realtime.sfu.datagrams import SLOT_BYTES
from realtime.sfu.rtp import Packet

if TYPE_CHECKING:
    from realtime.sfu.transport import MediaTransport
    from realtime.sfu.uplink import Uplink

HISTORY = 512
"""Video packets kept for subscribers who lack one: some seconds."""

GAP_LIMIT = 200
"""A larger jump in sequence numbers is a new start, not a loss."""

MISSING_LIMIT = 400
KEY_FRAME_INTERVAL_S = 0.3
KEY_FRAME_REPEAT_S = 1.0
"""A request may be lost, and who waits for a first key frame sees nothing to complain about."""

SPEAKING_BELOW = 55.0
"""-dBov of somebody who speaks; a quiet room is above it."""
KNOCK_PACKETS = 4
"""So many loud packets in a row are no voice yet: 80 ms, as browsers send them."""

_SILENT = 127


class Layer:
    """One encoding of a track as it arrives. Without simulcast a track has one."""

    def __init__(self, track: Track, rid: str, ssrc: int) -> None:
        self.track = track
        self.rid = rid
        self.ssrc = ssrc
        self.missing: dict[int, list[float]] = {}
        """Numbers not seen yet: when the gap showed, and how often it was asked for."""
        self.gap_is_new = False
        self.history: list[Packet | None] = [None] * (HISTORY if track.kind == "video" else 0)
        self.newest = -1
        self.first = -1
        self.cycles = 0
        self.received = 0
        self.jitter = 0.0
        self.last_ntp = 0
        self.last_ntp_at = 0.0
        self.reported = (0, 0)
        """Expected and received as of the last report."""
        self._transit = 0.0

    def accept(self, sequence: int) -> bool:
        """Whether a packet of this number is news. Notes the gaps it leaves in `missing`."""
        newest = self.newest
        if newest < 0:
            self.first = self.newest = sequence
            return True
        ahead = (sequence - newest) & 0xFFFF
        if ahead == 0 or ahead >= 0x8000:
            return self.missing.pop(sequence, None) is not None
        if ahead > 1:
            if ahead > GAP_LIMIT or len(self.missing) + ahead > MISSING_LIMIT:
                self.missing.clear()
                self.track.ask_key_frame()
            else:
                now = time.monotonic()
                for lost in range(newest + 1, newest + ahead):
                    self.missing[lost & 0xFFFF] = [now, 0]
                self.gap_is_new = True
        if sequence < newest:
            self.cycles += 0x10000
        self.newest = sequence
        return True

    def note_timing(self, timestamp: int, now: float, clock_rate: int) -> None:
        """Keep the jitter that receiver reports tell (RFC 3550 6.4.1)."""
        transit = now * clock_rate - timestamp
        change = abs(transit - self._transit)
        self._transit = transit
        if change < clock_rate:  # not a new start of the timestamps
            self.jitter += (change - self.jitter) / 16

    def reception(self, now: float) -> feedback.Reception:
        """This layer's line in the next receiver report."""
        highest = self.cycles + self.newest
        expected = highest - self.first + 1
        new_expected = expected - self.reported[0]
        new_lost = new_expected - (self.received - self.reported[1])
        self.reported = (expected, self.received)
        fraction = new_lost * 256 // new_expected if new_expected > 0 else 0
        delay = int((now - self.last_ntp_at) * 65536) if self.last_ntp else 0
        return feedback.Reception(
            self.ssrc,
            max(0, min(255, fraction)),
            expected - self.received,
            highest,
            int(self.jitter),
            self.last_ntp,
            delay,
        )


class Track:
    """One line of a publisher's offer, for as long as its connection lasts.

    Switched off and on again it stays the same track, so subscribers keep what they negotiated and
    a microphone can be muted and unmuted without an offer to anyone.
    """

    def __init__(self, uplink: Uplink, user_id: UUID, kind: str, mid: str) -> None:
        self.uplink = uplink
        self.user_id = user_id
        self.kind = kind
        self.mid = mid
        self.id = secrets.token_hex(8)
        self.ssrc = secrets.randbits(31) + 2
        self.rtx_ssrc = secrets.randbits(31) + 2
        self.payload_type = codecs.OPUS if kind == "audio" else codecs.VP8
        self.clock_rate = codecs.CLOCK_RATE[kind]
        self.live = False
        """Switched on and permitted. Only a live track is listed and forwarded."""
        self.budget = limits.track_budget(kind)
        self.reports = limits.Budget(limits.REPORTS_A_SECOND)
        self.layers: dict[str, Layer] = {}
        self.subscriptions: list[Subscription] = []
        self.loudness = float(_SILENT)
        """Smoothed -dBov: 0 loudest, 127 silent."""
        self.heard_at = 0.0
        self.spoke_at = 0.0
        """When a packet last came in which somebody spoke: not a knock, and not the silence after a word."""
        self._loud_packets = 0
        """In a row."""
        self._key_frame_asked_at = 0.0
        self._key_frame_timer: asyncio.TimerHandle | None = None

    def forward(self, layer: Layer, packet: Packet, now: float) -> None:
        """Hand a packet to everyone who takes this track. Leaves with the batch's next flush."""
        send_time = rtp.send_time(now)
        for subscription in self.subscriptions:
            if subscription.layer is layer or subscription.change_to(layer, packet, now):
                subscription.send(packet, send_time, now)

    def ask_key_frame(self) -> None:
        """Ask the publisher for a key frame, soon: requests that come close together are one."""
        if self.kind != "video" or not self.live or self._key_frame_timer is not None:
            return
        wait_s = self._key_frame_asked_at + KEY_FRAME_INTERVAL_S - time.monotonic()
        if wait_s > 0:
            # Put off, not dropped: whoever asked may otherwise wait for ever.
            loop = asyncio.get_running_loop()
            self._key_frame_timer = loop.call_later(wait_s, self._ask_key_frame_now)
        else:
            self._ask_key_frame_now()

    def _ask_key_frame_now(self) -> None:
        self._key_frame_timer = None
        self._key_frame_asked_at = time.monotonic()
        for layer in self.layers.values():
            self.uplink.send_rtcp(feedback.pli(layer.ssrc))
            self.uplink.counters.key_frames_asked += 1

    def repeat_key_frame_request(self, now: float) -> None:
        """Ask again while a subscriber still waits for its first key frame."""
        due = now - self._key_frame_asked_at > KEY_FRAME_REPEAT_S
        if due and any(s.layer is None and not s.paused for s in self.subscriptions):
            self.ask_key_frame()

    def note_level(self, level: int, now: float) -> None:
        """Follow how loud it is: quick to rise, slow to fall."""
        self.heard_at = now
        self.loudness += (level - self.loudness) * (0.5 if level < self.loudness else 0.05)
        self._loud_packets = self._loud_packets + 1 if level <= SPEAKING_BELOW else 0
        if self._loud_packets > KNOCK_PACKETS:
            self.spoke_at = now

    def switch_off(self) -> None:
        """Stop forwarding. Subscriptions stay, for when the track is switched on again."""
        self.live = False
        self.layers.clear()
        self.loudness = float(_SILENT)
        self._loud_packets = 0
        for subscription in self.subscriptions:
            subscription.layer = None
        if self._key_frame_timer is not None:
            self._key_frame_timer.cancel()
            self._key_frame_timer = None


class Subscription:
    """One track on its way to one subscriber."""

    __slots__ = (
        "_batch",
        "_connection",
        "_counters",
        "_key_frames",
        "_last_layer",
        "_length",
        "_picture_id",
        "_picture_shift",
        "_rtx_sequence",
        "_sent_at",
        "_sequence",
        "_sequence_shift",
        "_session",
        "_span",
        "_timestamp",
        "_timestamp_shift",
        "_tl0",
        "_tl0_shift",
        "layer",
        "octets",
        "packets",
        "paused",
        "track",
        "transport",
    )

    def __init__(self, track: Track, transport: MediaTransport) -> None:
        self.track = track
        self.transport = transport
        self.layer: Layer | None = None
        """What is being sent; None until the next packet that can be a start."""
        self.paused = False
        self.packets = 0
        self.octets = 0
        self._connection = transport.connection
        self._batch = transport.connection.port.batch
        self._counters = transport.connection.port.counters
        self._session = transport.tx_session
        self._length = ffi.new("int *")
        self._key_frames = limits.key_frame_budget()
        self._last_layer: Layer | None = None
        # A low start keeps clear of the wrap, where one early loss confuses the SRTP index.
        self._sequence = secrets.randbelow(1 << 14)
        self._rtx_sequence = secrets.randbelow(1 << 14)
        self._timestamp = 0
        self._picture_id = 0
        self._tl0 = 0
        self._sent_at = 0.0
        self._span = 0
        """How many numbers have passed since the source changed; nothing older is sent."""
        self._sequence_shift = 0
        self._timestamp_shift = 0
        self._picture_shift = 0
        self._tl0_shift = 0

    def pause(self, paused: bool) -> None:
        """Stop, or start again at the next key frame, with numbers that continue."""
        self.paused = paused
        if paused:
            self.layer = None
        else:
            self.track.ask_key_frame()

    def ask_key_frame(self, now: float) -> None:
        """Pass on the subscriber's wish, unless it wishes too often; browsers ask again."""
        if not self.paused and self._key_frames.take(0, now):
            self.track.ask_key_frame()

    def change_to(self, layer: Layer, packet: Packet, now: float) -> bool:
        """Take up `layer` with this packet, if it can be a start. The place to choose layers."""
        if self.paused or not packet.key_frame:
            return False
        self._sequence_shift = (self._sequence + 1 - packet.sequence) & 0xFFFF
        if self._last_layer is not None and self._last_layer is not layer:
            passed = max(1, int((now - self._sent_at) * self.track.clock_rate))
            self._timestamp_shift = (self._timestamp + passed - packet.timestamp) & 0xFFFFFFFF
        if self._last_layer is not None:
            self._picture_shift = (self._picture_id + 1 - packet.picture_id) & 0x7FFF
            self._tl0_shift = (self._tl0 + 1 - packet.tl0) & 0xFF
        self._span = 0
        self.layer = self._last_layer = layer
        return True

    def send(self, packet: Packet, send_time: bytes, now: float) -> None:
        """Copy, patch, encrypt, queue."""
        destination = self._connection.destination
        if destination is None:
            return
        data, sequence, timestamp, _, picture_id_at, picture_id, tl0_at, tl0 = packet
        sequence = (sequence + self._sequence_shift) & 0xFFFF
        timestamp = (timestamp + self._timestamp_shift) & 0xFFFFFFFF
        ahead = (sequence - self._sequence) & 0xFFFF
        if ahead < 0x8000:
            self._sequence = sequence
            self._timestamp = timestamp
            self._span += ahead
        elif 0x10000 - ahead >= self._span:
            return
        size = len(data)
        batch = self._batch
        slot = batch.count
        at = slot * SLOT_BYTES
        buffer = batch.buffer
        buffer[at : at + size] = data
        buffer[at + 2] = sequence >> 8
        buffer[at + 3] = sequence & 0xFF
        if self._timestamp_shift:
            buffer[at + 4 : at + 8] = timestamp.to_bytes(4, "big")
        if picture_id_at >= 0:
            picture_id = (picture_id + self._picture_shift) & 0x7FFF
            self._picture_id = picture_id
            if self._picture_shift:
                buffer[at + picture_id_at] = 0x80 | picture_id >> 8
                buffer[at + picture_id_at + 1] = picture_id & 0xFF
        if tl0_at >= 0:
            self._tl0 = tl0 = (tl0 + self._tl0_shift) & 0xFF
            if self._tl0_shift:
                buffer[at + tl0_at] = tl0
        buffer[at + rtp.SEND_TIME_AT : at + rtp.SEND_TIME_AT + 3] = send_time
        length = self._length
        length[0] = size
        if lib.srtp_protect(self._session, batch.pointers[slot], length):
            self._counters.dropped_unauthentic += 1
            return
        batch.put(length[0], destination)
        self._counters.forwarded += 1
        self.packets += 1
        self.octets += size
        self._sent_at = now

    def resend(self, sequence: int, now: float) -> bool:
        """Send a packet again that the subscriber lacks, as RTX; False when it is gone."""
        layer = self.layer
        destination = self._connection.destination
        behind = (self._sequence - sequence) & 0xFFFF
        if layer is None or destination is None or not layer.history or behind >= self._span:
            return False
        original = (sequence - self._sequence_shift) & 0xFFFF
        packet = layer.history[original % HISTORY]
        if packet is None or packet.sequence != original:
            return False
        self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
        copy = rtp.rtx_copy(packet, self._rtx_sequence, codecs.VP8_RTX, self.track.rtx_ssrc)
        at = rtp.RTX_ORIGINAL_AT
        copy[at : at + 2] = sequence.to_bytes(2, "big")
        copy[4:8] = ((packet.timestamp + self._timestamp_shift) & 0xFFFFFFFF).to_bytes(4, "big")
        copy[rtp.SEND_TIME_AT : rtp.SEND_TIME_AT + 3] = rtp.send_time(now)
        if packet.picture_id_at >= 0:
            picture_id = (packet.picture_id + self._picture_shift) & 0x7FFF
            at = packet.picture_id_at + 2
            copy[at : at + 2] = (0x8000 | picture_id).to_bytes(2, "big")
        if packet.tl0_at >= 0:
            copy[packet.tl0_at + 2] = (packet.tl0 + self._tl0_shift) & 0xFF
        batch = self._batch
        slot = batch.count
        batch.buffer[slot * SLOT_BYTES : slot * SLOT_BYTES + len(copy)] = copy
        self._length[0] = len(copy)
        if lib.srtp_protect(self._session, batch.pointers[slot], self._length):
            return False
        batch.put(self._length[0], destination)
        self._counters.retransmitted += 1
        return True

    def relay_report(self, report: feedback.SenderReport) -> None:
        """Pass on the publisher's clock, so that sound and picture are shown together."""
        if self.packets:
            self.transport.send_rtcp(
                feedback.sender_report(
                    self.track.ssrc,
                    report.ntp,
                    (report.timestamp + self._timestamp_shift) & 0xFFFFFFFF,
                    self.packets,
                    self.octets,
                    self.track.uplink.cname,
                )
            )
