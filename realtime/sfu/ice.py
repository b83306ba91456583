"""ICE-lite: every peer connection of the process on one UDP socket.

A lite agent only answers connectivity checks; the browser makes them and chooses the path. Checks
are told apart by the user name they carry, everything else by the address it comes from, and an
address counts only once a signed check has come from it.

Rules: RFC 8445 (2.5 lite, 5.1.2 priorities, 7.3 checks), RFC 7983 (telling protocols apart by the
first byte), RFC 7675 (consent: a path that is silent for 30 s is no longer sent to).
`IceGatherer` and `IceTransport` are what aiortc's peer connection expects of its own classes of
those names (`realtime.sfu.aiortc_hooks`).
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import secrets
import socket
import time
from collections.abc import Callable, Sequence
from typing import Any

import ifaddr
from aiortc.rtcicetransport import RTCIceCandidate, RTCIceParameters
from pyee.asyncio import AsyncIOEventEmitter
from pylibsrtp._binding import ffi as srtp_ffi

from realtime.sfu import stun
from realtime.sfu.counters import Counters
from realtime.sfu.datagrams import open_batch
from realtime.sfu.limits import Budget

log = logging.getLogger(__name__)

CONSENT_S = 30.0
"""RFC 7675 5.1: how long a path stays usable without a signed check."""

FIRST_CHECK_S = 30.0
"""How long a new connection may wait for its first check."""

ADDRESS_HOLD_S = 10.0
"""Checks come every few seconds; an address heard within this time cannot be taken over."""

ADDRESSES_PER_CONNECTION = 16
HANDSHAKE_QUEUE = 64
HANDSHAKE_A_SECOND = 100
"""DTLS datagrams of one connection; a handshake takes about ten."""

CHECKS_A_SECOND = 100
"""Of one connection, on all its addresses. Browsers make at most some twenty."""

RECEIVE_BYTES = 2048
READS_A_WAKE_UP = 128
SOCKET_BUFFER_BYTES = 4 << 20


def interface_addresses() -> list[str]:
    """Every IPv4 address of this machine, the loopback last."""
    found = [ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4]
    addresses = [str(ip) for ip in found]
    return [a for a in addresses if not a.startswith("127.")] + ["127.0.0.1"]


class IcePort:
    """The process's UDP socket: reads, tells apart, answers checks, sends batches."""

    def __init__(self, sock: socket.socket, addresses: Sequence[str], counters: Counters) -> None:
        self.addresses = addresses
        self.port: int = sock.getsockname()[1]
        self.counters = counters
        self.batch = open_batch(sock, counters)
        self.received = bytearray(RECEIVE_BYTES)
        self.received_view = memoryview(self.received)
        self.received_pointer = srtp_ffi.from_buffer("char[]", self.received)
        self._sock = sock
        self._by_ufrag: dict[str, IceConnection] = {}
        self._by_address: dict[tuple[str, int], IceConnection] = {}
        self._transport: asyncio.BaseTransport | None = None
        self._loop = asyncio.get_running_loop()

    @classmethod
    async def open(cls, host: str, port: int, advertise: Sequence[str], counters: Counters) -> IcePort:
        """Bind `host`:`port` and start reading.

        Args:
            host: IPv4 address to bind.
            port: 0 takes a free one.
            advertise: IPv4 addresses named to browsers; empty for `host`, or for every address of
                the machine when `host` is 0.0.0.0.
            counters: where datagrams are counted.

        Raises:
            ValueError: an address is not IPv4.
            OSError: the port cannot be had.
        """
        for address in (host, *advertise):
            ipaddress.IPv4Address(address)
        addresses = list(advertise) or (interface_addresses() if host == "0.0.0.0" else [host])
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                sock.setsockopt(socket.SOL_SOCKET, option, SOCKET_BUFFER_BYTES)
            sock.setblocking(False)
            sock.bind((host, port))
        except OSError:
            sock.close()
            raise
        self = cls(sock, list(dict.fromkeys(addresses)), counters)
        await self._start_reading()
        return self

    async def _start_reading(self) -> None:
        try:
            self._loop.add_reader(self._sock.fileno(), self._on_readable)
        except NotImplementedError:  # Windows' default loop has datagram endpoints only
            self._transport, _ = await self._loop.create_datagram_endpoint(
                lambda: _Reader(self._on_datagram), sock=self._sock
            )

    def close(self) -> None:
        """Stop reading and give the port back. Connections are lost."""
        if self._transport is not None:
            self._transport.close()
        else:
            self._loop.remove_reader(self._sock.fileno())
        for connection in list(self._by_ufrag.values()):
            connection.close()
        self._sock.close()

    def send(self, data: bytes, address: tuple[str, int]) -> None:
        """Send one datagram now; what cannot leave is dropped."""
        try:
            self._sock.sendto(data, address)
        except BlockingIOError:
            self.counters.dropped_excess += 1
        except OSError as error:
            log.debug("a datagram cannot be sent: %s", error.strerror)

    def expire(self, now: float) -> None:
        """Drop every path that has been silent for `CONSENT_S`."""
        for connection in list(self._by_ufrag.values()):
            connection.expire(now)

    # --- connections ---

    def add(self, connection: IceConnection) -> None:
        self._by_ufrag[connection.ufrag] = connection

    def remove(self, connection: IceConnection) -> None:
        self._by_ufrag.pop(connection.ufrag, None)
        for address in connection.heard:
            self.forget(address, connection)

    def forget(self, address: tuple[str, int], connection: IceConnection) -> None:
        if self._by_address.get(address) is connection:
            del self._by_address[address]

    # --- reading ---

    def _on_readable(self) -> None:
        recvfrom_into = self._sock.recvfrom_into
        for _ in range(READS_A_WAKE_UP):
            try:
                size, address = recvfrom_into(self.received)
            except BlockingIOError:
                break
            except OSError:  # what an earlier datagram came back with
                continue
            self._handle(size, address)
        if self.batch.count:
            self.batch.flush()

    def _on_datagram(self, data: bytes, address: tuple[str, int]) -> None:
        size = min(len(data), RECEIVE_BYTES)
        self.received[:size] = data[:size]
        self._handle(size, address)
        if self.batch.count:
            self.batch.flush()

    def _handle(self, size: int, address: tuple[str, int]) -> None:
        """One datagram, in `received`. Whatever it holds, nothing is raised."""
        self.counters.datagrams_in += 1
        if not 0 < size < RECEIVE_BYTES:
            self.counters.dropped_malformed += 1
            return
        first = self.received[0]
        try:
            if 128 <= first < 192:
                connection = self._by_address.get(address)
                if connection is not None and connection.on_media is not None:
                    connection.on_media(size)
                else:
                    self.counters.dropped_unknown += 1
            elif first < 4:
                self._on_check(bytes(self.received_view[:size]), address)
            elif 20 <= first < 64:
                connection = self._by_address.get(address)
                if connection is not None:
                    connection.queue_handshake(bytes(self.received_view[:size]))
                else:
                    self.counters.dropped_unknown += 1
            else:
                self.counters.dropped_malformed += 1
        except Exception:
            # A defect of ours, set off by someone's bytes: all others go on. The log is kept short.
            self.counters.faults += 1
            if self.counters.faults & (self.counters.faults - 1) == 0:
                known = self._by_address.get(address)
                sender = "a stranger" if known is None else known.ufrag
                log.exception("datagram from %s could not be handled", sender)

    def _on_check(self, data: bytes, address: tuple[str, int]) -> None:
        try:
            request = stun.parse_binding_request(data)
        except stun.StunError:
            self.counters.dropped_malformed += 1
            return
        connection = self._by_ufrag.get(request.ufrag)
        if connection is None:
            self.counters.dropped_unknown += 1
            return
        now = time.monotonic()
        # Only the page was told its user name, so nobody else can spend this.
        if not connection.checks.take(0, now):
            self.counters.dropped_excess += 1
            return
        if not stun.is_authentic(request, connection.password):
            self.counters.dropped_unauthentic += 1
            return
        holder = self._by_address.get(address)
        if holder is not None and holder is not connection and holder.holds(address, now):
            # Source addresses can be forged: another's live one is not given away.
            self.counters.dropped_unknown += 1
            return
        self._by_address[address] = connection
        connection.on_check(address, now, request.use_candidate)
        response = stun.binding_response(request.transaction_id, address, connection.password)
        self.send(response, address)


