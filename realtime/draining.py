"""A node that stops: it says so, sends its people to the other nodes over some seconds, and then ends.

The order: `/readyz` answers 503, so that the proxy passes this node over; who opens a socket is sent away
again; after a pause in which the proxy has noticed, the open sockets are told to come back, one space after
the other; then uvicorn stops. Were all told at once, all would ask the other nodes for everything at once.
"""

from __future__ import annotations

import random
import signal
import socket
from collections.abc import Iterable
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

import uvicorn
from litestar import Litestar

if TYPE_CHECKING:
    from realtime.hub import Hub

K = TypeVar("K")

NOTICE_SHARE = 0.3
"""The part of the time that goes by before the first are told."""


def slices(groups: Iterable[K], over_s: float) -> list[tuple[float, K]]:
    """When to tell each group, in seconds from now: in random order, evenly, after the proxy has noticed.

    Args:
        over_s: when the last one has been told.
    """
    shuffled = list(groups)
    random.shuffle(shuffled)
    notice_s = over_s * NOTICE_SHARE
    step_s = (over_s - notice_s) / max(1, len(shuffled))
    return [(notice_s + at * step_s, group) for at, group in enumerate(shuffled)]


class DrainingServer(uvicorn.Server):
    """uvicorn, which first lets its live sockets go bit by bit.

    SIGTERM drains; SIGINT, from somebody who waits at a keyboard, does not. A second signal ends the program
    where it stands.

    Args:
        drain_s: seconds for all of it; 0 tells everyone at once.
    """

    def __init__(self, config: uvicorn.Config, app: Litestar, drain_s: float) -> None:
        super().__init__(config)
        self._app = app
        self._drain_s = drain_s

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal. uvicorn would raise it again after an orderly end, as if that had been a failure."""
        if self.should_exit:
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        if sig == signal.SIGINT:
            self._drain_s = 0.0
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, then stop."""
        self._app.state.is_stopping = True
        if self._drain_s:
            hub: Hub = self._app.state.hub
            await hub.drain(self._drain_s)
        await super().shutdown(sockets)
