import { describe, expect, it } from "vitest";
import { minutesBehind, OPEN_ROOM, type LessonRoom } from "./known";
import { nextStep, standingOf } from "./plan-order";

const PLAN = ["a", "b", "c"].map((id) => ({ id }));
const START = Date.parse("2026-11-03T10:00:00Z");
const at = (minutes: number) => new Date(START + minutes * 60_000).toISOString();

function room(now: string | undefined, done: string[] = [], change: Partial<LessonRoom> = {}): LessonRoom {
  const step = now === undefined ? null : { id: now, kind: "talk" as const, title: now, started_at: at(0), ends_at: at(10), due_at: at(10) };
  return { ...OPEN_ROOM, step, steps_done: done, ...change };
}

describe("where a class stands in its plan", () => {
  it("goes on to the step after the one that runs", () => {
    expect(nextStep(PLAN, room(undefined))?.id).toBe("a");
    expect(nextStep(PLAN, room("a"))?.id).toBe("b");
    expect(nextStep(PLAN, room("b", ["a"]))?.id).toBe("c");
    expect(nextStep(PLAN, room("c", ["a", "b"]))).toBeUndefined();
    expect(nextStep(PLAN, room(undefined, ["a", "b", "c"]))).toBeUndefined();
  });

  it("comes back to what was left out, and passes over what was done", () => {
    expect(nextStep(PLAN, room("c", ["a"]))?.id).toBe("b");
    expect(nextStep(PLAN, room("a", ["b"]))?.id).toBe("c");
  });

  it("keeps its place when the step that runs is in the plan no more", () => {
    expect(nextStep(PLAN, room("gone", ["a"]))?.id).toBe("b");
  });

  it("calls each step what it is", () => {
    const standings = (now: string | undefined, done: string[]) => PLAN.map((step) => standingOf(step, PLAN, room(now, done)));
    expect(standings("b", ["a"])).toEqual(["done", "now", "next"]);
    expect(standings(undefined, [])).toEqual(["next", "later", "later"]);
    // A step that is taken again is not done.
    expect(standings("a", ["a", "b"])[0]).toBe("now");
  });
});

describe("the plan against the clock", () => {
  const begun = (startMin: number, dueMin: number, lastsMin = 10): LessonRoom => ({
    ...room("a"),
    step: { id: "a", kind: "talk", title: "a", started_at: at(startMin), ends_at: at(startMin + lastsMin), due_at: at(dueMin) },
  });

  it("counts how late a step ends, and how long it runs over", () => {
    expect(minutesBehind(begun(0, 10), START)).toBe(0);
    expect(minutesBehind(begun(3, 10), START)).toBe(3);
    expect(minutesBehind(begun(0, 10), START + 14 * 60_000)).toBe(4);
    expect(minutesBehind(begun(0, 25), START)).toBe(-15);
  });

  it("goes by the server's clock, and says nothing when no step runs", () => {
    expect(minutesBehind({ ...begun(0, 10), skewMs: 20 * 60_000 }, START)).toBe(10);
    expect(minutesBehind(room(undefined), START)).toBeUndefined();
    expect(minutesBehind({ ...begun(0, 10), step: { ...begun(0, 10).step!, due_at: null } }, START)).toBeUndefined();
  });
});
