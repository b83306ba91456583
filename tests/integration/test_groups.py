"""Groups in the records: who is shown what, and what two who act at the same moment do to each other."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update

from server import clock
from server.accounts.models import StaffRole, User
from server.accounts.service import SignedIn
from server.boards import service as boards
from server.boards.models import Board, PageKind
from server.boards.service import Drawn
from server.bus import InProcessBus
from server.chat import service as chat
from server.chat.models import ChatMessage
from server.db import Database, UnitOfWork
from server.files.models import FileState, Scan, StoredFile
from server.groups import service as groups
from server.lessons.models import Lesson, LessonStatus
from server.polls.models import Poll, PollKind, PollStatus
from server.safeguarding import removals
from server.safeguarding.removals import RemovalReason
from server.spaces.models import GroupMember, Space
from tests.conftest import Records
from tests.factories import Pair, pair
from tests.integration.test_every_route import SAFE, routes
from tests.nodes import Node


def _who(user: User) -> SignedIn:
    return SignedIn(user.id, uuid4(), user.kind, user.school_id, frozenset({StaffRole.TEACHER}))


async def test_a_student_is_sent_out_and_moved_at_the_same_moment(
    shared_records: Records, bus: InProcessBus
) -> None:
    database = Database(shared_records.database_url)
    try:
        tied = await pair(database)
        student, space_id = tied.home.students[0], tied.space.id
        async with UnitOfWork(database, bus) as uow:
            made = await groups.arrange(uow, _who(tied.home.teacher), space_id, [[student.id], []])
        async with UnitOfWork(database, bus) as sending_out:
            await removals.remove(
                sending_out, _who(tied.abroad.teacher), space_id, student.id, RemovalReason.UNKIND,
                until_lifted=False,
            )
            # It holds the account and will need the space: who holds the space must not need the account.
            async with asyncio.timeout(5), UnitOfWork(database, bus) as moving:
                await groups.move(moving, _who(tied.home.teacher), space_id, student.id, made[1])
        async with database.read() as session:
            there = await session.scalars(
                select(GroupMember.group_id).where(GroupMember.user_id == student.id)
            )
            assert there.all() == [made[1]]
    finally:
        await database.close()


WORD = "Zanzibar"
"""Stands in everything that is in the first group."""
NOTHING_HERE = {400, 403, 404, 405}


async def _fill(node: Node, tied: Pair, group_id: UUID, author: UUID) -> dict[str, UUID]:
    """Write, draw, ask and add something in a group. Returns the ids that addresses name."""
    async with UnitOfWork(node.database, node.bus) as uow:
        session, now = uow.session, clock.now()
        await session.execute(update(Space).where(Space.id == group_id).values(archived_at=None, name=WORD))
        await chat.say(uow, group_id, author, uuid4(), f"{WORD} is said")
        message_id = await session.scalar(select(ChatMessage.id).where(ChatMessage.space_id == group_id))
        pages = await session.execute(select(Board.kind, Board.id).where(Board.space_id == group_id))
        ids = dict(pages.tuples().all())
        for board_id in ids.values():
            await boards.append(uow, board_id, [Drawn(author, WORD.encode())])
        await session.execute(update(Board).where(Board.space_id == group_id).values(title=WORD))
        poll_id = uuid4()
        session.add(
            Poll(
                id=poll_id, space_id=group_id, kind=PollKind.SINGLE, status=PollStatus.REVEALED,
                question=WORD, options=[WORD, "no"], low="", high="", right_options=None, version=1,
                created_by_id=tied.home.teacher.id, created_at=now, opened_at=now,
            )
        )
        lesson = Lesson(
            space_id=tied.space.id, title="Rivers", status=LessonStatus.LIVE, starts_at=now,
            ends_at=now + timedelta(hours=1), started_at=now, created_by_id=tied.home.teacher.id,
            created_at=now, host_school_id=tied.home.school.id,
        )
        session.add(lesson)
        file = StoredFile(
            space_id=group_id, uploader_id=author, key="k", name=f"{WORD}.png", media_type="image/png",
            size_bytes=1, sha256="0" * 64, scan=Scan.NONE, needs_adult=False, state=FileState.SHOWN,
            created_at=now, has_thumbnail=True,
        )
        session.add(file)
        await session.flush()
        assert message_id is not None
        return {
            "space_id": group_id, "board_id": ids[PageKind.BOARD], "page_id": ids[PageKind.BOARD],
            "message_id": message_id, "poll_id": poll_id, "file_id": file.id, "user_id": author,
            "lesson_id": lesson.id, "partnership_id": tied.partnership.id,
        }


def _address(path: str, ids: dict[str, UUID]) -> str:
    def filled(part: str) -> str:
        if not part.startswith("{"):
            return part
        name, kind = part.strip("{}").split(":")
        return "1" if kind == "int" else str(ids.get(name, uuid4()))

    return "/".join(filled(part) for part in path.split("/"))


async def test_no_route_shows_a_student_anything_of_another_group(node: Node) -> None:
    tied = await pair(node.database)
    one, two = tied.home.students[:2]
    async with UnitOfWork(node.database, node.bus) as uow:
        who = _who(tied.home.teacher)
        theirs = [each.id for each in tied.abroad.students[:2]]
        first, second = await groups.arrange(
            uow, who, tied.space.id, [[one.id, theirs[0]], [two.id, theirs[1]]]
        )
        await groups.open_all(uow, who, tied.space.id)
    ids = await _fill(node, tied, first, one.id)
    node.app.state.merge_page = None
    mine, stranger = node.visitor(), node.visitor()
    assert (await mine.sign_in_student(one)).status_code == 200
    assert (await stranger.sign_in_student(two)).status_code == 200
    seen = 0
    for method, path in sorted(routes(node.app)):
        if "_id:" not in path:
            continue
        body = None if method in SAFE else {}
        answer = await stranger.send(method, _address(path, ids), body)
        assert WORD not in answer.text, (method, path)
        if not {"{space_id:uuid}", "{board_id:uuid}", "{file_id:uuid}"}.isdisjoint(path.split("/")):
            assert answer.status_code in NOTHING_HERE, (method, path, answer.status_code)
        if method == "GET":
            seen += WORD in (await mine.send(method, _address(path, ids), None)).text
    assert seen >= 6, "their own group shows it"
    for kind, subject in (("message", "message_id"), ("file", "file_id"), ("board", "board_id"),
                          ("person", "user_id")):
        told = {"kind": kind, "subject_id": str(ids[subject]), "reason": "other", "element_id": "a"}
        answer = await stranger.post(f"/api/spaces/{first}/reports", told)
        assert answer.status_code == 404, kind
        if kind != "person":
            answer = await stranger.post(f"/api/spaces/{second}/reports", told)
            assert answer.status_code == 404, kind
    lesson = f"/api/lessons/{ids['lesson_id']}/recap"
    assert (await stranger.get(f"{lesson}/messages?room_id={first}")).status_code == 403
    assert [each["space_id"] for each in (await stranger.get(lesson)).json()["rooms"]] == [
        str(tied.space.id)
    ]
