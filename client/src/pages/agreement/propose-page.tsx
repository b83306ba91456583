/** Writing a text: the first one, or a change of the one in force. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { ApiFailure } from "../../api";
import { Button } from "../../ui/button";
import { DateField, SelectField } from "../../ui/choices";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { Section } from "../../ui/parts";
import { Page, useTitle } from "../../ui/page";
import { SchoolName } from "../../ui/school";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { agreement as load, propose, type Agreement, type AgreementText, type LiveVersion } from "./calls";
import { draftOf, isSame, lacks, MINUTES_MOST, textOf, type Draft } from "./draft";
import { Terms } from "./terms";
import { useDate } from "./words";
import "./agreement.css";

const LINE = 500;
const LONG = 4000;
const MOST = { goals: 20, barriers: 20, duties: 40 };

export function ProposePage({ id }: { id: string }) {
  const { t } = useTranslation();
  // What is written is held against what stood here when the page was opened.
  const found = useQuery({ queryKey: ["agreement-draft", id], queryFn: () => load(id), staleTime: Infinity, gcTime: 0 });
  const title = t(found.data?.in_force ?? found.data?.proposed ? "agreement.changeTitle" : "agreement.writeTitle");
  const heading = useTitle(title);
  if (found.error instanceof ApiFailure && found.error.status === 404) return <NotFoundPage />;
  return (
    <Page
      title={title}
      heading={
        <div>
          <p>
            <Link href={`/partnerships/${id}/agreement`}>{t("agreement.title")}</Link>
          </p>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
        </div>
      }
    >
      {found.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : !found.data ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data.may.includes("propose") ? (
        <Empty title={t("agreement.mayNotTitle")}>{t("agreement.mayNotText")}</Empty>
      ) : (
        <Start id={id} agreement={found.data} />
      )}
    </Page>
  );
}

/** With a text in force and another one proposed, either can be what one goes on from. */
function Start({ id, agreement }: { id: string; agreement: Agreement }) {
  const { t } = useTranslation();
  const { in_force: inForce, proposed } = agreement;
  const [from, setFrom] = useState<LiveVersion | null>(inForce ?? proposed);
  return (
    <>
      <p>{t("agreement.writeLead")}</p>
      {inForce && proposed && (
        <div className="form">
          <SelectField
            label={t("agreement.goOnFrom")}
            hint={t("agreement.goOnHint")}
            value={String(from?.number)}
            options={[inForce, proposed].map((version) => ({
              value: String(version.number),
              label: t(version === inForce ? "agreement.inForceNumber" : "agreement.proposedNumber", { number: version.number }),
            }))}
            onChange={(number) => setFrom(number === String(proposed.number) ? proposed : inForce)}
          />
        </div>
      )}
      <TextForm key={from?.number ?? 0} id={id} agreement={agreement} from={from?.text} />
    </>
  );
}

