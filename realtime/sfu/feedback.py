"""RTCP: read what browsers report, write what the server asks of them.

Pure functions and one log. Rules: RFC 3550 6.4 (reports), RFC 4585 6.2.1 (NACK) and 6.3.1 (PLI),
RFC 5104 4.3.1 (FIR), draft-alvestrand-rmcat-remb-03, and for transport-wide feedback
draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

OUR_SSRC = 1
"""The server's own SSRC in feedback; it sends no media under it."""

SENDER_REPORT, RECEIVER_REPORT, SOURCE_DESCRIPTION = 200, 201, 202
TRANSPORT_FEEDBACK, PAYLOAD_FEEDBACK = 205, 206
NACK, TRANSPORT_CC = 1, 15
PLI, FIR, REMB = 1, 4, 15

REPORTS_A_PACKET = 31

_COMMON = struct.Struct("!BBHI")
_SSRCS = struct.Struct("!II")
_NACK_ITEM = struct.Struct("!HH")
_SENDER_INFO = struct.Struct("!QIII")


class RtcpError(ValueError):
    """The bytes are not an RTCP packet, or one that contradicts itself."""


class Nack(NamedTuple):
    """A subscriber lacks these packets."""

    ssrc: int
    sequences: list[int]


class KeyFrameWanted(NamedTuple):
    """A subscriber cannot go on without a key frame (PLI or FIR)."""

    ssrc: int


class Estimate(NamedTuple):
    """What a subscriber's browser thinks its line can take (REMB)."""

    bits_per_s: int


class SenderReport(NamedTuple):
    """Ties a stream's timestamps to its sender's clock."""

    ssrc: int
    ntp: int
    timestamp: int


Message = Nack | KeyFrameWanted | Estimate | SenderReport


