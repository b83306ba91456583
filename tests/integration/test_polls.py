"""Reading polls over HTTP: who sees which results, whose answers, and the table of counts."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from server import clock
from server.accounts.models import UserKind
from server.accounts.service import SignedIn
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.db import Database, UnitOfWork
from server.errors import AlreadyDone, NotAllowed, NotFound, PollClosed
from server.lessons.models import Lesson, LessonStatus
from server.partnerships.models import Partnership, PartnershipStatus
from server.polls import service
from server.polls.models import Poll, PollKind, PollStatus, Vote
from server.polls.rules import Choice, Draft
from server.polls.service import Answer
from tests import factories
from tests.factories import Pair, Side
from tests.nodes import Node, Visitor

RIVERS = Draft(PollKind.SINGLE, "Which river?", ["=Nile", "Tana"], right=[1])


@pytest.fixture
async def world(database: Database) -> Pair:
    return await factories.pair(database, students=3)


def teacher_of(side: Side) -> SignedIn:
    return SignedIn(side.teacher.id, uuid4(), UserKind.STAFF, side.school.id)


async def made(
    database: Database, world: Pair, draft: Draft = RIVERS, status: PollStatus = PollStatus.OPEN,
    answers: dict[UUID, list[int]] | None = None, words: dict[UUID, list[str]] | None = None,
) -> UUID:
    """A poll that was answered and then moved."""
    poll_id, who, space_id = uuid4(), teacher_of(world.home), world.space.id
    async with UnitOfWork(database, InProcessBus()) as uow:
        is_open = status is not PollStatus.DRAFT
        await service.create(uow, who, space_id, poll_id, draft, is_open=is_open)
    async with UnitOfWork(database, InProcessBus()) as uow:
        sent = [Answer(user_id, poll_id, picks) for user_id, picks in (answers or {}).items()]
        sent += [Answer(user_id, poll_id, words=some) for user_id, some in (words or {}).items()]
        said = await service.vote_all(uow, space_id, sent)
        assert all(isinstance(each, Choice) for each in said), said
    if status not in (PollStatus.DRAFT, PollStatus.OPEN):
        async with UnitOfWork(database, InProcessBus()) as uow:
            await service.move(uow, who, space_id, poll_id, status)
    return poll_id


async def signed_in(node: Node, who: Any) -> Visitor:
    visitor = node.visitor()
    if isinstance(who, factories.Student):
        assert (await visitor.sign_in_student(who)).status_code < 300
    else:
        assert (await visitor.sign_in_staff(who)).status_code < 300
    return visitor


def path(world: Pair, more: str = "") -> str:
    return f"/api/spaces/{world.space.id}/polls{more}"


async def test_staff_read_results_by_school_and_students_what_was_revealed(
    node: Node, database: Database, world: Pair
) -> None:
    ana, ben = world.home.students[0], world.abroad.students[0]
    answers = {ana.id: [0], ben.id: [1]}
    revealed = await made(database, world, status=PollStatus.REVEALED, answers=answers)
    for status in (PollStatus.DRAFT, PollStatus.OPEN, PollStatus.CLOSED):
        await made(database, world, status=status, answers={} if status is PollStatus.DRAFT else answers)
    staff = await signed_in(node, world.abroad.teacher)
    found = (await staff.get(path(world))).json()["items"]
    assert [each["status"] for each in found] == ["closed", "open", "draft", "revealed"]
    results = found[0]["results"]
    place = results["schools"].index(str(world.home.school.id))
    assert [each["counts"][place] for each in results["counts"]] == [1, 0]
    student = await signed_in(node, ana)
    found = (await student.get(path(world))).json()["items"]
    assert [each["id"] for each in found] == [str(revealed)]
    assert found[0]["results"] == {
        "schools": [], "voters": [2],
        "counts": [{"counts": [1], "word": "", "held": False}, {"counts": [1], "word": "", "held": False}],
    }
    assert found[0]["right"] == [1] and found[0]["mine"]["picks"] == [0]


async def test_only_adults_of_their_own_school_see_who_answered_what_and_only_of_a_quiz_that_is_over(
    node: Node, database: Database, world: Pair
) -> None:
    ana, ben = world.home.students[0], world.abroad.students[0]
    answers = {ana.id: [0], ben.id: [1]}
    still_open = await made(database, world, answers=answers)
    closed = await made(database, world, status=PollStatus.CLOSED, answers=answers)
    no_quiz = Draft(PollKind.SINGLE, "Which river?", ["Nile", "Tana"])
    asked = await made(database, world, no_quiz, PollStatus.CLOSED, answers)
    home, abroad = await signed_in(node, world.home.teacher), await signed_in(node, world.abroad.head)
    found = (await home.get(path(world, f"/{closed}/answers"))).json()["items"]
    assert found == [{"user_id": str(ana.id), "name": "Heron 1", "choice": {"picks": [0]}, "is_right": False}]
    found = (await abroad.get(path(world, f"/{closed}/answers"))).json()["items"]
    assert [(each["user_id"], each["is_right"]) for each in found] == [(str(ben.id), True)]
    for poll_id in (still_open, asked):
        assert (await home.get(path(world, f"/{poll_id}/answers"))).json() == {"items": []}
    student = await signed_in(node, ana)
    for more in (f"/{closed}/answers", "/export.csv"):
        answer = await student.get(path(world, more))
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


async def test_of_a_word_cloud_adults_see_who_wrote_what_was_held(
    node: Node, database: Database, world: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "is_fit", lambda word: word != "badword")
    words = {world.home.students[0].id: ["rain", "badword"], world.home.students[1].id: ["sun"]}
    draft = Draft(PollKind.WORDS, "What is it like?")
    poll_id = await made(database, world, draft, PollStatus.REVEALED, words=words)
    home = await signed_in(node, world.home.teacher)
    found = (await home.get(path(world, f"/{poll_id}/answers"))).json()["items"]
    assert [(each["name"], each["choice"]["held"]) for each in found] == [("Heron 1", [1])]


async def test_the_table_has_counts_by_school_and_nobody(node: Node, database: Database, world: Pair) -> None:
    answers = {each.id: [1] for each in world.home.students} | {world.abroad.students[0].id: [0]}
    await made(database, world, answers=answers)
    staff = await signed_in(node, world.home.head)
    answer = await staff.get(path(world, "/export.csv"))
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    counts = {(row["school"], row["answer"]): row["count"] for row in rows}
    assert counts == {
        ("Willow", ""): "3", ("Willow", "'=Nile"): "0", ("Willow", "Tana"): "3",
        ("Nakuru Hill", ""): "1", ("Nakuru Hill", "'=Nile"): "1", ("Nakuru Hill", "Tana"): "0",
    }
    assert {row["answer"]: row["right"] for row in rows} == {"": "", "'=Nile": "no", "Tana": "yes"}
    assert "Heron" not in answer.text


async def test_a_list_is_read_a_page_at_a_time(node: Node, database: Database, world: Pair) -> None:
    polls = [await made(database, world, status=PollStatus.REVEALED) for _ in range(5)]
    same = clock.now()
    async with UnitOfWork(database, InProcessBus()) as uow:
        await uow.session.execute(update(Poll).values(created_at=same))
    staff = await signed_in(node, world.home.teacher)
    read: list[str] = []
    cursor = ""
    while True:
        page = (await staff.get(path(world, f"?limit=2&cursor={cursor}"))).json()
        read += [each["id"] for each in page["items"]]
        if not (cursor := page["next"]):
            break
    assert sorted(read) == sorted(str(each) for each in polls)


async def test_who_is_not_in_the_space_reads_nothing(node: Node, database: Database, world: Pair) -> None:
    poll_id = await made(database, world, status=PollStatus.REVEALED)
    other = await factories.pair(database)
    stranger = await signed_in(node, other.home.head)
    for more in ("", f"/{poll_id}/answers", "/export.csv"):
        assert (await stranger.get(path(world, more))).status_code in (403, 404)
    # A poll of another space is not there, whoever asks.
    answer = await stranger.get(f"/api/spaces/{other.space.id}/polls/{poll_id}/answers")
    assert answer.status_code == 404


async def test_staff_keep_reading_when_the_partnership_is_suspended(
    node: Node, database: Database, world: Pair
) -> None:
    await made(database, world, answers={world.home.students[0].id: [0]})
    async with UnitOfWork(database, InProcessBus()) as uow:
        await uow.session.execute(update(Partnership).values(status=PartnershipStatus.SUSPENDED))
    staff, student = await signed_in(node, world.home.teacher), await signed_in(node, world.home.students[0])
    assert len((await staff.get(path(world))).json()["items"]) == 1
    assert (await student.get(path(world))).status_code == 403


async def test_deleting_is_logged_without_the_question_and_takes_the_answers(
    database: Database, world: Pair
) -> None:
    poll_id = await made(database, world, answers={world.home.students[0].id: [0]})
    async with UnitOfWork(database, InProcessBus()) as uow:
        await service.remove(uow, teacher_of(world.abroad), world.space.id, poll_id)
    async with database.read() as session:
        entry = await session.scalar(select(AuditEntry).where(AuditEntry.act == "poll.delete"))
        assert entry is not None and entry.subject_id == poll_id
        assert entry.before == {
            "space_id": str(world.space.id), "kind": "single", "status": "open", "votes": 1,
        }
        assert entry.partnership_id == world.partnership.id
        assert await session.scalar(select(Vote.poll_id).where(Vote.poll_id == poll_id)) is None


async def test_moves_that_there_are_not_and_people_who_may_not(database: Database, world: Pair) -> None:
    draft = await made(database, world, status=PollStatus.DRAFT)
    revealed = await made(database, world, status=PollStatus.REVEALED)
    who, ana = teacher_of(world.home), world.home.students[0]

    async def moved(
        poll_id: UUID, to: PollStatus, by: SignedIn = who, space_id: UUID = world.space.id
    ) -> None:
        async with UnitOfWork(database, InProcessBus()) as uow:
            await service.move(uow, by, space_id, poll_id, to)

    with pytest.raises(AlreadyDone):
        await moved(draft, PollStatus.CLOSED)
    with pytest.raises(AlreadyDone):
        await moved(revealed, PollStatus.OPEN)
    with pytest.raises(NotFound):
        await moved(draft, PollStatus.OPEN, space_id=world.staff_room.id)
    student = SignedIn(ana.id, uuid4(), UserKind.STUDENT, world.home.school.id)
    with pytest.raises(NotAllowed):
        await moved(draft, PollStatus.OPEN, by=student)
    async with UnitOfWork(database, InProcessBus()) as uow:
        said = await service.vote_all(
            uow, world.space.id, [Answer(ana.id, draft, [0]), Answer(ana.id, revealed, [0])]
        )
    assert [type(each) for each in said] == [NotFound, PollClosed]


async def test_a_poll_belongs_to_the_lesson_that_runs_and_a_room_shows_those_of_its_lesson(
    database: Database, world: Pair
) -> None:
    before = [await made(database, world, status=PollStatus.CLOSED) for _ in range(7)]
    draft = await made(database, world, status=PollStatus.DRAFT)

    async def shown() -> list[UUID]:
        async with database.read() as session:
            return [each.id for each in await service.shown_in(session, [world.space.id])]

    assert await shown() == [*before[3:], draft]
    now = clock.now()
    async with UnitOfWork(database, InProcessBus()) as uow:
        lesson = Lesson(
            space_id=world.space.id, title="Rivers", status=LessonStatus.LIVE, starts_at=now,
            ends_at=now + timedelta(hours=1), created_by_id=world.home.teacher.id, created_at=now,
            started_at=now,
        )
        uow.session.add(lesson)
    during = await made(database, world, status=PollStatus.REVEALED)
    assert await shown() == [draft, during]
    async with UnitOfWork(database, InProcessBus()) as uow:
        await service.move(uow, teacher_of(world.home), world.space.id, draft, PollStatus.OPEN)
    async with database.read() as session:
        assert {each.lesson_id for each in await service.by_id(session, [draft, during])} == {lesson.id}
        assert await service.shown_in(session, [world.staff_room.id]) == []


async def test_a_space_holds_only_so_many(
    database: Database, world: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "POLLS_LIMIT", 2)
    await made(database, world)
    await made(database, world)
    with pytest.raises(NotAllowed):
        await made(database, world)
