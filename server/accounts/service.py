"""Signing in and out: who a request comes from, and the sign-ins a person can see and end.

The cookie holds a random token and nothing else; the table holds its hash. A new token is made at
each sign-in, so a token planted before it is worth nothing. See docs/decisions/sessions.md.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets as tokens
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import clock
from server.accounts import secrets, tries
from server.accounts.models import LoginSession, StaffPost, StaffRole, User, UserKind, WelcomeLink
from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.devices.models import ClassroomDevice
from server.devices.reading import device_behind
from server.devices.rules import KEPT_REVOKED, LONGEST, holds_until
from server.errors import NotFound, SignInFailed, WrongPassword
from server.events import SessionEnded
from server.schools.models import RosterEntry, RosterRole, SchoolClass

SESSION_COOKIE = "commonroom_session"

SEEN_EVERY = timedelta(minutes=5)
"""How precisely "last seen" is kept: a write on every request would be waste."""

PICTURES = ("sun", "moon", "star", "tree", "flower", "fish", "bird", "cat", "boat", "house", "apple", "drum")
"""What a student's code is made of: three of these, in order."""


class SignedIn(msgspec.Struct, frozen=True):
    """The person behind a request or a socket."""

    user_id: UUID
    session_id: UUID
    kind: UserKind
    school_id: UUID
    roles: frozenset[StaffRole] = frozenset()

    @property
    def is_staff(self) -> bool:
        return self.kind is UserKind.STAFF


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# Asked for every request, socket and join. Built once: to build and recognise a statement anew takes longer
# than to run it. A row for each post; somebody without one has a single row.
_WHO = (
    select(
        LoginSession.id, LoginSession.last_seen_at, User.id, User.kind, User.school_id, StaffPost.role
    )
    .join(User, User.id == LoginSession.user_id)
    .outerjoin(StaffPost, StaffPost.user_id == User.id)
    .where(
        LoginSession.token_hash == bindparam("token_hash"),
        LoginSession.expires_at > bindparam("now"),
        User.disabled_at.is_(None),
    )
)
_ALIVE = (
    select(LoginSession.id)
    .join(User, User.id == LoginSession.user_id)
    .where(
        LoginSession.id.in_(bindparam("session_ids", expanding=True)),
        LoginSession.expires_at > bindparam("now"),
        User.disabled_at.is_(None),
    )
)
_PEOPLE = select(User).where(User.id.in_(bindparam("user_ids", expanding=True)))
_CLASS_NAMES = (
    select(RosterEntry.user_id, SchoolClass.name)
    .join(SchoolClass, SchoolClass.id == RosterEntry.class_id)
    .where(
        RosterEntry.user_id.in_(bindparam("user_ids", expanding=True)), RosterEntry.role == RosterRole.STUDENT
    )
    # Of several, the class of this year counts, else the newest of those that are over.
    .order_by(SchoolClass.archived_at.is_(None), SchoolClass.archived_at, SchoolClass.name.desc())
)


async def who_is(database: Database, token: str) -> SignedIn | None:
    """The person whose cookie this is, or None when the sign-in is over or the account disabled."""
    now = clock.now()
    async with database.read() as session:
        rows = (await session.execute(_WHO, {"token_hash": _hash(token), "now": now})).tuples().all()
    if not rows:
        return None
    session_id, last_seen_at, user_id, kind, school_id, _ = rows[0]
    # Without a post there is one row, whose role is None.
    roles = frozenset(role for *_, role in rows if role)
    signed_in = SignedIn(user_id, session_id, kind, school_id, roles)
    if now - last_seen_at > SEEN_EVERY:
        # A nicety: a database that is busy writing must not turn this reading away.
        with contextlib.suppress(SQLAlchemyError):
            async with database.engine.begin() as connection:
                await connection.execute(
                    update(LoginSession).where(LoginSession.id == session_id).values(last_seen_at=now)
                )
    return signed_in


