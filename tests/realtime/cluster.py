"""Two nodes that share PostgreSQL and Valkey, each reached and reaching out over lines that can fail.

`Machine.kill` is the death of a process as far as everyone else can tell: its sockets end without a goodbye,
and nothing more of it reaches the bus or the records.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

from realtime.asgi import create_app
from realtime.hub import Hub
from realtime.serving import WEBSOCKET_OPTIONS
from server.config import Settings
from tests.conftest import SECRET, Records
from tests.faults import Line
from tests.nodes import Node

RECHECK_S = 1.0
DATABASE_TIMEOUT_S = 1.0
"""Shorter than in use, so that a test need not wait long."""
STOP_S = 20.0
"""A node stops within this, whatever has happened to it."""


def through(url: str, line: Line) -> str:
    """The same address, reached over the line."""
    return url.replace(urlsplit(url).netloc.rpartition("@")[2], line.address)


class Machine:
    """A running node, and its lines to the bus and to the database."""

    def __init__(self, node: Node, bus: Line, database: Line, stack: AsyncExitStack) -> None:
        self.node = node
        self.bus = bus
        self.database = database
        self._stack = stack

    @classmethod
    async def start(cls, records: Records, **settings: Any) -> Machine:
        async with AsyncExitStack() as stack:
            bus = await stack.enter_async_context(Line(urlsplit(records.redis_url).netloc))
            where = urlsplit(records.database_url).netloc.rpartition("@")[2]
            database = await stack.enter_async_context(Line(where))
            chosen = Settings(
                database_url=through(records.database_url, database),
                redis_url=through(records.redis_url, bus),
                secret=SECRET, client_dir="/nowhere", media_host="127.0.0.1", **settings,
            )
            node = Node(chosen, create_app, WEBSOCKET_OPTIONS)
            await node.start()
            return cls(node, bus, database, stack.pop_all())

    @property
    def hub(self) -> Hub:
        return self.node.app.state.hub

    def die(self) -> None:
        """End every socket at once. The rest is cleared away by `stop`."""
        self.bus.cut()
        self.database.cut()
        for listener in self.node.server.servers:
            listener.close()
        for connection in list(self.node.server.server_state.connections):
            connection.transport.abort()

    async def stop(self) -> None:
        """Stop as a signal would, in bounded time."""
        try:
            async with asyncio.timeout(STOP_S):
                await self.node.stop()
        finally:
            await self._stack.aclose()

    def mend(self) -> None:
        self.bus.mend()
        self.database.mend()


class Cluster:
    """Machines that come and go. `machines[place]` is None while nothing runs there."""

    def __init__(self, records: Records, places: int = 2, **settings: Any) -> None:
        self.records = records
        self._settings = settings
        self.machines: list[Machine | None] = [None] * places
        self._ending: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Cluster:
        for place in range(len(self.machines)):
            await self.start(place)
        return self

    async def __aexit__(self, *_: object) -> None:
        for place in range(len(self.machines)):
            self.stop(place)
        await self.ended()

    @property
    def running(self) -> list[Machine]:
        return [each for each in self.machines if each is not None]

    async def start(self, place: int) -> Machine:
        """What runs at this place; started, when nothing does."""
        found = self.machines[place]
        if found is None:
            found = self.machines[place] = await Machine.start(self.records, **self._settings)
        return found

    def stop(self, place: int) -> None:
        """Begin to stop the node at this place politely."""
        if machine := self._take(place):
            self._ending.append(asyncio.create_task(machine.stop()))

    def kill(self, place: int) -> None:
        """The node at this place is gone."""
        if machine := self._take(place):
            machine.die()
            self._ending.append(asyncio.create_task(machine.stop()))

    def _take(self, place: int) -> Machine | None:
        machine, self.machines[place] = self.machines[place], None
        return machine

    async def ended(self) -> None:
        """Wait for those that were stopped or killed. Raises: TimeoutError: one did not end."""
        ending, self._ending = self._ending, []
        for each in ending:
            await each

    async def mend(self) -> None:
        """Undo all faults, and run a node at every place."""
        for machine in self.running:
            machine.mend()
        for place in range(len(self.machines)):
            await self.start(place)
