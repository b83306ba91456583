"""Limits on guessing: failures are counted for each account and for each network address.

A try is counted before the secret is checked and taken back when it was right, so that many tries at
once cannot slip past. The address limit is wide: a whole class signs in behind one address, and
children mistype.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts.models import SignInTries
from server.errors import TooManyTries

WINDOW = timedelta(minutes=15)
ACCOUNT_LIMIT = 10
"""Failures for one account in a window; after a school's reset or the window it opens again."""
ADDRESS_LIMIT = 300
"""Failures from one address in a window: ten for each of 30 students."""


def account(account_id: object) -> str:
    """The subject of a person's account."""
    return f"account:{account_id}"


def address(client: str, secret: str) -> str:
    """The subject of a network address. Keyed, so that the table does not reveal addresses."""
    return "address:" + hmac.new(secret.encode(), client.encode(), hashlib.sha256).hexdigest()


def _window_start(moment: datetime) -> datetime:
    seconds = int(WINDOW.total_seconds())
    return datetime.fromtimestamp(int(moment.timestamp()) // seconds * seconds, UTC)


def _limit(subject: str) -> int:
    return ACCOUNT_LIMIT if subject.startswith("account:") else ADDRESS_LIMIT


async def count(session: AsyncSession, subject: str) -> int:
    """Count one more try against `subject`; returns how many there are now in this window."""
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = (
        insert(SignInTries)
        .values(subject=subject, window_start=_window_start(clock.now()), failures=1)
        .on_conflict_do_update(
            index_elements=[SignInTries.subject, SignInTries.window_start],
            set_={"failures": SignInTries.failures + 1},
        )
        .returning(SignInTries.failures)
    )
    return int((await session.execute(statement)).scalar_one())


def refuse_beyond_limit(subject: str, tries: int) -> None:
    """Raises: TooManyTries: `tries` is more than `subject` has in a window (429)."""
    if tries > _limit(subject):
        raise TooManyTries


async def take_back(session: AsyncSession, subjects: list[str]) -> None:
    """The try was right: it does not count. Rows are locked in the order in which `count` locked them."""
    for subject in subjects:
        await session.execute(
            update(SignInTries)
            .where(SignInTries.subject == subject, SignInTries.window_start == _window_start(clock.now()))
            .values(failures=SignInTries.failures - 1)
        )


async def forget_old(session: AsyncSession) -> None:
    """Drop the windows that are over."""
    await session.execute(delete(SignInTries).where(SignInTries.window_start < clock.now() - 2 * WINDOW))
