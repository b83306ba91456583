"""What becomes of a message: told to everyone at once, over nodes and breaks, and only to those who may."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from realtime import protocol
from realtime.client import RequestFailed
from realtime.protocol import ChatChanged, ChatPosted, DeletedBy, ErrorCode, ReactionKind
from server import clock
from server.access import Grant
from server.audit.models import AuditEntry
from server.chat import models
from server.chat.models import ChatMessage, FormerText
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, connections_of, hub_of

pytestmark = pytest.mark.usefixtures("unhurried")


async def said(page: LiveClient, text: str, *others: LiveClient, reply_to: UUID | None = None) -> UUID:
    """Say something; returns the message's id once everyone has heard it."""
    await page.say(text, reply_to=reply_to)
    ids = {(await each.expect(ChatPosted)).message.id for each in (page, *others)}
    return ids.pop()


async def changed(page: LiveClient) -> list[protocol.ChatMessage]:
    return (await page.expect(ChatChanged)).messages


async def told(seq: int, *pages: LiveClient) -> None:
    """Until these pages were told of every change up to there: what is said meanwhile comes with them."""
    for page in pages:
        while (await page.expect(ChatChanged)).seq < seq:
            pass


async def refused(request: object) -> ErrorCode | str:
    with pytest.raises(RequestFailed) as failure:
        await request  # type: ignore[misc]
    return failure.value.code


async def age(node: Node, message_id: UUID, by: timedelta) -> None:
    async with node.database.engine.begin() as connection:
        await connection.execute(
            update(ChatMessage).where(ChatMessage.id == message_id).values(sent_at=clock.now() - by)
        )


async def former(node: Node, message_id: UUID) -> list[str]:
    async with node.database.read() as session:
        found = await session.scalars(
            select(FormerText.text)
            .where(FormerText.message_id == message_id)
            .order_by(FormerText.replaced_at)
        )
        return list(found)


async def three(visit: Visit, world: Pair, *nodes: Node) -> tuple[LiveClient, LiveClient, LiveClient]:
    """Two students of different schools and a teacher, on each node in turn."""
    people = (world.home.students[0].id, world.abroad.students[0].id, world.abroad.teacher.id)
    pages = [
        await visit.enter(nodes[place % len(nodes)], each, world.space.id)
        for place, each in enumerate(people)
    ]
    return pages[0], pages[1], pages[2]


async def check_a_life(visit: Visit, world: Pair, *nodes: Node) -> None:
    ana, ben, teacher = await three(visit, world, *nodes)
    message_id = await said(ana, "Helo", ben, teacher)
    await ana.edit(message_id, "  Hello ")
    for page in (ana, ben, teacher):
        frame = await page.expect(ChatChanged)
        assert (frame.after, frame.seq) == (1, 2)
        [message] = frame.messages
        assert (message.seq, message.changed_seq, message.text) == (1, 2, "Hello")
        assert message.edited_at is not None
    await ben.react(message_id, ReactionKind.HEART)
    assert ben.user_id is not None
    for page in (ana, ben, teacher):
        [message] = await changed(page)
        assert message.reactions == [protocol.Reaction(ReactionKind.HEART, 1, [ben.user_id])]
    await teacher.pin(message_id)
    for page in (ana, ben, teacher):
        [message] = await changed(page)
        assert (message.pinned, message.changed_seq) == (True, 4)
    reply_id = await said(ben, "And hello to you", ana, teacher, reply_to=message_id)
    await said(ana, "Nested", ben, teacher, reply_to=reply_id)
    await teacher.delete(message_id)
    for page in (ana, ben, teacher):
        [message] = await changed(page)
        assert (message.text, message.deleted, message.pinned) == ("", DeletedBy.MODERATOR, False)
        assert message.reactions == []
    assert await former(nodes[0], message_id) == ["Helo", "Hello"]
    late = await visit.page(nodes[-1], world.home.students[1].id)
    joined = await late.enter(world.space.id)
    assert [(each.text, each.reply_to) for each in joined.messages] == [
        ("", None), ("And hello to you", message_id), ("Nested", message_id),  # threads are one level deep
    ]
    assert joined.seq == 7
    assert not any("Hello" in each.text for each in joined.messages)


async def test_the_life_of_a_message(live_node: Node, world: Pair, visit: Visit) -> None:
    await check_a_life(visit, world, live_node)


