"""Spaces are open for students in their own school's hours, around lessons, and when an adult says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from server import access, clock
from server.accounts.models import StaffRole
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.db import Database, UnitOfWork
from server.hours import service
from server.hours.models import SchoolDay, SpaceOpening
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import LessonSeries
from server.partnerships.models import VisitRole
from server.schools.models import DateKind, DateSource, School, SchoolDate
from tests.factories import Pair, Side, World, pair
from tests.nodes import Node, refusal, signed_in
from tests.queries import counted

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ALL_DAY = {"days": [[{"name": "1", "start": "00:00", "end": "23:59"}] for _ in range(7)]}
NEVER: dict[str, Any] = {"days": [[] for _ in range(7)]}


@pytest.fixture
async def tied(node: Node) -> Pair:
    return await pair(node.database, is_open=False)


async def found(node: Node, tied: Pair, side: Side, *, staff: bool = False) -> tuple[bool, str]:
    user_id = side.teacher.id if staff else side.students[0].id
    async with node.database.read() as session:
        now = await access.access_in(session, user_id, tied.space.id)
    return now.may_enter, now.reason


OPEN, SHUT = (True, ""), (False, "outside_hours")


def opening(**more: Any) -> dict[str, Any]:
    return {"until": (clock.now() + 2 * HOUR).isoformat(), "reason": "We rehearse our play.", **more}


def at(tied: Pair, what: str = "opening") -> str:
    return f"/api/spaces/{tied.space.id}/{what}"


async def add_lesson(
    node: Node, tied: Pair, status: LessonStatus, start: timedelta, end: timedelta, *, planned: bool = True
) -> None:
    now, by = clock.now(), tied.home.teacher.id
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        await uow.session.execute(delete(Lesson))
        series = LessonSeries(
            space_id=tied.space.id, timezone="Europe/London", first_at=now + start, minutes=60,
            every_weeks=1, times=1, created_by_id=by, created_at=now,
        )
        uow.session.add(series)
        await uow.session.flush()
        uow.session.add(
            Lesson(space_id=tied.space.id, title="Rivers", status=status, starts_at=now + start,
                   ends_at=now + end, created_by_id=by, created_at=now,
                   series_id=series.id if planned else None)
        )


async def test_a_school_without_bell_times_is_closed_to_its_students_and_says_so(
    node: Node, tied: Pair
) -> None:
    assert await found(node, tied, tied.home) == SHUT
    assert await found(node, tied, tied.home, staff=True) == OPEN
    teacher = await signed_in(node, tied.home.teacher)
    assert (await teacher.get(at(tied, "hours"))).json() == {
        "has_bell_times": False, "open_now": False, "opens_at": None, "opening": None, "may_open": True,
    }


async def test_bell_times_open_the_spaces_of_that_school_alone_and_at_once(node: Node, tied: Pair) -> None:
    head = await signed_in(node, tied.home.head)
    done = await head.send("PUT", f"/api/schools/{tied.home.school.id}/bell-times", ALL_DAY)
    assert done.status_code == 200, done.text
    assert await found(node, tied, tied.home) == OPEN
    assert await found(node, tied, tied.abroad) == SHUT
    assert (await head.get(at(tied, "hours"))).json()["open_now"]
    today = datetime.now(UTC).date()
    holiday = {"kind": "holiday", "name": "Fair", "first_day": (today - timedelta(days=2)).isoformat(),
               "last_day": (today + timedelta(days=2)).isoformat()}
    dates = f"/api/schools/{tied.home.school.id}/dates"
    assert (await head.send("PUT", dates, {"dates": [holiday]})).status_code == 200
    assert await found(node, tied, tied.home) == SHUT
    opens_at = (await head.get(at(tied, "hours"))).json()["opens_at"]
    assert datetime.fromisoformat(opens_at) > clock.now() + 24 * HOUR
    assert (await head.send("PUT", dates, {"dates": []})).status_code == 200
    assert await found(node, tied, tied.home) == OPEN
    await head.send("PUT", f"/api/schools/{tied.home.school.id}/bell-times", NEVER)
    assert await found(node, tied, tied.home) == SHUT


async def test_a_student_is_told_when_it_opens_again(node: Node, tied: Pair) -> None:
    child = node.visitor()
    await child.sign_in_student(tied.home.students[0])

    async def card() -> dict[str, Any]:
        cards = (await child.get("/api/today")).json()["spaces"]
        return next(each for each in cards if each["id"] == str(tied.space.id))

    assert refusal(await child.get(f"/api/spaces/{tied.space.id}")) == (403, "outside_hours")
    shut = await card()
    assert (shut["open"], shut["closed_reason"], shut["opens_at"]) == (False, "outside_hours", None)
    morning = (clock.now() + 15 * HOUR).replace(microsecond=0)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        uow.session.add(
            SchoolDay(school_id=tied.home.school.id, starts_at=morning, ends_at=morning + 6 * HOUR)
        )
    assert datetime.fromisoformat((await card())["opens_at"]) == morning
    await add_lesson(node, tied, LessonStatus.SCHEDULED, 2 * HOUR, 3 * HOUR)
    opens_at = datetime.fromisoformat((await card())["opens_at"])
    assert abs(opens_at - (clock.now() + 110 * MINUTE)) < MINUTE
    with counted(node.app.state.database) as shut_asks:
        await card()
    await add_lesson(node, tied, LessonStatus.SCHEDULED, -HOUR, HOUR)
    now_open = await card()
    assert (now_open["open"], now_open["opens_at"]) == (True, None)
    with counted(node.app.state.database) as open_asks:
        await card()
    assert len(shut_asks) == len(open_asks) + 2


@pytest.mark.parametrize(
    ("status", "start", "end", "opens"),
    [
        ("scheduled", -5 * MINUTE, HOUR, True),
        ("scheduled", 9 * MINUTE, HOUR, True),
        ("scheduled", 11 * MINUTE, HOUR, False),
        ("scheduled", -HOUR, -9 * MINUTE, True),
        ("scheduled", -HOUR, -11 * MINUTE, False),
        ("live", -2 * HOUR, -HOUR, True),
        ("live", 30 * MINUTE, HOUR, True),
        ("live", -6 * HOUR, -4 * HOUR, False),
        ("proposed", -5 * MINUTE, HOUR, False),
        ("cancelled", -5 * MINUTE, HOUR, False),
        ("ended", -5 * MINUTE, HOUR, False),
    ],
)
async def test_a_lesson_opens_its_space(
    node: Node, tied: Pair, status: str, start: timedelta, end: timedelta, opens: bool
) -> None:
    await add_lesson(node, tied, LessonStatus(status), start, end)
    for side in (tied.home, tied.abroad):
        assert await found(node, tied, side) == (OPEN if opens else SHUT)


async def test_a_lesson_that_nobody_planned_opens_nothing(node: Node, tied: Pair) -> None:
    await add_lesson(node, tied, LessonStatus.LIVE, -5 * MINUTE, HOUR, planned=False)
    for side in (tied.home, tied.abroad):
        assert await found(node, tied, side) == SHUT
    teacher = await signed_in(node, tied.home.teacher)
    seen = (await teacher.get(at(tied, "hours"))).json()
    assert (seen["open_now"], seen["may_open"]) == (False, True)
    assert (await teacher.post(at(tied), opening())).status_code == 200
    assert (await found(node, tied, tied.home), await found(node, tied, tied.abroad)) == (OPEN, SHUT)


async def test_an_adult_opens_a_space_for_their_own_students_and_closes_it_again(
    node: Node, tied: Pair
) -> None:
    teacher = await signed_in(node, tied.home.teacher)
    done = await teacher.post(at(tied), opening())
    assert done.status_code == 200, done.text
    assert done.json()["opening"]["reason"] == "We rehearse our play."
    assert done.json()["opening"]["opened_by"] == tied.home.teacher.name
    assert await found(node, tied, tied.home) == OPEN
    assert await found(node, tied, tied.abroad) == SHUT
    # Another opening takes its place.
    sooner = (clock.now() + HOUR).isoformat()
    assert (await teacher.post(at(tied), opening(until=sooner, reason="Less."))).status_code == 200
    head = await signed_in(node, tied.home.head)
    seen = (await head.get(at(tied, "hours"))).json()["opening"]
    assert (seen["reason"], datetime.fromisoformat(seen["ends_at"])) == (
        "Less.", datetime.fromisoformat(sooner)
    )
    # What one school wrote is not told to the other.
    partner = await signed_in(node, tied.abroad.teacher)
    assert (await partner.get(at(tied, "hours"))).json()["opening"] is None
    assert (await partner.delete(at(tied))).status_code == 200
    assert await found(node, tied, tied.home) == OPEN
    for _ in range(2):
        closed = await head.delete(at(tied))
        assert (closed.status_code, closed.json()["opening"]) == (200, None)
    assert await found(node, tied, tied.home) == SHUT
    async with node.database.read() as session:
        acts = (await session.scalars(
            select(AuditEntry).where(AuditEntry.subject_id == tied.space.id).order_by(AuditEntry.seq)
        )).all()
        assert [each.act for each in acts] == ["space.open_hours"] * 2 + ["space.close_hours"]
        assert "rehearse" not in str(acts[0].after)
        kept = (await session.scalars(select(SpaceOpening.reason).order_by(SpaceOpening.starts_at))).all()
        assert kept == ["We rehearse our play.", "Less."]


async def test_who_opens_a_space_and_for_how_long(node: Node, tied: Pair) -> None:
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        world = World(uow.session)
        unverified = await world.staff(tied.home.school, StaffRole.SAFEGUARDING_LEAD, verified=False)
        colleague = await world.staff(tied.home.school, StaffRole.TEACHER)
        other = await world.school("Elsewhere")
        adviser = await world.staff(other, StaffRole.TEACHER)
        await world.visit(tied.partnership, adviser, VisitRole.ADVISER, by=tied.home.teacher)
    for user, no in (
        (unverified, (403, "not_allowed")), (colleague, (404, "not_found")), (adviser, (403, "not_allowed")),
    ):
        browser = await signed_in(node, user)
        assert refusal(await browser.post(at(tied), opening())) == no
        assert refusal(await browser.delete(at(tied))) == no
    child = node.visitor()
    await child.sign_in_student(tied.home.students[0])
    assert refusal(await child.post(at(tied), opening())) == (403, "not_allowed")
    teacher = await signed_in(node, tied.home.teacher)
    now = clock.now()
    for wrong in (
        {"until": (now - MINUTE).isoformat()}, {"until": (now + 25 * HOUR).isoformat()},
        {"until": "2026-11-22T18:00:00"}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 201},
    ):
        assert refusal(await teacher.post(at(tied), opening(**wrong))) == (400, "invalid")
    staff_room = f"/api/spaces/{tied.staff_room.id}/opening"
    assert refusal(await teacher.post(staff_room, opening())) == (403, "not_allowed")
    assert await found(node, tied, tied.home) == SHUT


# --- the days that are worked out


async def days_of(database: Database, school_id: UUID) -> list[datetime]:
    async with database.read() as session:
        rows = select(SchoolDay.starts_at).where(SchoolDay.school_id == school_id)
        return list(await session.scalars(rows.order_by(SchoolDay.starts_at)))


async def test_each_day_one_more_is_worked_out_and_the_old_ones_go(database: Database) -> None:
    tied = await pair(database, is_open=False)
    lesson = [{"name": "1", "start": "09:00", "end": "15:00"}]
    async with UnitOfWork(database, InProcessBus()) as uow:
        await uow.session.execute(
            update(School).values(bell_times={"days": [lesson if day < 5 else [] for day in range(7)]})
        )
        uow.session.add(
            SchoolDate(school_id=tied.home.school.id, kind=DateKind.HOLIDAY, name="Winter",
                       source=DateSource.MANUAL, first_day=date(2026, 12, 21), last_day=date(2027, 1, 1))
        )
    now = datetime(2026, 12, 14, 12, tzinfo=UTC)  # a Monday
    for days in range(25):
        with clock.set_clock(lambda days=days: now + timedelta(days=days)):
            await service.refresh_all(database, InProcessBus())
            before = await days_of(database, tied.home.school.id)
            await service.refresh_all(database, InProcessBus())  # as another node does
        assert await days_of(database, tied.home.school.id) == before
        first = now + timedelta(days=days - 4)
        assert all(first < each < now + timedelta(days=days + 15) for each in before)
        dates = {each.date() for each in before}
        assert not {date(2026, 12, 21) + timedelta(days=each) for each in range(12)} & dates
        day = (now + timedelta(days=days)).date()
        is_school = day.weekday() < 5 and not date(2026, 12, 21) <= day <= date(2027, 1, 1)
        assert (day in dates) is is_school
    assert len(await days_of(database, tied.abroad.school.id)) > 9


async def test_a_change_of_the_time_zone_moves_the_days(node: Node, tied: Pair) -> None:
    head = await signed_in(node, tied.home.head)
    school = f"/api/schools/{tied.home.school.id}"
    lesson = [{"name": "1", "start": "09:00", "end": "15:00"}]
    await head.send("PUT", f"{school}/bell-times", {"days": [lesson] * 7})
    before = await days_of(node.database, tied.home.school.id)
    profile = (await head.get(school)).json()["profile"]
    done = await head.send("PUT", school, {**profile, "timezone": "Asia/Tokyo"})
    assert done.status_code == 200, done.text
    after = await days_of(node.database, tied.home.school.id)
    assert {each.hour for each in after} == {0}
    assert before
    assert not {each.hour for each in before} & {0}
