"""Classes by hand: the list, one with its people, its name, its teachers and its code.

Administrators and headteachers manage every class of their own school; a teacher reads their own classes,
prints cards and gives new pictures (docs/rosters.md). A move locks the school's row first. An archived
class stays as it was.
"""

from __future__ import annotations

import secrets as tokens
from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, delete, exists, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import staffing
from server.accounts.models import StaffPost, User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import ClassExists, Invalid, InvalidTransition, NotAllowed, NotFound
from server.events import AccessChanged
from server.schools.models import RosterEntry, RosterRole, School, SchoolClass, SchoolKind

_CODE_SIGNS = "CDFGHJKMNPQRTVWXY2346789"
"""No vowels, which would make words, and nothing that looks like something else."""


class Listed(msgspec.Struct, frozen=True):
    """A class on a list."""

    school_class: SchoolClass
    students: int
    teachers: list[User]


class Whole(msgspec.Struct, frozen=True):
    """A class with its people."""

    school_class: SchoolClass
    students: Sequence[User]
    teachers: Sequence[User]


def _taught_by(who: SignedIn) -> ColumnElement[bool]:
    return exists().where(
        RosterEntry.class_id == SchoolClass.id, RosterEntry.user_id == who.user_id,
        RosterEntry.role == RosterRole.TEACHER,
    )


def _seen_by(who: SignedIn) -> ColumnElement[bool]:
    if not who.roles:
        return false()  # a guest
    mine = SchoolClass.school_id == who.school_id
    return mine if staffing.may_manage(who) else and_(mine, _taught_by(who))


async def needs_verified(session: AsyncSession, who: SignedIn) -> None:
    """First names, class codes and cards are for staff whom the school has confirmed.

    Raises:
        NotAllowed: they are not verified (403).
    """
    if await session.scalar(select(User.verified_at).where(User.id == who.user_id)) is None:
        raise NotAllowed("Your school has to verify you before you see its classes.")


async def page(
    session: AsyncSession, who: SignedIn, *, archived: bool, after: tuple[str, UUID] | None, limit: int
) -> list[Listed]:
    """The classes that this person sees, by name, at most `limit`, from behind `after`.

    Raises:
        NotAllowed: they are not verified (403).
    """
    await needs_verified(session, who)
    wanted = and_(
        _seen_by(who),
        SchoolClass.archived_at.is_not(None) if archived else SchoolClass.archived_at.is_(None),
    )
    if after is not None:
        name, last_id = after
        wanted = and_(
            wanted, or_(SchoolClass.name > name, and_(SchoolClass.name == name, SchoolClass.id > last_id))
        )
    students = (
        select(func.count())
        .select_from(RosterEntry)
        .join(User, User.id == RosterEntry.user_id)
        .where(
            RosterEntry.class_id == SchoolClass.id, RosterEntry.role == RosterRole.STUDENT,
            User.disabled_at.is_(None),
        )
        .scalar_subquery()
    )
    rows = (
        await session.execute(
            select(SchoolClass, students)
            .where(wanted)
            .order_by(SchoolClass.name, SchoolClass.id)
            .limit(limit)
        )
    ).tuples().all()
    teachers = await people_in(session, [found.id for found, _ in rows], RosterRole.TEACHER)
    return [Listed(found, count, teachers[found.id]) for found, count in rows]


async def people_in(
    session: AsyncSession, class_ids: Collection[UUID], role: RosterRole
) -> dict[UUID, list[User]]:
    """Who is in each class in this role and not disabled, by name."""
    rows = await session.execute(
        select(RosterEntry.class_id, User)
        .join(User, User.id == RosterEntry.user_id)
        .where(
            RosterEntry.class_id.in_(list(class_ids)), RosterEntry.role == role, User.disabled_at.is_(None)
        )
        .order_by(User.name, User.id)
    )
    found: dict[UUID, list[User]] = defaultdict(list)
    for class_id, user in rows.tuples():
        found[class_id].append(user)
    return found


async def whole(session: AsyncSession, who: SignedIn, class_id: UUID) -> Whole:
    """A class with its people.

    Raises:
        NotFound: there is none that this person sees (404).
        NotAllowed: they are not verified (403).
    """
    found = await session.scalar(select(SchoolClass).where(SchoolClass.id == class_id, _seen_by(who)))
    if found is None:
        raise NotFound
    await needs_verified(session, who)
    students = await people_in(session, [found.id], RosterRole.STUDENT)
    teachers = await people_in(session, [found.id], RosterRole.TEACHER)
    return Whole(found, students[found.id], teachers[found.id])


async def hold_school(uow: UnitOfWork, who: SignedIn) -> School:
    """One's own school, its row held, for somebody who manages its rosters.

    Raises:
        NotAllowed: it is not this person's to do, they are not verified, or it is an office (403).
    """
    if not staffing.may_manage(who):
        raise NotAllowed("Your school's administrators and headteacher manage its classes.")
    school = await staffing.lock_school(uow.session, who.school_id)
    await staffing.still_manages(uow.session, who)
    refuse_office(school)
    return school


def refuse_office(school: School) -> None:
    """Raises: NotAllowed: it is an office (403)."""
    if school.kind is SchoolKind.OFFICE:
        raise NotAllowed("An office has staff and no classes. Nothing was changed.")


async def held(uow: UnitOfWork, who: SignedIn, class_id: UUID) -> SchoolClass:
    """A class to change, with the school's row held.

    Raises:
        NotFound: there is none that this person sees (404).
        NotAllowed: they see it and may not change it (403).
        InvalidTransition: it is archived (409).
    """
    seen = await uow.session.scalar(select(SchoolClass.id).where(SchoolClass.id == class_id, _seen_by(who)))
    if seen is None:
        raise NotFound
    await hold_school(uow, who)
    return await get_open(uow.session, class_id)


