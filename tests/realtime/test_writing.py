"""Who is writing: told to the others while it lasts, seldom, and at no cost where nobody looks."""

from __future__ import annotations

from uuid import UUID

import pytest

from realtime import connection as connection_module
from realtime import protocol
from realtime import writing as writing_module
from server.events import Event, WritingSeen
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, archive, hub_of


def seen_on(node: Node) -> list[UUID]:
    """Who the node hears is writing, from now on."""
    seen: list[UUID] = []

    def note(event: Event) -> None:
        if isinstance(event, WritingSeen):
            seen.append(event.user_id)

    node.bus.subscribe(note)
    return seen


async def types(page: LiveClient, times: int = 1) -> None:
    """The page says that its person is writing; the server has heard it."""
    for _ in range(times):
        await page.send(protocol.ChatTyping())
    await settled(page)


async def settled(page: LiveClient) -> None:
    """Whatever this page was sent has come, and whatever it sent was handled."""
    await page.send(protocol.BoardOpen(ref=99, board_id=UUID(int=0)))
    await page.expect(protocol.Error, ref=99)


async def told(page: LiveClient) -> list[UUID]:
    """Who writes, as the page is told the next time."""
    return (await page.expect(protocol.ChatWriting)).user_ids


def name(page: LiveClient) -> UUID:
    assert page.user_id is not None
    return page.user_id


async def class_room(
    visit: Visit, nodes: tuple[Node, Node], world: Pair
) -> tuple[LiveClient, LiveClient, LiveClient]:
    """A teacher and a student on one node, a student of the other school on the other."""
    one, other = nodes
    teacher = await visit.enter(one, world.home.head.id, world.space.id)
    student = await visit.enter(one, world.home.students[0].id, world.space.id)
    far = await visit.enter(other, world.abroad.students[0].id, world.space.id)
    while len(hub_of(one).presence.people(world.space.id)) < 3:
        await teacher.expect(protocol.PresenceDiff)
    while len(hub_of(other).presence.people(world.space.id)) < 3:
        await far.expect(protocol.PresenceDiff)
    return teacher, student, far


async def test_everybody_in_the_space_is_told_who_writes_and_a_message_ends_it(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    pages = _, student, far = await class_room(visit, live_nodes, world)
    await types(student)
    for page in pages:
        assert await told(page) == [name(student)]
    await types(far)
    for page in pages:
        assert await told(page) == [name(student), name(far)]
    await student.say("done")
    for page in pages:
        await page.expect(protocol.ChatPosted)
        await settled(page)
        assert page.pending(protocol.ChatWriting) == []  # the message itself has told them
    await types(student)  # and who goes on is seen at once, in the place of one who has just begun
    for page in pages:
        assert await told(page) == [name(far), name(student)]


async def test_writing_ends_by_itself(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher, student, far = await class_room(visit, live_nodes, world)
    monkeypatch.setattr(writing_module, "ENDS_S", 0.5)
    monkeypatch.setattr(writing_module, "AGAIN_S", 0.1)
    await types(student)
    for page in (teacher, far):
        assert await told(page) == [name(student)]
        assert await told(page) == []
    for node in live_nodes:
        assert not hub_of(node).writing._spaces.get(world.space.id, writing_module._Writers()).until


async def test_who_leaves_is_not_writing_any_more(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing_module, "ENDS_S", 600.0)
    teacher, student, far = await class_room(visit, live_nodes, world)
    await types(student)
    for page in (teacher, far):
        assert await told(page) == [name(student)]
    await student.socket.close()
    for page in (teacher, far):
        assert await told(page) == []


async def test_the_nodes_are_told_of_one_person_once_in_a_while(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    teacher, student, far = await class_room(visit, live_nodes, world)
    seen = seen_on(live_nodes[1])
    await types(student, times=20)
    assert await told(far) == [name(student)]
    await types(teacher)
    assert await told(far) == [name(student), name(teacher)]
    assert seen == [name(student), name(teacher)]


async def test_who_writes_alone_is_no_news(live_node: Node, world: Pair, visit: Visit) -> None:
    page = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    seen = seen_on(live_node)
    await types(page)
    assert seen == []
    assert world.space.id not in hub_of(live_node).writing._spaces


async def test_a_node_without_pages_in_the_space_does_nothing(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    one, other = live_nodes
    student = await visit.enter(one, world.home.students[0].id, world.space.id)
    teacher = await visit.enter(one, world.home.head.id, world.space.id)
    seen = seen_on(other)
    await types(student)
    assert await told(teacher) == [name(student)]
    await visit.enter(other, world.abroad.head.id, world.staff_room.id)  # some time for the bus
    other_page = await visit.enter(other, world.abroad.teacher.id, world.space.id)
    await types(student)
    await other_page.say("hello")
    await teacher.expect(protocol.ChatPosted)
    assert seen == [name(student)]
    assert world.space.id not in hub_of(other).writing._spaces


async def test_who_may_not_write_is_not_shown(live_node: Node, world: Pair, visit: Visit) -> None:
    student = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    teacher = await visit.enter(live_node, world.home.head.id, world.space.id)
    seen = seen_on(live_node)
    await archive(live_node, world.space.id)
    await student.expect(protocol.AccessUpdate)
    await types(student)
    await settled(teacher)
    assert teacher.pending(protocol.ChatWriting) == []
    assert seen == []


async def test_a_class_that_begins_at_once_is_two_frames_of_eight(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    head = await visit.enter(live_node, world.home.head.id, world.space.id)
    hub = hub_of(live_node)
    class_ids = [UUID(int=number) for number in range(20)]
    for each in class_ids:
        hub.presence.add(world.space.id, each)
    for each in class_ids:
        hub.writing.seen(world.space.id, each)
    assert await told(head) == class_ids[:1]
    assert await told(head) == class_ids[:8]
    await settled(head)
    assert head.pending(protocol.ChatWriting) == []
    for each in class_ids:
        hub.presence.remove(world.space.id, each)
    assert await told(head) == []


async def test_no_rhythm_of_beginning_and_ending_is_told_faster_than_the_limit(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing_module, "TELL_S", 60.0)
    head = await visit.enter(live_node, world.home.head.id, world.space.id)
    student = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    for number in range(5):
        await types(student)
        await student.say(str(number))
    await settled(head)
    assert await told(head) == [name(student)]
    assert head.pending(protocol.ChatWriting) == []


async def test_slow_readers_are_spared_it(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = await visit.enter(live_node, world.home.head.id, world.space.id)
    student = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    monkeypatch.setattr(connection_module, "PASSING_LIMIT_BYTES", -1)  # everyone is slow
    await types(student)
    await student.say("this lasts")
    await head.expect(protocol.ChatPosted)
    assert head.pending(protocol.ChatWriting) == []
