import { describe, expect, it } from "vitest";
import type { TFunction } from "i18next";
import { fieldWords, wordGroup } from "./values";

describe("the words for a code in the log", () => {
  it.each([
    ["agreement", "status", "version"],
    ["partnership", "status", "status"],
    ["membership", "status", "membership"],
    ["join_request", "status", "request"],
    ["visit", "role", "visitRole"],
    ["membership", "role", "role"],
    ["space", "kind", "spaceKind"],
    ["staff", "posts", "post"],
    ["school", "name", undefined],
  ])("of %s, %s are in %s", (noun, field, group) => {
    expect(wordGroup(noun, field)).toBe(group);
  });
});

describe("what a field is called", () => {
  const id = "0ead716f-944f-5adf-9499-34050d48c64a";
  const t = ((keys: string | string[]) => {
    const [first, otherwise] = Array.isArray(keys) ? keys : [keys];
    return first === "log.field.status" ? "State" : (otherwise ?? first);
  }) as unknown as TFunction;

  it("is its words, or else its own name", () => {
    expect(fieldWords(t, "status", {})).toBe("State");
    expect(fieldWords(t, "some_new_field", {})).toBe("some new field");
  });

  it("is never an id", () => {
    expect(fieldWords(t, id, { [id]: "Willow" })).toBe("Willow");
    expect(fieldWords(t, id, {})).toBe("log.noName");
  });
});
