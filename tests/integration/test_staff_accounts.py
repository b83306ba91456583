"""Accounts of staff over HTTP: who manages them, welcome links, and what disabling takes away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, insert, select, update

from server import clock
from server.access import Grant, grants_in
from server.accounts import service as accounts
from server.accounts import staffing, welcome
from server.accounts.models import LoginSession, StaffPost, StaffRole, User, WelcomeLink
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.config import Settings
from server.db import Database, UnitOfWork
from server.errors import EmailTaken, Invalid, LinkOver, NotAllowed, NotFound
from server.events import AccessChanged, Event, SessionEnded
from server.partnerships.models import Coordinator, Delegation, Duty, Partnership, PartnershipStatus
from server.rosters import classes
from server.rosters import service as rosters
from server.schools.models import RosterEntry, RosterRole, SchoolKind
from server.spaces.models import LinkTeacher
from tests.factories import Pair, World, pair
from tests.nodes import Node, refusal, signed_in
from tests.queries import counted
from tests.unit.test_roster_files import HEAD

R = StaffRole
GOOD = "nine blue kettles"


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


@pytest.fixture
async def tied(node: Node) -> Pair:
    return await pair(node.database)


def new(number: int = 1, **parts: Any) -> dict[str, Any]:
    return {"name": f"Ms New {number}", "email": f"New{number}@School.example", "posts": ["teacher"], **parts}


async def test_from_an_account_to_its_first_sign_in(node: Node, tied: Pair) -> None:
    head = await signed_in(node, tied.home.head)
    made = await head.post("/api/staff", new())
    assert made.status_code == 201
    person, path = made.json()["person"], made.json()["welcome_path"]
    assert (person["email"], person["posts"]) == ("new1@school.example", ["teacher"])
    assert (person["verified_at"], person["has_password"]) == (None, False)
    assert path.startswith("/welcome#")
    token = path.partition("#")[2]

    visitor = node.visitor()
    assert refusal(await visitor.sign_in_staff("new1@school.example", "")) == (400, "invalid")
    looked = await visitor.post("/api/welcome/look", {"token": token})
    assert looked.json() == {"name": "Ms New 1", "school_name": "Willow"}
    for easy in ("short", "new1@school.example", "Ms New 1  ", "aaaaaaaaaaaa", "x" * 1025):
        refused = await visitor.post("/api/welcome", {"token": token, "password": easy})
        assert refusal(refused) == (400, "password_unfit"), easy
    assert (await visitor.post("/api/welcome", {"token": token, "password": GOOD})).status_code == 204
    assert visitor.session_token is None  # it opens nothing by itself
    assert (await visitor.sign_in_staff("new1@school.example", GOOD)).status_code == 200
    for path in ("/api/welcome/look", "/api/welcome"):
        body = {"token": token} if path.endswith("look") else {"token": token, "password": GOOD}
        assert refusal(await visitor.post(path, body)) == (404, "link_over")
    (entry,) = await entries(node, "staff.create")
    assert (entry.actor_id, entry.school_id) == (tied.home.head.id, tied.home.school.id)
    assert entry.after == {"posts": ["teacher"], "verified": False}
    (entry,) = await entries(node, "staff.password")
    assert str(entry.actor_id) == person["id"]


async def test_of_two_who_use_a_link_at_once_one_chooses_the_password(node: Node, tied: Pair) -> None:
    head = await signed_in(node, tied.home.head)
    token = (await head.post("/api/staff", new())).json()["welcome_path"].partition("#")[2]
    visitors = [node.visitor() for _ in range(3)]
    answers = await asyncio.gather(
        *(each.post("/api/welcome", {"token": token, "password": f"{GOOD} {n}"})
          for n, each in enumerate(visitors))
    )
    assert sorted(each.status_code for each in answers) == [204, 404, 404]
    (won,) = [n for n, each in enumerate(answers) if each.status_code == 204]
    works = [(await visitors[0].sign_in_staff("new1@school.example", f"{GOOD} {n}")).status_code
             for n in range(3)]
    assert works == [200 if n == won else 401 for n in range(3)]


async def test_only_an_administrator_or_headteacher_of_the_school_manages(node: Node, tied: Pair) -> None:
    other = await add_staff(node, tied.home.school, R.TEACHER)
    administrator = await add_staff(node, tied.home.school, R.ADMINISTRATOR)
    unverified = await add_staff(node, tied.home.school, R.ADMINISTRATOR, verified=False)
    foreign = await signed_in(node, tied.abroad.head)

    def moves(user_id: UUID) -> list[tuple[str, str, Any]]:
        return [
            ("PUT", f"/api/staff/{user_id}", {"name": "Other", "posts": []}),
            ("POST", f"/api/staff/{user_id}/verification", None),
            ("POST", f"/api/staff/{user_id}/disabled", None),
            ("DELETE", f"/api/staff/{user_id}/disabled", None),
            ("POST", f"/api/staff/{user_id}/welcome-link", None),
        ]

    for user in (tied.home.teacher, tied.home.safeguarding, unverified):
        visitor = await signed_in(node, user)
        assert refusal(await visitor.post("/api/staff", new())) == (403, "not_allowed")
        for method, path, body in moves(other.id):
            assert refusal(await visitor.send(method, path, body)) == (403, "not_allowed"), path
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    for method, path, body in [("GET", "/api/staff", None), ("POST", "/api/staff", new()), *moves(other.id)]:
        assert refusal(await student.send(method, path, body)) == (403, "not_allowed"), path
    for method, path, body in [*moves(other.id), *moves(uuid4()), *moves(tied.home.students[0].id)]:
        assert refusal(await foreign.send(method, path, body)) == (404, "not_found"), path
    visitor = await signed_in(node, administrator)
    assert (await visitor.post("/api/staff", new())).status_code == 201
    async with node.database.read() as session:
        found = await session.get_one(User, other.id)
        assert (found.name, found.disabled_at) == (other.name, None)


async def test_an_address_is_used_once_also_by_two_at_once(node: Node, tied: Pair) -> None:
    head, abroad = await signed_in(node, tied.home.head), await signed_in(node, tied.abroad.head)
    taken = new(email=f" {tied.abroad.teacher.email}".upper())
    assert refusal(await head.post("/api/staff", taken)) == (409, "email_taken")
    answers = await asyncio.gather(*(each.post("/api/staff", new()) for each in (head, abroad, head)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409]
    wrong: list[dict[str, Any]] = [
        {"email": "nobody"}, {"email": "a@b@c.example"}, {"email": "a b@c.example"}, {"email": "a@nowhere"},
        {"name": ""}, {"name": "   "}, {"name": "x" * 81}, {"posts": ["king"]}, {"posts": ["adviser"]},
        {"posts": ["programme_officer"]}, {"more": 1},
    ]
    for part in wrong:
        assert refusal(await head.post("/api/staff", new(2, **part))) == (400, "invalid"), part
    async with node.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(WelcomeLink)) == 1


async def test_posts_change_access_and_the_last_manager_stays(node: Node, tied: Pair) -> None:
    head, seen = await signed_in(node, tied.home.head), seen_by(node)
    teacher, path = tied.home.teacher, f"/api/staff/{tied.home.teacher.id}"
    changed = await head.send("PUT", path, {"name": " Ms Other ", "posts": ["teacher", "safeguarding_lead"]})
    assert changed.json()["posts"] == ["safeguarding_lead", "teacher"]
    assert changed.json()["name"] == "Ms Other"
    assert seen == [AccessChanged(frozenset({teacher.id}))]
    (entry,) = await entries(node, "staff.edit")
    assert (entry.before, entry.after) == (
        {"posts": ["teacher"]}, {"posts": ["safeguarding_lead", "teacher"]}
    )
    mine = f"/api/staff/{tied.home.head.id}"
    assert refusal(await head.send("PUT", mine, {"name": "H", "posts": []})) == (409, "last_manager")
    assert refusal(await head.post(f"{mine}/disabled")) == (409, "last_manager")
    # Somebody who is not verified yet cannot take over.
    await add_staff(node, tied.home.school, R.ADMINISTRATOR, verified=False)
    assert refusal(await head.post(f"{mine}/disabled")) == (409, "last_manager")
    await add_staff(node, tied.home.school, R.ADMINISTRATOR)
    more = {"name": "H", "posts": ["headteacher", "safeguarding_lead"]}
    assert refusal(await head.send("PUT", mine, more)) == (403, "not_allowed")  # nobody raises themself
    assert (await head.send("PUT", mine, {"name": "H", "posts": []})).status_code == 200
    assert refusal(await head.send("PUT", mine, {"name": "H", "posts": []})) == (403, "not_allowed")


async def test_whoever_has_no_post_left_is_a_guest_and_has_nothing_left(node: Node, tied: Pair) -> None:
    head, teacher = await signed_in(node, tied.home.head), tied.home.teacher
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        given = await world.delegation(
            tied.partnership, teacher, Duty.OPEN_SPACES, by=tied.abroad.teacher
        )
        link = await world.add(
            LinkTeacher(space_id=tied.space.id, school_id=tied.home.school.id, user_id=teacher.id,
                        since=clock.now())
        )
    async with node.database.read() as session:
        assert Grant.SPACE_MODERATE in await grants_in(session, teacher.id, tied.space.id)
    path = f"/api/staff/{teacher.id}"
    assert (await head.send("PUT", path, {"name": "T", "posts": []})).status_code == 200
    async with node.database.read() as session:
        assert await grants_in(session, teacher.id, tied.space.id) == frozenset()
        assert (await session.get_one(LinkTeacher, link.id)).until is not None
        assert (await session.get_one(Delegation, given.id)).revoked_at is not None
        seats = set(await session.scalars(select(Coordinator.user_id)))
        assert seats == {tied.home.head.id, tied.abroad.teacher.id}
        assert await session.scalar(
            select(func.count()).select_from(RosterEntry).where(RosterEntry.user_id == teacher.id)
        ) == 0
    (left,) = await entries(node, "class.teacher_left")
    assert left.before == {"class_ids": [str(tied.home.school_class.id)]}
    acts = ["space.link_teacher", "delegation.revoke", "coordinator.pass_on"]
    for act in acts:
        (entry,) = await entries(node, act)
        assert entry.partnership_id == tied.partnership.id, act
    # The rule by itself: a place in a class opens nothing to a guest.
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        uow.session.add(RosterEntry(
            class_id=tied.home.school_class.id, user_id=teacher.id, role=RosterRole.TEACHER
        ))
    async with node.database.read() as session:
        assert await grants_in(session, teacher.id, tied.space.id) == frozenset()


async def test_a_seat_in_what_has_ended_lets_no_guest_read_there(node: Node, tied: Pair) -> None:
    head, teacher = await signed_in(node, tied.home.head), tied.home.teacher
    async with node.database.engine.begin() as connection:
        await connection.execute(update(Partnership).values(status=PartnershipStatus.ENDED))
    body = {"name": "T", "posts": []}
    assert (await head.send("PUT", f"/api/staff/{teacher.id}", body)).status_code == 200
    async with node.database.read() as session:
        assert await grants_in(session, teacher.id, tied.space.id) == frozenset()
        assert set(await session.scalars(select(Coordinator.user_id))) == {tied.abroad.teacher.id}
    (entry,) = await entries(node, "coordinator.pass_on")
    assert entry.after == {"user_id": None}


async def test_whoever_lost_their_post_while_they_waited_does_nothing_any_more(
    node: Node, tied: Pair
) -> None:
    """What a request came with is asked again under the school's lock."""
    administrator = await add_staff(node, tied.home.school, R.ADMINISTRATOR)
    stale = SignedIn(
        administrator.id, uuid4(), administrator.kind, tied.home.school.id, frozenset({R.ADMINISTRATOR})
    )
    group = tied.home.school_class.id

    async def refused(move: Callable[[UnitOfWork], Awaitable[Any]]) -> None:
        with pytest.raises(NotAllowed):
            async with UnitOfWork(node.database, InProcessBus()) as uow:
                await move(uow)

    async def all_refused() -> None:
        await refused(lambda uow: staffing.disable(uow, stale, tied.home.teacher.id))
        await refused(lambda uow: staffing.invite_colleague(uow, stale, "A", "a@x.example", []))
        await refused(lambda uow: classes.new_code(uow, stale, group))
        with pytest.raises(NotAllowed):
            await rosters.apply_import(
                node.database, InProcessBus(), stale, tied.home.school.id, [("a.csv", HEAD.encode())], "x"
            )

    async with node.database.engine.begin() as connection:
        await connection.execute(delete(StaffPost).where(StaffPost.user_id == administrator.id))
    await all_refused()
    async with node.database.engine.begin() as connection:
        await connection.execute(
            update(User).where(User.id == administrator.id).values(disabled_at=clock.now())
        )
        await connection.execute(
            insert(StaffPost).values(id=uuid4(), user_id=administrator.id, role=R.ADMINISTRATOR)
        )
    await all_refused()
    assert await entries(node, "staff.disable") == []


