"""An agreement as it is printed: everything on the paper, with schools and people by name."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from server.agreements.rules import Barrier, Goal


class PaperSchool(msgspec.Struct, frozen=True):
    """A school that the version is for. `country` is an ISO 3166-1 code."""

    name: str
    country: str


class PaperTerms(msgspec.Struct, frozen=True):
    """What the text says of one school."""

    school: str
    weekly_minutes: int | None
    typical_day: str
    internet: str
    """`good`, `limited` or `poor`; empty when the text does not say."""


class PaperDuty(msgspec.Struct, frozen=True):
    what: str
    school: str


class PaperSignature(msgspec.Struct, frozen=True):
    """A headteacher's signature that was not taken back."""

    school: str
    person: str
    signed_at: datetime
    """In UTC."""
    digest: str
    """Of the text that was signed."""
    timezone: str = "UTC"
    """Of the school: the paper says the moment in its own time too."""


class AgreementPaper(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an agreement, ready to be printed."""

    partnership_name: str
    programme_name: str
    number: int
    status: str
    """A `server.agreements.models.VersionStatus`."""
    digest: str
    proposed_by: str
    proposed_at: datetime
    in_force_at: datetime | None
    ended_at: datetime | None
    review_on: date
    expires_on: date
    schools: list[PaperSchool]
    goals: list[Goal]
    terms: list[PaperTerms]
    time_difference: str
    barriers: list[Barrier]
    duties: list[PaperDuty]
    extra: str
    signatures: list[PaperSignature]
    waiting: list[str]
    """Schools whose headteacher has not signed; empty once it is in force."""
