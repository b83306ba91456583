"""Board messages: what is written is read again, and no bytes do worse than `BadMessage`."""

from __future__ import annotations

from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime import board_wire as wire
from realtime.board_wire import BadMessage, Reader, State

numbers = st.integers(0, wire.NUMBER_LIMIT - 1)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PERSON = UUID("4e42bb09-7c3e-4f67-9f86-0a4bd3a1c0de")


@settings(deadline=None)
@given(st.lists(numbers | st.binary(max_size=300)))
def test_what_is_written_is_read_again(parts: list[int | bytes]) -> None:
    reader = Reader(b"".join(wire.uint(each) if isinstance(each, int) else wire.blob(each) for each in parts))
    assert [reader.uint() if isinstance(each, int) else reader.bytes() for each in parts] == parts
    assert reader.at_end


@settings(deadline=None)
@given(st.binary(max_size=60), st.lists(st.booleans(), max_size=20))
def test_any_bytes_end_in_a_bad_message_at_worst(data: bytes, kinds: list[bool]) -> None:
    reader = Reader(data)
    try:
        for is_number in kinds:
            got = reader.uint() if is_number else reader.bytes()
            assert isinstance(got, bytes) or got < wire.NUMBER_LIMIT
    except BadMessage:
        pass


@pytest.mark.parametrize("data", [b"", b"\x80", b"\xff" * 8 + b"\1", wire.uint(wire.NUMBER_LIMIT)])
def test_numbers_that_no_browser_reads_are_bad(data: bytes) -> None:
    with pytest.raises(BadMessage):
        Reader(data).uint()


def test_a_length_beyond_the_end_is_bad() -> None:
    with pytest.raises(BadMessage):
        Reader(wire.uint(1 << 40) + b"abc").bytes()


@settings(deadline=None)
@given(st.lists(st.tuples(numbers, numbers, st.binary(max_size=50)), max_size=wire.AWARENESS_LIMIT))
def test_awareness_is_read_as_written(parts: list[tuple[int, int, bytes]]) -> None:
    states = [State(*each) for each in parts]
    reader = Reader(wire.awareness(states))
    assert reader.uint() == wire.AWARENESS
    assert wire.read_awareness(reader.bytes()) == states


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_as_awareness(data: bytes) -> None:
    try:
        for state in wire.read_awareness(data):
            wire.signed_state(state, PERSON)
    except BadMessage:
        pass


@pytest.mark.parametrize(
    "body",
    [
        wire.uint(wire.AWARENESS_LIMIT + 1),
        wire.uint(1) + wire.uint(7) + wire.uint(1) + wire.blob(b"x" * (wire.STATE_LIMIT_BYTES + 1)),
        wire.uint(0) + b"more",
    ],
    ids=["too many", "too long", "more than it says"],
)
def test_awareness_beyond_its_limits(body: bytes) -> None:
    with pytest.raises(BadMessage):
        wire.read_awareness(body)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=5) | st.sampled_from(["user", "cursor"]), json_values, max_size=4))
def test_a_state_is_signed_and_says_nothing_but_where(fields: dict[str, object]) -> None:
    signed = wire.signed_state(State(1, 2, msgspec.json.encode(fields)), PERSON)
    assert (signed.client_id, signed.clock) == (1, 2)
    read = msgspec.json.decode(signed.state)
    assert read == {"cursor": None, "user": str(PERSON)} or wire._cursor(msgspec.Raw(
        msgspec.json.encode(fields["cursor"])
    ))


AT = {"type": None, "tname": "notes", "item": {"client": 7, "clock": 3}, "assoc": -1}


@pytest.mark.parametrize(
    ("cursor", "passed_on"),
    [
        ({"x": 1, "y": -2.5}, {"x": 1, "y": -2.5}),
        ({"x": 1, "y": 2, "say": "call me"}, {"x": 1, "y": 2}),
        ({"x": "call me", "y": 2}, None),
        ({"x": 10**30, "y": 2}, None),
        ({"x": 1e300, "y": 2}, None),
        ({"anchor": AT, "head": AT}, {"anchor": AT, "head": AT}),
        ({"anchor": {**AT, "say": "call me"}, "head": {"type": {"client": 1, "clock": 0}}},
         {"anchor": AT,
          "head": {"type": {"client": 1, "clock": 0}, "tname": None, "item": None, "assoc": 0}}),
        ({"anchor": {**AT, "tname": "call me"}, "head": AT}, None),
        ("call me", None),
        (["call", "me"], None),
        (None, None),
    ],
)
def test_a_cursor_carries_no_words(cursor: object, passed_on: object) -> None:
    state = msgspec.json.encode({"cursor": cursor, "name": "call me", "user": str(uuid4())})
    read = msgspec.json.decode(wire.signed_state(State(1, 2, state), PERSON).state)
    assert read == {"cursor": passed_on, "user": str(PERSON)}


def test_a_state_that_ends_stays_null() -> None:
    assert wire.signed_state(State(1, 2, b" null "), PERSON) == State(1, 2, b"null")


@pytest.mark.parametrize("state", [b"", b"[]", b"1", b"{", b"\xff", b"[" * 1000, b'"\\ud800"'])
def test_a_state_that_is_no_object(state: bytes) -> None:
    with pytest.raises(BadMessage):
        wire.signed_state(State(1, 2, state), PERSON)


def test_messages_as_y_protocols_write_them() -> None:
    assert wire.sync(wire.STEP_1, b"ab") == b"\0\0\2ab"
    assert wire.sync(wire.UPDATE, b"") == b"\0\2\0"
    user_id = uuid4()
    reader = Reader(wire.stroke(user_id, b"points"))
    assert (reader.uint(), reader.bytes(), reader.bytes()) == (wire.STROKE, str(user_id).encode(), b"points")
