/** A new school year: each class goes on under a new name or ends. Looked at first, then done. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ApiFailure } from "../../api";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { CheckField, CheckGroup, SelectField } from "../../ui/choices";
import { Confirm } from "../../ui/confirm";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { Progress, Section } from "../../ui/parts";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { allClasses, schoolClass, type ClassItem } from "../classes/calls";
import { rollOver, type Rollover, type RolloverBody } from "./calls";
import { manages, SchoolFrame } from "./frame";
import { oneUp, yearAfter } from "./words";

export function NewYearPage() {
  const { t } = useTranslation();
  const person = usePerson();
  return (
    <SchoolFrame title={t("newYear.title")}>
      {manages(person) ? <NewYear /> : <Empty title={t("newYear.notYours")}>{t("newYear.notYoursText")}</Empty>}
    </SchoolFrame>
  );
}

function NewYear() {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["classes", "all"], queryFn: allClasses, staleTime: 0 });
  const [done, setDone] = useState<Rollover>();
  if (done) return <Finished result={done} />;
  if (found.isPending) return <Skeleton blocks={["line", "card", "card"]} />;
  if (found.isError) return <Failed error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data.length === 0) return <Empty title={t("newYear.noClasses")}>{t("newYear.noClassesText")}</Empty>;
  return <Wishes classes={found.data} onDone={setDone} />;
}

interface Wish {
  name: string;
  ends: boolean;
}

function Wishes({ classes, onDone }: { classes: readonly ClassItem[]; onDone(result: Rollover): void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const years = [...new Set(classes.map((each) => each.school_year))].sort();
  const [year, setYear] = useState(years[0] ?? "");
  const [next, setNext] = useState(yearAfter(years[0] ?? ""));
  const [wishes, setWishes] = useState<ReadonlyMap<string, Wish>>(new Map());
  const [leavers, setLeavers] = useState<ReadonlyMap<string, readonly Leaver[]>>(new Map());
  const [carries, setCarries] = useState(true);
  const [isSure, setSure] = useState(false);
  const [hasChanged, setChanged] = useState(false);
  const mine = classes.filter((each) => each.school_year === year);
  const wishOf = (each: ClassItem): Wish => wishes.get(each.id) ?? { name: each.name, ends: false };

  const look = useMutation({ mutationFn: () => rollOver(body("")) });
  const start = useMutation({
    mutationFn: (digest: string) => rollOver(body(digest)),
    onSuccess: (result) => {
      void queries.invalidateQueries({ predicate: ({ queryKey }) => ["classes", "class", "today"].includes(String(queryKey[0])) });
      onDone(result);
    },
    onError: (error) => {
      if (!(error instanceof ApiFailure) || error.code !== "plan_changed") return;
      setSure(false);
      setChanged(true);
      look.mutate();
    },
  });

  function body(digest: string): RolloverBody {
    return {
      school_year: year,
      new_year: next.trim(),
      classes: mine.map((each) => ({ class_id: each.id, name: wishOf(each).name.trim() || each.name, ends: wishOf(each).ends })),
      leavers: mine.flatMap((each) => (leavers.get(each.id) ?? []).map(({ id }) => id)),
      carry_enrolments: carries,
      digest,
    };
  }

  function touch() {
    look.reset();
    setChanged(false);
  }

  function wish(each: ClassItem, part: Partial<Wish>) {
    touch();
    setWishes((before) => new Map(before).set(each.id, { ...(before.get(each.id) ?? { name: each.name, ends: false }), ...part }));
  }

  function submit() {
    const names = new Map<string, string>();
    const missing: Record<string, string> = {};
    if (!next.trim()) missing["new_year"] = t("fieldProblem.missing");
    else if (next.trim() === year) missing["new_year"] = t("newYear.sameYear");
    for (const each of mine) {
      const { name, ends } = wishOf(each);
      const key = name.trim().toLocaleLowerCase();
      if (ends) continue;
      if (!key) missing[`name-${each.id}`] = t("fieldProblem.missing");
      else if (names.has(key)) missing[`name-${each.id}`] = t("newYear.twin", { other: names.get(key) });
      else names.set(key, each.name);
    }
    if (Object.keys(missing).length > 0) return missing;
    touch();
    if (!look.isPending) look.mutate();
  }

  return (
    <>
      <p className="soft">{t("newYear.lead")}</p>
      <Form className="form--wide" error={look.error} onSubmit={submit}>
        <div className="fields-row">
          <SelectField
            label={t("newYear.over")}
            value={year}
            options={years.map((each) => ({ value: each, label: each }))}
            onChange={(value) => {
              touch();
              setYear(value);
              setNext(yearAfter(value));
            }}
          />
          <Field
            label={t("newYear.next")}
            name="new_year"
            value={next}
            maxLength={9}
            onChange={(value) => {
              touch();
              setNext(value);
            }}
          />
        </div>
        <div className="section__head">
          <h2>{t("newYear.classes")}</h2>
          <Button
            onPress={() => {
              touch();
              setWishes(new Map(mine.map((each) => [each.id, { ...wishOf(each), name: oneUp(each.name) }])));
            }}
          >
            {t("newYear.oneUp")}
          </Button>
        </div>
        <ul className="lines">
          {mine.map((each) => {
            const { name, ends } = wishOf(each);
            return (
              <li key={each.id} className="goes-on">
                <div className="goes-on__class">
                  <h3>
                    <bdi>{each.name}</bdi>
                  </h3>
                  <p className="soft">{t("newYear.studentCount", { n: each.student_count })}</p>
                </div>
                <div className="goes-on__how">
                  {!ends && (
                    <Field
                      label={t("newYear.newName")}
                      aria-label={t("newYear.newNameOf", { name: each.name })}
                      name={`name-${each.id}`}
                      value={name}
                      maxLength={60}
                      onChange={(value) => wish(each, { name: value })}
                    />
                  )}
                  <CheckField label={t("newYear.ends", { name: each.name })} hint={ends ? t("newYear.endsHint") : undefined} isChecked={ends} onChange={(value) => wish(each, { ends: value })} />
                  {!ends && each.student_count > 0 && (
                    <Leavers
                      group={each}
                      chosen={leavers.get(each.id) ?? []}
                      onChange={(chosen) => {
                        touch();
                        setLeavers((before) => new Map(before).set(each.id, chosen));
                      }}
                    />
                  )}
                </div>
              </li>
            );
          })}
        </ul>
        <CheckField
          label={t("newYear.carry")}
          hint={t("newYear.carryHint")}
          isChecked={carries}
          onChange={(value) => {
            touch();
            setCarries(value);
          }}
        />
        {!look.data && (
          <Actions>
            <Button look="primary" type="submit" isPending={look.isPending}>
              {t("newYear.look")}
            </Button>
          </Actions>
        )}
        {look.isPending && <Progress label={t("app.loading")} />}
      </Form>
      {look.data && (
        <Shown
          result={look.data}
          next={next}
          hasChanged={hasChanged}
          names={new Map([...leavers.values()].flat().map(({ id, name }) => [id, name]))}
          onDo={() => {
            setChanged(false);
            setSure(true);
          }}
        />
      )}
      <Confirm
        isOpen={isSure}
        title={t("newYear.sureTitle", { year: next })}
        doIt={t("newYear.doIt")}
        isDanger
        isPending={start.isPending}
        error={start.error}
        onConfirm={() => look.data && start.mutate(look.data.digest)}
        onClose={() => {
          start.reset();
          setSure(false);
        }}
      >
        <p>{t("newYear.sureText")}</p>
      </Confirm>
    </>
  );
}

interface Leaver {
  id: string;
  name: string;
}

interface LeaversProps {
  group: ClassItem;
  chosen: readonly Leaver[];
  onChange(chosen: Leaver[]): void;
}

/** Who of a class does not come back; its list is fetched when somebody looks. */
function Leavers({ group, chosen, onChange }: LeaversProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const found = useQuery({ queryKey: ["class", group.id], queryFn: () => schoolClass(group.id), enabled: isOpen });
  const people = (found.data?.students ?? []).map(({ id, alias, given_name }) => ({ id, name: given_name || alias, alias }));
  return (
    <details className="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="fold__head">
        {t("newYear.leaversOf", { name: group.name })}
        {chosen.length > 0 && <span className="soft">{t("newYear.leaverCount", { n: chosen.length })}</span>}
      </summary>
      <div className="fold__body">
        {found.isError ? (
          <Failed error={found.error} onRetry={() => void found.refetch()} />
        ) : !found.data ? (
          <Progress label={t("app.loading")} />
        ) : (
          <CheckGroup
            label={t("newYear.leaversOf", { name: group.name })}
            hint={t("newYear.leaversHint")}
            options={people.map(({ id, name, alias }) => ({ value: id, label: name, hint: name === alias ? undefined : alias }))}
            values={chosen.map(({ id }) => id)}
            onChange={(ids) => onChange(people.filter(({ id }) => ids.includes(id)))}
          />
        )}
      </div>
    </details>
  );
}

