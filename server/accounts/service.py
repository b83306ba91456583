"""Who a request comes from, the sign-ins a person can see and end, and people for showing them.

The cookie holds a random token and nothing else; the table holds its hash. A new token is made at
each sign-in, so a token planted before it is worth nothing. How somebody signs in:
`server.accounts.signing_in`. See docs/decisions/sessions.md.
"""

from __future__ import annotations

import contextlib
import hashlib
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
from server.accounts import tries
from server.accounts.models import LoginSession, StaffPost, StaffRole, User, UserKind, WelcomeLink
from server.db import Database, UnitOfWork
from server.devices.models import ClassroomDevice
from server.devices.rules import KEPT_REVOKED, holds_until
from server.errors import NotFound
from server.events import SessionEnded
from server.schools.models import RosterEntry, RosterRole, SchoolClass

SESSION_COOKIE = "commonroom_session"

SEEN_EVERY = timedelta(minutes=5)
"""How precisely "last seen" is kept: a write on every request would be waste."""
NO_ROLES: frozenset[StaffRole] = frozenset()
"""One for all students: thousands are signed in."""


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


def hash_of(token: str) -> str:
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
        rows = (await session.execute(_WHO, {"token_hash": hash_of(token), "now": now})).tuples().all()
    if not rows:
        return None
    session_id, last_seen_at, user_id, kind, school_id, _ = rows[0]
    # Without a post there is one row, whose role is None.
    roles = frozenset(role for *_, role in rows if role) or NO_ROLES
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
            token_hash=hash_of(token), user_id=user_id, device=device_name(user_agent),
            signed_in_at=now, last_seen_at=now,
            expires_at=ends_at if device_id is None else holds_until(now, ends_at),
            ends_at=None if device_id is None else ends_at, device_id=device_id,
        )
    )
    return token


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
