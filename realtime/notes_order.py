"""In which order the items of a shared text stand, worked out as Yjs does, to know what that costs.

Yjs puts an item between its two neighbours as its author saw them. What others put there meanwhile it has to
pass, one piece after the other. An honest page passes a few; an update made for it makes every page of a room
pass everything there is, thousands of times. So the guard takes the same steps first, and counts them.

The algorithm is `Item.integrate` of yjs 13. A piece is what stands together and came together.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import NamedTuple

from realtime.yjs_update import Id, Item

Place = Id | str
"""A list that items stand in: the item that holds it, or the name of a root."""


class TooMuch(Exception):
    """It takes more steps than it may."""


class Crossed(Exception):
    """The neighbour on the right does not stand on the right of the one on the left."""


class Stood(NamedTuple):
    """What is known of an item."""

    length: int
    origin: Id | None
    right: Id | None
    place: Place | None
    """None: it stands nowhere; it is in something that is gone."""


class Order:
    """Items and where they stand.

    Args:
        base: what is known already; this one holds what is added to it.
    """

    def __init__(self, base: Order | None = None) -> None:
        self._base = base
        self._starts: dict[int, list[int]] = {}
        """Client -> the first clocks of its items, ascending."""
        self._items: dict[Id, Stood] = {}
        self._next: dict[Id, Id | None] = {}
        """The last tick of a piece -> what comes after it."""
        self._cuts: dict[int, list[int]] = {}
        """Client -> the last clocks of its pieces, ascending: the keys of `_next`."""
        self._heads: dict[Place, Id | None] = {}
        self.count: int = base.count if base else 0
        """How many items there are; such as continue one another count as one."""

    def find(self, identity: Id) -> tuple[Id, Stood] | None:
        """The item that a tick belongs to, and where it begins."""
        starts = self._starts.get(identity.client)
        index = bisect_right(starts, identity.clock) - 1 if starts else -1
        if starts and index >= 0:
            start = Id(identity.client, starts[index])
            found = self._items[start]
            return (start, found) if identity.clock < start.clock + found.length else None
        return self._base.find(identity) if self._base else None

    def hide(self, item: Item) -> None:
        """Remember an item that stands nowhere."""
        self._remember(item, None)

    def put(self, item: Item, place: Place, steps_left: int) -> int:
        """Find the place of an item and remember it. Returns the steps that it took.

        Raises:
            TooMuch: more than `steps_left`.
            Crossed: its neighbours do not stand like that.
        """
        left, right = item.origin, item.right_origin
        if left is not None:
            self._cut(left)
        if right is not None and right.clock > 0:
            before = Id(right.client, right.clock - 1)
            if (found := self.find(before)) and found == self.find(right):
                self._cut(before)
        spot, is_looking, steps = left, True, 0
        passed: set[Id] = set()
        conflicting: set[Id] = set()
        here = self._after(left, place)
        while here is not None and here != right:
            steps += 1
            if steps > steps_left:
                raise TooMuch
            end = self._end(here)
            if is_looking:
                passed.add(end)
                conflicting.add(end)
                origin, its_right = self._neighbours(here)
                if origin == left:
                    if here.client < item.client:
                        spot = end
                        conflicting.clear()
                    elif its_right == right:
                        is_looking = False
                elif origin is not None and (piece := self._end(origin)) in passed:
                    if piece not in conflicting:
                        spot = end
                        conflicting.clear()
                else:
                    is_looking = False
            here = self._after(end, place)
        if right is not None and here is None:
            raise Crossed
        after = self._after(spot, place)
        if spot == left and self._continues(item, place):
            self._set_next(Id(item.client, item.clock + item.length - 1), after)
            return steps
        self._remember(item, place)
        begin, end = Id(item.client, item.clock), Id(item.client, item.clock + item.length - 1)
        if spot is None:
            self._heads[place] = begin
        else:
            self._set_next(spot, begin)
        self._set_next(end, after)
        return steps

    def _continues(self, item: Item, place: Place) -> bool:
        """Whether an item goes on where its author's last one ended: then they are remembered as one."""
        starts = self._starts.get(item.client)
        if not starts or item.origin is None or item.origin.client != item.client:
            return False
        start = Id(item.client, starts[-1])
        last = self._items[start]
        if (
            start.clock + last.length != item.clock
            or item.origin.clock != item.clock - 1
            or last.right != item.right_origin
            or last.place != place
        ):
            return False
        self._items[start] = last._replace(length=last.length + item.length)
        self._next.pop(item.origin, None)
        cuts = self._cuts[item.client]
        del cuts[bisect_left(cuts, item.origin.clock)]
        return True

    def _remember(self, item: Item, place: Place | None) -> None:
        # Each client's items come in the order of their clocks.
        self.count += 1
        self._starts.setdefault(item.client, []).append(item.clock)
        self._items[Id(item.client, item.clock)] = Stood(item.length, item.origin, item.right_origin, place)

    def _set_next(self, end: Id, after: Id | None) -> None:
        if end not in self._next:
            insort(self._cuts.setdefault(end.client, []), end.clock)
        self._next[end] = after

    def _known_next(self, end: Id) -> tuple[bool, Id | None]:
        if end in self._next:
            return True, self._next[end]
        return self._base._known_next(end) if self._base else (False, None)

    def _cut(self, tick: Id) -> None:
        """End a piece at a tick."""
        if not self._known_next(tick)[0]:
            self._set_next(tick, Id(tick.client, tick.clock + 1))

    def _after(self, end: Id | None, place: Place) -> Id | None:
        if end is None:
            return self._head(place)
        return self._known_next(end)[1]

    def _head(self, place: Place) -> Id | None:
        if place in self._heads:
            return self._heads[place]
        return self._base._head(place) if self._base else None

    def _end(self, tick: Id) -> Id:
        """The last tick of the piece that a tick is in."""
        clock = self._cut_from(tick)
        assert clock is not None  # an item ends with a cut
        return Id(tick.client, clock)

    def _cut_from(self, tick: Id) -> int | None:
        cuts = self._cuts.get(tick.client, ())
        index = bisect_left(cuts, tick.clock)
        mine = cuts[index] if index < len(cuts) else None
        more = self._base._cut_from(tick) if self._base else None
        return min(mine, more) if mine is not None and more is not None else mine if more is None else more

    def _neighbours(self, begin: Id) -> tuple[Id | None, Id | None]:
        """The origins of a piece, as its author saw them."""
        found = self.find(begin)
        assert found is not None
        start, item = found
        return (item.origin if start == begin else Id(begin.client, begin.clock - 1)), item.right

    def listed(self, place: Place) -> list[Id]:
        """Every tick of a list in order."""
        ticks: list[Id] = []
        here = self._head(place)
        while here is not None:
            end = self._end(here)
            ticks += [Id(here.client, clock) for clock in range(here.clock, end.clock + 1)]
            here = self._known_next(end)[1]
        return ticks
