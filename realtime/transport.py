"""What a connection writes to: prepared frames where the server lets us, plain ASGI sends elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from litestar.types import Send
from litestar.types.asgi_types import Scope

from realtime.prepared import EXTENSION, TEXT, PreparedWebSocket, frame


class Message:
    """One websocket message on its way out, to one socket or to many: it is framed once.

    Args:
        payload: text as UTF-8, or bytes.
        opcode: `TEXT` or `BINARY`.
        passing: may be left out for slow readers (cursors).
    """

    __slots__ = ("_framed", "opcode", "passing", "payload")

    def __init__(self, payload: bytes, opcode: int = TEXT, passing: bool = False) -> None:
        self.payload = payload
        self.opcode = opcode
        self.passing = passing
        self._framed: bytes | None = None

    @property
    def framed(self) -> bytes:
        """The message as a websocket frame."""
        if self._framed is None:
            self._framed = frame(self.payload, self.opcode)
        return self._framed


class Transport(Protocol):
    """A socket, as seen by whoever writes to it. Writing never waits."""

    @property
    def unsent_bytes(self) -> int: ...

    def write(self, messages: Sequence[Message], frames: bytes) -> None:
        """Write `messages`; `frames` is the same, framed and joined."""
        ...

    def abort(self) -> None: ...

    async def run(self) -> None:
        """Does the writing that cannot be done at once; runs as long as the connection."""
        ...


class PreparedTransport:
    """Writes joined frames straight to the network."""

    def __init__(self, protocol: PreparedWebSocket) -> None:
        self._protocol = protocol
        self.abort = protocol.abort

    @property
    def unsent_bytes(self) -> int:
        return self._protocol.unsent_bytes

    def write(self, messages: Sequence[Message], frames: bytes) -> None:
        self._protocol.write_prepared(frames)

    async def run(self) -> None:
        """There is nothing left to do: asyncio's transport holds the buffer."""


class AsgiTransport:
    """Sends through ASGI, one message at a time, from a queue of its own."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._queue: asyncio.Queue[Message] = asyncio.Queue()  # bounded by `Connection`, in bytes
        self._gone = False
        self.unsent_bytes = 0

    def write(self, messages: Sequence[Message], frames: bytes) -> None:
        if self._gone:
            return
        for message in messages:
            self.unsent_bytes += len(message.payload)
            self._queue.put_nowait(message)

    def abort(self) -> None:
        self._gone = True

    async def run(self) -> None:
        while not self._gone:
            message = await self._queue.get()
            payload = message.payload
            if message.opcode == TEXT:
                await self._send({"type": "websocket.send", "text": payload.decode(), "bytes": None})
            else:
                await self._send({"type": "websocket.send", "bytes": payload, "text": None})
            self.unsent_bytes -= len(payload)


def transport_for(scope: Scope, send: Send) -> Transport:
    """The best transport that the server offers for this socket."""
    protocol = (scope.get("extensions") or {}).get(EXTENSION)
    return PreparedTransport(protocol) if isinstance(protocol, PreparedWebSocket) else AsgiTransport(send)
