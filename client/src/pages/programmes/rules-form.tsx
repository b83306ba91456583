/** The rules of a programme as a form. Numbers stay texts until they are sent, so that a field may be empty. */
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../i18n";
import { Button } from "../../ui/button";
import { CheckField, CheckGroup, RadioGroupField, SelectField } from "../../ui/choices";
import { Field } from "../../ui/field";
import { countryOptions } from "../finder/words";
import type { Kind } from "../finder/calls";
import type { GrantRules, ProgrammeRules } from "./calls";
import { COUNTRIES } from "./countries";
import "../requests/requests.css";
import "./programmes.css";

export const ROLES = ["lead", "partner", "network"] as const;
const HOSTING = ["yes", "with_mentor", "no"] as const;
const KINDS: readonly Kind[] = ["one_to_one", "cluster"];
const NUMBERS = ["cluster_min_schools", "cluster_min_home", "cluster_min_overseas", "agreement_max_months"] as const;
export const KEPT = ["chat", "sealed", "board", "files", "polls", "lessons", "reports"] as const;
const KEPT_DAYS_MAX = 3650;

type Powers = Required<NonNullable<ProgrammeRules["roles"]>[string]>;

export interface GrantDraft {
  /** Of this form only. */
  key: number;
  code: string;
  name: string;
  kind: Kind;
  currency: string;
  cap: string;
  cap_per_school: string;
  state_funded_only: boolean;
  min_home: string;
  min_overseas: string;
  needs_agreement: boolean;
}

export interface Draft {
  name: string;
  home_country: string;
  isAnyCountry: boolean;
  countries: string[];
  kinds: Kind[];
  numbers: Record<(typeof NUMBERS)[number], string>;
  agreement_needed: boolean;
  roles: Record<(typeof ROLES)[number], Powers>;
  grants: GrantDraft[];
  retention: Record<(typeof KEPT)[number], string>;
}

let grantKey = 0;

export function draftOf(name: string, rules: ProgrammeRules): Draft {
  const countries = rules.participating_countries ?? [];
  return {
    name,
    home_country: rules.home_country,
    isAnyCountry: countries.length === 0,
    countries: [...countries],
    kinds: [...(rules.kinds ?? KINDS)],
    numbers: Object.fromEntries(NUMBERS.map((each) => [each, String(rules[each])])) as Draft["numbers"],
    agreement_needed: rules.agreement_needed,
    roles: Object.fromEntries(
      ROLES.map((role) => [role, { invites: false, opens_cluster_wide: false, hosts: "no", ...rules.roles?.[role] }]),
    ) as Draft["roles"],
    grants: (rules.grants ?? []).map((grant) => ({
      key: (grantKey += 1),
      code: grant.code,
      name: grant.name,
      kind: grant.kind,
      currency: grant.currency,
      cap: String(grant.cap),
      cap_per_school: grant.cap_per_school == null ? "" : String(grant.cap_per_school),
      state_funded_only: grant.state_funded_only,
      min_home: String(grant.min_home),
      min_overseas: String(grant.min_overseas),
      needs_agreement: grant.needs_agreement,
    })),
    retention: Object.fromEntries(KEPT.map((kind) => [kind, String(rules.retention_days?.[kind] ?? "")])) as Draft["retention"],
  };
}

export function rulesOf(draft: Draft): ProgrammeRules {
  const number = (text: string) => Number(text.trim());
  return {
    home_country: draft.home_country,
    participating_countries: draft.isAnyCountry ? [] : draft.countries,
    kinds: draft.kinds,
    ...(Object.fromEntries(NUMBERS.map((each) => [each, number(draft.numbers[each])])) as Record<(typeof NUMBERS)[number], number>),
    agreement_needed: draft.agreement_needed,
    roles: draft.roles,
    grants: draft.grants.map(
      ({ key: _, ...grant }): GrantRules => ({
        ...grant,
        name: grant.name.trim(),
        code: grant.code.trim(),
        currency: grant.currency.trim().toUpperCase(),
        cap: number(grant.cap),
        cap_per_school: grant.cap_per_school.trim() === "" ? null : number(grant.cap_per_school),
        min_home: number(grant.min_home),
        min_overseas: number(grant.min_overseas),
      }),
    ),
    retention_days: Object.fromEntries(KEPT.map((kind) => [kind, number(draft.retention[kind])])),
  };
}

