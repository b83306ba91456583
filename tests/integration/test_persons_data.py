"""A school gives out, and erases, what is stored of one of its people."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import make_url, select

from server import clock
from server.accounts.models import StaffRole, User
from server.boards import service as boards
from server.boards.models import Board
from server.boards.service import Drawn
from server.chat.models import ChatMessage, ChatReaction, FormerText, ReactionKind
from server.db import UnitOfWork
from server.files.models import FileState, Scan, StoredFile
from server.files.store import directory
from server.retention import person
from server.retention.person import FATES, NOBODY
from server.safeguarding.models import HeldMessage
from tests import factories
from tests.factories import Pair, World
from tests.integration.test_retention import everything
from tests.nodes import Node, Visitor, refusal, signed_in

WORD = "okapi-lullaby"
"""In everything that this student has left."""


@pytest.fixture
async def world(node: Node) -> Pair:
    return await factories.pair(node.database)


@pytest.fixture
async def administrator(node: Node, world: Pair) -> Visitor:
    async with UnitOfWork(node.database, node.bus) as uow:
        user = await World(uow.session).staff(world.home.school, StaffRole.ADMINISTRATOR)
    return await signed_in(node, user)


async def leave_traces(node: Node, world: Pair, tmp_path: Path) -> tuple[UUID, UUID, str]:
    """A student's messages, file, drawing, name. Returns their id, that of a drawn page, the file's key."""
    student_id, other_id = world.home.students[0].id, world.home.students[1].id
    now = clock.now()
    content = tmp_path / "content"
    content.write_text(f"a file about {WORD}")
    key = uuid4().hex
    await node.app.state.intake.store.put(key, content)
    content.unlink()
    async with UnitOfWork(node.database, node.bus) as uow:
        student = await uow.session.get_one(User, student_id)
        student.given_name, student.name = WORD.title(), f"Alias {WORD}"
        space = await uow.session.get_one(type(world.space), world.space.id)
        space.last_seq = 2
        mine, theirs = (
            ChatMessage(space_id=space.id, seq=seq, author_id=author_id, client_id=uuid4(), sent_at=now,
                        text=text)
            for seq, author_id, text in ((1, student_id, f"I like {WORD}"), (2, other_id, "so do I"))
        )
        uow.session.add_all([mine, theirs])
        await uow.session.flush()
        board = Board(space_id=space.id, title="2", position=2)
        uow.session.add_all([
            board,
            ChatReaction(message_id=theirs.id, user_id=student_id, kind=next(iter(ReactionKind)),
                         reacted_at=now),
            FormerText(message_id=mine.id, space_id=space.id, text=f"I love {WORD}", replaced_at=now),
            HeldMessage(space_id=space.id, author_id=student_id, client_id=uuid4(), reasons=[],
                        text=f"call me {WORD}", created_at=now),
            StoredFile(space_id=space.id, uploader_id=student_id, key=key, name=f"{WORD}.txt", size_bytes=20,
                       media_type="text/plain", sha256="0" * 64, state=FileState.SHOWN, scan=Scan.NONE,
                       created_at=now),
        ])
        await uow.session.flush()
        await boards.append(uow, board.id, [Drawn(student_id, b"a line")])
        await boards.bind(uow, board.id, [7], student_id)
    return student_id, board.id, key


def test_every_link_to_a_person_has_a_fate() -> None:
    assert {f"{table.name}.{column.name}" for table, column in person.ties()} == set(FATES)


async def test_a_person_is_given_out_whole(
    node: Node, world: Pair, administrator: Visitor, tmp_path: Path
) -> None:
    student_id, _, _ = await leave_traces(node, world, tmp_path)
    answer = await administrator.post(f"/api/people/{student_id}/export")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        found = json.loads(archive.read("person.json"))
        [name] = [each for each in archive.namelist() if each.startswith("files/")]
        assert archive.read(name).decode() == f"a file about {WORD}"
    assert found["account"][0]["given_name"] == WORD.title()
    assert [each["text"] for each in found["chat_message"]] == [f"I like {WORD}"]
    assert [each["text"] for each in found["held_message"]] == [f"call me {WORD}"]
    assert len(found["chat_reaction"]) == len(found["stored_file"]) == len(found["roster_entry"]) == 1
    said = answer.content.decode("latin-1") + json.dumps(found)
    assert "so do I" not in said
    assert "secret_hash" not in said and "token_hash" not in said


async def test_a_person_is_erased(
    node: Node, world: Pair, administrator: Visitor, tmp_path: Path
) -> None:
    student_id, board_id, key = await leave_traces(node, world, tmp_path)
    student = node.visitor()
    await student.sign_in_student(world.home.students[0])
    assert (await student.get("/api/today")).status_code == 200
    assert WORD.encode() in await everything(node.database)
    assert list(directory(node.settings).rglob(f"{key}*"))

    answer = await administrator.post(f"/api/people/{student_id}/erasure")
    assert answer.status_code == 204

    assert WORD.encode() not in (await everything(node.database)).lower()
    assert not list(directory(node.settings).rglob(f"{key}*"))
    if (path := make_url(node.settings.database_url).database) and Path(path).is_file():
        raw = b"".join(each.read_bytes() for each in Path(path).parent.glob(Path(path).name + "*"))
        assert WORD.encode() not in raw.lower()
    assert (await student.get("/api/today")).status_code == 401
    async with node.database.read() as session:
        user = await session.get_one(User, student_id)
        assert (user.name, user.given_name, user.secret_hash) == (NOBODY, "", None)
        assert user.disabled_at is not None
        wanted = select(ChatMessage.text, ChatMessage.changed_seq).order_by(ChatMessage.seq)
        texts = await session.execute(wanted)
        assert texts.tuples().all() == [("", 3), ("so do I", 2)]
        assert (await boards.load(session, board_id)).updates[0][2] == b"a line"  # without a name to it
    gone = await administrator.post(f"/api/people/{student_id}/erasure")
    assert gone.status_code == 204  # once more is no fault


async def test_only_their_own_school_and_only_who_answers_for_it(
    node: Node, world: Pair, administrator: Visitor
) -> None:
    own, foreign = world.home.students[0].id, world.abroad.students[0].id
    teacher = await signed_in(node, world.home.teacher)
    student = node.visitor()
    await student.sign_in_student(world.home.students[1])
    for what in ("export", "erasure"):
        assert refusal(await teacher.post(f"/api/people/{own}/{what}")) == (403, "not_allowed")
        assert refusal(await student.post(f"/api/people/{own}/{what}")) == (403, "not_allowed")
        assert refusal(await administrator.post(f"/api/people/{foreign}/{what}")) == (404, "not_found")
        assert refusal(await administrator.post(f"/api/people/{uuid4()}/{what}")) == (404, "not_found")
    lead = await signed_in(node, world.home.safeguarding)
    assert (await lead.post(f"/api/people/{own}/export")).status_code == 200
    open_account = await lead.post(f"/api/people/{world.home.teacher.id}/erasure")
    assert refusal(open_account) == (409, "invalid_transition")
    myself = await lead.post(f"/api/people/{world.home.safeguarding.id}/erasure")
    assert refusal(myself) == (403, "not_allowed")
