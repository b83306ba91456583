"""What the records take away is gone from what is open, on every node, at once or at the next recheck."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import OperationalError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from realtime import protocol, rechecking
from realtime.connection import Connection
from realtime.protocol import AccessUpdate, CloseCode
from server import access, clock
from server.accounts.models import LoginSession, User
from server.events import AccessChanged
from server.partnerships.models import Ban, Partnership, PartnershipStatus
from server.schools.models import RosterEntry
from server.spaces.models import Enrolment
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.faults import Line
from tests.nodes import Node, Visitor
from tests.realtime.conftest import (
    Visit,
    archive,
    change,
    connections_of,
    first_board,
    hub_of,
    make_live,
    room_of,
    sign_in,
)

SUSPENDED = (CloseCode.ACCESS_LOST, "partnership_suspended")


async def move(browser: Visitor, world: Pair, name: str) -> None:
    answer = await browser.post(
        f"/api/partnerships/{world.partnership.id}/moves", {"move": name, "reason": "to be looked into"}
    )
    assert answer.status_code < 300, answer.text


@pytest.fixture
async def board_id(live_nodes: tuple[Node, Node], world: Pair) -> UUID:
    return await first_board(live_nodes[0], world.space.id)


@pytest.fixture
async def deaf(live_nodes: tuple[Node, Node], world: Pair) -> AsyncIterator[ClientConnection]:
    """A page on the second node that comes in and never reads a byte after the handshake."""
    token = await sign_in(live_nodes[1], world.abroad.students[1].id)
    socket = await connect(
        live_nodes[1].url.replace("http", "ws", 1) + "/api/live",
        origin=live_nodes[1].url,  # type: ignore[arg-type]
        additional_headers={"Cookie": f"commonroom_session={token}"},
        ping_interval=None,
        compression=None,
        max_queue=1,
        close_timeout=0.1,
    )
    socket.transport.pause_reading()
    await socket.send(protocol.encode(protocol.Hello(protocol=protocol.PROTOCOL_VERSION)).decode())
    await socket.send(protocol.encode(protocol.SpaceJoin(ref=1, space_id=world.space.id)).decode())
    yield socket
    socket.transport.abort()


async def is_inside(node: Node, user_id: UUID) -> None:
    async with asyncio.timeout(5):
        while not any(each.channel for each in connections_of(node, user_id)):
            await asyncio.sleep(0)


async def test_suspension_ends_everything_within_a_second(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, deaf: ClientConnection, board_id: UUID
) -> None:
    people = [each.id for side in (world.home, world.abroad) for each in side.students[:2]]
    nodes = [live_nodes[number % 2] for number in range(len(people))]
    pages = [await visit.enter(*each, world.space.id) for each in zip(nodes, people, strict=True)]
    boards = [
        await visit.board(node, world.home.students[2].id, world.space.id, board_id) for node in live_nodes
    ]
    await is_inside(live_nodes[1], world.abroad.students[1].id)
    before = [connection for node in live_nodes for connection in channel_of(node, world).connections]
    assert len(before) == len(pages) + len(boards) + 1
    rooms = [each._server.room(world.space.id) for each in (hub_of(node).media for node in live_nodes)]
    browser = await visit.browser(live_nodes[0], world.home.teacher.id)
    await move(browser, world, "suspend")
    async with asyncio.timeout(1):
        ends = [await page.closed() for page in pages]
        ends += [await board.client.closed() for board in boards if board.client]
        while not all(each.is_closing for each in before):
            await asyncio.sleep(0)
    assert set(ends) == {SUSPENDED}
    assert {(each.close_code, each.close_reason) for each in before} == {SUSPENDED}
    for node, media in zip(live_nodes, rooms, strict=True):
        assert world.space.id not in hub_of(node)._channels
        assert room_of(node, board_id) is None
        async with asyncio.timeout(1):
            while hub_of(node).presence.people(world.space.id):
                await asyncio.sleep(0.01)
        assert not [each for each in before if each.media is not None or each.board is not None]
        assert not media.tracks
    # The page that reads nothing: its socket is ended too.
    deaf.transport.resume_reading()
    with suppress(ConnectionClosed):
        async with asyncio.timeout(10):
            while await deaf.recv():
                pass
    assert deaf.close_code == CloseCode.ACCESS_LOST
    page = await visit.page(live_nodes[1], people[1])
    await page.greet()
    await page.send(protocol.SpaceJoin(ref=1, space_id=world.space.id))
    assert await page.closed() == SUSPENDED


def channel_of(node: Node, world: Pair) -> Any:
    return hub_of(node)._channels[world.space.id]


async def test_resuming_lets_everyone_in_again(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    browser = await visit.browser(live_nodes[1], world.abroad.teacher.id)
    page = await visit.enter(live_nodes[0], world.home.students[0].id, world.space.id)
    await move(browser, world, "suspend")
    assert await page.closed() == SUSPENDED
    await move(browser, world, "resume")
    page = await visit.enter(live_nodes[0], world.home.students[0].id, world.space.id)
    assert (await page.say("back")).seq == 1


async def test_nobody_slips_in_while_the_suspension_commits(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    people = [each.id for side in (world.home, world.abroad) for each in side.students]
    pages = [await visit.page(live_nodes[n % 2], people[n % len(people)]) for n in range(24)]
    for page in pages:
        await page.greet()
    browser = await visit.browser(live_nodes[0], world.home.teacher.id)
    await browser.get("/api/session")

    async def join(page: Any, rounds: int) -> None:
        for _ in range(rounds):
            await asyncio.sleep(0)
        await page.send(protocol.SpaceJoin(ref=1, space_id=world.space.id))

    joins = [asyncio.create_task(join(page, 15 * n)) for n, page in enumerate(pages)]
    await move(browser, world, "suspend")
    async with asyncio.timeout(1):
        while any(world.space.id in hub_of(node)._channels for node in live_nodes):
            await asyncio.sleep(0.01)
    await asyncio.gather(*joins)
    assert {await page.closed() for page in pages} == {SUSPENDED}
    assert not any(world.space.id in hub_of(node)._channels for node in live_nodes)


class Gate:
    """Holds a function's answer back until it is opened."""

    def __init__(self) -> None:
        self.reached, self.open = asyncio.Event(), asyncio.Event()

    def around(self, function: Any, first_only: bool = True) -> Any:
        async def gated(*arguments: Any) -> Any:
            answer = await function(*arguments)
            if not (first_only and self.reached.is_set()):
                self.reached.set()
                await self.open.wait()
            return answer

        return gated


