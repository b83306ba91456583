"""The board: what is echoed is stored, every document comes to the same, and nobody draws as another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from realtime import board_room, board_rooms, protocol
from realtime import board_wire as wire
from realtime.board_room import BoardRoom
from realtime.connection import Connection
from realtime.protocol import CloseCode, Error, ErrorCode
from server.boards import service
from server.boards.models import BoardSnapshot, BoardUpdate
from server.db import UnitOfWork
from server.events import BoardUpdated
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.board_page import BoardPage
from tests.realtime.client import LiveClient
from tests.realtime.conftest import (
    PLAIN_WEBSOCKETS,
    Visit,
    archive,
    connections_of,
    first_board,
    hub_of,
    make_live,
    room_of,
)
from tests.unit import yjs_bytes as raw

Boards = list[BoardPage]


async def open_boards(visit: Visit, world: Pair, *nodes: Node) -> Boards:
    """One page on each node, of a student of each school in turn."""
    board_id = await first_board(nodes[0], world.space.id)
    people = [world.home.students[0], world.abroad.students[0], world.home.students[1]]
    return [
        await visit.board(node, person.id, world.space.id, board_id)
        for node, person in zip(nodes, people, strict=False)
    ]


async def come_back(visit: Visit, node: Node, world: Pair, page: BoardPage) -> None:
    """The same document over a new socket."""
    client = await visit.enter(node, page.user_id, world.space.id)
    await page.open(client, await first_board(node, world.space.id))


async def is_left(node: Node, board_id: UUID) -> None:
    """Until nobody has the page open on this node, and all of it is stored."""
    async with asyncio.timeout(5):
        while room_of(node, board_id) is not None or hub_of(node).boards._closing:
            await asyncio.sleep(0)


@pytest.mark.parametrize("options", [{}, {"uvicorn_options": PLAIN_WEBSOCKETS}], ids=["prepared", "plain"])
async def test_drawing_together(
    records: Records, make_node: MakeNode, world: Pair, visit: Visit, options: dict[str, Any]
) -> None:
    node = await make_live(make_node, records, **options)
    ana, ben = await open_boards(visit, world, node, node)
    assert ana.opened is not None
    assert ana.opened.can_edit
    ana.add("a", x=1)
    await ben.until_same_as(ana)
    await ana.until_stored("a")
    ben.set("a", x=2, dx=5)
    await ana.until(lambda: ana.elements["a"].get("dx") == 5)
    ana.set("a", text="both")
    ben.set("a", colour="red")
    for page in (ana, ben):
        await page.until(lambda page=page: {"text", "colour"} <= page.drawn()["a"].keys())
    assert ana.drawn() == ben.drawn()
    assert ana.drawn()["a"] == {
        "by": str(ana.user_id),
        "kind": "note",
        "gone": False,
        "x": 2,
        "dx": 5,
        "text": "both",
        "colour": "red",
    }


async def test_it_outlives_everyone_and_a_restart(
    records: Records, make_node: MakeNode, world: Pair, visit: Visit
) -> None:
    node = await make_live(make_node, records)
    board_id = await first_board(node, world.space.id)
    [ana] = await open_boards(visit, world, node)
    ana.add("a", x=1)
    await ana.until_stored("a")
    drawn = ana.drawn()
    assert ana.client
    await ana.client.socket.close()
    await is_left(node, board_id)
    [again] = await open_boards(visit, world, node)
    assert again.drawn() == drawn
    again.set("a", x=2)
    # A node that stops stores what has arrived.
    await again.until(lambda: again.stored)
    await node.stop()
    node = await make_live(make_node, records)
    [after] = await open_boards(visit, world, node)
    assert after.drawn() == {"a": {**drawn["a"], "x": 2}}


async def test_what_was_drawn_offline_arrives(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben = await open_boards(visit, world, live_node, live_node)
    ana.add("a", x=1)
    await ben.until_same_as(ana)
    assert ana.client
    await ana.client.socket.close()
    ana.disconnect()
    for number in range(300):
        ana.add(f"offline-{number}", text="x" * 400)  # more than one live update may hold
    ana.set("a", x="from offline")
    ben.set("a", x="meanwhile")
    ben.add("b")
    await come_back(visit, live_node, world, ana)
    await ben.until(lambda: len(ben.drawn()) == 302)
    await ana.until_same_as(ben)
    assert ana.client.pending(Error) == []


async def test_two_nodes_come_to_the_same(live_nodes: tuple[Node, Node], world: Pair, visit: Visit) -> None:
    pages = await open_boards(visit, world, *live_nodes, live_nodes[0])
    pages[0].add("shared", x=-1)
    for page in pages:
        await page.until(
            lambda page=page: "shared" in page.drawn() and page.drawn()["shared"]["gone"] is False
        )
    for number in range(40):
        for at, page in enumerate(pages):
            page.add(f"{at}-{number}", x=number)
            page.set("shared", x=number, **{f"k{at}": number})
        await asyncio.sleep(0)
    for page in pages:
        await page.until(
            lambda page=page: (
                len(page.drawn()) == 121
                and all(page.drawn()["shared"].get(f"k{at}") == 39 for at in range(3))
                and all(each["gone"] is False for each in page.drawn().values())
            )
        )
    await pages[1].until_same_as(pages[0])
    await pages[2].until_same_as(pages[0])
    assert not [page for page in pages if page.client is None or page.client.pending(Error)]
    [late] = await open_boards(visit, world, live_nodes[1])
    assert late.drawn() == pages[0].drawn()


@pytest.mark.usefixtures("unhurried")
async def test_a_long_log_is_compacted_and_nothing_is_lost(
    records: Records, make_node: MakeNode, world: Pair, visit: Visit
) -> None:
    node = await make_live(make_node, records)
    board_id = await first_board(node, world.space.id)
    [ana] = await open_boards(visit, world, node)
    ana.add("a")
    for number in range(board_room.COMPACT_AFTER + 5):
        ana.set("a", x=number)
    await ana.until_stored("a", "x")
    assert ana.client
    await ana.client.socket.close()
    await is_left(node, board_id)
    async with node.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(BoardSnapshot)) == 1
        assert await session.scalar(select(func.count()).select_from(BoardUpdate)) == 0
    [again] = await open_boards(visit, world, node)
    assert again.drawn() == ana.drawn()
    again.set("a", x="after")
    await come_back(visit, node, world, ana)
    await ana.until_same_as(again)


async def test_a_snapshot_overtakes_a_node_that_missed_the_rest(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    """The log was compacted by another node before this one read on."""
    board_id = await first_board(live_nodes[0], world.space.id)
    ana, ben = await open_boards(visit, world, *live_nodes)
    ana.add("a", x=1)
    await ben.until_same_as(ana)
    room = room_of(live_nodes[1], board_id)
    assert room is not None
    room.on_updated = lambda event: None  # type: ignore[method-assign]
    ana.set("a", x=2)
    ana.add("b")
    await ana.until_stored("b")
    here = room_of(live_nodes[0], board_id)
    assert here is not None
    async with UnitOfWork(live_nodes[0].database, live_nodes[0].bus) as uow:
        await service.compact(uow, board_id, here._doc.get_update(), here._seq)
    room.catch_up()
    await ben.until_same_as(ana)


async def test_an_event_during_catching_up_is_not_forgotten(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    board_id = await first_board(live_node, world.space.id)
    ana, ben = await open_boards(visit, world, live_node, live_node)
    last_seq, held, reading = service.last_seq, asyncio.Event(), asyncio.Event()

    async def slowly(*arguments: Any) -> int:
        seq = await last_seq(*arguments)
        reading.set()
        await held.wait()
        return seq

    monkeypatch.setattr(service, "last_seq", slowly)
    room = room_of(live_node, board_id)
    assert room is not None
    room.catch_up()
    await reading.wait()
    stored = asyncio.Event()
    live_node.bus.subscribe(lambda event: stored.set() if isinstance(event, BoardUpdated) else None)
    ana.add("a")
    await stored.wait()
    held.set()
    await ben.until_same_as(ana)


def fail_to_store(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """From now on no update is stored; undone by `monkeypatch.undo`. The event says when it was tried."""
    tried = asyncio.Event()

    async def fail(*_: object) -> list[int]:
        tried.set()
        raise OperationalError("INSERT", {}, Exception("gone"))

    monkeypatch.setattr(service, "append", fail)
    return tried


async def test_when_storing_fails_people_come_back_and_nothing_echoed_is_lost(
    records: Records, make_node: MakeNode, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await make_live(make_node, records)
    ana, ben = await open_boards(visit, world, node, node)
    ana.add("kept")
    await ana.until_stored("kept")
    await ben.until_same_as(ana)
    tried = fail_to_store(monkeypatch)
    ana.add("unsent")
    ben.set("kept", x="unsent too")
    await tried.wait()
    for page in (ana, ben):
        assert page.client
        assert await page.client.closed() == (CloseCode.RESYNC, "board_reload")
    monkeypatch.undo()
    for page in (ana, ben):
        await come_back(visit, node, world, page)
    for page in (ana, ben):
        await page.until(lambda page=page: "unsent" in page.drawn() and "x" in page.drawn()["kept"])
    assert hub_of(node).boards._rooms.keys() == {await first_board(node, world.space.id)}


async def test_a_room_that_broke_is_not_kept(
    sqlite_records: Records, make_node: MakeNode, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await make_live(make_node, sqlite_records)
    [ana] = await open_boards(visit, world, node)
    fail_to_store(monkeypatch)
    ana.add("a")
    assert ana.client
    await ana.client.closed()
    await is_left(node, await first_board(node, world.space.id))


async def test_who_comes_from_a_node_that_knew_more(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    """The other node has missed events; what the page brings along is not taken for forged."""
    board_id = await first_board(live_nodes[0], world.space.id)
    ana, ben = await open_boards(visit, world, *live_nodes)
    room = room_of(live_nodes[1], board_id)
    assert room is not None
    keep, room.on_updated = room.on_updated, lambda event: None  # type: ignore[method-assign]
    cleo = await visit.board(live_nodes[0], world.home.students[1].id, world.space.id, board_id)
    cleo.add("hers")
    await ana.until_same_as(cleo)
    ana.set("hers", x=1)
    await ana.until_stored("hers", "x")
    assert ana.client
    await ana.client.socket.close()
    ana.disconnect()
    ana.set("hers", x=2)
    room.on_updated = keep  # type: ignore[method-assign]
    await come_back(visit, live_nodes[1], world, ana)
    await ben.until_same_as(ana)
    assert ana.client.pending(Error) == []
    assert ben.drawn()["hers"]["x"] == 2


async def test_a_client_id_is_bound_on_every_node(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    ana, ben = await open_boards(visit, world, *live_nodes)
    ana.add("a")
    await ben.until_same_as(ana)
    clock = raw.state_vector(ana.doc.get_state())[ana.doc.client_id]
    ben.send_update(raw.update((ana.doc.client_id, clock, [raw.element("forged")])))
    assert ben.client
    assert (await ben.client.expect(Error)).code is ErrorCode.BOARD_REFUSED
    ana.set("a", x=1)
    await ben.until_same_as(ana)


async def test_an_archived_board_is_for_looking(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben = await open_boards(visit, world, live_node, live_node)
    ana.add("a")
    await ben.until_same_as(ana)
    await archive(live_node, world.space.id)
    for page in (ana, ben):
        [connection] = connections_of(live_node, page.user_id)
        async with asyncio.timeout(5):
            while "board:edit" in connection.grants:
                await asyncio.sleep(0)
    ben.set("a", x=1)
    assert ben.client
    assert (await ben.client.expect(Error)).code is ErrorCode.BOARD_READ_ONLY
    [late] = await open_boards(visit, world, live_node)
    assert late.opened
    assert not late.opened.can_edit
    assert late.drawn() == ana.drawn()
    assert late.client
    # Its whole state is nothing new, so it is no complaint.
    late.send_update(late.doc.get_update(), wire.STEP_2)
    late.point({"cursor": None})
    await ana.until(lambda: late.doc.client_id in ana.states)
    assert late.client.pending(Error) == []


# --- cursors and strokes


async def test_cursors_tell_the_truth(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben = await open_boards(visit, world, live_node, live_node)
    ana.point({"cursor": {"x": 1, "y": 2}, "user": str(ben.user_id)})
    await ben.until(lambda: ana.doc.client_id in ben.states)
    assert ben.states[ana.doc.client_id] == {"cursor": {"x": 1, "y": 2}, "user": str(ana.user_id)}
    cleo = await visit.board(
        live_node, world.home.students[1].id, world.space.id, await first_board(live_node, world.space.id)
    )
    await cleo.until(lambda: ana.doc.client_id in cleo.states)
    assert ana.client
    await ana.client.socket.close()
    for page in (ben, cleo):
        await page.until(lambda page=page: page.states[ana.doc.client_id] is None)


async def test_cursors_cross_nodes(live_nodes: tuple[Node, Node], world: Pair, visit: Visit) -> None:
    ana, ben = await open_boards(visit, world, *live_nodes)
    ana.point({"cursor": {"x": 1, "y": 2}})
    ana.stroke(b"on its way")
    await ben.until(lambda: ana.doc.client_id in ben.states and ben.strokes)
    assert (ben.states[ana.doc.client_id] or {})["user"] == str(ana.user_id)
    assert ben.strokes == [(ana.user_id, b"on its way")]
    assert ana.client
    await ana.client.socket.close()
    await ben.until(lambda: ben.states[ana.doc.client_id] is None)


async def test_nobody_points_with_anothers_id(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben = await open_boards(visit, world, live_node, live_node)
    assert ben.client
    ana.point({"cursor": None})
    await ben.until(lambda: ana.doc.client_id in ben.states)
    for _ in range(2):
        ben.point({"cursor": {"x": 6, "y": 6}}, client_id=ana.doc.client_id)
        assert (await ben.client.expect(Error)).code is ErrorCode.BAD_FRAME
    ben.point({"cursor": None})
    ben.point({"cursor": None}, client_id=12345)  # bound to the first
    assert (await ben.client.expect(Error)).code is ErrorCode.BAD_FRAME
    await ana.until(lambda: ben.doc.client_id in ana.states)
    assert ana.states.keys() == {ana.doc.client_id, ben.doc.client_id}
    assert ana.states[ana.doc.client_id] == {"cursor": None, "user": str(ana.user_id)}


async def test_a_page_points_on_over_its_new_socket(live_node: Node, world: Pair, visit: Visit) -> None:
    """The old socket is still thought to live; when it is found dead, the cursor stays."""
    ana, ben = await open_boards(visit, world, live_node, live_node)
    ana.point({"cursor": {"x": 1, "y": 1}})
    await ben.until(lambda: ana.doc.client_id in ben.states)
    old = ana.client
    assert old
    await come_back(visit, live_node, world, ana)
    ana.point({"cursor": {"x": 2, "y": 2}})
    await ben.until(lambda: (ben.states[ana.doc.client_id] or {}).get("cursor") == {"x": 2, "y": 2})
    await old.socket.close()
    async with asyncio.timeout(5):
        while len(connections_of(live_node, ana.user_id)) > 1:
            await asyncio.sleep(0)
    ana.stroke(b"fence")
    await ben.until(lambda: ben.strokes)
    assert ben.states[ana.doc.client_id] is not None


async def test_strokes_on_their_way(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben = await open_boards(visit, world, live_node, live_node)
    ana.stroke(b"\x01" * wire.STROKE_LIMIT_BYTES)
    ana.stroke(b"\x01" * (wire.STROKE_LIMIT_BYTES + 1))
    assert ana.client
    assert (await ana.client.expect(Error)).code is ErrorCode.BAD_FRAME
    ana.stroke(b"last")
    await ben.until(lambda: len(ben.strokes) == 2)
    assert ben.strokes == [(ana.user_id, b"\x01" * wire.STROKE_LIMIT_BYTES), (ana.user_id, b"last")]


async def test_the_board_of_another_space_is_not_found(live_node: Node, world: Pair, visit: Visit) -> None:
    client = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    other = await first_board(live_node, world.staff_room.id)
    await client.send(protocol.BoardOpen(ref=5, board_id=other))
    assert (await client.expect(Error, ref=5)).code is ErrorCode.NOT_FOUND


# --- what is told as stored is stored


class Stall:
    """Holds every write to the log back until it is let through, or made to fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tried, self._decided, self._fails = asyncio.Event(), asyncio.Event(), False
        self._append = service.append
        monkeypatch.setattr(service, "append", self._stalled)

    async def _stalled(self, *arguments: Any) -> list[int]:
        self.tried.set()
        await self._decided.wait()
        if self._fails:
            raise OperationalError("INSERT", {}, Exception("gone"))
        return await self._append(*arguments)

    def end(self, *, fail: bool = False) -> None:
        self._fails = fail
        self._decided.set()


