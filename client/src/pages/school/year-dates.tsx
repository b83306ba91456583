/** Terms and holidays: the list, one more or one less, a calendar file, the public holidays of a year. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale, wordsFor } from "../../i18n";
import { dateAt } from "../../time";
import { Button } from "../../ui/button";
import { CheckGroup, DateField, RadioGroupField, SelectField } from "../../ui/choices";
import { Confirm } from "../../ui/confirm";
import { Question } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { FilePick } from "../../ui/file-pick";
import { Actions, Form } from "../../ui/form";
import { Progress, Said, Section } from "../../ui/parts";
import { Empty, Failed } from "../../ui/state";
import { DataTable } from "../../ui/table";
import { editDates, importDates, publicHolidays, type CalendarView, type DateKind, type DateView, type NewDate, type ReadDate } from "./calls";
import { useReturn } from "./frame";
import { daysWords } from "./words";

const KINDS: readonly DateKind[] = ["term", "holiday"];
const LONGEST_DAYS = 400;
const FILE_MOST_BYTES = 512 * 1024;
/** As `FIRST_HOLIDAY_YEAR` and `LAST_HOLIDAY_YEAR` on the server. */
const FIRST_YEAR = 2001;
const LAST_YEAR = 2035;

interface YearDatesProps {
  schoolId: string;
  record: CalendarView;
}

const isSame = (one: NewDate, other: NewDate) =>
  one.kind === other.kind && one.first_day === other.first_day && one.last_day === other.last_day;
const keyOf = ({ kind, first_day, last_day }: NewDate) => `${kind} ${first_day} ${last_day}`;

