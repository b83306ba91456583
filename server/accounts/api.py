"""Signing in and out, and the list of one's own sign-ins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server import csrf
from server.accounts import service, signing_in
from server.accounts.models import User
from server.accounts.service import SESSION_COOKIE, SignedIn
from server.accounts.tries import client_address
from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.devices.reading import companions_of, device_behind
from server.devices.rules import DEVICE_COOKIE, IDLE, LONGEST
from server.errors import NotFound
from server.schools.models import SchoolClass
from server.schools.views import SchoolView

Code = Annotated[str, Meta(min_length=1, max_length=20)]
Picture = Annotated[str, Meta(max_length=20)]


class StaffSignIn(msgspec.Struct, forbid_unknown_fields=True):
    email: Annotated[str, Meta(min_length=1, max_length=254)]
    password: Annotated[str, Meta(min_length=1, max_length=1024)]


class ClassCode(msgspec.Struct, forbid_unknown_fields=True):
    code: Code


class StudentSignIn(msgspec.Struct, forbid_unknown_fields=True):
    code: Annotated[str, Meta(max_length=20)]
    """Empty on a device of a class-room: its own class."""
    student_id: UUID
    pictures: Annotated[list[Picture], Meta(min_length=3, max_length=3)]


class Me(msgspec.Struct, frozen=True):
    """The person who is signed in."""

    id: UUID
    name: str
    kind: str
    avatar: str
    class_name: str
    school: SchoolView
    roles: list[str]


class ClassStudent(msgspec.Struct, frozen=True):
    id: UUID
    alias: str
    avatar: str


class SessionView(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who is signed in here; nobody is null."""

    person: Me | None
    companions: list[ClassStudent] = []
    """Who else is at this device, in the order in which they came."""
    device: str = ""
    """What this device of a class-room is called; empty: it is none."""
    idle_s: int = 0
    """On such a device: the sign-in ends after so many seconds without `POST /api/session/touch`."""


class ClassView(msgspec.Struct, frozen=True):
    """A class, as its students see it before they sign in."""

    code: str
    class_name: str
    school_name: str
    students: list[ClassStudent]


class SignInView(msgspec.Struct, frozen=True):
    """One of a person's sign-ins."""

    id: UUID
    device: str
    signed_in_at: datetime
    last_seen_at: datetime
    current: bool


def _coming(request: Request[Any, Any, Any], settings: Settings) -> signing_in.SignIn:
    return signing_in.SignIn(
        client_address(request, settings),
        request.headers.get("user-agent", ""),
        request.cookies.get(SESSION_COOKIE, ""),
        request.cookies.get(DEVICE_COOKIE, ""),
    )


async def _view(database: Database, who: SignedIn | None, device_token: str) -> SessionView:
    """Who is at this device, and what the device is."""
    async with database.read() as session:
        device = await device_behind(session, device_token)
        there = await companions_of(session, [who.session_id]) if who and not who.is_staff else {}
    return SessionView(
        person=await _me(database, who.user_id) if who else None,
        companions=[ClassStudent(*each) for each in there.get(who.session_id, ())] if who else [],
        device=device.name if device else "",
        idle_s=int(IDLE.total_seconds()) if device and who else 0,
    )


async def _me(database: Database, user_id: UUID) -> Me:
    async with database.read() as session:
        user, roles, class_name = await service.profile(session, user_id)
    return Me(
        user.id, user.name, user.kind.value, user.avatar, class_name, SchoolView.of(user.school),
        [role.value for role in roles],
    )


async def _signed_in(
    request: Request[Any, Any, Any], database: Database, settings: Settings, token: str, lifetime: timedelta
) -> Response[SessionView]:
    who = await service.who_is(database, token)
    view = await _view(database, who, request.cookies.get(DEVICE_COOKIE, ""))
    if view.device:
        lifetime = min(lifetime, LONGEST)
    cookie = Cookie(
        SESSION_COOKIE, value=token, path="/", httponly=True, samesite="lax",
        secure=settings.cookie_secure, max_age=int(lifetime.total_seconds()),
    )
    return Response(view, cookies=[cookie])


