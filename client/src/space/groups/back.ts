/** How long until everyone is called back, and when that is said aloud. Pure. */
import type { LessonRoom } from "../lesson/known";

/** After so many seconds everyone comes back; 0: now. */
export const BACK_IN_S = [0, 30, 60, 120] as const;

/** So long before, it is said aloud once more. */
export const SOON_S = 10;

/** Whole seconds by the server's clock, 0 when it is time; undefined: nobody was called back. */
export function secondsToBack(room: LessonRoom, nowMs: number): number | undefined {
  if (!room.call_back) return undefined;
  return Math.max(0, Math.ceil((Date.parse(room.call_back.ends_at) - (nowMs + room.skewMs)) / 1000));
}

/** What a screen reader says: the same words until there is something new to say. */
export type Said = { readonly seconds: number } | undefined;

/** As it is first seen, and when it is soon; never every second. */
export function saidAt(before: Said, seconds: number): Said {
  if (before && (seconds > SOON_S || before.seconds <= SOON_S)) return before;
  return { seconds };
}
