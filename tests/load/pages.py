"""Pages that cost little: raw sockets which greet, join, and from then on only count what arrives.

Where a message should tell how long it took, its sender puts a `stamp` into it. Run as a process
(`python -m tests.load.pages`) a `Pages` is called over standard input: see `tests.load.processes`.
"""

from __future__ import annotations

import asyncio
import base64
import math
import os
import re
import socket
import struct
import time
import zlib
from collections import Counter
from typing import Any, cast
from uuid import UUID

import msgspec

from realtime import protocol
from realtime.prepared import TEXT
from tests.load.processes import answer_calls, run

MARK = b"#="
STAMP_BYTES = len("#=t000000000.000000;")
SAMPLED = 10
"""So many pages of a group take down when stamped messages came."""
READY_S = 60.0
_CLOSE, _PING, _PONG = 8, 9, 10
_COMPRESSED = 0x40
_STAMPS = re.compile(rb"#=t([0-9.]{16});")


def stamp(is_sample: bool = True) -> bytes:
    """A mark to be counted; a sample also says when it was made."""
    return f"#={'t' if is_sample else 'x'}{time.monotonic():016.6f};".encode()


def masked(payload: bytes, opcode: int = TEXT) -> bytes:
    """A client's frame, masked with zeros."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 65536:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + bytes(4) + payload


class _Board(msgspec.Struct):
    id: UUID


class _Joined(msgspec.Struct):
    seq: int
    from_seq: int
    boards: list[_Board]


class _Said(msgspec.Struct):
    seq: int


class _History(msgspec.Struct):
    seq: int
    messages: list[_Said]


_read_joined = msgspec.json.Decoder(_Joined).decode
_read_history = msgspec.json.Decoder(_History).decode


class Ticket(msgspec.Struct):
    """Who comes in, and where."""

    token: str
    space_id: str
    last_seq: int | None = None


class Page(asyncio.Protocol):
    """One socket.

    Attributes:
        ready: done when the page has everything: who is here, the history, and the board if it wants one.
        ready_at: when that was (`time.monotonic()`).
        took_ms: from opening the socket until then; `join_ms`: from sending `space.join`.
        messages, size_bytes: what came until then.
        count: marked messages since counting began.
        closed: when (`time.monotonic()`), with which code and why the socket ended; 0: nobody waited longer.
    """

    def __init__(self, url: str, ticket: Ticket, *, board: bool = False, deflate: bool = False) -> None:
        self.ready: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.ready_at = self.took_ms = self.join_ms = 0.0
        self.messages = self.size_bytes = self.count = 0
        self.delays_ms: list[float] = []
        self.closed: tuple[float, int, str] | None = None
        self.is_counting = self.is_sampled = False
        self.transport: asyncio.Transport
        self._url, self._ticket, self._board, self._deflate = url, ticket, board, deflate
        self._buffer = bytearray()
        self._is_open = self._has_state = False
        self._have = self._wanted = -1
        self._started = self._joined_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._started = time.monotonic()
        host = self._url.removeprefix("http://")
        offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            f"GET /api/live?space={self._ticket.space_id} HTTP/1.1\r\nHost: {host}\r\nOrigin: {self._url}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Version: 13\r\n{offer if self._deflate else ''}"
            f"Cookie: commonroom_session={self._ticket.token}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self.size_bytes += len(data)
        if self.is_counting:
            self._count(data)
            return
        self._buffer += data
        if not self._is_open:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if not self._buffer.startswith(b"HTTP/1.1 101"):
                self.transport.abort()
                return
            del self._buffer[: end + 4]
            self._is_open = True
            self._greet()
        self._read_frames()

    @property
    def is_in(self) -> bool:
        """Whether it was let in, as far as is known."""
        return self.ready.done() and not self.ready.cancelled() and self.ready.result()

    def give_up(self) -> None:
        """Wait no longer."""
        self._ended(0)
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended(1006)

    def _ended(self, code: int, reason: str = "") -> None:
        if self.closed is None:
            self.closed = time.monotonic(), code, reason
        if not self.ready.done():
            self.ready.set_result(False)

    def _greet(self) -> None:
        hello = protocol.Hello(protocol=protocol.PROTOCOL_VERSION)
        join = protocol.SpaceJoin(
            ref=1, space_id=UUID(self._ticket.space_id), last_seq=self._ticket.last_seq
        )
        self._joined_at = time.monotonic()
        self.transport.write(masked(protocol.encode(hello)) + masked(protocol.encode(join)))

    def _read_frames(self) -> None:
        buffer, at = self._buffer, 0
        while len(buffer) - at >= 2:
            first, size, start = buffer[at], buffer[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, start = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
            if len(buffer) < start + size:
                break
            payload = bytes(buffer[start : start + size])
            at = start + size
            if first & _COMPRESSED:
                payload = zlib.decompressobj(-15).decompress(payload + b"\0\0\xff\xff")
            self._on_frame(first & 15, payload)
        del buffer[:at]

    def _on_frame(self, opcode: int, payload: bytes) -> None:
        if opcode == _PING:
            self.transport.write(masked(payload, _PONG))
        elif opcode == _CLOSE:
            self._ended(int.from_bytes(payload[:2], "big"), payload[2:].decode())
            self.transport.write(masked(payload, _CLOSE))
            self.transport.close()
        elif opcode == TEXT and not self.ready.done():
            self._on_text(payload)

    def _on_text(self, payload: bytes) -> None:
        kind = payload[9 : payload.index(b'"', 9)]  # {"type":"...
        if kind == b"space.joined":
            joined = _read_joined(payload)
            self._wanted, self._have = joined.seq, joined.from_seq - 1
            if self._board:
                opening = protocol.BoardOpen(ref=2, board_id=joined.boards[0].id)
                self.transport.write(masked(protocol.encode(opening)))
        elif kind == b"presence.state":
            self._has_state = True
        elif kind == b"chat.history":
            history = _read_history(payload)
            self.messages += len(history.messages)
            self._have = history.seq
        elif kind == b"board.opened":
            self._board = False
        if self._has_state and self._have >= self._wanted >= 0 and not self._board:
            self.ready_at = time.monotonic()
            self.took_ms = (self.ready_at - self._started) * 1000
            self.join_ms = (self.ready_at - self._joined_at) * 1000
            self.ready.set_result(True)

    # --- counting

    def start_counting(self, is_sampled: bool) -> None:
        """From now on bytes are searched for marks and nothing else: pings are not answered."""
        self.is_counting, self.is_sampled = True, is_sampled
        self.count = self.size_bytes = 0
        self.delays_ms = []

    def _count(self, data: bytes) -> None:
        if self._buffer:
            data = bytes(self._buffer) + data
            self._buffer.clear()
        self.count += data.count(MARK)
        last = data.rfind(MARK, max(0, len(data) - STAMP_BYTES))
        if last >= 0 and last + STAMP_BYTES > len(data):  # the rest of it is still on its way
            self.count -= 1
            self._buffer += data[last:]
            data = data[:last]
        elif data.endswith(MARK[:1]):
            self._buffer += MARK[:1]
        if self.is_sampled:
            now = time.monotonic()
            self.delays_ms += [(now - float(at)) * 1000 for at in _STAMPS.findall(data)]


def _why(closed: tuple[float, int, str] | None) -> str:
    return "not tried" if closed is None else f"{closed[1]} {closed[2]}".strip()


class Pages:
    """A number of pages, opened and looked at together."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self.deaf: Page | None = None

    async def join(
        self, url: str, tickets: list[Any], at_once: int = 50, board: bool = False, deflate: bool = False,
        rate: float = 0, stay_s: float | None = None, within_s: float = math.inf,
    ) -> dict[str, Any]:
        """Open pages and wait until each is in, or refused.

        Args:
            at_once: so many are on their way at a time.
            rate: so many begin a second; 0 for as fast as it goes.
            stay_s: each leaves again after so long; None to stay.
            within_s: no more are begun after so long.
        """
        slots, started = asyncio.Semaphore(at_once), time.monotonic()
        pages = [
            Page(url, msgspec.convert(each, Ticket), board=board, deflate=deflate) for each in tickets
        ]
        if stay_s is None:
            self.pages += pages

        async def enter(number: int, page: Page) -> None:
            if rate:
                await asyncio.sleep(started + number / rate - time.monotonic())
            async with slots:
                if time.monotonic() - started > within_s:
                    page.ready.cancel()
                    return
                await self._connect(page, int(url.rsplit(":", 1)[1]))
                try:
                    async with asyncio.timeout(READY_S):
                        is_in = await page.ready
                except TimeoutError:
                    page.give_up()
                    is_in = False
            if is_in and stay_s is not None:
                await asyncio.sleep(stay_s)
                page.transport.close()

        async with asyncio.TaskGroup() as group:
            for number, page in enumerate(pages):
                group.create_task(enter(number, page))
        entered = [page for page in pages if page.is_in]
        self.pages = [page for page in self.pages if page.is_in]
        return {
            "joined": len(entered),
            "refused": dict(Counter(_why(page.closed) for page in pages if not page.is_in)),
            "seconds": time.monotonic() - started,
            "last_at": max((page.ready_at for page in entered), default=started),
            "took_ms": [page.took_ms for page in entered], "join_ms": [page.join_ms for page in entered],
            "messages": sum(page.messages for page in entered),
            "size_bytes": sum(page.size_bytes for page in entered),
        }

    async def _connect(self, page: Page, port: int) -> None:
        while True:
            try:
                await asyncio.get_running_loop().create_connection(lambda: page, "127.0.0.1", port)
            except ConnectionRefusedError:  # it is just starting
                await asyncio.sleep(0.01)
            else:
                return

    async def listen(self, port: int, count: int) -> int:
        """Connect to something that writes without being asked, and only count."""
        for _ in range(count):
            page = _Plain("", Ticket("", ""))
            page.is_counting = True
            await asyncio.get_running_loop().create_connection(lambda page=page: page, "127.0.0.1", port)
            self.pages.append(page)
        return len(self.pages)

    async def start_counting(self) -> None:
        """See `Page.start_counting`; the first `SAMPLED` are the ones that look at stamps."""
        for number, page in enumerate(self.pages):
            page.start_counting(number < SAMPLED)

    async def least(self) -> int:
        """How many marked messages have arrived everywhere."""
        return min((page.count for page in self.pages), default=0)

    async def counts(self) -> dict[str, Any]:
        """What has arrived since counting began."""
        return {
            "deliveries": sum(page.count for page in self.pages),
            "least": await self.least(),
            "size_bytes": sum(page.size_bytes for page in self.pages),
            "delays_ms": [round(delay, 2) for page in self.pages for delay in page.delays_ms],
            "lost": sum(page.closed is not None for page in self.pages),
        }

    async def join_deaf(self, url: str, ticket: Any, board: bool = False) -> bool:
        """Open one more page, with little room in the network, that reads nothing once it is in."""
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        narrow.setblocking(False)
        loop, page = asyncio.get_running_loop(), Page(url, msgspec.convert(ticket, Ticket), board=board)
        await loop.sock_connect(narrow, ("127.0.0.1", int(url.rsplit(":", 1)[1])))
        await loop.create_connection(lambda: page, sock=narrow)
        async with asyncio.timeout(READY_S):
            is_in = await page.ready
        page.transport.pause_reading()
        self.deaf = page
        return is_in

    async def hear_again(self) -> tuple[float, int, str] | None:
        """Let the deaf page read what there is: how it was closed, if it was."""
        assert self.deaf is not None
        self.deaf.is_counting = False
        if self.deaf.closed is None:
            self.deaf.transport.resume_reading()
        for _ in range(200):
            if self.deaf.closed is not None:
                break
            await asyncio.sleep(0.01)
        return self.deaf.closed

    async def ends(self, within_s: float = 0) -> list[tuple[float, int, str] | None]:
        """When and how each page was closed; waits for those that are still open, up to `within_s`."""
        until = time.monotonic() + within_s
        while time.monotonic() < until and any(page.closed is None for page in self.pages):
            await asyncio.sleep(0.05)
        return [page.closed for page in self.pages]

    async def leave(self) -> None:
        """Close all pages."""
        pages, self.pages = self.pages, []
        for page in pages:
            page.transport.abort()


class _Plain(Page):
    """Counts what something writes that is no websocket server."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)


async def _answer() -> None:
    await answer_calls(Pages())


if __name__ == "__main__":
    run(_answer())
