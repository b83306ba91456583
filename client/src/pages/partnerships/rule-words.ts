/** The rules of a programme in words: what it is, what is open about it, and who can mend it. */
import type { TFunction } from "i18next";
import { wordsFor } from "../../i18n";
import type { Rule } from "./calls";

/** A rule that these words do not know yet is told in the server's own (English) sentence. */
export function ruleWords(t: TFunction, rule: Rule): string {
  return sentence(t, `rule.${rule.code}`, rule.params) ?? rule.detail;
}

/**
 * Args:
 *   invited: the names of the schools that have not answered, joined.
 */
export function openWords(t: TFunction, rule: Rule, invited: string): string[] {
  const names = typeof rule.params?.["schools"] === "string" ? rule.params["schools"] : "";
  const open = names ? sentence(t, `ruleOpen.${rule.code}`, rule.params) : undefined;
  return [...(open ? [open] : []), mendWords(t, rule, invited)];
}

function mendWords(t: TFunction, rule: Rule, invited: string): string {
  if (rule.code === "has_coordinator" && rule.mend === "school" && invited) return t("life.mend.seatWithYes", { schools: invited });
  if (rule.code === "has_coordinator" && rule.mend === "headteacher") return t("life.mend.seat");
  return wordsFor(t, "mend", rule.mend, "mend.coordinator");
}

function sentence(t: TFunction, key: string, values: Record<string, unknown> = {}): string | undefined {
  const words = String(t(key, values));
  return words === key ? undefined : words;
}

export const isOpen = (rule: Rule) => !rule.met;
