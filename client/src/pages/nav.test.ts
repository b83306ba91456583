import { describe, expect, it } from "vitest";
import type { Me } from "../api";
import { isCurrent, navFor } from "./nav";
import { STAFF_ROUTES } from "./routes";

function person(kind: string, ...roles: string[]): Me {
  const school = { id: "1", name: "Willow Primary", short_name: "Willow", country: "GB", timezone: "Europe/London", colour: 0 };
  return { id: "1", name: "Ms Mutua", kind, avatar: "", class_name: "", school, roles };
}
const keys = (me: Me) => navFor(me, () => true).map(({ key }) => key);

describe("the navigation", () => {
  it.each([
    [["teacher"], ["today", "partnerships", "findPartner", "school"]],
    [["headteacher"], ["today", "partnerships", "findPartner", "school", "reports", "log"]],
    [["teacher", "safeguarding_lead"], ["today", "partnerships", "findPartner", "school", "reports", "log"]],
    [["administrator"], ["today", "partnerships", "findPartner", "school", "log"]],
    [["programme_officer"], ["today", "partnerships", "office", "programmes", "schools", "log"]],
    [["adviser"], ["today", "partnerships", "office"]],
  ])("of %j is %j", (roles, expected) => {
    expect(keys(person("staff", ...roles))).toEqual(expected);
  });

  it("is none for a student, whatever the roles say", () => {
    expect(keys(person("student", "headteacher"))).toEqual([]);
  });

  it("leads only to pages that are there", () => {
    const addresses = ["/", ...STAFF_ROUTES.map(({ path }) => path)];
    for (const { href } of navFor(person("staff", "headteacher", "programme_officer"))) expect(addresses).toContain(href);
  });

  it("knows where it is, and is not misled by a longer word", () => {
    const [today, partnerships] = navFor(person("staff"), () => true);
    expect(today && isCurrent(today, "/")).toBe(true);
    expect(today && isCurrent(today, "/partnerships")).toBe(false);
    expect(partnerships && isCurrent(partnerships, "/partnerships/7/agreement")).toBe(true);
    expect(partnerships && isCurrent(partnerships, "/partnerships-of-old")).toBe(false);
  });
});
