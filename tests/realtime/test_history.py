"""What is kept of a space's messages: exactly what is stored, whoever asks and from wherever."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from realtime import history, protocol
from realtime.history import History, continues
from realtime.transport import Message
from server import clock
from server.accounts.models import User
from server.chat.models import ChatMessage
from server.spaces.models import Space
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.conftest import Visit, hub_of

AUTHOR = protocol.Person(
    user_id=uuid4(), name="Heron 1", kind="student", avatar="heron", school_id=uuid4(), class_name="5W"
)


def message(seq: int, length: int = 1) -> protocol.ChatMessage:
    return protocol.ChatMessage(
        seq=seq, id=uuid4(), client_id=uuid4(), author=AUTHOR, text="🐦" * length, sent_at=clock.now()
    )


def otherwise(message: protocol.ChatMessage, seq: int, **fields: object) -> protocol.ChatMessage:
    return msgspec.structs.replace(message, changed_seq=seq, **fields)


def version(message: protocol.ChatMessage) -> int:
    return message.changed_seq or message.seq


def told(frames: Sequence[Message], after: int, upto: int) -> list[protocol.ChatMessage]:
    """What somebody hears who knows everything up to `after`: the frames complete the story, one by one."""
    found: list[protocol.ChatMessage] = []
    for each in frames:
        frame = protocol.decode_server(each.payload)
        assert isinstance(frame, protocol.ChatHistory)
        assert frame.after <= after <= frame.seq, "a gap"
        assert [each.seq for each in frame.messages] == sorted(each.seq for each in frame.messages)
        assert all(each.seq <= frame.seq for each in frame.messages)
        assert len([each for each in frame.messages if each.seq > after]) <= history.BLOCK
        after = frame.seq
        found += frame.messages
    assert after == upto
    return found


def shown(held: History, after: int) -> list[protocol.ChatMessage]:
    """What somebody who knows everything up to `after` is sent."""
    return told(held.frames(after), after, held.seq)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["say", "say", "change", "lose", "read", "begin", "ask", "enter"]),
        st.integers(0, 60), st.integers(1, 60), st.booleans(),
    ),
    max_size=60,
)


@given(start=st.integers(0, 40), steps=STEPS)
def test_it_holds_what_is_stored(start: int, steps: list[tuple[str, int, int, bool]]) -> None:
    """Any sequence of messages, of changes, of asking, and of older ones read again; a plain list is the
    model. Numbers may be missing from what is stored: a person's messages go with them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "BLOCK", 5)
        patch.setattr(history, "HISTORY_LIMIT", 10)
        patch.setattr(history, "RETAINED", 20)
        patch.setattr(history, "RETAINED_BYTES", 8_000)
        stored = {seq: message(seq) for seq in range(1, start + 1)}
        held, top = History(start), start
        old: tuple[int, dict[int, protocol.ChatMessage]] = top, dict(stored)
        for what, place, length, is_odd in steps:
            if what == "say":
                top += 1 + is_odd  # a number without a message: that person has gone, or it was overtaken
                said = stored[top] = message(top, length)
                if is_odd:
                    held.take([said], top)
                else:
                    frame = protocol.decode_server(history.posted(top - 1, held.append(said)).payload)
                    assert frame == protocol.ChatPosted(top - 1, said)
            elif what == "change" and stored:
                top += 1
                seq = sorted(stored)[place % len(stored)]
                stored[seq] = otherwise(stored[seq], top, text="x" * length, pinned=is_odd)
                held.take([stored[seq]], top)
            elif what == "lose":
                held = History(top)
            elif what == "read":
                # What a reading brings may be older than what was heard meanwhile.
                at, found = old if is_odd else (top, dict(stored))
                if place < held.after <= at:
                    held.extend([each for each in found.values() if version(each) > place], place)
                    assert held.reaches(place)
                old = top, dict(stored)
            elif what == "begin":
                at, found = old if is_odd else (top, dict(stored))
                if held.after <= at:
                    newest = [found[seq] for seq in sorted(found)[-10:]]
                    begins = newest[0].seq - 1 if len(newest) == 10 else 0
                    held.begin(newest, begins, [each for each in found.values() if each.pinned])
                    assert held.can_begin
                old = top, dict(stored)
            elif what == "enter" and held.can_begin:
                check_entry(held, stored)
            else:
                after = min(top, max(place, held.after))
                check_return(held, stored, after)
        assert held.seq == top
        check_return(held, stored, held.after)
        if held.can_begin:
            check_entry(held, stored)


