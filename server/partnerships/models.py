"""The partnership record: which schools are tied to which, and in what state. See docs/partnerships.md."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import User
from server.db import Identified, enum_column
from server.schools.models import Programme, School


class PartnershipKind(StrEnum):
    ONE_TO_ONE = "one_to_one"
    CLUSTER = "cluster"


class PartnershipStatus(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Partnership(Identified):
    """The record that ties schools together. Every access to its spaces follows from it."""

    __tablename__ = "partnership"

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    kind: Mapped[PartnershipKind] = mapped_column(enum_column(PartnershipKind))
    name: Mapped[str] = mapped_column(String(160))
    status: Mapped[PartnershipStatus] = mapped_column(
        enum_column(PartnershipStatus), default=PartnershipStatus.DRAFT
    )
    status_reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it was suspended or ended, in the words of who did it."""
    status_changed_at: Mapped[datetime]
    created_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship(lazy="raise")
    memberships: Mapped[list[Membership]] = relationship(lazy="raise", order_by="Membership.colour")
    coordinators: Mapped[list[Coordinator]] = relationship(lazy="raise")


class MemberRole(StrEnum):
    LEAD = "lead"
    PARTNER = "partner"
    NETWORK = "network"


class MemberStatus(StrEnum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    LEFT = "left"


class Membership(Identified):
    """A school in a partnership."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("partnership_id", "school_id"),)

    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id", ondelete="CASCADE"))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), index=True)
    role: Mapped[MemberRole] = mapped_column(enum_column(MemberRole))
    status: Mapped[MemberStatus] = mapped_column(enum_column(MemberStatus), default=MemberStatus.INVITED)
    colour: Mapped[int]
    """The school's place in the partnership; its colour is this modulo 8."""
    invited_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    left_at: Mapped[datetime | None] = mapped_column(default=None)

    school: Mapped[School] = relationship(lazy="raise")


class Coordinator(Identified):
    """A member of staff who coordinates: one in a cluster, one at each school in a one-to-one."""

    __tablename__ = "coordinator"
    __table_args__ = (UniqueConstraint("partnership_id", "user_id"),)

    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="raise")


class Ban(Identified):
    """A person who may not be in anything of this partnership."""

    __tablename__ = "ban"
    __table_args__ = (UniqueConstraint("partnership_id", "user_id"),)

    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    banned_at: Mapped[datetime]
