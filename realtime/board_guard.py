"""What a person may do to a board page, decided before an update is applied.

Yjs merges whatever it gets. A ten-byte delete set empties a page, a forged client id makes documents
drift apart without a trace, deep nesting crashes the process. So an update is parsed first, and taken
only when it keeps to the shape of a board document (docs/board.md):

 - one root map, "elements": id -> a map of plain fields; nothing nested deeper;
 - an element, once there, is never replaced or removed (removal is its field `gone`), and neither is its
   field `by`, which names the person who made it;
 - everyone with the grant may set any other field of any element;
 - a client id belongs to the person who first used it, for good.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from realtime import yjs_update
from realtime.yjs_update import ANY, BINARY, DELETED, GC, SKIP, TYPE, TYPE_MAP, Deletion, Id, Item, MalformedUpdate

ROOT = "elements"
AUTHOR_FIELD = "by"
UPDATE_LIMIT_BYTES = 64 * 1024
"""One live update; what was drawn without a connection comes in one piece and may fill a frame."""
RUN_LIMIT = 50_000
"""The longest run of clock ticks that one item may stand for."""
DELETION_LIMIT = 2_000_000
"""How many clock ticks the delete set of one update may cover."""
KEY_LIMIT = 64
ELEMENT_LIMIT = 20_000


class Refused(Exception):
    """The update breaks the shape above, or is no update. Nothing of it was taken."""


class Gap(Exception):
    """The update builds on others that are missing here: ask the sender for them."""


class Verdict(NamedTuple):
    """An update that may be applied, and what the guard has to remember then."""

    update: yjs_update.Update
    new_writers: list[int]
    is_new: bool
    """False when everything in it was known: nothing to store."""


class Ranges:
    """Clock ranges by client: what is deleted."""

    def __init__(self) -> None:
        self._clocks: dict[int, set[int]] = {}

    def add(self, client: int, clock: int, length: int) -> None:
        self._clocks.setdefault(client, set()).update(range(clock, clock + length))

    def missing(self, deletion: Deletion) -> list[int]:
        """The clocks of `deletion` that are not in here."""
        known = self._clocks.get(deletion.client, frozenset())
        return [
            clock for clock in range(deletion.clock, deletion.clock + deletion.length) if clock not in known
        ]


class BoardGuard:
    """The guard of one page; holds what it must know of the document to decide.

    Args:
        deleted_now: the document's own delete set, as an update. Conflicts resolved inside Yjs delete
            items without a word, so the guard asks when a deletion looks new to it.
    """

    def __init__(self, writers: dict[int, UUID], deleted_now: Callable[[], bytes]) -> None:
        self.writers = dict(writers)
        self.reserved: dict[int, UUID] = {}
        """Client ids that connected people have announced but not written with yet."""
        self._deleted_now = deleted_now
        self._next_clock: dict[int, int] = {}
        self._elements: dict[Id, int] = {}
        """Element maps, with the client that made each."""
        self._element_keys: set[str] = set()
        self._sealed: set[Id] = set()
        """Items that are never replaced or deleted: element maps and their authors."""
        self._authored: set[Id] = set()
        """Element maps whose field `by` is set."""
        self._deleted = Ranges()

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
        seen = _Seen(self, user_id, new_items, ends)
        # Elements first: an update lists its parts by client id, not by what they build on.
        for item in sorted(new_items, key=lambda item: item.content != TYPE):
            seen.check_item(item)
        self._check_deletions(update.deletions, user_id, new_items, ends)
        writers = sorted({item.client for item in new_items} - self.writers.keys())
        return Verdict(update, writers, bool(new_items) or self._any_new_deletion(update.deletions))

    def accept(self, verdict: Verdict, user_id: UUID) -> None:
        """Remember an update that was applied."""
        for client in verdict.new_writers:
            self.writers[client] = user_id
            self.reserved.pop(client, None)
        self.observe(verdict.update)

    def observe(self, update: yjs_update.Update) -> None:
        """Remember an update that is in the log: it was checked when it was stored."""
        for item in update.items:
            end = item.clock + item.length
            if end > self._next_clock.get(item.client, 0):
                self._next_clock[item.client] = end
            if item.content == TYPE and item.parent_root == ROOT and item.key is not None:
                identity = Id(item.client, item.clock)
                self._elements[identity] = item.client
                self._element_keys.add(item.key)
                self._sealed.add(identity)
            elif item.key == AUTHOR_FIELD and item.parent_id is not None:
                self._sealed.add(Id(item.client, item.clock))
                self._authored.add(item.parent_id)
        for deletion in update.deletions:
            self._deleted.add(*deletion)

    def reserve(self, client_id: int, user_id: UUID) -> bool:
        """Hold a client id for the person who announced it. False when it is somebody else's."""
        owner = self.writers.get(client_id) or self.reserved.setdefault(client_id, user_id)
        return owner == user_id

    def release(self, client_id: int) -> None:
        """The person who announced the id has gone."""
        self.reserved.pop(client_id, None)

    def _new_items(self, items: list[Item]) -> tuple[list[Item], dict[int, int]]:
        """The items that are not known yet, and each client's next clock once they are."""
        ends = dict(self._next_clock)
        new: list[Item] = []
        for item in items:
            known = ends.get(item.client, 0)
            end = item.clock + item.length
            if end <= known:
                continue
            if item.clock > known:
                raise Gap
            if item.length > RUN_LIMIT:
                raise Refused("a run that is too long")
            ends[item.client] = end
            new.append(item)
        return new, ends

    def _any_new_deletion(self, deletions: list[Deletion]) -> bool:
        return any(self._deleted.missing(deletion) for deletion in deletions)

    def _check_deletions(
        self, deletions: list[Deletion], user_id: UUID, new_items: list[Item], ends: dict[int, int]
    ) -> None:
        if sum(deletion.length for deletion in deletions) > DELETION_LIMIT:
            raise Refused("it deletes too much")
        for deletion in deletions:
            if deletion.clock + deletion.length > ends.get(deletion.client, 0):
                raise Refused("it deletes what does not exist yet")
        replaced = {item.origin for item in new_items if item.origin is not None}
        mine = {client for client, owner in self.writers.items() if owner == user_id}
        mine.update(item.client for item in new_items)
        if self._forbidden(deletions, mine, replaced):
            self._learn_deleted()
            if forbidden := self._forbidden(deletions, mine, replaced):
                raise Refused(f"it deletes {forbidden}")

    def _forbidden(self, deletions: list[Deletion], mine: set[int], replaced: set[Id]) -> str:
        """What a delete set may not delete: whole elements, authors, and other people's fields unreplaced."""
        for deletion in deletions:
            for clock in self._deleted.missing(deletion):
                identity = Id(deletion.client, clock)
                if identity in self._sealed:
                    return "an element or its author"
                if deletion.client not in mine and identity not in replaced:
                    return "what somebody else set"
        return ""

    def _learn_deleted(self) -> None:
        for deletion in yjs_update.read(self._deleted_now()).deletions:
            self._deleted.add(*deletion)


