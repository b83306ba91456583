"""Everyone is called back from the groups: at once, or when a minute is up.

The moment stands in the room of the lesson (`server.lessons.room`), so every node knows it, and it outlives
the one that was asked. When it has come, each node may try: the first finds it there and takes it away with
the same step, so the groups are closed once.
"""

from __future__ import annotations

from uuid import UUID

from server import clock
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import InvalidTransition
from server.groups import service as groups
from server.lessons import live
from server.lessons import room as rules


async def begin(uow: UnitOfWork, who: SignedIn, space_id: UUID, length_s: int) -> None:
    """Everyone comes back in `length_s` seconds. Asked again, the newest word counts.

    Raises:
        NotFound: no such space (404). NoAccess, NotAllowed: not theirs to do (403).
        Invalid: too soon or too late (400). InvalidTransition: no group is open (409).
    """
    await live.locked_space(uow, space_id)
    await live.check_leads(uow, who, space_id)
    if not await groups.is_open(uow, space_id):
        raise InvalidTransition("The groups are closed already.", state="closed")
    await live.change_room(uow, space_id, lambda room: rules.call_back_in(room, length_s, clock.now()))
    await _note(uow, who, "groups.call_back", space_id, {"length_s": length_s})


async def cancel(uow: UnitOfWork, who: SignedIn, space_id: UUID) -> None:
    """They stay in their groups. Where nobody was to be called back, nothing changes.

    Raises:
        NotFound: no such space (404). NoAccess, NotAllowed: not theirs to do (403).
    """
    await live.locked_space(uow, space_id)
    await live.check_leads(uow, who, space_id)
    before, after = await live.change_room(uow, space_id, rules.without_call_back)
    if before != after:
        await _note(uow, who, "groups.call_back", space_id, {"length_s": None})


async def close(uow: UnitOfWork, who: SignedIn, space_id: UUID) -> None:
    """Call everyone back now.

    Raises:
        NotFound: no such space (404). NoAccess, NotAllowed: not theirs to do (403).
        InvalidTransition: no group is open (409).
    """
    await live.locked_space(uow, space_id)
    await live.check_leads(uow, who, space_id)
    await live.change_room(uow, space_id, rules.without_call_back)
    await groups.close_all(uow, who, space_id)


async def close_if_due(uow: UnitOfWork, space_id: UUID) -> bool:
    """The moment has come, as some node believes. If it has not, or is over, nothing changes.

    Returns:
        Whether this called anybody back.

    Raises:
        NotFound: no such space (404).
    """
    await live.locked_space(uow, space_id)
    now = clock.now()
    before, after = await live.change_room(
        uow, space_id,
        lambda room: rules.without_call_back(room) if rules.is_call_back_due(room, now) else room,
    )
    if before == after or not await groups.close_with(uow, space_id):
        return False
    await _note(uow, None, "groups.close", space_id, {})
    return True


async def _note(
    uow: UnitOfWork, who: SignedIn | None, act: str, space_id: UUID, after: dict[str, object]
) -> None:
    audit.record(
        uow, who, act, subject_id=space_id, after=after,
        partnership_id=await live.partnership_of(uow.session, space_id),
    )
