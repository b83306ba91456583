/** One programme: what it asks for, in words; an officer of its office changes it. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiFailure } from "../../api";
import { formatLocale, wordsFor } from "../../i18n";
import { usePerson } from "../../person";
import { countryName, dateAt, dateWords } from "../../time";
import { Button } from "../../ui/button";
import { Page, useTitle } from "../../ui/page";
import { Facts, Said, Section } from "../../ui/parts";
import { Failed, Skeleton } from "../../ui/state";
import { DataTable } from "../../ui/table";
import { listWords } from "../finder/words";
import { NotFoundPage } from "../not-found-page";
import { programme, type GrantRules, type ProgrammeDetail, type ProgrammeRules } from "./calls";
import { EditProgramme } from "./edit-programme";
import { KEPT, ROLES } from "./rules-form";
import "../finder/finder.css";
import "./programmes.css";

export function ProgrammePage({ id }: { id: string }) {
  const { t } = useTranslation();
  const [isEditing, setEditing] = useState(false);
  const [said, say] = useState("");
  const found = useQuery({ queryKey: ["programme", id], queryFn: () => programme(id) });
  const record = found.data;
  const title = record?.name ?? t("programmes.one");
  const heading = useTitle(title);
  // The form takes the place of the page, so the reader begins anew.
  useEffect(() => {
    if (isEditing || said) heading.current?.focus();
  }, [isEditing, said, heading]);
  if (found.error instanceof ApiFailure && found.error.status === 404) return <NotFoundPage />;

  return (
    <Page
      title={title}
      heading={
        <div className="school-head">
          <h1 ref={heading} tabIndex={-1}>
            {isEditing ? t("programmes.editTitle", { name: title }) : <bdi>{title}</bdi>}
          </h1>
          {record?.can_edit && !isEditing && (
            <Button
              onPress={() => {
                say("");
                setEditing(true);
              }}
            >
              {t("programmes.edit")}
            </Button>
          )}
        </div>
      }
    >
      {found.isPending ? (
        <Skeleton blocks={["line", "card", "card"]} />
      ) : !record ? (
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      ) : isEditing ? (
        <EditProgramme
          record={record}
          onClose={(words) => {
            say(words);
            setEditing(false);
          }}
        />
      ) : (
        <>
          <Said>{said}</Said>
          <Told record={record} />
        </>
      )}
    </Page>
  );
}

function Told({ record }: { record: ProgrammeDetail }) {
  const { t, i18n } = useTranslation();
  const { timezone } = usePerson().school;
  const locale = formatLocale(i18n.language);
  const { rules } = record;
  const countries = (rules.participating_countries ?? []).map((code) => countryName(code, locale)).sort(new Intl.Collator(locale).compare);
  return (
    <>
      <Section title={t("programmes.who")}>
        <Facts
          items={[
            { label: t("programmes.home"), value: countryName(rules.home_country, locale) },
            { label: t("programmes.abroad"), value: countries.length > 0 ? listWords(countries, locale) : t("programmes.anyCountry") },
          ]}
        />
      </Section>
      <Section title={t("programmes.kinds")}>
        <ul className="bullets">
          {kindSentences(rules).map(([key, values]) => (
            <li key={key}>{t(key as "programmes.pair", values)}</li>
          ))}
        </ul>
      </Section>
      <Section title={t("programmes.agreement")}>
        <p>{t(rules.agreement_needed ? "programmes.agreementNeeded" : "programmes.agreementFree")}</p>
        <p>{t("programmes.agreementMonths", { count: rules.agreement_max_months })}</p>
      </Section>
      <Section title={t("programmes.kept")}>
        <ul className="bullets">
          {KEPT.map((kind) => (
            <li key={kind}>
              {t(`programmes.keptKind.${kind}`)}: {t("programmes.days", { count: rules.retention_days?.[kind] ?? 0 })}
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t("programmes.roles")}>
        <DataTable
          caption={t("programmes.roles")}
          rows={[...ROLES]}
          rowKey={(role) => role}
          columns={[
            { key: "role", title: t("programmes.role"), isName: true, cell: (role) => t(`role.${role}`) },
            { key: "invites", title: t("programmes.invites"), cell: (role) => t(rules.roles?.[role]?.invites ? "programmes.yes" : "programmes.no") },
            { key: "wide", title: t("programmes.wide"), cell: (role) => t(rules.roles?.[role]?.opens_cluster_wide ? "programmes.yes" : "programmes.no") },
            { key: "hosts", title: t("programmes.hosts"), cell: (role) => wordsFor(t, "programmes.hosting", rules.roles?.[role]?.hosts ?? "no", "programmes.no") },
          ]}
        />
      </Section>
      <Section title={t("programmes.grants")}>
        {(rules.grants ?? []).length === 0 ? (
          <p className="soft">{t("programmes.noGrants")}</p>
        ) : (
          (rules.grants ?? []).map((grant) => <GrantTold key={grant.code} grant={grant} />)
        )}
      </Section>
      <p className="soft">
        {t("programmes.changed", { date: dateWords(dateAt(new Date(record.changed_at), timezone), locale), version: record.version })}
      </p>
    </>
  );
}

/** What each kind of partnership needs: the words and their numbers. */
function kindSentences(rules: ProgrammeRules): [string, Record<string, number>][] {
  const found: [string, Record<string, number>][] = [];
  if (rules.kinds?.includes("one_to_one")) found.push(["programmes.pair", {}]);
  if (rules.kinds?.includes("cluster")) {
    found.push(["programmes.cluster", { count: rules.cluster_min_schools }]);
    if (rules.cluster_min_home > 0) found.push(["programmes.clusterHome", { count: rules.cluster_min_home }]);
    if (rules.cluster_min_overseas > 0) found.push(["programmes.clusterAbroad", { count: rules.cluster_min_overseas }]);
  }
  return found;
}

function GrantTold({ grant }: { grant: GrantRules }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const money = (amount: number) =>
    new Intl.NumberFormat(locale, { style: "currency", currency: grant.currency, maximumFractionDigits: 0 }).format(amount);
  return (
    <div className="grant">
      <h3>
        <bdi>{grant.name}</bdi>
      </h3>
      <ul className="bullets">
        <li>{t("programmes.grantFor", { kind: t(`kind.${grant.kind}`) })}</li>
        <li>{t("programmes.grantCap", { amount: money(grant.cap) })}</li>
        {grant.cap_per_school != null && <li>{t("programmes.grantSchool", { amount: money(grant.cap_per_school) })}</li>}
        {grant.state_funded_only && <li>{t("programmes.grantState")}</li>}
        <li>{t("programmes.grantSides", { home: grant.min_home, abroad: grant.min_overseas })}</li>
        {grant.needs_agreement && <li>{t("programmes.grantAgreement")}</li>}
      </ul>
    </div>
  );
}
