/** The plan of a lesson: its steps in order, and how long they take together. For staff. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ApiFailure } from "../../api";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { dayAndClock } from "../../time";
import { Button } from "../../ui/button";
import { SelectField } from "../../ui/choices";
import { Page, useTitle } from "../../ui/page";
import { Said, Section } from "../../ui/parts";
import { Empty, Failed, Skeleton, useFailureWords } from "../../ui/state";
import { pagesOf } from "../../space/pages/calls";
import { NotFoundPage } from "../not-found-page";
import { plannedIn, saveSteps, stepsOf, type LessonSteps } from "./calls";
import { asStep, draftOf, emptyStep, isReady, minutesOf, moved, startOf, STEPS_MAX, usedAgain, type Step, type StepDraft } from "./draft";
import { StepCard } from "./step-card";
import "./steps.css";

export function StepsPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["lesson-steps", id], queryFn: () => stepsOf(id), refetchOnWindowFocus: false, staleTime: Infinity, gcTime: 0 });
  const title = found.data ? t("steps.titleOf", { title: found.data.title }) : t("steps.title");
  const heading = useTitle(title);
  if (found.error instanceof ApiFailure && [403, 404].includes(found.error.status)) return <NotFoundPage />;
  return (
    <Page
      title={title}
      heading={
        <div className="steps-head">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {found.data && <Link href={`/spaces/${found.data.space_id}/lessons`}>{t("steps.back")}</Link>}
        </div>
      }
    >
      {found.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : found.isError ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Editor lesson={found.data} />
      )}
    </Page>
  );
}

function Editor({ lesson }: { lesson: LessonSteps }) {
  const { t, i18n } = useTranslation();
  const failure = useFailureWords();
  const queries = useQueryClient();
  const mine = usePerson().school;
  const [steps, setSteps] = useState(() => lesson.items.map((step) => draftOf(step)));
  const [version, setVersion] = useState(lesson.version);
  const [isDirty, setDirty] = useState(false);
  const [isChecked, setChecked] = useState(false);
  const [opened, open] = useState<string>();
  const [said, say] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const pages = useQuery({ queryKey: ["pages", lesson.space_id], queryFn: () => pagesOf(lesson.space_id) });
  const save = useMutation({
    mutationFn: (from: number) => saveSteps(lesson.lesson_id, { version: from, steps: steps.map(asStep) }),
    onSuccess: (stored) => {
      setVersion(stored.version);
      setDirty(false);
      setChecked(false);
      say(t("steps.saved"));
      open(undefined);
      void queries.invalidateQueries({ queryKey: ["steps", lesson.lesson_id] });
    },
  });
  useEffect(() => {
    if (!isDirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isDirty]);

  const change = (next: StepDraft[]) => {
    setSteps(next);
    setDirty(true);
    say("");
    save.reset();
  };
  const kept = keptIn(save.error);
  const locale = formatLocale(i18n.language);
  const starts = new Date(lesson.starts_at);
  const lengthMin = Math.round((Date.parse(lesson.ends_at) - starts.getTime()) / 60_000);
  const totalMin = minutesOf(steps);

  function submit(from: number) {
    setChecked(true);
    const wrong = steps.find((step) => !isReady(step));
    if (wrong) {
      open(wrong.id);
      say("");
      return;
    }
    say("");
    save.mutate(from);
  }

  function move(from: number, to: number) {
    change(moved(steps, from, to));
    say(t("steps.movedTo", { title: steps[from]?.title ?? "", place: to + 1 }));
  }

  function remove(place: number) {
    const title = steps[place]?.title ?? "";
    change(steps.filter((_, at) => at !== place));
    say(t("steps.removed", { title }));
    list.current?.focus();
  }

  return (
    <>
      <p className="steps-when">{dayAndClock(starts, new Date(), mine.timezone, locale)}</p>
      <Total totalMin={totalMin} lengthMin={lengthMin} />
      {steps.length === 0 && <Empty title={t("steps.nothing")}>{t("steps.nothingText")}</Empty>}
      <ol className="step-cards" ref={list} tabIndex={-1} aria-label={t("steps.plan")}>
        {steps.map((step, place) => (
          <StepCard
            key={step.id}
            step={step}
            place={place}
            count={steps.length}
            startMin={startOf(steps, place)}
            startsAt={new Date(starts.getTime() + startOf(steps, place) * 60_000)}
            isOpen={opened === step.id && lesson.may_edit}
            isChecked={isChecked}
            mayEdit={lesson.may_edit}
            pages={pages.data?.items ?? []}
            spaceId={lesson.space_id}
            onOpen={(isOpen) => open(isOpen ? step.id : undefined)}
            onChange={(next) => change(steps.map((each) => (each.id === next.id ? next : each)))}
            onMove={(to) => move(place, to)}
            onRemove={() => remove(place)}
          />
        ))}
      </ol>
      {lesson.may_edit ? (
        <>
          {steps.length < STEPS_MAX && (
            <Button
              className="steps-add"
              onPress={() => {
                const step = emptyStep();
                change([...steps, step]);
                open(step.id);
              }}
            >
              {t("steps.add")}
            </Button>
          )}
          <div className="steps-save">
            {kept && (
              <div className="notice steps-kept" role="alert">
                <p>{t("steps.changed")}</p>
                <div className="actions">
                  <Button
                    onPress={() => {
                      setSteps(kept.steps.map((step) => draftOf(step)));
                      setVersion(kept.version);
                      setDirty(false);
                      open(undefined);
                      save.reset();
                    }}
                  >
                    {t("steps.takeTheirs")}
                  </Button>
                  <Button onPress={() => submit(kept.version)}>{t("steps.saveMine")}</Button>
                </div>
              </div>
            )}
            <Button look="primary" isDisabled={!isDirty} isPending={save.isPending} onPress={() => submit(version)}>
              {t("steps.save")}
            </Button>
            {isDirty && !said && <span className="soft">{t("steps.notSaved")}</span>}
            <Said tone={save.isError && !kept ? "danger" : "good"}>{save.isError && !kept ? failure(save.error) : said}</Said>
          </div>
          {steps.length < STEPS_MAX && <UseAgain lesson={lesson} onUse={(again) => change(usedAgain(again, steps))} />}
        </>
      ) : (
        <p className="soft">{t("steps.isOver")}</p>
      )}
    </>
  );
}

/** What the server kept when somebody else had saved before. */
function keptIn(error: unknown): { version: number; steps: Step[] } | undefined {
  if (!(error instanceof ApiFailure) || error.code !== "steps_changed") return undefined;
  return error.problem["kept"] as { version: number; steps: Step[] } | undefined;
}

