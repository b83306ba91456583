/** Two clocks: the time at my school and at each of theirs. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { School } from "../api";
import { formatLocale } from "../i18n";
import { clockAt, dayShift } from "../time";
import { SchoolShape } from "./school";

export function useNow(everyMs = 10_000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

interface ClocksProps {
  here: string;
  there: readonly School[];
  /** Inside one partnership a school has its colour; on a page of several it has none. */
  isMarked?: boolean;
}

export function Clocks({ here, there, isMarked = false }: ClocksProps) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const locale = formatLocale(i18n.language);
  const names = new Intl.ListFormat(locale, { type: "conjunction" });
  return (
    <ul className="clocks" aria-label={t("time.clocks")}>
      <li className="clock clock--here">{t("time.here", { time: clockAt(now, here, locale) })}</li>
      {byClock(there, now, here, locale).map(({ time, shift, schools }) => {
        const key = shift === 0 ? "time.at" : shift > 0 ? "time.atTomorrow" : "time.atYesterday";
        return (
          <li key={`${shift} ${time}`} className="clock">
            {isMarked && schools.map((school) => <SchoolShape key={school.id} colour={school.colour} />)}
            {t(key, { time, school: names.format(schools.map((school) => school.short_name)) })}
          </li>
        );
      })}
    </ul>
  );
}

interface Clock {
  time: string;
  shift: -1 | 0 | 1;
  schools: School[];
}

/** Schools whose clocks read alike share one. */
function byClock(schools: readonly School[], now: Date, here: string, locale: string): Clock[] {
  const clocks = new Map<string, Clock>();
  for (const school of schools) {
    const time = clockAt(now, school.timezone, locale);
    const shift = dayShift(now, here, school.timezone);
    const key = `${shift} ${time}`;
    const clock = clocks.get(key) ?? { time, shift, schools: [] };
    clock.schools.push(school);
    clocks.set(key, clock);
  }
  return [...clocks.values()].sort((a, b) => a.shift - b.shift || a.time.localeCompare(b.time));
}
