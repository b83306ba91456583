"""Welcome links: how a member of staff chooses a password, once, for a new account or a forgotten one.

The link carries a random token; the table holds its hash. Using it ends the person's sign-ins and opens
none: they sign in then. See docs/staff.md.
"""

from __future__ import annotations

import hashlib
import secrets as tokens
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import clock
from server.accounts import secrets, tries
from server.accounts.models import LoginSession, SignInTries, User, WelcomeLink
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.devices.models import SessionCompanion
from server.errors import LinkOver, PasswordUnfit
from server.events import AccessChanged, SessionEnded

WELCOME_LIFETIME = timedelta(days=14)
PASSWORD_MIN, PASSWORD_MAX = 10, 1024


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def new_link(uow: UnitOfWork, user_id: UUID) -> str:
    """Make a link for somebody, in place of any older one; returns its token, which is stored nowhere."""
    await uow.session.execute(delete(WelcomeLink).where(WelcomeLink.user_id == user_id))
    token = tokens.token_urlsafe(32)
    uow.session.add(
        WelcomeLink(user_id=user_id, token_hash=_hash(token), expires_at=clock.now() + WELCOME_LIFETIME)
    )
    await uow.session.flush()
    return token


async def end_sessions(uow: UnitOfWork, user_ids: Iterable[UUID]) -> None:
    """End every sign-in of these people, and say so for each: what it opened closes. Where they are at the
    device of somebody else, they are no more."""
    user_ids = list(user_ids)
    ended = await uow.session.scalars(
        delete(LoginSession).where(LoginSession.user_id.in_(user_ids)).returning(LoginSession.id)
    )
    uow.events += [SessionEnded(session_id) for session_id in ended]
    elsewhere = await uow.session.scalars(
        delete(SessionCompanion)
        .where(SessionCompanion.user_id.in_(user_ids))
        .returning(SessionCompanion.user_id)
    )
    if gone := frozenset(elsewhere):
        uow.events.append(AccessChanged(gone))


async def _behind(session: AsyncSession, token: str) -> User:
    user = await session.scalar(
        select(User)
        .join(WelcomeLink, WelcomeLink.user_id == User.id)
        .where(
            WelcomeLink.token_hash == _hash(token), WelcomeLink.expires_at > clock.now(),
            User.disabled_at.is_(None),
        )
        .options(joinedload(User.school))
    )
    if user is None:
        raise LinkOver
    return user


async def look(database: Database, bus: Bus, settings: Settings, token: str, client: str) -> User:
    """Whose welcome link this is, with their school.

    Args:
        client: network address, which wrong tries are counted for.

    Raises:
        LinkOver: used, replaced, too old, or never made (404).
        TooManyTries: too many wrong tries from this network (429).
    """
    subjects = [tries.address(client, settings.secret)]
    async with UnitOfWork(database, bus) as uow:
        await tries.admit(uow.session, subjects)
    async with database.read() as session:
        user = await _behind(session, token)
    async with UnitOfWork(database, bus) as uow:
        await tries.take_back(uow.session, subjects)
    return user


def check_password(user: User, password: str) -> None:
    """Raises: PasswordUnfit: too short or too long, or it is their name or e-mail address (400)."""
    plain = password.strip().casefold()
    email = (user.email or "").casefold()
    name = user.name.casefold()
    easy = {email, email.partition("@")[0], name, name.replace(" ", "")}
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX or len(set(plain)) < 4 or plain in easy:
        raise PasswordUnfit


async def choose_password(
    database: Database, bus: Bus, settings: Settings, token: str, password: str, client: str
) -> None:
    """Set the password of the person whose link this is, once. Their sign-ins end; nothing is opened.

    Raises:
        PasswordUnfit: the password is too easy; the link still works (400).
        LinkOver: used, perhaps this moment, replaced, too old, or never made (404).
        TooManyTries: too many wrong tries from this network (429).
    """
    user = await look(database, bus, settings, token, client)
    check_password(user, password)
    secret_hash = await secrets.hash_off_loop(password)
    async with UnitOfWork(database, bus) as uow:
        # The person's row first, as whoever makes them a new link or disables them holds it.
        user = await uow.session.get_one(
            User, user.id, with_for_update={"key_share": True}, populate_existing=True
        )
        link = await uow.session.scalar(
            select(WelcomeLink)
            .where(
                WelcomeLink.token_hash == _hash(token), WelcomeLink.user_id == user.id,
                WelcomeLink.expires_at > clock.now(),
            )
            .with_for_update()
        )
        if link is None or user.disabled_at is not None:
            raise LinkOver
        user.secret_hash = secret_hash
        # Who forgot the password and tried too often is let in with the new one.
        await uow.session.execute(
            delete(SignInTries).where(
                SignInTries.subject.in_([tries.account(user.id), tries.account_day(user.id)])
            )
        )
        await uow.session.execute(delete(WelcomeLink).where(WelcomeLink.user_id == user.id))
        await end_sessions(uow, [user.id])
        proved = SignedIn(user.id, link.id, user.kind, user.school_id)
        audit.record(uow, proved, "staff.password", subject_id=user.id, school_id=user.school_id)
