"""The client's model of a space: whatever was lost, in whatever order the rest came, it is what is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from realtime import protocol
from realtime.client import Changed, Presence, Said, SpaceModel, StartedAnew
from realtime.client.backoff import delay_before, is_final
from realtime.client.model import Pending, Stored, version
from realtime.protocol import ChatMessage, CloseCode, Person, ServerFrame

ME, FOX, SPACE, SCHOOL, MINE = (UUID(int=number) for number in range(1, 6))
SENT_AT = datetime(2026, 1, 15, 10, tzinfo=UTC)
RETAINED = 5


def person(user_id: UUID, name: str = "Blue Heron") -> Person:
    return Person(user_id, name, "student", "blue-heron", SCHOOL, "5W")


def message(seq: int, client_id: UUID | None = None, author: UUID = FOX) -> ChatMessage:
    key = client_id or UUID(int=1000 + seq)
    return ChatMessage(seq, UUID(int=seq), key, person(author), f"text {seq}", SENT_AT)


def joined(seq: int = 0, from_seq: int = 1, *, anew: bool = False) -> protocol.SpaceJoined:
    info = protocol.SpaceInfo(SPACE, "Rivers", "project", SPACE, "P")
    return protocol.SpaceJoined(
        ref=1, space=info, schools=[], boards=[], grants=["chat:post"], seq=seq, from_seq=from_seq,
        anew=anew, tracks=[], ice_servers=[],
    )


def history(first: int, last: int) -> protocol.ChatHistory:
    return protocol.ChatHistory(first - 1, last, [message(seq) for seq in range(first, last + 1)])


def posted(seq: int, *by: Any) -> protocol.ChatPosted:
    return protocol.ChatPosted(seq - 1, message(seq, *by))


def changed(seq: int, of: int, text: str = "otherwise", **fields: Any) -> protocol.ChatChanged:
    """The message `of` is otherwise from the number `seq` on."""
    return protocol.ChatChanged(seq - 1, seq, [otherwise(message(of), seq, text, **fields)])


def otherwise(message: ChatMessage, seq: int, text: str = "otherwise", **fields: Any) -> ChatMessage:
    return msgspec.structs.replace(message, changed_seq=seq, text=text, **fields)


def ack(seq: int) -> protocol.ChatAck:
    return protocol.ChatAck(1, MINE, seq)


def follow(model: SpaceModel, *frames: ServerFrame) -> list[Any]:
    return [each for frame in frames for each in model.hear(frame)]


def after(*frames: ServerFrame) -> SpaceModel:
    model = SpaceModel()
    follow(model, protocol.Welcome(protocol.PROTOCOL_VERSION, "c", ME), *frames)
    return model


def seqs(model: SpaceModel) -> list[int]:
    return [each.seq for each in model.messages]


def test_messages_are_known_in_order_and_told_once() -> None:
    model = after(joined(2))
    told = follow(model, history(1, 2), posted(3), posted(3), posted(2), posted(4))
    assert [each.message.seq for each in told if isinstance(each, Said)] == [1, 2, 3, 4] == seqs(model)
    assert not model.has_gap


def test_those_that_come_too_soon_wait_for_their_turn() -> None:
    model = after(joined(1), history(1, 1), posted(4), posted(3))
    assert (seqs(model), model.has_gap) == ([1], True)
    follow(model, posted(2))
    assert (seqs(model), model.has_gap) == ([1, 2, 3, 4], False)


@pytest.mark.parametrize("order", list(permutations([2, 3, 4, 5])))
def test_they_end_alike_in_whatever_order_they_arrive(order: tuple[int, ...]) -> None:
    model = after(joined(1), history(1, 1), *(posted(seq) for seq in order))
    assert (seqs(model), model.has_gap) == ([1, 2, 3, 4, 5], False)


def test_what_was_missed_in_a_break_is_added() -> None:
    model = after(joined(3), history(1, 3), posted(4))
    assert model.last_seq == 4
    told = follow(model, joined(6, 5), history(5, 6), posted(6), posted(7))
    assert seqs(model) == [1, 2, 3, 4, 5, 6, 7]
    assert StartedAnew() not in told


@pytest.mark.parametrize(
    ("seq", "from_seq"), [(300, 201), (2, 1)], ids=["after what is known", "less than what is known"]
)
def test_what_cannot_be_continued_is_replaced(seq: int, from_seq: int) -> None:
    model = after(joined(9), history(1, 9), posted(11))
    told = follow(model, joined(seq, from_seq, anew=True), history(from_seq, seq))
    assert seqs(model) == list(range(from_seq, seq + 1))
    assert StartedAnew() in told
    assert not model.has_gap
    follow(model, posted(seq + 1))
    assert model.seq == seq + 1


def test_nothing_is_asked_for_before_the_first_entry() -> None:
    assert (SpaceModel().last_seq, after(joined()).last_seq) == (None, 0)


def test_the_newest_are_kept() -> None:
    model = SpaceModel(kept=3)
    follow(model, joined(5), history(1, 5))
    assert (seqs(model), model.seq) == ([3, 4, 5], 5)


def test_a_change_is_told_in_its_turn_and_the_message_stays_in_its_place() -> None:
    model = after(joined(2), history(1, 2))
    told = follow(model, changed(4, 1), posted(3), changed(5, 3, "", deleted="author"))
    assert [(type(each), each.message.seq) for each in told] == [(Said, 3), (Changed, 1), (Changed, 3)]
    assert [(each.seq, each.text) for each in model.messages] == [(1, "otherwise"), (2, "text 2"), (3, "")]
    assert (model.seq, model.has_gap) == (5, False)


def test_an_older_state_of_a_message_changes_nothing() -> None:
    model = after(joined(1), history(1, 1), changed(2, 1, "new"))
    assert follow(model, changed(2, 1, "new"), history(1, 1), posted(1)) == []
    assert [each.text for each in model.messages] == ["new"]


def test_numbers_may_be_overtaken() -> None:
    """Of two changes of a message only the second is told; the frame says what it completes."""
    model = after(joined(1), history(1, 1))
    told = follow(model, protocol.ChatChanged(1, 4, [otherwise(message(1), 4)]), posted(5))
    assert [type(each) for each in told] == [Changed, Said]
    assert (model.seq, model.has_gap) == (5, False)


def test_a_gap_is_noticed_at_once() -> None:
    assert after(joined(1), history(1, 1), changed(3, 1)).has_gap
    assert after(joined(1), history(1, 1), protocol.ChatChanged(2, 3, [])).has_gap


def test_what_changed_in_a_break_comes_before_what_was_said() -> None:
    model = after(joined(3), history(1, 3))
    back = protocol.ChatHistory(3, 6, [otherwise(message(2), 5), message(4), otherwise(message(6), 0)])
    told = follow(model, joined(6, 4), back)
    assert [(type(each), each.message.seq) for each in told if isinstance(each, (Said, Changed))] == [
        (Changed, 2), (Said, 4), (Said, 6),
    ]
    assert StartedAnew() not in told
    assert model.seq == 6


def test_a_line_that_breaks_before_the_beginning_was_told_begins_again() -> None:
    """Else nobody would tell of what is pinned before it."""
    model = after(joined(400, 301, anew=True))
    assert model.last_seq is None
    follow(model, protocol.ChatHistory(300, 350, [otherwise(message(7), 300, pinned=True)]))
    assert model.last_seq is None
    follow(model, protocol.ChatHistory(350, 400, []))
    assert model.last_seq == 400
    follow(model, joined(420, 401))
    assert model.last_seq == 400


def test_of_older_messages_only_those_that_are_pinned_are_known() -> None:
    model = after(joined(400, 301, anew=True), protocol.ChatHistory(300, 400, [
        otherwise(message(7), 300, "pinned", pinned=True), *(message(seq) for seq in range(301, 401)),
    ]))
    assert [each.seq for each in model.pinned] == [7]
    assert seqs(model) == list(range(301, 401))
    told = follow(model, changed(401, 9), changed(402, 5, pinned=True), changed(403, 350, pinned=True))
    assert [each.message.seq for each in told if isinstance(each, Changed)] == [5, 350]
    assert [each.seq for each in model.pinned] == [5, 7, 350]
    follow(model, changed(404, 7), changed(405, 350))
    assert [each.seq for each in model.pinned] == [5]
    follow(model, joined(900, 701, anew=True))
    assert model.pinned == []


MY_HISTORY = protocol.ChatHistory(1, 2, [message(2, MINE, ME)])


@pytest.mark.parametrize(
    "frames",
    [
        [ack(2), posted(2, MINE, ME)],
        [posted(2, MINE, ME), ack(2)],
        [posted(2, MINE, ME), posted(2, MINE, ME), ack(2)],
        [ack(2), ack(2), posted(2, MINE, ME), ack(2)],
        [ack(2), joined(2, 2), MY_HISTORY],
        [joined(2, 2), MY_HISTORY],
        [joined(2, 2), MY_HISTORY, ack(2)],
    ],
)
def test_a_message_of_mine_is_there_once_and_not_pending(frames: list[ServerFrame]) -> None:
    model = after(joined(1), history(1, 1))
    model.write(MINE, "hello")
    told = follow(model, *frames)
    assert [each.client_id for each in model.messages][1:] == [MINE]
    assert (model.pending, model.has_gap) == ({}, False)
    assert told.index(Stored(MINE, 2)) is not None


def test_a_message_of_mine_that_is_stored_waits_for_its_turn() -> None:
    model = after(joined(1), history(1, 1))
    model.write(MINE, "hello")
    follow(model, posted(3, MINE, ME), ack(3))
    assert (seqs(model), model.next_to_post, model.has_gap) == ([1], None, True)
    follow(model, posted(2))
    assert (seqs(model), model.pending, model.has_gap) == ([1, 2, 3], {}, False)


def test_a_message_of_mine_that_waited_for_its_turn_may_be_left_out() -> None:
    model = after(joined(1), history(1, 1))
    model.write(MINE, "hello")
    follow(model, posted(3, MINE, ME), joined(400, 301, anew=True), history(301, 400))
    assert (model.pending, model.has_gap) == ({}, False)


def test_a_message_of_mine_that_was_not_stored_is_sent_again() -> None:
    model = after(joined(1), history(1, 1))
    model.write(MINE, "hello")
    follow(model, joined(1, 2))
    assert model.next_to_post == Pending(MINE, "hello")


def test_a_message_of_mine_that_the_server_no_longer_knows_is_sent_again() -> None:
    model = after(joined(1), history(1, 1))
    model.write(MINE, "hello")
    follow(model, ack(9))
    assert model.next_to_post is None
    follow(model, joined(1, 2))
    assert model.next_to_post == Pending(MINE, "hello")


def test_another_person_may_have_chosen_the_same_client_id() -> None:
    model = after(joined(0))
    model.write(MINE, "hello")
    follow(model, posted(1, MINE, FOX))
    assert model.next_to_post is not None


def test_people_are_told_as_they_come_and_go_over_breaks() -> None:
    model = after(joined())
    me, fox = person(ME), person(FOX, "Red Fox")
    told = follow(
        model,
        protocol.PresenceState([me]),
        protocol.PresenceDiff(joined=[fox]),
        protocol.PresenceDiff(joined=[fox], left=[FOX]),  # left and came back: nobody needs to hear of it
        protocol.PresenceDiff(left=[FOX, UUID(int=99)]),
        joined(),
        protocol.PresenceState([me, fox]),
    )
    assert [each for each in told if isinstance(each, Presence)] == [
        Presence([me], []), Presence([fox], []), Presence([], [fox]), Presence([fox], []),
    ]
    assert model.people.keys() == {ME, FOX}


def test_a_message_ends_its_writers_writing() -> None:
    model = after(joined(), protocol.ChatWriting([ME, FOX]))
    assert model.writing == [ME, FOX]
    follow(model, posted(1))
    assert model.writing == [ME]
    follow(model, joined(1, 2))
    assert model.writing == []


class Faults(RuleBasedStateMachine):
    """A server's log, and a page whose every connection may end at any moment with frames unheard."""

    def __init__(self) -> None:
        super().__init__()
        self.model = SpaceModel(kept=None)
        self.top = 0
        self.log: dict[int, ChatMessage] = {}
        """The messages as they are now."""
        self.versions: dict[int, list[ChatMessage]] = {}
        """As they were, one after the other."""
        self.written: list[UUID] = []
        self.acknowledged: set[UUID] = set()
        self.under_way: list[ServerFrame] = []
        self.first_seq = 1
        self.is_open = False

    def store(self, client_id: UUID, author: UUID) -> int:
        for known in self.log.values():
            if (known.client_id, known.author.user_id) == (client_id, author):
                return known.seq
        self.top += 1
        self.note(message(self.top, client_id, author))
        if self.is_open:
            self.under_way.append(protocol.ChatPosted(self.top - 1, self.log[self.top]))
        return self.top

    def note(self, now: ChatMessage) -> None:
        self.log[now.seq] = now
        self.versions.setdefault(now.seq, []).append(now)

    def hear(self, frame: ServerFrame) -> None:
        for told in self.model.hear(frame):
            if isinstance(told, Stored):
                self.acknowledged.add(told.client_id)
        if isinstance(frame, protocol.SpaceJoined) and frame.anew:
            self.first_seq = frame.from_seq

    @rule()
    def somebody_says(self) -> None:
        self.store(UUID(int=5000 + self.top), FOX)

    @precondition(lambda self: self.log)
    @rule(data=st.data(), count=st.integers(1, 3), pinned=st.booleans())
    def somebody_changes(self, data: st.DataObject, count: int, pinned: bool) -> None:
        """Several changes that are told together, some of them of the same message."""
        before, seqs = self.top, set()
        for _ in range(count):
            of = data.draw(st.sampled_from(sorted(self.log)))
            seqs.add(of)
            self.top += 1
            self.note(otherwise(self.log[of], self.top, f"text at {self.top}", pinned=pinned))
        if self.is_open:
            told = [self.log[seq] for seq in sorted(seqs)]
            self.under_way.append(protocol.ChatChanged(before, self.top, told))

    @rule()
    def i_write(self) -> None:
        client_id = UUID(int=9000 + len(self.written))
        self.written.append(client_id)
        self.model.write(client_id, "hello")

    @precondition(lambda self: self.is_open and self.model.next_to_post)
    @rule()
    def i_post(self) -> None:
        written = self.model.next_to_post
        assert written is not None
        seq = self.store(written.client_id, ME)
        self.under_way.append(protocol.ChatAck(1, written.client_id, seq))

    @precondition(lambda self: self.is_open)
    @rule()
    def line_breaks(self) -> None:
        self.under_way.clear()
        self.is_open = False

    @precondition(lambda self: not self.is_open)
    @rule(cut_at=st.integers(0, RETAINED))
    def comes_back(self, cut_at: int = 2) -> None:
        last = self.model.last_seq
        is_anew = last is None or not 0 <= self.top - last <= RETAINED
        if last is not None and not is_anew:
            start = last
            first = [each for each in self.log.values() if each.seq <= start < version(each)]
        else:
            start = ([0, *sorted(self.log)])[-RETAINED - 1] if len(self.log) >= RETAINED else 0
            first = [each for each in self.log.values() if each.seq <= start and each.pinned]
        told = [each for each in self.log.values() if each.seq > start]
        # What was known comes with the first of them, which always tells of more.
        cut = told[min(cut_at, len(told)) - 1].seq if told and cut_at else self.top
        parts = [[*first, *(each for each in told if each.seq <= cut)],
                 [each for each in told if each.seq > cut]]
        self.under_way = [joined(self.top, start + 1, anew=is_anew)]
        if start < self.top:
            self.under_way += [protocol.ChatHistory(start, cut, parts[0])]
        if cut < self.top:
            self.under_way += [protocol.ChatHistory(cut, self.top, parts[1])]
        self.is_open = True
        self.hear(protocol.Welcome(protocol.PROTOCOL_VERSION, "c", ME))

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), is_twice=st.booleans())
    def something_is_heard(self, data: st.DataObject, is_twice: bool) -> None:
        # Frames of a connection come in their order: the first says what the page has joined.
        is_first = isinstance(self.under_way[0], protocol.SpaceJoined)
        at = 0 if is_first else data.draw(st.integers(0, len(self.under_way) - 1))
        frame = self.under_way[at] if is_twice else self.under_way.pop(at)
        self.hear(frame)

    @invariant()
    def what_is_known_is_what_is_stored(self) -> None:
        """Every message up to `seq`, in order, and each at least as it was then."""
        known = self.model.messages
        assert [each.seq for each in known] == [
            seq for seq in sorted(self.log) if self.first_seq <= seq <= self.model.seq
        ]
        for each in known:
            assert each in self.versions[each.seq]
            assert not [
                newer for newer in self.versions[each.seq]
                if version(each) < version(newer) <= self.model.seq
            ], "a change was passed over"
        stored = {each.client_id for each in self.log.values() if each.author.user_id == ME}
        assert self.acknowledged <= stored

    def teardown(self) -> None:
        """In the end nothing more is lost: everything is known, and what was written is stored once."""
        for _ in range(3):  # come back; send what is left; and once more for what order has spoiled
            self.line_breaks()
            self.comes_back()
            for _ in range(2):
                for frame in self.under_way:
                    self.hear(frame)
                self.under_way.clear()
                while self.model.next_to_post:
                    self.i_post()
                    self.hear(self.under_way.pop())
        assert not self.model.has_gap
        assert self.model.seq == self.top
        assert self.model.messages == [self.log[each.seq] for each in self.model.messages]
        shown = {each.seq for each in self.model.messages} | {each.seq for each in self.model.pinned}
        assert {seq for seq, each in self.log.items() if each.pinned} <= shown
        assert not [each for each in self.model.pinned if not self.log[each.seq].pinned]
        assert not self.model.pending
        assert self.acknowledged == set(self.written)
        mine = [each.client_id for each in self.log.values() if each.author.user_id == ME]
        assert sorted(mine) == sorted(self.written)
        self.what_is_known_is_what_is_stored()


TestFaults = Faults.TestCase
TestFaults.settings = settings(
    max_examples=150, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_waits_grow_to_a_ceiling_and_are_spread() -> None:
    assert delay_before(1006, 0, 0.5) == pytest.approx(0.3)
    assert delay_before(1006, 99, 1) == 20
    assert delay_before(CloseCode.RESTARTING, 0, 1) == 1
    assert delay_before(CloseCode.SLOW_READER, 99, 1) == 30
    assert delay_before(CloseCode.RESYNC, 0, 1) == pytest.approx(0.2)
    assert delay_before(CloseCode.RESTARTING, 5, 0) == 0


@pytest.mark.parametrize(
    ("code", "final"), [(1000, False), (4000, False), (4499, False), (4500, True), (5000, False)]
)
def test_which_closes_are_for_good(code: int, final: bool) -> None:
    assert is_final(code) is final
