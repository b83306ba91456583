"""Finding a time that suits every class: the rules, pure. docs/lessons.md says them in words.

Each school's open time is worked out for each of its days by its own clock, through the time zone database,
and only then compared, in UTC: so it holds when either side's clocks change, across midnight and across the
date line. A slot is a stretch in which all are open; a near miss asks one school to come early or stay late.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from server.schools.calendar import BellTimes, Days, Period, minutes
from server.schools.models import DateKind
from server.schools.vocabulary import plain

WEEKS_MAX = 12
TIMES_MAX = 40
SHORTEST_MIN, LONGEST_MIN = 10, 240
SLOTS_SHOWN, NEAR_SHOWN = 60, 20
A_DAY = 3
"""So many slots of one day are worth showing."""
STRETCH_MAX = timedelta(minutes=60)
GRID = timedelta(minutes=15)
ASSUMED = ("09:00", "15:00")
"""The day of a school that has given no bell times: Monday to Friday, until it says otherwise."""
NEAR_MIDDLE = 0.5
"""In the middle half of the school day."""
FAIR_WITHIN = 0.25

_BREAK = re.compile(
    r"\b(break|breaks|lunch|recess|snack|playtime|interval|tea|recre|recreation|pause|dejeuner|cantine|gouter|"
    r"mapumziko|chakula|chai)\b|استراح|فسحة|غداء|الغداء"
)


class SchoolTime(msgspec.Struct, frozen=True):
    """What is known of one school's time."""

    school_id: UUID
    timezone: str
    """IANA name."""
    bell_times: BellTimes
    dates: Sequence[Days] = ()


class Busy(msgspec.Struct, frozen=True):
    """A stretch that is taken already: one of the classes has another lesson."""

    starts_at: datetime
    ends_at: datetime


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


class Occurrence(msgspec.Struct, frozen=True):
    """One of the repeated lessons.

    `code`: `fits`; `outside` (`school_ids` have school, but not at this hour: their clocks may have changed),
    `no_school` (`school_ids` have none that day) or `taken`. The last two are left out of a plan.
    """

    starts_at: datetime
    ends_at: datetime
    code: str
    school_ids: list[UUID] = []


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


class _Day(msgspec.Struct, frozen=True):
    """One school day of one school, as moments in UTC."""

    opens: datetime
    closes: datetime
    lessons: list[tuple[datetime, datetime]]
    """The periods that are no break."""


