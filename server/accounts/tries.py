"""Limits on guessing: failures are counted for each account and for each network address.

A try is counted before the secret is checked and taken back when it was right, so that many tries at
once cannot slip past. The address limit is wide: a whole class signs in behind one address, and
children mistype.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from litestar import Request
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts.models import SignInTries
from server.config import Settings
from server.db import insert_into
from server.errors import TooManyTries

WINDOW = timedelta(minutes=15)
ACCOUNT_LIMIT = 10
"""Failures for one account in a window; with the next window it opens again."""
DAY = timedelta(days=1)
DAY_LIMIT = 40
"""Failures for one account in a day: trying all of a student's 1,728 codes would take six weeks."""
ADDRESS_LIMIT = 300
"""Failures from one address in a window: ten for each of 30 students."""

CODE_LIMIT = 300
"""Wrong class codes from one address in a window."""

_LIMITS = {
    "account": (WINDOW, ACCOUNT_LIMIT),
    "day": (DAY, DAY_LIMIT),
    "address": (WINDOW, ADDRESS_LIMIT),
    "codes": (WINDOW, CODE_LIMIT),
}
"""First word of a subject -> its window, and how many failures it has in one."""


def client_address(request: Request[Any, Any, Any], settings: Settings) -> str:
    """The network address a request comes from; behind a proxy of ours, the one it saw."""
    if settings.trust_proxy and (forwarded := request.headers.get("x-forwarded-for")):
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.client.host if request.client else ""


def account(account_id: object) -> str:
    """The subject of a person's account."""
    return f"account:{account_id}"


def account_day(account_id: object) -> str:
    """The subject of a person's account, by the day."""
    return f"day:{account_id}"


def address(client: str, secret: str) -> str:
    """The subject of a network address. Keyed, so that the table does not reveal addresses."""
    return f"address:{_keyed(client, secret)}"


def codes(client: str, secret: str) -> str:
    """The subject of a network address, for class codes: apart, so that guessing keeps nobody else out."""
    return f"codes:{_keyed(client, secret)}"


def _keyed(client: str, secret: str) -> str:
    with contextlib.suppress(ValueError):
        found = ipaddress.ip_address(client)
        if found.version == 6:  # one household or school has a whole /64
            client = str(ipaddress.ip_network((found, 64), strict=False))
    return hmac.new(secret.encode(), client.encode(), hashlib.sha256).hexdigest()


def _limit(subject: str) -> tuple[timedelta, int]:
    return _LIMITS[subject.partition(":")[0]]


def _window_start(subject: str) -> datetime:
    seconds = int(_limit(subject)[0].total_seconds())
    return datetime.fromtimestamp(int(clock.now().timestamp()) // seconds * seconds, UTC)


async def count(session: AsyncSession, subject: str) -> int:
    """Count one more try against `subject`; returns how many there are now in this window."""
    statement = (
        insert_into(session, SignInTries)
        .values(subject=subject, window_start=_window_start(subject), failures=1)
        .on_conflict_do_update(
            index_elements=[SignInTries.subject, SignInTries.window_start],
            set_={"failures": SignInTries.failures + 1},
        )
        .returning(SignInTries.failures)
    )
    return int((await session.execute(statement)).scalar_one())


def refuse_beyond_limit(subject: str, tries: int) -> None:
    """Raises: TooManyTries: `tries` is more than `subject` has in a window (429)."""
    if tries > _limit(subject)[1]:
        raise TooManyTries


async def admit(session: AsyncSession, subjects: Sequence[str]) -> None:
    """Count one try against each subject, in this order. One that is refused is counted nowhere.

    Raises:
        TooManyTries: one of them has no try left (429); the transaction has to be undone.
    """
    for subject in subjects:
        refuse_beyond_limit(subject, await count(session, subject))


async def take_back(session: AsyncSession, subjects: list[str]) -> None:
    """The try was right: it does not count. Rows are locked in the order in which `count` locked them."""
    for subject in subjects:
        await session.execute(
            update(SignInTries)
            .where(SignInTries.subject == subject, SignInTries.window_start == _window_start(subject))
            .values(failures=SignInTries.failures - 1)
        )


async def forget_old(session: AsyncSession) -> None:
    """Drop the windows that are over."""
    for kind, (window, _) in _LIMITS.items():
        await session.execute(
            delete(SignInTries).where(
                SignInTries.subject.startswith(f"{kind}:"),
                SignInTries.window_start < clock.now() - 2 * window,
            )
        )
