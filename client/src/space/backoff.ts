/**
 * How long to wait before the next try to connect.
 *
 * Exponential with full jitter: a whole class that loses its line at once must not come back at once.
 * A server that restarts (4000) tells its spaces one after the other; within a space the first try is spread.
 */
import { CLOSE } from "./frames";

interface Pace {
  firstMs: number;
  longestMs: number;
}

const LINE_LOST: Pace = { firstMs: 600, longestMs: 20_000 };
const PACES: Partial<Record<number, Pace>> = {
  [CLOSE.restarting]: { firstMs: 1_000, longestMs: 15_000 },
  [CLOSE.slowReader]: { firstMs: 3_000, longestMs: 30_000 },
  [CLOSE.resync]: { firstMs: 200, longestMs: 20_000 },
};

/** 4500-4999 say: do not come back until a person acts. */
export function isFinal(closeCode: number): boolean {
  return closeCode >= 4500 && closeCode <= 4999;
}

/**
 * @param closeCode how the last connection ended
 * @param attempt 0 for the first try after a connection that worked
 * @param random 0 to 1
 */
export function delayBefore(closeCode: number, attempt: number, random: number): number {
  const pace = PACES[closeCode] ?? LINE_LOST;
  const ceiling = Math.min(pace.longestMs, pace.firstMs * 2 ** Math.min(attempt, 10));
  return Math.round(random * ceiling);
}