class _School:
    """A school's days over a stretch of dates, and what stands at a moment of them."""

    def __init__(self, of: SchoolTime, first: date, last: date) -> None:
        self.id = of.school_id
        self.zone = ZoneInfo(of.timezone)
        self.is_assumed = not any(of.bell_times.days)
        self.bells = assumed_bells() if self.is_assumed else of.bell_times
        self.school_days = frozenset(days_of_school(of.dates, self.bells, first, last))
        self.days: dict[date, _Day] = {day: self._day(day) for day in self.school_days}

    def _at(self, day: date, clock: str) -> datetime:
        return datetime.combine(day, time(*divmod(minutes(clock), 60)), self.zone).astimezone(UTC)

    def _day(self, day: date) -> _Day:
        periods = self.bells.days[day.weekday()]
        moments = [(self._at(day, each.start), self._at(day, each.end), is_break(each)) for each in periods]
        return _Day(
            min(start for start, _, _ in moments), max(end for _, end, _ in moments),
            [(start, end) for start, end, pause in moments if not pause],
        )

    def date_at(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def day_at(self, moment: datetime) -> _Day | None:
        return self.days.get(self.date_at(moment))

    def is_open(self, starts: datetime, ends: datetime) -> bool:
        day = self.day_at(starts)
        return day is not None and day.opens <= starts and ends <= day.closes

    def stretch(self, starts: datetime, ends: datetime) -> tuple[timedelta, timedelta] | None:
        """How long before and after the nearest school day it is; None on a day without school."""
        none = timedelta()
        day = self.day_at(starts) or self.day_at(ends)
        return (max(none, day.opens - starts), max(none, ends - day.closes)) if day else None


def assumed_bells() -> BellTimes:
    """The day that is assumed of a school without bell times."""
    usual = [Period("", *ASSUMED)]
    return BellTimes([usual if weekday < 5 else [] for weekday in range(7)])


def is_break(period: Period) -> bool:
    """Whether a period is a break, by its name."""
    return bool(_BREAK.search(plain(period.name)))


def days_of_school(dates: Iterable[Days], bells: BellTimes, first: date, last: date) -> Iterator[date]:
    """The school days from one date to another: `calendar.is_school_day`, for many days at once."""
    terms: list[tuple[date, date]] = []
    closed: set[date] = set()
    for each in dates:
        if each.kind is DateKind.TERM:
            terms.append((each.first_day, each.last_day))
        else:
            day, until = max(first, each.first_day), min(last, each.last_day)
            while day <= until:
                closed.add(day)
                day += timedelta(days=1)
    day = first
    while day <= last:
        in_term = not terms or any(begin <= day <= end for begin, end in terms)
        if in_term and day not in closed and bells.days[day.weekday()]:
            yield day
        day += timedelta(days=1)


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
    known = [_School(each, first, last) for each in schools]
    host = next((each for each in known if each.id == host_id), known[0])

    slots: list[Slot] = []
    for window in _windows(known, {}):
        for starts in _starts(known, window, length):
            ends = starts + length
            if not now < starts < until or _is_taken(starts, ends, busy):
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
                if not now < starts < until or _is_taken(starts, ends, busy):
                    continue
                stretch = Stretch(stretched.id, *(int(each.total_seconds() // 60) for each in given))
                near.append(_scored(known, host, starts, ends, [stretch], busy, times, every_weeks))
    chosen = _best(slots, host, SLOTS_SHOWN)
    nearly = _best(near, host, NEAR_SHOWN)
    return Found(chosen, nearly, _notes(schools, known, until, length, has_slots=bool(slots)))


def _windows(
    known: Sequence[_School], stretched: dict[UUID, timedelta]
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
    known: Sequence[_School], window: tuple[datetime, datetime], length: timedelta
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


def _is_taken(starts: datetime, ends: datetime, busy: Iterable[Busy]) -> bool:
    return any(each.starts_at < ends and starts < each.ends_at for each in busy)


def _share_in_lessons(day: _Day, starts: datetime, ends: datetime) -> float:
    inside = sum(
        (
            min(end, ends) - max(start, starts)
            for start, end in day.lessons
            if start < ends and starts < end
        ),
        timedelta(),
    )
    return inside / (ends - starts)


def _off_middle(day: _Day, starts: datetime, ends: datetime) -> float:
    """Where in its day it lies: -1 at the very beginning, 0 in the middle, 1 at the end."""
    half = (day.closes - day.opens) / 2
    return ((starts + (ends - starts) / 2) - (day.opens + half)) / half


def _scored(
    known: Sequence[_School], host: _School, starts: datetime, ends: datetime, stretches: list[Stretch],
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


def places(first_at: datetime, timezone: str, times: int, every_weeks: int) -> list[datetime]:
    """When repeated lessons begin: at the same clock where that zone is, whatever the clocks there do."""
    zone = ZoneInfo(timezone)
    local, step = first_at.astimezone(zone), timedelta(weeks=every_weeks)
    return [
        # A clock time that is skipped when clocks go forward is read as the time after it.
        datetime.combine(local.date() + step * number, local.time(), zone).astimezone(UTC)
        for number in range(times)
    ]


def repeated(
    known: Sequence[_School], host: _School, starts: datetime, ends: datetime, times: int, every_weeks: int,
    busy: Sequence[Busy], asked: frozenset[UUID],
) -> list[Occurrence]:
    """Each of the repeated lessons, and whether it fits; schools in `asked` may stretch their day."""
    found = []
    for start in places(starts, str(host.zone), times, every_weeks):
        end = start + (ends - starts)
        away = [each.id for each in known if not (each.day_at(start) or each.day_at(end))]
        outside = [
            each.id for each in known
            if not each.is_open(start, end) and not (each.id in asked and _is_near(each, start, end))
        ]
        if away:
            found.append(Occurrence(start, end, "no_school", away))
        elif outside:
            found.append(Occurrence(start, end, "outside", outside))
        elif _is_taken(start, end, busy):
            found.append(Occurrence(start, end, "taken"))
        else:
            found.append(Occurrence(start, end, "fits"))
    return found


def _is_near(school: _School, starts: datetime, ends: datetime) -> bool:
    given = school.stretch(starts, ends)
    return given is not None and sum(given, timedelta()) <= STRETCH_MAX


def _shifted(known: Sequence[_School], host: _School, occurrences: Sequence[Occurrence]) -> list[UUID]:
    """The schools whose clocks read another time at some of them than at the first."""
    return [
        each.id for each in known
        if each is not host and len({one.starts_at.astimezone(each.zone).time() for one in occurrences}) > 1
    ]


def check(
    schools: Sequence[SchoolTime], host_id: UUID, starts_at: datetime, ends_at: datetime, *, times: int = 1,
    every_weeks: int = 1, busy: Sequence[Busy] = (),
) -> list[Occurrence]:
    """What a wanted time would be like, each of its lessons: for a plan that is not one of the slots.

    Nothing forbids a time outside a school's day: its school says yes or no. But it is said.
    """
    first = starts_at.date() - timedelta(days=2)
    last = ends_at.date() + timedelta(weeks=every_weeks * (times - 1), days=2)
    known = [_School(each, first, last) for each in schools]
    host = next((each for each in known if each.id == host_id), known[0])
    return repeated(known, host, starts_at, ends_at, times, every_weeks, busy, frozenset())


def _best(slots: Iterable[Slot], host: _School, limit: int) -> list[Slot]:
    """The best first, sooner ones before later ones that are as good; of a day only some, and apart."""
    ranked = sorted(slots, key=lambda each: (-each.score, each.starts_at))
    kept: dict[date, list[Slot]] = {}
    found: list[Slot] = []
    for each in ranked:
        day = kept.setdefault(host.date_at(each.starts_at), [])
        if len(day) >= A_DAY or _is_taken(
            each.starts_at, each.ends_at, [Busy(other.starts_at, other.ends_at) for other in day]
        ):
            continue
        day.append(each)
        found.append(each)
        if len(found) == limit:
            break
    return found


def _notes(
    schools: Sequence[SchoolTime], known: Sequence[_School], until: datetime, length: timedelta, *,
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


def _ever_together(known: Sequence[_School], around: datetime, length: timedelta) -> bool:
    """Whether the schools' usual weeks overlap long enough, holidays aside."""
    monday = around.date() - timedelta(days=around.weekday())
    usual = [
        _School(SchoolTime(each.id, str(each.zone), each.bells), monday, monday + timedelta(days=13))
        for each in known
    ]
    return any(end - start >= length for start, end in _windows(usual, {}))

