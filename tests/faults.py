"""A line that can fail: a TCP proxy on loopback between a client and a server.

What it does to bytes is what networks do: they come late, they stop coming, they end in the middle of a
frame. Whatever was cut is cut without a goodbye.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from enum import StrEnum
from types import TracebackType
from typing import Self

CHUNK_BYTES = 65536
CONNECT_S = 5.0


class Way(StrEnum):
    """A direction."""

    UP = "to the server"
    DOWN = "to the client"


class _Lane:
    """One direction of a line: what all of its connections meet on that way."""

    def __init__(self) -> None:
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.delay_s = 0.0
        self.bytes_per_s: float | None = None
        self.drop_after: int | None = None
        self.carried_bytes = 0

    def take(self, data: bytes) -> tuple[bytes, bool]:
        """What of this goes through, and whether the connection ends after it."""
        is_last = False
        if self.drop_after is not None:
            data = data[: self.drop_after]
            self.drop_after -= len(data)
            if is_last := self.drop_after <= 0:
                self.drop_after = None
        self.carried_bytes += len(data)
        return data, is_last


class _Link:
    """A client's connection and the one to the server that it is carried on."""

    def __init__(self, here: asyncio.StreamWriter) -> None:
        self.ends = [here]
        self.carrying: asyncio.Future[tuple[None, None]] | None = None

    def cut(self) -> None:
        for end in self.ends:
            _reset(end)
        if self.carrying is not None:
            self.carrying.cancel()


def _reset(end: asyncio.StreamWriter) -> None:
    """End a connection with a TCP reset; nothing that is unsent goes out."""
    with contextlib.suppress(OSError):  # it has ended already
        end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.transport.abort()


class Line:
    """Carries bytes both ways until something is done to it. Faults hold for all its connections.

    A connection holds at most some 300 kB of each direction; whoever sends more has to wait.

    Args:
        target: "host:port" of the server. Set it anew for a server that has moved; open connections stay
            with the old one.

    Attributes:
        address: "127.0.0.1:port" for the clients.
        accepted: how many connections were let through so far.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self.accepted = 0
        self._is_refusing = False
        self._lanes = {way: _Lane() for way in Way}
        self._links: dict[_Link, asyncio.Task[None]] = {}
        self._server: asyncio.Server

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self.cut()
        await asyncio.gather(*self._links.values(), return_exceptions=True)
        await self._server.wait_closed()

    @property
    def open(self) -> int:
        """How many connections are open now."""
        return len(self._links)

    def carried_bytes(self, way: Way) -> int:
        """How much went through so far."""
        return self._lanes[way].carried_bytes

    def drop(self) -> None:
        """End what is open, without a goodbye. Who comes again gets through."""
        for link in tuple(self._links):
            link.cut()

    def refuse(self) -> None:
        """Let nobody new through; what is open goes on."""
        self._is_refusing = True

    def cut(self) -> None:
        """End what is open, without a goodbye, and let nobody through."""
        self.refuse()
        self.drop()

    def stall(self, *ways: Way) -> None:
        """Hold all bytes on these ways (none named: both): connections stay open and nothing arrives."""
        for way in ways or Way:
            self._lanes[way].flowing.clear()

    def slow(self, delay_s: float = 0.0, bytes_per_s: float | None = None) -> None:
        """Each chunk arrives later, both ways, and no more than so much goes through in a second."""
        for lane in self._lanes.values():
            lane.delay_s, lane.bytes_per_s = delay_s, bytes_per_s

    def drop_after(self, count_bytes: int, way: Way) -> None:
        """End the connection that carries the last of so many more bytes on this way; only those arrive."""
        self._lanes[way].drop_after = count_bytes

    def mend(self) -> None:
        """Undo every fault. What was held goes on, what was cut stays cut and may come again."""
        self._is_refusing = False
        for lane in self._lanes.values():
            lane.drop_after = None
            lane.flowing.set()
        self.slow()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_refusing:
            _reset(writer)
            return
        link = _Link(writer)
        task = asyncio.current_task()
        assert task is not None
        self._links[link] = task
        self.accepted += 1
        try:
            await self._carry_both(link, reader, writer)
        finally:
            del self._links[link]
            for end in link.ends:
                end.transport.abort()

    async def _carry_both(
        self, link: _Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        host, port = self.target.rsplit(":", 1)
        try:
            async with asyncio.timeout(CONNECT_S):
                there_reader, there_writer = await asyncio.open_connection(host, int(port))
        except (OSError, TimeoutError):
            _reset(writer)
            return
        link.ends.append(there_writer)
        if writer.transport.is_closing():  # cut meanwhile
            _reset(there_writer)
            return
        carrying = link.carrying = asyncio.gather(
            self._carry(link, Way.UP, reader, there_writer),
            self._carry(link, Way.DOWN, there_reader, writer),
        )
        with contextlib.suppress(asyncio.CancelledError):  # how `_Link.cut` ends it
            await carrying

    async def _carry(
        self, link: _Link, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        lane = self._lanes[way]
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                if lane.delay_s or lane.bytes_per_s:
                    await asyncio.sleep(lane.delay_s + len(data) / (lane.bytes_per_s or float("inf")))
                await lane.flowing.wait()
                data, is_last = lane.take(data)
                writer.write(data)
                await writer.drain()
                if is_last:
                    for end in link.ends:
                        if end is not writer:
                            _reset(end)  # who sent it cannot know how much of it arrived
                    break
            # An end, too, arrives after what was held.
            await lane.flowing.wait()
        with contextlib.suppress(OSError):
            writer.close()
            await writer.wait_closed()
