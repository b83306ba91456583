"""Binary frames: the messages of a board page, as y-protocols writes them.

    varUint 0, varUint 0|1|2, varUint8Array    sync: step 1 (state vector), step 2, update
    varUint 1, varUint8Array                   awareness: varUint count, then for each client
                                               varUint client, varUint clock, varString state
    varUint 64, varUint8Array                  a stroke in progress, to the server
    varUint 64, varString user id, varUint8Array   the same, to the others
    varUint 65, varString user id, and one of the above   what somebody does who shares the sender's device

Any Yjs client understands the first two; the others are ours and may be ignored.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

SYNC = 0
AWARENESS = 1
STROKE = 64
ACTING = 65

STEP_1 = 0
STEP_2 = 1
UPDATE = 2

STROKE_LIMIT_BYTES = 4096
STATE_LIMIT_BYTES = 1024
AWARENESS_LIMIT = 4
NUMBER_LIMIT = (1 << 53) - 1


class BadMessage(ValueError):
    """The bytes are no message of this protocol."""


class Reader:
    """Reads lib0's variable-length encoding; every length is held against the bytes that are left."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """How many bytes there are still."""
        return len(self._data) - self._at

    @property
    def at_end(self) -> bool:
        return self._at == len(self._data)

    def uint(self) -> int:
        """varUint; browsers read no more than 53 bits. Raises: BadMessage."""
        value = shift = 0
        while True:
            if self._at >= len(self._data) or shift > 49:
                raise BadMessage("bad number")
            byte = self._data[self._at]
            self._at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                break
            shift += 7
        if value >= NUMBER_LIMIT:
            raise BadMessage("bad number")
        return value

    def bytes(self) -> bytes:
        """varUint8Array. Raises: BadMessage."""
        size = self.uint()
        if size > len(self._data) - self._at:
            raise BadMessage("a length beyond the end")
        self._at += size
        return self._data[self._at - size : self._at]

    def person(self) -> UUID:
        """A user id, as varString. Raises: BadMessage."""
        try:
            return UUID(self.bytes().decode())
        except ValueError as error:  # UnicodeDecodeError is one
            raise BadMessage("no user id") from error


def uint(value: int) -> bytes:
    """varUint."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def blob(data: bytes) -> bytes:
    """varUint8Array, and varString of UTF-8."""
    return uint(len(data)) + data


def sync(step: int, data: bytes) -> bytes:
    """A sync message; `data` is a state vector (step 1) or an update."""
    return bytes((SYNC, step)) + blob(data)


def state_vector(clocks: dict[int, int]) -> bytes:
    """A state vector: for each client the next clock."""
    return uint(len(clocks)) + b"".join(uint(client) + uint(clock) for client, clock in clocks.items())


def stroke(user_id: UUID, payload: bytes) -> bytes:
    """A stroke in progress, as the others get it."""
    return bytes((STROKE,)) + blob(str(user_id).encode()) + blob(payload)


def acting(user_id: UUID, message: bytes) -> bytes:
    """A message to the server in the name of somebody who shares the sender's device."""
    return bytes((ACTING,)) + blob(str(user_id).encode()) + message


class State(msgspec.Struct, frozen=True):
    """One client's awareness: `state` is JSON, or `null` when it has gone."""

    client_id: int
    clock: int
    state: bytes


def awareness(states: list[State]) -> bytes:
    """An awareness message."""
    body = b"".join(uint(each.client_id) + uint(each.clock) + blob(each.state) for each in states)
    return bytes((AWARENESS,)) + blob(uint(len(states)) + body)


def check_state_vector(data: bytes) -> None:
    """Hold a state vector against its bytes: who decodes it makes room for as many as it claims to have.

    Raises: BadMessage.
    """
    reader = Reader(data)
    count = reader.uint()
    if count > reader.left // 2:
        raise BadMessage("no state vector")
    for _ in range(2 * count):
        reader.uint()
    if not reader.at_end:
        raise BadMessage("no state vector")


def read_awareness(data: bytes) -> list[State]:
    """The states in an awareness message's body. Raises: BadMessage."""
    reader = Reader(data)
    count = reader.uint()
    if count > AWARENESS_LIMIT:
        raise BadMessage("too many states")
    states = [State(reader.uint(), reader.uint(), reader.bytes()) for _ in range(count)]
    if not reader.at_end or any(len(each.state) > STATE_LIMIT_BYTES for each in states):
        raise BadMessage("a state that is too long")
    return states


_FAR = Meta(ge=-(10**9), le=10**9)
_Place = Annotated[int, _FAR] | Annotated[float, _FAR]


class _Point(msgspec.Struct, frozen=True):
    """Where somebody points on a board."""

    x: _Place
    y: _Place


class _Id(msgspec.Struct, frozen=True):
    client: Annotated[int, Meta(ge=0, le=NUMBER_LIMIT)]
    clock: Annotated[int, Meta(ge=0, le=NUMBER_LIMIT)]


class _Position(msgspec.Struct, frozen=True):
    """A place in notes, as Yjs writes one that moves along."""

    type: _Id | None = None
    tname: Literal["notes"] | None = None
    item: _Id | None = None
    assoc: Literal[-1, 0] = 0


class _Selection(msgspec.Struct, frozen=True):
    anchor: _Position
    head: _Position


_POINT = msgspec.json.Decoder(_Point).decode
_SELECTION = msgspec.json.Decoder(_Selection).decode


class _Fields(msgspec.Struct, frozen=True):
    """What is read of a state: nothing else of it is passed on."""

    cursor: msgspec.Raw = msgspec.Raw(b"null")


_FIELDS = msgspec.json.Decoder(_Fields | None).decode


def signed_state(state: State, user_id: UUID) -> State:
    """Where somebody points, and `user` set by us, so that nobody points as somebody else.

    Whatever else a state says is left out: it would be seen by pages alone, and by nobody who keeps order.

    Raises: BadMessage.
    """
    try:
        fields = _FIELDS(state.state)
        if fields is None:
            return State(state.client_id, state.clock, b"null")
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadMessage("a state that is none") from error
    signed = msgspec.json.encode({"cursor": _cursor(fields.cursor), "user": str(user_id)})
    return State(state.client_id, state.clock, signed)


def _cursor(written: msgspec.Raw) -> _Point | _Selection | None:
    """None: they point nowhere, or in a way that no page of ours knows."""
    for decode in (_POINT, _SELECTION):
        with suppress(msgspec.DecodeError, RecursionError):
            return decode(written)
    return None
