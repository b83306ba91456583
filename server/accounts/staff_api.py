"""The staff of a school: accounts, posts, and the links they choose a password with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

import msgspec
from litestar import Request, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server import paging
from server.accounts import colleagues, staffing, welcome
from server.accounts.models import StaffRole
from server.accounts.service import SignedIn
from server.accounts.tries import client_address
from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.guards import staff_only

Name = Annotated[str, Meta(min_length=1, max_length=80)]
Posts = Annotated[list[StaffRole], Meta(max_length=8)]
Token = Annotated[str, Meta(min_length=20, max_length=100)]


class NewStaff(msgspec.Struct, forbid_unknown_fields=True):
    """Without posts it is a guest: somebody who comes to one project, by an invitation with dates."""

    name: Name
    email: Annotated[str, Meta(min_length=3, max_length=254)]
    posts: Posts = []


class StaffEdit(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    posts: Posts


class WelcomeToken(msgspec.Struct, forbid_unknown_fields=True):
    token: Token


class NewPassword(msgspec.Struct, forbid_unknown_fields=True):
    token: Token
    # What fits is for the rules to say, in words; this only bounds what is looked at.
    password: Annotated[str, Meta(max_length=4096)]


class StaffView(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff, for colleagues of their own school."""

    id: UUID
    name: str
    email: str
    posts: list[str]
    verified_at: datetime | None
    disabled_at: datetime | None
    has_password: bool
    """False: they have not used a welcome link yet."""

    @classmethod
    def of(cls, found: colleagues.Colleague) -> Self:
        user = found.user
        return cls(
            id=user.id, name=user.name, email=user.email or "", posts=[role.value for role in found.posts],
            verified_at=user.verified_at, disabled_at=user.disabled_at,
            has_password=user.secret_hash is not None,
        )


class StaffPage(msgspec.Struct, frozen=True):
    items: list[StaffView]
    next: str
    """`cursor` of the next page; empty when this is the last."""
    may_manage: bool


class WelcomePath(msgspec.Struct, frozen=True):
    """A path to hand to the person, after the address of this site. It works once, for 14 days."""

    welcome_path: str


class Invited(msgspec.Struct, frozen=True):
    person: StaffView
    welcome_path: str


class WelcomeView(msgspec.Struct, frozen=True):
    """Whose link it is."""

    name: str
    school_name: str


def welcome_path(token: str) -> str:
    """Behind `#`, so that the token is in no log of any server on the way."""
    return f"/welcome#{token}"


async def _view(database: Database, who: SignedIn, user_id: UUID) -> StaffView:
    async with database.read() as session:
        return StaffView.of(await colleagues.colleague(session, who, user_id))


@get("/staff")
async def list_staff(
    request: Request[SignedIn, Any, Any],
    database: NamedDependency[Database],
    cursor: paging.Cursor = "",
    limit: paging.Limit = 50,
) -> StaffPage:
    """The staff of my school, by name. 403 `not_allowed` for guests."""
    after = paging.place(cursor, str, UUID)
    async with database.read() as session:
        found = await colleagues.staff_page(session, request.user, after, limit + 1)
    items, more = found[:limit], len(found) > limit
    place = paging.cursor(items[-1].user.name, items[-1].user.id) if more else ""
    return StaffPage([StaffView.of(each) for each in items], place, staffing.may_manage(request.user))


@post("/staff")
async def create_staff(
    request: Request[SignedIn, Any, Any],
    data: JSONBody[NewStaff],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> Invited:
    """An account at my school, unverified. 400 `invalid`, 403 `not_allowed`, 409 `email_taken`."""
    async with UnitOfWork(database, bus) as uow:
        user_id, token = await staffing.invite_colleague(uow, request.user, data.name, data.email, data.posts)
    return Invited(await _view(database, request.user, user_id), welcome_path(token))


@put("/staff/{user_id:uuid}")
async def edit_staff(
    request: Request[SignedIn, Any, Any],
    user_id: FromPath[UUID],
    data: JSONBody[StaffEdit],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> StaffView:
    """Name and posts. 400 `invalid`, 403 `not_allowed`, 404 `not_found`, 409 `last_manager`."""
    async with UnitOfWork(database, bus) as uow:
        await staffing.edit(uow, request.user, user_id, data.name, data.posts)
    return await _view(database, request.user, user_id)


@post("/staff/{user_id:uuid}/verification", status_code=200)
async def verify_staff(
    request: Request[SignedIn, Any, Any],
    user_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> StaffView:
    """Confirm who they are. 403 `not_allowed` (also for oneself), 404 `not_found`,
    409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await staffing.verify(uow, request.user, user_id)
    return await _view(database, request.user, user_id)


@post("/staff/{user_id:uuid}/disabled", status_code=200)
async def disable_staff(
    request: Request[SignedIn, Any, Any],
    user_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> StaffView:
    """Close an account at once. 403 `not_allowed`, 404 `not_found`, 409 `invalid_transition` or
    `last_manager`."""
    async with UnitOfWork(database, bus) as uow:
        await staffing.disable(uow, request.user, user_id)
    return await _view(database, request.user, user_id)


@delete("/staff/{user_id:uuid}/disabled", status_code=200)
async def enable_staff(
    request: Request[SignedIn, Any, Any],
    user_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> StaffView:
    """Open it again. 403 `not_allowed`, 404 `not_found`, 409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        await staffing.enable(uow, request.user, user_id)
    return await _view(database, request.user, user_id)


@post("/staff/{user_id:uuid}/welcome-link")
async def make_welcome_link(
    request: Request[SignedIn, Any, Any],
    user_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> WelcomePath:
    """A new link, for a lost one or a forgotten password; older ones stop working. 403 `not_allowed`,
    404 `not_found`, 409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        token = await staffing.new_link(uow, request.user, user_id)
    return WelcomePath(welcome_path(token))


@post("/welcome/look", public=True, status_code=200)
async def look_at_welcome(
    request: Request[Any, Any, Any],
    data: JSONBody[WelcomeToken],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
    settings: NamedDependency[Settings],
) -> WelcomeView:
    """Whose welcome link it is. 404 `link_over`, 429 `too_many_tries`."""
    user = await welcome.look(database, bus, settings, data.token, client_address(request, settings))
    return WelcomeView(user.name, user.school.name)


@post("/welcome", public=True, status_code=204)
async def use_welcome(
    request: Request[Any, Any, Any],
    data: JSONBody[NewPassword],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
    settings: NamedDependency[Settings],
) -> None:
    """Choose the password; the link is used up. Sign in next. 400 `password_unfit`, 404 `link_over`,
    429 `too_many_tries`."""
    await welcome.choose_password(
        database, bus, settings, data.token, data.password, client_address(request, settings)
    )


router = Router(
    "/",
    route_handlers=[
        Router(
            "/",
            route_handlers=[
                list_staff, create_staff, edit_staff, verify_staff, disable_staff, enable_staff,
                make_welcome_link,
            ],
            guards=[staff_only],
        ),
        look_at_welcome, use_welcome,
    ],
    tags=["Staff"],
)