async def test_a_password_chosen_while_a_new_link_is_made_waits_and_is_refused(
    node: Node, tied: Pair
) -> None:
    """Both take the person's row first: neither waits for what the other holds."""
    head, user_id = await signed_in(node, tied.home.head), tied.home.teacher.id
    path = (await head.post(f"/api/staff/{user_id}/welcome-link")).json()["welcome_path"]
    body = {"token": path.partition("#")[2], "password": GOOD}
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        await uow.session.get_one(User, user_id, with_for_update={"key_share": True})
        choosing = asyncio.create_task(node.visitor().post("/api/welcome", body))
        await asyncio.sleep(0.8)
        await welcome.new_link(uow, user_id)
    assert refusal(await choosing) == (404, "link_over")


async def test_two_managers_who_disable_each_other_leave_one(node: Node, tied: Pair) -> None:
    administrator = await add_staff(node, tied.home.school, R.ADMINISTRATOR)
    one, two = await signed_in(node, tied.home.head), await signed_in(node, administrator)
    answers = await asyncio.gather(
        one.post(f"/api/staff/{administrator.id}/disabled"),
        two.post(f"/api/staff/{tied.home.head.id}/disabled"),
    )
    # The second comes too late: no longer signed in, or their account is closed.
    assert sorted(each.status_code for each in answers) in ([200, 401], [200, 403])


