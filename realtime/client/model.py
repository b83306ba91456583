"""What a page knows of its space, from what it heard, in whatever order it heard it.

The same rules as client/src/space/state.ts. Chat keeps one promise: messages are known in the order of
`seq`, none twice, none skipped, and each as it is now. Every frame says which part of the story it tells. One
that arrives ahead of its turn waits in `early`; `has_gap` tells when to ask again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from realtime import protocol
from realtime.protocol import ChatMessage, Person

KEPT_MESSAGES = 10_000


class Joined(msgspec.Struct, frozen=True):
    """The line is up and the space entered: at first, and after each break."""

    space: protocol.SpaceInfo


class Said(msgspec.Struct, frozen=True):
    """A message, in its turn."""

    message: ChatMessage


class Changed(msgspec.Struct, frozen=True):
    """A message that was told before is otherwise now; or an older one is pinned, or no longer."""

    message: ChatMessage


class Presence(msgspec.Struct, frozen=True):
    """Who came and who went. The first tells everyone who is here."""

    came: list[Person]
    went: list[Person]


class Access(msgspec.Struct, frozen=True):
    """What this person may do here has changed."""

    grants: list[str]


class StartedAnew(msgspec.Struct, frozen=True):
    """What was known no longer holds or cannot be continued: the messages that follow are a new beginning."""


class Stored(msgspec.Struct, frozen=True):
    """A message of one's own is stored."""

    client_id: UUID
    seq: int


Heard = Joined | Said | Changed | Presence | Access | StartedAnew | Stored


class Pending(msgspec.Struct):
    """A message that was written and is not known to be among the stored ones yet.

    `seq` is None until it is acknowledged; then it waits for the message itself.
    """

    client_id: UUID
    text: str
    seq: int | None = None
    reply_to: UUID | None = None


class _Part(msgspec.Struct, frozen=True):
    """A part of the story: who knows everything up to `after`, then knows everything up to `seq`."""

    after: int
    seq: int
    messages: Sequence[ChatMessage]


