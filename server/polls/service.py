"""Polls: the moves of those who run a room, the answers of its students, and reading both.

An answer is stored under the lock of its poll: what closes a poll and what answers it come one after the
other, and nobody is counted twice. Answers that came together are stored together. Moves: docs/polls.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Select, and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import clock
from server.access import NOTHING, Access, Grant, access_in, access_of
from server.accounts.models import User, UserKind
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork, insert_into
from server.errors import AlreadyDone, DomainError, NoAccess, NotAllowed, NotFound, PollClosed
from server.events import PollChanged
from server.lessons.models import Lesson, LessonStatus
from server.polls import rules
from server.polls.models import Poll, PollStatus, Vote
from server.polls.rules import Ballot, Choice, Draft, Results
from server.polls.screening import is_fit
from server.spaces.models import Space

POLLS_LIMIT = 500
"""So many polls a space holds."""
SHOWN_LIMIT = 20
"""So many polls of a space are shown to who comes in, at most."""
ANSWERS_LIMIT = 1000
"""So many students of a school are listed with their answers."""
LATELY = 5
"""While no lesson runs, so many of the newest are shown."""


class Answer(msgspec.Struct, frozen=True):
    """How somebody answers a poll, as their page sent it."""

    user_id: UUID
    poll_id: UUID
    picks: list[int] = []
    words: list[str] = []


class Cast(NamedTuple):
    """The answers to a poll."""

    results: Results
    choices: dict[UUID, Choice]
    """By person."""


# --- what those do who run the room


async def _may_run(session: AsyncSession, who: SignedIn, space_id: UUID) -> None:
    found = await access_in(session, who.user_id, space_id)
    if not found.grants:
        raise NotFound
    if Grant.SPACE_MODERATE not in found.grants:
        raise NotAllowed


async def create(
    uow: UnitOfWork, who: SignedIn, space_id: UUID, poll_id: UUID, draft: Draft, *, is_open: bool
) -> None:
    """Make a poll, and open it or not. The same `poll_id` again changes nothing.

    Args:
        poll_id: chosen by whoever asks.

    Raises:
        Invalid: the question does not fit (400).
        NotAllowed: not theirs to ask, or the space is full (403).
        NotFound: no such space, or the id is taken (404).
    """
    await _may_run(uow.session, who, space_id)
    draft = rules.checked(draft)
    now = clock.now()
    made = await uow.session.scalar(
        insert_into(uow.session, Poll)
        .values(
            id=poll_id, space_id=space_id, lesson_id=await _running(uow.session, space_id),
            kind=draft.kind, status=PollStatus.OPEN if is_open else PollStatus.DRAFT,
            question=draft.question, options=draft.options, low=draft.low, high=draft.high,
            right_options=draft.right, version=1, created_by_id=who.user_id, created_at=now,
            opened_at=now if is_open else None,
        )
        .on_conflict_do_nothing(index_elements=[Poll.id])
        .returning(Poll.id)
    )
    if made is None:
        theirs = select(Poll.id).where(
            Poll.id == poll_id, Poll.space_id == space_id, Poll.created_by_id == who.user_id
        )
        if await uow.session.scalar(theirs) is None:
            raise NotFound
        return
    count = await uow.session.scalar(select(func.count()).where(Poll.space_id == space_id))
    if (count or 0) > POLLS_LIMIT:
        raise NotAllowed("This space holds no more questions. Delete old ones first.")
    uow.events.append(PollChanged(space_id, poll_id, 1))


async def _running(session: AsyncSession, space_id: UUID) -> UUID | None:
    """The lesson that runs now in a space, or in what that is a group of."""
    return await session.scalar(
        select(Lesson.id)
        .join(Space, Lesson.space_id == func.coalesce(Space.parent_id, Space.id))
        .where(Space.id == space_id, Lesson.status == LessonStatus.LIVE)
    )


async def move(uow: UnitOfWork, who: SignedIn, space_id: UUID, poll_id: UUID, to: PollStatus) -> None:
    """Open, close or reveal a poll. To where it is already, it stays.

    Raises:
        AlreadyDone: from where it is, it does not go there (409).
        NotAllowed: not theirs to move (403).
        NotFound: no such poll in this space (404).
    """
    poll = await _locked(uow, who, space_id, poll_id)
    if poll.status is to:
        return
    if to not in rules.MOVES[poll.status]:
        raise AlreadyDone
    now = clock.now()
    poll.status = to
    if to is PollStatus.OPEN:
        poll.opened_at = poll.opened_at or now
        poll.closed_at = None
        poll.lesson_id = poll.lesson_id or await _running(uow.session, space_id)
    else:
        poll.closed_at = poll.closed_at or now
    _changed(uow, poll)


async def remove(uow: UnitOfWork, who: SignedIn, space_id: UUID, poll_id: UUID) -> None:
    """Delete a poll and its answers, for good.

    Raises:
        NotAllowed: not theirs to delete (403).
        NotFound: no such poll in this space (404).
    """
    poll = await _locked(uow, who, space_id, poll_id)
    votes = await uow.session.scalar(select(func.count()).where(Vote.poll_id == poll_id))
    await uow.session.execute(delete(Poll).where(Poll.id == poll_id))
    partnership_id = await uow.session.scalar(select(Space.partnership_id).where(Space.id == space_id))
    audit.record(
        uow, who, "poll.delete", subject_id=poll_id, school_id=who.school_id, partnership_id=partnership_id,
        before={"space_id": space_id, "kind": poll.kind, "status": poll.status, "votes": votes or 0},
    )
    uow.events.append(PollChanged(space_id, poll_id, poll.version + 1))


async def note_export(uow: UnitOfWork, who: SignedIn, space_id: UUID, count: int) -> None:
    """Write into the log that the counts of so many polls have left."""
    partnership_id = await uow.session.scalar(select(Space.partnership_id).where(Space.id == space_id))
    audit.record(
        uow, who, "poll.export", subject_id=space_id, school_id=who.school_id, partnership_id=partnership_id,
        after={"polls": count},
    )


async def _locked(uow: UnitOfWork, who: SignedIn, space_id: UUID, poll_id: UUID) -> Poll:
    wanted = select(Poll).where(Poll.id == poll_id, Poll.space_id == space_id).with_for_update()
    poll = await uow.session.scalar(wanted)
    await _may_run(uow.session, who, space_id)  # after the lock: read after every change before it
    if poll is None:
        raise NotFound
    return poll


def _changed(uow: UnitOfWork, poll: Poll) -> None:
    poll.version += 1
    uow.events.append(PollChanged(poll.space_id, poll.id, poll.version))


async def leave_out(uow: UnitOfWork, user_id: UUID) -> None:
    """Delete every answer of a person who is erased: whoever shows one of these polls counts anew."""
    answered = select(Vote.poll_id).where(Vote.user_id == user_id)
    polls = await uow.session.scalars(
        select(Poll).where(Poll.id.in_(answered)).order_by(Poll.id).with_for_update()
    )
    for poll in polls.all():
        _changed(uow, poll)
    await uow.session.execute(delete(Vote).where(Vote.user_id == user_id))


# --- what students do


async def vote_all(
    uow: UnitOfWork, space_id: UUID, answers: Sequence[Answer]
) -> list[Choice | DomainError]:
    """Store answers; returns each as it is stored, or why it alone was not.

    Somebody who answered before has changed their answer; the same one again changes nothing. The reasons
    are `NoAccess` (they may not be in the space now), `NotAllowed` (they may not write, or are no student),
    `NotFound` (no such poll that they see), `PollClosed` and `Invalid`.
    """
    polls = await _lock_polls(uow.session, space_id, {each.poll_id for each in answers})
    people = {each.user_id for each in answers}
    allowed = await access_of(uow.session, people, space_id)
    students = dict(
        (await uow.session.execute(
            select(User.id, User.school_id).where(User.id.in_(people), User.kind == UserKind.STUDENT)
        )).tuples().all()
    )
    stored = {
        (poll_id, user_id): msgspec.convert(choice, Choice)
        for poll_id, user_id, choice in (await uow.session.execute(
            select(Vote.poll_id, Vote.user_id, Vote.choice)
            .where(Vote.poll_id.in_(polls), Vote.user_id.in_(people))
        )).tuples()
    }
    done: list[Choice | DomainError] = []
    new: dict[tuple[UUID, UUID], Choice] = {}
    for each in answers:
        try:
            key = each.poll_id, each.user_id
            access = allowed.get(each.user_id, Access(NOTHING, "not_found"))
            choice = _choice(each, polls.get(each.poll_id), access, each.user_id in students)
            if stored.get(key) != choice:
                stored[key] = new[key] = choice
            done.append(choice)
        except DomainError as error:
            done.append(error)
    if new:
        now = clock.now()
        adding = insert_into(uow.session, Vote).values([
            {"poll_id": poll_id, "user_id": user_id, "school_id": students[user_id],
             "choice": msgspec.to_builtins(choice), "at": now}
            for (poll_id, user_id), choice in new.items()
        ])
        await uow.session.execute(
            adding.on_conflict_do_update(
                index_elements=[Vote.poll_id, Vote.user_id],
                set_={name: adding.excluded[name] for name in ("school_id", "choice", "at")},
            )
        )
        for poll_id in sorted({poll_id for poll_id, _ in new}):
            _changed(uow, polls[poll_id])
    return done


async def _lock_polls(session: AsyncSession, space_id: UUID, poll_ids: Iterable[UUID]) -> dict[UUID, Poll]:
    found = await session.scalars(
        select(Poll)
        .where(Poll.id.in_(list(poll_ids)), Poll.space_id == space_id)
        .order_by(Poll.id)  # always in the same order: two who lock several must not wait for each other
        .with_for_update()
    )
    return {poll.id: poll for poll in found}


def _choice(answer: Answer, poll: Poll | None, access: Access, is_student: bool) -> Choice:
    if not access.may_enter:
        raise NoAccess(access.reason)
    if not is_student or Grant.CHAT_POST not in access.grants:
        raise NotAllowed("Only students who may write here answer.")
    if poll is None or poll.status is PollStatus.DRAFT:
        raise NotFound
    if poll.status is not PollStatus.OPEN:
        raise PollClosed
    return rules.answer(poll.kind, len(poll.options), answer.picks, answer.words, is_fit)


# --- reading


async def shown_in(session: AsyncSession, space_ids: Iterable[UUID]) -> Sequence[Poll]:
    """The polls of these spaces that a room shows, the newest last: those that are open or prepared, and
    those of the lesson that runs, or the last few when none does. At most `SHOWN_LIMIT` of a space."""
    waiting = Poll.status.in_([PollStatus.OPEN, PollStatus.DRAFT])
    by_age = (Poll.created_at.desc(), Poll.id)
    ranked = (
        select(
            Poll.id,
            (waiting | (Lesson.id == Poll.lesson_id)).label("is_now"),
            Lesson.id.label("running"),
            func.row_number().over(partition_by=Poll.space_id, order_by=by_age).label("age"),
            func.row_number().over(
                partition_by=Poll.space_id, order_by=(Poll.status != PollStatus.OPEN, *by_age)
            ).label("place"),
        )
        .outerjoin(Lesson, and_(Lesson.space_id == Poll.space_id, Lesson.status == LessonStatus.LIVE))
        .where(Poll.space_id.in_(list(space_ids)))
        .subquery()
    )
    found = await session.scalars(
        select(Poll)
        .join(ranked, ranked.c.id == Poll.id)
        .where(
            ranked.c.place <= SHOWN_LIMIT,
            or_(ranked.c.is_now, and_(ranked.c.running.is_(None), ranked.c.age <= LATELY)),
        )
        .order_by(Poll.created_at, Poll.id)
    )
    return found.all()


async def by_id(session: AsyncSession, poll_ids: Iterable[UUID]) -> Sequence[Poll]:
    """These polls, those of them that there are."""
    return (await session.scalars(select(Poll).where(Poll.id.in_(list(poll_ids))))).all()


async def cast_in(session: AsyncSession, polls: Sequence[Poll]) -> dict[UUID, Cast]:
    """The answers to these polls, in one query."""
    ballots: dict[UUID, list[Ballot]] = {poll.id: [] for poll in polls}
    choices: dict[UUID, dict[UUID, Choice]] = {poll.id: {} for poll in polls}
    if polls:
        rows = await session.execute(
            select(Vote.poll_id, Vote.user_id, Vote.school_id, Vote.choice)
            .where(Vote.poll_id.in_(list(ballots)))
        )
        for poll_id, user_id, school_id, raw in rows.tuples():
            choices[poll_id][user_id] = choice = msgspec.convert(raw, Choice)
            ballots[poll_id].append(Ballot(school_id, choice))
    return {
        poll.id: Cast(rules.tally(poll.kind, len(poll.options), ballots[poll.id]), choices[poll.id])
        for poll in polls
    }


def newest_first(
    space_id: UUID, before: tuple[datetime, UUID] | None, limit: int, *, runs_room: bool,
    lesson_id: UUID | None = None,
) -> Select[tuple[Poll]]:
    """The polls of a space, the newest first: students read of those that were revealed, and no others.

    Args:
        before: only those older than this one.
        lesson_id: only those of this lesson.
    """
    wanted = (
        select(Poll).where(Poll.space_id == space_id).order_by(Poll.created_at.desc(), Poll.id).limit(limit)
    )
    if not runs_room:
        wanted = wanted.where(Poll.status == PollStatus.REVEALED)
    if lesson_id is not None:
        wanted = wanted.where(Poll.lesson_id == lesson_id)
    if before is not None:
        at, poll_id = before
        wanted = wanted.where(
            or_(Poll.created_at < at, and_(Poll.created_at == at, Poll.id > poll_id))
        )
    return wanted


class Answered(NamedTuple):
    """How a student of one's own school answered."""

    user_id: UUID
    name: str
    """Their alias."""
    choice: Choice


async def answers_of_school(session: AsyncSession, poll: Poll, school_id: UUID) -> list[Answered]:
    """What the students of a school answered, by alias, for adults of that school alone.

    Of a quiz everybody's answer, of a word cloud what did not pass the filter; of any other poll nothing,
    and nothing while it is open.
    """
    is_quiz = poll.right_options is not None
    if poll.status not in (PollStatus.CLOSED, PollStatus.REVEALED):
        return []
    rows = (
        await session.execute(
            select(User.id, User.name, Vote.choice)
            .join(Vote, Vote.user_id == User.id)
            .where(Vote.poll_id == poll.id, User.school_id == school_id, Vote.school_id == school_id)
            .order_by(User.name, User.id)
            .limit(ANSWERS_LIMIT)
        )
    ).tuples()
    found = [Answered(user_id, name, msgspec.convert(raw, Choice)) for user_id, name, raw in rows]
    return [each for each in found if is_quiz or each.choice.held]
