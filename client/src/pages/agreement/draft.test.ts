import { describe, expect, it } from "vitest";
import type { Agreement, AgreementText } from "./calls";
import { draftOf, isSame, lacks, textOf } from "./draft";

const TEXT: AgreementText = {
  goals: [{ text: "Measure the river", baseline: "" }],
  weekly_minutes: { willow: 45, nakuru: 0 },
  typical_days: { willow: "09:00 to 15:00", nakuru: "" },
  internet: { willow: "good", nakuru: "limited" },
  time_difference: "",
  barriers: [{ barrier: "Accents", strategy: "Words on the board" }],
  duties: [
    { what: "First lessons", who: "willow" },
    { what: "Second lessons", who: "gone" },
  ],
  review_on: "2027-03-22",
  expires_on: "2027-10-18",
  extra: "",
};
const SCHOOLS = ["nakuru", "willow"];
const DAYS = { today: "2026-11-22", latest: "2028-11-22" };

describe("a text that is being written", () => {
  it("is the text it came from, without the schools that have left", () => {
    const { duties, ...rest } = textOf(draftOf(TEXT, SCHOOLS));
    const { duties: before, ...restBefore } = TEXT;
    expect(rest).toEqual(restBefore);
    expect(duties).toEqual(before?.slice(0, 1));
    expect(lacks(draftOf(TEXT, SCHOOLS), DAYS)).toEqual({});
  });

  it("asks a school that came later for its part", () => {
    expect(lacks(draftOf(TEXT, [...SCHOOLS, "lake"]), DAYS)).toEqual({ "minutes.lake": "minutes", "internet.lake": "missing" });
  });

  it("says what a first text lacks", () => {
    expect(lacks(draftOf(undefined, ["willow"]), DAYS)).toEqual({
      "text.goals[0].text": "missing",
      "minutes.willow": "minutes",
      "internet.willow": "missing",
      "text.review_on": "missing",
      "text.expires_on": "missing",
    });
  });

  it.each([
    [{ reviewOn: "2026-11-22" }, { "text.review_on": "reviewFirst" }],
    [{ reviewOn: "2027-10-19" }, { "text.review_on": "reviewLate" }],
    [{ expiresOn: "2028-11-23" }, { "text.expires_on": "expiresLate" }],
    [{ reviewOn: "2027-10-18" }, {}],
    [{ minutes: { willow: "2400", nakuru: "1.5" } }, { "minutes.nakuru": "minutes" }],
    [{ barriers: [{ barrier: " ", strategy: "x" }] }, { "text.barriers[0].barrier": "missing" }],
    [{ duties: [{ what: "x", who: "" }] }, { "text.duties[0].who": "missing" }],
  ])("holds %j against the rules", (change, expected) => {
    expect(lacks({ ...draftOf(TEXT, SCHOOLS), ...change }, DAYS)).toEqual(expected);
  });

  it("knows when nothing was changed", () => {
    const text = { ...TEXT, duties: [] };
    const agreement = { in_force: { text }, proposed: null } as unknown as Agreement;
    const draft = draftOf(text, SCHOOLS);
    expect(isSame(draft, agreement)).toBe(true);
    expect(isSame({ ...draft, extra: "More" }, agreement)).toBe(false);
  });
});
