"""Sending push messages (RFC 8030), encrypted for the browser (RFC 8291) and signed by us (RFC 8292).

A message is sent once, with a timeout, and is not tried again: it is about the next minutes. No redirect is
followed, and of the answer only the status is read.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import delete, select, update

from server.accounts.models import User
from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.errors import Invalid
from server.push.models import PushSubscription
from server.push.rules import check_endpoint, is_public

if TYPE_CHECKING:
    from py_vapid import Vapid02

log = structlog.get_logger()

TIMEOUT_S = 10.0
AT_ONCE = 8
RECEIVERS_MAX = 1000
TTL_S = 600
"""How long the browser's maker keeps it for a browser that is off: it is about the next minutes."""
FAILURES_MAX = 5
GONE = frozenset({404, 410})


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says, for the service worker to put into words. `kind`: `lesson_soon`."""

    kind: str
    title: str
    path: str
    starts_at: datetime
    tag: str
    """A later message with the same one takes the place of the earlier."""


def is_set_up(settings: Settings) -> bool:
    """Whether there is a key to sign with."""
    return bool(settings.vapid_private_key)


@lru_cache(maxsize=4)
def _vapid(private_key: str) -> Vapid02:
    from py_vapid import Vapid02

    return Vapid02.from_string(private_key)


def public_key(settings: Settings) -> str:
    """What a browser subscribes with, base64url; empty when no message is ever sent."""
    if not is_set_up(settings):
        return ""
    import base64

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    vapid: Any = _vapid(settings.vapid_private_key)
    point = vapid.public_key.public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def new_keys() -> tuple[str, str]:
    """A private key for the settings, and the public one that goes with it, both base64url."""
    import base64

    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_numbers().private_value.to_bytes(32, "big")
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    encoded = (base64.urlsafe_b64encode(each).decode().rstrip("=") for each in (secret, point))
    private, public = encoded
    return private, public


async def send(
    database: Database, bus: Bus, settings: Settings, user_ids: Iterable[UUID], shown: Shown
) -> int:
    """Send a message to every browser of these people; returns to how many it went. Nothing without keys."""
    if not is_set_up(settings):
        return 0
    async with database.read() as session:
        found = (
            await session.scalars(
                select(PushSubscription)
                .join(User, User.id == PushSubscription.user_id)
                .where(PushSubscription.user_id.in_(list(user_ids)), User.disabled_at.is_(None))
                .order_by(PushSubscription.made_at.desc())
                .limit(RECEIVERS_MAX)
            )
        ).all()
    if not found:
        return 0
    turns = asyncio.Semaphore(AT_ONCE)
    async with _session(loopback=settings.push_loopback) as http:

        async def one(to: PushSubscription) -> int:
            async with turns:
                return await _send_one(http, settings, to, shown)

        answers = await asyncio.gather(*(one(each) for each in found))
    await _keep_count(database, bus, dict(zip((each.id for each in found), answers, strict=True)))
    return sum(200 <= answer < 300 for answer in answers)


def _session(*, loopback: bool) -> Any:
    import aiohttp
    from aiohttp.abc import AbstractResolver
    from aiohttp.resolver import ThreadedResolver

    class OnlyPublic(AbstractResolver):
        """Looks a name up, and gives only public addresses: the one connected to is the one looked at."""

        def __init__(self) -> None:
            self._resolver = ThreadedResolver()

        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[Any]:
            found = await self._resolver.resolve(host, port, family)
            allowed = [each for each in found if loopback or is_public(each["host"])]
            if not allowed or len(allowed) != len(found):
                raise OSError("no public address")
            return allowed

        async def close(self) -> None:
            await self._resolver.close()

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=OnlyPublic(), limit=AT_ONCE, use_dns_cache=False),
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_S), trust_env=False, auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
    )


async def _send_one(http: Any, settings: Settings, to: PushSubscription, shown: Shown) -> int:
    """The status of the answer; 0 when there was none."""
    import aiohttp
    from pywebpush import WebPusher, WebPushException

    try:
        check_endpoint(to.endpoint, loopback=settings.push_loopback)
        pusher = WebPusher({"endpoint": to.endpoint, "keys": {"p256dh": to.p256dh, "auth": to.auth}})
        words = {**msgspec.to_builtins(shown), "language": to.language}
        encoded = pusher.encode(msgspec.json.encode(words), "aes128gcm")
        parts = urlsplit(to.endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "sub": settings.vapid_contact or f"mailto:{settings.mail_from or 'nobody@localhost'}",
        }
        headers = {
            **_vapid(settings.vapid_private_key).sign(claims), "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream", "ttl": str(TTL_S), "urgency": "high",
        }
        async with http.post(
            to.endpoint, data=encoded["body"], headers=headers, allow_redirects=False
        ) as answer:
            return answer.status
    except (aiohttp.ClientError, OSError, TimeoutError, Invalid, WebPushException, ValueError) as error:
        log.warning("push not sent", error=type(error).__name__)
        return 0


async def _keep_count(database: Database, bus: Bus, answers: dict[UUID, int]) -> None:
    """Drop browsers that are gone, and those that have failed often."""
    gone = [each for each, status in answers.items() if status in GONE]
    failed = [each for each, status in answers.items() if status not in GONE and not 200 <= status < 300]
    async with UnitOfWork(database, bus) as uow:
        await uow.session.execute(
            update(PushSubscription)
            .where(PushSubscription.id.in_(list(answers)), PushSubscription.id.not_in(failed))
            .values(failures=0)
        )
        await uow.session.execute(
            update(PushSubscription)
            .where(PushSubscription.id.in_(failed))
            .values(failures=PushSubscription.failures + 1)
        )
        await uow.session.execute(
            delete(PushSubscription).where(
                (PushSubscription.id.in_(gone)) | (PushSubscription.failures >= FAILURES_MAX)
            )
        )
