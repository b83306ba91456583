"""Reports: anybody in a space tells the safeguarding leads of both schools (docs/safeguarding.md).

A report is read by the leads of the schools that have it and by nobody else; where a school has no lead, by
its head. Who reported is told to them alone. The audit log names no report's people.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from server import clock, typed
from server.access import Grant, grants_in
from server.accounts.models import StaffPost, StaffRole, User
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.boards import service as boards
from server.boards.objects import BoardObject, ReadObject
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.errors import AlreadyDone, DomainError, Invalid, NotAllowed, NotFound
from server.mail import service as mail
from server.mail.letters import Kind
from server.partnerships.models import Membership, MemberStatus, Partnership, PartnershipKind
from server.safeguarding import snapshots
from server.safeguarding.models import Report, ReportKind, ReportReceipt
from server.safeguarding.snapshots import Snapshot
from server.schools.models import SchoolClass
from server.spaces.models import Enrolment, Space

OVERDUE_AFTER = timedelta(hours=24)
"""So long a school may take to acknowledge a report; the page shows how long it has been."""
A_DAY_MAX = 30
"""So many reports one person makes in 24 hours."""
REMINDED_AT_ONCE = 100
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
    readers = await _readers(session, schools, about_id)
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


class Readers(msgspec.Struct, frozen=True):
    """Who of a school reads a report."""

    user_ids: frozenset[UUID]
    has_lead: bool


async def _readers(
    session: AsyncSession, school_ids: Iterable[UUID], about_id: UUID | None
) -> dict[UUID, Readers]:
    """Each school's leads; without one (or when it is about the only one), its heads."""
    rows = (
        await session.execute(
            select(User.school_id, StaffPost.role, User.id)
            .join(StaffPost, StaffPost.user_id == User.id)
            .where(
                User.school_id.in_(list(school_ids)), User.disabled_at.is_(None),
                User.verified_at.is_not(None), User.id != about_id if about_id else User.id.is_not(None),
                StaffPost.role.in_([StaffRole.SAFEGUARDING_LEAD, StaffRole.HEADTEACHER]),
            )
        )
    ).tuples().all()
    found: dict[UUID, Readers] = {}
    for school_id in school_ids:
        leads, heads = (
            frozenset(user_id for school, post, user_id in rows if school == school_id and post is role)
            for role in (StaffRole.SAFEGUARDING_LEAD, StaffRole.HEADTEACHER)
        )
        found[school_id] = Readers(leads or heads, bool(leads))
    return found


# --- reading


def _lead_exists() -> ColumnElement[bool]:
    """Whether the school of a receipt has a lead now who may read the report."""
    return (
        exists()
        .where(
            StaffPost.user_id == User.id, StaffPost.role == StaffRole.SAFEGUARDING_LEAD,
            User.school_id == ReportReceipt.school_id, User.disabled_at.is_(None),
            User.verified_at.is_not(None),
            or_(Report.about_user_id.is_(None), User.id != Report.about_user_id),
        )
        .correlate(ReportReceipt, Report)
    )


async def visible_to(session: AsyncSession, who: SignedIn) -> ColumnElement[bool]:
    """The receipts that this person may read, as a condition on `ReportReceipt` joined with `Report`.

    Raises:
        NotAllowed: neither safeguarding lead nor head, or not verified (403).
    """
    is_lead, is_head = StaffRole.SAFEGUARDING_LEAD in who.roles, StaffRole.HEADTEACHER in who.roles
    verified = await session.scalar(select(User.verified_at).where(User.id == who.user_id))
    if not (is_lead or is_head) or verified is None:
        raise NotAllowed("Reports are for safeguarding leads.")
    mine = and_(
        ReportReceipt.school_id == who.school_id,
        or_(Report.about_user_id.is_(None), Report.about_user_id != who.user_id),
    )
    return mine if is_lead else and_(mine, or_(ReportReceipt.has_lead.is_(False), ~_lead_exists()))


async def listed(
    session: AsyncSession, who: SignedIn, *, after: tuple[int, datetime, UUID] | None, limit: int
) -> Sequence[ReportReceipt]:
    """My school's receipts with their reports: those nobody has acknowledged, the oldest first; then the
    others, the newest first.

    Args:
        after: the last of the page before: 1 if it was acknowledged, when it was reported, its id.

    Raises:
        NotAllowed: this person reads no reports (403).
    """
    condition = await visible_to(session, who)
    found: list[ReportReceipt] = []
    base = (
        select(ReportReceipt)
        .join(Report, Report.id == ReportReceipt.report_id)
        .options(joinedload(ReportReceipt.report))
        .where(condition)
    )
    if after is None or after[0] == 0:
        wanted = base.where(ReportReceipt.acknowledged_at.is_(None))
        if after is not None:
            _, at, report_id = after
            wanted = wanted.where(
                or_(Report.reported_at > at, and_(Report.reported_at == at, Report.id > report_id))
            )
        found += (await session.scalars(wanted.order_by(Report.reported_at, Report.id).limit(limit))).all()
        after = None
    if len(found) < limit:
        wanted = base.where(ReportReceipt.acknowledged_at.is_not(None))
        if after is not None:
            _, at, report_id = after
            wanted = wanted.where(
                or_(Report.reported_at < at, and_(Report.reported_at == at, Report.id > report_id))
            )
        wanted = wanted.order_by(Report.reported_at.desc(), Report.id).limit(limit - len(found))
        found += (await session.scalars(wanted)).all()
    return found


