"""Signing in and out, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
import structlog
from sqlalchemy import func, select, update

from server import clock
from server.accounts import signing_in
from server.accounts.api import SESSION_COOKIE
from server.accounts.models import LoginSession, SignInTries, User
from server.accounts.tries import ACCOUNT_LIMIT, CODE_LIMIT, DAY, DAY_LIMIT, WINDOW
from server.bus import InProcessBus
from server.config import Settings
from server.csrf import COOKIE, HEADER
from server.db import Database, UnitOfWork
from server.errors import DomainError
from server.events import Event, PresenceHeld, SessionEnded
from tests.factories import PASSWORD, PICTURES, Pair, World, pair
from tests.nodes import Node, Visitor, refusal

WRONG_PICTURES = ("sun", "sun", "sun")


@pytest.fixture
async def tied(node: Node) -> Pair:
    return await pair(node.database)


def code(response: httpx2.Response) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    return response.json()["code"]


def events_of(node: Node) -> list[Event]:
    """What is published from now on, but for the nodes' signs of life."""
    seen: list[Event] = []

    def note(event: Event) -> None:
        if not isinstance(event, PresenceHeld):
            seen.append(event)

    node.bus.subscribe(note)
    return seen


async def disable(node: Node, user_id: UUID) -> None:
    async with node.database.engine.begin() as connection:
        await connection.execute(update(User).where(User.id == user_id).values(disabled_at=clock.now()))


async def test_staff_sign_in_by_email_and_password(node: Node, tied: Pair) -> None:
    visitor = node.visitor()
    assert (await visitor.get("/api/session")).json() == {"person": None}
    answer = await visitor.sign_in_staff(f"  {tied.home.head.email}".upper())
    assert answer.status_code == 200
    person = answer.json()["person"]
    assert person == (await visitor.get("/api/session")).json()["person"]
    assert person["name"] == tied.home.head.name
    assert (person["kind"], person["roles"], person["class_name"]) == ("staff", ["headteacher"], "")
    assert person["school"]["name"] == "Willow"
    assert "@" not in answer.text


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(node: Node, tied: Pair) -> None:
    answer = await node.visitor().sign_in_staff(tied.home.head)
    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith(SESSION_COOKIE)]
    marks = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= marks
    assert "secure" not in marks  # this node is not behind TLS; `cookie_secure` says when it is


async def test_student_signs_in_by_class_code_alias_and_pictures(node: Node, tied: Pair) -> None:
    visitor, student = node.visitor(), tied.home.students[0]
    typed = f"{student.code[:3]}-{student.code[3:]}".lower()
    found = (await visitor.post("/api/sign-in/class", {"code": typed})).json()
    assert found["class_name"] == "5W"
    assert found["school_name"] == "Willow"
    assert {(each["id"], each["alias"]) for each in found["students"]} == {
        (str(each.id), each.alias) for each in tied.home.students
    }
    person = (await visitor.sign_in_student(student)).json()["person"]
    assert (person["id"], person["kind"], person["class_name"]) == (str(student.id), "student", "5W")
    assert person["roles"] == []


async def test_a_disabled_student_is_not_on_the_list_of_the_class(node: Node, tied: Pair) -> None:
    gone, other = tied.home.students
    await disable(node, gone.id)
    found = (await node.visitor().post("/api/sign-in/class", {"code": gone.code})).json()
    assert [each["id"] for each in found["students"]] == [str(other.id)]


