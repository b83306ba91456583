"""The schools of a space, seen as sides of a lesson: whose classes take part, their time, their adults.

A side of a project or cluster-wide space is a school that takes part in the partnership with a class that is
enrolled; in a staff room every school is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import access
from server.access import Access, Grant
from server.accounts.models import StaffPost, StaffRole, User, UserKind
from server.accounts.service import SignedIn
from server.errors import NoAccess, NotAllowed, NotFound
from server.lessons.models import Lesson, LessonStatus
from server.lessons.times import Busy, SchoolTime
from server.partnerships import record as records
from server.partnerships.models import Coordinator, Duty, Membership, Partnership, PartnershipKind
from server.partnerships.record import Standing
from server.programmes.rules import Hosting
from server.schools import service as schools
from server.schools.models import RosterEntry, RosterRole, School, SchoolClass, SchoolDate
from server.spaces.models import Enrolment, LinkTeacher, Space, SpaceKind

TAKES_TIME = (LessonStatus.PROPOSED, LessonStatus.SCHEDULED, LessonStatus.LIVE)
BUSY_MAX = 1000
ADULTS_MAX = 300


class Table(msgspec.Struct, frozen=True):
    """A space at whose table somebody sits: what the records say about it, and about them."""

    space: Space
    record: Partnership
    standing: Standing
    who: SignedIn | None
    """None: the server itself, by a rule."""
    sides: list[Membership]
    """In the order of their colours."""
    may_plan: bool
    """They teach a class of it, answer for it as link teacher, coordinate, or run lessons as a delegate."""

    def side(self, school_id: UUID) -> Membership | None:
        return next((each for each in self.sides if each.school_id == school_id), None)

    def asked_by(self, school_id: UUID, host_id: UUID | None) -> set[UUID]:
        """The schools whose yes is needed when one asks: the other sides, and the mentor of the host."""
        asked = {each.school_id for each in self.sides}
        host = self.side(host_id) if host_id else None
        if host is not None and self.hosting(host) is Hosting.WITH_MENTOR and host.mentor_id:
            asked.add(host.mentor_id)
        present = {each.school_id for each in self.record.memberships
                   if records.taking_part(self.record, each.school_id)}
        return (asked & present) - {school_id}

    def hosting(self, member: Membership) -> Hosting:
        """Whether a school may host by its role. In a pair both may."""
        if self.record.kind is PartnershipKind.ONE_TO_ONE:
            return Hosting.YES
        return records.programme_rules(self.record).powers(member.role).hosts


async def sit_down(
    session: AsyncSession, who: SignedIn, space_id: UUID, *, lock: bool = False, moderating: bool = True
) -> Table:
    """The table of a space.

    Args:
        lock: hold the rows of the partnership and the space until the transaction ends: of two moves at
            once, the second sees what the first made.
        moderating: it is for adults who may moderate there; else for whoever may look.

    Raises:
        NotFound, NoAccess: it is not open to them (404, 403).
        NotAllowed: they do not moderate there (403).
    """
    space = await session.get(Space, space_id)
    if space is None or space.parent_id is not None:  # the lessons of a group are those of its space
        raise NotFound
    record = await records.get_whole(session, space.partnership_id, lock=lock)
    if lock:
        await session.execute(select(Space.id).where(Space.id == space_id).with_for_update())
    found = await access.access_in(session, who.user_id, space_id)
    if not found.grants:
        raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
    is_adult = moderates(found) and space.archived_at is None
    if moderating and not is_adult:
        raise NotAllowed("Lessons are planned by teachers of the schools that take part.")
    standing = await records.standing(session, record, who)
    may_plan = is_adult and (
        records.coordinates(record, who)
        or Duty.RUN_LESSONS in standing.duties
        or await _teaches(session, who, space_id)
    )
    return Table(space, record, standing, who, await sides_of(session, space, record), may_plan)


def moderates(found: Access) -> bool:
    """Whether somebody moderates a space, or would as soon as they have accepted the ground rules: to plan,
    or to hear of a plan, they need not have been inside."""
    return Grant.SPACE_MODERATE in found.grants or (
        found.reason == "ground_rules" and Grant.SPACE_EXPORT in found.grants
    )


def keeps(found: Access) -> bool:
    """Whether somebody belongs to a space as a verified member of staff, be it closed by now."""
    return Grant.SPACE_EXPORT in found.grants


async def _teaches(session: AsyncSession, who: SignedIn, space_id: UUID) -> bool:
    return bool(
        await session.scalar(
            select(
                or_(
                    exists().where(
                        Enrolment.space_id == space_id, RosterEntry.class_id == Enrolment.class_id,
                        SchoolClass.id == Enrolment.class_id, SchoolClass.archived_at.is_(None),
                        RosterEntry.user_id == who.user_id, RosterEntry.role == RosterRole.TEACHER,
                    ),
                    exists().where(
                        LinkTeacher.space_id == space_id, LinkTeacher.user_id == who.user_id,
                        LinkTeacher.until.is_(None),
                    ),
                )
            )
        )
    )


async def sides_of(
    session: AsyncSession, space: Space, record: Partnership, *, of_this_year: bool = True
) -> list[Membership]:
    """The memberships of the sides, in the order of their colours.

    Args:
        of_this_year: a class whose school year is over makes no side.
    """
    present = [each for each in record.memberships if records.taking_part(record, each.school_id)]
    if space.kind is SpaceKind.STAFF_ROOM:
        return present
    enrolled = (await enrolled_schools(session, [space.id], of_this_year=of_this_year)).get(space.id, set())
    return [each for each in present if each.school_id in enrolled]


async def enrolled_schools(
    session: AsyncSession, space_ids: Iterable[UUID], *, of_this_year: bool = True
) -> dict[UUID, set[UUID]]:
    """By space, the schools with a class of this year in it, or with any."""
    wanted = (
        select(Enrolment.space_id, SchoolClass.school_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.class_id)
        .where(Enrolment.space_id.in_(list(space_ids)))
        .distinct()
    )
    rows = await session.execute(wanted.where(SchoolClass.archived_at.is_(None)) if of_this_year else wanted)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for space_id, school_id in rows.tuples():
        found[space_id].add(school_id)
    return found


async def times_of(session: AsyncSession, sides: Sequence[Membership]) -> list[SchoolTime]:
    """Bell times, terms and holidays of the sides, in two queries."""
    ids = [each.school_id for each in sides]
    found = {
        each.id: each for each in await session.scalars(select(School).where(School.id.in_(ids)))
    }
    dates: dict[UUID, list[SchoolDate]] = defaultdict(list)
    for each in await session.scalars(
        select(SchoolDate).where(SchoolDate.school_id.in_(ids)).order_by(SchoolDate.first_day)
    ):
        dates[each.school_id].append(each)
    return [
        SchoolTime(each, found[each].timezone, schools.bell_times_of(found[each]), dates[each])
        for each in ids
    ]


async def busy(
    session: AsyncSession, space_id: UUID, since: datetime, until: datetime, but: Iterable[UUID] = ()
) -> list[Busy]:
    """When a class of this space, or the space itself, has a lesson already.

    Args:
        but: lessons to leave out: those that are to be moved.
    """
    mine = select(Enrolment.class_id).where(Enrolment.space_id == space_id)
    shared = select(Enrolment.space_id).where(Enrolment.class_id.in_(mine))
    found = await session.execute(
        select(Lesson.starts_at, Lesson.ends_at)
        .where(
            or_(Lesson.space_id == space_id, Lesson.space_id.in_(shared)),
            Lesson.status.in_(TAKES_TIME), Lesson.ends_at > since, Lesson.starts_at < until,
            Lesson.id.not_in(list(but)),
        )
        .order_by(Lesson.starts_at)
        .limit(BUSY_MAX)
    )
    return [Busy(*each) for each in found.tuples()]


async def adults(
    session: AsyncSession, table: Table, school_ids: Iterable[UUID], *, reading: bool = False
) -> list[UUID]:
    """Who is told about lessons at these schools: teachers of the enrolled classes, the link teacher and
    coordinators; where there is nobody, the headteacher.

    Args:
        reading: also those who can only read what is stored by now. Else those who may moderate the space.
    """
    space_id, wanted = table.space.id, set(school_ids)
    teaches = exists().where(
        Enrolment.space_id == space_id, SchoolClass.id == Enrolment.class_id,
        SchoolClass.archived_at.is_(None), RosterEntry.class_id == Enrolment.class_id,
        RosterEntry.user_id == User.id, RosterEntry.role == RosterRole.TEACHER,
    )
    links = exists().where(
        LinkTeacher.space_id == space_id, LinkTeacher.user_id == User.id, LinkTeacher.until.is_(None)
    )
    coordinates = exists().where(
        Coordinator.partnership_id == table.record.id, Coordinator.user_id == User.id
    )
    heads = exists().where(StaffPost.user_id == User.id, StaffPost.role == StaffRole.HEADTEACHER)
    rows = await session.execute(
        select(User.id, User.school_id, or_(teaches, links, coordinates))
        .where(
            User.school_id.in_(wanted), User.kind == UserKind.STAFF, User.disabled_at.is_(None),
            or_(teaches, links, coordinates, heads),
        )
        .order_by(User.name, User.id)
        .limit(ADULTS_MAX)
    )
    found = rows.tuples().all()
    allowed = await access.access_of(session, [each for each, _, _ in found], space_id)
    is_told = keeps if reading else moderates
    may = [row for row in found if row[0] in allowed and is_told(allowed[row[0]])]
    served = {school_id for _, school_id, is_near in may if is_near}
    return [user_id for user_id, school_id, is_near in may if is_near or school_id not in served]
