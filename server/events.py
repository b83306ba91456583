"""The facts that nodes tell each other, in the past tense.

An event is published after the commit that made it true. It may be lost (the bus is down) or come
twice; whoever listens can always read the records again, and does (`Bus.on_gap`).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import msgspec


class Event(msgspec.Struct, tag=True):
    """A fact. Subclasses carry ids and what is needed to show it, never a decision about access.

    Attributes:
        passing: worth nothing later, or mended by itself: it is not kept while the bus is out of reach.
    """

    passing: ClassVar[bool] = False


class AccessChanged(Event):
    """What some people may do may differ from now on: ask `server.access` again.

    It concerns the people named, wherever they are, and everyone in the spaces named.
    """

    user_ids: frozenset[UUID] = frozenset()
    space_ids: frozenset[UUID] = frozenset()


class SessionEnded(Event):
    """A sign-in is over: what it opened must close."""

    session_id: UUID


class ChatPosted(Event):
    """A message is stored under `seq` in its space."""

    space_id: UUID
    seq: int
    message_id: UUID
    client_id: UUID
    author_id: UUID
    text: str
    sent_at: datetime
    reply_to_id: UUID | None = None
    announced: bool = False


class ChatChanged(Event):
    """Messages of a space were edited, deleted, pinned or reacted to: numbers up to `seq` are taken."""

    space_id: UUID
    seq: int


class BoardUpdated(Event):
    """A Yjs update is stored in the log of a board page."""

    board_id: UUID
    seq: int
    author_id: UUID
    data: bytes


class BoardEmptied(Event):
    """Everything on a board page was deleted: who has it open starts anew."""

    board_id: UUID


class BoardSignalled(Event):
    """Something passing happened on a board page (a cursor, a stroke in progress): a wire message."""

    passing = True

    board_id: UUID
    data: bytes


class PollChanged(Event):
    """A poll was made, moved, answered or deleted; `version` is its newest, and whoever shows it reads it."""

    space_id: UUID
    poll_id: UUID
    version: int


class WritingSeen(Event):
    """Somebody is writing a message in a space, and will be for some seconds."""

    passing = True

    space_id: UUID
    user_id: UUID


class FilesChanged(Event):
    """A file of a space came, went, or is shown now: whoever has the list open asks for it again."""

    space_id: UUID


class PagesChanged(Event):
    """The pages of a space's board are others, or stand in another order: read them again."""

    space_id: UUID


class PresenceReported(Event):
    """Everyone who is connected to a node, by space, as of the `version` of that list."""

    passing = True

    node_id: str
    version: int
    spaces: dict[UUID, list[UUID]]


class PresenceChanged(Event):
    """Who came to a node and who left it since `version` - 1, by space. It makes the list `version`."""

    passing = True

    node_id: str
    version: int
    joined: dict[UUID, list[UUID]]
    left: dict[UUID, list[UUID]]


class PresenceHeld(Event):
    """A node lives, and its list is at `version`. Whoever holds another one asks for the whole.

    A node that has not been heard for `realtime.presence.LEASE_S` is taken for dead.
    """

    passing = True

    node_id: str
    version: int


class PresenceAsked(Event):
    """A node wants the `PresenceReported` of the node `of`; empty: of every other one."""

    passing = True

    node_id: str
    of: str = ""


class AdultsHeard(Event):
    """Adults who are connected to a node gave a sign of life: it renews their schools' leases.

    By space and school, how many seconds ago that was when this was sent.
    """

    passing = True

    node_id: str
    heard: dict[UUID, dict[UUID, float]]


class RoomChanged(Event):
    """How the room of a space is run has changed: whole, as JSON (`server.lessons.room.Room`)."""

    space_id: UUID
    version: int
    state: bytes


class GroupsChanged(Event):
    """The groups of a space, or who is in them, have changed: read them again."""

    space_id: UUID
    """Of the space that they are groups of."""


class ModerationChanged(Event):
    """Messages wait in a space, or do not any more, or its chat has another mode: read it again."""

    space_id: UUID


class MessageRefused(Event):
    """An adult did not let a held message through."""

    space_id: UUID
    author_id: UUID
    client_id: UUID
    held_id: UUID


class HelpAsked(Event):
    """Somebody in a space asks its adults for help."""

    space_id: UUID
    user_id: UUID
    at: datetime


class HelpAnswered(Event):
    """An adult takes care of somebody who asked for help."""

    space_id: UUID
    user_id: UUID
    by_id: UUID


class SharedDevice(msgspec.Struct):
    """Students at one device who are in a space, the first before the others, and those who may not be there:
    who, alias, and why."""

    user_ids: list[UUID]
    left_out: list[tuple[UUID, str, str]]


class DevicesSeen(Event):
    """The devices of a node in a space that several students are at: whole."""

    passing = True

    node_id: str
    space_id: UUID
    devices: list[SharedDevice]


class NodeLeft(Event):
    """A node is stopping: nobody is connected to it any more."""

    node_id: str


AnyEvent = (
    AccessChanged
    | SessionEnded
    | ChatPosted
    | ChatChanged
    | BoardUpdated
    | BoardEmptied
    | BoardSignalled
    | PollChanged
    | WritingSeen
    | FilesChanged
    | PagesChanged
    | PresenceReported
    | PresenceChanged
    | PresenceHeld
    | PresenceAsked
    | AdultsHeard
    | RoomChanged
    | GroupsChanged
    | ModerationChanged
    | MessageRefused
    | HelpAsked
    | HelpAnswered
    | DevicesSeen
    | NodeLeft
)
