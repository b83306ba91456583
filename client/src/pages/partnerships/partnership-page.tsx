/** The record of a partnership, in four parts: how it stands, schools and people, spaces, and what has happened. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ApiFailure } from "../../api";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { dateAt, dateWords } from "../../time";
import { Page, useTitle } from "../../ui/page";
import { LinkTabs } from "../../ui/parts";
import { Failed, Skeleton } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { partnership, type PartnershipDetail } from "./calls";
import { Happenings } from "./happenings";
import { Overview } from "./overview";
import { People } from "./people";
import { Spaces } from "./spaces";
import { StatusMark } from "./status-mark";

export type RecordPart = "overview" | "people" | "spaces" | "timeline";

export function PartnershipPage({ id, part = "overview" }: { id: string; part?: RecordPart }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const found = useQuery({ queryKey: ["partnership", id], queryFn: () => partnership(id) });
  const record = found.data;
  const title = record?.name ?? t("partnerships.title");
  const heading = useTitle(part === "overview" || !record ? title : `${t(`life.tab.${part}`)} · ${title}`);
  if (found.error instanceof ApiFailure && found.error.status === 404) return <NotFoundPage />;

  return (
    <Page
      title={title}
      heading={
        <div className="record__head">
          <h1 ref={heading} tabIndex={-1}>
            <bdi>{title}</bdi>
          </h1>
          {record && <StatusMark status={record.status} />}
        </div>
      }
    >
      {found.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : !record ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <>
          <div>
            <p className="soft">
              {wordsFor(t, "kind", record.kind, "kind.cluster")} · <bdi>{record.programme_name}</bdi> ·{" "}
              {t("partnerships.since", {
                date: dateWords(dateAt(new Date(record.status_changed_at), timezone), formatLocale(i18n.language)),
              })}
            </p>
            {record.status_reason && (
              <p className="record__reason">{t("partnerships.why", { reason: record.status_reason })}</p>
            )}
          </div>
          <Parts record={record} part={part} />
        </>
      )}
    </Page>
  );
}

function Parts({ record, part }: { record: PartnershipDetail; part: RecordPart }) {
  const { t } = useTranslation();
  const mySchoolId = usePerson().school.id;
  // A school that is only asked sees what it is asked to, and not yet what others did.
  const takesPart = record.memberships.some(({ school, status }) => school.id === mySchoolId && status === "accepted");
  const at = `/partnerships/${record.id}`;
  const links = [
    { href: at, label: t("life.tab.overview") },
    { href: `${at}/people`, label: t("life.tab.people"), count: record.join_requests.length },
    { href: `${at}/spaces`, label: t("life.tab.spaces") },
    ...(takesPart ? [{ href: `${at}/timeline`, label: t("life.tab.timeline") }] : []),
  ];
  return (
    <>
      <LinkTabs label={t("life.tab.label")} links={links} />
      {part === "people" ? (
        <People record={record} takesPart={takesPart} />
      ) : part === "spaces" ? (
        <Spaces record={record} takesPart={takesPart} />
      ) : part === "timeline" ? (
        <Happenings record={record} />
      ) : (
        <Overview record={record} />
      )}
    </>
  );
}
