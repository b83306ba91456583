/**
 * The words of the product, in four languages and three parts.
 *
 * Only the chosen language is loaded; another one comes when the person picks it. Of a language the core
 * comes first (the front door, today, what every page says); a room's words come with the first space, and
 * the words of the records with the first of staff's pages (`pageWith`). Every language has every key
 * (i18n.test.ts), so there is nothing to fall back to and no second language to load.
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
/** What all record pages say, and what those of one area say: a folder in `records`. */
export type RecordPart = "records" | `records/${"agreements" | "balance" | "devices" | "consent" | "files" | "finder" | "groups" | "lessons" | "life" | "notes" | "recap" | "school" | "steps" | "running" | "safeguarding" | "together" | "words"}`;
export type WordPart = "core" | "room" | "rules" | RecordPart;

const STORED_AS = "commonroom.language";
type Words = Record<string, unknown>;
type Load = () => Promise<{ default: Words }>;

const core: Record<LanguageCode, Load> = {
  en: () => import("./en.json"),
  fr: () => import("./fr.json"),
  ar: () => import("./ar.json"),
  sw: () => import("./sw.json"),
};
const more: Record<string, Load> = {
  ...import.meta.glob<{ default: Words }>("./records/**/*.json"),
  ...import.meta.glob<{ default: Words }>("./room/*.json"),
  ...import.meta.glob<{ default: Words }>("./rules/*.json"),
  ...import.meta.glob<{ default: Words }>("../board/strings.*.json"),
};
const wanted = new Set<WordPart>(["core"]);
const held = new Set<string>();

export async function startWords(): Promise<void> {
  const language = guessLanguage(storedLanguage(), navigator.languages);
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: await load(language, "core") } },
    interpolation: {
      // React escapes. In a right-to-left sentence a Latin name is set apart, or its full stop moves.
      escape: (value: string) => (i18next.dir() === "rtl" ? `\u2068${value}\u2069` : value),
    },
    react: { useSuspense: false },
  });
  held.add(`${language} core`);
  show(language);
}

export async function chooseLanguage(language: LanguageCode): Promise<void> {
  await fill(language);
  await i18next.changeLanguage(language);
  try {
    localStorage.setItem(STORED_AS, language);
  } catch {
    // Not kept on this device; the choice still holds for this page.
  }
  show(language);
}

/** A page together with the words it speaks: `lazy(() => pageWith(["records"], () => import("./page")))`. */
export async function pageWith<Page>(parts: readonly WordPart[], page: () => Promise<Page>): Promise<Page> {
  const [found] = await Promise.all([page(), ...parts.map(wantWords)]);
  return found;
}

/** Loads a part of the words, now and for every language that is chosen later. */
export async function wantWords(part: WordPart): Promise<void> {
  wanted.add(part);
  // The language may be changed while its words are on their way.
  for (let language; language !== i18next.language; ) await fill((language = i18next.language) as LanguageCode);
}

/** Fetches what is wanted of a language and not here yet, until nothing is missing. */
async function fill(language: LanguageCode): Promise<void> {
  const missing = () => [...wanted].filter((part) => !held.has(`${language} ${part}`));
  for (let parts = missing(); parts.length > 0; parts = missing()) {
    await Promise.all(
      parts.map(async (part) => {
        i18next.addResourceBundle(language, "translation", await load(language, part), true);
        held.add(`${language} ${part}`);
      }),
    );
  }
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

async function load(language: LanguageCode, part: WordPart): Promise<Words> {
  if (part === "core") return (await core[language]()).default;
  const files = part === "room" ? [`./room/${language}.json`, `../board/strings.${language}.json`] : [`./${part}/${language}.json`];
  const found = await Promise.all(files.map((file) => more[file]?.()));
  return Object.assign({}, ...found.map((each) => each?.default));
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
