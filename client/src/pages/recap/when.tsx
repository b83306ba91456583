/** When a lesson was: the day, and the clock of each school, mine first. */
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { clockAt, dateAt, dateWords, dayShift } from "../../time";
import type { RecapCard } from "./calls";

export function When({ lesson }: { lesson: RecapCard }) {
  const { t, i18n } = useTranslation();
  const here = usePerson().school;
  const locale = formatLocale(i18n.language);
  const names = new Intl.ListFormat(locale, { type: "conjunction" });
  const start = new Date(lesson.started_at);
  const end = lesson.ended_at ? new Date(lesson.ended_at) : undefined;
  const span = (timezone: string) =>
    // Between numbers in a right-to-left sentence, the earlier one stays first.
    `\u2066${clockAt(start, timezone, locale)}${end ? `–${clockAt(end, timezone, locale)}` : ""}\u2069`;
  const clocks = new Map<string, { time: string; shift: number; schools: string[] }>();
  for (const { school } of lesson.schools) {
    if (school.id === here.id) continue;
    const shift = dayShift(start, here.timezone, school.timezone);
    const time = span(school.timezone);
    const clock = clocks.get(`${shift} ${time}`) ?? { time, shift, schools: [] };
    clock.schools.push(school.short_name);
    clocks.set(`${shift} ${time}`, clock);
  }
  return (
    <p className="recap-when">
      <strong>{dateWords(dateAt(start, here.timezone), locale)}</strong>
      <time dateTime={lesson.started_at}>{t("time.here", { time: span(here.timezone) })}</time>
      {[...clocks.values()].map(({ time, shift, schools }) => (
        <span key={`${shift} ${time}`} className="soft">
          {shift !== 0 && `${dateWords(dateAt(start, zoneOf(lesson, schools[0])), locale)}, `}
          {t("time.at", { time, school: names.format(schools) })}
        </span>
      ))}
    </p>
  );
}

function zoneOf(lesson: RecapCard, shortName: string | undefined): string {
  return lesson.schools.find(({ school }) => school.short_name === shortName)?.school.timezone ?? "UTC";
}
