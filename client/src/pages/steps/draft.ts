/** A plan while it is being written: what is missing in it, how long it takes, and what is sent. Pure. */
import type { components } from "../../api.gen";
import { asFrame, EMPTY, problemOf, type Draft, type Problem } from "../../space/polls/asking";
import { newId } from "../../space/room";

type Schemas = components["schemas"];
export type Step = Schemas["StepView"];
export type Kind = Schemas["StepKind"];

export const STEPS_MAX = 20;
export const TITLE_LIMIT = 120;
export const NOTE_LIMIT = 500;
export const MINUTES_MAX = 180;
export const GROUPS_MAX = 20;
export const KINDS: readonly Kind[] = ["talk", "board", "poll", "groups", "discussion"];

export interface StepDraft {
  readonly id: string;
  readonly kind: Kind;
  readonly title: string;
  /** As it is written: it may be no number yet. */
  readonly minutes: string;
  readonly pageId: string;
  readonly poll: Draft;
  readonly groupCount: string;
  readonly note: string;
}

export interface Missing {
  title?: boolean;
  minutes?: boolean;
  groups?: boolean;
  poll?: Problem;
}

export function emptyStep(kind: Kind = "talk", id = newId()): StepDraft {
  return { id, kind, title: "", minutes: "5", pageId: "", poll: EMPTY, groupCount: "4", note: "" };
}

export function draftOf(step: Step, id = step.id): StepDraft {
  const { poll } = step;
  return {
    ...emptyStep(step.kind, id),
    title: step.title,
    minutes: String(step.minutes),
    pageId: step.page_id ?? "",
    groupCount: String(step.group_count ?? 4),
    note: step.note ?? "",
    poll: poll
      ? { kind: poll.kind, question: poll.question, options: poll.options ?? [], low: poll.low ?? "", high: poll.high ?? "", right: poll.right ?? [] }
      : EMPTY,
  };
}

/** The steps of another lesson, as new ones: a poll is then asked anew. As many as there is room for. */
export function usedAgain(steps: readonly Step[], before: readonly StepDraft[]): StepDraft[] {
  return [...before, ...steps.map((step) => draftOf(step, newId()))].slice(0, STEPS_MAX);
}

export function asStep(draft: StepDraft): Step {
  const { kind } = draft;
  return {
    id: draft.id,
    kind,
    title: draft.title.trim(),
    minutes: Number(draft.minutes),
    page_id: kind === "board" && draft.pageId ? draft.pageId : null,
    poll: kind === "poll" ? asPoll(draft.poll) : null,
    group_count: kind === "groups" ? Number(draft.groupCount) : null,
    note: draft.note.trim(),
  };
}

function asPoll(draft: Draft): Schemas["StepPoll"] {
  const { kind, question, options, low, high, right } = asFrame(draft, "", false);
  return { kind, question, options: options ?? [], low: low ?? "", high: high ?? "", right: right ?? null };
}

export function missingIn(draft: StepDraft): Missing {
  const missing: Missing = {};
  if (draft.title.trim() === "") missing.title = true;
  if (!isWhole(draft.minutes, MINUTES_MAX)) missing.minutes = true;
  if (draft.kind === "groups" && !isWhole(draft.groupCount, GROUPS_MAX)) missing.groups = true;
  const problem = draft.kind === "poll" ? problemOf(draft.poll) : undefined;
  if (problem) missing.poll = problem;
  return missing;
}

export function isReady(draft: StepDraft): boolean {
  return Object.keys(missingIn(draft)).length === 0;
}

function isWhole(text: string, most: number): boolean {
  const number = Number(text);
  return /^\d+$/.test(text.trim()) && number >= 1 && number <= most;
}

/** Minutes of all steps together; a number that cannot be read counts for nothing. */
export function minutesOf(drafts: readonly StepDraft[]): number {
  return drafts.reduce((sum, draft) => sum + (isWhole(draft.minutes, MINUTES_MAX) ? Number(draft.minutes) : 0), 0);
}

/** When a step is to begin, in minutes after the lesson's start. */
export function startOf(drafts: readonly StepDraft[], place: number): number {
  return minutesOf(drafts.slice(0, place));
}

/** A step in another place; beyond the ends nothing moves. */
export function moved(drafts: readonly StepDraft[], from: number, to: number): StepDraft[] {
  const rest = [...drafts];
  const [step] = rest.splice(from, 1);
  if (!step || to < 0 || to > rest.length) return [...drafts];
  rest.splice(to, 0, step);
  return rest;
}
