"""A space as a program lives in it: joins, says things, and puts everything right after a break.

The same rules as client/src/space/{connection,room}.ts. `Page` brings the frames, `SpaceModel` says what
they mean, and this does what neither may: come back, join again with the last `seq`, and send what was
not acknowledged.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self
from uuid import UUID, uuid4

import msgspec
from websockets.exceptions import InvalidHandshake, InvalidStatus

from realtime import protocol
from realtime.client.backoff import STEADY_AFTER_S, delay_before, is_final
from realtime.client.model import (
    KEPT_MESSAGES,
    Access,
    Changed,
    Joined,
    Presence,
    Said,
    SpaceModel,
    StartedAnew,
    Stored,
)
from realtime.client.page import ABNORMAL, WAIT_S, Page, RequestFailed, live_url
from realtime.protocol import CloseCode, ErrorCode

PATIENCE_S = 3.0
"""How long a missing message may take to come by itself."""
TOO_FAST_PAUSE_S = 2.0
OUTBOX_LIMIT = 100
EVENTS_LIMIT = 10_000


class LineLost(msgspec.Struct, frozen=True):
    """The line is down, or could not be had; the next try is in `retry_in_s` seconds.

    `reason` is the server's stable code; "http_" and the status when the handshake was refused.
    """

    code: int
    reason: str
    retry_in_s: float


class Missed(msgspec.Struct, frozen=True):
    """Whoever iterates was too slow: so many events were thrown away here. The model has them all."""

    count: int


Event = Joined | Said | Changed | Presence | Access | StartedAnew | LineLost | Missed


class ShutOut(Exception):
    """The space is closed to this person until somebody acts.

    Attributes:
        code: a close code from 4500 on.
        reason: the server's stable code.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{reason} ({code})")
        self.code = code
        self.reason = reason