class SpaceModel:
    """A space, as far as it is known.

    Args:
        kept: how many of the newest messages are kept; None: all.

    Attributes:
        seq: everything up to here is known; a join after a break asks for what came later.
        joined_seq: what the server had at the join; until `seq` is there, the history is on its way.
    """

    def __init__(self, kept: int | None = KEPT_MESSAGES) -> None:
        self.user_id: UUID | None = None
        self.space: protocol.SpaceInfo | None = None
        self.schools: dict[UUID, protocol.SchoolInfo] = {}
        self.boards: list[protocol.BoardInfo] = []
        self.notes: protocol.BoardInfo | None = None
        self.grants: list[str] = []
        self.people: dict[UUID, Person] = {}
        self.writing: list[UUID] = []
        self.seq = 0
        self.joined_seq = 0
        self._is_anew = False
        """The last join began from nothing."""
        self.early: list[_Part] = []
        self._kept = kept
        self._messages: dict[int, ChatMessage] = {}
        self._older_pins: dict[int, ChatMessage] = {}
        self.pending: dict[UUID, Pending] = {}

    @property
    def messages(self) -> list[ChatMessage]:
        """The messages that are known, in order, as they are now."""
        return list(self._messages.values())

    @property
    def pinned(self) -> list[ChatMessage]:
        """The messages that are pinned, older ones too, in order."""
        return [*self._older_pins.values(), *(each for each in self._messages.values() if each.pinned)]

    @property
    def last_seq(self) -> int | None:
        """What to name at the next join. None: everything is to be told from the beginning."""
        # Where the line broke before the beginning came, nobody would tell what is pinned before it.
        return None if self.space is None or (self._is_anew and self.is_behind) else self.seq

    @property
    def is_behind(self) -> bool:
        """Whether the history that a join told of has not come."""
        return self.seq < self.joined_seq

    @property
    def has_gap(self) -> bool:
        """Whether a message is missing between those that are known."""
        return self.is_behind or bool(self.early) or any(each.seq for each in self.pending.values())

    @property
    def next_to_post(self) -> Pending | None:
        """The first written message that is not stored, as far as is known."""
        return next((each for each in self.pending.values() if each.seq is None), None)

    def write(self, client_id: UUID, text: str, reply_to: UUID | None = None) -> None:
        """Put a message among those that wait to be stored."""
        self.pending[client_id] = Pending(client_id, text, reply_to=reply_to)

    def discard(self, client_id: UUID) -> None:
        """Do not send a message (again). It may be stored all the same."""
        self.pending.pop(client_id, None)

    def hear(self, frame: protocol.ServerFrame) -> list[Heard]:
        """Take a frame in, and tell what it means."""
        match frame:
            case protocol.Welcome():
                self.user_id = frame.user_id
            case protocol.SpaceJoined():
                return self._join(frame)
            case protocol.PresenceState():
                return self._be_with(frame.people)
            case protocol.PresenceDiff():
                return self._come_and_go(frame)
            case protocol.ChatHistory() | protocol.ChatChanged():
                return self._arrive(_Part(frame.after, frame.seq, frame.messages))
            case protocol.ChatPosted():
                self.writing = [each for each in self.writing if each != frame.message.author.user_id]
                return self._arrive(_Part(frame.after, frame.message.seq, [frame.message]))
            case protocol.ChatAck():
                return self._store(frame.client_id, frame.seq)
            case protocol.ChatWriting():
                self.writing = frame.user_ids
            case protocol.PagesChanged():
                self.boards = frame.boards
            case protocol.AccessUpdate():
                self.grants = frame.grants
                return [Access(frame.grants)]
            case _:
                pass
        return []

    def _join(self, frame: protocol.SpaceJoined) -> list[Heard]:
        is_continued = not frame.anew
        self._is_anew = frame.anew
        had_something = bool(self.seq or self.early)
        self.space = frame.space
        self.schools = {each.id: each for each in frame.schools}
        self.boards = sorted(frame.boards, key=lambda board: board.position)
        self.notes = frame.notes
        self.grants = frame.grants
        self.writing = []
        if not is_continued:
            self._messages.clear()
            self._older_pins.clear()
            self.early.clear()
            self.seq = frame.from_seq - 1
        self.joined_seq = frame.seq
        for each in self.pending.values():
            if each.seq is not None and each.seq > frame.seq:
                each.seq = None  # acknowledged, yet unknown to the server: it is sent again, and stored once
        told: list[Heard] = [Joined(frame.space)]
        if had_something and not is_continued:
            told.append(StartedAnew())
        return told + self._settle()

    def _be_with(self, now: Iterable[Person]) -> list[Heard]:
        before, self.people = self.people, {each.user_id: each for each in now}
        came = [each for key, each in self.people.items() if key not in before]
        went = [each for key, each in before.items() if key not in self.people]
        return [Presence(came, went)] if came or went else []

    def _come_and_go(self, diff: protocol.PresenceDiff) -> list[Heard]:
        people = dict(self.people)
        for user_id in diff.left:
            people.pop(user_id, None)
        people |= {each.user_id: each for each in diff.joined}
        for school in diff.schools:
            self.schools.setdefault(school.id, school)  # a visitor's was not there when this page joined
        return self._be_with(people.values())

    def _store(self, client_id: UUID, seq: int) -> list[Heard]:
        if client_id not in self.pending:
            return []
        if seq <= self.seq:
            del self.pending[client_id]
        else:
            self.pending[client_id].seq = seq
        return [Stored(client_id, seq)]

    def _arrive(self, part: _Part) -> list[Heard]:
        """Take a part of the story in, in its turn; one that comes too soon waits."""
        told: list[Heard] = []
        for message in part.messages:
            if message.author.user_id == self.user_id:
                told += self._store(message.client_id, message.seq)
        self.early.append(part)
        return told + self._settle()

    def _settle(self) -> list[Heard]:
        """Take in those parts whose turn it is."""
        told: list[Heard] = []
        while part := next((each for each in self.early if each.after <= self.seq), None):
            self.early.remove(part)
            for message in part.messages:
                told += self._know(message)
            self.seq = max(self.seq, part.seq)
        for each in [each for each in self.pending.values() if each.seq and each.seq <= self.seq]:
            del self.pending[each.client_id]
        return told

    def _know(self, message: ChatMessage) -> list[Heard]:
        known = self._messages.get(message.seq) or self._older_pins.get(message.seq)
        if known is not None and version(message) <= version(known):
            return []
        if message.seq in self._messages:
            self._messages[message.seq] = message
            return [Changed(message)]
        if message.seq > self.seq:
            self._messages[message.seq] = message
            if self._kept is not None and len(self._messages) > self._kept:
                del self._messages[next(iter(self._messages))]
            return [Said(message)]
        # Older than what is known here: only what is pinned is of interest.
        was_pinned = self._older_pins.pop(message.seq, None) is not None
        if message.pinned:
            self._older_pins[message.seq] = message
            self._older_pins = dict(sorted(self._older_pins.items()))
        return [Changed(message)] if was_pinned or message.pinned else []


def version(message: ChatMessage) -> int:
    """Of the same message, the higher one is the newer."""
    return message.changed_seq or message.seq
