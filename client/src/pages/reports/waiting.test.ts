import { expect, it } from "vitest";
import { waited } from "./waiting";

const HOUR = 3_600_000;

it.each([
  [0, "minutes", 0],
  [59 * 60_000, "minutes", 59],
  [HOUR, "hours", 1],
  [25 * HOUR, "hours", 25],
  [48 * HOUR, "days", 2],
  [-HOUR, "minutes", 0],
])("after %i ms: %s %i", (ms, unit, count) => {
  expect(waited(1_000, 1_000 + ms)).toEqual({ unit, count });
});
