"""What a person may do to a board page, decided before an update is applied.

Yjs merges whatever it gets. A ten-byte delete set empties a page, a forged client id makes documents
drift apart without a trace, deep nesting crashes the process. So an update is parsed first, and taken
only when it keeps to the shape of a board document (docs/board.md):

 - one root map, "elements": id -> a map of plain fields; nothing nested deeper;
 - an element, once there, is never replaced or removed (removal is its field `gone`), and neither is its
   field `by`, which names the person who made it;
 - everyone with the grant may set any other field of any element;
 - a client id belongs to the person who first used it, for good.

What an update says is deleted is believed only where it is the sender's own or what the update itself
replaces. Yjs deletes more by itself: of two values set at once, the one that loses. A page that sends its
whole state names those too, and an honest one cannot be told from its deletions alone. They are left out
of what is applied: every document, the server's as well, comes to the same by itself. Where it did not,
the sender's document is another than everyone's (`BoardGuard.is_deleted`), and it has to start again.

Values that were set at once are the only ones that Yjs has to look for a place for: it passes all that
hang on the same predecessor. An honest page names the newest value that it knows, so it never stands in
its own way. What others do meanwhile is counted before it is applied (`Places`), as work of the sender.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple
from uuid import UUID

from realtime import yjs_update
from realtime.board_places import Places
from realtime.board_ranges import Ranges, merged
from realtime.yjs_update import (
    ANY,
    BINARY,
    DELETED,
    GC,
    SKIP,
    TYPE,
    TYPE_MAP,
    Deletion,
    Id,
    Item,
    MalformedUpdate,
)

ROOT = "elements"
AUTHOR_FIELD = "by"
UPDATE_LIMIT_BYTES = 64 * 1024
"""One live update; what was drawn without a connection comes in one piece and may fill a frame."""
RUN_LIMIT = 50_000
"""The longest run of clock ticks that one item may stand for."""
CLIENT_LIMIT = 16
"""How many client ids one update may bring something new of: a page has one, after a clash two."""
WRITER_LIMIT = 500
"""Client ids of one person on a page: each time it is opened and drawn on it has a new one."""
KEY_LIMIT = 64
ELEMENT_LIMIT = 20_000
FIELD_LIMIT = 64
"""Fields of one element, its author included."""
SIBLING_LIMIT = 64
"""Values that were set at once, each without knowing of the others."""
WORK_LIMIT = 1_000_000
"""How many items Yjs may have to pass for one person's updates; a million take it some 0.1 s."""
WORK_PER_S = 200_000
"""So many of them are forgotten in a second."""


class Refused(Exception):
    """The update breaks the shape above, or is no update. Nothing of it was taken."""


class Gap(Exception):
    """The update builds on others that are missing here: ask the sender for them."""


class Verdict(NamedTuple):
    """An update that may be applied, and what the guard has to remember then."""

    update: yjs_update.Update
    data: bytes
    """What to apply, store and send on: the update, without `doubtful`."""
    new_writers: list[int]
    is_new: bool
    """False when everything in it was known: nothing to store."""
    doubtful: list[Deletion]
    """Deletions of what other people set, left out: applying the rest has to bring them about."""
    work: int
    """How many items Yjs passes, at most, to find the places of the new ones."""


def _rest(item: Item, known: int) -> Item:
    """The part of a half-known item from clock `known` on: it hangs on the part before."""
    return item._replace(
        clock=known, length=item.clock + item.length - known, origin=Id(item.client, known - 1),
        parent_root=None, parent_id=None, key=None, text=None,
    )


def _in_causal_order(items: list[Item], next_clock: dict[int, int]) -> tuple[list[Item], list[Item]]:
    """The items as Yjs will add them, each after what it builds on, and those that cannot be added."""
    waiting: dict[int, list[Item]] = {}
    for item in reversed(items):
        waiting.setdefault(item.client, []).append(item)
    known = {client: next_clock.get(client, 0) for client in waiting}
    ready, blocked = list(waiting), dict[int, list[tuple[int, int]]]()
    ordered: list[Item] = []
    while ready:
        client = ready.pop()
        queue = waiting[client]
        while queue:
            item = queue[-1]
            lacks = None
            for each in (item.origin, item.right_origin, item.parent_id):
                if each is not None and each.clock >= known.get(each.client, next_clock.get(each.client, 0)):
                    lacks = each
                    break
            if lacks is not None:
                heapq.heappush(blocked.setdefault(lacks.client, []), (lacks.clock, client))
                break
            ordered.append(queue.pop())
            known[client] = item.clock + item.length
        released = blocked.get(client, [])
        while released and released[0][0] < known[client]:
            ready.append(heapq.heappop(released)[1])
    return ordered, [item for queue in waiting.values() for item in queue]