async def test_nobody_verifies_themself(node: Node, tied: Pair) -> None:
    head, seen = await signed_in(node, tied.home.head), seen_by(node)
    new_one = await add_staff(node, tied.home.school, R.TEACHER, verified=False)
    path = f"/api/staff/{new_one.id}/verification"
    assert (await head.post(path)).json()["verified_at"] is not None
    assert seen == [AccessChanged(frozenset({new_one.id}))]
    assert refusal(await head.post(path)) == (409, "invalid_transition")
    assert refusal(await head.post(f"/api/staff/{tied.home.head.id}/verification")) == (403, "not_allowed")
    assert [entry.subject_id for entry in await entries(node, "staff.verify")] == [new_one.id]


async def test_disabling_ends_everything_at_once_and_passes_the_seat_on(node: Node, tied: Pair) -> None:
    head, teacher = await signed_in(node, tied.home.head), tied.home.teacher
    devices = [await signed_in(node, teacher) for _ in range(2)]
    async with node.database.read() as session:
        logins = set(await session.scalars(
            select(LoginSession.id).where(LoginSession.user_id == teacher.id)
        ))
    link = (await head.post(f"/api/staff/{teacher.id}/welcome-link")).json()["welcome_path"]
    seen = seen_by(node)
    assert (await head.post(f"/api/staff/{teacher.id}/disabled")).json()["disabled_at"] is not None
    assert {each.session_id for each in seen if isinstance(each, SessionEnded)} == logins
    assert AccessChanged(frozenset({teacher.id})) in seen
    for device in devices:
        assert refusal(await device.get("/api/staff")) == (401, "signed_out")
    token = link.partition("#")[2]
    assert refusal(await node.visitor().post("/api/welcome/look", {"token": token})) == (404, "link_over")
    assert refusal(await node.visitor().sign_in_staff(teacher)) == (401, "sign_in_failed")
    async with node.database.read() as session:
        seats = set(await session.scalars(select(Coordinator.user_id)))
    assert seats == {tied.home.head.id, tied.abroad.teacher.id}

    path = f"/api/staff/{teacher.id}"
    assert refusal(await head.post(f"{path}/disabled")) == (409, "invalid_transition")
    assert refusal(await head.post(f"{path}/welcome-link")) == (409, "invalid_transition")
    assert (await head.delete(f"{path}/disabled")).json()["disabled_at"] is None
    assert refusal(await head.delete(f"{path}/disabled")) == (409, "invalid_transition")
    assert (await node.visitor().sign_in_staff(teacher)).status_code == 200
    assert [len(await entries(node, act)) for act in ("staff.disable", "staff.enable")] == [1, 1]


