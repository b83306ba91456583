"""Signing in: staff by e-mail and password, students by class code, alias and pictures.

A secret is checked outside any transaction, since that takes a while; what was found is asked again in the
one that begins the sign-in. Every try is counted first (`server.accounts.tries`).
See docs/decisions/sessions.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import clock
from server.accounts import secrets, tries
from server.accounts.models import LoginSession, User, UserKind
from server.accounts.service import hash_of, open_session
from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.devices.reading import device_behind
from server.devices.rules import LONGEST
from server.errors import SignInFailed, WrongPassword
from server.events import SessionEnded
from server.schools.models import RosterEntry, RosterRole, SchoolClass

PICTURES = ("sun", "moon", "star", "tree", "flower", "fish", "bird", "cat", "boat", "house", "apple", "drum")
"""What a student's code is made of: three of these, in order."""


class SignIn(msgspec.Struct, frozen=True):
    """What a sign-in comes with besides the secret."""

    client: str
    """Network address."""
    user_agent: str
    old_token: str
    """The token of the sign-in that this one replaces on the device; may be empty."""
    device_token: str = ""
    """That of the class-room's device, if it is one: the sign-in is short there."""


async def sign_in_staff(
    database: Database, bus: Bus, settings: Settings, email: str, password: str, come: SignIn
) -> tuple[str, UUID]:
    """Sign a member of staff in; returns the new token and their id.

    Raises:
        SignInFailed: e-mail or password is wrong, or the account is disabled; it does not say which (401).
        TooManyTries: too many wrong tries for this account or from this network (429).
    """
    async with database.read() as session:
        user = await session.scalar(
            select(User).where(User.email == email.strip().lower(), User.kind == UserKind.STAFF)
        )
    # An unknown address is counted like an account, so that the limit does not tell which exist.
    subject = user.id if user else hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]
    lifetime = timedelta(days=settings.session_days)
    return await _sign_in(
        database, bus, settings, user, UserKind.STAFF, subject, password, come, lifetime
    )


async def sign_in_student(
    database: Database, bus: Bus, settings: Settings, code: str, student_id: UUID, pictures: Sequence[str],
    come: SignIn,
) -> tuple[str, UUID]:
    """Sign a student in by class code, alias and pictures; returns the new token and their id.

    Args:
        code: empty on a device of a class-room: the class is the device's.

    Raises:
        SignInFailed: code, alias or pictures are wrong, or the account is disabled (401).
        TooManyTries: too many wrong tries for this student or from this network (429).
    """
    async with database.read() as session:
        is_class = SchoolClass.code == clean_code(code)
        if not code and (device := await device_behind(session, come.device_token)):
            is_class = SchoolClass.id == device.class_id
        user = await session.scalar(
            select(User)
            .join(RosterEntry, RosterEntry.user_id == User.id)
            .join(SchoolClass, SchoolClass.id == RosterEntry.class_id)
            .where(
                User.id == student_id,
                User.kind == UserKind.STUDENT,
                RosterEntry.role == RosterRole.STUDENT,
                is_class,
                SchoolClass.archived_at.is_(None),
            )
        )
    lifetime = timedelta(hours=settings.student_session_hours)
    return await _sign_in(
        database, bus, settings, user, UserKind.STUDENT, student_id, "-".join(pictures),
        come, lifetime, only_on_device=not code,
    )


async def _sign_in(
    database: Database, bus: Bus, settings: Settings, user: User | None, kind: UserKind, subject: object,
    secret: str, come: SignIn, lifetime: timedelta, *, only_on_device: bool = False,
) -> tuple[str, UUID]:
    proof = await prove(database, bus, settings, user, kind, subject, secret, come.client)
    async with UnitOfWork(database, bus) as uow:
        await proof.still_holds(uow)
        device = await device_behind(uow.session, come.device_token, to_use=True)
        if device is None and only_on_device:
            raise SignInFailed  # it was taken back while the secret was checked
        if come.old_token:
            ended = await uow.session.scalar(
                delete(LoginSession).where(LoginSession.token_hash == hash_of(come.old_token))
                .returning(LoginSession.id)
            )
            if ended:
                uow.events.append(SessionEnded(ended))
        if device is None:
            token = open_session(uow, proof.user.id, come.user_agent, lifetime)
        else:
            token = open_session(uow, proof.user.id, come.user_agent, min(lifetime, LONGEST), device.id)
            device.last_used_at = clock.now()
    return token, proof.user.id


