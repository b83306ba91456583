"""What comes from a stranger, or from a participant who plays foul, leaves everyone else as they were."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pylibsrtp
import pytest

from realtime import protocol
from realtime.sfu import MediaError, MediaParticipant, MediaRoom, MediaServer, ice, transport
from realtime.sfu.counters import Counters
from realtime.sfu.datagrams import Batch, SendmmsgBatch
from tests.media.peers import FlatPicture, Peer, eventually, microphone

Enter = Callable[..., Peer]


async def test_garbage_datagrams(enter: Enter, media: MediaServer) -> None:
    ada, ben = enter(), enter()
    (sound,) = await ada.publish(microphone())
    await ben.watch()
    await ben.sees(sound)
    chance = random.Random(5)
    before = media.counters.datagrams_in
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.connect(("127.0.0.1", media.udp_port))
        for first in range(256):
            for size in (0, 1, 11, 12, 28, 200, 1400):
                stranger.send(bytes((first,)) + chance.randbytes(size))
            await asyncio.sleep(0)
        stranger.send(b"")
        stranger.send(chance.randbytes(4000))
    await eventually(lambda: media.counters.datagrams_in > before + 1700)
    await ben.sees(sound)


async def test_foul_packets_from_a_participant(enter: Enter, media: MediaServer) -> None:
    """Properly encrypted nonsense, from both of a participant's connections."""
    ada, ben, cho = enter(), enter(), enter()
    (picture,) = await ada.publish(FlatPicture(60))
    await ben.watch()
    await ben.sees(picture)
    await cho.publish(FlatPicture(90))
    await cho.watch()
    await cho.sees(picture)
    chance = random.Random(7)
    before = media.counters.dropped_malformed
    for pc in (cho.publishing, cho.watching):
        assert pc is not None
        dtls: Any = pc.getTransceivers()[0].receiver.transport
        for size in (12, 16, 40, 300):
            for _ in range(40):
                body = chance.randbytes(size)
                head = bytes((0x80 | chance.randrange(64),))
                for second in (chance.randrange(128), 200 + chance.randrange(8)):
                    # What is too broken to be encrypted cannot be sent by anyone.
                    with contextlib.suppress(pylibsrtp.Error):
                        await dtls._send_rtp(head + bytes((second,)) + body[2:])
    await eventually(lambda: media.counters.dropped_malformed > before + 50)
    await ben.sees(picture)


async def test_a_participant_who_uses_up_streams_is_cut_off(
    enter: Enter, monkeypatch: pytest.MonkeyPatch, room: MediaRoom
) -> None:
    monkeypatch.setattr(transport, "STREAMS_LIMIT", 10)
    ada, ben = enter(), enter()
    await ada.publish(microphone())
    (sound,) = await ben.publish(microphone())
    assert ada.publishing is not None
    dtls: Any = ada.publishing.getTransceivers()[0].receiver.transport
    await eventually(lambda: dtls.state == "connected")
    for ssrc in range(100, 120):
        await dtls._send_rtp(b"\x80\x60\x00\x01" + bytes(4) + ssrc.to_bytes(4, "big") + b"x")
    await ben.until(lambda: [track.id for track in ben.listed()] == [sound.id])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sdp: "",
        lambda sdp: "v=0\r\n" + "a=x\r\n" * 20_000,
        lambda sdp: sdp.replace("m=audio", "m=application"),
        lambda sdp: sdp + sdp[sdp.index("m=") :] * 9,
        lambda sdp: sdp.replace("a=mid:0", "a=mid:" + "x" * 200),
        lambda sdp: sdp.replace("opus", "nothing"),
        lambda sdp: sdp.replace("a=ice-ufrag", "a=other"),
        lambda sdp: sdp.replace("a=setup:actpass", "a=setup:sideways"),
        lambda sdp: sdp.replace("a=rtcp-mux", "a=other"),
        lambda sdp: sdp.replace("a=extmap:1 ", "a=extmap:one "),
        lambda sdp: sdp.replace("IN IP4", "IN IP9"),
    ],
)
async def test_offers_that_cannot_be_used(enter: Enter, room: MediaRoom, spoil: Callable[[str], str]) -> None:
    from aiortc import RTCConfiguration, RTCPeerConnection

    pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    pc.addTransceiver(microphone(), direction="sendonly")
    await pc.setLocalDescription(await pc.createOffer())
    sdp = pc.localDescription.sdp
    await pc.close()
    assert spoil(sdp) != sdp
    ada = enter()
    with pytest.raises(MediaError):
        await ada.participant.publish(spoil(sdp))
    assert room.tracks == []
    await ada.publish(microphone())
    assert len(room.tracks) == 1


