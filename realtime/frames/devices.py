"""Several students at one device."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta, field

from realtime.frames import Frame, Record

Alias = Annotated[str, Meta(max_length=80)]


class LeftOut(Record):
    """Somebody who is at a device, by their pictures, and may not be in this space: they do not count as
    there, and nothing is said in their name."""

    user_id: UUID
    name: Alias
    reason: str
    """Why, as the code that would close their own page."""


class Device(Record):
    """Students who are in the space at one device, the one who signed in first before the others."""

    user_ids: list[UUID]
    left_out: list[LeftOut] = field(default_factory=list)
    """Only told to staff who run the room, and to the device itself."""


class Missing(Record):
    """What a device does without because of one who is at it."""

    user_id: UUID
    grants: list[str]


class DeviceState(Frame, tag="device.state"):
    """Who is at this very device, whole, each time it changes. What these may do is what all of them may."""

    device: Device
    missing: list[Missing]


class PeopleDevices(Frame, tag="people.devices"):
    """The devices in the space that several are at, whole, each time they change."""

    devices: list[Device]


DevicesServerFrame = DeviceState | PeopleDevices
