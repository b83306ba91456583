import { describe, expect, it } from "vitest";
import type { RosterChange } from "./calls";
import { sortPlan } from "./roster-words";

const change = (code: RosterChange["code"], more: Partial<RosterChange> = {}): RosterChange => ({
  code,
  name: "",
  was: "",
  class_name: "",
  school_year: "",
  kind: "",
  email: "",
  ...more,
});

describe("a plan in order", () => {
  const plan = sortPlan(
    [
      change("add_class", { name: "10A", group: 1, school_year: "2026" }),
      change("link_class", { name: "5W", class_id: "w" }),
      change("add_student", { name: "Amina", person: 3 }),
      change("add_staff", { name: "Grace Wanjiru", person: 4, email: "g@x.example" }),
      change("rename_student", { name: "Tomas", was: "Tom", person_id: "t" }),
      change("join_class", { name: "Amina", class_name: "5W", kind: "student", person: 3, class_id: "w", group: 0 }),
      change("join_class", { name: "Ben", class_name: "10A", kind: "student", person: 5, person_id: "b", group: 1 }),
      change("join_class", { name: "Grace Wanjiru", class_name: "10A", kind: "staff", person: 4, group: 1 }),
      change("leave_class", { name: "Ben", class_name: "5W", kind: "student", person_id: "b", class_id: "w" }),
    ],
    "en",
  );

  it("goes class by class, 5W before 10A", () => {
    expect(plan.classes.map(({ name }) => name)).toEqual(["5W", "10A"]);
  });

  it("says who comes, who is new, and where somebody moves to", () => {
    const [five, ten] = plan.classes;
    expect(five?.come).toEqual([{ key: "new 3", name: "Amina", isStaff: false, isNew: true, other: "" }]);
    expect(five?.go).toEqual([{ key: "b", name: "Ben", isStaff: false, isNew: false, other: "10A" }]);
    expect(five?.changes).toEqual([]);
    expect(ten?.changes.map(({ code }) => code)).toEqual(["add_class"]);
    expect(ten?.come.map(({ name, isStaff, isNew, other }) => [name, isStaff, isNew, other])).toEqual([
      ["Ben", false, false, "5W"],
      ["Grace Wanjiru", true, true, ""],
    ]);
  });

  it("tells of people what no class tells", () => {
    expect(plan.people.map(({ code, name }) => [code, name])).toEqual([
      ["add_staff", "Grace Wanjiru"],
      ["rename_student", "Tomas"],
    ]);
  });
});