class Proof(msgspec.Struct, frozen=True):
    """Somebody has given the right secret."""

    user: User
    subjects: list[str]
    """What the try was counted for."""

    async def still_holds(self, uow: UnitOfWork) -> None:
        """Hold the account, and take the try back. The first thing of the transaction that follows.

        Raises:
            SignInFailed: the account was disabled or its secret changed while it was checked (401).
        """
        unchanged = await uow.session.scalar(
            select(User.id)
            .where(
                User.id == self.user.id, User.secret_hash == self.user.secret_hash,
                User.disabled_at.is_(None),
            )
            .with_for_update(read=True)
        )
        if unchanged is None:
            raise SignInFailed
        await tries.take_back(uow.session, self.subjects)


async def prove(
    database: Database, bus: Bus, settings: Settings, user: User | None, kind: UserKind, subject: object,
    secret: str, client: str,
) -> Proof:
    """Check a secret, and count the try. Do not hold a transaction meanwhile.

    Args:
        user: None takes as long, and fails.
        kind: of whom it would be: a student's check is another one.
        subject: what identifies the account among tries.
        client: network address.

    Raises:
        SignInFailed: it is another one, there is no such person, or the account is disabled (401).
        TooManyTries: too many wrong tries for this account or from this network (429).
    """
    subjects = [
        tries.account(subject), tries.account_day(subject), tries.address(client, settings.secret)
    ]
    async with UnitOfWork(database, bus) as uow:
        await tries.admit(uow.session, subjects)
    student = kind is UserKind.STUDENT  # also when there is no such student: it must take as long
    right = await secrets.verify(user.secret_hash if user else None, secret, student=student)
    if user is None or not right or user.disabled_at is not None:
        raise SignInFailed
    return Proof(user, subjects)


async def confirm_password(database: Database, bus: Bus, user_id: UUID, password: str) -> None:
    """Make sure that who is signed in as this member of staff is them, before something that binds.

    Wrong ones count against the account like those of a sign-in. Do not hold a transaction meanwhile.

    Raises:
        WrongPassword: it is another one, or the account is disabled (403).
        TooManyTries: too many wrong tries for this account (429).
    """
    subjects = [tries.account(user_id), tries.account_day(user_id)]
    async with UnitOfWork(database, bus) as uow:
        await tries.admit(uow.session, subjects)
    async with database.read() as session:
        user = await session.get(User, user_id)
    right = await secrets.verify(user.secret_hash if user else None, password)
    if user is None or not right or user.disabled_at is not None:
        raise WrongPassword
    async with UnitOfWork(database, bus) as uow:
        await tries.take_back(uow.session, subjects)


def clean_code(code: str) -> str:
    """A class code as it is stored: capitals and digits, whatever was typed between them."""
    return re.sub(r"[^A-Z0-9]", "", code.upper())[:8]


async def class_by_code(
    database: Database, bus: Bus, settings: Settings, code: str, client: str
) -> tuple[SchoolClass, Sequence[User]]:
    """The class behind a code, with its students by alias.

    Raises:
        SignInFailed: no class has this code (401).
        TooManyTries: too many wrong codes from this network (429).
    """
    subjects = [tries.codes(client, settings.secret)]
    async with UnitOfWork(database, bus) as uow:
        await tries.admit(uow.session, subjects)
        found = await uow.session.scalar(
            select(SchoolClass)
            .where(SchoolClass.code == clean_code(code), SchoolClass.archived_at.is_(None))
            .options(joinedload(SchoolClass.school))
        )
        if found is not None:
            await tries.take_back(uow.session, subjects)
            return found, await _students_in(uow.session, found.id)
    raise SignInFailed


async def class_of_device(
    session: AsyncSession, token: str
) -> tuple[SchoolClass, Sequence[User]] | None:
    """The class whose device this token belongs to, as its code shows it; None: it is no device's."""
    device = await device_behind(session, token)
    if device is None:
        return None
    found = await session.scalar(
        select(SchoolClass).where(SchoolClass.id == device.class_id).options(joinedload(SchoolClass.school))
    )
    return None if found is None else (found, await _students_in(session, found.id))


async def _students_in(session: AsyncSession, class_id: UUID) -> Sequence[User]:
    students = await session.scalars(
        select(User)
        .join(RosterEntry, RosterEntry.user_id == User.id)
        .where(
            RosterEntry.class_id == class_id,
            RosterEntry.role == RosterRole.STUDENT,
            User.disabled_at.is_(None),
        )
        .order_by(User.name)
    )
    return students.all()