function TextForm({ id, agreement, from }: { id: string; agreement: Agreement; from: AgreementText | undefined }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const date = useDate();
  const [, go] = useLocation();
  const { schools } = agreement;
  const [draft, setDraft] = useState(() => draftOf(from, schools.map((school) => school.id)));
  const [newest, setNewest] = useState(agreement.versions[0]?.number ?? 0);
  const [meanwhile, setMeanwhile] = useState<Agreement>();
  const [isUnchanged, setUnchanged] = useState(false);
  const today = new Date().toISOString().slice(0, 10);
  const change = (part: Partial<Draft>) => {
    setUnchanged(false);
    setDraft((before) => ({ ...before, ...part }));
  };
  const send = useMutation({
    mutationFn: () => propose(id, textOf(draft), newest),
    onSuccess: (after) => {
      queries.setQueryData(["agreement", id], after);
      for (const key of [["agreement-versions", id], ["agreement-difference", id], ["partnership", id], ["today"]])
        void queries.invalidateQueries({ queryKey: key });
      go(`/partnerships/${id}/agreement`);
    },
    onError: async (error) => {
      if (!(error instanceof ApiFailure) || error.code !== "text_changed") return;
      const now = await load(id).catch(() => undefined);
      if (!now) return;
      queries.setQueryData(["agreement", id], now);
      setMeanwhile(now);
      setNewest(now.versions[0]?.number ?? 0);
    },
  });

  function submit() {
    if (send.isPending) return;
    const open = Object.entries(lacks(draft, { today, latest: agreement.latest_expiry }));
    if (open.length > 0)
      return Object.fromEntries(
        open.map(([name, lack]) => [
          name,
          lack === "missing"
            ? t("fieldProblem.missing")
            : t(`agreement.lack.${lack}`, { most: MINUTES_MOST, latest: date(agreement.latest_expiry) }),
        ]),
      );
    if (isSame(draft, meanwhile ?? agreement)) return void setUnchanged(true);
    send.mutate();
  }

  const other = meanwhile?.proposed ?? meanwhile?.in_force;
  return (
    <Form error={meanwhile && send.error ? undefined : send.error} onSubmit={submit}>
      {meanwhile && (
        <div className="notice meanwhile" role="alert">
          <p>
            <strong>{t("agreement.meanwhile")}</strong> {t("agreement.meanwhileKept")}
          </p>
          {other && (
            <details className="fold">
              <summary>{t("agreement.readWhole", { number: other.number })}</summary>
              <Terms text={other.text} schools={meanwhile.schools} />
            </details>
          )}
        </div>
      )}
      <Section title={t("agreement.section.goals")}>
        <Entries
          items={draft.goals}
          empty={{ text: "", baseline: "" }}
          most={MOST.goals}
          least={1}
          add={t("agreement.add.goal")}
          nameOf={(number) => t("agreement.entry.goal", { number })}
          onChange={(goals) => change({ goals })}
        >
          {(goal, index, set) => (
            <>
              <Field
                label={t("agreement.goal")}
                name={`text.goals[${index}].text`}
                rows={2}
                maxLength={LINE}
                value={goal.text}
                onChange={(text) => set({ ...goal, text })}
              />
              <Field
                label={t("agreement.baseline")}
                hint={t("agreement.baselineHint")}
                name={`text.goals[${index}].baseline`}
                rows={2}
                maxLength={LINE}
                value={goal.baseline}
                onChange={(baseline) => set({ ...goal, baseline })}
              />
            </>
          )}
        </Entries>
      </Section>
      <Section title={t("agreement.section.schools")}>
        <ul className="entries">
          {schools.map((school) => (
            <li key={school.id}>
              <fieldset className="entries__one">
                <legend className="visually-hidden">{school.name}</legend>
                <SchoolName school={school} />
                <div className="entries__pair">
                  <Field
                    label={t("agreement.minutesWeek")}
                    name={`minutes.${school.id}`}
                    inputMode="numeric"
                    maxLength={4}
                    className="field__input--short"
                    value={draft.minutes[school.id] ?? ""}
                    onChange={(minutes) => change({ minutes: { ...draft.minutes, [school.id]: minutes } })}
                  />
                  <SelectField
                    label={t("agreement.section.internet")}
                    name={`internet.${school.id}`}
                    value={draft.internet[school.id] ?? ""}
                    options={(["good", "limited", "poor"] as const).map((value) => ({ value, label: t(`internet.${value}`) }))}
                    onChange={(internet) => change({ internet: { ...draft.internet, [school.id]: internet } })}
                  />
                </div>
                <Field
                  label={t("agreement.section.typical_days")}
                  hint={t("agreement.dayHint")}
                  name={`days.${school.id}`}
                  maxLength={LINE}
                  value={draft.days[school.id] ?? ""}
                  onChange={(day) => change({ days: { ...draft.days, [school.id]: day } })}
                />
              </fieldset>
            </li>
          ))}
        </ul>
        <Field
          label={t("agreement.section.time_difference")}
          hint={t("agreement.timeHint")}
          name="text.time_difference"
          rows={2}
          maxLength={LINE}
          value={draft.timeDifference}
          onChange={(timeDifference) => change({ timeDifference })}
        />
      </Section>
      <Section title={t("agreement.section.barriers")}>
        <p className="soft">{t("agreement.barriersHint")}</p>
        <Entries
          items={draft.barriers}
          empty={{ barrier: "", strategy: "" }}
          most={MOST.barriers}
          add={t("agreement.add.barrier")}
          nameOf={(number) => t("agreement.entry.barrier", { number })}
          onChange={(barriers) => change({ barriers })}
        >
          {(each, index, set) => (
            <>
              <Field
                label={t("agreement.barrier")}
                name={`text.barriers[${index}].barrier`}
                rows={2}
                maxLength={LINE}
                value={each.barrier}
                onChange={(barrier) => set({ ...each, barrier })}
              />
              <Field
                label={t("agreement.strategy")}
                name={`text.barriers[${index}].strategy`}
                rows={2}
                maxLength={LINE}
                value={each.strategy}
                onChange={(strategy) => set({ ...each, strategy })}
              />
            </>
          )}
        </Entries>
      </Section>
      <Section title={t("agreement.section.duties")}>
        <Entries
          items={draft.duties}
          empty={{ what: "", who: "" }}
          most={MOST.duties}
          add={t("agreement.add.duty")}
          nameOf={(number) => t("agreement.entry.duty", { number })}
          onChange={(duties) => change({ duties })}
        >
          {(duty, index, set) => (
            <div className="entries__pair">
              <Field
                label={t("agreement.dutyWhat")}
                name={`text.duties[${index}].what`}
                maxLength={LINE}
                value={duty.what}
                onChange={(what) => set({ ...duty, what })}
              />
              <SelectField
                label={t("agreement.dutyWho")}
                name={`text.duties[${index}].who`}
                value={duty.who}
                options={schools.map((school) => ({ value: school.id, label: school.name }))}
                onChange={(who) => set({ ...duty, who })}
              />
            </div>
          )}
        </Entries>
      </Section>
      <Section title={t("agreement.section.dates")}>
        <div className="entries__pair">
          <DateField
            label={t("agreement.section.review_on")}
            name="text.review_on"
            first={today}
            last={agreement.latest_expiry}
            value={draft.reviewOn}
            onChange={(reviewOn) => change({ reviewOn })}
          />
          <DateField
            label={t("agreement.section.expires_on")}
            hint={t("agreement.latest", { date: date(agreement.latest_expiry) })}
            name="text.expires_on"
            first={today}
            last={agreement.latest_expiry}
            value={draft.expiresOn}
            onChange={(expiresOn) => change({ expiresOn })}
          />
        </div>
        <Field
          label={t("agreement.section.extra")}
          name="text.extra"
          rows={5}
          maxLength={LONG}
          value={draft.extra}
          onChange={(extra) => change({ extra })}
        />
      </Section>
      <p role="status" className="field__error">
        {isUnchanged && t("agreement.sameText")}
      </p>
      <p>{t("agreement.sendText")}</p>
      <Actions>
        <Button type="submit" look="primary" isPending={send.isPending}>
          {t(meanwhile ? "agreement.sendAllTheSame" : "agreement.send")}
        </Button>
        <Link href={`/partnerships/${id}/agreement`} className="button button--quiet">
          {t("app.cancel")}
        </Link>
      </Actions>
    </Form>
  );
}