def parse(data: bytes) -> list[Message]:
    """Read a compound RTCP packet; kinds the server has no use for are passed over.

    Raises:
        RtcpError: wrong version, or a length that points outside the packet.
    """
    messages: list[Message] = []
    at = 0
    while at < len(data):
        if at + 8 > len(data):
            raise RtcpError("truncated")
        first, kind, words, ssrc = _COMMON.unpack_from(data, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or words == 0 or end > len(data):
            raise RtcpError("not an RTCP packet")
        form = first & 0x1F
        body = data[at + 8 : end]
        at = end
        if kind == SENDER_REPORT:
            if len(body) < _SENDER_INFO.size:
                raise RtcpError("truncated sender report")
            ntp, timestamp, _, _ = _SENDER_INFO.unpack_from(body)
            messages.append(SenderReport(ssrc, ntp, timestamp))
        elif kind in (TRANSPORT_FEEDBACK, PAYLOAD_FEEDBACK):
            if len(body) < 4:
                raise RtcpError("truncated feedback")
            message = _feedback(kind, form, int.from_bytes(body[:4], "big"), body[4:])
            if message is not None:
                messages.append(message)
    return messages


def _feedback(kind: int, form: int, ssrc: int, fci: bytes) -> Message | None:
    if kind == TRANSPORT_FEEDBACK:
        if form != NACK:
            return None
        sequences: list[int] = []
        for i in range(0, len(fci) - 3, 4):
            first, more = _NACK_ITEM.unpack_from(fci, i)
            sequences.append(first)
            sequences.extend((first + 1 + bit) & 0xFFFF for bit in range(16) if more >> bit & 1)
        return Nack(ssrc, sequences)
    if form == PLI:
        return KeyFrameWanted(ssrc)
    if form == FIR and len(fci) >= 8:
        return KeyFrameWanted(int.from_bytes(fci[:4], "big"))
    if form == REMB and len(fci) >= 8 and fci[:4] == b"REMB":
        mantissa = (fci[5] & 3) << 16 | fci[6] << 8 | fci[7]
        return Estimate(min(mantissa << (fci[5] >> 2), 2**40))
    return None


def _packet(kind: int, form: int, body: bytes) -> bytes:
    padding = -len(body) % 4
    first = 0x80 | form
    if padding:
        first |= 0x20
        body += bytes(padding - 1) + bytes((padding,))
    return struct.pack("!BBH", first, kind, len(body) // 4) + body


def pli(ssrc: int) -> bytes:
    """Ask the sender of `ssrc` for a key frame."""
    return _packet(PAYLOAD_FEEDBACK, PLI, _SSRCS.pack(OUR_SSRC, ssrc))


def nack(ssrc: int, sequences: Iterable[int]) -> bytes:
    """Ask the sender of `ssrc` for these packets again (at most a few hundred)."""
    items: list[list[int]] = []
    for sequence in sequences:
        ahead = (sequence - items[-1][0]) & 0xFFFF if items else 0
        if items and 1 <= ahead <= 16:
            items[-1][1] |= 1 << (ahead - 1)
        else:
            items.append([sequence, 0])
    body = b"".join(_NACK_ITEM.pack(*item) for item in items[:250])
    return _packet(TRANSPORT_FEEDBACK, NACK, _SSRCS.pack(OUR_SSRC, ssrc) + body)


class Reception(NamedTuple):
    """One stream's line in a receiver report."""

    ssrc: int
    fraction_lost: int
    """Of 256, since the last report."""
    lost: int
    highest_sequence: int
    jitter: int
    last_report: int
    """The middle 32 bits of the last sender report's NTP time; 0 without one."""
    delay: int
    """Since that report, in 1/65536 s."""


def receiver_reports(receptions: Sequence[Reception]) -> list[bytes]:
    """Receiver reports for any number of streams, `REPORTS_A_PACKET` each."""
    packets: list[bytes] = []
    for start in range(0, len(receptions), REPORTS_A_PACKET):
        part = receptions[start : start + REPORTS_A_PACKET]
        body = struct.pack("!I", OUR_SSRC)
        for line in part:
            lost = max(-(1 << 23), min(line.lost, (1 << 23) - 1)) & 0xFFFFFF
            body += struct.pack(
                "!IIIIII",
                line.ssrc,
                line.fraction_lost << 24 | lost,
                line.highest_sequence & 0xFFFFFFFF,
                line.jitter & 0xFFFFFFFF,
                line.last_report,
                line.delay & 0xFFFFFFFF,
            )
        packets.append(_packet(RECEIVER_REPORT, len(part), body))
    return packets


def sender_report(ssrc: int, ntp: int, timestamp: int, packets: int, octets: int, cname: bytes) -> bytes:
    """A sender report with the source description that RFC 3550 6.1 wants beside it."""
    info = _SENDER_INFO.pack(ntp, timestamp, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    chunk = struct.pack("!IBB", ssrc, 1, len(cname)) + cname
    chunk += bytes(4 - len(chunk) % 4)
    return _packet(SENDER_REPORT, 0, struct.pack("!I", ssrc) + info) + _packet(SOURCE_DESCRIPTION, 1, chunk)


class ArrivalLog:
    """When a publisher's packets arrived, for its transport-wide congestion control.

    Bounded: what comes between two reports beyond `LIMIT` packets is not reported.
    """

    LIMIT = 1000
    SPAN = 400
    """Sequence numbers a message covers; keeps it within one datagram."""
    MESSAGES = 8

    _TICK_S = 0.00025
    _REFERENCE_S = 0.064

    def __init__(self) -> None:
        self._arrivals: dict[int, float] = {}
        self._newest = -1
        self._next = -1
        self._count = 0

    def add(self, sequence: int, now: float) -> None:
        """A packet with this transport-wide number arrived."""
        if len(self._arrivals) >= self.LIMIT:
            return
        if self._newest < 0:
            self._newest = sequence + 0x10000  # room below for those that come late
        # Unwrap to the nearest number, forward or back.
        unwrapped = self._newest + ((sequence - self._newest + 0x8000 & 0xFFFF) - 0x8000)
        self._newest = max(self._newest, unwrapped)
        self._arrivals.setdefault(unwrapped, now)

    def take(self, media_ssrc: int) -> list[bytes]:
        """Feedback on what arrived since the last call; at most `MESSAGES` packets."""
        if not self._arrivals:
            return []
        arrivals, self._arrivals = self._arrivals, {}
        messages: list[bytes] = []
        order = sorted(arrivals)
        i = 0
        while i < len(order) and len(messages) < self.MESSAGES:
            # From where the last report ended, so that what was lost in between shows.
            start = order[i]
            if 0 < start - self._next < self.SPAN // 2:
                start = self._next
            j = i
            while j < len(order) and order[j] < start + self.SPAN:
                j += 1
            part = {sequence: arrivals[sequence] for sequence in order[i:j]}
            messages.append(self._message(media_ssrc, start, part))
            self._next = max(self._next, order[j - 1] + 1)
            i = j
        return messages

    def _message(self, media_ssrc: int, start: int, arrivals: dict[int, float]) -> bytes:
        reference = int(min(arrivals.values()) / self._REFERENCE_S)
        before = round(reference * self._REFERENCE_S / self._TICK_S)
        count = max(arrivals) - start + 1
        symbols: list[int] = []
        deltas = b""
        for sequence in range(start, start + count):
            arrived = arrivals.get(sequence)
            if arrived is None:
                symbols.append(0)
                continue
            tick = round(arrived / self._TICK_S)
            delta, before = tick - before, tick
            if 0 <= delta <= 255:
                symbols.append(1)
                deltas += bytes((delta,))
            else:
                symbols.append(2)
                deltas += struct.pack("!h", max(-32768, min(32767, delta)))
        chunks = b""
        for i in range(0, count, 7):
            vector = 0xC000
            for place, symbol in enumerate(symbols[i : i + 7]):
                vector |= symbol << (12 - 2 * place)
            chunks += vector.to_bytes(2, "big")
        head = struct.pack("!IIHH", OUR_SSRC, media_ssrc, start & 0xFFFF, count)
        head += (reference & 0xFFFFFF).to_bytes(3, "big") + bytes((self._count & 0xFF,))
        self._count += 1
        return _packet(TRANSPORT_FEEDBACK, TRANSPORT_CC, head + chunks + deltas)