async def test_every_failed_sign_in_is_answered_with_the_same_words(node: Node, tied: Pair) -> None:
    student, head = tied.home.students[0], tied.home.head
    disabled_student, disabled_head = tied.abroad.students[0], tied.abroad.head
    await disable(node, disabled_student.id)
    await disable(node, disabled_head.id)
    visitor = node.visitor()
    unknown_student = type(student)(uuid4(), "Nobody", student.code)
    other_class = type(student)(student.id, student.alias, tied.abroad.students[0].code)
    answers = [
        await visitor.sign_in_staff(head, "wrong"),
        await visitor.sign_in_staff("nobody@school.example"),
        await visitor.sign_in_staff(disabled_head),
        await visitor.post("/api/sign-in/class", {"code": "NOTHER"}),
        await visitor.post("/api/sign-in/class", {"code": "---"}),
        await visitor.sign_in_student(student, WRONG_PICTURES),
        await visitor.sign_in_student(student, tuple(reversed(PICTURES))),
        await visitor.sign_in_student(unknown_student),
        await visitor.sign_in_student(other_class),
        await visitor.sign_in_student(disabled_student),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert code(answers[0]) == "sign_in_failed"
    assert visitor.session_token is None


async def test_a_student_is_no_member_of_staff_to_sign_in_as(node: Node, tied: Pair) -> None:
    head = type(tied.home.students[0])(tied.home.head.id, "", tied.home.students[0].code)
    assert code(await node.visitor().sign_in_student(head)) == "sign_in_failed"


async def test_an_account_that_is_disabled_is_signed_out_at_once(node: Node, tied: Pair) -> None:
    visitor = node.visitor()
    await visitor.sign_in_staff(tied.home.head)
    await disable(node, tied.home.head.id)
    assert (await visitor.get("/api/session")).json() == {"person": None}
    assert code(await visitor.get("/api/today")) == "signed_out"


async def test_each_sign_in_makes_a_new_id_and_ends_the_one_it_replaces(node: Node, tied: Pair) -> None:
    visitor, seen = node.visitor(), events_of(node)
    visitor.http.cookies.set(SESSION_COOKIE, "planted-by-someone-else", domain="127.0.0.1")
    await visitor.sign_in_staff(tied.home.head)
    first = visitor.session_token
    assert first != "planted-by-someone-else"
    (listed,) = (await visitor.get("/api/sessions")).json()
    await visitor.sign_in_staff(tied.home.teacher)
    assert visitor.session_token not in (None, first)
    thief = node.visitor(cookies={SESSION_COOKIE: first})
    assert code(await thief.get("/api/today")) == "signed_out"
    assert SessionEnded(UUID(listed["id"])) in seen


async def test_the_database_does_not_hold_what_the_cookie_holds(node: Node, tied: Pair) -> None:
    visitor = node.visitor()
    await visitor.sign_in_staff(tied.home.head)
    async with node.database.read() as session:
        (stored,) = await session.scalars(select(LoginSession.token_hash))
    assert visitor.session_token
    assert stored != visitor.session_token


async def test_sign_in_ends_after_its_time(node: Node, tied: Pair) -> None:
    visitor = node.visitor()
    await visitor.sign_in_student(tied.home.students[0])
    async with node.database.engine.begin() as connection:
        (ends,) = (await connection.execute(select(LoginSession.expires_at))).one()
        hours = node.settings.student_session_hours
        assert timedelta(hours=hours - 1) < ends - clock.now() <= timedelta(hours=hours)
        await connection.execute(update(LoginSession).values(expires_at=clock.now() - timedelta(seconds=1)))
    assert code(await visitor.get("/api/today")) == "signed_out"


async def test_people_see_and_end_their_own_sign_ins(node: Node, tied: Pair) -> None:
    seen = events_of(node)
    firefox = "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0"
    tablet, desk, other = node.visitor(headers={"user-agent": firefox}), node.visitor(), node.visitor()
    for visitor in (tablet, desk):
        await visitor.sign_in_staff(tied.home.head)
    await other.sign_in_staff(tied.abroad.head)
    listed = (await desk.get("/api/sessions")).json()
    assert len(listed) == 2
    (mine,) = [each for each in listed if each["current"]]
    (on_tablet,) = [each for each in listed if not each["current"]]
    assert on_tablet["device"] == "Firefox on Android"
    # Another person cannot end it, nor learn that it exists.
    assert code(await other.delete(f"/api/sessions/{on_tablet['id']}")) == "not_found"
    assert (await tablet.get("/api/today")).status_code == 200
    assert (await desk.delete(f"/api/sessions/{on_tablet['id']}")).status_code == 204
    assert code(await tablet.get("/api/today")) == "signed_out"
    assert code(await desk.delete(f"/api/sessions/{on_tablet['id']}")) == "not_found"
    assert [each["id"] for each in (await desk.get("/api/sessions")).json()] == [mine["id"]]
    assert seen == [SessionEnded(UUID(on_tablet["id"]))]


async def test_signing_out_ends_the_sign_in_and_takes_the_cookie_away(node: Node, tied: Pair) -> None:
    visitor, seen = node.visitor(), events_of(node)
    await visitor.sign_in_student(tied.home.students[0])
    token = visitor.session_token
    assert (await visitor.post("/api/sign-out")).status_code == 204
    assert visitor.session_token is None
    assert code(await node.visitor(cookies={SESSION_COOKIE: token}).get("/api/today")) == "signed_out"
    assert [type(event) for event in seen] == [SessionEnded]
    async with node.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(LoginSession)) == 0


