/** What an entry says of a record before and after, in words as far as there are words for it. */
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { dateAndClock, dateWords } from "../../time";
import { Facts } from "../../ui/parts";

export type Values = Readonly<Record<string, unknown>>;
export type NamesById = Readonly<Record<string, string>>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DIGEST = /^[0-9a-f]{64}$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** Where the words for a code are, by its field and the noun of the act. */
export function wordGroup(noun: string, field: string): string | undefined {
  const states: Record<string, string> = {
    agreement: "version",
    membership: "membership",
    partnership: "status",
    partner_request: "request",
    join_request: "request",
  };
  const groups: Record<string, string | undefined> = {
    status: states[noun],
    role: noun === "visit" ? "visitRole" : "role",
    kind: noun === "space" ? "spaceKind" : "kind",
    duty: "duty",
    posts: "post",
    phase: "phase",
    funding: "funding",
    internet: "internet",
    experience: "experience",
    what: noun === "lesson" ? "log.taken" : undefined,
  };
  return groups[field];
}

interface ValuesListProps {
  noun: string;
  values: Values;
  names: NamesById;
}

export function ValuesList({ noun, values, names }: ValuesListProps) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const locale = formatLocale(i18n.language);
  const said = Object.entries(values);
  if (said.length === 0) return <p className="soft">{t("log.nothing")}</p>;
  return <Facts items={said.map(([field, value]) => ({ label: fieldWords(t, field, names), value: show(field, value) }))} />;

  function show(field: string, value: unknown): ReactNode {
    if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) return <span className="soft">{t("log.nothing")}</span>;
    if (typeof value === "boolean") return t(value ? "log.yes" : "log.no");
    if (typeof value === "number") return value;
    if (typeof value === "string") return one(field, value);
    if (Array.isArray(value)) {
      const plain = value.every((each) => typeof each !== "object" || each === null);
      return (
        <ul className={plain ? "log__list" : "log__nested"}>
          {value.map((each, index) => (
            <li key={index}>{show(field, each)}</li>
          ))}
        </ul>
      );
    }
    return <ValuesList noun={noun} values={value as Values} names={names} />;
  }

  function one(field: string, value: string): ReactNode {
    if (UUID.test(value)) return names[value] ? <bdi>{names[value]}</bdi> : <span className="soft">{t("log.noName")}</span>;
    if (DIGEST.test(value)) return <code dir="ltr">{value.slice(0, 12)}</code>;
    if (DATE.test(value)) return dateWords(value, locale);
    if (MOMENT.test(value)) return dateAndClock(new Date(value), timezone, locale);
    const group = wordGroup(noun, field);
    const key = `${group}.${value}`;
    const words = group ? wordsFor(t, group, value, key) : key;
    return <bdi>{words === key ? value : words}</bdi>;
  }
}

/** A field without words of its own is called as the record calls it. */
export function fieldWords(t: TFunction, field: string, names: NamesById): string {
  if (UUID.test(field)) return names[field] ?? t("log.noName");
  const key = `log.field.${field}`;
  const words = wordsFor(t, "log.field", field, key);
  return words === key ? field.replace(/_/g, " ") : words;
}
