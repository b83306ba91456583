"""Shared devices over HTTP: who joins a student's sign-in, and the devices of a class-room."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import func, select, update

from server import clock
from server.accounts import service as accounts
from server.accounts import signing_in
from server.accounts.api import SESSION_COOKIE
from server.accounts.models import LoginSession, User
from server.accounts.tries import ACCOUNT_LIMIT
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.db import UnitOfWork
from server.devices.models import ClassroomDevice, SessionCompanion
from server.devices.rules import COMPANIONS_MAX, DEVICE_COOKIE, IDLE, KEPT_REVOKED, LONGEST
from server.events import AccessChanged, Event, SessionEnded
from server.schools.models import SchoolClass
from tests.factories import PICTURES, Pair, Student, World, pair
from tests.nodes import Node, Visitor, refusal, signed_in

WRONG = ["sun", "sun", "sun"]
SOON = timedelta(seconds=1)


@pytest.fixture
async def tied(node: Node) -> Pair:
    return await pair(node.database)


async def first_of(node: Node, tied: Pair) -> Visitor:
    visitor = node.visitor()
    assert (await visitor.sign_in_student(tied.home.students[0])).status_code == 200
    return visitor


async def join(visitor: Visitor, who: UUID, pictures: list[str] | None = None) -> httpx2.Response:
    body = {"user_id": str(who), "pictures": pictures or list(PICTURES)}
    return await visitor.post("/api/session/companions", body)


async def there(visitor: Visitor) -> list[str]:
    session = (await visitor.get("/api/session")).json()
    return [each["alias"] for each in session.get("companions", [])]


async def more_students(node: Node, tied: Pair, count: int) -> list[Student]:
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        school_class = await uow.session.get_one(SchoolClass, tied.home.school_class.id)
        return [await world.student(school_class, f"Quick Otter {number}") for number in range(count)]


def heard(node: Node) -> list[Event]:
    seen: list[Event] = []
    node.bus.subscribe(seen.append)
    return seen


# --- several at one device

async def test_a_classmate_joins_by_their_own_pictures_and_goes(node: Node, tied: Pair) -> None:
    visitor, (first, second) = await first_of(node, tied), tied.home.students[:2]
    mates = (await visitor.get("/api/session/classmates")).json()
    assert {each["alias"] for each in mates} == {each.alias for each in tied.home.students} - {first.alias}
    assert all(set(each) == {"id", "alias", "avatar"} for each in mates)
    told = heard(node)
    assert (await join(visitor, second.id)).status_code == 204
    assert (await join(visitor, second.id)).status_code == 204, "twice is once"
    assert await there(visitor) == [second.alias]
    while AccessChanged(frozenset({first.id, second.id})) not in told:
        await asyncio.sleep(0.01)
    assert (await visitor.delete(f"/api/session/companions/{second.id}")).status_code == 204
    assert await there(visitor) == []
    assert refusal(await visitor.delete(f"/api/session/companions/{second.id}")) == (404, "not_found")


async def test_wrong_pictures_are_counted_as_those_of_a_sign_in(node: Node, tied: Pair) -> None:
    visitor, second = await first_of(node, tied), tied.home.students[1]
    for _ in range(ACCOUNT_LIMIT):
        assert refusal(await join(visitor, second.id, WRONG)) == (401, "sign_in_failed")
    assert refusal(await join(visitor, second.id)) == (429, "too_many_tries")
    assert refusal(await node.visitor().sign_in_student(second)) == (429, "too_many_tries")
    assert await there(visitor) == []
    assert (await visitor.get("/api/session")).json()["person"], "the first stays signed in"


async def test_only_classmates_join_and_only_students_have_company(node: Node, tied: Pair) -> None:
    visitor = await first_of(node, tied)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        other_class = await world.school_class(tied.home.school, tied.home.teacher)
        neighbour = await world.student(other_class, "Shy Fox")
    own = tied.home.students[0].id
    for who in (tied.abroad.students[0].id, neighbour.id, tied.home.teacher.id, own, uuid4()):
        assert refusal(await join(visitor, who)) == (401, "sign_in_failed")
    teacher = await signed_in(node, tied.home.teacher)
    assert refusal(await join(teacher, tied.home.students[0].id)) == (403, "not_allowed")
    assert refusal(await teacher.get("/api/session/classmates")) == (403, "not_allowed")


async def test_who_is_disabled_does_not_join_and_is_not_shown(node: Node, tied: Pair) -> None:
    visitor, second = await first_of(node, tied), tied.home.students[1]
    await join(visitor, second.id)
    async with node.database.engine.begin() as records:
        await records.execute(update(User).where(User.id == second.id).values(disabled_at=clock.now()))
    assert await there(visitor) == []
    await visitor.delete(f"/api/session/companions/{second.id}")
    assert refusal(await join(visitor, second.id)) == (401, "sign_in_failed")


async def test_a_device_holds_six_however_many_come_at_once(node: Node, tied: Pair) -> None:
    visitor = await first_of(node, tied)
    many = await more_students(node, tied, COMPANIONS_MAX + 2)
    await visitor.get("/api/session")
    answers = await asyncio.gather(*(join(visitor, each.id) for each in many))
    assert sorted(each.status_code for each in answers) == [204] * COMPANIONS_MAX + [409, 409]
    assert len(await there(visitor)) == COMPANIONS_MAX
    refused = next(each for each, answer in zip(many, answers, strict=True) if answer.status_code == 409)
    assert refusal(await join(visitor, refused.id)) == (409, "device_full")


async def test_company_ends_with_the_sign_in(node: Node, tied: Pair) -> None:
    visitor, second = await first_of(node, tied), tied.home.students[1]
    await join(visitor, second.id)
    await visitor.post("/api/sign-out")
    async with node.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(SessionCompanion)) == 0
    assert (await visitor.get("/api/session")).json() == {"person": None}
    assert (await join(visitor, second.id)).status_code == 401


async def test_who_leaves_the_school_is_off_every_device(node: Node, tied: Pair) -> None:
    visitor, second = await first_of(node, tied), tied.home.students[1]
    await join(visitor, second.id)
    told = heard(node)
    head = await signed_in(node, tied.home.head)
    path = f"/api/classes/{tied.home.school_class.id}/students/{second.id}"
    assert (await head.delete(path)).status_code == 200
    assert await there(visitor) == []
    assert any(isinstance(each, AccessChanged) and second.id in each.user_ids for each in told)


# --- devices of a class-room

async def make(node: Node, tied: Pair, name: str = "Tablet 3") -> Visitor:
    visitor = await signed_in(node, tied.home.teacher)
    answer = await visitor.post(f"/api/classes/{tied.home.school_class.id}/devices", {"name": name})
    assert answer.status_code == 201, answer.text
    return visitor


async def child_at(visitor: Visitor, student: Student) -> httpx2.Response:
    body = {"code": "", "student_id": str(student.id), "pictures": list(PICTURES)}
    return await visitor.post("/api/sign-in/student", body)


async def sign_in_of(node: Node, user_id: UUID) -> LoginSession:
    async with node.database.read() as session:
        found = await session.scalars(select(LoginSession).where(LoginSession.user_id == user_id))
        return found.one()


async def test_a_teacher_makes_a_device_and_is_signed_out_there(node: Node, tied: Pair) -> None:
    visitor = await signed_in(node, tied.home.teacher)
    stolen = visitor.session_token
    answer = await visitor.post(f"/api/classes/{tied.home.school_class.id}/devices", {"name": " Tablet 3 "})
    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith(DEVICE_COOKIE)]
    marks = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= marks
    assert (await visitor.get("/api/session")).json() == {"person": None, "device": "Tablet 3"}
    again = node.visitor(cookies={SESSION_COOKIE: stolen or ""})
    assert (await again.get("/api/session")).json() == {"person": None}
    async with node.database.read() as session:
        device = (await session.scalars(select(ClassroomDevice))).one()
        acts = (await session.scalars(select(AuditEntry.act))).all()
    assert visitor.http.cookies[DEVICE_COOKIE] not in (device.token_hash, str(device.id))
    assert "device.make" in acts


async def test_its_front_door_shows_what_a_class_code_shows_without_it(node: Node, tied: Pair) -> None:
    tablet = await make(node, tied)
    by_code = await node.visitor().post("/api/sign-in/class", {"code": tied.home.students[0].code})
    assert (await tablet.get("/api/sign-in/device")).json() == by_code.json() | {"code": ""}
    assert refusal(await node.visitor().get("/api/sign-in/device")) == (404, "not_found")
    made_up = node.visitor(cookies={DEVICE_COOKIE: "made up"})
    assert refusal(await made_up.get("/api/sign-in/device")) == (404, "not_found")


async def test_students_sign_in_there_without_a_code_and_for_a_short_while(node: Node, tied: Pair) -> None:
    tablet, student = await make(node, tied), tied.home.students[0]
    before = clock.now()
    answer = await child_at(tablet, student)
    assert answer.json()["person"]["name"] == student.alias
    assert answer.json()["idle_s"] == IDLE.total_seconds()
    sign_in = await sign_in_of(node, student.id)
    assert before + IDLE <= sign_in.expires_at <= clock.now() + IDLE
    assert sign_in.ends_at is not None and abs(sign_in.ends_at - before - LONGEST) < timedelta(minutes=1)
    stranger = node.visitor()
    assert refusal(await child_at(stranger, student)) == (401, "sign_in_failed"), "no code without the device"
    assert refusal(await child_at(tablet, tied.abroad.students[0])) == (401, "sign_in_failed")


async def test_a_device_that_is_taken_back_while_a_child_signs_in_lets_nobody_in(
    node: Node, tied: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet, prove = await make(node, tied), signing_in.prove

    async def meanwhile(*args: Any) -> signing_in.Proof:
        proof = await prove(*args)
        async with UnitOfWork(node.database, node.bus) as uow:
            await uow.session.execute(update(ClassroomDevice).values(revoked_at=clock.now()))
        return proof

    monkeypatch.setattr(signing_in, "prove", meanwhile)
    assert refusal(await child_at(tablet, tied.home.students[0])) == (401, "sign_in_failed")


async def test_staff_who_sign_in_there_are_signed_out_as_soon(node: Node, tied: Pair) -> None:
    tablet = await make(node, tied)
    assert (await tablet.sign_in_staff(tied.home.head)).status_code == 200
    assert (await sign_in_of(node, tied.home.head.id)).expires_at <= clock.now() + IDLE


async def test_a_touch_keeps_a_sign_in_up_to_its_latest_end(
    node: Node, tied: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet, student = await make(node, tied), tied.home.students[0]
    await child_at(tablet, student)
    start = clock.now()
    for minutes in range(15, 180, 15):
        monkeypatch.setattr(clock, "now", lambda at=start + timedelta(minutes=minutes): at)
        assert (await tablet.get("/api/session")).json()["person"], minutes
        assert (await tablet.post("/api/session/touch")).status_code == 204
    monkeypatch.setattr(clock, "now", lambda: start + LONGEST + timedelta(minutes=1))
    assert (await tablet.get("/api/session")).json()["person"] is None


async def test_an_untouched_sign_in_ends_whatever_else_the_page_asks(
    node: Node, tied: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet, student = await make(node, tied), tied.home.students[0]
    await child_at(tablet, student)
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + IDLE - timedelta(minutes=1))
    assert (await tablet.get("/api/sessions")).status_code == 200  # a page that refreshes by itself
    monkeypatch.setattr(clock, "now", lambda: start + IDLE + timedelta(minutes=1))
    session = (await tablet.get("/api/session")).json()
    assert session == {"person": None, "device": "Tablet 3"}
    assert refusal(await tablet.post("/api/session/touch")) == (401, "signed_out")


async def test_a_touch_does_nothing_to_other_sign_ins(node: Node, tied: Pair) -> None:
    visitor = await first_of(node, tied)
    before = (await sign_in_of(node, tied.home.students[0].id)).expires_at
    assert (await visitor.post("/api/session/touch")).status_code == 204
    assert (await sign_in_of(node, tied.home.students[0].id)).expires_at == before


async def test_a_device_that_is_taken_back_is_none_and_signs_out_who_is_there(node: Node, tied: Pair) -> None:
    tablet, student = await make(node, tied), tied.home.students[0]
    await child_at(tablet, student)
    sign_in, told = await sign_in_of(node, student.id), heard(node)
    teacher = await signed_in(node, tied.home.teacher)
    devices = f"/api/classes/{tied.home.school_class.id}/devices"
    (listed,) = (await teacher.get(devices)).json()
    assert listed["name"] == "Tablet 3" and listed["last_used_at"]
    assert (await teacher.delete(f"{devices}/{listed['id']}")).status_code == 204
    assert (await tablet.get("/api/session")).json() == {"person": None}
    assert refusal(await tablet.get("/api/sign-in/device")) == (404, "not_found")
    assert refusal(await child_at(tablet, student)) == (401, "sign_in_failed")
    assert (await teacher.get(devices)).json() == []
    assert refusal(await teacher.delete(f"{devices}/{listed['id']}")) == (404, "not_found")
    while SessionEnded(sign_in.id) not in told:
        await asyncio.sleep(0.01)


async def test_the_devices_of_an_archived_class_are_none(node: Node, tied: Pair) -> None:
    tablet = await make(node, tied)
    async with node.database.engine.begin() as records:
        await records.execute(
            update(SchoolClass).where(SchoolClass.id == tied.home.school_class.id)
            .values(archived_at=clock.now())
        )
    assert (await tablet.get("/api/session")).json() == {"person": None}
    head = await signed_in(node, tied.home.head)
    answer = await head.post(f"/api/classes/{tied.home.school_class.id}/devices", {"name": "x"})
    assert refusal(answer) == (409, "invalid_transition")


async def test_making_a_device_anew_takes_the_old_one_back(node: Node, tied: Pair) -> None:
    tablet = await make(node, tied)
    assert (await tablet.sign_in_staff(tied.home.teacher)).status_code == 200
    devices = f"/api/classes/{tied.home.school_class.id}/devices"
    assert (await tablet.post(devices, {"name": "Tablet 4"})).status_code == 201
    teacher = await signed_in(node, tied.home.teacher)
    assert [each["name"] for each in (await teacher.get(devices)).json()] == ["Tablet 4"]


async def test_devices_are_the_business_of_the_class_and_its_school(node: Node, tied: Pair) -> None:
    tablet = await make(node, tied)
    devices = f"/api/classes/{tied.home.school_class.id}/devices"
    head, strangers = await signed_in(node, tied.home.head), await signed_in(node, tied.abroad.teacher)
    (listed,) = (await head.get(devices)).json()
    for answer in (
        await strangers.get(devices), await strangers.post(devices, {"name": "x"}),
        await strangers.delete(f"{devices}/{listed['id']}"),
    ):
        assert refusal(answer) == (404, "not_found")
    await child_at(tablet, tied.home.students[0])
    assert refusal(await tablet.get(devices)) == (403, "not_allowed")
    assert refusal(await head.post(devices, {"name": "  "})) == (400, "invalid")


async def test_a_planted_cookie_opens_nothing_and_is_replaced_at_sign_in(node: Node, tied: Pair) -> None:
    tablet = await make(node, tied)
    tablet.http.cookies.set(SESSION_COOKIE, "planted")
    answer = await child_at(tablet, tied.home.students[0])
    assert answer.status_code == 200
    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith(SESSION_COOKIE)]
    assert not cookie.startswith(f"{SESSION_COOKIE}=planted")
    thief = node.visitor(cookies={SESSION_COOKIE: "planted"})
    assert (await thief.get("/api/session")).json() == {"person": None}


async def test_devices_taken_back_long_ago_are_forgotten(node: Node, tied: Pair) -> None:
    await make(node, tied)
    async with node.database.engine.begin() as records:
        await records.execute(update(ClassroomDevice).values(revoked_at=clock.now() - KEPT_REVOKED - SOON))
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        await accounts.purge(uow.session)
    async with node.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(ClassroomDevice)) == 0
