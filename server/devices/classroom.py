"""Devices of a class-room: a teacher makes a tablet one, and takes it back. See docs/devices.md.

The teachers of a class, and those who manage the school's classes, make, see and revoke its devices. A move
locks the school's row first.
"""

from __future__ import annotations

import secrets as tokens
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts import service as accounts
from server.accounts import staffing
from server.accounts.models import LoginSession
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.devices.models import ClassroomDevice
from server.devices.reading import device_behind, hashed
from server.devices.rules import DEVICES_MAX
from server.errors import Invalid, InvalidTransition, NotFound
from server.events import SessionEnded
from server.rosters import classes


async def of_class(session: AsyncSession, who: SignedIn, class_id: UUID) -> Sequence[ClassroomDevice]:
    """The devices of a class, by name: at most `DEVICES_MAX`.

    Raises:
        NotFound: there is no class that this person sees (404).
        NotAllowed: they are not verified (403).
    """
    await classes.whole(session, who, class_id)
    found = await session.scalars(
        select(ClassroomDevice)
        .where(ClassroomDevice.class_id == class_id, ClassroomDevice.revoked_at.is_(None))
        .order_by(ClassroomDevice.name, ClassroomDevice.made_at)
        .limit(DEVICES_MAX)
    )
    return found.all()


async def make(
    uow: UnitOfWork, who: SignedIn, class_id: UUID, name: str, old_token: str
) -> tuple[ClassroomDevice, str]:
    """Make the device that this request comes from one of a class; returns it with its token. The sign-in
    of whoever makes it ends: what stays there is for students.

    Args:
        old_token: of the device that it is already, which it is no more afterwards; may be empty.

    Raises:
        Invalid: it has no name (400).
        InvalidTransition: the class is archived, or has `DEVICES_MAX` (409).
        NotFound, NotAllowed: as `of_class`.
    """
    session = uow.session
    await staffing.lock_school(session, who.school_id)
    found = (await classes.whole(session, who, class_id)).school_class
    if found.archived_at is not None:
        raise InvalidTransition("This class is archived: it has no devices. Nothing was changed.")
    if not (name := name.strip()):
        raise Invalid("Give the device a name, as it stands on its sticker. Nothing was changed.")
    there = await session.scalar(
        select(func.count())
        .select_from(ClassroomDevice)
        .where(ClassroomDevice.class_id == class_id, ClassroomDevice.revoked_at.is_(None))
    )
    if (there or 0) >= DEVICES_MAX:
        raise InvalidTransition(f"A class has {DEVICES_MAX} devices at most. Take one back first.")
    await accounts.end_session(uow, who.user_id, who.session_id)
    before = await device_behind(session, old_token, to_use=True)
    if before is not None and before.school_id == who.school_id:
        await _take_back(uow, who, before)
    token = tokens.token_urlsafe(32)
    made = ClassroomDevice(
        school_id=found.school_id, class_id=found.id, name=name, token_hash=hashed(token),
        made_by_id=who.user_id, made_at=clock.now(),
    )
    session.add(made)
    await session.flush()
    audit.record(uow, who, "device.make", subject_id=made.id, school_id=made.school_id,
                 after={"class_id": str(class_id)})
    return made, token


async def revoke(uow: UnitOfWork, who: SignedIn, class_id: UUID, device_id: UUID) -> None:
    """Take a device back: its cookie is worthless, and whoever is signed in there is signed out.

    Raises:
        NotFound: the class has no such device, or not any more, or is not one that this person sees (404).
        NotAllowed: they are not verified (403).
    """
    session = uow.session
    await staffing.lock_school(session, who.school_id)
    await classes.whole(session, who, class_id)
    found = await session.scalar(
        select(ClassroomDevice)
        .where(
            ClassroomDevice.id == device_id, ClassroomDevice.class_id == class_id,
            ClassroomDevice.revoked_at.is_(None),
        )
        .with_for_update()
    )
    if found is None:
        raise NotFound
    await _take_back(uow, who, found)


async def _take_back(uow: UnitOfWork, who: SignedIn, device: ClassroomDevice) -> None:
    device.revoked_at = clock.now()
    ended = await uow.session.scalars(
        delete(LoginSession).where(LoginSession.device_id == device.id).returning(LoginSession.id)
    )
    uow.events += [SessionEnded(each) for each in ended]
    audit.record(uow, who, "device.revoke", subject_id=device.id, school_id=device.school_id,
                 before={"class_id": str(device.class_id)})
