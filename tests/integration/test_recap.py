"""A lesson afterwards: who reads what of it, what is taken along, and that taking it is written down."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pypdf
import pytest
from pycrdt import Doc, Map
from sqlalchemy import select, update

from realtime.page_state import merge, read_page
from server import clock, printing
from server.accounts.models import StaffRole, User
from server.audit.models import AuditEntry
from server.boards import content
from server.boards import service as boards
from server.boards.models import Board, NoteVersion, PageKind, VersionReason
from server.boards.service import Drawn
from server.bus import InProcessBus
from server.chat.models import ChatMessage
from server.db import Database, UnitOfWork
from server.files.models import FileState, Scan, StoredFile
from server.hours.models import SchoolDay
from server.lessons.models import Attendance, Lesson, LessonStatus
from server.partnerships.models import Partnership, PartnershipStatus, VisitRole
from server.polls.models import Poll, PollKind, PollStatus, Vote
from server.recap import export
from server.recap.words import EN
from server.safeguarding.models import HeldMessage
from server.spaces.models import GroupMember, Space
from tests import factories
from tests.factories import Pair, World
from tests.nodes import Node, Visitor, refusal
from tests.queries import counted

NO_MESSAGE: dict[str, Any] = {"items": [], "next": ""}


class Told(msgspec.Struct, frozen=True):
    """A lesson of an hour that ended an hour ago, in the space of a pair."""

    world: Pair
    lesson_id: UUID
    started_at: datetime
    board_id: UUID
    notes_id: UUID

    def at(self, minutes: float) -> datetime:
        """So long after its start."""
        return self.started_at + timedelta(minutes=minutes)


async def say(
    database: Database, told: Told, author_id: UUID, text: str, minutes: float, *, seq: int,
    room_id: UUID | None = None, **more: Any,
) -> UUID:
    """A message of the lesson, so many minutes after its start."""
    async with UnitOfWork(database, InProcessBus()) as uow:
        message = ChatMessage(
            id=uuid4(), space_id=room_id or told.world.space.id, seq=seq, author_id=author_id,
            client_id=uuid4(), text=text, sent_at=told.at(minutes), **more,
        )
        uow.session.add(message)
    return message.id


async def group(database: Database, told: Told, number: int, *members: UUID) -> UUID:
    """A group of the space, made as the lesson began."""
    async with UnitOfWork(database, InProcessBus()) as uow:
        made = World(uow.session)
        space = await made.add(
            Space(
                partnership_id=told.world.partnership.id, kind=told.world.space.kind, name=f"Group {number}",
                created_at=told.at(1), parent_id=told.world.space.id, group_no=number,
            )
        )
        for each in members:
            await made.add(GroupMember(group_id=space.id, user_id=each))
    return space.id


@pytest.fixture
async def told(database: Database) -> Told:
    """Willow was there with its teacher and a student; Nakuru Hill slept."""
    world = await factories.pair(database, students=2)
    started_at = clock.now().replace(microsecond=0) - timedelta(hours=2)
    async with UnitOfWork(database, InProcessBus()) as uow:
        made = World(uow.session)
        lesson = await made.add(
            Lesson(
                space_id=world.space.id, title="=Rivers", status=LessonStatus.ENDED, starts_at=started_at,
                ends_at=started_at + timedelta(hours=1), started_at=started_at,
                ended_at=started_at + timedelta(hours=1), created_by_id=world.home.teacher.id,
                created_at=started_at, host_school_id=world.home.school.id,
            )
        )
        for user_id in (world.home.teacher.id, world.home.students[0].id):
            await made.add(
                Attendance(
                    lesson_id=lesson.id, user_id=user_id, school_id=world.home.school.id,
                    came_at=started_at, left_at=started_at + timedelta(minutes=50),
                )
            )
        pages = await uow.session.execute(
            select(Board.kind, Board.id).where(Board.space_id == world.space.id)
        )
        ids = dict(pages.tuples().all())
    return Told(world, lesson.id, started_at, ids[PageKind.BOARD], ids[PageKind.NOTES])


async def signed_in(node: Node, who: Any) -> Visitor:
    visitor = node.visitor()
    if isinstance(who, factories.Student):
        assert (await visitor.sign_in_student(who)).status_code < 300
    else:
        assert (await visitor.sign_in_staff(who)).status_code < 300
    return visitor


async def read(visitor: Visitor, told: Told, more: str = "") -> Any:
    answer = await visitor.get(f"/api/lessons/{told.lesson_id}/recap{more}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def texts(visitor: Visitor, told: Told, room_id: UUID | None = None) -> list[str]:
    more = f"?room_id={room_id}" if room_id else ""
    return [each["text"] for each in (await read(visitor, told, f"/messages{more}"))["items"]]


async def test_the_class_that_slept_reads_who_was_there_and_no_times(node: Node, told: Told) -> None:
    student = await signed_in(node, told.world.abroad.students[0])
    found = await read(student, told)
    assert (found["lesson"]["title"], found["lesson"]["space_name"]) == ("=Rivers", "Rivers")
    schools = found["lesson"]["schools"]
    counts = [(each["school"]["name"], each["students"], each["staff"]) for each in schools]
    assert counts == [("Willow", 1, 1), ("Nakuru Hill", 0, 0)]
    assert all(each["came_at"] is None and each["left_at"] is None for each in schools)
    assert (found["open"], found["may_see_people"], found["may_export"]) == (True, False, False)
    assert (await student.get(f"/api/lessons/{told.lesson_id}/attendance")).status_code == 403

    teacher = await signed_in(node, told.world.abroad.teacher)
    found = await read(teacher, told)
    assert (found["may_see_people"], found["may_export"]) == (True, True)
    assert found["lesson"]["schools"][0]["came_at"] == told.started_at.isoformat().replace("+00:00", "Z")


async def test_it_has_the_messages_of_the_lesson_and_nothing_that_was_deleted_or_held(
    node: Node, database: Database, told: Told
) -> None:
    child, teacher = told.world.home.students[0], told.world.home.teacher
    await say(database, told, teacher.id, "Before.", -1, seq=1)
    asked = await say(database, told, teacher.id, "Which river?", 1, seq=2)
    await say(database, told, child.id, "The Tana!", 2, seq=3, reply_to_id=asked)
    await say(database, told, child.id, "", 3, seq=4, deleted_at=told.at(4), deleted_by_id=teacher.id)
    gone = await say(database, told, child.id, "", 3, seq=5, deleted_at=told.at(4), deleted_by_id=child.id)
    await say(database, told, child.id, "To nothing", 5, seq=6, reply_to_id=gone)
    await say(database, told, teacher.id, "After.", 61, seq=7)
    async with UnitOfWork(database, InProcessBus()) as uow:
        uow.session.add(
            HeldMessage(
                space_id=told.world.space.id, author_id=child.id, client_id=uuid4(), text="0123 456 789",
                reasons=[], created_at=told.at(6),
            )
        )
    student = await signed_in(node, told.world.abroad.students[0])
    items = (await read(student, told, "/messages"))["items"]
    assert [each["text"] for each in items] == ["Which river?", "The Tana!", "To nothing"]
    assert items[1]["quote"] == {"name": teacher.name, "text": "Which river?"}
    assert (items[2]["is_reply"], items[2]["quote"]) == (True, None)
    # To a partner a student is an alias and a class.
    assert items[1]["author"] == {
        "user_id": str(child.id), "name": "Heron 1", "kind": "student", "avatar": "heron-1",
        "school_id": str(told.world.home.school.id), "class_name": "5W",
    }
    assert (await read(student, told))["rooms"] == [
        {"space_id": str(told.world.space.id), "number": None, "is_group": False, "messages": 3}
    ]


async def test_long_chats_come_in_pages(node: Node, database: Database, told: Told) -> None:
    for number in range(1, 6):
        await say(database, told, told.world.home.teacher.id, f"Message {number}", number, seq=number)
    student = await signed_in(node, told.world.abroad.students[0])
    shown, cursor = [], ""
    for _ in range(3):
        page = await read(student, told, f"/messages?limit=2&cursor={cursor}")
        shown.append([each["text"][-1] for each in page["items"]])
        cursor = page["next"]
    assert (shown, cursor) == ([["1", "2"], ["3", "4"], ["5"]], "")


async def test_staff_read_every_group_and_a_student_their_own(
    node: Node, database: Database, told: Told
) -> None:
    mine, other = told.world.home.students
    first = await group(database, told, 1, mine.id)
    second = await group(database, told, 2, other.id)
    await group(database, told, 3)  # in which nothing happened
    await say(database, told, mine.id, "In the first", 5, seq=1, room_id=first)
    await say(database, told, other.id, "In the second", 5, seq=1, room_id=second)
    await say(database, told, mine.id, "Long after", 90, seq=2, room_id=first)

    student = await signed_in(node, mine)
    rooms = (await read(student, told))["rooms"]
    assert [(each["number"], each["is_group"], each["messages"]) for each in rooms] == [
        (None, False, 0), (1, True, 1)
    ]
    assert await texts(student, told, first) == ["In the first"]
    answer = await student.get(f"/api/lessons/{told.lesson_id}/recap/messages?room_id={second}")
    assert (answer.status_code, answer.json()["code"]) == (403, "other_group")

    teacher = await signed_in(node, told.world.abroad.teacher)
    assert [each["number"] for each in (await read(teacher, told))["rooms"]] == [None, 1, 2]
    assert await texts(teacher, told, second) == ["In the second"]
    # A room of another space is none of this lesson, whoever asks.
    for room_id in (told.world.staff_room.id, uuid4()):
        answer = await teacher.get(f"/api/lessons/{told.lesson_id}/recap/messages?room_id={room_id}")
        assert answer.status_code == 404


async def test_who_may_not_read_the_space_reads_no_recap(
    node: Node, database: Database, told: Told
) -> None:
    async with UnitOfWork(database, InProcessBus()) as uow:
        made = World(uow.session)
        museum = await made.school("Museum", "FR")
        stranger = await made.staff(museum, StaffRole.TEACHER)
        guest = await made.staff(museum, StaffRole.TEACHER)
        unverified = await made.staff(told.world.home.school, StaffRole.HEADTEACHER, verified=False)
        await made.visit(
            told.world.partnership, guest, VisitRole.GUEST, by=told.world.home.teacher, space=told.world.space
        )
    start = f"/api/lessons/{told.lesson_id}"
    looks = (
        f"{start}/recap", f"{start}/recap/messages", f"{start}/recap/files",
        f"/api/spaces/{told.world.space.id}/recaps", f"/api/boards/{told.board_id}/state",
    )
    takes = (f"{start}/recap.pdf", f"{start}/recap/messages.csv", f"{start}/recap/polls.csv")
    for who, look, take in (
        (stranger, 403, 403), (guest, 200, 403), (unverified, 200, 403), (told.world.home.head, 200, 200),
        (told.world.abroad.students[0], 200, 403),
    ):
        visitor = await signed_in(node, who)
        assert [(await visitor.get(path)).status_code for path in looks] == [look] * len(looks), who
        assert [(await visitor.get(path)).status_code for path in takes] == [take] * len(takes), who
    stranger_sees = await (await signed_in(node, stranger)).get(f"{start}/recap")
    assert "space_id" not in stranger_sees.json()
    # A guest looks on, and does not read who was there.
    found = await read(await signed_in(node, guest), told)
    assert not found["may_see_people"]
    assert all(each["came_at"] is None for each in found["lesson"]["schools"])


async def test_students_read_it_when_their_school_is_open_and_staff_also_when_the_partnership_is_over(
    node: Node, database: Database, told: Told
) -> None:
    student = await signed_in(node, told.world.abroad.students[0])
    async with UnitOfWork(database, InProcessBus()) as uow:
        await uow.session.execute(
            update(SchoolDay)
            .where(SchoolDay.school_id == told.world.abroad.school.id)
            .values(ends_at=clock.now() - timedelta(hours=1))
        )
    for path in (
        f"/api/lessons/{told.lesson_id}/recap", f"/api/spaces/{told.world.space.id}/recaps",
        f"/api/boards/{told.board_id}/state",
    ):
        answer = await student.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "outside_hours")
    assert (await student.get("/api/recaps")).json() == {"items": []}
    closed = (await student.get(f"/api/lessons/{told.lesson_id}/recap")).json()
    assert closed["space_id"] == str(told.world.space.id)
    async with UnitOfWork(database, InProcessBus()) as uow:
        await uow.session.execute(update(Partnership).values(status=PartnershipStatus.ENDED))
    assert (await student.get(f"/api/lessons/{told.lesson_id}/recap")).status_code == 403
    teacher = await signed_in(node, told.world.abroad.teacher)
    found = await read(teacher, told)
    assert (found["open"], found["may_export"]) == (False, True)


async def test_a_lesson_that_never_started_has_none(node: Node, database: Database, told: Told) -> None:
    async with UnitOfWork(database, InProcessBus()) as uow:
        await uow.session.execute(
            update(Lesson).values(started_at=None, ended_at=None, status=LessonStatus.CANCELLED)
        )
    teacher = await signed_in(node, told.world.home.teacher)
    for lesson_id in (told.lesson_id, uuid4()):
        assert (await teacher.get(f"/api/lessons/{lesson_id}/recap")).status_code == 404
    assert (await teacher.get(f"/api/spaces/{told.world.space.id}/recaps")).json() == NO_MESSAGE


def drawn(text: str) -> bytes:
    doc: Doc = Doc()
    doc.get("elements", type=Map)["one"] = Map({"kind": "text", "text": text})
    return doc.get_update()


def parts(body: bytes) -> list[bytes]:
    """As a page reads them."""
    found, at = [], 0
    while at < len(body):
        length = shift = 0
        while True:
            byte, at = body[at], at + 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        found.append(body[at : at + length])
        at += length
    return found


async def draw(database: Database, board_id: UUID, author: User, *texts: str) -> None:
    async with UnitOfWork(database, InProcessBus()) as uow:
        await boards.append(uow, board_id, [Drawn(author.id, drawn(each)) for each in texts])


@pytest.fixture(autouse=True)
def merging(node: Node) -> Iterator[None]:
    """As with a live half."""
    node.app.state.merge_page, node.app.state.read_page = merge, read_page
    yield
    node.app.state.merge_page = node.app.state.read_page = None


async def test_without_a_live_half_pages_are_for_those_who_may_read_what_was_deleted(
    node: Node, database: Database, told: Told
) -> None:
    node.app.state.merge_page = None
    await draw(database, told.board_id, told.world.home.teacher, "first")
    path = f"/api/boards/{told.board_id}/state"
    student = await signed_in(node, told.world.abroad.students[0])
    assert refusal(await student.get(path)) == (404, "not_found")
    teacher = await signed_in(node, told.world.abroad.teacher)
    assert (await teacher.get(path)).status_code == 200


async def test_pages_are_read_as_they_are_and_once_while_they_stay_so(
    node: Node, database: Database, told: Told
) -> None:
    student = await signed_in(node, told.world.abroad.students[0])
    assert (await read(student, told))["pages"] == []
    await draw(database, told.board_id, told.world.home.teacher, "first", "second")
    async with UnitOfWork(database, InProcessBus()) as uow:
        await boards.compact(uow, told.board_id, drawn("first"), 1)
    (page,) = (await read(student, told))["pages"]
    assert (page["board_id"], page["title"]) == (str(told.board_id), "1")
    path = f"/api/boards/{told.board_id}/state"
    answer = await student.get(path)
    assert answer.headers["cache-control"] == "private, no-cache"
    doc: Doc = Doc()
    (whole,) = parts(answer.content)
    doc.apply_update(whole)
    assert doc.get("elements", type=Map)["one"]["text"] in {"first", "second"}
    asked = {"if-none-match": answer.headers["etag"]}
    again = await student.get(path, headers=asked)
    assert (again.status_code, again.content) == (304, b"")
    await draw(database, told.board_id, told.world.home.teacher, "third")
    assert (await student.get(path, headers=asked)).status_code == 200


def test_long_updates_are_framed_as_they_are_read() -> None:
    updates = [b"", b"x" * 127, b"y" * 128, b"z" * 70_000]
    assert parts(content.framed(updates)) == updates


async def test_a_page_that_is_prepared_or_gone_is_not_there_for_students(
    node: Node, database: Database, told: Told
) -> None:
    await draw(database, told.board_id, told.world.home.teacher, "secret")
    student = await signed_in(node, told.world.abroad.students[0])
    teacher = await signed_in(node, told.world.abroad.teacher)
    path = f"/api/boards/{told.board_id}/state"
    for values, for_staff in (({"is_prepared": True}, 200), ({"removed_at": clock.now()}, 404)):
        async with UnitOfWork(database, InProcessBus()) as uow:
            await uow.session.execute(update(Board).where(Board.id == told.board_id).values(**values))
        assert (await read(student, told))["pages"] == []
        assert (await student.get(path)).status_code == 404
        assert (await teacher.get(path)).status_code == for_staff


async def test_a_page_that_is_too_large_is_not_read(
    node: Node, database: Database, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    await draw(database, told.board_id, told.world.home.teacher, "first")
    async with database.read() as session:
        with pytest.raises(content.PageTooLarge):
            await content.updates_of(session, [told.board_id], limit_bytes=10)


async def test_notes_name_the_version_of_the_lessons_end_to_adults_alone(
    node: Node, database: Database, told: Told
) -> None:
    await draw(database, told.notes_id, told.world.home.teacher, "notes")
    async with UnitOfWork(database, InProcessBus()) as uow:
        for seq, minutes, reason in (
            (1, 30, VersionReason.CHANGED), (2, 60.1, VersionReason.LESSON), (3, 300, VersionReason.LESSON)
        ):
            uow.session.add(
                NoteVersion(
                    board_id=told.notes_id, seq=seq, state=b"", at=told.at(minutes), made_at=told.at(minutes),
                    reason=reason,
                )
            )
    for who, kept in ((told.world.abroad.students[0], None), (told.world.abroad.teacher, 2)):
        (notes,) = (await read(await signed_in(node, who), told))["notes"]
        assert (notes["board_id"], notes["kept_seq"]) == (str(told.notes_id), kept)


async def ask(database: Database, told: Told, question: str, status: PollStatus, **more: Any) -> UUID:
    poll_id = uuid4()
    async with UnitOfWork(database, InProcessBus()) as uow:
        uow.session.add(
            Poll(
                id=poll_id, space_id=told.world.space.id, kind=PollKind.SINGLE, status=status,
                question=question, options=["=Nile", "Tana"], right_options=[1], created_at=told.at(10),
                opened_at=told.at(10), **{"lesson_id": told.lesson_id, **more},
            )
        )
        await uow.session.flush()
        for side, picks in ((told.world.home, [1]), (told.world.abroad, [0])):
            uow.session.add(
                Vote(poll_id=poll_id, user_id=side.students[0].id, school_id=side.school.id,
                     choice={"picks": picks}, at=told.at(11))
            )
    return poll_id


async def test_questions_and_files_are_those_of_the_lesson_as_each_may_see_them(
    node: Node, database: Database, told: Told
) -> None:
    await ask(database, told, "Hidden?", PollStatus.CLOSED)
    await ask(database, told, "Shown?", PollStatus.REVEALED)
    await ask(database, told, "Other?", PollStatus.REVEALED, lesson_id=None)
    async with UnitOfWork(database, InProcessBus()) as uow:
        for number, (lesson_id, state) in enumerate(
            ((told.lesson_id, FileState.SHOWN), (told.lesson_id, FileState.DELETED), (None, FileState.SHOWN))
        ):
            uow.session.add(
                StoredFile(
                    space_id=told.world.space.id, uploader_id=told.world.home.teacher.id, state=state,
                    lesson_id=lesson_id, key=f"{number:032x}", name=f"{number}.txt", media_type="text/plain",
                    size_bytes=1, sha256="0" * 64, scan=Scan.NONE, created_at=told.at(number),
                )
            )
    space = f"/api/spaces/{told.world.space.id}"
    student = await signed_in(node, told.world.abroad.students[0])
    (poll,) = (await student.get(f"{space}/polls?lesson_id={told.lesson_id}")).json()["items"]
    assert (poll["question"], poll["right"], poll["mine"]["picks"]) == ("Shown?", [1], [0])
    teacher = await signed_in(node, told.world.abroad.teacher)
    found = (await teacher.get(f"{space}/polls?lesson_id={told.lesson_id}")).json()["items"]
    assert {each["question"] for each in found} == {"Hidden?", "Shown?"}
    for who in (student, teacher):
        files = (await read(who, told, "/files"))["items"]
        assert [(each["name"], each["kind"]) for each in files] == [("0.txt", "text")]
        assert files[0]["added_by"] == told.world.home.teacher.name


async def test_files_of_groups_are_for_staff_and_for_those_in_them(
    node: Node, database: Database, told: Told
) -> None:
    mine, other = told.world.home.students
    rooms = [told.world.space.id, await group(database, told, 1, mine.id)]
    async with UnitOfWork(database, InProcessBus()) as uow:
        for number, room_id in enumerate((*rooms, rooms[1])):
            uow.session.add(
                StoredFile(
                    space_id=room_id, uploader_id=told.world.home.teacher.id, state=FileState.SHOWN,
                    lesson_id=told.lesson_id, key=f"{number:032x}", name=f"{number}.txt",
                    media_type="text/plain", size_bytes=1, sha256="0" * 64,
                    scan=Scan.WAITING if number == 2 else Scan.NONE, created_at=told.at(number),
                )
            )
    both = ["0.txt", "1.txt"]
    for who, names in ((mine, both), (other, ["0.txt"]), (told.world.abroad.head, both)):
        visitor = await signed_in(node, who)
        page = await read(visitor, told, "/files?limit=1")
        rest = await read(visitor, told, f"/files?cursor={page['next']}") if page["next"] else {"items": []}
        assert [each["name"] for each in (*page["items"], *rest["items"])] == names


async def test_lists_have_what_is_over_the_newest_first(
    node: Node, database: Database, told: Told
) -> None:
    async with UnitOfWork(database, InProcessBus()) as uow:
        for number, (days, status) in enumerate(
            (*((days, LessonStatus.ENDED) for days in (1, 3, 9)), (0, LessonStatus.LIVE))
        ):
            at = told.at(-24 * 60 * days)
            uow.session.add(
                Lesson(
                    space_id=told.world.space.id, title=f"Lesson {number}", status=status, starts_at=at,
                    ends_at=at, started_at=at, ended_at=None if status is LessonStatus.LIVE else at,
                    created_by_id=told.world.home.teacher.id, created_at=at,
                )
            )
    student = await signed_in(node, told.world.abroad.students[0])
    lately = (await student.get("/api/recaps")).json()["items"]
    assert [each["title"] for each in lately] == ["=Rivers", "Lesson 0", "Lesson 1"]
    path = f"/api/spaces/{told.world.space.id}/recaps?limit=3"
    first = (await student.get(path)).json()
    rest = (await student.get(f"{path}&cursor={first['next']}")).json()
    titles = [each["title"] for page in (first, rest) for each in page["items"]]
    assert (titles, rest["next"]) == (["=Rivers", "Lesson 0", "Lesson 1", "Lesson 2"], "")


async def taken(database: Database) -> list[dict[str, Any]]:
    async with database.read() as session:
        found = await session.scalars(
            select(AuditEntry).where(AuditEntry.act == "lesson.export").order_by(AuditEntry.seq)
        )
        return [each.after for each in found]


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


async def test_tables_run_nothing_and_are_written_down(node: Node, database: Database, told: Told) -> None:
    child = told.world.home.students[0]
    first = await group(database, told, 1, child.id)
    asked = await say(database, told, told.world.home.teacher.id, "+1?", 1, seq=1)
    await say(database, told, child.id, "=HYPERLINK(1)\nand more", 2, seq=2, reply_to_id=asked)
    await say(database, told, child.id, "@here", 3, seq=1, room_id=first)
    await say(database, told, child.id, "", 3, seq=3, deleted_at=told.at(4))
    await ask(database, told, "-Which?", PollStatus.CLOSED)
    head = await signed_in(node, told.world.abroad.head)
    start = f"/api/lessons/{told.lesson_id}"
    answer = await head.get(f"{start}/recap/messages.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = rows_of(answer.content)
    assert [(each["room"], each["text"]) for each in rows] == [
        ("Everyone", "'+1?"), ("Everyone", "'=HYPERLINK(1) and more"), ("Group 1", "'@here")
    ]
    assert {each["lesson"] for each in rows} == {"'=Rivers"}
    assert rows[1]["answers"] == f"{told.world.home.teacher.name}: +1?"
    assert (rows[1]["school"], rows[1]["name"], rows[1]["class"]) == ("Willow", "Heron 1", "5W")
    polls = rows_of((await head.get(f"{start}/recap/polls.csv")).content)
    assert {each["question"] for each in polls} == {"'-Which?"}
    assert {(each["answer"], each["school"], each["count"]) for each in polls} == {
        ("", "Willow", "1"), ("", "Nakuru Hill", "1"), ("'=Nile", "Willow", "0"), ("Tana", "Willow", "1"),
        ("'=Nile", "Nakuru Hill", "1"), ("Tana", "Nakuru Hill", "0"),
    }
    assert "Heron" not in str(polls)
    await head.get(f"{start}/attendance.csv")
    assert (await head.get(f"{start}/attendance.pdf")).content.startswith(b"%PDF")
    assert (await head.get(f"{start}/recap.pdf")).content.startswith(b"%PDF")
    about = {"lesson_id": str(told.lesson_id)}
    assert await taken(database) == [
        {**about, "what": what, "form": form}
        for what, form in (
            ("messages", "csv"), ("polls", "csv"), ("attendance", "csv"), ("attendance", "pdf"),
            ("recap", "pdf"),
        )
    ]


def printed(body: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(body))
    found = "\n".join(page.extract_text() for page in reader.pages)
    return found.replace(printing.NOTHING_SEEN, "")


async def test_paper_has_the_lesson_in_any_script(
    node: Node, database: Database, told: Told
) -> None:
    child = told.world.home.students[0]
    await say(database, told, child.id, "مرحبا", 1, seq=1)
    await say(database, told, child.id, "河 means river", 2, seq=2)  # a letter that no font here has
    first = await group(database, told, 1, child.id)
    await say(database, told, child.id, "Among ourselves", 3, seq=1, room_id=first)
    await ask(database, told, "Which river?", PollStatus.CLOSED)
    teacher = await signed_in(node, told.world.abroad.teacher)
    start = f"/api/lessons/{told.lesson_id}"
    answer = await teacher.get(f"{start}/recap.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert "attachment" in answer.headers["content-disposition"]
    found = printed(answer.content)
    for words in (
        "=Rivers", "Nakuru Hill", "blue", "nobody", "Heron 1", "مرحبا",
        f"{printing.UNKNOWN} means river", "Group 1", "Among ourselves", "Which river?", "Tana (right)",
    ):
        assert words in found, words
    # By the clock of each school.
    assert f"{told.started_at.astimezone(UTC) + timedelta(hours=3):%H:%M}" in found
    arabic = printed((await teacher.get(f"{start}/attendance.pdf?language=ar")).content)
    assert "الحضور" in arabic
    assert "Heron 1" in arabic
    assert "مرحبا" not in arabic


async def page(
    database: Database, told: Told, title: str, stored: dict[str, Any], *, room_id: UUID | None = None,
    **more: Any,
) -> UUID:
    """A page of a board with one thing on it, drawn in the lesson or at another moment (`drawn_at`)."""
    drawn_at = more.pop("drawn_at", told.at(10))
    doc: Doc = Doc()
    doc.get("elements", type=Map)["one"] = Map(stored)
    async with UnitOfWork(database, InProcessBus()) as uow:
        made = World(uow.session)
        board = await made.add(
            Board(space_id=room_id or told.world.space.id, title=title, position=1, **more)
        )
        await boards.append(uow, board.id, [Drawn(told.world.home.students[0].id, doc.get_update())])
        await uow.session.execute(update(Board).where(Board.id == board.id).values(drawn_at=drawn_at))
    return board.id


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"kind": "text", "text": words, "x": 0, "y": 0, "w": 400, "h": 30, "by": str(uuid4()), **more}


async def paper(visitor: Visitor, told: Told, language: str = "en") -> str:
    answer = await visitor.get(f"/api/lessons/{told.lesson_id}/recap.pdf?language={language}")
    assert answer.status_code == 200, answer.text
    return " ".join(printed(answer.content).split())


async def test_paper_shows_the_board_pages_that_students_see(
    node: Node, database: Database, told: Told
) -> None:
    mine = told.world.home.students[0]
    first = await group(database, told, 1, mine.id)
    await page(database, told, "Rivers of ours", text("From the hills"))
    await page(database, told, "Among us", text("To the sea"), room_id=first)
    await page(database, told, "Not yet", text("A surprise"), is_prepared=True)
    await page(database, told, "Away", text("Unkind words"), removed_at=clock.now())
    await page(database, told, "Wiped", text("Taken off", gone=True))
    head = await signed_in(node, told.world.abroad.head)
    found = await paper(head, told)
    for words in (
        EN["board"], "Page Rivers of ours", "From the hills", "Group 1, page Among us", "To the sea",
        EN["prepared_boards"].format(count=1),
    ):
        assert words in found, words
    for words in ("Not yet", "A surprise", "Away", "Unkind", "Wiped", "Taken off", EN["no_pictures"]):
        assert words not in found, words
    assert "اللوح" in await paper(head, told, "ar")

    node.app.state.read_page = None  # nothing is live here
    found = await paper(head, told)
    assert EN["no_pictures"] in found
    assert "From the hills" not in found


async def test_of_many_board_pages_those_of_the_lesson_are_printed(
    node: Node, database: Database, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "BOARDS_PRINTED", 2)
    for title, minutes in (("Last week", -9000), ("Old", -500), ("Begun", 1), ("Went on", 300)):
        await page(database, told, title, text(f"On {title}"), drawn_at=told.at(minutes))
    head = await signed_in(node, told.world.home.head)
    found = await paper(head, told)
    assert [each in found for each in ("Last week", "Old", "On Begun", "On Went on")] == [
        False, False, True, True
    ]
    assert EN["left_out_boards"].format(count=2) in found
    monkeypatch.setattr(export, "BOARDS_READ_BYTES", 10)
    found = await paper(head, told)
    assert EN["large_page"] in found
    assert "On Begun" not in found


async def test_it_costs_the_same_however_much_happened(node: Node, database: Database, told: Told) -> None:
    teacher = await signed_in(node, told.world.home.teacher)
    start = f"/api/lessons/{told.lesson_id}"
    paths = (
        f"{start}/recap", f"{start}/recap/messages", f"/api/spaces/{told.world.space.id}/recaps",
        "/api/recaps", f"{start}/recap/messages.csv", f"{start}/recap/polls.csv", f"{start}/recap.pdf",
    )

    async def costs() -> list[int]:
        found = []
        for path in paths:
            with counted(node.database) as statements:
                assert (await teacher.get(path)).status_code == 200
            found.append(len(statements))
        return found

    async def grow(first: int, last: int) -> None:
        for number in range(first, last):
            child = told.world.home.students[number % 2]
            room = await group(database, told, number, child.id)
            asked = await say(database, told, child.id, "In a group", number, seq=1, room_id=room)
            await say(database, told, child.id, "Yes", number, seq=2, room_id=room, reply_to_id=asked)
            await say(database, told, child.id, "To all", number, seq=number)
            await ask(database, told, f"Question {number}?", PollStatus.REVEALED)
            await page(database, told, f"Page {number}", text("Drawn"), room_id=room)

    await grow(1, 3)
    before = await costs()
    await grow(3, 9)
    assert await costs() == before
