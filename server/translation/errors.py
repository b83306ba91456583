"""Why something is not translated. Each code has its words in the client (`errors.translation_...`)."""

from __future__ import annotations

from server.errors import DomainError


class TranslationOff(DomainError):
    """Nothing is translated by machine here: whoever runs this server has not chosen a translator."""

    code = "translation_off"
    status = 404


class TranslationConsent(DomainError):
    """Nobody has said yes to a machine translating what this student writes. Ask their teacher."""

    code = "translation_consent"
    status = 403


class TranslationImpossible(DomainError):
    """The translator cannot put these words into this language."""

    code = "translation_impossible"
    status = 409


class TranslationTooOften(DomainError):
    """You asked for very many translations. Wait a minute, then go on."""

    code = "translation_too_often"
    status = 429


class TranslationBusy(DomainError):
    """Many people ask for translations now. Try again in a moment."""

    code = "translation_busy"
    status = 503


class TranslatorFailed(DomainError):
    """The translator does not answer as it should. The message itself is as it was. Try again soon."""

    code = "translation_failed"
    status = 503
