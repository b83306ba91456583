"""Who is in a space's live room, what they publish, and who speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from realtime import protocol
from realtime.sfu.forwarding import SPEAKING_BELOW, Track
from realtime.sfu.participant import MediaParticipant

if TYPE_CHECKING:
    from realtime.sfu.server import MediaServer

LOUDER_BY = 6.0
"""How much louder another must be to take the place of who speaks now."""

QUIET_AFTER_S = 1.0
"""A sender that says nothing sends next to nothing (DTX): this long without sound is silence."""


class MediaRoom:
    """The live media of one space. Got from `MediaServer.room`."""

    def __init__(self, server: MediaServer, space_id: UUID) -> None:
        self.server = server
        self.space_id = space_id
        self._participants: set[MediaParticipant] = set()
        self._speaker: UUID | None = None
        self._told: list[protocol.MediaTrack] = self._sorted()
        """What everyone here knows of: those who come are told as they come."""

    def join(
        self,
        *,
        participant_id: str,
        user_id: UUID,
        send: Callable[[protocol.ServerFrame], None],
        may_publish: frozenset[str],
    ) -> MediaParticipant:
        """Let a page in.

        Args:
            participant_id: names the page's connection in logs.
            user_id: whose page it is; goes with every track.
            send: takes a frame for the page, at once and without waiting.
            may_publish: of "audio" and "video".
        """
        participant = MediaParticipant(self, participant_id, user_id, send, may_publish)
        self._participants.add(participant)
        self.server.participants.add(participant)
        return participant

    @property
    def has_speaker(self) -> bool:
        return self._speaker is not None

    @property
    def tracks(self) -> list[protocol.MediaTrack]:
        """What is published now, as the frames tell it."""
        return [
            protocol.MediaTrack(id=track.id, user_id=track.user_id, kind=track.kind)
            for track in self.heard_tracks()
        ]

    def _sorted(self) -> list[protocol.MediaTrack]:
        return sorted(self.tracks, key=lambda track: track.id)

    def live_tracks(self) -> list[Track]:
        """What is published in this room."""
        return [track for participant in self._participants for track in participant.tracks]

    def heard_tracks(self) -> list[Track]:
        """What is published in this room, and the voice that comes into it from another."""
        voice = self.server.voices.get(self.space_id)
        return self.live_tracks() if voice is None else [*self.live_tracks(), *voice.microphones]

    # --- what participants do ---

    def leave(self, participant: MediaParticipant) -> None:
        self._participants.discard(participant)
        self.server.participants.discard(participant)
        self.server.publishing.discard(participant)

    def tracks_changed(self) -> None:
        """Tell everyone, if the list is another than the one last told."""
        tracks = self._sorted()
        if tracks == self._told:
            return
        self._told = tracks
        frame = protocol.MediaTracks(tracks=tracks)
        for participant in list(self._participants):
            participant.tell(frame)
            participant.tracks_changed()

    def drop(self, tracks: list[Track]) -> None:
        """These tracks' publisher has gone: free what the others hold for them."""
        for participant in self._participants:
            participant.drop(tracks)
        self.tracks_changed()

    def let_in(self, tracks: Iterable[Track], *, on: bool) -> None:
        """A voice from another room is heard here from now on, or not any more."""
        for participant in self._participants:
            participant.bar(tracks, barred=not on)
        self.tracks_changed()

    # --- on the clock ---

    def who_spoke(self, since: float) -> set[UUID]:
        """Whose voice has come since then: of each, on whichever page."""
        return {
            track.user_id for track in self.live_tracks() if track.kind == "audio" and track.spoke_at > since
        }

    def update_speaker(self, now: float) -> None:
        """Every 300 ms: tell who speaks, when that has changed."""
        levels: dict[UUID, float] = {}
        for track in self.live_tracks():
            if track.kind == "audio" and now - track.heard_at < QUIET_AFTER_S:
                levels[track.user_id] = min(levels.get(track.user_id, 127.0), track.loudness)
        loudest = min(levels, key=levels.__getitem__, default=None)
        if loudest is not None and levels[loudest] > SPEAKING_BELOW:
            loudest = None
        current = self._speaker
        if (
            loudest is not None
            and current is not None
            and levels.get(current, 127.0) < SPEAKING_BELOW
            and levels[loudest] + LOUDER_BY > levels[current]
        ):
            loudest = current
        if loudest != current:
            self._speaker = loudest
            frame = protocol.MediaSpeaker(user_id=loudest)
            for participant in list(self._participants):
                participant.tell(frame)
