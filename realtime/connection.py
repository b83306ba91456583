"""One socket: who it belongs to, what it may do, what is written to it, and its one end.

Writing never waits for a reader. A socket that would have more than `UNSENT_LIMIT_BYTES` unsent is cut off
(it comes back and resumes), and from `PASSING_LIMIT_BYTES` on it is spared what passes anyway.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
import structlog

from realtime import protocol
from realtime.pace import Pace
from realtime.prepared import BINARY
from realtime.protocol import CloseCode
from realtime.transport import Message, Transport, joined
from server.access import NOTHING, Grant
from server.accounts.service import SignedIn
from server.errors import NotAllowed

if TYPE_CHECKING:
    from realtime.board_room import BoardRoom
    from realtime.channel import Channel
    from realtime.sfu import MediaParticipant

log = structlog.get_logger()

UNSENT_LIMIT_BYTES = 1024 * 1024
PASSING_LIMIT_BYTES = 256 * 1024


class Connection:
    """A signed-in person's open page.

    Attributes:
        closing: done as soon as the socket is to end, or has ended; `close_code` says why.
        access: what the records grant to the person in the joined space; kept true by the hub.
        grants: what they may do at this moment: `access` less what is taken away for now (`realtime.desks`).
        channel: the joined space, or None.
        board: the open board page, or None.
        media: their part in the space's media, or None.
        companions: who else is at this device and in the joined space (`realtime.sharing`).
        pace: how fast they may send; the hub gives all pages of a person the same.
    """

    __slots__ = (
        "_allowance_bytes", "_push", "_transport", "_unsent", "access", "board", "board_client_id", "channel",
        "close_code", "close_reason", "closing", "companions", "deflates", "grants", "id", "media", "pace",
        "who",
    )

    def __init__(self, who: SignedIn, transport: Transport) -> None:
        self.id = uuid.uuid4().hex
        self.who = who
        self.companions: frozenset[UUID] = frozenset()
        self.access: frozenset[Grant] = NOTHING
        self.grants: frozenset[Grant] = NOTHING
        self.channel: Channel | None = None
        self.board: BoardRoom | None = None
        self.board_client_id: int | None = None
        self.media: MediaParticipant | None = None
        self.pace = Pace()
        self.closing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.close_code: int = CloseCode.RESYNC
        self.close_reason = ""
        self.deflates = transport.deflates
        self._transport = transport
        self._unsent = transport.unsent
        self._push = transport.push
        self._allowance_bytes = 0

    @property
    def user_id(self) -> UUID:
        return self.who.user_id

    @property
    def people(self) -> frozenset[UUID]:
        """Everyone who is at this device and in the joined space."""
        return self.companions | {self.who.user_id}

    def acting(self, as_id: UUID | None) -> SignedIn:
        """In whose name a page acts: None means the one who signed in first.

        Raises:
            NotAllowed: they are not at this device, or may not be in this space.
        """
        if as_id is None or as_id == self.who.user_id:
            return self.who
        if as_id not in self.companions:
            raise NotAllowed("They are not at this device any more. Nothing was sent.")
        return msgspec.structs.replace(self.who, user_id=as_id)

    @property
    def is_closing(self) -> bool:
        return self.closing.done()

    def heard_at(self) -> float:
        """When the page last gave a sign of life, by the loop's clock."""
        return self._transport.heard_at()

    def ask(self) -> None:
        """Ask the page for a sign of life."""
        self._transport.ask()

    def send(self, *frames: protocol.ServerFrame) -> None:
        """Write frames to this socket alone."""
        if not frames:
            return
        self.put(*(Message(protocol.encode(each)) for each in frames))

    def send_binary(self, payload: bytes) -> None:
        """Write one board message to this socket alone."""
        self.put(Message(payload, BINARY))

    def put(self, *messages: Message) -> None:
        """Write messages, which others may be getting too, to this socket."""
        frames = joined(messages, deflating=self.deflates)
        # A snapshot may be larger than the limit; it was asked for, so it gets room until it has gone out.
        self.write(messages, frames, room_bytes=len(frames) if len(frames) > PASSING_LIMIT_BYTES else 0)

    def write(self, messages: Sequence[Message], frames: bytes, room_bytes: int = 0) -> None:
        """Write what was framed already, or cut the socket off when it does not read.

        Args:
            room_bytes: how much of it does not count as unread until it has gone out.
        """
        if self.closing.done():
            return
        unsent = self._unsent()
        if unsent <= PASSING_LIMIT_BYTES:
            self._allowance_bytes = 0
        # Who asks again without reading gets no more room than for the largest one.
        self._allowance_bytes = max(self._allowance_bytes, room_bytes)
        over = unsent + len(frames) - UNSENT_LIMIT_BYTES - self._allowance_bytes
        if unsent > PASSING_LIMIT_BYTES and over > 0:
            log.info("slow reader cut off", unsent_bytes=unsent)
            self.close(CloseCode.SLOW_READER, "slow_reader")
            self._transport.abort()
            return
        self._transport.write(messages, frames)

    def offer(self, messages: Sequence[Message], frames: bytes) -> bool:
        """Write what is for many to a page that keeps up; returns False, with nothing written, for another.

        For a lesson this runs thousands of times a second, mostly with cold caches: it touches as little as
        it can.
        """
        if self._unsent() > PASSING_LIMIT_BYTES:
            return False
        if not self.closing.done():
            self._allowance_bytes = 0
            if self._push is not None:
                self._push(frames)
            else:
                self._transport.write(messages, frames)
        return True

    @property
    def is_slow(self) -> bool:
        """Whether passing messages should be left out for now."""
        return self._unsent() > PASSING_LIMIT_BYTES

    def fail(self, code: protocol.ErrorCode, detail: str, ref: int | None = None) -> None:
        """Tell this person that something they sent was not done."""
        self.send(protocol.Error(code=code, detail=detail, ref=ref))

    def close(self, code: CloseCode, reason: str) -> None:
        """End the socket with a goodbye. The first call decides, and nothing is written after it."""
        if self.shut(code, reason):
            self.say_goodbye()

    def shut(self, code: CloseCode, reason: str) -> bool:
        """The first half of `close`: nothing is heard from or written to this page any more.

        Returns whether this call decided; then whoever called has to say goodbye.
        """
        if self.closing.done():
            return False
        self.close_code, self.close_reason = code, reason
        self.closing.set_result(None)
        return True

    def say_goodbye(self) -> None:
        """The second half of `close`. It takes longer: where there are many, all of them are shut first."""
        self._transport.close(self.close_code, self.close_reason)

    def gone(self) -> None:
        """The page has gone by itself, or its network has."""
        if not self.closing.done():
            self.closing.set_result(None)