export function YearDates({ schoolId, record }: YearDatesProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const queries = useQueryClient();
  const [edited, setEdited] = useState<DateView | "new">();
  const [doomed, setDoomed] = useState<DateView>();
  const [panel, setPanel] = useState<"file" | "holidays">();
  const [said, say] = useState("");
  const openers = { file: useRef<HTMLButtonElement>(null), holidays: useRef<HTMLButtonElement>(null) };
  const today = dateAt(new Date(), record.timezone);
  const [isWithPast, setWithPast] = useState(false);
  const past = record.dates.filter((each) => each.last_day < today).length;
  const rows = isWithPast ? record.dates : record.dates.filter((each) => each.last_day >= today);

  const change = useMutation({
    mutationFn: (edit: (dates: NewDate[]) => NewDate[]) => editDates(schoolId, edit),
    onSuccess: (after) => {
      queries.setQueryData(["calendar", schoolId], after);
      setEdited(undefined);
      setDoomed(undefined);
      say(t("ui.saved"));
    },
  });
  const close = () => {
    change.reset();
    setEdited(undefined);
    setDoomed(undefined);
  };
  const shut = () => {
    if (panel) openers[panel].current?.focus();
    setPanel(undefined);
  };
  const added = (n: number) => {
    shut();
    say(t("ourCalendar.added", { n }));
    void queries.invalidateQueries({ queryKey: ["calendar", schoolId] });
  };

  return (
    <Section
      title={t("ourCalendar.year")}
      aside={
        record.can_edit && (
          <Button onPress={() => setEdited("new")}>{t("ourCalendar.addDate")}</Button>
        )
      }
    >
      <p className="soft">{t("ourCalendar.yearHow")}</p>
      <Said>{said}</Said>
      {rows.length === 0 ? (
        <Empty title={t("ourCalendar.emptyTitle")}>{t("ourCalendar.emptyText")}</Empty>
      ) : (
        <DataTable
          caption={t("ourCalendar.year")}
          rows={rows}
          rowKey={keyOf}
          columns={[
            { key: "name", title: t("ourCalendar.dateName"), cell: (date) => <bdi>{date.name}</bdi> },
            { key: "kind", title: t("ourCalendar.kind"), cell: (date) => (
                <>
                  {wordsFor(t, "dateKind", date.kind, "dateKind.term")}
                  {date.source !== "manual" && <span className="soft"> · {wordsFor(t, "dateSource", date.source ?? "manual", "dateSource.manual")}</span>}
                </>
              ) },
            { key: "days", title: t("ourCalendar.days"), cell: (date) => daysWords(date.first_day, date.last_day, locale) },
            ...(record.can_edit
              ? [
                  {
                    key: "do",
                    title: t("ourSchool.actions"),
                    isActions: true,
                    cell: (date: DateView) => (
                      <div className="row-actions">
                        <Button look="quiet" aria-label={t("ourCalendar.changeDate", { name: date.name })} onPress={() => setEdited(date)}>
                          {t("ourSchool.edit")}
                        </Button>
                        <Button look="quiet" aria-label={t("ourCalendar.takeOutDate", { name: date.name })} onPress={() => setDoomed(date)}>
                          {t("ourSchool.takeOut")}
                        </Button>
                      </div>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
      {past > 0 && (
        <Actions>
          <Button look="quiet" onPress={() => setWithPast(!isWithPast)}>
            {isWithPast ? t("ourCalendar.hidePast") : t("ourCalendar.showPast", { n: past })}
          </Button>
        </Actions>
      )}
      {record.can_edit && (
        <Actions>
          <Button ref={openers.file} aria-expanded={panel === "file"} onPress={() => setPanel(panel === "file" ? undefined : "file")}>
            {t("ourCalendar.fromFile")}
          </Button>
          <Button ref={openers.holidays} aria-expanded={panel === "holidays"} onPress={() => setPanel(panel === "holidays" ? undefined : "holidays")}>
            {t("ourCalendar.public")}
          </Button>
        </Actions>
      )}
      {panel === "file" && <FromFile schoolId={schoolId} onAdded={added} onClose={shut} />}
      {panel === "holidays" && (
        <PublicHolidays schoolId={schoolId} known={record.dates} thisYear={Number(today.slice(0, 4))} onAdded={added} onClose={shut} />
      )}
      {edited && (
        <DateQuestion
          key={edited === "new" ? "new" : keyOf(edited)}
          before={edited === "new" ? undefined : edited}
          known={record.dates}
          isPending={change.isPending}
          error={change.error}
          onClose={close}
          onSave={(date) =>
            change.mutate((dates) => (edited === "new" ? [...dates, date] : [...dates.filter((each) => !isSame(each, edited)), date]))
          }
        />
      )}
      <Confirm
        isOpen={doomed !== undefined}
        title={t("ourCalendar.takeOutTitle", { name: doomed?.name ?? "" })}
        doIt={t("ourSchool.takeOut")}
        isDanger
        isPending={change.isPending}
        error={change.error}
        onClose={close}
        onConfirm={() => doomed && change.mutate((dates) => dates.filter((each) => !isSame(each, doomed)))}
      >
        <p>{doomed && daysWords(doomed.first_day, doomed.last_day, locale)}</p>
      </Confirm>
    </Section>
  );
}

interface DateQuestionProps {
  before: DateView | undefined;
  known: readonly DateView[];
  isPending: boolean;
  error: unknown;
  onSave(date: NewDate): void;
  onClose(): void;
}

function DateQuestion({ before, known, isPending, error, onSave, onClose }: DateQuestionProps) {
  useReturn();
  const { t } = useTranslation();
  const [kind, setKind] = useState<DateKind>(before?.kind ?? "holiday");
  const [name, setName] = useState(before?.name ?? "");
  const [first, setFirst] = useState(before?.first_day ?? "");
  const [last, setLast] = useState(before?.last_day ?? "");

  function submit() {
    const date: NewDate = { kind, name: name.trim(), first_day: first, last_day: last || first, source: "manual" };
    const days = (Date.parse(date.last_day) - Date.parse(date.first_day)) / 86_400_000;
    const isTwin = known.some((each) => isSame(each, date) && !(before && isSame(each, before)));
    const missing = {
      ...(date.name ? {} : { name: t("fieldProblem.missing") }),
      ...(first ? {} : { first_day: t("fieldProblem.missing") }),
      ...(days < 0 ? { last_day: t("ourCalendar.lastBefore") } : {}),
      ...(days >= LONGEST_DAYS ? { last_day: t("ourCalendar.tooLong") } : {}),
      ...(isTwin ? { first_day: t("ourCalendar.twin") } : {}),
    };
    if (Object.keys(missing).length > 0) return missing;
    if (!isPending) onSave(date);
  }

  return (
    <Question
      isOpen
      title={t(before ? "ourCalendar.editTitle" : "ourCalendar.addDate")}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="date-form" isPending={isPending}>
            {t("ui.save")}
          </Button>
        </>
      }
    >
      <Form id="date-form" error={error} onSubmit={submit}>
        <RadioGroupField
          label={t("ourCalendar.kind")}
          options={KINDS.map((value) => ({ value, label: t(`dateKind.${value}`) }))}
          value={kind}
          onChange={setKind}
        />
        <Field label={t("ourCalendar.dateName")} name="name" value={name} onChange={setName} maxLength={120} />
        <DateField label={t("ourCalendar.firstDay")} name="first_day" value={first} onChange={setFirst} />
        <DateField label={t("ourCalendar.lastDay")} hint={t("ourCalendar.lastDayHint")} name="last_day" value={last} onChange={setLast} {...(first ? { first } : {})} />
      </Form>
    </Question>
  );
}

interface PanelProps {
  schoolId: string;
  onAdded(n: number): void;
  onClose(): void;
}

/** A part of the page that was just opened: the reader is taken to it. */
function Panel({ title, children }: { title: string; children: ReactNode }) {
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => top.current?.focus(), []);
  return (
    <div className="card panel">
      <h3 ref={top} tabIndex={-1} className="quiet-focus">
        {title}
      </h3>
      {children}
    </div>
  );
}

function FromFile({ schoolId, onAdded, onClose }: PanelProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const [file, setFile] = useState<File>();
  const [otherwise, setOtherwise] = useState<DateKind | "out">("out");
  const send = async (dryRun: boolean) => importDates(schoolId, (await file?.text()) ?? "", otherwise === "out" ? null : otherwise, dryRun);
  const look = useMutation({ mutationFn: () => send(true) });
  const add = useMutation({ mutationFn: () => send(false), onSuccess: ({ added }) => onAdded(added.length) });
  const shown = look.data;

  return (
    <Panel title={t("ourCalendar.fromFile")}>
      <Form
        error={look.error ?? add.error}
        onSubmit={() => {
          if (!file) return { file: t("ourCalendar.pickFirst") };
          add.reset();
          if (shown && shown.added.length > 0) add.mutate();
          else look.mutate();
        }}
      >
        <FilePick
          label={t("ourCalendar.icsFile")}
          hint={t("ourCalendar.icsHint")}
          name="file"
          endings={[".ics"]}
          mostBytes={FILE_MOST_BYTES}
          file={file}
          onPick={(picked) => {
            setFile(picked);
            look.reset();
          }}
        />
        <RadioGroupField
          label={t("ourCalendar.otherwise")}
          options={[
            { value: "out", label: t("ourCalendar.leaveOut") },
            { value: "holiday", label: t("dateKind.holiday") },
            { value: "term", label: t("dateKind.term") },
          ]}
          value={otherwise}
          onChange={(value) => {
            setOtherwise(value);
            look.reset();
          }}
        />
        {look.isPending && <Progress label={t("app.loading")} />}
        {shown && (
          <div className="stack" role="status">
            <p>
              <strong>{t(shown.added.length > 0 ? "ourCalendar.wouldAdd" : "ourCalendar.nothingNew", { n: shown.added.length })}</strong>
              {shown.kept > 0 && ` ${t("ourCalendar.thereAlready", { n: shown.kept })}`}
            </p>
            {shown.added.length > 0 && (
              <DataTable
                caption={t("ourCalendar.wouldAdd", { n: shown.added.length })}
                rows={shown.added}
                rowKey={keyOf}
                columns={[
                  { key: "name", title: t("ourCalendar.dateName"), cell: (date: ReadDate) => <bdi>{date.name}</bdi> },
                  { key: "kind", title: t("ourCalendar.kind"), cell: (date) => t(`dateKind.${date.kind}`) },
                  { key: "days", title: t("ourCalendar.days"), cell: (date) => daysWords(date.first_day, date.last_day, locale) },
                ]}
              />
            )}
            {shown.problems.length > 0 && (
              <>
                <p>
                  <strong>{t("ourCalendar.leftOut", { n: shown.problems.length })}</strong>
                </p>
                <DataTable
                  caption={t("ourCalendar.leftOut", { n: shown.problems.length })}
                  rows={shown.problems}
                  rowKey={({ row }) => String(row)}
                  columns={[
                    { key: "name", title: t("ourCalendar.dateName"), isName: true, cell: ({ name }) => <bdi>{name || "–"}</bdi> },
                    { key: "row", title: t("ourCalendar.place"), isNumber: true, cell: ({ row }) => row },
                    { key: "why", title: t("ourCalendar.why"), cell: ({ code }) => wordsFor(t, "ourCalendar.left", code, "ourCalendar.left.no_date") },
                  ]}
                />
              </>
            )}
          </div>
        )}
        <Actions>
          {!(shown && shown.added.length === 0) && (
            <Button look="primary" type="submit" isPending={look.isPending || add.isPending}>
              {shown ? t("ourCalendar.addThese") : t("ourCalendar.lookFirst")}
            </Button>
          )}
          <Button onPress={onClose}>{t("app.cancel")}</Button>
        </Actions>
      </Form>
    </Panel>
  );
}

function PublicHolidays({ schoolId, known, thisYear, onAdded, onClose }: PanelProps & { known: readonly DateView[]; thisYear: number }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const [year, setYear] = useState(String(Math.min(Math.max(thisYear, FIRST_YEAR), LAST_YEAR)));
  const [chosen, setChosen] = useState<string[]>([]);
  const found = useQuery({
    queryKey: ["public-holidays", schoolId, year],
    queryFn: () => publicHolidays(schoolId, Number(year)),
    staleTime: Infinity,
  });
  const fresh = (found.data?.dates ?? []).filter((date) => !known.some((each) => isSame(each, date)));
  const add = useMutation({
    mutationFn: () => {
      const picked: NewDate[] = fresh.filter((date) => chosen.includes(keyOf(date))).map((date) => ({ ...date, source: "public_holiday" }));
      return editDates(schoolId, (dates) => [...dates, ...picked.filter((date) => !dates.some((each) => isSame(each, date)))]);
    },
    onSuccess: () => onAdded(chosen.length),
  });
  const years = Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, index) => FIRST_YEAR + index)
    .filter((each) => Math.abs(each - thisYear) <= 3)
    .map((each) => ({ value: String(each), label: String(each) }));

  return (
    <Panel title={t("ourCalendar.public")}>
      <Form
        error={add.error}
        onSubmit={() => {
          if (chosen.length === 0) return { dates: t("ourCalendar.chooseSome") };
          if (!add.isPending) add.mutate();
        }}
      >
        <SelectField
          label={t("ourCalendar.whichYear")}
          value={year}
          options={years}
          onChange={(value) => {
            setYear(value);
            setChosen([]);
          }}
        />
        {found.isPending ? (
          <Progress label={t("app.loading")} />
        ) : found.isError ? (
          <Failed error={found.error} onRetry={() => void found.refetch()} />
        ) : !found.data.is_known ? (
          <p>{t("ourCalendar.noList")}</p>
        ) : fresh.length === 0 ? (
          <p>{t("ourCalendar.allThere")}</p>
        ) : (
          <CheckGroup
            label={t("ourCalendar.whichDays")}
            hint={t("ourCalendar.publicHint")}
            name="dates"
            searchFrom={Infinity}
            options={fresh.map((date) => ({ value: keyOf(date), label: date.name, hint: daysWords(date.first_day, date.last_day, locale) }))}
            values={chosen}
            onChange={setChosen}
          />
        )}
        <Actions>
          {fresh.length > 0 && (
            <>
              <Button look="primary" type="submit" isPending={add.isPending}>
                {t("ourCalendar.addThese")}
              </Button>
              <Button onPress={() => setChosen(fresh.map(keyOf))}>{t("ourCalendar.chooseAll")}</Button>
            </>
          )}
          <Button onPress={onClose}>{t("app.cancel")}</Button>
        </Actions>
      </Form>
    </Panel>
  );
}
