"""Opening spaces, changing them, and what happens when a term is over. docs/spaces.md.

Classes and link teachers: `server.spaces.enrolling`. Every move holds the partnership's row, so
that it does not cross a school that leaves or a person who is removed; who may be in the space follows
from the records (`server.access`), and each move says `AccessChanged` for the spaces it touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import Invalid, InvalidTransition, NotAllowed, NotFound
from server.events import AccessChanged
from server.groups import service as groups
from server.lessons import calling_off
from server.partnerships import record as records
from server.partnerships.models import Partnership, PartnershipStatus
from server.schools.models import SchoolClass
from server.spaces import enrolling, rights, service
from server.spaces.models import ChatMode, Space, SpaceKind

OPEN_MAX = 200
"""Spaces of one partnership that are not archived."""
YEARS_MAX = 10
"""So many renewals of a class are followed to the class of today."""


class NewSpace(msgspec.Struct, frozen=True):
    """A space to open, with classes of the opener's own school."""

    partnership_id: UUID
    kind: SpaceKind
    name: str
    class_ids: Sequence[UUID]
    link_teacher_id: UUID | None = None


# --- reading


async def find(session: AsyncSession, space_id: UUID) -> Space:
    """Raises: NotFound: there is no such space, or it is a group of one (404)."""
    space = await session.get(Space, space_id)
    if space is None or space.parent_id is not None:
        raise NotFound
    return space


async def successor(session: AsyncSession, space_id: UUID) -> Space | None:
    """The space of the next term."""
    return await session.scalar(select(Space).where(Space.continues_id == space_id).limit(1))


# --- moves


async def open_space(uow: UnitOfWork, who: SignedIn, new: NewSpace) -> Space:
    """Open a space with classes of the opener's own school; the other schools add theirs.

    Raises:
        NotFound: no such partnership for this person; or a class that is not of their school (404).
        NotAllowed: this kind of space is not theirs to open (403).
        InvalidTransition: the partnership is not active (409).
        Invalid: no class for a project, an archived class, too many spaces, a link teacher who cannot be
            one (400).
    """
    record, standing = await records.open_for(uow, who, new.partnership_id)
    if record.status is not PartnershipStatus.ACTIVE:
        raise InvalidTransition(
            "Spaces are opened while the partnership is active. Nothing was changed.",
            state=record.status.value,
        )
    if new.kind not in rights.kinds_for(record, who, standing):
        raise NotAllowed
    class_ids = list(dict.fromkeys(new.class_ids))
    if new.kind is SpaceKind.PROJECT and not class_ids:
        raise Invalid("Choose at least one class of your school for the project. Nothing was changed.")
    if new.kind is not SpaceKind.PROJECT and new.link_teacher_id is not None:
        raise Invalid("Only a project has a link teacher. Nothing was changed.")
    await enrolling.check_classes(uow.session, who.school_id, class_ids, class_ids)
    await _check_room(uow.session, record.id)
    space = await service.open_space(uow, record.id, new.kind, new.name.strip(), class_ids)
    if new.kind is SpaceKind.PROJECT:
        if new.link_teacher_id is not None:
            await enrolling.check_link(uow.session, record.id, who.school_id, new.link_teacher_id)
        link_id = new.link_teacher_id or await enrolling.first_teacher(uow.session, who, class_ids)
        enrolling.link_to(uow, who, space, who.school_id, None, link_id)
    audit.record(
        uow, who, "space.open", subject_id=space.id, partnership_id=record.id,
        after={"kind": space.kind, "class_ids": class_ids},
    )
    return space


async def _check_room(session: AsyncSession, partnership_id: UUID) -> None:
    count = await session.scalar(
        select(func.count()).where(
            Space.partnership_id == partnership_id, Space.archived_at.is_(None), Space.parent_id.is_(None)
        )
    )
    if (count or 0) >= OPEN_MAX:
        raise Invalid(f"There are {OPEN_MAX} spaces already. Archive one first. Nothing was changed.")


async def rename(uow: UnitOfWork, who: SignedIn, space_id: UUID, name: str) -> None:
    """Raises: NotFound (404). NotAllowed: neither coordinator nor delegate (403). InvalidTransition: it is
    archived, or the partnership has ended (409). Invalid: the name is empty (400)."""
    space, record, standing = await rights.locked(uow, who, space_id)
    if not rights.leads_spaces(record, who, standing):
        raise NotAllowed
    if not (cleaned := name.replace("\0", "").strip()):
        raise Invalid("A space needs a name. Nothing was changed.")
    space.name = cleaned
    audit.record(uow, who, "space.rename", subject_id=space.id, partnership_id=record.id)


