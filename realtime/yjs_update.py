"""Reads a Yjs update (V1 encoding) without applying it: which items it adds, which it deletes.

The format is that of `encodeStateAsUpdate` in yjs 13 (UpdateEncoderV1, `Item.write`, `DeleteSet`). Every
length is held against the bytes that are left, and nesting is bounded: hostile bytes raise
`MalformedUpdate` and nothing else, in time proportional to their size.
"""

from __future__ import annotations

from typing import NamedTuple

STRUCT_LIMIT = 50_000
DEPTH_LIMIT = 4
CLIENT_LIMIT = 1 << 53

GC, DELETED, JSON, BINARY, STRING, EMBED, FORMAT, TYPE, ANY, DOC, SKIP = range(11)
"""Content references of structs."""

TYPE_MAP = 1


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
    """The value, when the content is a single string."""


class Deletion(NamedTuple):
    client: int
    clock: int
    length: int


class Update(NamedTuple):
    items: list[Item]
    deletions: list[Deletion]


def read(data: bytes) -> Update:
    """Parse an update. Raises: MalformedUpdate."""
    return _Parser(data).update()


class _Parser:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._size = len(data)
        self._at = 0

    def update(self) -> Update:
        items: list[Item] = []
        for _ in range(self._count()):
            structs = self._count()
            client, clock = self._uint(), self._uint()
            if client >= CLIENT_LIMIT:
                raise MalformedUpdate("client id")
            if len(items) + structs > STRUCT_LIMIT:
                raise MalformedUpdate("too many structs")
            for _ in range(structs):
                item = self._item(client, clock)
                clock += item.length
                items.append(item)
        deletions: list[Deletion] = []
        for _ in range(self._count()):
            client = self._uint()
            for _ in range(self._count()):
                deletions.append(Deletion(client, self._uint(), self._uint()))
        if self._at != self._size:
            raise MalformedUpdate("bytes after the end")
        return Update(items, deletions)

    def _item(self, client: int, clock: int) -> Item:
        info = self._byte()
        content = info & 31
        if content in (GC, SKIP):
            return Item(client, clock, self._length(), content, None, None, None, None, None, -1, None)
        origin = Id(self._uint(), self._uint()) if info & 0x80 else None
        right_origin = Id(self._uint(), self._uint()) if info & 0x40 else None
        parent_root = parent_id = key = None
        if not info & 0xC0:
            if self._uint() == 1:
                parent_root = self._string()
            else:
                parent_id = Id(self._uint(), self._uint())
            if info & 0x20:
                key = self._string()
        type_ref, text, length = -1, None, 1
        if content == DELETED:
            length = self._length()
        elif content == BINARY or content == EMBED:
            self._skip(self._uint())
        elif content == STRING:
            length = len(self._string().encode("utf-16-le")) // 2
        elif content == FORMAT:
            self._skip(self._uint())
            self._skip(self._uint())
        elif content == TYPE:
            type_ref = self._uint()
            if type_ref in (3, 5):  # XML element and hook carry a name
                self._skip(self._uint())
        elif content == ANY:
            length = self._count()
            at = self._at
            for _ in range(length):
                self._any(0)
            if length == 1 and self._data[at] == 119:
                text = self._text_of(at + 1)
        elif content == JSON:
            length = self._count()
            for _ in range(length):
                self._skip(self._uint())
        elif content == DOC:
            self._skip(self._uint())
            self._any(0)
        else:
            raise MalformedUpdate("content")
        if length == 0:
            raise MalformedUpdate("an empty struct")
        return Item(client, clock, length, content, origin, right_origin, parent_root, parent_id, key, type_ref, text)

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
                return value
            shift += 7
            if shift > 56:
                raise MalformedUpdate("number")

    def _length(self) -> int:
        """A number of clock ticks: nothing of that size follows, so it is bounded by itself."""
        value = self._uint()
        if value > 1 << 31:
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
        return self._utf8(start)

    def _text_of(self, at: int) -> str:
        end, self._at = self._at, at
        value = self._string()
        self._at = end
        return value

    def _utf8(self, start: int) -> str:
        try:
            return self._data[start : self._at].decode()
        except UnicodeDecodeError as error:
            raise MalformedUpdate("text") from error

    def _any(self, depth: int) -> None:
        """A value of lib0's `writeAny`."""
        if depth > DEPTH_LIMIT:
            raise MalformedUpdate("nested too deeply")
        kind = self._byte()
        if kind in (127, 126, 121, 120):  # undefined, null, false, true
            return
        if kind == 125:  # a whole number, signed and of variable length
            while self._byte() & 128:
                pass
        elif kind == 124:
            self._skip(4)
        elif kind in (123, 122):
            self._skip(8)
        elif kind in (119, 116):  # text, bytes
            self._skip(self._uint())
        elif kind == 118:
            for _ in range(self._count()):
                self._skip(self._uint())
                self._any(depth + 1)
        elif kind == 117:
            for _ in range(self._count()):
                self._any(depth + 1)
        else:
            raise MalformedUpdate("value")
