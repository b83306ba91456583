"""A server that speaks clamd's protocol as clamd does, and knows one virus: EICAR's."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.files import EICAR


class Clamd:
    """Listens on the loopback, or on a unix socket. What a test sets on it decides how it answers."""

    def __init__(self) -> None:
        self.address = ""
        self.scanned: list[bytes] = []
        self.is_silent = False
        """It takes what it is sent, and never answers."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
            content = b""
            while size := int.from_bytes(await reader.readexactly(4), "big"):
                content += await reader.readexactly(size)
            if self.is_silent:
                await reader.read()
            else:
                self.scanned.append(content)
                found = "Win.Test.EICAR_HDB-1 FOUND" if EICAR in content else "OK"
                writer.write(f"stream: {found}\0".encode())
        writer.close()


@asynccontextmanager
async def clamd(socket: Path | None = None, port: int = 0) -> AsyncIterator[Clamd]:
    """A running one."""
    made = Clamd()
    if socket:
        server, made.address = await asyncio.start_unix_server(made.serve, socket), str(socket)
    else:
        server = await asyncio.start_server(made.serve, "127.0.0.1", port)
        made.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()
