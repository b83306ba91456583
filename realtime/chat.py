"""Chat on its way into the records: what comes together is stored together.

In each space one transaction at a time stores all that waits (docs/decisions/chat-batches.md). While people
write as people do, each message is stored at once. A room that keeps writing faster than that gets
`TRANSACTIONS_PER_S`, for a transaction costs nearly the same with ten messages in it. Each message is
answered by itself, after the commit; when that fails, nothing of the batch is stored, and all of it may be
sent again. Changes of messages stand in the same line.
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
from realtime.moderation import held_frame
from realtime.protocol import CloseCode, ErrorCode
from realtime.refusal import cannot_store, refuse
from realtime.spacing import Spacing
from server.access import Grant
from server.bus import Bus
from server.chat import changes, service
from server.chat.models import ReactionKind
from server.db import Database, UnitOfWork
from server.errors import NotAllowed
from server.safeguarding.holding import Held

log = structlog.get_logger()

TRANSACTIONS_PER_S = 10
TRANSACTIONS_BURST = 5
"""So many of a space follow one another at once before they are spaced."""
BATCH_LIMIT = 200
WAITING_LIMIT = 1000
"""So many messages may wait in a space; whoever sends more is read more slowly."""


class _Sent(NamedTuple):
    """What came from a page: a message, or a change of one."""

    connection: Connection
    ref: int
    what: service.Post | changes.Change


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

    async def take(
        self, connection: Connection, space_id: UUID, frame: protocol.ChatPost | protocol.ChatChange
    ) -> None:
        """Put a message or a change in line; its answer follows. Waits only while the line is full.

        Raises:
            NotAllowed: this page may not write now, whatever the records grant (`Connection.grants`), or not
            in the name of somebody else.
        """
        what = _what(connection, frame)
        if not _may(connection, what):
            raise _not_now()
        while (line := self._lines.get(space_id)) is not None and len(line.waiting) >= WAITING_LIMIT:
            line.has_room.clear()
            await line.has_room.wait()
        if self._is_closing:
            connection.close(CloseCode.RESTARTING, "restarting")
            return
        if line is None:
            line = self._lines[space_id] = _Line()
            task = asyncio.create_task(self._work(space_id, line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        line.waiting.append(_Sent(connection, frame.ref, what))

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
        # Asked again: who was held while this stood in line writes nothing.
        here = [sent for sent in batch if self._may_still(space_id, sent)]
        said = [sent for sent in here if isinstance(sent.what, service.Post)]
        changed = [sent for sent in here if isinstance(sent.what, changes.Change)]
        answers: Sequence[service.Answer] = ()
        try:
            if here:
                answers = await self._commit(space_id, said, changed)
        except (DataError, IntegrityError) as error:
            log.error("messages do not fit the records", error=type(error).__name__, count=len(batch))
            if len(here) > 1:  # one of them is at fault: the others must not suffer for it
                for sent in here:
                    await self._store(space_id, [sent])
                return
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            log.error("messages could not be stored", error=type(error).__name__, count=len(batch))
        except Exception:
            log.exception("messages could not be stored", count=len(batch))
        for sent, answer in zip_longest((*said, *changed), answers):
            self._answer(space_id, sent, answer)

    async def _commit(
        self, space_id: UUID, said: Sequence[_Sent], changed: Sequence[_Sent]
    ) -> Sequence[service.Answer]:
        """One transaction for all of it, messages first."""
        posts = [sent.what for sent in said if isinstance(sent.what, service.Post)]
        made = [sent.what for sent in changed if isinstance(sent.what, changes.Change)]
        answers: list[service.Answer] = []
        async with UnitOfWork(self._database, self._bus) as uow:
            if posts:
                answers += await service.post_all(uow, space_id, posts)
            if made:
                answers += await changes.apply_all(uow, space_id, made)
        return answers

    @staticmethod
    def _may_still(space_id: UUID, sent: _Sent) -> bool:
        """Whether this may be stored now; who may not is told."""
        channel = sent.connection.channel
        if channel is None or channel.space_id != space_id:
            cannot_store(sent.connection, sent.ref)  # gone meanwhile: it is sent again by whoever comes back
            return False
        if not _may(sent.connection, sent.what) or _author(sent.what) not in sent.connection.people:
            refuse(sent.connection, _not_now(), sent.ref)
            return False
        return True

    def _answer(self, space_id: UUID, sent: _Sent, answer: service.Answer | None) -> None:
        connection = sent.connection
        if answer is None:
            cannot_store(connection, sent.ref)
        elif isinstance(answer, int):
            if isinstance(sent.what, service.Post):
                connection.send(protocol.ChatAck(ref=sent.ref, client_id=sent.what.client_id, seq=answer))
            else:
                connection.send(protocol.Ok(ref=sent.ref))
        elif isinstance(answer, Held):
            if isinstance(sent.what, service.Post):
                connection.send(held_frame(sent.ref, sent.what.client_id, answer))
        elif connection.channel is not None and connection.channel.space_id != space_id:
            connection.fail(ErrorCode.NOT_ALLOWED, answer.detail, sent.ref)  # they are elsewhere by now
        else:
            refuse(connection, answer, sent.ref)


def _what(
    connection: Connection, frame: protocol.ChatPost | protocol.ChatChange
) -> service.Post | changes.Change:
    """What a frame asks for, in the words of the records."""
    match frame:
        case protocol.ChatPost():
            author_id = connection.acting(frame.as_id).user_id
            return service.Post(author_id, frame.client_id, frame.text, frame.reply_to)
        case protocol.ChatEdit():
            return changes.Edit(connection.acting(frame.as_id), frame.message_id, frame.text)
        case protocol.ChatDelete():
            return changes.Delete(connection.acting(frame.as_id), frame.message_id)
        case protocol.ChatReact():
            return changes.React(
                connection.acting(frame.as_id), frame.message_id, ReactionKind(frame.kind.value), frame.on
            )
        case protocol.ChatPin():
            return changes.Pin(connection.who, frame.message_id, frame.on)


def _author(what: service.Post | changes.Change) -> UUID:
    """In whose name it is: they may have gone from the device while it stood in line."""
    return what.author_id if isinstance(what, service.Post) else what.by.user_id


def _may(connection: Connection, what: service.Post | changes.Change) -> bool:
    """Whether this page may do that at all now. What the records say of the message itself comes later."""
    if isinstance(what, changes.Pin):
        return Grant.SPACE_MODERATE in connection.grants
    if isinstance(what, changes.Delete) and Grant.SPACE_MODERATE in connection.grants:
        return True
    return Grant.CHAT_POST in connection.grants


def _not_now() -> NotAllowed:
    return NotAllowed("You can read here, not write.")
