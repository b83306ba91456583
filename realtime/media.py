"""Where the channel meets the media server: who may publish and watch, and what is told to whom.

The media server (`realtime.sfu`) knows participants and kinds of track; grants stop here.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from uuid import UUID

import structlog

from realtime import protocol
from realtime.connection import Connection
from realtime.protocol import ErrorCode
from realtime.sfu import MediaError, MediaParticipant, MediaServer
from realtime.sfu.server import OnSpoken
from server.access import Grant
from server.config import Settings

log = structlog.get_logger()

TURN_LIFETIME_S = 6 * 3600
QUEUE_LIMIT = 32

MediaFrame = protocol.MediaPublish | protocol.MediaWatch | protocol.MediaAnswer | protocol.MediaPause

_KINDS = {"audio": Grant.MEDIA_PUBLISH_AUDIO, "video": Grant.MEDIA_PUBLISH_VIDEO}


@lru_cache(maxsize=1024)
def publishable(grants: frozenset[Grant]) -> frozenset[str]:
    """The kinds of track that these grants let a person publish."""
    return frozenset(kind for kind, grant in _KINDS.items() if grant in grants)


class MediaDesk:
    """The media of this node's connections.

    A participant has a queue and a task of its own from the first request on: negotiation takes tens of
    milliseconds, and the person's chat does not wait for it.
    """

    def __init__(self, server: MediaServer, settings: Settings) -> None:
        self._server = server
        self._settings = settings
        self._queues: dict[str, asyncio.Queue[MediaFrame]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    def join(self, connection: Connection, space_id: UUID) -> None:
        """A connection has joined a space: it may now publish and watch, as far as its grants go."""
        connection.media = self._server.room(space_id).join(
            participant_id=connection.id,
            user_id=connection.user_id,
            send=connection.send,
            may_publish=publishable(connection.grants),
        )

    def listen(self, on_spoken: OnSpoken) -> None:
        """Have it told who spoke, space by space, a few times a second."""
        self._server.on_spoken = on_spoken

    def leave(self, connection: Connection) -> None:
        """Out at once: not one more packet is forwarded from or to this connection."""
        participant, connection.media = connection.media, None
        if participant is None:
            return
        participant.permit(frozenset(), may_watch=False)
        working = self._tasks.pop(connection.id, None)
        if working is None:  # most of a class only listens, or has not begun
            participant.end()
            return
        del self._queues[connection.id]
        working.cancel()
        task = asyncio.create_task(participant.close())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    def permit(self, connection: Connection) -> None:
        """The connection's grants have changed."""
        if connection.media is not None:
            connection.media.permit(
                publishable(connection.grants), may_watch=Grant.MEDIA_WATCH in connection.grants
            )

    def has_microphone(self, connection: Connection) -> bool:
        """Whether a microphone of this page is on."""
        return connection.media is not None and bool(connection.media.microphones)

    def speak_to(self, connection: Connection, space_ids: Iterable[UUID], on_end: Callable[[], None]) -> None:
        """Let a page's microphone be heard in these spaces besides its own. See `MediaParticipant.speak_to`.

        Raises:
            MediaError: the microphone is off.
        """
        if connection.media is None:
            raise MediaError("Join a space first.")
        connection.media.speak_to(space_ids, on_end)

    def hush(self, connection: Connection) -> None:
        """Let it be heard in its own space alone, at once."""
        if connection.media is not None:
            connection.media.hush()

    def handle(self, connection: Connection, frame: MediaFrame) -> None:
        """Take a media frame of a connection that has joined."""
        if connection.media is None:
            return
        queue = self._queues.get(connection.id)
        if queue is None:
            queue = self._queues[connection.id] = asyncio.Queue(QUEUE_LIMIT)
            working = self._work(connection, connection.media, queue)
            self._tasks[connection.id] = asyncio.create_task(working)
        try:
            queue.put_nowait(frame)
        except asyncio.QueueFull:
            ref = getattr(frame, "ref", None)
            connection.fail(ErrorCode.TOO_FAST, "Too many media requests at once.", ref)

    async def _work(
        self, connection: Connection, participant: MediaParticipant, queue: asyncio.Queue[MediaFrame]
    ) -> None:
        while True:
            frame = await queue.get()
            ref = getattr(frame, "ref", None)
            try:
                await self._do(connection, participant, frame)
            except MediaError as error:
                connection.fail(ErrorCode.MEDIA_FAILED, str(error), ref)
            except Exception:
                # A participant's media must not end with its task: the next request may well succeed.
                log.exception("media request failed", frame=type(frame).__name__)
                connection.fail(ErrorCode.MEDIA_FAILED, "Video could not be set up. Try again.", ref)

    async def _do(self, connection: Connection, participant: MediaParticipant, frame: MediaFrame) -> None:
        if isinstance(frame, protocol.MediaPublish):
            sdp, tracks = await participant.publish(frame.sdp)
            connection.send(protocol.MediaPublished(ref=frame.ref, sdp=sdp, tracks=tracks))
        elif isinstance(frame, protocol.MediaWatch):
            if frame.on and Grant.MEDIA_WATCH not in connection.grants:
                raise MediaError("You may not watch here.")
            await participant.watch(frame.on)
            connection.send(protocol.Ok(ref=frame.ref))
        elif isinstance(frame, protocol.MediaAnswer):
            await participant.answer(frame.offer_id, frame.sdp)
        else:
            participant.pause(frame.track_id, frame.paused)

    def tracks(self, space_id: UUID) -> list[protocol.MediaTrack]:
        """What is published in a space now."""
        return self._server.room(space_id).tracks

    def ice_servers(self, user_id: UUID) -> list[protocol.IceServer]:
        """TURN servers with credentials that end by themselves (draft-uberti-behave-turn-rest)."""
        settings = self._settings
        if not settings.turn_urls or not settings.turn_secret:
            return []
        username = f"{int(time.time()) + TURN_LIFETIME_S}:{user_id}"
        digest = hmac.new(settings.turn_secret.encode(), username.encode(), hashlib.sha1).digest()
        return [
            protocol.IceServer(
                urls=settings.turn_urls, username=username, credential=base64.b64encode(digest).decode()
            )
        ]

    async def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), *self._leaving, return_exceptions=True)
        await self._server.close()
