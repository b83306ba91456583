"""Translating what somebody wrote in the chat, for one who may read it.

What leaves for the translator: the text of a message that the asking person may read, that is not deleted and
does not wait for an adult, and whose author, as a student, has consent to it. This is asked before
anything else, also before what is at hand, and once more when the translator has answered. Nothing is
stored; a node keeps translations in memory for an hour at most, so that a class that asks costs one call.
Rules in words: docs/translation.md.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Coroutine
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import access
from server.access import Grant
from server.accounts.models import User, UserKind
from server.accounts.service import SignedIn
from server.chat.models import ChatMessage
from server.config import Settings
from server.consent import service as consent
from server.consent.models import ConsentKind
from server.db import Database
from server.devices.reading import companions_of
from server.errors import ChangedMeanwhile, NoAccess, NotAllowed, NotFound
from server.translation.errors import (
    TranslationBusy,
    TranslationConsent,
    TranslationOff,
    TranslationTooOften,
    TranslatorFailed,
)
from server.translation.translator import Service, Translated, Translator

AT_ONCE = 4
"""So many texts are with the translator at one moment, from this node."""
WAITING_MOST = 64
"""So many wait for it, those included; who comes then is told that it is busy."""
KEPT_MOST = 1000
KEPT_S = 3600.0
PER_MINUTE = 60
"""So often one person may ask a node in a minute."""
ASKING_MOST = 10_000
"""So many people are remembered for that, the latest."""


class Translation(msgspec.Struct, frozen=True):
    """A text in another language. `to`: BCP 47, as it was asked for. `by`: what translated it."""

    text: str
    source: str
    to: str
    by: str


class _Kept(NamedTuple):
    translated: Translated
    at: float


def is_on(settings: Settings) -> bool:
    """Whether the operator has chosen a translator."""
    return settings.translation != "none"


def translator_of(settings: Settings) -> Translator | None:
    """The one that the operator has chosen."""
    service = Service(settings.translation_url, settings.translation_timeout_s)
    match settings.translation:
        case "libretranslate":
            from server.translation.libretranslate import LibreTranslate

            return LibreTranslate(service, settings.translation_key)
        case "apertium":
            from server.translation.apertium import Apertium

            return Apertium(service)
        case "none":
            return None


class Translating:
    """What a node translates.

    Args:
        database: where messages and consents are read.
        translator: None: nothing is translated.
        timeout_s: so long a text waits for its turn and its translation, together.
    """

    def __init__(self, database: Database, translator: Translator | None, timeout_s: float) -> None:
        self._database = database
        self._translator = translator
        self._timeout_s = timeout_s
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._kept: OrderedDict[tuple[Any, ...], _Kept] = OrderedDict()
        self._on_their_way: dict[tuple[Any, ...], asyncio.Task[Translated]] = {}
        self._asking: OrderedDict[UUID, tuple[float, int]] = OrderedDict()

    async def targets(self) -> tuple[str, list[str]]:
        """What translates, and into which languages; nothing and none, when it is off.

        Raises:
            TranslatorFailed: it does not answer (503).
        """
        if self._translator is None:
            return "", []
        try:
            async with asyncio.timeout(self._timeout_s):
                return self._translator.name, await self._translator.targets()
        except TimeoutError:
            raise TranslatorFailed from None

    async def message(self, who: SignedIn, space_id: UUID, message_id: UUID, to: str) -> Translation:
        """What a message says, in the language `to`.

        Raises:
            TranslationOff, NotFound: nothing translates here; there is no such message, or no longer (404).
            NoAccess: they may not read in this space; the code is the reason (403).
            TranslationConsent: its author is a student without consent to it (403).
            TranslationTooOften: they ask too often (429).
            TranslationImpossible: not from or into this language (409).
            ChangedMeanwhile: its author has edited it while it was translated (409).
            TranslationBusy, TranslatorFailed: not now (503).
        """
        translator = self._chosen(who)
        async with self._database.read() as session:
            text = await _text_that_may_leave(session, who, space_id, message_id)
        key = message_id, to, blake2b(text.encode(), digest_size=16).digest()
        if (kept := self._at_hand(key)) is None:
            kept = await self._shared(key, self._kept_call(key, translator, text, to))
            async with self._database.read() as session:  # a yes may have been taken back meanwhile
                if await _text_that_may_leave(session, who, space_id, message_id) != text:
                    raise ChangedMeanwhile
        return Translation(kept.text, kept.source, to, translator.name)

    async def draft(self, who: SignedIn, space_id: UUID, text: str, to: str) -> Translation:
        """What one has written oneself and not sent, in the language `to`. It is not kept.

        Raises:
            NotAllowed: they may not write here (403). TranslationConsent: somebody at this device is a
            student without consent to it (403). Else as `message`.
        """
        translator = self._chosen(who)
        async with self._database.read() as session:
            found = await access.access_in(session, who.user_id, space_id)
            if Grant.CHAT_READ not in found.grants:
                raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
            if Grant.CHAT_POST not in found.grants:
                raise NotAllowed("You can read here, not write.")
            # Of several at one device, whose words they are is not known before they are sent.
            joined = await companions_of(session, [who.session_id])
            for user_id in (who.user_id, *(each.user_id for each in joined.get(who.session_id, ()))):
                await _check_consent(session, user_id, who.kind)
        translated = await self._shared((uuid4(),), self._call(translator, text, to))
        return Translation(translated.text, translated.source, to, translator.name)

    async def close(self) -> None:
        """End what is on its way."""
        for task in self._on_their_way.values():
            task.cancel()
        await asyncio.gather(*self._on_their_way.values(), return_exceptions=True)
        self._kept.clear()
        if self._translator is not None:
            await self._translator.close()

    def _chosen(self, who: SignedIn) -> Translator:
        if self._translator is None:
            raise TranslationOff
        now = time.monotonic()
        since, count = self._asking.pop(who.user_id, (now, 0))
        if now - since >= 60:
            since, count = now, 0
        self._asking[who.user_id] = since, count + 1
        if len(self._asking) > ASKING_MOST:
            self._asking.popitem(last=False)
        if count >= PER_MINUTE:
            raise TranslationTooOften
        return self._translator

    def _at_hand(self, key: tuple[Any, ...]) -> Translated | None:
        kept = self._kept.get(key)
        if kept is None or time.monotonic() - kept.at > KEPT_S:
            self._kept.pop(key, None)
            return None
        self._kept.move_to_end(key)
        return kept.translated

    def _keep(self, key: tuple[Any, ...], translated: Translated) -> None:
        self._kept[key] = _Kept(translated, time.monotonic())
        self._kept.move_to_end(key)
        if len(self._kept) > KEPT_MOST:
            self._kept.popitem(last=False)

    async def _shared(self, key: tuple[Any, ...], call: Coroutine[Any, Any, Translated]) -> Translated:
        """One call, for all who ask for the same meanwhile. It ends by itself, also when they have gone."""
        task = self._on_their_way.get(key)
        if task is not None:
            call.close()
        elif len(self._on_their_way) >= WAITING_MOST:
            call.close()
            raise TranslationBusy
        else:
            task = self._on_their_way[key] = asyncio.create_task(call)

            def gone(ended: asyncio.Task[Translated]) -> None:
                del self._on_their_way[key]
                if not ended.cancelled():
                    ended.exception()  # who waited has been told; perhaps nobody did any more

            task.add_done_callback(gone)
        return await asyncio.shield(task)

    async def _kept_call(
        self, key: tuple[Any, ...], translator: Translator, text: str, to: str
    ) -> Translated:
        """Kept as it comes: who asks in the next moment finds it, and is asked for consent all the same."""
        found = await self._call(translator, text, to)
        self._keep(key, found)
        return found

    async def _call(self, translator: Translator, text: str, to: str) -> Translated:
        try:
            async with asyncio.timeout(self._timeout_s), self._turns:
                return await translator.translate(text, None, to)
        except TimeoutError:
            raise TranslatorFailed from None


async def _text_that_may_leave(
    session: AsyncSession, who: SignedIn, space_id: UUID, message_id: UUID
) -> str:
    """The text of a message; what waits for an adult is no message yet."""
    found = await access.access_in(session, who.user_id, space_id)
    if Grant.CHAT_READ not in found.grants:
        raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
    rows = await session.execute(
        select(ChatMessage.text, User.id, User.kind)
        .join(User, User.id == ChatMessage.author_id)
        .where(
            ChatMessage.id == message_id, ChatMessage.space_id == space_id, ChatMessage.deleted_at.is_(None),
            ChatMessage.text != "",
        )
    )
    stored = rows.tuples().one_or_none()
    if stored is None:
        raise NotFound
    text, author_id, kind = stored
    await _check_consent(session, author_id, kind)
    return text


async def _check_consent(session: AsyncSession, author_id: UUID, kind: UserKind) -> None:
    if kind is UserKind.STUDENT and not await consent.has(
        session, [author_id], ConsentKind.MACHINE_TRANSLATION
    ):
        raise TranslationConsent