def check_return(held: History, stored: dict[int, protocol.ChatMessage], after: int) -> None:
    found = shown(held, after)
    assert sorted(found, key=lambda each: each.seq) == [
        stored[seq] for seq in sorted(stored) if version(stored[seq]) > after
    ]
    # What was known before comes first: a page then never knows a message and not what came before it.
    was_known = [each.seq <= after for each in found]
    assert was_known == sorted(was_known, reverse=True)


def check_entry(held: History, stored: dict[int, protocol.ChatMessage]) -> None:
    found = told(held.first_frames(), held.start, held.seq)
    newest = [each for each in found if each.seq > held.start]
    assert newest == [stored[seq] for seq in sorted(stored) if seq > held.start]
    assert len(newest) >= min(history.HISTORY_LIMIT, len(stored))
    assert [each for each in found if each.seq <= held.start] == [
        stored[seq] for seq in sorted(stored) if seq <= held.start and stored[seq].pinned
    ]


def whole(seq: int, messages: Sequence[protocol.ChatMessage], after: int = 0) -> History:
    """A history that ends at `seq` and holds these, all that are stored after `after`."""
    held = History(seq)
    held.extend(messages, after)
    return held


def test_numbers_may_be_missing() -> None:
    """Somebody's messages go with their account. What is left is told all the same."""
    left = [message(seq) for seq in range(1, 121) if seq not in {1, 50, 51, 52, 100, 120}]
    held = whole(120, left)
    for after in (0, 1, 49, 50, 51, 99, 100, 119, 120):
        assert shown(held, after) == [each for each in left if each.seq > after]
        assert shown(held, after) == [each for each in left if each.seq > after]  # from what is made already


def test_a_block_between_changes_is_shared() -> None:
    """Numbers that only changes took lie between the messages: nobody needs a frame for those."""
    left = [message(seq) for seq in (*range(1, 51), *range(301, 351))]
    held = whole(400, left)
    assert shown(held, 0) == left
    frames, others = held.frames(0), held.frames(120)
    assert [len(_messages(each.payload)) for each in frames] == [50, 50, 0]
    assert others[0] is frames[1]
    assert shown(held, 120) == left[50:]


def test_whole_blocks_are_made_once() -> None:
    held = whole(130, [message(seq) for seq in range(31, 131)], 30)
    first, again, later = held.frames(30), held.frames(30), held.frames(70)
    assert [len(_messages(each.payload)) for each in first] == [20, 50, 30]
    assert all(one is other for one, other in zip(first, again, strict=True))
    assert [len(_messages(each.payload)) for each in later] == [30, 30]
    assert later[-1] is first[-1]
    held.append(message(131))
    assert held.frames(30)[1] is first[1]
    assert [len(_messages(each.payload)) for each in held.frames(30)] == [20, 50, 31]
    # What was the end of the history becomes a whole block when older ones are read.
    held.extend([message(seq) for seq in range(1, 31)], 0)
    assert [len(_messages(each.payload)) for each in held.frames(0)] == [50, 50, 31]
    assert held.frames(0)[0] is not first[0]


