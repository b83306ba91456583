"""Partnership records: the moves people may make, and what each one changes.

Every grant in a partnership's spaces follows from its status (`server.access`), so each move that
changes it says `AccessChanged` for its spaces. States and moves: docs/partnerships.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select

from server import clock
from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.db import UnitOfWork
from server.errors import Invalid, InvalidTransition, NotAllowed, NotFound, RulesNotMet
from server.partnerships import record as records
from server.partnerships import rules
from server.partnerships.models import (
    Coordinator,
    MemberRole,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
)
from server.programmes.models import Programme
from server.schools.models import School

ACCEPT = "accept"


def moves_for(record: Partnership, who: SignedIn) -> list[str]:
    """The moves that would succeed if this person made them now."""
    ready = not rules.failing(records.checklist(record))
    return [move for move in _permitted(record, who) if ready or move not in rules.NEEDS_RULES]


def _permitted(record: Partnership, who: SignedIn) -> list[str]:
    """The moves that are this person's to make now, whether or not the rules hold."""
    moves: list[str] = []
    mine = next((member for member in record.memberships if member.school_id == who.school_id), None)
    if (
        mine is not None
        and mine.status is MemberStatus.INVITED
        and record.status in (PartnershipStatus.PROPOSED, PartnershipStatus.ACTIVE)
        and StaffRole.HEADTEACHER in who.roles
    ):
        moves.append(ACCEPT)
    if records.may_steer(record, who):
        moves += [move for move, (sources, _) in rules.TRANSITIONS.items() if record.status in sources]
    return moves


async def create(
    uow: UnitOfWork, who: SignedIn, programme_id: UUID, kind: PartnershipKind, name: str,
    school_ids: Sequence[UUID],
) -> Partnership:
    """Start a draft. The starter's school is its lead and has accepted; the starter coordinates.

    Raises:
        NotAllowed: the starter or their school is not verified (403).
        NotFound: the programme or a school does not exist, or a school is not verified (404).
        Invalid: a school is named twice, or too many at once (400).
    """
    starter = await uow.session.get_one(User, who.user_id)
    home = await uow.session.get_one(School, who.school_id)
    if starter.verified_at is None or home.verified_at is None:
        raise NotAllowed("Your school has to be verified, and has to verify you, before you can start this.")
    others = [school_id for school_id in school_ids if school_id != who.school_id]
    if len(set(others)) != len(others) or len(others) > 100:
        raise Invalid("Name each school once, at most 100 at a time. Nothing was changed.")
    if await uow.session.get(Programme, programme_id) is None:
        raise NotFound
    known = set(
        await uow.session.scalars(
            select(School.id).where(School.id.in_(others), School.verified_at.is_not(None))
        )
    )
    if known != set(others):
        raise NotFound
    now = clock.now()
    record = Partnership(
        programme_id=programme_id, kind=kind, name=name, status=PartnershipStatus.DRAFT,
        status_changed_at=now, created_at=now,
        memberships=[
            Membership(school_id=school_id, role=MemberRole.LEAD if colour == 0 else MemberRole.PARTNER,
                       status=MemberStatus.INVITED if colour else MemberStatus.ACCEPTED, colour=colour,
                       invited_at=now, accepted_at=None if colour else now)
            for colour, school_id in enumerate([who.school_id, *others])
        ],
        coordinators=[Coordinator(user_id=who.user_id, since=now)],
    )
    uow.session.add(record)
    await uow.session.flush()
    return record


async def make_move(uow: UnitOfWork, who: SignedIn, partnership_id: UUID, move: str, reason: str) -> None:
    """Make a move; every node whose access may differ is told after the commit.

    Raises:
        NotFound: no such partnership for this person (404).
        InvalidTransition: the state has no such move, perhaps since another person moved first (409).
        NotAllowed: the move exists, but is not this person's to make (403).
        RulesNotMet: it would become active while a rule fails; `failing` lists them (409).
    """
    record = await records.get_visible(uow.session, partnership_id, who.school_id, lock=True)
    if move != ACCEPT:
        if move not in rules.TRANSITIONS:
            raise Invalid("There is no such move. Nothing was changed.")
        if record.status not in rules.TRANSITIONS[move][0]:
            raise InvalidTransition(state=record.status.value)
    if move not in _permitted(record, who):
        raise NotAllowed
    if move == ACCEPT:
        _accept(record, who)
    else:
        _set_status(uow, who, record, move, reason)
    await records.settle(uow, record.id)


def _accept(record: Partnership, who: SignedIn) -> None:
    for member in record.memberships:
        if member.school_id == who.school_id:
            member.status = MemberStatus.ACCEPTED
            member.accepted_at = clock.now()
    seats = {seat.user.school_id for seat in record.coordinators}
    if record.kind is PartnershipKind.ONE_TO_ONE and who.school_id not in seats:
        # Each school of a pair has a coordinator; until it names another, it is who accepted for it.
        record.coordinators.append(Coordinator(user_id=who.user_id, since=clock.now()))


def _set_status(uow: UnitOfWork, who: SignedIn, record: Partnership, move: str, reason: str) -> None:
    if move in rules.NEEDS_RULES and (failing := rules.failing(records.checklist(record))):
        raise RulesNotMet(failing=[msgspec.to_builtins(rule) for rule in failing])
    if move == "suspend" and not reason.strip():
        raise Invalid("Say why it is suspended: the staff of its schools read it. Nothing was changed.")
    kept = reason.strip() if move in ("suspend", "end") else ""
    records.set_status(uow, record, who, move, rules.TRANSITIONS[move][1], kept)
