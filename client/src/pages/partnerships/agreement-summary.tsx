/** The agreement in short: which version is in force, and whose signature is missing from the one proposed. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { formatLocale } from "../../i18n";
import { dateWords } from "../../time";
import { Section } from "../../ui/parts";
import { SchoolName } from "../../ui/school";
import { Failed, Skeleton } from "../../ui/state";
import { agreement, type PartnershipDetail } from "./calls";

export function AgreementSummary({ record }: { record: PartnershipDetail }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const found = useQuery({ queryKey: ["partnership", record.id, "agreement"], queryFn: () => agreement(record.id) });
  const day = (date: string) => dateWords(date, locale);
  const view = found.data;
  const waiting = view?.proposed ? view.schools.filter(({ id }) => view.proposed?.waiting.includes(id)) : [];
  return (
    <Section title={t("life.agreement.title")}>
      {found.isPending ? (
        <Skeleton blocks={["line", "line"]} />
      ) : !view ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <div className="short">
          {view.in_force && (
            <p>{t("life.agreement.inForce", { number: view.in_force.number, date: day(view.in_force.expires_on) })}</p>
          )}
          {view.in_force && (
            <p className={view.is_review_due ? "short__due" : "soft"}>
              {t(view.is_review_due ? "life.agreement.reviewDue" : "life.agreement.review", { date: day(view.in_force.review_on) })}
            </p>
          )}
          {view.proposed && <p>{t("life.agreement.proposed", { number: view.proposed.number })}</p>}
          {waiting.length > 0 && (
            <div className="short__row">
              <span className="soft">{t("life.agreement.waiting")}</span>
              <ul className="schools">
                {waiting.map((school) => (
                  <li key={school.id}>
                    <SchoolName school={school} />
                  </li>
                ))}
              </ul>
            </div>
          )}
          {!view.in_force && !view.proposed && <p>{t(view.is_needed ? "life.agreement.needed" : "life.agreement.none")}</p>}
          <p>
            <Link href={`/partnerships/${record.id}/agreement`}>{t("life.agreement.open")}</Link>
          </p>
        </div>
      )}
    </Section>
  );
}
