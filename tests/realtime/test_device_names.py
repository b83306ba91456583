"""Several students at one device: marks, files and reports are those of the one who is chosen there."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from pycrdt import Doc, Map
from sqlalchemy import func, insert, select, update

from realtime import board_wire as wire
from realtime.board_room import BoardRoom
from realtime.protocol import AccessUpdate, Error, ErrorCode
from server.boards.models import BoardUpdate, BoardWriter
from server.events import AccessChanged
from server.files.models import StoredFile
from server.partnerships.models import Ban
from server.safeguarding.models import Report
from server.spaces.models import ChatMode, Space
from tests import files
from tests.factories import Pair
from tests.nodes import Node, Visitor, refusal, signed_in
from tests.realtime.board_page import BoardPage
from tests.realtime.conftest import Visit, change, connections_of, first_board, hub_of
from tests.realtime.test_devices import AT_ONCE_S, Tablet, eventually, tablet


class SharedPage(BoardPage):
    """The board on a shared device: one page, and a client id for each of those who draw on it."""

    def as_(self, user_id: UUID, key: str, *, by: UUID | None = None, client_id: int | None = None) -> None:
        """Send a new element in the name of one of them, as our client does."""
        doc = Doc(client_id=client_id) if client_id else Doc()
        doc.apply_update(self.doc.get_update())
        before = doc.get_state()
        doc.get("elements", type=Map)[key] = Map({"by": str(by or user_id), "kind": "note", "gone": False})
        self.send(wire.acting(user_id, wire.sync(wire.UPDATE, doc.get_update(before))))

    async def until_there(self, *keys: str) -> None:
        await self.until(lambda: set(keys) <= self.stored_keys())


async def shared(node: Node, world: Pair, visit: Visit) -> tuple[Tablet, SharedPage]:
    at = await tablet(node, world, visit)
    page = SharedPage(at.first)
    await page.open(at.page, await first_board(node, world.space.id))
    return at, page


async def refused(at: Tablet) -> ErrorCode:
    return (await at.page.expect(Error)).code


async def off(node: Node, at: Tablet) -> None:
    """The second one goes from the device, and its page knows."""
    await at.browser.delete(f"/api/session/companions/{at.second}")
    await eventually(lambda: not connections_of(node, at.first)[0].companions)


async def authors(node: Node, board_id: UUID) -> list[UUID]:
    """Whose the updates of a page are, in order."""
    async with node.database.read() as session:
        of_page = select(BoardUpdate.author_id).where(BoardUpdate.board_id == board_id)
        return list(await session.scalars(of_page.order_by(BoardUpdate.seq)))


async def owners(node: Node, board_id: UUID) -> set[UUID]:
    """Who has a client id on a page."""
    async with node.database.read() as session:
        return set(
            await session.scalars(select(BoardWriter.user_id).where(BoardWriter.board_id == board_id))
        )


async def ban(node: Node, world: Pair, user_id: UUID) -> None:
    banned = insert(Ban).values(
        id=uuid4(), partnership_id=world.partnership.id, user_id=user_id, reason="x",
        banned_at=world.space.created_at,
    )
    await change(node, banned, AccessChanged(frozenset({user_id})))


# --- the board


async def test_a_mark_is_of_the_one_who_is_chosen(live_node: Node, world: Pair, visit: Visit) -> None:
    at, page = await shared(live_node, world, visit)
    board_id = await first_board(live_node, world.space.id)
    other = await visit.board(live_node, world.abroad.students[0].id, world.space.id, board_id)
    page.add("mine")
    page.as_(at.second, "hers")
    await other.until(lambda: {"mine", "hers"} <= other.drawn().keys())
    assert {key: each["by"] for key, each in other.drawn().items()} == {
        "mine": str(at.first), "hers": str(at.second),
    }
    await page.until_there("mine", "hers")
    assert await authors(live_node, board_id) == [at.first, at.first, at.second]
    assert await owners(live_node, board_id) == {at.first, at.second}
    # Any of them, and anybody else, changes and takes away what stands there, as before.
    page.set("hers", gone=True)
    await other.until(lambda: other.drawn()["hers"]["gone"])


async def test_nobody_draws_in_the_name_of_who_is_not_there(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    at, page = await shared(live_node, world, visit)
    strangers = (world.home.students[2].id, world.abroad.students[0].id, world.home.teacher.id, uuid4())
    for user_id in strangers:
        page.as_(user_id, f"of {user_id}")
        assert await refused(at) is ErrorCode.NOT_ALLOWED
    await off(live_node, at)
    page.as_(at.second, "late")
    assert await refused(at) is ErrorCode.NOT_ALLOWED
    page.add("mine")
    await page.until_there("mine")
    assert page.stored_keys() == {"mine"}
    board_id = await first_board(live_node, world.space.id)
    assert set(await authors(live_node, board_id)) == await owners(live_node, board_id) == {at.first}


async def test_nobody_at_the_device_draws_as_the_other(live_node: Node, world: Pair, visit: Visit) -> None:
    at, page = await shared(live_node, world, visit)
    page.as_(at.second, "forged", by=at.first)
    assert await refused(at) is ErrorCode.BOARD_REFUSED
    page.as_(at.first, "forged", by=at.second)
    assert await refused(at) is ErrorCode.BOARD_REFUSED
    page.as_(at.second, "hers", client_id=77)
    await page.until_there("hers")
    page.as_(at.first, "with her pen", client_id=77)
    assert await refused(at) is ErrorCode.BOARD_REFUSED
    assert page.stored_keys() == {"hers"}


async def test_who_goes_while_their_mark_stands_in_line_has_drawn_nothing(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, page = await shared(live_node, world, visit)
    bind, asked, may_go_on = BoardRoom._bind, asyncio.Event(), asyncio.Event()

    async def slow(*given: Any) -> None:
        asked.set()
        await may_go_on.wait()
        await bind(*given)

    monkeypatch.setattr(BoardRoom, "_bind", slow)
    page.as_(at.second, "hers")
    await asked.wait()
    await off(live_node, at)
    may_go_on.set()
    assert await refused(at) is ErrorCode.NOT_ALLOWED
    assert await authors(live_node, await first_board(live_node, world.space.id)) == []


async def test_who_may_not_be_in_the_space_draws_nothing(live_node: Node, world: Pair, visit: Visit) -> None:
    at, page = await shared(live_node, world, visit)
    await ban(live_node, world, at.second)
    await eventually(lambda: not connections_of(live_node, at.first)[0].companions)
    page.as_(at.second, "hers")
    assert await refused(at) is ErrorCode.NOT_ALLOWED


async def test_who_points_is_named_and_what_passes_is_dropped_in_a_wrong_name(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    at, page = await shared(live_node, world, visit)
    board_id = await first_board(live_node, world.space.id)
    other = await visit.board(live_node, world.abroad.students[0].id, world.space.id, board_id)
    client_id = page.doc.client_id

    def pointing(clock: int, x: int) -> bytes:
        return wire.awareness([wire.State(client_id, clock, b'{"cursor":{"x":%d,"y":0}}' % x)])

    def pointed(x: int, by_id: UUID) -> dict[str, object]:
        return {"cursor": {"x": x, "y": 0}, "user": str(by_id)}

    stroke = bytes((wire.STROKE,)) + wire.blob(b"points")
    page.send(pointing(1, 1))
    await other.until(lambda: other.states.get(client_id) == pointed(1, at.first))
    stranger = world.home.students[2].id
    for message in (pointing(2, 2), stroke):
        page.send(wire.acting(stranger, message))
        page.send(wire.acting(at.second, message))
    await other.until(lambda: other.states.get(client_id) == pointed(2, at.second))
    await other.until(lambda: other.strokes)
    assert other.strokes == [(at.second, b"points")]
    assert at.page.pending(Error) == []


async def test_a_name_goes_with_work_alone(live_node: Node, world: Pair, visit: Visit) -> None:
    """The document is asked for at its price, whoever asks."""
    at, page = await shared(live_node, world, visit)
    for message in (
        wire.acting(at.second, wire.sync(wire.STEP_1, b"\x00")),
        wire.acting(at.second, wire.acting(at.second, wire.sync(wire.UPDATE, b"\x00\x00"))),
        bytes((wire.ACTING,)) + wire.blob(b"nobody") + wire.sync(wire.UPDATE, b"\x00\x00"),
        bytes((wire.ACTING,)) + wire.blob(b"\xff") + wire.sync(wire.UPDATE, b"\x00\x00"),
        wire.acting(at.second, b""),
    ):
        page.send(message)
        assert await refused(at) is ErrorCode.BAD_FRAME


# --- files


async def waiting(node: Node, world: Pair) -> None:
    """What students add waits for an adult."""
    moderated = update(Space).where(Space.id == world.space.id).values(chat_mode=ChatMode.FILTERED)
    await change(node, moderated)


async def listed(browser: Visitor, world: Pair, as_id: UUID | None) -> dict[str, list[str]]:
    """By name, what can be done with the files that this person finds."""
    of = f"?as_id={as_id}" if as_id else ""
    found = (await browser.get(f"/api/spaces/{world.space.id}/files{of}")).json()["files"]
    return {each["name"]: each["moves"] for each in found}


async def test_a_file_is_of_the_one_who_is_chosen(live_node: Node, world: Pair, visit: Visit) -> None:
    await waiting(live_node, world)
    at = await tablet(live_node, world, visit)
    added = await files.send(at.browser, world.space.id, files.picture(), "hers.jpg", as_id=at.second)
    assert added.status_code == 201, added.text
    hers = added.json()
    assert hers["uploader"]["user_id"] == str(at.second) and hers["state"] == "waiting"
    mine = (await files.send(at.browser, world.space.id, b"mine", "mine.txt")).json()
    assert mine["uploader"]["user_id"] == str(at.first)
    assert await listed(at.browser, world, None) == {"mine.txt": ["open", "delete"]}
    assert await listed(at.browser, world, at.second) == {"hers.jpg": ["open", "delete"]}
    path = f"/api/files/{hers['id']}"
    for part in ("", "/thumbnail"):
        assert refusal(await at.browser.get(path + part)) == (404, "not_found")
        assert (await at.browser.get(f"{path}{part}?as_id={at.second}")).status_code == 200
    adult = await signed_in(live_node, world.home.teacher)
    assert await listed(adult, world, None) == {
        each: ["open", "show", "refuse", "delete"] for each in ("mine.txt", "hers.jpg")
    }
    assert (await adult.post(f"{path}/show")).status_code == 200
    # As in the chat: one's own is taken back by the one who is chosen.
    assert refusal(await at.browser.delete(path)) == (403, "not_allowed")
    assert (await at.browser.delete(f"{path}?as_id={at.second}")).status_code == 204
    async with live_node.database.read() as session:
        kept = await session.get_one(StoredFile, UUID(hers["id"]))
        assert (kept.uploader_id, kept.deleted_by_id) == (at.second, at.second)


async def test_no_file_comes_or_goes_in_the_name_of_who_is_not_there(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    at = await tablet(live_node, world, visit)
    hers = (await files.send(at.browser, world.space.id, b"words", "hers.txt", as_id=at.second)).json()
    path = f"/api/files/{hers['id']}"

    async def is_refused(user_id: UUID) -> None:
        sent = await files.send(at.browser, world.space.id, b"words", "no.txt", as_id=user_id)
        assert refusal(sent) == (403, "not_allowed")
        for address in (f"/api/spaces/{world.space.id}/files", path):
            assert refusal(await at.browser.get(f"{address}?as_id={user_id}")) == (403, "not_allowed")
        assert refusal(await at.browser.delete(f"{path}?as_id={user_id}")) == (403, "not_allowed")

    for user_id in (world.home.students[2].id, world.abroad.students[0].id, world.home.teacher.id, uuid4()):
        await is_refused(user_id)
    lost = f"/api/files/{uuid4()}?as_id={at.second}"
    assert refusal(await at.browser.get(lost)) == (404, "not_found")
    adult = await signed_in(live_node, world.home.teacher)
    sent = await files.send(adult, world.space.id, b"words", "no.txt", as_id=at.second)
    assert refusal(sent) == (403, "not_allowed")
    await off(live_node, at)
    await is_refused(at.second)
    async with live_node.database.read() as session:
        there = select(StoredFile.name).where(StoredFile.space_id == world.space.id)
        assert list(await session.scalars(there)) == ["hers.txt"]


async def test_who_goes_while_their_file_comes_has_added_nothing(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    at = await tablet(live_node, world, visit)

    async def pieces() -> Any:
        yield b"the first half, "
        await off(live_node, at)
        yield b"and the second"

    sent = await files.send(at.browser, world.space.id, pieces(), "late.txt", as_id=at.second)
    assert refusal(sent) == (403, "not_allowed")
    async with live_node.database.read() as session:
        there = select(func.count()).where(StoredFile.space_id == world.space.id)
        assert await session.scalar(there) == 0


@pytest.mark.parametrize("banned", ["the first", "the second"])
async def test_who_may_not_be_in_the_space_adds_and_reports_nothing(
    live_node: Node, world: Pair, visit: Visit, banned: str
) -> None:
    """When it is the first, the device is shut: nobody there acts in the space."""
    at = await tablet(live_node, world, visit)
    await ban(live_node, world, at.first if banned == "the first" else at.second)
    sent = await files.send(at.browser, world.space.id, b"words", "no.txt", as_id=at.second)
    assert refusal(sent) == (403, "not_allowed")
    body = about(world.abroad.students[0].id, at.second)
    assert refusal(await at.browser.post(f"/api/spaces/{world.space.id}/reports", body)) == (
        403, "not_allowed",
    )


async def test_a_device_adds_files_in_any_name_only_under_the_eyes_of_an_adult(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    watched = update(Space).where(Space.id == world.space.id).values(works_alone=False)
    await change(live_node, watched, AccessChanged(space_ids=frozenset({world.space.id})))
    at = await tablet(live_node, world, visit)
    sent = await files.send(at.browser, world.space.id, b"words", "a.txt", as_id=at.second)
    assert refusal(sent) == (403, "file_held")
    await visit.enter(live_node, world.home.teacher.id, world.space.id)
    while "file:add" not in (await at.page.expect(AccessUpdate)).grants:
        pass
    sent = await files.send(at.browser, world.space.id, b"words", "a.txt", as_id=at.second)
    assert sent.status_code == 201


# --- reports


def about(user_id: UUID, as_id: UUID | None = None, **others: str) -> dict[str, Any]:
    return {
        "kind": "person", "subject_id": str(user_id), "reason": "unkind",
        "as_id": str(as_id) if as_id else None, **others,
    }


async def test_a_report_is_of_the_one_who_is_chosen(live_node: Node, world: Pair, visit: Visit) -> None:
    at, page = await shared(live_node, world, visit)
    path = f"/api/spaces/{world.space.id}/reports"
    page.as_(at.first, "his")
    await page.until_there("his")
    board_id = await first_board(live_node, world.space.id)
    reported = [
        about(world.abroad.students[0].id, at.second),
        about(at.first, at.second),  # who shares a device may need help against each other
        about(board_id, at.second, kind="board", element_id="his"),
    ]
    for body in reported:
        assert (await at.browser.post(path, body)).status_code == 204, body
    assert refusal(await at.browser.post(path, about(at.second, at.second))) == (400, "invalid")
    for stranger in (world.home.students[2].id, world.home.teacher.id, uuid4()):
        for body in (about(at.first, stranger), about(board_id, stranger, kind="board", element_id="his")):
            assert refusal(await at.browser.post(path, body)) == (403, "not_allowed")
    async with live_node.database.read() as session:
        made = (await session.scalars(select(Report).where(Report.space_id == world.space.id))).all()
    assert len(made) == len(reported)
    assert {each.reporter_id for each in made} == {at.second}
    assert {each.snapshot["reporter"]["user_id"] for each in made} == {str(at.second)}
    of_board = next(each for each in made if each.element_id)
    assert of_board.about_user_id == at.first


async def test_what_is_reported_of_a_shared_device_names_who_did_it(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    at, page = await shared(live_node, world, visit)
    page.as_(at.second, "hers")
    await page.until_there("hers")
    reporter = await visit.browser(live_node, world.abroad.students[0].id)
    board_id = await first_board(live_node, world.space.id)
    body = about(board_id, kind="board", element_id="hers")
    assert (await reporter.post(f"/api/spaces/{world.space.id}/reports", body)).status_code == 204
    async with live_node.database.read() as session:
        report = (await session.scalars(select(Report).where(Report.space_id == world.space.id))).one()
    assert report.about_user_id == at.second


# --- taken off


async def test_who_is_taken_off_by_a_teacher_is_gone_from_the_space_at_once(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near, far = live_nodes
    at, page = await shared(near, world, visit)
    there = hub_of(near).presence.people
    await eventually(lambda: at.second in there(world.space.id))
    teacher = await visit.browser(far, world.home.teacher.id)
    path = f"/api/spaces/{world.space.id}/companions/{at.second}"
    assert (await teacher.delete(path)).status_code == 204
    await eventually(lambda: there(world.space.id) == {at.first}, AT_ONCE_S)
    page.as_(at.second, "hers")
    assert await refused(at) is ErrorCode.NOT_ALLOWED
