/** One class: its code, its teachers, its students and their cards. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ApiFailure } from "../../api";
import { usePerson } from "../../person";
import { Button } from "../../ui/button";
import { CheckGroup } from "../../ui/choices";
import { Confirm } from "../../ui/confirm";
import { Question } from "../../ui/dialog";
import { Form } from "../../ui/form";
import { useTitle } from "../../ui/page";
import { Badge, Progress, Said, Section } from "../../ui/parts";
import { Failed, Skeleton } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { allStaff } from "../school/calls";
import { SchoolFrame, useReturn } from "../school/frame";
import { newCode, schoolClass, setTeachers, type ClassDetail } from "./calls";
import { CardsQuestion } from "./cards-question";
import { ClassQuestion } from "./class-question";
import { ClassDevices } from "./devices";
import { Students } from "./students";

type Asked = "rename" | "code" | "teachers" | "cards";

export function ClassPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const found = useQuery({ queryKey: ["class", id], queryFn: () => schoolClass(id) });
  const record = found.data;
  const [asked, ask] = useState<Asked>();
  const [said, say] = useState("");
  const title = record?.name ?? t("ourClasses.class");
  const heading = useTitle(title);
  if (found.error instanceof ApiFailure && found.error.status === 404) return <NotFoundPage />;

  function done(after: ClassDetail, words: string) {
    queries.setQueryData(["class", id], after);
    void queries.invalidateQueries({ queryKey: ["classes"] });
    ask(undefined);
    say(words);
  }
  const open = (what: Asked) => {
    say("");
    ask(what);
  };
  const isKept = Boolean(record?.archived_at);
  const mayChange = Boolean(record?.may_manage) && !isKept;

  return (
    <SchoolFrame
      title={title}
      heading={
        <div className="school-head">
          <h1 ref={heading} tabIndex={-1}>
            <bdi>{title}</bdi>
          </h1>
          {record && <bdi className="soft">{record.school_year}</bdi>}
          {isKept && <Badge>{t("ourClasses.archived")}</Badge>}
        </div>
      }
    >
      <Link href="/classes">{t("ourClasses.back")}</Link>
      {found.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : !record ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <>
          <Said>{said}</Said>
          {isKept && <p className="notice">{t("ourClasses.archivedText")}</p>}
          {!isKept && (
            <Section title={t("ourClasses.code")}>
              <div className="code">
                <ClassCode code={record.code} />
                <div className="code__text">
                  <p className="soft">{t("ourClasses.codeHow")}</p>
                  <div className="actions">
                    <Button look="primary" isDisabled={record.students.length === 0} onPress={() => open("cards")}>
                      {t("ourClasses.cards")}
                    </Button>
                    {mayChange && <Button onPress={() => open("code")}>{t("ourClasses.newCode")}</Button>}
                  </div>
                </div>
              </div>
            </Section>
          )}
          <Section
            title={t("ourClasses.teachers")}
            aside={mayChange && <Button onPress={() => open("teachers")}>{t("ourClasses.changeTeachers")}</Button>}
          >
            {record.teachers.length === 0 ? (
              <p className="soft">{t("ourClasses.noTeachers")}</p>
            ) : (
              <ul className="lines">
                {record.teachers.map((teacher) => (
                  <li key={teacher.id} className="line">
                    <bdi>{teacher.name}</bdi>
                  </li>
                ))}
              </ul>
            )}
          </Section>
          <div className="actions">
            <Link href={`/classes/${id}/consent`} className="button button--secondary">
              {t("consents.ofClass")}
            </Link>
          </div>
          {!isKept && <ClassDevices classId={id} onSaid={say} />}
          <Students record={record} mayChange={mayChange} onDone={done} />
          {mayChange && (
            <div className="actions">
              <Button look="quiet" onPress={() => open("rename")}>
                {t("ourClasses.rename")}
              </Button>
            </div>
          )}
          {asked === "rename" && (
            <ClassQuestion before={record} year="" onClose={() => ask(undefined)} onDone={(after) => done(after, t("ui.saved"))} />
          )}
          {asked === "code" && <CodeQuestion id={id} onClose={() => ask(undefined)} onDone={(after) => done(after, t("ourClasses.codeDone"))} />}
          {asked === "teachers" && (
            <TeachersQuestion record={record} onClose={() => ask(undefined)} onDone={(after) => done(after, t("ui.saved"))} />
          )}
          {asked === "cards" && (
            <CardsQuestion
              record={record}
              onClose={() => ask(undefined)}
              onDone={(words) => {
                void queries.invalidateQueries({ queryKey: ["class", id] });
                ask(undefined);
                say(words);
              }}
            />
          )}
        </>
      )}
    </SchoolFrame>
  );
}

/** Six signs in two groups, each by itself: to be read aloud, and heard sign by sign. */
function ClassCode({ code }: { code: string }) {
  const signs = [...code];
  return (
    <p className="code__signs" dir="ltr">
      <span className="visually-hidden">{signs.join(" ")}</span>
      <span aria-hidden="true">
        {signs.map((sign, place) => (
          <span key={place} className="code__sign">
            {sign}
          </span>
        ))}
      </span>
    </p>
  );
}

interface QuestionProps {
  onDone(after: ClassDetail): void;
  onClose(): void;
}

function CodeQuestion({ id, onDone, onClose }: QuestionProps & { id: string }) {
  useReturn();
  const { t } = useTranslation();
  const make = useMutation({ mutationFn: () => newCode(id), onSuccess: onDone });
  return (
    <Confirm
      isOpen
      title={t("ourClasses.newCodeTitle")}
      doIt={t("ourClasses.newCode")}
      isDanger
      isPending={make.isPending}
      error={make.error}
      onConfirm={() => make.mutate()}
      onClose={() => {
        make.reset();
        onClose();
      }}
    >
      <p>{t("ourClasses.newCodeText")}</p>
    </Confirm>
  );
}

function TeachersQuestion({ record, onDone, onClose }: QuestionProps & { record: ClassDetail }) {
  useReturn();
  const { t } = useTranslation();
  const me = usePerson();
  const people = useQuery({ queryKey: ["all-staff"], queryFn: allStaff });
  const [chosen, setChosen] = useState(record.teachers.map(({ id }) => id));
  const save = useMutation({ mutationFn: () => setTeachers(record.id, chosen), onSuccess: onDone });
  const able = (people.data ?? []).filter((person) => !person.disabled_at && person.posts.length > 0);
  return (
    <Question
      isOpen
      title={t("ourClasses.teachersOf", { name: record.name })}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="teachers-form" isPending={save.isPending}>
            {t("ui.save")}
          </Button>
        </>
      }
    >
      <Form id="teachers-form" error={save.error} onSubmit={() => (save.isPending || !people.data ? undefined : save.mutate())}>
        {people.isPending ? (
          <Progress label={t("app.loading")} />
        ) : people.isError ? (
          <Failed error={people.error} onRetry={() => void people.refetch()} />
        ) : (
          <CheckGroup
            label={t("ourClasses.teachers")}
            hint={t("ourClasses.teachersHint")}
            name="user_ids"
            options={able.map(({ id, name, posts }) => ({
              value: id,
              label: id === me.id ? `${name} ${t("ourPeople.you")}` : name,
              hint: posts.map((post) => t(`post.${post}`)).join(" · "),
            }))}
            values={chosen}
            onChange={setChosen}
          />
        )}
      </Form>
    </Question>
  );
}
