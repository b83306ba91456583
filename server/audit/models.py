"""The record of who did what to the records. Written once; the database itself refuses to change it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Model


class AuditEntry(Model):
    """One act. Ids are kept without foreign keys: the entry outlives what it speaks of.

    It holds ids and the values of records, never a name, a message or a password.
    """

    __tablename__ = "audit_entry"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """1, 2, 3 ... without a gap."""
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    """None: the server itself did it, by a rule."""
    actor_school_id: Mapped[UUID | None]
    act: Mapped[str] = mapped_column(String(60), index=True)
    """`partnership.suspend`, `agreement.sign`: the noun is the kind of the subject."""
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    school_id: Mapped[UUID | None] = mapped_column(index=True)
    """The school it is about."""
    partnership_id: Mapped[UUID | None] = mapped_column(index=True)
    """The partnership it is about: its timeline."""
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 over this entry and the hash of the one before (`server.audit.chain`)."""


class AuditHead(Model):
    """The end of the chain: one row, locked by whoever appends."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
