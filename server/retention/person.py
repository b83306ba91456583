"""One person's data: given out whole, or erased, when their school asks for it.

Every link from a record to a person is named here with what becomes of it; a test holds the list against
the models. An account that was erased stays as an empty row, because what stays needs somewhere to point to:
it has no name, no address and no way to sign in. docs/retention.md says in words what goes and what stays.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Mapping
from enum import StrEnum
from typing import IO, Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts import staffing
from server.accounts.models import LoginSession, StaffRole, User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.bus import Bus
from server.chat.models import ChatMessage, ChatReaction, FormerText
from server.db import Database, Model, UnitOfWork
from server.errors import InvalidTransition, NotAllowed, NotFound
from server.events import AccessChanged, ChatChanged, FilesChanged, ModerationChanged, SessionEnded
from server.files import service as files
from server.files.models import StoredFile
from server.files.store import FileStore
from server.polls import service as polls
from server.safeguarding.models import HeldMessage
from server.spaces import service as spaces

ANSWERING = frozenset({StaffRole.ADMINISTRATOR, StaffRole.HEADTEACHER, StaffRole.SAFEGUARDING_LEAD})
"""Who answers for the data of their school."""
NOBODY = "-"
"""The name of an account that was erased."""
SECRET = frozenset({"token_hash", "secret_hash", "endpoint", "p256dh", "auth", "search_text"})
"""Columns that are not given out: what opens something, and what repeats another column."""
BATCH = 500
SPOOLED_BYTES = 8 * 1024 * 1024


class Fate(StrEnum):
    """What an erasure does to the records that name a person in one column."""

    GOES = "goes"
    """They are theirs alone: deleted."""
    EMPTIED = "emptied"
    """Their words go, and a place is left so that answers of others still stand where they stood."""
    STAYS = "stays"
    """They are a matter of the school, of others, or of safeguarding. They name an account that is empty."""


FATES: Mapping[str, Fate] = {
    "agreement_version.proposed_by_id": Fate.STAYS,
    "assent.user_id": Fate.STAYS,
    "attendance.user_id": Fate.GOES,
    "ban.user_id": Fate.GOES,
    "board_update.author_id": Fate.STAYS,
    "board_writer.user_id": Fate.STAYS,
    "calendar_feed.user_id": Fate.GOES,
    "chat_message.author_id": Fate.EMPTIED,
    "chat_reaction.user_id": Fate.GOES,
    "classroom_device.made_by_id": Fate.STAYS,
    "consent.recorded_by_id": Fate.STAYS,
    "consent.user_id": Fate.GOES,
    "coordinator.user_id": Fate.GOES,
    "delegation.granted_by_id": Fate.STAYS,
    "delegation.user_id": Fate.GOES,
    "glossary_entry.added_by_id": Fate.STAYS,
    "ground_rules_accepted.user_id": Fate.GOES,
    "group_member.user_id": Fate.GOES,
    "held_message.author_id": Fate.GOES,
    "held_message.decided_by_id": Fate.STAYS,
    "join_request.asked_by_id": Fate.STAYS,
    "lesson.created_by_id": Fate.STAYS,
    "lesson_answer.user_id": Fate.STAYS,
    "lesson_ask.asked_by_id": Fate.STAYS,
    "lesson_series.created_by_id": Fate.STAYS,
    "link_teacher.user_id": Fate.GOES,
    "login_session.user_id": Fate.GOES,
    "note_editor.user_id": Fate.GOES,
    "note_version_author.user_id": Fate.GOES,
    "outgoing_mail.user_id": Fate.GOES,
    "partner_request.asked_by_id": Fate.STAYS,
    "poll.created_by_id": Fate.STAYS,
    "poll_vote.user_id": Fate.GOES,
    "push_subscription.user_id": Fate.GOES,
    "reminder_choice.user_id": Fate.GOES,
    "removal.by_id": Fate.STAYS,
    "removal.lifted_by_id": Fate.STAYS,
    "removal.user_id": Fate.GOES,
    "report.about_user_id": Fate.STAYS,
    "report.reporter_id": Fate.STAYS,
    "report_receipt.acknowledged_by_id": Fate.STAYS,
    "report_receipt.closed_by_id": Fate.STAYS,
    "request_message.author_id": Fate.STAYS,
    "roster_entry.user_id": Fate.GOES,
    "session_companion.user_id": Fate.GOES,
    "space_opening.opened_by_id": Fate.STAYS,
    "staff_post.user_id": Fate.GOES,
    "stored_file.decided_by_id": Fate.STAYS,
    "stored_file.deleted_by_id": Fate.STAYS,
    "stored_file.uploader_id": Fate.GOES,
    "visit.invited_by_id": Fate.STAYS,
    "visit.user_id": Fate.GOES,
    "welcome_link.user_id": Fate.GOES,
}


def ties() -> list[tuple[Table, Column[Any]]]:
    """Every column that names a person, with its table."""
    return [
        (table, column)
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == User.__tablename__ for key in column.foreign_keys)
    ]


async def _theirs(session: AsyncSession, who: SignedIn, user_id: UUID) -> User:
    """The person, if they are of the school that `who` answers for.

    Raises:
        NotAllowed: `who` does not answer for the data of a school, or is not verified (403).
        NotFound: nobody of this school (404).
    """
    asking = await session.get_one(User, who.user_id)
    if not (who.roles & ANSWERING) or asking.verified_at is None:
        raise NotAllowed("A head, an administrator or a safeguarding lead of the school does this.")
    user = await session.get(User, user_id)
    if user is None or user.school_id != who.school_id:
        raise NotFound
    return user


# --- giving out

async def export(
    database: Database, bus: Bus, store: FileStore, who: SignedIn, user_id: UUID
) -> IO[bytes]:
    """A zip of everything that is stored of a person: `person.json`, and the files they added.

    Reports about them and the words of others are not in it. The act is in the log.

    Raises:
        NotAllowed, NotFound: as `_theirs`.
        FilesUnavailable: the file store does not answer (503).
    """
    async with UnitOfWork(database, bus) as uow:
        user = await _theirs(uow.session, who, user_id)
        audit.record(uow, who, "person.export", subject_id=user_id, school_id=user.school_id)
    async with database.read() as session:
        found: dict[str, Any] = {"account": [_plain(User.__table__, user)]}
        for table, column in ties():
            if FATES[f"{table.name}.{column.name}"] is not Fate.STAYS:
                rows = (await session.execute(select(table).where(column == user_id))).mappings().all()
                found[table.name] = [_plain(table, row) for row in rows]
        added = (await session.scalars(select(StoredFile).where(StoredFile.uploader_id == user_id))).all()
    spool: IO[bytes] = tempfile.SpooledTemporaryFile(SPOOLED_BYTES)  # noqa: SIM115  (the answer closes it)
    with zipfile.ZipFile(spool, "w") as archive:
        archive.writestr("person.json", json.dumps(found, indent=2, ensure_ascii=False))
        for file in added:
            try:
                pieces = await store.read(file.key)
            except FileNotFoundError:
                continue  # its content was never kept
            with archive.open(f"files/{file.id}-{file.name}", "w") as member:
                async for piece in pieces:
                    member.write(piece)
    spool.seek(0)
    return spool


def _plain(table: Any, row: Any) -> dict[str, Any]:
    """A row as JSON has it, without what is secret."""
    get = row.get if isinstance(row, Mapping) or hasattr(row, "keys") else lambda name: getattr(row, name)
    values = {column.name: get(column.name) for column in table.columns if column.name not in SECRET}
    return msgspec.to_builtins(values, str_keys=True)


# --- erasing

async def erase(database: Database, bus: Bus, store: FileStore, who: SignedIn, user_id: UUID) -> None:
    """Erase a person: what they wrote, added and were, and every way for them to come back.

    Drawings stay without a name. So do reports to the safeguarding leads, until their own time is over.

    Raises:
        NotAllowed, NotFound: as `_theirs`; nobody erases themselves (403).
        InvalidTransition: a member of staff whose account is open (409): close it first, which hands over
            what nobody else could do.
        FilesUnavailable: the records are erased, and the files will be by the next sweep (503).
    """
    if user_id == who.user_id:
        raise NotAllowed("Somebody else of your school has to do this.")
    async with UnitOfWork(database, bus) as uow:
        session = uow.session
        await staffing.lock_school(session, who.school_id)
        user = await _theirs(session, who, user_id)
        if user.kind is UserKind.STAFF and user.disabled_at is None:
            raise InvalidTransition("Close their account first. Nothing was changed.")
        sign_ins = (
            await session.scalars(select(LoginSession.id).where(LoginSession.user_id == user_id))
        ).all()
        added = (
            await session.execute(
                select(StoredFile.key, StoredFile.space_id).where(StoredFile.uploader_id == user_id)
            )
        ).tuples().all()
        await _empty_messages(uow, user_id)
        await polls.leave_out(uow, user_id)
        waiting = await session.scalars(
            select(HeldMessage.space_id).where(HeldMessage.author_id == user_id).distinct()
        )
        uow.events.extend(ModerationChanged(each) for each in waiting.all())
        for table, column in ties():
            if FATES[f"{table.name}.{column.name}"] is Fate.GOES:
                await session.execute(delete(table).where(column == user_id))
        user.name, user.given_name, user.avatar = NOBODY, "", ""
        user.email = user.secret_hash = user.external_id = user.verified_at = None
        user.disabled_at = user.disabled_at or clock.now()
        audit.record(uow, who, "person.erase", subject_id=user_id, school_id=user.school_id)
        uow.events.append(AccessChanged(frozenset({user_id})))
        uow.events.extend(SessionEnded(each) for each in sign_ins)
        uow.events.extend(FilesChanged(space_id) for space_id in sorted({each for _, each in added}))
    await store.delete(files.names_of(key for key, _ in added))
    await database.let_go_of_what_was_deleted()


async def _empty_messages(uow: UnitOfWork, user_id: UUID) -> None:
    """Their messages stay as places without words; each page that shows one is told."""
    session = uow.session
    wanted = select(ChatMessage.space_id).where(ChatMessage.author_id == user_id).distinct()
    for space_id in (await session.scalars(wanted)).all():
        ids = (
            await session.scalars(
                select(ChatMessage.id)
                .where(ChatMessage.space_id == space_id, ChatMessage.author_id == user_id)
                .order_by(ChatMessage.seq)
            )
        ).all()
        last = await spaces.take_seqs(session, space_id, len(ids))
        assert last is not None
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            await session.execute(delete(FormerText).where(FormerText.message_id.in_(some)))
            await session.execute(delete(ChatReaction).where(ChatReaction.message_id.in_(some)))
            await session.execute(
                update(ChatMessage),
                [
                    {"id": each, "text": "", "search_text": "", "pinned_at": None, "deleted_at": clock.now(),
                     "deleted_by_id": None, "changed_seq": last - len(ids) + 1 + start + place}
                    for place, each in enumerate(some)
                ],
            )
        uow.events.append(ChatChanged(space_id, last))
