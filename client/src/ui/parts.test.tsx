import i18next from "i18next";
import { renderToStaticMarkup } from "react-dom/server";
import { I18nextProvider } from "react-i18next";
import { QueryClient } from "@tanstack/react-query";
import { beforeAll, describe, expect, it } from "vitest";
import type { TFunction } from "i18next";
import { ApiFailure } from "../api";
import core from "../i18n/en.json";
import records from "../i18n/records/en.json";
import { holds } from "./choices";
import { countChanges, TextDifference, type TextPart } from "./difference";
import { problemAt, sayProblems } from "./form";
import { itemsOf, pagedQuery, type PageOf } from "./paged";
import { barHeight, trendOf } from "./sparkline";
import { DataTable } from "./table";
import { englishWords } from "./words.fixtures";

describe("a difference", () => {
  const parts: TextPart[] = [
    { op: "same", text: "We meet " },
    { op: "removed", text: "once a month" },
    { op: "added", text: "every week" },
    { op: "same", text: "." },
    { op: "added", text: " Always." },
  ];

  it("counts what was replaced once", () => {
    expect(countChanges(parts)).toBe(2);
    expect(countChanges([{ op: "same", text: "x" }])).toBe(0);
    expect(countChanges([{ op: "added", text: "" }])).toBe(0);
  });

  it("is told by elements and by words, not by colour", async () => {
    await i18next.init({ lng: "en", resources: { en: { translation: { ...core, ...records } } } });
    const page = renderToStaticMarkup(
      <I18nextProvider i18n={i18next}>
        <TextDifference parts={parts} />
      </I18nextProvider>,
    );
    expect(page).toMatch(/<del><span[^>]*> \[gone: <\/span>once a month<span/);
    expect(page).toMatch(/<ins><span[^>]*> \[new: <\/span>every week<span/);
    expect(page).toContain("2 changes.");
  });
});

describe("a paged list", () => {
  const pages: Record<string, PageOf<number>> = {
    "": { items: [1, 2], next: "b" },
    b: { items: [3], next: "c" },
    c: { items: [4], next: "" },
  };

  it("asks for each page by the cursor of the one before, and stops at the last", async () => {
    const asked: string[] = [];
    const query = pagedQuery(["numbers"], async (cursor) => {
      asked.push(cursor);
      return pages[cursor] ?? { items: [] };
    });
    const found = await new QueryClient().fetchInfiniteQuery({ ...query, pages: 9 });
    expect(asked).toEqual(["", "b", "c"]);
    expect(itemsOf(found.pages)).toEqual([1, 2, 3, 4]);
  });
});

describe("the problems of a form", () => {
  let t: TFunction;
  beforeAll(async () => {
    t = await englishWords();
  });
  const said = (problem: string) => sayProblems(t, new ApiFailure("invalid", 400, { fields: [{ field: "name", problem }] })).get("name");

  it.each([
    ["Expected `str` of length >= 1", "Fill this in."],
    ["Object missing required field", "Fill this in."],
    ["Expected `str` of length <= 160", "160 letters at most."],
    ["Expected `str` of length >= 10", "10 letters at least."],
    ["Expected `int` >= 3", "3 at least."],
    ["Expected `int` <= 18", "18 at most."],
    ["Expected `str` matching regex '^[A-Z]{2}$'", "This does not fit. Look again."],
    ["no_such_code", "This does not fit. Look again."],
    ["missing", "Fill this in."],
  ])("of the server, %s, are said as: %s", (problem, words) => {
    expect(said(problem)).toBe(words);
  });

  it("within a field are said at the field", () => {
    const problems = new Map([
      ["days[2].start", "one"],
      ["name", "two"],
      ["names", "three"],
    ]);
    expect(problemAt(problems, "days")).toBe("one");
    expect(problemAt(problems, "name")).toBe("two");
    expect(problemAt(problems, "day")).toBeUndefined();
    expect(problemAt(new Map([["names", "three"]]), "name")).toBeUndefined();
  });
});

describe("activity week by week", () => {
  it.each([
    [[], 0, "quiet"],
    [[0, 0, 0], 0, "quiet"],
    [[0, 0, 4], 4, "begun"],
    [[10, 10, 20], 20, "more"],
    [[10, 10, 2], 2, "less"],
    [[10, 10, 11], 11, "same"],
    [[5, 5, 0], 0, "less"],
  ])("of %j is %i now, %s", (weeks, now, trend) => {
    expect(trendOf(weeks)).toEqual({ now, trend });
  });

  it("is seen when there is any, and never higher than the bar", () => {
    expect(barHeight(0, 100)).toBe(1);
    expect(barHeight(1, 1000)).toBe(4);
    expect(barHeight(2000, 1000)).toBe(barHeight(1000, 1000));
  });
});

it("a list is searched without accents and case", () => {
  expect(holds("Étagère", "etag", "fr")).toBe(true);
  expect(holds("Nakuru Hill", "HILL ", "en")).toBe(true);
  expect(holds("Nakuru Hill", "willow", "en")).toBe(false);
});

it("a table says what each cell is, whatever it looks like", () => {
  const page = renderToStaticMarkup(
    <DataTable
      caption="Schools"
      rows={[{ name: "Willow", lessons: 3 }]}
      rowKey={(row) => row.name}
      columns={[
        { key: "name", title: "School", cell: (row) => row.name },
        { key: "lessons", title: "Lessons", cell: (row) => row.lessons, isNumber: true },
      ]}
    />,
  );
  expect(page).toContain('<th role="rowheader" scope="row">Willow</th>');
  expect(page).toMatch(/<td role="cell"[^>]*><span[^>]*aria-hidden="true">Lessons<\/span>/);
});
