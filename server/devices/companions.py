"""Several students at one device: who joins a sign-in, and who goes. See docs/devices.md."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server import clock
from server.access import Grant, access_of, grants_in
from server.accounts import signing_in
from server.accounts.models import LoginSession, User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.devices.models import SessionCompanion
from server.devices.rules import COMPANIONS_MAX, holds_until
from server.errors import DeviceFull, NotAllowed, NotFound, SignedOut
from server.events import AccessChanged
from server.schools.models import RosterEntry, RosterRole, SchoolClass
from server.spaces import service as spaces
from server.spaces.models import Space

CLASSMATES_SHOWN = 500


def _classmate_of(user_id: UUID) -> ColumnElement[bool]:
    """A student who learns in a class of this one, somebody else."""
    mine, theirs = aliased(RosterEntry), aliased(RosterEntry)
    return (User.id != user_id) & (User.kind == UserKind.STUDENT) & exists().where(
        mine.user_id == user_id, mine.role == RosterRole.STUDENT, mine.class_id == theirs.class_id,
        theirs.user_id == User.id, theirs.role == RosterRole.STUDENT,
        SchoolClass.id == mine.class_id, SchoolClass.archived_at.is_(None),
    )


def _only_students(who: SignedIn) -> None:
    if who.is_staff:
        raise NotAllowed("Only students share a device. Nothing was changed.")


async def classmates(session: AsyncSession, who: SignedIn) -> Sequence[User]:
    """Who may join this student at their device, by alias: their class, which they know from signing in.

    Raises:
        NotAllowed: they are not a student (403).
    """
    _only_students(who)
    found = await session.scalars(
        select(User)
        .where(_classmate_of(who.user_id), User.disabled_at.is_(None))
        .order_by(User.name)
        .limit(CLASSMATES_SHOWN)
    )
    return found.all()


async def add(
    database: Database, bus: Bus, settings: Settings, who: SignedIn, user_id: UUID, pictures: Sequence[str],
    client: str,
) -> None:
    """A classmate joins a student's sign-in by their own three pictures, proved and counted as signing in is.

    Who is there already stays, and nothing is changed.

    Args:
        client: network address, which wrong tries are counted for.

    Raises:
        DeviceFull: `COMPANIONS_MAX` are there besides the first (409).
        NotAllowed: the first is not a student (403).
        SignedOut: the sign-in is over by now (401).
        SignInFailed: the pictures are wrong, they are in no class of the first's, or are disabled (401).
        TooManyTries: too many wrong tries for this student or from this network (429).
    """
    _only_students(who)
    async with database.read() as session:
        user = await session.scalar(select(User).where(User.id == user_id, _classmate_of(who.user_id)))
    proof = await signing_in.prove(
        database, bus, settings, user, UserKind.STUDENT, user_id, "-".join(pictures), client
    )
    async with UnitOfWork(database, bus) as uow:
        await proof.still_holds(uow)
        session = uow.session
        # Held, so that two who come at once are counted, and nobody joins a sign-in that is ending.
        held = await session.scalar(
            select(LoginSession.id)
            .where(LoginSession.id == who.session_id, LoginSession.expires_at > clock.now())
            .with_for_update()
        )
        if held is None:
            raise SignedOut
        there = set(
            await session.scalars(
                select(SessionCompanion.user_id).where(SessionCompanion.session_id == who.session_id)
            )
        )
        if user_id in there:
            return
        if len(there) >= COMPANIONS_MAX:
            raise DeviceFull
        session.add(SessionCompanion(session_id=who.session_id, user_id=user_id, since=clock.now()))
        uow.events.append(AccessChanged(frozenset({who.user_id, user_id})))


async def remove(uow: UnitOfWork, who: SignedIn, user_id: UUID) -> None:
    """One of those at a device goes. Anybody there can do it.

    Raises:
        NotFound: they are not at this device besides the first (404).
    """
    gone = await uow.session.scalar(
        delete(SessionCompanion)
        .where(SessionCompanion.session_id == who.session_id, SessionCompanion.user_id == user_id)
        .returning(SessionCompanion.user_id)
    )
    if gone is None:
        raise NotFound
    uow.events.append(AccessChanged(frozenset({who.user_id, user_id})))


async def take_off(uow: UnitOfWork, who: SignedIn, space_id: UUID, user_id: UUID) -> None:
    """An adult who runs a space takes a student of their own school off the devices of others there. The
    student may come back by their own pictures.

    Raises:
        NotAllowed: this person does not moderate the space (403).
        NotFound: no student of their school who is at the device of somebody who may be in the space (404).
    """
    session = uow.session
    space = await session.get(Space, await spaces.root_of(session, space_id))
    if space is None or Grant.SPACE_MODERATE not in await grants_in(session, who.user_id, space.id):
        raise NotAllowed("Only adults who run the room take somebody off a device.")
    rows = await session.execute(
        select(SessionCompanion.session_id, LoginSession.user_id)
        .join(LoginSession, LoginSession.id == SessionCompanion.session_id)
        .join(User, User.id == SessionCompanion.user_id)
        .where(SessionCompanion.user_id == user_id, User.school_id == who.school_id)
    )
    owners = dict(rows.tuples().all())
    found = await access_of(session, set(owners.values()), space.id)
    here = {each: owner for each, owner in owners.items() if owner in found and found[owner].may_enter}
    if not here:
        raise NotFound
    await session.execute(
        delete(SessionCompanion).where(
            SessionCompanion.session_id.in_(here), SessionCompanion.user_id == user_id
        )
    )
    audit.record(
        uow, who, "device.take_off", subject_id=user_id, school_id=who.school_id,
        partnership_id=space.partnership_id,
        after={"space_id": space.id, "of_ids": sorted(set(here.values()))},
    )
    uow.events.append(AccessChanged(frozenset({user_id, *here.values()})))


async def touch(uow: UnitOfWork, who: SignedIn) -> None:
    """Somebody touched a device of a class-room: the sign-in there holds on, up to its latest end.

    Other sign-ins last as long as they last, and nothing is written.
    """
    found = await uow.session.scalar(
        select(LoginSession)
        .where(LoginSession.id == who.session_id, LoginSession.ends_at.is_not(None))
        .with_for_update()
    )
    if found is not None and found.ends_at is not None:
        found.expires_at = holds_until(clock.now(), found.ends_at)

