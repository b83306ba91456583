import { describe, expect, it } from "vitest";
import { filtersFrom, countOf, queryOf } from "./filters";
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
