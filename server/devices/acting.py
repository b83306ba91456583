"""In whose name a request is made at a device that several students share. See docs/devices.md."""

from __future__ import annotations

from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import NOTHING, Access, access_of
from server.accounts.service import SignedIn
from server.devices.reading import companions_of
from server.errors import NotAllowed

_NONE = Access(NOTHING)


async def acting_in(
    session: AsyncSession, who: SignedIn, as_id: UUID | None, space_id: UUID
) -> SignedIn:
    """The person in whose name something is done in a space; what they may do there is asked as always.

    As on the live channel (`realtime.connection.Connection.acting`): who may not be in the space does nothing
    there, at nobody's device, and when that is the first of a device, nobody there does.

    Args:
        as_id: who is chosen at this device; None: the one who signed in first.

    Raises:
        NotAllowed: they are not at this device, or one of the two may not be in this space (403).
    """
    if as_id is None or as_id == who.user_id:
        return who
    companions = (await companions_of(session, [who.session_id])).get(who.session_id, ())
    if as_id in {each.user_id for each in companions}:
        found = await access_of(session, [who.user_id, as_id], space_id)
        if all(found.get(each, _NONE).may_enter for each in (who.user_id, as_id)):
            return msgspec.structs.replace(who, user_id=as_id)
    raise NotAllowed("They are not at this device any more. Nothing was sent.")
