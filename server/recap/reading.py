"""Who may read of a lesson that was held, and which rooms of it. docs/recap.md.

A lesson is of a space and of the groups of that space; who may read which of them, `server.access` says.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import access, clock
from server.access import Access, Grant
from server.accounts.service import SignedIn
from server.boards.models import Board
from server.chat.models import ChatMessage
from server.errors import NoAccess, NotFound
from server.lessons.models import Lesson
from server.spaces import service as spaces
from server.spaces.models import GroupMember, Space

GROUPS_MAX = 60


class Seen(msgspec.Struct, frozen=True):
    """A lesson with what whoever asked may do in its space."""

    lesson: Lesson
    space: Space
    access: Access
    is_of_school: bool
    """They are staff of a school that takes part."""


class RecapRoom(msgspec.Struct, frozen=True):
    """The space, or a group of it in which something was said or drawn."""

    space_id: UUID
    number: int | None
    """Of a group; None of the space itself, and of a group that was replaced by others."""
    is_group: bool
    messages: int
    """How many were said in it during the lesson, and not deleted since."""


async def access_to(session: AsyncSession, who: SignedIn, space_id: UUID) -> Access:
    """What somebody may do in a space that they may read.

    Raises:
        NotFound: no such space for them (404).
        NoAccess: it is closed to them at this moment (403, with the reason as its code).
    """
    found = await access.access_in(session, who.user_id, space_id)
    if Grant.SPACE_READ not in found.grants or Grant.CHAT_READ not in found.grants:
        raise NotFound if found.reason == "not_found" else NoAccess(found.reason)
    return found


async def lesson_for(session: AsyncSession, who: SignedIn, lesson_id: UUID) -> Seen:
    """A lesson that was held, for somebody who may read its space.

    Raises:
        NotFound, NoAccess: as `access_to`; a lesson that never started is not found.
    """
    lesson = await session.get(Lesson, lesson_id)
    if lesson is None or lesson.started_at is None:
        raise NotFound
    try:
        found = await access_to(session, who, lesson.space_id)
    except NoAccess as error:
        if error.code in access.CLOSED_FOR_NOW:
            # The address of a lesson does not name its space: the page says when that opens again.
            error.extra["space_id"] = str(lesson.space_id)
        raise
    space = (await spaces.with_schools(session, [lesson.space_id]))[0]
    # A guest who was given an account at a school of it has no post there, and is none of its staff.
    of_school = bool(who.roles) and any(each.school_id == who.school_id for each in spaces.schools_in(space))
    return Seen(lesson, space, found, of_school)


async def rooms(session: AsyncSession, who: SignedIn, seen: Seen) -> list[RecapRoom]:
    """The space of a lesson, and the groups of it in which something was said or drawn: staff find every
    one, a student their own. What is in a group is asked for by its own id, and refused by `server.access`.
    """
    lesson, space = seen.lesson, seen.space
    counts = (
        select(func.count()).where(ChatMessage.space_id == Space.id, said_in(lesson))
        .correlate(Space).scalar_subquery()
    )
    was_drawn = exists().where(Board.space_id == Space.id, Board.drawn_at >= start_of(lesson))
    rows = await session.execute(
        select(Space.id, Space.group_no, Space.parent_id.is_not(None), counts)
        .where(
            or_(
                Space.id == space.id,
                and_(
                    group_of(who, space), Space.created_at <= (lesson.ended_at or clock.now()),
                    or_(counts > 0, was_drawn),
                ),
            )
        )
        .order_by(Space.parent_id.is_not(None), Space.group_no, Space.created_at, Space.id)
        .limit(GROUPS_MAX)
    )
    return [RecapRoom(*row) for row in rows.tuples()]


def group_of(who: SignedIn, space: Space) -> ColumnElement[bool]:
    """Whether a space is a group of this one, and for a student one of theirs."""
    if who.is_staff:
        return Space.parent_id == space.id
    mine = exists().where(GroupMember.group_id == Space.id, GroupMember.user_id == who.user_id)
    return and_(Space.parent_id == space.id, mine)


def said_in(lesson: Lesson) -> ColumnElement[bool]:
    """The messages of a lesson, as a condition: between its start and its end, and not deleted since. What
    waits for an adult, or was refused, is no message."""
    return and_(
        ChatMessage.sent_at >= start_of(lesson), ChatMessage.sent_at <= (lesson.ended_at or clock.now()),
        ChatMessage.deleted_at.is_(None),
    )


def start_of(lesson: Lesson) -> datetime:
    return lesson.started_at or lesson.starts_at
