"""Reports, which both schools' safeguarding leads have and nobody else; and being sent out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update

from server import clock
from server.access import access_of
from server.accounts.models import StaffPost, StaffRole, User
from server.audit.models import AuditEntry
from server.bus import InProcessBus
from server.chat import service as chat
from server.chat.models import ChatMessage
from server.db import UnitOfWork
from server.events import AccessChanged, Event
from server.files.models import FileState, Scan, StoredFile
from server.lessons.models import Lesson, LessonStatus
from server.mail.models import OutgoingMail
from server.safeguarding import casework, reports
from server.safeguarding.models import Removal, Report, ReportReceipt
from server.spaces.models import Space
from server.spaces.service import boards_in
from tests.factories import Pair, pair
from tests.nodes import Node, Visitor, refusal, signed_in


@pytest.fixture
async def tied(node: Node) -> Pair:
    await pair(node.database)  # another one, which nobody here should ever see
    return await pair(node.database)


async def say(node: Node, space: Space, author_id: UUID, *texts: str) -> list[UUID]:
    posts = [chat.Post(author_id, uuid4(), text) for text in texts]
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        await uow.session.execute(update(Space).where(Space.id == space.id).values(chat_mode="open"))
        await chat.post_all(uow, space.id, posts)
    async with node.database.read() as session:
        ids = dict((await session.execute(select(ChatMessage.client_id, ChatMessage.id))).tuples().all())
    return [ids[each.client_id] for each in posts]


async def user_of(node: Node, user_id: UUID) -> User:
    async with node.database.read() as session:
        return await session.get_one(User, user_id)


async def student_of(node: Node, tied: Pair, at: str = "home", place: int = 0) -> Visitor:
    visitor = node.visitor()
    await visitor.sign_in_student(getattr(tied, at).students[place])
    return visitor


def about(kind: str, subject_id: UUID, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "subject_id": str(subject_id), "reason": "unkind", "words": "It hurts", **more}


async def made(node: Node, tied: Pair) -> UUID:
    """A student of the one school reports a message of the other's."""
    texts = [f"message {number}" for number in range(25)]
    ids = await say(node, tied.space, tied.abroad.students[0].id, *texts)
    visitor = await student_of(node, tied)
    answer = await visitor.post(f"/api/spaces/{tied.space.id}/reports", about("message", ids[12]))
    assert answer.status_code == 204, answer.text
    async with node.database.read() as session:
        return (await session.scalars(select(Report.id).where(Report.subject_id == ids[12]))).one()


async def test_a_report_reaches_the_leads_of_both_schools(node: Node, tied: Pair) -> None:
    report_id = await made(node, tied)
    for side in (tied.home, tied.abroad):
        lead = await signed_in(node, side.safeguarding)
        (item,) = (await lead.get("/api/reports")).json()["items"]
        assert (item["id"], item["reason"], item["is_overdue"]) == (str(report_id), "unkind", False)
        view = (await lead.get(f"/api/reports/{report_id}")).json()
        assert view["words"] == "It hurts"
        assert view["item"]["reporter"]["name"] == "Heron 1"
        assert view["item"]["person"]["school"] == "Nakuru Hill"
        said = view["snapshot"]["messages"]
        assert [each["text"] for each in said] == [f"message {number}" for number in range(2, 23)]
        assert [each["text"] for each in said if each["is_reported"]] == ["message 12"]
        assert {each["school_id"] for each in view["receipts"]} == {
            str(tied.home.school.id), str(tied.abroad.school.id)
        }
        today = (await lead.get("/api/today")).json()
        assert today["duties"]["reports"] == 1


