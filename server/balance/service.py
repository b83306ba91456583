"""The balance between the schools: written while a lesson runs, and read during and after it.

DOMAIN: both sides contribute, and it is measured per school, never per student, and shown to staff. A node
adds what it has seen (`note`), so that several add up; messages are counted where they are stored.
docs/balance.md says what each measure counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.accounts.models import User
from server.accounts.service import SignedIn
from server.balance import rules
from server.balance.models import Contribution
from server.balance.rules import Amounts, Share
from server.chat.models import ChatMessage
from server.db import UnitOfWork, insert_into
from server.errors import NotFound
from server.lessons import attendance
from server.lessons.models import Lesson, LessonStatus
from server.partnerships.models import Membership, MemberStatus
from server.schools.models import School
from server.spaces.models import Space

NONE = Amounts()


class SchoolBalance(msgspec.Struct, frozen=True, kw_only=True):
    """A school, and its part of each measure."""

    school_id: UUID
    name: str
    short_name: str
    colour: int
    talk: Share
    """`value` in seconds."""
    messages: Share
    marks: Share
    hosted: Share
    """Of the lessons that were held in the space."""


class LessonBalance(msgspec.Struct, frozen=True, kw_only=True):
    """The schools in one lesson, in the order of their colours."""

    lesson_id: UUID
    title: str
    started_at: datetime
    ended_at: datetime | None
    """None while it runs; the figures are then some seconds old."""
    host_school_id: UUID | None
    schools: list[SchoolBalance]


class SpaceBalance(msgspec.Struct, frozen=True, kw_only=True):
    """The schools in all lessons of a space together."""

    space_id: UUID
    lessons: int
    """So many were begun."""
    schools: list[SchoolBalance]
    hosted_in_partnership: dict[UUID, Share]
    """By school: of the lessons that were held in any space of the partnership."""


# --- writing


async def note(
    uow: UnitOfWork, lesson_id: UUID, seen: Mapping[UUID, Amounts]
) -> list[SchoolBalance]:
    """Add what a node has seen of a lesson since it last said so, and count its messages.

    Args:
        seen: by school: talk and marks. Of schools that are not in the partnership nothing is kept.

    Returns:
        The lesson as it stands now; nothing when there is no such lesson, or it was never begun.
    """
    # A lesson that is just being deleted is waited for, not run into.
    lesson = await uow.session.scalar(
        select(Lesson).where(Lesson.id == lesson_id).with_for_update(read=True, key_share=True)
    )
    if lesson is None or lesson.started_at is None:
        return []
    partnership_id = await uow.session.scalar(
        select(Space.partnership_id).where(Space.id == lesson.space_id)
    )
    assert partnership_id is not None
    known = await _kept(uow.session, Contribution.lesson_id == lesson_id)
    said = await _messages(uow.session, lesson)
    members = await uow.session.scalars(
        select(Membership.school_id).where(Membership.partnership_id == partnership_id)
    )
    rows = []
    for school_id in sorted(members):  # in order: two nodes that write the same rows wait for each other
        more, messages = seen.get(school_id, NONE), said.get(school_id, 0)
        if more != NONE or messages != known.get(school_id, NONE).messages:
            rows.append({
                "lesson_id": lesson_id, "school_id": school_id, "talk_s": more.talk_s,
                "marks": more.marks, "messages": messages,
            })
            known[school_id] = msgspec.structs.replace(
                known.get(school_id, NONE) + more, messages=messages
            )
    if rows:
        added = insert_into(uow.session, Contribution).values(rows)
        await uow.session.execute(added.on_conflict_do_update(
            index_elements=["lesson_id", "school_id"],
            set_={
                "talk_s": Contribution.talk_s + added.excluded.talk_s,
                "marks": Contribution.marks + added.excluded.marks,
                "messages": added.excluded.messages,
            },
        ))
    return await _schools(uow.session, partnership_id, lesson.space_id, known)


async def _messages(session: AsyncSession, lesson: Lesson) -> dict[UUID, int]:
    """By school: what was said in the space and its groups while the lesson ran, and not deleted since.

    Costs as much as there was said: numbers lead back from the newest message to the first of the lesson.
    """
    before = aliased(ChatMessage)
    first = (
        select(before.seq)
        .where(before.space_id == Space.id, before.sent_at < lesson.started_at)
        .order_by(before.seq.desc())
        .limit(1)
        .correlate(Space)
        .scalar_subquery()
    )
    during = and_(ChatMessage.seq > func.coalesce(first, 0), ChatMessage.sent_at >= lesson.started_at)
    if lesson.ended_at is not None:
        during &= ChatMessage.sent_at <= lesson.ended_at
    rows = await session.execute(
        select(User.school_id, func.count())
        .select_from(Space)
        .join(ChatMessage, ChatMessage.space_id == Space.id)
        .join(User, User.id == ChatMessage.author_id)
        .where(
            or_(Space.id == lesson.space_id, Space.parent_id == lesson.space_id),
            # What was said to all groups at once was said once.
            or_(ChatMessage.announced.is_(False), Space.id == lesson.space_id),
            ChatMessage.deleted_at.is_(None), during,
        )
        .group_by(User.school_id)
    )
    return dict(rows.tuples().all())


# --- reading


async def _kept(session: AsyncSession, *which: ColumnElement[bool]) -> dict[UUID, Amounts]:
    """By school, what is written of these lessons together."""
    rows = await session.execute(
        select(
            Contribution.school_id, func.sum(Contribution.talk_s), func.sum(Contribution.messages),
            func.sum(Contribution.marks),
        )
        .join(Lesson, Lesson.id == Contribution.lesson_id)
        .where(*which)
        .group_by(Contribution.school_id)
    )
    return {
        school_id: Amounts(talk_s, int(messages), int(marks))
        for school_id, talk_s, messages, marks in rows.tuples()
    }


async def _hosted(session: AsyncSession, partnership_id: UUID, space_id: UUID) -> dict[UUID, tuple[int, int]]:
    """By school: how many lessons it led, of those that are over: in the space, and in the partnership."""
    here = func.sum(case((Lesson.space_id == space_id, 1), else_=0))
    rows = await session.execute(
        select(Lesson.host_school_id, here, func.count())
        .join(Space, Space.id == Lesson.space_id)
        .where(
            Space.partnership_id == partnership_id, Lesson.status == LessonStatus.ENDED,
            Lesson.host_school_id.is_not(None),
        )
        .group_by(Lesson.host_school_id)
    )
    return {school_id: (int(in_space), count) for school_id, in_space, count in rows.tuples() if school_id}


async def _schools(
    session: AsyncSession, partnership_id: UUID, space_id: UUID, kept: Mapping[UUID, Amounts]
) -> list[SchoolBalance]:
    hosted = await _hosted(session, partnership_id, space_id)
    return _shared(await _members(session, partnership_id, {*kept, *hosted}), kept, {
        school_id: in_space for school_id, (in_space, _) in hosted.items()
    })


async def _members(
    session: AsyncSession, partnership_id: UUID, also: Iterable[UUID]
) -> list[tuple[School, int]]:
    """The schools that take part, and of those that have left the ones that gave something; with colours."""
    rows = await session.execute(
        select(School, Membership.colour)
        .join(Membership, Membership.school_id == School.id)
        .where(
            Membership.partnership_id == partnership_id,
            or_(Membership.status == MemberStatus.ACCEPTED, School.id.in_(list(also))),
        )
        .order_by(Membership.colour, School.id)
    )
    return list(rows.tuples().all())


def _shared(
    schools: Iterable[tuple[School, int]], kept: Mapping[UUID, Amounts], hosted: Mapping[UUID, int]
) -> list[SchoolBalance]:
    found = list(schools)
    parts = rules.shares([
        msgspec.structs.replace(kept.get(each.id, NONE), hosted=hosted.get(each.id, 0)) for each, _ in found
    ])
    return [
        SchoolBalance(
            school_id=school.id, name=school.name, short_name=school.short_name, colour=colour % 8,
            talk=part.talk, messages=part.messages, marks=part.marks, hosted=part.hosted,
        )
        for (school, colour), part in zip(found, parts, strict=True)
    ]


async def _reader(session: AsyncSession, who: SignedIn, space_id: UUID) -> Space:
    """The space, for staff of a school that takes part.

    Raises:
        NotFound: no such space for them, or it is a group: lessons are held in what that is a group of (404).
    """
    if not who.is_staff:
        raise NotFound
    _, space = await attendance.reader(session, who, space_id)
    if space.parent_id is not None:
        raise NotFound
    return space


async def of_lesson(session: AsyncSession, who: SignedIn, lesson_id: UUID) -> LessonBalance:
    """The balance in one lesson.

    Raises:
        NotFound: no such lesson for this person, or it was never begun (404).
    """
    lesson = await session.get(Lesson, lesson_id)
    if lesson is None or lesson.started_at is None:
        raise NotFound
    space = await _reader(session, who, lesson.space_id)
    kept = await _kept(session, Contribution.lesson_id == lesson_id)
    return LessonBalance(
        lesson_id=lesson.id, title=lesson.title, started_at=lesson.started_at, ended_at=lesson.ended_at,
        host_school_id=lesson.host_school_id,
        schools=await _schools(session, space.partnership_id, space.id, kept),
    )


async def of_space(session: AsyncSession, who: SignedIn, space_id: UUID) -> SpaceBalance:
    """The balance over all lessons of a space.

    Raises:
        NotFound: no such space for this person (404).
    """
    space = await _reader(session, who, space_id)
    begun = await session.scalar(
        select(func.count()).where(Lesson.space_id == space_id, Lesson.started_at.is_not(None))
    )
    kept = await _kept(session, Lesson.space_id == space_id)
    hosted = await _hosted(session, space.partnership_id, space_id)
    schools = await _members(session, space.partnership_id, {*kept, *hosted})
    ids = [school.id for school, _ in schools]
    everywhere = [hosted.get(each, (0, 0))[1] for each in ids]
    parts = [
        Share(value, percent) for value, percent in zip(everywhere, rules.percents(everywhere), strict=True)
    ]
    return SpaceBalance(
        space_id=space_id, lessons=begun or 0,
        schools=_shared(schools, kept, {each: in_space for each, (in_space, _) in hosted.items()}),
        hosted_in_partnership=dict(zip(ids, parts, strict=True)),
    )
