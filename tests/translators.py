"""Servers that speak LibreTranslate's and apertium-apy's HTTP APIs as those do, with few words.

What a test sets on one decides how it answers; `left` is every text that it was sent to translate.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

WORDS = {("Hello", "fr"): "Bonjour", ("Hello", "pt-BR"): "Olá", ("Bonjour", "en"): "Hello"}
SIGNS = {"Bonjour": "fr", "Habari": "sw", "مرحبا": "ar"}
"""A text with one of these is in that language; any other is English."""


def language_of(text: str) -> str:
    return next((tag for sign, tag in SIGNS.items() if sign in text), "en")


def translated(text: str, target: str) -> str:
    """A word that is known, or the text itself, marked."""
    return WORDS.get((text, target), f"{target}: {text}")


class FakeTranslator:
    """What both have in common."""

    def __init__(self) -> None:
        self.url = ""
        self.left: list[str] = []
        self.asked: list[str] = []
        """The paths of every request."""
        self.came = asyncio.Event()
        """A text has come to be translated."""
        self.go_on = asyncio.Event()
        """Cleared, a text that has come waits."""
        self.go_on.set()
        self.instead: Callable[[], web.StreamResponse] | None = None
        """What every request is answered with instead."""

    @web.middleware
    async def note(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.asked.append(request.path)
        return self.instead() if self.instead is not None else await handler(request)

    async def take(self, text: str) -> None:
        self.left.append(text)
        self.came.set()
        await self.go_on.wait()


class FakeLibreTranslate(FakeTranslator):
    """English, French and Arabic, each into the others, but no French into Arabic."""

    key = ""
    targets: dict[str, list[str]] = {  # noqa: RUF012  (never changed)
        "ar": ["ar", "en", "fr"], "en": ["ar", "en", "fr"], "fr": ["en", "fr"],
    }

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/languages", self.languages), web.post("/translate", self.translate)]

    async def languages(self, _: web.Request) -> web.Response:
        return web.json_response(
            [{"code": code, "name": code.upper(), "targets": into} for code, into in self.targets.items()]
        )

    async def translate(self, request: web.Request) -> web.Response:
        body: dict[str, Any] = await request.json()
        if self.key and body.get("api_key") != self.key:
            return _error(403, "Invalid API key")
        text, source, target = body["q"], body["source"], body["target"]
        await self.take(text)
        detected = language_of(text) if source == "auto" else source
        if detected not in self.targets:
            return _error(400, f"{detected} is not supported")
        if target not in self.targets[detected]:
            return _error(400, f"{target} is not available as a target language from {detected}")
        answer: dict[str, Any] = {"translatedText": text if detected == target else translated(text, target)}
        if source == "auto":
            answer["detectedLanguage"] = {"confidence": 90.0, "language": detected}
        return web.json_response(answer)


def _error(status: int, words: str) -> web.Response:
    return web.json_response({"error": words}, status=status)


class FakeApertium(FakeTranslator):
    """English and French both ways, English into Brazilian Portuguese."""

    pairs = (("eng", "fra"), ("fra", "eng"), ("eng", "por_BR"))
    names = {"eng": "en", "fra": "fr", "por_BR": "pt-BR"}  # noqa: RUF012  (never changed)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/listPairs", self.list_pairs), web.post("/identifyLang", self.identify),
            web.post("/translate", self.translate),
        ]

    async def list_pairs(self, _: web.Request) -> web.Response:
        found = [{"sourceLanguage": one, "targetLanguage": other} for one, other in self.pairs]
        return web.json_response({"responseData": found, "responseDetails": None, "responseStatus": 200})

    async def identify(self, request: web.Request) -> web.Response:
        text = str((await request.post())["q"])
        code = {"en": "eng", "fr": "fra", "sw": "swa", "ar": "ara"}[language_of(text)]
        return web.json_response({"nob": 0.05, code: 0.9, "spa": 0.02})

    async def translate(self, request: web.Request) -> web.Response:
        form = await request.post()
        assert (form["format"], form["markUnknown"]) == ("txt", "no")
        text, pair = str(form["q"]), tuple(str(form["langpair"]).split("|"))
        await self.take(text)
        if pair not in self.pairs:
            told = {"status": "error", "code": 400, "message": "Bad Request",
                    "explanation": "That pair is not installed"}
            return web.json_response(told, status=400)
        data = {"translatedText": translated(text, self.names[pair[1]])}
        return web.json_response({"responseData": data, "responseDetails": None, "responseStatus": 200})


@asynccontextmanager
async def running(fake: FakeTranslator) -> AsyncIterator[FakeTranslator]:
    """Within the block it answers at `fake.url`."""
    app = web.Application(middlewares=[fake.note])
    app.add_routes(fake.routes())  # type: ignore[attr-defined]  # each has its own
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        fake.go_on.set()
        await runner.cleanup()


def odd_answers() -> dict[str, Callable[[], web.StreamResponse]]:
    """What a service must not answer, and sometimes does."""
    def redirect() -> web.StreamResponse:
        return web.Response(status=302, headers={"location": "http://127.0.0.1:1/elsewhere"})

    def packed() -> web.StreamResponse:
        return web.Response(body=b"\x1f\x8b\x08\x00", headers={"content-encoding": "gzip"})

    return {
        "fails": lambda: web.json_response({"error": "Cannot translate text"}, status=500),
        "slow down": lambda: web.json_response({"error": "Slowdown: 20 per 1 minute"}, status=429),
        "key": lambda: web.json_response({"error": "Invalid API key"}, status=403),
        "redirect": redirect,
        "a page": lambda: web.Response(text="<html>It works!</html>", content_type="text/html"),
        "no text": lambda: web.json_response({"translatedText": None, "responseData": None}),
        "another shape": lambda: web.json_response([1, 2, 3]),
        "not UTF-8": lambda: web.Response(body=b'{"translatedText": "\xff\xfe"}'),
        "packed": packed,
        "huge": lambda: web.Response(text=json.dumps({"translatedText": "a" * 1_000_000})),
        "empty": lambda: web.json_response(
            {"translatedText": " ", "responseData": {"translatedText": " "}, "responseStatus": 200}
        ),
    }
