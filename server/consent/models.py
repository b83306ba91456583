"""What was agreed to for a student, and who has accepted the ground rules (docs/consent.md)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Identified, Model, enum_column


class ConsentKind(StrEnum):
    """What is asked for a student. Without an entry the answer is no."""

    CAMERA = "camera"
    VOICE = "voice"
    RECORDING = "recording"
    PUBLICATION = "publication"
    MACHINE_TRANSLATION = "machine_translation"
    """That a third party's machine translates what they write."""


class Giver(StrEnum):
    """Who said yes or no, in words: their name is on the school's paper and not here."""

    PARENT = "parent"
    """A parent or guardian."""
    SCHOOL = "school"
    """The school itself, where the law of its country lets it."""
    STUDENT = "student"
    """The student, where old enough to say it."""


class Consent(Identified):
    """A yes or a no. A new answer ends the one before, which stays as it was: nothing is taken out."""

    __tablename__ = "consent"
    __table_args__ = (
        # One answer at a time for a student and a kind.
        Index("uq_consent_now", "user_id", "kind", unique=True,
              sqlite_where=text("until IS NULL"), postgresql_where=text("until IS NULL")),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(enum_column(ConsentKind))
    given: Mapped[bool]
    giver: Mapped[Giver] = mapped_column(enum_column(Giver))
    paper: Mapped[str] = mapped_column(String(80), default="")
    """Where the school keeps the form: a number, a folder."""
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    since: Mapped[datetime]
    until: Mapped[datetime | None] = mapped_column(default=None)
    """When another answer came; None for the one that holds."""


class GroundRulesAccepted(Model):
    """A person has said yes to a version of the ground rules."""

    __tablename__ = "ground_rules_accepted"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    wording: Mapped[str] = mapped_column(String(12))
    """Which words they were shown (`server.consent.ground_rules.Wording`)."""
    accepted_at: Mapped[datetime]
