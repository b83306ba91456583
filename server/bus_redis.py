"""The bus of several nodes: publish and subscribe on Valkey or Redis.

Imported only where the settings name a server, for the client library takes a while to load.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

import msgspec
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from server.bus import Handler, InProcessBus
from server.events import AnyEvent, BoardSignalled, Event

log = structlog.get_logger()

CHANNEL = "commonroom:events"
TIMEOUT_S = 2.0
RETRY_S = 0.5
OUTBOX_LIMIT = 10_000
BATCH_LIMIT = 500


class Envelope(msgspec.Struct, frozen=True, array_like=True):
    """What travels: who sent it, and what happened."""

    node_id: str
    events: list[msgspec.Raw]
    """Each by itself: one that a newer version added must not hide the others."""


class RedisBus:
    """Publish and subscribe on Valkey or Redis, for several nodes."""

    def __init__(self, url: str, node_id: str) -> None:
        self._local = InProcessBus()
        self._redis = Redis.from_url(
            url, socket_timeout=None, socket_connect_timeout=TIMEOUT_S, health_check_interval=0,
            retry=Retry(NoBackoff(), 0),
        )
        self._node_id = node_id
        self._outbox: asyncio.Queue[Sequence[Event]] = asyncio.Queue(OUTBOX_LIMIT)
        self._gap_handlers: list[Callable[[], None]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._encode = msgspec.msgpack.Encoder().encode
        self._open = msgspec.msgpack.Decoder(Envelope).decode
        self._decode = msgspec.msgpack.Decoder(AnyEvent).decode
        self.connected = asyncio.Event()

    def subscribe(self, handler: Handler) -> None:
        self._local.subscribe(handler)

    def on_gap(self, handler: Callable[[], None]) -> None:
        self._gap_handlers.append(handler)

    def publish(self, events: Sequence[Event]) -> None:
        self._local.publish(events)
        try:
            self._outbox.put_nowait(events)
        except asyncio.QueueFull:
            # The others find out by themselves: their periodic recheck reads the records.
            log.warning("bus outbox full, events dropped", count=len(events))

    async def start(self) -> None:
        """Begin to listen and to send; an unreachable server is tried again until `close`."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._send())]

    async def close(self) -> None:
        """Send what waits, then stop."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TIMEOUT_S):
                await self._outbox.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._redis.aclose()

    async def _send(self) -> None:
        while True:
            batch = list(await self._outbox.get())
            taken = 1
            while not self._outbox.empty() and len(batch) < BATCH_LIMIT:
                batch.extend(self._outbox.get_nowait())
                taken += 1
            await self._send_until_sent(batch)
            for _ in range(taken):
                self._outbox.task_done()

    async def _send_until_sent(self, batch: list[Event]) -> None:
        """An event may come late or twice, but is not given up while the outbox has room."""
        payload = self._wrap(batch)
        tries = 0
        while True:
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    await self._redis.publish(CHANNEL, payload)
                return
            except (RedisError, OSError, TimeoutError) as error:
                tries += 1
                if tries == 1:
                    # A connection of the pool may have died unnoticed; the next one is new.
                    payload = self._wrap([each for each in batch if not isinstance(each, BoardSignalled)])
                    continue
                log.warning("bus out of reach, trying again", count=len(batch), error=type(error).__name__)
            await asyncio.sleep(RETRY_S)

    def _wrap(self, batch: Sequence[Event]) -> bytes:
        return self._encode(Envelope(self._node_id, [msgspec.Raw(self._encode(each)) for each in batch]))

    async def _listen(self) -> None:
        while True:
            pubsub = self._redis.pubsub()
            try:
                async with asyncio.timeout(TIMEOUT_S):
                    await pubsub.subscribe(CHANNEL)
                await self._receive(pubsub)
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("bus connection lost, trying again", error=type(error).__name__)
            finally:
                self.connected.clear()
                with contextlib.suppress(RedisError, OSError):
                    await pubsub.aclose()
            await asyncio.sleep(RETRY_S)

    async def _receive(self, pubsub: PubSub) -> None:
        while True:
            # A ping answered in time is the only proof that a quiet connection still lives.
            message = await pubsub.get_message(timeout=5.0)
            if message is None:
                async with asyncio.timeout(TIMEOUT_S):
                    await pubsub.ping()
                    message = await pubsub.get_message(timeout=TIMEOUT_S)
                if message is None:
                    raise TimeoutError("no answer to a ping")
            if message["type"] == "subscribe":
                self.connected.set()
                self._tell_gap()
            elif message["type"] == "message":
                self._deliver(message["data"])

    def _deliver(self, payload: bytes) -> None:
        try:
            envelope = self._open(payload)
        except msgspec.DecodeError:
            log.warning("an envelope of another version was passed over")
            self._tell_gap()
            return
        if envelope.node_id == self._node_id:
            return
        events: list[Event] = []
        for each in envelope.events:
            try:
                events.append(self._decode(each))
            except msgspec.DecodeError:
                log.warning("an event of another version was passed over")
                self._tell_gap()
        self._local.publish(events)

    def _tell_gap(self) -> None:
        for handler in self._gap_handlers:
            handler()
