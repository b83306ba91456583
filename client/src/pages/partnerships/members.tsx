/** The schools: what part each has, who helps a new one, and who has gone. */
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { countryName, dateAt, dateWords } from "../../time";
import { Button } from "../../ui/button";
import { SelectField } from "../../ui/choices";
import { Confirm } from "../../ui/confirm";
import { Actions, Form } from "../../ui/form";
import { Section } from "../../ui/parts";
import { SchoolName } from "../../ui/school";
import { changeMember, withdrawInvitation, type MemberRole, type Membership, type PartnershipDetail } from "./calls";
import { joined } from "./checklist";
import { useFold } from "./unfold";
import { useChange } from "./use-change";
import { useSaid } from "./use-said";

export function Members({ record, children }: { record: PartnershipDetail; children?: ReactNode }) {
  const { t } = useTranslation();
  const [said, say] = useSaid();
  const here = record.memberships.filter(isHere);
  const gone = record.memberships.filter((member) => !isHere(member));
  return (
    <Section title={t("partnerships.schools")}>
      {said}
      <ul className="lines">
        {here.map((member) => (
          <Member key={member.school.id} record={record} member={member} onDone={say} />
        ))}
      </ul>
      {children}
      {gone.length > 0 && (
        <>
          <h3>{t("life.members.gone")}</h3>
          <ul className="lines">
            {gone.map((member) => (
              <Gone key={member.school.id} member={member} />
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

const isHere = ({ status }: Membership) => status === "invited" || status === "accepted";

function Member({ record, member, onDone }: { record: PartnershipDetail; member: Membership; onDone(words: string): void }) {
  const { t, i18n } = useTranslation();
  const { school, role, status } = member;
  const edit = useFold();
  const [isTakenBack, setTakenBack] = useState(false);
  const mentor = record.memberships.find((each) => each.school.id === member.mentor_id)?.school;
  const coordinators = record.coordinators.filter((each) => each.school_id === school.id && !each.disabled);
  const isCluster = record.kind === "cluster";
  const mayEdit = isCluster && record.may.includes("change_members");
  const invites = isCluster ? record.may.includes("decide_requests") : record.may.includes("change_members") || record.may.includes("invite");
  const takeBack = useChange(
    record.id,
    () => withdrawInvitation(record.id, school.id),
    () => {
      setTakenBack(false);
      onDone(t("life.members.takenBack", { school: school.name }));
    },
  );

  return (
    <li className="person-line">
      <div className="person-line__text">
        <SchoolName school={school} />
        <p className="soft">
          {countryName(school.country, formatLocale(i18n.language))} · {wordsFor(t, "role", role, "role.partner")}
          {status === "invited" && ` · ${t("membership.invited")}`}
        </p>
        {mentor && <p>{t("life.members.mentor", { school: mentor.name })}</p>}
        {coordinators.length > 0 && (
          <p>
            {t("life.members.coordinates", { names: joined(coordinators.map((each) => each.name), formatLocale(i18n.language)) })}
          </p>
        )}
      </div>
      <div className="person-line__do">
        {status === "invited" && invites && (
          <Button look="quiet" onPress={() => setTakenBack(true)} aria-label={`${t("life.members.takeBack")}: ${school.name}`}>
            {t("life.members.takeBack")}
          </Button>
        )}
        {mayEdit && !edit.isOpen && (
          <Button ref={edit.opener} look="quiet" onPress={edit.open} aria-label={`${t("life.members.edit")}: ${school.name}`}>
            {t("life.members.edit")}
          </Button>
        )}
      </div>
      {edit.isOpen && (
        <div className="card unfold person-line__form" ref={edit.panel}>
          <EditMember
            record={record}
            member={member}
            onClose={edit.close}
            onDone={() => {
              edit.close();
              onDone(t("life.members.changed", { school: school.name }));
            }}
          />
        </div>
      )}
      <Confirm
        isOpen={isTakenBack}
        title={t("life.members.takeBackTitle", { school: school.name })}
        doIt={t("life.members.takeBack")}
        isDanger
        isPending={takeBack.isPending}
        error={takeBack.error}
        onConfirm={() => takeBack.mutate(undefined)}
        onClose={() => {
          takeBack.reset();
          setTakenBack(false);
        }}
      >
        <p>{t("life.members.takeBackText")}</p>
      </Confirm>
    </li>
  );
}

const NOBODY = "nobody";

function EditMember({ record, member, onClose, onDone }: { record: PartnershipDetail; member: Membership; onClose(): void; onDone(): void }) {
  const { t } = useTranslation();
  const [role, setRole] = useState(member.role as MemberRole);
  const [mentorId, setMentorId] = useState(member.mentor_id ?? NOBODY);
  const mentors = record.memberships.filter(
    (each) => each.status === "accepted" && each.role !== "network" && each.school.id !== member.school.id,
  );
  const change = useChange(
    record.id,
    () => changeMember(record.id, member.school.id, role, role === "network" && mentorId !== NOBODY ? mentorId : null),
    onDone,
  );
  return (
    <Form error={change.error} onSubmit={() => change.mutate(undefined)}>
      <SelectField label={t("life.members.role")} name="role" value={role} options={useRoles()} onChange={setRole} hint={t(`life.roleHint.${role}`)} />
      {role === "network" && (
        <SelectField
          label={t("life.members.mentorLabel")}
          name="mentor_id"
          value={mentorId}
          options={[{ value: NOBODY, label: t("life.members.noMentor") }, ...mentors.map(({ school }) => ({ value: school.id, label: school.name }))]}
          onChange={setMentorId}
          hint={t("life.members.mentorHint")}
        />
      )}
      <Actions>
        <Button look="primary" type="submit" isPending={change.isPending}>
          {t("ui.save")}
        </Button>
        <Button look="quiet" onPress={onClose}>
          {t("app.cancel")}
        </Button>
      </Actions>
    </Form>
  );
}

export function useRoles(): { value: MemberRole; label: string }[] {
  const { t } = useTranslation();
  return (["lead", "partner", "network"] as const).map((value) => ({ value, label: t(`role.${value}`) }));
}

function Gone({ member }: { member: Membership }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const words = member.status === "left" && !member.accepted_at ? t("life.members.invitationGone") : wordsFor(t, "membership", member.status, "membership.left");
  return (
    <li className="line">
      <SchoolName school={member.school} />
      <span className="soft">
        {words}
        {member.left_at && ` · ${dateWords(dateAt(new Date(member.left_at), timezone), formatLocale(i18n.language))}`}
      </span>
    </li>
  );
}
