"""A person's page, as far as the live channel is concerned: signs in over HTTP, then speaks the protocol."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import UUID, uuid4

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from realtime import protocol

F = TypeVar("F", bound=protocol.Frame)

WAIT_S = 10.0


class Entered(msgspec.Struct):
    """What a page knows when it has come into a space."""

    joined: protocol.SpaceJoined
    people: list[protocol.Person]
    messages: list[protocol.ChatMessage]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.joined, name)


class LiveClient:
    """One open page.

    Args:
        base_url: `http://127.0.0.1:port` of the node.
        cookie: value of the session cookie.
    """

    def __init__(
        self, base_url: str, cookie: str, *, origin: str | None = None, user_id: UUID | None = None
    ) -> None:
        self._url = base_url.replace("http", "ws", 1) + "/api/live"
        self._origin = base_url if origin is None else origin
        self._cookie = cookie
        self._refs = itertools.count(1)
        self._frames: list[protocol.Frame] = []
        self._binary: list[bytes] = []
        self.on_binary: Callable[[bytes], None] | None = None
        self.user_id = user_id
        self._news = asyncio.Condition()
        self._reader: asyncio.Task[None] | None = None
        self.socket: ClientConnection

    async def __aenter__(self) -> Self:
        self.socket = await connect(
            self._url,
            origin=self._origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": f"commonroom_session={self._cookie}"},
            max_size=None,
            ping_interval=None,
            compression=None,
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.socket.close()
        if self._reader is not None:
            await self._reader

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for data in self.socket:
                async with self._news:
                    if isinstance(data, str):
                        self._frames.append(protocol.decode_server(data))
                    elif self.on_binary is not None:
                        self.on_binary(data)
                    else:
                        self._binary.append(data)
                    self._news.notify_all()
        async with self._news:
            self._news.notify_all()

    def ref(self) -> int:
        return next(self._refs)

    async def send(self, frame: protocol.ClientFrame) -> None:
        await self.socket.send(protocol.encode(frame).decode())

    async def send_binary(self, data: bytes) -> None:
        await self.socket.send(data)

    async def expect(self, kind: type[F], **fields: object) -> F:
        """The first frame of this kind (with these fields) that was not taken yet; waits for it."""

        def taken() -> F | None:
            for frame in self._frames:
                if isinstance(frame, kind) and all(getattr(frame, k) == v for k, v in fields.items()):
                    self._frames.remove(frame)
                    return frame
            return None

        async with asyncio.timeout(WAIT_S), self._news:
            while (found := taken()) is None:
                if self._reader is not None and self._reader.done():
                    raise AssertionError(
                        f"closed with {self.closed_with()} while waiting for {kind.__name__}"
                    )
                await self._news.wait()
            return found

    async def expect_binary(self) -> bytes:
        """The first binary frame that was not taken yet; waits for it."""
        async with asyncio.timeout(WAIT_S), self._news:
            await self._news.wait_for(lambda: self._binary)
            return self._binary.pop(0)

    def pending(self, kind: type[F]) -> list[F]:
        """Frames of this kind that have come and were not taken."""
        return [frame for frame in self._frames if isinstance(frame, kind)]

    async def closed(self) -> tuple[int | None, str]:
        """Wait for the end of the socket: its close code and reason."""
        async with asyncio.timeout(WAIT_S):
            await self.socket.wait_closed()
        return self.closed_with()

    def closed_with(self) -> tuple[int | None, str]:
        return self.socket.close_code, self.socket.close_reason or ""

    async def greet(self) -> protocol.Welcome:
        await self.send(protocol.Hello(protocol=protocol.PROTOCOL_VERSION))
        return await self.expect(protocol.Welcome)

    async def join(self, space_id: UUID, last_seq: int | None = None) -> Entered:
        ref = self.ref()
        await self.send(protocol.SpaceJoin(ref=ref, space_id=space_id, last_seq=last_seq))
        joined = await self.expect(protocol.SpaceJoined, ref=ref)
        state = await self.expect(protocol.PresenceState)
        messages: list[protocol.ChatMessage] = []
        while len(messages) <= joined.seq - joined.from_seq:
            messages += (await self.expect(protocol.ChatHistory)).messages
        return Entered(joined, state.people, messages)

    async def enter(self, space_id: UUID) -> Entered:
        await self.greet()
        return await self.join(space_id)

    async def say(self, text: str, client_id: UUID | None = None) -> protocol.ChatAck:
        ref = self.ref()
        await self.send(protocol.ChatPost(ref=ref, client_id=client_id or uuid4(), text=text))
        return await self.expect(protocol.ChatAck, ref=ref)

    async def open_board(self, board_id: UUID) -> protocol.BoardOpened:
        ref = self.ref()
        await self.send(protocol.BoardOpen(ref=ref, board_id=board_id))
        return await self.expect(protocol.BoardOpened, ref=ref)
