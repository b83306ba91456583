"""Who and what is in the demo world. Nobody here is real.

Ids, class codes, picture codes and the passphrase are the same in every demo database, so that what is
printed at the start is true, and tests can name a person without asking.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from server.demo.partnerships import PARTNERSHIPS
from server.demo.schools import OFFICES, SCHOOLS, SEEKERS
from server.demo.shapes import PASSPHRASE, DemoPartnership, DemoSchool, DemoSpace, DemoStaff
from server.schools.models import SchoolKind


class DemoWorld(msgspec.Struct, frozen=True):
    """All of it, as it was put into the database."""

    passphrase: str
    schools: tuple[DemoSchool, ...]
    partnerships: tuple[DemoPartnership, ...]

    def school(self, key: str) -> DemoSchool:
        return next(school for school in self.schools if school.key == key)

    def space(self, name: str) -> DemoSpace:
        return next(space for tie in self.partnerships for space in tie.spaces if space.name == name)

    def table(self) -> str:
        """Who can sign in as whom, for a terminal."""
        pair = [self.school(key) for key, _, _ in self.partnerships[0].members]
        others = [school for school in self.schools if school not in pair and school.classes]
        offices = [school for school in self.schools if school.kind is SchoolKind.OFFICE]
        students = [
            (school.name, school.school_class.typed_code, each.alias, " ".join(each.pictures))
            for school in pair
            for each in school.school_class.students
        ]
        staff = [(_office(each), school.name, each.email) for school in pair for each in school.staff]
        cluster = [
            (school.name, school.school_class.typed_code, f"{first.alias}: {' '.join(first.pictures)}",
             school.staff[0].email, school.staff[1].email)
            for school in others
            for first in school.school_class.students[:1]
        ]
        run = [(_office(each), school.name, each.email) for school in offices for each in school.staff]
        return (
            "Students sign in with the class code, their name, and three pictures:\n\n"
            f"{_aligned([('School', 'Class code', 'Name', 'Pictures'), *students])}\n\n"
            f'Staff sign in with their e-mail address and the password "{self.passphrase}":\n\n'
            f"{_aligned([('Role', 'School', 'E-mail'), *staff])}\n\n"
            "The other schools of the cluster, in the same way:\n\n"
            f"{_aligned([('School', 'Class code', 'A student', 'Teacher', 'Headteacher'), *cluster])}\n\n"
            "The offices that run the programmes:\n\n"
            f"{_aligned([('Role', 'Office', 'E-mail'), *run])}"
        )


def _office(person: DemoStaff) -> str:
    posts = ", ".join(post.value.replace("_", " ") for post in person.posts)
    return (f"{posts}, {person.duty}" if person.duty else posts).capitalize()


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(f"  {line}".rstrip() for line in lines)


WORLD = DemoWorld(PASSPHRASE, (*SCHOOLS, *SEEKERS, *OFFICES), PARTNERSHIPS)
