"""Reads a Yjs update (V1 encoding) without applying it: which items it adds, which it deletes.

The format is that of `encodeStateAsUpdate` in yjs 13 (UpdateEncoderV1, `Item.write`, `DeleteSet`). Every
length is held against the bytes that are left, and nesting is bounded: hostile bytes raise
`MalformedUpdate` and nothing else, in time proportional to their size.

What one reader of the format takes and another does not would let the two hold different documents, or
break every browser in the room. So numbers are read in their shortest form and below 2**53 only, text has
to be UTF-8, and a client's structs stand in one place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

STRUCT_LIMIT = 50_000
"""In what a person sends. A stored page may hold more."""
DEPTH_LIMIT = 4
CLOCK_LIMIT = 1 << 31
NUMBER_LIMIT = 1 << 53
"""Browsers refuse larger ones, and with them the whole update."""

GC, DELETED, JSON, BINARY, STRING, EMBED, FORMAT, TYPE, ANY, DOC, SKIP = range(11)
"""Content references of structs."""

TYPE_MAP, TYPE_XML_ELEMENT, TYPE_XML_HOOK, TYPE_XML_TEXT = 1, 3, 5, 6


class MalformedUpdate(ValueError):
    """The bytes are no Yjs update, or one beyond the limits above."""


class Id(NamedTuple):
    """An item's identity: who made it, and when by their own clock."""

    client: int
    clock: int


class Item(NamedTuple):
    """A struct of an update. Exactly one of `origin`, `parent_root`, `parent_id` is given, or none for GC."""

    client: int
    clock: int
    length: int
    content: int
    origin: Id | None
    right_origin: Id | None
    parent_root: str | None
    parent_id: Id | None
    key: str | None
    """The map key, where the parent is written out."""
    type_ref: int
    """For `TYPE` content, else -1."""
    text: str | None
    """The value, when the content is a single string; of `FORMAT`, as JSON."""
    name: str | None = None
    """What an XML element is called; what a `FORMAT` sets."""


class Deletion(NamedTuple):
    client: int
    clock: int
    length: int


class Update(NamedTuple):
    items: list[Item]
    deletions: list[Deletion]
    structs: bytes
    """The encoded items: the update without its deletions."""


def read(data: bytes, struct_limit: int = STRUCT_LIMIT) -> Update:
    """Parse an update. Raises: MalformedUpdate."""
    return _Parser(data, struct_limit).update()


def read_stored(data: bytes) -> Update:
    """Parse what was checked before it was stored; a whole page may have any number of structs."""
    return read(data, struct_limit=len(data))


def with_deletions(structs: bytes, deletions: Iterable[Deletion]) -> bytes:
    """The update of these structs (`Update.structs`) that deletes just this."""
    by_client: dict[int, list[Deletion]] = {}
    for deletion in deletions:
        by_client.setdefault(deletion.client, []).append(deletion)
    out = bytearray(structs)
    _write_uint(out, len(by_client))
    for client, ranges in by_client.items():
        _write_uint(out, client)
        _write_uint(out, len(ranges))
        for deletion in ranges:
            _write_uint(out, deletion.clock)
            _write_uint(out, deletion.length)
    return bytes(out)


def _write_uint(out: bytearray, value: int) -> None:
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)


