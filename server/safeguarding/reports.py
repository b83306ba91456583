"""Making a report: anybody in a space tells the safeguarding leads of both schools (docs/safeguarding.md).

Who reads it, and what they do with it: `server.safeguarding.casework`. Who reported is told to them alone.
The audit log names no report's people.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock, typed
from server.access import Grant, grants_in
from server.accounts.models import User
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.boards import service as boards
from server.boards.objects import BoardObject, ReadObject
from server.db import Database, UnitOfWork
from server.errors import DomainError, Invalid, NotFound
from server.mail import service as mail
from server.mail.letters import Kind
from server.partnerships.models import Membership, MemberStatus, Partnership, PartnershipKind
from server.safeguarding import snapshots
from server.safeguarding.casework import readers_of
from server.safeguarding.models import Report, ReportKind, ReportReceipt
from server.safeguarding.snapshots import Snapshot
from server.schools.models import SchoolClass
from server.spaces.models import Enrolment, Space

A_DAY_MAX = 30
"""So many reports one person makes in 24 hours."""
PAGES_AT_ONCE = 2
_reading_pages = asyncio.Semaphore(PAGES_AT_ONCE)


class ReportReason(StrEnum):
    BULLYING = "bullying"
    UNKIND = "unkind"
    CONTACT = "contact"
    """Asks for contact outside, or gives a number or address."""
    FRIGHTENING = "frightening"
    NOT_SAFE = "not_safe"
    """Somebody is not safe."""
    OTHER = "other"


class TooManyReports(DomainError):
    """You have made many reports today. Tell an adult of your school."""

    code = "too_many_reports"
    status = 429


class About(msgspec.Struct, frozen=True):
    """What somebody reports.

    Attributes:
        subject_id: of the message, file, board page or person.
        shown: an object on the board as the reporter's page shows it; kept where nothing can read the page.
    """

    kind: ReportKind
    subject_id: UUID
    element_id: str = ""
    shown: dict[str, Any] = {}


async def object_of(
    database: Database, who: SignedIn, space_id: UUID, about: About, read: ReadObject | None
) -> BoardObject | None:
    """The object on the board that is to be reported, as it is stored; None: it is none, or nothing can
    read pages here. Read before anything is written: it may take a while.

    Raises:
        NotFound: this person is not of the space, or there is no such object in it (404).
        TooManyReports: enough for a day (429).
    """
    if about.kind is not ReportKind.BOARD or read is None:
        return None
    # A try that finds nothing is not counted for the day: pages are read a few at a time, whoever asks.
    async with _reading_pages:
        async with database.read() as session:
            await _where(session, who, space_id)
            page = await snapshots.page_of(session, space_id, about.subject_id)
            log = await boards.load(session, page.id)
        found = await asyncio.to_thread(read, log, about.element_id)
    if found is None:
        raise NotFound
    return found


async def _where(session: AsyncSession, who: SignedIn, space_id: UUID) -> Space:
    """The space, if this person may report something in it now.

    Raises:
        NotFound, TooManyReports: as `make` (404, 429).
    """
    space = await session.get(Space, space_id)
    if space is None or Grant.SPACE_READ not in await grants_in(session, who.user_id, space_id):
        raise NotFound
    made = await session.scalar(
        select(func.count())
        .select_from(Report)
        .where(Report.reporter_id == who.user_id, Report.reported_at > clock.now() - timedelta(days=1))
    )
    if (made or 0) >= A_DAY_MAX:
        raise TooManyReports
    return space


async def make(
    uow: UnitOfWork, who: SignedIn, space_id: UUID, about: About, reason: ReportReason, words: str,
    found: BoardObject | None = None,
) -> Report:
    """Report something in a space.

    Args:
        found: an object on the board, from `object_of`.

    Raises:
        NotFound: this person is not of the space, or there is no such thing in it (404).
        Invalid: it is oneself, or too large (400).
        TooManyReports: enough for a day (429).
    """
    session = uow.session
    space = await _where(session, who, space_id)
    now = clock.now()
    about_id, snapshot = await _snapshot(session, who, space, about, found)
    if about_id == who.user_id:
        raise Invalid("You cannot report yourself. Ask an adult for help.")
    report = Report(
        space_id=space.id, partnership_id=space.partnership_id, reporter_id=who.user_id,
        about_user_id=about_id, kind=about.kind, subject_id=about.subject_id, element_id=about.element_id,
        reason_code=reason.value, words=typed.text(words), snapshot=msgspec.to_builtins(snapshot),
        reported_at=now,
    )
    session.add(report)
    await session.flush()
    schools = await _schools_for(session, who, space, about_id)
    readers = await readers_of(session, schools, about_id)
    partnership = await session.get_one(Partnership, space.partnership_id)
    for school_id in sorted(schools):
        session.add(
            ReportReceipt(
                report_id=report.id, school_id=school_id, has_lead=readers[school_id].has_lead
            )
        )
        # By nobody, about nobody: administrators read the log, too.
        audit.record(uow, None, "report.receive", school_id=school_id, after={"report_id": report.id})
    told = {each for school in readers.values() for each in school.user_ids}
    await mail.queue_all(
        uow, sorted(told), Kind.REPORT_FILED,
        {"name": partnership.name, "path": f"/reports/{report.id}"},
    )
    return report


async def _snapshot(
    session: AsyncSession, who: SignedIn, space: Space, about: About, found: BoardObject | None
) -> tuple[UUID | None, Snapshot]:
    """Who it is about, as far as that is known, and how things stand."""
    if len(msgspec.json.encode(about.shown)) > snapshots.SHOWN_MAX_BYTES:
        raise Invalid("This object is too large to be reported as a whole. Report the person instead.")
    reporter = await snapshots.whom(session, who.user_id)
    match about.kind:
        case ReportKind.MESSAGE:
            author_id, said = await snapshots.around_message(session, space.id, about.subject_id)
            person = await snapshots.whom(session, author_id)
            return author_id, Snapshot(reporter, person, messages=said)
        case ReportKind.FILE:
            author_id, file = await snapshots.of_file(session, space.id, about.subject_id)
            return author_id, Snapshot(reporter, await snapshots.whom(session, author_id), file=file)
        case ReportKind.BOARD:
            author_id, shown = await snapshots.of_object(
                session, space.id, about.subject_id, about.shown, found
            )
            person = await snapshots.whom(session, author_id) if author_id else None
            return author_id, Snapshot(reporter, person, object=shown)
        case ReportKind.PERSON:
            # Of the space: somebody who was moved to another group can be reported from the one they left.
            if not await grants_in(session, about.subject_id, space.parent_id or space.id):
                raise NotFound
            person = await snapshots.whom(session, about.subject_id)
            said = await snapshots.last_of(session, space.id, about.subject_id)
            return about.subject_id, Snapshot(reporter, person, messages=said)


async def _schools_for(
    session: AsyncSession, who: SignedIn, space: Space, about_id: UUID | None
) -> set[UUID]:
    """The schools that get a report: the reporter's and that of whom it is about. Of a one-to-one, always
    both; where less than two are known, those with a class in the space."""
    members = set(
        await session.scalars(
            select(Membership.school_id).where(
                Membership.partnership_id == space.partnership_id, Membership.status == MemberStatus.ACCEPTED
            )
        )
    )
    partnership = await session.get_one(Partnership, space.partnership_id)
    if partnership.kind is PartnershipKind.ONE_TO_ONE:
        return members
    concerned = {who.school_id}
    if about_id is not None:
        concerned |= set(await session.scalars(select(User.school_id).where(User.id == about_id)))
    found = concerned & members
    if about_id is not None and found:
        return found
    with_classes = await session.scalars(
        select(SchoolClass.school_id)
        .join(Enrolment, Enrolment.class_id == SchoolClass.id)
        .where(Enrolment.space_id == (space.parent_id or space.id))
    )
    return (found | set(with_classes)) & members or members
