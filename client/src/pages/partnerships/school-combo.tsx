/** One verified school that the programme takes, found by its name, town or country. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { countryName } from "../../time";
import { holds } from "../../ui/choices";
import { ComboField } from "../../ui/combo";
import { programme, schools, type SchoolItem } from "./calls";

interface SchoolComboProps {
  label: string;
  programmeId: string;
  /** Those that are in it already, and my own. */
  without: readonly string[];
  value: string;
  onChange(id: string, school?: SchoolItem): void;
  hint?: ReactNode;
  error?: string | undefined;
  name?: string;
}

export function SchoolCombo({ label, programmeId, without, value, onChange, hint, error, name }: SchoolComboProps) {
  const { i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const [search, setSearch] = useState("");
  const settled = useSettled(search);
  const takes = useTakes(programmeId);
  const found = useQuery({
    queryKey: ["schools", "verified", settled],
    queryFn: () => schools(settled),
    placeholderData: keepPreviousData,
  });
  // What was found for other words is no answer to these.
  const isOld = search.trim() !== settled || found.isPlaceholderData;
  const words = (school: SchoolItem) => [school.name, school.short_name, school.town, countryName(school.country, locale)].join(" ");
  const fitting = (found.data?.items ?? []).filter(
    (school) =>
      takes(school.country) && !without.includes(school.id) && (!isOld || holds(words(school), search, i18n.language)),
  );
  return (
    <ComboField
      label={label}
      name={name ?? "school_id"}
      options={fitting.map((school) => ({
        value: school.id,
        label: school.name,
        hint: [school.town, countryName(school.country, locale)].filter(Boolean).join(" · "),
      }))}
      value={value}
      onChange={(id) => onChange(id, fitting.find((school) => school.id === id))}
      onSearch={setSearch}
      isSearching={isOld || found.isFetching}
      hint={hint}
      error={error}
    />
  );
}

/** Whether schools of a country can be in a programme. Until its rules are here, the server says so. */
export function useTakes(programmeId: string): (country: string) => boolean {
  const found = useQuery({
    queryKey: ["programme", programmeId],
    queryFn: () => programme(programmeId),
    enabled: programmeId !== "",
  });
  const rules = found.data?.rules;
  const countries = rules?.participating_countries ?? [];
  return (country) => !rules || countries.length === 0 || country === rules.home_country || countries.includes(country);
}

const PAUSE_MS = 250;

/** What was written, once the person pauses. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
