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

export function Clocks({ here, there }: { here: string; there: readonly School[] }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const locale = formatLocale(i18n.language);
  return (
    <ul className="clocks" aria-label={t("time.clocks")}>
      <li className="clock clock--here">{t("time.here", { time: clockAt(now, here, locale) })}</li>
      {there.map((school) => {
        const shift = dayShift(now, here, school.timezone);
        const key = shift === 0 ? "time.at" : shift > 0 ? "time.atTomorrow" : "time.atYesterday";
        return (
          <li key={school.id} className="clock">
            <SchoolShape colour={school.colour} />
            {t(key, { time: clockAt(now, school.timezone, locale), school: school.short_name })}
          </li>
        );
      })}
    </ul>
  );
}
