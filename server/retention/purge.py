"""What has been kept long enough is deleted: the rows, the files, and what the database would leave behind.

Each programme's spaces go by its own numbers (`server.retention.rules`). Rows go in small batches, so
that nobody waits long for a lock; a purge that is broken off goes on at the next round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, delete, exists, func, select

from server import clock
from server.boards import service as boards
from server.boards import versions
from server.boards.models import Board
from server.bus import Bus
from server.chat.models import ChatMessage, FormerText
from server.db import Database, Identified, UnitOfWork
from server.files import service as files
from server.files.models import FileState, StoredFile
from server.files.store import FileStore
from server.hours.models import SpaceOpening
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import LessonSeries
from server.partnerships.models import Partnership
from server.polls.models import Poll
from server.programmes.models import Programme
from server.programmes.rules import ProgrammeRules
from server.retention.rules import DEFAULT_DAYS, Kind, days_for
from server.safeguarding.models import HeldMessage, Removal, Report
from server.spaces.models import GroupMember, Space

BATCH = 500
"""So many rows go in one transaction."""

Spaces = Select[tuple[UUID]]
"""The spaces of a programme."""


def _overdue(
    kind: Kind, programme_id: UUID, spaces: Spaces, before: datetime
) -> list[tuple[type[Identified], ColumnElement[bool]]]:
    """The rows of a kind that have been kept long enough, by table."""
    match kind:
        case Kind.CHAT:
            return [(ChatMessage, ChatMessage.space_id.in_(spaces) & (ChatMessage.sent_at < before))]
        case Kind.SEALED:
            # A message that still waits is decided on before it can be forgotten, or goes as one does.
            return [
                (FormerText, FormerText.space_id.in_(spaces) & (FormerText.replaced_at < before)),
                (HeldMessage, HeldMessage.space_id.in_(spaces) & (HeldMessage.created_at < before)),
            ]
        case Kind.POLLS:
            return [(Poll, Poll.space_id.in_(spaces) & (Poll.created_at < before))]
        case Kind.LESSONS:
            over = Lesson.status.in_([LessonStatus.ENDED, LessonStatus.CANCELLED])
            never_was = Lesson.status.in_([LessonStatus.PROPOSED, LessonStatus.SCHEDULED])
            return [
                (Lesson, Lesson.space_id.in_(spaces) & (over | never_was) & (Lesson.ends_at < before)),
                (LessonSeries, LessonSeries.space_id.in_(spaces) & (LessonSeries.created_at < before)
                 & ~exists().where(Lesson.series_id == LessonSeries.id)),
                (Removal, Removal.space_id.in_(spaces) & (Removal.removed_at < before)
                 & (Removal.lifted_at.is_not(None) | Removal.until.is_not(None))),
                (SpaceOpening, SpaceOpening.space_id.in_(spaces) & (SpaceOpening.ends_at < before)),
            ]
        case Kind.REPORTS:
            # By the partnership, which may have no space any more.
            partnerships = select(Partnership.id).where(Partnership.programme_id == programme_id)
            return [(Report, Report.partnership_id.in_(partnerships) & (Report.reported_at < before))]
        case _:
            return []


async def purge(database: Database, bus: Bus, store: FileStore) -> Mapping[str, int]:
    """Delete everything that is overdue. Returns how much of each kind.

    Raises:
        SQLAlchemyError, OSError: the records do not answer; what was deleted stays deleted.
        FilesUnavailable: the file store does not answer (503).
    """
    now = clock.now()
    counts: Counter[str] = Counter()
    async with database.read() as session:
        programmes = (await session.execute(select(Programme.id, Programme.rules))).tuples().all()
    for programme_id, stored in programmes:
        rules = msgspec.convert(stored, ProgrammeRules)
        spaces = (
            select(Space.id)
            .join(Partnership, Partnership.id == Space.partnership_id)
            .where(Partnership.programme_id == programme_id)
        )
        for kind, days in days_for(rules.retention_days).items():
            before = now - timedelta(days=days)
            for model, condition in _overdue(kind, programme_id, spaces, before):
                counts[kind.value] += await _delete(database, bus, model, condition)
            if kind is Kind.LESSONS:
                counts[kind.value] += await _forget_groups(database, bus, spaces, before)
            if kind is Kind.BOARD:
                counts[kind.value] += await _empty_boards(database, bus, spaces, before)
            if kind in (Kind.FILES, Kind.SEALED):
                counts[kind.value] += await _delete_files(
                    database, bus, store, spaces, before, sealed=kind is Kind.SEALED
                )
    # A report outlives the partnership that it came from, and goes by the usual days then.
    counts[Kind.REPORTS.value] += await _delete(
        database, bus, Report,
        Report.partnership_id.is_(None)
        & (Report.reported_at < now - timedelta(days=DEFAULT_DAYS[Kind.REPORTS])),
    )
    if counts.total():
        await database.let_go_of_what_was_deleted()
    return counts


async def _delete(
    database: Database, bus: Bus, model: type[Identified], condition: ColumnElement[bool]
) -> int:
    count = 0
    while True:
        async with UnitOfWork(database, bus) as uow:
            ids = (await uow.session.scalars(select(model.id).where(condition).limit(BATCH))).all()
            await uow.session.execute(delete(model).where(model.id.in_(ids)))
        count += len(ids)
        if len(ids) < BATCH:
            return count


async def _forget_groups(database: Database, bus: Bus, spaces: Spaces, before: datetime) -> int:
    """Who was in which group, of groups that were replaced by others."""
    groups = select(Space.id).where(
        Space.id.in_(spaces), Space.parent_id.is_not(None), Space.group_no.is_(None),
        Space.created_at < before,
    )
    count = 0
    while True:
        async with UnitOfWork(database, bus) as uow:
            some = select(GroupMember.group_id).where(GroupMember.group_id.in_(groups)).distinct()
            ids = (await uow.session.scalars(some.limit(BATCH))).all()
            found = await uow.session.scalars(
                delete(GroupMember).where(GroupMember.group_id.in_(ids)).returning(GroupMember.user_id)
            )
            count += len(found.all())
        if len(ids) < BATCH:
            return count


async def _empty_boards(database: Database, bus: Bus, spaces: Spaces, before: datetime) -> int:
    async with UnitOfWork(database, bus) as uow:
        count = await versions.forget_old(uow, spaces, before)
    while True:
        async with UnitOfWork(database, bus) as uow:
            # The lock comes first: somebody may be about to draw on it after all.
            ids = (
                await uow.session.scalars(
                    select(Board.id)
                    .where(Board.space_id.in_(spaces), Board.drawn_at < before)
                    .limit(BATCH)
                    .with_for_update(of=Board)
                )
            ).all()
            if ids:
                await boards.empty(uow, ids)
        count += len(ids)
        if len(ids) < BATCH:
            return count


async def _delete_files(
    database: Database, bus: Bus, store: FileStore, spaces: Spaces, before: datetime, *, sealed: bool
) -> int:
    """Files that are old enough, or were deleted or refused long enough ago."""
    # What the virus scanner refused, nobody has decided on.
    sealed_at = func.coalesce(StoredFile.deleted_at, StoredFile.decided_at, StoredFile.created_at)
    overdue = (
        StoredFile.state.in_((FileState.DELETED, FileState.REFUSED)) & (sealed_at < before)
        if sealed else StoredFile.created_at < before
    )
    count = 0
    while True:
        async with database.read() as session:
            wanted = select(StoredFile.id).where(StoredFile.space_id.in_(spaces), overdue).limit(BATCH)
            ids = (await session.scalars(wanted)).all()
        count += await files.purge(database, bus, store, ids)
        if len(ids) < BATCH:
            return count