class Broadcast:
    """Messages for a set of connections, framed once and written together.

    The first message of a quiet spell goes in the same turn of the loop, with whatever else that turn brings;
    what follows within `tick_s` is joined into one write a socket. Messages stay separate websocket messages
    and keep their order.
    """

    def __init__(self, tick_s: float) -> None:
        self.members: set[Connection] = set()
        self._tick_s = tick_s
        self._waiting: list[Message] = []
        self._timer: asyncio.Handle | None = None
        self._quiet_until = 0.0
        """What comes before waits until then, by the loop's clock."""

    def send(self, frames: Iterable[protocol.ServerFrame]) -> None:
        """Send frames of the live channel to every member."""
        for each in frames:
            self.put(Message(protocol.encode(each)))

    def put(self, message: Message) -> None:
        """Send one message to every member."""
        self._waiting.append(message)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            wait_s = self._quiet_until - loop.time()
            self._timer = (
                loop.call_later(wait_s, self._on_tick) if wait_s > 0 else loop.call_soon(self._on_tick)
            )

    def _on_tick(self) -> None:
        self._timer = None
        if self._waiting:
            self._quiet_until = asyncio.get_running_loop().time() + self._tick_s
            self.flush()

    def flush(self) -> None:
        """Write what is waiting, now."""
        waiting, self._waiting = self._waiting, []
        if not waiting or not self.members:
            return
        lasting = [each for each in waiting if not each.passing]
        may_deflate = any(each.is_large for each in waiting)
        forms: dict[tuple[bool, bool], bytes] = {}
        for member in tuple(self.members):
            deflating = may_deflate and member.deflates
            form = False, deflating
            if (frames := forms.get(form)) is None:
                frames = forms[form] = joined(waiting, deflating=deflating)
            if member.offer(waiting, frames) or not lasting:
                continue
            form = True, deflating
            if (frames := forms.get(form)) is None:
                frames = forms[form] = joined(lasting, deflating=deflating)
            member.write(lasting, frames)

    def close(self) -> None:
        """Forget the members and what is waiting."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._waiting.clear()
        self.members.clear()
