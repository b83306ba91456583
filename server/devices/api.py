"""Shared devices over HTTP: who else is at this one, and the devices of a class-room."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server.accounts.service import SESSION_COOKIE, SignedIn
from server.accounts.tries import client_address
from server.bus import Bus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.devices import classroom, companions
from server.devices.models import ClassroomDevice
from server.devices.rules import DEVICE_COOKIE, DEVICE_LIFETIME
from server.guards import staff_only

Picture = Annotated[str, Meta(max_length=20)]


class Classmate(msgspec.Struct, frozen=True):
    id: UUID
    alias: str
    avatar: str


class Joining(msgspec.Struct, forbid_unknown_fields=True):
    user_id: UUID
    pictures: Annotated[list[Picture], Meta(min_length=3, max_length=3)]


class DeviceName(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=60)]


class DeviceView(msgspec.Struct, frozen=True):
    """A device of a class-room."""

    id: UUID
    name: str
    made_at: datetime
    last_used_at: datetime | None


def _device_view(device: ClassroomDevice) -> DeviceView:
    return DeviceView(device.id, device.name, device.made_at, device.last_used_at)


@get("/session/classmates")
async def list_classmates(
    request: Request[SignedIn, Any, Any], database: NamedDependency[Database]
) -> list[Classmate]:
    """Who may join me at this device: the aliases of my class. For students. 403 `not_allowed`."""
    async with database.read() as session:
        found = await companions.classmates(session, request.user)
    return [Classmate(each.id, each.name, each.avatar) for each in found]


@post("/session/companions", status_code=204)
async def add_companion(
    request: Request[SignedIn, Any, Any],
    data: JSONBody[Joining],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
    settings: NamedDependency[Settings],
) -> None:
    """A classmate joins me at this device by their own pictures. 401 `sign_in_failed`, 403 `not_allowed`,
    409 `device_full`, 429 `too_many_tries`."""
    await companions.add(
        database, bus, settings, request.user, data.user_id, data.pictures, client_address(request, settings)
    )


@delete("/session/companions/{user_id:uuid}")
async def remove_companion(
    request: Request[SignedIn, Any, Any],
    user_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> None:
    """One of those who joined me goes. 404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        await companions.remove(uow, request.user, user_id)


@delete("/spaces/{space_id:uuid}/companions/{user_id:uuid}")
async def take_off_device(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    user_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> None:
    """Take a student of my school off the devices of others in a space that I run. 403 `not_allowed`,
    404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        await companions.take_off(uow, request.user, space_id, user_id)


@post("/session/touch", status_code=204)
async def touch(
    request: Request[SignedIn, Any, Any], database: NamedDependency[Database], bus: NamedDependency[Bus]
) -> None:
    """Somebody touched this device: on one of a class-room the sign-in holds on. Once a minute is enough."""
    async with UnitOfWork(database, bus) as uow:
        await companions.touch(uow, request.user)


@get("/classes/{class_id:uuid}/devices")
async def list_devices(
    request: Request[SignedIn, Any, Any], class_id: FromPath[UUID], database: NamedDependency[Database]
) -> list[DeviceView]:
    """The devices of a class, for its teachers and those who manage classes. 403 `not_allowed`,
    404 `not_found`."""
    async with database.read() as session:
        found = await classroom.of_class(session, request.user, class_id)
    return [_device_view(each) for each in found]


@post("/classes/{class_id:uuid}/devices")
async def make_device(
    request: Request[SignedIn, Any, Any],
    class_id: FromPath[UUID],
    data: JSONBody[DeviceName],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
    settings: NamedDependency[Settings],
) -> Response[DeviceView]:
    """Make this very device one of the class, and sign me out here. 400 `invalid`, 403 `not_allowed`,
    404 `not_found`, 409 `invalid_transition`."""
    async with UnitOfWork(database, bus) as uow:
        made, token = await classroom.make(
            uow, request.user, class_id, data.name, request.cookies.get(DEVICE_COOKIE, "")
        )
        view = _device_view(made)
    cookie = Cookie(
        DEVICE_COOKIE, value=token, path="/", httponly=True, samesite="lax",
        secure=settings.cookie_secure, max_age=int(DEVICE_LIFETIME.total_seconds()),
    )
    response = Response(view, cookies=[cookie])
    response.delete_cookie(SESSION_COOKIE)
    return response


@delete("/classes/{class_id:uuid}/devices/{device_id:uuid}")
async def revoke_device(
    request: Request[SignedIn, Any, Any],
    class_id: FromPath[UUID],
    device_id: FromPath[UUID],
    database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> None:
    """Take a device back: whoever is signed in there is signed out. 403 `not_allowed`, 404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        await classroom.revoke(uow, request.user, class_id, device_id)


router = Router(
    "/",
    route_handlers=[
        list_classmates, add_companion, remove_companion, touch,
        Router(
            "/", route_handlers=[list_devices, make_device, revoke_device, take_off_device],
            guards=[staff_only],
        ),
    ],
    tags=["Devices"],
)
