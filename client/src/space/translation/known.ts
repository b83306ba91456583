/** What can be told of a translation without asking anybody. */

/** As `realtime.frames.chat.TEXT_LIMIT`: a message, with the translation and the original in it. */
export const MESSAGE_LIMIT = 2000;

const primary = (tag: string) => tag.split("-")[0]?.toLowerCase() ?? "";

/** Whether two tags name one language, whatever the region or script. */
export function isSameLanguage(one: string, other: string): boolean {
  return one !== "" && primary(one) === primary(other);
}

/** What is sent: the translation, and below it what the author wrote. Nobody is left with the machine's words alone. */
export function withOriginal(translated: string, original: string): string {
  return `${translated.trim()}\n\n${original.trim()}`;
}

/** The languages to choose from for a reply: not the author's own; the one chosen last comes first. */
export function offered(targets: readonly string[], own: string, last: string | undefined): string[] {
  const others = targets.filter((tag) => !isSameLanguage(tag, own));
  return last !== undefined && others.includes(last) ? [last, ...others.filter((tag) => tag !== last)] : others;
}
