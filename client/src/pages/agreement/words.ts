/** How the pages of an agreement say moments, codes of texts, and schools. */
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { clockAt, dateAt, dateWords } from "../../time";
import type { AgreementSchool } from "./calls";

/** "8fe5 e6e4 28e2": enough to see on two screens that it is the same text. */
export function shortCode(digest: string): string {
  return digest.slice(0, 12).replace(/(.{4})(?=.)/g, "$1 ");
}

/** A moment as the day and the time here, and the time at another school. */
export function useMoment(): (moment: string, there?: AgreementSchool) => string {
  const { t, i18n } = useTranslation();
  const here = usePerson().school.timezone;
  const locale = formatLocale(i18n.language);
  return (moment, there) => {
    const at = new Date(moment);
    const mine = { date: dateWords(dateAt(at, here), locale), clock: clockAt(at, here, locale) };
    // Each part is set apart already; a sentence of nothing but such parts would have no direction of its own.
    const join = (key: "agreement.moment" | "agreement.moments", parts: Record<string, string>) =>
      t(key, { ...parts, interpolation: { escapeValue: false } });
    const said = join("agreement.moment", { date: mine.date, time: t("time.here", { time: mine.clock }) });
    if (!there) return said;
    const theirs = { date: dateWords(dateAt(at, there.timezone), locale), clock: clockAt(at, there.timezone, locale) };
    if (theirs.clock === mine.clock && theirs.date === mine.date) return said;
    const atTheirs = t("time.at", { time: theirs.clock, school: there.short_name });
    return join("agreement.moments", {
      here: said,
      there: theirs.date === mine.date ? atTheirs : join("agreement.moment", { date: theirs.date, time: atTheirs }),
    });
  };
}

/** A date of the text: "22 March 2027". */
export function useDate(): (date: string) => string {
  const { i18n } = useTranslation();
  return (date) => (/^\d{4}-\d\d-\d\d$/.test(date) ? dateWords(date, formatLocale(i18n.language)) : date);
}

/** Whose clock stands beside mine: the school's of who did it, or for my own school's doing the partner's in a pair. */
export function otherClock(schools: readonly AgreementSchool[], doneAt: string, mySchool: string): AgreementSchool | undefined {
  if (doneAt !== mySchool) return schools.find(({ id }) => id === doneAt);
  const others = schools.filter(({ id }) => id !== mySchool);
  return others.length === 1 ? others[0] : undefined;
}
