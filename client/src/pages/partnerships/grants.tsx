/** Each grant: its conditions, met or not and why, what the caps allow, and the evidence to take along. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { Badge, FileLink, Section } from "../../ui/parts";
import { Actions } from "../../ui/form";
import { Failed, Skeleton } from "../../ui/state";
import { evidenceUrl, grants, type Grant, type GrantCondition, type PartnershipDetail } from "./calls";
import { joined, RuleMark } from "./checklist";

export function Grants({ record }: { record: PartnershipDetail }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["partnership", record.id, "grants"], queryFn: () => grants(record.id) });
  if (found.data?.items.length === 0) return null;
  return (
    <Section title={t("life.grants.title")}>
      {found.isPending ? (
        <Skeleton blocks={["card"]} />
      ) : !found.data ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <>
          <p className="soft">{t("life.grants.noMoney")}</p>
          <ul className="cards">
            {found.data.items.map((grant) => (
              <GrantCard key={grant.code} id={record.id} grant={grant} mayExport={found.data.may_export} />
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

function GrantCard({ id, grant, mayExport }: { id: string; grant: Grant; mayExport: boolean }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const money = (amount: number) =>
    new Intl.NumberFormat(locale, { style: "currency", currency: grant.currency, currencyDisplay: "narrowSymbol", maximumFractionDigits: 0 }).format(amount);
  return (
    <li className="card grant">
      <div className="grant__head">
        <h3>
          <bdi>{grant.name}</bdi>
        </h3>
        <Badge tone={grant.eligible ? "good" : "wait"}>{t(grant.eligible ? "life.grants.eligible" : "life.grants.notYet")}</Badge>
      </div>
      <p>
        {t("life.grants.amount", { amount: money(grant.amount) })}{" "}
        {grant.cap_per_school !== null && <span className="soft">{t("life.grants.perSchool", { amount: money(grant.cap_per_school) })}</span>}
      </p>
      <ul className="open-rules">
        {grant.conditions.map((condition) => (
          <li key={condition.code} className="mark-line" data-met={condition.met ? "" : undefined}>
            <RuleMark isMet={condition.met} />
            <p className="rule__text">
              <span className="visually-hidden">{condition.met ? t("partnerships.met") : t("partnerships.unmet")}: </span>
              {conditionWords(condition)}
            </p>
          </li>
        ))}
      </ul>
      {mayExport && (
        <div className="short">
          <p className="soft">{t("life.grants.evidence")}</p>
          <Actions>
            <FileLink href={evidenceUrl(id, grant.code, "pdf")}>{t("life.grants.pdf")}</FileLink>
            <FileLink href={evidenceUrl(id, grant.code, "csv")}>{t("life.grants.csv")}</FileLink>
          </Actions>
        </div>
      )}
    </li>
  );

  /** A condition that these words do not know yet is told in the server's own (English) sentence. */
  function conditionWords({ code, met, params = {}, detail }: GrantCondition): string {
    const names = Array.isArray(params["schools"]) ? params["schools"].filter((name) => typeof name === "string") : [];
    const key = `life.condition.${code}${met || code.startsWith("min_") ? "" : "Open"}`;
    const words = String(t(key, { ...params, schools: joined(names, locale) }));
    return words === key ? detail : words;
  }
}
