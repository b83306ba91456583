"""What a connection reads from and writes to: prepared frames where the server lets us, else plain ASGI."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from litestar.types import Receive, Send
from litestar.types.asgi_types import Scope

from realtime.prepared import (
    DEFLATE_FROM_BYTES,
    EXTENSION,
    GOODBYE_S,
    TEXT,
    PreparedWebSocket,
    deflated_frame,
    frame,
)

WAITING_LIMIT = 16
WAITING_LIMIT_BYTES = 64 * 1024
"""Messages of one page that wait while another is handled; beyond this the page is not read from."""


class Message:
    """One websocket message on its way out, to one socket or to many: it is framed once.

    Args:
        payload: text as UTF-8, or bytes.
        opcode: `TEXT` or `BINARY`.
        passing: may be left out for slow readers (cursors).
    """

    __slots__ = ("_deflated", "_framed", "opcode", "passing", "payload")

    def __init__(self, payload: bytes, opcode: int = TEXT, passing: bool = False) -> None:
        self.payload = payload
        self.opcode = opcode
        self.passing = passing
        self._framed: bytes | None = None
        self._deflated: bytes | None = None

    @property
    def framed(self) -> bytes:
        """The message as a websocket frame."""
        if self._framed is None:
            self._framed = frame(self.payload, self.opcode)
        return self._framed

    @property
    def deflated(self) -> bytes:
        """The frame for a socket that takes compressed ones: another one where that is worth it."""
        if not self.is_large:
            return self.framed
        if self._deflated is None:
            deflated = deflated_frame(self.payload, self.opcode)
            self._deflated = deflated if len(deflated) < len(self.payload) else self.framed
        return self._deflated

    @property
    def is_large(self) -> bool:
        """Whether it may be worth compressing."""
        return len(self.payload) >= DEFLATE_FROM_BYTES


def joined(messages: Sequence[Message], *, deflating: bool) -> bytes:
    """The frames of several messages, to be written at once."""
    if len(messages) == 1:
        return messages[0].deflated if deflating else messages[0].framed
    return b"".join([each.deflated if deflating else each.framed for each in messages])


class Receiver(Protocol):
    """Who a page speaks to."""

    def take(self, message: str | bytes) -> bool:
        """Act on a message at once, if that needs no waiting and none is waiting. Returns whether it did."""
        ...

    async def receive(self, message: str | bytes) -> None:
        """Act on one message. It is never cancelled, and the next one waits for its end."""
        ...

    def gone(self) -> None:
        """The socket has ended; may be called more than once."""
        ...


class Transport(Protocol):
    """A socket, as seen by whoever writes to it. Only `serve` waits."""

    @property
    def push(self) -> Callable[[bytes], object] | None:
        """Writes frames straight to the network; None where messages are sent one by one (`write`)."""
        ...

    def unsent(self) -> int:
        """Bytes that the network has not taken yet."""
        ...

    @property
    def deflates(self) -> bool:
        """Whether it takes compressed frames."""
        ...

    def write(self, messages: Sequence[Message], frames: bytes) -> None:
        """Write `messages`; `frames` is the same, framed and joined."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Say goodbye after what was written, and cut the connection when that takes over `GOODBYE_S`."""
        ...

    def abort(self) -> None:
        """Cut the connection, whatever is unsent."""
        ...

    def heard_at(self) -> float:
        """When the page last gave a sign of life, by the loop's clock."""
        ...

    def ask(self) -> None:
        """Ask the page for a sign of life, which `heard_at` then shows."""
        ...

    async def serve(self, receiver: Receiver) -> None:
        """Hand what comes to `receiver`, for as long as the ASGI call has to last for that."""
        ...


