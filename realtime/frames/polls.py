"""Polls and quick quizzes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, field

from realtime.frames import AsId, Frame, Record, Ref

Place = Annotated[int, Meta(ge=0, le=10)]
Picks = Annotated[list[Place], Meta(max_length=10)]
Word = Annotated[str, Meta(max_length=100)]
Option = Annotated[str, Meta(max_length=300)]


class PollKind(StrEnum):
    SINGLE = "single"
    """One of the options."""
    MULTIPLE = "multiple"
    """Any of the options."""
    SCALE = "scale"
    """1 to 5."""
    WORDS = "words"
    """Up to three words of one's own."""


class PollStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    REVEALED = "revealed"


class PollMove(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    REVEALED = "revealed"


# --- parts


class PollCount(Record):
    """How often one answer was given: a number for each school of `PollResults.schools`, or one for all."""

    counts: list[int]
    word: str = ""
    """Of a word cloud."""
    held: bool = False
    """The filter held it back: only those who run the room are shown it."""


class PollResults(Record):
    """How everyone answered, options and scales in their order, words by how many wrote them.

    Without `schools` they are not told apart: every list of numbers has one, for all.
    """

    schools: list[UUID]
    voters: list[int]
    counts: list[PollCount]


class PollInfo(Record):
    """A poll as this person may see it now."""

    id: UUID
    kind: PollKind
    status: PollStatus
    question: str
    options: list[str]
    low: str
    """What 1 of a scale means."""
    high: str
    """What 5 of a scale means."""
    is_quiz: bool
    """Some options are right."""
    created_at: datetime
    right: list[int] | None = None
    """The places of the right options. Students are told when it is revealed."""
    results: PollResults | None = None
    """None: they are not shown now."""


class PollAnswer(Record):
    """How this person has answered: places of options from 0, a number of a scale from 1, or words."""

    poll_id: UUID
    picks: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    as_id: AsId = None
    """Who has answered so, when it was not the one who signed in first at this device."""


# --- from the client


class PollCreate(Frame, tag="poll.create"):
    """Ask something. Sending the same `poll_id` again changes nothing and is answered alike."""

    ref: Ref
    poll_id: UUID
    """Chosen by the client."""
    kind: PollKind
    question: Annotated[str, Meta(max_length=600)]
    options: Annotated[list[Option], Meta(max_length=10)] = field(default_factory=list)
    low: Word = ""
    high: Word = ""
    right: Picks | None = None
    """Makes it a quiz."""
    is_open: bool = False
    """Students may answer at once."""


class PollSet(Frame, tag="poll.set"):
    """Open a poll, close it or reveal its results. To where it is already, it stays."""

    ref: Ref
    poll_id: UUID
    to: PollMove


class PollDelete(Frame, tag="poll.delete"):
    """Delete a poll and its answers, for good."""

    ref: Ref
    poll_id: UUID


class PollVote(Frame, tag="poll.vote"):
    """Answer an open poll, or change the answer."""

    ref: Ref
    poll_id: UUID
    picks: Picks = field(default_factory=list)
    words: Annotated[list[Word], Meta(max_length=3)] = field(default_factory=list)
    as_id: AsId = None


# --- from the server


class PollList(Frame, tag="poll.list"):
    """The polls of the room, the newest last, and how this person has answered: whole, it replaces what the
    page knows. After entering, and when what this person may do here has changed."""

    polls: list[PollInfo]
    mine: list[PollAnswer]


class PollState(Frame, tag="poll.state"):
    """A poll as this person may see it: whole, when it is new or has changed."""

    poll: PollInfo


class PollMine(Frame, tag="poll.mine"):
    """How this person has answered one poll, on whichever of their pages."""

    answer: PollAnswer


class PollGone(Frame, tag="poll.gone"):
    """A poll was deleted."""

    poll_id: UUID


PollClientFrame = PollCreate | PollSet | PollDelete | PollVote
PollServerFrame = PollList | PollState | PollMine | PollGone
