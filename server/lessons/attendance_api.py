"""Attendance over HTTP: the lessons that were held in a space, and who was there. For staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from server import paging
from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.guards import staff_only
from server.lessons import attendance
from server.lessons.attendance import LessonAttendance, LessonCount


class HeldLessons(msgspec.Struct, frozen=True):
    """The newest first. `next` is the cursor of the page after; empty: there is none."""

    items: list[LessonCount]
    next: str


@get("/spaces/{space_id:uuid}/attendance")
async def held_lessons(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], database: NamedDependency[Database],
    cursor: paging.Cursor = "", limit: paging.Limit = 20,
) -> HeldLessons:
    """The lessons that were held in a space, with how many of each school came. 404 `not_found`."""
    before = paging.place(cursor, datetime, UUID)
    async with database.read() as session:
        found = await attendance.held(
            session, request.user, space_id, before, limit + 1
        )
    shown = found[:limit]
    more = paging.cursor(shown[-1].started_at, shown[-1].lesson_id) if len(found) > limit else ""
    return HeldLessons(shown, more)


@get("/lessons/{lesson_id:uuid}/attendance")
async def of_lesson(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID], database: NamedDependency[Database]
) -> LessonAttendance:
    """Who was in a lesson and when: alias and class of students. 404 `not_found`."""
    async with database.read() as session:
        return await attendance.of_lesson(session, request.user, lesson_id)


@get("/lessons/{lesson_id:uuid}/attendance.csv", media_type="text/csv")
async def as_csv(
    request: Request[SignedIn, Any, Any], lesson_id: FromPath[UUID], database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> Response[bytes]:
    """The same as a table; the export is logged. 403 `not_allowed`, 404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        found = await attendance.export(uow, request.user, lesson_id, "csv")
    return Response(
        attendance.as_csv(found), media_type="text/csv",
        headers={"content-disposition": f'attachment; filename="attendance-{lesson_id}.csv"'},
    )


router = Router(
    "/", route_handlers=[held_lessons, of_lesson, as_csv], guards=[staff_only], tags=["Lessons"]
)
