"""Whatever the bytes: a parser raises its own error or nothing, and what it says is true."""

from __future__ import annotations

import contextlib
import struct

import pytest
from aioice import stun as aioice_stun
from aiortc import rtp as aiortc_rtp
from hypothesis import example, given
from hypothesis import strategies as st

from realtime.sfu import feedback, rtp, stun
from realtime.sfu.errors import MediaError
from realtime.sfu.forwarding import GAP_LIMIT, Layer, Track
from realtime.sfu.offers import check_answer, check_offer

EXTENSIONS = {1: rtp.MID, 2: rtp.LEVEL, 4: rtp.TRANSPORT_SEQUENCE, 5: rtp.RID, 6: rtp.REPAIRED_RID}
numbers = st.integers(0, 0xFFFF)


@given(st.binary(max_size=80))
@example(b"\x90\x60" + bytes(10) + b"\xbe\xde\x00\x01\x4f\x00\x00\x00")
@example(b"\xa0\x60" + bytes(10) + b"\xff")
@example(b"\x90\x60" + bytes(10) + b"\x10\x00\x00\x01\x04\x02\x00\x00")
def test_any_rtp(data: bytes) -> None:
    with contextlib.suppress(rtp.RtpError):
        header = rtp.parse(data, EXTENSIONS)
        assert rtp.HEADER_BYTES <= header.payload_at <= header.end <= len(data)
        for form in (rtp.canonical_audio, rtp.canonical_vp8):
            with contextlib.suppress(rtp.RtpError):
                form(data, header, header.sequence, header.payload_at, 96, 7)


