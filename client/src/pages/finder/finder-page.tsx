/** Find a partner: schools that could work with mine, the likeliest first, and why. */
import { useQuery } from "@tanstack/react-query";
import { useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "wouter";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { CheckGroup, RadioGroupField, SelectField, type Option } from "../../ui/choices";
import { Page } from "../../ui/page";
import { PagedList, usePaged } from "../../ui/paged";
import { Empty, Failed, Skeleton } from "../../ui/state";
import { programmes, type ProgrammeItem } from "../programmes/calls";
import { found, vocabulary, type FinderSchool, type Kind } from "./calls";
import { countOf, filtersFrom, LISTS, queryOf, SINGLE, type Filters, type ListName } from "./filters";
import { FinderTabs } from "./finder-tabs";
import { Place } from "./place";
import { Score } from "./score";
import { AgeField, SearchWords } from "./search-words";
import { countriesFor, takesPart } from "./sides";
import { countryOptions, languageOptions, reasonWords, slugOptions } from "./words";
import "./finder.css";

export function FinderPage() {
  const { t } = useTranslation();
  const { school } = usePerson();
  const list = useQuery({ queryKey: ["programmes"], queryFn: programmes });
  const open = list.data?.items.filter((each) => takesPart(each, school.country)) ?? [];
  return (
    <Page title={t("finder.title")}>
      <FinderTabs />
      {list.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : list.isError ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : open.length === 0 ? (
        <Empty title={t("finder.noProgrammeTitle")}>{t("finder.noProgramme")}</Empty>
      ) : (
        <Finder programmes={open} />
      )}
    </Page>
  );
}

function Finder({ programmes }: { programmes: readonly ProgrammeItem[] }) {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const programme = programmes.find((each) => each.id === address.get("programme")) ?? programmes[0]!;
  const kinds = programme.kinds as Kind[];
  const kind = kinds.find((each) => each === address.get("kind")) ?? kinds[0]!;
  const filters = filtersFrom(address);
  const paged = usePaged(["finder", programme.id, kind, filters], (cursor) => found(queryOf(filters, programme.id, kind, cursor)));

  /** Replaces the page in the browser's history: the way back leads to the page before. */
  function put(values: Record<string, string>) {
    setAddress(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(values)) value ? next.set(name, value) : next.delete(name);
        return next;
      },
      { replace: true },
    );
  }

  return (
    <div className="finder">
      <FilterPanel filters={filters} programme={programme} kind={kind} onChange={put}>
        <SelectField
          label={t("finder.programme")}
          value={programme.id}
          options={programmes.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id) => put({ programme: id, kind: "", countries: "" })}
          hint={<Link href={`/programmes/${programme.id}`}>{t("finder.toProgramme")}</Link>}
        />
        {kinds.length > 1 && (
          <RadioGroupField
            label={t("finder.kind")}
            value={kind}
            options={kinds.map((each) => ({ value: each, label: t(`kind.${each}`) }))}
            onChange={(each) => put({ kind: each, countries: "" })}
          />
        )}
      </FilterPanel>
      <div className="finder__found">
        <PagedList
          paged={paged}
          empty={
            <Empty title={t("finder.emptyTitle")}>{t(countOf(filters) || filters.search ? "finder.emptyFiltered" : "finder.empty")}</Empty>
          }
        >
          {(items) => (
            <ol className="cards" aria-label={t("finder.results")}>
              {items.map((item) => (
                <li key={item.school.id} className="card entry fit">
                  <FoundSchool item={item} href={`/find-a-partner/${item.school.id}?programme=${programme.id}&kind=${kind}`} />
                </li>
              ))}
            </ol>
          )}
        </PagedList>
      </div>
    </div>
  );
}

