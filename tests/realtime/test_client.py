"""The Python client of the live channel: stays in a space over breaks, and says everything once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete
from websockets.asyncio.server import ServerConnection, serve

from realtime import protocol
from realtime.client import (
    Joined,
    LineLost,
    LiveSpace,
    Missed,
    Page,
    Presence,
    RequestFailed,
    Said,
    ShutOut,
    StartedAnew,
    live_url,
    space,
)
from realtime.protocol import ChatPosted, CloseCode, ErrorCode
from server.accounts.api import SESSION_COOKIE
from server.events import AccessChanged
from server.spaces.models import Enrolment
from tests.factories import Pair
from tests.faults import Line, Way
from tests.nodes import Node
from tests.realtime.conftest import Visit, archive, change, connections_of, sign_in

SOON = 0.05
PROTOCOL_PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"


async def stay(node: Node, user_id: UUID, space_id: UUID, url: str = "", **options: Any) -> LiveSpace:
    """A person's stay in a space, not begun yet."""
    cookie = f"{SESSION_COOKIE}={await sign_in(node, user_id)}"
    return LiveSpace(url or node.url, space_id, cookie=cookie, random=lambda: SOON, **options)


def said(page: LiveSpace) -> list[tuple[int, str]]:
    return [(message.seq, message.text) for message in page.messages]


async def happens(page: LiveSpace, kind: type[Any]) -> Any:
    """The next event of a kind; those before it are passed over."""
    async with asyncio.timeout(10):
        async for event in page:
            if isinstance(event, kind):
                return event
    raise AssertionError("the stay has ended")


