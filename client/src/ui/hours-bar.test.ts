import { beforeAll, describe, expect, it } from "vitest";
import type { TFunction } from "i18next";
import type { SchoolWeek } from "../hours";
import { lengthWords, sharedWords, type SchoolHours } from "./hours-bar";
import { englishWords } from "./words.fixtures";

let t: TFunction;
beforeAll(async () => {
  t = await englishWords();
});

const weekdays = (start: string, end: string): SchoolWeek => [...Array<{ start: string; end: string }[]>(5).fill([{ start, end }]), [], []];
const school = (short_name: string, timezone: string, week: SchoolWeek): SchoolHours => ({ name: short_name, short_name, colour: 0, timezone, week });
const willow = school("Willow", "Europe/London", weekdays("08:45", "15:15"));
const nakuru = school("Nakuru Hill", "Africa/Nairobi", weekdays("07:30", "16:00"));
const kowhai = school("Kowhai St", "Pacific/Auckland", weekdays("08:30", "15:00"));
const late = school("Evening School", "Europe/London", weekdays("14:00", "22:30"));

describe("shared hours in words", () => {
  it("stand in both clocks", () => {
    expect(sharedWords(t, "en-GB", "2026-01-15", willow, nakuru)).toBe(
      "Both schools are open for 4 h 15 min: 08:45–13:00 here, 11:45–16:00 at Nakuru Hill.",
    );
  });

  it("follow the clocks when only one of them changes", () => {
    expect(sharedWords(t, "en-GB", "2026-07-15", willow, nakuru)).toContain("08:45–14:00 here, 10:45–16:00 at Nakuru Hill");
  });

  it("say when it is another day there, from either side", () => {
    expect(sharedWords(t, "en-GB", "2026-01-15", late, kowhai)).toBe(
      "Both schools are open for 3 h: 19:30–22:30 here, 08:30–11:30 tomorrow at Kowhai St.",
    );
    expect(sharedWords(t, "en-GB", "2026-01-16", kowhai, late)).toContain("08:30–11:30 here, 19:30–22:30 yesterday at Evening School");
  });

  it("say when there are none, and why", () => {
    expect(sharedWords(t, "en-GB", "2026-01-15", willow, kowhai)).toBe("The schools are never open at the same time on this day.");
    expect(sharedWords(t, "en-GB", "2026-01-17", willow, nakuru)).toBe("Willow has no lessons on this day.");
  });

  it.each([
    [45, "45 min"],
    [60, "1 h"],
    [255, "4 h 15 min"],
  ])("%i minutes are %s", (minutes, words) => {
    expect(lengthWords(t, minutes)).toBe(words);
  });
});
