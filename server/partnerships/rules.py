"""The rules a partnership must meet, and the moves between its states. Pure: no database here.

Every number is programme data. Source of the rules and states: docs/partnerships.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from server.partnerships.models import MemberRole, MemberStatus, PartnershipKind, PartnershipStatus

S = PartnershipStatus

TRANSITIONS: dict[str, tuple[frozenset[PartnershipStatus], PartnershipStatus]] = {
    "propose": (frozenset({S.DRAFT}), S.PROPOSED),
    "activate": (frozenset({S.PROPOSED}), S.ACTIVE),
    "suspend": (frozenset({S.ACTIVE}), S.SUSPENDED),
    "resume": (frozenset({S.SUSPENDED}), S.ACTIVE),
    "end": (frozenset({S.DRAFT, S.PROPOSED, S.ACTIVE, S.SUSPENDED}), S.ENDED),
}
"""Move -> the states it starts from, and the state it leads to."""

NEEDS_RULES = frozenset({"activate", "resume"})
"""Moves that make a partnership active, so every rule must hold."""


class ProgrammeRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a programme asks for. Stored as JSON with the programme."""

    home_country: str
    participating_countries: list[str] = []
    """Countries a partner abroad may be in; empty means any country."""
    cluster_min_schools: int = 4
    cluster_min_overseas: int = 1

    def is_abroad(self, country: str) -> bool:
        """Whether a school there is a participating one outside the home country."""
        return country != self.home_country and (
            not self.participating_countries or country in self.participating_countries
        )


class Member(msgspec.Struct, frozen=True):
    """A school in a partnership, as the rules see it."""

    name: str
    country: str
    role: MemberRole
    status: MemberStatus
    coordinators: int = 0
    """How many of its staff coordinate the partnership."""


class Rule(msgspec.Struct, frozen=True):
    """One rule, held against one partnership. `detail` says how it stands; `mend` who can mend it."""

    code: str
    met: bool
    detail: str
    params: dict[str, Any] = {}
    mend: str = "coordinator"


def check(programme: ProgrammeRules, kind: PartnershipKind, members: Sequence[Member]) -> list[Rule]:
    """Every rule for this kind of partnership, met or not, in the order a person would mend them.

    A school that was only invited counts for the shape of the partnership; that it has not accepted
    is a rule of its own. A school that left counts for nothing.
    """
    present = [member for member in members if member.status is not MemberStatus.LEFT]
    home = [member for member in present if member.country == programme.home_country]
    abroad = [member for member in present if programme.is_abroad(member.country)]
    if kind is PartnershipKind.ONE_TO_ONE:
        shape = _one_to_one(present, home, abroad)
    else:
        shape = _cluster(programme, present, abroad)
    return [*shape, _coordinated(kind, present), _accepted(present)]


def failing(rules: Sequence[Rule]) -> list[Rule]:
    """Those that are not met."""
    return [rule for rule in rules if not rule.met]


def _names(members: Sequence[Member]) -> str:
    return ", ".join(member.name for member in members)


def _one_to_one(present: Sequence[Member], home: Sequence[Member], abroad: Sequence[Member]) -> list[Rule]:
    return [
        Rule(
            "exactly_two_schools",
            len(present) == 2,
            f"A one-to-one partnership has two schools; this one has {len(present)}.",
            {"count": len(present)},
        ),
        Rule(
            "one_home_school",
            len(home) == 1,
            f"One school in the home country: {_names(home) or 'none yet'}.",
            {"schools": _names(home)},
        ),
        Rule(
            "one_partner_abroad",
            len(abroad) == 1,
            f"One partner school in a participating country abroad: {_names(abroad) or 'none yet'}.",
            {"schools": _names(abroad)},
        ),
    ]


def _cluster(programme: ProgrammeRules, present: Sequence[Member], abroad: Sequence[Member]) -> list[Rule]:
    leads = [member for member in present if member.role is MemberRole.LEAD]
    return [
        Rule(
            "enough_schools",
            len(present) >= programme.cluster_min_schools,
            f"At least {programme.cluster_min_schools} schools; there are {len(present)}.",
            {"count": len(present), "minimum": programme.cluster_min_schools},
        ),
        Rule(
            "enough_overseas",
            len(abroad) >= programme.cluster_min_overseas,
            f"At least {programme.cluster_min_overseas} in a participating country abroad: "
            f"{_names(abroad) or 'none yet'}.",
            {"count": len(abroad), "minimum": programme.cluster_min_overseas, "schools": _names(abroad)},
        ),
        Rule(
            "has_lead",
            bool(leads),
            f"At least one lead school: {_names(leads) or 'none yet'}.",
            {"schools": _names(leads)},
        ),
    ]


def _coordinated(kind: PartnershipKind, present: Sequence[Member]) -> Rule:
    if kind is PartnershipKind.CLUSTER:
        wanted, count = 1, sum(member.coordinators for member in present)
        detail = "One cluster coordinator."
    else:
        wanted, count = 2, sum(member.coordinators == 1 for member in present)
        detail = "One partnership coordinator at each school."
    return Rule("has_coordinator", count == wanted, detail, {"count": count, "wanted": wanted})


def _accepted(present: Sequence[Member]) -> Rule:
    waiting = [member for member in present if member.status is MemberStatus.INVITED]
    return Rule(
        "all_accepted",
        bool(present) and not waiting,
        f"Not accepted yet: {_names(waiting)}." if waiting else "Every school has accepted.",
        {"schools": _names(waiting), "count": len(waiting)},
        mend="school",
    )
