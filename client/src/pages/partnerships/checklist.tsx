/** What a partnership needs: each rule done, or what is missing and who can mend it. */
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { formatLocale } from "../../i18n";
import { Section } from "../../ui/parts";
import type { PartnershipDetail, Rule } from "./calls";
import { isOpen, openWords, ruleWords } from "./rule-words";

export function Checklist({ record }: { record: PartnershipDetail }) {
  const { t, i18n } = useTranslation();
  const open = record.rules.filter(isOpen).length;
  const invited = joined(
    record.memberships.filter(({ status }) => status === "invited").map(({ school }) => school.name),
    formatLocale(i18n.language),
  );
  return (
    <Section title={t("partnerships.rules")}>
      <p className="soft">{open === 0 ? t("partnerships.allMet") : t("partnerships.open", { count: open })}</p>
      <ul className="rules">
        {record.rules.map((rule) => (
          <li key={rule.code} className="rule" data-met={rule.met ? "" : undefined}>
            <RuleMark isMet={rule.met} />
            <div>
              <p className="rule__text">{ruleWords(t, rule)}</p>
              {!rule.met && openWords(t, rule, invited).map((words) => <p key={words} className="soft">{words}</p>)}
              {!rule.met && rule.code === "agreement_signed" && (
                <p>
                  <Link href={`/partnerships/${record.id}/agreement`}>{t("life.agreement.open")}</Link>
                </p>
              )}
            </div>
            <span className="rule__state">{rule.met ? t("partnerships.met") : t("partnerships.unmet")}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** In short, for a list of several partnerships: all done, or only what is missing. */
export function OpenRules({ rules, invited }: { rules: readonly Rule[]; invited: readonly string[] }) {
  const { t, i18n } = useTranslation();
  const open = rules.filter(isOpen);
  const names = joined(invited, formatLocale(i18n.language));
  if (open.length === 0)
    return (
      <p className="mark-line" data-met="">
        <RuleMark isMet />
        {t("partnerships.allMet")}
      </p>
    );
  return (
    <ul className="open-rules">
      {open.map((rule) => (
        <li key={rule.code} className="mark-line">
          <RuleMark isMet={false} />
          <div>
            <p className="rule__text">{ruleWords(t, rule)}</p>
            <p className="soft">{openWords(t, rule, names).join(" · ")}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

export function RuleMark({ isMet }: { isMet: boolean }) {
  return (
    <svg className="rule__mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <circle cx="12" cy="12" r="11" />
      <path d={isMet ? "M6.5 12.5l3.8 3.8l7.2-8" : "M12 6v7.5M12 17.2v.6"} />
    </svg>
  );
}

export function joined(names: readonly string[], locale: string): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(names);
}