function FoundSchool({ item, href }: { item: FinderSchool; href: string }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <div className="entry__text">
        <h2 className="entry__name">
          <Link href={href} className="entry__link">
            <bdi>{item.school.name}</bdi>
          </Link>
        </h2>
        <p className="soft">
          <Place town={item.town} country={item.school.country} /> · {wordsFor(t, "phase", item.phase, "phase.all_through")} ·{" "}
          {t("finder.ages", { youngest: item.youngest, oldest: item.oldest })}
        </p>
        <ul className="fit__why">
          {item.reasons.map((reason) => (
            <li key={reason.code}>{reasonWords(t, i18n.language, reason)}</li>
          ))}
        </ul>
      </div>
      <Score score={item.score} />
    </>
  );
}

interface FilterPanelProps {
  children: ReactNode;
  filters: Filters;
  programme: ProgrammeItem;
  kind: Kind;
  onChange(values: Record<string, string>): void;
}

/** Beside the list where there is room; behind a button on a phone. */
function FilterPanel({ children, filters, programme, kind, onChange }: FilterPanelProps) {
  const { t, i18n } = useTranslation();
  const { school } = usePerson();
  const locale = formatLocale(i18n.language);
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const words = useQuery({ queryKey: ["vocabulary"], queryFn: vocabulary, staleTime: Infinity });
  const offered = words.data;
  const countries = countriesFor(programme, kind, school.country);
  const count = countOf(filters);
  const options: Record<ListName, Option[]> = {
    countries: countryOptions(countries.length > 0 ? countries : (offered?.countries ?? []), locale),
    languages: languageOptions(offered?.languages ?? [], locale),
    interests: slugOptions(t, "interest", offered?.interests ?? [], locale),
    priorities: slugOptions(t, "priority", offered?.priorities ?? [], locale),
  };
  const any = { value: "any" as const, label: t("finder.any") };
  const choice = (name: "phase" | "internet", values: readonly string[], group: string) => (
    <SelectField
      label={t(`finder.by.${name}`)}
      value={filters.single[name] || "any"}
      options={[any, ...values.map((value) => ({ value, label: wordsFor(t, group, value, "finder.any") }))]}
      onChange={(value) => onChange({ [name]: value === "any" ? "" : value })}
    />
  );

  return (
    <section className="finder__panel" aria-label={t("finder.narrow")}>
      {children}
      <SearchWords value={filters.search} onChange={(search) => onChange({ search })} />
      <button type="button" className="button button--secondary finder__toggle" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
        {count > 0 ? t("finder.narrowBy", { count }) : t("finder.narrow")}
      </button>
      <div id={id} className="finder__filters" data-open={isOpen ? "" : undefined}>
        {choice("phase", ["primary", "secondary", "all_through"], "phase")}
        <div className="finder__ages" role="group" aria-label={t("finder.by.ages")}>
          <AgeField label={t("finder.by.youngest")} value={filters.single.youngest} onChange={(youngest) => onChange({ youngest })} />
          <AgeField label={t("finder.by.oldest")} value={filters.single.oldest} onChange={(oldest) => onChange({ oldest })} />
        </div>
        {LISTS.map(
          (name) =>
            options[name].length > 1 && (
              <details key={name} className="finder__group">
                <summary>
                  {t(`finder.by.${name}`)}
                  {filters.lists[name].length > 0 && <span className="finder__count"> ({filters.lists[name].length})</span>}
                </summary>
                <CheckGroup
                  label={t(`finder.by.${name}`)}
                  options={options[name]}
                  values={filters.lists[name]}
                  onChange={(values) => onChange({ [name]: values.join(",") })}
                />
              </details>
            ),
        )}
        {choice("internet", ["good", "limited"], "finder.atLeast")}
        {(count > 0 || filters.search) && (
          <button
            type="button"
            className="button button--quiet"
            onClick={() => onChange(Object.fromEntries(["search", ...LISTS, ...SINGLE].map((name) => [name, ""])))}
          >
            {t("finder.all")}
          </button>
        )}
      </div>
    </section>
  );
}
