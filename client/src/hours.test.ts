import { describe, expect, it } from "vitest";
import { hoursWithin, minutesOf, momentAt, nextDay, sharedSpans, wholeDay, type SchoolWeek } from "./hours";

const LONDON = "Europe/London";
const NAIROBI = "Africa/Nairobi";
const THURSDAY = "2026-01-15";
const at = (moment: string) => Date.parse(moment);

function weekdays(start: string, end: string): SchoolWeek {
  return [...Array<{ start: string; end: string }[]>(5).fill([{ start, end }]), [], []];
}

describe("a time on a school's clock", () => {
  it("is a moment, in winter and in summer", () => {
    expect(momentAt(THURSDAY, "08:45", LONDON)).toBe(at("2026-01-15T08:45Z"));
    expect(momentAt("2026-07-15", "08:45", LONDON)).toBe(at("2026-07-15T07:45Z"));
    expect(momentAt(THURSDAY, "08:45", "Asia/Kathmandu")).toBe(at("2026-01-15T03:00Z"));
    expect(momentAt(THURSDAY, "01:00", "Pacific/Auckland")).toBe(at("2026-01-14T12:00Z"));
  });

  it("is the first of two when the clocks go back", () => {
    expect(momentAt("2026-10-25", "01:30", LONDON)).toBe(at("2026-10-25T00:30Z"));
  });

  it("is still a moment when the clocks jump over it", () => {
    expect(momentAt("2026-03-29", "01:30", LONDON)).toBe(at("2026-03-29T01:30Z"));
  });
});

describe("a day", () => {
  it.each([
    [THURSDAY, 24],
    ["2026-03-29", 23],
    ["2026-10-25", 25],
  ])("in London on %s has %i hours", (day, hours) => {
    expect(minutesOf([wholeDay(day, LONDON)])).toBe(hours * 60);
  });

  it("follows another over the end of a year", () => {
    expect(nextDay("2026-12-31", 1)).toBe("2027-01-01");
    expect(nextDay("2028-03-01", -1)).toBe("2028-02-29");
  });
});

describe("school hours", () => {
  const day = wholeDay(THURSDAY, LONDON);

  it("go from the first bell to the last, breaks and all", () => {
    const week: SchoolWeek = [[], [], [], [{ start: "10:45", end: "15:00" }, { start: "08:45", end: "10:30" }], [], [], []];
    expect(hoursWithin(day, week, LONDON)).toEqual([{ from: at("2026-01-15T08:45Z"), to: at("2026-01-15T15:00Z") }]);
  });

  it("are none at the weekend", () => {
    expect(hoursWithin(wholeDay("2026-01-17", LONDON), weekdays("08:45", "15:15"), LONDON)).toEqual([]);
  });

  it("of the other side of the world fall on two days of mine", () => {
    const spans = hoursWithin(day, weekdays("08:30", "15:00"), "Pacific/Auckland");
    expect(spans).toEqual([
      { from: at("2026-01-15T00:00Z"), to: at("2026-01-15T02:00Z") },
      { from: at("2026-01-15T19:30Z"), to: at("2026-01-16T00:00Z") },
    ]);
  });

  it("are shared where both are open, one hour more in summer", () => {
    const shared = (date: string) => {
      const whole = wholeDay(date, LONDON);
      return minutesOf(
        sharedSpans(hoursWithin(whole, weekdays("08:45", "15:15"), LONDON), hoursWithin(whole, weekdays("07:30", "16:00"), NAIROBI)),
      );
    };
    expect(shared(THURSDAY)).toBe(255);
    expect(shared("2026-07-15")).toBe(315);
  });

  it("are not shared when one ends as the other begins", () => {
    expect(sharedSpans([{ from: 0, to: 5 }], [{ from: 5, to: 9 }])).toEqual([]);
  });
});
