"""Classes by hand, imports, cards and the new school year, over HTTP and against the real records."""

from __future__ import annotations

import asyncio
import io
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.cli._utils import LitestarEnv, LitestarGroup
from pypdf import PdfReader
from sqlalchemy import func, select, update

from server import clock
from server.access import grants_in
from server.accounts.models import StaffRole, User, UserKind
from server.app import create_app
from server.audit import service as audit
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.cli import OperatorCommands
from server.config import Settings
from server.csrf import COOKIE, HEADER
from server.db import Database, UnitOfWork
from server.errors import NotFound, PlanChanged
from server.events import AccessChanged, Event, SessionEnded
from server.partnerships.models import Membership, MemberStatus, Partnership, PartnershipStatus
from server.rosters import aliases, cards, service, students
from server.schools.models import RosterEntry, RosterRole, SchoolClass, SchoolKind
from server.spaces.models import Enrolment, Space
from tests.factories import Pair, World, pair
from tests.nodes import Node, Visitor, refusal, signed_in
from tests.queries import counted
from tests.unit.test_roster_files import HEAD, USERS, csv_of, export, zipped

R = StaffRole


async def add_staff(node: Node, school: Any, *posts: StaffRole, verified: bool = True) -> User:
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        return await World(uow.session).staff(school, *posts, verified=verified)


async def entries(node: Node, act: str) -> list[AuditEntry]:
    async with node.database.read() as session:
        return list(await audit.newest(session, AuditEntry.act == act))


def seen_by(node: Node) -> list[Event]:
    seen: list[Event] = []
    node.bus.subscribe(seen.append)
    return seen


def told(seen: list[Event]) -> set[UUID]:
    return {one for each in seen if isinstance(each, AccessChanged) for one in each.user_ids}


async def upload(
    visitor: Visitor, path: str, files: dict[str, bytes], **fields: str
) -> httpx2.Response:
    await visitor.get("/api/session")
    return await visitor.http.post(
        f"/api/rosters/{path}", data=fields, headers={HEADER: visitor.http.cookies.get(COOKIE) or ""},
        files=[("files", (name, data, "text/csv")) for name, data in files.items()],
    )


async def imported(visitor: Visitor, files: dict[str, bytes], **fields: str) -> dict[str, int]:
    looked = await upload(visitor, "plan", files, **fields)
    assert looked.status_code == 200, looked.text
    done = await upload(visitor, "import", files, digest=looked.json()["digest"], **fields)
    assert done.status_code == 200, done.text
    assert done.json()["counts"] == looked.json()["counts"]
    return done.json()["counts"]


@pytest.fixture
async def tied(node: Node) -> Pair:
    return await pair(node.database)


async def count(node: Node, *conditions: Any) -> int:
    async with node.database.read() as session:
        return await session.scalar(select(func.count()).select_from(User).where(*conditions)) or 0


# --- classes by hand ---


async def test_a_class_by_hand(node: Node, tied: Pair) -> None:
    head, seen = await signed_in(node, tied.home.head), seen_by(node)
    made = await head.post("/api/classes", {"name": " 6W ", "school_year": "2026-27"})
    assert made.status_code == 201
    one = made.json()
    assert (one["name"], one["students"], one["teachers"], one["may_manage"]) == ("6W", [], [], True)
    assert len(one["code"]) == 6 and not set(one["code"]) & set("AEIOU01")
    path = f"/api/classes/{one['id']}"
    twin = await head.post("/api/classes", {"name": "6w", "school_year": "2026-27"})
    assert refusal(twin) == (409, "class_exists")
    taught = await head.send("PUT", f"{path}/teachers", {"user_ids": [str(tied.home.teacher.id)]})
    assert [each["name"] for each in taught.json()["teachers"]] == [tied.home.teacher.name]
    assert told(seen) == {tied.home.teacher.id}
    filled = (await head.post(f"{path}/students", {"given_names": ["Amina", "Fox", "Amina"]})).json()
    assert sorted(each["given_name"] for each in filled["students"]) == ["Amina", "Amina", "Fox"]
    assert len({each["alias"] for each in filled["students"]}) == 3
    for each in filled["students"]:
        assert aliases.ALL[each["alias"]] == each["avatar"]
        assert not each["has_pictures"]
        assert "Fox" not in each["alias"] or each["given_name"] != "Fox"
    code = (await head.post(f"{path}/code")).json()["code"]
    assert code != one["code"]
    visitor = node.visitor()
    found = await visitor.post("/api/sign-in/class", {"code": one["code"]})
    assert refusal(found) == (401, "sign_in_failed")
    assert (await visitor.post("/api/sign-in/class", {"code": code})).json()["class_name"] == "6W"
    renamed = await head.send("PUT", path, {"name": "6 Willow", "school_year": "2026-27"})
    assert renamed.json()["name"] == "6 Willow"
    clash = await head.send("PUT", path, {"name": "5W", "school_year": "2026-27"})
    assert refusal(clash) == (409, "class_exists")
    acts = ["class.create", "class.teachers", "class.add_students", "class.code", "class.edit"]
    assert [len(await entries(node, act)) for act in acts] == [1] * 5
    written = [(await entries(node, act))[0] for act in acts]
    for entry in written:
        assert not [name for name in ("Amina", "6W", "Willow") if name in str((entry.before, entry.after))]
    assert written[-1].after == {"school_year": "2026-27", "renamed": True}


