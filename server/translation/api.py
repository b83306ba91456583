"""Translating over HTTP: a message, one's own draft, and which languages there are."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server.accounts.service import SignedIn
from server.schools.vocabulary import Language
from server.translation.service import Translating, Translation

Text = Annotated[str, Meta(min_length=1, max_length=2000)]


class TranslateMessage(msgspec.Struct, forbid_unknown_fields=True):
    """`to`: BCP 47."""

    to: Language


class TranslateDraft(msgspec.Struct, forbid_unknown_fields=True):
    """What I have written and not sent. `to`: BCP 47."""

    text: Text
    to: Language


class TranslatorView(msgspec.Struct, frozen=True):
    """`by`: what translates; empty: nothing does. `targets`: into which languages, BCP 47."""

    by: str
    targets: list[str]


@get("/translation")
async def translator(translating: NamedDependency[Translating]) -> TranslatorView:
    """What translates on this server, and into which languages. 503 `translation_failed`."""
    return TranslatorView(*await translating.targets())


@post("/spaces/{space_id:uuid}/messages/{message_id:uuid}/translation", status_code=200)
async def translate_message(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    message_id: FromPath[UUID],
    data: JSONBody[TranslateMessage],
    translating: NamedDependency[Translating],
) -> Translation:
    """What a message says, in another language, by machine. 403 `translation_consent` or the reason why I may
    not read here, 404 `translation_off` or `not_found`, 409 `translation_impossible` or `changed_meanwhile`,
    429 `translation_too_often`, 503 `translation_busy` or `translation_failed`."""
    return await translating.message(request.user, space_id, message_id, data.to)


@post("/spaces/{space_id:uuid}/translation", status_code=200)
async def translate_draft(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    data: JSONBody[TranslateDraft],
    translating: NamedDependency[Translating],
) -> Translation:
    """What I have written myself and not sent, in another language, by machine. Codes as for a message, and
    403 `not_allowed` where I may not write."""
    return await translating.draft(request.user, space_id, data.text, data.to)


router = Router("/", route_handlers=[translator, translate_message, translate_draft], tags=["Translation"])
