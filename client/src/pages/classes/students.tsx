/** The students of a class as cards: the alias that partners see, and for their own staff the first name. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { RadioGroupField } from "../../ui/choices";
import { Confirm } from "../../ui/confirm";
import { Question } from "../../ui/dialog";
import { Animal } from "../../ui/drawing";
import { Field } from "../../ui/field";
import { Form } from "../../ui/form";
import { Progress, Section } from "../../ui/parts";
import { Empty, Failed } from "../../ui/state";
import { useReturn } from "../school/frame";
import { answersForData, PersonDataQuestion, type DataAct } from "../school/person-data";
import { addStudents, aliases, editStudent, removeStudent, type ClassDetail, type RosterStudent } from "./calls";

/** As the server takes them at a time. */
const NAMES_MOST = 100;
const NAME_LONGEST = 80;
const ALIASES_SHOWN = 7;

interface StudentsProps {
  record: ClassDetail;
  mayChange: boolean;
  onDone(after: ClassDetail, words: string): void;
}

export function Students({ record, mayChange, onDone }: StudentsProps) {
  const { t } = useTranslation();
  const [isAdding, setAdding] = useState(false);
  const [edited, setEdited] = useState<RosterStudent>();
  const [leaving, setLeaving] = useState<RosterStudent>();
  const [asked, ask] = useState<{ act: DataAct; student: RosterStudent }>();

  return (
    <Section
      title={t("ourClasses.students")}
      aside={mayChange && <Button onPress={() => setAdding(true)}>{t("ourClasses.addStudents")}</Button>}
    >
      {record.students.length === 0 ? (
        <Empty title={t("ourClasses.noStudents")}>{t(mayChange ? "ourClasses.noStudentsText" : "ourClasses.askOffice")}</Empty>
      ) : (
        <>
          <p className="soft">{t("ourClasses.aliasWhy")}</p>
          <ul className="pupils">
            {record.students.map((student) => (
              <li key={student.id} className="card pupil">
                <Animal slug={student.avatar} size={56} />
                <div className="pupil__text">
                  <h3 className="pupil__alias">
                    <bdi>{student.alias}</bdi>
                  </h3>
                  {student.given_name && <bdi className="soft">{student.given_name}</bdi>}
                  {!student.has_pictures && <span className="pupil__missing">{t("ourClasses.noPictures")}</span>}
                </div>
                {mayChange && (
                  <div className="pupil__do">
                    <Button look="quiet" aria-label={t("ourClasses.changeStudent", { name: student.alias })} onPress={() => setEdited(student)}>
                      {t("ourSchool.edit")}
                    </Button>
                    <Button look="quiet" aria-label={t("ourClasses.removeStudent", { name: student.alias })} onPress={() => setLeaving(student)}>
                      {t("ourSchool.takeOut")}
                    </Button>
                  </div>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {isAdding && (
        <AddQuestion
          record={record}
          onClose={() => setAdding(false)}
          onDone={(after, n) => {
            setAdding(false);
            onDone(after, t("ourClasses.added", { n }));
          }}
        />
      )}
      {edited && (
        <StudentQuestion
          key={edited.id}
          classId={record.id}
          student={edited}
          onClose={() => setEdited(undefined)}
          onData={(act) => {
            setEdited(undefined);
            ask({ act, student: edited });
          }}
          onDone={(after) => {
            setEdited(undefined);
            onDone(after, t("ui.saved"));
          }}
        />
      )}
      {asked && (
        <PersonDataQuestion
          key={`${asked.act} ${asked.student.id}`}
          act={asked.act}
          person={{ id: asked.student.id, name: asked.student.alias }}
          onClose={() => ask(undefined)}
          onDone={() => {
            ask(undefined);
            const isGone = asked.act === "erase";
            const students = record.students.filter((each) => !isGone || each.id !== asked.student.id);
            onDone({ ...record, students }, t(`personData.${asked.act}.done`, { name: asked.student.alias }));
          }}
        />
      )}
      {leaving && (
        <RemoveQuestion
          key={leaving.id}
          classId={record.id}
          student={leaving}
          onClose={() => setLeaving(undefined)}
          onDone={(after) => {
            setLeaving(undefined);
            onDone(after, t("ourClasses.removed", { name: leaving.alias }));
          }}
        />
      )}
    </Section>
  );
}

function AddQuestion({ record, onDone, onClose }: { record: ClassDetail; onDone(after: ClassDetail, n: number): void; onClose(): void }) {
  useReturn();
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const names = text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const add = useMutation({ mutationFn: () => addStudents(record.id, names), onSuccess: (after) => onDone(after, names.length) });

  function submit() {
    if (names.length === 0) return { given_names: t("fieldProblem.missing") };
    if (names.length > NAMES_MOST) return { given_names: t("ourClasses.tooMany", { most: NAMES_MOST }) };
    const long = names.find((name) => name.length > NAME_LONGEST);
    if (long) return { given_names: t("ourClasses.nameTooLong", { name: long.slice(0, 20) }) };
    if (!add.isPending) add.mutate();
  }

  return (
    <Question
      isOpen
      title={t("ourClasses.addStudents")}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="students-form" isPending={add.isPending}>
            {t("ourClasses.addStudentsDo")}
          </Button>
        </>
      }
    >
      <Form id="students-form" error={add.error} onSubmit={submit}>
        <Field label={t("ourClasses.firstNames")} hint={t("ourClasses.firstNamesHint")} name="given_names" rows={8} value={text} onChange={setText} />
        <p className="soft" role="status">
          {t("ourClasses.nameCount", { n: names.length })}
        </p>
      </Form>
    </Question>
  );
}

interface OneProps {
  classId: string;
  student: RosterStudent;
  onDone(after: ClassDetail): void;
  onClose(): void;
}

function StudentQuestion({ classId, student, onDone, onData, onClose }: OneProps & { onData(act: DataAct): void }) {
  useReturn();
  const { t } = useTranslation();
  const me = usePerson();
  const [name, setName] = useState(student.given_name);
  const [alias, setAlias] = useState(student.alias);
  const offers = useQuery({
    queryKey: ["aliases", classId, student.id],
    queryFn: () => aliases(classId, student.id),
    staleTime: Infinity,
    gcTime: 0,
  });
  const save = useMutation({
    mutationFn: () => editStudent(classId, student.id, name.trim(), alias),
    onSuccess: onDone,
    // Somebody else may have taken it meanwhile: others are offered then.
    onError: () => void offers.refetch(),
  });
  const listed = [
    { alias: student.alias, avatar: student.avatar },
    ...(offers.data ?? []).filter((each) => each.alias !== student.alias).slice(0, ALIASES_SHOWN),
  ];
  // The one that is chosen stays when others are offered.
  const shown = listed.some((each) => each.alias === alias) ? listed : [...listed, { alias, avatar: "" }];

  return (
    <Question
      isOpen
      title={t("ourClasses.changeStudent", { name: student.alias })}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="student-form" isPending={save.isPending}>
            {t("ui.save")}
          </Button>
        </>
      }
    >
      <Form
        id="student-form"
        error={save.error}
        onSubmit={() => {
          if (!name.trim()) return { given_name: t("fieldProblem.missing") };
          if (!save.isPending) save.mutate();
        }}
      >
        <Field label={t("ourClasses.firstName")} hint={t("ourClasses.firstNameHint")} name="given_name" value={name} onChange={setName} maxLength={NAME_LONGEST} />
        <RadioGroupField
          label={t("ourClasses.alias")}
          hint={t("ourClasses.aliasHint")}
          name="alias"
          options={shown.map((each) => ({
            value: each.alias,
            label: each.alias,
            hint: each.alias === student.alias ? t("ourClasses.aliasNow") : undefined,
          }))}
          value={alias}
          onChange={setAlias}
        />
        {offers.isPending ? (
          <Progress label={t("app.loading")} />
        ) : offers.isError ? (
          <Failed error={offers.error} onRetry={() => void offers.refetch()} />
        ) : (
          <div className="actions">
            <Button isPending={offers.isFetching} onPress={() => void offers.refetch()}>
              {t("ourClasses.otherAliases")}
            </Button>
          </div>
        )}
      </Form>
      {answersForData(me) && (
        <div className="actions">
          {(["export", "erase"] as const).map((act) => (
            <Button key={act} look="quiet" onPress={() => onData(act)}>
              {t(`personData.${act}.do`)}
            </Button>
          ))}
        </div>
      )}
    </Question>
  );
}

function RemoveQuestion({ classId, student, onDone, onClose }: OneProps) {
  useReturn();
  const { t } = useTranslation();
  const remove = useMutation({ mutationFn: () => removeStudent(classId, student.id), onSuccess: onDone });
  return (
    <Confirm
      isOpen
      title={t("ourClasses.removeTitle", { name: student.given_name ? `${student.alias} (${student.given_name})` : student.alias })}
      doIt={t("ourSchool.takeOut")}
      isDanger
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={() => {
        remove.reset();
        onClose();
      }}
    >
      <p>{t("ourClasses.removeText")}</p>
    </Confirm>
  );
}