async def test_the_life_of_a_message_over_two_nodes(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    await check_a_life(visit, world, *live_nodes)


async def test_who_comes_back_hears_what_changed(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben, _ = await three(visit, world, live_node)
    ids = [await said(ana, f"{number}", ben) for number in range(4)]
    await ben.socket.close()
    await ana.edit(ids[1], "one")
    await ana.delete(ids[2])
    await ana.react(ids[1], ReactionKind.CLAP)
    await told(7, ana)
    await said(ana, "new")
    back = await visit.page(live_node, world.abroad.students[0].id)
    joined = await back.enter(world.space.id, 4)
    assert (joined.from_seq, joined.seq, joined.anew) == (5, 8, False)
    assert [each.text for each in joined.messages] == ["new"]
    assert [(each.seq, each.text, each.deleted) for each in joined.changed] == [
        (2, "one", None), (3, "", DeletedBy.AUTHOR),
    ]
    # Between two changes of the same message: only as it is now, and nothing that was known.
    joined = await back.join(world.space.id, 6)
    assert [each.seq for each in joined.changed] == [2]
    joined = await back.join(world.space.id, 8)
    assert (joined.changed, joined.messages) == ([], [])


async def test_pinned_messages_come_with_a_first_entry(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, _, teacher = await three(visit, world, live_node)
    message_id = await said(ana, "Read this first", teacher)
    await teacher.pin(message_id)
    await told(2, teacher)
    for number in range(203):
        await ana.send(protocol.ChatPost(ref=1000 + number, client_id=uuid4(), text=f"{number}"))
    for _ in range(203):
        await teacher.expect(ChatPosted)
    for is_kept in (True, False):
        late = await visit.page(live_node, world.home.students[1].id)
        joined = await late.enter(world.space.id)
        assert (len(joined.messages), joined.anew) == (200, True)
        assert [(each.text, each.pinned) for each in joined.changed] == [("Read this first", True)]
        if is_kept:
            for page in (ana, teacher, late):
                await page.socket.close()


async def test_many_reactions_and_few_messages_still_make_a_whole_entry(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    """Numbers that reactions took do not push messages out of what an entry brings."""
    ana, ben, _ = await three(visit, world, live_node)
    ids = [await said(ana, f"{number}", ben) for number in range(5)]
    for number in range(600):
        await ben.send(protocol.ChatReact(1000 + number, ids[0], ReactionKind.LAUGH, number % 2 == 0))
    async with asyncio.timeout(20):
        while (await ana.expect(ChatChanged)).seq < 605:
            pass
    late = await visit.page(live_node, world.home.students[1].id)
    joined = await late.enter(world.space.id, 5)  # more than is told of one by one
    assert (joined.anew, joined.seq) == (True, 605)
    assert [each.text for each in joined.messages] == [f"{number}" for number in range(5)]


async def test_reacting_twice_is_reacting_once(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben, _ = await three(visit, world, live_node)
    message_id = await said(ana, "Hello", ben)
    for _ in range(2):
        await ben.react(message_id, ReactionKind.THUMBS_UP)
    await ben.react(message_id, ReactionKind.QUESTION)
    await ana.react(message_id, ReactionKind.THUMBS_UP)
    await ben.react(message_id, ReactionKind.THUMBS_UP, on=False)
    for _ in range(2):
        await ben.react(message_id, ReactionKind.THUMBS_UP, on=False)
    frames = [await ana.expect(ChatChanged)]
    while frames[-1].seq < 5:
        frames.append(await ana.expect(ChatChanged))
    assert {(each.kind, each.count) for each in frames[-1].messages[0].reactions} == {
        (ReactionKind.QUESTION, 1), (ReactionKind.THUMBS_UP, 1),
    }
    assert frames[-1].seq == 5


async def test_a_burst_is_read_together(live_node: Node, world: Pair, visit: Visit) -> None:
    """A class that claps: one frame tells of many reactions."""
    ana, ben, _ = await three(visit, world, live_node)
    ids = [await said(ana, f"{number}", ben) for number in range(60)]
    for number, each in enumerate(ids):
        await ben.send(protocol.ChatReact(1000 + number, each, ReactionKind.CLAP, True))
    frames = [await ana.expect(ChatChanged)]
    while frames[-1].seq < 120:
        frames.append(await ana.expect(ChatChanged))
    assert len(frames) < 20
    assert sorted({each.seq for frame in frames for each in frame.messages}) == list(range(1, 61))
    assert all(later.after == earlier.seq for earlier, later in pairwise(frames))


async def test_what_is_not_ones_own_or_too_late(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben, teacher = await three(visit, world, live_node)
    message_id = await said(ana, "Hello", ben, teacher)
    no = ErrorCode.NOT_ALLOWED
    assert await refused(ben.edit(message_id, "Mine now")) is no
    assert await refused(teacher.edit(message_id, "Mine now")) is no
    assert await refused(ben.delete(message_id)) is no
    assert await refused(ben.pin(message_id)) is no
    assert await refused(ana.pin(message_id)) is no
    assert await refused(ana.edit(message_id, " \n")) is ErrorCode.BAD_FRAME
    assert await refused(ana.react(uuid4(), ReactionKind.HEART)) is ErrorCode.NOT_FOUND
    await age(live_node, message_id, timedelta(minutes=16))
    assert await refused(ana.edit(message_id, "Too late")) is no
    assert await refused(ana.delete(message_id)) is no
    own = await said(teacher, "From a teacher", ana, ben)
    await age(live_node, own, timedelta(days=3))
    assert await refused(teacher.edit(own, "Too late")) is no
    await teacher.delete(own)
    await teacher.delete(own)  # it is so already
    [message] = await changed(ana)
    assert message.deleted is DeletedBy.AUTHOR
    for request in (ben.react(own, ReactionKind.HEART), teacher.pin(own), teacher.edit(own, "x")):
        assert await refused(request) is ErrorCode.NOT_FOUND
    assert (await ana.say("still here")).seq == 4  # what was refused took no number


async def test_a_message_of_another_space_is_not_found(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    ana, _, teacher = await three(visit, world, live_node)
    elsewhere = uuid4()
    assert await refused(ana.say("To nothing", reply_to=elsewhere)) is ErrorCode.NOT_FOUND
    assert await refused(teacher.delete(elsewhere)) is ErrorCode.NOT_FOUND
    assert (await ana.say("Hello")).seq == 1


async def test_ten_are_pinned_at_most(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, _, teacher = await three(visit, world, live_node)
    ids = [await said(ana, f"{number}", teacher) for number in range(11)]
    for each in ids[:10]:
        await teacher.pin(each)
    assert await refused(teacher.pin(ids[10])) is ErrorCode.NOT_ALLOWED
    await teacher.pin(ids[0], on=False)
    await teacher.pin(ids[10])


async def test_a_moderators_deletion_is_on_record_without_words(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    ana, _, teacher = await three(visit, world, live_node)
    message_id = await said(ana, "Something rude", teacher)
    await teacher.delete(message_id)
    await told(2, teacher, ana)
    own = await said(teacher, "A slip", ana)
    await teacher.delete(own)
    async with live_node.database.read() as session:
        found = (await session.scalars(
            select(AuditEntry).where(AuditEntry.partnership_id == world.partnership.id)
        )).all()
    [entry] = [each for each in found if each.act == "chat.delete"]
    assert (entry.subject_id, entry.actor_id) == (message_id, teacher.user_id)
    assert entry.after == {"space_id": str(world.space.id), "author_id": str(ana.user_id)}


async def test_who_may_not_write_now_changes_nothing(live_node: Node, world: Pair, visit: Visit) -> None:
    """Whatever the records grant: what the live space has taken away counts at once."""
    ana, _, teacher = await three(visit, world, live_node)
    message_id = await said(ana, "Hello", teacher)
    assert ana.user_id is not None
    [connection] = connections_of(live_node, ana.user_id)
    before, connection.grants = connection.grants, connection.grants - {Grant.CHAT_POST}
    for request in (
        ana.say("x"), ana.edit(message_id, "x"), ana.delete(message_id),
        ana.react(message_id, ReactionKind.HEART),
    ):
        assert await refused(request) is ErrorCode.NOT_ALLOWED
    # Held while it stood in line: asked again right before it is stored.
    connection.grants = before
    desk = hub_of(live_node).chat
    async with live_node.database.engine.begin() as holding:
        await holding.execute(
            update(ChatMessage).where(ChatMessage.id == message_id).values(client_id=ChatMessage.client_id)
        )
        await teacher.send(protocol.ChatPost(ref=900, client_id=uuid4(), text="being stored"))
        async with asyncio.timeout(5):
            while world.space.id not in desk._lines:
                await asyncio.sleep(0.005)
        await desk.take(
            connection, world.space.id, protocol.ChatPost(ref=901, client_id=uuid4(), text="in line")
        )
        connection.grants = before - {Grant.CHAT_POST}
    error = await ana.expect(protocol.Error, ref=901)
    assert error.code is ErrorCode.NOT_ALLOWED
    async with live_node.database.read() as session:
        count = await session.scalar(
            select(func.count()).select_from(ChatMessage).where(ChatMessage.author_id == ana.user_id)
        )
    assert count == 1


async def test_changes_that_nobody_told_of_are_found_by_the_recheck(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    ana, ben, _ = await three(visit, world, live_node)
    message_id = await said(ana, "Hello", ben)
    channel = hub_of(live_node).channels[world.space.id]
    heard, channel.on_changed = channel.on_changed, lambda _: None  # type: ignore[method-assign]
    await ana.edit(message_id, "Changed")
    assert ben.pending(ChatChanged) == []
    channel.on_changed = heard  # type: ignore[method-assign]
    channel.check(2)
    [message] = await changed(ben)
    assert message.text == "Changed"


def test_the_protocol_and_the_records_know_the_same_reactions() -> None:
    assert [each.value for each in ReactionKind] == [each.value for each in models.ReactionKind]