async def test_a_new_link_for_a_forgotten_password(node: Node, tied: Pair) -> None:
    head, teacher = await signed_in(node, tied.home.head), tied.home.teacher
    device = await signed_in(node, teacher)
    paths = [(await head.post(f"/api/staff/{teacher.id}/welcome-link")).json()["welcome_path"]
             for _ in range(2)]
    old, fresh = [path.partition("#")[2] for path in paths]
    assert refusal(await device.post("/api/welcome/look", {"token": old})) == (404, "link_over")
    assert (await device.get("/api/staff")).status_code == 200  # until the new password is chosen
    assert (await device.post("/api/welcome", {"token": fresh, "password": GOOD})).status_code == 204
    assert refusal(await device.get("/api/staff")) == (401, "signed_out")
    assert refusal(await device.sign_in_staff(teacher)) == (401, "sign_in_failed")
    assert (await device.sign_in_staff(teacher, GOOD)).status_code == 200


async def test_a_long_list_comes_in_pages_with_as_many_queries(node: Node, tied: Pair) -> None:
    guest = await add_staff(node, tied.home.school, verified=False)
    assert refusal(await (await signed_in(node, guest)).get("/api/staff")) == (403, "not_allowed")
    visitor = await signed_in(node, tied.home.teacher)

    async def queries() -> int:
        with counted(node.app.state.database) as statements:
            await visitor.get("/api/staff")
        return len(statements)

    few = await queries()
    for _ in range(9):
        await add_staff(node, tied.home.school, R.TEACHER)
    assert await queries() == few
    names, cursor = [], ""
    while True:
        page = (await visitor.get(f"/api/staff?limit=4&cursor={cursor}")).json()
        names += [each["id"] for each in page["items"]]
        assert len(page["items"]) <= 4 and not page["may_manage"]
        if not (cursor := page["next"]):
            break
    assert len(names) == len(set(names)) == 13
    assert refusal(await visitor.get("/api/staff?cursor=nonsense")) == (400, "invalid")