interface Read {
  name: string;
  rules: ProgrammeRules;
}

/** What I have changed since I read it stays mine; the rest is as somebody else has left it meanwhile. */
export function merged(base: Read, mine: Draft, theirs: Read): Draft {
  const read = rulesOf(draftOf("", base.rules));
  const written = rulesOf(mine);
  const kept = Object.entries(written).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(read[field as keyof ProgrammeRules]),
  );
  return draftOf(mine.name.trim() === base.name ? theirs.name : mine.name, { ...theirs.rules, ...Object.fromEntries(kept) });
}

const whole = (text: string, least: number, most: number) => /^\d{1,8}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;
const CAP_MAX = 10_000_000;
const COUNT_MAX = 1000;

/** What the server would refuse (`programmes.service.check`), said at its field before anything is sent. */
export function problemsOf(t: TFunction, draft: Draft): Record<string, string> {
  const found: Record<string, string> = {};
  const missing = t("fieldProblem.missing");
  const { numbers } = draft;
  if (!draft.name.trim()) found["name"] = missing;
  if (!draft.home_country) found["home_country"] = missing;
  if (!draft.isAnyCountry && draft.countries.length === 0) found["participating_countries"] = t("programmes.problem.noCountry");
  if (!draft.isAnyCountry && draft.countries.includes(draft.home_country)) found["participating_countries"] = t("programmes.problem.homeAbroad");
  if (draft.kinds.length === 0) found["kinds"] = t("programmes.problem.noKind");
  for (const each of ["cluster_min_schools", "cluster_min_home", "cluster_min_overseas"] as const) {
    if (!whole(numbers[each], 0, COUNT_MAX)) found[each] = t("programmes.problem.number", { least: 0, most: COUNT_MAX });
  }
  if (!found["cluster_min_schools"] && Number(numbers.cluster_min_schools) < 2) found["cluster_min_schools"] = t("fieldProblem.too_low", { least: 2 });
  if (
    !found["cluster_min_schools"] &&
    Number(numbers.cluster_min_home) + Number(numbers.cluster_min_overseas) > Number(numbers.cluster_min_schools)
  ) {
    found["cluster_min_schools"] = t("programmes.problem.sides");
  }
  if (!whole(numbers.agreement_max_months, 1, 120)) found["agreement_max_months"] = t("programmes.problem.number", { least: 1, most: 120 });
  if (!ROLES.some((role) => draft.roles[role].invites)) found["roles.lead.invites"] = t("programmes.problem.noInviter");
  for (const kind of KEPT) {
    if (!whole(draft.retention[kind], 1, KEPT_DAYS_MAX)) found[`retention_days.${kind}`] = t("programmes.problem.number", { least: 1, most: KEPT_DAYS_MAX });
  }
  draft.grants.forEach((grant, index) => {
    const at = (name: string) => `grants[${index}].${name}`;
    if (!grant.name.trim()) found[at("name")] = missing;
    if (!/^[a-z0-9_]{1,40}$/.test(grant.code.trim())) found[at("code")] = t("programmes.problem.code");
    else if (draft.grants.some((other, place) => place < index && other.code.trim() === grant.code.trim())) found[at("code")] = t("programmes.problem.codeTwice");
    if (!/^[A-Za-z]{3}$/.test(grant.currency.trim())) found[at("currency")] = t("programmes.problem.currency");
    if (!whole(grant.cap, 0, CAP_MAX)) found[at("cap")] = t("programmes.problem.number", { least: 0, most: CAP_MAX });
    if (grant.cap_per_school.trim() !== "") {
      if (!whole(grant.cap_per_school, 0, CAP_MAX)) found[at("cap_per_school")] = t("programmes.problem.number", { least: 0, most: CAP_MAX });
      else if (Number(grant.cap_per_school) > Number(grant.cap)) found[at("cap_per_school")] = t("programmes.problem.caps");
    }
    for (const side of ["min_home", "min_overseas"] as const) {
      if (!whole(grant[side], 0, COUNT_MAX)) found[at(side)] = t("programmes.problem.number", { least: 0, most: COUNT_MAX });
    }
  });
  return found;
}

