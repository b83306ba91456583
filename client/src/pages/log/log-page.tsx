/** The log: who changed which record, when, and how it stood before and after. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { momentAt, nextDay } from "../../hours";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { clockAt, dateAt, dateWords } from "../../time";
import { Button } from "../../ui/button";
import { DateField, SelectField } from "../../ui/choices";
import { PagedList, usePaged } from "../../ui/paged";
import { CopyBox, Said, Section } from "../../ui/parts";
import { Page } from "../../ui/page";
import { Empty, useFailureWords } from "../../ui/state";
import { partnerships } from "../partnerships/calls";
import { entries, verdict, type LogEntry } from "./calls";
import { ValuesList, type NamesById } from "./values";
import "./log.css";

/** What acts are about: the start of their codes. */
const NOUNS = [
  "partnership",
  "membership",
  "agreement",
  "coordinator",
  "delegation",
  "visit",
  "ban",
  "moderation",
  "chat",
  "removal",
  "report",
  "space",
  "staff",
  "class",
  "roster",
  "school",
  "partner_request",
  "join_request",
  "programme",
  "office",
] as const;
const CHECKERS: readonly string[] = ["safeguarding_lead", "programme_officer"];

type Shown = LogEntry & { names: NamesById };

export function LogPage() {
  const { t } = useTranslation();
  const person = usePerson();
  return (
    <Page title={t("log.title")}>
      <p>{t("log.lead")}</p>
      {person.roles.some((role) => CHECKERS.includes(role)) && <Check />}
      <Entries />
    </Page>
  );
}

function Check() {
  const { t } = useTranslation();
  const words = useFailureWords();
  const check = useMutation({ mutationFn: verdict });
  const found = check.data;
  return (
    <Section title={t("log.check")}>
      <p>{t("log.checkText")}</p>
      <div className="actions">
        <Button isPending={check.isPending} onPress={() => check.mutate()}>
          {check.isPending ? t("app.loading") : t("log.checkNow")}
        </Button>
      </div>
      <Said tone={found && !found.broken ? "good" : "danger"}>
        {check.isError
          ? words(check.error)
          : found &&
            (found.broken
              ? `${wordsFor(t, "log.broken", found.broken.problem, "log.broken.changed", { number: found.broken.seq })} ${t("log.holdBefore", { count: found.entries })}`
              : t("log.holds", { count: found.entries }))}
      </Said>
      {found && !found.broken && found.entries > 0 && (
        <CopyBox label={t("log.end")} hint={t("log.endHint")} text={`${found.entries}:${found.head}`} />
      )}
    </Section>
  );
}

function Entries() {
  const { t } = useTranslation();
  const { timezone } = usePerson().school;
  const [noun, setNoun] = useState("all");
  const [partnership, setPartnership] = useState("all");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [named, setNamed] = useState<NamesById>({});
  const mine = useQuery({ queryKey: ["partnerships"], queryFn: partnerships });
  const wanted = {
    act: noun === "all" ? "" : `${noun}.`,
    partnership: partnership === "all" ? "" : partnership,
    from: from && moment(from),
    to: to && moment(nextDay(to, 1)),
  };
  const isFiltered = Object.values(wanted).some(Boolean);
  const paged = usePaged<Shown>(["log", wanted], async (cursor) => {
    const page = await entries(wanted, cursor);
    // An office is in no partnership of its own: it chooses among those it has read of.
    setNamed((before) => ({
      ...before,
      ...Object.fromEntries(page.items.flatMap((item) => (item.partnership_id && item.partnership_name ? [[item.partnership_id, item.partnership_name]] : []))),
    }));
    return { items: page.items.map((item) => ({ ...item, names: page.names })), next: page.next };
  });
  const known = new Map([...Object.entries(named), ...(mine.data?.items ?? []).map(({ id, name }) => [id, name] as const)]);
  return (
    <Section title={t("log.entries")}>
      <div className="log__filters" role="group" aria-label={t("log.filters")}>
        <SelectField
          label={t("log.about")}
          value={noun}
          options={[{ value: "all", label: t("log.everything") }, ...NOUNS.map((each) => ({ value: each as string, label: t(`log.noun.${each}`) }))]}
          onChange={setNoun}
        />
        <SelectField
          label={t("log.partnership")}
          value={partnership}
          options={[
            { value: "all", label: t("log.everyPartnership") },
            ...[...known].sort(([, a], [, b]) => a.localeCompare(b)).map(([value, label]) => ({ value, label })),
          ]}
          onChange={setPartnership}
        />
        <DateField label={t("log.from")} value={from} last={to} onChange={setFrom} />
        <DateField label={t("log.to")} value={to} first={from} onChange={setTo} />
      </div>
      <PagedList
        paged={paged}
        empty={<Empty title={t(isFiltered ? "log.noneFound" : "log.emptyTitle")}>{t(isFiltered ? "log.noneFoundText" : "log.emptyText")}</Empty>}
      >
        {(items) => (
          <ol className="log" aria-label={t("log.entries")}>
            {items.map((item) => (
              <li key={item.seq}>
                <Entry entry={item} isPartnershipMine={mine.data?.items.some(({ id }) => id === item.partnership_id) ?? false} />
              </li>
            ))}
          </ol>
        )}
      </PagedList>
    </Section>
  );

  function moment(day: string): string {
    return new Date(momentAt(day, "00:00", timezone)).toISOString();
  }
}

function Entry({ entry, isPartnershipMine }: { entry: Shown; isPartnershipMine: boolean }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const locale = formatLocale(i18n.language);
  const [isOpen, setOpen] = useState(false);
  const at = new Date(entry.at);
  const noun = entry.act.split(".")[0] ?? "";
  const actor = entry.actor_name || t("log.someoneGone");
  // The partnership stands in the line itself; the same name twice says nothing more.
  const about = entry.subject_name !== entry.partnership_name ? entry.subject_name : "";
  const school = entry.school_name !== entry.actor_school && entry.school_name !== about ? entry.school_name : "";
  return (
    <details className="log__one" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="log__line">
        <span className="log__act">
          {wordsFor(t, "act", entry.act, "act.unknown")}
          {about && (
            <>
              : <bdi>{about}</bdi>
            </>
          )}
        </span>
        <span className="log__when soft">
          <time dateTime={entry.at}>
            {dateWords(dateAt(at, timezone), locale)}, {clockAt(at, timezone, locale)}
          </time>
        </span>
        <span className="log__who soft">
          {[entry.actor_id ? actor : t("log.byRule"), entry.actor_school, school, entry.partnership_name].filter(Boolean).map((part, index) => (
            <span key={index}>
              {index > 0 && " · "}
              <bdi>{part}</bdi>
            </span>
          ))}
        </span>
      </summary>
      {isOpen && (
        <div className="log__more">
          <div className="log__sides">
            <div>
              <h3>{t("log.before")}</h3>
              <ValuesList noun={noun} values={entry.before} names={entry.names} />
            </div>
            <div>
              <h3>{t("log.after")}</h3>
              <ValuesList noun={noun} values={entry.after} names={entry.names} />
            </div>
          </div>
          <p className="soft">
            {t("log.number", { number: entry.seq })} · {t("log.hash")} <code dir="ltr">{entry.hash}</code>
          </p>
          {isPartnershipMine && (
            <p>
              <Link href={`/partnerships/${entry.partnership_id}`}>
                <bdi>{entry.partnership_name}</bdi>
              </Link>
            </p>
          )}
        </div>
      )}
    </details>
  );
}
