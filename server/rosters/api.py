"""Rosters over HTTP: import from files, and the new school year. Each is looked at first, then done."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import JSONBody, MultipartBody
from msgspec import Meta

from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.guards import staff_only
from server.rosters import class_api, rollover, service
from server.rosters.class_api import ClassName, SchoolYear
from server.rosters.plan import Change

CHANGES_SHOWN = 1000
_UPLOAD_LIMIT_BYTES = service.UPLOAD_LIMIT_BYTES + 64 * 1024
"""With the envelope that a form puts around the files."""

Digest = Annotated[str, Meta(max_length=64)]
Org = Annotated[str, Meta(max_length=255)]


class RosterFiles(msgspec.Struct, forbid_unknown_fields=True):
    """One plain table, one zip, or the files of a OneRoster export. docs/rosters.md."""

    files: Annotated[list[UploadFile], Meta(min_length=1, max_length=service.FILES_LIMIT)]
    org: Org = ""
    """sourcedId of the school, where OneRoster files hold several."""


class RosterImport(RosterFiles, forbid_unknown_fields=True):
    digest: Digest = ""
    """Of the plan that was looked at."""


class PlanView(msgspec.Struct, frozen=True):
    """What an import would change."""

    digest: str
    counts: dict[str, int]
    """How many changes of each kind."""
    changes: list[Change]
    """The first 1,000."""


class Imported(msgspec.Struct, frozen=True):
    counts: dict[str, int]


class ClassWish(msgspec.Struct, forbid_unknown_fields=True):
    class_id: UUID
    name: ClassName
    ends: bool = False


class RolloverBody(msgspec.Struct, forbid_unknown_fields=True):
    school_year: SchoolYear
    new_year: SchoolYear
    classes: Annotated[list[ClassWish], Meta(max_length=500)] = []
    """Those with another name, and those that end; all others of the year keep their name."""
    leavers: Annotated[list[UUID], Meta(max_length=2000)] = []
    carry_enrolments: bool = True
    digest: Digest = ""
    """Empty: only look. Of what was looked at: carry it out."""


class RolloverView(msgspec.Struct, frozen=True):
    digest: str
    done: bool
    steps: list[rollover.Step]


async def _read(data: RosterFiles) -> list[tuple[str, bytes]]:
    return [(each.filename or "", await each.read()) for each in data.files]


@post("/rosters/plan", status_code=200, request_max_body_size=_UPLOAD_LIMIT_BYTES)
async def plan_import(
    request: Request[SignedIn, Any, Any],
    data: MultipartBody[RosterFiles],
    database: NamedDependency[Database],
) -> PlanView:
    """What importing these files would change. 400 `roster_errors` (with `rows`), `roster_file` or
    `choose_org` (with `orgs`), 403 `not_allowed`, 413 `too_large`."""
    made = await service.plan_import(
        database, request.user, request.user.school_id, await _read(data), data.org
    )
    counts = Counter(change.code.value for change in made.changes)
    return PlanView(made.digest, dict(sorted(counts.items())), made.changes[:CHANGES_SHOWN])


@post("/rosters/import", status_code=200, request_max_body_size=_UPLOAD_LIMIT_BYTES)
async def import_roster(
    request: Request[SignedIn, Any, Any],
    data: MultipartBody[RosterImport],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> Imported:
    """Carry out the plan of this digest, all or nothing. As `/rosters/plan`, and 409 `plan_changed`,
    `email_taken` or `last_manager`."""
    counts = await service.apply_import(
        database, bus, request.user, request.user.school_id, await _read(data), data.digest, data.org
    )
    return Imported(counts)


@post("/rosters/rollover", status_code=200)
async def roll_over(
    request: Request[SignedIn, Any, Any],
    data: JSONBody[RolloverBody],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> RolloverView:
    """Start a new school year: look without a digest, then carry out with it. 400 `invalid`,
    403 `not_allowed`, 404 `not_found`, 409 `plan_changed`."""
    wishes = rollover.Wishes(
        school_year=data.school_year, new_year=data.new_year,
        classes=[rollover.Wish(each.class_id, each.name, each.ends) for each in data.classes],
        leavers=frozenset(data.leavers), carry_enrolments=data.carry_enrolments,
    )
    if not data.digest:
        async with database.read() as session:
            made = await rollover.look(session, request.user, wishes)
        return RolloverView(made.digest, False, made.steps)
    async with UnitOfWork(database, bus) as uow:
        made = await rollover.carry_out(uow, request.user, wishes, data.digest)
    return RolloverView(made.digest, True, made.steps)


router = Router(
    "/",
    route_handlers=[
        class_api.router,
        Router(
            "/", route_handlers=[plan_import, import_roster, roll_over], guards=[staff_only],
            tags=["Rosters"],
        ),
    ],
)
