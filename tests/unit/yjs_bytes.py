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
