/** The lesson that runs now, and the next ones: what most people came for. */
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Me, Today } from "../../api";
import { formatLocale } from "../../i18n";
import { clockAt, dayAt, dayShift, isSameDay } from "../../time";
import { SchoolName } from "../../ui/school";

type Lesson = Today["lessons"][number];

/** So long before it begins, a lesson is announced on the page. */
export const ANNOUNCED_MIN = 10;
const NEXT_SHOWN = 3;

export function NowAndNext({ today, me, now }: { today: Today; me: Me; now: Date }) {
  const { t } = useTranslation();
  const live = today.lessons.filter((lesson) => lesson.status === "live");
  const next = today.lessons.filter((lesson) => lesson.status !== "live");
  const soon = next.find((lesson) => minutesTo(lesson, now) <= ANNOUNCED_MIN);
  const planned = me.kind === "staff" ? today.spaces.filter((space) => space.grants.includes("space:moderate")) : [];
  if (today.lessons.length === 0 && planned.length === 0) return null;
  const space = (lesson: Lesson) => today.spaces.find((each) => each.id === lesson.space_id);
  return (
    <section className="section" aria-label={t("today.lessons")}>
      <p className="soon" role="status">
        {soon &&
          (minutesTo(soon, now) > 0
            ? t("today.soon", { title: soon.title, count: minutesTo(soon, now) })
            : t("today.soonNow", { title: soon.title }))}
      </p>
      {live.map((lesson) => (
        <article key={lesson.id} className="card now">
          <p className="now__word">{t("today.now")}</p>
          <div className="now__text">
            <h2 className="now__title">
              <bdi>{lesson.title}</bdi>
            </h2>
            <Others lesson={lesson} me={me} />
            <p className="soft">
              {since(lesson, now) === 0 ? t("today.startedNow") : t("today.started", { count: since(lesson, now) })}
              {" · "}
              {space(lesson)?.here.length ? t("today.here", { count: space(lesson)?.here.length ?? 0 }) : t("today.hereNone")}
            </p>
          </div>
          <Link href={`/spaces/${lesson.space_id}`} className="button button--primary" aria-label={t("today.joinOf", { title: lesson.title })}>
            {t("today.join")}
          </Link>
        </article>
      ))}
      {next.length > 0 && (
        <div className="next">
          <h2 className="now__word">{t("today.next")}</h2>
          <ul className="next__list">
            {next.slice(0, NEXT_SHOWN).map((lesson) => (
              <li key={lesson.id} className="next__one">
                <When lesson={lesson} me={me} now={now} />
                <p>
                  <bdi className="next__title">{lesson.title}</bdi>
                </p>
                <Others lesson={lesson} me={me} />
                {space(lesson)?.open && minutesTo(lesson, now) <= ANNOUNCED_MIN && (
                  <Link href={`/spaces/${lesson.space_id}`} className="button button--secondary" aria-label={t("today.goInto", { space: lesson.space_name })}>
                    {t("today.goIn")}
                  </Link>
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
      {planned.length > 0 && (
        <p className="plan-links">
          <span className="soft">{t("today.plan")}</span>
          {planned.map((each) => (
            <Link key={each.id} href={`/spaces/${each.id}/lessons`} className="duty__thing">
              <bdi>{each.name}</bdi>
            </Link>
          ))}
        </p>
      )}
    </section>
  );
}

function Others({ lesson, me }: { lesson: Lesson; me: Me }) {
  const others = lesson.schools.filter((school) => school.id !== me.school.id);
  if (others.length === 0) return null;
  return (
    <ul className="schools">
      {others.map((school) => (
        <li key={school.id}>
          <SchoolName school={school} />
        </li>
      ))}
    </ul>
  );
}

/** The day and both clocks: "Thursday 26 November, 10:00 here, 13:00 at Nakuru". */
function When({ lesson, me, now }: { lesson: Lesson; me: Me; now: Date }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const here = me.school.timezone;
  const starts = new Date(lesson.starts_at);
  const names = new Intl.ListFormat(locale, { type: "conjunction" });
  const clocks = new Map<string, string[]>();
  for (const school of lesson.schools) {
    if (school.id === me.school.id || (school.timezone === here && lesson.schools.length > 2)) continue;
    const key = `${dayShift(starts, here, school.timezone)} ${clockAt(starts, school.timezone, locale)}`;
    clocks.set(key, [...(clocks.get(key) ?? []), school.short_name]);
  }
  const word = (shift: number) => (shift === 0 ? "time.at" : shift > 0 ? "time.atTomorrow" : "time.atYesterday");
  return (
    <p className="next__when">
      <strong>{isSameDay(starts, now, here) ? t("time.today") : dayAt(starts, here, locale)}</strong>{" "}
      <time dateTime={lesson.starts_at}>{t("time.here", { time: clockAt(starts, here, locale) })}</time>
      {[...clocks].map(([key, schools]) => {
        const [shift = "0", time = ""] = key.split(" ");
        return (
          <span key={key} className="soft">
            {" / "}
            {isSameDay(starts, now, here) || shift === "0"
              ? t(word(Number(shift)), { time, school: names.format(schools) })
              : t("time.at", { time: `${dayAt(starts, lesson.schools.find(({ short_name }) => short_name === schools[0])?.timezone ?? here, locale)}, ${time}`, school: names.format(schools) })}
          </span>
        );
      })}
    </p>
  );
}

export function minutesTo(lesson: Pick<Lesson, "starts_at">, now: Date): number {
  return Math.max(0, Math.ceil((Date.parse(lesson.starts_at) - now.getTime()) / 60_000));
}

function since(lesson: Lesson, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(lesson.started_at ?? lesson.starts_at)) / 60_000));
}
