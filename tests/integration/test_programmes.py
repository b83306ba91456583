"""Programmes: who reads and edits them, what a preview says, and what an edit suspends."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx2
import msgspec
import pytest
from sqlalchemy import func, select, update

from server.accounts.models import StaffRole, User
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.db import Database, UnitOfWork
from server.errors import Invalid
from server.events import AccessChanged
from server.partnerships.models import Partnership, PartnershipKind, PartnershipStatus
from server.programmes import service
from server.programmes.models import Programme
from server.programmes.rules import DEFAULT_ROLES, ProgrammeRules, RolePowers
from server.programmes.shipped import SHIPPED
from server.schools.models import School, SchoolKind
from tests.factories import Pair, World, pair
from tests.nodes import Node, Visitor, refusal, signed_in
from tests.queries import counted


async def officer_of(database: Database, *programmes: Programme, verified: bool = True) -> User:
    """An officer of a new office that runs these programmes."""
    async with UnitOfWork(database, InProcessBus()) as uow:
        world = World(uow.session)
        office = await world.school("The office", "GB")
        await uow.session.execute(
            update(School).where(School.id == office.id).values(kind=SchoolKind.OFFICE)
        )
        await uow.session.execute(
            update(Programme)
            .where(Programme.id.in_([each.id for each in programmes]))
            .values(office_id=office.id)
        )
        return await world.staff(office, StaffRole.PROGRAMME_OFFICER, verified=verified)


def rules(**changes: Any) -> dict[str, Any]:
    return msgspec.to_builtins(ProgrammeRules(**{"home_country": "GB", **changes}))


async def stored(node: Node, programme_id: UUID) -> Programme:
    async with node.database.read() as session:
        return await session.get_one(Programme, programme_id)


async def status_of(node: Node, partnership_id: UUID) -> tuple[PartnershipStatus, str]:
    async with node.database.read() as session:
        record = await session.get_one(Partnership, partnership_id)
        return record.status, record.status_reason


async def log(node: Node, act: str) -> list[AuditEntry]:
    async with node.database.read() as session:
        found = await session.scalars(
            select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.seq)
        )
        return list(found)


async def preview(visitor: Visitor, programme_id: UUID, wanted: dict[str, Any]) -> httpx2.Response:
    return await visitor.post(f"/api/programmes/{programme_id}/preview", {"rules": wanted})


async def edit(
    visitor: Visitor, programme_id: UUID, wanted: dict[str, Any], digest: str, version: int = 1,
    name: str = "Renamed",
) -> httpx2.Response:
    return await visitor.send(
        "PUT", f"/api/programmes/{programme_id}",
        {"version": version, "name": name, "rules": wanted, "digest": digest},
    )


async def previewed(visitor: Visitor, programme_id: UUID, wanted: dict[str, Any]) -> str:
    return (await preview(visitor, programme_id, wanted)).json()["digest"]


async def test_shipped_programmes_are_put_in_once_and_hold_together(database: Database) -> None:
    for _ in range(2):
        async with UnitOfWork(database, InProcessBus()) as uow:
            await service.ship(uow.session)
    async with database.read() as session:
        found = {each.slug: each for each in await service.every(session)}
    assert found.keys() == SHIPPED.keys()
    for slug, (name, wanted) in SHIPPED.items():
        assert found[slug].name == name
        assert service.rules_of(found[slug]) == wanted
        assert found[slug].office_id is None
        service.check(wanted)


async def test_shipping_leaves_an_edited_programme_alone(database: Database) -> None:
    async with UnitOfWork(database, InProcessBus()) as uow:
        uow.session.add(Programme(slug="south-south", name="Ours", rules=rules()))
    async with UnitOfWork(database, InProcessBus()) as uow:
        await service.ship(uow.session)
    async with database.read() as session:
        assert {each.slug: each.name for each in await service.every(session)}["south-south"] == "Ours"


async def test_every_member_of_staff_reads_programmes_and_no_student(node: Node) -> None:
    tied = await pair(node.database)
    officer = await officer_of(node.database, tied.programme)
    for user, can_edit in ((tied.abroad.teacher, False), (officer, True)):
        visitor = await signed_in(node, user)
        (item,) = (await visitor.get("/api/programmes")).json()["items"]
        assert (item["id"], item["home_country"], item["can_edit"]) == (
            str(tied.programme.id), "GB", can_edit
        )
        detail = (await visitor.get(f"/api/programmes/{tied.programme.id}")).json()
        assert (detail["version"], detail["rules"]) == (1, rules())
        assert refusal(await visitor.get(f"/api/programmes/{uuid4()}")) == (404, "not_found")
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    for path in ("/api/programmes", f"/api/programmes/{tied.programme.id}"):
        assert refusal(await student.get(path)) == (403, "not_allowed")
    assert refusal(await preview(student, tied.programme.id, rules())) == (403, "not_allowed")
    assert refusal(await edit(student, tied.programme.id, rules(), "0" * 64)) == (403, "not_allowed")


async def test_only_verified_officers_of_its_office_preview_and_edit(node: Node) -> None:
    tied, other = await pair(node.database), await pair(node.database)
    mine = await officer_of(node.database, tied.programme)
    theirs = await officer_of(node.database, other.programme)
    unverified = await officer_of(node.database, other.programme, verified=False)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        office = await uow.session.get_one(School, mine.school_id)
        adviser = await World(uow.session).staff(office, StaffRole.ADVISER)
    for user in (theirs, adviser, tied.home.head, tied.home.teacher):
        visitor = await signed_in(node, user)
        assert refusal(await preview(visitor, tied.programme.id, rules())) == (403, "not_allowed")
        assert refusal(await edit(visitor, tied.programme.id, rules(), "0" * 64)) == (403, "not_allowed")
    visitor = await signed_in(node, unverified)
    assert refusal(await preview(visitor, other.programme.id, rules())) == (403, "not_allowed")
    assert refusal(await edit(visitor, other.programme.id, rules(), "0" * 64)) == (403, "not_allowed")
    visitor = await signed_in(node, mine)
    assert refusal(await preview(visitor, uuid4(), rules())) == (404, "not_found")
    assert refusal(await edit(visitor, uuid4(), rules(), "0" * 64)) == (404, "not_found")
    assert (await stored(node, tied.programme.id)).version == 1


async def test_a_preview_says_what_would_fail_and_an_edit_suspends_it(node: Node) -> None:
    tied, other = await pair(node.database), await pair(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        lonely = await world.partnership(tied.programme, tied.home.school, status=PartnershipStatus.DRAFT)
        await world.partnership(tied.programme, tied.home.school, status=PartnershipStatus.ENDED)
    officer = await signed_in(node, await officer_of(node.database, tied.programme, other.programme))
    wanted = rules(participating_countries=["GH"])
    seen = (await preview(officer, tied.programme.id, wanted)).json()
    assert [(each["id"], [rule["code"] for rule in each["failing"]]) for each in seen["would_fail"]] == [
        (str(tied.partnership.id), ["one_partner_abroad"])
    ]
    assert [each["id"] for each in seen["fail_already"]] == [str(lonely.id)]
    assert await status_of(node, tied.partnership.id) == (PartnershipStatus.ACTIVE, "")
    assert (await stored(node, tied.programme.id)).rules == rules()

    events: list[Any] = []
    node.bus.subscribe(events.append)
    done = await edit(officer, tied.programme.id, wanted, seen["digest"])
    assert done.status_code == 200
    assert (done.json()["version"], done.json()["name"], done.json()["rules"]) == (2, "Renamed", wanted)
    status, reason = await status_of(node, tied.partnership.id)
    assert status is PartnershipStatus.SUSPENDED
    assert "participating country abroad" in reason
    assert events == [AccessChanged(space_ids=frozenset({tied.space.id, tied.staff_room.id}))]
    assert (await status_of(node, other.partnership.id))[0] is PartnershipStatus.ACTIVE  # another programme
    assert (await status_of(node, lonely.id))[0] is PartnershipStatus.DRAFT
    (entry,) = await log(node, "programme.edit")
    assert (entry.subject_id, entry.before["rules"], entry.after["rules"]) == (
        tied.programme.id, rules(), wanted
    )
    assert [each.partnership_id for each in await log(node, "partnership.suspend")] == [tied.partnership.id]

    back = await preview(officer, tied.programme.id, rules())
    assert (back.json()["would_fail"], back.json()["would_mend"]) == ([], 1)


async def test_an_edit_needs_the_version_that_was_read_and_the_preview_that_holds_now(node: Node) -> None:
    tied = await pair(node.database)
    officer = await signed_in(node, await officer_of(node.database, tied.programme))
    wanted = rules(participating_countries=["GH"])
    digest = await previewed(officer, tied.programme.id, wanted)
    assert refusal(await edit(officer, tied.programme.id, wanted, "0" * 64)) == (409, "preview_first")
    # The digest belongs to these rules and to no others.
    other = rules(participating_countries=["FR"])
    assert refusal(await edit(officer, tied.programme.id, other, digest)) == (409, "preview_first")
    assert refusal(await edit(officer, tied.programme.id, wanted, digest, version=2)) == (
        409, "changed_meanwhile"
    )
    # Another partnership would fail by now.
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        late = await World(uow.session).partnership(
            tied.programme, tied.home.school, tied.abroad.school,
            coordinators=[tied.home.teacher, tied.abroad.teacher],
        )
    assert refusal(await edit(officer, tied.programme.id, wanted, digest)) == (409, "preview_first")
    assert (await stored(node, tied.programme.id)).version == 1
    assert (await status_of(node, late.id))[0] is PartnershipStatus.ACTIVE
    assert await log(node, "programme.edit") == []
    digest = await previewed(officer, tied.programme.id, wanted)
    assert (await edit(officer, tied.programme.id, wanted, digest)).status_code == 200
    assert (await status_of(node, late.id))[0] is PartnershipStatus.SUSPENDED
    assert refusal(await edit(officer, tied.programme.id, wanted, digest)) == (409, "changed_meanwhile")


async def test_of_two_edits_at_once_one_wins(node: Node) -> None:
    tied = await pair(node.database)
    officer = await officer_of(node.database, tied.programme)
    visitors = [await signed_in(node, officer) for _ in range(3)]
    wanted = [rules(cluster_min_schools=size) for size in (5, 6, 7)]
    digests = [await previewed(visitors[0], tied.programme.id, each) for each in wanted]
    answers = await asyncio.gather(
        *(edit(visitor, tied.programme.id, each, digest)
          for visitor, each, digest in zip(visitors, wanted, digests, strict=True))
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {(409, "changed_meanwhile")}
    (won,) = [each.json() for each in answers if each.status_code == 200]
    assert (await stored(node, tied.programme.id)).rules == won["rules"]
    assert len(await log(node, "programme.edit")) == 1


async def _resume(visitor: Visitor, partnership_id: UUID) -> httpx2.Response:
    return await visitor.post(f"/api/partnerships/{partnership_id}/moves", {"move": "resume"})


async def test_whoever_moves_while_a_programme_is_edited_never_leaves_an_active_one_that_fails(
    node: Node,
) -> None:
    for _ in range(4):
        tied: Pair = await pair(node.database, status=PartnershipStatus.SUSPENDED)
        officer = await signed_in(node, await officer_of(node.database, tied.programme))
        head = await signed_in(node, tied.home.head)
        wanted = rules(participating_countries=["GH"])
        digest = await previewed(officer, tied.programme.id, wanted)
        edited, resumed = await asyncio.gather(
            edit(officer, tied.programme.id, wanted, digest), _resume(head, tied.partnership.id)
        )
        status, _ = await status_of(node, tied.partnership.id)
        if edited.status_code == 200:
            assert status is PartnershipStatus.SUSPENDED
        else:  # the other one was first, and the preview no longer holds
            assert refusal(edited) == (409, "preview_first")
            assert (resumed.status_code, status) == (200, PartnershipStatus.ACTIVE)


WRONG: list[dict[str, Any]] = [
    {"participating_countries": ["KE", "GB"]},
    {"participating_countries": ["KE", "KE"]},
    {"participating_countries": ["XX"]},
    {"home_country": "ZZ"},
    {"kinds": ["cluster", "cluster"]},
    {"cluster_min_schools": 1, "cluster_min_overseas": 0},
    {"cluster_min_schools": 4, "cluster_min_home": 3, "cluster_min_overseas": 2},
    {"grants": [{"code": "a", "name": "A", "kind": "cluster", "currency": "GBP", "cap": 1}] * 2},
    {"grants": [{"code": "a", "name": "A", "kind": "cluster", "currency": "GBP", "cap": 1,
                 "cap_per_school": 2}]},
    {"roles": {"lead": {"invites": False}}},
    {"roles": {}},
]


@pytest.mark.parametrize("part", WRONG, ids="-".join)
def test_rules_that_contradict_themselves_are_refused(part: dict[str, Any]) -> None:
    wanted = msgspec.convert({**rules(), **part}, ProgrammeRules)
    with pytest.raises(Invalid) as refused:
        service.check(wanted)
    assert refused.value.extra["field"] in ProgrammeRules.__struct_fields__


def test_rules_that_hold_together_are_not_refused() -> None:
    service.check(ProgrammeRules(home_country="KE", cluster_min_schools=2, cluster_min_home=1))
    service.check(ProgrammeRules(home_country="BR", roles={**DEFAULT_ROLES, **{
        role: RolePowers(invites=True) for role in DEFAULT_ROLES
    }}))


async def test_wrong_rules_change_nothing_over_http(node: Node) -> None:
    tied = await pair(node.database)
    officer = await signed_in(node, await officer_of(node.database, tied.programme))
    path = f"/api/programmes/{tied.programme.id}"
    bad = [*({**rules(), **part} for part in WRONG), {**rules(), "extra": 1},
           {**rules(), "home_country": "gb"}, {**rules(), "cluster_min_schools": -1}, {}]
    for each in bad:
        assert refusal(await preview(officer, tied.programme.id, each)) == (400, "invalid"), each
        assert refusal(await edit(officer, tied.programme.id, each, "0" * 64)) == (400, "invalid"), each
        new = {"slug": "new", "name": "New", "rules": each}
        assert refusal(await officer.post("/api/programmes", new)) == (400, "invalid"), each
    digest = await previewed(officer, tied.programme.id, rules())
    assert refusal(await edit(officer, tied.programme.id, rules(), digest, name="  ")) == (400, "invalid")
    assert (await officer.get(path)).json()["version"] == 1


async def test_officers_add_programmes_of_their_own_office_each_short_name_once(node: Node) -> None:
    tied = await pair(node.database)
    officer = await officer_of(node.database, tied.programme)
    visitors = [await signed_in(node, officer) for _ in range(3)]
    new = {"slug": "south-south", "name": " South-South ", "rules": rules(home_country="KE")}
    answers = await asyncio.gather(*(visitor.post("/api/programmes", new) for visitor in visitors))
    assert sorted(each.status_code for each in answers) == [201, 409, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {(409, "slug_taken")}
    (made,) = [each.json() for each in answers if each.status_code == 201]
    assert (made["name"], made["office_id"], made["can_edit"]) == (
        "South-South", str(officer.school_id), True
    )
    (entry,) = await log(node, "programme.create")
    assert str(entry.subject_id) == made["id"]
    head = await signed_in(node, tied.home.head)
    assert refusal(await head.post("/api/programmes", {**new, "slug": "mine"})) == (403, "not_allowed")
    for slug in ("", "A", "a b", "-a", "a" * 65):
        assert refusal(await visitors[0].post("/api/programmes", {**new, "slug": slug})) == (400, "invalid")
    async with node.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Programme)) == 2


async def test_a_preview_costs_as_many_queries_for_thirty_partnerships_as_for_one(node: Node) -> None:
    tied = await pair(node.database)
    officer = await signed_in(node, await officer_of(node.database, tied.programme))
    wanted = rules(participating_countries=["GH"])
    with counted(node.app.state.database) as one:
        assert len((await preview(officer, tied.programme.id, wanted)).json()["would_fail"]) == 1
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        for _ in range(29):
            await World(uow.session).partnership(
                tied.programme, tied.home.school, tied.abroad.school,
                coordinators=[tied.home.teacher, tied.abroad.teacher], kind=PartnershipKind.ONE_TO_ONE,
            )
    with counted(node.app.state.database) as thirty:
        assert len((await preview(officer, tied.programme.id, wanted)).json()["would_fail"]) == 30
    assert len(thirty) == len(one)