async def unacknowledged(session: AsyncSession, who: SignedIn) -> int:
    """How many reports wait for this person's school; 0 for who reads none."""
    try:
        condition = await visible_to(session, who)
    except NotAllowed:
        return 0
    counted = await session.scalar(
        select(func.count())
        .select_from(ReportReceipt)
        .join(Report, Report.id == ReportReceipt.report_id)
        .where(condition, ReportReceipt.acknowledged_at.is_(None))
    )
    return counted or 0


async def get(
    session: AsyncSession, who: SignedIn, report_id: UUID, *, lock: bool = False
) -> ReportReceipt:
    """My school's receipt of a report, with the report.

    Raises:
        NotFound: no such report for this person (404).
        NotAllowed: this person reads no reports (403).
    """
    condition = await visible_to(session, who)
    wanted = (
        select(ReportReceipt)
        .join(Report, Report.id == ReportReceipt.report_id)
        .where(ReportReceipt.report_id == report_id, condition)
        .options(selectinload(ReportReceipt.report))
        .execution_options(populate_existing=True)
    )
    if lock:
        wanted = wanted.with_for_update(of=ReportReceipt)
    found = await session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


async def receipts_of(session: AsyncSession, report_id: UUID) -> Sequence[ReportReceipt]:
    """A report as each school has it, with who took it up and who closed it there."""
    found = await session.scalars(
        select(ReportReceipt)
        .where(ReportReceipt.report_id == report_id)
        .options(joinedload(ReportReceipt.acknowledged_by), joinedload(ReportReceipt.closed_by))
        .order_by(ReportReceipt.school_id)
    )
    return found.all()


# --- what a lead does


async def acknowledge(uow: UnitOfWork, who: SignedIn, report_id: UUID) -> None:
    """Say that one's school has taken the report up.

    Raises:
        NotFound, NotAllowed: as `get` (404, 403).
        AlreadyDone: somebody of the school has (409).
    """
    receipt = await get(uow.session, who, report_id, lock=True)
    if receipt.acknowledged_at is not None:
        raise AlreadyDone
    receipt.acknowledged_at, receipt.acknowledged_by_id = clock.now(), who.user_id
    audit.record(
        uow, who, "report.acknowledge", school_id=who.school_id, after={"report_id": report_id}
    )


async def close(uow: UnitOfWork, who: SignedIn, report_id: UUID, note: str) -> None:
    """End one's school's work on a report with a note on what was done.

    Raises:
        NotFound, NotAllowed: as `get` (404, 403).
        Invalid: there is no note, or nobody has acknowledged it (400).
        AlreadyDone: it is closed (409).
    """
    receipt = await get(uow.session, who, report_id, lock=True)
    if receipt.closed_at is not None:
        raise AlreadyDone
    note = typed.text(note)
    if not note:
        raise Invalid("Write down what was done. Nothing was changed.")
    if receipt.acknowledged_at is None:
        raise Invalid("Acknowledge the report first. Nothing was changed.")
    receipt.closed_at, receipt.closed_by_id, receipt.note = clock.now(), who.user_id, note
    audit.record(uow, who, "report.close", school_id=who.school_id, after={"report_id": report_id})


async def remind_overdue(database: Database, bus: Bus) -> None:
    """Tell the readers of each school once when a report has waited for too long."""
    now = clock.now()
    async with UnitOfWork(database, bus) as uow:
        overdue = (
            await uow.session.scalars(
                select(ReportReceipt)
                .join(Report, Report.id == ReportReceipt.report_id)
                .where(
                    ReportReceipt.acknowledged_at.is_(None), ReportReceipt.reminded_at.is_(None),
                    Report.reported_at < now - OVERDUE_AFTER,
                )
                .options(selectinload(ReportReceipt.report))
                .limit(REMINDED_AT_ONCE)
                .with_for_update(skip_locked=True, of=ReportReceipt)
            )
        ).all()
        for receipt in overdue:
            receipt.reminded_at = now
            report = receipt.report
            readers = await _readers(uow.session, [receipt.school_id], report.about_user_id)
            name = await uow.session.scalar(
                select(Partnership.name).where(Partnership.id == report.partnership_id)
            )
            await mail.queue_all(
                uow, sorted(readers[receipt.school_id].user_ids), Kind.REPORT_WAITS,
                {"name": name or "", "path": f"/reports/{report.id}"},
            )


async def space_names(session: AsyncSession, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of spaces; one that is gone has none."""
    wanted = [each for each in ids if each is not None]
    found = await session.execute(select(Space.id, Space.name).where(Space.id.in_(wanted)))
    return dict(found.tuples().all())
