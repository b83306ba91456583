"""Devices that several people share: who is at one together, and the devices of a class-room."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Identified, Model


class SessionCompanion(Model):
    """A student who is at the device of another one, by their own pictures, until that sign-in is over."""

    __tablename__ = "session_companion"

    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("login_session.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime]


class ClassroomDevice(Identified):
    """A tablet that stands in a class-room. Its cookie holds a random token; only its hash is stored.

    It is one until `revoked_at`, and while its class is not archived.
    """

    __tablename__ = "classroom_device"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    """As it stands on a sticker on its back: "Tablet 3"."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token, in hexadecimal."""
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)
    """When somebody last signed in there."""
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
