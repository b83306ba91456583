"""Coming in: the greeting, who is told of whom, and every reason to be turned away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, get_args
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert, update
from websockets.exceptions import InvalidStatus

from realtime import endpoint, hub, protocol
from realtime.media import MediaFrame
from realtime.protocol import CloseCode, PresenceDiff
from server import clock
from server.access import Grant
from server.accounts.models import User
from server.partnerships.models import Ban, Membership, MemberStatus, Partnership, PartnershipStatus
from server.spaces.models import Enrolment
from tests.conftest import MakeNode, Records
from tests.factories import Pair
from tests.nodes import Node
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit, connections_of, hub_of, make_live, sign_in


async def test_the_greeting_says_who_one_is(live_node: Node, world: Pair, visit: Visit) -> None:
    student = world.home.students[0].id
    page = await visit.page(live_node, student)
    welcome = await page.greet()
    assert (welcome.protocol, welcome.user_id) == (protocol.PROTOCOL_VERSION, student)


async def test_an_entry_shows_the_space(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben = world.home.students[0].id, world.abroad.students[0].id
    await visit.enter(live_node, ana, world.space.id)
    page = await visit.page(live_node, ben)
    joined = await page.enter(world.space.id)
    assert joined.space.id == world.space.id
    assert joined.space.partnership_name == world.partnership.name
    schools = {school.id: school for school in joined.schools}
    assert {(s.short_name, s.country, s.colour) for s in joined.schools} == {
        ("Willow", "GB", 0),
        ("Nakuru Hill", "KE", 1),
    }
    people = {person.user_id: person for person in joined.people}
    assert people.keys() == {ana, ben}
    assert (people[ana].name, people[ana].kind, people[ana].class_name) == ("Heron 1", "student", "5W")
    assert schools[people[ana].school_id].short_name == "Willow"
    assert Grant.CHAT_POST in joined.grants
    assert Grant.SPACE_MODERATE not in joined.grants
    assert [board.position for board in joined.boards] == [1]
    assert (joined.seq, joined.messages) == (0, [])


async def test_coming_and_going_is_told(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben = world.home.students[0].id, world.abroad.students[0].id
    watching = await visit.enter(live_node, ana, world.space.id)
    page = await visit.enter(live_node, ben, world.space.id)
    came = await watching.expect(PresenceDiff)
    assert [person.user_id for person in came.joined] == [ben]
    await page.socket.close()
    went = await watching.expect(PresenceDiff)
    assert (went.joined, went.left) == ([], [ben])
    assert watching.pending(PresenceDiff) == []


async def test_two_pages_of_a_person_are_one_presence(live_node: Node, world: Pair, visit: Visit) -> None:
    ana, ben, cleo = world.home.students[0].id, world.abroad.students[0].id, world.abroad.students[1].id
    watching = await visit.enter(live_node, ana, world.space.id)
    first = await visit.enter(live_node, ben, world.space.id)
    await watching.expect(PresenceDiff)
    second = await visit.page(live_node, ben)
    assert len((await second.enter(world.space.id)).people) == 2
    await first.socket.close()
    # Somebody else's coming is a fence: whatever the second page caused would have been told before it.
    await visit.enter(live_node, cleo, world.space.id)
    told = await watching.expect(PresenceDiff)
    assert ([person.user_id for person in told.joined], told.left) == ([cleo], [])
    await second.socket.close()
    assert (await watching.expect(PresenceDiff)).left == [ben]


async def test_presence_spans_nodes(live_nodes: tuple[Node, Node], world: Pair, visit: Visit) -> None:
    one, other = live_nodes
    ana, ben = world.home.students[0].id, world.abroad.students[0].id
    watching = await visit.enter(one, ana, world.space.id)
    page = await visit.enter(other, ben, world.space.id)
    came = await watching.expect(PresenceDiff)
    assert [person.name for person in came.joined] == ["Heron 1"]
    # The one who came sees who is on the other node, in the snapshot or right after it.
    snapshot_or_diff = hub_of(other)._channels[world.space.id]
    async with asyncio.timeout(5):
        while {person.user_id for person in snapshot_or_diff.people()} != {ana, ben}:
            await page.expect(PresenceDiff)
    await page.socket.close()
    assert (await watching.expect(PresenceDiff)).left == [ben]


async def test_a_node_that_stops_takes_its_people_along(
    shared_records: Records, make_node: MakeNode, world: Pair, visit: Visit
) -> None:
    one, other = await make_live(make_node, shared_records), await make_live(make_node, shared_records)
    ana, ben = world.home.students[0].id, world.abroad.students[0].id
    watching = await visit.enter(one, ana, world.space.id)
    page = await visit.enter(other, ben, world.space.id)
    await watching.expect(PresenceDiff)
    await other.stop()
    assert (await watching.expect(PresenceDiff)).left == [ben]
    code, _ = await page.closed()
    assert code is not None
    assert not 4500 <= code < 5000


async def test_changing_space_leaves_the_first(live_node: Node, world: Pair, visit: Visit) -> None:
    watching = await visit.enter(live_node, world.home.teacher.id, world.space.id)
    page = await visit.enter(live_node, world.abroad.teacher.id, world.space.id)
    await watching.expect(PresenceDiff)
    joined = await page.join(world.staff_room.id)
    assert [person.user_id for person in joined.people] == [world.abroad.teacher.id]
    assert (await watching.expect(PresenceDiff)).left == [world.abroad.teacher.id]


async def test_another_version_is_turned_away(live_node: Node, world: Pair, visit: Visit) -> None:
    page = await visit.page(live_node, world.home.students[0].id)
    await page.send(protocol.Hello(protocol=protocol.PROTOCOL_VERSION + 1))
    assert await page.closed() == (CloseCode.WRONG_VERSION, "wrong_version")


@pytest.mark.parametrize("first", ["not json", '{"type":"media.watch","ref":1,"on":true}', b"\0\0\1\0"])
async def test_who_does_not_greet_is_turned_away(
    live_node: Node, world: Pair, visit: Visit, first: str | bytes
) -> None:
    page = await visit.page(live_node, world.home.students[0].id)
    await page.socket.send(first)
    assert await page.closed() == (CloseCode.BAD_FRAME, "no_greeting")


async def test_who_says_nothing_is_turned_away(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "GREETING_S", 0.05)
    page = await visit.page(live_node, world.home.students[0].id)
    assert await page.closed() == (CloseCode.BAD_FRAME, "no_greeting")


@pytest.mark.parametrize("token", ["", "made up"])
async def test_who_is_not_signed_in_is_turned_away(live_node: Node, visit: Visit, token: str) -> None:
    page = await visit.page(live_node, uuid4(), token=token or "none")
    assert await page.closed() == (CloseCode.SIGNED_OUT, "signed_out")


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://127.0.0.1", "null", ""])
async def test_another_origin_gets_no_socket(live_node: Node, world: Pair, origin: str) -> None:
    token = await sign_in(live_node, world.home.students[0].id)
    with pytest.raises(InvalidStatus) as refused:
        async with LiveClient(live_node.url, token, origin=origin):
            pass
    assert refused.value.response.status_code == 403


async def test_too_many_pages(
    live_node: Node, world: Pair, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "CONNECTIONS_PER_PERSON", 2)
    student = world.home.students[0].id
    first = await visit.enter(live_node, student, world.space.id)
    await visit.enter(live_node, student, world.space.id)
    third = await visit.page(live_node, student)
    assert await third.closed() == (CloseCode.TOO_MANY, "too_many")
    await first.socket.close()
    async with asyncio.timeout(5):
        while len(connections_of(live_node, student)) > 1:
            await asyncio.sleep(0)
    await visit.enter(live_node, student, world.space.id)


REASONS: dict[str, Callable[[Pair], Any]] = {
    "not_found": lambda w: None,
    "not_enrolled": lambda w: delete(Enrolment).where(Enrolment.space_id == w.space.id),
    "not_a_member": lambda w: (
        update(Membership)
        .where(Membership.partnership_id == w.partnership.id)
        .values(status=MemberStatus.LEFT)
    ),
    "partnership_suspended": lambda w: (
        update(Partnership)
        .where(Partnership.id == w.partnership.id)
        .values(status=PartnershipStatus.SUSPENDED)
    ),
    "partnership_ended": lambda w: (
        update(Partnership).where(Partnership.id == w.partnership.id).values(status=PartnershipStatus.ENDED)
    ),
    "removed": lambda w: insert(Ban).values(
        id=uuid4(),
        partnership_id=w.partnership.id,
        user_id=w.home.students[0].id,
        reason="",
        banned_at=clock.now(),
    ),
    "account_disabled": lambda w: (
        update(User).where(User.id == w.home.students[0].id).values(disabled_at=clock.now())
    ),
}


@pytest.mark.parametrize("reason", REASONS)
async def test_who_may_not_come_in_is_told_why(
    live_node: Node, world: Pair, visit: Visit, reason: str
) -> None:
    student = world.home.students[0].id
    page = await visit.page(live_node, student)
    await page.greet()
    change = REASONS[reason](world)
    if change is not None:
        async with live_node.database.engine.begin() as connection:
            await connection.execute(change)
    space_id = uuid4() if reason == "not_found" else world.space.id
    await page.send(protocol.SpaceJoin(ref=1, space_id=space_id))
    assert await page.closed() == (CloseCode.ACCESS_LOST, reason)
    assert world.space.id not in hub_of(live_node)._channels


async def test_students_do_not_come_into_the_staff_room(live_node: Node, world: Pair, visit: Visit) -> None:
    page = await visit.page(live_node, world.home.students[0].id)
    await page.greet()
    await page.send(protocol.SpaceJoin(ref=1, space_id=world.staff_room.id))
    assert await page.closed() == (CloseCode.ACCESS_LOST, "not_enrolled")


def test_every_frame_of_a_page_has_somebody_who_takes_it(live_node: Node) -> None:
    known = {
        protocol.Hello, protocol.SpaceJoin, protocol.ChatPost, protocol.ChatTyping, protocol.BoardOpen,
        *get_args(protocol.ChatChange), *get_args(MediaFrame),
    }
    desks = set(hub_of(live_node)._desk_for)
    assert not known & desks
    assert known | desks == set(get_args(protocol.ClientFrame))