class _Seen:
    """The guard's knowledge, plus what the update under decision has added so far."""

    def __init__(
        self, guard: BoardGuard, user_id: UUID, new_items: list[Item], ends: dict[int, int]
    ) -> None:
        self._guard = guard
        self._ends = ends
        self._user_id = user_id
        self._elements: dict[Id, int] = {}
        self._keys: set[str] = set()
        self._sealed: set[Id] = set()
        self._authored: set[Id] = set()
        for client in {item.client for item in new_items}:
            owner = guard.writers.get(client) or guard.reserved.get(client)
            if owner is not None and owner != user_id:
                raise Refused("a client id that belongs to somebody else")

    def check_item(self, item: Item) -> None:
        """Raises: Refused."""
        if item.content in (GC, SKIP):
            raise Refused("it hides items")
        if item.right_origin is not None:
            raise Refused("it inserts into a list")
        if item.content == TYPE:
            self._check_element(item)
        elif item.content not in (ANY, BINARY, DELETED):
            raise Refused("a kind of content that boards do not hold")
        elif item.parent_id is not None:
            self._check_first_value(item)
        elif item.origin is not None:
            if item.origin.clock >= self._ends.get(item.origin.client, 0):
                raise Gap
            if item.origin in self._guard._sealed or item.origin in self._sealed:
                raise Refused("it replaces an element or its author")
        else:
            raise Refused("a plain value where elements are kept")

    def _check_element(self, item: Item) -> None:
        guard = self._guard
        if item.type_ref != TYPE_MAP or item.parent_root != ROOT or item.key is None:
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
        self._sealed.add(identity)

    def _check_first_value(self, item: Item) -> None:
        guard, parent = self._guard, item.parent_id
        assert parent is not None
        if parent.clock >= self._ends.get(parent.client, 0):
            raise Gap
        maker = self._elements.get(parent, guard._elements.get(parent))
        if maker is None or item.key is None or len(item.key) > KEY_LIMIT:
            raise Refused("a field of nothing")
        if item.key == AUTHOR_FIELD:
            if guard.writers.get(maker, self._user_id if parent in self._elements else None) != self._user_id:
                raise Refused("the author of somebody else's element")
            if parent in guard._authored or parent in self._authored or item.text != str(self._user_id):
                raise Refused("an author who is not the sender")
            self._authored.add(parent)
            self._sealed.add(Id(item.client, item.clock))