def test_a_change_makes_one_block_anew() -> None:
    said = [message(seq) for seq in range(1, 151)]
    held = whole(150, said)
    before = held.frames(0)
    change = otherwise(said[59], 151, text="otherwise")
    held.take([change], 151)
    now = held.frames(0)
    assert [one is other for one, other in zip(before, now, strict=False)] == [True, False, True]
    assert _messages(now[1].payload)[9] == change
    assert shown(held, 150) == [change]
    assert shown(held, 70) == [change, *said[70:]]
    assert shown(held, 50) == [*said[50:59], change, *said[60:]]


def _messages(payload: bytes) -> Sequence[protocol.ChatMessage]:
    frame = protocol.decode_server(payload)
    assert isinstance(frame, protocol.ChatHistory)
    return frame.messages


def test_it_is_bounded() -> None:
    held = History(0)
    for seq in range(1, 2001):
        held.append(message(seq))
        assert held.reaches(max(0, seq - history.RETAINED))
    assert not held.reaches(2000 - history.RETAINED - history.BLOCK)
    # Long messages: no more than an entry brings is kept.
    for seq in range(2001, 3001):
        held.append(message(seq, length=2000))
        assert held.reaches(seq - history.HISTORY_LIMIT)
    assert not held.reaches(3000 - history.HISTORY_LIMIT - history.BLOCK)


def test_changes_are_bounded_too() -> None:
    """A class that reacts for an hour, to messages of any age."""
    held = History(1000)
    for seq in range(1001, 6001):
        held.take([otherwise(message(1 + seq % 900), seq, text="x")], seq)
        assert held.reaches(max(1000, seq - history.RETAINED))
    assert len(held._kept) <= history.RETAINED + history.BLOCK + 1
    assert len(held._changed) <= history.RETAINED + history.BLOCK + 1
    for seq in range(6001, 6201):
        held.take([otherwise(message(seq - 5900, length=1000), seq)], seq)
    assert held._size_bytes <= history.RETAINED_BYTES + 10_000
    assert held._size_bytes == sum(len(each.encoded) for each in held._kept.values())


def test_what_was_made_for_one_is_not_kept_for_ever() -> None:
    held = whole(400, [message(seq) for seq in range(1, 401)])
    for after in range(400):
        held.frames(after)
    assert len(held._cuts) <= history.CUTS_LIMIT


@given(seq=st.integers(0, 3000), last_seq=st.none() | st.integers(0, 3000))
def test_who_is_told_just_what_they_lack(seq: int, last_seq: int | None) -> None:
    is_told = last_seq is not None and last_seq <= seq <= last_seq + history.RETAINED
    assert continues(last_seq, seq) is is_told


# --- through the live channel


async def fill(node: Node, world: Pair, first: int, last: int) -> None:
    """So many messages, straight into the records: nobody is told of them."""
    authors = [each.id for side in (world.home, world.abroad) for each in side.students]
    rows = [
        {"id": uuid4(), "space_id": world.space.id, "seq": seq, "author_id": authors[seq % len(authors)],
         "client_id": uuid4(), "text": f"number {seq}", "sent_at": clock.now()}
        for seq in range(first, last + 1)
    ]
    async with node.database.engine.begin() as connection:
        await connection.execute(insert(ChatMessage), rows)
        await connection.execute(update(Space).where(Space.id == world.space.id).values(last_seq=last))


STORED = 620
ASKED: dict[int | None, int] = {
    None: 421,
    620: 621,
    619: 620,
    600: 601,
    575: 576,
    421: 422,
    STORED - history.RETAINED: 121,
    STORED - history.RETAINED - 1: 421,
    0: 421,
    621: 421,
    9999: 421,
}
"""What a page says that it has, and the first message that it is told."""


