"""Opening spaces, enrolling classes, archiving and renewing, link teachers. For staff."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta
from sqlalchemy import or_, select

from server import access
from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.errors import NoAccess, NotFound
from server.guards import staff_only
from server.partnerships import record as records
from server.schools.models import SchoolClass
from server.schools.views import SchoolView
from server.spaces import enrolling, manage, rights, service
from server.spaces.models import SpaceKind

Name = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"\S")]
ClassIds = Annotated[list[UUID], Meta(max_length=100)]


class NewSpace(msgspec.Struct, forbid_unknown_fields=True):
    """The classes are of the opener's own school; each other school enrols its own."""

    partnership_id: UUID
    kind: SpaceKind
    name: Name
    class_ids: ClassIds = []
    link_teacher_id: UUID | None = None


class SpaceName(msgspec.Struct, forbid_unknown_fields=True):
    name: Name


class WorkingAlone(msgspec.Struct, forbid_unknown_fields=True):
    on: bool


class SpaceClasses(msgspec.Struct, forbid_unknown_fields=True):
    """All classes of my school that take part from now on."""

    class_ids: ClassIds


class NewLinkTeacher(msgspec.Struct, forbid_unknown_fields=True):
    user_id: UUID


class LinkTeacherName(msgspec.Struct, frozen=True):
    user_id: UUID
    name: str


class SpaceSchool(msgspec.Struct, frozen=True, kw_only=True):
    """A member school in a space."""

    school: SchoolView
    classes: list[str]
    """The names of its classes that take part."""
    link_teacher: LinkTeacherName | None
    """None while nobody answers for it; then `named_by` says who can mend that."""
    named_by: list[str]
    """Who names its link teacher: `link_teacher`, `headteacher`, `administrator`, `coordinator` of that
    school. Empty where it needs none."""


