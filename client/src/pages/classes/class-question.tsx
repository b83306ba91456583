/** The name and the school year of a class, new or not. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button";
import { Question } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { Form } from "../../ui/form";
import { useReturn } from "../school/frame";
import { createClass, editClass, type ClassDetail } from "./calls";

interface ClassQuestionProps {
  /** The class to change; without it a new one is made. */
  before?: ClassDetail;
  year: string;
  onDone(after: ClassDetail): void;
  onClose(): void;
}

export function ClassQuestion({ before, year: guess, onDone, onClose }: ClassQuestionProps) {
  useReturn();
  const { t } = useTranslation();
  const [name, setName] = useState(before?.name ?? "");
  const [year, setYear] = useState(before?.school_year ?? guess);
  const save = useMutation({
    mutationFn: () => (before ? editClass(before.id, name.trim(), year.trim()) : createClass(name.trim(), year.trim())),
    onSuccess: onDone,
  });

  function submit() {
    const missing = {
      ...(name.trim() ? {} : { name: t("fieldProblem.missing") }),
      ...(year.trim() ? {} : { school_year: t("fieldProblem.missing") }),
    };
    if (Object.keys(missing).length > 0) return missing;
    if (!save.isPending) save.mutate();
  }

  return (
    <Question
      isOpen
      title={t(before ? "ourClasses.rename" : "ourClasses.add")}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="class-form" isPending={save.isPending}>
            {t(before ? "ui.save" : "ourClasses.addDo")}
          </Button>
        </>
      }
    >
      <Form id="class-form" error={save.error} onSubmit={submit}>
        <Field label={t("ourClasses.name")} hint={t("ourClasses.nameHint")} name="name" value={name} onChange={setName} maxLength={60} />
        <Field label={t("ourClasses.year")} hint={t("ourClasses.yearHint")} name="school_year" value={year} onChange={setYear} maxLength={9} />
      </Form>
    </Question>
  );
}
