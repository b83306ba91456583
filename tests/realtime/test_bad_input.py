"""Bad input: a stable code for who sent it, and nothing at all for everyone else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from pycrdt import Map

from realtime import board_wire as wire
from realtime import pace, protocol
from realtime.protocol import ChatPosted, Error, ErrorCode
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.board_page import BoardPage
from tests.realtime.conftest import Visit, connections_of, first_board, room_of
from tests.unit import yjs_bytes as raw

# Nothing here depends on where the records are.
pytestmark = pytest.mark.parametrize("live_node", ["sqlite"], indirect=True)


@pytest.fixture
async def board_id(live_node: Node, world: Pair) -> UUID:
    return await first_board(live_node, world.space.id)


@pytest.fixture
async def eve(live_node: Node, world: Pair, visit: Visit, board_id: UUID) -> BoardPage:
    """Who sends what she should not."""
    return await visit.board(live_node, world.home.students[0].id, world.space.id, board_id)


@pytest.fixture
async def room(
    live_node: Node, world: Pair, visit: Visit, board_id: UUID, eve: BoardPage
) -> AsyncIterator[tuple[BoardPage, BoardPage]]:
    """Two others; when the test is over, they still hear, draw and see each other, and lost nothing."""
    ana, ben = [
        await visit.board(live_node, each.id, world.space.id, board_id) for each in world.abroad.students[:2]
    ]
    ana.add("a", x=1)
    ben.add("b", x=1)
    for page in (ana, ben, eve):
        await page.until(lambda page=page: {"a", "b"} <= page.drawn().keys())
        await page.until(lambda page=page: not any(each["gone"] for each in page.drawn().values()))
    before = ana.drawn()
    yield ana, ben
    assert ana.client
    assert ben.client
    said = await ana.client.say("still here")
    while (await ben.client.expect(ChatPosted)).message.seq < said.seq:
        pass
    ana.set("b", x="drawn after")
    await ben.until(lambda: ben.drawn()["b"]["x"] == "drawn after")
    after = ben.drawn()
    assert {key: after[key] for key in before} == {**before, "b": {**before["b"], "x": "drawn after"}}
    document = room_of(live_node, board_id)
    assert document is not None
    assert document._doc.get("elements", type=Map).to_py() == after
    for page in (ana, ben):
        assert page.client
        assert page.client.pending(Error) == []
        assert not page.client.closed_with()[0]


Room = tuple[BoardPage, BoardPage]

TEXT_FRAMES = {
    "no JSON": ("habari", ErrorCode.BAD_FRAME),
    "no object": ("[]", ErrorCode.BAD_FRAME),
    "no type": ("{}", ErrorCode.BAD_FRAME),
    "no such frame": ('{"type":"space.burn","ref":7}', ErrorCode.UNKNOWN_FRAME),
    "a server's frame": ('{"type":"chat.posted","ref":7}', ErrorCode.UNKNOWN_FRAME),
    "an unknown field": ('{"type":"media.watch","ref":7,"on":true,"as":"teacher"}', ErrorCode.BAD_FRAME),
    "a missing field": ('{"type":"chat.post","ref":7,"text":"x"}', ErrorCode.BAD_FRAME),
    "a number as text": ('{"type":"media.watch","ref":"7","on":true}', ErrorCode.BAD_FRAME),
    "deep nesting": ('{"type":"chat.post","text":' + "[" * 50_000, ErrorCode.BAD_FRAME),
    "deep nesting, closed": ('{"x":' + "[" * 50_000 + "]" * 50_000 + "}", ErrorCode.BAD_FRAME),
    "too long": (
        '{"type":"chat.post","ref":7,"text":"' + "x" * protocol.TEXT_LIMIT_BYTES + '"}',
        ErrorCode.TOO_LARGE,
    ),
    "a second greeting": ('{"type":"hello","protocol":1}', ErrorCode.BAD_FRAME),
    "a huge number": (
        '{{"type":"space.join","ref":7,"space_id":"{}","last_seq":1{}}}'.format(UUID(int=1), "0" * 30),
        ErrorCode.BAD_FRAME,
    ),
}


@pytest.mark.parametrize(("text", "code"), TEXT_FRAMES.values(), ids=TEXT_FRAMES.keys())
async def test_text_that_is_no_frame(eve: BoardPage, room: Room, text: str, code: ErrorCode) -> None:
    assert eve.client
    await eve.client.socket.send(text)
    error = await eve.client.expect(Error)
    assert error.code is code
    assert error.ref in (7, None)
    assert "teacher" not in error.detail  # what was sent is not repeated
    assert (await eve.client.say("I can still talk")).seq


async def test_the_ref_of_a_bad_frame_comes_back(eve: BoardPage, room: Room) -> None:
    assert eve.client
    await eve.client.socket.send('{"type":"space.burn","ref":77}')
    assert (await eve.client.expect(Error)).ref == 77


@pytest.mark.parametrize(
    "frame", ["x" * (protocol.FRAME_LIMIT_BYTES + 1), bytes(protocol.FRAME_LIMIT_BYTES + 1)]
)
async def test_a_frame_beyond_the_limit_ends_the_socket(
    eve: BoardPage, room: Room, frame: str | bytes
) -> None:
    assert eve.client
    await eve.client.socket.send(frame)
    assert (await eve.client.closed())[0] == 1009


async def test_text_that_is_no_utf8_ends_the_socket(eve: BoardPage, room: Room) -> None:
    assert eve.client
    await eve.client.socket.send(b"\xff\xfe", text=True)
    assert (await eve.client.closed())[0] == 1007


async def test_before_joining_there_is_nothing_to_do(live_node: Node, world: Pair, visit: Visit) -> None:
    page = await visit.page(live_node, world.home.students[0].id)
    await page.greet()
    for frame in (
        protocol.ChatPost(ref=3, client_id=uuid4(), text="x"),
        protocol.BoardOpen(ref=3, board_id=uuid4()),
        protocol.MediaWatch(ref=3, on=True),
    ):
        await page.send(frame)
        assert (await page.expect(Error, ref=3)).code is ErrorCode.NOT_JOINED
    await page.send_binary(wire.sync(wire.STEP_1, b"\0"))
    assert (await page.expect(Error)).code is ErrorCode.NOT_JOINED


BINARY_FRAMES = {
    "empty": b"",
    "no such message": b"\x05\0\0",
    "no such step": b"\0\x07\0",
    "cut short": wire.sync(wire.UPDATE, b"\0\0")[:-1],
    "no state vector": wire.sync(wire.STEP_1, b"\x05"),
    "an endless state vector": wire.sync(wire.STEP_1, raw.uint(1 << 40)),
    "a state vector of many": wire.sync(wire.STEP_1, raw.uint(5_000_000) + b"\1\1"),
    "a state vector that goes on": wire.sync(wire.STEP_1, b"\1\5\5\0"),
    "awareness that is none": bytes((wire.AWARENESS,)) + wire.blob(b"\1\1"),
    "many states": bytes((wire.AWARENESS,)) + wire.blob(b"\x09"),
    "a state that is no JSON": wire.awareness([wire.State(5, 1, b"{")]),
    "a state that is no object": wire.awareness([wire.State(5, 1, b"[1]")]),
    "a long state": wire.awareness([wire.State(5, 1, b'"' + b"x" * wire.STATE_LIMIT_BYTES + b'"')]),
    "a client id past 2^53": wire.awareness([wire.State(1 << 53, 1, b"{}")]),
    "a long piece of stroke": bytes((wire.STROKE,)) + wire.blob(bytes(wire.STROKE_LIMIT_BYTES + 1)),
}


@pytest.mark.parametrize("data", BINARY_FRAMES.values(), ids=BINARY_FRAMES.keys())
async def test_bytes_that_are_no_board_message(eve: BoardPage, room: Room, data: bytes) -> None:
    eve.send(data)
    assert eve.client
    assert (await eve.client.expect(Error)).code is ErrorCode.BAD_FRAME


@pytest.mark.parametrize("data", [raw.uint(count) + b"\1\1" for count in (2, 5_000_000, 1 << 40)])
def test_a_state_vector_is_held_against_its_bytes(live_node: Node, data: bytes) -> None:
    """Yjs makes room for as many entries as are claimed, before it reads them."""
    with pytest.raises(wire.BadMessage):
        wire.check_state_vector(data)
    wire.check_state_vector(wire.state_vector({5: 7, 1 << 50: 1}))


Hostile = Callable[[BoardPage, BoardPage], bytes]


def clock(page: BoardPage, other: BoardPage) -> int:
    """The next clock of another's client id."""
    return raw.state_vector(page.doc.get_state())[other.doc.client_id]


