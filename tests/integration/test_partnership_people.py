"""Coordinators, delegates, visitors and bans: who may, who may not, and what each does to access."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update

from server import access, clock
from server.access import ADVISE, HOST, NOTHING, TAKE_PART
from server.accounts import staffing
from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.consent import ground_rules
from server.consent.models import GroundRulesAccepted
from server.db import Database, UnitOfWork
from server.errors import AlreadyDone, Invalid, InvalidTransition, NotAllowed, NotFound
from server.events import AccessChanged
from server.partnerships import delegations, moves, people
from server.partnerships.models import (
    Ban,
    Coordinator,
    Delegation,
    Duty,
    MemberRole,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipStatus,
    Visit,
    VisitRole,
)
from server.programmes.models import Programme
from server.spaces.models import Space, SpaceKind
from tests.factories import Cluster, World, cluster, pair
from tests.nodes import Node, refusal, signed_in

S = PartnershipStatus


def who(user: User, *posts: StaffRole) -> SignedIn:
    return SignedIn(user.id, uuid4(), user.kind, user.school_id, frozenset(posts))


async def change(database: Database, *statements: Any) -> None:
    async with database.engine.begin() as connection:
        for statement in statements:
            await connection.execute(statement)


async def scalars(database: Database, query: Any) -> list[Any]:
    async with database.read() as session:
        return list(await session.scalars(query))


async def seats(database: Database, partnership_id: UUID) -> set[UUID]:
    theirs = Coordinator.partnership_id == partnership_id
    return set(await scalars(database, select(Coordinator.user_id).where(theirs)))


async def status(database: Database, partnership_id: UUID) -> PartnershipStatus:
    (found,) = await scalars(database, select(Partnership.status).where(Partnership.id == partnership_id))
    return found


async def grants(database: Database, user: User | UUID, space: Space) -> frozenset[access.Grant]:
    async with database.read() as session:
        return await access.grants_in(session, user if isinstance(user, UUID) else user.id, space.id)


async def acts(database: Database) -> list[str]:
    async with database.read() as session:
        assert (await audit.verify(session)).broken is None
    return await scalars(database, select(AuditEntry.act).order_by(AuditEntry.seq))


def told(seen: list[Any]) -> set[UUID]:
    return {user_id for event in seen if isinstance(event, AccessChanged) for user_id in event.user_ids}


def moment(days: float) -> str:
    return (clock.now() + timedelta(days=days)).isoformat()


# Coordinators


async def test_a_coordinator_hands_the_seat_to_a_lead_school(node: Node) -> None:
    tied, seen = await cluster(node.database), []
    ash = tied.members[1]
    path = f"/api/partnerships/{tied.partnership.id}/coordinators"
    visitor = await signed_in(node, tied.lead.teacher)
    body = {"from": str(tied.lead.teacher.id), "to": str(ash.teacher.id)}
    assert refusal(await visitor.post(path, body)) == (400, "invalid")  # not a lead school
    await change(
        node.database,
        update(Membership).where(Membership.school_id == ash.school.id).values(role=MemberRole.LEAD),
    )
    node.bus.subscribe(seen.append)
    answer = await visitor.post(path, body)
    assert (answer.status_code, answer.json()) == (200, {"warnings": []})
    assert await seats(node.database, tied.partnership.id) == {ash.teacher.id}
    assert told(seen) == {tied.lead.teacher.id, ash.teacher.id}
    assert await status(node.database, tied.partnership.id) is S.ACTIVE
    assert await acts(node.database) == ["coordinator.hand_over"]
    # It is no longer hers to give.
    assert refusal(await visitor.post(path, body)) == (409, "invalid_transition")


async def test_a_coordinator_abroad_is_possible_and_pointed_out(database: Database) -> None:
    tied = await cluster(database)
    kenya = tied.members[2]
    theirs = Membership.school_id == kenya.school.id
    await change(database, update(Membership).where(theirs).values(role=MemberRole.LEAD))
    async with UnitOfWork(database, InProcessBus()) as uow:
        warnings = await people.hand_over(
            uow, who(tied.lead.teacher), tied.partnership.id, tied.lead.teacher.id, kenya.head.id
        )
    assert warnings == ["outside_home_country"]


async def test_who_may_hand_a_seat_over_and_to_whom(database: Database) -> None:
    tied = await pair(database)
    async with UnitOfWork(database, InProcessBus()) as uow:
        world = World(uow.session)
        colleague = await world.staff(tied.home.school, StaffRole.TEACHER)
        new = await world.staff(tied.home.school, StaffRole.TEACHER, verified=False)
        gone = await world.staff(tied.home.school, StaffRole.TEACHER)
        gone.disabled_at = clock.now()
        banned = await world.staff(tied.home.school, StaffRole.TEACHER)
        await world.add(
            Ban(partnership_id=tied.partnership.id, user_id=banned.id, reason="", banned_at=clock.now())
        )
    stranger = (await pair(database)).home
    holder = tied.home.teacher
    head = StaffRole.HEADTEACHER

    async def attempt(by: SignedIn, to: UUID, holder_id: UUID | None = holder.id) -> None:
        async with UnitOfWork(database, InProcessBus()) as uow:
            await people.hand_over(uow, by, tied.partnership.id, holder_id, to)

    for by in (
        who(colleague), who(tied.home.safeguarding, StaffRole.SAFEGUARDING_LEAD), who(tied.abroad.teacher),
        who(tied.abroad.head, head), who(banned, head),
    ):
        with pytest.raises(NotAllowed):
            await attempt(by, colleague.id)
    for unfit in (new, gone, banned, tied.abroad.head):
        with pytest.raises(Invalid):
            await attempt(who(holder), unfit.id)
    for nobody in (stranger.teacher.id, tied.home.students[0].id, uuid4()):
        with pytest.raises(NotFound):
            await attempt(who(holder), nobody)
    with pytest.raises(NotFound):
        await attempt(who(stranger.head, head), colleague.id)
    with pytest.raises(AlreadyDone):
        await attempt(who(holder), holder.id)
    with pytest.raises(InvalidTransition):  # the seat is not empty
        await attempt(who(tied.home.head, head), colleague.id, None)
    assert await seats(database, tied.partnership.id) == {holder.id, tied.abroad.teacher.id}
    await attempt(who(tied.home.head, head), colleague.id)
    assert await seats(database, tied.partnership.id) == {colleague.id, tied.abroad.teacher.id}
    await change(database, update(Partnership).values(status=S.ENDED))
    with pytest.raises(InvalidTransition):
        await attempt(who(colleague), holder.id, colleague.id)


async def test_of_two_handovers_at_once_one_wins(node: Node) -> None:
    tied = await pair(node.database)
    visitors = [await signed_in(node, user) for user in (tied.home.teacher, tied.home.head)]
    heirs = [tied.home.head.id, tied.home.safeguarding.id]
    answers = await asyncio.gather(
        *(
            visitor.post(
                f"/api/partnerships/{tied.partnership.id}/coordinators",
                {"from": str(tied.home.teacher.id), "to": str(heir)},
            )
            for visitor, heir in zip(visitors, heirs, strict=True)
        )
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    assert len(await seats(node.database, tied.partnership.id)) == 2


async def test_an_empty_seat_is_filled_by_a_head(node: Node) -> None:
    tied = await cluster(node.database, status=S.SUSPENDED)
    await change(node.database, delete(Coordinator))
    path = f"/api/partnerships/{tied.partnership.id}"
    ash, lead = await signed_in(node, tied.members[1].head), await signed_in(node, tied.lead.head)
    assert "step_in" not in (await ash.get(path)).json()["may"]
    assert "step_in" in (await lead.get(path)).json()["may"]
    refused = await ash.post(f"{path}/coordinators", {"from": None, "to": str(tied.members[1].head.id)})
    assert refusal(refused) == (400, "invalid")
    refused = await lead.post(f"{path}/coordinators", {"to": str(tied.members[1].head.id)})
    assert refusal(refused) == (403, "not_allowed")
    assert (await lead.post(f"{path}/coordinators", {"to": str(tied.lead.teacher.id)})).status_code == 200
    assert (await lead.post(f"/api/partnerships/{tied.partnership.id}/moves", {"move": "resume"})).json()[
        "status"
    ] == "active"


async def test_when_the_last_lead_has_left_another_school_steps_in_and_leads(node: Node) -> None:
    tied = await cluster(node.database, cluster_min_schools=3)
    lead = await signed_in(node, tied.lead.head)
    body = {"move": "leave", "confirmed": True}
    moves = f"/api/partnerships/{tied.partnership.id}/moves"
    assert (await lead.post(moves, body)).json()["status"] == "suspended"
    ash = await signed_in(node, tied.members[1].head)
    coordinators = f"/api/partnerships/{tied.partnership.id}/coordinators"
    assert (await ash.post(coordinators, {"to": str(tied.members[1].teacher.id)})).status_code == 200
    detail = (await ash.post(moves, {"move": "resume"})).json()
    assert detail["status"] == "active"
    roles = {each["school"]["name"]: each["role"] for each in detail["memberships"] if not each["left_at"]}
    assert roles == {"Ash": "lead", "Nakuru Hill": "partner", "Cape Coast": "partner"}


async def test_the_seats_of_somebody_who_is_disabled_pass_to_a_head_or_are_empty(database: Database) -> None:
    tied = await pair(database)
    bus, seen = InProcessBus(), []
    bus.subscribe(seen.append)
    async with UnitOfWork(database, bus) as uow:
        teacher = await uow.session.get_one(User, tied.home.teacher.id)
        teacher.disabled_at = clock.now()
        await people.pass_seats_on(uow, who(tied.home.head), teacher)
    assert await seats(database, tied.partnership.id) == {tied.home.head.id, tied.abroad.teacher.id}
    assert await status(database, tied.partnership.id) is S.ACTIVE
    assert seen == [AccessChanged(space_ids=frozenset({tied.space.id, tied.staff_room.id}))]
    async with UnitOfWork(database, InProcessBus()) as uow:
        head = await uow.session.get_one(User, tied.home.head.id)
        await people.pass_seats_on(uow, None, head)
        head.disabled_at = clock.now()
    assert await seats(database, tied.partnership.id) == {tied.abroad.teacher.id}
    assert await status(database, tied.partnership.id) is S.SUSPENDED
    assert await acts(database) == ["coordinator.pass_on", "coordinator.pass_on", "partnership.suspend"]


async def test_a_banned_disabled_or_new_head_inherits_nothing_and_an_ended_record_is_left_alone(
    database: Database,
) -> None:
    tied, over = await pair(database), await pair(database, status=S.ENDED)
    async with UnitOfWork(database, InProcessBus()) as uow:
        world = World(uow.session)
        disabled = await world.staff(tied.home.school, StaffRole.HEADTEACHER)
        disabled.disabled_at = clock.now()
        await world.staff(tied.home.school, StaffRole.HEADTEACHER, verified=False)
        await world.add(
            Ban(partnership_id=tied.partnership.id, user_id=tied.home.head.id, reason="",
                banned_at=clock.now())
        )
        for person in (tied.home.teacher, over.home.teacher):
            await people.pass_seats_on(uow, None, person)
    assert await seats(database, tied.partnership.id) == {tied.abroad.teacher.id}
    assert await seats(database, over.partnership.id) == {over.home.teacher.id, over.abroad.teacher.id}


# Delegations


async def test_a_duty_is_delegated_until_a_date_and_taken_back(node: Node) -> None:
    tied, seen = await cluster(node.database), []
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        space = await World(uow.session).space(tied.partnership)
    ash = tied.members[1]
    path = f"/api/partnerships/{tied.partnership.id}/delegations"
    coordinator, delegate = await signed_in(node, tied.lead.teacher), await signed_in(node, ash.teacher)
    assert await grants(node.database, ash.teacher, space) == NOTHING
    node.bus.subscribe(seen.append)
    body = {"user_id": str(ash.teacher.id), "duty": "open_spaces", "until": moment(30)}
    given = await coordinator.post(path, body)
    assert given.status_code == 201
    assert told(seen) == {ash.teacher.id}
    assert await grants(node.database, ash.teacher, space) == HOST
    (listed,) = (await delegate.get(path)).json()["items"]
    assert (listed["name"], listed["duty"]) == (ash.teacher.name, "open_spaces")
    assert "visit" in (await delegate.get(f"/api/partnerships/{tied.partnership.id}")).json()["may"]
    assert refusal(await coordinator.post(path, body)) == (409, "already_done")
    refused = await delegate.post(path, {**body, "user_id": str(tied.members[2].teacher.id)})
    assert refusal(refused) == (403, "not_allowed")  # a delegate does not delegate
    seen.clear()
    both = await asyncio.gather(*(each.delete(f"{path}/{listed['id']}") for each in (coordinator, delegate)))
    assert sorted(each.status_code for each in both) == [204, 409]
    assert told(seen) == {ash.teacher.id}
    assert await grants(node.database, ash.teacher, space) == NOTHING
    assert (await delegate.get(path)).json()["items"] == []
    assert await acts(node.database) == ["delegation.give", "delegation.revoke"]


async def test_a_delegation_that_does_not_fit_is_not_made(database: Database) -> None:
    tied, other = await cluster(database), await cluster(database)
    async with UnitOfWork(database, InProcessBus()) as uow:
        world = World(uow.session)
        new = await world.staff(tied.members[1].school, StaffRole.TEACHER, verified=False)
        elsewhere = await world.delegation(
            other.partnership, other.members[1].teacher, Duty.REVIEW, by=other.lead.teacher
        )
    good = tied.members[1].teacher.id
    soon = clock.now() + timedelta(days=10)
    coordinator = who(tied.lead.teacher)

    async def attempt(by: SignedIn, user_id: UUID, until: datetime = soon, duty: Duty = Duty.REVIEW) -> None:
        async with UnitOfWork(database, InProcessBus()) as uow:
            await delegations.delegate(uow, by, tied.partnership.id, user_id, duty, until)

    for until in (clock.now() - timedelta(seconds=1), clock.now() + timedelta(days=401)):
        with pytest.raises(Invalid):
            await attempt(coordinator, good, until)
    for unfit in (new.id, tied.lead.teacher.id):
        with pytest.raises(Invalid):
            await attempt(coordinator, unfit)
    with pytest.raises(Invalid):  # a partner school does not invite in this programme
        await attempt(coordinator, good, duty=Duty.INVITE_SCHOOLS)
    for nobody in (tied.outsider.teacher.id, uuid4()):
        with pytest.raises(NotFound):
            await attempt(coordinator, nobody)
    with pytest.raises(NotAllowed):
        await attempt(who(tied.lead.head, StaffRole.HEADTEACHER), good)
    with pytest.raises(NotFound):
        await attempt(who(other.lead.teacher), good)
    with pytest.raises(NotFound):  # of another partnership
        async with UnitOfWork(database, InProcessBus()) as uow:
            await delegations.revoke_delegation(uow, coordinator, tied.partnership.id, elsewhere.id)
    assert await scalars(database, select(Delegation.id)) == [elsewhere.id]
    await attempt(coordinator, tied.lead.head.id, duty=Duty.INVITE_SCHOOLS)


async def test_a_delegation_ends_by_itself(database: Database) -> None:
    tied = await cluster(database)
    async with UnitOfWork(database, InProcessBus()) as uow:
        world = World(uow.session)
        space = await world.space(tied.partnership)
        await world.delegation(
            tied.partnership, tied.members[1].teacher, Duty.RUN_LESSONS, by=tied.lead.teacher, days=3
        )
    assert await grants(database, tied.members[1].teacher, space) == HOST
    later = clock.now() + timedelta(days=3)
    with clock.set_clock(lambda: later):
        assert await grants(database, tied.members[1].teacher, space) == NOTHING


# Visits


async def test_an_adviser_of_the_programmes_office_comes_and_goes(node: Node) -> None:
    tied, seen = await pair(node.database), []
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        programme = await uow.session.get_one(Programme, tied.programme.id)
        adviser, officer = await world.office(programme, StaffRole.ADVISER, StaffRole.PROGRAMME_OFFICER)
        (stranger,) = await world.office(await world.programme(), StaffRole.ADVISER)
    path = f"/api/partnerships/{tied.partnership.id}/visits"
    visitor = await signed_in(node, tied.home.teacher)
    staff = (await visitor.get(f"/api/partnerships/{tied.partnership.id}/staff?limit=100")).json()["items"]
    assert {each["name"] for each in staff} >= {adviser.name, tied.abroad.head.name}
    assert {officer.name, stranger.name}.isdisjoint(each["name"] for each in staff)
    body: dict[str, Any] = {"role": "adviser", "user_id": str(adviser.id), "ends_at": moment(60)}
    for wrong in (officer, stranger, tied.abroad.head):
        assert refusal(await visitor.post(path, {**body, "user_id": str(wrong.id)})) == (404, "not_found")
    assert refusal(await visitor.post(path, {**body, "ends_at": moment(402)})) == (400, "invalid")
    node.bus.subscribe(seen.append)
    made = await visitor.post(path, body)
    assert (made.status_code, made.json()["welcome_path"]) == (201, "")
    assert told(seen) == {adviser.id}
    assert await grants(node.database, adviser, tied.space) == ADVISE
    assert await grants(node.database, adviser, tied.staff_room) == ADVISE
    (listed,) = (await visitor.get(path)).json()["items"]
    assert (listed["name"], listed["role"], listed["space_id"]) == (adviser.name, "adviser", None)
    after = clock.now() + timedelta(days=61)
    with clock.set_clock(lambda: after):
        assert await grants(node.database, adviser, tied.space) == NOTHING
    head = await signed_in(node, tied.abroad.head)
    answers = await asyncio.gather(*(each.delete(f"{path}/{listed['id']}") for each in (visitor, head)))
    assert sorted(each.status_code for each in answers) == [204, 409]
    assert await grants(node.database, adviser, tied.space) == NOTHING
    assert await acts(node.database) == ["visit.invite", "visit.revoke"]


@pytest.mark.parametrize("how", ["edit", "disable"])
async def test_who_advises_no_more_comes_no_more(database: Database, how: str) -> None:
    tied, seen, bus = await pair(database), [], InProcessBus()
    bus.subscribe(seen.append)
    async with UnitOfWork(database, InProcessBus()) as uow:
        world = World(uow.session)
        programme = await uow.session.get_one(Programme, tied.programme.id)
        officer, adviser, other = await world.office(
            programme, StaffRole.PROGRAMME_OFFICER, StaffRole.ADVISER, StaffRole.ADVISER
        )
        for each in (adviser, other):
            await world.visit(tied.partnership, each, VisitRole.ADVISER, by=tied.home.teacher)
    assert await grants(database, adviser, tied.space) == ADVISE
    boss = who(officer, StaffRole.PROGRAMME_OFFICER)
    async with UnitOfWork(database, bus) as uow:
        if how == "edit":
            await staffing.edit(uow, boss, adviser.id, "Jo", [StaffRole.PROGRAMME_OFFICER])
        else:
            await staffing.disable(uow, boss, adviser.id)
    assert told(seen) == {adviser.id}
    assert await grants(database, adviser, tied.space) == NOTHING
    assert await grants(database, other, tied.space) == ADVISE
    (after,) = await scalars(database, select(AuditEntry.after))
    assert after["visits"] == 1
    # What ended does not come back by itself.
    async with UnitOfWork(database, bus) as uow:
        if how == "edit":
            await staffing.edit(uow, boss, adviser.id, "Jo", [StaffRole.ADVISER])
        else:
            await staffing.enable(uow, boss, adviser.id)
    assert await grants(database, adviser, tied.space) == NOTHING


async def test_a_guest_comes_to_one_project_with_a_link_of_their_own(node: Node) -> None:
    tied = await pair(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        other = await World(uow.session).space(tied.partnership, name="Weather")
    path = f"/api/partnerships/{tied.partnership.id}/visits"
    visitor = await signed_in(node, tied.home.teacher)
    body = {"role": "guest", "name": "Zawadi Rono", "email": "Zawadi@author.example", "ends_at": moment(14),
            "space_id": str(tied.space.id)}
    made = await visitor.post(path, body)
    assert made.status_code == 201
    assert made.json()["welcome_path"].startswith("/welcome#")
    async with node.database.read() as session:
        guest = (await session.scalars(select(User).where(User.email == "zawadi@author.example"))).one()
    assert (guest.school_id, guest.verified_at) == (tied.home.school.id, None)
    assert await grants(node.database, guest, tied.space) == NOTHING  # the ground rules come first
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        uow.session.add(
            GroundRulesAccepted(
                user_id=guest.id, version=ground_rules.VERSION, wording="staff", accepted_at=clock.now()
            )
        )
    assert await grants(node.database, guest, tied.space) == TAKE_PART
    assert await grants(node.database, guest, other) == NOTHING
    assert await grants(node.database, guest, tied.staff_room) == NOTHING
    assert refusal(await visitor.post(path, body)) == (409, "email_taken")
    # Who has come once comes again by their account; a verified teacher of any school can come, too.
    stranger = (await pair(node.database)).home.teacher
    for user in (guest, stranger):
        again = {"role": "guest", "user_id": str(user.id), "ends_at": moment(3), "space_id": str(other.id)}
        assert (await visitor.post(path, again)).status_code == 201
        assert await grants(node.database, user, other) >= TAKE_PART


async def test_a_visit_that_does_not_fit_is_not_made(node: Node) -> None:
    tied, other = await pair(node.database), await pair(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        archived = await world.space(tied.partnership, name="Last year")
        archived.archived_at = clock.now()
        new = await world.staff(other.home.school, StaffRole.TEACHER, verified=False)
    path = f"/api/partnerships/{tied.partnership.id}/visits"
    visitor = await signed_in(node, tied.home.teacher)
    good = {"role": "guest", "name": "Zawadi", "email": "zawadi@author.example", "ends_at": moment(14),
            "space_id": str(tied.space.id)}
    wrong: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"space_id": None}, (400, "invalid")),
        ({"space_id": str(tied.staff_room.id)}, (400, "invalid")),
        ({"space_id": str(archived.id)}, (400, "invalid")),
        ({"space_id": str(other.space.id)}, (404, "not_found")),
        ({"ends_at": moment(31)}, (400, "invalid")),
        ({"ends_at": moment(-1)}, (400, "invalid")),
        ({"starts_at": moment(500), "ends_at": moment(510)}, (400, "invalid")),
        ({"starts_at": moment(5), "ends_at": moment(4)}, (400, "invalid")),
        ({"starts_at": "9999-12-31T23:00:00Z", "ends_at": "9999-12-31T23:30:00Z"}, (400, "invalid")),
        ({"starts_at": "0001-01-01T00:00:00+14:00", "ends_at": moment(31)}, (400, "invalid")),
        ({"ends_at": "2030-01-01T00:00:00"}, (400, "invalid")),
        ({"name": ""}, (400, "invalid")),
        ({"name": "A\0"}, (400, "invalid")),
        ({"ends_at": "9999-12-31T23:59:59-12:00"}, (400, "invalid")),
        ({"email": "no address"}, (400, "invalid")),
        ({"user_id": str(tied.home.students[0].id)}, (404, "not_found")),
        ({"user_id": str(new.id)}, (404, "not_found")),
        ({"user_id": str(uuid4())}, (404, "not_found")),
    ]
    for part, answer in wrong:
        assert refusal(await visitor.post(path, {**good, **part})) == answer, part
    for user, answer in (
        (tied.home.head, (403, "not_allowed")), (tied.home.safeguarding, (403, "not_allowed")),
        (other.home.teacher, (404, "not_found")),
    ):
        someone = await signed_in(node, user)
        assert refusal(await someone.post(path, good)) == answer
    assert await scalars(node.database, select(Visit.id)) == []
    # Not even an account is left behind by a visit that was refused.
    assert await scalars(node.database, select(User.id).where(User.email == "zawadi@author.example")) == []


async def test_a_delegate_who_opens_spaces_invites_guests(node: Node) -> None:
    tied = await cluster(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        space = await world.space(tied.partnership, kind=SpaceKind.CLUSTER_WIDE)
        await world.delegation(
            tied.partnership, tied.members[1].teacher, Duty.OPEN_SPACES, by=tied.lead.teacher
        )
        await world.delegation(tied.partnership, tied.members[2].teacher, Duty.REVIEW, by=tied.lead.teacher)
    body = {"role": "guest", "user_id": str(tied.outsider.teacher.id), "ends_at": moment(3),
            "space_id": str(space.id)}
    path = f"/api/partnerships/{tied.partnership.id}/visits"
    opener, reviewer = [await signed_in(node, tied.members[n].teacher) for n in (1, 2)]
    assert refusal(await reviewer.post(path, body)) == (403, "not_allowed")
    assert (await opener.post(path, body)).status_code == 201


# Bans


async def test_a_ban_by_one_school_counts_for_all_and_takes_everything_away(node: Node) -> None:
    tied, seen = await pair(node.database), []
    path = f"/api/partnerships/{tied.partnership.id}/bans"
    visitor = await signed_in(node, tied.abroad.safeguarding)
    student, teacher = tied.home.students[0], tied.home.teacher
    assert await grants(node.database, student.id, tied.space) == TAKE_PART
    node.bus.subscribe(seen.append)
    reason = {"reason": "Rude to others."}
    assert (await visitor.post(path, {"user_id": str(student.id), **reason})).status_code == 201
    assert student.id in told(seen)
    assert await grants(node.database, student.id, tied.space) == NOTHING
    assert refusal(await visitor.post(path, {"user_id": str(student.id), **reason})) == (409, "already_done")
    assert await status(node.database, tied.partnership.id) is S.ACTIVE
    # A coordinator who is banned loses the seat, and the partnership a rule.
    assert (await visitor.post(path, {"user_id": str(teacher.id), **reason})).status_code == 201
    assert await seats(node.database, tied.partnership.id) == {tied.abroad.teacher.id}
    assert await status(node.database, tied.partnership.id) is S.SUSPENDED
    listed = (await visitor.get(f"{path}?limit=1")).json()
    rest = (await visitor.get(f"{path}?limit=1&cursor={listed['next']}")).json()
    assert [each["name"] for each in listed["items"] + rest["items"]] == [teacher.name, student.alias]
    # The reason is with the ban, and not in the log that nobody can erase.
    entries = await scalars(node.database, select(AuditEntry.after))
    assert "Rude" not in str(entries)
    assert (await visitor.delete(f"{path}/{student.id}")).status_code == 204
    assert refusal(await visitor.delete(f"{path}/{student.id}")) == (404, "not_found")
    assert await acts(node.database) == ["ban.set", "ban.set", "partnership.suspend", "ban.lift"]


async def test_who_may_ban_whom(node: Node) -> None:
    tied, other = await pair(node.database), await pair(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        colleague = await world.staff(tied.home.school, StaffRole.TEACHER)
        await world.visit(
            tied.partnership, other.abroad.head, VisitRole.GUEST, by=tied.home.teacher, space=tied.space
        )
    path = f"/api/partnerships/{tied.partnership.id}/bans"
    head = await signed_in(node, tied.home.head)
    for user_id, answer in (
        (other.home.teacher.id, (404, "not_found")), (uuid4(), (404, "not_found")),
        (tied.home.head.id, (400, "invalid")),
    ):
        assert refusal(await head.post(path, {"user_id": str(user_id), "reason": "Why"})) == answer
    assert refusal(await head.post(path, {"user_id": str(colleague.id), "reason": " "})) == (400, "invalid")
    for user, answer in ((colleague, (403, "not_allowed")), (other.home.head, (404, "not_found"))):
        visitor = await signed_in(node, user)
        body = {"user_id": str(tied.abroad.teacher.id), "reason": "Why"}
        assert refusal(await visitor.post(path, body)) == answer
        assert refusal(await visitor.get(path)) == answer
    # A visitor can be sent away, and the visit is over.
    body = {"user_id": str(other.abroad.head.id), "reason": "Why"}
    assert (await head.post(path, body)).status_code == 201
    assert [each is not None for each in await scalars(node.database, select(Visit.revoked_at))] == [True]
    # Who is banned neither bans others nor lets themselves in again.
    abroad = await signed_in(node, tied.abroad.safeguarding)
    body = {"user_id": str(tied.home.head.id), "reason": "Why"}
    assert (await abroad.post(path, body)).status_code == 201
    assert refusal(await head.delete(f"{path}/{tied.home.head.id}")) == (403, "not_allowed")
    body = {"user_id": str(tied.abroad.safeguarding.id), "reason": "Why"}
    assert refusal(await head.post(path, body)) == (403, "not_allowed")


async def test_a_banned_head_says_yes_for_the_school_without_taking_the_seat(database: Database) -> None:
    tied = await pair(database, status=S.PROPOSED)
    theirs = Membership.school_id == tied.abroad.school.id
    await change(
        database, update(Membership).where(theirs).values(status=MemberStatus.INVITED),
        delete(Coordinator).where(Coordinator.user_id == tied.abroad.teacher.id),
    )
    async with UnitOfWork(database, InProcessBus()) as uow:
        await World(uow.session).add(
            Ban(partnership_id=tied.partnership.id, user_id=tied.abroad.head.id, reason="",
                banned_at=clock.now())
        )
    async with UnitOfWork(database, InProcessBus()) as uow:
        await moves.make_move(
            uow, who(tied.abroad.head, StaffRole.HEADTEACHER), tied.partnership.id, "accept", ""
        )
    assert await seats(database, tied.partnership.id) == {tied.home.teacher.id}


async def test_staff_to_choose_among_are_shown_to_those_who_choose(node: Node) -> None:
    tied: Cluster = await cluster(node.database)
    path = f"/api/partnerships/{tied.partnership.id}/staff"
    coordinator = await signed_in(node, tied.lead.teacher)
    first = (await coordinator.get(f"{path}?limit=5")).json()
    rest = (await coordinator.get(f"{path}?limit=5&cursor={first['next']}")).json()
    names = [each["name"] for each in first["items"] + rest["items"]]
    assert names == sorted(names)
    assert set(names) == {user.name for member in tied.members for user in (member.head, member.teacher)}
    for user, answer in (
        (tied.members[1].teacher, (403, "not_allowed")), (tied.outsider.head, (404, "not_found"))
    ):
        assert refusal(await (await signed_in(node, user)).get(path)) == answer
