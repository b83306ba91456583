"""Writing to many sockets: at once, then joined; in order; and what passes is left out for slow readers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import pytest

from realtime import protocol
from realtime.connection import PASSING_LIMIT_BYTES, UNSENT_LIMIT_BYTES, Broadcast, Connection
from realtime.prepared import BINARY, TEXT, frame
from realtime.protocol import CloseCode
from realtime.transport import AsgiTransport, Message
from server.accounts.models import UserKind
from server.accounts.service import SignedIn

TICK_S = 0.02


class Wire:
    """A transport that remembers what was written, and takes as much as it is told to."""

    def __init__(self) -> None:
        self.unsent_bytes = 0
        self.writes: list[list[bytes]] = []
        self.frames = b""
        self.aborted = False
        self.news = asyncio.Event()

    def write(self, messages: Sequence[Message], frames: bytes) -> None:
        self.writes.append([each.payload for each in messages])
        self.frames += frames
        self.news.set()

    def abort(self) -> None:
        self.aborted = True

    async def run(self) -> None: ...


def member(wire: Wire) -> Connection:
    return Connection(SignedIn(uuid4(), uuid4(), UserKind.STUDENT, uuid4()), wire)


def told(*payloads: bytes, passing: bool = False) -> list[Message]:
    return [Message(each, BINARY, passing) for each in payloads]


async def test_the_first_goes_at_once_and_what_follows_goes_together() -> None:
    broadcast, wire = Broadcast(TICK_S), Wire()
    broadcast.members.add(member(wire))
    for message in told(b"1", b"2", b"3"):
        broadcast.put(message)
    assert wire.writes == [[b"1"]]
    wire.news.clear()
    await wire.news.wait()
    assert wire.writes == [[b"1"], [b"2", b"3"]]
    assert wire.frames == b"".join(frame(each, BINARY) for each in (b"1", b"2", b"3"))
    broadcast.close()


async def test_after_a_quiet_spell_the_next_goes_at_once_again() -> None:
    broadcast, wire = Broadcast(0.001), Wire()
    broadcast.members.add(member(wire))
    broadcast.put(Message(b"1"))
    while broadcast._timer is not None:
        await asyncio.sleep(0.001)
    broadcast.put(Message(b"2"))
    assert wire.writes == [[b"1"], [b"2"]]
    broadcast.close()


async def test_what_waits_can_be_written_now() -> None:
    broadcast, wire = Broadcast(60), Wire()
    broadcast.members.add(member(wire))
    for message in told(b"1", b"2"):
        broadcast.put(message)
    broadcast.flush()
    broadcast.flush()
    assert wire.writes == [[b"1"], [b"2"]]
    broadcast.close()


async def test_who_reads_slowly_is_spared_what_passes() -> None:
    broadcast, quick, slow = Broadcast(60), Wire(), Wire()
    broadcast.members |= {member(quick), member(slow)}
    slow.unsent_bytes = PASSING_LIMIT_BYTES + 1
    broadcast.put(*told(b"cursor", passing=True))
    assert (quick.writes, slow.writes) == ([[b"cursor"]], [])
    broadcast.put(*told(b"stroke", passing=True))
    broadcast.put(*told(b"drawn"))
    broadcast.flush()
    assert (quick.writes[1:], slow.writes) == ([[b"stroke", b"drawn"]], [[b"drawn"]])
    assert slow.frames == frame(b"drawn", BINARY)
    broadcast.close()


async def test_who_does_not_read_is_cut_off_and_the_others_are_not() -> None:
    broadcast, quick, stuck = Broadcast(60), Wire(), Wire()
    lost = member(stuck)
    broadcast.members |= {member(quick), lost}
    stuck.unsent_bytes = UNSENT_LIMIT_BYTES + 1
    broadcast.put(Message(b"1"))
    broadcast.put(Message(b"2"))
    broadcast.flush()
    assert (lost.close_code, lost.close_reason) == (CloseCode.SLOW_READER, "slow_reader")
    assert stuck.aborted
    assert (quick.writes, stuck.writes) == ([[b"1"], [b"2"]], [])
    broadcast.close()


async def test_a_snapshot_that_was_asked_for_does_not_count() -> None:
    wire = Wire()
    connection = member(wire)
    size = 3 * UNSENT_LIMIT_BYTES
    connection.send_binary(bytes(size))
    wire.unsent_bytes = size
    connection.send(protocol.Ok(ref=1))
    assert not connection.is_closing
    wire.unsent_bytes = size + UNSENT_LIMIT_BYTES + 100
    connection.send(protocol.Ok(ref=2))
    assert connection.is_closing
    # Once it has gone out, the room for it is gone too.
    wire = Wire()
    connection = member(wire)
    connection.send_binary(bytes(size))
    connection.send(protocol.Ok(ref=1))
    wire.unsent_bytes = UNSENT_LIMIT_BYTES + 1
    connection.send(protocol.Ok(ref=2))
    assert connection.is_closing


async def test_nothing_is_written_after_the_end() -> None:
    wire = Wire()
    connection = member(wire)
    connection.close(CloseCode.ACCESS_LOST, "removed")
    connection.close(CloseCode.RESYNC, "later")
    connection.send(protocol.Ok(ref=1))
    assert (wire.writes, connection.close_reason) == ([], "removed")


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_frames_are_those_of_the_protocol_library(size: int) -> None:
    from websockets.frames import Frame, Opcode

    payload = bytes(size)
    assert frame(payload, BINARY) == Frame(Opcode.BINARY, payload).serialize(mask=False)
    assert frame(payload, TEXT) == Frame(Opcode.TEXT, payload).serialize(mask=False)


async def test_without_prepared_frames_messages_go_one_by_one() -> None:
    sent: list[object] = []
    done = asyncio.Event()

    async def send(message: object) -> None:
        sent.append(message)
        if len(sent) == 2:
            done.set()

    transport = AsgiTransport(send)  # type: ignore[arg-type]
    transport.write([Message(b"{}"), Message(b"12", BINARY)], b"")
    assert transport.unsent_bytes == 4
    running = asyncio.create_task(transport.run())
    await done.wait()
    await asyncio.sleep(0)
    assert transport.unsent_bytes == 0
    running.cancel()
    assert sent == [
        {"type": "websocket.send", "text": "{}", "bytes": None},
        {"type": "websocket.send", "bytes": b"12", "text": None},
    ]


async def test_room_for_a_snapshot_is_given_once() -> None:
    """Who asks for it again and again and reads nothing is cut off like anybody else."""
    wire = Wire()
    connection = member(wire)
    snapshot = bytes(UNSENT_LIMIT_BYTES)
    for _ in range(4):
        connection.send_binary(snapshot)
        wire.unsent_bytes += len(snapshot)
    assert wire.aborted
    assert len(wire.writes) <= 3
