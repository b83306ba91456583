"""Writing to many sockets: at once, then joined; in order; and what passes is left out for slow readers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from realtime import protocol, transport
from realtime.connection import PASSING_LIMIT_BYTES, UNSENT_LIMIT_BYTES, Broadcast, Connection
from realtime.prepared import BINARY, DEFLATE_FROM_BYTES, TEXT, deflated_frame, frame
from realtime.protocol import CloseCode
from realtime.transport import AsgiTransport, Message
from server.accounts.models import UserKind
from server.accounts.service import SignedIn

TICK_S = 0.02


class Wire:
    """A transport that remembers what was written, and takes as much as it is told to."""

    def __init__(self, *, deflates: bool = False) -> None:
        self.deflates = deflates
        self.push = None
        self.unsent_bytes = 0
        self.writes: list[list[bytes]] = []
        self.frames = b""
        self.joined: list[bytes] = []
        self.closed: list[tuple[int, str]] = []
        self.aborted = False
        self.news = asyncio.Event()

    def unsent(self) -> int:
        return self.unsent_bytes

    def write(self, messages: Sequence[Message], frames: bytes) -> None:
        self.writes.append([each.payload for each in messages])
        self.frames += frames
        self.joined.append(frames)
        self.news.set()

    def close(self, code: int, reason: str) -> None:
        self.closed.append((code, reason))

    def abort(self) -> None:
        self.aborted = True

    def heard_at(self) -> float:
        return 0.0

    def ask(self) -> None: ...

    async def serve(self, receiver: object) -> None: ...


def member(wire: Wire) -> Connection:
    return Connection(SignedIn(uuid4(), uuid4(), UserKind.STUDENT, uuid4()), wire)


def told(*payloads: bytes, passing: bool = False) -> list[Message]:
    return [Message(each, BINARY, passing) for each in payloads]


async def test_the_first_goes_at_once_and_what_follows_goes_together() -> None:
    broadcast, wire = Broadcast(TICK_S), Wire()
    broadcast.members.add(member(wire))
    first, second, third, fourth = told(b"1", b"2", b"3", b"4")
    broadcast.put(first)
    broadcast.put(second)
    await asyncio.sleep(0)  # the turn of the loop ends
    assert wire.writes == [[b"1", b"2"]]
    wire.news.clear()
    broadcast.put(third)
    broadcast.put(fourth)
    await wire.news.wait()
    assert wire.writes == [[b"1", b"2"], [b"3", b"4"]]
    assert wire.frames == b"".join(frame(each, BINARY) for each in (b"1", b"2", b"3", b"4"))
    broadcast.close()


async def test_after_a_quiet_spell_the_next_goes_at_once_again() -> None:
    broadcast, wire = Broadcast(0.001), Wire()
    broadcast.members.add(member(wire))
    broadcast.put(Message(b"1"))
    await asyncio.sleep(0)
    while asyncio.get_running_loop().time() < broadcast._quiet_until:
        await asyncio.sleep(0.001)
    broadcast.put(Message(b"2"))
    await asyncio.sleep(0)
    assert wire.writes == [[b"1"], [b"2"]]
    broadcast.close()


async def test_what_waits_can_be_written_now() -> None:
    broadcast, wire = Broadcast(60), Wire()
    broadcast.members.add(member(wire))
    for message in told(b"1", b"2"):
        broadcast.put(message)
    broadcast.flush()
    broadcast.flush()
    assert wire.writes == [[b"1", b"2"]]
    broadcast.close()


async def test_who_reads_slowly_is_spared_what_passes() -> None:
    broadcast, quick, slow = Broadcast(60), Wire(), Wire()
    broadcast.members |= {member(quick), member(slow)}
    slow.unsent_bytes = PASSING_LIMIT_BYTES + 1
    broadcast.put(*told(b"cursor", passing=True))
    broadcast.flush()
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
    broadcast.flush()
    broadcast.put(Message(b"2"))
    broadcast.flush()
    assert (lost.close_code, lost.close_reason) == (CloseCode.SLOW_READER, "slow_reader")
    assert (stuck.closed, stuck.aborted) == ([(CloseCode.SLOW_READER, "slow_reader")], True)
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
    connection.gone()
    assert (wire.writes, wire.closed) == ([], [(CloseCode.ACCESS_LOST, "removed")])
    assert (connection.close_reason, connection.is_closing) == ("removed", True)


async def test_who_has_gone_is_not_closed_any_more() -> None:
    wire = Wire()
    connection = member(wire)
    connection.gone()
    connection.close(CloseCode.RESYNC, "later")
    connection.send(protocol.Ok(ref=1))
    assert (wire.writes, wire.closed, connection.is_closing) == ([], [], True)


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_frames_are_those_of_the_protocol_library(size: int) -> None:
    payload = bytes(size)
    assert frame(payload, BINARY) == Frame(Opcode.BINARY, payload).serialize(mask=False)
    assert frame(payload, TEXT) == Frame(Opcode.TEXT, payload).serialize(mask=False)


def read_by_a_browser(frames: bytes, *, deflates: bool) -> list[tuple[int, bytes]]:
    """What the protocol library makes of it at the other end."""
    browser = ClientProtocol(parse_uri("ws://localhost/"), max_size=None)
    browser.state = browser.state.OPEN
    # The parser of a client that has not shaken hands yet begins with HTTP: take the one that comes after.
    browser.parser = super(ClientProtocol, browser).parse()
    next(browser.parser)
    if deflates:
        browser.extensions = [PerMessageDeflate(True, True, 15, 15)]
    browser.receive_data(frames)
    assert browser.parser_exc is None
    events: list[Any] = browser.events_received()
    return [(int(each.opcode), bytes(each.data)) for each in events]


payloads = st.one_of(
    st.binary(max_size=300),
    st.sampled_from([DEFLATE_FROM_BYTES - 1, DEFLATE_FROM_BYTES, 65_536]).map(bytes),
    st.randoms(use_true_random=False).map(lambda random: random.randbytes(DEFLATE_FROM_BYTES + 10)),
)
messages = st.lists(st.builds(Message, payloads, st.sampled_from([TEXT, BINARY])), max_size=6)


@given(messages, st.booleans())
def test_a_browser_reads_what_was_written(messages: list[Message], deflates: bool) -> None:
    """Each by itself, plain or compressed, in any mixture."""
    read = read_by_a_browser(transport.joined(messages, deflating=deflates), deflates=deflates)
    assert read == [(each.opcode, each.payload) for each in messages]


@given(payloads)
def test_only_what_is_large_and_shrinks_is_compressed(payload: bytes) -> None:
    message = Message(payload, BINARY)
    is_compressed = bool(message.deflated[0] & 0x40)
    if is_compressed:
        assert len(payload) >= DEFLATE_FROM_BYTES
        assert len(message.deflated) < len(message.framed)
    else:
        assert message.deflated is message.framed
        small = len(payload) < DEFLATE_FROM_BYTES
        assert small or len(deflated_frame(payload, BINARY)) >= len(message.framed)


async def test_each_gets_the_form_it_takes_and_none_is_made_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def counted(payload: bytes, opcode: int) -> bytes:
        made.append(len(payload))
        return deflated_frame(payload, opcode)

    monkeypatch.setattr(transport, "deflated_frame", counted)
    wires = [Wire(deflates=deflates) for deflates in (False, False, True, True)]
    slow = [Wire(deflates=deflates) for deflates in (False, True)]
    broadcast = Broadcast(60)
    broadcast.members |= {member(each) for each in (*wires, *slow)}
    broadcast.put(Message(b"first"))
    broadcast.flush()
    for each in slow:
        each.unsent_bytes = PASSING_LIMIT_BYTES + 1
    large = Message(b"history " * DEFLATE_FROM_BYTES)
    for message in (Message(b"small"), large, Message(b"cursor", BINARY, passing=True)):
        broadcast.put(message)
    broadcast.flush()
    plain, plain_too, deflated, deflated_too = (each.joined[-1] for each in wires)
    # One string of bytes for each form, not a copy for each socket.
    assert plain is plain_too
    assert deflated is deflated_too
    assert made == [len(large.payload)]
    whole = [(TEXT, b"small"), (TEXT, large.payload), (BINARY, b"cursor")]
    assert read_by_a_browser(plain, deflates=False) == whole
    assert read_by_a_browser(deflated, deflates=True) == whole
    assert len(deflated) < len(plain) / 10
    assert read_by_a_browser(slow[0].joined[-1], deflates=False) == whole[:2]
    assert read_by_a_browser(slow[1].joined[-1], deflates=True) == whole[:2]
    # The same message to one more socket, later: what was made is used again.
    late = Wire(deflates=True)
    member(late).put(large)
    assert late.joined == [large.deflated]
    assert made == [len(large.payload)]
    broadcast.close()


async def test_who_takes_nothing_compressed_costs_no_compression(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(payload: bytes, opcode: int) -> bytes:
        raise AssertionError

    monkeypatch.setattr(transport, "deflated_frame", never)
    broadcast = Broadcast(60)
    broadcast.members.add(member(Wire()))
    broadcast.put(Message(bytes(2 * DEFLATE_FROM_BYTES)))
    broadcast.flush()
    broadcast.members.add(member(Wire(deflates=True)))
    broadcast.put(Message(b"small"))
    broadcast.flush()
    broadcast.close()


class Told:
    """Remembers what a page said, and can take its time over it."""

    def __init__(self) -> None:
        self.messages: list[str | bytes] = []
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.has_gone = asyncio.Event()

    def take(self, message: str | bytes) -> bool:
        return False

    async def receive(self, message: str | bytes) -> None:
        await self.may_end.wait()
        self.messages.append(message)

    def gone(self) -> None:
        self.has_gone.set()


class Asgi:
    """Both ends of an ASGI call. What is sent waits while `takes` is not set."""

    def __init__(self) -> None:
        self.coming: asyncio.Queue[Any] = asyncio.Queue()
        self.sent: asyncio.Queue[Any] = asyncio.Queue()
        self.takes = asyncio.Event()
        self.takes.set()

    async def send(self, message: Any) -> None:
        await self.takes.wait()
        self.sent.put_nowait(message)


async def test_without_prepared_frames_messages_go_one_by_one() -> None:
    asgi, told = Asgi(), Told()
    plain = AsgiTransport(asgi.coming.get, asgi.send)
    plain.write([Message(b"{}"), Message(b"12", BINARY)], b"")
    assert plain.unsent() == 4
    serving = asyncio.create_task(plain.serve(told))
    asgi.coming.put_nowait({"type": "websocket.receive", "text": "hello"})
    asgi.coming.put_nowait({"type": "websocket.receive", "bytes": b"board", "text": None})
    assert await asgi.sent.get() == {"type": "websocket.send", "text": "{}", "bytes": None}
    assert await asgi.sent.get() == {"type": "websocket.send", "bytes": b"12", "text": None}
    plain.write([Message(b"3")], b"")
    plain.close(4000, "restarting")
    plain.write([Message(b"4")], b"")
    assert await asgi.sent.get() == {"type": "websocket.send", "text": "3", "bytes": None}
    assert await asgi.sent.get() == {"type": "websocket.close", "code": 4000, "reason": "restarting"}
    assert plain.unsent() == 0
    await serving
    assert (told.messages, told.has_gone.is_set()) == (["hello", b"board"], True)
    assert asgi.sent.empty()


async def test_without_prepared_frames_what_a_page_said_is_still_handled_when_it_goes() -> None:
    asgi, told = Asgi(), Told()
    told.may_end.clear()
    plain = AsgiTransport(asgi.coming.get, asgi.send)
    serving = asyncio.create_task(plain.serve(told))
    asgi.coming.put_nowait({"type": "websocket.receive", "text": "hello"})
    asgi.coming.put_nowait({"type": "websocket.disconnect", "code": 1005})
    await asyncio.sleep(0.01)
    plain.abort()
    told.may_end.set()
    await serving
    assert told.messages == ["hello"]
    assert told.has_gone.is_set()


async def test_without_prepared_frames_a_goodbye_that_is_not_read_ends_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transport, "GOODBYE_S", 0.01)
    asgi, told = Asgi(), Told()
    asgi.takes.clear()
    plain = AsgiTransport(asgi.coming.get, asgi.send)
    plain.write([Message(b"1")], b"")
    serving = asyncio.create_task(plain.serve(told))
    plain.close(4001, "slow_reader")
    await serving
    assert told.has_gone.is_set()
    assert asgi.sent.empty()


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
