"""Hashing of passwords and picture codes: Argon2id, off the event loop, a bounded number at once.

Staff passwords use argon2-cffi's default (RFC 9106, low memory). A student's three pictures have 1,728
combinations, which no hash makes strong: what protects them is the count of tries, so they take the
OWASP minimum, and a class of 30 that signs in at once does not wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.errors import TooManyTries

_WORKERS = 2
WAITING_LIMIT = 500
"""So many checks may wait for a thread: some ten seconds of work, and then honest refusal."""
_threads = ThreadPoolExecutor(_WORKERS, thread_name_prefix="argon2")
_staff = PasswordHasher()
_student = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_waiting = asyncio.BoundedSemaphore(WAITING_LIMIT)


@cache
def _decoy(hasher: PasswordHasher) -> str:
    """Checked when there is no such account, so that the answer takes as long as for a wrong password."""
    return hasher.hash("nobody's password")


def hash_now(secret: str, *, student: bool = False) -> str:
    """Hash in this thread. For imports and the demo; handlers use `verify`."""
    return (_student if student else _staff).hash(secret)


async def hash_off_loop(secret: str, *, student: bool = False) -> str:
    """`hash_now`, in a thread.

    Raises:
        TooManyTries: `WAITING_LIMIT` others are waiting (429).
    """
    return (await hash_batch([secret], student=student))[0]


async def hash_batch(secrets: Sequence[str], *, student: bool = False) -> list[str]:
    """The hashes of several secrets, in their order. Takes one place among those that wait, so that a
    class of 30 (a third of a second) keeps nobody out who signs in meanwhile.

    Raises:
        TooManyTries: `WAITING_LIMIT` others are waiting (429).
    """
    if _waiting.locked():
        raise TooManyTries
    loop = asyncio.get_running_loop()
    hasher = _student if student else _staff
    async with _waiting:
        return [await loop.run_in_executor(_threads, hasher.hash, secret) for secret in secrets]


async def verify(secret_hash: str | None, secret: str, *, student: bool = False) -> bool:
    """Whether `secret` is the one behind `secret_hash`; takes as long when there is no hash.

    Args:
        secret: a password, or picture slugs joined by "-"; at most 1,024 characters count.

    Raises:
        TooManyTries: `WAITING_LIMIT` others are waiting (429).
    """
    if _waiting.locked():
        raise TooManyTries
    hasher = _student if student else _staff
    async with _waiting:
        return await asyncio.get_running_loop().run_in_executor(
            _threads, _verify, hasher, secret_hash, secret[:1024]
        )


def _verify(hasher: PasswordHasher, secret_hash: str | None, secret: str) -> bool:
    try:
        return hasher.verify(secret_hash or _decoy(hasher), secret) and secret_hash is not None
    except (VerificationError, InvalidHashError):
        return False
