"""Mixing students into groups across schools. Pure; docs/groups.md says it in words."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping
from random import Random
from uuid import UUID

import msgspec

GROUPS_MAX = 20
MEMBERS_MAX = 50
"""So many students are in a group at most."""


OTHERS_MIN = 2
"""So many others hear a voice to all groups at least: else it would be one person speaking to one."""


class Voice(msgspec.Struct, frozen=True):
    """What counts when somebody wants to speak to all groups at once, and as long as they do.

    Attributes:
        runs: they may run the space, and are in it or in one of its groups.
        may_speak: they may be heard where they are.
        has_microphone: it is on.
        are_open: the groups are.
        is_paused: the lesson is, or has not begun.
        others: how many others are in the space and in its groups.
        elsewhere: how many of those the voice cannot reach: they are connected to another node.
    """

    runs: bool
    may_speak: bool
    has_microphone: bool
    are_open: bool
    is_paused: bool
    others: int
    elsewhere: int


class VoiceRefused(enum.Enum):
    """Why somebody cannot speak to all groups, in words for them."""

    NOT_THEIRS = "Only the teachers of the schools that take part speak to all groups."
    CLOSED = "No group is open. Everyone is here and hears you."
    PAUSED = "The lesson is paused. Go on with it, then speak to all groups."
    ALONE = "Speak to all groups when at least two others are here."
    MICROPHONE_OFF = "Turn your microphone on first."
    ELSEWHERE = "Some people here are connected to another server and would not hear you. Write instead."


def refused(voice: Voice) -> VoiceRefused | None:
    """Why they cannot speak to all groups, or, when they do already, why it ends now. None: they can."""
    if not voice.runs:
        return VoiceRefused.NOT_THEIRS
    if not voice.are_open:
        return VoiceRefused.CLOSED
    if voice.is_paused:
        return VoiceRefused.PAUSED
    if voice.others < OTHERS_MIN:
        return VoiceRefused.ALONE
    if not (voice.may_speak and voice.has_microphone):
        return VoiceRefused.MICROPHONE_OFF
    return VoiceRefused.ELSEWHERE if voice.elsewhere else None


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
