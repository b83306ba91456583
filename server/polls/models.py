"""Polls and the answers to them. What they mean: docs/polls.md."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Identified, Model, enum_column


class PollKind(StrEnum):
    SINGLE = "single"
    """One of the options."""
    MULTIPLE = "multiple"
    """Any of the options."""
    SCALE = "scale"
    """1 to 5, with words at both ends."""
    WORDS = "words"
    """Up to three words of one's own: a word cloud."""


class PollStatus(StrEnum):
    DRAFT = "draft"
    """Prepared; students do not see it."""
    OPEN = "open"
    """Students answer. How they answered is seen only by those who run the room."""
    CLOSED = "closed"
    """Nobody answers any more, and students do not see the results."""
    REVEALED = "revealed"
    """Nobody answers any more, and everyone sees the results."""


class Poll(Identified):
    """A question to everyone in a space."""

    __tablename__ = "poll"
    __table_args__ = (Index("ix_poll_space_created", "space_id", "created_at"),)

    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    lesson_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("lesson.id", ondelete="SET NULL"), default=None, index=True
    )
    """The lesson that ran when it was made, else the one that ran when it was opened."""
    kind: Mapped[PollKind] = mapped_column(enum_column(PollKind))
    status: Mapped[PollStatus] = mapped_column(enum_column(PollStatus))
    question: Mapped[str] = mapped_column(String(300))
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    low: Mapped[str] = mapped_column(String(40), default="")
    """What 1 of a scale means."""
    high: Mapped[str] = mapped_column(String(40), default="")
    """What 5 of a scale means."""
    right_options: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True), default=None)
    """Of a quiz: the places of the right options, from 0. None: it is no quiz."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows by one with every change and with every answer."""
    created_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), default=None, index=True
    )
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    """First."""
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    """Last; None while it is open or was never open."""


class Vote(Model):
    """How one person answered: one row each, changed while the poll is open."""

    __tablename__ = "poll_vote"

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"))
    """As they voted."""
    choice: Mapped[dict[str, Any]] = mapped_column(JSON)
    """A `server.polls.rules.Choice`."""
    at: Mapped[datetime]
