"""What was said in a space lately, as it goes out to those who come in.

A cache beside the records, of one node and one space. Messages do not change, so each is encoded once. They
go out in `chat.history` frames that are cut at the same places for everyone: a whole block is made, framed
and compressed once, and all who come in share it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from realtime import protocol
from realtime.transport import Message
from server.chat.service import HISTORY_LIMIT

RETAINED = 500
"""Who has missed no more messages than this gets exactly those; who has missed more gets a fresh start."""

RETAINED_BYTES = 512 * 1024
"""Beyond it the messages that only a return asks for are let go: those are read from the records then."""

BLOCK = 50
"""So many messages are in a frame at most; frames end where `seq` is a multiple of it."""

CUTS_LIMIT = 16


class _ChatHistory(protocol.Frame, tag="chat.history"):
    """`protocol.ChatHistory`, of messages that are encoded already."""

    messages: list[msgspec.Raw]


class _ChatPosted(protocol.Frame, tag="chat.posted"):
    """`protocol.ChatPosted`, of a message that is encoded already."""

    message: msgspec.Raw


def posted(encoded: bytes) -> Message:
    """The frame that tells of a new message."""
    return Message(protocol.encode(_ChatPosted(msgspec.Raw(encoded))))


def start_for(last_seq: int | None, seq: int) -> int:
    """The `seq` after which a page is told everything.

    Args:
        last_seq: the newest that it has; None: it has nothing.
        seq: the newest that there is. Who claims to know more has seen records that were put back since.
    """
    if last_seq is not None and 0 <= seq - last_seq <= RETAINED:
        return last_seq
    return max(0, seq - HISTORY_LIMIT)


class History:
    """All that is stored after one `seq` and up to another.

    Args:
        seq: where it begins, empty.

    Attributes:
        seq: the newest.
        after: it holds what is stored after this one.
        school_ids: of the authors.
    """

    def __init__(self, seq: int) -> None:
        self.seq = self.after = seq
        self.school_ids: set[UUID] = set()
        self._seqs: list[int] = []
        self._encoded: list[bytes] = []
        self._size_bytes = 0
        self._blocks: dict[int, Message] = {}
        """Whole blocks, by their last `seq`."""
        self._cuts: dict[tuple[int, int], Message] = {}
        """Parts of blocks: before a block has filled, or after what somebody knows."""

    def reaches(self, seq: int) -> bool:
        """Whether everything after `seq` is here."""
        return seq >= self.after

    def append(self, message: protocol.ChatMessage) -> bytes:
        """Take in the next message; returns it encoded."""
        encoded = protocol.encode(message)
        self._seqs.append(message.seq)
        self._encoded.append(encoded)
        self._size_bytes += len(encoded)
        self.seq = message.seq
        self.school_ids.add(message.author.school_id)
        self._cuts.clear()
        self._trim()
        return encoded

    def prepend(self, messages: Iterable[protocol.ChatMessage], after: int) -> None:
        """Take in older messages.

        Args:
            messages: all that are stored after `after` and up to where this history begins, in order.
        """
        older = list(messages)
        encoded = [protocol.encode(each) for each in older]
        self._seqs[:0] = [each.seq for each in older]
        self._encoded[:0] = encoded
        self._size_bytes += sum(map(len, encoded))
        self.school_ids |= {each.author.school_id for each in older}
        self.after = after

    def frames(self, after: int) -> Sequence[Message]:
        """The frames of everything after `after`, which this history must reach."""
        frames: list[Message] = []
        place = bisect_right(self._seqs, after)
        while place < len(self._seqs):
            first = self._seqs[place]
            block_end = first + -first % BLOCK
            end = bisect_right(self._seqs, block_end)
            is_whole = self.seq >= block_end and (place == 0 or self._seqs[place - 1] <= block_end - BLOCK)
            frames.append(
                self._block(block_end, place, end)
                if is_whole and self.after <= block_end - BLOCK
                else self._cut(place, end)
            )
            place = end
        return frames

    def _block(self, block_end: int, place: int, end: int) -> Message:
        found = self._blocks.get(block_end)
        if found is None:
            found = self._blocks[block_end] = self._frame(place, end)
        return found

    def _cut(self, place: int, end: int) -> Message:
        key = self._seqs[place], self._seqs[end - 1]
        found = self._cuts.get(key)
        if found is None:
            if len(self._cuts) >= CUTS_LIMIT:
                self._cuts.clear()
            found = self._cuts[key] = self._frame(place, end)
        return found

    def _frame(self, place: int, end: int) -> Message:
        encoded = [msgspec.Raw(each) for each in self._encoded[place:end]]
        return Message(protocol.encode(_ChatHistory(encoded)))

    def _trim(self) -> None:
        """Let go of the oldest block when there is too much."""
        count = len(self._seqs)
        if count < HISTORY_LIMIT + BLOCK or (
            count < RETAINED + BLOCK and self._size_bytes <= RETAINED_BYTES
        ):
            return
        block_end = self._seqs[0] + -self._seqs[0] % BLOCK
        end = bisect_right(self._seqs, block_end)
        self._size_bytes -= sum(map(len, self._encoded[:end]))
        del self._seqs[:end], self._encoded[:end]
        self._blocks.pop(block_end, None)
        self.after = block_end
