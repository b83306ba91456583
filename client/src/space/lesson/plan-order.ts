/** Where a class stands in its plan. Pure. */
import type { LessonRoom } from "./known";

export type Standing = "done" | "now" | "next" | "later";

interface Placed {
  readonly id: string;
}

/** The step after the one that runs, else the first that was not done; undefined at the end. */
export function nextStep<Step extends Placed>(steps: readonly Step[], room: LessonRoom): Step | undefined {
  const at = steps.findIndex((step) => step.id === room.step?.id);
  const isLeft = (step: Step) => !room.steps_done.includes(step.id) && step.id !== room.step?.id;
  return steps.slice(at + 1).find(isLeft) ?? (at < 0 ? undefined : steps.slice(0, at).find(isLeft));
}

export function standingOf<Step extends Placed>(step: Step, steps: readonly Step[], room: LessonRoom): Standing {
  if (step.id === room.step?.id) return "now";
  if (room.steps_done.includes(step.id)) return "done";
  return step.id === nextStep(steps, room)?.id ? "next" : "later";
}
