"""Who is in which space, over all nodes.

A node knows its own connections and tells the others: what changed, soon after it changed, and the whole
every few seconds. What a node said is a lease; a node that falls silent is forgotten after `LEASE_S`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from uuid import UUID

from server.bus import Bus
from server.events import Event, NodeLeft, PresenceAsked, PresenceReported

REPORT_S = 5.0
LEASE_S = 15.0
COALESCE_S = 0.05


class Presence:
    """Presence of this node and of every other one.

    Args:
        changed: called with the spaces whose people may have changed.
    """

    def __init__(self, node_id: str, bus: Bus, changed: Callable[[Iterable[UUID]], None]) -> None:
        self._node_id = node_id
        self._bus = bus
        self._changed = changed
        self._local: dict[UUID, dict[UUID, int]] = {}
        """Space -> person -> open connections on this node."""
        self._remote: dict[str, dict[UUID, frozenset[UUID]]] = {}
        self._heard_at: dict[str, float] = {}
        self._unreported: set[UUID] = set()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._bus.publish([PresenceAsked(self._node_id)])
        self._task = asyncio.create_task(self._report_for_ever())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._bus.publish([NodeLeft(self._node_id)])

    def add(self, space_id: UUID, user_id: UUID) -> None:
        """A connection of this person is in the space."""
        people = self._local.setdefault(space_id, {})
        people[user_id] = people.get(user_id, 0) + 1
        self._note(space_id)

    def remove(self, space_id: UUID, user_id: UUID) -> None:
        """A connection of this person has left the space."""
        people = self._local.get(space_id, {})
        people[user_id] = people.get(user_id, 0) - 1
        if people[user_id] <= 0:
            del people[user_id]
        if not people:
            self._local.pop(space_id, None)
        self._note(space_id)

    def _note(self, space_id: UUID) -> None:
        if not self._unreported:
            asyncio.get_running_loop().call_later(COALESCE_S, self._report_changes)
        self._unreported.add(space_id)
        self._changed([space_id])

    def people(self, space_id: UUID) -> set[UUID]:
        """Everyone in the space."""
        found = set(self._local.get(space_id, ()))
        for spaces in self._remote.values():
            found |= spaces.get(space_id, frozenset())
        return found

    def here(self, space_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
        """Everyone in each of the spaces (`server.spaces.service.LivePresence`)."""
        return {space_id: sorted(self.people(space_id)) for space_id in space_ids}

    def handle(self, event: Event) -> None:
        """What other nodes say."""
        if isinstance(event, PresenceReported) and event.node_id != self._node_id:
            self._hear(event)
        elif isinstance(event, NodeLeft) and event.node_id != self._node_id:
            self._forget(event.node_id)
        elif isinstance(event, PresenceAsked) and event.node_id != self._node_id:
            self._report_whole()

    def _hear(self, event: PresenceReported) -> None:
        self._heard_at[event.node_id] = time.monotonic()
        known = self._remote.setdefault(event.node_id, {})
        said = {space_id: frozenset(people) for space_id, people in event.spaces.items()}
        spaces = (known.keys() | said.keys()) if event.whole else said.keys()
        changed = [each for each in spaces if known.get(each, frozenset()) != said.get(each, frozenset())]
        for space_id in changed:
            if people := said.get(space_id):
                known[space_id] = people
            else:
                known.pop(space_id, None)
        if changed:
            self._changed(changed)

    def _forget(self, node_id: str) -> None:
        self._heard_at.pop(node_id, None)
        if spaces := self._remote.pop(node_id, None):
            self._changed(spaces)

    def _report_changes(self) -> None:
        spaces, self._unreported = self._unreported, set()
        said = {space_id: list(self._local.get(space_id, ())) for space_id in spaces}
        self._bus.publish([PresenceReported(self._node_id, said, whole=False)])

    def _report_whole(self) -> None:
        said = {space_id: list(people) for space_id, people in self._local.items()}
        self._bus.publish([PresenceReported(self._node_id, said, whole=True)])

    async def _report_for_ever(self) -> None:
        while True:
            await asyncio.sleep(REPORT_S)
            self._report_whole()
            silent = [n for n, heard in self._heard_at.items() if time.monotonic() - heard > LEASE_S]
            for node_id in silent:
                self._forget(node_id)
