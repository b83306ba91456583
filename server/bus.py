"""The bus: what one node tells the others. The seam, and the bus of a single node.

An event reaches the handlers of its own node at once and without the network, so that a single node
works the same whether or not the bus is up. Between nodes an event may be lost, late or doubled: after
every outage `on_gap` runs and the listeners compare what they hold with the records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import structlog

from server.events import Event

log = structlog.get_logger()

Handler = Callable[[Event], None]
"""Handlers are plain functions and return quickly: work that waits belongs in a task of their own."""


@runtime_checkable  # Litestar checks what it injects
class Bus(Protocol):
    """How events travel."""

    @property
    def hears(self) -> bool:
        """Whether what other nodes say arrives here now, as far as this node can know."""
        ...

    def subscribe(self, handler: Handler) -> None:
        """`handler` gets every event from now on, this node's own too."""
        ...

    def on_gap(self, handler: Callable[[], None]) -> None:
        """`handler` runs whenever events of other nodes may have been missed."""
        ...

    def publish(self, events: Sequence[Event]) -> None:
        """Tell everyone, in order. Never waits and never fails."""
        ...

    async def start(self) -> None: ...

    async def close(self) -> None: ...


class InProcessBus:
    """The bus of a single node."""

    hears = True

    def __init__(self) -> None:
        self._handlers: list[Handler] = []

    def subscribe(self, handler: Handler) -> None:
        self._handlers.append(handler)

    def on_gap(self, handler: Callable[[], None]) -> None:
        """There is no network here, so there is never a gap."""

    def publish(self, events: Sequence[Event]) -> None:
        for event in events:
            for handler in self._handlers:
                try:
                    handler(event)
                except Exception:
                    log.exception("event handler failed", event_type=type(event).__name__)

    async def start(self) -> None: ...

    async def close(self) -> None: ...
