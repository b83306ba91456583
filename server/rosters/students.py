"""The students of a class: their aliases, and the cards that they sign in with.

Who may do what is as for classes (`server.rosters.classes`).
"""

from __future__ import annotations

import random
import secrets as tokens
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from server import clock, printing
from server.accounts import secrets, staffing, welcome
from server.accounts.models import User, UserKind
from server.accounts.service import SignedIn
from server.accounts.signing_in import PICTURES
from server.audit import service as audit
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.errors import AliasTaken, Invalid, InvalidTransition, NotAllowed, NotFound
from server.events import AccessChanged
from server.rosters import aliases, classes
from server.rosters.aliases import Alias
from server.schools.models import RosterEntry, RosterRole, School, SchoolClass, TagKind

STUDENTS_LIMIT = 200
"""In a class that is filled by hand."""
CARDS_LIMIT = 200
"""In one print."""
OFFERED = 24
"""Free aliases to choose from, at a time."""

_dice = random.SystemRandom()


async def names_in(
    session: AsyncSession, class_ids: Collection[UUID], without: UUID | None = None
) -> dict[UUID, set[str]]:
    """The aliases in each class: of disabled students too, whose messages are still there."""
    rows = await session.execute(
        select(RosterEntry.class_id, User.id, User.name)
        .join(User, User.id == RosterEntry.user_id)
        .where(RosterEntry.class_id.in_(list(class_ids)), RosterEntry.role == RosterRole.STUDENT)
    )
    taken: dict[UUID, set[str]] = {class_id: set() for class_id in class_ids}
    for class_id, user_id, name in rows.tuples():
        if user_id != without:
            taken[class_id].add(name)
    return taken


def student(school_id: UUID, given_name: str, alias: Alias, external_id: str | None = None) -> User:
    """A new student, who cannot sign in until a card gives them pictures."""
    return User(
        kind=UserKind.STUDENT, school_id=school_id, name=alias.name, avatar=alias.avatar,
        given_name=given_name, external_id=external_id,
    )


async def add_students(
    uow: UnitOfWork, who: SignedIn, class_id: UUID, given_names: Sequence[str]
) -> None:
    """Add students by first name; each gets an alias.

    Raises:
        Invalid: a name is empty, or the class would pass `STUDENTS_LIMIT` (400).
        NotFound, NotAllowed, InvalidTransition: as `classes.held`.
    """
    found = await classes.held(uow, who, class_id)
    names = [name.strip() for name in given_names]
    if not all(names):
        raise Invalid("Give each student's first name. Nothing was changed.")
    taken = (await names_in(uow.session, [found.id]))[found.id]
    if len(taken) + len(names) > STUDENTS_LIMIT:
        raise Invalid(f"A class has at most {STUDENTS_LIMIT} students. Nothing was changed.")
    added = []
    for name in names:
        alias = aliases.choose(taken, [name], _dice)
        taken.add(alias.name)
        added.append(student(found.school_id, name, alias))
    uow.session.add_all(added)
    await uow.session.flush()
    uow.session.add_all(
        RosterEntry(class_id=found.id, user_id=each.id, role=RosterRole.STUDENT) for each in added
    )
    audit.record(uow, who, "class.add_students", subject_id=found.id, school_id=found.school_id,
                 after={"user_ids": [str(each.id) for each in added]})


async def _student(session: AsyncSession, found: SchoolClass, user_id: UUID) -> User:
    user = await session.scalar(
        select(User)
        .join(RosterEntry, RosterEntry.user_id == User.id)
        .where(
            RosterEntry.class_id == found.id, RosterEntry.role == RosterRole.STUDENT, User.id == user_id,
            User.disabled_at.is_(None),
        )
    )
    if user is None:
        raise NotFound
    return user


async def classes_of(session: AsyncSession, user_id: UUID) -> list[UUID]:
    """The classes of this year that somebody learns in."""
    found = await session.scalars(
        select(RosterEntry.class_id)
        .join(SchoolClass, SchoolClass.id == RosterEntry.class_id)
        .where(
            RosterEntry.user_id == user_id, RosterEntry.role == RosterRole.STUDENT,
            SchoolClass.archived_at.is_(None),
        )
    )
    return list(found)


async def _taken_around(session: AsyncSession, user: User) -> set[str]:
    per_class = await names_in(session, await classes_of(session, user.id), without=user.id)
    return set[str]().union(*per_class.values())


async def free_aliases(session: AsyncSession, who: SignedIn, class_id: UUID, user_id: UUID) -> list[Alias]:
    """Some aliases that a student could have instead, different ones each time.

    Raises:
        NotFound: there is no such student in a class that this person sees (404).
        NotAllowed: they may not change it (403).
    """
    found = (await classes.whole(session, who, class_id)).school_class
    if not staffing.may_manage(who):
        raise NotAllowed
    user = await _student(session, found, user_id)
    possible = aliases.free([*await _taken_around(session, user), user.name], [user.given_name])
    return [
        Alias(name, aliases.ALL[name]) for name in _dice.sample(possible, min(OFFERED, len(possible)))
    ]


