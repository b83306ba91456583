"""Messages that wait for an adult, chat modes, calls for help and being sent out, over real sockets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, update

from realtime import protocol
from realtime.client.page import RequestFailed
from realtime.frames import moderation as frames
from realtime.frames.moderation import (
    ChatHeld,
    ChatModeChanged,
    ChatRefused,
    ChatWaiting,
    HeldFor,
    HeldState,
    HelpAnswered,
    HelpAsked,
    ModerationQueue,
)
from realtime.protocol import AccessUpdate, ChatAck, ChatPosted, Error, ErrorCode, Ok
from server import clock
from server.audit.models import AuditEntry
from server.chat.models import ChatMessage
from server.events import AccessChanged, ModerationChanged
from server.lessons.models import Lesson, LessonStatus
from server.safeguarding.models import HeldMessage
from server.spaces.models import ChatMode, Space
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, change

NUMBER = "call me 07700 900123"


async def set_mode(node: Node, space_id: UUID, mode: ChatMode, **values: Any) -> None:
    """As an adult's choice would leave the records, told to the nodes."""
    statement = update(Space).where(Space.id == space_id).values(chat_mode=mode, **values)
    await change(node, statement)
    node.bus.publish([ModerationChanged(space_id)])


async def post(page: LiveClient, text: str, client_id: UUID | None = None) -> UUID:
    client_id = client_id or uuid4()
    await page.send(protocol.ChatPost(ref=next(page._refs), client_id=client_id, text=text))
    return client_id


async def held_in(node: Node, space_id: UUID) -> list[HeldMessage]:
    async with node.database.read() as session:
        return list(await session.scalars(select(HeldMessage).where(HeldMessage.space_id == space_id)))


async def queue_of(page: LiveClient, count: int) -> ModerationQueue:
    """The next state of the queue with so many in it."""
    while (queue := await page.expect(ModerationQueue)).count != count:
        pass
    return queue


@pytest.fixture
async def filtered(live_node: Node, world: Pair) -> Pair:
    await set_mode(live_node, world.space.id, ChatMode.FILTERED, works_alone=False)
    return world


async def test_a_held_message_is_heard_by_nobody_until_an_adult_lets_it_through(
    live_node: Node, filtered: Pair, visit: Visit
) -> None:
    space_id = filtered.space.id
    await visit.enter(live_node, filtered.home.teacher.id, space_id)
    ana = await visit.enter(live_node, filtered.home.students[0].id, space_id)
    ben = await visit.enter(live_node, filtered.abroad.students[0].id, space_id)
    adult = await visit.enter(live_node, filtered.abroad.teacher.id, space_id)
    assert (await adult.expect(ModerationQueue)).count == 0

    client_id = await post(ana, NUMBER)
    held = await ana.expect(ChatHeld)
    assert held.client_id == client_id
    assert [each.reason for each in held.reasons] == [HeldFor.PHONE]
    (reason,) = held.reasons
    assert NUMBER[reason.start : reason.end] == "07700 900123"
    queue = await queue_of(adult, 1)
    (waiting,) = queue.waiting
    assert (waiting.text, waiting.author.name, waiting.held_id) == (NUMBER, "Heron 1", held.held_id)

    await post(ben, "Habari!")
    assert (await ben.expect(ChatAck)).seq == 1  # the one that waits took no number
    assert (await ana.expect(ChatPosted)).message.text == "Habari!"
    assert not ben.pending(ModerationQueue)

    await adult.send(frames.ModerationApprove(ref=70, held_id=held.held_id))
    assert (await adult.expect(Ok)).ref == 70
    for page in (ana, ben):
        message = (await page.expect(ChatPosted)).message if page is ana else None
        while message is None or message.text != NUMBER:
            message = (await page.expect(ChatPosted)).message
        assert (message.seq, message.client_id, message.author.name) == (2, client_id, "Heron 1")
    await queue_of(adult, 0)
    async with live_node.database.read() as session:
        (entry,) = (await session.scalars(
            select(AuditEntry).where(
                AuditEntry.act == "moderation.approve",
                AuditEntry.partnership_id == filtered.partnership.id,
            )
        )).all()
    assert (entry.actor_id, entry.subject_id) == (filtered.abroad.teacher.id, filtered.home.students[0].id)
    assert NUMBER not in str(entry.after)


