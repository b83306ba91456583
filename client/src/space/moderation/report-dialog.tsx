/** Telling the safeguarding leads about something: in a few words, from where it happened. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { RadioGroupField } from "../../ui/choices";
import { Question } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { useFailureWords } from "../../ui/state";
import { report, REPORT_REASONS, type About, type ReportReason } from "./calls";

interface ReportDialogProps {
  spaceId: string;
  about: About;
  /** Who tells of it, where several share this device. */
  reporter: string | undefined;
  onClose(): void;
}

export function ReportDialog({ spaceId, about, reporter, onClose }: ReportDialogProps) {
  const { t } = useTranslation();
  const failureWords = useFailureWords();
  const [reason, setReason] = useState<ReportReason | "">("");
  const [words, setWords] = useState("");
  const [isMissing, setMissing] = useState(false);
  const send = useMutation({ mutationFn: (why: ReportReason) => report(spaceId, about, why, words) });

  if (send.isSuccess)
    return (
      <Question
        isOpen
        title={t("safeguarding.report.thanks")}
        onClose={onClose}
        actions={
          <Button look="primary" autoFocus onPress={onClose}>
            {t("safeguarding.report.done")}
          </Button>
        }
      >
        <p role="status">{t("safeguarding.report.thanksText")}</p>
        <p>{t("safeguarding.report.now")}</p>
      </Question>
    );
  return (
    <Question
      isOpen
      title={about.name ? t(`safeguarding.report.title.${about.kind}`, { name: about.name }) : t("safeguarding.report.title.any")}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" isPending={send.isPending} onPress={() => (reason ? send.mutate(reason) : setMissing(true))}>
            {t("safeguarding.report.send")}
          </Button>
        </>
      }
    >
      <p>{t("safeguarding.report.lead")}</p>
      {reporter !== undefined && <p className="notice">{t("safeguarding.report.as", { name: reporter })}</p>}
      <RadioGroupField
        label={t("safeguarding.report.why")}
        value={reason}
        error={isMissing && !reason ? t("safeguarding.report.choose") : undefined}
        options={REPORT_REASONS.map((value) => ({ value, label: t(`safeguarding.reason.${value}`) }))}
        onChange={setReason}
      />
      <Field label={t("safeguarding.report.words")} hint={t("safeguarding.report.wordsHint")} value={words} onChange={setWords} rows={3} maxLength={1000} />
      {send.isError && <p role="alert">{failureWords(send.error)}</p>}
    </Question>
  );
}
