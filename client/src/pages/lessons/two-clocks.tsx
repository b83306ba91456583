/** A stretch of time by the clock of each school, mine first. */
import { useTranslation } from "react-i18next";
import type { School } from "../../api";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { clockAt, dayAt, dayShift } from "../../time";
import { SchoolName } from "../../ui/school";

interface TwoClocksProps {
  starts: string;
  ends: string;
  schools: readonly School[];
  /** The day stands in a heading already. */
  withoutDay?: boolean;
}

export function TwoClocks({ starts, ends, schools, withoutDay = false }: TwoClocksProps) {
  const { t, i18n } = useTranslation();
  const mine = usePerson().school;
  const locale = formatLocale(i18n.language);
  const from = new Date(starts);
  const until = new Date(ends);
  const ordered = [...schools].sort((a, b) => Number(b.id === mine.id) - Number(a.id === mine.id));
  return (
    <div className="two-clocks">
      {!withoutDay && <p className="two-clocks__day">{dayAt(from, mine.timezone, locale)}</p>}
      <ul className="two-clocks__list">
        {ordered.map((school) => {
          const shift = dayShift(from, mine.timezone, school.timezone);
          return (
            <li key={school.id} className="two-clocks__one">
              <time dateTime={starts} className="two-clocks__time" dir="ltr">
                {clockAt(from, school.timezone, locale)}–{clockAt(until, school.timezone, locale)}
              </time>
              {shift !== 0 && <span className="two-clocks__shift">{t(shift > 0 ? "lessons.nextDay" : "lessons.dayBefore")}</span>}
              <SchoolName school={school} isShort />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
