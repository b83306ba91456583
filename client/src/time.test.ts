import { describe, expect, it } from "vitest";
import { clockAt, dayAndClock, dayPart, dayShift, isSameDay } from "./time";

const LATE_IN_LONDON = new Date("2026-01-15T22:30:00Z");

describe("clocks", () => {
  it("read 24 hours with Latin digits in every language", () => {
    for (const locale of ["en-GB", "fr", "ar-u-nu-latn", "sw"]) {
      expect(clockAt(new Date("2026-01-15T07:05:00Z"), "Africa/Nairobi", locale)).toBe("10:05");
      expect(clockAt(new Date("2026-01-15T00:05:00Z"), "Europe/London", locale)).toBe("00:05");
    }
  });

  it("say when it is another day there", () => {
    expect(dayShift(LATE_IN_LONDON, "Europe/London", "Africa/Nairobi")).toBe(1);
    expect(dayShift(LATE_IN_LONDON, "Africa/Nairobi", "Europe/London")).toBe(-1);
    expect(dayShift(LATE_IN_LONDON, "Europe/London", "Africa/Accra")).toBe(0);
  });

  it("name the day when it is not this one there", () => {
    const morning = new Date("2026-01-16T08:50:00Z");
    expect(dayAndClock(morning, LATE_IN_LONDON, "Europe/London", "en-GB")).toBe("Friday 16 January, 08:50");
    expect(dayAndClock(morning, LATE_IN_LONDON, "Africa/Nairobi", "en-GB")).toBe("11:50");
  });

  it("know the turn of a year", () => {
    expect(dayShift(new Date("2026-12-31T22:00:00Z"), "Europe/London", "Asia/Shanghai")).toBe(1);
  });

  it("greet by the hour of the school", () => {
    expect(dayPart(new Date("2026-01-15T11:30:00Z"), "Europe/London")).toBe("morning");
    expect(dayPart(new Date("2026-01-15T11:30:00Z"), "Africa/Nairobi")).toBe("afternoon");
    expect(dayPart(LATE_IN_LONDON, "Africa/Nairobi")).toBe("evening");
  });

  it("part days where the reader lives", () => {
    const later = new Date("2026-01-15T23:30:00Z");
    expect(isSameDay(LATE_IN_LONDON, later, "Europe/London")).toBe(true);
    expect(isSameDay(new Date("2026-01-15T20:30:00Z"), later, "Africa/Nairobi")).toBe(false);
  });

  it("survive a zone that the device does not know", () => {
    expect(clockAt(LATE_IN_LONDON, "Mars/Olympus", "en-GB")).toBe("22:30");
  });
});
