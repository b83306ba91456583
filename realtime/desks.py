"""What a live space has besides people, chat, boards and media: each thing has a desk.

A desk takes the frames of its subject, hears the facts that concern it, tells whoever comes in how things
stand, and may take grants away for a while. It can never give one: what the records do not grant, nobody has
(`server.access`). The hub asks every desk; a new subject is a new desk in its list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from realtime import protocol
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.frames import Frame
from server.access import NOTHING, Grant
from server.events import Event


class Desk:
    """One subject. Each of these does nothing until a desk says otherwise.

    Attributes:
        frames: what it takes from pages.
        events: which facts of the bus it hears.
        of_root: what it keeps is of a space and all of its groups together, by the space's own id
            (`Channel.root_id`): so `read` and `forget` get that, and not the ids of groups.
    """

    frames: tuple[type[Frame], ...] = ()
    events: tuple[type[Event], ...] = ()
    of_root = False

    async def handle(self, connection: Connection, channel: Channel, frame: protocol.ClientFrame) -> None:
        """Act on a frame of a page that is in a space. Handlers are never cancelled.

        After each wait ask again whether `connection.channel is channel` and what `connection.grants` are.

        Raises:
            DomainError: told to the sender alone.
            SQLAlchemyError, OSError: the records cannot be read or written; told as `unavailable`.
        """
        raise NotImplementedError

    def on_event(self, event: Event) -> None:
        """One of `events` came over the bus. Must not wait."""

    async def read(self, session: AsyncSession, space_ids: Sequence[UUID]) -> None:
        """Read what is kept of these spaces: before somebody comes in, and by the clock in case an event was
        lost. Tells the pages here when it finds that something has changed."""

    def shown_to(self, connection: Connection, channel: Channel) -> Iterable[protocol.ServerFrame]:
        """What a page is told as it comes in. Nothing waits between this and its being a member."""
        return ()

    def on_people(self, channel: Channel) -> None:
        """Somebody has come into a space or left it, or one of its groups, on any node."""

    def on_page(self, connection: Connection, channel: Channel) -> None:
        """A page of this node has come into a space: it is a member now."""

    def on_page_gone(self, connection: Connection, channel: Channel) -> None:
        """A page of this node has left a space: it is a member no more, and holds no grant."""

    def on_access(self, connection: Connection, channel: Channel) -> None:
        """What the records grant to a page has changed while it is in a space."""

    def on_device(self, connection: Connection, channel: Channel) -> None:
        """Somebody has joined the device of a page that is in a space, or has gone from it
        (`Connection.companions`)."""

    def taken(self, connection: Connection, channel: Channel) -> frozenset[Grant]:
        """Which grants this connection is without for now. Asked often: it must be cheap.

        A desk whose answer may have changed calls `Hub.permit` with the connections concerned.
        """
        return NOTHING

    def forget(self, space_id: UUID) -> None:
        """Nobody of this node is in the space any more; of a root, nor in any of its groups."""

    async def start(self) -> None:
        """The node begins."""

    async def close(self) -> None:
        """The node stops: end what runs."""
