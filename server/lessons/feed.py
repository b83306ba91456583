"""A person's lessons as a calendar at a secret address, for their calendar program.

Whoever has the address reads when lessons are, their titles, and which partnership; no names. It is for
staff: a student's tablet is shared. The address is kept as a hash only, so it is shown once, and can be
made anew, which ends the old one.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import access, clock
from server.accounts.models import User, UserKind
from server.accounts.service import SignedIn
from server.db import UnitOfWork
from server.errors import NotFound
from server.lessons import notices, upcoming
from server.lessons.invitations import PUBLISH, Planned, calendar_of
from server.lessons.models import Lesson
from server.lessons.planning_models import CalendarFeed, LessonSeries
from server.spaces import service as spaces

KEPT_FOR = timedelta(days=60)
"""Lessons that are over stay in the feed for so long."""
SERIES_MAX = 300
TOKEN_BYTES = 24


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def make(uow: UnitOfWork, who: SignedIn) -> str:
    """A new address for me, in place of the old one; returns its path, which is shown once."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = await uow.session.scalar(
        select(CalendarFeed).where(CalendarFeed.user_id == who.user_id).with_for_update()
    )
    if row is None:
        uow.session.add(CalendarFeed(user_id=who.user_id, token_hash=_hash(token), made_at=clock.now()))
    else:
        row.token_hash, row.made_at = _hash(token), clock.now()
    return f"/calendar/{token}.ics"


async def end(uow: UnitOfWork, who: SignedIn) -> None:
    """My address works no more."""
    row = await uow.session.get(CalendarFeed, who.user_id)
    if row is not None:
        await uow.session.delete(row)


async def of_me(session: AsyncSession, who: SignedIn) -> CalendarFeed | None:
    return await session.get(CalendarFeed, who.user_id)


async def read(session: AsyncSession, token: str, site: str) -> str:
    """The calendar at an address.

    Raises:
        NotFound: there is none, or its owner cannot sign in any more (404).
    """
    user = await session.scalar(
        select(User)
        .join(CalendarFeed, CalendarFeed.user_id == User.id)
        .where(
            CalendarFeed.token_hash == _hash(token), User.disabled_at.is_(None),
            User.kind == UserKind.STAFF,
        )
    )
    if user is None:
        raise NotFound
    allowed = await access.spaces_of(session, user.id)
    mine = upcoming.may_look(allowed)
    return calendar_of(
        await planned_in(session, mine), PUBLISH, site=site, name="Commonroom"
    )


async def planned_in(session: AsyncSession, space_ids: list[UUID]) -> list[Planned]:
    """The rows of lessons of these spaces that are still to come, or were of late."""
    recent = select(Lesson.series_id).where(
        Lesson.space_id.in_(space_ids), Lesson.ends_at > clock.now() - KEPT_FOR
    )
    rows = (
        await session.scalars(
            select(LessonSeries)
            .where(LessonSeries.id.in_(recent))
            .order_by(LessonSeries.first_at.desc(), LessonSeries.id)
            .limit(SERIES_MAX)
        )
    ).all()
    by_series: dict[UUID | None, list[Lesson]] = {each.id: [] for each in rows}
    for lesson in await session.scalars(
        select(Lesson).where(Lesson.series_id.in_(list(by_series))).order_by(Lesson.starts_at, Lesson.id)
    ):
        by_series[lesson.series_id].append(lesson)
    known = {each.id: each for each in await spaces.with_schools(session, {each.space_id for each in rows})}
    return [
        Planned(
            each, by_series[each.id], known[each.space_id].partnership.name, notices.page_of(each.space_id),
            [
                (member.school.short_name, member.school.timezone)
                for member in spaces.schools_in(known[each.space_id])
            ],
        )
        for each in rows
    ]
