"""Finding a time that suits every class: the rules, pure. docs/lessons.md says them in words.

A slot is a stretch in which all schools are open (`server.lessons.times`); a near miss asks one school to
come early or stay late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from server.lessons.times import (
    STRETCH_MAX,
    Busy,
    Day,
    Occurrence,
    SchoolDays,
    SchoolTime,
    is_taken,
    repeated,
)
from server.schools.models import DateKind

WEEKS_MAX = 12
SLOTS_SHOWN = 60
NEAR_SHOWN = 20
A_DAY = 3
"""So many slots of one day are worth showing."""
GRID = timedelta(minutes=15)
NEAR_MIDDLE = 0.5
"""In the middle half of the school day."""
FAIR_WITHIN = 0.25


class SlotReason(msgspec.Struct, frozen=True):
    """Why a slot stands where it stands.

    `code`: `in_lessons` (within everyone's lessons), `touches_break` (of `school_ids`), `on_the_bell`
    (starts with a period of `school_ids`), `middle_of_day` (for everyone), `early` or `late` in the day (of
    `school_ids`), `fair` (as early or late for one as for another), `every_time` (each of the repeated ones
    suits), `not_every_time`, `clocks_change` (some of them are at another hour for `school_ids`).
    """

    code: str
    school_ids: list[UUID] = []


class SlotClock(msgspec.Struct, frozen=True):
    """A slot by the clock of one school, with its offset from UTC."""

    school_id: UUID
    starts: datetime
    ends: datetime


class Stretch(msgspec.Struct, frozen=True):
    """Who would have to come before their day begins, or stay after it ends."""

    school_id: UUID
    before_min: int
    after_min: int


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A time for a lesson."""

    starts_at: datetime
    ends_at: datetime
    score: int
    """0 to 100; the best first."""
    reasons: list[SlotReason]
    clocks: list[SlotClock]
    stretches: list[Stretch] = []
    """Of a near miss."""
    occurrences: list[Occurrence] = []
    """Of repeated lessons: all of them, this one first."""


class SlotNote(msgspec.Struct, frozen=True):
    """Something that the reader should know.

    `code`: `assumed_day` (no bell times: Monday to Friday, 9:00 to 15:00, is assumed), `no_terms` (no terms
    are written down: every weekday that is no holiday counts), `terms_end` (none after `day`),
    `no_shared_hours` (the schools' days never overlap long enough), `never_together` (they do, but on no day
    of these weeks).
    """

    code: str
    school_id: UUID | None = None
    day: date | None = None


class Found(msgspec.Struct, frozen=True):
    slots: list[Slot]
    near_misses: list[Slot]
    notes: list[SlotNote]


def find(
    schools: Sequence[SchoolTime], *, length_min: int, weeks: int, now: datetime, host_id: UUID,
    busy: Sequence[Busy] = (), times: int = 1, every_weeks: int = 1,
) -> Found:
    """The slots of the coming weeks that suit every school, best first, and those that nearly do.

    Args:
        schools: whose classes take part; at least one.
        length_min: of a lesson, from `SHORTEST_MIN` to `LONGEST_MIN`.
        weeks: how far to look for the first lesson, at most `WEEKS_MAX`.
        host_id: the school whose clock repeated lessons keep to.
        busy: times that are taken.
        times: how many lessons, one every `every_weeks` weeks; at most `TIMES_MAX`.
    """
    length = timedelta(minutes=length_min)
    until = now + timedelta(weeks=weeks)
    # A day more on either side: the farthest zones are 26 hours apart.
    first = now.date() - timedelta(days=2)
    last = until.date() + timedelta(weeks=every_weeks * (times - 1), days=2)
    known = [SchoolDays(each, first, last) for each in schools]
    host = next((each for each in known if each.id == host_id), known[0])

    slots: list[Slot] = []
    for window in _windows(known, {}):
        for starts in _starts(known, window, length):
            ends = starts + length
            if not now < starts < until or is_taken(starts, ends, busy):
                continue
            slots.append(_scored(known, host, starts, ends, [], busy, times, every_weeks))
    near: list[Slot] = []
    for stretched in known if len(known) > 1 else ():
        for window in _windows(known, {stretched.id: STRETCH_MAX}):
            for starts in _starts(known, window, length):
                ends = starts + length
                given = stretched.stretch(starts, ends)
                if given is None or not timedelta() < sum(given, timedelta()) <= STRETCH_MAX:
                    continue
                if not now < starts < until or is_taken(starts, ends, busy):
                    continue
                stretch = Stretch(stretched.id, *(int(each.total_seconds() // 60) for each in given))
                near.append(_scored(known, host, starts, ends, [stretch], busy, times, every_weeks))
    chosen = _best(slots, host, SLOTS_SHOWN)
    nearly = _best(near, host, NEAR_SHOWN)
    return Found(chosen, nearly, _notes(schools, known, until, length, has_slots=bool(slots)))


def _windows(
    known: Sequence[SchoolDays], stretched: dict[UUID, timedelta]
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches in which all are open, in order; those named open so much earlier and close later."""
    none = timedelta()
    shared: list[tuple[datetime, datetime]] | None = None
    for school in known:
        more = stretched.get(school.id, none)
        mine = sorted((day.opens - more, day.closes + more) for day in school.days.values())
        if shared is None:
            shared = mine
            continue
        both, i, j = [], 0, 0
        while i < len(shared) and j < len(mine):
            start, end = max(shared[i][0], mine[j][0]), min(shared[i][1], mine[j][1])
            if start < end:
                both.append((start, end))
            if shared[i][1] < mine[j][1]:
                i += 1
            else:
                j += 1
        shared = both
    yield from shared or ()


def _starts(
    known: Sequence[SchoolDays], window: tuple[datetime, datetime], length: timedelta
) -> list[datetime]:
    """When a lesson could begin in a window: with it, with a period of a school, and each quarter hour."""
    begin, last = window[0], window[1] - length
    if last < begin:
        return []
    found = {begin}
    quarter = begin.replace(minute=begin.minute - begin.minute % 15, second=0, microsecond=0)
    while quarter <= last:
        if quarter >= begin:
            found.add(quarter)
        quarter += GRID
    for school in known:
        for day in {school.date_at(begin), school.date_at(window[1])}:
            if day in school.days:
                found.update(start for start, _ in school.days[day].lessons if begin <= start <= last)
    return sorted(found)


def _share_in_lessons(day: Day, starts: datetime, ends: datetime) -> float:
    inside = sum(
        (
            min(end, ends) - max(start, starts)
            for start, end in day.lessons
            if start < ends and starts < end
        ),
        timedelta(),
    )
    return inside / (ends - starts)


def _off_middle(day: Day, starts: datetime, ends: datetime) -> float:
    """Where in its day it lies: -1 at the very beginning, 0 in the middle, 1 at the end."""
    half = (day.closes - day.opens) / 2
    return ((starts + (ends - starts) / 2) - (day.opens + half)) / half


def _scored(
    known: Sequence[SchoolDays], host: SchoolDays, starts: datetime, ends: datetime, stretches: list[Stretch],
    busy: Sequence[Busy], times: int, every_weeks: int,
) -> Slot:
    """A slot with its score and why. Half of the score is that nobody misses a break, a fifth the middle
    of the day, a tenth each that it starts on a bell, that it is as good for one as for another, and that it
    is soon; of repeated lessons, only those that fit count."""
    days = {each.id: each.day_at(starts) or each.day_at(ends) for each in known}
    shares = {key: _share_in_lessons(day, starts, ends) if day else 0.0 for key, day in days.items()}
    offs = {key: _off_middle(day, starts, ends) if day else 1.0 for key, day in days.items()}
    on_bell = [
        key for key, day in days.items() if day and any(start == starts for start, _ in day.lessons)
    ]
    reasons: list[SlotReason] = []
    asked = {each.school_id for each in stretches}
    if all(share == 1 for share in shares.values()):
        reasons.append(SlotReason("in_lessons"))
    elif broken := [key for key, share in shares.items() if share < 1 and key not in asked]:
        reasons.append(SlotReason("touches_break", broken))
    if on_bell:
        reasons.append(SlotReason("on_the_bell", on_bell))
    if all(abs(off) <= NEAR_MIDDLE for off in offs.values()):
        reasons.append(SlotReason("middle_of_day"))
    else:
        for code, group in (
            ("early", [key for key, off in offs.items() if off < -NEAR_MIDDLE and key not in asked]),
            ("late", [key for key, off in offs.items() if off > NEAR_MIDDLE and key not in asked]),
        ):
            if group:
                reasons.append(SlotReason(code, group))
    spread = max(map(abs, offs.values())) - min(map(abs, offs.values()))
    if len(known) > 1 and spread <= FAIR_WITHIN:
        reasons.append(SlotReason("fair"))
    occurrences, share = [], 1.0
    if times > 1:
        occurrences = repeated(known, host, starts, ends, times, every_weeks, busy, frozenset(asked))
        share = sum(each.code == "fits" for each in occurrences) / len(occurrences)
        reasons.append(SlotReason("every_time" if share == 1 else "not_every_time"))
        if shifted := _shifted(known, host, occurrences):
            reasons.append(SlotReason("clocks_change", shifted))
    score = (
        50 * min(shares.values())
        + 20 * (1 - min(1.0, sum(map(abs, offs.values())) / len(offs)))
        + 10 * len(on_bell) / len(known)
        + 10 * (1 - min(1.0, spread))
        + 10
    ) * share
    clocks = [SlotClock(each.id, starts.astimezone(each.zone), ends.astimezone(each.zone)) for each in known]
    return Slot(
        starts_at=starts, ends_at=ends, score=round(score), reasons=reasons, clocks=clocks,
        stretches=stretches, occurrences=occurrences,
    )


def _shifted(known: Sequence[SchoolDays], host: SchoolDays, occurrences: Sequence[Occurrence]) -> list[UUID]:
    """The schools whose clocks read another time at some of them than at the first."""
    return [
        each.id for each in known
        if each is not host and len({one.starts_at.astimezone(each.zone).time() for one in occurrences}) > 1
    ]


def _best(slots: Iterable[Slot], host: SchoolDays, limit: int) -> list[Slot]:
    """The best first, sooner ones before later ones that are as good; of a day only some, and apart."""
    ranked = sorted(slots, key=lambda each: (-each.score, each.starts_at))
    kept: dict[date, list[Slot]] = {}
    found: list[Slot] = []
    for each in ranked:
        day = kept.setdefault(host.date_at(each.starts_at), [])
        if len(day) >= A_DAY or is_taken(
            each.starts_at, each.ends_at, [Busy(other.starts_at, other.ends_at) for other in day]
        ):
            continue
        day.append(each)
        found.append(each)
        if len(found) == limit:
            break
    return found


def _notes(
    schools: Sequence[SchoolTime], known: Sequence[SchoolDays], until: datetime, length: timedelta, *,
    has_slots: bool,
) -> list[SlotNote]:
    notes = []
    for of, school in zip(schools, known, strict=True):
        if school.is_assumed:
            notes.append(SlotNote("assumed_day", school.id))
        terms = [each.last_day for each in of.dates if each.kind is DateKind.TERM]
        if not terms:
            notes.append(SlotNote("no_terms", school.id))
        elif max(terms) < until.date():
            notes.append(SlotNote("terms_end", school.id, max(terms)))
    if not has_slots:
        is_chance = _ever_together(known, until, length)
        notes.append(SlotNote("never_together" if is_chance else "no_shared_hours"))
    return notes


def _ever_together(known: Sequence[SchoolDays], around: datetime, length: timedelta) -> bool:
    """Whether the schools' usual weeks overlap long enough, holidays aside."""
    monday = around.date() - timedelta(days=around.weekday())
    usual = [
        SchoolDays(SchoolTime(each.id, str(each.zone), each.bells), monday, monday + timedelta(days=13))
        for each in known
    ]
    return any(end - start >= length for start, end in _windows(usual, {}))
