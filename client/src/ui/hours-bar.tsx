/** One day of mine, with my school's hours, theirs, and when both are open; all of it in words too. */
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../i18n";
import { hoursWithin, minutesOf, momentAt, reading, sharedSpans, wholeDay, type SchoolWeek, type Span } from "../hours";
import { clockAt } from "../time";
import { placeOf, SchoolName, type SchoolLike } from "./school";
import "./parts.css";

export interface SchoolHours extends SchoolLike {
  timezone: string;
  week: SchoolWeek;
}

interface HoursBarProps {
  /** A date at my school, "2026-01-15". */
  day: string;
  mine: SchoolHours;
  theirs: SchoolHours;
}

/** Of my clock; the other school's row says what its own clock reads then. */
const TICKS = ["00:00", "06:00", "12:00", "18:00"];

export function HoursBar({ day, mine, theirs }: HoursBarProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const { whole, rows, shared } = hoursOf(day, mine, theirs);
  const ticks = [...TICKS.map((time) => momentAt(day, time, mine.timezone)), whole.to];
  return (
    <figure className="hours">
      <figcaption className="hours__said">{sharedWords(t, locale, day, mine, theirs)}</figcaption>
      {rows.map(({ school, spans }) => (
        <div key={school.name} className="hours__row" data-school={placeOf(school.colour)}>
          <p className="hours__label">
            <SchoolName school={school} /> <span>{openWords(t, locale, spans, mine, school)}</span>
          </p>
          <svg className="hours__bar" viewBox="0 0 1000 28" preserveAspectRatio="none" aria-hidden="true">
            <rect className="hours__night" width="1000" height="28" />
            {spans.map((span) => (
              <rect key={span.from} className="hours__open" {...across(span, whole)} y="4" height="20" />
            ))}
            {shared.map((span) => (
              <rect key={span.from} className="hours__shared" {...across(span, whole)} height="28" />
            ))}
          </svg>
          <p className="hours__ticks" aria-hidden="true">
            {ticks.map((moment) => (
              <span key={moment} style={{ insetInlineStart: `${((moment - whole.from) / (whole.to - whole.from)) * 100}%` }}>
                {clockAt(new Date(moment), school.timezone, locale)}
              </span>
            ))}
          </p>
        </div>
      ))}
    </figure>
  );
}

export function hoursOf(day: string, mine: SchoolHours, theirs: SchoolHours) {
  const whole = wholeDay(day, mine.timezone);
  const rows = [mine, theirs].map((school) => ({ school, spans: hoursWithin(whole, school.week, school.timezone) }));
  return { whole, rows, shared: sharedSpans(rows[0]?.spans ?? [], rows[1]?.spans ?? []) };
}

/** Where a span lies on a bar of 1000. */
function across(span: Span, whole: Span): { x: number; width: number } {
  const scale = 1000 / (whole.to - whole.from);
  return { x: (span.from - whole.from) * scale, width: (span.to - span.from) * scale };
}

/** "Both schools are open for 2 h 30 min: 10:00–12:30 here, 12:00–14:30 at Nakuru Hill." */
export function sharedWords(t: TFunction, locale: string, day: string, mine: SchoolHours, theirs: SchoolHours): string {
  const { rows, shared } = hoursOf(day, mine, theirs);
  const closed = rows.find(({ spans }) => spans.length === 0);
  if (closed) return t("hours.closedDay", { school: closed.school.short_name });
  if (shared.length === 0) return t("hours.none");
  const minutes = minutesOf(shared);
  const length = lengthWords(t, minutes);
  const times = shared.map((span) => {
    const here = reading(span, mine.timezone, mine.timezone, locale);
    const there = reading(span, mine.timezone, theirs.timezone, locale);
    return t(`hours.both${dayKey(there.shift)}`, {
      here: clocks(here),
      there: clocks(there),
      school: theirs.short_name,
    });
  });
  return t("hours.shared", { length, times: times.join("; ") });
}

/** A school's own hours, and for another clock than mine what that is here. */
function openWords(t: TFunction, locale: string, spans: readonly Span[], mine: SchoolHours, school: SchoolHours): string {
  if (spans.length === 0) return t("hours.closed");
  return spans
    .map((span) => {
      const here = reading(span, mine.timezone, mine.timezone, locale);
      if (school === mine) return t("hours.own", { here: clocks(here) });
      const there = reading(span, mine.timezone, school.timezone, locale);
      return t(`hours.there${dayKey(there.shift)}`, { there: clocks(there), here: clocks(here) });
    })
    .join("; ");
}

function clocks({ from, to }: { from: string; to: string }): string {
  return `${from}–${to}`;
}

function dayKey(shift: -1 | 0 | 1): "" | "Tomorrow" | "Yesterday" {
  return shift === 0 ? "" : shift > 0 ? "Tomorrow" : "Yesterday";
}

export function lengthWords(t: TFunction, minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = Math.round(minutes % 60);
  if (hours === 0) return t("hours.minutes", { minutes: rest });
  return rest === 0 ? t("hours.hours", { hours }) : t("hours.hoursMinutes", { hours, minutes: rest });
}
