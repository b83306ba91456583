"""Whether a message goes out or waits for an adult. Pure; docs/safeguarding.md says it in words."""

from __future__ import annotations

import msgspec

from server.accounts.models import UserKind
from server.safeguarding import filter as chat_filter
from server.safeguarding.filter import Finding, Reason
from server.spaces.models import ChatMode, SpaceKind


class Room(msgspec.Struct, frozen=True):
    """What about a space matters to its chat."""

    mode: ChatMode
    kind: SpaceKind = SpaceKind.PROJECT
    is_lesson: bool = False
    """A lesson is live in it."""
    works_alone: bool = False
    """Outside lessons its students may write without an adult there."""

    @property
    def effective_mode(self) -> ChatMode:
        """The mode that counts now: a staff room is open, and who works alone is read first.

        Nobody chooses an open chat where students work alone (`server.safeguarding.moderation.set_mode`).
        """
        if self.kind is SpaceKind.STAFF_ROOM:
            return ChatMode.OPEN
        if self.works_alone and not self.is_lesson and self.mode is ChatMode.FILTERED:
            return ChatMode.STUDENTS_HELD
        return self.mode


def screen(text: str, room: Room, author: UserKind, *, may_moderate: bool) -> list[Finding] | None:
    """What a message waits for; None: it goes out.

    Args:
        may_moderate: the author decides on held messages themselves. Theirs never wait: they would only let
            their own words through.
    """
    mode = room.effective_mode
    is_student = author is UserKind.STUDENT
    if mode is ChatMode.OPEN or may_moderate or not (is_student or mode is ChatMode.ALL_HELD):
        return None
    found = chat_filter.find(text)
    if mode is ChatMode.FILTERED:
        return found or None
    return [Finding(Reason.MODE), *found]
