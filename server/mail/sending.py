"""Sending what is in the outbox: claimed by one node at a time, tried again for a while, and then given up.

A mail is claimed with a lease before it is sent, in a transaction of its own, so that no two nodes have it
in hand; a node that dies with it leaves it to another one when the lease ends. If it died after the mail
server had taken it, the mail goes out once more, under the same Message-ID.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import aiosmtplib
import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import selectinload

from server import clock
from server.accounts.models import User
from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.mail.letters import Receiver, message
from server.mail.models import OutgoingMail
from server.mail.service import STALE_AFTER
from server.schools.models import School, TagKind

log = structlog.get_logger()

BATCH = 20
TIMEOUT_S = 20.0
"""For each step of the talk with the mail server."""
BATCH_TIMEOUT_S = 120.0
LEASE = timedelta(minutes=5)
"""Longer than a batch can take, so that a mail is never in two hands."""
TRIES_MAX = 8
PAUSES_MIN = (1, 2, 5, 15, 60, 180, 360)
"""Minutes until it is tried again, after the first try, the second ..."""
REFUSED = 500
"""An answer from here on means that it will be refused next time, too (RFC 5321)."""


def is_set_up(settings: Settings) -> bool:
    """Whether there is a mail server to send by."""
    return bool(settings.smtp_host and settings.mail_from)


def site_of(settings: Settings) -> str:
    """Where the pages are, for links; empty when the operator did not say."""
    return settings.origins[0].rstrip("/") if settings.origins else ""


async def send_due(database: Database, bus: Bus, settings: Settings) -> int:
    """Send one batch of what is due; returns how many were claimed. Nothing without a mail server."""
    if not is_set_up(settings):
        return 0
    claimed = await _claim(database, bus)
    if not claimed:
        return 0
    messages = await _written(database, claimed, settings)
    outcomes: dict[UUID, Exception | None] = {
        each: LookupError("nobody to send it to") for each in claimed if each not in messages
    }
    try:
        async with asyncio.timeout(BATCH_TIMEOUT_S):
            await _send(messages, settings, outcomes)
    except (TimeoutError, OSError, aiosmtplib.SMTPException, ssl.SSLError) as error:
        log.warning("mail server out of reach", error=type(error).__name__)
        for each in messages:
            outcomes.setdefault(each, error)
    await _settle(database, bus, outcomes)
    return len(claimed)


async def _claim(database: Database, bus: Bus) -> list[UUID]:
    now = clock.now()
    async with UnitOfWork(database, bus) as uow:
        ids = (
            await uow.session.scalars(
                select(OutgoingMail.id)
                .where(
                    OutgoingMail.due_at <= now,
                    or_(OutgoingMail.lease_until.is_(None), OutgoingMail.lease_until < now),
                )
                .order_by(OutgoingMail.due_at)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            )
        ).all()
        if ids:
            await uow.session.execute(
                update(OutgoingMail)
                .where(OutgoingMail.id.in_(ids))
                .values(lease_until=now + LEASE, tries=OutgoingMail.tries + 1)
            )
    return list(ids)


async def _written(
    database: Database, ids: Sequence[UUID], settings: Settings
) -> dict[UUID, EmailMessage]:
    domain = settings.mail_from.rpartition("@")[2]
    async with database.read() as session:
        rows = await session.execute(
            select(OutgoingMail, User, School)
            .join(User, User.id == OutgoingMail.user_id)
            .join(School, School.id == User.school_id)
            .options(selectinload(School.tags))
            .where(OutgoingMail.id.in_(ids), User.disabled_at.is_(None), User.email.is_not(None))
        )
        found = {}
        for mail, user, school in rows.tuples():
            receiver = Receiver(
                user.name, user.email or "", school.timezone, tuple(school.tagged(TagKind.LANGUAGE))
            )
            try:
                found[mail.id] = message(
                    mail.kind, mail.values, receiver, sender=settings.mail_from, site=site_of(settings),
                    calendar=mail.calendar, message_id=f"<{mail.id}@{domain}>", date=mail.made_at,
                )
            except Exception:  # one that cannot be written must not hold up the others
                log.exception("mail not written", kind=mail.kind)
    return found


async def _send(
    messages: dict[UUID, EmailMessage], settings: Settings, outcomes: dict[UUID, Exception | None]
) -> None:
    """Raises: OSError, TimeoutError or aiosmtplib.SMTPException: the server is out of reach."""
    if not messages:
        return
    server = aiosmtplib.SMTP(
        hostname=settings.smtp_host, port=settings.smtp_port, timeout=TIMEOUT_S,
        use_tls=settings.smtp_tls == "tls",
        start_tls={"starttls": True, "tls": False, "none": False}[settings.smtp_tls],
        username=settings.smtp_username or None, password=settings.smtp_password or None,
    )
    async with server:
        for each, mail in messages.items():
            try:
                await server.send_message(mail)
                outcomes[each] = None
            except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPConnectError):
                raise
            except (aiosmtplib.SMTPException, ValueError) as error:
                outcomes[each] = error


def is_final(error: Exception) -> bool:
    """Whether trying again would change nothing."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(each.code >= REFUSED for each in error.recipients)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return error.code >= REFUSED and not isinstance(error, aiosmtplib.SMTPAuthenticationError)
    return isinstance(error, LookupError | ValueError)


def next_try(made_at: datetime, tries: int, now: datetime) -> datetime | None:
    """When to try again, or None when it is given up."""
    if tries >= TRIES_MAX:
        return None
    then = now + timedelta(minutes=PAUSES_MIN[min(tries, len(PAUSES_MIN)) - 1])
    return then if then < made_at + STALE_AFTER else None


async def _settle(database: Database, bus: Bus, outcomes: dict[UUID, Exception | None]) -> None:
    now = clock.now()
    async with UnitOfWork(database, bus) as uow:
        found = await uow.session.scalars(
            select(OutgoingMail).where(OutgoingMail.id.in_(list(outcomes))).with_for_update()
        )
        for mail in found:
            error = outcomes[mail.id]
            mail.lease_until = None
            if error is None:
                mail.sent_at, mail.due_at = now, None
            else:
                mail.due_at = None if is_final(error) else next_try(mail.made_at, mail.tries, now)
                log.warning(
                    "mail not sent", kind=mail.kind, error=type(error).__name__, tries=mail.tries,
                    given_up=mail.due_at is None,
                )
            if mail.due_at is None:
                mail.values, mail.calendar = {}, ""  # done with: nothing of it is kept
