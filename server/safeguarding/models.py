"""What keeps people safe: messages that wait, reports, and who was sent out (docs/safeguarding.md)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import User
from server.db import Identified, Model, enum_column


class Removal(Identified):
    """A person was sent out of a space, until a moment or until an adult lets them in again.

    It counts while `lifted_at` is None and `until` is None or still to come.
    """

    __tablename__ = "removal"
    __table_args__ = (Index("ix_removal_space_id_user_id", "space_id", "user_id"),)

    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    reason_code: Mapped[str] = mapped_column(String(40))
    removed_at: Mapped[datetime]
    until: Mapped[datetime | None] = mapped_column(default=None)
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)
    lifted_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), default=None
    )


class HeldState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class HeldMessage(Identified):
    """A message that waits for an adult, or was decided on. Nobody but its author and adults sees it."""

    __tablename__ = "held_message"
    __table_args__ = (
        UniqueConstraint("space_id", "author_id", "client_id"),
        Index("ix_held_message_space_id_state", "space_id", "state", "created_at"),
    )

    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(String(2000))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What it was held for: codes, and where in the text (`server.safeguarding.filter.Finding`)."""
    post: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What else belongs to the message, as `server.chat.service` needs it to say it later."""
    created_at: Mapped[datetime]
    state: Mapped[HeldState] = mapped_column(enum_column(HeldState), default=HeldState.WAITING)
    decided_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), default=None
    )
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    message_id: Mapped[UUID | None] = mapped_column(default=None)
    """The message that it became."""

    author: Mapped[User] = relationship(lazy="raise", foreign_keys=[author_id])


class ReportKind(StrEnum):
    MESSAGE = "message"
    FILE = "file"
    BOARD = "board"
    PERSON = "person"


class Report(Identified):
    """Somebody told the safeguarding leads about something. It outlives the space and what it is about."""

    __tablename__ = "report"

    space_id: Mapped[UUID | None] = mapped_column(ForeignKey("space.id", ondelete="SET NULL"), index=True)
    partnership_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("partnership.id", ondelete="SET NULL"), index=True
    )
    reporter_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), index=True
    )
    about_user_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), index=True
    )
    """Who it is about; None where that cannot be known, as for an object on the board."""
    kind: Mapped[ReportKind] = mapped_column(enum_column(ReportKind))
    subject_id: Mapped[UUID]
    """The message, file, board page or person."""
    element_id: Mapped[str] = mapped_column(String(80), default="")
    """The object on the board page."""
    reason_code: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(String(1000), default="")
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    """How things stood at that moment (`server.safeguarding.snapshots`)."""
    reported_at: Mapped[datetime]


class ReportReceipt(Model):
    """A report as one school has it: whether somebody there has taken it up, and how it was closed."""

    __tablename__ = "report_receipt"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(
        ForeignKey("school.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    has_lead: Mapped[bool] = mapped_column(default=True)
    """False: the school had no safeguarding lead when the report came, so its head has it."""
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    acknowledged_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), default=None
    )
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the school was told that it is overdue."""
    note: Mapped[str] = mapped_column(String(2000), default="")
    """What was done, in the words of who closed it."""
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), default=None
    )

    report: Mapped[Report] = relationship(lazy="raise")
    acknowledged_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[acknowledged_by_id])
    closed_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[closed_by_id])
