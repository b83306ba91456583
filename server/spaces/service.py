"""Spaces: which ones a person sees, who they are shared with, and how one is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload

from server import clock
from server.accounts.models import User
from server.boards.models import Board, PageKind
from server.db import UnitOfWork
from server.events import AccessChanged
from server.partnerships.models import Membership, MemberStatus, Partnership, Visit
from server.schools.models import School, SchoolClass
from server.spaces.models import Enrolment, LinkTeacher, Space, SpaceKind


@runtime_checkable  # Litestar checks what it injects
class LivePresence(Protocol):
    """Who is connected to what. The live half of the product provides it."""

    def here(self, space_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
        """The people in each of these spaces at this moment, over all nodes."""
        ...


class NobodyHere:
    """Presence where nothing is live: the HTTP API run alone."""

    def here(self, space_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
        return {}


# Built once: asked for every join.
_WITH_SCHOOLS = (
    select(Space)
    .where(Space.id.in_(bindparam("spaces", expanding=True)))
    .options(
        joinedload(Space.partnership).selectinload(Partnership.memberships).joinedload(Membership.school)
    )
    .order_by(Space.name)
)
_PAGES_IN = (
    select(Board)
    .where(Board.space_id == bindparam("space"), Board.removed_at.is_(None))
    .order_by(Board.position)
)


async def with_schools(session: AsyncSession, space_ids: Iterable[UUID]) -> Sequence[Space]:
    """Spaces with their partnership and its schools, by name."""
    return (await session.scalars(_WITH_SCHOOLS, {"spaces": list(space_ids)})).all()


def schools_in(space: Space) -> list[Membership]:
    """The memberships of schools that take part now, in the order of their colours."""
    return [member for member in space.partnership.memberships if member.status is MemberStatus.ACCEPTED]


async def of_partnership(session: AsyncSession, partnership_id: UUID) -> Sequence[Space]:
    """The spaces of a partnership, by name, without their groups."""
    found = await session.scalars(
        select(Space)
        .where(Space.partnership_id == partnership_id, Space.parent_id.is_(None))
        .order_by(Space.name)
    )
    return found.all()


async def root_of(session: AsyncSession, space_id: UUID) -> UUID:
    """What a space is a group of; else the space itself."""
    parent_id = await session.scalar(select(Space.parent_id).where(Space.id == space_id))
    return parent_id or space_id


async def people_in(
    session: AsyncSession, here: Callable[[Iterable[UUID]], dict[UUID, list[UUID]]], space_ids: Iterable[UUID]
) -> dict[UUID, list[UUID]]:
    """The people in each of these spaces at this moment, those in its groups as well.

    Args:
        here: who is in which space (`LivePresence.here`).
    """
    wanted = list(space_ids)
    rows = await session.execute(
        select(Space.id, Space.parent_id).where(
            Space.parent_id.in_(wanted), Space.group_no.is_not(None), Space.archived_at.is_(None)
        )
    )
    groups = dict(rows.tuples().all())
    everyone: dict[UUID, set[UUID]] = {space_id: set() for space_id in wanted}
    for space_id, people in here([*wanted, *groups]).items():
        everyone[groups.get(space_id) or space_id].update(people)
    return {space_id: sorted(people) for space_id, people in everyone.items()}


async def classes_to_enrol(session: AsyncSession, school_id: UUID) -> Sequence[SchoolClass]:
    """The classes of a school that a space can be opened with, by name."""
    found = await session.scalars(
        select(SchoolClass)
        .where(SchoolClass.school_id == school_id, SchoolClass.archived_at.is_(None))
        .order_by(SchoolClass.name, SchoolClass.id)
    )
    return found.all()


async def link_teachers(session: AsyncSession, space_ids: Iterable[UUID]) -> Sequence[LinkTeacher]:
    """Who answers for these spaces at each school now, with their names.

    Somebody whose account is disabled is not among them: their school has to name another.
    """
    found = await session.scalars(
        select(LinkTeacher)
        .join(User, User.id == LinkTeacher.user_id)
        .where(
            LinkTeacher.space_id.in_(list(space_ids)),
            LinkTeacher.until.is_(None),
            User.disabled_at.is_(None),
            User.verified_at.is_not(None),
        )
        .options(contains_eager(LinkTeacher.user))
    )
    return found.all()


async def visiting_schools(
    session: AsyncSession, spaces: Iterable[Space], also: Iterable[UUID] = ()
) -> dict[UUID, list[School]]:
    """By space, the schools and offices, not members, of people who are or will be invited to it, by name.

    Args:
        spaces: with their partnership and its schools (`with_schools`).
        also: schools to have in every list unless they are members: of people who were there before.
    """
    wanted = {space.id: space for space in spaces}
    rows = await session.execute(
        select(Visit.partnership_id, Visit.space_id, User.school_id)
        .join(User, User.id == Visit.user_id)
        .where(
            Visit.partnership_id.in_({space.partnership_id for space in wanted.values()}),
            Visit.revoked_at.is_(None),
            Visit.ends_at > clock.now(),
        )
        .distinct()
    )
    visits = rows.tuples().all()
    ids = {
        space.id: (
            {school_id for partnership_id, space_id, school_id in visits
             if partnership_id == space.partnership_id and space_id in (None, space.id)}
            | set(also)
        ) - {member.school_id for member in schools_in(space)}
        for space in wanted.values()
    }
    every = set().union(*ids.values())
    if not every:
        return {space_id: [] for space_id in wanted}
    found = (await session.scalars(select(School).where(School.id.in_(every)).order_by(School.name))).all()
    return {space_id: [school for school in found if school.id in mine] for space_id, mine in ids.items()}


def colour_after(space: Space, place: int) -> int:
    """The colour of the visiting school at that place of its list: those after the members'."""
    return max((member.colour for member in space.partnership.memberships), default=-1) + 1 + place


