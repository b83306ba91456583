/** The consents of one class: who may be seen, heard, recorded, and who has accepted the ground rules. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ApiFailure } from "../../api";
import { formatLocale } from "../../i18n";
import { usePerson } from "../../person";
import { dateAt, dateWords } from "../../time";
import { Button } from "../../ui/button";
import { useTitle } from "../../ui/page";
import { Badge, Said } from "../../ui/parts";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { DataTable } from "../../ui/table";
import { NotFoundPage } from "../not-found-page";
import { SchoolFrame } from "../school/frame";
import { classConsent, KINDS, type ClassConsent, type Kind, type StudentConsent } from "./calls";
import { HistoryQuestion } from "./history-question";
import { RecordQuestion } from "./record-question";
import "./consent.css";

export function ConsentPage({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const { school } = usePerson();
  const queries = useQueryClient();
  const locale = formatLocale(i18n.language);
  const found = useQuery({ queryKey: ["class-consent", id], queryFn: () => classConsent(id) });
  const record = found.data;
  const [isAsking, ask] = useState(false);
  const [looked, look] = useState<StudentConsent>();
  const [said, say] = useState("");
  const title = record ? t("consents.titleOf", { name: record.name }) : t("consents.title");
  const heading = useTitle(title);
  if (found.error instanceof ApiFailure && found.error.status === 404) return <NotFoundPage />;
  const day = (moment: string) => dateWords(dateAt(new Date(moment), school.timezone), locale);

  function done(after: ClassConsent) {
    queries.setQueryData(["class-consent", id], after);
    void queries.invalidateQueries({ queryKey: ["consent-history", id] });
    void queries.invalidateQueries({ queryKey: ["consent-classes"] });
    ask(false);
    say(t("consents.saved"));
  }

  return (
    <SchoolFrame
      title={title}
      heading={
        <h1 ref={heading} tabIndex={-1}>
          <bdi>{title}</bdi>
        </h1>
      }
    >
      <Link href="/consent">{t("ourClasses.back")}</Link>
      {found.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : !record ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <>
          <div className="section__head">
            <p className="soft">{t("consents.without")}</p>
            {!record.archived_at && record.students.length > 0 && (
              <Button
                look="primary"
                onPress={() => {
                  say("");
                  ask(true);
                }}
              >
                {t("consents.record")}
              </Button>
            )}
          </div>
          <Said>{said}</Said>
          {record.archived_at && <p className="notice">{t("ourClasses.archivedText")}</p>}
          {record.students.length === 0 ? (
            <Empty title={t("ourClasses.noStudents")}>{t("ourClasses.askOffice")}</Empty>
          ) : (
            <div className="consents">
              <DataTable
                caption={title}
                rows={record.students}
                rowKey={(each) => each.id}
                columns={[
                  {
                    key: "name",
                    title: t("consents.student"),
                    cell: (each) => (
                      <>
                        <Button look="quiet" className="consents__who" aria-label={t("consents.historyOf", { name: each.alias })} onPress={() => look(each)}>
                          <bdi>{each.alias}</bdi>
                        </Button>
                        {each.given_name && (
                          <span className="soft consents__given">
                            <bdi>{each.given_name}</bdi>
                          </span>
                        )}
                      </>
                    ),
                  },
                  ...KINDS.map((kind) => ({
                    key: kind,
                    title: t(`consents.kind.${kind}`),
                    cell: (each: StudentConsent) => <Held student={each} kind={kind} />,
                  })),
                  {
                    key: "rules",
                    title: t("consents.rules"),
                    cell: (each) => (each.rules_accepted_at ? day(each.rules_accepted_at) : <span className="soft">{t("consents.rulesNot")}</span>),
                  },
                ]}
              />
            </div>
          )}
          {isAsking && <RecordQuestion record={record} onClose={() => ask(false)} onDone={done} />}
          {looked && <HistoryQuestion classId={id} student={looked} onClose={() => look(undefined)} />}
        </>
      )}
    </SchoolFrame>
  );
}

/** The answer that holds. Who gave it and when is in the history behind the name. */
function Held({ student, kind }: { student: StudentConsent; kind: Kind }) {
  const { t } = useTranslation();
  const answer = student.answers.find((each) => each.kind === kind);
  if (!answer) return <span className="soft">{t("consents.open")}</span>;
  return answer.given ? <Badge tone="good">{t("consents.yes")}</Badge> : <Badge>{t("consents.no")}</Badge>;
}
