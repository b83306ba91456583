"""Asking ClamAV whether a file is clean, over clamd's own protocol (INSTREAM), by TCP or a unix socket.

Only where `clamd` is set. No answer is not "clean": the file waits (`server.files.rounds`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import NamedTuple

import structlog

from server.files.models import Scan

log = structlog.get_logger()

TIMEOUT_S = 60.0
CONNECT_TIMEOUT_S = 5.0
AT_ONCE = 4
ANSWER_LIMIT_BYTES = 4096


class Address(NamedTuple):
    """Where clamd listens: a host and a port, or the path of a socket with port 0."""

    host: str
    port: int

    @classmethod
    def of(cls, setting: str) -> Address:
        """`127.0.0.1:3310`, `[::1]:3310`, or a path that begins with a slash.

        Raises:
            ValueError: it is none of these.
        """
        if setting.startswith("/"):
            return cls(setting, 0)
        host, _, port = setting.rpartition(":")
        if not host or not port.isdigit():
            raise ValueError("COMMONROOM_CLAMD is host:port, or the path of a socket")
        return cls(host.strip("[]"), int(port))


class Scanner:
    """clamd, or nothing.

    Args:
        setting: its address; empty: there is no scanner.
    """

    def __init__(self, setting: str, timeout_s: float = TIMEOUT_S) -> None:
        self._address = Address.of(setting) if setting else None
        self._timeout_s = timeout_s
        self._turns = asyncio.Semaphore(AT_ONCE)

    def __bool__(self) -> bool:
        return self._address is not None

    async def scan(self, content: AsyncIterator[bytes]) -> Scan:
        """What clamd says of it. `WAITING` when it says nothing that can be relied on."""
        if self._address is None:
            return Scan.NONE
        try:
            async with asyncio.timeout(self._timeout_s), self._turns:
                answer = await self._ask(self._address, content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            log.warning("clamd did not answer", error=type(error).__name__)
            return Scan.WAITING
        if answer == "stream: OK":
            return Scan.CLEAN
        if answer.endswith(" FOUND"):
            return Scan.INFECTED
        log.warning("clamd could not scan a file", answer=answer[:200])
        return Scan.WAITING

    async def _ask(self, address: Address, content: AsyncIterator[bytes]) -> str:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            reader, writer = await (
                asyncio.open_connection(address.host, address.port, limit=ANSWER_LIMIT_BYTES)
                if address.port
                else asyncio.open_unix_connection(address.host, limit=ANSWER_LIMIT_BYTES)
            )
        try:
            writer.write(b"zINSTREAM\0")
            async for piece in content:
                writer.write(len(piece).to_bytes(4, "big") + piece)
                await writer.drain()
            writer.write(bytes(4))
            await writer.drain()
            return (await reader.readuntil(b"\0"))[:-1].decode("utf-8", "replace").strip()
        finally:
            writer.close()
