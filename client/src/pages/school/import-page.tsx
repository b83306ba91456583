/** Bringing in a roster: choose the files, look at what they would change, then do it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ApiFailure } from "../../api";
import { wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { RadioGroupField, SelectField } from "../../ui/choices";
import { FieldNotes, notesOf } from "../../ui/field";
import { FilePick } from "../../ui/file-pick";
import { Actions, Form } from "../../ui/form";
import { Facts, Progress, saveFile, Section } from "../../ui/parts";
import { useProblem } from "../../ui/problems";
import { Empty, useFailureWords } from "../../ui/state";
import { DataTable } from "../../ui/table";
import { importRoster, planRoster, type Org, type RosterChange, type RosterPlan, type RowError } from "./calls";
import { manages, SchoolFrame, toHeading } from "./frame";
import { COUNTED, EXAMPLE, sortPlan, type ClassPlan, type Mover } from "./roster-words";

type Kind = "table" | "oneroster";
const MOST_BYTES = 8_000_000;
/** More classes than these are folded, so that one sees them all. */
const OPEN_MOST = 3;

export function ImportPage() {
  const { t } = useTranslation();
  const person = usePerson();
  return (
    <SchoolFrame title={t("rosterImport.title")}>
      {manages(person) ? <Import /> : <Empty title={t("rosterImport.notYours")}>{t("rosterImport.notYoursText")}</Empty>}
    </SchoolFrame>
  );
}

function Import() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [kind, setKind] = useState<Kind>("table");
  const [files, setFiles] = useState<File[]>([]);
  const [org, setOrg] = useState("");
  const [orgs, setOrgs] = useState<Org[]>([]);
  const [hasChanged, setChanged] = useState(false);

  const look = useMutation({
    mutationFn: () => planRoster(files, org),
    onError: (error) => {
      if (error instanceof ApiFailure && error.code === "choose_org") setOrgs(error.listOf<Org>("orgs"));
    },
  });
  const bring = useMutation({
    mutationFn: (digest: string) => importRoster(files, org, digest),
    onSuccess: () => void queries.invalidateQueries({ predicate: ({ queryKey }) => !["session", "vocabulary"].includes(String(queryKey[0])) }),
    onError: (error) => {
      if (!(error instanceof ApiFailure) || error.code !== "plan_changed") return;
      setChanged(true);
      look.mutate();
    },
  });

  function forget() {
    look.reset();
    bring.reset();
    setChanged(false);
  }

  function pick(picked: File[]) {
    forget();
    setFiles(picked);
    setOrgs([]);
    setOrg("");
  }

  if (bring.isSuccess) {
    return (
      <Finished
        counts={bring.data.counts}
        onAgain={() => {
          pick([]);
          toHeading();
        }}
      />
    );
  }
  const rows = look.error instanceof ApiFailure && look.error.code === "roster_errors" ? look.error.listOf<RowError>("rows") : [];
  const count = look.error instanceof ApiFailure ? Number(look.error.problem["count"] ?? rows.length) : 0;
  const asksOrg = orgs.length > 0;

  return (
    <>
      <p className="soft">{t("rosterImport.lead")}</p>
      <Form
        error={asksOrg && !org ? undefined : look.error}
        onSubmit={(): Record<string, string> | void => {
          if (files.length === 0) return { files: t("rosterImport.pickFirst") };
          if (asksOrg && !org) return { org: t("rosterImport.pickOrg") };
          forget();
          if (!look.isPending) look.mutate();
        }}
      >
        <RadioGroupField
          label={t("rosterImport.kind")}
          options={[
            { value: "table", label: t("rosterImport.table"), hint: t("rosterImport.tableHint") },
            { value: "oneroster", label: t("rosterImport.oneroster"), hint: t("rosterImport.onerosterHint") },
          ]}
          value={kind}
          onChange={(value: Kind) => {
            setKind(value);
            pick([]);
          }}
        />
        {kind === "table" ? (
          <>
            <div className="actions">
              <Button look="quiet" onPress={() => saveFile(new Blob(["\uFEFF", EXAMPLE], { type: "text/csv" }), "roster-example.csv")}>
                {t("rosterImport.example")}
              </Button>
            </div>
            <FilePick
              label={t("rosterImport.file")}
              hint={t("rosterImport.fileHint")}
              name="files"
              endings={[".csv"]}
              mostBytes={MOST_BYTES}
              file={files[0]}
              onPick={(file) => pick(file ? [file] : [])}
            />
          </>
        ) : (
          <FilesPick label={t("rosterImport.files")} hint={t("rosterImport.filesHint")} name="files" files={files} onPick={pick} />
        )}
        {asksOrg && (
          <SelectField
            label={t("rosterImport.org")}
            hint={t("rosterImport.orgHint")}
            name="org"
            value={org}
            options={orgs.map(({ id, name }) => ({ value: id, label: name || id }))}
            onChange={(value) => {
              setOrg(value);
              forget();
            }}
          />
        )}
        {!look.data && (
          <Actions>
            <Button look="primary" type="submit" isPending={look.isPending}>
              {t("rosterImport.look")}
            </Button>
          </Actions>
        )}
        {look.isPending && <Progress label={t("rosterImport.reading")} />}
      </Form>
      {rows.length > 0 && <RowErrors rows={rows} count={count} />}
      {look.data && (
        <Plan
          plan={look.data}
          hasChanged={hasChanged}
          isPending={bring.isPending || look.isPending}
          error={hasChanged ? undefined : bring.error}
          onDo={(digest) => {
            setChanged(false);
            bring.mutate(digest);
          }}
          onOther={() => {
            pick([]);
            toHeading();
          }}
        />
      )}
    </>
  );
}

