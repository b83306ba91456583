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

import time
from collections.abc import Callable
from uuid import UUID

from realtime import yjs_update
from realtime.board_places import Places
from realtime.board_ranges import Ranges, merged
from realtime.page_guard import (  # noqa: F401  # whoever uses this guard finds its limits here
    CLIENT_LIMIT,
    RUN_LIMIT,
    WORK_LIMIT,
    WORK_PER_S,
    WRITER_LIMIT,
    Gap,
    PageGuard,
    Refused,
    Verdict,
    in_causal_order,
    rest_of,
)
from realtime.yjs_update import ANY, BINARY, DELETED, GC, TYPE, TYPE_MAP, Deletion, Id, Item

ROOT = "elements"
AUTHOR_FIELD = "by"
UPDATE_LIMIT_BYTES = 64 * 1024
"""One live update; what was drawn without a connection comes in one piece and may fill a frame."""
KEY_LIMIT = 64
ELEMENT_LIMIT = 20_000
FIELD_LIMIT = 64
"""Fields of one element, its author included."""
SIBLING_LIMIT = 64
"""Values that were set at once, each without knowing of the others."""


class BoardGuard(PageGuard):
    """The guard of one board page (`PageGuard` for what it is made from)."""

    update_limit_bytes = UPDATE_LIMIT_BYTES

    def __init__(
        self, writers: dict[int, UUID], deleted_now: Callable[[], bytes],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(writers, deleted_now, now)
        self._elements: dict[Id, int] = {}
        """Element maps, with the client that made each."""
        self._element_keys: set[str] = set()
        self._sealed = Ranges()
        """Items that are never replaced or deleted: element maps and their authors."""
        self._authored: set[Id] = set()
        """Element maps whose field `by` is set."""
        self._places = Places()

    @property
    def mark_count(self) -> int:
        return len(self._elements)

    def check(self, data: bytes, user_id: UUID, limit_bytes: int = 0) -> Verdict:
        update = self._read(data, limit_bytes)
        new_items, ends = self._new_items(update.items)
        writers = self._new_writers(new_items, user_id)
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
        is_new = bool(new_items) or not self.is_deleted(deletions)
        return Verdict(update, data, writers, is_new, doubtful, seen.work)

    def _check_kind(self, item: Item) -> None:
        if item.content not in (GC, DELETED, BINARY, TYPE, ANY):
            raise Refused("a kind of content that boards do not hold")
        if item.content == TYPE and item.type_ref != TYPE_MAP:
            raise Refused("something that is no element")

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

    def observe(self, update: yjs_update.Update, author_id: UUID | None = None) -> None:
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
                new.append(each if each.clock >= known else rest_of(each, known))
        ordered, _ = in_causal_order(new, self._next_clock)
        # A stored page tells of no order between people: all that comes with it counts as one moment.
        ranks: dict[int, int] = {}
        for item in ordered:
            self._places.add(item, ranks)

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
