"""People and spaces in the words of the protocol, read from the records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from realtime import protocol
from server.accounts import service as accounts
from server.chat.service import Said
from server.schools.models import School
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


async def school_infos(
    session: AsyncSession, space: Space, shown: Iterable[UUID]
) -> list[protocol.SchoolInfo]:
    """The schools of a space: its members, and after them those of visitors who are or may come.

    Args:
        shown: of people who are here or have written: a visit may be over, their messages are not.
    """
    visiting = await spaces.visiting_schools(session, [space], shown)
    return [
        *(_school_info(member.school, member.colour) for member in spaces.schools_in(space)),
        *(
            _school_info(school, spaces.colour_after(space, place))
            for place, school in enumerate(visiting[space.id])
        ),
    ]


def _school_info(school: School, colour: int) -> protocol.SchoolInfo:
    return protocol.SchoolInfo(
        id=school.id,
        name=school.name,
        short_name=school.short_name,
        country=school.country,
        timezone=school.timezone,
        colour=colour % 8,
    )


def chat_messages(
    stored: Sequence[Said], authors: dict[UUID, protocol.Person]
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