async def test_a_join_that_was_overtaken_reads_again(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The join has read "active" and is held there; then the suspension commits."""
    browser = await visit.browser(live_node, world.home.teacher.id)
    page = await visit.page(live_node, world.home.students[0].id)
    await page.greet()
    gate = Gate()
    monkeypatch.setattr(access, "access_of", gate.around(access.access_of))
    await page.send(protocol.SpaceJoin(ref=1, space_id=world.space.id))
    await gate.reached.wait()
    await move(browser, world, "suspend")
    gate.open.set()
    assert await page.closed() == SUSPENDED
    assert page.pending(protocol.SpaceJoined) == []


async def test_a_recheck_that_was_overtaken_gives_nothing_back(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old answer that comes late must not undo what a newer one took."""
    student = world.home.students[0].id
    page = await visit.enter(live_node, student, world.space.id)
    [connection] = connections_of(live_node, student)
    gate = Gate()
    monkeypatch.setattr(access, "access_of", gate.around(access.access_of))
    slow = asyncio.create_task(hub_of(live_node).recheck([connection]))
    await gate.reached.wait()
    await archive(live_node, world.space.id)
    assert access.Grant.CHAT_POST not in (await page.expect(AccessUpdate)).grants
    gate.open.set()
    await slow
    assert access.Grant.CHAT_POST not in connection.grants
    assert page.pending(AccessUpdate) == []


Change = Callable[[Pair, UUID], Any]
CHANGES: dict[str, Change] = {
    "removed": lambda world, user_id: insert(Ban).values(
        id=uuid4(), partnership_id=world.partnership.id, user_id=user_id, reason="", banned_at=clock.now()
    ),
    "account_disabled": lambda world, user_id: (
        update(User).where(User.id == user_id).values(disabled_at=clock.now())
    ),
    "not_enrolled": lambda world, user_id: delete(RosterEntry).where(RosterEntry.user_id == user_id),
}


@pytest.mark.parametrize("reason", CHANGES)
async def test_one_person_is_sent_out(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, reason: str
) -> None:
    student = world.home.students[0].id
    pages = [await visit.enter(node, student, world.space.id) for node in live_nodes]
    other = await visit.enter(live_nodes[1], world.home.students[1].id, world.space.id)
    told = AccessChanged(user_ids=frozenset({student}))
    await change(live_nodes[0], CHANGES[reason](world, student), told)
    async with asyncio.timeout(1):
        for page in pages:
            assert await page.closed() == (CloseCode.ACCESS_LOST, reason)
    assert (await other.say("I stay")).seq == 1


async def test_a_class_is_unenrolled(live_nodes: tuple[Node, Node], world: Pair, visit: Visit) -> None:
    here = await visit.enter(live_nodes[1], world.home.students[0].id, world.space.id)
    there = await visit.enter(live_nodes[1], world.abroad.students[0].id, world.space.id)
    statement = delete(Enrolment).where(
        Enrolment.space_id == world.space.id, Enrolment.class_id == world.home.school_class.id
    )
    await change(live_nodes[0], statement, AccessChanged(space_ids=frozenset({world.space.id})))
    assert await here.closed() == (CloseCode.ACCESS_LOST, "not_enrolled")
    assert (await there.say("still here")).seq == 1


async def test_signing_out_closes_ones_own_pages(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    teacher = world.home.teacher.id
    browser = await visit.browser(live_nodes[0], teacher)
    assert browser.session_token
    mine = [await visit.page(node, teacher, browser.session_token) for node in live_nodes]
    for page in mine:
        await page.enter(world.space.id)
    elsewhere = await visit.enter(live_nodes[1], teacher, world.space.id)
    assert (await browser.post("/api/sign-out")).status_code == 204
    for page in mine:
        assert await page.closed() == (CloseCode.SIGNED_OUT, "signed_out")
    assert (await elsewhere.say("another sign-in")).seq == 1


SIGNED_OUT = (CloseCode.SIGNED_OUT, "signed_out")
SILENT: dict[str, tuple[Callable[[Pair], Any], set[tuple[int, str]]]] = {
    "partnership": (
        lambda world: (
            update(Partnership)
            .where(Partnership.id == world.partnership.id)
            .values(status=PartnershipStatus.SUSPENDED)
        ),
        {SUSPENDED},
    ),
    "sign-in": (
        lambda world: delete(LoginSession).where(LoginSession.user_id == world.home.students[0].id),
        {SIGNED_OUT},
    ),
    "person": (
        lambda world: delete(User).where(User.id == world.home.students[0].id),
        # Whichever of the two questions is asked first after it.
        {SIGNED_OUT, (CloseCode.ACCESS_LOST, "access_lost")},
    ),
}


@pytest.mark.parametrize("what", SILENT)
async def test_a_change_that_nobody_told_is_found(
    make_node: MakeNode, records: Records, world: Pair, visit: Visit, what: str
) -> None:
    node = await make_live(make_node, records, recheck_s=0.1)
    page = await visit.enter(node, world.home.students[0].id, world.space.id)
    statement, ends = SILENT[what]
    await change(node, statement(world))
    assert await page.closed() in ends


def bus_line(records: Records) -> Line:
    return Line(records.redis_url.split("//")[1].split("/")[0])


def behind(line: Line, records: Records) -> Records:
    """The same records, with the bus at the end of the line."""
    return Records(records.database_url, f"redis://{line.address}{urlsplit(records.redis_url).path}")


async def cut(line: Line, node: Node) -> None:
    """Cut a node's line to the bus; it knows when this returns."""
    line.cut()
    async with asyncio.timeout(5):
        while node.bus.connected.is_set():
            await asyncio.sleep(0.01)


async def test_a_node_that_is_cut_off_finds_out_by_itself(
    make_node: MakeNode, shared_records: Records, world: Pair, visit: Visit
) -> None:
    """The suspension is told on a bus that does not reach it, and its own recheck takes everything away."""
    async with bus_line(shared_records) as line:
        cut_off = await make_live(make_node, behind(line, shared_records), recheck_s=2)
        other = await make_live(make_node, shared_records, recheck_s=3600)
        people = [each.id for side in (world.home, world.abroad) for each in side.students]
        pages = [await visit.enter(cut_off, each, world.space.id) for each in people]
        there = await visit.enter(other, people[0], world.space.id)
        await cut(line, cut_off)
        await move(await visit.browser(other, world.home.teacher.id), world, "suspend")
        assert await there.closed() == SUSPENDED
        async with asyncio.timeout(3):
            assert {await page.closed() for page in pages} == {SUSPENDED}


async def test_a_node_that_is_reached_again_asks_at_once(
    make_node: MakeNode, shared_records: Records, world: Pair, visit: Visit
) -> None:
    async with bus_line(shared_records) as line:
        cut_off = await make_live(make_node, behind(line, shared_records), recheck_s=3600)
        other = await make_live(make_node, shared_records, recheck_s=3600)
        page = await visit.enter(cut_off, world.home.students[0].id, world.space.id)
        await cut(line, cut_off)
        await move(await visit.browser(other, world.home.teacher.id), world, "suspend")
        line.mend()
        assert await page.closed() == SUSPENDED


async def test_all_is_taken_before_anyone_is_told(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telling thousands takes a while; not one of them is still inside meanwhile."""
    monkeypatch.setattr(rechecking, "SOCKETS_AT_ONCE", 1)
    people = [world.home.teacher.id, world.abroad.teacher.id]
    pages = [
        await visit.enter(live_node, user_id, space.id)
        for user_id in people for space in (world.space, world.staff_room)
    ]
    connections = [each for user_id in people for each in connections_of(live_node, user_id)]
    inside: list[int] = []
    say_goodbye = Connection.say_goodbye

    def seen(connection: Connection) -> None:
        inside.append(sum(each.channel is not None or not each.is_closing for each in connections))
        say_goodbye(connection)

    monkeypatch.setattr(Connection, "say_goodbye", seen)
    await change(live_node, SILENT["partnership"][0](world), AccessChanged(user_ids=frozenset(people)))
    for page in pages:
        assert await page.closed() == SUSPENDED
    assert inside == [0] * len(pages)


async def test_every_socket_has_its_turn(
    make_node: MakeNode, sqlite_records: Records, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recheck looks at a part at a time, and comes round to all of them, also to those in no space."""
    monkeypatch.setattr(rechecking, "SOCKETS_AT_ONCE", 1)
    node = await make_live(make_node, sqlite_records, recheck_s=0.5)
    teachers = [world.home.teacher.id, world.abroad.teacher.id]
    for user_id in teachers:
        await visit.enter(node, user_id, world.staff_room.id)
    for side in (world.home, world.abroad):
        await visit.enter(node, side.students[0].id, world.space.id)
    outside = await visit.page(node, world.home.students[1].id)
    await outside.greet()
    asked: list[tuple[UUID, frozenset[UUID]]] = []
    read = access.access_of

    async def noted(session: Any, user_ids: Any, space_id: UUID) -> Any:
        asked.append((space_id, frozenset(user_ids)))
        return await read(session, user_ids, space_id)

    monkeypatch.setattr(access, "access_of", noted)
    async with asyncio.timeout(10):
        while len(asked) < 8:
            await asyncio.sleep(0.01)
    students = frozenset(side.students[0].id for side in (world.home, world.abroad))
    spaces = {(world.staff_room.id, frozenset(teachers)), (world.space.id, students)}
    for place in range(0, 8, 2):
        assert set(asked[place : place + 2]) == spaces
    await change(node, delete(LoginSession).where(LoginSession.user_id == world.home.students[1].id))
    assert await outside.closed() == SIGNED_OUT


async def test_doubt_closes(
    make_node: MakeNode, sqlite_records: Records, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await make_live(make_node, sqlite_records, recheck_s=0.1)
    page = await visit.enter(node, world.home.students[0].id, world.space.id)
    read = access.access_of

    async def fail(*_: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(access, "access_of", fail)
    assert await page.closed() == (CloseCode.RESYNC, "unavailable")
    monkeypatch.setattr(access, "access_of", read)
    await visit.enter(node, world.home.students[0].id, world.space.id)


async def test_the_recheck_survives_what_nobody_thought_of(
    make_node: MakeNode, sqlite_records: Records, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await make_live(make_node, sqlite_records, recheck_s=0.05)
    page = await visit.enter(node, world.home.students[0].id, world.space.id)
    read, failed = access.access_of, asyncio.Event()

    async def fail(*_: Any) -> Any:
        failed.set()
        raise ZeroDivisionError

    monkeypatch.setattr(access, "access_of", fail)
    await failed.wait()
    monkeypatch.setattr(access, "access_of", read)
    await change(node, SILENT["partnership"][0](world))
    assert await page.closed() == SUSPENDED


async def test_what_is_lost_but_the_entry_is_told(live_node: Node, world: Pair, visit: Visit) -> None:
    page = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    await archive(live_node, world.space.id)
    told = await page.expect(AccessUpdate)
    assert set(told.grants) == {
        "space:read", "space:enter", "chat:read", "board:view", "file:read"
    }
    [connection] = connections_of(live_node, world.home.students[0].id)
    assert sorted(connection.grants) == told.grants


async def test_a_sign_in_that_ended_before_the_page_joined_is_noticed(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    """The end may have been told before the socket was there to hear it."""
    student = world.home.students[0].id
    page = await visit.page(live_node, student)
    await page.greet()
    await change(live_node, delete(LoginSession).where(LoginSession.user_id == student))
    await page.send(protocol.SpaceJoin(ref=1, space_id=world.space.id))
    assert await page.closed() == (CloseCode.SIGNED_OUT, "signed_out")
