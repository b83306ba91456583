"""The end of a school year: each class goes on as a new one, and the old one is kept as a record.

Look first, then carry out what was looked at, by its digest. The new class has the teachers and students
of the old one, a new code, and, if wanted, its places in the projects that go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts import staffing, welcome
from server.accounts.models import User
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import Invalid, NotAllowed, NotFound, PlanChanged
from server.events import AccessChanged
from server.partnerships.models import Membership, MemberStatus, Partnership, PartnershipStatus
from server.rosters import classes, plan
from server.schools.models import RosterEntry, RosterRole, SchoolClass
from server.spaces.models import Enrolment, Space, SpaceKind


class Wish(msgspec.Struct, frozen=True):
    """What becomes of one class; classes that are not mentioned keep their name."""

    class_id: UUID
    name: str
    """Of the new class."""
    ends: bool = False
    """No new class: it has left the school, and so have its students who are in no other class."""


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    school_year: str
    """The year that is over."""
    new_year: str
    classes: Sequence[Wish]
    leavers: frozenset[UUID]
    """Students who do not come back."""
    carry_enrolments: bool
    """The new classes take part in the projects of the old ones."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What happens to one class."""

    class_id: UUID
    name: str
    new_name: str
    """Empty: the class ends."""
    students: list[UUID]
    """Who goes on."""
    teachers: list[UUID]
    leavers: list[UUID]
    """Who is disabled."""
    spaces: list[UUID]
    """Where the new class takes part."""


class Rollover(msgspec.Struct, frozen=True):
    steps: list[Step]
    digest: str


async def look(session: AsyncSession, who: SignedIn, wishes: Wishes) -> Rollover:
    """What the rollover would do. Changes nothing.

    Raises:
        Invalid: the two years are the same, or two new classes would have one name (400).
        NotAllowed: not this person's to do (403).
        NotFound: a class or a leaver that is not in a class of that year at this school (404).
    """
    if not staffing.may_manage(who):
        raise NotAllowed("Your school's administrators and headteacher start a new school year.")
    await staffing.still_manages(session, who)
    return await _planned(session, who.school_id, wishes)


async def _planned(session: AsyncSession, school_id: UUID, wishes: Wishes) -> Rollover:
    new_year = wishes.new_year.strip()
    if not new_year or new_year == wishes.school_year:
        raise Invalid("Name the new school year; it differs from the old one. Nothing was changed.")
    found = (
        await session.scalars(
            select(SchoolClass)
            .where(
                SchoolClass.school_id == school_id, SchoolClass.school_year == wishes.school_year,
                SchoolClass.archived_at.is_(None),
            )
            .order_by(SchoolClass.name, SchoolClass.id)
        )
    ).all()
    wish_of = {wish.class_id: wish for wish in wishes.classes}
    if not found or wish_of.keys() - {each.id for each in found} or len(wish_of) != len(wishes.classes):
        raise NotFound
    students, teachers, elsewhere = await _who(session, [each.id for each in found], school_id)
    if wishes.leavers - {user_id for listed in students.values() for user_id in listed}:
        raise NotFound
    spaces = await _spaces(session, school_id, found) if wishes.carry_enrolments else {}
    goes_on = elsewhere | {
        user_id for each in found if not (each.id in wish_of and wish_of[each.id].ends)
        for user_id in students[each.id]
    }
    steps = []
    for each in found:
        wish = wish_of.get(each.id) or Wish(each.id, each.name)
        leavers = {
            user_id for user_id in students[each.id]
            if user_id in wishes.leavers or (wish.ends and user_id not in goes_on)
        }
        steps.append(
            Step(
                class_id=each.id, name=each.name,
                new_name="" if wish.ends else wish.name.strip() or each.name,
                students=[] if wish.ends else [one for one in students[each.id] if one not in leavers],
                teachers=[] if wish.ends else teachers[each.id],
                leavers=[one for one in students[each.id] if one in leavers],
                spaces=[] if wish.ends else spaces.get(each.id, []),
            )
        )
    names = [step.new_name.casefold() for step in steps if step.new_name]
    there = await session.scalars(
        select(SchoolClass.name).where(
            SchoolClass.school_id == school_id, SchoolClass.school_year == new_year,
            SchoolClass.archived_at.is_(None),
        )
    )
    if len(names) != len(set(names)) or {name.casefold() for name in there} & set(names):
        raise Invalid(f"Two classes of {new_year} would have the same name. Nothing was changed.")
    return Rollover(steps, plan.digest_of([new_year, *steps]))


async def _who(
    session: AsyncSession, class_ids: Sequence[UUID], school_id: UUID
) -> tuple[dict[UUID, list[UUID]], dict[UUID, list[UUID]], set[UUID]]:
    """Students and teachers of each class, and the students who are in a class of another year as well."""
    rows = await session.execute(
        select(RosterEntry.class_id, RosterEntry.user_id, RosterEntry.role)
        .join(SchoolClass, SchoolClass.id == RosterEntry.class_id)
        .join(User, User.id == RosterEntry.user_id)
        .where(
            SchoolClass.school_id == school_id, SchoolClass.archived_at.is_(None),
            User.disabled_at.is_(None),
        )
        .order_by(User.name, User.id)
    )
    students: dict[UUID, list[UUID]] = {class_id: [] for class_id in class_ids}
    teachers: dict[UUID, list[UUID]] = {class_id: [] for class_id in class_ids}
    elsewhere: set[UUID] = set()
    for class_id, user_id, role in rows.tuples():
        if class_id in students:
            (students if role is RosterRole.STUDENT else teachers)[class_id].append(user_id)
        elif role is RosterRole.STUDENT:
            elsewhere.add(user_id)
    return students, teachers, elsewhere


