"""Each fault of `tests.faults.Line` does what it says: the tests that rely on it prove nothing otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.faults import Line, Way

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

WAIT_S = 10.0


class Echo:
    """A server that sends back what it gets, behind `prefix`, and remembers how its connections ended."""

    def __init__(self, prefix: bytes = b"") -> None:
        self._prefix = prefix
        self.ended: asyncio.Queue[bytes] = asyncio.Queue()
        """What each connection had brought when it ended, in order of their ends."""
        self._writers: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> Echo:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        brought = b""
        try:
            while data := await reader.read(65536):
                brought += data
                writer.write(self._prefix + data)
                await writer.drain()
        except OSError:
            pass
        self.ended.put_nowait(brought)
        writer.close()


@asynccontextmanager
async def visit(line: Line) -> AsyncIterator[Streams]:
    host, port = line.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    async with Echo() as server:
        yield server


@pytest.fixture
async def line(echo: Echo) -> AsyncIterator[Line]:
    async with Line(echo.address) as line:
        yield line
    assert line.open == 0


async def asks(streams: Streams, data: bytes) -> bytes:
    """What comes back for `data`."""
    async with asyncio.timeout(WAIT_S):
        streams[1].write(data)
        return await streams[0].readexactly(len(data))


async def is_over(streams: Streams) -> bool:
    """Wait for the end; False when something else came."""
    async with asyncio.timeout(WAIT_S):
        try:
            return await streams[0].read(1) == b""
        except OSError:
            return True


async def turned_away(line: Line) -> bool:
    try:
        async with visit(line) as streams:
            return await is_over(streams)
    except OSError:
        return True


async def test_it_carries_both_ways_and_counts(line: Line) -> None:
    big = bytes(range(256)) * 4096
    async with visit(line) as one, visit(line) as other:
        assert await asyncio.gather(asks(one, big), asks(other, b"small")) == [big, b"small"]
        assert (line.accepted, line.open) == (2, 2)
    assert line.carried_bytes(Way.UP) == line.carried_bytes(Way.DOWN) == len(big) + 5


async def test_an_end_is_passed_on(line: Line, echo: Echo) -> None:
    async with visit(line) as streams:
        await asks(streams, b"bye")
        streams[1].close()
        assert await asyncio.wait_for(echo.ended.get(), WAIT_S) == b"bye"


async def test_cut_ends_what_is_open_until_it_is_mended(line: Line, echo: Echo) -> None:
    async with visit(line) as streams:
        await asks(streams, b"one")
        line.cut()
        assert await is_over(streams)
        assert await asyncio.wait_for(echo.ended.get(), WAIT_S) == b"one"
    assert await turned_away(line)
    line.mend()
    async with visit(line) as streams:
        assert await asks(streams, b"two") == b"two"
    assert line.accepted == 2


async def test_refuse_spares_what_is_open_and_drop_does_not(line: Line) -> None:
    async with visit(line) as streams:
        await asks(streams, b"one")
        line.refuse()
        assert await turned_away(line)
        assert await asks(streams, b"two") == b"two"
        line.drop()
        assert await is_over(streams)


@pytest.mark.parametrize("way", Way)
async def test_a_stalled_way_holds_bytes_and_lets_them_go(line: Line, echo: Echo, way: Way) -> None:
    async with visit(line) as streams:
        await asks(streams, b"one")
        before = line.carried_bytes(Way.UP)
        line.stall(way)
        answer = asyncio.create_task(asks(streams, b"two"))
        if way is Way.DOWN:  # the other way goes on
            while line.carried_bytes(Way.UP) == before:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert not answer.done()
        assert line.carried_bytes(way) == before
        line.mend()
        assert await answer == b"two"


async def test_a_stalled_line_takes_no_more_than_its_bound(line: Line) -> None:
    async with visit(line) as streams:
        await asks(streams, b"one")
        line.stall(Way.UP)
        streams[1].transport.set_write_buffer_limits(0)
        sent = 0
        with contextlib.suppress(TimeoutError):
            while sent < 64 * 1024 * 1024:
                streams[1].write(bytes(65536))
                async with asyncio.timeout(0.5):
                    await streams[1].drain()
                sent += 65536
        assert sent < 32 * 1024 * 1024  # nearly all of it in the kernel's buffers


async def test_a_stalled_line_may_die(line: Line, echo: Echo) -> None:
    async with visit(line) as streams:
        await asks(streams, b"one")
        line.stall()
        streams[1].write(b"two")
        await asyncio.sleep(0.05)
        line.cut()
        assert await is_over(streams)
        assert await asyncio.wait_for(echo.ended.get(), WAIT_S) == b"one"


async def test_an_end_does_not_arrive_through_a_stall(line: Line, echo: Echo) -> None:
    """Half-open: one side is gone, and the other cannot know."""
    async with visit(line) as streams:
        await asks(streams, b"one")
        line.stall()
    await asyncio.sleep(0.1)
    assert echo.ended.empty()
    line.mend()
    assert await asyncio.wait_for(echo.ended.get(), WAIT_S) == b"one"


async def test_whoever_comes_to_a_stalled_line_waits(line: Line) -> None:
    line.stall()
    async with visit(line) as streams:
        answer = asyncio.create_task(asks(streams, b"one"))
        await asyncio.sleep(0.1)
        assert not answer.done()
        line.mend()
        assert await answer == b"one"


async def test_a_slow_line_is_late(line: Line) -> None:
    async with visit(line) as streams:
        line.slow(delay_s=0.05)
        began = time.monotonic()
        await asks(streams, b"one")
        assert time.monotonic() - began >= 0.1  # there and back
        line.slow(bytes_per_s=100_000)
        began = time.monotonic()
        await asks(streams, bytes(10_000))
        assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("way", Way)
async def test_it_ends_in_the_middle(line: Line, echo: Echo, way: Way) -> None:
    async with visit(line) as streams, visit(line) as idle:
        await asks(idle, b"idle")
        await asks(streams, b"one")
        line.drop_after(3, way)
        streams[1].write(b"second")
        if way is Way.UP:
            assert await asyncio.wait_for(echo.ended.get(), WAIT_S) == b"onesec"
            async with asyncio.timeout(WAIT_S):
                while line.open != 1:
                    await asyncio.sleep(0.01)
        else:
            assert await asyncio.wait_for(streams[0].read(), WAIT_S) == b"sec"
            assert await asyncio.wait_for(echo.ended.get(), WAIT_S) == b"onesecond"
        # Only that connection, and only once.
        assert await asks(idle, b"third") == b"third"
    async with visit(line) as streams:
        assert await asks(streams, b"fourth") == b"fourth"


async def test_a_server_may_move(line: Line) -> None:
    async with visit(line) as old:
        await asks(old, b"one")
        async with Echo(b"new ") as moved:
            line.target = moved.address
            async with visit(line) as streams:
                streams[1].write(b"two")
                assert await asyncio.wait_for(streams[0].readexactly(7), WAIT_S) == b"new two"
            assert await asks(old, b"three") == b"three"


async def test_a_server_that_is_not_there(line: Line, closed_port: int) -> None:
    line.target = f"127.0.0.1:{closed_port}"
    assert await turned_away(line)


async def test_closing_ends_everything(echo: Echo) -> None:
    async with Line(echo.address) as line:
        line.stall()
        async with visit(line) as streams:
            streams[1].write(b"held")
            while not line.open:
                await asyncio.sleep(0.01)
            await line.__aexit__(None, None, None)
            assert await is_over(streams)
    assert line.open == 0
