"""The partnership record: which schools are tied to which, and in what state. See docs/partnerships.md."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import User
from server.agreements.models import AgreementVersion, VersionStatus
from server.db import Identified, enum_column
from server.programmes.models import Programme
from server.schools.models import School


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
    agreements: Mapped[list[AgreementVersion]] = relationship(
        lazy="raise", viewonly=True, order_by=AgreementVersion.number,
        primaryjoin=lambda: and_(
            AgreementVersion.partnership_id == Partnership.id,
            AgreementVersion.status.in_([VersionStatus.PROPOSED, VersionStatus.IN_FORCE]),
        ),
    )
    """The version in force and the one proposed: at most one of each."""


class MemberRole(StrEnum):
    LEAD = "lead"
    PARTNER = "partner"
    NETWORK = "network"


class MemberStatus(StrEnum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
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
    """When it left, or declined."""
    mentor_id: Mapped[UUID | None] = mapped_column(ForeignKey("school.id"), default=None)
    """The member school that a network school hosts with."""

    school: Mapped[School] = relationship(lazy="raise", foreign_keys=[school_id])


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


class RequestStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class JoinRequest(Identified):
    """A school asks to join a cluster; the coordinator decides."""

    __tablename__ = "join_request"
    __table_args__ = (
        # One open request a school and cluster.
        Index("uq_join_request_open", "partnership_id", "school_id", unique=True,
              sqlite_where=text("status = 'open'"), postgresql_where=text("status = 'open'")),
    )

    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    message: Mapped[str] = mapped_column(String(1000))
    status: Mapped[RequestStatus] = mapped_column(enum_column(RequestStatus), default=RequestStatus.OPEN)
    answer: Mapped[str] = mapped_column(String(500), default="")
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None] = mapped_column(default=None)

    school: Mapped[School] = relationship(lazy="raise")


class Duty(StrEnum):
    """A part of the coordinator's role that can be handed to somebody."""

    INVITE_SCHOOLS = "invite_schools"
    OPEN_SPACES = "open_spaces"
    RUN_LESSONS = "run_lessons"
    MANAGE_GRANT = "manage_grant"
    REVIEW = "review"


class Delegation(Identified):
    """A duty of the coordinator in the hands of another member of staff, until a moment."""

    __tablename__ = "delegation"

    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    duty: Mapped[Duty] = mapped_column(enum_column(Duty))
    granted_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    granted_at: Mapped[datetime]
    until: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)

    user: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])


class VisitRole(StrEnum):
    ADVISER = "adviser"
    """Of a programme's office: observes and advises."""
    GUEST = "guest"
    """An author, a parent, an engineer: comes to one project with a teacher."""


class Visit(Identified):
    """An invitation to somebody who does not belong by school, class or office, between two moments."""

    __tablename__ = "visit"

    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    space_id: Mapped[UUID | None] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), default=None)
    """Only to this space; None, which is for advisers, to every space of the partnership."""
    role: Mapped[VisitRole] = mapped_column(enum_column(VisitRole))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    invited_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)

    user: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])
