"""Programmes, schools, and the classes of a school year. Words: docs/partnerships.md."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.db import Identified, enum_column


class Programme(Identified):
    """A set of partnership rules, as data. `rules` is a `server.partnerships.rules.ProgrammeRules`."""

    __tablename__ = "programme"

    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)


class Phase(StrEnum):
    PRIMARY = "primary"
    SECONDARY = "secondary"
    ALL_THROUGH = "all_through"


class School(Identified):
    """A school, as its partners see it."""

    __tablename__ = "school"

    name: Mapped[str] = mapped_column(String(160))
    short_name: Mapped[str] = mapped_column(String(24))
    country: Mapped[str] = mapped_column(String(2), index=True)
    """ISO 3166-1 alpha-2."""
    timezone: Mapped[str] = mapped_column(String(64))
    """IANA name."""
    phase: Mapped[Phase] = mapped_column(enum_column(Phase))
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    """BCP 47 tags, the school's own language first."""
    verified_at: Mapped[datetime | None] = mapped_column(default=None)


class SchoolClass(Identified):
    """The students of a class and their teachers, for one school year."""

    __tablename__ = "school_class"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    school_year: Mapped[str] = mapped_column(String(9))
    """As the school writes it: "2026-27" or "2026"."""
    code: Mapped[str] = mapped_column(String(8), unique=True)
    """What students type to find their class: six letters and digits, without the dash."""

    school: Mapped[School] = relationship(lazy="raise")


class RosterRole(StrEnum):
    STUDENT = "student"
    TEACHER = "teacher"


class RosterEntry(Identified):
    """A person's place in a class."""

    __tablename__ = "roster_entry"
    __table_args__ = (UniqueConstraint("class_id", "user_id"),)

    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    role: Mapped[RosterRole] = mapped_column(enum_column(RosterRole))
