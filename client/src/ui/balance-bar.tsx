/** What each school gave, side by side: thin bars in the schools' colours, and the same in words and numbers. It says
 * who gave how much, not what is good. */
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../i18n";
import { placeOf, SchoolName, type SchoolLike } from "./school";
import { DataTable } from "./table";
import "./balance-bar.css";

export interface Share {
  value: number;
  /** Those of all schools make 100, or 0 when there is nothing yet. */
  percent: number;
}

export const MEASURES = ["talk", "messages", "marks", "hosted"] as const;
export type Measure = (typeof MEASURES)[number];

/** As the server tells it, on the wire and over HTTP alike. The words are in `records/balance`. */
export interface SchoolBalance extends SchoolLike, Record<Measure, Share> {
  school_id: string;
}

interface BalanceProps {
  schools: readonly SchoolBalance[];
  /** Those that are shown; all of them when nothing else is said. */
  measures?: readonly Measure[];
  /** Short names, where there is little room. */
  isShort?: boolean;
}

/** One bar for each measure, and the table that says it all. */
export function BalanceBars({ schools, measures = MEASURES, isShort = false }: BalanceProps) {
  const { t } = useTranslation();
  if (measures.every((measure) => isNothing(schools, measure))) return <p className="soft">{t("balance.nothingYet")}</p>;
  return (
    <div className="balance">
      <div className="balance__bars" aria-hidden="true">
        {measures.map((measure) => (
          <div key={measure} className="balance__measure">
            <span>{t(`balance.${measure}`)}</span>
            <Bar schools={schools} measure={measure} />
          </div>
        ))}
      </div>
      <BalanceTable schools={schools} measures={measures} isShort={isShort} />
    </div>
  );
}

function BalanceTable({ schools, measures, isShort }: Required<BalanceProps>) {
  const { t, i18n } = useTranslation();
  return (
    <DataTable<SchoolBalance>
      caption={t("balance.title")}
      rows={schools}
      rowKey={(school) => school.school_id}
      columns={[
        { key: "school", title: t("balance.school"), isName: true, cell: (school) => <SchoolName school={school} isShort={isShort} /> },
        ...measures.map((measure) => ({
          key: measure,
          title: t(`balance.${measure}`),
          isNumber: true,
          cell: (school: SchoolBalance) => (
            <span className="balance__figure">
              {!isNothing(schools, measure) && <span>{asPercent(school[measure].percent, i18n.language)}</span>}
              <span className="soft">{amountOf(measure, school[measure].value, t)}</span>
            </span>
          ),
        })),
      ]}
    />
  );
}

/** One measure as a bar. For those who see it; whoever shows it says it in words as well. */
export function Bar({ schools, measure }: { schools: readonly SchoolBalance[]; measure: Measure }) {
  return (
    <span className="balance__bar" aria-hidden="true">
      {schools
        .filter((school) => school[measure].percent > 0)
        .map((school) => (
          <span key={school.school_id} data-school={placeOf(school.colour)} style={{ flexGrow: school[measure].percent }} />
        ))}
    </span>
  );
}

/** The parts of one measure in words, each with its school's colour, shape and short name. */
export function Parts({ schools, measure }: { schools: readonly SchoolBalance[]; measure: Measure }) {
  const { t, i18n } = useTranslation();
  if (isNothing(schools, measure)) return <span className="soft">{t("balance.nothing")}</span>;
  return (
    <ul className="balance__parts">
      {schools.map((school) => (
        <li key={school.school_id}>
          <SchoolName school={school} isShort /> {asPercent(school[measure].percent, i18n.language)}
        </li>
      ))}
    </ul>
  );
}

export function isNothing(schools: readonly SchoolBalance[], measure: Measure): boolean {
  return schools.every((school) => school[measure].value === 0);
}

/** Time in seconds up to a minute, then in whole minutes; anything else as a number. */
export function amountOf(measure: Measure, value: number, t: TFunction): string {
  if (measure !== "talk") return String(value);
  return value < 60 ? t("balance.seconds", { n: value }) : t("balance.minutes", { n: Math.round(value / 60) });
}

function asPercent(percent: number, language: string): string {
  return new Intl.NumberFormat(formatLocale(language), { style: "percent" }).format(percent / 100);
}