interface RulesFormProps {
  draft: Draft;
  onChange(draft: Draft): void;
}

export function RulesFields({ draft, onChange }: RulesFormProps) {
  const { t, i18n } = useTranslation();
  const countries = countryOptions(COUNTRIES, formatLocale(i18n.language));
  // Those chosen before stand first: 249 are many to look through.
  const [first] = useState(() => new Set(draft.countries));
  const abroad = [...countries.filter(({ value }) => first.has(value)), ...countries.filter(({ value }) => !first.has(value))];
  const put = (part: Partial<Draft>) => onChange({ ...draft, ...part });
  const number = (name: (typeof NUMBERS)[number], label: string, hint?: string) => (
    <Field
      label={label}
      hint={hint}
      name={name}
      inputMode="numeric"
      maxLength={4}
      value={draft.numbers[name]}
      onChange={(value) => put({ numbers: { ...draft.numbers, [name]: value } })}
    />
  );

  return (
    <>
      <Field label={t("programmes.name")} name="name" value={draft.name} onChange={(name) => put({ name })} maxLength={120} />
      <h2>{t("programmes.who")}</h2>
      <SelectField label={t("programmes.home")} name="home_country" value={draft.home_country} options={countries} onChange={(home_country) => put({ home_country })} />
      <RadioGroupField
        label={t("programmes.abroad")}
        value={draft.isAnyCountry ? "any" : "some"}
        options={[
          { value: "any", label: t("programmes.anyCountry") },
          { value: "some", label: t("programmes.theseCountries") },
        ]}
        onChange={(value) => put({ isAnyCountry: value === "any" })}
      />
      {!draft.isAnyCountry && (
        <CheckGroup label={t("programmes.theseCountries")} name="participating_countries" options={abroad} values={draft.countries} onChange={(chosen) => put({ countries: chosen })} />
      )}
      <h2>{t("programmes.kinds")}</h2>
      <CheckGroup
        label={t("programmes.kindsOffered")}
        name="kinds"
        options={KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        values={draft.kinds}
        onChange={(kinds) => put({ kinds })}
      />
      {draft.kinds.includes("cluster") && (
        <div className="narrow">
          {number("cluster_min_schools", t("programmes.minSchools"))}
          {number("cluster_min_home", t("programmes.minHome"))}
          {number("cluster_min_overseas", t("programmes.minAbroad"))}
        </div>
      )}
      <h2>{t("programmes.agreement")}</h2>
      <CheckField label={t("programmes.needsAgreement")} hint={t("programmes.needsAgreementHint")} isChecked={draft.agreement_needed} onChange={(agreement_needed) => put({ agreement_needed })} />
      {number("agreement_max_months", t("programmes.maxMonths"))}
      <h2>{t("programmes.roles")}</h2>
      {ROLES.map((role) => {
        const powers = draft.roles[role];
        const give = (part: Partial<Powers>) => put({ roles: { ...draft.roles, [role]: { ...powers, ...part } } });
        return (
          <fieldset key={role} className="rules-group">
            <legend>{t(`role.${role}`)}</legend>
            <CheckField label={t("programmes.invites")} name={`roles.${role}.invites`} isChecked={powers.invites} onChange={(invites) => give({ invites })} />
            <CheckField label={t("programmes.wide")} isChecked={powers.opens_cluster_wide} onChange={(opens_cluster_wide) => give({ opens_cluster_wide })} />
            <SelectField
              label={t("programmes.hosts")}
              value={powers.hosts}
              options={HOSTING.map((value) => ({ value, label: t(`programmes.hosting.${value}`) }))}
              onChange={(hosts) => give({ hosts })}
            />
          </fieldset>
        );
      })}
      <h2>{t("programmes.grants")}</h2>
      {draft.grants.map((grant, index) => (
        <GrantFields
          key={grant.key}
          grant={grant}
          at={`grants[${index}]`}
          onChange={(changed) => put({ grants: draft.grants.map((each) => (each.key === grant.key ? changed : each)) })}
          onRemove={() => put({ grants: draft.grants.filter((each) => each.key !== grant.key) })}
        />
      ))}
      <div>
        <Button
          onPress={() =>
            put({
              grants: [
                ...draft.grants,
                {
                  key: (grantKey += 1),
                  code: "",
                  name: "",
                  kind: draft.kinds[0] ?? "cluster",
                  currency: draft.grants[0]?.currency ?? "",
                  cap: "",
                  cap_per_school: "",
                  state_funded_only: true,
                  min_home: "1",
                  min_overseas: "1",
                  needs_agreement: false,
                },
              ],
            })
          }
        >
          {t("programmes.addGrant")}
        </Button>
      </div>
      <h2>{t("programmes.kept")}</h2>
      <p>{t("programmes.keptWhy")}</p>
      <div className="narrow">
        {KEPT.map((kind) => (
          <Field
            key={kind}
            label={t(`programmes.keptKind.${kind}`)}
            name={`retention_days.${kind}`}
            inputMode="numeric"
            maxLength={4}
            value={draft.retention[kind]}
            onChange={(value) => put({ retention: { ...draft.retention, [kind]: value } })}
          />
        ))}
      </div>
    </>
  );
}

interface GrantFieldsProps {
  grant: GrantDraft;
  at: string;
  onChange(grant: GrantDraft): void;
  onRemove(): void;
}

function GrantFields({ grant, at, onChange, onRemove }: GrantFieldsProps) {
  const { t } = useTranslation();
  const put = (part: Partial<GrantDraft>) => onChange({ ...grant, ...part });
  const text = (name: "name" | "code" | "currency" | "cap" | "cap_per_school" | "min_home" | "min_overseas", label: string, maxLength: number, hint?: string) => (
    <Field
      label={label}
      hint={hint}
      name={`${at}.${name}`}
      value={grant[name]}
      onChange={(value) => put({ [name]: value })}
      maxLength={maxLength}
      inputMode={/^(cap|min)/.test(name) ? "numeric" : undefined}
      autoComplete="off"
    />
  );
  return (
    <fieldset className="rules-group">
      <legend>
        <bdi>{grant.name.trim() || t("programmes.newGrant")}</bdi>
      </legend>
      {text("name", t("programmes.grantName"), 120)}
      {text("code", t("programmes.grantCode"), 40, t("programmes.grantCodeHint"))}
      <SelectField label={t("programmes.grantKind")} value={grant.kind} options={KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))} onChange={(kind) => put({ kind })} />
      <div className="narrow">
        {text("currency", t("programmes.currency"), 3)}
        {text("cap", t("programmes.cap"), 8)}
        {text("cap_per_school", t("programmes.capSchool"), 8)}
        {text("min_home", t("programmes.grantHome"), 4)}
        {text("min_overseas", t("programmes.grantAbroad"), 4)}
      </div>
      <CheckField label={t("programmes.grantState")} isChecked={grant.state_funded_only} onChange={(state_funded_only) => put({ state_funded_only })} />
      <CheckField label={t("programmes.grantAgreement")} isChecked={grant.needs_agreement} onChange={(needs_agreement) => put({ needs_agreement })} />
      <div>
        <Button onPress={onRemove}>{t("programmes.removeGrant")}</Button>
      </div>
    </fieldset>
  );
}
