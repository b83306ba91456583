"""Rows of lessons: those that were planned together, and where they come to lie when one of them moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import DomainError
from server.lessons import sides
from server.lessons.models import Lesson, LessonStatus


class TimeTaken(DomainError):
    """One of the classes has another lesson at this time. Choose another time. Nothing was changed."""

    code = "time_taken"
    status = 409


async def lessons_of(session: AsyncSession, series_id: UUID, *, lock: bool = False) -> Sequence[Lesson]:
    """The lessons of a row, in order."""
    wanted = select(Lesson).where(Lesson.series_id == series_id).order_by(Lesson.starts_at, Lesson.id)
    return (await session.scalars(wanted.with_for_update() if lock else wanted)).all()


async def affected(
    session: AsyncSession, series_id: UUID, lesson: Lesson, *, all_to_come: bool
) -> list[Lesson]:
    """The lessons that a question is about: that one, or also those of its row after it."""
    if not all_to_come:
        return [lesson]
    later = await session.scalars(
        select(Lesson)
        .where(
            Lesson.series_id == series_id, Lesson.status == LessonStatus.SCHEDULED,
            Lesson.starts_at >= lesson.starts_at,
        )
        .order_by(Lesson.starts_at)
        .with_for_update()
    )
    return list(later)


def moved(starts: Iterable[datetime], old: datetime, new: datetime, timezone: str) -> list[datetime]:
    """Where lessons come to lie when one of them moves from `old` to `new`, and the others as far.

    As many days by the clock of the row, and to the same time of day: also over a change of clocks.
    """
    zone = ZoneInfo(timezone)
    target = new.astimezone(zone)
    days = target.date() - old.astimezone(zone).date()
    return [
        datetime.combine(each.astimezone(zone).date() + days, target.time(), zone).astimezone(UTC)
        for each in starts
    ]


async def check_free(
    session: AsyncSession, space_id: UUID, lessons: Sequence[Lesson], new: Sequence[datetime], minutes: int
) -> None:
    """Raises: TimeTaken: another lesson of a class lies where one would be moved to (409)."""
    length = timedelta(minutes=minutes)
    taken = await sides.busy(
        session, space_id, min(new), max(new) + length, but=[each.id for each in lessons]
    )
    if any(each.starts_at < start + length and start < each.ends_at for each in taken for start in new):
        raise TimeTaken
    ordered = sorted(new)
    if any(later - earlier < length for earlier, later in pairwise(ordered)):
        raise TimeTaken