def device_name(user_agent: str) -> str:
    """A browser and a system in words: "Firefox on Android". Enough to tell one's tablets apart."""
    browser = next(
        (name for mark, name in (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"),
                                 ("Chrome", "Chrome"), ("Safari", "Safari")) if mark in user_agent),
        "A browser",
    )
    system = next(
        (name for mark, name in (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
                                 ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Mac OS", "macOS"),
                                 ("Linux", "Linux")) if mark in user_agent),
        "",
    )
    return f"{browser} on {system}" if system else browser


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
                delete(LoginSession).where(LoginSession.token_hash == _hash(come.old_token))
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


def open_session(
    uow: UnitOfWork, user_id: UUID, user_agent: str, lifetime: timedelta, device_id: UUID | None = None
) -> str:
    """Begin a sign-in for a person who has proved who they are; returns its token.

    Args:
        device_id: the device of a class-room that it is on: it ends when nobody touches it for a while.
    """
    token = tokens.token_urlsafe(32)
    now = clock.now()
    ends_at = now + lifetime
    uow.session.add(
        LoginSession(
            token_hash=_hash(token), user_id=user_id, device=device_name(user_agent),
            signed_in_at=now, last_seen_at=now,
            expires_at=ends_at if device_id is None else holds_until(now, ends_at),
            ends_at=None if device_id is None else ends_at, device_id=device_id,
        )
    )
    return token


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


async def end_session(uow: UnitOfWork, user_id: UUID, session_id: UUID) -> None:
    """End one of a person's sign-ins; what it has open closes.

    Raises:
        NotFound: it is not theirs, or is over already (404).
    """
    ended = await uow.session.scalar(
        delete(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.user_id == user_id)
        .returning(LoginSession.id)
    )
    if ended is None:
        raise NotFound
    uow.events.append(SessionEnded(ended))


async def sessions_of(session: AsyncSession, user_id: UUID) -> Sequence[LoginSession]:
    """A person's sign-ins that are not over, the newest first."""
    found = await session.scalars(
        select(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.expires_at > clock.now())
        .order_by(LoginSession.last_seen_at.desc())
    )
    return found.all()


async def profile(session: AsyncSession, user_id: UUID) -> tuple[User, Sequence[StaffRole], str]:
    """A person with their school, their posts, and the name of the class they learn in (or "").

    Raises:
        NotFound: there is no such person (404).
    """
    user = await session.scalar(select(User).where(User.id == user_id).options(joinedload(User.school)))
    if user is None:
        raise NotFound
    roles = await session.scalars(select(StaffPost.role).where(StaffPost.user_id == user_id))
    class_name = await session.scalar(
        select(SchoolClass.name)
        .join(RosterEntry, RosterEntry.class_id == SchoolClass.id)
        .where(
            RosterEntry.user_id == user_id, RosterEntry.role == RosterRole.STUDENT,
            SchoolClass.archived_at.is_(None),
        )
        .order_by(SchoolClass.name)
        .limit(1)
    )
    return user, sorted(roles), class_name or ""


async def people(session: AsyncSession, user_ids: Iterable[UUID]) -> dict[UUID, User]:
    """People by id, for showing them."""
    found = await session.scalars(_PEOPLE, {"user_ids": list(user_ids)})
    return {user.id: user for user in found}


async def class_names(session: AsyncSession, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The class that each student learns in."""
    rows = await session.execute(_CLASS_NAMES, {"user_ids": list(user_ids)})
    return dict(rows.tuples().all())


async def purge(session: AsyncSession) -> None:
    """Drop what is over: expired sign-ins and welcome links, devices taken back long ago, and old counts."""
    await session.execute(delete(LoginSession).where(LoginSession.expires_at < clock.now()))
    await session.execute(delete(WelcomeLink).where(WelcomeLink.expires_at < clock.now()))
    await session.execute(
        delete(ClassroomDevice).where(ClassroomDevice.revoked_at < clock.now() - KEPT_REVOKED)
    )
    await tries.forget_old(session)


async def alive(session: AsyncSession, session_ids: Collection[UUID]) -> set[UUID]:
    """Which of these sign-ins still hold."""
    found = await session.scalars(_ALIVE, {"session_ids": list(session_ids), "now": clock.now()})
    return set(found)
