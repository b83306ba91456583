"""The browsers that take push messages for a person. Staff only: a student's tablet is shared."""

from __future__ import annotations

import base64
import binascii
import hashlib

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts.service import SignedIn
from server.db import UnitOfWork
from server.errors import Invalid
from server.push.models import PushSubscription
from server.push.rules import check_endpoint

BROWSERS_MAX = 10
"""So many browsers of one person; the oldest goes when another comes."""
POINT_BYTES, AUTH_BYTES = 65, 16


def _hash(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()


def _check_key(text: str, length: int) -> None:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != length:
        raise Invalid("This browser's keys do not fit. Nothing was changed.")


async def subscribe(
    uow: UnitOfWork, who: SignedIn, endpoint: str, p256dh: str, auth: str, language: str, *, loopback: bool
) -> None:
    """Take messages for me in this browser. Whoever used the browser before gets none there any more.

    Raises:
        Invalid: its address or its keys cannot be used (400).
    """
    check_endpoint(endpoint, loopback=loopback)
    _check_key(p256dh, POINT_BYTES)
    _check_key(auth, AUTH_BYTES)
    await uow.session.execute(
        delete(PushSubscription).where(PushSubscription.endpoint_hash == _hash(endpoint))
    )
    mine = (
        await uow.session.scalars(
            select(PushSubscription)
            .where(PushSubscription.user_id == who.user_id)
            .order_by(PushSubscription.made_at.desc())
        )
    ).all()
    for old in mine[BROWSERS_MAX - 1:]:
        await uow.session.delete(old)
    uow.session.add(
        PushSubscription(
            user_id=who.user_id, endpoint=endpoint, endpoint_hash=_hash(endpoint), p256dh=p256dh, auth=auth,
            language=language, made_at=clock.now(),
        )
    )


async def unsubscribe(uow: UnitOfWork, who: SignedIn, endpoint: str) -> None:
    """This browser takes no more messages for me."""
    await uow.session.execute(
        delete(PushSubscription).where(
            PushSubscription.endpoint_hash == _hash(endpoint), PushSubscription.user_id == who.user_id
        )
    )


async def count(session: AsyncSession, who: SignedIn) -> int:
    """How many browsers take messages for me."""
    found = await session.scalar(
        select(func.count()).where(PushSubscription.user_id == who.user_id)
    )
    return found or 0
