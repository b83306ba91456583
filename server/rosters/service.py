"""Importing a school's people and classes from files: look first, then carry out what was looked at.

A plan names its changes by a digest. Applying works the plan out again under the school's lock and goes
on only if the digest is still the same, so that nobody agrees to one thing and gets another. One row that
does not fit, and nothing is imported.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import staffing
from server.accounts.models import StaffPost, StaffRole, User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.errors import NotAllowed, NotFound, PlanChanged, RosterErrors
from server.rosters import classes, oneroster, plain_csv, plan
from server.rosters.carry_out import Import
from server.rosters.plan import Plan, Stored, StoredClass, StoredPerson
from server.rosters.roster import ERRORS_SHOWN, Reading, Roster, RowError, UnreadableFile
from server.schools.models import RosterEntry, School, SchoolClass

FILES_LIMIT = 30
UPLOAD_LIMIT_BYTES = 8 * 1024 * 1024


def read(files: Sequence[tuple[str, bytes]], org: str = "") -> Reading:
    """Read what was uploaded: one plain table, the files of a OneRoster export, or a zip of them.

    Raises:
        UnreadableFile: it is none of these (400).
        ChooseOrg: the export holds several schools (400).
    """
    named = {oneroster.base_name(name): data for name, data in files}
    if len(named) != len(files) or not files or len(files) > FILES_LIMIT:
        raise UnreadableFile("Choose one table, one zip, or the OneRoster files, each once.")
    if len(named) == 1:
        name, data = next(iter(named.items()))
        if data.startswith(b"PK") or name.endswith(".zip"):
            return oneroster.read(oneroster.unzip(data), org)
        if name not in oneroster.FILES:
            return plain_csv.read(name[-120:], data)
    if not set(named) & set(oneroster.FILES):
        raise UnreadableFile("Choose one table, one zip, or the OneRoster files, each once.")
    return oneroster.read(named, org)


def _refuse_errors(errors: Sequence[RowError]) -> None:
    if errors:
        raise RosterErrors(
            rows=[msgspec.to_builtins(error) for error in errors[:ERRORS_SHOWN]], count=len(errors)
        )


async def _may(session: AsyncSession, who: SignedIn | None, school_id: UUID) -> None:
    if who is None:
        return
    if who.school_id != school_id or not staffing.may_manage(who):
        raise NotAllowed("Your school's administrators and headteacher import its rosters.")
    await staffing.still_manages(session, who)


async def plan_import(
    database: Database, who: SignedIn | None, school_id: UUID, files: Sequence[tuple[str, bytes]],
    org: str = "",
) -> Plan:
    """What importing these files would change. Changes nothing.

    Args:
        who: None for the operator's command.
        org: sourcedId of the school, where OneRoster files hold several.

    Raises:
        RosterErrors: rows do not fit; `rows` has the first 200, `count` how many there are (400).
        UnreadableFile, ChooseOrg: as `read`.
        NotAllowed: not this person's to do (403).
        NotFound: there is no such school (404).
    """
    async with database.read() as session:
        await _may(session, who, school_id)
        school = await session.get(School, school_id)
        if school is None:
            raise NotFound
        classes.refuse_office(school)
    reading = await asyncio.to_thread(read, files, org)
    _refuse_errors(reading.errors)
    async with database.read() as session:
        return await _planned(session, who, reading.roster, school_id)


async def _planned(session: AsyncSession, who: SignedIn | None, roster: Roster, school_id: UUID) -> Plan:
    stored = await _stored(session, school_id)
    # A large school takes seconds, in which others are answered.
    made = await asyncio.to_thread(plan.make, roster, stored, who.user_id if who else None)
    elsewhere = set(
        await session.scalars(
            select(User.email).where(
                User.email.in_([each.email for each in roster.people if each.email]),
                User.school_id != school_id,
            )
        )
    )
    taken = [
        RowError(each.file, each.row, "email", "email_taken") for each in roster.people
        if each.email in elsewhere and not each.is_gone
    ]
    _refuse_errors([*made.errors, *taken])
    return made


async def _stored(session: AsyncSession, school_id: UUID) -> Stored:
    people = (await session.scalars(select(User).where(User.school_id == school_id))).all()
    posts: dict[UUID, set[StaffRole]] = defaultdict(set)
    rows = await session.execute(
        select(StaffPost.user_id, StaffPost.role)
        .join(User, User.id == StaffPost.user_id)
        .where(User.school_id == school_id)
    )
    for user_id, role in rows.tuples():
        posts[user_id].add(role)
    groups = (await session.scalars(select(SchoolClass).where(SchoolClass.school_id == school_id))).all()
    places = await session.execute(
        select(RosterEntry.class_id, RosterEntry.user_id)
        .join(SchoolClass, SchoolClass.id == RosterEntry.class_id)
        .where(SchoolClass.school_id == school_id)
    )
    return Stored(
        people=[
            StoredPerson(
                id=each.id, kind=each.kind, external_id=each.external_id,
                name=each.name if each.kind is UserKind.STAFF else "", given_name=each.given_name,
                alias=each.name if each.kind is UserKind.STUDENT else "",
                email=each.email or "", posts=frozenset(posts[each.id]),
                is_disabled=each.disabled_at is not None,
            )
            for each in people
        ],
        classes=[
            StoredClass(
                id=each.id, external_id=each.external_id, name=each.name, school_year=each.school_year,
                is_archived=each.archived_at is not None, continues_id=each.continues_id,
            )
            for each in groups
        ],
        places=frozenset(places.tuples().all()),
    )


async def apply_import(
    database: Database, bus: Bus, who: SignedIn | None, school_id: UUID, files: Sequence[tuple[str, bytes]],
    digest: str, org: str = "",
) -> dict[str, int]:
    """Carry out the plan of this digest, all of it or nothing; returns how many changes of each kind.

    New students cannot sign in until cards give them pictures, and new staff until somebody makes them
    a welcome link.

    Raises:
        PlanChanged: the same files would change something else now (409).
        EmailTaken: somebody took an address at this moment (409).
        LastManager: nobody would manage the school any more (409).
        RosterErrors, UnreadableFile, ChooseOrg, NotAllowed, NotFound: as `plan_import`.
    """
    async with database.read() as session:
        await _may(session, who, school_id)
    reading = await asyncio.to_thread(read, files, org)
    _refuse_errors(reading.errors)
    try:
        async with UnitOfWork(database, bus) as uow:
            school = await staffing.lock_school(uow.session, school_id)
            classes.refuse_office(school)
            await _may(uow.session, who, school_id)
            made = await _planned(uow.session, who, reading.roster, school_id)
            if made.digest != digest:
                raise PlanChanged
            await Import(uow, who, school, reading.roster).carry_out(made.changes)
            counts = dict(sorted(Counter(change.code.value for change in made.changes).items()))
            audit.record(uow, who, "roster.import", subject_id=school_id, school_id=school_id,
                         after={"digest": digest, **counts})
    except IntegrityError as error:  # an id or an address was taken between two statements
        raise PlanChanged from error
    return counts