async def test_what_was_sent_again_is_answered_alike_and_held_once(
    live_node: Node, filtered: Pair, visit: Visit
) -> None:
    ana = await visit.enter(live_node, filtered.home.students[0].id, filtered.space.id)
    adult = await visit.enter(live_node, filtered.home.teacher.id, filtered.space.id)
    client_id = await post(ana, NUMBER)
    first = await ana.expect(ChatHeld)
    await post(ana, NUMBER, client_id)
    again = await ana.expect(ChatHeld)
    assert (again.held_id, again.state) == (first.held_id, HeldState.WAITING)
    assert len(await held_in(live_node, filtered.space.id)) == 1

    await adult.send(frames.ModerationRefuse(ref=71, held_id=first.held_id))
    refused = await ana.expect(ChatRefused)
    assert (refused.client_id, refused.held_id) == (client_id, first.held_id)
    await post(ana, NUMBER, client_id)
    assert (await ana.expect(ChatHeld)).state is HeldState.REFUSED
    async with live_node.database.read() as session:
        assert not (await session.scalars(select(ChatMessage))).all() or not (
            await session.scalars(select(ChatMessage).where(ChatMessage.client_id == client_id))
        ).all()

    await adult.send(frames.ModerationApprove(ref=72, held_id=first.held_id))
    assert (await adult.expect(Error)).ref == 72  # somebody has decided


async def test_the_author_finds_what_waits_after_a_reload(
    live_node: Node, filtered: Pair, visit: Visit
) -> None:
    ana_id, space_id = filtered.home.students[0].id, filtered.space.id
    await visit.enter(live_node, filtered.home.teacher.id, space_id)
    ana = await visit.enter(live_node, ana_id, space_id)
    client_id = await post(ana, NUMBER)
    held = await ana.expect(ChatHeld)
    again = await visit.enter(live_node, ana_id, space_id)
    own = await again.expect(ChatWaiting)
    while not own.messages:
        own = await again.expect(ChatWaiting)
    assert [(each.client_id, each.held_id, each.text) for each in own.messages] == [
        (client_id, held.held_id, NUMBER)
    ]
    ben = await visit.enter(live_node, filtered.home.students[1].id, space_id)
    assert (await ben.expect(ChatWaiting)).messages == []


async def test_students_decide_nothing(live_node: Node, filtered: Pair, visit: Visit) -> None:
    await visit.enter(live_node, filtered.home.head.id, filtered.space.id)
    ana = await visit.enter(live_node, filtered.home.students[0].id, filtered.space.id)
    await post(ana, NUMBER)
    held = await ana.expect(ChatHeld)
    for frame in (
        frames.ModerationApprove(ref=80, held_id=held.held_id),
        frames.ModerationRefuse(ref=81, held_id=held.held_id),
        frames.ChatSetMode(ref=82, mode=frames.ChatMode.OPEN),
        frames.HelpAnswer(ref=83, user_id=filtered.home.students[1].id),
    ):
        await ana.send(frame)
        assert (await ana.expect(Error)).code is ErrorCode.NOT_ALLOWED
    assert not ana.pending(ModerationQueue)


async def test_what_waits_elsewhere_cannot_be_decided_here(
    live_node: Node, filtered: Pair, visit: Visit
) -> None:
    await visit.enter(live_node, filtered.home.head.id, filtered.space.id)
    ana = await visit.enter(live_node, filtered.home.students[0].id, filtered.space.id)
    await post(ana, NUMBER)
    held = await ana.expect(ChatHeld)
    adult = await visit.enter(live_node, filtered.home.teacher.id, filtered.staff_room.id)
    await adult.send(frames.ModerationApprove(ref=84, held_id=held.held_id))
    assert (await adult.expect(Error)).code is ErrorCode.NOT_FOUND


