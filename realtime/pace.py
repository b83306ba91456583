"""How fast one socket may send. Who is faster is read more slowly; nothing is thrown away."""

from __future__ import annotations

import asyncio
import time

FRAMES_PER_S = 120.0
FRAMES_BURST = 240.0
BYTES_PER_S = 512 * 1024.0
BYTES_BURST = 2 * 1024 * 1024.0


class Pace:
    """Two token buckets, frames and bytes. One browser that draws, points and writes stays far below."""

    def __init__(self) -> None:
        self._frames = FRAMES_BURST
        self._bytes = BYTES_BURST
        self._at = time.monotonic()

    async def wait(self, size_bytes: int) -> None:
        """Account for one frame; wait when the bucket is empty, which leaves the rest in the network."""
        now = time.monotonic()
        passed, self._at = now - self._at, now
        self._frames = min(FRAMES_BURST, self._frames + passed * FRAMES_PER_S) - 1
        self._bytes = min(BYTES_BURST, self._bytes + passed * BYTES_PER_S) - size_bytes
        debt_s = max(-self._frames / FRAMES_PER_S, -self._bytes / BYTES_PER_S)
        if debt_s > 0:
            await asyncio.sleep(debt_s)
