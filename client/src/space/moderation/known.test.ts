import { describe, expect, it } from "vitest";
import type { PendingMessage } from "../state";
import { hearModeration, marked, NOTHING_WAITS, withAllHeld, withHeld, type OwnHeld } from "./known";

const written = (clientId: string, state: PendingMessage["state"], writtenAt = 0): PendingMessage => ({ clientId, text: clientId, writtenAt, state });
const own = (client_id: string, state: OwnHeld["state"]): OwnHeld => ({ held_id: `h-${client_id}`, client_id, text: client_id, sent_at: "2026-11-22T10:00:00Z", state });
const states = (pending: readonly PendingMessage[]) => pending.map(({ clientId, state }) => `${clientId} ${state}`);

describe("my own held messages", () => {
  it("wait, and are refused or heard", () => {
    const sent = [written("a", "waiting"), written("b", "waiting")];
    expect(states(withHeld(sent, "a", "waiting"))).toEqual(["a held", "b waiting"]);
    expect(states(withHeld(sent, "b", "refused"))).toEqual(["a waiting", "b refused"]);
  });

  it("come back after a reload", () => {
    expect(states(withAllHeld([], [own("a", "waiting")], () => false))).toEqual(["a held"]);
  });

  it("are gone once an adult let them through", () => {
    expect(withAllHeld([written("a", "held")], [], () => true)).toEqual([]);
  });

  it("are shown as refused where they were written, and not anew elsewhere", () => {
    expect(states(withAllHeld([written("a", "held")], [own("a", "refused")], () => false))).toEqual(["a refused"]);
    expect(withAllHeld([], [own("a", "refused")], () => false)).toEqual([]);
  });

  it("leave what is on its way alone", () => {
    expect(states(withAllHeld([written("a", "waiting", 9e15)], [own("b", "waiting")], () => false))).toEqual(["b held", "a waiting"]);
  });
});

describe("help", () => {
  const at = "2026-11-22T10:00:00Z";

  it("is asked for until an adult comes", () => {
    const asked = hearModeration(NOTHING_WAITS, { type: "help.asked", user_id: "me", at }, "me");
    expect([...asked.help.keys()]).toEqual(["me"]);
    const answered = hearModeration(asked, { type: "help.answered", user_id: "me", by: "adult" }, "me");
    expect(answered.help.size).toBe(0);
    expect(answered.helper).toBe("adult");
  });

  it("of others does not say that somebody comes to me", () => {
    const asked = hearModeration(NOTHING_WAITS, { type: "help.asked", user_id: "other", at }, "me");
    expect(hearModeration(asked, { type: "help.answered", user_id: "other", by: "adult" }, "me").helper).toBeUndefined();
  });
});

describe("what was found", () => {
  it("is marked where it stands, in whole characters", () => {
    expect(marked("😀 call 123!", [{ reason: "phone", start: 7, end: 10 }])).toEqual([
      { text: "😀 call ", isMarked: false },
      { text: "123", isMarked: true },
      { text: "!", isMarked: false },
    ]);
  });

  it("is nowhere when the whole message waits", () => {
    expect(marked("Hi", [{ reason: "mode", start: 0, end: 0 }])).toEqual([{ text: "Hi", isMarked: false }]);
  });
});
