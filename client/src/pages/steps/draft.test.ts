import { describe, expect, it } from "vitest";
import { asStep, draftOf, emptyStep, isReady, minutesOf, missingIn, moved, startOf, STEPS_MAX, usedAgain, type Kind, type Step } from "./draft";

const step = (title: string, change: Partial<Step> = {}): Step => ({
  id: `id-${title}`, kind: "talk", title, minutes: 5, page_id: null, poll: null, group_count: null, note: "", ...change,
});
const poll: Step["poll"] = { kind: "single", question: "Which?", options: ["Ours", "Yours"], low: "", high: "", right: [1] };

describe("a plan that is written", () => {
  it("comes back as it was read", () => {
    const steps = [
      step("a", { note: "first\nthen" }),
      step("b", { kind: "board", page_id: "page" }),
      step("c", { kind: "poll", poll }),
      step("d", { kind: "groups", group_count: 3 }),
      step("e", { kind: "poll", poll: { ...poll, kind: "scale", options: [], low: "no", high: "yes", right: null } }),
    ];
    expect(steps.map((each) => asStep(draftOf(each)))).toEqual(steps);
  });

  it("sends nothing of what belongs to another kind", () => {
    const draft = { ...draftOf(step("b", { kind: "board", page_id: "page" })), kind: "talk" as Kind };
    expect(asStep(draft)).toEqual(step("b"));
    expect(asStep({ ...draft, kind: "groups" })).toMatchObject({ page_id: null, group_count: 4 });
  });

  it("says what is missing", () => {
    const draft = { ...emptyStep("talk", "x"), title: "Hello" };
    expect(isReady(draft)).toBe(true);
    expect(missingIn({ ...draft, title: "  " })).toEqual({ title: true });
    for (const minutes of ["", "0", "181", "five", "1.5", "-3"]) expect(missingIn({ ...draft, minutes })).toEqual({ minutes: true });
    expect(missingIn({ ...draft, kind: "groups", groupCount: "21" })).toEqual({ groups: true });
    expect(missingIn({ ...draft, kind: "poll" })).toEqual({ poll: "question" });
    expect(missingIn({ ...draft, groupCount: "21" })).toEqual({});
  });

  it("adds its minutes up, and knows when each step begins", () => {
    const drafts = [step("a"), step("b", { minutes: 20 }), step("c")].map((each) => draftOf(each));
    const odd = drafts.map((draft, place) => (place === 0 ? { ...draft, minutes: "?" } : draft));
    expect([minutesOf(drafts), startOf(drafts, 0), startOf(drafts, 2)]).toEqual([30, 0, 25]);
    expect(minutesOf(odd)).toBe(25);
  });

  it("moves a step, and never loses one", () => {
    const drafts = ["a", "b", "c"].map((title) => draftOf(step(title)));
    const titles = (from: number, to: number) => moved(drafts, from, to).map((draft) => draft.title).join("");
    expect([titles(0, 1), titles(2, 0), titles(1, 1)]).toEqual(["bac", "cab", "abc"]);
    expect([titles(0, -1), titles(2, 3), titles(7, 0)]).toEqual(["abc", "abc", "abc"]);
  });

  it("takes the steps of another lesson as new ones, as many as fit", () => {
    const before = [draftOf(step("mine"))];
    const after = usedAgain([step("theirs", { kind: "poll", poll })], before);
    expect(after.map((draft) => draft.title)).toEqual(["mine", "theirs"]);
    expect(after[1]?.id).not.toBe("id-theirs");
    expect(usedAgain(Array.from({ length: 30 }, (_, at) => step(String(at))), before)).toHaveLength(STEPS_MAX);
  });
});
