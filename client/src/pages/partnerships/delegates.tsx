/** Duties of the coordinator in other hands: whose, until when, and taking one back. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { DateField, SelectField } from "../../ui/choices";
import { Actions, Form } from "../../ui/form";
import { Section } from "../../ui/parts";
import { SchoolName } from "../../ui/school";
import { Failed, Skeleton } from "../../ui/state";
import { delegate, delegations, revokeDelegation, type Delegation, type Duty, type PartnershipDetail } from "./calls";
import { dayAfter, endOf, lastDay, today } from "./moments";
import { PersonField } from "./person-field";
import { TakeBack } from "./take-back";
import { Unfold } from "./unfold";
import { useChange } from "./use-change";
import { useSaid } from "./use-said";

const DUTIES = ["invite_schools", "open_spaces", "run_lessons", "manage_grant", "review"] as const satisfies readonly Duty[];
/** As the server has it. */
const LONGEST_DAYS = 400;

export function Delegates({ record }: { record: PartnershipDetail }) {
  const { t } = useTranslation();
  const [said, say] = useSaid();
  const found = useQuery({ queryKey: ["partnership", record.id, "delegations"], queryFn: () => delegations(record.id) });
  const mayGive = record.may.includes("delegate");
  if (found.data?.items.length === 0 && !mayGive) return null;
  return (
    <Section title={t("life.duties.title")}>
      <p className="soft">{t("life.duties.why")}</p>
      {found.isPending ? (
        <Skeleton blocks={["line"]} />
      ) : !found.data ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : found.data.items.length === 0 ? (
        <p>{t("life.duties.none")}</p>
      ) : (
        <ul className="lines">
          {found.data.items.map((given) => (
            <Given key={given.id} record={record} given={given} mayGive={mayGive} onDone={say} />
          ))}
        </ul>
      )}
      {said}
      {mayGive && (
        <Unfold label={t("life.duties.give")} title={t("life.duties.give")}>
          {(close) => (
            <GiveForm
              record={record}
              onClose={close}
              onDone={(words) => {
                close();
                say(words);
              }}
            />
          )}
        </Unfold>
      )}
    </Section>
  );
}

interface GivenProps {
  record: PartnershipDetail;
  given: Delegation;
  mayGive: boolean;
  onDone(words: string): void;
}

function Given({ record, given, mayGive, onDone }: GivenProps) {
  const { t, i18n } = useTranslation();
  const person = usePerson();
  const school = record.memberships.find((each) => each.school.id === given.school_id)?.school;
  const duty = wordsFor(t, "duty", given.duty, "life.duties.other");
  const isMine = given.user_id === person.id;
  return (
    <li className="person-line">
      <div className="person-line__text">
        <p className="person-line__name">
          <bdi>{given.name}</bdi>
        </p>
        {school && <SchoolName school={school} />}
        <p>
          {duty} <span className="soft">· {t("life.until", { date: lastDay(given.until, person.school.timezone, formatLocale(i18n.language)) })}</span>
        </p>
      </div>
      {(mayGive || isMine) && (
        <TakeBack
          partnershipId={record.id}
          label={t(isMine ? "life.duties.layDown" : "life.duties.takeBack")}
          about={`${given.name}, ${duty}`}
          title={t(isMine ? "life.duties.layDownTitle" : "life.duties.takeBackTitle", { name: given.name })}
          text={t("life.duties.takeBackText", { duty })}
          act={() => revokeDelegation(record.id, given.id)}
          onDone={() => onDone(t("life.duties.takenBack", { name: given.name }))}
        />
      )}
    </li>
  );
}

function GiveForm({ record, onClose, onDone }: { record: PartnershipDetail; onClose(): void; onDone(words: string): void }) {
  const { t } = useTranslation();
  const { timezone } = usePerson().school;
  const first = today(timezone);
  const [to, setTo] = useState({ id: "", name: "" });
  const [duty, setDuty] = useState<Duty | "">("");
  const [until, setUntil] = useState("");
  const seated = new Set(record.coordinators.map((each) => each.user_id));
  const members = new Set(record.memberships.filter(({ status }) => status === "accepted").map(({ school }) => school.id));
  const give = useChange(
    record.id,
    (chosen: Duty) => delegate(record.id, { user_id: to.id, duty: chosen, until: endOf(until, timezone) }),
    () => onDone(t("life.duties.given", { name: to.name })),
  );
  return (
    <Form
      error={give.error}
      onSubmit={() => {
        const missing = {
          ...(to.id ? {} : { user_id: t("life.missing.person") }),
          ...(duty ? {} : { duty: t("life.missing.duty") }),
          ...(until ? {} : { until: t("life.missing.day") }),
        };
        if (!duty || Object.keys(missing).length > 0) return missing;
        give.mutate(duty);
      }}
    >
      <PersonField
        partnershipId={record.id}
        label={t("life.duties.to")}
        name="user_id"
        fits={(person) => members.has(person.school_id) && !seated.has(person.user_id)}
        value={to.id}
        onChange={(id, person) => setTo({ id, name: person?.name ?? "" })}
        hint={t("life.duties.toHint")}
      />
      <SelectField
        label={t("life.duties.duty")}
        name="duty"
        value={duty}
        options={DUTIES.map((value) => ({ value, label: t(`duty.${value}`) }))}
        onChange={setDuty}
        {...(duty ? { hint: t(`life.dutyHint.${duty}`) } : {})}
      />
      <DateField
        label={t("life.duties.until")}
        name="until"
        value={until}
        first={first}
        last={dayAfter(first, LONGEST_DAYS - 1)}
        onChange={setUntil}
        hint={t("life.duties.untilHint")}
      />
      <Actions>
        <Button look="primary" type="submit" isPending={give.isPending}>
          {t("life.duties.give")}
        </Button>
        <Button look="quiet" onPress={onClose}>
          {t("app.cancel")}
        </Button>
      </Actions>
    </Form>
  );
}
