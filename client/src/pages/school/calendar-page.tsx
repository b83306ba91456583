/** The time of my school: bell times of a week, terms and holidays. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { usePerson } from "../../person";
import { Failed, Skeleton } from "../../ui/state";
import { BellTimes } from "./bell-times";
import { calendar } from "./calls";
import { SchoolFrame } from "./frame";
import { YearDates } from "./year-dates";

export function CalendarPage() {
  const { t } = useTranslation();
  const { id } = usePerson().school;
  const found = useQuery({ queryKey: ["calendar", id], queryFn: () => calendar(id) });
  return (
    <SchoolFrame title={t("ourCalendar.title")}>
      {found.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : !found.data ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <>
          <p className="soft">{t("ourCalendar.lead", { zone: found.data.timezone })}</p>
          <BellTimes schoolId={id} record={found.data} />
          <YearDates schoolId={id} record={found.data} />
        </>
      )}
    </SchoolFrame>
  );
}
