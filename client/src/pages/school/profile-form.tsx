/** The form of my school's profile. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { countryName } from "../../time";
import { Button } from "../../ui/button";
import { CheckGroup, holds, SelectField } from "../../ui/choices";
import { ComboField } from "../../ui/combo";
import { Field } from "../../ui/field";
import { Actions, Form } from "../../ui/form";
import { WorldMap } from "../../ui/world-map";
import { changeProfile, vocabulary, type Profile, type SchoolDetail } from "./calls";
import { languageName } from "./words";

const MOST_TAGS = 12;
const ZONES_SHOWN = 40;

interface ProfileFormProps {
  record: SchoolDetail;
  onSaved(): void;
  onClose(): void;
}

export function ProfileForm({ record, onSaved, onClose }: ProfileFormProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const mine = usePerson().school;
  const queries = useQueryClient();
  const words = useQuery({ queryKey: ["vocabulary"], queryFn: vocabulary, staleTime: Infinity });
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => top.current?.focus(), []);

  const [draft, setDraft] = useState(record.profile);
  const [own, setOwn] = useState(record.profile.languages[0] ?? "");
  const [numbers, setNumbers] = useState({
    youngest: String(record.profile.youngest),
    oldest: String(record.profile.oldest),
    latitude: String(record.profile.latitude ?? ""),
    longitude: String(record.profile.longitude ?? ""),
  });
  const [zoneSearch, setZoneSearch] = useState("");
  const set = <Key extends keyof Profile>(key: Key) => (value: NonNullable<Profile[Key]>) => setDraft((before) => ({ ...before, [key]: value }));
  const number = (key: keyof typeof numbers) => (value: string) => setNumbers((before) => ({ ...before, [key]: value }));

  const save = useMutation({
    mutationFn: (profile: Profile) => changeProfile(record.id, profile),
    onSuccess: (after) => {
      queries.setQueryData(["school", record.id], after);
      // The name of the school and its clock are on every page.
      void queries.invalidateQueries({ queryKey: ["session"] });
      void queries.invalidateQueries({ queryKey: ["today"] });
      onSaved();
    },
  });

  const latitude = degrees(numbers.latitude);
  const longitude = degrees(numbers.longitude);
  const isPlaced = isWithin(latitude, 90) && isWithin(longitude, 180);

  function submit() {
    const youngest = Number(numbers.youngest);
    const oldest = Number(numbers.oldest);
    const isAge = (age: number) => Number.isInteger(age) && age >= 2 && age <= 25;
    const missing = {
      ...(draft.name.trim() ? {} : { name: t("fieldProblem.missing") }),
      ...(draft.short_name.trim() ? {} : { short_name: t("fieldProblem.missing") }),
      ...(draft.timezone ? {} : { timezone: t("fieldProblem.missing") }),
      ...(own ? {} : { languages: t("fieldProblem.missing") }),
      ...(isAge(youngest) ? {} : { youngest: t("ourSchool.ageRange") }),
      ...(!isAge(oldest) ? { oldest: t("ourSchool.ageRange") } : oldest < youngest ? { oldest: t("ourSchool.ageOrder") } : {}),
      ...(isWithin(latitude, 90) || (latitude === null && longitude === null) ? {} : { latitude: t("ourSchool.latitudeRange") }),
      ...(isWithin(longitude, 180) || (latitude === null && longitude === null) ? {} : { longitude: t("ourSchool.longitudeRange") }),
      ...((draft.interests ?? []).length > MOST_TAGS ? { interests: t("ourSchool.mostTags") } : {}),
      ...((draft.priorities ?? []).length > MOST_TAGS ? { priorities: t("ourSchool.mostTags") } : {}),
    };
    if (Object.keys(missing).length > 0) return missing;
    if (save.isPending) return;
    const languages = [own, ...draft.languages.filter((tag) => tag !== own)].slice(0, MOST_TAGS);
    save.mutate({ ...draft, youngest, oldest, latitude, longitude, languages });
  }

  const choices = <Value extends string>(group: string, values: readonly Value[]) =>
    values.map((value) => ({ value, label: wordsFor(t, group, value, "ourSchool.other") }));
  const tags = [...new Set([...draft.languages, ...(words.data?.languages ?? [])])]
    .map((value) => ({ value, label: languageName(value, locale) }))
    .sort((a, b) => a.label.localeCompare(b.label, locale));
  const zones = zoneNames()
    .filter((zone) => holds(zone.replaceAll("_", " "), zoneSearch, "en"))
    .slice(0, ZONES_SHOWN)
    .map((zone) => ({ value: zone, label: zone }));

  return (
    <Form error={save.error} onSubmit={submit}>
      <h2 ref={top} tabIndex={-1} className="quiet-focus">
        {t("ourSchool.change")}
      </h2>
      <Field label={t("ourSchool.name")} name="name" value={draft.name} onChange={set("name")} maxLength={160} />
      <Field label={t("ourSchool.shortName")} hint={t("ourSchool.shortNameHint")} name="short_name" value={draft.short_name} onChange={set("short_name")} maxLength={24} />
      <Field
        label={t("ourSchool.town")}
        hint={t("ourSchool.countryStays", { country: countryName(record.country, locale) })}
        name="town"
        value={draft.town}
        onChange={set("town")}
        maxLength={80}
      />
      <ComboField
        label={t("ourSchool.timezone")}
        hint={t("ourSchool.timezoneHint")}
        name="timezone"
        options={zones}
        value={draft.timezone}
        valueLabel={draft.timezone}
        onChange={set("timezone")}
        onSearch={setZoneSearch}
      />
      <div className="fields-row">
        <Field label={t("ourSchool.latitude")} hint={t("ourSchool.latitudeHint")} name="latitude" inputMode="text" dir="ltr" value={numbers.latitude} onChange={number("latitude")} maxLength={12} />
        <Field label={t("ourSchool.longitude")} hint={t("ourSchool.longitudeHint")} name="longitude" inputMode="text" dir="ltr" value={numbers.longitude} onChange={number("longitude")} maxLength={12} />
      </div>
      <WorldMap
        label={t("ourSchool.onMap")}
        schools={[
          {
            id: record.id,
            name: draft.name,
            short_name: draft.short_name,
            colour: mine.colour,
            country: record.country,
            latitude: isPlaced ? latitude : null,
            longitude: isPlaced ? longitude : null,
          },
        ]}
      />
      <div className="fields-row">
        <SelectField label={t("ourSchool.phase")} name="phase" value={draft.phase} options={choices<Profile["phase"]>("phase", ["primary", "secondary", "all_through"])} onChange={set("phase")} />
        <SelectField label={t("ourSchool.funding")} name="funding" value={draft.funding ?? "state"} options={choices<NonNullable<Profile["funding"]>>("funding", ["state", "independent"])} onChange={set("funding")} />
      </div>
      <div className="fields-row">
        <Field label={t("ourSchool.youngest")} name="youngest" inputMode="numeric" value={numbers.youngest} onChange={number("youngest")} maxLength={2} />
        <Field label={t("ourSchool.oldest")} name="oldest" inputMode="numeric" value={numbers.oldest} onChange={number("oldest")} maxLength={2} />
      </div>
      <div className="fields-row">
        <SelectField label={t("ourSchool.internet")} name="internet" value={draft.internet ?? "limited"} options={choices<NonNullable<Profile["internet"]>>("internet", ["good", "limited", "poor"])} onChange={set("internet")} />
        <SelectField label={t("ourSchool.experience")} name="experience" value={draft.experience ?? "none"} options={choices<NonNullable<Profile["experience"]>>("experience", ["none", "some", "strong"])} onChange={set("experience")} />
      </div>
      <SelectField label={t("ourSchool.ownLanguage")} name="languages" value={own} options={tags} onChange={setOwn} />
      <CheckGroup
        label={t("ourSchool.otherLanguages")}
        options={tags.filter(({ value }) => value !== own)}
        values={draft.languages.filter((tag) => tag !== own)}
        onChange={set("languages")}
      />
      <CheckGroup label={t("ourSchool.interests")} hint={t("ourSchool.mostTags")} name="interests" options={choices("interest", words.data?.interests ?? draft.interests ?? [])} values={draft.interests ?? []} onChange={set("interests")} />
      <CheckGroup label={t("ourSchool.priorities")} name="priorities" options={choices("priority", words.data?.priorities ?? draft.priorities ?? [])} values={draft.priorities ?? []} onChange={set("priorities")} />
      <Field label={t("ourSchool.offers")} hint={t("ourSchool.offersHint")} name="offers" rows={4} value={draft.offers} onChange={set("offers")} maxLength={1000} />
      <Field label={t("ourSchool.looksFor")} name="looks_for" rows={4} value={draft.looks_for} onChange={set("looks_for")} maxLength={1000} />
      <Actions>
        <Button look="primary" type="submit" isPending={save.isPending}>
          {t("ui.save")}
        </Button>
        <Button onPress={onClose}>{t("app.cancel")}</Button>
      </Actions>
    </Form>
  );
}

/** A number of degrees; null for nothing, NaN for what is no number. A comma is a point in half of the world. */
function degrees(text: string): number | null {
  const plain = text.trim().replace(",", ".").replace("−", "-");
  return plain === "" ? null : Number(plain);
}

function isWithin(value: number | null, most: number): boolean {
  return value !== null && Math.abs(value) <= most;
}

/** Some browsers know these only by an older name, under which nobody would look for them. */
const NEWER_NAMES = ["Asia/Ho_Chi_Minh", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Yangon", "Africa/Asmara", "Europe/Kyiv"];

/** Older browsers have no list: then these are all, and the time zone can stay as it is. */
function zoneNames(): string[] {
  const known = typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : [];
  return [...new Set([...known, ...NEWER_NAMES])].sort();
}