class _Reader(asyncio.DatagramProtocol):
    def __init__(self, on_datagram: Callable[[bytes, Any], None]) -> None:
        self._on_datagram = on_datagram

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self._on_datagram(data, addr)


class IceConnection:
    """One peer connection's path to its browser."""

    def __init__(self, port: IcePort) -> None:
        self.port = port
        self.ufrag = secrets.token_hex(8)
        self.password = secrets.token_hex(16).encode()
        self.address: tuple[str, int] | None = None
        self.destination: Any = None
        """`address` as the batch wants it; None while there is nowhere to send."""
        self.heard: dict[tuple[str, int], float] = {}
        self.on_media: Callable[[int], None] | None = None
        """Called with the size of an SRTP or SRTCP datagram that lies in `port.received`."""
        self.reachable = asyncio.Event()
        self.closed = False
        self.checks = Budget(CHECKS_A_SECOND)
        self._handshakes = Budget(HANDSHAKE_A_SECOND)
        self._handshake: asyncio.Queue[bytes | None] = asyncio.Queue(HANDSHAKE_QUEUE + 1)
        port.add(self)

    def on_check(self, address: tuple[str, int], now: float, chosen: bool) -> None:
        """A signed check came from `address`; `chosen` says the browser wants this path used."""
        self.heard[address] = now
        if len(self.heard) > ADDRESSES_PER_CONNECTION:
            oldest = min((a for a in self.heard if a != self.address), key=self.heard.__getitem__)
            del self.heard[oldest]
            self.port.forget(oldest, self)
        if (chosen or self.address is None) and address != self.address:
            self.address = address
            self.destination = self.port.batch.destination(address)
            self.reachable.set()

    def holds(self, address: tuple[str, int], now: float) -> bool:
        """Whether this connection was heard from `address` a moment ago."""
        return now - self.heard.get(address, float("-inf")) < ADDRESS_HOLD_S

    def expire(self, now: float) -> None:
        """Forget addresses not heard for `CONSENT_S`; without the one in use, all is over."""
        for address, heard_at in list(self.heard.items()):
            if now - heard_at > CONSENT_S:
                del self.heard[address]
                self.port.forget(address, self)
        if self.address is not None and self.address not in self.heard:
            log.info("consent expired for %s", self.ufrag)
            self.close()

    def queue_handshake(self, data: bytes) -> None:
        """Keep a DTLS datagram for `receive`; what is too much is dropped, DTLS sends again."""
        if self._handshake.qsize() < HANDSHAKE_QUEUE and self._handshakes.take(0, time.monotonic()):
            self._handshake.put_nowait(data)
        else:
            self.port.counters.dropped_excess += 1

    async def receive(self) -> bytes:
        """The next DTLS datagram.

        Raises:
            ConnectionError: the connection was closed or lost.
        """
        data = None if self.closed else await self._handshake.get()
        if data is None:
            raise ConnectionError("closed")
        return data

    def close(self) -> None:
        """Take the connection off the port: from here on nothing is read or sent for it."""
        if self.closed:
            return
        self.closed = True
        self.address = self.destination = self.on_media = None
        self.port.remove(self)
        self._handshake.put_nowait(None)  # the queue keeps one place for it
        self.reachable.set()


