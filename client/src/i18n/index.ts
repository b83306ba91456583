/**
 * The words of the product, in four languages.
 *
 * Only the chosen language is loaded; another one comes when the person picks it. Every language has
 * every key (i18n.test.ts), so there is nothing to fall back to and no second language to load.
 */
import i18next, { type TFunction } from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = [
  { code: "en", name: "English" },
  { code: "fr", name: "Français" },
  { code: "ar", name: "العربية" },
  { code: "sw", name: "Kiswahili" },
] as const;
export type LanguageCode = (typeof LANGUAGES)[number]["code"];

const STORED_AS = "commonroom.language";
type Words = Record<string, unknown>;

const words: Record<LanguageCode, () => Promise<{ default: Words }>> = {
  en: () => import("./en.json"),
  fr: () => import("./fr.json"),
  ar: () => import("./ar.json"),
  sw: () => import("./sw.json"),
};
const boardWords = import.meta.glob<{ default: Words }>("../board/strings.*.json");

export async function startWords(): Promise<void> {
  const language = guessLanguage(storedLanguage(), navigator.languages);
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: await load(language) } },
    interpolation: {
      // React escapes. In a right-to-left sentence a Latin name is set apart, or its full stop moves.
      escape: (value: string) => (i18next.dir() === "rtl" ? `\u2068${value}\u2069` : value),
    },
    react: { useSuspense: false },
  });
  show(language);
}

export async function chooseLanguage(language: LanguageCode): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    i18next.addResourceBundle(language, "translation", await load(language));
  }
  await i18next.changeLanguage(language);
  try {
    localStorage.setItem(STORED_AS, language);
  } catch {
    // Not kept on this device; the choice still holds for this page.
  }
  show(language);
}

/** The language that was chosen here before, else the first of the device's own that we have. */
export function guessLanguage(stored: string | null, preferred: readonly string[]): LanguageCode {
  for (const tag of [stored ?? "", ...preferred]) {
    const primary = tag.toLowerCase().split("-")[0];
    const found = LANGUAGES.find((language) => language.code === primary);
    if (found) return found.code;
  }
  return "en";
}

/** Dates and numbers: Latin digits everywhere, so that a clock reads alike in both schools. */
export function formatLocale(language: string): string {
  return language === "ar" ? "ar-u-nu-latn" : language === "en" ? "en-GB" : language;
}

/** The words for a code that the server chose, or those for `otherwise` when we have none. */
export function wordsFor(
  t: TFunction,
  group: string,
  code: string,
  otherwise: string,
  values: Record<string, unknown> = {},
): string {
  return String(t([`${group}.${code}`, otherwise], values));
}

async function load(language: LanguageCode): Promise<Words> {
  const [page, board] = await Promise.all([words[language](), boardWords[`../board/strings.${language}.json`]?.()]);
  return { ...page.default, ...board?.default };
}

function show(language: LanguageCode): void {
  document.documentElement.lang = language;
  document.documentElement.dir = i18next.dir(language);
}

function storedLanguage(): string | null {
  try {
    return localStorage.getItem(STORED_AS);
  } catch {
    return null;
  }
}
