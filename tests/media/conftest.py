"""A media server on the loopback, and peers that leave when the test ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import pytest

from realtime.sfu import MediaRoom, MediaServer
from tests.media.peers import Peer


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """aiortc's own ICE leaves the loopback out; here it is all there is."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda *_, **__: ["127.0.0.1"])


@pytest.fixture
async def media() -> AsyncIterator[MediaServer]:
    server = await MediaServer.start(host="127.0.0.1")
    yield server
    await server.close()
    assert server.counters.faults == 0


@pytest.fixture
def room(media: MediaServer) -> MediaRoom:
    return media.room(uuid4())


@pytest.fixture
async def enter(room: MediaRoom) -> AsyncIterator[Callable[..., Peer]]:
    """Makes peers in `room`."""
    peers: list[Peer] = []

    def make(**options: frozenset[str]) -> Peer:
        peers.append(Peer(room, **options))
        return peers[-1]

    yield make
    for peer in peers:
        await peer.close()