async def test_who_sees_and_who_changes_a_class(node: Node, tied: Pair) -> None:
    group, pupil = tied.home.school_class, tied.home.students[0].id
    path = f"/api/classes/{group.id}"
    moves: list[tuple[str, str, Any]] = [
        ("PUT", path, {"name": "X", "school_year": "1"}), ("PUT", f"{path}/teachers", {"user_ids": []}),
        ("POST", f"{path}/code", None), ("POST", f"{path}/students", {"given_names": ["A"]}),
        ("PUT", f"{path}/students/{pupil}", {"given_name": "A", "alias": ""}),
        ("DELETE", f"{path}/students/{pupil}", None), ("GET", f"{path}/students/{pupil}/aliases", None),
    ]
    teacher = await signed_in(node, tied.home.teacher)
    assert [each["id"] for each in (await teacher.get("/api/classes")).json()["items"]] == [str(group.id)]
    assert (await teacher.get(path)).json()["may_manage"] is False
    for method, where, body in [*moves, ("POST", "/api/classes", {"name": "X", "school_year": "1"})]:
        assert refusal(await teacher.send(method, where, body)) == (403, "not_allowed"), where
    colleague = await add_staff(node, tied.home.school, R.TEACHER)
    for user in (colleague, tied.home.safeguarding, tied.abroad.head):
        visitor = await signed_in(node, user)
        assert str(group.id) not in (await visitor.get("/api/classes")).text
        for method, where, body in [("GET", path, None), ("POST", f"{path}/cards", {}), *moves]:
            assert refusal(await visitor.send(method, where, body)) == (404, "not_found"), where
    new_one = await add_staff(node, tied.home.school, R.ADMINISTRATOR, verified=False)
    unverified = await signed_in(node, new_one)
    # First names, codes and cards are for those whom the school has confirmed.
    for method, where, body in [
        ("GET", "/api/classes", None), ("GET", path, None), ("POST", f"{path}/cards", {}), *moves
    ]:
        assert refusal(await unverified.send(method, where, body)) == (403, "not_allowed"), where
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    for method, where, body in [("GET", "/api/classes", None), ("GET", path, None), *moves]:
        assert refusal(await student.send(method, where, body)) == (403, "not_allowed"), where
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        office = await World(uow.session).school("Office")
        office.kind = SchoolKind.OFFICE
        officer = await World(uow.session).staff(office, R.PROGRAMME_OFFICER)
    visitor = await signed_in(node, officer)
    refused = await visitor.post("/api/classes", {"name": "X", "school_year": "1"})
    assert refusal(refused) == (403, "not_allowed")
    head = await signed_in(node, tied.home.head)
    assert (await head.get(path)).json()["code"] == group.code  # nothing of all that was done


async def test_ids_of_another_school_or_class_do_nothing(node: Node, tied: Pair) -> None:
    head = await signed_in(node, tied.home.head)
    path = f"/api/classes/{tied.home.school_class.id}"
    guest = await add_staff(node, tied.home.school)
    for user_id in (tied.abroad.teacher.id, tied.home.students[0].id, guest.id, uuid4()):
        answer = await head.send("PUT", f"{path}/teachers", {"user_ids": [str(user_id)]})
        assert refusal(answer) == (400, "invalid")
    for user_id in (tied.abroad.students[0].id, tied.home.teacher.id, uuid4()):
        where = f"{path}/students/{user_id}"
        body = {"given_name": "A", "alias": ""}
        assert refusal(await head.send("PUT", where, body)) == (404, "not_found")
        assert refusal(await head.delete(where)) == (404, "not_found")
        answer = await head.post(f"{path}/cards", {"student_ids": [str(user_id)]})
        assert refusal(answer) == (404, "not_found")
    wrong = [("name", ""), ("name", "  "), ("name", "x" * 61), ("school_year", "2026-2027x"), ("more", "x")]
    for field, value in wrong:
        body = {"name": "X", "school_year": "2026", field: value}
        assert refusal(await head.post("/api/classes", body)) == (400, "invalid"), field
    for names in ([], [""], ["  "], ["x" * 81], ["x"] * 101):
        answer = await head.post(f"{path}/students", {"given_names": names})
        assert refusal(answer) == (400, "invalid")


async def test_another_alias(node: Node, tied: Pair) -> None:
    head = await signed_in(node, tied.home.head)
    path = f"/api/classes/{tied.home.school_class.id}"
    one, two = (f"{path}/students/{each.id}" for each in tied.home.students)
    offered = (await head.get(f"{one}/aliases")).json()
    assert len(offered) == 24
    chosen = offered[0]["alias"]

    def alias_of(answer: httpx2.Response, number: int) -> str:
        wanted = str(tied.home.students[number].id)
        return next(each["alias"] for each in answer.json()["students"] if each["id"] == wanted)

    body = {"given_name": "Amina", "alias": chosen}
    answer = await head.send("PUT", one, body)
    assert alias_of(answer, 0) == chosen
    assert refusal(await head.send("PUT", two, body)) == (409, "alias_taken")
    for alias in ("Naughty Zebra", "Amina"):
        refused = await head.send("PUT", one, {"given_name": "Amina", "alias": alias})
        assert refusal(refused) == (400, "invalid")
    refused = await head.send("PUT", one, {"given_name": "Zebra", "alias": "Kind Zebra"})
    assert refusal(refused) == (400, "invalid")
    other = alias_of(await head.send("PUT", one, {"given_name": "Amina", "alias": ""}), 0)
    assert other != chosen and other in aliases.ALL
    # A first name that the alias would give away brings another alias by itself.
    animal = other.split()[1]
    kept = alias_of(await head.send("PUT", one, {"given_name": animal, "alias": other}), 0)
    assert animal not in kept
    answers = await asyncio.gather(
        *(head.send("PUT", each, {"given_name": "Bo", "alias": "Wise Crane"}) for each in (one, two))
    )
    assert sorted(each.status_code for each in answers) == [200, 409]


