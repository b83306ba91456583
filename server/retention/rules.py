"""How long each kind of data is kept: never for ever. A programme may choose other numbers than these.

docs/retention.md says in words what each kind holds and from when its days are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

LONGEST_DAYS = 3650

Days = Annotated[int, Meta(ge=1, le=LONGEST_DAYS)]


class Kind(StrEnum):
    """A kind of data that people leave in a space."""

    CHAT = "chat"
    """Messages, from when each was sent; with them their reactions."""
    SEALED = "sealed"
    """The words of deleted, edited and refused messages, and deleted and refused files, from then on."""
    BOARD = "board"
    """A page, from when something was last drawn on it."""
    FILES = "files"
    """From when each was added."""
    POLLS = "polls"
    """Polls and their votes, from when the poll was made."""
    LESSONS = "lessons"
    """Lessons that are over, and who was in them, from their planned end."""
    REPORTS = "reports"
    """Reports to the safeguarding leads with their snapshots, from when each was made."""


DEFAULT_DAYS: Mapping[Kind, int] = {
    Kind.CHAT: 365,
    Kind.SEALED: 90,
    Kind.BOARD: 365,
    Kind.FILES: 365,
    Kind.POLLS: 365,
    Kind.LESSONS: 730,
    Kind.REPORTS: 1095,
}


def days_for(chosen: Mapping[Kind, int]) -> dict[Kind, int]:
    """How many days each kind is kept, where a programme has chosen some."""
    return {kind: chosen.get(kind, usual) for kind, usual in DEFAULT_DAYS.items()}