# Built once, as it runs for every message.
_TAKE_SEQS = (
    update(Space)
    .where(Space.id == bindparam("space"))
    .values(last_seq=Space.last_seq + bindparam("count"))
    .returning(Space.last_seq)
)


async def take_seqs(session: AsyncSession, space_id: UUID, count: int) -> int | None:
    """Take the next `count` numbers of the space, and its row's lock until the transaction ends.

    Returns the last of them, or None: no such space.
    """
    connection = await session.connection()  # past the ORM, which knows no `Space` here
    return await connection.scalar(_TAKE_SEQS, {"space": space_id, "count": count})


async def give_seqs_back(session: AsyncSession, space_id: UUID, count: int) -> None:
    """The last `count` of the numbers taken in this transaction were not needed: there must be no gap."""
    await take_seqs(session, space_id, -count)


_LAST_SEQS = select(Space.id, Space.last_seq).where(Space.id.in_(bindparam("spaces", expanding=True)))


async def last_seqs(session: AsyncSession, space_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The newest number of each of these spaces."""
    return dict((await session.execute(_LAST_SEQS, {"spaces": list(space_ids)})).tuples().all())


async def boards_in(session: AsyncSession, space_id: UUID) -> Sequence[Board]:
    """The pages of a space's board, in order."""
    return [each for each in await pages_in(session, space_id) if each.kind is PageKind.BOARD]


async def pages_in(session: AsyncSession, space_id: UUID) -> Sequence[Board]:
    """The pages of a space's board, in order, and its notes."""
    return (await session.scalars(_PAGES_IN, {"space": space_id})).all()


async def open_space(
    uow: UnitOfWork, partnership_id: UUID, kind: SpaceKind, name: str, class_ids: Sequence[UUID],
    continues_id: UUID | None = None,
) -> Space:
    """Open a space with one empty board page and empty notes, and enrol classes in it.

    Who may: `server.spaces.manage`.

    Args:
        continues_id: the space of the term before.
    """
    now = clock.now()
    space = Space(
        partnership_id=partnership_id, kind=kind, name=name, created_at=now, continues_id=continues_id
    )
    uow.session.add(space)
    await uow.session.flush()
    uow.session.add(Board(space_id=space.id, title="1", position=1))
    uow.session.add(Board(space_id=space.id, title="", position=0, kind=PageKind.NOTES))
    uow.session.add_all(Enrolment(space_id=space.id, class_id=each, enrolled_at=now) for each in class_ids)
    uow.events.append(AccessChanged(space_ids=frozenset({space.id})))
    return space