async def test_the_modes(live_node: Node, world: Pair, visit: Visit) -> None:
    space_id = world.space.id
    ana = await visit.enter(live_node, world.home.students[0].id, space_id)
    adult = await visit.enter(live_node, world.home.teacher.id, space_id)
    for mode, text, is_held in (
        (ChatMode.OPEN, NUMBER, False),
        (ChatMode.FILTERED, "The river is long", False),
        (ChatMode.FILTERED, NUMBER, True),
        (ChatMode.STUDENTS_HELD, "The river is long", True),
        (ChatMode.ALL_HELD, "The river is long", True),
    ):
        await set_mode(live_node, space_id, mode, works_alone=False)
        await post(ana, text)
        await ana.expect(ChatHeld if is_held else ChatAck)
        await post(adult, text)  # who decides on messages waits for nobody
        await adult.expect(ChatAck)


async def test_an_adult_chooses_the_mode_and_everybody_is_told(
    live_node: Node, filtered: Pair, visit: Visit
) -> None:
    ana = await visit.enter(live_node, filtered.home.students[0].id, filtered.space.id)
    adult = await visit.enter(live_node, filtered.home.teacher.id, filtered.space.id)
    assert (await ana.expect(ChatModeChanged)).students_wait is False
    await adult.send(frames.ChatSetMode(ref=90, mode=frames.ChatMode.STUDENTS_HELD))
    told = await ana.expect(ChatModeChanged)
    assert (told.mode, told.students_wait) == (frames.ChatMode.STUDENTS_HELD, True)
    async with live_node.database.read() as session:
        entry = await session.scalar(
            select(AuditEntry).where(
                AuditEntry.act == "chat.mode", AuditEntry.partnership_id == filtered.partnership.id
            )
        )
    assert entry is not None
    assert (entry.before, entry.after) == ({"mode": "filtered"}, {"mode": "students_held"})


