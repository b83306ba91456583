"""The door of the live channel: who may open a socket, the greeting, reading, and the goodbye."""

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
from realtime.protocol import CloseCode
from realtime.transport import transport_for
from server.accounts.service import SignedIn
from server.config import Settings

log = structlog.get_logger()

PATH = "/api/live"
GREETING_S = 10.0
GOODBYE_S = 2.0


# Public, as the session is checked below: a browser learns nothing from a refused handshake.
@websocket(PATH, public=True)
async def live(socket: WebSocket[SignedIn | None, Any, Any]) -> None:
    """One page's connection, from its opening to its end."""
    state = socket.app.state
    hub: Hub = state.hub
    settings: Settings = state.settings
    if not origin_is_ours(socket, settings):
        await socket.send({"type": "websocket.close", "code": CloseCode.FORBIDDEN_ORIGIN, "reason": ""})
        return
    await socket.accept()
    who = socket.user
    if who is None:
        await _say_goodbye(socket, CloseCode.SIGNED_OUT, "signed_out")
        return
    connection = Connection(who, transport_for(socket.scope, socket.send))
    if not hub.add(connection):
        await _say_goodbye(socket, CloseCode.TOO_MANY, "too_many")
        return
    tasks = [
        asyncio.create_task(_read(hub, connection, socket)),
        asyncio.create_task(connection.closing.wait()),
    ]
    writing = asyncio.create_task(connection.run_transport())
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    except WebSocketDisconnect:
        pass
    finally:
        hub.remove(connection)
        for task in (*tasks, writing):
            task.cancel()
        await asyncio.gather(*tasks, writing, return_exceptions=True)
        if connection.is_closing:
            await _say_goodbye(socket, connection.close_code, connection.close_reason)
            connection.abort_later(GOODBYE_S)


def origin_is_ours(socket: WebSocket[Any, Any, Any], settings: Settings) -> bool:
    """Whether the page that opens the socket is ours: cookies alone do not say (cross-site hijacking)."""
    origin = socket.headers.get("origin", "")
    if settings.origins:
        return origin in settings.origins
    return bool(origin) and urlsplit(origin).netloc == socket.headers.get("host", "")


async def _say_goodbye(socket: WebSocket[Any, Any, Any], code: int, reason: str) -> None:
    try:
        async with asyncio.timeout(GOODBYE_S):
            await socket.send({"type": "websocket.close", "code": int(code), "reason": reason})
    except (TimeoutError, WebSocketDisconnect, OSError, RuntimeError):
        pass  # it has gone already, or does not read: `abort_later` ends it


async def _read(hub: Hub, connection: Connection, socket: WebSocket[Any, Any, Any]) -> None:
    if not await _greet(connection, socket):
        return
    while not connection.is_closing:
        message = await _receive(socket)
        await connection.pace.wait(len(message))
        try:
            if isinstance(message, str):
                await dispatch.on_text(hub, connection, message)
            else:
                dispatch.on_binary(hub, connection, message)
        except Exception:
            log.exception("a frame could not be handled")
            connection.close(CloseCode.RESYNC, "unavailable")


async def _greet(connection: Connection, socket: WebSocket[Any, Any, Any]) -> bool:
    try:
        async with asyncio.timeout(GREETING_S):
            message = await _receive(socket)
        hello = protocol.decode_client(message)
    except (TimeoutError, msgspec.DecodeError, RecursionError):
        connection.close(CloseCode.BAD_FRAME, "no_greeting")
        return False
    if not isinstance(hello, protocol.Hello):
        connection.close(CloseCode.BAD_FRAME, "no_greeting")
        return False
    if hello.protocol != protocol.PROTOCOL_VERSION:
        connection.close(CloseCode.WRONG_VERSION, "wrong_version")
        return False
    connection.send(
        protocol.Welcome(
            protocol=protocol.PROTOCOL_VERSION, connection_id=connection.id, user_id=connection.user_id
        )
    )
    return True


async def _receive(socket: WebSocket[Any, Any, Any]) -> str | bytes:
    """The next message as it came, text or binary. Raises: WebSocketDisconnect: the page has gone."""
    message: Any = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(detail="")
    text = message.get("text")
    return message.get("bytes") or b"" if text is None else text
