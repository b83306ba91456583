"""RTP as bytes: read what a publisher sent, write the one form every subscriber gets.

Pure functions. Rules: RFC 3550 5.1 (header), RFC 8285 4.2 and 4.3 (header extensions), RFC 6464
(audio level), RFC 8843 15 (MID), RFC 8852 (RID), RFC 7741 4.2 (VP8 payload descriptor), RFC 4588 4
(RTX).

A publisher's payload types, extension numbers and SSRC are its own choice. The server offers the
same ones to every subscriber (`realtime.sfu.codecs`), so a packet is rewritten once, on arrival,
and per subscriber only numbers at fixed places are patched.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import NamedTuple

HEADER_BYTES = 12
PACKET_LIMIT_BYTES = 1440
"""The largest canonical packet; with SRTP and UDP around it, it fits an Ethernet frame."""

SEND_TIME_AT = 17
"""Where the three bytes of abs-send-time stand in every canonical packet."""

# What an extension number of the publisher's means. Values of the mapping given to `parse`.
MID, LEVEL, TRANSPORT_SEQUENCE, RID, REPAIRED_RID = range(1, 6)

# Numbers of the canonical form.
SEND_TIME_ID = 3
LEVEL_ID = 2

_HEADER = struct.Struct("!BBHII")
_AUDIO_EXTENSIONS = struct.Struct("!HHB3xBB2x")
_VIDEO_EXTENSIONS = bytes((0xBE, 0xDE, 0, 1, SEND_TIME_ID << 4 | 2, 0, 0, 0))
_SILENT = 127


class RtpError(ValueError):
    """The bytes are not an RTP packet, or one that contradicts itself."""


class Header(NamedTuple):
    """What the server wants to know of a packet that arrived."""

    payload_type: int
    marker: int
    """0x80 or 0: the bit where it stands in the second byte."""
    sequence: int
    timestamp: int
    ssrc: int
    payload_at: int
    end: int
    """Where the payload ends; padding follows."""
    mid: str
    rid: str
    repaired_rid: str
    level: int
    """Loudness in -dBov, 0 (loudest) to 127; -1 when the packet does not say."""
    transport_sequence: int
    """Transport-wide sequence number; -1 when the packet has none."""


class Packet(NamedTuple):
    """A packet in canonical form, with the places a subscription patches (-1: absent)."""

    data: bytes
    sequence: int
    timestamp: int
    key_frame: bool
    """The first packet of a key frame; always true for audio, where any packet is a start."""
    picture_id_at: int
    picture_id: int
    tl0_at: int
    tl0: int


class Vp8Descriptor(NamedTuple):
    """Places and values of a VP8 payload descriptor (-1: absent, or a 7-bit picture id)."""

    picture_id_at: int
    picture_id: int
    tl0_at: int
    tl0: int
    key_frame: bool


def parse(data: bytes, extensions: Mapping[int, int]) -> Header:
    """Read the header of an RTP packet.

    Args:
        data: the packet, decrypted.
        extensions: the publisher's extension numbers and what each means (`MID`, `LEVEL`, ...).

    Raises:
        RtpError: wrong version, or a length that points outside the packet.
    """
    size = len(data)
    if size < HEADER_BYTES:
        raise RtpError("too short")
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if first >> 6 != 2:
        raise RtpError("not version 2")
    at = HEADER_BYTES + 4 * (first & 0x0F)
    mid = rid = repaired_rid = ""
    level = transport_sequence = -1
    if first & 0x10:
        if at + 4 > size:
            raise RtpError("truncated extension header")
        profile = data[at] << 8 | data[at + 1]
        end = at + 4 + 4 * (data[at + 2] << 8 | data[at + 3])
        if end > size:
            raise RtpError("truncated extensions")
        at += 4
        one_byte = profile == 0xBEDE
        if not one_byte and profile & 0xFFF0 != 0x1000:
            at = end  # A profile of somebody's own: skipped whole, as RFC 3550 5.3.1 allows.
        while at < end:
            number = data[at]
            at += 1
            if number == 0:
                continue
            if one_byte:
                length = (number & 0x0F) + 1
                number >>= 4
                if number == 15:
                    break
            else:
                if at >= end:
                    raise RtpError("truncated extension")
                length = data[at]
                at += 1
            value_end = at + length
            if value_end > end:
                raise RtpError("truncated extension")
            meaning = extensions.get(number)
            if meaning is None or length == 0:
                pass
            elif meaning == TRANSPORT_SEQUENCE:
                if length == 2:
                    transport_sequence = data[at] << 8 | data[at + 1]
            elif meaning == LEVEL:
                level = data[at] & 0x7F
            else:
                text = data[at:value_end].decode("ascii", "replace")
                if meaning == MID:
                    mid = text
                elif meaning == RID:
                    rid = text
                elif meaning == REPAIRED_RID:
                    repaired_rid = text
            at = value_end
        at = end
    end = size
    if first & 0x20:
        end -= data[-1]
        if data[-1] == 0:
            raise RtpError("padding of no length")
    if end < at:
        raise RtpError("more header and padding than packet")
    return Header(
        second & 0x7F,
        second & 0x80,
        sequence,
        timestamp,
        ssrc,
        at,
        end,
        mid,
        rid,
        repaired_rid,
        level,
        transport_sequence,
    )


def vp8_descriptor(data: bytes, at: int, end: int) -> Vp8Descriptor:
    """Read the VP8 payload descriptor that starts at `at`.

    Raises:
        RtpError: the descriptor is longer than the payload.
    """
    if at >= end:
        raise RtpError("no VP8 payload")
    first = data[at]
    i = at + 1
    picture_id_at = tl0_at = -1
    picture_id = tl0 = 0
    if first & 0x80:
        if i >= end:
            raise RtpError("truncated VP8 descriptor")
        flags = data[i]
        i += 1
        if flags & 0x80:
            if i >= end:
                raise RtpError("truncated VP8 descriptor")
            if data[i] & 0x80:
                if i + 1 >= end:
                    raise RtpError("truncated VP8 descriptor")
                picture_id_at = i
                picture_id = (data[i] & 0x7F) << 8 | data[i + 1]
                i += 2
            else:
                i += 1
        if flags & 0x40:
            if i >= end:
                raise RtpError("truncated VP8 descriptor")
            tl0_at = i
            tl0 = data[i]
            i += 1
        if flags & 0x30:
            i += 1
    # A start of partition 0 whose frame header has the P bit clear (RFC 7741 4.3).
    key_frame = first & 0x17 == 0x10 and i < end and not data[i] & 1
    return Vp8Descriptor(picture_id_at, picture_id, tl0_at, tl0, key_frame)


def canonical_audio(
    data: bytes, header: Header, sequence: int, payload_at: int, payload_type: int, ssrc: int
) -> Packet:
    """The form of an audio packet that all subscribers get.

    Args:
        data: the packet as it arrived.
        header: what `parse` read in it.
        sequence: the packet's own number (for an RTX packet, the one it repeats).
        payload_at: where the media begins (behind the number, for an RTX packet).
        payload_type: the type the server offers for this codec.
        ssrc: the server's SSRC of the track.

    Raises:
        RtpError: longer than `PACKET_LIMIT_BYTES`.
    """
    level = header.level if header.level >= 0 else _SILENT
    whole = b"".join(
        (
            _HEADER.pack(0x90, header.marker | payload_type, sequence, header.timestamp, ssrc),
            _AUDIO_EXTENSIONS.pack(0xBEDE, 2, SEND_TIME_ID << 4 | 2, LEVEL_ID << 4, level),
            data[payload_at : header.end],
        )
    )
    if len(whole) > PACKET_LIMIT_BYTES:
        raise RtpError("too long")
    return Packet(whole, sequence, header.timestamp, True, -1, 0, -1, 0)


def canonical_vp8(
    data: bytes, header: Header, sequence: int, payload_at: int, payload_type: int, ssrc: int
) -> Packet:
    """The form of a VP8 packet that all subscribers get; arguments as in `canonical_audio`.

    Raises:
        RtpError: longer than `PACKET_LIMIT_BYTES`, or a broken payload descriptor.
    """
    picture_id_at, picture_id, tl0_at, tl0, key_frame = vp8_descriptor(data, payload_at, header.end)
    whole = b"".join(
        (
            _HEADER.pack(0x90, header.marker | payload_type, sequence, header.timestamp, ssrc),
            _VIDEO_EXTENSIONS,
            data[payload_at : header.end],
        )
    )
    if len(whole) > PACKET_LIMIT_BYTES:
        raise RtpError("too long")
    moved = HEADER_BYTES + len(_VIDEO_EXTENSIONS) - payload_at
    return Packet(
        whole,
        sequence,
        header.timestamp,
        key_frame,
        picture_id_at + moved if picture_id_at >= 0 else -1,
        picture_id,
        tl0_at + moved if tl0_at >= 0 else -1,
        tl0,
    )


def rtx_copy(packet: Packet, sequence: int, payload_type: int, ssrc: int) -> bytearray:
    """A retransmission of a canonical video packet (RFC 4588 4).

    The packet's outer numbers are the RTX stream's; the two bytes before the payload hold the
    number the subscriber knows the original by, and are left zero here for the caller to write.
    """
    payload_at = HEADER_BYTES + len(_VIDEO_EXTENSIONS)
    copy = bytearray(packet.data[:payload_at] + b"\0\0" + packet.data[payload_at:])
    _HEADER.pack_into(copy, 0, 0x90, packet.data[1] & 0x80 | payload_type, sequence, packet.timestamp, ssrc)
    return copy


RTX_ORIGINAL_AT = HEADER_BYTES + len(_VIDEO_EXTENSIONS)
"""Where `rtx_copy` leaves room for the original sequence number."""


def send_time(now_s: float) -> bytes:
    """abs-send-time: 24 bits of seconds, 18 of them behind the point. Any steady clock serves."""
    return (int(now_s * 262144) & 0xFFFFFF).to_bytes(3, "big")
