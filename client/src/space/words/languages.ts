/** Languages and the order of a word's forms: the reader's own first. Pure. */

/** A language in the reader's words; the browser knows them. */
export function languageName(tag: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

export interface Word {
  language: string;
  text: string;
}

const primary = (tag: string) => tag.split("-")[0]?.toLowerCase();

/** The word that a reader knows best, or the first; and the others in their order. */
export function readerFirst<W extends Word>(words: readonly W[], language: string): { first: W | undefined; others: W[] } {
  const first = words.find((word) => primary(word.language) === primary(language)) ?? words[0];
  return { first, others: words.filter((word) => word !== first) };
}

export const LANGUAGES_MOST = 8;

/** The rows of a form as they are sent: without the empty ones, or why they cannot be sent. */
export function toSend(rows: readonly Word[]): { words: Word[] } | { problem: "none" | "twice" } {
  const words = rows.map(({ language, text }) => ({ language, text: text.trim() })).filter(({ text }) => text !== "");
  if (words.length === 0) return { problem: "none" };
  return new Set(words.map(({ language }) => language)).size < words.length ? { problem: "twice" } : { words };
}

/** The language that a new row begins with: the first offered that has none. */
export function nextLanguage(rows: readonly Word[], offered: readonly string[]): string | undefined {
  return offered.find((tag) => !rows.some((row) => row.language === tag));
}

/** The rows that an entry without words begins with: those of the reader and of the first school that speaks another. */
export function startRows(offered: readonly string[], language: string): Word[] {
  const mine = offered.find((tag) => primary(tag) === primary(language)) ?? language;
  const other = offered.find((tag) => tag !== mine);
  return [mine, ...(other ? [other] : [])].map((tag) => ({ language: tag, text: "" }));
}
