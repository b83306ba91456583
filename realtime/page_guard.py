"""What holds for every page that is a Yjs document, whatever it holds: form, order, and whose is what.

An update is parsed and looked at before it is applied, and nothing changes while that is done. What a page
may hold is for its own guard to say: `realtime.board_guard` and `realtime.notes_guard`.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple
from uuid import UUID

from realtime import yjs_update
from realtime.board_ranges import Ranges
from realtime.yjs_update import SKIP, Deletion, Id, Item, MalformedUpdate

RUN_LIMIT = 50_000
"""The longest run of clock ticks that one item may stand for."""
CLIENT_LIMIT = 16
"""How many client ids one update may bring something new of: a page has one, after a clash two."""
WRITER_LIMIT = 500
"""Client ids of one person on a page: each time it is opened and drawn on it has a new one."""
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


def rest_of(item: Item, known: int) -> Item:
    """The part of a half-known item from clock `known` on: it hangs on the part before."""
    return item._replace(
        clock=known, length=item.clock + item.length - known, origin=Id(item.client, known - 1),
        parent_root=None, parent_id=None, key=None, text=None,
    )


def in_causal_order(items: list[Item], next_clock: dict[int, int]) -> tuple[list[Item], list[Item]]:
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


class PageGuard:
    """What the guards of all pages share; holds what must be known of the document to decide.

    Args:
        deleted_now: the document's own delete set, as an update. Conflicts resolved inside Yjs delete
            items without a word, so the guard asks when a deletion looks new to it.
        now: seconds that never go back.

    Attributes:
        update_limit_bytes: one live update; what was done without a connection comes in one piece and may
            fill a frame.
    """

    update_limit_bytes: int
    mark_count = 0
    """How many things stand on the page, or once did: grows when one is added, and never shrinks."""

    def __init__(
        self, writers: dict[int, UUID], deleted_now: Callable[[], bytes],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.writers = dict(writers)
        self.reserved: dict[int, UUID] = {}
        """Client ids that connected people have announced but not written with yet."""
        self._deleted_now = deleted_now
        self._next_clock: dict[int, int] = {}
        self._deleted = Ranges()
        self._knows_deleted = False
        """Whether `_deleted` holds everything that the document has deleted."""
        self._now = now
        self._work: dict[UUID, tuple[float, float]] = {}
        """Person -> the work they have made, and the moment when it was that."""

    def check(self, data: bytes, user_id: UUID, limit_bytes: int = 0) -> Verdict:
        """Decide about an update that `user_id` sent. Changes nothing.

        Args:
            limit_bytes: its size; 0 for that of a live update.

        Raises:
            Refused: it may not be applied.
            Gap: something before it is missing.
        """
        raise NotImplementedError

    def observe(self, update: yjs_update.Update, author_id: UUID | None = None) -> None:
        """Remember an update that is in the log: it was checked when it was stored.

        Args:
            author_id: who sent it, when it comes from another node.
        """
        raise NotImplementedError

    def compacted(self, state: bytes) -> None:
        """All of the document was written as one update: what is remembered may be made from that anew."""

    def deletes_much(self, verdict: Verdict) -> bool:
        """Whether an update takes away a good part of what is there."""
        return False

    def _read(self, data: bytes, limit_bytes: int) -> yjs_update.Update:
        if len(data) > (limit_bytes or self.update_limit_bytes):
            raise Refused("the update is too large")
        try:
            return yjs_update.read(data)
        except MalformedUpdate as error:
            raise Refused(f"no Yjs update: {error}") from error

    def _new_writers(self, new_items: list[Item], user_id: UUID) -> list[int]:
        """The client ids that nobody has used yet. Raises: Refused: somebody else has, or too many."""
        for client in {item.client for item in new_items}:
            owner = self.writers.get(client) or self.reserved.get(client)
            if owner is not None and owner != user_id:
                raise Refused("a client id that belongs to somebody else")
        writers = sorted({item.client for item in new_items} - self.writers.keys())
        if writers and len(writers) + list(self.writers.values()).count(user_id) > WRITER_LIMIT:
            raise Refused("too many client ids of one person")
        return writers

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
            if item.content != SKIP:
                self._check_kind(item)
            known = ends.get(item.client, self._next_clock.get(item.client, 0))
            end = item.clock + item.length
            if end <= known:
                continue
            if item.clock > known or item.content == SKIP:
                raise Gap
            if item.length > RUN_LIMIT:
                raise Refused("a run that is too long")
            if item.clock < known:
                # Yjs takes the part that is new, and puts it after the part that it has.
                item = rest_of(item, known)
            ends[item.client] = end
            new.append(item)
        if len(ends) > CLIENT_LIMIT:
            raise Refused("too many client ids at once")
        return new, ends

    def _check_kind(self, item: Item) -> None:
        """Whether pages of this kind hold such things at all. Raises: Refused."""
        raise NotImplementedError

    def _in_order(self, items: list[Item], ends: dict[int, int]) -> list[Item]:
        """The items as Yjs will add them: each after what it builds on.

        Raises:
            Gap: one builds on something that is missing.
            Refused: one builds on itself; Yjs would wait for it for ever.
        """
        ordered, left = in_causal_order(items, self._next_clock)
        for item in left:
            for each in (item.origin, item.right_origin, item.parent_id):
                if each is not None and each.clock >= self._end(each.client, ends):
                    raise Gap
        if left:
            raise Refused("it builds on itself")
        return ordered

    def _end(self, client: int, ends: dict[int, int]) -> int:
        return ends.get(client, self._next_clock.get(client, 0))

    def _learn_deleted(self) -> None:
        for deletion in yjs_update.read_stored(self._deleted_now()).deletions:
            self._deleted.add(*deletion)
        self._knows_deleted = True
