"""The coordinator's board, how lively each space is, and the timeline of a partnership.

Liveliness is counted by school and week, never by person (DOMAIN: reciprocity). The board asks the
database the same number of times however many partnerships, spaces and weeks there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, case, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.accounts.models import User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.audit.models import AuditEntry
from server.boards.models import Board, BoardUpdate, PageKind
from server.chat.models import ChatMessage
from server.partnerships import record as records
from server.partnerships.models import Partnership, PartnershipStatus
from server.schools.models import School
from server.spaces.models import Space

WEEKS = 8


class Life(msgspec.Struct, frozen=True):
    """What one school did in a space, for each of the last weeks, the oldest first."""

    school_id: UUID
    messages: list[int]
    board_updates: list[int]


class Week(msgspec.Struct, frozen=True):
    """An ISO week: "2026-W48", from its Monday in UTC."""

    name: str
    begins_at: datetime


def weeks(now: datetime) -> list[Week]:
    """The last `WEEKS` ISO weeks, this one last."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    this_monday = midnight - timedelta(days=midnight.weekday())
    mondays = [this_monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    return [Week(f"{day.isocalendar().year}-W{day.isocalendar().week:02}", day) for day in mondays]


async def on_board(session: AsyncSession, who: SignedIn) -> list[Partnership]:
    """The partnerships my school takes part in that have not ended, the newest first."""
    return [
        record
        for record in await records.visible_to(session, who.school_id)
        if records.taking_part(record, who.school_id) and record.status is not PartnershipStatus.ENDED
    ]


async def spaces_in(session: AsyncSession, partnership_ids: Iterable[UUID]) -> dict[UUID, list[Space]]:
    """The spaces of partnerships that are not archived, by name."""
    found = await session.scalars(
        select(Space)
        .where(
            Space.partnership_id.in_(list(partnership_ids)), Space.archived_at.is_(None),
            Space.parent_id.is_(None),
        )
        .order_by(Space.name, Space.id)
    )
    spaces: dict[UUID, list[Space]] = defaultdict(list)
    for space in found:
        spaces[space.partnership_id].append(space)
    return spaces


async def life_of(session: AsyncSession, space_ids: Sequence[UUID]) -> dict[UUID, list[Life]]:
    """What each school wrote and drew in each space and its groups in the last `WEEKS` weeks.

    Board updates are those in the log: what a page's snapshot has swallowed is not counted any more.
    """
    of_these = or_(Space.id.in_(space_ids), Space.parent_id.in_(space_ids))
    mondays = [week.begins_at for week in weeks(clock.now())]
    said = await session.execute(
        _by_week(ChatMessage.sent_at, mondays)
        .join(ChatMessage, ChatMessage.space_id == Space.id)
        .join(User, User.id == ChatMessage.author_id)
        .where(of_these)
    )
    drawn = await session.execute(
        _by_week(BoardUpdate.stored_at, mondays)
        .join(Board, Board.space_id == Space.id)
        .join(BoardUpdate, BoardUpdate.board_id == Board.id)
        .join(User, User.id == BoardUpdate.author_id)
        .where(of_these, Board.kind == PageKind.BOARD)
    )
    counts: dict[tuple[UUID, UUID], tuple[list[int], list[int]]] = defaultdict(
        lambda: ([0] * WEEKS, [0] * WEEKS)
    )
    for kind, rows in enumerate((said, drawn)):
        for space_id, school_id, week, number in rows.tuples():
            counts[space_id, school_id][kind][week] = number
    lives: dict[UUID, list[Life]] = defaultdict(list)
    for (space_id, school_id), (messages, updates) in counts.items():
        lives[space_id].append(Life(school_id, messages, updates))
    return lives


def _by_week(at: Any, mondays: Sequence[datetime]) -> Any:
    # The weeks are spelled out: the two dialects share no function that names an ISO week.
    week: ColumnElement[int] = case(
        *((at >= monday, index) for index, monday in reversed(list(enumerate(mondays)))), else_=-1
    )
    space_id = func.coalesce(Space.parent_id, Space.id)  # what a group did, its space did
    return (
        select(space_id, User.school_id, week.label("week_index"), func.count())
        .select_from(Space)
        .where(at >= mondays[0])
        # By name: repeated, the expression would come with other parameters, and be another one.
        .group_by(space_id, User.school_id, text("week_index"))
    )


# The timeline

SHOWN = frozenset({
    "status", "kind", "role", "duty", "until", "starts_at", "ends_at", "reason", "number", "version",
    "review_on", "expires_on", "visits", "seats", "delegations", "link_teachers", "enrolments",
})
"""Values of an audit entry that every member of staff of the partnership may read."""


class Actor(msgspec.Struct, frozen=True):
    """A member of staff and their school, as they are called now."""

    name: str
    school_name: str


class TimelineEntry(msgspec.Struct, frozen=True):
    """Something that was done. `actor` is null when the server did it by a rule."""

    seq: int
    at: datetime
    act: str
    actor: Actor | None
    school_id: UUID | None
    school_name: str
    """The school it is about; may be empty."""
    before: dict[str, Any]
    after: dict[str, Any]


async def timeline(
    session: AsyncSession, who: SignedIn, partnership_id: UUID, *, before_seq: int | None, limit: int
) -> list[TimelineEntry]:
    """What was done in a partnership, the newest first.

    Raises:
        NotFound: no such partnership for this person (404).
        NotAllowed: their school has not accepted (403).
    """
    await records.look_in(session, who, partnership_id)
    entries = await audit.newest(
        session, AuditEntry.partnership_id == partnership_id, before_seq=before_seq, limit=limit
    )
    named = {each.actor_id for each in entries} | {
        person for each in entries for values in (each.before, each.after) if (person := _person(values))
    }
    staff = await session.execute(
        # Staff only: nothing here ever names a student.
        select(User.id, User.name, User.school_id).where(
            User.id.in_([each for each in named if each]), User.kind == UserKind.STAFF
        )
    )
    people = {user_id: (name, school_id) for user_id, name, school_id in staff.tuples()}
    wanted = {each.school_id for each in entries} | {school_id for _, school_id in people.values()}
    mentors = {
        mentor for each in entries for values in (each.before, each.after) if (mentor := _mentor(values))
    }
    found = await session.execute(
        select(School.id, School.name).where(School.id.in_([each for each in wanted | mentors if each]))
    )
    schools = dict(found.tuples().all())

    def shown(act: str, values: Mapping[str, Any]) -> dict[str, Any]:
        safe = {key: value for key, value in values.items() if key in SHOWN}
        if not act.startswith(("partnership.", "membership.")):
            safe.pop("reason", None)  # only what was written for all to read
        if (person := _person(values)) and person in people:
            safe["person"] = people[person][0]
        if (mentor := _mentor(values)) and mentor in schools:
            safe["mentor"] = schools[mentor]
        return safe

    def actor(user_id: UUID | None) -> Actor | None:
        if user_id is None or user_id not in people:
            return None
        name, school_id = people[user_id]
        return Actor(name, schools.get(school_id, ""))

    return [
        TimelineEntry(
            each.seq, each.at, each.act, actor(each.actor_id), each.school_id,
            schools.get(each.school_id, "") if each.school_id else "",
            shown(each.act, each.before), shown(each.act, each.after),
        )
        for each in entries
    ]


def _person(values: Mapping[str, Any]) -> UUID | None:
    return _id(values.get("user_id"))


def _mentor(values: Mapping[str, Any]) -> UUID | None:
    return _id(values.get("mentor_id"))


def _id(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
