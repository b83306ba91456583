"""`litestar tail SPACE`, as a process of its own that goes into a space of a running node."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from realtime.protocol import PresenceDiff
from server import tail
from server.accounts.models import LoginSession, StaffRole, User
from server.db import UnitOfWork
from tests.conftest import MakeNode, Records
from tests.factories import PASSWORD, Pair, World
from tests.faults import Line
from tests.nodes import Node
from tests.realtime.conftest import Visit, make_live

ROOT = Path(__file__).parents[2]
PROGRAM = [str(Path(sys.executable).with_name("litestar")), "--app", "realtime.asgi:create_app", "tail"]


class Terminal:
    """The command, and what it prints."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.seen: list[str] = []

    async def until(self, text: str) -> str:
        """The next line that holds this text."""
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            while line := (await self.process.stdout.readline()).decode():
                self.seen.append(line)
                if text in line:
                    return line.rstrip("\n")
        raise AssertionError(f"ended without {text!r}: {self.seen}")

    async def end(self, how: signal.Signals | None = None) -> tuple[int, str]:
        """Exit code, and everything it has said."""
        if how is not None:
            self.process.send_signal(how)
        async with asyncio.timeout(30):
            out, _ = await self.process.communicate()
        said = "".join(self.seen) + out.decode()
        assert PASSWORD not in said
        assert "Traceback" not in said
        assert self.process.returncode is not None
        return self.process.returncode, said


Start = Callable[..., Awaitable[Terminal]]