async def test_nobody_else_reads_it(node: Node, tied: Pair) -> None:
    report_id = await made(node, tied)
    elsewhere = await pair(node.database)
    for who in (tied.home.teacher, tied.abroad.teacher):
        visitor = await signed_in(node, who)
        for path in ("/api/reports", f"/api/reports/{report_id}"):
            assert refusal(await visitor.get(path)) == (403, "not_allowed")
    for who in (elsewhere.home.safeguarding, tied.home.head):
        visitor = await signed_in(node, who)
        assert (await visitor.get("/api/reports")).json()["items"] == []
        assert refusal(await visitor.get(f"/api/reports/{report_id}")) == (404, "not_found")
        assert refusal(await visitor.post(f"/api/reports/{report_id}/acknowledge")) == (404, "not_found")
    for at in ("home", "abroad"):
        student = await student_of(node, tied, at)
        assert refusal(await student.get("/api/reports")) == (403, "not_allowed")


async def test_the_log_names_neither_who_reported_nor_whom(node: Node, tied: Pair) -> None:
    report_id = await made(node, tied)
    async with node.database.read() as session:
        entries = (
            await session.scalars(select(AuditEntry).where(AuditEntry.act == "report.receive"))
        ).all()
    ours = [each for each in entries if each.after["report_id"] == str(report_id)]
    assert {each.school_id for each in ours} == {tied.home.school.id, tied.abroad.school.id}
    for each in ours:
        assert (each.actor_id, each.subject_id, each.partnership_id) == (None, None, None)


async def test_each_school_takes_it_up_by_itself_and_closes_it_with_a_note(node: Node, tied: Pair) -> None:
    report_id = await made(node, tied)
    ours = await signed_in(node, tied.home.safeguarding)
    theirs = await signed_in(node, tied.abroad.safeguarding)
    path = f"/api/reports/{report_id}"
    assert refusal(await ours.post(f"{path}/close", {"note": "Spoke to them"})) == (400, "invalid")
    view = (await ours.post(f"{path}/acknowledge")).json()
    mine = next(each for each in view["receipts"] if each["is_mine"])
    assert mine["acknowledged_by"] == tied.home.safeguarding.name
    assert refusal(await ours.post(f"{path}/acknowledge")) == (409, "already_done")
    assert (await ours.get("/api/today")).json()["duties"]["reports"] == 0
    assert (await theirs.get("/api/today")).json()["duties"]["reports"] == 1
    assert refusal(await ours.post(f"{path}/close", {"note": "  "})) == (400, "invalid")
    assert (await ours.post(f"{path}/close", {"note": "Spoke to them"})).status_code == 200
    assert refusal(await ours.post(f"{path}/close", {"note": "Again"})) == (409, "already_done")
    other = next(
        each for each in (await theirs.get(path)).json()["receipts"]
        if each["school_id"] == str(tied.home.school.id)
    )
    assert other["closed_at"]
    assert other["note"] == ""  # a school's words stay with it


async def test_a_school_without_a_lead_has_it_read_by_its_head(node: Node, tied: Pair) -> None:
    async with node.database.engine.begin() as connection:
        await connection.execute(
            delete(StaffPost).where(
                StaffPost.user_id == tied.abroad.safeguarding.id,
                StaffPost.role == StaffRole.SAFEGUARDING_LEAD,
            )
        )
    report_id = await made(node, tied)
    head = await signed_in(node, tied.abroad.head)
    view = (await head.get(f"/api/reports/{report_id}")).json()
    assert [each["has_lead"] for each in view["receipts"] if each["is_mine"]] == [False]
    assert (await head.post(f"/api/reports/{report_id}/acknowledge")).status_code == 200


async def test_a_lead_does_not_read_what_is_about_them(node: Node, tied: Pair) -> None:
    student = await student_of(node, tied)
    path = f"/api/spaces/{tied.space.id}/reports"
    assert (await student.post(path, about("person", tied.abroad.safeguarding.id))).status_code == 204
    lead = await signed_in(node, tied.abroad.safeguarding)
    assert (await lead.get("/api/reports")).json()["items"] == []
    head = await signed_in(node, tied.abroad.head)
    (item,) = (await head.get("/api/reports")).json()["items"]
    assert item["person"]["name"] == tied.abroad.safeguarding.name


