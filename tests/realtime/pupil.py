"""A person who never gives up: a page that comes back by itself, resumes, and sends again what was not
acknowledged; and who notes whatever the protocol does not allow.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import deque
from uuid import UUID, uuid4

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from realtime import protocol
from realtime.client import RequestFailed
from realtime.history import RETAINED
from realtime.protocol import ErrorCode
from tests.faults import Line
from tests.realtime.board_page import BoardPage
from tests.realtime.client import LiveClient

COME_BACK_S = 0.1
SAY_AGAIN_S = 0.2
NO_LINE = (OSError, TimeoutError, EOFError, InvalidHandshake, ConnectionClosed, RequestFailed)


CHANGE_REFUSALS = {ErrorCode.UNAVAILABLE, ErrorCode.NOT_FOUND, ErrorCode.NOT_ALLOWED}
"""Somebody else may have deleted the message a moment ago."""


def version(message: protocol.ChatMessage) -> int:
    return message.changed_seq or message.seq


class Pupil:
    """A person at a page of a space and of its board, over a line of their own.

    Attributes:
        shown: every message in the order in which it was shown, over all sockets, as it was then.
        known: what is shown now, by `seq`, as it is now.
        last: everything up to this number is known; None before the first entry.
        here: who is here, as last told.
        acked: client id -> seq.
        outbox: what was said and is not acknowledged, in order.
        wrong: what was against the protocol.
        fresh_starts: how often all that was shown was dropped.
        ends: the close codes of all sockets so far; `reasons`: what was said with them.
        shut_out: the reason of a close that is for good.
    """

    def __init__(self, line: Line, token: str, user_id: UUID, space_id: UUID, board_id: UUID) -> None:
        self.line = line
        self.user_id = user_id
        self.shown: list[protocol.ChatMessage] = []
        self.known: dict[int, protocol.ChatMessage] = {}
        self.floor = 0
        """What has a number up to this one is not shown."""
        self.done: list[protocol.ChatChange] = []
        """The changes that were answered with `ok`."""
        self.last: int | None = None
        self.here: dict[UUID, protocol.Person] = {}
        self.acked: dict[UUID, int] = {}
        self.said: dict[UUID, str] = {}
        self.outbox: dict[UUID, str] = {}
        self.wrong: list[str] = []
        self.errors = 0
        self.fresh_starts = 0
        self.ends: list[int] = []
        self.reasons: set[str] = set()
        self.shut_out: str | None = None
        self.board = BoardPage(user_id)
        self.is_in = False
        self._token = token
        self._space_id = space_id
        self._board_id = board_id
        self._sent: set[UUID] = set()
        """What was sent over this socket."""
        self._asked: dict[int, UUID] = {}
        self._changes: deque[protocol.ChatChange] = deque()
        self._changing: dict[int, protocol.ChatChange] = {}
        self._history_upto = 0
        self._news = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._keys = itertools.count(1)
        self._told: deque[str] = deque(maxlen=8)
        """The last kinds of frames, for a failure's message."""

    async def __aenter__(self) -> Pupil:
        self._running = asyncio.create_task(self._come_back_for_ever())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._running is not None
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        await self.board.__aexit__(None, None, None)
        if not self._running.cancelled():
            self._running.result()

    # --- what they do

    def say(self, text: str) -> UUID:
        client_id = uuid4()
        self.said[client_id] = self.outbox[client_id] = text
        self._news.set()
        return client_id

    def say_again(self, client_id: UUID) -> None:
        """Send a message again, acknowledged or not."""
        self.outbox[client_id] = self.said[client_id]
        self._sent.discard(client_id)
        self._news.set()

    def react(self, message: protocol.ChatMessage, kind: protocol.ReactionKind, on: bool) -> None:
        self._change(protocol.ChatReact(0, message.id, kind, on))

    def edit(self, message: protocol.ChatMessage, text: str) -> None:
        self._change(protocol.ChatEdit(0, message.id, text))

    def delete(self, message: protocol.ChatMessage) -> None:
        self._change(protocol.ChatDelete(0, message.id))

    def _change(self, frame: protocol.ChatChange) -> None:
        """Only while there is a line, and once: what becomes of it, the page is told."""
        if self.is_in:
            self._changes.append(frame)
            self._news.set()

    def draw(self) -> None:
        self.board.add(f"{self.user_id}-{next(self._keys)}", x=1.0)

    def move(self, key: str, x: float) -> None:
        self.board.set(key, x=x)

    # --- the page

    async def _come_back_for_ever(self) -> None:
        while self.shut_out is None:
            page = LiveClient(f"http://{self.line.address}", self._token, user_id=self.user_id)
            page.on_frame = self._hear
            try:
                async with page:
                    await self._stay(page)
            except NO_LINE as error:
                if isinstance(error, InvalidStatus) and error.response.status_code < 500:
                    self.wrong.append("a handshake was refused for good")
            self.is_in = False
            self.board.disconnect()
            if hasattr(page, "socket"):
                self._note_end(*page.closed_with())
            await asyncio.sleep(random.uniform(0, COME_BACK_S))

    def _note_end(self, code: int | None, reason: str) -> None:
        self.ends.append(code or 0)
        self.reasons.add(reason)
        if code is not None and 4500 <= code < 5000:
            self.shut_out = reason
            self.here.clear()

    async def _stay(self, page: LiveClient) -> None:
        self._sent.clear()
        self._asked.clear()
        self._changes.clear()
        self._changing.clear()
        await page.greet()
        await page.join(self._space_id, self.last)
        tasks = [
            asyncio.create_task(page.ended()),
            asyncio.create_task(self._send_outbox(page)),
            asyncio.create_task(self._open_board(page)),
        ]
        self.is_in = True
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            for found in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(found, Exception) and not isinstance(found, NO_LINE):
                    self.wrong.append(f"the page failed: {found!r}")

    async def _open_board(self, page: LiveClient) -> None:
        while True:
            try:
                await self.board.open(page, self._board_id)
            except RequestFailed as error:
                if error.code is not ErrorCode.UNAVAILABLE:
                    raise
                await asyncio.sleep(SAY_AGAIN_S)
            else:
                break
        await asyncio.Event().wait()

    async def _send_outbox(self, page: LiveClient) -> None:
        while True:
            self._news.clear()
            for client_id, text in list(self.outbox.items()):
                if client_id not in self._sent:
                    self._sent.add(client_id)
                    ref = page.ref()
                    self._asked[ref] = client_id
                    await page.send(protocol.ChatPost(ref=ref, client_id=client_id, text=text))
            while self._changes:
                frame = self._changes.popleft()
                frame.ref = page.ref()
                self._changing[frame.ref] = frame
                await page.send(frame)
            await self._news.wait()

    # --- what they are told

    def _hear(self, frame: protocol.ServerFrame) -> None:
        self._told.append(type(frame).__name__)
        match frame:
            case protocol.SpaceJoined():
                self._on_joined(frame)
            case protocol.ChatHistory():
                self._on_part(frame.after, frame.seq, frame.messages)
            case protocol.ChatChanged():
                self._must_be_complete()
                self._on_part(frame.after, frame.seq, frame.messages)
            case protocol.ChatPosted():
                self._must_be_complete()
                self._on_part(frame.after, frame.message.seq, [frame.message])
            case protocol.Ok():
                if done := self._changing.pop(frame.ref, None):
                    self.done.append(done)
            case protocol.ChatAck():
                self._on_ack(frame)
            case protocol.PresenceState():
                self.here = {person.user_id: person for person in frame.people}
            case protocol.PresenceDiff():
                self._on_diff(frame)
            case protocol.Error():
                self._on_error(frame)
            case _:
                pass

    def _on_joined(self, frame: protocol.SpaceJoined) -> None:
        last = self.last
        if last is not None and frame.seq < last:
            self.wrong.append(f"known {last}, and the space says {frame.seq}")
        if last is None or frame.anew:
            if last is not None:
                self.fresh_starts += 1
                if frame.seq - last <= RETAINED:
                    self.wrong.append(f"dropped all, though only {frame.seq - last} were missing")
            self.last = self.floor = frame.from_seq - 1
            self.known.clear()
        elif frame.from_seq != last + 1:
            self.wrong.append(f"known {last}, and shown again from {frame.from_seq}")
        self._history_upto = frame.seq

    def _must_be_complete(self) -> None:
        if (self.last or 0) < self._history_upto:
            self.wrong.append("something new came before the history was complete")

    def _on_part(self, after: int, seq: int, messages: list[protocol.ChatMessage]) -> None:
        last = self.last or 0
        if after > last or seq < last:
            self.wrong.append(f"told of {after} to {seq} while {last} is known")
        if [each.seq for each in messages] != sorted({each.seq for each in messages}):
            self.wrong.append("not in order, or twice in one frame")
        for message in messages:
            if message.seq > seq:
                self.wrong.append(f"{message.seq} is in a frame up to {seq}")
            if message.seq > last:
                self.shown.append(message)
                self.known[message.seq] = message
            elif (known := self.known.get(message.seq)) is not None:
                if version(message) > version(known):
                    self.known[message.seq] = message
            elif message.seq > self.floor:
                self.wrong.append(f"{message.seq} was never told of, and {last} is known")
        self.last = max(last, seq)

    def _on_ack(self, frame: protocol.ChatAck) -> None:
        if self._asked.get(frame.ref) != frame.client_id:
            self.wrong.append("an acknowledgement of something else")
        if self.acked.setdefault(frame.client_id, frame.seq) != frame.seq:
            self.wrong.append(f"acknowledged as {self.acked[frame.client_id]} and as {frame.seq}")
        self.outbox.pop(frame.client_id, None)

    def _on_diff(self, frame: protocol.PresenceDiff) -> None:
        for person in frame.joined:
            if self.here.get(person.user_id) == person:  # who is called otherwise now is told of again
                self.wrong.append("somebody came who was here")
            self.here[person.user_id] = person
        for user_id in frame.left:
            if self.here.pop(user_id, None) is None:
                self.wrong.append("somebody went who was not here")

    def _on_error(self, frame: protocol.Error) -> None:
        if self._changing.pop(frame.ref or 0, None) is not None and frame.code in CHANGE_REFUSALS:
            return
        if frame.code is not ErrorCode.UNAVAILABLE:
            self.wrong.append(
                f"refused: {frame.code} {frame.detail} (ref {frame.ref}, in {self.is_in}, told before: "
                f"{', '.join(self._told)}, ends {self.ends})"
            )
            return
        self.errors += 1
        client_id = self._asked.get(frame.ref or 0)
        if client_id is not None:
            asyncio.get_running_loop().call_later(SAY_AGAIN_S, self._forget_sent, client_id)

    def _forget_sent(self, client_id: UUID) -> None:
        self._sent.discard(client_id)
        self._news.set()
