import { describe, expect, it } from "vitest";
import { languageName, oneUp, weekdayName, yearAfter } from "./words";

describe("a school year later", () => {
  it.each([
    ["2026-27", "2027-28"],
    ["2026/2027", "2027/2028"],
    ["2026", "2027"],
    ["1999-00", "2000-01"],
    ["1998-99", "1999-00"],
    ["", ""],
  ])("%s is followed by %s", (year, next) => expect(yearAfter(year)).toBe(next));

  it.each([
    ["5W", "6W"],
    ["Grade 9 East", "Grade 10 East"],
    ["Reception", "Reception"],
    ["7-2", "8-2"],
  ])("%s goes on as %s", (name, next) => expect(oneUp(name)).toBe(next));
});

it("a week begins on Monday", () => {
  expect([0, 6].map((day) => weekdayName(day, "en-GB"))).toEqual(["Monday", "Sunday"]);
});

it("a language that the device does not know keeps its tag", () => {
  expect(languageName("sw", "en")).toBe("Swahili");
  expect(languageName("??", "en")).toBe("??");
});