async def test_a_person_is_reported_with_what_they_said_last(node: Node, tied: Pair) -> None:
    ben = tied.abroad.students[0].id
    await say(node, tied.space, ben, *(f"message {number}" for number in range(30)))
    student = await student_of(node, tied)
    path = f"/api/spaces/{tied.space.id}/reports"
    assert (await student.post(path, about("person", ben))).status_code == 204
    lead = await signed_in(node, tied.home.safeguarding)
    (item,) = (await lead.get("/api/reports")).json()["items"]
    snapshot = (await lead.get(f"/api/reports/{item['id']}")).json()["snapshot"]
    assert [each["text"] for each in snapshot["messages"]] == [f"message {n}" for n in range(10, 30)]
    assert snapshot["person"]["class_name"] == tied.abroad.school_class.name
    assert "email" not in str(snapshot)


async def test_an_object_on_the_board_is_kept_as_it_was_shown(node: Node, tied: Pair) -> None:
    async with node.database.read() as session:
        board = (await boards_in(session, tied.space.id))[0]
    student = await student_of(node, tied)
    path = f"/api/spaces/{tied.space.id}/reports"
    body = about("board", board.id, element_id="e1", shown={"kind": "note", "text": "bad words"})
    assert (await student.post(path, body)).status_code == 204
    lead = await signed_in(node, tied.abroad.safeguarding)
    (item,) = (await lead.get("/api/reports")).json()["items"]
    shown = (await lead.get(f"/api/reports/{item['id']}")).json()["snapshot"]["object"]
    assert (shown["shown"], shown["log_position"]) == ({"kind": "note", "text": "bad words"}, 0)
    huge = about("board", board.id, shown={"text": "x" * 30_000})
    assert refusal(await student.post(path, huge)) == (400, "invalid")


async def test_a_file_is_reported_with_its_name_and_its_owner(node: Node, tied: Pair) -> None:
    now = clock.now()
    file = StoredFile(
        space_id=tied.space.id, uploader_id=tied.abroad.students[0].id, key=uuid4().hex, name="river.txt",
        media_type="text/plain", size_bytes=12, sha256="0" * 64, state=FileState.SHOWN, scan=Scan.NONE,
        created_at=now,
    )
    async with UnitOfWork(node.database, node.bus) as uow:
        uow.session.add(file)
    visitor = await student_of(node, tied)
    answer = await visitor.post(f"/api/spaces/{tied.space.id}/reports", about("file", file.id))
    assert answer.status_code == 204, answer.text
    lead = await signed_in(node, tied.abroad.safeguarding)
    (item,) = (await lead.get("/api/reports")).json()["items"]
    view = (await lead.get(f"/api/reports/{item['id']}")).json()
    assert view["snapshot"]["file"]["name"] == "river.txt"
    assert view["item"]["person"]["school"] == "Nakuru Hill"


async def test_what_is_not_there_is_not_reported(node: Node, tied: Pair) -> None:
    elsewhere = await pair(node.database)
    (foreign,) = await say(node, elsewhere.space, elsewhere.home.students[0].id, "Hello")
    student = await student_of(node, tied)
    here, there = (f"/api/spaces/{each}/reports" for each in (tied.space.id, elsewhere.space.id))
    for kind, subject_id in (
        ("message", uuid4()), ("message", foreign), ("person", elsewhere.home.students[0].id),
        ("board", uuid4()), ("file", uuid4()),
    ):
        assert refusal(await student.post(here, about(kind, subject_id))) == (404, "not_found")
    assert refusal(await student.post(there, about("message", foreign))) == (404, "not_found")
    assert refusal(await student.post(here, about("person", tied.home.students[0].id))) == (400, "invalid")


