/** The numbers of a poll as they are shown: rows with a share for each school, and how large a word stands. */
import type { PollInfo } from "../frames";

export interface Share {
  /** Undefined: all schools together. */
  schoolId: string | undefined;
  count: number;
}

export interface Row {
  /** The place of the option, from 0; the number of a scale, from 1. */
  place: number;
  label: string;
  shares: readonly Share[];
  total: number;
  isRight: boolean;
  isHeld: boolean;
}

export const SCALE = [1, 2, 3, 4, 5] as const;

export function rowsOf(poll: PollInfo): Row[] {
  const { results } = poll;
  if (!results) return [];
  const isScale = poll.kind === "scale";
  return results.counts.map((each, index) => ({
    place: isScale ? index + 1 : index,
    label: poll.kind === "words" ? each.word : isScale ? String(index + 1) : (poll.options[index] ?? ""),
    shares: each.counts.map((count, at) => ({ schoolId: results.schools[at], count })),
    total: each.counts.reduce((sum, count) => sum + count, 0),
    isRight: poll.right?.includes(index) ?? false,
    isHeld: each.held,
  }));
}

export function votersOf(poll: PollInfo): number {
  return poll.results?.voters.reduce((sum, count) => sum + count, 0) ?? 0;
}

/** From 1 for what few wrote to 2 for what most wrote, in steps that are told apart. */
export function sizeOf(total: number, most: number): number {
  if (most <= 1) return 1;
  return 1 + Math.round(((Math.max(1, Math.min(total, most)) - 1) / (most - 1)) * 4) / 4;
}
