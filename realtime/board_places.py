"""Where the values of a board page hang: which fields there are, and what Yjs passes to place a new one."""

from __future__ import annotations

from array import array
from bisect import bisect_right

from realtime.board_ranges import Ranges
from realtime.yjs_update import GC, TYPE, Id, Item


class Places:
    """Where items hang. Tells how far Yjs has to look for the place of another one.

    The values of a field form a tree: each names the one before it. Yjs passes, at most, what hangs on
    the named one already, and that came after it. So it is enough to know for each item how many its
    field had when it came.

    Args:
        base: what is known already; this one holds what an update adds to it.
    """

    def __init__(self, base: Places | None = None) -> None:
        self._base = base
        self._starts: dict[int, array[int]] = {}
        """Client -> the first clocks of its items; the two below run alongside."""
        self._item_fields: dict[int, array[int]] = {}
        self._item_ranks: dict[int, array[int]] = {}
        self._fields: dict[Id, dict[str, int]] = {}
        """Element -> field name -> the field's number."""
        self._field_count: int = base._field_count if base else 0
        self._sizes: dict[int, int] = {}
        """Field -> how many items it has; here as in the following, only what is not in `base`."""
        self._firsts: dict[int, set[int]] = {}
        """Field -> the clients that gave it a first value."""
        self._taken: dict[tuple[int, int], Ranges] = {}
        """(client, client of a predecessor) -> the clocks that the former has named as predecessor."""
        self._named = Ranges()
        """All that was named as predecessor, and how often where it was more than once."""
        self._named_again: dict[Id, int] = {}

    def field(self, element: Id, key: str) -> int | None:
        number = self._base.field(element, key) if self._base else None
        return self._fields.get(element, _NO_FIELDS).get(key) if number is None else number

    def count_fields(self, element: Id) -> int:
        return len(self._fields.get(element, ())) + (self._base.count_fields(element) if self._base else 0)

    def is_taken(self, item: Item) -> bool:
        """Whether this client has put an item at the same place already."""
        if self._base is not None and self._base.is_taken(item):
            return True
        if item.origin is not None:
            taken = self._taken.get((item.client, item.origin.client))
            return taken is not None and taken.has(item.origin)
        number = self._number_of(item)
        return number is not None and item.client in self._firsts.get(number, ())

    def count_siblings(self, item: Item) -> int:
        """How many items there are at the same place."""
        more = self._base.count_siblings(item) if self._base else 0
        if item.origin is not None:
            named = self._named_again.get(item.origin) or int(self._named.has(item.origin))
        else:
            number = self._number_of(item)
            named = 0 if number is None else len(self._firsts.get(number, ()))
        return named + more

    def count_behind(self, item: Item) -> int:
        """How many items Yjs may have to pass to find the place of this one."""
        if item.origin is None:
            number = self._number_of(item)
            return 0 if number is None else self._size(number)
        found = self._find(item.origin)
        return 0 if found is None else self._size(found[0]) - found[1]

    def add(self, item: Item, ranks: dict[int, int]) -> None:
        """Remember a value's place.

        Args:
            ranks: field -> how many items it had before all that came with this one; is filled in.
        """
        if item.content in (GC, TYPE):
            return
        if item.origin is not None:
            found = self._find(item.origin)
            if found is None:
                return
            number = found[0]
            taken = self._taken.setdefault((item.client, item.origin.client), Ranges())
            taken.add(*item.origin)
            if self._named.has(item.origin):
                self._named_again[item.origin] = self._named_again.get(item.origin, 1) + 1
            self._named.add(*item.origin)
        elif item.parent_id is not None and item.key is not None:
            number = self.field(item.parent_id, item.key)
            if number is None:
                number = self._fields.setdefault(item.parent_id, {})[item.key] = self._field_count
                self._field_count += 1
            self._firsts.setdefault(number, set()).add(item.client)
        else:
            return
        if item.length > 1:  # a run: each tick names the one before it
            self._taken.setdefault((item.client, item.client), Ranges()).add(
                item.client, item.clock, item.length - 1
            )
            self._named.add(item.client, item.clock, item.length - 1)
        size = self._size(number)
        if item.client not in self._starts:
            self._starts[item.client] = array("q")
            self._item_fields[item.client], self._item_ranks[item.client] = array("q"), array("q")
        self._starts[item.client].append(item.clock)
        self._item_fields[item.client].append(number)
        self._item_ranks[item.client].append(ranks.setdefault(number, size))
        self._sizes[number] = self._sizes.get(number, 0) + 1

    def _number_of(self, item: Item) -> int | None:
        if item.parent_id is None or item.key is None:
            return None
        return self.field(item.parent_id, item.key)

    def _size(self, number: int) -> int:
        return self._sizes.get(number, 0) + (self._base._size(number) if self._base else 0)

    def _find(self, identity: Id) -> tuple[int, int] | None:
        """An item's field, and how many items that had when it came."""
        starts = self._starts.get(identity.client)
        index = bisect_right(starts, identity.clock) - 1 if starts else -1
        if index >= 0:
            return self._item_fields[identity.client][index], self._item_ranks[identity.client][index]
        return self._base._find(identity) if self._base else None


_NO_FIELDS: dict[str, int] = {}
