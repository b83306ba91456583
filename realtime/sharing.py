"""Several students at one device: who is there with the first, and what the device may then do.

The records say who has joined a sign-in (`server.devices.companions`). Each of those who may be in the space
is there like anybody else: present, counted, named. The device may do what *all* of them may. Who may not be
in the space is left out: not present, nothing in their name; the device and the staff who run the room are
told so, since the child may well sit there still.

A node tells the others of its devices when they change, and when a node asks who is where (`PresenceAsked`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from realtime import protocol
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.desks import Desk
from realtime.frames.devices import Device, DeviceState, LeftOut, Missing, PeopleDevices
from server.access import NOTHING, Access, Grant
from server.devices.reading import Companion
from server.events import DevicesSeen, Event, NodeLeft, PresenceAsked, SharedDevice
from server.lessons import room as rules

if TYPE_CHECKING:
    from realtime.hub import Hub

TELL_S = 0.05
"""What changes within this is told together."""
NODES_KEPT = 50
_NOT_FOUND = Access(NOTHING, "not_found")


class _Seats(msgspec.Struct):
    """Who is at one device besides the first."""

    granted: dict[UUID, frozenset[Grant]]
    """Those who are in the space, and what the records grant them."""
    left_out: tuple[tuple[UUID, str, str], ...]
    """Those who may not be: who, alias, and why."""


_ALONE = _Seats({}, ())


class SharingDesk(Desk):
    """The devices of this node that several are at, and those that other nodes have told of."""

    events = (DevicesSeen, PresenceAsked, NodeLeft)

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._seats: dict[Connection, _Seats] = {}
        self._at: dict[UUID, set[Connection]] = {}
        """By companion, also one who is left out: the devices of this node."""
        self._there: dict[str, dict[UUID, list[SharedDevice]]] = {}
        """By node and space: what others have told."""
        self._told: dict[UUID, list[SharedDevice]] = {}
        """By space: what the pages here were told last."""
        self._changed: set[UUID] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    # --- who sits where

    def devices_of(self, user_ids: Iterable[UUID]) -> set[Connection]:
        """The devices of this node that these people have joined, whether or not they are left out."""
        return {each for user_id in user_ids for each in self._at.get(user_id, ())}

    def seat(
        self, connection: Connection, companions: Sequence[Companion], may: Mapping[UUID, Access]
    ) -> bool:
        """The records say who is at this device, and what they may do in its space. Returns whether that is
        another answer than before. The page is in the space, or about to be; `seated` comes after.
        """
        granted: dict[UUID, frozenset[Grant]] = {}
        left_out: list[tuple[UUID, str, str]] = []
        for each in companions:
            found = may.get(each.user_id, _NOT_FOUND)
            if found.may_enter:
                granted[each.user_id] = found.grants
            else:
                left_out.append((each.user_id, each.alias, found.reason))
        now, before = _Seats(granted, tuple(left_out)), self._seats.get(connection, _ALONE)
        if now == before:
            return False
        self._forget_seats(connection)
        if companions:
            self._seats[connection] = now
            for each in companions:
                self._at.setdefault(each.user_id, set()).add(connection)
        connection.companions = frozenset(granted)
        return True

    def reseat(
        self, connection: Connection, companions: Sequence[Companion], may: Mapping[UUID, Access], *,
        is_stale: bool,
    ) -> None:
        """The records were read again for a page that is in a space.

        Args:
            is_stale: a change has overtaken the reading: it takes, and gives nothing.
        """
        channel = connection.channel
        if channel is None:
            return
        if is_stale:
            before = self._seats.get(connection, _ALONE).granted
            companions = [each for each in companions if each.user_id in before]
            may = {
                each: Access(found.grants & before.get(each, NOTHING), found.reason)
                for each, found in may.items()
            }
        were = connection.companions
        if not self.seat(connection, companions, may):
            return
        for user_id in were - connection.companions:
            self._hub.presence.remove(channel.space_id, user_id)
        for user_id in connection.companions - were:
            self._hub.presence.add(channel.space_id, user_id)
        self._hub.permit([connection])
        connection.send(self._state(connection))
        self._soon(channel.space_id)
        for desk in self._hub.desks:
            desk.on_device(connection, channel)

    def on_page(self, connection: Connection, channel: Channel) -> None:
        for user_id in connection.companions:
            self._hub.presence.add(channel.space_id, user_id)
        if connection in self._seats:
            self._soon(channel.space_id)

    def on_page_gone(self, connection: Connection, channel: Channel) -> None:
        if connection not in self._seats:
            return
        self._forget_seats(connection)
        for user_id in connection.companions:
            self._hub.presence.remove(channel.space_id, user_id)
        connection.companions = frozenset()
        self._soon(channel.space_id)

    def _forget_seats(self, connection: Connection) -> None:
        seats = self._seats.pop(connection, _ALONE)
        for user_id in (*seats.granted, *(each for each, _, _ in seats.left_out)):
            devices = self._at[user_id]
            devices.discard(connection)
            if not devices:
                del self._at[user_id]

    # --- what a device may not do

    def taken(self, connection: Connection, channel: Channel) -> frozenset[Grant]:
        if not connection.companions:
            return NOTHING
        room = self._hub.room.room(channel.root_id)
        taken = NOTHING
        for user_id, granted in self._seats[connection].granted.items():
            taken |= (connection.access - granted) | rules.taken_from(room, user_id)
        return taken

    # --- what is told

    def shown_to(self, connection: Connection, channel: Channel) -> Iterable[protocol.ServerFrame]:
        if connection in self._seats:
            yield self._state(connection)
        if devices := self._devices(channel.space_id):
            yield _people(devices, runs_room=_runs_room(connection))

    def on_access(self, connection: Connection, channel: Channel) -> None:
        if connection in self._seats:
            connection.send(self._state(connection))
        if connection.who.is_staff and (devices := self._told.get(channel.space_id)):
            connection.send(_people(devices, runs_room=_runs_room(connection)))

    def _state(self, connection: Connection) -> DeviceState:
        seats = self._seats.get(connection, _ALONE)
        lacking = {user_id: connection.access - granted for user_id, granted in seats.granted.items()}
        return DeviceState(
            device=Device(
                user_ids=[connection.user_id, *seats.granted],
                left_out=_left_out(seats.left_out),
            ),
            missing=[
                Missing(user_id=user_id, grants=sorted(lacks)) for user_id, lacks in lacking.items() if lacks
            ],
        )

    def _here(self, space_id: UUID) -> list[SharedDevice]:
        """This node's devices in a space."""
        return [
            SharedDevice([connection.user_id, *seats.granted], list(seats.left_out))
            for connection, seats in self._seats.items()
            if connection.channel is not None and connection.channel.space_id == space_id
        ]

    def _devices(self, space_id: UUID) -> list[SharedDevice]:
        people = self._hub.presence.people(space_id)  # also without those whose node has died
        elsewhere = (
            each
            for spaces in self._there.values()
            for each in spaces.get(space_id, ())
            if each.user_ids[0] in people
        )
        return sorted([*self._here(space_id), *elsewhere], key=lambda device: device.user_ids)

    def _soon(self, space_id: UUID) -> None:
        self._changed.add(space_id)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TELL_S, self._tell_changed)

    def _tell_changed(self) -> None:
        self._timer = None
        changed, self._changed = self._changed, set()
        for space_id in changed:
            self._hub.bus.publish([DevicesSeen(self._hub.node_id, space_id, self._here(space_id))])
            self._tell(space_id)

    def _tell(self, space_id: UUID) -> None:
        devices = self._devices(space_id)
        if devices == self._told.get(space_id, []):
            return
        channel = self._hub.channels.get(space_id)
        if channel is None:
            self._told.pop(space_id, None)
            return
        self._told[space_id] = devices
        for connection in tuple(channel.connections):
            connection.send(_people(devices, runs_room=_runs_room(connection)))

    def on_people(self, channel: Channel) -> None:
        if self._there:
            self._tell(channel.space_id)

    def forget(self, space_id: UUID) -> None:
        self._told.pop(space_id, None)

    # --- other nodes

    def on_event(self, event: Event) -> None:
        match event:
            case DevicesSeen() if event.node_id != self._hub.node_id:
                spaces = self._there.setdefault(event.node_id, {})
                if len(self._there) > NODES_KEPT:  # some died without a word
                    del self._there[next(iter(self._there))]
                if event.devices:
                    spaces[event.space_id] = event.devices
                else:
                    spaces.pop(event.space_id, None)
                self._tell(event.space_id)
            case PresenceAsked() if event.node_id != self._hub.node_id:
                for channel in {each.channel for each in self._seats if each.channel is not None}:
                    self._soon(channel.space_id)
            case NodeLeft():
                for space_id in self._there.pop(event.node_id, {}):
                    self._tell(space_id)
            case _:
                pass


def _runs_room(connection: Connection) -> bool:
    return Grant.SPACE_MODERATE in connection.access


def _left_out(people: Iterable[tuple[UUID, str, str]]) -> list[LeftOut]:
    return [LeftOut(user_id=user_id, name=alias, reason=why) for user_id, alias, why in people]


def _people(devices: Sequence[SharedDevice], *, runs_room: bool) -> PeopleDevices:
    return PeopleDevices(
        devices=[
            Device(
                user_ids=each.user_ids,
                left_out=_left_out(each.left_out) if runs_room else [],
            )
            for each in devices
            if len(each.user_ids) > 1 or runs_room
        ]
    )
