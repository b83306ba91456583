/** Languages, weekdays and spans of days in the person's own language. */
import { dateWords } from "../../time";

export function languageName(tag: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** 0 is Monday. */
export function weekdayName(weekday: number, locale: string): string {
  // 1 January 2024 was a Monday.
  return new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, 1 + weekday)));
}

/** "4 March 2026", or "4 March 2026 – 8 March 2026". */
export function daysWords(first: string, last: string, locale: string): string {
  return first === last ? dateWords(first, locale) : `${dateWords(first, locale)} – ${dateWords(last, locale)}`;
}

/** The school year after this one: "2026-27" is followed by "2027-28", "2026" by "2027". */
export function yearAfter(year: string): string {
  return year.replace(/\d+/g, (digits) => String(Number(digits) + 1).padStart(digits.length, "0").slice(-digits.length));
}

/** What a class is called a year later, as far as its name says: "5W" is then "6W". */
export function oneUp(name: string): string {
  return name.replace(/\d+/, (digits) => String(Number(digits) + 1));
}
