"""One page's part in a room: what it publishes and what it watches.

Two peer connections, so that neither direction waits for the other's negotiation: publishing, where
the browser offers, and watching, where the server offers. Who may do what is the caller's business
(`may_publish`, `permit`); here it is kept to, with nothing forwarded after `permit` or `close` has
begun to run.

A camera or microphone that is switched off is an offer in which its line is `inactive`. The track
then leaves everyone's list.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from realtime import protocol
from realtime.sfu.errors import MediaError
from realtime.sfu.forwarding import Track
from realtime.sfu.limits import Budget, uplink_budget
from realtime.sfu.offers import check_answer, check_offer
from realtime.sfu.publisher import Publisher
from realtime.sfu.watcher import Watcher

if TYPE_CHECKING:
    from realtime.sfu.room import MediaRoom

log = logging.getLogger(__name__)

PUBLISH_S = 15.0
"""Waiting for a turn included; the work itself takes milliseconds."""

CHANGES_A_SECOND, CHANGES_BURST = 2, 8
"""Offers a page may make, and times it may begin to watch: each holds everyone up for milliseconds."""

EXCESS_S = 5
"""Seconds in which a page sent too fast, less those in which it did not, until it is cut off."""

CUT_OFF_S = 30.0
"""How long a page that was cut off may not publish."""

NOWHERE: frozenset[UUID] = frozenset()
"""One for all: thousands of pages publish nothing."""


class _Voice(NamedTuple):
    """A microphone that is heard in other rooms, too."""

    space_ids: frozenset[UUID]
    on_end: Callable[[], None]


class MediaParticipant:
    """Made by `MediaRoom.join`; lives from there until `close`."""

    def __init__(
        self,
        room: MediaRoom,
        participant_id: str,
        user_id: UUID,
        send: Callable[[protocol.ServerFrame], None],
        may_publish: frozenset[str],
    ) -> None:
        self.id = participant_id
        self.user_id = user_id
        self.closed = False
        self.room = room
        self._server = room.server
        self._send = send
        self._may_publish = may_publish
        self._may_watch = True
        self._publisher: Publisher | None = None
        self._watcher: Watcher | None = None
        self._offer_id = 0
        self._publishing = asyncio.Lock()
        # All its publishing connections spend from one budget: a new one earns nothing.
        self._budget = uplink_budget()
        self._publishes = Budget(CHANGES_A_SECOND, burst_s=CHANGES_BURST / CHANGES_A_SECOND)
        self._watches = Budget(CHANGES_A_SECOND, burst_s=CHANGES_BURST / CHANGES_A_SECOND)
        self._excess_seconds = 0
        self._cut_off_until = 0.0
        self._closing: set[asyncio.Task[None]] = set()
        self._voice: _Voice | None = None
        self._reached = NOWHERE
        """Where the tracks of the present publishing connection have been heard besides this room."""

    # --- what the caller does ---

    async def publish(self, sdp: str) -> tuple[str, list[protocol.MediaTrack]]:
        """Answer the browser's offer of what it sends.

        Returns:
            The answer, and this participant's own tracks with the `mid` they have in the offer.

        Raises:
            MediaError: the offer cannot be used, or comes too fast. What was published before such
                an offer stays; an offer that fails later ends the publishing connection.
        """
        now = time.monotonic()
        if now < self._cut_off_until or not self._publishes.take(0, now):
            raise MediaError("You are sending too fast. Try again in a moment.")
        offer = check_offer(sdp)
        try:
            async with asyncio.timeout(PUBLISH_S), self._publishing:
                if self._publisher is not None and (self._publisher.fingerprint != offer.fingerprint):
                    self._end_publisher()
                if self.closed:
                    raise MediaError("The connection was closed.")
                publisher = self._publisher
                if publisher is None:
                    publisher = self._publisher = Publisher(
                        self._server.publishing_connection(),
                        offer.fingerprint,
                        self.user_id,
                        self._budget,
                        self._publisher_ended,
                    )
                    self._server.publishing.add(self)
                async with self._server.turn:
                    answer = await publisher.answer(offer, self._may_publish)
                    # Rights may have gone while the answer was made: `_may_publish` is read anew.
                    publisher.take_up(self._may_publish)
        except TimeoutError:
            self._end_publisher()
            raise MediaError("The server is too busy to take your camera now.") from None
        except MediaError:
            self._end_publisher()
            raise
        self._tell_tracks()
        return answer, [
            protocol.MediaTrack(id=t.id, user_id=t.user_id, kind=t.kind, mid=t.mid) for t in publisher.live
        ]

    async def watch(self, on: bool) -> None:
        """Start receiving the others, over a fresh connection each time, or stop.

        Raises:
            MediaError: this participant may not watch, is gone, or asks too fast.
        """
        if not on:
            self._end_watcher()
            return
        if self.closed or not self._may_watch:
            raise MediaError("You cannot watch here now.")
        if not self._watches.take(0, time.monotonic()):
            raise MediaError("You are asking too fast. Try again in a moment.")
        self._end_watcher()
        self._watcher = Watcher(
            self._server.watching_connection(),
            self._next_offer_id,
            self._wanted,
            self._server.turn,
            self.tell,
            self._watcher_ended,
        )

    async def answer(self, offer_id: int, sdp: str) -> None:
        """Take the answer to a `media.offer`. A stale one is passed over.

        Raises:
            MediaError: the answer cannot be used; watching has ended and may be started anew.
        """
        watcher = self._watcher
        if watcher is None or not watcher.expects(offer_id):
            return
        try:
            async with asyncio.timeout(PUBLISH_S):
                await watcher.answer(offer_id, check_answer(sdp))
        except TimeoutError:
            self._end_watcher(watcher)
            raise MediaError("The server is too busy to show the others now.") from None
        except MediaError:
            self._end_watcher(watcher)
            raise

    def pause(self, track_id: str, paused: bool) -> None:
        """Stop sending this participant one track for now, or start again at a key frame."""
        if self._watcher is not None:
            self._watcher.pause(track_id, paused)

    def permit(self, kinds: frozenset[str], may_watch: bool) -> None:
        """Change what is allowed. What no longer is stops before this returns.

        A kind that is allowed again is published by a new offer, watching by `watch`.
        """
        self._may_publish = kinds
        self._may_watch = may_watch
        if not may_watch:
            self._end_watcher()
        if self._publisher is not None and self._publisher.restrict(kinds):
            self._tell_tracks()

    def speak_to(self, space_ids: Iterable[UUID], on_end: Callable[[], None]) -> None:
        """Let the microphone be heard in these rooms besides this one, until `hush`, or until it is off.

        Args:
            space_ids: of rooms in which nobody else is heard so.
            on_end: called once, when nothing of it is forwarded to them any more.

        Raises:
            MediaError: the microphone is off.
        """
        self.hush()
        if not self.microphones:
            raise MediaError("Turn your microphone on first.")
        self._voice = voice = _Voice(frozenset(space_ids) - {self.room.space_id}, on_end)
        self._reached |= voice.space_ids
        self._server.voices.update(dict.fromkeys(voice.space_ids, self))
        self._let_in(voice, on=True)

    def hush(self) -> None:
        """Be heard in this room alone. Nothing is forwarded to others when this returns."""
        voice, self._voice = self._voice, None
        if voice is None:
            return
        for space_id in voice.space_ids:
            if self._server.voices.get(space_id) is self:
                del self._server.voices[space_id]
        self._let_in(voice, on=False)
        voice.on_end()

    def _let_in(self, voice: _Voice, *, on: bool) -> None:
        tracks = list(self._publisher.tracks.values()) if self._publisher is not None else []
        for room in self._server.open_rooms(voice.space_ids):
            room.let_in(tracks, on=on)

    def _tell_tracks(self) -> None:
        """What this participant publishes has changed."""
        if not self.microphones:
            self.hush()
        self.room.tracks_changed()
        if self._voice is not None:
            self._let_in(self._voice, on=True)

    def end(self) -> None:
        """Leave the room: forwarding has stopped when this returns. `close` waits for what is left to do."""
        if not self.closed:
            self.closed = True
            self._end_watcher()
            self._end_publisher()
            self.room.leave(self)

    async def close(self) -> None:
        """Leave the room, and let go of its connections."""
        self.end()
        await asyncio.gather(*self._closing, return_exceptions=True)

    # --- what the room does ---

    @property
    def tracks(self) -> list[Track]:
        """What is live now."""
        return self._publisher.live if self._publisher is not None else []

    @property
    def microphones(self) -> list[Track]:
        """Those of `tracks` that are sound."""
        return [track for track in self.tracks if track.kind == "audio"]

    def tell(self, frame: protocol.ServerFrame) -> None:
        """Send a frame to the page; a page that fails to take it does not disturb the others."""
        if self.closed:
            return
        try:
            self._send(frame)
        except Exception:
            log.exception("participant %s could not be told", self.id)

    def tracks_changed(self) -> None:
        if self._watcher is not None:
            self._watcher.tracks_changed()

    def drop(self, tracks: list[Track]) -> None:
        """These tracks' publisher has gone for good."""
        if self._watcher is not None:
            self._watcher.drop(tracks)

    def bar(self, tracks: Iterable[Track], *, barred: bool) -> None:
        """A voice from another room has ended, or is heard here again."""
        if self._watcher is not None:
            self._watcher.bar(tracks, barred=barred)

    def tick(self, now: float, *, report: bool) -> None:
        """Every 100 ms while this participant is of those who send, with `report` every second."""
        uplink = self._publisher.uplink if self._publisher is not None else None
        if uplink is not None:
            uplink.tick(now)
            if report:
                uplink.report(now)
        if report:
            excess = uplink.take_excess() if uplink is not None else 0
            self._excess_seconds = max(0, self._excess_seconds + (1 if excess else -1))
            if self._excess_seconds >= EXCESS_S:
                self._cut_off(now)
            if self._publisher is None and not self._excess_seconds:
                self._server.publishing.discard(self)

    # --- inner ---

    def _next_offer_id(self) -> int:
        self._offer_id += 1
        return self._offer_id

    def _wanted(self) -> list[Track]:
        # Not one's own, on another page of the same person either: that would echo.
        return [track for track in self.room.heard_tracks() if track.user_id != self.user_id]

    def _publisher_ended(self, publisher: Publisher) -> None:
        if publisher is self._publisher:
            self._end_publisher()

    def _cut_off(self, now: float) -> None:
        log.warning("participant %s keeps sending too fast and is cut off", self.id)
        self._excess_seconds = 0
        self._cut_off_until = now + CUT_OFF_S
        detail = "This page sent far more than sound and picture need. Its sending has ended."
        self.tell(protocol.Error(code=protocol.ErrorCode.TOO_FAST, detail=detail))
        self._end_publisher()

    def _end_publisher(self) -> None:
        publisher, self._publisher = self._publisher, None
        if publisher is None:
            return
        tracks = list(publisher.tracks.values())
        publisher.stop()
        self.hush()
        self.room.drop(tracks)
        for room in self._server.open_rooms(self._reached):
            room.drop(tracks)
        self._reached = NOWHERE
        self._later(publisher.close())

    def _watcher_ended(self, watcher: Watcher, reason: str) -> None:
        if watcher is self._watcher:
            self._end_watcher()
            self.tell(protocol.Error(code=protocol.ErrorCode.MEDIA_FAILED, detail=reason))

    def _end_watcher(self, watcher: Watcher | None = None) -> None:
        if self._watcher is None or (watcher is not None and watcher is not self._watcher):
            return
        watcher, self._watcher = self._watcher, None
        watcher.stop()
        self._later(watcher.close())

    def _later(self, closing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(closing, name="media close")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
