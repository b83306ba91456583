/** Login cards to print: whose, and whether they get new pictures. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { CheckField, CheckGroup, RadioGroupField } from "../../ui/choices";
import { Question } from "../../ui/dialog";
import { Form } from "../../ui/form";
import { saveFile } from "../../ui/parts";
import { useReturn } from "../school/frame";
import { cards, type ClassDetail } from "./calls";

type Whose = "all" | "without" | "some";

interface CardsQuestionProps {
  record: ClassDetail;
  onDone(words: string): void;
  onClose(): void;
}

export function CardsQuestion({ record, onDone, onClose }: CardsQuestionProps) {
  useReturn();
  const { t } = useTranslation();
  const without = record.students.filter((student) => !student.has_pictures).map(({ id }) => id);
  const [whose, setWhose] = useState<Whose>(without.length > 0 ? "without" : "all");
  const [some, setSome] = useState<string[]>([]);
  const [isNew, setNew] = useState(without.length > 0);
  const ids = whose === "all" ? record.students.map(({ id }) => id) : whose === "without" ? without : some;
  const print = useMutation({
    mutationFn: () => cards(record.id, ids, isNew),
    onSuccess: (pdf) => {
      saveFile(pdf, `${record.name.replace(/[^\p{L}\p{N}]+/gu, "-")}-cards.pdf`);
      onDone(t(isNew ? "ourClasses.cardsDoneNew" : "ourClasses.cardsDone"));
    },
  });

  return (
    <Question
      isOpen
      title={t("ourClasses.cards")}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="cards-form" isPending={print.isPending}>
            {print.isPending ? t("app.loading") : t("ourClasses.makeCards")}
          </Button>
        </>
      }
    >
      <Form
        id="cards-form"
        error={print.error}
        onSubmit={() => {
          if (ids.length === 0) return { students: t("ourClasses.chooseStudents") };
          if (!print.isPending) print.mutate();
        }}
      >
        <RadioGroupField
          label={t("ourClasses.whose")}
          options={[
            { value: "all", label: t("ourClasses.wholeClass", { n: record.students.length }) },
            ...(without.length > 0 ? [{ value: "without" as const, label: t("ourClasses.withoutPictures", { n: without.length }) }] : []),
            { value: "some", label: t("ourClasses.someStudents") },
          ]}
          value={whose}
          onChange={(value: Whose) => {
            setWhose(value);
            // Whoever can not come in yet needs pictures; the others keep theirs unless somebody says so.
            setNew(value === "without");
          }}
        />
        {whose === "some" && (
          <CheckGroup
            label={t("ourClasses.students")}
            name="students"
            options={record.students.map(({ id, alias, given_name }) => ({ value: id, label: alias, hint: given_name }))}
            values={some}
            onChange={setSome}
          />
        )}
        <CheckField label={t("ourClasses.newPictures")} hint={t("ourClasses.newPicturesHint")} isChecked={isNew} onChange={setNew} />
        <p className="soft">{t("ourClasses.cardsKeep")}</p>
      </Form>
    </Question>
  );
}
