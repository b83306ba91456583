"""The groups of the spaces that somebody here is in: what adults ask for, and what all are told.

Of each such space a node keeps its groups as the records say, and reads them again whenever a fact says that
they have changed, once for all that changes meanwhile. Who is in which room, presence says; adults are told
of it at most once in `TELL_EVERY_S`, however many come and go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from realtime import protocol
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.desks import Desk
from realtime.frames import groups as frames
from realtime.people import people
from realtime.transport import Message
from server.db import UnitOfWork
from server.events import Event, GroupsChanged
from server.groups import service
from server.groups.service import Group

if TYPE_CHECKING:
    from realtime.hub import Hub

log = structlog.get_logger()

TELL_EVERY_S = 0.25
RETRY_S = 1.0
KEPT = 1000
"""Spaces that nobody here is in: somebody was read for and did not come in."""


class _Space:
    """A space of which pages are here, or are about to be."""

    def __init__(self, root_id: UUID) -> None:
        self.root_id = root_id
        self.groups: Sequence[Group] = ()
        self.people: dict[UUID, protocol.Person] = {}
        """Those who are in a group, by the record or by presence."""
        self.changes = 1
        """How often something changed: what was read before that may be old."""
        self.read_at = 0
        """`changes` as of the newest reading."""
        self.reading: asyncio.Task[None] | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.told: dict[Connection, frames.GroupsState] = {}
        """What a page was told last."""

    def is_open(self) -> bool:
        return any(group.is_open for group in self.groups)

    def group_of(self, student_id: UUID) -> Group | None:
        return next((each for each in self.groups if student_id in each.student_ids), None)


class GroupsDesk(Desk):
    """The groups of this node's spaces."""

    frames = (
        frames.GroupsMix, frames.GroupsArrange, frames.GroupsMove, frames.GroupsOpen, frames.GroupsAnnounce,
    )
    events = (GroupsChanged,)
    of_root = True

    def __init__(self, hub: Hub, timeout_s: float) -> None:
        self._hub = hub
        self._timeout_s = timeout_s
        self._spaces: dict[UUID, _Space] = {}
        self._roots: dict[UUID, UUID] = {}
        """By group, the space that it is a group of."""
        self._ending: set[asyncio.Task[None]] = set()
        """Readings that are broken off: they still have to give their connection back."""
        hub.bus.on_gap(self._on_gap)

    async def close(self) -> None:
        for root_id in tuple(self._spaces):
            self.forget(root_id)
        await asyncio.gather(*self._ending, return_exceptions=True)

    def forget(self, space_id: UUID) -> None:
        space = self._spaces.pop(space_id, None)
        if space is None:
            return
        for group in space.groups:
            self._roots.pop(group.id, None)
        if space.timer is not None:
            space.timer.cancel()
        if space.reading is not None:
            space.reading.cancel()
            self._ending.add(space.reading)
            space.reading.add_done_callback(self._ending.discard)

    # --- what is known

    def ids(self, root_id: UUID) -> Iterable[UUID]:
        """The groups of a space, as far as this node knows."""
        space = self._spaces.get(root_id)
        return [group.id for group in space.groups] if space is not None else ()

    def is_open(self, root_id: UUID) -> bool:
        """Whether the groups of a space are open, as far as this node knows."""
        space = self._spaces.get(root_id)
        return space is not None and space.is_open()

    def _space(self, root_id: UUID) -> _Space:
        return self._spaces.setdefault(root_id, _Space(root_id))

    def root_of(self, space_id: UUID) -> UUID:
        """What a space is a group of, as far as this node knows; else the space itself."""
        return self._roots.get(space_id, space_id)

    # --- what adults ask for

    async def handle(self, connection: Connection, channel: Channel, frame: protocol.ClientFrame) -> None:
        who, root_id = connection.who, channel.root_id
        async with asyncio.timeout(self._timeout_s), UnitOfWork(self._hub.database, self._hub.bus) as uow:
            match frame:
                case frames.GroupsMix():
                    here = self._hub.people_of(root_id)
                    await service.mix(uow, who, root_id, here, frame.count)
                case frames.GroupsArrange():
                    await service.arrange(uow, who, root_id, frame.groups)
                case frames.GroupsMove():
                    await service.move(uow, who, root_id, frame.user_id, frame.group_id)
                case frames.GroupsOpen():
                    await service.open_all(uow, who, root_id)
                case frames.GroupsAnnounce():
                    await service.announce(uow, who, root_id, frame.client_id, frame.text)
                case _:
                    raise AssertionError(type(frame).__name__)
        connection.send(protocol.Ok(ref=frame.ref))

    # --- what the records say

    def on_event(self, event: Event) -> None:
        assert isinstance(event, GroupsChanged)
        self._refresh(event.space_id)

    def _on_gap(self) -> None:
        for root_id in tuple(self._spaces):
            self._refresh(root_id)

    async def read(self, session: AsyncSession, space_ids: Sequence[UUID]) -> None:
        spaces = {root_id: self._space(root_id) for root_id in space_ids}
        changes = {root_id: space.changes for root_id, space in spaces.items()}
        groups = await service.groups_of(session, space_ids)
        named = {
            root_id: {each for group in groups.get(root_id, ()) for each in group.student_ids}
            | {
                each for group in groups.get(root_id, ()) for each in self._hub.presence.people(group.id)
            }
            | (self._hub.people_of(root_id) if groups.get(root_id) else set())
            for root_id in space_ids
        }
        found = await people(session, set().union(*named.values()))
        for root_id, space in spaces.items():
            if self._spaces.get(root_id) is not space or changes[root_id] < space.read_at:
                continue
            space.read_at = changes[root_id]
            for group in space.groups:
                self._roots.pop(group.id, None)
            space.groups = groups.get(root_id, ())
            self._roots.update((group.id, root_id) for group in space.groups)
            space.people = {each: found[each] for each in named[root_id] & found.keys()}
            self._tell_soon(root_id, space)
            self._hub.voices.look(root_id)
        if len(self._spaces) > KEPT:
            for root_id in [each for each in self._spaces if not self._hub.family(each)]:
                if root_id not in spaces:
                    self.forget(root_id)

    def _refresh(self, root_id: UUID) -> None:
        """Read a space again, if pages of it are here."""
        space = self._spaces.get(root_id)
        if space is None:
            return
        space.changes += 1
        if space.reading is None:
            space.reading = asyncio.create_task(self._keep_reading(root_id, space), name="groups")

    async def _keep_reading(self, root_id: UUID, space: _Space) -> None:
        try:
            while space.read_at != space.changes and self._spaces.get(root_id) is space:
                try:
                    async with asyncio.timeout(self._timeout_s), self._hub.database.read() as session:
                        await self.read(session, [root_id])
                    self._tell(root_id, space)
                except (SQLAlchemyError, OSError) as error:
                    log.warning("groups could not be read, tried again", error=type(error).__name__)
                    await asyncio.sleep(RETRY_S)
        finally:
            space.reading = None

    # --- what is told

    def on_people(self, channel: Channel) -> None:
        space = self._spaces.get(channel.root_id)
        if space is None or not space.groups:
            return
        if self._hub.people_of(channel.root_id) - space.people.keys():
            self._refresh(channel.root_id)  # who is this?
        self._tell_soon(channel.root_id, space)

    def shown_to(self, connection: Connection, channel: Channel) -> Iterable[protocol.ServerFrame]:
        space = self._spaces.get(channel.root_id)
        if space is not None:
            space.told[connection] = state = self._state(channel.root_id, space, _key(connection, space))
            yield state

    def on_page_gone(self, connection: Connection, channel: Channel) -> None:
        if (space := self._spaces.get(channel.root_id)) is not None:
            space.told.pop(connection, None)

    def _tell_soon(self, root_id: UUID, space: _Space) -> None:
        if space.timer is None:
            space.timer = asyncio.get_running_loop().call_later(TELL_EVERY_S, self._on_timer, root_id, space)

    def _on_timer(self, root_id: UUID, space: _Space) -> None:
        space.timer = None
        self._tell(root_id, space)

    def _tell(self, root_id: UUID, space: _Space) -> None:
        """Tell each page what it has not been told: adults of every group, students of their own."""
        messages: dict[UUID | None, tuple[frames.GroupsState, Message]] = {}
        for channel in self._hub.family(root_id):
            for connection in tuple(channel.connections):
                key = _key(connection, space)
                if key not in messages:
                    state = self._state(root_id, space, key)
                    messages[key] = state, Message(protocol.encode(state))
                state, message = messages[key]
                if space.told.get(connection) != state:
                    space.told[connection] = state
                    connection.put(message)

    def _state(self, root_id: UUID, space: _Space, key: UUID | None) -> frames.GroupsState:
        """What is told to pages of this key."""
        presence, is_staff = self._hub.presence, key == root_id
        # What is only prepared, or over, is for adults: a student is told of a group while it is open.
        shown = [each for each in space.groups if is_staff or (each.id == key and each.is_open)]
        named = {student_id for each in shown for student_id in each.student_ids}
        if is_staff and shown:
            named |= self._hub.people_of(root_id)
        return frames.GroupsState(
            root_id=root_id,
            open=space.is_open(),
            own_id=None if is_staff or not shown else key,
            groups=[
                frames.GroupInfo(
                    id=each.id, no=each.no, board_id=each.board_id, students=list(each.student_ids),
                    here=sorted(presence.people(each.id)) if is_staff else [],
                )
                for each in shown
            ],
            people=[space.people[each] for each in sorted(named & space.people.keys())],
            main=sorted(presence.people(root_id)) if is_staff and shown else [],
        )


def _key(connection: Connection, space: _Space) -> UUID | None:
    """Who is told the same: adults (the space's own id), the students of a group (its id), those in none."""
    if connection.who.is_staff:
        return space.root_id
    group = space.group_of(connection.user_id)
    return group.id if group is not None else None
