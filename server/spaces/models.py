"""Spaces of a partnership, their groups, and which classes are enrolled in them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.accounts.models import User
from server.db import Identified, Model, enum_column
from server.partnerships.models import Partnership


class SpaceKind(StrEnum):
    PROJECT = "project"
    CLUSTER_WIDE = "cluster_wide"
    STAFF_ROOM = "staff_room"


class ChatMode(StrEnum):
    """What happens to a message before it is told (docs/safeguarding.md)."""

    OPEN = "open"
    FILTERED = "filtered"
    """Students' messages with contact details or bad language wait for an adult."""
    STUDENTS_HELD = "students_held"
    ALL_HELD = "all_held"


class Space(Identified):
    """A shared project space of one partnership."""

    __tablename__ = "space"

    partnership_id: Mapped[UUID] = mapped_column(ForeignKey("partnership.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SpaceKind] = mapped_column(enum_column(SpaceKind))
    name: Mapped[str] = mapped_column(String(120))
    last_seq: Mapped[int] = mapped_column(default=0)
    """The number of the newest event in the space; events are numbered 1, 2, 3 ... without a gap."""
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None] = mapped_column(default=None)
    continues_id: Mapped[UUID | None] = mapped_column(ForeignKey("space.id"), default=None)
    """The archived space of the term before that it goes on from."""
    works_alone: Mapped[bool] = mapped_column(default=False)
    """Outside lessons, students may write and draw without an adult there; never sound or picture."""
    chat_mode: Mapped[ChatMode] = mapped_column(enum_column(ChatMode), default=ChatMode.FILTERED)
    """Of a group, that of its parent."""
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("space.id"), index=True, default=None)
    """The space that it is a group of (docs/groups.md); None: it is none. A group has no groups."""
    group_no: Mapped[int | None] = mapped_column(default=None)
    """Its number among the groups that its parent has now; None of one that was replaced by others."""

    partnership: Mapped[Partnership] = relationship(lazy="raise")


class Enrolment(Model):
    """A class that takes part in a space."""

    __tablename__ = "enrolment"

    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), primary_key=True)
    class_id: Mapped[UUID] = mapped_column(
        ForeignKey("school_class.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    enrolled_at: Mapped[datetime]


class GroupMember(Model):
    """A student is, or was, in a group."""

    __tablename__ = "group_member"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class LinkTeacher(Identified):
    """Who answers for a project at one school, by name, for both sides to see."""

    __tablename__ = "link_teacher"
    __table_args__ = (
        # One at a time for a space and school.
        Index("uq_link_teacher_now", "space_id", "school_id", unique=True,
              sqlite_where=text("until IS NULL"), postgresql_where=text("until IS NULL")),
    )

    space_id: Mapped[UUID] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None] = mapped_column(default=None)
    """When they handed over; None for who it is now."""

    user: Mapped[User] = relationship(lazy="raise")
