import { expect, it } from "vitest";
import { directionOf, wrap } from "./writing";

/** Every letter ten wide. */
const measure = (line: string): number => [...line].length * 10;

it("wraps at words, keeps line breaks, and breaks a word that is too long", () => {
  expect(wrap("one two three", 80, 20, measure).lines).toEqual(["one two", "three"]);
  expect(wrap("one\n\ntwo", 80, 20, measure).lines).toEqual(["one", "", "two"]);
  expect(wrap("abcdefghijk", 40, 20, measure).lines).toEqual(["abcd", "efgh", "ijk"]);
  expect(wrap("", 40, 20, measure).lines).toEqual([""]);
});

it("ends, whatever it is given", () => {
  expect(wrap("x".repeat(2_000), 0, 20, measure).lines.length).toBeLessThanOrEqual(2_000);
  expect(wrap("\n".repeat(2_000), 100, 20, measure).lines.length).toBeLessThanOrEqual(200);
});

it("takes its side from the first letter", () => {
  expect(directionOf("12. سلام hello")).toBe("rtl");
  expect(directionOf("hello سلام")).toBe("ltr");
  expect(directionOf("…")).toBe("ltr");
});
