"""Schools, their calendars, and the classes of a school year. Words: docs/partnerships.md."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server import clock
from server.db import Identified, Model, enum_column


class SchoolKind(StrEnum):
    SCHOOL = "school"
    OFFICE = "office"
    """The office of a programme: it has staff (officers, advisers) and never classes or partnerships."""


class Phase(StrEnum):
    PRIMARY = "primary"
    SECONDARY = "secondary"
    ALL_THROUGH = "all_through"


class Funding(StrEnum):
    STATE = "state"
    INDEPENDENT = "independent"


class Internet(StrEnum):
    GOOD = "good"
    LIMITED = "limited"
    POOR = "poor"


class Experience(StrEnum):
    """Of partnerships and grants."""

    NONE = "none"
    SOME = "some"
    STRONG = "strong"


class School(Identified):
    """A school, as its partners see it."""

    __tablename__ = "school"

    kind: Mapped[SchoolKind] = mapped_column(enum_column(SchoolKind), default=SchoolKind.SCHOOL)
    name: Mapped[str] = mapped_column(String(160), index=True)
    short_name: Mapped[str] = mapped_column(String(24))
    country: Mapped[str] = mapped_column(String(2), index=True)
    """ISO 3166-1 alpha-2."""
    town: Mapped[str] = mapped_column(String(80), default="")
    latitude: Mapped[float | None] = mapped_column(default=None)
    """Degrees, two decimals: the place on the coordinator's map, not an address."""
    longitude: Mapped[float | None] = mapped_column(default=None)
    timezone: Mapped[str] = mapped_column(String(64))
    """IANA name."""
    phase: Mapped[Phase] = mapped_column(enum_column(Phase))
    funding: Mapped[Funding] = mapped_column(enum_column(Funding), default=Funding.STATE)
    youngest: Mapped[int] = mapped_column(default=5)
    """Age of the youngest students, in years."""
    oldest: Mapped[int] = mapped_column(default=18)
    internet: Mapped[Internet] = mapped_column(enum_column(Internet), default=Internet.LIMITED)
    experience: Mapped[Experience] = mapped_column(enum_column(Experience), default=Experience.NONE)
    offers: Mapped[str] = mapped_column(String(1000), default="")
    looks_for: Mapped[str] = mapped_column(String(1000), default="")
    bell_times: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """A `server.schools.calendar.BellTimes`: the periods of each weekday, in local time."""
    opens_utc_min: Mapped[int | None] = mapped_column(default=None)
    """The usual school day in minutes after midnight UTC, may be below 0 or above 1440; None without
    bell times. Only to rank with: worked out when the profile is saved and again each day, since
    clocks change."""
    closes_utc_min: Mapped[int | None] = mapped_column(default=None)
    search_text: Mapped[str] = mapped_column(String(400), default="")
    """Name, town and country in lower case and without accents: what the finder looks in."""
    verified_at: Mapped[datetime | None] = mapped_column(default=None)
    """When a programme officer confirmed that it is a school."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    tags: Mapped[list[SchoolTag]] = relationship(
        lazy="raise", order_by="SchoolTag.position", cascade="all, delete-orphan"
    )

    def tagged(self, kind: TagKind) -> list[str]:
        """The values of one kind of tag, in the school's own order."""
        return [tag.value for tag in self.tags if tag.kind is kind]


class TagKind(StrEnum):
    LANGUAGE = "language"
    """BCP 47 tags, the school's own language first."""
    INTEREST = "interest"
    """Curriculum interests, from `server.schools.vocabulary`."""
    PRIORITY = "priority"
    """What the school wants from a partnership, from `server.schools.vocabulary`."""


class SchoolTag(Model):
    """A word that schools are found by."""

    __tablename__ = "school_tag"
    __table_args__ = (Index("ix_school_tag_kind_value", "kind", "value"),)

    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[TagKind] = mapped_column(enum_column(TagKind), primary_key=True)
    value: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int]


class DateKind(StrEnum):
    TERM = "term"
    HOLIDAY = "holiday"


class DateSource(StrEnum):
    MANUAL = "manual"
    CALENDAR_FILE = "calendar_file"
    PUBLIC_HOLIDAY = "public_holiday"


class SchoolDate(Identified):
    """Days of a school's year: a term, or a holiday within or between terms."""

    __tablename__ = "school_date"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    kind: Mapped[DateKind] = mapped_column(enum_column(DateKind))
    name: Mapped[str] = mapped_column(String(120))
    first_day: Mapped[date]
    last_day: Mapped[date]
    """The last day that belongs to it."""
    source: Mapped[DateSource] = mapped_column(enum_column(DateSource))


class SchoolClass(Identified):
    """The students of a class and their teachers, for one school year."""

    __tablename__ = "school_class"
    __table_args__ = (Index("uq_school_class_external", "school_id", "external_id", unique=True),)

    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    school_year: Mapped[str] = mapped_column(String(9))
    """As the school writes it: "2026-27" or "2026"."""
    code: Mapped[str] = mapped_column(String(8), unique=True)
    """What students type to find their class: six letters and digits, without the dash."""
    external_id: Mapped[str | None] = mapped_column(String(255), default=None)
    """Its id in the school's own system (OneRoster's sourcedId)."""
    archived_at: Mapped[datetime | None] = mapped_column(default=None)
    """When its school year was over: its code no longer works, and it is enrolled in nothing new."""
    continues_id: Mapped[UUID | None] = mapped_column(ForeignKey("school_class.id"), default=None)
    """The class of the year before that it was renewed from."""

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
