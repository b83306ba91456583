import i18next, { type TFunction } from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import core from "../../i18n/en.json";
import records from "../../i18n/records/en.json";
import own from "../../i18n/records/life/en.json";
import type { Rule, TimelineEntry } from "./calls";
import { valuesOf } from "./happenings";
import { beginOf, endOf, lastDay } from "./moments";
import { openWords, ruleWords } from "./rule-words";

let t: TFunction;
beforeAll(async () => {
  const words = i18next.createInstance();
  t = await words.init({
    lng: "en",
    resources: { en: { translation: { ...core, ...records, ...own } } },
    interpolation: { escapeValue: false },
  });
});

const rule = (given: Partial<Rule>): Rule => ({ code: "has_lead", met: false, detail: "In English.", mend: "coordinator", ...given });

describe("a rule in words", () => {
  it("is told in the server's sentence when it is new to this page", () => {
    expect(ruleWords(t, rule({ code: "of_tomorrow" }))).toBe("In English.");
    expect(ruleWords(t, rule({}))).toBe("A lead school");
  });

  it("names the school whose head takes the empty seat", () => {
    const seat = rule({ code: "has_coordinator", mend: "school", params: { count: 1, wanted: 2 } });
    expect(openWords(t, seat, "Nakuru Hill")).toEqual(["The head of Nakuru Hill takes the seat with their yes."]);
    expect(openWords(t, { ...seat, mend: "headteacher" }, "")).toEqual(["The head of the school can name somebody."]);
  });

  it("names the schools that have not answered, and who can mend it", () => {
    const open = rule({ code: "all_accepted", mend: "school", params: { schools: "Nakuru Hill", count: 1 } });
    expect(openWords(t, open, "Nakuru Hill")).toEqual([
      "No answer yet: Nakuru Hill",
      "The head of each invited school can say yes.",
    ]);
  });
});

describe("an entry of the timeline", () => {
  const entry = (given: Partial<TimelineEntry>): TimelineEntry => ({
    seq: 1,
    at: "2026-03-01T10:00:00Z",
    act: "membership.invite",
    actor: { name: "Mr Okafor", school_name: "Willow" },
    school_id: null,
    school_name: "",
    before: {},
    after: {},
    ...given,
  });
  const values = (given: Partial<TimelineEntry>) => valuesOf(t, entry(given), "Europe/London", "en-GB");

  it("names the school it is about, when that is not who did it", () => {
    expect(values({ school_name: "Nakuru Hill", after: { role: "partner" } })).toEqual(["School: Nakuru Hill", "As: Partner school"]);
    expect(values({ school_name: "Willow" })).toEqual([]);
  });

  it("says from whom to whom a seat went", () => {
    expect(values({ act: "coordinator.hand_over", before: { person: "A" }, after: { person: "B" } })).toEqual(["From A to B"]);
  });

  it("says a visit with its days, the last one included", () => {
    const visit = { person: "Ms Devi", role: "adviser", starts_at: "2026-03-01T00:00:00Z", ends_at: "2026-03-11T00:00:00Z" };
    expect(values({ act: "visit.invite", after: visit })).toEqual([
      "Person: Ms Devi",
      "As: Adviser",
      "From 1 March 2026",
      "Until 10 March 2026",
    ]);
  });

  it("leaves out what it has no words for", () => {
    expect(values({ after: { seats: 2, role: 7, status: "accepted", expires_on: "soon" } })).toEqual([]);
  });
});

describe("a day that somebody chose", () => {
  it("begins and ends on the school's own clock", () => {
    expect(beginOf("2026-03-10", "Africa/Nairobi")).toBe("2026-03-09T21:00:00.000Z");
    expect(endOf("2026-03-10", "Africa/Nairobi")).toBe("2026-03-10T21:00:00.000Z");
  });

  it("is the day that is read again", () => {
    for (const zone of ["Europe/London", "Africa/Nairobi", "Asia/Kolkata", "America/Los_Angeles"])
      expect(lastDay(endOf("2026-03-29", zone), zone, "en-GB")).toBe("29 March 2026");
  });
});
