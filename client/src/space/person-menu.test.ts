import { describe, expect, it } from "vitest";
import { allowedOf, together, type PersonMenuItem } from "./person-menu";
import type { Person } from "./frames";

const item = (id: string, when?: () => Promise<boolean>): PersonMenuItem => ({ id, label: id, onAction: () => {}, ...(when ? { when } : {}) });

describe("the menu of a person", () => {
  it("offers what must be asked for only where the answer is yes", async () => {
    const items = [
      item("report"),
      item("ban", () => Promise.resolve(true)),
      item("other", () => Promise.resolve(false)),
      item("lost", () => Promise.reject(new Error("no line"))),
    ];
    expect([...(await allowedOf(items))]).toEqual(["ban"]);
    expect([...(await allowedOf([item("report")]))]).toEqual([]);
  });

  it("keeps the order of those who offer", () => {
    const person = { user_id: "fox" } as Person;
    const all = together(() => [item("mute")], () => [item("report"), item("ban")]);
    expect(all(person).map(({ id }) => id)).toEqual(["mute", "report", "ban"]);
  });
});
