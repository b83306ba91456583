/** Advisers and guests: who comes, where to, between which days, and asking somebody. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { DateField, RadioGroupField, SelectField } from "../../ui/choices";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { CopyBox, Section } from "../../ui/parts";
import { Failed, Skeleton } from "../../ui/state";
import { inviteVisitor, revokeVisit, visits, type PartnershipDetail, type Visit } from "./calls";
import { beginOf, dayAfter, dayOf, endOf, lastDay, today } from "./moments";
import { PersonField } from "./person-field";
import { TakeBack } from "./take-back";
import { Unfold } from "./unfold";
import { useChange } from "./use-change";
import { useSaid } from "./use-said";

/** As the server has it. */
const LONGEST_DAYS = { adviser: 400, guest: 30 } as const;
const EVERYWHERE = "everywhere";

export function Visitors({ record }: { record: PartnershipDetail }) {
  const { t } = useTranslation();
  const [said, say] = useSaid();
  const [welcome, setWelcome] = useState("");
  const found = useQuery({ queryKey: ["partnership", record.id, "visits"], queryFn: () => visits(record.id) });
  const mayInvite = record.may.includes("visit");
  if (found.data?.items.length === 0 && !mayInvite) return null;
  return (
    <Section title={t("life.visits.title")}>
      <p className="soft">{t("life.visits.why")}</p>
      {found.isPending ? (
        <Skeleton blocks={["line"]} />
      ) : !found.data ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : found.data.items.length === 0 ? (
        <p>{t("life.visits.none")}</p>
      ) : (
        <ul className="lines">
          {found.data.items.map((visit) => (
            <Coming key={visit.id} record={record} visit={visit} onDone={say} />
          ))}
        </ul>
      )}
      {said}
      {welcome && <CopyBox label={t("life.visits.link")} text={welcome} hint={t("life.visits.linkHint")} />}
      {mayInvite && (
        <Unfold label={t("life.visits.invite")} title={t("life.visits.invite")}>
          {(close) => (
            <VisitForm
              record={record}
              onClose={close}
              onDone={(words, path) => {
                close();
                say(words);
                setWelcome(path && `${location.origin}${path}`);
              }}
            />
          )}
        </Unfold>
      )}
    </Section>
  );
}

function Coming({ record, visit, onDone }: { record: PartnershipDetail; visit: Visit; onDone(words: string): void }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const locale = formatLocale(i18n.language);
  const space = record.spaces.find(({ id }) => id === visit.space_id);
  const mayEnd = record.may.includes("visit") || record.may.includes("ban");
  return (
    <li className="person-line">
      <div className="person-line__text">
        <p className="person-line__name">
          <bdi>{visit.name}</bdi>
        </p>
        <p className="soft">
          {wordsFor(t, "visitRole", visit.role, "visitRole.guest")} · <bdi>{visit.school_name}</bdi>
        </p>
        <p>
          {visit.space_id ? <bdi>{space?.name ?? t("life.visits.oneSpace")}</bdi> : t("life.visits.everywhere")}{" "}
          <span className="soft">
            · {t("life.fromUntil", { from: dayOf(visit.starts_at, timezone, locale), until: lastDay(visit.ends_at, timezone, locale) })}
          </span>
        </p>
      </div>
      {mayEnd && (
        <TakeBack
          partnershipId={record.id}
          label={t("life.visits.end")}
          about={visit.name}
          title={t("life.visits.endTitle", { name: visit.name })}
          text={t("life.visits.endText")}
          act={() => revokeVisit(record.id, visit.id)}
          onDone={() => onDone(t("life.visits.ended", { name: visit.name }))}
        />
      )}
    </li>
  );
}

type Role = "adviser" | "guest";
type Who = "new" | "known";