interface EntriesProps<Item> {
  items: readonly Item[];
  empty: Item;
  most: number;
  least?: number;
  add: string;
  nameOf(number: number): string;
  onChange(items: Item[]): void;
  children(item: Item, index: number, set: (item: Item) => void): ReactNode;
}

/** A list that is written entry by entry. After one is taken out the focus is at what follows, never nowhere. */
function Entries<Item>({ items, empty, most, least = 0, add, nameOf, onChange, children }: EntriesProps<Item>) {
  const { t } = useTranslation();
  const whole = useRef<HTMLDivElement>(null);
  const focusLater = (find: (box: HTMLDivElement) => HTMLElement | null | undefined) =>
    requestAnimationFrame(() => whole.current && find(whole.current)?.focus());
  return (
    <div className="entries" ref={whole}>
      {items.map((item, index) => (
        <fieldset key={index} className="entries__one">
          <legend className="visually-hidden">{nameOf(index + 1)}</legend>
          <div className="entries__head">
            <p className="soft" aria-hidden="true">
              {nameOf(index + 1)}
            </p>
            {items.length > least && (
              <Button
                look="quiet"
                aria-label={t("agreement.takeOutOf", { name: nameOf(index + 1) })}
                onPress={() => {
                  onChange(items.filter((_, at) => at !== index));
                  focusLater((box) => box.querySelector<HTMLElement>(".entries__add"));
                }}
              >
                {t("agreement.takeOut")}
              </Button>
            )}
          </div>
          {children(item, index, (changed) => onChange(items.map((each, at) => (at === index ? changed : each))))}
        </fieldset>
      ))}
      {items.length < most && (
        <div>
          <Button
            className="entries__add"
            onPress={() => {
              onChange([...items, empty]);
              focusLater((box) => [...box.querySelectorAll<HTMLElement>("fieldset")].at(-1)?.querySelector<HTMLElement>("input, textarea"));
            }}
          >
            {add}
          </Button>
        </div>
      )}
    </div>
  );
}
