"""What follows in the live space from consents, ground rules, opening hours and removals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from sqlalchemy import Executable, delete, insert, update

from realtime import protocol
from realtime.protocol import AccessUpdate, CloseCode
from server import clock
from server.access import Grant
from server.consent import ground_rules
from server.consent.models import Consent, GroundRulesAccepted
from server.events import AccessChanged
from server.hours.models import SchoolDay
from server.lessons.models import Lesson, LessonOver, LessonStatus
from server.safeguarding.models import Removal
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.media.peers import FlatPicture, microphone
from tests.nodes import Node
from tests.queries import counted
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, change, connections_of, hub_of, make_live

AT_ONCE_S = 1.0
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """aiortc's own ICE leaves the loopback out; here it is all there is."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda *_, **__: ["127.0.0.1"])


@asynccontextmanager
async def publishing(page: LiveClient) -> AsyncIterator[list[protocol.MediaTrack]]:
    """The page sends a picture and sound to the node; the tracks that it took."""
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for track in (FlatPicture(90), microphone()):
        peer.addTransceiver(track, direction="sendonly")
    await peer.setLocalDescription(await peer.createOffer())
    await page.send(protocol.MediaPublish(ref=99, sdp=peer.localDescription.sdp))
    answer = await page.expect(protocol.MediaPublished, ref=99)
    await peer.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
    try:
        yield answer.tracks
    finally:
        await peer.close()


def kinds(node: Node, world: Pair) -> list[str]:
    return sorted(each.kind for each in hub_of(node).media.tracks(world.space.id))


async def granted(node: Node, user_id: UUID, grant: Grant) -> None:
    """Wait until the person's page may do this: an adult of their school is heard before it may."""
    [connection] = connections_of(node, user_id)
    async with asyncio.timeout(10):
        while grant not in connection.grants:
            await asyncio.sleep(0.01)


async def answer(browser: Any, world: Pair, kind: str, given: bool) -> None:
    done = await browser.post(
        f"/api/classes/{world.home.school_class.id}/consent",
        {"user_ids": [str(world.home.students[0].id)], "kinds": [kind], "given": given, "giver": "parent"},
    )
    assert done.status_code == 200, done.text


async def test_a_withdrawn_consent_takes_the_live_picture_and_leaves_the_sound(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit
) -> None:
    await visit.enter(live_nodes[0], world.home.teacher.id, world.space.id)
    await visit.enter(live_nodes[0], world.home.students[1].id, world.space.id)  # nobody is alone with one
    page = await visit.enter(live_nodes[0], world.home.students[0].id, world.space.id)
    # Said at the other node: it travels by the bus.
    browser = await visit.browser(live_nodes[1], world.home.teacher.id)
    await granted(live_nodes[0], world.home.students[0].id, Grant.MEDIA_PUBLISH_VIDEO)
    async with publishing(page):
        async with asyncio.timeout(10):
            while kinds(live_nodes[0], world) != ["audio", "video"]:
                await asyncio.sleep(0.01)
        await answer(browser, world, "camera", False)
        async with asyncio.timeout(AT_ONCE_S):
            while kinds(live_nodes[0], world) != ["audio"]:
                await asyncio.sleep(0.01)
        while Grant.MEDIA_PUBLISH_VIDEO in (told := (await page.expect(AccessUpdate)).grants):
            pass
        assert Grant.MEDIA_PUBLISH_AUDIO in told
        await answer(browser, world, "voice", False)
        async with asyncio.timeout(AT_ONCE_S):
            while kinds(live_nodes[0], world):
                await asyncio.sleep(0.01)
        assert (await page.say("I am still here")).seq == 1
    await answer(browser, world, "camera", True)
    await granted(live_nodes[0], world.home.students[0].id, Grant.MEDIA_PUBLISH_VIDEO)


def removal(world: Pair) -> dict[str, Any]:
    return {
        "id": uuid4(), "space_id": world.space.id, "user_id": world.home.students[0].id,
        "by_id": world.home.teacher.id, "reason_code": "other", "removed_at": clock.now(), "until": None,
    }


def statements(world: Pair, reason: str) -> list[Executable]:
    student, home = world.home.students[0].id, world.home.school.id
    lesson = uuid4()
    now = clock.now()
    return {
        "outside_hours": [
            update(SchoolDay).where(SchoolDay.school_id == home).values(ends_at=now - timedelta(seconds=1))
        ],
        "ground_rules": [
            update(GroundRulesAccepted).where(GroundRulesAccepted.user_id == student)
            .values(version=ground_rules.VERSION - 1)
        ],
        "removed_for_now": [insert(Removal).values(**removal(world))],
        "lesson_over": [
            insert(Lesson).values(
                id=lesson, space_id=world.space.id, title="Rivers", status=LessonStatus.LIVE,
                starts_at=now - HOUR, ends_at=now + HOUR, created_by_id=world.home.teacher.id, created_at=now,
            ),
            insert(LessonOver).values(lesson_id=lesson, school_id=home, at=now),
        ],
    }[reason]


