"""Who may do what with the spaces of a partnership (docs/spaces.md): asked before each move."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, select

from server.accounts.models import StaffRole
from server.accounts.service import SignedIn
from server.db import UnitOfWork
from server.errors import InvalidTransition, NotAllowed, NotFound
from server.partnerships import record as records
from server.partnerships.models import Duty, Partnership, PartnershipKind, PartnershipStatus
from server.partnerships.record import Standing
from server.schools.models import RosterEntry, RosterRole, SchoolClass
from server.spaces.models import LinkTeacher, Space, SpaceKind

RUNS_SCHOOL = frozenset({StaffRole.HEADTEACHER, StaffRole.ADMINISTRATOR})
"""They act for every class of their school."""
AT_WORK = frozenset({PartnershipStatus.ACTIVE, PartnershipStatus.SUSPENDED})


def leads_spaces(record: Partnership, who: SignedIn, standing: Standing) -> bool:
    """Coordinators, and those to whom one delegated opening spaces."""
    return (
        standing.verified
        and not standing.banned
        and (records.coordinates(record, who) or Duty.OPEN_SPACES in standing.duties)
    )


def kinds_for(record: Partnership, who: SignedIn, standing: Standing) -> list[SpaceKind]:
    """The kinds of space that this person could open in the partnership now."""
    member = records.taking_part(record, who.school_id)
    if (
        member is None
        or record.status is not PartnershipStatus.ACTIVE
        or not leads_spaces(record, who, standing)
    ):
        return []
    kinds = [SpaceKind.PROJECT]
    if record.kind is PartnershipKind.CLUSTER and records.programme_rules(record).powers(
        member.role
    ).opens_cluster_wide:
        kinds.append(SpaceKind.CLUSTER_WIDE)
    if records.coordinates(record, who):
        kinds.append(SpaceKind.STAFF_ROOM)
    return kinds


def own_classes(record: Partnership, who: SignedIn, standing: Standing) -> ColumnElement[bool]:
    """A condition on `SchoolClass`: those that this person may enrol, which are of their own school.

    A teacher those they teach; a headteacher, administrator, coordinator or delegate every one.
    """
    mine = SchoolClass.school_id == who.school_id
    if who.roles & RUNS_SCHOOL or leads_spaces(record, who, standing):
        return mine
    taught = select(RosterEntry.class_id).where(
        RosterEntry.user_id == who.user_id, RosterEntry.role == RosterRole.TEACHER
    )
    return mine & SchoolClass.id.in_(taught)


def may_name(record: Partnership, who: SignedIn, standing: Standing, current: LinkTeacher | None) -> bool:
    """Whether this person names their school's link teacher: who it is now, the head, an administrator, or
    the school's coordinator."""
    return standing.verified and not standing.banned and (
        bool(who.roles & RUNS_SCHOOL)
        or records.coordinates(record, who)
        or (current is not None and current.user_id == who.user_id)
    )


def moves_for(
    record: Partnership, who: SignedIn, standing: Standing, space: Space, *, has_next: bool,
    has_classes: bool, is_enrolled: bool, link: LinkTeacher | None,
) -> list[str]:
    """What this person may do with a space now.

    Args:
        has_next: it was renewed already.
        has_classes: there is a class they may enrol or take out.
        is_enrolled: a class of their school is in the space.
        link: their school's link teacher.
    """
    takes_part = records.taking_part(record, who.school_id) is not None
    if not takes_part or record.status not in AT_WORK or not standing.verified or standing.banned:
        return []
    leads, is_open, moves = leads_spaces(record, who, standing), space.archived_at is None, []
    if is_open and has_classes:
        moves.append("enrol")
    if is_open and is_enrolled and space.kind is SpaceKind.PROJECT and may_name(record, who, standing, link):
        moves.append("link_teacher")
    if is_open and leads:
        moves += ["rename", "archive"]
    if not has_next and space.kind in kinds_for(record, who, standing):
        moves.append("renew")
    return moves


async def locked(
    uow: UnitOfWork, who: SignedIn, space_id: UUID, *, may_be_archived: bool = False
) -> tuple[Space, Partnership, Standing]:
    """The space and its partnership, under the partnership's lock, for a verified person of a school in it.

    Raises:
        NotFound: no such space for this person (404).
        NotAllowed: their school does not take part, or they are banned or not verified (403).
        InvalidTransition: the partnership has ended, or the space is archived (409).
    """
    partnership_id = await uow.session.scalar(
        select(Space.partnership_id).where(Space.id == space_id, Space.parent_id.is_(None))
    )
    if partnership_id is None:
        raise NotFound
    record, standing = await records.open_for(uow, who, partnership_id)
    if not standing.verified:
        raise NotAllowed("Your school has to verify you before you can do this. Nothing was changed.")
    if record.status not in AT_WORK:
        raise InvalidTransition(
            "The partnership is not at work yet. Nothing was changed.", state=record.status.value
        )
    # Its own row too: messages that are on their way are stored before it, or see what it changed.
    space = await uow.session.scalar(select(Space).where(Space.id == space_id).with_for_update())
    if space is None:
        raise NotFound
    if space.archived_at is not None and not may_be_archived:
        raise InvalidTransition("This space is archived and can only be read. Nothing was changed.")
    return space, record, standing
