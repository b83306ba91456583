"""The bus of several nodes: publish and subscribe on Valkey or Redis.

A node sends on one connection and listens on another, and each may fail by itself. While sending fails,
what passes anyway is dropped and what lasts waits, up to a limit; beyond it everything is dropped and the
next envelope's number tells the others, who then compare what they hold with the records.

Imported only where the settings name a server, for the client library takes a while to load.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence

import msgspec
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from server.bus import Handler, InProcessBus
from server.events import AnyEvent, Event

log = structlog.get_logger()

CHANNEL = "commonroom:events"
"""On database 0. On another one its number follows: Valkey itself keeps what is published of all of them
together, and two installations that share a server must not hear each other."""
TIMEOUT_S = 2.0
QUIET_S = 2.0
"""A connection that was silent for so long is asked whether it still lives."""
RETRY_S = 0.5
OUTBOX_LIMIT = 10_000
OUTBOX_LIMIT_BYTES = 8 * 1024 * 1024
"""What waits is sent at once after an outage, and Valkey cuts off subscribers that are 8 MiB behind."""
PASSING_LIMIT = 1_000
"""With so much waiting, passing events would come too late to be worth sending."""
ENVELOPE_LIMIT = 500
ENVELOPE_LIMIT_BYTES = 1024 * 1024
VERSION_GAPS_S = 1.0
"""Gaps for what another version says come no faster than this: each makes the listeners read."""
NODES_LIMIT = 1_000


class Envelope(msgspec.Struct, frozen=True, array_like=True):
    """What travels: who sent it, and what happened. New fields go to the end and have a default."""

    node_id: str
    events: list[msgspec.Raw]
    """Each by itself: one that a newer version added must not hide the others."""
    number: int = 0
    """Counts what a node sends. One that is left out stands for events that were lost; 0 says nothing."""


class Waiting(msgspec.Struct, frozen=True):
    """An event on its way out."""

    data: bytes
    passing: bool


def _client(url: str, name: str) -> Redis:
    """A client that Valkey lists under `name`. Waiting is limited where it is used."""
    return Redis.from_url(
        url, client_name=name, socket_timeout=None, socket_connect_timeout=TIMEOUT_S,
        health_check_interval=0, retry=Retry(NoBackoff(), 0),
    )


class RedisBus:
    """Publish and subscribe on Valkey or Redis, for several nodes.

    Attributes:
        connected: set while this node hears the others.
    """

    def __init__(self, url: str, node_id: str) -> None:
        self._local = InProcessBus()
        # Two pools of one: from a shared one, each could be handed the connection of the other.
        self._sender = _client(url, f"commonroom-{node_id}-sends")
        self._listener = _client(url, f"commonroom-{node_id}-listens")
        self._node_id = node_id
        number = self._sender.get_connection_kwargs().get("db")
        self._channel = f"{CHANNEL}:{number}" if number else CHANNEL
        self._outbox: deque[Waiting] = deque()
        self._outbox_bytes = 0
        self._number = 0
        self._has_lost = False
        """Whether events were dropped that no envelope's number has told of yet."""
        self._has_news = asyncio.Event()
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._is_away = False
        """Whether sending fails at the moment."""
        self._numbers: dict[str, int] = {}
        """Node -> the last envelope heard from it."""
        self._gap_handlers: list[Callable[[], None]] = []
        self._version_timer: asyncio.TimerHandle | None = None
        self._is_passing_over = False
        self._tasks: list[asyncio.Task[None]] = []
        self._encode = msgspec.msgpack.Encoder().encode
        self._open = msgspec.msgpack.Decoder(Envelope).decode
        self._decode = msgspec.msgpack.Decoder(AnyEvent).decode
        self.connected = asyncio.Event()

    @property
    def hears(self) -> bool:
        return self.connected.is_set()

    def subscribe(self, handler: Handler) -> None:
        self._local.subscribe(handler)

    def on_gap(self, handler: Callable[[], None]) -> None:
        self._gap_handlers.append(handler)

    def publish(self, events: Sequence[Event]) -> None:
        self._local.publish(events)
        for event in events:
            if event.passing and (self._is_away or len(self._outbox) >= PASSING_LIMIT):
                continue
            each = Waiting(self._encode(event), event.passing)
            self._outbox.append(each)
            self._outbox_bytes += len(each.data)
        if len(self._outbox) > OUTBOX_LIMIT or self._outbox_bytes > OUTBOX_LIMIT_BYTES:
            # The others will read the records for what is missing, so they need none of it.
            log.warning("bus outbox full, events dropped", count=len(self._outbox))
            self._outbox.clear()
            self._outbox_bytes = 0
            self._has_lost = True
        if self._outbox or self._has_lost:
            self._is_idle.clear()
            self._has_news.set()

    async def start(self) -> None:
        """Begin to listen and to send; an unreachable server is tried again until `close`."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._send())]

    async def close(self) -> None:
        """Send what waits, then stop."""
        if self._tasks:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TIMEOUT_S):
                    await self._is_idle.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._version_timer is not None:
            self._version_timer.cancel()
        for client in (self._sender, self._listener):
            with contextlib.suppress(RedisError, OSError):  # what it still had to send is not taken
                await client.aclose()

    # --- sending

    async def _send(self) -> None:
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            while self._outbox or self._has_lost:
                await self._send_until_sent(self._take())
            self._is_idle.set()

    def _take(self) -> list[Waiting]:
        """The next envelope's events, in order. It may be empty, and tell by its number what was lost."""
        self._number += 2 if self._has_lost else 1
        self._has_lost = False
        taken: list[Waiting] = []
        size_bytes = 0
        while self._outbox and len(taken) < ENVELOPE_LIMIT and size_bytes < ENVELOPE_LIMIT_BYTES:
            each = self._outbox.popleft()
            size_bytes += len(each.data)
            taken.append(each)
        self._outbox_bytes -= size_bytes
        return taken

    async def _send_until_sent(self, taken: list[Waiting]) -> None:
        """It may arrive late or twice; the number tells the others which."""
        tries = 0
        while True:
            envelope = Envelope(self._node_id, [msgspec.Raw(each.data) for each in taken], self._number)
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    await self._sender.publish(self._channel, self._encode(envelope))
                break
            except (RedisError, OSError, TimeoutError) as error:
                tries += 1
                taken = [each for each in taken if not each.passing]
                if tries == 1:
                    continue  # a connection of the pool may have died unnoticed; the next one is new
                if not self._is_away:
                    log.warning("bus out of reach, trying again", error=type(error).__name__)
                    self._is_away = True
                    self._drop_passing()
            await asyncio.sleep(RETRY_S)
        if self._is_away:
            log.info("bus within reach again")
            self._is_away = False
            # The others may have taken this node for dead, and it cannot know what else was lost.
            self._tell_gap()

    def _drop_passing(self) -> None:
        self._outbox = deque(each for each in self._outbox if not each.passing)
        self._outbox_bytes = sum(len(each.data) for each in self._outbox)

    # --- listening

    async def _listen(self) -> None:
        while True:
            pubsub = self._listener.pubsub()
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    await pubsub.subscribe(self._channel)
                await self._receive(pubsub)
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("bus connection lost, trying again", error=type(error).__name__)
            finally:
                self.connected.clear()
                with contextlib.suppress(RedisError, OSError, TimeoutError):
                    async with asyncio.timeout(TIMEOUT_S):
                        await pubsub.aclose()
            await asyncio.sleep(RETRY_S)

    async def _receive(self, pubsub: PubSub) -> None:
        while True:
            # A ping answered in time is the only proof that a quiet connection still lives. The outer limit
            # is for the library, which connects anew by itself and waits for that without one.
            async with asyncio.timeout(QUIET_S + TIMEOUT_S):
                message = await pubsub.get_message(timeout=QUIET_S)
            if message is None:
                async with asyncio.timeout(TIMEOUT_S):
                    await pubsub.ping()
                    message = await pubsub.get_message(timeout=TIMEOUT_S)
                if message is None:
                    raise TimeoutError("no answer to a ping")
            if message["type"] == "subscribe":
                self.connected.set()
                self._numbers.clear()  # the gap that is told now stands for all of them
                self._tell_gap()
            elif message["type"] == "message":
                self._deliver(message["data"])

    def _deliver(self, payload: bytes) -> None:
        try:
            envelope = self._open(payload)
        except msgspec.DecodeError:
            self._pass_over("envelope")
            return
        if envelope.node_id == self._node_id or not self._is_new(envelope):
            return
        events: list[Event] = []
        for each in envelope.events:
            try:
                events.append(self._decode(each))
            except msgspec.DecodeError:
                self._pass_over("event")
        self._local.publish(events)

    def _is_new(self, envelope: Envelope) -> bool:
        """Whether this envelope was not heard before; one that is missing before it is a gap."""
        if not envelope.number:
            return True
        last = self._numbers.pop(envelope.node_id, None)
        self._numbers[envelope.node_id] = max(envelope.number, last or 0)
        if len(self._numbers) > NODES_LIMIT:  # nodes that start anew have new names
            self._numbers.pop(next(iter(self._numbers)))
        if last is not None and envelope.number > last + 1:
            log.warning("events of another node were lost", node=envelope.node_id)
            self._tell_gap()
        return last is None or envelope.number > last

    def _tell_gap(self) -> None:
        for handler in self._gap_handlers:
            try:
                handler()
            except Exception:
                log.exception("gap handler failed")

    def _pass_over(self, what: str) -> None:
        """What another version says is a gap. It may say it often, so gaps of this kind are kept apart."""
        if self._version_timer is not None:
            self._is_passing_over = True
            return
        log.warning("something of another version was passed over", what=what)
        self._is_passing_over = False
        self._version_timer = asyncio.get_running_loop().call_later(VERSION_GAPS_S, self._after_a_while, what)
        self._tell_gap()

    def _after_a_while(self, what: str) -> None:
        self._version_timer = None
        if self._is_passing_over:
            self._pass_over(what)
