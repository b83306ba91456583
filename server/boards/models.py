"""Board pages. A page is one Yjs document, kept as a log of updates with a snapshot now and then."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Identified, Model


class Board(Identified):
    """A page of a space's board."""

    __tablename__ = "board"

    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    last_seq: Mapped[int] = mapped_column(default=0)
    """The number of the newest update in the page's log."""


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
