import { describe, expect, it } from "vitest";
import { nextTime } from "./hours";

describe("until when a space is opened", () => {
  const now = new Date("2026-11-22T14:00:00Z");

  it("is today's clock at school while that is to come", () => {
    expect(nextTime("18:00", now, "Africa/Nairobi")).toBe("2026-11-22T15:00:00.000Z");
    expect(nextTime("18:00", now, "Europe/London")).toBe("2026-11-22T18:00:00.000Z");
  });

  it("is tomorrow's when it has passed, also when clocks change in between", () => {
    expect(nextTime("17:00", now, "Africa/Nairobi")).toBe("2026-11-23T14:00:00.000Z");
    expect(nextTime("12:00", new Date("2026-10-24T12:30:00Z"), "Europe/London")).toBe("2026-10-25T12:00:00.000Z");
  });
});
