import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../space/frames";
import ar from "./ar.json";
import en from "./en.json";
import fr from "./fr.json";
import sw from "./sw.json";
import { guessLanguage, LANGUAGES } from "./index";

const boardWords = import.meta.glob<{ default: object }>("../board/strings.*.json", { eager: true });
const languages = Object.fromEntries(
  Object.entries({ en, fr, ar, sw }).map(([code, words]) => [
    code,
    flat({ ...words, ...boardWords[`../board/strings.${code}.json`]?.default }),
  ]),
) as Record<"en" | "fr" | "ar" | "sw", Record<string, string>>;

/** Things that are counted; "one_to_one" only ends like one. */
const COUNTED = new Set(
  Object.keys(languages.en)
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

describe.each(LANGUAGES.map(({ code }) => code))("the words in %s", (code) => {
  const words = languages[code];

  it("are there for the same things as in English", () => {
    expect(stems(words)).toEqual(stems(languages.en));
  });

  it("are never empty", () => {
    expect(Object.entries(words).filter(([, value]) => value.trim() === "")).toEqual([]);
  });

  it("name the same values as in English", () => {
    for (const [key, value] of Object.entries(words)) {
      const english = languages.en[key] ?? languages.en[`${stemOf(key)}_other`] ?? "";
      expect([key, placeholders(value)]).toEqual([key, placeholders(english)]);
    }
  });

  it("have every plural form of the language, and no other", () => {
    const wanted = [...new Intl.PluralRules(code).resolvedOptions().pluralCategories].sort();
    for (const stem of COUNTED) {
      const forms = Object.keys(words)
        .filter((key) => key !== stem && stemOf(key) === stem)
        .map((key) => SUFFIX.exec(key)?.[1])
        .sort();
      expect([stem, forms]).toEqual([stem, wanted]);
    }
  });
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
    too_fast: true,
    too_large: true,
    unavailable: true,
    unknown_frame: true,
  };
  expect(Object.keys(en.errors)).toEqual(expect.arrayContaining(Object.keys(codes)));
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
