"""Where a browser takes messages for a person while no page is open (web push, RFC 8030)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Identified


class PushSubscription(Identified):
    """One browser of one member of staff."""

    __tablename__ = "push_subscription"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[str] = mapped_column(String(1000))
    """An address at the browser's maker, checked when it is stored and again when it is used."""
    endpoint_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 in hexadecimal: a browser that signs in anew belongs to the new person alone."""
    p256dh: Mapped[str] = mapped_column(String(120))
    """The browser's public key, base64url: only that browser can read what is sent."""
    auth: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(8), default="en")
    """Of the page that subscribed: what is shown is shown in it."""
    made_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    """In a row; after some the subscription is dropped."""
