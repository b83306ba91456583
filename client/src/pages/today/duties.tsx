/** What waits for me, each with a way to the very page. */
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Today } from "../../api";
import { wordsFor } from "../../i18n";
import "./today.css";

type Duties = Today["duties"];
type Waiting = NonNullable<Duties["to_sign"]>[number];

const SHOWN = 4;

export function Duties({ duties }: { duties: Duties }) {
  const { t } = useTranslation();
  const waiting = withoutDoubles([...(duties.to_sign ?? []), ...(duties.to_decide ?? [])]);
  const reports = duties.reports ?? 0;
  const all = waiting.reduce((sum, { count }) => sum + count, reports);
  if (all === 0) return null;
  return (
    <section className="section" aria-labelledby="duties">
      <h2 id="duties">{t("today.waiting", { count: all })}</h2>
      <ul className="lines">
        {reports > 0 && (
          <li className="line">
            <strong>{t("today.reports", { count: reports })}</strong>
            <span className="duty__things">
              <Link href="/reports" className="duty__thing">
                {t("today.toReports")}
              </Link>
            </span>
          </li>
        )}
        {waiting.map(({ code, count, things }) => (
          <li key={code} className="line">
            <strong>
              {wordsFor(t, "today.duty", code, "today.duty.other")}
              {count > 1 && ` (${count})`}
            </strong>
            <span className="duty__things">
              {things.slice(0, SHOWN).map(({ id, name }) => (
                <Link key={id} href={pageOf(code, id)} className="duty__thing">
                  <bdi>{name}</bdi>
                </Link>
              ))}
              {things.length > SHOWN && <span className="soft">{t("today.moreDuties", { count: things.length - SHOWN })}</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who signs agrees, too: the same text does not wait twice for one person. */
export function withoutDoubles(waiting: readonly Waiting[]): Waiting[] {
  const toSign = new Set(waiting.filter(({ code }) => code === "sign").flatMap(({ things }) => things.map(({ id }) => id)));
  return waiting
    .map((each) => {
      if (each.code !== "agree") return each;
      const things = each.things.filter(({ id }) => !toSign.has(id));
      return { ...each, things, count: each.count - (each.things.length - things.length) };
    })
    .filter(({ things }) => things.length > 0);
}

export function pageOf(code: string, id: string): string {
  if (code === "answer_lesson") return `/spaces/${id}/lessons`;
  if (code === "answer_partner_request") return `/partner-requests/${id}`;
  return code === "agree" || code === "sign" ? `/partnerships/${id}/agreement` : `/partnerships/${id}`;
}
