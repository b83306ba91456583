"""The agreement between the schools of a partnership: its versions, and each school's yes to one of them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import User
from server.db import Identified, enum_column


class VersionStatus(StrEnum):
    PROPOSED = "proposed"
    """Waits for each school to agree with the text, and then for each headteacher to sign."""
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    """A later version came into force, or was proposed before this one was signed by all."""
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """A headteacher took their signature back."""


class AgreementVersion(Identified):
    """One text of the agreement. It is never changed: an amendment is a new version."""

    __tablename__ = "agreement_version"
    __table_args__ = (UniqueConstraint("partnership_id", "number"),)

    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id", ondelete="CASCADE"))
    number: Mapped[int]
    """1, 2, 3 ... within the partnership."""
    text: Mapped[dict[str, Any]] = mapped_column(JSON)
    """A `server.agreements.rules.AgreementText`."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the text, in hexadecimal: what a signature is for."""
    status: Mapped[VersionStatus] = mapped_column(enum_column(VersionStatus), default=VersionStatus.PROPOSED)
    review_on: Mapped[date]
    expires_on: Mapped[date]
    """The last day it is in force."""
    proposed_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    in_force_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    assents: Mapped[list[Assent]] = relationship(lazy="raise", order_by="Assent.given_at")


class AssentKind(StrEnum):
    AGREED = "agreed"
    """The school agrees with the text: said by who coordinates there, or its headteacher."""
    SIGNED = "signed"
    """The headteacher signed, with the password entered again."""


class Assent(Identified):
    """A school's yes to one version."""

    __tablename__ = "assent"
    __table_args__ = (UniqueConstraint("version_id", "school_id", "kind"),)

    version_id: Mapped[UUID] = mapped_column(
        ForeignKey("agreement_version.id", ondelete="CASCADE")
    )
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[AssentKind] = mapped_column(enum_column(AssentKind))
    given_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    """Of the text that was on the page."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)

    user: Mapped[User] = relationship(lazy="raise")