type NumberedError = RowError & { index: number };

function RowErrors({ rows, count }: { rows: readonly RowError[]; count: number }) {
  const { t } = useTranslation();
  const hasFiles = new Set(rows.map(({ file }) => file)).size > 1;
  return (
    <Section title={t("rosterImport.rowsTitle")}>
      <p>
        {t("rosterImport.rowsHow")} {count > rows.length && t("rosterImport.rowsFirst", { n: rows.length, all: count })}
      </p>
      <DataTable
        caption={t("rosterImport.rowsTitle")}
        rows={rows.map((row, index): NumberedError => ({ ...row, index }))}
        rowKey={({ index }) => String(index)}
        columns={[
          {
            key: "row",
            title: t("rosterImport.row"),
            isName: true,
            cell: ({ row }) => (row > 0 ? t("rosterImport.rowNumber", { row }) : t("rosterImport.wholeFile")),
          },
          ...(hasFiles ? [{ key: "file", title: t("rosterImport.inFile"), cell: ({ file }: NumberedError) => <bdi>{file}</bdi> }] : []),
          { key: "column", title: t("rosterImport.column"), cell: ({ column }) => <bdi>{column || "–"}</bdi> },
          { key: "what", title: t("rosterImport.what"), cell: ({ problem }) => wordsFor(t, "rosterImport.problem", problem, "rosterImport.problem.unknown_value") },
        ]}
      />
    </Section>
  );
}

interface PlanProps {
  plan: RosterPlan;
  hasChanged: boolean;
  isPending: boolean;
  error: unknown;
  onDo(digest: string): void;
  onOther(): void;
}

function Plan({ plan, hasChanged, isPending, error, onDo, onOther }: PlanProps) {
  const { t, i18n } = useTranslation();
  const words = useFailureWords();
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => top.current?.focus(), [plan]);
  const all = Object.values(plan.counts).reduce((sum, each) => sum + each, 0);
  const { classes, people } = sortPlan(plan.changes, i18n.language);
  const counted = COUNTED.filter((code) => plan.counts[code]);

  return (
    <div ref={top} tabIndex={-1} className="quiet-focus stack">
      {hasChanged && (
        <p className="notice" role="alert">
          {t("rosterImport.changedMeanwhile")}
        </p>
      )}
      {Boolean(error) && (
        <p className="notice notice--danger" role="alert">
          {words(error)}
        </p>
      )}
      {all === 0 ? (
        <Section title={t("rosterImport.planTitle")}>
          <p>{t("rosterImport.nothing")}</p>
          <Actions>
            <Button onPress={onOther}>{t("ui.otherFile")}</Button>
          </Actions>
        </Section>
      ) : (
        <>
          <Section title={t("rosterImport.planTitle")}>
            <p>{t("rosterImport.planLead")}</p>
            {counted.length === 0 ? (
              <p>{t("rosterImport.onlyIds")}</p>
            ) : (
              <Facts items={counted.map((code) => ({ label: t(`rosterImport.count.${code}`), value: plan.counts[code] }))} />
            )}
          </Section>
          {classes.length > 0 && (
            <Section title={t("rosterImport.byClass")}>
              <div>
                {classes.map((each) => (
                  <OneClass key={each.key} plan={each} isOpen={classes.length <= OPEN_MOST} />
                ))}
              </div>
            </Section>
          )}
          {people.length > 0 && (
            <Section title={t("rosterImport.people")}>
              <ul className="lines">
                {people.map((change, index) => (
                  <li key={index} className="line">
                    {personWords(change)}
                  </li>
                ))}
              </ul>
            </Section>
          )}
          {plan.changes.length < all && <p className="soft">{t("rosterImport.more", { n: all - plan.changes.length })}</p>}
          <Actions>
            <Button look="primary" isPending={isPending} onPress={() => !isPending && onDo(plan.digest)}>
              {t("rosterImport.doIt")}
            </Button>
            <Button onPress={onOther}>{t("ui.otherFile")}</Button>
          </Actions>
          {isPending && <Progress label={t("rosterImport.doing")} />}
        </>
      )}
    </div>
  );

  function personWords({ code, name, was, email, posts }: RosterChange): string {
    const post = (posts ?? []).map((each) => wordsFor(t, "post", each, "ourSchool.other")).join(", ");
    return String(t(`rosterImport.change.${code}`, { name, was, email, post }));
  }
}

