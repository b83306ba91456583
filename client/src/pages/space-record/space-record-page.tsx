/** The record of a space: which classes are in it, who answers for each school, and its terms. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { ApiFailure } from "../../api";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { dateAt, dateWords } from "../../time";
import { Button } from "../../ui/button";
import { CheckField, CheckGroup } from "../../ui/choices";
import { Confirm } from "../../ui/confirm";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { Page, useTitle } from "../../ui/page";
import { Badge, Facts, Section } from "../../ui/parts";
import { SchoolName } from "../../ui/school";
import { Failed, Skeleton } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { archive, record as load, rename, renew, setClasses, setWorkingAlone, type SpaceRecord } from "./calls";
import { HoursSection } from "./hours";
import { LinkTeacher } from "./link-teacher";
import { useRecordMove } from "./use-record-move";
import "../finder/finder.css";
import "./space-record.css";

const NAME_LIMIT = 120;

export function SpaceRecordPage({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const person = usePerson();
  const locale = formatLocale(i18n.language);
  const found = useQuery({ queryKey: ["space-record", id], queryFn: () => load(id) });
  const record = found.data;
  const title = record?.name ?? t("spaceRecord.title");
  const heading = useTitle(title);
  if (found.error instanceof ApiFailure && found.error.status === 404) return <NotFoundPage />;
  // Who visits sees neither the partnership's page nor who came.
  const isOfMember = record?.schools.some(({ school }) => school.id === person.school.id) ?? false;
  const day = (moment: string) => dateWords(dateAt(new Date(moment), person.school.timezone), locale);

  return (
    <Page
      title={title}
      heading={
        <div className="school-head">
          <div className="school-head__text">
            <h1 ref={heading} tabIndex={-1}>
              <bdi>{title}</bdi>
            </h1>
            {record && (
              <p className="soft">
                {wordsFor(t, "spaceKind", record.kind, "spaceKind.project")} ·{" "}
                {isOfMember ? (
                  <Link href={`/partnerships/${record.partnership_id}`}>
                    <bdi>{record.partnership_name}</bdi>
                  </Link>
                ) : (
                  <bdi>{record.partnership_name}</bdi>
                )}
              </p>
            )}
          </div>
          {record?.mine && record.partnership_status === "active" && (
            <Link href={`/spaces/${record.id}`} className={`button button--${record.archived_at ? "secondary" : "primary"}`}>
              {t(record.archived_at ? "spaceRecord.look" : "spaceRecord.goIn")}
            </Link>
          )}
        </div>
      }
    >
      {found.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : !record ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <>
          {record.archived_at && <p className="notice">{t("spaceRecord.archivedText")}</p>}
          {record.partnership_status === "suspended" && <p className="notice">{t("spaceRecord.suspended")}</p>}
          <Facts
            items={[
              {
                label: t("spaceRecord.state"),
                value: record.archived_at ? (
                  <Badge>{t("spaceRecord.archived", { date: day(record.archived_at) })}</Badge>
                ) : (
                  <Badge tone="good">{t("spaceRecord.open")}</Badge>
                ),
              },
              { label: t("spaceRecord.since"), value: day(record.created_at) },
              ...(record.previous
                ? [{ label: t("spaceRecord.before"), value: <Link href={`/spaces/${record.previous.id}/record`}>{day(record.previous.created_at)}</Link> }]
                : []),
              ...(record.next
                ? [{ label: t("spaceRecord.after"), value: <Link href={`/spaces/${record.next.id}/record`}>{day(record.next.created_at)}</Link> }]
                : []),
            ]}
          />
          {record.mine && (
            <p className="ways">
              <Link href={`/spaces/${record.id}/lessons`}>{t("spaceRecord.lessons")}</Link>
              {isOfMember && (
                <Link href={`/spaces/${record.id}/attendance`}>{t("spaceRecord.attendance")}</Link>
              )}
            </p>
          )}
          <Schools record={record} />
          {!record.archived_at && record.kind !== "staff_room" && record.my_classes.some((each) => each.enrolled) && <HoursSection spaceId={record.id} />}
          {record.may.includes("enrol") && <Classes key={enrolledOf(record).join()} record={record} />}
          {record.may.includes("link_teacher") && <LinkTeacher record={record} />}
          <Manage record={record} />
        </>
      )}
    </Page>
  );
}

function Schools({ record }: { record: SpaceRecord }) {
  const { t, i18n } = useTranslation();
  const names = new Intl.ListFormat(formatLocale(i18n.language), { type: "conjunction" });
  const either = new Intl.ListFormat(formatLocale(i18n.language), { type: "disjunction" });
  return (
    <Section title={t("spaceRecord.schools")}>
      <ul className="lines">
        {record.schools.map(({ school, classes, link_teacher, named_by }) => (
          <li key={school.id} className="line space-school">
            <Link href={`/schools/${school.id}`}>
              <SchoolName school={school} />
            </Link>
            <div>
              {record.kind !== "staff_room" && (
                <p>
                  {classes.length === 0 ? (
                    <span className="soft">{t("spaceRecord.noClasses")}</span>
                  ) : (
                    <>
                      {t("spaceRecord.classes", { count: classes.length })}: <bdi>{names.format(classes)}</bdi>
                    </>
                  )}
                </p>
              )}
              {link_teacher ? (
                <p>
                  {t("spaceRecord.link")}: <bdi>{link_teacher.name}</bdi>
                </p>
              ) : (
                named_by.length > 0 && (
                  <p className="space-school__missing">
                    {t("spaceRecord.noLink")}{" "}
                    {t("spaceRecord.linkMend", { people: either.format(named_by.map((post) => wordsFor(t, "spaceRecord.namer", post, "spaceRecord.namer.coordinator"))) })}
                  </p>
                )
              )}
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

const enrolledOf = (record: SpaceRecord) => record.my_classes.filter((each) => each.enrolled).map((each) => each.id);

/** The classes of my school that are in it. Those of others are theirs to choose. */
function Classes({ record }: { record: SpaceRecord }) {
  const { t } = useTranslation();
  const [chosen, choose] = useState(() => enrolledOf(record));
  const [isAsking, ask] = useState(false);
  const isStaffRoom = record.kind === "staff_room";
  const before = enrolledOf(record);
  const mine = record.my_classes.filter((each) => each.mine && (!each.archived || each.enrolled));
  const others = record.my_classes.filter((each) => !each.mine && each.enrolled);
  const gone = record.my_classes.filter((each) => before.includes(each.id) && !chosen.includes(each.id));
  const isChanged = gone.length > 0 || chosen.some((id) => !before.includes(id));
  const save = useRecordMove(record.id, (ids: string[]) => setClasses(record.id, ids), () => ask(false));

  return (
    <Section title={t("spaceRecord.ourClasses")}>
      <p className="soft">{t(isStaffRoom ? "spaceRecord.teachersLead" : "spaceRecord.ourClassesLead")}</p>
      <Form
        error={isAsking ? undefined : save.error}
        onSubmit={() => {
          if (!isChanged || save.isPending) return;
          if (gone.length > 0) ask(true);
          else save.mutate(chosen);
        }}
      >
        <CheckGroup
          label={t("spaceRecord.choose")}
          name="class_ids"
          options={mine.map((each) => ({ value: each.id, label: each.name, hint: each.archived ? t("spaceRecord.yearOver") : undefined }))}
          values={chosen}
          onChange={choose}
        />
        {others.length > 0 && <p className="soft">{t("spaceRecord.notYours", { classes: others.map((each) => each.name).join(", ") })}</p>}
        <Actions>
          <Button type="submit" isDisabled={!isChanged} isPending={save.isPending}>
            {t("ui.save")}
          </Button>
        </Actions>
      </Form>
      <Confirm
        isOpen={isAsking}
        title={t("spaceRecord.takeOut", { count: gone.length, classes: gone.map((each) => each.name).join(", ") })}
        doIt={t("spaceRecord.takeOutDo")}
        isDanger
        isPending={save.isPending}
        error={save.error}
        onConfirm={() => save.mutate(chosen)}
        onClose={() => {
          ask(false);
          save.reset();
        }}
      >
        <p>{t(isStaffRoom ? "spaceRecord.takeOutTeachers" : "spaceRecord.takeOutText")}</p>
      </Confirm>
    </Section>
  );
}