async def test_who_works_alone_is_read_first_outside_lessons(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    space_id = world.space.id
    ana = await visit.enter(live_node, world.home.students[0].id, space_id)
    await visit.enter(live_node, world.home.teacher.id, space_id)
    await set_mode(live_node, space_id, ChatMode.FILTERED, works_alone=True)
    await post(ana, "The river is long")
    assert [each.reason for each in (await ana.expect(ChatHeld)).reasons] == [HeldFor.MODE]
    now = clock.now()
    async with live_node.database.engine.begin() as connection:
        await connection.execute(
            insert(Lesson).values(
                id=uuid4(), space_id=space_id, title="Rivers", status=LessonStatus.LIVE, starts_at=now,
                ends_at=now + timedelta(hours=1), created_by_id=world.home.teacher.id, created_at=now,
                started_at=now,
            )
        )
    live_node.bus.publish([AccessChanged(space_ids=frozenset({space_id}))])
    while (await ana.expect(ChatModeChanged)).students_wait:
        pass
    await post(ana, "The river is long")
    await ana.expect(ChatAck)


async def test_where_students_work_alone_the_chat_is_never_open(
    live_node: Node, filtered: Pair, visit: Visit
) -> None:
    await set_mode(live_node, filtered.space.id, ChatMode.FILTERED, works_alone=True)
    adult = await visit.enter(live_node, filtered.home.teacher.id, filtered.space.id)
    await adult.send(frames.ChatSetMode(ref=91, mode=frames.ChatMode.OPEN))
    assert (await adult.expect(Error)).ref == 91


async def test_an_edit_cannot_slip_past_the_filter(live_node: Node, filtered: Pair, visit: Visit) -> None:
    ana = await visit.enter(live_node, filtered.home.students[0].id, filtered.space.id)
    await visit.enter(live_node, filtered.home.teacher.id, filtered.space.id)
    await post(ana, "The river is long")
    message = (await ana.expect(ChatPosted)).message
    await ana.send(protocol.ChatEdit(ref=95, message_id=message.id, text=NUMBER))
    assert (await ana.expect(Error)).code is ErrorCode.NOT_ALLOWED


async def test_too_many_do_not_wait(live_node: Node, filtered: Pair, visit: Visit) -> None:
    ana = await visit.enter(live_node, filtered.home.students[0].id, filtered.space.id)
    await visit.enter(live_node, filtered.home.teacher.id, filtered.space.id)
    for _ in range(20):
        await post(ana, NUMBER)
        await ana.expect(ChatHeld)
    await post(ana, NUMBER)
    assert (await ana.expect(Error)).code is ErrorCode.NOT_ALLOWED
    assert len(await held_in(live_node, filtered.space.id)) == 20


async def test_adults_on_another_node_see_the_queue_and_decide(
    live_nodes: list[Node], world: Pair, visit: Visit
) -> None:
    here, there = live_nodes
    space_id = world.space.id
    await set_mode(here, space_id, ChatMode.FILTERED, works_alone=False)
    ana = await visit.enter(here, world.home.students[0].id, space_id)
    adult = await visit.enter(there, world.home.teacher.id, space_id)
    while "chat:post" not in (await ana.expect(AccessUpdate)).grants:
        pass  # her node has to hear that an adult of her school is there
    await post(ana, NUMBER)
    held = await ana.expect(ChatHeld)
    await queue_of(adult, 1)
    await adult.send(frames.ModerationApprove(ref=96, held_id=held.held_id))
    assert (await ana.expect(ChatPosted)).message.text == NUMBER


async def test_help_reaches_every_adult_and_no_student(
    live_nodes: list[Node], world: Pair, visit: Visit
) -> None:
    here, there = live_nodes
    space_id, ana_id = world.space.id, world.home.students[0].id
    ana = await visit.enter(here, ana_id, space_id)
    ben = await visit.enter(here, world.abroad.students[0].id, space_id)
    adults = [
        await visit.enter(here, world.home.teacher.id, space_id),
        await visit.enter(there, world.abroad.teacher.id, space_id),
    ]
    await ana.send(frames.HelpAsk(ref=60))
    assert (await ana.expect(Ok)).ref == 60
    for page in (ana, *adults):
        assert (await page.expect(HelpAsked)).user_id == ana_id
    await ana.send(frames.HelpAsk(ref=61))  # once is enough
    assert (await ana.expect(Ok)).ref == 61
    late = await visit.enter(there, world.abroad.head.id, space_id)
    assert (await late.expect(HelpAsked)).user_id == ana_id

    await adults[1].send(frames.HelpAnswer(ref=62, user_id=ana_id))
    for page in (ana, adults[0], late):
        answered = await page.expect(HelpAnswered)
        assert (answered.user_id, answered.by) == (ana_id, world.abroad.teacher.id)
    assert not ben.pending(HelpAsked)
    assert not adults[0].pending(HelpAsked)


async def test_who_is_sent_out_is_out_on_every_node_and_comes_back_when_let_in(
    live_nodes: list[Node], world: Pair, visit: Visit
) -> None:
    here, there = live_nodes
    space_id, ana_id = world.space.id, world.home.students[0].id
    adult = await visit.browser(here, world.abroad.teacher.id)
    pages = [await visit.enter(node, ana_id, space_id) for node in live_nodes]
    path = f"/api/spaces/{space_id}/removals"
    answer = await adult.post(path, {"user_id": str(ana_id), "reason": "unkind", "until_lifted": True})
    assert answer.status_code == 204, answer.text
    for page in pages:
        assert await page.closed() == (protocol.CloseCode.ACCESS_LOST, "removed_for_now")
    (listed,) = (await adult.get(path)).json()
    assert (listed["user_id"], listed["until"]) == (str(ana_id), None)
    assert (await adult.delete(f"{path}/{ana_id}")).status_code == 204
    await visit.enter(there, ana_id, space_id)


async def test_the_python_client_is_told_that_its_message_waits(
    live_node: Node, filtered: Pair, visit: Visit
) -> None:
    await visit.enter(live_node, filtered.home.teacher.id, filtered.space.id)
    ana = await visit.enter(live_node, filtered.home.students[0].id, filtered.space.id)
    with pytest.raises(RequestFailed) as refused:
        await ana.say(NUMBER)
    assert refused.value.code == "held"
