import { describe, expect, it } from "vitest";
import { ApiFailure } from "../../api";
import { isSameLanguage, offered, withOriginal } from "../translation/known";
import { keptIn } from "./calls";
import { languageName, nextLanguage, readerFirst, startRows, toSend } from "./languages";

const RIVER = [
  { language: "en", text: "River" },
  { language: "sw", text: "Mto" },
  { language: "ar", text: "نهر" },
];

describe("the words of an entry", () => {
  it("begin with the reader's own, and keep the order of the others", () => {
    const { first, others } = readerFirst(RIVER, "ar");
    expect(first?.text).toBe("نهر");
    expect(others.map(({ text }) => text)).toEqual(["River", "Mto"]);
    expect(readerFirst(RIVER, "sw-KE").first?.text).toBe("Mto");
  });

  it("begin with the first where the reader's language is not among them", () => {
    expect(readerFirst(RIVER, "fr").first?.text).toBe("River");
    expect(readerFirst([], "fr")).toEqual({ first: undefined, others: [] });
  });

  it("name their language in the reader's, or by its tag", () => {
    expect(languageName("sw", "fr")).toBe("swahili");
    expect(languageName("not a tag", "fr")).toBe("not a tag");
  });
});

describe("the rows of the form", () => {
  it("are sent without those that are empty", () => {
    const rows = [...RIVER, { language: "fr", text: "  " }];
    expect(toSend(rows)).toEqual({ words: RIVER });
    expect(toSend([{ language: "en", text: " a " }])).toEqual({ words: [{ language: "en", text: "a" }] });
  });

  it("are not sent without a word, or with two in one language", () => {
    expect(toSend([{ language: "en", text: " " }])).toEqual({ problem: "none" });
    expect(toSend([...RIVER, { language: "en", text: "Stream" }])).toEqual({ problem: "twice" });
  });

  it("begin with the reader's language and another school's", () => {
    const languages = (offeredFirst: string[], mine: string) => startRows(offeredFirst, mine).map(({ language }) => language);
    expect(languages(["en", "sw", "ar"], "sw")).toEqual(["sw", "en"]);
    expect(languages(["en", "sw"], "en")).toEqual(["en", "sw"]);
    expect(languages([], "fr")).toEqual(["fr"]);
  });

  it("go on with a language that has none yet", () => {
    expect(nextLanguage(RIVER, ["en", "sw", "fr"])).toBe("fr");
    expect(nextLanguage(RIVER, ["en"])).toBeUndefined();
  });
});

describe("a change that somebody else was before", () => {
  const kept = { id: "e", version: 2, words: RIVER, note: "", changed_by: "Nakuru Hill", changed_at: "2026-01-01T00:00:00Z" };

  it("brings what is there now", () => {
    expect(keptIn(new ApiFailure("changed_meanwhile", 409, { kept }))).toEqual(kept);
  });

  it("is nothing else that went wrong", () => {
    expect(keptIn(new ApiFailure("changed_meanwhile", 409))).toBeUndefined();
    expect(keptIn(new ApiFailure("invalid", 400, { kept }))).toBeUndefined();
    expect(keptIn(new Error("network"))).toBeUndefined();
  });
});

describe("a translation", () => {
  it("keeps what its author wrote below it", () => {
    expect(withOriginal(" Bonjour ", "Hello\n")).toBe("Bonjour\n\nHello");
  });

  it("is none into the language that it is in already", () => {
    expect(isSameLanguage("pt-BR", "pt")).toBe(true);
    expect(isSameLanguage("en", "fr")).toBe(false);
    expect(isSameLanguage("", "")).toBe(false);
  });

  it("is offered into other languages than one's own, the last one first", () => {
    expect(offered(["ar", "en", "fr"], "en", undefined)).toEqual(["ar", "fr"]);
    expect(offered(["ar", "en", "fr"], "en", "fr")).toEqual(["fr", "ar"]);
    expect(offered(["ar", "en"], "en", "fr")).toEqual(["ar"]);
    expect(offered([], "en", "fr")).toEqual([]);
  });
});
