/** The text of an agreement, to be read from top to bottom. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { wordsFor } from "../../i18n";
import { SchoolName } from "../../ui/school";
import type { AgreementSchool, AgreementText } from "./calls";
import { useDate } from "./words";

export function Terms({ text, schools }: { text: AgreementText; schools: readonly AgreementSchool[] }) {
  const { t } = useTranslation();
  const date = useDate();
  const spoken = schools.filter(({ id }) => id in text.weekly_minutes);
  return (
    <div className="terms card">
      <Part title={t("agreement.section.goals")}>
        <ol className="terms__list">
          {text.goals.map((goal, index) => (
            <li key={index}>
              <p>
                <bdi>{goal.text}</bdi>
              </p>
              {goal.baseline && <p className="soft">{t("agreement.baselineNow", { baseline: goal.baseline })}</p>}
            </li>
          ))}
        </ol>
      </Part>
      <Part title={t("agreement.section.schools")}>
        <ul className="terms__schools">
          {spoken.map((school) => (
            <li key={school.id} className="terms__school">
              <SchoolName school={school} />
              <dl className="terms__facts">
                <dt>{t("agreement.section.weekly_minutes")}</dt>
                <dd>{t("agreement.minutes", { count: text.weekly_minutes[school.id] ?? 0 })}</dd>
                <dt>{t("agreement.section.typical_days")}</dt>
                <dd>
                  <bdi>{text.typical_days[school.id] || t("agreement.nothingSaid")}</bdi>
                </dd>
                <dt>{t("agreement.section.internet")}</dt>
                <dd>{wordsFor(t, "internet", text.internet[school.id] ?? "", "agreement.nothingSaid")}</dd>
              </dl>
            </li>
          ))}
        </ul>
      </Part>
      {text.time_difference && (
        <Part title={t("agreement.section.time_difference")}>
          <p>
            <bdi>{text.time_difference}</bdi>
          </p>
        </Part>
      )}
      {(text.barriers ?? []).length > 0 && (
        <Part title={t("agreement.section.barriers")}>
          <ul className="terms__list">
            {(text.barriers ?? []).map(({ barrier, strategy }, index) => (
              <li key={index}>
                <p>
                  <bdi>{barrier}</bdi>
                </p>
                <p>
                  <span className="soft">{t("agreement.strategy")}: </span>
                  <bdi>{strategy}</bdi>
                </p>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {(text.duties ?? []).length > 0 && (
        <Part title={t("agreement.section.duties")}>
          <ul className="terms__list">
            {(text.duties ?? []).map(({ what, who }, index) => {
              const school = schools.find(({ id }) => id === who);
              return (
                <li key={index} className="terms__duty">
                  {school ? <SchoolName school={school} isShort /> : <span className="soft">{t("agreement.goneSchool")}</span>}
                  <bdi>{what}</bdi>
                </li>
              );
            })}
          </ul>
        </Part>
      )}
      {text.extra && (
        <Part title={t("agreement.section.extra")}>
          <p className="terms__long" dir="auto">
            {text.extra}
          </p>
        </Part>
      )}
      <Part title={t("agreement.section.dates")}>
        <dl className="terms__facts">
          <dt>{t("agreement.section.review_on")}</dt>
          <dd>{date(text.review_on)}</dd>
          <dt>{t("agreement.section.expires_on")}</dt>
          <dd>{date(text.expires_on)}</dd>
        </dl>
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="terms__part">
      <h3>{title}</h3>
      {children}
    </div>
  );
}
