"""Visitors are seen by everyone under the name of where they come from, and are gone when their visit is."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from realtime import protocol
from realtime.protocol import CloseCode
from server import clock
from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.db import UnitOfWork
from server.partnerships import visits
from server.partnerships.models import Visit as Invitation
from server.partnerships.models import VisitRole
from server.schools.models import School, SchoolKind
from tests.factories import Pair, World
from tests.nodes import Node
from tests.queries import counted
from tests.realtime.client import LiveClient
from tests.realtime.conftest import Visit


@pytest.fixture
async def office(live_nodes: tuple[Node, Node], world: Pair) -> tuple[School, User]:
    async with UnitOfWork(live_nodes[0].database, live_nodes[0].bus) as uow:
        record = World(uow.session)
        office = await record.school("The Global Learning Office")
        office.kind = SchoolKind.OFFICE
        return office, await record.staff(office, StaffRole.ADVISER)


async def invite(node: Node, world: Pair, user: User, *, space_id: UUID | None = None) -> UUID:
    now = clock.now()
    async with UnitOfWork(node.database, node.bus) as uow:
        invitation = Invitation(
            partnership_id=world.partnership.id, user_id=user.id, space_id=space_id,
            role=VisitRole.ADVISER, starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(days=1),
            invited_by_id=world.home.teacher.id,
        )
        await World(uow.session).add(invitation)
    return invitation.id


async def coming(page: LiveClient) -> protocol.PresenceDiff:
    """The next that this page hears of somebody coming."""
    while not (diff := await page.expect(protocol.PresenceDiff)).joined:
        pass
    return diff


async def test_an_adviser_is_seen_with_the_office_and_leaves_when_the_visit_is_revoked(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, office: tuple[School, User]
) -> None:
    school, adviser = office
    visit_id = await invite(live_nodes[0], world, adviser)
    student = await visit.page(live_nodes[0], world.home.students[0].id)
    joined = await student.enter(world.space.id)
    assert [(each.name, each.colour) for each in joined.schools] == [
        ("Willow", 0), ("Nakuru Hill", 1), (school.name, 2)
    ]
    page = await visit.enter(live_nodes[1], adviser.id, world.space.id)
    diff = await coming(student)
    assert [(each.name, each.school_id) for each in diff.joined] == [(adviser.name, school.id)]
    assert diff.schools == []

    who = SignedIn(
        world.home.teacher.id, world.home.teacher.id, world.home.teacher.kind, world.home.school.id,
        frozenset({StaffRole.TEACHER}),
    )
    async with UnitOfWork(live_nodes[0].database, live_nodes[0].bus) as uow:
        await visits.revoke_visit(uow, who, world.partnership.id, visit_id)
    async with asyncio.timeout(1):
        assert (await page.closed())[0] == CloseCode.ACCESS_LOST
    later = await visit.page(live_nodes[1], world.home.students[1].id)
    assert len((await later.enter(world.space.id)).schools) == 2


async def test_a_visitor_who_was_invited_later_brings_the_school_along(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, office: tuple[School, User]
) -> None:
    school, adviser = office
    pages = [await visit.page(node, world.home.students[0].id) for node in live_nodes]
    for page in pages:
        assert len((await page.enter(world.space.id)).schools) == 2
    await invite(live_nodes[0], world, adviser, space_id=world.space.id)
    await visit.enter(live_nodes[1], adviser.id, world.space.id)
    for page in pages:
        diff = await coming(page)
        assert [each.user_id for each in diff.joined] == [adviser.id]
        assert [(each.id, each.name, each.colour) for each in diff.schools] == [(school.id, school.name, 2)]


async def test_what_a_visitor_said_keeps_its_school_when_the_visit_is_over(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, office: tuple[School, User]
) -> None:
    school, adviser = office
    visit_id = await invite(live_nodes[0], world, adviser)
    page = await visit.enter(live_nodes[0], adviser.id, world.space.id)
    await page.say("Well done")
    async with UnitOfWork(live_nodes[0].database, live_nodes[0].bus) as uow:
        (await uow.session.get_one(Invitation, visit_id)).revoked_at = clock.now()
    student = await visit.page(live_nodes[0], world.abroad.students[0].id)
    joined = await student.enter(world.space.id)
    assert joined.messages[0].author.school_id == school.id
    assert joined.schools[-1].id == school.id
    # An invitation to another space of the partnership names nobody here.
    await invite(live_nodes[0], world, adviser, space_id=world.staff_room.id)
    card = (await (await visit.browser(live_nodes[0], world.home.students[1].id)).get("/api/today")).json()
    assert [each["visiting"] for each in card["spaces"]] == [[]]


async def test_more_visitors_cost_no_more_queries(
    live_nodes: tuple[Node, Node], world: Pair, visit: Visit, office: tuple[School, User]
) -> None:
    counts = []
    for number in range(2):
        for _ in range(1 + 4 * number):
            async with UnitOfWork(live_nodes[0].database, live_nodes[0].bus) as uow:
                record = World(uow.session)
                place = await record.school(f"Office {number}")
                adviser = await record.staff(place)
            await invite(live_nodes[0], world, adviser)
        with counted(live_nodes[0].database) as statements:
            page = await visit.page(live_nodes[0], world.home.students[number].id)
            schools = (await page.enter(world.space.id)).schools
        assert len(schools) == len({each.colour for each in schools}) == (8 if number else 3)
        counts.append(len([each for each in statements if each.startswith("SELECT")]))
    assert counts[1] <= counts[0]