@get("/session", public=True)
async def session_now(
    request: Request[SignedIn | None, Any, Any],
    database: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[SessionView]:
    """Who is signed in. Also sets the cookie whose value every unsafe request repeats in `x-csrf-token`."""
    view = await _view(database, request.user, request.cookies.get(DEVICE_COOKIE, ""))
    return Response(view, cookies=csrf.replacement(request, settings))


@get("/sign-in/device", public=True)
async def class_of_device(
    request: Request[Any, Any, Any], database: NamedDependency[Database]
) -> ClassView:
    """The class whose device this is, by the device's cookie: what the class's code shows, without the code.
    404 `not_found`: it is none, or not any more."""
    async with database.read() as session:
        found = await signing_in.class_of_device(session, request.cookies.get(DEVICE_COOKIE, ""))
    if found is None:
        raise NotFound
    return _class_view(*found, code="")


@post("/sign-in/staff", public=True, status_code=200)
async def sign_in_staff(
    request: Request[Any, Any, Any],
    data: JSONBody[StaffSignIn],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
    settings: NamedDependency[Settings],
) -> Response[SessionView]:
    """Sign in with e-mail and password. 401 `sign_in_failed`, 429 `too_many_tries`."""
    token, _ = await signing_in.sign_in_staff(
        database, bus, settings, data.email, data.password, _coming(request, settings)
    )
    return await _signed_in(request, database, settings, token, timedelta(days=settings.session_days))


@post("/sign-in/class", public=True, status_code=200)
async def find_class(
    request: Request[Any, Any, Any],
    data: JSONBody[ClassCode],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
    settings: NamedDependency[Settings],
) -> ClassView:
    """The first step of a student: the class and its aliases. 401 `sign_in_failed`, 429 `too_many_tries`."""
    found, students = await signing_in.class_by_code(
        database, bus, settings, data.code, client_address(request, settings)
    )
    return _class_view(found, students, code=found.code)


def _class_view(found: SchoolClass, students: Sequence[User], *, code: str) -> ClassView:
    return ClassView(
        code, found.name, found.school.name,
        [ClassStudent(each.id, each.name, each.avatar) for each in students],
    )


@post("/sign-in/student", public=True, status_code=200)
async def sign_in_student(
    request: Request[Any, Any, Any],
    data: JSONBody[StudentSignIn],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
    settings: NamedDependency[Settings],
) -> Response[SessionView]:
    """Sign a student in by three pictures in order. 401 `sign_in_failed`, 429 `too_many_tries`."""
    token, _ = await signing_in.sign_in_student(
        database, bus, settings, data.code, data.student_id, data.pictures, _coming(request, settings)
    )
    lifetime = timedelta(hours=settings.student_session_hours)
    return await _signed_in(request, database, settings, token, lifetime)


@post("/sign-out", status_code=204)
async def sign_out(
    request: Request[SignedIn, Any, Any], database: NamedDependency[Database], bus: NamedDependency[Bus]
) -> Response[None]:
    """End this sign-in; every page it has open closes."""
    async with UnitOfWork(database, bus) as uow:
        await service.end_session(uow, request.user.user_id, request.user.session_id)
    response: Response[None] = Response(None, status_code=204)
    response.delete_cookie(SESSION_COOKIE)
    return response


@get("/sessions")
async def list_sessions(
    request: Request[SignedIn, Any, Any], database: NamedDependency[Database]
) -> list[SignInView]:
    """Where I am signed in."""
    async with database.read() as session:
        found = await service.sessions_of(session, request.user.user_id)
    return [
        SignInView(each.id, each.device, each.signed_in_at, each.last_seen_at,
                   each.id == request.user.session_id)
        for each in found
    ]


@delete("/sessions/{session_id:uuid}")
async def end_session(
    request: Request[SignedIn, Any, Any],
    session_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> None:
    """End one of my sign-ins, here or on another device. 404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        await service.end_session(uow, request.user.user_id, session_id)


router = Router(
    "/",
    route_handlers=[
        session_now, class_of_device, sign_in_staff, find_class, sign_in_student, sign_out, list_sessions,
        end_session,
    ],
    tags=["Sign-in"],
)
