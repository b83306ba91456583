"""First contact between two schools: a request, and the conversation of their staff about it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import User
from server.db import Identified, enum_column
from server.partnerships.models import PartnershipKind, RequestStatus
from server.programmes.models import Programme
from server.schools.models import School


class PartnerRequest(Identified):
    """One school asks another whether they want to work together."""

    __tablename__ = "partner_request"

    from_school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    to_school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    kind: Mapped[PartnershipKind] = mapped_column(enum_column(PartnershipKind))
    offers: Mapped[str] = mapped_column(String(1000))
    """What the asking school brings."""
    looks_for: Mapped[str] = mapped_column(String(1000))
    answer_offers: Mapped[str] = mapped_column(String(1000), default="")
    """What the asked school brings; written with its answer."""
    answer_looks_for: Mapped[str] = mapped_column(String(1000), default="")
    status: Mapped[RequestStatus] = mapped_column(enum_column(RequestStatus), default=RequestStatus.OPEN)
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    partnership_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("partnership.id", ondelete="SET NULL"), default=None
    )
    """The draft that came of it."""

    from_school: Mapped[School] = relationship(lazy="raise", foreign_keys=[from_school_id])
    to_school: Mapped[School] = relationship(lazy="raise", foreign_keys=[to_school_id])
    programme: Mapped[Programme] = relationship(lazy="raise")


class RequestMessage(Identified):
    """Something said about a request, by the staff of one of the two schools."""

    __tablename__ = "request_message"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("partner_request.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    text: Mapped[str] = mapped_column(String(2000))
    sent_at: Mapped[datetime]

    author: Mapped[User] = relationship(lazy="raise")
