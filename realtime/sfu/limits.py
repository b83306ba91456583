"""How much one page may send: rates far above what sound and picture need, and far below a flood.

Everyone on a node shares one event loop, chat and boards with it, and each packet is encrypted
anew for every watcher. What is beyond a rate is dropped before it costs more than a look.
"""

from __future__ import annotations

import math

from realtime.sfu.offers import TRACKS_A_KIND

VIDEO_PACKETS_A_SECOND, VIDEO_BITS_A_SECOND = 600, 2_500_000
"""A track's, with its retransmissions. Browsers send 640x360 with at most 1.7 Mbit/s."""

AUDIO_PACKETS_A_SECOND, AUDIO_BITS_A_SECOND = 120, 128_000
"""Opus comes 50 times a second, at most 100 times."""

RTCP_PACKETS_A_SECOND, RTCP_BITS_A_SECOND = 500, 400_000
"""A connection's. A browser that watches thirty pictures over a poor line sends some hundred."""

REPORTS_A_SECOND = 4
"""Of a track's sender reports passed on; each costs a packet for every watcher."""

KEY_FRAMES_A_SECOND, KEY_FRAMES_BURST = 1, 4
"""What one watcher may ask of one track: a key frame costs everyone who watches it."""


class Budget:
    """A token bucket of packets and of bits, full at first.

    To look (`has_room`) and to pay (`pay`) are two steps: looking comes before decryption, and only
    what was signed is paid for. So nobody can use up another's budget from a forged address.

    Args:
        packets_a_second: what it earns.
        bits_a_second: the same in bits; none means as many as there are.
        burst_s: how many seconds' worth it holds.
    """

    __slots__ = (
        "_at",
        "_bytes",
        "_bytes_a_second",
        "_bytes_held",
        "_packets",
        "_packets_a_second",
        "_packets_held",
    )

    def __init__(
        self, packets_a_second: float, bits_a_second: float = math.inf, burst_s: float = 1.0
    ) -> None:
        self._packets_a_second = packets_a_second
        self._bytes_a_second = bits_a_second / 8
        self._packets = self._packets_held = packets_a_second * burst_s
        self._bytes = self._bytes_held = self._bytes_a_second * burst_s
        self._at = 0.0

    def has_room(self, now: float) -> bool:
        """Whether one more packet may come."""
        passed = now - self._at
        if passed > 0:
            self._at = now
            self._packets = min(self._packets_held, self._packets + passed * self._packets_a_second)
            self._bytes = min(self._bytes_held, self._bytes + passed * self._bytes_a_second)
        return self._packets >= 1 and self._bytes > 0

    def pay(self, size_bytes: int) -> None:
        """Count a packet that has come."""
        self._packets -= 1
        self._bytes -= size_bytes

    def take(self, size_bytes: int, now: float) -> bool:
        """Look and pay in one; False when there is no room."""
        if not self.has_room(now):
            return False
        self.pay(size_bytes)
        return True


def track_budget(kind: str) -> Budget:
    """What may be sent of one track, "audio" or "video"."""
    if kind == "audio":
        return Budget(AUDIO_PACKETS_A_SECOND, AUDIO_BITS_A_SECOND)
    return Budget(VIDEO_PACKETS_A_SECOND, VIDEO_BITS_A_SECOND)


def uplink_budget() -> Budget:
    """What one participant may send in all, on whichever connection and stream, reports included."""
    return Budget(
        TRACKS_A_KIND * (VIDEO_PACKETS_A_SECOND + AUDIO_PACKETS_A_SECOND),
        TRACKS_A_KIND * (VIDEO_BITS_A_SECOND + AUDIO_BITS_A_SECOND),
    )


def rtcp_budget() -> Budget:
    """What a connection may report and ask for."""
    return Budget(RTCP_PACKETS_A_SECOND, RTCP_BITS_A_SECOND)


def key_frame_budget() -> Budget:
    """How often one watcher's wish for a key frame of one track is listened to."""
    return Budget(KEY_FRAMES_A_SECOND, burst_s=KEY_FRAMES_BURST / KEY_FRAMES_A_SECOND)
