"""Consents: who records them, what is kept of them, and what follows; the ground rules at first entry."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select, update

from server import access, clock
from server.access import Grant
from server.accounts.models import StaffRole, User
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.consent import ground_rules, service
from server.consent.ground_rules import Wording, wording_for
from server.consent.models import Consent, ConsentKind, GroundRulesAccepted
from server.db import UnitOfWork
from server.events import AccessChanged, Event
from server.schools.models import Phase, School, SchoolClass
from tests.factories import Pair, Side, World, pair
from tests.nodes import Node, Visitor, refusal, signed_in
from tests.queries import counted

LIVE = [ConsentKind.CAMERA, ConsentKind.VOICE]


@pytest.fixture
async def tied(node: Node) -> Pair:
    return await pair(node.database, consents=False)


def path(side: Side) -> str:
    return f"/api/classes/{side.school_class.id}/consent"


def body(*user_ids: UUID, given: bool = True, **more: Any) -> dict[str, Any]:
    return {"user_ids": [str(each) for each in user_ids], "kinds": LIVE, "given": given,
            "giver": "parent", "paper": "Folder 3", **more}


async def answers(browser: Visitor, side: Side, place: int = 0) -> dict[str, dict[str, Any]]:
    listed = (await browser.get(path(side))).json()["students"]
    student = next(each for each in listed if each["id"] == str(side.students[place].id))
    return {each["kind"]: each for each in student["answers"]}


async def publishes(node: Node, tied: Pair, user_id: UUID) -> set[Grant]:
    async with node.database.read() as session:
        grants = await access.grants_in(session, user_id, tied.space.id)
    return {each for each in grants if each in (Grant.MEDIA_PUBLISH_AUDIO, Grant.MEDIA_PUBLISH_VIDEO)}


async def test_without_an_answer_a_student_is_neither_seen_nor_heard(node: Node, tied: Pair) -> None:
    teacher = await signed_in(node, tied.home.teacher)
    first, second = tied.home.students
    assert await answers(teacher, tied.home) == {}
    assert await publishes(node, tied, first.id) == set()
    done = await teacher.post(path(tied.home), body(first.id, kinds=["voice"]))
    assert done.status_code == 200, done.text
    held = (await answers(teacher, tied.home))["voice"]
    assert (held["given"], held["giver"], held["paper"]) == (True, "parent", "Folder 3")
    assert held["recorded_by"] == tied.home.teacher.name
    assert held["until"] is None
    assert await publishes(node, tied, first.id) == {Grant.MEDIA_PUBLISH_AUDIO}
    assert await publishes(node, tied, second.id) == set()


async def test_a_class_is_answered_for_at_once_and_who_is_affected_is_told(node: Node, tied: Pair) -> None:
    heard: list[Event] = []
    students = [each.id for each in tied.home.students]
    bus = InProcessBus()
    bus.subscribe(heard.append)
    who = service.SignedIn(
        tied.home.teacher.id, uuid4(), tied.home.teacher.kind, tied.home.school.id,
        frozenset({StaffRole.TEACHER}),
    )
    yes = service.Answer(LIVE, True, service.Giver.PARENT)

    async def record(answer: service.Answer) -> int:
        async with UnitOfWork(node.database, bus) as uow:
            return await service.record(uow, who, tied.home.school_class.id, students, answer)

    assert await record(yes) == 4
    for each in students:
        assert len(await publishes(node, tied, each)) == 2
    assert [each.user_ids for each in heard if isinstance(each, AccessChanged)] == [frozenset(students)]
    heard.clear()
    assert await record(yes) == 0  # says nothing new
    assert await record(service.Answer([ConsentKind.RECORDING], True, service.Giver.PARENT)) == 2
    assert heard == []  # what is live does not follow from it
    async with node.database.read() as session:
        assert await service.has(session, students, ConsentKind.RECORDING) == set(students)
        assert await service.has(session, students, ConsentKind.PUBLICATION) == set()
        acts = (await session.scalars(select(AuditEntry).where(AuditEntry.act == "consent.record"))).all()
    assert len(acts) == 2
    assert acts[0].subject_id == tied.home.school_class.id
    assert set(acts[0].after["user_ids"]) == {str(each) for each in students}
    assert "Folder" not in str(acts[0].after)


async def test_an_answer_is_replaced_and_never_lost(node: Node, tied: Pair) -> None:
    teacher = await signed_in(node, tied.home.teacher)
    lead = await signed_in(node, tied.home.safeguarding)
    student = tied.home.students[0].id
    for browser, given in ((teacher, True), (lead, False), (teacher, True)):
        assert (await browser.post(path(tied.home), body(student, given=given))).status_code == 200
        assert (await publishes(node, tied, student) != set()) is given
    where = f"/api/classes/{tied.home.school_class.id}/students/{student}/consent"
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = (await teacher.get(f"{where}?limit=2&cursor={cursor}")).json()
        found += page["items"]
        assert len(page["items"]) <= 2
        if not (cursor := page["next"]):
            break
    cameras = [each for each in found if each["kind"] == "camera"]
    assert len(found) == 6
    assert [(each["given"], each["recorded_by"]) for each in cameras] == [
        (True, tied.home.teacher.name), (False, tied.home.safeguarding.name), (True, tied.home.teacher.name),
    ]
    assert [each["until"] is None for each in cameras] == [True, False, False]
    async with node.database.read() as session:
        held = select(func.count()).select_from(Consent).where(Consent.until.is_(None))
        assert await session.scalar(held) == 2


async def test_who_keeps_the_answers_of_a_class(node: Node, tied: Pair) -> None:
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        colleague = await world.staff(tied.home.school, StaffRole.TEACHER)
        office = await world.staff(tied.home.school, StaffRole.ADMINISTRATOR)
        guest = await world.staff(tied.home.school)
        unverified = await world.staff(tied.home.school, StaffRole.SAFEGUARDING_LEAD, verified=False)
    student = tied.home.students[0].id
    for user in (tied.home.teacher, tied.home.head, tied.home.safeguarding, office):
        browser = await signed_in(node, user)
        assert (await browser.get(path(tied.home))).status_code == 200
        assert (await browser.post(path(tied.home), body(student))).status_code == 200
    refused: list[tuple[User, tuple[int, str]]] = [
        (colleague, (404, "not_found")), (tied.abroad.teacher, (404, "not_found")),
        (tied.abroad.safeguarding, (404, "not_found")), (unverified, (403, "not_allowed")),
        (guest, (403, "not_allowed")),
    ]
    for user, no in refused:
        browser = await signed_in(node, user)
        assert refusal(await browser.get(path(tied.home))) == no
        assert refusal(await browser.post(path(tied.home), body(student))) == no
        history = f"/api/classes/{tied.home.school_class.id}/students/{student}/consent"
        assert refusal(await browser.get(history)) == no
    child = node.visitor()
    await child.sign_in_student(tied.home.students[0])
    assert refusal(await child.get(path(tied.home))) == (403, "not_allowed")
    assert refusal(await child.post(path(tied.home), body(student))) == (403, "not_allowed")


async def test_the_list_says_how_much_is_still_to_do(node: Node, tied: Pair) -> None:
    teacher = await signed_in(node, tied.home.teacher)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        other = await World(uow.session).school_class(tied.home.school)

    async def listed(user: User) -> dict[str, tuple[int, int, int]]:
        browser = await signed_in(node, user)
        found: dict[str, tuple[int, int, int]] = {}
        cursor = ""
        while True:
            page = (await browser.get(f"/api/consent/classes?limit=1&cursor={cursor}")).json()
            for each in page["items"]:
                found[each["id"]] = each["students"], each["unanswered"], each["without_rules"]
            if not (cursor := page["next"]):
                return found

    mine = str(tied.home.school_class.id)
    assert await listed(tied.home.teacher) == {mine: (2, 2, 0)}
    await teacher.post(path(tied.home), body(tied.home.students[0].id, given=False))
    await teacher.post(path(tied.home), body(tied.home.students[1].id, kinds=["camera"]))
    await forget(node, tied.home.students[1].id)
    assert await listed(tied.home.safeguarding) == {mine: (2, 1, 1), str(other.id): (0, 0, 0)}
    assert await listed(tied.home.head) == await listed(tied.home.safeguarding)
    assert set(await listed(tied.abroad.head)) == {str(tied.abroad.school_class.id)}


async def test_an_answer_is_for_students_of_that_class_as_long_as_it_runs(node: Node, tied: Pair) -> None:
    teacher = await signed_in(node, tied.home.teacher)
    mine, theirs = tied.home.students[0].id, tied.abroad.students[0].id
    for user_id in (theirs, tied.home.teacher.id, uuid4()):
        assert refusal(await teacher.post(path(tied.home), body(mine, user_id))) == (404, "not_found")
    unfit: tuple[dict[str, Any], ...] = (
        {"kinds": []}, {"kinds": ["hair"]}, {"user_ids": []}, {"paper": "x" * 81}, {"giver": "cat"},
    )
    for wrong in unfit:
        assert refusal(await teacher.post(path(tied.home), body(mine, **wrong))) == (400, "invalid")
    assert await answers(teacher, tied.home) == {}
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        await uow.session.execute(
            update(SchoolClass).where(SchoolClass.id == tied.home.school_class.id)
            .values(archived_at=clock.now())
        )
    assert refusal(await teacher.post(path(tied.home), body(mine))) == (409, "invalid_transition")
    assert (await teacher.get(path(tied.home))).status_code == 200


async def test_a_class_costs_as_many_queries_however_many_are_in_it(node: Node, tied: Pair) -> None:
    teacher = await signed_in(node, tied.home.teacher)
    await teacher.post(path(tied.home), body(tied.home.students[0].id))
    with counted(node.app.state.database) as before:
        await teacher.get(path(tied.home))
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        more = [(await world.student(tied.home.school_class, f"Otter {n}")).id for n in range(9)]
    assert (await teacher.post(path(tied.home), body(*more, given=False))).status_code == 200
    with counted(node.app.state.database) as after:
        await teacher.get(path(tied.home))
    assert len(after) == len(before)


# --- ground rules


async def forget(node: Node, *user_ids: UUID) -> None:
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        await uow.session.execute(
            delete(GroundRulesAccepted).where(GroundRulesAccepted.user_id.in_(user_ids))
        )


@pytest.mark.parametrize("who", ["student", "teacher"])
async def test_nobody_enters_before_they_have_said_yes(node: Node, tied: Pair, who: str) -> None:
    user_id = tied.home.students[0].id if who == "student" else tied.home.teacher.id
    await forget(node, user_id)
    browser = node.visitor()
    if who == "student":
        await browser.sign_in_student(tied.home.students[0])
    else:
        await browser.sign_in_staff(tied.home.teacher)
    where = f"/api/spaces/{tied.space.id}"
    cards = (await browser.get("/api/today")).json()["spaces"]
    card = next(each for each in cards if each["id"] == str(tied.space.id))
    assert (card["open"], card["closed_reason"]) == (False, "ground_rules")
    if who == "student":
        assert refusal(await browser.get(where)) == (403, "ground_rules")
    else:
        assert (await browser.get(where)).json()["grants"] == sorted(access.KEEP)
    due = (await browser.get("/api/me")).json()["ground_rules"]
    assert due == {
        "version": ground_rules.VERSION, "wording": "younger" if who == "student" else "staff",
        "accepted_at": None,
    }
    old = {"version": ground_rules.VERSION - 1}
    assert refusal(await browser.post("/api/me/ground-rules", old)) == (409, "invalid_transition")
    for _ in range(2):
        done = await browser.post("/api/me/ground-rules", {"version": ground_rules.VERSION})
        assert done.json()["ground_rules"]["accepted_at"] is not None
    assert (await browser.get(where)).json()["open"]


async def test_rules_that_are_no_longer_the_rules_are_asked_again(node: Node, tied: Pair) -> None:
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        await uow.session.execute(
            update(GroundRulesAccepted).where(GroundRulesAccepted.user_id == tied.home.students[0].id)
            .values(version=ground_rules.VERSION - 1)
        )
    child = node.visitor()
    await child.sign_in_student(tied.home.students[0])
    assert refusal(await child.get(f"/api/spaces/{tied.space.id}")) == (403, "ground_rules")
    await child.post("/api/me/ground-rules", {"version": ground_rules.VERSION})
    assert (await child.get(f"/api/spaces/{tied.space.id}")).status_code == 200
    async with node.database.read() as session:
        said = await session.scalars(
            select(GroundRulesAccepted.version).where(
                GroundRulesAccepted.user_id == tied.home.students[0].id
            )
        )
        assert sorted(said) == [ground_rules.VERSION - 1, ground_rules.VERSION]


async def test_the_staff_of_a_class_see_who_has_said_yes(node: Node, tied: Pair) -> None:
    first, second = tied.home.students
    await forget(node, second.id)
    lead = await signed_in(node, tied.home.safeguarding)
    listed = (await lead.get(path(tied.home))).json()["students"]
    said = {each["id"]: each["rules_accepted_at"] is not None for each in listed}
    assert said == {str(first.id): True, str(second.id): False}


async def test_the_words_are_for_the_age(node: Node, tied: Pair) -> None:
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        await uow.session.execute(
            update(School).where(School.id == tied.home.school.id).values(phase=Phase.SECONDARY)
        )
    child = node.visitor()
    await child.sign_in_student(tied.home.students[0])
    assert (await child.get("/api/me")).json()["ground_rules"]["wording"] == "older"
    kind = User.kind.type.python_type
    assert wording_for(kind.STUDENT, Phase.ALL_THROUGH) is Wording.YOUNGER
    assert wording_for(kind.STAFF, Phase.PRIMARY) is Wording.STAFF
