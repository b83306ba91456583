"""Stock Yjs clients, as browsers run them: the guard refuses none of them, and all come to the same.

`yjs_pages.mjs` runs the library of the web client under Node; the sockets are ours.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import random
import shutil
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from realtime.board_guard import Gap, Refused
from realtime.protocol import Error
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.client import WAIT_S, LiveClient
from tests.realtime.conftest import Visit, first_board
from tests.unit import yjs_bytes as raw
from tests.unit.test_board_guard import EVE, eve_draws
from tests.unit.test_board_guard import world as small_world

CLIENT = Path(__file__).parents[2] / "client"
PROGRAM = Path(__file__).with_name("yjs_pages.mjs")


class YjsPages:
    """The Node process: its pages, and the sockets that carry their messages."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin
        assert process.stdout
        self._stdin, self._stdout = process.stdin, process.stdout
        self._replies: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._sockets: dict[int, LiveClient] = {}
        self._reader = asyncio.create_task(self._read())

    def _write(self, page: int, kind: int, body: bytes) -> None:
        self._stdin.write(struct.pack("!IBB", len(body) + 2, page, kind) + body)

    async def _read(self) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                size, page, kind = struct.unpack("!IBB", await self._stdout.readexactly(6))
                body = await self._stdout.readexactly(size - 2)
                if kind == 1:
                    self._replies.put_nowait(json.loads(body))
                elif page in self._sockets:
                    await self._sockets[page].send_binary(body)

    async def ask(self, page: int, what: str, **more: Any) -> dict[str, Any]:
        self._write(page, 1, json.dumps({"do": what, **more}).encode())
        async with asyncio.timeout(WAIT_S):
            reply = await self._replies.get()
        assert "error" not in reply, reply
        return reply

    async def connect(self, page: int, client: LiveClient, board_id: UUID) -> None:
        self._sockets[page] = client
        client.on_binary = lambda data: self._write(page, 0, data)
        await client.open_board(board_id)
        await self.ask(page, "connect")

    async def disconnect(self, page: int) -> None:
        """The network goes: what is on its way, either way, is lost."""
        client = self._sockets.pop(page)
        client.on_binary = None
        await self.ask(page, "disconnect")
        client.socket.transport.abort()

    async def elements(self, page: int) -> dict[str, Any]:
        return (await self.ask(page, "state"))["elements"]

    async def close(self) -> None:
        self._stdin.close()
        await self._reader


@pytest.fixture
async def yjs() -> AsyncIterator[YjsPages]:
    node = shutil.which("node")
    if node is None or not (CLIENT / "node_modules" / "yjs").is_dir():
        pytest.fail("these tests need Node and the web client's packages (python3 dev.py test installs them)")
    process = await asyncio.create_subprocess_exec(
        node, PROGRAM, CLIENT / "package.json", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    pages = YjsPages(process)
    yield pages
    await pages.close()
    await process.wait()


async def test_stock_clients_draw_undo_and_come_back(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, yjs: YjsPages
) -> None:
    board_id = await first_board(live_nodes[0], world.space.id)
    people = [world.home.students[0], world.abroad.students[0], world.home.students[1]]
    clients: dict[int, LiveClient] = {}
    errors: list[Error] = []
    chance = random.Random(7)

    async def connect(page: int) -> None:
        node = chance.choice(live_nodes)
        clients[page] = await visit.enter(node, people[page].id, world.space.id)
        await yjs.connect(page, clients[page], board_id)

    watching = await visit.board(live_nodes[0], world.abroad.teacher.id, world.space.id, board_id)
    for page, person in enumerate(people):
        await yjs.ask(page, "open", userId=str(person.id))
        await connect(page)
    offline: set[int] = set()
    for label in range(90):
        page = chance.randrange(len(people))
        await yjs.ask(page, "edit", count=chance.randint(1, 6), label=label)
        if chance.random() < 0.15 and page not in offline:
            errors += clients[page].pending(Error)
            await yjs.disconnect(page)
            offline.add(page)
        elif offline and chance.random() < 0.3:
            await connect(back := offline.pop())
            assert back in clients
    for page in offline:
        await connect(page)
    async with asyncio.timeout(WAIT_S):
        while True:
            drawn = [await yjs.elements(page) for page in range(len(people))]
            mine = json.loads(json.dumps(watching.drawn(), default=list))
            if all(each == mine for each in drawn):
                break
    for client in clients.values():
        errors += client.pending(Error)
    assert errors == []
    assert len(mine) > 5
    assert {"x", "by", "gone"} <= set.intersection(*(set(each) for each in mine.values()))
    # Awareness of a stock client arrives, signed.
    await watching.until(lambda: len([each for each in watching.states.values() if each]) >= len(people))
    assert {each["user"] for each in watching.states.values() if each} == {str(each.id) for each in people}
    late = await visit.board(live_nodes[1], world.home.teacher.id, world.space.id, board_id)
    assert json.loads(json.dumps(late.drawn(), default=list)) == mine


async def test_what_passes_the_guard_every_browser_takes(yjs: YjsPages) -> None:
    """An update that one reader takes and another refuses would break the page of everyone who opens it."""
    chance = random.Random(11)
    passed = 0
    for _ in range(60):
        server, *_ = small_world()
        sent_on = [server.doc.get_update()]
        at, last = eve_draws(server), 2
        sent_on.append(server.doc.get_update())
        for _ in range(30):
            update = bytearray(
                raw.update(
                    (
                        30,
                        at,
                        [
                            raw.value((30, last), raw.text("12")),
                            raw.field((30, 0), f"k{at}", b"\1\x7b" + bytes(8)),
                            raw.field((10, 0), f"l{at}", b"\1\x76\2\1a\x75\1\x7f\1b\x7d\x41"),
                        ],
                    ),
                    deletes=[(30, last, 1)],
                )
            )
            for _ in range(chance.choice([0, 1, 1, 2])):
                update[chance.randrange(len(update))] = chance.choice(
                    [chance.randrange(256), chance.randrange(8), 0x74 + chance.randrange(12), 30, 0xA8]
                )
            try:
                taken = server.receive(bytes(update), EVE)
            except (Refused, Gap):
                continue
            at = server.guard._next_clock[30]
            if taken is not None:
                passed += 1
                sent_on.append(taken)
                last = server.guard._next_clock[30] - 3
        page = await yjs.ask(0, "apply", updates=[base64.b64encode(each).decode() for each in sent_on])
        assert not page["pending"]
        assert dict(map(tuple, page["vector"])) == raw.state_vector(server.doc.get_state())
        fields = {key: sorted(entry) for key, entry in (server.elements.to_py() or {}).items()}
        assert page["fields"] == fields
    assert passed > 100
