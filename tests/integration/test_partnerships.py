"""Partnerships over HTTP: who sees them, the moves, and what each refusal says."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx2
from sqlalchemy import delete, update

from server.accounts.models import StaffRole, User
from server.bus import InProcessBus
from server.db import UnitOfWork
from server.events import AccessChanged
from server.partnerships.models import Coordinator, Membership, MemberStatus, Partnership, PartnershipStatus
from tests.factories import World, pair
from tests.nodes import Node, Visitor

S = PartnershipStatus


async def signed_in(node: Node, user: User) -> Visitor:
    visitor = node.visitor()
    assert (await visitor.sign_in_staff(user)).status_code == 200
    return visitor


async def make_move(visitor: Visitor, partnership_id: UUID, move: str, reason: str = "") -> httpx2.Response:
    return await visitor.post(f"/api/partnerships/{partnership_id}/moves", {"move": move, "reason": reason})


def refusal(response: httpx2.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


async def change(node: Node, statement: Any) -> None:
    async with node.database.engine.begin() as connection:
        await connection.execute(statement)


async def test_staff_see_the_partnerships_of_their_school_and_students_none(node: Node) -> None:
    tied, other = await pair(node.database), await pair(node.database)
    visitor = await signed_in(node, tied.abroad.safeguarding)
    (item,) = (await visitor.get("/api/partnerships")).json()["items"]
    assert item["id"] == str(tied.partnership.id)
    assert (item["kind"], item["status"]) == ("one_to_one", "active")
    assert item["programme_name"] == tied.programme.name
    assert [(each["name"], each["colour"]) for each in item["schools"]] == [("Willow", 0), ("Nakuru Hill", 1)]
    assert refusal(await visitor.get(f"/api/partnerships/{other.partnership.id}")) == (404, "not_found")
    assert refusal(await visitor.get(f"/api/partnerships/{uuid4()}")) == (404, "not_found")
    assert refusal(await make_move(visitor, other.partnership.id, "suspend", "why")) == (404, "not_found")
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    for path in ("/api/partnerships", f"/api/partnerships/{tied.partnership.id}"):
        assert refusal(await student.get(path)) == (403, "not_allowed")
    assert refusal(await make_move(student, tied.partnership.id, "suspend", "why")) == (403, "not_allowed")


async def test_one_record_with_its_rules_as_a_checklist(node: Node) -> None:
    tied = await pair(node.database)
    visitor = await signed_in(node, tied.home.teacher)
    detail = (await visitor.get(f"/api/partnerships/{tied.partnership.id}")).json()
    assert {rule["code"]: rule["met"] for rule in detail["rules"]} == dict.fromkeys(
        ["kind_offered", "exactly_two_schools", "one_home_school", "one_partner_abroad", "all_verified",
         "has_coordinator"],
        True,
    )
    assert [(each["school"]["name"], each["role"], each["status"]) for each in detail["memberships"]] == [
        ("Willow", "lead", "accepted"), ("Nakuru Hill", "partner", "accepted")
    ]
    assert {(each["name"], each["school_id"]) for each in detail["coordinators"]} == {
        (side.teacher.name, str(side.school.id)) for side in (tied.home, tied.abroad)
    }
    assert [(each["name"], each["kind"]) for each in detail["spaces"]] == [
        ("Rivers", "project"), ("Staff room", "staff_room")
    ]


async def test_suspending_says_why_and_tells_every_space_and_resuming_takes_it_back(node: Node) -> None:
    tied, seen = await pair(node.database), []
    node.bus.subscribe(seen.append)
    visitor = await signed_in(node, tied.home.safeguarding)
    assert refusal(await make_move(visitor, tied.partnership.id, "suspend", "  ")) == (400, "invalid")
    assert seen == []
    detail = (await make_move(visitor, tied.partnership.id, "suspend", "A visit is planned first.")).json()
    assert (detail["status"], detail["status_reason"]) == ("suspended", "A visit is planned first.")
    assert set(detail["moves"]) == {"resume", "end"}
    told = AccessChanged(space_ids=frozenset({tied.space.id, tied.staff_room.id}))
    assert seen == [told]
    detail = (await make_move(visitor, tied.partnership.id, "resume")).json()
    assert (detail["status"], detail["status_reason"]) == ("active", "")
    assert seen == [told, told]


async def test_a_partnership_from_its_draft_to_its_end(node: Node) -> None:
    tied = await pair(node.database, status=S.ENDED)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        ghana = await World(uow.session).school("Cape Coast", "GH")
        ghana_head = await World(uow.session).staff(ghana, StaffRole.HEADTEACHER)
    home, head = await signed_in(node, tied.home.teacher), await signed_in(node, ghana_head)
    new = {"programme_id": str(tied.programme.id), "kind": "one_to_one", "name": "Canal and coast",
           "school_ids": [str(ghana.id)]}
    created = await home.post("/api/partnerships", new)
    assert created.status_code == 201
    detail = created.json()
    record = UUID(detail["id"])
    assert (detail["status"], set(detail["moves"])) == ("draft", {"propose", "end"})
    assert [each["name"] for each in detail["coordinators"]] == [tied.home.teacher.name]

    # A draft is its starters' own business.
    assert refusal(await make_move(head, record, "propose")) == (404, "not_found")
    assert (await head.get("/api/partnerships")).json()["items"] == []
    assert refusal(await make_move(home, record, "activate")) == (409, "invalid_transition")
    assert (await make_move(home, record, "propose")).json()["status"] == "proposed"
    assert refusal(await make_move(home, record, "accept")) == (403, "not_allowed")

    refused = await make_move(home, record, "activate")
    assert refusal(refused) == (409, "rules_not_met")
    failing = {rule["code"]: rule for rule in refused.json()["failing"]}
    assert failing.keys() == {"has_coordinator", "all_accepted"}
    assert failing["all_accepted"]["params"]["schools"] == "Cape Coast"
    # What would be refused is not offered.
    assert (await home.get(f"/api/partnerships/{record}")).json()["moves"] == ["end"]

    assert (await head.get(f"/api/partnerships/{record}")).json()["moves"] == ["accept"]
    accepted = (await make_move(head, record, "accept")).json()
    assert [each["status"] for each in accepted["memberships"]] == ["accepted", "accepted"]
    assert len(accepted["coordinators"]) == 2
    assert all(rule["met"] for rule in accepted["rules"])
    assert "accept" not in accepted["moves"]
    assert (await make_move(home, record, "activate")).json()["status"] == "active"
    ended = (await make_move(head, record, "end", "The year is over.")).json()
    assert (ended["status"], ended["moves"]) == ("ended", [])
    assert refusal(await make_move(home, record, "resume")) == (409, "invalid_transition")


STATES = {"propose": S.DRAFT, "activate": S.PROPOSED, "suspend": S.ACTIVE, "resume": S.SUSPENDED}


async def test_moves_that_a_state_does_not_have_are_refused(node: Node) -> None:
    tied = await pair(node.database)
    visitor = await signed_in(node, tied.home.teacher)
    for state in PartnershipStatus:
        await change(node, update(Partnership).values(status=state))
        detail = (await visitor.get(f"/api/partnerships/{tied.partnership.id}")).json()
        possible = {move for move, start in STATES.items() if start is state}
        if state is not S.ENDED:
            possible.add("end")
        assert set(detail["moves"]) == possible, state
        for move in {*STATES, "end"} - possible:
            refused = await make_move(visitor, tied.partnership.id, move, "why")
            assert refusal(refused) == (409, "invalid_transition"), (state, move)
            assert refused.json()["status"] == 409
    assert refusal(await make_move(visitor, tied.partnership.id, "dissolve")) == (400, "invalid")


async def test_only_coordinators_heads_and_safeguarding_leads_of_accepted_schools_steer(node: Node) -> None:
    tied = await pair(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        colleague = await World(uow.session).staff(tied.home.school, StaffRole.TEACHER)
    path = f"/api/partnerships/{tied.partnership.id}"
    visitors = {
        user.id: await signed_in(node, user)
        for user in (colleague, tied.abroad.teacher, tied.abroad.head, tied.abroad.safeguarding)
    }

    async def moves(user: User) -> list[str]:
        return (await visitors[user.id].get(path)).json()["moves"]

    assert await moves(colleague) == []
    assert refusal(await make_move(visitors[colleague.id], tied.partnership.id, "suspend", "why")) == (
        403, "not_allowed"
    )
    for user in (tied.abroad.teacher, tied.abroad.head, tied.abroad.safeguarding):
        assert await moves(user) == ["suspend", "end"]
    theirs = Membership.school_id == tied.abroad.school.id
    await change(node, update(Membership).where(theirs).values(status=MemberStatus.LEFT))
    for user in (tied.abroad.teacher, tied.abroad.head, tied.abroad.safeguarding):
        # The record is no longer their school's business.
        assert refusal(await visitors[user.id].get(path)) == (404, "not_found")
        assert refusal(await make_move(visitors[user.id], tied.partnership.id, "end")) == (404, "not_found")


async def test_resuming_needs_the_rules_too(node: Node) -> None:
    tied = await pair(node.database, status=S.SUSPENDED)
    await change(node, delete(Coordinator).where(Coordinator.user_id == tied.abroad.teacher.id))
    visitor = await signed_in(node, tied.home.head)
    refused = await make_move(visitor, tied.partnership.id, "resume")
    assert refusal(refused) == (409, "rules_not_met")
    assert [rule["code"] for rule in refused.json()["failing"]] == ["has_coordinator"]
    assert (await visitor.get(f"/api/partnerships/{tied.partnership.id}")).json()["status"] == "suspended"


async def test_of_moves_at_the_same_time_one_wins_and_the_others_are_told(node: Node) -> None:
    tied, seen = await pair(node.database), []
    people = [
        user for side in (tied.home, tied.abroad) for user in (side.head, side.safeguarding, side.teacher)
    ]
    visitors = [await signed_in(node, user) for user in people]
    node.bus.subscribe(seen.append)
    answers = await asyncio.gather(
        *(make_move(each, tied.partnership.id, "suspend", f"Reason {n}") for n, each in enumerate(visitors))
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409, 409, 409]
    (won,) = [each.json() for each in answers if each.status_code == 200]
    assert {refusal(each) for each in answers if each.status_code == 409} == {(409, "invalid_transition")}
    stored = (await visitors[0].get(f"/api/partnerships/{tied.partnership.id}")).json()
    assert stored["status_reason"] == won["status_reason"]
    assert len(seen) == 1


async def test_of_moves_on_two_nodes_one_wins(two_nodes: tuple[Node, Node]) -> None:
    tied = await pair(two_nodes[0].database)
    visitors = [await signed_in(node, tied.home.head) for node in two_nodes for _ in range(3)]
    answers = await asyncio.gather(*(make_move(each, tied.partnership.id, "end") for each in visitors))
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409, 409, 409]


async def test_a_draft_that_does_not_fit_is_not_made(node: Node) -> None:
    tied = await pair(node.database)
    abroad = str(tied.abroad.school.id)
    visitor = await signed_in(node, tied.home.teacher)
    good = {"programme_id": str(tied.programme.id), "kind": "cluster", "name": "New", "school_ids": [abroad]}
    wrong: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"programme_id": str(uuid4())}, (404, "not_found")),
        ({"school_ids": [str(uuid4())]}, (404, "not_found")),
        ({"school_ids": [abroad, abroad]}, (400, "invalid")),
        ({"kind": "friendship"}, (400, "invalid")),
        ({"name": ""}, (400, "invalid")),
        ({"name": "x" * 161}, (400, "invalid")),
        ({"extra": 1}, (400, "invalid")),
    ]
    for part, answer in wrong:
        assert refusal(await visitor.post("/api/partnerships", {**good, **part})) == answer, part
    assert len((await visitor.get("/api/partnerships")).json()["items"]) == 1


async def test_text_that_a_database_cannot_hold_is_refused_or_cleaned_not_a_fault(node: Node) -> None:
    tied = await pair(node.database)
    visitor = await signed_in(node, tied.home.head)
    assert (await visitor.sign_in_staff("a\0@school.example")).status_code in (400, 401)
    assert (await make_move(visitor, tied.partnership.id, "suspend", "a\0b")).status_code in (200, 400)


async def test_a_draft_that_ends_stays_its_starters_own(node: Node) -> None:
    """Invited schools never saw it, so they do not learn afterwards why it was dropped."""
    tied = await pair(node.database, status=S.DRAFT)
    theirs = Membership.school_id == tied.abroad.school.id
    await change(node, update(Membership).where(theirs).values(status=MemberStatus.INVITED))
    home, head = await signed_in(node, tied.home.teacher), await signed_in(node, tied.abroad.head)
    assert (await make_move(home, tied.partnership.id, "end", "Not this year.")).json()["status"] == "ended"
    assert (await head.get("/api/partnerships")).json()["items"] == []
    assert refusal(await head.get(f"/api/partnerships/{tied.partnership.id}")) == (404, "not_found")