async def test_a_student_who_is_taken_out_is_signed_out(node: Node, tied: Pair) -> None:
    head, student = await signed_in(node, tied.home.head), tied.home.students[0]
    device = node.visitor()
    await device.sign_in_student(student)
    seen = seen_by(node)
    where = f"/api/classes/{tied.home.school_class.id}/students/{student.id}"
    left = (await head.delete(where)).json()
    assert [each["id"] for each in left["students"]] == [str(tied.home.students[1].id)]
    assert told(seen) == {student.id}
    assert any(isinstance(each, SessionEnded) for each in seen)
    assert refusal(await device.get("/api/today")) == (401, "signed_out")
    assert refusal(await device.sign_in_student(student)) == (401, "sign_in_failed")
    assert refusal(await head.delete(where)) == (404, "not_found")
    (entry,) = await entries(node, "class.remove_student")
    assert (entry.subject_id, entry.after) == (student.id, {"disabled": True})


async def test_a_student_of_two_classes_who_leaves_one_stays(node: Node, tied: Pair) -> None:
    student = tied.home.students[0]
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        other = await world.school_class(tied.home.school)
        await world.add(RosterEntry(class_id=other.id, user_id=student.id, role=RosterRole.STUDENT))
    head = await signed_in(node, tied.home.head)
    await head.delete(f"/api/classes/{tied.home.school_class.id}/students/{student.id}")
    assert await count(node, User.id == student.id, User.disabled_at.is_(None)) == 1


async def test_lists_of_classes_come_in_pages_with_as_many_queries(node: Node, tied: Pair) -> None:
    head = await signed_in(node, tied.home.head)

    async def queries(path: str) -> int:
        with counted(node.app.state.database) as statements:
            await head.get(path)
        return len(statements)

    one = f"/api/classes/{tied.home.school_class.id}"
    few = await queries("/api/classes"), await queries(one)
    for number in range(6):
        await head.post("/api/classes", {"name": f"C{number}", "school_year": "2026"})
    await head.post(f"{one}/students", {"given_names": ["A"] * 30})
    assert (await queries("/api/classes"), await queries(one)) == few
    found, cursor = [], ""
    while True:
        page = (await head.get(f"/api/classes?limit=3&cursor={cursor}")).json()
        found += [each["name"] for each in page["items"]]
        if not (cursor := page["next"]):
            break
    assert found == ["5W", *(f"C{number}" for number in range(6))]


async def test_of_two_classes_of_one_name_at_once_one_is_made(node: Node, tied: Pair) -> None:
    head = await signed_in(node, tied.home.head)
    answers = await asyncio.gather(
        *(head.post("/api/classes", {"name": "6W", "school_year": "2026"}) for _ in range(3))
    )
    assert sorted(each.status_code for each in answers) == [201, 409, 409]


# --- cards ---


async def test_a_teacher_prints_cards_and_gives_new_pictures(node: Node, tied: Pair) -> None:
    teacher, student = await signed_in(node, tied.home.teacher), tied.home.students[0]
    path = f"/api/classes/{tied.home.school_class.id}/cards"
    device = node.visitor()
    await device.sign_in_student(student)
    sheet = await teacher.post(path, {})
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.headers["cache-control"] == "no-store"
    assert student.alias in PdfReader(io.BytesIO(sheet.content)).pages[0].extract_text()
    assert (await device.get("/api/session")).json()["person"] is not None  # nothing changed

    drawn: list[cards.Card] = []
    real = cards.cards_pdf
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cards, "cards_pdf", lambda *given: (drawn.extend(given[4]), real(*given))[1])
        printed = await teacher.post(path, {"student_ids": [str(student.id)], "with_pictures": True})
    assert printed.status_code == 200
    (card,) = drawn
    assert card.id == student.id and card.pictures is not None and len(set(card.pictures)) > 1
    assert (await device.get("/api/session")).json()["person"] is None
    assert refusal(await device.sign_in_student(student)) == (401, "sign_in_failed")
    assert (await device.sign_in_student(student, card.pictures)).status_code == 200
    assert (await node.visitor().sign_in_student(tied.home.students[1])).status_code == 200
    (entry,) = await entries(node, "class.pictures")
    assert entry.after == {"user_ids": [str(student.id)]}


async def test_of_two_who_give_new_pictures_at_once_one_sheet_is_true(node: Node, tied: Pair) -> None:
    visitors = [await signed_in(node, user) for user in (tied.home.teacher, tied.home.head)]
    path = f"/api/classes/{tied.home.school_class.id}/cards"
    answers = await asyncio.gather(*(each.post(path, {"with_pictures": True}) for each in visitors))
    codes = sorted(each.status_code for each in answers)
    assert codes in ([200, 409], [200, 200])  # the second only where it began when the first was done
    assert len(await entries(node, "class.pictures")) == codes.count(200)


