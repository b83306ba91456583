"""The process's media server: one UDP port, the rooms behind it, and their clock."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence, Set
from uuid import UUID
from weakref import WeakValueDictionary

from aiortc import RTCPeerConnection

from realtime.sfu import codecs
from realtime.sfu.aiortc_hooks import peer_connection_class
from realtime.sfu.counters import Counters
from realtime.sfu.ice import IcePort
from realtime.sfu.participant import MediaParticipant
from realtime.sfu.room import MediaRoom

log = logging.getLogger(__name__)

TICK_S = 0.1
SPEAKER_TICKS = 3
REPORT_TICKS = 10
LATE_S = 1.0
"""A clock that was held up for longer does not say that somebody spoke all the while."""

OnSpoken = Callable[[UUID, Set[UUID], float], None]
"""Is told of a space who spoke in the last moment, and how many seconds that was."""


class MediaServer:
    """Forwards sound and picture between browsers, without decoding either.

    Started with `start`, in a running event loop, once for each process (tests may start several).
    """

    def __init__(self, port: IcePort, counters: Counters) -> None:
        self.counters = counters
        self.participants: set[MediaParticipant] = set()
        self.publishing: set[MediaParticipant] = set()
        """Who sends, or did a moment ago: the clock need not look at the others."""
        self.voices: dict[UUID, MediaParticipant] = {}
        """By space, who is heard there from another room (`MediaParticipant.speak_to`)."""
        self.turn = asyncio.Lock()
        """Held while SDP is worked on: that takes milliseconds, and media flows in between."""
        self.publishing_connection: type[RTCPeerConnection] = peer_connection_class(port, codecs.PUBLISH)
        self.watching_connection: type[RTCPeerConnection] = peer_connection_class(port, codecs.WATCH)
        self.on_spoken: OnSpoken | None = None
        """Told every 300 ms of each room in which somebody has spoken since."""
        self._port = port
        self._listened_at = time.monotonic()
        # A room lives as long as a participant or a caller holds it.
        self._rooms: WeakValueDictionary[UUID, MediaRoom] = WeakValueDictionary()
        self._clock = asyncio.create_task(self._run_clock(), name="media clock")

    @classmethod
    async def start(
        cls, *, host: str = "0.0.0.0", port: int = 0, advertise: Sequence[str] = ()
    ) -> MediaServer:
        """Open the UDP port.

        Args:
            host: IPv4 address to bind.
            port: 0 takes a free one; `udp_port` tells which.
            advertise: IPv4 addresses under which browsers reach this process. Empty: `host`, or
                for 0.0.0.0 every address of the machine, the loopback too.

        Raises:
            ValueError: an address is not IPv4.
            OSError: the port cannot be had.
            RuntimeError: another aiortc than the one this was written for is installed.
        """
        counters = Counters()
        ice_port = await IcePort.open(host, port, advertise, counters)
        try:
            return cls(ice_port, counters)
        except BaseException:
            ice_port.close()
            raise

    @property
    def udp_port(self) -> int:
        return self._port.port

    def room(self, space_id: UUID) -> MediaRoom:
        """The live room of a space, made on first use, gone when its last participant leaves."""
        room = self._rooms.get(space_id)
        if room is None:
            room = self._rooms[space_id] = MediaRoom(self, space_id)
        return room

    def open_rooms(self, space_ids: Iterable[UUID]) -> list[MediaRoom]:
        """The rooms of these spaces that anybody is in."""
        return [room for each in space_ids if (room := self._rooms.get(each)) is not None]

    async def close(self) -> None:
        """End every connection and give the port back."""
        self._clock.cancel()
        await asyncio.gather(
            self._clock,
            *(participant.close() for participant in list(self.participants)),
            return_exceptions=True,
        )
        self._port.close()

    async def _run_clock(self) -> None:
        ticks = 0
        while True:
            await asyncio.sleep(TICK_S)
            ticks += 1
            try:
                self._tick(time.monotonic(), ticks)
            except Exception:
                # The clock serves everyone: one room's defect must not stop it.
                self.counters.faults += 1
                log.exception("the media clock met a fault")

    def _tick(self, now: float, ticks: int) -> None:
        report = ticks % REPORT_TICKS == 0
        for participant in list(self.publishing):
            participant.tick(now, report=report)
        if ticks % SPEAKER_TICKS == 0:
            rooms = {participant.room for participant in self.publishing}
            for room in rooms | {each for each in self._rooms.values() if each.has_speaker}:
                room.update_speaker(now)
            self._tell_who_spoke(rooms, now)
        if report:
            self._port.expire(now)

    def _tell_who_spoke(self, rooms: Set[MediaRoom], now: float) -> None:
        since, self._listened_at = self._listened_at, now
        if self.on_spoken is None:
            return
        for room in rooms:
            if users := room.who_spoke(since):
                self.on_spoken(room.space_id, users, min(now - since, LATE_S))
