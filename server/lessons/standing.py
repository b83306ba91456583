"""What supervision must know of a space: whether a lesson runs, and for which schools it is over."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.lessons.models import Lesson, LessonOver, LessonStatus
from server.spaces.models import Space


class Standing(msgspec.Struct, frozen=True):
    """How a space stands at this moment."""

    works_alone: bool = False
    """Students may write and draw without an adult, while no lesson runs."""
    lesson_id: UUID | None = None
    """The lesson that runs."""
    over: frozenset[UUID] = frozenset()
    """The schools for which it has ended already."""


# Built once: asked for every batch of joins.
_STANDINGS = (
    select(Space.id, Space.works_alone, Lesson.id, LessonOver.school_id)
    .outerjoin(Lesson, and_(Lesson.space_id == Space.id, Lesson.status == LessonStatus.LIVE))
    .outerjoin(LessonOver, LessonOver.lesson_id == Lesson.id)
    .where(Space.id.in_(bindparam("spaces", expanding=True)))
)


async def standings(session: AsyncSession, space_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """How these spaces stand, in one query."""
    found: dict[UUID, Standing] = {}
    for space_id, works_alone, lesson_id, over_id in (
        await session.execute(_STANDINGS, {"spaces": list(space_ids)})
    ).tuples():
        over = found[space_id].over if space_id in found else frozenset()
        found[space_id] = Standing(works_alone, lesson_id, over | {over_id} if over_id else over)
    return found
