/** The lessons of a space: those to come, with what is asked about them, and those that are over. For staff. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ApiFailure, type School } from "../../api";
import { formatLocale, wordsFor } from "../../i18n";
import { Button } from "../../ui/button";
import { CheckField } from "../../ui/choices";
import { Confirm } from "../../ui/confirm";
import { PagedList, usePaged } from "../../ui/paged";
import { Page, useTitle } from "../../ui/page";
import { Badge, LinkTabs, Said, type Tone } from "../../ui/parts";
import { SchoolName } from "../../ui/school";
import { Empty, useFailureWords } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { answer, cancel, lessonsOf, withdraw, type Ask, type Lesson, type LessonPage } from "./calls";
import { TwoClocks } from "./two-clocks";
import "./lessons.css";

const TONES: Record<string, Tone> = { proposed: "wait", scheduled: "good", live: "good" };

export function LessonsPage({ id, past = false }: { id: string; past?: boolean }) {
  const { t } = useTranslation();
  const [about, setAbout] = useState<LessonPage>();
  const paged = usePaged<Lesson>(["lessons", id, past], async (cursor) => {
    const page = await lessonsOf(id, past, cursor);
    setAbout(page);
    return page;
  });
  const title = about ? t("lessons.titleOf", { space: about.space_name }) : t("lessons.title");
  const heading = useTitle(title);
  if (paged.error instanceof ApiFailure && [403, 404].includes(paged.error.status)) return <NotFoundPage />;
  return (
    <Page
      title={title}
      heading={
        <div className="lessons-head">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {about?.may_plan && (
            <Link href={`/spaces/${id}/lessons/new`} className="button button--primary">
              {t("lessons.plan")}
            </Link>
          )}
        </div>
      }
    >
      <LinkTabs
        label={t("lessons.title")}
        links={[
          { href: `/spaces/${id}/lessons`, label: t("lessons.toCome") },
          { href: `/spaces/${id}/lessons/past`, label: t("lessons.over") },
        ]}
      />
      <PagedList paged={paged} empty={<Empty title={t(past ? "lessons.nothingOver" : "lessons.nothing")}>{t(past ? "lessons.nothingOverText" : "lessons.nothingText")}</Empty>}>
        {(items) => (
          <ul className="lessons">
            {items.map((lesson) => (
              <LessonCard key={lesson.id} lesson={lesson} schools={about?.schools ?? []} spaceId={id} />
            ))}
          </ul>
        )}
      </PagedList>
      <p className="lessons-foot">
        <Link href={`/spaces/${id}`}>{t("lessons.goIn")}</Link>
        <Link href={`/spaces/${id}/record`}>{t("lessons.record")}</Link>
        <Link href="/reminders">{t("lessons.reminders")}</Link>
      </p>
    </Page>
  );
}

function useLessonMove<Given>(spaceId: string, make: (given: Given) => Promise<unknown>, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: make,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["lessons", spaceId] });
      void queries.invalidateQueries({ queryKey: ["today"] });
    },
    onSuccess: onDone,
  });
}

function LessonCard({ lesson, schools, spaceId }: { lesson: Lesson; schools: readonly School[]; spaceId: string }) {
  const { t } = useTranslation();
  const [isAsking, ask] = useState(false);
  const [isAll, setAll] = useState(false);
  const end = useLessonMove(spaceId, () => cancel(lesson.id, isAll), () => ask(false));
  const host = schools.find((school) => school.id === lesson.host_school_id);
  const isOver = lesson.status === "scheduled" && new Date(lesson.ends_at) < new Date();
  const state = isOver ? "missed" : lesson.status;
  return (
    <li className="card lesson" data-status={lesson.status}>
      <div className="lesson__head">
        <h2 className="lesson__title">
          <bdi>{lesson.title}</bdi>
        </h2>
        <Badge tone={TONES[state] ?? "quiet"}>{wordsFor(t, "lessons.status", state, "lessons.status.scheduled")}</Badge>
        {lesson.of > 1 && <span className="soft">{t("lessons.numberOf", { number: lesson.number, of: lesson.of })}</span>}
      </div>
      <TwoClocks starts={lesson.starts_at} ends={lesson.ends_at} schools={schools} />
      {host && schools.length > 1 && (
        <p className="soft lesson__host">
          {t("lessons.hosts")} <SchoolName school={host} />
        </p>
      )}
      {lesson.status === "ended" && lesson.started_at && (
        <p>
          <Link href={`/lessons/${lesson.id}/recap`}>
            {t("lessons.lookBack")}
            <span className="visually-hidden">: {lesson.title}</span>
          </Link>
        </p>
      )}
      {lesson.ask && <Question ask={lesson.ask} schools={schools} spaceId={spaceId} />}
      {lesson.status !== "cancelled" && (
        <Link href={`/lessons/${lesson.id}/plan`} className="lesson__steps">
          {t("lessons.steps")}
          <span className="visually-hidden">{lesson.title}</span>
        </Link>
      )}
      {lesson.may.length > 0 && (
        <div className="lesson__moves">
          {lesson.may.includes("change") && (
            <Link href={`/spaces/${spaceId}/lessons/${lesson.id}/move`} className="button button--secondary">
              {t("lessons.otherTime")}
            </Link>
          )}
          {lesson.may.includes("cancel") && (
            <Button look="quiet" onPress={() => ask(true)}>
              {t("lessons.cancel")}
            </Button>
          )}
          <a className="button button--quiet" href={`/api/lessons/${lesson.id}/calendar`} download="lesson.ics">
            {t("lessons.toCalendar")}
          </a>
        </div>
      )}
      <Confirm
        isOpen={isAsking}
        title={t("lessons.cancelAsk", { title: lesson.title })}
        doIt={t("lessons.cancelDo")}
        isDanger
        isPending={end.isPending}
        error={end.error}
        onConfirm={() => end.mutate(undefined)}
        onClose={() => {
          ask(false);
          end.reset();
        }}
      >
        <p>{t("lessons.cancelText")}</p>
        {lesson.of > 1 && <CheckField label={t("lessons.allToCome")} isChecked={isAll} onChange={setAll} />}
      </Confirm>
    </li>
  );
}

/** What one school asks of the others, and my school's way to answer. */
function Question({ ask, schools, spaceId }: { ask: Ask; schools: readonly School[]; spaceId: string }) {
  const { t, i18n } = useTranslation();
  const failure = useFailureWords();
  const reply = useLessonMove(spaceId, (yes: boolean) => answer(ask.id, yes));
  const back = useLessonMove(spaceId, () => withdraw(ask.id));
  const names = new Intl.ListFormat(formatLocale(i18n.language), { type: "conjunction" });
  const named = (ids: readonly string[]) =>
    names.format(ids.map((id) => schools.find((school) => school.id === id)?.short_name ?? t("lessons.mentor")));
  const asker = schools.find((school) => school.id === ask.school_id);
  const error = reply.error ?? back.error;
  return (
    <div className="lesson-question" data-kind={ask.kind}>
      <p className="lesson-question__what">
        {wordsFor(t, "lessons.asks", ask.kind, "lessons.asks.plan", { name: ask.asked_by, school: asker?.name ?? t("lessons.mentor") })}
        {ask.all_to_come && ask.kind !== "plan" && ` ${t("lessons.allOfThem")}`}
      </p>
      {ask.kind === "move" && ask.starts_at && ask.ends_at && (
        <>
          <TwoClocks starts={ask.starts_at} ends={ask.ends_at} schools={schools} />
          <p className="soft">{t("lessons.untilThen")}</p>
        </>
      )}
      <p className="soft">
        {ask.waiting_for.length > 0 && t("lessons.waitingFor", { schools: named(ask.waiting_for) })}{" "}
        {ask.said_yes.length > 0 && t("lessons.saidYes", { schools: named(ask.said_yes) })}
      </p>
      {ask.may.length > 0 && (
        <div className="lesson__moves">
          {ask.may.includes("answer") && (
            <>
              <Button look="primary" isPending={reply.isPending} onPress={() => reply.mutate(true)}>
                {t("lessons.yes")}
              </Button>
              <Button isPending={reply.isPending} onPress={() => reply.mutate(false)}>
                {t("lessons.no")}
              </Button>
            </>
          )}
          {ask.may.includes("withdraw") && (
            <Button isPending={back.isPending} onPress={() => back.mutate(undefined)}>
              {t("lessons.takeBack")}
            </Button>
          )}
        </div>
      )}
      <Said tone="danger">{error ? failure(error) : ""}</Said>
    </div>
  );
}

