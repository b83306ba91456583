"""Mail that waits to be sent. docs/decisions/calendars-and-mail.md says why it waits in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Identified


class OutgoingMail(Identified):
    """A mail to one person, written with the act that it tells of.

    It holds no address and no sentence: both are looked up when it is sent, in the language of that day.
    """

    __tablename__ = "outgoing_mail"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    """A `server.mail.letters.Kind`."""
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    calendar: Mapped[str] = mapped_column(Text, default="")
    """An iCalendar object that goes with it, without organizer and attendee; empty: none."""
    made_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it is tried next; None when it is sent or given up."""
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    """Until then a node has it in hand, and no other one touches it."""
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