def sync_messages(client: LiveClient) -> list[tuple[int, bytes]]:
    """What of the document arrives from now on, as (step, body); nothing else sees it."""
    arrived: list[tuple[int, bytes]] = []

    def look(data: bytes) -> None:
        if data[0] == wire.SYNC:
            reader = wire.Reader(data[1:])
            arrived.append((reader.uint(), reader.bytes()))

    client.on_binary = look
    return arrived


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("fail", [False, True])
async def test_nothing_is_told_as_stored_before_it_is(
    sqlite_records: Records, make_node: MakeNode, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch,
    fail: bool,
) -> None:
    """A page forgets what a state vector or the document names: it is not named before its commit."""
    node = await make_live(make_node, sqlite_records)
    board_id = await first_board(node, world.space.id)
    ana, ben = await open_boards(visit, world, node, node)
    ana.add("kept")
    await ana.until_stored("kept")
    await ben.until_same_as(ana)
    stored = raw.state_vector(ana.doc.get_state())[ana.doc.client_id]
    client = await visit.page(node, ana.user_id)  # signing in is a write, and waits for one that is stalled
    stall = Stall(monkeypatch)
    ana.set("kept", x="on its way")
    await stall.tried.wait()
    # The same page over another socket, while the database makes it wait.
    await client.enter(world.space.id)
    heard = sync_messages(client)
    await client.open_board(board_id)
    await client.send_binary(wire.sync(wire.STEP_1, b"\0"))
    ben.set("kept", y="after the question")
    # A gap is answered with a state vector too.
    await client.send_binary(wire.sync(wire.UPDATE, raw.update((4242, 7, [raw.element("e")]))))
    room = room_of(node, board_id)
    assert room is not None
    await until(lambda: len(room._held) == 2)
    assert [step for step, _ in heard] == [wire.STEP_1]
    assert raw.state_vector(heard[0][1])[ana.doc.client_id] == stored
    stall.end(fail=fail)
    if fail:
        for each in (client, ben.client):
            assert each
            assert await each.closed() == (CloseCode.RESYNC, "board_reload")
        assert [step for step, _ in heard] == [wire.STEP_1]
        monkeypatch.undo()
        await come_back(visit, node, world, ben)
    else:
        await until(lambda: len(heard) >= 4)
        assert [step for step, _ in heard[:3]] == [wire.STEP_1, wire.UPDATE, wire.STEP_2]
    await come_back(visit, node, world, ana)
    await ana.until(lambda: ana.drawn()["kept"].get("y") == "after the question")
    await ben.until_same_as(ana)
    assert ben.drawn()["kept"]["x"] == "on its way"
    async with node.database.read() as session:
        log_ = await service.load(session, board_id)
    assert log_.last_seq == log_.updates[-1][0]
    [late] = await open_boards(visit, world, node)
    assert late.drawn() == ana.drawn()


