"""The groups of a space: made, opened, closed, and spoken to. docs/groups.md says it in words.

A group is a space with a parent: what it has, every space has. Who may enter it, `server.access` says. While
it is closed it is archived, so that its students may look at it and no more. Those that are replaced by
others stay as they are, for the record.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from random import SystemRandom
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.access import NOTHING, Access, Grant, access_of
from server.accounts.models import LoginSession, User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.boards.models import Board, PageKind
from server.chat import service as chat
from server.db import UnitOfWork
from server.devices.models import SessionCompanion
from server.errors import Invalid, InvalidTransition, NoAccess, NotAllowed, NotFound
from server.events import AccessChanged, GroupsChanged
from server.groups import rules
from server.groups.rules import GROUPS_MAX, MEMBERS_MAX
from server.spaces import service as spaces
from server.spaces.models import GroupMember, Space


class Group(msgspec.Struct, frozen=True):
    """A group as it stands."""

    id: UUID
    no: int
    is_open: bool
    board_id: UUID | None
    """Its first board page."""
    student_ids: tuple[UUID, ...] = ()


# --- reading


async def groups_of(session: AsyncSession, root_ids: Iterable[UUID]) -> dict[UUID, list[Group]]:
    """The groups that these spaces have now, in order; a space without any is not among them."""
    rows = await session.execute(
        select(Space.parent_id, Space.id, Space.group_no, Space.archived_at)
        .where(Space.parent_id.in_(list(root_ids)), Space.group_no.is_not(None))
        .order_by(Space.group_no)
    )
    found = rows.tuples().all()
    ids = [group_id for _, group_id, _, _ in found]
    if not ids:
        return {}
    members: dict[UUID, list[UUID]] = {}
    for group_id, user_id in (
        await session.execute(
            select(GroupMember.group_id, GroupMember.user_id)
            .where(GroupMember.group_id.in_(ids))
            .order_by(GroupMember.user_id)
        )
    ).tuples():
        members.setdefault(group_id, []).append(user_id)
    pages: dict[UUID, UUID] = {}
    for space_id, board_id in (
        await session.execute(
            select(Board.space_id, Board.id)
            .where(Board.space_id.in_(ids), Board.kind == PageKind.BOARD, Board.removed_at.is_(None))
            .order_by(Board.position)
        )
    ).tuples():
        pages.setdefault(space_id, board_id)
    groups: dict[UUID, list[Group]] = {}
    for root_id, group_id, no, archived_at in found:
        assert root_id is not None
        assert no is not None
        groups.setdefault(root_id, []).append(
            Group(group_id, no, archived_at is None, pages.get(group_id), tuple(members.get(group_id, ())))
        )
    return groups


# --- who may


async def _locked(uow: UnitOfWork, who: SignedIn, root_id: UUID) -> Space:
    """The space, its row locked, for an adult who runs it."""
    space = await uow.session.scalar(select(Space).where(Space.id == root_id).with_for_update())
    if space is None:
        raise NotFound
    found = await access_of(uow.session, [who.user_id], root_id)
    access = found.get(who.user_id, Access(NOTHING, "not_found"))
    if not access.may_enter:
        raise NoAccess(access.reason)
    if Grant.SPACE_MODERATE not in access.grants:
        raise NotAllowed("Groups are made by the teachers of the schools that take part.")
    return space


async def _current(uow: UnitOfWork, root_id: UUID) -> Sequence[Space]:
    found = await uow.session.scalars(
        select(Space)
        .where(Space.parent_id == root_id, Space.group_no.is_not(None))
        .order_by(Space.group_no)
        .with_for_update()
    )
    return found.all()


# --- making groups


async def mix(
    uow: UnitOfWork, who: SignedIn, root_id: UUID, student_ids: Iterable[UUID], count: int
) -> list[UUID]:
    """Make groups that mix these students across their schools. They are closed until `open_all`.

    Who is no student of the space is left out.

    Raises:
        NotFound: no such space (404). NoAccess, NotAllowed: not theirs to do (403).
        Invalid: no student is left, or too many groups, or too many in each (400).
        InvalidTransition: the groups that there are, are open (409).
    """
    await _locked(uow, who, root_id)
    schools = await _students(uow.session, root_id, student_ids)
    if not schools:
        raise Invalid("No students are here yet. Groups are made of those who are here.")
    if not 1 <= count <= GROUPS_MAX:
        raise Invalid(f"There can be 1 to {GROUPS_MAX} groups. Nothing was changed.")
    together = await _at_one_device(uow.session, schools)
    return await arrange(uow, who, root_id, rules.mixed(schools, count, SystemRandom(), together))


async def _at_one_device(session: AsyncSession, student_ids: Collection[UUID]) -> list[set[UUID]]:
    """Those of these students who share a device at this moment: no student is in two of the sets."""
    rows = await session.execute(
        select(LoginSession.user_id, SessionCompanion.user_id)
        .join(SessionCompanion, SessionCompanion.session_id == LoginSession.id)
        .where(
            LoginSession.expires_at > clock.now(), LoginSession.user_id.in_(student_ids),
            SessionCompanion.user_id.in_(student_ids),
        )
    )
    parties: list[set[UUID]] = []
    for pair in rows.tuples():
        # Who is at two devices brings those of both together.
        joined = {*pair}.union(*(party for party in parties if party & {*pair}))
        parties = [party for party in parties if not party & joined] + [joined]
    return parties


async def arrange(
    uow: UnitOfWork, who: SignedIn, root_id: UUID, groups: Sequence[Sequence[UUID]]
) -> list[UUID]:
    """Make these groups in place of those that there are. They are closed until `open_all`.

    Args:
        groups: the students of each.

    Returns:
        Their ids.

    Raises:
        NotFound: no such space, or somebody is no student of it (404).
        NoAccess, NotAllowed: not theirs to do (403).
        Invalid: too many groups, too many in one, or somebody is in two (400).
        InvalidTransition: the groups that there are, are open (409).
    """
    space = await _locked(uow, who, root_id)
    named = [student_id for group in groups for student_id in group]
    if not 1 <= len(groups) <= GROUPS_MAX:
        raise Invalid(f"There can be 1 to {GROUPS_MAX} groups. Nothing was changed.")
    if any(len(group) > MEMBERS_MAX for group in groups):
        raise Invalid(f"A group has {MEMBERS_MAX} students at most. Make more groups.")
    if len(set(named)) < len(named):
        raise Invalid("A student can be in one group only. Nothing was changed.")
    if (await _students(uow.session, root_id, named)).keys() != set(named):
        raise NotFound
    before = await _current(uow, root_id)
    if any(group.archived_at is None for group in before):
        raise InvalidTransition("The groups are open. Call everyone back first.", state="open")
    for group in before:
        if group.archived_at == group.created_at:
            await uow.session.delete(group)  # it was never open: nobody has left anything in it
        else:
            group.group_no = None
    await uow.session.flush()
    made = [await _make(uow, space, no, members) for no, members in enumerate(groups, start=1)]
    _note(uow, who, "groups.arrange", space, {"groups": len(made), "students": len(named)})
    # Students keep sight of the groups they were in, and get that of the new ones.
    gone = frozenset(group.id for group in before)
    uow.events += [GroupsChanged(root_id), AccessChanged(user_ids=frozenset(named), space_ids=gone)]
    return made


async def _make(uow: UnitOfWork, parent: Space, no: int, student_ids: Sequence[UUID]) -> UUID:
    group = await spaces.open_space(
        uow, parent.partnership_id, parent.kind, f"{parent.name[:100]} · {no}", []
    )
    group.parent_id, group.group_no, group.chat_mode = parent.id, no, parent.chat_mode
    group.archived_at = group.created_at
    uow.session.add_all(GroupMember(group_id=group.id, user_id=each) for each in student_ids)
    await uow.session.flush()
    return group.id


async def _students(
    session: AsyncSession, root_id: UUID, user_ids: Iterable[UUID]
) -> dict[UUID, UUID]:
    """Those of these people who are students and may be in the space now, and their schools."""
    access = await access_of(session, set(user_ids), root_id)
    entering = [user_id for user_id, found in access.items() if found.may_enter]
    rows = await session.execute(
        select(User.id, User.school_id).where(User.id.in_(entering), User.kind == UserKind.STUDENT)
    )
    return dict(rows.tuples().all())


async def move(
    uow: UnitOfWork, who: SignedIn, root_id: UUID, student_id: UUID, group_id: UUID | None
) -> None:
    """Put a student into another group, or into none.

    Raises:
        NotFound: no such space or group, or nobody of this id who is a student of it (404).
        NoAccess, NotAllowed: not theirs to do (403). Invalid: the group is full (400).
    """
    space = await _locked(uow, who, root_id)
    current = [group.id for group in await _current(uow, root_id)]
    if group_id is not None:
        if group_id not in current or not await _students(uow.session, root_id, [student_id]):
            raise NotFound
        there = await uow.session.scalars(
            select(GroupMember.user_id).where(GroupMember.group_id == group_id)
        )
        if len(set(there.all()) - {student_id}) >= MEMBERS_MAX:
            raise Invalid(f"A group has {MEMBERS_MAX} students at most. Choose another.")
    left = await uow.session.scalars(
        delete(GroupMember)
        .where(GroupMember.user_id == student_id, GroupMember.group_id.in_(current))
        .returning(GroupMember.group_id)
    )
    if group_id is not None:
        uow.session.add(GroupMember(group_id=group_id, user_id=student_id))
    elif not left.all():
        raise NotFound
    await uow.session.flush()
    _note(uow, who, "groups.move", space, {"user_id": student_id, "group_id": group_id})
    uow.events += [GroupsChanged(root_id), AccessChanged(user_ids=frozenset({student_id}))]


# --- opening and calling back


async def open_all(uow: UnitOfWork, who: SignedIn, root_id: UUID) -> None:
    """Open the groups: their students go there.

    Raises:
        NotFound: no such space (404). NoAccess, NotAllowed: not theirs to do (403).
        InvalidTransition: there are no groups, or they are open (409).
        Invalid: a student is alone in one (400): an adult and they would write to each other unseen.
    """
    space = await _locked(uow, who, root_id)
    groups = await _current(uow, root_id)
    if not groups:
        raise InvalidTransition("There are no groups yet. Make them first.", state="none")
    if all(group.archived_at is None for group in groups):
        raise InvalidTransition("The groups are open already.", state="open")
    if 1 in await _sizes(uow.session, groups):
        raise Invalid("Nobody works alone in a group. Put at least two students into each.")
    for group in groups:
        group.archived_at = None
    _note(uow, who, "groups.open", space, {"groups": len(groups)})
    _tell(uow, root_id, groups)


async def _sizes(session: AsyncSession, groups: Iterable[Space]) -> set[int]:
    """How many students are in these groups, those in which there is anybody."""
    rows = await session.scalars(
        select(func.count())
        .where(GroupMember.group_id.in_([group.id for group in groups]))
        .group_by(GroupMember.group_id)
    )
    return set(rows.all())


async def close_all(uow: UnitOfWork, who: SignedIn, root_id: UUID) -> None:
    """Call everyone back: the groups can be looked at from now on, and no more.

    Raises:
        NotFound: no such space (404). NoAccess, NotAllowed: not theirs to do (403).
        InvalidTransition: no group is open (409).
    """
    space = await _locked(uow, who, root_id)
    if not await close_with(uow, root_id):
        raise InvalidTransition("The groups are closed already.", state="closed")
    _note(uow, who, "groups.close", space, {})


async def is_open(uow: UnitOfWork, root_id: UUID) -> bool:
    """Whether the groups of a space are open."""
    return any(group.archived_at is None for group in await _current(uow, root_id))


async def close_with(uow: UnitOfWork, root_id: UUID) -> bool:
    """Close the groups of a space because something else ends, whose caller holds the lock of its row.

    Returns:
        Whether any was open.
    """
    groups = [group for group in await _current(uow, root_id) if group.archived_at is None]
    for group in groups:
        group.archived_at = clock.now()
    if groups:
        _tell(uow, root_id, groups)
    return bool(groups)


def _tell(uow: UnitOfWork, root_id: UUID, groups: Sequence[Space]) -> None:
    uow.events += [GroupsChanged(root_id), AccessChanged(space_ids=frozenset(each.id for each in groups))]


# --- speaking to all


async def announce(
    uow: UnitOfWork, who: SignedIn, root_id: UUID, client_id: UUID, text: str
) -> None:
    """Say something in the space and in each of its open groups. It is a message of the chat in each.

    Args:
        client_id: the same again is the same announcement.

    Raises:
        NotFound: no such space (404). NoAccess, NotAllowed: not theirs to do (403).
        Invalid: nothing is left of the text without its spaces (400).
    """
    await _locked(uow, who, root_id)
    if not chat.clean(text):
        raise Invalid("There is nothing in this message.")
    groups = await _current(uow, root_id)
    for space_id in (root_id, *(each.id for each in groups if each.archived_at is None)):
        await chat.say(uow, space_id, who.user_id, client_id, text, is_announced=True)


async def share_chat_mode(uow: UnitOfWork, space: Space) -> list[UUID]:
    """The chats of a space's groups are moderated as its own is. Returns the ids of the groups."""
    changed = await uow.session.scalars(
        update(Space)
        .where(Space.parent_id == space.id, Space.group_no.is_not(None))
        .values(chat_mode=space.chat_mode)
        .returning(Space.id)
    )
    return list(changed.all())


def _note(uow: UnitOfWork, who: SignedIn, act: str, space: Space, after: dict[str, object]) -> None:
    audit.record(uow, who, act, subject_id=space.id, partnership_id=space.partnership_id, after=after)
