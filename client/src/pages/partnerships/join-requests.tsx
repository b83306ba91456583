/** Schools that ask to join a cluster, and the answer to each. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { countryName, dateAt, dateWords } from "../../time";
import { Button } from "../../ui/button";
import { SelectField } from "../../ui/choices";
import { Confirm } from "../../ui/confirm";
import { Actions } from "../../ui/form";
import { Section } from "../../ui/parts";
import { decideRequest, type JoinRequest, type MemberRole, type PartnershipDetail } from "./calls";
import { useRoles } from "./members";
import { useChange } from "./use-change";

export function JoinRequests({ record, onDone }: { record: PartnershipDetail; onDone(words: string): void }) {
  const { t } = useTranslation();
  return (
    <Section title={t("life.requests.title")}>
      <ul className="cards">
        {record.join_requests.map((request) => (
          <Request key={request.id} record={record} request={request} onDone={onDone} />
        ))}
      </ul>
    </Section>
  );
}

function Request({ record, request, onDone }: { record: PartnershipDetail; request: JoinRequest; onDone(words: string): void }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const locale = formatLocale(i18n.language);
  const [answer, setAnswer] = useState<"yes" | "no">();
  const [isOpen, setOpen] = useState(false);
  const [role, setRole] = useState<MemberRole>("network");
  const roles = useRoles();
  const isYes = answer === "yes";
  const decide = useChange(
    record.id,
    (reason: string) => decideRequest(request.id, isYes ? { accept: true, answer: "", role } : { accept: false, answer: reason }),
    () => onDone(t(isYes ? "life.requests.doneYes" : "life.requests.doneNo", { school: request.school.name })),
  );

  function ask(next: "yes" | "no") {
    setAnswer(next);
    setOpen(true);
  }

  return (
    <li className="card request">
      {/* It has no colour yet: it is in nothing with us. */}
      <h3>
        <bdi>{request.school.name}</bdi>
      </h3>
      <p className="soft">
        {countryName(request.school.country, locale)} · {t("life.requests.asked", { date: dateWords(dateAt(new Date(request.asked_at), timezone), locale) })}
      </p>
      <blockquote className="quote">
        <bdi>{request.message}</bdi>
      </blockquote>
      <Actions>
        <Button look="primary" onPress={() => ask("yes")} aria-label={`${t("life.requests.yes")}: ${request.school.name}`}>
          {t("life.requests.yes")}
        </Button>
        <Button onPress={() => ask("no")} aria-label={`${t("life.requests.no")}: ${request.school.name}`}>
          {t("life.requests.no")}
        </Button>
      </Actions>
      <Confirm
        key={answer ?? ""}
        isOpen={isOpen}
        title={t(isYes ? "life.requests.yesTitle" : "life.requests.noTitle", { school: request.school.name })}
        doIt={t(isYes ? "life.requests.yes" : "life.requests.no")}
        isDanger={!isYes}
        reasonLabel={isYes ? undefined : t("life.requests.reason")}
        isPending={decide.isPending}
        error={decide.error}
        onConfirm={({ reason }) => decide.mutate(reason)}
        onClose={() => {
          decide.reset();
          setOpen(false);
        }}
      >
        <p>{t(isYes ? "life.requests.yesText" : "life.requests.noText")}</p>
        {isYes && (
          <SelectField label={t("life.members.role")} name="role" value={role} options={roles} onChange={setRole} hint={t(`life.roleHint.${role}`)} />
        )}
      </Confirm>
    </li>
  );
}
