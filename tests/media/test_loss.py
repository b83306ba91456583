"""A room of eight on a line that loses every twentieth datagram, either way."""

from __future__ import annotations

import asyncio
import functools
import itertools
import time
from collections.abc import Callable
from typing import Any

import pytest
from aiortc import rtcrtpreceiver
from aiortc.jitterbuffer import JitterBuffer

from realtime.sfu import MediaServer
from tests.media.peers import FlatPicture, Peer

PEERS = 8
LOST_ONE_IN = 20


class LossyLine:
    """Between the server and all its peers."""

    def __init__(self, media: MediaServer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lost = 0
        self._count = itertools.count(1)
        port = media._port
        handle, send, put = port._handle, port.send, port.batch.put

        def lossy(work: Callable[..., None]) -> Callable[..., None]:
            def through(*arguments: Any) -> None:
                if next(self._count) % LOST_ONE_IN:
                    work(*arguments)
                else:
                    self.lost += 1

            return through

        for owner, name, work in (
            (port, "_handle", handle),
            (port, "send", send),
            (port.batch, "put", put),
        ):
            monkeypatch.setattr(owner, name, lossy(work))


async def test_everyone_decodes_everyone(
    enter: Callable[..., Peer], media: MediaServer, monkeypatch: pytest.MonkeyPatch, record_property: Any
) -> None:
    # A stock aiortc receiver asks once for what it lacks and then waits until its buffer is full.
    small = functools.partial(JitterBuffer, 32)
    monkeypatch.setattr(rtcrtpreceiver, "JitterBuffer", lambda capacity, **options: small(**options))
    line = LossyLine(media, monkeypatch)
    start = time.monotonic()
    peers = [enter() for _ in range(PEERS)]
    for i, peer in enumerate(peers):
        await peer.publish(FlatPicture(40 + 20 * i))
    await asyncio.gather(*(peer.watch() for peer in peers))

    async def check(viewer: Peer, other: Peer, brightness: int) -> None:
        (track,) = other.published
        seen = await viewer.sees(track, frames=20)
        assert abs(seen.brightness - brightness) < 12

    await asyncio.gather(
        *(
            check(viewer, other, 40 + 20 * i)
            for viewer in peers
            for i, other in enumerate(peers)
            if viewer is not other
        )
    )
    took = time.monotonic() - start
    assert line.lost > 100
    assert media.counters.retransmitted > 20
    assert media.counters.dropped_excess == 0
    record_property("seconds", round(took, 1))
    print(f"{took:.1f} s, lost {line.lost}, {media.counters}")
