"""Websocket frames built once and written to many sockets.

A broadcast encodes its message and builds its websocket frame (RFC 6455, section 5.2) a single time; the
same bytes then go to every transport. `PreparedWebSocket` is uvicorn's sans-IO websocket protocol with a
door for such bytes, found by the application in the ASGI scope. Under another server the door is
missing and `realtime.transport` sends message by message.

A large message has a second form, deflated (RFC 7692), for the sockets that negotiated it. Neither side
keeps compression state from one message to the next, so that form is made once, too, and a socket that
is idle holds nothing for it.
"""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Coroutine
from typing import Any, Protocol, cast
from weakref import WeakKeyDictionary

from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.exceptions import PayloadTooBig
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import OPEN

from realtime.heartbeat import Heartbeat
from realtime.protocol import FRAME_LIMIT_BYTES, CloseCode

EXTENSION = "commonroom.prepared"

TEXT = 1
BINARY = 2
_FIN = 0x80
_RSV1 = 0x40

GOODBYE_S = 2.0
"""How long a page has to answer a close; it may not be reading."""
DEFLATE_FROM_BYTES = 4 * 1024
"""Smaller messages go as they are: a packet or two less are not worth the inflating on a phone."""
DEFLATE_LEVEL = 3
DEFLATE_WINDOW_BITS = 15
INFLATED_AT_ONCE_BYTES = 4 * FRAME_LIMIT_BYTES
"""What the compressed messages of one read from the network (256 KiB) may come to."""


def frame(payload: bytes, opcode: int) -> bytes:
    """One unfragmented, unmasked frame, as a server sends it."""
    return _head(len(payload), _FIN | opcode) + payload


def deflated_frame(payload: bytes, opcode: int) -> bytes:
    """The same, compressed by itself, for a socket whose `deflates` is true."""
    deflate = zlib.compressobj(DEFLATE_LEVEL, wbits=-DEFLATE_WINDOW_BITS)
    # The empty block at the end of a flush is left out (RFC 7692, section 7.2.1).
    deflated = (deflate.compress(payload) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4]
    return _head(len(deflated), _FIN | _RSV1 | opcode) + deflated


def _head(size: int, first: int) -> bytes:
    if size < 126:
        return bytes((first, size))
    if size < 65536:
        return struct.pack("!BBH", first, 126, size)
    return struct.pack("!BBQ", first, 127, size)


class _BoundedDeflate(PerMessageDeflate):
    """Inflates what a page sends, up to a limit for all of one read.

    Each message is bounded anyway. But a read holds hundreds that are tiny until they are inflated, and
    all of them wait in memory before reading can be paused.
    """

    left_bytes = INFLATED_AT_ONCE_BYTES

    def decode(self, frame: Frame, *, max_size: int | None = None) -> Frame:
        decoded = super().decode(frame, max_size=max_size)
        if decoded is not frame:
            self.left_bytes -= len(decoded.data)
            if self.left_bytes < 0:
                raise PayloadTooBig(len(decoded.data), INFLATED_AT_ONCE_BYTES)
        return decoded


class _Deflate(ServerPerMessageDeflateFactory):
    """Negotiates compression without state: each message by itself, in both directions."""

    def __init__(self) -> None:
        super().__init__(server_no_context_takeover=True, client_no_context_takeover=True)

    def process_request_params(self, params: Any, accepted_extensions: Any) -> Any:
        answer, agreed = super().process_request_params(params, accepted_extensions)
        return answer, _BoundedDeflate(
            agreed.remote_no_context_takeover,
            agreed.local_no_context_takeover,
            agreed.remote_max_window_bits,
            agreed.local_max_window_bits,
        )


_EXTENSIONS = (_Deflate(),)

_PING_PAYLOAD = b"here"
_PING = _head(len(_PING_PAYLOAD), _FIN | Opcode.PING) + _PING_PAYLOAD
_LEASE_PAYLOAD = b"lease"
"""Another payload than the heartbeat's, whose answers uvicorn counts."""
_LEASE_PING = _head(len(_LEASE_PAYLOAD), _FIN | Opcode.PING) + _LEASE_PAYLOAD


class Listener(Protocol):
    """Takes what a page sends. Neither call may wait."""

    def on_message(self, message: str | bytes) -> None: ...

    def on_gone(self) -> None:
        """The socket has ended, or is about to: may be called more than once."""
        ...


class _Events:
    """Stands where uvicorn has its queue of ASGI events, and hands them on at once."""

    __slots__ = ("_listener", "_socket")

    def __init__(self, socket: PreparedWebSocket, listener: Listener) -> None:
        self._socket = socket
        self._listener = listener

    def put_nowait(self, event: Any) -> None:
        if event["type"] == "websocket.receive":
            text = event.get("text")
            self._listener.on_message(bytes(event["bytes"]) if text is None else text)
        elif event["type"] == "websocket.disconnect":
            self._socket.abort_later()  # uvicorn waits until all is read, and who has gone reads nothing
            self._listener.on_gone()


