"""Partnerships over HTTP: who sees them, the moves, and what each refusal says."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
from sqlalchemy import delete, insert, select, update

from server import access, clock
from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.agreements.models import AgreementVersion, Assent, AssentKind, VersionStatus
from server.audit.models import AuditEntry
from server.boards.models import Board, BoardUpdate, PageKind
from server.bus import InProcessBus
from server.chat.models import ChatMessage
from server.db import UnitOfWork
from server.errors import DomainError
from server.events import AccessChanged
from server.partnerships import moves, rules
from server.partnerships import record as records
from server.partnerships.models import (
    Ban,
    Coordinator,
    Delegation,
    Duty,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipStatus,
    Visit,
    VisitRole,
)
from server.programmes.models import Programme
from server.schools.models import School
from server.spaces.models import Enrolment, LinkTeacher
from tests.factories import Cluster, Member, World, cluster, pair
from tests.nodes import Node, Visitor, refusal, signed_in
from tests.queries import counted

S = PartnershipStatus


async def make_move(visitor: Visitor, partnership_id: UUID, move: str, reason: str = "") -> httpx2.Response:
    return await visitor.post(f"/api/partnerships/{partnership_id}/moves", {"move": move, "reason": reason})


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
    assert [each["archived_at"] for each in detail["spaces"]] == [None, None]
    assert detail["programme_id"] == str(tied.partnership.programme_id)
    # Whoever opens spaces sees the classes of their own school, and of no other.
    assert [each["id"] for each in detail["my_classes"]] == [str(tied.home.school_class.id)]
    head = await signed_in(node, tied.home.head)
    assert (await head.get(f"/api/partnerships/{tied.partnership.id}")).json()["my_classes"] == []


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
    assert (detail["status"], set(detail["moves"])) == ("draft", {"propose", "end", "leave"})
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
    assert (await home.get(f"/api/partnerships/{record}")).json()["moves"] == ["leave", "end"]

    assert (await head.get(f"/api/partnerships/{record}")).json()["moves"] == ["accept", "decline"]
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
            possible |= {"end", "leave"}
        assert set(detail["moves"]) == possible, state
        for move in {*STATES, "end", "leave"} - possible:
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
    for user in (tied.abroad.teacher, tied.abroad.head):
        assert await moves(user) == ["leave", "suspend", "end"]
    assert await moves(tied.abroad.safeguarding) == ["suspend", "end"]
    assert refusal(await make_move(visitors[tied.abroad.safeguarding.id], tied.partnership.id, "leave")) == (
        403, "not_allowed"
    )
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


# Schools that answer, and schools that go


async def rows(node: Node, query: Any) -> list[Any]:
    async with node.database.read() as session:
        return list((await session.execute(query)).all())


async def acts(node: Node, partnership_id: UUID) -> list[str]:
    theirs = AuditEntry.partnership_id == partnership_id
    entries = await rows(node, select(AuditEntry.act).where(theirs).order_by(AuditEntry.seq))
    return [act for (act,) in entries]


async def leave(visitor: Visitor, partnership_id: UUID, *, confirmed: bool = False) -> httpx2.Response:
    body = {"move": "leave", "reason": "A new head.", "confirmed": confirmed}
    return await visitor.post(f"/api/partnerships/{partnership_id}/moves", body)


async def test_a_school_that_leaves_is_warned_and_then_the_cluster_is_suspended(node: Node) -> None:
    tied, seen = await cluster(node.database), []
    ghana = tied.members[3]
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        space = await world.space(tied.partnership)
        await world.delegation(
            tied.partnership, ghana.teacher, Duty.OPEN_SPACES, by=tied.lead.teacher
        )
        await world.visit(
            tied.partnership, tied.outsider.teacher, VisitRole.GUEST, by=ghana.teacher, space=space
        )
        await world.visit(
            tied.partnership, tied.outsider.head, VisitRole.GUEST, by=tied.lead.teacher, space=space
        )
        await world.add(
            LinkTeacher(space_id=space.id, school_id=ghana.school.id, user_id=ghana.teacher.id,
                        since=clock.now())
        )
    node.bus.subscribe(seen.append)
    visitor = await signed_in(node, ghana.head)
    path = f"/api/partnerships/{tied.partnership.id}"
    warned = (await visitor.get(f"{path}/leaving")).json()
    assert ([rule["code"] for rule in warned["breaks"]], warned["ends"]) == (["enough_schools"], False)
    refused = await leave(visitor, tied.partnership.id)
    assert refusal(refused) == (409, "would_break")
    assert [rule["code"] for rule in refused.json()["failing"]] == ["enough_schools"]
    assert (await visitor.get(path)).json()["status"] == "active"
    assert seen == []

    gone = (await leave(visitor, tied.partnership.id, confirmed=True)).json()
    assert (gone["status"], gone["moves"], gone["may"]) == ("suspended", [], [])
    assert "At least 4 schools in countries that take part; there are 3." in gone["status_reason"]
    assert refusal(await visitor.get(path)) == (404, "not_found")
    told = [event for event in seen if isinstance(event, AccessChanged)]
    assert any(space.id in event.space_ids for event in told)
    assert any(tied.outsider.teacher.id in event.user_ids for event in told)
    assert [revoked is None for (revoked,) in await rows(node, select(Delegation.revoked_at))] == [False]
    ended = dict(await rows(node, select(Visit.user_id, Visit.revoked_at)))
    assert ended[tied.outsider.teacher.id] is not None
    assert ended[tied.outsider.head.id] is None
    assert [until is None for (until,) in await rows(node, select(LinkTeacher.until))] == [False]
    assert await acts(node, tied.partnership.id) == ["membership.leave", "partnership.suspend"]
    # Who has gone a moment ago is told so, and not that there was never anything; but not what came after.
    late = await leave(visitor, tied.partnership.id)
    assert refusal(late) == (409, "invalid_transition")
    assert "state" not in late.json()


async def test_the_classes_of_a_school_that_left_do_not_come_back_with_it(node: Node) -> None:
    tied = await cluster(node.database, cluster_min_schools=3)
    ash, ghana = tied.members[1], tied.members[3]
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        theirs, others = [await world.school_class(each.school, each.teacher) for each in (ghana, ash)]
        student = await world.student(theirs)
        space = await world.space(tied.partnership, theirs, others)
        elsewhere = await world.space(
            await world.partnership(await world.programme(), ghana.school, ash.school), theirs
        )
    head = await signed_in(node, ghana.head)
    assert (await leave(head, tied.partnership.id)).status_code == 200
    assert set(await rows(node, select(Enrolment.space_id, Enrolment.class_id))) == {
        (space.id, others.id), (elsewhere.id, theirs.id)
    }
    (left,) = await rows(
        node, select(AuditEntry.after).where(AuditEntry.act == "membership.leave")
    )
    assert left[0]["enrolments"] == 1
    coordinator = await signed_in(node, tied.lead.teacher)
    path = f"/api/partnerships/{tied.partnership.id}"
    invited = await coordinator.post(f"{path}/invitations", {"school_id": str(ghana.school.id)})
    assert invited.status_code == 201
    assert (await make_move(head, tied.partnership.id, "accept")).status_code == 200
    async with node.database.read() as session:
        assert not (await access.access_in(session, student.id, space.id)).grants
        assert (await access.access_in(session, ghana.head.id, space.id)).grants


async def test_a_school_that_no_rule_needs_leaves_without_being_asked_twice(node: Node) -> None:
    tied = await cluster(node.database, cluster_min_schools=3)
    visitor = await signed_in(node, tied.members[3].head)
    assert (await leave(visitor, tied.partnership.id)).json()["status"] == "active"


async def test_who_may_take_a_school_out(node: Node) -> None:
    tied = await cluster(node.database, cluster_min_schools=1)
    ghana = tied.members[3]
    teacher = await signed_in(node, ghana.teacher)
    path = f"/api/partnerships/{tied.partnership.id}"
    for answer in (await leave(teacher, tied.partnership.id), await teacher.get(f"{path}/leaving")):
        assert refusal(answer) == (403, "not_allowed")
    outsider = await signed_in(node, tied.outsider.head)
    for answer in (await leave(outsider, tied.partnership.id), await outsider.get(f"{path}/leaving")):
        assert refusal(answer) == (404, "not_found")
    coordinator = await signed_in(node, tied.lead.teacher)
    gone = (await leave(coordinator, tied.partnership.id, confirmed=True)).json()
    assert gone["status"] == "suspended"
    assert gone["coordinators"] == []


async def test_when_the_last_school_leaves_the_partnership_ends(node: Node) -> None:
    tied = await pair(node.database)
    home, abroad = await signed_in(node, tied.home.head), await signed_in(node, tied.abroad.head)
    gone = (await leave(abroad, tied.partnership.id, confirmed=True)).json()
    assert gone["status"] == "suspended"
    refused = await leave(home, tied.partnership.id)
    assert refusal(refused) == (409, "would_break")
    assert refused.json()["ends"] is True
    assert (await leave(home, tied.partnership.id, confirmed=True)).json()["status"] == "ended"


async def test_of_two_who_take_the_same_school_out_one_wins(node: Node) -> None:
    tied = await pair(node.database)
    visitors = [await signed_in(node, user) for user in (tied.home.head, tied.home.teacher)]
    answers = await asyncio.gather(
        *(leave(each, tied.partnership.id, confirmed=True) for each in visitors)
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {(409, "invalid_transition")}


async def test_two_schools_that_leave_at_once_both_leave_and_the_second_sees_the_first(node: Node) -> None:
    tied = await cluster(node.database, cluster_min_schools=3)
    # Each alone would break nothing; after one, the other does.
    visitors = [await signed_in(node, member.head) for member in tied.members[2:]]
    answers = await asyncio.gather(*(leave(each, tied.partnership.id) for each in visitors))
    assert sorted(each.status_code for each in answers) == [200, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {(409, "would_break")}
    stored = await rows(node, select(Partnership.status).where(Partnership.id == tied.partnership.id))
    assert stored == [(S.ACTIVE,)]


async def test_an_invited_school_says_no(node: Node) -> None:
    tied = await cluster(node.database, status=S.PROPOSED)
    ghana = tied.members[3]
    theirs = Membership.school_id == ghana.school.id
    await change(node, update(Membership).where(theirs).values(status=MemberStatus.INVITED, accepted_at=None))
    teacher, head = await signed_in(node, ghana.teacher), await signed_in(node, ghana.head)
    assert (await teacher.get(f"/api/partnerships/{tied.partnership.id}")).json()["moves"] == []
    assert refusal(await make_move(teacher, tied.partnership.id, "decline")) == (403, "not_allowed")
    answer = (await make_move(head, tied.partnership.id, "decline", "Not this year.")).json()
    (said,) = [each for each in answer["memberships"] if each["school"]["id"] == str(ghana.school.id)]
    assert (said["status"], said["accepted_at"]) == ("declined", None)
    assert said["left_at"] is not None
    assert refusal(await make_move(head, tied.partnership.id, "accept")) == (409, "invalid_transition")
    assert refusal(await head.get(f"/api/partnerships/{tied.partnership.id}")) == (404, "not_found")
    assert await acts(node, tied.partnership.id) == ["membership.decline"]
    coordinator = await signed_in(node, tied.lead.teacher)
    timeline = (await coordinator.get(f"/api/partnerships/{tied.partnership.id}/timeline")).json()
    assert timeline["items"][0]["after"] == {"status": "declined", "reason": "Not this year."}


async def test_of_a_yes_and_a_no_at_once_one_counts(node: Node) -> None:
    tied = await cluster(node.database, status=S.PROPOSED)
    ghana = tied.members[3]
    await change(
        node, update(Membership).where(Membership.school_id == ghana.school.id)
        .values(status=MemberStatus.INVITED)
    )
    head = await signed_in(node, ghana.head)
    answers = await asyncio.gather(
        *(make_move(head, tied.partnership.id, move) for move in ("accept", "decline") * 2)
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {(409, "invalid_transition")}


async def with_version(node: Node, tied: Cluster, *signed: Member) -> None:
    today = clock.now().date()
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        version = await world.add(
            AgreementVersion(
                partnership_id=tied.partnership.id, number=1, text={}, digest="0" * 64,
                status=VersionStatus.IN_FORCE, review_on=today, expires_on=today + timedelta(days=90),
                proposed_by_id=tied.lead.teacher.id, proposed_at=clock.now(),
            )
        )
        for member in signed:
            await world.add(
                Assent(version_id=version.id, school_id=member.school.id, user_id=member.head.id,
                       kind=AssentKind.SIGNED, given_at=clock.now(), digest="0" * 64)
            )


async def test_who_joins_an_active_partnership_with_an_agreement_signs_it_first(node: Node) -> None:
    tied = await cluster(node.database, agreement_needed=True)
    await with_version(node, tied, *tied.members)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        await uow.session.execute(
            insert(Membership).values(
                id=uuid4(), partnership_id=tied.partnership.id, school_id=tied.outsider.school.id, colour=4,
                role="partner", status="invited", invited_at=clock.now(),
            )
        )
    head = await signed_in(node, tied.outsider.head)
    path = f"/api/partnerships/{tied.partnership.id}"
    assert (await head.get(path)).json()["moves"] == ["decline"]
    assert refusal(await make_move(head, tied.partnership.id, "accept")) == (409, "agreement_first")
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        version = (await uow.session.scalars(select(AgreementVersion))).one()
        uow.session.add(
            Assent(version_id=version.id, school_id=tied.outsider.school.id, user_id=tied.outsider.head.id,
                   kind=AssentKind.SIGNED, given_at=clock.now(), digest="0" * 64)
        )
    assert "accept" in (await head.get(path)).json()["moves"]
    accepted = (await make_move(head, tied.partnership.id, "accept")).json()
    assert accepted["status"] == "active"
    # Whoever goes takes their signature along, and signs anew if they come again.
    await leave(head, tied.partnership.id)
    signatures = dict(await rows(node, select(Assent.school_id, Assent.withdrawn_at)))
    assert signatures.pop(tied.outsider.school.id) is not None
    assert set(signatures.values()) == {None}


async def test_a_yes_never_takes_an_active_partnership_down(node: Node) -> None:
    tied = await cluster(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        school = await uow.session.get_one(School, tied.outsider.school.id)
        school.verified_at = None
        await uow.session.execute(
            insert(Membership).values(
                id=uuid4(), partnership_id=tied.partnership.id, school_id=school.id, colour=4,
                role="partner", status="invited", invited_at=clock.now(),
            )
        )
    head = await signed_in(node, tied.outsider.head)
    assert (await head.get(f"/api/partnerships/{tied.partnership.id}")).json()["moves"] == ["decline"]
    refused = await make_move(head, tied.partnership.id, "accept")
    assert refusal(refused) == (409, "rules_not_met")
    assert [rule["code"] for rule in refused.json()["failing"]] == ["all_verified"]


async def test_the_move_list_is_what_would_succeed(node: Node) -> None:
    """For everyone in every state: each move that is offered goes through, each other is refused."""
    for state in PartnershipStatus:
        tied = await cluster(node.database, status=state)
        await change(
            node, update(Membership).where(Membership.school_id == tied.members[2].school.id)
            .values(status=MemberStatus.INVITED)
        )
        invited, lead = tied.members[2], tied.lead
        people = [lead.teacher, lead.head, tied.members[1].teacher, invited.head]
        async with UnitOfWork(node.database, InProcessBus()) as uow:
            world = World(uow.session)
            for school in (lead.school, invited.school):
                banned = await world.staff(school, StaffRole.HEADTEACHER)
                await world.add(Ban(partnership_id=tied.partnership.id, user_id=banned.id, reason="",
                                    banned_at=clock.now()))
                new = await world.staff(school, StaffRole.HEADTEACHER, verified=False)
                people += [banned, new]
        for user in people:
            who = SignedIn(
                user.id, uuid4(), user.kind, user.school_id,
                frozenset({StaffRole.HEADTEACHER} if "head" in _post(tied, user) else {StaffRole.TEACHER}),
            )
            async with node.database.read() as session:
                record = await records.get_whole(session, tied.partnership.id)
                offered = moves.moves_for(record, who, await records.standing(session, record, who))
            for move in [*rules.TRANSITIONS, *rules.ANSWERS]:
                try:
                    async with UnitOfWork(node.database, InProcessBus()) as uow:
                        await moves.make_move(
                            uow, who, tied.partnership.id, move, "Because.", confirmed=True
                        )
                        raise _Undone
                except _Undone:
                    went = True
                except DomainError:
                    went = False
                assert went == (move in offered), (state, _post(tied, user), move)


class _Undone(Exception):
    """Takes a move back that went through."""


def _post(tied: Cluster, user: User) -> str:
    return "teacher" if user in [member.teacher for member in tied.members] else "head"


async def test_who_is_not_verified_makes_no_move_and_is_offered_none(node: Node) -> None:
    """Anybody can say that they are a headteacher: their school has not said so."""
    tied = await pair(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        new = [
            await world.staff(tied.abroad.school, post, verified=False)
            for post in (StaffRole.HEADTEACHER, StaffRole.SAFEGUARDING_LEAD)
        ]
        # A coordinator from before, whose verification was taken back.
        await uow.session.execute(
            update(User).where(User.id == tied.abroad.teacher.id).values(verified_at=None)
        )
    path = f"/api/partnerships/{tied.partnership.id}"
    ban = {"user_id": str(tied.home.head.id), "reason": "Why"}
    seat = {"from": str(tied.abroad.teacher.id), "to": str(tied.abroad.head.id)}
    for user in (*new, tied.abroad.teacher):
        visitor = await signed_in(node, user)
        detail = (await visitor.get(path)).json()
        assert (detail["moves"], detail["may"]) == ([], ["see_timeline"])
        for move in ("suspend", "end", "leave"):
            assert refusal(await make_move(visitor, tied.partnership.id, move, "Why")) == (403, "not_allowed")
        for part, body in (("bans", ban), ("coordinators", seat)):
            assert refusal(await visitor.post(f"{path}/{part}", body)) == (403, "not_allowed")
        for part in ("bans", "staff", "leaving"):
            assert refusal(await visitor.get(f"{path}/{part}")) == (403, "not_allowed")
    await change(
        node, update(Membership).where(Membership.school_id == tied.abroad.school.id)
        .values(status=MemberStatus.INVITED)
    )
    head = await signed_in(node, new[0])
    for move in ("accept", "decline"):
        assert refusal(await make_move(head, tied.partnership.id, move)) == (403, "not_allowed")
    assert await acts(node, tied.partnership.id) == []


async def test_a_banned_head_answers_for_the_school_and_does_nothing_else(node: Node) -> None:
    tied = await pair(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        await World(uow.session).add(
            Ban(partnership_id=tied.partnership.id, user_id=tied.abroad.head.id, reason="Of him.",
                banned_at=clock.now())
        )
    visitor = await signed_in(node, tied.abroad.head)
    path = f"/api/partnerships/{tied.partnership.id}"
    detail = (await visitor.get(path)).json()
    assert (detail["moves"], detail["may"]) == (["leave"], [])
    for move in ("suspend", "end"):
        assert refusal(await make_move(visitor, tied.partnership.id, move, "Why")) == (403, "not_allowed")
    assert refusal(await visitor.get(f"{path}/bans")) == (403, "not_allowed")
    assert (await visitor.get(f"{path}/leaving")).status_code == 200
    assert (await leave(visitor, tied.partnership.id, confirmed=True)).status_code == 200


async def test_an_agreement_that_ran_out_makes_nothing_active_before_the_job_has_seen_it(node: Node) -> None:
    tied = await cluster(node.database, status=S.SUSPENDED, agreement_needed=True)
    await with_version(node, tied, *tied.members)
    visitor = await signed_in(node, tied.lead.head)
    path = f"/api/partnerships/{tied.partnership.id}"
    assert "resume" in (await visitor.get(path)).json()["moves"]
    yesterday = clock.now().date() - timedelta(days=1)
    await change(node, update(AgreementVersion).values(expires_on=yesterday))
    assert "resume" not in (await visitor.get(path)).json()["moves"]
    refused = await make_move(visitor, tied.partnership.id, "resume")
    assert refusal(refused) == (409, "rules_not_met")
    assert [rule["code"] for rule in refused.json()["failing"]] == ["agreement_signed"]


async def test_a_pair_is_started_with_one_other_school(node: Node) -> None:
    tied, other = await pair(node.database), await pair(node.database)
    visitor = await signed_in(node, tied.home.teacher)
    new = {"programme_id": str(tied.programme.id), "kind": "one_to_one", "name": "Two and no more"}
    three = [str(tied.abroad.school.id), str(other.abroad.school.id)]
    refused = await visitor.post("/api/partnerships", {**new, "school_ids": three})
    assert refusal(refused) == (400, "invalid")
    assert len(await rows(node, select(Partnership.id))) == 2
    for few in ([], three[:1]):
        assert (await visitor.post("/api/partnerships", {**new, "school_ids": few})).status_code == 201


async def test_names_and_reasons_say_something_that_can_be_read(node: Node) -> None:
    tied = await pair(node.database)
    visitor = await signed_in(node, tied.home.head)
    path = f"/api/partnerships/{tied.partnership.id}"
    new = {"programme_id": str(tied.programme.id), "kind": "one_to_one", "school_ids": []}
    for name in ("  ", "a\0", "two\nlines"):
        assert refusal(await visitor.post("/api/partnerships", {**new, "name": name})) == (400, "invalid")
    for reason in (" \n", "a\0", "\x1b[2J"):
        assert refusal(await make_move(visitor, tied.partnership.id, "suspend", reason)) == (400, "invalid")
        body = {"user_id": str(tied.abroad.head.id), "reason": reason}
        assert refusal(await visitor.post(f"{path}/bans", body)) == (400, "invalid")
    for move in ("end", "leave"):
        assert refusal(await make_move(visitor, tied.partnership.id, move, "a\0")) == (400, "invalid")
    assert await acts(node, tied.partnership.id) == []
    made = await visitor.post("/api/partnerships", {**new, "name": " Canal and coast "})
    assert made.json()["name"] == "Canal and coast"
    suspended = await make_move(visitor, tied.partnership.id, "suspend", " A visit.\nThen more. ")
    assert suspended.json()["status_reason"] == "A visit.\nThen more."


# Roles


async def test_the_coordinator_gives_roles_and_mentors_and_a_lead_remains(node: Node) -> None:
    tied = await cluster(node.database)
    lead, ash, kenya, ghana = (each.school for each in tied.members)
    path = f"/api/partnerships/{tied.partnership.id}/members"
    visitor = await signed_in(node, tied.lead.teacher)

    async def put(school: School, role: str, mentor: UUID | None = None) -> httpx2.Response:
        body = {"role": role, "mentor_id": str(mentor) if mentor else None}
        return await visitor.send("PUT", f"{path}/{school.id}", body)

    assert (await put(ghana, "network", kenya.id)).status_code == 200
    wrong = [
        (ash, "partner", kenya.id), (ash, "network", ash.id), (ash, "network", ghana.id),
        (ash, "network", tied.outsider.school.id),
    ]
    for school, role, mentor in wrong:
        assert refusal(await put(school, role, mentor)) == (400, "invalid"), (school.name, role)
    assert refusal(await put(lead, "partner")) == (409, "would_break")
    assert (await put(ash, "lead")).status_code == 200
    # Another lead there is; but the coordinator is at this school.
    assert refusal(await put(lead, "partner")) == (409, "would_break")
    assert refusal(await put(tied.outsider.school, "partner")) == (404, "not_found")
    # A mentor that becomes a network school is none any more.
    detail = (await put(kenya, "network")).json()
    assert {each["mentor_id"] for each in detail["memberships"]} == {None}
    assert [each["role"] for each in detail["memberships"]] == ["lead", "lead", "network", "network"]
    for user, answer in ((tied.lead.head, (403, "not_allowed")), (tied.outsider.head, (404, "not_found"))):
        other = await signed_in(node, user)
        refused = await other.send("PUT", f"{path}/{ghana.id}", {"role": "partner"})
        assert refusal(refused) == answer
    assert set(await acts(node, tied.partnership.id)) == {"membership.change"}


# The board and the timeline


async def test_the_board_shows_each_partnership_with_the_life_of_its_spaces(node: Node) -> None:
    tied = await pair(node.database)
    now = clock.now()
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        board = (
            await uow.session.scalars(
                select(Board).where(Board.space_id == tied.space.id, Board.kind == PageKind.BOARD)
            )
        ).one()
        for seq, (author, weeks_ago) in enumerate(
            [(tied.home.teacher.id, 0), (tied.home.students[0].id, 0), (tied.abroad.teacher.id, 2),
             (tied.abroad.teacher.id, 9)],
            start=1,
        ):
            await world.add(
                ChatMessage(space_id=tied.space.id, seq=seq, author_id=author, client_id=uuid4(), text="Hi",
                            sent_at=now - timedelta(weeks=weeks_ago))
            )
        await world.add(
            BoardUpdate(board_id=board.id, seq=1, author_id=tied.abroad.teacher.id, data=b"", stored_at=now)
        )
    visitor = await signed_in(node, tied.home.head)
    view = (await visitor.get("/api/partnerships/board")).json()
    assert [each["name"] for each in view["weeks"]] == sorted(each["name"] for each in view["weeks"])
    assert len(view["weeks"]) == 8
    (item,) = view["items"]
    assert item["coordinates"] is False
    assert all(rule["met"] for rule in item["rules"])
    assert [(each["school"]["name"], each["school"]["colour"]) for each in item["members"]] == [
        ("Willow", 0), ("Nakuru Hill", 1)
    ]
    assert {each["status"] for each in item["members"]} == {"accepted"}
    rivers = next(each for each in item["spaces"] if each["name"] == "Rivers")
    life = {each["school_id"]: each for each in rivers["life"]}
    assert life[str(tied.home.school.id)]["messages"] == [0, 0, 0, 0, 0, 0, 0, 2]
    assert life[str(tied.abroad.school.id)]["messages"] == [0, 0, 0, 0, 0, 1, 0, 0]
    assert life[str(tied.abroad.school.id)]["board_updates"] == [0, 0, 0, 0, 0, 0, 0, 1]
    # Not a name of anybody, and nothing of other schools' partnerships.
    assert tied.home.teacher.name not in str(view)
    stranger = await signed_in(node, (await pair(node.database)).home.head)
    assert str(tied.partnership.id) not in str((await stranger.get("/api/partnerships/board")).json())


async def test_the_board_costs_the_same_for_many_partnerships(node: Node) -> None:
    tied = await pair(node.database)
    visitor = await signed_in(node, tied.home.head)
    with counted(node.database) as few:
        await visitor.get("/api/partnerships/board")
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        programme = await uow.session.get_one(Programme, tied.programme.id)
        for _ in range(5):
            school = await world.school("Another", "KE")
            record = await world.partnership(programme, tied.home.school, school)
            await world.space(record)
    with counted(node.database) as many:
        view = (await visitor.get("/api/partnerships/board")).json()
    assert len(view["items"]) == 6
    assert len(many) == len(few)


async def test_the_timeline_of_a_partnership_in_pages(node: Node) -> None:
    tied = await pair(node.database)
    visitor = await signed_in(node, tied.home.head)
    await make_move(visitor, tied.partnership.id, "suspend", "A visit is planned first.")
    await make_move(visitor, tied.partnership.id, "resume")
    ban = {"user_id": str(tied.abroad.students[0].id), "reason": "Private matters."}
    assert (await visitor.post(f"/api/partnerships/{tied.partnership.id}/bans", ban)).status_code == 201
    path = f"/api/partnerships/{tied.partnership.id}/timeline"
    first = (await visitor.get(f"{path}?limit=2")).json()
    assert [each["act"] for each in first["items"]] == ["ban.set", "partnership.resume"]
    second = (await visitor.get(f"{path}?limit=2&cursor={first['next']}")).json()
    (suspended,) = second["items"]
    assert second["next"] == ""
    assert suspended["actor"] == {"name": tied.home.head.name, "school_name": "Willow"}
    assert suspended["before"] == {"status": "active"}
    assert suspended["after"] == {"status": "suspended", "reason": "A visit is planned first."}
    # A ban of a student is there, and neither who it is nor why.
    text = str(first)
    assert tied.abroad.students[0].alias not in text
    assert str(tied.abroad.students[0].id) not in text
    assert "Private" not in text
    assert first["items"][0]["school_name"] == "Nakuru Hill"
    with counted(node.database) as short:
        await visitor.get(f"{path}?limit=1")
    with counted(node.database) as long:
        await visitor.get(f"{path}?limit=50")
    assert len(short) == len(long)
    stranger = await signed_in(node, (await pair(node.database)).home.head)
    assert refusal(await stranger.get(path)) == (404, "not_found")
    assert refusal(await visitor.get(f"{path}?cursor=nonsense")) == (400, "invalid")


async def test_an_invited_school_sees_the_record_and_not_what_happened_before(node: Node) -> None:
    tied = await pair(node.database, status=S.PROPOSED)
    theirs = Membership.school_id == tied.abroad.school.id
    await change(node, update(Membership).where(theirs).values(status=MemberStatus.INVITED))
    visitor = await signed_in(node, tied.abroad.head)
    detail = (await visitor.get(f"/api/partnerships/{tied.partnership.id}")).json()
    assert (detail["status"], detail["spaces"]) == ("proposed", [])
    assert tied.space.name not in str(detail)
    refused = await visitor.get(f"/api/partnerships/{tied.partnership.id}/timeline")
    assert refusal(refused) == (403, "not_allowed")
    assert (await visitor.get("/api/partnerships/board")).json()["items"] == []
