"""Chat on its way into the records: what comes together is stored together.

In each space one transaction at a time stores all that waits (docs/decisions/chat-batches.md). While people
write as people do, each message is stored at once. A room that keeps writing faster than that gets
`TRANSACTIONS_PER_S`, for a transaction costs nearly the same with ten messages in it. Each message is
answered by itself, after the commit; when that fails, nothing of the batch is stored, and all of it may be
sent again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from realtime import protocol
from realtime.connection import Connection
from realtime.protocol import CloseCode, ErrorCode
from realtime.refusal import cannot_store, refuse
from realtime.spacing import Spacing
from server.bus import Bus
from server.chat import service
from server.db import Database, UnitOfWork
from server.errors import DomainError

log = structlog.get_logger()

TRANSACTIONS_PER_S = 10
TRANSACTIONS_BURST = 5
"""So many of a space follow one another at once before they are spaced."""
BATCH_LIMIT = 200
WAITING_LIMIT = 1000
"""So many messages may wait in a space; whoever sends more is read more slowly."""


class _Sent(NamedTuple):
    """A message as it came from a page."""

    connection: Connection
    ref: int
    post: service.Post


class _Line:
    """What waits in one space, and what is being stored."""

    def __init__(self) -> None:
        self.waiting: deque[_Sent] = deque()
        self.batch: list[_Sent] = []
        self.has_room = asyncio.Event()

    def next_batch(self) -> list[_Sent]:
        self.batch = [self.waiting.popleft() for _ in range(min(len(self.waiting), BATCH_LIMIT))]
        self.has_room.set()
        return self.batch


class ChatDesk:
    """Takes in what is written on this node.

    Args:
        timeout_s: how long `close` waits for the records.
    """

    def __init__(self, database: Database, bus: Bus, timeout_s: float) -> None:
        self._database = database
        self._bus = bus
        self._timeout_s = timeout_s
        self._lines: dict[UUID, _Line] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._spacing = Spacing(TRANSACTIONS_PER_S, TRANSACTIONS_BURST)
        self._is_closing = False

    async def take(self, connection: Connection, space_id: UUID, frame: protocol.ChatPost) -> None:
        """Put a message in line; its answer follows. Waits only while the line is full."""
        while (line := self._lines.get(space_id)) is not None and len(line.waiting) >= WAITING_LIMIT:
            line.has_room.clear()
            await line.has_room.wait()
        if self._is_closing:
            connection.close(CloseCode.RESTARTING, "restarting")
            return
        post = service.Post(connection.user_id, frame.client_id, frame.text)
        if line is None:
            line = self._lines[space_id] = _Line()
            task = asyncio.create_task(self._work(space_id, line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        line.waiting.append(_Sent(connection, frame.ref, post))

    async def close(self) -> None:
        """Store what waits, or give it up when the records do not answer. Nothing more is taken in."""
        self._is_closing = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=self._timeout_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, space_id: UUID, line: _Line) -> None:
        try:
            while batch := line.next_batch():
                await self._store(space_id, batch)
                line.batch = []
                if not self._is_closing:
                    await asyncio.sleep(self._spacing.after(space_id))
        finally:
            del self._lines[space_id]
            line.has_room.set()
            for sent in (*line.batch, *line.waiting):  # when this was cancelled
                cannot_store(sent.connection, sent.ref)

    async def _store(self, space_id: UUID, batch: Sequence[_Sent]) -> None:
        """Store a batch and answer each of its messages."""
        answers: Sequence[int | DomainError] = ()
        try:
            async with UnitOfWork(self._database, self._bus) as uow:
                answers = await service.post_all(uow, space_id, [each.post for each in batch])
        except (DataError, IntegrityError) as error:
            log.error("messages do not fit the records", error=type(error).__name__, count=len(batch))
            if len(batch) > 1:  # one of them is at fault: the others must not suffer for it
                for sent in batch:
                    await self._store(space_id, [sent])
                return
            answers = ()
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            log.error("messages could not be stored", error=type(error).__name__, count=len(batch))
            answers = ()
        except Exception:
            log.exception("messages could not be stored", count=len(batch))
            answers = ()
        for sent, answer in zip_longest(batch, answers):
            self._answer(space_id, sent, answer)

    def _answer(self, space_id: UUID, sent: _Sent, answer: int | DomainError | None) -> None:
        connection = sent.connection
        if answer is None:
            cannot_store(connection, sent.ref)
        elif isinstance(answer, int):
            connection.send(protocol.ChatAck(ref=sent.ref, client_id=sent.post.client_id, seq=answer))
        elif connection.channel is not None and connection.channel.space_id != space_id:
            connection.fail(ErrorCode.NOT_ALLOWED, answer.detail, sent.ref)  # they are elsewhere by now
        else:
            refuse(connection, answer, sent.ref)
