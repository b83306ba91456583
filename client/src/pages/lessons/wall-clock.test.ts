import { describe, expect, it } from "vitest";
import { momentAt } from "./wall-clock";

const iso = (date: string, clock: string, zone: string) => momentAt(date, clock, zone)?.toISOString();

describe("a moment from a wall clock", () => {
  it("is the same time at the school", () => {
    expect(iso("2026-11-26", "10:00", "Europe/London")).toBe("2026-11-26T10:00:00.000Z");
    expect(iso("2026-07-01", "10:00", "Europe/London")).toBe("2026-07-01T09:00:00.000Z");
    expect(iso("2026-11-26", "13:00", "Africa/Nairobi")).toBe("2026-11-26T10:00:00.000Z");
    expect(iso("2026-11-26", "08:00", "Pacific/Kiritimati")).toBe("2026-11-25T18:00:00.000Z");
    expect(iso("2026-11-26", "08:15", "Asia/Kathmandu")).toBe("2026-11-26T02:30:00.000Z");
  });

  it("holds on the day the clocks change", () => {
    expect(iso("2026-10-25", "10:00", "Europe/London")).toBe("2026-10-25T10:00:00.000Z");
    expect(iso("2026-03-29", "10:00", "Europe/London")).toBe("2026-03-29T09:00:00.000Z");
    expect(iso("2026-11-01", "08:00", "America/New_York")).toBe("2026-11-01T13:00:00.000Z");
  });

  it("is nothing for what is no time", () => {
    expect(momentAt("", "10:00", "UTC")).toBeUndefined();
    expect(momentAt("2026-13-40", "10:00", "UTC")).toBeUndefined();
    expect(momentAt("2026-11-26", "", "UTC")).toBeUndefined();
  });
});

