"""The audit log, for those who answer for others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from server import paging
from server.accounts.service import SignedIn
from server.audit import reading
from server.audit.chain import Broken
from server.audit.models import AuditEntry
from server.db import Database
from server.errors import Invalid
from server.guards import staff_only

OUR_RULES = "Commonroom"
"""The actor of what the server did by itself, because a rule said so."""

_verifier = reading.Verifier()


class AuditItem(msgspec.Struct, frozen=True, kw_only=True):
    """An entry. Names are as they are now; `before` and `after` hold ids and values of records."""

    seq: int
    at: datetime
    act: str
    actor_id: UUID | None
    actor_name: str
    """`Commonroom` when a rule did it; empty when the account is gone."""
    actor_school: str
    subject_id: UUID | None
    subject_name: str
    school_id: UUID | None
    school_name: str
    partnership_id: UUID | None
    partnership_name: str
    before: dict[str, Any]
    after: dict[str, Any]
    hash: str

    @classmethod
    def of(cls, entry: AuditEntry, names: reading.Names) -> AuditItem:
        actor = names.people.get(entry.actor_id) if entry.actor_id else None
        school = names.schools.get
        return cls(
            seq=entry.seq, at=entry.at, act=entry.act, actor_id=entry.actor_id,
            actor_name=(actor.name if actor else "") if entry.actor_id else OUR_RULES,
            actor_school=school(entry.actor_school_id, "") if entry.actor_school_id else "",
            subject_id=entry.subject_id, subject_name=names.subject(entry),
            school_id=entry.school_id, school_name=school(entry.school_id, "") if entry.school_id else "",
            partnership_id=entry.partnership_id,
            partnership_name=names.partnerships.get(entry.partnership_id, "") if entry.partnership_id else "",
            before=entry.before, after=entry.after, hash=entry.hash,
        )


class AuditPage(msgspec.Struct, frozen=True):
    """Entries, the newest first. `next` is empty on the last page."""

    items: list[AuditItem]
    names: dict[UUID, str]
    """What the ids in `before` and `after` stand for, as far as they have a name."""
    next: str


class VerdictView(msgspec.Struct, frozen=True):
    """How the log stands. Keep `entries` and `head` elsewhere: later they show that nothing was changed."""

    entries: int
    """That hold, from the first."""
    head: str
    broken: Broken | None
    """Where it does not hold: `missing`, `changed`, `moved` or `end`."""


def _zoned(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise Invalid("Give moments with their time zone, as in 2026-11-21T08:00:00Z.")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # on the calendar's first and last day, there may be no such moment
        raise Invalid("There is no such moment. Choose a later or an earlier one.") from error


@get("/", summary="Read the log")
async def read_log(
    request: Request[SignedIn, Any, Any],
    database: NamedDependency[Database],
    act: Annotated[str, QueryParameter(max_length=60, description="How the act begins.")] = "",
    partnership_id: Annotated[UUID | None, QueryParameter(description="Of this partnership.")] = None,
    actor_id: Annotated[UUID | None, QueryParameter(description="Done by this person.")] = None,
    since: Annotated[datetime | None, QueryParameter(name="from", description="From this moment on.")] = None,
    until: Annotated[datetime | None, QueryParameter(name="to", description="Before this moment.")] = None,
    cursor: paging.Cursor = "",
    limit: paging.Limit = 50,
) -> AuditPage:
    """What was done in my school and its partnerships, or under my office, the newest first.
    403 `not_allowed`."""
    wanted = reading.Wanted(
        act=act, partnership_id=partnership_id, actor_id=actor_id, since=_zoned(since), until=_zoned(until)
    )
    below = paging.place(cursor, int)
    async with database.read() as session:
        found = await reading.page(session, request.user, wanted, below[0] if below else None, limit + 1)
        shown = found[:limit]
        names = await reading.names_on(session, shown)
    return AuditPage(
        [AuditItem.of(entry, names) for entry in shown],
        {each: name for each in reading.values_named(shown) if each and (name := names.of(each))},
        paging.cursor(shown[-1].seq) if len(found) > limit else "",
    )


@get("/verdict", summary="Check the log")
async def check_log(
    request: Request[SignedIn, Any, Any], database: NamedDependency[Database]
) -> VerdictView:
    """Hold every entry against its hash and the one before. One person at a time. 403 `not_allowed`,
    429 `verifying`, 503 `too_long`."""
    verdict = await _verifier.verdict(database, request.user)
    return VerdictView(verdict.entries, verdict.head, verdict.broken)


router = Router("/audit", route_handlers=[read_log, check_log], guards=[staff_only], tags=["Audit"])
