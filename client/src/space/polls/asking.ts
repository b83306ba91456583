/** What is asked: quick questions of one tap, and a question of one's own while it is being written. */
import type { TFunction } from "i18next";
import type { PollKind, RequestFrame } from "../frames";

export const OPTIONS_LIMIT = 10;
export const QUESTION_LIMIT = 300;
export const OPTION_LIMIT = 100;
export const END_LIMIT = 40;

export interface Draft {
  kind: PollKind;
  question: string;
  options: readonly string[];
  low: string;
  high: string;
  /** Places of `options`. */
  right: readonly number[];
}

export const EMPTY: Draft = { kind: "single", question: "", options: ["", ""], low: "", high: "", right: [] };

export type Quick = "yesNo" | "scale" | "letters";
export const QUICK: readonly Quick[] = ["yesNo", "scale", "letters"];

export function quick(which: Quick, t: TFunction): Draft {
  const question = t(`poll.quick.${which}Question`);
  switch (which) {
    case "yesNo":
      return { ...EMPTY, question, options: [t("poll.quick.yes"), t("poll.quick.no")] };
    case "scale":
      return { ...EMPTY, kind: "scale", question, low: t("poll.quick.low"), high: t("poll.quick.high") };
    case "letters":
      return { ...EMPTY, question, options: ["A", "B", "C", "D"] };
  }
}

export type Problem = "question" | "options" | "twice";

/** What is still missing, if anything. */
export function problemOf(draft: Draft): Problem | undefined {
  if (draft.question.trim() === "") return "question";
  if (draft.kind !== "single" && draft.kind !== "multiple") return undefined;
  const written = draft.options.map((option) => option.trim()).filter((option) => option !== "");
  if (written.length < 2) return "options";
  return new Set(written.map((option) => option.toLowerCase())).size < written.length ? "twice" : undefined;
}

/** The request that asks it. Empty answers are left out, and the right ones keep their words. */
export function asFrame(draft: Draft, pollId: string, isOpen: boolean): Extract<RequestFrame, { type: "poll.create" }> {
  const chooses = draft.kind === "single" || draft.kind === "multiple";
  const kept = draft.options.map((option, at) => ({ option: option.trim(), at })).filter(({ option }) => chooses && option !== "");
  const right = kept.flatMap(({ at }, place) => (draft.right.includes(at) ? [place] : []));
  const isScale = draft.kind === "scale";
  return {
    type: "poll.create",
    poll_id: pollId,
    kind: draft.kind,
    question: draft.question.trim(),
    options: kept.map(({ option }) => option),
    low: isScale ? draft.low.trim() : "",
    high: isScale ? draft.high.trim() : "",
    right: right.length > 0 ? right : null,
    is_open: isOpen,
  };
}