class _Shared:
    """What the sockets of one server share."""

    heartbeat: Heartbeat | None = None


_servers: WeakKeyDictionary[ServerState, _Shared] = WeakKeyDictionary()


def _shared_by_server(state: ServerState) -> _Shared:
    return _servers.setdefault(state, _Shared())


class PreparedWebSocket(WebSocketsSansIOProtocol):
    """uvicorn's websocket, which the application may take over, and hand finished frames.

    uvicorn's own compression must be off (`realtime.serving`): prepared frames are written as they are.
    """

    def __init__(self, config: Config, server_state: ServerState, *arguments: Any, **options: Any) -> None:
        super().__init__(config, server_state, *arguments, **options)
        self._server = _shared_by_server(server_state)
        self.conn.available_extensions = _EXTENSIONS
        self._deflate: _BoundedDeflate | None = None
        self._is_taken = False
        self.heard_at = self.loop.time()
        """When something last came from the page, an answer to a ping too, by the loop's clock."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        # The application's task was made just now and first runs on the next turn of the loop.
        if hasattr(self, "scope"):
            cast("dict[str, Any]", self.scope).setdefault("extensions", {})[EXTENSION] = self

    def take_over(self, listener: Listener) -> None:
        """What comes goes to `listener` from now on, and the socket outlives the application's ASGI call.

        That call, its queue, its scope and the handshake are four fifths of what an idle socket holds.
        """
        for extension in self.conn.extensions:
            self._deflate = cast("_BoundedDeflate", extension)
        waiting, events = self.queue, _Events(self, listener)
        self.queue = cast("asyncio.Queue[Any]", events)
        self._is_taken = True
        self.read_paused = True  # as far as uvicorn knows: pausing is the listener's business now
        self.transport.resume_reading()
        for handshake in (self.request, self.response):
            handshake.headers.clear()  # the library's parser keeps hold of the request
        del self.scope, self.request, self.response
        while not waiting.empty():
            events.put_nowait(waiting.get_nowait())

    async def run_asgi(self) -> None:
        """As in uvicorn, except that a socket that was taken over is left open."""
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except BaseException:
            self.logger.exception("Exception in ASGI application\n")
            self.send_500_response()
        else:
            if self._is_taken:
                return
            if not self.handshake_complete and not self.initial_response:
                self.logger.error("ASGI callable returned without completing handshake.")
                self.send_500_response()
        if self.close_timer is None:
            self.transport.close()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run work for this socket; the server waits for it before it stops."""
        task = self.loop.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.on_task_complete)
        return task

    def data_received(self, data: bytes) -> None:
        self.heard_at = self.loop.time()
        if self._deflate is not None:
            self._deflate.left_bytes = INFLATED_AT_ONCE_BYTES
        super().data_received(data)

    @property
    def deflates(self) -> bool:
        """Whether the page takes compressed messages. One that wants a small window gets none."""
        return any(
            isinstance(each, PerMessageDeflate) and each.local_max_window_bits >= DEFLATE_WINDOW_BITS
            for each in self.conn.extensions
        )

    def say_goodbye(self, code: int, reason: str) -> None:
        """Close in order; `GOODBYE_S` later the connection is cut, whatever is unsent then."""
        if self.handshake_complete and not self.disconnected and self.conn.state is OPEN:
            self._send_close(code, reason)
            self.close_sent = True
            self.transport.resume_reading()  # the answer has to be seen
            self.abort_later()

    def abort(self) -> None:
        """End the connection at once, whatever is unsent."""
        self.transport.abort()

    def abort_later(self) -> None:
        """Let what is unsent go out, for `GOODBYE_S` at most."""
        if self.close_timer is None and not self.transport.is_closing():
            self.close_timer = self.loop.call_later(GOODBYE_S, self.abort)

    def _send_close(self, code: int, reason: str) -> None:
        self.stop_keepalive()
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))

    def shutdown(self) -> None:
        """The server stops: say so in the protocol's own words, with the code that brings pages back."""
        if not self.handshake_complete or self.disconnected or self.conn.state is not OPEN:
            super().shutdown()
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": CloseCode.RESTARTING})
        self._send_close(CloseCode.RESTARTING, "restarting")
        self.transport.close()

    def start_keepalive(self) -> None:
        if self.ping_interval:
            if self._server.heartbeat is None:
                self._server.heartbeat = Heartbeat(self.ping_interval)
            self._server.heartbeat.add(self)

    def stop_keepalive(self) -> None:
        if self._server.heartbeat is not None:
            self._server.heartbeat.discard(self)

    def ask(self) -> None:
        """Ping for a sign of life; the answer shows in `heard_at`. Nothing happens when none comes."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(_LEASE_PING)

    def beat(self) -> None:
        """One ping is on its way at a time, so all are alike, and framed already."""
        if self.pending_ping_payload is not None:
            # Closing politely would wait for a buffer that nobody reads.
            self.abort()
        elif not self.close_sent and not self.transport.is_closing():
            self.pending_ping_payload = _PING_PAYLOAD
            self.transport.write(_PING)
