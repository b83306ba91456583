import i18next from "i18next";
import { renderToStaticMarkup } from "react-dom/server";
import { I18nextProvider } from "react-i18next";
import { beforeAll, describe, expect, it } from "vitest";
import en from "../i18n/records/balance/en.json";
import { amountOf, BalanceBars, Bar, isNothing, Parts, type SchoolBalance } from "./balance-bar";

const none = { value: 0, percent: 0 };
const willow: SchoolBalance = {
  school_id: "w",
  name: "Willow Primary",
  short_name: "Willow",
  colour: 0,
  talk: { value: 90, percent: 75 },
  messages: { value: 3, percent: 100 },
  marks: none,
  hosted: { value: 1, percent: 50 },
};
const nakuru: SchoolBalance = {
  school_id: "n",
  name: "Nakuru Hill",
  short_name: "Nakuru",
  colour: 1,
  talk: { value: 30, percent: 25 },
  messages: none,
  marks: none,
  hosted: { value: 1, percent: 50 },
};
const schools = [willow, nakuru];
const page = (node: React.ReactNode) => renderToStaticMarkup(<I18nextProvider i18n={i18next}>{node}</I18nextProvider>);
const said = (markup: string) => markup.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

beforeAll(async () => {
  await i18next.init({ lng: "en", resources: { en: { translation: en } } });
});

describe("the balance between schools", () => {
  it("is told by words and numbers, not by colour alone", () => {
    const markup = page(<BalanceBars schools={schools} />);
    expect(markup).toContain('role="table"');
    const rows = markup.split('role="row"').slice(2).map(said);
    expect(rows[0]).toMatch(/Willow Primary.*75% 2 min.*100% 3.*50% 1/);
    expect(rows[1]).toMatch(/Nakuru Hill.*25% 30 s.*0% 0.*50% 1/);
  });

  it("says nothing of a measure in which there is nothing", () => {
    expect(isNothing(schools, "marks")).toBe(true);
    expect(said(page(<Parts schools={schools} measure="marks" />))).toContain("Nothing yet");
    expect(page(<Bar schools={schools} measure="marks" />)).not.toContain("data-school");
    const empty = schools.map((school) => ({ ...school, talk: none, messages: none, hosted: none }));
    expect(said(page(<BalanceBars schools={empty} />))).toContain("Nothing has been counted yet.");
  });

  it("gives each school its colour and its part of the bar", () => {
    const markup = page(<Bar schools={schools} measure="talk" />);
    expect(markup).toMatch(/data-school="0" style="flex-grow:75".*data-school="1" style="flex-grow:25"/);
    expect(page(<Bar schools={schools} measure="messages" />).match(/data-school/g)).toHaveLength(1);
  });

  it("names each school beside its part", () => {
    expect(said(page(<Parts schools={schools} measure="talk" />))).toMatch(/Willow 75% .*Nakuru 25%/);
  });

  it("shows what it is asked for", () => {
    const text = said(page(<BalanceBars schools={schools} measures={["talk", "marks"]} isShort />));
    expect(text).toMatch(/Willow .*75%/);
    expect(text).not.toMatch(/Messages|Lessons led|Primary/);
  });

  it("counts talk in seconds, then in minutes", () => {
    expect(amountOf("talk", 59, i18next.t)).toBe("59 s");
    expect(amountOf("talk", 61, i18next.t)).toBe("1 min");
    expect(amountOf("messages", 61, i18next.t)).toBe("61");
  });
});
