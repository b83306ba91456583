"""The balance between the schools in a lesson: two nodes add up, staff alone are told, nobody is named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from realtime import balance as desk
from realtime.balance import BalanceDesk
from realtime.frames.balance import BalanceState
from realtime.frames.lesson import (
    LessonEnd,
    LessonHold,
    LessonLobby,
    LessonPhase,
    LessonStart,
    RoomState,
)
from realtime.protocol import ChatPost, ChatPosted, MediaPublish, MediaPublished
from server import clock
from server.access import Grant
from server.accounts.models import User
from server.balance.models import Contribution
from server.bus import InProcessBus
from server.db import UnitOfWork
from server.events import AccessChanged
from server.lessons.models import Lesson
from server.spaces.models import GroupMember, Space
from tests.conftest import MakeNode, Records
from tests.factories import Pair, World
from tests.media.test_forwarding import Tone
from tests.nodes import Node
from tests.realtime.board_page import BoardPage
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, change, connections_of, first_board, hub_of, make_live
from tests.realtime.test_lesson import done

Figures = dict[str, tuple[int, int, int]]
"""By school: talk in seconds, messages, marks."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "LOOK_S", 0.2)


def figures(state: BalanceState) -> Figures:
    return {each.name: (each.talk.value, each.messages.value, each.marks.value) for each in state.schools}


async def told(page: LiveClient, *, until: Callable[[Figures], bool]) -> BalanceState:
    async with asyncio.timeout(10):
        while True:
            state = await page.expect(BalanceState)
            if until(figures(state)):
                return state


async def kept(node: Node, world: Pair) -> dict[UUID, Contribution]:
    async with node.database.read() as session:
        rows = await session.scalars(
            select(Contribution)
            .join(Lesson, Lesson.id == Contribution.lesson_id)
            .where(Lesson.space_id == world.space.id)
        )
        return {row.school_id: row for row in rows}