async def test_answers_that_cannot_be_used(enter: Enter) -> None:
    ada, ben = enter(), enter()
    (sound,) = await ada.publish(microphone())
    await ben.participant.answer(1, "v=0\r\n")  # watches nothing: stale
    await ben.participant.watch(True)
    await ben.until(lambda: any(isinstance(f, protocol.MediaOffer) for f in ben.frames))
    await ben.participant.answer(77, "v=0\r\n")  # of an offer that is not open: stale
    with pytest.raises(MediaError):
        await ben.participant.answer(1, "v=0\r\n")
    ben._offers = asyncio.Queue()
    await ben.watch()
    await ben.sees(sound)


async def test_too_many_tracks(enter: Enter) -> None:
    ada = enter()
    with pytest.raises(MediaError, match="At most"):
        await ada.publish(microphone(), microphone(), microphone())


async def test_an_address_in_use_is_not_given_away(enter: Enter, media: MediaServer) -> None:
    ada, ben = enter(), enter()
    await ada.publish(microphone())
    await ben.publish(microphone())
    port = media._port
    await eventually(lambda: len(port._by_address) == 2)
    (first_address, first), (second_address, second) = port._by_address.items()
    now = time.monotonic()
    assert first.holds(first_address, now)
    assert not first.holds(second_address, now)
    assert not second.holds(second_address, now + ice.ADDRESS_HOLD_S + 1)


async def test_silence_ends_consent(enter: Enter, media: MediaServer, room: MediaRoom) -> None:
    ada, ben = enter(), enter()
    (sound,) = await ada.publish(microphone())
    await ben.watch()
    await ben.sees(sound)
    media._port.expire(time.monotonic())
    assert len(room.tracks) == 1
    media._port.expire(time.monotonic() + ice.CONSENT_S + 1)
    await ben.until(lambda: ben.listed() == [])
    await ben.until(
        lambda: any(
            isinstance(f, protocol.Error) and f.code is protocol.ErrorCode.MEDIA_FAILED for f in ben.frames
        )
    )


@pytest.mark.parametrize("batch", [Batch, SendmmsgBatch])
async def test_batches_send_what_they_were_given(batch: type[Batch]) -> None:
    counters = Counters()
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
    ):
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        slots = batch(sender, counters)
        here = slots.destination(receiver.getsockname())
        for i in range(70):
            start = slots.count * 1600
            slots.buffer[start : start + 5] = b"%05d" % i
            slots.put(5, here)
        slots.flush()
        assert sorted(receiver.recv(100) for _ in range(70)) == [b"%05d" % i for i in range(70)]
    assert counters.datagrams_out == 70


async def test_loops_without_readers_work_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(asyncio.get_running_loop(), "add_reader", missing, raising=False)
    monkeypatch.setattr(ice, "open_batch", Batch)
    server = await MediaServer.start(host="127.0.0.1")
    monkeypatch.undo()
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda *_, **__: ["127.0.0.1"])
    room = server.room(uuid4())
    ada, ben = Peer(room), Peer(room)
    (sound,) = await ada.publish(microphone())
    await ben.watch()
    await ben.sees(sound)
    await ada.close()
    await ben.close()
    await server.close()


async def test_a_server_closes_whatever_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    others = asyncio.all_tasks()  # a node that other tests share may have a media server of its own
    server = await MediaServer.start(host="127.0.0.1")
    room = server.room(uuid4())
    ada, ben = Peer(room), Peer(room)
    (sound,) = await ada.publish(microphone())
    await ben.watch()
    await ben.sees(sound)
    before = asyncio.all_tasks() - others
    await server.close()
    assert [task for task in before if task.get_name().startswith("media")]
    assert not [task for task in before if task.get_name().startswith("media") and not task.done()]
    assert server.room(room.space_id) is room
    assert room.tracks == []
    await ada.close()
    await ben.close()


async def test_a_page_that_cannot_be_told_disturbs_nobody(room: MediaRoom, enter: Enter) -> None:
    def fails(_: protocol.ServerFrame) -> None:
        raise RuntimeError

    broken: MediaParticipant = room.join(
        participant_id="broken", user_id=uuid4(), send=fails, may_publish=frozenset()
    )
    ada, ben = enter(), enter()
    (sound,) = await ada.publish(microphone())
    await ben.until(lambda: [track.id for track in ben.listed()] == [sound.id])
    await broken.close()


async def test_advertised_addresses_are_checked() -> None:
    with pytest.raises(ValueError, match="not an address"):
        await MediaServer.start(host="127.0.0.1", advertise=["not an address"])