async def edit_student(
    uow: UnitOfWork, who: SignedIn, class_id: UUID, user_id: UUID, given_name: str, alias: str
) -> None:
    """Change a student's first name and alias.

    Args:
        alias: one of `free_aliases`, or the one they have. It also changes by itself when it would give
            the first name away. "": any other.

    Raises:
        AliasTaken: somebody in a class of theirs has it (409).
        Invalid: no first name, or an alias that is none of ours or holds the name (400).
        NotFound, NotAllowed, InvalidTransition: as `classes.held`.
    """
    found = await classes.held(uow, who, class_id)
    user = await _student(uow.session, found, user_id)
    given_name = given_name.strip()
    if not given_name:
        raise Invalid("Give the student's first name. Nothing was changed.")
    taken, real = await _taken_around(uow.session, user), aliases.words([given_name])
    changed = [what for what, is_new in (("given_name", given_name != user.given_name),
                                         ("alias", alias != user.name)) if is_new]
    user.given_name = given_name
    if alias != user.name and alias:
        if alias in taken:
            raise AliasTaken
        if alias not in aliases.ALL or not aliases.fits(alias, real):
            raise Invalid("Choose one of the aliases offered for this student. Nothing was changed.")
        user.name, user.avatar = alias, aliases.ALL[alias]
    elif not alias or not aliases.fits(user.name, real):
        chosen = aliases.choose([*taken, user.name], [given_name], _dice)
        user.name, user.avatar = chosen.name, chosen.avatar
    audit.record(uow, who, "class.edit_student", subject_id=user.id, school_id=found.school_id,
                 after={"class_id": found.id, "changed": changed})


async def remove_student(uow: UnitOfWork, who: SignedIn, class_id: UUID, user_id: UUID) -> None:
    """Take a student out of a class. Who is in no other class of this year is disabled and signed out.

    Raises:
        NotFound: there is no such student in a class that this person sees (404).
        NotAllowed, InvalidTransition: as `classes.held`.
    """
    found = await classes.held(uow, who, class_id)
    user = await _student(uow.session, found, user_id)
    await uow.session.execute(
        delete(RosterEntry).where(RosterEntry.class_id == found.id, RosterEntry.user_id == user.id)
    )
    has_left = not await classes_of(uow.session, user.id)
    if has_left:
        user.disabled_at = clock.now()
        await welcome.end_sessions(uow, [user.id])
    uow.events.append(AccessChanged(frozenset({user.id})))
    audit.record(uow, who, "class.remove_student", subject_id=user.id, school_id=found.school_id,
                 before={"class_id": found.id}, after={"disabled": has_left})


def _new_pictures() -> tuple[str, str, str]:
    while True:
        pictures = tokens.choice(PICTURES), tokens.choice(PICTURES), tokens.choice(PICTURES)
        if len(set(pictures)) > 1:
            return pictures


async def print_cards(
    database: Database, bus: Bus, who: SignedIn, class_id: UUID, student_ids: Collection[UUID], origin: str,
    *, with_pictures: bool,
) -> bytes:
    """The login cards of a class as PDF. With pictures, the students get new ones and are signed out.

    The sheet is drawn before anything changes: what is stored is what was printed, or nothing is.

    Args:
        student_ids: none: the whole class.
        origin: where the pages are served from.

    Raises:
        NotFound: no such class for this person, or a student who is not in it (404).
        NotAllowed: not verified (403).
        InvalidTransition: the class is archived, or somebody else gave out new pictures meanwhile (409).
        Invalid: there is nobody to print a card for, or more than `CARDS_LIMIT` (400).
        TooManyTries: too much is being hashed, or too many documents are being drawn, now (429).
    """
    from server.rosters import cards  # it loads what draws PDFs

    async with database.read() as session:
        found = await classes.whole(session, who, class_id)
        school = await session.scalar(
            select(School).where(School.id == who.school_id).options(selectinload(School.tags))
        )
    if found.school_class.archived_at is not None:
        raise InvalidTransition("This class is archived: its code no longer works.")
    students = [each for each in found.students if not student_ids or each.id in student_ids]
    if set(student_ids) - {each.id for each in students}:
        raise NotFound
    if not students or school is None:
        raise Invalid("There is nobody in this class to print a card for.")
    if len(students) > CARDS_LIMIT:
        raise Invalid(
            f"At most {CARDS_LIMIT} cards are printed at once. Choose some of the students. "
            "Nothing was changed."
        )
    pictures = {each.id: _new_pictures() if with_pictures else None for each in students}
    hashes = await secrets.hash_batch(
        ["-".join(three) for three in pictures.values() if three is not None], student=True
    )
    code = found.school_class.code
    sheet = await printing.in_turn(
        cards.cards_pdf, origin, school.name, found.school_class.name, f"{code[:3]}-{code[3:]}",
        [cards.Card(each.id, each.name, each.avatar, each.given_name, pictures[each.id])
         for each in students],
        next(iter(school.tagged(TagKind.LANGUAGE)), "en").partition("-")[0],
    )
    async with UnitOfWork(database, bus) as uow:
        if with_pictures:
            await _store_pictures(uow, class_id, code, students, hashes)
        audit.record(
            uow, who, "class.pictures" if with_pictures else "class.cards", subject_id=class_id,
            school_id=who.school_id, after={"user_ids": [str(each.id) for each in students]},
        )
    return sheet


async def _store_pictures(
    uow: UnitOfWork, class_id: UUID, code: str, students: Iterable[User], hashes: Sequence[str]
) -> None:
    now = await classes.get_open(uow.session, class_id)
    stored = {
        each.id: each
        for each in (await classes.people_in(uow.session, [class_id], RosterRole.STUDENT))[class_id]
    }
    for each, secret_hash in zip(students, hashes, strict=True):
        user = stored.get(each.id)
        if user is None or user.secret_hash != each.secret_hash or now.code != code:
            raise InvalidTransition(
                "Somebody else changed this class or gave out new pictures at the same moment. "
                "Nothing was changed. Look at the class, then print again."
            )
        user.secret_hash = secret_hash
    await welcome.end_sessions(uow, stored.keys() & {each.id for each in students})
