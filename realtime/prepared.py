"""Websocket frames built once and written to many sockets.

A broadcast encodes its message and builds its websocket frame (RFC 6455, section 5.2) a single time; the
same bytes then go to every transport. `PreparedWebSocket` is uvicorn's sans-IO websocket protocol with a
door for such bytes, found by the application in the ASGI scope. Under another server the door is
missing and `realtime.transport` sends message by message.
"""

from __future__ import annotations

import struct
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from realtime.protocol import CloseCode

EXTENSION = "commonroom.prepared"

TEXT = 1
BINARY = 2
_FIN = 0x80


def frame(payload: bytes, opcode: int) -> bytes:
    """One unfragmented, unmasked frame, as a server sends it."""
    size = len(payload)
    if size < 126:
        return bytes((_FIN | opcode, size)) + payload
    if size < 65536:
        return struct.pack("!BBH", _FIN | opcode, 126, size) + payload
    return struct.pack("!BBQ", _FIN | opcode, 127, size) + payload


class PreparedWebSocket(WebSocketsSansIOProtocol):
    """uvicorn's websocket, which the application may also hand finished frames.

    Extensions such as permessage-deflate must be off (`realtime.__main__` does): prepared frames are
    written as they are.
    """

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        # The application's task was made just now and first runs on the next turn of the loop.
        if hasattr(self, "scope"):
            cast("dict[str, Any]", self.scope).setdefault("extensions", {})[EXTENSION] = self

    @property
    def unsent_bytes(self) -> int:
        """What the network has not taken yet."""
        return self.transport.get_write_buffer_size()

    def write_prepared(self, frames: bytes) -> None:
        """Write one or more whole frames now; nothing, once the socket is closing."""
        if self.handshake_complete and not self.disconnected and not self.close_sent:
            self.transport.write(frames)

    def abort(self) -> None:
        """End the connection at once, whatever is unsent."""
        self.transport.abort()

    def shutdown(self) -> None:
        """The server stops: say so in the protocol's own words, with the code that brings pages back."""
        if not self.handshake_complete or self.disconnected or self.close_sent:
            super().shutdown()
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": CloseCode.RESTARTING})
        self.conn.send_close(CloseCode.RESTARTING, "restarting")
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.close()

    def keepalive_timeout(self) -> None:
        # Closing politely would wait for a buffer that nobody reads.
        self.pong_timer = None
        self.pending_ping_payload = None
        self.abort()
