"""The balance between the schools over HTTP. For staff of the schools that take part."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from server.accounts.service import SignedIn
from server.balance import service
from server.balance.service import LessonBalance, SpaceBalance
from server.db import Database
from server.guards import staff_only


@get("/lessons/{lesson_id:uuid}/balance")
async def balance_of_lesson(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID], database: NamedDependency[Database]
) -> LessonBalance:
    """What each school gave to a lesson, never by person. 403 `not_allowed`, 404 `not_found`."""
    async with database.read() as session:
        return await service.of_lesson(session, request.user, lesson_id)


@get("/spaces/{space_id:uuid}/balance")
async def balance_of_space(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], database: NamedDependency[Database]
) -> SpaceBalance:
    """The same over all lessons of a space, and who led how many. 403 `not_allowed`, 404 `not_found`."""
    async with database.read() as session:
        return await service.of_space(session, request.user, space_id)


router = Router(
    "/", route_handlers=[balance_of_lesson, balance_of_space], guards=[staff_only], tags=["Lessons"]
)
