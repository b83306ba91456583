"""Opening spaces, enrolling classes, link teachers, and what happens when a term is over. docs/spaces.md.

A class is enrolled by staff of its own school and nobody else. Every move holds the partnership's row, so
that it does not cross a school that leaves or a person who is removed; who may be in the space follows
from the records (`server.access`), and each move says `AccessChanged` for the spaces it touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts.models import StaffPost, User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import Invalid, InvalidTransition, NotAllowed, NotFound
from server.events import AccessChanged
from server.partnerships import record as records
from server.partnerships.models import Partnership, PartnershipStatus
from server.partnerships.record import Standing
from server.schools.models import RosterEntry, RosterRole, SchoolClass
from server.spaces import rights, service
from server.spaces.models import ChatMode, Enrolment, LinkTeacher, Space, SpaceKind

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


async def successor(session: AsyncSession, space_id: UUID) -> Space | None:
    """The space of the next term."""
    return await session.scalar(select(Space).where(Space.continues_id == space_id).limit(1))


# --- moves


async def _locked(
    uow: UnitOfWork, who: SignedIn, space_id: UUID, *, may_be_archived: bool = False
) -> tuple[Space, Partnership, Standing]:
    """The space and its partnership, under the partnership's lock, for a verified person of a school in it.

    Raises:
        NotFound: no such space for this person (404).
        NotAllowed: their school does not take part, or they are banned or not verified (403).
        InvalidTransition: the partnership has ended, or the space is archived (409).
    """
    partnership_id = await uow.session.scalar(
        select(Space.partnership_id).where(Space.id == space_id, Space.parent_id.is_(None))
    )
    if partnership_id is None:
        raise NotFound
    record, standing = await records.open_for(uow, who, partnership_id)
    if not standing.verified:
        raise NotAllowed("Your school has to verify you before you can do this. Nothing was changed.")
    if record.status not in rights.AT_WORK:
        raise InvalidTransition(
            "The partnership is not at work yet. Nothing was changed.", state=record.status.value
        )
    # Its own row too: messages that are on their way are stored before it, or see what it changed.
    space = await uow.session.scalar(select(Space).where(Space.id == space_id).with_for_update())
    if space is None:
        raise NotFound
    if space.archived_at is not None and not may_be_archived:
        raise InvalidTransition("This space is archived and can only be read. Nothing was changed.")
    return space, record, standing


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
    await _check_classes(uow.session, who.school_id, class_ids, class_ids)
    await _check_room(uow.session, record.id)
    space = await service.open_space(uow, record.id, new.kind, new.name.strip(), class_ids)
    if new.kind is SpaceKind.PROJECT:
        if new.link_teacher_id is not None:
            await _check_link(uow.session, record.id, who.school_id, new.link_teacher_id)
        link_id = new.link_teacher_id or await _first_teacher(uow.session, who, class_ids)
        _link(uow, who, space, who.school_id, None, link_id)
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


async def _check_classes(
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
    space, record, standing = await _locked(uow, who, space_id)
    before = {each.id for each in await enrolled(uow.session, space.id) if each.school_id == who.school_id}
    wanted = set(class_ids)
    added, removed = wanted - before, before - wanted
    await _check_classes(uow.session, who.school_id, wanted, added)
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
            teacher_id = await _first_teacher(uow.session, who, sorted(wanted))
            _link(uow, who, space, who.school_id, None, teacher_id)
    uow.events.append(AccessChanged(space_ids=frozenset({space.id})))


async def _first_teacher(session: AsyncSession, who: SignedIn, class_ids: Collection[UUID]) -> UUID | None:
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


def _link(
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


async def _check_link(session: AsyncSession, partnership_id: UUID, school_id: UUID, user_id: UUID) -> None:
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
    space, record, standing = await _locked(uow, who, space_id)
    current = (await current_links(uow.session, space.id)).get(who.school_id)
    if not rights.may_name(record, who, standing, current):
        raise NotAllowed(
            "The link teacher hands over, or the headteacher, an administrator or the coordinator of the "
            "school names another one. Nothing was changed."
        )
    mine = [each for each in await enrolled(uow.session, space.id) if each.school_id == who.school_id]
    if space.kind is not SpaceKind.PROJECT or not mine:
        raise Invalid("Your school has a link teacher where one of its classes is in a project.")
    await _check_link(uow.session, record.id, who.school_id, user_id)
    if current is not None:
        if current.user_id == user_id:
            return
        current.until = clock.now()
        await uow.session.flush()  # before the next one begins: there is one at a time
        uow.events.append(AccessChanged(user_ids=frozenset({current.user_id})))
    _link(uow, who, space, who.school_id, current.user_id if current else None, user_id)


async def rename(uow: UnitOfWork, who: SignedIn, space_id: UUID, name: str) -> None:
    """Raises: NotFound (404). NotAllowed: neither coordinator nor delegate (403). InvalidTransition: it is
    archived, or the partnership has ended (409). Invalid: the name is empty (400)."""
    space, record, standing = await _locked(uow, who, space_id)
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
    space, record, standing = await _locked(uow, who, space_id)
    if not rights.leads_spaces(record, who, standing):
        raise NotAllowed
    if space.works_alone == on:
        return
    space.works_alone = on
    if on and space.chat_mode is ChatMode.OPEN:  # what students write alone is never unread
        space.chat_mode = ChatMode.FILTERED
    audit.record(uow, who, "space.works_alone", subject_id=space.id, partnership_id=record.id,
                 before={"works_alone": not on}, after={"works_alone": on})
    uow.events.append(AccessChanged(space_ids=frozenset({space.id})))


async def archive(uow: UnitOfWork, who: SignedIn, space_id: UUID) -> None:
    """Make a space read-only for good.

    Raises:
        NotFound: no such space for this person (404).
        NotAllowed: neither coordinator nor delegate (403).
        InvalidTransition: it is archived already, or the partnership has ended (409).
    """
    space, record, standing = await _locked(uow, who, space_id)
    if not rights.leads_spaces(record, who, standing):
        raise NotAllowed
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
    space, record, standing = await _locked(uow, who, space_id, may_be_archived=True)
    if record.status is not PartnershipStatus.ACTIVE:
        raise InvalidTransition(
            "A space is renewed while the partnership is active. Nothing was changed.",
            state=record.status.value,
        )
    if space.kind not in rights.kinds_for(record, who, standing):
        raise NotAllowed
    if await successor(uow.session, space.id) is not None:
        raise InvalidTransition("This space was renewed already. Look at the new one. Nothing was changed.")
    was_open = space.archived_at is None
    if was_open:
        space.archived_at = clock.now()
        audit.record(uow, who, "space.archive", subject_id=space.id, partnership_id=record.id)
    taking_part = {
        member.school_id for member in record.memberships if records.taking_part(record, member.school_id)
    }
    classes = [
        each for each in await _classes_now(uow.session, await enrolled(uow.session, space.id))
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
            _link(uow, who, fresh, link.school_id, None, link.user_id)
    uow.events.append(AccessChanged(space_ids=frozenset({space.id})))
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
