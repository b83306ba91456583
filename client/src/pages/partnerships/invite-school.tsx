/** Asking one more school to come in. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { SelectField } from "../../ui/choices";
import { Actions, Form } from "../../ui/form";
import { invite, type MemberRole, type PartnershipDetail } from "./calls";
import { useRoles } from "./members";
import { SchoolCombo } from "./school-combo";
import { Unfold } from "./unfold";
import { useChange } from "./use-change";
import { useSaid } from "./use-said";

export function InviteSchool({ record }: { record: PartnershipDetail }) {
  const { t } = useTranslation();
  const [said, say] = useSaid();
  return (
    <>
      <Unfold label={t("life.invite.button")} title={t("life.invite.button")}>
        {(close) => (
          <InviteForm
            record={record}
            onClose={close}
            onDone={(name) => {
              close();
              say(t(record.status === "draft" ? "life.invite.doneDraft" : "life.invite.done", { school: name }));
            }}
          />
        )}
      </Unfold>
      {said}
    </>
  );
}

function InviteForm({ record, onClose, onDone }: { record: PartnershipDetail; onClose(): void; onDone(name: string): void }) {
  const { t } = useTranslation();
  const [school, setSchool] = useState({ id: "", name: "" });
  const [role, setRole] = useState<MemberRole>("partner");
  const roles = useRoles();
  const send = useChange(record.id, () => invite(record.id, school.id, role), () => onDone(school.name));
  const here = record.memberships.filter(({ status }) => status === "invited" || status === "accepted");
  return (
    <Form
      error={send.error}
      onSubmit={() => {
        if (!school.id) return { school_id: t("life.missing.school") };
        send.mutate(undefined);
      }}
    >
      <SchoolCombo
        label={t("life.invite.school")}
        programmeId={record.programme_id}
        without={here.map((member) => member.school.id)}
        value={school.id}
        onChange={(id, found) => setSchool({ id, name: found?.name ?? "" })}
        hint={t("life.invite.hint")}
      />
      {record.kind === "cluster" && (
        <SelectField label={t("life.members.role")} name="role" value={role} options={roles} onChange={setRole} hint={t(`life.roleHint.${role}`)} />
      )}
      <Actions>
        <Button look="primary" type="submit" isPending={send.isPending}>
          {t("life.invite.send")}
        </Button>
        <Button look="quiet" onPress={onClose}>
          {t("app.cancel")}
        </Button>
      </Actions>
    </Form>
  );
}
