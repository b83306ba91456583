"""Mixing students into groups across schools. Pure; docs/groups.md says it in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from random import Random
from uuid import UUID

GROUPS_MAX = 20
MEMBERS_MAX = 50
"""So many students are in a group at most."""


def mixed(
    students: Mapping[UUID, UUID], count: int, chance: Random, together: Iterable[Collection[UUID]] = ()
) -> list[list[UUID]]:
    """Deal students out into groups, one school after the other, each to the group that is the smallest.

    The sizes of the groups differ by one at most, and so does how many of a school are in each; where
    students stay together, by as many as those are. Who is with whom, and which groups are the larger ones,
    is left to chance.

    Args:
        students: by student, their school.
        count: of groups. There are fewer where somebody would be alone in one otherwise.
        together: students of one school who share a device, and so cannot be in two groups.
    """
    parties = [sorted(students.keys() & set(each)) for each in together]
    shared = {student_id for party in parties for student_id in party}
    parties += [[student_id] for student_id in students if student_id not in shared]
    by_school: dict[UUID, list[list[UUID]]] = {}
    for party in sorted(filter(None, parties)):
        by_school.setdefault(students[party[0]], []).append(party)
    schools = list(by_school.values())
    chance.shuffle(schools)
    for school in schools:
        chance.shuffle(school)
        school.sort(key=len, reverse=True)
    most = min(count, len(students) // 2, sum(map(len, schools)))
    for number in range(most, 1, -1):
        groups = _dealt(schools, number)
        if min(map(len, groups)) > 1:
            chance.shuffle(groups)
            return groups
    return _dealt(schools, 1) if schools else []


def _dealt(schools: Iterable[Iterable[Collection[UUID]]], number: int) -> list[list[UUID]]:
    groups: list[list[UUID]] = [[] for _ in range(number)]
    for school in schools:
        for party in school:
            min(groups, key=len).extend(party)
    return groups
