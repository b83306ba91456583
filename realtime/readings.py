"""What is being read about access at this moment, and whether a change has overtaken it.

Between the question and the answer a change may commit and be told. The answer is then older than the
change: it may take something away, but it gives nothing, and the question is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from realtime.connection import Connection
from server.events import AccessChanged, SessionEnded


class Reading:
    """One look at the records, from before its first question to after its last answer."""

    def __init__(self) -> None:
        self._users: set[UUID] = set()
        self._spaces: set[UUID] = set()
        self._sessions: set[UUID] = set()
        self._all = False

    def is_stale_for(self, connection: Connection, *space_ids: UUID) -> bool:
        """Whether a change that concerns this socket was told since the reading began.

        Args:
            space_ids: the space that it is in, and what that is a group of.
        """
        return (
            self._all
            or connection.user_id in self._users
            or not self._spaces.isdisjoint(space_ids)
            or connection.who.session_id in self._sessions
        )

    def names_any(self, user_ids: Iterable[UUID]) -> bool:
        """Whether a change that concerns one of these people was told since the reading began."""
        return not self._users.isdisjoint(user_ids)

    def note(self, event: AccessChanged | SessionEnded | None) -> None:
        if event is None:
            self._all = True
        elif isinstance(event, AccessChanged):
            self._users |= event.user_ids
            self._spaces |= event.space_ids
        else:
            self._sessions.add(event.session_id)


class Readings:
    """The readings that are under way on this node."""

    def __init__(self) -> None:
        self._open: set[Reading] = set()

    @contextmanager
    def begin(self) -> Iterator[Reading]:
        """A reading that takes place within the block."""
        reading = Reading()
        self._open.add(reading)
        try:
            yield reading
        finally:
            self._open.discard(reading)

    def overtake(self, event: AccessChanged | SessionEnded | None) -> None:
        """A change is known now. None: there may have been any, unheard."""
        for reading in self._open:
            reading.note(event)
