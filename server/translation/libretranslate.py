"""LibreTranslate over its HTTP API: `GET /languages`, `POST /translate`."""

from __future__ import annotations

import asyncio
import time

import msgspec

from server.translation import languages
from server.translation.errors import TranslationImpossible
from server.translation.translator import LANGUAGES_KEPT_S, Service, Translated, checked


class _Language(msgspec.Struct, rename="camel"):
    code: str
    targets: list[str] = []


class _Detected(msgspec.Struct, rename="camel"):
    language: str = ""


class _Answer(msgspec.Struct, rename="camel"):
    translated_text: str
    detected_language: _Detected | None = None


class LibreTranslate:
    """A server of LibreTranslate.

    Args:
        service: the way to it.
        key: for a server that asks for one; empty: it does not.
    """

    name = "LibreTranslate"

    def __init__(self, service: Service, key: str = "") -> None:
        self._service = service
        self._key = key
        self._languages: list[_Language] = []
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def translate(self, text: str, source: str | None, target: str) -> Translated:
        """See `Translator`. Without a source, the service finds it out."""
        known = await self._known()
        into = languages.choose(target, _targets(known))
        out_of = "auto" if source is None else languages.choose(source, (each.code for each in known))
        if into is None or out_of is None:
            raise TranslationImpossible
        body = {"q": text, "source": out_of, "target": into, "format": "text"}
        if self._key:
            body["api_key"] = self._key
        answer = await self._service.post_json("/translate", body, _Answer)
        found = answer.detected_language.language if answer.detected_language else source or ""
        return checked(answer.translated_text, found)

    async def targets(self) -> list[str]:
        """See `Translator`."""
        return sorted(_targets(await self._known()))

    async def close(self) -> None:
        """See `Translator`."""
        await self._service.close()

    async def _known(self) -> list[_Language]:
        async with self._reading:
            if not self._languages or time.monotonic() - self._read_at > LANGUAGES_KEPT_S:
                self._languages = await self._service.get("/languages", list[_Language])
                self._read_at = time.monotonic()
            return self._languages


def _targets(known: list[_Language]) -> set[str]:
    """Old servers name no targets: each language may be one then."""
    return {target for each in known for target in each.targets} or {each.code for each in known}