/** What coordinators do with it. */
function Manage({ record }: { record: SpaceRecord }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [asked, setAsked] = useState<"archive" | "renew">("archive");
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  const shut = useRecordMove(record.id, () => archive(record.id), close);
  const queries = useQueryClient();
  const begin = useRecordMove(
    record.id,
    () => renew(record.id),
    (fresh) => {
      close();
      void queries.invalidateQueries({ queryKey: ["space-record", record.id] });
      go(`/spaces/${fresh.id}/record`);
    },
  );
  const moves = (["renew", "archive"] as const).filter((move) => record.may.includes(move));
  const making = asked === "archive" ? shut : begin;
  if (moves.length === 0 && !record.may.includes("rename")) return null;
  return (
    <Section title={t("spaceRecord.manage")}>
      {record.may.includes("rename") && <Rename key={record.name} record={record} />}
      {record.may.includes("rename") && record.kind !== "staff_room" && <WorkingAlone record={record} />}
      <Actions>
        {moves.map((move) => (
          <Button
            key={move}
            onPress={() => {
              setAsked(move);
              setOpen(true);
            }}
          >
            {t(`spaceRecord.${move}`)}
          </Button>
        ))}
      </Actions>
      <Confirm
        isOpen={isOpen}
        title={t(`spaceRecord.${asked}Ask`)}
        doIt={t(`spaceRecord.${asked}`)}
        isDanger={asked === "archive"}
        isPending={making.isPending}
        error={making.error}
        onConfirm={() => making.mutate(undefined)}
        onClose={() => {
          close();
          making.reset();
        }}
      >
        <p>{t(`spaceRecord.${asked}Text`)}</p>
      </Confirm>
    </Section>
  );
}

function WorkingAlone({ record }: { record: SpaceRecord }) {
  const { t } = useTranslation();
  const save = useRecordMove(record.id, (on: boolean) => setWorkingAlone(record.id, on));
  return (
    <>
      <CheckField
        label={t("spaceRecord.worksAlone")}
        hint={t("spaceRecord.worksAloneHint")}
        isChecked={save.isPending ? save.variables : record.works_alone}
        onChange={(on) => !save.isPending && save.mutate(on)}
      />
      {save.error && <Failed error={save.error} onRetry={() => save.mutate(save.variables)} />}
    </>
  );
}

function Rename({ record }: { record: SpaceRecord }) {
  const { t } = useTranslation();
  const [name, setName] = useState(record.name);
  const save = useRecordMove(record.id, (next: string) => rename(record.id, next));
  return (
    <Form
      error={save.error}
      onSubmit={() => {
        if (!name.trim()) return { name: t("fieldProblem.missing") };
        if (!save.isPending && name.trim() !== record.name) save.mutate(name.trim());
      }}
    >
      <div className="rename">
        <Field label={t("spaceRecord.name")} name="name" value={name} onChange={setName} maxLength={NAME_LIMIT} />
        <Button type="submit" isDisabled={name.trim() === record.name} isPending={save.isPending}>
          {t("spaceRecord.rename")}
        </Button>
      </div>
    </Form>
  );
}
