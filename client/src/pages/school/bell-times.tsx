/** The periods of a usual week, and the form to change them: a day opens, the others show their hours. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiFailure } from "../../api";
import { formatLocale } from "../../i18n";
import { Button } from "../../ui/button";
import { TimeField } from "../../ui/choices";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { Said, Section } from "../../ui/parts";
import { DataTable } from "../../ui/table";
import { alikeDays, bellProblems, dayOf, periodAfter, PERIODS_MOST, wholeWeek, type Week } from "./bells";
import { setBellTimes, type CalendarView, type Period } from "./calls";
import { weekdayName } from "./words";

const MONDAY = 0;
const OTHER_SCHOOL_DAYS = [1, 2, 3, 4];

interface BellTimesProps {
  schoolId: string;
  record: CalendarView;
}

export function BellTimes({ schoolId, record }: BellTimesProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const [isEditing, setEditing] = useState(false);
  const [said, say] = useState("");
  const opener = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !isEditing) opener.current?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);
  const week = wholeWeek(record.bell_times.days);
  const days = alikeDays(week).map(({ first, last, periods }) => ({
    first,
    name: first === last ? weekdayName(first, locale) : t("ourCalendar.dayToDay", { first: weekdayName(first, locale), last: weekdayName(last, locale) }),
    periods,
    hours: dayOf(periods),
  }));

  return (
    <Section
      title={t("ourCalendar.bells")}
      aside={
        record.can_edit &&
        !isEditing && (
          <Button
            ref={opener}
            onPress={() => {
              say("");
              setEditing(true);
            }}
          >
            {t("ourCalendar.changeBells")}
          </Button>
        )
      }
    >
      <Said>{said}</Said>
      {isEditing ? (
        <BellForm
          schoolId={schoolId}
          week={week}
          onClose={(saved) => {
            setEditing(false);
            say(saved ? t("ui.saved") : "");
          }}
        />
      ) : (
        <DataTable
          caption={t("ourCalendar.bells")}
          rows={days}
          rowKey={({ first }) => String(first)}
          columns={[
            { key: "day", title: t("ourCalendar.day"), cell: ({ name }) => <span className="clock-text">{name}</span> },
            {
              key: "hours",
              title: t("ourCalendar.hours"),
              cell: ({ hours }) =>
                <span className={hours ? "clock-text" : "clock-text soft"}>{hours ? t("ourCalendar.from", hours) : t("ourCalendar.free")}</span>,
            },
            {
              key: "periods",
              title: t("ourCalendar.periods"),
              cell: ({ periods }) => <PeriodList periods={periods} />,
            },
          ]}
        />
      )}
    </Section>
  );
}

function PeriodList({ periods }: { periods: readonly Period[] }) {
  const { t } = useTranslation();
  if (periods.length === 0) return <span className="soft">{t("ourCalendar.none")}</span>;
  return (
    <ul className="periods">
      {periods.map(({ name, start, end }) => (
        <li key={start}>
          {name && (
            <>
              <bdi className="soft">{name}</bdi>{" "}
            </>
          )}
          <bdi className="clock-text">
            {start}–{end}
          </bdi>
        </li>
      ))}
    </ul>
  );
}

interface BellFormProps {
  schoolId: string;
  week: Week;
  onClose(saved: boolean): void;
}

const fieldOf = (day: number, period: number, part: keyof Period) => `days[${day}][${period}].${part}`;

function BellForm({ schoolId, week, onClose }: BellFormProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const queries = useQueryClient();
  const [draft, setDraft] = useState(week);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set([MONDAY]));
  const [said, say] = useState("");
  const top = useRef<HTMLParagraphElement>(null);
  useEffect(() => top.current?.focus(), []);

  const save = useMutation({
    mutationFn: (days: Week) => setBellTimes(schoolId, days).catch(atPeriod),
    onSuccess: (after) => {
      queries.setQueryData(["calendar", schoolId], after);
      onClose(true);
    },
    onError: (error) => {
      const day = error instanceof ApiFailure ? error.problem["weekday"] : undefined;
      if (typeof day === "number") openDay(day);
    },
  });

  function openDay(day: number) {
    setOpen((before) => new Set([...before, day]));
  }

  function change(day: number, edit: (periods: Period[]) => Period[]) {
    setDraft((before) => before.map((periods, each) => (each === day ? edit(periods) : periods)));
  }

  function submit() {
    const problems = bellProblems(draft);
    if (problems.length > 0) {
      for (const { day } of problems) openDay(day);
      return Object.fromEntries(
        problems.map(({ day, period, problem }) => [
          fieldOf(day, period, problem === "overlaps" ? "start" : problem === "missing" && !draft[day]?.[period]?.start ? "start" : "end"),
          t(`ourCalendar.problem.${problem}`),
        ]),
      );
    }
    if (!save.isPending) save.mutate(draft);
  }

  function copyMonday() {
    const monday = draft[MONDAY] ?? [];
    setDraft((before) => before.map((periods, day) => (OTHER_SCHOOL_DAYS.includes(day) ? monday.map((each) => ({ ...each })) : periods)));
    say(t("ourCalendar.copied"));
  }

  return (
    <Form className="form--wide" error={save.error} onSubmit={submit}>
      <p ref={top} tabIndex={-1} className="quiet-focus">
        {t("ourCalendar.bellsHow")}
      </p>
      <div>
        {draft.map((periods, day) => {
          const hours = dayOf(periods);
          const name = weekdayName(day, locale);
          return (
            <details
              key={day}
              className="fold"
              open={open.has(day)}
              onToggle={(event) => {
                const isOpen = event.currentTarget.open;
                setOpen((before) => {
                  const after = new Set(before);
                  if (isOpen) after.add(day);
                  else after.delete(day);
                  return after;
                });
              }}
            >
              <summary className="fold__head">
                <span className="fold__name">{name}</span>
                <span className="soft">{hours ? t("ourCalendar.from", hours) : t("ourCalendar.free")}</span>
              </summary>
              <div className="fold__body">
                {periods.map((period, place) => (
                  <fieldset key={place} className="period">
                    <legend className="visually-hidden">{t("ourCalendar.period", { day: name, number: place + 1 })}</legend>
                    <Field
                      label={t("ourCalendar.periodName")}
                      name={fieldOf(day, place, "name")}
                      value={period.name}
                      maxLength={40}
                      onChange={(value) => change(day, (all) => put(all, place, { ...period, name: value }))}
                    />
                    <TimeField
                      label={t("ourCalendar.starts")}
                      name={fieldOf(day, place, "start")}
                      value={period.start}
                      onChange={(value) => change(day, (all) => put(all, place, { ...period, start: value }))}
                    />
                    <TimeField
                      label={t("ourCalendar.ends")}
                      name={fieldOf(day, place, "end")}
                      value={period.end}
                      onChange={(value) => change(day, (all) => put(all, place, { ...period, end: value }))}
                    />
                    <Button
                      look="quiet"
                      className="period__out"
                      aria-label={t("ourCalendar.takeOutPeriod", { day: name, number: place + 1 })}
                      onPress={({ target }) => {
                        // The button goes; the reader stays with the day.
                        target.closest("details")?.querySelector("summary")?.focus();
                        change(day, (all) => all.filter((_, each) => each !== place));
                      }}
                    >
                      {t("ourSchool.takeOut")}
                    </Button>
                  </fieldset>
                ))}
                <Actions>
                  {periods.length < PERIODS_MOST && (
                    <Button
                      aria-label={t("ourCalendar.addPeriodTo", { day: name })}
                      onPress={() => change(day, (all) => [...all, periodAfter(all)])}
                    >
                      {t("ourCalendar.addPeriod")}
                    </Button>
                  )}
                  {day === MONDAY && <Button onPress={copyMonday}>{t("ourCalendar.copyMonday", { monday: name, last: weekdayName(4, locale) })}</Button>}
                </Actions>
                {day === MONDAY && <Said>{said}</Said>}
              </div>
            </details>
          );
        })}
      </div>
      <Actions>
        <Button look="primary" type="submit" isPending={save.isPending}>
          {t("ui.save")}
        </Button>
        <Button onPress={() => onClose(false)}>{t("app.cancel")}</Button>
      </Actions>
    </Form>
  );
}

function put(periods: readonly Period[], at: number, period: Period): Period[] {
  return periods.map((each, place) => (place === at ? period : each));
}

/** The server names the weekday and the period: said at that period. */
function atPeriod(error: unknown): never {
  const { weekday, period } = error instanceof ApiFailure ? (error.problem as { weekday?: number; period?: number }) : {};
  if (!(error instanceof ApiFailure) || typeof weekday !== "number" || typeof period !== "number") throw error;
  const fields = [{ field: fieldOf(weekday, period, "start"), problem: "period" }];
  throw new ApiFailure(error.code, error.status, { ...error.problem, fields });
}
