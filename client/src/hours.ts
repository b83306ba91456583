/**
 * School hours of two schools on one day, laid on the clock of the first.
 *
 * Everything is a moment in the end: daylight saving and the date line then need no cases of their own.
 */
import { clockAt, dateAt, dayShift } from "./time";

/** Local time of a school, "08:45" to "15:15". */
export interface Period {
  start: string;
  end: string;
}

/** A school's bell times: the periods of Monday, Tuesday, … Sunday. A day without any is a free day. */
export type SchoolWeek = readonly (readonly Period[])[];

/** Two moments. */
export interface Span {
  from: number;
  to: number;
}

/** The moment of a time on a day's clock. A time that the clocks jump over is read as if they had not. */
export function momentAt(day: string, time: string, timezone: string): number {
  const wall = Date.parse(`${day}T${time}:00Z`);
  const shifts = [wall - DAY_MS, wall + DAY_MS].map((near) => shiftAt(near, timezone));
  const found = shifts.map((shift) => wall - shift).find((moment) => moment + shiftAt(moment, timezone) === wall);
  return found ?? wall - Math.min(...shifts);
}

/** How far a zone's clock is ahead of UTC at a moment, in milliseconds. */
function shiftAt(moment: number, timezone: string): number {
  const at = new Date(moment);
  const reads = Date.parse(`${dateAt(at, timezone)}T${clockAt(at, timezone, "en-GB")}:00Z`);
  return reads - Math.floor(moment / MINUTE_MS) * MINUTE_MS;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A day at a place, from one midnight to the next: 23 or 25 hours when the clocks change. */
export function wholeDay(day: string, timezone: string): Span {
  return { from: momentAt(day, "00:00", timezone), to: momentAt(nextDay(day, 1), "00:00", timezone) };
}

export function nextDay(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The part of a school's hours that falls within a span, whichever day it is there. From its first bell to
 * its last: a break belongs to it, as `server/schools/calendar.py` has it too.
 */
export function hoursWithin(span: Span, week: SchoolWeek, timezone: string): Span[] {
  const first = nextDay(dateAt(new Date(span.from), timezone), -1);
  const spans: Span[] = [];
  for (const day of [0, 1, 2, 3].map((by) => nextDay(first, by))) {
    const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
    const periods = week[weekday] ?? [];
    if (periods.length === 0) continue;
    const starts = Math.min(...periods.map(({ start }) => momentAt(day, start, timezone)));
    const ends = Math.max(...periods.map(({ end }) => momentAt(day, end, timezone)));
    const from = Math.max(span.from, starts);
    const to = Math.min(span.to, ends);
    if (from < to) spans.push({ from, to });
  }
  return joined(spans);
}

/** When both are open. */
export function sharedSpans(mine: readonly Span[], theirs: readonly Span[]): Span[] {
  return joined(
    mine.flatMap((one) =>
      theirs
        .map((other) => ({ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }))
        .filter(({ from, to }) => from < to),
    ),
  );
}

/** In order, and those that touch as one. */
function joined(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else all.push({ ...span });
  }
  return all;
}

export function minutesOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + (to - from) / MINUTE_MS, 0);
}

/** A span as it reads on a clock, and which day it begins there, seen from here. */
export function reading(span: Span, here: string, there: string, locale: string): { from: string; to: string; shift: -1 | 0 | 1 } {
  return {
    from: clockAt(new Date(span.from), there, locale),
    to: clockAt(new Date(span.to), there, locale),
    shift: dayShift(new Date(span.from), here, there),
  };
}
