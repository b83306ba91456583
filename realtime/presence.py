"""Who is in which space, over all nodes.

A node knows its own connections and numbers each change of that list. It tells the others what changed,
soon after it changed, and every few seconds the number alone; who holds another number asks for the whole.
What a node said is a lease: a node that falls silent is forgotten after `LEASE_S`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Set
from uuid import UUID

import structlog

from server.bus import Bus
from server.events import (
    Event,
    NodeLeft,
    PresenceAsked,
    PresenceChanged,
    PresenceHeld,
    PresenceReported,
)

log = structlog.get_logger()

REPORT_S = 5.0
LEASE_S = 15.0
COALESCE_S = 0.05
NOBODY: Set[UUID] = frozenset()


class _OtherNode:
    """What another node has said."""

    def __init__(self) -> None:
        self.version: int | None = None
        """None until it has told the whole."""
        self.spaces: dict[UUID, set[UUID]] = {}
        self.heard_at = 0.0
        self.is_asked = False


class Presence:
    """Presence of this node and of every other one.

    Args:
        changed: called with the spaces whose people have changed.
    """

    def __init__(self, node_id: str, bus: Bus, changed: Callable[[Iterable[UUID]], None]) -> None:
        self._node_id = node_id
        self._bus = bus
        self._changed = changed
        self._here: dict[UUID, dict[UUID, int]] = {}
        """Space -> person -> how many nodes have them."""
        self._local: dict[UUID, dict[UUID, int]] = {}
        """Space -> person -> open connections on this node."""
        self._version = 0
        self._unreported: set[tuple[UUID, UUID]] = set()
        self._others: dict[str, _OtherNode] = {}
        self._report_timer: asyncio.TimerHandle | None = None
        self._answer_timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        bus.on_gap(self._on_gap)

    async def start(self) -> None:
        self._bus.publish([PresenceAsked(self._node_id)])
        self._task = asyncio.create_task(self._report_for_ever())

    async def close(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        for timer in (self._report_timer, self._answer_timer):
            if timer is not None:
                timer.cancel()
        self._bus.publish([NodeLeft(self._node_id)])

    # --- who is here

    def people(self, space_id: UUID) -> Set[UUID]:
        """Everyone in the space: a view of what is so now, which costs nothing to take."""
        found = self._here.get(space_id)
        return found.keys() if found is not None else NOBODY

    def here(self, space_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
        """Everyone in each of the spaces (`server.spaces.service.LivePresence`)."""
        return {space_id: sorted(self.people(space_id)) for space_id in space_ids}

    def add(self, space_id: UUID, user_id: UUID) -> None:
        """A connection of this person is in the space."""
        connections = self._local.setdefault(space_id, {})
        connections[user_id] = connections.get(user_id, 0) + 1
        if connections[user_id] == 1:
            self._note(space_id, user_id)
            if self._count(space_id, user_id, 1):
                self._changed([space_id])

    def remove(self, space_id: UUID, user_id: UUID) -> None:
        """A connection of this person has left the space."""
        connections = self._local[space_id]
        connections[user_id] -= 1
        if connections[user_id]:
            return
        del connections[user_id]
        if not connections:
            del self._local[space_id]
        self._note(space_id, user_id)
        if self._count(space_id, user_id, -1):
            self._changed([space_id])

    def _count(self, space_id: UUID, user_id: UUID, more: int) -> bool:
        """One node more, or less, has this person. Returns whether they came or went by it."""
        people = self._here.setdefault(space_id, {})
        nodes = people[user_id] = people.get(user_id, 0) + more
        if not nodes:
            del people[user_id]
            if not people:
                del self._here[space_id]
        return nodes == 0 or (nodes == 1 and more == 1)

    # --- what this node says

    def _note(self, space_id: UUID, user_id: UUID) -> None:
        self._unreported.add((space_id, user_id))
        if self._report_timer is None:
            self._report_timer = asyncio.get_running_loop().call_later(COALESCE_S, self._report_changes)

    def _report_changes(self) -> None:
        self._report_timer = None
        joined: dict[UUID, list[UUID]] = {}
        left: dict[UUID, list[UUID]] = {}
        for space_id, user_id in self._unreported:
            is_here = user_id in self._local.get(space_id, ())
            (joined if is_here else left).setdefault(space_id, []).append(user_id)
        self._unreported.clear()
        self._version += 1
        self._bus.publish([PresenceChanged(self._node_id, self._version, joined, left)])

    def _answer_soon(self) -> None:
        """Several nodes that have missed the same thing get one answer. A node that has left gives none."""
        if self._task is not None and self._answer_timer is None:
            self._answer_timer = asyncio.get_running_loop().call_later(COALESCE_S, self._answer)

    def _answer(self) -> None:
        """Tell the whole; what changed and was not told yet follows, and changes nothing then."""
        self._answer_timer = None
        said = {space_id: list(people) for space_id, people in self._local.items()}
        self._bus.publish([PresenceReported(self._node_id, self._version, said)])

    async def _report_for_ever(self) -> None:
        reported_at = time.monotonic()
        while True:
            await asyncio.sleep(REPORT_S)
            self._report_held()
            before, reported_at = reported_at, time.monotonic()
            try:
                self._forget_silent(stood_still=reported_at - before > 2 * REPORT_S)
            except Exception:
                log.exception("presence of a silent node could not be forgotten")  # reporting must go on

    def _report_held(self) -> None:
        self._bus.publish([PresenceHeld(self._node_id, self._version)])

    def _forget_silent(self, *, stood_still: bool) -> None:
        """Forget the nodes whose lease is over.

        Args:
            stood_still: this node itself did, so what the others said meanwhile is yet to be read.
        """
        now = time.monotonic()
        for node_id, other in list(self._others.items()):
            if stood_still:
                other.heard_at = now
            elif now - other.heard_at > LEASE_S:
                log.warning("a node has fallen silent", node=node_id)
                self._forget(node_id)

    # --- what other nodes say

    def handle(self, event: Event) -> None:
        """Take in what another node says."""
        match event:
            case PresenceChanged() if event.node_id != self._node_id:
                self._on_changed(event)
            case PresenceHeld() if event.node_id != self._node_id:
                other = self._heard(event.node_id)
                if other.version != event.version:
                    self._ask(event.node_id, other)
            case PresenceReported() if event.node_id != self._node_id:
                self._on_reported(event)
            case PresenceAsked() if event.node_id != self._node_id:
                if event.of in ("", self._node_id):
                    self._answer_soon()
            case NodeLeft() if event.node_id != self._node_id:
                self._forget(event.node_id)
            case _:
                pass

    def _on_gap(self) -> None:
        """Something may be missing on either side: ask everyone, and let everyone ask."""
        if self._task is not None:
            self._bus.publish([PresenceAsked(self._node_id), PresenceHeld(self._node_id, self._version)])

    def _heard(self, node_id: str) -> _OtherNode:
        other = self._others.setdefault(node_id, _OtherNode())
        other.heard_at = time.monotonic()
        return other

    def _ask(self, node_id: str, other: _OtherNode) -> None:
        other.is_asked = True
        self._bus.publish([PresenceAsked(self._node_id, of=node_id)])

    def _on_changed(self, event: PresenceChanged) -> None:
        other = self._heard(event.node_id)
        if other.version is not None and event.version <= other.version:
            return  # overtaken on the way
        if other.version is None or event.version > other.version + 1:
            if not other.is_asked:
                self._ask(event.node_id, other)
            return
        other.version = event.version
        changed: set[UUID] = set()
        for space_id, people in event.joined.items():
            if self._add_there(other, space_id, people):
                changed.add(space_id)
        for space_id, people in event.left.items():
            if self._remove_there(other, space_id, people):
                changed.add(space_id)
        if changed:
            self._changed(changed)

    def _on_reported(self, event: PresenceReported) -> None:
        other = self._heard(event.node_id)
        if other.version is not None and event.version < other.version:
            return
        other.version, other.is_asked = event.version, False
        changed: set[UUID] = set()
        for space_id in other.spaces.keys() | event.spaces.keys():
            said, known = set(event.spaces.get(space_id, ())), other.spaces.get(space_id, NOBODY)
            came, went = said - known, set(known - said)
            if self._add_there(other, space_id, came) | self._remove_there(other, space_id, went):
                changed.add(space_id)
        if changed:
            self._changed(changed)

    def _add_there(self, other: _OtherNode, space_id: UUID, people: Iterable[UUID]) -> bool:
        """Returns whether somebody has come into the space by it."""
        known = other.spaces.setdefault(space_id, set())
        new = set(people) - known
        known |= new
        if not known:
            del other.spaces[space_id]
        return sum(self._count(space_id, user_id, 1) for user_id in new) > 0

    def _remove_there(self, other: _OtherNode, space_id: UUID, people: Iterable[UUID]) -> bool:
        """Returns whether somebody has left the space by it."""
        known = other.spaces.get(space_id, set())
        gone = known & set(people)
        known -= gone
        if not known:
            other.spaces.pop(space_id, None)
        return sum(self._count(space_id, user_id, -1) for user_id in gone) > 0

    def _forget(self, node_id: str) -> None:
        if other := self._others.pop(node_id, None):
            spaces = list(other.spaces.items())
            if changed := {each for each, people in spaces if self._remove_there(other, each, people)}:
                self._changed(changed)
