"""What costs about the same for one as for ten: done at once in quiet times, and less often in busy ones."""

from __future__ import annotations

import asyncio
from uuid import UUID

NOTED_LIMIT = 1000
"""With so many spaces noted, those that may go on at once are forgotten."""


class Spacing:
    """A pace for each space's transactions: what comes meanwhile waits for the next, and shares it.

    Args:
        per_s: how many of a space follow one another in a second.
        burst: so many of a space go at once before they are spaced.
    """

    def __init__(self, per_s: float, burst: float) -> None:
        self._each_s = 1 / per_s
        self._burst_s = burst / per_s
        self._paid_until: dict[UUID, float] = {}
        """Until when a space has used up its share, by the loop's clock."""

    def after(self, space_id: UUID) -> float:
        """One was done: the seconds to wait before the next."""
        now = asyncio.get_running_loop().time()
        if len(self._paid_until) >= NOTED_LIMIT:
            self._paid_until = {each: until for each, until in self._paid_until.items() if until > now}
        until = max(now, self._paid_until.get(space_id, now)) + self._each_s
        self._paid_until[space_id] = until
        return max(0.0, until - now - self._burst_s)
