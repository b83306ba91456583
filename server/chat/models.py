"""What was said in a space, and what became of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import User
from server.chat.rules import search_text
from server.db import Identified, Model, enum_column


class ReactionKind(StrEnum):
    """A small fixed set, so that nobody is told anything rude by a picture."""

    THUMBS_UP = "thumbs_up"
    HEART = "heart"
    LAUGH = "laugh"
    SURPRISE = "surprise"
    QUESTION = "question"
    CLAP = "clap"


def _own_seq(context: Any) -> int:
    return context.get_current_parameters()["seq"]


def _as_looked_for(context: Any) -> str:
    return search_text(context.get_current_parameters()["text"])


class ChatMessage(Identified):
    """A message. `seq` is its place in the space; `client_id` makes sending it again harmless.

    One that is deleted keeps its row: its words are in `FormerText` then, and nowhere else.
    """

    __tablename__ = "chat_message"
    __table_args__ = (
        UniqueConstraint("space_id", "seq"),
        UniqueConstraint("space_id", "author_id", "client_id"),
        Index("ix_chat_message_changed", "space_id", "changed_seq"),
    )

    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    seq: Mapped[int]
    changed_seq: Mapped[int] = mapped_column(default=_own_seq)
    """The number of its latest change; of a message that never changed, its `seq`."""
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(String(2000))
    search_text: Mapped[str] = mapped_column(Text, default=_as_looked_for)
    """The text as it is looked for (`rules.search_text`)."""
    sent_at: Mapped[datetime]
    reply_to_id: Mapped[UUID | None] = mapped_column(default=None, index=True)
    """The message that a thread begins with, of the same space; it is no reply itself. It may have gone with
    its author's account since."""
    edited_at: Mapped[datetime | None] = mapped_column(default=None)
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)
    deleted_by_id: Mapped[UUID | None] = mapped_column(default=None)
    """Their account may have gone since."""
    pinned_at: Mapped[datetime | None] = mapped_column(default=None)
    announced: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Said by an adult to the space and all of its groups at once (docs/groups.md)."""

    author: Mapped[User] = relationship(lazy="raise", foreign_keys=[author_id])


class ChatReaction(Model):
    """One person's reaction of one kind to a message."""

    __tablename__ = "chat_reaction"

    message_id: Mapped[UUID] = mapped_column(
        ForeignKey("chat_message.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[ReactionKind] = mapped_column(enum_column(ReactionKind), primary_key=True)
    reacted_at: Mapped[datetime]


class FormerText(Identified):
    """What a message said before it was edited or deleted: sealed, for safeguarding leads alone."""

    __tablename__ = "chat_former_text"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("chat_message.id", ondelete="CASCADE"), index=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(2000))
    replaced_at: Mapped[datetime]
