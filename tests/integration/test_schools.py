"""Schools: who finds, registers, verifies and describes them, and what follows; their calendars; offices."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from click.testing import CliRunner, Result
from litestar.cli._utils import LitestarEnv, LitestarGroup
from sqlalchemy import delete, insert, select, update

from server import clock
from server.accounts.models import StaffPost, StaffRole, User
from server.accounts.service import SignedIn
from server.app import create_app
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.cli import OperatorCommands
from server.config import Settings
from server.db import Database, UnitOfWork
from server.events import AccessChanged
from server.partnerships import moves
from server.partnerships.models import (
    MemberRole,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipStatus,
)
from server.programmes.models import Programme
from server.schools import service
from server.schools.models import Phase, School, SchoolDate, SchoolKind
from server.schools.service import Filters
from tests.factories import Pair, World, cluster, pair
from tests.nodes import Node, refusal, signed_in
from tests.queries import counted

PROFILE: dict[str, Any] = {
    "name": "École Fénelon", "short_name": "Fénelon", "town": "Kisumu", "latitude": -0.10221,
    "longitude": 34.76171, "timezone": "Africa/Nairobi", "phase": "secondary", "funding": "independent",
    "youngest": 11, "oldest": 18, "internet": "poor", "experience": "some", "offers": "A choir.",
    "looks_for": "A school by a lake.", "languages": ["sw", "en"], "interests": ["music", "science"],
    "priorities": ["visits"],
}
ADMINISTRATOR = {"name": "Amina Odhiambo", "email": "amina@fenelon.example"}
NEW = {"country": "KE", "profile": PROFILE, "administrator": ADMINISTRATOR}


async def officer_of(
    database: Database, *programmes: Programme, posts: Sequence[StaffRole] = (StaffRole.PROGRAMME_OFFICER,),
    verified: bool = True,
) -> User:
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
        return await world.staff(office, *posts, verified=verified)


async def programme(database: Database, **rules: Any) -> Programme:
    async with UnitOfWork(database, InProcessBus()) as uow:
        return await World(uow.session).programme(**rules)


async def add_staff(database: Database, school: School, *posts: StaffRole, verified: bool = True) -> User:
    async with UnitOfWork(database, InProcessBus()) as uow:
        return await World(uow.session).staff(school, *posts, verified=verified)


async def add_school(database: Database, name: str, country: str = "GB", *, verified: bool = True) -> School:
    async with UnitOfWork(database, InProcessBus()) as uow:
        school = await World(uow.session).school(name, country)
        if not verified:
            school.verified_at = None
        return school


async def change(database: Database, statement: Any) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(statement)


async def acts(database: Database) -> list[AuditEntry]:
    async with database.read() as session:
        return list(await session.scalars(select(AuditEntry).order_by(AuditEntry.seq)))


async def stored(database: Database, school_id: UUID) -> School:
    async with database.read() as session:
        return await session.get_one(School, school_id)


def signed(user: User, *posts: StaffRole) -> SignedIn:
    return SignedIn(user.id, uuid4(), user.kind, user.school_id, frozenset(posts))


def names(answer: httpx2.Response) -> list[str]:
    return [each["name"] for each in answer.json()["items"]]


# Registering


async def test_an_officer_registers_a_school_and_its_administrator(node: Node) -> None:
    officer = await officer_of(node.database, await programme(node.database, participating_countries=["KE"]))
    visitor = await signed_in(node, officer)
    made = await visitor.post("/api/schools", NEW)
    assert made.status_code == 201
    school = made.json()["school"]
    assert made.json()["welcome_path"].startswith("/welcome#")
    token = made.json()["welcome_path"].removeprefix("/welcome#")
    assert len(token) >= 32
    assert school["profile"] == {**PROFILE, "latitude": -0.1, "longitude": 34.76}
    assert (school["country"], school["verified_at"]) == ("KE", None)
    assert school["staffing"] == {"staff": 1, "has_headteacher": False, "has_safeguarding_lead": False}
    assert (school["can_edit"], school["can_verify"]) == (False, True)
    row = await stored(node.database, UUID(school["id"]))
    assert (row.search_text, row.kind) == ("ecole fenelon kisumu ke", SchoolKind.SCHOOL)
    entries = await acts(node.database)
    assert entries[0].act == "school.register"
    assert (entries[0].actor_id, entries[0].school_id) == (officer.id, row.id)
    assert all(token not in str(each.after) and "Amina" not in str(each.after) for each in entries)
    async with node.database.read() as session:
        person = await session.scalar(select(User).where(User.school_id == row.id))
        assert person is not None and person.email == ADMINISTRATOR["email"]
        posts = list(await session.scalars(select(StaffPost.role).where(StaffPost.user_id == person.id)))
        assert posts == [StaffRole.ADMINISTRATOR]


async def test_registering_is_for_verified_officers_and_countries_of_their_own_programmes(node: Node) -> None:
    kenya = await programme(node.database, participating_countries=["KE"])
    ghana = await programme(node.database, participating_countries=["GH"])
    tied = await pair(node.database)
    refused = [
        await officer_of(node.database, ghana),
        await officer_of(node.database),
        await officer_of(node.database, kenya, verified=False),
        await officer_of(node.database, kenya, posts=[StaffRole.ADVISER]),
        tied.home.head,
        await add_staff(node.database, tied.home.school, StaffRole.ADMINISTRATOR),
    ]
    for user in refused:
        visitor = await signed_in(node, user)
        assert refusal(await visitor.post("/api/schools", NEW)) == (403, "not_allowed")
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    assert refusal(await student.post("/api/schools", NEW)) == (403, "not_allowed")
    async with node.database.read() as session:
        assert await session.scalar(select(School.id).where(School.name == PROFILE["name"])) is None
    # A programme without a list is open to every country.
    anywhere = await signed_in(node, await officer_of(node.database, await programme(node.database)))
    assert (await anywhere.post("/api/schools", {**NEW, "country": "BR"})).status_code == 201


WRONG: list[dict[str, Any]] = [
    {"name": ""}, {"name": "  "}, {"name": "x" * 161}, {"short_name": "x" * 25}, {"timezone": "Mars/Base"},
    {"timezone": "../etc/passwd"}, {"youngest": 12, "oldest": 11}, {"youngest": 1}, {"oldest": 26},
    {"latitude": None}, {"latitude": 91, "longitude": 0}, {"languages": []},
    {"languages": ["en", "en"]}, {"languages": ["English"]}, {"languages": ["en\n"]},
    {"interests": ["gossip"]},
    {"interests": ["music", "music"]}, {"priorities": ["music"]}, {"offers": "x" * 1001},
    {"phase": "nursery"},
    {"funding": "none"}, {"internet": "fast"}, {"country": "KE"}, {"verified_at": "2026-01-01T00:00:00Z"},
    {"kind": "office"},
]


async def test_a_profile_that_does_not_fit_is_refused_and_nothing_changes(node: Node) -> None:
    tied = await pair(node.database)
    officer = await signed_in(node, await officer_of(node.database, tied.programme))
    head = await signed_in(node, tied.home.head)
    for part in WRONG:
        body = {**PROFILE, **part}
        assert refusal(await officer.post("/api/schools", {**NEW, "profile": body})) == (400, "invalid"), part
        answer = await head.send("PUT", f"/api/schools/{tied.home.school.id}", body)
        assert refusal(answer) == (400, "invalid"), part
    for part in ({"country": "XX"}, {"country": "ke"}, {"country": "GB\n"}, {"extra": 1},
                 {"administrator": {}}, {"administrator": {"name": "A", "email": "no address"}}):
        assert refusal(await officer.post("/api/schools", {**NEW, **part})) == (400, "invalid"), part
    taken = {"name": "A", "email": (tied.home.head.email or "").upper()}
    refused = await officer.post("/api/schools", {**NEW, "administrator": taken})
    assert refusal(refused) == (409, "email_taken")
    async with node.database.read() as session:
        assert set(await session.scalars(select(School.name))) == {"Willow", "Nakuru Hill", "The office"}
    assert await acts(node.database) == []


# Profiles


async def test_administrator_and_headteacher_describe_their_own_school_and_nobody_else(node: Node) -> None:
    tied = await pair(node.database)
    path = f"/api/schools/{tied.home.school.id}"
    others = [tied.home.teacher, tied.home.safeguarding, tied.abroad.head,
              await officer_of(node.database, tied.programme),
              await add_staff(node.database, tied.home.school, StaffRole.HEADTEACHER, verified=False)]
    for user in others:
        visitor = await signed_in(node, user)
        assert refusal(await visitor.send("PUT", path, PROFILE)) == (403, "not_allowed")
        assert refusal(await visitor.send("PUT", f"/api/schools/{uuid4()}", PROFILE)) == (403, "not_allowed")
    office = await signed_in(node, others[3])
    assert refusal(await office.send("PUT", f"/api/schools/{others[3].school_id}", PROFILE)) == (
        403, "not_allowed"
    )
    assert (await stored(node.database, tied.home.school.id)).name == "Willow"
    for user in (tied.home.head, await add_staff(node.database, tied.home.school, StaffRole.ADMINISTRATOR)):
        visitor = await signed_in(node, user)
        for body in (PROFILE, {**PROFILE, "interests": ["science", "music", "art"], "name": "Fenelon"}):
            changed = await visitor.send("PUT", path, body)
            assert changed.status_code == 200
            assert changed.json()["profile"] == {**body, "latitude": -0.1, "longitude": 34.76}
            assert changed.json()["can_edit"] is True
    seen = await (await signed_in(node, tied.abroad.teacher)).get(path)
    assert seen.json()["profile"]["interests"] == ["science", "music", "art"]
    assert (seen.json()["can_edit"], seen.json()["can_verify"]) == (False, False)
    assert seen.json()["country"] == "GB"


async def test_the_log_names_what_changed_and_keeps_no_sentences(node: Node) -> None:
    tied = await pair(node.database)
    head = await signed_in(node, tied.home.head)
    path = f"/api/schools/{tied.home.school.id}"
    await head.send("PUT", path, PROFILE)
    await head.send("PUT", path, PROFILE)  # nothing changes
    await head.send("PUT", path, {**PROFILE, "offers": "Secret words about Ann.", "internet": "good"})
    first, second = await acts(node.database)
    assert first.act == second.act == "school.change_profile"
    assert first.before["languages"] == ["en"]
    assert first.after["languages"] == ["sw", "en"]
    assert (second.before, second.after) == ({"internet": "poor"}, {"internet": "good", "texts": ["offers"]})
    assert "lake" not in str(first.after)


async def test_a_profile_names_nobody(node: Node) -> None:
    tied = await pair(node.database)
    await change(node.database, update(User).where(User.id == tied.home.safeguarding.id)
                 .values(disabled_at=clock.now()))
    visitor = await signed_in(node, tied.abroad.teacher)
    seen = await visitor.get(f"/api/schools/{tied.home.school.id}")
    assert seen.json()["staffing"] == {"staff": 2, "has_headteacher": True, "has_safeguarding_lead": False}
    assert "Staff " not in seen.text
    assert "@" not in seen.text


async def test_who_sees_a_school_that_is_not_verified(node: Node) -> None:
    tied = await pair(node.database)
    waiting = await add_school(node.database, "Waiting", "GH", verified=False)
    own = await add_staff(node.database, waiting, StaffRole.TEACHER)
    ghana = await programme(node.database, participating_countries=["GH"])
    france = await programme(node.database, participating_countries=["FR"])
    covering, far = await officer_of(node.database, ghana), await officer_of(node.database, france)
    adviser = await officer_of(node.database, posts=[StaffRole.ADVISER])
    paths = [f"/api/schools/{waiting.id}{end}" for end in ("", "/calendar", "/public-holidays?year=2026")]
    for user in (own, covering):
        visitor = await signed_in(node, user)
        assert [(await visitor.get(path)).status_code for path in paths] == [200] * 3
    for user in (tied.home.head, far, adviser):
        visitor = await signed_in(node, user)
        for path in paths:
            assert refusal(await visitor.get(path)) == (404, "not_found")
        assert (await visitor.get(f"/api/schools/{tied.abroad.school.id}")).status_code == 200
        assert refusal(await visitor.get(f"/api/schools/{covering.school_id}")) == (404, "not_found")
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    for path in (*paths, "/api/schools", "/api/vocabulary"):
        assert refusal(await student.get(path)) == (403, "not_allowed")


# Verification


async def test_an_officer_verifies_a_school_once(node: Node) -> None:
    tied = await pair(node.database)
    waiting = await add_school(node.database, "Waiting", "KE", verified=False)
    kenya = await programme(node.database, participating_countries=["KE"])
    officer = await officer_of(node.database, kenya)
    far = await officer_of(node.database, await programme(node.database, participating_countries=["FR"]))
    path = f"/api/schools/{waiting.id}/verification"
    for user, answer in ((tied.home.head, (403, "not_allowed")), (far, (404, "not_found"))):
        visitor = await signed_in(node, user)
        assert refusal(await visitor.post(path)) == answer
        assert refusal(await visitor.delete(path)) == answer
    visitors = [await signed_in(node, officer) for _ in range(3)]
    answers = await asyncio.gather(*(visitor.post(path) for visitor in visitors))
    assert sorted(each.status_code for each in answers) == [200, 409, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {(409, "invalid_transition")}
    (won,) = [each.json() for each in answers if each.status_code == 200]
    assert won["verified_at"] is not None
    assert [(each.act, each.school_id) for each in await acts(node.database)] == [
        ("school.verify", waiting.id)
    ]
    # Verified by now, so the far officer sees it; whether it stays so is not theirs to decide.
    assert refusal(await (await signed_in(node, far)).delete(path)) == (403, "not_allowed")
    office = f"/api/schools/{officer.school_id}/verification"
    assert refusal(await visitors[0].delete(office)) == (404, "not_found")
    assert refusal(await visitors[0].post(f"/api/schools/{uuid4()}/verification")) == (404, "not_found")


async def test_taking_a_verification_back_suspends_the_active_partnerships_of_the_school(node: Node) -> None:
    tied, other = await pair(node.database), await pair(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        left = await World(uow.session).partnership(
            tied.programme, other.home.school, tied.abroad.school, other.abroad.school
        )
        await uow.session.execute(
            update(Membership)
            .where(Membership.partnership_id == left.id, Membership.school_id == tied.abroad.school.id)
            .values(status=MemberStatus.LEFT)
        )
    officer = await signed_in(node, await officer_of(node.database, tied.programme))
    events: list[Any] = []
    node.bus.subscribe(events.append)
    path = f"/api/schools/{tied.abroad.school.id}/verification"
    taken = await officer.delete(path)
    assert (taken.status_code, taken.json()["verified_at"]) == (200, None)
    async with node.database.read() as session:
        status = {each.id: each for each in await session.scalars(select(Partnership))}
    assert status[tied.partnership.id].status is PartnershipStatus.SUSPENDED
    assert "Nakuru Hill" in status[tied.partnership.id].status_reason
    assert status[other.partnership.id].status is PartnershipStatus.ACTIVE
    assert status[left.id].status is PartnershipStatus.ACTIVE  # the school is no longer in it
    assert events == [AccessChanged(space_ids=frozenset({tied.space.id, tied.staff_room.id}))]
    assert [each.act for each in await acts(node.database)] == ["school.unverify", "partnership.suspend"]
    assert refusal(await officer.delete(path)) == (409, "invalid_transition")
    # Verifying again does not resume by itself: that is for the schools to do.
    assert (await officer.post(path)).status_code == 200
    async with node.database.read() as session:
        found = await session.get_one(Partnership, tied.partnership.id)
        assert found.status is PartnershipStatus.SUSPENDED


async def test_a_partnership_that_is_resumed_meanwhile_never_stays_active_with_an_unverified_school(
    node: Node,
) -> None:
    for _ in range(4):
        tied = await pair(node.database, status=PartnershipStatus.SUSPENDED)
        officer = await signed_in(node, await officer_of(node.database, tied.programme))
        head = await signed_in(node, tied.home.head)
        await asyncio.gather(
            officer.delete(f"/api/schools/{tied.abroad.school.id}/verification"),
            head.post(f"/api/partnerships/{tied.partnership.id}/moves", {"move": "resume"}),
        )
        assert (await stored(node.database, tied.abroad.school.id)).verified_at is None
        async with node.database.read() as session:
            found = await session.get_one(Partnership, tied.partnership.id)
            assert found.status is PartnershipStatus.SUSPENDED


async def test_a_school_that_says_yes_meanwhile_never_makes_an_unverified_one_active(
    database: Database,
) -> None:
    """The officer waits for the yes, which is not committed yet, and then sees it."""
    tied = await cluster(database)
    officer = await officer_of(database, tied.programme)
    async with UnitOfWork(database, InProcessBus()) as uow:
        await World(uow.session).add(
            Membership(partnership_id=tied.partnership.id, school_id=tied.outsider.school.id, colour=9,
                       invited_at=clock.now(), role=MemberRole.PARTNER, status=MemberStatus.INVITED)
        )
    said_yes = asyncio.Event()

    async def accept() -> None:
        async with UnitOfWork(database, InProcessBus()) as uow:
            head = signed(tied.outsider.head, StaffRole.HEADTEACHER)
            await moves.make_move(uow, head, tied.partnership.id, "accept", "")
            said_yes.set()
            await asyncio.sleep(0.5)

    async def unverify() -> None:
        await said_yes.wait()
        async with UnitOfWork(database, InProcessBus()) as uow:
            await service.unverify(
                uow, signed(officer, StaffRole.PROGRAMME_OFFICER), tied.outsider.school.id
            )

    await asyncio.gather(accept(), unverify())
    async with database.read() as session:
        found = await session.get_one(Partnership, tied.partnership.id)
        assert found.status is PartnershipStatus.SUSPENDED
        assert "Lyon" in found.status_reason


async def test_a_school_at_work_in_programmes_of_others_is_theirs_to_judge(node: Node) -> None:
    """Whoever can add a programme for a country could else close what every other office runs there."""
    tied = await pair(node.database)
    own = await officer_of(node.database, tied.programme)
    other = await officer_of(node.database, await programme(node.database, participating_countries=["KE"]))
    school = tied.abroad.school
    path = f"/api/schools/{school.id}"
    visitor = await signed_in(node, other)
    assert (await visitor.get(path)).json()["can_verify"] is False
    assert refusal(await visitor.delete(f"{path}/verification")) == (403, "not_allowed")
    assert (await stored(node.database, school.id)).verified_at is not None
    assert await acts(node.database) == []
    assert (await (await signed_in(node, own)).get(path)).json()["can_verify"] is True
    # Once it takes part in nothing that goes on, whoever covers its country may.
    await change(node.database, update(Partnership).values(status=PartnershipStatus.ENDED))
    assert (await visitor.get(path)).json()["can_verify"] is True
    assert (await visitor.delete(f"{path}/verification")).status_code == 200
    assert (await visitor.get(path)).json()["can_verify"] is True  # it can be verified again


async def test_one_partnership_of_the_own_office_is_enough_to_judge_a_school(node: Node) -> None:
    tied = await pair(node.database)
    ours = await programme(node.database)
    await officer_of(node.database, tied.programme)
    officer = await signed_in(node, await officer_of(node.database, ours))
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        asked = await World(uow.session).partnership(
            ours, tied.home.school, invited=[tied.abroad.school], status=PartnershipStatus.PROPOSED
        )
    path = f"/api/schools/{tied.abroad.school.id}/verification"
    assert refusal(await officer.delete(path)) == (403, "not_allowed")  # only invited there
    await change(
        node.database, update(Membership).where(Membership.partnership_id == asked.id)
        .values(status=MemberStatus.ACCEPTED)
    )
    assert (await officer.delete(path)).status_code == 200
    async with node.database.read() as session:
        found = await session.get_one(Partnership, tied.partnership.id)
        assert found.status is PartnershipStatus.SUSPENDED


# The list


async def test_staff_find_verified_schools_and_officers_also_those_they_may_verify(node: Node) -> None:
    tied = await pair(node.database)
    for name, country in (("Accra Ridge", "GH"), ("Lyon", "FR")):
        await add_school(node.database, name, country, verified=False)
    ghana = await programme(node.database, participating_countries=["GH"])
    teacher = await signed_in(node, tied.home.teacher)
    unverified = await signed_in(node, await officer_of(node.database, ghana, verified=False))
    assert names(await teacher.get("/api/schools")) == ["Nakuru Hill", "Willow"]
    assert names(await unverified.get("/api/schools")) == ["Nakuru Hill", "Willow"]
    assert names(await teacher.get("/api/schools?verified=false")) == []
    officer = await signed_in(node, await officer_of(node.database, ghana))
    assert names(await officer.get("/api/schools")) == ["Accra Ridge", "Nakuru Hill", "Willow"]
    assert names(await officer.get("/api/schools?verified=false")) == ["Accra Ridge"]
    assert names(await officer.get("/api/schools?verified=true")) == ["Nakuru Hill", "Willow"]
    (item, *_) = (await officer.get("/api/schools")).json()["items"]
    assert (item["country"], item["phase"], item["is_verified"]) == ("GH", "primary", False)


async def test_schools_are_found_by_name_town_country_and_phase(node: Node) -> None:
    tied = await pair(node.database)
    officer = await signed_in(node, await officer_of(node.database, tied.programme))
    made = await officer.post("/api/schools", NEW)
    await officer.post(f"/api/schools/{made.json()['school']['id']}/verification")
    found = {
        "search=ecole": ["École Fénelon"], "search=FÉNELON": ["École Fénelon"],
        "search=kisu": ["École Fénelon"],
        "search=%25": [], "search=_": [], "search=%20": ["Nakuru Hill", "Willow", "École Fénelon"],
        "country=KE": ["Nakuru Hill", "École Fénelon"], "country=KE&phase=secondary": ["École Fénelon"],
        "phase=all_through": [], "search=hill&country=KE": ["Nakuru Hill"], "country=ZZ": [],
    }
    for query, wanted in found.items():
        assert sorted(names(await officer.get(f"/api/schools?{query}"))) == sorted(wanted), query
    for query in ("limit=0", "limit=101", "cursor=!!", "cursor=WzFd", "phase=x", "country=KEN", "verified=x",
                  f"search={'x' * 101}"):
        assert refusal(await officer.get(f"/api/schools?{query}")) == (400, "invalid"), query


async def test_ten_thousand_schools_are_read_page_by_page_in_as_many_queries(
    node: Node, capsys: pytest.CaptureFixture[str]
) -> None:
    tied = await pair(node.database)
    visitor = await signed_in(node, tied.home.teacher)
    with counted(node.app.state.database) as few:
        assert len(names(await visitor.get("/api/schools?limit=100"))) == 2
    now = clock.now()
    rows = [
        {"id": uuid4(), "kind": SchoolKind.SCHOOL, "name": f"School {n % 5000:04}", "short_name": str(n),
         "country": ("GB", "KE", "GH", "IN")[n % 4], "timezone": "UTC", "phase": Phase.PRIMARY,
         "bell_times": {}, "search_text": f"school {n % 5000:04} town {n % 7}", "created_at": now,
         "verified_at": now if n % 10 else None}
        for n in range(10_000)
    ]
    async with node.database.engine.begin() as connection:
        await connection.execute(insert(School), rows)
    seen, cursor, started = [], "", time.perf_counter()
    while True:
        with counted(node.app.state.database) as many:
            page = (await visitor.get(f"/api/schools?limit=100&cursor={cursor}")).json()
        assert len(many) == len(few)
        seen += [each["id"] for each in page["items"]]
        if not (cursor := page["next"]):
            break
    read = time.perf_counter() - started
    assert len(seen) == len(set(seen)) == 9_002
    started = time.perf_counter()
    assert len(names(await visitor.get("/api/schools?search=0042&limit=100"))) == 2
    with capsys.disabled():
        print(f"\n91 pages of 100 of 10,000 schools: {read / 91 * 1000:.1f} ms each; a search: "
              f"{(time.perf_counter() - started) * 1000:.1f} ms")


async def test_the_words_that_schools_are_found_by(node: Node) -> None:
    tied = await pair(node.database)
    await change(node.database, delete(Membership))
    await change(node.database, update(Programme).values(
        rules={"home_country": "GB", "participating_countries": ["KE", "GH"]}
    ))
    answer = (await (await signed_in(node, tied.home.teacher)).get("/api/vocabulary")).json()
    assert answer["countries"] == ["GB", "GH", "KE"]
    assert "music" in answer["interests"] and "visits" in answer["priorities"] and "sw" in answer["languages"]


# Calendars


DAY = [{"name": "1", "start": "09:00", "end": "10:00"}, {"name": "2", "start": "10:15", "end": "15:30"}]
BELLS = {"days": [DAY, DAY, DAY, DAY, DAY[:1], [], []]}


async def test_bell_times_are_kept_in_order_and_set_the_usual_day(node: Node) -> None:
    tied = await pair(node.database)
    head = await signed_in(node, tied.abroad.head)
    path = f"/api/schools/{tied.abroad.school.id}"
    backwards = {"days": [day[::-1] for day in BELLS["days"]]}
    changed = await head.send("PUT", f"{path}/bell-times", backwards)
    assert (changed.status_code, changed.json()["bell_times"]) == (200, BELLS)
    row = await stored(node.database, tied.abroad.school.id)
    assert (row.opens_utc_min, row.closes_utc_min) == (360, 750)  # Nairobi is three hours ahead
    # Moving to another zone moves the day, and keeps the bells.
    await head.send("PUT", path, {**PROFILE, "timezone": "Africa/Accra"})
    row = await stored(node.database, tied.abroad.school.id)
    assert (row.opens_utc_min, row.closes_utc_min) == (540, 930)
    overlap = {"days": [[DAY[1], DAY[1]], *([[]] * 6)]}
    refused = await head.send("PUT", f"{path}/bell-times", overlap)
    assert (refusal(refused), refused.json()["weekday"]) == ((400, "invalid"), 0)
    seen = await (await signed_in(node, tied.home.teacher)).get(f"{path}/calendar")
    assert (seen.json()["bell_times"], seen.json()["can_edit"]) == (BELLS, False)
    assert [each.act for each in await acts(node.database)] == ["school.set_bell_times",
                                                                "school.change_profile"]
    await head.send("PUT", f"{path}/bell-times", {"days": [[]] * 7})
    row = await stored(node.database, tied.abroad.school.id)
    assert (row.opens_utc_min, row.closes_utc_min) == (None, None)


TERM = {"kind": "term", "name": "Autumn", "first_day": "2026-09-01", "last_day": "2026-12-18"}
BREAK = {"kind": "holiday", "name": "Half-term", "first_day": "2026-10-26", "last_day": "2026-10-30"}


async def test_terms_and_holidays_are_replaced_as_a_whole(node: Node) -> None:
    tied = await pair(node.database)
    head = await signed_in(node, tied.home.head)
    path = f"/api/schools/{tied.home.school.id}/dates"
    await head.send("PUT", f"/api/schools/{tied.abroad.school.id}/dates", {"dates": [TERM]})
    done = await head.send("PUT", path, {"dates": [BREAK, TERM]})
    assert done.status_code == 200
    assert done.json()["dates"] == [{**TERM, "source": "manual"}, {**BREAK, "source": "manual"}]
    late = {**BREAK, "first_day": "2026-10-31"}
    long = {**TERM, "last_day": "2028-09-01"}
    for wrong, row in (([TERM, late], 1), ([long], 0), ([TERM, BREAK, TERM], 2)):
        refused = await head.send("PUT", path, {"dates": wrong})
        assert (refusal(refused), refused.json()["row"]) == ((400, "invalid"), row)
    for wrong in ([{**TERM, "name": ""}], [{**TERM, "kind": "party"}], [TERM] * 401, [{**TERM, "x": 1}]):
        assert refusal(await head.send("PUT", path, {"dates": wrong})) == (400, "invalid")
    done = await head.send("PUT", path, {"dates": [{**BREAK, "source": "public_holiday"}]})
    assert [each["source"] for each in done.json()["dates"]] == ["public_holiday"]
    entries = await acts(node.database)
    assert [each.act for each in entries] == ["school.set_dates"] * 2
    assert entries[1].after == {"dates": [["holiday", "2026-10-26", "2026-10-30"]]}
    assert len(entries[1].before["dates"]) == 2


ICS = "\r\n".join([
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x",
    "BEGIN:VEVENT", "SUMMARY:Autumn term", "DTSTART;VALUE=DATE:20260901", "DTEND;VALUE=DATE:20261219",
    "END:VEVENT",
    "BEGIN:VEVENT", "SUMMARY:Half-term", "DTSTART;VALUE=DATE:20261026", "DTEND;VALUE=DATE:20261031",
    "END:VEVENT",
    "BEGIN:VEVENT", "SUMMARY:Sports day", "DTSTART;VALUE=DATE:20260910", "END:VEVENT",
    "END:VCALENDAR", "",
])


async def test_a_calendar_file_is_tried_first_and_then_adds_what_is_new(node: Node) -> None:
    tied = await pair(node.database)
    head = await signed_in(node, tied.home.head)
    path = f"/api/schools/{tied.home.school.id}/dates"
    await head.send("PUT", path, {"dates": [BREAK]})
    tried = (await head.post(f"{path}/import", {"text": ICS})).json()
    assert (tried["is_dry_run"], tried["kept"]) == (True, 1)
    assert [each["name"] for each in tried["added"]] == ["Autumn term"]
    assert [(each["row"], each["name"], each["code"]) for each in tried["problems"]] == [
        (3, "Sports day", "which_kind")
    ]
    calendar = f"/api/schools/{tied.home.school.id}/calendar"
    assert len((await head.get(calendar)).json()["dates"]) == 1
    assert len(await acts(node.database)) == 1
    for added in (2, 0):  # the second time everything is there
        done = (await head.post(
            f"{path}/import", {"text": ICS, "otherwise": "holiday", "dry_run": False}
        )).json()
        assert (done["is_dry_run"], len(done["added"]), done["kept"]) == (False, added, 3 - added)
        assert done["problems"] == []
    dates = (await head.get(calendar)).json()["dates"]
    assert [(each["kind"], each["first_day"], each["source"]) for each in dates] == [
        ("term", "2026-09-01", "calendar_file"), ("holiday", "2026-09-10", "calendar_file"),
        ("holiday", "2026-10-26", "manual"),
    ]
    assert [each.act for each in await acts(node.database)] == ["school.set_dates", "school.add_dates"]
    for text in ("garbage", "", "x" * (512 * 1024 + 1)):
        for dry_run in (True, False):
            refused = await head.post(f"{path}/import", {"text": text, "dry_run": dry_run})
            assert refusal(refused) == (400, "invalid")


async def test_two_imports_at_once_add_each_date_once(node: Node) -> None:
    tied = await pair(node.database)
    visitors = [await signed_in(node, tied.home.head) for _ in range(3)]
    path = f"/api/schools/{tied.home.school.id}/dates/import"
    answers = await asyncio.gather(
        *(visitor.post(path, {"text": ICS, "dry_run": False}) for visitor in visitors)
    )
    assert sorted(len(each.json()["added"]) for each in answers) == [0, 0, 2]
    async with node.database.read() as session:
        assert len(list(await session.scalars(select(SchoolDate.id)))) == 2


async def test_a_calendar_is_changed_by_those_who_keep_the_profile_of_that_school(node: Node) -> None:
    tied: Pair = await pair(node.database)
    waiting = await add_school(node.database, "Waiting", "KE", verified=False)
    moves = [("PUT", "bell-times", BELLS), ("PUT", "dates", {"dates": [TERM]}),
             ("POST", "dates/import", {"text": ICS}),
             ("POST", "dates/import", {"text": ICS, "dry_run": False})]
    refused = [tied.home.teacher, tied.home.safeguarding, tied.abroad.head,
               await officer_of(node.database, tied.programme)]
    for user in refused:
        visitor = await signed_in(node, user)
        for method, part, body in moves:
            for school_id in (tied.home.school.id, waiting.id, uuid4()):
                answer = await visitor.send(method, f"/api/schools/{school_id}/{part}", body)
                assert refusal(answer) == (403, "not_allowed"), (part, school_id)
    async with node.database.read() as session:
        assert list(await session.scalars(select(SchoolDate.id))) == []
    assert await acts(node.database) == []


async def test_public_holidays_are_proposed_and_not_stored(node: Node) -> None:
    tied = await pair(node.database)
    visitor = await signed_in(node, tied.home.teacher)
    path = f"/api/schools/{tied.abroad.school.id}/public-holidays"
    seen = (await visitor.get(f"{path}?year=2026")).json()
    assert (seen["year"], seen["is_known"]) == (2026, True)
    jamhuri = {"kind": "holiday", "name": "Jamhuri Day", "first_day": "2026-12-12", "last_day": "2026-12-12"}
    assert jamhuri in seen["dates"]
    assert (await visitor.get(f"/api/schools/{tied.abroad.school.id}/calendar")).json()["dates"] == []
    for query in ("", "?year=2000", "?year=2036", "?year=x"):
        assert refusal(await visitor.get(path + query)) == (400, "invalid"), query
    theirs = School.id == tied.abroad.school.id
    await change(node.database, update(School).where(theirs).values(country="ZZ"))
    seen = (await visitor.get(f"{path}?year=2026")).json()
    assert (seen["is_known"], seen["dates"]) == (False, [])


# When clocks change, and offices


async def test_the_usual_day_follows_the_clocks(database: Database) -> None:
    def winter() -> datetime:
        return datetime(2026, 1, 12, tzinfo=UTC)

    def summer() -> datetime:
        return datetime(2026, 7, 13, tzinfo=UTC)

    london, nairobi = await add_school(database, "L"), await add_school(database, "N", "KE")
    await add_school(database, "Without bells")
    both = School.id.in_([london.id, nairobi.id])
    await change(database, update(School).where(both).values(bell_times=BELLS))
    for moment, found, opens in ((winter, 2, 540), (winter, 0, 540), (summer, 1, 480), (winter, 1, 540)):
        with clock.set_clock(moment):
            async with UnitOfWork(database, InProcessBus()) as uow:
                assert await service.refresh_usual_days(uow.session) == found
        assert (await stored(database, london.id)).opens_utc_min == opens
        assert (await stored(database, nairobi.id)).opens_utc_min == 360


def run(file: Path, *arguments: str) -> Result:
    app = create_app(Settings(
        database_url=f"sqlite+aiosqlite:///{file}", client_dir="/nonexistent",
        origins=["https://commonroom.example"],
    ))
    commands = LitestarGroup("commonroom")
    OperatorCommands().on_cli_init(commands)
    return CliRunner().invoke(commands, arguments, obj=LitestarEnv(app_path="", app=app, cwd=Path.cwd()))


OFFICE = ["office", "Global Office", "--country", "GB", "--timezone", "Europe/London", "--officer-name",
          "Jo Reed", "--officer-email", "jo@office.example"]


def test_the_operator_makes_an_office_with_its_first_officer(tmp_path: Path) -> None:
    file = tmp_path / "commonroom.sqlite3"
    assert run(file, "migrate").exit_code == 0
    wrong = [
        [*OFFICE, "--programme", "nothing-like-it"],
        [*OFFICE, "--programme", "south-south", "--country", "XX"],
        [*OFFICE, "--programme", "south-south", "--timezone", "Mars/Base"],
        [*OFFICE, "--programme", "south-south", "--officer-email", "nobody"],
        OFFICE,
    ]
    for arguments in wrong:
        refused = run(file, *arguments)
        assert refused.exit_code != 0
        assert "Traceback" not in refused.output
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM school").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM programme WHERE office_id IS NULL").fetchone() == (3,)
    connection.close()
    done = run(file, *OFFICE, "--programme", "south-south", "--programme", "global-learning")
    assert done.exit_code == 0, done.output
    assert "https://commonroom.example/welcome#" in done.output
    connection = sqlite3.connect(file)
    found = connection.execute(
        "SELECT kind, country, school.name, programme.slug FROM programme "
        "JOIN school ON school.id = office_id ORDER BY slug"
    ).fetchall()
    assert found == [("office", "GB", "Global Office", "global-learning"),
                     ("office", "GB", "Global Office", "south-south")]
    people = connection.execute(
        "SELECT email, role, verified_at IS NOT NULL FROM user_account "
        "JOIN staff_post ON user_id = user_account.id"
    ).fetchall()
    assert people == [("jo@office.example", "programme_officer", 1)]
    assert connection.execute("SELECT act FROM audit_entry ORDER BY seq").fetchall()[0] == ("office.create",)
    again = run(file, *OFFICE[:-1], "other@office.example", "--programme", "south-south")
    assert again.exit_code == 1
    assert "Another office runs south-south" in again.output
    connection.close()


async def test_an_office_is_in_no_list_of_schools(database: Database) -> None:
    await add_school(database, "School")
    officer = await officer_of(database, await programme(database))
    who = SignedIn(officer.id, uuid4(), officer.kind, officer.school_id,
                   frozenset({StaffRole.PROGRAMME_OFFICER}))
    async with database.read() as session:
        found, place = await service.page(session, who, Filters(), None, 10)
        assert ([school.name for school in found], place) == (["School"], None)
        assert await service.countries_offered(session)
