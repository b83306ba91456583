"""Reading what was asked in a space, and how it was answered: afterwards, and for the recap."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import paging
from server.access import Access, Grant, access_in
from server.accounts.service import SignedIn
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.errors import NoAccess, NotAllowed, NotFound
from server.guards import staff_only
from server.polls import rules, service, tables
from server.polls.models import Poll, PollKind, PollStatus
from server.polls.rules import Choice, Results
from server.polls.service import Cast
from server.schools.models import School


class PollView(msgspec.Struct, frozen=True, kw_only=True):
    """A poll as I may see it. `results` and `right` are null while they are not shown to me."""

    id: UUID
    lesson_id: UUID | None
    kind: PollKind
    status: PollStatus
    question: str
    options: list[str]
    low: str
    high: str
    is_quiz: bool
    right: list[int] | None
    results: Results | None
    mine: Choice | None
    """How I answered."""
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None


class PollPage(msgspec.Struct, frozen=True):
    items: list[PollView]
    next: str


class StudentAnswer(msgspec.Struct, frozen=True):
    """How a student of my own school answered."""

    user_id: UUID
    name: str
    choice: Choice
    is_right: bool | None
    """Of a quiz."""


class StudentAnswers(msgspec.Struct, frozen=True):
    items: list[StudentAnswer]


def _view(poll: Poll, cast: Cast, user_id: UUID, *, runs_room: bool) -> PollView:
    return PollView(
        id=poll.id, lesson_id=poll.lesson_id, kind=poll.kind, status=poll.status, question=poll.question,
        options=poll.options, low=poll.low, high=poll.high, is_quiz=poll.right_options is not None,
        right=rules.shown_right(poll.status, poll.right_options, runs_room=runs_room),
        results=rules.shown_results(poll.status, cast.results, runs_room=runs_room),
        mine=cast.choices.get(user_id), created_at=poll.created_at, opened_at=poll.opened_at,
        closed_at=poll.closed_at,
    )


async def _reads(session: AsyncSession, who: SignedIn, space_id: UUID) -> Access:
    found = await access_in(session, who.user_id, space_id)
    if Grant.SPACE_READ not in found.grants:
        raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
    return found


@get("/")
async def polls(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    database: NamedDependency[Database],
    cursor: paging.Cursor = "",
    limit: paging.Limit = 20,
    lesson_id: Annotated[UUID | None, QueryParameter(description="Only those of this lesson.")] = None,
) -> PollPage:
    """What was asked, the newest first, with the results by school. Students, guests and advisers read of
    what was revealed. 403 with the reason as its code, 404 `not_found`."""
    below = paging.place(cursor, datetime, UUID)
    before = (below[0], below[1]) if below else None
    async with database.read() as session:
        found = await _reads(session, request.user, space_id)
        runs_room = rules.runs_room(found.grants)
        wanted = service.newest_first(space_id, before, limit + 1, runs_room=runs_room, lesson_id=lesson_id)
        there = (await session.scalars(wanted)).all()
        shown = there[:limit]
        cast = await service.cast_in(session, shown)
    items = [_view(each, cast[each.id], request.user.user_id, runs_room=runs_room) for each in shown]
    more = paging.cursor(shown[-1].created_at, shown[-1].id) if len(there) > limit else ""
    return PollPage(items, more)


@get("/{poll_id:uuid}/answers", guards=[staff_only])
async def answers(
    request: Request[SignedIn, Any, Any],
    space_id: FromPath[UUID],
    poll_id: FromPath[UUID],
    database: NamedDependency[Database],
) -> StudentAnswers:
    """How the students of my own school answered a quiz, by alias, once it is closed; of a word cloud, what
    the filter held back. Of any other poll nothing. 403 `not_allowed`, 404 `not_found`."""
    async with database.read() as session:
        poll = await _of_room(session, request.user, space_id, poll_id)
        found = await service.answers_of_school(session, poll, request.user.school_id)
    right = poll.right_options
    return StudentAnswers(
        [
            StudentAnswer(each.user_id, each.name, each.choice, None if right is None
                          else each.choice.picks == right)
            for each in found
        ]
    )


async def _of_room(session: AsyncSession, who: SignedIn, space_id: UUID, poll_id: UUID) -> Poll:
    found = await _reads(session, who, space_id)
    poll = await session.get(Poll, poll_id)
    if poll is None or poll.space_id != space_id:
        raise NotFound
    if not rules.runs_room(found.grants):
        raise NotAllowed
    return poll


@get("/export.csv", media_type="text/csv", guards=[staff_only])
async def export(
    request: Request[SignedIn, Any, Any], space_id: FromPath[UUID], database: NamedDependency[Database],
    bus: NamedDependency[Bus],
) -> Response[bytes]:
    """The counts of every poll as a table: a row for each answer and school, and one for how many answered.
    Nothing by person. It is written into the log. 403 `not_allowed`, 404 `not_found`."""
    async with UnitOfWork(database, bus) as uow:
        session = uow.session
        found = await _reads(session, request.user, space_id)
        if Grant.SPACE_EXPORT not in found.grants:
            raise NotAllowed
        wanted = service.newest_first(space_id, None, service.POLLS_LIMIT, runs_room=True)
        there = (await session.scalars(wanted)).all()
        cast = await service.cast_in(session, there)
        ids = {school_id for each in cast.values() for school_id in each.results.schools}
        named = (await session.execute(select(School.id, School.name).where(School.id.in_(ids)))).tuples()
        names = dict(named.all())
        await service.note_export(uow, request.user, space_id, len(there))
    body = tables.as_csv([(poll, cast[poll.id].results) for poll in reversed(there)], names)
    return Response(
        body, media_type="text/csv", headers={"content-disposition": 'attachment; filename="polls.csv"'}
    )


router = Router(
    "/spaces/{space_id:uuid}/polls", route_handlers=[polls, answers, export], tags=["Polls"]
)