async def eventually(check: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await check():
            await asyncio.sleep(0.05)


async def say(page: LiveClient, text: str = "Hello") -> None:
    client_id = uuid4()
    await page.send(ChatPost(ref=page.ref(), client_id=client_id, text=text))
    async with asyncio.timeout(10):
        while (await page.expect(ChatPosted)).message.client_id != client_id:
            pass


def desk_of(node: Node) -> BalanceDesk:
    (found,) = (each for each in hub_of(node).desks if isinstance(each, BalanceDesk))
    return found


def speak(node: Node, world: Pair, *people: UUID, seconds: float) -> None:
    """As the media server tells it."""
    media: Any = hub_of(node).media._server
    media.on_spoken(world.space.id, set(people), seconds)


async def test_two_nodes_add_up_and_staff_are_told(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near, far = live_nodes
    board_id = await first_board(near, world.space.id)
    teacher = await visit.enter(near, world.home.teacher.id, world.space.id)
    ana, ann = world.home.students[0].id, world.home.students[1].id
    ben = world.abroad.students[0].id
    await visit.enter(near, world.abroad.head.id, world.space.id)  # Ben's school is there, so he may draw
    anas = await visit.board(near, ana, world.space.id, board_id)
    bens = await visit.board(far, ben, world.space.id, board_id)
    anas.add("before", x=1)  # what stood there before the lesson is nobody's part in it
    await bens.until(lambda: "before" in bens.elements)
    await done(teacher, LessonStart)
    first = await told(teacher, until=lambda _: True)
    assert figures(first) == {"Willow": (0, 0, 0), "Nakuru Hill": (0, 0, 0)}
    for page in (anas.client, bens.client):
        assert page is not None
        await page.expect(RoomState, phase=LessonPhase.LIVE)

    anas.add("a", x=1)
    bens.add("b", x=1)
    bens.add("c", x=1)
    await anas.until(lambda: {"b", "c"} <= set(anas.elements))
    assert anas.client is not None
    await say(anas.client)
    speak(near, world, ana, seconds=3)
    speak(near, world, ana, seconds=3)
    await visit.enter(far, ann, world.space.id)
    speak(far, world, ann, ben, seconds=2)  # both schools at once: a moment of each
    state = await told(teacher, until=lambda found: found == {
        "Willow": (8, 1, 1), "Nakuru Hill": (2, 0, 2)
    })
    assert [(each.talk.percent, each.marks.percent) for each in state.schools] == [(80, 33), (20, 67)]
    assert [each.colour for each in state.schools] == [0, 1]
    # Nothing in it names a person.
    words = msgspec.json.encode(state).decode()
    assert not [user for user in (ana, ann, ben, world.home.teacher.id) if str(user) in words]
    # Who comes in is told as it stands; and whoever runs the space at the other node.
    late = await visit.enter(far, world.abroad.teacher.id, world.space.id)
    await told(late, until=lambda found: found == figures(state))
    browser = await visit.browser(far, world.abroad.head.id)
    answer = (await browser.get(f"/api/lessons/{state.lesson_id}/balance")).json()
    assert [each["talk"] for each in answer["schools"]] == [
        {"value": 8, "percent": 80}, {"value": 2, "percent": 20}
    ]


async def test_students_are_told_nothing_and_may_not_ask(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    student = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    await done(teacher, LessonStart)
    await say(student)
    state = await told(teacher, until=lambda found: found["Willow"][1] == 1)
    late = await visit.enter(live_node, world.abroad.students[0].id, world.space.id)
    speak(live_node, world, world.home.students[0].id, seconds=5)
    await told(teacher, until=lambda found: found["Willow"][0] == 5)
    await say(teacher, "seen")
    for page in (student, late):
        async with asyncio.timeout(10):
            while (await page.expect(ChatPosted)).message.text != "seen":
                pass
        assert not page.pending(BalanceState)
    browser = await visit.browser(live_node, world.home.students[0].id)
    for path in (f"/api/lessons/{state.lesson_id}/balance", f"/api/spaces/{world.space.id}/balance"):
        assert (await browser.get(path)).status_code == 403


async def test_who_runs_the_space_no_more_is_told_no_more(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    head = await visit.enter(live_node, world.abroad.head.id, world.space.id)
    student = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    await done(teacher, LessonStart)
    await told(head, until=lambda _: True)
    await verify(live_node, head, None)
    while head.pending(BalanceState):
        await head.expect(BalanceState)
    await say(student)
    await told(teacher, until=lambda found: found["Willow"][1] == 1)
    await say(teacher, "seen")
    async with asyncio.timeout(10):
        while (await head.expect(ChatPosted)).message.text != "seen":
            pass
    assert not head.pending(BalanceState)
    await verify(live_node, head, clock.now())
    await told(head, until=lambda found: found["Willow"][1] >= 1)


async def verify(node: Node, page: LiveClient, at: datetime | None) -> None:
    """Their school verifies somebody, or takes that back; wait until their page is held to it."""
    assert page.user_id is not None
    await change(
        node, update(User).where(User.id == page.user_id).values(verified_at=at),
        AccessChanged(user_ids=frozenset({page.user_id})),
    )
    async with asyncio.timeout(10):
        while any((Grant.SPACE_MODERATE in each.access) != (at is not None)
                  for each in connections_of(node, page.user_id)):
            await asyncio.sleep(0.02)


async def test_only_what_is_added_while_it_runs_counts(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    ana = world.home.students[0].id
    board = await visit.board(live_node, ana, world.space.id, await first_board(live_node, world.space.id))
    speak(live_node, world, ana, seconds=100)  # no lesson runs
    await done(teacher, LessonLobby)
    speak(live_node, world, ana, seconds=100)
    await done(teacher, LessonStart)
    assert board.client is not None
    await board.client.expect(RoomState, phase=LessonPhase.LIVE)
    board.add("a", x=1)
    for number in range(5):
        board.set("a", x=number)  # moved
    for is_gone in (True, False, True, False):
        board.set("a", gone=is_gone)  # undone, done again
        await board.until_stored("a")
    # What the server has already is sent again after a lost connection.
    board.send_update(board.doc.get_update(), step=1)
    board.add("b", x=1)
    await board.until_stored("b")
    await told(teacher, until=lambda found: found["Willow"] == (0, 0, 2))
    await done(teacher, LessonHold)
    speak(live_node, world, world.home.teacher.id, seconds=4)  # a pause is part of the lesson
    await told(teacher, until=lambda found: found["Willow"] == (4, 0, 2))
    await done(teacher, LessonEnd)
    speak(live_node, world, ana, seconds=100)
    board.add("c", x=1)
    await board.until_stored("c")
    await say(teacher, "after it")
    await asyncio.sleep(0.5)
    rows = await kept(live_node, world)
    assert [(row.talk_s, row.messages, row.marks) for row in rows.values()] == [(4, 0, 2)]
    assert not desk_of(live_node)._books, "nothing is held of a lesson that is over"


async def test_groups_count_for_the_lesson_they_belong_to(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    ben, bea = (each.id for each in world.abroad.students[:2])
    async with UnitOfWork(live_node.database, InProcessBus()) as uow:
        group = await World(uow.session).space(world.partnership, name="Group 1")
        await uow.session.execute(
            update(Space).where(Space.id == group.id).values(parent_id=world.space.id, group_no=1)
        )
        uow.session.add_all(GroupMember(group_id=group.id, user_id=each) for each in (ben, bea))
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    await done(teacher, LessonStart)
    inside = await visit.enter(live_node, world.abroad.teacher.id, group.id)
    student = await visit.enter(live_node, ben, group.id)
    await visit.enter(live_node, bea, group.id)  # never one adult and one student alone
    media: Any = hub_of(live_node).media._server
    media.on_spoken(group.id, {ben}, 3.0)
    await say(student)
    board = BoardPage(ben)
    await board.open(student, await first_board(live_node, group.id))
    board.add("a", x=1)
    for page in (teacher, inside):
        await told(page, until=lambda found: found == {"Willow": (0, 0, 0), "Nakuru Hill": (3, 1, 1)})
    board.disconnect()


async def test_what_cannot_be_written_is_written_later(
    make_node: MakeNode, sqlite_records: Records, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await make_live(make_node, sqlite_records)
    teacher = await visit.enter(node, world.home.teacher.id, world.space.id)
    await done(teacher, LessonStart)
    await told(teacher, until=lambda _: True)
    fails = asyncio.Event()
    real = desk.service.note

    async def note(*_: Any) -> Any:
        fails.set()
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(desk.service, "note", note)
    speak(node, world, world.home.teacher.id, seconds=7)
    await fails.wait()
    fails.clear()
    await fails.wait()
    monkeypatch.setattr(desk.service, "note", real)
    await told(teacher, until=lambda found: found["Willow"][0] == 7)


async def test_a_node_that_stops_writes_what_it_has_seen(
    make_node: MakeNode, sqlite_records: Records, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "LOOK_S", 3600.0)
    node = await make_live(make_node, sqlite_records)
    teacher = await visit.enter(node, world.home.teacher.id, world.space.id)
    await done(teacher, LessonStart)
    await told(teacher, until=lambda _: True)
    speak(node, world, world.home.teacher.id, seconds=7)
    await node.stop()
    node = await make_live(make_node, sqlite_records)
    rows = await kept(node, world)
    assert rows[world.home.school.id].talk_s == 7


async def test_the_last_of_a_lesson_is_written_at_its_end(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "LOOK_S", 3600.0)
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    await done(teacher, LessonStart)
    await told(teacher, until=lambda _: True)
    await say(teacher)
    speak(live_node, world, world.home.teacher.id, seconds=2.5)
    await done(teacher, LessonEnd)

    async def is_written() -> bool:
        rows = await kept(live_node, world)
        return [(row.talk_s, row.messages) for row in rows.values()] == [(2.5, 1)]

    await eventually(is_written)


@pytest.fixture
async def talking(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RTCPeerConnection]:
    # aiortc's own ICE leaves the loopback out; here it is all there is.
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda *_, **__: ["127.0.0.1"])
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    yield peer
    await peer.close()


async def test_a_loud_microphone_becomes_talk_of_its_school(
    live_node: Node, world: Pair, visit: Visit, talking: RTCPeerConnection
) -> None:
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    await visit.enter(live_node, world.abroad.teacher.id, world.space.id)
    student = await visit.enter(live_node, world.abroad.students[0].id, world.space.id)
    await done(teacher, LessonStart)
    async with asyncio.timeout(10):
        while not all(Grant.MEDIA_PUBLISH_AUDIO in each.grants for each in
                      connections_of(live_node, world.abroad.students[0].id)):
            await asyncio.sleep(0.02)
    talking.addTransceiver(Tone(), direction="sendonly")
    await talking.setLocalDescription(await talking.createOffer())
    ref = student.ref()
    await student.send(MediaPublish(ref=ref, sdp=talking.localDescription.sdp))
    published = await student.expect(MediaPublished, ref=ref)
    await talking.setRemoteDescription(RTCSessionDescription(published.sdp, "answer"))
    state = await told(teacher, until=lambda found: found["Nakuru Hill"][0] >= 1)
    assert figures(state)["Willow"][0] == 0