function VisitForm({ record, onClose, onDone }: { record: PartnershipDetail; onClose(): void; onDone(words: string, path: string): void }) {
  const { t } = useTranslation();
  const { timezone } = usePerson().school;
  const day = today(timezone);
  const [role, setRole] = useState<Role>("adviser");
  const [who, setWho] = useState<Who>("new");
  const [person, setPerson] = useState({ id: "", name: "" });
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [spaceId, setSpaceId] = useState("");
  const [from, setFrom] = useState(day);
  const [until, setUntil] = useState("");
  const members = new Set(record.memberships.filter(({ status }) => status === "accepted").map(({ school }) => school.id));
  const spaces = record.spaces.filter((space) => space.archived_at === null && (role === "adviser" || space.kind !== "staff_room"));
  const isNew = role === "guest" && who === "new";
  const chosenSpace = spaces.some(({ id }) => id === spaceId) ? spaceId : role === "adviser" ? EVERYWHERE : "";
  const send = useChange(
    record.id,
    () =>
      inviteVisitor(record.id, {
        role,
        user_id: isNew ? null : person.id,
        name: isNew ? name.trim() : "",
        email: isNew ? email.trim() : "",
        space_id: chosenSpace === EVERYWHERE ? null : chosenSpace,
        // Today is now: a day that has begun can not be begun again.
        starts_at: from === day ? null : beginOf(from, timezone),
        ends_at: endOf(until, timezone),
      }),
    ({ welcome_path }) => onDone(t("life.visits.done", { name: isNew ? name.trim() : person.name }), welcome_path),
  );

  function submit() {
    const missing = {
      ...(isNew || person.id ? {} : { user_id: t("life.missing.person") }),
      ...(isNew && !name.trim() ? { name: t("life.missing.name") } : {}),
      ...(isNew && !email.includes("@") ? { email: t("life.missing.email") } : {}),
      ...(chosenSpace ? {} : { space_id: t("life.missing.space") }),
      ...(from ? {} : { starts_at: t("life.missing.day") }),
      ...(until ? (until < from ? { ends_at: t("life.missing.after") } : {}) : { ends_at: t("life.missing.day") }),
    };
    if (Object.keys(missing).length > 0) return missing;
    send.mutate(undefined);
  }

  return (
    <Form error={send.error} onSubmit={submit}>
      <RadioGroupField
        label={t("life.visits.role")}
        name="role"
        value={role}
        options={(["adviser", "guest"] as const).map((value) => ({ value, label: t(`visitRole.${value}`), hint: t(`life.visits.roleHint.${value}`) }))}
        onChange={(next) => {
          setRole(next);
          setPerson({ id: "", name: "" });
        }}
      />
      {role === "guest" && (
        <RadioGroupField
          label={t("life.visits.who")}
          value={who}
          options={[
            { value: "new", label: t("life.visits.new") },
            { value: "known", label: t("life.visits.known") },
          ]}
          onChange={setWho}
        />
      )}
      {isNew ? (
        <>
          <Field label={t("life.visits.name")} name="name" value={name} onChange={setName} maxLength={80} autoComplete="off" />
          <Field
            label={t("signIn.email")}
            name="email"
            type="email"
            value={email}
            onChange={setEmail}
            maxLength={254}
            autoComplete="off"
            hint={t("life.visits.emailHint")}
          />
        </>
      ) : (
        <PersonField
          key={role}
          partnershipId={record.id}
          label={t("life.visits.person")}
          name="user_id"
          fits={(each) => (role === "adviser" ? each.posts.includes("adviser") && !members.has(each.school_id) : members.has(each.school_id))}
          value={person.id}
          onChange={(id, found) => setPerson({ id, name: found?.name ?? "" })}
        />
      )}
      <SelectField
        label={t("life.visits.space")}
        name="space_id"
        value={chosenSpace}
        options={[
          ...(role === "adviser" ? [{ value: EVERYWHERE, label: t("life.visits.everywhere") }] : []),
          ...spaces.map((space) => ({ value: space.id, label: space.name })),
        ]}
        onChange={setSpaceId}
        {...(spaces.length === 0 ? { hint: t("life.visits.noSpace") } : {})}
      />
      <DateField label={t("life.visits.from")} name="starts_at" value={from} first={day} onChange={setFrom} />
      <DateField
        label={t("life.visits.until")}
        name="ends_at"
        value={until}
        first={from || day}
        last={dayAfter(from || day, LONGEST_DAYS[role] - 1)}
        onChange={setUntil}
        hint={t("life.visits.untilHint", { count: LONGEST_DAYS[role] })}
      />
      <Actions>
        <Button look="primary" type="submit" isPending={send.isPending}>
          {t("life.visits.invite")}
        </Button>
        <Button look="quiet" onPress={onClose}>
          {t("app.cancel")}
        </Button>
      </Actions>
    </Form>
  );
}
