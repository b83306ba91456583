"""What a person may do to the notes of a space, decided before an update is applied (docs/notes.md).

The notes are one Y.XmlFragment, "notes", as y-prosemirror writes it. Everyone with the grant may change and
delete anything in it: a text that several people mend cannot be kept apart by author. So the guard asks less
than that of the board about who did what, and more about what stands where:

 - only the elements of `CHILDREN`, each only where it belongs, none with attributes;
 - text in Y.XmlText alone, with the marks of `MARKS`; no embedded things, no maps, no other types;
 - nothing deeper than `DEPTH_LIMIT`, so many items, so much text;
 - a client id belongs to the person who first used it, for good;
 - nobody deletes what does not exist yet: it would take away what somebody else is about to write.

Items that nobody can see any more may come too: what a page wrote and deleted again before it was sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from realtime import yjs_update
from realtime.board_ranges import Ranges, merged
from realtime.notes_order import Crossed, Order, Place, TooMuch
from realtime.page_guard import WORK_LIMIT, Gap, PageGuard, Refused, Verdict, in_causal_order, rest_of
from realtime.yjs_update import (
    DELETED,
    FORMAT,
    GC,
    STRING,
    TYPE,
    TYPE_XML_ELEMENT,
    TYPE_XML_TEXT,
    Deletion,
    Id,
    Item,
)

ROOT = "notes"
TEXT = "#text"
"""How a Y.XmlText is called here: no element may have that name."""
_BLOCKS = frozenset({"paragraph", "heading", "subheading", "bullet_list", "ordered_list"})
CHILDREN: dict[str, frozenset[str]] = {
    "": _BLOCKS,
    "paragraph": frozenset({TEXT}),
    "heading": frozenset({TEXT}),
    "subheading": frozenset({TEXT}),
    "bullet_list": frozenset({"list_item"}),
    "ordered_list": frozenset({"list_item"}),
    "list_item": frozenset({"paragraph", "bullet_list", "ordered_list"}),
}
"""What may stand in what; "" is the document."""
MARKS = frozenset({"strong", "em", "underline", "highlight"})
MARK_VALUES = frozenset({"{}", "null"})
"""On and off, as JSON."""

UPDATE_LIMIT_BYTES = 512 * 1024
"""A page of pasted text is one update."""
DEPTH_LIMIT = 12
"""Elements in elements: a list in a list in a list in a list, and its text."""
ITEM_LIMIT = 40_000
"""Of one page, those included that are deleted and were not joined with others yet."""
TEXT_LIMIT = 100_000
"""UTF-16 units that can be seen."""
STEPS_LIMIT = WORK_LIMIT // 5
"""A step here is dearer than one on the board, for Yjs and for us."""
RENEW_AT = 4_000
"""With so many items it is worth to look whether they can be joined."""
MUCH = 200
"""Who deletes so many letters at once is taken for somebody who clears away: a version is kept before."""


class NotesGuard(PageGuard):
    """The guard of the notes of one space."""

    update_limit_bytes = UPDATE_LIMIT_BYTES

    def __init__(
        self, writers: dict[int, UUID], deleted_now: Callable[[], bytes],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(writers, deleted_now, now)
        self._known = _Content()
        self._text = Ranges()
        """The letters that were ever written and not known to be deleted when they came."""
        self._text_length = 0
        """How many, or more: deleted ones count until they are looked for."""
        self._renew_at = RENEW_AT

    def check(self, data: bytes, user_id: UUID, limit_bytes: int = 0) -> Verdict:
        update = self._read(data, limit_bytes)
        new_items, ends = self._new_items(update.items)
        writers = self._new_writers(new_items, user_id)
        seen = _Content(self._known, int(STEPS_LIMIT - self._work_of(user_id)))
        for item in self._in_order(new_items, ends):
            seen.take(item)
        deletions = merged(update.deletions)
        for each in deletions:
            if each.clock + each.length > self._end(each.client, ends):
                if each.client in ends or self.writers.get(each.client) == user_id:
                    raise Gap
                raise Refused("it deletes what does not exist yet")
        self._check_length(new_items, deletions)
        is_new = bool(new_items) or not self.is_deleted(deletions)
        return Verdict(update, data, writers, is_new, [], seen.steps)

    def deletes_much(self, verdict: Verdict) -> bool:
        """Whether an update takes away a good part of the text."""
        gone = (part.length for each in verdict.update.deletions for part in self._deleted.missing(each))
        return sum(gone) >= MUCH

    def compacted(self, state: bytes) -> None:
        if self._known.count < self._renew_at:
            return
        # Yjs joins what stands together; so does whoever reads what it writes.
        update = yjs_update.read_stored(state)
        self._known, self._next_clock, self._deleted = _Content(), {}, Ranges()
        self._text, self._text_length = Ranges(), 0
        self.observe(update)
        self._renew_at = max(RENEW_AT, 2 * self._known.count)

    def observe(self, update: yjs_update.Update, author_id: UUID | None = None) -> None:
        self._knows_deleted = False
        new: list[Item] = []
        for each in update.items:
            if author_id is not None:
                self.writers.setdefault(each.client, author_id)
            known = self._next_clock.get(each.client, 0)
            if each.clock + each.length > known:
                new.append(each if each.clock >= known else rest_of(each, known))
        ordered, _ = in_causal_order(new, self._next_clock)
        for item in ordered:
            self._known.take(item)
            self._next_clock[item.client] = item.clock + item.length
            if item.content == STRING:
                self._text.add(item.client, item.clock, item.length)
                self._text_length += item.length
        for deletion in update.deletions:
            self._deleted.add(*deletion)

    def _check_kind(self, item: Item) -> None:
        if item.content not in (GC, DELETED, STRING, FORMAT, TYPE):
            raise Refused("a kind of content that notes do not hold")
        if item.key is not None:
            raise Refused("an attribute")
        if item.content == FORMAT and (item.name not in MARKS or item.text not in MARK_VALUES):
            raise Refused("a mark that notes do not have")
        if item.content == TYPE and not _name_of(item):
            raise Refused("an element that notes do not have")

    def _check_length(self, new_items: list[Item], deletions: list[Deletion]) -> None:
        """Raises: Refused: the page is full."""
        more = sum(item.length for item in new_items if item.content == STRING)
        if not more or self._text_length + more <= TEXT_LIMIT:
            return
        if not self._knows_deleted:
            self._learn_deleted()
        self._forget_deleted()
        if self._text_length + more <= TEXT_LIMIT:
            return
        # What the same update deletes makes room: a page that is put back is written and deleted at once.
        gone = Ranges()
        for each in deletions:
            gone.add(*each)
        written = [Deletion(item.client, item.clock, item.length) for item in new_items
                   if item.content == STRING]
        left = sum(part.length for each in [*self._text.all(), *written] for part in gone.missing(each))
        if left > TEXT_LIMIT:
            raise Refused("the page is full")

    def _forget_deleted(self) -> None:
        """Count the letters again, without those that are deleted."""
        left = Ranges()
        self._text_length = 0
        for each in self._text.all():
            for part in self._deleted.missing(each):
                left.add(*part)
                self._text_length += part.length
        self._text = left


def _name_of(item: Item) -> str:
    """What a type is called here; empty: notes do not hold it."""
    if item.type_ref == TYPE_XML_TEXT:
        return TEXT
    is_element = item.type_ref == TYPE_XML_ELEMENT and item.name in CHILDREN
    return item.name or "" if is_element else ""


class _Content:
    """What stands where: which elements there are, and the order of everything in them.

    Args:
        base: what is known already; this one holds what an update adds to it.
        steps_left: how far may be looked for places.
    """

    def __init__(self, base: _Content | None = None, steps_left: int | None = None) -> None:
        self._base = base
        self._steps_left = steps_left
        self.steps = 0
        self._order = Order(base._order if base else None)
        self._types: dict[Id, tuple[str, int]] = {}
        """Elements and texts: what they are called, and how deep they stand."""
        self._gone = Ranges()
        """What stands in something that is gone, and what came deleted: nothing can be put into it."""

    @property
    def count(self) -> int:
        return self._order.count

    def take(self, item: Item) -> None:
        """Give an item its place. Raises: Refused: it has none here."""
        is_checked = self._base is not None
        if is_checked and self.count >= ITEM_LIMIT:
            raise Refused("the page is full")
        place = None if item.content == GC else self._place_of(item)
        identity = Id(item.client, item.clock)
        if place is None or item.content == DELETED:
            self._gone.add(item.client, item.clock, item.length)
        if place is None:
            self._order.hide(item)
            return
        name, depth = ("", 0) if place == ROOT else self._type(place) or ("", 0)
        if is_checked:
            self._check_content(item, name, depth)
        if item.content == TYPE:
            self._types[identity] = _name_of(item), depth + 1
        left = 1 << 60 if self._steps_left is None else self._steps_left - self.steps
        try:
            self.steps += self._order.put(item, place, left)
        except TooMuch:
            raise Refused("too much was written at one place") from None
        except Crossed:
            raise Refused("its neighbours do not stand side by side") from None

    @staticmethod
    def _check_content(item: Item, name: str, depth: int) -> None:
        if item.content == TYPE:
            if _name_of(item) not in CHILDREN.get(name, ()):
                raise Refused("an element where it does not belong")
            if depth >= DEPTH_LIMIT:
                raise Refused("too many lists in lists")
        elif item.content in (STRING, FORMAT) and name != TEXT:
            raise Refused("letters outside of a text")

    def _place_of(self, item: Item) -> Place | None:
        """The list that an item stands in; None where that is gone. Raises: Refused."""
        places: list[Place | None] = []
        for each in (item.origin, item.right_origin):
            if each is not None:
                found = self._order.find(each)
                assert found is not None  # it comes after what it builds on
                places.append(found[1].place)
        if None in places:
            return None
        if item.parent_root is not None:
            places.append(self._root(item.parent_root))
        elif item.parent_id is not None:
            places.append(self._holder(item.parent_id))
        if len(set(places)) != 1:
            raise Refused("its neighbours stand in different places")
        return places[0]

    @staticmethod
    def _root(name: str) -> Place:
        if name != ROOT:
            raise Refused("another document")
        return ROOT

    def _holder(self, parent: Id) -> Place | None:
        if self._type(parent) is not None:
            return parent
        if self._is_gone(parent):
            return None
        raise Refused("it stands in something that holds nothing")

    def _type(self, identity: Place) -> tuple[str, int] | None:
        if isinstance(identity, str):
            return None
        found = self._types.get(identity)
        return self._base._type(identity) if found is None and self._base else found

    def _is_gone(self, identity: Id) -> bool:
        return self._gone.has(identity) or (self._base is not None and self._base._is_gone(identity))
