/** Bell times while they are edited: what does not fit, and a day's shape in short. Pure. */
import type { Period } from "./calls";

export const PERIODS_MOST = 20;
export type Week = Period[][];

/** Seven days, Monday first, whatever the server has. */
export function wholeWeek(days: readonly Period[][] | undefined): Week {
  return Array.from({ length: 7 }, (_, day) => [...(days?.[day] ?? [])]);
}

export type BellProblem = "missing" | "backwards" | "overlaps";

/** The first thing that does not fit in each day, as `server/schools/calendar.py` would say. */
export function bellProblems(week: Week): { day: number; period: number; problem: BellProblem }[] {
  return week.flatMap((periods, day) => {
    const found = problemOf(periods);
    return found ? [{ day, ...found }] : [];
  });
}

function problemOf(periods: readonly Period[]): { period: number; problem: BellProblem } | undefined {
  const missing = periods.findIndex(({ start, end }) => !start || !end);
  if (missing >= 0) return { period: missing, problem: "missing" };
  const backwards = periods.findIndex(({ start, end }) => start >= end);
  if (backwards >= 0) return { period: backwards, problem: "backwards" };
  const inOrder = periods.map((period, place) => ({ ...period, place })).sort((a, b) => a.start.localeCompare(b.start));
  const at = inOrder.findIndex((period, index) => index > 0 && period.start < (inOrder[index - 1]?.end ?? ""));
  const overlapping = inOrder[at];
  return overlapping && { period: overlapping.place, problem: "overlaps" };
}

/** From the first bell to the last; undefined on a free day. */
export function dayOf(periods: readonly Period[]): { start: string; end: string } | undefined {
  const starts = periods.map(({ start }) => start).filter(Boolean).sort();
  const ends = periods.map(({ end }) => end).filter(Boolean).sort();
  const [start, end] = [starts[0], ends.at(-1)];
  return start && end ? { start, end } : undefined;
}

/** The next period begins when the last one ends, and is as long. */
export function periodAfter(periods: readonly Period[]): Period {
  const last = periods.at(-1);
  if (!last?.start || !last.end) return { name: "", start: "", end: "" };
  const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  const end = Math.min(minutes(last.end) + minutes(last.end) - minutes(last.start), 23 * 60 + 59);
  const clock = `${String(Math.floor(end / 60)).padStart(2, "0")}:${String(end % 60).padStart(2, "0")}`;
  return { name: "", start: last.end, end: clock > last.end ? clock : "" };
}

/** Days that follow each other and are alike, as one: mostly Monday to Friday. */
export function alikeDays(week: Week): { first: number; last: number; periods: Period[] }[] {
  const found: { first: number; last: number; periods: Period[] }[] = [];
  for (const [day, periods] of week.entries()) {
    const before = found.at(-1);
    if (before && JSON.stringify(before.periods) === JSON.stringify(periods)) before.last = day;
    else found.push({ first: day, last: day, periods });
  }
  return found;
}
