"""What was kept long enough is gone: from the tables, the file of the database, and the file store."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import delete, make_url, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts.models import User
from server.boards import service as boards
from server.boards.models import Board
from server.boards.service import Drawn
from server.bus import InProcessBus
from server.chat.models import ChatMessage, FormerText
from server.config import Settings
from server.db import Database, UnitOfWork
from server.events import BoardEmptied
from server.files import store as file_store
from server.files.models import FileState, Scan, StoredFile
from server.files.store import FileStore
from server.hours.models import SpaceOpening
from server.lessons.models import Attendance, Lesson, LessonStatus
from server.models import Model
from server.polls.models import Poll, PollKind, PollStatus
from server.programmes.models import Programme
from server.programmes.rules import ProgrammeRules
from server.retention.purge import purge
from server.retention.rules import DEFAULT_DAYS, Kind
from server.safeguarding.models import HeldMessage, Removal, Report, ReportKind
from server.spaces.models import GroupMember, Space
from tests import factories
from tests.conftest import Records
from tests.factories import Pair

OLD, NEW = "zanzibar-heron", "madagascar-heron"
"""Words that stand in everything that is too old, and in everything that is not."""


@pytest.fixture
async def world(database: Database) -> Pair:
    return await factories.pair(database)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return file_store.of(Settings(files_dir=str(tmp_path / "files"), secret="s" * 32))


async def leave_one_of_each(
    session: AsyncSession, world: Pair, store: FileStore, tmp_path: Path, word: str, days_off: int
) -> None:
    """Something of every kind that is so many days younger than the longest it is kept."""
    author: User = world.home.teacher
    now = clock.now()

    def at(kind: Kind) -> datetime:
        return now - timedelta(days=DEFAULT_DAYS[kind] - days_off)

    seq = 1 if word == OLD else 2
    message = ChatMessage(
        space_id=world.space.id, seq=seq, author_id=author.id, client_id=uuid4(), text=f"said {word}",
        sent_at=at(Kind.CHAT),
    )
    session.add(message)
    await session.flush()
    recent = ChatMessage(
        space_id=world.space.id, seq=seq + 10, author_id=author.id, client_id=uuid4(), text="said just now",
        sent_at=now,
    )
    session.add(recent)
    await session.flush()
    session.add_all([
        FormerText(message_id=recent.id, space_id=world.space.id, text=f"meant {word}",
                   replaced_at=at(Kind.SEALED)),
        HeldMessage(space_id=world.space.id, author_id=author.id, client_id=uuid4(), text=f"held {word}",
                    reasons=[], created_at=at(Kind.SEALED)),
        Poll(space_id=world.space.id, kind=PollKind.SINGLE, status=PollStatus.CLOSED, question=f"Why {word}?",
             options=["a", "b"], created_at=at(Kind.POLLS)),
        Report(space_id=world.space.id, partnership_id=world.partnership.id, reporter_id=author.id,
               kind=ReportKind.MESSAGE, subject_id=uuid4(), reason_code="unkind", words=f"it was {word}",
               snapshot={"text": f"snap {word}"}, reported_at=at(Kind.REPORTS)),
    ])
    lesson = Lesson(
        space_id=world.space.id, title=f"Lesson on {word}", status=LessonStatus.ENDED,
        starts_at=at(Kind.LESSONS) - timedelta(hours=1), ends_at=at(Kind.LESSONS), created_by_id=author.id,
        created_at=at(Kind.LESSONS),
    )
    session.add(lesson)
    await session.flush()
    session.add(Attendance(lesson_id=lesson.id, user_id=author.id, school_id=author.school_id,
                           came_at=lesson.starts_at, left_at=lesson.ends_at))
    session.add_all([
        SpaceOpening(space_id=world.space.id, school_id=author.school_id, opened_by_id=author.id,
                     reason=f"for {word}", starts_at=at(Kind.LESSONS) - timedelta(hours=1),
                     ends_at=at(Kind.LESSONS)),
        Removal(space_id=world.space.id, user_id=world.home.students[0].id, by_id=author.id,
                reason_code=word, removed_at=at(Kind.LESSONS), until=at(Kind.LESSONS)),
    ])
    for state, kind in (
        (FileState.SHOWN, Kind.FILES), (FileState.DELETED, Kind.SEALED), (FileState.REFUSED, Kind.SEALED)
    ):
        key = uuid4().hex
        content = tmp_path / key
        content.write_text(f"file {word}")
        await store.put(key, content)
        content.unlink()
        session.add(StoredFile(
            space_id=world.space.id, uploader_id=author.id, key=key, name=f"{word}.txt", size_bytes=10,
            media_type="text/plain", sha256="0" * 64, state=state, scan=Scan.NONE,
            created_at=at(kind) if state is FileState.SHOWN else now,
            deleted_at=at(kind) if state is FileState.DELETED else None,
            decided_at=at(kind) if state is FileState.REFUSED else None,
        ))


async def draw(database: Database, bus: InProcessBus, world: Pair, position: int, word: str,
               drawn_at: datetime) -> UUID:
    async with UnitOfWork(database, bus) as uow:
        board = Board(space_id=world.space.id, title=str(position), position=position)
        uow.session.add(board)
        await uow.session.flush()
        await boards.append(uow, board.id, [Drawn(world.home.teacher.id, f"drew {word}".encode())])
        await boards.bind(uow, board.id, [position], world.home.teacher.id)
        await uow.session.execute(update(Board).where(Board.id == board.id).values(drawn_at=drawn_at))
    return board.id


async def everything(database: Database) -> bytes:
    """All that every table holds."""
    found: list[Any] = []
    async with database.read() as session:
        for table in Model.metadata.sorted_tables:
            rows = (await session.execute(select(table))).tuples().all()
            found += [value for row in rows for value in row]
    return b"\n".join(each if isinstance(each, bytes) else str(each).encode() for each in found)


def in_the_store(directory: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())


async def test_what_was_kept_long_enough_is_really_gone(
    database: Database, records: Records, world: Pair, store: FileStore, tmp_path: Path
) -> None:
    bus = InProcessBus()
    heard: list[Any] = []
    bus.subscribe(heard.append)
    async with UnitOfWork(database, bus) as uow:
        await leave_one_of_each(uow.session, world, store, tmp_path, OLD, days_off=-1)
        await leave_one_of_each(uow.session, world, store, tmp_path, NEW, days_off=+1)
    longest = timedelta(days=DEFAULT_DAYS[Kind.BOARD])
    old_board = await draw(database, bus, world, 8, OLD, clock.now() - longest - timedelta(days=1))
    new_board = await draw(database, bus, world, 9, NEW, clock.now() - longest + timedelta(days=1))
    before = await everything(database)
    assert before.count(OLD.encode()) == before.count(NEW.encode()) > len(Kind)
    assert OLD.encode() in in_the_store(tmp_path / "files")

    counts = await purge(database, bus, store)

    assert {Kind(kind) for kind, count in counts.items() if count} == set(Kind)
    after = await everything(database)
    assert OLD.encode() not in after
    assert after.count(NEW.encode()) == before.count(NEW.encode())
    kept = in_the_store(tmp_path / "files")
    assert OLD.encode() not in kept
    assert kept.count(NEW.encode()) == 3
    assert [each.board_id for each in heard if isinstance(each, BoardEmptied)] == [old_board]
    async with database.read() as session:
        assert (await boards.load(session, old_board)).last_seq == 0
        assert (await boards.load(session, new_board)).last_seq == 1
    if (path := make_url(records.database_url).database) and Path(path).is_file():
        # SQLite: not in the pages that are free now, nor in what the log still has of them.
        raw = b"".join(each.read_bytes() for each in Path(path).parent.glob(Path(path).name + "*"))
        assert OLD.encode() not in raw
        assert NEW.encode() in raw
    assert not any((await purge(database, bus, store)).values())


async def test_a_programme_chooses_how_long(database: Database, world: Pair, store: FileStore) -> None:
    async with UnitOfWork(database, InProcessBus()) as uow:
        programme = await uow.session.get_one(Programme, world.programme.id)
        rules = msgspec.convert(programme.rules, ProgrammeRules)
        chosen = msgspec.structs.replace(rules, retention_days={Kind.CHAT: 7})
        programme.rules = msgspec.to_builtins(chosen)
        for days in (6, 8):
            uow.session.add(ChatMessage(
                space_id=world.space.id, seq=days, author_id=world.home.teacher.id, client_id=uuid4(),
                text="hello", sent_at=clock.now() - timedelta(days=days),
            ))
    assert (await purge(database, InProcessBus(), store))["chat"] == 1
    async with database.read() as session:
        assert (await session.scalars(select(ChatMessage.seq))).all() == [6]


async def test_more_than_one_batch(
    database: Database, world: Pair, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.retention.purge.BATCH", 3)
    async with UnitOfWork(database, InProcessBus()) as uow:
        uow.session.add_all(
            ChatMessage(space_id=world.space.id, seq=seq, author_id=world.home.teacher.id, client_id=uuid4(),
                        text="old", sent_at=clock.now() - timedelta(days=1000))
            for seq in range(1, 11)
        )
    assert (await purge(database, InProcessBus(), store))["chat"] == 10


async def test_a_report_goes_though_its_space_and_its_partnership_are_gone(
    database: Database, world: Pair, store: FileStore
) -> None:
    longest = timedelta(days=DEFAULT_DAYS[Kind.REPORTS])
    async with UnitOfWork(database, InProcessBus()) as uow:
        uow.session.add_all(
            Report(partnership_id=partnership_id, reporter_id=world.home.students[0].id,
                   kind=ReportKind.MESSAGE, subject_id=uuid4(), reason_code="unkind", words=str(days_off),
                   snapshot={}, reported_at=clock.now() - longest + timedelta(days=days_off))
            for partnership_id in (None, world.partnership.id) for days_off in (-1, 1)
        )
        await uow.session.execute(delete(Space).where(Space.partnership_id == world.partnership.id))
    assert (await purge(database, InProcessBus(), store))["reports"] == 2
    async with database.read() as session:
        assert (await session.scalars(select(Report.words))).all() == ["1", "1"]


async def test_nothing_is_kept_for_ever() -> None:
    assert set(DEFAULT_DAYS) == set(Kind)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"home_country": "GB", "retention_days": {"chat": 0}}, ProgrammeRules)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"home_country": "GB", "retention_days": {"chat": 99_999}}, ProgrammeRules)


async def test_who_was_in_a_group_long_ago_is_forgotten(
    database: Database, world: Pair, store: FileStore
) -> None:
    long_ago = clock.now() - timedelta(days=DEFAULT_DAYS[Kind.LESSONS] + 1)
    student_id = world.home.students[0].id
    async with UnitOfWork(database, InProcessBus()) as uow:
        old, current, recent = (
            Space(partnership_id=world.partnership.id, kind=world.space.kind, name="Group",
                  created_at=made_at, parent_id=world.space.id, group_no=no)
            for made_at, no in ((long_ago, None), (long_ago, 1), (clock.now(), None))
        )
        uow.session.add_all([old, current, recent])
        await uow.session.flush()
        uow.session.add_all(
            GroupMember(group_id=each.id, user_id=student_id) for each in (old, current, recent)
        )
    await purge(database, InProcessBus(), store)
    async with database.read() as session:
        left = await session.scalars(select(GroupMember.group_id).where(GroupMember.user_id == student_id))
        assert set(left) == {current.id, recent.id}
