/** A lesson that is over, on a list: when it was, who was there, and the way to its page. */
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { usePerson } from "../../person";
import { SchoolName } from "../../ui/school";
import type { RecapCard } from "./calls";
import { When } from "./when";

interface LookBackProps {
  lesson: RecapCard;
  level: 2 | 3;
  /** On a list of several spaces. */
  withSpace?: boolean;
}

export function LookBack({ lesson, level, withSpace = false }: LookBackProps) {
  const { t } = useTranslation();
  const mine = usePerson().school.id;
  const Heading = level === 2 ? "h2" : "h3";
  const there = lesson.schools.filter(({ students, staff }) => students + staff > 0);
  const wasAway = lesson.schools.some(({ school }) => school.id === mine) && !there.some(({ school }) => school.id === mine);
  return (
    <li className="card recap-card">
      <div className="recap-card__text">
        <Heading className="recap-card__title">
          <bdi>{lesson.title}</bdi>
        </Heading>
        {withSpace && (
          <p className="soft">
            <bdi>{lesson.space_name}</bdi>
          </p>
        )}
        <When lesson={lesson} />
        {there.length > 0 && (
          <ul className="schools">
            {there.map(({ school }) => (
              <li key={school.id}>
                <SchoolName school={school} />
              </li>
            ))}
          </ul>
        )}
        {wasAway && <p>{t("recap.latelyAway")}</p>}
      </div>
      <Link href={`/lessons/${lesson.lesson_id}/recap`} className="button button--secondary" aria-label={t("recap.openOf", { title: lesson.title })}>
        {t("recap.open")}
      </Link>
    </li>
  );
}