async def test_who_asked_and_left_is_not_waited_for(
    sqlite_records: Records, make_node: MakeNode, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await make_live(make_node, sqlite_records)
    board_id = await first_board(node, world.space.id)
    ana, ben = await open_boards(visit, world, node, node)
    stall = Stall(monkeypatch)
    ana.add("a")
    await stall.tried.wait()
    room = room_of(node, board_id)
    assert room is not None
    ben.send(wire.sync(wire.STEP_1, ben.doc.get_state()))
    await until(lambda: room._asking)
    assert ben.client
    await ben.client.socket.close()
    await until(lambda: not room._asking)
    stall.end()
    await ana.until_stored("a")


async def test_a_slow_page_gets_the_document_when_it_has_caught_up(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    board_id = await first_board(live_node, world.space.id)
    ana, ben = await open_boards(visit, world, live_node, live_node)
    assert ben.client
    heard = sync_messages(ben.client)
    with monkeypatch.context() as patch:
        patch.setattr(Connection, "is_slow", property(lambda self: self.user_id == ben.user_id))
        for _ in range(3):
            ben.send(wire.sync(wire.STEP_1, b"\0"))
        room = room_of(live_node, board_id)
        assert room is not None
        await until(lambda: room._asking_later)
        ana.add("a")
        await ana.until_stored("a")
        assert wire.STEP_2 not in [step for step, _ in heard]
    await until(lambda: wire.STEP_2 in [step for step, _ in heard])
    assert [step for step, _ in heard].count(wire.STEP_2) == 1


# --- a log with a hole


def with_a_hole(stored: service.Log) -> service.Log:
    return msgspec.structs.replace(stored, updates=[*stored.updates[:1], *stored.updates[2:]])


@pytest.mark.parametrize("lose", [with_a_hole, lambda log: msgspec.structs.replace(log, updates=[])])
async def test_a_page_is_not_opened_with_a_hole(
    sqlite_records: Records, make_node: MakeNode, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch,
    lose: Callable[[service.Log], service.Log],
) -> None:
    node = await make_live(make_node, sqlite_records)
    board_id = await first_board(node, world.space.id)
    [ana] = await open_boards(visit, world, node)
    for key in "abc":
        ana.add(key)
        await ana.until_stored(key)
    assert ana.client
    await ana.client.socket.close()
    await is_left(node, board_id)
    load, left = service.load, [board_rooms.LOAD_TRIES]

    async def torn(*arguments: Any) -> service.Log:
        left[0] -= 1
        log = await load(*arguments)
        return log if left[0] < 0 else lose(log)

    monkeypatch.setattr(service, "load", torn)
    monkeypatch.setattr(board_room, "COMPACT_AFTER", 0)
    client = await visit.enter(node, ana.user_id, world.space.id)
    await client.send(protocol.BoardOpen(ref=5, board_id=board_id))
    assert (await client.expect(Error, ref=5)).code is ErrorCode.UNAVAILABLE
    assert room_of(node, board_id) is None
    left[0] = 1  # once more, and then as it is
    await come_back(visit, node, world, ana)
    [again] = await open_boards(visit, world, node)
    assert again.drawn() == ana.drawn()
    assert again.drawn().keys() == {"a", "b", "c"}


async def test_a_room_that_reads_a_hole_is_given_up_and_leaves_no_snapshot(
    sqlite_records: Records, make_node: MakeNode, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await make_live(make_node, sqlite_records)
    board_id = await first_board(node, world.space.id)
    [ana] = await open_boards(visit, world, node)
    monkeypatch.setattr(board_room, "COMPACT_AFTER", 2)
    room = room_of(node, board_id)
    assert room is not None
    load = service.load

    async def torn(*arguments: Any) -> service.Log:
        log = await load(*arguments)
        return msgspec.structs.replace(log, updates=log.updates[:1])

    async def none(*_: Any) -> list[service.Stored]:
        return []

    monkeypatch.setattr(service, "load", torn)
    monkeypatch.setattr(service, "updates_after", none)
    room.on_updated = lambda event: None  # type: ignore[method-assign]
    with monkeypatch.context() as patch:
        patch.setattr(board_room, "COMPACT_AFTER", 1000)
        for number in range(3):
            ana.add(f"{number}")
            await asyncio.sleep(0.05)
    room.catch_up()
    assert ana.client
    assert await ana.client.closed() == (CloseCode.RESYNC, "board_reload")
    assert room.is_broken
    monkeypatch.undo()
    await is_left(node, board_id)
    async with node.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(BoardSnapshot)) == 0
    await come_back(visit, node, world, ana)
    assert len(ana.drawn()) == 3


# --- client ids


async def test_one_fresh_client_id_of_two_people_on_two_nodes(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    """The records decide whose it is; the other one starts again, and nobody else notices."""
    board_id = await first_board(live_nodes[0], world.space.id)
    watching = await open_boards(visit, world, *live_nodes)
    pages = [
        await visit.board(node, person.id, world.space.id, board_id, client_id=777)
        for node, person in zip(live_nodes, (world.home.students[2], world.abroad.students[2]), strict=True)
    ]
    for at, page in enumerate(pages):
        page.add(f"{at}")
    await until(lambda: any(page.client and page.client.pending(Error) for page in pages))
    for page in watching:
        await page.until(lambda page=page: any(key in page.drawn() for key in "01"))
        page.add(f"of {page.user_id}")
    for page in watching:
        await page.until(lambda page=page: sum(key.startswith("of ") for key in page.drawn()) == 2)
        assert len([key for key in page.drawn() if key in "01"]) == 1
        assert page.client
        assert not page.client.closed_with()[0]
        assert page.client.pending(Error) == []


async def test_one_person_writes_from_two_nodes(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    """Their page moved over while the first update was on its way: it arrives twice."""
    board_id = await first_board(live_nodes[0], world.space.id)
    ana, ben = await open_boards(visit, world, *live_nodes)
    again = await visit.board(live_nodes[1], ana.user_id, world.space.id, board_id)
    drawn = raw.drawing(888, "a", ana.user_id, x="1")
    ana.send_update(drawn)
    again.send_update(drawn)
    for page in (ana, again, ben):
        await page.until(lambda page=page: "a" in page.drawn())
    ben.add("b")
    for page in (ana, again, ben):
        await page.until_same_as(ben)
        assert page.client
        assert page.client.pending(Error) == []


# --- growth


@pytest.mark.usefixtures("unhurried")
async def test_a_page_is_compacted_while_it_is_open(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_room, "COMPACT_AFTER", 20)
    board_id = await first_board(live_node, world.space.id)
    ana, ben = await open_boards(visit, world, live_node, live_node)
    ana.add("a")
    for number in range(60):
        ana.set("a", x=number)
        ben.add(f"{number}")
    async with asyncio.timeout(20):
        while True:
            async with live_node.database.read() as session:
                stored = await service.load(session, board_id)
            if stored.snapshot_seq and len(stored.updates) < 40 and stored.last_seq >= 180:
                break
            await asyncio.sleep(0.02)
    await ana.until_stored("a", "x")
    await ben.until_same_as(ana)
    [late] = await open_boards(visit, world, live_node)
    assert late.drawn() == ana.drawn()


async def test_who_enters_does_not_read_the_log_again(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    [ana] = await open_boards(visit, world, live_node)
    ana.add("a")
    await ana.until_stored("a")

    async def never(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(service, "load", never)
    monkeypatch.setattr(service, "updates_after", never)
    [late] = await open_boards(visit, world, live_node)
    assert late.drawn() == ana.drawn()


async def test_a_page_has_so_many_bytes(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_room, "PAGE_LIMIT_BYTES", 200_000)
    [ana] = await open_boards(visit, world, live_node)
    ana.add("a")
    for number in range(12):  # replaced values are no growth
        ana.set("a", text=f"{number}" * 20_000)
    await ana.until_stored("a", "text")
    assert ana.client
    assert ana.client.pending(Error) == []
    for number in range(5):
        ana.add(f"{number}", text="x" * 50_000)
    error = await ana.client.expect(Error)
    assert error.code is ErrorCode.BOARD_REFUSED
    assert "full" in error.detail


# --- what should not happen


async def test_who_gives_up_entering_leaves_no_empty_room(
    sqlite_records: Records, make_node: MakeNode, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await make_live(make_node, sqlite_records)
    board_id = await first_board(node, world.space.id)
    reading = asyncio.Event()

    async def up_to_date(_: BoardRoom) -> None:
        reading.set()
        await asyncio.Event().wait()

    user_id = world.home.students[0].id
    await visit.enter(node, user_id, world.space.id)
    [connection] = connections_of(node, user_id)
    with monkeypatch.context() as patch:
        patch.setattr(BoardRoom, "up_to_date", up_to_date)
        entering = asyncio.create_task(hub_of(node).boards.enter(board_id, connection, lambda: True))
        await reading.wait()
        assert room_of(node, board_id) is not None
        entering.cancel()
        await asyncio.wait([entering])
    assert room_of(node, board_id) is None


@pytest.mark.parametrize("what", ["append", "bind", "last_seq"])
async def test_an_error_nobody_thought_of(
    sqlite_records: Records, make_node: MakeNode, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    node = await make_live(make_node, sqlite_records)
    board_id = await first_board(node, world.space.id)
    [ana] = await open_boards(visit, world, node)
    room = room_of(node, board_id)
    assert room is not None

    async def fail(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(service, what, fail)
    ana.add("a")
    if what == "last_seq":
        room.catch_up()
    assert ana.client
    assert await ana.client.closed() == (CloseCode.RESYNC, "board_reload")
    await is_left(node, board_id)
    assert room._working is None
    assert room._catching_up is None
    monkeypatch.undo()
    await come_back(visit, node, world, ana)
    await ana.until_stored("a")


async def test_a_stored_update_that_cannot_be_taken_gives_the_room_up(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    """The document is not the log's any more: people come back to one that is."""
    board_id = await first_board(live_node, world.space.id)
    [ana] = await open_boards(visit, world, live_node)
    ana.add("kept")
    await ana.until_stored("kept")
    assert ana.client
    async with live_node.database.read() as session:
        seq = await service.last_seq(session, board_id)
    live_node.app.state.hub.boards.on_updated(BoardUpdated(board_id, seq + 1, ana.user_id, b"no update"))
    assert await ana.client.closed() == (CloseCode.RESYNC, "board_reload")
    await come_back(visit, live_node, world, ana)
    assert "kept" in ana.drawn()
