"""Today, one space, and its transcript, for everyone who may and may not."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert, update

from server import clock
from server.bus import InProcessBus
from server.chat import service as chat
from server.db import UnitOfWork
from server.errors import Invalid, NoAccess
from server.events import ChatPosted
from server.partnerships.models import Ban, Membership, MemberStatus, Partnership, PartnershipStatus
from server.schools.models import RosterEntry
from server.spaces.models import Space
from tests.factories import Pair, pair
from tests.nodes import Node, Visitor, refusal


@pytest.fixture
async def tied(node: Node) -> Pair:
    await pair(node.database)  # another one, which nobody here should ever see
    return await pair(node.database)


@pytest.fixture
async def student(node: Node, tied: Pair) -> Visitor:
    visitor = node.visitor()
    await visitor.sign_in_student(tied.home.students[0])
    return visitor


@pytest.fixture
async def teacher(node: Node, tied: Pair) -> Visitor:
    visitor = node.visitor()
    await visitor.sign_in_staff(tied.home.teacher)
    return visitor


async def change(node: Node, statement: Any) -> None:
    async with node.database.engine.begin() as connection:
        await connection.execute(statement)


async def say(node: Node, tied: Pair, *texts: str) -> None:
    for text in texts:
        async with UnitOfWork(node.database, InProcessBus()) as uow:
            await chat.post(uow, tied.home.students[0].id, tied.space.id, uuid4(), text)


async def test_today_for_a_student(student: Visitor, tied: Pair) -> None:
    today = (await student.get("/api/today")).json()
    assert today["school"]["name"] == "Willow"
    assert [(each["name"], each["timezone"], each["colour"]) for each in today["partners"]] == [
        ("Nakuru Hill", "Africa/Nairobi", 1)
    ]
    (card,) = today["spaces"]
    assert (card["id"], card["name"], card["kind"]) == (str(tied.space.id), "Rivers", "project")
    assert (card["open"], card["closed_reason"], card["here"]) == (True, "", [])
    assert [each["name"] for each in card["schools"]] == ["Willow", "Nakuru Hill"]
    assert "chat:post" in card["grants"]
    assert "space:moderate" not in card["grants"]
    assert (card["visiting"], card["link_teachers"]) == ([], [])
    assert today["duties"] == {"to_decide": [], "to_sign": []}


async def test_today_for_a_teacher_has_the_staff_room(teacher: Visitor) -> None:
    cards = (await teacher.get("/api/today")).json()["spaces"]
    assert [card["name"] for card in cards] == ["Rivers", "Staff room"]
    assert all("space:moderate" in card["grants"] for card in cards)


async def test_a_space_is_open_to_those_it_is_for(student: Visitor, teacher: Visitor, tied: Pair) -> None:
    for visitor in (student, teacher):
        card = (await visitor.get(f"/api/spaces/{tied.space.id}")).json()
        assert (card["open"], card["partnership_id"]) == (True, str(tied.partnership.id))
    assert refusal(await student.get(f"/api/spaces/{tied.staff_room.id}")) == (403, "not_enrolled")
    assert refusal(await student.get(f"/api/spaces/{uuid4()}")) == (404, "not_found")


async def test_a_suspended_partnership_is_closed_to_students_and_read_only_to_staff(
    node: Node, student: Visitor, teacher: Visitor, tied: Pair
) -> None:
    await say(node, tied, "Hello")
    await change(node, update(Partnership).values(status=PartnershipStatus.SUSPENDED))
    path = f"/api/spaces/{tied.space.id}"
    assert refusal(await student.get(path)) == (403, "partnership_suspended")
    assert refusal(await student.get(f"{path}/messages")) == (403, "partnership_suspended")
    (card,) = (await student.get("/api/today")).json()["spaces"]
    assert (card["open"], card["closed_reason"], card["grants"]) == (False, "partnership_suspended", [])
    card = (await teacher.get(path)).json()
    assert (card["open"], card["closed_reason"]) == (False, "partnership_suspended")
    assert set(card["grants"]) == {"space:read", "space:export", "chat:read", "board:view"}
    assert len((await teacher.get(f"{path}/messages")).json()["messages"]) == 1


@pytest.mark.parametrize(
    ("what", "code"), [("ban", "removed"), ("leave", "not_a_member"), ("roster", "not_enrolled")]
)
async def test_whoever_lost_access_is_told_why_and_sees_it_on_no_list(
    node: Node, student: Visitor, tied: Pair, what: str, code: str
) -> None:
    user_id = tied.home.students[0].id
    await change(node, {
        "ban": insert(Ban).values(id=uuid4(), partnership_id=tied.partnership.id, user_id=user_id,
                                  reason="", banned_at=clock.now()),
        "leave": update(Membership).where(Membership.school_id == tied.home.school.id).values(
            status=MemberStatus.LEFT),
        "roster": delete(RosterEntry).where(RosterEntry.user_id == user_id),
    }[what])
    assert refusal(await student.get(f"/api/spaces/{tied.space.id}")) == (403, code)
    assert (await student.get("/api/today")).json()["spaces"] == []


async def test_an_archived_space_can_be_read(node: Node, student: Visitor, tied: Pair) -> None:
    await change(node, update(Space).where(Space.id == tied.space.id).values(archived_at=clock.now()))
    card = (await student.get(f"/api/spaces/{tied.space.id}")).json()
    assert set(card["grants"]) == {"space:enter", "space:read", "chat:read", "board:view"}


async def test_the_transcript_gives_exactly_what_came_after(node: Node, student: Visitor, tied: Pair) -> None:
    await say(node, tied, "One", "Two", "Three")
    path = f"/api/spaces/{tied.space.id}/messages"
    transcript = (await student.get(path)).json()
    assert [(each["seq"], each["text"]) for each in transcript["messages"]] == [
        (1, "One"), (2, "Two"), (3, "Three")
    ]
    assert transcript["more"] is False
    assert [each["seq"] for each in (await student.get(f"{path}?after=2")).json()["messages"]] == [3]
    assert (await student.get(f"{path}?after=3")).json()["messages"] == []
    assert [each["seq"] for each in (await student.get(f"{path}?before=3")).json()["messages"]] == [1, 2]
    assert (await student.get(f"{path}?before=1")).json() == {"messages": [], "more": False}
    assert refusal(await student.get(f"{path}?after=-1")) == (400, "invalid")


async def test_a_message_sent_again_is_stored_once_and_numbers_have_no_gap(node: Node, tied: Pair) -> None:
    author, bus, seen, client_id = tied.home.students[0].id, InProcessBus(), [], uuid4()
    bus.subscribe(seen.append)
    numbers = []
    for each in (client_id, client_id, uuid4()):
        async with UnitOfWork(node.database, bus) as uow:
            numbers.append(await chat.post(uow, author, tied.space.id, each, " Hello \0"))
    assert numbers == [1, 1, 2]
    posted = [(event.seq, event.text) for event in seen if isinstance(event, ChatPosted)]
    assert posted == [(1, "Hello"), (2, "Hello")]
    with pytest.raises(Invalid):
        async with UnitOfWork(node.database, bus) as uow:
            await chat.post(uow, author, tied.space.id, uuid4(), " \n ")
    async with UnitOfWork(node.database, bus) as uow:
        assert await chat.post(uow, author, tied.space.id, uuid4(), "After a refusal") == 3


async def test_nobody_writes_where_they_may_not_be(node: Node, tied: Pair) -> None:
    with pytest.raises(NoAccess):
        async with UnitOfWork(node.database, InProcessBus()) as uow:
            await chat.post(uow, tied.home.students[0].id, tied.staff_room.id, uuid4(), "Hello")
    with pytest.raises(NoAccess):
        async with UnitOfWork(node.database, InProcessBus()) as uow:
            await chat.post(uow, tied.home.students[0].id, uuid4(), uuid4(), "Hello")
