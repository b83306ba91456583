"""Polls and quick quizzes."""

from __future__ import annotations

from uuid import UUID

from realtime.frames import Frame, Ref


class PollVote(Frame, tag="poll.vote"):
    """Answer a poll."""

    ref: Ref
    poll_id: UUID


class PollState(Frame, tag="poll.state"):
    """A poll as this person may see it."""

    poll_id: UUID


PollClientFrame = PollVote
PollServerFrame = PollState
