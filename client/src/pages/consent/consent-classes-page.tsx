/** The classes whose consents this person keeps, and what is still to ask. */
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { PagedList, usePaged } from "../../ui/paged";
import { Empty } from "../../ui/state";
import { DataTable } from "../../ui/table";
import { SchoolFrame } from "../school/frame";
import { consentClasses } from "./calls";

export function ConsentClassesPage() {
  const { t } = useTranslation();
  const paged = usePaged(["consent-classes"], consentClasses);
  const left = (count: number) => (count === 0 ? <span className="soft">0</span> : count);
  return (
    <SchoolFrame title={t("consents.title")}>
      <p className="soft">{t("consents.lead")}</p>
      <PagedList paged={paged} empty={<Empty title={t("ourClasses.emptyTitle")}>{t("consents.none")}</Empty>}>
        {(items) => (
          <DataTable
            caption={t("consents.title")}
            rows={items}
            rowKey={({ id }) => id}
            columns={[
              {
                key: "name",
                title: t("ourClasses.class"),
                cell: (each) => (
                  <Link href={`/classes/${each.id}/consent`} className="row-link">
                    <bdi>{each.name}</bdi>
                  </Link>
                ),
              },
              { key: "year", title: t("ourClasses.year"), cell: (each) => <bdi>{each.school_year}</bdi> },
              { key: "students", title: t("ourClasses.students"), isNumber: true, cell: (each) => each.students },
              { key: "todo", title: t("consents.toAsk"), isNumber: true, cell: (each) => left(each.unanswered) },
              { key: "rules", title: t("consents.rulesToDo"), isNumber: true, cell: (each) => left(each.without_rules) },
            ]}
          />
        )}
      </PagedList>
    </SchoolFrame>
  );
}
