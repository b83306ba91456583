"""A page that sends or asks far more than sound and picture need costs the others nothing."""

from __future__ import annotations

import asyncio
import logging
import struct
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from realtime import protocol
from realtime.sfu import MediaError, MediaRoom, MediaServer, feedback, forwarding, ice, limits, participant
from realtime.sfu.limits import Budget
from tests.media.peers import FlatPicture, Peer, eventually, microphone

Enter = Callable[..., Peer]

VP8 = 97
"""The payload type stock aiortc offers VP8 under."""


def test_a_budget_holds_its_rate_and_no_more() -> None:
    budget = Budget(600, 2_500_000)
    assert sum(budget.take(100, 50.0) for _ in range(10_000)) == 600
    assert sum(budget.take(100, 50.5) for _ in range(10_000)) == 300
    assert sum(budget.take(100, 90.0) for _ in range(10_000)) == 600
    # Large packets: the bits are spent first.
    taken = sum(budget.take(1250, 100 + i / 10_000) for i in range(50_000))
    assert taken == pytest.approx(6 * 2_500_000 / 8 / 1250, abs=2)
    # A clock that stands still or goes back earns nothing.
    assert not any(budget.take(1, 104.0) for _ in range(1000))


def test_what_browsers_send_fits_with_room_to_spare() -> None:
    """640x360@24 at its highest, a key frame each 0.3 s, a tenth sent again; Opus each 10 ms."""
    for kind, packets, octets in (("video", 200, 1_700_000 // 8), ("audio", 100, 64_000 // 8)):
        budget = limits.track_budget(kind)
        for i in range(packets * 10):
            assert budget.take(octets // packets, 10 + i / packets)
        assert all(budget.take(1200 if kind == "video" else 80, 20.0) for _ in range(20))


def _foul(peer_connection: Any) -> Any:
    return peer_connection.getTransceivers()[0].receiver.transport


async def _flood(dtls: Any, packets: int, ssrc: int, start: int = 0, size: int = 200) -> int:
    """Starts of key frames, as fast as they go. Returns the next sequence number."""
    payload = b"\x10\x00" + bytes(size)
    for i in range(start, start + packets):
        head = struct.pack("!BBHII", 0x80, VP8, i & 0xFFFF, i * 90, ssrc)
        await dtls._send_rtp(head + payload)
        if i % 50 == 49:
            await asyncio.sleep(0)
    return start + packets


async def test_a_flood_is_cut_down_and_then_cut_off(
    enter: Enter, media: MediaServer, room: MediaRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(participant, "EXCESS_S", 2)
    ada, ben, cho, dan = enter(), enter(), enter(), enter()
    picture = FlatPicture(60)
    (track,) = await ada.publish(picture)
    (other,) = await cho.publish(FlatPicture(90))
    for viewer in (ben, dan):
        await viewer.watch()
        await viewer.sees(track)
        await viewer.sees(other)
    # Ben takes the flood. Dan's small socket would lose Cho's packets in its first second.
    dan.participant.pause(track.id, True)
    picture.stop()
    dtls = _foul(ada.publishing)
    before, start = media.counters.forwarded, time.monotonic()
    next_number = await _flood(dtls, 3000, ssrc=7777)
    await asyncio.sleep(0.1)
    took = time.monotonic() - start
    # Cho's few packets are among those forwarded.
    assert media.counters.forwarded - before <= 600 * (1 + took) + 100 * (1 + took)
    assert media.counters.dropped_excess >= 3000 - 700 * (1 + took)
    await dan.sees(other)

    # It goes on for seconds: the connection ends, that page is told, and cannot come back at once.
    async with asyncio.timeout(15):
        while ada.participant.tracks:
            next_number = await _flood(dtls, 100, 7777, next_number)
            await asyncio.sleep(0.02)
    told = [f for f in ada.frames if isinstance(f, protocol.Error)]
    assert [f.code for f in told] == [protocol.ErrorCode.TOO_FAST]
    assert told[0].ref is None
    assert not any(isinstance(f, protocol.Error) for f in [*ben.frames, *cho.frames, *dan.frames])
    with pytest.raises(MediaError, match="too fast"):
        await ada.publish(FlatPicture(60))
    assert [t.id for t in room.tracks] == [other.id]
    await dan.sees(other)


async def test_a_short_burst_is_forgiven(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = enter()
    picture = FlatPicture(60)
    await ada.publish(picture)
    dtls = _foul(ada.publishing)
    await eventually(lambda: dtls.state == "connected")
    picture.stop()
    await _flood(dtls, 2000, ssrc=7777)
    await eventually(lambda: ada.participant._excess_seconds == 1)
    await eventually(lambda: ada.participant._excess_seconds == 0)
    assert len(ada.participant.tracks) == 1


async def test_streams_that_alternate_share_one_budget(enter: Enter, media: MediaServer) -> None:
    ada, ben = enter(), enter()
    picture = FlatPicture(60)
    (track,) = await ada.publish(picture)
    await ben.watch()
    await ben.sees(track)
    picture.stop()
    before, start = media.counters.forwarded, time.monotonic()
    dtls = _foul(ada.publishing)
    for ssrc in range(100, 130):
        await _flood(dtls, 100, ssrc)
    await asyncio.sleep(0.1)
    assert media.counters.forwarded - before <= 600 * (1 + time.monotonic() - start)


async def test_a_new_connection_has_no_budget_of_its_own(enter: Enter) -> None:
    ada = enter()
    await ada.publish(microphone())
    uplink = ada.participant._publisher and ada.participant._publisher.uplink
    await ada.publish(microphone())
    again = ada.participant._publisher and ada.participant._publisher.uplink
    assert uplink is not None
    assert again is not None
    assert uplink is not again
    assert uplink._budget is again._budget


async def test_forged_packets_use_up_nobodys_budget(enter: Enter, media: MediaServer) -> None:
    ada, ben = enter(), enter()
    (track,) = await ada.publish(FlatPicture(60))
    await ben.watch()
    await ben.sees(track)
    port = media._port
    publisher = ada.participant._publisher
    assert publisher is not None
    assert publisher.uplink is not None
    (ssrc,) = publisher.uplink._layers
    address = publisher.uplink._transport.connection.address
    assert address is not None
    unauthentic = media.counters.dropped_unauthentic
    for second in (VP8, 201):
        packet = struct.pack("!BBHII", 0x80, second, 1, 1, ssrc) + bytes(100)
        port.received[: len(packet)] = packet
        for _ in range(5000):
            # In place of the socket: forging an address takes rights a test does not have.
            port.received[: len(packet)] = packet
            port._handle(len(packet), address)
    assert media.counters.dropped_unauthentic == unauthentic + 10_000
    assert media.counters.dropped_excess == 0
    await ben.sees(track)


async def test_a_watcher_may_complain_only_so_much(enter: Enter, media: MediaServer) -> None:
    ada, ben, cho = enter(), enter(), enter()
    (track,) = await ada.publish(FlatPicture(60))
    for viewer in (ben, cho):
        await viewer.watch()
        await viewer.sees(track)
    (subscribed,) = ada.participant.tracks
    dtls = _foul(ben.watching)
    asked, start = media.counters.key_frames_asked, time.monotonic()
    nack = feedback.nack(subscribed.ssrc, range(0, 4000, 17))
    for i in range(3000):
        await dtls._send_rtp(feedback.pli(subscribed.ssrc) if i % 2 else nack)
        if i % 50 == 49:
            await asyncio.sleep(0)
    await asyncio.sleep(0.1)
    took = time.monotonic() - start
    assert media.counters.dropped_excess > 3000 - limits.RTCP_PACKETS_A_SECOND * (1 + took) - 1
    # One watcher's wish for key frames costs everyone bits.
    assert media.counters.key_frames_asked - asked <= limits.KEY_FRAMES_BURST + 2 + took
    assert media.counters.retransmitted <= 400 * (1 + took)
    await cho.sees(track)
    await ben.sees(track)
    assert not any(isinstance(f, protocol.Error) for f in ben.frames)


async def test_sender_reports_are_not_multiplied(
    enter: Enter, monkeypatch: pytest.MonkeyPatch, media: MediaServer
) -> None:
    relayed: list[object] = []
    monkeypatch.setattr(forwarding.Subscription, "relay_report", lambda _, report: relayed.append(report))
    ada, ben = enter(), enter()
    (track,) = await ada.publish(microphone())
    await ben.watch()
    await ben.sees(track)
    publisher = ada.participant._publisher
    assert publisher is not None
    assert publisher.uplink is not None
    (ssrc,) = publisher.uplink._layers
    report = feedback.sender_report(ssrc, 1 << 40, 5, 1, 1, b"x")
    before = media.counters.datagrams_in
    dtls = _foul(ada.publishing)
    for _ in range(200):
        await dtls._send_rtp(report * 20)
    await eventually(lambda: media.counters.datagrams_in >= before + 200)
    assert 0 < len(relayed) < 20
    await ben.sees(track)


async def test_handshakes_and_checks_are_bounded(enter: Enter, media: MediaServer) -> None:
    ada, ben = enter(), enter()
    (track,) = await ada.publish(microphone())
    await ben.watch()
    await ben.sees(track)
    dtls = _foul(ada.publishing)
    record = b"\x17\xfe\xfd" + bytes(40)
    for i in range(2000):
        await dtls.transport._send(record)
        if i % 50 == 49:
            await asyncio.sleep(0)
    await eventually(lambda: media.counters.dropped_excess > 1500)
    connection = next(iter(media._port._by_ufrag.values()))
    excess = media.counters.dropped_excess
    now = time.monotonic()
    assert sum(connection.checks.take(0, now) for _ in range(1000)) <= ice.CHECKS_A_SECOND
    assert media.counters.dropped_excess == excess
    await ben.sees(track)


async def test_changing_too_fast_is_refused(enter: Enter, room: MediaRoom) -> None:
    ada = enter()
    (track,) = await ada.publish(microphone())
    pc = ada.publishing
    assert pc is not None
    sdp = pc.localDescription.sdp
    start = time.monotonic()

    async def until_refused(work: Callable[[], Awaitable[object]]) -> int:
        for count in range(20):
            try:
                await work()
            except MediaError as error:
                return count if "too fast" in str(error) else -1
        return 20

    most = participant.CHANGES_BURST + participant.CHANGES_A_SECOND * 5
    assert 4 <= await until_refused(lambda: ada.participant.publish(sdp)) < most
    assert 4 <= await until_refused(lambda: ada.participant.watch(True)) < most
    assert time.monotonic() - start < 5
    # What was published stays, and a moment later changes are taken again.
    assert [t.id for t in room.tracks] == [track.id]
    await asyncio.sleep(1 / participant.CHANGES_A_SECOND)
    await ada.participant.publish(sdp)
    await ada.participant.watch(True)


async def test_logs_hold_no_addresses(
    enter: Enter,
    media: MediaServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "realtime")
    monkeypatch.setattr(participant, "EXCESS_S", 1)
    ada, ben, cho = enter(), enter(), enter()
    picture = FlatPicture(60)
    await ada.publish(picture)
    await ben.publish(microphone())
    await cho.publish(microphone())
    for peer in (ada, ben, cho):
        dtls = _foul(peer.publishing)
        await eventually(lambda dtls=dtls: dtls.state == "connected")
    port = media._port

    def fails(_: int) -> None:
        raise RuntimeError("a defect")

    connections = {c.ufrag: c for c in port._by_ufrag.values()}
    for connection in connections.values():
        address, on_media = connection.address, connection.on_media
        assert address is not None
        # A defect in what a known page sends, and in what a stranger sends.
        media.counters.faults = 0
        connection.on_media = fails
        port.received[0] = 128
        port._handle(20, address)
        connection.on_media = on_media
    media.counters.faults = 0
    with monkeypatch.context() as patch:
        patch.setattr(port, "_on_check", lambda *_: fails(0))
        port.received[0] = 0
        port._handle(20, ("127.0.0.9", 99))
    media.counters.faults = 0
    # No route there; then a connection that breaks a limit, one whose consent ends, and a flood.
    port.send(b"x", ("255.255.255.255", 9))
    publisher = ben.participant._publisher
    assert publisher is not None
    assert publisher.uplink is not None
    publisher.uplink._transport.abandon()
    publisher = cho.participant._publisher
    assert publisher is not None
    assert publisher.uplink is not None
    publisher.uplink._transport.connection.expire(time.monotonic() + ice.CONSENT_S + 1)
    assert ada.publishing is not None
    sdp = ada.publishing.localDescription.sdp.replace("a=setup:actpass", "a=setup:127.0.0.1")
    with pytest.raises(MediaError):
        await ada.participant.publish(sdp)
    dan = enter()
    picture = FlatPicture(60)
    await dan.publish(picture)
    dtls = _foul(dan.publishing)
    await eventually(lambda: dtls.state == "connected")
    picture.stop()
    number = 0
    async with asyncio.timeout(15):
        while dan.participant.tracks:
            number = await _flood(dtls, 100, 7777, number)
            await asyncio.sleep(0.01)
    text = caplog.text
    for expected in ("could not be handled", "broke a limit", "consent expired", dan.participant.id):
        assert expected in text
    assert any(ufrag in text for ufrag in connections)
    assert "127.0.0." not in text
    assert "255.255" not in text