async def get_open(session: AsyncSession, class_id: UUID) -> SchoolClass:
    """A class with its row held.

    Raises:
        InvalidTransition: it is archived (409).
    """
    found = await session.get_one(
        SchoolClass, class_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if found.archived_at is not None:
        raise InvalidTransition("This class is archived: it is kept as it was, and nothing was changed.")
    return found


async def fresh_codes(session: AsyncSession, count: int) -> list[str]:
    """Class codes that no class has now: six letters and digits that are easy to copy."""
    fresh: set[str] = set()
    while len(fresh) < count:
        drawn = {
            "".join(tokens.choice(_CODE_SIGNS) for _ in range(6)) for _ in range(count - len(fresh))
        } - fresh
        used = await session.scalars(select(SchoolClass.code).where(SchoolClass.code.in_(drawn)))
        fresh |= drawn - set(used)
    return list(fresh)


async def fresh_code(session: AsyncSession) -> str:
    """A class code that no class has now."""
    return (await fresh_codes(session, 1))[0]


async def _refuse_twin(
    session: AsyncSession, school_id: UUID, name: str, year: str, own: UUID | None
) -> None:
    twins = await session.execute(
        select(SchoolClass.id, SchoolClass.name).where(
            SchoolClass.school_id == school_id, SchoolClass.school_year == year,
            SchoolClass.archived_at.is_(None), SchoolClass.id != own if own else SchoolClass.id.is_not(None),
        )
    )
    if any(found.casefold() == name.casefold() for _, found in twins.tuples()):
        raise ClassExists


def _named(name: str, year: str) -> tuple[str, str]:
    name, year = name.strip(), year.strip()
    if not name or not year:
        raise Invalid("Give the class a name and a school year. Nothing was changed.")
    return name, year


async def create(uow: UnitOfWork, who: SignedIn, name: str, school_year: str) -> SchoolClass:
    """A new class without people, with a code.

    Raises:
        ClassExists: there is one of this name in this year (409).
        Invalid: no name, or no year (400).
        NotAllowed: as `hold_school` (403).
    """
    school = await hold_school(uow, who)
    name, school_year = _named(name, school_year)
    await _refuse_twin(uow.session, school.id, name, school_year, None)
    found = SchoolClass(
        school_id=school.id, name=name, school_year=school_year, code=await fresh_code(uow.session)
    )
    uow.session.add(found)
    await uow.session.flush()
    audit.record(uow, who, "class.create", subject_id=found.id, school_id=school.id,
                 after={"school_year": school_year})  # a name may be that of a child, and would stay
    return found


async def edit(uow: UnitOfWork, who: SignedIn, class_id: UUID, name: str, school_year: str) -> None:
    """Change a class's name and year.

    Raises:
        ClassExists, Invalid: as `create`.
        NotFound, NotAllowed, InvalidTransition: as `held`.
    """
    found = await held(uow, who, class_id)
    name, school_year = _named(name, school_year)
    await _refuse_twin(uow.session, found.school_id, name, school_year, found.id)
    audit.record(
        uow, who, "class.edit", subject_id=found.id, school_id=found.school_id,
        before={"school_year": found.school_year},
        after={"school_year": school_year, "renamed": name != found.name},
    )
    found.name, found.school_year = name, school_year


async def new_code(uow: UnitOfWork, who: SignedIn, class_id: UUID) -> None:
    """Give a class another code: the old one no longer works. Who is signed in stays so.

    Raises:
        NotFound, NotAllowed, InvalidTransition: as `held`.
    """
    found = await held(uow, who, class_id)
    found.code = await fresh_code(uow.session)
    audit.record(uow, who, "class.code", subject_id=found.id, school_id=found.school_id)


async def set_teachers(uow: UnitOfWork, who: SignedIn, class_id: UUID, user_ids: Collection[UUID]) -> None:
    """Say who teaches a class. What it opens to them, and no longer opens to others, follows at once.

    Raises:
        Invalid: somebody is not staff of this school with a post, or is disabled (400).
        NotFound, NotAllowed, InvalidTransition: as `held`.
    """
    found = await held(uow, who, class_id)
    wanted = set(user_ids)
    able = set(
        await uow.session.scalars(
            select(User.id).where(
                User.id.in_(wanted), User.school_id == found.school_id, User.kind == UserKind.STAFF,
                User.disabled_at.is_(None), exists().where(StaffPost.user_id == User.id),
            )
        )
    )
    if able != wanted:
        raise Invalid("Only staff of your school with a post can teach a class. Nothing was changed.")
    before = set(
        await uow.session.scalars(
            select(RosterEntry.user_id).where(
                RosterEntry.class_id == found.id, RosterEntry.role == RosterRole.TEACHER
            )
        )
    )
    await uow.session.execute(
        delete(RosterEntry).where(RosterEntry.class_id == found.id, RosterEntry.user_id.in_(before - wanted))
    )
    uow.session.add_all(
        RosterEntry(class_id=found.id, user_id=user_id, role=RosterRole.TEACHER)
        for user_id in wanted - before
    )
    if before != wanted:
        uow.events.append(AccessChanged(frozenset(before ^ wanted)))
    audit.record(
        uow, who, "class.teachers", subject_id=found.id, school_id=found.school_id,
        before={"user_ids": sorted(map(str, before))}, after={"user_ids": sorted(map(str, wanted))},
    )
