/** The week to come, with days that are alike told once. */
import { hoursOf, type SchoolHours } from "../../ui/hours-bar";

export interface AlikeDays {
  days: string[];
  isShared: boolean;
}

/** Days in a row on which both schools are open at the same hours, as groups. */
export function alikeDays(days: readonly string[], mine: SchoolHours, theirs: SchoolHours): AlikeDays[] {
  const groups: (AlikeDays & { reads: string })[] = [];
  for (const day of days) {
    const { whole, rows, shared } = hoursOf(day, mine, theirs);
    const reads = JSON.stringify(rows.map(({ spans }) => spans.map(({ from, to }) => [from - whole.from, to - whole.from])));
    const last = groups.at(-1);
    if (last?.reads === reads) last.days.push(day);
    else groups.push({ days: [day], reads, isShared: shared.length > 0 });
  }
  return groups.map(({ days, isShared }) => ({ days, isShared }));
}