def _heeds_ctrl_c() -> None:
    """Who runs the tests in the background of a shell may ignore it, and what they start inherits that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
async def start(closed_port: int) -> AsyncIterator[Start]:
    """Starts the command for a person; a database is out of its reach."""
    terminals: list[Terminal] = []

    async def run(url: str, space_id: UUID, email: str, password: str = PASSWORD, **env: str) -> Terminal:
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, str(space_id), "--url", url, "--as", email,
            cwd=ROOT,
            preexec_fn=_heeds_ctrl_c,
            env={
                **os.environ,
                "COMMONROOM_DATABASE_URL": f"postgresql+psycopg://nobody@127.0.0.1:{closed_port}/none",
                "TZ": "Africa/Nairobi",
                "PYTHONUNBUFFERED": "1",
                **env,
            },
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )
        assert process.stdin is not None
        process.stdin.write(f"{password}\n".encode())
        process.stdin.close()
        terminals.append(Terminal(process))
        return terminals[-1]

    yield run
    for each in terminals:
        if each.process.returncode is None:
            each.process.kill()
            await each.process.communicate()


async def sign_ins(node: Node, user: User) -> int:
    async with node.database.read() as session:
        counted = select(func.count()).where(LoginSession.user_id == user.id)
        return await session.scalar(counted) or 0


async def test_it_shows_what_happens_over_a_cut_line(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, start: Start
) -> None:
    teacher, student = world.home.teacher, world.abroad.students[0].id
    page = await visit.enter(live_nodes[0], student, world.space.id)
    first = await page.say("before")
    async with Line(live_nodes[0].address) as line:
        terminal = await start(f"http://{line.address}", world.space.id, teacher.email or "")
        assert "Heron 1 (Nakuru Hill)" in await terminal.until("Here: ")
        assert (await terminal.until("before")).endswith("  Heron 1 (Nakuru Hill): before")
        assert first.seq == 1
        came = await page.expect(PresenceDiff)  # they are as visible as anybody
        assert [each.user_id for each in came.joined] == [teacher.id]
        await page.say("now\n\x1b[2Jand here")
        assert (await terminal.until("now")).endswith(": now / \N{REPLACEMENT CHARACTER}[2Jand here")
        line.cut()
        await terminal.until("The line is lost. Coming back.")
        await page.say("meanwhile")
        line.mend()
        await terminal.until("The line is back.")
        await terminal.until("meanwhile")
        await page.socket.close()
        await terminal.until("<- Heron 1 (Nakuru Hill) went")
        code, said = await terminal.end(signal.SIGINT)
    assert (code, said.splitlines()[-1]) == (0, "You have left the space.")
    assert [said.count(text) for text in ("before", "now", "meanwhile", "is lost")] == [1, 1, 1, 1]
    assert await sign_ins(live_nodes[0], teacher) == 0


async def test_a_service_manager_may_end_it(
    live_nodes: tuple[Node, Node], world: Pair, start: Start
) -> None:
    terminal = await start(live_nodes[0].url, world.space.id, world.home.teacher.email or "")
    await terminal.until("Here: ")
    code, said = await terminal.end(signal.SIGTERM)
    assert (code, said.splitlines()[-1]) == (0, "You have left the space.")


async def test_who_may_not_be_there_is_told_so(
    live_nodes: tuple[Node, Node], world: Pair, start: Start
) -> None:
    async with UnitOfWork(live_nodes[0].database, live_nodes[0].bus) as uow:
        stranger = await World(uow.session).staff(world.home.school, StaffRole.ADMINISTRATOR)
    code, said = await (await start(live_nodes[0].url, world.space.id, stranger.email or "")).end()
    assert code == 1
    assert "You may not be in this space (not_enrolled)." in said
    assert await sign_ins(live_nodes[0], stranger) == 0


async def test_a_wrong_password_is_one_sentence(
    live_nodes: tuple[Node, Node], world: Pair, start: Start
) -> None:
    wrong = "not the right words at all"
    terminal = await start(live_nodes[0].url, world.space.id, world.home.teacher.email or "", wrong)
    code, said = await terminal.end()
    assert code == 1
    assert "The e-mail address or the password is not right." in said
    assert wrong not in said


async def test_the_password_may_come_from_the_environment(
    live_nodes: tuple[Node, Node], world: Pair, start: Start
) -> None:
    email = world.home.teacher.email or ""
    terminal = await start(
        live_nodes[0].url, world.space.id, email, "", COMMONROOM_TAIL_PASSWORD=PASSWORD
    )
    await terminal.until("Here: ")
    assert (await terminal.end(signal.SIGINT))[0] == 0


async def test_an_address_that_pages_do_not_have_is_one_sentence(
    make_node: MakeNode, sqlite_records: Records, world: Pair, start: Start
) -> None:
    node = await make_live(make_node, sqlite_records, origins=["https://commonroom.example"])
    terminal = await start(node.url, world.space.id, world.home.teacher.email or "")
    code, said = await terminal.end()
    assert code == 1
    assert "Give --url as people type it" in said
    assert await sign_ins(node, world.home.teacher) == 0


async def test_no_server_is_one_sentence(closed_port: int, start: Start) -> None:
    terminal = await start(f"http://127.0.0.1:{closed_port}", uuid4(), "someone@school.example")
    code, said = await terminal.end()
    assert code == 1
    assert "The server cannot be reached" in said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://commonroom.example", "over https only"),
        ("ftp://commonroom.example", "is the address of the server"),
        ("https://commonroom.example/spaces/1", "is the address of the server"),
        ("https://me:secret@commonroom.example", "no password"),
        ("https://[", "not an address"),
    ],
)
def test_a_password_goes_only_where_it_is_safe(url: str, words: str) -> None:
    with pytest.raises(tail.Refused, match=words):
        tail.checked_url(url)


@pytest.mark.parametrize("url", ["https://commonroom.example", "http://localhost:8000/", "http://[::1]:8000"])
def test_an_address_is_taken_as_it_is(url: str) -> None:
    assert tail.checked_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b]0;title\x07", "\ufffd]0;title\ufffd"),
        ("one\r\n\u2028two\x85three", "one / two / three"),
        ("\u202eevil\u2066", "\ufffdevil\ufffd"),
        ("\u200fبيت 👩‍👧 \tz", "\u200fبيت 👩‍👧  z"),
        ("\x9b31m\x00", "\ufffd31m\ufffd"),
        ("", ""),
    ],
)
def test_nothing_that_is_said_is_obeyed_by_the_terminal(text: str, shown: str) -> None:
    assert tail.printable(text) == shown