async def _spaces(
    session: AsyncSession, school_id: UUID, found: Sequence[SchoolClass]
) -> dict[UUID, list[UUID]]:
    """By class, the spaces that its successor may come into: as when staff enrol it by hand."""
    rows = await session.execute(
        select(Enrolment.class_id, Enrolment.space_id)
        .join(Space, Space.id == Enrolment.space_id)
        .join(Partnership, Partnership.id == Space.partnership_id)
        .join(Membership, Membership.partnership_id == Partnership.id)
        .where(
            Enrolment.class_id.in_([each.id for each in found]), Space.archived_at.is_(None),
            Space.kind != SpaceKind.STAFF_ROOM, Partnership.status == PartnershipStatus.ACTIVE,
            Membership.school_id == school_id, Membership.status == MemberStatus.ACCEPTED,
        )
        .order_by(Space.name, Space.id)
    )
    carried: dict[UUID, list[UUID]] = defaultdict(list)
    for class_id, space_id in rows.tuples():
        carried[class_id].append(space_id)
    return carried


async def _lock_partnerships(session: AsyncSession, school_id: UUID, school_year: str) -> None:
    """Hold every partnership that a class of the year takes part in: none of them is suspended or left
    between the plan and what it does. In the order that all take them in."""
    theirs = (
        select(Space.partnership_id)
        .join(Enrolment, Enrolment.space_id == Space.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.class_id)
        .where(
            SchoolClass.school_id == school_id, SchoolClass.school_year == school_year,
            SchoolClass.archived_at.is_(None),
        )
    )
    await session.execute(
        select(Partnership.id).where(Partnership.id.in_(theirs)).order_by(Partnership.id).with_for_update()
    )


async def _enrol(
    uow: UnitOfWork, who: SignedIn, school_id: UUID, new_classes: dict[UUID, list[UUID]]
) -> None:
    """Put the new classes into their spaces, and write each into its partnership's record.

    Args:
        new_classes: of each space.
    """
    rows = await uow.session.execute(
        select(Space.id, Space.partnership_id, SchoolClass.id)
        .join(Enrolment, Enrolment.space_id == Space.id)
        .join(SchoolClass, SchoolClass.id == Enrolment.class_id)
        .where(Space.id.in_(new_classes), SchoolClass.school_id == school_id)
    )
    partnership_of: dict[UUID, UUID] = {}
    before: dict[UUID, list[UUID]] = defaultdict(list)
    for space_id, partnership_id, class_id in rows.tuples():
        partnership_of[space_id] = partnership_id
        before[space_id].append(class_id)
    now = clock.now()
    for space_id, class_ids in new_classes.items():
        uow.session.add_all(
            Enrolment(space_id=space_id, class_id=class_id, enrolled_at=now) for class_id in class_ids
        )
        audit.record(
            uow, who, "space.enrol", subject_id=space_id, partnership_id=partnership_of[space_id],
            school_id=school_id, before={"class_ids": sorted(before[space_id])},
            after={"class_ids": sorted([*before[space_id], *class_ids])},
        )


async def carry_out(uow: UnitOfWork, who: SignedIn, wishes: Wishes, digest: str) -> Rollover:
    """Do what `look` showed under this digest, all of it or nothing.

    Raises:
        PlanChanged: it would do something else now (409).
        Invalid, NotAllowed, NotFound: as `look`.
    """
    school = await classes.hold_school(uow, who)
    await _lock_partnerships(uow.session, school.id, wishes.school_year)
    made = await _planned(uow.session, school.id, wishes)
    if made.digest != digest:
        raise PlanChanged
    now = clock.now()
    gone = {user_id for step in made.steps for user_id in step.leavers}
    codes = iter(await classes.fresh_codes(uow.session, len(made.steps)))
    new_classes: dict[UUID, list[UUID]] = defaultdict(list)
    for step in made.steps:
        old = await uow.session.get_one(SchoolClass, step.class_id, with_for_update={"key_share": True})
        old.archived_at = now
        if step.new_name:
            new = SchoolClass(
                school_id=school.id, name=step.new_name, school_year=wishes.new_year.strip(),
                code=next(codes), continues_id=old.id,
            )
            uow.session.add(new)
            await uow.session.flush()
            uow.session.add_all(
                RosterEntry(class_id=new.id, user_id=user_id, role=role)
                for role, listed in ((RosterRole.STUDENT, step.students), (RosterRole.TEACHER, step.teachers))
                for user_id in listed
            )
            for space_id in step.spaces:
                new_classes[space_id].append(new.id)
    await _enrol(uow, who, school.id, new_classes)
    for user in await uow.session.scalars(select(User).where(User.id.in_(gone))):
        user.disabled_at = now
    await welcome.end_sessions(uow, gone)
    everyone = {
        user_id for step in made.steps for user_id in (*step.students, *step.teachers, *step.leavers)
    }
    # Whoever was in a class that ends is in none of the lists above.
    everyone |= set(
        await uow.session.scalars(
            select(RosterEntry.user_id).where(
                RosterEntry.class_id.in_([step.class_id for step in made.steps])
            )
        )
    )
    uow.events.append(
        AccessChanged(frozenset(everyone), frozenset(one for step in made.steps for one in step.spaces))
    )
    audit.record(
        uow, who, "roster.rollover", subject_id=school.id, school_id=school.id,
        before={"school_year": wishes.school_year},
        after={
            "school_year": wishes.new_year.strip(), "classes": [str(step.class_id) for step in made.steps],
            "leavers": len(gone), "digest": digest,
        },
    )
    return made
