import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../space/frames";
import ar from "./ar.json";
import en from "./en.json";
import fr from "./fr.json";
import sw from "./sw.json";
import { guessLanguage, LANGUAGES } from "./index";

type Code = "en" | "fr" | "ar" | "sw";

const core: Record<Code, object> = { en, fr, ar, sw };
const files = import.meta.glob<{ default: object }>(["./records/**/*.json", "./room/*.json", "./rules/*.json", "../board/strings.*.json"], {
  eager: true,
});
const file = (path: string) => files[path]?.default ?? {};
const recordParts = new Set(Object.keys(files).flatMap((path) => /^\.\/(records.*)\/\w+\.json$/.exec(path)?.[1] ?? []));
const parts: Record<string, (code: Code) => object> = {
  core: (code) => core[code],
  room: (code) => ({ ...file(`./room/${code}.json`), ...file(`../board/strings.${code}.json`) }),
  rules: (code) => file(`./rules/${code}.json`),
  ...Object.fromEntries([...recordParts].map((part) => [part, (code: Code) => file(`./${part}/${code}.json`)])),
};
const PARTS = Object.keys(parts);
const CODES = LANGUAGES.map(({ code }) => code);
const held = (code: Code, part: string) => flat(parts[part]?.(code) ?? {});
const whole = (code: Code) => Object.assign({}, ...PARTS.map((part) => held(code, part))) as Record<string, string>;
const english = whole("en");

/** Things that are counted; "one_to_one" only ends like one. */
const COUNTED = new Set(
  Object.keys(english)
    .filter((key) => key.endsWith("_other"))
    .map((key) => key.replace(/_other$/, "")),
);
const FORMS = new Intl.PluralRules("ar").resolvedOptions().pluralCategories;
const SUFFIX = new RegExp(`_(${["zero", "one", "two", "few", "many", "other"].join("|")})$`);

function flat(tree: object, prefix = ""): Record<string, string> {
  return Object.entries(tree).reduce<Record<string, string>>((all, [key, value]) => {
    if (typeof value === "string") return { ...all, [prefix + key]: value };
    return { ...all, ...flat(value as object, `${prefix}${key}.`) };
  }, {});
}

/** A key without its plural suffix. */
function stemOf(key: string): string {
  const stem = key.replace(SUFFIX, "");
  return COUNTED.has(stem) ? stem : key;
}

function stems(words: Record<string, string>): string[] {
  return [...new Set(Object.keys(words).map(stemOf))].sort();
}

function placeholders(words: string): string[] {
  return [...new Set(words.match(/\{\{[^}]+\}\}/g) ?? [])].sort();
}

describe.each(CODES.flatMap((code) => PARTS.map((part) => [code, part] as const)))("the words in %s, %s", (code, part) => {
  const words = held(code, part);
  const inEnglish = held("en", part);

  it("are there for the same things as in English", () => {
    expect(Object.keys(words).length).toBeGreaterThan(0);
    expect(stems(words)).toEqual(stems(inEnglish));
  });

  it("are never empty", () => {
    expect(Object.entries(words).filter(([, value]) => value.trim() === "")).toEqual([]);
  });

  it("name the same values as in English", () => {
    for (const [key, value] of Object.entries(words)) {
      const there = inEnglish[key] ?? inEnglish[`${stemOf(key)}_other`] ?? "";
      expect([key, placeholders(value)]).toEqual([key, placeholders(there)]);
    }
  });

  it("have every plural form of the language, and no other", () => {
    const wanted = [...new Intl.PluralRules(code).resolvedOptions().pluralCategories].sort();
    for (const stem of COUNTED) {
      if (!(`${stem}_other` in inEnglish)) continue;
      const forms = Object.keys(words)
        .filter((key) => key !== stem && stemOf(key) === stem)
        .map((key) => SUFFIX.exec(key)?.[1])
        .sort();
      expect([stem, forms]).toEqual([stem, wanted]);
    }
  });
});

it("no word is in two parts, where the one loaded last would win", () => {
  for (const code of CODES) {
    const keys = PARTS.flatMap((part) => Object.keys(held(code, part)));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  }
});

it("French signs with a space before them never begin a line", () => {
  const words = PARTS.flatMap((part) => Object.entries(held("fr", part)));
  expect(words.filter(([, value]) => / [:;?!»]|« /.test(value))).toEqual([]);
});

it("Arabic has six plural forms here, as it should", () => {
  expect(FORMS).toHaveLength(6);
});

it("every error of the live channel has words", () => {
  // A code that the server adds makes this a type error until it is named here.
  const codes: Record<ErrorCode, true> = {
    bad_frame: true,
    board_read_only: true,
    board_refused: true,
    media_failed: true,
    not_allowed: true,
    not_found: true,
    not_joined: true,
    poll_closed: true,
    too_fast: true,
    too_large: true,
    unavailable: true,
    unknown_frame: true,
  };
  expect(Object.keys(en.errors)).toEqual(expect.arrayContaining(Object.keys(codes)));
});

it("every error of the HTTP API has words", () => {
  const server = readFileSync(new URL("../../../server/errors.py", import.meta.url), "utf8");
  const codes = [...server.matchAll(/^ {4}code = "([a-z_]+)"$/gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(5);
  expect(codes.filter((code) => !(`errors.${code}` in english))).toEqual([]);
});

describe("the first guess of a language", () => {
  it.each([
    [null, ["sw-KE", "en"], "sw"],
    [null, ["de-DE", "fr-CH"], "fr"],
    [null, ["de"], "en"],
    ["ar", ["en"], "ar"],
    ["xx", ["fr"], "fr"],
    [null, [], "en"],
  ])("of %s and %j is %s", (stored, preferred, expected) => {
    expect(guessLanguage(stored, preferred)).toBe(expected);
  });
});
