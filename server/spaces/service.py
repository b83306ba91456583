"""Spaces: which ones a person sees, who they are shared with, and how one is opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import clock
from server.boards.models import Board
from server.db import UnitOfWork
from server.events import AccessChanged
from server.partnerships.models import Membership, MemberStatus, Partnership
from server.spaces.models import Enrolment, Space, SpaceKind


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


async def with_schools(session: AsyncSession, space_ids: Iterable[UUID]) -> Sequence[Space]:
    """Spaces with their partnership and its schools, by name."""
    found = await session.scalars(
        select(Space)
        .where(Space.id.in_(list(space_ids)))
        .options(
            joinedload(Space.partnership)
            .selectinload(Partnership.memberships)
            .joinedload(Membership.school)
        )
        .order_by(Space.name)
    )
    return found.all()


def schools_in(space: Space) -> list[Membership]:
    """The memberships of schools that take part now, in the order of their colours."""
    return [member for member in space.partnership.memberships if member.status is MemberStatus.ACCEPTED]


async def of_partnership(session: AsyncSession, partnership_id: UUID) -> Sequence[Space]:
    """The spaces of a partnership, by name."""
    found = await session.scalars(
        select(Space).where(Space.partnership_id == partnership_id).order_by(Space.name)
    )
    return found.all()


async def take_seq(session: AsyncSession, space_id: UUID) -> int | None:
    """The next number of the space, and its row's lock until the transaction ends. None: no such space."""
    return await session.scalar(
        update(Space)
        .where(Space.id == space_id)
        .values(last_seq=Space.last_seq + 1)
        .returning(Space.last_seq)
    )


async def give_seq_back(session: AsyncSession, space_id: UUID) -> None:
    """The number that `take_seq` gave in this transaction was not needed: there must be no gap."""
    await session.execute(update(Space).where(Space.id == space_id).values(last_seq=Space.last_seq - 1))


async def boards_in(session: AsyncSession, space_id: UUID) -> Sequence[Board]:
    """The pages of a space's board, in order."""
    found = await session.scalars(select(Board).where(Board.space_id == space_id).order_by(Board.position))
    return found.all()


async def open_space(
    uow: UnitOfWork, partnership_id: UUID, kind: SpaceKind, name: str, class_ids: Sequence[UUID]
) -> Space:
    """Open a space with one empty board page and enrol classes in it."""
    now = clock.now()
    space = Space(partnership_id=partnership_id, kind=kind, name=name, created_at=now)
    uow.session.add(space)
    await uow.session.flush()
    uow.session.add(Board(space_id=space.id, title="1", position=1))
    uow.session.add_all(Enrolment(space_id=space.id, class_id=each, enrolled_at=now) for each in class_ids)
    uow.events.append(AccessChanged(space_ids=frozenset({space.id})))
    return space


