"""People and spaces in the words of the protocol, read from the records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from realtime import protocol
from server.accounts import service as accounts
from server.chat.models import ChatMessage
from server.spaces import service as spaces
from server.spaces.models import Space


async def people(session: AsyncSession, user_ids: Iterable[UUID]) -> dict[UUID, protocol.Person]:
    """People by id, as the others see them: alias, class and school, nothing more."""
    ids = set(user_ids)
    if not ids:
        return {}
    found = await accounts.people(session, ids)
    classes = await accounts.class_names(session, ids)
    return {
        user.id: protocol.Person(
            user_id=user.id,
            name=user.name,
            kind=user.kind.value,
            avatar=user.avatar,
            school_id=user.school_id,
            class_name=classes.get(user.id, ""),
        )
        for user in found.values()
    }


def space_info(space: Space) -> protocol.SpaceInfo:
    return protocol.SpaceInfo(
        id=space.id,
        name=space.name,
        kind=space.kind.value,
        partnership_id=space.partnership_id,
        partnership_name=space.partnership.name,
    )


def school_infos(space: Space) -> list[protocol.SchoolInfo]:
    return [
        protocol.SchoolInfo(
            id=member.school_id,
            name=member.school.name,
            short_name=member.school.short_name,
            country=member.school.country,
            timezone=member.school.timezone,
            colour=member.colour % 8,
        )
        for member in spaces.schools_in(space)
    ]


def chat_messages(
    stored: Sequence[ChatMessage], authors: dict[UUID, protocol.Person]
) -> list[protocol.ChatMessage]:
    return [
        protocol.ChatMessage(
            seq=each.seq,
            id=each.id,
            client_id=each.client_id,
            author=authors[each.author_id],
            text=each.text,
            sent_at=each.sent_at,
        )
        for each in stored
    ]