def new(*structs: bytes, client: int = 4242, at: int = 0, **more: Any) -> bytes:
    return raw.update((client, at, list(structs)), **more)


HOSTILE: dict[str, Hostile] = {
    "one field set first by itself, many times": lambda eve, ana: new(
        *[raw.field((ana.doc.client_id, 0), "x", raw.text("1"))] * 2_000
    ),
    "more fields than an element has": lambda eve, ana: new(
        *[raw.field((ana.doc.client_id, 0), f"k{n}", raw.text("1")) for n in range(64)]
    ),
    "random bytes": lambda eve, ana: b"\x00\x01\x02 no update",
    "52 kB of arrays in arrays": lambda eve, ana: new(
        raw.element("e"), raw.field((4242, 0), "x", raw.nested_arrays(52_000))
    ),
    "52 kB of shared arrays": lambda eve, ana: new(
        raw.element("e", kind=raw.ARRAY),
        *[bytes((raw.TYPE, 0)) + raw.uint(4242) + raw.uint(n) + raw.uint(raw.ARRAY) for n in range(7_000)],
    ),
    "the page emptied": lambda eve, ana: raw.update(deletes=[(ana.doc.client_id, 0, clock(eve, ana))]),
    "an element deleted": lambda eve, ana: raw.update(deletes=[(ana.doc.client_id, 0, 1)]),
    "what somebody will do deleted": lambda eve, ana: raw.update(
        deletes=[(ana.doc.client_id, clock(eve, ana), 9)]
    ),
    "what somebody will do hidden": lambda eve, ana: new(
        raw.gc(1000), client=ana.doc.client_id, at=clock(eve, ana)
    ),
    "somebody else's client id": lambda eve, ana: new(
        raw.element("e"), client=ana.doc.client_id, at=clock(eve, ana)
    ),
    "an element replaced": lambda eve, ana: new(raw.element("a")),
    "a page replaced by a value": lambda eve, ana: new(raw.plain(raw.text("x"), "a")),
    "somebody else as the author": lambda eve, ana: raw.drawing(4242, "e", ana.user_id),
    "nobody's author": lambda eve, ana: new(
        raw.field((ana.doc.client_id, 0), "by", raw.text(str(eve.user_id)))
    ),
    "one client twice": lambda eve, ana: raw.update(
        (4242, 0, [raw.element("e")]), (4242, 0, [raw.element("a", kind=raw.ARRAY)])
    ),
    "text that is no UTF-8": lambda eve, ana: new(
        raw.element("e"), raw.field((4242, 0), "x", b"\1\x75\1" + b"\x77\1\xff")
    ),
    "a number no browser reads": lambda eve, ana: new(
        raw.element("e"), raw.field((4242, 0), "x", b"\1\x7d" + b"\xff" * 8 + b"\1")
    ),
    "another root": lambda eve, ana: new(raw.element("e", root="secrets")),
    "too large": lambda eve, ana: new(
        raw.element("e"), raw.field((4242, 0), "x", raw.blob(bytes(65_536)), kind=raw.BINARY)
    ),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE.keys())