async def test_thirty_reports_are_enough_for_a_day(node: Node, tied: Pair) -> None:
    (message_id,) = await say(node, tied.space, tied.abroad.students[0].id, "Hello")
    student = await student_of(node, tied)
    path = f"/api/spaces/{tied.space.id}/reports"
    for _ in range(reports.A_DAY_MAX):
        assert (await student.post(path, about("message", message_id))).status_code == 204
    assert refusal(await student.post(path, about("message", message_id))) == (429, "too_many_reports")
    lead = await signed_in(node, tied.home.safeguarding)
    first = (await lead.get("/api/reports", params={"limit": 20})).json()
    second = (await lead.get("/api/reports", params={"limit": 20, "cursor": first["next"]})).json()
    ids = [each["id"] for each in (*first["items"], *second["items"])]
    assert len(ids) == len(set(ids)) == reports.A_DAY_MAX
    assert second["next"] == ""


async def test_the_list_goes_on_past_those_taken_up(node: Node, tied: Pair) -> None:
    (message_id,) = await say(node, tied.space, tied.abroad.students[0].id, "Hello")
    student = await student_of(node, tied)
    for _ in range(6):
        await student.post(f"/api/spaces/{tied.space.id}/reports", about("message", message_id))
    lead = await signed_in(node, tied.home.safeguarding)
    every = (await lead.get("/api/reports")).json()["items"]
    for item in every[:3]:
        await lead.post(f"/api/reports/{item['id']}/acknowledge")
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await lead.get("/api/reports", params={"limit": 2, "cursor": cursor})).json()
        seen += [each["id"] for each in page["items"]]
        if not (cursor := page["next"]):
            break
    assert seen == [each["id"] for each in (*every[3:], *reversed(every[:3]))]


async def test_the_leads_are_written_to_and_again_when_it_is_overdue(node: Node, tied: Pair) -> None:
    report_id = await made(node, tied)
    leads = {tied.home.safeguarding.id, tied.abroad.safeguarding.id}

    async def mails(kind: str) -> list[UUID]:
        async with node.database.read() as session:
            found = await session.scalars(select(OutgoingMail).where(OutgoingMail.kind == kind))
            return [each.user_id for each in found if each.values["path"] == f"/reports/{report_id}"]

    assert set(await mails("report_filed")) == leads
    await casework.remind_overdue(node.database, node.bus)
    assert await mails("report_waits") == []
    lead = await signed_in(node, tied.home.safeguarding)
    await lead.post(f"/api/reports/{report_id}/acknowledge")
    async with node.database.engine.begin() as connection:
        await connection.execute(
            update(Report).where(Report.id == report_id).values(reported_at=clock.now() - timedelta(hours=25))
        )
    for _ in range(2):
        await casework.remind_overdue(node.database, node.bus)
    assert await mails("report_waits") == [tied.abroad.safeguarding.id]
    late = await signed_in(node, tied.abroad.safeguarding)
    assert (await late.get("/api/reports")).json()["items"][0]["is_overdue"] is True


async def test_a_report_outlives_the_space(node: Node, tied: Pair) -> None:
    report_id = await made(node, tied)
    async with node.database.engine.begin() as connection:
        await connection.execute(delete(Space).where(Space.id == tied.space.id))
    lead = await signed_in(node, tied.home.safeguarding)
    view = (await lead.get(f"/api/reports/{report_id}")).json()
    assert view["space_id"] is None
    assert view["snapshot"]["messages"]


# --- being sent out


async def test_any_adult_of_the_room_sends_out_a_student_of_any_school(node: Node, tied: Pair) -> None:
    adult = await signed_in(node, tied.abroad.teacher)
    ana = tied.home.students[0].id
    told: list[Event] = []
    node.bus.subscribe(told.append)
    path = f"/api/spaces/{tied.space.id}/removals"
    assert (await adult.post(path, {"user_id": str(ana), "reason": "disturbs"})).status_code == 204
    assert any(isinstance(each, AccessChanged) and ana in each.user_ids for each in told)
    student = await student_of(node, tied)
    assert refusal(await student.get(f"/api/spaces/{tied.space.id}")) == (403, "removed_for_now")
    again = await adult.post(path, {"user_id": str(ana), "reason": "disturbs"})
    assert refusal(again) == (409, "already_done")
    assert (await adult.delete(f"{path}/{ana}")).status_code == 204
    assert (await student.get(f"/api/spaces/{tied.space.id}")).status_code == 200
    assert refusal(await adult.delete(f"{path}/{ana}")) == (404, "not_found")


