"""A board page of a Python client: a pycrdt document that speaks the y-protocols over a `LiveClient`.

Behaves as y-websocket does: sends each own change at once, answers a state vector with what the other
side lacks, and keeps its document while it has no connection.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import msgspec
from pycrdt import Doc, Map, TransactionEvent
from websockets.exceptions import ConnectionClosed

from realtime import board_wire as wire
from realtime import protocol
from tests.realtime.client import WAIT_S, LiveClient


class BoardPage:
    """A person's document of one board page.

    Attributes:
        stored: every update that the server has sent on.
        states: awareness by client id, as last told.
        strokes: (user id, payload) of strokes in progress.
    """

    def __init__(self, user_id: UUID, client_id: int | None = None) -> None:
        self.user_id = user_id
        self.doc = Doc() if client_id is None else Doc(client_id=client_id)
        self.elements = self.doc.get("elements", type=Map)
        self.client: LiveClient | None = None
        self.opened: protocol.BoardOpened | None = None
        self.stored: list[bytes] = []
        self.states: dict[int, dict[str, Any] | None] = {}
        self.strokes: list[tuple[UUID, bytes]] = []
        self._stored = Doc()
        self._synced = False
        self._is_applying = False
        self._clock = 0
        self._news = asyncio.Event()
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._sender: asyncio.Task[None] | None = None
        self._subscription = self.doc.observe(self._on_change)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.disconnect()
        self.doc.unobserve(self._subscription)

    async def open(self, client: LiveClient, board_id: UUID) -> None:
        """Open the page over this socket, and wait until it is filled."""
        self.disconnect()
        self._outbox = asyncio.Queue()
        self._synced = False
        self.client = client
        client.on_binary = self._receive
        self.opened = await client.open_board(board_id)
        if self.client is not client:
            return  # disconnected meanwhile
        self._sender = asyncio.create_task(self._send_for_ever())
        self._outbox.put_nowait(wire.sync(wire.STEP_1, self.doc.get_state()))
        await self.until(lambda: self._synced)

    def disconnect(self) -> None:
        """Stop listening and sending; the socket is somebody else's to close."""
        if self.client is not None:
            self.client.on_binary = None
            self.client = None
        if self._sender is not None:
            self._sender.cancel()
            self._sender = None

    async def _send_for_ever(self) -> None:
        client = self.client
        assert client is not None
        with contextlib.suppress(ConnectionClosed):
            while True:
                await client.send_binary(await self._outbox.get())

    def _on_change(self, event: TransactionEvent) -> None:
        if not self._is_applying and self.client is not None:
            self._outbox.put_nowait(wire.sync(wire.UPDATE, event.update))

    def send(self, data: bytes) -> None:
        self._outbox.put_nowait(data)

    def send_update(self, update: bytes, step: int = wire.UPDATE) -> None:
        """An update that this document did not make."""
        self.send(wire.sync(step, update))

    def _receive(self, data: bytes) -> None:
        reader = wire.Reader(data)
        kind = reader.uint()
        if kind == wire.SYNC:
            step, body = reader.uint(), reader.bytes()
            if step == wire.STEP_1:
                self.send(wire.sync(wire.STEP_2, self.doc.get_update(body)))
            else:
                self._is_applying = True
                self.doc.apply_update(body)
                self._is_applying = False
                self._synced |= step == wire.STEP_2
                if step == wire.UPDATE:
                    self.stored.append(body)
                self._stored.apply_update(body)
        elif kind == wire.AWARENESS:
            inner = wire.Reader(reader.bytes())
            for _ in range(inner.uint()):
                client_id, _clock, state = inner.uint(), inner.uint(), inner.bytes()
                self.states[client_id] = msgspec.json.decode(state)
        elif kind == wire.STROKE:
            self.strokes.append((UUID(reader.bytes().decode()), reader.bytes()))
        self._news.set()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until what has come makes this true."""
        async with asyncio.timeout(WAIT_S):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def until_same_as(self, other: BoardPage) -> None:
        await self.until(lambda: self.elements.to_py() == other.elements.to_py())

    async def until_stored(self, key: str, field: str = "gone") -> None:
        """Wait until the server has echoed the present value of a field."""
        seen = self._stored.get("elements", type=Map)
        await self.until(lambda: key in seen and seen[key].get(field) == self.elements[key][field])

    def stored_keys(self) -> set[str]:
        """The elements that the server has echoed or sent: they are in the log."""
        return set(self._stored.get("elements", type=Map).keys())

    def point(self, state: object, client_id: int | None = None) -> None:
        """Send awareness: `state` as it is, even if it lies."""
        self._clock += 1
        state = wire.State(client_id or self.doc.client_id, self._clock, msgspec.json.encode(state))
        self.send(wire.awareness([state]))

    def stroke(self, payload: bytes) -> None:
        self.send(bytes((wire.STROKE,)) + wire.blob(payload))

    # --- editing, by the rules of a board

    def add(self, key: str, **fields: object) -> None:
        with self.doc.transaction():
            self.elements[key] = Map({"by": str(self.user_id), "kind": "note", "gone": True, **fields})
        self.set(key, gone=False)

    def set(self, key: str, **fields: object) -> None:
        with self.doc.transaction():
            for name, value in fields.items():
                self.elements[key][name] = value

    def drawn(self) -> dict[str, dict[str, Any]]:
        return self.elements.to_py() or {}
