"""The rules a partnership must meet, and the moves between its states. Pure: no database here.

Every number is programme data. Source of the rules and states: docs/partnerships.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from server.partnerships.models import MemberRole, MemberStatus, PartnershipKind, PartnershipStatus
from server.programmes.rules import ProgrammeRules

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

ACCEPT, DECLINE, LEAVE = "accept", "decline", "leave"

ANSWERS: dict[str, tuple[MemberStatus, MemberStatus, frozenset[PartnershipStatus]]] = {
    ACCEPT: (MemberStatus.INVITED, MemberStatus.ACCEPTED, frozenset({S.PROPOSED, S.ACTIVE, S.SUSPENDED})),
    DECLINE: (MemberStatus.INVITED, MemberStatus.DECLINED, frozenset({S.PROPOSED, S.ACTIVE, S.SUSPENDED})),
    LEAVE: (MemberStatus.ACCEPTED, MemberStatus.LEFT,
            frozenset({S.DRAFT, S.PROPOSED, S.ACTIVE, S.SUSPENDED})),
}
"""Moves of one school: its membership before and after, and the states of the partnership they exist in."""


class Member(msgspec.Struct, frozen=True):
    """A school in a partnership, as the rules see it."""

    name: str
    country: str
    role: MemberRole
    status: MemberStatus
    coordinators: int = 0
    """How many of its staff coordinate the partnership."""
    verified: bool = True
    """A programme officer has confirmed that it is a school."""
    signed: bool = False
    """Its headteacher has signed the version in force; while none is, the version proposed."""


class Rule(msgspec.Struct, frozen=True):
    """One rule, held against one partnership. `detail` says how it stands; `mend` who can mend it:
    `coordinator`, `school` (the head of an invited school), `headteacher`, or `officer` of the programme.
    """

    code: str
    met: bool
    detail: str
    params: dict[str, Any] = {}
    mend: str = "coordinator"


FORMING = frozenset({S.DRAFT, S.PROPOSED})
"""While a partnership forms, a school that was invited counts for its shape."""


def counted(members: Sequence[Member], status: PartnershipStatus) -> list[Member]:
    """The members that the rules look at in this state of the partnership.

    Once it has been active only schools that have accepted count: who is invited to an active
    cluster neither helps nor harms it until they come.
    """
    wanted = {MemberStatus.ACCEPTED} | ({MemberStatus.INVITED} if status in FORMING else set())
    return [member for member in members if member.status in wanted]


def check(
    programme: ProgrammeRules, kind: PartnershipKind, status: PartnershipStatus, members: Sequence[Member],
    *, is_agreement_in_force: bool = False,
) -> list[Rule]:
    """Every rule for this kind of partnership, met or not, in the order a person would mend them."""
    present = counted(members, status)
    home = [member for member in present if member.country == programme.home_country]
    abroad = [member for member in present if programme.is_abroad(member.country)]
    if kind is PartnershipKind.ONE_TO_ONE:
        shape = _one_to_one(present, home, abroad)
    else:
        shape = _cluster(programme, present, home, abroad)
    rules = [_offered(programme, kind), *shape, _verified(present), _coordinated(kind, present)]
    if status in FORMING:
        rules.append(_accepted(present))
    if programme.agreement_needed:
        rules.append(_signed(present, is_agreement_in_force))
    return rules


def failing(rules: Sequence[Rule]) -> list[Rule]:
    """Those that are not met."""
    return [rule for rule in rules if not rule.met]


def newly_failing(before: Sequence[Rule], after: Sequence[Rule]) -> list[Rule]:
    """Those that a change would break: not met after it, and met before."""
    already = {rule.code for rule in failing(before)}
    return [rule for rule in failing(after) if rule.code not in already]


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


def _offered(programme: ProgrammeRules, kind: PartnershipKind) -> Rule:
    return Rule(
        "kind_offered", kind in programme.kinds, "The programme has partnerships of this kind.",
        {"kind": kind.value}, mend="officer",
    )


def _verified(present: Sequence[Member]) -> Rule:
    waiting = [member for member in present if not member.verified]
    return Rule(
        "all_verified", not waiting,
        f"Not verified by a programme officer: {_names(waiting)}." if waiting
        else "Every school is verified.",
        {"schools": _names(waiting), "count": len(waiting)}, mend="officer",
    )


def _signed(present: Sequence[Member], is_in_force: bool) -> Rule:
    waiting = [member for member in present if not member.signed]
    return Rule(
        "agreement_signed", is_in_force and not waiting,
        f"The headteacher has not signed the agreement: {_names(waiting)}." if waiting
        else "Every headteacher has signed the agreement." if is_in_force
        else "No agreement is in force.",
        {"schools": _names(waiting), "count": len(waiting)}, mend="headteacher",
    )


def _cluster(
    programme: ProgrammeRules, present: Sequence[Member], home: Sequence[Member], abroad: Sequence[Member]
) -> list[Rule]:
    enough_home = Rule(
        "enough_home", len(home) >= programme.cluster_min_home,
        f"At least {programme.cluster_min_home} in the home country: {_names(home) or 'none yet'}.",
        {"count": len(home), "minimum": programme.cluster_min_home, "schools": _names(home)},
    )
    leads = [member for member in present if member.role is MemberRole.LEAD]
    # A country may have been taken out of the programme: its schools stay, and count no more.
    count = len(home) + len(abroad)
    return [
        Rule(
            "enough_schools",
            count >= programme.cluster_min_schools,
            f"At least {programme.cluster_min_schools} schools in countries that take part; "
            f"there are {count}.",
            {"count": count, "minimum": programme.cluster_min_schools},
        ),
        *([enough_home] if programme.cluster_min_home else []),
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
    return Rule(
        "has_coordinator", count == wanted, detail, {"count": count, "wanted": wanted},
        mend=_who_fills_the_seat(kind, present),
    )


def _who_fills_the_seat(kind: PartnershipKind, present: Sequence[Member]) -> str:
    empty = [member for member in present if member.coordinators == 0]
    if kind is PartnershipKind.CLUSTER:
        return "headteacher" if len(empty) == len(present) else "coordinator"
    if any(member.status is MemberStatus.ACCEPTED for member in empty):
        return "headteacher"
    # In a pair the headteacher who says yes for an invited school takes its seat.
    return "school" if empty else "coordinator"


def _accepted(present: Sequence[Member]) -> Rule:
    waiting = [member for member in present if member.status is MemberStatus.INVITED]
    return Rule(
        "all_accepted",
        bool(present) and not waiting,
        f"Not accepted yet: {_names(waiting)}." if waiting else "Every school has accepted.",
        {"schools": _names(waiting), "count": len(waiting)},
        mend="school",
    )
