"""Which classes are in a space, and who answers for it at each school. docs/spaces.md.

A class is enrolled by staff of its own school and nobody else. As in `server.spaces.manage`, every move holds
the partnership's row and says `AccessChanged` for what it touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts.models import StaffPost, User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import Invalid, InvalidTransition, NotAllowed, NotFound
from server.events import AccessChanged
from server.partnerships import record as records
from server.partnerships.models import PartnershipStatus
from server.schools.models import RosterEntry, RosterRole, SchoolClass
from server.spaces import rights
from server.spaces.models import Enrolment, LinkTeacher, Space, SpaceKind


async def enrolled(session: AsyncSession, space_id: UUID) -> Sequence[SchoolClass]:
    """The classes of a space, by name."""
    found = await session.scalars(
        select(SchoolClass)
        .join(Enrolment, Enrolment.class_id == SchoolClass.id)
        .where(Enrolment.space_id == space_id)
        .order_by(SchoolClass.name, SchoolClass.id)
    )
    return found.all()


async def current_links(session: AsyncSession, space_id: UUID) -> dict[UUID, LinkTeacher]:
    """The link teachers by school, also those whose account is disabled."""
    found = await session.scalars(
        select(LinkTeacher).where(LinkTeacher.space_id == space_id, LinkTeacher.until.is_(None))
    )
    return {link.school_id: link for link in found}


async def check_classes(
    session: AsyncSession, school_id: UUID, class_ids: Iterable[UUID], added: Collection[UUID]
) -> None:
    """Raises: NotFound: a class of another school, or none (404). Invalid: an added one is archived (400)."""
    wanted = set(class_ids)
    rows = await session.execute(
        select(SchoolClass.id, SchoolClass.archived_at).where(
            SchoolClass.id.in_(wanted), SchoolClass.school_id == school_id
        )
    )
    found = dict(rows.tuples().all())
    if found.keys() != wanted:
        raise NotFound
    if any(found[each] is not None for each in added):
        raise Invalid("A class whose school year is over cannot be enrolled. Nothing was changed.")


async def set_classes(uow: UnitOfWork, who: SignedIn, space_id: UUID, class_ids: Sequence[UUID]) -> None:
    """Say which classes of my school take part in a space. Others are left as they are.

    Raises:
        NotFound: no such space for this person, or a class that is not of their school (404).
        NotAllowed: a class would come in or go out that is not theirs to enrol (403).
        InvalidTransition: the space is archived, the partnership has ended, or is suspended and a class
            would come in (409).
        Invalid: an archived class would come in (400).
    """
    space, record, standing = await rights.locked(uow, who, space_id)
    before = {each.id for each in await enrolled(uow.session, space.id) if each.school_id == who.school_id}
    wanted = set(class_ids)
    added, removed = wanted - before, before - wanted
    await check_classes(uow.session, who.school_id, wanted, added)
    if not added and not removed:
        return
    allowed = set(
        await uow.session.scalars(
            select(SchoolClass.id).where(
                SchoolClass.id.in_(added | removed), rights.own_classes(record, who, standing)
            )
        )
    )
    if allowed != added | removed:
        raise NotAllowed(
            "A teacher enrols the classes they teach; the headteacher, an administrator or the coordinator "
            "of the school any other. Nothing was changed."
        )
    if added and record.status is not PartnershipStatus.ACTIVE:
        raise InvalidTransition(
            "While the partnership is suspended no class comes in. Nothing was changed.",
            state=record.status.value,
        )
    now = clock.now()
    uow.session.add_all(Enrolment(space_id=space.id, class_id=each, enrolled_at=now) for each in added)
    await uow.session.execute(
        delete(Enrolment).where(Enrolment.space_id == space.id, Enrolment.class_id.in_(removed))
    )
    await uow.session.flush()
    audit.record(
        uow, who, "space.enrol", subject_id=space.id, partnership_id=record.id, school_id=who.school_id,
        before={"class_ids": sorted(before)}, after={"class_ids": sorted(wanted)},
    )
    if space.kind is SpaceKind.PROJECT:
        link = (await current_links(uow.session, space.id)).get(who.school_id)
        if not wanted and link is not None:
            await _end_link(uow, who, space, link)  # nothing is left that they could answer for
        elif wanted and link is None:
            teacher_id = await first_teacher(uow.session, who, sorted(wanted))
            link_to(uow, who, space, who.school_id, None, teacher_id)
    uow.events.append(AccessChanged(space_ids=frozenset({space.id})))


async def first_teacher(session: AsyncSession, who: SignedIn, class_ids: Collection[UUID]) -> UUID | None:
    """A verified teacher of these classes: whoever enrols them, if they teach one; else the first by name."""
    return await session.scalar(
        select(User.id)
        .join(RosterEntry, RosterEntry.user_id == User.id)
        .where(
            RosterEntry.class_id.in_(class_ids),
            RosterEntry.role == RosterRole.TEACHER,
            User.verified_at.is_not(None),
            User.disabled_at.is_(None),
            exists().where(StaffPost.user_id == User.id),
        )
        .order_by((User.id == who.user_id).desc(), User.name, User.id)
        .limit(1)
    )


def link_to(
    uow: UnitOfWork, who: SignedIn, space: Space, school_id: UUID, before: UUID | None, user_id: UUID | None
) -> None:
    if user_id is None:
        return
    uow.session.add(
        LinkTeacher(space_id=space.id, school_id=school_id, user_id=user_id, since=clock.now())
    )
    audit.record(
        uow, who, "space.link_teacher", subject_id=space.id, school_id=school_id,
        partnership_id=space.partnership_id, before={"user_id": before}, after={"user_id": user_id},
    )
    uow.events.append(AccessChanged(user_ids=frozenset({user_id})))


async def _end_link(uow: UnitOfWork, who: SignedIn, space: Space, link: LinkTeacher) -> None:
    link.until = clock.now()
    await uow.session.flush()
    audit.record(
        uow, who, "space.link_teacher", subject_id=space.id, school_id=link.school_id,
        partnership_id=space.partnership_id, before={"user_id": link.user_id}, after={"user_id": None},
    )
    uow.events.append(AccessChanged(user_ids=frozenset({link.user_id})))


async def check_link(session: AsyncSession, partnership_id: UUID, school_id: UUID, user_id: UUID) -> None:
    """Raises: NotFound: not staff of this school (404). Invalid: not verified, disabled, banned, or a guest
    without a post (400)."""
    user = await session.get(User, user_id)
    if user is None or user.school_id != school_id or user.kind is not UserKind.STAFF:
        raise NotFound
    if (
        user.verified_at is None
        or user.disabled_at is not None
        or await records.is_banned(session, partnership_id, user_id)
        or await session.scalar(select(StaffPost.id).where(StaffPost.user_id == user_id).limit(1)) is None
    ):
        raise Invalid(
            "The link teacher has a post at your school, has been verified by it, and can sign in. "
            "Nothing was changed."
        )


async def name_link_teacher(uow: UnitOfWork, who: SignedIn, space_id: UUID, user_id: UUID) -> None:
    """Hand the project over to another link teacher of my school; who it was stays on record.

    Raises:
        NotFound: no such space for this person, or nobody of their school's staff (404).
        NotAllowed: not theirs to name (403).
        InvalidTransition: the space is archived, or the partnership has ended (409).
        Invalid: the space is no project, the school has no class in it, or the person cannot be it (400).
    """
    space, record, standing = await rights.locked(uow, who, space_id)
    current = (await current_links(uow.session, space.id)).get(who.school_id)
    if not rights.may_name(record, who, standing, current):
        raise NotAllowed(
            "The link teacher hands over, or the headteacher, an administrator or the coordinator of the "
            "school names another one. Nothing was changed."
        )
    mine = [each for each in await enrolled(uow.session, space.id) if each.school_id == who.school_id]
    if space.kind is not SpaceKind.PROJECT or not mine:
        raise Invalid("Your school has a link teacher where one of its classes is in a project.")
    await check_link(uow.session, record.id, who.school_id, user_id)
    if current is not None:
        if current.user_id == user_id:
            return
        current.until = clock.now()
        await uow.session.flush()  # before the next one begins: there is one at a time
        uow.events.append(AccessChanged(user_ids=frozenset({current.user_id})))
    link_to(uow, who, space, who.school_id, current.user_id if current else None, user_id)
