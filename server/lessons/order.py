"""Keeping order in the room of a lesson: hands, locks, microphones and cameras, the spotlight and the timer.

Each is one move on the room (`server.lessons.room`), made under its row's lock (`server.lessons.live`); what
takes something from a student is in the audit log. docs/lessons.md says it in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.access import access_of
from server.accounts.models import User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import NotAllowed, NotFound
from server.lessons import live
from server.lessons import room as rules
from server.lessons.room import Device, Lock


async def raise_hand(uow: UnitOfWork, who: SignedIn, space_id: UUID) -> None:
    """Raises: NoAccess, NotAllowed (403). Invalid: too many hands are up (400)."""
    await live.check_inside(uow, who, space_id)
    await live.change_room(uow, space_id, lambda room: rules.raise_hand(room, who.user_id, clock.now()))


async def lower_hand(uow: UnitOfWork, who: SignedIn, space_id: UUID, user_id: UUID | None) -> None:
    """Lower one's own hand; or, for staff who run lessons, somebody's, or all (None).

    Raises:
        NoAccess, NotAllowed: a hand that is not theirs to lower (403).
    """
    if user_id == who.user_id:
        await live.check_inside(uow, who, space_id)
    else:
        await live.check_leads(uow, who, space_id)
    await live.change_room(
        uow, space_id,
        lambda room: rules.lower_all_hands(room) if user_id is None else rules.lower_hand(room, user_id),
    )


async def set_lock(uow: UnitOfWork, who: SignedIn, space_id: UUID, lock: Lock, *, on: bool) -> None:
    """Shut the board, the microphones or the cameras for every student, or open them again.

    Raises:
        NoAccess, NotAllowed: not theirs to lock (403).
    """
    await live.check_leads(uow, who, space_id)
    before, after = await live.change_room(uow, space_id, lambda room: rules.set_lock(room, lock, on))
    if before != after:
        await _moderated(uow, who, "room.lock" if on else "room.unlock", space_id, {"lock": lock})


async def set_off(
    uow: UnitOfWork, who: SignedIn, space_id: UUID, user_id: UUID, device: Device, *, off: bool
) -> None:
    """Keep a student's microphone or camera off, or let them turn it on again.

    Raises:
        NotFound: nobody of this id (404).
        NoAccess, NotAllowed: not theirs to do, or not a student (403).
        Invalid: too many are kept off one by one (400).
    """
    await live.check_leads(uow, who, space_id)
    if off:
        await _check_student(uow.session, user_id, space_id)
    before, after = await live.change_room(
        uow, space_id, lambda room: rules.set_off(room, user_id, device, off)
    )
    if before != after:
        act = "person.mute" if off else "person.unmute"
        await _moderated(uow, who, act, space_id, {"user_id": user_id, "device": device})


async def silence(uow: UnitOfWork, who: SignedIn, space_id: UUID, user_id: UUID | None) -> None:
    """Turn a student's microphone off now, or every student's (None). They may turn it on again.

    Raises:
        NotFound: nobody of this id (404). NoAccess, NotAllowed: not theirs to do, or not a student (403).
    """
    await live.check_leads(uow, who, space_id)
    if user_id is not None:
        await _check_student(uow.session, user_id, space_id)
    await live.change_room(uow, space_id, lambda room: rules.silence(room, user_id))
    await _moderated(uow, who, "room.silence", space_id, {"user_id": user_id})


async def set_spotlight(uow: UnitOfWork, who: SignedIn, space_id: UUID, user_id: UUID | None) -> None:
    """Show somebody large to everyone, or nobody (None).

    Raises:
        NotFound: this person may not be here (404). NoAccess, NotAllowed: not theirs to do (403).
    """
    await live.check_leads(uow, who, space_id)
    if user_id is not None:
        found = await access_of(uow.session, [user_id], space_id)
        if user_id not in found or not found[user_id].may_enter:
            raise NotFound
    await live.change_room(uow, space_id, lambda room: rules.set_spotlight(room, user_id))


async def set_timer(uow: UnitOfWork, who: SignedIn, space_id: UUID, length_s: int | None) -> None:
    """Start a countdown for everyone, or stop it (None).

    Raises:
        NoAccess, NotAllowed: not theirs to do (403). Invalid: too short or too long (400).
    """
    await live.check_leads(uow, who, space_id)
    await live.change_room(uow, space_id, lambda room: rules.set_timer(room, length_s, clock.now()))


async def forget_people(uow: UnitOfWork, space_id: UUID, away: Iterable[UUID]) -> None:
    """These people have been away for a while: their hands go down, and nobody looks at an empty place."""
    gone = list(away)
    await live.change_room(uow, space_id, lambda room: rules.without(room, gone, clock.now()))


async def _check_student(session: AsyncSession, user_id: UUID, space_id: UUID) -> None:
    found = await access_of(session, [user_id], space_id)
    user = await session.get(User, user_id)
    if user is None or user_id not in found or not found[user_id].may_enter:
        raise NotFound
    if user.kind is not UserKind.STUDENT:
        raise NotAllowed(rules.MEANT_FOR_STUDENTS)


async def _moderated(
    uow: UnitOfWork, who: SignedIn, act: str, space_id: UUID, after: dict[str, object]
) -> None:
    audit.record(
        uow, who, act, subject_id=space_id, after=after,
        partnership_id=await live.partnership_of(uow.session, space_id),
    )
