import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Field, type FieldProps } from "./field";

const shown = (value: string, more: Partial<FieldProps> = {}) =>
  renderToStaticMarkup(<Field label="A usual day" name="day" value={value} onChange={() => undefined} {...more} />);

describe("what is written in a field", () => {
  it.each([
    ["08:50 to 15:15", 1],
    ["Students learn twenty words.", 3],
    ["من 08:50 إلى 15:15", 1],
  ])("%s reads in its own direction, whatever the page's", (value, rows) => {
    expect(shown(value, { rows })).toContain('dir="auto"');
  });

  it.each(["", "45", "08:50"])("%j has no direction of its own, and stands as the page does", (value) => {
    expect(shown(value)).not.toContain("dir=");
  });

  it("keeps the direction that it is given", () => {
    expect(shown("bell@willow.example", { dir: "ltr" })).toContain('dir="ltr"');
  });
});
