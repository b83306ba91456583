/** Clocks: the same moment as it reads at my school and at theirs. */

/** "09:42", 24 hours in every language. */
export function clockAt(moment: Date, timezone: string, locale: string): string {
  return format(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone(timezone) }, moment);
}

/** Which day it is there, seen from here: -1 yesterday, 0 the same day, 1 tomorrow. */
export function dayShift(moment: Date, here: string, there: string): -1 | 0 | 1 {
  const difference = Math.sign(dayNumber(moment, there) - dayNumber(moment, here));
  return difference as -1 | 0 | 1;
}

export type DayPart = "morning" | "afternoon" | "evening";

/** What to greet with at this hour of the school's own day. */
export function dayPart(moment: Date, timezone: string): DayPart {
  const hour = Number(clockAt(moment, timezone, "en-GB").slice(0, 2));
  if (hour >= 4 && hour < 12) return "morning";
  return hour >= 12 && hour < 17 ? "afternoon" : "evening";
}

export function isSameDay(a: Date, b: Date, timezone: string): boolean {
  return dayNumber(a, timezone) === dayNumber(b, timezone);
}

export function dayAt(moment: Date, timezone: string, locale: string): string {
  return format(locale, { weekday: "long", day: "numeric", month: "long", timeZone: zone(timezone) }, moment);
}

export function dateAndClock(moment: Date, timezone: string, locale: string): string {
  return format(
    locale,
    {
      day: "numeric",
      month: "long",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone: zone(timezone),
    },
    moment,
  );
}

/** "09:42" on the same day there, else "Monday 23 November, 09:42". */
export function dayAndClock(moment: Date, now: Date, timezone: string, locale: string): string {
  const clock = clockAt(moment, timezone, locale);
  return isSameDay(moment, now, timezone) ? clock : `${dayAt(moment, timezone, locale)}, ${clock}`;
}

export function countryName(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** "2026-01-15", the date that a clock there is in. */
export function dateAt(moment: Date, timezone: string): string {
  return format("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone(timezone) }, moment);
}

/** A date of a record ("2026-01-15"), which has no zone: "15 January 2026". */
export function dateWords(date: string, locale: string): string {
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  return format(locale, options, new Date(`${date}T00:00:00Z`));
}

function dayNumber(moment: Date, timezone: string): number {
  return Date.parse(`${dateAt(moment, timezone)}T00:00:00Z`) / 86_400_000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, options: Intl.DateTimeFormatOptions, moment: Date): string {
  const key = `${locale} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(locale, options)));
  return found.format(moment);
}

/** An old device may not know a zone; UTC is better than a blank page. */
function zone(timezone: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
    return timezone;
  } catch {
    return "UTC";
  }
}