function Total({ totalMin, lengthMin }: { totalMin: number; lengthMin: number }) {
  const { t } = useTranslation();
  const left = lengthMin - totalMin;
  const words = left > 0 ? t("steps.free", { count: left }) : left < 0 ? t("steps.tooLong", { count: -left }) : t("steps.fits");
  return (
    <p className="steps-total" data-over={left < 0 ? "" : undefined} role="status">
      <strong>{t("steps.total", { total: totalMin, length: lengthMin })}</strong> {words}
    </p>
  );
}

/** Steps of an earlier lesson of the space, put behind those that are here. */
function UseAgain({ lesson, onUse }: { lesson: LessonSteps; onUse(steps: readonly Step[]): void }) {
  const { t, i18n } = useTranslation();
  const failure = useFailureWords();
  const mine = usePerson().school;
  const [chosen, choose] = useState("");
  const found = useQuery({ queryKey: ["lesson-plans", lesson.space_id], queryFn: () => plannedIn(lesson.space_id) });
  const fetchSteps = useMutation({
    mutationFn: stepsOf,
    onSuccess: (other) => {
      onUse(other.items);
      choose("");
    },
  });
  const others = (found.data?.items ?? []).filter((each) => each.lesson_id !== lesson.lesson_id && each.steps > 0);
  if (others.length === 0) return null;
  const locale = formatLocale(i18n.language);
  return (
    <Section title={t("steps.useAgain")}>
      <div className="steps-again">
        <SelectField
          label={t("steps.from")}
          value={chosen}
          options={others.map((each) => ({
            value: each.lesson_id,
            label: t("steps.planned", {
              title: each.title,
              day: dayAndClock(new Date(each.starts_at), new Date(), mine.timezone, locale),
              count: each.steps,
            }),
          }))}
          onChange={choose}
        />
        <Button isDisabled={chosen === ""} isPending={fetchSteps.isPending} onPress={() => fetchSteps.mutate(chosen)}>
          {t("steps.copy")}
        </Button>
      </div>
      <Said tone="danger">{fetchSteps.error ? failure(fetchSteps.error) : ""}</Said>
    </Section>
  );
}
