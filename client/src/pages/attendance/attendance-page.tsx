/** The lessons that were held in a space: who came, from when to when, by school. For staff. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { api, ApiFailure } from "../../api";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { clockAt, dateAndClock } from "../../time";
import { Button } from "../../ui/button";
import { PagedList, usePaged } from "../../ui/paged";
import { Page, useTitle } from "../../ui/page";
import { Badge, FileLink, Section } from "../../ui/parts";
import { SchoolName } from "../../ui/school";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { DataTable } from "../../ui/table";
import { NotFoundPage } from "../not-found-page";
import { LessonBalance, SpaceBalance } from "./balance";
import { asPaper, asTable, attendance, heldLessons, type Attended, type LessonCount, type SchoolCount } from "./calls";
import "./attendance.css";

export function AttendancePage({ id }: { id: string }) {
  const { t } = useTranslation();
  const space = useQuery({ queryKey: ["space", id], queryFn: () => api.space(id) });
  const paged = usePaged<LessonCount>(["attendance", id], (cursor) => heldLessons(id, cursor));
  const heading = useTitle(t("attended.title"));
  if (paged.error instanceof ApiFailure && [403, 404].includes(paged.error.status)) return <NotFoundPage />;
  return (
    <Page
      title={t("attended.title")}
      heading={
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {t("attended.title")}
          </h1>
          <p className="soft">
            <Link href={`/spaces/${id}/record`}>
              {t("attended.back")}
              {space.data && (
                <>
                  : <bdi>{space.data.name}</bdi>
                </>
              )}
            </Link>
          </p>
        </div>
      }
    >
      <p>{t("attended.intro")}</p>
      <SpaceBalance spaceId={id} />
      <PagedList paged={paged} empty={<Empty title={t("attended.none")}>{null}</Empty>}>
        {(lessons) => lessons.map((lesson) => <Lesson key={lesson.lesson_id} lesson={lesson} />)}
      </PagedList>
    </Page>
  );
}

function Lesson({ lesson }: { lesson: LessonCount }) {
  const { t, i18n } = useTranslation();
  const here = usePerson().school.timezone;
  const locale = formatLocale(i18n.language);
  const [isOpen, setOpen] = useState(false);
  const host = lesson.schools.find((school) => school.school_id === lesson.host_school_id);
  return (
    <Section title={lesson.title} aside={lesson.ended_at ? undefined : <Badge tone="good">{t("attended.now")}</Badge>}>
      <p className="soft">
        {dateAndClock(new Date(lesson.started_at), here, locale)}
        {host && <> · {t("attended.host", { school: host.name })}</>}
      </p>
      {lesson.schools.length === 0 ? (
        <p>{t("attended.nobody")}</p>
      ) : (
        <ul className="lines">
          {lesson.schools.map((school) => (
            <li key={school.school_id} className="line attended-school">
              <SchoolName school={school} />
              <span>
                {t("attended.students", { count: school.students })}, {t("attended.staff", { count: school.staff })}
              </span>
              <span className="soft">{timesOf(school, school.timezone, locale, t)}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="attended-actions">
        <Button aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
          {t("attended.show")}
          <span className="visually-hidden">{lesson.title}</span>
        </Button>
        <Link href={`/lessons/${lesson.lesson_id}/recap`} className="button button--quiet">
          {t("attended.lookBack")}
          <span className="visually-hidden">: {lesson.title}</span>
        </Link>
      </div>
      {isOpen && (
        <>
          <LessonBalance lessonId={lesson.lesson_id} />
          <People lesson={lesson} />
        </>
      )}
    </Section>
  );
}

function People({ lesson }: { lesson: LessonCount }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const found = useQuery({ queryKey: ["attended", lesson.lesson_id], queryFn: () => attendance(lesson.lesson_id) });
  if (found.isPending) return <Skeleton blocks={["card"]} />;
  if (!found.data) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  const { people, may_export, lesson: counted } = found.data;
  return (
    <>
      {counted.schools.map((school) => (
        <section key={school.school_id} className="attended-people" aria-label={school.name}>
          <h3>
            <SchoolName school={school} />
          </h3>
          <DataTable<Attended>
            caption={school.name}
            rows={people.filter((person) => person.school_id === school.school_id)}
            rowKey={(person) => person.user_id}
            columns={[
              { key: "name", title: t("attended.name"), isName: true, cell: (person) => <bdi>{person.name}</bdi> },
              { key: "class", title: t("attended.class"), cell: (person) => (person.kind === "staff" ? t("attended.adult") : <bdi>{person.class_name}</bdi>) },
              {
                key: "times",
                title: t("attended.times"),
                cell: (person) => person.stretches.map((stretch) => <div key={stretch.came_at}>{timesOf(stretch, school.timezone, locale, t)}</div>),
              },
              { key: "minutes", title: t("attended.minutes"), isNumber: true, cell: (person) => person.minutes },
            ]}
          />
        </section>
      ))}
      {may_export && (
        <div className="attended-actions">
          <FileLink href={asTable(lesson.lesson_id)}>{t("attended.csv")}</FileLink>
          <FileLink href={asPaper(lesson.lesson_id, i18n.language)}>{t("attended.pdf")}</FileLink>
        </div>
      )}
    </>
  );
}

type Words = ReturnType<typeof useTranslation>["t"];

/** On the clock of the school itself. */
function timesOf(stretch: Pick<SchoolCount, "came_at" | "left_at">, timezone: string, locale: string, t: Words): string {
  const from = clockAt(new Date(stretch.came_at), timezone, locale);
  return stretch.left_at
    ? t("attended.from", { from, to: clockAt(new Date(stretch.left_at), timezone, locale) })
    : t("attended.fromNow", { from });
}
