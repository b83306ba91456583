"""Who is writing a message now, in the spaces that somebody on this node is in.

Writing passes: nothing of it is stored, a slow reader is spared it, and while the bus is away other nodes do
not hear of it. A space whose list does not change costs nothing, nor does somebody who writes alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Set
from itertools import islice
from uuid import UUID

from realtime import protocol
from realtime.connection import Broadcast
from realtime.transport import Message
from server.bus import Bus
from server.events import ChatPosted, Event, WritingSeen

ENDS_S = 5.0
"""Who has not been seen writing for so long has stopped."""
AGAIN_S = 2.0
"""The nodes are told of one person no more often; shorter than the 3 s after which pages say it again."""
TELL_S = 0.3
"""The pages of a space are told no more often."""
SHOWN_LIMIT = 8


class _Writers:
    """The writers of one space."""

    def __init__(self) -> None:
        self.until: dict[UUID, float] = {}
        """Person -> when they will have stopped, in the order in which they began."""
        self.told: list[UUID] = []
        """What the pages show now."""
        self.quiet_until = 0.0
        self.timer: asyncio.TimerHandle | None = None


class Writing:
    """Tells pages who is writing.

    Args:
        people: everyone in a space, over all nodes.
        members: the pages of a space on this node; None when there are none.
    """

    def __init__(
        self, bus: Bus, people: Callable[[UUID], Set[UUID]], members: Callable[[UUID], Broadcast | None]
    ) -> None:
        self._bus = bus
        self._people = people
        self._members = members
        self._spaces: dict[UUID, _Writers] = {}
        bus.subscribe(self._on_event)

    def seen(self, space_id: UUID, user_id: UUID) -> None:
        """Somebody on this node is writing in a space that they may write in."""
        if len(self._people(space_id)) < 2:
            return
        writers = self._spaces.get(space_id)
        if writers is not None:
            ends_in_s = writers.until.get(user_id, 0.0) - asyncio.get_running_loop().time()
            if ends_in_s > ENDS_S - AGAIN_S:
                return
        self._bus.publish([WritingSeen(space_id, user_id)])

    def on_presence(self, space_ids: Iterable[UUID]) -> None:
        """Somebody has come or gone: who has gone is not writing any more."""
        for space_id in space_ids:
            if (writers := self._spaces.get(space_id)) is not None:
                for user_id in writers.until.keys() - self._people(space_id):
                    del writers.until[user_id]
                self._update(space_id, writers)

    def close(self) -> None:
        """Forget everything."""
        for writers in self._spaces.values():
            if writers.timer is not None:
                writers.timer.cancel()
        self._spaces.clear()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, WritingSeen):
            if self._members(event.space_id) is not None:
                writers = self._spaces.setdefault(event.space_id, _Writers())
                writers.until[event.user_id] = asyncio.get_running_loop().time() + ENDS_S
                self._update(event.space_id, writers)
        elif isinstance(event, ChatPosted) and (writers := self._spaces.get(event.space_id)) is not None:
            # The message itself tells the pages. Who goes on writing is seen again at once.
            writers.until.pop(event.author_id, None)
            if event.author_id in writers.told:
                writers.told.remove(event.author_id)
            self._update(event.space_id, writers)

    def _update(self, space_id: UUID, writers: _Writers) -> None:
        """Tell the pages if the list is another one, now or as soon as they may be told again."""
        if writers.timer is not None:
            writers.timer.cancel()
            writers.timer = None
        now = asyncio.get_running_loop().time()
        for user_id in [each for each, until in writers.until.items() if until <= now]:
            del writers.until[user_id]
        members = self._members(space_id)
        shown = list(islice(writers.until, SHOWN_LIMIT))
        if members is None or (shown == writers.told == [] and writers.quiet_until <= now):
            del self._spaces[space_id]
            return
        if shown != writers.told and writers.quiet_until <= now:
            writers.told = shown
            writers.quiet_until = now + TELL_S
            frame = protocol.ChatWriting(user_ids=shown)
            members.put(Message(protocol.encode(frame), passing=True))
        must_wait = shown != writers.told or not shown
        again_at = writers.quiet_until if must_wait else min(writers.until.values())
        writers.timer = asyncio.get_running_loop().call_at(again_at, self._update, space_id, writers)