async def test_new_pictures_need_a_verified_teacher_and_a_sheet_that_can_be_drawn(
    node: Node, tied: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/api/classes/{tied.home.school_class.id}/cards"
    teacher = await signed_in(node, tied.home.teacher)
    async with node.database.engine.begin() as connection:
        await connection.execute(
            update(User).where(User.id == tied.home.teacher.id).values(verified_at=None)
        )
    for with_pictures in (True, False):
        refused = await teacher.post(path, {"with_pictures": with_pictures})
        assert refusal(refused) == (403, "not_allowed")

    def broken(*_: Any) -> bytes:
        raise ValueError("no font")

    monkeypatch.setattr(cards, "cards_pdf", broken)
    head = await signed_in(node, tied.home.head)
    assert (await head.post(path, {"with_pictures": True})).status_code == 500
    assert (await node.visitor().sign_in_student(tied.home.students[0])).status_code == 200


async def test_more_cards_than_a_print_holds_are_refused(node: Node, tied: Pair) -> None:
    head, path = await signed_in(node, tied.home.head), f"/api/classes/{tied.home.school_class.id}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(students, "CARDS_LIMIT", 1)
        assert refusal(await head.post(f"{path}/cards", {"with_pictures": True})) == (400, "invalid")
        one = {"student_ids": [str(tied.home.students[0].id)]}
        assert (await head.post(f"{path}/cards", one)).status_code == 200
    assert (await node.visitor().sign_in_student(tied.home.students[0])).status_code == 200


# --- imports ---


PLAIN = (
    HEAD + "student,1,Amina,Fox,,7A,2026-27,\nstudent,2,Bo,Crane,,7A,2026-27,\n"
    "staff,9,Grace,Wanjiru,grace@school.example,7A,2026-27,teacher\n"
).encode()


async def test_a_plain_table_is_looked_at_then_imported_and_then_there_is_nothing_to_do(
    node: Node, tied: Pair
) -> None:
    head = await signed_in(node, tied.home.head)
    looked = (await upload(head, "plan", {"people.csv": PLAIN})).json()
    assert looked["counts"] == {"add_class": 1, "add_staff": 1, "add_student": 2, "join_class": 3}
    assert await count(node, User.external_id.is_not(None)) == 0
    counts = await imported(head, {"people.csv": PLAIN})
    assert counts == looked["counts"]
    again = (await upload(head, "plan", {"people.csv": PLAIN})).json()
    assert (again["counts"], again["changes"]) == ({}, [])
    async with node.database.read() as session:
        people = {each.external_id: each for each in await session.scalars(
            select(User).where(User.external_id.is_not(None))
        )}
        assert people["1"].given_name == "Amina"
        for each in people.values():
            assert each.secret_hash is None
            assert each.school_id == tied.home.school.id
        for number, family_name in (("1", "Fox"), ("2", "Crane")):  # another child may well be a Brave Crane
            assert not [value for value in vars(people[number]).values() if family_name in str(value)]
        assert "Fox" not in people["1"].name
        assert (people["9"].email, people["9"].verified_at) == ("grace@school.example", None)
    (entry,) = await entries(node, "roster.import")
    assert {key: value for key, value in entry.after.items() if key != "digest"} == counts
    page = (await head.get("/api/classes")).json()["items"]
    assert [(each["name"], each["student_count"]) for each in page] == [("5W", 2), ("7A", 2)]


async def test_a_oneroster_zip_and_loose_files(node: Node, tied: Pair) -> None:
    head = await signed_in(node, tied.home.head)
    await imported(head, {"export.zip": zipped(export())})
    assert (await upload(head, "plan", export())).json()["changes"] == []
    seen = seen_by(node)
    async with node.database.read() as session:
        ids = {each.external_id: each.id for each in await session.scalars(
            select(User).where(User.external_id.is_not(None))
        )}
    smaller = export(
        users=csv_of(
            USERS, "s1,,,true,o1,student,,Amina,Khan,",
            "t1,,,true,o1,teacher,,Grace,Wanjiru,Grace@x.example",
            "a1,,,true,o1,administrator,,Ada,Min,ada@x.example",
        ),
        enrollments=csv_of(
            "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role",
            "e1,,,c2,o1,s1,student", "e3,,,c1,o1,t1,teacher",
        ),
    )
    counts = await imported(head, smaller)
    assert counts == {"join_class": 1, "leave_class": 1, "remove_student": 1}
    assert told(seen) == {ids["s1"], ids["s2"]}
    assert await count(node, User.external_id == "s2", User.disabled_at.is_not(None)) == 1
    # The students made by hand stay: the school's system does not know them.
    assert await count(node, User.kind == UserKind.STUDENT, User.external_id.is_(None),
                       User.disabled_at.is_not(None)) == 0
    assert (await imported(head, export()))["return_student"] == 1
    orgs = csv_of("sourcedId,status,dateLastModified,name,type", "o1,,,Willow,school", "o2,,,Oak,school")
    several = await upload(head, "plan", export(orgs=orgs))
    assert refusal(several) == (400, "choose_org")
    assert [each["id"] for each in several.json()["orgs"]] == ["o1", "o2"]
    assert (await upload(head, "plan", export(orgs=orgs), org="o1")).json()["changes"] == []


async def test_one_row_that_does_not_fit_and_nothing_is_imported(node: Node, tied: Pair) -> None:
    head = await signed_in(node, tied.home.head)
    bad = PLAIN + b"pupil,,A,B,,7A,2026-27,\n"
    for path in ("plan", "import"):
        answer = await upload(head, path, {"people.csv": bad})
        assert refusal(answer) == (400, "roster_errors")
        assert answer.json()["rows"] == [
            {"file": "people.csv", "row": 5, "column": "type", "problem": "unknown_value"}
        ]
    many = (HEAD + "pupil,,A,B,,7A,2026-27,\n" * 500).encode()
    answer = (await upload(head, "plan", {"people.csv": many})).json()
    assert (len(answer["rows"]), answer["count"]) == (200, 500)
    theirs = (HEAD + f"staff,,A,B,{tied.abroad.teacher.email},,,\n").encode()
    answer = await upload(head, "plan", {"people.csv": theirs})
    assert answer.json()["rows"][0]["problem"] == "email_taken"
    for files in ({"x.zip": b"PK nothing"}, {"a.csv": b"x", "b.csv": b"y"}):
        assert refusal(await upload(head, "plan", files)) == (400, "roster_file")
    assert await count(node, User.school_id == tied.home.school.id) == 5
    assert await entries(node, "roster.import") == []


async def test_a_plan_that_is_not_true_any_more_is_not_carried_out(node: Node, tied: Pair) -> None:
    head = await signed_in(node, tied.home.head)
    digest = (await upload(head, "plan", {"a.csv": PLAIN})).json()["digest"]
    for wrong in ("", "x" * 32):
        answer = await upload(head, "import", {"a.csv": PLAIN}, digest=wrong)
        assert refusal(answer) == (409, "plan_changed")
    answers = await asyncio.gather(
        *(upload(head, "import", {"a.csv": PLAIN}, digest=digest) for _ in range(3))
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409]
    assert await count(node, User.external_id.is_not(None)) == 3


async def test_who_may_import_and_how_much(node: Node, tied: Pair) -> None:
    unverified = await add_staff(node, tied.home.school, R.ADMINISTRATOR, verified=False)
    for user in (tied.home.teacher, tied.home.safeguarding, unverified):
        visitor = await signed_in(node, user)
        for path in ("plan", "import"):
            assert refusal(await upload(visitor, path, {"a.csv": PLAIN})) == (403, "not_allowed")
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    assert refusal(await upload(student, "plan", {"a.csv": PLAIN})) == (403, "not_allowed")
    head = await signed_in(node, tied.home.head)
    large = PLAIN + b"\n" * (2 * 1024 * 1024)  # beyond the limit of other routes
    assert (await upload(head, "plan", {"a.csv": large})).status_code in (200, 400)
    assert refusal(await upload(head, "plan", {"a.csv": b"x" * 9_000_000})) == (413, "too_large")
    assert refusal(await upload(head, "plan", {})) == (400, "invalid")


async def test_somebody_who_joins_a_class_where_their_alias_is_taken_gets_another(
    node: Node, tied: Pair
) -> None:
    head = await signed_in(node, tied.home.head)
    await imported(head, {"a.csv": PLAIN})
    async with node.database.engine.begin() as connection:
        await connection.execute(update(User).where(User.external_id == "1").values(name="Heron 1"))
    await imported(head, {"a.csv": (HEAD + "student,1,Amina,Fox,,5W,2026-27,\n").encode()})
    async with node.database.read() as session:
        names = (await session.scalars(
            select(User.name).join(RosterEntry, RosterEntry.user_id == User.id)
            .where(RosterEntry.class_id == tied.home.school_class.id, RosterEntry.role == RosterRole.STUDENT)
        )).all()
    assert len(names) == len(set(names)) == 3


async def test_a_member_of_staff_who_is_deleted_is_disabled_and_a_school_keeps_a_manager(
    node: Node, tied: Pair
) -> None:
    head = await signed_in(node, tied.home.head)
    await imported(head, export())
    gone = export(users=export()["users.csv"].replace(b"t1,,", b"t1,tobedeleted,"))
    assert (await imported(head, gone)) == {"remove_staff": 1}
    assert await count(node, User.external_id == "t1", User.disabled_at.is_not(None)) == 1
    async with node.database.engine.begin() as connection:
        await connection.execute(
            update(User).where(User.id == tied.home.head.id).values(external_id="h1")
        )
    rows = export()["users.csv"] + b"h1,tobedeleted,,true,o1,teacher,,The,Head,\r\n"
    digest = (await upload(head, "plan", export(users=rows))).json()["digest"]
    answer = await upload(head, "import", export(users=rows), digest=digest)
    assert refusal(answer) == (409, "last_manager")
    assert await count(node, User.id == tied.home.head.id, User.disabled_at.is_(None)) == 1


async def test_a_guest_who_is_imported_into_a_class_becomes_a_teacher(node: Node, tied: Pair) -> None:
    guest = await add_staff(node, tied.home.school)
    head = await signed_in(node, tied.home.head)
    first, last = guest.name.split()
    row = f"staff,,{first},{last},{guest.email},5W,2026-27,\n"
    counts = await imported(head, {"a.csv": (HEAD + row).encode()})
    assert counts == {"add_posts": 1, "join_class": 1}
    (entry,) = await entries(node, "staff.edit")
    assert (entry.subject_id, entry.before, entry.after) == (guest.id, {"posts": []}, {"posts": ["teacher"]})
    async with node.database.read() as session:
        assert await grants_in(session, guest.id, tied.space.id)


async def test_posts_and_addresses_that_an_import_changes_are_on_record(node: Node, tied: Pair) -> None:
    head, teacher = await signed_in(node, tied.home.head), tied.home.teacher
    first, last = teacher.name.split()
    rows = f"staff,9,{first},{last},{{}},,,administrator\nstaff,,Ada,Min,ada@x.example,,,headteacher\n"
    await imported(head, {"a.csv": (HEAD + rows.format(teacher.email)).encode()})
    (edited,) = await entries(node, "staff.edit")
    assert (edited.subject_id, edited.actor_id) == (teacher.id, tied.home.head.id)
    assert (edited.before, edited.after) == (
        {"posts": ["teacher"]}, {"posts": ["administrator", "teacher"]}
    )
    (made,) = await entries(node, "staff.create")
    assert made.after == {"posts": ["headteacher"], "verified": False}
    link = (await head.post(f"/api/staff/{teacher.id}/welcome-link")).json()["welcome_path"]
    await imported(head, {"a.csv": (HEAD + rows.format("new@x.example")).encode()})
    (entry,) = await entries(node, "staff.email")
    assert (entry.subject_id, entry.before, entry.after) == (teacher.id, {}, {})
    body = {"token": link.partition("#")[2]}
    assert refusal(await node.visitor().post("/api/welcome/look", body)) == (404, "link_over")


async def test_nobody_gets_posts_by_their_own_import(node: Node, tied: Pair) -> None:
    administrator = await add_staff(node, tied.home.school, R.ADMINISTRATOR)
    first, last = administrator.name.split()
    row = f"staff,,{first},{last},{administrator.email},,,headteacher safeguarding_lead\n"
    files = {"a.csv": (HEAD + row).encode()}
    own = await signed_in(node, administrator)
    assert (await upload(own, "plan", files)).json()["changes"] == []
    head = await signed_in(node, tied.home.head)
    assert (await upload(head, "plan", files)).json()["counts"] == {"add_posts": 1}


async def test_an_alias_that_holds_the_family_name_is_changed(node: Node, tied: Pair) -> None:
    head, student = await signed_in(node, tied.home.head), tied.home.students[0]
    async with node.database.engine.begin() as connection:
        await connection.execute(
            update(User).where(User.id == student.id).values(name="Brave Fox", given_name="Zuri")
        )
    files = {"a.csv": (HEAD + "student,9,Zuri,Fox,,5W,2026-27,\n").encode()}
    assert await imported(head, files) == {"change_alias": 1, "link_student": 1}
    async with node.database.read() as session:
        found = await session.get_one(User, student.id)
    assert "Fox" not in found.name and aliases.ALL[found.name] == found.avatar
    assert (await upload(head, "plan", files)).json()["changes"] == []


async def test_a_file_of_last_year_does_not_reopen_a_class_that_went_on(node: Node, tied: Pair) -> None:
    head, files = await signed_in(node, tied.home.head), {"a.zip": zipped(export())}
    await imported(head, files)
    listed = (await head.get("/api/classes")).json()["items"]
    year = next(each["school_year"] for each in listed if each["name"] == "Maths")
    body = {"school_year": year, "new_year": "2030-31"}
    digest = (await head.post("/api/rosters/rollover", body)).json()["digest"]
    assert (await head.post("/api/rosters/rollover", {**body, "digest": digest})).status_code == 200
    stale = await upload(head, "plan", files)
    assert refusal(stale) == (400, "roster_errors")
    assert {each["problem"] for each in stale.json()["rows"]} == {"year_over"}


async def test_a_class_that_is_opened_again_has_another_code(node: Node, tied: Pair) -> None:
    head = await signed_in(node, tied.home.head)
    await imported(head, export())
    rows = export()["classes.csv"]
    fewer = b"\r\n".join(line for line in rows.splitlines() if b"Maths" not in line) + b"\r\n"
    places = export()["enrollments.csv"]
    fewer_places = b"\r\n".join(line for line in places.splitlines() if b",c2," not in line) + b"\r\n"

    async def maths() -> SchoolClass:
        async with node.database.read() as session:
            return (await session.scalars(select(SchoolClass).where(SchoolClass.name == "Maths"))).one()

    before = await maths()
    counts = await imported(head, export(classes=fewer, enrollments=fewer_places))
    assert counts["archive_class"] == 1
    assert (await imported(head, export()))["reopen_class"] == 1
    after = await maths()
    assert (after.id, after.archived_at) == (before.id, None)
    assert after.code != before.code


async def test_a_large_school_is_imported_with_few_queries(node: Node, tied: Pair) -> None:
    head = await signed_in(node, tied.home.head)
    rows = "".join(f"student,{n},Name{n},Family,,K{n // 30},2026,\n" for n in range(600))
    files = {"a.csv": (HEAD + rows).encode()}
    digest = (await upload(head, "plan", files)).json()["digest"]
    with counted(node.app.state.database) as statements:
        assert (await upload(head, "import", files, digest=digest)).status_code == 200
    assert len(statements) < 120  # some a class, none a student
    assert await count(node, User.given_name.startswith("Name")) == 600


rows_of = st.lists(
    st.tuples(*(st.sampled_from(each) for each in (["", "1", "2", "3"], ["Amina", "Bo"], ["5W", "6W"]))),
    max_size=5, unique_by=lambda row: row[0] or row,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(rows_of, min_size=1, max_size=3))
async def test_importing_twice_is_importing_once(sqlite_template: Path, tmp_path: Path, history: Any) -> None:
    path = tmp_path / f"{uuid4()}.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    database, bus = Database(f"sqlite+aiosqlite:///{path}"), InProcessBus()
    try:
        async with UnitOfWork(database, bus) as uow:
            school = await World(uow.session).school()
        for rows in history:
            text = "".join(f"student,{key},{name},Fox,,{group},2026,\n" for key, name, group in rows)
            files = [("a.csv", (HEAD + text).encode())]
            made = await service.plan_import(database, None, school.id, files)
            await service.apply_import(database, bus, None, school.id, files, made.digest)
            assert (await service.plan_import(database, None, school.id, files)).changes == []
    finally:
        await database.close()


async def test_the_operator_imports_for_a_school_that_exists(database: Database) -> None:
    files = [("a.csv", PLAIN)]
    with pytest.raises(NotFound):
        await service.plan_import(database, None, uuid4(), files)
    async with UnitOfWork(database, InProcessBus()) as uow:
        school = await World(uow.session).school()
    with pytest.raises(PlanChanged):
        await service.apply_import(database, InProcessBus(), None, school.id, files, "other")


# --- the new school year ---


async def test_a_new_school_year(node: Node, tied: Pair) -> None:
    head, group = await signed_in(node, tied.home.head), tied.home.school_class
    leaver, stays = tied.home.students
    device = node.visitor()
    await device.sign_in_student(leaver)
    body: dict[str, Any] = {
        "school_year": "2026-27", "new_year": "2027-28", "leavers": [str(leaver.id)],
        "classes": [{"class_id": str(group.id), "name": "6W"}],
    }
    looked = (await head.post("/api/rosters/rollover", body)).json()
    (step,) = looked["steps"]
    assert (step["name"], step["new_name"], looked["done"]) == ("5W", "6W", False)
    assert (step["students"], step["leavers"]) == ([str(stays.id)], [str(leaver.id)])
    assert step["teachers"] == [str(tied.home.teacher.id)]
    assert step["spaces"] == [str(tied.space.id)]  # a staff room has no classes to carry
    assert (await head.get(f"/api/classes/{group.id}")).json()["archived_at"] is None
    refused = await head.post("/api/rosters/rollover", {**body, "digest": "other"})
    assert refusal(refused) == (409, "plan_changed")

    seen = seen_by(node)
    body["digest"] = looked["digest"]
    answers = await asyncio.gather(*(head.post("/api/rosters/rollover", body) for _ in range(2)))
    assert sorted(each.status_code for each in answers) == [200, 404]
    assert told(seen) >= {leaver.id, stays.id, tied.home.teacher.id}
    assert any(tied.space.id in each.space_ids for each in seen if isinstance(each, AccessChanged))
    assert refusal(await device.get("/api/today")) == (401, "signed_out")
    (new,) = (await head.get("/api/classes")).json()["items"]
    (old,) = (await head.get("/api/classes?archived=true")).json()["items"]
    assert (new["name"], new["school_year"], new["student_count"]) == ("6W", "2027-28", 1)
    assert (old["id"], old["code"]) == (str(group.id), "")
    visitor = node.visitor()
    assert refusal(await visitor.post("/api/sign-in/class", {"code": group.code})) == (401, "sign_in_failed")
    assert refusal(await visitor.sign_in_student(stays)) == (401, "sign_in_failed")
    assert refusal(await head.post(f"/api/classes/{group.id}/code")) == (409, "invalid_transition")
    assert refusal(await head.post(f"/api/classes/{group.id}/cards", {})) == (409, "invalid_transition")
    async with node.database.read() as session:
        entered = await session.scalars(
            select(RosterEntry.user_id).where(RosterEntry.class_id == group.id)
        )
        assert set(entered) == {leaver.id, stays.id, tied.home.teacher.id}  # the record stays
        assert await grants_in(session, stays.id, tied.space.id)
        assert await grants_in(session, leaver.id, tied.space.id) == frozenset()
        assert await grants_in(session, tied.home.teacher.id, tied.space.id)
        renewed = await session.get_one(SchoolClass, UUID(new["id"]))
        assert renewed.continues_id == group.id
    (entry,) = await entries(node, "space.enrol")
    assert (entry.subject_id, entry.partnership_id) == (tied.space.id, tied.partnership.id)
    assert entry.after == {"class_ids": sorted([str(group.id), new["id"]])}
    (entry,) = await entries(node, "roster.rollover")
    assert (entry.before, entry.after["leavers"]) == ({"school_year": "2026-27"}, 1)
    # The name of the class of this year is shown, not of the last.
    person = (await visitor.sign_in_student(type(stays)(stays.id, stays.alias, new["code"]))).json()["person"]
    assert person["class_name"] == "6W"


async def test_a_class_that_ends_and_projects_that_are_not_carried_on(node: Node, tied: Pair) -> None:
    head, group = await signed_in(node, tied.home.head), tied.home.school_class
    body: dict[str, Any] = {
        "school_year": "2026-27", "new_year": "2027-28", "carry_enrolments": False,
        "classes": [{"class_id": str(group.id), "name": "5W", "ends": True}],
    }
    looked = (await head.post("/api/rosters/rollover", body)).json()
    assert looked["steps"][0]["new_name"] == ""
    done = await head.post("/api/rosters/rollover", {**body, "digest": looked["digest"]})
    assert done.json()["done"]
    assert (await head.get("/api/classes")).json()["items"] == []
    assert await count(node, User.school_id == tied.home.school.id, User.kind == UserKind.STUDENT,
                       User.disabled_at.is_(None)) == 0
    async with node.database.read() as session:
        teacher = await grants_in(session, tied.home.head.id, tied.space.id)
        assert teacher  # by office
        assert await session.scalar(select(func.count()).select_from(Enrolment)) == 4


@pytest.mark.parametrize("state", ["suspended", "left"])
async def test_no_class_comes_in_where_staff_could_not_enrol_it(node: Node, tied: Pair, state: str) -> None:
    head, body = await signed_in(node, tied.home.head), {"school_year": "2026-27", "new_year": "2027-28"}
    looked = (await head.post("/api/rosters/rollover", body)).json()
    assert looked["steps"][0]["spaces"] == [str(tied.space.id)]
    async with node.database.engine.begin() as connection:
        if state == "suspended":
            await connection.execute(update(Partnership).values(status=PartnershipStatus.SUSPENDED))
        else:
            mine = Membership.school_id == tied.home.school.id
            await connection.execute(update(Membership).where(mine).values(status=MemberStatus.LEFT))
    refused = await head.post("/api/rosters/rollover", {**body, "digest": looked["digest"]})
    assert refusal(refused) == (409, "plan_changed")
    looked = (await head.post("/api/rosters/rollover", body)).json()
    assert looked["steps"][0]["spaces"] == []
    done = await head.post("/api/rosters/rollover", {**body, "digest": looked["digest"]})
    assert done.status_code == 200
    async with node.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Enrolment)) == 4
    assert await entries(node, "space.enrol") == []


