/** What each school gave to the lesson: for staff, never by person. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { BalanceBars } from "../../ui/balance-bar";
import { balance } from "./calls";

export default function Balance({ lessonId }: { lessonId: string }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["balance", "lesson", lessonId], queryFn: () => balance(lessonId), retry: false });
  if (!found.data) return null;
  return (
    <section className="section recap-part" aria-labelledby="recap-balance">
      <h2 id="recap-balance">{t("balance.title")}</h2>
      <BalanceBars schools={found.data.schools} />
    </section>
  );
}
