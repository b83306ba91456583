"""Files of a space. The row is the truth: what lies in the store without one is garbage (`rounds.sweep`)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import User
from server.db import Identified, enum_column


class FileState(StrEnum):
    WAITING = "waiting"
    """For an adult, for the virus scanner, or for both."""
    SHOWN = "shown"
    REFUSED = "refused"
    """By an adult, or because the scanner found something later."""
    DELETED = "deleted"
    """Gone for everyone; sealed for safeguarding leads until it is purged."""


class Scan(StrEnum):
    NONE = "none"
    """There is no scanner."""
    WAITING = "waiting"
    """There is one, and it did not answer."""
    CLEAN = "clean"
    INFECTED = "infected"
    """Its content was deleted at once."""


class StoredFile(Identified):
    """A file that somebody added to a space."""

    __tablename__ = "stored_file"
    __table_args__ = (
        Index("ix_stored_file_space_id_created_at", "space_id", "created_at"),
        Index("ix_stored_file_uploader_id_created_at", "uploader_id", "created_at"),
    )

    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    uploader_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    lesson_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("lesson.id", ondelete="SET NULL"), index=True, default=None
    )
    """The lesson that ran when it was added."""
    key: Mapped[str] = mapped_column(String(32), unique=True)
    """Its name in the store: random, never anything that a person typed."""
    name: Mapped[str] = mapped_column(String(120))
    """As it is shown (`rules.clean_name`)."""
    media_type: Mapped[str] = mapped_column(String(80))
    """What it is, by its content."""
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    """Of what is stored, in hexadecimal."""
    width: Mapped[int | None] = mapped_column(default=None)
    height: Mapped[int | None] = mapped_column(default=None)
    has_thumbnail: Mapped[bool] = mapped_column(default=False)
    state: Mapped[FileState] = mapped_column(enum_column(FileState))
    scan: Mapped[Scan] = mapped_column(enum_column(Scan))
    needs_adult: Mapped[bool] = mapped_column(default=False)
    """An adult has to show it first, and none has."""
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), default=None
    )
    """The adult who showed or refused it."""
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)
    deleted_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), default=None
    )

    uploader: Mapped[User] = relationship(lazy="raise", foreign_keys=[uploader_id])
