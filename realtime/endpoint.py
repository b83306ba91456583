"""The door of the live channel: who may open a socket, the greeting, and what a page says after it."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import msgspec
import structlog
from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect

from realtime import dispatch, protocol
from realtime.connection import Connection
from realtime.hub import Hub
from realtime.prepared import GOODBYE_S
from realtime.protocol import CloseCode
from realtime.transport import transport_for
from server.accounts.service import SignedIn
from server.config import Settings

log = structlog.get_logger()

PATH = "/api/live"
GREETING_S = 10.0


# Public, as the session is checked below: a browser learns nothing from a refused handshake.
@websocket(PATH, public=True)
async def live(socket: WebSocket[SignedIn | None, Any, Any]) -> None:
    """Let a page in, or say why not. Where the server permits, the socket outlives this call."""
    state = socket.app.state
    hub: Hub = state.hub
    settings: Settings = state.settings
    if not origin_is_ours(socket, settings):
        await socket.send({"type": "websocket.close", "code": CloseCode.FORBIDDEN_ORIGIN, "reason": ""})
        return
    await socket.accept()
    if hub.is_draining:
        await _refuse(socket, CloseCode.RESTARTING, "restarting")
        return
    who = socket.user
    if who is None:
        await _refuse(socket, CloseCode.SIGNED_OUT, "signed_out")
        return
    transport = transport_for(socket.scope, socket.receive, socket.send)
    connection = Connection(who, transport)
    if not hub.add(connection):
        await _refuse(socket, CloseCode.TOO_MANY, "too_many")
        return
    connection.closing.add_done_callback(lambda _: hub.remove(connection))
    await transport.serve(Reader(hub, connection))


def origin_is_ours(socket: WebSocket[Any, Any, Any], settings: Settings) -> bool:
    """Whether the page that opens the socket is ours: cookies alone do not say (cross-site hijacking)."""
    origin = socket.headers.get("origin", "")
    if settings.origins:
        return origin in settings.origins
    return bool(origin) and urlsplit(origin).netloc == socket.headers.get("host", "")


async def _refuse(socket: WebSocket[Any, Any, Any], code: int, reason: str) -> None:
    try:
        async with asyncio.timeout(GOODBYE_S):
            await socket.close(int(code), reason)
    except (TimeoutError, WebSocketDisconnect, OSError, RuntimeError):
        pass  # it has gone already


class Reader:
    """What a page says: the greeting first, within `GREETING_S`, then frames, each handled to its end.

    Nothing here is cancelled when the page goes: work in the database that is cut short costs its
    connection. It ends by the database's own timeouts, and finds the connection closing.
    """

    __slots__ = ("_connection", "_greeting", "_hub")

    def __init__(self, hub: Hub, connection: Connection) -> None:
        self._hub = hub
        self._connection = connection
        self._greeting: asyncio.TimerHandle | None = asyncio.get_running_loop().call_later(
            GREETING_S, connection.close, CloseCode.BAD_FRAME, "no_greeting"
        )

    def take(self, message: str | bytes) -> bool:
        """What is drawn needs no waiting: a task for each stroke would cost as much as the stroke."""
        connection = self._connection
        if isinstance(message, str) or self._greeting is not None or connection.is_closing:
            return False
        if not connection.pace.spend(len(message)):
            return False
        self._on_binary(message)
        return True

    def _on_binary(self, message: bytes) -> None:
        try:
            dispatch.on_binary(self._hub, self._connection, message)
        except Exception as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        log.error("a frame could not be handled", exc_info=error)
        self._connection.close(CloseCode.RESYNC, "unavailable")

    async def receive(self, message: str | bytes) -> None:
        connection = self._connection
        if not connection.is_closing:
            await connection.pace.wait(len(message))
        if connection.is_closing:
            return
        if self._greeting is not None:
            self._greeting.cancel()
            self._greeting = None
            greet(connection, message)
        elif isinstance(message, bytes):
            self._on_binary(message)
        else:
            try:
                await dispatch.on_text(self._hub, connection, message)
            except Exception as error:
                self._failed(error)

    def gone(self) -> None:
        if self._greeting is not None:
            self._greeting.cancel()
        self._connection.gone()


def greet(connection: Connection, message: str | bytes) -> None:
    """Answer the first message, or close: it has to be a `hello` in our version."""
    try:
        hello = protocol.decode_client(message)
    except (msgspec.DecodeError, RecursionError):
        hello = None
    if not isinstance(hello, protocol.Hello):
        connection.close(CloseCode.BAD_FRAME, "no_greeting")
    elif hello.protocol != protocol.PROTOCOL_VERSION:
        connection.close(CloseCode.WRONG_VERSION, "wrong_version")
    else:
        connection.send(
            protocol.Welcome(
                protocol=protocol.PROTOCOL_VERSION, connection_id=connection.id, user_id=connection.user_id
            )
        )
