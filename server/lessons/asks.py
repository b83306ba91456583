"""Questions about lessons, and what their answers bring about.

A question takes effect when every other side has said yes, and is closed by the first no. Nothing here is
decided twice: each move holds the rows of the partnership and the space, and reads what is needed then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server import clock
from server.accounts.service import SignedIn
from server.audit import service as audit
from server.bus import Bus
from server.db import Database, UnitOfWork
from server.errors import AlreadyDone, NotAllowed, NotFound
from server.events import AccessChanged
from server.lessons import notices, rows, sides
from server.lessons.models import Lesson, LessonStatus
from server.lessons.planning_models import AskKind, AskStatus, LessonAnswer, LessonAsk, LessonSeries
from server.lessons.sides import Table
from server.mail.letters import Kind
from server.partnerships import record as records
from server.partnerships.record import Standing
from server.spaces.models import Space

OVERDUE_BATCH = 50


async def open_in(session: AsyncSession, series_ids: Iterable[UUID]) -> dict[UUID, LessonAsk]:
    """The open question of each of these rows of lessons, where there is one."""
    found = await session.scalars(
        select(LessonAsk).where(LessonAsk.series_id.in_(list(series_ids)), LessonAsk.status == AskStatus.OPEN)
    )
    return {each.series_id: each for each in found}


async def answers_to(session: AsyncSession, ask_ids: Iterable[UUID]) -> dict[UUID, dict[UUID, bool]]:
    """By question and school, yes or no."""
    found = await session.scalars(select(LessonAnswer).where(LessonAnswer.ask_id.in_(list(ask_ids))))
    by_ask: dict[UUID, dict[UUID, bool]] = {}
    for each in found:
        by_ask.setdefault(each.ask_id, {})[each.school_id] = each.yes
    return by_ask


async def put(uow: UnitOfWork, table: Table, ask: LessonAsk, series: LessonSeries) -> None:
    """Ask a question; it takes effect at once where nobody else has to answer."""
    uow.session.add(ask)
    await uow.session.flush()
    lessons = await rows.lessons_of(uow.session, series.id)
    asked = table.asked_by(ask.school_id, _host_of(lessons))
    if not asked:
        await _take_effect(uow, table, ask, series, table.who)
        return
    kind = {
        AskKind.PLAN: Kind.LESSON_ASKED, AskKind.MOVE: Kind.LESSON_MOVE_ASKED,
        AskKind.CANCEL: Kind.LESSON_CANCEL_ASKED,
    }[ask.kind]
    await notices.tell(
        uow, table, kind, series, lessons, asked, ask=ask, with_calendar=ask.kind is AskKind.PLAN
    )


def _host_of(lessons: Sequence[Lesson]) -> UUID | None:
    return next((each.host_school_id for each in lessons), None)


async def open_ask(
    uow: UnitOfWork, who: SignedIn, ask_id: UUID
) -> tuple[Table, LessonAsk, LessonSeries]:
    """An open question, at its table.

    Raises:
        NotFound, NoAccess (404, 403). NotAllowed: they do not moderate there (403).
        AlreadyDone: it is closed (409).
    """
    space_id = await uow.session.scalar(
        select(LessonSeries.space_id)
        .join(LessonAsk, LessonAsk.series_id == LessonSeries.id)
        .where(LessonAsk.id == ask_id)
    )
    if space_id is None:
        raise NotFound
    table = await sides.sit_down(uow.session, who, space_id, lock=True)
    ask = (
        await uow.session.scalars(select(LessonAsk).where(LessonAsk.id == ask_id).with_for_update())
    ).one()
    if ask.status is not AskStatus.OPEN:
        raise AlreadyDone
    return table, ask, await uow.session.get_one(LessonSeries, ask.series_id)


async def answer(uow: UnitOfWork, who: SignedIn, ask_id: UUID, *, yes: bool) -> LessonAsk:
    """Say yes or no for my school. The last yes brings it about; a no closes the question.

    Raises:
        NotFound, NoAccess (404, 403). NotAllowed: not an adult who moderates there, of a school that is
            asked (403). AlreadyDone: it is closed, or my school has answered (409).
        TimeTaken: in the meantime a class has another lesson then (409).
        InvalidTransition: the lesson has begun (409).
    """
    table, ask, series = await open_ask(uow, who, ask_id)
    lessons = await rows.lessons_of(uow.session, series.id, lock=True)
    asked = table.asked_by(ask.school_id, _host_of(lessons))
    given = (await answers_to(uow.session, [ask.id])).get(ask.id, {})
    if who.school_id not in asked:
        raise NotAllowed("The other schools answer this question.")
    if who.school_id in given:
        raise AlreadyDone
    uow.session.add(
        LessonAnswer(
            ask_id=ask.id, school_id=who.school_id, user_id=who.user_id, yes=yes, at=clock.now()
        )
    )
    audit.record(
        uow, who, "lesson.accept" if yes else "lesson.decline", subject_id=table.space.id,
        partnership_id=table.record.id, school_id=who.school_id,
        after={"ask_id": ask.id, "kind": ask.kind, "series_id": series.id},
    )
    if not yes:
        await close(uow, table, ask, series, AskStatus.DECLINED, None, who)
    elif not asked - given.keys() - {who.school_id}:
        await _take_effect(uow, table, ask, series, who)
    return ask


async def _take_effect(
    uow: UnitOfWork, table: Table, ask: LessonAsk, series: LessonSeries, who: SignedIn | None
) -> None:
    """Do what was asked: every yes is there.

    Raises:
        TimeTaken: a class has another lesson at the new time by now (409).
        AlreadyDone: the lesson has begun, or is over (409).
    """
    now = clock.now()
    lessons = await rows.lessons_of(uow.session, series.id, lock=True)
    if ask.kind is AskKind.PLAN:
        changed = [each for each in lessons if each.status is LessonStatus.PROPOSED and each.ends_at > now]
        if not changed:
            raise AlreadyDone
        for each in lessons:
            if each.status is LessonStatus.PROPOSED:
                each.status = LessonStatus.SCHEDULED if each.ends_at > now else LessonStatus.CANCELLED
        kind, act = Kind.LESSON_SCHEDULED, "lesson.schedule"
    else:
        anchor = next((each for each in lessons if each.id == ask.lesson_id), None)
        if anchor is None or anchor.status is not LessonStatus.SCHEDULED or anchor.starts_at <= now:
            raise AlreadyDone
        changed = await rows.affected(uow.session, series.id, anchor, all_to_come=ask.all_to_come)
        if ask.kind is AskKind.MOVE and ask.starts_at and ask.ends_at:
            length = ask.ends_at - ask.starts_at
            new = rows.moved(
                (each.starts_at for each in changed), anchor.starts_at, ask.starts_at, series.timezone
            )
            await rows.check_free(
                uow.session, table.space.id, changed, new, int(length.total_seconds() // 60)
            )
            for each, start in zip(changed, new, strict=True):
                each.starts_at, each.ends_at = start, start + length
            kind, act = Kind.LESSON_MOVED, "lesson.move"
        else:
            for each in changed:
                each.status = LessonStatus.CANCELLED
            kind, act = Kind.LESSON_CANCELLED, "lesson.cancel"
    series.sequence += 1
    ask.status, ask.closed_at = AskStatus.ACCEPTED, now
    await uow.session.flush()
    audit.record(
        uow, who, act, subject_id=table.space.id, partnership_id=table.record.id,
        after={"series_id": series.id, "lesson_ids": [each.id for each in changed],
               "starts_at": [each.starts_at for each in changed]},
    )
    uow.events.append(AccessChanged(space_ids=frozenset({table.space.id})))  # lessons open a space
    everyone = {each.school_id for each in table.sides} | {ask.school_id}
    await notices.tell(
        uow, table, kind, series, await rows.lessons_of(uow.session, series.id), everyone, ask=ask,
        about=changed, with_calendar=True,
    )


async def close(
    uow: UnitOfWork, table: Table, ask: LessonAsk, series: LessonSeries, status: AskStatus, act: str | None,
    who: SignedIn | None,
) -> None:
    """End a question without its effect. Lessons that were only proposed are cancelled with it."""
    ask.status, ask.closed_at = status, clock.now()
    lessons = await rows.lessons_of(uow.session, series.id, lock=True)
    is_plan = ask.kind is AskKind.PLAN
    if is_plan:
        series.sequence += 1
        for each in lessons:
            if each.status is LessonStatus.PROPOSED:
                each.status = LessonStatus.CANCELLED
    await uow.session.flush()
    if act:
        audit.record(
            uow, who, act, subject_id=table.space.id, partnership_id=table.record.id,
            after={"ask_id": ask.id, "kind": ask.kind, "series_id": series.id},
        )
    if status is AskStatus.DECLINED:
        to = {ask.school_id} | (table.asked_by(ask.school_id, _host_of(lessons)) if is_plan else set())
        await notices.tell(
            uow, table, Kind.LESSON_DECLINED, series, lessons, to, ask=ask, with_calendar=is_plan,
            by=who.school_id if who else None,
        )
    elif is_plan:
        await notices.tell(
            uow, table, Kind.LESSON_CANCELLED, series, lessons,
            table.asked_by(ask.school_id, _host_of(lessons)), ask=ask, with_calendar=True,
        )


async def settle_overdue(database: Database, bus: Bus) -> int:
    """Close questions whose time has come before everyone had answered; returns how many."""
    anchor, proposed = aliased(Lesson), aliased(Lesson)
    now = clock.now()
    still = (
        select(proposed.id)
        .where(proposed.series_id == LessonAsk.series_id, proposed.status == LessonStatus.PROPOSED,
               proposed.ends_at > now)
        .exists()
    )
    async with database.read() as session:
        rows = await session.execute(
            select(LessonAsk.id, LessonSeries.space_id)
            .join(LessonSeries, LessonSeries.id == LessonAsk.series_id)
            .outerjoin(anchor, anchor.id == LessonAsk.lesson_id)
            .where(
                LessonAsk.status == AskStatus.OPEN,
                or_(
                    and_(LessonAsk.kind == AskKind.PLAN, ~still),
                    and_(
                        LessonAsk.kind != AskKind.PLAN,
                        or_(
                            anchor.id.is_(None), anchor.status != LessonStatus.SCHEDULED,
                            anchor.starts_at <= now, LessonAsk.starts_at <= now,
                        ),
                    ),
                ),
            )
            .order_by(LessonAsk.asked_at)
            .limit(OVERDUE_BATCH)
        )
        overdue = rows.tuples().all()
    done = 0
    for ask_id, space_id in overdue:
        async with UnitOfWork(database, bus) as uow:
            done += await _lapse(uow, ask_id, space_id, now)
    return done


async def _lapse(uow: UnitOfWork, ask_id: UUID, space_id: UUID, now: datetime) -> bool:
    space = await uow.session.get(Space, space_id)
    if space is None:
        return False
    record = await records.get_whole(uow.session, space.partnership_id, lock=True)
    await uow.session.execute(select(Space.id).where(Space.id == space_id).with_for_update())
    ask = await uow.session.scalar(select(LessonAsk).where(LessonAsk.id == ask_id).with_for_update())
    if ask is None or ask.status is not AskStatus.OPEN:
        return False
    series = await uow.session.get_one(LessonSeries, ask.series_id)
    table = Table(
        space, record, Standing(False, False, frozenset()), None,
        await sides.sides_of(uow.session, space, record), False,
    )
    await close(uow, table, ask, series, AskStatus.LAPSED, "lesson.lapse", None)
    return True