function OneClass({ plan, isOpen }: { plan: ClassPlan; isOpen: boolean }) {
  const { t } = useTranslation();
  return (
    <details className="fold" open={isOpen}>
      <summary className="fold__head">
        <bdi className="fold__name">{plan.name}</bdi>
        <span className="soft">
          {[
            ...plan.changes.map(({ code, was }) => t(`rosterImport.class.${code}`, { was })),
            ...(plan.come.length > 0 ? [t("rosterImport.comeCount", { n: plan.come.length })] : []),
            ...(plan.go.length > 0 ? [t("rosterImport.goCount", { n: plan.go.length })] : []),
          ].join(" · ")}
        </span>
      </summary>
      <div className="fold__body">
        {plan.come.length > 0 && <Movers title={t("rosterImport.come")} movers={plan.come} way="from" />}
        {plan.go.length > 0 && <Movers title={t("rosterImport.go")} movers={plan.go} way="to" />}
        {plan.come.length + plan.go.length === 0 && <p className="soft">{t("rosterImport.nobodyMoves")}</p>}
      </div>
    </details>
  );
}

function Movers({ title, movers, way }: { title: string; movers: readonly Mover[]; way: "from" | "to" }) {
  const { t } = useTranslation();
  return (
    <div>
      <h3 className="movers__title">{title}</h3>
      <ul className="movers">
        {movers.map((mover) => {
          const notes = [
            mover.isStaff && t("rosterImport.teaches"),
            mover.isNew && t("rosterImport.isNew"),
            mover.other && t(`rosterImport.${way}`, { other: mover.other }),
          ].filter(Boolean);
          return (
            <li key={mover.key}>
              <bdi>{mover.name}</bdi>
              {notes.length > 0 && <span className="soft"> {notes.join(" · ")}</span>}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Finished({ counts, onAgain }: { counts: Record<string, number>; onAgain(): void }) {
  const { t } = useTranslation();
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => top.current?.focus(), []);
  const counted = COUNTED.filter((code) => counts[code]);
  return (
    <section className="section">
      <h2 ref={top} tabIndex={-1} className="quiet-focus">
        {t("rosterImport.doneTitle")}
      </h2>
      {counted.length > 0 && <Facts items={counted.map((code) => ({ label: t(`rosterImport.count.${code}`), value: counts[code] }))} />}
      {Boolean(counts["add_student"] || counts["return_student"]) && (
        <p>
          {t("rosterImport.nextCards")} <Link href="/classes">{t("rosterImport.toClasses")}</Link>
        </p>
      )}
      {Boolean(counts["add_staff"]) && (
        <p>
          {t("rosterImport.nextLinks")} <Link href="/school/people">{t("rosterImport.toPeople")}</Link>
        </p>
      )}
      <Actions>
        <Button onPress={onAgain}>{t("rosterImport.again")}</Button>
      </Actions>
    </section>
  );
}

interface FilesPickProps {
  label: string;
  hint: string;
  name: string;
  files: readonly File[];
  onPick(files: File[]): void;
}

/** One zip, or the loose files of an export together. */
function FilesPick({ label, hint, name, files, onPick }: FilesPickProps) {
  const { t } = useTranslation();
  const id = useId();
  const [unfit, setUnfit] = useState<string>();
  const [problem, forget] = useProblem(name, unfit);

  function pick(input: HTMLInputElement) {
    const found = [...(input.files ?? [])];
    input.value = "";
    if (found.length === 0) return;
    forget();
    const isKnown = found.every((file) => /\.(zip|csv)$/i.test(file.name));
    const size = found.reduce((sum, file) => sum + file.size, 0);
    const says = !isKnown
      ? t("ui.fileKind", { kinds: ".zip, .csv" })
      : size > MOST_BYTES
        ? t("ui.fileTooLarge", { most: MOST_BYTES / 1_000_000 })
        : undefined;
    setUnfit(says);
    onPick(says ? [] : found);
  }

  return (
    <div className="field">
      <span className="field__label" id={`${id}-label`}>
        {label}
      </span>
      <div className="file">
        <label className="button button--secondary file__button">
          {files.length > 0 ? t("ui.otherFile") : t("ui.pickFile")}
          <input
            id={id}
            name={name}
            type="file"
            multiple
            className="visually-hidden"
            accept=".zip,.csv"
            {...notesOf(id, hint, problem)}
            aria-labelledby={`${id}-label ${id}-name`}
            onChange={(event) => pick(event.currentTarget)}
          />
        </label>
        <span id={`${id}-name`} className={files.length > 0 ? "" : "soft"}>
          {files.length > 0 ? <bdi>{files.map((file) => file.name).join(", ")}</bdi> : t("ui.noFile")}
        </span>
      </div>
      <FieldNotes id={id} hint={hint} problem={problem} />
    </div>
  );
}
