import { describe, expect, it } from "vitest";
import { alikeDays, bellProblems, dayOf, periodAfter, wholeWeek } from "./bells";

const period = (start: string, end: string) => ({ name: "", start, end });

describe("a week of bells", () => {
  it("has seven days, whatever comes", () => {
    expect(wholeWeek(undefined)).toEqual([[], [], [], [], [], [], []]);
    expect(wholeWeek([[period("08:00", "09:00")]])[0]).toHaveLength(1);
  });

  it.each([
    [[period("08:00", "09:00"), period("09:00", "10:00")], []],
    [[period("10:00", "11:00"), period("08:00", "10:30")], [{ day: 0, period: 0, problem: "overlaps" }]],
    [[period("09:00", "08:00")], [{ day: 0, period: 0, problem: "backwards" }]],
    [[period("09:00", "09:00")], [{ day: 0, period: 0, problem: "backwards" }]],
    [[period("08:00", "09:00"), period("09:00", "")], [{ day: 0, period: 1, problem: "missing" }]],
  ])("%j is told at its period", (periods, problems) => {
    expect(bellProblems([periods, [], [], [], [], [], []])).toEqual(problems);
  });

  it("goes from the first bell to the last, in any order", () => {
    expect(dayOf([period("10:00", "15:15"), period("08:50", "10:00")])).toEqual({ start: "08:50", end: "15:15" });
    expect(dayOf([])).toBeUndefined();
  });

  it("goes on with a period of the same length, within the day", () => {
    expect(periodAfter([period("08:50", "09:50")])).toEqual(period("09:50", "10:50"));
    expect(periodAfter([period("22:00", "23:30")])).toEqual(period("23:30", "23:59"));
    expect(periodAfter([])).toEqual(period("", ""));
  });

  it("is told in days that are alike", () => {
    const full = [period("08:00", "15:00")];
    const week = [full, full, full, full, [period("08:00", "12:00")], [], []];
    expect(alikeDays(week).map(({ first, last }) => [first, last])).toEqual([
      [0, 3],
      [4, 4],
      [5, 6],
    ]);
  });
});