class IceGatherer(AsyncIOEventEmitter):
    """Candidates of a peer connection: the port under each advertised address."""

    def __init__(self, port: IcePort, **_: object) -> None:
        super().__init__()
        self.state = "new"
        self._connection = IceConnection(port)

    async def gather(self) -> None:
        if self.state == "new":
            self.state = "completed"
            self.emit("statechange")

    def getLocalCandidates(self) -> list[RTCIceCandidate]:  # noqa: N802 (aiortc's name)
        port = self._connection.port
        return [
            RTCIceCandidate(
                component=1,
                foundation=str(i + 1),
                ip=address,
                port=port.port,
                priority=126 << 24 | (65_535 - i) << 8 | 255,
                protocol="udp",
                type="host",
            )
            for i, address in enumerate(port.addresses)
        ]

    def getLocalParameters(self) -> RTCIceParameters:  # noqa: N802
        connection = self._connection
        return RTCIceParameters(
            usernameFragment=connection.ufrag, password=connection.password.decode(), iceLite=True
        )


class IceTransport(AsyncIOEventEmitter):
    """What a peer connection's DTLS sends and receives through."""

    role = "controlled"

    def __init__(self, gatherer: IceGatherer) -> None:
        super().__init__()
        self.iceGatherer = gatherer
        self.state = "new"
        self._connection = gatherer._connection
        self._role_set = True  # a lite agent is always the controlled side
        self._started: asyncio.Event | None = None

    async def addRemoteCandidate(self, candidate: object) -> None:  # noqa: N802
        """A lite agent has no use for them: it answers where checks come from."""

    async def start(self, remote_parameters: object) -> None:
        """Wait for the first check, at most `FIRST_CHECK_S`."""
        if self._started is not None:
            await self._started.wait()
            return
        self._started = asyncio.Event()
        self._set_state("checking")
        try:
            async with asyncio.timeout(FIRST_CHECK_S):
                await self._connection.reachable.wait()
            self._set_state("failed" if self._connection.closed else "completed")
        except TimeoutError:
            self._set_state("failed")
        finally:
            self._started.set()

    async def stop(self) -> None:
        self._connection.close()
        self._set_state("closed")
        self.iceGatherer.remove_all_listeners()
        self.remove_all_listeners()

    def _set_state(self, state: str) -> None:
        if self.state not in (state, "closed"):
            self.state = state
            self.emit("statechange")

    async def _recv(self) -> bytes:
        return await self._connection.receive()

    async def _send(self, data: bytes) -> None:
        if self._connection.address is None:
            raise ConnectionError("not connected")
        self._connection.port.send(data, self._connection.address)
