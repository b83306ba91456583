/** The reports that my school has: those nobody has taken up first. For safeguarding leads. */
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { dateAndClock } from "../../time";
import { Page } from "../../ui/page";
import { PagedList, usePaged } from "../../ui/paged";
import { Empty } from "../../ui/state";
import { reports, type ReportItem } from "./calls";
import { ReportMark } from "./report-mark";
import "./reports.css";

export function ReportsPage() {
  const { t } = useTranslation();
  const isLead = usePerson().roles.includes("safeguarding_lead");
  const paged = usePaged(["reports"], reports);
  return (
    <Page title={t("safeguarding.reports.title")}>
      <p className="soft">{t(isLead ? "safeguarding.reports.lead" : "safeguarding.reports.leadHead")}</p>
      <PagedList paged={paged} empty={<Empty title={t("safeguarding.reports.empty")}>{t("safeguarding.reports.emptyText")}</Empty>}>
        {(items) => (
          <ul className="cards">
            {items.map((item) => (
              <Entry key={item.id} item={item} />
            ))}
          </ul>
        )}
      </PagedList>
    </Page>
  );
}

function Entry({ item }: { item: ReportItem }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const locale = formatLocale(i18n.language);
  return (
    <li className="card entry report-entry">
      <div className="entry__text">
        <h2 className="entry__name">
          <Link href={`/reports/${item.id}`} className="entry__link">
            {wordsFor(t, "safeguarding.reason", item.reason, "safeguarding.reason.other")}
          </Link>
        </h2>
        <p>
          {t("safeguarding.reports.from", {
            name: item.reporter.name,
            kind: wordsFor(t, "safeguarding.reports.kind", item.kind, "safeguarding.reports.kind.message"),
          })}
          {item.person && ` ${t("safeguarding.reports.about", { name: item.person.name, school: item.person.school })}`}
        </p>
        <p className="soft">
          {item.space_name && `${t("safeguarding.reports.inSpace", { space: item.space_name })} · `}
          <time dateTime={item.reported_at}>{dateAndClock(new Date(item.reported_at), timezone, locale)}</time>
        </p>
      </div>
      <ReportMark item={item} />
    </li>
  );
}