async def test_an_archived_class_admits_nobody(node: Node, tied: Pair) -> None:
    """The access rule itself: entries and enrolment are still there."""
    colleague = await add_staff(node, tied.home.school, R.TEACHER)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        uow.session.add(
            RosterEntry(class_id=tied.home.school_class.id, user_id=colleague.id, role=RosterRole.TEACHER)
        )
    people = [tied.home.students[0].id, colleague.id]
    async with node.database.read() as session:
        assert all([await grants_in(session, each, tied.space.id) for each in people])
    async with node.database.engine.begin() as connection:
        await connection.execute(
            update(SchoolClass).where(SchoolClass.id == tied.home.school_class.id)
            .values(archived_at=clock.now())
        )
    async with node.database.read() as session:
        assert not any([await grants_in(session, each, tied.space.id) for each in people])
        assert await grants_in(session, tied.abroad.students[0].id, tied.space.id)


async def test_a_rollover_that_does_not_fit(node: Node, tied: Pair) -> None:
    head, group = await signed_in(node, tied.home.head), str(tied.home.school_class.id)
    good: dict[str, Any] = {"school_year": "2026-27", "new_year": "2027-28"}
    await head.post("/api/classes", {"name": "6w", "school_year": "2027-28"})
    wrong: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"new_year": "2026-27"}, (400, "invalid")),
        ({"new_year": " "}, (400, "invalid")),
        ({"school_year": "1999"}, (404, "not_found")),
        ({"classes": [{"class_id": str(tied.abroad.school_class.id), "name": "X"}]}, (404, "not_found")),
        ({"classes": [{"class_id": group, "name": "X"}] * 2}, (404, "not_found")),
        ({"classes": [{"class_id": group, "name": "6W"}]}, (400, "invalid")),
        ({"leavers": [str(tied.abroad.students[0].id)]}, (404, "not_found")),
        ({"leavers": [str(tied.home.teacher.id)]}, (404, "not_found")),
        ({"more": 1}, (400, "invalid")),
    ]
    for part, answer in wrong:
        assert refusal(await head.post("/api/rosters/rollover", {**good, **part})) == answer, part
    for user in (tied.home.teacher, tied.home.safeguarding):
        visitor = await signed_in(node, user)
        assert refusal(await visitor.post("/api/rosters/rollover", good)) == (403, "not_allowed")
    async with node.database.engine.begin() as connection:
        await connection.execute(
            update(Space).where(Space.id == tied.space.id).values(archived_at=clock.now())
        )
    (step,) = (await head.post("/api/rosters/rollover", good)).json()["steps"]
    assert (step["new_name"], step["spaces"]) == ("5W", [])


