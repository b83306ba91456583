"""The frames: each survives the wire, and nothing a client sends does worse than a decoding error."""

from __future__ import annotations

import contextlib
from datetime import UTC
from typing import get_args
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime import protocol
from realtime.protocol import ClientFrame, CloseCode, ErrorCode, Frame, ServerFrame


def frames(kind: type[Frame]) -> st.SearchStrategy[Frame]:
    """Frames of a kind, from its own type hints: what the decoder takes, it must give back the same."""

    def of(hint: object) -> st.SearchStrategy[object]:
        info = msgspec.inspect.type_info(hint)
        return _values(info)

    return st.builds(kind, **{field.name: of(field.type) for field in msgspec.structs.fields(kind)})


def _values(info: msgspec.inspect.Type) -> st.SearchStrategy[object]:
    match info:
        case msgspec.inspect.IntType():
            return st.integers(info.ge if info.ge is not None else -(2**31), info.le or 2**31)
        case msgspec.inspect.StrType():
            return st.text(min_size=info.min_length or 0, max_size=min(info.max_length or 30, 30))
        case msgspec.inspect.BoolType():
            return st.booleans()
        case msgspec.inspect.NoneType():
            return st.none()
        case msgspec.inspect.UUIDType():
            return st.uuids()
        case msgspec.inspect.DateTimeType():
            return st.datetimes(timezones=st.just(UTC))
        case msgspec.inspect.EnumType():
            return st.sampled_from(list(info.cls))
        case msgspec.inspect.ListType():
            return st.lists(_values(info.item_type), max_size=2)
        case msgspec.inspect.UnionType():
            return st.one_of(*[_values(each) for each in info.types])
        case msgspec.inspect.StructType():
            return st.builds(info.cls, **{field.name: _values(field.type) for field in info.fields})
    raise AssertionError(f"no values of {info}")


@pytest.mark.parametrize("kind", get_args(ClientFrame), ids=lambda kind: kind.__name__)
@settings(deadline=None)
@given(data=st.data())
def test_a_clients_frame_is_read_as_written(kind: type[Frame], data: st.DataObject) -> None:
    frame = data.draw(frames(kind))
    assert protocol.decode_client(protocol.encode(frame)) == frame
    assert protocol.decode_client(protocol.encode(frame).decode()) == frame


@pytest.mark.parametrize("kind", get_args(ServerFrame), ids=lambda kind: kind.__name__)
@settings(deadline=None)
@given(data=st.data())
def test_a_servers_frame_is_read_as_written(kind: type[Frame], data: st.DataObject) -> None:
    frame = data.draw(frames(kind))
    assert protocol.decode_server(protocol.encode(frame)) == frame


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_bytes_are_a_frame_or_an_error(data: bytes | str) -> None:
    with contextlib.suppress(msgspec.DecodeError, RecursionError):
        protocol.decode_client(data)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            ["type", "ref", "space_id", "last_seq", "text", "client_id", "protocol", "sdp", "on"]
        ),
        st.sampled_from(["hello", "space.join", "chat.post", "media.watch"])
        | st.integers()
        | st.none()
        | st.booleans()
        | st.floats()
        | st.lists(st.none(), max_size=2),
    )
)
def test_any_object_is_a_frame_or_an_error(fields: dict[str, object]) -> None:
    with contextlib.suppress(msgspec.DecodeError, RecursionError):
        protocol.decode_client(msgspec.json.encode(fields))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"type":' * 50_000])
def test_deep_nesting_is_an_error(text: str) -> None:
    with pytest.raises((msgspec.DecodeError, RecursionError)):
        protocol.decode_client(text)


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "hello", "protocol": 1, "more": 1},
        {"type": "space.join", "ref": -1, "space_id": str(uuid4())},
        {"type": "space.join", "ref": 1, "space_id": str(uuid4()), "last_seq": 2**64},
        {"type": "space.join", "ref": 1, "space_id": "the usual one"},
        {"type": "chat.post", "ref": 1, "client_id": str(uuid4()), "text": ""},
        {"type": "chat.post", "ref": 1, "client_id": str(uuid4()), "text": "x" * 2001},
        {"ref": 1},
        {"type": "space.leave"},
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        protocol.decode_client(msgspec.json.encode(fields))


def test_close_codes_say_whether_to_come_back() -> None:
    back = {CloseCode.RESTARTING, CloseCode.SLOW_READER, CloseCode.RESYNC}
    assert {code for code in CloseCode if 4000 <= code < 4500} == back
    assert all(4500 <= code < 5000 for code in CloseCode if code not in back)


def test_codes_are_their_own_names() -> None:
    assert all(code.value == code.name.lower() for code in ErrorCode)
