"""One open page: one socket, from its greeting to its end.

It knows sockets, requests and time, and nothing of what a space means; it does not come back by itself.
`realtime.client.space` lives on top of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal, Self, TypeVar
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from realtime import protocol
from realtime.frames.lesson import LessonClientFrame
from realtime.frames.moderation import ChatHeld, ModerationClientFrame
from realtime.frames.notes import NotesClientFrame
from realtime.frames.polls import PollClientFrame
from realtime.frames.supervision import SupervisionLetIn

F = TypeVar("F", bound=protocol.Frame)
T = TypeVar("T")
Request = (
    protocol.SpaceJoin
    | protocol.ChatPost
    | protocol.ChatChange
    | protocol.BoardOpen
    | protocol.MediaPublish
    | protocol.MediaWatch
    | SupervisionLetIn
    | LessonClientFrame
    | ModerationClientFrame
    | PollClientFrame
    | NotesClientFrame
)

PATH = "/api/live"
WAIT_S = 10.0
"""For the socket to open, for the greeting, and for each reply."""
GOODBYE_S = 2.0
PING_S = 20.0
FRAME_LIMIT_BYTES = 64 * 1024 * 1024
"""The largest message taken from the server: a board page, far larger than what may be sent to it."""

ABNORMAL = 1006
"""What websockets call the end of a line without a close frame."""


class RequestFailed(Exception):
    """A request has no answer that says yes.

    Attributes:
        code: the server's `ErrorCode`, or what happened to the line: "timeout" or "disconnected";
            "held": the message waits for an adult, and is said when one lets it through.
    """

    def __init__(self, code: protocol.ErrorCode | Literal["timeout", "disconnected", "held"]) -> None:
        super().__init__(str(code))
        self.code = code


class Entered(msgspec.Struct, frozen=True):
    """What is known when an entry into a space is complete."""

    space: protocol.SpaceInfo
    schools: list[protocol.SchoolInfo]
    boards: list[protocol.BoardInfo]
    notes: protocol.BoardInfo | None
    grants: list[str]
    seq: int
    from_seq: int
    anew: bool
    tracks: list[protocol.MediaTrack]
    ice_servers: list[protocol.IceServer]
    people: list[protocol.Person]
    messages: list[protocol.ChatMessage]
    """Those from `from_seq` to `seq`."""
    changed: list[protocol.ChatMessage]
    """Older ones that have changed after `last_seq`; on a fresh start, those that are pinned."""


def live_url(base_url: str, space_id: UUID | None = None) -> str:
    """Where the channel is: `wss://host/api/live` for `https://host`.

    Args:
        space_id: named in the address, so that a proxy can keep all pages of a space on one node.
    """
    query = "?" + urlencode({"space": space_id}) if space_id else ""
    return base_url.rstrip("/").replace("http", "ws", 1) + PATH + query


def origin_of(url: str) -> str:
    """What a browser would send as `Origin` from a page of this host."""
    parts = urlsplit(url)
    return f"{parts.scheme.replace('ws', 'http', 1)}://{parts.netloc}"


class Page:
    """One socket to the live channel. Open it with `async with`, then `greet` or `enter`.

    Entering raises OSError, TimeoutError or `websockets.exceptions.InvalidHandshake` when there is no line.

    Args:
        url: as `live_url` makes it.
        cookie: the whole `Cookie` header of somebody who is signed in.
        origin: the `Origin` header; the host of `url` when None.
        on_frame: hears every frame in the order in which they came, before any reply is handed out.
        on_binary: hears every binary frame.
        on_end: called once, when the socket has ended.
        ping_s: a line that does not answer a ping for this long is over; None: wait for the server to see it.
        compression: whether to take large messages compressed.

    Attributes:
        user_id: who this is, from the greeting on.
        unread: how many text frames were none of this protocol. They are passed over.
    """

    def __init__(
        self,
        url: str,
        *,
        cookie: str,
        origin: str | None = None,
        on_frame: Callable[[protocol.ServerFrame], None] | None = None,
        on_binary: Callable[[bytes], None] | None = None,
        on_end: Callable[[], None] | None = None,
        ping_s: float | None = PING_S,
        compression: Literal["deflate"] | None = "deflate",
    ) -> None:
        self.url = url
        self.on_frame = on_frame
        self.on_binary = on_binary
        self.on_end = on_end
        self.user_id: UUID | None = None
        self.unread = 0
        self._options: dict[str, Any] = {
            "origin": origin_of(url) if origin is None else origin,
            "additional_headers": {"Cookie": cookie},
            "max_size": FRAME_LIMIT_BYTES,
            "open_timeout": WAIT_S,
            "close_timeout": GOODBYE_S,
            "ping_interval": ping_s,
            "ping_timeout": ping_s,
            "compression": compression,
            "proxy": None if url.startswith("ws:") else True,  # a cookie in clear is shown to nobody else
        }
        self._refs = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[protocol.ServerFrame]] = {}
        self._greeting: asyncio.Future[protocol.Welcome] | None = None
        self._entry: _Entry | None = None
        self._reader: asyncio.Task[None] | None = None
        self.socket: ClientConnection

    async def __aenter__(self) -> Self:
        self.socket = await connect(self.url, **self._options)
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.socket.close()
        except asyncio.CancelledError:
            self.socket.transport.abort()
            raise
        finally:
            if self._reader is not None:
                await self._reader

    async def _read(self) -> None:
        try:
            with contextlib.suppress(ConnectionClosed):
                async for data in self.socket:
                    if isinstance(data, str):
                        self._hear(data)
                    else:
                        self._hear_binary(data)
        finally:
            self._fail_what_waits()
            if self.on_end is not None:
                self.on_end()

    def _hear(self, data: str) -> None:
        try:
            frame = protocol.decode_server(data)
        except msgspec.DecodeError:
            self.unread += 1
            return
        if self.on_frame is not None:
            self.on_frame(frame)
        if isinstance(frame, protocol.Welcome):
            self.user_id = frame.user_id
            if self._greeting is not None and not self._greeting.done():
                self._greeting.set_result(frame)
        if self._entry is not None:
            self._entry.hear(frame)
        reply = self._waiting.get(getattr(frame, "ref", None) or 0)
        if reply is None or reply.done():
            return
        if isinstance(frame, protocol.Error):
            reply.set_exception(RequestFailed(frame.code))
        else:
            reply.set_result(frame)

    def _hear_binary(self, data: bytes) -> None:
        if self.on_binary is not None:
            self.on_binary(data)

    def _fail_what_waits(self) -> None:
        futures: list[asyncio.Future[Any]] = [*self._waiting.values()]
        if self._greeting is not None:
            futures.append(self._greeting)
        if self._entry is not None:
            futures.append(self._entry.complete)
        for each in futures:
            if not each.done():
                each.set_exception(RequestFailed("disconnected"))
                each.exception()  # seen: nobody may be waiting for it any more

    @property
    def is_over(self) -> bool:
        """Whether the socket has ended and everything that came was heard."""
        return self._reader is not None and self._reader.done()

    def waits_for(self, frame: protocol.ServerFrame) -> bool:
        """Whether a greeting, a request or an entry of this page is waiting for this frame."""
        if isinstance(frame, protocol.Welcome):
            return self._greeting is not None and not self._greeting.done()
        if getattr(frame, "ref", None) in self._waiting:
            return True
        return self._entry is not None and self._entry.wants(frame)

    def ref(self) -> int:
        """A number for a request that this page did not use yet."""
        return next(self._refs)

    async def send(self, frame: protocol.ClientFrame) -> None:
        """Send a frame without waiting for a reply. Raises: RequestFailed."""
        await self._write(protocol.encode(frame).decode())

    async def send_binary(self, data: bytes) -> None:
        """Send a message of the open board page. Raises: RequestFailed."""
        await self._write(data)

    async def _write(self, data: str | bytes) -> None:
        try:
            async with asyncio.timeout(WAIT_S):
                await self.socket.send(data)
        except ConnectionClosed as error:
            raise RequestFailed("disconnected") from error
        except TimeoutError as error:
            raise RequestFailed("timeout") from error

    async def request(self, frame: Request, reply: type[F]) -> F:
        """Send a frame and wait for the reply that carries its `ref`.

        Raises:
            RequestFailed: the server said no, did not answer within `WAIT_S`, or the line was lost.
        """
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[frame.ref] = waiting
        try:
            await self.send(frame)
            found = await self._answer(waiting)
        finally:
            del self._waiting[frame.ref]
        if isinstance(found, ChatHeld):
            raise RequestFailed("held")
        if not isinstance(found, reply):
            raise RequestFailed(protocol.ErrorCode.BAD_FRAME)
        return found

    async def _answer(self, waiting: asyncio.Future[T]) -> T:
        if self.is_over and not waiting.done():
            raise RequestFailed("disconnected")
        try:
            async with asyncio.timeout(WAIT_S):
                return await waiting
        except TimeoutError as error:
            raise RequestFailed("timeout") from error

    async def greet(self) -> protocol.Welcome:
        """Say hello; the first thing on every page. Raises: RequestFailed (`closed_with` may say why)."""
        self._greeting = asyncio.get_running_loop().create_future()
        await self.send(protocol.Hello(protocol=protocol.PROTOCOL_VERSION))
        return await self._answer(self._greeting)

    async def join(self, space_id: UUID, last_seq: int | None = None) -> Entered:
        """Come into a space, and wait until who is here and the history have arrived.

        Args:
            last_seq: the last message that is known already.

        Raises:
            RequestFailed: as for `request`. Who may not come in is shut out: the socket is closed.
        """
        ref = self.ref()
        entry = self._entry = _Entry(ref)
        try:
            await self.send(protocol.SpaceJoin(ref=ref, space_id=space_id, last_seq=last_seq))
            return await self._answer(entry.complete)
        finally:
            if self._entry is entry:
                self._entry = None

    async def enter(self, space_id: UUID, last_seq: int | None = None) -> Entered:
        """Greet and join."""
        await self.greet()
        return await self.join(space_id, last_seq)

    async def say(
        self, text: str, client_id: UUID | None = None, reply_to: UUID | None = None
    ) -> protocol.ChatAck:
        """Post a message; with the same `client_id` as before it is stored once. Raises: RequestFailed."""
        post = protocol.ChatPost(
            ref=self.ref(), client_id=client_id or uuid4(), text=text, reply_to=reply_to
        )
        return await self.request(post, protocol.ChatAck)

    async def edit(self, message_id: UUID, text: str) -> None:
        """Change one's own message. Raises: RequestFailed."""
        await self.request(protocol.ChatEdit(self.ref(), message_id, text), protocol.Ok)

    async def delete(self, message_id: UUID) -> None:
        """Delete a message for everyone. Raises: RequestFailed."""
        await self.request(protocol.ChatDelete(self.ref(), message_id), protocol.Ok)

    async def react(self, message_id: UUID, kind: protocol.ReactionKind, on: bool = True) -> None:
        """React to a message, or take it back. Raises: RequestFailed."""
        await self.request(protocol.ChatReact(self.ref(), message_id, kind, on), protocol.Ok)

    async def pin(self, message_id: UUID, on: bool = True) -> None:
        """Pin a message, or take it down. Raises: RequestFailed."""
        await self.request(protocol.ChatPin(self.ref(), message_id, on), protocol.Ok)

    async def open_board(self, board_id: UUID) -> protocol.BoardOpened:
        """Open a board page; binary frames belong to it from now on. Raises: RequestFailed."""
        return await self.request(protocol.BoardOpen(ref=self.ref(), board_id=board_id), protocol.BoardOpened)

    async def ended(self) -> tuple[int, str]:
        """Wait, for as long as it takes, until the socket has ended: its close code and reason."""
        if self._reader is not None:
            await asyncio.wait([self._reader])
        code, reason = self.closed_with()
        return ABNORMAL if code is None else code, reason

    def closed_with(self) -> tuple[int | None, str]:
        """Close code and reason: 1006 for a line that was lost, None while it is open."""
        return self.socket.close_code, self.socket.close_reason or ""


