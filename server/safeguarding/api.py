"""Reports and removals over HTTP. docs/safeguarding.md."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock, paging
from server.accounts.models import User
from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.devices.acting import acting_in
from server.guards import staff_only
from server.safeguarding import casework, removals, reports
from server.safeguarding.models import Removal, ReportKind, ReportReceipt
from server.safeguarding.removals import RemovalReason
from server.safeguarding.reports import About, ReportReason
from server.safeguarding.snapshots import Snapshot, Whom
from server.schools.models import School


class NewReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody reports. `element_id`: which object of a board page. `shown`: that object as the page
    shows it, which is kept only where the server runs without its live half and cannot read the page.
    `as_id`: who reports it, of those who share this device; null: the one who signed in first."""

    kind: ReportKind
    subject_id: UUID
    reason: ReportReason
    words: Annotated[str, Meta(max_length=1000)] = ""
    element_id: Annotated[str, Meta(max_length=80)] = ""
    shown: dict[str, Any] = {}
    as_id: UUID | None = None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A report as one school has it."""

    school_id: UUID
    school_name: str
    is_mine: bool
    has_lead: bool
    """False: the school had no safeguarding lead, so its head has the report."""
    acknowledged_at: datetime | None
    acknowledged_by: str
    closed_at: datetime | None
    closed_by: str
    note: str
    """Only of one's own school."""


class ReportItem(msgspec.Struct, frozen=True, kw_only=True):
    """A report on the list."""

    id: UUID
    kind: ReportKind
    reason: ReportReason
    space_name: str
    reporter: Whom
    person: Whom | None
    reported_at: datetime
    overdue_at: datetime
    """Until then my school acknowledges it."""
    is_overdue: bool
    acknowledged_at: datetime | None
    closed_at: datetime | None


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """A report with everything that a safeguarding lead needs."""

    item: ReportItem
    words: str
    partnership_id: UUID | None
    space_id: UUID | None
    snapshot: Snapshot
    receipts: list[Receipt]


class ReportPage(msgspec.Struct, frozen=True):
    """Those that nobody has acknowledged first. `next` is empty on the last page."""

    items: list[ReportItem]
    next: str


class Closing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    note: Annotated[str, Meta(max_length=2000)]


class NewRemoval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is sent out, and for how long: for the rest of the lesson, or until an adult lets them in again."""

    user_id: UUID
    reason: RemovalReason
    until_lifted: bool = False


class RemovalView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is out of a space now."""

    user_id: UUID
    name: str
    kind: str
    avatar: str
    school_id: UUID
    reason: RemovalReason
    removed_at: datetime
    until: datetime | None

    @classmethod
    def of(cls, removal: Removal, user: User) -> RemovalView:
        return cls(
            user_id=user.id, name=user.name, kind=user.kind.value, avatar=user.avatar,
            school_id=user.school_id, reason=RemovalReason(removal.reason_code),
            removed_at=removal.removed_at, until=removal.until,
        )


@post("/spaces/{space_id:uuid}/reports", status_code=204)
async def report(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], data: JSONBody[NewReport],
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> None:
    """Tell the safeguarding leads of both schools of a message, a file, an object on the board or a person.
    404 `not_found`, 400 `invalid`, 403 `not_allowed`, 429 `too_many_reports`."""
    about = About(data.kind, data.subject_id, data.element_id, data.shown)
    read = request.app.state.get("read_object")
    async with database.read() as session:
        who = await acting_in(session, request.user, data.as_id, space_id)
    found = await reports.object_of(database, who, space_id, about, read)
    async with UnitOfWork(database, bus) as uow:
        who = await acting_in(uow.session, request.user, data.as_id, space_id)
        await reports.make(uow, who, space_id, about, data.reason, data.words, found)


def _item(receipt: ReportReceipt, space_names: dict[UUID, str]) -> ReportItem:
    found = receipt.report
    snapshot = msgspec.convert(found.snapshot, Snapshot)
    overdue_at = found.reported_at + casework.OVERDUE_AFTER
    return ReportItem(
        id=found.id, kind=found.kind, reason=ReportReason(found.reason_code),
        space_name=space_names.get(found.space_id, "") if found.space_id else "",
        reporter=snapshot.reporter, person=snapshot.person, reported_at=found.reported_at,
        overdue_at=overdue_at,
        is_overdue=receipt.acknowledged_at is None and clock.now() > overdue_at,
        acknowledged_at=receipt.acknowledged_at, closed_at=receipt.closed_at,
    )


