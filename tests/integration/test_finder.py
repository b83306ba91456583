"""Finding a partner, asking, talking and answering, and the directory: who may, and what is refused."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import delete, func, insert, select, text, update

from server import clock
from server.accounts.models import StaffRole, User, UserKind
from server.accounts.service import SignedIn
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.db import Database, UnitOfWork
from server.finder import requests, rules, service
from server.finder.models import PartnerRequest, RequestMessage
from server.finder.service import Wanted
from server.paging import cursor as cursor_of
from server.partnerships.models import (
    Ban,
    Membership,
    MemberStatus,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
)
from server.programmes.models import Programme
from server.schools.models import Experience, Internet, Phase, School, SchoolKind, SchoolTag, TagKind
from server.schools.vocabulary import INTERESTS, PRIORITIES, plain
from tests.factories import PASSWORD_HASH, World, pair
from tests.nodes import Node, refusal, signed_in
from tests.queries import counted

ONE_TO_ONE, CLUSTER = PartnershipKind.ONE_TO_ONE, PartnershipKind.CLUSTER
COUNTRIES = {"GB": "Europe/London", "KE": "Africa/Nairobi", "GH": "Africa/Accra", "FR": "Europe/Paris"}


async def change(database: Database, *statements: Any) -> None:
    async with database.engine.begin() as connection:
        for statement in statements:
            await connection.execute(statement)


def person(user: User, *roles: StaffRole) -> SignedIn:
    return SignedIn(user.id, uuid4(), user.kind, user.school_id, frozenset(roles))


async def random_schools(database: Database, count: int, seed: int = 1) -> None:
    """Verified schools of four countries, with whatever tags and hours."""
    chance, schools, tags = random.Random(seed), [], []
    for number in range(count):
        country = chance.choice(list(COUNTRIES))
        opens = chance.choice([None, chance.randint(-700, 1400)])
        name = f"School {chance.choice(['Lake', 'Hill', 'River'])} {number}"
        school_id = uuid4()
        schools.append(
            {
                "id": school_id,
                "kind": SchoolKind.SCHOOL,
                "name": name,
                "short_name": f"S{number}",
                "country": country,
                "timezone": COUNTRIES[country],
                "phase": chance.choice(list(Phase)),
                "youngest": chance.randint(4, 11),
                "oldest": chance.randint(11, 18),
                "internet": chance.choice(list(Internet)),
                "experience": chance.choice(list(Experience)),
                "opens_utc_min": opens,
                "closes_utc_min": None if opens is None else opens + chance.randint(200, 500),
                "search_text": plain(f"{name} {country}"),
                "bell_times": {},
                "town": "",
                "offers": "",
                "looks_for": "",
                "funding": "state",
                "created_at": clock.now(),
                "verified_at": clock.now() if chance.random() < 0.95 else None,
            }
        )
        for kind, values, most in (
            (TagKind.INTEREST, INTERESTS, 5),
            (TagKind.PRIORITY, PRIORITIES, 3),
            (TagKind.LANGUAGE, ("en", "sw", "fr", "ha"), 2),
        ):
            tags += [
                {"school_id": school_id, "kind": kind, "value": value, "position": position}
                for position, value in enumerate(chance.sample(values, chance.randint(0, most)))
            ]
    async with database.engine.begin() as connection:
        await connection.execute(insert(School), schools)
        await connection.execute(insert(SchoolTag), tags)


class Searching(msgspec.Struct, frozen=True):
    school: School
    teacher: User
    programme: Programme


async def seeker(database: Database, country: str = "GB") -> Searching:
    async with UnitOfWork(database, InProcessBus()) as uow:
        world = World(uow.session)
        school = await world.school("Willow", country)
        school.opens_utc_min, school.closes_utc_min = 500, 930
        school.internet, school.experience = Internet.GOOD, Experience.SOME
        for kind, values in ((TagKind.INTEREST, INTERESTS[:4]), (TagKind.PRIORITY, PRIORITIES[:3])):
            for position, value in enumerate(values):
                await world.add(SchoolTag(school_id=school.id, kind=kind, value=value, position=position))
        return Searching(
            school,
            await world.staff(school, StaffRole.TEACHER),
            await world.programme(participating_countries=["KE", "GH"]),
        )


async def test_the_score_in_sql_is_the_score_in_python_on_every_school(database: Database) -> None:
    me = await seeker(database)
    await random_schools(database, 150)
    seen = 0
    for hours in ((500, 930), (-300, 120), (1300, 1700), (None, None)):
        await change(
            database,
            update(School)
            .where(School.id == me.school.id)
            .values(
                opens_utc_min=hours[0],
                closes_utc_min=hours[1],
                internet=Internet.LIMITED if seen else Internet.GOOD,
            ),
        )
        async with database.read() as session:
            mine, found, _ = await service.search(
                session, person(me.teacher), me.programme.id, CLUSTER, Wanted(), "", 1000
            )
            for each in found:
                components = rules.compare(service.profile(mine), service.profile(each.school))
                assert each.components == components
                assert each.score == rules.total(components)
            scores = [each.score for each in found]
        assert scores == sorted(scores, reverse=True)
        assert len(set(scores)) > 10
        seen += len(found)
    assert seen > 300


@pytest.mark.parametrize(
    ("country", "kind", "found"),
    [
        ("GB", ONE_TO_ONE, {"KE", "GH"}),
        ("KE", ONE_TO_ONE, {"GB"}),
        ("GB", CLUSTER, {"GB", "KE", "GH"}),
        ("KE", CLUSTER, {"GB", "KE", "GH"}),
    ],
)
async def test_who_is_found_depends_on_the_side_of_my_school(
    database: Database, country: str, kind: PartnershipKind, found: set[str]
) -> None:
    me = await seeker(database, country)
    await random_schools(database, 60)
    async with database.read() as session:
        _, schools, _ = await service.search(
            session, person(me.teacher), me.programme.id, kind, Wanted(), "", 100
        )
    assert {each.school.country for each in schools} == found
    assert all(each.school.verified_at for each in schools)
    assert me.school.id not in {each.school.id for each in schools}


async def test_filters_and_pages_over_http(node: Node) -> None:
    me = await seeker(node.database)
    await random_schools(node.database, 120)
    visitor = await signed_in(node, me.teacher)
    path = f"/api/finder?programme_id={me.programme.id}&kind=cluster"

    async def all_of(query: str = "", limit: int = 100) -> list[dict[str, Any]]:
        items, cursor = [], ""
        while True:
            answer = (await visitor.get(f"{path}{query}&limit={limit}&cursor={cursor}")).json()
            items += answer["items"]
            if not (cursor := answer["next"]):
                return items

    everyone = await all_of()
    assert len(everyone) > 50
    huge = cursor_of(2**70, "x", uuid4())
    assert await all_of(limit=7) == everyone
    keys = [(-each["score"], each["school"]["name"]) for each in everyone]
    assert [score for score, _ in keys] == sorted(score for score, _ in keys)

    checks: list[tuple[str, Any]] = [
        ("&search=Lák%C3%A9", lambda each: "Lake" in each["school"]["name"]),
        (
            "&search=hill%20gh",
            lambda each: "Hill" in each["school"]["name"] and each["school"]["country"] == "GH",
        ),
        ("&countries=KE&countries=FR", lambda each: each["school"]["country"] == "KE"),
        ("&phase=primary", lambda each: each["phase"] in ("primary", "all_through")),
        ("&youngest=16&oldest=17", lambda each: each["oldest"] >= 16 and each["youngest"] <= 17),
        ("&languages=sw&languages=ha", lambda each: {"sw", "ha"} & set(each["languages"])),
        (
            "&interests=art&priorities=visits",
            lambda each: "art" in each["interests"] and "visits" in each["priorities"],
        ),
        ("&internet=limited", lambda each: each["internet"] in ("limited", "good")),
        ("&internet=good", lambda each: each["internet"] == "good"),
    ]
    for query, fits in checks:
        expected = [each["school"]["id"] for each in everyone if fits(each)]
        assert 0 < len(expected) < len(everyone), query
        assert [each["school"]["id"] for each in await all_of(query, 10)] == expected, query
    assert await all_of("&search=100%25") == []
    for each in everyone:
        assert sum(reason["points"] for reason in each["reasons"]) == each["score"]
        assert all(reason["points"] for reason in each["reasons"])

    for query in (
        "&cursor=nonsense",
        f"&cursor={huge}",
        "&kind=friendship",
        "&limit=0",
        "&limit=101",
        "&youngest=-1",
        f"&search={'x' * 101}",
        "".join(f"&interests=i{n}" for n in range(21)),
    ):
        assert refusal(await visitor.get(path + query)) == (400, "invalid"), query
    assert refusal(await visitor.get(f"/api/finder?programme_id={uuid4()}&kind=cluster")) == (
        404,
        "not_found",
    )
    assert refusal(await visitor.get("/api/finder?kind=cluster")) == (400, "invalid")


async def test_ten_thousand_schools_cost_as_many_queries_as_ten(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    me, counts = await seeker(database), []
    for count in (10, 10_000):
        await random_schools(database, count, seed=count)
        async with database.engine.begin() as connection:
            await connection.execute(text("ANALYZE"))  # a database that has lived a while knows its tables
        for wanted in (Wanted(), Wanted(text="lake", interests=["art"], languages=["en", "fr"])):
            async with database.read() as session:
                with counted(database) as statements:
                    began = time.perf_counter()
                    _, found, more = await service.search(
                        session, person(me.teacher), me.programme.id, CLUSTER, wanted, "", 20
                    )
                    took_ms = (time.perf_counter() - began) * 1000
            if count > 10:
                assert len(found) == 20
                assert more
            counts.append(len([each for each in statements if not each.startswith("BEGIN")]))
            with capsys.disabled():
                print(f"\n{database.engine.dialect.name}: {count} schools, {took_ms:.0f} ms, {wanted.text!r}")
    assert max(counts) <= 6


async def test_a_profile_says_why_and_when(node: Node) -> None:
    me = await seeker(node.database)
    periods = [{"name": "All day", "start": "08:00", "end": "16:00"}]
    week = {"days": [periods] * 5 + [[], []]}
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        theirs, office = await world.school("Nakuru Hill", "KE"), await world.school("Office", "GB")
        hidden = await world.school("Hidden", "KE")
        theirs.bell_times, theirs.internet, theirs.looks_for = week, Internet.GOOD, "A class to write with."
        office.kind, hidden.verified_at = SchoolKind.OFFICE, None
        await world.add(SchoolTag(school_id=theirs.id, kind=TagKind.INTEREST, value=INTERESTS[0], position=0))
    await change(node.database, update(School).where(School.id == me.school.id).values(bell_times=week))
    visitor = await signed_in(node, me.teacher)
    profile = (await visitor.get(f"/api/finder/{theirs.id}")).json()
    reasons = {each["code"]: each for each in profile["reasons"]}
    assert list(reasons) == [
        "shared_interests",
        "shared_priorities",
        "shared_languages",
        "shared_hours",
        "internet",
        "experience",
    ]
    assert reasons["shared_interests"]["params"] == {"values": [INTERESTS[0]]}
    assert reasons["shared_priorities"]["points"] == 0
    assert profile["score"] == sum(each["points"] for each in reasons.values())
    assert (profile["school"]["name"], profile["looks_for"]) == ("Nakuru Hill", "A class to write with.")
    assert len(profile["week"]) == 7
    (shared,) = profile["week"][0]["shared"]
    assert shared["start"][11:16] == "08:00"
    assert shared["their_end"][11:19] == "16:00:00"
    assert shared["their_end"].endswith("+03:00")
    assert profile["week"][6] == {"on": profile["week"][6]["on"], "mine": None, "theirs": [], "shared": []}
    for other in (me.school.id, office.id, hidden.id, uuid4()):
        assert refusal(await visitor.get(f"/api/finder/{other}")) == (404, "not_found")


async def test_only_verified_staff_of_verified_schools_look_for_partners(node: Node) -> None:
    tied = await pair(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        new = await World(uow.session).staff(tied.home.school, StaffRole.TEACHER, verified=False)
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    paths = [
        f"/api/finder?programme_id={tied.programme.id}&kind=one_to_one",
        f"/api/finder/{tied.abroad.school.id}",
        "/api/partner-requests",
        f"/api/partner-requests/{uuid4()}",
    ]
    verified = await signed_in(node, tied.home.teacher)
    assert (await verified.get(paths[0])).status_code == 200
    unverified = await signed_in(node, new)
    for visitor in (student, unverified):
        for path in paths:
            assert refusal(await visitor.get(path)) == (403, "not_allowed"), path
    await change(
        node.database, update(School).where(School.id == tied.home.school.id).values(verified_at=None)
    )
    for path in paths:
        assert refusal(await verified.get(path)) == (403, "not_allowed"), path
    await change(
        node.database,
        update(School).where(School.id == tied.home.school.id).values(verified_at=clock.now(), country="FR"),
    )
    narrow = update(Programme).values(rules={**tied.programme.rules, "participating_countries": ["KE"]})
    await change(node.database, narrow)
    assert refusal(await verified.get(paths[0])) == (400, "invalid")


def new_request(programme_id: UUID, school_id: UUID, **more: Any) -> dict[str, Any]:
    return {
        "to_school_id": str(school_id),
        "programme_id": str(programme_id),
        "kind": "one_to_one",
        "offers": "A choir.",
        "looks_for": "Another choir.",
        **more,
    }


async def test_a_request_from_its_first_word_to_a_draft(node: Node) -> None:
    tied, other = await pair(node.database), await pair(node.database)
    asking, asked = await signed_in(node, tied.home.teacher), await signed_in(node, tied.abroad.teacher)
    outside = await signed_in(node, other.home.teacher)
    safeguarding = await signed_in(node, tied.abroad.safeguarding)
    body = new_request(tied.programme.id, tied.abroad.school.id, message="Hello!")
    made = await asking.post("/api/partner-requests", body)
    assert made.status_code == 201, made.text
    path = f"/api/partner-requests/{made.json()['id']}"
    assert made.json()["moves"] == ["write", "withdraw"]
    assert (made.json()["asked_by"], made.json()["is_mine"]) == (tied.home.teacher.name, True)

    seen = (await asked.get(path)).json()
    assert (seen["is_mine"], seen["moves"]) == (False, ["write", "accept", "decline"])
    assert [each["text"] for each in seen["messages"]] == ["Hello!"]
    assert (await safeguarding.get(path)).json()["moves"] == ["write"]
    for visitor, count in ((asking, 1), (asked, 1), (outside, 0)):
        assert len((await visitor.get("/api/partner-requests")).json()["items"]) == count
    assert (await asked.get("/api/partner-requests?mine=true")).json()["items"] == []
    naive = cursor_of("2026-01-01T00:00:00", uuid4())
    assert refusal(await asked.get(f"/api/partner-requests?cursor={naive}")) == (400, "invalid")
    assert len((await asked.get("/api/partner-requests?mine=false&status=open")).json()["items"]) == 1

    accept = {
        "move": "accept",
        "answer_offers": "A band.",
        "answer_looks_for": "Songs.",
        "message": "Gladly.",
    }
    assert refusal(await outside.get(path)) == (404, "not_found")
    assert refusal(await outside.post(f"{path}/messages", {"text": "Me too"})) == (404, "not_found")
    assert refusal(await outside.post(f"{path}/decision", accept)) == (404, "not_found")
    assert refusal(await asking.post(f"{path}/decision", accept)) == (403, "not_allowed")
    assert refusal(await safeguarding.post(f"{path}/decision", accept)) == (403, "not_allowed")
    assert refusal(await asked.post(f"{path}/decision", {"move": "withdraw"})) == (403, "not_allowed")
    assert refusal(await asked.post(f"{path}/messages", {"text": " \0 "})) == (400, "invalid")
    assert refusal(await asked.post(f"{path}/messages", {"text": "x" * 2001})) == (400, "invalid")
    assert (await asked.post(f"{path}/messages", {"text": "How old?"})).status_code == 201
    assert (await asking.get(path)).json()["status"] == "open"

    answered = (await asked.post(f"{path}/decision", accept)).json()
    assert (answered["status"], answered["answer_offers"], answered["moves"]) == ("accepted", "A band.", [])
    assert [each["text"] for each in answered["messages"]] == ["Hello!", "How old?", "Gladly."]
    # A draft is its starters' own business, until they propose it.
    assert answered["partnership_id"] is None
    record = (await asking.get(path)).json()["partnership_id"]
    draft = (await asking.get(f"/api/partnerships/{record}")).json()
    assert (draft["status"], draft["kind"], draft["name"]) == ("draft", "one_to_one", "Willow + Nakuru Hill")
    assert [(each["school"]["name"], each["role"], each["status"]) for each in draft["memberships"]] == [
        ("Willow", "lead", "accepted"),
        ("Nakuru Hill", "partner", "invited"),
    ]
    assert [each["name"] for each in draft["coordinators"]] == [tied.home.teacher.name]
    await change(
        node.database,
        update(Partnership).where(Partnership.id == UUID(record)).values(status=PartnershipStatus.PROPOSED),
    )
    assert (await asked.get(path)).json()["partnership_id"] == record

    for visitor, move in ((asked, "decline"), (asking, "withdraw"), (asked, "accept")):
        assert refusal(await visitor.post(f"{path}/decision", {"move": move})) == (409, "invalid_transition")
    assert refusal(await asking.post(f"{path}/messages", {"text": "More"})) == (409, "invalid_transition")
    async with node.database.read() as session:
        acts = (await session.scalars(select(AuditEntry.act).order_by(AuditEntry.seq))).all()
    assert list(acts) == ["partner_request.ask", "partnership.create", "partner_request.accept"]


async def test_one_open_request_for_two_schools_and_a_programme_in_either_direction(node: Node) -> None:
    tied = await pair(node.database)
    asking, asked = await signed_in(node, tied.home.teacher), await signed_in(node, tied.abroad.head)
    there = new_request(tied.programme.id, tied.abroad.school.id)
    back = new_request(tied.programme.id, tied.home.school.id)
    answers = await asyncio.gather(
        *(asking.post("/api/partner-requests", there) for _ in range(3)),
        *(asked.post("/api/partner-requests", back) for _ in range(3)),
    )
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409, 409, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {(409, "already_asked")}
    (made,) = [each.json()["id"] for each in answers if each.status_code == 201]
    assert {each.json()["request_id"] for each in answers if each.status_code == 409} == {made}
    mover = (
        asking
        if answers[0].json().get("id") == made or made in {each.json().get("id") for each in answers[:3]}
        else asked
    )
    assert (
        await mover.post(f"/api/partner-requests/{made}/decision", {"move": "withdraw"})
    ).status_code == 200
    assert (await asked.post("/api/partner-requests", back)).status_code == 201


async def test_what_cannot_be_asked_for_is_refused_and_nothing_is_stored(node: Node) -> None:
    tied = await pair(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        hidden, office = await world.school("Hidden", "KE"), await world.school("Office", "KE")
        home = await world.school("Beech", "GB")
        hidden.verified_at, office.kind = None, SchoolKind.OFFICE
        only_pairs = await world.programme(kinds=[ONE_TO_ONE])
    visitor = await signed_in(node, tied.home.teacher)
    good = new_request(tied.programme.id, tied.abroad.school.id)
    wrong: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"to_school_id": str(tied.home.school.id)}, (400, "invalid")),
        ({"to_school_id": str(home.id)}, (400, "invalid")),
        ({"to_school_id": str(hidden.id)}, (404, "not_found")),
        ({"to_school_id": str(office.id)}, (404, "not_found")),
        ({"to_school_id": str(uuid4())}, (404, "not_found")),
        ({"programme_id": str(uuid4())}, (404, "not_found")),
        ({"programme_id": str(only_pairs.id), "kind": "cluster"}, (400, "invalid")),
        ({"offers": " "}, (400, "invalid")),
        ({"looks_for": "x" * 1001}, (400, "invalid")),
        ({"message": "x" * 2001}, (400, "invalid")),
        ({"extra": 1}, (400, "invalid")),
    ]
    for part, answer in wrong:
        assert refusal(await visitor.post("/api/partner-requests", {**good, **part})) == answer, part
    async with node.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(PartnerRequest)) == 0
        assert await session.scalar(select(func.count()).select_from(AuditEntry)) == 0


async def test_of_answers_at_once_one_wins_and_one_draft_is_made(node: Node) -> None:
    tied = await pair(node.database)
    asking = await signed_in(node, tied.home.teacher)
    people = [await signed_in(node, user) for user in (tied.abroad.head, tied.abroad.teacher)]
    made = (
        await asking.post("/api/partner-requests", new_request(tied.programme.id, tied.abroad.school.id))
    ).json()
    path = f"/api/partner-requests/{made['id']}/decision"
    answers = await asyncio.gather(
        people[0].post(path, {"move": "accept"}),
        people[1].post(path, {"move": "accept"}),
        people[1].post(path, {"move": "decline"}),
        asking.post(path, {"move": "withdraw"}),
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    async with node.database.read() as session:
        drafts = await session.scalar(
            select(func.count()).select_from(Partnership).where(Partnership.status == PartnershipStatus.DRAFT)
        )
    assert drafts == (1 if 200 in (answers[0].status_code, answers[1].status_code) else 0)


async def test_the_draft_has_a_coordinator_who_is_still_there(node: Node) -> None:
    tied = await pair(node.database)
    asking, asked = await signed_in(node, tied.home.teacher), await signed_in(node, tied.abroad.head)
    made = (
        await asking.post("/api/partner-requests", new_request(tied.programme.id, tied.abroad.school.id))
    ).json()
    await change(
        node.database, update(User).where(User.id == tied.home.teacher.id).values(disabled_at=clock.now())
    )
    answer = await asked.post(f"/api/partner-requests/{made['id']}/decision", {"move": "accept"})
    assert answer.status_code == 200, answer.text
    head = await signed_in(node, tied.home.head)
    record = (await head.get(f"/api/partner-requests/{made['id']}")).json()["partnership_id"]
    draft = (await head.get(f"/api/partnerships/{record}")).json()
    assert [each["name"] for each in draft["coordinators"]] == [tied.home.head.name]


async def test_a_yes_that_came_too_late_for_the_programme_makes_nothing(node: Node) -> None:
    tied = await pair(node.database)
    asking, asked = await signed_in(node, tied.home.teacher), await signed_in(node, tied.abroad.head)
    made = (
        await asking.post("/api/partner-requests", new_request(tied.programme.id, tied.abroad.school.id))
    ).json()
    await change(
        node.database,
        update(Programme).values(rules={**tied.programme.rules, "participating_countries": ["GH"]}),
    )
    path = f"/api/partner-requests/{made['id']}"
    assert refusal(await asked.post(f"{path}/decision", {"move": "accept"})) == (400, "invalid")
    assert (await asked.get(path)).json()["status"] == "open"
    assert (await asked.post(f"{path}/decision", {"move": "decline", "message": "Sorry."})).json()[
        "status"
    ] == ("declined")


async def test_a_conversation_is_bounded_and_lists_are_paged(database: Database) -> None:
    tied = await pair(database)
    who, bus = person(tied.home.teacher, StaffRole.TEACHER), InProcessBus()
    now = clock.now()
    ids = [uuid4() for _ in range(7)]
    await change(
        database,
        insert(PartnerRequest).values(
            [
                {
                    "id": each,
                    "from_school_id": tied.home.school.id,
                    "to_school_id": tied.abroad.school.id,
                    "programme_id": tied.programme.id,
                    "kind": ONE_TO_ONE,
                    "offers": "a",
                    "looks_for": "b",
                    "status": "open" if number == 0 else "withdrawn",
                    "asked_by_id": tied.home.teacher.id,
                    "asked_at": now - timedelta(minutes=number // 2),
                    "answer_offers": "",
                    "answer_looks_for": "",
                }
                for number, each in enumerate(ids)
            ]
        ),
        insert(RequestMessage).values(
            [
                {
                    "id": uuid4(),
                    "request_id": ids[0],
                    "author_id": tied.home.teacher.id,
                    "text": "a",
                    "sent_at": now,
                }
                for _ in range(requests.MESSAGES_LIMIT - 1)
            ]
        ),
    )
    async with UnitOfWork(database, bus) as uow:
        await requests.write(uow, who, ids[0], "The last one")
    with pytest.raises(requests.Invalid):
        async with UnitOfWork(database, bus) as uow:
            await requests.write(uow, who, ids[0], "One too many")
    # Nor are there more requests than a school can follow.
    await change(
        database,
        insert(PartnerRequest).values(
            [
                {
                    "id": uuid4(),
                    "from_school_id": tied.abroad.school.id,
                    "to_school_id": tied.home.school.id,
                    "programme_id": tied.programme.id,
                    "kind": ONE_TO_ONE,
                    "offers": "a",
                    "looks_for": "b",
                    "status": "open",
                    "asked_by_id": tied.abroad.teacher.id,
                    "asked_at": now - timedelta(days=1),
                    "answer_offers": "",
                    "answer_looks_for": "",
                }
                for _ in range(requests.OPEN_MAX)
            ]
        ),
    )
    async with UnitOfWork(database, bus) as uow:
        far = await World(uow.session).school("Beech")
    new = requests.NewRequest(far.id, tied.programme.id, ONE_TO_ONE, "a", "b", "")
    with pytest.raises(requests.Invalid):
        async with UnitOfWork(database, bus) as uow:
            await requests.ask(uow, person(tied.abroad.teacher), new)
    await change(
        database, delete(PartnerRequest).where(PartnerRequest.from_school_id == tied.abroad.school.id)
    )
    async with UnitOfWork(database, bus) as uow:
        await requests.ask(uow, person(tied.abroad.teacher), new)
    counts, seen, cursor = [], [], ""
    async with database.read() as session:
        while True:
            with counted(database) as statements:
                found, cursor = await requests.of_school(
                    session, who, is_asking=None, status=None, after=cursor, limit=3
                )
            counts.append(len([each for each in statements if not each.startswith("BEGIN")]))
            seen += [each.id for each, _ in found]
            if not cursor:
                break
    assert len(seen) == len(set(seen)) == 7
    assert max(counts) <= 3


async def test_the_directory_has_staff_of_partner_schools_and_nobody_else(node: Node) -> None:
    tied, other = await pair(node.database), await pair(node.database)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        await world.staff(tied.abroad.school, verified=False)
        gone = await world.staff(tied.abroad.school, StaffRole.TEACHER)
        gone.disabled_at = clock.now()
        both = await world.staff(tied.abroad.school, StaffRole.TEACHER, StaffRole.ADMINISTRATOR)
        both.name = "Ada_100%"
        guest = await world.staff(tied.home.school, verified=False)
        invited = await world.school("Invited", "GH")
        await world.staff(invited, StaffRole.TEACHER)
        second = await world.partnership(
            tied.programme,
            tied.home.school,
            tied.abroad.school,
            invited=[invited],
            kind=CLUSTER,
            status=PartnershipStatus.SUSPENDED,
        )
        await world.partnership(
            tied.programme, tied.home.school, other.home.school, status=PartnershipStatus.ENDED
        )
    visitor = await signed_in(node, tied.home.teacher)

    async def all_of(query: str = "", limit: int = 50) -> list[dict[str, Any]]:
        items, cursor = [], ""
        while True:
            page = (await visitor.get(f"/api/directory?limit={limit}&cursor={cursor}{query}")).json()
            items += page["items"]
            if not (cursor := page["next"]):
                return items

    everyone = await all_of()
    expected = {
        str(user.id)
        for side in (tied.home, tied.abroad)
        for user in (side.teacher, side.head, side.safeguarding)
    } | {str(both.id)}
    assert {each["user_id"] for each in everyone} == expected
    assert await all_of(limit=2) == everyone
    assert [each["name"] for each in everyone] == sorted(each["name"] for each in everyone)
    assert "email" not in everyone[0]
    (entry,) = await all_of("&search=ada_100%25")
    assert (entry["posts"], entry["school"]["name"]) == (["administrator", "teacher"], "Nakuru Hill")
    assert {each["id"] for each in entry["partnerships"]} == {str(tied.partnership.id), str(second.id)}
    # A school has the colour that it has in the first partnership that is named with it.
    seen = (await visitor.get(f"/api/partnerships/{entry['partnerships'][0]['id']}")).json()["memberships"]
    colours = {each["school"]["id"]: each["school"]["colour"] for each in seen}
    assert entry["school"]["colour"] == colours[entry["school"]["id"]]
    assert len(await all_of("&search=nakuru")) == 4
    assert len(await all_of(f"&partnership={second.id}")) == 7
    assert refusal(await visitor.get(f"/api/directory?partnership={other.partnership.id}")) == (
        404,
        "not_found",
    )
    assert refusal(await visitor.get("/api/directory?cursor=x")) == (400, "invalid")
    assert refusal(await (await signed_in(node, guest)).get("/api/directory")) == (403, "not_allowed")
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    assert refusal(await student.get("/api/directory")) == (403, "not_allowed")

    # Whoever was removed from a partnership no longer learns through it who is there.
    await change(
        node.database,
        *(
            insert(Ban).values(
                id=uuid4(),
                partnership_id=each,
                user_id=tied.home.teacher.id,
                reason="",
                banned_at=clock.now(),
            )
            for each in (tied.partnership.id, second.id)
        ),
    )
    assert await all_of() == []
    left = (
        update(Membership).where(Membership.school_id == tied.home.school.id).values(status=MemberStatus.LEFT)
    )
    await change(node.database, left)
    head = await signed_in(node, tied.home.head)
    assert (await head.get("/api/directory")).json()["items"] == []


async def test_a_longer_directory_costs_no_more_queries(node: Node) -> None:
    tied = await pair(node.database)
    visitor, counts = await signed_in(node, tied.home.teacher), []
    many = [
        {
            "id": uuid4(),
            "kind": UserKind.STAFF,
            "school_id": tied.abroad.school.id,
            "name": f"Person {number}",
            "email": f"person{number}@school.example",
            "secret_hash": PASSWORD_HASH,
            "verified_at": clock.now(),
            "given_name": "",
            "avatar": "",
        }
        for number in range(60)
    ]
    for rows in (many[:1], many[1:]):
        async with node.database.engine.begin() as connection:
            await connection.execute(insert(User), rows)
        with counted(node.database) as statements:
            answer = await visitor.get("/api/directory?limit=100")
        counts.append(len([each for each in statements if each.startswith("SELECT")]))
    assert len(answer.json()["items"]) == 66
    assert counts[0] == counts[1]
