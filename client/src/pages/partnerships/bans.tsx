/** People who may not be in anything of this partnership, and why. Only those who may ban see this. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { RadioGroupField, SelectField } from "../../ui/choices";
import { REASON_LIMIT } from "../../ui/confirm";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { PagedList, usePaged } from "../../ui/paged";
import { Section } from "../../ui/parts";
import { SchoolName } from "../../ui/school";
import { ban, bans, classPeople, liftBan, myClasses, visits, type Ban, type PartnershipDetail } from "./calls";
import { dayOf } from "./moments";
import { PersonField } from "./person-field";
import { TakeBack } from "./take-back";
import { Unfold } from "./unfold";
import { useChange } from "./use-change";
import { useSaid } from "./use-said";

export function Bans({ record }: { record: PartnershipDetail }) {
  const { t } = useTranslation();
  const [said, say] = useSaid();
  const paged = usePaged(["partnership", record.id, "bans"], (cursor) => bans(record.id, cursor));
  return (
    <Section title={t("life.bans.title")}>
      <p className="soft">{t("life.bans.why")}</p>
      <PagedList paged={paged} empty={<p>{t("life.bans.none")}</p>}>
        {(items) => (
          <ul className="lines">
            {items.map((each) => (
              <Banned key={each.user_id} record={record} banned={each} onDone={say} />
            ))}
          </ul>
        )}
      </PagedList>
      {said}
      <Unfold label={t("life.bans.ban")} title={t("life.bans.ban")}>
        {(close) => (
          <BanForm
            record={record}
            onClose={close}
            onDone={(words) => {
              close();
              say(words);
            }}
          />
        )}
      </Unfold>
    </Section>
  );
}

function Banned({ record, banned, onDone }: { record: PartnershipDetail; banned: Ban; onDone(words: string): void }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const school = record.memberships.find((each) => each.school.id === banned.school_id)?.school;
  return (
    <li className="person-line">
      <div className="person-line__text">
        <p className="person-line__name">
          <bdi>{banned.name}</bdi>
        </p>
        {school && <SchoolName school={school} />}
        <p>
          <bdi>{banned.reason}</bdi> <span className="soft">· {dayOf(banned.banned_at, timezone, formatLocale(i18n.language))}</span>
        </p>
      </div>
      <TakeBack
        partnershipId={record.id}
        label={t("life.bans.lift")}
        about={banned.name}
        title={t("life.bans.liftTitle", { name: banned.name })}
        text={t("life.bans.liftText")}
        isDanger={false}
        act={() => liftBan(record.id, banned.user_id)}
        onDone={() => onDone(t("life.bans.lifted", { name: banned.name }))}
      />
    </li>
  );
}

type Whom = "staff" | "visitor" | "student";

function BanForm({ record, onClose, onDone }: { record: PartnershipDetail; onClose(): void; onDone(words: string): void }) {
  const { t } = useTranslation();
  const me = usePerson();
  const [whom, setWhom] = useState<Whom>("staff");
  const [person, setPerson] = useState({ id: "", name: "" });
  const [reason, setReason] = useState("");
  const members = new Set(record.memberships.filter(({ status }) => status === "accepted").map(({ school }) => school.id));
  const send = useChange(
    record.id,
    () => ban(record.id, person.id, reason.trim()),
    () => onDone(t("life.bans.done", { name: person.name })),
  );
  return (
    <Form
      error={send.error}
      onSubmit={() => {
        const missing = {
          ...(person.id ? {} : { user_id: t("life.missing.person") }),
          ...(reason.trim() ? {} : { reason: t("ui.reasonMissing") }),
        };
        if (Object.keys(missing).length > 0) return missing;
        send.mutate(undefined);
      }}
    >
      <p>{t("life.bans.text")}</p>
      <RadioGroupField
        label={t("life.bans.whom")}
        value={whom}
        options={(["staff", "visitor", "student"] as const).map((value) => ({ value, label: t(`life.bans.kind.${value}`) }))}
        onChange={(next) => {
          setWhom(next);
          setPerson({ id: "", name: "" });
        }}
      />
      {whom === "staff" ? (
        <PersonField
          partnershipId={record.id}
          label={t("life.bans.person")}
          name="user_id"
          fits={(each) => each.user_id !== me.id && members.has(each.school_id)}
          value={person.id}
          onChange={(id, found) => setPerson({ id, name: found?.name ?? "" })}
        />
      ) : whom === "visitor" ? (
        <VisitorField record={record} value={person.id} onChange={(id, name) => setPerson({ id, name })} />
      ) : (
        <StudentField value={person.id} onChange={(id, name) => setPerson({ id, name })} />
      )}
      <Field label={t("life.bans.reason")} name="reason" value={reason} onChange={setReason} rows={3} maxLength={REASON_LIMIT} hint={t("life.bans.reasonHint")} />
      <Actions>
        <Button look="danger" type="submit" isPending={send.isPending}>
          {t("life.bans.do")}
        </Button>
        <Button look="quiet" onPress={onClose}>
          {t("app.cancel")}
        </Button>
      </Actions>
    </Form>
  );
}

interface ChoiceProps {
  value: string;
  onChange(id: string, name: string): void;
}

function VisitorField({ record, value, onChange }: ChoiceProps & { record: PartnershipDetail }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["partnership", record.id, "visits"], queryFn: () => visits(record.id) });
  const people = new Map((found.data?.items ?? []).map((visit) => [visit.user_id, visit.name]));
  return (
    <SelectField
      label={t("life.bans.person")}
      name="user_id"
      value={value}
      options={[...people].map(([id, name]) => ({ value: id, label: name }))}
      onChange={(id) => onChange(id, people.get(id) ?? "")}
      {...(found.data && people.size === 0 ? { hint: t("life.visits.none") } : {})}
    />
  );
}

/** A school speaks of its own students: those of others are known by their alias alone, and not listed anywhere. */
function StudentField({ value, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  const [classId, setClassId] = useState("");
  const classes = useQuery({ queryKey: ["classes", "mine"], queryFn: myClasses });
  const people = useQuery({ queryKey: ["classes", classId], queryFn: () => classPeople(classId), enabled: classId !== "" });
  const students = people.data?.students ?? [];
  return (
    <>
      <SelectField
        label={t("life.bans.class")}
        name="class_id"
        value={classId}
        options={(classes.data?.items ?? []).map((each) => ({ value: each.id, label: each.name }))}
        onChange={(id) => {
          setClassId(id);
          onChange("", "");
        }}
        {...(classes.data?.items.length === 0 ? { hint: t("life.bans.noClass") } : {})}
      />
      {classId && (
        <SelectField
          label={t("life.bans.student")}
          name="user_id"
          value={value}
          options={students.map((each) => ({ value: each.id, label: each.given_name ? `${each.alias} (${each.given_name})` : each.alias }))}
          onChange={(id) => onChange(id, students.find((each) => each.id === id)?.alias ?? "")}
        />
      )}
    </>
  );
}
