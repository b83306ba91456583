"""Pings to all sockets of a server, some together.

Each socket is asked once every interval, and cut off when it has not answered by the next time. A timer of
its own for each would wake the process hundreds of times a second for one ping each; so sockets that share a
slot are asked in one go. Slots are filled evenly, so that a class that came together is not asked together.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

SLOTS = 40


class Asked(Protocol):
    """A socket."""

    def beat(self) -> None:
        """Ping, or give up a socket that has not answered the last one."""
        ...


class Heartbeat:
    """The pings of one server.

    Args:
        interval_s: seconds between two pings of a socket.
    """

    def __init__(self, interval_s: float) -> None:
        self._step_s = interval_s / SLOTS
        self._slots: list[set[Asked]] = [set() for _ in range(SLOTS)]
        self._slot_of: dict[Asked, int] = {}
        self._at = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, socket: Asked) -> None:
        """Ask this socket from now on."""
        slot = min(range(SLOTS), key=lambda each: len(self._slots[each]))
        self._slots[slot].add(socket)
        self._slot_of[socket] = slot
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._step_s, self._beat)

    def discard(self, socket: Asked) -> None:
        """Ask it no more. Doing it twice is fine."""
        slot = self._slot_of.pop(socket, None)
        if slot is not None:
            self._slots[slot].discard(socket)

    def _beat(self) -> None:
        if not self._slot_of:
            self._timer = None
            return
        self._timer = asyncio.get_running_loop().call_later(self._step_s, self._beat)
        self._at = (self._at + 1) % SLOTS
        for socket in tuple(self._slots[self._at]):
            socket.beat()
