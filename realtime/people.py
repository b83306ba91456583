"""People and spaces in the words of the protocol, read from the records."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from realtime import protocol
from server.accounts import service as accounts
from server.chat.reading import Said
from server.chat.rules import REACTORS_SHOWN
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
        parent_id=space.parent_id,
        group_no=space.group_no,
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
    stored: Iterable[Said], authors: dict[UUID, protocol.Person]
) -> list[protocol.ChatMessage]:
    return [
        protocol.ChatMessage(
            seq=each.seq,
            id=each.id,
            client_id=each.client_id,
            author=authors[each.author_id],
            text=each.text,
            sent_at=each.sent_at,
            changed_seq=each.changed_seq if each.changed_seq > each.seq else 0,
            reply_to=each.reply_to_id,
            edited_at=each.edited_at,
            deleted=_deleted_by(each),
            pinned=each.pinned_at is not None,
            announced=each.announced,
            reactions=[
                protocol.Reaction(protocol.ReactionKind(kind), len(by), list(by[:REACTORS_SHOWN]))
                for kind, by in each.reactions
            ],
        )
        for each in stored
    ]


def _deleted_by(message: Said) -> protocol.DeletedBy | None:
    if message.deleted_at is None:
        return None
    is_own = message.deleted_by_id == message.author_id
    return protocol.DeletedBy.AUTHOR if is_own else protocol.DeletedBy.MODERATOR
