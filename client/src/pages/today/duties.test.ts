import { describe, expect, it } from "vitest";
import { pageOf, withoutDoubles } from "./duties";

const thing = (id: string) => ({ id, name: id });

describe("what waits for me", () => {
  it("does not ask a head to agree with what they sign", () => {
    const sign = { code: "sign", count: 1, things: [thing("a")] };
    expect(withoutDoubles([{ code: "agree", count: 2, things: [thing("a"), thing("b")] }, sign])).toEqual([
      { code: "agree", count: 1, things: [thing("b")] },
      sign,
    ]);
    expect(withoutDoubles([{ code: "agree", count: 1, things: [thing("a")] }, sign])).toEqual([sign]);
  });

  it("leads to the very page", () => {
    expect(pageOf("sign", "a")).toBe("/partnerships/a/agreement");
    expect(pageOf("agree", "a")).toBe("/partnerships/a/agreement");
    expect(pageOf("accept_invitation", "a")).toBe("/partnerships/a");
    expect(pageOf("decide_join_request", "a")).toBe("/partnerships/a");
    expect(pageOf("answer_partner_request", "a")).toBe("/partner-requests/a");
  });
});
