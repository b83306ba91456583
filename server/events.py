"""The facts that nodes tell each other, in the past tense.

An event is published after the commit that made it true. It may be lost (the bus is down) or come
twice; whoever listens can always read the records again, and does (`Bus.on_gap`).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec


class Event(msgspec.Struct, tag=True):
    """A fact. Subclasses carry ids and what is needed to show it, never a decision about access."""


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


class BoardUpdated(Event):
    """A Yjs update is stored in the log of a board page."""

    board_id: UUID
    seq: int
    author_id: UUID
    data: bytes


class BoardSignalled(Event):
    """Something passing happened on a board page (a cursor, a stroke in progress): a wire message."""

    board_id: UUID
    data: bytes


class PresenceReported(Event):
    """Who is connected to a node in some spaces; with `whole`, in all that it serves.

    A node that has not reported for `realtime.presence.LEASE_S` is taken for dead.
    """

    node_id: str
    spaces: dict[UUID, list[UUID]]
    whole: bool


class PresenceAsked(Event):
    """A node has started and wants every other node's `PresenceReported` now."""

    node_id: str


class NodeLeft(Event):
    """A node is stopping: nobody is connected to it any more."""

    node_id: str


AnyEvent = (
    AccessChanged
    | SessionEnded
    | ChatPosted
    | BoardUpdated
    | BoardSignalled
    | PresenceReported
    | PresenceAsked
    | NodeLeft
)