async def test_updates_that_no_page_makes(eve: BoardPage, room: Room, live_node: Node, make: Hostile) -> None:
    ana, ben = room
    update = make(eve, ana)
    eve.send_update(update)
    assert eve.client
    assert (await eve.client.expect(Error)).code is ErrorCode.BOARD_REFUSED
    assert (await eve.client.say("and I am still in")).seq
    [connection] = connections_of(live_node, eve.user_id)
    assert connection.board is not None
    assert update not in ben.stored


async def test_a_gap_is_asked_for(eve: BoardPage, room: Room) -> None:
    asked = eve.client
    assert asked
    steps: list[int] = []
    receive = asked.on_binary
    assert receive

    def look(data: bytes) -> None:
        steps.append(data[1] if data[0] == wire.SYNC else -1)
        receive(data)

    asked.on_binary = look
    eve.send_update(new(raw.element("e"), at=5))
    await eve.until(lambda: wire.STEP_1 in steps)
    assert asked.pending(Error) == []


async def test_who_sends_too_fast_is_read_more_slowly(eve: BoardPage, room: Room, monkeypatch: Any) -> None:
    """Nothing is thrown away: all strokes arrive, and in order."""
    monkeypatch.setattr(pace, "FRAMES_BURST", 5.0)
    monkeypatch.setattr(pace, "FRAMES_PER_S", 500.0)
    ana, _ = room
    for number in range(60):
        eve.stroke(bytes((number,)))
    await ana.until(lambda: len(ana.strokes) == 60)
    assert [payload[0] for _, payload in ana.strokes] == list(range(60))
