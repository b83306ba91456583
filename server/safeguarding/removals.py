"""Sending somebody out of a space, and letting them in again. Who may: docs/safeguarding.md.

The record is read by `server.access`; saying that it changed puts the person out on every node.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.access import Grant, grants_in
from server.accounts.models import StaffPost, StaffRole, User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from server.events import AccessChanged
from server.lessons.models import Lesson, LessonStatus
from server.partnerships.models import Coordinator
from server.safeguarding.models import Removal
from server.schools.models import RosterEntry
from server.spaces import service as spaces
from server.spaces.models import Enrolment, Space

PROTECTED = frozenset({StaffRole.HEADTEACHER, StaffRole.SAFEGUARDING_LEAD})
"""Nobody sends them out: they answer for the students of their school."""
WITHOUT_A_LESSON = timedelta(hours=1)
AT_LEAST = timedelta(minutes=15)
LISTED_MAX = 200


class RemovalReason(StrEnum):
    UNKIND = "unkind"
    LANGUAGE = "language"
    DISTURBS = "disturbs"
    CONTACT = "contact"
    NOT_THEMSELVES = "not_themselves"
    """Somebody else sits at their device."""
    OTHER = "other"


async def remove(
    uow: UnitOfWork, who: SignedIn, space_id: UUID, user_id: UUID, reason: RemovalReason, *,
    until_lifted: bool,
) -> Removal:
    """Send a person out of the space and its groups at once: for the rest of the lesson, or until an adult
    lets them in.

    Raises:
        NotAllowed: this person does not moderate the space, or may not send out this adult (403).
        NotFound: nobody of this space (404).
        Invalid: it is oneself (400).
        AlreadyDone: they are out already (409).
    """
    session = uow.session
    space_id = await spaces.root_of(session, space_id)
    # The person first: of two removals at once, one finds the other. Not the key: a row that names them, and
    # whose writer holds the space, must not wait for this.
    user = await session.scalar(
        select(User).where(User.id == user_id).with_for_update(key_share=True)
    )
    space = await session.get(Space, space_id)
    if space is None or Grant.SPACE_MODERATE not in await grants_in(session, who.user_id, space_id):
        raise NotAllowed("Only adults who run the room send somebody out.")
    if user is None or not await _belongs(session, user, space):
        raise NotFound
    if user.id == who.user_id:
        raise Invalid("You cannot send yourself out. Nothing was changed.")
    await _must_be_theirs(session, who, user, space)
    now = clock.now()
    if await _current(session, space_id, user_id) is not None:
        raise AlreadyDone
    removal = Removal(
        space_id=space_id, user_id=user_id, by_id=who.user_id, reason_code=reason.value, removed_at=now,
        until=None if until_lifted else await _end_of_lesson(session, space_id),
    )
    session.add(removal)
    audit.record(
        uow, who, "removal.set", subject_id=user_id, school_id=user.school_id,
        partnership_id=space.partnership_id,
        after={"space_id": space_id, "reason": reason, "until": removal.until},
    )
    uow.events.append(AccessChanged(user_ids=frozenset({user_id})))
    return removal


async def _belongs(session: AsyncSession, user: User, space: Space) -> bool:
    """Whether they may come in now, or learn in it: a student whose school is closed belongs to it, too."""
    if await grants_in(session, user.id, space.id):
        return True
    enrolled = await session.scalar(
        select(RosterEntry.user_id)
        .join(Enrolment, Enrolment.class_id == RosterEntry.class_id)
        .where(Enrolment.space_id == space.id, RosterEntry.user_id == user.id)
        .limit(1)
    )
    return enrolled is not None


async def _must_be_theirs(session: AsyncSession, who: SignedIn, user: User, space: Space) -> None:
    """Any adult of the room sends out students. Adults are sent out by a coordinator of the partnership, or,
    of their own school, by its headteacher or safeguarding lead."""
    if user.kind is UserKind.STUDENT:
        return
    posts = set(await session.scalars(select(StaffPost.role).where(StaffPost.user_id == user.id)))
    if posts & PROTECTED:
        raise NotAllowed("Headteachers and safeguarding leads are not sent out. Nothing was changed.")
    if user.school_id == who.school_id and who.roles & PROTECTED:
        return
    coordinates = await session.scalar(
        select(Coordinator.user_id).where(
            Coordinator.partnership_id == space.partnership_id, Coordinator.user_id == who.user_id
        )
    )
    if coordinates is None:
        raise NotAllowed(
            "An adult is sent out by a coordinator, or by the head or safeguarding lead of their own school."
        )


async def _end_of_lesson(session: AsyncSession, space_id: UUID) -> datetime:
    """When the lesson that runs is to end; an hour from now when none does."""
    now = clock.now()
    ends_at = await session.scalar(
        select(Lesson.ends_at).where(Lesson.space_id == space_id, Lesson.status == LessonStatus.LIVE)
    )
    return now + WITHOUT_A_LESSON if ends_at is None else max(ends_at, now + AT_LEAST)


def _holds_now() -> ColumnElement[bool]:
    return Removal.lifted_at.is_(None) & or_(Removal.until.is_(None), Removal.until > clock.now())


async def _current(session: AsyncSession, space_id: UUID, user_id: UUID) -> Removal | None:
    return await session.scalar(
        select(Removal)
        .where(Removal.space_id == space_id, Removal.user_id == user_id, _holds_now())
        .limit(1)
        .with_for_update()
    )


async def lift(uow: UnitOfWork, who: SignedIn, space_id: UUID, user_id: UUID) -> None:
    """Let a person in again.

    Raises:
        NotAllowed: this person does not moderate the space, or may not decide about this adult (403).
        NotFound: they are not sent out (404).
    """
    session = uow.session
    space_id = await spaces.root_of(session, space_id)
    space = await session.get(Space, space_id)
    if space is None or Grant.SPACE_MODERATE not in await grants_in(session, who.user_id, space_id):
        raise NotAllowed("Only adults who run the room let somebody in again.")
    user = await session.get(User, user_id)
    removal = await _current(session, space_id, user_id)
    if removal is None or user is None:
        raise NotFound
    await _must_be_theirs(session, who, user, space)
    removal.lifted_at, removal.lifted_by_id = clock.now(), who.user_id
    audit.record(
        uow, who, "removal.lift", subject_id=user_id, school_id=user.school_id,
        partnership_id=space.partnership_id, after={"space_id": space_id},
    )
    uow.events.append(AccessChanged(user_ids=frozenset({user_id})))


async def listed(session: AsyncSession, who: SignedIn, space_id: UUID) -> Sequence[tuple[Removal, User]]:
    """Who is out of a space now, the newest first, for those who moderate it: at most `LISTED_MAX`.

    Raises:
        NotAllowed: this person does not moderate the space (403).
    """
    space_id = await spaces.root_of(session, space_id)
    if Grant.SPACE_MODERATE not in await grants_in(session, who.user_id, space_id):
        raise NotAllowed
    found = await session.execute(
        select(Removal, User)
        .join(User, User.id == Removal.user_id)
        .where(Removal.space_id == space_id, _holds_now())
        .order_by(Removal.removed_at.desc(), Removal.id)
        .limit(LISTED_MAX)
    )
    return found.tuples().all()
