/** An officer adds a school and its first administrator, who then fills in the rest. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { ApiFailure } from "../../api";
import { formatLocale, wordsFor } from "../../i18n";
import { Button } from "../../ui/button";
import { CheckGroup, holds, RadioGroupField, SelectField } from "../../ui/choices";
import { ComboField } from "../../ui/combo";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { Page } from "../../ui/page";
import { CopyBox } from "../../ui/parts";
import { Empty, Failed, Skeleton, useFailureWords } from "../../ui/state";
import { vocabulary } from "../finder/calls";
import { takesPart } from "../finder/sides";
import { countryOptions, languageOptions } from "../finder/words";
import { programmes } from "../programmes/calls";
import { COUNTRIES } from "../programmes/countries";
import { register, type Profile } from "./calls";
import { allZones, zonesOf } from "./zones";
import "../finder/finder.css";
import "../requests/requests.css";

type Phase = Profile["phase"];
type Funding = NonNullable<Profile["funding"]>;
const PHASES: readonly Phase[] = ["primary", "secondary", "all_through"];
const FUNDINGS: readonly Funding[] = ["state", "independent"];
const ZONES_SHOWN = 30;

export function NewSchoolPage() {
  const { t } = useTranslation();
  const list = useQuery({ queryKey: ["programmes"], queryFn: programmes });
  const words = useQuery({ queryKey: ["vocabulary"], queryFn: vocabulary, staleTime: Infinity });
  const mine = list.data?.items.filter((programme) => programme.can_edit) ?? [];
  const countries = COUNTRIES.filter((country) => mine.some((programme) => takesPart(programme, country)));
  const failed = list.isError ? list : words.isError ? words : undefined;
  return (
    <Page title={t("newSchool.title")}>
      {list.isPending || words.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : failed ? (
        <Failed error={failed.error} onRetry={() => void failed.refetch()} />
      ) : countries.length === 0 ? (
        <Empty title={t("newSchool.notYoursTitle")}>{t("newSchool.notYours")}</Empty>
      ) : (
        <NewSchool countries={countries} languages={words.data?.languages ?? []} />
      )}
    </Page>
  );
}

function NewSchool({ countries, languages }: { countries: readonly string[]; languages: readonly string[] }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const words = useFailureWords();
  const queries = useQueryClient();
  const [country, setCountry] = useState("");
  const [name, setName] = useState("");
  const [shortName, setShortName] = useState("");
  const [town, setTown] = useState("");
  const [timezone, setTimezone] = useState("");
  const [zoneSearch, setZoneSearch] = useState("");
  const [phase, setPhase] = useState<Phase>("primary");
  const [funding, setFunding] = useState<Funding>("state");
  const [youngest, setYoungest] = useState("5");
  const [oldest, setOldest] = useState("11");
  const [spoken, setSpoken] = useState<string[]>([]);
  const [administrator, setAdministrator] = useState("");
  const [email, setEmail] = useState("");
  const add = useMutation({
    mutationFn: () =>
      register({
        country,
        profile: {
          name: name.trim(),
          short_name: shortName.trim(),
          town: town.trim(),
          timezone,
          phase,
          funding,
          youngest: Number(youngest),
          oldest: Number(oldest),
          languages: spoken,
          internet: "limited",
          experience: "none",
          offers: "",
          looks_for: "",
        },
        administrator: { name: administrator.trim(), email: email.trim() },
      }),
    onSuccess: ({ school }) => {
      queries.setQueryData(["school", school.id], school);
      void queries.invalidateQueries({ queryKey: ["schools"] });
    },
  });

  if (add.data) return <Done id={add.data.school.id} school={add.data.school.profile.name} path={add.data.welcome_path} name={administrator} />;

  const own = zonesOf(country);
  const zones = (zoneSearch || own.length === 0 ? allZones() : own).filter((zone) => holds(zone.replaceAll("_", " "), zoneSearch.replaceAll("_", " "), "en"));
  const emailTaken = add.error instanceof ApiFailure && add.error.code === "email_taken";

  function problems(): Record<string, string> {
    const missing = t("fieldProblem.missing");
    const ages = [youngest, oldest].map((age) => (/^\d{1,2}$/.test(age.trim()) ? Number(age) : NaN));
    const age = (value: number | undefined) => value !== undefined && value >= 2 && value <= 25;
    return {
      ...(country ? {} : { country: missing }),
      ...(name.trim() ? {} : { name: missing }),
      ...(shortName.trim() ? {} : { short_name: missing }),
      ...(timezone ? {} : { timezone: missing }),
      ...(age(ages[0]) ? {} : { youngest: t("newSchool.ageWrong") }),
      ...(!age(ages[1]) ? { oldest: t("newSchool.ageWrong") } : (ages[1] ?? 0) < (ages[0] ?? 0) ? { oldest: t("newSchool.agesWrong") } : {}),
      ...(spoken.length > 0 ? {} : { languages: t("newSchool.languageMissing") }),
      ...(administrator.trim() ? {} : { administrator: missing }),
      ...(/^\S+@\S+\.\S+$/.test(email.trim()) ? {} : { email: t("newSchool.emailWrong") }),
    };
  }

  return (
    <>
      <p className="soft">{t("newSchool.lead")}</p>
      <Form
        error={add.error}
        onSubmit={() => {
          const found = problems();
          if (Object.keys(found).length > 0) return found;
          if (!add.isPending) add.mutate();
        }}
      >
        <SelectField
          label={t("schools.country")}
          name="country"
          value={country}
          options={countryOptions(countries, locale)}
          onChange={(code) => {
            setCountry(code);
            setTimezone(zonesOf(code)[0] ?? "");
            setZoneSearch("");
          }}
        />
        <Field label={t("newSchool.name")} name="name" value={name} onChange={setName} maxLength={160} />
        <Field label={t("newSchool.shortName")} hint={t("newSchool.shortNameHint")} name="short_name" value={shortName} onChange={setShortName} maxLength={24} />
        <Field label={t("newSchool.town")} name="town" value={town} onChange={setTown} maxLength={80} />
        <ComboField
          key={country}
          label={t("newSchool.timezone")}
          name="timezone"
          options={zones.slice(0, ZONES_SHOWN).map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }))}
          value={timezone}
          valueLabel={timezone.replaceAll("_", " ")}
          onChange={setTimezone}
          onSearch={setZoneSearch}
        />
        <RadioGroupField label={t("schools.phase")} name="phase" value={phase} options={PHASES.map((value) => ({ value, label: wordsFor(t, "phase", value, value) }))} onChange={setPhase} />
        <RadioGroupField label={t("newSchool.funding")} name="funding" value={funding} options={FUNDINGS.map((value) => ({ value, label: wordsFor(t, "funding", value, value) }))} onChange={setFunding} />
        <div className="narrow">
          <Field label={t("newSchool.youngest")} name="youngest" value={youngest} onChange={setYoungest} inputMode="numeric" maxLength={2} />
          <Field label={t("newSchool.oldest")} name="oldest" value={oldest} onChange={setOldest} inputMode="numeric" maxLength={2} />
        </div>
        <CheckGroup label={t("newSchool.languages")} hint={t("newSchool.languagesHint")} name="languages" options={languageOptions(languages, locale)} values={spoken} onChange={setSpoken} />
        <h2>{t("newSchool.administrator")}</h2>
        <Field label={t("newSchool.administratorName")} name="administrator" autoComplete="off" value={administrator} onChange={setAdministrator} maxLength={80} />
        <Field
          label={t("newSchool.email")}
          name="email"
          type="email"
          autoComplete="off"
          error={emailTaken ? words(add.error) : undefined}
          value={email}
          onChange={setEmail}
          maxLength={254}
        />
        <Actions>
          <Button look="primary" type="submit" isPending={add.isPending}>
            {t("newSchool.add")}
          </Button>
        </Actions>
      </Form>
    </>
  );
}

/** The link is shown this once: whoever has it chooses the administrator's password. */
function Done({ id, school, path, name }: { id: string; school: string; path: string; name: string }) {
  const { t } = useTranslation();
  return (
    <div className="section" role="status">
      <p>{t("newSchool.done", { school })}</p>
      <CopyBox label={t("newSchool.link", { name: name.trim() })} text={`${location.origin}${path}`} hint={t("newSchool.linkHint")} />
      <Actions>
        <Link href={`/schools/${id}`} className="button button--primary">
          {t("newSchool.toSchool")}
        </Link>
      </Actions>
    </div>
  );
}
