/** Writing answers down: for one student, or for all whose forms came back. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { CheckGroup, RadioGroupField, SelectField } from "../../ui/choices";
import { Question } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Form } from "../../ui/form";
import { useReturn } from "../school/frame";
import { GIVERS, KINDS, record, type ClassConsent, type Giver, type Kind } from "./calls";

const PAPER_LIMIT = 80;

interface RecordQuestionProps {
  record: ClassConsent;
  onDone(after: ClassConsent): void;
  onClose(): void;
}

export function RecordQuestion({ record: before, onDone, onClose }: RecordQuestionProps) {
  useReturn();
  const { t } = useTranslation();
  const [students, setStudents] = useState<string[]>([]);
  const [kinds, setKinds] = useState<Kind[]>(["camera", "voice"]);
  const [answer, setAnswer] = useState<"yes" | "no">("yes");
  const [giver, setGiver] = useState<Giver>("parent");
  const [paper, setPaper] = useState("");
  const everyone = before.students.map(({ id }) => id);
  const isWhole = students.length === everyone.length;
  const save = useMutation({
    mutationFn: () => record(before.id, { user_ids: students, kinds, given: answer === "yes", giver, paper: paper.trim() }),
    onSuccess: onDone,
  });

  function submit(): Record<string, string> | void {
    if (students.length === 0) return { user_ids: t("consents.chooseStudents") };
    if (kinds.length === 0) return { kinds: t("consents.chooseKinds") };
    if (!save.isPending) save.mutate();
  }

  return (
    <Question
      isOpen
      title={t("consents.record")}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="consent-form" isPending={save.isPending}>
            {t("consents.recordDo")}
          </Button>
        </>
      }
    >
      <Form id="consent-form" error={save.error} onSubmit={submit}>
        <CheckGroup
          label={t("consents.forWhom")}
          name="user_ids"
          options={before.students.map(({ id, alias, given_name }) => ({ value: id, label: given_name ? `${alias} (${given_name})` : alias }))}
          values={students}
          onChange={setStudents}
        />
        <Button onPress={() => setStudents(isWhole ? [] : everyone)}>{t(isWhole ? "consents.nobody" : "consents.everyone")}</Button>
        <CheckGroup
          label={t("consents.forWhat")}
          name="kinds"
          options={KINDS.map((kind) => ({ value: kind, label: t(`consents.kind.${kind}`), hint: t(`consents.what.${kind}`) }))}
          values={kinds}
          onChange={setKinds}
        />
        <RadioGroupField
          label={t("consents.answer")}
          options={[
            { value: "yes", label: t("consents.yes") },
            { value: "no", label: t("consents.no"), hint: t("consents.noHint") },
          ]}
          value={answer}
          onChange={setAnswer}
        />
        <SelectField
          label={t("consents.whoSaid")}
          name="giver"
          options={GIVERS.map((each) => ({ value: each, label: t(`consents.giver.${each}`) }))}
          value={giver}
          onChange={setGiver}
        />
        <Field label={t("consents.paper")} hint={t("consents.paperHint")} name="paper" value={paper} onChange={setPaper} maxLength={PAPER_LIMIT} />
      </Form>
    </Question>
  );
}
