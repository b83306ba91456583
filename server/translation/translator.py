"""What translates: one seam, and the way to a service that speaks HTTP.

A service is the operator's choice, and so is its address, which may lie in a private network. What it answers
is not trusted: each wait ends, an answer has a largest size, no redirect is followed and no cookie is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

import msgspec
import structlog

from server.translation.errors import TranslationImpossible, TranslatorFailed

log = structlog.get_logger()

CONNECTIONS = 4
ANSWER_BYTES = 128 * 1024
"""The largest answer that is read. A message has 2,000 characters."""
TEXT_LIMIT = 10_000
"""The longest translation that is taken, in characters."""
LANGUAGES_KEPT_S = 3600.0
"""So long the list of languages is not asked for again."""

Answer = TypeVar("Answer")


class Translated(msgspec.Struct, frozen=True):
    """Words in another language."""

    text: str
    source: str
    """BCP 47, of what they were translated from; empty: not known."""


class Translator(Protocol):
    """Something that translates."""

    name: str
    """As people read it."""

    async def translate(self, text: str, source: str | None, target: str) -> Translated:
        """Put a text into the language `target`.

        Args:
            source: the language it is in; None: to be found out.

        Raises:
            TranslationImpossible: not between these languages (409).
            TranslatorFailed: no answer, or none that can be used (503).
        """
        ...

    async def targets(self) -> list[str]:
        """The languages it can translate into from some other, BCP 47.

        Raises:
            TranslatorFailed: no answer, or none that can be used (503).
        """
        ...

    async def close(self) -> None:
        """Let go of its connections."""
        ...


class Service:
    """Requests to one service over HTTP.

    Args:
        url: where it is, without the paths of its API.
        timeout_s: so long an answer is waited for.
    """

    def __init__(self, url: str, timeout_s: float) -> None:
        self._url = url.rstrip("/")
        self._timeout_s = timeout_s
        self._http: Any = None

    async def get(self, path: str, kind: type[Answer]) -> Answer:
        """Ask for something.

        Raises:
            TranslationImpossible: the service says that the request does not fit (409).
            TranslatorFailed: it does not answer in time, or with something else (503).
        """
        return await self._ask("GET", path, kind)

    async def post_json(self, path: str, body: Mapping[str, str], kind: type[Answer]) -> Answer:
        """Send an object. Raises as `get`."""
        return await self._ask("POST", path, kind, json=body)

    async def post_form(self, path: str, body: Mapping[str, str], kind: type[Answer]) -> Answer:
        """Send a form: words in an address would be found in the logs of a server. Raises as `get`."""
        return await self._ask("POST", path, kind, data=body)

    async def _ask(self, method: str, path: str, kind: type[Answer], **sent: Any) -> Answer:
        import aiohttp  # here: most installations have no translator

        if self._http is None:
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                timeout=aiohttp.ClientTimeout(total=self._timeout_s), trust_env=False,
                # A small answer that unpacks to a large one is not unpacked; it is no JSON as it is.
                auto_decompress=False, headers={"accept-encoding": "identity"},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        try:
            async with self._http.request(
                method, f"{self._url}{path}", allow_redirects=False, **sent
            ) as answer:
                status, body = answer.status, await _read(answer)
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            log.warning("translator does not answer", error=type(error).__name__)
            raise TranslatorFailed from None  # the error may name the address, and what was sent
        return decoded(status, body, kind)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._http is not None:
            await self._http.close()
            self._http = None


async def _read(answer: Any) -> bytes:
    pieces: list[bytes] = []
    left = ANSWER_BYTES
    async for piece in answer.content.iter_chunked(16 * 1024):
        pieces.append(piece)
        left -= len(piece)
        if left < 0:
            answer.close()
            raise ValueError("the answer is too large")
    return b"".join(pieces)


def decoded(status: int, body: bytes, kind: type[Answer]) -> Answer:
    """What a service answered. Raises as `Service.get`."""
    if status == 400:
        log.info("translator refuses", status=status)
        raise TranslationImpossible
    if status != 200:
        log.warning("translator refuses", status=status)
        raise TranslatorFailed
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        log.warning("translator answers something else")
        raise TranslatorFailed from None


def checked(text: str, source: str) -> Translated:
    """A translation as it is shown.

    Raises:
        TranslatorFailed: there is nothing in it, or far too much (503).
    """
    kept = text.strip()
    if not kept or len(kept) > TEXT_LIMIT:
        raise TranslatorFailed
    return Translated(kept, source[:35])
