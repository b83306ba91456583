"""Terms, holidays and bell times of a school: what its own staff may do to them. docs/schools.md."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.service import SignedIn
from server.audit import service as audit
from server.db import UnitOfWork
from server.errors import Invalid
from server.hours import service as hours
from server.schools import service as schools
from server.schools.calendar import LONGEST_DAYS, BellTimes, ReadDate, check, in_order, new_dates
from server.schools.models import DateKind, DateSource, SchoolDate

DATES_LIMIT = 400


async def dates_of(session: AsyncSession, school_id: UUID) -> Sequence[SchoolDate]:
    """Terms and holidays of a school, in order."""
    found = await session.scalars(
        select(SchoolDate)
        .where(SchoolDate.school_id == school_id)
        .order_by(SchoolDate.first_day, SchoolDate.last_day, SchoolDate.name, SchoolDate.id)
    )
    return found.all()


async def set_bell_times(uow: UnitOfWork, who: SignedIn, school_id: UUID, bell_times: BellTimes) -> None:
    """Replace one's own school's bell times.

    Raises:
        NotAllowed: it is not this person's to change (403).
        Invalid: a period ends before it starts, or overlaps another one (400).
    """
    school = await schools.own(uow, who, school_id)
    check(bell_times)
    before, school.bell_times = school.bell_times, msgspec.to_builtins(in_order(bell_times))
    schools.put_usual_day(school)
    await hours.changed(uow, school_id)
    audit.record(
        uow, who, "school.set_bell_times", subject_id=school_id, school_id=school_id,
        before=before, after=school.bell_times,
    )


class NewDate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days that a school writes down: a term, or a holiday within or between terms."""

    kind: DateKind
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    first_day: date
    last_day: date
    """The last day that belongs to it."""
    source: DateSource = DateSource.MANUAL


def _logged(dates: Sequence[NewDate | SchoolDate]) -> list[list[Any]]:
    """For the log: what a holiday is called may say something about a person."""
    return [[each.kind.value, each.first_day, each.last_day] for each in dates]


async def set_dates(uow: UnitOfWork, who: SignedIn, school_id: UUID, dates: Sequence[NewDate]) -> None:
    """Replace one's own school's terms and holidays.

    Raises:
        NotAllowed: it is not this person's to change (403).
        Invalid: one ends before it begins, or is longer than a year, or two are the same; `row` (400).
    """
    await schools.own(uow, who, school_id)
    seen: set[tuple[DateKind, date, date]] = set()
    for row, each in enumerate(dates):
        if each.last_day < each.first_day:
            raise Invalid(f"{each.name} ends before it begins. Nothing was changed.", row=row)
        if (each.last_day - each.first_day).days >= LONGEST_DAYS:
            raise Invalid(f"{each.name} is longer than a year. Nothing was changed.", row=row)
        key = each.kind, each.first_day, each.last_day
        if key in seen:
            raise Invalid(f"{each.name} is there twice. Nothing was changed.", row=row)
        seen.add(key)
    before = await dates_of(uow.session, school_id)
    await uow.session.execute(delete(SchoolDate).where(SchoolDate.school_id == school_id))
    uow.session.add_all(
        SchoolDate(school_id=school_id, **msgspec.structs.asdict(each)) for each in dates
    )
    await hours.changed(uow, school_id)
    audit.record(
        uow, who, "school.set_dates", subject_id=school_id, school_id=school_id,
        before={"dates": _logged(before)},
        after={"dates": _logged(dates)},
    )


async def add_dates(
    uow: UnitOfWork, who: SignedIn, school_id: UUID, read: Sequence[ReadDate], source: DateSource
) -> list[ReadDate]:
    """Add those that are not there yet to one's own school's terms and holidays; returns what was added.

    Raises:
        NotAllowed: it is not this person's to change (403).
        Invalid: there would be more than `DATES_LIMIT` (400).
    """
    await schools.own(uow, who, school_id)
    known = await dates_of(uow.session, school_id)
    added = new_dates(known, read)
    if len(known) + len(added) > DATES_LIMIT:
        raise Invalid(
            f"A school keeps up to {DATES_LIMIT} terms and holidays. Take out old ones first. "
            "Nothing was changed."
        )
    if added:
        new = [NewDate(each.kind, each.name, each.first_day, each.last_day, source) for each in added]
        uow.session.add_all(
            SchoolDate(school_id=school_id, **msgspec.structs.asdict(each)) for each in new
        )
        await hours.changed(uow, school_id)
        audit.record(
            uow, who, "school.add_dates", subject_id=school_id, school_id=school_id,
            after={"source": source.value, "dates": _logged(new)},
        )
    return added
