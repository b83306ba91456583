"""Who is out of a space is out of it over HTTP as well: no address shows or takes anything."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, update

from server import clock
from server.accounts.models import User
from server.consent.models import GroundRulesAccepted
from server.hours.models import SchoolDay, SpaceOpening
from server.lessons.models import LessonOver
from server.partnerships.models import Ban
from server.safeguarding.models import Removal
from server.schools.models import RosterEntry
from server.spaces.models import Space
from tests.conftest import MakeNode, Records
from tests.factories import Pair, Student, pair
from tests.integration.test_every_route import SAFE, routes
from tests.integration.test_groups import NOTHING_HERE, WORD, _address, _fill
from tests.nodes import Node, signed_in

WAYS = ("banned", "sent out", "left the class", "ground rules", "lesson over", "outside hours")
"""The last two are of a whole school."""
OF_THE_SPACE = {"{space_id:uuid}", "{board_id:uuid}", "{file_id:uuid}"}
NAMED = OF_THE_SPACE | {"{lesson_id:uuid}", "{poll_id:uuid}", "{message_id:uuid}", "{page_id:uuid}"}
WHEN_IT_OPENS = {"/api/spaces/{space_id:uuid}/lessons"}
"""Who is out for now sees when its lessons are."""


async def shut_out(node: Node, tied: Pair, user: User | Student, how: str, lesson_id: UUID) -> None:
    now, space_id = clock.now(), tied.space.id
    async with node.database.engine.begin() as connection:
        match how:
            case "banned":
                await connection.execute(insert(Ban).values(
                    id=uuid4(), partnership_id=tied.partnership.id, user_id=user.id, banned_at=now,
                    reason="Asked for a number.",
                ))
            case "sent out":
                await connection.execute(insert(Removal).values(
                    id=uuid4(), space_id=space_id, user_id=user.id, by_id=tied.abroad.teacher.id,
                    reason_code="unkind", removed_at=now, until=now + timedelta(hours=1),
                ))
            case "left the class":
                await connection.execute(delete(RosterEntry).where(RosterEntry.user_id == user.id))
            case "ground rules":
                theirs = GroundRulesAccepted.user_id == user.id
                await connection.execute(delete(GroundRulesAccepted).where(theirs))
            case "lesson over":
                await connection.execute(insert(LessonOver).values(
                    lesson_id=lesson_id, school_id=tied.home.school.id, at=now
                ))
            case "outside hours":
                for model in (SchoolDay, SpaceOpening):
                    await connection.execute(delete(model))
                await connection.exec_driver_sql("UPDATE lesson SET status = 'ended'")


@pytest.fixture
async def node(make_node: MakeNode, sqlite_records: Records) -> Node:
    """The rule is one function; that each address asks it does not depend on the database."""
    made = await make_node(sqlite_records)
    made.app.state.merge_page = None
    return made


async def filled(node: Node, students: int) -> tuple[Pair, dict[str, UUID]]:
    """A space in which somebody said, drew, asked and added something; its name is no secret."""
    tied = await pair(node.database, students=students)
    ids = await _fill(node, tied, tied.space.id, tied.abroad.students[0].id)
    async with node.database.engine.begin() as connection:
        await connection.execute(update(Space).where(Space.id == tied.space.id).values(name="Rivers"))
    return tied, ids


async def test_no_route_shows_a_student_anything_of_a_space_that_they_are_out_of(node: Node) -> None:
    tied, ids = await filled(node, len(WAYS))
    addresses = [(method, path) for method, path in sorted(routes(node.app)) if NAMED & set(path.split("/"))]
    seen = 0
    for student, how in zip(tied.home.students, WAYS, strict=True):
        visitor = node.visitor()
        assert (await visitor.sign_in_student(student)).status_code == 200
        for path in [path for method, path in addresses if method == "GET" and how == WAYS[0]]:
            seen += WORD in (await visitor.get(_address(path, ids))).text
        await shut_out(node, tied, student, how, ids["lesson_id"])
        for method, path in addresses:
            answer = await visitor.send(method, _address(path, ids), None if method in SAFE else {})
            assert WORD not in answer.text, (how, method, path)
            if not OF_THE_SPACE.isdisjoint(path.split("/")) and path not in WHEN_IT_OPENS:
                assert answer.status_code in NOTHING_HERE, (how, method, path, answer.status_code)
        assert (await visitor.get("/api/recaps")).json()["items"] == [], how
    assert seen >= 6, "who is in it reads it"


async def test_no_route_shows_a_banned_adult_anything_that_was_said_or_drawn(node: Node) -> None:
    tied, ids = await filled(node, 2)
    visitor = await signed_in(node, tied.abroad.safeguarding)
    await shut_out(node, tied, tied.abroad.safeguarding, "banned", ids["lesson_id"])
    for method, path in sorted(routes(node.app)):
        if OF_THE_SPACE.isdisjoint(path.split("/")):
            continue
        answer = await visitor.send(method, _address(path, ids), None if method in SAFE else {})
        assert WORD not in answer.text, (method, path)
        assert answer.status_code in NOTHING_HERE, (method, path, answer.status_code)
    assert (await visitor.get("/api/recaps")).json()["items"] == []
