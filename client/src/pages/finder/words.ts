/** Finder words that the browser knows itself, and why a school fits, as sentences. */
import type { TFunction } from "i18next";
import { formatLocale, wordsFor } from "../../i18n";
import { lengthWords } from "../../ui/hours-bar";
import type { Option } from "../../ui/choices";
import { countryName } from "../../time";
import type { Reason } from "./calls";

export function languageName(tag: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** "climate and environment, music, sport": with commas alone, since many of them have an "and" of their own. */
export function listWords(words: readonly string[], locale: string): string {
  return words.join(locale.startsWith("ar") ? "، " : ", ");
}

export function countryOptions(codes: readonly string[], locale: string): Option[] {
  return byLabel(codes.map((code) => ({ value: code, label: countryName(code, locale) })), locale);
}

export function languageOptions(tags: readonly string[], locale: string): Option[] {
  return byLabel(tags.map((tag) => ({ value: tag, label: languageName(tag, locale) })), locale);
}

/** Interests and priorities, in the person's words and their order. */
export function slugOptions(t: TFunction, group: "interest" | "priority", slugs: readonly string[], locale: string): Option[] {
  return byLabel(slugs.map((slug) => ({ value: slug, label: slugWords(t, group, slug) })), locale);
}

export function slugWords(t: TFunction, group: "interest" | "priority", slug: string): string {
  return wordsFor(t, group, slug, slug.replaceAll("_", " "));
}

function byLabel(options: Option[], locale: string): Option[] {
  const order = new Intl.Collator(locale);
  return options.sort((one, other) => order.compare(one.label, other.label));
}

const RANK: readonly string[] = ["none", "some", "strong"];

/** One part of the score, as a sentence. */
export function reasonWords(t: TFunction, language: string, reason: Reason): string {
  const locale = formatLocale(language);
  const { values, minutes, mine, theirs } = reason.params as {
    values?: string[];
    minutes?: number;
    mine?: string;
    theirs?: string;
  };
  const list = (words: string[]) => listWords(words, locale);
  switch (reason.code) {
    case "shared_interests":
    case "shared_priorities": {
      const group = reason.code === "shared_interests" ? "interest" : "priority";
      if (!values?.length) return t(`finder.why.${reason.code}_none`);
      return t(`finder.why.${reason.code}`, { list: list(values.map((value) => slugWords(t, group, value))) });
    }
    case "shared_languages":
      if (!values?.length) return t("finder.why.shared_languages_none");
      return t("finder.why.shared_languages", { list: list(values.map((value) => languageName(value, locale))) });
    case "shared_hours":
      if (!minutes) return t("finder.why.shared_hours_none");
      return t("finder.why.shared_hours", { length: lengthWords(t, minutes) });
    case "internet": {
      const weaker = ["poor", "limited"].find((line) => line === mine || line === theirs) ?? "good";
      return t(`finder.why.internet_${weaker as "poor" | "limited" | "good"}`);
    }
    case "experience": {
      const ahead = RANK.indexOf(theirs ?? "") - RANK.indexOf(mine ?? "");
      return t(`finder.why.experience_${ahead > 0 ? "theirs" : ahead < 0 ? "mine" : "same"}`);
    }
    default:
      return reason.code;
  }
}
