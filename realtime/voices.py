"""A voice to all groups at once: whose it is, when it may begin, and when it ends.

It is sound alone, and goes one way: nobody can answer in it. It is never kept on by itself. Whatever took a
right away, muted somebody, called the groups back or cut a line ends it in the media server before anything
else is done (`realtime.sfu`); what only this desk knows it looks at whenever something changes.

Who begins takes the place of who speaks: a voice that was left on must never keep another adult from being
heard by every student.

Media lives on one node, so a voice does. While anybody of the space is at another node, which a proxy should
not let happen (docs/media.md), nobody can speak to all: a teacher must not believe that everyone hears them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from realtime import protocol
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.desks import Desk
from realtime.frames import groups as frames
from realtime.protocol import ErrorCode
from server.access import Grant
from server.events import Event, RoomChanged
from server.groups import rules
from server.groups.rules import VoiceRefused
from server.lessons.room import Phase

if TYPE_CHECKING:
    from realtime.hub import Hub

_CODES = {
    VoiceRefused.MICROPHONE_OFF: ErrorCode.MEDIA_FAILED,
    VoiceRefused.ELSEWHERE: ErrorCode.UNAVAILABLE,
}


class _Speaker(NamedTuple):
    connection: Connection
    channel: Channel
    person: protocol.Person


class VoicesDesk(Desk):
    """Who speaks to all groups, of each space of this node."""

    frames = (frames.GroupsSpeak,)
    events = (RoomChanged,)
    of_root = True

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._speakers: dict[UUID, _Speaker] = {}

    async def handle(self, connection: Connection, channel: Channel, frame: protocol.ClientFrame) -> None:
        assert isinstance(frame, frames.GroupsSpeak)
        # Nothing waits here: what is looked at holds until it is done.
        root_id = channel.root_id
        if not frame.on:
            if (speaker := self._speakers.get(root_id)) is not None and speaker.connection is connection:
                self._hub.media.hush(connection)
        elif (why := self._refused(connection, channel)) is not None:
            connection.fail(_CODES.get(why, ErrorCode.NOT_ALLOWED), why.value, frame.ref)
            return
        elif root_id not in self._speakers or self._speakers[root_id].connection is not connection:
            self._begin(connection, channel)
        connection.send(protocol.Ok(ref=frame.ref))

    def _begin(self, connection: Connection, channel: Channel) -> None:
        root_id = channel.root_id
        if (before := self._speakers.get(root_id)) is not None:
            self._hub.media.hush(before.connection)  # which `_ended` hears
        speaker = self._speakers[root_id] = _Speaker(connection, channel, channel.shown[connection.user_id])
        rooms = [each for each in (root_id, *self._hub.groups.ids(root_id)) if each != channel.space_id]
        self._hub.media.speak_to(connection, rooms, partial(self._ended, root_id, speaker))
        self._tell(root_id)

    def _ended(self, root_id: UUID, speaker: _Speaker) -> None:
        """The media server forwards no more of it."""
        if self._speakers.get(root_id) is speaker:
            del self._speakers[root_id]
            self._tell(root_id)

    # --- when it may be

    def _refused(self, connection: Connection, channel: Channel) -> VoiceRefused | None:
        hub, root_id = self._hub, channel.root_id
        pages = [each for channel in hub.family(root_id) for each in channel.connections]
        reached = {user_id for each in pages for user_id in each.people}
        others = hub.people_of(root_id) - {connection.user_id}
        return rules.refused(
            rules.Voice(
                runs=connection.channel is channel and connection.who.is_staff
                and Grant.SPACE_MODERATE in connection.access,
                may_speak=Grant.MEDIA_PUBLISH_AUDIO in connection.grants,
                has_microphone=hub.media.has_microphone(connection),
                are_open=hub.groups.is_open(root_id),
                is_paused=hub.room.room(root_id).phase not in (Phase.OPEN, Phase.LIVE),
                others=len(others),
                elsewhere=len(others - reached),
            )
        )

    def look(self, root_id: UUID) -> None:
        """Something has changed: does it still hold that they may?"""
        speaker = self._speakers.get(root_id)
        if speaker is not None and self._refused(speaker.connection, speaker.channel) is not None:
            self._hub.media.hush(speaker.connection)

    def on_event(self, event: Event) -> None:
        assert isinstance(event, RoomChanged)
        self.look(event.space_id)

    async def read(self, session: AsyncSession, space_ids: Sequence[UUID]) -> None:
        for space_id in space_ids:
            self.look(space_id)

    def on_people(self, channel: Channel) -> None:
        self.look(channel.root_id)

    def on_page_gone(self, connection: Connection, channel: Channel) -> None:
        self.look(channel.root_id)

    def on_access(self, connection: Connection, channel: Channel) -> None:
        self.look(channel.root_id)

    def forget(self, space_id: UUID) -> None:
        self._speakers.pop(space_id, None)

    # --- what is told

    def _state(self, root_id: UUID) -> frames.GroupsVoice:
        speaker = self._speakers.get(root_id)
        return frames.GroupsVoice(root_id=root_id, person=speaker.person if speaker is not None else None)

    def _tell(self, root_id: UUID) -> None:
        state = self._state(root_id)
        for channel in self._hub.family(root_id):
            channel.members.send([state])

    def shown_to(self, connection: Connection, channel: Channel) -> Iterable[protocol.ServerFrame]:
        # Who comes back after a break must hear that it is over, too.
        return [self._state(channel.root_id)]
