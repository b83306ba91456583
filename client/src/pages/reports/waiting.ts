/** How long a report has waited, in the largest unit that says enough. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface Waited {
  unit: "minutes" | "hours" | "days";
  count: number;
}

/** Hours up to two days, as a report is overdue after 24 of them. */
export function waited(sinceMs: number, nowMs: number): Waited {
  const ms = Math.max(0, nowMs - sinceMs);
  if (ms < HOUR_MS) return { unit: "minutes", count: Math.floor(ms / MINUTE_MS) };
  if (ms < 2 * DAY_MS) return { unit: "hours", count: Math.floor(ms / HOUR_MS) };
  return { unit: "days", count: Math.floor(ms / DAY_MS) };
}
