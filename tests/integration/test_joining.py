"""How a school comes in: invitations, clusters one may ask to join, and the coordinator's answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from server import clock
from server.accounts.models import StaffRole, User
from server.agreements.models import AgreementVersion, Assent, AssentKind, VersionStatus
from server.audit import service as audit
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.db import UnitOfWork
from server.partnerships.models import (
    Duty,
    JoinRequest,
    MemberRole,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
    RequestStatus,
)
from server.programmes.models import Programme
from server.schools.models import School
from tests.factories import Cluster, World, cluster, pair
from tests.nodes import Node, refusal, signed_in
from tests.queries import counted

S = PartnershipStatus


async def change(node: Node, *statements: Any) -> None:
    async with node.database.engine.begin() as connection:
        for statement in statements:
            await connection.execute(statement)


async def scalars(node: Node, query: Any) -> list[Any]:
    async with node.database.read() as session:
        return list(await session.scalars(query))


async def acts(node: Node) -> list[str]:
    async with node.database.read() as session:
        assert (await audit.verify(session)).broken is None
    return await scalars(node, select(AuditEntry.act).order_by(AuditEntry.seq))


async def membership(node: Node, tied: Cluster, school: School) -> Membership:
    (found,) = await scalars(
        node,
        select(Membership).where(
            Membership.partnership_id == tied.partnership.id, Membership.school_id == school.id
        ),
    )
    return found


def invitations(partnership: Partnership) -> str:
    return f"/api/partnerships/{partnership.id}/invitations"


# Invitations


async def test_a_school_is_invited_answers_leaves_and_comes_again_in_its_own_colour(node: Node) -> None:
    tied = await cluster(node.database)
    coordinator, head = await signed_in(node, tied.lead.teacher), await signed_in(node, tied.outsider.head)
    path, body = invitations(tied.partnership), {"school_id": str(tied.outsider.school.id), "role": "network"}
    moves = f"/api/partnerships/{tied.partnership.id}/moves"
    assert (await head.get("/api/partnerships")).json()["items"] == []
    assert (await coordinator.post(path, body)).status_code == 201
    assert refusal(await coordinator.post(path, body)) == (409, "already_in")
    detail = (await head.post(moves, {"move": "accept"})).json()
    assert detail["status"] == "active"
    first = await membership(node, tied, tied.outsider.school)
    assert (first.status, first.role, first.colour) == (MemberStatus.ACCEPTED, MemberRole.NETWORK, 4)
    assert first.accepted_at is not None
    assert refusal(await coordinator.post(path, body)) == (409, "already_in")
    assert (await head.post(moves, {"move": "leave"})).status_code == 200
    assert (await coordinator.post(path, {"school_id": body["school_id"]})).status_code == 201
    again = await membership(node, tied, tied.outsider.school)
    assert (again.id, again.status, again.role, again.colour) == (
        first.id, MemberStatus.INVITED, MemberRole.PARTNER, 4
    )
    assert (again.accepted_at, again.left_at) == (None, None)
    assert again.invited_at > first.invited_at
    assert await acts(node) == [
        "membership.invite", "membership.accept", "membership.leave", "membership.invite"
    ]


async def test_an_invitation_is_taken_back_unless_it_is_answered(node: Node) -> None:
    tied = await cluster(node.database)
    coordinator, head = await signed_in(node, tied.lead.teacher), await signed_in(node, tied.outsider.head)
    path, school_id = invitations(tied.partnership), tied.outsider.school.id
    await coordinator.post(path, {"school_id": str(school_id)})
    answers = await asyncio.gather(
        coordinator.delete(f"{path}/{school_id}"),
        head.post(f"/api/partnerships/{tied.partnership.id}/moves", {"move": "accept"}),
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    found = await membership(node, tied, tied.outsider.school)
    won = MemberStatus.LEFT if answers[0].status_code == 200 else MemberStatus.ACCEPTED
    assert found.status is won
    assert refusal(await coordinator.delete(f"{path}/{school_id}")) == (409, "already_done")
    assert refusal(await coordinator.delete(f"{path}/{uuid4()}")) == (404, "not_found")
    assert refusal(await coordinator.delete(f"{path}/{tied.members[2].school.id}")) == (409, "already_done")


async def test_with_an_invitation_goes_what_the_school_has_signed(node: Node) -> None:
    tied = await cluster(node.database, agreement_needed=True)
    coordinator, head = await signed_in(node, tied.lead.teacher), await signed_in(node, tied.outsider.head)
    path, body = invitations(tied.partnership), {"school_id": str(tied.outsider.school.id)}
    await coordinator.post(path, body)
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
        for member in (*tied.members, tied.outsider):
            await world.add(
                Assent(version_id=version.id, school_id=member.school.id, user_id=member.head.id,
                       kind=AssentKind.SIGNED, given_at=clock.now(), digest="0" * 64)
            )
    assert (await coordinator.delete(f"{path}/{tied.outsider.school.id}")).status_code == 200
    withdrawn = await scalars(node, select(Assent.school_id).where(Assent.withdrawn_at.is_not(None)))
    assert withdrawn == [tied.outsider.school.id]
    # So it signs anew when it is invited again.
    await coordinator.post(path, body)
    accept = await head.post(f"/api/partnerships/{tied.partnership.id}/moves", {"move": "accept"})
    assert refusal(accept) == (409, "agreement_first")


async def test_who_may_invite(node: Node) -> None:
    tied = await cluster(node.database)
    ash, kenya = tied.members[1], tied.members[2]
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        helper = await world.staff(tied.lead.school, StaffRole.TEACHER)
        for user in (helper, ash.teacher):  # the second is at a school whose role does not invite
            await world.delegation(tied.partnership, user, Duty.INVITE_SCHOOLS, by=tied.lead.teacher)
        await world.delegation(tied.partnership, kenya.teacher, Duty.REVIEW, by=tied.lead.teacher)
    path, body = invitations(tied.partnership), {"school_id": str(tied.outsider.school.id)}
    for user, answer in (
        (tied.lead.head, (403, "not_allowed")), (ash.teacher, (403, "not_allowed")),
        (kenya.teacher, (403, "not_allowed")), (tied.outsider.head, (404, "not_found")),
    ):
        visitor = await signed_in(node, user)
        assert refusal(await visitor.post(path, body)) == answer
        assert refusal(await visitor.delete(f"{path}/{tied.outsider.school.id}")) == answer
    visitor = await signed_in(node, helper)
    assert "invite" in (await visitor.get(f"/api/partnerships/{tied.partnership.id}")).json()["may"]
    # A lead school steers with the others: that is for the coordinator to give.
    assert refusal(await visitor.post(path, {**body, "role": "lead"})) == (403, "not_allowed")
    assert (await visitor.post(path, body)).status_code == 201
    coordinator = await signed_in(node, tied.lead.teacher)
    await coordinator.delete(f"{path}/{tied.outsider.school.id}")
    assert (await coordinator.post(path, {**body, "role": "lead"})).status_code == 201


async def test_which_schools_can_be_invited(node: Node) -> None:
    tied = await cluster(node.database, participating_countries=["KE", "GH"])
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        new = await world.school("New", "KE")
        new.verified_at = None
        programme = await uow.session.get_one(Programme, tied.programme.id)
        await world.office(programme, StaffRole.ADVISER)
        office_id = programme.office_id
        good = await world.school("Good", "KE")
    visitor = await signed_in(node, tied.lead.teacher)
    for school_id, answer in (
        (new.id, (404, "not_found")), (office_id, (404, "not_found")), (uuid4(), (404, "not_found")),
        (tied.outsider.school.id, (400, "invalid")),  # in a country that has no part
    ):
        refused = await visitor.post(invitations(tied.partnership), {"school_id": str(school_id)})
        assert refusal(refused) == answer
    await change(node, update(Partnership).values(status=S.ENDED))
    refused = await visitor.post(invitations(tied.partnership), {"school_id": str(good.id)})
    assert refusal(refused) == (409, "invalid_transition")
    for state in (S.DRAFT, S.SUSPENDED):
        await change(node, update(Partnership).values(status=state), delete(Membership).where(
            Membership.school_id == good.id
        ))
        made = await visitor.post(invitations(tied.partnership), {"school_id": str(good.id)})
        assert made.status_code == 201


async def test_a_pair_has_room_for_two(node: Node) -> None:
    tied = await pair(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        ghana = await World(uow.session).school("Cape Coast", "GH")
        head = await World(uow.session).staff(ghana, StaffRole.HEADTEACHER)
    visitor, body = await signed_in(node, tied.home.teacher), {"school_id": str(ghana.id)}
    assert "invite" not in (await visitor.get(f"/api/partnerships/{tied.partnership.id}")).json()["may"]
    assert refusal(await visitor.post(invitations(tied.partnership), body)) == (400, "invalid")
    abroad = await signed_in(node, tied.abroad.head)
    moves = f"/api/partnerships/{tied.partnership.id}/moves"
    gone = (await abroad.post(moves, {"move": "leave", "confirmed": True})).json()
    assert gone["status"] == "suspended"
    answers = await asyncio.gather(
        *(visitor.post(invitations(tied.partnership), {"school_id": str(each)})
          for each in (ghana.id, tied.abroad.school.id))
    )
    assert sorted(each.status_code for each in answers) == [201, 400]
    if answers[1].status_code == 201:
        await visitor.delete(f"{invitations(tied.partnership)}/{tied.abroad.school.id}")
        assert (await visitor.post(invitations(tied.partnership), body)).status_code == 201
    new = await signed_in(node, head)
    joined = (await new.post(moves, {"move": "accept"})).json()
    # The headteacher who says yes takes the empty seat of their school.
    assert {each["school_id"] for each in joined["coordinators"]} == {str(tied.home.school.id), str(ghana.id)}
    assert (await visitor.post(moves, {"move": "resume"})).json()["status"] == "active"


# Asking to join


async def test_clusters_that_a_school_may_ask_to_join(node: Node) -> None:
    tied = await cluster(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        elsewhere = await world.programme(participating_countries=["KE"])
        no_clusters = await world.programme(kinds=[PartnershipKind.ONE_TO_ONE])
        programme = await uow.session.get_one(Programme, tied.programme.id)
        owner = tied.members[1].school
        for number, (each, status, kind) in enumerate([
            (programme, S.PROPOSED, PartnershipKind.CLUSTER),
            (programme, S.DRAFT, PartnershipKind.CLUSTER),
            (programme, S.SUSPENDED, PartnershipKind.CLUSTER),
            (programme, S.ENDED, PartnershipKind.CLUSTER),
            (programme, S.ACTIVE, PartnershipKind.ONE_TO_ONE),
            (elsewhere, S.ACTIVE, PartnershipKind.CLUSTER),
            (no_clusters, S.ACTIVE, PartnershipKind.CLUSTER),
        ]):
            record = await world.partnership(each, owner, kind=kind, status=status)
            record.name = f"Other {number}"
        mine = await world.partnership(programme, owner, tied.outsider.school, kind=PartnershipKind.CLUSTER)
        mine.name = "Mine"
    visitor = await signed_in(node, tied.outsider.teacher)
    page = (await visitor.get("/api/clusters")).json()
    assert [each["name"] for each in page["items"]] == ["A partnership", "Other 0"]
    first = page["items"][0]
    assert first["coordinator_school"]["name"] == "Willow"
    assert [each["name"] for each in first["schools"]] == ["Willow", "Ash", "Nakuru Hill", "Cape Coast"]
    assert tied.lead.teacher.name not in str(page)
    for words, names in (("nakuru", ["A partnership"]), ("OTHER", ["Other 0"]), ("100%", []), ("", [
        "A partnership", "Other 0"
    ])):
        found = (await visitor.get("/api/clusters", params={"q": words})).json()
        assert [each["name"] for each in found["items"]] == names
    one = (await visitor.get("/api/clusters?limit=1")).json()
    two = (await visitor.get(f"/api/clusters?limit=1&cursor={one['next']}")).json()
    assert [each["name"] for each in one["items"] + two["items"]] == ["A partnership", "Other 0"]
    with counted(node.database) as few:
        await visitor.get("/api/clusters?limit=1")
    with counted(node.database) as many:
        await visitor.get("/api/clusters?limit=50")
    assert len(few) == len(many)


async def unverified(node: Node, tied: Cluster) -> list[User]:
    """People who may not ask: not verified, of no teaching post, and of a school that is not verified."""
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        school = await world.school("New", "KE")
        school.verified_at = None
        return [
            await world.staff(tied.outsider.school, StaffRole.TEACHER, verified=False),
            await world.staff(tied.outsider.school, StaffRole.ADMINISTRATOR),
            await world.staff(school, StaffRole.HEADTEACHER),
            *await world.office(await world.programme(), StaffRole.ADVISER),
        ]


async def test_a_school_asks_and_the_coordinator_says_yes_and_then_its_head(node: Node) -> None:
    tied = await cluster(node.database)
    path = f"/api/partnerships/{tied.partnership.id}/join-requests"
    asker = await signed_in(node, tied.outsider.teacher)
    coordinator = await signed_in(node, tied.lead.teacher)
    for user in await unverified(node, tied):
        visitor = await signed_in(node, user)
        assert refusal(await visitor.post(path, {"message": "Please"})) == (403, "not_allowed")
        assert refusal(await visitor.get("/api/clusters")) == (403, "not_allowed")
    made = await asker.post(path, {"message": "We measure rain."})
    assert made.status_code == 201
    request_id = made.json()["id"]
    assert refusal(await asker.post(path, {"message": "Again"})) == (409, "already_asked")
    assert (await asker.get("/api/clusters")).json()["items"][0]["request_id"] == request_id
    # Those who decide see it in the record; others do not.
    record = f"/api/partnerships/{tied.partnership.id}"
    (shown,) = (await coordinator.get(record)).json()["join_requests"]
    assert (shown["message"], shown["school"]["name"]) == ("We measure rain.", "Lyon")
    head = await signed_in(node, tied.lead.head)
    assert (await head.get(record)).json()["join_requests"] == []
    decision = f"/api/join-requests/{request_id}/decision"
    for visitor, answer in ((head, (403, "not_allowed")), (asker, (404, "not_found"))):
        assert refusal(await visitor.post(decision, {"accept": True})) == answer
    answers = await asyncio.gather(
        *(coordinator.post(decision, {"accept": accept, "answer": "Welcome"}) for accept in (True, True))
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {(409, "already_done")}
    # The yes that counts is the head's.
    assert (await membership(node, tied, tied.outsider.school)).status is MemberStatus.INVITED
    assert refusal(await asker.post(path, {"message": "Again"})) == (409, "already_in")
    theirs = await signed_in(node, tied.outsider.head)
    joined = (await theirs.post(f"{record}/moves", {"move": "accept"})).json()
    assert joined["status"] == "active"
    (mine,) = (await asker.get("/api/join-requests")).json()["items"]
    assert (mine["status"], mine["answer"], mine["partnership_name"]) == (
        "accepted", "Welcome", "A partnership"
    )
    assert await acts(node) == [
        "join_request.ask", "join_request.accept", "membership.invite", "membership.accept"
    ]


async def test_a_no_with_its_answer_and_a_request_taken_back(node: Node) -> None:
    tied = await cluster(node.database)
    path = f"/api/partnerships/{tied.partnership.id}/join-requests"
    asker, coordinator = await signed_in(node, tied.outsider.head), await signed_in(node, tied.lead.teacher)
    first = (await asker.post(path, {"message": "Please"})).json()["id"]
    answer = await coordinator.post(
        f"/api/join-requests/{first}/decision", {"accept": False, "answer": "We are full."}
    )
    assert answer.json()["join_requests"] == []
    assert refusal(await asker.delete(f"/api/join-requests/{first}")) == (409, "already_done")
    second = (await asker.post(path, {"message": "Please!"})).json()["id"]
    assert refusal(await coordinator.delete(f"/api/join-requests/{second}")) == (404, "not_found")
    assert (await asker.delete(f"/api/join-requests/{second}")).status_code == 204
    late = await coordinator.post(f"/api/join-requests/{second}/decision", {"accept": True})
    assert refusal(late) == (409, "already_done")
    listed = (await asker.get("/api/join-requests?limit=1")).json()
    rest = (await asker.get(f"/api/join-requests?limit=1&cursor={listed['next']}")).json()
    assert [each["status"] for each in listed["items"] + rest["items"]] == ["withdrawn", "declined"]
    assert rest["items"][0]["answer"] == "We are full."
    assert (await membership_rows(node, tied.outsider.school.id)) == []


async def membership_rows(node: Node, school_id: UUID) -> list[Membership]:
    return await scalars(node, select(Membership).where(Membership.school_id == school_id))


async def test_of_two_of_a_school_who_ask_at_once_one_does(node: Node) -> None:
    tied = await cluster(node.database)
    path = f"/api/partnerships/{tied.partnership.id}/join-requests"
    visitors = [await signed_in(node, user) for user in (tied.outsider.head, tied.outsider.teacher)]
    answers = await asyncio.gather(*(each.post(path, {"message": "Please"}) for each in visitors * 2))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {(409, "already_asked")}


async def test_what_cannot_be_asked_for(node: Node) -> None:
    tied, two = await cluster(node.database, participating_countries=["KE", "GH"]), await pair(node.database)
    outsider = await signed_in(node, tied.outsider.head)  # in a country that has no part in the first
    for partnership_id in (tied.partnership.id, two.partnership.id, uuid4()):
        asked = await outsider.post(
            f"/api/partnerships/{partnership_id}/join-requests", {"message": "Please"}
        )
        assert refusal(asked) == (404, "not_found")
    member = await signed_in(node, tied.members[3].head)
    path = f"/api/partnerships/{tied.partnership.id}/join-requests"
    assert refusal(await member.post(path, {"message": "Please"})) == (409, "already_in")
    other = await signed_in(node, two.abroad.teacher)
    for message in ("", "x" * 1001):
        assert refusal(await other.post(path, {"message": message})) == (400, "invalid")
    for state in (S.DRAFT, S.SUSPENDED, S.ENDED):
        await change(
            node, update(Partnership).where(Partnership.id == tied.partnership.id).values(status=state)
        )
        assert refusal(await other.post(path, {"message": "Please"})) == (404, "not_found")
    assert await scalars(node, select(JoinRequest)) == []


async def test_requests_are_answered_by_an_invitation_and_by_the_end(node: Node) -> None:
    tied = await cluster(node.database)
    path = f"/api/partnerships/{tied.partnership.id}/join-requests"
    asker, coordinator = await signed_in(node, tied.outsider.head), await signed_in(node, tied.lead.teacher)
    other = await signed_in(node, (await pair(node.database)).abroad.teacher)
    for visitor in (asker, other):
        assert (await visitor.post(path, {"message": "Please"})).status_code == 201
    await coordinator.post(invitations(tied.partnership), {"school_id": str(tied.outsider.school.id)})
    await coordinator.post(f"/api/partnerships/{tied.partnership.id}/moves", {"move": "end"})
    statuses = {each.school_id: each.status for each in await scalars(node, select(JoinRequest))}
    assert statuses.pop(tied.outsider.school.id) is RequestStatus.ACCEPTED
    assert set(statuses.values()) == {RequestStatus.DECLINED}


async def test_a_delegate_who_invites_decides_too(node: Node) -> None:
    tied = await cluster(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        helper = await world.staff(tied.lead.school, StaffRole.TEACHER)
        await world.delegation(tied.partnership, helper, Duty.INVITE_SCHOOLS, by=tied.lead.teacher)
        request = await world.add(
            JoinRequest(partnership_id=tied.partnership.id, school_id=tied.outsider.school.id, message="",
                        asked_by_id=tied.outsider.head.id, asked_at=clock.now())
        )
    visitor = await signed_in(node, helper)
    # Not verified any more: nobody can bring it in, and the request stays open.
    await change(
        node, update(School).where(School.id == tied.outsider.school.id).values(verified_at=None)
    )
    decision = f"/api/join-requests/{request.id}/decision"
    assert refusal(await visitor.post(decision, {"accept": True})) == (404, "not_found")
    detail = (await visitor.get(f"/api/partnerships/{tied.partnership.id}")).json()
    assert len(detail["join_requests"]) == 1
    refused = await visitor.post(decision, {"accept": True, "role": "lead"})
    assert refusal(refused) == (403, "not_allowed")
    assert refusal(await visitor.post(decision, {"accept": False, "answer": "a\0"})) == (400, "invalid")
    assert (await visitor.post(decision, {"accept": False})).status_code == 200
