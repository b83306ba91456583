/** Where a report stands at my school: new, overdue, taken up, closed; and how long a new one has waited. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "../../ui/parts";
import type { ReportItem } from "./calls";
import { waited } from "./waiting";

const TICK_MS = 30_000;

export function ReportMark({ item }: { item: ReportItem }) {
  const { t } = useTranslation();
  const now = useNow();
  if (item.closed_at) return <Badge>{t("safeguarding.reports.closed")}</Badge>;
  if (item.acknowledged_at) return <Badge tone="good">{t("safeguarding.reports.taken")}</Badge>;
  const { unit, count } = waited(Date.parse(item.reported_at), now);
  const isOverdue = now > Date.parse(item.overdue_at);
  return (
    <span className="report-mark">
      <Badge tone={isOverdue ? "danger" : "wait"}>{t(isOverdue ? "safeguarding.reports.overdue" : "safeguarding.reports.new")}</Badge>
      <span className={isOverdue ? "report-mark__late" : "soft"}>
        {t("safeguarding.reports.since", { time: t(`safeguarding.reports.${unit}`, { count }) })}
      </span>
    </span>
  );
}

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
