"""Files of a space: who sees which, and what may happen to them. Rules in words: docs/files.md.

A student's file waits for an adult, unless the chat of the space is open; a file that the virus scanner has
not answered for waits too, whoever added it. A deleted or refused file is sealed: safeguarding leads open it
with a reason until it is purged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server import clock
from server.access import Access, Grant, access_to_decide
from server.accounts.models import StaffRole
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.bus import Bus
from server.chat.sealed import SealedReason
from server.db import Database, UnitOfWork
from server.errors import AlreadyDone, NoAccess, NotAllowed, NotFound
from server.events import FilesChanged
from server.files import rules
from server.files.errors import DailyLimit, FileChecking, Held, SpaceFull
from server.files.models import FileState, Scan, StoredFile
from server.files.store import THUMBNAIL, FileStore
from server.lessons import live
from server.lessons.live import Stored
from server.lessons.models import Lesson, LessonStatus
from server.lessons.room import taken_from
from server.spaces import service as spaces
from server.spaces.liveness import Liveness
from server.spaces.models import ChatMode, Space

DAY = timedelta(hours=24)
COUNTED = (FileState.WAITING, FileState.SHOWN)
PURGED_AT_ONCE = 200


class Measured:
    """What is to be recorded of a file whose content is in the store."""

    def __init__(
        self, key: str, name: str, media_type: str, size_bytes: int, sha256: str, width: int | None,
        height: int | None, *, has_thumbnail: bool, scan: Scan,
    ) -> None:
        self.key, self.name, self.media_type, self.size_bytes = key, name, media_type, size_bytes
        self.sha256, self.width, self.height = sha256, width, height
        self.has_thumbnail, self.scan = has_thumbnail, scan


# --- who may


def _refusal(found: Access) -> NotFound | NoAccess:
    return NotFound() if found.reason == "not_found" else NoAccess(found.reason)


async def reading(session: AsyncSession, who: SignedIn, space_id: UUID) -> Access:
    """The access of somebody who may see the files of a space.

    Raises:
        NotFound, NoAccess: they may not.
    """
    found = await access_to_decide(session, who.user_id, space_id)
    if Grant.FILE_READ not in found.grants:
        raise _refusal(found)
    return found


async def may_add(
    session: AsyncSession, who: SignedIn, space_id: UUID, liveness: Liveness, size_bytes: int
) -> Access:
    """Whether somebody may add a file of this size now.

    Raises:
        NotFound, NoAccess: they may not see the space.
        NotAllowed: they may only look (403).
        Held: a student without an adult of their school (403).
        DailyLimit, SpaceFull: there are too many already.
    """
    found = await _changing(session, who, space_id, liveness)
    now = clock.now()
    today = await session.scalar(
        select(func.count()).where(StoredFile.uploader_id == who.user_id, StoredFile.created_at > now - DAY)
    )
    if (today or 0) >= rules.DAILY_LIMIT:
        raise DailyLimit
    held = await session.scalar(
        select(func.sum(StoredFile.size_bytes)).where(
            StoredFile.space_id == space_id, StoredFile.state.in_(COUNTED)
        )
    )
    if (held or 0) + size_bytes > rules.SPACE_LIMIT_BYTES:
        raise SpaceFull
    return found


async def _changing(session: AsyncSession, who: SignedIn, space_id: UUID, liveness: Liveness) -> Access:
    found = await reading(session, who, space_id)
    if Grant.FILE_ADD not in found.grants:
        raise NotAllowed("You can look at the files here, not add any.")
    root_id = await spaces.root_of(session, space_id)
    if not liveness.may(who, space_id, root_id, Grant.FILE_ADD):
        raise Held
    if not who.is_staff:
        # How a lesson stands is a record: a node that has no page of the space does not know it otherwise.
        stored = (await live.rooms(session, [root_id])).get(root_id, Stored())
        if Grant.FILE_ADD in taken_from(stored.room, who.user_id):
            raise Held
    return found


def opens_sealed(who: SignedIn, found: Access) -> bool:
    """Whether this person opens what was deleted in the space: a verified safeguarding lead of a member."""
    return StaffRole.SAFEGUARDING_LEAD in who.roles and Grant.SPACE_EXPORT in found.grants


def shown_to(who: SignedIn, found: Access) -> ColumnElement[bool]:
    """Which files of a space this person finds on its list, as a condition."""
    mine = StoredFile.uploader_id == who.user_id
    waits = StoredFile.state == FileState.WAITING
    return or_(
        StoredFile.state == FileState.SHOWN,
        waits if Grant.SPACE_MODERATE in found.grants else and_(waits, mine),
        and_(StoredFile.state == FileState.REFUSED, mine),
    )


def sealed_for(who: SignedIn, found: Access) -> ColumnElement[bool]:
    """Which deleted and refused files of a space this person may open with a reason."""
    if not opens_sealed(who, found):
        return false()
    return and_(
        StoredFile.state.in_((FileState.DELETED, FileState.REFUSED)), StoredFile.scan != Scan.INFECTED
    )


def moves_for(who: SignedIn, found: Access, file: StoredFile) -> list[str]:
    """What this person may do with a file now: "open", "show", "refuse", "delete"."""
    if file.state not in COUNTED:
        return []
    decides, mine = Grant.SPACE_MODERATE in found.grants, file.uploader_id == who.user_id
    moves = []
    if file.scan is not Scan.WAITING and (file.state is FileState.SHOWN or decides or mine):
        moves.append("open")
    if file.state is FileState.WAITING and file.needs_adult and decides:
        moves += ["show", "refuse"]
    if decides or (mine and Grant.FILE_ADD in found.grants):
        moves.append("delete")
    return moves


# --- reading


async def page(
    session: AsyncSession, space_id: UUID, condition: ColumnElement[bool],
    after: tuple[datetime, UUID] | None, limit: int,
) -> Sequence[StoredFile]:
    """Files of a space with who added them, the newest first.

    Args:
        after: when the last one of the page before was added, and its id.
    """
    wanted = (
        select(StoredFile)
        .where(StoredFile.space_id == space_id, condition)
        .options(joinedload(StoredFile.uploader))
        .order_by(StoredFile.created_at.desc(), StoredFile.id.desc())
        .limit(limit)
    )
    if after is not None:
        at, file_id = after
        wanted = wanted.where(
            or_(StoredFile.created_at < at, and_(StoredFile.created_at == at, StoredFile.id < file_id))
        )
    return (await session.scalars(wanted)).all()


async def to_open(session: AsyncSession, who: SignedIn, file_id: UUID) -> StoredFile:
    """A file whose content this person may have.

    Raises:
        NotFound: there is none, or it was deleted, or is not for them (404).
        FileChecking: it waits for the virus scanner (409).
    """
    file, found = await _found(session, who, file_id)
    if file.scan is Scan.WAITING and (
        Grant.SPACE_MODERATE in found.grants or file.uploader_id == who.user_id
    ):
        raise FileChecking
    if "open" not in moves_for(who, found, file):
        raise NotFound
    return file


async def open_sealed(uow: UnitOfWork, who: SignedIn, file_id: UUID, reason: SealedReason) -> StoredFile:
    """A deleted or refused file, for a safeguarding lead; the log says who opened it, and why.

    Raises:
        NotFound: there is none, or it is not theirs to open (404).
    """
    file, found = await _found(uow.session, who, file_id)
    if (
        not opens_sealed(who, found) or file.state not in (FileState.DELETED, FileState.REFUSED)
        or file.scan is Scan.INFECTED
    ):
        raise NotFound
    await _note(uow, who, "file.sealed_read", file, {"reason": reason.value})
    return file


async def _found(session: AsyncSession, who: SignedIn, file_id: UUID) -> tuple[StoredFile, Access]:
    file = await session.get(StoredFile, file_id)
    if file is None:
        raise NotFound
    found = await access_to_decide(session, who.user_id, file.space_id)
    if Grant.FILE_READ not in found.grants:
        raise NotFound  # that there is such a file is nobody's business who may not be in its space
    return file, found


# --- changing


async def add(
    uow: UnitOfWork, who: SignedIn, space_id: UUID, liveness: Liveness, measured: Measured
) -> tuple[StoredFile, Access]:
    """Record a file whose content is in the store.

    Raises:
        As `may_add`: things may have changed while it came.
    """
    # The lock comes first: two files at once may not fill the space beyond its limit.
    space = await uow.session.scalar(select(Space).where(Space.id == space_id).with_for_update())
    if space is None:
        raise NotFound
    found = await may_add(uow.session, who, space_id, liveness, measured.size_bytes)
    lesson_id = await uow.session.scalar(
        select(Lesson.id).where(
            Lesson.space_id == (space.parent_id or space_id), Lesson.status == LessonStatus.LIVE
        )
    )
    needs_adult = not who.is_staff and space.chat_mode is not ChatMode.OPEN
    file = StoredFile(
        space_id=space_id, uploader_id=who.user_id, lesson_id=lesson_id, key=measured.key,
        name=measured.name, media_type=measured.media_type, size_bytes=measured.size_bytes,
        sha256=measured.sha256, width=measured.width, height=measured.height,
        has_thumbnail=measured.has_thumbnail, scan=measured.scan, needs_adult=needs_adult,
        state=FileState.WAITING if needs_adult or measured.scan is Scan.WAITING else FileState.SHOWN,
        created_at=clock.now(),
    )
    uow.session.add(file)
    await uow.session.flush()
    await uow.session.refresh(file, ["uploader"])
    uow.events.append(FilesChanged(space_id))
    return file, found


async def show(uow: UnitOfWork, who: SignedIn, file_id: UUID) -> StoredFile:
    """An adult lets everyone in the space see a file that waits.

    Raises:
        NotFound, NotAllowed: it is not theirs to decide.
        AlreadyDone: somebody has decided already (409).
        FileChecking: the virus scanner has not answered, so that nobody could look at it (409).
    """
    file = await _to_decide(uow, who, file_id)
    if file.scan is Scan.WAITING:
        raise FileChecking
    file.needs_adult, file.state = False, FileState.SHOWN
    return await _decided(uow, who, "file.approve", file)


async def refuse(uow: UnitOfWork, who: SignedIn, file_id: UUID) -> StoredFile:
    """An adult keeps a file that waits from being shown.

    Raises:
        NotFound, NotAllowed: it is not theirs to decide.
        AlreadyDone: somebody has decided already (409).
    """
    file = await _to_decide(uow, who, file_id)
    file.state = FileState.REFUSED
    return await _decided(uow, who, "file.refuse", file)


async def _to_decide(uow: UnitOfWork, who: SignedIn, file_id: UUID) -> StoredFile:
    file, found = await _locked(uow, who, file_id)
    if Grant.SPACE_MODERATE not in found.grants:
        raise NotAllowed
    if file.state is not FileState.WAITING or not file.needs_adult:
        raise AlreadyDone
    return file


async def _decided(uow: UnitOfWork, who: SignedIn, act: str, file: StoredFile) -> StoredFile:
    file.decided_by_id, file.decided_at = who.user_id, clock.now()
    await _note(uow, who, act, file)
    uow.events.append(FilesChanged(file.space_id))
    return file


async def remove(uow: UnitOfWork, who: SignedIn, file_id: UUID, liveness: Liveness) -> StoredFile:
    """Delete a file: one's own, or any as an adult who may moderate. It is sealed until it is purged.

    Raises:
        NotFound, NotAllowed: it is not theirs to delete.
        Held: a student without an adult of their school (403).
        AlreadyDone: it is deleted or refused already (409).
    """
    file, found = await _locked(uow, who, file_id)
    if Grant.SPACE_MODERATE not in found.grants:
        if file.uploader_id != who.user_id:
            if file.state is not FileState.SHOWN:
                raise NotFound
            raise NotAllowed("This file is somebody else's. Ask an adult to delete it.")
        await _changing(uow.session, who, file.space_id, liveness)
    if file.state not in COUNTED:
        raise AlreadyDone
    before = file.state
    file.state, file.deleted_at, file.deleted_by_id = FileState.DELETED, clock.now(), who.user_id
    await _note(uow, who, "file.delete", file, before={"state": before.value})
    uow.events.append(FilesChanged(file.space_id))
    return file


async def _locked(uow: UnitOfWork, who: SignedIn, file_id: UUID) -> tuple[StoredFile, Access]:
    await uow.session.scalar(select(StoredFile.id).where(StoredFile.id == file_id).with_for_update())
    return await _found(uow.session, who, file_id)


async def _note(
    uow: UnitOfWork, who: SignedIn, act: str, file: StoredFile, after: dict[str, object] | None = None,
    before: dict[str, object] | None = None,
) -> None:
    partnership_id = await uow.session.scalar(
        select(Space.partnership_id).where(Space.id == file.space_id)
    )
    audit.record(
        uow, who, act, subject_id=file.id, school_id=who.school_id, partnership_id=partnership_id,
        before=before,
        after={"space_id": file.space_id, "uploader_id": file.uploader_id, "sha256": file.sha256,
               "state": file.state.value, **(after or {})},
    )


async def scanned(uow: UnitOfWork, file_id: UUID, scan: Scan) -> None:
    """The scanner has answered for a file that waited for it."""
    file = await uow.session.scalar(
        select(StoredFile).where(StoredFile.id == file_id).with_for_update()
    )
    if file is None or file.scan is not Scan.WAITING:
        return
    file.scan = scan
    if scan is Scan.INFECTED:
        file.has_thumbnail = False
        if file.state is FileState.WAITING:
            file.state = FileState.REFUSED
    elif file.state is FileState.WAITING and not file.needs_adult:
        file.state = FileState.SHOWN
    uow.events.append(FilesChanged(file.space_id))


async def purge(database: Database, bus: Bus, store: FileStore, file_ids: Iterable[UUID]) -> int:
    """Really delete files: the rows, then the content. Returns how many there were.

    Where the store fails, the rows are gone all the same; the content is garbage then, and swept later.

    Raises:
        FilesUnavailable: the content could not be deleted now (503).
    """
    wanted, count = list(file_ids), 0
    for start in range(0, len(wanted), PURGED_AT_ONCE):
        async with UnitOfWork(database, bus) as uow:
            rows = await uow.session.execute(
                delete(StoredFile)
                .where(StoredFile.id.in_(wanted[start : start + PURGED_AT_ONCE]))
                .returning(StoredFile.key, StoredFile.space_id)
            )
            gone = rows.tuples().all()
            uow.events.extend(FilesChanged(space_id) for space_id in sorted({each for _, each in gone}))
        await store.delete(names_of(key for key, _ in gone))
        count += len(gone)
    return count


def names_of(keys: Iterable[str]) -> list[str]:
    """Everything that lies in the store under these keys."""
    return [name for key in keys for name in (key, key + THUMBNAIL)]