Try = Callable[[Visitor, bool], Awaitable[httpx2.Response]]


@pytest.mark.parametrize("kind", ["staff", "student"])
async def test_the_eleventh_wrong_try_for_an_account_is_refused(node: Node, tied: Pair, kind: str) -> None:
    student, visitor = tied.home.students[0], node.visitor()

    async def attempt(right: bool) -> httpx2.Response:
        if kind == "student":
            return await visitor.sign_in_student(student, PICTURES if right else WRONG_PICTURES)
        return await visitor.sign_in_staff(tied.home.head, PASSWORD if right else "wrong")

    for _ in range(ACCOUNT_LIMIT):
        assert code(await attempt(False)) == "sign_in_failed"
    refused = await attempt(False)
    assert (refused.status_code, code(refused)) == (429, "too_many_tries")
    assert code(await attempt(True)) == "too_many_tries"  # or guessing would go on until one fits
    # Others of the same school are not held up.
    assert (await node.visitor().sign_in_student(tied.home.students[1])).status_code == 200


async def test_an_address_that_nobody_has_is_counted_like_an_account(node: Node) -> None:
    """Or the limit would tell which addresses exist."""
    await node.visitor().sign_in_staff("nobody@school.example", "wrong")
    async with node.database.read() as session:
        counted = (await session.scalars(select(SignInTries))).all()
    assert sorted((each.subject.partition(":")[0], each.failures) for each in counted) == [
        ("account", 1), ("address", 1), ("day", 1)
    ]
    assert all("nobody" not in each.subject and "127.0.0.1" not in each.subject for each in counted)


async def test_a_right_sign_in_does_not_count_as_a_try(node: Node, tied: Pair) -> None:
    visitor = node.visitor()
    for _ in range(ACCOUNT_LIMIT + 2):
        assert (await visitor.sign_in_student(tied.home.students[0])).status_code == 200


async def test_many_wrong_tries_at_once_do_not_slip_past_the_limit(node: Node, tied: Pair) -> None:
    visitor, student = node.visitor(), tied.home.students[0]
    await visitor.get("/api/session")
    answers = await asyncio.gather(
        *(visitor.sign_in_student(student, WRONG_PICTURES) for _ in range(ACCOUNT_LIMIT + 5))
    )
    assert sorted(code(answer) for answer in answers) == (
        ["sign_in_failed"] * ACCOUNT_LIMIT + ["too_many_tries"] * 5
    )


async def test_one_account_that_signs_in_on_many_devices_at_once(node: Node, tied: Pair) -> None:
    visitors = [node.visitor() for _ in range(ACCOUNT_LIMIT)]
    answers = await asyncio.gather(*(each.sign_in_student(tied.home.students[0]) for each in visitors))
    assert [answer.status_code for answer in answers] == [200] * ACCOUNT_LIMIT


async def test_a_class_of_thirty_signs_in_at_once_behind_one_address(node: Node) -> None:
    tied = await pair(node.database, students=30)
    visitors = [node.visitor() for _ in tied.home.students]

    async def come_in(visitor: Visitor, number: int) -> httpx2.Response:
        student = tied.home.students[number]
        for _ in range(number % 3):  # children mistype
            assert code(await visitor.sign_in_student(student, WRONG_PICTURES)) == "sign_in_failed"
        return await visitor.sign_in_student(student)

    answers = await asyncio.gather(*(come_in(each, number) for number, each in enumerate(visitors)))
    assert [answer.status_code for answer in answers] == [200] * 30