@pytest.mark.parametrize("reason", ["outside_hours", "ground_rules", "removed_for_now", "lesson_over"])
async def test_a_student_is_put_out_and_the_others_stay(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, reason: str
) -> None:
    student = world.home.students[0].id
    teacher = await visit.enter(live_nodes[0], world.home.teacher.id, world.space.id)
    there = await visit.enter(live_nodes[1], world.abroad.students[0].id, world.space.id)
    await visit.enter(live_nodes[1], world.abroad.teacher.id, world.space.id)
    page = await visit.enter(live_nodes[1], student, world.space.id)
    first, *more = reversed(statements(world, reason))
    for each in more:
        await change(live_nodes[0], each)
    told = AccessChanged(space_ids=frozenset({world.space.id}))
    await change(live_nodes[0], first, told)
    async with asyncio.timeout(AT_ONCE_S):
        assert await page.closed() == (CloseCode.ACCESS_LOST, reason)
    again = await visit.page(live_nodes[0], student)
    await again.greet()
    await again.send(protocol.SpaceJoin(ref=1, space_id=world.space.id))
    assert await again.closed() == (CloseCode.ACCESS_LOST, reason)
    assert (await teacher.say("We go on")).seq == 1
    assert (await there.say("and we")).seq == 2


async def test_the_end_of_the_hours_changes_no_record_and_is_found(
    make_node: MakeNode, records: Records, world: Pair, visit: Visit
) -> None:
    node = await make_live(make_node, records, recheck_s=0.1)
    teacher = await visit.enter(node, world.home.teacher.id, world.space.id)
    page = await visit.enter(node, world.home.students[0].id, world.space.id)
    await change(node, update(SchoolDay).values(ends_at=clock.now() + timedelta(seconds=1)))
    assert await page.closed() == (CloseCode.ACCESS_LOST, "outside_hours")
    assert (await teacher.say("See you tomorrow")).seq == 1
    browser = await visit.browser(node, world.home.teacher.id)
    until = (clock.now() + HOUR).isoformat()
    opened = await browser.post(f"/api/spaces/{world.space.id}/opening", {"until": until, "reason": "A play"})
    assert opened.status_code == 200, opened.text
    page = await visit.enter(node, world.home.students[0].id, world.space.id)
    assert (await browser.delete(f"/api/spaces/{world.space.id}/opening")).status_code == 200
    async with asyncio.timeout(AT_ONCE_S):
        assert await page.closed() == (CloseCode.ACCESS_LOST, "outside_hours")


async def test_saying_yes_to_the_ground_rules_opens_the_door(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    student = world.home.students[0].id
    await change(live_node, delete(GroundRulesAccepted).where(GroundRulesAccepted.user_id == student))
    page = await visit.page(live_node, student)
    await page.greet()
    await page.send(protocol.SpaceJoin(ref=1, space_id=world.space.id))
    assert await page.closed() == (CloseCode.ACCESS_LOST, "ground_rules")
    browser = await visit.browser(live_node, student)
    done = await browser.post("/api/me/ground-rules", {"version": ground_rules.VERSION})
    assert done.status_code == 200
    await visit.enter(live_node, student, world.space.id)


async def test_consent_hours_and_rules_cost_no_further_query(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    """All of it is one look at the records, for a join and for a message alike."""

    def about(statements: list[str]) -> list[str]:
        return [each for each in statements if "consent" in each or "school_day" in each or "removal" in each]

    with counted(live_node.app.state.database) as asked:
        page = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    assert len(about(asked)) == 1
    with counted(live_node.app.state.database) as asked:
        await page.say("hello")
    assert len(about(asked)) == 1


async def test_a_student_without_consent_comes_in_to_listen(
    live_node: Node, world: Pair, visit: Visit
) -> None:
    student = world.home.students[0].id
    await change(live_node, delete(Consent).where(Consent.user_id == student))
    await visit.enter(live_node, world.home.teacher.id, world.space.id)
    await visit.enter(live_node, world.home.students[1].id, world.space.id)  # nobody is alone with one
    page = await visit.enter(live_node, student, world.space.id)
    await granted(live_node, student, Grant.MEDIA_WATCH)
    [connection] = connections_of(live_node, student)
    assert not {Grant.MEDIA_PUBLISH_AUDIO, Grant.MEDIA_PUBLISH_VIDEO} & connection.grants
    async with publishing(page) as tracks:
        assert tracks == []
