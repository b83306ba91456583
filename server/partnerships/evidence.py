"""The evidence for a grant: what the records say of a partnership, as rows, a spreadsheet or a paper.

It speaks of schools, never of a student. What is in it: docs/grants.md.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.agreements import rules as agreements
from server.agreements import service as agreement_service
from server.agreements.models import AgreementVersion
from server.agreements.rights import IN_FORCE, PROPOSED
from server.audit import service as audit
from server.audit.models import AuditEntry
from server.boards.models import Board, BoardUpdate, PageKind
from server.chat.models import ChatMessage
from server.db import Database, UnitOfWork
from server.errors import NotAllowed, NotFound
from server.partnerships import grants
from server.partnerships import record as records
from server.partnerships.models import Duty, Partnership
from server.schools.models import SchoolClass
from server.spaces import service as spaces
from server.spaces.models import Enrolment, Space

VISITORS = "Visitors"
"""Stands for whoever is of no school on the record: advisers and guests."""


class Row(msgspec.Struct, frozen=True):
    """One fact. `date` is the day of it in UTC, as YYYY-MM-DD; school, date or value may be empty."""

    section: str
    item: str
    school: str = ""
    date: str = ""
    value: str = ""


class Evidence(msgspec.Struct, frozen=True):
    """Everything about one partnership and one grant."""

    partnership_name: str
    grant_name: str
    made_at: datetime
    rows: list[Row]


async def may_export(session: AsyncSession, record: Partnership, who: SignedIn) -> bool:
    """Coordinators, who has the duty to manage the grant, and headteachers: of schools that take part."""
    mine = await records.standing(session, record, who)
    if not mine.verified or mine.banned or records.taking_part(record, who.school_id) is None:
        return False
    return (
        records.coordinates(record, who)
        or StaffRole.HEADTEACHER in who.roles
        or Duty.MANAGE_GRANT in mine.duties
    )


async def gather(database: Database, who: SignedIn, partnership_id: UUID, code: str) -> Evidence:
    """Collect the evidence for one grant, in a bounded number of queries.

    Raises:
        NotFound: no such partnership for this person, or no such grant for it (404).
        NotAllowed: it is not theirs to export (403).
    """
    async with database.read() as session:
        record = await records.get_visible(session, partnership_id, who.school_id)
        if not await may_export(session, record, who):
            raise NotAllowed(
                "The coordinator, who manages the grant, and headteachers export the evidence."
            )
        grant = next((each for each in grants.of_partnership(record) if each.code == code), None)
        if grant is None:
            raise NotFound
        versions = await agreement_service.versions(session, record.id)
        rows = [
            *_about(record), *_about_grant(grant), *_schools(record), *_rules(record),
            *_agreement(record, versions), *await _spaces(session, record),
            *await _timeline(session, record),
        ]
    return Evidence(record.name, grant.name, clock.now(), rows)


def note_export(uow: UnitOfWork, who: SignedIn, partnership_id: UUID, code: str, form: str) -> None:
    """Write into the log that the evidence has left."""
    audit.record(
        uow, who, "partnership.export", subject_id=partnership_id, school_id=who.school_id,
        partnership_id=partnership_id, after={"grant": code, "form": form},
    )


def _day(value: datetime | date | None) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).date().isoformat()
    return value.isoformat() if value else ""


def _met(met: bool) -> str:
    return "met" if met else "not met"


def _about(record: Partnership) -> Iterator[Row]:
    yield Row("partnership", "name", value=record.name)
    yield Row("partnership", "kind", value=record.kind.value)
    yield Row("partnership", "programme", value=record.programme.name)
    yield Row("partnership", "started", date=_day(record.created_at))
    yield Row("partnership", "status", date=_day(record.status_changed_at), value=record.status.value)


def _about_grant(grant: grants.GrantStanding) -> Iterator[Row]:
    yield Row("grant", "name", value=grant.name)
    yield Row("grant", "amount", value=f"{grant.amount} {grant.currency}")
    yield Row("grant", "eligible", value="yes" if grant.eligible else "no")
    for condition in grant.conditions:
        yield Row("grant", condition.code, value=f"{_met(condition.met)}: {condition.detail}")


def _schools(record: Partnership) -> Iterator[Row]:
    for member in record.memberships:
        name = member.school.name
        yield Row("schools", "country", name, value=member.school.country)
        yield Row("schools", "phase", name, value=member.school.phase.value)
        yield Row("schools", "funding", name, value=member.school.funding.value)
        yield Row("schools", "role", name, value=member.role.value)
        yield Row("schools", "invited", name, _day(member.invited_at))
        if member.accepted_at:
            yield Row("schools", "accepted", name, _day(member.accepted_at))
        if member.left_at:
            yield Row("schools", member.status.value, name, _day(member.left_at))


def _rules(record: Partnership) -> Iterator[Row]:
    for rule in records.checklist(record):
        yield Row("rules", rule.code, value=f"{_met(rule.met)}: {rule.detail}")


def _agreement(record: Partnership, versions: Sequence[AgreementVersion]) -> Iterator[Row]:
    names = {member.school_id: member.school.name for member in record.memberships}
    for version in reversed(versions):
        item = f"version {version.number}"
        yield Row("agreement", item, date=_day(version.proposed_at), value=version.status.value)
        yield Row("agreement", f"{item} digest", value=version.digest)
        if version.in_force_at:
            yield Row("agreement", f"{item} in force", date=_day(version.in_force_at))
        yield Row("agreement", f"{item} expires", date=_day(version.expires_on))
        if version.ended_at:
            yield Row("agreement", f"{item} ended", date=_day(version.ended_at))
        for assent in version.assents:
            state = assent.kind.value if assent.withdrawn_at is None else f"{assent.kind.value}, withdrawn"
            yield Row("agreement", f"{item} {state}", names.get(assent.school_id, ""), _day(assent.given_at),
                      assent.user.name)
    by_status = {version.status: version for version in versions}
    shown = by_status.get(IN_FORCE) or by_status.get(PROPOSED)
    for number, goal in enumerate(agreements.read(shown.text).goals if shown else [], 1):
        yield Row("goals", f"goal {number}", value=goal.text)
        if goal.baseline:
            yield Row("goals", f"goal {number} baseline", value=goal.baseline)


async def _spaces(session: AsyncSession, record: Partnership) -> list[Row]:
    names = {member.school_id: member.school.name for member in record.memberships}
    theirs = Space.partnership_id == record.id
    root_id = func.coalesce(Space.parent_id, Space.id)  # what a group did, its space did
    counts: dict[str, dict[tuple[UUID, UUID], int]] = {}
    for item, wanted in {
        "messages": select(root_id, User.school_id, func.count())
        .select_from(ChatMessage)
        .join(Space, Space.id == ChatMessage.space_id)
        .join(User, User.id == ChatMessage.author_id)
        .where(theirs).group_by(root_id, User.school_id),
        "board updates": select(root_id, User.school_id, func.count())
        .select_from(BoardUpdate)
        .join(Board, Board.id == BoardUpdate.board_id)
        .join(Space, Space.id == Board.space_id)
        .join(User, User.id == BoardUpdate.author_id)
        .where(theirs, Board.kind == PageKind.BOARD).group_by(root_id, User.school_id),
        "classes": select(Enrolment.space_id, SchoolClass.school_id, func.count())
        .select_from(Enrolment)
        .join(Space, Space.id == Enrolment.space_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.class_id)
        .where(theirs).group_by(Enrolment.space_id, SchoolClass.school_id),
    }.items():
        found = (await session.execute(wanted)).tuples()
        counts[item] = {(space_id, school_id): number for space_id, school_id, number in found}
    rows: list[Row] = []
    for space in await spaces.of_partnership(session, record.id):
        opened = _day(space.created_at)
        rows.append(Row("spaces", f"{space.name}: opened", date=opened, value=space.kind.value))
        if space.archived_at:
            rows.append(Row("spaces", f"{space.name}: archived", date=_day(space.archived_at)))
        for item, by_place in counts.items():
            for school_id, name in names.items():
                if number := by_place.get((space.id, school_id)):
                    rows.append(Row("spaces", f"{space.name}: {item}", name, value=str(number)))
            others = sum(
                number for (space_id, school_id), number in by_place.items()
                if space_id == space.id and school_id not in names
            )
            if others:
                rows.append(Row("spaces", f"{space.name}: {item}", VISITORS, value=str(others)))
    return rows


async def _timeline(session: AsyncSession, record: Partnership) -> list[Row]:
    """How often each thing has happened, with the day of the last time."""
    found = await session.execute(
        select(AuditEntry.act, func.count(), func.max(AuditEntry.at))
        .where(AuditEntry.partnership_id == record.id)
        .group_by(AuditEntry.act)
        .order_by(AuditEntry.act)
    )
    return [Row("timeline", act, date=_day(last), value=str(number)) for act, number, last in found.tuples()]


HEADINGS = ("section", "item", "school", "date", "value")
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the start of a formula, in wide letters too."""


def cell(text: str) -> str:
    """A text as a cell that no spreadsheet runs: one line, and never the start of a formula."""
    flat = " ".join(text.split())
    return f"'{flat}" if flat.startswith(_FORMULA) else flat


def as_csv(evidence: Evidence) -> bytes:
    """One tidy table, in UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADINGS)
    for row in evidence.rows:
        writer.writerow([cell(value) for value in msgspec.structs.astuple(row)])
    return out.getvalue().encode("utf-8-sig")


def as_pdf(evidence: Evidence) -> bytes:
    """The same rows on paper, a table for each section. Takes some time: call it in a thread."""
    from server.printing import Paper

    paper = Paper(f"{evidence.partnership_name}: {evidence.grant_name}", made_at=evidence.made_at)
    paper.title(evidence.partnership_name)
    paper.paragraph(f"Evidence for: {evidence.grant_name}")
    paper.paragraph(f"From the records of {evidence.made_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC.")
    for section, rows in groupby(evidence.rows, lambda row: row.section):
        paper.heading(section.capitalize())
        shown = [[row.item, row.school, row.date, " ".join(row.value.split())] for row in rows]
        paper.table([["Item", "School", "Date", "Value"], *shown], [30, 25, 13, 32])
    return paper.bytes()
