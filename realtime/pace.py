"""How fast one person may send. Who is faster is read more slowly; nothing is thrown away.

A frame has a price, by the work it makes: a cursor costs 1, entering a space 40. All pages of a person
share one purse, so that opening more of them buys nothing.
"""

from __future__ import annotations

import asyncio
import time

from realtime import board_wire, protocol
from realtime.frames import groups, lesson, moderation, notes, polls, supervision

FRAMES_PER_S = 120.0
FRAMES_BURST = 240.0
BYTES_PER_S = 512 * 1024.0
BYTES_BURST = 2 * 1024 * 1024.0

_PRICES: dict[type[protocol.Frame], float] = {
    protocol.SpaceJoin: 40,
    protocol.BoardOpen: 20,
    protocol.MediaPublish: 20,
    protocol.MediaWatch: 20,
    protocol.ChatPost: 20,
    protocol.ChatEdit: 20,
    protocol.ChatDelete: 20,
    protocol.ChatReact: 20,
    protocol.ChatPin: 20,
    moderation.HelpAsk: 20,
    moderation.ModerationApprove: 10,
    moderation.ModerationRefuse: 10,
    moderation.ChatSetMode: 20,
    notes.NotesRestore: 40,
    groups.GroupsMix: 40,
    groups.GroupsArrange: 40,
    groups.GroupsMove: 20,
    groups.GroupsOpen: 40,
    groups.GroupsClose: 40,
    groups.GroupsAnnounce: 40,
    polls.PollVote: 20,
    polls.PollCreate: 20,
    polls.PollSet: 20,
    polls.PollDelete: 20,
    lesson.HandRaise: 20,
    lesson.HandLower: 20,
    lesson.LessonLobby: 40,
    lesson.LessonStart: 40,
    lesson.LessonHold: 20,
    lesson.LessonResume: 20,
    lesson.LessonEnd: 40,
    lesson.HandLowerAll: 20,
    lesson.RoomLock: 20,
    lesson.PersonMute: 20,
    lesson.PersonSilence: 20,
    lesson.MuteAll: 20,
    lesson.SpotlightSet: 20,
    lesson.TimerSet: 20,
    lesson.StepBegin: 20,
    lesson.StepEnd: 20,
    lesson.PageBring: 20,
    supervision.SupervisionLetIn: 20,
}
"""What a frame costs beyond 1: six messages a second, and twelve at once, are more than anyone writes."""

_ASKING_FOR_A_BOARD = bytes((board_wire.SYNC, board_wire.STEP_1))
_WHOLE_BOARD_PRICE = 20.0


def price_of(message: protocol.Frame | bytes | None) -> float:
    """What a message costs, once it is known what it is. None: it was not understood."""
    if isinstance(message, bytes):
        return _WHOLE_BOARD_PRICE if message.startswith(_ASKING_FOR_A_BOARD) else 0
    return _PRICES.get(type(message), 0) if message is not None else 0


class Pace:
    """Two token buckets, frames and bytes. One browser that draws, points and writes stays far below."""

    __slots__ = ("_at", "_bytes", "_frames")

    def __init__(self) -> None:
        self._frames = FRAMES_BURST
        self._bytes = BYTES_BURST
        self._at = time.monotonic()

    def charge(self, price: float) -> None:
        """Take the price of a frame that was worth more than 1; the next one may have to wait for it."""
        self._frames -= price

    def spend(self, size_bytes: int) -> bool:
        """Account for one frame if there is enough for it. Returns whether that was so."""
        self._refill()
        if self._frames < 1 or self._bytes < size_bytes:
            return False
        self._frames -= 1
        self._bytes -= size_bytes
        return True

    async def wait(self, size_bytes: int) -> None:
        """Account for one frame; wait when the bucket is empty, which leaves the rest in the network."""
        self._refill()
        self._frames -= 1
        self._bytes -= size_bytes
        debt_s = max(-self._frames / FRAMES_PER_S, -self._bytes / BYTES_PER_S)
        if debt_s > 0:
            await asyncio.sleep(debt_s)

    def _refill(self) -> None:
        now = time.monotonic()
        passed, self._at = now - self._at, now
        self._frames = min(FRAMES_BURST, self._frames + passed * FRAMES_PER_S)
        self._bytes = min(BYTES_BURST, self._bytes + passed * BYTES_PER_S)
