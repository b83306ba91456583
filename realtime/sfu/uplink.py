"""What arrives from one publisher: streams told apart, losses asked for, reports answered.

Rules: RFC 8843 9.2 (which line a packet belongs to: MID, else payload type), RFC 4588 (RTX),
RFC 4585 (NACK), RFC 3550 6.4 (receiver reports).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import NamedTuple

from realtime.sfu import feedback, rtp
from realtime.sfu.forwarding import HISTORY, Layer, Track
from realtime.sfu.limits import Budget, rtcp_budget
from realtime.sfu.transport import MediaTransport

NACK_TRIES = 8
NACK_AGE_S = 2.0
"""A packet missing longer than this is of no use to anyone any more."""


class Line(NamedTuple):
    """One line of the publisher's offer as it was answered."""

    track: Track
    payload_types: frozenset[int]
    rtx_payload_types: frozenset[int]
    extensions: dict[int, int]
    """Extension numbers and what each means (`rtp.MID`, ...)."""


class Uplink:
    """A publishing connection's media. Set as the `link` of its transport."""

    takes_rtp = True

    def __init__(
        self, transport: MediaTransport, cname: bytes, budget: Budget, on_ended: Callable[[], None]
    ) -> None:
        self.cname = cname
        self.stream_id = secrets.token_hex(8)
        """Common to all of this publisher's tracks."""
        self.counters = transport.connection.port.counters
        self._transport = transport
        self._on_ended = on_ended
        self._extensions: dict[int, int] = {}
        self._by_mid: dict[str, Line] = {}
        self._layers: dict[int, Layer] = {}
        self._rtx: dict[int, Layer] = {}
        self._arrivals = feedback.ArrivalLog()
        self._budget = budget
        self._rtcp_budget = rtcp_budget()
        self._excess = 0

    def configure(self, lines: Iterable[Line]) -> None:
        """Take over what an answer agreed on. Only live tracks' lines are received."""
        self._by_mid = {line.track.mid: line for line in lines if line.track.live}
        self._extensions = {}
        for line in self._by_mid.values():
            self._extensions.update(line.extensions)
        self._forget_streams()

    def switch_off(self, track: Track) -> None:
        """Receive a track no longer: its packets are dropped from now on."""
        track.switch_off()
        self._by_mid.pop(track.mid, None)
        self._forget_streams()

    def _forget_streams(self) -> None:
        self._layers = {k: v for k, v in self._layers.items() if v.track.mid in self._by_mid}
        self._rtx = {k: v for k, v in self._rtx.items() if v.track.mid in self._by_mid}

    def send_rtcp(self, data: bytes) -> None:
        self._transport.send_rtcp(data)

    # --- the transport's link ---

    def on_open(self) -> None:
        """Nothing to do: media comes by itself."""

    def on_closed(self) -> None:
        for line in list(self._by_mid.values()):
            self.switch_off(line.track)
        self._on_ended()

    def has_room(self, ssrc: int | None, now: float) -> bool:
        if ssrc is None:
            room = self._rtcp_budget.has_room(now)
        else:
            layer = self._layers.get(ssrc) or self._rtx.get(ssrc)
            room = layer is None or layer.track.budget.has_room(now)
        if room and self._budget.has_room(now):
            return True
        self._note_excess()
        return False

    def _note_excess(self) -> None:
        self._excess += 1
        self.counters.dropped_excess += 1

    def on_rtp(self, data: bytes, now: float) -> None:
        self._budget.pay(len(data))
        try:
            header = rtp.parse(data, self._extensions)
        except rtp.RtpError:
            self.counters.dropped_malformed += 1
            return
        if header.transport_sequence >= 0:
            self._arrivals.add(header.transport_sequence, now)
        sequence, payload_at = header.sequence, header.payload_at
        layer = self._layers.get(header.ssrc) or self._rtx.get(header.ssrc) or self._recognise(header)
        if layer is None:
            self.counters.dropped_unknown += 1
            return
        track = layer.track
        if not track.budget.take(len(data), now):  # a stream's first packet has not been looked at
            self._note_excess()
            return
        if header.ssrc in self._rtx:
            if header.end - payload_at <= 2:
                return  # padding that probes the bandwidth
            sequence = data[payload_at] << 8 | data[payload_at + 1]
            payload_at += 2
            # Old packets are sent as probes too; only what is missing is of use.
            if sequence not in layer.missing:
                return
        if not layer.accept(sequence):
            return
        layer.received += 1
        if layer.gap_is_new:
            layer.gap_is_new = False
            self._ask_again(layer, now, new_only=True)
        if payload_at >= header.end:
            return  # padding only; its number is taken note of
        layer.note_timing(header.timestamp, now, track.clock_rate)
        try:
            if track.kind == "video":
                packet = rtp.canonical_vp8(data, header, sequence, payload_at, track.payload_type, track.ssrc)
                layer.history[sequence % HISTORY] = packet
            else:
                packet = rtp.canonical_audio(
                    data, header, sequence, payload_at, track.payload_type, track.ssrc
                )
                if header.level >= 0:
                    track.note_level(header.level, now)
        except rtp.RtpError:
            self.counters.dropped_malformed += 1
            return
        track.forward(layer, packet, now)

    def _recognise(self, header: rtp.Header) -> Layer | None:
        """Find the line of a stream not seen before; None when nobody announced it."""
        if not self._transport.admit(header.ssrc):
            return None
        line = self._by_mid.get(header.mid) if header.mid else None
        if line is None:
            fitting = [
                line
                for line in self._by_mid.values()
                if header.payload_type in line.payload_types | line.rtx_payload_types
            ]
            if len(fitting) != 1:
                return None
            line = fitting[0]
        track = line.track
        if header.payload_type in line.rtx_payload_types:
            layer = track.layers.get(header.repaired_rid or header.rid)
            if layer is not None:
                self._rtx[header.ssrc] = layer
            return layer
        if header.payload_type not in line.payload_types:
            return None
        # One layer a track until simulcast is offered: a new SSRC takes the place of the old.
        rid = ""
        layer = Layer(track, rid, header.ssrc)
        before = track.layers.get(rid)
        if before is not None:
            self._layers.pop(before.ssrc, None)
            self._rtx = {ssrc: other for ssrc, other in self._rtx.items() if other is not before}
        track.layers[rid] = layer
        self._layers[header.ssrc] = layer
        track.ask_key_frame()
        return layer

    def on_rtcp(self, data: bytes, now: float) -> None:
        self._budget.pay(len(data))
        self._rtcp_budget.pay(len(data))
        try:
            messages = feedback.parse(data)
        except feedback.RtcpError:
            self.counters.dropped_malformed += 1
            return
        for message in messages:
            if isinstance(message, feedback.SenderReport):
                layer = self._layers.get(message.ssrc)
                if layer is None:
                    continue
                layer.last_ntp = message.ntp >> 16 & 0xFFFFFFFF
                layer.last_ntp_at = now
                if not layer.track.reports.take(0, now):
                    continue
                for subscription in layer.track.subscriptions:
                    if subscription.layer is layer:
                        subscription.relay_report(message)

    # --- on the clock ---

    def tick(self, now: float) -> None:
        """Every 100 ms: congestion feedback, and what is still missing is asked for again."""
        for message in self._arrivals.take(next(iter(self._layers), 0)):
            self.send_rtcp(message)
        for layer in self._layers.values():
            if layer.missing:
                self._ask_again(layer, now)
            layer.track.repeat_key_frame_request(now)

    def _ask_again(self, layer: Layer, now: float, *, new_only: bool = False) -> None:
        wanted: list[int] = []
        for sequence, gap in list(layer.missing.items()):
            since, tries = gap
            if tries >= NACK_TRIES or now - since > NACK_AGE_S:
                del layer.missing[sequence]
            elif not (new_only and tries):
                gap[1] += 1
                wanted.append(sequence)
        if wanted and layer.track.kind == "video":
            self.send_rtcp(feedback.nack(layer.ssrc, wanted))

    def take_excess(self) -> int:
        """How many packets came too fast since the last call."""
        excess, self._excess = self._excess, 0
        return excess

    def report(self, now: float) -> None:
        """Every second: receiver reports."""
        receptions = [layer.reception(now) for layer in self._layers.values() if layer.newest >= 0]
        for message in feedback.receiver_reports(receptions):
            self.send_rtcp(message)