async def test_an_office_has_officers_and_advisers(node: Node, tied: Pair) -> None:
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        office = await world.school("Programme office")
        office.kind = SchoolKind.OFFICE
        officer = await world.staff(office, R.PROGRAMME_OFFICER)
    visitor = await signed_in(node, officer)
    made = await visitor.post("/api/staff", new(posts=["adviser"]))
    assert (made.status_code, made.json()["person"]["verified_at"]) == (201, None)
    second = await visitor.post("/api/staff", new(2, posts=["programme_officer"]))
    assert second.json()["person"]["verified_at"] is not None
    assert refusal(await visitor.post("/api/staff", new(3, posts=["teacher"]))) == (400, "invalid")
    path = f"/api/staff/{made.json()['person']['id']}"
    refused = await visitor.send("PUT", path, {"name": "A", "posts": ["headteacher"]})
    assert refusal(refused) == (400, "invalid")
    # An officer has no say over the accounts of a school.
    theirs = f"/api/staff/{tied.home.teacher.id}/disabled"
    assert refusal(await visitor.post(theirs)) == (404, "not_found")


async def test_invite_for_other_domains(database: Database) -> None:
    bus = InProcessBus()
    async with UnitOfWork(database, bus) as uow:
        world = World(uow.session)
        school = await world.school()
        token = await staffing.invite(uow, None, school.id, "Ms First", "First@x.example", [R.ADMINISTRATOR])
    async with database.read() as session:
        user = (await session.scalars(select(User).where(User.email == "first@x.example"))).one()
        assert user.verified_at is not None
        posts = await session.scalars(select(StaffPost.role).where(StaffPost.user_id == user.id))
        assert posts.all() == [R.ADMINISTRATOR]
    who = SignedIn(user.id, uuid4(), user.kind, school.id, frozenset({R.ADMINISTRATOR}))
    for email, posts, error in [
        ("first@x.example", [], EmailTaken), ("second@x.example", [R.ADVISER], Invalid), ("x", [], Invalid),
    ]:
        with pytest.raises(error):
            async with UnitOfWork(database, bus) as uow:
                await staffing.invite(uow, None, school.id, "Second", email, posts)
    with pytest.raises(NotFound):
        async with UnitOfWork(database, bus) as uow:
            await staffing.invite(uow, None, uuid4(), "Second", "second@x.example", [])
    async with UnitOfWork(database, bus) as uow:
        await staffing.invite(uow, who, school.id, "Third", "third@x.example", [R.ADMINISTRATOR])
    async with database.read() as session:
        third = (await session.scalars(select(User).where(User.email == "third@x.example"))).one()
        assert third.verified_at is None  # a school's own administrators are confirmed by another one
    assert len(token) > 30


