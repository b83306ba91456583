/** Finding a time for a lesson, or another time for one: what suits every class, best first. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { ApiFailure, type School } from "../../api";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { dayAt } from "../../time";
import { Button } from "../../ui/button";
import { CheckField, SelectField } from "../../ui/choices";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { Page, useTitle } from "../../ui/page";
import { Section } from "../../ui/parts";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { lessonsOf, move, propose, slots, type Lesson, type Looking, type Slot, type Slots } from "./calls";
import { Notes, SlotCard } from "./slots";
import { TwoClocks } from "./two-clocks";
import { momentAt } from "./wall-clock";
import "./lessons.css";

const LENGTHS = [20, 30, 40, 45, 50, 60, 75, 90, 120];
const WEEKS = [2, 4, 6, 8, 12];
const TIMES = [1, 2, 3, 4, 5, 6, 8, 10, 12];
const SHOWN_FIRST = 6;
const TITLE_LIMIT = 120;

interface Chosen {
  starts_at: string;
  ends_at: string;
  slot?: Slot;
}

export function PlanPage({ id, moving }: { id: string; moving?: string }) {
  const { t } = useTranslation();
  const [wanted, want] = useState<Looking>({ minutes: 45, weeks: 4, count: 1, every_weeks: 1 });
  const [chosen, choose] = useState<Chosen>();
  const space = useQuery({ queryKey: ["lessons-of", id], queryFn: () => lessonsOf(id, false, "") });
  const lesson = space.data?.items.find((each) => each.id === moving);
  const looking = moving ? { ...wanted, count: 1 } : wanted;
  const found = useQuery({
    queryKey: ["slots", id, looking],
    queryFn: () => slots(id, looking),
    placeholderData: (before) => before,
  });
  const title = moving ? t("lessons.moveTitle", { title: lesson?.title ?? "" }) : t("lessons.planTitle", { space: space.data?.space_name ?? "" });
  const heading = useTitle(title);
  const wasAt = useRef(chosen);
  useEffect(() => {
    if (wasAt.current === chosen) return;
    wasAt.current = chosen;
    // What had the focus went with the step that it was in.
    if (document.activeElement === document.body) heading.current?.focus();
  }, [chosen, heading]);
  const refused = [space.error, found.error].some((each) => each instanceof ApiFailure && each.status === 403);
  if (refused || (moving && space.data && !lesson)) return <NotFoundPage />;

  return (
    <Page
      title={title}
      heading={
        <div className="lessons-head">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          <Link href={`/spaces/${id}/lessons`}>{t("lessons.back")}</Link>
        </div>
      }
    >
      {lesson && (
        <div className="card">
          <p>{t("lessons.nowItIs")}</p>
          <TwoClocks starts={lesson.starts_at} ends={lesson.ends_at} schools={space.data?.schools ?? []} />
        </div>
      )}
      {chosen && found.data ? (
        <Settle
          spaceId={id}
          lesson={lesson}
          chosen={chosen}
          wanted={looking}
          schools={found.data.schools}
          onBack={() => choose(undefined)}
        />
      ) : (
        <>
          <Wanted wanted={wanted} isOnce={Boolean(moving)} onChange={want} />
          {found.isPending ? (
            <Skeleton blocks={["card", "card", "card"]} />
          ) : found.isError ? (
            found.error instanceof ApiFailure && found.error.status === 404 ? (
              <Empty title={t("lessons.noClass")}>{t("lessons.noClassText")}</Empty>
            ) : (
              <Failed error={found.error} onRetry={() => void found.refetch()} />
            )
          ) : (
            <Times key={JSON.stringify(looking)} found={found.data} minutes={wanted.minutes} onChoose={choose} />
          )}
        </>
      )}
    </Page>
  );
}

function Wanted({ wanted, isOnce, onChange }: { wanted: Looking; isOnce: boolean; onChange(next: Looking): void }) {
  const { t } = useTranslation();
  const numbers = (values: readonly number[], word: (count: number) => string) =>
    values.map((value) => ({ value: String(value), label: word(value) }));
  return (
    <div className="wanted">
      <SelectField
        label={t("lessons.length")}
        value={String(wanted.minutes)}
        options={numbers(LENGTHS, (count) => t("lessons.minutes", { count }))}
        onChange={(value) => onChange({ ...wanted, minutes: Number(value) })}
      />
      {!isOnce && (
        <SelectField
          label={t("lessons.howOften")}
          value={String(wanted.count)}
          options={numbers(TIMES, (count) => (count === 1 ? t("lessons.once") : t("lessons.times", { count })))}
          onChange={(value) => onChange({ ...wanted, count: Number(value) })}
        />
      )}
      {!isOnce && wanted.count > 1 && (
        <SelectField
          label={t("lessons.every")}
          value={String(wanted.every_weeks)}
          options={numbers([1, 2, 3, 4], (count) => (count === 1 ? t("lessons.everyWeek") : t("lessons.everyWeeks", { count })))}
          onChange={(value) => onChange({ ...wanted, every_weeks: Number(value) })}
        />
      )}
      <SelectField
        label={t("lessons.lookAhead")}
        value={String(wanted.weeks)}
        options={numbers(WEEKS, (count) => t("lessons.weeks", { count }))}
        onChange={(value) => onChange({ ...wanted, weeks: Number(value) })}
      />
    </div>
  );
}

function Times({ found, minutes, onChoose }: { found: Slots; minutes: number; onChoose(chosen: Chosen): void }) {
  const { t } = useTranslation();
  const [isMore, showMore] = useState(false);
  const { slots: all, near_misses: near, notes } = found.found;
  const shown = isMore ? all : all.slice(0, SHOWN_FIRST);
  const take = (slot: Slot) => onChoose({ starts_at: slot.starts_at, ends_at: slot.ends_at, slot });
  return (
    <>
      <Notes notes={notes} schools={found.schools} />
      {all.length > 0 && (
        <Section title={t("lessons.suits")}>
          <ul className="meetings">
            {shown.map((slot, index) => (
              <SlotCard key={slot.starts_at} slot={slot} schools={found.schools} isBest={index === 0} onChoose={() => take(slot)} />
            ))}
          </ul>
          {all.length > shown.length && (
            <Actions>
              <Button onPress={() => showMore(true)}>{t("lessons.moreTimes", { count: all.length - shown.length })}</Button>
            </Actions>
          )}
        </Section>
      )}
      {near.length > 0 && (
        <Section title={t("lessons.nearly")}>
          <p className="soft">{t("lessons.nearlyText")}</p>
          <ul className="meetings">
            {near.slice(0, all.length > 0 ? 3 : SHOWN_FIRST).map((slot) => (
              <SlotCard key={`${slot.starts_at} ${slot.stretches?.[0]?.school_id}`} slot={slot} schools={found.schools} onChoose={() => take(slot)} />
            ))}
          </ul>
        </Section>
      )}
      <OwnTime minutes={minutes} onChoose={onChoose} />
    </>
  );
}

/** A time that people have agreed on elsewhere, by my school's clock. */
function OwnTime({ minutes, onChoose }: { minutes: number; onChoose(chosen: Chosen): void }) {
  const { t } = useTranslation();
  const { timezone } = usePerson().school;
  const [date, setDate] = useState("");
  const [clock, setClock] = useState("");
  return (
    <Section title={t("lessons.own")}>
      <Form
        onSubmit={() => {
          const moment = momentAt(date, clock, timezone);
          if (!moment || moment < new Date()) return { own_date: t("lessons.ownWrong") };
          onChoose({ starts_at: moment.toISOString(), ends_at: new Date(moment.getTime() + minutes * 60_000).toISOString() });
        }}
      >
        <div className="wanted">
          <Field label={t("lessons.ownDay")} name="own_date" type="date" value={date} onChange={setDate} />
          <Field label={t("lessons.ownClock")} name="own_clock" type="time" value={clock} onChange={setClock} />
        </div>
        <Actions>
          <Button type="submit">{t("lessons.ownTake")}</Button>
        </Actions>
      </Form>
    </Section>
  );
}