interface ShownProps {
  result: Rollover;
  next: string;
  hasChanged: boolean;
  names: ReadonlyMap<string, string>;
  onDo(): void;
}

function Shown({ result, next, hasChanged, names, onDo }: ShownProps) {
  const { t, i18n } = useTranslation();
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => top.current?.focus(), [result]);
  const list = new Intl.ListFormat(i18n.language, { type: "conjunction" });
  return (
    <div ref={top} tabIndex={-1} className="quiet-focus stack">
      {hasChanged && (
        <p className="notice" role="alert">
          {t("newYear.changedMeanwhile")}
        </p>
      )}
      <Section title={t("newYear.planTitle", { year: next })}>
        <ul className="lines">
          {result.steps.map((step) => {
            const known = step.leavers.flatMap((id) => names.get(id) ?? []);
            return (
              <li key={step.class_id} className="line line--stacked">
                <strong>
                  {step.new_name ? t("newYear.becomes", { name: step.name, next: step.new_name }) : t("newYear.stepEnds", { name: step.name })}
                </strong>
                {step.new_name && (
                  <span>{t("newYear.goOn", { students: step.students.length, teachers: step.teachers.length, projects: step.spaces.length })}</span>
                )}
                {step.leavers.length > 0 && (
                  <span>
                    {known.length === step.leavers.length
                      ? t("newYear.leaveNames", { names: list.format(known) })
                      : t("newYear.leaveCount", { n: step.leavers.length })}
                  </span>
                )}
              </li>
            );
          })}
        </ul>
        <Actions>
          <Button look="primary" onPress={onDo}>
            {t("newYear.doIt")}
          </Button>
        </Actions>
      </Section>
    </div>
  );
}

function Finished({ result }: { result: Rollover }) {
  const { t } = useTranslation();
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => top.current?.focus(), []);
  return (
    <section className="section">
      <h2 ref={top} tabIndex={-1} className="quiet-focus">
        {t("newYear.doneTitle")}
      </h2>
      <p>{t("newYear.doneText", { n: result.steps.filter((step) => step.new_name).length })}</p>
      <p>
        <Link href="/classes">{t("newYear.toClasses")}</Link>
      </p>
    </section>
  );
}
