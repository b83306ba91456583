"""Several students at one device, live: who is there, what the device may do, in whose name one acts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import insert, update

from realtime import attendance, joining, protocol
from realtime.frames.chat import ChatAck, ChatPost, ChatPosted
from realtime.frames.devices import DeviceState, PeopleDevices
from realtime.frames.lesson import HandRaise, LessonStart, MediaDevice, PersonMute, RoomState
from realtime.frames.moderation import HelpAsk, HelpAsked
from realtime.frames.polls import PollMine, PollVote
from realtime.protocol import CloseCode, Error, ErrorCode, Ok
from server.access import Access, Grant
from server.accounts.api import SESSION_COOKIE
from server.consent.models import Consent, ConsentKind
from server.events import AccessChanged
from server.partnerships.models import Ban
from server.safeguarding.models import Removal
from tests.factories import PICTURES, Pair
from tests.nodes import Node, Visitor
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, change, connections_of, hub_of, sign_in
from tests.realtime.test_attendance import there
from tests.realtime.test_lesson import done
from tests.realtime.test_polls import create, votes

AT_ONCE_S = 1.0


class Tablet(NamedTuple):
    """A device with two students: the live page, and the same browser over HTTP."""

    page: LiveClient
    browser: Visitor
    first: UUID
    second: UUID


async def tablet(node: Node, world: Pair, visit: Visit, *, joined: bool = True) -> Tablet:
    """The first two students of the home class at one device, in the space."""
    first, second = (each.id for each in world.home.students[:2])
    token = await sign_in(node, first)
    browser = node.visitor()
    browser.http.cookies.set(SESSION_COOKIE, token)
    if joined:
        assert (await join(browser, second)).status_code == 204
    page = await visit.page(node, first, token)
    await page.enter(world.space.id)
    return Tablet(page, browser, first, second)


async def join(browser: Visitor, user_id: UUID) -> httpx2.Response:
    return await browser.post(
        "/api/session/companions", {"user_id": str(user_id), "pictures": list(PICTURES)}
    )


async def eventually(check: Callable[[], bool], within_s: float = 10) -> None:
    async with asyncio.timeout(within_s):
        while not check():
            await asyncio.sleep(0.01)


async def devices(page: LiveClient, until: Callable[[PeopleDevices], bool]) -> PeopleDevices:
    while True:
        told = await page.expect(PeopleDevices)
        if until(told):
            return told


async def ask(page: LiveClient, frame: protocol.ClientFrame) -> Ok | Error | ChatAck:
    await page.send(frame)
    async with asyncio.timeout(10):
        while True:
            for kind in (Ok, Error, ChatAck):
                for found in page.pending(kind):
                    if found.ref == frame.ref:  # type: ignore[union-attr]
                        return await page.expect(kind, ref=found.ref)
            await page._more("an answer")


def saying(page: LiveClient, text: str, as_id: UUID | None) -> ChatPost:
    return ChatPost(ref=page.ref(), client_id=uuid4(), text=text, as_id=as_id)


async def test_each_is_there_on_every_node_and_named_as_of_one_device(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    near, far = live_nodes
    here = await visit.enter(near, world.home.teacher.id, world.space.id)
    there_ = await visit.enter(far, world.abroad.teacher.id, world.space.id)
    at = await tablet(near, world, visit)
    state = await at.page.expect(DeviceState)
    assert state.device.user_ids == [at.first, at.second]
    assert state.missing == [] and state.device.left_out == []
    for page, node in ((here, near), (there_, far)):
        told = await devices(page, lambda told: bool(told.devices))
        assert [each.user_ids for each in told.devices] == [[at.first, at.second]]
        people = hub_of(node).presence.people
        await eventually(lambda people=people: {at.first, at.second} <= people(world.space.id))
    late = await visit.enter(far, world.abroad.students[0].id, world.space.id)
    assert (await late.expect(PeopleDevices)).devices[0].user_ids == [at.first, at.second]
    await at.page.socket.close()
    for page, node in ((here, near), (there_, far)):
        await devices(page, lambda told: not told.devices)
        await eventually(lambda node=node: at.second not in hub_of(node).presence.people(world.space.id))


async def test_who_joins_while_the_page_is_open_is_there_and_goes_at_once(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    at = await tablet(live_node, world, visit, joined=False)
    people = hub_of(live_node).presence.people
    assert people(world.space.id) == {at.first}
    await join(at.browser, at.second)
    await eventually(lambda: people(world.space.id) == {at.first, at.second}, AT_ONCE_S)
    assert (await at.page.expect(DeviceState)).device.user_ids == [at.first, at.second]
    await at.browser.delete(f"/api/session/companions/{at.second}")
    await eventually(lambda: people(world.space.id) == {at.first}, AT_ONCE_S)
    assert (await at.page.expect(DeviceState)).device.user_ids == [at.first]


async def test_a_device_may_do_what_all_of_its_people_may(live_node: Node, world: Pair, visit: Visit) -> None:
    second = world.home.students[1].id
    no_camera = update(Consent).where(Consent.user_id == second, Consent.kind == ConsentKind.CAMERA)
    await change(live_node, no_camera.values(given=False))
    at = await tablet(live_node, world, visit)
    (connection,) = connections_of(live_node, at.first)
    sharing, channel = hub_of(live_node).sharing, connection.channel
    assert channel is not None
    video, sound = Grant.MEDIA_PUBLISH_VIDEO, Grant.MEDIA_PUBLISH_AUDIO
    assert {video, sound} <= connection.access
    assert video not in connection.grants
    assert sharing.taken(connection, channel) == {video}
    missing = (await at.page.expect(DeviceState)).missing
    assert [(each.user_id, each.grants) for each in missing] == [(second, [video])]
    await change(live_node, no_camera.values(given=True), AccessChanged(frozenset({second})))
    await eventually(lambda: not sharing.taken(connection, channel), AT_ONCE_S)
    assert (await at.page.expect(DeviceState)).missing == []


async def test_each_writes_in_their_own_name_and_nobody_in_that_of_another(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    at = await tablet(live_node, world, visit)
    reader = await visit.enter(live_node, world.abroad.students[0].id, world.space.id)
    for as_id, author in ((None, at.first), (at.first, at.first), (at.second, at.second)):
        assert isinstance(await ask(at.page, saying(at.page, "hello", as_id)), ChatAck)
        assert (await reader.expect(ChatPosted)).message.author.user_id == author
    for forged in (world.abroad.students[0].id, world.home.teacher.id, uuid4()):
        answer = await ask(at.page, saying(at.page, "forged", forged))
        assert isinstance(answer, Error) and answer.code is ErrorCode.NOT_ALLOWED
    await at.browser.delete(f"/api/session/companions/{at.second}")
    await eventually(lambda: not connections_of(live_node, at.first)[0].companions)
    answer = await ask(at.page, saying(at.page, "gone", at.second))
    assert isinstance(answer, Error) and answer.code is ErrorCode.NOT_ALLOWED
    assert reader.pending(ChatPosted) == []


async def test_each_answers_a_poll_has_a_hand_and_asks_for_help(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    at = await tablet(live_node, world, visit)
    poll_id = await create(teacher)
    for as_id, pick in ((None, 0), (at.second, 1)):
        vote = PollVote(ref=at.page.ref(), poll_id=poll_id, picks=[pick], as_id=as_id)
        assert isinstance(await ask(at.page, vote), Ok)
        mine = (await at.page.expect(PollMine)).answer
        assert (mine.picks, mine.as_id) == ([pick], as_id)
    assert await votes(live_node, poll_id) == 2
    stranger = PollVote(ref=at.page.ref(), poll_id=poll_id, picks=[0], as_id=world.abroad.students[0].id)
    assert isinstance(await ask(at.page, stranger), Error)
    assert await votes(live_node, poll_id) == 2
    for as_id in (at.second, None):
        assert isinstance(await ask(at.page, HandRaise(ref=at.page.ref(), as_id=as_id)), Ok)
    while (state := await teacher.expect(RoomState)).hands != [at.second, at.first]:
        assert len(state.hands) < 2
    assert isinstance(await ask(at.page, HelpAsk(ref=at.page.ref(), as_id=at.second)), Ok)
    assert (await teacher.expect(HelpAsked)).user_id == at.second


async def test_who_is_banned_at_the_device_of_a_friend_is_gone_at_once_and_staff_are_told(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    at = await tablet(live_node, world, visit)
    await devices(teacher, lambda told: bool(told.devices))
    async with live_node.database.engine.begin() as records:
        await records.execute(
            insert(Ban).values(
                id=uuid4(), partnership_id=world.partnership.id, user_id=at.second, reason="x",
                banned_at=world.space.created_at,
            )
        )
    live_node.bus.publish([AccessChanged(frozenset({at.second}))])
    people = hub_of(live_node).presence.people
    await eventually(lambda: people(world.space.id) == {at.first, world.home.teacher.id}, AT_ONCE_S)
    while (state := await at.page.expect(DeviceState)).device.user_ids != [at.first]:
        pass
    assert [(each.user_id, each.reason) for each in state.device.left_out] == [(at.second, "removed")]
    told = await devices(teacher, lambda told: bool(told.devices and told.devices[0].left_out))
    assert told.devices[0].left_out[0].name == world.home.students[1].alias
    answer = await ask(at.page, saying(at.page, "still me", at.second))
    assert isinstance(answer, Error)
    assert isinstance(await ask(at.page, saying(at.page, "the first goes on", None)), ChatAck)


async def test_who_was_sent_out_is_left_out_when_the_device_comes_in(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    other = await visit.enter(live_node, world.abroad.students[0].id, world.space.id)
    async with live_node.database.engine.begin() as records:
        await records.execute(
            insert(Removal).values(
                id=uuid4(), space_id=world.space.id, user_id=world.home.students[1].id,
                by_id=world.home.teacher.id, reason_code="unkind", removed_at=world.space.created_at,
            )
        )
    at = await tablet(live_node, world, visit)
    state = await at.page.expect(DeviceState)
    assert state.device.user_ids == [at.first]
    assert [each.reason for each in state.device.left_out] == ["removed_for_now"]
    assert at.second not in hub_of(live_node).presence.people(world.space.id)
    await other.send(saying(other, "x", None))
    await other.expect(ChatAck)
    assert all(not each.devices for each in other.pending(PeopleDevices)), "pupils are not told of it"


async def test_a_ban_that_overtakes_the_reading_of_a_join_is_seen(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    second, read = world.home.students[1].id, joining.access.access_of
    is_banned = False

    async def read_and_be_overtaken(*given: Any) -> dict[UUID, Access]:
        nonlocal is_banned
        found = await read(*given)
        if second in found and not is_banned:
            is_banned = True
            ban = insert(Ban).values(
                id=uuid4(), partnership_id=world.partnership.id, user_id=second, reason="x",
                banned_at=world.space.created_at,
            )
            await change(live_node, ban)
            hub_of(live_node).readings.overtake(AccessChanged(frozenset({second})))
        return found

    monkeypatch.setattr(joining.access, "access_of", read_and_be_overtaken)
    at = await tablet(live_node, world, visit)
    assert is_banned
    assert (await at.page.expect(DeviceState)).device.user_ids == [at.first]
    assert second not in hub_of(live_node).presence.people(world.space.id)


async def test_when_the_first_loses_access_the_device_closes(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    at = await tablet(live_node, world, visit)
    async with live_node.database.engine.begin() as records:
        await records.execute(
            insert(Ban).values(
                id=uuid4(), partnership_id=world.partnership.id, user_id=at.first, reason="x",
                banned_at=world.space.created_at,
            )
        )
    live_node.bus.publish([AccessChanged(frozenset({at.first}))])
    assert await at.page.closed() == (CloseCode.ACCESS_LOST, "removed")
    await eventually(lambda: not hub_of(live_node).presence.people(world.space.id))
    sharing = hub_of(live_node).sharing
    assert not sharing._at.get(at.second) and not any(
        each.who.user_id == at.first for each in sharing._seats
    )


async def test_who_gets_new_pictures_is_off_the_devices_of_others(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    at = await tablet(live_node, world, visit)
    head = await visit.browser(live_node, world.home.head.id)
    printed = await head.post(
        f"/api/classes/{world.home.school_class.id}/cards",
        {"student_ids": [str(at.second)], "with_pictures": True},
    )
    assert printed.status_code == 200
    people = hub_of(live_node).presence.people
    await eventually(lambda: people(world.space.id) == {at.first}, AT_ONCE_S)
    assert (await at.browser.get("/api/session")).json().get("companions", []) == []


async def test_each_is_in_the_attendance_of_the_lesson(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance, "GATHER_S", 0.05)
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    await done(teacher, LessonStart)
    at = await tablet(live_node, world, visit)
    await there(live_node, world, world.home.teacher.id, at.first, at.second)
    await at.browser.delete(f"/api/session/companions/{at.second}")
    await there(live_node, world, world.home.teacher.id, at.first)


async def test_a_microphone_that_is_kept_off_for_one_is_off_for_the_device(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    teacher = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    await done(teacher, LessonStart)
    at = await tablet(live_node, world, visit)
    (connection,) = connections_of(live_node, at.first)
    await eventually(lambda: Grant.CHAT_POST in connection.grants)
    mute = PersonMute(ref=teacher.ref(), user_id=at.second, device=MediaDevice.MICROPHONE, on=True)
    assert isinstance(await ask(teacher, mute), Ok)
    hub, channel = hub_of(live_node), connection.channel
    assert channel is not None
    await eventually(lambda: Grant.MEDIA_PUBLISH_AUDIO in hub.sharing.taken(connection, channel), AT_ONCE_S)
    while (state := await at.page.expect(RoomState)).muted != [at.second]:
        assert not state.muted, "the device is told of its own people"