async def set_works_alone(uow: UnitOfWork, who: SignedIn, space_id: UUID, on: bool) -> None:
    """Say whether students may write and draw here without an adult, outside lessons.

    What they write then waits for an adult all the same (`server.safeguarding.screening`), and sound and
    picture always need one (`realtime.supervision`).

    Raises:
        NotFound, NotAllowed, InvalidTransition: as `rename`.
    """
    space, record, standing = await rights.locked(uow, who, space_id)
    if not rights.leads_spaces(record, who, standing):
        raise NotAllowed
    if space.works_alone == on:
        return
    space.works_alone = on
    if on and space.chat_mode is ChatMode.OPEN:  # what students write alone is never unread
        space.chat_mode = ChatMode.FILTERED
        await groups.share_chat_mode(uow, space)
    audit.record(uow, who, "space.works_alone", subject_id=space.id, partnership_id=record.id,
                 before={"works_alone": not on}, after={"works_alone": on})
    uow.events.append(AccessChanged(space_ids=frozenset({space.id})))


async def archive(uow: UnitOfWork, who: SignedIn, space_id: UUID) -> None:
    """Make a space read-only for good. Its lessons end: what runs, and what is still to come.

    Raises:
        NotFound: no such space for this person (404).
        NotAllowed: neither coordinator nor delegate (403).
        InvalidTransition: it is archived already, or the partnership has ended (409).
    """
    space, record, standing = await rights.locked(uow, who, space_id)
    if not rights.leads_spaces(record, who, standing):
        raise NotAllowed
    await _archive(uow, who, space, record)


async def _archive(uow: UnitOfWork, who: SignedIn, space: Space, record: Partnership) -> None:
    await calling_off.in_space(uow, who, space, record, calling_off.Why.SPACE_ARCHIVED)
    space.archived_at = clock.now()
    audit.record(uow, who, "space.archive", subject_id=space.id, partnership_id=record.id)
    uow.events.append(AccessChanged(space_ids=frozenset({space.id})))


async def renew(uow: UnitOfWork, who: SignedIn, space_id: UUID) -> Space:
    """Begin the next term: the space is archived, and a new one goes on with its classes and link teachers.

    A class that is archived is replaced by the class of its school that continues it.

    Raises:
        NotFound: no such space for this person (404).
        NotAllowed: this kind of space is not theirs to open (403).
        InvalidTransition: it was renewed already, or the partnership is not active (409).
    """
    space, record, standing = await rights.locked(uow, who, space_id, may_be_archived=True)
    if record.status is not PartnershipStatus.ACTIVE:
        raise InvalidTransition(
            "A space is renewed while the partnership is active. Nothing was changed.",
            state=record.status.value,
        )
    if space.kind not in rights.kinds_for(record, who, standing):
        raise NotAllowed
    if await successor(uow.session, space.id) is not None:
        raise InvalidTransition("This space was renewed already. Look at the new one. Nothing was changed.")
    if space.archived_at is None:
        await _archive(uow, who, space, record)
    taking_part = {
        member.school_id for member in record.memberships if records.taking_part(record, member.school_id)
    }
    classes = [
        each for each in await _classes_now(uow.session, await enrolling.enrolled(uow.session, space.id))
        if each.school_id in taking_part
    ]
    fresh = await service.open_space(
        uow, record.id, space.kind, space.name, [each.id for each in classes], continues_id=space.id
    )
    audit.record(
        uow, who, "space.renew", subject_id=fresh.id, partnership_id=record.id,
        before={"space_id": space.id}, after={"class_ids": sorted(each.id for each in classes)},
    )
    links = await service.link_teachers(uow.session, [space.id])
    present = {each.school_id for each in classes}
    for link in links:
        if link.school_id in present:
            enrolling.link_to(uow, who, fresh, link.school_id, None, link.user_id)
    return fresh


async def _classes_now(session: AsyncSession, classes: Sequence[SchoolClass]) -> list[SchoolClass]:
    """These classes, or those that continue them where a school year is over."""
    found = {each.id: each for each in classes if each.archived_at is None}
    over = [each.id for each in classes if each.archived_at is not None]
    for _ in range(YEARS_MAX):
        if not over:
            break
        later = (await session.scalars(select(SchoolClass).where(SchoolClass.continues_id.in_(over)))).all()
        found |= {each.id: each for each in later if each.archived_at is None}
        over = [each.id for each in later if each.archived_at is not None]
    return sorted(found.values(), key=lambda each: (each.name, each.id))
