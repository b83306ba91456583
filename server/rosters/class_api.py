"""Classes over HTTP: the list, who is in one, and login cards to print."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from server import paging
from server.accounts import staffing
from server.accounts.service import SignedIn
from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.guards import staff_only
from server.rosters import classes, students

ClassName = Annotated[str, Meta(min_length=1, max_length=60)]
SchoolYear = Annotated[str, Meta(min_length=1, max_length=9)]
GivenName = Annotated[str, Meta(min_length=1, max_length=80)]


class ClassBody(msgspec.Struct, forbid_unknown_fields=True):
    name: ClassName
    school_year: SchoolYear


class NewStudents(msgspec.Struct, forbid_unknown_fields=True):
    """First names only: what partners see is an alias, which each one gets."""

    given_names: Annotated[list[GivenName], Meta(min_length=1, max_length=100)]


class StudentEdit(msgspec.Struct, forbid_unknown_fields=True):
    given_name: GivenName
    alias: Annotated[str, Meta(max_length=80)]
    """The one they have, one of those offered, or "" for any other."""


class Teachers(msgspec.Struct, forbid_unknown_fields=True):
    user_ids: Annotated[list[UUID], Meta(max_length=50)]


class CardsWanted(msgspec.Struct, forbid_unknown_fields=True):
    student_ids: Annotated[list[UUID], Meta(max_length=500)] = []
    """Empty: the whole class."""
    with_pictures: bool = False
    """New pictures, printed on the cards; the old ones stop working."""


class TeacherName(msgspec.Struct, frozen=True):
    id: UUID
    name: str


class ClassItem(msgspec.Struct, frozen=True, kw_only=True):
    """A class on a list. `code` is what students type."""

    id: UUID
    name: str
    school_year: str
    code: str
    archived_at: datetime | None
    student_count: int
    teachers: list[TeacherName]


class ClassPage(msgspec.Struct, frozen=True):
    items: list[ClassItem]
    next: str
    """`cursor` of the next page; empty when this is the last."""
    may_manage: bool


class RosterStudent(msgspec.Struct, frozen=True):
    """A student, for the staff of their own school. To partners they are alias and class."""

    id: UUID
    alias: str
    avatar: str
    given_name: str
    has_pictures: bool
    """False: they cannot sign in until a card gives them pictures."""


class ClassDetail(ClassItem, frozen=True, kw_only=True):
    students: list[RosterStudent]
    may_manage: bool


class AliasOffer(msgspec.Struct, frozen=True):
    alias: str
    avatar: str


def _item(listed: classes.Listed) -> dict[str, Any]:
    found = listed.school_class
    return {
        "id": found.id, "name": found.name, "school_year": found.school_year,
        "code": "" if found.archived_at else found.code, "archived_at": found.archived_at,
        "student_count": listed.students,
        "teachers": [TeacherName(each.id, each.name) for each in listed.teachers],
    }


async def _detail(database: Database, who: SignedIn, class_id: UUID) -> ClassDetail:
    async with database.read() as session:
        found = await classes.whole(session, who, class_id)
    listed = classes.Listed(found.school_class, len(found.students), list(found.teachers))
    return ClassDetail(
        **_item(listed),
        students=[
            RosterStudent(each.id, each.name, each.avatar, each.given_name, each.secret_hash is not None)
            for each in found.students
        ],
        may_manage=staffing.may_manage(who),
    )


@get("/classes")
async def list_classes(
    request: Request[SignedIn, Any, Any],
    database: NamedDependency[Database],
    archived: FromQuery[bool] = False,
    cursor: paging.Cursor = "",
    limit: paging.Limit = 50,
) -> ClassPage:
    """My classes; for administrators and headteachers all of the school. By name. 403 `not_allowed` until
    one's school has verified one."""
    after = paging.place(cursor, str, UUID)
    async with database.read() as session:
        found = await classes.page(
            session, request.user, archived=archived, after=after, limit=limit + 1
        )
    shown = found[:limit]
    last = shown[-1].school_class if len(found) > limit else None
    return ClassPage(
        [ClassItem(**_item(each)) for each in shown],
        paging.cursor(last.name, last.id) if last else "", staffing.may_manage(request.user),
    )