class MyClass(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    enrolled: bool
    archived: bool
    mine: bool
    """The person who asks may enrol it or take it out."""


class OtherTerm(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    created_at: datetime
    archived_at: datetime | None


class SpaceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The record of a space. `may`: what the person who asks may do now (`enrol`, `link_teacher`, `rename`,
    `archive`, `renew`)."""

    id: UUID
    name: str
    kind: str
    created_at: datetime
    archived_at: datetime | None
    partnership_id: UUID
    partnership_name: str
    partnership_status: str
    schools: list[SpaceSchool]
    my_classes: list[MyClass]
    previous: OtherTerm | None
    next: OtherTerm | None
    works_alone: bool
    """Outside lessons, students may write and draw here without an adult of their school."""
    mine: bool
    """The person who asks belongs in it, open or not; others only keep its record."""
    may: list[str]


async def _record(database: Database, who: SignedIn, space_id: UUID) -> SpaceRecord:
    async with database.read() as session:
        found = await access.access_in(session, who.user_id, space_id)
        space = await manage.find(session, space_id)
        record = await records.get_whole(session, space.partnership_id)
        standing = await records.standing(session, record, who)
        if not found.grants:
            # Staff whose school takes part see it too, to enrol a class; a guest of a school is not that.
            if standing.banned and records.taking_part(record, who.school_id):
                raise NoAccess(found.reason)
            if not standing.verified or records.taking_part(record, who.school_id) is None:
                raise NotFound
        classes = await enrolling.enrolled(session, space.id)
        links = {each.school_id: each for each in await service.link_teachers(session, [space.id])}
        current = (await enrolling.current_links(session, space.id)).get(who.school_id)
        later = await manage.successor(session, space.id)
        before = await manage.find(session, space.continues_id) if space.continues_id else None
        of_mine = await session.scalars(
            select(SchoolClass)
            .where(
                SchoolClass.school_id == who.school_id,
                or_(SchoolClass.archived_at.is_(None), SchoolClass.id.in_([each.id for each in classes])),
            )
            .order_by(SchoolClass.name, SchoolClass.id)
        )
        allowed = set(
            await session.scalars(
                select(SchoolClass.id).where(rights.own_classes(record, who, standing))
            )
        )
    inside = {each.id for each in classes}
    mine = [
        MyClass(each.id, each.name, each.id in inside, each.archived_at is not None, each.id in allowed)
        for each in of_mine
    ] if standing.verified and records.taking_part(record, who.school_id) else []
    schools = []
    for member in record.memberships:
        if records.taking_part(record, member.school_id) is None:
            continue
        names = [each.name for each in classes if each.school_id == member.school_id]
        link = links.get(member.school_id)
        needs = space.kind is SpaceKind.PROJECT and bool(names)
        named_by = ["link_teacher"] if link else []
        schools.append(
            SpaceSchool(
                school=SchoolView.of_member(member), classes=names,
                link_teacher=LinkTeacherName(link.user_id, link.user.name) if link else None,
                named_by=[*named_by, "headteacher", "administrator", "coordinator"] if needs else [],
            )
        )
    return SpaceRecord(
        id=space.id, name=space.name, kind=space.kind.value, created_at=space.created_at,
        archived_at=space.archived_at, partnership_id=record.id, partnership_name=record.name,
        partnership_status=record.status.value, schools=schools, my_classes=mine,
        previous=_term(before), next=_term(later), works_alone=space.works_alone,
        mine=bool(found.grants) or found.reason in access.CLOSED_FOR_NOW,
        may=rights.moves_for(
            record, who, standing, space, has_next=later is not None,
            has_classes=any(each.mine for each in mine),
            is_enrolled=any(each.enrolled for each in mine), link=current,
        ),
    )


def _term(space: Any) -> OtherTerm | None:
    return OtherTerm(space.id, space.name, space.created_at, space.archived_at) if space else None


@get("/spaces/{space_id:uuid}/record")
async def space_record(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], database: NamedDependency[Database]
) -> SpaceRecord:
    """Classes, link teachers, terms, and what I may do. 404 `not_found`."""
    return await _record(database, request.user, space_id)


@post("/spaces")
async def open_space(
    request: Request[SignedIn, Any, Any],
    data: JSONBody[NewSpace],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> SpaceRecord:
    """Open a space. 400 `invalid`, 403 `not_allowed`, 404 `not_found`, 409 `invalid_transition`."""
    new = manage.NewSpace(data.partnership_id, data.kind, data.name, data.class_ids, data.link_teacher_id)
    async with UnitOfWork(database, bus) as uow:
        space = await manage.open_space(uow, request.user, new)
    return await _record(database, request.user, space.id)


@put("/spaces/{space_id:uuid}")
async def rename_space(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    data: JSONBody[SpaceName],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> SpaceRecord:
    """Give it another name. 403 `not_allowed`, 404 `not_found`, 409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await manage.rename(uow, request.user, space_id, data.name)
    return await _record(database, request.user, space_id)


@put("/spaces/{space_id:uuid}/working-alone")
async def set_working_alone(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    data: JSONBody[WorkingAlone],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> SpaceRecord:
    """Let students write and draw here without an adult, outside lessons, or no longer. 403 `not_allowed`,
    404 `not_found`, 409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await manage.set_works_alone(uow, request.user, space_id, data.on)
    return await _record(database, request.user, space_id)


@put("/spaces/{space_id:uuid}/classes")
async def set_classes(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    data: JSONBody[SpaceClasses],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> SpaceRecord:
    """Say which classes of my school take part. 400 `invalid`, 403 `not_allowed`, 404 `not_found`,
    409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await enrolling.set_classes(uow, request.user, space_id, data.class_ids)
    return await _record(database, request.user, space_id)


@put("/spaces/{space_id:uuid}/link-teacher")
async def name_link_teacher(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    data: JSONBody[NewLinkTeacher],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> SpaceRecord:
    """Hand my school's part over. 400 `invalid`, 403 `not_allowed`, 404 `not_found`,
    409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await enrolling.name_link_teacher(uow, request.user, space_id, data.user_id)
    return await _record(database, request.user, space_id)


@post("/spaces/{space_id:uuid}/archive", status_code=200)
async def archive_space(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> SpaceRecord:
    """Make it read-only for good. 403 `not_allowed`, 404 `not_found`, 409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await manage.archive(uow, request.user, space_id)
    return await _record(database, request.user, space_id)


@post("/spaces/{space_id:uuid}/renewal")
async def renew_space(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> SpaceRecord:
    """Begin the next term; answers with the new space. 403 `not_allowed`, 404 `not_found`,
    409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        fresh = await manage.renew(uow, request.user, space_id)
    return await _record(database, request.user, fresh.id)


router = Router(
    "/",
    route_handlers=[
        space_record, open_space, rename_space, set_working_alone, set_classes, name_link_teacher,
        archive_space, renew_space,
    ],
    guards=[staff_only],
    tags=["Spaces"],
)
