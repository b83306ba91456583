"""What is planned in a space when the space is archived or its partnership ends: called off, told once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import icalendar
import msgspec
import pytest
from sqlalchemy import insert, select, update

from server import clock
from server.accounts.models import StaffRole
from server.accounts.service import SignedIn
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.db import UnitOfWork
from server.events import AccessChanged, RoomChanged
from server.lessons import live
from server.lessons.models import Attendance, Lesson, LessonStatus
from server.lessons.planning_models import AskStatus, LessonAsk
from server.lessons.room import Phase
from server.mail.letters import LANGUAGES, Receiver, written
from server.mail.models import OutgoingMail
from server.partnerships.models import PartnershipStatus
from server.schools.calendar import BellTimes, Period
from server.schools.models import School, SchoolClass
from server.spaces.models import Space
from tests.factories import Pair, pair
from tests.integration.test_planning_lessons import (
    body,
    change,
    entries,
    mails,
    propose,
    rows,
    scheduled,
    soon,
)
from tests.nodes import Node, Visitor, refusal, signed_in


@pytest.fixture
async def tied(node: Node) -> Pair:
    found = await pair(node.database)
    days = BellTimes([[Period("1", "08:00", "16:00")]] * 7)
    await change(node, update(School).values(bell_times=msgspec.to_builtins(days)))
    return found


@pytest.fixture
async def here(node: Node, tied: Pair) -> Visitor:
    return await signed_in(node, tied.home.teacher)


@pytest.fixture
async def there(node: Node, tied: Pair) -> Visitor:
    return await signed_in(node, tied.abroad.teacher)


async def archive(visitor: Visitor, tied: Pair) -> None:
    answer = await visitor.post(f"/api/spaces/{tied.space.id}/archive")
    assert answer.status_code == 200, answer.text


async def move(visitor: Visitor, tied: Pair, name: str, **more: Any) -> str:
    """Make a move of the partnership; returns the state it is in then."""
    answer = await visitor.post(f"/api/partnerships/{tied.partnership.id}/moves", {"move": name, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["status"]


async def begin(node: Node, tied: Pair, lesson: dict[str, Any], *, in_lobby: bool) -> None:
    """Begin a lesson, whose time has come."""
    starts_at = clock.now() + timedelta(minutes=10)
    await change(node, update(Lesson).where(Lesson.id == UUID(lesson["id"])).values(
        starts_at=starts_at, ends_at=starts_at + timedelta(minutes=45)))
    teacher = tied.home.teacher
    who = SignedIn(teacher.id, uuid4(), teacher.kind, teacher.school_id, frozenset({StaffRole.TEACHER}))
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        await live.begin(uow, who, tied.space.id, UUID(lesson["id"]), in_lobby=in_lobby)


async def acts(node: Node) -> list[tuple[str, Any]]:
    """What was noted, each with the reason that stands with it."""
    found = await rows(node, select(AuditEntry).order_by(AuditEntry.seq))
    return [(each.act, each.after.get("reason")) for each in found]


async def statuses(node: Node) -> list[str]:
    return [each.status.value for each in await rows(node, select(Lesson).order_by(Lesson.starts_at))]


async def test_archiving_calls_off_what_is_to_come_and_tells_each_teacher_once_a_row(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    row = await scheduled(here, there, tied, times=4)
    await propose(here, tied, starts_at=soon(6, hour=13).isoformat(), title="Only asked")
    await there.post(f"/api/lessons/{row[1]['id']}/move", {
        "starts_at": soon(13, hour=13).isoformat(), "minutes": 45, "all_to_come": False})
    path = (await here.post("/api/calendar-feed")).json()["path"]
    assert len(entries((await here.get(path)).text)) == 2
    assert (await here.get("/api/today")).json()["duties"]["to_decide"] != []
    await mails(node)

    seen: list[object] = []
    node.bus.subscribe(seen.append)
    await archive(here, tied)
    assert await statuses(node) == ["cancelled"] * 5
    assert {each.status for each in await rows(node, select(LessonAsk))} == {
        AskStatus.ACCEPTED, AskStatus.LAPSED}
    assert AccessChanged(space_ids=frozenset({tied.space.id})) in seen
    letters = await rows(node, select(OutgoingMail))
    assert {(each.values["title"], each.values["times"], each.values["note"]) for each in letters} == {
        ("Rivers together", 4, "space_archived"), ("Only asked", 1, "space_archived")}
    assert sorted(await mails(node)) == sorted(
        ("lesson_cancelled", each.id, "CANCEL") for each in (tied.home.teacher, tied.abroad.teacher) * 2
    )
    for visitor in (here, there):
        today = (await visitor.get("/api/today")).json()
        assert (today["lessons"], today["duties"]["to_decide"]) == ([], [])
    assert entries((await here.get(path)).text) == []
    assert (await acts(node))[-5:] == [
        ("lesson.lapse", None), ("lesson.lapse", None), ("lesson.cancel", "space_archived"),
        ("lesson.cancel", "space_archived"), ("space.archive", None),
    ]
    shown = (await there.get(f"/api/spaces/{tied.space.id}/lessons?past=true")).json()["items"]
    assert {(each["status"], tuple(each["may"]), each["ask"]) for each in shown} == {("cancelled", (), None)}


@pytest.mark.parametrize("reason", ["space_archived", "partnership_ended"])
def test_the_mail_says_why_in_every_language(reason: str) -> None:
    def text(language: str, note: str) -> str:
        values = {"title": "Rivers", "space": "Water", "note": note, "times": 3}
        receiver = Receiver("Asha", "a@school.example", "UTC", (language,))
        return written("lesson_cancelled", values, receiver, "")[1]

    added = {len(text(each, reason)) - len(text(each, "")) for each in LANGUAGES}
    assert min(added) > 20
    assert len({text(each, reason) for each in LANGUAGES}) == 4


async def test_a_calendar_keeps_what_was_held_and_loses_what_is_to_come(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    row = await scheduled(here, there, tied, times=3)
    held = await rows(node, select(Lesson).where(Lesson.id == UUID(row[0]["id"])))
    week = timedelta(weeks=1)
    await change(node, update(Lesson).where(Lesson.id == held[0].id).values(
        status=LessonStatus.ENDED, starts_at=held[0].starts_at - week, ends_at=held[0].ends_at - week))
    await mails(node)
    await archive(there, tied)
    assert await statuses(node) == ["ended", "cancelled", "cancelled"]
    letters = await rows(node, select(OutgoingMail))
    assert {each.user_id for each in letters} == {tied.home.teacher.id, tied.abroad.teacher.id}
    for letter in letters:
        calendar = icalendar.Calendar.from_ical(letter.calendar)
        master: Any = calendar.walk("VEVENT")[0]
        assert (str(calendar["METHOD"]), str(master["STATUS"])) == ("REQUEST", "CONFIRMED")
        assert len(master["EXDATE"].dts) == 2
        assert letter.values["times"] == 2


async def test_a_lesson_that_runs_ends_with_its_space(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    (lesson,) = await scheduled(here, there, tied)
    now = clock.now()
    await begin(node, tied, lesson, in_lobby=False)
    student = tied.home.students[0]
    await change(node, insert(Attendance).values(
        id=UUID(int=7), lesson_id=UUID(lesson["id"]), user_id=student.id, school_id=tied.home.school.id,
        came_at=now))
    await mails(node)
    seen: list[object] = []
    node.bus.subscribe(seen.append)
    await archive(here, tied)
    (kept,) = await rows(node, select(Lesson))
    assert (kept.status, kept.ended_at is not None) == (LessonStatus.ENDED, True)
    (came,) = await rows(node, select(Attendance))
    assert came.left_at == kept.ended_at
    (told,) = [each for each in seen if isinstance(each, RoomChanged)]
    assert live.read_state(told.state).phase is Phase.OPEN
    assert await mails(node) == []  # it was held
    assert (await here.get("/api/today")).json()["lessons"] == []


async def test_a_lobby_that_closes_with_its_space_leaves_no_lesson(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    (lesson,) = await scheduled(here, there, tied)
    await begin(node, tied, lesson, in_lobby=True)
    await mails(node)
    await archive(here, tied)
    assert await statuses(node) == ["cancelled"]
    assert [kind for kind, _, _ in await mails(node)] == ["lesson_cancelled"] * 2


async def test_the_classes_are_free_again_and_nothing_is_answered_any_more(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    await scheduled(here, there, tied)
    (asked,) = await propose(here, tied, starts_at=soon(6).isoformat())
    renewed = await here.post(f"/api/spaces/{tied.space.id}/renewal")
    assert renewed.status_code == 201, renewed.text
    answer = await there.post(f"/api/lesson-questions/{asked['ask']['id']}/answer", {"yes": True})
    assert refusal(answer) == (403, "not_allowed")
    # The next term begins without lessons, and with the time that the old ones would have taken.
    path = f"/api/spaces/{renewed.json()['id']}/lessons"
    assert (await here.get(path)).json()["items"] == []
    assert (await here.post(path, body())).status_code == 201


async def test_teachers_of_a_class_whose_year_is_over_are_not_forgotten(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    await scheduled(here, there, tied)
    await change(node, update(SchoolClass).values(archived_at=clock.now()))
    await mails(node)
    await archive(here, tied)
    # Both coordinate, and so are told also when no class of theirs is left.
    assert {each for _, each, _ in await mails(node)} == {tied.home.teacher.id, tied.abroad.teacher.id}


@pytest.mark.parametrize("before", [PartnershipStatus.ACTIVE, PartnershipStatus.SUSPENDED])
async def test_the_end_of_a_partnership_calls_off_what_is_planned_in_all_its_spaces(
    node: Node, here: Visitor, there: Visitor, tied: Pair, before: PartnershipStatus
) -> None:
    await scheduled(here, there, tied, times=3)
    opened = await here.post("/api/spaces", {
        "partnership_id": str(tied.partnership.id), "kind": "staff_room", "name": "Staff", "class_ids": []})
    other = opened.json()["id"]
    assert (await here.post(f"/api/spaces/{other}/lessons", body(title="A talk"))).status_code == 201
    await mails(node)
    if before is PartnershipStatus.SUSPENDED:
        assert await move(here, tied, "suspend", reason="Exams") == "suspended"
        # For a time only: the lessons stay, and are there when it goes on.
        assert await statuses(node) == ["scheduled", "proposed", "scheduled", "scheduled"]
    assert await move(here, tied, "end") == "ended"
    assert await statuses(node) == ["cancelled"] * 4
    assert {each.status for each in await rows(node, select(LessonAsk))} == {
        AskStatus.ACCEPTED, AskStatus.LAPSED}
    letters = await rows(node, select(OutgoingMail))
    assert {each.values["note"] for each in letters} == {"partnership_ended"}
    assert sorted((each.values["title"], each.user_id) for each in letters) == sorted(
        (title, each.id) for title in ("A talk", "Rivers together")
        for each in (tied.home.teacher, tied.abroad.teacher)
    )
    assert sum(act == ("lesson.cancel", "partnership_ended") for act in await acts(node)) == 2
    assert all(each.archived_at is None for each in await rows(node, select(Space)))


async def test_the_last_school_that_leaves_is_told_of_its_lessons(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    await scheduled(here, there, tied)
    heads = [await signed_in(node, each.head) for each in (tied.abroad, tied.home)]
    assert await move(heads[0], tied, "leave", confirmed=True) == "suspended"
    assert await statuses(node) == ["scheduled"]
    await mails(node)
    assert await move(heads[1], tied, "leave", confirmed=True) == "ended"
    assert await statuses(node) == ["cancelled"]
    assert await mails(node) == [("lesson_cancelled", tied.home.teacher.id, "CANCEL")]
