/** The partnerships of my school. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { api } from "../../api";
import { wordsFor } from "../../i18n";
import { Page } from "../../ui/page";
import { SchoolName } from "../../ui/school";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { StatusMark } from "./status-mark";

export function PartnershipsPage() {
  const { t } = useTranslation();
  const list = useQuery({ queryKey: ["partnerships"], queryFn: api.partnerships });
  return (
    <Page title={t("partnerships.title")}>
      {list.isPending ? (
        <Skeleton blocks={["card", "card"]} />
      ) : list.isError ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : list.data.items.length === 0 ? (
        <Empty title={t("partnerships.emptyTitle")}>{t("partnerships.emptyText")}</Empty>
      ) : (
        <ul className="cards">
          {list.data.items.map((item) => (
            <li key={item.id} className="card entry">
              <div className="entry__text">
                <h2 className="entry__name">
                  <Link href={`/partnerships/${item.id}`} className="entry__link">
                    <bdi>{item.name}</bdi>
                  </Link>
                </h2>
                <p className="soft">
                  {wordsFor(t, "kind", item.kind, "kind.cluster")} · <bdi>{item.programme_name}</bdi>
                </p>
                <ul className="schools">
                  {item.schools.map((school) => (
                    <li key={school.id}>
                      <SchoolName school={school} />
                    </li>
                  ))}
                </ul>
              </div>
              <StatusMark status={item.status} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}
