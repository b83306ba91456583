"""Yjs updates written by hand: what an honest library would never write, and plain ones to compare with."""

from __future__ import annotations

from collections.abc import Iterable

GC, DELETED, JSON, BINARY, STRING, EMBED, FORMAT, TYPE, ANY, DOC, SKIP = range(11)
MAP, ARRAY, TEXT = 1, 0, 2

Section = tuple[int, int, list[bytes]]
"""A client, its first clock, and its structs."""


def uint(value: int, pad: int = 0) -> bytes:
    """varUint, with `pad` useless bytes."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    for _ in range(pad):
        out[-1] |= 128
        out.append(0)
    return bytes(out)


def blob(data: str | bytes) -> bytes:
    raw = data.encode() if isinstance(data, str) else data
    return uint(len(raw)) + raw


def text(value: str | bytes) -> bytes:
    """The content of a field that holds one text."""
    return uint(1) + b"\x77" + blob(value)


def element(key: str, kind: int = MAP, root: str = "elements") -> bytes:
    return bytes((TYPE | 0x20,)) + uint(1) + blob(root) + blob(key) + uint(kind)


def field(parent: tuple[int, int], key: str, content: bytes, kind: int = ANY) -> bytes:
    """The first value of a field."""
    return bytes((kind | 0x20,)) + uint(0) + uint(parent[0]) + uint(parent[1]) + blob(key) + content


def value(origin: tuple[int, int], content: bytes, kind: int = ANY) -> bytes:
    """Another value of the field that `origin` is a value of."""
    return bytes((kind | 0x80,)) + uint(origin[0]) + uint(origin[1]) + content


def plain(content: bytes, key: str = "x", kind: int = ANY) -> bytes:
    """A value right under the root."""
    return bytes((kind | 0x20,)) + uint(1) + blob("elements") + blob(key) + content


def gc(length: int) -> bytes:
    return bytes((GC,)) + uint(length)


def skip(length: int) -> bytes:
    return bytes((SKIP,)) + uint(length)


def update(*sections: Section, deletes: Iterable[tuple[int, int, int]] = ()) -> bytes:
    """An update; `deletes` are (client, clock, length)."""
    out = uint(len(sections))
    for client, clock, structs in sections:
        out += uint(len(structs)) + uint(client) + uint(clock) + b"".join(structs)
    by_client: dict[int, list[tuple[int, int]]] = {}
    for client, clock, length in deletes:
        by_client.setdefault(client, []).append((clock, length))
    out += uint(len(by_client))
    for client, ranges in by_client.items():
        out += uint(client) + uint(len(ranges)) + b"".join(uint(c) + uint(n) for c, n in ranges)
    return out


def drawing(client: int, key: str, author: object, **fields: str) -> bytes:
    """An element as an honest page makes it."""
    structs = [element(key), field((client, 0), "by", text(str(author)))]
    structs += [field((client, 0), name, text(content)) for name, content in fields.items()]
    return update((client, 0, structs))


def nested_arrays(size_bytes: int) -> bytes:
    """Arrays in arrays: crashes readers that recurse."""
    return uint(1) + b"\x75\x01" * (size_bytes // 2) + b"\x75\x00"


def state_vector(data: bytes) -> dict[int, int]:
    """An encoded state vector: each client's next clock."""
    at = 0

    def read() -> int:
        nonlocal at
        number = shift = 0
        while True:
            number |= (data[at] & 127) << shift
            at += 1
            shift += 7
            if data[at - 1] < 128:
                return number

    return {read(): read() for _ in range(read())}


# --- shared text

TEXT_TYPE = 6
"""Y.XmlText."""


def _parent(parent: tuple[int, int] | str) -> bytes:
    if isinstance(parent, str):
        return uint(1) + blob(parent)
    return uint(0) + uint(parent[0]) + uint(parent[1])


def child(parent: tuple[int, int] | str, what: str | int, ref: int = 3) -> bytes:
    """An XML element by its name, or another type by its number, as the first in its parent."""
    content = uint(ref) + blob(what) if isinstance(what, str) else uint(what)
    return bytes((TYPE,)) + _parent(parent) + content


def letters(parent: tuple[int, int] | str, content: str, kind: int = STRING) -> bytes:
    """Letters as the first in their parent. With `kind` DELETED: one tick that was."""
    return bytes((kind,)) + _parent(parent) + (uint(1) if kind == DELETED else blob(content))


def inserted(
    left: tuple[int, int] | None, right: tuple[int, int] | None, content: bytes, kind: int = STRING
) -> bytes:
    """Something between two others."""
    info = kind | (0x80 if left else 0) | (0x40 if right else 0)
    sides = b"".join(uint(each[0]) + uint(each[1]) for each in (left, right) if each)
    return bytes((info,)) + sides + content


def format_(left: tuple[int, int], name: str, value: str) -> bytes:
    """A mark that begins or ends after something."""
    return inserted(left, None, blob(name) + blob(value), kind=FORMAT)
