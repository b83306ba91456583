"""One space on one node: its connections, what they were told, and in which order.

Chat reaches the connections strictly by `seq`. An event that is not the next one means that something
was missed or overtaken on the way; the channel then reads what is stored instead.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Set
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from realtime import protocol
from realtime.connection import Broadcast, Connection
from realtime.people import chat_messages, people, school_infos
from realtime.presence import Presence
from server.chat import service as chat
from server.db import Database
from server.events import ChatPosted
from server.spaces import service as spaces

log = structlog.get_logger()

TICK_S = 0.015
RETRY_S = 1.0
CATCH_UP_LIMIT = 10_000
"""Messages read after a gap. Everyone here has seen all before it, so none may be left out."""
RECENT_LIMIT = 100


class Channel:
    """A space, as long as somebody on this node is in it.

    Attributes:
        seq: the newest event that everyone here was sent.
    """

    def __init__(self, space_id: UUID, seq: int, database: Database, presence: Presence) -> None:
        self.space_id = space_id
        self.seq = seq
        self.members = Broadcast(TICK_S)
        self._recent: deque[protocol.ChatMessage] = deque(maxlen=RECENT_LIMIT)
        self._database = database
        self._presence = presence
        self._shown: dict[UUID, protocol.Person] = {}
        """The people that the members were told of."""
        self._schools: dict[UUID, protocol.SchoolInfo] = {}
        self._told: Set[UUID] | None = None
        """The schools that every page which joined was told of."""
        self._refreshing: asyncio.Task[None] | None = None
        self._refresh_again = False
        self._closed = False

    @property
    def connections(self) -> set[Connection]:
        return self.members.members

    def show(self, person: protocol.Person) -> None:
        """Tell everyone that this person is here, unless they know."""
        if person.user_id not in self._shown:
            self._shown[person.user_id] = person
            self.members.send([protocol.PresenceDiff(joined=[person], schools=self._strange([person]))])

    def learn(self, schools: Iterable[protocol.SchoolInfo]) -> None:
        """A page that is about to join was told of these schools."""
        told = {school.id: school for school in schools}
        self._schools |= told
        self._told = told.keys() if self._told is None else self._told & told.keys()

    def _strange(self, people: Iterable[protocol.Person]) -> list[protocol.SchoolInfo]:
        """The schools of these people that not everyone here was told of."""
        wanted = {person.school_id for person in people} - (self._told or set())
        return [school for school_id, school in self._schools.items() if school_id in wanted]

    def people(self) -> list[protocol.Person]:
        """Who the members were told is here."""
        return list(self._shown.values())

    def since(self, seq: int) -> list[protocol.ChatMessage] | None:
        """What everyone here was sent after `seq`, when it is still at hand."""
        found = [message for message in self._recent if message.seq > seq]
        return found if len(found) == self.seq - seq else None

    def on_posted(self, event: ChatPosted) -> None:
        """A message is stored."""
        author = self._shown.get(event.author_id)
        if event.seq <= self.seq:
            return
        if event.seq != self.seq + 1 or author is None or self._refreshing is not None:
            self.refresh()
            return
        self._deliver(
            protocol.ChatMessage(
                seq=event.seq,
                id=event.message_id,
                client_id=event.client_id,
                author=author,
                text=event.text,
                sent_at=event.sent_at,
            )
        )

    def _deliver(self, message: protocol.ChatMessage) -> None:
        self.seq = message.seq
        self._recent.append(message)
        self.members.send([protocol.ChatPosted(message=message)])

    def on_presence(self) -> None:
        """Somebody came or went, here or on another node."""
        now = self._presence.people(self.space_id)
        left = [user_id for user_id in self._shown if user_id not in now]
        for user_id in left:
            del self._shown[user_id]
        if left:
            self.members.send([protocol.PresenceDiff(left=left)])
        if now - self._shown.keys():
            self.refresh()

    def refresh(self) -> None:
        """Bring the members up to date from the records: messages and people."""
        if self._closed:
            return
        if self._refreshing is None:
            self._refreshing = asyncio.create_task(self._refresh())
        else:
            self._refresh_again = True

    async def _refresh(self) -> None:
        try:
            while not self._closed:
                self._refresh_again = False
                try:
                    await self._read()
                except (SQLAlchemyError, OSError) as error:
                    log.warning("space not up to date, trying again", error=type(error).__name__)
                    await asyncio.sleep(RETRY_S)
                    continue
                if not self._refresh_again:
                    return
        finally:
            self._refreshing = None

    async def _read(self) -> None:
        missing = self._presence.people(self.space_id) - self._shown.keys()
        async with self._database.read() as session:
            stored = await chat.between(session, self.space_id, self.seq, CATCH_UP_LIMIT)
            found = await people(session, missing | {each.author_id for each in stored})
            if any(found[each].school_id not in self._schools for each in missing & found.keys()):
                # A visitor who was invited after the pages here had joined.
                for space in await spaces.with_schools(session, [self.space_id]):
                    shown = await school_infos(session, space, found.values())
                    self._schools |= {school.id: school for school in shown}
        for message in chat_messages(stored, found):
            if message.seq > self.seq:
                self._deliver(message)
        now = self._presence.people(self.space_id)
        joined = [found[each] for each in missing & found.keys() & now - self._shown.keys()]
        if joined:
            self._shown.update({person.user_id: person for person in joined})
            self.members.send([protocol.PresenceDiff(joined=joined, schools=self._strange(joined))])

    async def close(self) -> None:
        self._closed = True
        self.members.close()
        if self._refreshing is not None:
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)