class _Parser:
    def __init__(self, data: bytes, struct_limit: int) -> None:
        self._data = data
        self._size = len(data)
        self._struct_limit = struct_limit
        self._at = 0

    def update(self) -> Update:
        items: list[Item] = []
        clients: set[int] = set()
        for _ in range(self._count()):
            structs = self._count()
            client, clock = self._id()
            if client in clients:
                raise MalformedUpdate("a client twice")
            clients.add(client)
            if len(items) + structs > self._struct_limit:
                raise MalformedUpdate("too many structs")
            for _ in range(structs):
                item = self._item(client, clock)
                clock += item.length
                if item.length == 0 or clock > CLOCK_LIMIT:
                    raise MalformedUpdate("a struct of no length, or of too much")
                items.append(item)
        structs_end = self._at
        deletions: list[Deletion] = []
        for _ in range(self._count()):
            client = self._uint()
            deletions += [Deletion(client, self._clock(), self._length()) for _ in range(self._count())]
        if self._at != self._size:
            raise MalformedUpdate("bytes after the end")
        return Update(items, deletions, self._data[:structs_end])

    def _item(self, client: int, clock: int) -> Item:
        info = self._byte()
        content = info & 31
        if content in (GC, SKIP):
            return Item(client, clock, self._length(), content, None, None, None, None, None, -1, None)
        origin = self._id() if info & 0x80 else None
        right_origin = self._id() if info & 0x40 else None
        parent_root = parent_id = key = None
        if not info & 0xC0:
            if self._uint() == 1:
                parent_root = self._string()
            else:
                parent_id = self._id()
            if info & 0x20:
                key = self._string()
        type_ref, text, name, length = -1, None, None, 1
        if content == DELETED:
            length = self._length()
        elif content in (BINARY, EMBED):
            self._skip(self._uint())
        elif content == STRING:
            length = len(self._string().encode("utf-16-le")) // 2
        elif content == FORMAT:
            name, text = self._string(), self._string()
        elif content == TYPE:
            type_ref = self._uint()
            if type_ref in (TYPE_XML_ELEMENT, TYPE_XML_HOOK):
                name = self._string()
        elif content == ANY:
            length = self._count()
            for _ in range(length):
                value = self._any(0)
                text = value if length == 1 else None
        elif content == JSON:
            length = self._count()
            for _ in range(length):
                self._skip(self._uint())
        elif content == DOC:
            self._skip(self._uint())
            self._any(0)
        else:
            raise MalformedUpdate("content")
        return Item(
            client, clock, length, content, origin, right_origin, parent_root, parent_id, key, type_ref, text,
            name,
        )

    def _byte(self) -> int:
        if self._at >= self._size:
            raise MalformedUpdate("cut short")
        self._at += 1
        return self._data[self._at - 1]

    def _uint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                break
            shift += 7
            if shift > 49:
                raise MalformedUpdate("number")
        if value >= NUMBER_LIMIT or (byte == 0 and shift):
            raise MalformedUpdate("number")
        return value

    def _int(self) -> None:
        """A whole number of lib0's `writeVarInt`: six bits and a sign, then seven at a time."""
        byte = self._byte()
        value, shift = byte & 63, 6
        while byte & 128:
            byte = self._byte()
            value |= (byte & 127) << shift
            shift += 7
            if shift > 55 or byte == 0:
                raise MalformedUpdate("number")
        if value >= NUMBER_LIMIT:
            raise MalformedUpdate("number")

    def _id(self) -> Id:
        return Id(self._uint(), self._clock())

    def _clock(self) -> int:
        value = self._uint()
        if value >= CLOCK_LIMIT:
            raise MalformedUpdate("clock")
        return value

    def _length(self) -> int:
        """A number of clock ticks: nothing of that size follows, so it is bounded by itself."""
        value = self._uint()
        if not 0 < value < CLOCK_LIMIT:
            raise MalformedUpdate("length")
        return value

    def _count(self) -> int:
        """A number of things of at least one byte each."""
        value = self._uint()
        if value > self._size - self._at:
            raise MalformedUpdate("count")
        return value

    def _skip(self, size: int) -> None:
        if size > self._size - self._at:
            raise MalformedUpdate("size")
        self._at += size

    def _string(self) -> str:
        size = self._uint()
        start = self._at
        self._skip(size)
        try:
            return self._data[start : self._at].decode()
        except UnicodeDecodeError as error:
            raise MalformedUpdate("text") from error

    def _any(self, depth: int) -> str | None:
        """A value of lib0's `writeAny`; returned when it is a text."""
        if depth > DEPTH_LIMIT:
            raise MalformedUpdate("nested too deeply")
        kind = self._byte()
        if kind == 119:
            return self._string()
        if kind in (127, 126, 121, 120):  # undefined, null, false, true
            pass
        elif kind == 125:
            self._int()
        elif kind == 124:
            self._skip(4)
        elif kind in (123, 122):
            self._skip(8)
        elif kind == 116:  # bytes
            self._skip(self._uint())
        elif kind == 118:
            for _ in range(self._count()):
                self._string()
                self._any(depth + 1)
        elif kind == 117:
            for _ in range(self._count()):
                self._any(depth + 1)
        else:
            raise MalformedUpdate("value")
        return None