@given(st.binary(max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_any_vp8(data: bytes, at: int, end: int) -> None:
    end = min(end, len(data))
    with contextlib.suppress(rtp.RtpError):
        found = rtp.vp8_descriptor(data, at, end)
        assert found.tl0_at < end
        assert found.picture_id_at + (found.picture_id_at >= 0) < end


@given(
    sequence=numbers,
    timestamp=st.integers(0, 2**32 - 1),
    mid=st.text("abc019", min_size=1, max_size=8),
    level=st.integers(0, 127),
    transport_sequence=numbers,
    payload=st.binary(min_size=1, max_size=50),
    padding=st.integers(0, 9),
)
def test_rtp_as_aiortc_writes_and_reads_it(
    sequence: int,
    timestamp: int,
    mid: str,
    level: int,
    transport_sequence: int,
    payload: bytes,
    padding: int,
) -> None:
    packet = aiortc_rtp.RtpPacket(96, 1, sequence, timestamp, 5, payload)
    packet.padding_size = padding
    packet.extensions.mid = mid
    packet.extensions.audio_level = (True, level)
    packet.extensions.transport_sequence_number = transport_sequence
    data = packet.serialize(_extensions({"mid": 1, "audio_level": 2, "transport": 4}))
    header = rtp.parse(data, EXTENSIONS)
    assert (header.sequence, header.timestamp, header.ssrc) == (sequence, timestamp, 5)
    assert (header.mid, header.level) == (mid, level)
    assert header.transport_sequence == transport_sequence
    assert data[header.payload_at : header.end] == payload

    canonical = rtp.canonical_audio(data, header, sequence, header.payload_at, 111, 9)
    ids = _extensions({"audio_level": rtp.LEVEL_ID, "send_time": rtp.SEND_TIME_ID})
    read = aiortc_rtp.RtpPacket.parse(canonical.data, ids)
    assert (read.payload_type, read.ssrc, read.marker, read.payload) == (111, 9, 1, payload)
    assert read.extensions.audio_level[1] == level
    stamped = bytearray(canonical.data)
    stamped[rtp.SEND_TIME_AT : rtp.SEND_TIME_AT + 3] = b"\x01\x02\x03"
    assert aiortc_rtp.RtpPacket.parse(bytes(stamped), ids).extensions.abs_send_time == 0x010203


def _extensions(numbers: dict[str, int]) -> aiortc_rtp.HeaderExtensionsMap:
    from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters

    from realtime.sfu import codecs

    uris = {
        "mid": codecs.MID_URI,
        "audio_level": codecs.LEVEL_URI,
        "transport": codecs.TRANSPORT_SEQUENCE_URI,
        "send_time": codecs.SEND_TIME_URI,
    }
    extensions = [
        RTCRtpHeaderExtensionParameters(id=number, uri=uris[name]) for name, number in numbers.items()
    ]
    table = aiortc_rtp.HeaderExtensionsMap()
    table.configure(RTCRtpParameters(headerExtensions=extensions))
    return table


@given(st.binary(max_size=60), numbers, numbers)
def test_an_rtx_copy_repeats_the_packet(payload: bytes, sequence: int, rtx_sequence: int) -> None:
    data = struct.pack("!BBHII", 0x80, 0xE0, sequence, 77, 5) + b"\x10\x00" + payload
    header = rtp.parse(data, {})
    packet = rtp.canonical_vp8(data, header, sequence, header.payload_at, 97, 9)
    copy = rtp.rtx_copy(packet, rtx_sequence, 98, 10)
    copy[rtp.RTX_ORIGINAL_AT : rtp.RTX_ORIGINAL_AT + 2] = sequence.to_bytes(2, "big")
    rtx = aiortc_rtp.RtpPacket.parse(bytes(copy))
    assert (rtx.sequence_number, rtx.payload_type, rtx.ssrc) == (rtx_sequence, 98, 10)
    back = aiortc_rtp.unwrap_rtx(rtx, payload_type=97, ssrc=9)
    original = aiortc_rtp.RtpPacket.parse(packet.data)
    assert (back.sequence_number, back.payload) == (original.sequence_number, original.payload)


@given(st.lists(st.integers(-300, 300), max_size=60), numbers)
def test_a_layer_takes_each_number_once(steps: list[int], start: int) -> None:
    class Quiet(Track):
        kind = "audio"

        def __init__(self) -> None:
            """A layer asks its track for key frames only."""

        def ask_key_frame(self) -> None: ...

    layer = Layer(Quiet(), "", 1)
    taken: list[int] = []
    at = start
    for step in steps:
        at = (at + step) & 0xFFFF
        if layer.accept(at):
            taken.append(at)
        assert len(layer.missing) <= 2 * GAP_LIMIT
    assert len(taken) == len(set(taken))


@given(st.binary(max_size=120))
@example(b"\x81\xcd\x00\x03" + bytes(8) + b"\x00\x01\xff\xff")
@example(b"\x8f\xce\x00\x05" + bytes(8) + b"REMB\x01\xff\xff\xff\x00\x00\x00\x00")
def test_any_rtcp(data: bytes) -> None:
    with contextlib.suppress(feedback.RtcpError):
        feedback.parse(data)


@given(st.integers(1, 2**32 - 1), st.lists(st.integers(0, 400), min_size=1, unique=True), numbers)
def test_what_is_asked_for_again_arrives(ssrc: int, ahead: list[int], start: int) -> None:
    wanted = [(start + step) & 0xFFFF for step in sorted(ahead)]
    (message,) = feedback.parse(feedback.nack(ssrc, wanted))
    assert message == feedback.Nack(ssrc, wanted)
    assert feedback.parse(feedback.pli(ssrc)) == [feedback.KeyFrameWanted(ssrc)]


def test_reports_are_what_others_read() -> None:
    report = feedback.sender_report(9, 1 << 40, 77, 3, 400, b"someone")
    assert feedback.parse(report) == [feedback.SenderReport(9, 1 << 40, 77)]
    sender, description = aiortc_rtp.RtcpPacket.parse(report)
    assert isinstance(sender, aiortc_rtp.RtcpSrPacket)
    assert isinstance(description, aiortc_rtp.RtcpSdesPacket)
    assert description.chunks[0].items == [(1, b"someone")]
    line = feedback.Reception(9, 12, -3, 70_000, 5, 6, 7)
    (receiver,) = aiortc_rtp.RtcpPacket.parse(feedback.receiver_reports([line])[0])
    assert isinstance(receiver, aiortc_rtp.RtcpRrPacket)
    read = receiver.reports[0]
    assert (read.ssrc, read.fraction_lost, read.packets_lost) == (9, 12, -3)
    assert (read.highest_sequence, read.jitter, read.lsr, read.dlsr) == (70_000, 5, 6, 7)


@given(st.lists(st.tuples(numbers, st.floats(0, 0.2)), max_size=1200))
def test_arrivals_fit_their_datagrams(arrivals: list[tuple[int, float]]) -> None:
    log = feedback.ArrivalLog()
    now = 1000.0
    for sequence, passed in arrivals:
        now += passed
        log.add(sequence, now)
    messages = log.take(5)
    assert len(messages) <= feedback.ArrivalLog.MESSAGES
    for message in messages:
        assert len(message) <= 1300
        feedback.parse(message)
    assert log.take(5) == []


def test_losses_between_two_reports_show() -> None:
    log = feedback.ArrivalLog()
    for sequence in (65_534, 65_535, 0):
        log.add(sequence, 10.0)
    (first,) = log.take(5)
    assert struct.unpack_from("!HH", first, 12) == (65_534, 3)
    for sequence in (3, 4):
        log.add(sequence, 10.1)
    (second,) = log.take(5)
    assert struct.unpack_from("!HH", second, 12) == (1, 4)


@given(st.binary(max_size=120))
@example(b"\x00\x01\x00\x04\x21\x12\xa4\x42" + bytes(12) + b"\x00\x06\x00\xff")
def test_any_stun(data: bytes) -> None:
    with contextlib.suppress(stun.StunError):
        assert not stun.is_authentic(stun.parse_binding_request(data), b"secret")


@pytest.mark.parametrize("chosen", [False, True])
def test_checks_as_another_agent_makes_them(chosen: bool) -> None:
    request = aioice_stun.Message(aioice_stun.Method.BINDING, aioice_stun.Class.REQUEST)
    request.attributes["USERNAME"] = "ours:theirs"
    if chosen:
        request.attributes["USE-CANDIDATE"] = None
    request.add_message_integrity(b"secret")
    read = stun.parse_binding_request(bytes(request))
    assert (read.ufrag, read.use_candidate) == ("ours", chosen)
    assert stun.is_authentic(read, b"secret")
    assert not stun.is_authentic(read, b"Secret")
    answer = stun.binding_response(read.transaction_id, ("192.0.2.9", 4321), b"secret")
    response = aioice_stun.parse_message(answer)
    assert response.transaction_id == request.transaction_id
    assert response.attributes["XOR-MAPPED-ADDRESS"] == ("192.0.2.9", 4321)
    assert response.check_message_integrity(b"secret")


@given(st.text(max_size=300))
@example("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=fingerprint:x\r\n")
def test_any_description(sdp: str) -> None:
    for check in (check_offer, check_answer):
        with contextlib.suppress(MediaError):
            check("v=0\r\n" + sdp)
