/** What was done in a partnership, the newest first: by whom, for which school, and what changed. */
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { clockAt, dateAt, dateWords, dayShift } from "../../time";
import { PagedList, usePaged } from "../../ui/paged";
import { Section, Timeline, type Happening } from "../../ui/parts";
import { timeline, type PartnershipDetail, type TimelineEntry } from "./calls";
import { dayOf, lastDay } from "./moments";

export function Happenings({ record }: { record: PartnershipDetail }) {
  const { t, i18n } = useTranslation();
  const mine = usePerson().school;
  const paged = usePaged(["partnership", record.id, "timeline"], (cursor) => timeline(record.id, cursor));
  const locale = formatLocale(i18n.language);
  // In a pair a time is said on both clocks; in a cluster there is no "there".
  const other = record.kind === "one_to_one" ? record.schools.find(({ id }) => id !== mine.id) : undefined;

  function when(moment: Date): string {
    const here = clockAt(moment, mine.timezone, locale);
    const day = dateWords(dateAt(moment, mine.timezone), locale);
    const comma = t("life.timeline.comma");
    if (!other) return day + comma + here;
    const there = clockAt(moment, other.timezone, locale);
    if (there === here) return day + comma + here;
    const shift = dayShift(moment, mine.timezone, other.timezone);
    const key = shift === 0 ? "time.at" : shift > 0 ? "time.atTomorrow" : "time.atYesterday";
    return [day, t("time.here", { time: here }), t(key, { time: there, school: other.short_name })].join(comma);
  }

  return (
    <Section title={t("life.tab.timeline")}>
      <PagedList paged={paged} empty={<p>{t("life.timeline.none")}</p>}>
        {(entries) => (
          <Timeline
            label={t("life.tab.timeline")}
            items={entries.map((entry): Happening => {
              const colour = record.memberships.find(({ school }) => school.name === (entry.actor?.school_name ?? entry.school_name))?.school.colour;
              return {
                key: String(entry.seq),
                moment: entry.at,
                when: when(new Date(entry.at)),
                text: <Told entry={entry} />,
                ...(colour === undefined ? {} : { colour }),
                more: <Values entry={entry} />,
              };
            })}
          />
        )}
      </PagedList>
    </Section>
  );
}

function Told({ entry }: { entry: TimelineEntry }) {
  const { t } = useTranslation();
  return (
    <>
      <strong>{wordsFor(t, "act", entry.act, "act.unknown")}</strong>
      {" · "}
      {entry.actor ? (
        t("life.timeline.by", { name: entry.actor.name, school: entry.actor.school_name })
      ) : (
        t("life.timeline.byRule")
      )}
    </>
  );
}

function Values({ entry }: { entry: TimelineEntry }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const about = valuesOf(t, entry, timezone, formatLocale(i18n.language));
  if (about.length === 0) return null;
  return (
    <ul className="told">
      {about.map((words) => (
        <li key={words}>{words}</li>
      ))}
    </ul>
  );
}

/** The values of an entry that have words; others are the log's own business. */
export function valuesOf(t: TFunction, entry: TimelineEntry, timezone: string, locale: string): string[] {
  const { after, before } = entry;
  const found: string[] = [];
  const text = (values: Record<string, unknown>, key: string) => (typeof values[key] === "string" ? values[key] : "");
  const say = (key: string, value: string) => value && found.push(t(`life.timeline.${key}`, { value }));
  // Who did it for their own school is named with it already.
  if (entry.school_name && entry.school_name !== entry.actor?.school_name) say("school", entry.school_name);
  const from = text(before, "person");
  const to = text(after, "person");
  if (from && to && from !== to) found.push(t("life.timeline.fromTo", { from, to }));
  else say("person", to || from);
  if (text(after, "role") && text(after, "role") !== text(before, "role")) {
    const group = entry.act.startsWith("visit.") ? "visitRole" : "role";
    say("role", String(t(`${group}.${text(after, "role")}`, text(after, "role"))));
  }
  say("mentor", text(after, "mentor"));
  const duty = text(after, "duty") || text(before, "duty");
  if (duty) say("duty", wordsFor(t, "duty", duty, "life.duties.other"));
  const number = after["number"] ?? after["version"];
  if (typeof number === "number") say("version", String(number));
  const starts = text(after, "starts_at");
  const ends = text(after, "ends_at") || text(after, "until");
  if (starts) say("from", dayOf(starts, timezone, locale));
  if (ends) say("until", lastDay(ends, timezone, locale));
  for (const key of ["review_on", "expires_on"]) if (isDay(text(after, key))) say(key, dateWords(text(after, key), locale));
  say("reason", text(after, "reason"));
  return found;
}

const isDay = (value: string) => /^\d{4}-\d{2}-\d{2}$/.test(value);
