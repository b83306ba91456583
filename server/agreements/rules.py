"""The text of an agreement: what it says, what it has to keep to, and the digest a signature is for.

Pure: no database here. What the agreement has to record: docs/agreements.md.
"""

from __future__ import annotations

import calendar
import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from server.errors import Invalid
from server.schools.models import Internet

Line = Annotated[str, Meta(min_length=1, max_length=500)]
Note = Annotated[str, Meta(max_length=500)]
Minutes = Annotated[int, Meta(ge=0, le=2400)]
"""A week; 2,400 is forty hours."""

REVIEW_NOTICE = timedelta(days=30)
"""So long before its day a review is shown as due."""


class Goal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the schools want to reach, and how things stand today."""

    text: Line
    baseline: Note = ""


class Barrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something of language or culture that stands between the schools, and what they do about it."""

    barrier: Line
    strategy: Line


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who does what."""

    what: Line
    who: UUID
    """A school."""


class AgreementText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the schools agree on. What is said of each school is keyed by its id."""

    goals: Annotated[list[Goal], Meta(min_length=1, max_length=20)]
    weekly_minutes: Annotated[dict[UUID, Minutes], Meta(max_length=200)]
    """The time each school can give."""
    typical_days: Annotated[dict[UUID, Note], Meta(max_length=200)]
    time_difference: Note = ""
    internet: Annotated[dict[UUID, Internet], Meta(max_length=200)]
    barriers: Annotated[list[Barrier], Meta(max_length=20)] = []
    """The language strategy among them."""
    duties: Annotated[list[Task], Meta(max_length=40)] = []
    review_on: date
    expires_on: date
    """The last day it is in force."""
    extra: Annotated[str, Meta(max_length=4000)] = ""


SECTIONS = AgreementText.__struct_fields__
"""The parts of a text, in the order in which a person reads them."""


def cleaned(text: AgreementText) -> AgreementText:
    """The text as it is kept: composed letters, plain line ends, no space around, no control characters.

    Raises:
        Invalid: a line that has to say something is empty then (400).
    """
    try:
        return msgspec.convert(_cleaned(msgspec.to_builtins(text)), AgreementText)
    except msgspec.ValidationError as error:
        raise Invalid(
            "A goal, a barrier with its strategy, and a duty each have to say something. Nothing was changed."
        ) from error


def _cleaned(value: object) -> object:
    match value:
        case str():
            lines = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")
            return "".join(
                each for each in lines if each in "\n\t" or unicodedata.category(each) != "Cc"
            ).strip()
        case dict():
            return {key: _cleaned(each) for key, each in value.items()}
        case list():
            return [_cleaned(each) for each in value]
        case _:
            return value


def digest(text: AgreementText) -> str:
    """SHA-256 of the text in one form of JSON, in hexadecimal: whatever says the same has the same."""
    return hashlib.sha256(msgspec.json.encode(msgspec.to_builtins(text), order="sorted")).hexdigest()


def stored(text: AgreementText) -> dict[str, object]:
    """The text as JSON, for the database."""
    return msgspec.to_builtins(text)


def read(kept: object) -> AgreementText:
    """The text of a stored version."""
    return msgspec.convert(kept, AgreementText)


def latest_expiry(today: date, months: int) -> date:
    """The last day on which an agreement that begins today may end."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def check(text: AgreementText, schools: Iterable[UUID], today: date, max_months: int) -> None:
    """Hold a text that is proposed against the partnership it is for.

    Args:
        schools: those that the partnership counts.
        max_months: how long the programme lets an agreement last.

    Raises:
        Invalid: it speaks of another school, leaves one out, or its dates do not fit (400).
    """
    wanted = set(schools)
    spoken = [set(text.weekly_minutes), set(text.typical_days), set(text.internet)]
    if any(named - wanted for named in [*spoken, {duty.who for duty in text.duties}]):
        raise Invalid("It names a school that is not part of this partnership. Nothing was changed.")
    if any(named != wanted for named in spoken):
        raise Invalid(
            "Say for every school how much time it has, what its day is like and how good its internet is. "
            "Nothing was changed."
        )
    if not today < text.review_on <= text.expires_on:
        raise Invalid(
            "The review has to be after today, and not after the agreement ends. Nothing was changed."
        )
    if text.expires_on > latest_expiry(today, max_months):
        raise Invalid(
            f"In this programme an agreement lasts {max_months} months at most. Nothing was changed.",
            latest=latest_expiry(today, max_months).isoformat(),
        )


def is_review_due(review_on: date, today: date) -> bool:
    """Whether the review is near, or should have been."""
    return review_on - REVIEW_NOTICE <= today
