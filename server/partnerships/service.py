"""Partnership records: starting one, the roles of its schools, and what a person may do in it.

Its moves: `server.partnerships.moves`. How schools come in: `server.partnerships.joining`.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select

from server import clock, typed
from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import (
    Invalid,
    NotAllowed,
    NotFound,
    WouldBreak,
)
from server.partnerships import people, visits
from server.partnerships import record as records
from server.partnerships.models import (
    Coordinator,
    Duty,
    MemberRole,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
)
from server.programmes.models import Programme
from server.programmes.rules import ProgrammeRules
from server.schools.models import School, SchoolKind


def may_for(record: Partnership, who: SignedIn, standing: records.Standing) -> list[str]:
    """What a person may do here besides the moves. Each is looked at again when they do it."""
    member = records.taking_part(record, who.school_id)
    if member is None or standing.banned or record.status is PartnershipStatus.ENDED:
        return []
    if not standing.verified:
        return ["see_timeline"]
    coordinates = records.coordinates(record, who)
    head = StaffRole.HEADTEACHER in who.roles
    cluster = record.kind is PartnershipKind.CLUSTER
    opens = coordinates or Duty.OPEN_SPACES in standing.duties
    active = record.status is PartnershipStatus.ACTIVE
    powers = records.programme_rules(record).powers(member.role)
    seats = [seat for seat in record.coordinators if seat.user.disabled_at is None]
    seated_here = any(seat.user.school_id == who.school_id for seat in seats)
    possible = {
        "invite": records.may_invite(record, who, standing) and records.has_room(record),
        "decide_requests": cluster and records.may_invite(record, who, standing),
        "change_members": coordinates,
        "hand_over": coordinates or (head and seated_here),
        "step_in": head and not (seats if cluster else seated_here)
        and (not cluster or people.may_lead(record, member)),
        "delegate": coordinates,
        "visit": visits.may_invite(record, who, standing),
        "ban": records.may_steer(record, who),
        "open_space": active and opens,
        "open_cluster_wide": active and cluster and opens and powers.opens_cluster_wide,
        "propose_agreement": coordinates or head,
        "see_timeline": True,
    }
    return [name for name, may in possible.items() if may]


async def create(
    uow: UnitOfWork, who: SignedIn, programme_id: UUID, kind: PartnershipKind, name: str,
    school_ids: Sequence[UUID],
) -> Partnership:
    """Start a draft. The starter's school is its lead and has accepted; the starter coordinates.

    Raises:
        NotAllowed: the starter or their school is not verified (403).
        NotFound: the programme or a school does not exist, or a school is not verified (404).
        Invalid: there is no name; a school is named twice, too many at once, or one in a country that has
            no part in the programme (400).
    """
    name = typed.line(name)
    if not name:
        raise Invalid("Give the partnership a name. Nothing was changed.")
    starter = await uow.session.get_one(User, who.user_id)
    home = await uow.session.get_one(School, who.school_id)
    if starter.verified_at is None or home.verified_at is None or home.kind is not SchoolKind.SCHOOL:
        raise NotAllowed("Your school has to be verified, and has to verify you, before you can start this.")
    others = [school_id for school_id in school_ids if school_id != who.school_id]
    if len(set(others)) != len(others) or len(others) > 100:
        raise Invalid("Name each school once, at most 100 at a time. Nothing was changed.")
    if kind is PartnershipKind.ONE_TO_ONE and len(others) > 1:
        raise Invalid("A one-to-one partnership has two schools: yours and one other. Nothing was changed.")
    programme = await uow.session.get(Programme, programme_id)
    if programme is None:
        raise NotFound
    known = dict(
        (
            await uow.session.execute(
                select(School.id, School.country).where(
                    School.id.in_(others), School.verified_at.is_not(None),
                    School.kind == SchoolKind.SCHOOL,
                )
            )
        ).tuples().all()
    )
    if known.keys() != set(others):
        raise NotFound
    wanted = msgspec.convert(programme.rules, ProgrammeRules)
    if not all(wanted.takes_part(country) for country in (home.country, *known.values())):
        raise Invalid("A school is in a country that has no part in this programme. Nothing was changed.")
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
    audit.record(
        uow, who, "partnership.create", subject_id=record.id, school_id=who.school_id,
        partnership_id=record.id, after={"kind": kind, "status": record.status},
    )
    return record


async def change_member(
    uow: UnitOfWork, who: SignedIn, partnership_id: UUID, school_id: UUID, role: MemberRole,
    mentor_id: UUID | None,
) -> None:
    """Give a school another role, or a network school the member school that it hosts with.

    Raises:
        NotFound: no such partnership for this person, or no such school in it (404).
        NotAllowed: not a coordinator (403).
        WouldBreak: no lead school would be left, or the coordinator's would not be one (409).
        Invalid: the mentor is not a lead or partner school that takes part, or the school is not a
            network school (400).
    """
    record, _ = await records.open_for(uow, who, partnership_id)
    if not records.coordinates(record, who):
        raise NotAllowed
    member = records.member_of(record, school_id)
    if member is None or member.status not in (MemberStatus.INVITED, MemberStatus.ACCEPTED):
        raise NotFound
    if role is not MemberRole.LEAD and member.role is MemberRole.LEAD:
        _keep_a_lead(record, member)
    if mentor_id is not None:
        mentor = records.taking_part(record, mentor_id)
        if (
            role is not MemberRole.NETWORK or mentor is None or mentor is member
            or mentor.role is MemberRole.NETWORK
        ):
            raise Invalid(
                "A network school has a lead or partner school of this partnership as its mentor; other "
                "schools have none. Nothing was changed."
            )
    before = {"role": member.role, "mentor_id": member.mentor_id}
    member.role, member.mentor_id = role, mentor_id
    if role is MemberRole.NETWORK:
        for other in record.memberships:
            if other.mentor_id == school_id:
                other.mentor_id = None
    audit.record(
        uow, who, "membership.change", subject_id=member.id, school_id=school_id, partnership_id=record.id,
        before=before, after={"role": role, "mentor_id": mentor_id},
    )
    await records.settle(uow, record.id)


def _keep_a_lead(record: Partnership, leaving: Membership) -> None:
    others = [
        member
        for member in record.memberships
        if member is not leaving and member.role is MemberRole.LEAD
        and member.status is MemberStatus.ACCEPTED
    ]
    if leaving.status is MemberStatus.ACCEPTED and not others:
        raise WouldBreak("A partnership keeps a lead school. Choose another one first. Nothing was changed.")
    if record.kind is PartnershipKind.CLUSTER and any(
        seat.user.school_id == leaving.school_id for seat in record.coordinators
    ):
        raise WouldBreak(
            "The coordinator of a cluster is at a lead school. Hand the seat over first. Nothing was changed."
        )