@get("/reports", guards=[staff_only])
async def list_reports(
    request: Request[SignedIn, Any, Any], database: NamedDependency[Database], cursor: paging.Cursor = "",
    limit: paging.Limit = 50,
) -> ReportPage:
    """The reports that my school has: those nobody has acknowledged first. 403 `not_allowed`."""
    after = paging.place(cursor, int, datetime, UUID)
    async with database.read() as session:
        found = await casework.listed(session, request.user, after=after, limit=limit + 1)
        shown = found[:limit]
        names = await casework.space_names(session, [each.report.space_id for each in shown])
    last = shown[-1] if shown else None
    more = (
        paging.cursor(int(last.acknowledged_at is not None), last.report.reported_at, last.report_id)
        if last and len(found) > limit else ""
    )
    return ReportPage([_item(each, names) for each in shown], more)


@get("/reports/{report_id:uuid}", guards=[staff_only])
async def read_report(
    request: Request[SignedIn, Any, Any], report_id: FromPath[UUID], database: NamedDependency[Database]
) -> ReportView:
    """One report, with how things stood. 403 `not_allowed`, 404 `not_found`."""
    async with database.read() as session:
        return await _view(session, request.user, report_id)


async def _view(session: AsyncSession, who: SignedIn, report_id: UUID) -> ReportView:
    receipt = await casework.get(session, who, report_id)
    found = receipt.report
    names = await casework.space_names(session, [found.space_id])
    receipts = await casework.receipts_of(session, report_id)
    schools = {each.school_id: await session.get(School, each.school_id) for each in receipts}

    def told(each: ReportReceipt) -> Receipt:
        is_mine, school = each.school_id == who.school_id, schools[each.school_id]
        return Receipt(
            school_id=each.school_id, school_name=school.name if school else "", is_mine=is_mine,
            has_lead=each.has_lead, acknowledged_at=each.acknowledged_at,
            acknowledged_by=each.acknowledged_by.name if each.acknowledged_by else "",
            closed_at=each.closed_at, closed_by=each.closed_by.name if each.closed_by else "",
            note=each.note if is_mine else "",
        )

    return ReportView(
        item=_item(receipt, names), words=found.words, partnership_id=found.partnership_id,
        space_id=found.space_id, snapshot=msgspec.convert(found.snapshot, Snapshot),
        receipts=sorted((told(each) for each in receipts), key=lambda each: not each.is_mine),
    )


@post("/reports/{report_id:uuid}/acknowledge", guards=[staff_only], status_code=200)
async def acknowledge_report(
    request: Request[SignedIn, Any, Any], report_id: FromPath[UUID], database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> ReportView:
    """My school has taken the report up. 403 `not_allowed`, 404 `not_found`, 409 `already_done`."""
    async with UnitOfWork(database, bus) as uow:
        await casework.acknowledge(uow, request.user, report_id)
    async with database.read() as session:
        return await _view(session, request.user, report_id)


@post("/reports/{report_id:uuid}/close", guards=[staff_only], status_code=200)
async def close_report(
    request: Request[SignedIn, Any, Any], report_id: FromPath[UUID], data: JSONBody[Closing],
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> ReportView:
    """End my school's work on a report with a note. 400 `invalid`, 403 `not_allowed`, 404 `not_found`,
    409 `already_done`."""
    async with UnitOfWork(database, bus) as uow:
        await casework.close(uow, request.user, report_id, data.note)
    async with database.read() as session:
        return await _view(session, request.user, report_id)


@get("/spaces/{space_id:uuid}/removals")
async def list_removals(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], database: NamedDependency[Database]
) -> list[RemovalView]:
    """Who is out of a space now, for adults who run it. 403 `not_allowed`."""
    async with database.read() as session:
        found = await removals.listed(session, request.user, space_id)
    return [RemovalView.of(removal, user) for removal, user in found]


@post("/spaces/{space_id:uuid}/removals", status_code=204)
async def remove(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], data: JSONBody[NewRemoval],
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> None:
    """Send somebody out of a space at once, on every device. 400 `invalid`, 403 `not_allowed`,
    404 `not_found`, 409 `already_done`."""
    async with UnitOfWork(database, bus) as uow:
        await removals.remove(
            uow, request.user, space_id, data.user_id, data.reason, until_lifted=data.until_lifted
        )


@delete("/spaces/{space_id:uuid}/removals/{user_id:uuid}")
async def lift_removal(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], user_id: FromPath[UUID],
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> Response[None]:
    """Let somebody in again. 403 `not_allowed`, 404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        await removals.lift(uow, request.user, space_id, user_id)
    return Response(None, status_code=204)


router = Router(
    "/",
    route_handlers=[
        report, list_reports, read_report, acknowledge_report, close_report, list_removals, remove,
        lift_removal,
    ],
    tags=["Safeguarding"],
)
