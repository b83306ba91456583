/** Sending somebody out of the space, for adults: why, and for how long. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Button } from "../../ui/button";
import { RadioGroupField } from "../../ui/choices";
import { Question } from "../../ui/dialog";
import { useFailureWords } from "../../ui/state";
import type { Person, SpaceInfo } from "../frames";
import { remove, REMOVAL_REASONS, type RemovalReason } from "./calls";

interface RemoveDialogProps {
  space: SpaceInfo;
  person: Person;
  onClose(): void;
}

export function RemoveDialog({ space, person, onClose }: RemoveDialogProps) {
  const { t } = useTranslation();
  const failureWords = useFailureWords();
  const queries = useQueryClient();
  const [reason, setReason] = useState<RemovalReason | "">("");
  const [howLong, setHowLong] = useState<"lesson" | "lifted">("lesson");
  const [isMissing, setMissing] = useState(false);
  const send = useMutation({
    mutationFn: (why: RemovalReason) => remove(space.id, person.user_id, why, howLong === "lifted"),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["removals", space.id] });
      onClose();
    },
  });
  return (
    <Question
      isOpen
      title={t("safeguarding.remove.title", { name: person.name })}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="danger" isPending={send.isPending} onPress={() => (reason ? send.mutate(reason) : setMissing(true))}>
            {t("safeguarding.remove.doIt")}
          </Button>
        </>
      }
    >
      <p>{t("safeguarding.remove.lead")}</p>
      <RadioGroupField
        label={t("safeguarding.remove.howLong")}
        value={howLong}
        options={[
          { value: "lesson", label: t("safeguarding.remove.lesson") },
          { value: "lifted", label: t("safeguarding.remove.lifted"), hint: t("safeguarding.remove.liftedHint") },
        ]}
        onChange={setHowLong}
      />
      <RadioGroupField
        label={t("safeguarding.remove.why")}
        value={reason}
        error={isMissing && !reason ? t("safeguarding.report.choose") : undefined}
        options={REMOVAL_REASONS.map((value) => ({ value, label: t(`safeguarding.removal.${value}`) }))}
        onChange={setReason}
      />
      <p className="soft">
        {t("safeguarding.remove.ban")} <Link href={`/partnerships/${space.partnership_id}/people`}>{t("safeguarding.remove.toBans")}</Link>
      </p>
      {send.isError && <p role="alert">{failureWords(send.error)}</p>}
    </Question>
  );
}
