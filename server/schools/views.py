"""How a school is shown to its partners."""

from __future__ import annotations

from typing import Self
from uuid import UUID

import msgspec

from server.partnerships.models import Membership
from server.schools.models import School


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