# --- the operator's command ---


def run(file: Path, *words: str) -> Result:
    app = create_app(Settings(database_url=f"sqlite+aiosqlite:///{file}", client_dir="/nonexistent"))
    commands = LitestarGroup("commonroom")
    OperatorCommands().on_cli_init(commands)
    return CliRunner().invoke(commands, [*words], obj=LitestarEnv(app_path="", app=app, cwd=Path.cwd()))


def test_roster_import_for_operators(sqlite_template: Path, tmp_path: Path) -> None:
    file = tmp_path / "commonroom.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())

    async def prepare() -> UUID:
        database = Database(f"sqlite+aiosqlite:///{file}")
        async with UnitOfWork(database, InProcessBus()) as uow:
            school = await World(uow.session).school()
        await database.close()
        return school.id

    school = str(asyncio.run(prepare()))
    folder = tmp_path / "export"
    folder.mkdir()
    for name, data in export().items():
        (folder / name).write_bytes(data)
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w") as held:
        for name, data in export().items():
            held.writestr(name, data)
    looked = run(file, "roster-import", str(folder), "--school", school)
    assert looked.exit_code == 0, looked.output
    assert "add_student: 2" in looked.output and "Nothing was changed" in looked.output
    done = run(file, "roster-import", str(archive), "--school", school, "--apply")
    assert done.exit_code == 0, done.output
    assert "add_student: 2" in done.output
    again = run(file, "roster-import", str(folder), "--school", school, "--dry-run")
    assert "nothing to change" in again.output
    bad = tmp_path / "bad.csv"
    bad.write_bytes(HEAD.encode() + b"pupil,,A,B,,5W,2026,\n")
    refused = run(file, "roster-import", str(bad), "--school", school, "--apply")
    assert refused.exit_code == 1
    assert "bad.csv, row 2, type: unknown_value" in refused.output
    assert "Traceback" not in refused.output
    for wrong in ("nonsense", str(uuid4())):
        assert run(file, "roster-import", str(folder), "--school", wrong).exit_code != 0