async def test_a_stay_tells_what_happens(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben = world.home.students[0].id, world.abroad.students[0].id
    other = await visit.enter(live_node, ben, world.space.id)
    await other.say("before")
    async with await stay(live_node, ana, world.space.id) as page:
        await page.until_joined()
        assert page.model.user_id == ana
        assert page.model.space is not None
        assert page.model.space.id == world.space.id
        assert (await happens(page, Joined)).space == page.model.space
        assert {each.user_id for each in (await happens(page, Presence)).came} == {ana, ben}
        assert (await happens(page, Said)).message.text == "before"
        assert await page.say("  hello ") == 2
        assert (await happens(page, Said)).message.text == "hello"
        await other.socket.close()
        assert [each.user_id for each in (await happens(page, Presence)).went] == [ben]
    with pytest.raises(RequestFailed, match="disconnected"):
        await page.say("after the end")


async def test_what_was_missed_in_a_break_comes_once(live_node: Node, world: Pair, visit: Visit) -> None:
    other = await visit.enter(live_node, world.abroad.students[0].id, world.space.id)
    ana = world.home.students[0].id
    async with (
        Line(live_node.address) as line,
        await stay(live_node, ana, world.space.id, f"http://{line.address}") as page,
    ):
        await page.until_joined()
        await other.say("1")
        await page.until(lambda: page.seq == 1)
        for number in (2, 4):
            line.cut()
            lost = await happens(page, LineLost)
            assert (lost.code, lost.reason) == (1006, "")
            await other.say(f"{number}")
            await other.say(f"{number + 1}")
            line.mend()
            await page.until(lambda number=number: page.seq == number + 1)
            assert isinstance(await happens(page, Joined), Joined)
        assert said(page) == [(number, f"{number}") for number in range(1, 6)]
        assert line.accepted >= 3


async def test_what_is_said_during_an_outage_arrives_once(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    other = await visit.enter(live_node, world.abroad.students[0].id, world.space.id)
    ana = world.home.students[0].id
    async with (
        Line(live_node.address) as line,
        await stay(live_node, ana, world.space.id, f"http://{line.address}") as page,
        asyncio.TaskGroup() as tasks,
    ):
        await page.until_joined()
        line.cut()
        await happens(page, LineLost)
        saying = [tasks.create_task(page.say(text)) for text in ("one", "two")]
        await happens(page, LineLost)
        line.mend()
        assert [await each for each in saying] == [1, 2]
        for text in ("one", "two"):
            assert (await other.expect(ChatPosted)).message.text == text
        await other.say("three")
        await page.until(lambda: page.seq == 3)
        assert (await other.expect(ChatPosted)).message.text == "three"
        # Now a message gets through, but its acknowledgement is lost on the way back.
        line.stall(Way.DOWN)
        saying.append(tasks.create_task(page.say("four")))
        assert (await other.expect(ChatPosted)).message.text == "four"
        line.cut()
        line.mend()
        assert await saying[2] == 4
        assert await page.say("five") == 5
        assert (await other.expect(ChatPosted)).message.text == "five"
        await page.until(lambda: page.seq == 5)
        assert said(page) == [(1, "one"), (2, "two"), (3, "three"), (4, "four"), (5, "five")]


async def test_whoever_stops_waiting_takes_the_message_back(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    ana = world.home.students[0].id
    async with (
        Line(live_node.address) as line,
        await stay(live_node, ana, world.space.id, f"http://{line.address}") as page,
    ):
        line.cut()
        await happens(page, LineLost)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await page.say("never mind")
        line.mend()
        assert await page.say("hello") == 1
        await page.until(lambda: page.seq > 0)
        assert said(page) == [(1, "hello")]


async def test_what_the_server_does_not_take_fails(live_node: Node, world: Pair) -> None:
    async with await stay(live_node, world.home.students[0].id, world.space.id) as page:
        await page.until_joined()
        with pytest.raises(RequestFailed) as refused:
            await page.say(" ")
        assert refused.value.code is ErrorCode.BAD_FRAME
        assert await page.say("hello") == 1
        await archive(live_node, world.space.id)
        await page.until(lambda: "chat:post" not in page.model.grants)
        with pytest.raises(RequestFailed) as refused:
            await page.say("too late")
        assert refused.value.code is ErrorCode.NOT_ALLOWED


async def test_who_is_not_signed_in_is_shut_out(live_node: Node, world: Pair) -> None:
    cookie = f"{SESSION_COOKIE}=nobody"
    async with LiveSpace(live_node.url, world.space.id, cookie=cookie) as page:
        with pytest.raises(ShutOut) as shut:
            await page.until_joined()
        assert (shut.value.code, shut.value.reason) == (CloseCode.SIGNED_OUT, "signed_out")


async def test_a_page_of_another_site_does_not_get_in(live_node: Node, world: Pair) -> None:
    """A refused handshake says little: it may be the origin, or records that are out of reach now."""
    async with await stay(
        live_node, world.home.students[0].id, world.space.id, origin="https://elsewhere.example"
    ) as page:
        for _ in range(2):
            lost = await happens(page, LineLost)
            assert (lost.code, lost.reason) == (1006, "http_403")
        assert not page.is_joined


async def test_being_shut_out_is_final(live_node: Node, world: Pair) -> None:
    ana = world.home.students[0].id
    async with (
        Line(live_node.address) as line,
        await stay(live_node, ana, world.space.id, f"http://{line.address}") as page,
    ):
        await page.until_joined()
        line.stall(Way.UP)
        saying = asyncio.create_task(page.say("in vain"))
        await asyncio.sleep(0)
        assert page.model.pending
        statement = delete(Enrolment).where(Enrolment.space_id == world.space.id)
        await change(live_node, statement, AccessChanged(space_ids=frozenset({world.space.id})))
        with pytest.raises(ShutOut) as shut:
            async for _ in page:
                pass
        assert shut.value.code == CloseCode.ACCESS_LOST
        for attempt in (saying, page.say("again"), page.until(lambda: page.is_joined)):
            with pytest.raises(ShutOut):
                await attempt
        assert line.accepted == 1
    assert page.model.pending == {}


async def test_leaving_is_seen(live_node: Node, world: Pair, visit: Visit) -> None:
    """The block ends with a goodbye: nobody waits for a ping to notice."""
    other = await visit.enter(live_node, world.abroad.students[0].id, world.space.id)
    async with await stay(live_node, world.home.students[0].id, world.space.id) as page:
        await page.until_joined()
        assert (await other.expect(protocol.PresenceDiff)).joined
    assert (await other.expect(protocol.PresenceDiff)).left == [world.home.students[0].id]
    assert connections_of(live_node, world.home.students[0].id) == []


# --- against a server that does what ours should never do ---

ME, SPACE, SCHOOL = (UUID(int=number) for number in range(1, 4))
Act = Callable[["Server", int], Awaitable[None]]


class Server:
    """The other end of a socket, in the test's hands."""

    def __init__(self, socket: ServerConnection) -> None:
        self._socket = socket

    async def say(self, *frames: protocol.ServerFrame) -> None:
        for frame in frames:
            await self._socket.send(protocol.encode(frame).decode())

    async def say_raw(self, text: str) -> None:
        await self._socket.send(text)

    async def hears(self, kind: type[Any]) -> Any:
        async for data in self._socket:
            frame = protocol.decode_client(data)
            if isinstance(frame, kind):
                return frame
        return None

    async def close(self, code: int, reason: str) -> None:
        await self._socket.close(code, reason)

    async def joined(self, seq: int, from_seq: int = 1, *, anew: bool = False) -> protocol.SpaceJoin:
        """Greet, and answer the join; the history is not sent."""
        assert await self.hears(protocol.Hello)
        await self.say(protocol.Welcome(protocol.PROTOCOL_VERSION, "c", ME))
        join = await self.hears(protocol.SpaceJoin)
        info = protocol.SpaceInfo(SPACE, "Rivers", "project", SPACE, "P")
        joined = protocol.SpaceJoined(
            ref=join.ref, space=info, schools=[], boards=[], grants=[], seq=seq, from_seq=from_seq,
            anew=anew, tracks=[], ice_servers=[],
        )
        await self.say(joined, protocol.PresenceState([]))
        return join


def message(seq: int, client_id: UUID | None = None) -> protocol.ChatMessage:
    me = protocol.Person(ME, "Blue Heron", "student", "blue-heron", SCHOOL, "5W")
    now = datetime(2026, 1, 15, 10, tzinfo=UTC)
    return protocol.ChatMessage(seq, uuid4(), client_id or UUID(int=1000 + seq), me, f"text {seq}", now)


def history(first: int, last: int) -> protocol.ChatHistory:
    return protocol.ChatHistory(first - 1, last, [message(seq) for seq in range(first, last + 1)])


def posted(seq: int, client_id: UUID | None = None) -> protocol.ChatPosted:
    return protocol.ChatPosted(seq - 1, message(seq, client_id))


@asynccontextmanager
async def served(*acts: Act, **options: Any) -> AsyncIterator[LiveSpace]:
    """A stay with a server that does one of these for each connection, the last one for all that follow.

    Each is told how many connections there were before.
    """
    count = 0
    failures: list[AssertionError] = []

    async def act(socket: ServerConnection) -> None:
        nonlocal count
        number, count = count, count + 1
        try:
            await acts[min(number, len(acts) - 1)](Server(socket), number)
        except AssertionError as error:
            failures.append(error)
        await socket.wait_closed()

    async with serve(act, "127.0.0.1", 0) as server:
        host, port = next(iter(server.sockets)).getsockname()[:2]
        async with LiveSpace(
            f"http://{host}:{port}", SPACE, cookie="", random=lambda: 0.0, **options
        ) as page:
            yield page
    for each in failures:
        raise each


async def test_a_history_that_does_not_come_is_asked_for_again() -> None:
    asked: list[int | None] = []

    async def silent(server: Server, _: int) -> None:
        asked.append((await server.joined(3)).last_seq)
        await server.say(history(1, 2))

    async def whole(server: Server, _: int) -> None:
        asked.append((await server.joined(3, 3)).last_seq)
        await server.say(history(3, 3))

    async with served(silent, whole, patience_s=0.05) as page:
        await page.until(lambda: page.seq == 3)
        assert [each.seq for each in page.messages] == [1, 2, 3]
    assert asked == [None, 2]


async def test_a_hole_that_stays_is_asked_for_again() -> None:
    asked: list[int | None] = []

    async def holed(server: Server, _: int) -> None:
        asked.append((await server.joined(0)).last_seq)
        await server.say(posted(1), posted(3))

    async def whole(server: Server, _: int) -> None:
        asked.append((await server.joined(3, 2)).last_seq)
        await server.say(history(2, 3))

    async with served(holed, whole, patience_s=0.05) as page:
        lost = await happens(page, LineLost)
        assert lost.code == CloseCode.RESYNC
        await page.until(lambda: page.seq == 3)
        assert [each.seq for each in page.messages] == [1, 2, 3]
    assert asked == [None, 1]


async def test_a_hole_that_closes_is_none() -> None:
    async def late(server: Server, number: int) -> None:
        assert number == 0
        await server.joined(0)
        await server.say(posted(2))
        await asyncio.sleep(0.05)
        await server.say(posted(1))
        post = await server.hears(protocol.ChatPost)
        await server.say(protocol.ChatAck(post.ref, post.client_id, 3))
        await server.say(posted(3, post.client_id))

    async with served(late, patience_s=1.0) as page:
        assert await page.say("still here") == 3
        await page.until(lambda: page.seq == 3)


async def test_what_it_does_not_know_is_passed_over() -> None:
    async def strange(server: Server, _: int) -> None:
        await server.joined(0)
        await server.say_raw('{"type":"lesson.poll","question":"?"}')
        await server.say_raw("no JSON")
        await server.say(posted(1))

    async with served(strange) as page:
        await page.until(lambda: page.seq == 1)


async def test_a_history_beyond_what_is_retained_starts_anew() -> None:
    async def short(server: Server, _: int) -> None:
        await server.joined(2)
        await server.say(history(1, 2))
        await server.close(CloseCode.RESTARTING, "restarting")

    async def far(server: Server, _: int) -> None:
        await server.joined(900, 899, anew=True)
        await server.say(history(899, 900))

    async with served(short, far) as page:
        lost = await happens(page, LineLost)
        assert (lost.code, lost.reason) == (CloseCode.RESTARTING, "restarting")
        await happens(page, StartedAnew)
        await page.until(lambda: page.seq == 900)
        assert [each.seq for each in page.messages] == [899, 900]


async def test_what_the_history_tells_is_not_sent_again() -> None:
    first: list[UUID] = []

    async def deaf(server: Server, _: int) -> None:
        await server.joined(0)
        first.append((await server.hears(protocol.ChatPost)).client_id)
        await server.close(CloseCode.RESYNC, "unavailable")

    async def late(server: Server, _: int) -> None:
        await server.joined(1)
        await asyncio.sleep(0.05)  # for whoever would send it at once
        await server.say(protocol.ChatHistory(0, 1, [message(1, first[0])]))
        post = await server.hears(protocol.ChatPost)
        assert post.text == "two"
        await server.say(protocol.ChatAck(post.ref, post.client_id, 2))

    async with served(deaf, late) as page, asyncio.TaskGroup() as tasks:
        saying = tasks.create_task(page.say("one"))
        await page.until(lambda: page.seq == 1)
        assert await saying == 1
        assert await page.say("two") == 2


async def test_too_fast_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "TOO_FAST_PAUSE_S", 0.0)

    async def busy(server: Server, _: int) -> None:
        await server.joined(0)
        first = await server.hears(protocol.ChatPost)
        await server.say(protocol.Error(ErrorCode.UNAVAILABLE, "Later.", first.ref))
        again = await server.hears(protocol.ChatPost)
        assert (again.client_id, again.text) == (first.client_id, first.text)
        await server.say(protocol.ChatAck(again.ref, again.client_id, 1))

    async with served(busy) as page:
        assert await page.say("hello") == 1


async def test_whoever_does_not_listen_is_told_how_much_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "EVENTS_LIMIT", 3)

    async def talkative(server: Server, _: int) -> None:
        await server.joined(9)
        await server.say(history(1, 9))

    async with served(talkative) as page:
        await page.until(lambda: page.seq == 9)
        assert await anext(page) == Missed(7)  # of Joined and nine messages
        assert [(await happens(page, Said)).message.seq for _ in range(3)] == [7, 8, 9]


async def test_the_outbox_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "OUTBOX_LIMIT", 1)

    async def deaf(server: Server, _: int) -> None:
        await server.joined(0)

    async with served(deaf) as page:
        waiting = asyncio.create_task(page.say("one"))
        await page.until_joined()
        with pytest.raises(RequestFailed) as refused:
            await page.say("two")
        assert refused.value.code is ErrorCode.TOO_FAST
    with pytest.raises(RequestFailed, match="disconnected"):
        await waiting


