/** What each school gave: to one lesson, and to all of them. For staff; nobody is counted alone. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { BalanceBars } from "../../ui/balance-bar";
import { Section } from "../../ui/parts";
import { SchoolName } from "../../ui/school";
import { Failed, Skeleton } from "../../ui/state";
import { lessonBalance, spaceBalance } from "./calls";

/** Who led it stands above. */
const OF_A_LESSON = ["talk", "messages", "marks"] as const;

export function LessonBalance({ lessonId }: { lessonId: string }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["balance", lessonId], queryFn: () => lessonBalance(lessonId) });
  return (
    <section aria-label={t("balance.title")} className="attended-balance">
      <h3>{t("balance.title")}</h3>
      {found.data ? (
        <BalanceBars schools={found.data.schools} measures={OF_A_LESSON} />
      ) : found.isPending ? (
        <Skeleton blocks={["card"]} />
      ) : (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      )}
    </section>
  );
}

/** Of a space in which no lesson was begun, there is nothing to say. */
export function SpaceBalance({ spaceId }: { spaceId: string }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["balance", "space", spaceId], queryFn: () => spaceBalance(spaceId) });
  if (!found.data || found.data.lessons === 0) return null;
  const together = found.data.hosted_in_partnership;
  return (
    <Section title={t("balance.title")}>
      <p className="soft">
        {t("balance.soFar")} {t("balance.intro")}
      </p>
      <BalanceBars schools={found.data.schools} />
      <p className="attended-led">
        <span>{t("balance.hostedTogether")}:</span>
        {found.data.schools.map((school) => (
          <span key={school.school_id}>
            <SchoolName school={school} isShort /> {together[school.school_id]?.value ?? 0}
          </span>
        ))}
      </p>
    </Section>
  );
}
