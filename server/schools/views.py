"""How a school is shown to its partners."""

from __future__ import annotations

from typing import Self
from uuid import UUID

import msgspec

from server.partnerships.models import Membership
from server.schools.models import Phase, School


class SchoolView(msgspec.Struct, frozen=True):
    """A school. `colour` (0-7) tells schools of one partnership apart; 0 where there is none."""

    id: UUID
    name: str
    short_name: str
    country: str
    timezone: str
    colour: int

    @classmethod
    def of(cls, school: School, colour: int = 0) -> Self:
        return cls(school.id, school.name, school.short_name, school.country, school.timezone, colour % 8)

    @classmethod
    def of_member(cls, member: Membership) -> Self:
        return cls.of(member.school, member.colour)


class SchoolItem(msgspec.Struct, frozen=True, kw_only=True):
    """A school on a list of all."""

    id: UUID
    name: str
    short_name: str
    country: str
    town: str
    phase: Phase
    is_verified: bool

    @classmethod
    def of(cls, school: School) -> Self:
        return cls(
            id=school.id, name=school.name, short_name=school.short_name, country=school.country,
            town=school.town, phase=school.phase, is_verified=school.verified_at is not None,
        )