async def test_a_page_enters_with_all_that_is_known(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben = world.home.students[0].id, world.abroad.students[0].id
    other = await visit.enter(live_node, ben, world.space.id)
    await other.say("1")
    cookie = f"{SESSION_COOKIE}={await sign_in(live_node, ana)}"
    async with Page(live_url(live_node.url, world.space.id), cookie=cookie) as page:
        entered = await page.enter(world.space.id)
        assert {each.user_id for each in entered.people} == {ana, ben}
        assert [each.text for each in entered.messages] == ["1"]
        assert (entered.seq, entered.from_seq, page.user_id) == (1, 1, ana)
        with pytest.raises(RequestFailed) as refused:
            await page.open_board(uuid4())
        assert refused.value.code is ErrorCode.NOT_FOUND
        await page.socket.close()
        with pytest.raises(RequestFailed, match="disconnected"):
            await page.say("too late")


async def test_the_example_in_the_docs_works(
    live_node: Node, world: Pair, visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    example = re.search(r"```python\n(.*?)```", PROTOCOL_PAGE.read_text("utf-8"), re.DOTALL)
    assert example is not None
    names: dict[str, Any] = {}
    exec(example[1], names)
    other = await visit.enter(live_node, world.abroad.students[0].id, world.space.id)
    cookie = f"{SESSION_COOKIE}={await sign_in(live_node, world.home.students[0].id)}"
    running = asyncio.create_task(names["greet_and_listen"](live_node.url, world.space.id, cookie))
    assert (await other.expect(ChatPosted)).message.text == "Good morning!"
    await other.say("Habari!")
    async with asyncio.timeout(10):
        printed = ""
        while "2 Heron 1 Habari!" not in printed:
            await asyncio.sleep(0.01)
            printed += capsys.readouterr().out
    assert "stored as 1" in printed
    running.cancel()
    await asyncio.wait([running])
