"""A page as the tests need it: every frame is kept until it is asked for, and anything may be sent."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Literal, TypeVar
from uuid import UUID

from realtime import protocol
from realtime.client.page import Entered, Page, live_url
from server.accounts.api import SESSION_COOKIE

__all__ = ["WAIT_S", "Entered", "LiveClient"]

F = TypeVar("F", bound=protocol.Frame)

WAIT_S = 10.0


class LiveClient(Page):
    """One open page. Frames that none of its own requests waited for are kept for `expect` and `pending`.

    Args:
        base_url: `http://127.0.0.1:port` of the node.
        cookie: value of the session cookie.
    """

    def __init__(
        self,
        base_url: str,
        cookie: str,
        *,
        origin: str | None = None,
        user_id: UUID | None = None,
        compression: Literal["deflate"] | None = None,
    ) -> None:
        super().__init__(
            live_url(base_url),
            cookie=f"{SESSION_COOKIE}={cookie}",
            origin=origin,
            on_frame=self._keep,
            on_end=self._wake,
            ping_s=None,
            compression=compression,
        )
        self.user_id = user_id
        self._frames: list[protocol.ServerFrame] = []
        self._binary: list[bytes] = []
        self._news = asyncio.Event()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        assert not self.unread, "the server sent what is no frame of the protocol"

    def _keep(self, frame: protocol.ServerFrame) -> None:
        if not self.waits_for(frame):
            self._frames.append(frame)
            self._wake()

    def _hear_binary(self, data: bytes) -> None:
        if self.on_binary is not None:
            self.on_binary(data)
            return
        self._binary.append(data)
        self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def send(self, frame: protocol.ClientFrame) -> None:
        await self.socket.send(protocol.encode(frame).decode())

    async def send_binary(self, data: bytes) -> None:
        await self.socket.send(data)

    async def expect(self, kind: type[F], **fields: object) -> F:
        """The first frame of this kind (with these fields) that was not taken yet; waits for it."""
        async with asyncio.timeout(WAIT_S):
            while True:
                for frame in self._frames:
                    if isinstance(frame, kind) and all(getattr(frame, k) == v for k, v in fields.items()):
                        self._frames.remove(frame)
                        return frame
                await self._more(kind.__name__)

    async def expect_binary(self) -> bytes:
        """The first binary frame that was not taken yet; waits for it."""
        async with asyncio.timeout(WAIT_S):
            while not self._binary:
                await self._more("a binary frame")
        return self._binary.pop(0)

    async def _more(self, wanted: str) -> None:
        news = self._news
        if self.is_over:
            raise AssertionError(f"closed with {self.closed_with()} while waiting for {wanted}")
        await news.wait()

    def pending(self, kind: type[F]) -> list[F]:
        """Frames of this kind that have come and were not taken."""
        return [frame for frame in self._frames if isinstance(frame, kind)]

    async def closed(self) -> tuple[int, str]:
        """Wait for the end of the socket: its close code and reason."""
        async with asyncio.timeout(WAIT_S):
            return await self.ended()