async def test_logs_hold_no_password_no_token_and_no_name(node: Node, tied: Pair) -> None:
    staff, student = node.visitor(), node.visitor()
    with structlog.testing.capture_logs() as lines:
        await staff.sign_in_staff(tied.home.head, "wrong but private")
        await staff.sign_in_staff(tied.home.head)
        await staff.post("/api/sign-in/staff", {"email": "malformed", "password": ["in a list"]})
        await student.sign_in_student(tied.home.students[0])
        await staff.get("/api/sessions?token=in-the-query")
    statuses = [line["status"] for line in lines if line["route"].startswith("/api/sign-in")]
    assert statuses == [401, 200, 400, 200]
    written = repr(lines)
    for secret in (
        "wrong but private", "in a list", PASSWORD, *PICTURES, staff.session_token, student.session_token,
        tied.home.head.email, "in-the-query",
    ):
        assert str(secret) not in written


async def test_a_csrf_cookie_of_another_secret_is_replaced(node: Node) -> None:
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        person = await world.staff(await world.school())
    visitor = node.visitor()
    visitor.http.cookies.set(COOKIE, "ab" * 64, domain="127.0.0.1", path="/")
    assert person.email is not None
    assert (await visitor.sign_in_staff(person.email)).status_code == 403
    await visitor.get("/api/session")
    assert (await visitor.sign_in_staff(person.email)).status_code == 200


async def trying_at(
    database: Database, bus: InProcessBus
) -> Callable[[tuple[str, ...], datetime], Awaitable[str]]:
    """A student who tries pictures at any moment: the code of the refusal, or "in"."""
    student = (await pair(database)).home.students[0]
    coming = signing_in.SignIn(client="192.0.2.1", user_agent="", old_token="")

    async def tried(pictures: tuple[str, ...], moment: datetime) -> str:
        with clock.set_clock(lambda: moment):
            try:
                await signing_in.sign_in_student(
                    database, bus, Settings(), student.code, student.id, pictures, coming
                )
            except DomainError as error:
                return error.code
        return "in"

    return tried


@pytest.mark.parametrize("body", [b'{"email":"\xed\xa0\x80aa","password":"x"}', b"\xff", b"", b"null", b"[]"])
async def test_a_body_that_is_no_json_is_refused(node: Node, body: bytes) -> None:
    visitor = node.visitor()
    await visitor.get("/api/session")
    headers = {HEADER: visitor.http.cookies.get(COOKIE) or "", "content-type": "application/json"}
    answer = await visitor.http.post("/api/sign-in/staff", content=body, headers=headers)
    assert refusal(answer) == (400, "invalid")


async def test_guessing_over_days_is_slow(database: Database, bus: InProcessBus) -> None:
    """Window after window, `DAY_LIMIT` wrong tries a day are the end of it."""
    tried, noon = await trying_at(database, bus), datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
    answers = [await tried(WRONG_PICTURES, noon + WINDOW * (number // 5)) for number in range(DAY_LIMIT + 3)]
    assert answers == ["sign_in_failed"] * DAY_LIMIT + ["too_many_tries"] * 3
    assert await tried(PICTURES, noon + DAY) == "in"


async def test_guessing_class_codes_comes_to_an_end_and_keeps_nobody_else_out(node: Node) -> None:
    there = await pair(node.database)
    student, visitor = there.home.students[0], node.visitor()

    async def try_code(code: str) -> int:
        return (await visitor.post("/api/sign-in/class", {"code": code})).status_code

    answers = await asyncio.gather(*(try_code(f"X{number:05}") for number in range(CODE_LIMIT + 5)))
    assert sorted(answers) == [401] * CODE_LIMIT + [429] * 5
    # A right code is refused like a wrong one: the answer must not tell them apart.
    assert await try_code(student.code) == 429
    assert (await node.visitor().sign_in_student(student)).status_code == 200


async def test_a_refused_try_counts_nowhere(database: Database, bus: InProcessBus) -> None:
    """Who hammers an account for a quarter of an hour does not close it for the day."""
    tried, noon = await trying_at(database, bus), datetime(2026, 11, 3, 12, 0, tzinfo=UTC)

    for _ in range(DAY_LIMIT + 10):
        await tried(WRONG_PICTURES, noon)
    assert await tried(PICTURES, noon) == "too_many_tries"
    assert await tried(PICTURES, noon + WINDOW) == "in"