class _Entry:
    """An entry into a space under way: its three kinds of frames, as they come."""

    def __init__(self, ref: int) -> None:
        self._ref = ref
        self._joined: protocol.SpaceJoined | None = None
        self._people: list[protocol.Person] | None = None
        self._messages: list[protocol.ChatMessage] = []
        self._seq = 0
        """What it is told up to."""
        self.complete: asyncio.Future[Entered] = asyncio.get_running_loop().create_future()

    def wants(self, frame: protocol.ServerFrame) -> bool:
        if self.complete.done():
            return False
        if isinstance(frame, (protocol.SpaceJoined, protocol.Error)):
            return frame.ref == self._ref
        if isinstance(frame, protocol.PresenceState):
            return self._joined is not None and self._people is None
        return isinstance(frame, protocol.ChatHistory) and self._lacks

    @property
    def _lacks(self) -> bool:
        return self._joined is not None and self._seq < self._joined.seq

    def hear(self, frame: protocol.ServerFrame) -> None:
        if not self.wants(frame):
            return
        if isinstance(frame, protocol.Error):
            self.complete.set_exception(RequestFailed(frame.code))
        elif isinstance(frame, protocol.SpaceJoined):
            self._joined, self._seq = frame, frame.from_seq - 1
        elif isinstance(frame, protocol.PresenceState):
            self._people = frame.people
        elif isinstance(frame, protocol.ChatHistory):
            self._messages += frame.messages
            self._seq = frame.seq
        if self._joined is not None and self._people is not None and not self._lacks:
            names = set(self._joined.__struct_fields__) & set(Entered.__struct_fields__)
            known = {name: getattr(self._joined, name) for name in names}
            first = self._joined.from_seq
            self.complete.set_result(
                Entered(
                    **known,
                    people=self._people,
                    messages=[each for each in self._messages if each.seq >= first],
                    changed=[each for each in self._messages if each.seq < first],
                )
            )