class BoardGuard:
    """The guard of one page; holds what it must know of the document to decide.

    Args:
        deleted_now: the document's own delete set, as an update. Conflicts resolved inside Yjs delete
            items without a word, so the guard asks when a deletion looks new to it.
        now: seconds that never go back.
    """

    def __init__(
        self, writers: dict[int, UUID], deleted_now: Callable[[], bytes],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.writers = dict(writers)
        self.reserved: dict[int, UUID] = {}
        """Client ids that connected people have announced but not written with yet."""
        self._deleted_now = deleted_now
        self._next_clock: dict[int, int] = {}
        self._elements: dict[Id, int] = {}
        """Element maps, with the client that made each."""
        self._element_keys: set[str] = set()
        self._sealed = Ranges()
        """Items that are never replaced or deleted: element maps and their authors."""
        self._authored: set[Id] = set()
        """Element maps whose field `by` is set."""
        self._deleted = Ranges()
        self._knows_deleted = False
        """Whether `_deleted` holds everything that the document has deleted."""
        self._places = Places()
        self._now = now
        self._work: dict[UUID, tuple[float, float]] = {}
        """Person -> the work they have made, and the moment when it was that."""

    def check(self, data: bytes, user_id: UUID, limit_bytes: int = UPDATE_LIMIT_BYTES) -> Verdict:
        """Decide about an update that `user_id` sent. Changes nothing.

        Raises:
            Refused: it may not be applied.
            Gap: something before it is missing.
        """
        if len(data) > limit_bytes:
            raise Refused("the update is too large")
        try:
            update = yjs_update.read(data)
        except MalformedUpdate as error:
            raise Refused(f"no Yjs update: {error}") from error
        new_items, ends = self._new_items(update.items)
        seen = _Seen(self, user_id, new_items, ends, WORK_LIMIT - self._work_of(user_id))
        for item in self._in_order(new_items, ends):
            seen.check_item(item)
        deletions = merged(update.deletions)
        self._check_runs(new_items, deletions)
        doubtful = self._check_deletions(deletions, seen)
        if doubtful:
            left_out = Ranges()
            for each in doubtful:
                left_out.add(*each)
            deletions = [part for each in deletions for part in left_out.missing(each)]
            data = yjs_update.with_deletions(update.structs, deletions)
            update = update._replace(deletions=deletions)
        writers = sorted({item.client for item in new_items} - self.writers.keys())
        if writers and len(writers) + list(self.writers.values()).count(user_id) > WRITER_LIMIT:
            raise Refused("too many client ids of one person")
        is_new = bool(new_items) or not self.is_deleted(deletions)
        return Verdict(update, data, writers, is_new, doubtful, seen.work)

    @staticmethod
    def _check_runs(new_items: list[Item], deletions: list[Deletion]) -> None:
        """A field has one value; Yjs writes several as one only when all of them were replaced.

        Where a living run is split by what comes later, the libraries do not come to the same.
        """
        runs = [each for each in new_items if each.content == ANY and each.length > 1]
        if runs:
            deleted = Ranges()
            for each in deletions:
                deleted.add(*each)
            if any(deleted.missing(Deletion(each.client, each.clock, each.length)) for each in runs):
                raise Refused("several values in one")

    def _work_of(self, user_id: UUID) -> float:
        work, at = self._work.get(user_id, (0.0, 0.0))
        return max(0.0, work - (self._now() - at) * WORK_PER_S)

    def accept(self, verdict: Verdict, user_id: UUID) -> None:
        """Remember an update that was applied."""
        for client in verdict.new_writers:
            self.writers[client] = user_id
            self.reserved.pop(client, None)
        if verdict.work:
            self._work[user_id] = (self._work_of(user_id) + verdict.work, self._now())
        self.observe(verdict.update)

    def observe(self, update: yjs_update.Update, author_id: UUID | None = None) -> None:
        """Remember an update that is in the log: it was checked when it was stored.

        Args:
            author_id: who sent it, when it comes from another node.
        """
        self._knows_deleted = False
        self._remember_places(update.items)
        for item in update.items:
            if author_id is not None:
                self.writers.setdefault(item.client, author_id)
            end = item.clock + item.length
            if end > self._next_clock.get(item.client, 0):
                self._next_clock[item.client] = end
            if item.content == TYPE and item.parent_root == ROOT and item.key is not None:
                identity = Id(item.client, item.clock)
                self._elements[identity] = item.client
                self._element_keys.add(item.key)
                self._sealed.add(*identity)
            elif item.key == AUTHOR_FIELD and item.parent_id is not None:
                self._sealed.add(item.client, item.clock)
                self._authored.add(item.parent_id)
        for deletion in update.deletions:
            self._deleted.add(*deletion)

    def _remember_places(self, items: list[Item]) -> None:
        new: list[Item] = []
        for each in items:
            known = self._next_clock.get(each.client, 0)
            if each.clock + each.length > known:
                new.append(each if each.clock >= known else _rest(each, known))
        ordered, _ = _in_causal_order(new, self._next_clock)
        # A stored page tells of no order between people: all that comes with it counts as one moment.
        ranks: dict[int, int] = {}
        for item in ordered:
            self._places.add(item, ranks)

    def is_deleted(self, deletions: Iterable[Deletion]) -> bool:
        """Whether the document has deleted all of this already."""
        unknown = [part for each in deletions for part in self._deleted.missing(each)]
        if unknown and not self._knows_deleted:
            self._learn_deleted()
            unknown = [part for each in unknown for part in self._deleted.missing(each)]
        return not unknown

    def reserve(self, client_id: int, user_id: UUID) -> bool:
        """Hold a client id for the person who announced it. False when it is somebody else's."""
        owner = self.writers.get(client_id) or self.reserved.setdefault(client_id, user_id)
        return owner == user_id

    def release(self, client_id: int) -> None:
        """The person who announced the id has gone."""
        self.reserved.pop(client_id, None)

    def _new_items(self, items: list[Item]) -> tuple[list[Item], dict[int, int]]:
        """The items that are not known yet, and the next clock of each client that has some."""
        ends: dict[int, int] = {}
        new: list[Item] = []
        for each in items:
            item = each
            # What is known already is not applied, but it is decoded: it has to be decent too.
            if item.content not in (GC, DELETED, BINARY, TYPE, ANY, SKIP):
                raise Refused("a kind of content that boards do not hold")
            if item.content == TYPE and item.type_ref != TYPE_MAP:
                raise Refused("something that is no element")
            known = ends.get(item.client, self._next_clock.get(item.client, 0))
            end = item.clock + item.length
            if end <= known:
                continue
            if item.clock > known or item.content == SKIP:
                raise Gap
            if item.length > RUN_LIMIT:
                raise Refused("a run that is too long")
            if item.clock < known and item.content != GC:
                # Yjs takes the part that is new, and puts it after the part that it has.
                item = _rest(item, known)
            ends[item.client] = end
            new.append(item)
        if len(ends) > CLIENT_LIMIT:
            raise Refused("too many client ids at once")
        return new, ends

    def _in_order(self, items: list[Item], ends: dict[int, int]) -> list[Item]:
        """The items as Yjs will add them: each after what it builds on.

        Raises:
            Gap: one builds on something that is missing.
            Refused: one builds on itself; Yjs would wait for it for ever.
        """
        ordered, left = _in_causal_order(items, self._next_clock)
        for item in left:
            for each in (item.origin, item.right_origin, item.parent_id):
                if each is not None and each.clock >= self._end(each.client, ends):
                    raise Gap
        if left:
            raise Refused("it builds on itself")
        return ordered

    def _end(self, client: int, ends: dict[int, int]) -> int:
        return ends.get(client, self._next_clock.get(client, 0))

    def _check_deletions(self, deletions: list[Deletion], seen: _Seen) -> list[Deletion]:
        """What is deleted besides the sender's own, what is replaced, and what is gone already.

        Raises:
            Refused: it deletes what is never deleted, or what does not exist.
            Gap: it deletes something of the sender's own that is missing here.
        """
        replaced = Ranges()
        for item in seen.new_items:
            if item.origin is not None:
                replaced.add(*item.origin)
        for deletion in deletions:
            if deletion.clock + deletion.length > self._end(deletion.client, seen.ends):
                if seen.owns(deletion.client):
                    raise Gap
                raise Refused("it deletes what does not exist yet")
        sealed, doubtful = self._forbidden(deletions, seen, replaced)
        if (sealed or doubtful) and not self._knows_deleted:
            self._learn_deleted()
            sealed, doubtful = self._forbidden(deletions, seen, replaced)
        if sealed:
            raise Refused("it deletes an element or its author")
        if doubtful and not seen.new_items:
            raise Refused("it deletes what somebody else set")
        return doubtful

    def _forbidden(
        self, deletions: list[Deletion], seen: _Seen, replaced: Ranges
    ) -> tuple[bool, list[Deletion]]:
        """Whether it deletes elements or authors, and what it deletes of other people's unreplaced."""
        new = [part for each in deletions for part in self._deleted.missing(each)]
        sealed = any(self._sealed.touches(each) or seen.sealed.touches(each) for each in new)
        foreign = (each for each in new if not seen.owns(each.client))
        return sealed, [part for each in foreign for part in replaced.missing(each)]

    def _learn_deleted(self) -> None:
        for deletion in yjs_update.read_stored(self._deleted_now()).deletions:
            self._deleted.add(*deletion)
        self._knows_deleted = True


class _Seen:
    """The guard's knowledge, plus what the update under decision has added so far."""

    def __init__(
        self, guard: BoardGuard, user_id: UUID, new_items: list[Item], ends: dict[int, int],
        work_left: float,
    ) -> None:
        self.work = 0
        self._work_left = work_left
        self._places = Places(guard._places)
        self._ranks: dict[int, int] = {}
        self.new_items = new_items
        self.ends = ends
        self.sealed = Ranges()
        self._guard = guard
        self._user_id = user_id
        self._elements: dict[Id, int] = {}
        self._keys: set[str] = set()
        self._authored: set[Id] = set()
        for client in ends:
            owner = guard.writers.get(client) or guard.reserved.get(client)
            if owner is not None and owner != user_id:
                raise Refused("a client id that belongs to somebody else")

    def owns(self, client: int) -> bool:
        """Whether the sender writes with this client id, now or since this update."""
        return client in self.ends or self._guard.writers.get(client) == self._user_id

    def check_item(self, item: Item) -> None:
        """Raises: Refused."""
        if item.content == GC:
            raise Refused("it hides items")
        if item.right_origin is not None:
            raise Refused("it inserts into a list")
        if item.content == TYPE:
            self._check_element(item)
        elif item.parent_id is not None:
            self._check_first_value(item)
        elif item.origin is not None:
            if self._guard._sealed.has(item.origin) or self.sealed.has(item.origin):
                raise Refused("it replaces an element or its author")
        else:
            raise Refused("a plain value where elements are kept")
        if item.content != TYPE:
            self._check_place(item)

    def _check_place(self, item: Item) -> None:
        if self._places.is_taken(item):
            raise Refused("it sets a field as if it did not know its own value")
        if siblings := self._places.count_siblings(item):
            if siblings >= SIBLING_LIMIT:
                raise Refused("too many values set at once")
            self.work += self._places.count_behind(item)
            if self.work > self._work_left:
                raise Refused("too many values that had been replaced already")
        self._places.add(item, self._ranks)

    def _check_element(self, item: Item) -> None:
        guard = self._guard
        if item.parent_root != ROOT or item.key is None:
            raise Refused("something that is no element")
        if len(item.key) > KEY_LIMIT:
            raise Refused("an element id that is too long")
        if item.key in guard._element_keys or item.key in self._keys:
            raise Refused("it replaces an element")
        if len(guard._elements) + len(self._elements) >= ELEMENT_LIMIT:
            raise Refused("the page is full")
        identity = Id(item.client, item.clock)
        self._elements[identity] = item.client
        self._keys.add(item.key)
        self.sealed.add(*identity)

    def _check_first_value(self, item: Item) -> None:
        guard, parent = self._guard, item.parent_id
        assert parent is not None
        maker = self._elements.get(parent, guard._elements.get(parent))
        if maker is None or item.key is None or len(item.key) > KEY_LIMIT:
            raise Refused("a field of nothing")
        if self._places.field(parent, item.key) is None and self._places.count_fields(parent) >= FIELD_LIMIT:
            raise Refused("an element with too many fields")
        if item.key == AUTHOR_FIELD:
            if guard.writers.get(maker, self._user_id if parent in self._elements else None) != self._user_id:
                raise Refused("the author of somebody else's element")
            if parent in guard._authored or parent in self._authored or item.text != str(self._user_id):
                raise Refused("an author who is not the sender")
            self._authored.add(parent)
            self.sealed.add(item.client, item.clock)
