"""One space on one node: its connections, what they were told, and in which order.

Chat reaches the connections strictly by `seq`. An event that is not the next one means that something
was missed or overtaken on the way; the channel then reads what is stored instead. So it does when messages
changed: one reading for all that changed meanwhile. Who came and who went is
worked out at most once a tick, however many they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence, Set
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from realtime import protocol
from realtime.connection import Broadcast, Connection
from realtime.history import History, changed, posted
from realtime.people import chat_messages, people, school_infos
from realtime.presence import Presence
from realtime.transport import Message
from server.chat import reading as chat
from server.db import Database
from server.events import ChatChanged, ChatPosted
from server.spaces import service as spaces

log = structlog.get_logger()

TICK_S = 0.015
PRESENCE_TICK_S = 0.05
RETRY_S = 1.0
BATCH = 50
"""So many new messages are in a frame of changes at most."""
CATCH_UP_LIMIT = 10_000
"""Messages that are read at once after a gap. What is more is read next."""


class Channel:
    """A space, as long as somebody on this node is in it.

    Args:
        root_id: of a group, the space that it is a group of; else the space itself.
        seq: the newest that is stored.
    """

    def __init__(
        self, space_id: UUID, root_id: UUID, seq: int, database: Database, presence: Presence
    ) -> None:
        self.space_id = space_id
        self.root_id = root_id
        self.members = Broadcast(TICK_S)
        self.history = History(seq)
        self._database = database
        self._presence = presence
        self._shown: dict[UUID, protocol.Person] = {}
        """The people that the members were told of."""
        self.people_version = 0
        """Grows with every change of these."""
        self._state: Message | None = None
        self._schools: dict[UUID, protocol.SchoolInfo] = {}
        self._told: Set[UUID] | None = None
        """The schools that every page which joined was told of."""
        self._presence_timer: asyncio.Handle | None = None
        self._presence_again = False
        self._refreshing: asyncio.Task[None] | None = None
        self._refresh_again = False
        self._refresh_to = seq
        """Events told of numbers up to here."""
        self._closed = False

    @property
    def connections(self) -> set[Connection]:
        return self.members.members

    @property
    def seq(self) -> int:
        """The newest event that everyone here was sent."""
        return self.history.seq

    # --- people

    def show(self, people: Iterable[protocol.Person]) -> None:
        """Tell everyone that these people are here, and what they are called now, unless they know."""
        news = [person for person in people if self._shown.get(person.user_id) != person]
        if news:
            self._shown.update({person.user_id: person for person in news})
            self._tell_people(protocol.PresenceDiff(joined=news, schools=self._strange(news)))

    def _tell_people(self, diff: protocol.PresenceDiff) -> None:
        self._state = None
        self.people_version += 1
        self.members.send([diff])

    def learn(self, schools: Iterable[protocol.SchoolInfo]) -> None:
        """A page that is about to join was told of these schools."""
        told = {school.id: school for school in schools}
        self._schools |= told
        self._told = told.keys() if self._told is None else self._told & told.keys()

    def _strange(self, people: Iterable[protocol.Person]) -> list[protocol.SchoolInfo]:
        """The schools of these people that not everyone here was told of."""
        wanted = {person.school_id for person in people} - (self._told or set())
        return [school for school_id, school in self._schools.items() if school_id in wanted]

    @property
    def shown(self) -> dict[UUID, protocol.Person]:
        """Who the members were told is here."""
        return self._shown

    def people(self) -> list[protocol.Person]:
        """Who the members were told is here."""
        return list(self._shown.values())

    def state(self) -> Message:
        """The frame that tells who is here: one for all who come in before somebody else comes or goes."""
        if self._state is None:
            self._state = Message(protocol.encode(protocol.PresenceState(people=self.people())))
        return self._state

    def on_presence(self) -> None:
        """Somebody came or went, here or on another node."""
        if self._presence_timer is None:
            # Not at once: who comes or goes in the same turn of the loop is told of together.
            self._presence_timer = asyncio.get_running_loop().call_soon(self._tell_presence)
        else:
            self._presence_again = True

    def _tell_presence(self) -> None:
        self._presence_again = False
        self._presence_timer = asyncio.get_running_loop().call_later(PRESENCE_TICK_S, self._on_presence_tick)
        now = self._presence.people(self.space_id)
        left = [user_id for user_id in self._shown if user_id not in now]
        for user_id in left:
            del self._shown[user_id]
        if left:
            self._tell_people(protocol.PresenceDiff(left=left))
        if now - self._shown.keys():
            self.refresh()

    def _on_presence_tick(self) -> None:
        self._presence_timer = None
        if self._presence_again:
            self._tell_presence()

    # --- chat

    def on_posted(self, event: ChatPosted) -> None:
        """A message is stored."""
        author = self._shown.get(event.author_id)
        if event.seq <= self.seq:
            return
        if event.seq != self.seq + 1 or author is None or self._refreshing is not None:
            self._refresh_until(event.seq)
            return
        message = protocol.ChatMessage(
            seq=event.seq,
            id=event.message_id,
            client_id=event.client_id,
            author=author,
            text=event.text,
            sent_at=event.sent_at,
            reply_to=event.reply_to_id,
            announced=event.announced,
        )
        self.members.put(posted(self.seq, self.history.append(message)))

    def on_changed(self, event: ChatChanged) -> None:
        """Messages have changed."""
        if event.seq > self.seq:
            self._refresh_until(event.seq)

    def take_in(self, messages: Sequence[protocol.ChatMessage], seq: int) -> None:
        """All that is new or has changed after some number that the members know, and up to `seq`, was read.

        The members are told what they have not heard.
        """
        known = self.seq
        if seq <= known:
            return
        news = [each for each in messages if (each.changed_seq or each.seq) > known]
        if all(each.seq > known and not each.changed_seq for each in news):
            for message in news:
                self.members.put(posted(self.seq, self.history.append(message)))
            if self.seq < seq:
                self.members.put(changed(self.seq, seq, []))
                self.history.take([], seq)
            return
        self.history.take(news, seq)
        # What was known comes with the first frame: each then tells all up to its last message.
        first = [each for each in news if each.seq <= known]
        said = [each for each in news if each.seq > known]
        for place in range(0, max(1, len(said)), BATCH):
            some, is_last = said[place : place + BATCH], place + BATCH >= len(said)
            upto = seq if is_last else some[-1].seq
            self.members.put(changed(known, upto, [protocol.encode(each) for each in (*first, *some)]))
            known, first = upto, []

    def check(self, stored_seq: int) -> None:
        """By the clock: mend what an event that was lost has left behind.

        The history goes as well: the next who comes in has it read again, with the names of that time.
        """
        self.history = History(self.seq)
        self.on_presence()
        if stored_seq > self.seq:
            self._refresh_until(stored_seq)

    def _refresh_until(self, seq: int) -> None:
        """Read what is stored, at least up to this number."""
        self._refresh_to = max(self._refresh_to, seq)
        if self._refreshing is None:
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
                self._refresh_again, asked = False, self._refresh_to
                try:
                    await self._read()
                except (SQLAlchemyError, OSError) as error:
                    log.warning("space not up to date, trying again", error=type(error).__name__)
                    await asyncio.sleep(RETRY_S)
                    continue
                # What was told of during the reading may be beyond it; what was told before cannot be.
                if not self._refresh_again and self._refresh_to <= max(asked, self.seq):
                    return
        finally:
            self._refreshing = None

    async def _read(self) -> None:
        missing = self._presence.people(self.space_id) - self._shown.keys()
        async with self._database.read() as session:
            seq = (await spaces.last_seqs(session, [self.space_id])).get(self.space_id, 0)
            stored = await chat.changed_after(session, self.space_id, self.seq, CATCH_UP_LIMIT)
            if len(stored) == CATCH_UP_LIMIT:
                seq, self._refresh_again = max(each.changed_seq for each in stored), True
            known = dict(self._shown)
            found = await people(session, missing | {each.author_id for each in stored} - known.keys())
            if any(found[each].school_id not in self._schools for each in missing & found.keys()):
                # A visitor who was invited after the pages here had joined.
                for space in await spaces.with_schools(session, [self.space_id]):
                    shown = await school_infos(session, space, {each.school_id for each in found.values()})
                    self._schools |= {school.id: school for school in shown}
        self.take_in(chat_messages(stored, known | found), seq)
        now = self._presence.people(self.space_id)
        self.show(found[each] for each in missing & found.keys() & now - self._shown.keys())

    @property
    def is_group(self) -> bool:
        return self.root_id != self.space_id

    async def close(self) -> None:
        self._closed = True
        self.members.close()
        if self._presence_timer is not None:
            self._presence_timer.cancel()
        if self._refreshing is not None:
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)
