"""Spaces from records: opening, enrolling, link teachers, archiving, renewing, and what waits for whom."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import insert, select, update

from server import clock
from server.accounts.models import StaffPost, StaffRole, User
from server.agreements.models import AgreementVersion, Assent, AssentKind, VersionStatus
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.db import UnitOfWork
from server.events import AccessChanged
from server.finder.models import PartnerRequest
from server.partnerships.models import (
    Ban,
    Delegation,
    Duty,
    JoinRequest,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
    Visit,
    VisitRole,
)
from server.schools.models import SchoolClass
from server.spaces.models import Enrolment, LinkTeacher, Space
from tests.factories import Pair, World, pair
from tests.nodes import Node, Visitor, refusal, signed_in
from tests.queries import counted

S = PartnershipStatus


async def change(node: Node, *statements: Any) -> None:
    async with node.database.engine.begin() as connection:
        for statement in statements:
            await connection.execute(statement)


async def delegate(node: Node, tied: Pair, user: User, duty: Duty = Duty.OPEN_SPACES, hours: int = 1) -> None:
    now = clock.now()
    await change(
        node,
        insert(Delegation).values(
            id=uuid4(),
            partnership_id=tied.partnership.id,
            user_id=user.id,
            duty=duty,
            granted_by_id=tied.home.teacher.id,
            granted_at=now - timedelta(days=1),
            until=now + timedelta(hours=hours),
        ),
    )


async def acts(node: Node) -> list[str]:
    async with node.database.read() as session:
        return list(await session.scalars(select(AuditEntry.act).order_by(AuditEntry.seq)))


class More(msgspec.Struct, frozen=True):
    """People and classes beside those of a pair."""

    administrator: User
    colleague: User
    """At the home school, teaches `other`."""
    unverified: User
    other: SchoolClass


@pytest.fixture
async def tied(node: Node) -> Pair:
    return await pair(node.database)


@pytest.fixture
async def more(node: Node, tied: Pair) -> More:
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        home = tied.home.school
        colleague = await world.staff(home, StaffRole.TEACHER)
        return More(
            await world.staff(home, StaffRole.ADMINISTRATOR),
            colleague,
            await world.staff(home, StaffRole.TEACHER, verified=False),
            await world.school_class(home, colleague),
        )


def body(tied: Pair, *classes: SchoolClass, kind: str = "project", **rest: Any) -> dict[str, Any]:
    return {
        "partnership_id": str(tied.partnership.id),
        "kind": kind,
        "name": " Canals ",
        "class_ids": [str(each.id) for each in classes],
        **rest,
    }


def ids(classes: Iterable[SchoolClass]) -> dict[str, list[str]]:
    return {"class_ids": [str(each.id) for each in classes]}


async def test_a_coordinator_opens_a_project_and_the_other_school_adds_its_class(
    node: Node, tied: Pair
) -> None:
    home, abroad = await signed_in(node, tied.home.teacher), await signed_in(node, tied.abroad.teacher)
    opened = await home.post("/api/spaces", body(tied, tied.home.school_class))
    assert opened.status_code == 201, opened.text
    record = opened.json()
    path = f"/api/spaces/{record['id']}"
    assert (record["name"], record["kind"], record["archived_at"]) == ("Canals", "project", None)
    assert record["may"] == ["enrol", "link_teacher", "rename", "archive", "renew"]
    (mine,) = record["my_classes"]
    assert (mine["enrolled"], mine["mine"]) == (True, True)
    willow, nakuru = record["schools"]
    assert (willow["classes"], willow["link_teacher"]["name"]) == (["5W"], tied.home.teacher.name)
    assert (nakuru["classes"], nakuru["link_teacher"], nakuru["named_by"]) == ([], None, [])

    # Before its class is in it, the other school's students are not.
    student = node.visitor()
    await student.sign_in_student(tied.abroad.students[0])
    assert refusal(await student.get(path)) == (403, "not_enrolled")
    seen: list[Any] = []
    node.bus.subscribe(seen.append)
    record = (await abroad.send("PUT", f"{path}/classes", ids([tied.abroad.school_class]))).json()
    assert record["schools"][1]["link_teacher"]["name"] == tied.abroad.teacher.name
    assert AccessChanged(space_ids=frozenset({UUID(record["id"])})) in seen
    card = (await student.get(path)).json()
    assert card["open"] is True
    assert card["link_teachers"] == [
        {"school_id": str(side.school.id), "name": side.teacher.name} for side in (tied.home, tied.abroad)
    ]
    assert refusal(await student.get(f"{path}/record")) == (403, "not_allowed")
    # And out again: the students with it, at once.
    record = (await abroad.send("PUT", f"{path}/classes", ids([]))).json()
    assert record["schools"][1] | {"school": 0} == {
        "school": 0,
        "classes": [],
        "link_teacher": None,
        "named_by": [],
    }
    assert refusal(await student.get(path)) == (403, "not_enrolled")
    assert await acts(node) == [
        "space.link_teacher",
        "space.open",
        "space.enrol",
        "space.link_teacher",
        "space.enrol",
        "space.link_teacher",
    ]


async def test_who_opens_which_kind_of_space(node: Node, tied: Pair, more: More) -> None:
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        delegated = await World(uow.session).staff(tied.home.school, StaffRole.TEACHER)
        over = await World(uow.session).staff(tied.home.school, StaffRole.TEACHER)
    await delegate(node, tied, delegated)
    await delegate(node, tied, over, hours=-1)
    await delegate(node, tied, more.colleague, Duty.REVIEW)
    project, room = body(tied, tied.home.school_class), body(tied, kind="staff_room")
    people = [
        (tied.home.teacher, 201, 201),
        (delegated, 201, 403),
        (over, 403, 403),
        (more.colleague, 403, 403),
        (tied.home.head, 403, 403),
        (more.administrator, 403, 403),
        (tied.home.safeguarding, 403, 403),
    ]
    for user, for_project, for_room in people:
        visitor = await signed_in(node, user)
        assert (await visitor.post("/api/spaces", project)).status_code == for_project, user.name
        assert (await visitor.post("/api/spaces", room)).status_code == for_room, user.name
        # In a pair there is no cluster.
        assert refusal(await visitor.post("/api/spaces", body(tied, kind="cluster_wide"))) == (
            403,
            "not_allowed",
        )


async def test_a_cluster_wide_space_is_opened_from_a_school_whose_role_may(node: Node) -> None:
    tied = await pair(node.database)
    await change(node, update(Partnership).values(kind=PartnershipKind.CLUSTER))
    wide = body(tied, tied.home.school_class, kind="cluster_wide")
    home, abroad = await signed_in(node, tied.home.teacher), await signed_in(node, tied.abroad.teacher)
    partner = body(tied, tied.abroad.school_class, kind="cluster_wide")
    assert refusal(await abroad.post("/api/spaces", partner)) == (403, "not_allowed")
    opened = (await home.post("/api/spaces", wide)).json()
    assert (opened["kind"], opened["schools"][0]["classes"]) == ("cluster_wide", ["5W"])
    assert [each["link_teacher"] for each in opened["schools"]] == [None, None]
    assert refusal(await abroad.post(f"/api/spaces/{opened['id']}/renewal")) == (403, "not_allowed")
    link = {"user_id": str(tied.home.teacher.id)}
    assert refusal(await home.send("PUT", f"/api/spaces/{opened['id']}/link-teacher", link)) == (
        400,
        "invalid",
    )


async def test_what_does_not_fit_opens_nothing(node: Node, tied: Pair, more: More) -> None:
    other = await pair(node.database)
    visitor = await signed_in(node, tied.home.teacher)
    await change(
        node, update(SchoolClass).where(SchoolClass.id == more.other.id).values(archived_at=clock.now())
    )
    good = body(tied, tied.home.school_class)
    wrong: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"partnership_id": str(other.partnership.id)}, (404, "not_found")),
        ({"partnership_id": str(uuid4())}, (404, "not_found")),
        (ids([tied.abroad.school_class]), (404, "not_found")),
        (ids([tied.home.school_class, other.home.school_class]), (404, "not_found")),
        (ids([more.other]), (400, "invalid")),
        (ids([]), (400, "invalid")),
        ({"link_teacher_id": str(tied.abroad.teacher.id)}, (404, "not_found")),
        ({"link_teacher_id": str(tied.home.students[0].id)}, (404, "not_found")),
        ({"link_teacher_id": str(more.unverified.id)}, (400, "invalid")),
        ({"kind": "staff_room", "link_teacher_id": str(tied.home.head.id)}, (400, "invalid")),
        ({"kind": "lounge"}, (400, "invalid")),
        ({"name": "  "}, (400, "invalid")),
        ({"name": "x" * 121}, (400, "invalid")),
        ({"extra": 1}, (400, "invalid")),
    ]
    for part, answer in wrong:
        assert refusal(await visitor.post("/api/spaces", {**good, **part})) == answer, part
    for status, answer in (
        (S.SUSPENDED, (409, "invalid_transition")),
        (S.PROPOSED, (409, "invalid_transition")),
        (S.ENDED, (409, "invalid_transition")),
    ):
        await change(
            node, update(Partnership).where(Partnership.id == tied.partnership.id).values(status=status)
        )
        assert refusal(await visitor.post("/api/spaces", good)) == answer, status
    async with node.database.read() as session:
        found = await session.scalars(select(Space.name).where(Space.partnership_id == tied.partnership.id))
        assert set(found) == {"Rivers", "Staff room"}
    assert await acts(node) == []


async def test_a_class_is_enrolled_by_its_own_teacher_or_who_runs_the_school(
    node: Node, tied: Pair, more: More
) -> None:
    path = f"/api/spaces/{tied.space.id}/classes"
    own, both = ids([tied.home.school_class]), ids([tied.home.school_class, more.other])
    colleague = await signed_in(node, more.colleague)
    # Another teacher's class neither comes in nor goes out by a colleague; their own does.
    assert refusal(await colleague.send("PUT", path, ids([more.other]))) == (403, "not_allowed")
    assert (await colleague.send("PUT", path, both)).status_code == 200
    assert (await colleague.send("PUT", path, own)).status_code == 200
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        delegated = await World(uow.session).staff(tied.home.school, StaffRole.TEACHER)
    await delegate(node, tied, delegated)
    for user in (tied.home.head, more.administrator, tied.home.teacher, delegated):
        visitor = await signed_in(node, user)
        assert (await visitor.send("PUT", path, both)).status_code == 200, user.name
        assert (await visitor.send("PUT", path, own)).status_code == 200, user.name
    for user in (tied.home.safeguarding, more.unverified):
        assert refusal(await (await signed_in(node, user)).send("PUT", path, both)) == (403, "not_allowed")
    # No other school's class, whoever asks, and the other school's is left alone.
    head = await signed_in(node, tied.home.head)
    for wrong in (ids([tied.abroad.school_class]), {"class_ids": [str(uuid4())]}):
        assert refusal(await head.send("PUT", path, wrong)) == (404, "not_found")
    assert (await head.send("PUT", path, ids([]))).json()["schools"][1]["classes"] == ["5W"]
    outside = await pair(node.database)
    stranger = await signed_in(node, outside.home.head)
    assert refusal(await stranger.send("PUT", path, ids([]))) == (404, "not_found")
    # A class whose year is over may go out, and not come in again.
    await head.send("PUT", path, own)
    await change(
        node,
        update(SchoolClass)
        .where(SchoolClass.id == tied.home.school_class.id)
        .values(archived_at=clock.now()),
    )
    assert (await head.send("PUT", path, own)).status_code == 200
    assert (await head.send("PUT", path, ids([]))).status_code == 200
    assert refusal(await head.send("PUT", path, own)) == (400, "invalid")


async def test_while_a_partnership_is_suspended_classes_only_go_out(
    node: Node, tied: Pair, more: More
) -> None:
    await change(node, update(Partnership).values(status=S.SUSPENDED))
    head = await signed_in(node, tied.home.head)
    path = f"/api/spaces/{tied.space.id}/classes"
    both = ids([tied.home.school_class, more.other])
    assert refusal(await head.send("PUT", path, both)) == (409, "invalid_transition")
    assert (await head.send("PUT", path, ids([]))).status_code == 200
    await change(
        node,
        update(Membership)
        .where(Membership.school_id == tied.home.school.id)
        .values(status=MemberStatus.LEFT),
    )
    assert refusal(await head.send("PUT", path, ids([]))) == (404, "not_found")


async def test_link_teachers_are_handed_over_and_who_it_was_stays(node: Node, tied: Pair, more: More) -> None:
    home = await signed_in(node, tied.home.teacher)
    record = (
        await home.post(
            "/api/spaces", body(tied, tied.home.school_class, link_teacher_id=str(more.colleague.id))
        )
    ).json()
    assert record["schools"][0]["link_teacher"]["name"] == more.colleague.name
    path = f"/api/spaces/{record['id']}/link-teacher"
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        guest = await World(uow.session).staff(tied.home.school)
    colleague = await signed_in(node, more.colleague)
    # The link teacher belongs to the space, though no class of theirs is in it.
    assert (await colleague.get(f"/api/spaces/{record['id']}")).json()["open"] is True

    def to(user: User | UUID) -> dict[str, str]:
        return {"user_id": str(user if isinstance(user, UUID) else user.id)}

    for wrong, answer in (
        (tied.abroad.teacher, (404, "not_found")),
        (uuid4(), (404, "not_found")),
        (tied.home.students[0].id, (404, "not_found")),
        (more.unverified, (400, "invalid")),
        (guest, (400, "invalid")),
    ):
        assert refusal(await colleague.send("PUT", path, to(wrong))) == answer
    for user in (tied.home.safeguarding, more.unverified):
        visitor = await signed_in(node, user)
        assert refusal(await visitor.send("PUT", path, to(user))) == (403, "not_allowed")
    seen: list[Any] = []
    node.bus.subscribe(seen.append)
    handed = (await colleague.send("PUT", path, to(tied.home.head))).json()
    assert handed["schools"][0]["link_teacher"]["user_id"] == str(tied.home.head.id)
    assert {user_id for event in seen for user_id in event.user_ids} == {more.colleague.id, tied.home.head.id}
    assert refusal(await colleague.send("PUT", path, to(more.colleague))) == (403, "not_allowed")
    assert refusal(await colleague.get(f"/api/spaces/{record['id']}")) == (403, "not_enrolled")
    for user in (more.administrator, tied.home.teacher, tied.home.head):
        visitor = await signed_in(node, user)
        assert (await visitor.send("PUT", path, to(user))).status_code == 200, user.name
    # The other school's is its own to name, and it has no class here yet.
    abroad = await signed_in(node, tied.abroad.head)
    assert refusal(await abroad.send("PUT", path, to(tied.abroad.head))) == (400, "invalid")

    answers = await asyncio.gather(
        *(
            home.send("PUT", path, to(user))
            for user in (tied.home.teacher, more.colleague, tied.home.safeguarding)
        )
    )
    assert {each.status_code for each in answers} == {200}
    async with node.database.read() as session:
        links = (
            await session.scalars(select(LinkTeacher).where(LinkTeacher.space_id == UUID(record["id"])))
        ).all()
    assert len([link for link in links if link.until is None]) == 1
    assert len(links) == 8

    # Somebody whose account is disabled answers for nothing: the school names another.
    (now,) = [link for link in links if link.until is None]
    await change(node, update(User).where(User.id == now.user_id).values(disabled_at=clock.now()))
    head = await signed_in(node, tied.home.head)
    shown = (await head.get(f"/api/spaces/{record['id']}/record")).json()["schools"][0]
    assert (shown["link_teacher"], shown["named_by"]) == (
        None,
        ["headteacher", "administrator", "coordinator"],
    )
    assert (await head.send("PUT", path, to(tied.home.head))).status_code == 200


async def test_archiving_makes_it_read_only_once(node: Node, tied: Pair, more: More) -> None:
    path, seen = f"/api/spaces/{tied.space.id}", []
    for user in (more.colleague, tied.home.head, tied.home.safeguarding):
        visitor = await signed_in(node, user)
        assert refusal(await visitor.post(f"{path}/archive")) == (403, "not_allowed")
        assert refusal(await visitor.send("PUT", path, {"name": "Lakes"})) == (403, "not_allowed")
    home, abroad = await signed_in(node, tied.home.teacher), await signed_in(node, tied.abroad.teacher)
    assert (await abroad.send("PUT", path, {"name": " Lakes "})).json()["name"] == "Lakes"
    assert refusal(await abroad.send("PUT", path, {"name": " "})) == (400, "invalid")
    node.bus.subscribe(seen.append)
    answers = await asyncio.gather(*(each.post(f"{path}/archive") for each in (home, abroad, home)))
    assert sorted(each.status_code for each in answers) == [200, 409, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {(409, "invalid_transition")}
    assert seen == [AccessChanged(space_ids=frozenset({tied.space.id}))]
    record = (await home.get(f"{path}/record")).json()
    assert record["archived_at"]
    assert record["may"] == ["renew"]
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    assert "chat:post" not in (await student.get(path)).json()["grants"]
    for method, end, sent in (
        ("PUT", "", {"name": "Seas"}),
        ("PUT", "/classes", ids([])),
        ("PUT", "/link-teacher", {"user_id": str(tied.home.head.id)}),
    ):
        assert refusal(await home.send(method, path + end, sent)) == (409, "invalid_transition"), end
    assert await acts(node) == ["space.rename", "space.archive"]


async def test_the_next_term_goes_on_with_renewed_classes_and_the_same_link_teachers(
    node: Node, tied: Pair, more: More
) -> None:
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        between = await world.school_class(tied.home.school)
        between.continues_id, between.archived_at = tied.home.school_class.id, clock.now()
        later = await world.school_class(tied.home.school, tied.home.teacher)
        later.continues_id, later.name = between.id, "6W"
        gone = await world.school("Gone", "GH")
        theirs = await world.school_class(gone)
        await world.add(
            Membership(
                partnership_id=tied.partnership.id,
                school_id=gone.id,
                colour=2,
                role="partner",
                status=MemberStatus.LEFT,
                invited_at=clock.now(),
            )
        )
        for school_class in (more.other, theirs):
            await world.add(
                Enrolment(space_id=tied.space.id, class_id=school_class.id, enrolled_at=clock.now())
            )
        for user in (tied.home.head, tied.abroad.teacher):
            await world.add(
                LinkTeacher(
                    space_id=tied.space.id, school_id=user.school_id, user_id=user.id, since=clock.now()
                )
            )
    await change(
        node,
        update(SchoolClass)
        .where(SchoolClass.id == tied.home.school_class.id)
        .values(archived_at=clock.now()),
    )
    path = f"/api/spaces/{tied.space.id}"
    colleague = await signed_in(node, more.colleague)
    assert refusal(await colleague.post(f"{path}/renewal")) == (403, "not_allowed")
    home, abroad = await signed_in(node, tied.home.teacher), await signed_in(node, tied.abroad.teacher)
    answers = await asyncio.gather(*(each.post(f"{path}/renewal") for each in (home, abroad, home, abroad)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409], answers[0].text
    (fresh,) = [each.json() for each in answers if each.status_code == 201]
    assert (fresh["name"], fresh["kind"], fresh["archived_at"]) == ("Rivers", "project", None)
    assert [each["classes"] for each in fresh["schools"]] == [["5W", "6W"], ["5W"]]
    assert [each["link_teacher"]["name"] for each in fresh["schools"]] == [
        tied.home.head.name,
        tied.abroad.teacher.name,
    ]
    assert fresh["previous"]["id"] == str(tied.space.id)
    old = (await home.get(f"{path}/record")).json()
    assert old["archived_at"]
    assert old["next"]["id"] == fresh["id"]
    assert "renew" not in old["may"]
    async with node.database.read() as session:
        enrolled = await session.scalars(
            select(Enrolment.class_id).where(Enrolment.space_id == UUID(fresh["id"]))
        )
        assert set(enrolled) == {later.id, more.other.id, tied.abroad.school_class.id}
    assert (await acts(node))[:2] == ["space.archive", "space.renew"]
    await change(node, update(Partnership).values(status=S.SUSPENDED))
    assert refusal(await home.post(f"/api/spaces/{fresh['id']}/renewal")) == (409, "invalid_transition")


async def test_who_reads_the_record_of_a_space(node: Node, tied: Pair, more: More) -> None:
    other, path = await pair(node.database), f"/api/spaces/{tied.space.id}/record"
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        office = await world.school("Office")
        adviser, guest = (
            await world.staff(office, StaffRole.ADVISER),
            await world.staff(tied.home.school, verified=False),
        )
    # A colleague reads it, to enrol a class; they have no way in.
    record = (await (await signed_in(node, more.colleague)).get(path)).json()
    assert record["may"] == ["enrol"]
    assert {each["id"]: each["mine"] for each in record["my_classes"]} == {
        str(tied.home.school_class.id): False,
        str(more.other.id): True,
    }
    stranger = await signed_in(node, other.home.head)
    assert refusal(await stranger.get(path)) == (404, "not_found")
    assert refusal(await stranger.get(f"/api/spaces/{uuid4()}/record")) == (404, "not_found")
    # A guest comes to the space itself, and to no record of it.
    assert refusal(await (await signed_in(node, guest)).get(path)) == (403, "not_allowed")
    for user in (adviser,):
        visitor = await signed_in(node, user)
        assert refusal(await visitor.get(path)) == (404, "not_found")
        await change(
            node,
            insert(Visit).values(
                id=uuid4(),
                partnership_id=tied.partnership.id,
                user_id=user.id,
                space_id=tied.space.id,
                role=VisitRole.ADVISER,
                starts_at=clock.now() - timedelta(hours=1),
                ends_at=clock.now() + timedelta(hours=1),
                invited_by_id=tied.home.teacher.id,
            ),
        )
        record = (await visitor.get(path)).json()
        assert (record["may"], record["my_classes"]) == ([], [])
        for method, end, sent in (("PUT", "/classes", ids([])), ("POST", "/archive", None)):
            refused = await visitor.send(method, f"/api/spaces/{tied.space.id}{end}", sent)
            assert refused.status_code in (403, 404), end
    await change(
        node,
        insert(Ban).values(
            id=uuid4(),
            partnership_id=tied.partnership.id,
            user_id=more.colleague.id,
            reason="",
            banned_at=clock.now(),
        ),
    )
    banned = await signed_in(node, more.colleague)
    assert refusal(await banned.get(path)) == (403, "removed")
    assert refusal(await banned.send("PUT", f"/api/spaces/{tied.space.id}/classes", ids([more.other]))) == (
        403,
        "not_allowed",
    )
    # Whoever had a part in it reads on when the partnership has ended, and can do nothing.
    await change(node, update(Partnership).values(status=S.ENDED))
    head = await signed_in(node, tied.home.head)
    assert (await head.get(path)).json()["may"] == []
    assert refusal(await head.post(f"/api/spaces/{tied.space.id}/archive")) == (409, "invalid_transition")


async def test_who_only_keeps_the_record_is_shown_no_way_in(node: Node, tied: Pair) -> None:
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        office = await World(uow.session).staff(tied.home.school, StaffRole.ADMINISTRATOR)
    for user, mine in ((office, False), (tied.home.teacher, True), (tied.home.head, True)):
        visitor = await signed_in(node, user)
        record = (await visitor.get(f"/api/spaces/{tied.space.id}/record")).json()
        detail = (await visitor.get(f"/api/partnerships/{tied.partnership.id}")).json()
        assert record["mine"] is mine
        assert {each["mine"] for each in detail["spaces"]} == {mine}
        seen = await visitor.get(f"/api/spaces/{tied.space.id}/attendance")
        assert seen.status_code == (200 if mine else 404)


async def test_a_longer_record_costs_no_more_queries(node: Node, tied: Pair) -> None:
    visitor, counts = await signed_in(node, tied.home.teacher), []
    for _ in range(2):
        for path in (f"/api/spaces/{tied.space.id}/record", "/api/today"):
            with counted(node.database) as statements:
                assert (await visitor.get(path)).status_code == 200
            counts.append(len([each for each in statements if each.startswith("SELECT")]))
        async with UnitOfWork(node.database, InProcessBus()) as uow:
            world = World(uow.session)
            for _ in range(5):
                school_class = await world.school_class(tied.home.school, tied.home.teacher)
                await world.space(tied.partnership, school_class)
                await world.add(
                    Enrolment(space_id=tied.space.id, class_id=school_class.id, enrolled_at=clock.now())
                )
    assert counts[:2] == counts[2:]


# --- what waits


async def duties(visitor: Visitor) -> dict[str, tuple[int, list[str]]]:
    waiting = (await visitor.get("/api/today")).json()["duties"]
    return {
        each["code"]: (each["count"], [thing["id"] for thing in each["things"]])
        for each in [*waiting["to_decide"], *waiting["to_sign"]]
    }


async def test_what_waits_is_shown_to_those_who_decide_it(node: Node, tied: Pair, more: More) -> None:
    now = clock.now()
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        # A cluster that asks the home school, one that the home school coordinates, and a request.
        far = await world.school("Cape Coast", "GH")
        chief = await world.staff(far, StaffRole.TEACHER)
        asking = await world.partnership(
            tied.programme,
            far,
            invited=[tied.home.school],
            kind=PartnershipKind.CLUSTER,
            status=S.PROPOSED,
            coordinators=[chief],
        )
        await world.partnership(tied.programme, far, invited=[tied.home.school], status=S.DRAFT)
        cluster = await world.partnership(
            tied.programme,
            tied.home.school,
            tied.abroad.school,
            kind=PartnershipKind.CLUSTER,
            coordinators=[tied.home.teacher],
        )
        for name in ("Beech", "Elm"):
            school = await world.school(name)
            await world.add(
                JoinRequest(
                    partnership_id=cluster.id,
                    school_id=school.id,
                    message="",
                    asked_at=now,
                    asked_by_id=chief.id,
                )
            )
        request = await world.add(
            PartnerRequest(
                from_school_id=far.id,
                to_school_id=tied.home.school.id,
                programme_id=tied.programme.id,
                kind=PartnershipKind.ONE_TO_ONE,
                offers="a",
                looks_for="b",
                asked_by_id=chief.id,
                asked_at=now,
            )
        )
        version = await world.add(
            AgreementVersion(
                partnership_id=tied.partnership.id,
                number=1,
                text={},
                digest="d",
                status=VersionStatus.PROPOSED,
                review_on=now.date(),
                expires_on=(now + timedelta(days=90)).date(),
                proposed_at=now,
                proposed_by_id=tied.abroad.teacher.id,
            )
        )
    head, teacher = await signed_in(node, tied.home.head), await signed_in(node, tied.home.teacher)
    pair_id, answer = str(tied.partnership.id), (1, [str(request.id)])
    assert await duties(head) == {
        "accept_invitation": (1, [str(asking.id)]),
        "answer_partner_request": answer,
        "agree": (1, [pair_id]),
        "sign": (1, [pair_id]),
    }
    assert await duties(teacher) == {
        "decide_join_request": (2, [str(cluster.id)]),
        "answer_partner_request": answer,
        "agree": (1, [pair_id]),
    }
    decided = (await teacher.get("/api/today")).json()["duties"]["to_decide"]
    names = {each["code"]: [thing["name"] for thing in each["things"]] for each in decided}
    assert names == {"decide_join_request": [cluster.name], "answer_partner_request": [far.name]}
    assert await duties(await signed_in(node, more.colleague)) == {"answer_partner_request": answer}
    for user in (more.administrator, tied.home.safeguarding, more.unverified, tied.abroad.safeguarding):
        assert await duties(await signed_in(node, user)) == {}, user.name
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    assert await duties(student) == {}

    # A delegate decides in the coordinator's place; what was given no longer waits.
    await change(
        node,
        insert(Delegation).values(
            id=uuid4(),
            partnership_id=cluster.id,
            user_id=more.colleague.id,
            duty=Duty.INVITE_SCHOOLS,
            granted_by_id=tied.home.teacher.id,
            granted_at=now,
            until=now + timedelta(hours=1),
        ),
        *(
            insert(Assent).values(
                id=uuid4(),
                version_id=version.id,
                school_id=tied.home.school.id,
                user_id=tied.home.head.id,
                kind=kind,
                given_at=now,
                digest="d",
            )
            for kind in AssentKind
        ),
        update(PartnerRequest).values(status="declined"),
    )
    assert await duties(head) == {"accept_invitation": (1, [str(asking.id)])}
    assert await duties(await signed_in(node, more.colleague)) == {
        "decide_join_request": (2, [str(cluster.id)])
    }
    assert (await duties(await signed_in(node, tied.abroad.head))).keys() == {"agree", "sign"}


async def test_many_things_that_wait_cost_no_more_queries(node: Node, tied: Pair) -> None:
    visitor, counts = await signed_in(node, tied.home.head), []
    waiting: dict[str, tuple[int, list[str]]] = {}
    for _ in range(2):
        async with UnitOfWork(node.database, InProcessBus()) as uow:
            world = World(uow.session)
            for _ in range(12):
                far = await world.school("Cape Coast", "GH")
                await world.partnership(
                    tied.programme,
                    far,
                    invited=[tied.home.school],
                    kind=PartnershipKind.CLUSTER,
                    status=S.PROPOSED,
                )
        with counted(node.database) as statements:
            waiting = await duties(visitor)
        counts.append(len([each for each in statements if each.startswith("SELECT")]))
    assert waiting["accept_invitation"][0] == 24
    assert len(waiting["accept_invitation"][1]) == 20
    assert counts[0] == counts[1]


async def test_a_school_that_came_later_signs_what_is_in_force(node: Node, tied: Pair) -> None:
    now = clock.now()
    await change(
        node,
        insert(AgreementVersion).values(
            id=uuid4(),
            partnership_id=tied.partnership.id,
            number=1,
            text={},
            digest="d",
            status=VersionStatus.IN_FORCE,
            review_on=now.date(),
            expires_on=(now + timedelta(days=90)).date(),
            proposed_at=now,
            proposed_by_id=tied.home.teacher.id,
            in_force_at=now,
        ),
        insert(StaffPost).values(id=uuid4(), user_id=tied.abroad.teacher.id, role=StaffRole.HEADTEACHER),
    )
    assert (await duties(await signed_in(node, tied.abroad.head))).keys() == {"sign"}


async def test_who_leads_spaces_lets_students_work_alone(node: Node, tied: Pair, more: More) -> None:
    path = f"/api/spaces/{tied.space.id}/working-alone"
    lead = await signed_in(node, tied.home.teacher)  # also the coordinator
    heard: list[AccessChanged] = []
    node.bus.subscribe(lambda event: heard.append(event) if isinstance(event, AccessChanged) else None)
    for on in (False, False, True):
        answer = await lead.send("PUT", path, {"on": on})
        assert answer.status_code == 200, answer.text
        assert answer.json()["works_alone"] is on
    assert [each.space_ids for each in heard] == [{tied.space.id}] * 2  # nothing changed the second time
    async with node.database.read() as session:
        acts = await session.scalars(
            select(AuditEntry.after).where(AuditEntry.act == "space.works_alone").order_by(AuditEntry.seq)
        )
        assert acts.all() == [{"works_alone": False}, {"works_alone": True}]
    for user in (tied.home.head, tied.abroad.safeguarding):
        other = await signed_in(node, user)
        assert refusal(await other.send("PUT", path, {"on": True})) == (403, "not_allowed")
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    assert refusal(await student.send("PUT", path, {"on": True})) == (403, "not_allowed")