async def test_a_link_ends_after_a_fortnight_and_is_purged(database: Database) -> None:
    bus, start = InProcessBus(), clock.now()
    settings = Settings()
    async with UnitOfWork(database, bus) as uow:
        school = await World(uow.session).school()
        token = await staffing.invite(uow, None, school.id, "Ms First", "first@x.example", [R.ADMINISTRATOR])
    with clock.set_clock(lambda: start + timedelta(days=13, hours=23)):
        assert (await welcome.look(database, bus, settings, token, "127.0.0.1")).name == "Ms First"
        async with UnitOfWork(database, bus) as uow:
            await accounts.purge(uow.session)
        await welcome.look(database, bus, settings, token, "127.0.0.1")
    with clock.set_clock(lambda: start + timedelta(days=14, minutes=1)):
        with pytest.raises(LinkOver):
            await welcome.choose_password(database, bus, settings, token, GOOD, "127.0.0.1")
        async with UnitOfWork(database, bus) as uow:
            await accounts.purge(uow.session)
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(WelcomeLink)) == 0


async def test_guessing_links_is_limited_by_address(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    from server.accounts import tries

    monkeypatch.setitem(tries._LIMITS, "address", (tries.WINDOW, 3))
    visitor = node.visitor()
    answers = [refusal(await visitor.post("/api/welcome/look", {"token": "x" * 43})) for _ in range(5)]
    assert set(answers) == {(404, "link_over"), (429, "too_many_tries")}
    assert answers[-1] == (429, "too_many_tries")


async def test_a_password_changed_during_a_sign_in_ends_it(
    node: Node, tied: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.accounts import secrets

    verify, teacher = secrets.verify, tied.home.teacher

    async def slow(*given: Any, **more: Any) -> bool:
        right = await verify(*given, **more)
        async with node.database.engine.begin() as connection:
            await connection.execute(update(User).where(User.id == teacher.id).values(secret_hash="other"))
        return right

    monkeypatch.setattr(secrets, "verify", slow)
    assert refusal(await node.visitor().sign_in_staff(teacher)) == (401, "sign_in_failed")
