/** One partnership: how it stands, what it still needs and who can mend it, and what I can do now. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { api, ApiFailure, type PartnershipDetail, type Rule } from "../../api";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { countryName, dayAt } from "../../time";
import { Page, useTitle } from "../../ui/page";
import { SchoolName } from "../../ui/school";
import { Failed, Skeleton } from "../../ui/state";
import { NotFoundPage } from "../not-found-page";
import { Moves } from "./moves";
import { StatusMark } from "./status-mark";

export function PartnershipPage({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const found = useQuery({ queryKey: ["partnership", id], queryFn: () => api.partnership(id) });
  const record = found.data;
  const title = record?.name ?? t("partnerships.title");
  const heading = useTitle(title);
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
                date: dayAt(new Date(record.status_changed_at), timezone, formatLocale(i18n.language)),
              })}
            </p>
            {record.status_reason && (
              <p className="record__reason">{t("partnerships.why", { reason: record.status_reason })}</p>
            )}
          </div>
          <Moves record={record} />
          <Rules rules={record.rules} />
          <Members record={record} />
          <section className="section" aria-labelledby="record-spaces">
            <h2 id="record-spaces">{t("partnerships.spaces")}</h2>
            {record.spaces.length === 0 ? (
              <p className="soft">{t("partnerships.noSpaces")}</p>
            ) : (
              <ul className="lines">
                {record.spaces.map((space) => (
                  <li key={space.id} className="line">
                    {record.status === "active" ? (
                      <Link href={`/spaces/${space.id}`}>
                        <bdi>{space.name}</bdi>
                      </Link>
                    ) : (
                      <bdi>{space.name}</bdi>
                    )}
                    <span className="soft">{wordsFor(t, "spaceKind", space.kind, "spaceKind.project")}</span>
                  </li>
                ))}
              </ul>
            )}
          </section>
        </>
      )}
    </Page>
  );
}

function Rules({ rules }: { rules: readonly Rule[] }) {
  const { t } = useTranslation();
  const open = rules.filter((rule) => !rule.met).length;
  return (
    <section className="section" aria-labelledby="record-rules">
      <h2 id="record-rules">{t("partnerships.rules")}</h2>
      <p className="soft">{open === 0 ? t("partnerships.allMet") : t("partnerships.open", { count: open })}</p>
      <ul className="rules">
        {rules.map((rule) => (
          <li key={rule.code} className="rule" data-met={rule.met ? "" : undefined}>
            <svg className="rule__mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
              <circle cx="12" cy="12" r="11" />
              <path d={rule.met ? "M6.5 12.5l3.8 3.8l7.2-8" : "M12 6v7.5M12 17.2v.6"} />
            </svg>
            <div>
              <p className="rule__text">{ruleWords(rule)}</p>
              {!rule.met && (
                <p className="soft">
                  {rule.code === "all_accepted" && `${t("ruleOpen.all_accepted", rule.params)} · `}
                  {wordsFor(t, "mend", rule.mend ?? "coordinator", "mend.coordinator")}
                </p>
              )}
            </div>
            <span className="rule__state">{rule.met ? t("partnerships.met") : t("partnerships.unmet")}</span>
          </li>
        ))}
      </ul>
    </section>
  );

  /** A rule that these words do not know yet is told in the server's own (English) sentence. */
  function ruleWords(rule: Rule): string {
    const key = `rule.${rule.code}`;
    const words = String(t(key as never, rule.params as never));
    return words === key ? rule.detail : words;
  }
}

function Members({ record }: { record: PartnershipDetail }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  return (
    <section className="section" aria-labelledby="record-schools">
      <h2 id="record-schools">{t("partnerships.schools")}</h2>
      <ul className="lines">
        {record.memberships.map(({ school, role, status }) => {
          const coordinators = record.coordinators.filter((each) => each.school_id === school.id);
          return (
            <li key={school.id} className="line line--member">
              <div>
                <SchoolName school={school} />
                <p className="soft">
                  {countryName(school.country, locale)} · {wordsFor(t, "role", role, "role.partner")}
                </p>
                {coordinators.length > 0 && (
                  <p>
                    {t("partnerships.coordinators")}: <bdi>{coordinators.map((each) => each.name).join(", ")}</bdi>
                  </p>
                )}
              </div>
              <span>{wordsFor(t, "membership", status, "membership.invited")}</span>
            </li>
          );
        })}
      </ul>
      {record.coordinators.length === 0 && <p className="soft">{t("partnerships.noCoordinators")}</p>}
    </section>
  );
}