async def test_it_lasts_as_long_as_the_lesson(node: Node, tied: Pair) -> None:
    now = clock.now()
    ends_at = now + timedelta(minutes=40)
    async with UnitOfWork(node.database, InProcessBus()) as uow:
        uow.session.add(
            Lesson(space_id=tied.space.id, title="Rivers", status=LessonStatus.LIVE, starts_at=now,
                   ends_at=ends_at, created_by_id=tied.home.teacher.id, created_at=now, started_at=now)
        )
    adult = await signed_in(node, tied.home.teacher)
    ana = tied.home.students[0].id
    path = f"/api/spaces/{tied.space.id}/removals"
    assert (await adult.post(path, {"user_id": str(ana), "reason": "unkind"})).status_code == 204
    async with node.database.read() as session:
        removal = (await session.scalars(select(Removal).where(Removal.user_id == ana))).one()
        assert removal.until == ends_at
    async with node.database.engine.begin() as connection:
        await connection.execute(
            update(Removal).where(Removal.id == removal.id).values(until=now - timedelta(seconds=1))
        )
    async with node.database.read() as session:
        assert (await access_of(session, [ana], tied.space.id))[ana].may_enter
    assert (await adult.get(path)).json() == []


async def test_who_is_not_sent_out_and_by_whom(node: Node, tied: Pair) -> None:
    teacher = await signed_in(node, tied.home.teacher)  # who coordinates
    head = await signed_in(node, tied.home.head)
    student = await student_of(node, tied)
    path = f"/api/spaces/{tied.space.id}/removals"

    async def refused(visitor: Visitor, user_id: UUID) -> tuple[int, str]:
        return refusal(await visitor.post(path, {"user_id": str(user_id), "reason": "other"}))

    assert await refused(student, tied.home.students[1].id) == (403, "not_allowed")
    assert refusal(await student.get(path)) == (403, "not_allowed")
    for protected in (tied.abroad.head, tied.abroad.safeguarding, tied.home.safeguarding):
        assert await refused(teacher, protected.id) == (403, "not_allowed")
    assert await refused(head, tied.abroad.teacher.id) == (403, "not_allowed")  # of another school
    assert await refused(teacher, tied.home.teacher.id) == (400, "invalid")
    assert await refused(teacher, uuid4()) == (404, "not_found")
    sent = await teacher.post(path, {"user_id": str(tied.abroad.teacher.id), "reason": "other"})
    assert sent.status_code == 204
    gone = await signed_in(node, tied.abroad.teacher)
    card = (await gone.get(f"/api/spaces/{tied.space.id}")).json()
    assert (card["open"], card["closed_reason"]) == (False, "removed_for_now")


async def test_receipts_go_when_a_report_does(node: Node, tied: Pair) -> None:
    report_id = await made(node, tied)
    async with node.database.engine.begin() as connection:
        await connection.execute(delete(Report).where(Report.id == report_id))
    async with node.database.read() as session:
        found = await session.scalars(select(ReportReceipt).where(ReportReceipt.report_id == report_id))
        assert found.all() == []


async def test_leads_of_both_schools_read_in_the_log_who_was_sent_out(node: Node, tied: Pair) -> None:
    adult = await signed_in(node, tied.abroad.teacher)
    ana = tied.home.students[0].id
    path = f"/api/spaces/{tied.space.id}/removals"
    assert (await adult.post(path, {"user_id": str(ana), "reason": "disturbs"})).status_code == 204
    for side in (tied.home, tied.abroad):
        lead = await signed_in(node, side.safeguarding)
        (entry,) = (await lead.get("/api/audit", params={"act": "removal."})).json()["items"]
        assert (entry["act"], entry["subject_name"]) == ("removal.set", "Heron 1")
        assert entry["actor_name"] == tied.abroad.teacher.name
