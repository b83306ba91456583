/** A moment from what a clock on a school's wall says. */
import { clockAt, dateAt } from "../../time";

/**
 * "2026-11-26" and "10:00" at a school, as a moment. A time that the clocks skip is read as the one after.
 * Returns undefined for what is no date or time.
 */
export function momentAt(date: string, clock: string, timezone: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !/^\d{2}:\d{2}$/.test(clock)) return undefined;
  const wanted = Date.parse(`${date}T${clock}:00Z`);
  if (Number.isNaN(wanted)) return undefined;
  let moment = wanted;
  // The second turn is for a change of clocks between the first guess and the moment itself.
  for (let turn = 0; turn < 2; turn += 1) {
    const guess = new Date(moment);
    const shown = Date.parse(`${dateAt(guess, timezone)}T${clockAt(guess, timezone, "en-GB")}:00Z`);
    moment += wanted - shown;
  }
  return new Date(moment);
}

