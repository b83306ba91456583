"""Ranges of Yjs clock ticks, by client: which items of a board page are deleted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from realtime.yjs_update import Deletion, Id


class Ranges:
    """Clock ranges by client, joined where they touch: their number counts, not their length."""

    def __init__(self) -> None:
        self._by_client: dict[int, tuple[list[int], list[int]]] = {}
        """Client -> the starts and the ends of its ranges, ascending."""

    def add(self, client: int, clock: int, length: int = 1) -> None:
        starts, ends = self._by_client.setdefault(client, ([], []))
        end = clock + length
        first, after = bisect_left(ends, clock), bisect_right(starts, end)
        if first < after:
            clock, end = min(clock, starts[first]), max(end, ends[after - 1])
        starts[first:after], ends[first:after] = [clock], [end]

    def missing(self, wanted: Deletion) -> list[Deletion]:
        """The parts of `wanted` that are not in here."""
        client, at, length = wanted
        end = at + length
        starts, ends = self._by_client.get(client, _NO_RANGES)
        found: list[Deletion] = []
        index = bisect_right(ends, at)
        while at < end:
            start = starts[index] if index < len(starts) else end
            if start > at:
                found.append(Deletion(client, at, min(start, end) - at))
            at = ends[index] if index < len(ends) else end
            index += 1
        return found

    def touches(self, wanted: Deletion) -> bool:
        """Whether any part of `wanted` is in here."""
        starts, ends = self._by_client.get(wanted.client, _NO_RANGES)
        index = bisect_right(ends, wanted.clock)
        return index < len(starts) and starts[index] < wanted.clock + wanted.length

    def all(self) -> list[Deletion]:
        """Every range."""
        return [
            Deletion(client, start, end - start)
            for client, (starts, ends) in self._by_client.items()
            for start, end in zip(starts, ends, strict=True)
        ]

    def has(self, identity: Id) -> bool:
        return self.touches(Deletion(identity.client, identity.clock, 1))


_NO_RANGES: tuple[list[int], list[int]] = ([], [])


def merged(deletions: Iterable[Deletion]) -> list[Deletion]:
    """The same, in order and without overlap: repeating a range must not cost anything."""
    merged: list[Deletion] = []
    for each in sorted(deletions):
        last = merged[-1] if merged else None
        if last is not None and last.client == each.client and each.clock <= last.clock + last.length:
            end = max(last.clock + last.length, each.clock + each.length)
            merged[-1] = Deletion(last.client, last.clock, end - last.clock)
        else:
            merged.append(each)
    return merged
