"""What was said in a space lately, as it goes out to those who come in.

A cache beside the records, of one node and one space. Each message is encoded once, and again when it
changes. They go out in `chat.history` frames that are cut at the same places for everyone: a whole block is
made, framed and compressed once, and all who come in share it.

Two things are asked of it (docs/decisions/chat-changes.md): all that is new or has changed after a number,
for a page that knows everything up to there; and the newest messages as they are now, for a page that begins.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TypeGuard
from uuid import UUID

import msgspec

from realtime import protocol
from realtime.transport import Message
from server.chat.reading import HISTORY_LIMIT

RETAINED = 500
"""Who lacks no more numbers than this gets exactly those; who lacks more gets a fresh start."""

RETAINED_BYTES = 512 * 1024
"""Beyond it the messages that only a return asks for are let go: those are read from the records then."""

BLOCK = 50
"""So many messages are in a frame at most; frames end where `seq` is a multiple of it."""

CUTS_LIMIT = 16


class _ChatHistory(protocol.Frame, tag="chat.history"):
    """`protocol.ChatHistory`, of messages that are encoded already."""

    after: int
    seq: int
    messages: list[msgspec.Raw]


class _ChatChanged(protocol.Frame, tag="chat.changed"):
    """`protocol.ChatChanged`, of messages that are encoded already."""

    after: int
    seq: int
    messages: list[msgspec.Raw]


class _ChatPosted(protocol.Frame, tag="chat.posted"):
    """`protocol.ChatPosted`, of a message that is encoded already."""

    after: int
    message: msgspec.Raw


def posted(after: int, encoded: bytes) -> Message:
    """The frame that tells of a new message."""
    return Message(protocol.encode(_ChatPosted(after, msgspec.Raw(encoded))))


def changed(after: int, seq: int, encoded: Sequence[bytes]) -> Message:
    """The frame that tells how messages are now."""
    return Message(protocol.encode(_ChatChanged(after, seq, [msgspec.Raw(each) for each in encoded])))


def continues(last_seq: int | None, seq: int) -> TypeGuard[int]:
    """Whether a page is told just what it lacks; else it starts anew.

    Args:
        last_seq: everything up to here is known to it; None: it has nothing.
        seq: the newest number. Who claims to know more has seen records that were put back since.
    """
    return last_seq is not None and 0 <= seq - last_seq <= RETAINED


class _Kept(msgspec.Struct, gc=False):
    """A message as it is now."""

    seq: int
    changed_seq: int
    encoded: bytes
    is_pinned: bool


class History:
    """The newest messages of a space, and what has changed lately.

    Args:
        seq: where it begins, empty.

    Attributes:
        seq: it is complete up to this number.
        after: it holds every message that is new or has changed after this number ...
        begins: ... and every message whose own `seq` is higher than this one.
        school_ids: of the authors.
    """

    def __init__(self, seq: int) -> None:
        self.seq = self.after = self.begins = seq
        self.school_ids: set[UUID] = set()
        self._seqs: list[int] = []
        """Of the messages after `begins`, in order."""
        self._kept: dict[int, _Kept] = {}
        """By `seq`: those, and older ones that changed after `after`."""
        self._changed: dict[int, int] = {}
        """`seq` -> `changed_seq` of what changed after `after`."""
        self._pins: dict[int, _Kept] | None = None
        """What is pinned, once that was read."""
        self._size_bytes = 0
        self._blocks: dict[int, Message] = {}
        """Whole blocks, by their last `seq`."""
        self._cuts: dict[tuple[int, int, str], Message] = {}
        """Frames that are not for all: before a block has filled, or after what somebody knows."""

    def reaches(self, seq: int) -> bool:
        """Whether everything that is new or has changed after `seq` is here."""
        return seq >= self.after

    @property
    def can_begin(self) -> bool:
        """Whether a page that has nothing can be told enough."""
        return self._pins is not None and (self.begins == 0 or len(self._seqs) >= HISTORY_LIMIT)

    @property
    def start(self) -> int:
        """The newest messages are those after this number."""
        count = len(self._seqs)
        return self._seqs[count - HISTORY_LIMIT] - 1 if count >= HISTORY_LIMIT else self.begins

    # --- what comes

    def append(self, message: protocol.ChatMessage) -> bytes:
        """Take in the next message, which is new; returns it encoded."""
        encoded = self._keep(message)
        self.seq = message.seq
        self._trim()
        return encoded

    def take(self, messages: Iterable[protocol.ChatMessage], seq: int) -> None:
        """Take in all that is new or has changed after `self.seq`, up to `seq`."""
        for message in sorted(messages, key=lambda each: each.seq):
            self._keep(message)
        self.seq = max(self.seq, seq)
        self._trim()

    def extend(self, messages: Iterable[protocol.ChatMessage], after: int) -> None:
        """Take in what was new or changed earlier: all after `after`, at least up to where this begins.

        What was read may be older than what is here: of each message the newer is kept.
        """
        self.after = min(self.after, after)
        self.begins = min(self.begins, after)
        self._take_older(messages)

    def begin(
        self, messages: Iterable[protocol.ChatMessage], begins: int, pins: Iterable[protocol.ChatMessage]
    ) -> None:
        """Take in older messages, as they are: all after `begins`, and all that are pinned.

        What is here since, is newer.
        """
        if self._pins is None:
            newer = {seq: kept for seq, kept in self._kept.items() if kept.is_pinned}
            self._pins = {pin.seq: _kept(pin) for pin in pins if pin.seq not in self._kept} | newer
        self.begins = min(self.begins, begins)
        self._take_older(messages)

    def _take_older(self, messages: Iterable[protocol.ChatMessage]) -> None:
        self._blocks.clear()
        self._cuts.clear()
        for message in messages:
            known = self._kept.get(message.seq)
            if known is None or known.changed_seq < (message.changed_seq or message.seq):
                self._put(message)
        first = self._seqs[0] if self._seqs else self.seq + 1
        self._seqs[:0] = sorted(seq for seq in self._kept if self.begins < seq < first)

    def _keep(self, message: protocol.ChatMessage) -> bytes:
        self._cuts.clear()
        self._blocks.pop(_block_end(message.seq), None)
        kept = self._put(message)
        if message.seq > self.begins and (not self._seqs or message.seq > self._seqs[-1]):
            self._seqs.append(message.seq)
        if self._pins is not None:
            self._pins.pop(message.seq, None)
            if kept.is_pinned:
                self._pins[message.seq] = kept
        return kept.encoded

    def _put(self, message: protocol.ChatMessage) -> _Kept:
        kept = _kept(message)
        if before := self._kept.get(message.seq):
            self._size_bytes -= len(before.encoded)
        self._size_bytes += len(kept.encoded)
        self._kept[message.seq] = kept
        if kept.changed_seq > max(kept.seq, self.after):
            self._changed[message.seq] = kept.changed_seq
        self.school_ids.add(message.author.school_id)
        return kept

    # --- what goes out

    def frames(self, after: int) -> Sequence[Message]:
        """The frames for a page that knows everything up to `after`, which this history must reach."""
        changed = sorted(seq for seq, at in self._changed.items() if seq <= after < at)
        return self._frames(after, [self._kept[seq] for seq in changed], "changes")

    def first_frames(self) -> Sequence[Message]:
        """The frames for a page that has nothing: what is pinned, and all after `start`."""
        start = self.start
        pins = [kept for seq, kept in sorted((self._pins or {}).items()) if seq <= start]
        return self._frames(start, pins, "pins")

    def _frames(self, after: int, first: list[_Kept], what: str) -> Sequence[Message]:
        """Frames that follow on one another from `after` to `self.seq`.

        Args:
            first: older messages that go out with the first frame.
            what: they are, which tells such a frame from others.
        """
        frames: list[Message] = []
        place = bisect_right(self._seqs, after)
        known = after
        while place < len(self._seqs):
            block_end = _block_end(self._seqs[place])
            end = bisect_right(self._seqs, block_end)
            begins = self._block_begins(place)
            if self.seq >= block_end and begins is not None and begins <= known and not first:
                frames.append(self._block(block_end, begins, place, end))
                known = block_end
            else:
                known_then = min(block_end, self.seq)
                frames.append(self._cut(known, known_then, what, place, end, first))
                known, first = known_then, []
            place = end
        if known < self.seq or first:
            frames.append(self._cut(known, self.seq, what, place, place, first))
        return frames

    def _block_begins(self, place: int) -> int | None:
        """From where on a block is whole that has its first message at this place; None: it is cut there.

        The numbers between two blocks were taken by changes: whoever knows one of them can go on with it.
        """
        block_begins = _block_end(self._seqs[place]) - BLOCK
        if place == 0:
            return block_begins if self.begins <= block_begins else None
        before = _block_end(self._seqs[place - 1])
        return before if before <= block_begins else None

    def _block(self, block_end: int, after: int, place: int, end: int) -> Message:
        found = self._blocks.get(block_end)
        if found is None:
            found = self._blocks[block_end] = self._frame(after, block_end, self._at(place, end))
        return found

    def _cut(
        self, after: int, seq: int, what: str, place: int, end: int, first: list[_Kept]
    ) -> Message:
        key = after, seq, what if first else ""
        found = self._cuts.get(key)
        if found is None:
            if len(self._cuts) >= CUTS_LIMIT:
                self._cuts.clear()
            found = self._cuts[key] = self._frame(after, seq, [*first, *self._at(place, end)])
        return found

    def _at(self, place: int, end: int) -> list[_Kept]:
        return [self._kept[seq] for seq in self._seqs[place:end]]

    @staticmethod
    def _frame(after: int, seq: int, kept: Iterable[_Kept]) -> Message:
        encoded = [msgspec.Raw(each.encoded) for each in kept]
        return Message(protocol.encode(_ChatHistory(after, seq, encoded)))

    # --- what goes

    def _trim(self) -> None:
        """Let go of what nobody asks for any more, and of more when it is too much."""
        if self.seq - self.after > RETAINED + BLOCK:
            self._forget_changes(self.seq - RETAINED)
        while len(self._seqs) >= HISTORY_LIMIT + BLOCK:
            block_end = _block_end(self._seqs[0])
            end = bisect_right(self._seqs, block_end)
            is_much = self._size_bytes > RETAINED_BYTES
            if len(self._seqs) - end < HISTORY_LIMIT or not (is_much or block_end <= self.after):
                break
            self._blocks.pop(block_end, None)
            self.begins = block_end
            dropped, self._seqs = self._seqs[:end], self._seqs[end:]
            self._forget_changes(max(self.after, block_end))
            for seq in dropped:
                if seq not in self._changed:
                    self._drop(seq)
        older = len(self._kept) - len(self._seqs)
        if older > BLOCK and self._size_bytes > RETAINED_BYTES:
            self._forget_changes(self.seq)

    def _forget_changes(self, after: int) -> None:
        """From now on only what changed after this number is asked for."""
        self.after = after
        for seq in [seq for seq, at in self._changed.items() if at <= after]:
            del self._changed[seq]
            if seq <= self.begins:
                self._drop(seq)

    def _drop(self, seq: int) -> None:
        if kept := self._kept.pop(seq, None):
            self._size_bytes -= len(kept.encoded)


def _kept(message: protocol.ChatMessage) -> _Kept:
    return _Kept(
        message.seq, message.changed_seq or message.seq, protocol.encode(message), message.pinned
    )


def _block_end(seq: int) -> int:
    """The last number of the block that it is in."""
    return seq + -seq % BLOCK
