import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { changedParts } from "./changed";
import { COUNTRIES } from "./countries";
import { draftOf, merged, problemsOf, rulesOf } from "./rules-form";
import { slugOf } from "./slug";

const RULES = {
  home_country: "GB",
  participating_countries: ["KE", "GH"],
  kinds: ["one_to_one" as const, "cluster" as const],
  cluster_min_schools: 4,
  cluster_min_home: 1,
  cluster_min_overseas: 1,
  agreement_needed: false,
  agreement_max_months: 24,
  roles: {
    lead: { invites: true, opens_cluster_wide: true, hosts: "yes" as const },
    partner: { invites: false, opens_cluster_wide: false, hosts: "yes" as const },
    network: { invites: false, opens_cluster_wide: false, hosts: "with_mentor" as const },
  },
  grants: [
    {
      code: "pair",
      name: "Pair grant",
      kind: "one_to_one" as const,
      currency: "GBP",
      cap: 3000,
      cap_per_school: null,
      state_funded_only: true,
      min_home: 1,
      min_overseas: 1,
      needs_agreement: false,
    },
  ],
  retention_days: { chat: 365, sealed: 90, board: 365, files: 365, polls: 365, lessons: 730, reports: 1095 },
};
const t = ((key: string) => key) as never;
const problems = (change: object) => Object.keys(problemsOf(t, { ...draftOf("Global", RULES), ...change }));

describe("the form of a programme", () => {
  it("gives back the rules that it was given", () => {
    expect(rulesOf(draftOf("Global", RULES))).toEqual(RULES);
    expect(problems({})).toEqual([]);
  });

  it("says what the server would refuse, at its field", () => {
    const { numbers, roles, grants } = draftOf("Global", RULES);
    const [grant] = grants;
    expect(problems({ name: " " })).toEqual(["name"]);
    expect(problems({ countries: ["GB"] })).toEqual(["participating_countries"]);
    expect(problems({ countries: [] })).toEqual(["participating_countries"]);
    expect(problems({ kinds: [] })).toEqual(["kinds"]);
    expect(problems({ numbers: { ...numbers, cluster_min_schools: "1" } })).toEqual(["cluster_min_schools"]);
    expect(problems({ numbers: { ...numbers, cluster_min_home: "4" } })).toEqual(["cluster_min_schools"]);
    expect(problems({ numbers: { ...numbers, agreement_max_months: "" } })).toEqual(["agreement_max_months"]);
    expect(problems({ roles: { ...roles, lead: { ...roles.lead, invites: false } } })).toEqual(["roles.lead.invites"]);
    expect(problems({ retention: { ...draftOf("Global", RULES).retention, chat: "0" } })).toEqual(["retention_days.chat"]);
    expect(problems({ grants: [grant, { ...grant, key: -1 }] })).toEqual(["grants[1].code"]);
    expect(problems({ grants: [{ ...grant, cap_per_school: "4000" }] })).toEqual(["grants[0].cap_per_school"]);
  });

  it("knows which parts somebody else has changed", () => {
    const before = { name: "Global", rules: RULES };
    expect(changedParts(before, before)).toEqual([]);
    expect(changedParts(before, { name: "World", rules: { ...RULES, cluster_min_home: 2, grants: [] } })).toEqual(["name", "kinds", "grants"]);
  });

  it("keeps what I wrote beside what somebody else changed", () => {
    const base = { name: "Global", rules: RULES };
    const mine = { ...draftOf("Global", RULES), countries: ["KE"], agreement_needed: true };
    const theirs = { name: "World", rules: { ...RULES, cluster_min_schools: 6, agreement_needed: false } };
    const both = merged(base, mine, theirs);
    expect(both.name).toBe("World");
    expect(rulesOf(both)).toEqual({ ...RULES, cluster_min_schools: 6, agreement_needed: true, participating_countries: ["KE"] });
  });

  it("makes a short name of a name", () => {
    expect(slugOf(" Sud-Sud: École! ")).toBe("sud-sud-ecole");
  });
});

it("the countries are those of the server", () => {
  const source = readFileSync(new URL("../../../../server/schools/vocabulary.py", import.meta.url), "utf8");
  const listed = /COUNTRIES = frozenset\(\s*"""([^"]*)"""/.exec(source)?.[1]?.trim().split(/\s+/);
  expect(COUNTRIES).toEqual(listed);
});
