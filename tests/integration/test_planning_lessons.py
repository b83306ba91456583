"""Planning lessons: from a slot to a yes of every school, changes, cancelling, and who hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import icalendar
import msgspec
import pytest
from sqlalchemy import delete, insert, select, update

from server import clock
from server.accounts.models import StaffRole, User
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.db import UnitOfWork
from server.lessons import asks, feed
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import AskStatus, CalendarFeed, LessonAsk
from server.mail.models import OutgoingMail
from server.partnerships.models import Ban, Duty, MemberRole, Membership
from server.schools.calendar import BellTimes, Period
from server.schools.models import School
from server.spaces.models import Space, SpaceKind
from tests.factories import Pair, World, cluster, pair
from tests.nodes import Node, Visitor, refusal, signed_in


def soon(days: int = 5, hour: int = 9) -> datetime:
    return (clock.now() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def body(**more: Any) -> dict[str, Any]:
    return {"title": "Rivers together", "starts_at": soon().isoformat(), "minutes": 45, **more}


async def change(node: Node, statement: Any) -> None:
    async with node.database.engine.begin() as connection:
        await connection.execute(statement)


def entries(text: str) -> list[Any]:
    """The entries of a calendar file."""
    return list(icalendar.Calendar.from_ical(text).walk("VEVENT"))


@asynccontextmanager
async def adding(node: Node) -> AsyncIterator[World]:
    """Records that are made within the block."""
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        yield World(uow.session)


async def rows(node: Node, statement: Any) -> list[Any]:
    async with node.database.read() as session:
        return list((await session.scalars(statement)).all())


@pytest.fixture
async def tied(node: Node) -> Pair:
    found = await pair(node.database)
    days = BellTimes([[Period("1", "08:00", "12:00"), Period("2", "12:30", "16:00")]] * 7)
    await change(node, update(School).values(bell_times=msgspec.to_builtins(days)))
    return found


@pytest.fixture
async def here(node: Node, tied: Pair) -> Visitor:
    return await signed_in(node, tied.home.teacher)


@pytest.fixture
async def there(node: Node, tied: Pair) -> Visitor:
    return await signed_in(node, tied.abroad.teacher)


async def propose(visitor: Visitor, tied: Pair, **more: Any) -> list[dict[str, Any]]:
    answer = await visitor.post(f"/api/spaces/{tied.space.id}/lessons", body(**more))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def answered(visitor: Visitor, lesson: dict[str, Any], *, yes: bool = True) -> list[dict[str, Any]]:
    answer = await visitor.post(f"/api/lesson-questions/{lesson['ask']['id']}/answer", {"yes": yes})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def scheduled(here: Visitor, there: Visitor, tied: Pair, **more: Any) -> list[dict[str, Any]]:
    return await answered(there, (await propose(here, tied, **more))[0])


async def mails(node: Node) -> list[tuple[str, UUID, str]]:
    """What was queued since the last look: kind, receiver, method of the calendar."""
    found = []
    for each in await rows(node, select(OutgoingMail).order_by(OutgoingMail.made_at, OutgoingMail.kind)):
        calendar = icalendar.Calendar.from_ical(each.calendar) if each.calendar else {}
        found.append((each.kind, each.user_id, str(calendar.get("METHOD", ""))))
    await change(node, delete(OutgoingMail))
    return found


async def test_a_proposal_becomes_a_lesson_when_the_other_school_says_yes(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    (lesson,) = await propose(here, tied)
    assert (lesson["status"], lesson["ask"]["kind"]) == ("proposed", "plan")
    assert lesson["ask"]["may"] == ["withdraw"]
    assert lesson["ask"]["waiting_for"] == [str(tied.abroad.school.id)]
    assert lesson["host_school_id"] == str(tied.home.school.id)
    assert await mails(node) == [("lesson_asked", tied.abroad.teacher.id, "REQUEST")]
    today = (await there.get("/api/today")).json()
    assert today["lessons"] == []
    assert today["duties"]["to_decide"] == [{
        "code": "answer_lesson", "count": 1,
        "things": [{"id": str(tied.space.id), "name": "Rivers together"}],
    }]

    (lesson,) = await answered(there, lesson)
    assert (lesson["status"], lesson["ask"], lesson["may"]) == ("scheduled", None, ["change", "cancel"])
    told = await mails(node)
    assert sorted(told) == sorted(
        ("lesson_scheduled", each.id, "REQUEST") for each in (tied.home.teacher, tied.abroad.teacher)
    )
    for visitor in (here, there):
        (card,) = (await visitor.get("/api/today")).json()["lessons"]
        assert (card["id"], card["status"]) == (lesson["id"], "scheduled")
        assert [each["name"] for each in card["schools"]] == ["Willow", "Nakuru Hill"]
    assert (await there.get("/api/today")).json()["duties"]["to_decide"] == []
    acts = [each.act for each in await rows(node, select(AuditEntry).order_by(AuditEntry.seq))]
    assert acts[-3:] == ["lesson.propose", "lesson.accept", "lesson.schedule"]


async def test_students_see_lessons_that_are_agreed_and_nothing_before(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    student = node.visitor()
    await student.sign_in_student(tied.home.students[0])
    (lesson,) = await propose(here, tied)
    path = f"/api/spaces/{tied.space.id}/lessons"
    assert (await student.get(path)).json()["items"] == []
    assert (await student.get("/api/today")).json()["lessons"] == []
    await answered(there, lesson)
    (seen,) = (await student.get(path)).json()["items"]
    assert (seen["title"], seen["ask"], seen["may"]) == ("Rivers together", None, [])
    assert [each["id"] for each in (await student.get("/api/today")).json()["lessons"]] == [lesson["id"]]
    assert [each["id"] for each in (await student.get("/api/lessons")).json()["items"]] == [lesson["id"]]
    for method, route, sent in (
        ("POST", path, body()), ("GET", f"/api/spaces/{tied.space.id}/slots", None),
        ("POST", f"/api/lessons/{lesson['id']}/cancellation", {}), ("POST", "/api/calendar-feed", {}),
        ("GET", f"/api/lessons/{lesson['id']}/calendar", None),
    ):
        answer = await student.send(method, route, sent)
        assert refusal(answer) == (403, "not_allowed"), route


async def test_a_lesson_that_runs_is_on_today_until_it_is_long_over(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    (lesson,) = await scheduled(here, there, tied)
    now = clock.now()
    live = update(Lesson).where(Lesson.id == UUID(lesson["id"]))
    await change(node, live.values(
        status=LessonStatus.LIVE, started_at=now, starts_at=now - timedelta(hours=1), ends_at=now))
    (card,) = (await here.get("/api/today")).json()["lessons"]
    assert card["status"] == "live"
    assert card["started_at"]
    await change(node, live.values(ends_at=now - timedelta(hours=5)))
    assert (await here.get("/api/today")).json()["lessons"] == []


async def test_a_no_ends_the_proposal_and_the_calendars_take_it_out(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    (lesson,) = await propose(here, tied)
    await mails(node)
    (lesson,) = await answered(there, lesson, yes=False)
    assert lesson["status"] == "cancelled"
    assert sorted(await mails(node)) == [("lesson_declined", tied.home.teacher.id, "CANCEL")]
    assert refusal(await there.post(f"/api/lesson-questions/{uuid4()}/answer", {"yes": True})) == (
        404, "not_found")


async def test_a_new_time_holds_only_when_the_others_say_yes(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    (lesson,) = await scheduled(here, there, tied)
    await mails(node)
    new = soon(6, 10)
    answer = await there.post(
        f"/api/lessons/{lesson['id']}/move", {"starts_at": new.isoformat(), "minutes": 60})
    (moving,) = answer.json()
    assert datetime.fromisoformat(moving["starts_at"]) == soon()  # the old time holds
    assert datetime.fromisoformat(moving["ask"]["starts_at"]) == new
    assert moving["may"] == []
    assert await mails(node) == [("lesson_move_asked", tied.home.teacher.id, "")]
    again = await here.post(f"/api/lessons/{lesson['id']}/cancellation", {})
    assert refusal(again) == (409, "question_open")
    (same,) = await answered(here, moving, yes=False)
    assert (datetime.fromisoformat(same["starts_at"]), same["ask"]) == (soon(), None)
    assert await mails(node) == [("lesson_declined", tied.abroad.teacher.id, "")]

    answer = await there.post(
        f"/api/lessons/{lesson['id']}/move", {"starts_at": new.isoformat(), "minutes": 60})
    await mails(node)
    (moved,) = await answered(here, answer.json()[0])
    assert datetime.fromisoformat(moved["starts_at"]) == new
    assert datetime.fromisoformat(moved["ends_at"]) == new + timedelta(hours=1)
    assert sorted(await mails(node)) == sorted(
        ("lesson_moved", each.id, "REQUEST") for each in (tied.home.teacher, tied.abroad.teacher))


async def test_cancelling_waits_for_the_others_too(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    (lesson,) = await scheduled(here, there, tied)
    (asked,) = (await here.post(f"/api/lessons/{lesson['id']}/cancellation", {})).json()
    assert (asked["status"], asked["ask"]["kind"]) == ("scheduled", "cancel")
    await mails(node)
    (gone,) = await answered(there, asked)
    assert gone["status"] == "cancelled"
    assert {each[2] for each in await mails(node)} == {"CANCEL"}
    assert (await here.get("/api/today")).json()["lessons"] == []
    past = (await here.get(f"/api/spaces/{tied.space.id}/lessons?past=true")).json()["items"]
    assert [each["status"] for each in past] == ["cancelled"]


async def test_repeated_lessons_move_and_end_together_or_alone(
    here: Visitor, there: Visitor, tied: Pair
) -> None:
    lessons = await scheduled(here, there, tied, times=4)
    assert [each["number"] for each in lessons] == [1, 2, 3, 4]
    second = lessons[1]
    new = datetime.fromisoformat(second["starts_at"]) + timedelta(days=1, hours=1)
    asked = (await here.post(
        f"/api/lessons/{second['id']}/move",
        {"starts_at": new.isoformat(), "minutes": 45, "all_to_come": True})).json()
    assert [bool(each["ask"]) for each in asked] == [False, True, True, True]
    moved = await answered(there, asked[1])
    by_id = {each["id"]: datetime.fromisoformat(each["starts_at"]) for each in moved}
    assert by_id[lessons[0]["id"]] == datetime.fromisoformat(lessons[0]["starts_at"])
    for old in lessons[1:]:
        assert (by_id[old["id"]] - datetime.fromisoformat(old["starts_at"])).days == 1
    (asked,) = [each for each in (await there.post(
        f"/api/lessons/{lessons[2]['id']}/cancellation", {})).json() if each["ask"]]
    ended = await answered(here, asked)
    assert sorted(each["status"] for each in ended) == ["cancelled", "scheduled", "scheduled", "scheduled"]


async def test_two_lessons_of_a_class_never_overlap(here: Visitor, there: Visitor, tied: Pair) -> None:
    await propose(here, tied)
    path = f"/api/spaces/{tied.space.id}/lessons"
    late = body(starts_at=(soon() + timedelta(minutes=30)).isoformat())
    assert refusal(await there.post(path, late)) == (409, "time_taken")
    answers = await asyncio.gather(*(
        visitor.post(path, body(starts_at=soon(7).isoformat())) for visitor in (here, there)))
    assert sorted(each.status_code for each in answers) == [201, 409]
    slots = (await here.get(f"/api/spaces/{tied.space.id}/slots?weeks=2")).json()["found"]["slots"]
    assert slots
    for slot in slots:
        starts = datetime.fromisoformat(slot["starts_at"])
        assert starts >= soon() + timedelta(minutes=45) or starts <= soon() - timedelta(minutes=45)


async def test_of_two_answers_at_once_one_counts(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    (lesson,) = await propose(here, tied)
    head = await signed_in(node, tied.abroad.head)
    path = f"/api/lesson-questions/{lesson['ask']['id']}/answer"
    answers = await asyncio.gather(there.post(path, {"yes": True}), head.post(path, {"yes": False}))
    assert sorted(each.status_code for each in answers) == [200, 409]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"starts_at": "2020-01-01T10:00:00Z"}, "invalid"), ({"minutes": 5}, "invalid"),
     ({"title": " "}, "invalid"), ({"times": 41}, "invalid"),
     ({"starts_at": "2099-01-01T10:00:00Z"}, "invalid"),
     ({"starts_at": "0001-01-01T00:00:00+14:00"}, "invalid"),
     ({"starts_at": "9999-12-31T23:59:00-12:00"}, "invalid"), ({"title": "\0"}, "invalid"),
     ({"starts_at": "2026-12-01T10:00:00"}, "invalid"), ({"host_school_id": str(uuid4())}, "invalid")],
)
async def test_what_does_not_fit_is_refused(
    here: Visitor, tied: Pair, wrong: dict[str, Any], code: str
) -> None:
    answer = await here.post(f"/api/spaces/{tied.space.id}/lessons", body(**wrong))
    assert refusal(answer) == (400, code)


async def test_who_plans_and_who_answers(node: Node, here: Visitor, there: Visitor, tied: Pair) -> None:
    head, outsider = await signed_in(node, tied.home.head), await pair(node.database)
    path = f"/api/spaces/{tied.space.id}/lessons"
    assert refusal(await head.post(path, body())) == (403, "not_allowed")  # teaches no class of it
    assert (await head.get(path)).json()["may_plan"] is False
    stranger = await signed_in(node, outsider.home.teacher)
    assert refusal(await stranger.post(path, body())) == (403, "not_a_member")
    assert refusal(await stranger.get(path)) == (403, "not_a_member")
    (lesson,) = await propose(here, tied)
    answer = f"/api/lesson-questions/{lesson['ask']['id']}/answer"
    assert refusal(await here.post(answer, {"yes": True})) == (403, "not_allowed")  # they asked
    assert refusal(await head.post(answer, {"yes": True})) == (403, "not_allowed")
    assert refusal(await stranger.post(answer, {"yes": True})) == (403, "not_a_member")
    assert refusal(await there.delete(answer.removesuffix("/answer"))) == (403, "not_allowed")
    other_head = await signed_in(node, tied.abroad.head)
    assert (await other_head.post(answer, {"yes": True})).status_code == 200


async def test_a_question_of_mine_can_be_taken_back(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    (lesson,) = await propose(here, tied)
    await mails(node)
    (gone,) = (await here.delete(f"/api/lesson-questions/{lesson['ask']['id']}")).json()
    assert gone["status"] == "cancelled"
    assert await mails(node) == [("lesson_cancelled", tied.abroad.teacher.id, "CANCEL")]
    answer = await there.post(f"/api/lesson-questions/{lesson['ask']['id']}/answer", {"yes": True})
    assert refusal(answer) == (409, "already_done")


async def test_a_question_whose_time_has_come_lapses(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    (proposal,) = await propose(here, tied)
    (lesson,) = await scheduled(here, there, tied, starts_at=soon(8).isoformat())
    await there.post(f"/api/lessons/{lesson['id']}/cancellation", {})
    assert await asks.settle_overdue(node.database, InProcessBus()) == 0
    past = clock.now() - timedelta(minutes=1)
    await change(node, update(Lesson).values(starts_at=past - timedelta(hours=1), ends_at=past))
    assert await asks.settle_overdue(node.database, InProcessBus()) == 2
    assert {each.status for each in await rows(node, select(LessonAsk))} == {
        AskStatus.LAPSED, AskStatus.ACCEPTED}
    by_id = {str(each.id): each.status for each in await rows(node, select(Lesson))}
    assert by_id == {proposal["id"]: LessonStatus.CANCELLED, lesson["id"]: LessonStatus.SCHEDULED}
    assert await asks.settle_overdue(node.database, InProcessBus()) == 0


async def test_hosting_follows_the_roles_of_a_cluster(node: Node) -> None:
    made = await cluster(node.database)
    lead, ash, nakuru, _ = made.members
    async with adding(node) as world:
        classes = [await world.school_class(each.school, each.teacher) for each in made.members[:3]]
        space = await world.space(made.partnership, *classes, kind=SpaceKind.CLUSTER_WIDE)
    mine = update(Membership).where(Membership.school_id == nakuru.school.id)
    await change(node, mine.values(role=MemberRole.NETWORK))
    visitor = await signed_in(node, nakuru.teacher)
    path = f"/api/spaces/{space.id}/lessons"
    assert refusal(await visitor.post(path, body())) == (409, "needs_mentor")
    await change(node, mine.values(mentor_id=made.members[3].school.id))
    (lesson,) = (await visitor.post(path, body())).json()
    # The mentor school says yes too, though it has no class in the space.
    assert sorted(lesson["ask"]["waiting_for"]) == sorted(
        str(each.school.id) for each in (lead, ash, made.members[3]))
    for member in (lead, ash):
        await answered(await signed_in(node, member.teacher), lesson)
    (lesson,) = await answered(await signed_in(node, made.members[3].head), lesson)
    assert lesson["status"] == "scheduled"
    hosted = await visitor.post(path, body(starts_at=soon(9).isoformat(), host_school_id=str(lead.school.id)))
    assert hosted.json()[0]["host_school_id"] == str(lead.school.id)


async def test_a_delegate_who_runs_lessons_plans(node: Node, tied: Pair) -> None:
    async with adding(node) as world:
        user = await world.staff(tied.home.school, StaffRole.TEACHER)
        await world.delegation(tied.partnership, user, Duty.RUN_LESSONS, by=tied.home.teacher)
    visitor = await signed_in(node, user)
    assert (await propose(visitor, tied))[0]["status"] == "proposed"


async def test_a_space_of_one_school_needs_nobodys_yes(node: Node, here: Visitor, tied: Pair) -> None:
    async with adding(node) as world:
        space = await world.space(tied.partnership, tied.home.school_class, name="Ours")
    (lesson,) = (await here.post(f"/api/spaces/{space.id}/lessons", body())).json()
    assert lesson["status"] == "scheduled"


async def test_slots_and_lists_are_there_and_bounded(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    path = f"/api/spaces/{tied.space.id}"
    found = (await here.get(f"{path}/slots?minutes=60&weeks=3&count=2")).json()
    assert [each["name"] for each in found["schools"]] == ["Willow", "Nakuru Hill"]
    best = found["found"]["slots"][0]
    assert len(best["clocks"]) == len(best["occurrences"]) == 2
    assert best["clocks"][1]["starts"].endswith("+03:00")
    for wrong in ("minutes=5", "weeks=13", "count=0", "minutes=x"):
        assert refusal(await here.get(f"{path}/slots?{wrong}")) == (400, "invalid")
    await propose(here, tied, times=5)
    first = (await here.get(f"{path}/lessons?limit=2")).json()
    assert (len(first["items"]), first["may_plan"], first["space_name"]) == (2, True, "Rivers")
    rest = (await here.get(f"{path}/lessons?limit=100&cursor={first['next']}")).json()
    assert (len(rest["items"]), rest["next"]) == (3, "")
    assert not {each["id"] for each in first["items"]} & {each["id"] for each in rest["items"]}


async def test_an_archived_space_plans_nothing(node: Node, here: Visitor, tied: Pair) -> None:
    await change(node, update(Space).where(Space.id == tied.space.id).values(archived_at=clock.now()))
    answer = await here.post(f"/api/spaces/{tied.space.id}/lessons", body())
    assert refusal(answer) == (403, "not_allowed")


async def test_the_feed_shows_times_and_titles_to_whoever_has_the_address_until_it_is_renewed(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    (lesson,) = await scheduled(here, there, tied)
    assert (await here.get("/api/calendar-feed")).json() == {"made_at": None}
    path = (await here.post("/api/calendar-feed")).json()["path"]
    assert path.split("/")[2].removesuffix(".ics") not in str(
        [each.token_hash for each in await rows(node, select(CalendarFeed))])
    stranger = node.visitor()
    answer = await stranger.get(path)
    assert answer.headers["content-type"].startswith("text/calendar")
    (event,) = entries(answer.text)
    assert (str(event["SUMMARY"]), event["DTSTART"].dt.astimezone(UTC)) == (
        "Rivers together", datetime.fromisoformat(lesson["starts_at"]))
    assert "Staff" not in answer.text
    assert "@school.example" not in answer.text
    assert len(icalendar.Calendar.from_ical(answer.text).walk("VTIMEZONE")) == 1

    renewed = (await here.post("/api/calendar-feed")).json()["path"]
    assert refusal(await stranger.get(path)) == (404, "not_found")
    assert (await stranger.get(renewed)).status_code == 200
    await here.delete("/api/calendar-feed")
    assert refusal(await stranger.get(renewed)) == (404, "not_found")
    assert feed.TOKEN_BYTES >= 16


async def test_the_calendar_of_who_is_kept_out_is_empty_and_that_of_a_closed_account_is_gone(
    node: Node, here: Visitor, there: Visitor, tied: Pair
) -> None:
    await scheduled(here, there, tied)
    stranger, path = node.visitor(), (await there.post("/api/calendar-feed")).json()["path"]
    assert len(entries((await stranger.get(path)).text)) == 1
    teacher = tied.abroad.teacher
    await change(node, insert(Ban).values(
        id=uuid4(), partnership_id=tied.partnership.id, user_id=teacher.id, reason="A reason.",
        banned_at=clock.now()))
    assert entries((await stranger.get(path)).text) == []
    await change(node, update(User).where(User.id == teacher.id).values(disabled_at=clock.now()))
    assert refusal(await stranger.get(path)) == (404, "not_found")


async def test_a_lesson_can_be_taken_into_a_calendar_by_itself(
    here: Visitor, there: Visitor, tied: Pair
) -> None:
    (lesson,) = await scheduled(here, there, tied)
    answer = await here.get(f"/api/lessons/{lesson['id']}/calendar")
    assert answer.headers["content-disposition"] == 'attachment; filename="lesson.ics"'
    assert len(icalendar.Calendar.from_ical(answer.text).walk("VEVENT")) == 1


async def test_reminders_by_mail_can_be_turned_off(here: Visitor) -> None:
    assert (await here.get("/api/reminders")).json() == {
        "by_mail": True, "mail_is_sent": False, "push_key": "", "browsers": 0}
    assert (await here.send("PUT", "/api/reminders", {"by_mail": False})).json()["by_mail"] is False
    assert (await here.get("/api/reminders")).json()["by_mail"] is False
    browser = {"endpoint": "https://push.example/x", "p256dh": "a" * 87, "auth": "a" * 22}
    assert refusal(await here.post("/api/reminders/browsers", browser)) == (403, "not_allowed")