@pytest.mark.usefixtures("unhurried")
async def test_a_return_brings_exactly_what_is_missing(live_node: Node, world: Pair, visit: Visit) -> None:
    """In any order: what one return left at hand serves the next, and what it did not is read."""
    await fill(live_node, world, 1, STORED)
    ana, ben = world.home.students[0].id, world.abroad.students[0].id
    # Somebody stays, so that the node keeps what it has; then each comes first to an empty space.
    staying = await visit.enter(live_node, ben, world.space.id)
    page = await visit.page(live_node, ana)
    await page.greet()
    for is_kept in (True, False):
        for last_seq, first in ASKED.items():
            joined = await page.join(world.space.id, last_seq)
            assert (joined.from_seq, joined.seq) == (first, STORED), last_seq
            assert [each.seq for each in joined.messages] == list(range(first, STORED + 1)), last_seq
            assert all(each.text == f"number {each.seq}" for each in joined.messages)
        if is_kept:
            await staying.socket.close()
    await page.say("and one more")
    assert (await page.expect(protocol.ChatPosted)).message.seq == STORED + 1
    joined = await page.join(world.space.id, STORED - 3)
    assert [each.seq for each in joined.messages] == list(range(STORED - 2, STORED + 2))


@pytest.mark.usefixtures("unhurried")
async def test_a_return_to_another_node(live_nodes: tuple[Node, Node], world: Pair, visit: Visit) -> None:
    await fill(live_nodes[0], world, 1, 60)
    one = await visit.enter(live_nodes[0], world.home.students[0].id, world.space.id)
    other = await visit.enter(live_nodes[1], world.abroad.students[0].id, world.space.id)
    for _ in range(20):
        await one.say("x")
    assert [(await other.expect(protocol.ChatPosted)).message.seq for _ in range(20)] == list(range(61, 81))
    for last_seq in (45, 55, 60, 72, 80):
        for page in (one, other):
            joined = await page.join(world.space.id, last_seq)
            assert [each.seq for each in joined.messages] == list(range(last_seq + 1, 81))


async def test_records_that_were_put_back(live_node: Node, world: Pair, visit: Visit) -> None:
    """A page that knows more than there is starts anew, and is told so."""
    await fill(live_node, world, 1, 10)
    page = await visit.page(live_node, world.home.students[0].id)
    await page.greet()
    joined = await page.join(world.space.id, 11)
    assert (joined.from_seq, joined.seq, len(joined.messages)) == (1, 10, 10)


async def test_names_in_the_history_follow_the_records(live_node: Node, world: Pair, visit: Visit) -> None:
    """At the latest when the space was held against the records again."""
    ana, ben = world.home.students[0].id, world.abroad.students[0].id
    page = await visit.enter(live_node, ana, world.space.id)
    await page.say("Habari")
    await page.expect(protocol.ChatPosted)
    await rename(live_node, ana, "Quiet Otter")
    hub_of(live_node)._channels[world.space.id].check(1)
    late = await visit.page(live_node, ben)
    joined = await late.enter(world.space.id)
    assert [each.author.name for each in joined.messages] == ["Quiet Otter"]


async def rename(node: Node, user_id: UUID, name: str) -> None:
    async with node.database.engine.begin() as connection:
        await connection.execute(update(User).where(User.id == user_id).values(name=name))


async def test_the_history_continues_what_is_told(live_node: Node, world: Pair, visit: Visit) -> None:
    """Pages that come at any moment while somebody writes: each has every message once, in order."""
    await fill(live_node, world, 1, 90)
    writer = await visit.enter(live_node, world.home.students[0].id, world.space.id)
    known: list[list[int]] = []
    for last_seq in (None, 88, 40):
        late = await visit.page(live_node, world.abroad.students[0].id)
        await late.greet()
        await writer.say("x")
        joined = await late.join(world.space.id, last_seq)
        await writer.say("x")
        told = [each.seq for each in joined.messages]
        while (told[-1] if told else 0) < 92 + 2 * len(known):
            told.append((await late.expect(protocol.ChatPosted)).message.seq)
        assert told[0] == (last_seq or 0) + 1
        assert all(later == earlier + 1 for earlier, later in pairwise(told))
        known.append(told)