@post("/classes")
async def create_class(
    request: Request[SignedIn, Any, Any],
    data: JSONBody[ClassBody],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> ClassDetail:
    """A class with a code and nobody in it. 400 `invalid`, 403 `not_allowed`, 409 `class_exists`."""
    async with UnitOfWork(database, bus) as uow:
        found = await classes.create(uow, request.user, data.name, data.school_year)
    return await _detail(database, request.user, found.id)


@get("/classes/{class_id:uuid}")
async def get_class(
    request: Request[SignedIn, Any, Any], class_id: FromPath[UUID], database: NamedDependency[Database]
) -> ClassDetail:
    """A class with its people. 403 `not_allowed` until one's school has verified one, 404 `not_found`."""
    return await _detail(database, request.user, class_id)


@put("/classes/{class_id:uuid}")
async def edit_class(
    request: Request[SignedIn, Any, Any],
    class_id: FromPath[UUID],
    data: JSONBody[ClassBody],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> ClassDetail:
    """Name and year. 403 `not_allowed`, 404 `not_found`, 409 `class_exists` or `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await classes.edit(uow, request.user, class_id, data.name, data.school_year)
    return await _detail(database, request.user, class_id)


@put("/classes/{class_id:uuid}/teachers")
async def set_teachers(
    request: Request[SignedIn, Any, Any],
    class_id: FromPath[UUID],
    data: JSONBody[Teachers],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> ClassDetail:
    """Who teaches it. 400 `invalid`, 403 `not_allowed`, 404 `not_found`, 409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await classes.set_teachers(uow, request.user, class_id, data.user_ids)
    return await _detail(database, request.user, class_id)


@post("/classes/{class_id:uuid}/code", status_code=200)
async def make_code(
    request: Request[SignedIn, Any, Any],
    class_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> ClassDetail:
    """Another class code; the old one stops working. 403 `not_allowed`, 404 `not_found`,
    409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await classes.new_code(uow, request.user, class_id)
    return await _detail(database, request.user, class_id)


@post("/classes/{class_id:uuid}/students")
async def add_students(
    request: Request[SignedIn, Any, Any],
    class_id: FromPath[UUID],
    data: JSONBody[NewStudents],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> ClassDetail:
    """Students by first name; each gets an alias. 400 `invalid`, 403 `not_allowed`, 404 `not_found`,
    409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await students.add_students(uow, request.user, class_id, data.given_names)
    return await _detail(database, request.user, class_id)


@get("/classes/{class_id:uuid}/students/{user_id:uuid}/aliases")
async def offer_aliases(
    request: Request[SignedIn, Any, Any],
    class_id: FromPath[UUID],
    user_id: FromPath[UUID],
    database: NamedDependency[Database],
) -> list[AliasOffer]:
    """Free aliases for a student, others each time. 403 `not_allowed`, 404 `not_found`."""
    async with database.read() as session:
        found = await students.free_aliases(session, request.user, class_id, user_id)
    return [AliasOffer(each.name, each.avatar) for each in found]


@put("/classes/{class_id:uuid}/students/{user_id:uuid}")
async def edit_student(
    request: Request[SignedIn, Any, Any],
    class_id: FromPath[UUID],
    user_id: FromPath[UUID],
    data: JSONBody[StudentEdit],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> ClassDetail:
    """First name and alias. 400 `invalid`, 403 `not_allowed`, 404 `not_found`, 409 `alias_taken` or
    `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await students.edit_student(uow, request.user, class_id, user_id, data.given_name, data.alias)
    return await _detail(database, request.user, class_id)


@delete("/classes/{class_id:uuid}/students/{user_id:uuid}", status_code=200)
async def remove_student(
    request: Request[SignedIn, Any, Any],
    class_id: FromPath[UUID],
    user_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> ClassDetail:
    """Take a student out; who is in no other class is signed out and cannot come back in. 403 `not_allowed`,
    404 `not_found`, 409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await students.remove_student(uow, request.user, class_id, user_id)
    return await _detail(database, request.user, class_id)


@post("/classes/{class_id:uuid}/cards", status_code=200, media_type="application/pdf")
async def print_cards(
    request: Request[SignedIn, Any, Any],
    class_id: FromPath[UUID],
    data: JSONBody[CardsWanted],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
    settings: NamedDependency[Settings],
) -> Response[bytes]:
    """Login cards as PDF; with pictures, new ones. 400 `invalid`, 403 `not_allowed`, 404 `not_found`,
    409 `invalid_transition`, 429 `too_many_tries`."""
    origin = settings.origins[0] if settings.origins else str(request.base_url)
    sheet = await students.print_cards(
        database, bus, request.user, class_id, data.student_ids, origin.rstrip("/"),
        with_pictures=data.with_pictures,
    )
    headers = {"content-disposition": 'attachment; filename="cards.pdf"'}
    return Response(sheet, media_type="application/pdf", headers=headers)


router = Router(
    "/",
    route_handlers=[
        list_classes, create_class, get_class, edit_class, set_teachers, make_code, add_students,
        offer_aliases, edit_student, remove_student, print_cards,
    ],
    guards=[staff_only],
    tags=["Classes"],
)
