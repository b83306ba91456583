"""Grants: which conditions a partnership meets, and the evidence for them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, PathParameter

from server import printing
from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.guards import staff_only
from server.partnerships import evidence, grants
from server.partnerships import record as records

Code = Annotated[str, PathParameter(pattern="^[a-z0-9_]{1,40}$")]


class GrantList(msgspec.Struct, frozen=True):
    """The grants for partnerships of this kind; empty when the programme has none."""

    items: list[grants.GrantStanding]
    may_export: bool
    """Whether the evidence is mine to export."""


@get("/")
async def list_grants(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID], database: NamedDependency[Database]
) -> GrantList:
    """Each grant with its conditions, met or not. 404 `not_found`."""
    async with database.read() as session:
        record = await records.get_visible(session, partnership_id, request.user.school_id)
        may_export = await evidence.may_export(session, record, request.user)
    return GrantList(grants.of_partnership(record), may_export)


async def _collected(
    database: Database, bus: Bus, who: SignedIn, partnership_id: UUID, code: str, form: str
) -> evidence.Evidence:
    found = await evidence.gather(database, who, partnership_id, code)
    async with UnitOfWork(database, bus) as uow:
        evidence.note_export(uow, who, partnership_id, code, form)
    return found


def _file(body: bytes, media_type: str, code: str, form: str) -> Response[bytes]:
    return Response(
        body, media_type=media_type,
        headers={"content-disposition": f'attachment; filename="evidence-{code}.{form}"'},
    )


@get("/{code:str}/evidence.csv", media_type="text/csv")
async def evidence_as_csv(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID], code: Code,
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> Response[bytes]:
    """The evidence as a table; the export is logged. 403 `not_allowed`, 404 `not_found`."""
    found = await _collected(database, bus, request.user, partnership_id, code, "csv")
    return _file(evidence.as_csv(found), "text/csv", code, "csv")


@get("/{code:str}/evidence.pdf", media_type="application/pdf")
async def evidence_as_pdf(
    request: Request[SignedIn, Any, Any], partnership_id: FromPath[UUID], code: Code,
    database: NamedDependency[Database], bus: NamedDependency[Bus],
) -> Response[bytes]:
    """The evidence on paper; the export is logged. 403 `not_allowed`, 404 `not_found`."""
    found = await _collected(database, bus, request.user, partnership_id, code, "pdf")
    body = await printing.in_turn(evidence.as_pdf, found)
    return _file(body, "application/pdf", code, "pdf")


router = Router(
    "/partnerships/{partnership_id:uuid}/grants",
    route_handlers=[list_grants, evidence_as_csv, evidence_as_pdf],
    guards=[staff_only],
    tags=["Grants"],
)
