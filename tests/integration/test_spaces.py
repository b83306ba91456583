"""Today, one space, and its transcript, for everyone who may and may not."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, select, update

from server import clock
from server.bus import InProcessBus
from server.chat import reading
from server.chat import service as chat
from server.db import UnitOfWork
from server.errors import DomainError
from server.events import ChatPosted, Event
from server.partnerships.models import Ban, Membership, MemberStatus, Partnership, PartnershipStatus
from server.schools.models import RosterEntry
from server.spaces.models import Space
from tests.factories import Pair, pair
from tests.nodes import Node, Visitor, refusal
from tests.queries import counted


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
    posts = [chat.Post(tied.home.students[0].id, uuid4(), text) for text in texts]
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        await chat.post_all(uow, tied.space.id, posts)


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
    assert today["duties"] == {"to_decide": [], "to_sign": [], "reports": 0}


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
    assert set(card["grants"]) == {
        "space:read", "space:export", "chat:read", "board:view", "file:read"
    }
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
    assert set(card["grants"]) == {
        "space:enter", "space:read", "chat:read", "board:view", "file:read"
    }


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


async def post(node: Node, space_id: UUID, *posts: chat.Post) -> tuple[list[Any], list[Event]]:
    """The answers, with codes in place of errors, and what was told."""
    bus, told = InProcessBus(), []
    bus.subscribe(told.append)
    async with UnitOfWork(node.database, bus) as uow:
        answers = await chat.post_all(uow, space_id, posts)
    return [each.code if isinstance(each, DomainError) else each for each in answers], told


async def test_a_message_sent_again_is_stored_once_and_numbers_have_no_gap(node: Node, tied: Pair) -> None:
    author, client_id = tied.home.students[0].id, uuid4()
    again = chat.Post(author, client_id, " Hello \0")
    answers, seen = await post(node, tied.space.id, again)
    assert answers == [1]
    for each in (again, chat.Post(author, uuid4(), " Hello \0")):
        found, told = await post(node, tied.space.id, each)
        answers, seen = answers + found, seen + told
    assert answers == [1, 1, 2]
    posted = [(event.seq, event.text) for event in seen if isinstance(event, ChatPosted)]
    assert posted == [(1, "Hello"), (2, "Hello")]
    assert await post(node, tied.space.id, chat.Post(author, uuid4(), " \n ")) == (["invalid"], [])
    answers, _ = await post(node, tied.space.id, chat.Post(author, uuid4(), "After a refusal"))
    assert answers == [3]


async def test_each_message_of_a_batch_succeeds_or_fails_alone(node: Node, tied: Pair) -> None:
    ana, ben, other = tied.home.students[0].id, tied.abroad.students[0].id, tied.abroad.students[1].id
    stored, twice = chat.Post(ana, uuid4(), "Stored before"), chat.Post(ana, uuid4(), "Twice in one")
    await post(node, tied.space.id, stored)
    await change(
        node, insert(Ban).values(id=uuid4(), partnership_id=tied.partnership.id, user_id=other, reason="",
                                 banned_at=clock.now())
    )
    answers, told = await post(
        node, tied.space.id,
        chat.Post(other, uuid4(), "From a banned person"), twice, chat.Post(ben, uuid4(), "\t"), stored,
        chat.Post(ben, twice.client_id, "Same client id, another person"), twice,
        chat.Post(uuid4(), uuid4(), "From nobody"), chat.Post(ana, uuid4(), "Last"),
    )
    assert answers == ["removed", 2, "invalid", 1, 3, 2, "not_found", 4]
    posted = [(event.seq, event.author_id, event.text) for event in told if isinstance(event, ChatPosted)]
    assert posted == [
        (2, ana, "Twice in one"), (3, ben, "Same client id, another person"), (4, ana, "Last"),
    ]
    async with node.database.read() as session:
        found = await reading.newest(session, tied.space.id)
        assert [(each.seq, each.client_id) for each in found[1:]] == [
            (event.seq, event.client_id) for event in told if isinstance(event, ChatPosted)
        ]
        last_seq = await session.scalar(select(Space.last_seq).where(Space.id == tied.space.id))
    assert (len(found), last_seq) == (4, 4)
    await change(node, update(Space).where(Space.id == tied.space.id).values(archived_at=clock.now()))
    assert await post(node, tied.space.id, stored, twice) == (["not_allowed", "not_allowed"], [])


async def test_a_batch_costs_the_same_statements_however_long(node: Node, tied: Pair) -> None:
    people = [each.id for side in (tied.home, tied.abroad) for each in side.students]
    counts = []
    for length in (1, 20):
        posts = [chat.Post(people[number % len(people)], uuid4(), "Hello") for number in range(length)]
        with counted(node.database) as statements:
            await post(node, tied.space.id, *posts)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6


async def test_nobody_writes_where_they_may_not_be(node: Node, tied: Pair) -> None:
    hello = chat.Post(tied.home.students[0].id, uuid4(), "Hello")
    assert await post(node, tied.staff_room.id, hello) == (["not_enrolled"], [])
    assert await post(node, uuid4(), hello) == (["not_found"], [])
