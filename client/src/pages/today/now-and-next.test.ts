import { expect, it } from "vitest";
import { ANNOUNCED_MIN, minutesTo } from "./now-and-next";

it("minutes to a lesson are whole, and none when it should have begun", () => {
  const now = new Date("2026-11-26T10:00:00Z");
  expect(minutesTo({ starts_at: "2026-11-26T10:10:00Z" }, now)).toBe(ANNOUNCED_MIN);
  expect(minutesTo({ starts_at: "2026-11-26T10:10:01Z" }, now)).toBe(ANNOUNCED_MIN + 1);
  expect(minutesTo({ starts_at: "2026-11-26T09:59:00Z" }, now)).toBe(0);
});
