"""What was said in a space."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import User
from server.db import Identified


class ChatMessage(Identified):
    """A message. `seq` is its place in the space; `client_id` makes sending it again harmless."""

    __tablename__ = "chat_message"
    __table_args__ = (
        UniqueConstraint("space_id", "seq"),
        UniqueConstraint("space_id", "author_id", "client_id"),
    )

    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    seq: Mapped[int]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(String(2000))
    sent_at: Mapped[datetime]

    author: Mapped[User] = relationship(lazy="raise")