class LiveSpace:
    """Stays in a space, over breaks, for as long as the `async with` block lasts.

    Entering the block does not wait for the line: `until_joined` does. Iterating yields what happens;
    iterating, waiting and saying raise `ShutOut` once the server says not to come back.

    Args:
        base_url: `https://host`.
        cookie: the whole `Cookie` header of somebody who is signed in.
        origin: the `Origin` header; the host of `base_url` when None.
        random: 0 to 1, for the time between tries; a test hands in its own.
        patience_s: how long a missing message may take before the space is joined anew.
        kept: how many of the newest messages the model keeps; None: all.

    Attributes:
        model: what is known of the space.
        is_joined: whether the line is up and the space entered.
    """

    def __init__(
        self,
        base_url: str,
        space_id: UUID,
        *,
        cookie: str,
        origin: str | None = None,
        random: Callable[[], float] = random.random,
        patience_s: float = PATIENCE_S,
        kept: int | None = KEPT_MESSAGES,
    ) -> None:
        self.space_id = space_id
        self.model = SpaceModel(kept)
        self.is_joined = False
        self._url = live_url(base_url, space_id)
        self._cookie = cookie
        self._origin = origin
        self._random = random
        self._patience_s = patience_s
        self._saying: dict[UUID, asyncio.Future[int]] = {}
        self._events: deque[Event] = deque()
        self._missed = 0
        self._news = asyncio.Event()
        self._in_doubt = False
        self._end: Callable[[], Exception] | None = None
        self._life: asyncio.Task[None] | None = None
        self._page: Page | None = None

    async def __aenter__(self) -> Self:
        self._life = asyncio.create_task(self._live())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        life = self._life
        if life is not None:
            life.cancel()
            await asyncio.wait([life])
            if not life.cancelled():
                life.result()

    # --- for whoever uses it ---

    @property
    def seq(self) -> int:
        """Every message up to here is known."""
        return self.model.seq

    @property
    def messages(self) -> list[protocol.ChatMessage]:
        """The messages that are known, in order."""
        return self.model.messages

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        while not self._events:
            await self._more()
        if self._missed:
            count, self._missed = self._missed, 0
            return Missed(count)
        return self._events.popleft()

    async def until(self, condition: Callable[[], bool], timeout_s: float = WAIT_S) -> None:
        """Wait until this holds; it is asked after everything that happens.

        Raises:
            TimeoutError: it did not come true in time.
            ShutOut: it cannot come true any more.
        """
        async with asyncio.timeout(timeout_s):
            while not condition():
                await self._more()

    async def until_joined(self, timeout_s: float = WAIT_S) -> None:
        """Wait until the space is entered and the history is there. Raises: as `until`."""
        await self.until(lambda: self.is_joined and not self.model.is_behind, timeout_s)

    @property
    def page(self) -> Page | None:
        """The socket that the space is entered over, if it is: what is done to a message is asked of it."""
        return self._page if self.is_joined else None

    async def say(self, text: str, client_id: UUID | None = None, reply_to: UUID | None = None) -> int:
        """Say something; returns its `seq` once it is stored, however many breaks that takes.

        Whoever stops waiting (`asyncio.timeout`) takes the message back, if it is not stored already.

        Raises:
            RequestFailed: the server does not take it, or too many messages are waiting (`too_fast`).
            ShutOut: it was not acknowledged, and never will be.
        """
        key = client_id or uuid4()
        if key in self.model.pending:
            raise ValueError("this message is being sent already")
        if len(self.model.pending) >= OUTBOX_LIMIT:
            raise RequestFailed(ErrorCode.TOO_FAST)
        if self._end is not None:
            raise self._end()
        stored: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._saying[key] = stored
        self.model.write(key, text, reply_to)
        self._wake()
        try:
            return await stored
        finally:
            del self._saying[key]
            if stored.cancelled() or stored.exception():
                self.model.discard(key)

    # --- one page after the other ---

    async def _live(self) -> None:
        attempt = 0
        loop = asyncio.get_running_loop()
        try:
            while True:
                opened = loop.time()
                code, reason = await self._be_there()
                self.is_joined = False
                self.model.writing = []
                if is_final(code):
                    self._end = partial(ShutOut, code, reason or _reason_of(code))
                    return
                if loop.time() - opened >= STEADY_AFTER_S:
                    attempt = 0
                delay_s = delay_before(code, attempt, self._random())
                attempt += 1
                self._tell(LineLost(code, reason, delay_s))
                await asyncio.sleep(delay_s)
        finally:
            if self._end is None:
                self._end = partial(RequestFailed, "disconnected")
            for each in self._saying.values():
                if not each.done():
                    each.set_exception(self._end())
            self._wake()

    async def _be_there(self) -> tuple[int, str]:
        """One page, from its opening to its end: close code and reason."""
        page = Page(
            self._url, cookie=self._cookie, origin=self._origin, on_frame=self._hear, on_end=self._wake
        )
        self._in_doubt = False
        self._page = page
        try:
            async with page, asyncio.TaskGroup() as tasks:
                work = [
                    tasks.create_task(self._join_and_post(page)),
                    tasks.create_task(self._watch_for_gaps(page)),
                ]
                code, reason = await page.ended()
                for each in work:
                    each.cancel()
        except InvalidStatus as error:
            # Our server says 403 to a foreign origin, but also when it cannot look up who is there.
            return ABNORMAL, f"http_{error.response.status_code}"
        except (OSError, TimeoutError, InvalidHandshake):
            return ABNORMAL, ""
        return (CloseCode.RESYNC, "") if self._in_doubt and not is_final(code) else (code, reason)

    async def _join_and_post(self, page: Page) -> None:
        try:
            await page.greet()
            join = protocol.SpaceJoin(
                ref=page.ref(), space_id=self.space_id, last_seq=self.model.last_seq
            )
            await page.request(join, protocol.SpaceJoined)
        except RequestFailed as error:
            # A close frame says why, if it is for good; an answer that never came means a dead line.
            if error.code != "disconnected":
                await self._start_again(page)
            return
        await self._post(page)

    async def _post(self, page: Page) -> None:
        """One message at a time, so that they are stored in the order in which they were written."""
        while True:
            # What the history brings was stored before the break: it need not be sent again.
            while self.model.is_behind or (written := self.model.next_to_post) is None:
                await self._more()
            try:
                await page.say(written.text, written.client_id, written.reply_to)
            except RequestFailed as error:
                if error.code == "disconnected":
                    return
                if error.code == "timeout":
                    await self._start_again(page)
                    return
                if error.code in (ErrorCode.TOO_FAST, ErrorCode.UNAVAILABLE):
                    await asyncio.sleep(TOO_FAST_PAUSE_S)
                else:
                    self._refuse(written.client_id, error)

    async def _watch_for_gaps(self, page: Page) -> None:
        while True:
            while not (self.is_joined and self.model.has_gap):
                await self._more()
            try:
                async with asyncio.timeout(self._patience_s):
                    while self.model.has_gap:
                        await self._more()
            except TimeoutError:
                await self._start_again(page)
                return

    async def _start_again(self, page: Page) -> None:
        """The line looks alive but something is missing: come back, and be told what was missed."""
        self._in_doubt = True
        self.is_joined = False
        await page.socket.close(CloseCode.RESYNC)

    # --- what happens ---

    def _hear(self, frame: protocol.ServerFrame) -> None:
        if isinstance(frame, protocol.SpaceJoined):
            self.is_joined = True
        for each in self.model.hear(frame):
            if not isinstance(each, Stored):
                self._tell(each)
            elif (waiting := self._saying.get(each.client_id)) and not waiting.done():
                waiting.set_result(each.seq)
        self._wake()

    def _refuse(self, client_id: UUID, error: RequestFailed) -> None:
        self.model.discard(client_id)
        if (waiting := self._saying.get(client_id)) and not waiting.done():
            waiting.set_exception(error)

    def _tell(self, event: Event) -> None:
        if len(self._events) >= EVENTS_LIMIT:
            self._events.popleft()
            self._missed += 1
        self._events.append(event)
        self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def _more(self) -> None:
        """Wait for the next thing to happen. Raises: ShutOut."""
        if self._end is not None:
            raise self._end()
        await self._news.wait()


def _reason_of(code: int) -> str:
    reasons: dict[int, str] = {
        CloseCode.SIGNED_OUT: "signed_out",
        CloseCode.WRONG_VERSION: "wrong_version",
        CloseCode.ACCESS_LOST: "access_lost",
        CloseCode.TOO_MANY: "too_many",
    }
    return reasons.get(code, "bad_frame")
