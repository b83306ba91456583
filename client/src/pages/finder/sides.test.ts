import { describe, expect, it } from "vitest";
import { filtersFrom, countOf, queryOf } from "./filters";
import { alikeDays } from "./shared-week";
import { countriesFor, kindsFor, takesPart } from "./sides";

const GLOBAL = { home_country: "GB", participating_countries: ["KE", "GH"], kinds: ["one_to_one", "cluster"] };
const ANY = { home_country: "KE", participating_countries: [], kinds: ["cluster"] };

describe("which programmes two countries can meet in", () => {
  it.each([
    ["GB", "KE", ["one_to_one", "cluster"]],
    ["KE", "GB", ["one_to_one", "cluster"]],
    ["KE", "GH", ["cluster"]],
    ["GB", "GB", ["cluster"]],
    ["GB", "CN", []],
  ])("%s and %s", (mine, theirs, kinds) => expect(kindsFor(GLOBAL, mine, theirs)).toEqual(kinds));

  it("an empty list of countries is every country", () => {
    expect(takesPart(ANY, "BR")).toBe(true);
    expect(kindsFor(ANY, "BR", "IN")).toEqual(["cluster"]);
    expect(countriesFor(ANY, "cluster", "KE")).toEqual([]);
  });

  it("the countries to choose from are those of the other side", () => {
    expect(countriesFor(GLOBAL, "one_to_one", "KE")).toEqual(["GB"]);
    expect(countriesFor(GLOBAL, "one_to_one", "GB")).toEqual(["KE", "GH"]);
    expect(countriesFor(GLOBAL, "cluster", "GB")).toEqual(["GB", "KE", "GH"]);
  });
});

describe("the filters in the address", () => {
  it("come back as they were set", () => {
    const filters = filtersFrom(new URLSearchParams("search=lake&countries=KE,GH&youngest=8&oldest=999&phase=primary"));
    expect(countOf(filters)).toBe(4);
    expect(queryOf(filters, "p", "cluster", "c")).toEqual({
      programme_id: "p",
      kind: "cluster",
      cursor: "c",
      search: "lake",
      countries: ["KE", "GH"],
      phase: "primary",
      youngest: 8,
    });
  });
});

describe("the week to come", () => {
  const day = [{ start: "09:00", end: "15:00" }];
  const week = [day, day, day, day, day, [], []];
  const school = (short_name: string, timezone: string) => ({ name: short_name, short_name, colour: 0, timezone, week });
  const days = [9, 10, 11, 12, 13, 14, 15].map((date) => `2026-03-${String(date).padStart(2, "0")}`);

  it("tells days that are alike once", () => {
    expect(alikeDays(days, school("Willow", "Europe/London"), school("Nakuru", "Africa/Nairobi"))).toEqual([
      { days: days.slice(0, 5), isShared: true },
      { days: days.slice(5), isShared: false },
    ]);
  });

  it("tells them apart when a clock changes on the way", () => {
    // New York's clocks go forward on the 8th, so London is an hour nearer until the 29th.
    const groups = alikeDays(["2026-03-06", "2026-03-09"], school("Willow", "Europe/London"), school("Hudson", "America/New_York"));
    expect(groups).toHaveLength(2);
  });
});
