"""People, how they prove who they are, and where they are signed in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.db import Identified, Model, enum_column
from server.schools.models import School


class UserKind(StrEnum):
    STUDENT = "student"
    STAFF = "staff"


class User(Identified):
    """A person at a school: a student known by an alias, or a member of staff with an e-mail address."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint("kind = 'staff' OR email IS NULL", name="students_have_no_email"),
        Index("uq_user_account_external", "school_id", "external_id", unique=True),
    )

    kind: Mapped[UserKind] = mapped_column(enum_column(UserKind))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    """What partners see: a student's alias, a member of staff's name."""
    given_name: Mapped[str] = mapped_column(String(80), default="")
    """A student's first name, for the staff of their own school only; never a surname."""
    external_id: Mapped[str | None] = mapped_column(String(255), default=None)
    """Their id in the school's own system (OneRoster's sourcedId)."""
    avatar: Mapped[str] = mapped_column(String(24), default="")
    """A student's animal, as a slug; empty for staff."""
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    """In lower case; staff only."""
    secret_hash: Mapped[str | None] = mapped_column(String(160))
    """Argon2id of the password, or of the student's three pictures joined by "-"."""
    verified_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the person's own school confirmed them (staff)."""
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)

    school: Mapped[School] = relationship(lazy="raise")


class StaffRole(StrEnum):
    TEACHER = "teacher"
    HEADTEACHER = "headteacher"
    ADMINISTRATOR = "administrator"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    PROGRAMME_OFFICER = "programme_officer"
    """At an office: edits its programmes, registers and verifies schools."""
    ADVISER = "adviser"
    """At an office: observes and advises in partnerships that invite them."""


class StaffPost(Identified):
    """A role that a member of staff holds at their school; one person may hold several."""

    __tablename__ = "staff_post"
    __table_args__ = (UniqueConstraint("user_id", "role"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    role: Mapped[StaffRole] = mapped_column(enum_column(StaffRole))


class LoginSession(Identified):
    """One sign-in on one device. The cookie holds a random token; only its hash is stored."""

    __tablename__ = "login_session"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token, in hexadecimal."""
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    device: Mapped[str] = mapped_column(String(80), default="")
    """Browser and system in words, for the list a person sees."""
    signed_in_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime | None] = mapped_column(default=None)
    """On a device of a class-room: the latest end. A touch moves `expires_at` on, up to here."""
    device_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("classroom_device.id"), index=True, default=None
    )
    """The device of a class-room that it is on."""


class WelcomeLink(Identified):
    """Lets a member of staff choose a password, once: a new account, or a forgotten password."""

    __tablename__ = "welcome_link"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token in the link, in hexadecimal."""
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SignInTries(Model):
    """How many sign-ins failed for one account or one network address in one window of time."""

    __tablename__ = "sign_in_tries"

    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    """`account:<id>`, or `address:<hash>`: addresses are not stored in clear."""
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    failures: Mapped[int]
