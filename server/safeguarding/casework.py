"""What the safeguarding leads of a school do with the reports that reach it (docs/safeguarding.md).

A report is read by the leads of the schools that have it and by nobody else; where a school has no lead, by
its head.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from server import clock, typed
from server.accounts.models import StaffPost, StaffRole, User
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from server.mail import service as mail
from server.mail.letters import Kind
from server.partnerships.models import Partnership
from server.safeguarding.models import Report, ReportReceipt
from server.spaces.models import Space

OVERDUE_AFTER = timedelta(hours=24)
"""So long a school may take to acknowledge a report; the page shows how long it has been."""
REMINDED_AT_ONCE = 100


class Readers(msgspec.Struct, frozen=True):
    """Who of a school reads a report."""

    user_ids: frozenset[UUID]
    has_lead: bool


async def readers_of(
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
            readers = await readers_of(uow.session, [receipt.school_id], report.about_user_id)
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
