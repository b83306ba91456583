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
        count: of groups. None stays empty: with fewer students there are fewer groups.
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
    groups: list[list[UUID]] = [[] for _ in range(min(count, sum(map(len, schools))))]
    for school in schools:
        chance.shuffle(school)
        for party in sorted(school, key=len, reverse=True):
            min(groups, key=len).extend(party)
    chance.shuffle(groups)
    return groups
