/** Keeping somebody out of the whole partnership: what follows of it, and why. For those who lead it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { REASON_LIMIT } from "../../ui/confirm";
import { Question } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { useFailureWords } from "../../ui/state";
import type { Person, SpaceInfo } from "../frames";
import { ban } from "./calls";

const FOLLOWS = ["now", "chat", "back", "duties", "all"] as const;

interface BanDialogProps {
  space: SpaceInfo;
  person: Person;
  onClose(): void;
}

export function BanDialog({ space, person, onClose }: BanDialogProps) {
  const { t } = useTranslation();
  const failureWords = useFailureWords();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);
  const why = reason.trim();
  const send = useMutation({
    mutationFn: () => ban(space.partnership_id, person.user_id, why),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["partnership", space.partnership_id] });
      onClose();
    },
    // Whoever may no longer is not offered it again.
    onError: () => void queries.invalidateQueries({ queryKey: ["may-ban", space.partnership_id] }),
  });
  return (
    <Question
      isOpen
      title={t("safeguarding.ban.title", { name: person.name, partnership: space.partnership_name })}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="danger" isPending={send.isPending} onPress={() => (why ? send.mutate() : setMissing(true))}>
            {t("safeguarding.ban.doIt")}
          </Button>
        </>
      }
    >
      <ul className="ban-follows">
        {FOLLOWS.map((each) => (
          <li key={each}>{t(`safeguarding.ban.${each}`)}</li>
        ))}
      </ul>
      <p className="soft">{t("safeguarding.ban.instead")}</p>
      <Field
        label={t("safeguarding.ban.why")}
        hint={t("safeguarding.ban.whyHint")}
        error={isMissing && !why ? t("safeguarding.ban.missing") : undefined}
        value={reason}
        onChange={setReason}
        rows={3}
        maxLength={REASON_LIMIT}
      />
      {send.isError && <p role="alert">{failureWords(send.error)}</p>}
    </Question>
  );
}
