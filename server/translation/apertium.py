"""Apertium over the HTTP API of apertium-apy: `/listPairs`, `/identifyLang`, `/translate`.

It translates between pairs that are installed, and finds a language out by itself only roughly. Its codes
are those of ISO 639-3, with a variant after a line: `eng`, `por_BR`.
"""

from __future__ import annotations

import asyncio
import time

import msgspec

from server.translation import languages
from server.translation.errors import TranslationImpossible
from server.translation.translator import LANGUAGES_KEPT_S, Service, Translated, checked


class _Pair(msgspec.Struct, rename="camel"):
    source_language: str
    target_language: str


class _Pairs(msgspec.Struct, rename="camel"):
    response_data: list[_Pair]


class _Text(msgspec.Struct, rename="camel"):
    translated_text: str


class _Answer(msgspec.Struct, rename="camel"):
    response_data: _Text
    response_status: int = 200


class Apertium:
    """A server of apertium-apy.

    Args:
        service: the way to it.
    """

    name = "Apertium"

    def __init__(self, service: Service) -> None:
        self._service = service
        self._pairs: list[tuple[str, str]] = []
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def translate(self, text: str, source: str | None, target: str) -> Translated:
        """See `Translator`. Without a source, the likeliest language is taken."""
        found = source if source is not None else await self._identify(text)
        if languages.choose(target, [found]) is not None:
            return checked(text, found)  # in this language already
        pair = pair_for(await self._known(), found, target)
        if pair is None:
            raise TranslationImpossible
        form = {"langpair": "|".join(pair), "q": text, "format": "txt", "markUnknown": "no"}
        answer = await self._service.post_form("/translate", form, _Answer)
        if answer.response_status != 200:
            raise TranslationImpossible
        return checked(answer.response_data.translated_text, found)

    async def targets(self) -> list[str]:
        """See `Translator`."""
        return sorted({languages.from_apertium(target) for _, target in await self._known()})

    async def close(self) -> None:
        """See `Translator`."""
        await self._service.close()

    async def _known(self) -> list[tuple[str, str]]:
        async with self._reading:
            if not self._pairs or time.monotonic() - self._read_at > LANGUAGES_KEPT_S:
                answer = await self._service.get("/listPairs", _Pairs)
                self._pairs = [(each.source_language, each.target_language) for each in answer.response_data]
                self._read_at = time.monotonic()
            return self._pairs

    async def _identify(self, text: str) -> str:
        scores = await self._service.post_form("/identifyLang", {"q": text}, dict[str, float])
        if not scores:
            raise TranslationImpossible
        return languages.from_apertium(max(sorted(scores), key=lambda code: scores[code]))


def pair_for(pairs: list[tuple[str, str]], source: str, target: str) -> tuple[str, str] | None:
    """The installed pair that translates between two languages, by Apertium's codes; None: there is none."""
    into = [
        (out_of, each) for out_of, each in pairs
        if languages.choose(source, [languages.from_apertium(out_of)]) is not None
    ]
    best = languages.choose(target, (languages.from_apertium(each) for _, each in into))
    there = sorted(each for each in into if languages.from_apertium(each[1]) == best)
    if not there:
        return None
    out_of = languages.choose(source, (languages.from_apertium(each) for each, _ in there))
    return next(each for each in there if languages.from_apertium(each[0]) == out_of)
