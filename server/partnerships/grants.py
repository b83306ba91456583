"""Grants: which conditions a partnership meets, and how much it could apply for. No money moves here.

The conditions and numbers are the programme's (`server.programmes.rules.GrantRules`); what they mean in
words: docs/grants.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from server.agreements.models import AssentKind
from server.agreements.rights import counted
from server.partnerships import record as records
from server.partnerships.models import Partnership, PartnershipStatus
from server.programmes.rules import GrantRules, ProgrammeRules
from server.schools.models import Funding


class Applicant(msgspec.Struct, frozen=True):
    """A school that would share in the grant."""

    name: str
    country: str
    is_state_funded: bool = True


class Condition(msgspec.Struct, frozen=True):
    """One condition, held against one partnership. `detail` says how it stands."""

    code: str
    met: bool
    detail: str
    params: dict[str, Any] = {}


class GrantStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A grant, and how a partnership stands to it. Amounts are in whole units of the currency."""

    code: str
    name: str
    currency: str
    cap: int
    cap_per_school: int | None
    amount: int
    """What the caps allow with the schools that may share in it, once every condition is met."""
    schools: int
    """How many schools may share in it."""
    eligible: bool
    """Every condition is met."""
    conditions: list[Condition]


def sharing(grant: GrantRules, applicants: Sequence[Applicant]) -> list[Applicant]:
    """The schools that may share in a grant."""
    return [each for each in applicants if each.is_state_funded or not grant.state_funded_only]


def amount(grant: GrantRules, schools: int) -> int:
    """What the caps allow for so many schools."""
    if grant.cap_per_school is None:
        return grant.cap
    return min(grant.cap, grant.cap_per_school * schools)


def assess(
    grant: GrantRules, programme: ProgrammeRules, applicants: Sequence[Applicant], *, is_active: bool,
    is_agreement_signed: bool,
) -> GrantStanding:
    """Hold a partnership against the conditions of a grant.

    Args:
        applicants: the schools that take part.
        is_agreement_signed: a version is in force, and each of them has signed it.
    """
    able = sharing(grant, applicants)
    unable = [each.name for each in applicants if each not in able]
    home = [each.name for each in able if each.country == programme.home_country]
    abroad = [each.name for each in able if programme.is_abroad(each.country)]
    conditions = [
        Condition(
            "active", is_active,
            "The partnership is active." if is_active else "The partnership is not active.",
        )
    ]
    if grant.state_funded_only:
        conditions.append(
            Condition(
                "state_funded_only", not unable,
                f"Not state-funded: {', '.join(unable)}." if unable else "Every school is state-funded.",
                {"schools": unable, "count": len(unable)},
            )
        )
    conditions += [
        _enough("min_home", grant.min_home, home, "in the home country"),
        _enough("min_overseas", grant.min_overseas, abroad, "in a participating country abroad"),
    ]
    if grant.needs_agreement:
        conditions.append(
            Condition(
                "needs_agreement", is_agreement_signed,
                "Every headteacher has signed the agreement in force." if is_agreement_signed
                else "There is no agreement in force that every headteacher has signed.",
            )
        )
    return GrantStanding(
        code=grant.code, name=grant.name, currency=grant.currency, cap=grant.cap,
        cap_per_school=grant.cap_per_school, amount=amount(grant, len(able)), schools=len(able),
        eligible=all(condition.met for condition in conditions), conditions=conditions,
    )


def _enough(code: str, minimum: int, names: Sequence[str], where: str) -> Condition:
    return Condition(
        code, len(names) >= minimum,
        f"At least {minimum} that may share in it {where}; there are {len(names)}.",
        {"schools": list(names), "count": len(names), "minimum": minimum},
    )


def of_partnership(record: Partnership) -> list[GrantStanding]:
    """Each grant of the programme for partnerships of this kind, held against this one."""
    programme = records.programme_rules(record)
    members = counted(record)
    in_force = records.in_force(record)
    signed = records.given(in_force, AssentKind.SIGNED)
    is_signed = in_force is not None and all(member.school_id in signed for member in members)
    applicants = [
        Applicant(member.school.name, member.school.country, member.school.funding is Funding.STATE)
        for member in members
    ]
    return [
        assess(
            grant, programme, applicants, is_active=record.status is PartnershipStatus.ACTIVE,
            is_agreement_signed=is_signed,
        )
        for grant in programme.grants
        if grant.kind is record.kind
    ]
