"""Pages of a space: those of its board, and its notes.

A page is one Yjs document, kept as a log of updates with a snapshot now and then. Of notes, versions are kept
too: how they were before something was changed.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Identified, Model, enum_column


class PageKind(StrEnum):
    BOARD = "board"
    NOTES = "notes"
    """A text. Each space has one."""


class VersionReason(StrEnum):
    CHANGED = "changed"
    """Kept before a change, some minutes after the version before."""
    CLEARED = "cleared"
    """Kept before somebody deleted a good part of it."""
    LESSON = "lesson"
    """Kept when a lesson ended."""
    RESTORE = "restore"
    """Kept before an adult brought an older version back."""


class Board(Identified):
    """A page of a space's board, or its notes. Pages of the board: `server.boards.pages`."""

    __tablename__ = "board"
    __table_args__ = (
        Index("uq_board_notes", "space_id", unique=True,
              sqlite_where=text("kind = 'notes'"), postgresql_where=text("kind = 'notes'")),
    )

    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    last_seq: Mapped[int] = mapped_column(default=0)
    """The number of the newest update in the page's log."""
    drawn_at: Mapped[datetime | None] = mapped_column(default=None)
    """When something was last stored; None: nothing yet."""
    kind: Mapped[PageKind] = mapped_column(
        enum_column(PageKind), default=PageKind.BOARD, server_default=PageKind.BOARD.value
    )
    is_prepared: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Students do not see it until staff show it, or a step of a lesson begins with it."""
    removed_at: Mapped[datetime | None] = mapped_column(default=None)
    """When staff took it away; they can bring it back."""


class BoardUpdate(Model):
    """One stored Yjs update (V1 encoding). `seq` counts the page's updates 1, 2, 3 ... without a gap."""

    __tablename__ = "board_update"

    board_id: Mapped[UUID] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime]


class BoardSnapshot(Model):
    """The page as it was after update `upto_seq`: loading starts here."""

    __tablename__ = "board_snapshot"

    board_id: Mapped[UUID] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    upto_seq: Mapped[int]
    state: Mapped[bytes] = mapped_column(LargeBinary)
    """The whole document as one Yjs update (V1)."""


class BoardWriter(Model):
    """Which person a Yjs client id on a page belongs to. Bound at first use, for good."""

    __tablename__ = "board_writer"

    board_id: Mapped[UUID] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    client_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))


class NoteVersion(Model):
    """The notes as they were after update `seq`."""

    __tablename__ = "note_version"

    board_id: Mapped[UUID] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[bytes] = mapped_column(LargeBinary)
    """The whole document as one Yjs update (V1), compressed (zlib)."""
    at: Mapped[datetime]
    """When its last change was stored."""
    made_at: Mapped[datetime]
    """When it was kept: before the next change, which may be days later."""
    reason: Mapped[VersionReason] = mapped_column(enum_column(VersionReason))


class NoteVersionAuthor(Model):
    """Who changed the notes between the version before and this one."""

    __tablename__ = "note_version_author"

    board_id: Mapped[UUID] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class NoteEditor(Model):
    """Who changed the notes since their newest version, as far as the log has been made shorter since."""

    __tablename__ = "note_editor"

    board_id: Mapped[UUID] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