class PreparedTransport:
    """Writes joined frames straight to the network, and needs a task only while there is something to do."""

    __slots__ = (
        "_incoming", "_receiver", "_socket", "_working", "abort", "ask", "close", "deflates", "push",
        "unsent",
    )

    def __init__(self, socket: PreparedWebSocket) -> None:
        self._socket = socket
        self._receiver: Receiver
        self._incoming: list[str | bytes] = []
        self._working: asyncio.Task[None] | None = None
        self.abort = socket.abort
        self.ask = socket.ask
        self.close = socket.say_goodbye
        self.deflates = socket.deflates
        self.push: Callable[[bytes], object] | None = socket.transport.write
        self.unsent = socket.transport.get_write_buffer_size

    def write(self, messages: Sequence[Message], frames: bytes) -> None:
        self._socket.transport.write(frames)

    def heard_at(self) -> float:
        return self._socket.heard_at

    async def serve(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._socket.take_over(self)

    def on_message(self, message: str | bytes) -> None:
        if self._working is None and self._receiver.take(message):
            return
        self._incoming.append(message)
        if self._working is None:
            self._working = self._socket.spawn(self._work())
        elif len(self._incoming) > WAITING_LIMIT or sum(map(len, self._incoming)) > WAITING_LIMIT_BYTES:
            # The rest waits in the network. Not sooner: who is not read from is not seen to go, either.
            self._socket.transport.pause_reading()

    def on_gone(self) -> None:
        self._incoming.clear()
        self._receiver.gone()

    async def _work(self) -> None:
        try:
            while self._incoming:
                some, self._incoming = self._incoming, []
                for each in some:
                    await self._receiver.receive(each)
        finally:
            self._working = None
        self._socket.transport.resume_reading()


class AsgiTransport:
    """Receives and sends through ASGI, one message at a time, from a queue of its own."""

    deflates = False
    push = None

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._queue: asyncio.Queue[Message | tuple[int, str]] = asyncio.Queue()
        """Bounded by `Connection`, in bytes; the last one is the goodbye."""
        self._writing: asyncio.Task[None] | None = None
        self._is_over = False
        self._unsent_bytes = 0

    def unsent(self) -> int:
        return self._unsent_bytes

    def write(self, messages: Sequence[Message], frames: bytes) -> None:
        if self._is_over:
            return
        for message in messages:
            self._unsent_bytes += len(message.payload)
            self._queue.put_nowait(message)

    def close(self, code: int, reason: str) -> None:
        if not self._is_over:
            self._is_over = True
            self._queue.put_nowait((code, reason))
            asyncio.get_running_loop().call_later(GOODBYE_S, self.abort)

    def abort(self) -> None:
        self._is_over = True
        if self._writing is not None:
            self._writing.cancel()

    def heard_at(self) -> float:
        """ASGI knows no pings: a socket that is open counts, until the server's own pings end it."""
        return asyncio.get_running_loop().time()

    def ask(self) -> None:
        pass

    async def serve(self, receiver: Receiver) -> None:
        self._writing = writing = asyncio.create_task(self._write())
        try:
            while (message := await self._next(writing)) is not None:
                await receiver.receive(message)
        finally:
            receiver.gone()
            writing.cancel()
            await asyncio.wait([writing])

    async def _next(self, writing: asyncio.Task[None]) -> str | bytes | None:
        """The next message; None when the page has gone, or nothing more can be written to it."""
        receiving = asyncio.ensure_future(self._receive())
        try:
            await asyncio.wait([receiving, writing], return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not receiving.done():
                receiving.cancel()
        if not receiving.done():
            return None
        event: Any = receiving.result()
        if event["type"] != "websocket.receive":
            return None
        text = event.get("text")
        return event.get("bytes") or b"" if text is None else text

    async def _write(self) -> None:
        while isinstance(message := await self._queue.get(), Message):
            payload = message.payload
            if message.opcode == TEXT:
                await self._send({"type": "websocket.send", "text": payload.decode(), "bytes": None})
            else:
                await self._send({"type": "websocket.send", "bytes": payload, "text": None})
            self._unsent_bytes -= len(payload)
        code, reason = message
        await self._send({"type": "websocket.close", "code": code, "reason": reason})


def transport_for(scope: Scope, receive: Receive, send: Send) -> Transport:
    """The best transport that the server offers for this socket, once it is accepted."""
    socket = (scope.get("extensions") or {}).get(EXTENSION)
    if isinstance(socket, PreparedWebSocket):
        return PreparedTransport(socket)
    return AsgiTransport(receive, send)