interface SettleProps {
  spaceId: string;
  lesson: Lesson | undefined;
  chosen: Chosen;
  wanted: Looking;
  schools: readonly School[];
  onBack(): void;
}

/** The time is chosen: what it is called, and the question to the other schools. */
function Settle({ spaceId, lesson, chosen, wanted, schools, onBack }: SettleProps) {
  const { t, i18n } = useTranslation();
  const person = usePerson();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [title, setTitle] = useState("");
  const mine = schools.find((school) => school.id === person.school.id) ?? schools[0];
  const [host, setHost] = useState(mine?.id ?? "");
  const [isAll, setAll] = useState(false);
  const minutes = Math.round((Date.parse(chosen.ends_at) - Date.parse(chosen.starts_at)) / 60_000);
  const send = useMutation({
    mutationFn: () =>
      lesson
        ? move(lesson.id, { starts_at: chosen.starts_at, minutes, all_to_come: isAll })
        : propose(spaceId, {
            title: title.trim(),
            starts_at: chosen.starts_at,
            minutes,
            times: wanted.count,
            every_weeks: wanted.every_weeks,
            host_school_id: host || null,
          }),
    onSuccess: () => {
      for (const key of ["lessons", "lessons-of", "slots", "today"]) void queries.invalidateQueries({ queryKey: [key] });
      go(`/spaces/${spaceId}/lessons`);
    },
  });
  const others = schools.filter((school) => school.id !== person.school.id);
  const occurrences = chosen.slot?.occurrences ?? [];
  const left = occurrences.filter((each) => each.code !== "fits");
  const count = occurrences.length > 0 ? occurrences.filter(({ code }) => code === "fits" || code === "outside").length : wanted.count;
  const names = (ids: readonly string[]) => schools.filter((school) => ids.includes(school.id)).map((school) => school.short_name).join(", ");
  return (
    <Section title={t("lessons.chosen")}>
      <div className="card lesson">
        <TwoClocks starts={chosen.starts_at} ends={chosen.ends_at} schools={schools} />
        {!lesson && count > 1 && (
          <p>{wanted.every_weeks === 1 ? t("lessons.thenWeekly", { count }) : t("lessons.thenEvery", { count, weeks: wanted.every_weeks })}</p>
        )}
        {!lesson && left.length > 0 && (
          <ul className="lines">
            {left.map((each) => (
              <li key={each.starts_at} className="line">
                <span>{dayAt(new Date(each.starts_at), person.school.timezone, formatLocale(i18n.language))}</span>
                <span className="soft">{t(`lessons.occurrence.${each.code}`, { schools: names(each.school_ids ?? []) })}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
      <Form
        error={send.error}
        onSubmit={() => {
          if (!lesson && !title.trim()) return { title: t("fieldProblem.missing") };
          if (!send.isPending) send.mutate();
        }}
      >
        {lesson ? (
          lesson.of > 1 && <CheckField label={t("lessons.allToCome")} isChecked={isAll} onChange={setAll} />
        ) : (
          <>
            <Field label={t("lessons.name")} hint={t("lessons.nameHint")} name="title" value={title} onChange={setTitle} maxLength={TITLE_LIMIT} />
            {schools.length > 1 && (
              <SelectField
                label={t("lessons.host")}
                hint={t("lessons.hostHint")}
                name="host_school_id"
                value={host}
                options={schools.map((school) => ({ value: school.id, label: school.name }))}
                onChange={setHost}
              />
            )}
          </>
        )}
        <p className="soft">{others.length > 0 ? t("lessons.whatHappens") : t("lessons.nobodyToAsk")}</p>
        <Actions>
          <Button look="primary" type="submit" isPending={send.isPending}>
            {t(others.length > 0 ? "lessons.ask" : "lessons.set")}
          </Button>
          <Button onPress={onBack}>{t("lessons.otherSlot")}</Button>
        </Actions>
      </Form>
    </Section>
  );
}
