"""How long to wait before the next try to connect; the same rules as client/src/space/backoff.ts.

Exponential with full jitter: a whole class that loses its line at once must not come back at once. A
server that restarts (4000) tells its spaces one after the other; within a space the first try is spread.
"""

from __future__ import annotations

from typing import NamedTuple

from realtime.protocol import CloseCode


class Pace(NamedTuple):
    """Where the ceiling of the wait starts, and where it ends."""

    first_s: float
    longest_s: float


LINE_LOST = Pace(0.6, 20)
PACES: dict[int, Pace] = {
    CloseCode.RESTARTING: Pace(1, 15),
    CloseCode.SLOW_READER: Pace(3, 30),
    CloseCode.RESYNC: Pace(0.2, 20),
}

STEADY_AFTER_S = 10.0
"""A connection that lived this long was a good one: the next wait starts small again."""


def is_final(close_code: int) -> bool:
    """4500-4999 say: do not come back until a person acts."""
    return 4500 <= close_code <= 4999


def delay_before(close_code: int, attempt: int, random: float) -> float:
    """Seconds to wait.

    Args:
        close_code: how the last connection ended.
        attempt: 0 for the first try after a connection that worked.
        random: 0 to 1.
    """
    pace = PACES.get(close_code, LINE_LOST)
    return random * min(pace.longest_s, pace.first_s * 2 ** min(attempt, 10))
